"""Single test images with their predictions, in pages: the misclassified ones, or those of lowest confidence."""

import streamlit as st

from aae_core.wording import join_sentences
from app.cache import revision_data
from app.cache.predictions import Predictions
from app.cache.revision_view import RevisionView
from app.figures import html_tables, number_text
from app.session import address
from app.translation.texts import mark, translate
from app.ui import choices, image_html, revision_picker, widgets

IMAGE_CASES = {"wrong": mark("Misclassified"), "unsure": mark("Lowest confidence")}
MAX_SHOWN_PROBABILITY = 1 - 1e-6  # largest probability that is displayed: float32 rounds a higher one to 1


@address.settings_fragment
@revision_picker.with_renewed_revision
def render_classified_images(revision: RevisionView, predictions: Predictions):
    """Draw misclassified images or those with the lowest confidence; a fragment, since nothing else depends on the choice."""
    st.header(revision.reword_for_items(translate("Individual images")), anchor=False)
    case_titles = {case: translate(title) for case, title in IMAGE_CASES.items()}
    options = {"any": translate("any")} | {str(k): name for k, name in enumerate(revision.data.classes)}
    with st.container(horizontal=True, vertical_alignment="bottom"):
        cases_label = revision.reword_for_items(translate("Images"))
        cases = choices.choose_option(st.segmented_control, "cases", case_titles, "wrong", label=cases_label)
        true_choice = choices.choose_option(
            st.selectbox, "true", options, "any", label=translate("True class"), width=150
        )
        predicted_choice = choices.choose_option(
            st.selectbox, "said", options, "any", label=translate("Predicted class"), width=150
        )
        rows = predictions.evaluation.wrong if cases == "wrong" else predictions.evaluation.least_certain
        for class_choice, values in (
            (true_choice, predictions.labels),
            (predicted_choice, predictions.probabilities.argmax(1)),
        ):
            if class_choice != "any":
                rows = rows[values[rows] == int(class_choice)]
        start = choices.choose_page_start_index(
            "classify", (revision.id, cases, true_choice, predicted_choice), len(rows)
        )
    if not len(rows):
        st.caption(revision.reword_for_items(translate("No test image matches this choice.")))
        return
    sheet_rows = rows[start : start + choices.IMAGES_PER_PAGE]
    places = {"first": f"{start + 1:,}", "last": f"{start + len(sheet_rows):,}", "count": f"{len(rows):,}"}
    if cases == "wrong":
        place_text = translate("Images {first} to {last} of {count}, highest confidence first.", **places)
    else:
        place_text = translate("Images {first} to {last} of {count}, lowest confidence first.", **places)
    cells_text = translate("Below each: the predicted class with its probability, and the true class.")
    st.caption(join_sentences(revision.reword_for_items(place_text), cells_text))
    with widgets.errors_in_boxes():
        item = revision.reword_for_items(translate("image"))
        st.html(html_tables.prediction_gallery_html(_gallery_cells(revision, predictions, sheet_rows), item))


def _gallery_cells(revision: RevisionView, predictions: Predictions, rows):
    names = revision.data.classes
    pictures = revision_data.to_pictures(revision, revision.originals.images("test", predictions.index[rows]))
    alt_form = revision.reword_for_items(translate("Test image {number}: {true}, predicted {predicted} ({share})"))
    for row, picture in zip(rows, pictures, strict=True):
        q, number = predictions.probabilities[row], int(predictions.index[row])
        true_name, predicted_name, certainty = (
            names[predictions.labels[row]],
            names[q.argmax()],
            min(float(q.max()), MAX_SHOWN_PROBABILITY),
        )
        alt = alt_form.format(
            number=number, true=true_name, predicted=predicted_name, share=number_text.percent(certainty)
        )
        yield image_html.image_tag_html(picture, alt, 64), true_name, predicted_name, certainty, number
