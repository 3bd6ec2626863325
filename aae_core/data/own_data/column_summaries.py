"""What the first rows of a table's file hold, column by column, as it is shown before the table is added."""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass

import numpy as np

from aae_core.data import columns
from aae_core.data.columns import Column
from aae_core.data.tables.table_base import TableFile
from aae_core.errors import DataError, printable_line
from aae_core.wording import mark

SHOWN_VALUES = 3  # of each column
MAX_VALUE_LENGTH = 30  # characters of a value that is shown
MAX_EXACT_INTEGER = 2**53  # above it not every whole number is a float
KIND_BY_REASON = {  # of columns that are refused as numbers
    columns.TEXTS_ERROR: mark("texts"),
    columns.DATES_ERROR: mark("dates"),
    columns.TEXTS_AMONG_NUMBERS_ERROR: mark("numbers and texts"),
    columns.UNSUPPORTED_VALUES_ERROR: mark("neither numbers nor texts"),
}
NUMBER_KIND, TRUTH_KIND = mark("numbers"), mark("true or false")


@dataclass(frozen=True)
class ColumnSummary:
    """What the first rows hold in a column. kind: a marked text, such as "numbers"; missing_count: how many values are missing;
    is_constant: whether all others are the same; first_values: SHOWN_VALUES texts, "" for a missing value."""

    name: str
    kind: str
    missing_count: int
    is_constant: bool
    first_values: tuple[str, ...]


def summarise_columns(table: TableFile) -> tuple[int, Sequence[ColumnSummary]]:
    """(the number of rows that were looked at, a summary of each column); (0, ()) if these rows cannot be read, for which adding
    the table gives the reason."""
    with suppress(DataError):
        batch = table.first_batch
        summaries = [_summarise_column(name, np.asarray(values)) for name, values in batch.items()]
        return (len(next(iter(batch.values()))) if batch else 0), summaries
    return 0, ()


def _summarise_column(name: str, values: np.ndarray) -> ColumnSummary:
    column = Column(name)
    column.examine(values)
    kind = KIND_BY_REASON.get(column.rejection_reason)
    if kind is None:
        kind = TRUTH_KIND if column.parse_values(values).dtype == bool else NUMBER_KIND
    is_text = column.rejection_reason == columns.TEXTS_ERROR
    is_missing = Column(name, "category" if is_text else None).missing_mask(values)
    first_values = tuple(
        "" if is_value_missing else _format_value(value)
        for value, is_value_missing in zip(values[:SHOWN_VALUES].tolist(), is_missing, strict=False)
    )
    return ColumnSummary(name, kind, int(is_missing.sum()), _is_constant(values[~is_missing]), first_values)


def _format_value(value) -> str:
    """A value as it is shown; whole numbers, which the reader of CSV files gives as floats, have no decimal point."""
    if isinstance(value, float) and value.is_integer() and abs(value) < MAX_EXACT_INTEGER:
        value = int(value)
    return printable_line(str(value))[:MAX_VALUE_LENGTH]


def _is_constant(values: np.ndarray) -> bool:
    """Whether there are values, and all are the same."""
    if not len(values):
        return False
    if values.dtype == object:
        return all(str(value) == str(values[0]) for value in values)
    return bool((values == values[0]).all())
