"""Classify: a revision used as a classifier, with its predictions for the test images and for the visitor's drawing or image."""

import streamlit as st

from aae_core.config.derived import taught
from aae_core.evaluation.metrics import METRICS
from aae_core.store.status import UNTOLD
from app.cache import loaded, predictions, shown_codes
from app.components import markdown
from app.figures import number_text, prediction_tables
from app.page_parts import classified_images, label_counts, outside_image
from app.ui import links, revision_picker, widgets
from app.visitors import who


def show(revision):
    if not taught(revision.config):
        explain(revision)
        return
    nothing = "There are no weights yet. The classifier appears with the first checkpoint."
    if revision_picker.codes_of(revision, nothing) is None:
        return
    left, right = st.columns([6, 5], gap="large")
    if not revision.data.is_table:  # rows cannot be drawn
        with right, widgets.part("own-image"), widgets.guarded():
            st.header("Your drawing or image" if outside_image.is_drawn(revision) else "Your image", anchor=False)
            outside_image.panel(revision)
    with left:
        st.header(f"On the test {shown_codes.item(revision)}s", anchor=False)
        here, answers = shown_codes.is_here(revision), None
        if here:
            widgets.offer_again(predictions.KEPT, revision, "These predictions are", "Classify again")
            with widgets.guarded():
                answers = label_counts.predictions_with_bar(revision)
        found = predictions.from_reproduction(revision) if answers is None else answers.found
        error = predictions.error_of(revision) if found is None else found.error
        if found is not None:
            confusion_panel(revision, found)
        elif error is not None:
            st.metric("Test error", number_text.percent(error, 2), help="Measured at the end of the training.")
        if not here:
            without_images(revision, error is not None)
    if answers is not None:
        with widgets.part("images-wrong"):
            classified_images.panel(revision, answers)
    left, right = st.columns(2, gap="large")
    with left, widgets.guarded():
        if found is not None:
            calibration_panel(revision, found)
        else:
            widgets.panel("command", command_panel, revision)
    with right, widgets.guarded():
        if error is not None:
            label_counts.panel(revision, error)
    if found is not None:
        widgets.panel("command", command_panel, revision)


def explain(revision):
    """Explain why a revision predicts no class, with a link to a revision that does."""
    item = shown_codes.item(revision)
    if revision.variant.categorical:
        st.markdown(
            f"{revision_picker.kind_of(revision)} assigns {item}s to clusters that it finds without labels, so it does not "
            "predict a class. The page *Clusters* shows its clusters."
        )
        links.to_revision("clusters", "Open it in Clusters", revision.id)
    else:
        regions = revision.variant.labels == "discriminator"
        more = " that lies in the region of its class, but no q(y|x)" if regions else " and nothing else"
        st.markdown(
            f"{revision_picker.kind_of(revision)} does not predict a class: its encoder gives each {item} a latent code{more}. A "
            "*semi-supervised* adversarial autoencoder infers both a class and a style, q(y|x) and q(z|x): it learns "
            f"the classes from a few labels and everything else from all {item}s. Once trained, it is a classifier."
        )
        if regions:
            regions_panel(revision)
    others = [
        summary for summary in loaded.summaries() if summary.state not in UNTOLD and predictions.preference(summary)
    ]
    others.sort(
        key=lambda summary: (
            summary.data != revision.data.name, -predictions.preference(summary), not summary.gallery,
        )
    )  # fmt: skip
    query = {"data": revision.data.name, "preset": "semi-supervised"}
    links.offer(others, "classify", "Train a semi-supervised model with 100 labels", query)


def regions_panel(revision):
    """The share of codes that lie in the region of their class (§2.3), and a link to the map that shows it."""
    measure = METRICS["region_accuracy"].worded(revision.data.is_table)
    share = predictions.at_the_end(revision).get("region_accuracy")
    if isinstance(share, float):
        st.metric(measure.title, number_text.percent(share, 2), help=measure.reading)
    else:
        st.caption("The share of codes in the region of their class is measured at the end of the training.")
    links.to_revision("explore", "See the regions in Explore", revision.id)


def without_images(revision, recorded):
    """Explain what is missing because the test images are not on this machine, and how to get them. recorded: whether the
    revision's test error is known."""
    title, name = markdown.literal(revision.data.title), revision.data.name
    figures = (
        "The figures above were recorded when this revision was evaluated." if recorded else "No figures were recorded."
    )
    why = markdown.literal(shown_codes.why_not_here(revision))
    how = revision_picker.how_to_get(name)
    told = f"{figures} {why}, so no test {shown_codes.item(revision)} can be shown. {how}"
    st.info(told.rstrip(), icon=":material/info:")
    if how and who.present().is_teacher:
        links.to_train(f"Download {title} on the page Train", {"data": name})


def confusion_panel(revision, found):
    names = revision.data.classes
    wrong = round(found.error * found.n)
    left, right = st.columns([1, 3], vertical_alignment="center")
    told = shown_codes.named(revision, "The share of the test images that are misclassified.")
    left.metric("Test error", number_text.percent(found.error, 2), help=told)
    used = "All" if revision.config.labels is None else f"{revision.config.labels:,} of the"
    right.markdown(
        f"{wrong:,} of {found.n:,} test {shown_codes.item(revision)}s are misclassified. No test "
        f"{shown_codes.item(revision)} was used for training. {used} {revision.data.train:,} "
        f"{shown_codes.items(revision, 'train')} were labelled."
    )
    st.html(prediction_tables.confusion(found.confusion, names, f"{shown_codes.item(revision)}s"))
    errors = markdown.literal(prediction_tables.frequent_errors(found.confusion, names))
    caption = f"Blue: correct. Orange: misclassified; the stronger the colour, the more often. {errors}"
    if len(prediction_tables.shown_classes(found.confusion)) < len(names):
        caption += f" Of {len(names)} classes, those with the most errors are shown."
    st.caption(caption)


def calibration_panel(revision, found):
    from app.figures import prediction_charts

    st.header("Is the classifier well calibrated?", anchor=False)
    said = prediction_charts.calibration(found)
    st.markdown(said)
    alt = f"Reliability diagram: accuracy against confidence. {said}"
    widgets.chart(
        prediction_charts.reliability(found.bins, f"{shown_codes.item(revision)}s"), key="classify.reliability", alt=alt
    )
    st.caption(
        f"Each bar groups {shown_codes.item(revision)}s of similar confidence (the largest value of q(y|x)); the number above "
        "it is their count. A bar below the dashed line means overconfidence. The expected calibration error, the average gap "
        f"between confidence and accuracy, is {number_text.percent(found.calibration_error)}."
    )
    widgets.folded("The bars as a table", "classify.bars", bars_table, found.bins, f"{shown_codes.item(revision)}s")


def bars_table(bins, items):
    rows = []
    for bin_ in bins:
        confidence = f"{number_text.percent(bin_.low)} to {number_text.percent(bin_.high)}"
        certainty, accuracy = number_text.percent(bin_.certainty), number_text.percent(bin_.accuracy)
        rows.append((confidence, f"{bin_.n:,}", certainty, accuracy))
    heads = ("Confidence", items.capitalize(), "Mean confidence", "Accuracy")
    st.html(prediction_tables.numbers("Reliability", heads, rows))


def command_panel(revision):
    st.header(f"Classify many {shown_codes.item(revision)}s", anchor=False)
    if revision.data.is_table:
        st.markdown(
            "In Python, this gives the class probabilities of rows with the same features, a matrix or a DataFrame:"
        )
        st.code(f'import aae_core as aae\naae.open("{revision.id}").classify(rows)', wrap_lines=True)
        return
    _, height, width = revision.data.shape
    st.markdown(
        "In the project's folder, this command prints the predicted class and all class probabilities of each image "
        "in a folder:"
    )
    st.code(f"python -m aae_core classify {revision.id} my_images/", language=None, wrap_lines=True)
    st.caption(
        f"Each image is only scaled to {width} × {height} pixels{outside_image.background_hint(revision)}. `-o predictions.csv` "
        "writes the table to a file."
    )


revision_picker.page("Classify", show, predictions.preference)
