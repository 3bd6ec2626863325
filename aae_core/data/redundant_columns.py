"""Columns of a table from which nothing can be learned: those with a single value, and those that repeat another
column. Columns are compared as they are stored, as float32 numbers or texts."""

from collections.abc import Iterable

from aae_core.errors import DataError, printable_line
from aae_core.progress import format_count
from aae_core.wording import mark, translate

CONSTANT_COLUMNS_ERROR = "In {} the same value stands in every row; leave such columns out{}: {}."
CONSTANT_FLOAT32_ERROR = (
    "As float32 numbers, the values of {} are all the same; subtract what they share, take another unit, or leave such columns "
    "out: {}."
)
COPIED_COLUMNS_ERROR = "The values of {} are those of another column, too; leave such columns out{}: {}."
COPY_TEXT = mark("{copy} (as {original})")
TIDY_OPTION = "--tidy"  # the option of the command line that leaves them out, where the source of the columns has it
TIDY_HINT = f" ({TIDY_OPTION} does it, and a switch on Train)"


class RedundantColumnsError(DataError):
    """Columns of a table from which nothing can be learned, and which `leave_out_redundant_columns` would leave out."""


def check_no_redundant_columns(columns: list) -> None:
    """RedundantColumnsError, which names all of them, if some examined columns (`columns.Column`) are constant or repeat
    another one; another DataError if some are constant as float32 numbers alone."""
    hint = TIDY_HINT if columns and TIDY_OPTION in columns[0].source.cli_options else ""
    constant_names = [column.name for column in columns if column.is_constant]
    if constant_names:
        raise RedundantColumnsError(
            CONSTANT_COLUMNS_ERROR.format(
                format_count(len(constant_names), "column"), hint, _join_names(constant_names)
            )
        )
    constant_as_float32_names = [column.name for column in columns if column.is_constant_as_float32]
    if constant_as_float32_names:
        raise DataError(
            CONSTANT_FLOAT32_ERROR.format(
                format_count(len(constant_as_float32_names), "column"), _join_names(constant_as_float32_names)
            )
        )
    original_by_copy = _find_copies(columns)
    if original_by_copy:
        raise RedundantColumnsError(
            COPIED_COLUMNS_ERROR.format(
                format_count(len(original_by_copy), "column"), hint, _list_copies(original_by_copy)
            )
        )


def leave_out_redundant_columns(columns: list) -> tuple[list, list[str]]:
    """(the examined columns without those that are constant and those that repeat another one, clauses about those: one that
    names all constant columns, and one that names all copies); DataError if no column would be left.

    Columns that are constant only as float32 numbers stay, for they hold something that another unit would show;
    `check_no_redundant_columns` refuses them.
    """
    varying_columns = [column for column in columns if not column.is_constant]
    if not varying_columns:
        raise DataError(
            "The same value stands in every row of each column, so there is nothing to learn; give other data."
        )
    clauses = []
    constant_names = [column.name for column in columns if column.is_constant]
    if constant_names:
        if len(constant_names) == 1:
            text = translate("1 column with the same value in every row: {names}")
        else:
            text = translate("{number} columns with the same value in every row: {names}")
        clauses.append(text.format(number=f"{len(constant_names):,}", names=_join_names(constant_names)))
    original_by_copy = _find_copies([column for column in varying_columns if not column.is_constant_as_float32])
    if original_by_copy:
        text_of_copy = translate(COPY_TEXT)
        if len(original_by_copy) == 1:
            text = translate("1 column with the values of another: {names}")
        else:
            text = translate("{number} columns with the values of another: {names}")
        names = _list_copies(original_by_copy, text_of_copy)
        clauses.append(text.format(number=f"{len(original_by_copy):,}", names=names))
    return [column for column in varying_columns if column.name not in original_by_copy], clauses


def _find_copies(columns: list) -> dict[str, str]:
    """{name of a column that repeats another: the name of the first column with these values}."""
    name_by_hash: dict[bytes, str] = {}
    original_by_copy = {}
    for column in columns:
        original_name = name_by_hash.setdefault(column.value_hash.digest(), column.name)
        if original_name != column.name:
            original_by_copy[column.name] = original_name
    return original_by_copy


def _list_copies(original_by_copy: dict[str, str], template: str = COPY_TEXT) -> str:
    """The copies with their originals. template: COPY_TEXT, translated where they stand in a text for the reader."""
    return ", ".join(
        template.format(copy=_quote_name(name), original=_quote_name(original_name))
        for name, original_name in original_by_copy.items()
    )


def _join_names(names: Iterable[str]) -> str:
    return ", ".join(_quote_name(name) for name in names)


def _quote_name(name: str) -> str:
    """A name in a list, quoted if it contains a comma."""
    return f'"{printable_line(name)}"' if "," in name else printable_line(name)
