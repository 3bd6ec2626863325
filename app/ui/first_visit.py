"""The opening: an animation and two invitations for a visitor who opens the app's address without any settings.

On a first visit, the history of a revision's codes is played once, and the visitor is invited to drag over the plane and to train
a model. Visitors who follow a link see what the link describes instead.
"""

import streamlit as st

from aae_core import files
from aae_core.data import glyphs
from aae_core.errors import RevisionError
from aae_core.store import frames
from app.cache import revision_data
from app.cache.lru import LRUCache
from app.figures import revision_list

# session key: whether the session began at the first page, without a query, and is still there
FIRST_VISIT_KEY = "opening"
FRAME_COUNTS = LRUCache(256)  # by the path and version of a film
IMAGE_KINDS = dict.fromkeys(("mnist", "digits"), "a handwritten digit") | dict.fromkeys(
    glyphs.GLYPH_SETS, "a drawn shape"
)


def note_first_visit(page) -> None:
    """Store whether the session began at the first page without a query and is still there; called once in each run."""
    is_first_visit = st.session_state.get(FIRST_VISIT_KEY, not st.query_params and not st.context.is_embedded)
    st.session_state[FIRST_VISIT_KEY] = bool(is_first_visit) and page.url_path == ""


def animated_revision_id(summaries) -> str | None:
    """The id of the shipped revision whose history is played: an AAE with a Gaussian prior on the plane before others with
    two-dimensional codes, and these before the rest; of several the oldest. None if no shipped revision has a history."""
    candidates = [summary for summary in summaries if summary.gallery and _has_several_frames(summary)]
    candidates.sort(
        key=lambda summary: (
            not revision_list.is_recommended_first_model(summary),
            summary.latent_dim != 2,
            summary.created,
        )
    )
    return candidates[0].id if candidates else None


def _has_several_frames(summary):
    if summary.state == "broken":
        return False
    film_version = files.file_version(summary.path / frames.FILM_FILE)
    if film_version is None:
        return _count_frames(summary) > 1
    return FRAME_COUNTS.get_or_compute((summary.path, film_version), lambda: _count_frames(summary)) > 1


def _count_frames(summary):
    """The number of frames of a revision; 0 if they cannot be listed."""
    try:
        return len(frames.frame_steps(summary))
    except RevisionError:
        return 0


def revision_preference():
    """The `revision_preference` of the first page for `revision_picker.choose_revision`: the revision whose history is played."""
    animated_id = animated_revision_id(revision_data.list_summaries())
    if animated_id is None:
        return revision_list.is_recommended_first_model
    return lambda summary: summary.id == animated_id


def opening_fields(revision) -> dict | None:
    """The opening in the form that the plane expects: whether to play the history, and the kind of image in words; None if the
    session did not begin with an opening."""
    if not st.session_state.get(FIRST_VISIT_KEY):
        return None
    image_kind = IMAGE_KINDS.get(revision.data.name, "an image")
    return {"play": revision.id == animated_revision_id(revision_data.list_summaries()), "image": image_kind}


def render_first_training_button() -> None:
    """The button that leads to a first training, as long as all revisions are shipped ones."""
    summaries = revision_data.list_summaries()
    if not summaries or not all(summary.gallery for summary in summaries):
        return
    if st.button("Train your own", icon=":material/model_training:", type="primary", key="opening.train"):
        st.switch_page("views/train.py")
