"""The parts of the page Classroom: everyone's latest map of codes, a table of trainings, and the buttons for the lesson."""

from dataclasses import dataclass

import streamlit as st

from aae_core import progress
from aae_core.store.revisions import Summary
from app.components import markdown
from app.figures import number_text
from app.figures.revision_list import name_of
from app.ui import links, live_store, people, revision_picker, small_map, widgets
from app.visitors import acts, who

TILE, TILES = 200, 60  # width of a tile in pixels; largest number of tiles
ROWS = 200  # of the table
ORDER = {"running": 0, "queued": 1}
SURE = "class.sure"  # session key: whether the question before the end of the lesson waits for its answer


@dataclass(frozen=True)
class Desk:
    """One owner's tile. latest: the revision in training, or else the one begun last; shown: the same if it has codes, else the
    latest one with codes, or None."""

    latest: Summary
    shown: Summary | None


def desks(rows: list[Summary]) -> list[Desk]:
    """One desk for each owner, and one for each revision without an owner. rows: newest first."""
    by_owner: dict[str, list[Summary]] = {}
    for row in rows:
        if not row.gallery and row.state != "broken":
            by_owner.setdefault(row.owner.id if row.owner else row.id, []).append(row)
    desk_list = []
    for owner_rows in by_owner.values():
        latest = next((row for row in owner_rows if row.state == "running"), owner_rows[0])
        desk_list.append(Desk(latest, next((row for row in (latest, *owner_rows) if row.steps), None)))
    return desk_list


def name(row: Summary) -> str:
    """The owner of a revision in words; without an owner the revision's own name."""
    return people.owner_words(row.owner) or name_of(row)


def board(rows: list[Summary]) -> None:
    all_desks = desks(rows)
    if not all_desks:
        st.info("Nobody has trained anything yet; trainings appear here.", icon=":material/info:")
        return
    with st.container(horizontal=True):
        for desk in all_desks[:TILES]:
            with st.container(width=TILE + 34, border=True, gap="small"):
                _tile(desk)
    if len(all_desks) > TILES:
        st.caption(f"{len(all_desks) - TILES:,} more are in the table below.")


def _tile(desk: Desk):
    row = desk.shown or desk.latest
    st.markdown(f"**{markdown.literal(name(row))}**")
    if picture := small_map.url_of_summary(row):
        st.image(picture, width=TILE, alt=f"Map of the codes of {name(row)}")
    else:
        st.caption("No codes yet.", width=TILE)
    caption_lines = [row.data] if row.owner is None else [name_of(row), row.data]
    st.caption("  \n".join(map(markdown.literal, caption_lines)))
    revision_picker.badge(desk.latest)
    other = "" if row is desk.latest else f"{name_of(desk.latest)}: "
    st.caption(markdown.literal(other + progress_words(desk.latest)))
    if desk.shown:
        links.to_revision("explore", "Open on my screen", row.id)


def progress_words(row: Summary) -> str:
    if row.state == "running" and not row.status.launched:
        return progress.place(row.status)
    if row.state == "queued":
        return "waits for its turn"
    return f"step {row.steps:,} · {row.epochs:.1f} epochs"


def table(rows: list[Summary]) -> None:
    """Draw a table of all trainings: running before waiting before ended ones, each newest first."""
    ordered_rows = sorted((row for row in rows if not row.gallery), key=lambda row: ORDER.get(row.state, len(ORDER)))
    if not ordered_rows:
        return
    st.markdown("**Who trains what**")
    columns = {
        "Name": [people.owner_words(row.owner) or "teacher or terminal" for row in ordered_rows[:ROWS]],
        "Model": [name_of(row) for row in ordered_rows[:ROWS]],
        "Data": [row.data for row in ordered_rows[:ROWS]],
        "State": [row.state for row in ordered_rows[:ROWS]],
        "Progress": [progress_words(row) if row.status else "" for row in ordered_rows[:ROWS]],
        "Started": [number_text.when(row.created) for row in ordered_rows[:ROWS]],
    }
    st.dataframe(columns, hide_index=True, height="content", alt="Who trains what")


def lesson(rows: list[Summary]) -> None:
    """Draw the numbers of running and waiting trainings, and the buttons that end the lesson for everyone or open the next."""
    running, waiting = (sum(row.state == state for row in rows) for state in ("running", "queued"))
    with st.container(horizontal=True, vertical_alignment="center"):
        st.markdown(f"{progress.count_of(running, 'training')} in progress, {waiting} waiting", width="content")
        if acts.is_over():
            st.badge("the lesson is over", icon=":material/lock:", color="orange")
            live_store.button("Open the lesson", "lock_open", "class.open", acts.open_lesson)
        if running or waiting or (who.is_shared() and not acts.is_over()):
            label = "End the lesson …" if who.is_shared() and not acts.is_over() else "Stop all …"
            click_options = {"on_click": st.session_state.update, "args": ({SURE: True},)}
            st.button(label, icon=":material/stop_circle:", key="class.end", **click_options)
    if st.session_state.get(SURE):
        question = f"Stop {progress.count_of(running + waiting, 'training')}?"
        if who.is_shared():
            question += " Visitors cannot start others until you open the lesson again."
        question += " Stopped trainings can be resumed."
        with st.container(border=True):
            widgets.confirm(SURE, question, ":material/stop_circle:", "Stop them", live_store.do, acts.end_lesson)
