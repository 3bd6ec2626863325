"""Clusters: the clusters that a revision found without labels, how well they match the classes, and how many to choose."""

import streamlit as st

from aae_core.reproduce.experiments import EXPERIMENTS
from app.cache import loaded, predictions, shown_codes
from app.figures import clusters, prediction_tables, revision_list
from app.page_parts import cluster_cards
from app.session import address
from app.ui import choices, links, measured, revision_picker, widgets

COUNT = "clusters.k"  # session key, with a revision's id: the number of clusters to train with
K = "k"  # URL parameter for this number
MANY = 10**9  # largest number in a link


def show(revision):
    if not clusters.is_unsupervised(revision.config):
        explain(revision)
        return
    probe = revision_picker.codes_of(revision, "There are no codes yet. Clusters appear with the first checkpoint.")
    if probe is None:
        return
    protocol = None
    with widgets.guarded():
        protocol = measured.figures(revision, "clustering") or clusters.from_reproduction(revision)
    with widgets.guarded():
        cluster_cards.panel(revision, probe, protocol)
    widgets.panel("figures", figures_panel, revision, protocol)
    widgets.panel("count", count_panel, revision)


def explain(revision):
    """Explain why a revision has no clusters, with a link to a revision that has."""
    if revision.variant.merge == "none":
        reason = "encodes an image as one latent code, and no part of it assigns the image to a cluster."
        reason = shown_codes.named(revision, reason)
    else:
        reason = "learns its categories from labels: they are the classes, so there are no clusters to find."
    st.markdown(
        f"{revision_picker.kind_of(revision)} {reason} A *clustering* adversarial autoencoder splits the code into a "
        "style z and a categorical content y of K values without using any label: y is the number of a cluster."
    )
    others = clusters.others(loaded.summaries(), loaded.open_revision)
    query = {"preset": "clusters", "data": revision.data.name}
    links.offer([summary for summary, _ in others], "clusters", "Train a clustering model", query)


def figures_panel(revision, protocol):
    st.header("Do the clusters match the classes?", anchor=False)
    metrics = predictions.at_the_end(revision) if protocol is None else protocol
    is_measured = clusters.ERROR in metrics
    if protocol is None and shown_codes.is_here(revision):
        help_text = "Encodes every test image, and the training images by which the clusters are named."
        measured.button(revision, "clustering", "Name the clusters" if is_measured else "Measure", help_text)
        if not is_measured:
            st.caption(
                "Labels, which were not used for training, can now show how well the clusters match the classes."
            )
            return
    if not is_measured:
        if shown_codes.is_here(revision):
            st.caption("These images have no labels, so this cannot be measured.")
        else:
            st.caption(revision_picker.missing(revision))
        return
    figures = clusters.figures(metrics, revision.data.is_table)
    for column, (title, written, reading) in zip(st.columns(len(figures)), figures, strict=True):
        column.metric(title, written, help=reading)
    st.caption(shown_codes.named(revision, clusters.RULES))
    if revision.data.name == "mnist" and revision.config.variant == "clustering":
        paper = ", ".join(f"{EXPERIMENTS[f'clustering-{k}'].paper} with {k} clusters" for k in (16, 30))
        st.caption(f"The paper's errors on MNIST by the exemplar rule, in per cent: {paper} (Makhzani et al., §6).")


def count_panel(revision):
    st.header("How many clusters?", anchor=False)
    st.markdown(
        "K is chosen before training. With too few clusters, some hold several classes; with more, each is purer, but a "
        "class is spread over several."
    )
    with st.container(horizontal=True, vertical_alignment="bottom"):
        count = chosen_count(revision)
        with widgets.guarded():
            links.to_train(f"Train with {count} clusters", config=clusters.with_count(revision.config, count))
    compared(revision)


def chosen_count(revision):
    """Let the user choose K; its default for each revision is the revision's own number of clusters."""
    own_count, read = revision.config.clusters, address.read_number(0, MANY)
    key = choices.filled_key(K, read, own_count, revision.id, key=f"{COUNT}.{revision.id}", fits=lambda value: True)
    count = st.number_input("Clusters K", step=1, key=key, width=160)
    address.keep(K, None if count == own_count or read(str(count)) is None else str(count), revision.id)
    return count


def compared(revision):
    """Draw K and clustering error of all revisions with clusters of the same data, and a choice that opens another one."""
    models = clusters.compared(revision, loaded.summaries(), loaded.open_revision, revision_list.title)
    if len(models) < 2:
        caption = (
            "This is the only revision with clusters of these images. Train one with another K to compare the two here."
        )
        st.caption(shown_codes.named(revision, caption))
        return
    rows = []
    for model in models:
        title = f"{model.title} (this one)" if model.id == revision.id else model.title
        rows.append((title, *clusters.count_and_errors(model)))
    left, right = st.columns(2, gap="large")
    with left:
        st.html(prediction_tables.numbers("Errors by number of clusters", clusters.COMPARED, rows))
        links.pick_other({model.id: model.title for model in models if model.id != revision.id}, "clusters.other")
    with_error = [model for model in models if model.error is not None]
    if len({model.count for model in with_error}) > 1:
        from app.figures import charts

        with right:
            chart = charts.errors_by_count(with_error)
            widgets.chart(chart, key="clusters.chart", alt="Clustering error by the number of clusters")


revision_picker.page("Clusters", show, lambda summary: summary.variant == "clustering")
