"""The first visit: what a visitor sees who opens the app's address without any settings but those of the page's look.

The first page then says what an adversarial autoencoder is, plays the history of an example's codes once, and offers ways on.
Visitors who follow a link see what the link describes instead.
"""

import streamlit as st

from aae_core import files
from aae_core.data.built_in import glyphs
from aae_core.errors import RevisionError
from aae_core.store import frames
from app.cache import revision_data
from app.cache.lru import LRUCache
from app.cache.revision_view import RevisionView
from app.figures import revision_list
from app.translation.texts import mark, translate
from app.ui import page_options

# session key: whether the session began at the first page, at a plain address, and is still there
FIRST_VISIT_KEY = "opening"
FRAME_COUNTS = LRUCache(256)  # by the path and version of a file of frames
FIRST_LESSON = {"lesson": "1", "at": "1"}  # settings of a link to it
INTRODUCTION = mark(
    "Two networks compete: the **encoder** turns images into codes z, and the **discriminator D** tries to tell these codes from "
    "samples of a prior. The encoder learns to deceive D, so its codes come to fill the prior."
)
IMAGE_KINDS = dict.fromkeys(("mnist", "digits"), mark("a handwritten digit")) | dict.fromkeys(
    glyphs.GLYPH_SETS, mark("a drawn shape")
)
ANY_IMAGE = mark("an image")


def note_first_visit(page) -> None:
    """Store whether the session began at the first page, at a plain address, and is still there; called once in each run, after
    `page_options.apply_options`."""
    if FIRST_VISIT_KEY not in st.session_state:
        is_framed = page_options.is_frameless() or st.context.is_embedded
        st.session_state[FIRST_VISIT_KEY] = page_options.is_plain_query(st.query_params) and not is_framed
    st.session_state[FIRST_VISIT_KEY] = st.session_state[FIRST_VISIT_KEY] and page.url_path == ""


def animated_revision_id(summaries) -> str | None:
    """The id of the example whose history is played: one whose codes become petals before an AAE with a Gaussian prior on the
    plane, then others with two-dimensional codes, and then the rest; of several the oldest. None if no example has a history."""
    candidates = [summary for summary in summaries if summary.gallery and _has_several_frames(summary)]
    candidates.sort(
        key=lambda summary: (
            not _has_petals(summary), not revision_list.is_recommended_first_model(summary),
            summary.latent_dim != 2, summary.created,
        )
    )  # fmt: skip
    return candidates[0].id if candidates else None


def _has_petals(summary) -> bool:
    return (summary.variant, summary.prior, summary.latent_dim) == ("label-informed", "mixture", 2)


def _has_several_frames(summary):
    if summary.state == "broken":
        return False
    frames_version = files.file_version(summary.path / frames.FRAMES_FILE)
    if frames_version is None:
        return _count_frames(summary) > 1
    return FRAME_COUNTS.get_or_compute((summary.path, frames_version), lambda: _count_frames(summary)) > 1


def _count_frames(summary) -> int:
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


def opening_fields(revision: RevisionView) -> dict | None:
    """The opening in the form that the plane expects: whether to play the history, and the kind of image in words; None if the
    session did not begin with an opening."""
    if not st.session_state.get(FIRST_VISIT_KEY):
        return None
    image_kind = translate(IMAGE_KINDS.get(revision.data.name, ANY_IMAGE))
    return {"play": revision.id == animated_revision_id(revision_data.list_summaries()), "image": image_kind}


def is_still_on_opening_page() -> bool:
    """Whether the session began at the first page and is still there."""
    return bool(st.session_state.get(FIRST_VISIT_KEY))


def page_title() -> str:
    """The title of the first page: on a first visit it says what the page is about."""
    return translate("Adversarial autoencoder") if is_still_on_opening_page() else translate("Explore")


def render_introduction() -> None:
    """Say on a first visit in one sentence what an adversarial autoencoder is, and offer the ways on."""
    if not is_still_on_opening_page():
        return
    with st.container(key="introduction-row"):
        left, right = st.columns([2, 1], gap="medium", vertical_alignment="center")
        left.markdown(translate(INTRODUCTION))
        with right, st.container(horizontal=True, gap="xsmall", key="introduction-ways"):
            if st.button(
                translate("Watch it learn"), icon=":material/play_circle:", type="primary", key="opening.watch"
            ):
                st.switch_page("views/game.py")
            if st.button(translate("First lesson"), key="opening.lesson"):
                st.switch_page("views/game.py", query_params=FIRST_LESSON)
            if st.button(translate("Train your own"), type="tertiary", key="opening.train"):
                st.switch_page("views/train.py")
