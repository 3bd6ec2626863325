"""What the server logs of one cause is bounded: visitors, or a system that is short of something, can bring about thousands of
the same message within a second.
"""

import logging
import threading
import time
from collections import Counter
from collections.abc import Callable
from functools import cache

PERIOD, MOST = 60.0, 20  # seconds, and messages of one cause that are logged within them
CAUSES = 1000  # that are told apart within a period; all further ones are counted as one
REQUESTS = "uvicorn.access"  # the log of all requests, which is written where somebody wants each of them
BEGINNING = 80  # characters of a message that has no format string, by which its cause is recognised


class Pace(logging.Filter):
    """Lets MOST messages of one cause through within PERIOD seconds; the first one after that says how many were left out."""

    def __init__(self, clock: Callable[[], float] = time.monotonic):
        super().__init__()
        self.clock, self.lock = clock, threading.Lock()
        self.end = clock() + PERIOD
        self.counts = Counter()  # cause -> messages in this period
        self.left_out = Counter()  # cause -> messages of the last period that were not logged

    def filter(self, record: logging.LogRecord) -> bool:
        with self.lock:
            if self.clock() >= self.end:
                self._begin_period()
            cause = cause_of(record)
            if cause not in self.counts and len(self.counts) >= CAUSES:
                cause = None
            self.counts[cause] += 1
            if self.counts[cause] > MOST:
                return False
            left_out = self.left_out.pop(cause, 0)
        if left_out:
            record.msg = f"{record.getMessage()} [{left_out:,} more like this were left out]"
            record.args = None
        return True

    def _begin_period(self):
        self.end = self.clock() + PERIOD
        self.left_out = Counter({cause: count - MOST for cause, count in self.counts.items() if count > MOST})
        self.counts = Counter()


def cause_of(record: logging.LogRecord) -> tuple:
    """What distinguishes a message's cause from others: where it was logged, its first words, the kind of its error."""
    first_line = str(record.msg).partition("\n")[0]
    error = record.exc_info[0] if record.exc_info else None
    return record.name, record.lineno, first_line[:BEGINNING], error


@cache
def begin() -> None:
    """Bound what all existing loggers write, except the log of requests, once per process."""
    pace = Pace()
    for logger in [logging.getLogger("asyncio"), *logging.Logger.manager.loggerDict.values()]:
        exists = isinstance(logger, logging.Logger)  # and is not the place of one that does not
        if exists and logger.name != REQUESTS:
            logger.addFilter(pace)
