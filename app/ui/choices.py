"""Choices: fields and lists of options, which the link keeps, and the page of a long list."""

import streamlit as st

from app.components import markdown
from app.figures import revision_list
from app.session import address, controls, parsing
from app.translation.texts import translate

# URL parameter for the page of a list of images, and the number of images on a page
PAGE_SETTING, IMAGES_PER_PAGE = "sheet", 24
MAX_SIDE_BY_SIDE = 12  # largest number of options that are shown side by side
PAGE_FIELD_WIDTH = 220  # pixels: wide enough for the buttons − and + at presenter size, too


def filled_widget_key(name: str, parse, default, scope_key=None, *, is_valid, key: str | None = None) -> str:
    """The key of a widget for a setting, with a value stored under it. parse, default, scope_key: as in
    `address.recall_setting`.

    The widget keeps its value while this is valid (`is_valid(value) -> bool`) and no link brings another; otherwise
    it takes that of the link, the session or the default.
    """
    key = key or controls.current_widget_key(name)
    has_link_text = address.is_changed_by_link(name, scope_key)
    if scope_key is None and name in address.pending_link_texts():
        has_link_text = True
    value = address.recall_setting(name, parse, default, scope_key)
    if key not in st.session_state or has_link_text or not is_valid(st.session_state[key]):
        st.session_state[key] = value
    return key


def choose_option(widget, name: str, options: dict[str, str], default, **kwargs):
    """Draw a choice that is kept in the URL under `name`; returns the chosen option. widget: st.selectbox or
    st.segmented_control. options: titles by option, as plain text."""
    read = lambda text: text if text in options else None  # noqa: E731
    key = filled_widget_key(name, read, default, is_valid=lambda option: option in options)
    # the options of st.selectbox are plain text, unlike those of all other choices
    option_title = options.get if widget is st.selectbox else lambda option: markdown.escape(options[option])
    value = widget(options=list(options), key=key, format_func=option_title, **kwargs)
    if value is None:  # the user switched the chosen option off
        value = default
    address.store_setting(name, value)
    return value


def choose_shared_option(widget, name: str, options: dict[str, str], default, **kwargs):
    """As `choose_option`, for a setting that pages and revisions share although they offer different options and have different
    defaults: an option that is not offered here, or is the default here, is the chosen one again where it is offered and is not
    the default, unless another is chosen meanwhile. The default stands in no link."""
    option_again = address.exchange_unoffered_text(name, options, default)
    if option_again is not None:
        controls.move_control(name, option_again)
    option = choose_option(widget, name, options, default, **kwargs)
    if option == default:
        address.store_setting(name, None)
    else:
        address.forget_unoffered_text(name)
    return option


def choose_index(name: str, titles, default: int, **kwargs) -> int:
    """Draw a choice among names, side by side if they are few, kept in the URL as in `choose_option`; returns the number of the
    name."""
    widget = st.segmented_control if len(titles) <= MAX_SIDE_BY_SIDE else st.selectbox
    options = {str(index): title for index, title in enumerate(titles)}
    return int(choose_option(widget, name, options, str(default), **kwargs))


def choose_number(name: str, label: str, maximum: int, default: int, **kwargs) -> int:
    """Draw a field for a whole number from 0 to `maximum` that is kept in the URL under `name`; returns the number."""
    parse = parsing.number_parser(0, maximum)
    key = filled_widget_key(name, parse, min(default, maximum), is_valid=lambda number: 0 <= number <= maximum)
    value = st.number_input(label, 0, maximum, step=1, key=key, **kwargs)
    address.store_setting(name, str(value))
    return value


def choose_page_start_index(name: str, list_key: tuple[str, ...], image_count: int) -> int:
    """Let the user choose a page of a list of `image_count` images, IMAGES_PER_PAGE a page; returns the position of its
    first image, from 0. list_key: identifies the list, since a page number in the link applies to this list only."""
    page_count = max(1, -(-image_count // IMAGES_PER_PAGE))
    key = filled_widget_key(
        PAGE_SETTING, parsing.number_parser(1, page_count), 1, list_key, key=f"{name}.page.{'.'.join(list_key)}",
        is_valid=lambda number: 1 <= number <= page_count,
    )  # fmt: skip
    if page_count == 1:
        return 0
    number = st.number_input(
        translate("Page"),
        1,
        page_count,
        key=key,
        width=130,
        help=translate("Of {count} pages.", count=f"{page_count:,}"),
    )
    address.store_setting(PAGE_SETTING, None if number == 1 else str(number), list_key)
    return IMAGES_PER_PAGE * (number - 1)


def current_list_page(key: str, rows: list, view_key: str = "", first_page: int = 1) -> tuple[int, list]:
    """Number and rows of a list's current page: `first_page` when the view changes (after a search), then as set by
    `render_page_field`."""
    if st.session_state.get(f"{key}.view") != view_key:
        st.session_state.update({f"{key}.view": view_key, key: first_page})
    page = st.session_state[key] = min(st.session_state.get(key, 1), revision_list.page_count(rows))
    return page, revision_list.rows_on_page(rows, page)


def render_page_field(key: str, length_text: str, rows: list) -> None:
    """Draw the length of a list in words and the field for its page number, if it has several pages. key: that of a call of
    `current_list_page` before."""
    page, page_count = st.session_state[key], revision_list.page_count(rows)
    if page_count > 1:
        with st.container(horizontal=True, vertical_alignment="center"):
            place = translate("{length}, page {page} of {count}", length=length_text, page=page, count=page_count)
            st.caption(place, width="stretch")
            st.number_input(
                translate("Page"), 1, page_count, key=key, label_visibility="collapsed", width=PAGE_FIELD_WIDTH
            )
