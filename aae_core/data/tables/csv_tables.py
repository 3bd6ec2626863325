"""Tables in CSV files, with commas, tabs or another delimiter, plain or gzipped: read with pyarrow in batches of rows."""

import os
import re
import weakref
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import numpy as np

from aae_core.data import columns, features, metadata_columns
from aae_core.data.columns import RowPlace
from aae_core.data.import_problems import shorten_name
from aae_core.data.tables import csv_dialect, csv_records, gzip_files
from aae_core.data.tables.arrow_reading import dictionary_to_objects, explain_pyarrow_errors
from aae_core.data.tables.table_base import TableFile
from aae_core.errors import DataError
from aae_core.files import nonblocking_opener
from aae_core.wording import mark

BLOCK_BYTES = 2**22  # bytes of a file that are read at once
# of a quoted value, behind a delimiter: an odd number of quotes
QUOTE_BEGIN = rb'(?:[%b\r\n]|\xef\xbb\xbf)(?:"")*"(?!")'
QUOTE_END = rb'(?<!")(?:"")*" *[%b\r\n]'
BLANK_BEFORE_QUOTE = rb'[%b\r\n][ \t]+"'
OPEN_QUOTE_ERROR = "In {} a quote that is opened is never closed; close it, or take it out."
# pyarrow's message, whose number is not that of the line
WRONG_WIDTH_MESSAGE = re.compile(r"Row #\d+: Expected \d+ columns, got \d+")


@dataclass(frozen=True, kw_only=True)
class CsvTable(TableFile):
    """The table in the CSV file `path`, whose `dialect` says which line names the columns and what separates them."""

    path: Path
    dialect: csv_dialect.Dialect

    @property
    def _block_bytes(self) -> int:
        """The bytes that are read at once."""
        return max(BLOCK_BYTES, 8 * self.dialect.header_size)

    def iterate_batches(self, wanted_names, exact_names):
        import pyarrow

        file_bytes = self.path.stat().st_size
        block_bytes = self._block_bytes
        if file_bytes <= self.dialect.header_start + self.dialect.header_size:
            return  # there are no rows
        with (
            explain_pyarrow_errors(self.path, partial(self._explain_error, block_bytes)),
            # not a file of Python's: pyarrow reads ahead in a thread, which then would abort a process that ends meanwhile
            pyarrow.OSFile(os.fsencode(self.path)) as file,
            _QuoteCounter(self.path, self.dialect) as quotes,
        ):
            for batch in self._open_reader(file, block_bytes, wanted_names, pyarrow.string()):
                position = file_bytes if file.closed else file.tell()
                quotes.count_until(position)
                if quotes.has_blank_before_quote:
                    self._check_blanks_before_quotes(batch)
                yield (
                    position / file_bytes,
                    {name: _convert_column(batch.column(name), name in exact_names) for name in wanted_names},
                )
            quotes.count_until(file_bytes)
        if quotes.has_open_quote():  # the rest of the file was read as a single value
            raise DataError(OPEN_QUOTE_ERROR.format(shorten_name(self.path.name)))

    def iterate_metadata(self, wanted_names):
        import pyarrow

        block_bytes = self._block_bytes
        with (
            explain_pyarrow_errors(self.path, partial(self._explain_error, block_bytes)),
            pyarrow.OSFile(os.fsencode(self.path)) as file,
        ):
            for batch in self._open_reader(file, block_bytes, wanted_names, pyarrow.binary()):
                yield {name: metadata_columns.to_valid_texts(batch.column(name)) for name in wanted_names}

    def locate_row(self, row):
        """The line of a row, whose number counts from 0; its number if the line is not found."""
        dialect = self.dialect
        line = csv_records.find_line_of_row(
            self.path, dialect.delimiter, dialect.header_start, dialect.header_line, row
        )
        return super().locate_row(row) if line is None else RowPlace(mark("in line {number}"), line)

    def _open_reader(self, file, block_bytes: int, wanted_names: list[str], column_type):
        """pyarrow's reader of batches of some columns, all as one Arrow type. block_bytes: that are read at once."""
        from pyarrow import csv as arrow

        dialect = self.dialect
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

    def _find_record(self, is_wanted):
        """The first record of the file for whose cells `is_wanted(cells)` holds, as `csv_records.find_record` gives it."""
        dialect = self.dialect
        return csv_records.find_record(
            self.path, dialect.delimiter, dialect.header_start, dialect.header_line, is_wanted
        )

    def _explain_error(self, block_bytes: int, message: str) -> DataError | None:
        """The error, with the true number of the line, that a message of pyarrow stands for; None for another message.
        block_bytes: the bytes that were read at once."""
        path, dialect = self.path, self.dialect
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
            record = self._find_record(lambda cells: len(cells) != width)
            if record:
                return csv_records.wrong_width_error(path, record, width, dialect.delimiter)
            return DataError(
                f"{shorten_name(path.name)} has a row with more or fewer values than the {width:,} columns, behind a "
                f"value that is far too "
                "long; correct both, or leave out columns of long texts."
            )
        return None

    def _check_blanks_before_quotes(self, batch) -> None:
        """DataError if a value in a batch of texts begins with blanks and a quote, which then is a part of the value."""
        from pyarrow import compute

        for texts in batch.columns:
            if compute.any(compute.match_substring_regex(texts, r'^[ \t]+"')).as_py():
                record = self._find_record(csv_records.has_blank_before_quote)
                if record:
                    raise csv_records.blank_before_quote_error(self.path, record, self.dialect.delimiter)


def open_csv(path: Path) -> CsvTable:
    """The table in a CSV file; DataError if its names cannot be read, or if there are far too many."""
    dialect = csv_dialect.detect_dialect(path)
    if len(dialect.names) > 2 * features.MAX_FEATURES:
        columns.check_feature_count(len(dialect.names))
    return CsvTable(dialect.names, is_untyped=True, notes=dialect.notes, path=path, dialect=dialect)


def open_gzipped_csv(path: Path) -> CsvTable:
    """The table in a gzipped CSV file, unpacked to a temporary file that exists as long as the CsvTable."""
    unpacked_path, folder = gzip_files.unpack_gzip(path)
    try:
        table = open_csv(unpacked_path)
    except DataError:
        folder.cleanup()
        raise
    weakref.finalize(table, folder.cleanup)
    return table


class _QuoteCounter:
    """Counts, in a CSV file from the line with the names on, the quotes, those that begin a value, and those that end one.

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


def _convert_column(texts, keep_texts: bool) -> np.ndarray:
    """A column as an array: float64 or bool if all of its texts can be read so, else texts with None for a missing one.
    keep_texts: whether to leave all texts as they are."""
    from pyarrow import ArrowInvalid, bool_, compute, float64

    if keep_texts:
        return texts.to_numpy(zero_copy_only=False)
    for kind in (float64(), bool_()):
        with suppress(ArrowInvalid):
            return compute.cast(texts, kind).to_numpy(zero_copy_only=False)
        with suppress(ArrowInvalid):
            return compute.cast(compute.utf8_trim_whitespace(texts), kind).to_numpy(zero_copy_only=False)
    return dictionary_to_objects(texts.dictionary_encode())
