"""How the values of a table are written, chosen on the page Train before the table is added."""

import streamlit as st

from aae_core.data import number_texts
from aae_core.data.number_texts import ValueFormat
from aae_core.data.own_tables import FirstRows
from aae_core.progress import count_of
from app.components import markdown

PLAIN = (".", "")  # (decimal sign, thousands separator) of numbers as programs write them
MISSING_HELP = (
    "Texts, or numbers such as -999, that stand for a missing value in any column, beside empty cells and NA. Others than those "
    "listed can be typed."
)
UNITS_HELP = (
    "Texts before or after a number that are ignored: 12 % is read as 12. Others than those listed can be typed."
)


def choose(first: FirstRows, columns: list[str], key: str) -> ValueFormat:
    """Draw which texts stand among the numbers of `columns` and how they can be read; returns what is chosen. first: what the
    first rows of the table say; key: distinguishes the widgets of one table from those of others."""
    among = {name: texts for name, texts in first.among_numbers.items() if name in columns}
    if among:
        st.warning(markdown.literal(_sentence(first, among)), icon=":material/info:")
    missing = [name for name in first.missing if name in columns]
    with st.expander("Missing values and number formats", bool(among or missing)):
        return _choices(list(among.values()), missing, key)


def _sentence(first, among):
    """A sentence that names the columns of numbers that hold other texts, with examples."""
    described = [first.examples[name] for name in among if name in first.examples]
    others = len(among) - len(described)
    more = f" and {count_of(others, 'more column')}" if others else ""
    named = ", ".join(described) + more
    return f"Not all values are plain numbers in {named}. Choose below how to read them, or correct the file."


def _choices(among, missing, key):
    placeholders = list(dict.fromkeys(text for texts in among for text in texts.placeholders))
    units = list(dict.fromkeys(unit for texts in among for unit in texts.units))
    if missing:
        st.caption(f"Values are missing in {markdown.literal(', '.join(missing[:10]))}.")
    first, second = st.columns(2)
    missing_texts = first.multiselect(
        "Read as missing", placeholders, key=f"own.missing.{key}", help=MISSING_HELP, accept_new_options=True
    )
    ignored = second.multiselect(
        "Units to ignore", units, key=f"own.units.{key}", help=UNITS_HELP, accept_new_options=True
    )
    notations = [PLAIN, *_in_fitting_order(among)]
    decimal, thousands = first.selectbox(
        "Numbers are written as", notations, format_func=_example, key=f"own.notation.{key}"
    )
    drop = second.toggle("Leave out rows with missing values", key=f"own.drop.{key}")
    return ValueFormat(tuple(missing_texts), drop, decimal, thousands, tuple(ignored))


def _in_fitting_order(among):
    """All notations, those first in which the numbers of the table can be read."""
    fitting = number_texts.common_notations(among)
    return [*fitting, *(notation for notation in number_texts.NOTATIONS if notation not in fitting)]


def _example(notation):
    """A number in a notation."""
    decimal, thousands = notation
    return ValueFormat(decimal=decimal, thousands=thousands).example
