"""Writes the frame of this moment several times a second while a page watches the training.

It takes a small share of the training's time, and draws nothing from its random state, so a training that was watched
ends with the same bits as one that was not.
"""

import time
from contextlib import suppress

from aae_core.errors import RevisionError
from aae_core.jobs.adaptive_interval import AdaptiveInterval
from aae_core.jobs.frame_recorder import FrameRecorder
from aae_core.store import live_frame
from aae_core.training.loop import REPORT_SECONDS

FRAME_SECONDS = 0.12  # seconds between two frames, at least
TIME_SHARE = 0.04  # share of the training's time that they may take
MAX_SECONDS = 2.0  # seconds between two frames, at most
LOOK_SECONDS = 0.25  # seconds between two looks whether a page watches
WATCHED_SECONDS = 4.0  # seconds for which a page that said so counts as watching


class LiveRecorder:
    """The frames of this moment of one training, whose frames `frames` records."""

    def __init__(self, frames: FrameRecorder):
        self.frames, self.folder = frames, frames.revision.path
        self.interval = AdaptiveInterval(FRAME_SECONDS, TIME_SHARE, MAX_SECONDS)
        self._mark, self._next_look, self._watched_until = None, 0.0, 0.0

    def is_watched(self) -> bool:
        """Whether a page shows this training."""
        now = time.monotonic()
        if now >= self._next_look:
            self._next_look = now + LOOK_SECONDS
            mark = live_frame.watch_mark(self.folder)
            if mark is not None and mark != self._mark:  # not its time, since the clocks of two machines differ
                self._watched_until = now + WATCHED_SECONDS
            self._mark = mark
        return now < self._watched_until

    def report_seconds(self) -> float:
        """Seconds between two reports of the training, at most."""
        return FRAME_SECONDS if self.is_watched() else REPORT_SECONDS

    def record_if_due(self) -> None:
        """Write a frame if a page watches and the time allows it. A frame that cannot be written is left out."""
        if self.is_watched() and self.interval.is_due():
            with self.interval, suppress(RevisionError):
                captured = self.frames.capture({}, has_distance=False)
                if captured is not None:
                    live_frame.write(self.folder, captured.tensors, captured.metadata)

    def close(self) -> None:
        """The training has ended: what was written for pages is removed."""
        live_frame.remove(self.folder)
