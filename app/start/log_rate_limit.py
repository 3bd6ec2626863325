"""What the server logs of one cause is bounded: visitors, or a system that is short of something, can bring about
thousands of the same message within a second."""

import logging
import threading
import time
from collections import Counter
from collections.abc import Callable
from functools import cache

PERIOD_SECONDS, MAX_MESSAGES = 60.0, 20  # seconds, and messages of one cause that are logged within them
MAX_CAUSES = 1000  # that are told apart within a period; all further ones are counted as one
REQUEST_LOGGER = "uvicorn.access"  # the log of all requests, which is written where somebody wants each of them
CAUSE_CHARACTERS = 80  # characters of a message that has no format string, by which its cause is recognised


class LogRateLimit(logging.Filter):
    """Lets MAX_MESSAGES messages of one cause through within PERIOD_SECONDS seconds; the first one after that says how
    many were left out."""

    def __init__(self, clock: Callable[[], float] = time.monotonic):
        super().__init__()
        self.clock, self.lock = clock, threading.Lock()
        self.end = clock() + PERIOD_SECONDS
        self.counts = Counter()  # cause -> messages in this period
        self.left_out = Counter()  # cause -> messages of the last period that were not logged

    def filter(self, record: logging.LogRecord) -> bool:
        with self.lock:
            if self.clock() >= self.end:
                self._begin_period()
            cause = message_cause(record)
            if cause not in self.counts and len(self.counts) >= MAX_CAUSES:
                cause = None
            self.counts[cause] += 1
            if self.counts[cause] > MAX_MESSAGES:
                return False
            left_out = self.left_out.pop(cause, 0)
        if left_out:
            record.msg = f"{record.getMessage()} [{left_out:,} more like this were left out]"
            record.args = None
        return True

    def _begin_period(self):
        self.end = self.clock() + PERIOD_SECONDS
        self.left_out = Counter(
            {cause: count - MAX_MESSAGES for cause, count in self.counts.items() if count > MAX_MESSAGES}
        )
        self.counts = Counter()


def message_cause(record: logging.LogRecord) -> tuple:
    """What distinguishes a message's cause from others: where it was logged, its first words, the kind of its error."""
    first_line = str(record.msg).partition("\n")[0]
    error = record.exc_info[0] if record.exc_info else None
    return record.name, record.lineno, first_line[:CAUSE_CHARACTERS], error


@cache
def install_rate_limit() -> None:
    """Bound what all existing loggers write, except the log of requests, once per process."""
    rate_limit = LogRateLimit()
    for logger in [logging.getLogger("asyncio"), *logging.Logger.manager.loggerDict.values()]:
        is_logger = isinstance(logger, logging.Logger)  # and is not the place of one that does not
        if is_logger and logger.name != REQUEST_LOGGER:
            logger.addFilter(rate_limit)
