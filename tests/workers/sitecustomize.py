"""Read by every Python that a test starts: a worker keeps the priority of the tests.

At the background's it would have next to nothing of a processor that other tests use, while a page waits for it and draws itself
anew each second.
"""

import os


def nice(by: int) -> int:
    """The priority as it is, whatever is asked for."""
    return os.getpriority(os.PRIO_PROCESS, 0)


os.nice = nice
