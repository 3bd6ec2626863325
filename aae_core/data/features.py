"""The features of a table: their names, kinds and statistics."""

import math
from dataclasses import dataclass
from typing import Literal

import numpy as np

from aae_core.data.array_likes import as_array
from aae_core.errors import DataError
from aae_core.records import ShortRepr, Text

MAX_FEATURES = 4096  # features of a table, at most, since the record of a revision names each
KINDS = ("real", "count", "binary", "category")
# rows, and numbers in them, from which medians and percentiles are taken, at most
MAX_SAMPLE_ROWS, MAX_SAMPLE_VALUES = 100_000, 2**24
VALUES_AT_ONCE = 2**20  # numbers that are processed at once
RELATIVE_ROUNDING = 1e-7  # share of the mean: a smaller deviation is float32 rounding of a single value
MIN_DEVIATION = float(np.finfo(np.float32).tiny)  # a smaller deviation would be 0 in float32
TYPICAL_QUANTILES = 0.01, 0.99  # quantiles between which most values lie
# (share of the values, standard deviations): if so many values lie so close together, they are one and the same to a model; the
# second finds an extreme value in up to a fifth of the rows, and leaves columns alone whose values differ by powers of ten
INDISTINCT_RANGES = ((0.9, 0.01), (0.8, 0.001))
MAX_EQUAL_SHARE = 0.95  # of these values: if more of them are equal, there was nothing to tell apart
FAR_DEVIATIONS = 1000.0  # standard deviations: a value so far from the mean outweighs all others in an error

FeatureKind = Literal["real", "count", "binary", "category"]


@dataclass(frozen=True, repr=False)
class Features(ShortRepr):
    """The F features of a table, the columns of the matrix N×F from which a model learns, in their own units.

    kinds: real numbers, counts (whole numbers from 0 on), binary (0 or 1), or one-hot columns of a category. blocks: the
    categorical variable to which a one-hot column belongs, "" for the others. means, deviations (standard deviations, or 1 for a
    constant column), medians, lows and highs (1st and 99th percentile) are those of the training rows. fill_values: what each
    feature is where the value of its column is missing: the median of the training rows, or 1 for the category of missing
    values and 0 for the others; None where a missing value is refused. () if all are refused, as in older files.
    missing_texts: texts that stand for a missing value, as `ValueFormat.missing`; () in older files. indistinct: the names of
    the real numbers and counts in which a few extreme values make all others indistinguishable; () in older files.
    """

    names: tuple[Text, ...]
    kinds: tuple[FeatureKind, ...]
    blocks: tuple[Text, ...]
    means: tuple[float, ...]
    deviations: tuple[float, ...]
    medians: tuple[float, ...]
    lows: tuple[float, ...]
    highs: tuple[float, ...]
    fill_values: tuple[float | None, ...] = ()
    missing_texts: tuple[Text, ...] = ()
    indistinct: tuple[Text, ...] = ()

    def __len__(self) -> int:
        return len(self.names)

    @property
    def columns(self) -> tuple:
        """(names, kinds, blocks), which must be the same in all data for one model, while the statistics may differ."""
        return self.names, self.kinds, self.blocks

    def indices_by_group(self) -> list[tuple[FeatureKind, list[int]]]:
        """(kind, indices of the columns) for each kind, and for each categorical variable by itself."""
        indices_by_key: dict = {}
        for i, (kind, block) in enumerate(zip(self.kinds, self.blocks, strict=True)):
            indices_by_key.setdefault((kind, block), []).append(i)
        return [(kind, columns) for (kind, _), columns in indices_by_key.items()]


def row_step_for_quantiles(row_count: int, feature_count: int) -> int:
    """n, such that every n-th of `row_count` rows with `feature_count` features is used for medians and percentiles."""
    return max(1, -(-row_count // max(1, min(MAX_SAMPLE_ROWS, MAX_SAMPLE_VALUES // feature_count))))


def fit_features(rows: np.ndarray, names, kinds, blocks, means=None, deviations=None) -> Features:
    """The Features of training rows, finite numbers N×F. means, deviations: of all training rows, if `rows` are only some."""
    if means is None:
        from sklearn.preprocessing import StandardScaler

        scaler = StandardScaler()
        step = max(1, VALUES_AT_ONCE // rows.shape[1])
        for start in range(0, len(rows), step):
            scaler.partial_fit(rows[start : start + step].astype(np.float64))
        means, deviations = scaler.mean_, np.sqrt(scaler.var_)
    deviations = np.where(
        np.asarray(deviations) > np.maximum(RELATIVE_ROUNDING * np.abs(means), MIN_DEVIATION), deviations, 1
    )
    sampled_rows = rows[:: row_step_for_quantiles(*rows.shape)]
    low, median, high = np.quantile(sampled_rows, (TYPICAL_QUANTILES[0], 0.5, TYPICAL_QUANTILES[1]), axis=0)
    indistinct_indices = find_indistinct_columns(sampled_rows, deviations)
    return Features(
        tuple(str(name) for name in names),
        tuple(kinds),
        tuple(blocks),
        means=round_to_nine_digits(means),
        deviations=round_to_nine_digits(deviations),
        medians=round_to_nine_digits(median),
        lows=round_to_nine_digits(low),
        highs=round_to_nine_digits(high),
        indistinct=tuple(str(names[i]) for i in indistinct_indices if kinds[i] in ("real", "count")),
    )


def find_indistinct_columns(rows: np.ndarray, deviations: np.ndarray) -> np.ndarray:
    """The indices, int64, of the columns of a matrix N×F in which most values differ, but lie too close together for a model to
    tell them apart (INDISTINCT_RANGES), since a few others make the standard deviation, F, so large."""
    sorted_rows = np.sort(rows, axis=0)
    indices = set()
    for share, max_deviations in INDISTINCT_RANGES:
        count = math.ceil(share * len(rows))
        widths = sorted_rows[count - 1 :] - sorted_rows[: len(rows) - count + 1]
        starts, width = widths.argmin(0), widths.min(0)
        for i in np.flatnonzero((width > 0) & (width < max_deviations * np.asarray(deviations))):
            close_values = sorted_rows[starts[i] : starts[i] + count, i]
            _, equal_counts = np.unique(close_values, return_counts=True)
            if equal_counts.max() <= MAX_EQUAL_SHARE * count:
                indices.add(int(i))
    return np.array(sorted(indices), np.int64)


def round_to_nine_digits(values) -> tuple[float, ...]:
    """The values to nine digits, which suffice to distinguish float32 numbers, and keep a record small."""
    return tuple(float(f"{value:.9g}") for value in values)


def are_consistent_features(features: Features, feature_count: int) -> bool:
    """Whether Features from a record are consistent, and describe rows of `feature_count` float32 numbers."""
    statistics = [features.means, features.deviations, features.medians, features.lows, features.highs]
    if features.fill_values:
        statistics.append([0.0 if value is None else value for value in features.fill_values])
    lengths = {len(values) for values in (*features.columns, *statistics)}
    if feature_count > MAX_FEATURES or lengths != {feature_count}:
        return False
    for kind, block in zip(features.kinds, features.blocks, strict=True):
        if (kind == "category") != bool(block):
            return False
    with np.errstate(over="ignore"):
        stored_statistics = np.array(statistics).astype(np.float32)
        stored_deviations = np.array(features.deviations).astype(np.float32)
    return bool(np.isfinite(stored_statistics).all() and (stored_deviations > 0).all())


def check_row_matrix(rows, feature_count: int) -> np.ndarray:
    """A matrix of numbers N×F, as `array_likes.as_array` takes it, as rows, float32 N×1×F×1; DataError unless it has
    `feature_count` columns and holds finite numbers."""
    rows = as_array(rows)
    if rows.ndim != 2 or rows.shape[1] != feature_count:
        sentence = f"Rows must be a matrix with {feature_count:,} columns, not an array of shape {rows.shape}"
        if rows.ndim == 1:
            sentence += "; a single row is a matrix with one row, such as X[None] or frame.iloc[[0]]"
        raise DataError(f"{sentence}.")
    if rows.dtype.kind not in "biufOU":
        raise DataError(f"Rows must be a matrix of numbers, not of the type {rows.dtype}.")
    try:
        with np.errstate(over="ignore"):
            numbers = rows.astype(np.float32, copy=False)
    except (TypeError, ValueError):
        raise DataError(
            "Rows must be a matrix of numbers; categories are given as their one-hot columns, or in a table whose columns have "
            "the names of the training data."
        ) from None
    if not np.isfinite(numbers).all():
        raise DataError("Rows must hold finite numbers, below 3e38, in every column; fill in what is missing.")
    return numbers[:, None, :, None]
