"""The codes of a training at this moment, for a page that watches it: several times a second, without a run of the page.

The page asks again and again (web/src/time/live_view.ts); the worker writes frames only as long as it does
(`store/live_frame.py`). The more pages ask, the less often each may.
"""

import threading
import time
from collections import deque

from aae_core.checks import parse_whole_number
from aae_core.store import frames, live_frame
from app.cache.revision_view import RevisionView
from app.messages import wire_format
from app.server import time_machine

PAUSE_SECONDS = 0.12  # from one answer to the next question, at least
MAX_QUESTIONS = 60  # questions a second, of all pages together, above which the pauses grow


class QuestionRate:
    """Counts the questions of the last second, and says how long a page must pause."""

    def __init__(self, clock=time.monotonic):
        self.clock, self._lock, self._times = clock, threading.Lock(), deque()

    def pause_after_question(self) -> float:
        """Count a question, and return the seconds after which its page may ask the next."""
        now = self.clock()
        with self._lock:
            self._times.append(now)
            while self._times[0] < now - 1:
                self._times.popleft()
            count = len(self._times)
        return PAUSE_SECONDS * max(1.0, count / MAX_QUESTIONS)


RATE = QuestionRate()


def answer_now(revision: RevisionView, query: dict) -> bytes:
    """The frame of this moment as a history of one frame, as of `time_machine.pack_history`, or of none if there is none, or
    the page has it already ("step"); with "pause", the milliseconds until it may ask again, and "decoder", the step of the
    decoder of this moment, by which the server decodes for that page (`revision_data.load_live_model`)."""
    known_step = parse_whole_number(query.get("step", ""), 0, 10**9)
    frame, rows = live_frame.read(revision.stored)
    is_new = frame is not None and frame.step != known_step
    history = frames.History((frame,) if is_new else (), rows, frames.prior_distance_metric_name(revision.config))
    header, arrays = time_machine.pack_history(revision, history, {})
    header["decoder"] = live_frame.decoder_step(revision.path)
    header["pause"] = round(1000 * RATE.pause_after_question())
    return wire_format.pack_message(header, arrays)
