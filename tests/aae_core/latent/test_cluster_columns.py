"""A kept column by cluster; pandas is the oracle."""

import numpy as np
import pandas

from aae_core.latent.cluster_columns import count_groups_by_cluster, summarise_number_by_cluster
from aae_core.latent.column_groups import group_by_column

RNG = np.random.default_rng(8)
N = 300
CLUSTERS = RNG.choice([0, 1, 3], N)  # of four, one is empty


def test_groups_are_counted_as_by_a_crosstab_with_the_missing_ones_last():
    values = pandas.Series(RNG.choice(["b", "a", None], N), name="kind")
    counts = count_groups_by_cluster(CLUSTERS, group_by_column(values, "category"), 4)
    expected = pandas.crosstab(CLUSTERS, values.fillna("missing")).reindex(
        index=range(4), columns=["a", "b", "missing"], fill_value=0
    )
    assert counts.tolist() == expected.to_numpy().tolist() and counts.sum() == N and not counts[2].any()


def test_mean_and_spread_of_a_number_are_those_of_pandas():
    values = RNG.normal(40, 5, N)
    values[::7] = np.nan
    summaries = summarise_number_by_cluster(CLUSTERS, values, 4)
    expected = pandas.Series(values).groupby(CLUSTERS).agg(["count", "mean", "std"])
    for k in (0, 1, 3):
        summary, row = summaries[k], expected.loc[k]
        assert summary.present_count == row["count"]
        assert summary.missing_count == (k == CLUSTERS).sum() - row["count"]
        np.testing.assert_allclose([summary.mean, summary.deviation], [row["mean"], row["std"]], rtol=1e-12)
    assert (summaries[2].present_count, summaries[2].mean, summaries[2].deviation) == (0, None, None)


def test_one_value_has_no_spread_and_an_infinite_one_no_mean():
    single_summary, infinite_summary, missing_summary = summarise_number_by_cluster(
        np.array([0, 1, 1, 2]), np.array([3.0, np.inf, 1.0, np.nan]), 3
    )
    assert (single_summary.mean, single_summary.deviation) == (3.0, None)
    assert (infinite_summary.present_count, infinite_summary.mean) == (2, None)
    assert (missing_summary.present_count, missing_summary.missing_count, missing_summary.mean) == (0, 1, None)
