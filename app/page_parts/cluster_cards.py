"""The clusters that a revision found: a card for each, with its head, its exemplar and some of its images."""

import html

import streamlit as st

from aae_core.data import sets
from app.cache import loaded, shown_codes
from app.cache.kept import kept
from app.figures import clusters
from app.session import address
from app.ui import choices, drawn_images, revision_picker

AT_ONCE = 30  # clusters shown
MEMBERS = 12  # images of each
SEED = "shuffle"  # URL parameter: how often other images were requested, the seed that chooses them
MANY = 10**9  # largest seed
HEAD, TILE = 72, 36  # displayed size of an image, in pixels at the usual text size
# The row of members shrinks with the available width; on a phone there are two rows.
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


def panel(revision, probe, protocol):
    """Draw a card for each cluster of a revision. protocol: the figures of the protocol "clustering", or None."""
    st.html(LOOK)
    st.markdown(explanation(revision, protocol))
    count, first = len(_names(revision)), 0
    if count > AT_ONCE:
        starts = {str(k): f"{k} to {min(k + AT_ONCE, count) - 1} of {count}" for k in range(0, count, AT_ONCE)}
        first = int(choices.choose(st.selectbox, "block", starts, "0", label="Clusters shown", width=220))
    seed = address.recall(SEED, address.read_number(0, MANY), 0, revision.id)
    if st.button(f"Show other {shown_codes.item(revision)}s", icon=":material/casino:"):
        seed += 1
        address.keep(SEED, str(seed), revision.id)
    st.html(cards(revision, probe, protocol, first, seed))
    st.caption(counted(revision, probe, protocol))
    if not loaded.has_originals(revision):
        st.caption(revision_picker.missing(revision))


def explanation(revision, protocol) -> str:
    """An explanation of the cards in Markdown, with **bold** words only."""
    item, exemplar = shown_codes.item(revision), ""
    if _has_exemplars(revision, protocol):
        exemplar = " Above them are its **exemplar** and the class that each of three rules assigns to the cluster (– if none)."
    elif protocol is not None:
        exemplar = " Above them are the classes that three rules assign to the cluster (– if none)."
    large = "image" if item == "image" else "chart"
    return (
        f"The large {large} of each cluster is its **head**: what the decoder makes of the cluster alone, with the style z at "
        f"zero. Beside it are {item}s that the encoder assigns to the cluster.{exemplar}"
    )


def cards(revision, probe, protocol, first: int = 0, seed: int = 0) -> str:
    """HTML of at most AT_ONCE cards, from cluster `first` on. seed: chooses the images."""
    names, item, train = _names(revision), shown_codes.item(revision), None
    if _has_exemplars(revision, protocol):
        train = sets.load(revision.data.name).train.images
    found, heads, made = clusters.of_codes(probe, names, revision.data.classes), _heads(revision), []
    for k in range(first, min(first + AT_ONCE, len(names))):
        row = None if protocol is None else protocol["clusters"][k]
        about = (
            clusters.size_and_purity(found[k], item) if row is None else clusters.measured_size_and_purity(row, item)
        )
        naming = "" if row is None else _named(revision, names[k], row, train)
        made.append(_card(revision, found[k], about, naming, heads[k], seed))
    return f'<div class="clusters">{"".join(made)}</div>'


def counted(revision, probe, protocol) -> str:
    """Sentences on which images the sizes and percentages on the cards count."""
    item, names = shown_codes.item(revision), _names(revision)
    if protocol is None:
        found = clusters.of_codes(probe, names, revision.data.classes)
        empty = sum(not len(cluster.members) for cluster in found)
        images = f"{len(probe.z):,} {shown_codes.items(revision, probe.split)}"
        said = f"Sizes count {images}; percentages are of the labelled ones."
    else:
        empty = sum(not row["size"] for row in protocol["clusters"])
        said = (
            f"Sizes count all {protocol['n']:,} test {item}s; purity is the share of the most frequent class among the "
            f"labelled ones. The exemplar is the one of {protocol['validation']:,} training {item}s with the highest "
            "probability of the cluster."
        )
    if empty:
        said += f" {empty} of the {len(names)} clusters are empty."
    return said


def _names(revision):
    return loaded.regions(revision) or loaded.contents(revision)


def _has_exemplars(revision, protocol):
    """Whether the training images, which contain the exemplars, are on this machine."""
    return protocol is not None and shown_codes.is_here(revision)


def _card(revision, cluster, about, naming, head, seed):
    """HTML of one card: head, name, a text `about` the cluster, exemplar and classes (`naming`, HTML), and random images."""
    numbers, picture = clusters.random_members(cluster, MEMBERS, seed), ""
    if len(numbers):
        told = f"{shown_codes.item(revision).capitalize()}s of {cluster.name}"
        picture = _row(loaded.pictures(revision, numbers), told)
    told = f"<b>{html.escape(cluster.name)}</b> <span>{html.escape(about)}</span>"
    tag = drawn_images.image_tag(head, f"Head of {cluster.name}", HEAD)
    return f"<figure>{tag}<figcaption>{told}{naming}{picture}</figcaption></figure>"


def _named(revision, name, row, train):
    """HTML of a cluster's exemplar, if the training images are here, and of the class that each rule assigns to the cluster."""
    tag, number = "", row["exemplar_image"]
    if train is not None:
        (seen,) = loaded.drawn(revision, train[[number]])
        tag = drawn_images.image_tag(seen, f"Exemplar of {name}: training {shown_codes.item(revision)} {number}", TILE)
    return f'<div class="named">{tag}<span>{html.escape(clusters.class_by_rule(row))}</span></div>'


def _row(images, alt):
    """HTML of images side by side, as two pictures; only the first has an alternative text, which describes both."""
    from aae_core.latent import exploration

    half, tags = -(-MEMBERS // 2), ""
    for some, told in ((images[:half], alt), (images[half:], "")):
        if len(some):
            tags += drawn_images.image_tag(exploration.tile(some, half, gap=2), told, TILE * len(some))
    return f'<div class="members">{tags}</div>'


@kept()
def _heads(revision):
    from aae_core.latent import exploration

    return loaded.drawn(revision, exploration.heads(loaded.model(revision)))
