"""The opening: an animation and two invitations for a visitor who opens the app's address without any settings.

On a first visit, the history of a revision's codes is played once, and the visitor is invited to drag over the plane and to train
a model. Visitors who follow a link see what the link describes instead.
"""

import streamlit as st

from aae_core.data import glyphs
from aae_core.errors import RevisionError
from aae_core.store import frames
from app.cache import loaded
from app.figures import revision_list

HERE = "opening"  # session key: whether the session began at the first page, without a query, and is still there
IMAGES = dict.fromkeys(("mnist", "digits"), "a handwritten digit") | dict.fromkeys(glyphs.KINDS, "a drawn shape")


def arrive(page) -> None:
    """Store whether the session began at the first page without a query and is still there; called once in each run."""
    here = st.session_state.get(HERE, not st.query_params and not st.context.is_embedded)
    st.session_state[HERE] = bool(here) and page.url_path == ""


def played(summaries) -> str | None:
    """The id of the shipped revision whose history is played: an AAE with a Gaussian prior on the plane before others with
    two-dimensional codes, and these before the rest; of several the oldest. None if no shipped revision has a history."""
    there = [summary for summary in summaries if summary.gallery and _has_history(summary)]
    there.sort(key=lambda summary: (not revision_list.is_plain(summary), summary.latent_dim != 2, summary.created))
    return there[0].id if there else None


def _has_history(summary):
    try:
        return summary.state != "broken" and len(frames.steps(summary)) > 1
    except RevisionError:
        return False


def prefer():
    """The `prefer` of the first page for `revision_picker.pick`: the revision whose history is played."""
    first = played(loaded.summaries())
    if first is None:
        return revision_list.is_plain
    return lambda summary: summary.id == first


def description(revision) -> dict | None:
    """The opening in the form that the plane expects: whether to play the history, and the kind of image in words; None if the
    session did not begin with an opening."""
    if not st.session_state.get(HERE):
        return None
    image = IMAGES.get(revision.data.name, "an image")
    return {"play": revision.id == played(loaded.summaries()), "image": image}


def way_on() -> None:
    """The button that leads to a first training, as long as all revisions are shipped ones."""
    found = loaded.summaries()
    if not found or not all(summary.gallery for summary in found):
        return
    if st.button("Train your own", icon=":material/model_training:", type="primary", key="opening.train"):
        st.switch_page("views/train.py")
