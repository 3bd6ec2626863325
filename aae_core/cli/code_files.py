"""Codes in .npz files: `z`, float32 N×d, and, if there is a content, `y`, float32 N×K."""

import io
import zipfile

import numpy as np

from aae_core.data.images.npz_files import NPZ_ERRORS, read_npz_member
from aae_core.data.own_data.own_images import require_existing_path
from aae_core.errors import DataError
from aae_core.files import raise_os_errors_as, write_atomic
from aae_core.wording import program_name


def write_npz(path, **arrays: np.ndarray) -> None:
    """Write arrays as a compressed .npz, atomically; DataError if it cannot be written."""
    content = io.BytesIO()
    np.savez_compressed(content, **arrays)
    write_atomic(path, content.getvalue(), DataError)


def read_codes(path, dim: int, classes: int) -> tuple[np.ndarray, np.ndarray | None]:
    """(z, float32 N×`dim`; y, float32 N×`classes` or labels int64 N, or None if the file holds neither).

    y is taken from the array `y`, or else from `labels`, as the pages export them. Raises DataError, with file and cause, if it
    is missing, damaged or too large, and for pickled objects, a wrong shape, a label that is no class, or a number that is not
    finite.
    """
    path = require_existing_path(path, "an .npz file")
    try:
        with raise_os_errors_as(path, "read", DataError), zipfile.ZipFile(path) as archive:
            members = {info.filename.removesuffix(".npy"): info for info in archive.infolist()}
            if "z" not in members:
                raise DataError(f"{path} holds no array named z; write it with '{program_name()} encode'.")
            z = _read_floats(path, archive, members["z"], "z")
            content = next((name for name in ("y", "labels") if name in members), None)
            y = _read_floats(path, archive, members[content], content) if content else None
    except DataError:  # which is a ValueError, too
        raise
    except NPZ_ERRORS:
        raise DataError(f"{path} is damaged or not an .npz file; write it with '{program_name()} encode'.") from None
    if z.ndim != 2 or z.shape[1] != dim or not len(z):
        raise DataError(f"{path} holds z of shape {_format_shape(z)}, but this revision's codes are N × {dim}.")
    if y is None:
        return z, None
    if y.shape == (len(z),):
        if not ((y == y.round()) & (y >= 0) & (y < classes)).all():
            raise DataError(f"{path} holds a {content} that is not a class from 0 to {classes - 1}.")
        return z, y.astype(np.int64)
    if y.shape != (len(z), classes):
        raise DataError(f"{path} holds {content} of shape {_format_shape(y)}, but {len(z)} × {classes} is expected.")
    return z, y


def _read_floats(path, archive, info, name) -> np.ndarray:
    """An array as float32, whose header is checked before its content is read."""
    try:
        values = read_npz_member(archive, info, _non_numeric_reason)
    except DataError as error:
        raise DataError(f"{path} cannot be used: {name} {error}.") from None
    with np.errstate(over="ignore"):
        values = values.astype(np.float32)
    if not np.isfinite(values).all():
        raise DataError(f"{path} holds {name} with values that are not finite.")
    return values


def _non_numeric_reason(shape, dtype) -> str:
    return "" if dtype.kind in "fiu" else f"is of type {dtype}; numbers are expected"


def _format_shape(array) -> str:
    return " × ".join(map(str, array.shape)) or "()"
