"""Style and content: in a model whose decoder is given the content, what the code still carries, and what the content changes."""

from functools import partial

import streamlit as st

from aae_core.config import derived
from aae_core.config.variants import VARIANTS
from aae_core.store.status import STATES_WITHOUT_RESULTS
from aae_core.wording import join_sentences
from app.cache import revision_data, text_columns
from app.cache.revision_view import RevisionView
from app.components import markdown
from app.figures import revision_list
from app.figures.number_text import percent
from app.handout import download_button
from app.messages import incoming
from app.page_parts.style import style_grid_layout
from app.page_parts.style.style_grid_layout import parse_number_list
from app.scenes import grid_message
from app.scenes.grid_message import DEFAULT_LAYERS, LAYERS_PARAMETER, RING_PARAMETER, blend_shares
from app.session import address, parsing, settings
from app.translation.texts import mark, translate
from app.ui import current_code, item_colours, links, requested_metrics, revision_picker, widgets

PURPOSE = mark(
    "What is drawn, and how: drag on the plane to change the style of the top row while every column keeps its class."
)
PLANE_KEY = "style.plane"
# if the class of a larger share of images can be predicted from their style, the style is said to keep the class
MAX_CLASS_FROM_STYLE = 0.5


def render_style(revision: RevisionView):
    if not revision.variant.has_content:
        render_no_content_note(revision)
        return
    probe = revision_picker.load_codes_or_render_note(
        revision, translate("There are no codes yet; styles appear with the first checkpoint.")
    )
    if probe is None:
        return
    revision_picker.render_untrained_decoder_note(revision)
    render_plane_and_grid(revision)
    widgets.render_part("agreement", render_swap_agreement, revision)
    widgets.render_part("take-home", download_button.render_handout_button, [revision])


def is_decoder_given_content(summary) -> bool:
    return summary.variant in VARIANTS and VARIANTS[summary.variant].has_content


def render_no_content_note(revision: RevisionView):
    """Explain what a revision without a content lacks, with a link to a revision that has one."""
    variant = revision_picker.variant_title(revision)
    if revision.data.is_table:
        text = translate(
            "This revision, of the variant **{variant}**, keeps everything about a row in one code: its class and all else are "
            "mixed there, so they cannot be swapped. The decoder of a *supervised* adversarial autoencoder is given the class, "
            "so its code need not carry it and can be left with the style, and every class can be decoded with the same style.",
            variant=variant,
        )
    else:
        text = translate(
            "This revision, of the variant **{variant}**, keeps everything about an image in one code: which class it shows and "
            "how it is drawn are mixed there, so they cannot be swapped. The decoder of a *supervised* adversarial autoencoder "
            "is given the class, so its code need not carry it and can be left with the style, and every class can be drawn in "
            "the same style.",
            variant=variant,
        )
    st.markdown(text)
    other_summaries = [
        summary
        for summary in revision_data.list_summaries()
        if is_decoder_given_content(summary) and summary.state not in STATES_WITHOUT_RESULTS
    ]
    other_summaries.sort(key=lambda summary: (summary.variant != "supervised", not summary.gallery))
    links.render_other_revision_button(other_summaries, "style", translate("Train a supervised revision"))


@address.settings_fragment
@revision_picker.with_renewed_revision
def render_plane_and_grid(revision: RevisionView):
    """Draw the plane and the grid, which share z; a fragment, so that their messages rerun only this part."""
    probe = revision.codes
    main_container, plain_container = st.container(), st.container()
    with (
        plain_container,
        widgets.part_container("plain"),
        widgets.errors_in_boxes(),
    ):  # first, since its values apply to plane and grid
        render_plain_controls_expander(revision, probe)
    with main_container, widgets.errors_in_boxes():
        grid_layout = style_grid_layout.current_layout(revision, probe)
        left, right = st.columns([2, 3], gap="medium")
        with left:
            st.header(translate("Plane of styles"), anchor=False)
            colours = item_colours.ItemColours()
            with widgets.errors_in_boxes():
                [colours] = item_colours.choose_item_colours([revision])
            with widgets.errors_in_boxes():
                render_style_plane(revision, probe, grid_layout, colours)
        with right, widgets.part_container("grid"), widgets.errors_in_boxes():
            render_grid(revision, probe, grid_layout, colours.texts)


def current_style(revision: RevisionView, probe):
    """The live row's style, d values."""
    return current_code.current_z(revision, default=grid_message.default_style_code(revision, probe))


def render_style_plane(revision: RevisionView, probe, grid_layout, colours):
    from app.ui.latent_canvas import render_latent_canvas

    layers = address.recall_setting(LAYERS_PARAMETER, settings.parse_layers, DEFAULT_LAYERS)
    ring = address.recall_setting(RING_PARAMETER, parsing.number_parser(0, len(probe.z) - 1), None, revision.id)
    scene = grid_message.make_plane_scene(
        revision, probe, current_style(revision, probe), grid_layout, ring, layers,
        groups=colours.groups, item_texts=colours.texts,
    )  # fmt: skip
    render_latent_canvas(scene, PLANE_KEY, lambda kind, value: handle_plane_message(revision, probe, kind, value))


def handle_plane_message(revision: RevisionView, probe, kind, value):
    """Handle a message of the plane: the choice of an image's code, of any z, or of layers."""
    if kind == "layers":
        address.store_setting(LAYERS_PARAMETER, None if value == DEFAULT_LAYERS else ",".join(value))
        return
    address.store_setting(RING_PARAMETER, str(value) if kind == "picked" and value is not None else None, revision.id)
    if kind == "code":
        address.store_code("z", value)
    elif value is not None:
        address.store_code("z", probe.z[value])


def render_grid(revision: RevisionView, probe, grid_layout, item_texts):
    from app.page_parts.style.style_grid import mount_style_grid
    from app.ui.latent_canvas import store_exact_code

    def handle_grid_message(kind, value):
        if kind == "layout":
            style_grid_layout.store_layout(value, style_grid_layout.default_layout(revision, probe))
            return
        address.store_setting(RING_PARAMETER, None, revision.id)
        store_exact_code(PLANE_KEY, value)
        address.store_code("z", value)

    st.header(translate("One style per row, one content per column"), anchor=False)
    mount_style_grid(revision, probe, current_style(revision, probe), grid_layout, item_texts, handle_grid_message)
    if not revision.has_original_images:
        st.caption(revision_picker.missing_images_text(revision))


def render_plain_controls_expander(revision: RevisionView, probe):
    """Draw plain controls in place of grid and plane: numbers, sliders, and the live image decoded by the server."""
    default_layout = style_grid_layout.default_layout(revision, probe)
    title = translate("Plain controls: numbers and sliders without the grid")
    if not widgets.render_expander(title, "plain", render_plain_controls, revision, probe, default_layout):
        # drops numbers stored for another revision
        style_grid_layout.store_layout(style_grid_layout.current_layout(revision, probe), default_layout)


def render_plain_controls(revision: RevisionView, probe, default_layout):
    content_names = revision.content_names
    left, right = st.columns([1, 2], gap="large")
    with right:
        render_number_list_field(
            "images",
            revision.reword_for_items(translate("Images that give each row of the grid its style")),
            default_layout["rows"],
            incoming.MAX_ROWS,
            len(probe.z),
        )
        if ids := text_columns.ids_of_codes(revision):
            rows = style_grid_layout.current_layout(revision, probe)["rows"]
            st.caption(markdown.escape(", ".join(f"{number}: {ids[number]}" for number in rows)))
        render_number_list_field(
            "columns",
            translate("Contents of the columns"),
            default_layout["columns"],
            incoming.MAX_COLUMNS,
            len(content_names),
        )
        blend = style_grid_layout.current_layout(revision, probe)["blend"]
        render_blend_controls(content_names, blend, default_layout)
        current_code.render_random_button(revision)
        current_code.render_code_sliders(revision, probe.z, default=grid_message.default_style_code(revision, probe))
    with left:
        item = current_code.decode_item(
            revision, current_style(revision, probe), blend_shares(blend, len(content_names))
        )
        current_code.render_item(revision, item, translate("The live style as the live content"))


def render_number_list_field(name, label, default_numbers, max_length, count):
    """Draw a field for whole numbers separated by commas; invalid input is reported and changes nothing."""
    parse = partial(parse_number_list, max_count=max_length, limit=count)
    count_key = f"{name}.of"  # session key: the former `count`; another revision may have fewer
    if name not in st.session_state or name in address.pending_link_texts() or st.session_state.get(count_key) != count:
        st.session_state[count_key] = count
        st.session_state[name] = ", ".join(map(str, address.recall_setting(name, parse, default_numbers)))
    help_text = translate("Numbers from 0 to {last}, separated by commas.", last=count - 1)
    text = st.text_input(label, key=name, help=help_text)
    numbers = parse(text)
    if numbers is None:
        error = translate("Enter a few numbers from 0 to {last}, separated by commas.", last=count - 1)
        widgets.render_error_box(error)
        return
    address.store_setting(name, None if numbers == default_numbers else ",".join(map(str, numbers)))


def render_blend_controls(content_names, blend, default_layout) -> None:
    """Draw the controls of the live column's content: two contents and the share of the second."""

    def store_blend():
        style_grid_layout.store_blend(
            {end: st.session_state[f"blend.{end}"] for end in ("a", "b", "t")}, default_layout
        )

    for end in ("a", "b", "t"):
        st.session_state[f"blend.{end}"] = blend[end]
    numbers = list(range(len(content_names)))
    with st.container(horizontal=True):
        for label, key in ((translate("Content A"), "blend.a"), (translate("Content B"), "blend.b")):
            st.selectbox(
                label, numbers, key=key, format_func=content_names.__getitem__, on_change=store_blend, width=150
            )
        st.slider(translate("Share of content B"), 0.0, 1.0, step=0.01, key="blend.t", on_change=store_blend)


def render_swap_agreement(revision: RevisionView):
    if not revision_picker.is_decoder_trained(revision):  # a plain classifier
        return
    if not derived.uses_labels(revision.config):  # a cluster has no intended class
        st.page_link("views/clusters.py", label=translate("How good the clusters are"), icon=":material/bubble_chart:")
        return
    title = revision.reword_for_items(translate("Do swapped images show the intended class?"))
    st.header(title, anchor=False)
    metrics = recorded_swap_agreement(revision) or requested_metrics.metrics_if_requested(revision, "swap-agreement")
    if metrics is None and revision.has_data:
        text = translate("Trains a classifier on the real images, which takes some seconds.")
        requested_metrics.render_measure_button(
            revision, "swap-agreement", translate("Measure"), revision.reword_for_items(text)
        )
        text = translate(
            "An independent classifier, trained on real images only, can be asked which class it sees in swapped images."
        )
        st.caption(revision.reword_for_items(text))
        return
    if metrics is None:
        st.caption(revision_picker.missing_data_text(revision))
        return
    left, right = st.columns([1, 3], vertical_alignment="center")
    left.metric(translate("Agreement"), percent(metrics["agreement"]))
    words = translate(
        "The share of swapped images that show the intended class, as judged by a classifier trained on real images only."
    )
    if metrics.get("classifier_accuracy"):
        accuracy_text = translate(
            "It is right on {accuracy} of the real test images, so agreements near that value cannot be told apart.",
            accuracy=percent(metrics["classifier_accuracy"]),
        )
        words = join_sentences(words, accuracy_text)
    right.markdown(revision.reword_for_items(words))
    text = style_metrics_text(revision.measures)
    if text:
        st.markdown(revision.reword_for_items(text))
    if is_class_predictable_from_style(revision.measures):
        render_link_to_classless_style(revision)


def recorded_swap_agreement(revision: RevisionView) -> dict[str, float] | None:
    """The agreement and the classifier's accuracy that the training recorded, as shares; None if it recorded none."""
    agreement, error = revision.measures.get("swap_agreement"), revision.measures.get("judge_error")
    if not isinstance(agreement, float):
        return None
    if not isinstance(error, float):
        return {"agreement": agreement}
    return {"agreement": agreement, "classifier_accuracy": 1 - error}


def render_link_to_classless_style(revision: RevisionView):
    """Draw a link to a revision of the same variant and data whose style does not keep the class, if there is one."""
    variant_and_data = (revision.config.variant, revision.config.data)
    for summary in revision_data.list_summaries():
        if (
            summary.status
            and (summary.variant, summary.data) == variant_and_data
            and is_class_predictable_from_style(summary.status.measures) is False
        ):
            title = markdown.escape(revision_list.summary_title(summary))
            label = translate("A revision whose style does not keep the class: {title}", title=title)
            links.render_revision_link("style", label, summary.id)
            return


def is_class_predictable_from_style(metrics) -> bool | None:
    """Whether the class can be predicted from the style for more than the share MAX_CLASS_FROM_STYLE of images; None if not
    measured."""
    share = metrics.get("content_from_style")
    return share > MAX_CLASS_FROM_STYLE if isinstance(share, float) else None


def style_metrics_text(metrics) -> str:
    """Sentences on how well the class can be predicted from the style; "" if that was not measured."""
    share, chance = metrics.get("content_from_style"), metrics.get("chance")
    if not isinstance(share, float):
        return ""
    if isinstance(chance, float):
        sentence = translate(
            "From the style z alone, a classifier predicts the class of {share} of the test images correctly; always guessing "
            "the most frequent class would give {chance}.",
            share=percent(share, 0), chance=percent(chance, 0),
        )  # fmt: skip
    else:
        sentence = translate(
            "From the style z alone, a classifier predicts the class of {share} of the test images correctly.",
            share=percent(share, 0),
        )
    if is_class_predictable_from_style(metrics):
        verdict = translate("**The style keeps the class.**")
        consequence = translate("So a decoded image may show the class of its style, not of its column.")
        sentence = f"{verdict} {sentence} {consequence}"
    return sentence


def style_page_suitability(summary) -> float:
    """How suitable a revision is for this page: a point for a decoder that takes the class, another for the variant "supervised",
    and half a point for two-dimensional styles."""
    points = 0
    if is_decoder_given_content(summary) and summary.variant != "clustering":
        points += 1
    if summary.variant == "supervised":
        points += 1
    if summary.latent_dim == 2:
        points += 0.5
    return points


revision_picker.render_revision_page(
    translate("Style and content"),
    render_style,
    style_page_suitability,
    render_introduction=partial(revision_picker.render_purpose, translate(PURPOSE)),
)
