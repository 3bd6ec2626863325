"""Read by every Python that a test starts: a worker has the priority of the tests, and where a test's server says so, a step is
not measured but has the time that the variable MEASURED tells.

With the background's priority a worker would hardly begin beside other tests, while a page waits for it and draws itself anew
each second, which takes more processor time than the training.
"""

import os
import sys


def nice(by: int) -> int:
    """The priority as it is, whatever is asked for."""
    return os.getpriority(os.PRIO_PROCESS, 0)


os.nice = nice
if "aae_core.runs.estimate" in sys.orig_argv and "MEASURED" in os.environ:
    os.write(1, os.environ["MEASURED"].encode())
    os._exit(0)
