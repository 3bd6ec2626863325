"""Figures of an evaluation protocol that takes long, so that they are measured on request only."""

import streamlit as st

from aae_core.data import sets
from app.cache import loaded, shown_codes
from app.cache.kept import kept

WAITING = {
    "clustering": "Encoding every test image …",
    "sample-quality": "Comparing samples of the model with test images …",
    "iw-bound": "Decoding 100 codes of each test image …",
    "likelihood": "Comparing test images with samples of the model …",
    "swap-agreement": "Training a classifier and classifying swapped images with it …",
}


def figures(revision, protocol: str) -> dict | None:
    """The figures of a protocol; None unless they were requested in this session after the last change of the revision, and its
    data set is on this machine."""
    asked = st.session_state.get(f"measured.{protocol}.{revision.id}") == revision.written
    if not asked or not shown_codes.is_here(revision):
        return None
    with st.spinner(shown_codes.named(revision, WAITING[protocol]), show_time=True):
        return EVALUATED[protocol](revision, protocol)


def button(revision, protocol: str, label: str, help: str) -> None:
    asked = {f"measured.{protocol}.{revision.id}": revision.written}
    ask = {"on_click": st.session_state.update, "args": (asked,)}
    st.button(label, icon=":material/play_arrow:", key=f"measure.{protocol}", help=help, **ask)


def _evaluated(revision, protocol):
    from aae_core.evaluation import protocols

    return protocols.evaluate(loaded.model(revision), sets.load(revision.data.name), protocol)[protocol]


EVALUATED = {
    protocol: kept(lambda revision, protocol: (protocol, revision.written), 32, st.cache_data)(_evaluated)
    for protocol in WAITING
}
