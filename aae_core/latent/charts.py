"""Pictures of the rows of a table: each feature as a level on a scale of its own, and all of them as a small chart.

The median of every feature has the level MIDDLE, so a chart shows what is unusual about a row. Shapes: N rows, F features.
"""

import numpy as np

from aae_core.data.features import Features

MIDDLE, STEPS = 128, 127  # of 256 levels: that of the median, and the number of levels from it to the end of a scale
ROOM = 1.15  # half-width of a scale, in distances of the farther of the 1st and 99th percentiles from the median
SIDE, WIDEST = 48, 96  # pixels of a small chart: its height and usual width, and its largest width
GROUND, LINE, ABOVE, BELOW = (32, 38, 46), (120, 128, 138), (255, 166, 77), (92, 180, 255)  # its colours


def scales(features: Features) -> tuple[np.ndarray, np.ndarray]:
    """The centre and the half-width of each feature's scale in its own units, float64 F each. A scale is centred on the median
    and holds at least the middle 98 % of the training rows' values; for a feature without such a spread, it is three standard
    deviations wide on either side."""
    middle, low, high = (np.array(values) for values in (features.medians, features.lows, features.highs))
    half_widths = ROOM * np.maximum(high - middle, middle - low)
    return middle, np.where(half_widths > 0, half_widths, 3 * np.array(features.deviations))


def levels(rows: np.ndarray, features: Features | None) -> np.ndarray:
    """Rows in their own units, float32 N×F or N×1×F×1, as levels uint8 N×1×F×1; values beyond the end of a scale are clipped to
    it.

    features: None for images, which are returned unchanged.
    """
    if features is None:
        return rows
    middle, half_widths = scales(features)
    places = MIDDLE + STEPS * ((rows.reshape(len(rows), len(features)) - middle) / half_widths)
    return places.round().clip(0, 255).astype(np.uint8)[:, None, :, None]


def pictures(rows: np.ndarray, features: Features | None) -> np.ndarray:
    """Rows, as for `levels`, as small charts uint8 N×SIDE×W×3, with a bar for each feature that rises or falls from the median.
    If there are too many features, several share a bar, which shows the most unusual of them. Images are returned unchanged."""
    if features is None:
        return rows
    shares = (levels(rows, features)[:, 0, :, 0].astype(np.float32) - MIDDLE) / STEPS
    bars, bar_width, together = layout(shares.shape[1])
    shares = np.pad(shares, ((0, 0), (0, bars * together - shares.shape[1]))).reshape(len(shares), bars, together)
    extremes = np.abs(shares).argmax(2)[..., None]
    heights = np.floor(np.take_along_axis(shares, extremes, 2)[..., 0] * (SIDE // 2) + 0.5).repeat(bar_width, 1)  # N×W
    if bar_width > 2:
        heights[:, bar_width - 1 :: bar_width] = 0  # a gap between bars
    up = SIDE // 2 - np.arange(SIDE)[:, None]  # of a pixel's upper edge above the middle line
    charts = np.full((len(shares), SIDE, bars * bar_width, 3), GROUND, np.uint8)
    charts[:, SIDE // 2] = LINE
    charts[(up > 0) & (up <= heights[:, None])] = ABOVE
    charts[(up <= 0) & (up > heights[:, None])] = BELOW
    return charts


def size(count: int) -> tuple[int, int, int]:
    """Height, width and channels of the small chart of `count` features."""
    bars, bar_width, _ = layout(count)
    return SIDE, bars * bar_width, 3


def layout(count: int) -> tuple[int, int, int]:
    """How the small chart of `count` features is laid out: the number of bars, the width of a bar in pixels, and the number of
    features that share a bar."""
    together = -(-count // WIDEST)
    bars = -(-count // together)
    return bars, max(1, round(SIDE / bars)), together
