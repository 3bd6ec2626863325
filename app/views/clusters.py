"""Clusters: the clusters that a revision found without labels, how well they match the classes, and how many to choose."""

import streamlit as st

from aae_core.reproduce.experiments import EXPERIMENTS
from aae_core.wording import join_sentences
from app.cache import predictions, revision_data, revision_snapshot, text_columns
from app.cache.revision_view import RevisionView
from app.figures import clusters, html_tables, revision_list
from app.page_parts.clusters import cluster_cards, cluster_columns
from app.session import address, parsing
from app.translation.texts import translate
from app.ui import choices, links, requested_metrics, revision_picker, widgets

COUNT_KEY = "clusters.k"  # session key, with a revision's id: the number of clusters to train with
COUNT_SETTING = "k"  # URL parameter for this number
MAX_LINKED_COUNT = 10**9  # largest number in a link


def render_clusters(revision: RevisionView):
    if not clusters.is_unsupervised(revision.config):
        render_no_clusters_note(revision)
        return
    probe = revision_picker.load_codes_or_render_note(
        revision, translate("There are no codes yet. Clusters appear with the first checkpoint.")
    )
    if probe is None:
        return
    metrics = None
    with widgets.errors_in_boxes():
        metrics = requested_metrics.metrics_if_requested(revision, "clustering") or clusters.stored_clustering(revision)
    cards_place = st.container()
    item_names = None
    with widgets.errors_in_boxes():
        column = cluster_columns.render_column_by_cluster(revision, probe)
        texts = text_columns.item_texts_or_none(revision)
        item_names = cluster_columns.item_names(revision, metrics, texts, column)
    with cards_place, widgets.errors_in_boxes():
        cluster_cards.render_cluster_cards(revision, probe, metrics, item_names)
    widgets.render_part("figures", render_cluster_metrics, revision, metrics)
    widgets.render_part("count", render_count_choice, revision)


def render_no_clusters_note(revision: RevisionView):
    """Explain why a revision has no clusters, with a link to a revision that has."""
    if revision.variant.merge == "none":
        reason = translate(
            "This revision, of the variant **{variant}**, encodes an image as one latent code, and no part of it assigns the "
            "image to a cluster."
        )
        reason = revision.reword_for_items(reason)
    else:
        reason = translate(
            "This revision, of the variant **{variant}**, learns its categories from labels: they are the classes, so there are "
            "no clusters to find."
        )
    explanation = translate(
        "A *clustering* adversarial autoencoder splits the code into a style z and a categorical content y of K values without "
        "using any label: y is the number of a cluster."
    )
    st.markdown(join_sentences(reason.format(variant=revision_picker.variant_title(revision)), explanation))
    other_models = clusters.unsupervised_revisions(revision_data.list_summaries(), revision_snapshot.open_snapshot)
    query = {"preset": "clusters", "data": revision.data.name}
    links.render_other_revision_button(
        [summary for summary, _ in other_models], "clusters", translate("Train a clustering model"), query
    )


def render_cluster_metrics(revision: RevisionView, measured_metrics):
    st.header(translate("Do the clusters match the classes?"), anchor=False)
    metrics = predictions.final_metrics(revision) if measured_metrics is None else measured_metrics
    is_measured = clusters.ERROR in metrics
    if measured_metrics is None and revision.has_data:
        help_text = translate("Encodes every test image, and the training images by which the clusters are named.")
        label = translate("Name the clusters") if is_measured else translate("Measure")
        requested_metrics.render_measure_button(revision, "clustering", label, help_text)
        if not is_measured:
            caption = translate(
                "Labels, which were not used for training, can now show how well the clusters match the classes."
            )
            st.caption(caption)
            return
    if not is_measured:
        if revision.has_data:
            st.caption(translate("These images have no labels, so this cannot be measured."))
        else:
            st.caption(revision_picker.missing_data_text(revision))
        return
    figures = clusters.cluster_metric_rows(metrics, revision.data.is_table)
    for column, (title, value_text, reading) in zip(st.columns(len(figures)), figures, strict=True):
        column.metric(title, value_text, help=reading)
    st.caption(revision.reword_for_items(translate(clusters.RULES_TEXT)))
    if revision.data.name == "mnist" and revision.config.variant == "clustering":
        caption = translate(
            "The paper's errors on MNIST by the exemplar rule, in per cent: {error_16} with 16 clusters, {error_30} with 30 "
            "clusters (Makhzani et al., §6).",
            error_16=EXPERIMENTS["clustering-16"].paper, error_30=EXPERIMENTS["clustering-30"].paper,
        )  # fmt: skip
        st.caption(caption)


def render_count_choice(revision: RevisionView):
    st.header(translate("How many clusters?"), anchor=False)
    explanation = translate(
        "K is chosen before training. With too few clusters, some hold several classes; with more, each is purer, but a "
        "class is spread over several."
    )
    st.markdown(explanation)
    with st.container(horizontal=True, vertical_alignment="bottom"):
        count = choose_count(revision)
        with widgets.errors_in_boxes():
            links.render_train_link(
                translate("Train with {count} clusters", count=count),
                config=clusters.with_cluster_count(revision.config, count),
            )
    render_compared_models(revision)


def choose_count(revision: RevisionView) -> int:
    """Let the user choose K; its default for each revision is the revision's own number of clusters."""
    own_count, parse = revision.config.clusters, parsing.number_parser(0, MAX_LINKED_COUNT)
    key = choices.filled_widget_key(
        COUNT_SETTING, parse, own_count, revision.id, key=f"{COUNT_KEY}.{revision.id}", is_valid=lambda value: True
    )
    count = st.number_input(translate("Clusters K"), step=1, key=key, width=160)
    address.store_setting(
        COUNT_SETTING, None if count == own_count or parse(str(count)) is None else str(count), revision.id
    )
    return count


def render_compared_models(revision: RevisionView):
    """Draw K and clustering error of all revisions with clusters of the same data, and a choice that opens another one."""
    models = clusters.compare_cluster_counts(
        revision, revision_data.list_summaries(), revision_snapshot.open_snapshot, revision_list.summary_title
    )
    if len(models) < 2:
        caption = translate(
            "This is the only revision with clusters of these images. Train one with another K to compare the two here."
        )
        st.caption(revision.reword_for_items(caption))
        return
    rows = []
    for model in models:
        is_current = model.id == revision.id
        row_title = translate("{title} (this one)", title=model.title) if is_current else model.title
        rows.append((row_title, *clusters.count_and_error_cells(model)))
    left, right = st.columns(2, gap="large")
    with left:
        heads = [translate(head) for head in clusters.COMPARISON_HEADS]
        st.html(html_tables.text_table_html(translate("Errors by number of clusters"), heads, rows))
        links.render_other_revision_choice(
            {model.id: model.title for model in models if model.id != revision.id}, "clusters.other"
        )
    with_error = [model for model in models if model.exemplar_error is not None]
    if len({model.count for model in with_error}) > 1:
        from app.figures import charts

        with right:
            chart = charts.error_by_cluster_count(with_error)
            widgets.render_chart(
                chart, key="clusters.chart", alt=translate("Clustering error by the number of clusters")
            )


revision_picker.render_revision_page(
    translate("Clusters"), render_clusters, lambda summary: summary.variant == "clustering"
)
