"""The names of the columns that hold codes in a table."""

import re
import unicodedata
from collections.abc import Iterable

CODE_COLUMN = re.compile(r"z(\d{1,4})")


def column_names(letter: str, count: int) -> list[str]:
    """The names of the columns of z or y, such as z1 … zd."""
    return [f"{letter}{j + 1}" for j in range(count)]


def find_code_columns(names: Iterable, dim: int) -> list | None:
    """The columns of z among others, such as z1 or, as pages write it, z₁, counted from 1 or, as in files of `export`, from
    0; None unless there are `dim`."""
    names_by_number = {}
    for name in names:
        match = CODE_COLUMN.fullmatch(unicodedata.normalize("NFKC", str(name)))
        if match:
            names_by_number[int(match[1])] = name
    first = min(names_by_number, default=None)
    if first not in (0, 1) or sorted(names_by_number) != list(range(first, first + dim)):
        return None
    return [names_by_number[number] for number in sorted(names_by_number)]
