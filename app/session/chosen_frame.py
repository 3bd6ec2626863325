"""The frame of a revision's training that a page shows instead of the present, stored in the link and the session."""

from app.cache.revision_view import RevisionView
from app.server import time_machine
from app.session import address, parsing

FRAME_SETTING = "frame"  # the setting: the step of the chosen frame


def recall_frame_step(revision: RevisionView) -> int | None:
    """The step that is chosen for this revision in the link or the session; None for the present.

    A step beyond the training, or any step of a revision without frames, is ignored like every invalid setting.
    """
    recorded_steps, _ = time_machine.frame_steps_and_error(revision)
    last_step = max(recorded_steps[-1], revision.status.step) if recorded_steps else -1
    return address.recall_setting(FRAME_SETTING, parsing.number_parser(0, last_step), None, revision.id)


def store_frame_step(revision: RevisionView, step: int | None) -> None:
    address.store_setting(FRAME_SETTING, None if step is None else str(step), revision.id)
