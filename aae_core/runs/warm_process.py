"""The process that waits for a training: `python -m aae_core.runs.warm_process`, started by `runs/warm_worker.py`.

It imports what every training needs, and reads one line of standard input: the arguments of the worker that it becomes, and its
log. If there is no line, because the server that started it has ended, it ends as well.
"""

import importlib
import json
import os
import sys
from contextlib import suppress

from aae_core import files
from aae_core.runs import worker

# PyTorch first, as in a worker. The libraries are those with which every training is measured.
PRELOADED_MODULES = (
    "aae_core.runs.recorder",
    "aae_core.training.loop",
    "aae_core.store.weights",
    "aae_core.models.priors.independent",
    "aae_core.models.priors.mixture",
    "sklearn.datasets",
    "sklearn.decomposition",
    "sklearn.ensemble",
    "sklearn.neighbors",
)


def import_training_modules() -> None:
    """Import what every training needs. What cannot be imported now is reported by the training that needs it."""
    for name in PRELOADED_MODULES:
        with suppress(ImportError, MemoryError, OSError):
            importlib.import_module(name)


def redirect_streams(log: str) -> None:
    """Let this process read nothing from now on, and append what it prints to a log."""
    with open(os.devnull, "rb") as null_file, open(log, "ab", opener=files.nofollow_opener) as log_file:
        os.dup2(null_file.fileno(), sys.stdin.fileno())
        os.dup2(log_file.fileno(), sys.stdout.fileno())
        os.dup2(log_file.fileno(), sys.stderr.fileno())


def main() -> int:
    """Wait, and become a worker; its exit status, or 0 if nobody needs one any more."""
    worker.lower_priority(worker.NICENESS)
    import_training_modules()
    line = sys.stdin.buffer.readline()
    if not line.endswith(b"\n"):
        return 0
    order = json.loads(line)
    redirect_streams(order["log"])
    return worker.main(order["arguments"])


if __name__ == "__main__":
    sys.exit(main())
