"""Links from page to page."""

import streamlit as st

from app.components import markdown
from app.ui import form_settings, widgets

ICONS = {
    "classify": "category", "clusters": "bubble_chart", "explore": "scatter_plot", "style": "style", "train": "model_training",
}  # fmt: skip


def to_revision(page: str, label: str, id_: str, **options) -> None:
    """A link to the page (by the name of its file) about one revision; options: as st.page_link takes them."""
    _link(page, label, {"revision": id_}, **options)


def to_train(label: str, query: dict | None = None, config=None, **options) -> None:
    """A link to the page Train, whose form a query fills, or the settings of a configuration."""
    if config is not None:
        query = {**form_settings.to_query(form_settings.flat(config), "default"), "preset": "default"}
    _link("train", label, query, **options)


def _link(page, label, query, **options):
    options = {"icon": f":material/{ICONS[page]}:", **options}
    st.page_link(f"views/{page}.py", label=label, query_params=query, **options)


def offer(others: list, page: str, label: str, query: dict | None = None) -> None:
    """For a page about what a revision lacks: a button to the first of other summaries, or without any a link to Train."""
    if others:
        name = markdown.literal(widgets.title(others[0]))
        opened = {"on_click": widgets.open_other, "args": (others[0].id,)}
        st.button(f"Open {name}", type="primary", icon=f":material/{ICONS[page]}:", **opened)
    else:
        to_train(label, query)


def pick_other(titles: dict[str, str], key: str, help: str | None = None) -> None:
    """A choice among other revisions by their ids, and the button that opens it on this page."""
    titles = widgets.told_apart(titles)
    with st.container(horizontal=True, vertical_alignment="bottom"):
        other = st.selectbox("Other revision", titles, format_func=titles.get, key=key, help=help)
        st.button("Open", on_click=widgets.open_other, args=(other,), icon=":material/open_in_new:")
