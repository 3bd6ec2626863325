"""The view that comes first, and planes of two columns."""

import numpy as np
import pytest

from aae_core.latent.column_planes import points_of_columns, projection_columns
from aae_core.latent.first_view import is_pca_first


@pytest.mark.parametrize(
    ("share", "count", "expected"),
    [(0.5, 100, True), (0.49, 100, False), (0.2, 1000, False), (0.2, 1001, True), (0.2, 3, True), (0.2, 4, False)],
)
def test_pca_comes_first_where_it_shows_half_or_t_sne_takes_long(share, count, expected):
    assert is_pca_first(share, count) == expected


@pytest.mark.parametrize(
    ("names", "expected"),
    [
        (["age", "umap_x", "weight", "umap_y"], (1, 3)),
        (["n", "UMAP1", "UMAP2"], (1, 2)),
        (["n", "tsne 1", "tsne 0"], (2, 1)),
        (["y", "x"], (1, 0)),
        (["max", "may"], (0, 1)),
        (["bill", "depth", "mass"], (0, 1)),
    ],
)
def test_a_projection_is_known_by_the_names_of_its_columns(names, expected):
    assert projection_columns(names) == expected


def test_points_lie_where_the_columns_put_them():
    values = np.array([[1.0, 10], [2, 12], [np.nan, 11], [3, np.inf], [5, 8]])
    points, has_one_scale = points_of_columns(values)
    assert has_one_scale and np.array_equal(points[[0, 1, 4]], values[[0, 1, 4]])
    assert np.isnan(points[2, 0]) and np.isnan(points[3, 1])


def test_columns_of_very_different_ranges_have_scales_of_their_own():
    points, has_one_scale = points_of_columns([[1, 3000], [2, 4000], [3, 5000], [np.nan, 90_000]])
    assert not has_one_scale
    np.testing.assert_allclose(points[:3], [[0, 0], [0.5, 0.5], [1, 1]])
    assert points_of_columns([[0, 0], [1, 5]])[1] and not points_of_columns([[0, 0], [1, 5.1]])[1]


def test_constant_columns_and_no_points_are_no_reason_to_fail():
    points, has_one_scale = points_of_columns([[1, 7], [2, 7]])
    assert has_one_scale and points.tolist() == [[1, 7], [2, 7]]
    assert points_of_columns([[np.nan, 1]])[1]
