"""Garbage collection for the runs of all pages together, and returning freed memory to the system.

Streamlit would collect after every run (`runner.postScriptGC`) while holding the interpreter lock: more than 50 ms after a
refresh of the page Train that takes 25 ms, and longer with every visitor, whose pages are traversed too (docs/use/serving.md).
"""

import ctypes
import gc
import sys
import threading
import time
from contextlib import suppress
from functools import cache

PERIOD_SECONDS = 10.0  # seconds between two collections, at least
MMAP_THRESHOLD = -3  # of mallopt(3)
LARGE_BLOCK_BYTES = 256 * 1024  # bytes of a block from which on the C library requests it from the system by itself


@cache
def start_gc_thread() -> None:
    """Call `return_large_blocks_to_system`, and start the collecting thread, once per process."""
    return_large_blocks_to_system()
    threading.Thread(target=run_gc_loop, name="garbage", daemon=True).start()


def run_gc_loop() -> None:
    """Collect after every PERIOD_SECONDS in which Python itself collected younger objects."""
    last_count = young_collection_count()
    while True:
        time.sleep(PERIOD_SECONDS)
        if young_collection_count() != last_count:
            gc.collect()
            last_count = young_collection_count()


def young_collection_count() -> int:
    """How often Python itself has collected the younger generations, which it does when many objects are allocated."""
    return sum(generation["collections"] for generation in gc.get_stats()[:2])


def return_large_blocks_to_system() -> None:
    """Make glibc return freed blocks of at least LARGE_BLOCK_BYTES bytes to the system; with another C library, do
    nothing.

    Once large blocks have been freed, glibc by default keeps blocks of up to 32 MiB in the heaps of its threads: after some
    hundred runs of pages a fifth of the server's memory (docs/development/soak.md).
    """
    if sys.platform == "linux":
        with suppress(AttributeError):  # another C library
            ctypes.CDLL(None).mallopt(MMAP_THRESHOLD, LARGE_BLOCK_BYTES)
