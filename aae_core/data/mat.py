"""A reader of byte arrays in MATLAB 5 files, the format of SVHN.

SciPy's `loadmat` can crash the process on damaged files, and reads far more than bytes. This reader accepts only little-endian
files and byte arrays, and checks each length before it is used. Format: MathWorks, "MAT-File Format", level 5.
"""

import math
import struct
import zlib
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from aae_core.errors import DataError
from aae_core.files import explained

_PREFACE = 128  # bytes before the first element
_UINT8, _INT32, _UINT32, _MATRIX, _COMPRESSED = 2, 5, 6, 14, 15
_HEAD = 512  # bytes from the start of an element that are read to find the flags, dimensions and name of its variable
_COMPLEX = 0x800


@dataclass(frozen=True)
class Variable:
    """Where an array of bytes is in the file. shape: its dimensions; offset, length: of its element in bytes, after the tag;
    compressed: by zlib; start: offset of the values within the element, decompressed and without the inner tag if compressed."""

    shape: tuple[int, ...]
    offset: int
    length: int
    compressed: bool
    start: int


def variables(path: Path) -> dict[str, Variable]:
    """The byte arrays in a file by name, without reading their values; DataError if it is damaged or not a MATLAB 5 file."""
    found = {}
    with explained(path, "read", DataError), open(path, "rb") as file:
        size = path.stat().st_size
        preface = file.read(_PREFACE)
        if len(preface) < _PREFACE or preface[126:] != b"IM" or preface[125] != 1:
            raise _damaged(path)
        while file.tell() < size:
            tag, offset = file.read(8), file.tell()
            kind, length = struct.unpack("<II", tag) if len(tag) == 8 else (0, 0)
            if kind not in (_MATRIX, _COMPRESSED) or offset + length > size:
                raise _damaged(path)
            head = file.read(min(length, _HEAD))
            name, variable = _variable(path, head, offset, length, kind == _COMPRESSED)
            if variable:
                found[name] = variable
            file.seek(offset + length)
    return found


def _variable(path, head, offset, length, compressed):
    """(name, Variable) of one element, or ("", None) if it is not a real array of bytes."""
    try:
        if compressed:
            head = zlib.decompressobj().decompress(head, _HEAD)[8:]  # the tag of the array within
        at, flags = _part(head, 0, _UINT32)
        after, dimensions = _part(head, at, _INT32)
        after, name = _part(head, after, None)
        kind, count, start = _tag(head, after)
        shape = struct.unpack(f"<{len(dimensions) // 4}i", dimensions)
        plain = kind == _UINT8 and not struct.unpack_from("<I", flags)[0] & _COMPLEX
    except (struct.error, zlib.error):
        raise _damaged(path) from None
    if not plain:
        return "", None
    if min(shape, default=-1) < 0 or math.prod(shape) != count:
        raise _damaged(path)
    return name.decode("ascii", "replace"), Variable(shape, offset, length, compressed, start)


def _tag(head, at):
    """(type, length, start of the data) of the subelement at `at`; its short form has tag and data in eight bytes."""
    kind, length = struct.unpack_from("<II", head, at)
    if kind >> 16:
        return kind & 0xFFFF, kind >> 16, at + 4
    return kind, length, at + 8


def _part(head, at, expected):
    """(end, a multiple of eight; data) of the subelement at `at`; struct.error if it is cut short or not of type `expected`."""
    kind, length, start = _tag(head, at)
    data = head[start : start + length]
    if len(data) < length or (expected and kind != expected):
        raise struct.error
    return start + length + -(start + length) % 8, data


def read_array(path: Path, variable: Variable) -> np.ndarray:
    """The values of a variable, uint8 of its shape, column-major as in MATLAB; DataError if the file is damaged."""
    count = math.prod(variable.shape)
    with explained(path, "read", DataError), open(path, "rb") as file:
        file.seek(variable.offset)
        content = file.read(variable.length)
    start = variable.start
    try:
        if variable.compressed:
            start += 8
            content = zlib.decompressobj().decompress(content, start + count)
    except zlib.error:
        raise _damaged(path) from None
    if len(content) < start + count:
        raise _damaged(path)
    return np.frombuffer(content, np.uint8, count, start).reshape(variable.shape, order="F")


def _damaged(path):
    return DataError(f"{path} is damaged or not a MATLAB 5 file; delete it and download the data set again.")
