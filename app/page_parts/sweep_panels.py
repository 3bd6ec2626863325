"""The parts of the page Sweeps that show a sweep: progress, table with small maps, chosen points, charts."""

import streamlit as st

from aae_core import progress
from aae_core.config.choices import TARGETS
from aae_core.config.configuration import Config
from aae_core.evaluation.metrics import METRICS
from aae_core.store.sweeps import Sweep
from aae_core.sweeps import control, standings
from aae_core.sweeps.standings import Standing
from aae_core.wording import about_items
from app.cache import loaded
from app.components import markdown
from app.figures import number_text
from app.ui import choices, config_form, form_settings, live_store, small_map, widgets
from app.visitors import acts, who

CHOSEN = "sweeps.points"  # session key: {id of the sweep: numbers of the chosen points}
HEIGHT = 96  # height in pixels of a row, and so of its map
MAP = 110  # width in pixels of the map of a chosen run
STATES = {"running": "running", "stopped": "paused", "done": "done"}


def is_table(found: Sweep) -> bool:
    """Whether the runs of a sweep are trained on a table."""
    data = found.settings.get("data", Config().data)
    return isinstance(data, str) and config_form.is_table(data)


def title_of(key: str, found: Sweep) -> str:
    """The title of a setting, in the words for the data of a sweep."""
    return form_settings.title_of(key, is_table(found))


def name(found: Sweep) -> str:
    """The title of a sweep: its label or the varied settings, when it began, and its state."""
    subject = found.name or ", ".join(title_of(key, found) for key in found.vary) or "Nothing varied"
    return f"{subject} · {number_text.when(found.created)} · {STATES[found.state]}"


def head(found: Sweep, rows: list) -> None:
    """Draw a sweep's description, progress, time left, why it is waiting, its last error, and its buttons."""
    kind = f"search of {found.trials} points" if found.search else progress.count_of(len(found.points), "point")
    seeds = progress.count_of(len(found.seeds), "seed")
    facts = [kind, f"{seeds} each", about_items(f"by {TARGETS[found.measure]}, on training images", is_table(found))]
    if found.early_stop:
        facts.append("early stopping")
    st.caption(" · ".join(map(markdown.literal, facts)))
    totals = standings.progress(found, rows)
    time_left = f" · {progress.about(totals.left)} left" if totals.left and found.state == "running" else ""
    steps = ""
    if totals.total:
        about = "" if found.state == "done" else "about "
        steps = f" · {totals.done:,} of {about}{totals.total:,} steps"
    text = f"{totals.runs} of {totals.all_runs} trainings{steps}{time_left}"
    st.progress(min(1.0, totals.done / max(1, totals.total)), text=text)
    if waiting_reason := control.why_waiting(found, rows):
        st.caption(markdown.literal(waiting_reason))
    if stop_requested := control.is_asked_to_stop(live_store.board().store, found):
        st.caption("Asked to stop; the program that trains it may do so only after its present training.")
    if found.trouble:
        widgets.error_box(found.trouble)
    if who.present().is_teacher:
        revision_ids = {run.revision for point in found.points for run in point.runs}
        _buttons(found, any(row.state == "failed" for row in rows if row.id in revision_ids), stop_requested)


def _buttons(sweep, failed, stop_requested):
    is_done = sweep.state == "done"
    can_continue = sweep.state == "stopped" or (is_done and failed) or control.is_left(live_store.board().store, sweep)
    with st.container(horizontal=True):
        if can_continue:
            live_store.button("Continue", "play_arrow", "sweeps.continue_sweep", acts.continue_sweep, sweep.id)
        if can_continue or is_done:
            help_text = "Its trainings remain, as revisions."
            live_store.button(
                "Remove from the list", "playlist_remove", "sweeps.remove_sweep", acts.remove_sweep, sweep.id,
                help=help_text,
            )  # fmt: skip
        else:
            help_text = "Pauses its trainings and starts no more; Continue resumes them where they stopped."
            live_store.button(
                "Stop all", "stop", "sweeps.stop_sweep", acts.stop_sweep, sweep.id,
                help=help_text, disabled=stop_requested,
            )  # fmt: skip


def table(found: Sweep, rows: list[Standing]) -> list[Standing]:
    """Draw the table of points, a page at a time; returns the chosen points."""
    from app.page_parts import sweep_figures as figures  # late, since it imports plotly

    page, page_rows = choices.page_now("sweeps.page", rows)
    # for each point, the map of the first run with codes
    maps = [next((url for summary in row.rows if (url := small_map.url_of_summary(summary))), "") for row in page_rows]
    columns = figures.table(found, page_rows, maps, is_table(found))
    config = {"Map": st.column_config.ImageColumn("Map", width="small", help="The codes of the first seed, by class.")}
    title = METRICS[found.measure].worded(is_table(found)).title
    help_text = about_items(f"{title}, on training images.", is_table(found))
    # the column is narrow, so that a phone shows the settings, too
    config[title] = st.column_config.TextColumn(title.partition(" (")[0], width=165, help=help_text)
    config["Steps"] = st.column_config.NumberColumn("Steps", format="localized")
    key = f"sweeps.table.{found.id}.{page}.{'.'.join(str(row.number) for row in page_rows)}"
    chosen_numbers = st.session_state.get(CHOSEN, {}).get(found.id, [])
    selected = [k for k, row in enumerate(page_rows) if row.number in chosen_numbers]
    st.dataframe(
        columns, hide_index=True, key=key, column_config=config, row_height=HEIGHT, height="content",
        selection_mode="multi-row", on_select=lambda: _take(key, found.id, page_rows),
        selection_default={"selection": {"rows": selected}}, alt="Points of the sweep, the best first",
    )  # fmt: skip
    choices.turn_pages("sweeps.page", f"{len(rows):,} points", rows)
    return [row for row in rows if row.number in st.session_state.get(CHOSEN, {}).get(found.id, [])]


def _take(key, id_, page_rows):
    """Store the chosen points by number, since their rows may change at the next refresh; those on other pages stay chosen."""
    numbers = [row.number for row in page_rows]
    others = [number for number in st.session_state.get(CHOSEN, {}).get(id_, []) if number not in numbers]
    st.session_state[CHOSEN] = {id_: others + [numbers[k] for k in st.session_state[key]["selection"]["rows"]]}


def points(found: Sweep, chosen: list[Standing], best: Standing | None) -> None:
    """Draw the runs of the chosen points, each with map and link; two points get a link that compares their first runs."""
    if not chosen:
        st.caption("Select points in the table (by keyboard: Shift + Space) to open their runs and compare them.")
        return
    from app.page_parts import sweep_figures as figures

    for row in chosen:
        st.markdown(f"**{markdown.literal(figures.name(row, is_table(found)))}**")
        with st.container(horizontal=True):
            for run, summary in zip(row.point.runs, row.rows, strict=False):
                with st.container(width=MAP + 40):
                    _run(run, summary)
    others = chosen
    if len(chosen) == 1 and best and best.number != chosen[0].number:
        others = [chosen[0], best]
    if len(others) == 2 and all(row.rows and row.rows[0].steps for row in others):
        label = "Compare the two" if len(chosen) == 2 else "Compare with the best"
        pair = {"left": others[0].rows[0].id, "right": others[1].rows[0].id}
        st.page_link("views/compare.py", label=label, icon=":material/compare:", query_params=pair)


def _run(run, row):
    value = next((value for value in reversed(run.values) if value is not None), None)
    if row.steps:
        with widgets.guarded():
            if (url := small_map.url(loaded.open_revision(row.id))) is not None:
                st.image(url, width=MAP, alt=f"Map of the codes, seed {run.seed}")
    st.caption(f"Seed {run.seed}: {number_text.measure(value)}, {row.state}")
    page = "views/explore.py" if row.steps else "views/revisions.py"
    st.page_link(page, label=f"Open seed {run.seed}", icon=":material/folder_open:", query_params={"revision": row.id})


def charts(found: Sweep, rows: list[Standing]) -> None:
    """Draw the metric over all varied settings, and a heat map over two of them."""
    from app.page_parts import sweep_figures as figures

    measured = [row for row in rows if row.mean is not None]
    if len(measured) < 2 or not found.vary:
        return
    alt_text = figures.alt(found, rows)
    st.header("All settings", anchor=False)
    st.caption(
        f"A line for each point; the more orange, the lower its {TARGETS[found.measure]}; the best one is thick."
    )
    widgets.chart(
        figures.parallel(found, rows, is_table(found)), key="sweeps.parallel", alt=f"Parallel coordinates. {alt_text}"
    )
    keys = figures.listed_settings(found)
    if len(keys) < 2:
        return
    st.header("Two settings", anchor=False)
    across, up = keys[:2]
    if len(keys) > 2:
        with st.container(horizontal=True):
            titled = {"format_func": lambda key: title_of(key, found), "width": 300}
            across = st.selectbox("Horizontal axis", keys, key="sweeps.across", **titled)
            rest = [key for key in keys if key != across]
            up = st.selectbox("Vertical axis", rest, key="sweeps.up", **titled)
    title = METRICS[found.measure].worded(is_table(found)).title
    st.caption(f"{title}: the mean over all points that have both values; lower is better.")
    widgets.chart(
        figures.heat(found, rows, across, up, is_table(found)), key="sweeps.heat", alt=f"Heat map. {alt_text}"
    )
