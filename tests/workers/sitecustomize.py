"""Read by every Python that a test starts: a worker has the priority of the tests while it starts, and gives way once it trains.

With the background's it would hardly begin beside other tests, while a page waits for it and draws itself anew each second. If it
did not give way, one that trains until it is stopped would take half of the machine, which the system shares out by sessions.
"""

import os
import sys
from contextlib import suppress

STARTS = 10.0  # seconds that a worker needs to start on a busy machine
NICENESS = 10


def nice(by: int) -> int:
    """The priority as it is, whatever is asked for."""
    return os.getpriority(os.PRIO_PROCESS, 0)


def give_way() -> None:
    """Lower the priority of the main thread, and that of the session if it is this process's own; Linux only."""
    niceness = max(NICENESS, os.getpriority(os.PRIO_PROCESS, os.getpid()))
    os.setpriority(os.PRIO_PROCESS, os.getpid(), niceness)
    if os.getsid(0) == os.getpid():
        with suppress(OSError), open("/proc/self/autogroup", "w") as session:  # of kernels that share out by sessions
            session.write(str(niceness))


os.nice = nice
if "aae_core.jobs.worker" in sys.orig_argv and sys.platform == "linux":
    import threading

    timer = threading.Timer(STARTS, give_way)
    timer.daemon = True
    timer.start()
