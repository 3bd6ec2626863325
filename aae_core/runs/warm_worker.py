"""A worker that waits: a process that has imported what every training needs, and trains the first revision it is given.

Most of the time from the click on Start training to the first step is the start of a process that imports PyTorch. A server
therefore keeps one such process, which waits for a line on a pipe (`runs/warm_process.py`). It holds neither data nor settings,
becomes the worker of one revision exactly as a process started for it would, and is replaced afterwards. While it waits, it ends
with the server: however the server ends, the pipe is closed. Once it trains, it outlives the server as every worker does.
"""

import json
import os
import subprocess
import threading
from contextlib import suppress
from pathlib import Path

import psutil

from aae_core import files
from aae_core.errors import ConfigError
from aae_core.places import CODE_FOLDER
from aae_core.runs import engines, launchers
from aae_core.runs.limits import OFF_WORDS

VARIABLE = "AAE_WARM_WORKER"
MODULE = "aae_core.runs.warm_process"
MIN_FREE_BYTES = 2e9  # memory that must be available for a process to be kept waiting, several times what it takes
# seconds after a page, or a training, that a process is started: its imports need a processor that these need more
AFTER_FIRST_PAGE_SECONDS, AFTER_USE_SECONDS = 10.0, 4.0


def is_enabled() -> bool:
    """Whether a process may wait for the next training: unless $AAE_WARM_WORKER says no, or trainings run elsewhere."""
    try:
        is_local = engines.chosen_engine() is launchers.LOCAL
    except ConfigError:  # the pages report it
        return False
    is_off = os.environ.get(VARIABLE, "1").strip().lower() in OFF_WORDS
    return is_local and not is_off


def is_memory_short() -> bool:
    return psutil.virtual_memory().available < MIN_FREE_BYTES


class WarmWorker:
    """At most one process that waits for a revision."""

    def __init__(self):
        self._lock = threading.RLock()
        self._process: subprocess.Popen | None = None
        self._conditions: tuple = ()  # under which it was started
        self._timer: threading.Timer | None = None
        self._has_ended = False

    def prepare_in(self, seconds: float) -> None:
        """Call `prepare` in so many seconds, in the background; an earlier call of this method no longer counts."""
        with self._lock:
            self._cancel_timer()
            if not self._has_ended:
                self._timer = threading.Timer(seconds, self.prepare)
                self._timer.daemon = True
                self._timer.start()

    def prepare(self) -> None:
        """Start a process, unless one is waiting already, memory is short, or `end` was called."""
        with self._lock:
            if self._has_ended or self.waiting_pid() is not None or is_memory_short():
                return
            self._end_process()
            self._conditions = _present_conditions()
            with suppress(OSError):  # then the next training begins with a process of its own
                silent = subprocess.DEVNULL
                self._process = launchers.start_module(MODULE, stdin=subprocess.PIPE, stdout=silent, stderr=silent)

    def waiting_pid(self) -> int | None:
        """The id of the process that waits, which may still be importing; None if there is none."""
        with self._lock:
            is_waiting = self._process is not None and self._process.poll() is None
            return self._process.pid if is_waiting else None

    def start_worker(self, path: Path, *arguments: str) -> subprocess.Popen:
        """As `launchers.start_worker`, by the process that waits if there is one; another is started a little later."""
        with self._lock:
            process = self._give_revision(path.resolve(), arguments)
            self.prepare_in(AFTER_USE_SECONDS)
        return process or launchers.start_worker(path, *arguments)

    def _give_revision(self, path, arguments) -> subprocess.Popen | None:
        """Make the waiting process the worker of a revision; None if none waits, or not under the present conditions."""
        if self.waiting_pid() is None or self._conditions != _present_conditions():
            self._end_process()
            return None
        log = path / "worker.log"
        with files.raise_os_errors_as(log):
            open(log, "ab", opener=files.nofollow_opener).close()
        order = json.dumps({"log": str(log), "arguments": [str(path), *arguments]})
        try:
            self._process.stdin.write(f"{order}\n".encode())
            self._process.stdin.close()
        except OSError:  # it has just died
            self._end_process()
            return None
        process, self._process = self._process, None
        return process

    def end(self) -> None:
        """End the process that waits, and start no other."""
        with self._lock:
            self._has_ended = True
            self._cancel_timer()
            self._end_process()

    def _cancel_timer(self):
        if self._timer is not None:
            self._timer.cancel()

    def _end_process(self):
        if self._process is None:
            return
        self._process.kill()
        with suppress(OSError):  # what could not be written
            self._process.stdin.close()
        self._process.wait()
        self._process = None


def _present_conditions() -> tuple:
    """What must be the same when a process begins to train as when it was started: its environment, and the code."""
    settings = {name: value for name, value in os.environ.items() if name.startswith("AAE_")}
    sources = [file.stat() for file in (Path(CODE_FOLDER) / "aae_core").rglob("*.py")]
    return settings | launchers.training_environment(), len(sources), max(source.st_mtime_ns for source in sources)


def keep_warm_worker() -> WarmWorker | None:
    """Let this process, a server, keep a worker waiting for its next training, from soon on until `WarmWorker.end`; None if that
    is not wanted."""
    if not is_enabled():
        return None
    warm_worker = WarmWorker()
    launchers.LOCAL.start_process = warm_worker.start_worker
    warm_worker.prepare_in(AFTER_FIRST_PAGE_SECONDS)
    return warm_worker
