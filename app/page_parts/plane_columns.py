"""The row above the plane of Explore: by which column the codes are coloured, and which items a filter lets through."""

import datetime
import json

import numpy as np
import streamlit as st

from aae_core.latent.column_groups import round_step
from app.cache import item_columns
from app.cache.item_columns import ItemColumn
from app.session import address, controls
from app.translation.texts import translate
from app.ui import choices, item_colours

SLIDER_STEPS = 200  # steps of a slider between the least and the largest number, about
DAY_TEXT = "%Y-%m-%d"


def choose_colour_and_filter(revision):
    """Let the user choose by which column the codes are coloured, and which items are in colour: (their `ColumnGroups`, None for
    the classes; the items that the filter lets through, bool N, None for all)."""
    columns = item_columns.columns_of_items(revision)
    if not columns:
        return None, None
    with st.container(horizontal=True, vertical_alignment="center", key="plane-columns"):
        colour_column = item_colours.choose_colour_column(columns)
        filter_column = _choose_filter(columns)
        groups = matches = None
        if colour_column is not None:
            with item_colours.spinner_if_slow(revision, colour_column):
                groups = item_columns.groups_of_codes(revision, colour_column)
        if filter_column is not None:
            matches = _choose_items(revision, filter_column)
        if matches is not None:
            text = translate("{count} of {total} in colour", count=f"{matches.sum():,}", total=f"{len(matches):,}")
            st.caption(text, width="content")
    return groups, matches


def _choose_filter(columns: dict[str, ItemColumn]) -> ItemColumn | None:
    """The column of the filter; None for no filter."""
    options = {"": translate("No filter")}
    options |= {key: translate("Filter by {column}", column=column.title) for key, column in columns.items()}
    key = choices.choose_option(
        st.selectbox, "filter", options, "", label=translate("Filter"), label_visibility="collapsed", width=240
    )
    if not key:
        address.store_setting("filter", None)
        address.store_setting("keep", None)
    return columns.get(key)


# What the filter lets through -------------------------------------------------------------------------------------------------


def _choose_items(revision, column) -> np.ndarray | None:
    """Let the user choose values of the filter's column: the items that have them, bool N; None if all have."""
    if column.kind == "category":
        return _choose_values(revision, column)
    with item_colours.spinner_if_slow(revision, column):
        limits = item_columns.number_range(revision, column)
    if limits is None or limits[0] == limits[1]:
        st.caption(translate("All items have the same value."), width="content")
        return None
    if column.kind == "date":
        return _choose_days(revision, column, limits)
    return _choose_range(revision, column, limits)


def _choose_values(revision, column) -> np.ndarray | None:
    names = item_columns.category_names(revision, column)
    parse = lambda text: _parse_values(text, names)  # noqa: E731
    key = choices.filled_widget_key(
        "keep", parse, [], is_valid=lambda chosen: set(chosen) <= set(names), key=_widget_key(column)
    )
    chosen = st.multiselect(
        translate("Values in colour"), names, key=key, placeholder=translate("Choose values"),
        label_visibility="collapsed", width=320,
    )  # fmt: skip
    address.store_setting("keep", json.dumps(chosen, ensure_ascii=False) if chosen else None)
    return item_columns.items_with_values(revision, column, chosen) if chosen else None


def _parse_values(text: str, names: list[str]) -> list[str] | None:
    """The values in a text such as ["a", "b"]; None unless all are among the names."""
    try:
        values = json.loads(text)
    except ValueError:
        return None
    is_valid = isinstance(values, list) and all(isinstance(value, str) and value in names for value in values)
    return values if is_valid else None


def _choose_range(revision, column, limits) -> np.ndarray | None:
    low, high = map(float, limits)
    step = round_step((high - low) / SLIDER_STEPS)
    low, high = np.floor(low / step) * step, np.ceil(high / step) * step
    parse = lambda text: _parse_range(text, float, low, high)  # noqa: E731
    is_valid = lambda ends: low <= ends[0] <= ends[1] <= high  # noqa: E731
    key = choices.filled_widget_key("keep", parse, (low, high), is_valid=is_valid, key=_widget_key(column))
    decimals = max(0, 1 - int(np.floor(np.log10(step))))  # a step such as 2.5 has one digit more than its power of ten
    ends = st.slider(
        translate("Range in colour"), low, high, step=step, key=key, format=f"%.{decimals}f",
        label_visibility="collapsed", width=320,
    )  # fmt: skip
    return _items_between(revision, column, ends, (low, high), lambda end: f"{end:.9g}")


def _choose_days(revision, column, limits) -> np.ndarray | None:
    first, last = (limit.date() for limit in limits)
    last += datetime.timedelta(days=1)  # the end of the last day
    parse = lambda text: _parse_range(text, datetime.date.fromisoformat, first, last)  # noqa: E731
    is_valid = lambda ends: first <= ends[0] <= ends[1] <= last  # noqa: E731
    key = choices.filled_widget_key("keep", parse, (first, last), is_valid=is_valid, key=_widget_key(column))
    ends = st.slider(
        translate("Range in colour"), first, last, key=key, format="YYYY-MM-DD", label_visibility="collapsed", width=320
    )
    return _items_between(revision, column, ends, (first, last), lambda day: day.strftime(DAY_TEXT))


def _parse_range(text: str, parse_end, low, high):
    """The two ends in a text such as "1.5,3"; None unless they are in order and within the limits."""
    try:
        ends = tuple(parse_end(part) for part in text.split(","))
    except ValueError:
        return None
    return ends if len(ends) == 2 and low <= ends[0] <= ends[1] <= high else None


def _items_between(revision, column, ends, limits, write_end) -> np.ndarray | None:
    """The items between the chosen ends, which the link keeps; None if these are the limits."""
    if tuple(ends) == tuple(limits):
        address.store_setting("keep", None)
        return None
    address.store_setting("keep", ",".join(map(write_end, ends)))
    low, high = ends
    if column.kind == "date":
        low, high = map(np.datetime64, ends)
    return item_columns.items_in_range(revision, column, low, high)


def _widget_key(column) -> str:
    return f"{controls.current_widget_key('keep')}.{column.key}"
