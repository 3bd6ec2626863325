"""Figures of a protocol that are measured when a visitor asks for them, because that takes long."""

import streamlit as st

from aae_core.data import sets
from app.cache import loaded, shown_codes
from app.cache.kept import kept

WAITING = {
    "clustering": "Encoding every test image …",
    "likelihood": "Comparing test images with samples of the model …",
}


def figures(revision, protocol: str) -> dict | None:
    """The figures, if they were asked for in this session since the revision changed, and its images are on this machine."""
    if st.session_state.get(f"measured.{protocol}") != (revision.id, revision.written) or not shown_codes.is_here(
        revision
    ):
        return None
    return EVALUATED[protocol](revision, protocol)


def button(revision, protocol: str, label: str, help: str) -> None:
    """The button that asks for the figures."""
    at = revision.id, revision.written
    ask = lambda: st.session_state.update({f"measured.{protocol}": at})  # noqa: E731
    st.button(label, icon=":material/play_arrow:", key=f"measure.{protocol}", on_click=ask, help=help)


def _at(revision, protocol):
    return protocol, revision.written


def _evaluated(revision, protocol):
    from aae_core.evaluation import protocols

    return protocols.evaluate(loaded.model(revision), sets.load(revision.data.name), protocol)[protocol]


EVALUATED = {
    protocol: kept(_at, 32, st.cache_data, show_spinner=waiting, show_time=True)(_evaluated)
    for protocol, waiting in WAITING.items()
}
