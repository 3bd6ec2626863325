"""A plane whose points are where two columns of numbers put the items of a data set, such as a projection that was
computed elsewhere."""

from collections.abc import Sequence

import numpy as np

AXIS_ENDINGS = ("xy", "12", "01")  # last characters of the names of the two columns of a projection
MAX_RANGE_RATIO = 5.0  # of the ranges of two columns that are drawn to one scale


def projection_columns(names: Sequence[str]) -> tuple[int, int]:
    """The numbers of the two of at least two columns that are likeliest a projection: the first two whose names differ only
    in their ends, such as umap_x and umap_y, or UMAP1 and UMAP2; without such names the first two."""
    number_by_name = {name.lower(): k for k, name in reversed(list(enumerate(names)))}
    for k, name in enumerate(names):
        for first_end, second_end in AXIS_ENDINGS:
            second_name = name.lower()[:-1] + second_end
            if name.lower().endswith(first_end) and second_name in number_by_name:
                return k, number_by_name[second_name]
    return 0, 1


def points_of_columns(values) -> tuple[np.ndarray, bool]:
    """(points float64 N×2; whether both columns have one scale) of two columns of numbers, N×2. A point has a NaN where one of
    its values is missing or infinite.

    Both columns have one scale, as a projection does, unless the range of one is more than five times that of the other: then
    the points are shares of the ranges, from 0 to 1.
    """
    points = np.array(values, np.float64).reshape(-1, 2)
    points[~np.isfinite(points)] = np.nan
    is_placed = np.isfinite(points).all(axis=1)
    if not is_placed.any():
        return points, True
    low, high = points[is_placed].min(axis=0), points[is_placed].max(axis=0)
    ranges = high - low
    if not ranges.all() or ranges.max() <= MAX_RANGE_RATIO * ranges.min():
        return points, True
    return (points - low) / ranges, False
