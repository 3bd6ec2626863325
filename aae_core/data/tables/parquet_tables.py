"""Tables in Parquet files, read with pyarrow in batches of rows."""

from collections.abc import Collection
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np

from aae_core.data import columns, features, metadata_columns
from aae_core.data.array_likes import PANDAS_INDEX
from aae_core.data.import_problems import shorten_name
from aae_core.data.tables import parquet_lists, parquet_types, table_base
from aae_core.data.tables.arrow_reading import dictionary_to_objects, explain_pyarrow_errors
from aae_core.data.tables.table_base import TableFile
from aae_core.errors import DataError

METADATA_ROWS_AT_ONCE = 2**14  # rows of which columns with long texts are read at once
BUFFER_BYTES = 2**22  # bytes of a file that are read at once
MAX_ROWS = 2**31
MAX_TEXT_BYTES = 1000  # bytes of a text in a column that is trained on
MAX_COLUMN_TEXT_BYTES = 2**28  # bytes of a column's texts that are unpacked together
LONG_TEXTS_ERROR = (
    f"There are texts of more than {MAX_TEXT_BYTES:,} bytes, or far too many, in {{}}; leave these columns out."
)


@dataclass(frozen=True)
class ParquetColumns:
    """The columns of a Parquet file, without pandas' index. names: of the features, with those of a column of lists in its place;
    stored_names: {name of a column: its name in the file}; kinds: of those that are categories; text_names, unsupported_names:
    stored names of the columns of texts, and of values that cannot be read; list_columns: the columns of lists by stored name."""

    names: list[str]
    stored_names: dict[str, str]
    kinds: dict[str, str]
    text_names: list[str]
    unsupported_names: set[str]
    list_columns: dict[str, parquet_lists.ListColumn]

    @cached_property
    def list_places(self) -> dict[str, tuple[parquet_lists.ListColumn, int]]:
        """{a feature from a list: (its column, its place in the lists)}."""
        return {
            feature: (column, i)
            for column in self.list_columns.values()
            for i, feature in enumerate(column.feature_names)
        }


@dataclass(frozen=True, kw_only=True)
class ParquetTable(TableFile):
    """The table in the Parquet file `path`. schema: of the file, as pyarrow reads it; row_count: its rows; stored_columns: its
    columns. Those of texts are read as dictionaries, in which a text that occurs in a million rows is stored once."""

    path: Path
    schema: object
    row_count: int
    stored_columns: ParquetColumns

    def iterate_batches(self, wanted_names, exact_names):
        stored = self.stored_columns
        wanted_lists = {stored.list_places[name][0].name for name in wanted_names if name in stored.list_places}
        plain_names = [name for name in wanted_names if name not in stored.list_places]
        wanted_stored_names = [*(stored.stored_names[name] for name in plain_names), *wanted_lists]
        self._check_supported(wanted_stored_names)
        rows_done = 0
        values_per_row = len(plain_names) + sum(stored.list_columns[name].width for name in wanted_lists)
        batch_size = max(1, min(table_base.ROWS_AT_ONCE, 4 * features.VALUES_AT_ONCE // values_per_row))
        with explain_pyarrow_errors(self.path), self._open() as file:
            _check_text_bytes(file.metadata, set(wanted_stored_names) & set(stored.text_names))
            for batch in file.iter_batches(batch_size, columns=wanted_stored_names):
                values = {
                    name: _convert_column(batch.column(stored.stored_names[name]), name, name in exact_names)
                    for name in plain_names
                }
                matrix_by_list = {
                    name: parquet_lists.to_matrix(batch.column(name), stored.list_columns[name], rows_done)
                    for name in wanted_lists
                }
                for name in wanted_names:
                    if name in stored.list_places:
                        column, i = stored.list_places[name]
                        values[name] = matrix_by_list[column.name][:, i]
                rows_done += len(batch)
                yield rows_done / self.row_count, values

    def iterate_metadata(self, wanted_names):
        stored_names = self.stored_columns.stored_names
        wanted_stored_names = [stored_names[name] for name in wanted_names]
        with explain_pyarrow_errors(self.path), self._open() as file:
            for batch in file.iter_batches(METADATA_ROWS_AT_ONCE, columns=wanted_stored_names):
                yield {name: _convert_metadata_column(batch.column(stored_names[name])) for name in wanted_names}

    def _open(self):
        """pyarrow's reader of the file, in which columns of texts are dictionaries."""
        return _open_parquet_file(self.path, read_dictionary=self.stored_columns.text_names)

    def _check_supported(self, stored_names: list[str]) -> None:
        """DataError if values of one of these columns cannot be read: a few bytes could decode to any number of values."""
        unsupported = [name for name in stored_names if name in self.stored_columns.unsupported_names]
        invalid_lists = [name for name in unsupported if parquet_lists.is_number_list(self.schema.field(name).type)]
        if invalid_lists:
            raise DataError(parquet_lists.INVALID_LISTS_ERROR.format(columns.join_names(invalid_lists), ""))
        if unsupported:
            raise DataError(columns.UNSUPPORTED_VALUES_ERROR.format(columns.join_names(unsupported)))


def open_parquet(path: Path) -> ParquetTable:
    """The table in a Parquet file; DataError if the file cannot be read, or announces too many rows."""
    with explain_pyarrow_errors(path), _open_parquet_file(path) as file:
        schema = file.schema_arrow
        file_metadata = file.metadata
    row_count = file_metadata.num_rows
    if row_count > MAX_ROWS:
        raise DataError(f"{shorten_name(path.name)} announces {row_count:,} rows, more than the {MAX_ROWS:,} allowed.")
    stored_columns = _describe_columns(path, schema, file_metadata)
    unstorable_names = stored_columns.unsupported_names | _names_with_many_text_bytes(
        file_metadata, stored_columns.text_names
    )
    unstorable_columns = [
        name for name, stored_name in stored_columns.stored_names.items() if stored_name in unstorable_names
    ]
    list_columns = stored_columns.list_columns.values()
    return ParquetTable(
        stored_columns.names,
        stored_columns.kinds,
        unstorable_columns=(*unstorable_columns, *stored_columns.list_places),
        features_by_list={column.name.strip(): column.feature_names for column in list_columns},
        path=path,
        schema=schema,
        row_count=row_count,
        stored_columns=stored_columns,
    )


def _open_parquet_file(path: Path, **options):
    """pyarrow's reader of a Parquet file. options: of `pyarrow.parquet.ParquetFile`."""
    from pyarrow import parquet

    return parquet.ParquetFile(path, buffer_size=BUFFER_BYTES, pre_buffer=False, **options)


def _describe_columns(path: Path, schema, file_metadata) -> ParquetColumns:
    """The columns of a Parquet file by its schema and metadata, as pyarrow reads them."""
    from pyarrow import types

    list_columns = parquet_lists.find_list_columns(path, schema)
    columns_and_types = [
        (name, kind) for name, kind in zip(schema.names, schema.types, strict=True) if not PANDAS_INDEX.fullmatch(name)
    ]
    categories = parquet_types.find_category_columns(schema, file_metadata.metadata or {})
    kinds = {
        name.strip(): "category" for name, kind in columns_and_types if types.is_dictionary(kind) or name in categories
    }
    unsupported_names = {
        name for name, kind in columns_and_types if types.is_nested(kind) or types.is_fixed_size_binary(kind)
    } - list_columns.keys()
    names = []
    for name, _ in columns_and_types:
        names += list_columns[name].feature_names if name in list_columns else [name.strip()]
    return ParquetColumns(
        names,
        {name.strip(): name for name, _ in columns_and_types},
        kinds,
        [name for name, kind in columns_and_types if _is_text_type(kind)],
        unsupported_names,
        list_columns,
    )


def _convert_metadata_column(column):
    """A column as an Arrow array without a dictionary, whose texts are valid and of a limited length."""
    import pyarrow
    from pyarrow import compute, types

    if not types.is_dictionary(column.type):
        return column
    values = column.dictionary
    if types.is_binary(values.type) or types.is_large_binary(values.type):
        values = metadata_columns.to_valid_texts(values)
    if types.is_string(values.type) or types.is_large_string(values.type):
        # one more character than is stored, which shows that the text was cut
        values = compute.utf8_slice_codeunits(values, 0, metadata_columns.MAX_TEXT_LENGTH + 1)
    return pyarrow.DictionaryArray.from_arrays(column.indices, values).dictionary_decode()


def _is_text_type(kind):
    """Whether a column of this Arrow type holds texts or bytes of variable length, plainly or as a dictionary."""
    from pyarrow import types

    if types.is_dictionary(kind):
        kind = kind.value_type
    is_text = types.is_string(kind) or types.is_large_string(kind)
    is_bytes = types.is_binary(kind) or types.is_large_binary(kind)
    return is_text or is_bytes


def _check_text_bytes(metadata, names):
    """DataError if the texts of a column would take too much memory: decompressed, they can be far larger than the file."""
    too_large = _names_with_many_text_bytes(metadata, names)
    if too_large:
        raise DataError(LONG_TEXTS_ERROR.format(columns.join_names(sorted(too_large))))


def _names_with_many_text_bytes(metadata, names: Collection[str]) -> set[str]:
    """Those of the columns `names` whose texts take more than MAX_COLUMN_TEXT_BYTES in a group of rows."""
    too_large = set()
    if not names:
        return too_large
    for k in range(metadata.num_row_groups):
        group = metadata.row_group(k)
        if group.total_byte_size <= MAX_COLUMN_TEXT_BYTES:
            continue  # looking at the columns of a damaged file can make pyarrow end the process
        for i in range(group.num_columns):
            part = group.column(i)
            if part.path_in_schema in names and part.total_uncompressed_size > MAX_COLUMN_TEXT_BYTES:
                too_large.add(part.path_in_schema)
    return too_large


def _convert_column(column, name: str, is_exact: bool) -> np.ndarray:
    """A column as a NumPy array; DataError if a text in it is too long. is_exact: whether integers
    beside missing values and decimal numbers are kept as objects."""
    from pyarrow import compute, float64, types

    if types.is_dictionary(column.type):
        if _is_text_type(column.type):
            longest_text_bytes = compute.max(compute.binary_length(column.dictionary)).as_py() or 0
            if longest_text_bytes > MAX_TEXT_BYTES:
                raise DataError(LONG_TEXTS_ERROR.format(columns.join_names([name])))
        column = column.dictionary_decode()
    if is_exact and (types.is_decimal(column.type) or (types.is_integer(column.type) and column.null_count)):
        return dictionary_to_objects(column.dictionary_encode())
    if types.is_decimal(column.type):
        column = column.cast(float64())
    return column.to_numpy(zero_copy_only=False)
