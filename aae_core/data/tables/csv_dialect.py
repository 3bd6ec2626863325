"""How a CSV file is written: which line names its columns, what separates them, and what stands above that line.
Only the beginning of a file is read here. A file whose first line names the columns, separated by commas, semicolons
or tabs, is read so. Blank lines, a line such as "sep=;", comments that begin with # and a title may stand above the
names; they are skipped only if the line below them certainly holds names, and each skipped line is mentioned in a
note."""

import csv
import re
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import numpy as np

from aae_core.data import columns, features
from aae_core.data.import_problems import shorten_name
from aae_core.data.number_texts import is_number
from aae_core.data.tables.csv_records import (
    SAVE_AS_UTF8,
    Record,
    blank_before_quote_error,
    excerpt_of_line,
    has_blank_before_quote,
    is_utf8,
    line_not_utf8_error,
    line_too_long_error,
    open_quote_error,
    parse_records,
)
from aae_core.errors import DataError
from aae_core.files import nonblocking_opener, raise_os_errors_as
from aae_core.progress import format_count
from aae_core.wording import translate

MAX_FIRST_LINE_BYTES = 2**24  # bytes of the line with the names of the columns, at most
SAMPLE_LINES = 200  # lines of a file that are looked at, at most
SAMPLE_BYTES = 2**22  # bytes of all of these lines but the first, at most
DELIMITERS = ",;\t|"
# of these, the most frequent one in the first line is the delimiter if it suits the lines below
USUAL_DELIMITERS = ",;\t"
MAX_QUOTED_LINES = 10  # skipped lines that a note quotes
MIN_SORTED_NAMES = 8  # so many numbers in ascending or descending order are names rather than values by chance
LINE_END = re.compile(rb"\r\n|\n|\r")
SEPARATOR_LINE = re.compile(r'"?sep=([^\w"\s]|\t)"?', re.IGNORECASE)  # which Excel understands
OTHER_FORMATS = (  # (first bytes, what such a file is, what to do)
    (b"\xff\xfe", "not a text in UTF-8, but in UTF-16", SAVE_AS_UTF8),
    (b"\xfe\xff", "not a text in UTF-8, but in UTF-16", SAVE_AS_UTF8),
    (b"\x1f\x8b", "a gzip archive", "unpack it"),
    (b"BZh", "a bzip2 archive", "unpack it"),
    (b"\xfd7zXZ", "an xz archive", "unpack it"),
    (b"(\xb5/\xfd", "a Zstandard archive", "unpack it"),
    (b"PK\x03\x04", "a zip archive or an Excel file", "unpack it, or save the table as CSV"),
    (b"\xd0\xcf\x11\xe0", "an Excel file", "save the table as CSV in UTF-8"),
    (b"PAR1", "a Parquet file", "give it the suffix .parquet"),
    (b"%PDF", "a PDF file", "save the table as CSV in UTF-8"),
)


@dataclass(frozen=True)
class Dialect:
    """How a CSV file is written. names: of the columns; delimiter: a character.

    header_start: the byte at which the line with the names begins; header_line: its number, from 1; header_height: the
    lines that the names take, more than one if a quoted name contains line ends; header_size: their bytes. notes:
    sentences about what was skipped.
    """

    names: list[str]
    delimiter: str
    header_start: int
    header_line: int
    header_height: int
    header_size: int
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class _Sample:
    """The first lines of a file. lines: the lines, in which surrogates stand for bytes that are not UTF-8; line_starts:
    the byte at which each begins, and that behind the last one; is_whole: whether these are all lines of the file."""

    path: Path
    lines: list[str]
    line_starts: list[int]
    is_whole: bool


@dataclass(frozen=True)
class _HeaderCandidate:
    """A record that may name the columns. delimiter: by which the file was parsed; is_certain: whether it does beyond doubt;
    has_numbers_below: whether a column below holds nothing but numbers; is_first: whether nothing was skipped above it."""

    header: Record
    delimiter: str
    is_certain: bool
    has_numbers_below: bool
    is_first: bool


def detect_dialect(path: Path) -> Dialect:
    """The Dialect of a CSV file; DataError, with the number of the line, if no line names the columns beyond doubt."""
    sample = _read_sample(path)
    first_index = next((k for k, text in enumerate(sample.lines) if not _is_blank(text)), None)
    if first_index is None:
        raise DataError(
            f"{shorten_name(path.name)} begins with blank lines alone; its first line must name the columns."
        )
    separator_line = SEPARATOR_LINE.fullmatch(sample.lines[first_index].strip(" \r\n"))
    if separator_line:
        delimiter = separator_line[1]
        header = _header_below_separator(sample, first_index, delimiter)
    else:
        delimiter, header = _find_header(sample, first_index)
    names = _parse_names(sample, header, delimiter)
    notes = _skipped_lines_notes(sample, header)
    if _may_be_values_not_names(names):
        if not _is_header_of_sorted_numbers(names, _parse_sample_records(sample, header.line - 1, delimiter)[1:]):
            raise DataError(_numbers_instead_of_names(path, names, header))
        notes += (_sorted_names_note(path, names, header),)
    start, end = sample.line_starts[header.line - 1], sample.line_starts[header.line - 1 + header.height]
    return Dialect(names, delimiter, start, header.line, header.height, end - start, notes)


def _read_sample(path: Path) -> _Sample:
    """The first lines of a file; DataError if it is no text, or if its first line is too long."""
    with raise_os_errors_as(shorten_name(path), "read", DataError), open(path, "rb", opener=nonblocking_opener) as file:
        content = file.read(MAX_FIRST_LINE_BYTES + 1)
    for first_bytes, description, remedy in OTHER_FORMATS:
        if content.startswith(first_bytes):
            raise DataError(f"{shorten_name(path.name)} is {description}; {remedy}.")
    is_whole = len(content) <= MAX_FIRST_LINE_BYTES
    lines, line_starts = [], [0]
    for end in _line_ends(content, is_whole):
        if lines and end - line_starts[1] > SAMPLE_BYTES:
            is_whole = False
            break
        lines.append(content[line_starts[-1] : end].decode("utf-8", "surrogateescape"))
        line_starts.append(end)
        if len(lines) == SAMPLE_LINES:
            is_whole = is_whole and end == len(content)
            break
    if not lines:
        raise line_too_long_error(path, 1, MAX_FIRST_LINE_BYTES)
    lines[0] = lines[0].removeprefix("\ufeff")  # the byte order mark
    return _Sample(path, lines, line_starts, is_whole)


def _line_ends(content: bytes, is_whole: bool) -> Iterator[int]:
    """The place behind each line. is_whole: whether the content ends with the file, so that its last line may lack a line end."""
    end = 0
    for match in LINE_END.finditer(content):
        end = match.end()
        yield end
    if is_whole and end < len(content):
        yield len(content)


def _is_blank(text: str) -> bool:
    """Whether a line holds nothing but delimiters and white space."""
    return not text.strip(f"{DELIMITERS} \r\n")


def _parse_sample_records(sample: _Sample, first_index: int, delimiter: str) -> list[Record]:
    """The records of a sample from the line with index `first_index` on, as far as they are complete; none is blank."""
    records = []
    with suppress(csv.Error):  # a value of more than 128 KiB
        for record in parse_records(iter(sample.lines[first_index:]), delimiter, first_index + 1):
            records.append(record)
    if not sample.is_whole and len(records) > 1 and records[-1].height > 1:
        records.pop()  # its last line may lie beyond the sample
    return [record for record in records if any(cell.strip() for cell in record.cells)]


def _header_below_separator(sample: _Sample, first_index: int, delimiter: str) -> Record:
    """The first record below a line such as "sep=;", whose index is `first_index`; DataError if there is none."""
    records = _parse_sample_records(sample, first_index + 1, delimiter)
    if not records:
        raise DataError(
            f"{shorten_name(sample.path.name)} has no names of columns below line {first_index + 1:,}; add them there."
        )
    candidate = _find_header_candidate(records, delimiter)
    if candidate is None and any(other_delimiter in records[0].cells[0] for other_delimiter in DELIMITERS):
        raise DataError(
            f"Line {first_index + 1:,} of {shorten_name(sample.path.name)} says that {delimiter!r} separates the values, which "
            "the lines below it do not hold; correct this line, or take it out."
        )
    if candidate is None or candidate.is_first:
        return records[0]
    if not candidate.is_certain:
        raise DataError(_unnamed_columns_error(sample, records))
    return candidate.header


def _find_header(sample: _Sample, first_index: int) -> tuple[str, Record]:
    """(delimiter, the record that names the columns). first_index: the index of the first line that is not blank.
    DataError if that line does not suit those below it, and no other line names the columns beyond doubt."""
    unquoted_line = re.sub(r'"[^"]*"', "", sample.lines[first_index])  # a quoted name may contain delimiters
    most_delimiters = max(unquoted_line.count(delimiter) for delimiter in DELIMITERS)
    if most_delimiters > 2 * features.MAX_FEATURES:
        columns.check_feature_count(most_delimiters + 1)
    usual_delimiter = max(USUAL_DELIMITERS, key=unquoted_line.count)
    records = _parse_sample_records(sample, first_index, usual_delimiter)
    if not records:
        raise DataError(_no_list_of_names_error(sample.path, first_index + 1))
    widths = Counter(len(record.cells) for record in records)
    if len(widths) == 1 and 1 not in widths and all(records[0].cells) and not _is_comment(records[0]):
        return usual_delimiter, records[0]
    for record in records:
        if has_blank_before_quote(record.cells):
            raise blank_before_quote_error(sample.path, record, usual_delimiter)
    records_by_delimiter = {usual_delimiter: records}
    for delimiter in DELIMITERS:
        if delimiter != usual_delimiter:
            records_by_delimiter[delimiter] = _parse_sample_records(sample, first_index, delimiter)
    candidates = [
        _find_header_candidate(records_by_delimiter[delimiter], delimiter) for delimiter in records_by_delimiter
    ]
    candidates = [candidate for candidate in candidates if candidate is not None]
    for candidate in candidates:
        if candidate.is_certain:
            return candidate.delimiter, candidate.header
    if sample.is_whole and len(records) > 1 and records[-1].has_open_quote:
        raise open_quote_error(sample.path, records[-1])
    for candidate in candidates:
        if candidate.has_numbers_below and candidate.is_first:
            return candidate.delimiter, candidate.header
        if candidate.has_numbers_below:
            raise DataError(_unnamed_columns_error(sample, records_by_delimiter[candidate.delimiter]))
    if len(records[0].cells) != _most_frequent_width(records):
        raise DataError(_unnamed_columns_error(sample, records))
    return usual_delimiter, records[0]


def _most_frequent_width(records: list[Record]) -> int:
    """The most frequent number of values in the second half of the records, above which there may be titles and comments."""
    widths = Counter(len(record.cells) for record in records[len(records) // 2 :])
    return max(widths, key=lambda width: (widths[width], width))


def _find_header_candidate(records: list[Record], delimiter: str) -> _HeaderCandidate | None:
    """The first record that is neither a comment nor a title, if there are as many values in it as in most of the records, and at
    least two; None if there is no such record."""
    width = _most_frequent_width(records) if records else 0
    if width < 2:
        return None
    header_index = 0
    while header_index < len(records) and _is_title_or_comment(records, header_index, width):
        header_index += 1
    if header_index == len(records) or len(records[header_index].cells) != width:
        return None
    header = records[header_index]
    rows = [record for record in records[header_index + 1 :] if len(record.cells) == width]
    has_numbers = _has_column_of_numbers(rows)
    has_titles = any(not _is_comment(record) for record in records[:header_index])
    is_regular = bool(rows) and len(rows) == len(records) - header_index - 1
    is_supported = has_numbers or (not has_titles and is_regular)
    is_certain = is_supported and (_are_certain_names(header.cells) or _is_header_of_sorted_numbers(header.cells, rows))
    return _HeaderCandidate(header, delimiter, is_certain, has_numbers, header_index == 0)


def _is_title_or_comment(records: list[Record], index: int, width: int) -> bool:
    """Whether the record at this place is a comment or a title above the names of `width` columns."""
    record = records[index]
    if not _is_comment(record):
        return bool(record.cells[0].strip()) and not any(cell.strip() for cell in record.cells[1:])
    if len(record.cells) != width:
        return True
    # the names themselves may begin with #, unless other names follow
    candidates = [
        following_record
        for following_record in records[index + 1 :]
        if len(following_record.cells) == width and not _is_comment(following_record)
    ]
    rows = candidates[1:]
    holds_numbers = len(rows) > 1 and all(_looks_like_number(cell) for row in rows for cell in row.cells)
    return holds_numbers and _are_certain_names(candidates[0].cells)


def _is_comment(record: Record) -> bool:
    return record.cells[0].lstrip().startswith("#")


def _are_certain_names(cells: list[str]) -> bool:
    """Whether each column has a name, no two have the same, and no name is a number."""
    names = [cell.strip() for cell in cells]
    return all(names) and len(set(names)) == len(names) and not any(_looks_like_number(name) for name in names)


def _looks_like_number(text: str) -> bool:
    """Whether a text is a number, with a decimal point or a decimal comma."""
    return is_number(text.strip().replace(",", ".", 1))


def _has_column_of_numbers(rows: list[Record]) -> bool:
    """Whether the rows, which have equally many values, hold numbers alone in some column."""
    columns_of_cells = zip(*(row.cells for row in rows), strict=True)
    return any(all(_looks_like_number(cell) for cell in cells) for cells in columns_of_cells)


def _parse_names(sample: _Sample, header: Record, delimiter: str) -> list[str]:
    """The names of the columns in a record; line ends in them become blanks. DataError unless it is a list of names in UTF-8."""
    lines = sample.lines[header.line - 1 : header.line - 1 + header.height]
    for number, text in enumerate(lines, header.line):
        if not is_utf8(text):
            raise line_not_utf8_error(sample.path, number, text)
        if "\0" in text:
            raise DataError(
                f"{shorten_name(sample.path.name)} is not a text in UTF-8: line {number:,} holds zero bytes, as a text in UTF-16 "
                f"does; {SAVE_AS_UTF8}."
            )
    try:
        (cells,) = csv.reader(lines, delimiter=delimiter, strict=True)
    except (csv.Error, ValueError):
        raise DataError(_no_list_of_names_error(sample.path, header.line)) from None
    if has_blank_before_quote(cells):
        raise blank_before_quote_error(sample.path, header, delimiter)
    return [re.sub(r"\s*[\r\n]+\s*", " ", cell.strip()) for cell in cells]


def _parse_numbers(cells: list[str]) -> list[float]:
    return [float(cell) for cell in cells if is_number(cell)]


def _may_be_values_not_names(names: list[str]) -> bool:
    """Whether the names of columns may be values: numbers with fractions, or numbers that do not ascend."""
    numbers = _parse_numbers(names)
    is_ascending = all(a < b for a, b in pairwise(numbers))
    return not is_ascending or any(number != round(number) for number in numbers if np.isfinite(number))


def _is_header_of_sorted_numbers(names: list[str], rows: list[Record]) -> bool:
    """Whether the numbers among the names, MIN_SORTED_NAMES at least, are in an order in which those of some row are not, as the
    wavelengths above a table of spectra are."""
    number_indices = [k for k, name in enumerate(names) if is_number(name)]
    if len(number_indices) < MIN_SORTED_NAMES:
        return False
    direction = -1 if float(names[number_indices[0]]) > float(names[number_indices[1]]) else 1
    if not _is_sorted(_parse_numbers(names), direction):
        return False
    values = [_parse_numbers([row.cells[k] for k in number_indices]) for row in rows if len(row.cells) == len(names)]
    return any(not _is_sorted(numbers, direction) for numbers in values)


def _is_sorted(numbers: list[float], direction: int) -> bool:
    """Whether numbers ascend (order 1) or descend (order −1) strictly."""
    return all(direction * a < direction * b for a, b in pairwise(numbers))


def _skipped_lines_notes(sample: _Sample, header: Record) -> tuple[str, ...]:
    """A note about the lines above the names, if there are any."""
    lines_above = sample.lines[: header.line - 1]
    if not lines_above:
        return ()
    quoted_lines = [
        translate('line {number} ("{text}")', number=f"{k:,}", text=excerpt_of_line(text))
        for k, text in enumerate(lines_above, 1)
        if not _is_blank(text)
    ]
    blank_count = len(lines_above) - len(quoted_lines)
    skipped_lines = quoted_lines[:MAX_QUOTED_LINES]
    if len(quoted_lines) > MAX_QUOTED_LINES:
        skipped_lines.append(translate("{number} more", number=f"{len(quoted_lines) - MAX_QUOTED_LINES:,}"))
    if blank_count:
        text = translate("1 blank line") if blank_count == 1 else translate("{number} blank lines")
        skipped_lines.append(text.format(number=f"{blank_count:,}"))
    note = translate(
        "In {file} line {number} names the columns; skipped above it: {skipped}.",
        file=shorten_name(sample.path.name),
        number=f"{header.line:,}",
        skipped=", ".join(skipped_lines),
    )
    return (note,)


def _sorted_names_note(path: Path, names: list[str], header: Record) -> str:
    numbers = [name for name in names if is_number(name)]
    return translate(
        "The sorted numbers in line {number} of {file} ({names}, …) were taken for names of columns, not for values.",
        number=f"{header.line:,}",
        file=shorten_name(path.name),
        names=columns.join_names(numbers[:4]),
    )


def _numbers_instead_of_names(path: Path, names: list[str], header: Record) -> str:
    numbers = [name for name in names if is_number(name)]
    return (
        f"Line {header.line:,} of {shorten_name(path.name)} holds numbers ({columns.join_names(numbers[:4])}) where "
        f"the names of the "
        f"columns belong; add a line of names above it or, if these are the names, put a letter before each (x{numbers[0]})."
    )


def _no_list_of_names_error(path: Path, line: int) -> str:
    return (
        f"Line {line:,} of {shorten_name(path.name)} is no list of names: a quote in it is never closed, or a name "
        f"is far too long; "
        "correct it."
    )


def _unnamed_columns_error(sample: _Sample, records: list[Record]) -> str:
    first_record, width = records[0], _most_frequent_width(records)
    name_count = sum(bool(cell.strip()) for cell in first_record.cells)
    reason = f"it names {name_count:,} of {width:,}"
    if len(first_record.cells) != width:
        reason = f"it holds {format_count(len(first_record.cells), 'value')}, and the lines below it hold {width:,}"
    return (
        f"Line {first_record.line:,} of {shorten_name(sample.path.name)} "
        f'("{excerpt_of_line(sample.lines[first_record.line - 1])}") does not name the '
        f"columns: {reason}; give each column a name there, and take out what stands above the names."
    )
