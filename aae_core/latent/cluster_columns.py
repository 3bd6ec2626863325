"""A column that was kept of the items, by the cluster of each: how often its groups occur, or mean and spread of a number."""

from dataclasses import dataclass

import numpy as np

from aae_core.evaluation.classification import contingency_table
from aae_core.latent.column_groups import ColumnGroups


@dataclass(frozen=True)
class NumberSummary:
    """The values of a number in one cluster. present_count, missing_count: of its items, by whether the value is known; mean,
    deviation: of the known values, the latter with n − 1 in the denominator; None where too few are known, or one is
    infinite."""

    present_count: int
    missing_count: int
    mean: float | None
    deviation: float | None


def count_groups_by_cluster(clusters: np.ndarray, groups: ColumnGroups, cluster_count: int) -> np.ndarray:
    """How often each group occurs in each cluster, int64 K×(G + 1); the last column counts missing values.

    clusters: of N items, int N in 0..K − 1; groups: of the same N items in G groups.
    """
    group_count = len(groups.names)
    columns = np.where(groups.labels < 0, group_count, groups.labels)
    return contingency_table(clusters, columns, cluster_count, group_count + 1)


def summarise_number_by_cluster(clusters: np.ndarray, values: np.ndarray, cluster_count: int) -> list[NumberSummary]:
    """The NumberSummary of each cluster. clusters: of N items, int N in 0..cluster_count − 1; values: float N, NaN where
    missing."""
    return [summarise_number(values[clusters == k]) for k in range(cluster_count)]


def summarise_number(values: np.ndarray) -> NumberSummary:
    """The summary of numbers, float n, NaN where missing."""
    known_values = values[~np.isnan(values)]
    missing_count = len(values) - len(known_values)
    if not len(known_values) or not np.isfinite(known_values).all():
        return NumberSummary(len(known_values), missing_count, None, None)
    deviation = float(known_values.std(ddof=1)) if len(known_values) > 1 else None
    return NumberSummary(len(known_values), missing_count, float(known_values.mean()), deviation)
