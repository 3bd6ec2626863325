"""The two planes of Compare with their time axis, and plain controls with the same functions."""

from dataclasses import replace
from functools import partial

import streamlit as st

from aae_core.wording import join_sentences
from app.components import markdown
from app.figures import paired_planes
from app.messages import validation
from app.page_parts.compare.pair_state import PairState
from app.scenes import paired_moments, plane_pair
from app.scenes.plane_message import default_layers
from app.server import time_machine
from app.session import address
from app.translation.texts import mark, translate
from app.ui import common_moment, current_code, item_colours, revision_picker, widgets
from app.ui.plane_settings import current_layers, store_layers

CONTENT_LABELS = (mark("Content y of left"), mark("Content y of right"))  # by side
RANDOM_LABELS = (mark("Random from the prior of left"), mark("Random from the prior of right"))  # by side
COMPONENT_KEYS = ("plane.left", "plane.right")  # component keys of the planes
# The time axis stays visible below the planes if there is room for both; a focused element is scrolled out from beneath it.
AXIS_STYLE = """<style>@media (min-height: 45rem) {
  [data-testid=stMain] { scroll-padding-bottom: 12rem; }
  [data-testid="stLayoutWrapper"]:has(> .st-key-moments) {
    position: sticky; bottom: calc(-1 * var(--moments-below, 0px)); z-index: 5;
  }
}</style>"""
# Two planes side by side if there is room, otherwise one below the other. The space for them and their axis is reserved, so that
# the parts below do not move.
ROOM_STYLE = """<style>
.st-key-planes [data-testid='stColumn'] { min-width: min(100%, 24rem); }
.st-key-planes:has([data-testid^=stBidi]) { min-height: max(30rem, min(100vh - 14rem, 40vw)); }
.st-key-moments { min-height: 13rem; }
@media (max-width: 48rem) { .st-key-planes:has([data-testid^=stBidi]) { min-height: calc(2 * (100vw + 32rem)); } }
</style>"""


@address.settings_fragment
def render_linked_planes(revisions):
    """Draw everything that depends on z; a fragment, so that a plane's messages rerun only this part."""
    with widgets.errors_in_boxes():
        revisions = [revision_picker.renew_in_fragment(revision) for revision in revisions]
        planes_place, controls_place = st.container(), st.container()
        with controls_place:
            codes_kind = current_code.choose_code_kind(
                revisions, lambda: PairState(revisions, (None, None)).clear_chosen_image()
            )
        planes = [plane_pair.codes_on_plane(revision.with_code_kind(codes_kind)) for revision in revisions]
        pair = PairState(revisions, planes)
        with planes_place:
            _render_content_choices(pair)
            with widgets.errors_in_boxes():
                pair = _choose_colours(pair)
            st.html(ROOM_STYLE)
            with st.container(key="planes"):
                for side, column in enumerate(st.columns(2, gap="small")):
                    with column, widgets.errors_in_boxes():
                        _render_plane(pair, side)
            with widgets.errors_in_boxes():
                _render_time_axis(pair)
        with controls_place:
            sentence = paired_planes.compared_codes_sentence(pair.names, pair.planes)
            if not all(pair.planes):
                st.caption(markdown.escape(sentence))
                return
            st.caption(markdown.escape(join_sentences(sentence, paired_planes.link_sentence(pair.shared_aspects))))
            shares_code = "z" in pair.shared_aspects
            with widgets.part_container(
                "plain"
            ):  # in place of the planes: both images, decoded by the server, and sliders for z
                title = translate("Plain controls: sliders without the planes")
                widgets.render_expander(title, "plain", _render_plain_controls, pair, shares_code)


def _render_content_choices(pair: PairState):
    """Let the user choose the content of each decoder that takes one: one choice for both if they have the same contents."""
    names = {}
    for side, revision in enumerate(pair.revisions):
        if revision.variant.has_content:
            names.setdefault(pair.content_parameter(side), (side, revision))
    for name, (side, revision) in names.items():
        label = translate(CONTENT_LABELS[side]) if len(names) > 1 else ""
        current_code.choose_content(revision, name, label)


def _choose_colours(pair: PairState) -> PairState:
    """Let the user choose the column that colours the codes of both planes; returns the pair with its groups and items."""
    sides = [side for side, on_plane in enumerate(pair.planes) if on_plane is not None]
    chosen = item_colours.choose_item_colours([pair.planes[side].revision for side in sides])
    colours = [item_colours.ItemColours(), item_colours.ItemColours()]
    for side, side_colours in zip(sides, chosen, strict=True):
        colours[side] = side_colours
    for side, side_colours in enumerate(colours):
        if side_colours.lacks_column:
            text = translate(
                "The data of {revision} have no such column, so its codes are coloured by class.",
                revision=pair.names[side],
            )
            st.caption(markdown.escape(text))
    return replace(pair, groups=[side.groups for side in colours], item_texts=[side.texts for side in colours])


def _render_plane(pair: PairState, side):
    from app.ui.latent_canvas import render_latent_canvas

    on_plane = pair.planes[side]
    if on_plane is None:
        text = translate("There are no codes yet; the plane appears with the first checkpoint.")
        st.info(text, icon=":material/info:")
        return
    code, chosen_number, layers = (
        pair.code(side),
        pair.chosen_number(side),
        current_layers(on_plane.revision, on_plane.view),
    )
    plane_scene = plane_pair.make_plane_scene(
        pair, side, code=code, content=pair.content(side), picked=chosen_number, layers=layers
    )
    plane_scene = replace(plane_scene, plane=replace(on_plane.plane, visible_square=pair.visible_squares[side]))
    render_latent_canvas(
        plane_scene, COMPONENT_KEYS[side], lambda kind, value: _handle_message(pair, side, kind, value)
    )


def _handle_message(pair: PairState, side, kind, value):
    """Handle a message of one plane; in the browser, the other plane has already followed."""
    from app.ui.latent_canvas import store_exact_code

    if kind == "frame":  # the planes have a common time axis and none of their own
        raise validation.MessageError(translate("The plane sent a moment of its own, which was refused."))
    if kind == "code":
        pair.set_code(side, value)
    elif kind == "layers":
        store_layers(
            value,
            *(default_layers(on_plane.revision, on_plane.view) for on_plane in pair.planes if on_plane is not None),
        )
    elif value is None:  # z stays where it is on that plane
        z = pair.code(side)
        pair.set_code(side, z)
        store_exact_code(plane_pair.LINK_GROUP if "z" in pair.shared_aspects else COMPONENT_KEYS[side], z.tolist())
    else:
        pair.choose_code(side, value)


def _render_time_axis(pair: PairState):
    """Draw one time axis for both planes if either has a history; otherwise a note that neither has."""
    from app.components.time_axis import mount_time_axis

    has_frames = [
        on_plane is not None
        and time_machine.has_earlier_frame(time_machine.describe_frames(on_plane.revision, on_plane.probe))
        for on_plane in pair.planes
    ]
    unit, moment = common_moment.recall_moment(pair.revisions)
    if not any(has_frames):
        st.caption(
            join_sentences(
                translate(paired_moments.NO_FRAMES_NOTE),
                *map(markdown.escape, paired_moments.frame_errors(pair.revisions)),
            )
        )
        return
    st.html(AXIS_STYLE)
    with st.container(key="moments"):
        revisions = [
            on_plane.revision if on_plane else revision
            for revision, on_plane in zip(pair.revisions, pair.planes, strict=True)
        ]
        remarks = paired_moments.time_axis_remarks(revisions, pair.names, has_frames)
        mount_time_axis(
            plane_pair.LINK_GROUP,
            unit,
            moment,
            remarks,
            "moment.axis",
            partial(common_moment.store_moment, pair.revisions),
        )


def _render_plain_controls(pair: PairState, shares_code):
    for side, revision in enumerate(pair.revisions[:1] if shares_code else pair.revisions):
        label = "" if shares_code else translate(RANDOM_LABELS[side])
        current_code.render_random_button(revision, pair.z_parameter(side), label)
    first, same_features = None, pair.revisions[0].data.features == pair.revisions[1].data.features
    for side, column in enumerate(st.columns(2, gap="large")):
        on_plane, name = pair.planes[side], pair.names[side]
        with column, widgets.errors_in_boxes():
            item = current_code.decode_item(on_plane.revision, pair.code(side), pair.content(side))
            difference_input = None
            if same_features and first is not None:
                difference_input = translate("Minus {revision}", revision=pair.names[0]), first
            alt = translate("The current code decoded by {revision}", revision=name)
            current_code.render_item(on_plane.revision, item, alt, name, difference_input)
            first = item
            if side == 0 or not shares_code:
                current_code.render_code_sliders(on_plane.revision, on_plane.probe.z, pair.z_parameter(side))
