"""The generated glyphs against measurements on the pixels and an independent, supersampled drawing."""

import colorsys
import itertools

import numpy as np
import pytest
from scipy.spatial import cKDTree

from aae_core.data.built_in import glyphs

KINDS = pytest.mark.parametrize("kind", glyphs.GLYPH_SETS)


def measure_pixels(images):
    """What pixels alone say of images N×H×W×C: the ground (N×C, from a corner), the figure's colour (N×C, from the pixel
    farthest from the ground) and how much of each pixel the figure covers (N×H×W), all of 0..1."""
    pixels = images / 255
    ground = pixels[:, 0, 0]
    ground_distances = np.abs(pixels - ground[:, None, None]).sum(3).reshape(len(images), -1)
    figure = pixels.reshape(len(images), -1, pixels.shape[3])[np.arange(len(images)), ground_distances.argmax(1)]
    direction = (figure - ground)[:, None, None]
    return ground, figure, ((pixels - ground[:, None, None]) * direction).sum(3) / (direction**2).sum(3)


def corners(name):
    """The closed or open polylines of a figure of circumradius 1 (x right, y up), written out by hand."""

    def point_at(degrees, radius=1.0):  # measured clockwise from straight up
        return radius * np.sin(np.radians(degrees)), radius * np.cos(np.radians(degrees))

    if name == "triangle":
        return [[point_at(0), point_at(120), point_at(240), point_at(0)]]
    if name == "square":
        return [[point_at(45), point_at(135), point_at(225), point_at(315), point_at(45)]]
    if name == "star":
        return [[point_at(36 * i, 0.42 if i % 2 else 1.0) for i in range(11)]]
    if name == "cross":
        return [[point_at(0), point_at(180)], [point_at(90), point_at(270)]]
    if name == "arrow":  # shaft 2 and barbs (±0.75, −0.8) from the tip, its centroid at 0, then scaled by 1 / 1.3136
        tip, barb = (0, 0.5223), -0.0867
        return [[(0, -1), tip], [(-0.5709, barb), tip, (0.5709, barb)]]
    arc = [((np.sin(a)) / 1.2535, (np.cos(a) - 0.3755) / 1.2535) for a in np.radians(np.linspace(-125, 125, 60))]
    return [arc]


def supersampled_coverage(name, side, size, rotation, x, y, thickness, finer=8):
    """Coverage of each pixel, from finer×finer points tested against densely sampled strokes."""
    points = []
    for a, b in (np.array(ends) for line in corners(name) for ends in itertools.pairwise(line)):
        t = np.linspace(0, 1, 2 + int(20 * size * np.hypot(*(b - a))))[:, None]  # a twentieth of a pixel apart
        points.extend(a * (1 - t) + b * t)
    points = np.array(points)
    c, s = np.cos(rotation), np.sin(rotation)
    points = size * points @ np.array([[c, s], [-s, c]])  # anticlockwise, y up
    points = points * [1, -1] + [x, y]
    grid = (np.arange(side * finer) + 0.5) / finer - side / 2
    spots = np.stack(np.meshgrid(grid, grid), -1).reshape(-1, 2)
    inside = cKDTree(points).query(spots, distance_upper_bound=thickness)[0] <= thickness / 2
    return inside.reshape(side, finer, side, finer).mean(axis=(1, 3))


@pytest.mark.parametrize("name", glyphs.GLYPH_CLASSES)
@pytest.mark.parametrize(
    ("kind", "factors"),
    [
        ("glyphs", [[8.0, 0.4, 1.5, -2.0, 2.0], [5.5, -0.3, -2.25, 1.0, 1.4]]),
        ("colour-glyphs", [[18.0, 0.4, 4.5, -6.0, 5.0, 0.13, 0.4], [12.0, -0.3, -2.25, 3.0, 3.1, 0.6, 0.02]]),
    ],
)
def test_matches_a_supersampled_drawing(name, kind, factors):
    factors = np.array(factors, np.float32)
    pixels = glyphs.render_glyphs(np.full(2, glyphs.GLYPH_CLASSES.index(name)), factors, kind) / 255
    for image, factor in zip(pixels, factors, strict=True):
        expected = supersampled_coverage(name, image.shape[0], *factor[:5])[..., None]
        if kind == "colour-glyphs":
            hue, ground = factor[5:].tolist()
            expected = expected * colorsys.hsv_to_rgb(hue, 1, 1) + (1 - expected) * ground
        assert np.abs(image - expected).mean() < 0.01
        assert np.abs(image - expected).max() < 0.5


@KINDS
def test_centroid_is_the_position(kind):
    images, labels, factors = glyphs.generate_glyphs(600, 3, kind)
    ink = measure_pixels(images)[2]
    ink /= ink.sum((1, 2), keepdims=True)
    side = images.shape[1]
    steps = np.arange(side) - (side - 1) / 2
    centroids = np.stack([(ink * steps).sum(axis=(1, 2)), (ink * steps[:, None]).sum(axis=(1, 2))], axis=1)
    error = np.abs(centroids - factors[:, 2:4]).max(axis=1) * 28 / side
    symmetric = labels < glyphs.GLYPH_CLASSES.index("arrow")
    assert error[symmetric].max() < 0.1
    assert error[~symmetric].max() < 0.9  # strokes overlap at the arrow's tip, and the horseshoe's ends are round


@KINDS
def test_size_and_thickness_are_measurable(kind):
    images, labels, factors = glyphs.generate_glyphs(600, 4, kind)
    ink, side = measure_pixels(images)[2], images.shape[1]
    steps = np.arange(side) - (side - 1) / 2
    right = steps[None, None, :] - factors[:, 2, None, None]
    down = steps[None, :, None] - factors[:, 3, None, None]
    reach = (np.hypot(right, down) * (ink > 0.5)).max(axis=(1, 2))
    assert np.abs(reach - factors[:, 0] - factors[:, 4] / 2).max() < 1.1 * side / 28
    for k in range(len(glyphs.GLYPH_CLASSES)):  # ink grows as length times width
        chosen = labels == k
        assert np.corrcoef(ink[chosen].sum((1, 2)), factors[chosen, 0] * factors[chosen, 4])[0, 1] > 0.96


def test_the_colours_seen_are_hue_and_ground():
    images, _, factors = glyphs.generate_glyphs(600, 6, "colour-glyphs")
    ground, figure, _ = measure_pixels(images)
    hsv_colours = np.array([colorsys.rgb_to_hsv(*colour) for colour in figure])
    assert np.abs(hsv_colours[:, 0] - factors[:, 5]).max() < 0.002  # a level of 255 is 0.0007 of the circle
    assert (hsv_colours[:, 1:] == 1).all(), "fully saturated and bright"
    assert np.abs(ground - factors[:, 6:]).max() <= 0.5 / 255 + 1e-6


@pytest.mark.parametrize(
    ("name", "period", "corner"), [("triangle", 3, 0), ("square", 4, 45), ("star", 5, 0), ("cross", 4, 0)]
)
def test_rotation_is_the_phase_of_the_harmonic_moment(name, period, corner):
    rotation = np.linspace(-0.5, 0.5, 11, dtype=np.float32)
    factors = np.stack([np.full(11, 8.5), rotation, np.zeros(11), np.zeros(11), np.full(11, 1.5)], axis=1)
    images = glyphs.render_glyphs(np.full(11, glyphs.GLYPH_CLASSES.index(name)), factors)[..., 0]
    x_grid, y_grid = np.meshgrid(np.arange(28) - 13.5, 13.5 - np.arange(28))
    plane = y_grid - 1j * x_grid  # the argument is the angle anticlockwise from straight up
    phase = np.angle((images * plane**period).sum(axis=(1, 2)) * np.exp(1j * period * np.radians(corner))) / period
    assert np.abs(phase - rotation).max() < 0.02


def test_the_arrow_points_to_its_rotation():
    factors = np.array([[9, r, 0, 0, 2] for r in (-0.5, 0, 0.5)], np.float32)
    images = glyphs.render_glyphs(np.full(3, glyphs.GLYPH_CLASSES.index("arrow")), factors)[..., 0]
    x_grid, y_grid = np.meshgrid(np.arange(28) - 13.5, 13.5 - np.arange(28))
    head = y_grid > 5  # the rows of the head alone
    lean = [(image * x_grid * head).sum() / (image * head).sum() for image in images]
    assert lean[0] > 2 and abs(lean[1]) < 0.05 and lean[2] < -2


@KINDS
def test_never_cut_off_nor_ambiguous(kind):
    ranges = glyphs.GLYPH_SETS[kind].factor_ranges
    extreme = np.array([*itertools.product(*ranges.values())], np.float32)
    extreme = extreme[extreme[:, 0] == ranges["size"][1]]
    for k, glyph in enumerate(glyphs.GLYPHS):
        images = glyphs.render_glyphs(np.full(len(extreme), k), extreme, kind)
        ink = measure_pixels(images)[2]
        edge = np.concatenate([ink[:, 0], ink[:, -1], ink[:, :, 0], ink[:, :, -1]], axis=1)
        assert edge.max() < 1
        assert np.pi / glyph.rotational_symmetry > ranges["rotation"][1] == -ranges["rotation"][0]


@KINDS
def test_same_seed_same_glyphs_and_factors_independent_of_the_shape(kind):
    glyph_arrays, repeated_arrays, reseeded_arrays = (glyphs.generate_glyphs(200, seed, kind) for seed in (5, 5, 6))
    assert all(np.array_equal(a, b) for a, b in zip(glyph_arrays, repeated_arrays, strict=True))
    assert not np.array_equal(glyph_arrays[0], reseeded_arrays[0])
    parts = (
        [glyphs.generate_glyphs(600, seed, "glyphs") for seed in range(10)]
        if kind == "glyphs"
        else [glyph_arrays, reseeded_arrays]
    )
    labels, factors = (np.concatenate(part) for part in list(zip(*parts, strict=True))[1:])
    low, high = np.array([*glyphs.GLYPH_SETS[kind].factor_ranges.values()]).T
    shares = (factors - low) / (high - low)
    assert shares.min() >= -1e-6 and shares.max() <= 1 + 1e-6
    count = len(labels) / 6
    for k in range(6):
        assert abs((labels == k).sum() - count) < len(parts)
        assert np.abs(shares[labels == k].mean(axis=0) - 0.5).max() < 4.5 / np.sqrt(12 * count)  # of uniform draws
    assert np.abs(np.corrcoef(shares.T) - np.eye(len(low))).max() < 4.5 / np.sqrt(6 * count)
