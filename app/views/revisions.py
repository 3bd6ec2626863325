"""Revisions: every training run on disk; open, annotate, resume, delete and download it."""

from functools import partial

import streamlit as st

from aae_core import __version__
from aae_core.store import folder
from aae_core.store.revisions import Revision
from aae_core.store.status import BUSY
from app.cache import loaded
from app.components import markdown
from app.figures import revision_list
from app.handout import offer
from app.page_parts import revision_facts, revision_files, trash
from app.server import guard
from app.session import address
from app.ui import choices, diagnosis, links, live_store, people, revision_picker, widgets
from app.visitors import acts

CHOSEN = "revision"
BESIDE = "beside"  # URL parameter: ids of other runs whose curves are drawn with those of the chosen one


def page():
    st.title("Revisions", anchor=False)
    rows = live_store.rows()
    trash.undo()
    if not rows:
        trash.panel()
        st.info("There is no revision yet. Train one, and it appears here.", icon=":material/info:")
        links.to_train("Train a first revision")
        return
    requested_id = address.recall(CHOSEN, str, None)
    chosen = next((row for row in rows if row.id == requested_id), None)
    is_missing = requested_id and chosen is None
    if is_missing and revision_picker.is_deleted(requested_id):
        revision_picker.offer_restoring(requested_id, CHOSEN)
        is_missing = False
    st.markdown(
        "Every training run. Select one in the list (by keyboard: Shift + Space) to see its curves, settings, metrics and files."
    )
    with st.container(key="runs"):  # styled in page_options.TOOLS
        _list(rows, requested_id)
    trash.panel()
    live_store.say_problem()
    if is_missing:
        widgets.error_box(f"There is no revision {requested_id[:80]!r}. Choose one from the list.")
    if chosen is None:
        return
    with widgets.guarded():
        _detail(chosen)


def _list(rows, requested_id):
    first, second = st.columns([3, 1], vertical_alignment="bottom")
    text = first.text_input(
        "Search", key="revisions.search", live=True, type="search", persist_state="session",
        placeholder="name, state, variant, data …",
    )  # fmt: skip
    orders = {name: title for name, (title, *_) in revision_list.ORDERS.items()}
    order = second.selectbox("Order", orders, format_func=orders.get, key="revisions.order", persist_state="session")
    matches = revision_list.ordered(revision_list.matching(rows, text), order)
    if not matches:
        st.caption(f"None of the {len(rows):,} revisions match.")
        return
    first = revision_list.page_of(matches, requested_id)
    page, page_rows = choices.page_now("revisions.page", matches, f"{text}|{order}", first)
    selected = [i for i, row in enumerate(page_rows) if row.id == requested_id]
    key = f"revisions.table.{page}.{order}.{text}.{len(matches)}"  # the selection is a row number, so other rows need another key
    st.dataframe(
        revision_list.table(page_rows), hide_index=True, key=key, height="content", alt="Revisions", selection_mode="single-row",
        on_select=lambda: _take(key, page_rows), selection_default={"selection": {"rows": selected}},
    )  # fmt: skip
    choices.turn_pages("revisions.page", f"{len(matches):,} revisions", matches)


def _take(key, page_rows):
    rows = st.session_state[key]["selection"]["rows"]
    trash.forget()
    address.keep(CHOSEN, page_rows[rows[0]].id if rows else None)


def _detail(row):
    st.divider()
    name = revision_list.name_of(row)
    with st.container(horizontal=True, vertical_alignment="center"):
        st.header(markdown.literal(name), anchor=False, width="content")
        revision_picker.badge(row, "shipped" if row.gallery else None)
    st.caption(f"`{row.id}`" + (f" · {markdown.literal(people.owner_words(row.owner))}" if row.owner else ""))
    if row.reason:
        widgets.error_box(row.reason)
    if row.state == "failed":
        text = guard.public(folder.log_end(row.path))
        draw = partial(st.code, text, language=None, wrap_lines=True)
        if text:
            widgets.folded(
                "Last lines of the worker’s log", f"revisions.log.{row.id}", draw, icon=":material/terminal:"
            )
    if row.status is not None and row.status.ended:
        st.caption(f":material/flag: {markdown.literal(row.status.ended)}")
    revision = None if row.state == "broken" else Revision(row.path, row.gallery)
    _buttons(row, revision, name)
    if row.needs:
        revision_facts.words(row, Revision(row.path, row.gallery))
    if revision is None:
        return
    revision_picker.follow(revision)
    if row.steps:
        with widgets.guarded():
            diagnosis.show(revision)
    parts = {
        "About": lambda: revision_facts.about(row, revision),
        "Curves": lambda: _curves(revision),
        "Settings": lambda: revision_facts.settings(revision),
        "Files and export": lambda: _files(revision),
    }
    for tab, draw in zip(st.tabs(list(parts), key="revisions.tab", on_change="rerun"), parts.values(), strict=True):
        if tab.open:
            with tab, widgets.guarded():
                draw()


def _files(revision):
    revision_files.panel(revision)
    offer.button([revision])


def _curves(revision):
    """Draw losses and metrics over the epochs, with those of other chosen runs in the same charts."""
    from app.ui import training_watch

    others = {
        summary.id: revision_list.title(summary)
        for summary in loaded.summaries()
        if summary.id != revision.id and summary.steps
    }

    def read(text):
        ids = [id_ for id_ in text.split(",") if id_ in others]
        return ids[: training_watch.MOST_BESIDE] or None

    key = choices.filled_key(BESIDE, read, [], key=f"revisions.beside.{revision.id}", fits=lambda value: True)
    chosen = st.multiselect(
        "Show other runs in the same charts", others, key=key, format_func=revision_list.distinct_titles(others).get,
        max_selections=training_watch.MOST_BESIDE, placeholder="Choose runs",
    )  # fmt: skip
    address.keep(BESIDE, ",".join(chosen) or None)
    training_watch.show_curves(revision, [loaded.open_revision(id_) for id_ in chosen])


def _buttons(row, revision, name):
    with st.container(horizontal=True, vertical_alignment="center"):
        if revision is not None:
            links.to_revision("explore", "Open in Explore", row.id)
            links.to_train("Train again with these settings", config=revision.config)
        if row.state in BUSY:
            links.to_train("Watch", {"watch": row.id}, icon=":material/monitoring:")
        may_change = not row.gallery and acts.may_change(row.owner)
        if row.state in live_store.RESUMABLE and may_change:
            live_store.button("Resume", "play_arrow", "revisions.resume", acts.resume, row.id)
        if may_change and row.state not in BUSY:
            st.button(
                "Delete", icon=":material/delete:", key="revisions.delete", on_click=trash.delete, args=(row, name)
            )


page()
st.caption(
    f"Version {__version__}. `python -m aae_core report` gathers what a bug report needs, without personal data."
)
