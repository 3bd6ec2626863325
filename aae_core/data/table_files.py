"""Tables in files: CSV_SUFFIXES and Parquet files, read with pyarrow in batches of rows, .npz files, read with NumPy as
a whole, and matrices of `matrix_files`."""

import os
import re
import weakref
import zipfile
from collections.abc import Callable, Collection, Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from functools import cached_property, partial
from pathlib import Path

import numpy as np

from aae_core.data import (
    anndata_files,
    columns,
    csv_dialect,
    csv_records,
    features,
    gzip_files,
    kept_columns,
    matrix_files,
    npz_files,
    parquet_lists,
    parquet_types,
    row_matching,
)
from aae_core.data.array_likes import PANDAS_INDEX
from aae_core.data.columns import RowPlace
from aae_core.data.features import Features
from aae_core.data.image_files import MAX_TOTAL_BYTES, ImportProblems, shorten_name
from aae_core.data.labels import set_missing_classes_to_none
from aae_core.data.number_texts import PLAIN_FORMAT, ValueFormat
from aae_core.errors import DataError, printable_line, unknown_name_error
from aae_core.files import nonblocking_opener, os_error_message, raise_os_errors_as
from aae_core.progress import format_count
from aae_core.wording import mark, translate

CSV_SUFFIXES, PARQUET_SUFFIXES = (".csv", ".tsv"), (".parquet", ".pq")
TABLE_SUFFIXES = (*CSV_SUFFIXES, *(f"{suffix}.gz" for suffix in CSV_SUFFIXES), *PARQUET_SUFFIXES, ".npy", ".h5ad")
ROWS_AT_ONCE = 2**16  # rows that are read at once, at most
KEPT_ROWS_AT_ONCE = 2**14  # rows of a Parquet file of which columns with long texts are read at once
BLOCK_BYTES = 2**22  # bytes of a CSV_SUFFIXES file that are read at once
MAX_PARQUET_ROWS = 2**31  # rows of a Parquet file
MAX_TEXT_BYTES = 1000  # bytes of a text in a Parquet file
MAX_COLUMN_TEXT_BYTES = 2**28  # bytes of a column's texts that are unpacked together
LONG_TEXTS_ERROR = (
    f"There are texts of more than {MAX_TEXT_BYTES:,} bytes, or far too many, in {{}}; leave these columns out."
)
NO_PYARROW_ERROR = (
    "CSV and Parquet files are read by pyarrow, which is not installed: pip install pyarrow, or give an .npz."
)
# of a quoted value, behind a delimiter: an odd number of quotes
QUOTE_BEGIN = rb'(?:[%b\r\n]|\xef\xbb\xbf)(?:"")*"(?!")'
QUOTE_END = rb'(?<!")(?:"")*" *[%b\r\n]'
BLANK_BEFORE_QUOTE = rb'[%b\r\n][ \t]+"'
OPEN_QUOTE_ERROR = "In {} a quote that is opened is never closed; close it, or take it out."
# pyarrow's message, whose number is not that of the line
WRONG_WIDTH_MESSAGE = re.compile(r"Row #\d+: Expected \d+ columns, got \d+")
# options of the commands that read rows for a model
READ_ROWS_OPTIONS = frozenset({"--missing", "--decimal", "--thousands", "--units"})
Batches = Iterator[tuple[float, dict[str, np.ndarray]]]


def describe_row_position(row: int) -> RowPlace:
    """The place of a row, whose number counts from 0, in a file without lines."""
    return RowPlace(mark("in row {number}"), row + 1)


@dataclass(frozen=True)
class TableFile:
    """A table in a file. names: of its columns; has_names: whether the file has these names, or they were made up; kinds: of the
    columns whose kind the file declares; labels: the class of each row, if an .npz holds them beside the matrix; is_untyped:
    whether the file does not tell numbers from texts; locate_row: says where a row is, by its number, from 0; notes:
    sentences about what was skipped, such as a title above the names; features_by_list: the names of the features that a
    column of lists becomes, by its name, which is not among `names` itself; metadata_names: of the columns that are no
    features unless a type is declared for them; layers: the names of other matrices that can be read instead;
    layer: the one that is read; type_notes: sentences about the types of columns, for those who add the table.

    iterate_batches(names, exact): yields (share of the file that has been read, {name: values}) for each batch of rows
    of the columns `names`. Those in `exact` are given as they stand in the file: texts of an untyped file, even if they
    look like numbers, and integers beside missing values or decimal numbers as objects, not as floats.

    iterate_kept(names): yields {name: Arrow array} for each batch of rows of columns that are kept but not trained on; it
    refuses no value. Columns that it cannot read are `unkept`.
    """

    names: list[str]
    iterate_batches: Callable[[list[str], Collection[str]], Batches]
    kinds: dict[str, str] = field(default_factory=dict)
    labels: np.ndarray | None = None
    has_names: bool = True
    is_untyped: bool = False
    locate_row: Callable[[int], RowPlace] = describe_row_position
    notes: tuple[str, ...] = ()
    iterate_kept: Callable[[list[str]], Iterator[dict]] | None = None
    unkept: tuple[str, ...] = ()
    features_by_list: dict[str, tuple[str, ...]] = field(default_factory=dict)
    metadata_names: frozenset[str] = frozenset()
    layers: tuple[str, ...] = ()
    layer: str | None = None
    type_notes: tuple[str, ...] = ()

    @cached_property
    def first_batch(self) -> dict[str, np.ndarray]:
        """{name: values} of the first rows of all columns, read once; {} without rows. DataError if they cannot be read."""
        _, batch = next(self.iterate_batches(self.names, ()), (0.0, {}))
        return batch

    def expand_lists(self, names: Iterable[str]) -> list[str]:
        """The names, with those of the features of a column of lists in place of its name."""
        return [expanded for name in names for expanded in self.features_by_list.get(name, (name,))]


def is_table_file(path) -> bool:
    """Whether a file holds a table rather than images, judged by its suffix or by the names of the arrays in an .npz."""
    path = Path(os.path.expanduser(path))
    if path.suffix.lower() != ".npz":
        return path.name.lower().endswith(TABLE_SUFFIXES)
    try:
        with open(path, "rb", opener=nonblocking_opener) as file, zipfile.ZipFile(file) as archive:
            return "images.npy" not in archive.namelist() and bool(archive.namelist())
    except npz_files.NPZ_ERRORS:
        return False  # reading it will tell what is wrong


def open_table(path, layer: str | None = None) -> TableFile:
    """The table in a file with one of TABLE_SUFFIXES, or in an .npz; layer: of an .h5ad, in place of X. DataError if there
    is none, if pyarrow or h5py is needed and missing, or if a column has no name of its own."""
    table = _open_table_unchecked(path, layer)
    columns.check_names(table.names)
    return table


def _open_table_unchecked(path, layer=None) -> TableFile:
    """As `open_table`, but columns that nobody asks for may have any names, such as the index that pandas writes beside rows."""
    path = Path(os.path.expanduser(path))
    with raise_os_errors_as(shorten_name(path), "read", DataError):
        if not path.is_file():
            raise DataError(f"{shorten_name(path)} is not a file; give a .csv, .parquet or .npz file of a table.")
        if not path.stat().st_size:
            raise DataError(f"{shorten_name(path.name)} is empty.")
    suffix = path.suffix.lower()
    if suffix == ".h5ad":
        return _anndata_table(anndata_files.AnnDataFile(path, layer), is_matrix_chosen=layer is not None)
    if layer is not None:
        raise DataError(f"{shorten_name(path.name)} has no layers, which an .h5ad file may have.")
    if suffix == ".npz":
        return _open_npz(path)
    if suffix == ".npy":
        return _matrix_table(matrix_files.open_npy(path))
    if not path.name.lower().endswith(TABLE_SUFFIXES):
        raise DataError(f"{shorten_name(path.name)} is no table; give a .csv, .parquet or .npz file.")
    try:
        import pyarrow  # noqa: F401
    except ImportError:
        raise DataError(NO_PYARROW_ERROR) from None
    if suffix == ".gz":
        return _open_gzipped_csv(path)
    if suffix in CSV_SUFFIXES:
        return _open_csv(path)
    return _open_parquet(path)


@contextmanager
def _explain_pyarrow_errors(path, explain_damage=lambda message: None):
    """A context that turns pyarrow's errors about a file, and a lack of memory for it, into a DataError of one sentence.

    explain_damage(message): returns the DataError for a message of pyarrow, or None to quote the message."""
    import pyarrow

    try:
        yield
    except (MemoryError, OSError, pyarrow.ArrowException, UnicodeDecodeError) as error:
        if getattr(error, "errno", None):  # the system refuses it
            raise DataError(os_error_message(error, path, "read")) from None
        explained_error = None if isinstance(error, MemoryError) else explain_damage(str(error))
        raise explained_error or DataError(_unreadable_file_error(path, error)) from None


def _unreadable_file_error(path: Path, error: Exception) -> str:
    if isinstance(error, MemoryError):  # or because a damaged file announces far more than it holds
        return (
            f"{shorten_name(path.name)} takes more memory than there is; free some, or give fewer rows (if the file "
            f"is small, it is "
            "damaged)."
        )
    message = " ".join(printable_line(error).replace("\N{REPLACEMENT CHARACTER}", "").split())[:120].rstrip(".")
    return f"{shorten_name(path.name)} is damaged or not a {path.suffix[1:]} file ({columns.join_names([message])})."


def _open_csv(path: Path) -> TableFile:
    """The table in a CSV_SUFFIXES file, whose `Dialect` says which line names the columns and what separates them."""
    dialect = csv_dialect.detect_dialect(path)
    names = dialect.names
    if len(names) > 2 * features.MAX_FEATURES:
        columns.check_feature_count(len(names))

    def iterate_batches(wanted_names, exact_names):
        import pyarrow

        file_bytes = path.stat().st_size
        block_bytes = max(BLOCK_BYTES, 8 * dialect.header_size)
        if file_bytes <= dialect.header_start + dialect.header_size:
            return  # there are no rows
        with (
            _explain_pyarrow_errors(path, partial(_explain_csv_error, path, dialect, block_bytes)),
            # not a file of Python's: pyarrow reads ahead in a thread, which then would abort a process that ends meanwhile
            pyarrow.OSFile(os.fsencode(path)) as file,
            _QuoteCounter(path, dialect) as quotes,
        ):
            for batch in _open_csv_reader(file, dialect, block_bytes, wanted_names, pyarrow.string()):
                position = file_bytes if file.closed else file.tell()
                quotes.count_until(position)
                if quotes.has_blank_before_quote:
                    _check_blanks_before_quotes(path, dialect, batch)
                yield (
                    position / file_bytes,
                    {name: _convert_csv_column(batch.column(name), name in exact_names) for name in wanted_names},
                )
            quotes.count_until(file_bytes)
        if quotes.has_open_quote():  # the rest of the file was read as a single value
            raise DataError(OPEN_QUOTE_ERROR.format(shorten_name(path.name)))

    def locate_row(row):
        line = csv_records.find_line_of_row(path, dialect.delimiter, dialect.header_start, dialect.header_line, row)
        return describe_row_position(row) if line is None else RowPlace(mark("in line {number}"), line)

    def iterate_kept(wanted_names):
        import pyarrow

        block_bytes = max(BLOCK_BYTES, 8 * dialect.header_size)
        with (
            _explain_pyarrow_errors(path, partial(_explain_csv_error, path, dialect, block_bytes)),
            pyarrow.OSFile(os.fsencode(path)) as file,
        ):
            for batch in _open_csv_reader(file, dialect, block_bytes, wanted_names, pyarrow.binary()):
                yield {name: kept_columns.to_valid_texts(batch.column(name)) for name in wanted_names}

    return TableFile(
        names,
        iterate_batches,
        is_untyped=True,
        locate_row=locate_row,
        notes=dialect.notes,
        iterate_kept=iterate_kept,
    )


def _open_csv_reader(file, dialect: csv_dialect.Dialect, block_bytes: int, wanted_names: list[str], column_type):
    """pyarrow's reader of batches of some columns of a CSV_SUFFIXES file, all as one Arrow type. block_bytes: that are
    read at once."""
    from pyarrow import csv as arrow

    file.seek(dialect.header_start)
    return arrow.open_csv(
        file,
        arrow.ReadOptions(
            use_threads=False, block_size=block_bytes, skip_rows=dialect.header_height, column_names=dialect.names
        ),
        arrow.ParseOptions(delimiter=dialect.delimiter, newlines_in_values=True),
        arrow.ConvertOptions(
            column_types=dict.fromkeys(wanted_names, column_type),
            include_columns=wanted_names,
            null_values=[""],  # NA may be a class
            strings_can_be_null=True,
        ),
    )


def _open_gzipped_csv(path: Path) -> TableFile:
    """The table in a gzipped CSV_SUFFIXES file, unpacked to a temporary file that exists as long as the TableFile."""
    unpacked, folder = gzip_files.unpack_gzip(path)
    try:
        table = _open_csv(unpacked)
    except DataError:
        folder.cleanup()
        raise
    weakref.finalize(table, folder.cleanup)
    return table


def _explain_csv_error(path: Path, dialect: csv_dialect.Dialect, block_bytes: int, message: str) -> DataError | None:
    """The error, with the true number of the line, that pyarrow's message about a CSV_SUFFIXES file stands for; None
    for another message.
    block_bytes: the bytes that were read at once."""
    if "invalid UTF8" in message:
        invalid_line = csv_records.find_first_line_not_utf8(path)
        if invalid_line is None:
            return None
        number, text = invalid_line
        return csv_records.line_not_utf8_error(path, number, text)
    if "straddling object" in message:  # a row without an end
        number = csv_records.find_first_long_line(path, block_bytes)
        if number:
            return csv_records.line_too_long_error(path, number, block_bytes)
        return DataError(OPEN_QUOTE_ERROR.format(shorten_name(path.name)))
    if WRONG_WIDTH_MESSAGE.search(message):
        width = len(dialect.names)
        record = csv_records.find_record(
            path, dialect.delimiter, dialect.header_start, dialect.header_line, lambda cells: len(cells) != width
        )
        if record:
            return csv_records.wrong_width_error(path, record, width, dialect.delimiter)
        return DataError(
            f"{shorten_name(path.name)} has a row with more or fewer values than the {width:,} columns, behind a "
            f"value that is far too "
            "long; correct both, or leave out columns of long texts."
        )
    return None


def _check_blanks_before_quotes(path: Path, dialect: csv_dialect.Dialect, batch) -> None:
    """DataError if a value in a batch of texts begins with blanks and a quote, which then is a part of the value."""
    from pyarrow import compute

    for texts in batch.columns:
        if compute.any(compute.match_substring_regex(texts, r'^[ \t]+"')).as_py():
            record = csv_records.find_record(
                path, dialect.delimiter, dialect.header_start, dialect.header_line, csv_records.has_blank_before_quote
            )
            if record:
                raise csv_records.blank_before_quote_error(path, record, dialect.delimiter)


class _QuoteCounter:
    """Counts, in a CSV_SUFFIXES file from the line with the names on, the quotes, those that begin a value, and those
    that end one.

    has_blank_before_quote: whether blanks may stand between a delimiter and a quote that should enclose a value.
    """

    def __init__(self, path: Path, dialect: csv_dialect.Dialect):
        self.quote_count = self.opening_count = self.closing_count = 0
        self.has_blank_before_quote = False
        # the end of what was read, on which more must be known: a byte and the quotes and blanks after it
        self._undecided_end = b"\n"
        delimiters = re.escape(f"{csv_dialect.USUAL_DELIMITERS}{dialect.delimiter}".encode())
        self._opening_pattern = re.compile(QUOTE_BEGIN % delimiters)
        self._closing_pattern = re.compile(QUOTE_END % delimiters)
        self._blank_before_quote_pattern = re.compile(BLANK_BEFORE_QUOTE % delimiters)
        self._file = open(path, "rb", opener=nonblocking_opener)  # noqa: SIM115
        self._file.seek(dialect.header_start)

    def __enter__(self):
        return self

    def __exit__(self, *error):
        self._file.close()

    def count_until(self, position: int) -> None:
        """Go on counting up to a byte of the file."""
        while self._file.tell() < position:
            content = self._file.read(min(BLOCK_BYTES, position - self._file.tell()))
            if not content:  # the file has become shorter
                return
            self.quote_count += content.count(b'"')
            self._count_in(self._undecided_end + content)

    def _count_in(self, text):
        decided_length = len(text.rstrip(b'" '))
        if b'"' in text:  # without quotes, the patterns would take most of the time
            self.opening_count += len(self._opening_pattern.findall(text[:decided_length]))
            self.closing_count += len(self._closing_pattern.findall(text[:decided_length]))
            self.has_blank_before_quote |= bool(self._blank_before_quote_pattern.search(text))
        self._undecided_end = text[decided_length - 1 :]

    def has_open_quote(self) -> bool:
        """Whether a quoted value has no closing quote, once the file was read. A quote within a value, as in 5" pipe, is an
        ordinary character."""
        self._count_in(self._undecided_end + b"\n")
        return bool(self.quote_count % 2) and self.opening_count > self.closing_count


def _convert_csv_column(texts, keep_texts: bool):
    """A column of a CSV_SUFFIXES file as an array: float64 or bool if all of its texts can be read so, else texts with
    None for a missing one. keep_texts: whether to leave all texts as they are."""
    from pyarrow import ArrowInvalid, bool_, compute, float64

    if keep_texts:
        return texts.to_numpy(zero_copy_only=False)
    for kind in (float64(), bool_()):
        with suppress(ArrowInvalid):
            return compute.cast(texts, kind).to_numpy(zero_copy_only=False)
        with suppress(ArrowInvalid):
            return compute.cast(compute.utf8_trim_whitespace(texts), kind).to_numpy(zero_copy_only=False)
    return _dictionary_to_objects(texts.dictionary_encode())


def _dictionary_to_objects(dictionary_array) -> np.ndarray:
    """A dictionary array of pyarrow as an array of Python objects, with None for a missing value."""
    values = np.array([*dictionary_array.dictionary.to_pylist(), None], object)
    return values[dictionary_array.indices.fill_null(len(values) - 1).to_numpy(zero_copy_only=False)]


@dataclass(frozen=True)
class _ParquetColumns:
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


def _describe_parquet_columns(path: Path, schema, file_metadata) -> _ParquetColumns:
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
    return _ParquetColumns(
        names,
        {name.strip(): name for name, _ in columns_and_types},
        kinds,
        [name for name, kind in columns_and_types if _is_text_type(kind)],
        unsupported_names,
        list_columns,
    )


def _open_parquet(path: Path) -> TableFile:
    """The table in a Parquet file. Columns of texts are read as dictionaries, in which a text that occurs in a million rows is
    stored once."""
    from pyarrow import parquet

    def open_file(**options):
        return parquet.ParquetFile(path, buffer_size=BLOCK_BYTES, pre_buffer=False, **options)

    with _explain_pyarrow_errors(path), open_file() as parquet_file:
        schema = parquet_file.schema_arrow
        file_metadata = parquet_file.metadata
    row_count = file_metadata.num_rows
    if row_count > MAX_PARQUET_ROWS:
        raise DataError(
            f"{shorten_name(path.name)} announces {row_count:,} rows, more than the {MAX_PARQUET_ROWS:,} allowed."
        )
    described = _describe_parquet_columns(path, schema, file_metadata)
    stored_names, text_names, list_columns = described.stored_names, described.text_names, described.list_columns
    list_places = described.list_places

    def iterate_batches(wanted_names, exact_names):
        wanted_lists = {list_places[name][0].name for name in wanted_names if name in list_places}
        plain_names = [name for name in wanted_names if name not in list_places]
        wanted_stored_names = [*(stored_names[name] for name in plain_names), *wanted_lists]
        # a few bytes could decode to any number of values
        unsupported = [name for name in wanted_stored_names if name in described.unsupported_names]
        invalid_lists = [name for name in unsupported if parquet_lists.is_number_list(schema.field(name).type)]
        if invalid_lists:
            raise DataError(parquet_lists.INVALID_LISTS_ERROR.format(columns.join_names(invalid_lists), ""))
        if unsupported:
            raise DataError(columns.UNSUPPORTED_VALUES_ERROR.format(columns.join_names(unsupported)))
        rows_done = 0
        values_per_row = len(plain_names) + sum(list_columns[name].width for name in wanted_lists)
        batch_size = max(1, min(ROWS_AT_ONCE, 4 * features.VALUES_AT_ONCE // values_per_row))
        with _explain_pyarrow_errors(path), open_file(read_dictionary=text_names) as parquet_file:
            _check_text_bytes(parquet_file.metadata, set(wanted_stored_names) & set(text_names))
            for batch in parquet_file.iter_batches(batch_size, columns=wanted_stored_names):
                values = {
                    name: _convert_parquet_column(batch.column(stored_names[name]), name, name in exact_names)
                    for name in plain_names
                }
                matrix_by_list = {
                    name: parquet_lists.to_matrix(batch.column(name), list_columns[name], rows_done)
                    for name in wanted_lists
                }
                for name in wanted_names:
                    if name in list_places:
                        column, i = list_places[name]
                        values[name] = matrix_by_list[column.name][:, i]
                rows_done += len(batch)
                yield rows_done / row_count, values

    def iterate_kept(wanted_names):
        wanted_stored_names = [stored_names[name] for name in wanted_names]
        with _explain_pyarrow_errors(path), open_file(read_dictionary=text_names) as parquet_file:
            for batch in parquet_file.iter_batches(KEPT_ROWS_AT_ONCE, columns=wanted_stored_names):
                yield {name: _convert_kept_column(batch.column(stored_names[name])) for name in wanted_names}

    unkept = described.unsupported_names | _names_with_many_text_bytes(file_metadata, text_names)
    return TableFile(
        described.names,
        iterate_batches,
        described.kinds,
        iterate_kept=iterate_kept,
        unkept=(*(name for name, stored_name in stored_names.items() if stored_name in unkept), *list_places),
        features_by_list={column.name.strip(): column.feature_names for column in list_columns.values()},
    )


def _convert_kept_column(column):
    """A column of a Parquet file as an Arrow array without a dictionary, whose texts are valid and of a limited length."""
    import pyarrow
    from pyarrow import compute, types

    if not types.is_dictionary(column.type):
        return column
    values = column.dictionary
    if types.is_binary(values.type) or types.is_large_binary(values.type):
        values = kept_columns.to_valid_texts(values)
    if types.is_string(values.type) or types.is_large_string(values.type):
        # one more character than is kept, which shows that the text was cut
        values = compute.utf8_slice_codeunits(values, 0, kept_columns.MAX_KEPT_TEXT + 1)
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


def _convert_parquet_column(column, name, is_exact):
    """A column of a Parquet file as a NumPy array; DataError if a text in it is too long. is_exact: whether integers
    beside missing values and decimal numbers are kept as objects."""
    from pyarrow import compute, float64, types

    if types.is_dictionary(column.type):
        if _is_text_type(column.type):
            longest = compute.max(compute.binary_length(column.dictionary)).as_py() or 0
            if longest > MAX_TEXT_BYTES:
                raise DataError(LONG_TEXTS_ERROR.format(columns.join_names([name])))
        column = column.dictionary_decode()
    if is_exact and (types.is_decimal(column.type) or (types.is_integer(column.type) and column.null_count)):
        return _dictionary_to_objects(column.dictionary_encode())
    if types.is_decimal(column.type):
        column = column.cast(float64())
    return column.to_numpy(zero_copy_only=False)


def _open_npz(path: Path) -> TableFile:
    """The table in an .npz: the array X, or the only array beside y, labels and names; and these, if they are there."""
    problems = ImportProblems(shorten_name(path.name))
    try:
        with raise_os_errors_as(shorten_name(path), "read", DataError), zipfile.ZipFile(path) as archive:
            if set(archive.namelist()) >= matrix_files.SPARSE_MARKS:
                return _matrix_table(matrix_files.open_sparse_npz(path, archive))
            info_by_name = {info.filename.removesuffix(".npy"): info for info in archive.infolist()}
            labels_name = next((name for name in ("y", "labels") if name in info_by_name), None)
            other_names = [name for name in info_by_name if name not in ("y", "labels", "names")]
            if "X" in info_by_name:
                matrix_name = "X"
            elif len(other_names) == 1:
                matrix_name = other_names[0]
            else:
                arrays = columns.join_names(sorted(info_by_name)) or "nothing"
                raise DataError(
                    f"{shorten_name(path.name)} holds {arrays} but no array named images, and no matrix of rows named X."
                )
            X = npz_files.read_checked_array(archive, info_by_name, matrix_name, partial(_array_problem, 2), problems)
            y = npz_files.read_checked_array(archive, info_by_name, labels_name, partial(_array_problem, 1), problems)
            names = npz_files.read_checked_array(archive, info_by_name, "names", partial(_array_problem, 1), problems)
    except DataError:  # which is a ValueError, too
        raise
    except npz_files.NPZ_ERRORS:
        raise DataError(f"{shorten_name(path.name)} is damaged or not an .npz file.") from None
    problems.raise_if_any()
    if y is not None:
        columns.check_label_count(y, len(X))
    values_by_name = columns.values_by_column_name(X, names)
    step = max(1, min(ROWS_AT_ONCE, features.VALUES_AT_ONCE // max(1, len(values_by_name))))

    def iterate_batches(wanted_names, exact_names):
        for start in range(0, len(X), step):
            part = slice(start, start + step)
            yield min(1.0, (start + step) / len(X)), {name: values_by_name[name][part] for name in wanted_names}

    return TableFile(
        list(values_by_name),
        iterate_batches,
        labels=y,
        has_names=names is not None,
        iterate_kept=_kept_iterator(iterate_batches),
    )


def _kept_iterator(iterate_batches):
    """The function `iterate_kept` of a TableFile with these batches."""

    def iterate_kept(wanted_names):
        for _, batch in iterate_batches(wanted_names, ()):
            yield {name: _to_arrow_array(values) for name, values in batch.items()}

    return iterate_kept


def _to_arrow_array(values: np.ndarray):
    """Values of a column as an Arrow array, which has no numbers of another byte order, nor of more than 64 bits."""
    import pyarrow

    if values.dtype.kind == "f" and values.dtype.itemsize > 8:
        values = values.astype(np.float64)
    return pyarrow.array(values.astype(values.dtype.newbyteorder("="), copy=False))


def _matrix_table(matrix: matrix_files.MatrixFile) -> TableFile:
    """A matrix without names as a table."""
    columns.check_feature_count(matrix.column_count)
    names = columns.default_feature_names(matrix.column_count)
    index_by_name = {name: i for i, name in enumerate(names)}
    step = max(1, min(ROWS_AT_ONCE, features.VALUES_AT_ONCE // matrix.column_count))

    def iterate_batches(wanted_names, exact_names):
        for start in range(0, matrix.row_count, step):
            stop = min(start + step, matrix.row_count)
            rows = matrix.read_rows(start, stop)
            yield stop / matrix.row_count, {name: rows[:, index_by_name[name]] for name in wanted_names}

    return TableFile(names, iterate_batches, has_names=False, iterate_kept=_kept_iterator(iterate_batches))


def _anndata_table(file: anndata_files.AnnDataFile, is_matrix_chosen: bool) -> TableFile:
    """The matrix of an .h5ad as a table, whose columns of obs are metadata. is_matrix_chosen: whether X or a layer was named."""
    matrix_title = "X" if file.layer is None else translate("the layer {name}", name=printable_line(file.layer[:60]))
    kinds, notes, type_notes = {}, [], []
    if file.has_counts:
        kinds = dict.fromkeys(file.feature_names, "count")
        text = translate(
            "The values of {matrix} are whole numbers, and its columns of the type count.", matrix=matrix_title
        )
        type_notes.append(text)
    if file.layers and not is_matrix_chosen:
        layers = columns.join_names(file.layers, translate(columns.MORE_NAMES))
        notes.append(translate("X is read unless a layer is chosen ({layers}).", layers=layers))
    index_by_name = {name: i for i, name in enumerate(file.feature_names)}
    step = max(1, min(ROWS_AT_ONCE, features.VALUES_AT_ONCE // len(file.feature_names)))

    def iterate_batches(wanted_names, exact_names):
        metadata = [name for name in wanted_names if name not in index_by_name]
        reads_features = len(metadata) < len(wanted_names)
        for start, matrix, values in file.iterate_rows(reads_features, metadata, step):
            for name in wanted_names:
                if name in index_by_name:
                    values[name] = matrix[:, index_by_name[name]]
            yield min(1.0, (start + step) / file.row_count), values

    names = [*file.feature_names, *file.metadata_names]
    return TableFile(
        names,
        iterate_batches,
        kinds,
        notes=tuple(notes),
        iterate_kept=_kept_iterator(iterate_batches),
        type_notes=tuple(type_notes),
        metadata_names=frozenset(file.metadata_names),
        layers=file.layers,
        layer=file.layer,
    )


def _array_problem(dimensions, shape, dtype) -> str:
    """What is wrong with an array of this shape and type; "" if it has that number of dimensions, and numbers or texts."""
    if len(shape) != dimensions:
        expected = "a matrix N×F" if dimensions == 2 else "one value each"
        clause = f"has the shape {npz_files.describe_shape(shape)}; {expected} is expected"
        if dimensions == 2 and len(shape) in (3, 4):  # these were taken for a table only because of the array's name
            clause += "; images belong in an array named images"
        return clause
    if dtype.kind not in "fiubU":
        return f"is of type {dtype}; numbers or texts are expected"
    return ""


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
    table = _open_table_unchecked(path, layer)
    file_name = shorten_name(Path(path).name)
    if report is not None:
        for sentence in table.notes:
            report(sentence)
        if trained_features.missing_texts:
            report(columns.describe_missing_texts(trained_features.missing_texts, are_recorded=True))
    value_format = row_matching.with_missing_texts(value_format, trained_features)
    source = columns.RowSource(table.locate_row, READ_ROWS_OPTIONS)
    if not table.has_names:
        if len(table.names) != len(trained_features):
            raise DataError(
                f"{file_name} holds a matrix without names that has {format_count(len(table.names), 'column')}, and "
                f"the model was "
                f"trained on {format_count(len(trained_features), 'feature')}; give as many, or an array with their "
                f"names as well (names)."
            )
        matched = row_matching.match_matrix_columns(trained_features, table.names, source, value_format)
    else:
        matched = row_matching.match_columns(trained_features, table.names, file_name, source, value_format)
    label = columns.trim_name(label)
    if label is not None and label not in table.names:
        raise unknown_name_error("column", label, table.names, DataError)
    if table.names.count(label) > 1:
        raise DataError(f"{file_name} has several columns with the name {label}; rename them.")
    names = [column.name for column in matched]
    if label and label not in names:
        names.append(label)
    exact_names = {
        column.name for column in matched if column.kind == "category" or value_format.reads_numbers_as_texts
    }
    exact_names.add(label)
    rows, classes = [], []
    count = 0
    for _, batch in table.iterate_batches(names, exact_names):
        rows.append(row_matching.expand_rows(matched, batch, count))
        count += len(rows[-1])
        if label:
            classes.append(batch[label])
        if len(rows) * rows[0].nbytes > MAX_TOTAL_BYTES:
            raise DataError(f"{file_name} takes more than {MAX_TOTAL_BYTES / 2**30:g} GiB; give fewer rows at a time.")
    if not rows:
        raise DataError(f"{file_name} holds no rows.")
    replaced_sentence = columns.describe_replaced_missing(matched)
    if report is not None and replaced_sentence:
        report(replaced_sentence)
    row_classes = np.concatenate(classes) if label else table.labels
    if row_classes is not None:
        row_classes = set_missing_classes_to_none(row_classes, value_format)
    return np.concatenate(rows), row_classes


def read_kept_columns(table: TableFile, names: list[str]):
    """Columns of a table as they are kept beside items, as an Arrow table with the type of their kind; DataError without
    pyarrow."""
    try:
        import pyarrow
    except ImportError:
        raise DataError(NO_PYARROW_ERROR) from None

    batches = list(table.iterate_kept(names)) if names else []
    arrays = {}
    for name in names:
        column = kept_columns.KeptColumn(name)
        for batch in batches:
            column.examine(batch[name])
        arrays[name] = pyarrow.chunked_array([column.convert(batch[name]) for batch in batches], column.arrow_type)
    return pyarrow.table(arrays)


def read_ids(path, row_count: int, id_column: str | None, usual_column: str = "") -> list:
    """The ids of the rows of a file: the values in `id_column`, by default in `usual_column` where the file has it, else the
    file's name and the number of the row, from 0. DataError for a named column that is missing, or if there are no longer
    `row_count` rows."""
    table = _open_table_unchecked(path)
    name = columns.trim_name(id_column)
    readable_names = [column for column in table.names if column not in table.unkept]
    if name is not None and name not in readable_names:
        raise unknown_name_error("column", name, readable_names, DataError)
    if name is None and usual_column in readable_names:
        name = usual_column
    if name is None:
        return [f"{Path(path).name}:{row}" for row in range(row_count)]
    ids = read_kept_columns(table, [name]).column(name).to_pylist()
    if len(ids) != row_count:
        raise DataError(columns.TABLE_CHANGED_ERROR)
    return ids
