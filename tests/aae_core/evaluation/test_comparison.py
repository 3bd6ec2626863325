"""Differences of measures, by hand-built cases."""

import pytest

from aae_core.config.settings import PriorConfig
from aae_core.evaluation.comparison import compare_metrics, prior_mean_and_std
from aae_core.evaluation.metrics import METRICS
from aae_core.models.priors import families


def compare_values(key, left, right, **options):
    (result,) = compare_metrics({key: left}, {key: right}, **options)
    return result


@pytest.mark.parametrize(
    ("key", "left", "right", "better"),
    [
        ("reconstruction", 2.0, 3.5, "left"),
        ("knn_accuracy", 0.5, 0.75, "right"),
        ("discriminator_accuracy", 0.75, 0.5, "right"),
        ("discriminator_accuracy", 0.25, 0.875, "left"),
        ("discriminator_accuracy", 0.25, 0.75, "equal"),
        ("holes", 0.125, 0.125, "equal"),
        ("kl", 6.0, 7.0, ""),
        ("active_units", 2, 1, ""),
    ],
)
def test_the_difference_is_right_minus_left(key, left, right, better):
    actual = compare_values(key, left, right)
    assert (actual.key, actual.left, actual.right, actual.better) == (key, left, right, better)
    assert actual.change == right - left


def test_estimates_below_zero_are_both_shown_as_zero_and_so_are_equal():
    output = compare_values("mmd2", -0.0012, -0.0001)
    assert (output.left, output.right, output.change, output.better) == (0.0, 0.0, 0.0, "equal")
    assert compare_values("ari", -0.2, 0.1).left == -0.2, "which may be negative"


def test_nobody_is_better_within_what_seeds_do_to_a_difference():
    """Of two trainings with standard deviation s each, the difference has √2·s: 2.83 s are two deviations of it."""
    a, b = METRICS["knn_accuracy"].noise
    assert b == 0
    for factor, better in ((2.8, ""), (2.86, "right")):
        outcome = compare_values("knn_accuracy", 0.5, 0.5 + factor * a)
        assert (outcome.better, outcome.noise) == (better, pytest.approx(a))
    assert compare_values("knn_accuracy", 0.5, 0.5 + 2.86 * a, images=2500).better == "", (
        "of a quarter of the images twice the noise"
    )
    assert compare_values("knn_accuracy", 0.5, 0.5 + 5.7 * a, images=2500).better == "right"
    share = METRICS["reconstruction"].noise[1]
    assert compare_values("reconstruction", 20.0, 20.0 * (1 - 2.7 * share)).better == ""
    assert compare_values("reconstruction", 20.0, 20.0 * (1 - 2.9 * share)).better == "right"
    a, b = METRICS["mmd2"].noise
    left, right = 0.001, 0.006  # each with a noise of its own size
    deviations = (right - left) / ((a + b * left) ** 2 + (a + b * right) ** 2) ** 0.5
    assert 2 < deviations < 2.6 and compare_values("mmd2", left, right).better == "left"
    unknown = compare_values("swap_agreement", 0.5, 0.9)
    assert (unknown.better, unknown.noise) == ("", None), "nobody measured what seeds do to it"


def test_mean_and_spread_are_measured_from_the_prior_s_own():
    own = {"code_mean": [0.0, 0.0], "code_std": [5.0, 5.0]}, {"code_mean": [1.0, 0.0], "code_std": [1.0, 1.0]}
    assert compare_values("code_mean", [0.75, 0.0], [1.0, 0.125], priors=own).better == "right"
    assert compare_values("code_mean", [0.25, 0.0], [1.0, 0.125], priors=own).better == "", "as seeds differ"
    difference = compare_values("code_std", [5.0, 4.5], [3.0, 1.0], priors=own)
    assert (difference.change, difference.better) == ([-2.0, -3.5], "left")
    assert compare_values("code_std", [5.0, 4.5], [3.0, 1.0]).better == "", "nobody said what the prior's are"


def test_what_one_of_them_lacks_has_no_difference():
    for pair in (({"kl": 1.0}, {}), ({}, {"mmd2": 0.5}), ({"code_mean": [0.0]}, {"code_mean": [0.0, 1.0]})):
        (difference,) = compare_metrics(*pair)
        assert difference.change is None and difference.better == ""
    assert compare_metrics({}, {}) == []


@pytest.mark.parametrize(
    ("key", "damaged", "whole"),
    [("kl", "much", 1.0), ("swap_agreement", {"agreement": 0.9}, 0.5), ("code_mean", [0.5, None], [0.0, 1.0]),
     ("code_mean", [[0.5], [1.0]], [0.0, 1.0]), ("code_std", [], [1.0]), ("mmd2", float("nan"), 0.1), ("mmd2", True, 0.1),
     ("mmd2", 10**400, 0.1), ("holes", float("inf"), 0.1), ("holes", None, 0.1)],
)  # fmt: skip
def test_what_is_no_number_counts_as_missing(key, damaged, whole):
    own = {"code_mean": [0.0, 0.0], "code_std": [1.0]}
    for pair in ((damaged, whole), (whole, damaged)):
        difference = compare_values(key, *pair, priors=(own, own))
        assert (difference.left, difference.right) == tuple(None if value is damaged else value for value in pair)
        assert difference.change is None and difference.better == ""
    assert compare_metrics({key: damaged}, {}) == []


def test_all_measures_come_in_their_own_order():
    values = dict.fromkeys(reversed(METRICS), 0.5)
    assert [compare_metric.key for compare_metric in compare_metrics(values, values)] == list(METRICS)


def test_moments_are_the_prior_s_own():
    gaussian = prior_mean_and_std(families.make_prior(PriorConfig(name="gaussian", scale=5.0), 3))
    assert gaussian["code_mean"] == pytest.approx([0.0] * 3, abs=0.08)
    assert gaussian["code_std"] == pytest.approx([5.0] * 3, rel=0.01)
