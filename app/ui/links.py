"""Links between pages."""

import streamlit as st

from aae_core.config.configuration import is_compared_setting
from app.components import markdown
from app.figures import revision_list
from app.translation.texts import translate
from app.ui import form_settings, revision_picker

PAGE_ICONS = {
    "classify": "category", "clusters": "bubble_chart", "explore": "scatter_plot", "style": "style", "train": "model_training",
}  # fmt: skip


def render_revision_link(page: str, label: str, revision_id: str, **options) -> None:
    """Draw a link to a page (named by its file in app/views) about one revision. options: as in `st.page_link`."""
    _render_link(page, label, {"revision": revision_id}, **options)


def render_train_link(label: str, query: dict | None = None, config=None, **options) -> None:
    """Draw a link to the page Train that fills in the form from a query or from a configuration."""
    if config is not None:
        settings_query = form_settings.make_query(form_settings.widget_values(config), "default")
        query = {key: value for key, value in settings_query.items() if is_compared_setting(key)} | {
            "preset": "default"
        }
    _render_link("train", label, query, **options)


def _render_link(page, label, query, **options):
    options = {"icon": f":material/{PAGE_ICONS[page]}:", **options}
    st.page_link(f"views/{page}.py", label=label, query_params=query, **options)


def render_other_revision_button(other_summaries: list, page: str, label: str, query: dict | None = None) -> None:
    """On a page that does not apply to the chosen revision: a button that opens the first of the other summaries, or, if there
    are none, a link to Train with `label` and `query`."""
    if other_summaries:
        name = markdown.escape(revision_list.summary_title(other_summaries[0]))
        button_arguments = {"on_click": revision_picker.switch_revision, "args": (other_summaries[0].id,)}
        st.button(
            translate("Open {revision}", revision=name),
            type="primary",
            icon=f":material/{PAGE_ICONS[page]}:",
            **button_arguments,
        )
    else:
        render_train_link(label, query)


def render_other_revision_choice(titles: dict[str, str], key: str, help: str | None = None) -> None:
    """Draw a choice among other revisions (titles by id), and the button that opens the chosen one on this page."""
    titles = revision_list.distinct_titles(titles)
    with st.container(horizontal=True, vertical_alignment="bottom"):
        other_id = st.selectbox(translate("Other revision"), titles, format_func=titles.get, key=key, help=help)
        st.button(
            translate("Open"), on_click=revision_picker.switch_revision, args=(other_id,), icon=":material/open_in_new:"
        )
