"""Where a row stands in a CSV file: its line, as an editor counts it."""

import csv
from itertools import islice

from aae_core.files import without_waiting

MOST_ROWS = 2**21  # before a row whose line is looked for, at most; counting them takes a few seconds


def line_of(path, row: int, delimiter: str, header: int) -> int | None:
    """The number of the line, from 1, in which a row begins. row: its number, from 0, after `header` lines; empty lines are no
    rows, and a quoted value may contain ends of lines. None if that cannot be known, or after MOST_ROWS."""
    if row >= MOST_ROWS:
        return None
    # in Latin-1 each byte is a character, and the bytes that matter here are the same as in UTF-8
    with open(path, encoding="latin-1", newline="", opener=without_waiting) as file:
        for _ in islice(file, header):
            pass
        reader, end = csv.reader(file, delimiter=delimiter), 0
        try:
            for cells in reader:
                if cells:
                    row -= 1
                if row < 0:
                    return header + end + 1
                end = reader.line_num
        except csv.Error:
            return None
    return None
