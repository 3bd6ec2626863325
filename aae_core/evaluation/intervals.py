"""Confidence intervals of a mean, and of the difference of two means, from few runs with different seeds.

Source: Welch, "The generalization of Student's problem when several different population variances are involved", 1947.
"""

import math

CONFIDENCE = 0.95


def of_mean(mean: float, deviation: float, n: int) -> tuple[float, float]:
    """Student's t interval of the mean of n ≥ 2 values; deviation: their sample standard deviation (n − 1 in the denominator)."""
    half = _quantile(n - 1, CONFIDENCE) * deviation / math.sqrt(n)
    return mean - half, mean + half


def of_difference(
    first: tuple[float, float, int], second: tuple[float, float, int], confidence: float = CONFIDENCE
) -> tuple[float, float]:
    """Welch's interval of the first mean minus the second, for two samples whose variances may differ. Each is given as mean,
    sample standard deviation and number of values (≥ 2). If neither varies, the interval is the difference itself."""
    change = first[0] - second[0]
    variances = [(deviation**2 / n, n) for _, deviation, n in (first, second)]
    total = sum(variance for variance, _ in variances)
    if not total:
        return change, change
    freedom = total**2 / sum(variance**2 / (n - 1) for variance, n in variances)
    half = _quantile(freedom, confidence) * math.sqrt(total)
    return change - half, change + half


def _quantile(freedom, confidence):
    """The half-width of the interval in standard errors: a quantile of Student's t with so many degrees of freedom."""
    from scipy.special import stdtrit

    return float(stdtrit(freedom, (1 + confidence) / 2))
