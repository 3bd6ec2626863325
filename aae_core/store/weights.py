"""The networks of a revision on disk, and the state of its training.

Names, shapes and dtypes of a file are checked against the model of the configuration before a tensor is read; half
precision on disk becomes fp32 in memory.
"""

from pathlib import Path

import numpy as np
import torch

from aae_core import files
from aae_core.errors import RevisionError, TrainingError
from aae_core.models.model import Model
from aae_core.store.folder import Folder

WEIGHTS, RESUME = "weights.safetensors", "resume.safetensors"
DTYPES = {torch.float64: "F64", torch.float32: "F32", torch.float16: "F16", torch.int64: "I64", torch.uint8: "U8"}


def save(revision: Folder, model: Model, step: int, path: Path | None = None, half: bool = False) -> None:
    """Write the networks (fp16 if `half`) of `revision` as they are after `step` steps, atomically.

    Raises RevisionError if they cannot be written.
    """
    kind = {True: torch.float16, False: torch.float32}[half]
    tensors = {
        name: (value.to(kind) if value.is_floating_point() else value).detach().cpu().numpy()
        for name, value in model.state_dict().items()
    }
    files.write_tensors((path or revision.path) / WEIGHTS, tensors, revision.stamp(step))


def load_model(revision: Folder, device: str = "cpu") -> Model:
    """The trained Model in fp32 and evaluation mode.

    Raises RevisionError if the weights are missing, cut, of another revision or not finite; ConfigError if the
    configuration and the data contradict each other.
    """
    path = revision.path / WEIGHTS
    if not path.exists():
        raise RevisionError(f"{path} is missing: no weights were saved yet, or they were moved; resume or train again.")
    form = revision.config, revision.data.shape, len(revision.data.classes)
    with torch.device("meta"):  # takes no memory: a damaged configuration may ask for more than there is
        model = Model(*form)
    expected = {name: (DTYPES[value.dtype], tuple(value.shape)) for name, value in model.state_dict().items()}
    tensors, header = files.read_tensors(path, expected)
    revision.check_stamp(path, header)
    for name, values in tensors.items():
        if not np.isfinite(values).all():
            raise RevisionError(
                f"{path} holds numbers in {name} that are not finite; put the right file back, or train again."
            )
    model = Model(*form)
    model.load_state_dict({name: torch.from_numpy(values.copy()) for name, values in tensors.items()})
    return model.to(device).eval().requires_grad_(False)


def save_resume(revision: Folder, state: dict[str, torch.Tensor], step: int) -> None:
    """Write all that a training needs to continue bit for bit, atomically."""
    files.write_tensors(revision.path / RESUME, {k: v.numpy() for k, v in state.items()}, revision.stamp(step))


def load_resume(revision: Folder) -> dict[str, torch.Tensor] | None:
    """What `save_resume` wrote; None if nothing was. RevisionError if the file is cut or of another revision."""
    path = revision.path / RESUME
    if not path.exists():
        return None
    tensors, header = files.read_tensors(path)
    revision.check_stamp(path, header)
    return {name: torch.from_numpy(values.copy()) for name, values in tensors.items()}


def go_on(revision: Folder, training) -> None:
    """Bring a new Training to the state in which the revision was left; RevisionError if the saved state does not fit it."""
    state = load_resume(revision)
    if state is None:
        return
    try:
        training.load(state)
    except TrainingError as error:
        raise RevisionError(f"{revision.path / RESUME}: {error}") from error
