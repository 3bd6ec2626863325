"""What programs print: text that a terminal shows and does not obey."""

import os
import re
import sys

CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")  # all but tab and line feed


class Plain:
    """A stream on which control characters, which a name in somebody else's file may hold, are shown as �; only a return stays
    where a text begins with it, as a progress bar's does."""

    def __init__(self, stream):
        self._stream = stream

    def __getattr__(self, name):
        return getattr(self._stream, name)

    def write(self, text):
        kept = int(text.startswith("\r"))
        return self._stream.write(text[:kept] + CONTROL.sub("�", text[kept:]))


def plain() -> None:
    """Make stdout and stderr such streams; what their encoding lacks is written with backslashes. One of the three that is closed
    becomes an empty one."""
    sys.stdin = sys.stdin or open(os.devnull)  # noqa: SIM115  (as the others, open as long as the program runs)
    for name in ("stdout", "stderr"):
        stream = getattr(sys, name) or open(os.devnull, "w")  # noqa: SIM115
        stream.reconfigure(errors="backslashreplace")
        setattr(sys, name, Plain(stream))


def escaped(json: str) -> str:
    """The same JSON with its control characters as escape sequences."""
    return CONTROL.sub(lambda found: f"\\u{ord(found[0]):04x}", json)
