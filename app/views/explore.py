"""Explore: a revision's latent space as a map, the decoded image of every point, and the comparison with the prior."""

import random
from contextlib import nullcontext
from functools import partial

import streamlit as st

from aae_core.errors import AAEError, RevisionError
from aae_core.latent.first_view import is_tsne_quick
from app.cache import code_sets, revision_data, text_columns
from app.cache.revision_view import RevisionView
from app.components import markdown
from app.figures import plane_views
from app.handout import download_button
from app.page_parts.explore import plane_columns, prior_panels, projection_choice, sorted_images
from app.page_parts.explore.projection_choice import LINKED_TSNE_KEY
from app.scenes.plane_message import Scene, default_layers
from app.server import time_machine
from app.session import address, chosen_frame, controls, parsing
from app.translation.texts import translate
from app.ui import choices, current_code, first_visit, image_html, revision_picker, widgets
from app.ui.plane_settings import current_layers, store_layers


def render_explore(revision: RevisionView, images_container):
    note = translate("There are no codes yet; the map appears with the first checkpoint.")
    if revision_picker.load_codes_or_render_note(revision, note) is None:
        return
    revision_picker.render_untrained_decoder_note(revision)
    current_code.choose_content(revision)
    with images_container:  # beside the picker of the revision, so that this takes no row above the plane
        image_choice, code_kind = choose_image_set_and_code_kind(revision)
    if image_choice is not None:
        revision = revision.with_code_set(image_choice).with_code_kind(code_kind)
        note = translate("These codes are from an earlier checkpoint; the training continues.")
        widgets.render_recompute_button(code_sets.CACHE, revision, note, translate("Encode again"))
        if not code_sets.has_encoded_codes(revision):
            widgets.compute_with_progress_bar(
                lambda done, total: revision.reword_for_items(
                    translate("Encoding image {done} of {total} …", done=format(done, ","), total=format(total, ","))
                ),
                partial(code_sets.encode_code_set, revision),
            )
    render_plane_panels(revision)
    widgets.render_part("regions", prior_panels.render_region_sweeps, revision)
    left, right = st.columns(2, gap="large")
    with left, widgets.part_container("manifold"), widgets.errors_in_boxes():
        if revision.prior is not None:
            prior_panels.render_decoded_prior_sheet(revision)
    with right, widgets.part_container("histograms"):
        prior_panels.render_dimensions(revision)
    widgets.render_part("take-home", download_button.render_handout_button, [revision])


def choose_image_set_and_code_kind(revision: RevisionView):
    """Let the user choose whose codes are shown: a key of `code_sets.IMAGE_SETS` (None if only the probe set is
    available), and "mean" or "draw"."""
    options = {choice: translate(code_sets.IMAGE_SETS[choice]) for choice in code_sets.available_image_sets(revision)}
    if len(options) == 1:
        return None, "mean"
    with st.popover(revision.reword_for_items(translate("Which images"))):
        image_choice = choices.choose_option(
            st.segmented_control, "of", options, "probe", label=translate("Codes of"), on_change=forget_code_of_other_images,
            help=probe_set_text(revision),
        )  # fmt: skip
        return image_choice, current_code.choose_code_kind([revision])


def probe_set_text(revision: RevisionView) -> str:
    """What the probe set of a revision is, in a sentence."""
    count = f"{revision.codes.available_count:,}"
    if revision.codes.split == "train":
        text = translate("The probe set: {count} training images, whose codes the training recorded.", count=count)
    else:
        text = translate("The probe set: {count} test images, whose codes the training recorded.", count=count)
    return revision.reword_for_items(text)


@address.settings_fragment
@revision_picker.with_renewed_revision
def render_plane_panels(revision: RevisionView):
    """Draw everything that depends on the current z; a fragment, so that the plane's messages rerun only this part."""
    if st.session_state.pop(prior_panels.PAGE_CHANGED_KEY, False):
        st.rerun()
    plane_container = st.container()
    sorted_container = widgets.part_container("sorted")
    plain_container = st.container()
    with widgets.errors_in_boxes():
        with plane_container:
            view, i, j = projection_choice.choose_projection(revision)
            if view == "tsne" and revision.code_set_name != "probe":
                st.caption(translate("t-SNE is computed for the probe set only."))
                revision = revision.with_code_set("probe")
                if revision.codes is None:
                    raise RevisionError(
                        translate(
                            "{path} no longer exists; it was deleted or moved in the meantime.", path=revision.path
                        )
                    )
        # before the plane, so that after a move of a slider the image appears without waiting for the plane
        with plain_container, widgets.part_container("plain"), widgets.errors_in_boxes():
            render_plain_controls_expander(revision, view)
        with plane_container:
            render_plane(revision, view, i, j)
        with sorted_container, widgets.errors_in_boxes():
            take = lambda number: select_code(revision, number)  # noqa: E731
            sorted_images.render_sorted_images(revision, selected_code_number(revision), take)


def render_plane(revision: RevisionView, view, i, j):
    from app.ui.latent_canvas import render_latent_canvas

    plane = make_plane_or_render_button(revision, view, i, j)
    if plane is None:
        return
    groups = matches = item_texts = None
    with widgets.errors_in_boxes():
        item_texts = text_columns.item_texts_or_none(revision)
        if not first_visit.is_still_on_opening_page():
            groups, matches = plane_columns.choose_colour_and_filter(revision)
    scene = Scene(
        revision=revision, probe=revision.codes, plane=plane, view=view, dimensions=(i, j),
        code=current_code.current_z(revision),
        content=current_code.current_content(revision), picked=selected_code_number(revision),
        layers=current_layers(revision, view),
        region=prior_panels.chosen_region(revision), has_time_axis=True, frame=chosen_frame.recall_frame_step(revision),
        opening=first_visit.opening_fields(revision), groups=groups, matches=matches, item_texts=item_texts,
    )  # fmt: skip
    with st.container(key="plane-room"):  # as high as the plane, so that the parts below do not move when it appears
        render_latent_canvas(scene, "plane", lambda kind, value: handle_plane_message(revision, view, kind, value))
    _, listing_error = time_machine.frame_steps_and_error(revision)
    if listing_error:
        st.caption(translate("There is no time machine here. {reason}", reason=markdown.escape(listing_error)))


def handle_plane_message(revision: RevisionView, view, kind, value):
    """Handle a message of the plane: the choice of an image's code, of any z, of layers, or of a moment of the training."""
    if kind == "code":
        store_selected_code(None)
        address.store_code("z", value)
    elif kind == "layers":
        store_layers(value, default_layers(revision, view))
    elif kind == "frame":
        chosen_frame.store_frame_step(revision, value)
    else:
        select_code(revision, value)


def make_plane_or_render_button(revision: RevisionView, view, i, j):
    """The plane of a projection; None, with a button instead, as long as t-SNE of many codes is chosen but not requested."""
    if (
        view == "tsne"
        and not is_tsne_quick(len(revision.codes.z))
        and st.session_state.get(LINKED_TSNE_KEY) != revision.id
        and revision_data.find_cached_tsne_layout(revision, revision.codes) is None
    ):
        help_text = translate("This takes a few seconds; the result is kept until the codes change.")
        if not st.button(translate("Compute t-SNE"), icon=":material/play_arrow:", help=help_text):
            return None
    spinner = nullcontext()
    if view == "tsne" and revision_data.find_cached_tsne_layout(revision, revision.codes) is None:
        spinner = st.spinner(translate("Computing t-SNE …"), show_time=True)
    try:
        with spinner:
            plane = plane_views.make_plane(revision, revision.codes, view, (i, j))
    except AAEError:
        st.session_state.pop(LINKED_TSNE_KEY, None)
        raise
    # only now, since an interrupted run must leave the request to the next one
    st.session_state.pop(LINKED_TSNE_KEY, None)
    return plane


def selected_code_number(revision: RevisionView):
    """The number of the chosen code, or None."""
    return address.recall_setting("point", parsing.number_parser(0, len(revision.codes.z) - 1), None)


def store_selected_code(number):
    controls.move_control("point", number)
    address.store_setting("point", None if number is None else str(number))


def forget_code_of_other_images():
    """Select no code if the codes of another set of images have been chosen, since it numbers them anew. Streamlit (1.67) also
    calls this, on a page that a lesson has set, when another choice of the popover is made."""
    chosen_set = controls.current_value("of", None)
    if chosen_set is not None and chosen_set != address.recall_setting("of", str, "probe"):
        store_selected_code(None)


def select_code(revision: RevisionView, number):
    """Choose a code by number (None: no code): its z becomes the current z, and its content the current content."""
    store_selected_code(number)
    if number is None:
        return
    address.store_code("z", revision.codes.z[number])
    if current_code.store_content_of_code(revision, number):
        st.session_state[prior_panels.PAGE_CHANGED_KEY] = True


def render_code_number_input(revision: RevisionView):
    """Let the user choose a code by its number, as a click on the plane does."""
    last_number = len(revision.codes.z) - 1
    entered_number = controls.current_value("point")
    if (
        entered_number is controls.UNMOVED
        or "point" in address.pending_link_texts()
        or (entered_number or 0) > last_number
    ):
        controls.move_control("point", selected_code_number(revision))
    number = st.number_input(
        revision.reword_for_items(translate("Image")), 0, last_number, value=None, step=1, width=140,
        placeholder=translate("none"),
        help=revision.reword_for_items(translate("Click a code on the plane, or type the image's number.")),
        **controls.callback_arguments("point", handle_typed_code_number, revision),
    )  # fmt: skip
    address.store_setting("point", None if number is None else str(number))
    choose_random_code = lambda: select_code(revision, random.randrange(len(revision.codes.z)))  # noqa: E731
    random_label = revision.reword_for_items(translate("Random image"))
    st.button(random_label, on_click=choose_random_code, icon=":material/image_search:")
    if number is not None:
        class_name = current_code.content_class_name(revision, revision.codes.labels[number])
        title_form = revision.reword_for_items(translate("Image {number}: {class_name}"))
        title = title_form.format(number=number, class_name=class_name)
        image_html.render_image_strip(
            revision_data.original_or_reconstructed_pictures(revision, [number]), [title], [title], 56
        )


def handle_typed_code_number(revision: RevisionView):
    number = controls.current_value("point")
    if number is not controls.UNMOVED:  # a lesson may have reset the page before the browser's message came
        select_code(revision, number)


def render_plain_controls_expander(revision: RevisionView, view):
    """Draw plain controls in place of the plane: the image decoded by the server, the values at z, and sliders."""
    with st.container(horizontal=True, vertical_alignment="bottom"):
        render_code_number_input(revision)
    if not revision.has_original_images:
        st.caption(revision_picker.missing_images_text(revision))
    title = revision.reword_for_items(translate("Plain controls: sliders and image without the plane"))
    widgets.render_expander(title, "plain", render_plain_controls, revision, view)


def render_plain_controls(revision: RevisionView, view):
    current_code.render_random_button(revision)
    left, right = st.columns([1, 2], gap="large")
    z = current_code.current_z(revision, "z")
    with left:
        item = current_code.decode_item(revision, z, current_code.current_content(revision))
        alt = revision.reword_for_items(translate("The image decoded from the current code"))
        current_code.render_item(revision, item, alt)
        for title, value, reading in current_code.code_fact_rows(revision, z):
            st.metric(title, value, help=reading)
    with right:
        if view == "pca" and len(z) > 2:
            current_code.render_principal_sliders(revision, "z")
        current_code.render_code_sliders(revision, revision.codes.z, "z")


revision_picker.render_revision_page(
    first_visit.page_title(),
    render_explore,
    first_visit.revision_preference(),
    first_visit.render_introduction,
    ("images",),
)
