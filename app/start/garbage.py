"""Collecting garbage for the runs of all pages together.

Streamlit would do so after every run (`runner.postScriptGC`), with the interpreter locked: 50 ms of a refresh that takes 20, and
more with every person, whose pages are walked as well (docs/serving.md).
"""

import gc
import threading
import time
from functools import cache

PERIOD = 10.0  # seconds between two collections, at least


@cache
def begin() -> threading.Thread:
    """The thread that collects, started once per process."""
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
