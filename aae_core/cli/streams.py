"""Output streams without control characters, so that no printed text can control the terminal."""

import os
import re
import sys

CONTROL_CHARACTERS = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")  # all but tab and line feed


class ControlFreeStream:
    """A stream that writes control characters, which names in other people's files may contain, as �, except for a carriage
    return at the beginning of a text, which a progress bar needs."""

    def __init__(self, stream):
        self._stream = stream

    def __getattr__(self, name):
        return getattr(self._stream, name)

    def write(self, text):
        start = "\r" if text.startswith("\r") else ""
        return self._stream.write(start + CONTROL_CHARACTERS.sub("�", text.removeprefix(start)))


def wrap_standard_streams() -> None:
    """Make stdout and stderr ControlFreeStreams, on which characters outside their encoding are written as backslash
    escapes. Standard streams that are closed are replaced by the null device."""
    sys.stdin = sys.stdin or open(os.devnull)  # noqa: SIM115  (as the others, open as long as the program runs)
    for name in ("stdout", "stderr"):
        stream = getattr(sys, name) or open(os.devnull, "w")  # noqa: SIM115
        stream.reconfigure(errors="backslashreplace")
        setattr(sys, name, ControlFreeStream(stream))


def escape_control_characters(json: str) -> str:
    """A JSON text with its control characters as escape sequences."""
    return CONTROL_CHARACTERS.sub(lambda match: f"\\u{ord(match[0]):04x}", json)
