"""Items in groups by a column that was kept of them, so that it can colour their codes: the values of a category, or ranges
of a number or a date."""

from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from aae_core.latent.colours import class_colour

RANGE_COUNT = 7  # ranges of a number or a date, about
USUAL_SHARES = 0.01, 0.99  # of the values, between which the ranges are equally wide
ROUND_STEPS = (1, 2, 2.5, 5, 10)  # widths of ranges of numbers, times a power of ten
CLOSE_SHARE = 0.7  # of the values in one range, above which ranges are by rank
# from low to high, of growing lightness and without the prior's hue: plasma, with a contrast of at least 1.9 to both pages
RANGE_COLOURS = ("#880ca3", "#a52097", "#be3985", "#d35170", "#e46b5d", "#f2864a", "#fba438")


@dataclass(frozen=True)
class ColumnGroups:
    """The groups of N items by a column. column: its name; names: of the groups, in order; labels: the group of each item,
    int64 N, −1 where the value is missing; colours: of the groups; are_ranges: whether they follow from a number or a
    date."""

    column: str
    names: tuple[str, ...]
    labels: np.ndarray
    colours: tuple[str, ...]
    are_ranges: bool = False


def group_by_column(values, kind: str) -> ColumnGroups:
    """The groups of items by a column, a pandas Series of N values. kind: as of `metadata_columns.MetadataColumn`; a number or
    a date is divided into at most RANGE_COUNT ranges, whose first and last are open."""
    if kind in ("number", "date"):
        return _group_by_range(values, kind)
    places, distinct_values = values.factorize()  # −1 where the value is missing
    names = sorted(distinct_values)
    rank_by_name = {name: k for k, name in enumerate(names)}
    ranks = np.array([*(rank_by_name[name] for name in distinct_values), -1], np.int64)
    labels = ranks[places]
    colours = tuple(class_colour(k) for k in range(len(names)))
    return ColumnGroups(str(values.name), tuple(map(str, names)), labels, colours)


def _group_by_range(values, kind):
    is_present = values.notna().to_numpy()
    labels = np.full(len(values), -1, np.int64)
    if not is_present.any():
        return ColumnGroups(str(values.name), (), labels, (), are_ranges=True)
    known_values = values[is_present].to_numpy()
    distinct_values = np.unique(known_values)
    if len(distinct_values) <= RANGE_COUNT:
        labels[is_present] = np.searchsorted(distinct_values, known_values)
        names = [_format_value(value, kind) for value in distinct_values]
    else:
        limits = _range_limits(_drop_infinite_values(values[is_present], kind), kind)
        labels[is_present] = np.searchsorted(limits, known_values, side="right")
        texts = [_format_value(limit, kind) for limit in limits]
        middle_names = [f"{low} – {high}" for low, high in pairwise(texts)]
        names = [f"< {texts[0]}", *middle_names, f"≥ {texts[-1]}"]
    places = np.linspace(0, len(RANGE_COLOURS) - 1, len(names)).round().astype(int)
    range_colours = tuple(RANGE_COLOURS[place] for place in places)
    return ColumnGroups(str(values.name), tuple(names), labels, range_colours, are_ranges=True)


def _drop_infinite_values(values, kind):
    """A pandas Series without infinite numbers, between which no range is as wide as another."""
    return values if kind == "date" else values[np.isfinite(values)]


def _range_limits(values, kind) -> np.ndarray:
    """The ascending values between the ranges of a pandas Series: round numbers or days, equally far apart, or by rank where
    most values would lie in one range."""
    limits = _equal_limits(values, kind)
    counts = np.bincount(np.searchsorted(limits, values.to_numpy(), side="right"))
    if counts.max() <= CLOSE_SHARE * len(values):
        return limits
    quantiles = values.quantile([step / RANGE_COUNT for step in range(1, RANGE_COUNT)])
    return np.unique(quantiles.to_numpy())


def _equal_limits(values, kind):
    low, high = (values.quantile(share) for share in USUAL_SHARES)
    if kind == "date":
        return np.unique(
            [np.datetime64(low + (high - low) * (step / RANGE_COUNT), "us") for step in range(1, RANGE_COUNT)]
        )
    if low == high:
        return np.array([low])
    step = round_step((high - low) / RANGE_COUNT)
    return np.arange(np.floor(low / step) + 1, np.ceil(high / step)) * step


def round_step(width: float, factors: tuple[float, ...] = ROUND_STEPS) -> float:
    """The smallest of the factors times a power of ten that is not below a width > 0. factors: ascending, from 1 to 10."""
    power = 10.0 ** np.floor(np.log10(width))
    return next(factor for factor in factors if factor * power >= width) * power


def _format_value(value, kind) -> str:
    if kind == "date":
        return str(np.datetime64(value, "D"))
    return f"{value:.8g}".replace("-", "\N{MINUS SIGN}")
