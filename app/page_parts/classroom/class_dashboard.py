"""The parts of the page Classroom: everyone's latest map of codes, a table of trainings, and the buttons for the lesson."""

from dataclasses import dataclass

import streamlit as st

from aae_core import progress
from aae_core.store.revisions import Summary
from aae_core.wording import join_sentences
from app.components import markdown
from app.figures import number_text
from app.figures.revision_list import display_name
from app.translation.texts import mark, translate, translate_plural
from app.ui import data_tables, links, people, revision_picker, small_map, store_polling, widgets
from app.visitors import actions, identity

TILE_WIDTH, MAX_TILES = 200, 60  # width of a tile in pixels; largest number of tiles
MAX_TABLE_ROWS = 200  # of the table
STATE_ORDER = {"running": 0, "queued": 1}
CONFIRM_KEY = "class.sure"  # session key: whether the question before the end of the lesson waits for its answer


@dataclass(frozen=True)
class OwnerTile:
    """One owner's tile. latest: the revision in training, or else the one begun last; with_codes: the same if it has codes,
    else the latest one with codes, or None."""

    latest: Summary
    with_codes: Summary | None


def owner_tiles(rows: list[Summary]) -> list[OwnerTile]:
    """One tile for each owner, and one for each revision without an owner. rows: newest first."""
    by_owner: dict[str, list[Summary]] = {}
    for row in rows:
        if not row.gallery and row.state != "broken":
            by_owner.setdefault(row.owner.id if row.owner else row.id, []).append(row)
    tiles = []
    for owner_rows in by_owner.values():
        latest_row = next((row for row in owner_rows if row.state == "running"), owner_rows[0])
        tiles.append(OwnerTile(latest_row, next((row for row in (latest_row, *owner_rows) if row.steps), None)))
    return tiles


def owner_name(summary: Summary) -> str:
    """The owner of a revision in words; without an owner the revision's own name."""
    return people.owner_text(summary.owner) or display_name(summary)


def render_owner_tiles(rows: list[Summary]) -> None:
    tiles = owner_tiles(rows)
    if not tiles:
        st.info(translate("Nobody has trained anything yet; trainings appear here."), icon=":material/info:")
        return
    with st.container(horizontal=True):
        for tile in tiles[:MAX_TILES]:
            with st.container(width=TILE_WIDTH + 34, border=True, gap="small"):
                _render_tile(tile)
    if len(tiles) > MAX_TILES:
        st.caption(translate("{count} more are in the table below.", count=f"{len(tiles) - MAX_TILES:,}"))


def _render_tile(tile: OwnerTile):
    row = tile.with_codes or tile.latest
    st.markdown(f"**{markdown.escape(owner_name(row))}**")
    if picture := small_map.summary_map_data_url(row):
        st.image(picture, width=TILE_WIDTH, alt=translate("Map of the codes of {name}", name=owner_name(row)))
    else:
        st.caption(translate("No codes yet."), width=TILE_WIDTH)
    caption_lines = [row.data] if row.owner is None else [display_name(row), row.data]
    st.caption("  \n".join(map(markdown.escape, caption_lines)))
    revision_picker.render_state_badge(tile.latest)
    progress_words = progress_text(tile.latest)
    if row is not tile.latest:
        name = display_name(tile.latest)
        progress_words = translate("{revision}: {progress}", revision=name, progress=progress_words)
    st.caption(markdown.escape(progress_words))
    if tile.with_codes:
        links.render_revision_link("explore", translate("Open on my screen"), row.id)


def progress_text(row: Summary) -> str:
    if row.state == "running" and not row.status.awaits_worker_report:
        return progress.training_progress(row.status)
    if row.state == "queued":
        return translate("waits for its turn")
    return translate("step {step} · {epochs} epochs", step=f"{row.steps:,}", epochs=f"{row.epochs:.1f}")


def render_training_table(rows: list[Summary]) -> None:
    """Draw a table of all trainings: running before waiting before ended ones, each newest first."""
    ordered_rows = sorted(
        (row for row in rows if not row.gallery), key=lambda row: STATE_ORDER.get(row.state, len(STATE_ORDER))
    )
    if not ordered_rows:
        return
    st.markdown(translate("**Who trains what**"))
    columns = {
        mark("Name"): [
            people.owner_text(row.owner) or translate("teacher or terminal") for row in ordered_rows[:MAX_TABLE_ROWS]
        ],
        mark("Model"): [display_name(row) for row in ordered_rows[:MAX_TABLE_ROWS]],
        mark("Data"): [row.data for row in ordered_rows[:MAX_TABLE_ROWS]],
        mark("State"): [translate(row.state) for row in ordered_rows[:MAX_TABLE_ROWS]],
        mark("Progress"): [progress_text(row) if row.status else "" for row in ordered_rows[:MAX_TABLE_ROWS]],
        mark("Started"): [number_text.local_time_text(row.created) for row in ordered_rows[:MAX_TABLE_ROWS]],
    }
    data_tables.render_table(columns, height="content", alt=translate("Who trains what"))


def render_lesson_controls(rows: list[Summary]) -> None:
    """Draw the numbers of running and waiting trainings, and the buttons that end the lesson for everyone or open the next."""
    running_count, waiting_count = (sum(row.state == state for row in rows) for state in ("running", "queued"))
    with st.container(horizontal=True, vertical_alignment="center"):
        text = translate_plural(
            "{number} training in progress, {waiting} waiting", "{number} trainings in progress, {waiting} waiting",
            running_count, number=f"{running_count:,}", waiting=waiting_count,
        )  # fmt: skip
        st.markdown(text, width="content")
        if actions.is_lesson_over():
            st.badge(translate("the lesson is over"), icon=":material/lock:", color="orange")
            store_polling.render_action_button(
                translate("Open the lesson"), "lock_open", "class.open", actions.open_lesson
            )
        if running_count or waiting_count or (identity.is_shared() and not actions.is_lesson_over()):
            can_end_lesson = identity.is_shared() and not actions.is_lesson_over()
            label = translate("End the lesson …") if can_end_lesson else translate("Stop all …")
            click_options = {"on_click": st.session_state.update, "args": ({CONFIRM_KEY: True},)}
            st.button(label, icon=":material/stop_circle:", key="class.end", **click_options)
    if st.session_state.get(CONFIRM_KEY):
        count = running_count + waiting_count
        sentences = [
            translate_plural("Stop {number} training?", "Stop {number} trainings?", count, number=f"{count:,}")
        ]
        if identity.is_shared():
            sentences.append(translate("Visitors cannot start others until you open the lesson again."))
        sentences.append(translate("Stopped trainings can be resumed."))
        with st.container(border=True):
            widgets.render_confirmation(
                CONFIRM_KEY,
                join_sentences(*sentences),
                ":material/stop_circle:",
                translate("Stop them"),
                store_polling.run_action,
                actions.end_lesson,
            )
