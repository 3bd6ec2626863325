"""Collecting garbage for the runs of all pages together, and giving freed memory back.

Streamlit would do so after every run (`runner.postScriptGC`), with the interpreter locked: 50 ms of a refresh that takes 20, and
more with every person, whose pages are walked as well (docs/serving.md).
"""

import ctypes
import gc
import sys
import threading
import time
from contextlib import suppress
from functools import cache

PERIOD = 10.0  # seconds between two collections, at least
MMAP_THRESHOLD = -3  # of mallopt(3)
LARGE = 256 * 1024  # bytes from which on the C library asks the system for each block


@cache
def begin() -> threading.Thread:
    """The thread that collects, started once per process."""
    give_back()
    collecting = threading.Thread(target=collect, name="garbage", daemon=True)
    collecting.start()
    return collecting


def collect(period: float = PERIOD, rounds: int | None = None) -> None:
    """Collect in every period in which something was allocated; rounds: how many periods, by default all."""
    seen, left = younger(), rounds
    while left is None or left > 0:
        time.sleep(period)
        if younger() != seen:
            gc.collect()
            seen = younger()
        left = left if left is None else left - 1


def younger() -> int:
    """How often Python itself has collected what is young, which it does as much is allocated."""
    return sum(each["collections"] for each in gc.get_stats()[:2])


def give_back() -> None:
    """Let freed blocks of some size go back to the system, where the C library is glibc.

    By itself glibc keeps, once large blocks were freed, those of up to 32 MiB in the heaps of its threads, between what is still
    used there: after some hundred runs of pages a fifth of the server's memory (docs/soak.md).
    """
    if sys.platform == "linux":
        with suppress(AttributeError):  # another C library
            ctypes.CDLL(None).mallopt(MMAP_THRESHOLD, LARGE)
