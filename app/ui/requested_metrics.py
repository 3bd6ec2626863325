"""Figures of an evaluation protocol that takes long, so that they are measured on request only."""

import streamlit as st

from aae_core.data import sets
from app.cache.revision_cache import cache_by_revision
from app.cache.revision_view import RevisionView
from app.translation.texts import mark, translate

SPINNER_TEXTS = {
    "clustering": mark("Encoding every test image …"),
    "sample-quality": mark("Comparing samples of the model with test images …"),
    "iw-bound": mark("Decoding 100 codes of each test image …"),
    "likelihood": mark("Comparing test images with samples of the model …"),
    "swap-agreement": mark("Training a classifier and classifying swapped images with it …"),
}


def metrics_if_requested(revision: RevisionView, protocol: str) -> dict | None:
    """The figures of a protocol; None unless they were requested in this session after the last change of the revision, and its
    data set is on this machine."""
    is_requested = st.session_state.get(f"measured.{protocol}.{revision.id}") == revision.codes_cache_key
    if not is_requested or not revision.has_data:
        return None
    with st.spinner(revision.reword_for_items(translate(SPINNER_TEXTS[protocol])), show_time=True):
        return CACHED_EVALUATIONS[protocol](revision, protocol)


def render_measure_button(revision: RevisionView, protocol: str, label: str, help: str) -> None:
    request = {f"measured.{protocol}.{revision.id}": revision.codes_cache_key}
    button_arguments = {"on_click": st.session_state.update, "args": (request,)}
    st.button(label, icon=":material/play_arrow:", key=f"measure.{protocol}", help=help, **button_arguments)


def _evaluate_protocol(revision: RevisionView, protocol):
    from aae_core.evaluation import protocols

    return protocols.evaluate(revision.model, sets.load(revision.data.name), protocol)[protocol]


CACHED_EVALUATIONS = {
    protocol: cache_by_revision(lambda revision, protocol: (protocol, revision.codes_cache_key), 32, copies=True)(
        _evaluate_protocol
    )
    for protocol in SPINNER_TEXTS
}
