"""Successive halving against cases worked out by hand."""

import math

import pytest

from aae_core.runs import successive_halving
from aae_core.runs.successive_halving import next_promoted_point

NINE = [[5.0], [1.0], [4.0], [2.0], [9.0], [3.0], [8.0], [7.0], [6.0]]


def test_of_nine_points_four_go_on_and_of_these_two():
    values, stages, order = [list(reached) for reached in NINE], [0] * 9, []
    while (promoted_point := next_promoted_point(values, stages, 9)) is not None:
        stages[promoted_point] += 1
        order.append((promoted_point, stages[promoted_point]))
        if stages.count(1) == 4:
            for k, next_value in ((1, 0.9), (3, 0.5), (5, 0.7), (2, 0.8)):
                values[k].append(next_value)
    assert order == [(1, 1), (3, 1), (5, 1), (2, 1), (3, 2), (5, 2)]


def test_a_point_goes_on_as_soon_as_it_is_the_better_of_two():
    assert next_promoted_point([[5.0]], [0], 9) is None, "it may be the worst of nine"
    assert next_promoted_point([[5.0], [1.0]], [0, 0], 9) == 1
    assert next_promoted_point([[5.0], [1.0]], [0, 1], 9) is None, "it is on its way"
    assert next_promoted_point([[5.0], [1.0], [0.5]], [0, 1, 0], 9) == 2, "a better one that came later goes on, too"


def test_the_highest_rung_comes_first_and_the_last_one_is_the_end():
    values = [[1.0, 6.0], [2.0, 5.0], [0.5], [9.0]]
    assert next_promoted_point(values, [1, 1, 0, 0], 9) == 1
    assert next_promoted_point([[1.0, 4.0, 1.0], [2.0, 5.0], [3.0], [9.0]], [2, 1, 0, 0], 9) is None


def test_a_point_alone_goes_on_once_no_other_can_come():
    assert next_promoted_point([[2.0], []], [0, 0], 2) is None
    assert next_promoted_point([[2.0], [1.0, 3.0]], [0, 1], 2) == 1, "it is the only one at its rung"
    assert next_promoted_point([[2.0]], [0], 1) == 0


def test_what_failed_does_not_go_on():
    assert next_promoted_point([[math.inf], [math.inf]], [0, 0], 2) is None
    assert next_promoted_point([[math.inf], [7.0], [math.inf]], [0, 0, 0], 3) == 1


def test_rungs_lie_at_whole_tens_of_steps():
    assert [successive_halving.steps_at_rung(rung, 900) for rung in successive_halving.RUNGS] == [230, 450, 900]
    assert [successive_halving.steps_at_rung(rung, 95) for rung in successive_halving.RUNGS] == [30, 50, 95]


def test_the_planned_share_of_nine_points():
    assert successive_halving.share_of_steps_trained(9) == pytest.approx((9 * (1 / 4) + 4 * (1 / 4) + 2 * (1 / 2)) / 9)
