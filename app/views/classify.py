"""Classify: a revision used as a classifier, with its predictions for the test images and for the visitor's drawing or image."""

from functools import partial

import streamlit as st

from aae_core.config.derived import labels_teach_content
from aae_core.evaluation.metrics import METRICS
from aae_core.store.status import STATES_WITHOUT_RESULTS
from app.cache import predictions, revision_data
from app.components import markdown
from app.figures import html_tables, number_text
from app.page_parts import classified_images, label_counts, visitor_image
from app.ui import links, revision_picker, widgets
from app.visitors import identity

PURPOSE = "A network that learned its classes from labels: draw something, and it says which class it sees."


def render_classifier(revision):
    if not labels_teach_content(revision.config):
        render_no_classifier_note(revision)
        return
    note = "There are no weights yet. The classifier appears with the first checkpoint."
    if revision_picker.load_codes_or_render_note(revision, note) is None:
        return
    left_column, right_column = st.columns([6, 5], gap="large")
    if not revision.data.is_table:  # rows cannot be drawn
        with right_column, widgets.part_container("own-image"), widgets.errors_in_boxes():
            st.header("Your drawing or image" if visitor_image.can_be_drawn(revision) else "Your image", anchor=False)
            visitor_image.render_visitor_image(revision)
    with left_column:
        st.header(f"On the test {revision.item_word}s", anchor=False)
        has_images, answers = revision.originals is not None, None
        if has_images:
            widgets.render_recompute_button(predictions.CACHE, revision, "These predictions are", "Classify again")
            with widgets.errors_in_boxes():
                answers = label_counts.predict_with_progress_bar(revision)
        assessment = predictions.stored_evaluation(revision) if answers is None else answers.evaluation
        error = predictions.find_test_error(revision) if assessment is None else assessment.error
        if assessment is not None:
            render_confusion(revision, assessment)
        elif error is not None:
            st.metric("Test error", number_text.percent(error, 2), help="Measured at the end of the training.")
        if not has_images:
            render_missing_test_images_note(revision, error is not None)
    if answers is not None:
        with widgets.part_container("images-wrong"):
            classified_images.render_classified_images(revision, answers)
    left_column, right_column = st.columns(2, gap="large")
    with left_column, widgets.errors_in_boxes():
        if assessment is not None:
            render_calibration(revision, assessment)
        else:
            widgets.render_part("command", render_command, revision)
    with right_column, widgets.errors_in_boxes():
        if error is not None:
            label_counts.render_label_counts(revision, error)
    if assessment is not None:
        widgets.render_part("command", render_command, revision)


def render_no_classifier_note(revision):
    """Explain why a revision predicts no class, with a link to a revision that does."""
    item = revision.item_word
    if revision.variant.categorical:
        st.markdown(
            f"{revision_picker.variant_introduction(revision)} assigns {item}s to clusters that it finds "
            "without labels, so it does not "
            "predict a class. The page *Clusters* shows its clusters."
        )
        links.render_revision_link("clusters", "Open it in Clusters", revision.id)
    else:
        has_regions = revision.variant.labels == "discriminator"
        region_note = " that lies in the region of its class, but no q(y|x)" if has_regions else " and nothing else"
        st.markdown(
            f"{revision_picker.variant_introduction(revision)} does not predict a class: its encoder gives each "
            f"{item} a latent code{region_note}. A "
            "*semi-supervised* adversarial autoencoder infers both a class and a style, q(y|x) and q(z|x): it learns "
            f"the classes from a few labels and everything else from all {item}s. Once trained, it is a classifier."
        )
        if has_regions:
            render_share_in_own_region(revision)
    other_summaries = [
        summary
        for summary in revision_data.list_summaries()
        if summary.state not in STATES_WITHOUT_RESULTS and predictions.demonstration_rank(summary)
    ]
    other_summaries.sort(
        key=lambda summary: (
            summary.data != revision.data.name, -predictions.demonstration_rank(summary), not summary.gallery,
        )
    )  # fmt: skip
    query = {"data": revision.data.name, "preset": "semi-supervised"}
    links.render_other_revision_button(
        other_summaries, "classify", "Train a semi-supervised model with 100 labels", query
    )


def render_share_in_own_region(revision):
    """The share of codes that lie in the region of their class (§2.3), and a link to the map that shows it."""
    metric = METRICS["region_accuracy"].worded_for(revision.data.is_table)
    share = predictions.final_metrics(revision).get("region_accuracy")
    if isinstance(share, float):
        st.metric(metric.title, number_text.percent(share, 2), help=metric.reading)
    else:
        st.caption("The share of codes in the region of their class is measured at the end of the training.")
    links.render_revision_link("explore", "See the regions in Explore", revision.id)


def render_missing_test_images_note(revision, is_error_known):
    """Explain what is missing because the test images are not on this machine, and how to get them. is_error_known:
    whether the revision's test error is known."""
    title, name = markdown.escape(revision.data.title), revision.data.name
    figures_note = (
        "The figures above were recorded when this revision was evaluated."
        if is_error_known
        else "No figures were recorded."
    )
    reason = markdown.escape(revision.missing_data_reason)
    download_text = revision_picker.how_to_get_data_text(name)
    text = f"{figures_note} {reason}, so no test {revision.item_word} can be shown. {download_text}"
    st.info(text.rstrip(), icon=":material/info:")
    if download_text and identity.current_visitor().is_teacher:
        links.render_train_link(f"Download {title} on the page Train", {"data": name})


def render_confusion(revision, assessment):
    class_names = revision.data.classes
    wrong_count = round(assessment.error * assessment.n)
    left, right = st.columns([3, 5], vertical_alignment="center")
    help_text = revision.reword_for_items("The share of the test images that are misclassified.")
    left.html("<style>.st-key-test-error [data-testid=stMetricValue] { font-size: 2.5rem; line-height: 1.2; }</style>")
    left.container(key="test-error").metric("Test error", number_text.percent(assessment.error, 2), help=help_text)
    labelled_text = "All" if revision.config.labels is None else f"{revision.config.labels:,} of the"
    right.markdown(
        f"{wrong_count:,} of {assessment.n:,} test {revision.item_word}s are misclassified. No test "
        f"{revision.item_word} was used for training. {labelled_text} {revision.data.train:,} "
        f"{revision.split_items_words('train')} were labelled."
    )
    st.html(html_tables.confusion_matrix_html(assessment.confusion, class_names, f"{revision.item_word}s"))
    errors = markdown.escape(html_tables.frequent_errors_sentence(assessment.confusion, class_names))
    caption = f"Blue: correct. Orange: misclassified; the stronger the colour, the more often. {errors}"
    if len(html_tables.classes_with_most_errors(assessment.confusion)) < len(class_names):
        caption += f" Of {len(class_names)} classes, those with the most errors are shown."
    st.caption(caption)


def render_calibration(revision, assessment):
    from app.figures import prediction_charts

    st.header("Is the classifier well calibrated?", anchor=False)
    summary_text = prediction_charts.calibration_sentence(assessment)
    st.markdown(summary_text)
    alt = f"Reliability diagram: accuracy against confidence. {summary_text}"
    widgets.render_chart(
        prediction_charts.reliability_diagram(assessment.bins, f"{revision.item_word}s"),
        key="classify.reliability",
        alt=alt,
    )
    st.caption(
        f"Each bar groups {revision.item_word}s of similar confidence (the largest value of q(y|x)); the number above "
        "it is their count. A bar below the dashed line means overconfidence. The expected calibration error, the average gap "
        f"between confidence and accuracy, is {number_text.percent(assessment.calibration_error)}."
    )
    widgets.render_expander(
        "The bars as a table",
        "classify.bars",
        render_bars_table,
        assessment.bins,
        f"{revision.item_word}s",
    )


def render_bars_table(bins, items):
    rows = []
    for bin_ in bins:
        confidence = f"{number_text.percent(bin_.low)} to {number_text.percent(bin_.high)}"
        certainty, accuracy = number_text.percent(bin_.certainty), number_text.percent(bin_.accuracy)
        rows.append((confidence, f"{bin_.n:,}", certainty, accuracy))
    column_titles = ("Confidence", items.capitalize(), "Mean confidence", "Accuracy")
    st.html(html_tables.text_table_html("Reliability", column_titles, rows))


def render_command(revision):
    st.header(f"Classify many {revision.item_word}s", anchor=False)
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
        f"Each image is only scaled to {width} × {height} pixels{visitor_image.background_hint(revision)}. `-o predictions.csv` "
        "writes the table to a file."
    )


revision_picker.render_revision_page(
    "Classify",
    render_classifier,
    predictions.demonstration_rank,
    render_introduction=partial(revision_picker.render_purpose, PURPOSE),
)
