"""Columns of lists in a Parquet file, such as embeddings: a column of lists of equally many numbers becomes as many
features, which are named by the column and the place in the list, such as embedding_0."""

from dataclasses import dataclass

import numpy as np

from aae_core.data import columns
from aae_core.data.features import MAX_FEATURES
from aae_core.errors import DataError

INVALID_LISTS_ERROR = (
    f"The lists in {{}} must be equally long, with 1 to {MAX_FEATURES:,} numbers, and none may be missing{{}}; make them so, or "
    "leave the column out."
)


@dataclass(frozen=True)
class ListColumn:
    """A column of lists of `width` numbers. name: as stored in the file; feature_names: those of its features."""

    name: str
    width: int
    feature_names: tuple[str, ...]


def find_list_columns(parquet_file) -> dict[str, ListColumn]:
    """The columns of an open Parquet file that hold lists of numbers, by their stored names; without those whose first
    list is missing, empty or longer than MAX_FEATURES.

    The first row says how long the lists are. The metadata of the columns would do so, too, but looking at those of a
    damaged file can make pyarrow end the process.
    """
    schema = parquet_file.schema_arrow
    names = [name for name, kind in zip(schema.names, schema.types, strict=True) if is_number_list(kind)]
    if not names:
        return {}
    first_rows = next(parquet_file.iter_batches(1, columns=names), None)
    if first_rows is None:
        return {}
    list_columns = {}
    for name in names:
        width = _list_lengths(first_rows.column(name))[0]
        if 1 <= width <= MAX_FEATURES:
            feature_names = tuple(f"{name.strip()}_{i}" for i in range(width))
            list_columns[name] = ListColumn(name, int(width), feature_names)
    return list_columns


def is_number_list(kind) -> bool:
    """Whether a column of this Arrow type holds lists of numbers."""
    from pyarrow import types

    is_list = types.is_list(kind) or types.is_large_list(kind) or types.is_fixed_size_list(kind)
    if not is_list:
        return False
    value_kind = kind.value_type
    return types.is_floating(value_kind) or types.is_integer(value_kind) or types.is_boolean(value_kind)


def _list_lengths(lists) -> np.ndarray:
    """The lengths of the lists in an Arrow array, 0 for a missing one."""
    from pyarrow import compute

    return compute.fill_null(compute.list_value_length(lists), 0).to_numpy(zero_copy_only=False)


def to_matrix(lists, column: ListColumn, first_row: int) -> np.ndarray:
    """An Arrow array of N lists as numbers N×width, NaN where one is missing. first_row: the number of the first list in
    the table, from 0. DataError for lists of another length."""
    lengths = _list_lengths(lists)
    is_unequal = lengths != column.width
    if is_unequal.any():
        row = int(np.argmax(is_unequal))
        reason = f" (row {first_row + row + 1:,} has {lengths[row]:,} numbers, not {column.width:,})"
        raise DataError(INVALID_LISTS_ERROR.format(columns.join_names([column.name]), reason))
    return lists.flatten().to_numpy(zero_copy_only=False).reshape(len(lists), column.width)
