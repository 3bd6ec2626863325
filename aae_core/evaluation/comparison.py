"""Metrics of two revisions side by side: their difference, and which of the two is better, beyond what chance alone explains.

Two trainings that differ only in the seed also differ by chance, with √2 times the standard deviation `noise` of one training.
Neither is called better within BEYOND standard deviations of that difference, nor where the noise was not measured.
"""

import math
from dataclasses import dataclass

import numpy as np

from aae_core.evaluation.metrics import METRICS, as_shown, miss
from aae_core.files import is_number
from aae_core.models.priors.base import Prior

BEYOND = 2
MEASURED = 10_000  # test images that the noise was measured on; of n fewer it is √(MEASURED / n) times as large
DRAWS = 100_000  # of the prior, whose mean and spread they tell to two digits


@dataclass(frozen=True)
class Difference:
    """One metric of both; `change` is right − left, None where one of them is missing or their sizes differ.

    better: "left", "right", "equal" or "" (there is no better, or none is known, or the difference may be chance). noise: the
    root mean square of the two values' standard deviations over seeds, None where unknown. Values are as in `protocols.metrics`.
    """

    key: str
    left: float | list | None
    right: float | list | None
    change: float | list | None
    better: str
    noise: float | None


def differences(
    left: dict, right: dict, priors: tuple[dict, dict] = ({}, {}), images: int = MEASURED
) -> list[Difference]:
    """A Difference for each of METRICS that either has, in that order.

    left, right: what `protocols.metrics` gave; values that are not finite count as missing, since a record may be
    damaged. priors: of either's prior, as `prior_mean_and_std` gives them; without them neither is nearer to the prior.
    images: on how many the metrics were taken, the smaller number of the two.
    """
    found = []
    for key in METRICS:
        pair = tuple(as_shown(key, _number(values.get(key))) for values in (left, right))
        if pair == (None, None):
            continue
        change, noise, better = None, None, ""
        if None not in pair and np.shape(pair[0]) == np.shape(pair[1]):
            change = np.subtract(pair[1], pair[0], dtype=float).tolist()
            noise = _noise(key, pair, images)
            better = _better(key, pair, priors, noise)
        found.append(Difference(key, *pair, change, better, noise))
    return found


def prior_mean_and_std(prior: Prior) -> dict:
    """The prior's own {"code_mean": [d floats], "code_std": [d floats]}, from the same draws at every call."""
    draws = prior.fixed(DRAWS).double()
    return {"code_mean": draws.mean(0).tolist(), "code_std": draws.std(0).tolist()}


def _number(value):
    """A finite number, or a list of them; None for whatever else a damaged record holds."""
    numbers = value if isinstance(value, list) else [value]
    return value if numbers and all(map(is_number, numbers)) else None


def _noise(key, pair, images):
    """The root mean square of the two values' standard deviations over seeds; None where they were not measured."""
    if METRICS[key].noise is None:
        return None
    constant, share = METRICS[key].noise
    sizes = [0.0, 0.0] if isinstance(pair[0], list) else map(abs, pair)
    both = math.hypot(*(constant + share * size for size in sizes)) / math.sqrt(2)
    return both * math.sqrt(max(1.0, MEASURED / max(1, images)))


def _better(key, pair, priors, noise):
    aim = METRICS[key].better
    if not aim or (aim == "prior" and not all(key in own for own in priors)):
        return ""
    misses = [miss(value, aim, own.get(key)) for value, own in zip(pair, priors, strict=True)]
    if misses[0] == misses[1]:
        return "equal"
    if noise is None or abs(misses[0] - misses[1]) <= BEYOND * math.sqrt(2 * np.size(pair[0])) * noise:
        return ""
    return "left" if misses[0] < misses[1] else "right"
