"""A progress bar on stderr: one line rewritten on a terminal, a line every ten seconds elsewhere, or nothing."""

import sys
import time

EVERY = {True: 0.1, False: 10.0}  # seconds between two lines, by whether stderr is a terminal
WIDTH = 24  # characters of the bar itself


class Bar:
    """Use as a context; `show` may be called as often as one likes."""

    def __init__(self, title: str, quiet: bool = False):
        self.title, self.quiet = title, quiet
        self._terminal = sys.stderr.isatty()
        self._start = self._last = time.monotonic()
        self._first: int | None = None
        self._length = 0

    def __enter__(self):
        return self

    def __exit__(self, *error):
        if self._length:
            print(file=sys.stderr)

    def say(self, text: str) -> None:
        """A line of its own."""
        if not self.quiet:
            print(text, file=sys.stderr)

    def show(self, done: int, total: int, text: str = "") -> None:
        """`done` of `total` (0 if unknown), with `text` beside it; the time left is told from the pace so far."""
        now = time.monotonic()
        if self._first is None:
            self._first, self._start = done, now
        if self.quiet or (now - self._last < EVERY[self._terminal] and done != total):
            return
        self._last = now
        line = self._line(done, total, text, now - self._start)
        if self._terminal:
            print("\r" + line.ljust(self._length), end="", file=sys.stderr, flush=True)
            self._length = len(line)
        else:
            print(line, file=sys.stderr, flush=True)

    def _line(self, done, total, text, elapsed):
        share = min(1.0, done / total) if total else 0.0
        full = round(WIDTH * share)
        gained = done - self._first
        left = f", {duration(elapsed * (total - done) / gained)} left" if total > done and gained > 0 else ""
        return f"{self.title} [{'#' * full}{'.' * (WIDTH - full)}] {share:4.0%} {text}{left}"


def duration(seconds: float) -> str:
    """A span of time as people say it: 8.2 s, 3 min 5 s, 2 h 10 min."""
    if seconds < 60:
        return f"{seconds:.1f} s"
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes} min {rest} s" if minutes < 60 else f"{minutes // 60} h {minutes % 60} min"
