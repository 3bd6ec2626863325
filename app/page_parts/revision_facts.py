"""The parts of the page Revisions about one revision: name, notes, metrics, figures on request, and settings."""

from contextlib import suppress
from functools import partial

import streamlit as st

from aae_core import progress
from aae_core.config.configuration import counts
from aae_core.config.schema import to_dict
from aae_core.markdown_tables import markdown_table
from aae_core.reproduce import reproduction
from aae_core.store.folder import Changed
from aae_core.wording import about_items
from app.cache import loaded, predictions, shown_codes
from app.components import markdown
from app.figures import number_text
from app.ui import form_settings, live_store, measured, widgets
from app.visitors import acts

KNOWN = ".known"  # end of a session key: the stored text as this session last read or saved it


def words(row, revision):
    """Draw the fields for name and notes, each with the text that somebody else has stored meanwhile, if there is one."""
    name, notes = partial(st.text_input, "Name", max_chars=200), partial(st.text_area, "Notes", height=160)
    for field, draw in (("label", name), ("notes", notes)):
        key = f"revisions.{field}.{row.id}"
        text = getattr(revision, field)
        if key not in st.session_state:
            st.session_state[key] = st.session_state[key + KNOWN] = text
        locked = row.gallery or not acts.may_change(row.owner)
        draw(key=key, disabled=locked, on_change=_annotate, args=(revision, field, key))
        if text != st.session_state[key + KNOWN]:
            _changed(revision, field, key, text)


def _changed(revision, field, key, text):
    """Show the text that somebody else has stored, and let the user choose between it and the text in this field."""
    own, what = st.session_state[key], {"label": "name", "notes": "notes"}[field]
    edited = own not in (text, st.session_state[key + KNOWN])
    told = f"Somebody else has changed the {what} since this page was drawn. It now reads"
    with st.container(border=True):
        st.warning(
            f"{told} as below; what you wrote above was not saved:" if edited else f"{told}:",
            icon=":material/edit_note:",
        )
        st.text(text or "(nothing)")
        with st.container(horizontal=True):
            taken = {key: text, key + KNOWN: text}
            st.button("Take this one", key=f"{key}.theirs", on_click=st.session_state.update, args=(taken,))
            if edited:
                st.button("Save mine", key=f"{key}.mine", on_click=_annotate, args=(revision, field, key, text))


def about(row, revision):
    left, right = st.columns([2, 3], gap="large")
    with left:
        words(row, revision)
        status = revision.status
        done = f"{status.step:,} steps, {status.epoch:.1f} epochs in {progress.duration(status.seconds)}"
        pace = f" · {status.samples_per_second:,.0f} items/s" if status.samples_per_second else ""
        found = revision.versions.get("aae_core")
        made = f" · version {markdown.literal(found)}" if found else ""
        st.caption(f"Created {number_text.when(row.created)} · {done}{pace}{made}")
        with widgets.guarded():
            st.caption(f"Networks of {loaded.size(revision)}.")
    with right:
        if revision.measures:
            _table(revision.measures, revision.data.is_table)
        else:
            st.caption("Metrics appear with the first checkpoint.")
        with widgets.guarded():
            _on_request(revision)


def _annotate(revision, field, key, seen=None):
    """Save the field's text, unless somebody else has stored another one meanwhile, which `_changed` then shows. seen: such a
    text, which the user has seen and replaces."""
    text = st.session_state[key]
    if seen is not None:
        st.session_state[key + KNOWN] = seen

    def save(_store):
        with suppress(Changed):
            acts.annotate(revision, **{field: text}, known=st.session_state[key + KNOWN])
            st.session_state[key + KNOWN] = text

    live_store.do(save)


HEAD = ("Metric", "Value", "How to read it")


def _table(figures, is_table):
    rows = [
        (markdown.literal(title), markdown.literal(value), f":small[:gray[{markdown.literal(reading)}]]")
        for title, value, reading in number_text.metric_rows(figures, is_table)
    ]
    st.markdown(markdown_table(HEAD, rows, ("---", "--:", "---")))


ON_REQUEST = {  # protocol -> title, label of the button, help
    "sample-quality": (
        "Samples beside test images", "Measure the samples",
        "Compares up to 3,000 test images with as many samples of the model. This takes a few seconds.",
    ),
    "iw-bound": (
        "Importance-weighted bound of the test set", "Measure the bound",
        "Decodes 100 codes of each of 1,000 test images. This takes about ten seconds, longer with convolutional networks.",
    ),
    "likelihood": (
        "Likelihood of the test set", "Measure the likelihood",
        "Compares the test set with 10,000 samples of the model (§3). This takes longer than any other metric.",
    ),
}  # fmt: skip


def _on_request(revision):
    """Draw the figures of protocols that take long: stored by a reproduction, or measured here on request."""
    from aae_core.evaluation import importance

    known = reproduction.measured(revision)
    needless = {
        "sample-quality": "precision" in revision.measures or revision.data.features,
        "iw-bound": importance.why_not(revision.config),
    }
    for protocol, texts in ON_REQUEST.items():
        title, label, told = (about_items(text, revision.data.is_table) for text in texts)
        if needless.get(protocol):
            continue
        figures = known.get(protocol) or measured.figures(revision, protocol)
        if figures is not None:
            st.markdown(f"**{title}**")
            _table(figures, revision.data.is_table)
            for text in figures.values():
                if isinstance(text, str):
                    st.caption(markdown.literal(text))
        elif revision.status.state in predictions.OVER:
            if shown_codes.is_here(revision):
                measured.button(revision, protocol, label, told)
            st.caption(f"In a terminal: `python -m aae_core evaluate {revision.id} --protocol {protocol}`")


def settings(revision):
    config = revision.config
    values = form_settings.effective_settings(config)
    differing = set(filter(counts, form_settings.changed(form_settings.flat(config), "default")))
    only = st.toggle("Only settings that differ from the defaults", key="revisions.differs", persist_state="session")
    groups = {"Main": form_settings.FIRST, **form_settings.GROUPS}
    rows = [
        {"Group": group, "Setting": title, "Value": form_settings.value_text(key, values[key])}
        for group, titles in groups.items()
        for key, title in titles.items()
        if key in values and key != "name" and (key in differing or not only)
    ]
    if rows:
        st.dataframe(rows, hide_index=True, height="content", alt="Settings")
    else:
        st.caption("All settings have their default values.")
    widgets.folded("As JSON", "revisions.json", lambda: st.json(to_dict(config)))
