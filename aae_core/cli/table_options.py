"""The options of commands that read a table: names of columns, their types, and how values are written."""

import csv

from aae_core.data.number_texts import MISSING_RULES, ValueFormat, quote_csv_cell
from aae_core.data.own_data.table_options import TableOptions
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
    """The ValueFormat that the options of a command describe; DataError if they are invalid. ConfigError if a command for
    rows of a trained model names a rule for missing values, since that of the data set holds."""
    missing_options = parse_comma_separated(args.missing)
    rules = tuple(text for text in missing_options if text in MISSING_RULES)
    texts = tuple(text for text in missing_options if text not in MISSING_RULES)
    adds_data = hasattr(args, "drop_missing")
    if rules and not adds_data:
        raise ConfigError(
            f"--missing takes the texts that stand for a missing value, not {rules[0]}: what becomes of these values was chosen "
            "when the data set was added."
        )
    drop = adds_data and args.drop_missing
    units = tuple(parse_comma_separated(args.units))
    return ValueFormat(texts, drop, args.decimal, args.thousands, units, rules)


def format_table_options(options: TableOptions) -> list[str]:
    """The arguments of `data add` that describe these options."""
    value_format = options.value_format
    values = {
        "--label": options.label,
        "--types": _join_cells(f"{name}={kind}" for name, kind in options.types.items()),
        "--leave-out": _join_cells(options.leave_out),
        "--id": options.id_column,
        "--split": options.split_column,
        "--groups": options.group_column,
        "--layer": options.layer,
        "--missing": _join_cells((*value_format.missing_rules, *value_format.missing)),
        "--decimal": "" if value_format.decimal == "." else value_format.decimal,
        "--thousands": value_format.thousands,
        "--units": _join_cells(value_format.units),
    }
    arguments = []
    for option, value in values.items():
        if value:
            arguments += [f"{option}={value}"] if value.startswith("-") else [option, value]
    return [*arguments, "--tidy"] if options.tidy else arguments


def _join_cells(texts) -> str:
    """Texts as the value of an option, in which commas separate them, as `parse_comma_separated` reads it."""
    return ",".join(quote_csv_cell(text) for text in texts)
