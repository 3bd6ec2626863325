"""The bound on what is logged of one cause."""

import logging
from types import SimpleNamespace

import pytest

from app.start import log_rate_limit
from app.start.log_rate_limit import MAX_CAUSES, MAX_MESSAGES, PERIOD_SECONDS, LogRateLimit


@pytest.fixture
def clock():
    return SimpleNamespace(seconds=0.0)


@pytest.fixture
def logger(clock):
    """A logger with its pace; what it has written is in `lines`."""
    logger = logging.Logger("paced")
    logger.lines = []
    handler = logging.Handler()
    handler.emit = lambda record: logger.lines.append(record.getMessage())
    logger.addHandler(handler)
    logger.addFilter(LogRateLimit(lambda: clock.seconds))
    return logger


def test_one_cause_is_logged_a_few_times_and_then_counted(logger, clock):
    def log(count):
        for number in range(count):
            logger.warning("A frame of %d bytes cannot be read", number)

    log(1000)
    assert logger.lines == [f"A frame of {number} bytes cannot be read" for number in range(MAX_MESSAGES)]
    clock.seconds = PERIOD_SECONDS
    logger.lines.clear()
    log(2)
    left_out = 1000 - MAX_MESSAGES
    assert logger.lines == [
        f"A frame of 0 bytes cannot be read [{left_out} more like this were left out]",
        "A frame of 1 bytes cannot be read",
    ]


def test_other_causes_are_logged_beside_it(logger):
    for _ in range(100):
        logger.warning("one")
    logger.warning("two")
    for kind in (OSError, ValueError):
        logger.error("three", exc_info=(kind, kind(), None))
    assert logger.lines[MAX_MESSAGES:] == ["two", "three", "three"]


def test_a_message_is_known_by_its_beginning(logger):
    for number in range(1000):  # as asyncio puts them together
        logger.error(f"socket.accept() out of system resource\nsocket: <asyncio.TransportSocket fd={number}>")
    assert len(logger.lines) == MAX_MESSAGES


def test_no_number_of_causes_takes_the_memory(logger):
    for number in range(MAX_CAUSES + 500):
        logger.warning(f"cause {number}")
    assert len(logger.lines) == MAX_CAUSES + MAX_MESSAGES


def test_the_loggers_that_exist_are_bounded(monkeypatch):
    filters = []
    monkeypatch.setattr(logging.Logger, "addFilter", lambda self, pace: filters.append((self.name, type(pace))))
    logging.getLogger("paced.here")
    logging.getLogger("uvicorn.access")
    log_rate_limit.install_rate_limit.__wrapped__()
    assert {("asyncio", LogRateLimit), ("paced.here", LogRateLimit)} <= set(filters)
    assert "uvicorn.access" not in dict(filters), "every request is logged where that is wanted"
