"""The layout of the grid and its text in the link: "images=3,1,4" (rows), "columns=0,7" and "blend=3~8~0.35" (live column)."""

from functools import partial

import streamlit as st

from aae_core.checks import parse_whole_number
from app.cache.revision_view import RevisionView
from app.messages import incoming, validation
from app.scenes import grid_message
from app.session import address
from app.ui import current_code


def parse_number_list(text: str, max_count: int, limit: int) -> list[int] | None:
    """The 1 to `max_count` whole numbers, each below `limit`, in a text such as "3, 1, 4"; None if it is invalid."""
    numbers = [parse_whole_number(part, 0, limit - 1) for part in map(str.strip, text.split(",")) if part]
    return numbers if 1 <= len(numbers) <= max_count and None not in numbers else None


def parse_blend(text: str, count: int) -> dict | None:
    """The mixture of two of `count` contents in a text such as "3~8~0.35", as from `validation.parse_blend`; None if it is
    invalid."""
    parts = text.split("~")
    if len(text) > 40 or len(parts) != 3:
        return None
    try:
        return validation.parse_blend({"a": int(parts[0]), "b": int(parts[1]), "t": float(parts[2])}, count)
    except (ValueError, validation.MessageError):
        return None


def default_layout(revision: RevisionView, codes) -> dict:
    """The initial layout, with the current content in the live column, as of `grid_message.default_grid_layout`."""
    return grid_message.default_grid_layout(revision, codes, current_code.current_content(revision))


def current_layout(revision: RevisionView, codes) -> dict:
    """The layout from link or session, as far as they contain it, otherwise from `default_layout`."""
    content_count, default = len(revision.content_names), default_layout(revision, codes)
    rows = partial(parse_number_list, max_count=incoming.MAX_ROWS, limit=len(codes.z))
    columns = partial(parse_number_list, max_count=incoming.MAX_COLUMNS, limit=content_count)
    return {
        "rows": address.recall_setting("images", rows, default["rows"]),
        "columns": address.recall_setting("columns", columns, default["columns"]),
        "blend": address.recall_setting("blend", partial(parse_blend, count=content_count), default["blend"]),
    }


def store_layout(layout: dict, default: dict) -> None:
    """Write a layout into the link, except what equals `default`, and into the plain controls; to be called before these are
    drawn."""
    for name, key in (("images", "rows"), ("columns", "columns")):
        st.session_state[name] = ", ".join(map(str, layout[key]))
        address.store_setting(name, None if layout[key] == default[key] else ",".join(map(str, layout[key])))
    store_blend(layout["blend"], default)


def store_blend(blend: dict, default: dict) -> None:
    address.store_setting("blend", None if blend == default["blend"] else f"{blend['a']}~{blend['b']}~{blend['t']:.3g}")
