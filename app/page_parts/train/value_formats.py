"""How the values of a table are written, chosen on the page Train before the table is added."""

import streamlit as st

from aae_core.data import number_texts
from aae_core.data.number_texts import CATEGORY_RULE, DROP_RULE, MEDIAN_RULE, MISSING_RULES, ValueFormat
from aae_core.data.own_data.table_preview import TablePreview
from app.components import markdown
from app.translation.texts import mark, translate, translate_plural

PLAIN_NOTATION = (".", "")  # (decimal sign, thousands separator) of numbers as programs write them
MISSING_HELP = mark(
    "Texts, or numbers such as -999, that stand for a missing value in any column, beside empty cells and NA. Others than those "
    "listed can be typed."
)
UNITS_HELP = mark(
    "Texts before or after a number that are ignored: 12 % is read as 12. Others than those listed can be typed."
)


MISSING_RULE_TITLES = {
    DROP_RULE: mark("Leave out their rows"),
    MEDIAN_RULE: mark("Numbers: the median"),
    CATEGORY_RULE: mark("Texts: a category of their own"),
}
MISSING_RULES_HELP = mark(
    "Missing values are refused unless they are replaced, or their rows left out. The median is that of the training rows. With "
    "several choices, rows are left out for the values that no other choice replaces. A row without a class stays, unlabelled."
)


def render_value_format(first_rows: TablePreview, numbers: list[str], categories: list[str], key: str) -> ValueFormat:
    """Draw which texts stand among the columns of numbers, how they can be read, and what becomes of missing values; returns what
    is chosen. numbers, categories: names of columns; first_rows: what the first rows of the table say; key: distinguishes the
    widgets of one table from those of others."""
    texts_by_column = {name: texts for name, texts in first_rows.number_texts_by_column.items() if name in numbers}
    if texts_by_column:
        st.warning(markdown.escape(_other_texts_sentence(first_rows, texts_by_column)), icon=":material/info:")
    missing_columns = [name for name in first_rows.columns_with_missing if name in (*numbers, *categories)]
    with st.expander(translate("Missing values and number formats"), bool(texts_by_column or missing_columns)):
        return _render_choices(list(texts_by_column.values()), missing_columns, key)


def _other_texts_sentence(first_rows, texts_by_column) -> str:
    """A sentence that names the columns of numbers that hold other texts, with examples."""
    column_examples = [
        first_rows.example_by_column[name] for name in texts_by_column if name in first_rows.example_by_column
    ]
    other_count = len(texts_by_column) - len(column_examples)
    column_names = ", ".join(column_examples)
    if other_count:
        column_names = translate_plural(
            "{columns} and {number} more column", "{columns} and {number} more columns", other_count,
            columns=column_names, number=f"{other_count:,}",
        )  # fmt: skip
    return translate(
        "Not all values are plain numbers in {columns}. Choose below how to read them, or correct the file.",
        columns=column_names,
    )


def _render_choices(number_texts_list, missing_columns, key):
    placeholders = list(dict.fromkeys(text for texts in number_texts_list for text in texts.placeholders))
    units = list(dict.fromkeys(unit for texts in number_texts_list for unit in texts.units))
    if missing_columns:
        st.caption(
            translate("Values are missing in {columns}.", columns=markdown.escape(", ".join(missing_columns[:10])))
        )
    first, second = st.columns(2)
    missing_texts = first.multiselect(
        translate("Read as missing"), placeholders, key=f"own.missing.{key}", help=translate(MISSING_HELP),
        accept_new_options=True,
    )  # fmt: skip
    ignored_units = second.multiselect(
        translate("Units to ignore"), units, key=f"own.units.{key}", help=translate(UNITS_HELP), accept_new_options=True
    )
    notations = [PLAIN_NOTATION, *_sorted_by_fit(number_texts_list)]
    decimal, thousands = first.selectbox(
        translate("Numbers are written as"), notations, format_func=_example_number, key=f"own.notation.{key}"
    )
    rules = st.multiselect(
        translate("Missing values"), MISSING_RULES, key=f"own.rules.{key}", help=translate(MISSING_RULES_HELP),
        format_func=lambda rule: translate(MISSING_RULE_TITLES[rule]), placeholder=translate("Refuse them"),
    )  # fmt: skip
    return ValueFormat(
        tuple(missing_texts),
        decimal=decimal,
        thousands=thousands,
        units=tuple(ignored_units),
        missing_rules=tuple(rules),
    )


def _sorted_by_fit(number_texts_list) -> list[tuple[str, str]]:
    """All notations, those first in which the numbers of the table can be read."""
    fitting_notations = number_texts.notations_common_to_columns(number_texts_list)
    return [*fitting_notations, *(notation for notation in number_texts.NOTATIONS if notation not in fitting_notations)]


def _example_number(notation) -> str:
    """A number in a notation."""
    decimal, thousands = notation
    return ValueFormat(decimal=decimal, thousands=thousands).example_number
