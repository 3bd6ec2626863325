"""Tables of the user's own, which are stored as data sets."""

from collections.abc import Callable, Mapping
from dataclasses import asdict
from pathlib import Path

import numpy as np

from aae_core.data import columns, redundant_columns
from aae_core.data.columns import trim_name
from aae_core.data.features import Features
from aae_core.data.own_data import item_metadata, own_sets
from aae_core.data.own_data.table_import import TableImport
from aae_core.data.own_data.table_options import TableOptions
from aae_core.data.row_splits import SplitColumns
from aae_core.data.tables import table_files
from aae_core.data.tables.table_base import TableFile
from aae_core.errors import DataError, unknown_name_error
from aae_core.files import raise_os_errors_as
from aae_core.owners import Owner
from aae_core.progress import ProgressCallback

# options of the command that adds a table
ADD_TABLE_OPTIONS = frozenset(
    {"--missing", "--drop-missing", "--decimal", "--thousands", "--units", redundant_columns.TIDY_OPTION}
)


def add_table_set(
    root: Path,
    name: str,
    path,
    options: TableOptions | None = None,
    *,
    progress: ProgressCallback | None = None,
    report_left_out: Callable[[str], None] | None = None,
    report: Callable[[str], None] | None = None,
    owner: Owner | None = None,
) -> None:
    """Store the table at `path` as the data set `own/<name>/` under `root`: completely or, if anything goes wrong, not at all.

    options: None for those by default. The other arguments are those of `sets.add_data_set`. Raises one DataError that
    names the columns, by the rules of `arrays.arrays`, and for a column in `options` that the table lacks.
    """
    options = (options or TableOptions()).with_trimmed_names()
    table = table_files.open_table(path, options.layer)
    split_columns = options.split_columns
    split_columns.check(options.label)
    examined_columns = _choose_columns(table, options, split_columns)
    if report is not None:
        for sentence in (*table.type_notes, *table.notes):
            report(sentence)
    splitter = split_columns.make_splitter(table.locate_row, options.value_format)
    table_import = TableImport(table, examined_columns, options, splitter, progress)
    set_folder = root / own_sets.OWN_SETS_FOLDER / name
    with raise_os_errors_as(set_folder, error_type=DataError):
        table_import.examine_table()
        if report_left_out is not None:
            for clause in table_import.left_out_clauses:
                report_left_out(clause)
        feature_heads = columns.feature_heads_of(table_import.feature_columns)
        table_import.measure_medians()
        with own_sets.store_new_set(set_folder, owner) as (new_folder, meta):
            train_count, features_of_table = table_import.write_rows(new_folder / "rows.safetensors", feature_heads)
            meta |= _describe_rows(table_import, train_count, features_of_table)
            if split_columns.groups is not None:
                meta["groups"] = split_columns.groups
                own_sets.write_groups(new_folder, np.concatenate(table_import.training_groups))
            number_label = table_import.number_label
            meta["items"] = item_metadata.store_row_metadata(
                new_folder,
                table,
                table_import.list_metadata_columns(),
                id_column=options.id_column,
                file_name=Path(path).name,
                split_by_row=table_import.split_by_row,
                value_format=options.value_format,
                report=report,
                number_label=number_label.name if number_label else None,
            )
    if report is not None:
        for sentence in table_import.list_changes():
            report(sentence)


def _choose_columns(table: TableFile, options: TableOptions, split_columns: SplitColumns) -> list[columns.Column]:
    """The columns of a table that are trained on, to be examined.

    DataError if a column in the options is not there, or if label and ids are the same column.
    """
    names = _choose_feature_names(table, options, split_columns)
    columns.check_feature_count(len(names))
    kinds = {name: table.kinds[name] for name in names if name in table.kinds}
    kinds |= columns.parse_declared_kinds(names, options.types)
    source = columns.RowSource(table.locate_row, ADD_TABLE_OPTIONS)
    return [columns.Column(name, kinds.get(name), source, options.value_format) for name in names]


def _choose_feature_names(table: TableFile, options: TableOptions, split_columns: SplitColumns) -> list[str]:
    """The names of the columns that are trained on: all but those with the classes, the ids and the split, and those that
    are left out."""
    label, id_column = options.label, options.id_column
    left_out_names = [trim_name(name) for name in options.leave_out]
    if split_columns.name is not None:
        left_out_names.append(split_columns.name)
    left_out_names = table.expand_lists(left_out_names)
    if id_column is not None and id_column == label:
        raise DataError(f"The column {label} cannot give both the classes and the ids; name another for one of them.")
    if id_column is not None:
        left_out_names.append(id_column)
    required_names = list(left_out_names)
    if label is not None:
        required_names.insert(0, label)
    for name in required_names:
        if name not in table.names:
            raise unknown_name_error("column", name, table.names, DataError)
    declared_names = options.types if isinstance(options.types, Mapping) else ()
    left_out_names += table.metadata_names - {trim_name(name) for name in declared_names}
    return [name for name in table.names if name != label and name not in left_out_names]


def _describe_rows(table_import: TableImport, train_count: int, features_of_table: Features) -> dict:
    """The part of the data set's record that describes its rows."""
    record = {
        "format": own_sets.TABLE_FORMAT,
        "shape": [1, len(features_of_table), 1],
        "classes": list(table_import.classes),
        "train": train_count,
        "test": table_import.row_count - train_count,
        "features": asdict(features_of_table),
    }
    if table_import.table.layer is not None:
        record["layer"] = table_import.table.layer
    return record
