"""Single test images with their predictions, in pages: the misclassified ones, or those of lowest confidence."""

import streamlit as st

from app.cache import revision_data
from app.cache.predictions import Predictions
from app.figures import html_tables, number_text
from app.session import address
from app.ui import choices, image_html, revision_picker, widgets

IMAGE_CASES = {"wrong": "Misclassified", "unsure": "Lowest confidence"}
MAX_SHOWN_PROBABILITY = 1 - 1e-6  # largest probability that is displayed: float32 rounds a higher one to 1


@address.settings_fragment
@revision_picker.with_renewed_revision
def render_classified_images(revision, predictions: Predictions):
    """Draw misclassified images or those with the lowest confidence; a fragment, since nothing else depends on the choice."""
    item = revision.item_word
    st.header(f"Individual {item}s", anchor=False)
    options = {"any": "any"} | {str(k): name for k, name in enumerate(revision.data.classes)}
    with st.container(horizontal=True, vertical_alignment="bottom"):
        cases = choices.choose_option(
            st.segmented_control, "cases", IMAGE_CASES, "wrong", label=f"{item.capitalize()}s"
        )
        true = choices.choose_option(st.selectbox, "true", options, "any", label="True class", width=150)
        predicted = choices.choose_option(st.selectbox, "said", options, "any", label="Predicted class", width=150)
        rows = predictions.evaluation.wrong if cases == "wrong" else predictions.evaluation.least_certain
        for class_choice, values in ((true, predictions.labels), (predicted, predictions.probabilities.argmax(1))):
            if class_choice != "any":
                rows = rows[values[rows] == int(class_choice)]
        start = choices.choose_page_start_index("classify", (revision.id, cases, true, predicted), len(rows))
    if not len(rows):
        st.caption(f"No test {item} matches this choice.")
        return
    sheet_rows = rows[start : start + choices.IMAGES_PER_PAGE]
    order = "highest confidence first" if cases == "wrong" else "lowest confidence first"
    st.caption(
        f"{item.capitalize()}s {start + 1:,} to {start + len(sheet_rows):,} of {len(rows):,}, {order}. Below each: the "
        "predicted class with its probability, and the true class."
    )
    with widgets.errors_in_boxes():
        st.html(html_tables.prediction_gallery_html(_gallery_cells(revision, predictions, sheet_rows), item))


def _gallery_cells(revision, predictions: Predictions, rows):
    names = revision.data.classes
    pictures = revision_data.to_pictures(revision, revision.originals.images("test", predictions.index[rows]))
    for row, picture in zip(rows, pictures, strict=True):
        q, number = predictions.probabilities[row], int(predictions.index[row])
        true, predicted, certainty = (
            names[predictions.labels[row]],
            names[q.argmax()],
            min(float(q.max()), MAX_SHOWN_PROBABILITY),
        )
        item = revision.item_word
        alt = f"Test {item} {number}: {true}, predicted {predicted} ({number_text.percent(certainty)})"
        yield image_html.image_tag_html(picture, alt, 64), true, predicted, certainty, number
