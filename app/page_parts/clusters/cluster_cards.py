"""The clusters that a revision found: a card for each, with its head, its exemplar and some of its images."""

import html
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import streamlit as st

from aae_core.data.built_in import standard_sets
from aae_core.wording import join_sentences
from app.cache import code_sets, revision_data
from app.cache.revision_cache import cache_by_revision
from app.cache.revision_view import RevisionView
from app.figures import clusters, palette
from app.session import address, parsing
from app.translation.texts import translate
from app.ui import choices, image_html, revision_picker

MAX_CARDS = 30  # clusters shown
MEMBER_COUNT = 12  # images of each
SEED_PARAMETER = "shuffle"  # URL parameter: how often other images were requested, the seed that chooses them
MAX_SEED = 10**9  # largest seed
HEAD_SIZE, TILE_SIZE = 72, 36  # displayed size of an image, in pixels at the usual text size
# The row of members shrinks with the available width; on a phone there are two rows.
STYLE = """<style>
.clusters { display: grid; gap: 14px 24px; grid-template-columns: repeat(auto-fill, minmax(min(100%, max(26rem, 520px)), 1fr)); }
.clusters figure { margin: 0; display: flex; gap: 12px; align-items: center; min-width: 0; }
.clusters figure > div { flex: none; text-align: center; }
.clusters figcaption { min-width: 0; }
.clusters .mixed { padding: 0 0.4em; border: 1px solid var(--colour-warning); border-radius: var(--corner); white-space: nowrap;
  background: color-mix(in srgb, var(--colour-warning) 12%, transparent); font-size: 0.9em; }
.clusters figcaption div { margin-top: 4px; }
.clusters .named { display: flex; gap: 8px; align-items: center; font-size: 0.9em; }
.clusters .named img { flex: none; }
.clusters figcaption img { max-width: 100% !important; min-width: 0; }
.clusters .members { display: flex; gap: 2px; }
.clusters .members span { position: relative; min-width: 0; }
.clusters .members span::after { content: ""; position: absolute; inset: 0; background: repeating-linear-gradient(to right,
  transparent 0 calc(100% / var(--count) - 2px), PAGE calc(100% / var(--count) - 2px) calc(100% / var(--count))); }
.clusters .members .names { position: absolute; inset: 0; z-index: 1; display: flex; }
.clusters .members .names i { flex: 1; }
.clusters details, .clusters details li { font-size: 0.8125rem; }
.clusters details ol { margin: 4px 0 0; padding-left: 2em; max-height: 9.5rem; overflow-y: auto; overflow-wrap: anywhere; }
@media (max-width: 640px) { .clusters .members { flex-wrap: wrap; } }
</style>""".replace("PAGE", palette.PAGE_BACKGROUND)
MIN_PURITY = 0.9  # a cluster of less is marked as mixed


@dataclass(frozen=True)
class ItemNames:
    """members: of the items of the codes, N texts; exemplars: {number of a training item: its id}; both are empty where the ids
    are not known."""

    members: Sequence[str] = ()
    exemplars: Mapping[int, str] = field(default_factory=dict)


def render_cluster_cards(revision: RevisionView, codes, clustering, names: ItemNames | None = None):
    """Draw a card for each cluster of a revision. clustering: the figures of the protocol "clustering", or None."""
    st.html(STYLE)
    st.markdown(cards_explanation(revision, clustering))
    count, first = len(cluster_names(revision)), 0
    if count > MAX_CARDS:
        block_titles = {
            str(k): translate("{first} to {last} of {count}", first=k, last=min(k + MAX_CARDS, count) - 1, count=count)
            for k in range(0, count, MAX_CARDS)
        }
        label = translate("Clusters shown")
        first = int(choices.choose_option(st.selectbox, "block", block_titles, "0", label=label, width=220))
    seed = address.recall_setting(SEED_PARAMETER, parsing.number_parser(0, MAX_SEED), 0, revision.id)
    button_text = revision.reword_for_items(translate("Show other images"))
    if st.button(button_text, icon=":material/casino:", type="primary"):
        seed += 1
        address.store_setting(SEED_PARAMETER, str(seed), revision.id)
    st.html(cards_html(revision, codes, clustering, first, seed, names))
    st.caption(counts_sentences(revision, codes, clustering))
    if not revision.has_original_images:
        st.caption(revision_picker.missing_images_text(revision))


def cards_explanation(revision: RevisionView, clustering) -> str:
    """An explanation of the cards in Markdown, with **bold** words only."""
    if revision.data.is_table:
        sentences = translate(
            "The model sorted the rows into clusters without being told any class. The large chart is the **head** of a "
            "cluster, what the decoder makes of it in no special style; beside it are some rows of the cluster."
        )
    else:
        sentences = translate(
            "The model sorted the images into clusters without being told any class. The large image is the **head** of a "
            "cluster, what the decoder makes of it in no special style; beside it are some images of the cluster."
        )
    if _can_show_exemplars(revision, clustering):
        naming = translate(
            "Above them are the image that fits best, its **exemplar**, and the class by which each of three rules names the "
            "cluster (– if none)."
        )
        sentences = join_sentences(sentences, revision.reword_for_items(naming))
    elif clustering is not None:
        naming = translate("Above them is the class by which each of three rules names the cluster (– if none).")
        sentences = join_sentences(sentences, naming)
    return sentences


def cards_html(
    revision: RevisionView, codes, clustering, first: int = 0, seed: int = 0, item_names: ItemNames | None = None
) -> str:
    """HTML of at most MAX_CARDS cards, from cluster `first` on. seed: chooses the images."""
    item_names = item_names or ItemNames()
    names, is_table = cluster_names(revision), revision.data.is_table
    has_exemplars = _can_show_exemplars(revision, clustering)
    cluster_list = clusters.group_codes(codes, names, revision.data.classes)
    heads = _head_pictures(revision)
    card_list = []
    for k in range(first, min(first + MAX_CARDS, len(names))):
        row = None if clustering is None else clustering["clusters"][k]
        size_text = (
            clusters.size_and_purity_text(cluster_list[k], is_table)
            if row is None
            else clusters.recorded_size_and_purity_text(row, is_table)
        )
        purity = cluster_list[k].purity if row is None else row["purity"]
        exemplar = "" if row is None else _exemplar_html(revision, names[k], row, has_exemplars, item_names)
        numbers = clusters.random_members(cluster_list[k], MEMBER_COUNT, seed)
        members = _members_html(revision, names[k], numbers, item_names)
        card_list.append(_card_html(names[k], size_text, purity, exemplar, heads[k], members))
    return f'<div class="clusters">{"".join(card_list)}</div>'


def counts_sentences(revision: RevisionView, codes, clustering) -> str:
    """Sentences on which images the sizes and percentages on the cards count."""
    names = cluster_names(revision)
    if clustering is None:
        cluster_list = clusters.group_codes(codes, names, revision.data.classes)
        empty_count = sum(not len(cluster.members) for cluster in cluster_list)
        count = f"{len(codes.z):,}"
        if codes.split == "train":
            sentences = translate(
                "Sizes count {count} training images; percentages are of the labelled ones.", count=count
            )
        else:
            sentences = translate("Sizes count {count} test images; percentages are of the labelled ones.", count=count)
    else:
        empty_count = sum(not row["size"] for row in clustering["clusters"])
        sentences = translate(
            "Sizes count all {test_count} test images; purity is the share of the most frequent class among the labelled ones. "
            "The exemplar is the one of {training_count} training images with the highest probability of the cluster.",
            test_count=f"{clustering['n']:,}", training_count=f"{clustering['validation']:,}",
        )  # fmt: skip
    sentences = revision.reword_for_items(sentences)
    if empty_count:
        empty_text = translate("{empty} of the {count} clusters are empty.", empty=empty_count, count=len(names))
        sentences = join_sentences(sentences, empty_text)
    if revision.has_original_images:
        sentences = join_sentences(sentences, standard_sets.credit_sentence(revision.data.name))
    return sentences


def cluster_names(revision: RevisionView) -> tuple[str, ...]:
    return revision.region_names or revision.content_names


def _can_show_exemplars(revision: RevisionView, clustering) -> bool:
    """Whether the exemplars, which are training images, are on this machine."""
    if clustering is None:
        return False
    numbers = np.array([row["exemplar_image"] for row in clustering["clusters"]])
    return code_sets.has_images(revision, "train", numbers)


def _card_html(name, size_text, purity, exemplar, head, members) -> str:
    """HTML of one card: the head, the name and size of the cluster, whether it is mixed, `exemplar` (HTML: its exemplar
    and classes), and `members` (HTML: random images of it)."""
    name_and_size = f"<b>{html.escape(name)}</b> <span>{html.escape(size_text)}</span>"
    head_image = image_html.image_tag_html(head, translate("Head of {cluster}", cluster=name), HEAD_SIZE)
    if purity is not None and purity < MIN_PURITY:
        mixed_text = html.escape(translate("mixed"))
        head_image += f'<span class="mixed">{mixed_text}</span>'
    return f"<figure><div>{head_image}</div><figcaption>{name_and_size}{exemplar}{members}</figcaption></figure>"


def _members_html(revision: RevisionView, cluster_name, numbers, item_names) -> str:
    """HTML of some images of a cluster, and of the names of their items, if these are known; "" for an empty cluster."""
    if not len(numbers):
        return ""
    alt_text = revision.reword_for_items(translate("Images of {cluster}")).format(cluster=cluster_name)
    names = [item_names.members[number] for number in numbers] if item_names.members else []
    pictures = _member_images_html(revision_data.original_or_reconstructed_pictures(revision, numbers), alt_text, names)
    if not names:
        return pictures
    summary = html.escape(translate("Ids"))
    items = "".join(f"<li>{html.escape(name)}</li>" for name in names)
    return f"{pictures}<details><summary>{summary}</summary><ol>{items}</ol></details>"


def _exemplar_html(revision: RevisionView, name, row, has_exemplars, item_names) -> str:
    """HTML of a cluster's exemplar, if the exemplars are here, and of the class that each rule assigns to the cluster."""
    tag, number = "", row["exemplar_image"]
    exemplar_id = item_names.exemplars.get(number, "")
    if has_exemplars:
        (picture,) = revision_data.to_pictures(revision, revision.originals.images("train", np.array([number])))
        alt_form = revision.reword_for_items(translate("Exemplar of {cluster}: training image {number}"))
        alt = alt_form.format(cluster=name, number=number)
        if exemplar_id:
            alt = f"{alt} · {exemplar_id}"
        tag = image_html.image_tag_html(picture, alt, TILE_SIZE)
    if exemplar_id:
        tag += f"<b>{html.escape(exemplar_id)}</b>"
    return f'<div class="named">{tag}<span>{html.escape(clusters.classes_by_rule_text(row))}</span></div>'


def _member_images_html(images, alt, names) -> str:
    """HTML of images side by side, as two pictures; only the first has an alternative text, which describes both. names: of the
    images, which appear under the pointer, or []."""
    from aae_core.latent import exploration

    half, tags = -(-MEMBER_COUNT // 2), ""
    for part, part_names, part_alt in ((images[:half], names[:half], alt), (images[half:], names[half:], "")):
        if len(part):
            sheet = exploration.tile_images(part, half, gap=0)  # the lines between are drawn by the page, all alike
            tag = image_html.image_tag_html(sheet, part_alt, TILE_SIZE * len(part))
            tags += f'<span style="--count: {len(part)}">{tag}{_names_over_images_html(part_names)}</span>'
    return f'<div class="members">{tags}</div>'


def _names_over_images_html(names) -> str:
    """HTML of an area over each of some images side by side, where its name appears under the pointer; "" without names."""
    if not names:
        return ""
    areas = "".join(f'<i title="{html.escape(name)}"></i>' for name in names)
    return f'<span class="names" aria-hidden="true">{areas}</span>'


@cache_by_revision()
def _head_pictures(revision: RevisionView) -> np.ndarray:
    from aae_core.latent import exploration

    return revision_data.to_pictures(revision, exploration.decode_heads(revision.model))
