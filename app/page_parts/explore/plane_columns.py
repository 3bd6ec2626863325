"""The row above the plane of Explore: by which column the codes are coloured, and which items a filter lets through."""

import datetime
import json

import numpy as np
import streamlit as st

from aae_core.latent.column_groups import round_step
from app.cache import item_columns
from app.cache.item_columns import ItemColumn
from app.cache.revision_view import RevisionView
from app.session import address, controls
from app.translation.texts import translate
from app.ui import choices, item_colours

SLIDER_STEPS = 200  # steps of a slider between the least and the largest number, about
# Between days that Streamlit's slider can show; an item before or after them belongs to the end, such as 9999-12-31 for "never".
SLIDER_DAYS = datetime.date(1700, 1, 1), datetime.date(2250, 12, 31)
LAST_MOMENT = np.timedelta64(1, "D") - np.timedelta64(1, "us")  # of a day, after its beginning


def choose_colour_and_filter(revision: RevisionView):
    """Let the user choose by which column the codes are coloured, and which items are in colour: (their `ColumnGroups`, None for
    the classes; the items that the filter lets through, bool N, None for all)."""
    columns = item_columns.columns_of_items(revision)
    if not columns:
        return None, None
    with st.container(horizontal=True, vertical_alignment="center", key="plane-columns"):
        colour_column = item_colours.choose_colour_column(columns, [revision])
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
    titles = item_columns.distinct_titles(columns)
    options |= {key: translate("Filter by {column}", column=title) for key, title in titles.items()}
    key = choices.choose_shared_option(
        st.selectbox, "filter", options, "", label=translate("Filter"), label_visibility="collapsed", width=240
    )
    if not key:
        address.discard_text("keep")
    return columns.get(key)


# What the filter lets through -------------------------------------------------------------------------------------------------


def _choose_items(revision: RevisionView, column) -> np.ndarray | None:
    """Let the user choose values of the filter's column: the items that have them, bool N; None if all have."""
    if column.kind == "category":
        return _choose_values(revision, column)
    with item_colours.spinner_if_slow(revision, column):
        limits = item_columns.number_range(revision, column)
    if limits is None or limits[0] == limits[1]:
        _render_single_value_note()
        return None
    if column.kind == "date":
        return _choose_days(revision, column, limits)
    return _choose_range(revision, column, limits)


def _render_single_value_note() -> None:
    st.caption(translate("All items have the same value."), width="content")


def _choose_values(revision: RevisionView, column) -> np.ndarray | None:
    values = item_columns.category_values(revision, column)
    missing_title = item_columns.missing_values_title([value for value in values if value is not None])
    parse = lambda text: _parse_values(text, values)  # noqa: E731
    key = choices.filled_widget_key(
        "keep", parse, [], column.key, is_valid=lambda chosen: set(chosen) <= set(values), key=_widget_key(column)
    )
    chosen = st.multiselect(
        translate("Values in colour"), values, key=key, placeholder=translate("Choose values"),
        format_func=lambda value: missing_title if value is None else value, label_visibility="collapsed", width=320,
    )  # fmt: skip
    address.store_setting("keep", json.dumps(chosen, ensure_ascii=False) if chosen else None, column.key)
    return item_columns.items_with_values(revision, column, chosen) if chosen else None


def _parse_values(text: str, offered_values: list[str | None]) -> list[str | None] | None:
    """The values in a text such as ["a", "b"], null where there is none; None unless all of them are offered."""
    try:
        values = json.loads(text)
    except ValueError:
        return None
    is_valid = isinstance(values, list) and all(
        (value is None or isinstance(value, str)) and value in offered_values for value in values
    )
    return values if is_valid else None


def _choose_range(revision: RevisionView, column, limits) -> np.ndarray | None:
    low, high, step = slider_scale(*map(float, limits))
    if low == high:  # they differ beyond the digits of a link
        _render_single_value_note()
        return None
    parse = lambda text: _parse_range(text, float, low, high)  # noqa: E731
    is_valid = lambda ends: low <= ends[0] <= ends[1] <= high  # noqa: E731
    key = choices.filled_widget_key(
        "keep", parse, (low, high), column.key, is_valid=is_valid, key=_widget_key(column, low, high)
    )
    decimals = max(0, 1 - int(np.floor(np.log10(step))))  # a step such as 2.5 has one digit more than its power of ten
    ends = st.slider(
        translate("Range in colour"), low, high, step=step, key=key, format=f"%.{decimals}f",
        label_visibility="collapsed", width=320,
    )  # fmt: skip
    return _items_between(revision, column, ends, (low, high), write_number)


def slider_scale(low: float, high: float) -> tuple[float, float, float]:
    """The least and the largest number and the step of a slider for numbers from `low` to `high`. A link keeps its ends as texts,
    from which the same numbers are read again."""
    step = round_step((high - low) / SLIDER_STEPS)
    ends = np.floor(low / step) * step, np.ceil(high / step) * step
    return *(float(write_number(end)) for end in ends), step


def write_number(number: float) -> str:
    """A number without the rounding error of its last digits, such as 0.3 for 3 × 0.1."""
    return f"{number:.15g}"


def _choose_days(revision: RevisionView, column, limits) -> np.ndarray | None:
    last = min(limits[1].date(), SLIDER_DAYS[1])
    first = min(max(limits[0].date(), SLIDER_DAYS[0]), last - datetime.timedelta(days=1))  # the ends of a slider differ
    parse = lambda text: _parse_range(text, datetime.date.fromisoformat, first, last)  # noqa: E731
    is_valid = lambda ends: first <= ends[0] <= ends[1] <= last  # noqa: E731
    key = choices.filled_widget_key(
        "keep", parse, (first, last), column.key, is_valid=is_valid, key=_widget_key(column, first, last)
    )
    ends = st.slider(
        translate("Range in colour"), first, last, key=key, format="YYYY-MM-DD", label_visibility="collapsed", width=320
    )
    return _items_between(revision, column, ends, (first, last), datetime.date.isoformat)


def _parse_range(text: str, parse_end, low, high):
    """The two ends in a text such as "1.5,3"; None unless they are in order and within the limits."""
    try:
        ends = tuple(parse_end(part) for part in text.split(","))
    except ValueError:
        return None
    return ends if len(ends) == 2 and low <= ends[0] <= ends[1] <= high else None


def _items_between(revision: RevisionView, column, ends, limits, write_end) -> np.ndarray | None:
    """The items between the chosen ends, which the link keeps; None if these are the limits."""
    if tuple(ends) == tuple(limits):
        address.store_setting("keep", None, column.key)
        return None
    address.store_setting("keep", ",".join(map(write_end, ends)), column.key)
    low, high = ends
    if column.kind == "date":
        first, last = ends
        low = np.datetime64(datetime.date.min if first == limits[0] else first)
        high = np.datetime64(datetime.date.max if last == limits[1] else last) + LAST_MOMENT
    return item_columns.items_in_range(revision, column, low, high)


def _widget_key(column, *limits) -> str:
    """The key of the widget for a column's values. limits: the ends of its slider; one with other ends takes its value from the
    setting.
    """
    return ".".join([controls.current_widget_key("keep"), column.key, *map(str, limits)])
