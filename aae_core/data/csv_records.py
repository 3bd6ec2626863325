"""The lines and records of a CSV file by their true numbers, and the sentences about a line that cannot be read.

A record is a row of values; it takes several lines if a quoted value contains line ends. Files are read piece by piece, so that
a file without line ends takes no memory.
"""

import csv
import io
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

from aae_core.data.image_files import brief
from aae_core.errors import DataError, plain
from aae_core.files import without_waiting
from aae_core.progress import count_of

MOST_ROWS = 2**21  # before a row whose line is looked for, at most; counting them takes a few seconds
PIECE = 2**20  # characters of a line that are read at once
LONGEST_QUOTE = 60  # characters of a line that a sentence quotes
HOW_TO_SAVE = "save it as CSV in UTF-8 (in Excel, the type CSV UTF-8)"


class Record(NamedTuple):
    """A row of values. line: the number of its first line in the file, from 1; height: the lines that it takes; is_open: whether
    a quote in it is still open where the lines end."""

    line: int
    height: int
    cells: list[str]
    is_open: bool = False


def parse_records(lines: Iterable[str], delimiter: str, first_line: int) -> Iterator[Record]:
    """The records of texts of one line each; blank lines are left out. first_line: the number of the first of these lines.
    csv.Error for a value of more than 128 KiB."""
    line_count = 0

    def lines_and_end():
        nonlocal line_count
        for line in lines:
            line_count += 1
            yield line
        yield ""  # a blank line, or a part of the last record if a quote in it is open

    reader = csv.reader(lines_and_end(), delimiter=delimiter)
    lines_before = 0
    for cells in reader:
        if cells:
            is_open = reader.line_num > line_count
            yield Record(first_line + lines_before, line_count - lines_before, cells, is_open)
        lines_before = reader.line_num


def find_record(
    path: Path, delimiter: str, start: int, line: int, condition: Callable[[list[str]], bool]
) -> Record | None:
    """The first record whose values fulfil a condition; None if there is none, or if a value before it is too long to be read.

    start, line: the byte at which the line with the names begins, and its number.
    """
    for record in _read_records(path, delimiter, start, line):
        if condition(record.cells):
            return record
    return None


def _read_records(path: Path, delimiter: str, start: int, line: int) -> Iterator[Record]:
    """The records of a file from byte `start` on, which is in line number `line`, up to a value that is too long to be read."""
    with open(path, "rb", opener=without_waiting) as file:
        file.seek(start)
        text = _open_text(file, newline="")
        pieces = iter(lambda: text.readline(PIECE), "")
        with suppress(csv.Error):
            yield from parse_records(pieces, delimiter, line)


def find_line_of_row(path: Path, delimiter: str, start: int, line: int, row: int) -> int | None:
    """The number of the line in which a row begins. row: its number, from 0, below the names, which begin at `start` in `line`.
    None if that cannot be known, or if MOST_ROWS or more rows come before it."""
    if row >= MOST_ROWS:
        return None
    for number, record in enumerate(_read_records(path, delimiter, start, line), start=-1):  # the names come first
        if number == row:
            return record.line
    return None


def find_line_not_utf8(path: Path) -> tuple[int, str] | None:
    """(number, text) of the first line that is not UTF-8; None if all are. Of a long line, the text is the part that is not."""
    for number, piece in _pieces_of_lines(path):
        if not is_utf8(piece):
            return number, piece
    return None


def find_long_line(path: Path, limit: int) -> int | None:
    """The number of the first line with more than `limit` characters; None if there is none."""
    current, length = 1, 0
    for number, piece in _pieces_of_lines(path):
        if number != current:
            current, length = number, 0
        length += len(piece)
        if length > limit:
            return number
    return None


def _pieces_of_lines(path: Path) -> Iterator[tuple[int, str]]:
    """(number of the line, text) of each piece of a file, at most PIECE characters of one line."""
    with open(path, "rb", opener=without_waiting) as file:
        text = _open_text(file, newline=None)
        number = 1
        while piece := text.readline(PIECE):
            yield number, piece
            if piece.endswith("\n"):
                number += 1


def _open_text(file, newline):
    return io.TextIOWrapper(file, encoding="utf-8-sig", errors="surrogateescape", newline=newline)


def is_utf8(text: str) -> bool:
    """Whether a text that was decoded with the error handler "surrogateescape" was UTF-8."""
    return text.isascii() or not any("\udc80" <= character <= "\udcff" for character in text)


def has_blank_before_quote(cells: list[str]) -> bool:
    """Whether a value begins with blanks and a quote, so that the quote does not enclose it."""
    return any(cell[:1] in (" ", "\t") and cell.lstrip().startswith('"') for cell in cells)


def quote_line(text: str) -> str:
    """The beginning of a line in one line, for a sentence."""
    text = plain(text.strip())
    return text if len(text) <= LONGEST_QUOTE else f"{text[: LONGEST_QUOTE - 1]}…"


def line_not_utf8(path: Path, number: int, text: str) -> DataError:
    """The error that line `number`, a text with surrogates, is not UTF-8."""
    return DataError(
        f'{brief(path.name)} is not a text in UTF-8: line {number:,} ("{quote_line(text)}") is not; {HOW_TO_SAVE}.'
    )


def line_too_long(path: Path, number: int, limit: int) -> DataError:
    """The error that line `number` has more than `limit` bytes."""
    return DataError(
        f"Line {number:,} of {brief(path.name)} is longer than {limit / 2**20:g} MiB, too long for a row of a table; "
        "end each row with a line feed, and leave out columns of long texts."
    )


def record_of_wrong_width(path: Path, record: Record, width: int, delimiter: str) -> DataError:
    """The error that a record has not as many values as there are columns (`width`)."""
    if has_blank_before_quote(record.cells):
        return blank_before_quote(path, record, delimiter)
    if record.is_open:
        return quote_left_open(path, record)
    values = count_of(len(record.cells), "value")
    return DataError(
        f"In {brief(path.name)} line {record.line:,} has {values} where there are {width:,} columns "
        f'("{quote_line(delimiter.join(record.cells))}"); correct this line, or take it out.'
    )


def blank_before_quote(path: Path, record: Record, delimiter: str) -> DataError:
    """The error that in a record a quote does not enclose a value, since a blank stands before it."""
    return DataError(
        f"In {brief(path.name)} a blank stands before a quote in line {record.line:,} "
        f'("{quote_line(delimiter.join(record.cells))}"), so the quote is read as a part of the value; take out the blanks '
        "between delimiters and quotes."
    )


def quote_left_open(path: Path, record: Record) -> DataError:
    """The error that a quote in a record is not closed before the end of the file."""
    return DataError(
        f"In {brief(path.name)} a quote in the row that begins in line {record.line:,} is never closed; close it, or take it out."
    )
