"""The plane of a training that is watched: its codes follow the training, while marker and axes stay."""

import time
from collections.abc import Callable
from dataclasses import replace

import numpy as np
import streamlit as st

from aae_core.config import painting
from aae_core.store import live_frame
from app.cache.revision_view import RevisionView
from app.figures import plane_views
from app.scenes import painting_plane
from app.scenes.plane_message import Scene, default_layers
from app.session import address, chosen_frame
from app.translation.texts import translate
from app.ui import current_code
from app.ui.plane_settings import current_layers, store_layers

PLANE_KEY = "live.plane"  # component key of the plane
SNAPSHOT_KEY = "live.snapshot"  # session key: the revision as the plane's message describes it
SQUARE_KEY = "live.square"  # session key: the id of a revision, and the part of its plane that is shown
STEADY_MARGIN = 0.15  # share of a square's half-width by which codes may lie beyond it before another one is shown
FIRST_CODE_KEY = "live.code"  # session key: the id of a revision, and the code at which its marker was first drawn
MAX_WAIT_SECONDS, WAIT_STEP_SECONDS = 1.5, 0.05  # for the first codes of a training that begins


def render_empty_plane(brush, on_painting: Callable[[str], None]) -> None:
    """Draw a plane without a revision, which is painted on with the brush."""
    from app.ui.latent_canvas import render_empty_canvas

    scale = brush["half"] / painting.HALF_WIDTH
    render_empty_canvas(painting_plane.pack_empty_plane(brush["painting"], scale, brush), PLANE_KEY, on_painting)


def render_watched_plane(revision: RevisionView, brush, on_painting: Callable[[str], None]) -> None:
    """Draw the plane of a revision, the same as on Explore; while the training goes on, its codes follow it. A painting stays
    where it was painted: before the first codes on an empty plane, and then with them."""
    from app.ui.latent_canvas import render_empty_canvas, render_latent_canvas

    revision = _plane_snapshot(revision)
    probe, prior = revision.codes, revision.config.prior
    is_painted = prior.name == "painted"
    if brush is not None and not (is_painted and probe is not None):
        render_empty_plane(brush, on_painting)
        return
    if probe is None and is_painted:
        render_empty_canvas(painting_plane.pack_empty_plane(prior.painting, prior.scale, None), PLANE_KEY, on_painting)
        return
    if probe is None:
        st.caption(translate("The plane appears with the first checkpoint."))
        return
    view, dimensions = plane_views.default_view_and_dimensions(revision)
    if view == "pca":  # its directions would change with each checkpoint
        view = "pair"
    plane = plane_views.make_plane(revision, probe, view, dimensions)
    if is_painted:
        plane = painting_plane.around_painting(plane, prior.scale)
    plane = replace(plane, visible_square=_steady_square(revision, plane.visible_square))
    scene = Scene(
        revision=revision, probe=probe, plane=plane, brush=brush,
        view=view, dimensions=dimensions, code=current_code.current_z(revision, default=_first_shown_code(revision)),
        content=current_code.current_content(revision), layers=current_layers(revision, view), tools=(),
        has_time_axis=not revision.is_busy, frame=chosen_frame.recall_frame_step(revision), is_live=True,
    )  # fmt: skip

    def handle_message(kind, value):
        if kind == "painting":
            on_painting(value)
        else:
            _handle_plane_message(revision, view, kind, value)

    render_latent_canvas(scene, PLANE_KEY, handle_message)


def _plane_snapshot(revision: RevisionView):
    """The revision as the plane's message describes it. While the training goes on, that is its last checkpoint, so that a
    refresh costs nothing: what happens in between comes frame by frame (`server/live_codes.py`)."""
    if revision.is_busy:
        live_frame.note_watcher(revision.path)
    if revision.status.is_starting and revision.codes is None:
        revision = _wait_for_codes(revision)
    last = st.session_state.get(SNAPSHOT_KEY)
    is_current = last is not None and last.id == revision.id and last.is_busy and revision.is_busy
    if is_current and last.codes is not None and last.codes_cache_key[0] == revision.codes_cache_key[0]:
        return last
    st.session_state[SNAPSHOT_KEY] = revision
    return revision


def _wait_for_codes(revision: RevisionView):
    """The revision as soon as it has codes, or after MAX_WAIT_SECONDS: a worker that waited for it takes less."""
    deadline = time.monotonic() + MAX_WAIT_SECONDS
    while revision.codes is None and revision.status.is_starting and time.monotonic() < deadline:
        time.sleep(WAIT_STEP_SECONDS)
        revision = revision.renewed()
    return revision


def _steady_square(revision: RevisionView, square):
    """The part of the plane to show: what was shown of this revision before, so that the axes stay, unless the codes now need a
    square that is much larger or smaller, or elsewhere."""
    shown_id, shown_square = st.session_state.get(SQUARE_KEY, ("", None))
    if shown_id == revision.id and shown_square.axes == square.axes:
        margin = STEADY_MARGIN * shown_square.half
        shifts = [abs(new - old) for new, old in zip(square.centre, shown_square.centre, strict=True)]
        if max(shifts) <= margin and shown_square.half / 2 <= square.half <= shown_square.half + margin:
            return shown_square
    st.session_state[SQUARE_KEY] = revision.id, square
    return square


def _first_shown_code(revision: RevisionView) -> np.ndarray:
    """The first image's code when the plane of this revision was first drawn: the marker stays there while the codes move."""
    shown_id, code = st.session_state.get(FIRST_CODE_KEY, ("", None))
    if shown_id != revision.id:
        code = revision.codes.z[0].astype(float)
        st.session_state[FIRST_CODE_KEY] = revision.id, code
    return code


def _handle_plane_message(revision: RevisionView, view, kind, value):
    """Handle a message of the plane: the choice of any z, of an image's code, of layers, or of a moment of the training."""
    if kind == "code":
        address.store_code("z", value)
    elif kind == "layers":
        store_layers(value, default_layers(revision, view))
    elif kind == "frame":
        chosen_frame.store_frame_step(revision, value)
    elif value is not None:
        address.store_code("z", revision.codes.z[value])
        current_code.store_content_of_code(revision, value)
