"""What the first rows of a table say about its columns, before it is added."""

from contextlib import suppress
from dataclasses import dataclass, field

import numpy as np

from aae_core.data import columns, extreme_values, features
from aae_core.data.number_texts import NumberTexts
from aae_core.data.tables.table_base import TableFile
from aae_core.errors import DataError


@dataclass(frozen=True)
class TablePreview:
    """What the first rows of a table say about its columns. category_columns: columns of texts that can be categories;
    other_text_columns: those with too many different texts for that, or a different one in each row, such as names;
    number_texts_by_column: {column: what stands there beside plain numbers} of the columns of numbers that hold texts,
    too; example_by_column: {column: its name with some of these texts and their places} of the first of them;
    columns_with_missing: the columns of numbers or categories in which values are missing; indistinct_places: {column of numbers
    in which a few extreme values make all others indistinguishable: its name with the most extreme one and its place}."""

    category_columns: list[str] = field(default_factory=list)
    other_text_columns: list[str] = field(default_factory=list)
    number_texts_by_column: dict[str, NumberTexts] = field(default_factory=dict)
    example_by_column: dict[str, str] = field(default_factory=dict)
    columns_with_missing: list[str] = field(default_factory=list)
    indistinct_places: dict[str, str] = field(default_factory=dict)


def preview_table(table: TableFile) -> TablePreview:
    """What the first rows of a table say about its columns; nothing if these rows cannot be read, for which
    `own_tables.add_table_set` gives the reason."""
    preview = TablePreview()
    with suppress(DataError):
        for name, values in table.first_batch.items():
            column = columns.Column(name, None, columns.RowSource(table.locate_row))
            _preview_column(preview, column, values)
            if not column.rejection_reason:
                _preview_extreme_values(preview, table, name, column.parse_values(values))
    return preview


def _preview_extreme_values(preview: TablePreview, table: TableFile, name: str, numbers: np.ndarray) -> None:
    """Add a column to the `indistinct_places` of a TablePreview, if its first numbers, N, belong there."""
    numbers = numbers.astype(np.float64)
    if len(features.find_indistinct_columns(numbers[:, None], numbers.std(keepdims=True))):
        row = int(np.abs(numbers - np.median(numbers)).argmax())
        preview.indistinct_places[name] = extreme_values.place_of_extreme(name, numbers[row], table.locate_row(row))


def _preview_column(preview: TablePreview, column: columns.Column, values: np.ndarray) -> None:
    """Add what the first values of a column say to a TablePreview."""
    column.examine(values)
    if column.rejection_reason == columns.TEXTS_AMONG_NUMBERS_ERROR:
        preview.number_texts_by_column[column.name] = column.number_texts
        if len(preview.example_by_column) < columns.MAX_LISTED_NAMES:  # finding their lines takes time
            preview.example_by_column[column.name] = column.name_with_example
    elif column.rejection_reason == columns.MISSING_VALUES_ERROR:
        preview.columns_with_missing.append(column.name)
    elif column.rejection_reason == columns.TEXTS_ERROR:
        category = columns.Column(column.name, "category")
        category.examine(values)
        fits = category.rejection_reason != columns.TOO_MANY_CATEGORIES_ERROR and len(category.categories) < len(values)
        if fits:
            preview.category_columns.append(column.name)
            if category.number_texts.missing_count:
                preview.columns_with_missing.append(column.name)
        else:
            preview.other_text_columns.append(column.name)
