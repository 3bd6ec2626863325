"""The Parzen window against the plain formula in float64 and against closed forms."""

import numpy as np
import pytest
import torch
from scipy.special import logsumexp

from aae_core.errors import ConfigError
from aae_core.evaluation import parzen


def blocks(samples, size):
    return list(torch.from_numpy(samples).split(size))


def parzen_log_density(images, samples, sigma):
    """log p(x) as the formula stands, in float64."""
    squares = ((images[:, None].astype(float) - samples) ** 2).sum(-1)
    count, width = samples.shape
    return logsumexp(-squares / (2 * sigma**2), axis=1) - np.log(count) - width / 2 * np.log(2 * np.pi * sigma**2)


@pytest.fixture
def sets():
    rng = np.random.default_rng(0)
    return rng.random((40, 30), np.float32), rng.random((130, 30), np.float32)


@pytest.mark.parametrize("sigma", [0.05, 0.3, 2.0])
def test_it_is_the_mean_of_gaussian_densities(sets, sigma):
    expected = parzen_log_density(*sets, sigma)
    assert np.allclose(parzen.log_likelihoods_by_width(sets[0], blocks(sets[1], 130), [sigma])[0], expected, atol=1e-3)


def test_blocks_of_any_size_and_many_widths_at_once_give_the_same(sets, monkeypatch):
    images, samples = sets
    whole = parzen.log_likelihoods_by_width(images, blocks(samples, 130), [0.1, 0.7])
    monkeypatch.setattr(parzen, "BLOCK_DISTANCES", 200)
    cut = parzen.log_likelihoods_by_width(images, blocks(samples, 17), [0.1, 0.7])
    assert whole.shape == (2, 40) and np.allclose(whole, cut, rtol=1e-5)


def test_blocks_count_whether_they_are_nearer_or_farther_than_those_before():
    image = np.zeros((2, 3))
    near_block, half_a_nat, nearest_block, far_block = (np.full((4, 3), side) for side in (0.3, 0.316, 0.1, 2.0))
    for order in (
        [near_block, half_a_nat],
        [far_block, near_block, half_a_nat],
        [near_block, far_block, nearest_block, half_a_nat],
        [half_a_nat, near_block],
    ):
        expected = parzen_log_density(image, np.concatenate(order), 0.2)
        sample_blocks = [torch.from_numpy(block).float() for block in order]
        assert np.allclose(parzen.log_likelihoods_by_width(image, sample_blocks, [0.2])[0], expected, atol=1e-4)


def test_far_from_every_sample_the_logarithm_stays_finite():
    result = parzen.log_likelihoods_by_width(np.zeros((1, 784)), [torch.ones(1, 784)], [0.01])[0, 0]
    assert result == pytest.approx(-784 / (2 * 0.01**2) - 392 * np.log(2 * np.pi * 0.01**2), rel=1e-6)


def test_the_best_width_is_that_of_the_noise_and_the_grid_widens_to_it():
    rng = np.random.default_rng(1)
    for scale in (0.004, 0.2, 9.0):  # one sample at 0: the likelihood of N(0, scale²) is greatest at σ = scale
        images = (scale * rng.standard_normal((400, 20))).astype(np.float32)
        sigma, likelihoods = parzen.choose_width_and_log_likelihoods(images, lambda: [torch.zeros(1, 20)])
        assert sigma == pytest.approx(np.sqrt((images**2).mean()), rel=0.03)
        assert min(likelihoods) < sigma < max(likelihoods) and likelihoods[sigma] == max(likelihoods.values())


def test_where_every_image_is_a_sample_no_width_is_best():
    images = torch.rand(20, 10)
    with pytest.raises(
        ConfigError, match="No width .* greatest at 0.00.* end of the grid, .* look at the model's samples"
    ):
        parzen.choose_width_and_log_likelihoods(images, lambda: [images])


@pytest.mark.parametrize(
    ("images", "samples", "sigma", "expected_text"),
    [
        (np.zeros((2, 3)), [], 1.0, "at least one"),
        (np.zeros((2, 3)), [torch.zeros(2, 4)], 1.0, "4 values"),
        (np.zeros((2, 3)), [torch.full((1, 3), torch.nan)], 1.0, "finite"),
        (np.zeros(3), [torch.zeros(1, 3)], 1.0, "shape"),
        (np.zeros((2, 3)), [torch.zeros(1, 3)], 0.0, "positive"),
        (np.zeros((2, 3)), [torch.zeros(1, 3)], np.nan, "positive"),
    ],
)
def test_what_cannot_be_measured_is_refused(images, samples, sigma, expected_text):
    with pytest.raises(ConfigError, match=expected_text):
        parzen.log_likelihoods_by_width(images, samples, [sigma])
