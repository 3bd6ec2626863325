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
CHANGES = {  # events of the interpreter that change the disk: which of their arguments are paths
    "os.rename": (0, 1), "os.remove": (0,), "os.mkdir": (0,), "os.rmdir": (0,), "os.link": (0, 1), "os.symlink": (1,),
    "os.truncate": (0,), "os.chmod": (0,), "os.chown": (0,), "os.utime": (0,), "shutil.rmtree": (0,), "shutil.move": (0, 1),
    "shutil.copyfile": (1,),
}  # fmt: skip
FORBIDDEN_EVENTS = (
    "pickle.find_class", "subprocess.Popen", "os.system", "os.exec", "os.posix_spawn", "os.fork", "os.startfile", "pty.spawn",
    "socket.connect", "socket.bind", "urllib.Request", "webbrowser.open", "ftplib.connect", "smtplib.connect",
)  # fmt: skip
WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND
_watched: list["Watch"] = []  # the one that is on


class BrokenPromiseError(AssertionError):
    """A case did what no case may do."""


class Watch:
    """Watches cases that may change files within `folder` alone, or none at all; allowed: events that it passes over."""

    def __init__(self, folder: Path | None, memory: int, seconds: float = SECONDS, allowed: tuple[str, ...] = ()):
        self.folder = None if folder is None else f"{folder.resolve()}{os.sep}"
        self.memory, self.seconds, self.allowed, self.violations = memory, seconds, allowed, []

    def hear(self, event, args):
        if event in FORBIDDEN_EVENTS and event not in self.allowed:
            self.violations.append(f"{event}{args}"[:200])
        elif event == "open":
            path, _, flags = args
            if isinstance(path, str | bytes) and isinstance(flags, int) and flags & WRITING:
                self._touched(path, event)
        elif event in CHANGES:
            for number in CHANGES[event]:
                self._touched(args[number], event)

    def _touched(self, path, event):
        if not isinstance(path, str | bytes | os.PathLike):
            return  # a file that is open already
        text = os.path.abspath(os.fsdecode(path))
        if text.startswith(("/dev/", "/proc/")) or (sys.pycache_prefix or "__pycache__") in text:
            return
        if self.folder is None or not f"{os.path.realpath(os.path.dirname(text))}{os.sep}".startswith(self.folder):
            self.violations.append(f"{event} {text}"[:300])

    @contextmanager
    def on(self):
        """BrokenPromiseError if what runs in it touches, begins, takes or lasts too much."""
        before, start = _resident(), time.process_time()
        _watched.append(self)
        try:
            with _at_most(PATIENCE):
                yield
        finally:
            _watched.remove(self)
            violations, self.violations = self.violations, []
        spent, grown = time.process_time() - start, _highest() - before
        if violations:
            raise BrokenPromiseError(f"It touched what is not its own: {'; '.join(violations[:3])}")
        if spent > self.seconds:
            raise BrokenPromiseError(f"It took {spent:.1f} s of processor time, more than {self.seconds:g}.")
        if before and grown > self.memory:
            raise BrokenPromiseError(
                f"It took {grown / 2**20:,.0f} MiB of memory, more than {self.memory / 2**20:,.0f}."
            )


def _hear(event, args):
    for watch in _watched:
        watch.hear(event, args)


sys.addaudithook(_hear)  # which cannot be removed again


@contextmanager
def _at_most(seconds):
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


def _resident() -> int:
    """The bytes of memory that this process has now, from which its highest mark counts again; 0 where that is not known."""
    try:
        with open("/proc/self/clear_refs", "w") as file:
            file.write("5")
    except OSError:
        return 0
    return _memory("VmRSS")


def _highest() -> int:
    return _memory("VmHWM")


def _memory(name) -> int:
    with open("/proc/self/status") as file:
        return next((int(line.split()[1]) * 1024 for line in file if line.startswith(f"{name}:")), 0)
