"""Further rows for a model that was trained on a table: their columns are found by name, in files and in memory alike."""

import warnings
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from difflib import get_close_matches

import numpy as np

from aae_core.data import array_likes, columns
from aae_core.data.features import Features, check_row_matrix
from aae_core.data.number_texts import PLAIN_FORMAT, ValueFormat
from aae_core.errors import DataError

MATRIX_HINT = (
    "if a model decoded these rows, give them as a matrix without names (frame.to_numpy(), or an .npz with X alone)"
)
SENTENCE_BY_REASON = {  # for the reasons of `columns.Column`, whose own sentences advise on training
    columns.MISSING_VALUES_ERROR: "Values are missing in {}; fill them in or leave out these rows.",
    columns.TEXTS_ERROR: "There are texts in {}, where the model was trained on numbers; give numbers there.",
    columns.DATES_ERROR: "There are dates or times in {}, where the model was trained on numbers; turn them into the "
    "same numbers.",
    columns.UNSUPPORTED_VALUES_ERROR: "There are neither numbers nor texts in {}; give values as in the training data.",
    columns.COUNTS_ERROR: "There are other values than whole numbers from 0 on in {}, which the training data had as "
    f"counts; correct them, or {MATRIX_HINT}.",
    columns.BINARY_ERROR: f"There are other values than 0 and 1 in {{}}, unlike in the training data; correct them, "
    f"or {MATRIX_HINT}.",
}


def match_memory_rows(rows, trained_features: Features) -> np.ndarray:
    """Rows in memory as the features `trained_features`, float32 N×1×F×1.

    rows: a table with names, as `array_likes.as_memory_table` takes it, whose columns are matched by name, or a matrix
    N×F of numbers, whose columns are the features in their order. Warns of missing values that are replaced, as
    `trained_features.fill_values` says. Errors as of `match_columns`, `expand_rows` and `features.check_row_matrix`.
    """
    memory_table = array_likes.as_memory_table(rows)
    value_format = with_missing_texts(PLAIN_FORMAT, trained_features)
    if memory_table is None:
        matrix = array_likes.as_array(rows)
        if not _has_missing_numbers(matrix, trained_features, value_format):
            return check_row_matrix(rows, len(trained_features))
        matched_columns = match_matrix_columns(trained_features, trained_features.names, value_format=value_format)
        batch = {column.name: matrix[:, i] for i, column in enumerate(matched_columns)}
    else:
        matched_columns = match_columns(trained_features, memory_table.names, "The table", value_format=value_format)
        index_by_name = {name: i for i, name in enumerate(memory_table.names)}
        batch = {column.name: memory_table.get_column(index_by_name[column.name]) for column in matched_columns}
    feature_rows = expand_rows(matched_columns, batch)
    replaced_sentence = columns.describe_replaced_missing(matched_columns)
    if replaced_sentence:
        warnings.warn(replaced_sentence, UserWarning, stacklevel=5)  # where a revision's method was called
    return feature_rows[:, None, :, None]


def with_missing_texts(value_format: ValueFormat, trained_features: Features) -> ValueFormat:
    """A format in which the texts that stood for a missing value in the training data stand for one, too."""
    texts = dict.fromkeys([*value_format.missing, *trained_features.missing_texts])
    return replace(value_format, missing=tuple(texts))


def _has_missing_numbers(matrix: np.ndarray, trained_features: Features, value_format: ValueFormat) -> bool:
    """Whether a matrix of these features has a missing value that may have to be replaced, or a number that stands for one in
    this format."""
    is_matrix_of_features = matrix.ndim == 2 and matrix.shape[1] == len(trained_features) and matrix.dtype.kind in "fiu"
    if not is_matrix_of_features or not (trained_features.fill_values or value_format.missing):
        return False
    numbers = value_format.parse_column(matrix)
    return numbers.dtype.kind == "f" and bool(np.isnan(numbers).any())


def match_matrix_columns(
    trained_features: Features,
    names: Sequence[str],
    source: columns.RowSource = columns.IN_MEMORY,
    value_format: ValueFormat = PLAIN_FORMAT,
) -> list[columns.Column]:
    """The columns with these names that hold the features `trained_features` themselves, in their order, as those of a matrix
    without names of its own do; the other arguments are as for `match_columns`. In the columns of a category, which hold zeros
    and ones, no text stands for a missing value."""
    one_hot_format = replace(value_format, missing=())
    matched_columns = [
        columns.Column(name, None, source, one_hot_format if kind == "category" else value_format)
        for name, kind in zip(names, trained_features.kinds, strict=True)
    ]
    if trained_features.fill_values:
        for column, kind, value in zip(
            matched_columns, trained_features.kinds, trained_features.fill_values, strict=True
        ):
            if kind != "category" and value is not None:
                column.replaces_missing, column.fill_value = True, value
    return matched_columns


def match_columns(
    trained_features: Features,
    names: Sequence[str],
    table_name: str,
    source: columns.RowSource = columns.IN_MEMORY,
    value_format: ValueFormat = PLAIN_FORMAT,
) -> list[columns.Column]:
    """The columns, among those with `names`, from which the features `trained_features` follow, in the order of these.

    Other columns are ignored, in whatever order they stand. A category may be given as one column; if one is missing,
    all features must be there, as one-hot columns. table_name and source: of the table, for messages; value_format:
    how its values are written. DataError, which names the columns, if one is missing or its name occurs several
    times.
    """
    counts = Counter(names)
    matched_columns = columns.columns_of_features(trained_features, source, value_format)
    feature_names = [name.strip() for name in trained_features.names]
    lacks_a_column = any(column.name not in counts for column in matched_columns)
    has_all_features = all(name in counts for name in feature_names)
    if lacks_a_column and has_all_features:
        matched_columns = match_matrix_columns(trained_features, feature_names, source, value_format)
    missing_names = [column.name for column in matched_columns if column.name not in counts]
    if missing_names:
        raise DataError(
            _missing_columns_error(
                trained_features, missing_names, counts.keys() - set(feature_names) - {""}, table_name
            )
        )
    repeated_names = [column.name for column in matched_columns if counts[column.name] > 1]
    if repeated_names:
        raise DataError(
            f"{table_name} has several columns with the same name: {columns.join_names(repeated_names)}; rename them."
        )
    return matched_columns


def _missing_columns_error(
    trained_features: Features, missing_names: list[str], other_names: set[str], table_name: str
) -> str:
    """The sentence about features that a table lacks. other_names: the names of its other columns."""
    if trained_features.names == tuple(columns.default_feature_names(len(trained_features))):
        return (
            f"{table_name} has names of columns, but the model was trained on a matrix without names; give a matrix whose "
            "columns have the same order, such as frame.to_numpy(), or an .npz with X alone."
        )
    noun = "column" if len(missing_names) == 1 else "columns"
    sentence = (
        f"{table_name} lacks the {noun} {columns.join_names(missing_names)}; it needs all features by their names"
    )
    name_by_spelling = {_normalise_spelling(name): name for name in sorted(other_names)}
    hints = []
    for name in missing_names[: columns.MAX_LISTED_NAMES]:
        for match in get_close_matches(_normalise_spelling(name), name_by_spelling, n=1, cutoff=0.8):
            hints.append(f"{name_by_spelling[match][:60]!r} for {name[:60]!r}")
    if hints:
        sentence += f" (is it {', '.join(hints)}?)"
    return f"{sentence}."


def _normalise_spelling(name) -> str:
    """A name by which similar ones are found, whatever their capitals and blanks."""
    return " ".join(name.split()).casefold()


def expand_rows(
    matched_columns: Sequence[columns.Column], batch: Mapping[str, np.ndarray], first_row: int = 0
) -> np.ndarray:
    """N rows as features, float32 N×F. matched_columns: as from `match_columns`; batch: {name: values N} of their columns;
    first_row: the number of the first row in the table, counted from 0.

    Missing values are replaced where the training data's were, and counted in `Column.replaced_count`. Raises DataError, which
    names the columns, for any other value that is missing, is no finite number or does not suit the feature's
    type, and for a category that was not among the training rows.
    """
    rows = np.arange(first_row, first_row + len(batch[matched_columns[0].name]))
    for column in matched_columns:
        if column.kind == "category":
            _check_category(column, batch[column.name], rows)
        else:
            column.examine(batch[column.name], rows)
    columns.raise_if_rejected(list(matched_columns), SENTENCE_BY_REASON)
    return np.concatenate([column.to_features(batch[column.name], rows) for column in matched_columns], axis=1)


def _check_category(column: columns.Column, values: np.ndarray, rows: np.ndarray) -> None:
    """DataError for missing values, and for values that are no categories at all; `Column.to_features` refuses unknown ones."""
    examined = columns.Column(column.name, "category", column.source, column.value_format)
    examined.replaces_missing = column.replaces_missing
    examined.examine(values, rows)
    column.replaced_count += examined.replaced_count
    if examined.rejection_reason in (columns.MISSING_VALUES_ERROR, columns.UNSUPPORTED_VALUES_ERROR):
        columns.raise_if_rejected([examined], SENTENCE_BY_REASON)
