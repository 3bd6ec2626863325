"""Tables in files: CSV and Parquet files, read with pyarrow in batches of rows, and .npz files, read with NumPy as a whole."""

import os
import re
import zipfile
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

import numpy as np

from aae_core.data import columns, csv_dialect, csv_records, features, npz, parquet_types, row_matching
from aae_core.data.array_likes import PANDAS_INDEX
from aae_core.data.features import Features
from aae_core.data.image_files import MAX_TOTAL, Problems, brief
from aae_core.data.number_texts import PLAIN, ValueFormat
from aae_core.errors import DataError, plain, unknown
from aae_core.files import explain, explained, without_waiting
from aae_core.progress import count_of

CSV, PARQUET = (".csv", ".tsv"), (".parquet", ".pq")
SUFFIXES = (*CSV, *PARQUET)
ROWS = 2**16  # rows that are read at once, at most
BLOCK = 2**22  # bytes of a CSV file that are read at once
MOST_ROWS = 2**31  # rows of a Parquet file
LONGEST = 1000  # bytes of a text in a Parquet file
MOST_TEXT = 2**28  # bytes of a column's texts that are unpacked together
LONG = f"There are texts of more than {LONGEST:,} bytes, or far too many, in {{}}; leave these columns out."
WITHOUT_PYARROW = (
    "CSV and Parquet files are read by pyarrow, which is not installed: pip install pyarrow, or give an .npz."
)
BEGIN = rb'(?:[%b\r\n]|\xef\xbb\xbf)(?:"")*"(?!")'  # of a quoted value, behind a delimiter: an odd number of quotes
END = rb'(?<!")(?:"")*" *[%b\r\n]'
BLANK_BEFORE_QUOTE = rb'[%b\r\n][ \t]+"'
OPEN_QUOTE = "In {} a quote that is opened is never closed; close it, or take it out."
# pyarrow's message, whose number is not that of the line
RAGGED = re.compile(r"Row #\d+: Expected \d+ columns, got \d+")
READING = frozenset({"--decimal", "--thousands", "--units"})  # options of the commands that read rows for a model
Batches = Iterator[tuple[float, dict[str, np.ndarray]]]


def row_in_words(row: int) -> str:
    """The place of a row, whose number counts from 0, in a file without lines."""
    return f"in row {row + 1:,}"


@dataclass(frozen=True)
class Table:
    """A table in a file. names: of its columns; named: whether the file has these names, or they were made up; kinds: of the
    columns whose kind the file declares; labels: the class of each row, if an .npz holds them beside the matrix; untyped:
    whether the file does not tell numbers from texts; locate: says in words where a row is, by its number, from 0; notes:
    sentences about what was skipped, such as a title above the names.

    batches(names, exact): yields (share of the file that has been read, {name: values}) for each batch of rows of the columns
    `names`. Those in `exact` are given as they stand in the file: texts of an untyped file, even if they look like numbers, and
    integers beside missing values or decimal numbers as objects, not as floats.
    """

    names: list[str]
    batches: Callable[[list[str], Collection[str]], Batches]
    kinds: dict[str, str] = field(default_factory=dict)
    labels: np.ndarray | None = None
    named: bool = True
    untyped: bool = False
    locate: Callable[[int], str] = row_in_words
    notes: tuple[str, ...] = ()


def is_table(path) -> bool:
    """Whether a file holds a table rather than images, judged by its suffix or by the names of the arrays in an .npz."""
    path = Path(os.path.expanduser(path))
    if path.suffix.lower() != ".npz":
        return path.suffix.lower() in SUFFIXES
    try:
        with open(path, "rb", opener=without_waiting) as file, zipfile.ZipFile(file) as archive:
            return "images.npy" not in archive.namelist() and bool(archive.namelist())
    except npz.DAMAGED:
        return False  # reading it will tell what is wrong


def opened(path) -> Table:
    """The table in a .csv, .tsv, .parquet, .pq or .npz file; DataError if there is none, if pyarrow is needed and missing, or if
    a column has no name of its own."""
    table = _open_table(path)
    columns.check_names(table.names)
    return table


def _open_table(path) -> Table:
    """As `opened`, but columns that nobody asks for may have any names, such as the index that pandas writes beside rows."""
    path = Path(os.path.expanduser(path))
    with explained(brief(path), "read", DataError):
        if not path.is_file():
            raise DataError(f"{brief(path)} is not a file; give a .csv, .parquet or .npz file of a table.")
        if not path.stat().st_size:
            raise DataError(f"{brief(path.name)} is empty.")
    suffix = path.suffix.lower()
    if suffix == ".npz":
        return _npz(path)
    if suffix not in SUFFIXES:
        raise DataError(f"{brief(path.name)} is no table; give a .csv, .parquet or .npz file.")
    try:
        import pyarrow  # noqa: F401
    except ImportError:
        raise DataError(WITHOUT_PYARROW) from None
    if suffix in CSV:
        return _csv(path)
    return _parquet(path)


@contextmanager
def _reading(path, explain_damage=lambda message: None):
    """A context that turns pyarrow's errors about a file, and a lack of memory for it, into a DataError of one sentence.

    explain_damage(message): returns the DataError for a message of pyarrow, or None to quote the message."""
    import pyarrow

    try:
        yield
    except (MemoryError, OSError, pyarrow.ArrowException, UnicodeDecodeError) as error:
        if getattr(error, "errno", None):  # the system refuses it
            raise DataError(explain(error, path, "read")) from None
        explained_error = None if isinstance(error, MemoryError) else explain_damage(str(error))
        raise explained_error or DataError(_damaged(path, error)) from None


def _damaged(path: Path, error: Exception) -> str:
    if isinstance(error, MemoryError):  # or because a damaged file announces far more than it holds
        return (
            f"{brief(path.name)} takes more memory than there is; free some, or give fewer rows (if the file is small, it is "
            "damaged)."
        )
    message = " ".join(plain(error).replace("\N{REPLACEMENT CHARACTER}", "").split())[:120].rstrip(".")
    return f"{brief(path.name)} is damaged or not a {path.suffix[1:]} file ({columns.listed([message])})."


def _csv(path: Path) -> Table:
    """The table in a CSV file, whose `Dialect` says which line names the columns and what separates them."""
    dialect = csv_dialect.detect_dialect(path)
    names = dialect.names
    if len(names) > 2 * features.MOST:
        columns.check_feature_count(len(names))

    def batches(wanted, exact):
        import pyarrow
        from pyarrow import csv as arrow

        size = path.stat().st_size
        block = max(BLOCK, 8 * dialect.size)
        if size <= dialect.start + dialect.size:
            return  # there are no rows
        with (
            _reading(path, partial(_csv_error, path, dialect, block)),
            # not a file of Python's: pyarrow reads ahead in a thread, which then would abort a process that ends meanwhile
            pyarrow.OSFile(os.fsencode(path)) as file,
            _QuoteCounter(path, dialect) as quotes,
        ):
            file.seek(dialect.start)
            reader = arrow.open_csv(
                file,
                arrow.ReadOptions(use_threads=False, block_size=block, skip_rows=dialect.height, column_names=names),
                arrow.ParseOptions(delimiter=dialect.delimiter, newlines_in_values=True),
                arrow.ConvertOptions(
                    column_types=dict.fromkeys(wanted, pyarrow.string()),
                    include_columns=wanted,
                    null_values=[""],  # NA may be a class
                    strings_can_be_null=True,
                ),
            )
            for batch in reader:
                position = size if file.closed else file.tell()
                quotes.count_until(position)
                if quotes.has_blank_before_quote:
                    _check_quotes(path, dialect, batch)
                yield position / size, {name: _read(batch.column(name), name in exact) for name in wanted}
            quotes.count_until(size)
        if quotes.is_open():  # the rest of the file was read as a single value
            raise DataError(OPEN_QUOTE.format(brief(path.name)))

    def locate(row):
        line = csv_records.find_line_of_row(path, dialect.delimiter, dialect.start, dialect.line, row)
        return row_in_words(row) if line is None else f"in line {line:,}"

    return Table(names, batches, untyped=True, locate=locate, notes=dialect.notes)


def _csv_error(path: Path, dialect: csv_dialect.Dialect, block: int, message: str) -> DataError | None:
    """The error, with the true number of the line, that pyarrow's message about a CSV file stands for; None for another message.
    block: the bytes that were read at once."""
    if "invalid UTF8" in message:
        invalid_line = csv_records.find_line_not_utf8(path)
        if invalid_line is None:
            return None
        number, text = invalid_line
        return csv_records.line_not_utf8(path, number, text)
    if "straddling object" in message:  # a row without an end
        number = csv_records.find_long_line(path, block)
        if number:
            return csv_records.line_too_long(path, number, block)
        return DataError(OPEN_QUOTE.format(brief(path.name)))
    if RAGGED.search(message):
        width = len(dialect.names)
        record = csv_records.find_record(
            path, dialect.delimiter, dialect.start, dialect.line, lambda cells: len(cells) != width
        )
        if record:
            return csv_records.record_of_wrong_width(path, record, width, dialect.delimiter)
        return DataError(
            f"{brief(path.name)} has a row with more or fewer values than the {width:,} columns, behind a value that is far too "
            "long; correct both, or leave out columns of long texts."
        )
    return None


def _check_quotes(path: Path, dialect: csv_dialect.Dialect, batch) -> None:
    """DataError if a value in a batch of texts begins with blanks and a quote, which then is a part of the value."""
    from pyarrow import compute

    for texts in batch.columns:
        if compute.any(compute.match_substring_regex(texts, r'^[ \t]+"')).as_py():
            record = csv_records.find_record(
                path, dialect.delimiter, dialect.start, dialect.line, csv_records.has_blank_before_quote
            )
            if record:
                raise csv_records.blank_before_quote(path, record, dialect.delimiter)


class _QuoteCounter:
    """Counts, in a CSV file from the line with the names on, the quotes, those that begin a value, and those that end one.

    has_blank_before_quote: whether blanks may stand between a delimiter and a quote that should enclose a value.
    """

    def __init__(self, path: Path, dialect: csv_dialect.Dialect):
        self.quotes = self.beginning = self.ending = 0
        self.has_blank_before_quote = False
        # the end of what was read, on which more must be known: a byte and the quotes and blanks after it
        self._last = b"\n"
        delimiters = re.escape(f"{csv_dialect.USUAL_DELIMITERS}{dialect.delimiter}".encode())
        self._begin = re.compile(BEGIN % delimiters)
        self._end = re.compile(END % delimiters)
        self._blank_before_quote = re.compile(BLANK_BEFORE_QUOTE % delimiters)
        self._file = open(path, "rb", opener=without_waiting)  # noqa: SIM115
        self._file.seek(dialect.start)

    def __enter__(self):
        return self

    def __exit__(self, *error):
        self._file.close()

    def count_until(self, position: int) -> None:
        """Go on counting up to a byte of the file."""
        while self._file.tell() < position:
            content = self._file.read(min(BLOCK, position - self._file.tell()))
            if not content:  # the file has become shorter
                return
            self.quotes += content.count(b'"')
            self._judge(self._last + content)

    def _judge(self, text):
        sure = len(text.rstrip(b'" '))
        if b'"' in text:  # without quotes, the patterns would take most of the time
            self.beginning += len(self._begin.findall(text[:sure]))
            self.ending += len(self._end.findall(text[:sure]))
            self.has_blank_before_quote |= bool(self._blank_before_quote.search(text))
        self._last = text[sure - 1 :]

    def is_open(self) -> bool:
        """Whether a quoted value has no closing quote, once the file was read. A quote within a value, as in 5" pipe, is an
        ordinary character."""
        self._judge(self._last + b"\n")
        return bool(self.quotes % 2) and self.beginning > self.ending


def _read(texts, kept: bool):
    """A column of a CSV file as an array: float64 or bool if all of its texts can be read so, else texts with None for a missing
    one. kept: whether to leave all texts as they are."""
    from pyarrow import ArrowInvalid, bool_, compute, float64

    if kept:
        return texts.to_numpy(zero_copy_only=False)
    for kind in (float64(), bool_()):
        with suppress(ArrowInvalid):
            return compute.cast(texts, kind).to_numpy(zero_copy_only=False)
        with suppress(ArrowInvalid):
            return compute.cast(compute.utf8_trim_whitespace(texts), kind).to_numpy(zero_copy_only=False)
    return _as_objects(texts.dictionary_encode())


def _as_objects(coded):
    """A dictionary array of pyarrow as an array of Python objects, with None for a missing value."""
    values = np.array([*coded.dictionary.to_pylist(), None], object)
    return values[coded.indices.fill_null(len(values) - 1).to_numpy(zero_copy_only=False)]


def _parquet(path: Path) -> Table:
    """The table in a Parquet file. Columns of texts are read as dictionaries, in which a text that occurs in a million rows is
    stored once."""
    from pyarrow import parquet, types

    def file(**options):
        return parquet.ParquetFile(path, buffer_size=BLOCK, pre_buffer=False, **options)

    with _reading(path), file() as parquet_file:
        schema = parquet_file.schema_arrow
        metadata = parquet_file.metadata.metadata or {}
        count = parquet_file.metadata.num_rows
    if count > MOST_ROWS:
        raise DataError(f"{brief(path.name)} announces {count:,} rows, more than the {MOST_ROWS:,} allowed.")
    kept = []  # (name, Arrow type) of the columns that are not pandas' index
    for name, kind in zip(schema.names, schema.types, strict=True):
        if not PANDAS_INDEX.fullmatch(name):
            kept.append((name, kind))
    stored_names = {name.strip(): name for name, _ in kept}
    categories = parquet_types.categories(schema, metadata)
    kinds = {name.strip(): "category" for name, kind in kept if types.is_dictionary(kind) or name in categories}
    texts = [name for name, kind in kept if _holds_texts(kind)]
    others = {name for name, kind in kept if types.is_nested(kind) or types.is_fixed_size_binary(kind)}

    def batches(wanted, exact):
        stored = [stored_names[name] for name in wanted]
        refused = [name for name in stored if name in others]  # a few bytes could decode to any number of values
        if refused:
            raise DataError(columns.OTHERS.format(columns.listed(refused)))
        done = 0
        batch_size = max(1, min(ROWS, 4 * features.BATCH // len(wanted)))
        with _reading(path), file(read_dictionary=texts) as parquet_file:
            _check_texts(parquet_file.metadata, set(stored) & set(texts))
            for batch in parquet_file.iter_batches(batch_size, columns=stored):
                done += len(batch)
                values = {name: _unpacked(batch.column(stored_names[name]), name, name in exact) for name in wanted}
                yield done / count, values

    return Table([name.strip() for name, _ in kept], batches, kinds)


def _holds_texts(kind):
    """Whether a column of this Arrow type holds texts or bytes of variable length, plainly or as a dictionary."""
    from pyarrow import types

    if types.is_dictionary(kind):
        kind = kind.value_type
    is_text = types.is_string(kind) or types.is_large_string(kind)
    is_bytes = types.is_binary(kind) or types.is_large_binary(kind)
    return is_text or is_bytes


def _check_texts(metadata, names):
    """DataError if the texts of a column would take too much memory: decompressed, they can be far larger than the file."""
    if not names:
        return
    for k in range(metadata.num_row_groups):
        group = metadata.row_group(k)
        if group.total_byte_size <= MOST_TEXT:
            continue  # looking at the columns of a damaged file can make pyarrow end the process
        for i in range(group.num_columns):
            part = group.column(i)
            if part.path_in_schema in names and part.total_uncompressed_size > MOST_TEXT:
                raise DataError(LONG.format(columns.listed([part.path_in_schema])))


def _unpacked(column, name, exact):
    """A column of a Parquet file as a NumPy array; DataError if a text in it is too long. exact: whether integers beside missing
    values and decimal numbers are kept as objects."""
    from pyarrow import compute, float64, types

    if types.is_dictionary(column.type):
        if _holds_texts(column.type):
            longest = compute.max(compute.binary_length(column.dictionary)).as_py() or 0
            if longest > LONGEST:
                raise DataError(LONG.format(columns.listed([name])))
        column = column.dictionary_decode()
    if exact and (types.is_decimal(column.type) or (types.is_integer(column.type) and column.null_count)):
        return _as_objects(column.dictionary_encode())
    if types.is_decimal(column.type):
        column = column.cast(float64())
    return column.to_numpy(zero_copy_only=False)


def _npz(path: Path) -> Table:
    """The table in an .npz: the array X, or the only array beside y, labels and names; and these, if they are there."""
    problems = Problems(brief(path.name))
    try:
        with explained(brief(path), "read", DataError), zipfile.ZipFile(path) as archive:
            members = {info.filename.removesuffix(".npy"): info for info in archive.infolist()}
            labels = next((name for name in ("y", "labels") if name in members), None)
            others = [name for name in members if name not in ("y", "labels", "names")]
            if "X" in members:
                rows = "X"
            elif len(others) == 1:
                rows = others[0]
            else:
                arrays = columns.listed(sorted(members)) or "nothing"
                raise DataError(
                    f"{brief(path.name)} holds {arrays} but no array named images, and no matrix of rows named X."
                )
            X = npz.read_array(archive, members, rows, partial(_unfit, 2), problems)
            y = npz.read_array(archive, members, labels, partial(_unfit, 1), problems)
            names = npz.read_array(archive, members, "names", partial(_unfit, 1), problems)
    except DataError:  # which is a ValueError, too
        raise
    except npz.DAMAGED:
        raise DataError(f"{brief(path.name)} is damaged or not an .npz file.") from None
    problems.check()
    if y is not None:
        columns.check_labels(y, len(X))
    values_by_name = columns.columns_by_name(X, names)
    step = max(1, min(ROWS, features.BATCH // max(1, len(values_by_name))))

    def batches(wanted, exact):
        for start in range(0, len(X), step):
            part = slice(start, start + step)
            yield min(1.0, (start + step) / len(X)), {name: values_by_name[name][part] for name in wanted}

    return Table(list(values_by_name), batches, labels=y, named=names is not None)


def _unfit(dimensions, shape, dtype):
    """What is wrong with an array of this shape and type; "" if it has that number of dimensions, and numbers or texts."""
    if len(shape) != dimensions:
        expected = "a matrix N×F" if dimensions == 2 else "one value each"
        clause = f"has the shape {npz.in_words(shape)}; {expected} is expected"
        if dimensions == 2 and len(shape) in (3, 4):  # these were taken for a table only because of the array's name
            clause += "; images belong in an array named images"
        return clause
    if dtype.kind not in "fiubU":
        return f"is of type {dtype}; numbers or texts are expected"
    return ""


def read_rows(
    path,
    known: Features,
    label: str | None = None,
    value_format: ValueFormat = PLAIN,
    report: Callable[[str], None] | None = None,
) -> tuple[np.ndarray, np.ndarray | None]:
    """The rows of a file as the features `known`, float32 N×F, and the class of each row as the file has it: in the column
    `label`, or beside the matrix of an .npz; None if there is neither. value_format: how the values are written; no rows are left
    out. report: called with the notes of the Table.

    Columns are matched by name (`row_matching.match_columns`). An .npz without names that has as many columns as there are
    features holds them in this order. DataError if a column is missing, a value is invalid, there are no rows, or the rows take
    more than MAX_TOTAL bytes.
    """
    table = _open_table(path)
    file_name = brief(Path(path).name)
    if report is not None:
        for sentence in table.notes:
            report(sentence)
    source = columns.Source(table.locate, READING)
    if not table.named:
        if len(table.names) != len(known):
            raise DataError(
                f"{file_name} holds a matrix without names that has {count_of(len(table.names), 'column')}, and the model was "
                f"trained on {count_of(len(known), 'feature')}; give as many, or an array with their names as well (names)."
            )
        matched = [columns.Column(name, None, source, value_format) for name in table.names]
    else:
        matched = row_matching.match_columns(known, table.names, file_name, source, value_format)
    label = columns.trimmed(label)
    if label is not None and label not in table.names:
        raise unknown("column", label, table.names, DataError)
    if table.names.count(label) > 1:
        raise DataError(f"{file_name} has several columns with the name {label}; rename them.")
    names = [column.name for column in matched]
    if label and label not in names:
        names.append(label)
    exact = {column.name for column in matched if column.kind == "category" or value_format.needs_texts}
    exact.add(label)
    rows, classes = [], []
    count = 0
    for _, batch in table.batches(names, exact):
        rows.append(row_matching.expand_rows(matched, batch, count))
        count += len(rows[-1])
        if label:
            classes.append(batch[label])
        if len(rows) * rows[0].nbytes > MAX_TOTAL:
            raise DataError(f"{file_name} takes more than {MAX_TOTAL / 2**30:g} GiB; give fewer rows at a time.")
    if not rows:
        raise DataError(f"{file_name} holds no rows.")
    return np.concatenate(rows), np.concatenate(classes) if label else table.labels
