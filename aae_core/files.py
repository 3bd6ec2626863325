"""Atomic and durable writing, and readers that check everything before they use it.

The formats are JSON and safetensors. Sizes are checked before anything is read, and a safetensors header before any tensor.

Guarantees, tested by benchmarks/robustness/faults/: when `write_atomic`, `move` or `remove` returns, its change survives a
power failure; interrupted, it leaves the complete old or new file. So changes survive in the order in which they were made.
Records (`write_checksummed_json`) and tensor files (`write_tensors`) have a checksum, so that no changed byte goes unnoticed;
the files of data sets have none that is checked when they are read.
"""

import errno
import io
import json
import math
import os
import platform
import re
import secrets
import shutil
import stat
import time
import zlib
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from itertools import accumulate, takewhile
from pathlib import Path

import numpy as np
import psutil
from filelock import FileLock, Timeout
from safetensors import SafetensorError, safe_open
from safetensors.numpy import save

from aae_core.errors import AAEError, RevisionError

try:
    from fcntl import F_FULLFSYNC, fcntl
except ImportError:  # only macOS has it, where fsync does not flush the drive's own cache
    F_FULLFSYNC = fcntl = None

JSON_LIMIT = 16 * 2**20  # bytes
MAX_NESTING = 50  # levels of lists and objects within each other in JSON
TENSORS_LIMIT = 4 * 2**30  # bytes
DRAFT_LIFE_SECONDS = 3600.0  # seconds after which a draft counts as abandoned
DRAFT_SUFFIX = ".part"  # suffix of a file that is still being written
HOST = platform.node()  # the name of this machine, by which others that share its folders know it
HOST_CODE = f"{zlib.crc32(HOST.encode()) & 0xFFFF:04x}"  # a short form of it
# the name of an unfinished file, with the id of the process that writes it, and HOST_CODE of its machine
DRAFT_NAME = re.compile(r"\..+\.(\d{1,9})-([0-9a-f]{4})[0-9a-f]{4}\.part")
CHECKSUM_PREFIX = re.compile(rb'\{"crc32":"([0-9a-f]{8})",')  # begins a sealed text: the checksum of the rest
CHECKSUM_KEY = "crc32"  # key of the checksum in a tensor file's metadata
BYTES_PER_ITEM = {"F64": 8, "F32": 4, "F16": 2, "I64": 8, "I32": 4, "I16": 2, "I8": 1, "U8": 1, "BOOL": 1}
FLOAT_TYPES = ("F64", "F32", "F16")
OS_ERROR_REASONS = (  # (numbers of errors, what they mean and what to do)
    ((errno.ENOSPC, errno.EDQUOT), "the disk is full; free some space, then resume or try again"),
    ((errno.EACCES, errno.EPERM, errno.EROFS), "permission denied; change the permissions, or choose another folder"),
    ((errno.ELOOP,), "it is a link, which is not followed; remove it"),
    ((errno.ENOENT,), "it is missing; check the name, or restore it from a copy"),
    ((errno.EEXIST, errno.ENOTDIR), "a file is where a folder is needed; choose another place"),
    ((errno.EISDIR,), "a folder is where a file is needed; remove it, or name a file"),
    ((errno.ENAMETOOLONG,), "its name is too long; choose a shorter one"),
    (
        (errno.EAGAIN, errno.ENOMEM, errno.EMFILE, errno.ENFILE),
        "this machine has too many processes, too many open files or too little memory; end some programs, or try again later",
    ),
)


class LockHeldError(RevisionError):
    """Another process holds the lock."""


def os_error_message(error: OSError, path, action: str = "written") -> str:
    """A sentence that says why `path` could not be written or, by `action`, "read", "removed" and so on, and what to do."""
    reason = f"{error.strerror or error}; check the disk and try again"
    for numbers, matching_reason in OS_ERROR_REASONS:
        if error.errno in numbers:
            reason = matching_reason
            break
    return f"{path} could not be {action}: {reason}."


@contextmanager
def raise_os_errors_as(path, action: str = "written", error_type: type[AAEError] = RevisionError) -> Iterator[None]:
    """A context that turns an OSError into an `error_type` with the sentence of `os_error_message`."""
    try:
        yield
    except OSError as error:
        raise error_type(os_error_message(error, path, action)) from error


def write_atomic(
    path, content: bytes | str, error_type: type[AAEError] = RevisionError, is_durable: bool = True
) -> None:
    """Write a file under another name and rename it, so that even after a crash the complete old or new file is there, and the
    new one if this has returned. Text is written as UTF-8. is_durable: False for a file that a power failure may take.

    Raises `error_type`, with a sentence, if the disk is full, if permission is denied, or if the folder is missing.
    """
    path = Path(path)
    draft = path.with_name(f".{path.name}.{os.getpid()}-{HOST_CODE}{secrets.token_hex(2)}{DRAFT_SUFFIX}")
    data = content.encode() if isinstance(content, str) else content
    with raise_os_errors_as(path, error_type=error_type):
        try:
            with open(draft, "xb") as file:
                file.write(data)
                file.flush()
                if is_durable:
                    _sync_handle(file.fileno())
            os.replace(draft, path)
        except BaseException:  # KeyboardInterrupt, too
            draft.unlink(missing_ok=True)
            raise
        if is_durable:
            _sync_folder_entries(path.parent)


def _sync_folder_entries(folder: Path) -> None:
    """Make the names in a folder survive a power failure, if the system (not Windows), the file system and permissions allow it.
    Raises OSError for other failures."""
    try:
        handle = os.open(folder, os.O_RDONLY)
    except OSError as error:
        if error.errno not in (errno.EACCES, errno.EISDIR, errno.ENOTSUP):
            raise
        return
    try:
        _sync_handle(handle)
    except OSError as error:
        if error.errno not in (errno.EINVAL, errno.ENOTSUP, errno.EBADF):
            raise
    finally:
        os.close(handle)


def _sync_handle(handle: int) -> None:
    """Make what was written to a file or folder survive a power failure. Raises OSError."""
    if F_FULLFSYNC is not None:
        with suppress(OSError):  # some file systems do not support it
            fcntl(handle, F_FULLFSYNC)
            return
    os.fsync(handle)


def make_folders(path: Path) -> None:
    """Create a folder and its missing parents, so that they survive a power failure. Raises OSError."""
    missing_folders = [folder for folder in (path, *path.parents) if not folder.exists()]
    path.mkdir(parents=True, exist_ok=True)
    for folder in missing_folders:
        _sync_folder_entries(folder.parent)


def check_not_symlink(path: Path) -> None:
    """Raise OSError if `path` is a symbolic link."""
    if path.is_symlink():
        raise OSError(errno.ELOOP, os.strerror(errno.ELOOP))


def move(old: Path, new: Path) -> None:
    """Rename a file or folder durably. A file or an empty folder at `new` is replaced. Raises OSError, also if there is a folder
    that is not empty."""
    os.replace(old, new)
    for folder in dict.fromkeys((new.parent, old.parent)):
        _sync_folder_entries(folder)


def remove_abandoned_drafts(folder: Path, pattern: str = "**") -> None:
    """Remove unfinished files of killed processes from the folders under `folder` that match `pattern`. Files that a process of
    this or another machine may still be writing are kept, and links are not followed."""
    for draft in folder.glob(f"{pattern}/.*{DRAFT_SUFFIX}"):
        name_match = DRAFT_NAME.fullmatch(draft.name)
        parents = takewhile(lambda parent: parent != folder, draft.parents)
        if not name_match or any(parent.is_symlink() for parent in parents):
            continue
        pid, host = int(name_match[1]), name_match[2]
        is_writer_dead = host == HOST_CODE and not psutil.pid_exists(pid)
        if is_writer_dead or _is_abandoned(draft):
            with suppress(OSError):
                draft.unlink()


def _is_abandoned(path):
    """Whether a draft is too old to be in use; False if it has disappeared."""
    with suppress(OSError):
        return time.time() - path.stat().st_mtime > DRAFT_LIFE_SECONDS
    return False


def remove(path: Path) -> None:
    """Remove a file durably, if it exists; RevisionError if that fails."""
    with raise_os_errors_as(path, "removed"), suppress(FileNotFoundError):
        path.unlink()
        _sync_folder_entries(path.parent)


def remove_abandoned_folders(folder: Path, pattern: str) -> None:
    """Remove the folders of killed processes: those in `folder` that match `pattern` and are too old to be in use."""
    for candidate in folder.glob(pattern):
        if _is_abandoned(candidate):
            shutil.rmtree(candidate, ignore_errors=True)


def write_json(path, record, error_type: type[AAEError] = RevisionError) -> None:
    """Write a JSON value atomically; ValueError if a number is not finite, `error_type` as in `write_atomic`."""
    write_atomic(path, _to_json_text(record), error_type)


def _to_json_text(record) -> str:
    return json.dumps(record, indent=1, ensure_ascii=False, allow_nan=False) + "\n"


def write_checksummed_json(path, record: dict) -> None:
    """As `write_json`, for a record that only this program edits, with a checksum by which `read_json` notices changed bytes."""
    write_atomic(path, add_checksum(_to_json_text(record)))


def add_checksum(text: str) -> bytes:
    """A text that begins with a JSON object, as bytes, with a first key added to the object: the checksum of what follows it."""
    body = text.encode()[1:]
    return b'{"crc32":"%08x",' % zlib.crc32(body) + body


def strip_checksum(data: bytes, source, error_type: type[AAEError] = RevisionError) -> bytes:
    """The inverse of `add_checksum`; bytes without such a checksum are returned as they are. Raises `error_type`, which names
    the `source`, if a byte has changed."""
    match = CHECKSUM_PREFIX.match(data)
    if match is None:
        return data
    body = memoryview(data)[match.end() :]
    if zlib.crc32(body) != int(match[1], 16):
        raise error_type(
            f"{source} is damaged, cut short or was edited by hand: its checksum does not fit; restore it from a copy."
        )
    return b"".join((b"{", body))


def evenly_spaced_lines(data: bytes, max_lines: int) -> Iterator[tuple[int, bytes]]:
    """Yield (its number from 1, the line) for each line of a text, one at a time; of more than `max_lines` (at least 2)
    lines, so many evenly spaced ones with the first and the last."""
    count = data.count(b"\n")
    if not data.endswith(b"\n"):
        count += 1
    chosen = set(np.linspace(0, count - 1, min(count, max_lines)).round().astype(int).tolist())
    for index, line in enumerate(io.BytesIO(data)):
        if index in chosen:
            yield index + 1, line


def file_version(path) -> tuple | None:
    """A key that changes whenever the file at a path is written; None if there is none."""
    try:
        status = os.stat(path)
    except OSError:
        return None
    return status.st_ino, status.st_mtime_ns, status.st_size


def read_bytes(path, limit: int, error_type: type[AAEError] = RevisionError) -> bytes:
    """The contents of an ordinary file of at most `limit` bytes; raises `error_type` for any other, or if it cannot be read."""
    with raise_os_errors_as(path, "read", error_type), open(path, "rb", opener=nonblocking_opener) as file:
        _check_size(path, file, limit, error_type)
        return file.read(limit)


def nonblocking_opener(path, flags) -> int:
    """An opener for `open` that does not wait for the other end of a pipe."""
    return os.open(path, flags | getattr(os, "O_NONBLOCK", 0))


def nofollow_opener(path, flags) -> int:
    """An opener for `open` that neither waits for a pipe nor follows a link, since a folder that somebody else made may hold
    links to the user's own files."""
    return os.open(path, flags | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_NOFOLLOW", 0), 0o666)


def _check_size(path, file, limit, error_type) -> int:
    status = os.fstat(file.fileno())
    if not stat.S_ISREG(status.st_mode):
        raise error_type(f"{path} is not an ordinary file; restore it from a copy.")
    if status.st_size > limit:
        raise error_type(
            f"{path} is {status.st_size:,} bytes long, but at most {limit:,} are allowed; it was not read."
        )
    return status.st_size


def read_json(path, limit: int = JSON_LIMIT, error_type: type[AAEError] = RevisionError) -> dict:
    """The JSON object in a file; raises `error_type`, which names the file, if it is missing, damaged, or larger than `limit`
    bytes."""
    return parse_json_object(strip_checksum(read_bytes(path, limit, error_type), path, error_type), path, error_type)


def parse_json_object(text: bytes, source, error_type: type[AAEError] = RevisionError) -> dict:
    """The JSON object in bytes; raises `error_type`, which names their `source`, if there is none."""
    try:
        record = parse_json(text)
    except (ValueError, RecursionError):
        raise error_type(f"{source} is damaged or cut short: it is not valid JSON; restore it from a copy.") from None
    if not isinstance(record, dict):
        raise error_type(
            f"{source} does not hold a JSON object; another program may have written it, so restore it from a copy."
        )
    return record


def parse_json(text: bytes | str):
    """The JSON value in a text; ValueError or RecursionError if it is invalid, nested more than MAX_NESTING levels, or
    contains NaN, an infinite number, or half of a surrogate pair."""
    value = json.loads(text, parse_constant=_refuse_constant, parse_float=_parse_finite_float)
    if _values_nested_too_deep(value):
        raise ValueError(f"nested more than {MAX_NESTING} levels")
    if not text.isascii() or (b"\\u" if isinstance(text, bytes) else "\\u") in text:
        json.dumps(value, ensure_ascii=False).encode()
    return value


def _values_nested_too_deep(value):
    """The lists and objects within MAX_NESTING others; found without recursion, which they might bring to its limit."""
    values, containers = [value], []
    for _ in range(MAX_NESTING + 1):
        containers = [item for item in values if isinstance(item, dict | list)]
        values = []
        for container in containers:
            values.extend(container.values() if isinstance(container, dict) else container)
    return containers


def is_finite_number(value) -> bool:
    """Whether a value from a file is a finite number; not a bool, nor an int too large for a float."""
    try:
        return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)
    except OverflowError:
        return False


def _refuse_constant(name):
    raise ValueError(name)


def _parse_finite_float(text):
    number = float(text)
    if math.isinf(number):
        raise ValueError(f"{text} is too large")
    return number


@dataclass(frozen=True)
class TensorHeader:
    """The header of a safetensors file. tensors: {name: (dtype, shape)}; offsets: {name: offset of the tensor in the file, in
    bytes}; metadata: without the checksum; checksum: of names, types, shapes, metadata and tensors, None if there is
    none."""

    tensors: dict[str, tuple[str, tuple[int, ...]]]
    metadata: dict[str, str]
    offsets: dict[str, int]
    checksum: str | None = None


def write_tensors(
    path, tensors: dict[str, np.ndarray], metadata: dict[str, str] | None = None, is_durable: bool = True
) -> None:
    """Write arrays as safetensors with a checksum, atomically; RevisionError if that fails. is_durable: as for
    `write_atomic`."""
    # safetensors stores the raw buffer, so a transposed view would be stored in the wrong order
    arrays = {k: np.ascontiguousarray(v).reshape(v.shape) for k, v in tensors.items()}
    content = save(arrays, (metadata or {}) | {CHECKSUM_KEY: _checksum_of(arrays, metadata or {})})
    write_atomic(path, content, is_durable=is_durable)


def _checksum_of(arrays, metadata) -> str:
    """The checksum (CRC-32, in hexadecimal) of arrays with their names, types and shapes, and of metadata, in any order."""
    descriptions = [[name, str(values.dtype), values.shape] for name, values in sorted(arrays.items())]
    checksum = zlib.crc32(json.dumps([descriptions, metadata], sort_keys=True).encode())
    for _, values in sorted(arrays.items()):
        checksum = zlib.crc32(values.reshape(-1).view(np.uint8), checksum)
    return f"{checksum:08x}"


def read_tensor_header(path, limit: int = TENSORS_LIMIT) -> TensorHeader:
    """The checked header of a safetensors file; RevisionError if it is missing, cut short, larger than `limit` bytes, or not of
    this format."""
    header, tensor_file = open_tensors(path, limit)
    with tensor_file:
        return header


def read_tensors(
    path, expected: dict | None = None, limit: int = TENSORS_LIMIT
) -> tuple[dict[str, np.ndarray], TensorHeader]:
    """(arrays by name, header) of a safetensors file.

    expected: {name: (dtype, shape)}, to which the header must conform before any tensor is read; a floating-point dtype there
    stands for any of fp16, fp32 and fp64. Raises RevisionError, with file, cause and remedy, and MemoryError.
    """
    header, tensor_file = open_tensors(path, limit)
    with tensor_file:
        if expected is not None:
            check_tensors(path, header, expected)
        arrays = {name: read_tensor(tensor_file, name) for name in header.tensors}
    if header.checksum is not None and header.checksum != _checksum_of(arrays, header.metadata):
        raise RevisionError(
            f"{path} is damaged: its checksum does not fit; put the right file back, resume the training, or train again."
        )
    return arrays, header


def read_tensor(tensor_file, name: str) -> np.ndarray:
    """A tensor by the library's handle from `open_tensors`; MemoryError where the library would panic or hang."""
    tensor_slice = tensor_file.get_slice(name)
    np.empty(BYTES_PER_ITEM[tensor_slice.get_dtype()] * math.prod(tensor_slice.get_shape()), np.uint8)
    return tensor_file.get_tensor(name)


def open_tensors(path, limit: int = TENSORS_LIMIT):
    """(checked header, the library's handle) of a safetensors file; by the handle, single tensors and slices can be read while
    the rest stays on the disk. Raises RevisionError, with file, cause and remedy."""
    try:
        with raise_os_errors_as(path, "read"):
            with open(path, "rb", opener=nonblocking_opener) as file:
                size = _check_size(path, file, limit, RevisionError)
            tensor_file = safe_open(path, "np")
    except SafetensorError:
        raise RevisionError(
            f"{path} is cut short, damaged or not a safetensors file; put the right file back, resume the training, or train "
            "again."
        ) from None
    return _read_checked_header(path, tensor_file, size), tensor_file


def _read_checked_header(path, tensor_file, size) -> TensorHeader:
    tensors, byte_counts = {}, []
    for name in tensor_file.offset_keys():  # in the order of the file, which has no gaps between tensors
        tensor_slice = tensor_file.get_slice(name)
        tensors[name] = tensor_slice.get_dtype(), tuple(tensor_slice.get_shape())
        if tensor_slice.get_dtype() not in BYTES_PER_ITEM:
            raise RevisionError(f"{path} has a tensor of an unknown type, {name[:80]}; put the right file back.")
        byte_counts.append(BYTES_PER_ITEM[tensor_slice.get_dtype()] * math.prod(tensor_slice.get_shape()))
    offsets = accumulate(byte_counts, initial=size - sum(byte_counts))
    metadata = tensor_file.metadata() or {}
    checksum = metadata.pop(CHECKSUM_KEY, None)
    return TensorHeader(tensors, metadata, dict(zip(tensors, offsets, strict=False)), checksum)


def check_tensors(path, header: TensorHeader, expected: dict[str, tuple[str, tuple[int, ...]]]) -> None:
    """Raise RevisionError unless names, shapes and dtypes are those `expected`, where any floating-point dtype stands for all."""
    mismatch = next(_tensor_mismatches(header.tensors, expected), None)
    if mismatch is not None:
        raise RevisionError(
            f"{path} does not belong here: {mismatch}; put the file of this revision back, or train again."
        )


def _tensor_mismatches(stored_tensors, expected_tensors) -> Iterator[str]:
    """Yield a clause for each mismatch that `check_tensors` refuses."""
    for name in sorted(expected_tensors.keys() - stored_tensors.keys()):
        yield f"it lacks the tensor {name}"
    for name in sorted(stored_tensors.keys() - expected_tensors.keys()):
        yield f"it holds an unknown tensor {name[:80]}"
    for name, (dtype, shape) in expected_tensors.items():
        stored_dtype, stored_shape = stored_tensors[name]
        if stored_shape != tuple(shape):
            stored_size, expected_size = _size_in_words(stored_shape), _size_in_words(shape)
            yield f"its tensor {name} is {stored_size} where the configuration asks for {expected_size}"
        if stored_dtype != dtype and not (stored_dtype in FLOAT_TYPES and dtype in FLOAT_TYPES):
            yield f"its tensor {name} is of type {stored_dtype}, not {dtype}"


def _size_in_words(shape) -> str:
    return "×".join(map(str, shape)) or "one"


@contextmanager
def lock(path, busy_message: str, timeout: float = 0.0) -> Iterator[None]:
    """A context that holds the lock file `path`, which the system releases when its holder dies. Raises LockHeldError with
    the text `busy_message` if another process still holds it after `timeout` seconds, RevisionError if it cannot be
    created."""
    path = Path(path)
    if not path.parent.is_dir():
        raise RevisionError(f"{path.parent} no longer exists; it was deleted or moved in the meantime.")
    with raise_os_errors_as(path, "locked"):
        try:
            file_lock = FileLock(str(path)).acquire(timeout=timeout, poll_interval=0.02)
        except Timeout:
            raise LockHeldError(busy_message) from None
    with file_lock:
        yield
