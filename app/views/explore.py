"""Explore: a revision's latent space as a map, the decoded image of every point, and the comparison with the prior."""

import random
from contextlib import nullcontext, suppress
from functools import partial

import streamlit as st

from aae_core.errors import AAEError, DataError, RevisionError
from app.cache import code_sets, item_columns, revision_data
from app.components import markdown
from app.figures import plane_views
from app.figures.plane import VIEW_NOTES, VIEWS, axis_name
from app.handout import download_button
from app.page_parts import prior_panels, sorted_images
from app.scenes.plane_message import Scene, default_layers
from app.server import time_machine
from app.session import address, chosen_frame, controls, parsing
from app.translation.texts import translate
from app.ui import choices, current_code, first_visit, image_html, item_colours, revision_picker, widgets
from app.ui.plane_settings import current_layers, store_layers

LINKED_TSNE_KEY = "explore.tsne"  # session key: the revision for which a link requested t-SNE


def render_explore(revision, images_container):
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


def choose_image_set_and_code_kind(revision):
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


def probe_set_text(revision) -> str:
    """What the probe set of a revision is, in a sentence."""
    count = f"{revision.codes.available_count:,}"
    if revision.codes.split == "train":
        text = translate("The probe set: {count} training images, whose codes the training recorded.", count=count)
    else:
        text = translate("The probe set: {count} test images, whose codes the training recorded.", count=count)
    return revision.reword_for_items(text)


@address.settings_fragment
@revision_picker.with_renewed_revision
def render_plane_panels(revision):
    """Draw everything that depends on the current z; a fragment, so that the plane's messages rerun only this part."""
    if st.session_state.pop(prior_panels.PAGE_CHANGED_KEY, False):
        st.rerun()
    plane_container = st.container()
    sorted_container = widgets.part_container("sorted")
    plain_container = st.container()
    with widgets.errors_in_boxes():
        with plane_container:
            view, i, j = choose_projection(revision)
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


def render_plane(revision, view, i, j):
    from app.ui.latent_canvas import render_latent_canvas

    plane = make_plane_or_render_button(revision, view, i, j)
    if plane is None:
        return
    groups = item_texts = None
    with widgets.errors_in_boxes():
        groups, item_texts = choose_groups(revision)
    scene = Scene(
        revision=revision, probe=revision.codes, plane=plane, through=view, dimensions=(i, j),
        code=current_code.current_z(revision),
        content=current_code.current_content(revision), picked=selected_code_number(revision),
        layers=current_layers(revision, view),
        region=prior_panels.chosen_region(revision), has_time_axis=True, frame=chosen_frame.recall_frame_step(revision),
        opening=first_visit.opening_fields(revision), groups=groups, item_texts=item_texts,
    )  # fmt: skip
    with st.container(key="plane-room"):  # as high as the plane, so that the parts below do not move when it appears
        render_latent_canvas(scene, "plane", lambda kind, value: handle_plane_message(revision, view, kind, value))
    _, listing_error = time_machine.frame_steps_and_error(revision)
    if listing_error:
        st.caption(translate("There is no time machine here. {reason}", reason=markdown.escape(listing_error)))


def choose_groups(revision):
    """Let the user choose the column that colours the codes: (its `ColumnGroups`, None for the classes; what was kept of the
    items, as from `item_columns.item_texts`, or None)."""
    if item_columns.load_items_of_codes(revision) is None:
        return None, None
    column = item_colours.choose_colour_column(item_columns.columns_that_colour(revision))
    groups = item_columns.groups_of_codes(revision, column) if column else None
    return groups, item_columns.item_texts(revision)


def handle_plane_message(revision, view, kind, value):
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


def choose_projection(revision):
    """Let the user choose the projection and, for a pair, its two dimensions; codes of one or two dimensions need no choice."""
    d = revision.config.latent_dim
    if d <= 2:
        return "pair", 0, d - 1
    default_view = "circle" if revision_data.has_head_circle(revision) else "pair"
    views = {view: translate(title) for view, title in VIEWS.items() if view != "circle" or view == default_view}
    with st.container(horizontal=True, vertical_alignment="bottom"):
        if address.is_changed_by_link("view"):
            # t-SNE requested by a link is computed without a button
            tsne_requested = address.pending_link_texts()["view"] == "tsne"
            st.session_state[LINKED_TSNE_KEY] = revision.id if tsne_requested else None
        view = choices.choose_option(st.segmented_control, "view", views, default_view, label=translate("Projection"))
        if view == "pair":
            names = {str(k + 1): axis_name(k) for k in range(d)}
            i = choices.choose_option(st.selectbox, "across", names, "1", label=translate("Horizontal"), width=110)
            others = {n: name for n, name in names.items() if n != i}
            j = choices.choose_option(
                st.selectbox, "up", others, "1" if i == "2" else "2", label=translate("Vertical"), width=110
            )
            return view, int(i) - 1, int(j) - 1
    st.caption(translate(VIEW_NOTES[view]))
    return view, 0, 1


def make_plane_or_render_button(revision, view, i, j):
    """The plane of a projection; None, with a button instead, as long as t-SNE is chosen but not requested."""
    if (
        view == "tsne"
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


def selected_code_number(revision):
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


def select_code(revision, number):
    """Choose a code by number (None: no code): its z becomes the current z, and its content the current content."""
    store_selected_code(number)
    if number is None:
        return
    address.store_code("z", revision.codes.z[number])
    if current_code.store_content_of_code(revision, number):
        st.session_state[prior_panels.PAGE_CHANGED_KEY] = True


def render_code_number_input(revision):
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


def render_id_input(revision):
    """Let the user find a code by the id of its item, where ids were kept."""
    items = None
    with suppress(DataError):  # `choose_groups` tells it above the plane
        items = item_columns.load_items_of_codes(revision)
    if items is None:
        return
    text = st.text_input(
        translate("Find an id"),
        key="explore.id",
        width=200,
        help=translate("The whole id or a part of it; the first item that has it is selected."),
        on_change=handle_typed_id,
        args=(revision,),
    )
    if text and item_columns.find_code_of_id(revision, text) is None:
        st.caption(translate("No id contains this."))


def handle_typed_id(revision):
    number = item_columns.find_code_of_id(revision, st.session_state["explore.id"])
    if number is not None:
        select_code(revision, number)


def handle_typed_code_number(revision):
    number = controls.current_value("point")
    if number is not controls.UNMOVED:  # a lesson may have reset the page before the browser's message came
        select_code(revision, number)


def render_plain_controls_expander(revision, view):
    """Draw plain controls in place of the plane: the image decoded by the server, the values at z, and sliders."""
    with st.container(horizontal=True, vertical_alignment="bottom"):
        render_code_number_input(revision)
        render_id_input(revision)
    if not revision.has_original_images:
        st.caption(revision_picker.missing_images_text(revision))
    title = revision.reword_for_items(translate("Plain controls: sliders and image without the plane"))
    widgets.render_expander(title, "plain", render_plain_controls, revision, view)


def render_plain_controls(revision, view):
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
