"""Reader of IDX files, plain or gzipped, the format of most standard data sets; the header is checked before the
pixels are read. IDX (http://yann.lecun.com/exdb/mnist/): two zero bytes, the type (8: unsigned byte), the number of
dimensions, each dimension as a big-endian 32-bit integer, then the values."""

import gzip
import hashlib
import math
import struct
import zlib
from contextlib import contextmanager
from pathlib import Path

import numpy as np

from aae_core.errors import DataError
from aae_core.files import raise_os_errors_as

# number of dimensions (1: labels, 3: images) -> bytes of the values in an IDX file
MAX_BYTES_BY_DIMENSIONS = {1: 2**21, 3: 2**30}
DOWNLOAD_AGAIN = "delete it and download the data set again"
UNSIGNED_BYTE = 8  # the type in the header


@contextmanager
def _open_decompressed(path: Path):
    """A context with the decompressed content as a stream; DataError if the file is truncated, damaged or unreadable."""
    open_stream = gzip.open if path.suffix == ".gz" else open
    with raise_os_errors_as(path, "read", DataError):
        try:
            with open_stream(path, "rb") as stream:
                yield stream
        except (EOFError, zlib.error, gzip.BadGzipFile):
            raise DataError(f"{path} is damaged or cut short; {DOWNLOAD_AGAIN}.") from None


def _read_header(stream, path: Path, dimensions: int) -> tuple[int, ...]:
    header = stream.read(4 + 4 * dimensions)
    if len(header) < 4 + 4 * dimensions:
        raise DataError(f"{path} is cut short: it ends within its header; {DOWNLOAD_AGAIN}.")
    if header[:4] != bytes((0, 0, UNSIGNED_BYTE, dimensions)):
        kind = {1: "labels", 3: "images"}[dimensions]
        raise DataError(
            f"{path} is not an IDX file of {kind}: it begins with {header[:4].hex(' ')} where "
            f"{bytes((0, 0, UNSIGNED_BYTE, dimensions)).hex(' ')} is expected; put the right file in its place."
        )
    return struct.unpack(f">{dimensions}I", header[4:])


def read_idx_shape(path: Path, dimensions: int) -> tuple[int, ...]:
    """The shape in the header of an IDX file with 1 (labels) or 3 dimensions (images); DataError if it has another header."""
    with _open_decompressed(path) as stream:
        return _read_header(stream, path, dimensions)


def read_idx(path: Path, dimensions: int) -> np.ndarray:
    """The values of an IDX file, uint8, with 1 (labels) or 3 dimensions (images).

    Raises DataError, with the file's name, if its magic number, number of dimensions or length is wrong, or if it is too large.
    """
    with _open_decompressed(path) as stream:
        shape = _read_header(stream, path, dimensions)
        length = math.prod(shape)
        if length > MAX_BYTES_BY_DIMENSIONS[dimensions]:
            raise DataError(
                f"{path} announces {length:,} bytes, more than the {MAX_BYTES_BY_DIMENSIONS[dimensions]:,} allowed; "
                f"it is not read."
            )
        size = path.stat().st_size - 4 - 4 * dimensions
        if path.suffix != ".gz" and size != length:
            raise DataError(f"{path} holds {size:,} bytes where its header announces {length:,}; {DOWNLOAD_AGAIN}.")
        content = stream.read(length)
        if len(content) != length or stream.read(1):
            comparison = "fewer" if len(content) < length else "more"
            raise DataError(
                f"{path} holds {comparison} bytes than the {length:,} its header announces; {DOWNLOAD_AGAIN}."
            )
    return np.frombuffer(bytearray(content), np.uint8).reshape(shape)  # bytearray makes the array writable


def idx_header(shape: tuple[int, ...]) -> bytes:
    """The header of an IDX file of unsigned bytes with this shape."""
    return struct.pack(f">{len(shape) + 1}I", UNSIGNED_BYTE << 8 | len(shape), *shape)


def content_sha256(values: np.ndarray) -> str:
    """The SHA-256, in hexadecimal, of the IDX file that holds these values (uint8), not compressed."""
    digest = hashlib.sha256(idx_header(values.shape))
    digest.update(np.ascontiguousarray(values))
    return digest.hexdigest()


def read_idx_pair(
    images_path: Path, labels_path: Path, side: int, classes: int, first_class: int = 0
) -> tuple[np.ndarray, np.ndarray]:
    """Images (uint8 N×side×side×1) and labels (int64 N in 0 … classes − 1) of one split.

    first_class: the number of the first class in the file. Raises DataError, with the name of the file that does not fit.
    """
    labels = read_idx(labels_path, 1).astype(np.int64) - first_class
    count, *size = read_idx_shape(images_path, 3)
    if size != [side, side]:
        raise DataError(f"{images_path} holds images of {size[0]}×{size[1]} pixels where {side}×{side} are expected.")
    if count != len(labels):
        raise DataError(
            f"{images_path} holds {count:,} images but {labels_path.name} {len(labels):,} labels; the two do not "
            "belong together; delete both and download the data set again."
        )
    if not count:
        raise DataError(f"{labels_path} is empty: it holds no labels; {DOWNLOAD_AGAIN}.")
    outside_labels = labels[(labels < 0) | (labels >= classes)]
    if outside_labels.size:
        first_outside, last_class = outside_labels[0] + first_class, first_class + classes - 1
        raise DataError(
            f"{labels_path} holds the label {first_outside} outside {first_class} … {last_class}; {DOWNLOAD_AGAIN}."
        )
    return read_idx(images_path, 3)[..., None], labels
