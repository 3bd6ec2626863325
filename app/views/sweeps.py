"""Sweeps: many trainings of a configuration in which some settings vary, started here or in a terminal, and compared."""

import streamlit as st

from aae_core.store import sweeps as records
from aae_core.sweeps import standings
from app.figures import revision_list
from app.page_parts import sweep_form, sweep_panels
from app.session import address
from app.ui import choices, live_store, widgets
from app.visitors import who

PACE = 2.0  # seconds between two refreshes, at least


def page():
    st.title("Sweeps", anchor=False)
    st.markdown(
        "Train many choices of some settings, each with several seeds, and compare them by a metric on training images. Every "
        "run is an ordinary revision."
    )
    live_store.say_problem()
    store = live_store.board().store
    found, troubles = records.read_all(store)
    for trouble in troubles:
        widgets.error_box(trouble)
    if who.present().is_teacher:
        widgets.folded("A new sweep", "sweeps.form", sweep_form.draw, expanded=not found, icon=":material/add:")
    else:
        st.caption("On a shared server, only the teacher can start sweeps.")
    if not found:
        st.info("There is no sweep yet. Start one here, or in a terminal.", icon=":material/info:")
        st.code(
            "python -m aae_core sweep --vary 'prior.name=gaussian|mixture' --seeds 3 --measure mmd2", language="bash"
        )
        return
    titles = revision_list.distinct_titles({sweep.id: sweep_panels.name(sweep) for sweep in found})
    chosen = choices.choose(st.selectbox, sweep_form.CHOSEN, titles, found[0].id, label="Sweep")
    states = {sweep.id: sweep.state for sweep in found}
    runs = states[chosen] == "running"
    pace = _pace() if runs else None
    address.fragment(_show, run_every=pace)(chosen, runs, pace)


def _pace():
    return max(PACE, live_store.pace())


def _show(id_, runs, pace):
    """Draw a sweep; the whole page runs again when the sweep started, ended or was removed, or the pace of refreshing changed."""
    live_store.say_problem()
    with widgets.guarded():
        rows, store = live_store.rows(), live_store.board().store
        if id_ not in records.ids(store):
            st.rerun()
        found = records.read(store, id_)
        if runs != (found.state == "running") or (pace and pace != _pace()):
            st.rerun()
        sweep_panels.head(found, rows)
        points = standings.standings(found, rows)
        chosen = sweep_panels.table(found, points)
        best = points[0] if points and points[0].mean is not None else None
        sweep_panels.points(found, chosen, best)
        sweep_panels.charts(found, points)
        continues = "" if found.state == "done" else "continues it and finally "
        st.caption(f"In a terminal: `python -m aae_core sweep {found.id}` {continues}prints the table.")


page()
