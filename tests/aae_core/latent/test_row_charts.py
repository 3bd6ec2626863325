"""Rows as levels and as small charts: where a feature's values come to lie, and what is drawn of them."""

import numpy as np

from aae_core.data import features
from aae_core.latent import row_charts

KNOWN = features.Features(
    ("long", "skew", "yes"), ("real", "count", "binary"), ("", "", ""), (0.0, 0.0, 0.0), (1.0, 2.0, 0.1), (10.0, 1.0, 0.0),
    (0.0, 0.0, 0.0), (20.0, 41.0, 0.0),
)  # fmt: skip


def test_a_level_says_how_far_from_the_median_a_value_is():
    rows = np.array([[10, 1, 0], [21.5, 47, 0.3], [-1.5, -45, -0.3], [1e9, -1e9, 1e9]], np.float32)
    feature_levels = row_charts.quantise_rows(rows, KNOWN)
    assert feature_levels.shape == (4, 1, 3, 1) and feature_levels.dtype == np.uint8
    # half-widths by hand: 1.15 × 10, 1.15 × 40, and three deviations where 98 % are the same
    assert feature_levels[:, 0, :, 0].tolist() == [[128] * 3, [255] * 3, [1] * 3, [255, 0, 255]]
    assert (row_charts.quantise_rows(rows[:, None, :, None], KNOWN) == feature_levels).all()


def test_a_value_is_known_to_a_half_of_a_level():
    rows = np.random.default_rng(0).uniform((-1, -44, -0.3), (21, 46, 0.3), (200, 3)).astype(np.float32)
    back = (
        np.array(KNOWN.medians)
        + np.array([11.5, 46, 0.3]) * (row_charts.quantise_rows(rows, KNOWN)[:, 0, :, 0] - 128.0) / 127
    )
    assert (np.abs(back - rows) <= np.array([11.5, 46, 0.3]) / 254 + 1e-4).all()


def test_bars_go_up_and_down_from_the_median():
    (chart,) = row_charts.draw_row_charts(np.array([[21.5, -45, 0]], np.float32), KNOWN)
    assert chart.shape == (48, 48, 3)  # three bars of 16 pixels, the last of each a gap
    above, below = (chart == row_charts.ABOVE).all(2), (chart == row_charts.BELOW).all(2)
    assert above[:24, :15].all() and above.sum() == 24 * 15
    assert below[24:, 16:31].all() and below.sum() == 24 * 15


def test_many_features_share_bars_and_the_most_unusual_is_seen():
    count = 1000
    many = features.fit_features(
        np.tile([[-1.0], [0], [1]], count), map(str, range(count)), ["real"] * count, [""] * count
    )
    rows = np.zeros((1, count), np.float32)
    rows[0, 777] = 1
    (chart,) = row_charts.draw_row_charts(rows, many)
    assert chart.shape[1] <= row_charts.MAX_CHART_WIDTH
    lit = np.flatnonzero((chart == row_charts.ABOVE).all(2).any(0))
    assert lit.tolist() == [777 // -(-count // row_charts.MAX_CHART_WIDTH)]


def test_images_stay_as_they_are():
    images = np.zeros((2, 8, 8, 1), np.uint8)
    assert row_charts.quantise_rows(images, None) is images and row_charts.draw_row_charts(images, None) is images
