"""Matrices in files: a NumPy array in an .npy, and a sparse matrix in an .npz as `scipy.sparse.save_npz` writes it. Sizes
are checked before anything is read, and nothing is unpickled."""

import math
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import numpy as np
from numpy.lib import format as npy

from aae_core.data.images import npz_files
from aae_core.data.import_problems import shorten_name
from aae_core.data.limits import MAX_TOTAL_BYTES
from aae_core.errors import DataError
from aae_core.files import nonblocking_opener

SPARSE_ARRAYS = {
    "csr": ("data", "indices", "indptr"),
    "csc": ("data", "indices", "indptr"),
    "coo": ("data", "row", "col"),
}
# the arrays by which a sparse matrix is recognised
SPARSE_MARKS = frozenset({"format.npy", "shape.npy", "data.npy"})


@dataclass(frozen=True)
class MatrixFile:
    """A matrix with so many rows and columns in a file. read_rows(start, stop): those rows, as an array n×F."""

    row_count: int
    column_count: int
    read_rows: Callable[[int, int], np.ndarray]


def open_npy(path: Path) -> MatrixFile:
    """The matrix in an .npy, which is mapped into memory, not read whole; DataError if it holds none."""
    try:
        with open(path, "rb", opener=nonblocking_opener) as file:
            version = npy.read_magic(file)
            read_header = npy.read_array_header_1_0 if version == (1, 0) else npy.read_array_header_2_0
            shape, _, dtype = read_header(file, max_header_size=npz_files.MAX_HEADER_BYTES)
            content_start = file.tell()
        problem = _npy_problem(shape, dtype)
        content_bytes = math.prod(shape) * dtype.itemsize
        held_bytes = path.stat().st_size - content_start
        if not problem and content_bytes != held_bytes:
            problem = f"announces {content_bytes:,} bytes but holds {held_bytes:,}"
        if problem:
            raise DataError(f"The array in {shorten_name(path.name)} {problem}.")
        matrix = np.load(path, mmap_mode="r", allow_pickle=False, max_header_size=npz_files.MAX_HEADER_BYTES)
    except DataError:  # which is a ValueError, too
        raise
    except npz_files.NPZ_ERRORS:
        raise DataError(f"{shorten_name(path.name)} is damaged or not an .npy file.") from None
    return MatrixFile(*matrix.shape, lambda start, stop: np.array(matrix[start:stop]))


def _npy_problem(shape, dtype) -> str:
    if dtype.hasobject:
        return "holds pickled Python objects, which are never loaded; save a plain array"
    if len(shape) in (3, 4):
        return (
            f"has the shape {npz_files.describe_shape(shape)}; a table is a matrix N×F, and images belong in an .npz, in an "
            "array named images"
        )
    if len(shape) != 2:
        return f"has the shape {npz_files.describe_shape(shape)}; a matrix N×F is expected"
    return _numbers_problem(dtype)


def _numbers_problem(dtype) -> str:
    return "" if dtype.kind in "fiub" else f"is of type {dtype}; numbers are expected"


def open_sparse_npz(path: Path, archive: zipfile.ZipFile) -> MatrixFile:
    """The sparse matrix in an opened .npz; only the rows that are read are unpacked. DataError if its format is unknown or
    its arrays do not fit together, one of `npz_files.NPZ_ERRORS` for a damaged file."""
    from scipy import sparse

    info_by_name = {info.filename.removesuffix(".npy"): info for info in archive.infolist()}
    name = shorten_name(path.name)

    def read(array, dimensions, kinds):
        if array not in info_by_name:
            raise DataError(f"{name} is no complete sparse matrix: it lacks the array {array}; write it with save_npz.")
        try:
            return npz_files.read_npz_member(
                archive, info_by_name[array], partial(_sparse_array_problem, dimensions, kinds)
            )
        except DataError as problem:
            raise DataError(f"The array {array} in {name} {problem}.") from None

    kind = read("format", 0, "SU").item()
    kind = kind.decode("ascii", "replace") if isinstance(kind, bytes) else kind
    if kind not in SPARSE_ARRAYS:
        raise DataError(f"{name} holds a sparse matrix of the format {kind[:20]}; write matrix.tocsr() with save_npz.")
    shape = tuple(int(length) for length in read("shape", 1, "iu"))
    index_bytes = 8 * max(shape, default=0)  # of the rows, which only CSR holds itself
    if kind != "csr" and index_bytes > MAX_TOTAL_BYTES:
        raise DataError(
            f"{name} announces a matrix of {npz_files.describe_shape(shape)}; write matrix.tocsr() with save_npz."
        )
    data_name, *index_names = SPARSE_ARRAYS[kind]
    data, indices = read(data_name, 1, "fiub"), [read(index, 1, "iu") for index in index_names]
    try:
        if kind == "coo":
            matrix = sparse.coo_matrix((data, tuple(indices)), shape=shape).tocsr()
        else:
            matrix = {"csr": sparse.csr_matrix, "csc": sparse.csc_matrix}[kind]((data, *indices), shape=shape)
            matrix.check_format(full_check=True)
            matrix = matrix.tocsr()
    except (ValueError, TypeError, OverflowError, IndexError):
        raise DataError(f"{name} is damaged: its arrays make no matrix of the shape {shape}.") from None
    return MatrixFile(*matrix.shape, lambda start, stop: matrix[start:stop].toarray())


def _sparse_array_problem(dimensions, kinds, shape, dtype) -> str:
    if len(shape) != dimensions:
        return f"has the shape {npz_files.describe_shape(shape)}, which is none of a sparse matrix"
    if dtype.kind not in kinds:
        return f"is of type {dtype}, which is none of a sparse matrix"
    return ""
