"""What the page Clusters shows of a revision that infers its contents without labels (§6), and of comparable ones; no st.*."""

from contextlib import suppress
from dataclasses import dataclass

import numpy as np

from aae_core import records
from aae_core.config import configuration, derived
from aae_core.config.variants import VARIANTS
from aae_core.errors import AAEError
from aae_core.evaluation.metrics import METRICS
from aae_core.progress import count_of
from aae_core.reproduce import reproduction
from aae_core.store.status import UNTOLD
from app.cache.predictions import at_the_end
from app.figures.number_text import measure, percent

ERROR, MAJORITY_ERROR = "cluster_error", "cluster_error_majority"  # by the paper's rule (§6), and by majority
FIGURES = {
    ERROR: "Exemplar rule", MAJORITY_ERROR: "Majority vote", "cluster_error_matching": "One-to-one", "nmi": "NMI",
    "ari": "ARI",
}  # fmt: skip
RULES = (
    "The error is the share of test images whose class is not the one assigned to their cluster. Three rules assign a class by "
    "training images: the class of the image with the highest probability of the cluster (the paper’s exemplar rule), the most "
    "frequent class in the cluster, or a matching in which each class has at most one cluster. Where the first error is much "
    "larger than the second, single images name their clusters wrongly. Only errors by the same rule are comparable. NMI and "
    "ARI need no such assignment."
)
NAMED = {"exemplar": "exemplar", "majority": "majority", "matching": "one-to-one"}  # the protocol's rules, on a card


@dataclass(frozen=True)
class Cluster:
    """One cluster. members: the numbers of its codes among those shown, int64; common: the most frequent class of the labelled
    ones; purity: the share of that class among them, 0..1. Both are None if none is labelled."""

    name: str
    members: np.ndarray
    common: str | None
    purity: float | None


@dataclass(frozen=True)
class Other:
    """A revision of the same data. count: K; error: by the paper's rule, 0..1, and majority_error: by majority; None if not
    measured at the end of its training."""

    id: str
    title: str
    count: int
    error: float | None
    majority_error: float | None


COMPARED = "Revision", "K", "Error, exemplar rule", "Error, majority"  # heads of the table of `compared`


def count_and_errors(other: Other) -> tuple[str, str, str]:
    """K and both errors of a revision, as the table of `compared` has them."""
    errors = ["–" if error is None else percent(error, 2) for error in (other.error, other.majority_error)]
    return str(other.count), *errors


def is_unsupervised(config) -> bool:
    """Whether a model of this configuration infers its contents without any label."""
    return VARIANTS[config.variant].categorical and not derived.taught(config)


def of_codes(probe, names: tuple[str, ...], classes: tuple[str, ...]) -> list[Cluster]:
    """The clusters of the codes `probe`, by their `content` and `labels`. names: of the contents."""
    from aae_core.evaluation.classification import contingency

    has_label = probe.labels >= 0
    counts = contingency(probe.content[has_label], probe.labels[has_label], len(names), len(classes))
    clusters = []
    for k, name in enumerate(names):
        members, labelled = np.flatnonzero(probe.content == k), int(counts[k].sum())
        common = classes[counts[k].argmax()] if labelled else None
        clusters.append(Cluster(name, members, common, counts[k].max() / labelled if labelled else None))
    return clusters


def random_members(cluster: Cluster, count: int, seed: int) -> np.ndarray:
    """At most `count` random members, the same for the same seed."""
    return np.random.default_rng(seed).permutation(cluster.members)[:count]


def size_and_purity(cluster: Cluster, item: str = "image") -> str:
    """The size and the purity of a cluster in words. item: the word for a member."""
    size = count_of(len(cluster.members), item)
    return size if cluster.common is None else f"{size}, {percent(cluster.purity, 0)} are {cluster.common}"


def figures(found: dict, is_table: bool = False) -> list[tuple[str, str, str]]:
    """Title, value and reading of each of FIGURES, including those that were not measured."""
    rows = []
    for name, title in FIGURES.items():
        value, is_error = found.get(name), name.startswith(ERROR)
        written = f"{percent(value, 2)} error" if is_error and value is not None else measure(value)
        rows.append((title, written, METRICS[name].worded(is_table).reading))
    return rows


@dataclass(frozen=True)
class _Row:
    """A cluster of the protocol, and the class that each rule of NAMED assigns to it."""

    size: int = records.within()
    exemplar_image: int = records.within()
    purity: float | None
    exemplar: str | None
    majority: str | None
    matching: str | None


@dataclass(frozen=True)
class _Kept:
    n: int
    validation: int
    clusters: list[_Row]


def from_reproduction(revision) -> dict | None:
    """The results of the protocol `clustering` stored with a reproduced revision; None if there are none, or invalid ones."""
    results = reproduction.measured(revision).get("clustering", {})
    try:
        record = records.checked(_Kept, results, "clustering")
        for name in FIGURES:
            records.checked(float | None, results.get(name), name)
    except records.Wrong:
        return None
    if len(record.clusters) != revision.config.clusters:
        return None
    if any(row.exemplar_image >= revision.data.train for row in record.clusters):
        return None
    return results


def measured_size_and_purity(row: dict, item: str = "image") -> str:
    """Size and purity of a cluster of the protocol in words; it counts all test items."""
    size = count_of(row["size"], f"test {item}")
    return size if row["purity"] is None else f"{size}, purity {percent(row['purity'], 0)}"


def class_by_rule(row: dict) -> str:
    """The class that each rule assigns to a cluster of the protocol, in words."""
    return " · ".join(f"{title}: {'–' if row[rule] is None else row[rule]}" for rule, title in NAMED.items())


def with_count(config, count: int):
    """The same configuration with another K, and no name; ConfigError if that is invalid."""
    fixed = {"latent_dim": count} if config.heads == "fixed" else {}
    return configuration.with_settings(config, {"clusters": count, "name": "", **fixed})


def others(summaries: list, open_revision) -> list[tuple]:
    """The unsupervised revisions with clusters, each as (summary, revision): the variant "clustering" first, then shipped ones
    first, else in the order of `summaries`. Those that can no longer be opened are left out. open_revision(id) -> revision."""
    opened = []
    for summary in sorted(summaries, key=lambda row: (row.variant != "clustering", not row.gallery)):
        if summary.variant not in VARIANTS or not VARIANTS[summary.variant].categorical or summary.state in UNTOLD:
            continue
        with suppress(AAEError):
            revision = open_revision(summary.id)
            if is_unsupervised(revision.config):
                opened.append((summary, revision))
    return opened


def compared(revision, summaries: list, open_revision, title) -> list[Other]:
    """The `others` of the same data, including this one, by K and then by error. The error is that of finished trainings alone,
    because before the end it is measured on held-out training images. title(summary) -> str."""
    rows = []
    for summary, other in others(summaries, open_revision):
        if other.data.name == revision.data.name:
            metrics = at_the_end(other)
            errors = metrics.get(ERROR), metrics.get(MAJORITY_ERROR)
            rows.append(Other(other.id, title(summary), other.config.clusters, *errors))
    return sorted(rows, key=lambda row: (row.count, np.inf if row.error is None else row.error))
