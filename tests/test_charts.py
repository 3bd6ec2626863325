"""Figures say what the arrays say, and colours can be told apart by independent models of sight."""

import numpy as np
import pytest

from aae_core import maps, priors
from aae_core.config import PriorConfig
from app import charts, palette, plane

# Machado, Oliveira & Fernandes (2009), severity 1, on linear RGB.
SIGHT = {
    "normal": np.eye(3),
    "protan": [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]],
    "deutan": [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.011820, 0.042940, 0.968881]],
    "tritan": [[1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602], [0.004733, 0.691367, 0.303900]],
}
TO_XYZ = np.array(
    [[0.4124564, 0.3575761, 0.1804375], [0.2126729, 0.7151522, 0.0721750], [0.0193339, 0.1191920, 0.9503041]]
)
BACKGROUNDS = ("#ffffff", "#14171c")


def linear(colours):
    rgb = np.array([[int(c[i : i + 2], 16) / 255 for i in (1, 3, 5)] for c in colours])
    return np.where(rgb <= 0.04045, rgb / 12.92, ((rgb + 0.055) / 1.055) ** 2.4)


def lab(rgb):
    x = rgb @ TO_XYZ.T / [0.95047, 1.0, 1.08883]
    f = np.where(x > 0.008856, np.cbrt(np.clip(x, 1e-9, None)), 7.787 * x + 16 / 116)
    return np.stack([116 * f[:, 1] - 16, 500 * (f[:, 0] - f[:, 1]), 200 * (f[:, 1] - f[:, 2])], axis=1)


def contrast(a, b):
    light = sorted((linear([c]) @ TO_XYZ[1] + 0.05)[0] for c in (a, b))
    return light[1] / light[0]


@pytest.mark.parametrize("sight", SIGHT)
def test_ten_classes_differ_for_every_kind_of_sight(sight):
    seen = lab(np.clip(linear(palette.COLOURS) @ np.array(SIGHT[sight]).T, 0, 1))
    apart = np.linalg.norm(seen[:, None] - seen[None], axis=2)[np.triu_indices(len(seen), 1)]
    assert apart.min() >= 24


@pytest.mark.parametrize("background", BACKGROUNDS)
def test_every_class_shows_on_light_and_dark(background):
    assert min(contrast(c, background) for c in palette.COLOURS) >= 1.6


def test_white_letters_can_be_read_on_a_class_name():
    assert min(contrast("#ffffff", palette.ink(c)) for c in palette.COLOURS) >= 4.5


def test_shape_and_colour_together_name_a_class():
    assert len({(palette.colour(k), palette.shape(k)) for k in range(130)}) == 130
    assert palette.colour(-1) == palette.UNLABELLED and palette.shape(-1) not in palette.SHAPES


def codes_of_three():
    codes = np.array([[0.0, 0.0], [2.0, 0.0], [0.0, 2.0], [5.0, 5.0]])
    return codes, np.array([0, 1, 1, -1])


def by_name(fig):
    return {trace.name: trace for trace in fig.data}


def test_a_map_counts_its_classes_and_numbers_its_codes():
    codes, labels = codes_of_three()
    frame = charts.Frame((0.0, 0.0), 6.0, ("a", "b"))
    traces = by_name(charts.latent_map(frame, codes, labels, ("cat", "dog")))
    assert set(traces) == {"cat  (1)", "dog  (2)", "no class  (1)"}
    dogs = traces["dog  (2)"]
    assert list(dogs.customdata) == [1, 2] and list(dogs.x) == [2.0, 0.0] and list(dogs.y) == [0.0, 2.0]
    assert dogs.marker.color == palette.colour(1) and dogs.marker.symbol == palette.shape(1)


def test_the_frame_of_a_map_is_a_square():
    fig = charts.latent_map(charts.Frame((1.0, 2.0), 3.0, ("a", "b")))
    assert tuple(fig.layout.xaxis.range) == (-2, 4) and tuple(fig.layout.yaxis.range) == (-1, 5)
    assert fig.layout.yaxis.scaleanchor == "x" and fig.layout.xaxis.title.text == "a"


def test_a_class_name_stands_at_the_median_and_is_no_markup():
    codes = np.array([[0.0, 1.0], [1.0, 3.0], [9.0, 4.0]])
    fig = charts.latent_map(charts.Frame((0, 0), 9.0, ("", "")), codes, np.zeros(3, int), ("<b>a&b",), names=True)
    (name,) = fig.layout.annotations
    assert (name.x, name.y) == (1.0, 3.0) and name.text == "<b>&lt;b>a&amp;b</b>"


def test_a_frame_holds_prior_and_nearly_all_codes():
    rng = np.random.default_rng(0)
    points = rng.normal(0, 10, (4000, 2))
    frame = charts.frame_around(points, (0.0, 0.0), 3.0, ("a", "b"))
    assert np.mean(np.abs(points).max(axis=1) <= frame.half) > 0.97 and frame.half > 20
    assert charts.frame_around(points / 100, (0.0, 0.0), 3.0, ("a", "b")).half == 3.0
    assert charts.frame_around(np.array([[np.nan, 1.0]]), (0.0, 0.0), 3.0, ("a", "b")).half == 3.0


def test_histograms_draw_codes_and_prior_of_each_dimension():
    prior = priors.make(PriorConfig(), 5)
    codes = np.random.default_rng(0).normal(size=(500, 5)).astype(np.float32)
    found = maps.histograms(codes, prior)
    fig = charts.histograms(found[3:], first=3)
    assert [a.text for a in fig.layout.annotations] == ["z₄", "z₅"]
    bars, lines = fig.data[::2], fig.data[1::2]
    assert np.allclose(bars[1].y, found[4].codes) and np.allclose(lines[1].y, found[4].prior)
    assert np.isclose(np.sum(np.array(bars[0].y) * np.array(bars[0].width)), 1.0)


def test_class_bars_count_the_labelled():
    bars = charts.class_bars(np.array([0, 1, 1, -1]), ("cat", "dog", "cow")).data[0]
    assert list(bars.y) == [1, 2, 0] and list(bars.x) == ["cat", "dog", "cow"]


def test_the_contours_of_a_gaussian_hold_the_mass_they_say():
    """In 2-D the share of N(0, I) within radius r is 1 − exp(−r²/2)."""
    frame = charts.Frame((0.0, 0.0), 3.5, ("a", "b"))
    x, y, share = plane.prior_mass(priors.make(PriorConfig(), 2), frame)
    radius = np.hypot(*np.meshgrid(x, y))
    assert np.abs(share - (1 - np.exp(-(radius**2) / 2))).max() < 0.02


def test_a_uniform_prior_has_one_contour_at_its_edge():
    frame = charts.Frame((0.0, 0.0), 2.5, ("a", "b"))
    x, y, share = plane.prior_mass(priors.make(PriorConfig("uniform"), 2), frame)
    inside = np.maximum(*np.abs(np.meshgrid(x, y))) < np.sqrt(3)
    assert np.allclose(share[inside], 0.5) and np.allclose(share[~inside], 1.0)


def test_planes_show_a_pair_a_line_and_the_principal_directions():
    rng = np.random.default_rng(0)
    codes = rng.normal(size=(300, 4)) * [1, 5, 1, 3]
    prior, draws = priors.make(PriorConfig(), 4), rng.normal(size=(50, 4))
    two = plane.pair(codes, draws, prior, 3, 1)
    assert np.array_equal(two.points, codes[:, [3, 1]]) and two.frame.axes == ("z₄", "z₂")
    turned = plane.principal(codes, draws, maps.pca(codes))
    assert turned.points.std(axis=0) == pytest.approx([5, 3], rel=0.15) and turned.samples.shape == (50, 2)
    line = plane.pair(codes[:, :1], draws[:, :1], priors.make(PriorConfig(), 1), 0, 0)
    assert np.array_equal(line.points[:, 0], codes[:, 0]) and np.abs(line.points[:, 1]).max() < line.frame.half
    assert plane.neighbours(codes[:, :2]).samples is None
