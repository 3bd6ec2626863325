"""What a revision is: name, notes, metrics, likelihood and settings."""

from functools import partial

import streamlit as st

from aae_core.config.schema import to_dict
from aae_core.evaluation.metrics import METRICS, as_shown
from aae_core.reproduce import reproduction
from app.cache import loaded, predictions, shown_codes
from app.components import markdown
from app.figures import number_text
from app.ui import form_settings, live_store, measured, widgets


def words(row, revision):
    """The fields of the name and the notes."""
    name, notes = partial(st.text_input, "Name", max_chars=200), partial(st.text_area, "Notes", height=160)
    for field, draw in (("label", name), ("notes", notes)):
        key = f"revisions.{field}.{row.id}"
        text, change = getattr(revision, field), (revision, field, key)
        draw(value=text, key=key, disabled=row.gallery, on_change=_annotate, args=change)


def about(row, revision):
    left, right = st.columns([2, 3], gap="large")
    with left:
        words(row, revision)
        status = revision.status
        done = f"{status.step:,} steps, {status.epoch:.1f} epochs in {number_text.duration(status.seconds)}"
        pace = f" · {status.samples_per_second:,.0f} items/s" if status.samples_per_second else ""
        st.caption(f"Created {number_text.when(row.created)} · {done}{pace}")
        with widgets.guarded():
            st.caption(f"Networks of {loaded.size(revision)}.")
    with right:
        if revision.measures:
            _table(revision.measures)
        else:
            st.caption("Metrics appear with the first checkpoint.")
        with widgets.guarded():
            _likelihood(revision)


def _annotate(revision, field, key):
    live_store.do(revision.annotate, **{field: st.session_state[key]})


def _table(figures):
    """The metrics among the figures, each with how to read it."""
    lines = ["| Metric | Value | How to read it |", "|---|--:|---|"]
    for key, measure in METRICS.items():
        value = as_shown(key, figures.get(key))
        if _is_number(value):
            written = f"{value:,}" if isinstance(value, int) else number_text.measure(value)
            lines.append(f"| {measure.title} | {written} | :small[:gray[{measure.reading}]] |")
    st.markdown("\n".join(lines))


def _is_number(value):
    """Whether it is a number or a list of numbers, and not None or another value of a damaged record."""
    return all(isinstance(n, int | float) for n in (value if isinstance(value, list) else [value]))


def _likelihood(revision):
    """The figures of the protocol `likelihood`: stored with the revision by a reproduction, or measured here on request."""
    figures = reproduction.measured(revision).get("likelihood") or measured.figures(revision, "likelihood")
    if figures is not None:
        st.markdown("**Likelihood of the test set**")
        _table(figures)
        for text in figures.values():
            if isinstance(text, str):
                st.caption(markdown.literal(text))
    elif revision.status.state in predictions.OVER:
        if shown_codes.is_here(revision):
            told = (
                "Compares the test set with 10,000 samples of the model (§3). This takes longer than any other metric."
            )
            measured.button(revision, "likelihood", "Measure the likelihood", told)
        st.caption(f"In a terminal: `python -m aae_core evaluate {revision.id} --protocol likelihood`")


def settings(revision):
    config = revision.config
    values, defaults = form_settings.told(config), form_settings.changed(form_settings.flat(config), "default")
    only = st.toggle("Only settings that differ from the defaults", key="revisions.differs", persist_state="session")
    groups = {"Main": dict.fromkeys(form_settings.FIRST), **form_settings.GROUPS}
    rows = [
        (group, form_settings.TITLES[key], form_settings.value_text(key, values[key]))
        for group, keys in groups.items()
        for key in keys
        if key in values and key != "name" and (key in defaults or not only)
    ]
    if rows:
        columns = dict(zip(("Group", "Setting", "Value"), map(list, zip(*rows, strict=True)), strict=True))
        st.dataframe(columns, hide_index=True, height="content", alt="Settings")
    else:
        st.caption("All settings have their default values.")
    widgets.folded("As JSON", "revisions.json", lambda: st.json(to_dict(config)))
