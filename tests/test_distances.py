"""Distances between q(z) and p(z) against naive formulas, SciPy and cases counted by hand."""

import numpy as np
import pytest
import torch
from scipy.spatial import cKDTree
from scipy.spatial.distance import cdist, jensenshannon, pdist

from aae_core import distances
from aae_core.errors import ConfigError


def naive_mmd2(a, b, h2):
    k_aa, k_bb, k_ab = (np.exp(-cdist(x, y, "sqeuclidean") / (2 * h2)) for x, y in ((a, a), (b, b), (a, b)))
    n, m = len(a), len(b)
    return (k_aa.sum() - n) / (n * (n - 1)) + (k_bb.sum() - m) / (m * (m - 1)) - 2 * k_ab.mean()


@pytest.mark.parametrize("dims", [1, 2, 15])
@pytest.mark.parametrize("shift", [0.0, 1000.0])
def test_mmd2_is_the_naive_formula(dims, shift):
    rng = np.random.default_rng(dims)
    a = (rng.normal(0, 1, (70, dims)) + shift).astype(np.float32)
    b = (rng.normal(0.5, 2, (40, dims)) + shift).astype(np.float32)
    h2 = np.median(pdist(np.concatenate([a, b]).astype(np.float64), "sqeuclidean"))
    assert distances.squared_median(a, b) == pytest.approx(h2)
    assert distances.mmd2(a, b) == pytest.approx(naive_mmd2(a.astype(float), b.astype(float), h2), abs=2e-6)


def test_mmd2_by_hand():
    # within a: exp(-1/2); within b: exp(-1/2); across: 1, e^-1/2, e^-1/2, 1 in the mean
    a, b = [[0.0], [1.0]], [[0.0], [1.0]]
    expected = 2 * np.exp(-0.5) - 2 * (2 + 2 * np.exp(-0.5)) / 4
    assert distances.mmd2(a, b, bandwidth=1.0) == pytest.approx(expected, abs=1e-6)
    assert expected < 0, "the unbiased estimate of identical pairs is below zero"


def test_mmd2_of_far_points_is_two():
    a, b = np.zeros((5, 2)), np.full((5, 2), 100.0)
    assert distances.mmd2(a, b, bandwidth=1.0) == pytest.approx(2.0, abs=1e-6)


def test_mmd2_does_not_depend_on_the_block(monkeypatch):
    rng = np.random.default_rng(0)
    a, b = rng.normal(size=(101, 3)), rng.normal(1, 1, size=(77, 3))
    whole = distances.mmd2(a, b)
    monkeypatch.setattr(distances, "BLOCK", 100)
    assert distances.mmd2(a, b) == pytest.approx(whole, abs=1e-7)


def test_mmd2_of_two_prior_samples_is_zero_to_three_digits():
    rng = np.random.default_rng(1)
    a, b = rng.normal(size=(10_000, 2)), rng.normal(size=(10_000, 2))
    assert abs(distances.mmd2(a, b)) < 5e-4
    a, b = a[:3000], b[:3000]
    # E k for two Gaussians N(0, I), N(δ, I) in d = 2 and bandwidth h: (h²/(h²+2)) exp(−|δ|²/2(h²+2))
    shifted = b + [1.0, 0.0]
    exact = 2 * (4 / 6) * (1 - np.exp(-1 / 12))
    assert distances.mmd2(a, shifted, bandwidth=2.0) == pytest.approx(exact, abs=0.01)


def test_large_samples_take_the_median_of_an_even_subset():
    rng = np.random.default_rng(2)
    a, b = rng.normal(size=(6000, 2)), rng.normal(size=(3000, 2))
    # the median of χ²₂ is 2 ln 2, and a difference of two standard Gaussians has variance 2
    assert distances.squared_median(a, b) == pytest.approx(4 * np.log(2), rel=0.03)
    assert distances.squared_median(a, b) == distances.squared_median(a, b)


def test_points_that_coincide_still_have_a_distance():
    assert distances.mmd2(np.ones((5, 2)), np.ones((6, 2))) == 0.0
    b = np.zeros((10, 2))
    b[0] = 3.0
    assert np.isfinite(distances.mmd2(np.zeros((10, 2)), b))


@pytest.mark.parametrize("shift", [0.0, 0.7, 30.0])
def test_js_is_scipys(shift):
    rng = np.random.default_rng(3)
    a, b = rng.normal(size=(4000, 2)), rng.normal(shift, 1.5, size=(5000, 2))
    edges = np.linspace(-3, 3, distances.CELLS + 1)
    counts = [np.histogram2d(*np.clip(x, -2.999, 2.999).T, bins=(edges, edges))[0].ravel() for x in (a, b)]
    assert distances.js_divergence(a, b, 3.0) == pytest.approx(jensenshannon(*counts, base=2) ** 2, abs=1e-7)


def test_js_ends_of_the_scale():
    a = np.random.default_rng(4).uniform(-1, 0, (500, 2))
    assert distances.js_divergence(a, a, 2.0) == 0.0
    assert distances.js_divergence(a, a + 1.01, 2.0) == pytest.approx(1.0)


def test_histogram_counts_by_hand():
    counts = distances.histogram2d([[-0.5, -0.5], [0.5, -0.5], [0.5, 99.0], [0.4, 0.3]], 1.0, cells=2)
    assert counts.tolist() == [[0.25, 0.25], [0.0, 0.5]]
    moved = distances.histogram2d([[9.5, 4.5]], 1.0, centre=(10.0, 5.0), cells=2)
    assert moved.tolist() == [[1.0, 0.0], [0.0, 0.0]]


def test_holes_of_the_prior_itself_are_one_per_cent():
    rng = np.random.default_rng(5)
    codes, prior, reference = rng.normal(size=(3, 5000, 2))
    assert distances.holes(codes, prior, reference) == pytest.approx(0.01, abs=0.006)


def test_holes_find_the_missing_half():
    rng = np.random.default_rng(6)
    codes, prior, reference = rng.uniform(-1, 1, size=(3, 4000, 2))
    codes[:, 0] = np.abs(codes[:, 0])
    radius = np.quantile(cKDTree(reference).query(prior)[0], 0.99)
    expected = np.mean(cKDTree(codes).query(prior)[0] > radius)
    assert distances.holes(codes, prior, reference) == pytest.approx(expected, abs=5e-4)
    assert expected == pytest.approx((1 - radius) / 2, abs=0.02)


def test_holes_use_as_many_reference_points_as_codes():
    rng = np.random.default_rng(7)
    codes, prior = rng.normal(size=(2, 500, 2))
    reference = rng.normal(size=(5000, 2))
    assert distances.holes(codes, prior, reference) == distances.holes(codes, prior, reference[:500])
    with pytest.raises(ConfigError, match="at least as many"):
        distances.holes(codes, prior, reference[:499])


def test_moments():
    mean, std = distances.moments(torch.tensor([[0.0, 1.0], [2.0, 1.0]]))
    assert (mean, std) == ([1.0, 1.0], [1.0, 0.0])


@pytest.mark.parametrize(
    "call",
    [
        lambda: distances.mmd2([[np.nan, 0.0], [0.0, 0.0]], [[0.0, 0.0], [1.0, 0.0]]),
        lambda: distances.mmd2(np.zeros((3, 2)), np.zeros((3, 4))),
        lambda: distances.mmd2(np.zeros((1, 2)), np.zeros((3, 2))),
        lambda: distances.mmd2(np.zeros((3, 2)), np.zeros((3, 2)), bandwidth=0.0),
        lambda: distances.js_divergence(np.zeros((3, 3)), np.zeros((3, 3)), 1.0),
        lambda: distances.js_divergence(np.zeros((3, 2)), np.zeros((3, 2)), float("nan")),
        lambda: distances.moments(np.zeros(3)),
        lambda: distances.moments(np.zeros((0, 3))),
    ],
)
def test_bad_points_are_one_sentence(call):
    with pytest.raises(ConfigError) as error:
        call()
    assert str(error.value).endswith(".") and "\n" not in str(error.value)


def test_global_random_state_is_left_alone():
    before = torch.random.get_rng_state(), np.random.get_state()[1].copy()
    a, b = np.random.default_rng(8).normal(size=(2, 50, 2))
    distances.mmd2(a, b), distances.js_divergence(a, b, 3.0), distances.holes(a, b, a)
    assert torch.equal(before[0], torch.random.get_rng_state())
    assert np.array_equal(before[1], np.random.get_state()[1])
