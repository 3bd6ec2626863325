"""The parts of the page Sweeps that show a sweep: progress, table with small maps, chosen points, charts."""

import streamlit as st

from aae_core import progress
from aae_core.config.choices import TARGETS
from aae_core.config.configuration import Config
from aae_core.runs import sweep_control, sweep_standings
from aae_core.runs.sweep_standings import Standing
from aae_core.store.sweeps import Sweep
from aae_core.wording import adapt_image_words
from app.cache import revision_data
from app.components import markdown
from app.figures import number_text
from app.translation.texts import mark, translate, translate_plural
from app.ui import choices, config_form, data_tables, form_settings, small_map, store_polling, widgets
from app.visitors import actions, identity

CHOSEN_POINTS_KEY = "sweeps.points"  # session key: {id of the sweep: numbers of the chosen points}
ROW_HEIGHT = 96  # height in pixels of a row, and so of its map
MAP_WIDTH = 110  # width in pixels of the map of a chosen run
STATE_WORDS = {"running": mark("running"), "stopped": mark("paused"), "done": mark("done")}


def is_table_sweep(sweep: Sweep) -> bool:
    """Whether the runs of a sweep are trained on a table."""
    data = sweep.settings.get("data", Config().data)
    return isinstance(data, str) and config_form.is_table_data(data)


def setting_title(key: str, sweep: Sweep) -> str:
    """The title of a setting, in the words for the data of a sweep."""
    return form_settings.setting_title(key, is_table_sweep(sweep))


def sweep_title(sweep: Sweep) -> str:
    """The title of a sweep: its label or the varied settings, when it began, and its state."""
    subject = sweep.name or ", ".join(setting_title(key, sweep) for key in sweep.vary) or translate("Nothing varied")
    return f"{subject} · {number_text.local_time_text(sweep.created)} · {translate(STATE_WORDS[sweep.state])}"


def render_sweep_summary(sweep: Sweep, rows: list) -> None:
    """Draw a sweep's description, progress, time left, why it is waiting, its last error, and its buttons."""
    n_points, n_seeds, metric = len(sweep.points), len(sweep.seeds), translate(TARGETS[sweep.measure])
    if sweep.search:
        kind = translate("search of {number} points", number=sweep.trials)
    else:
        kind = translate_plural("{number} point", "{number} points", n_points, number=f"{n_points:,}")
    facts = [
        kind,
        translate_plural("{number} seed each", "{number} seeds each", n_seeds, number=f"{n_seeds:,}"),
        adapt_image_words(translate("by {metric}, on training images", metric=metric), is_table_sweep(sweep)),
    ]
    if sweep.early_stop:
        facts.append(translate("early stopping"))
    st.caption(" · ".join(map(markdown.escape, facts)))
    totals = sweep_standings.sweep_progress(sweep, rows)
    parts = [translate("{done} of {total} trainings", done=totals.runs_done, total=totals.runs_total)]
    if totals.steps_total:
        counts = {"done": f"{totals.steps_done:,}", "total": f"{totals.steps_total:,}"}
        is_exact = sweep.state == "done"
        steps = translate("{done} of {total} steps") if is_exact else translate("{done} of about {total} steps")
        parts.append(steps.format(**counts))
    if totals.seconds_left and sweep.state == "running":
        duration = progress.format_rounded_duration(totals.seconds_left)
        parts.append(translate("about {duration} left", duration=duration))
    st.progress(min(1.0, totals.steps_done / max(1, totals.steps_total)), text=" · ".join(parts))
    if waiting_reason := sweep_control.sweep_waiting_reason(sweep, rows):
        st.caption(markdown.escape(waiting_reason))
    if stop_requested := sweep_control.is_stop_pending(store_polling.store_poller().store, sweep):
        st.caption(translate("Asked to stop; the program that trains it may do so only after its present training."))
    if sweep.trouble:
        widgets.render_error_box(sweep.trouble)
    if identity.current_visitor().is_teacher:
        revision_ids = {run.revision for point in sweep.points for run in point.runs}
        _render_buttons(sweep, any(row.state == "failed" for row in rows if row.id in revision_ids), stop_requested)


def _render_buttons(sweep, has_failures, stop_requested):
    is_done = sweep.state == "done"
    can_continue = (
        sweep.state == "stopped"
        or (is_done and has_failures)
        or sweep_control.is_abandoned(store_polling.store_poller().store, sweep)
    )
    with st.container(horizontal=True):
        if can_continue:
            store_polling.render_action_button(
                translate("Continue"), "play_arrow", "sweeps.continue_sweep", actions.continue_sweep, sweep.id
            )
        if can_continue or is_done:
            help_text = translate("Its trainings remain, as revisions.")
            store_polling.render_action_button(
                translate("Remove from the list"), "playlist_remove", "sweeps.remove_sweep", actions.remove_sweep, sweep.id,
                help=help_text,
            )  # fmt: skip
        else:
            help_text = translate("Pauses its trainings and starts no more; Continue resumes them where they stopped.")
            store_polling.render_action_button(
                translate("Stop all"), "stop", "sweeps.stop_sweep", actions.stop_sweep, sweep.id,
                help=help_text, disabled=stop_requested,
            )  # fmt: skip


def render_points_table(sweep: Sweep, rows: list[Standing]) -> list[Standing]:
    """Draw the table of points, a page at a time; returns the chosen points."""
    from app.page_parts.sweeps import sweep_figures as figures  # late, since it imports plotly

    page, page_rows = choices.current_list_page("sweeps.page", rows)
    # for each point, the map of the first run with codes
    maps = [
        next((url for summary in row.rows if (url := small_map.summary_map_data_url(summary))), "") for row in page_rows
    ]
    columns = figures.sweep_table_columns(sweep, page_rows, maps, is_table_sweep(sweep))
    heads = dict(zip(columns, figures.sweep_table_heads(sweep, is_table_sweep(sweep)), strict=True))
    map_name, metric_name, *_, steps_name = columns
    short_title = figures.short_measure_title(sweep, is_table_sweep(sweep))
    help_text = translate("The codes of the first seed, by class.")
    config = {map_name: st.column_config.ImageColumn(heads[map_name], width="small", help=help_text)}
    help_text = adapt_image_words(
        translate("{metric}, on training images.", metric=heads[metric_name]), is_table_sweep(sweep)
    )
    # the column is narrow, so that a phone shows the settings, too
    config[metric_name] = st.column_config.TextColumn(short_title, width=165, help=help_text)
    config[steps_name] = st.column_config.NumberColumn(heads[steps_name], format="localized")
    key = f"sweeps.table.{sweep.id}.{page}.{'.'.join(str(row.point_index) for row in page_rows)}"
    chosen_numbers = st.session_state.get(CHOSEN_POINTS_KEY, {}).get(sweep.id, [])
    selected_rows = [k for k, row in enumerate(page_rows) if row.point_index in chosen_numbers]
    data_tables.render_table(
        columns, heads, config, key=key, row_height=ROW_HEIGHT, height="content",
        selection_mode="multi-row", on_select=lambda: _store_selection(key, sweep.id, page_rows),
        selection_default={"selection": {"rows": selected_rows}}, alt=translate("Points of the sweep, the best first"),
    )  # fmt: skip
    choices.render_page_field("sweeps.page", translate("{number} points", number=f"{len(rows):,}"), rows)
    return [row for row in rows if row.point_index in st.session_state.get(CHOSEN_POINTS_KEY, {}).get(sweep.id, [])]


def _store_selection(key, id_, page_rows):
    """Store the chosen points by number, since their rows may change at the next refresh; those on other pages stay chosen."""
    numbers = [row.point_index for row in page_rows]
    other_page_numbers = [
        number for number in st.session_state.get(CHOSEN_POINTS_KEY, {}).get(id_, []) if number not in numbers
    ]
    st.session_state[CHOSEN_POINTS_KEY] = {
        id_: other_page_numbers + [numbers[k] for k in st.session_state[key]["selection"]["rows"]]
    }


def render_chosen_points(sweep: Sweep, chosen: list[Standing], best: Standing | None) -> None:
    """Draw the runs of the chosen points, each with map and link; two points get a link that compares their first runs."""
    if not chosen:
        st.caption(
            translate("Select points in the table (by keyboard: Shift + Space) to open their runs and compare them.")
        )
        return
    from app.page_parts.sweeps import sweep_figures as figures

    for row in chosen:
        st.markdown(f"**{markdown.escape(figures.point_title(row, is_table_sweep(sweep)))}**")
        with st.container(horizontal=True):
            for run, summary in zip(row.point.runs, row.rows, strict=False):
                with st.container(width=MAP_WIDTH + 40):
                    _render_run(run, summary)
    pair_of_points = chosen
    if len(chosen) == 1 and best and best.point_index != chosen[0].point_index:
        pair_of_points = [chosen[0], best]
    if len(pair_of_points) == 2 and all(row.rows and row.rows[0].steps for row in pair_of_points):
        label = translate("Compare the two") if len(chosen) == 2 else translate("Compare with the best")
        pair = {"left": pair_of_points[0].rows[0].id, "right": pair_of_points[1].rows[0].id}
        st.page_link("views/compare.py", label=label, icon=":material/compare:", query_params=pair)


def _render_run(run, row):
    value = next((value for value in reversed(run.values) if value is not None), None)
    if row.steps:
        with widgets.errors_in_boxes():
            if (url := small_map.map_data_url(revision_data.open_revision(row.id))) is not None:
                st.image(url, width=MAP_WIDTH, alt=translate("Map of the codes, seed {seed}", seed=run.seed))
    state, metric = translate(row.state), number_text.metric_text(value)
    st.caption(translate("Seed {seed}: {metric}, {state}", seed=run.seed, metric=metric, state=state))
    page = "views/explore.py" if row.steps else "views/revisions.py"
    label = translate("Open seed {seed}", seed=run.seed)
    st.page_link(page, label=label, icon=":material/folder_open:", query_params={"revision": row.id})


def render_charts(sweep: Sweep, rows: list[Standing]) -> None:
    """Draw the metric over all varied settings, and a heat map over two of them."""
    from app.page_parts.sweeps import sweep_figures as figures

    measured_rows = [row for row in rows if row.mean is not None]
    if len(measured_rows) < 2 or not sweep.vary:
        return
    alt_text = figures.sweep_alt_text(sweep, rows)
    st.header(translate("All settings"), anchor=False)
    metric = translate(TARGETS[sweep.measure])
    st.caption(
        translate(
            "A line for each point; the more orange, the lower its {metric}; the best one is thick.", metric=metric
        )
    )
    widgets.render_chart(
        figures.parallel_coordinates_figure(sweep, rows, is_table_sweep(sweep)),
        key="sweeps.parallel",
        alt=translate("Parallel coordinates. {text}", text=alt_text),
    )
    keys = figures.listed_settings(sweep)
    if len(keys) < 2:
        return
    st.header(translate("Two settings"), anchor=False)
    x_key, y_key = keys[:2]
    if len(keys) > 2:
        with st.container(horizontal=True):
            axis_options = {"format_func": lambda key: setting_title(key, sweep), "width": 300}
            x_key = st.selectbox(translate("Horizontal axis"), keys, key="sweeps.across", **axis_options)
            y_keys = [key for key in keys if key != x_key]
            y_key = st.selectbox(translate("Vertical axis"), y_keys, key="sweeps.up", **axis_options)
    title = figures.measure_title(sweep, is_table_sweep(sweep))
    st.caption(translate("{metric}: the mean over all points that have both values; lower is better.", metric=title))
    widgets.render_chart(
        figures.heat_map_figure(sweep, rows, x_key, y_key, is_table_sweep(sweep)),
        key="sweeps.heat",
        alt=translate("Heat map. {text}", text=alt_text),
    )
