"""The rows of a table's file as a trained model takes them: their features, classes and ids."""

from collections.abc import Callable
from pathlib import Path

import numpy as np

from aae_core.data import columns, row_matching
from aae_core.data.features import Features
from aae_core.data.import_problems import shorten_name
from aae_core.data.labels import set_missing_classes_to_none
from aae_core.data.limits import MAX_TOTAL_BYTES
from aae_core.data.number_texts import PLAIN_FORMAT, ValueFormat
from aae_core.data.tables import table_files
from aae_core.data.tables.table_base import TableFile
from aae_core.errors import DataError, unknown_name_error
from aae_core.progress import format_count

# options of the commands that read rows for a model
READ_ROWS_OPTIONS = frozenset({"--missing", "--decimal", "--thousands", "--units"})


def read_feature_rows(
    path,
    trained_features: Features,
    label: str | None = None,
    value_format: ValueFormat = PLAIN_FORMAT,
    report: Callable[[str], None] | None = None,
    layer: str | None = None,
) -> tuple[np.ndarray, np.ndarray | None]:
    """The rows of a file as the features `trained_features`, float32 N×F, and the class of each row as the file has it, None or
    NaN for a missing one: in the column `label`, or beside the matrix of an .npz; None if there is neither. value_format: how
    the values are written, beside the texts that stood for a missing value in the training data; no rows are left out, and
    missing values are replaced where the training data's were. report: called with the notes of the TableFile, and with
    sentences on these texts and on values that were replaced. layer: of an .h5ad, in place of X.

    Columns are matched by name (`row_matching.match_columns`). An .npz without names that has as many columns as there are
    features holds them in this order. DataError if a column is missing, a value is invalid, there are no rows, or the rows take
    more than MAX_TOTAL_BYTES.
    """
    table = table_files.open_unchecked_table(path, layer)
    file_name = shorten_name(Path(path).name)
    report = report or (lambda sentence: None)
    for sentence in table.notes:
        report(sentence)
    if trained_features.missing_texts:
        report(columns.describe_missing_texts(trained_features.missing_texts, are_recorded=True))
    value_format = row_matching.with_missing_texts(value_format, trained_features)
    matched_columns = _match_columns(table, file_name, trained_features, value_format)
    label = columns.trim_name(label)
    if label is not None and label not in table.names:
        raise unknown_name_error("column", label, table.names, DataError)
    if table.names.count(label) > 1:
        raise DataError(f"{file_name} has several columns with the name {label}; rename them.")
    rows, classes = _read_matched_rows(table, file_name, matched_columns, label, value_format)
    replaced_sentence = columns.describe_replaced_missing(matched_columns)
    if replaced_sentence:
        report(replaced_sentence)
    row_classes = np.concatenate(classes) if label else table.labels
    if row_classes is not None:
        row_classes = set_missing_classes_to_none(row_classes, value_format)
    return np.concatenate(rows), row_classes


def _match_columns(
    table: TableFile, file_name: str, trained_features: Features, value_format: ValueFormat
) -> list[columns.Column]:
    """The columns of a table that become the features, by their names; by their order in a matrix without names. DataError
    if one is missing, or if such a matrix has another number of columns."""
    source = columns.RowSource(table.locate_row, READ_ROWS_OPTIONS)
    if table.has_names:
        return row_matching.match_columns(trained_features, table.names, file_name, source, value_format)
    if len(table.names) != len(trained_features):
        raise DataError(
            f"{file_name} holds a matrix without names that has {format_count(len(table.names), 'column')}, and "
            f"the model was trained on {format_count(len(trained_features), 'feature')}; give as many, or an array "
            f"with their names as well (names)."
        )
    return row_matching.match_matrix_columns(trained_features, table.names, source, value_format)


def _read_matched_rows(
    table: TableFile,
    file_name: str,
    matched_columns: list[columns.Column],
    label: str | None,
    value_format: ValueFormat,
) -> tuple[list[np.ndarray], list[np.ndarray]]:
    """(the rows of each batch as features, float32 n×F; their values in the column `label`, empty without one). DataError if a
    value is invalid, there are no rows, or they take more than MAX_TOTAL_BYTES."""
    names = [column.name for column in matched_columns]
    if label and label not in names:
        names.append(label)
    exact_names = {
        column.name for column in matched_columns if column.kind == "category" or value_format.reads_numbers_as_texts
    }
    if label:
        exact_names.add(label)
    rows, classes = [], []
    row_count = 0
    for _, batch in table.iterate_batches(names, exact_names):
        rows.append(row_matching.expand_rows(matched_columns, batch, row_count))
        row_count += len(rows[-1])
        if label:
            classes.append(batch[label])
        if len(rows) * rows[0].nbytes > MAX_TOTAL_BYTES:
            raise DataError(f"{file_name} takes more than {MAX_TOTAL_BYTES / 2**30:g} GiB; give fewer rows at a time.")
    if not rows:
        raise DataError(f"{file_name} holds no rows.")
    return rows, classes


def read_ids(path, row_count: int, id_column: str | None, usual_column: str = "") -> list:
    """The ids of the rows of a file: the values in `id_column`, by default in `usual_column` where the file has it, else the
    file's name and the number of the row, from 0. DataError for a named column that is missing, or if there are no longer
    `row_count` rows."""
    table = table_files.open_unchecked_table(path)
    name = columns.trim_name(id_column)
    readable_names = [column for column in table.names if column not in table.unstorable_columns]
    if name is not None and name not in readable_names:
        raise unknown_name_error("column", name, readable_names, DataError)
    if name is None and usual_column in readable_names:
        name = usual_column
    if name is None:
        return [f"{Path(path).name}:{row}" for row in range(row_count)]
    ids = table_files.read_columns(table, [name]).column(name).to_pylist()
    if len(ids) != row_count:
        raise DataError(columns.TABLE_CHANGED_ERROR)
    return ids
