"""Intervals from few runs: a textbook case, and SciPy's own from the values themselves."""

import numpy as np
import pytest
from scipy import stats

from aae_core.evaluation import intervals

# Student's own case (Biometrika 6, 1908, table of Cushny and Peebles): hours of sleep gained by two drugs.
FIRST = [0.7, -1.6, -0.2, -1.2, -0.1, 3.4, 3.7, 0.8, 0.0, 2.0]
SECOND = [1.9, 0.8, 1.1, 0.1, -0.1, 4.4, 5.5, 1.6, 4.6, 3.4]


def summary(values):
    return float(np.mean(values)), float(np.std(values, ddof=1)), len(values)


def test_the_textbook_case_of_two_samples_of_unequal_variance():
    """As R prints it for t.test(extra ~ group, data = sleep): from −3.3654832 to 0.2054832."""
    low, high = intervals.difference_confidence_interval(summary(FIRST), summary(SECOND))
    assert (low, high) == pytest.approx((-3.3654832, 0.2054832), abs=1e-6)


@pytest.mark.parametrize("sizes, spreads", [((2, 3), (1.0, 10.0)), ((5, 5), (0.1, 0.2)), ((3, 10), (0.19, 0.1))])
def test_both_are_what_scipy_finds_from_the_values(sizes, spreads):
    draws = np.random.default_rng(0)
    first_sample, second_sample = (draws.normal(1.5, spread, n) for n, spread in zip(sizes, spreads, strict=True))
    welch = stats.ttest_ind(first_sample, second_sample, equal_var=False).confidence_interval(0.95)
    assert intervals.difference_confidence_interval(summary(first_sample), summary(second_sample)) == pytest.approx(
        (welch.low, welch.high)
    )
    student = stats.ttest_1samp(first_sample, 0).confidence_interval(0.95)
    assert intervals.mean_confidence_interval(*summary(first_sample)) == pytest.approx((student.low, student.high))


def test_values_that_do_not_vary_leave_the_difference_alone():
    assert intervals.difference_confidence_interval((2.0, 0.0, 3), (1.5, 0.0, 4)) == (0.5, 0.5)
