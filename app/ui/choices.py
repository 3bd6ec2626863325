"""Choices: fields and lists of options, which the link keeps, and the page of a long list."""

import streamlit as st

from app.components import markdown
from app.figures import revision_list
from app.session import address, controls

SHEET, SHEET_OF = "sheet", 24  # URL parameter for the page of a list of images, and the number of images on a page
FEW = 12  # largest number of options that are shown side by side
PAGER = 220  # pixels: wide enough for the buttons − and + at presenter size, too


def filled_key(name: str, read, default, of=None, *, fits, key: str | None = None) -> str:
    """The key of a widget for a setting, with a value stored under it. read, default, of: as in `address.recall`.

    The widget keeps its value while this is valid (`fits(value) -> bool`) and no link brings another; otherwise it takes that of
    the link, the session or the default.
    """
    key = key or controls.key(name)
    has_link_text = address.is_news(name, of)
    if of is None and name in address.linked():
        has_link_text = True
    value = address.recall(name, read, default, of)
    if key not in st.session_state or has_link_text or not fits(st.session_state[key]):
        st.session_state[key] = value
    return key


def choose(draw, name: str, options: dict[str, str], default, **kwargs):
    """Draw a choice that is kept in the URL under `name`; returns the chosen option. draw: st.selectbox or st.segmented_control.
    options: titles by option, as plain text."""
    read = lambda text: text if text in options else None  # noqa: E731
    key = filled_key(name, read, default, fits=lambda option: option in options)
    # the options of st.selectbox are plain text, unlike those of all other choices
    title = options.get if draw is st.selectbox else lambda option: markdown.literal(options[option])
    value = draw(options=list(options), key=key, format_func=title, **kwargs)
    if value is None:  # the user switched the chosen option off
        value = default
    address.keep(name, value)
    return value


def choose_numbered(name: str, names, default: int, **kwargs) -> int:
    """Draw a choice among names, side by side if they are few, kept in the URL as in `choose`; returns the number of the name."""
    draw = st.segmented_control if len(names) <= FEW else st.selectbox
    options = {str(k): title for k, title in enumerate(names)}
    return int(choose(draw, name, options, str(default), **kwargs))


def choose_number(name: str, label: str, high: int, default: int, **kwargs) -> int:
    """Draw a field for a whole number from 0 to `high` that is kept in the URL under `name`; returns the number."""
    read = address.read_number(0, high)
    key = filled_key(name, read, min(default, high), fits=lambda number: 0 <= number <= high)
    value = st.number_input(label, 0, high, step=1, key=key, **kwargs)
    address.keep(name, str(value))
    return value


def pick_sheet(name: str, of: tuple[str, ...], count: int) -> int:
    """Let the user choose a page of a list of `count` images, SHEET_OF a page; returns the position of its first image, from 0.
    of: identifies the list, since a page number in the link applies to this list only."""
    pages = max(1, -(-count // SHEET_OF))
    key = filled_key(
        SHEET, address.read_number(1, pages), 1, of, key=f"{name}.page.{'.'.join(of)}",
        fits=lambda number: 1 <= number <= pages,
    )  # fmt: skip
    if pages == 1:
        return 0
    number = st.number_input("Page", 1, pages, key=key, width=130, help=f"Of {pages:,} pages.")
    address.keep(SHEET, None if number == 1 else str(number), of)
    return SHEET_OF * (number - 1)


def page_now(key: str, rows: list, view: str = "", first: int = 1) -> tuple[int, list]:
    """Number and rows of a list's current page: `first` when the view changes (after a search), then as set by `turn_pages`."""
    if st.session_state.get(f"{key}.view") != view:
        st.session_state.update({f"{key}.view": view, key: first})
    page = st.session_state[key] = min(st.session_state.get(key, 1), revision_list.pages(rows))
    return page, revision_list.on_page(rows, page)


def turn_pages(key: str, length: str, rows: list) -> None:
    """Draw the length of a list in words and the field for its page number, if it has several pages. key: that of a call of
    `page_now` before."""
    page, pages = st.session_state[key], revision_list.pages(rows)
    if pages > 1:
        with st.container(horizontal=True, vertical_alignment="center"):
            st.caption(f"{length}, page {page} of {pages}", width="stretch")
            st.number_input("Page", 1, pages, key=key, label_visibility="collapsed", width=PAGER)
