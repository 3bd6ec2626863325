"""Clusters: what a revision found without labels, how well that matches the classes, and how many clusters to choose."""

import html

import streamlit as st

from aae_core.config.variants import VARIANTS
from aae_core.data import sets
from aae_core.evaluation.metrics import MEASURES
from aae_core.reproduce.experiments import EXPERIMENTS
from app.cache import loaded, shown_codes
from app.cache.kept import kept
from app.components import markdown
from app.figures import clusters, number_text, prediction_tables
from app.session import address
from app.ui import links, measured, widgets

AT_ONCE = 30  # clusters shown
MEMBERS = 12  # images of each
SEED = "shuffle"  # in the link: how often other images were requested
COUNT, OF = "clusters.k", "clusters.of"  # session keys: how many clusters to train with, and beside which revision
K = "k"  # the same number in the link
MANY = 10**9
HEAD, TILE = 72, 36  # displayed size of an image, in pixels where letters have their usual size
RULES = {
    "cluster_error": "Exemplar rule",
    "cluster_error_majority": "Majority vote",
    "cluster_error_matching": "One-to-one",
    "nmi": "NMI",
    "ari": "ARI",
}
# The row of members shrinks with its space; on a phone there are two rows.
LOOK = """<style>
.clusters { display: grid; gap: 14px 24px; grid-template-columns: repeat(auto-fill, minmax(min(100%, max(26rem, 520px)), 1fr)); }
.clusters figure { margin: 0; display: flex; gap: 12px; align-items: center; min-width: 0; }
.clusters figure > img { flex: none; }
.clusters figcaption { min-width: 0; }
.clusters figcaption span { opacity: 0.75; }
.clusters figcaption div { margin-top: 4px; }
.clusters .named { display: flex; gap: 8px; align-items: center; font-size: 0.9em; }
.clusters .named img { flex: none; }
.clusters figcaption img { max-width: 100% !important; min-width: 0; }
.clusters .members { display: flex; gap: 2px; }
@media (max-width: 640px) { .clusters .members { flex-wrap: wrap; } }
</style>"""


def show(revision):
    if not clusters.finds(revision.config):
        explain(revision)
        return
    probe = loaded.probe(revision)
    if probe is None:
        st.info("There are no codes yet. Clusters appear with the first checkpoint.", icon=":material/info:")
        return
    loaded.model(revision)  # a damaged file is reported here once, not by every panel
    st.html(LOOK)
    found = None
    with widgets.guarded():
        found = measured.figures(revision, "clustering") or clusters.kept(revision)
    with widgets.guarded():
        clusters_panel(revision, probe, found)
    with widgets.part("figures"), widgets.guarded():
        figures_panel(revision, found)
    with widgets.part("count"), widgets.guarded():
        count_panel(revision)


# For a revision without clusters ----------------------------------------------------------------------------------------


def explain(revision):
    """Explain why a revision has no clusters, with a link to one that does."""
    variant = VARIANTS[revision.config.variant]
    if variant.merge == "none":
        why = "encodes an image as one latent code, and no part of it assigns the image to a cluster."
    else:
        why = "learns its categories from labels: they are the classes, so there are no clusters to find."
    st.markdown(
        f"**{markdown.literal(variant.title)}** {why} A *clustering* adversarial autoencoder splits the code into a "
        "style z and a categorical content y of K values without using any label: y is the number of a cluster."
    )
    others = clusters.others(loaded.summaries(), loaded.open_revision)
    query = {"preset": "clusters", "data": revision.data.name}
    links.offer([summary for summary, _ in others], "clusters", "Train a clustering model", query)


# The clusters -----------------------------------------------------------------------------------------------------------


def clusters_panel(revision, probe, protocol):
    names = loaded.regions(revision) or loaded.contents(revision)
    train = train_images(revision) if protocol is not None else None
    exemplar = ""
    if train is not None:
        exemplar = (
            " Above them is its **exemplar**, with the class that each of three rules assigns to it (– where none)."
        )
    if protocol is not None and train is None:
        exemplar = " Above them are the classes that three rules assign to it (– where none)."
    st.markdown(
        "The large image of each cluster is its **head**: what the decoder makes of the cluster alone, with the style z at "
        f"zero. Beside it are images that the encoder assigns to the cluster.{exemplar}"
    )
    first = block(len(names))
    seed = int(address.own(SEED, revision.id, address.read_number(0, MANY)) or 0)
    if st.button("Show other images", icon=":material/casino:"):
        seed += 1
        address.keep_own(SEED, revision.id, str(seed))
    found = clusters.of_codes(probe, names, revision.data.classes)
    heads = heads_of(revision)
    cards = []
    for k in range(first, min(first + AT_ONCE, len(names))):
        row = None if protocol is None else protocol["clusters"][k]
        about = clusters.said(found[k]) if row is None else clusters.measured(row)
        naming = "" if row is None else named(names[k], row, train)
        cards.append(card(revision, found[k], about, naming, heads[k], seed))
    st.html(f'<div class="clusters">{"".join(cards)}</div>')
    if protocol is None:
        empty = sum(not len(cluster.members) for cluster in found)
        counted = (
            f"Sizes count {len(probe.z):,} {shown_codes.IMAGES[probe.split]}; percentages are of the labelled ones."
        )
    else:
        empty = sum(not row["size"] for row in protocol["clusters"])
        counted = (
            f"Sizes count all {protocol['n']:,} test images; purity is the share of the most frequent class among the "
            f"labelled ones. The exemplar is the one of {protocol['validation']:,} training images with the highest "
            "probability of the cluster."
        )
    st.caption(counted + (f" {empty} of the {len(names)} clusters are empty." if empty else ""))
    if not loaded.has_originals(revision):
        st.caption(widgets.missing(revision))


def block(count):
    """The first cluster shown; a choice if there are more than fit."""
    if count <= AT_ONCE:
        return 0
    starts = [str(k) for k in range(0, count, AT_ONCE)]
    chosen = widgets.choose(
        st.selectbox, "clusters", starts, "0", label="Clusters shown", width=220,
        format_func=lambda k: f"{k} to {min(int(k) + AT_ONCE, count) - 1} of {count}",
    )  # fmt: skip
    return int(chosen)


def card(revision, cluster, about, naming, head, seed):
    """HTML of one cluster: its head, name, a text `about` it, its exemplar and classes (HTML), and random images of it."""
    numbers, picture = clusters.some(cluster, MEMBERS, seed), ""
    if len(numbers):
        picture = row_of(loaded.pictures(revision, numbers), f"Images of {cluster.name}")
    told = f"<b>{html.escape(cluster.name)}</b> <span>{html.escape(about)}</span>"
    tag = widgets.image_tag(head, f"Head of {cluster.name}", HEAD)
    return f"<figure>{tag}<figcaption>{told}{naming}{picture}</figcaption></figure>"


def train_images(revision):
    """The images that contain the exemplars; None if they are not on this machine."""
    return sets.load(revision.data.name).train.images if shown_codes.is_here(revision) else None


def named(name, row, train):
    """HTML of the exemplar of a cluster, where there are training images, and of the class that each rule gives it."""
    tag, number = "", row["exemplar_image"]
    if train is not None:
        tag = widgets.image_tag(train[number], f"Exemplar of {name}: training image {number}", TILE)
    return f'<div class="named">{tag}<span>{html.escape(clusters.called(row))}</span></div>'


def row_of(images, alt):
    """HTML of images side by side in two pictures, of which the first stands for both in words."""
    from aae_core.latent import exploration

    half = -(-MEMBERS // 2)
    sheets = [images[:half], images[half:]]
    tags = [
        widgets.image_tag(exploration.tile(some, half, gap=2), alt * (k == 0), TILE * len(some))
        for k, some in enumerate(sheets)
        if len(some)
    ]
    return f'<div class="members">{"".join(tags)}</div>'


@kept()
def heads_of(revision):
    from aae_core.latent import exploration

    return exploration.heads(loaded.model(revision))


# How well they match the classes ----------------------------------------------------------------------------------------


def figures_panel(revision, protocol):
    st.header("Do the clusters match the classes?", anchor=False)
    found = clusters.measures(revision) if protocol is None else protocol
    known = clusters.FIGURES[0] in found
    if protocol is None and shown_codes.is_here(revision):
        told = "Encodes every test image, and the training images by which the clusters are named."
        measured.button(revision, "clustering", "Name the clusters" if known else "Measure", told)
        if not known:
            st.caption("Labels, which were not used for training, can now measure the clusters.")
            return
    if not known:
        lack = (
            "These images have no labels, so this cannot be measured."
            if shown_codes.is_here(revision)
            else widgets.missing(revision)
        )
        st.caption(lack)
        return
    for column, (name, title) in zip(st.columns(len(RULES)), RULES.items(), strict=True):
        value = found.get(name)
        written = (
            f"{number_text.percent(value, 2)} error"
            if value is not None and name.startswith("cluster_error")
            else number_text.measure(value)
        )
        column.metric(title, written, help=MEASURES[name].reading)
    st.caption(
        "The error is the share of test images whose class is not the one assigned to their cluster. Three rules assign "
        "it by training images: the class of the image with the highest probability of the cluster (the paper’s exemplar "
        "rule), the most frequent class in the cluster, or a matching in which each class has at most one cluster. Only "
        "errors by the same rule are comparable. NMI and ARI need no such assignment."
    )
    if revision.data.name == "mnist" and revision.config.variant == "clustering":
        paper = ", ".join(f"{EXPERIMENTS[f'clustering-{k}'].paper} with {k} clusters" for k in (16, 30))
        st.caption(
            f"The paper reports, by the exemplar rule on MNIST, errors in per cent of {paper} (Makhzani et al., §6)."
        )


# How many ---------------------------------------------------------------------------------------------------------------


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
    """K as typed or linked; initially, and after a change of revision, the revision's own."""
    own, read = revision.config.clusters, address.read_number(0, MANY)
    if st.session_state.get(OF, revision.id) != revision.id and not address.is_news(K):
        address.keep(K, None)
        st.session_state.pop(COUNT, None)
    st.session_state[OF] = revision.id
    if COUNT not in st.session_state or address.is_news(K):
        st.session_state[COUNT] = address.recall(K, read, own)
    count = st.number_input("Clusters K", step=1, key=COUNT, width=160)
    address.keep(K, None if count == own or read(str(count)) is None else str(count))
    return count


def compared(revision):
    """Other revisions of the same data: K and error of each, and a link to it."""
    found = clusters.compared(revision, loaded.summaries(), loaded.open_revision, widgets.title)
    if len(found) < 2:
        st.caption(
            "This is the only revision with clusters of these images. Train one with another K, and the two are compared here."
        )
        return
    heads, rows = ("Revision", "K", "Error, exemplar rule"), []
    for one in found:
        error = "–" if one.error is None else number_text.percent(one.error, 2)
        rows.append((one.title + " (this one)" * (one.id == revision.id), str(one.count), error))
    left, right = st.columns(2, gap="large")
    with left:
        st.html(prediction_tables.numbers("Errors by number of clusters", heads, rows))
        links.pick_other({one.id: one.title for one in found if one.id != revision.id}, "clusters.other")
    known = [one for one in found if one.error is not None]
    if len({one.count for one in known}) > 1:
        from app.figures import charts

        with right:
            chart = charts.errors_by_count(known)
            widgets.chart(chart, key="clusters.chart", alt="Clustering error by the number of clusters")


widgets.revision_page("Clusters", show, lambda s: s.variant == "clustering")
