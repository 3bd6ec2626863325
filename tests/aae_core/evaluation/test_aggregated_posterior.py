"""The parts of the mean KL, against known cases, sums on a fine grid and torch's own KL."""

import numpy as np
import pytest
import torch

from aae_core.evaluation import aggregated_posterior
from aae_core.evaluation.aggregated_posterior import Posteriors, measure_divergences

COUNT = 20
GRID_STEP = 0.03


def some_posteriors(width=0.4, seed=0):
    rng = np.random.default_rng(seed)
    return Posteriors(rng.normal(0, 0.9, (COUNT, 2)), width * np.exp(rng.normal(0, 0.3, (COUNT, 2))))


def grid_divergence(posteriors):
    """KL(q(z) ‖ p) as a sum over a fine grid, from nothing but densities."""
    line = np.arange(-14, 14, GRID_STEP)
    z = np.stack(np.meshgrid(line, line), axis=-1)
    mixture = np.zeros(z.shape[:2])
    for mean, width in zip(posteriors.means, posteriors.widths, strict=True):
        density = np.exp(-np.square((z - mean) / width) / 2) / (width * np.sqrt(2 * np.pi))
        mixture += density.prod(-1) / len(posteriors.means)
    prior = np.exp(-np.square(z).sum(-1) / 2) / (2 * np.pi)
    is_positive = mixture > 1e-300
    return (mixture[is_positive] * np.log(mixture[is_positive] / prior[is_positive])).sum() * GRID_STEP**2


def test_posteriors_like_the_prior_cost_nothing():
    parts = measure_divergences(Posteriors(np.zeros((COUNT, 2)), np.ones((COUNT, 2))))
    assert (parts.mean_kl, parts.information, parts.aggregate_kl) == pytest.approx((0, 0, 0), abs=1e-12)


def test_posteriors_far_apart_tell_exactly_which_image():
    means = np.stack([np.arange(COUNT) - 9.5, np.zeros(COUNT)], axis=1)
    parts = measure_divergences(Posteriors(means, np.full((COUNT, 2), 0.02)))
    assert parts.information == pytest.approx(np.log(COUNT), abs=1e-9)


def test_one_posterior_for_all_images_tells_nothing():
    parts = measure_divergences(Posteriors(np.full((COUNT, 2), 0.7), np.full((COUNT, 2), 0.1)))
    assert parts.information == pytest.approx(0, abs=1e-12) and parts.aggregate_kl > 3


def test_the_mean_kl_is_that_of_torch():
    posteriors = some_posteriors()
    normal = torch.distributions.Normal
    own = normal(torch.from_numpy(posteriors.means), torch.from_numpy(posteriors.widths))
    expected = torch.distributions.kl_divergence(own, normal(0.0, 1.0)).sum(1).mean()
    assert measure_divergences(posteriors).mean_kl == pytest.approx(expected.item(), abs=1e-12)


@pytest.mark.parametrize("width", [0.15, 0.4, 1.1])
def test_the_divergence_of_the_mixture_is_that_of_a_fine_grid(width):
    posteriors = some_posteriors(width)
    assert measure_divergences(posteriors).aggregate_kl == pytest.approx(grid_divergence(posteriors), abs=1e-4)


@pytest.mark.parametrize(("width", "scale", "tolerance"), [(0.3, 1, 2e-5), (0.05, 1, 2e-5), (0.02, 0.03, 2e-3)])
def test_the_quadrature_is_as_exact_as_it_says(monkeypatch, width, scale, tolerance):
    """Against one with eight times as many nodes along a line; in the last case narrow posteriors crowd."""
    base_posteriors = some_posteriors(width, seed=1)
    posteriors = Posteriors(base_posteriors.means * scale, base_posteriors.widths)
    information = aggregated_posterior.measure_information(posteriors)
    monkeypatch.setattr(aggregated_posterior, "NODE_STEP", 1 / 16)
    assert information == pytest.approx(aggregated_posterior.measure_information(posteriors), abs=tolerance)


def test_an_arrangement_has_the_width_and_the_spread_asked_for():
    posteriors = some_posteriors().with_width_and_spread(0.1, 0.5)
    assert (posteriors.width, posteriors.spread) == pytest.approx((0.1, 0.5))
    assert np.allclose(some_posteriors().with_width_and_spread(1, 0).widths, 1)
