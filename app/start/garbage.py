"""Garbage collection for the runs of all pages together, and returning freed memory to the system.

Streamlit would collect after every run (`runner.postScriptGC`) while holding the interpreter lock: more than 50 ms after a
refresh of the page Train that takes 25 ms, and longer with every visitor, whose pages are traversed too (docs/serving.md).
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
LARGE = 256 * 1024  # bytes of a block from which on the C library requests it from the system by itself


@cache
def begin() -> None:
    """Call `give_back`, and start the collecting thread, once per process."""
    give_back()
    threading.Thread(target=collect, name="garbage", daemon=True).start()


def collect() -> None:
    """Collect after every PERIOD in which Python itself collected younger objects."""
    seen = younger()
    while True:
        time.sleep(PERIOD)
        if younger() != seen:
            gc.collect()
            seen = younger()


def younger() -> int:
    """How often Python itself has collected the younger generations, which it does when many objects are allocated."""
    return sum(each["collections"] for each in gc.get_stats()[:2])


def give_back() -> None:
    """Make glibc return freed blocks of at least LARGE bytes to the system; with another C library, do nothing.

    Once large blocks have been freed, glibc by default keeps blocks of up to 32 MiB in the heaps of its threads: after some
    hundred runs of pages a fifth of the server's memory (docs/soak.md).
    """
    if sys.platform == "linux":
        with suppress(AttributeError):  # another C library
            ctypes.CDLL(None).mallopt(MMAP_THRESHOLD, LARGE)
