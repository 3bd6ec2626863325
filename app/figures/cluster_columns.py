"""Tables of a kept column by cluster: the shares of its groups, or mean and spread of a number; no st.*."""

import numpy as np

from aae_core.latent.cluster_columns import (
    NumberSummary,
    count_groups_by_cluster,
    summarise_number,
    summarise_number_by_cluster,
)
from aae_core.latent.column_groups import ColumnGroups
from app.cache.item_columns import missing_values_title
from app.figures.number_text import metric_text, percent
from app.translation.texts import translate

MAX_GROUPS = 12  # columns of groups, at most; of more, the most frequent are shown


def group_table(clusters: np.ndarray, groups: ColumnGroups, names: tuple[str, ...]) -> tuple[list[str], list[tuple]]:
    """The head and the rows of the table of a column's groups by cluster: in each cell how many items of the cluster have
    the group, and which share this is; the last row counts all items.

    clusters: of N items, int N; groups: of the same items; names: of the clusters.
    """
    counts = count_groups_by_cluster(clusters, groups, len(names))
    heads = [*groups.names, missing_values_title(groups.names)]
    shown_indices = np.flatnonzero(counts.sum(0))
    if len(shown_indices) > MAX_GROUPS:
        most_frequent = np.argsort(-counts.sum(0), kind="stable")[:MAX_GROUPS]
        shown_indices = np.sort(most_frequent)
    columns = [counts[:, k] for k in shown_indices]
    shown_heads = [heads[k] for k in shown_indices]
    other_counts = counts.sum(1) - counts[:, shown_indices].sum(1)
    if other_counts.any():
        columns.append(other_counts)
        shown_heads.append(translate("others"))
    cells = np.stack(columns, 1)
    rows = [_count_row(name, row) for name, row in zip(names, cells, strict=True)]
    rows.append(_count_row(translate("all"), cells.sum(0)))
    return [translate("Cluster"), translate("Number"), *shown_heads], rows


def _count_row(name, counts) -> tuple:
    total = int(counts.sum())
    cells = [f"{count:,} ({percent(count / total, 0)})" if count else "0" for count in counts.tolist()]
    return name, f"{total:,}", *cells


def number_table(clusters: np.ndarray, values: np.ndarray, names: tuple[str, ...]) -> tuple[list[str], list[tuple]]:
    """The head and the rows of the table of a number by cluster: how many values are known and missing, their mean and their
    standard deviation; the last row is about all items.

    clusters: of N items, int N; values: float N, NaN where missing; names: of the clusters.
    """
    summaries = summarise_number_by_cluster(clusters, values, len(names))
    rows = [_number_row(name, summary) for name, summary in zip(names, summaries, strict=True)]
    rows.append(_number_row(translate("all"), summarise_number(values)))
    heads = [
        translate("Cluster"), translate("Number"), translate("missing"), translate("Mean"), translate("Standard deviation"),
    ]  # fmt: skip
    return heads, rows


def _number_row(name, summary: NumberSummary) -> tuple:
    counts = f"{summary.present_count + summary.missing_count:,}", f"{summary.missing_count:,}"
    return name, *counts, metric_text(summary.mean), metric_text(summary.deviation)
