"""Pictures of the rows of a table: each feature as a level on a scale of its own, and all of them as a small chart.

The median of every feature has the level MIDDLE, so a chart shows what is unusual about a row. Shapes: N rows, F features.
"""

import numpy as np

from aae_core.data.features import Features

MIDDLE, STEPS = 128, 127  # of 256 levels: that of the median, and the number of levels from it to the end of a scale
# half-width of a scale, in distances of the farther of the 1st and 99th percentiles from the median
SCALE_FACTOR = 1.15
CHART_HEIGHT, MAX_CHART_WIDTH = 48, 96  # pixels of a small chart: its height and usual width, and its largest width
GROUND, LINE, ABOVE, BELOW = (32, 38, 46), (120, 128, 138), (255, 166, 77), (92, 180, 255)  # its colours


def feature_centres_and_half_widths(features: Features) -> tuple[np.ndarray, np.ndarray]:
    """The centre and the half-width of each feature's scale in its own units, float64 F each. A scale is centred on the median
    and holds at least the middle 98 % of the training rows' values; for a feature without such a spread, it is three standard
    deviations wide on either side."""
    medians, low, high = (np.array(values) for values in (features.medians, features.lows, features.highs))
    half_widths = SCALE_FACTOR * np.maximum(high - medians, medians - low)
    return medians, np.where(half_widths > 0, half_widths, 3 * np.array(features.deviations))


def quantise_rows(rows: np.ndarray, features: Features | None) -> np.ndarray:
    """Rows in their own units, float32 N×F or N×1×F×1, as levels uint8 N×1×F×1; values beyond the end of a scale are clipped to
    it.

    features: None for images, which are returned unchanged.
    """
    if features is None:
        return rows
    medians, half_widths = feature_centres_and_half_widths(features)
    level_values = MIDDLE + STEPS * ((rows.reshape(len(rows), len(features)) - medians) / half_widths)
    return level_values.round().clip(0, 255).astype(np.uint8)[:, None, :, None]


def draw_row_charts(rows: np.ndarray, features: Features | None) -> np.ndarray:
    """Rows, as for `quantise_rows`, as small charts uint8 N×CHART_HEIGHT×W×3, with a bar for each feature that rises or falls
    from the median. If there are too many features, several share a bar, which shows the most unusual of them. Images are
    returned unchanged."""
    if features is None:
        return rows
    shares = (quantise_rows(rows, features)[:, 0, :, 0].astype(np.float32) - MIDDLE) / STEPS
    n_bars, bar_width, features_per_bar = row_chart_layout(shares.shape[1])
    shares = np.pad(shares, ((0, 0), (0, n_bars * features_per_bar - shares.shape[1]))).reshape(
        len(shares), n_bars, features_per_bar
    )
    extremes = np.abs(shares).argmax(2)[..., None]
    # N×W
    heights = np.floor(np.take_along_axis(shares, extremes, 2)[..., 0] * (CHART_HEIGHT // 2) + 0.5).repeat(bar_width, 1)
    if bar_width > 2:
        heights[:, bar_width - 1 :: bar_width] = 0  # a gap between bars
    # of a pixel's upper edge above the middle line
    pixel_heights = CHART_HEIGHT // 2 - np.arange(CHART_HEIGHT)[:, None]
    charts = np.full((len(shares), CHART_HEIGHT, n_bars * bar_width, 3), GROUND, np.uint8)
    charts[:, CHART_HEIGHT // 2] = LINE
    charts[(pixel_heights > 0) & (pixel_heights <= heights[:, None])] = ABOVE
    charts[(pixel_heights <= 0) & (pixel_heights > heights[:, None])] = BELOW
    return charts


def row_chart_shape(count: int) -> tuple[int, int, int]:
    """Height, width and channels of the small chart of `count` features."""
    n_bars, bar_width, _ = row_chart_layout(count)
    return CHART_HEIGHT, n_bars * bar_width, 3


def row_chart_layout(count: int) -> tuple[int, int, int]:
    """How the small chart of `count` features is laid out: the number of bars, the width of a bar in pixels, and the number of
    features that share a bar."""
    features_per_bar = -(-count // MAX_CHART_WIDTH)
    n_bars = -(-count // features_per_bar)
    return n_bars, max(1, round(CHART_HEIGHT / n_bars)), features_per_bar
