"""The fields in which a column of a table is chosen for a purpose."""

from collections.abc import Sequence

import streamlit as st

from app.translation.texts import translate


def choose_column(
    label: str,
    names: Sequence[str],
    key: str,
    help_text: str | None = None,
    none_title: str | None = None,
    disabled: bool = False,
) -> str | None:
    """Let the user choose one of the columns `names`; returns its name, None without a choice. none_title: what the field
    says then, by default "none"."""
    none_title = none_title or translate("none")
    name = st.selectbox(
        label, ["", *names], format_func=lambda name: name or none_title, key=key, help=help_text, disabled=disabled
    )
    return name or None


def choose_split_columns(names, other_column, key) -> tuple[str | None, str | None]:
    """Let the user choose the column that says which rows are for testing, or the one with groups that stay whole; returns the
    names of both, of which one at most is chosen. names: of the table's columns, among which `other_column` has another purpose;
    key: of the widgets of this table."""
    split_place, group_place = st.columns(2, vertical_alignment="bottom")
    candidates = [name for name in names if name != other_column]
    with split_place:
        split_column = choose_column(
            translate("Column with train and test"),
            candidates,
            f"own.split.{key}",
            translate("It says train or test in each row. Without it, 15 % of each class are kept for testing."),
        )
    with group_place:
        group_column = choose_column(
            translate("Column with groups"),
            candidates,
            f"own.groups.{key}",
            translate("Such as patients: the rows of a group are all for training or all for testing."),
            disabled=split_column is not None,
        )
    return split_column, None if split_column else group_column
