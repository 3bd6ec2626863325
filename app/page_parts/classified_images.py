"""Single test images with their predictions, in pages: the misclassified ones, or those of lowest confidence."""

import streamlit as st

from aae_core.data import sets
from app.cache import loaded, shown_codes
from app.cache.predictions import Answers
from app.figures import number_text, prediction_tables
from app.session import address
from app.ui import choices, drawn_images, widgets

CASES = {"wrong": "Misclassified", "unsure": "Lowest confidence"}
CERTAIN = 1 - 1e-6  # largest probability that is displayed: float32 rounds a higher one to 1


@address.fragment
def panel(revision, answers: Answers):
    """Draw misclassified images or those with the lowest confidence; a fragment, since nothing else depends on the choice."""
    item = shown_codes.item(revision)
    st.header(f"Individual {item}s", anchor=False)
    options = {"any": "any"} | {str(k): name for k, name in enumerate(revision.data.classes)}
    with st.container(horizontal=True, vertical_alignment="bottom"):
        cases = choices.choose(st.segmented_control, "cases", CASES, "wrong", label=f"{item.capitalize()}s")
        true = choices.choose(st.selectbox, "true", options, "any", label="True class", width=150)
        predicted = choices.choose(st.selectbox, "said", options, "any", label="Predicted class", width=150)
        rows = answers.found.wrong if cases == "wrong" else answers.found.least_certain
        for class_choice, values in ((true, answers.labels), (predicted, answers.probabilities.argmax(1))):
            if class_choice != "any":
                rows = rows[values[rows] == int(class_choice)]
        start = choices.pick_sheet("classify", (revision.id, cases, true, predicted), len(rows))
    if not len(rows):
        st.caption(f"No test {item} matches this choice.")
        return
    sheet_rows = rows[start : start + choices.SHEET_OF]
    order = "highest confidence first" if cases == "wrong" else "lowest confidence first"
    st.caption(
        f"{item.capitalize()}s {start + 1:,} to {start + len(sheet_rows):,} of {len(rows):,}, {order}. Below each: the "
        "predicted class with its probability, and the true class."
    )
    with widgets.guarded():
        st.html(prediction_tables.gallery(_cells(revision, answers, sheet_rows), item))


def _cells(revision, answers: Answers, rows):
    names, images = revision.data.classes, sets.load(revision.data.name).test.images
    pictures = loaded.drawn(revision, images[answers.index[rows]])
    for row, picture in zip(rows, pictures, strict=True):
        q, number = answers.probabilities[row], int(answers.index[row])
        true, predicted, certainty = names[answers.labels[row]], names[q.argmax()], min(float(q.max()), CERTAIN)
        alt = f"Test {shown_codes.item(revision)} {number}: {true}, predicted {predicted} ({number_text.percent(certainty)})"
        yield drawn_images.image_tag(picture, alt, 64), true, predicted, certainty, number
