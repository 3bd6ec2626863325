"""Which frame of a revision's training a page looks back to, as the link or the session has it."""

from app.server import time_machine
from app.session import address

NAME = "frame"  # of the chosen frame in the link: its step


def chosen(revision) -> int | None:
    """The step of the frame that the link or the session has for this revision; None for the present.

    A step beyond the training, or for a revision without frames, is ignored like any invalid setting.
    """
    there, _ = time_machine.listed(revision)
    last = max(there[-1], revision.status.step) if there else -1
    return address.recall(NAME, address.read_number(0, last), None, revision.id)


def choose(revision, step: int | None) -> None:
    address.keep(NAME, None if step is None else str(step), revision.id)
