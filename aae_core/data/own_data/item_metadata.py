"""The metadata of the rows of a new table: their ids, their numbers in the source, and the columns that are not trained
on. Without pyarrow nothing is stored, and a sentence says so."""

from collections.abc import Callable, Sequence
from dataclasses import asdict, replace
from pathlib import Path

import numpy as np

from aae_core.data.columns import MORE_NAMES, TABLE_CHANGED_ERROR, join_names
from aae_core.data.metadata_columns import MAX_TEXT_LENGTH, MetadataColumn, first_id_column
from aae_core.data.number_texts import PLAIN_FORMAT, ValueFormat
from aae_core.data.own_data.item_files import ID, ROW, ItemFileWriter, ItemsRecord, file_checksum, name_stored_columns
from aae_core.data.tables import table_base
from aae_core.errors import DataError
from aae_core.wording import translate

LEFT_OUT, TRAIN, TEST = -1, 0, 1  # where a row of the source went


def has_pyarrow() -> bool:
    """Whether pyarrow is installed, by which items.parquet is written."""
    try:
        import pyarrow.parquet  # noqa: F401
    except ImportError:
        return False
    return True


def store_row_metadata(
    folder: Path,
    table: table_base.TableFile,
    names: Sequence[str],
    *,
    id_column: str | None,
    file_name: str,
    split_by_row: np.ndarray,
    value_format: ValueFormat = PLAIN_FORMAT,
    report: Callable[[str], None] | None = None,
    number_label: str | None = None,
) -> dict | None:
    """Write items.parquet for the rows of a table, in two readings of the columns `names`, and return its record; None without
    pyarrow.

    id_column: that of `names` with the ids; None: the first whose values are texts or whole numbers that all differ, or else
    `file_name` and the number of the row, from 0. split_by_row: LEFT_OUT, TRAIN or TEST for each row of the source, int8.
    report: called with sentences on what was stored, and what could not be. number_label: that of `names` that was named for
    the classes but holds numbers that are none, which are no ids either. DataError for ids that are missing or repeated.
    """
    report = report or (lambda sentence: None)
    if not has_pyarrow():
        report(translate("Only the rows are kept, without their numbers in the file: pyarrow is not installed."))
        return None
    if id_column in table.unstorable_columns:
        raise DataError(
            f"The column {id_column} holds neither numbers nor short texts, so it names no rows; give another."
        )
    readable_names = [name for name in names if name not in table.unstorable_columns]
    examined_columns = {name: MetadataColumn(name, value_format) for name in readable_names}
    for _, batch in _iterate_stored_rows(table, readable_names, split_by_row):
        for name, values in batch.items():
            examined_columns[name].examine(values)
    if id_column is None:
        id_source = first_id_column(column for column in examined_columns.values() if column.name != number_label)
    else:
        id_source = _named_id_column(examined_columns[id_column])
    if id_source and id_source.name == ID:  # any other column with the ids keeps its own name, too
        del examined_columns[ID]
    record, schema = describe_file(list(examined_columns.values()), id_source, number_label)
    with ItemFileWriter(folder, schema) as writer:
        for rows, batch in _iterate_stored_rows(table, readable_names, split_by_row):
            arrays = _to_arrays(rows, batch, examined_columns, id_source, file_name)
            writer.write_batch(arrays, split_by_row[rows] == TEST)
    unstorable_columns = [name for name in names if name in table.unstorable_columns]
    report_metadata_columns(examined_columns, id_source, unstorable_columns, report)
    return asdict(replace(record, checksum=file_checksum(writer.path)))


def _iterate_stored_rows(table, names, split_by_row):
    """(numbers of the rows that are stored, int64 n; {name: Arrow array of n values}) for each batch of rows of a table;
    DataError if it has not as many rows as `split_by_row`."""
    import pyarrow

    if not names:
        for start in range(0, len(split_by_row), table_base.ROWS_AT_ONCE):
            yield start + np.flatnonzero(split_by_row[start : start + table_base.ROWS_AT_ONCE] != LEFT_OUT), {}
        return
    start = 0
    for batch in table.iterate_metadata(names):
        row_count = len(batch[names[0]])
        split_of_batch = split_by_row[start : start + row_count]
        if len(split_of_batch) < row_count:
            raise DataError(TABLE_CHANGED_ERROR)
        is_stored = split_of_batch != LEFT_OUT
        mask = pyarrow.array(is_stored)
        yield start + np.flatnonzero(is_stored), {name: values.filter(mask) for name, values in batch.items()}
        start += row_count
    if start != len(split_by_row):
        raise DataError(TABLE_CHANGED_ERROR)


def _named_id_column(column: MetadataColumn) -> MetadataColumn:
    """An examined column that the user named for the ids; DataError if its values name no items."""
    if not column.can_be_id:
        raise DataError(
            f"The column {column.name} cannot give the ids, which must be texts or whole numbers, all different and none "
            f"missing; name another column, or none."
        )
    return column


def describe_file(
    examined_columns: list[MetadataColumn], id_source: MetadataColumn | None, number_label: str | None = None
):
    """(ItemsRecord without a checksum, Arrow schema) of the file with some examined columns; the arguments are as for
    `store_row_metadata`."""
    import pyarrow

    stored_names = name_stored_columns([column.name for column in examined_columns])
    kinds = {stored_names[column.name]: column.kind for column in examined_columns}
    fields = [(ID, id_source.arrow_type if id_source else pyarrow.string()), (ROW, pyarrow.int64())]
    fields += [(stored_names[column.name], column.arrow_type) for column in examined_columns]
    record = ItemsRecord("", kinds, id_source.name if id_source else "", stored_names.get(number_label, ""))
    return record, pyarrow.schema(fields)


def _to_arrays(rows, batch, examined_columns, id_source, file_name):
    """The Arrow arrays of a batch in the order of the schema: ids, rows, and the other columns."""
    import pyarrow

    if id_source is None:
        ids = pyarrow.array([f"{file_name}:{row}" for row in rows.tolist()], pyarrow.string())
    else:
        ids = id_source.convert(batch[id_source.name])
    return [ids, pyarrow.array(rows), *(column.convert(batch[name]) for name, column in examined_columns.items())]


def report_metadata_columns(
    examined_columns: dict[str, MetadataColumn],
    id_source: MetadataColumn | None,
    unstorable_columns: Sequence[str],
    report: Callable[[str], None],
) -> None:
    """Report which columns of a table were stored, those examined, by name; which of them gave the ids; and which could not be
    stored."""
    more_names = translate(MORE_NAMES)
    if examined_columns:
        report(
            translate("Kept beside what is trained on: {columns}.", columns=join_names(examined_columns, more_names))
        )
    if id_source:
        report(translate("The ids of the rows are those of the column {column}.", column=id_source.name))
    cut_column_names = [column.name for column in examined_columns.values() if column.has_cut_texts]
    if cut_column_names:
        report(
            translate(
                "Texts were cut after {number} characters in {columns}.",
                number=f"{MAX_TEXT_LENGTH:,}",
                columns=join_names(cut_column_names, more_names),
            )
        )
    if unstorable_columns:
        report(
            translate(
                "Not kept, since their values are lists or far too long: {columns}.",
                columns=join_names(unstorable_columns, more_names),
            )
        )
