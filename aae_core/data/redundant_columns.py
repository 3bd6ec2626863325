"""Columns of a table from which nothing can be learned: those with a single value, and those that repeat another column.

Columns are compared as they are stored, as float32 numbers or texts.
"""

from collections.abc import Callable, Iterable

from aae_core.errors import DataError, plain
from aae_core.progress import count_of

CONSTANT = "In {} the same value stands in every row; leave such columns out{}: {}."
TOO_FINE = (
    "As float32 numbers, the values of {} are all the same; subtract what they share, take another unit, or leave such columns "
    "out: {}."
)
COPIES = "The values of {} are those of another column, too; leave such columns out{}: {}."
TIDY = "--tidy"  # the option of the command line that leaves them out, where the source of the columns has it
HOW = f" ({TIDY} does it, and a switch on Train)"


def check_columns(columns: list) -> None:
    """DataError, which names all of them, if some examined columns (`columns.Column`) are constant, are constant as float32
    numbers, or repeat another one."""
    how = HOW if columns and TIDY in columns[0].source.options else ""
    constant = [column.name for column in columns if column.constant]
    if constant:
        raise DataError(CONSTANT.format(count_of(len(constant), "column"), how, _joined(constant)))
    flat = [column.name for column in columns if column.flat]
    if flat:
        raise DataError(TOO_FINE.format(count_of(len(flat), "column"), _joined(flat)))
    copies = _find_copies(columns)
    if copies:
        raise DataError(COPIES.format(count_of(len(copies), "column"), how, _described(copies)))


def leave_out_columns(columns: list, report: Callable[[str], None]) -> list:
    """The examined columns without those that are constant and those that repeat another one; DataError if none would be left.

    report: called with a clause that names all constant columns, and with one that names all copies. Columns that are constant
    only as float32 numbers are kept, for they hold something that another unit would show; `check_columns` refuses them.
    """
    varying = [column for column in columns if not column.constant]
    if not varying:
        raise DataError(
            "The same value stands in every row of each column, so there is nothing to learn; give other data."
        )
    constant = [column.name for column in columns if column.constant]
    if constant:
        report(f"{count_of(len(constant), 'column')} with the same value in every row: {_joined(constant)}")
    copies = _find_copies([column for column in varying if not column.flat])
    if copies:
        report(f"{count_of(len(copies), 'column')} with the values of another: {_described(copies)}")
    return [column for column in varying if column.name not in copies]


def _find_copies(columns: list) -> dict[str, str]:
    """{name of a column that repeats another: the name of the first column with these values}."""
    first: dict[bytes, str] = {}
    copies = {}
    for column in columns:
        original = first.setdefault(column.hash.digest(), column.name)
        if original != column.name:
            copies[column.name] = original
    return copies


def _described(copies: dict[str, str]) -> str:
    return ", ".join(f"{_shown(name)} (as {_shown(original)})" for name, original in copies.items())


def _joined(names: Iterable[str]) -> str:
    return ", ".join(_shown(name) for name in names)


def _shown(name: str) -> str:
    """A name in a list, quoted if it contains a comma."""
    return f'"{plain(name)}"' if "," in name else plain(name)
