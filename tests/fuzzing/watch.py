"""What is watched while a case runs: files that are touched, programs and connections that are begun, processor time, memory."""

import os
import signal
import sys
import threading
import time
from contextlib import contextmanager
from pathlib import Path

SECONDS = 2.0  # of processor time that a case may take
PATIENCE = 120  # seconds by the clock after which a case hangs
CHANGED_PATHS = {  # events of the interpreter that change the disk: which of their arguments are paths
    "os.rename": (0, 1), "os.remove": (0,), "os.mkdir": (0,), "os.rmdir": (0,), "os.link": (0, 1), "os.symlink": (1,),
    "os.truncate": (0,), "os.chmod": (0,), "os.chown": (0,), "os.utime": (0,), "shutil.rmtree": (0,), "shutil.move": (0, 1),
    "shutil.copyfile": (1,),
}  # fmt: skip
FORBIDDEN_EVENTS = (
    "pickle.find_class", "subprocess.Popen", "os.system", "os.exec", "os.posix_spawn", "os.fork", "os.startfile", "pty.spawn",
    "socket.connect", "socket.bind", "urllib.Request", "webbrowser.open", "ftplib.connect", "smtplib.connect",
)  # fmt: skip
WRITE_FLAGS = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND
_active_watches: list["Watch"] = []  # the one that is on


class BrokenPromiseError(AssertionError):
    """A case did what no case may do."""


class Watch:
    """Watches cases that may change files within `folder` alone, or none at all; allowed: events that it passes over."""

    def __init__(self, folder: Path | None, memory: int, seconds: float = SECONDS, allowed: tuple[str, ...] = ()):
        self.folder = None if folder is None else f"{folder.resolve()}{os.sep}"
        self.memory, self.seconds, self.allowed, self.violations = memory, seconds, allowed, []

    def note_event(self, event, args):
        if event in FORBIDDEN_EVENTS and event not in self.allowed:
            self.violations.append(f"{event}{args}"[:200])
        elif event == "open":
            path, _, flags = args
            if isinstance(path, str | bytes) and isinstance(flags, int) and flags & WRITE_FLAGS:
                self._note_touched_path(path, event)
        elif event in CHANGED_PATHS:
            for number in CHANGED_PATHS[event]:
                self._note_touched_path(args[number], event)

    def _note_touched_path(self, path, event):
        if not isinstance(path, str | bytes | os.PathLike):
            return  # a file that is open already
        text = os.path.abspath(os.fsdecode(path))
        if text.startswith(("/dev/", "/proc/")) or (sys.pycache_prefix or "__pycache__") in text:
            return
        if self.folder is None or not f"{os.path.realpath(os.path.dirname(text))}{os.sep}".startswith(self.folder):
            self.violations.append(f"{event} {text}"[:300])

    @contextmanager
    def watch_block(self):
        """BrokenPromiseError if what runs in it touches, begins, takes or lasts too much."""
        bytes_before, start = _reset_memory_peak(), time.process_time()
        _active_watches.append(self)
        try:
            with _time_limit(PATIENCE):
                yield
        finally:
            _active_watches.remove(self)
            violations, self.violations = self.violations, []
        spent_seconds, grown_bytes = time.process_time() - start, _memory_peak() - bytes_before
        if violations:
            raise BrokenPromiseError(f"It touched what is not its own: {'; '.join(violations[:3])}")
        if spent_seconds > self.seconds:
            raise BrokenPromiseError(f"It took {spent_seconds:.1f} s of processor time, more than {self.seconds:g}.")
        if bytes_before and grown_bytes > self.memory:
            raise BrokenPromiseError(
                f"It took {grown_bytes / 2**20:,.0f} MiB of memory, more than {self.memory / 2**20:,.0f}."
            )


def _note_event(event, args):
    for watch in _active_watches:
        watch.note_event(event, args)


sys.addaudithook(_note_event)  # which cannot be removed again


@contextmanager
def _time_limit(seconds):
    """BrokenPromiseError after so many seconds by the clock; only in the main thread, which alone gets signals."""
    if threading.current_thread() is not threading.main_thread() or not hasattr(signal, "setitimer"):
        yield
        return

    def raise_hang(*_):
        raise BrokenPromiseError(f"It hung for {seconds} s.")

    former_handler = signal.signal(signal.SIGALRM, raise_hang)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, former_handler)


def _reset_memory_peak() -> int:
    """The bytes of memory that this process has now, from which its highest mark counts again; 0 where that is not known."""
    try:
        with open("/proc/self/clear_refs", "w") as file:
            file.write("5")
    except OSError:
        return 0
    return _memory_bytes("VmRSS")


def _memory_peak() -> int:
    return _memory_bytes("VmHWM")


def _memory_bytes(name) -> int:
    with open("/proc/self/status") as file:
        return next((int(line.split()[1]) * 1024 for line in file if line.startswith(f"{name}:")), 0)
