"""Sweeps: many trainings of a configuration in which some settings vary, started here or in a terminal, and compared."""

import streamlit as st

from aae_core.runs import sweep_standings
from aae_core.store import sweeps as sweep_records
from app.figures import revision_list
from app.page_parts.sweeps import sweep_form, sweep_panels
from app.session import address
from app.translation.texts import translate
from app.ui import choices, store_polling, widgets
from app.visitors import identity

MIN_REFRESH_SECONDS = 2.0  # seconds between two refreshes, at least


def render_page():
    st.title(translate("Sweeps"), anchor=False)
    st.markdown(
        translate(
            "Train many choices of some settings, each with several seeds, and compare them by a metric on training images. "
            "Every run is an ordinary revision."
        )
    )
    store_polling.render_action_error()
    store = store_polling.store_poller().store
    sweeps, errors = sweep_records.read_all_sweeps(store)
    for error in errors:
        widgets.render_error_box(error)
    if identity.current_visitor().is_teacher:
        widgets.render_expander(
            translate("A new sweep"),
            "sweeps.form",
            sweep_form.render_sweep_form,
            expanded=not sweeps,
            icon=":material/add:",
        )
    else:
        st.caption(translate("On a shared server, only the teacher can start sweeps."))
    if not sweeps:
        st.info(translate("There is no sweep yet. Start one here, or in a terminal."), icon=":material/info:")
        st.code(
            "python -m aae_core sweep --vary 'prior.name=gaussian|mixture' --seeds 3 --measure mmd2", language="bash"
        )
        return
    titles = revision_list.distinct_titles({sweep.id: sweep_panels.sweep_title(sweep) for sweep in sweeps})
    chosen_id = choices.choose_option(
        st.selectbox, sweep_form.SWEEP_PARAMETER, titles, sweeps[0].id, label=translate("Sweep")
    )
    states = {sweep.id: sweep.state for sweep in sweeps}
    is_running = states[chosen_id] == "running"
    refresh_seconds = _refresh_interval() if is_running else None
    address.settings_fragment(_render_sweep, run_every=refresh_seconds)(chosen_id, is_running, refresh_seconds)


def _refresh_interval() -> float:
    return max(MIN_REFRESH_SECONDS, store_polling.refresh_interval())


def _render_sweep(sweep_id, was_running, refresh_seconds):
    """Draw a sweep; the whole page runs again when the sweep started, ended or was removed, or the pace of refreshing changed."""
    store_polling.render_action_error()
    with widgets.errors_in_boxes():
        summaries, store = store_polling.list_summaries(), store_polling.store_poller().store
        if sweep_id not in sweep_records.sweep_ids(store):
            st.rerun()
        sweep = sweep_records.read_sweep(store, sweep_id)
        if was_running != (sweep.state == "running") or (refresh_seconds and refresh_seconds != _refresh_interval()):
            st.rerun()
        sweep_panels.render_sweep_summary(sweep, summaries)
        points = sweep_standings.rank_points(sweep, summaries)
        chosen_point = sweep_panels.render_points_table(sweep, points)
        best_point = points[0] if points and points[0].mean is not None else None
        sweep_panels.render_chosen_points(sweep, chosen_point, best_point)
        sweep_panels.render_charts(sweep, points)
        command = f"python -m aae_core sweep {sweep.id}"
        if sweep.state == "done":
            st.caption(translate("In a terminal: `{command}` prints the table.", command=command))
        else:
            st.caption(
                translate("In a terminal: `{command}` continues it and finally prints the table.", command=command)
            )


render_page()
