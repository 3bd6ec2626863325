"""An image that the visitor draws or uploads, and its predicted class."""

import numpy as np
import streamlit as st

from aae_core.data import import_problems, preprocessing
from aae_core.data.own_data import image_files, own_images
from aae_core.errors import DataError
from app.cache import revision_data
from app.cache.revision_view import RevisionView
from app.components import markdown
from app.figures import html_tables
from app.figures.number_text import percent
from app.translation.data_titles import data_title
from app.translation.texts import mark, translate
from app.ui import image_html, revision_picker, widgets

# session key: the image on the pad, uint8 H×W×C, and the number of the message that brought it
PAD_IMAGE_KEY = "classify.given"
BARS_CAPTION = mark("q(y|x): the probability of each class")
# the three texts depend on the background of a data set's images (of `plain_background`)
SCALING_TEXTS = {
    "dark": mark(
        "Each image is only scaled to {width} × {height} pixels; it should be light on dark, as the images of {data} are."
    ),
    "light": mark(
        "Each image is only scaled to {width} × {height} pixels; it should be dark on light, as the images of {data} are."
    ),
    None: mark("Each image is only scaled to {width} × {height} pixels."),
}
UPLOAD_TEXTS = {
    "dark": mark(
        "The image is only scaled to {width} × {height} pixels, as by the command below; it should be light on dark, as the "
        "images of {data} are."
    ),
    "light": mark(
        "The image is only scaled to {width} × {height} pixels, as by the command below; it should be dark on light, as the "
        "images of {data} are."
    ),
    None: mark("The image is only scaled to {width} × {height} pixels, as by the command below."),
}
INVERTED_TEXTS = {
    "dark": mark(
        "This image seems to have inverted colours; it should be light on dark, as the images of {data} are. Invert it first, or "
        "the prediction means little; the drawing pad inverts images automatically."
    ),
    "light": mark(
        "This image seems to have inverted colours; it should be dark on light, as the images of {data} are. Invert it first, or "
        "the prediction means little; the drawing pad inverts images automatically."
    ),
    None: mark(
        "This image seems to have inverted colours. Invert it first, or the prediction means little; the drawing pad inverts "
        "images automatically."
    ),
}
EMPTY_INPUT_STYLE = "width: 96px; height: 96px; border: 1px dashed var(--colour-line); border-radius: var(--corner)"
MAX_UPLOAD_MB = 32  # MB of an uploaded image


@st.fragment
@revision_picker.with_renewed_revision
def render_visitor_image(revision: RevisionView):
    """Draw the pad and the prediction for its image; a fragment, so that the pad's messages rerun only this part."""
    from app.components.drawing_pad import mount_drawing_pad

    with widgets.errors_in_boxes():
        image, message_number = st.session_state.get(PAD_IMAGE_KEY, (None, 0))
        channels, height, width = revision.data.shape
        if image is not None and image.shape != (height, width, channels):
            image = None  # drawn for another revision
        q = None if image is None else class_probabilities(revision, image)
        left, right = st.columns(2, gap="medium")
        with left:
            on_image = lambda *message: st.session_state.update({PAD_IMAGE_KEY: message})  # noqa: E731
            mount_drawing_pad(
                revision,
                "" if q is None else prediction_sentence(q, revision.data.classes),
                message_number,
                "classify.pad",
                on_image,
            )
        with right:
            if q is None:
                render_empty_prediction(revision)
            else:
                render_prediction(revision, image, q)
    if can_be_drawn(revision):
        title = translate("Plain controls: an image file without the drawing pad")
    else:
        title = translate("Plain controls: an image file that is only scaled")
    widgets.render_expander(title, "plain", render_plain_upload, revision)


def can_be_drawn(revision: RevisionView) -> bool:
    """Whether images like a revision's can be drawn: grey ones on a plain background; web/src/drawing/pad.ts applies the same
    rule."""
    return revision.data.shape[0] == 1 and plain_background(revision) is not None


def plain_background(revision: RevisionView) -> str | None:
    """The background of the images of a revision's data set, "dark" or "light"; None if they have no plain one."""
    return revision_data.input_preprocessing(revision)["ground"]


def class_probabilities(revision: RevisionView, image):
    """q(y|x) of one image uint8 H×W×C, K values."""
    from aae_core.latent import exploration

    return exploration.encode_contents(revision.model, image[None])[0]


def prediction_sentence(q, names) -> str:
    """The two likeliest classes with their probabilities, in words. q: K probabilities."""
    first, second = np.argsort(-q, kind="stable")[:2]
    return translate(
        "Predicted: {first} ({first_share}). Second: {second} ({second_share}).",
        first=names[first], first_share=percent(float(q[first])),
        second=names[second], second_share=percent(float(q[second])),
    )  # fmt: skip


def render_empty_prediction(revision: RevisionView):
    """Draw the place of the prediction, before there is one, as large as it will be."""
    st.caption(translate("Input of the network"))
    st.html(f'<div style="{EMPTY_INPUT_STYLE}"></div>')
    st.html(html_tables.empty_bars_html(revision.data.classes, translate(BARS_CAPTION)))


def render_prediction(revision: RevisionView, image, q):
    title = translate("Input of the network")
    st.caption(title)
    image_html.render_image(image, title, 96)
    st.html(html_tables.probability_bars_html(q, revision.data.classes, translate(BARS_CAPTION)))


def render_plain_upload(revision: RevisionView):
    """Draw the field for an image file, which is only scaled to the size of the data set's images, as by the command line."""
    kinds = [suffix[1:] for suffix in image_files.IMAGE_SUFFIXES]
    file = st.file_uploader(translate("An image file"), type=kinds, key="classify.file", max_upload_size=MAX_UPLOAD_MB)
    (_, height, width), background = revision.data.shape, plain_background(revision)
    title = markdown.escape(data_title(revision.data))
    st.caption(translate(UPLOAD_TEXTS[background], width=width, height=height, data=title))
    if file is None:
        return
    try:
        margins, tones = revision.data.margins, revision.data.tones
        pixels = np.atleast_3d(image_files.decode_image(file.getvalue(), (height, width), margins=margins, tones=tones))
    except DataError as error:  # its text completes a sentence that begins with the file name
        raise DataError(f"{import_problems.shorten_name(file.name)} {error}.") from None
    image = own_images.resize_for_model(pixels[None], revision.data.shape)[0]
    if preprocessing.count_inverted_images(image[None], background):
        st.warning(translate(INVERTED_TEXTS[background], data=title), icon=":material/invert_colors:")
    q = class_probabilities(revision, image)
    st.markdown(markdown.escape(prediction_sentence(q, revision.data.classes)))
    render_prediction(revision, image, q)
