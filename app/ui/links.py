"""Links between pages."""

import streamlit as st

from aae_core.config.configuration import counts
from app.components import markdown
from app.figures import revision_list
from app.ui import form_settings, revision_picker

ICONS = {
    "classify": "category", "clusters": "bubble_chart", "explore": "scatter_plot", "style": "style", "train": "model_training",
}  # fmt: skip


def to_revision(page: str, label: str, id_: str, **options) -> None:
    """Draw a link to a page (named by its file in app/views) about one revision. options: as in `st.page_link`."""
    _link(page, label, {"revision": id_}, **options)


def to_train(label: str, query: dict | None = None, config=None, **options) -> None:
    """Draw a link to the page Train that fills in the form from a query or from a configuration."""
    if config is not None:
        told = form_settings.to_query(form_settings.flat(config), "default")
        query = {key: value for key, value in told.items() if counts(key)} | {"preset": "default"}
    _link("train", label, query, **options)


def _link(page, label, query, **options):
    options = {"icon": f":material/{ICONS[page]}:", **options}
    st.page_link(f"views/{page}.py", label=label, query_params=query, **options)


def offer(others: list, page: str, label: str, query: dict | None = None) -> None:
    """On a page that does not apply to the chosen revision: a button that opens the first of `others` (summaries), or, if there
    are none, a link to Train with `label` and `query`."""
    if others:
        name = markdown.literal(revision_list.title(others[0]))
        opened = {"on_click": revision_picker.open_other, "args": (others[0].id,)}
        st.button(f"Open {name}", type="primary", icon=f":material/{ICONS[page]}:", **opened)
    else:
        to_train(label, query)


def pick_other(titles: dict[str, str], key: str, help: str | None = None) -> None:
    """Draw a choice among other revisions (titles by id), and the button that opens the chosen one on this page."""
    titles = revision_list.distinct_titles(titles)
    with st.container(horizontal=True, vertical_alignment="bottom"):
        other = st.selectbox("Other revision", titles, format_func=titles.get, key=key, help=help)
        st.button("Open", on_click=revision_picker.open_other, args=(other,), icon=":material/open_in_new:")
