"""The fields in which a column of a table is chosen that divides its rows into training and test."""

import streamlit as st

from app.translation.texts import translate


def choose_split_columns(names, other_column, key) -> tuple[str | None, str | None]:
    """Let the user choose the column that says which rows are for testing, or the one with groups that stay whole; returns the
    names of both, of which one at most is chosen. names: of the table's columns, among which `other_column` has another purpose;
    key: of the widgets of this table."""
    split_place, group_place = st.columns(2, vertical_alignment="bottom")
    candidates = ["", *(name for name in names if name != other_column)]
    with split_place:
        split_column = st.selectbox(
            translate("Column with train and test"),
            candidates,
            format_func=lambda name: name or translate("none"),
            key=f"own.split.{key}",
            help=translate("It says train or test in each row. Without it, 15 % of each class are kept for testing."),
        )
    with group_place:
        group_column = st.selectbox(
            translate("Column with groups"),
            candidates,
            format_func=lambda name: name or translate("none"),
            key=f"own.groups.{key}",
            disabled=bool(split_column),
            help=translate("Such as patients: the rows of a group are all for training or all for testing."),
        )
    return split_column or None, None if split_column else group_column or None
