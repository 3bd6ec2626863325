"""How selected items differ from the others, compared with SciPy and with sums by hand."""

import numpy as np
import pytest
from scipy import stats

from aae_core.evaluation.selection_differences import (
    BINS,
    NumberComparison,
    cohens_h,
    compare_categories,
    compare_numbers,
    share_difference_interval,
)

RNG = np.random.default_rng(4)
N = 500
SELECTED = RNG.random(N) < 0.3


def test_the_difference_of_means_is_in_deviations_of_all_with_welchs_interval():
    values = RNG.normal(3, 2, N) + 1.5 * SELECTED
    values[[3, 40, 77]] = np.nan, np.inf, np.nan
    row = compare_numbers("bill", values, SELECTED)
    is_finite = np.isfinite(values)
    selected_values, other_values = values[is_finite & SELECTED], values[is_finite & ~SELECTED]
    deviation = values[is_finite].std(ddof=1)
    assert row.name == "bill" and row.kind == "number"
    assert row.difference == pytest.approx((selected_values.mean() - other_values.mean()) / deviation)
    interval = stats.ttest_ind(selected_values, other_values, equal_var=False).confidence_interval(0.95)
    assert (row.low, row.high) == pytest.approx((interval.low / deviation, interval.high / deviation))
    assert row.effect == abs(row.difference)
    assert (row.selected_mean, row.other_mean) == pytest.approx((selected_values.mean(), other_values.mean()))
    assert (row.selected_count, row.all_count) == (len(selected_values), is_finite.sum())
    low, high = np.quantile(values[is_finite], (0.01, 0.99))
    assert row.edges == pytest.approx((low, high))
    for counts, sample in ((row.selected_counts, selected_values), (row.all_counts, values[is_finite])):
        assert counts == tuple(np.histogram(sample.clip(low, high), BINS, (low, high))[0])


def test_columns_in_batches_give_what_they_give_at_once():
    matrix = RNG.normal(5e6, [1, 10, 100], (N, 3))  # large beside their deviations, so that plain sums would be inexact
    matrix[:, 1] += 5 * SELECTED
    comparison = NumberComparison("abc", matrix.min(0), matrix.max(0))
    for start in range(0, N, 37):
        comparison.add(matrix[start : start + 37], SELECTED[start : start + 37])
    for row, values in zip(comparison.differences(), matrix.T, strict=True):
        expected = (values[SELECTED].mean() - values[~SELECTED].mean()) / values.std(ddof=1)
        assert row.difference == pytest.approx(expected, rel=1e-7)
        interval = stats.ttest_ind(values[SELECTED], values[~SELECTED], equal_var=False).confidence_interval()
        assert row.low * values.std(ddof=1) == pytest.approx(interval.low, rel=1e-6)
        assert sum(row.selected_counts) == SELECTED.sum() and sum(row.all_counts) == N


def test_what_cannot_be_compared_is_left_out():
    assert compare_numbers("constant", np.full(N, 0.1), SELECTED) is None
    assert compare_numbers("missing", np.full(N, np.nan), SELECTED) is None
    assert compare_numbers("all", np.arange(N), np.ones(N, bool)) is None
    single_row = np.arange(N) == 7
    assert compare_numbers("one", np.arange(N), single_row) is None
    labels = np.zeros(N, np.int64)
    assert compare_categories("one value", labels, ["a", "b"], SELECTED) is None
    assert compare_categories("all", np.arange(N) % 2, ["a", "b"], np.ones(N, bool)) is None


@pytest.mark.parametrize("scale", [1e-120, 1e90, 1e140])
def test_the_scale_of_a_column_does_not_matter(scale):
    values, selected = np.random.default_rng(3).normal(size=100), np.arange(100) < 30
    row, scaled_row = (compare_numbers("a", values * factor, selected) for factor in (1.0, scale))
    assert (scaled_row.difference, scaled_row.low, scaled_row.high) == pytest.approx(
        (row.difference, row.low, row.high)
    )
    assert scaled_row.all_counts == row.all_counts


def test_absurdly_large_numbers_stand_for_missing_ones():
    values, selected = np.random.default_rng(4).normal(size=100), np.arange(100) < 30
    nan_values, sentinel_values = values.copy(), values.copy()
    nan_values[::7], sentinel_values[::7] = np.nan, np.finfo(np.float64).max
    assert compare_numbers("a", sentinel_values, selected) == compare_numbers("a", nan_values, selected)
    assert compare_numbers("a", np.full(100, 1e300), selected) is None


def test_two_groups_without_any_variance_differ_by_a_finite_number():
    row = compare_numbers("sharp", SELECTED.astype(float), SELECTED)
    share = SELECTED.mean()
    assert row.difference == pytest.approx(1 / np.sqrt(share * (1 - share) * N / (N - 1)))
    assert (row.low, row.high) == (row.difference, row.difference)


def test_the_difference_of_shares_is_that_of_the_value_that_differs_most():
    labels = np.where(SELECTED, RNG.choice(3, N, p=[0.2, 0.1, 0.7]), RNG.choice(3, N, p=[0.3, 0.5, 0.2]))
    row = compare_categories("island", labels, ["Biscoe", "Dream", "Torgersen"], SELECTED)
    shares = [(labels[SELECTED] == k).mean() - (labels[~SELECTED] == k).mean() for k in range(3)]
    k = int(np.argmax(np.abs(shares)))
    assert row.value == ["Biscoe", "Dream", "Torgersen"][k] and row.difference == pytest.approx(shares[k])
    first, second = (labels[SELECTED] == k).sum(), (labels[~SELECTED] == k).sum()
    p, q = first / SELECTED.sum(), second / (~SELECTED).sum()
    selected_interval = stats.binomtest(int(first), int(SELECTED.sum())).proportion_ci(0.95, "wilson")
    other_interval = stats.binomtest(int(second), int((~SELECTED).sum())).proportion_ci(0.95, "wilson")
    assert row.low == pytest.approx(p - q - np.hypot(p - selected_interval.low, other_interval.high - q))
    assert row.high == pytest.approx(p - q + np.hypot(selected_interval.high - p, q - other_interval.low))
    assert row.effect == pytest.approx(abs(2 * np.arcsin(np.sqrt(p)) - 2 * np.arcsin(np.sqrt(q))))
    assert dict(zip(row.values, row.all_counts, strict=True)) == {
        name: int((labels == j).sum()) for j, name in enumerate(["Biscoe", "Dream", "Torgersen"])
    }
    assert row.values[0] == row.value and row.selected_counts[0] == first


def test_the_interval_of_two_shares_is_newcombes_own_example():
    """The article's example 56/70 against 48/80: 0.0524 to 0.3339 by method 10."""
    assert share_difference_interval(56, 70, 48, 80) == pytest.approx((0.0524, 0.3339), abs=5e-5)


def test_welchs_interval_covers_the_true_difference_in_about_95_of_100_samples():
    rng, true = np.random.default_rng(0), 0.8
    selected = np.arange(200) < 40
    covered_count = 0
    for _ in range(400):
        values = np.where(selected, rng.normal(true, 0.5, 200), rng.normal(0, 1, 200))
        population = np.sqrt(0.2 * 0.25 + 0.8 + 0.16 * true**2)  # deviation of the mixture
        row = compare_numbers("x", values, selected)
        covered_count += row.low <= true / population <= row.high
    assert 0.92 <= covered_count / 400 <= 0.98


def test_the_effect_has_no_sign():
    row = compare_numbers("x", RNG.normal(size=N) - 3 * SELECTED, SELECTED)
    assert row.difference < -1 and row.effect == -row.difference
    assert cohens_h(0.5, 0.5) == 0 and cohens_h(1, 0) == pytest.approx(np.pi)
