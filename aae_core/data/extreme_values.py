"""Columns in which a few extreme values make all others indistinguishable to a model, which sees them in standard deviations."""

import warnings

import numpy as np

from aae_core.data import columns, features
from aae_core.wording import translate


def place_of_extreme(name: str, value: float, place: columns.RowPlace) -> str:
    """A column with its most extreme value and the place of its row, such as "a (1e+12 in line 5)"."""
    return f"{name} ({value:g} {place.translated()})"


def describe_indistinct_columns(places: list[str]) -> str:
    """A sentence about such columns. places: a column with its most extreme value, as from `place_of_extreme`, of each."""
    return translate(
        "Beside a few extreme values, all others become indistinguishable to a model in {columns}; leave these rows out, or take "
        "a logarithm of the column.",
        columns=columns.join_names(places, translate(columns.MORE_NAMES)),
    )


def describe_far_test_values(places: list[str]) -> str:
    """A sentence about values of test rows that lie far from all training rows. places: as in `describe_indistinct_columns`."""
    return translate(
        "Test rows hold values a thousand standard deviations or more from the mean of the training rows, which outweigh all "
        "others in an error: {columns}; leave these rows out, or take a logarithm of the column.",
        columns=columns.join_names(places, translate(columns.MORE_NAMES)),
    )


def warn_of_indistinct_columns(rows: np.ndarray, names, kinds, stacklevel: int) -> None:
    """Warn of such columns among the real numbers and counts in a matrix N×F in memory, with these names and kinds."""
    rows = np.asarray(rows, np.float64)
    places = []
    for i in features.find_indistinct_columns(rows, rows.std(0)):
        if kinds[i] in ("real", "count"):
            row = int(np.abs(rows[:, i] - np.median(rows[:, i])).argmax())
            places.append(f"{names[i]} ({rows[row, i]:g} at index {row})")
    if places:
        warnings.warn(describe_indistinct_columns(places), UserWarning, stacklevel=stacklevel + 1)
