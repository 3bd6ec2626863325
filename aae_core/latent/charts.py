"""How a row of a table is seen: each feature as a level on a scale of its own, and all of them as a small chart.

The level of the median is MIDDLE whatever the feature, so a chart shows what is unusual about a row. F features, N rows.
"""

import numpy as np

from aae_core.data.features import Features

MIDDLE, STEPS = 128, 127  # of 256 levels: the median's, and those from there to the end of a feature's scale
ROOM = 1.15  # of a scale, beyond the farther of the 1st and 99th percentiles
SIDE, WIDEST = 48, 96  # pixels of a small chart: its height and usual width, and its greatest width
GROUND, LINE, ABOVE, BELOW = (32, 38, 46), (120, 128, 138), (255, 166, 77), (92, 180, 255)  # its colours


def scales(features: Features) -> tuple[np.ndarray, np.ndarray]:
    """The middle and the half-width of each feature's scale in its own units, float64 F each: around the median, and as far as
    98 % of the values of the training rows reach on either side."""
    middle, low, high = (np.array(each) for each in (features.medians, features.lows, features.highs))
    reach = ROOM * np.maximum(high - middle, middle - low)
    return middle, np.where(reach > 0, reach, 3 * np.array(features.deviations))


def levels(rows: np.ndarray, features: Features | None) -> np.ndarray:
    """Rows in their own units, float32 N×F or N×1×F×1, as levels uint8 N×1×F×1; what lies beyond a scale is at its end.

    features: None for images, which are given back as they are.
    """
    if features is None:
        return rows
    middle, reach = scales(features)
    places = MIDDLE + STEPS * ((rows.reshape(len(rows), len(features)) - middle) / reach)
    return places.round().clip(0, 255).astype(np.uint8)[:, None, :, None]


def pictures(rows: np.ndarray, features: Features | None) -> np.ndarray:
    """Rows as for `levels` as small charts, uint8 N×SIDE×W×3: a bar for each feature, from the median up or down. A bar stands
    for the most unusual of several features where there are too many of them."""
    if features is None:
        return rows
    shares = (levels(rows, features)[:, 0, :, 0].astype(np.float32) - MIDDLE) / STEPS
    bars, wide, together = layout(shares.shape[1])
    shares = np.pad(shares, ((0, 0), (0, bars * together - shares.shape[1]))).reshape(len(shares), bars, together)
    most = np.abs(shares).argmax(2)[..., None]
    heights = np.floor(np.take_along_axis(shares, most, 2)[..., 0] * (SIDE // 2) + 0.5).repeat(wide, 1)  # N×W
    if wide > 2:
        heights[:, wide - 1 :: wide] = 0  # a gap between bars
    up = SIDE // 2 - np.arange(SIDE)[:, None]  # of a pixel's upper edge above the middle line
    drawn = np.full((len(shares), SIDE, bars * wide, 3), GROUND, np.uint8)
    drawn[:, SIDE // 2] = LINE
    drawn[(up > 0) & (up <= heights[:, None])] = ABOVE
    drawn[(up <= 0) & (up > heights[:, None])] = BELOW
    return drawn


def size(count: int) -> tuple[int, int, int]:
    """Height, width and channels of a small chart of so many features."""
    bars, wide, _ = layout(count)
    return SIDE, bars * wide, 3


def layout(count: int) -> tuple[int, int, int]:
    """Bars of a small chart of so many features, pixels of each, and features that share one."""
    together = -(-count // WIDEST)
    bars = -(-count // together)
    return bars, max(1, round(SIDE / bars)), together
