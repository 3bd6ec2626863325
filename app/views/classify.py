"""Classify: a revision used as a classifier, with its predictions for the test images and for the visitor's drawing or image."""

from functools import partial

import streamlit as st

from aae_core.config.derived import labels_teach_content
from aae_core.evaluation.metrics import METRICS
from aae_core.store.status import STATES_WITHOUT_RESULTS
from aae_core.wording import join_sentences
from app.cache import predictions, revision_data
from app.cache.revision_view import RevisionView
from app.components import markdown
from app.figures import html_tables, number_text
from app.page_parts.classify import classified_images, label_counts, visitor_image
from app.translation.data_titles import data_title
from app.translation.texts import mark, translate
from app.ui import links, revision_picker, widgets
from app.visitors import identity

PURPOSE = mark("A network that learned its classes from labels: draw something, and it says which class it sees.")


def render_classifier(revision: RevisionView):
    if not labels_teach_content(revision.config):
        render_no_classifier_note(revision)
        return
    note = translate("There are no weights yet. The classifier appears with the first checkpoint.")
    if revision_picker.load_codes_or_render_note(revision, note) is None:
        return
    left_column, right_column = st.columns([6, 5], gap="large")
    if not revision.data.is_table:  # rows cannot be drawn
        with right_column, widgets.part_container("own-image"), widgets.errors_in_boxes():
            can_be_drawn = visitor_image.can_be_drawn(revision)
            st.header(translate("Your drawing or image") if can_be_drawn else translate("Your image"), anchor=False)
            visitor_image.render_visitor_image(revision)
    with left_column:
        st.header(revision.reword_for_items(translate("On the test images")), anchor=False)
        has_images, answers = revision.originals is not None, None
        if has_images:
            note = translate("These predictions are from an earlier checkpoint; the training continues.")
            widgets.render_recompute_button(predictions.CACHE, revision, note, translate("Classify again"))
            with widgets.errors_in_boxes():
                answers = label_counts.predict_with_progress_bar(revision)
        assessment = predictions.stored_evaluation(revision) if answers is None else answers.evaluation
        error = predictions.find_test_error(revision) if assessment is None else assessment.error
        if assessment is not None:
            render_confusion(revision, assessment)
        elif error is not None:
            help_text = translate("Measured at the end of the training.")
            st.metric(translate("Test error"), number_text.percent(error, 2), help=help_text)
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


def render_no_classifier_note(revision: RevisionView):
    """Explain why a revision predicts no class, with a link to a revision that does."""
    variant = revision_picker.variant_title(revision)
    if revision.variant.categorical:
        text = translate(
            "This revision, of the variant **{variant}**, assigns images to clusters that it finds without labels, so it does "
            "not predict a class. The page *Clusters* shows its clusters."
        )
        st.markdown(revision.reword_for_items(text).format(variant=variant))
        links.render_revision_link("clusters", translate("Open it in Clusters"), revision.id)
    else:
        has_regions = revision.variant.labels == "discriminator"
        if has_regions:
            text = translate(
                "This revision, of the variant **{variant}**, does not predict a class: its encoder gives each image a latent "
                "code that lies in the region of its class, but no q(y|x)."
            )
        else:
            text = translate(
                "This revision, of the variant **{variant}**, does not predict a class: its encoder gives each image a latent "
                "code and nothing else."
            )
        explanation = translate(
            "A *semi-supervised* adversarial autoencoder infers both a class and a style, q(y|x) and q(z|x): it learns the "
            "classes from a few labels and everything else from all images. Once trained, it is a classifier."
        )
        sentences = revision.reword_for_items(text).format(variant=variant), revision.reword_for_items(explanation)
        st.markdown(join_sentences(*sentences))
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
    label = translate("Train a semi-supervised model with 100 labels")
    links.render_other_revision_button(other_summaries, "classify", label, query)


def render_share_in_own_region(revision: RevisionView):
    """The share of codes that lie in the region of their class (§2.3), and a link to the map that shows it."""
    metric = METRICS["region_accuracy"]
    share = predictions.final_metrics(revision).get("region_accuracy")
    if isinstance(share, float):
        title, reading = (
            revision.reword_for_items(translate(metric.title)),
            revision.reword_for_items(translate(metric.reading)),
        )
        st.metric(title, number_text.percent(share, 2), help=reading)
    else:
        st.caption(translate("The share of codes in the region of their class is measured at the end of the training."))
    links.render_revision_link("explore", translate("See the regions in Explore"), revision.id)


def render_missing_test_images_note(revision: RevisionView, is_error_known):
    """Explain what is missing because the test images are not on this machine, and how to get them. is_error_known:
    whether the revision's test error is known."""
    title, name = markdown.escape(data_title(revision.data)), revision.data.name
    if is_error_known:
        figures_note = translate("The figures above were recorded when this revision was evaluated.")
    else:
        figures_note = translate("No figures were recorded.")
    reason_form = revision.reword_for_items(translate("{reason}, so no test image can be shown."))
    reason_text = reason_form.format(reason=markdown.escape(revision.missing_data_reason))
    download_text = revision_picker.how_to_get_data_text(name)
    st.info(join_sentences(figures_note, reason_text, download_text), icon=":material/info:")
    if download_text and identity.current_visitor().is_teacher:
        links.render_train_link(translate("Download {data} on the page Train", data=title), {"data": name})


def render_confusion(revision: RevisionView, assessment):
    class_names = revision.data.classes
    wrong_count = round(assessment.error * assessment.n)
    left, right = st.columns([3, 5], vertical_alignment="center")
    help_text = revision.reword_for_items(translate("The share of the test images that are misclassified."))
    left.html("<style>.st-key-test-error [data-testid=stMetricValue] { font-size: 2.5rem; line-height: 1.2; }</style>")
    error_text = number_text.percent(assessment.error, 2)
    left.container(key="test-error").metric(translate("Test error"), error_text, help=help_text)
    wrong_text = translate(
        "{wrong} of {count} test images are misclassified. No test image was used for training.",
        wrong=f"{wrong_count:,}", count=f"{assessment.n:,}",
    )  # fmt: skip
    train_text = f"{revision.data.train:,}"
    if revision.config.labels is None:
        labels_text = translate("All {count} training images were labelled.", count=train_text)
    else:
        labels_text = translate(
            "{labels} of the {count} training images were labelled.",
            labels=f"{revision.config.labels:,}", count=train_text,
        )  # fmt: skip
    right.markdown(revision.reword_for_items(join_sentences(wrong_text, labels_text)))
    items = revision.reword_for_items(translate("images"))
    st.html(html_tables.confusion_matrix_html(assessment.confusion, class_names, items))
    errors = markdown.escape(html_tables.frequent_errors_sentence(assessment.confusion, class_names))
    colours_text = translate("Blue: correct. Orange: misclassified; the stronger the colour, the more often.")
    caption = join_sentences(colours_text, errors)
    if len(html_tables.classes_with_most_errors(assessment.confusion)) < len(class_names):
        selection_text = translate("Of {count} classes, those with the most errors are shown.", count=len(class_names))
        caption = join_sentences(caption, selection_text)
    st.caption(caption)


def render_calibration(revision: RevisionView, assessment):
    from app.figures import prediction_charts

    st.header(translate("Is the classifier well calibrated?"), anchor=False)
    summary_text = prediction_charts.calibration_sentence(assessment)
    st.markdown(summary_text)
    chart_text = translate("Reliability diagram: accuracy against confidence.")
    widgets.render_chart(
        prediction_charts.reliability_diagram(assessment.bins, revision.data.is_table),
        key="classify.reliability",
        alt=join_sentences(chart_text, summary_text),
    )
    caption = translate(
        "Each bar groups images of similar confidence (the largest value of q(y|x)); the number above it is their count. A bar "
        "below the dashed line means overconfidence. The expected calibration error, the average gap between confidence and "
        "accuracy, is {gap}.",
        gap=number_text.percent(assessment.calibration_error),
    )
    st.caption(revision.reword_for_items(caption))
    widgets.render_expander(
        translate("The bars as a table"),
        "classify.bars",
        render_bars_table,
        assessment.bins,
        revision.reword_for_items(translate("Images")),
    )


def render_bars_table(bins, items_head):
    rows = []
    for bin_ in bins:
        confidence = translate(
            "{low} to {high}", low=number_text.percent(bin_.low), high=number_text.percent(bin_.high)
        )
        certainty, accuracy = number_text.percent(bin_.certainty), number_text.percent(bin_.accuracy)
        rows.append((confidence, f"{bin_.n:,}", certainty, accuracy))
    column_titles = (translate("Confidence"), items_head, translate("Mean confidence"), translate("Accuracy"))
    st.html(html_tables.text_table_html(translate("Reliability"), column_titles, rows))


def render_command(revision: RevisionView):
    st.header(revision.reword_for_items(translate("Classify many images")), anchor=False)
    if revision.data.is_table:
        text = translate(
            "In Python, this gives the class probabilities of rows with the same features, a matrix or a DataFrame:"
        )
        st.markdown(text)
        st.code(f'import aae_core as aae\naae.open("{revision.id}").classify(rows)', wrap_lines=True)
        return
    _, height, width = revision.data.shape
    text = translate(
        "In the project's folder, this command prints the predicted class and all class probabilities of each image in a folder:"
    )
    st.markdown(text)
    st.code(f"python -m aae_core classify {revision.id} my_images/", language=None, wrap_lines=True)
    scaling_text = visitor_image.SCALING_TEXTS[visitor_image.plain_background(revision)]
    scaling_text = translate(scaling_text, width=width, height=height, data=markdown.escape(data_title(revision.data)))
    file_text = translate("`-o predictions.csv` writes the table to a file.")
    st.caption(join_sentences(scaling_text, file_text))


revision_picker.render_revision_page(
    translate("Classify"),
    render_classifier,
    predictions.demonstration_rank,
    render_introduction=partial(revision_picker.render_purpose, translate(PURPOSE)),
)
