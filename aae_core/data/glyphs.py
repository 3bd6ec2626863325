"""The generated data set `glyphs`: content = shape; style = size, rotation, position, thickness, all known exactly.

Each glyph is a set of strokes with a mirror axis and, mostly, an n-fold symmetry. A pixel is folded into the wedge
that repeats (for a symmetric figure the nearest point of the stroke always lies in the same wedge), so one or a few
segments describe the whole figure and its distance field is exact.
"""

import itertools
import math
from dataclasses import dataclass

import numpy as np

SIDE = 28
FACTORS = ("size", "rotation", "x", "y", "thickness")
# Ranges in pixels, rotation in radians. No glyph is cut off: 9 + 3 + 3/2 + half a pixel of soft edge = 14 = SIDE / 2.
# ±π/6 lies within half the period of every glyph (the star's is 72°), so a rotation is never ambiguous.
RANGES = ((5.0, 9.0), (-math.pi / 6, math.pi / 6), (-3.0, 3.0), (-3.0, 3.0), (1.2, 3.0))
_CHUNK = 256  # images drawn at once: their distance fields stay in the processor's cache


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


def generate(n: int, seed: int):
    """Draw `n` glyphs: the same `n` and `seed` give the same images; take another seed for each chunk of a larger set.

    Returns images (uint8, n×28×28×1, white on black), labels (int64 n, each class equally often) and factors
    (float32 n×5 in the order of `FACTORS`, uniform over `RANGES` and independent of the label and of each other;
    x to the right, y downwards, from the image's centre; rotation anticlockwise).
    """
    rng = np.random.default_rng(seed)
    labels = rng.permutation(np.arange(n) % len(GLYPHS)).astype(np.int64)
    low, high = np.array(RANGES).T
    factors = rng.uniform(low, high, (n, len(FACTORS))).astype(np.float32)
    return render(labels, factors), labels, factors


def render(labels, factors):
    """Images (uint8 N×28×28×1) of glyphs `labels` (N) with `factors` (N×5, see `generate`)."""
    labels, factors = np.asarray(labels), np.asarray(factors, np.float32)
    images = np.empty((len(labels), SIDE, SIDE, 1), np.uint8)
    for k, glyph in enumerate(GLYPHS):
        members = np.flatnonzero(labels == k)
        for start in range(0, len(members), _CHUNK):
            chosen = members[start : start + _CHUNK]
            images[chosen, :, :, 0] = _draw(glyph, factors[chosen])
    return images


def _draw(glyph, factors):
    """uint8 N×28×28: how much of each pixel the stroke covers, with an edge one pixel soft."""
    size, rotation, x, y, thickness = (column[:, None, None] for column in factors.T)  # each N×1×1
    steps = np.arange(SIDE, dtype=np.float32) - np.float32((SIDE - 1) / 2)
    right, up = steps[None, None, :] - x, y - steps[None, :, None]  # N×1×28, N×28×1
    clockwise = np.arctan2(right, up) + rotation - np.float32(glyph.turn)  # from the glyph's own axis
    wedge = np.float32(math.pi / glyph.fold)
    angle = np.abs(np.mod(clockwise + wedge, 2 * wedge) - wedge)
    radius = np.hypot(right, up) / size
    distance = size * _distance(radius * np.cos(angle), radius * np.sin(angle), glyph.segments)  # N×28×28, pixels
    return np.rint(255 * np.clip(thickness / 2 + np.float32(0.5) - distance, 0, 1)).astype(np.uint8)


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
