"""Arrays in .npz files of the user's own. Each array's header is checked before the array is read, and nothing is unpickled."""

import math
import tokenize
import zipfile
from pathlib import Path

import numpy as np
from numpy.lib import format as npy

from aae_core.data.import_problems import ImportProblems, shorten_name
from aae_core.data.limits import MAX_FILES, MAX_TOTAL_BYTES
from aae_core.data.own_data.image_files import UNZIPPING_ERRORS
from aae_core.errors import DataError
from aae_core.files import os_error_message

MAX_HEADER_BYTES = 10_000  # bytes of an array's header, at most
# bytes of an array of texts, at most; each takes as much as the longest, and four bytes a character
MAX_TEXT_BYTES = 2**27
# what zipfile and NumPy raise for a damaged .npz; the last three come from NumPy's parser of an invalid header
NPZ_ERRORS = (*UNZIPPING_ERRORS, TypeError, SyntaxError, tokenize.TokenError)


def read_images_npz(path: Path, problems: ImportProblems) -> tuple[np.ndarray | None, np.ndarray | None]:
    """(images uint8 N×H×W×C with C = 1 or 3; labels, N integers or strings, or None) from the arrays of these names.

    If an array cannot be used, the reason is noted in `problems`, and None is returned in its place. DataError if the file cannot
    be read at all.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            info_by_name = {info.filename.removesuffix(".npy"): info for info in archive.infolist()}
            if "images" not in info_by_name:
                arrays = ", ".join(shorten_name(name) for name in sorted(info_by_name)[:5]) or "nothing"
                problems.add_problem(f"it holds {arrays} but no array named images")
                return None, None
            images = read_checked_array(archive, info_by_name, "images", _images_problem, problems)
            labels = read_checked_array(archive, info_by_name, "labels", _labels_problem, problems)
    except OSError as error:
        raise DataError(os_error_message(error, path, "read")) from None
    except NPZ_ERRORS:
        problems.add_problem("it is damaged or cut short")
        return None, None
    if images is not None and labels is not None and len(images) != len(labels):
        problems.add_problem(f"it holds {len(images):,} images but {len(labels):,} labels")
    if images is not None and images.ndim == 3:
        images = images[..., None]  # N×H×W -> N×H×W×1
    return images, labels


def npz_holds_array(path: Path, name: str) -> bool:
    """Whether an .npz holds an array of this name; False for a file that cannot be read, of which `read_images_npz` says why."""
    try:
        with zipfile.ZipFile(path) as archive:
            return f"{name}.npy" in archive.namelist()
    except NPZ_ERRORS:
        return False


def read_checked_array(
    archive: zipfile.ZipFile,
    info_by_name: dict[str, zipfile.ZipInfo],
    name: str | None,
    array_problem,
    problems: ImportProblems,
) -> np.ndarray | None:
    """The array in one of the members by name, as `read_npz_member` returns it; None if there is none of this name, or if it is
    refused, and the reason is noted in `problems`."""
    if name not in info_by_name:
        return None
    try:
        return read_npz_member(archive, info_by_name[name], array_problem)
    except DataError as problem:
        problems.add_problem(f"{name} {problem}")
        return None


def read_npz_member(archive: zipfile.ZipFile, info: zipfile.ZipInfo, array_problem) -> np.ndarray:
    """The array in one member of an .npz, whose header is checked before its content is read.

    array_problem(shape, dtype): returns what is wrong, as a clause, or "" or None. Raises DataError with a clause for
    that, for pickled objects, for more than MAX_TOTAL_BYTES, or MAX_TEXT_BYTES bytes of texts, and for another length
    than announced; and one of NPZ_ERRORS for a damaged file.
    """
    with archive.open(info) as stream:
        version = npy.read_magic(stream)  # an unknown one is refused when the array is read
        read_array_header = npy.read_array_header_1_0 if version == (1, 0) else npy.read_array_header_2_0
        shape, _, dtype = read_array_header(stream, max_header_size=MAX_HEADER_BYTES)
        content_start = stream.tell()
    content_bytes = math.prod(shape) * dtype.itemsize
    if dtype.hasobject:
        raise DataError("holds pickled Python objects, which are never loaded; save a plain array")
    if content_bytes > MAX_TOTAL_BYTES:
        raise DataError(
            f"takes {content_bytes / 2**30:,.1f} GiB, more than the {MAX_TOTAL_BYTES / 2**30:g} GiB allowed"
        )
    if dtype.kind in "SU" and content_bytes > MAX_TEXT_BYTES:
        bytes_each = 4 if dtype.kind == "U" else 1  # of a character
        raise DataError(
            f"holds texts of up to {dtype.itemsize // bytes_each:,} characters, which take "
            f"{content_bytes / 2**20:,.0f} MiB where "
            f"{MAX_TEXT_BYTES / 2**20:g} MiB are allowed; shorten them, or use numbers"
        )
    if info.file_size != content_start + content_bytes:
        raise DataError(f"announces {content_bytes:,} bytes but holds {max(0, info.file_size - content_start):,}")
    problem = array_problem(shape, dtype)
    if problem:
        raise DataError(problem)
    with archive.open(info) as stream:
        return npy.read_array(stream, allow_pickle=False, max_header_size=MAX_HEADER_BYTES)


def describe_shape(shape) -> str:
    """A shape as it stands after "has the shape"."""
    if not shape:
        return "of a single number"
    return "×".join(str(length) for length in shape)


def _images_problem(shape, dtype) -> str:
    """What is wrong with an array of images of this shape and type; "" if nothing is."""
    if len(shape) not in (3, 4) or (len(shape) == 4 and shape[3] not in (1, 3)):
        return f"has the shape {describe_shape(shape)}; N×H×W, N×H×W×1 or N×H×W×3 is expected"
    if dtype.kind == "f":
        return "holds floating-point numbers; if they lie in [0, 1], save (images * 255).round().astype('uint8')"
    if dtype == np.uint16:
        return (
            "is of type uint16; uint8 is expected, from 0 (black) to 255 (white): save (images * (255 / HIGH)).round()"
            ".astype('uint8') with the value HIGH that is white, such as 4095 for 12 bits, in this and all later files"
        )
    if dtype != np.uint8:
        return f"is of type {dtype}; uint8 is expected, from 0 (black) to 255 (white)"
    if 0 in shape:
        return "is empty"
    return ""


def _labels_problem(shape, dtype) -> str:
    if len(shape) != 1 or shape[0] > MAX_FILES:
        return f"has the shape {describe_shape(shape)}; one label for each image is expected"
    if dtype.kind not in "iuU":
        return f"is of type {dtype}; integers or strings are expected"
    return ""
