"""Metrics of two revisions side by side: their difference, and which of the two is better, if chance alone does not
explain it.

The metrics of two trainings that differ only in the seed differ by chance, with √2 times the standard deviation `noise`
of one training. A difference of at most CHANCE_DEVIATIONS such standard deviations makes neither better; nor does one
whose noise is unknown.
"""

import math
from dataclasses import dataclass

import numpy as np

from aae_core.evaluation.metrics import METRICS, displayed_value, distance_to_aim
from aae_core.files import is_finite_number
from aae_core.models.priors.base import Prior

CHANCE_DEVIATIONS = 2
# test images on which the noise was measured; on n fewer it is √(NOISE_IMAGES / n) times as large
NOISE_IMAGES = 10_000
PRIOR_SAMPLES = 100_000  # samples of the prior, which give its mean and spread to two digits


@dataclass(frozen=True)
class MetricDifference:
    """One metric `key` of two revisions, with values as in `protocols.measure_metrics`.

    change: right − left, None if a value is missing or the sizes differ. better: "left", "right", "equal", or "" if
    neither is better, the difference may be chance, or too little is known. noise: the root mean square of the two
    values' standard deviations over seeds, None if unknown.
    """

    key: str
    left: float | list | None
    right: float | list | None
    change: float | list | None
    better: str
    noise: float | None


def compare_metrics(
    left: dict, right: dict, priors: tuple[dict, dict] = ({}, {}), images: int = NOISE_IMAGES
) -> list[MetricDifference]:
    """A MetricDifference for each of METRICS that either revision has, in the order of METRICS.

    left, right: figures of `protocols.measure_metrics`; since a stored record may be damaged, values that are not
    finite count as missing. priors: the `prior_mean_and_std` of the two; without them, neither is called nearer to its
    prior. images: the number of images behind the metrics, the smaller of the two.
    """
    rows = []
    for key in METRICS:
        pair = tuple(displayed_value(key, _finite_or_none(values.get(key))) for values in (left, right))
        if pair == (None, None):
            continue
        change, noise, better = None, None, ""
        if None not in pair and np.shape(pair[0]) == np.shape(pair[1]):
            change = np.subtract(pair[1], pair[0], dtype=float).tolist()
            noise = _seed_noise(key, pair, images)
            better = _better_side(key, pair, priors, noise)
        rows.append(MetricDifference(key, *pair, change, better, noise))
    return rows


def prior_mean_and_std(prior: Prior) -> dict:
    """{"code_mean": [d floats], "code_std": [d floats]} of the prior itself, from the same samples at every call."""
    draws = prior.sample_with_fixed_seed(PRIOR_SAMPLES).double()
    return {"code_mean": draws.mean(0).tolist(), "code_std": draws.std(0).tolist()}


def _finite_or_none(value):
    """The value if it is a finite number or a list of them; None for anything else, which a damaged record may hold."""
    numbers = value if isinstance(value, list) else [value]
    return value if numbers and all(map(is_finite_number, numbers)) else None


def _seed_noise(key, pair, images) -> float | None:
    """The root mean square of the two values' standard deviations over seeds; None where they were not measured."""
    if METRICS[key].noise is None:
        return None
    constant, share = METRICS[key].noise
    sizes = [0.0, 0.0] if isinstance(pair[0], list) else map(abs, pair)
    root_mean_square = math.hypot(*(constant + share * size for size in sizes)) / math.sqrt(2)
    return root_mean_square * math.sqrt(max(1.0, NOISE_IMAGES / max(1, images)))


def _better_side(key, pair, priors, noise) -> str:
    aim = METRICS[key].better
    if not aim or (aim == "prior" and not all(key in prior for prior in priors)):
        return ""
    aim_distances = [distance_to_aim(value, aim, prior.get(key)) for value, prior in zip(pair, priors, strict=True)]
    if aim_distances[0] == aim_distances[1]:
        return "equal"
    if (
        noise is None
        or abs(aim_distances[0] - aim_distances[1]) <= CHANCE_DEVIATIONS * math.sqrt(2 * np.size(pair[0])) * noise
    ):
        return ""
    return "left" if aim_distances[0] < aim_distances[1] else "right"
