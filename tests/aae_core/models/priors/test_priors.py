"""Priors against scipy.stats, numeric integrals, Kolmogorov–Smirnov tests and the paper's formulas by hand."""

import math

import numpy as np
import pytest
import torch
from helpers.toy_models import petal
from scipy import stats

from aae_core.config.priors import PRIORS
from aae_core.config.settings import PriorConfig
from aae_core.errors import ConfigError
from aae_core.models.priors.base import Prior
from aae_core.models.priors.families import make_prior
from aae_core.models.priors.headed import Headed

ALL = tuple(PRIORS)
DENSE = tuple(name for name, facts in PRIORS.items() if facts.support != "none")


def prior(name="gaussian", dim=2, **settings):
    return make_prior(PriorConfig(name=name, **settings), dim)


def draws(p, n=20_000, seed=1):
    return p.sample(n, torch.Generator().manual_seed(seed))


def marginal_distribution(name):
    return {
        "gaussian": stats.norm(0, 1.5),
        "uniform": stats.uniform(-math.sqrt(3) * 1.5, 2 * math.sqrt(3) * 1.5),
        "gamma": stats.gamma(2.5, scale=1.5),
    }[name]


@pytest.mark.parametrize("name", ["gaussian", "uniform", "gamma"])
def test_samples_density_and_percentiles_are_scipys(name):
    p, oracle = prior(name, 3, scale=1.5, shape=2.5), marginal_distribution(name)
    z = draws(p)
    assert z.shape == (20_000, 3) and z.dtype == torch.float32
    for j in range(3):
        assert stats.kstest(z[:, j].numpy(), oracle.cdf).pvalue > 0.001
    assert np.abs(np.corrcoef(z.T.numpy()) - np.eye(3)).max() < 0.03
    assert torch.allclose(
        p.log_density(z), torch.from_numpy(oracle.logpdf(z.double().numpy()).sum(1)).float(), atol=1e-3
    )
    q = np.array([[0.001, 0.25], [0.5, 0.999]])
    np.testing.assert_allclose(p.percentile(q, 2), oracle.ppf(q), atol=1e-9)


@pytest.mark.parametrize("shape", [0.3, 1.0, 30.0])
def test_gamma_of_any_shape(shape):
    p = prior("gamma", 1, shape=shape)
    assert stats.kstest(draws(p)[:, 0].numpy(), stats.gamma(shape).cdf).pvalue > 0.001
    z = torch.tensor([[0.5], [2.0]])
    assert torch.allclose(
        p.log_density(z), torch.from_numpy(stats.gamma(shape).logpdf(z[:, 0].numpy())).float(), atol=1e-4
    )


def test_gamma_at_and_below_its_edge():
    p = prior("gamma", 2, shape=1.0)
    assert p.log_density(torch.tensor([[0.0, 0.0], [-0.1, 1.0]])).tolist() == [0.0, -math.inf]


def test_uniform_beyond_its_edge():
    p = prior("uniform", 2, scale=2.0)
    density = p.log_density(torch.tensor([[0.0, 3.4], [0.0, 3.5]]))
    assert density[0].item() == pytest.approx(-2 * math.log(4 * math.sqrt(3)), rel=1e-5)
    assert density[1].item() == -math.inf
    assert draws(p).std().item() == pytest.approx(2.0, rel=0.02)


@pytest.mark.parametrize("name", DENSE)
def test_density_integrates_to_one(name):
    p = prior(name, 2, scale=0.7, shape=2.0)
    axis = torch.arange(-7.01, 14, 0.02, dtype=torch.float64)
    z = torch.cartesian_prod(axis, axis)
    assert (p.log_density(z).exp().sum() * 0.02**2).item() == pytest.approx(1, abs=0.02)


def test_mixture_is_the_papers_petals():
    p, scale = prior("mixture", scale=2.0), 2.0
    k = torch.arange(10).repeat_interleave(4000)
    z = p.sample_region(k, torch.Generator().manual_seed(3)).view(10, 4000, 2).numpy()
    for component in range(10):
        oracle = petal(component, scale=scale)
        np.testing.assert_allclose(z[component].mean(0), oracle.mean, atol=0.06)
        np.testing.assert_allclose(np.cov(z[component].T), oracle.cov, atol=0.06)
    points = np.random.default_rng(0).uniform(-5, 5, (500, 2))
    item = np.stack([petal(i, scale=scale).pdf(points) for i in range(10)], axis=1)
    densities = p.log_density(torch.from_numpy(points)).exp().numpy()
    np.testing.assert_allclose(densities, item.mean(1), rtol=1e-5, atol=1e-12)
    assert (p.region_numbers(torch.from_numpy(points)).numpy() == item.argmax(1)).all()
    shares = p.memberships(torch.from_numpy(points)).numpy()
    np.testing.assert_allclose(shares, item / item.sum(1, keepdims=True), rtol=1e-5, atol=1e-12)


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("name", ["gaussian", "uniform", "gamma", "mixture"])
def test_of_any_size_and_dimension_they_are_scipys(name, seed):
    """Samples by Kolmogorov–Smirnov, each dimension for itself, and log densities."""
    random = np.random.default_rng([seed, len(name)])
    scale, shape, components = random.uniform(0.05, 20), random.uniform(0.3, 9), int(random.integers(2, 30))
    p = prior(name, 2 * int(random.integers(1, 6)), scale=scale, shape=shape, components=components)
    z = draws(p, 4000, seed).double().numpy()
    half_width = math.sqrt(3) * scale
    entry = {
        "gaussian": stats.norm(0, scale),
        "uniform": stats.uniform(-half_width, 2 * half_width),
        "gamma": stats.gamma(shape, scale=scale),
    }
    if name in entry:
        chances = [stats.kstest(values, entry[name].cdf).pvalue for values in z.T]
        log = entry[name].logpdf(z).sum(1)
    else:
        petals = [petal(k, components, scale) for k in range(components)]
        log = np.log(
            np.mean(
                [np.prod([q.pdf(z[:, j : j + 2]) for j in range(0, z.shape[1], 2)], axis=0) for q in petals], axis=0
            )
        )
        scipy_draws = np.concatenate([q.rvs(2000, random_state=k) for k, q in enumerate(petals)])
        chances = [stats.ks_2samp(z[:, j], scipy_draws[:, j % 2]).pvalue for j in range(z.shape[1])]
    assert min(chances) > 1e-4
    inside = np.isfinite(log)
    assert inside.mean() > 0.99
    np.testing.assert_allclose(p.log_density(torch.from_numpy(z)).numpy()[inside], log[inside], rtol=1e-5, atol=1e-4)


def test_mixture_in_four_dimensions_holds_one_petal_twice():
    p = prior("mixture", 4, components=5)
    points = np.random.default_rng(1).normal(0, 1, (200, 4))
    element = np.stack([petal(i, 5).pdf(points[:, :2]) * petal(i, 5).pdf(points[:, 2:]) for i in range(5)], axis=1)
    np.testing.assert_allclose(p.log_density(torch.from_numpy(points)).numpy(), np.log(element.mean(1)), rtol=1e-6)
    z = draws(p)
    assert (p.region_numbers(z[:, [0, 1, 0, 1]]) == p.region_numbers(z[:, [2, 3, 2, 3]])).float().mean() > 0.98


@pytest.mark.parametrize("dimension", [0, 1])
def test_mixture_percentiles_invert_its_samples(dimension):
    p = prior("mixture", 4, components=3)
    q = np.linspace(0.02, 0.98, 25)
    shares = (draws(p, 100_000)[:, 2 + dimension].numpy()[:, None] <= p.percentile(q, dimension)).mean(0)
    np.testing.assert_allclose(shares, q, atol=0.006)


def test_swiss_roll_is_the_papers_arc():
    p = prior("swiss-roll", scale=2.0)
    radius = draws(p).norm(dim=1).numpy()
    # r = 3√u·scale gives u = (r / 6)², which must be uniform
    assert stats.kstest((radius / 6) ** 2, stats.uniform.cdf).pvalue > 0.001
    k = torch.arange(10).repeat(500)
    z = p.sample_region(k, torch.Generator().manual_seed(1))
    t = z.norm(dim=1) / 6
    hand = 6 * t[:, None] * torch.stack(((4 * math.pi * t).cos(), (4 * math.pi * t).sin()), dim=1)
    assert torch.allclose(z, hand, atol=1e-3)
    assert ((t.square() * 10).long() == k).float().mean() > 0.99
    assert (p.region_numbers(z) == k).float().mean() > 0.99


def test_swiss_roll_is_typical_within_a_tenth_of_the_gap_between_its_turns():
    p = prior("swiss-roll", scale=2.0)
    roll_draws, gap = draws(p, 300), 2.0 * 3 / 2  # r grows by 3 in two turns
    outwards = roll_draws / roll_draws.norm(dim=1, keepdim=True)
    outer = roll_draws.norm(dim=1) > gap  # where the arc is nearly at a right angle to the radius
    assert (
        p.is_typical(roll_draws + 0.09 * gap * outwards)[outer].all()
        and not p.is_typical(roll_draws + 0.12 * gap * outwards)[outer].any()
    )


def test_swiss_roll_region_beside_the_arc_is_the_nearest_points():
    p = prior("swiss-roll", components=7)
    z = torch.randn(300, 2, generator=torch.Generator().manual_seed(2)) * 1.5
    t = torch.linspace(0, 1, 100_001, dtype=torch.float64)
    arc = 3 * t[:, None] * torch.stack(((4 * math.pi * t).cos(), (4 * math.pi * t).sin()), dim=1)
    hand = (t[torch.cdist(z.double(), arc).argmin(1)].square() * 7).long().clamp(max=6)
    assert (p.region_numbers(z) == hand).float().mean() > 0.99


@pytest.mark.parametrize("dimension", [0, 1])
def test_swiss_roll_percentiles_invert_its_samples(dimension):
    p, q = prior("swiss-roll"), np.linspace(0.02, 0.98, 25)
    shares = (draws(p, 100_000)[:, dimension].numpy()[:, None] <= p.percentile(q, dimension)).mean(0)
    np.testing.assert_allclose(shares, q, atol=0.006)


@pytest.mark.parametrize("name", ALL)
def test_draws_come_from_the_generator_alone(name):
    p, generator = prior(name), torch.Generator().manual_seed(5)
    first_draw = p.sample(50, generator)
    state = generator.get_state()
    second_draw = p.sample(50, generator)
    assert not torch.equal(first_draw, second_draw)
    torch.manual_seed(99)
    restored_generator = torch.Generator()
    restored_generator.set_state(state)
    assert torch.equal(p.sample(50, restored_generator), second_draw)


@pytest.mark.parametrize("name", ALL)
def test_extent_shows_the_mass_and_typical_holds_99_percent(name):
    p = prior(name, 2, scale=3.0)
    z = draws(p, 50_000, seed=8)
    shown_share = ((z - torch.from_numpy(p.centre())).abs() <= p.extent()).all(1).float().mean()
    assert shown_share >= 0.9985
    typical_share = p.is_typical(z).float().mean()
    assert (
        typical_share == 1
        if name in ("swiss-roll", "uniform", "painted")
        else typical_share == pytest.approx(0.99, abs=0.003)
    )
    assert not p.is_typical(torch.full((1, 2), 60.0)).any()


@pytest.mark.parametrize("dim", [2, 4])
def test_gaussian_manifold_is_the_grid_of_percentiles(dim):
    grid = prior("gaussian", dim, scale=2.0).manifold(3, 5)
    assert grid.shape == (3, 5, dim) and grid.dtype == torch.float32
    np.testing.assert_allclose(grid[0, :, 0], stats.norm(0, 2).ppf([0.1, 0.3, 0.5, 0.7, 0.9]), atol=1e-6)
    np.testing.assert_allclose(grid[:, 0, 1], stats.norm(0, 2).ppf([5 / 6, 0.5, 1 / 6]), atol=1e-6)
    assert (grid[..., 2:] == 0).all()


class ShiftedPrior(Prior):
    """Samples alone, N((3, 0), I): neither percentiles nor a density are given."""

    def _draw(self, n, generator, device):
        return torch.randn(n, self.dim, generator=generator, device=device) + torch.tensor([3.0, 0.0])


def test_where_no_percentiles_are_given_they_are_those_of_samples():
    p, q = ShiftedPrior(PriorConfig(), 2), np.array([0.01, 0.3, 0.5, 0.9])
    for dimension, mean in enumerate((3, 0)):
        np.testing.assert_allclose(p.percentile(q, dimension), stats.norm(mean).ppf(q), atol=0.03)
    assert p.percentile(0.5) == pytest.approx(3, abs=0.03), "of the first dimension, unless another is asked for"
    assert p.extent() == pytest.approx(stats.norm.ppf(0.99975), abs=0.2) and p.centre() == pytest.approx(
        [3, 0], abs=0.2
    )
    assert p.sample(5).shape == (5, 2), "without a generator, torch's own"


@pytest.mark.parametrize(("dim", "draws"), [(1, 65_536), (64, 65_536), (1_000, 4_194)])
def test_for_its_percentiles_no_more_than_four_million_numbers_are_drawn(dim, draws):
    calls = []

    class CountingPrior(Prior):
        def _draw(self, n, generator, device):
            calls.append(n)
            return torch.randn(n, self.dim, generator=generator, device=device)

    p = CountingPrior(PriorConfig(), dim)
    assert abs(p.percentile(0.5, dim - 1)) < 0.05 and abs(p.percentile(0.5, 0)) < 0.05 and calls == [draws], (
        "once for all"
    )


@pytest.mark.parametrize("dim", [1, 2, 8])
def test_how_far_apart_two_draws_are(dim):
    p = prior("gaussian", dim, scale=3.0)  # the distance of two is 3√2 times a χ variable
    assert p.bandwidth == pytest.approx(3 * math.sqrt(2) * stats.chi(dim).median(), rel=0.04)
    assert p.spread == pytest.approx(2 * dim * 9, rel=0.06)


def test_mixture_manifold_walks_one_petal_a_row():
    p = prior("mixture", 4)
    grid = p.manifold(10, 3)
    assert grid.shape == (10, 3, 4)
    assert (p.region_numbers(grid.view(30, 4)).view(10, 3) == torch.arange(10)[:, None]).all()
    np.testing.assert_allclose(grid[:, 1, :2], [petal(k).mean for k in range(10)], atol=1e-6)
    np.testing.assert_allclose(p.region_middles(), np.tile([petal(k).mean for k in range(10)], 2), atol=1e-6)
    assert grid[0, 2, 0] > grid[0, 0, 0] > 0, "outwards, as the columns go"
    length = (grid[:, 2, :2] - grid[:, 0, :2]).norm(dim=1)
    np.testing.assert_allclose(length, 0.5 * 2 * stats.norm.ppf(5 / 6), rtol=1e-5)
    fine_manifold = p.manifold(20, 3)
    np.testing.assert_allclose((fine_manifold[0] + fine_manifold[1]) / 2, grid[0], atol=1e-6)


def test_roll_manifold_reads_along_the_arc():
    grid = prior("swiss-roll").manifold(2, 3).view(6, 2)
    np.testing.assert_allclose(grid.norm(dim=1), 3 * np.sqrt((np.arange(6) + 0.5) / 6), rtol=1e-5)


@pytest.mark.parametrize("dim", [1, 3])
def test_manifold_and_map_of_any_dimension(dim):
    p = prior("uniform", dim)
    assert p.manifold(2, 4).shape == (2, 4, dim)
    assert p.centre().shape == (dim,)


@pytest.mark.parametrize("name", ["gaussian", "uniform", "gamma"])
def test_regions_are_refused_where_there_are_none(name):
    p = prior(name)
    with pytest.raises(ConfigError, match="no class regions"):
        p.region_numbers(torch.zeros(1, 2))
    with pytest.raises(ConfigError, match="no class regions"):
        p.sample_region(torch.zeros(1, dtype=torch.long))


def test_density_is_refused_where_there_is_none():
    p = prior("swiss-roll")
    assert not p.has_density and p.support == "none"
    with pytest.raises(ConfigError, match="no density"):
        p.log_density(torch.zeros(1, 2))


@pytest.mark.parametrize("bad", [0, 1, -0.1, [0.5, 1.2], math.nan])
def test_percentiles_outside_are_refused(bad):
    with pytest.raises(ConfigError, match="strictly between"):
        prior().percentile(bad, 0)


def test_senseless_priors_are_refused():
    for name, dim in (("mixture", 3), ("swiss-roll", 4), ("gaussian", 0), ("triangle", 2)):
        with pytest.raises(ConfigError):
            prior(name, dim)
    with pytest.raises(ConfigError, match="dimension 2"):
        prior().percentile(0.5, 2)


# Regions: their middles and sweeps --------------------------------------------------------------------------------------


def test_a_sweep_of_a_petal_keeps_to_its_axes():
    p = prior("mixture", 4, scale=2.0)
    np.testing.assert_allclose(p.region_middles()[:, :2], [petal(k, scale=2.0).mean for k in range(10)], atol=1e-6)
    for k in (0, 3):
        a = 2 * np.pi * k / 10
        long_axis, short_axis = np.array([np.cos(a), np.sin(a)]), np.array([-np.sin(a), np.cos(a)])
        for axis, (direction, sigma) in enumerate(((long_axis, 0.5), (short_axis, 0.1))):
            z = p.sweep_region(k, axis, 5).numpy()
            shares = stats.norm.ppf([0.1, 0.3, 0.5, 0.7, 0.9])
            hand = petal(k, scale=2.0).mean + 2.0 * sigma * shares[:, None] * direction
            np.testing.assert_allclose(z[:, :2], hand, atol=1e-5)
            np.testing.assert_allclose(z[:, 2:], np.tile(petal(k, scale=2.0).mean, (5, 1)), atol=1e-5)


def test_a_sweep_of_the_roll_follows_its_arc_or_leaves_it_at_a_right_angle():
    p = prior("swiss-roll", scale=2.0, components=10)
    z = p.sweep_region(7, 0, 4).numpy()
    u = (7 + (np.arange(4) + 0.5) / 4) / 10
    hand = 6 * np.sqrt(u)[:, None] * np.stack([np.cos(4 * np.pi * np.sqrt(u)), np.sin(4 * np.pi * np.sqrt(u))], axis=1)
    np.testing.assert_allclose(z, hand, atol=1e-5)
    assert (p.region_numbers(torch.from_numpy(z)) == 7).all()
    cross_section, centre = p.sweep_region(7, 1, 5).numpy(), p.region_middles()[7].numpy()
    t = np.sqrt(0.75)
    step = 1e-5 * np.array([1, -1])
    near = 6 * (t + step)[:, None] * np.stack([np.cos(4 * np.pi * (t + step)), np.sin(4 * np.pi * (t + step))], axis=1)
    tangent = near[0] - near[1]
    np.testing.assert_allclose(cross_section[2], centre, atol=1e-5)
    np.testing.assert_allclose((cross_section - centre) @ tangent / np.linalg.norm(tangent), 0, atol=1e-3)
    reach = np.linalg.norm(cross_section - centre, axis=1)
    np.testing.assert_allclose(reach, 1.5 * np.array([0.8, 0.4, 0, 0.4, 0.8]), atol=1e-4)
    assert np.linalg.norm(cross_section[0]) < np.linalg.norm(cross_section[-1]), "from inside outwards"


def test_a_sweep_of_a_region_that_is_not_there_is_refused():
    with pytest.raises(ConfigError, match="no region 10"):
        prior("mixture").sweep_region(10, 0, 3)
    with pytest.raises(ConfigError, match="no class regions"):
        prior().sweep_region(0, 0, 3)
    with pytest.raises(ConfigError, match="no class regions"):
        prior().region_middles()


# At the heads of a reduction --------------------------------------------------------------------------------------------

HEADS = np.array([[4.0, 0.0, 1.0], [-3.0, 2.0, 0.5], [0.0, -5.0, 2.0]])


def headed_prior(name="gaussian", dim=3, **settings):
    return Headed(prior(name, dim, **settings), torch.from_numpy(HEADS[:, :dim]))


@pytest.mark.parametrize("name", ["gaussian", "uniform", "gamma"])
def test_at_heads_density_regions_and_percentiles_are_those_of_the_mixture(name):
    p, oracle = headed_prior(name, scale=1.5, shape=2.5), marginal_distribution(name)
    z = draws(p)
    value = np.stack([oracle.pdf(z.double().numpy() - head).prod(1) for head in HEADS], axis=1)
    np.testing.assert_allclose(p.log_density(z).exp().numpy(), value.mean(1), rtol=2e-3, atol=1e-7)
    single = (value > 0).sum(1) == 1 if name == "uniform" else np.ones(len(z), bool)
    assert (p.region_numbers(z).numpy() == value.argmax(1))[single].mean() > 0.999
    for j in range(3):
        cdf = lambda x, j=j: np.mean([oracle.cdf(x - head[j]) for head in HEADS], axis=0)  # noqa: E731
        assert stats.kstest(z[:, j].numpy(), cdf).pvalue > 0.001
        q = np.array([0.00025, 0.01, 0.3, 0.5, 0.77, 0.99975])
        np.testing.assert_allclose(cdf(p.percentile(q, j)), q, atol=1e-4, rtol=0.05)
    counts = np.bincount(p.region_numbers(p.sample_region(torch.arange(3).repeat(500))).numpy(), minlength=3)
    assert (np.abs(counts - 500) < 100).all()


def test_at_heads_the_draws_are_the_generators_styles_at_each_head():
    base, heads = prior("gaussian", 2, scale=0.01), torch.tensor([[1.0, 0.0], [0.0, 1.0], [-1.0, 0.0], [0.0, -1.0]])
    p = Headed(base, heads)
    z = draws(p, 4000)
    counts = np.bincount(torch.cdist(z, heads).argmin(1).numpy(), minlength=4)
    assert stats.chisquare(counts).pvalue > 0.001 and torch.cdist(z, heads).min(1).values.max() < 0.1
    assert torch.equal(z, draws(p, 4000))
    k = torch.tensor([3, 0, 2])
    assert ((p.sample_region(k) - heads[k]).norm(dim=1) < 0.1).all()


def test_at_heads_the_map_shows_the_mass_in_every_pair_of_dimensions():
    p = headed_prior(scale=0.5)
    z = draws(p, 50_000, seed=8)
    inside = (z - torch.from_numpy(p.centre())).abs() <= p.extent()
    assert all(inside[:, [i, j]].all(1).float().mean() >= 0.9985 for i in range(3) for j in range(i))
    assert p.is_typical(z).float().mean() == pytest.approx(0.99, abs=0.003)
    assert p.marginal_period == 3 and p.centre().shape == (3,)


def test_at_heads_a_roll_has_no_density_and_yet_typical_places():
    p = Headed(prior("swiss-roll"), torch.tensor([[0.0, 0.0], [20.0, 0.0]]))
    assert not p.has_density and p.is_typical(draws(p, 500)).all()
    assert p.is_typical(torch.tensor([[20 + 1.5, 0.0], [10.0, 0.0]])).tolist() == [True, False]
    assert p.region_numbers(torch.tensor([[1.0, 1.0], [18.0, 1.0]])).tolist() == [0, 1]


def test_at_heads_sweep_and_manifold_walk_the_styles_of_one_head():
    p, ends = headed_prior(scale=2.0), 2.0 * stats.norm.ppf([1 / 6, 0.5, 5 / 6])
    np.testing.assert_allclose(p.region_middles(), HEADS, atol=1e-6)
    for axis in (0, 1):
        expected = np.tile(HEADS[1], (3, 1))
        expected[:, axis] += ends
        np.testing.assert_allclose(p.sweep_region(1, axis, 3), expected, atol=1e-5)
    grid = p.manifold(3, 3)
    assert grid.shape == (3, 3, 3) and grid.dtype == torch.float32
    np.testing.assert_allclose(grid[..., 0], HEADS[:, :1] + ends, atol=1e-5)
    np.testing.assert_allclose(grid[..., 1:], np.broadcast_to(HEADS[:, None, 1:], (3, 3, 2)), atol=1e-5)
    fine_manifold = p.manifold(6, 3)
    np.testing.assert_allclose(fine_manifold[0, :, 1] - HEADS[0, 1], np.full(3, 2.0 * stats.norm.ppf(0.75)), atol=1e-5)
    assert Headed(prior("gaussian", 1), torch.tensor([[0.0], [9.0]])).manifold(4, 2).shape == (4, 2, 1)


def test_at_heads_the_middle_of_a_region_is_the_median_of_its_styles():
    gamma = stats.gamma(2.0, scale=1.5)
    np.testing.assert_allclose(
        headed_prior("gamma", scale=1.5, shape=2.0).region_middles(), HEADS + gamma.median(), atol=1e-5
    )


def test_one_dimension_is_swept_along_whatever_is_asked_for():
    p, ends = Headed(prior("gaussian", 1), torch.tensor([[0.0], [9.0]])), stats.norm.ppf([1 / 6, 0.5, 5 / 6])
    for axis in (0, 1):
        np.testing.assert_allclose(p.sweep_region(1, axis, 3), 9 + ends[:, None], atol=1e-5)


@pytest.mark.parametrize(("count", "points"), [(2, 65_536), (10, 65_530), (100, 100_000)])
def test_a_marginal_has_a_thousand_points_at_each_head_at_least(count, points):
    p = Headed(prior("gaussian", 1), torch.arange(count, dtype=torch.float32)[:, None])
    assert len(p._marginal_points(0)) == points


def test_the_rows_of_a_head_are_percentiles_of_the_second_dimension():
    """A roll's two dimensions have other percentiles, so that one is not taken for the other."""
    base, heads = prior("swiss-roll"), np.array([[0.0, 0.0], [20.0, 5.0]])
    grid = Headed(base, torch.from_numpy(heads)).manifold(4, 2)
    x_percentiles, y_percentiles = (base.percentile([0.25, 0.75], dimension) for dimension in (0, 1))
    np.testing.assert_allclose(grid[..., 0], heads[[0, 0, 1, 1], :1] + x_percentiles, atol=1e-5)
    np.testing.assert_allclose(
        grid[..., 1], (heads[[0, 0, 1, 1], 1] + np.tile(y_percentiles[::-1], 2))[:, None].repeat(2, 1), atol=1e-5
    )


def test_at_the_very_edge_a_uniform_prior_has_its_density_still():
    p = prior("uniform", 1)
    edge = torch.tensor([[p.half_width], [-p.half_width]], dtype=torch.float64)
    assert p.log_density(edge).isfinite().all() and not p.log_density(1.0001 * edge).isfinite().any()


def test_each_point_of_the_arc_has_its_own_region_of_the_roll():
    """Narrower than the steps of any table: u in (k/1000, (k + 1)/1000) lies in region k."""
    u = np.random.default_rng(0).uniform(0.001, 0.999, 5000)
    u = u[np.abs(u * 1000 - np.round(u * 1000)) > 0.01]
    t = np.sqrt(u)
    arc = 2.0 * 3 * t * np.stack([np.cos(4 * np.pi * t), np.sin(4 * np.pi * t)])
    p = prior("swiss-roll", scale=2.0, components=1000)
    assert np.array_equal(p.region_numbers(torch.from_numpy(arc.T)), np.floor(1000 * u))
