"""What a new revision takes over from a finished one whose training it continues, which itself stays as it is."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from aae_core.store.revision_folder import ContinuedFrom, RevisionFolder

if TYPE_CHECKING:
    from torch import Tensor


@dataclass(frozen=True)
class FormerTraining:
    """origin: of the training; state: all that it needs to continue bit for bit (`Training.state_tensors`); rows: of its
    metrics."""

    origin: ContinuedFrom
    state: "dict[str, Tensor]"
    rows: list[dict]

    def write_into(self, revision: RevisionFolder) -> None:
        """Write state and metrics as those of another revision; RevisionError if they cannot be written."""
        from aae_core.store import weights

        revision.write_metrics(self.rows)
        weights.save_resume_state(revision, self.state, self.origin.step)
