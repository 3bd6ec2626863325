"""The two planes of Compare with their time axis, and plain controls with the same functions."""

from dataclasses import replace
from functools import partial

import streamlit as st

from app.cache import loaded, shown_codes
from app.components import markdown
from app.figures import paired_planes, plane_views
from app.figures.plane import OnPlane
from app.page_parts.compared_code import PICKED, SIDES, Pair
from app.server import messages, time_machine
from app.session import address, common_moment
from app.ui import current_code, widgets
from app.ui.plane_contents import Link, Scene, keep_layers, layers_now, usual_layers

GROUP = "compare"  # common name of the two planes (`Link.group`)
KEYS = ("plane.left", "plane.right")  # component keys of the planes
# The time axis stays visible below the planes if there is room for both; a focused element is scrolled out from beneath it.
AXIS = """<style>@media (min-height: 45rem) {
  [data-testid=stMain] { scroll-padding-bottom: 12rem; }
  [data-testid="stLayoutWrapper"]:has(> .st-key-moments) {
    position: sticky; bottom: calc(-1 * var(--moments-below, 0px)); z-index: 5;
  }
}</style>"""
# Two planes side by side if there is room, otherwise one below the other. The space for them and their axis is reserved, so that
# the parts below do not move.
ROOM = """<style>
.st-key-planes [data-testid='stColumn'] { min-width: min(100%, 24rem); }
.st-key-planes:has([data-testid^=stBidi]) { min-height: max(41rem, min(100vh - 7.5rem, 31vw + 24rem)); }
.st-key-moments { min-height: 17rem; }
@media (max-width: 48rem) { .st-key-planes:has([data-testid^=stBidi]) { min-height: calc(2 * (100vw + 32rem)); } }
</style>"""


@address.fragment
def panel(revisions):
    """Draw everything that depends on z; a fragment, so that a plane's messages rerun only this part."""
    with widgets.guarded():
        above, below = st.container(), st.container()
        with below:
            codes_kind = current_code.pick_drawn(revisions, lambda: Pair(revisions, (None, None)).clear_choice())
        pair = Pair(revisions, [seen(shown_codes.drawn(revision, codes_kind)) for revision in revisions])
        with above:
            _pick_contents(pair)
            st.html(ROOM)
            with st.container(key="planes"):
                for side, column in enumerate(st.columns(2, gap="medium")):
                    with column, widgets.guarded():
                        _plane(pair, side)
            with widgets.guarded():
                _time(pair)
        with below:
            sentence = paired_planes.codes_sentence(pair.names, pair.seen)
            if not all(pair.seen):
                st.caption(markdown.literal(sentence))
                return
            st.caption(markdown.literal(f"{sentence} {paired_planes.link_sentence(pair.shared)}".lstrip()))
            shares_code = "z" in pair.shared
            with widgets.part("plain"):  # in place of the planes: both images, decoded by the server, and sliders for z
                for side, revision in enumerate(pair.revisions[:1] if shares_code else pair.revisions):
                    suffix = "" if shares_code else f" of {SIDES[side]}"
                    current_code.random_button(revision, pair.name_of_z(side), suffix)
                title = "Plain controls: sliders without the planes"
                widgets.folded(title, "plain", _controls, pair, shares_code)


def _pick_contents(pair: Pair):
    """Let the user choose the content of each decoder that takes one: one choice for both if they have the same contents."""
    names = {}
    for side, revision in enumerate(pair.revisions):
        if revision.variant.has_content:
            names.setdefault(pair.name_of_y(side), (side, revision))
    for name, (side, revision) in names.items():
        current_code.pick_content(revision, name, "Content y" + (f" of {SIDES[side]}" if len(names) > 1 else ""))


def seen(revision) -> OnPlane | None:
    """A revision's codes on its default plane; None before the first checkpoint."""
    probe, view = loaded.probe(revision), plane_views.usual(revision)
    if probe is None:
        return None
    return OnPlane(revision, probe, plane_views.plane_of(revision, probe, *view), *view)


def scene(pair: Pair, side: int, **given) -> Scene:
    """The scene of a side's plane, in its own frame. given: code, content, layers and picked, as in `Scene`."""
    on_plane = pair.seen[side]
    return Scene(
        **vars(on_plane), tools=("inspect",), link=Link(GROUP, side, pair.names[side], pair.shared), history=True,
        called={"picked": PICKED}, **given,
    )  # fmt: skip


def _plane(pair: Pair, side):
    from app.ui.latent_canvas import latent_canvas

    on_plane = pair.seen[side]
    if on_plane is None:
        st.info("There are no codes yet; the plane appears with the first checkpoint.", icon=":material/info:")
        return
    code, chosen, layers = pair.code(side), pair.chosen(side), layers_now(on_plane.revision, on_plane.through)
    plane_scene = scene(pair, side, code=code, content=pair.content(side), picked=chosen, layers=layers)
    plane_scene = replace(plane_scene, plane=replace(on_plane.plane, frame=pair.frames[side]))
    latent_canvas(plane_scene, KEYS[side], lambda kind, value: _hear(pair, side, kind, value))


def _hear(pair: Pair, side, kind, value):
    """Handle a message of one plane; in the browser, the other plane has already followed."""
    from app.ui.latent_canvas import note_code

    if kind == "frame":  # the planes have a common time axis and none of their own
        raise messages.MessageError("The plane sent a moment of its own, which was refused.")
    if kind == "code":
        pair.keep_code(side, value)
    elif kind == "layers":
        keep_layers(
            value,
            *(usual_layers(on_plane.revision, on_plane.through) for on_plane in pair.seen if on_plane is not None),
        )
    elif value is None:  # z stays where it is on that plane
        z = pair.code(side)
        pair.keep_code(side, z)
        note_code(GROUP if "z" in pair.shared else KEYS[side], z.tolist())
    else:
        pair.choose(side, value)


def _time(pair: Pair):
    """Draw one time axis for both planes if either has a history; otherwise a note that neither has."""
    from app.components.time_axis import time_axis

    has_frames = [
        on_plane is not None and time_machine.has_past(time_machine.plan(on_plane.revision, on_plane.probe))
        for on_plane in pair.seen
    ]
    axis, moment = common_moment.chosen(pair.revisions)
    if not any(has_frames):
        st.caption(" ".join([common_moment.NEITHER, *map(markdown.literal, common_moment.troubles(pair.revisions))]))
        return
    st.html(AXIS)
    with st.container(key="moments"):
        revisions = [
            on_plane.revision if on_plane else revision
            for revision, on_plane in zip(pair.revisions, pair.seen, strict=True)
        ]
        remarks = common_moment.remarks(revisions, pair.names, has_frames)
        time_axis(GROUP, axis, moment, remarks, "moment.axis", partial(common_moment.choose, pair.revisions))


def _controls(pair: Pair, shares_code):
    first, same_features = None, pair.revisions[0].data.features == pair.revisions[1].data.features
    for side, column in enumerate(st.columns(2, gap="large")):
        on_plane, name = pair.seen[side], pair.names[side]
        with column, widgets.guarded():
            item = current_code.decoded(on_plane.revision, pair.code(side), pair.content(side))
            difference_input = (f"Minus {pair.names[0]}", first) if same_features and first is not None else None
            current_code.show(on_plane.revision, item, f"The current code decoded by {name}", name, difference_input)
            first = item
            if side == 0 or not shares_code:
                current_code.code_sliders(on_plane.revision, on_plane.probe.z, pair.name_of_z(side))
