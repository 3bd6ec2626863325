"""The generated data sets `glyphs` and `colour-glyphs`, whose factors are known exactly: the content is the shape;
the style is size, rotation, position, thickness, and in colour also the figure's hue and the background's
brightness. Each glyph consists of strokes with a mirror axis and, in most cases, an n-fold rotational symmetry. Each
pixel is mapped by these symmetries into one wedge, in which the nearest point of the figure lies as well, so that
one or a few segments describe the whole figure and its distance field is exact."""

import itertools
import math
from dataclasses import dataclass

import numpy as np

_PIXELS_AT_ONCE = 2**18  # pixels drawn at once, so few that their distance fields stay in the processor's cache


@dataclass(frozen=True)
class GlyphSet:
    """One of the sets. side: of its images, in pixels; factor_ranges: of each factor, lengths in pixels and angles in radians.

    No glyph is cut off, because size + shift + thickness / 2 + half a pixel of soft edge is at most side / 2. No rotation is
    ambiguous, because ±π/6 lies within half the period of every glyph (the shortest is the star's, 72°).
    """

    title: str
    side: int
    factor_ranges: dict[str, tuple[float, float]]

    @property
    def shape(self) -> tuple[int, int, int]:
        """(C, H, W)"""
        return 3 if "hue" in self.factor_ranges else 1, self.side, self.side


_ROTATION_RANGE = {"rotation": (-math.pi / 6, math.pi / 6)}
GLYPH_SETS = {
    "glyphs": GlyphSet(
        "Glyphs",
        28,
        {"size": (5.0, 9.0), **_ROTATION_RANGE, "x": (-3.0, 3.0), "y": (-3.0, 3.0), "thickness": (1.2, 3.0)},
    ),
    "colour-glyphs": GlyphSet(
        "Colour glyphs",
        64,
        {"size": (11.0, 20.0), **_ROTATION_RANGE, "x": (-8.0, 8.0), "y": (-8.0, 8.0), "thickness": (3.0, 6.0)}
        # hue: of the fully saturated figure, as a share of the colour circle, only from red to blue, so that its range has two
        # distinct ends; ground: brightness of the grey background, 1 for white
        | {"hue": (0.0, 2 / 3), "ground": (0.0, 0.5)},
    ),
}


@dataclass(frozen=True)
class Glyph:
    """A figure of circumradius 1 about the origin, pointing up.

    rotational_symmetry: n of its n-fold symmetry; axis_offset: angle by which the figure is turned from its mirror axis
    (radians, clockwise);
    segments: their ends (along, aside, along, aside) within the wedge: along the mirror axis and at right angles to it.
    """

    name: str
    rotational_symmetry: int
    axis_offset: float
    segments: tuple[tuple[float, float, float, float], ...]


def _polar_to_cartesian(radius, angle):
    return radius * math.cos(angle), radius * math.sin(angle)


def _centre_and_scale(segments) -> tuple[tuple[float, ...], ...]:
    """Segments shifted along the axis so that the figure's centroid is the origin, then scaled to circumradius 1.

    So x and y are the position of the centroid also for figures with a mirror symmetry alone (to within a pixel, since thick
    strokes overlap at corners).
    """
    parts = np.array(segments)  # S×4
    lengths = np.hypot(parts[:, 2] - parts[:, 0], parts[:, 3] - parts[:, 1])
    weights = lengths * np.where(parts[:, [1, 3]].any(axis=1), 2, 1)  # a stroke off the axis has a mirror image
    parts[:, [0, 2]] -= (weights * parts[:, [0, 2]].mean(axis=1)).sum() / weights.sum()
    parts /= np.hypot(parts[:, [0, 2]], parts[:, [1, 3]]).max()
    return tuple(tuple(float(number) for number in part) for part in parts)


# half of one with 110° open, in 8 straight pieces
_ARC_POINTS = [_polar_to_cartesian(1, math.radians(125) * i / 8) for i in range(9)]
GLYPHS = (
    Glyph("triangle", 3, 0.0, ((1.0, 0.0, *_polar_to_cartesian(0.5, math.pi / 3)),)),
    Glyph("square", 4, math.pi / 4, ((1.0, 0.0, *_polar_to_cartesian(math.sqrt(0.5), math.pi / 4)),)),
    Glyph("star", 5, 0.0, ((1.0, 0.0, *_polar_to_cartesian(0.42, math.pi / 5)),)),
    Glyph("cross", 4, 0.0, ((0.0, 0.0, 1.0, 0.0),)),
    Glyph("arrow", 1, 0.0, _centre_and_scale([(-1.0, 0.0, 1.0, 0.0), (1.0, 0.0, 0.2, 0.75)])),
    Glyph("horseshoe", 1, 0.0, _centre_and_scale([a + b for a, b in itertools.pairwise(_ARC_POINTS)])),
)
GLYPH_CLASSES = tuple(glyph.name for glyph in GLYPHS)


def generate_glyphs(n: int, seed: int, set_name: str = "glyphs"):
    """`n` random glyphs, the same for the same `n`, `seed` and `set_name` (a key of GLYPH_SETS).

    Returns images (uint8 n×H×W×C, white on black or in colour), labels (int64 n, each class equally often to within one) and
    factors (float32 n×F, in the order of the kind's ranges, uniform within these and independent of the label and of each other;
    x to the right and y downwards from the image's centre, rotation anticlockwise).
    """
    rng = np.random.default_rng(seed)
    labels = rng.permutation(np.arange(n) % len(GLYPHS)).astype(np.int64)
    ranges = GLYPH_SETS[set_name].factor_ranges
    low, high = np.array(list(ranges.values())).T
    factors = rng.uniform(low, high, (n, len(ranges))).astype(np.float32)
    return render_glyphs(labels, factors, set_name), labels, factors


def render_glyphs(labels, factors, set_name: str = "glyphs"):
    """Images (uint8 N×H×W×C) of glyphs with these labels (N, indices of GLYPHS) and factors (N×F, as `generate_glyphs`
    returns them)."""
    labels, factors = np.asarray(labels), np.asarray(factors, np.float32)
    channels, side, _ = GLYPH_SETS[set_name].shape
    images = np.empty((len(labels), side, side, channels), np.uint8)
    glyphs_at_once = max(1, _PIXELS_AT_ONCE // side**2)
    for k, glyph in enumerate(GLYPHS):
        members = np.flatnonzero(labels == k)
        for start in range(0, len(members), glyphs_at_once):
            batch = members[start : start + glyphs_at_once]
            images[batch] = np.rint(255 * _draw_glyphs(glyph, factors[batch], side))
    return images


def _draw_glyphs(glyph: Glyph, factors: np.ndarray, side: int) -> np.ndarray:
    """Images of one glyph, float32 N×H×W×C in 0..1: its colour on the background, blended over an edge one pixel wide."""
    size, rotation, x, y, thickness = (column[:, None, None] for column in factors.T[:5])  # each N×1×1
    pixel_offsets = np.arange(side, dtype=np.float32) - np.float32((side - 1) / 2)
    x_offset, y_offset = pixel_offsets[None, None, :] - x, y - pixel_offsets[None, :, None]  # N×1×W, N×H×1
    axis_angle = np.arctan2(x_offset, y_offset) + rotation - np.float32(glyph.axis_offset)  # from the glyph's own axis
    wedge = np.float32(math.pi / glyph.rotational_symmetry)
    angle = np.abs(np.mod(axis_angle + wedge, 2 * wedge) - wedge)
    radius = np.hypot(x_offset, y_offset) / size
    # N×H×W, pixels
    distance = size * _distance_to_segments(radius * np.cos(angle), radius * np.sin(angle), glyph.segments)
    coverage = np.clip(thickness / 2 + np.float32(0.5) - distance, 0, 1)[..., None]
    if factors.shape[1] == 5:
        return coverage
    hue, background_grey = (column[:, None, None, None] for column in factors.T[5:])  # each N×1×1×1
    return background_grey + coverage * (hue_to_rgb(hue) - background_grey)


def hue_to_rgb(hue):
    """The fully saturated RGB colours in 0..1 (…×3) of hues (…×1), of which 0 and 1 are red, 1/3 green and 2/3 blue."""
    # from red, green and blue, in sixths
    hue_distance = np.abs(np.mod(6 * hue - np.array([0, 2, 4], np.float32) + 3, 6) - 3)
    return np.clip(2 - hue_distance, 0, 1)


def _distance_to_segments(x, y, segments):
    """The distance of each point to the nearest segment, in the unit of the points."""
    nearest_squared_distance = None
    for a, b, c, d in segments:
        run, rise = np.float32(c - a), np.float32(d - b)
        x_offset, y_offset = x - np.float32(a), y - np.float32(b)
        t = np.clip((x_offset * run + y_offset * rise) / (run * run + rise * rise), 0, 1)
        squared_distance = (x_offset - t * run) ** 2 + (y_offset - t * rise) ** 2
        nearest_squared_distance = (
            squared_distance
            if nearest_squared_distance is None
            else np.minimum(nearest_squared_distance, squared_distance)
        )
    return np.sqrt(nearest_squared_distance)
