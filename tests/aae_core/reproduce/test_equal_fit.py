"""Comparing at equal fit: curves drawn by hand, whose values are computed with pencil and paper or by the definition."""

import math

import numpy as np
import pytest
import torch

from aae_core.config.configuration import configure
from aae_core.evaluation import distances
from aae_core.models.priors.families import make_prior
from aae_core.reproduce import equal_fit

# MMD² and error: the second is behind the first, the last is the closest and the worst copy
RUNS = [(0.001, 16.0), (0.002, 17.0), (0.01, 14.0), (0.0001, 20.0)]


def test_the_envelope_is_what_no_run_is_ahead_of():
    assert equal_fit.lower_envelope(RUNS) == [3, 0, 2]
    assert equal_fit.lower_envelope([]) == []
    assert equal_fit.lower_envelope([(0.001, 16.0), (0.001, 15.0), (0.001, 15.0)]) == [1], "the first of equal runs"
    rng = np.random.default_rng(0)
    for _ in range(200):
        runs = [(0.001 * x, y) for x, y in rng.integers(1, 6, (7, 2)).astype(float)]
        free = {
            run for run in runs
            if not any(a <= run[0] and b <= run[1] and (a, b) != run for a, b in runs)
        }  # fmt: skip
        assert {runs[number] for number in equal_fit.lower_envelope(runs)} == free


@pytest.mark.parametrize(
    ("fit", "error"),
    [
        (0.001, 16.0),
        (0.01, 14.0),
        (math.sqrt(0.001 * 0.01), 15.0),  # half-way in log MMD²
        (0.001 * 10**0.25, 15.5),
        (math.sqrt(0.0001 * 0.001), 18.0),
        (0.05, 14.0),  # looser than any run: the loosest keeps its error
        (0.00009, None),  # closer than any run: the curve is not extended
    ],
)
def test_the_error_at_a_fit_lies_on_a_line_in_log_mmd2(fit, error):
    result = equal_fit.value_at_fit(RUNS, [error for _, error in RUNS], fit)
    assert result is None if error is None else result == pytest.approx(error, rel=1e-12)


def test_another_figure_takes_the_same_way():
    """Half-way between the runs with 0.7 and 0.5; the run that is behind counts for nothing."""
    value = equal_fit.value_at_fit(RUNS, [0.7, 99.0, 0.5, 0.1], math.sqrt(0.001 * 0.01))
    assert value == pytest.approx(0.6, rel=1e-12)


def test_a_distance_within_its_sampling_error_counts_as_the_floor():
    runs = [(-0.0003, 20.0), (0.01, 14.0)]
    assert equal_fit.value_at_fit(runs, [20.0, 14.0], 0.001) == pytest.approx(17.0), "half-way from 0.0001 to 0.01"
    assert equal_fit.lower_envelope([(-0.01, 20.0), (0.0001, 19.0)]) == [1], "neither is closer, and 19 is less"


def test_the_hypervolume_of_rectangles_drawn_by_hand():
    """In decades of MMD², of which there are two: 20 to 16 along the second decade is a half times a fifth; a run at
    0.0001 with 18 adds a tenth of the first decade."""
    assert equal_fit.hypervolume([(0.001, 16.0)], 20.0) == pytest.approx(0.5 * 0.2)
    assert equal_fit.hypervolume([(0.001, 16.0), (0.0001, 18.0)], 20.0) == pytest.approx(0.5 * 0.2 + 0.5 * 0.1)
    assert equal_fit.hypervolume([(0.001, 16.0), (0.002, 16.5)], 20.0) == pytest.approx(0.1), "one that is behind"
    assert equal_fit.hypervolume([(0.02, 1.0), (0.001, 21.0)], 20.0) == 0, "beyond the reference point"
    assert equal_fit.hypervolume([(0.0, 0.0)], 20.0) == pytest.approx(1), "everything"
    assert equal_fit.hypervolume([], 20.0) == 0


def test_the_hypervolume_is_the_share_of_points_that_a_run_is_ahead_of():
    """By the definition, on a fine grid of points of the rectangle."""
    rng = np.random.default_rng(1)
    x_grid, y_grid = np.meshgrid((np.arange(400) + 0.5) / 400, (np.arange(400) + 0.5) / 400)
    for _ in range(20):
        positions = rng.uniform((-0.2, 0.0), 1.2, (5, 2))
        runs = [(1e-4 * 100**x, 20 * y) for x, y in positions]
        is_covered = np.zeros_like(x_grid, bool)
        for x, y in positions:
            is_covered |= (x_grid >= x) & (y_grid >= y)
        assert equal_fit.hypervolume(runs, 20.0) == pytest.approx(is_covered.mean(), abs=0.006)


@pytest.mark.parametrize(
    ("image_count", "fits"), [(10_000, equal_fit.FITS), (359, (0.005,)), (1000, (0.001, 0.002, 0.005)), (85, (0.005,))]
)
def test_fits_are_compared_that_so_many_images_can_tell_from_0(image_count, fits):
    assert equal_fit.resolved_fits(image_count) == fits


def test_two_samples_of_the_prior_are_closer_than_a_resolved_fit_and_no_closer_than_the_others():
    """The MMD² of two samples of N(0, I) with 359 points each: its deviation against the fits."""
    generator = torch.Generator().manual_seed(0)
    bandwidth = make_prior(configure().prior, 2).bandwidth
    values = []
    for _ in range(60):
        first, second = (torch.randn(359, 2, generator=generator) for _ in range(2))
        values.append(distances.mmd2(first, second, bandwidth))
    assert 0.001 < 2 * np.std(values) < 0.005
