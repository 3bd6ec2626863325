"""Style and content: in a model whose decoder is given the content, what the code still carries, and what the content changes."""

from functools import partial

import streamlit as st

from aae_core.config import derived
from aae_core.config.variants import VARIANTS
from aae_core.store.status import UNTOLD
from app.cache import loaded, shown_codes
from app.components import markdown
from app.figures import revision_list
from app.figures.number_text import percent
from app.handout import offer
from app.page_parts import style_grid_layout
from app.page_parts.style_grid_layout import LAYERS, RING, SEEN, numbers_of, shares_of
from app.server import messages
from app.session import address, settings
from app.ui import current_code, links, measured, revision_picker, widgets

PLANE = "style.plane"
KEEPS = 0.5  # if the class of a larger share of images can be predicted from their style, the style is said to keep the class


def show(revision):
    if not revision.variant.has_content:
        explain(revision)
        return
    probe = revision_picker.codes_of(revision, "There are no codes yet; styles appear with the first checkpoint.")
    if probe is None:
        return
    revision_picker.decoder_note(revision)
    place_panels(revision, probe)
    widgets.panel("agreement", agreement_panel, revision)
    widgets.panel("take-home", offer.button, [revision])


def takes_content(summary):
    return summary.variant in VARIANTS and VARIANTS[summary.variant].has_content


def explain(revision):
    """Explain what a revision without a content lacks, with a link to a revision that has one."""
    if revision.data.is_table:
        mixed, swapped = "a row in one code: its class and all else are mixed there", "decoded with"
    else:
        mixed = "an image in one code: which class it shows and how it is drawn are mixed there"
        swapped = "drawn in"
    st.markdown(
        f"{revision_picker.kind_of(revision)} keeps everything about {mixed}, so they cannot be swapped. The decoder of a "
        "*supervised* adversarial autoencoder is given the class, so its code need not carry it and can be left with the style, "
        f"and every class can be {swapped} the same style."
    )
    others = [summary for summary in loaded.summaries() if takes_content(summary) and summary.state not in UNTOLD]
    others.sort(key=lambda summary: (summary.variant != "supervised", not summary.gallery))
    links.offer(others, "style", "Train a supervised revision")


@address.fragment
def place_panels(revision, probe):
    """Draw the plane and the grid, which share z; a fragment, so that their messages rerun only this part."""
    above, below = st.container(), st.container()
    with below, widgets.part("plain"), widgets.guarded():  # first, since its values apply to plane and grid
        plain_panel(revision, probe)
    with above, widgets.guarded():
        grid_layout = style_grid_layout.now(revision, probe)
        left, right = st.columns([2, 3], gap="medium")
        with left, widgets.guarded():
            plane_panel(revision, probe, grid_layout)
        with right, widgets.part("grid"), widgets.guarded():
            grid_panel(revision, probe, grid_layout)


def style_now(revision, probe):
    """The live row's style, d values."""
    return current_code.code_now(revision, first=style_grid_layout.first_style(revision, probe))


def plane_panel(revision, probe, held):
    from app.ui.latent_canvas import latent_canvas

    st.header("Plane of styles", anchor=False)
    layers = address.recall(SEEN, settings.read_layers, LAYERS)
    ring = address.recall(RING, address.read_number(0, len(probe.z) - 1), None, revision.id)
    scene = style_grid_layout.scene(revision, probe, style_now(revision, probe), held, ring, layers)
    latent_canvas(scene, PLANE, lambda kind, value: act(revision, probe, kind, value))


def act(revision, probe, kind, value):
    """Handle a message of the plane: the choice of an image's code, of any z, or of layers."""
    if kind == "layers":
        address.keep(SEEN, None if value == LAYERS else ",".join(value))
        return
    address.keep(RING, str(value) if kind == "picked" and value is not None else None, revision.id)
    if kind == "code":
        address.keep_code("z", value)
    elif value is not None:
        address.keep_code("z", probe.z[value])


def grid_panel(revision, probe, held):
    from app.page_parts.style_grid import style_grid
    from app.ui.latent_canvas import note_code

    def hear(kind, value):
        if kind == "layout":
            style_grid_layout.keep(value, style_grid_layout.usual(revision, probe))
            return
        address.keep(RING, None, revision.id)
        note_code(PLANE, value)
        address.keep_code("z", value)

    st.header("One style per row, one content per column", anchor=False)
    style_grid(revision, probe, style_now(revision, probe), held, hear)
    if not loaded.has_originals(revision):
        st.caption(revision_picker.missing(revision))


def plain_panel(revision, probe):
    """Draw plain controls in place of grid and plane: numbers, sliders, and the live image decoded by the server."""
    first = style_grid_layout.usual(revision, probe)
    title = "Plain controls: numbers and sliders without the grid"
    if not widgets.folded(title, "plain", plain_controls, revision, probe, first):
        # drops numbers stored for another revision
        style_grid_layout.keep(style_grid_layout.now(revision, probe), first)


def plain_controls(revision, probe, first):
    names = loaded.contents(revision)
    left, right = st.columns([1, 2], gap="large")
    with right:
        type_list(
            "images",
            f"{shown_codes.item(revision).capitalize()}s that give each row of the grid its style",
            first["rows"],
            messages.ROWS,
            len(probe.z),
        )
        type_list("columns", "Contents of the columns", first["columns"], messages.COLUMNS, len(names))
        blend = style_grid_layout.now(revision, probe)["blend"]
        blend_controls(names, blend, first)
        current_code.random_button(revision)
        current_code.code_sliders(revision, probe.z, first=style_grid_layout.first_style(revision, probe))
    with left:
        item = current_code.decoded(revision, style_now(revision, probe), shares_of(blend, len(names)))
        current_code.show(revision, item, "The live style as the live content")


def type_list(name, label, usual, most, count):
    """Draw a field for whole numbers separated by commas; invalid input is reported and changes nothing."""
    read = partial(numbers_of, most=most, count=count)
    count_key = f"{name}.of"  # session key: the former `count`; another revision may have fewer
    if name not in st.session_state or name in address.linked() or st.session_state.get(count_key) != count:
        st.session_state[count_key] = count
        st.session_state[name] = ", ".join(map(str, address.recall(name, read, usual)))
    text = st.text_input(label, key=name, help=f"Numbers from 0 to {count - 1}, separated by commas.")
    numbers = read(text)
    if numbers is None:
        widgets.error_box(f"Enter a few numbers from 0 to {count - 1}, separated by commas.")
        return
    address.keep(name, None if numbers == usual else ",".join(map(str, numbers)))


def blend_controls(names, blend, first):
    """Draw the controls of the live column's content: two contents and the share of the second."""

    def changed():
        style_grid_layout.keep_blend({end: st.session_state[f"blend.{end}"] for end in ("a", "b", "t")}, first)

    for end in ("a", "b", "t"):
        st.session_state[f"blend.{end}"] = blend[end]
    numbers = list(range(len(names)))
    with st.container(horizontal=True):
        st.selectbox("Content A", numbers, key="blend.a", format_func=names.__getitem__, on_change=changed, width=150)
        st.selectbox("Content B", numbers, key="blend.b", format_func=names.__getitem__, on_change=changed, width=150)
        st.slider("Share of content B", 0.0, 1.0, step=0.01, key="blend.t", on_change=changed)


def agreement_panel(revision):
    if not revision_picker.decoder_trained(revision):  # a plain classifier
        return
    if not derived.uses_labels(revision.config):  # a cluster has no intended class
        st.page_link("views/clusters.py", label="How good the clusters are", icon=":material/bubble_chart:")
        return
    st.header(shown_codes.named(revision, "Do swapped images show the intended class?"), anchor=False)
    figures = shipped_agreement(revision) or measured.figures(revision, "swap-agreement")
    if figures is None and shown_codes.is_here(revision):
        text = shown_codes.named(revision, "Trains a classifier on the real images, which takes some seconds.")
        measured.button(revision, "swap-agreement", "Measure", text)
        text = "An independent classifier, trained on real images only, can be asked which class it sees in swapped images."
        st.caption(shown_codes.named(revision, text))
        return
    if figures is None:
        needed = f"{shown_codes.item(revision)}s of {markdown.literal(revision.data.title)}"
        st.caption(f"This needs the {needed}. {revision_picker.missing(revision)}")
        return
    left, right = st.columns([1, 3], vertical_alignment="center")
    left.metric("Agreement", percent(figures["agreement"]))
    words = "The share of swapped images that show the intended class, as judged by a classifier trained on real images only."
    if figures.get("classifier_accuracy"):
        words += f" It is right on {percent(figures['classifier_accuracy'])} of the real test images, "
        words += "so agreements near that value cannot be told apart."
    right.markdown(shown_codes.named(revision, words))
    text = style_words(revision.measures)
    if text:
        st.markdown(shown_codes.named(revision, text))
    if keeps_class(revision.measures):
        offer_apart(revision)


def shipped_agreement(revision):
    """The agreement and the classifier's accuracy that the training recorded, as shares; None if it recorded none."""
    agreement, error = revision.measures.get("swap_agreement"), revision.measures.get("judge_error")
    if not isinstance(agreement, float):
        return None
    if not isinstance(error, float):
        return {"agreement": agreement}
    return {"agreement": agreement, "classifier_accuracy": 1 - error}


def offer_apart(revision):
    """Draw a link to a revision of the same variant and data whose style does not keep the class, if there is one."""
    kind = (revision.config.variant, revision.config.data)
    for other in loaded.summaries():
        if other.status and (other.variant, other.data) == kind and keeps_class(other.status.measures) is False:
            title = markdown.literal(revision_list.title(other))
            links.to_revision("style", f"A revision whose style does not keep the class: {title}", other.id)
            return


def keeps_class(measures):
    """Whether the class can be predicted from the style for more than the share KEEPS of images; None if not measured."""
    share = measures.get("content_from_style")
    return share > KEEPS if isinstance(share, float) else None


def style_words(measures):
    """Sentences on how well the class can be predicted from the style; "" if that was not measured."""
    share, chance = measures.get("content_from_style"), measures.get("chance")
    if not isinstance(share, float):
        return ""
    sentence = (
        f"From the style z alone, a classifier predicts the class of {percent(share, 0)} of the test images correctly"
    )
    has_chance = isinstance(chance, float)
    sentence += f"; always guessing the most frequent class would give {percent(chance, 0)}." if has_chance else "."
    if keeps_class(measures):
        sentence = (
            f"**The style keeps the class.** {sentence} So a decoded image may show the class of its style, not of its "
            "column."
        )
    return sentence


def liking(summary):
    """How suitable a revision is for this page: a point for a decoder that takes the class, another for the variant "supervised",
    and half a point for two-dimensional styles."""
    points = 0
    if takes_content(summary) and summary.variant != "clustering":
        points += 1
    if summary.variant == "supervised":
        points += 1
    if summary.latent_dim == 2:
        points += 0.5
    return points


revision_picker.page("Style and content", show, liking)
