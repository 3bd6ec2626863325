"""The generated data sets `glyphs` and `colour-glyphs`: content = shape; style = size, rotation, position, thickness, and in
colour the figure's hue and the ground's brightness, all known exactly.

Each glyph is a set of strokes with a mirror axis and, mostly, an n-fold symmetry. A pixel is folded into the wedge
that repeats (for a symmetric figure the nearest point of the stroke always lies in the same wedge), so one or a few
segments describe the whole figure and its distance field is exact.
"""

import itertools
import math
from dataclasses import dataclass

import numpy as np

_CHUNK = 2**18  # pixels drawn at once: their distance fields stay in the processor's cache


@dataclass(frozen=True)
class Kind:
    """One of the sets: its images' side in pixels and the range of each factor, by name, in pixels and radians.

    No glyph is cut off: size + shift + thickness / 2 + half a pixel of soft edge is at most side / 2. ±π/6 lies within half the
    period of every glyph (the star's is 72°), so a rotation is never ambiguous.
    """

    title: str
    side: int
    ranges: dict[str, tuple[float, float]]

    @property
    def shape(self) -> tuple[int, int, int]:
        """(C, H, W)"""
        return 3 if "hue" in self.ranges else 1, self.side, self.side


_TURN = {"rotation": (-math.pi / 6, math.pi / 6)}
KINDS = {
    "glyphs": Kind(
        "Glyphs", 28, {"size": (5.0, 9.0), **_TURN, "x": (-3.0, 3.0), "y": (-3.0, 3.0), "thickness": (1.2, 3.0)}
    ),
    "colour-glyphs": Kind(
        "Colour glyphs",
        64,
        {"size": (11.0, 20.0), **_TURN, "x": (-8.0, 8.0), "y": (-8.0, 8.0), "thickness": (3.0, 6.0)}
        # hue of the fully saturated figure as a share of the circle, red to blue, so that it has two ends like the others;
        # the grey ground's brightness, 1 for white
        | {"hue": (0.0, 2 / 3), "ground": (0.0, 0.5)},
    ),
}


@dataclass(frozen=True)
class Glyph:
    """A figure of circumradius 1 about the origin, pointing up.

    fold: n of its n-fold symmetry; turn: angle by which the folded figure is turned (radians, clockwise);
    segments: ends (along, aside, along, aside) within the wedge, `along` measured on the mirror axis.
    """

    name: str
    fold: int
    turn: float
    segments: tuple[tuple[float, float, float, float], ...]


def _polar(radius, angle):
    return radius * math.cos(angle), radius * math.sin(angle)


def _centred(segments):
    """Shift along the axis so that the stroke's centroid is the origin, then scale to circumradius 1.

    Makes x and y the stroke's centroid also where a figure has no more than a mirror symmetry (within a pixel: thick
    strokes overlap at corners).
    """
    parts = np.array(segments)  # S×4
    lengths = np.hypot(parts[:, 2] - parts[:, 0], parts[:, 3] - parts[:, 1])
    weights = lengths * np.where(parts[:, [1, 3]].any(axis=1), 2, 1)  # a stroke off the axis has a mirror image
    parts[:, [0, 2]] -= (weights * parts[:, [0, 2]].mean(axis=1)).sum() / weights.sum()
    parts /= np.hypot(parts[:, [0, 2]], parts[:, [1, 3]]).max()
    return tuple(tuple(map(float, part)) for part in parts)


def _horseshoe():
    parts, reach = 8, math.radians(125)  # half of an arc that leaves 110° open, in straight pieces
    ends = [_polar(1, reach * i / parts) for i in range(parts + 1)]
    return _centred([a + b for a, b in itertools.pairwise(ends)])


GLYPHS = (
    Glyph("triangle", 3, 0.0, ((1.0, 0.0, *_polar(0.5, math.pi / 3)),)),
    Glyph("square", 4, math.pi / 4, ((1.0, 0.0, *_polar(math.sqrt(0.5), math.pi / 4)),)),
    Glyph("star", 5, 0.0, ((1.0, 0.0, *_polar(0.42, math.pi / 5)),)),
    Glyph("cross", 4, 0.0, ((0.0, 0.0, 1.0, 0.0),)),
    Glyph("arrow", 1, 0.0, _centred([(-1.0, 0.0, 1.0, 0.0), (1.0, 0.0, 0.2, 0.75)])),
    Glyph("horseshoe", 1, 0.0, _horseshoe()),
)
CLASSES = tuple(glyph.name for glyph in GLYPHS)


def generate(n: int, seed: int, kind: str = "glyphs"):
    """Draw `n` glyphs: the same `n` and `seed` give the same images; take another seed for each chunk of a larger set.

    Returns images (uint8 n×H×W×C, white on black or in colour), labels (int64 n, each class equally often) and factors
    (float32 n×F in the order of the kind's, uniform over their ranges and independent of the label and of each other;
    x to the right, y downwards, from the image's centre; rotation anticlockwise).
    """
    rng = np.random.default_rng(seed)
    labels = rng.permutation(np.arange(n) % len(GLYPHS)).astype(np.int64)
    ranges = KINDS[kind].ranges
    factors = rng.uniform(*np.array([*ranges.values()]).T, (n, len(ranges))).astype(np.float32)
    return render(labels, factors, kind), labels, factors


def render(labels, factors, kind: str = "glyphs"):
    """Images (uint8 N×H×W×C) of glyphs `labels` (N) with `factors` (N×F, see `generate`)."""
    labels, factors = np.asarray(labels), np.asarray(factors, np.float32)
    channels, side, _ = KINDS[kind].shape
    images = np.empty((len(labels), side, side, channels), np.uint8)
    at_once = max(1, _CHUNK // side**2)
    for k, glyph in enumerate(GLYPHS):
        members = np.flatnonzero(labels == k)
        for start in range(0, len(members), at_once):
            chosen = members[start : start + at_once]
            images[chosen] = np.rint(255 * _draw(glyph, factors[chosen], side))
    return images


def _draw(glyph, factors, side):
    """float32 N×H×W×C in 0..1: the stroke's colour as far as it covers each pixel, with an edge one pixel soft, on the ground."""
    size, rotation, x, y, thickness = (column[:, None, None] for column in factors.T[:5])  # each N×1×1
    steps = np.arange(side, dtype=np.float32) - np.float32((side - 1) / 2)
    right, up = steps[None, None, :] - x, y - steps[None, :, None]  # N×1×W, N×H×1
    clockwise = np.arctan2(right, up) + rotation - np.float32(glyph.turn)  # from the glyph's own axis
    wedge = np.float32(math.pi / glyph.fold)
    angle = np.abs(np.mod(clockwise + wedge, 2 * wedge) - wedge)
    radius = np.hypot(right, up) / size
    distance = size * _distance(radius * np.cos(angle), radius * np.sin(angle), glyph.segments)  # N×H×W, pixels
    covered = np.clip(thickness / 2 + np.float32(0.5) - distance, 0, 1)[..., None]
    if factors.shape[1] == 5:
        return covered
    hue, ground = (column[:, None, None, None] for column in factors.T[5:])  # each N×1×1×1
    return ground + covered * (colour(hue) - ground)


def colour(hue):
    """The fully saturated colour, RGB in 0..1 along the last axis (…×3), of a hue (…×1), 0 and 1 for red, 1/3 for green."""
    away = np.abs(np.mod(6 * hue - np.array([0, 2, 4], np.float32) + 3, 6) - 3)  # from red, green and blue, in sixths
    return np.clip(2 - away, 0, 1)


def _distance(along, aside, segments):
    """Distance of each point to the nearest of the segments, in the unit of the points."""
    nearest = None
    for a, b, c, d in segments:
        run, rise = np.float32(c - a), np.float32(d - b)
        from_a, from_b = along - np.float32(a), aside - np.float32(b)
        t = np.clip((from_a * run + from_b * rise) / (run * run + rise * rise), 0, 1)
        squared = (from_a - t * run) ** 2 + (from_b - t * rise) ** 2
        nearest = squared if nearest is None else np.minimum(nearest, squared)
    return np.sqrt(nearest)
