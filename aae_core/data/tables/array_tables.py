"""Tables in NumPy files: a matrix in an .npz, with or without names and classes, read as a whole, and the matrices of
`matrix_files`, read in parts."""

import zipfile
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import numpy as np

from aae_core.data import columns
from aae_core.data.images import npz_files
from aae_core.data.import_problems import ImportProblems, shorten_name
from aae_core.data.tables import matrix_files
from aae_core.data.tables.table_base import TableFile, rows_per_batch
from aae_core.errors import DataError
from aae_core.files import raise_os_errors_as


@dataclass(frozen=True, kw_only=True)
class ArrayTable(TableFile):
    """Columns in memory. values_by_name: {name of a column: its values}, each of `row_count`."""

    values_by_name: dict[str, np.ndarray]
    row_count: int

    def iterate_batches(self, wanted_names, exact_names):
        step = rows_per_batch(len(self.names))
        for start in range(0, self.row_count, step):
            part = slice(start, start + step)
            share_read = min(1.0, (start + step) / self.row_count)
            yield share_read, {name: self.values_by_name[name][part] for name in wanted_names}


@dataclass(frozen=True, kw_only=True)
class MatrixTable(TableFile):
    """A matrix without names, of which only the rows of a batch are read. column_by_name: {name: number of the column}."""

    matrix: matrix_files.MatrixFile
    column_by_name: dict[str, int]

    def iterate_batches(self, wanted_names, exact_names):
        row_count = self.matrix.row_count
        step = rows_per_batch(self.matrix.column_count)
        for start in range(0, row_count, step):
            stop = min(start + step, row_count)
            rows = self.matrix.read_rows(start, stop)
            yield stop / row_count, {name: rows[:, self.column_by_name[name]] for name in wanted_names}


def open_npy(path: Path) -> MatrixTable:
    """The matrix in an .npy as a table; DataError as of `matrix_files.open_npy`, and for too many columns."""
    return _make_matrix_table(matrix_files.open_npy(path))


def open_npz(path: Path) -> TableFile:
    """The table in an .npz: the array X, or the only array beside y, labels and names; and these, if they are there."""
    problems = ImportProblems(shorten_name(path.name))
    try:
        with raise_os_errors_as(shorten_name(path), "read", DataError), zipfile.ZipFile(path) as archive:
            if set(archive.namelist()) >= matrix_files.SPARSE_MARKS:
                return _make_matrix_table(matrix_files.open_sparse_npz(path, archive))
            info_by_name = {info.filename.removesuffix(".npy"): info for info in archive.infolist()}
            labels_name = next((name for name in ("y", "labels") if name in info_by_name), None)
            other_names = [name for name in info_by_name if name not in ("y", "labels", "names")]
            if "X" in info_by_name:
                matrix_name = "X"
            elif len(other_names) == 1:
                matrix_name = other_names[0]
            else:
                arrays = columns.join_names(sorted(info_by_name)) or "nothing"
                raise DataError(
                    f"{shorten_name(path.name)} holds {arrays} but no array named images, and no matrix of rows named X."
                )
            X = npz_files.read_checked_array(archive, info_by_name, matrix_name, partial(_array_problem, 2), problems)
            y = npz_files.read_checked_array(archive, info_by_name, labels_name, partial(_array_problem, 1), problems)
            names = npz_files.read_checked_array(archive, info_by_name, "names", partial(_array_problem, 1), problems)
    except DataError:  # which is a ValueError, too
        raise
    except npz_files.NPZ_ERRORS:
        raise DataError(f"{shorten_name(path.name)} is damaged or not an .npz file.") from None
    problems.raise_if_any()
    if y is not None:
        columns.check_label_count(y, len(X))
    values_by_name = columns.values_by_column_name(X, names)
    return ArrayTable(
        list(values_by_name),
        labels=y,
        has_names=names is not None,
        values_by_name=values_by_name,
        row_count=len(X),
    )


def _make_matrix_table(matrix: matrix_files.MatrixFile) -> MatrixTable:
    """A matrix without names as a table; DataError if it has too many columns, or none."""
    columns.check_feature_count(matrix.column_count)
    names = columns.default_feature_names(matrix.column_count)
    column_by_name = {name: i for i, name in enumerate(names)}
    return MatrixTable(names, has_names=False, matrix=matrix, column_by_name=column_by_name)


def _array_problem(dimensions, shape, dtype) -> str:
    """What is wrong with an array of this shape and type; "" if it has that number of dimensions, and numbers or texts."""
    if len(shape) != dimensions:
        expected = "a matrix N×F" if dimensions == 2 else "one value each"
        clause = f"has the shape {npz_files.describe_shape(shape)}; {expected} is expected"
        if dimensions == 2 and len(shape) in (3, 4):  # these were taken for a table only because of the array's name
            clause += "; images belong in an array named images"
        return clause
    if dtype.kind not in "fiubU":
        return f"is of type {dtype}; numbers or texts are expected"
    return ""
