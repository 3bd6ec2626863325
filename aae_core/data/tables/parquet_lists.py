"""Columns of lists in a Parquet file, such as embeddings: a column of lists of equally many numbers becomes as many
features, which are named by the column and the place in the list, such as embedding_0."""

import json
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from aae_core.data import columns
from aae_core.data.features import MAX_FEATURES
from aae_core.data.import_problems import shorten_name
from aae_core.errors import DataError

INVALID_LISTS_ERROR = (
    f"The lists in {{}} must be equally long, with 1 to {MAX_FEATURES:,} numbers, and none may be missing{{}}; make them so, or "
    "leave the column out."
)

COUNT_TIMEOUT = 60  # seconds that the process may take which looks at a file
# Prints {path of nested values in the schema: [[rows, values] of each group of rows]} as JSON.
COUNT_CODE = """
import json, sys
from pyarrow import parquet
metadata, counts_by_path = parquet.read_metadata(sys.argv[1]), {}
for k in range(metadata.num_row_groups):
    group = metadata.row_group(k)
    for i in range(group.num_columns):
        part = group.column(i)
        if "." in part.path_in_schema:
            counts_by_path.setdefault(part.path_in_schema, []).append([group.num_rows, part.num_values])
json.dump(counts_by_path, sys.stdout)
"""


@dataclass(frozen=True)
class ListColumn:
    """A column of lists of `width` numbers. name: as stored in the file; feature_names: those of its features."""

    name: str
    width: int
    feature_names: tuple[str, ...]


def find_list_columns(path: Path, schema) -> dict[str, ListColumn]:
    """The columns of a Parquet file that hold lists of numbers, by their stored names; without those whose lists are not
    equally long, or longer than MAX_FEATURES. schema: as pyarrow reads it. DataError for a damaged file.

    No list is read: a few bytes could decode to any number of values.
    """
    names = [name for name, kind in zip(schema.names, schema.types, strict=True) if is_number_list(kind)]
    width_by_name = _read_widths(path, set(names)) if names else {}
    list_columns = {}
    for name, width in width_by_name.items():
        if 1 <= width <= MAX_FEATURES:
            feature_names = tuple(f"{name.strip()}_{i}" for i in range(width))
            list_columns[name] = ListColumn(name, width, feature_names)
    return list_columns


def is_number_list(kind) -> bool:
    """Whether a column of this Arrow type holds lists of numbers."""
    from pyarrow import types

    is_list = types.is_list(kind) or types.is_large_list(kind) or types.is_fixed_size_list(kind)
    if not is_list:
        return False
    value_kind = kind.value_type
    return types.is_floating(value_kind) or types.is_integer(value_kind) or types.is_boolean(value_kind)


def _read_widths(path, names) -> dict[str, int]:
    """How many numbers each row of the columns `names` holds, where the numbers of rows and of values say so.

    Another process looks at them, since those of a damaged file can make pyarrow end it.
    """
    command = [sys.executable, "-P", "-c", COUNT_CODE, str(path.absolute())]
    try:
        done = subprocess.run(command, capture_output=True, timeout=COUNT_TIMEOUT, check=True)
        counts_by_path = json.loads(done.stdout)
    except (subprocess.SubprocessError, ValueError):
        raise DataError(f"{shorten_name(path.name)} is damaged or not a parquet file.") from None
    widths_by_name: dict[str, set[float]] = {}
    for path_in_schema, counts in counts_by_path.items():
        name = _column_name(path_in_schema, names)
        if name is not None:
            widths = {value_count / row_count for row_count, value_count in counts if row_count}
            widths_by_name.setdefault(name, set()).update(widths)
    return {
        name: int(min(widths))
        for name, widths in widths_by_name.items()
        if len(widths) == 1 and min(widths).is_integer()
    }


def _column_name(path_in_schema, names) -> str | None:
    """Which of the columns `names` the values at a path in the file's schema, such as embedding.list.element, belong to."""
    while "." in path_in_schema:
        path_in_schema = path_in_schema.rpartition(".")[0]
        if path_in_schema in names:
            return path_in_schema
    return None


def to_matrix(lists, column: ListColumn, first_row: int) -> np.ndarray:
    """An Arrow array of N lists as numbers N×width, NaN where one is missing. first_row: the number of the first list in
    the table, from 0. DataError for lists of another length."""
    from pyarrow import compute

    lengths = compute.fill_null(compute.list_value_length(lists), 0).to_numpy(zero_copy_only=False)
    is_unequal = lengths != column.width
    if is_unequal.any():
        row = int(np.argmax(is_unequal))
        reason = f" (row {first_row + row + 1:,} has {lengths[row]:,} numbers, not {column.width:,})"
        raise DataError(INVALID_LISTS_ERROR.format(columns.join_names([column.name]), reason))
    return lists.flatten().to_numpy(zero_copy_only=False).reshape(len(lists), column.width)
