"""The frame of a revision's training that a page shows instead of the present, stored in the link and the session."""

from app.server import time_machine
from app.session import address

NAME = "frame"  # the setting: the step of the chosen frame


def chosen(revision) -> int | None:
    """The step that is chosen for this revision in the link or the session; None for the present.

    A step beyond the training, or any step of a revision without frames, is ignored like every invalid setting.
    """
    recorded_steps, _ = time_machine.listed(revision)
    last = max(recorded_steps[-1], revision.status.step) if recorded_steps else -1
    return address.recall(NAME, address.read_number(0, last), None, revision.id)


def choose(revision, step: int | None) -> None:
    address.keep(NAME, None if step is None else str(step), revision.id)
