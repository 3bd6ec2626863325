"""What the page Clusters shows of a revision that infers its contents without labels (§6), and of comparable ones; no st.*."""

from contextlib import suppress
from dataclasses import dataclass

import msgspec
import numpy as np

from aae_core import records
from aae_core.config import configuration, derived
from aae_core.config.variants import VARIANTS
from aae_core.errors import AAEError
from aae_core.evaluation.metrics import METRICS
from aae_core.reproduce import reproduction
from aae_core.store.status import STATES_WITHOUT_RESULTS
from aae_core.wording import adapt_image_words
from app.cache.predictions import final_metrics
from app.cache.revision_view import RevisionView
from app.figures.number_text import metric_text, percent
from app.translation.texts import mark, translate, translate_plural

ERROR, MAJORITY_ERROR = "cluster_error", "cluster_error_majority"  # by the paper's rule (§6), and by majority
METRIC_TITLES = {
    ERROR: mark("Exemplar rule"), MAJORITY_ERROR: mark("Majority vote"), "cluster_error_matching": mark("One-to-one"),
    "nmi": "NMI", "ari": "ARI",
}  # fmt: skip
RULES_TEXT = mark(
    "The error is the share of test images whose class is not the one assigned to their cluster. Three rules assign a class by "
    "training images: the class of the image with the highest probability of the cluster (the paper’s exemplar rule), the most "
    "frequent class in the cluster, or a matching in which each class has at most one cluster. Where the first error is much "
    "larger than the second, single images name their clusters wrongly. Only errors by the same rule are comparable. NMI and "
    "ARI need no such assignment."
)
# the protocol's rules, on a card
RULE_NAMES = {"exemplar": mark("exemplar"), "majority": mark("majority"), "matching": mark("one-to-one")}


@dataclass(frozen=True)
class Cluster:
    """One cluster. members: the numbers of its codes among those shown, int64; majority_class: the most frequent class of the
    labelled ones; purity: the share of that class among them, 0..1. Both are None if none is labelled."""

    name: str
    members: np.ndarray
    majority_class: str | None
    purity: float | None


@dataclass(frozen=True)
class ClusteringResult:
    """A revision of the same data. count: K; exemplar_error: by the paper's rule, 0..1, and majority_error: by
    majority; None if not measured at the end of its training."""

    id: str
    title: str
    count: int
    exemplar_error: float | None
    majority_error: float | None


# heads of the table of `compare_cluster_counts`
COMPARISON_HEADS = (mark("Revision"), "K", mark("Error, exemplar rule"), mark("Error, majority"))


def count_and_error_cells(result: ClusteringResult) -> tuple[str, str, str]:
    """K and both errors of a revision, as the table of `compare_cluster_counts` has them."""
    errors = ["–" if error is None else percent(error, 2) for error in (result.exemplar_error, result.majority_error)]
    return str(result.count), *errors


def is_unsupervised(config) -> bool:
    """Whether a model of this configuration infers its contents without any label."""
    return VARIANTS[config.variant].categorical and not derived.labels_teach_content(config)


def group_codes(codes, content_names: tuple[str, ...], classes: tuple[str, ...]) -> list[Cluster]:
    """The clusters of the codes `codes`, by their `content` and `labels`. content_names: of the contents."""
    from aae_core.evaluation.classification import contingency_table

    has_label = codes.labels >= 0
    counts = contingency_table(codes.content[has_label], codes.labels[has_label], len(content_names), len(classes))
    clusters = []
    for k, name in enumerate(content_names):
        members, labelled = np.flatnonzero(codes.content == k), int(counts[k].sum())
        majority_class = classes[counts[k].argmax()] if labelled else None
        clusters.append(Cluster(name, members, majority_class, counts[k].max() / labelled if labelled else None))
    return clusters


def random_members(cluster: Cluster, count: int, seed: int) -> np.ndarray:
    """At most `count` random members, the same for the same seed."""
    return np.random.default_rng(seed).permutation(cluster.members)[:count]


def size_and_purity_text(cluster: Cluster, is_table: bool = False) -> str:
    """The size and the purity of a cluster in words. is_table: whether its members are rows of a table."""
    count = len(cluster.members)
    size = translate_plural("{number} image", "{number} images", count, number=f"{count:,}")
    size = adapt_image_words(size, is_table)
    if cluster.majority_class is None:
        return size
    share = percent(cluster.purity, 0)
    return translate("{size}, {share} are {class_name}", size=size, share=share, class_name=cluster.majority_class)


def cluster_metric_rows(metrics: dict, is_table: bool = False) -> list[tuple[str, str, str]]:
    """Title, value and reading of each of METRIC_TITLES, including those that were not measured."""
    rows = []
    for name, title in METRIC_TITLES.items():
        value, is_error = metrics.get(name), name.startswith(ERROR)
        value_text = metric_text(value)
        if is_error and value is not None:
            value_text = translate("{share} error", share=percent(value, 2))
        rows.append((translate(title), value_text, adapt_image_words(translate(METRICS[name].reading), is_table)))
    return rows


@dataclass(frozen=True)
class _ClusterRecord:
    """A cluster of the protocol, and the class that each rule of RULE_NAMES assigns to it."""

    size: records.Count
    exemplar_image: records.Count
    purity: float | None
    exemplar: records.Text | None
    majority: records.Text | None
    matching: records.Text | None


@dataclass(frozen=True)
class _ClusteringRecord:
    n: int
    validation: int
    clusters: list[_ClusterRecord]


def stored_clustering(revision: RevisionView) -> dict | None:
    """The results of the protocol `clustering` stored with a reproduced revision; None if there are none, or invalid ones."""
    results = reproduction.stored_figures(revision.stored).get("clustering", {})
    try:
        record = msgspec.convert(results, _ClusteringRecord)
        for name in METRIC_TITLES:
            msgspec.convert(results.get(name), float | None)
    except msgspec.ValidationError:
        return None
    if len(record.clusters) != revision.config.clusters:
        return None
    if any(row.exemplar_image >= revision.data.train for row in record.clusters):
        return None
    return results


def recorded_size_and_purity_text(row: dict, is_table: bool = False) -> str:
    """Size and purity of a cluster of the protocol in words; it counts all test items."""
    count = row["size"]
    size = translate_plural("{number} test image", "{number} test images", count, number=f"{count:,}")
    size = adapt_image_words(size, is_table)
    if row["purity"] is None:
        return size
    return translate("{size}, purity {share}", size=size, share=percent(row["purity"], 0))


def classes_by_rule_text(row: dict) -> str:
    """The class that each rule assigns to a cluster of the protocol, in words."""
    return " · ".join(
        f"{translate(title)}: {'–' if row[rule] is None else row[rule]}" for rule, title in RULE_NAMES.items()
    )


def with_cluster_count(config, count: int):
    """The same configuration with another K, and no name; ConfigError if that is invalid."""
    head_settings = {"latent_dim": count} if config.heads == "fixed" else {}
    return configuration.with_settings(config, {"clusters": count, "name": "", **head_settings})


def unsupervised_revisions(summaries: list, open_revision) -> list[tuple]:
    """The unsupervised revisions with clusters, each as (summary, revision): the variant "clustering" first, then shipped ones
    first, else in the order of `summaries`. Those that can no longer be opened are left out. open_revision(id) -> revision."""
    opened = []
    for summary in sorted(summaries, key=lambda row: (row.variant != "clustering", not row.gallery)):
        if (
            summary.variant not in VARIANTS
            or not VARIANTS[summary.variant].categorical
            or summary.state in STATES_WITHOUT_RESULTS
        ):
            continue
        with suppress(AAEError):
            revision = open_revision(summary.id)
            if is_unsupervised(revision.config):
                opened.append((summary, revision))
    return opened


def compare_cluster_counts(revision: RevisionView, summaries: list, open_revision, title_of) -> list[ClusteringResult]:
    """The `unsupervised_revisions` of the same data, including this one, by K and then by error. The error is that of finished
    trainings alone, because before the end it is measured on held-out training images. title_of(summary) -> str."""
    results = []
    for summary, candidate in unsupervised_revisions(summaries, open_revision):
        if candidate.data.name == revision.data.name:
            metrics = final_metrics(candidate)
            errors = metrics.get(ERROR), metrics.get(MAJORITY_ERROR)
            results.append(ClusteringResult(candidate.id, title_of(summary), candidate.config.clusters, *errors))
    return sorted(results, key=lambda row: (row.count, np.inf if row.exemplar_error is None else row.exemplar_error))
