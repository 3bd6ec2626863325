"""What the page Clusters shows of a revision that finds its contents itself (§6), and comparable revisions; no st.*."""

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
from app.cache.predictions import OVER
from app.figures.number_text import measure, percent

ERROR = "cluster_error"  # by the paper's rule
FIGURES = {
    ERROR: "Exemplar rule", "cluster_error_majority": "Majority vote", "cluster_error_matching": "One-to-one", "nmi": "NMI",
    "ari": "ARI",
}  # fmt: skip
RULES = (
    "The error is the share of test images whose class is not the one assigned to their cluster. Three rules assign it by "
    "training images: the class of the image with the highest probability of the cluster (the paper’s exemplar rule), the most "
    "frequent class in the cluster, or a matching in which each class has at most one cluster. Only errors by the same rule "
    "are comparable. NMI and ARI need no such assignment."
)
NAMED = {"exemplar": "exemplar", "majority": "majority", "matching": "one-to-one"}  # the protocol's rules, on a card


@dataclass(frozen=True)
class Cluster:
    """One cluster among the codes shown: their numbers, int64; the most common class of the labelled ones, and its share."""

    name: str
    members: np.ndarray
    common: str | None
    purity: float | None


@dataclass(frozen=True)
class Other:
    """Another revision of the same data: K, and its error by the paper's rule where it was measured after its training."""

    id: str
    title: str
    count: int
    error: float | None


def finds(config) -> bool:
    """Whether a model of this configuration finds its contents by itself: no label names them."""
    return VARIANTS[config.variant].categorical and not derived.taught(config)


def of_codes(probe, names: tuple[str, ...], classes: tuple[str, ...]) -> list[Cluster]:
    """The clusters that codes with their `content` and `labels` lie in."""
    from aae_core.evaluation.classification import contingency

    known = probe.labels >= 0
    counts = contingency(probe.content[known], probe.labels[known], len(names), len(classes))
    found = []
    for k, name in enumerate(names):
        members, told = np.flatnonzero(probe.content == k), int(counts[k].sum())
        common = classes[counts[k].argmax()] if told else None
        found.append(Cluster(name, members, common, counts[k].max() / told if told else None))
    return found


def some(cluster: Cluster, count: int, seed: int) -> np.ndarray:
    """At most `count` of its members at random, the same for the same seed."""
    return np.random.default_rng(seed).permutation(cluster.members)[:count]


def said(cluster: Cluster) -> str:
    """Its size and purity in words."""
    images = count_of(len(cluster.members), "image")
    return images if cluster.common is None else f"{images}, {percent(cluster.purity, 0)} are {cluster.common}"


def measures(revision) -> dict:
    """Those of FIGURES that its finished training recorded; nothing before that."""
    status = revision.status
    return status.measures if status.state in OVER else {}


def figures(found: dict) -> list[tuple[str, str, str]]:
    """Title, value and reading of each of FIGURES, those that were not measured too."""
    rows = []
    for name, title in FIGURES.items():
        value, is_error = found.get(name), name.startswith(ERROR)
        written = f"{percent(value, 2)} error" if is_error and value is not None else measure(value)
        rows.append((title, written, METRICS[name].reading))
    return rows


@dataclass(frozen=True)
class _Row:
    """A cluster of the protocol, and the class that each rule of NAMED gives it."""

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


def kept(revision) -> dict | None:
    """The figures of the protocol `clustering` that a reproduction kept with it; None where there are none of its clusters."""
    found = reproduction.measured(revision).get("clustering", {})
    try:
        told = records.checked(_Kept, found, "clustering")
        [records.checked(float | None, found.get(name), name) for name in FIGURES]
    except records.Wrong:
        return None
    sound = len(told.clusters) == revision.config.clusters
    return found if sound and all(row.exemplar_image < revision.data.train for row in told.clusters) else None


def measured(row: dict) -> str:
    """Size and purity of a cluster of the protocol, which counts all test images."""
    images = count_of(row["size"], "test image")
    return images if row["purity"] is None else f"{images}, purity {percent(row['purity'], 0)}"


def called(row: dict) -> str:
    """The class that each rule gives a cluster of the protocol."""
    return " · ".join(f"{title}: {'–' if row[rule] is None else row[rule]}" for rule, title in NAMED.items())


def with_count(config, count: int):
    """The same configuration with another K; ConfigError with the reason if that is invalid."""
    fixed = {"latent_dim": count} if config.heads == "fixed" else {}
    return configuration.with_settings(config, {"clusters": count, "name": "", **fixed})


def others(summaries: list, open_revision) -> list[tuple]:
    """The revisions that find clusters, each as (summary, revision), in order of preference: shipped, then newest. One that can
    no longer be opened is left out. open_revision(id) -> revision."""
    known = [
        s for s in summaries if s.variant in VARIANTS and VARIANTS[s.variant].categorical and s.state not in UNTOLD
    ]
    found = []
    for summary in sorted(known, key=lambda s: (s.variant != "clustering", not s.gallery)):
        with suppress(AAEError):
            found.append((summary, open_revision(summary.id)))
    return [(summary, revision) for summary, revision in found if finds(revision.config)]


def compared(revision, summaries: list, open_revision, title) -> list[Other]:
    """Those of the same data, this one among them, by K and then by error, which only finished trainings have: before the end,
    it is measured on some images only. title(summary) -> str."""
    found = [
        Other(other.id, title(summary), other.config.clusters, measures(other).get(ERROR))
        for summary, other in others(summaries, open_revision)
        if other.data.name == revision.data.name
    ]
    return sorted(found, key=lambda one: (one.count, np.inf if one.error is None else one.error))
