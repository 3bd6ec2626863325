"""Explore: a revision's latent space as a map, the decoded image of every point, and the comparison with the prior."""

import random
from functools import partial

import streamlit as st

from aae_core.errors import AAEError
from app.cache import loaded, shown_codes
from app.components import markdown
from app.figures import plane_views
from app.figures.plane import NOTES, VIEWS, axis_name
from app.handout import offer
from app.page_parts import prior_panels, sorted_images
from app.server import time_machine
from app.session import address, chosen_frame, controls
from app.ui import choices, current_code, drawn_images, opening, revision_picker, widgets
from app.ui.plane_contents import Scene, keep_layers, layers_now, usual_layers

LINKED = "explore.tsne"  # session key: the revision for which a link requested t-SNE


def explore(revision, images):
    probe = revision_picker.codes_of(revision, "There are no codes yet; the map appears with the first checkpoint.")
    if probe is None:
        return
    revision_picker.decoder_note(revision)
    current_code.pick_content(revision)
    with images:  # beside the picker of the revision, so that this takes no row above the plane
        which, how = pick_images(revision, probe)
    if which is not None:
        revision = shown_codes.drawn(shown_codes.seen(revision, which), how)
        widgets.offer_again(shown_codes.KEPT, revision, "These codes are", "Encode again")
        if not shown_codes.is_encoded(revision):
            widgets.with_progress_bar(
                f"Encoding {shown_codes.item(revision)} {{:,}} of {{:,}} …".format,
                partial(shown_codes.encode, revision),
            )
        probe = loaded.probe(revision)
    place_panels(revision, probe)
    widgets.panel("regions", prior_panels.sweeps, revision)
    left, right = st.columns(2, gap="large")
    with left, widgets.part("manifold"), widgets.guarded():
        if loaded.prior(revision) is not None:
            prior_panels.manifold(revision)
    with right, widgets.part("histograms"):
        prior_panels.dimensions(revision, probe)
    widgets.panel("take-home", offer.button, [revision])


def pick_images(revision, probe):
    """Let the user choose whose codes are shown: a key of `shown_codes.CHOICES` (None if only the probe set is available), and
    "mean" or "draw"."""
    options = {choice: shown_codes.CHOICES[choice] for choice in shown_codes.choices(revision)}
    if len(options) == 1:
        return None, "mean"
    with st.popover(f"Which {shown_codes.item(revision)}s"):
        which = choices.choose(
            st.segmented_control, "of", options, "probe", label="Codes of", on_change=choose_point, args=(None,),
            help=f"The probe set: {probe.of:,} {shown_codes.items(revision, probe.split)}, whose codes the training recorded.",
        )  # fmt: skip
        return which, current_code.pick_drawn([revision], lambda: choose_point(None))


@address.fragment
def place_panels(revision, probe):
    """Draw everything that depends on the current z; a fragment, so that the plane's messages rerun only this part."""
    if st.session_state.pop(prior_panels.CHANGED, False):
        st.rerun()
    above, beneath, below = st.container(), widgets.part("sorted"), st.container()
    with widgets.guarded():
        with above:
            view, i, j = pick_view(revision)
            if view == "tsne" and probe.which != "probe":
                st.caption("t-SNE is computed for the probe set only.")
                revision = shown_codes.seen(revision, "probe")
                probe = loaded.probe(revision)
        # before the plane, so that after a move of a slider the image appears without waiting for the plane
        with below, widgets.part("plain"), widgets.guarded():
            plain_panel(revision, probe, view)
        with above:
            plane_panel(revision, probe, view, i, j)
        with beneath, widgets.guarded():
            sorted_images.panel(revision, probe, point_now(probe), lambda number: take_point(revision, probe, number))


def plane_panel(revision, probe, view, i, j):
    from app.ui.latent_canvas import latent_canvas

    plane = plane_of(revision, probe, view, i, j)
    if plane is None:
        return
    scene = Scene(
        revision=revision, probe=probe, plane=plane, through=view, dimensions=(i, j), code=current_code.code_now(revision),
        content=current_code.content_now(revision), picked=point_now(probe), layers=layers_now(revision, view),
        region=prior_panels.region_now(revision), history=True, frame=chosen_frame.chosen(revision),
        opening=opening.description(revision),
    )  # fmt: skip
    with st.container(key="plane-room"):  # as high as the plane, so that the parts below do not move when it appears
        latent_canvas(scene, "plane", lambda kind, value: act(revision, probe, view, kind, value))
    _, trouble = time_machine.listed(revision)
    if trouble:
        st.caption(f"There is no time machine here. {markdown.literal(trouble)}")


def act(revision, probe, view, kind, value):
    """Handle a message of the plane: the choice of an image's code, of any z, of layers, or of a moment of the training."""
    if kind == "code":
        choose_point(None)
        address.keep_code("z", value)
    elif kind == "layers":
        keep_layers(value, usual_layers(revision, view))
    elif kind == "frame":
        chosen_frame.choose(revision, value)
    else:
        take_point(revision, probe, value)


def pick_view(revision):
    """Let the user choose the projection and, for a pair, its two dimensions; codes of one or two dimensions need no choice."""
    d = revision.config.latent_dim
    if d <= 2:
        return "pair", 0, d - 1
    default_view = "circle" if loaded.has_circle(revision) else "pair"
    views = {view: title for view, title in VIEWS.items() if view != "circle" or view == default_view}
    with st.container(horizontal=True, vertical_alignment="bottom"):
        if address.is_news("view"):
            # t-SNE requested by a link is computed without a button
            tsne_requested = address.linked()["view"] == "tsne"
            st.session_state[LINKED] = revision.id if tsne_requested else None
        view = choices.choose(st.segmented_control, "view", views, default_view, label="Projection")
        if view == "pair":
            names = {str(k + 1): axis_name(k) for k in range(d)}
            i = choices.choose(st.selectbox, "across", names, "1", label="Horizontal", width=110)
            others = {n: name for n, name in names.items() if n != i}
            j = choices.choose(st.selectbox, "up", others, "1" if i == "2" else "2", label="Vertical", width=110)
            return view, int(i) - 1, int(j) - 1
    st.caption(NOTES[view])
    return view, 0, 1


def plane_of(revision, probe, view, i, j):
    """The plane of a projection; None, with a button instead, as long as t-SNE is chosen but not requested."""
    if view == "tsne" and st.session_state.get(LINKED) != revision.id and loaded.laid_out(revision, probe) is None:
        help_text = "This takes a few seconds; the result is kept until the codes change."
        if not st.button("Compute t-SNE", icon=":material/play_arrow:", help=help_text):
            return None
    try:
        plane = plane_views.plane_of(revision, probe, view, (i, j))
    except AAEError:
        st.session_state.pop(LINKED, None)
        raise
    st.session_state.pop(LINKED, None)  # only now, since an interrupted run must leave the request to the next one
    return plane


def point_now(probe):
    """The number of the chosen code, or None."""
    return address.recall("point", address.read_number(0, len(probe.z) - 1), None)


def choose_point(number):
    controls.move("point", number)
    address.keep("point", None if number is None else str(number))


def take_point(revision, probe, number):
    """Choose a code by number (None: no code): its z becomes the current z, and its content the current content."""
    choose_point(number)
    if number is None:
        return
    address.keep_code("z", probe.z[number])
    if current_code.take_content(revision, probe, number):
        st.session_state[prior_panels.CHANGED] = True


def pick_point(revision, probe):
    """Let the user choose a code by its number, as a click on the plane does."""
    last, item = len(probe.z) - 1, shown_codes.item(revision)
    entered_number = controls.value("point")
    if entered_number is controls.NOWHERE or "point" in address.linked() or (entered_number or 0) > last:
        controls.move("point", point_now(probe))
    number = st.number_input(
        item.capitalize(), 0, last, value=None, step=1, width=140, placeholder="none",
        help=f"Click a code on the plane, or type the {item}'s number.",
        **controls.on_move("point", point_typed, revision, probe),
    )  # fmt: skip
    address.keep("point", None if number is None else str(number))
    take = lambda: take_point(revision, probe, random.randrange(len(probe.z)))  # noqa: E731
    st.button(f"Random {item}", on_click=take, icon=":material/image_search:")
    if number is not None:
        title = f"{item.capitalize()} {number}: {current_code.class_name(revision, probe.labels[number])}"
        drawn_images.image_strip(loaded.pictures(revision, [number]), [title], [title], 56)


def point_typed(revision, probe):
    number = controls.value("point")
    if number is not controls.NOWHERE:  # a lesson may have reset the page before the browser's message came
        take_point(revision, probe, number)


def plain_panel(revision, probe, view):
    """Draw plain controls in place of the plane: the image decoded by the server, the values at z, and sliders."""
    with st.container(horizontal=True, vertical_alignment="bottom"):
        pick_point(revision, probe)
        current_code.random_button(revision)
    if not loaded.has_originals(revision):
        st.caption(revision_picker.missing(revision))
    title = f"Plain controls: sliders and {shown_codes.item(revision)} without the plane"
    widgets.folded(title, "plain", plain_controls, revision, probe, view)


def plain_controls(revision, probe, view):
    left, right = st.columns([1, 2], gap="large")
    z = current_code.code_now(revision, "z")
    with left:
        item = current_code.decoded(revision, z, current_code.content_now(revision))
        current_code.show(revision, item, f"The {shown_codes.item(revision)} decoded from the current code")
        for title, value, reading in current_code.facts_of(revision, z):
            st.metric(title, value, help=reading)
    with right:
        if view == "pca" and len(z) > 2:
            current_code.principal_sliders(revision, "z")
        current_code.code_sliders(revision, probe.z, "z")


revision_picker.page("Explore", explore, opening.prefer(), opening.way_on, ("images",))
