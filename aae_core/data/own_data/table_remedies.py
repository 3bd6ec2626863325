"""The options with which a table that was refused can be added: found by trying them."""

import tempfile
from dataclasses import replace
from pathlib import Path

from aae_core.data import columns
from aae_core.data.columns import Column, ColumnsRefusedError
from aae_core.data.number_texts import CATEGORY_RULE, DROP_RULE, MEDIAN_RULE, notations_common_to_columns
from aae_core.data.own_data import own_tables
from aae_core.data.own_data.table_options import TableOptions
from aae_core.data.redundant_columns import RedundantColumnsError
from aae_core.errors import DataError

MAX_TRIED_BYTES = 2**26  # of a file that is read several times
MAX_ATTEMPTS = 6
MAX_PLACEHOLDERS = 5  # different texts of a column that are taken for missing values


def find_working_options(path, options: TableOptions) -> tuple[TableOptions | None, list[str]]:
    """(the options, based on `options`, with which the table at `path` can be added, or None if none were found; the
    sentences of all refusals on the way). Texts become categories, unless there are too many; placeholders such as "?" become
    missing values; rows with a missing value are left out, or, if missing values of another kind are replaced, these as well;
    columns that are mostly empty are left out. Nothing is stored."""
    refusals = []
    if Path(path).expanduser().stat().st_size > MAX_TRIED_BYTES:
        return None, refusals
    for _ in range(MAX_ATTEMPTS):
        refusal = _try_options(path, options)
        if refusal is None:
            return options, refusals
        refusals.append(str(refusal))
        changed_options = _adapt_options(options, refusal)
        if changed_options is None:
            break
        options = changed_options
    return None, refusals


def _try_options(path, options: TableOptions) -> DataError | None:
    """Why a table cannot be added with these options; None if it can."""
    with tempfile.TemporaryDirectory() as folder:
        try:
            own_tables.add_table_set(Path(folder), "trial", path, options)
        except DataError as error:
            return error
    return None


def _adapt_options(options: TableOptions, refusal: DataError) -> TableOptions | None:
    """The options without the cause of a refusal; None if it cannot be avoided by options."""
    if isinstance(refusal, RedundantColumnsError):
        return None if options.tidy else replace(options, tidy=True)
    if not isinstance(refusal, ColumnsRefusedError):
        return None
    notation = _common_notation(refusal.columns)
    for column in refusal.columns:
        if notation is None and column.number_texts.texts_with_separators:
            return None
        changed_options = _adapt_to_column(options, column)
        if changed_options is None:
            return None
        options = changed_options
    if notation:
        decimal, thousands = notation
        options = replace(options, value_format=replace(options.value_format, decimal=decimal, thousands=thousands))
    return options


def _common_notation(refused_columns: list[Column]) -> tuple[str, str] | None:
    """The notation in which the numbers of all columns can be read; None if there is none, or more than one."""
    notations = notations_common_to_columns(column.number_texts for column in refused_columns)
    return notations[0] if len(notations) == 1 else None


def _adapt_to_column(options: TableOptions, column: Column) -> TableOptions | None:
    """The options for a table whose column was refused; None if its values have to be corrected."""
    reason, texts = column.rejection_reason, column.number_texts
    value_format = options.value_format
    if reason in (columns.COUNTS_ERROR, columns.BINARY_ERROR):
        return replace(options, types={**options.types, column.name: "real"})
    if reason == columns.TEXTS_ERROR and _can_be_category(column):
        return replace(options, types={**options.types, column.name: "category"})
    if reason == columns.TEXTS_AMONG_NUMBERS_ERROR:
        if len(texts.placeholders) > MAX_PLACEHOLDERS:
            return None
        missing_texts = tuple(dict.fromkeys([*value_format.missing, *texts.placeholders]))
        units = tuple(dict.fromkeys([*value_format.units, *texts.units]))
        options = replace(options, value_format=replace(value_format, missing=missing_texts, units=units))
        return _with_missing_rule(options, column) if texts.placeholders else options
    if reason == columns.MISSING_VALUES_ERROR and not _is_mostly_empty(column):
        return _with_missing_rule(options, column)
    if reason == columns.INFINITE_VALUES_ERROR:
        return None
    kept_types = {name: kind for name, kind in options.types.items() if name != column.name}
    return replace(options, types=kept_types, leave_out=(*options.leave_out, column.name))


def _with_missing_rule(options: TableOptions, column: Column) -> TableOptions:
    """The options with a rule for the missing values of a column: its rows are left out, unless values of other columns are
    replaced."""
    value_format = options.value_format
    rules = value_format.missing_rules
    if value_format.replaces_missing(column.kind) or DROP_RULE in rules:
        return options
    replacing_rule = CATEGORY_RULE if column.kind == "category" else MEDIAN_RULE
    new_rule = replacing_rule if rules else DROP_RULE
    return replace(options, value_format=replace(value_format, missing_rules=(*rules, new_rule)))


def _can_be_category(column: Column) -> bool:
    """Whether the texts of a column are few enough for a category, and not all different, as names are."""
    count_by_text = column.number_texts.count_by_text
    return len(count_by_text) <= columns.MAX_CATEGORIES and len(count_by_text) < sum(count_by_text.values())


def _is_mostly_empty(column: Column) -> bool:
    """Whether more values of a column of numbers are missing than are there."""
    return column.kind != "category" and column.number_texts.missing_count > column.number_texts.number_count
