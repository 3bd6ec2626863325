"""Distances between q(z) and p(z) against naive formulas, SciPy and cases counted by hand."""

import numpy as np
import pytest
import torch
from scipy.spatial import cKDTree
from scipy.spatial.distance import cdist, jensenshannon, pdist
from scipy.stats import norm

from aae_core.config.settings import PriorConfig
from aae_core.errors import ConfigError
from aae_core.evaluation import distances
from aae_core.models.priors import families

MULTIPLES = (0.25, 0.5, 1, 2, 4)


def kernel(x, y, h):
    return np.mean([np.exp(-cdist(x, y, "sqeuclidean") / (2 * (c * h) ** 2)) for c in MULTIPLES], axis=0)


def naive_mmd2(a, b, h):
    k_aa, k_bb, k_ab = (kernel(x, y, h) for x, y in ((a, a), (b, b), (a, b)))
    n, m = len(a), len(b)
    return (k_aa.sum() - n) / (n * (n - 1)) + (k_bb.sum() - m) / (m * (m - 1)) - 2 * k_ab.mean()


def expected_mmd2(spread, shift, d, h):
    """MMD² of N(shift·e₁, spread²·I) to N(0, I) in d dimensions, in closed form: the mean of a Gaussian kernel over the
    difference of two Gaussians is an integral of one."""

    def mean_kernel(variance, offset):
        item = [
            (w / (w + variance)) ** (d / 2) * np.exp(-(offset**2) / (2 * (w + variance)))
            for w in (c * c * h * h for c in MULTIPLES)
        ]
        return np.mean(item)

    return mean_kernel(2 * spread**2, 0) + mean_kernel(2, 0) - 2 * mean_kernel(1 + spread**2, shift)


@pytest.mark.parametrize("dims", [1, 2, 15])
@pytest.mark.parametrize("shift", [0.0, 1000.0])
def test_mmd2_is_the_naive_formula(dims, shift):
    rng = np.random.default_rng(dims)
    a = (rng.normal(0, 1, (70, dims)) + shift).astype(np.float32)
    b = (rng.normal(0.5, 2, (40, dims)) + shift).astype(np.float32)
    h = np.median(pdist(b.astype(np.float64)))
    assert distances.mmd2(a, b, h) == pytest.approx(naive_mmd2(a.astype(float), b.astype(float), h), abs=2e-6)


def test_mmd2_by_hand():
    # k is 1 at distance 0; at distance 1 the mean of exp(−1/2h²) over h = ¼, ½, 1, 2, 4
    a, b = [[0.0], [1.0]], [[0.0], [1.0]]
    k = (np.exp(-8) + np.exp(-2) + np.exp(-1 / 2) + np.exp(-1 / 8) + np.exp(-1 / 32)) / 5
    expected = 2 * k - 2 * (2 + 2 * k) / 4
    assert distances.mmd2(a, b, bandwidth=1.0) == pytest.approx(expected, abs=1e-6)
    assert expected < 0, "the unbiased estimate of identical pairs is below zero"


def test_mmd2_of_far_points_is_two():
    a, b = np.zeros((5, 2)), np.full((5, 2), 100.0)
    assert distances.mmd2(a, b, bandwidth=1.0) == pytest.approx(2.0, abs=1e-6)


def test_mmd2_does_not_depend_on_the_block(monkeypatch):
    rng = np.random.default_rng(0)
    a, b = rng.normal(size=(101, 3)), rng.normal(1, 1, size=(77, 3))
    whole = distances.mmd2(a, b, 2.0)
    monkeypatch.setattr(distances, "BLOCK_ENTRIES", 100)
    assert distances.mmd2(a, b, 2.0) == pytest.approx(whole, abs=1e-7)


def test_blocks_have_as_many_rows_as_memory_allows_and_at_least_one(monkeypatch):
    points, targets = torch.zeros(7, 2), torch.zeros(4, 2)
    monkeypatch.setattr(distances, "BLOCK_ENTRIES", 8)
    assert [len(block) for block in distances.squared_distance_blocks(points, targets)] == [2, 2, 2, 1]
    assert [len(block) for block in distances.squared_distance_blocks(targets, torch.zeros(9, 2))] == [1, 1, 1, 1]


def test_no_block_takes_more_than_sixteen_mebibytes():
    points = torch.zeros(2100, 1)
    assert [block.nbytes <= 2**24 for block in distances.squared_distance_blocks(points, points)] == [True, True]


def test_mmd2_of_two_prior_samples_is_zero_to_three_digits():
    rng = np.random.default_rng(1)
    a, b = rng.normal(size=(10_000, 2)), rng.normal(size=(10_000, 2))
    assert abs(distances.mmd2(a, b, 1.7)) < 5e-4


def test_the_bandwidth_is_the_prior_s_own_and_the_same_each_time():
    prior = families.make_prior(PriorConfig(scale=5.0), 2)
    # the median of χ²₂ is 2 ln 2, and a difference of two of the prior's draws has variance 2 · 5²
    assert prior.bandwidth == pytest.approx(5 * np.sqrt(4 * np.log(2)), rel=0.03)
    assert prior.bandwidth == families.make_prior(PriorConfig(scale=5.0), 2).bandwidth


@pytest.mark.parametrize("d", [2, 8])
@pytest.mark.parametrize("moves", [
    [(spread, 0) for spread in (1, 1.5, 2, 4, 8, 16, 32)],
    [(spread, 0) for spread in (1, 1 / 2, 1 / 4, 1 / 8, 1 / 16, 1 / 32)],
    [(1, shift) for shift in (0, 0.25, 0.5, 1, 2, 4, 8)],
])  # fmt: skip
def test_mmd2_rises_the_farther_codes_are_spread_drawn_in_or_moved(d, moves):
    """Against the closed form, and without end: codes spread 32 times too wide are worse than those 16 times too wide."""
    prior = families.make_prior(PriorConfig(), d)
    samples, codes = prior.sample(4000, torch.Generator().manual_seed(1)).split(2000)
    calls = []
    for spread, shift in moves:
        moved_codes = spread * codes + shift * torch.eye(d)[0]
        calls.append(distances.mmd2(moved_codes, samples, prior.bandwidth))
        assert calls[-1] == pytest.approx(expected_mmd2(spread, shift, d, prior.bandwidth), abs=0.006)
    assert calls == sorted(calls) and min(np.diff(calls)) > 5e-4


@pytest.mark.parametrize("name", ["gaussian", "mixture", "swiss-roll", "uniform"])
def test_mmd2_rises_the_more_of_the_prior_the_codes_leave_out(name):
    prior = families.make_prior(PriorConfig(name=name), 2)
    samples, codes = prior.sample(4000, torch.Generator().manual_seed(1)).split(2000)
    radius, sector = codes.norm(dim=1), torch.atan2(codes[:, 1], codes[:, 0]).mul(10 / (2 * np.pi)).round() % 10
    holes = [codes[radius > torch.quantile(radius, share)] for share in (0.1, 0.3, 0.5)]
    sectors = [codes[sector < k] for k in (10, 9, 7, 5, 3, 1)]
    repeats = [codes[:k].repeat(2000 // k, 1) for k in (1000, 200, 20, 1)]
    for series in (holes, sectors, repeats):
        result = [distances.mmd2(entry, samples, prior.bandwidth) for entry in series]
        assert result == sorted(result)


def test_points_that_coincide_still_have_a_distance():
    assert distances.mmd2(np.ones((5, 2)), np.ones((6, 2)), 1.0) == 0.0
    b = np.zeros((10, 2))
    b[0] = 3.0
    assert np.isfinite(distances.mmd2(np.zeros((10, 2)), b, 1.0))


@pytest.mark.parametrize("shift", [0.0, 1.0, 3.0])
def test_a_fresh_classifier_comes_near_the_best_there_is(shift):
    """Of N(0, I) and N(shift · e₁, I) the best classifier, which asks on which side of the middle, is right in Φ(shift/2)."""
    rng = np.random.default_rng(0)
    codes, samples = rng.normal(size=(2, 6000, 2))
    codes[:, 0] += shift
    two_sample_accuracy = distances.two_sample_accuracy(codes, samples)
    assert norm.cdf(shift / 2) - 0.025 < two_sample_accuracy < norm.cdf(shift / 2) + 0.01
    assert two_sample_accuracy == distances.two_sample_accuracy(codes, samples), "nothing is drawn at random"


def test_a_fresh_classifier_knows_what_d_is_told_beside():
    """Codes whose sign is their class are N(0, 1) all together; beside the class, samples of the other sign are known."""
    rng = np.random.default_rng(0)
    samples, actual = rng.normal(size=(6000, 1)), np.eye(2)[rng.integers(0, 2, 6000)]
    codes = np.abs(rng.normal(size=(6000, 1))) * (2 * actual[:, 1:] - 1)
    assert distances.two_sample_accuracy(codes, samples) == pytest.approx(0.5, abs=0.025)
    assert distances.two_sample_accuracy(codes, samples, actual) == pytest.approx(0.75, abs=0.025)


def test_four_of_each_are_enough_and_what_they_have_more_is_left_out():
    samples = np.arange(4.0)[:, None], 100 + np.arange(9.0)[:, None]
    accuracy = distances.two_sample_accuracy(*samples)
    assert accuracy == distances.two_sample_accuracy(samples[0], samples[1][:4]) and 0 <= accuracy <= 1


@pytest.mark.parametrize("shift", [0.0, 0.7, 30.0])
def test_js_is_scipys(shift):
    rng = np.random.default_rng(3)
    a, b = rng.normal(size=(4000, 2)), rng.normal(shift, 1.5, size=(5000, 2))
    edges = np.linspace(-3, 3, distances.GRID_CELLS + 1)
    counts = [np.histogram2d(*np.clip(x, -2.999, 2.999).T, bins=(edges, edges))[0].ravel() for x in (a, b)]
    assert distances.js_divergence(a, b, 3.0) == pytest.approx(jensenshannon(*counts, base=2) ** 2, abs=1e-7)


def test_js_ends_of_the_scale():
    a = np.random.default_rng(4).uniform(-1, 0, (500, 2))
    assert distances.js_divergence(a, a, 2.0) == 0.0
    assert distances.js_divergence(a, a + 1.01, 2.0) == pytest.approx(1.0)


def test_histogram_counts_by_hand():
    counts = distances.histogram2d([[-0.5, -0.5], [0.5, -0.5], [0.5, 99.0], [0.4, 0.3]], 1.0, n_cells=2)
    assert counts.tolist() == [[0.25, 0.25], [0.0, 0.5]]
    moved_histogram = distances.histogram2d([[9.5, 4.5]], 1.0, centre=(10.0, 5.0), n_cells=2)
    assert moved_histogram.tolist() == [[1.0, 0.0], [0.0, 0.0]]


def test_holes_of_the_prior_itself_are_one_per_cent():
    rng = np.random.default_rng(5)
    codes, prior, reference = rng.normal(size=(3, 5000, 2))
    assert distances.prior_hole_share(codes, prior, reference) == pytest.approx(0.01, abs=0.006)


def test_holes_find_the_missing_half():
    rng = np.random.default_rng(6)
    codes, prior, reference = rng.uniform(-1, 1, size=(3, 4000, 2))
    codes[:, 0] = np.abs(codes[:, 0])
    radius = np.quantile(cKDTree(reference).query(prior)[0], 0.99)
    expected = np.mean(cKDTree(codes).query(prior)[0] > radius)
    assert distances.prior_hole_share(codes, prior, reference) == pytest.approx(expected, abs=5e-4)
    assert expected == pytest.approx((1 - radius) / 2, abs=0.02)


def test_a_code_as_far_away_as_the_gap_of_chance_leaves_no_hole():
    prior = np.arange(0, 100, 10.0)[:, None]  # every distance is 1, to the reference and to the codes
    assert distances.prior_hole_share(prior - 1, prior, prior + 1) == 0


def test_holes_use_as_many_reference_points_as_codes():
    rng = np.random.default_rng(7)
    codes, prior = rng.normal(size=(2, 500, 2))
    reference = rng.normal(size=(5000, 2))
    assert distances.prior_hole_share(codes, prior, reference) == distances.prior_hole_share(
        codes, prior, reference[:500]
    )
    with pytest.raises(ConfigError, match="at least as many"):
        distances.prior_hole_share(codes, prior, reference[:499])


@pytest.mark.parametrize(
    "call",
    [
        lambda: distances.mmd2([[np.nan, 0.0], [0.0, 0.0]], [[0.0, 0.0], [1.0, 0.0]], 1.0),
        lambda: distances.mmd2(np.zeros((3, 2)), np.zeros((3, 4)), 1.0),
        lambda: distances.mmd2(np.zeros((1, 2)), np.zeros((3, 2)), 1.0),
        lambda: distances.mmd2(np.zeros((3, 2)), np.zeros((3, 2)), bandwidth=0.0),
        lambda: distances.js_divergence(np.zeros((3, 3)), np.zeros((3, 3)), 1.0),
        lambda: distances.js_divergence(np.zeros((3, 2)), np.zeros((3, 2)), float("nan")),
        lambda: distances.js_divergence(np.zeros(3), np.zeros(3), 1.0),
        lambda: distances.two_sample_accuracy(np.zeros((3, 2)), np.zeros((9, 2))),
        lambda: distances.js_divergence(np.zeros((0, 2)), np.zeros((0, 2)), 1.0),
    ],
)
def test_bad_points_are_one_sentence(call):
    with pytest.raises(ConfigError) as error:
        call()
    assert str(error.value).endswith(".") and "\n" not in str(error.value)


def test_global_random_state_is_left_alone():
    before = torch.random.get_rng_state(), np.random.get_state()[1].copy()
    a, b = np.random.default_rng(8).normal(size=(2, 50, 2))
    distances.mmd2(a, b, 1.0), distances.js_divergence(a, b, 3.0), distances.prior_hole_share(a, b, a)
    assert torch.equal(before[0], torch.random.get_rng_state())
    assert np.array_equal(before[1], np.random.get_state()[1])


@pytest.mark.parametrize("extent", [0.0, -1.0, float("inf"), float("nan")])
def test_a_grid_needs_a_half_width_that_is_one(extent):
    with pytest.raises(ConfigError, match="must be a positive number"):
        distances.histogram2d([[0.0, 0.0]], extent)
