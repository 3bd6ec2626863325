"""Times and sizes in words, and a progress bar on stderr."""

import sys
import time
from collections.abc import Callable
from contextlib import suppress

Progress = Callable[[int, int], None]  # called with what is done and the total, in images, rows or bytes
EVERY = {True: 0.1, False: 10.0}  # seconds between two lines, by whether stderr is a terminal
WIDTH = 24  # characters of the bar itself


def tell(text: str, end: str = "\n") -> None:
    """Print on stderr, for a person. What cannot be written, since stderr is a pipe that nobody reads any more (Ctrl-C also ends
    the `tee` behind a command) or a file on a full disk, is left out: the work that it tells of must go on."""
    with suppress(OSError):
        print(text, end=end, file=sys.stderr, flush=True)


class Bar:
    """A context manager with a progress bar: one line that is rewritten on a terminal or in a notebook, a line every ten seconds
    elsewhere, or nothing if `quiet`. Its methods may be called at any rate."""

    def __init__(self, title: str, quiet: bool = False):
        self.title, self.quiet = title, quiet
        self._terminal = sys.stderr.isatty() or "ipykernel" in sys.modules  # a notebook rewrites its line, too
        self._start = self._last = time.monotonic()
        self._first: int | None = None
        self._length, self._warned, self._remark = 0, False, ""
        self._complete = False  # whether the last line says that all is done, which is said once

    def __enter__(self):
        return self

    def __exit__(self, *error):
        self.leave_line()

    def leave_line(self) -> None:
        """Begin a new line, before something else is written."""
        if self._length:
            tell("")
        self._length = 0

    def say(self, text: str) -> None:
        """Print a text on a line of its own."""
        if not self.quiet:
            self.leave_line()
            tell(text)

    def remark(self, text: str) -> None:
        """As `say`, unless the text is empty or was the last remark."""
        if text not in ("", self._remark):
            self.say(text)
        self._remark = text

    def follow(self, status) -> None:
        """Show the progress of a training from its Status; a warning is printed once."""
        if status.warning and not self._warned:
            self.say(status.warning)
        self._warned = bool(status.warning)
        text = f"step {status.step:,} of {status.total_steps:,}, {status.samples_per_second:,.0f} items/s"
        self.show(status.step, status.total_steps, text, status.left)

    def show(self, done: int, total: int, text: str = "", left: float | None = None) -> None:
        """Show `done` of `total` (0 if unknown), with `text` beside it; that all is done is shown at once, and only once. left:
        the seconds left, by default from the pace so far."""
        now = time.monotonic()
        if self._first is None:
            self._first, self._start = done, now
        complete = total > 0 and done == total
        too_early = now - self._last < EVERY[self._terminal]
        is_repeated = self._complete if complete else too_early
        if self.quiet or is_repeated:
            return
        self._last, self._complete = now, complete
        gained = done - self._first
        if left is None and total > done and gained > 0:
            left = (now - self._start) * (total - done) / gained
        line = self._line(done, total, text, left)
        if self._terminal:
            tell("\r" + line.ljust(self._length), end="")
            self._length = len(line)
        else:
            tell(line)

    def _line(self, done, total, text, left):
        share = min(1.0, done / total) if total else 0.0
        full, percent = int(WIDTH * share), int(100 * share)  # rounded down, so that only what is done is full
        remaining = f", {about(left)} left" if left else ""
        return f"{self.title} [{'#' * full}{'.' * (WIDTH - full)}] {percent:3d}% {text}{remaining}"


def place(status) -> str:
    """The progress of a running training, from its Status: what it does, or its step and the time left."""
    if status.doing:
        return f"{status.doing} …"
    left = "" if status.left is None else f", {about(status.left)} left"
    return f"Step {status.step:,} of {status.total_steps:,}{left}"


def duration(seconds: float) -> str:
    """A span of time that has passed, in its two largest units: "8.2 s", "45 s", "3 min 20 s", "2 h 5 min", "3 d 4 h"."""
    seconds = max(0.0, seconds)
    if 0 < seconds < 9.95:
        return f"{seconds:.1f} s"
    seconds = round(seconds)
    units = ((86400, "d", 3600, "h"), (3600, "h", 60, "min"), (60, "min", 1, "s"))
    for unit_seconds, unit, next_seconds, next_unit in units:
        if seconds >= unit_seconds:
            count, rest = seconds // unit_seconds, seconds % unit_seconds // next_seconds
            return f"{count} {unit} {rest} {next_unit}" if rest else f"{count} {unit}"
    return f"{seconds} s"


def about(seconds: float) -> str:
    """A span of time that is still to come, no finer than can be known: "about 40 s", "about 7 min", "about 2 h 10 min"."""
    if seconds < 10:
        return f"about {max(1, round(seconds))} s"
    if seconds < 90:
        precision = 5
    elif seconds < 5400:
        precision = 60
    elif seconds < 86400:
        precision = 600
    else:
        precision = 3600
    return f"about {duration(precision * round(seconds / precision))}"


def short(seconds: float) -> str:
    """The time of one step to two or three digits: "0.8 ms", "15 ms", "2.5 s"."""
    milliseconds = 1000 * seconds
    if milliseconds < 999.5:
        return f"{milliseconds:.1f} ms" if milliseconds < 9.95 else f"{milliseconds:.0f} ms"
    return f"{seconds:.1f} s" if seconds < 59.95 else duration(seconds)


def size(count: int) -> str:
    """Bytes in the unit that leaves one to three digits before the point: "312 B", "4.1 kB", "12.0 MB"."""
    if round(float(count), 1) < 1000:
        return f"{count:.0f} B"
    value = float(count)
    for unit in ("kB", "MB"):
        value /= 1000
        if round(value, 1) < 1000:
            return f"{value:.1f} {unit}"
    return f"{value / 1000:.1f} GB"


def count_of(count: int, thing: str) -> str:
    """A number with its noun: "1 revision", "1,200 revisions"."""
    return f"{count:,} {thing}{'' if count == 1 else 's'}"
