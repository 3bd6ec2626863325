"""The lines and records of a CSV file by their true numbers, and the sentences about a line that cannot be read. A
record is a row of values; it takes several lines if a quoted value contains line ends. Files are read piece by
piece, so that a file without line ends takes no memory."""

import csv
import io
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

from aae_core.data.import_problems import shorten_name
from aae_core.errors import DataError, printable_line
from aae_core.files import nonblocking_opener
from aae_core.progress import format_count

MAX_ROWS_SEARCHED = 2**21  # before a row whose line is looked for, at most; counting them takes a few seconds
PIECE_LENGTH = 2**20  # characters of a line that are read at once
MAX_QUOTE_LENGTH = 60  # characters of a line that a sentence quotes
SAVE_AS_UTF8 = "save it as CSV in UTF-8 (in Excel, the type CSV UTF-8)"


class Record(NamedTuple):
    """A row of values. line: the number of its first line in the file, from 1; height: the lines that it takes;
    has_open_quote: whether a quote in it is still open where the lines end."""

    line: int
    height: int
    cells: list[str]
    has_open_quote: bool = False


def parse_records(lines: Iterable[str], delimiter: str, first_line: int) -> Iterator[Record]:
    """The records of texts of one line each; blank lines are left out. first_line: the number of the first of these lines.
    csv.Error for a value of more than 128 KiB."""
    line_count = 0

    def append_blank_line():
        nonlocal line_count
        for line in lines:
            line_count += 1
            yield line
        yield ""  # a blank line, or a part of the last record if a quote in it is open

    reader = csv.reader(append_blank_line(), delimiter=delimiter)
    lines_before = 0
    for cells in reader:
        if cells:
            has_open_quote = reader.line_num > line_count
            yield Record(first_line + lines_before, line_count - lines_before, cells, has_open_quote)
        lines_before = reader.line_num


def find_record(
    path: Path, delimiter: str, header_start: int, header_line: int, condition: Callable[[list[str]], bool]
) -> Record | None:
    """The first record whose values fulfil a condition; None if there is none, or if a value before it is too long to be read.

    header_start, header_line: the byte at which the line with the names begins, and its number.
    """
    for record in _read_records(path, delimiter, header_start, header_line):
        if condition(record.cells):
            return record
    return None


def _read_records(path: Path, delimiter: str, header_start: int, header_line: int) -> Iterator[Record]:
    """The records of a file from byte `header_start` on, which is in line number `header_line`, up to a value that is
    too long to be read."""
    with open(path, "rb", opener=nonblocking_opener) as file:
        file.seek(header_start)
        text = _open_text(file, newline="")
        pieces = iter(lambda: text.readline(PIECE_LENGTH), "")
        with suppress(csv.Error):
            yield from parse_records(pieces, delimiter, header_line)


def find_line_of_row(path: Path, delimiter: str, header_start: int, header_line: int, row: int) -> int | None:
    """The number of the line in which a row begins. row: its number, from 0, below the names, which begin at
    `header_start` in `header_line`. None if that cannot be known, or if MAX_ROWS_SEARCHED or more rows come before
    it."""
    if row >= MAX_ROWS_SEARCHED:
        return None
    for row_number, record in enumerate(
        _read_records(path, delimiter, header_start, header_line), start=-1
    ):  # the names come first
        if row_number == row:
            return record.line
    return None


def find_first_line_not_utf8(path: Path) -> tuple[int, str] | None:
    """(number, text) of the first line that is not UTF-8; None if all are. Of a long line, the text is the part that is not."""
    for line_number, piece in _iterate_line_pieces(path):
        if not is_utf8(piece):
            return line_number, piece
    return None


def find_first_long_line(path: Path, max_length: int) -> int | None:
    """The number of the first line with more than `max_length` characters; None if there is none."""
    current_line, length = 1, 0
    for line_number, piece in _iterate_line_pieces(path):
        if line_number != current_line:
            current_line, length = line_number, 0
        length += len(piece)
        if length > max_length:
            return line_number
    return None


def _iterate_line_pieces(path: Path) -> Iterator[tuple[int, str]]:
    """(number of the line, text) of each piece of a file, at most PIECE_LENGTH characters of one line."""
    with open(path, "rb", opener=nonblocking_opener) as file:
        text = _open_text(file, newline=None)
        line_number = 1
        while piece := text.readline(PIECE_LENGTH):
            yield line_number, piece
            if piece.endswith("\n"):
                line_number += 1


def _open_text(file, newline):
    return io.TextIOWrapper(file, encoding="utf-8-sig", errors="surrogateescape", newline=newline)


def is_utf8(text: str) -> bool:
    """Whether a text that was decoded with the error handler "surrogateescape" was UTF-8."""
    return text.isascii() or not any("\udc80" <= character <= "\udcff" for character in text)


def has_blank_before_quote(cells: list[str]) -> bool:
    """Whether a value begins with blanks and a quote, so that the quote does not enclose it."""
    return any(cell[:1] in (" ", "\t") and cell.lstrip().startswith('"') for cell in cells)


def excerpt_of_line(text: str) -> str:
    """The beginning of a line in one line, for a sentence."""
    text = printable_line(text.strip())
    return text if len(text) <= MAX_QUOTE_LENGTH else f"{text[: MAX_QUOTE_LENGTH - 1]}…"


def line_not_utf8_error(path: Path, line_number: int, text: str) -> DataError:
    """The error that line `line_number`, a text with surrogates, is not UTF-8."""
    return DataError(
        f'{shorten_name(path.name)} is not a text in UTF-8: line {line_number:,} ("{excerpt_of_line(text)}") is '
        f"not; {SAVE_AS_UTF8}."
    )


def line_too_long_error(path: Path, line_number: int, max_bytes: int) -> DataError:
    """The error that line `line_number` has more than `max_bytes` bytes."""
    return DataError(
        f"Line {line_number:,} of {shorten_name(path.name)} is longer than {max_bytes / 2**20:g} MiB, too long for a "
        f"row of a table; "
        "end each row with a line feed, and leave out columns of long texts."
    )


def wrong_width_error(path: Path, record: Record, width: int, delimiter: str) -> DataError:
    """The error that a record has not as many values as there are columns (`width`)."""
    if has_blank_before_quote(record.cells):
        return blank_before_quote_error(path, record, delimiter)
    if record.has_open_quote:
        return open_quote_error(path, record)
    values = format_count(len(record.cells), "value")
    return DataError(
        f"In {shorten_name(path.name)} line {record.line:,} has {values} where there are {width:,} columns "
        f'("{excerpt_of_line(delimiter.join(record.cells))}"); correct this line, or take it out.'
    )


def blank_before_quote_error(path: Path, record: Record, delimiter: str) -> DataError:
    """The error that in a record a quote does not enclose a value, since a blank stands before it."""
    return DataError(
        f"In {shorten_name(path.name)} a blank stands before a quote in line {record.line:,} "
        f'("{excerpt_of_line(delimiter.join(record.cells))}"), so the quote is read as a part of the value; take out the blanks '
        "between delimiters and quotes."
    )


def open_quote_error(path: Path, record: Record) -> DataError:
    """The error that a quote in a record is not closed before the end of the file."""
    return DataError(
        f"In {shorten_name(path.name)} a quote in the row that begins in line {record.line:,} is never closed; close "
        f"it, or take it out."
    )
