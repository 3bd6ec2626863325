"""The opening: what is played and offered to a visitor who opens the plain address.

On a first visit, the history of the codes is played once, and the visitor is invited to drag and to train a model. Visitors who
follow a link see what the link describes.
"""

import streamlit as st

from aae_core.data import glyphs
from aae_core.errors import RevisionError
from aae_core.store import frames
from app.cache import loaded
from app.ui import widgets

HERE = "opening"  # session key: whether the session began at the first page's bare address and has not left that page
IMAGES = dict.fromkeys(("mnist", "digits"), "a handwritten digit") | dict.fromkeys(glyphs.KINDS, "a drawn shape")


def arrive(page) -> None:
    """Note whether the session began at the first page without any query, and is still there; once in each run."""
    here = st.session_state.get(HERE, not st.query_params and not st.context.is_embedded)
    st.session_state[HERE] = bool(here) and page.url_path == ""


def played(summaries) -> str | None:
    """The id of the shipped revision whose history is played: the recommended one, else the first with a history on the plane,
    else the first with any; None if there is none."""
    there = [summary for summary in summaries if summary.gallery and _has_history(summary)]
    there.sort(key=lambda summary: (not widgets.is_plain(summary), summary.latent_dim != 2, summary.created))
    return there[0].id if there else None


def _has_history(summary):
    try:
        return summary.state != "broken" and len(frames.steps(summary)) > 1
    except RevisionError:
        return False


def prefer():
    """The default summary of the first page, for `widgets.pick_revision`: the one that is played."""
    first = played(loaded.summaries())
    return (lambda summary: summary.id == first) if first else widgets.is_plain


def told(revision) -> dict | None:
    """The description of the opening for the first page's plane; None if there is none."""
    if not st.session_state.get(HERE):
        return None
    image = IMAGES.get(revision.data.name, "an image")
    return {"play": revision.id == played(loaded.summaries()), "image": image}


def way_on() -> None:
    """The button to a first training, as long as there is none."""
    found = loaded.summaries()
    if not found or not all(summary.gallery for summary in found):
        return
    if st.button("Train your own", icon=":material/model_training:", type="primary", key="opening.train"):
        st.switch_page("views/train.py")
