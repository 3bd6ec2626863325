"""Times and sizes in words, and a progress bar on stderr."""

import sys
import time
from collections.abc import Callable
from contextlib import suppress

from aae_core.wording import mark, translate

ProgressCallback = Callable[[int, int], None]  # called with what is done and the total, in images, rows or bytes
LINE_INTERVALS = {True: 0.1, False: 10.0}  # seconds between two lines, by whether stderr is a terminal
BAR_WIDTH = 24  # characters of the bar itself
SPANS = (  # seconds of a unit and of the next smaller one, and a span of time in the one or in both
    (86400, 3600, mark("{count} d"), mark("{count} d {rest} h")),
    (3600, 60, mark("{count} h"), mark("{count} h {rest} min")),
    (60, 1, mark("{count} min"), mark("{count} min {rest} s")),
)


def print_to_stderr(text: str, end: str = "\n") -> None:
    """Print on stderr, for a person. What cannot be written, since stderr is a pipe that nobody reads any more (Ctrl-C also ends
    the `tee` behind a command) or a file on a full disk, is left out: the work that it tells of must go on."""
    with suppress(OSError):
        print(text, end=end, file=sys.stderr, flush=True)


class ProgressBar:
    """A context manager with a progress bar: one line that is rewritten on a terminal or in a notebook, a line every ten seconds
    elsewhere, or nothing if `quiet`. Its methods may be called at any rate."""

    def __init__(self, title: str, quiet: bool = False):
        self.title, self.quiet = title, quiet
        self._rewrites_line = sys.stderr.isatty() or "ipykernel" in sys.modules  # a notebook rewrites its line, too
        self._start = self._last_shown = time.monotonic()
        self._done_at_start: int | None = None
        self._line_length, self._has_warned, self._last_remark = 0, False, ""
        self._has_shown_completion = False  # whether the last line says that all is done, which is said once

    def __enter__(self):
        return self

    def __exit__(self, *error):
        self.finish_line()

    def finish_line(self) -> None:
        """Begin a new line, before something else is written."""
        if self._line_length:
            print_to_stderr("")
        self._line_length = 0

    def print_line(self, text: str) -> None:
        """Print a text on a line of its own."""
        if not self.quiet:
            self.finish_line()
            print_to_stderr(text)

    def print_if_new(self, text: str) -> None:
        """As `print_line`, unless the text is empty or was the last remark."""
        if text not in ("", self._last_remark):
            self.print_line(text)
        self._last_remark = text

    def show_status(self, status) -> None:
        """Show the progress of a training from its Status; a warning is printed once."""
        if status.warning and not self._has_warned:
            self.print_line(status.warning)
        self._has_warned = bool(status.warning)
        text = f"step {status.step:,} of {status.total_steps:,}, {status.samples_per_second:,.0f} items/s"
        self.show(status.step, status.total_steps, text, status.left)

    def show(self, done: int, total: int, text: str = "", seconds_left: float | None = None) -> None:
        """Show `done` of `total` (0 if unknown), with `text` beside it; that all is done is shown at once, and only
        once. seconds_left: the seconds left, by default from the pace so far."""
        now = time.monotonic()
        if self._done_at_start is None:
            self._done_at_start, self._start = done, now
        is_complete = total > 0 and done == total
        is_too_early = now - self._last_shown < LINE_INTERVALS[self._rewrites_line]
        is_skipped = self._has_shown_completion if is_complete else is_too_early
        if self.quiet or is_skipped:
            return
        self._last_shown, self._has_shown_completion = now, is_complete
        done_since_start = done - self._done_at_start
        if seconds_left is None and total > done and done_since_start > 0:
            seconds_left = (now - self._start) * (total - done) / done_since_start
        line = self._format_line(done, total, text, seconds_left)
        if self._rewrites_line:
            print_to_stderr("\r" + line.ljust(self._line_length), end="")
            self._line_length = len(line)
        else:
            print_to_stderr(line)

    def _format_line(self, done, total, text, seconds_left) -> str:
        share = min(1.0, done / total) if total else 0.0
        # rounded down, so that only what is done is full
        filled_width, percent = int(BAR_WIDTH * share), int(100 * share)
        time_left_text = f", {format_remaining_time(seconds_left)} left" if seconds_left else ""
        return f"{self.title} [{'#' * filled_width}{'.' * (BAR_WIDTH - filled_width)}] {percent:3d}% {text}{time_left_text}"


def training_progress(status) -> str:
    """The progress of a running training, from its Status: what it does, or its step and the time left."""
    if status.doing:
        return f"{translate(status.doing)} …"
    counts = {"step": f"{status.step:,}", "total": f"{status.total_steps:,}"}
    if status.left is None:
        return translate("Step {step} of {total}", **counts)
    duration = format_rounded_duration(status.left)
    return translate("Step {step} of {total}, about {duration} left", duration=duration, **counts)


def format_duration(seconds: float) -> str:
    """A span of time that has passed, in its two largest units: "8.2 s", "45 s", "3 min 20 s", "2 h 5 min", "3 d 4 h"."""
    seconds = max(0.0, seconds)
    if 0 < seconds < 9.95:
        return translate("{count} s", count=f"{seconds:.1f}")
    seconds = round(seconds)
    for unit_seconds, next_seconds, whole_text, text in SPANS:
        if seconds >= unit_seconds:
            count, remainder = seconds // unit_seconds, seconds % unit_seconds // next_seconds
            return translate(text if remainder else whole_text, count=count, rest=remainder)
    return translate("{count} s", count=seconds)


def format_remaining_time(seconds: float) -> str:
    """A span of time that is still to come, no finer than can be known: "about 40 s", "about 7 min", "about 2 h 10 min"."""
    return translate("about {duration}", duration=format_rounded_duration(seconds))


def format_rounded_duration(seconds: float) -> str:
    """As `format_remaining_time`, without "about", for a sentence that says it."""
    if seconds < 10:
        return translate("{count} s", count=max(1, round(seconds)))
    if seconds < 90:
        precision = 5
    elif seconds < 5400:
        precision = 60
    elif seconds < 86400:
        precision = 600
    else:
        precision = 3600
    return format_duration(precision * round(seconds / precision))


def format_step_time(seconds: float) -> str:
    """The time of one step to two or three digits: "0.8 ms", "15 ms", "2.5 s"."""
    milliseconds = 1000 * seconds
    if milliseconds < 999.5:
        count = f"{milliseconds:.1f}" if milliseconds < 9.95 else f"{milliseconds:.0f}"
        return translate("{count} ms", count=count)
    return translate("{count} s", count=f"{seconds:.1f}") if seconds < 59.95 else format_duration(seconds)


def format_bytes(byte_count: int) -> str:
    """Bytes in the unit that leaves one to three digits before the point: "312 B", "4.1 kB", "12.0 MB"."""
    if round(float(byte_count), 1) < 1000:
        return f"{byte_count:.0f} B"
    value = float(byte_count)
    for unit in ("kB", "MB"):
        value /= 1000
        if round(value, 1) < 1000:
            return f"{value:.1f} {unit}"
    return f"{value / 1000:.1f} GB"


def format_count(count: int, noun: str) -> str:
    """A number with its noun: "1 revision", "1,200 revisions"."""
    return f"{count:,} {noun}{'' if count == 1 else 's'}"
