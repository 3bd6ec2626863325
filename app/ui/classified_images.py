"""Single test images with their predictions, in pages: the misclassified ones, or those of lowest confidence."""

import streamlit as st

from aae_core.data import sets
from app.figures import number_text, prediction_tables
from app.session import address
from app.ui import widgets

CASES = {"wrong": "Misclassified", "unsure": "Lowest confidence"}
CERTAIN = 1 - 1e-6  # a probability that float32 rounds to 1


@address.fragment
def panel(revision, answers):
    """The misclassified images and those of lowest confidence; a fragment, since nothing else depends on this choice."""
    st.header("Individual images", anchor=False)
    names = revision.data.classes
    options = ["any", *(str(k) for k in range(len(names)))]
    with st.container(horizontal=True, vertical_alignment="bottom"):
        cases = widgets.choose(
            st.segmented_control, "cases", list(CASES), "wrong", label="Images", format_func=CASES.get
        )
        true, said = (
            widgets.choose(
                st.selectbox, name, options, "any", label=label, width=150,
                format_func=lambda k: "any" if k == "any" else names[int(k)],
            )
            for name, label in (("true", "True class"), ("said", "Predicted class"))
        )  # fmt: skip
        rows = _chosen_rows(answers, cases, true, said)
        start = widgets.pick_sheet("classify", (revision.id, cases, true, said), len(rows))
    if not len(rows):
        st.caption("No test image matches this choice.")
        return
    seen = rows[start : start + widgets.SHEET_OF]
    order = "highest confidence first" if cases == "wrong" else "lowest confidence first"
    st.caption(
        f"Images {start + 1:,} to {start + len(seen):,} of {len(rows):,}, {order}. Below each: the predicted class with its "
        "probability, and the true class."
    )
    with widgets.guarded():
        st.html(prediction_tables.gallery(_cells(revision, answers, seen)))


def _chosen_rows(answers, cases, true, said):
    """Rows of the answers, in the order in which they are shown."""
    rows = answers.found.wrong if cases == "wrong" else answers.found.least_certain
    for wanted, values in ((true, answers.labels), (said, answers.probabilities.argmax(1))):
        if wanted != "any":
            rows = rows[values[rows] == int(wanted)]
    return rows


def _cells(revision, answers, rows):
    names, images = revision.data.classes, sets.load(revision.data.name).test.images
    for row in rows:
        q, number = answers.probabilities[row], int(answers.index[row])
        true, said, certainty = names[answers.labels[row]], names[q.argmax()], min(float(q.max()), CERTAIN)
        alt = f"Test image {number}: {true}, predicted {said} ({number_text.percent(certainty)})"
        yield widgets.image_tag(images[number], alt, 64), true, said, certainty, number
