"""Atomic writing of files, and readers that check everything before they use it.

JSON and safetensors only; sizes are checked before anything is read, and a safetensors header before any tensor is.
"""

import errno
import json
import math
import os
import secrets
import shutil
import stat
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from itertools import accumulate
from pathlib import Path

import numpy as np
from filelock import FileLock, Timeout
from safetensors import SafetensorError, safe_open
from safetensors.numpy import save

from aae_core.errors import AAEError, RevisionError

JSON_LIMIT = 16 * 2**20  # bytes
TENSORS_LIMIT = 4 * 2**30  # bytes
DRAFT_LIFE = 3600.0  # seconds
PART = ".part"  # suffix of a file that is still being written
ITEM_SIZES = {"F64": 8, "F32": 4, "F16": 2, "I64": 8, "I32": 4, "I16": 2, "I8": 1, "U8": 1, "BOOL": 1}
FLOATS = ("F64", "F32", "F16")


class Busy(RevisionError):
    """Another process holds the lock."""


def explain(error: OSError, path, done: str = "written") -> str:
    """One sentence on why `path` could not be `done` ("written", "read", …), and what to do."""
    start = f"{path} could not be {done}"
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return f"{start}: the disk is full; free some space, then resume or try again."
    if error.errno in (errno.EACCES, errno.EPERM, errno.EROFS):
        return f"{start}: permission denied; change the permissions, or choose another folder."
    if error.errno == errno.ENOENT:
        return f"{start}: it is missing; check the name, or restore it from a copy."
    return f"{start}: {error.strerror or error}; check the disk and try again."


@contextmanager
def explained(path, done: str = "written", kind: type[AAEError] = RevisionError) -> Iterator[None]:
    """Turn an OSError in the block into `kind` with one plain sentence."""
    try:
        yield
    except OSError as error:
        raise kind(explain(error, path, done)) from error


def write_atomic(path, content: bytes | str, kind: type[AAEError] = RevisionError) -> None:
    """Write under another name and rename, so that after a crash, too, the file is complete: the old or the new one.

    Raises `kind` with one sentence if the disk is full, there is no permission, or the folder is gone.
    """
    path = Path(path)
    part = path.with_name(f".{path.name}.{os.getpid()}-{secrets.token_hex(4)}{PART}")
    data = content.encode() if isinstance(content, str) else content
    with explained(path, kind=kind):
        try:
            with open(part, "xb") as file:
                file.write(data)
                file.flush()
                os.fsync(file.fileno())
            os.replace(part, path)
        except OSError:
            part.unlink(missing_ok=True)
            raise


def remove_parts(folder: Path) -> None:
    """Remove the unfinished files of a killed writer; to be called only while holding the folder's lock."""
    for part in folder.glob(f".*{PART}"):
        part.unlink(missing_ok=True)


def remove(path: Path) -> None:
    """Remove a file, if it is there; RevisionError with one sentence if that cannot be."""
    with explained(path, "removed"):
        path.unlink(missing_ok=True)


def remove_old(folder: Path, pattern: str) -> None:
    """Remove folders that a killed process left: those whose names match and that are too old to be in use."""
    for left in folder.glob(pattern):
        with suppress(OSError):
            if time.time() - left.stat().st_mtime > DRAFT_LIFE:
                shutil.rmtree(left)


def write_json(path, record, kind: type[AAEError] = RevisionError) -> None:
    """Write plain JSON values atomically; numbers must be finite (ValueError)."""
    write_atomic(path, json.dumps(record, indent=1, ensure_ascii=False, allow_nan=False) + "\n", kind)


def read_bytes(path, limit: int, kind: type[AAEError] = RevisionError) -> bytes:
    """The whole of an ordinary file of at most `limit` bytes; raises `kind` otherwise."""
    with explained(path, "read", kind), open(path, "rb", opener=without_waiting) as file:
        _check_size(path, file, limit, kind)
        return file.read(limit)


def without_waiting(path, flags):
    """Open without waiting for the other end of a pipe."""
    return os.open(path, flags | getattr(os, "O_NONBLOCK", 0))


def _check_size(path, file, limit, kind) -> int:
    found = os.fstat(file.fileno())
    if not stat.S_ISREG(found.st_mode):
        raise kind(f"{path} is not an ordinary file; restore it from a copy.")
    if found.st_size > limit:
        raise kind(f"{path} is {found.st_size:,} bytes long, but at most {limit:,} are allowed; it was not read.")
    return found.st_size


def read_json(path, limit: int = JSON_LIMIT, kind: type[AAEError] = RevisionError) -> dict:
    """The JSON record (an object) in a file; raises `kind` naming the file if it is missing, damaged or too large."""
    return parse_record(read_bytes(path, limit, kind), path, kind)


def parse_record(text: bytes, where, kind: type[AAEError] = RevisionError) -> dict:
    """A JSON object from bytes; raises `kind` naming its source `where`."""
    try:
        record = parse_json(text)
    except (ValueError, RecursionError):
        raise kind(f"{where} is damaged or cut short: it is not valid JSON; restore it from a copy.") from None
    if not isinstance(record, dict):
        raise kind(
            f"{where} does not hold a JSON object; another program may have written it, so restore it from a copy."
        )
    return record


def parse_json(text: bytes | str):
    """A JSON value; ValueError or RecursionError if it is invalid or has NaN or a text that cannot be displayed (half
    of a surrogate pair)."""
    value = json.loads(text, parse_constant=_refuse_constant)
    if not text.isascii() or (b"\\u" if isinstance(text, bytes) else "\\u") in text:
        json.dumps(value, ensure_ascii=False).encode()
    return value


def is_number(value) -> bool:
    """Whether a value from a file is a finite number, not a bool, and not a whole number too large for a float."""
    try:
        return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)
    except OverflowError:
        return False


def _refuse_constant(name):
    raise ValueError(name)


@dataclass(frozen=True)
class Header:
    """The header of a safetensors file: (dtype, shape) by tensor name, text metadata, and the first byte of each tensor."""

    tensors: dict[str, tuple[str, tuple[int, ...]]]
    metadata: dict[str, str]
    starts: dict[str, int]


def write_tensors(path, tensors: dict[str, np.ndarray], metadata: dict[str, str] | None = None) -> None:
    """Write arrays as safetensors, atomically."""
    # safetensors stores the raw buffer, so a transposed view would be stored in the wrong order
    write_atomic(path, save({k: np.ascontiguousarray(v).reshape(v.shape) for k, v in tensors.items()}, metadata))


def read_header(path, limit: int = TENSORS_LIMIT) -> Header:
    """Read and check the header alone; RevisionError if the file is missing, cut, longer than `limit`, or not safetensors."""
    header, opened = open_tensors(path, limit)
    with opened:
        return header


def read_tensors(
    path, expected: dict | None = None, limit: int = TENSORS_LIMIT
) -> tuple[dict[str, np.ndarray], Header]:
    """The arrays of a safetensors file and its header.

    expected: (dtype, shape) by name, checked against the header before any tensor is read; a floating dtype there
    stands for any of fp16, fp32 and fp64. Raises RevisionError, naming file, cause and remedy.
    """
    header, opened = open_tensors(path, limit)
    with opened:
        if expected is not None:
            check_tensors(path, header, expected)
        return {name: opened.get_tensor(name) for name in header.tensors}, header


def open_tensors(path, limit: int = TENSORS_LIMIT):
    """The checked header of a safetensors file, and the library's handle on it, by which single tensors and slices are read
    while the rest stays on the disk. RevisionError, naming file, cause and remedy."""
    try:
        with explained(path, "read"):
            with open(path, "rb", opener=without_waiting) as file:
                size = _check_size(path, file, limit, RevisionError)
            opened = safe_open(path, "np")
    except SafetensorError:
        raise RevisionError(
            f"{path} is cut short, damaged or not a safetensors file; put the right file back, resume the training, or train "
            "again."
        ) from None
    return _header(path, opened, size), opened


def _header(path, opened, size) -> Header:
    tensors, lengths = {}, []
    for name in opened.offset_keys():  # in the order of the file, in which nothing lies between them
        found = opened.get_slice(name)
        tensors[name] = found.get_dtype(), tuple(found.get_shape())
        if found.get_dtype() not in ITEM_SIZES:
            raise RevisionError(f"{path} has a tensor of an unknown type, {name[:80]}; put the right file back.")
        lengths.append(ITEM_SIZES[found.get_dtype()] * math.prod(found.get_shape()))
    starts = accumulate(lengths, initial=size - sum(lengths))
    return Header(tensors, opened.metadata() or {}, dict(zip(tensors, starts, strict=False)))


def check_tensors(path, header: Header, expected: dict[str, tuple[str, tuple[int, ...]]]) -> None:
    """Raise RevisionError unless names, shapes and dtypes are those `expected`."""
    remedy = "put the file of this revision back, or train again."
    missing, extra = expected.keys() - header.tensors.keys(), header.tensors.keys() - expected.keys()
    if missing:
        raise RevisionError(f"{path} does not belong here: it lacks the tensor {min(missing)}; {remedy}")
    if extra:
        raise RevisionError(f"{path} does not belong here: it holds an unknown tensor {min(extra)[:80]}; {remedy}")
    for name, (dtype, shape) in expected.items():
        found, found_shape = header.tensors[name]
        if found_shape != tuple(shape):
            sizes = " where the configuration asks for ".join(
                "×".join(map(str, s)) or "one" for s in (found_shape, shape)
            )
            raise RevisionError(f"{path} does not belong here: its tensor {name} is {sizes}; {remedy}")
        if found != dtype and not (found in FLOATS and dtype in FLOATS):
            raise RevisionError(
                f"{path} does not belong here: its tensor {name} is of type {found}, not {dtype}; {remedy}"
            )


@contextmanager
def lock(path, busy: str, timeout: float = 0.0) -> Iterator[None]:
    """Hold the lock file `path`, which the system frees when its holder dies; Busy(busy) if another process holds it."""
    path = Path(path)
    if not path.parent.is_dir():
        raise RevisionError(f"{path.parent} no longer exists; it was deleted or moved in the meantime.")
    held = FileLock(str(path))
    with explained(path, "locked"):
        try:
            held.acquire(timeout=timeout, poll_interval=0.02)
        except Timeout:
            raise Busy(busy) from None
    try:
        yield
    finally:
        held.release()
