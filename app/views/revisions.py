"""Revisions: every training run on disk; open, annotate, resume, delete and download it."""

from functools import partial

import streamlit as st

from aae_core import __version__
from aae_core.store import revision_folder
from aae_core.store.revisions import Revision
from aae_core.store.status import BUSY
from aae_core.wording import program_name
from app.cache import revision_data, revision_snapshot
from app.cache.revision_view import RevisionView
from app.components import markdown
from app.course import exercise_panel
from app.figures import revision_list
from app.handout import download_button
from app.page_parts.revisions import revision_facts, revision_files, trash
from app.server import private_paths
from app.session import address
from app.translation.texts import translate, translate_plural
from app.ui import (
    choices,
    continuation_field,
    data_tables,
    diagnosis,
    links,
    people,
    revision_picker,
    store_polling,
    widgets,
)
from app.visitors import actions

REVISION_SETTING = "revision"
COMPARED_SETTING = "beside"  # URL parameter: ids of other runs whose curves are drawn with those of the chosen one


def render_page():
    st.title(translate("Revisions"), anchor=False)
    summaries = store_polling.list_summaries()
    trash.render_undo_deletion()
    if not summaries:
        trash.render_trash()
        st.info(translate("There is no revision yet. Train one, and it appears here."), icon=":material/info:")
        links.render_train_link(translate("Train a first revision"))
        return
    requested_id = address.recall_setting(REVISION_SETTING, str, None)
    chosen_summary = next((summary for summary in summaries if summary.id == requested_id), None)
    is_missing = requested_id and chosen_summary is None
    if is_missing and revision_picker.is_in_trash(requested_id):
        revision_picker.render_restore_button(requested_id, REVISION_SETTING)
        is_missing = False
    _render_upgrade_note(summaries)
    st.markdown(translate("Every training run. Select one in the list to see its curves, settings, metrics and files."))
    with st.container(key="keyboard-hint"):  # not shown on touch screens (page_options.TABLE_TOOLBAR_STYLE)
        st.caption(translate("By keyboard, Shift + Space selects a row."))
    with st.container(key="runs"):  # styled in page_options.TABLE_TOOLBAR_STYLE
        _render_list(summaries, requested_id)
    trash.render_trash()
    store_polling.render_action_error()
    if is_missing:
        shown_id = repr(requested_id[:80])
        widgets.render_error_box(
            translate("There is no revision {revision}. Choose one from the list.", revision=shown_id)
        )
    if chosen_summary is None:
        return
    with widgets.errors_in_boxes():
        _render_detail(chosen_summary)


def _render_upgrade_note(summaries):
    """Say how revisions of versions before 2.0 are upgraded, if there are any."""
    count = sum(summary.needs_upgrade for summary in summaries)
    if count:
        text = translate_plural(
            "{number} revision was written before version 2.0, and is listed as broken until the command {command} has "
            "rewritten it for this version.",
            "{number} revisions were written before version 2.0, and are listed as broken until the command {command} has "
            "rewritten them for this version.",
            count, number=f"{count:,}", command=f"`{program_name()} upgrade`",
        )  # fmt: skip
        st.warning(text, icon=":material/upgrade:")


def _render_list(summaries, requested_id):
    search_column, order_column = st.columns([3, 1], vertical_alignment="bottom")
    text = search_column.text_input(
        translate("Search"), key="revisions.search", live=True, type="search", persist_state="session",
        placeholder=translate("name, state, variant, data …"),
    )  # fmt: skip
    orders = {name: translate(title) for name, (title, *_) in revision_list.ORDERS.items()}
    order = order_column.selectbox(
        translate("Order"), orders, format_func=orders.get, key="revisions.order", persist_state="session"
    )
    matching_summaries = revision_list.sort_summaries(revision_list.matching_summaries(summaries, text), order)
    if not matching_summaries:
        st.caption(translate("None of the {count} revisions match.", count=f"{len(summaries):,}"))
        return
    first_page = revision_list.page_number_of(matching_summaries, requested_id)
    page, page_summaries = choices.current_list_page(
        "revisions.page", matching_summaries, f"{text}|{order}", first_page
    )
    selected_rows = [index for index, summary in enumerate(page_summaries) if summary.id == requested_id]
    # the selection is a row number, so other rows need another key
    key = f"revisions.table.{page}.{order}.{text}.{len(matching_summaries)}"
    data_tables.render_table(
        revision_list.revision_table_columns(page_summaries), key=key, height="content", alt=translate("Revisions"),
        column_config={"Size": st.column_config.TextColumn(translate("Size"), alignment="right")},
        selection_mode="single-row",
        on_select=lambda: _store_selection(key, page_summaries), selection_default={"selection": {"rows": selected_rows}},
    )  # fmt: skip
    length_text = translate("{count} revisions", count=f"{len(matching_summaries):,}")
    choices.render_page_field("revisions.page", length_text, matching_summaries)


def _store_selection(key, page_summaries):
    selected_rows = st.session_state[key]["selection"]["rows"]
    trash.forget_last_deletion()
    address.store_setting(REVISION_SETTING, page_summaries[selected_rows[0]].id if selected_rows else None)


def _render_detail(summary):
    st.divider()
    name = revision_list.display_name(summary)
    with st.container(horizontal=True, vertical_alignment="center"):
        st.header(markdown.escape(name), anchor=False, width="content")
        revision_picker.render_state_badge(summary, translate("example") if summary.gallery else None)
    st.caption(f"`{summary.id}`" + (f" · {markdown.escape(people.owner_text(summary.owner))}" if summary.owner else ""))
    if summary.reason:
        widgets.render_error_box(summary.reason)
    if summary.state == "failed":
        text = private_paths.remove_private_paths(revision_folder.read_log_tail(summary.path))
        draw = partial(st.code, text, language=None, wrap_lines=True)
        if text:
            widgets.render_expander(
                translate("Last lines of the worker’s log"),
                f"revisions.log.{summary.id}",
                draw,
                icon=":material/terminal:",
            )
    if summary.status is not None and summary.status.ended:
        st.caption(f":material/flag: {markdown.escape(summary.status.ended)}")
    revision = None
    if summary.state != "broken":
        revision = revision_snapshot.take_snapshot(Revision(summary.path, summary.gallery))
    _render_buttons(summary, revision, name)
    if summary.lacks_plugin:
        revision_facts.render_name_and_notes(summary, Revision(summary.path, summary.gallery))
    if revision is None:
        return
    revision_picker.rerun_on_change(revision)
    if summary.steps:
        with widgets.errors_in_boxes():
            diagnosis.render_diagnosis(revision)
    renderers_by_title = {
        translate("About"): lambda: revision_facts.render_facts(summary, revision),
        translate("Curves"): lambda: _render_curves(revision),
        translate("Settings"): lambda: revision_facts.render_settings(revision),
        translate("Files and export"): lambda: _render_files(revision),
        translate(exercise_panel.TAB_TITLE): lambda: exercise_panel.render_exercise_check(revision),
    }
    if exercise_panel.is_opened_by_link():
        st.session_state["revisions.tab"] = translate(exercise_panel.TAB_TITLE)
    elif st.session_state.get("revisions.tab") not in renderers_by_title:  # also after a change of the language
        st.session_state.pop("revisions.tab", None)
    for tab, draw in zip(
        st.tabs(list(renderers_by_title), key="revisions.tab", on_change="rerun"),
        renderers_by_title.values(),
        strict=True,
    ):
        if tab.open:
            with tab, widgets.errors_in_boxes():
                draw()


def _render_files(revision: RevisionView):
    revision_files.render_files(revision)
    download_button.render_handout_button([revision])


def _render_curves(revision: RevisionView):
    """Draw losses and metrics over the epochs, with those of other chosen runs in the same charts."""
    from app.ui import training_watch

    titles_by_id = {
        summary.id: revision_list.summary_title(summary)
        for summary in revision_data.list_summaries()
        if summary.id != revision.id and summary.steps
    }

    def parse(text):
        ids = [id_ for id_ in text.split(",") if id_ in titles_by_id]
        return ids[: training_watch.MAX_COMPARED_RUNS] or None

    key = choices.filled_widget_key(
        COMPARED_SETTING, parse, [], key=f"revisions.beside.{revision.id}", is_valid=lambda value: True
    )
    compared_ids = st.multiselect(
        translate("Show other runs in the same charts"), titles_by_id, key=key,
        format_func=revision_list.distinct_titles(titles_by_id).get,
        max_selections=training_watch.MAX_COMPARED_RUNS, placeholder=translate("Choose runs"),
    )  # fmt: skip
    address.store_setting(COMPARED_SETTING, ",".join(compared_ids) or None)
    training_watch.render_revision_curves(revision, [revision_snapshot.open_snapshot(id_) for id_ in compared_ids])


def _render_buttons(summary, revision: RevisionView | None, name):
    with st.container(horizontal=True, vertical_alignment="center"):
        if revision is not None:
            links.render_revision_link("explore", translate("Open in Explore"), summary.id)
            links.render_train_link(translate("Train again with these settings"), config=revision.config)
        if summary.state in BUSY:
            links.render_train_link(translate("Watch"), {"watch": summary.id}, icon=":material/monitoring:")
        may_change = not summary.gallery and actions.may_change(summary.owner)
        if summary.state in store_polling.RESUMABLE_STATES and may_change:
            store_polling.render_action_button(
                translate("Resume"), "play_arrow", "revisions.resume", actions.resume_training, summary.id
            )
        continuation_field.render_continuation_field(summary, REVISION_SETTING)
        if may_change and summary.state not in BUSY:
            st.button(
                translate("Delete"),
                icon=":material/delete:",
                key="revisions.delete",
                on_click=trash.delete_revision,
                args=(summary, name),
            )


render_page()
st.caption(
    translate(
        "Version {version}. `{command}` gathers what a bug report needs, without personal data.",
        version=__version__, command="python -m aae_core report",
    )
)  # fmt: skip
