"""The options of commands that read a table: names of columns, their types, and how values are written."""

import csv

from aae_core.data.number_texts import ValueFormat
from aae_core.errors import ConfigError


def parse_comma_separated(text: str | None) -> list[str]:
    """The texts in an option, separated by commas; one that contains a comma is quoted. ConfigError for several lines."""
    try:
        return [item.strip() for item in next(csv.reader([text or ""], skipinitialspace=True), [])]
    except csv.Error:
        raise ConfigError(f"Columns are separated by commas, not by the ends of lines as in {text[:60]!r}.") from None


def parse_column_types(text: str | None) -> str | dict[str, str]:
    """{column: kind}, or one kind for all columns, from the text of --types; ConfigError if it has another form."""
    pairs = [item.rpartition("=") for item in parse_comma_separated(text)]
    if len(pairs) == 1 and not pairs[0][1]:
        return pairs[0][2]
    if any(not sign for _, sign, _ in pairs):
        raise ConfigError(f"--types needs COLUMN=TYPE,… or one type, not {text[:60]!r}.")
    return {name.strip(): kind.strip() for name, _, kind in pairs}


def value_format_from_args(args) -> ValueFormat:
    """The ValueFormat that the options of a command describe; DataError if they are invalid. A command for rows of a trained
    model has no options for missing values, since it leaves no rows out."""
    missing = tuple(parse_comma_separated(getattr(args, "missing", None)))
    units = tuple(parse_comma_separated(args.units))
    return ValueFormat(missing, getattr(args, "drop_missing", False), args.decimal, args.thousands, units)
