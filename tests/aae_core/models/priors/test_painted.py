"""The painted prior against its painting, counted cell by cell, and against the training that is to reach it."""

import math

import numpy as np
import pytest
import torch
from helpers.environment import mark_for_ci, mark_thorough_cases
from scipy import stats

from aae_core.config import painting
from aae_core.config.configuration import configure
from aae_core.config.settings import PriorConfig
from aae_core.data import sets
from aae_core.errors import ConfigError
from aae_core.evaluation.distances import js_divergence
from aae_core.models.inference import encode_all
from aae_core.models.priors.families import make_prior
from aae_core.training.loop import fit
from aae_core.training.training import Training

SCALE = 2.0
HALF, WIDTH = 6.0, 12 / 64  # of the square and of a cell at that scale


def painted_prior(cells=None, name="ring", scale=SCALE):
    text = name if cells is None else painting.format_painting(cells.astype(np.uint8).tobytes())
    return make_prior(PriorConfig("painted", scale=scale, painting=text), 2)


def graded_cells():
    """Cells of many strengths: a dense bar on the left, a faint one below, and one lonely cell at the upper right."""
    cells = np.zeros((64, 64))
    cells[5:60, 4:9], cells[50:60, 9:40], cells[1, 62] = 15, 3, 1
    return cells


def classed_cells():
    """Three classes of which the numbers 0, 4 and 7 stand in the painting: bars beside and above each other, and a ring."""
    cells = np.zeros((64, 64))
    cells[40:50, 4:60] = 15 + 16 * 1
    cells[10:14, 2:12] = 5 + 16 * 8
    distances = np.hypot(*(np.mgrid[:64, :64] - np.array([20, 40])[:, None, None]))
    cells[(distances >= 6) & (distances <= 9)] = 9 + 16 * 5
    return cells


def draws(p, n=200_000, seed=1):
    return p.sample(n, torch.Generator().manual_seed(seed))


def cell_of(z):
    """Row from the top and column of points, as in the painting; by hand."""
    z = np.asarray(z, dtype=np.float64)
    return np.floor((HALF - z[:, 1]) / WIDTH).astype(int), np.floor((z[:, 0] + HALF) / WIDTH).astype(int)


def test_samples_fall_as_often_into_each_cell_as_it_was_painted():
    cells = graded_cells()
    row, column = cell_of(draws(painted_prior(cells)))
    counts = np.zeros((64, 64))
    np.add.at(counts, (row, column), 1)
    is_painted = cells > 0
    assert not counts[~is_painted].any(), "nothing falls where nothing is painted"
    assert stats.chisquare(counts[is_painted], 200_000 * cells[is_painted] / cells.sum()).pvalue > 0.001


def test_after_the_first_draw_nothing_is_copied_to_a_device(monkeypatch):
    """The device `meta` stands for a GPU: to it a copy can be made, and none from it."""
    p, copies, move = painted_prior(classed_cells()), [], torch.Tensor.to

    def note_copy(self, *args):
        tensor = move(self, *args)
        copies.extend([args] if tensor.device != self.device else [])
        return tensor

    monkeypatch.setattr(torch.Tensor, "to", note_copy)
    k = torch.zeros(3, dtype=torch.int64, device="meta")
    assert p.sample(4, device="meta").shape == (4, 2) and copies
    p.sample_region(k)
    copies.clear()
    for _ in range(2):
        assert p.sample(4, device="meta").device.type == p.sample_region(k).device.type == "meta"
    assert not copies
    monkeypatch.setattr(torch, "from_numpy", lambda values: pytest.fail("made on the host anew"))
    p.sample(4, device="meta")
    p.sample_region(k)


def test_within_a_cell_samples_are_uniform_and_stay_off_its_rim():
    place = ((draws(painted_prior(graded_cells()), 50_000).double().numpy() + HALF) / WIDTH) % 1
    for j in (0, 1):
        assert stats.kstest(place[:, j], stats.uniform.cdf).pvalue > 0.001
    assert place.min() > 5e-5 and place.max() < 1 - 5e-5


@pytest.mark.parametrize("scale", [0.013, 1.0, 777.7])
def test_no_sample_lies_outside_the_painting_at_any_scale(scale):
    for cells in (None, graded_cells()):
        p = painted_prior(cells, scale=scale)
        assert torch.isfinite(p.log_density(draws(p))).all()


def test_the_density_is_the_share_of_the_mass_on_a_cells_area():
    cells = graded_cells()
    points = np.random.default_rng(0).uniform(-7, 7, (5000, 2))
    points[:100] = np.random.default_rng(1).uniform([-HALF + 4 * WIDTH, -HALF + 4 * WIDTH], [-4.4, 5], (100, 2))
    row, column = cell_of(points)
    inside = (np.abs(points) < HALF).all(1)
    share = np.where(inside, cells[row.clip(0, 63), column.clip(0, 63)] / cells.sum(), 0)
    densities = painted_prior(cells).log_density(torch.from_numpy(points)).exp().numpy()
    np.testing.assert_allclose(densities, share / WIDTH**2, rtol=1e-9)
    assert (share > 0).sum() > 300 and painted_prior(cells).log_density(
        torch.tensor([[math.nan, 0.0]])
    ).item() == -math.inf


@pytest.mark.parametrize("dimension", [0, 1])
def test_percentiles_invert_the_samples_even_over_a_gap(dimension):
    p, q = painted_prior(classed_cells()), np.linspace(0.01, 0.99, 45)
    shares = (draws(p)[:, dimension].numpy()[:, None] <= p.percentile(q, dimension)).mean(0)
    np.testing.assert_allclose(shares, q, atol=0.004)
    two = painted_prior(name="two-blobs")
    # half of the mass lies left of the gap, so no percentile lies in it
    assert not (np.abs(two.percentile(np.linspace(0.001, 0.999, 999), 0)) < 0.3).any()


def test_moments_are_those_of_the_painting():
    cells = graded_cells()
    row, column = np.nonzero(cells)
    mass = cells[row, column] / cells.sum()
    middle = np.stack([(column + 0.5) * WIDTH - HALF, HALF - (row + 0.5) * WIDTH], axis=1)
    mean = mass @ middle
    covariance = (middle - mean).T @ ((middle - mean) * mass[:, None]) + np.eye(2) * WIDTH**2 / 12
    z = draws(painted_prior(cells)).double().numpy()
    np.testing.assert_allclose(z.mean(0), mean, atol=0.03)
    np.testing.assert_allclose(np.cov(z.T), covariance, atol=0.1)


def test_regions_are_the_classes_in_order_and_are_drawn_from_as_painted():
    cells, p = classed_cells(), painted_prior(classed_cells())
    assert p.regions == 3 and p.parts == (0, 4, 7)
    k = torch.arange(3).repeat_interleave(4000)
    z = p.sample_region(k, torch.Generator().manual_seed(2))
    row, column = cell_of(z)
    assert (cells[row, column] // 16 - 1 == np.array([0, 4, 7])[k]).all() and torch.equal(p.region_numbers(z), k)
    counts = np.zeros((64, 64))
    np.add.at(counts, (row[:4000], column[:4000]), 1)
    own = cells // 16 == 1
    assert stats.chisquare(counts[own]).pvalue > 0.001
    shuffled_regions = k[torch.randperm(len(k), generator=torch.Generator().manual_seed(0))]
    assert torch.equal(p.region_numbers(p.sample_region(shuffled_regions)), shuffled_regions)


def test_beside_the_regions_a_point_belongs_to_the_nearest():
    p, cells = painted_prior(classed_cells()), classed_cells()
    points = np.random.default_rng(3).uniform(-HALF, HALF, (2000, 2))
    row, column = np.nonzero(cells)
    middles = np.stack([(column + 0.5) * WIDTH - HALF, HALF - (row + 0.5) * WIDTH], axis=1)
    distance = np.linalg.norm(points[:, None] - middles, axis=2)
    hand = np.searchsorted([0, 4, 7], cells[row, column].astype(int)[distance.argmin(1)] // 16 - 1)
    clear = np.stack([distance[:, cells[row, column] // 16 == k].min(1) for k in (1, 5, 8)], axis=1)
    clear.sort(axis=1)
    surely = clear[:, 1] - clear[:, 0] > 2 * WIDTH  # cells are compared by their middles
    assert surely.sum() > 1500 and (p.region_numbers(torch.from_numpy(points)).numpy() == hand)[surely].all()
    assert p.region_numbers(torch.tensor([[500.0, -500.0]])).item() == 0, "far outside, the nearest too"


def test_a_painting_without_classes_has_no_regions():
    p = painted_prior()
    assert p.regions == 0
    for ask in (
        lambda: p.region_numbers(torch.zeros(1, 2)),
        lambda: p.sample_region(torch.zeros(1).long()),
        p.region_middles,
    ):
        with pytest.raises(ConfigError, match="no class regions"):
            ask()


def test_middles_and_sweeps_stay_in_their_region():
    p = painted_prior(classed_cells())
    assert p.region_middles().shape == (3, 2) and p.region_middles().dtype == torch.float32
    assert (
        p.region_numbers(p.region_middles()).tolist() == [0, 1, 2]
        and torch.isfinite(p.log_density(p.region_middles())).all()
    )
    for k in range(3):
        for axis in (0, 1):
            z = p.sweep_region(k, axis, 9)
            assert z.shape == (9, 2) and (p.region_numbers(z) == k).all() and torch.isfinite(p.log_density(z)).all()
    bar = p.sweep_region(0, 0, 4).numpy()  # columns 4 to 60, in steps of equal mass
    np.testing.assert_allclose(bar[:, 0], (4 + 56 * np.array([1, 3, 5, 7]) / 8) * WIDTH - HALF, atol=0.01)
    assert np.ptp(bar[:, 1]) < 0.01 and np.all(np.diff(p.sweep_region(0, 1, 4).numpy()[:, 1]) > 0)


def test_a_regions_middle_is_its_cell_nearest_to_its_centre():
    cells = np.zeros((64, 64))
    cells[12, [10, 11, 30]] = 15 + 16 * painting.MAX_CLASSES  # of the last class that there can be
    p = painted_prior(cells)
    assert p.parts == (painting.MAX_CLASSES - 1,)
    np.testing.assert_allclose(p.region_middles(), [[11.5 * WIDTH - HALF, HALF - 12.5 * WIDTH]], atol=1e-6)


def test_two_cells_at_opposite_corners_reach_to_the_edges():
    cells = np.zeros((64, 64))
    cells[0, 63] = cells[63, 0] = 15
    p, near, far = painted_prior(cells), HALF - WIDTH / 2, HALF + 1e-3
    assert (draws(p, 4000)[:, 0] > 0).float().mean() == pytest.approx(0.5, abs=0.03)
    inside = p.log_density(torch.tensor([[-near, -near], [near, near]]))
    np.testing.assert_allclose(inside, math.log(0.5 / WIDTH**2), rtol=1e-6)
    assert (
        p.log_density(torch.tensor([[-far, -near], [-near, -far], [far, near], [near, far], [HALF, near]])) == -math.inf
    ).all()


def test_the_manifold_lies_in_the_painting_in_steps_of_equal_mass():
    for p in (painted_prior(), painted_prior(name="two-blobs"), painted_prior(graded_cells())):
        grid = p.manifold(7, 9)
        assert grid.shape == (7, 9, 2) and grid.dtype == torch.float32
        points = grid.reshape(-1, 2)
        assert torch.isfinite(p.log_density(points)).all()
        assert (grid[0, :, 1] >= grid[-1, :, 1]).all() and (np.diff(grid[0, :, 0]) > 0).all()
    np.testing.assert_allclose(
        painted_prior().manifold(7, 9)[3, :, 0], painted_prior().percentile((np.arange(9) + 0.5) / 9, 0), atol=1e-4
    )


def test_the_typical_region_leaves_out_what_is_painted_most_faintly():
    p = painted_prior(graded_cells())  # the lonely cell holds a share of 1 / 5,000
    assert p.is_typical(torch.tensor([[-5.0, 0.0], [-2.0, -4.5]])).all()
    assert p.is_typical(draws(p)).float().mean() > 0.999
    assert not p.is_typical(torch.tensor([[62.5 * WIDTH - HALF, HALF - 1.5 * WIDTH], [0.0, 0.0], [60.0, 0.0]])).any()


# Training ---------------------------------------------------------------------------------------------------------------


@mark_for_ci
@pytest.mark.parametrize("shape", mark_thorough_cases(painting.SHAPES))
def test_training_pulls_the_codes_into_the_painting(shape):
    """The preset, with small nets and for a few epochs; codes of the images it trains on, which are what D sees."""
    settings = {"network.hidden": "200,200", "network.discriminator": "200,200", "epochs": 30, "threads": 1}
    config, digits = configure("painted", **settings, **{"prior.painting": shape}), sets.load("digits")
    training = Training(config, digits)
    prior = training.model.prior
    prior_draws = draws(prior, 100_000)

    def distance():
        return js_divergence(
            encode_all(training.model, digits.train.images), prior_draws, prior.extent(), prior.centre()
        )

    before = distance()
    for _ in fit(training):
        pass
    after = distance()
    assert after <= before / 2, f"{shape}: {before:.3f} before, {after:.3f} after"


def test_a_region_is_sampled_evenly_and_swept_along_its_length():
    """Class 1 is a bar upwards at the right: half of its draws lie in each half, and a sweep goes straight up its middle."""
    cells = np.zeros((64, 64), np.uint8)
    cells[30:34, 2:6], cells[10:50, 56:60] = 15 + 16, 15 + 32
    text = painting.format_painting(cells.tobytes())
    p = make_prior(PriorConfig(name="painted", painting=text), 2)
    z = p.sample_region(torch.ones(4000, dtype=torch.int64), torch.Generator().manual_seed(0))
    middle = 3 - 30 * 6 / 64
    assert (z[:, 1] > middle).float().mean() == pytest.approx(0.5, abs=0.03)
    sweep = p.sweep_region(1, 0, 8).numpy()
    assert np.ptp(sweep[:, 0]) < 0.1 and (np.diff(sweep[:, 1]) > 0).all() and np.ptp(sweep[:, 1]) > 3
