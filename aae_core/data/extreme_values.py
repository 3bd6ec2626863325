"""Columns in which a few extreme values make all others indistinguishable to a model, which sees them in standard deviations."""

import warnings

import numpy as np

from aae_core.data import columns
from aae_core.wording import translate

CENTRAL_QUANTILES = 0.05, 0.95  # between which the values lie that a model should tell apart
INDISTINCT_RANGE = 0.01  # standard deviations: closer values are one and the same to a model
MAX_EQUAL_SHARE = 0.95  # of the central values: if more of them are equal, there was nothing to tell apart


def find_indistinct_columns(rows: np.ndarray, deviations: np.ndarray) -> np.ndarray:
    """The indices, int64, of the columns of a matrix N×F in which the central nine tenths of the values differ, but by less than
    INDISTINCT_RANGE of the standard deviation, F."""
    low, high = (
        np.quantile(rows, quantile, axis=0, method=method)
        for quantile, method in zip(CENTRAL_QUANTILES, ("higher", "lower"), strict=True)
    )
    candidates = np.flatnonzero((high > low) & (high - low < INDISTINCT_RANGE * np.asarray(deviations)))
    is_indistinct = []
    for i in candidates:
        central_values = rows[(rows[:, i] >= low[i]) & (rows[:, i] <= high[i]), i]
        _, counts = np.unique(central_values, return_counts=True)
        is_indistinct.append(counts.max() <= MAX_EQUAL_SHARE * counts.sum())
    return candidates[np.array(is_indistinct, bool)]


def describe_indistinct_columns(places: list[str]) -> str:
    """A sentence about such columns. places: a column with its most extreme value, such as "a (1e+12 in line 5)", of each."""
    return translate(
        "Beside a few extreme values, all others become indistinguishable to a model in {columns}; leave these rows out, or take "
        "a logarithm of the column.",
        columns=columns.join_names(places, translate(columns.MORE_NAMES)),
    )


def warn_of_indistinct_columns(rows: np.ndarray, names, kinds, stacklevel: int) -> None:
    """Warn of such columns among the real numbers and counts in a matrix N×F in memory, with these names and kinds."""
    rows = np.asarray(rows, np.float64)
    places = []
    for i in find_indistinct_columns(rows, rows.std(0)):
        if kinds[i] in ("real", "count"):
            row = int(np.abs(rows[:, i] - np.median(rows[:, i])).argmax())
            places.append(f"{names[i]} ({rows[row, i]:g} at index {row})")
    if places:
        warnings.warn(describe_indistinct_columns(places), UserWarning, stacklevel=stacklevel + 1)
