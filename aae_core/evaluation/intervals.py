"""Confidence intervals of a mean, and of the difference of two means, from few runs with different seeds.

Source: Welch, "The generalization of Student's problem when several different population variances are involved", 1947.
"""

import math

CONFIDENCE = 0.95


def mean_confidence_interval(mean: float, deviation: float, n: int) -> tuple[float, float]:
    """Student's t interval of the mean of n ≥ 2 values; deviation: their sample standard deviation (n − 1 in the
    denominator)."""
    half_width = _t_quantile(n - 1, CONFIDENCE) * deviation / math.sqrt(n)
    return mean - half_width, mean + half_width


def difference_confidence_interval(
    first: tuple[float, float, int], second: tuple[float, float, int], confidence: float = CONFIDENCE
) -> tuple[float, float]:
    """Welch's interval of the first mean minus the second, for two samples whose variances may differ. Each is given as
    mean, sample standard deviation and number of values (≥ 2). If neither varies, the interval is the difference
    itself."""
    difference = first[0] - second[0]
    variances = [(deviation**2 / n, n) for _, deviation, n in (first, second)]
    total = sum(variance for variance, _ in variances)
    if not total:
        return difference, difference
    # of shares of the total, since squares of very small or large variances are no floats
    degrees_of_freedom = 1 / sum((variance / total) ** 2 / (n - 1) for variance, n in variances)
    half_width = _t_quantile(degrees_of_freedom, confidence) * math.sqrt(total)
    return difference - half_width, difference + half_width


def _t_quantile(degrees_of_freedom, confidence) -> float:
    """The half-width of the interval in standard errors: a quantile of Student's t with so many degrees of freedom."""
    from scipy.special import stdtrit

    return float(stdtrit(degrees_of_freedom, (1 + confidence) / 2))
