"""How the selected items of a data set differ from all others: feature by feature, and column by column.

Numbers are compared by their means, in standard deviations of all items, with Welch's interval; categories by the shares of
their values, with Newcombe's interval for the difference of two independent shares (hybrid score, method 10 in "Interval
estimation for the difference between independent proportions", 1998). Shares are ordered among the means by Cohen's h
(Statistical Power Analysis for the Behavioral Sciences, 1988, chapter 6), whose sizes are read like those of standard
deviations. Shapes: N items, F columns.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from aae_core.evaluation.intervals import difference_confidence_interval

BINS = 16  # of a histogram
MAX_VALUES = 8  # values of a category whose shares are given, those that differ most
NORMAL_QUANTILE = 1.959963984540054  # of a 95 % interval
MAX_ABSOLUTE_NUMBER = 1e150  # the squares of larger ones, such as 1.8e308 for a missing value, are infinite
EXACT_ZERO = 1e-12  # a standard deviation below this share of the largest value is rounding


@dataclass(frozen=True)
class ColumnDifference:
    """How the selected items differ from all others in one column.

    name: of the column; kind: "number", whose difference is that of the means in standard deviations of all items, or
    "category", whose difference is that of the shares of `value`, the value whose share differs most, −1..1. low, high: its
    95 % interval. effect: its size, 0 or more, by which columns are ordered: the difference without its sign, or Cohen's h.
    selected_mean, other_mean: the means of numbers, or the shares of `value`.

    selected_counts, all_counts: how many selected items, and how many of all, lie in each of BINS bins of equal width between
    `edges`, whose first and last bin hold all values beyond, too; or have each of `values`, at most MAX_VALUES. Missing and
    infinite values, and those beyond MAX_ABSOLUTE_NUMBER, are left out of numbers. selected_count, all_count: how many items
    were compared.
    """

    name: str
    kind: Literal["number", "category"]
    difference: float
    low: float
    high: float
    effect: float
    selected_mean: float
    other_mean: float
    selected_count: int
    all_count: int
    selected_counts: tuple[int, ...]
    all_counts: tuple[int, ...]
    value: str = ""
    edges: tuple[float, float] | None = None
    values: tuple[str, ...] = ()


# Numbers ------------------------------------------------------------------------------------------------------------------


class NumberComparison:
    """Compares F columns of numbers, batch by batch, so that memory use stays constant.

    names: of the columns; lows, highs: the values between which the bins of the histograms lie, F each.
    """

    def __init__(self, names: Sequence[str], lows: np.ndarray, highs: np.ndarray):
        self.names = tuple(names)
        self.lows, self.highs = np.asarray(lows, np.float64), np.asarray(highs, np.float64)
        self._groups = {True: _Moments(len(self.names)), False: _Moments(len(self.names))}

    def add(self, values: np.ndarray, selection_mask: np.ndarray) -> None:
        """Take the next items: values n×F, and whether each is selected, bool n."""
        numbers = _finite_numbers(values)
        widths = self.highs - self.lows
        positions = (numbers - self.lows) / np.where(widths > 0, widths, 1) * BINS
        bins = np.nan_to_num(positions, nan=0.0).clip(0, BINS - 1).astype(np.int64)
        for is_selected, moments in self._groups.items():
            is_in_group = selection_mask == is_selected
            moments.add(numbers[is_in_group], bins[is_in_group])

    def differences(self) -> list[ColumnDifference]:
        """The difference of each column, in their order, without those that do not vary or have fewer than two values among the
        selected items or among the others."""
        rows = (self._difference_of(column) for column in range(len(self.names)))
        return [row for row in rows if row is not None]

    def _difference_of(self, column) -> ColumnDifference | None:
        selected_sample, other_sample = (self._groups[group].sample(column) for group in (True, False))
        if min(selected_sample[2], other_sample[2]) < 2:
            return None
        deviation = _joint_deviation(selected_sample, other_sample)
        largest_mean = max(abs(selected_sample[0]), abs(other_sample[0]))
        if deviation <= EXACT_ZERO * largest_mean or deviation == 0:
            return None
        difference = (selected_sample[0] - other_sample[0]) / deviation
        low, high = (end / deviation for end in difference_confidence_interval(selected_sample, other_sample))
        selected_counts, other_counts = (self._groups[group].histogram[column] for group in (True, False))
        return ColumnDifference(
            name=self.names[column],
            kind="number",
            difference=difference,
            low=low,
            high=high,
            effect=abs(difference),
            selected_mean=selected_sample[0],
            other_mean=other_sample[0],
            selected_count=selected_sample[2],
            all_count=selected_sample[2] + other_sample[2],
            selected_counts=tuple(selected_counts.tolist()),
            all_counts=tuple((selected_counts + other_counts).tolist()),
            edges=(float(self.lows[column]), float(self.highs[column])),
        )


class _Moments:
    """Number, mean and squared deviations of F columns, with a histogram of each. Batches are joined by the formulas of Chan,
    Golub and LeVeque, "Updating formulae and a pairwise algorithm for computing sample variances", 1979."""

    def __init__(self, column_count: int):
        self.counts = np.zeros(column_count, np.int64)
        self.means = np.zeros(column_count)
        self.squares = np.zeros(column_count)  # sums of squared deviations from the mean
        self.histogram = np.zeros((column_count, BINS), np.int64)

    def add(self, numbers: np.ndarray, bins: np.ndarray) -> None:
        """Take numbers n×F, and the bin of each."""
        is_known = np.isfinite(numbers)
        counts = is_known.sum(0)
        known_numbers = np.where(is_known, numbers, 0)
        means = known_numbers.sum(0) / np.maximum(counts, 1)
        deviations = np.where(is_known, known_numbers - means, 0)
        totals = self.counts + counts
        shifts = means - self.means
        divisors = np.maximum(totals, 1)
        self.means += shifts * counts / divisors
        self.squares += np.square(deviations).sum(0) + np.square(shifts) * self.counts * counts / divisors
        self.counts = totals
        for column in range(len(counts)):
            self.histogram[column] += np.bincount(bins[is_known[:, column], column], minlength=BINS)

    def sample(self, column: int) -> tuple[float, float, int]:
        """Mean, sample standard deviation (0 for fewer than two values) and number of values of a column."""
        count = int(self.counts[column])
        variance = self.squares[column] / (count - 1) if count > 1 else 0.0
        return float(self.means[column]), math.sqrt(variance), count


def _finite_numbers(values) -> np.ndarray:
    """The values as float64, NaN where they are missing, infinite, or beyond MAX_ABSOLUTE_NUMBER."""
    numbers = np.asarray(values, np.float64)
    return np.where(np.abs(numbers) <= MAX_ABSOLUTE_NUMBER, numbers, np.nan)


def _joint_deviation(first, second) -> float:
    """The sample standard deviation of two samples together, each given as mean, sample standard deviation and number."""
    (mean, deviation, count), (other_mean, other_deviation, other_count) = first, second
    total = count + other_count
    squares = deviation**2 * (count - 1) + other_deviation**2 * (other_count - 1)
    squares += (mean - other_mean) ** 2 * count * other_count / total
    return math.sqrt(squares / (total - 1))


def compare_numbers(name: str, values: np.ndarray, selection_mask: np.ndarray) -> ColumnDifference | None:
    """The difference of a column of numbers N, NaN where missing, between the selected items (bool N) and the others; None if it
    does not vary, or has fewer than two values among either. The histogram lies between the 1st and the 99th percentile."""
    numbers = _finite_numbers(values)
    known_numbers = numbers[~np.isnan(numbers)]
    if not len(known_numbers):
        return None
    low, high = np.quantile(known_numbers, (0.01, 0.99))
    comparison = NumberComparison([name], np.array([low]), np.array([high]))
    comparison.add(numbers[:, None], selection_mask)
    return next(iter(comparison.differences()), None)


# Categories ---------------------------------------------------------------------------------------------------------------


def compare_categories(
    name: str, labels: np.ndarray, values: Sequence[str], selection_mask: np.ndarray
) -> ColumnDifference | None:
    """The difference of a category between the selected items (bool N) and the others; None if all items have the same value, or
    if no item is selected, or all are. labels: the place of each item's value among `values`, int N, all of them known."""
    all_counts = np.bincount(labels, minlength=len(values))
    selected_counts = np.bincount(labels[selection_mask], minlength=len(values))
    selected_count, other_count = int(selection_mask.sum()), int((~selection_mask).sum())
    if not selected_count or not other_count or np.count_nonzero(all_counts) < 2:
        return None
    other_counts = all_counts - selected_counts
    shares, other_shares = selected_counts / selected_count, other_counts / other_count
    order = np.argsort(-np.abs(shares - other_shares), kind="stable")
    first = int(order[0])
    low, high = share_difference_interval(
        int(selected_counts[first]), selected_count, int(other_counts[first]), other_count
    )
    shown_indices = [int(k) for k in order[:MAX_VALUES] if all_counts[k]]
    return ColumnDifference(
        name=name,
        kind="category",
        difference=float(shares[first] - other_shares[first]),
        low=low,
        high=high,
        effect=abs(cohens_h(shares[first], other_shares[first])),
        selected_mean=float(shares[first]),
        other_mean=float(other_shares[first]),
        selected_count=selected_count,
        all_count=selected_count + other_count,
        selected_counts=tuple(int(selected_counts[k]) for k in shown_indices),
        all_counts=tuple(int(all_counts[k]) for k in shown_indices),
        value=str(values[first]),
        values=tuple(str(values[k]) for k in shown_indices),
    )


def cohens_h(share: float, other_share: float) -> float:
    """Cohen's effect size of the difference of two shares in 0..1: from −π to π."""
    return 2 * math.asin(math.sqrt(share)) - 2 * math.asin(math.sqrt(other_share))


def share_difference_interval(count: int, total: int, other_count: int, other_total: int) -> tuple[float, float]:
    """Newcombe's 95 % interval of the share count / total minus the share other_count / other_total, both totals ≥ 1."""
    share, other_share = count / total, other_count / other_total
    low, high = _wilson_interval(count, total)
    other_low, other_high = _wilson_interval(other_count, other_total)
    difference = share - other_share
    lower_margin = math.hypot(share - low, other_high - other_share)
    upper_margin = math.hypot(high - share, other_share - other_low)
    return difference - lower_margin, difference + upper_margin


def _wilson_interval(count, total) -> tuple[float, float]:
    """Wilson's score interval of a share."""
    share, square = count / total, NORMAL_QUANTILE**2
    middle = (share + square / (2 * total)) / (1 + square / total)
    half = NORMAL_QUANTILE * math.sqrt(share * (1 - share) / total + square / (4 * total**2)) / (1 + square / total)
    return middle - half, middle + half
