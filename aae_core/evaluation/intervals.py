"""Intervals that hold a mean, or the difference of two, with a confidence of 95 %, from few runs with different seeds.

Source: Welch, "The generalization of Student's problem when several different population variances are involved", 1947.
"""

import math

CONFIDENCE = 0.95


def of_mean(mean: float, deviation: float, n: int) -> tuple[float, float]:
    """Student's interval of the mean of n ≥ 2 values with the standard deviation `deviation` (of a sample)."""
    half = _quantile(n - 1) * deviation / math.sqrt(n)
    return mean - half, mean + half


def of_difference(first: tuple[float, float, int], second: tuple[float, float, int]) -> tuple[float, float]:
    """Welch's interval of mean − mean of two samples, each given as mean, standard deviation and number ≥ 2: their variances
    may differ. Where neither varies it is the difference alone."""
    change = first[0] - second[0]
    (_, *one), (_, *other) = first, second
    variances = [(deviation**2 / n, n) for deviation, n in (one, other)]
    total = sum(variance for variance, _ in variances)
    if not total:
        return change, change
    freedom = total**2 / sum(variance**2 / (n - 1) for variance, n in variances)
    half = _quantile(freedom) * math.sqrt(total)
    return change - half, change + half


def _quantile(freedom):
    """How many standard errors Student's distribution of so many degrees of freedom reaches to either side."""
    from scipy.special import stdtrit

    return float(stdtrit(freedom, (1 + CONFIDENCE) / 2))
