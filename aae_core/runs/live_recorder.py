"""Writes the frame of this moment several times a second while a page watches the training, and the decoder less often.

Frames take at most TIME_SHARE of the training's time and decoders DECODER_TIME_SHARE, which only those of many millions of
weights need; nothing is written while no page watches. The random state is left alone, so a training that was watched ends with
the same bits as one that was not.

So that there are several frames a second all the same, such a frame has a few hundred codes, and D's surface is computed
only now and then, on a coarse grid; the frames in between repeat the last one.
"""

import time
from contextlib import suppress

import numpy as np

from aae_core.errors import RevisionError
from aae_core.models.convolutions import use_torch_threads
from aae_core.runs.adaptive_interval import AdaptiveInterval
from aae_core.runs.frame_recorder import CapturedFrame, FrameRecorder, infer_codes_contents
from aae_core.store import live_frame, weights
from aae_core.training.loop import REPORT_SECONDS

FRAME_SECONDS = 0.12  # seconds between two frames, at least
TIME_SHARE = 0.12  # share of the training's time that they may take
DECODER_SECONDS, MAX_DECODER_SECONDS = 0.4, 60.0  # seconds between two decoders, at least and at most
DECODER_TIME_SHARE = 0.15  # share of the training's time that they may take
FRAMES_PER_SURFACE = 4  # frames that show the same surface of D
MAX_SECONDS = 2.0  # seconds between two frames, at most
LOOK_SECONDS = 0.25  # seconds between two looks whether a page watches
WATCHED_SECONDS = 4.0  # seconds for which a page that said so counts as watching


class LiveRecorder:
    """The frames of this moment of one training, whose frames `frames` records. labels: those of the probe set."""

    def __init__(self, frames: FrameRecorder, labels: np.ndarray):
        self.frames, self.folder = frames, frames.revision.path
        live_frame.remove_frame_and_decoder(self.folder)
        self.images = frames.images[live_frame.choose_codes(labels[frames.rows])]
        self.interval = AdaptiveInterval(FRAME_SECONDS, TIME_SHARE, MAX_SECONDS)
        self.decoder_interval = AdaptiveInterval(DECODER_SECONDS, DECODER_TIME_SHARE, MAX_DECODER_SECONDS)
        self._mark, self._next_look, self._watched_until = None, 0.0, 0.0
        self._surface, self._frames_until_surface = None, 0

    def is_watched(self) -> bool:
        """Whether a page shows this training."""
        now = time.monotonic()
        if now >= self._next_look:
            self._next_look = now + LOOK_SECONDS
            mark = live_frame.watch_mark(self.folder)
            if mark is not None and mark != self._mark:  # not its time, since the clocks of two machines differ
                if now >= self._watched_until:  # the surface of D is as old as the last frame that a page watched
                    self._frames_until_surface = 0
                self._watched_until = now + WATCHED_SECONDS
            self._mark = mark
        return now < self._watched_until

    def report_seconds(self) -> float:
        """Seconds between two reports of the training, at most."""
        return FRAME_SECONDS if self.is_watched() else REPORT_SECONDS

    def record_if_due(self) -> None:
        """Write frame and decoder if a page watches and the time allows each. What cannot be written is left out."""
        if self.is_watched() and self.interval.is_due():
            with self.interval, suppress(RevisionError):
                captured = self.capture()
                if captured is not None:
                    live_frame.write(self.folder, captured.tensors, captured.metadata)
        if self.is_watched() and self.decoder_interval.is_due():
            with self.decoder_interval, suppress(RevisionError):
                self.write_decoder()

    def write_decoder(self) -> None:
        """Write the decoder of this moment; RevisionError if that fails."""
        training = self.frames.training
        metadata = self.frames.revision.identity_metadata(training.step)
        live_frame.write_decoder(self.folder, weights.network_arrays(training.model.decoder, half=True), metadata)

    def capture(self) -> CapturedFrame | None:
        """The present moment; None if the codes are not finite, which the training itself reports."""
        training = self.frames.training
        with use_torch_threads(training.threads):  # as many as the steps use
            z, content = infer_codes_contents(training.model, self.images)
            if not np.isfinite(z).all():
                return None
            if self._frames_until_surface == 0:
                self._surface = self.frames.compute_surface(live_frame.SURFACE_SIDE)
                self._frames_until_surface = FRAMES_PER_SURFACE
        self._frames_until_surface -= 1
        return self.frames.make_frame(z, content, self._surface, losses={})

    def close(self) -> None:
        """The training has ended: what was written for pages is removed."""
        live_frame.remove(self.folder)
