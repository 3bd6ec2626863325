"""Early stopping of a sweep: the asynchronous successive halving of Li et al. (ASHA, arXiv 1810.05934).

Every point of a sweep is trained to the first of three rungs and rests there; the better half of those that have come to a
rung go on to the next, as soon as they are known. A training that rests costs nothing and goes on bit for bit.
"""

import math
from collections.abc import Sequence

from aae_core.store.sweeps import RUNGS

SHARE = 2  # of so many points at a rung, one goes on
TEN = 10  # a training rests at whole tens of steps, after which it reports


def steps_at(rung: float, total: int) -> int:
    """The step of a rung, a share of `total` steps, in whole tens."""
    return min(total, TEN * math.ceil(round(rung * total / TEN, 6)))


def next_to_go_on(values: Sequence[Sequence[float]], stages: Sequence[int], total: int) -> int | None:
    """The number of a point that goes on to the rung above its own, of the highest rung where there is one; None for none.

    values: of each point begun, what it reached at the rungs so far, lower is better, infinite where it failed. stages: the
    rung up to which each may go. total: the number of points, with those that have not begun.
    """
    found, whole = None, len(values) == total  # whole: nobody else can come to this rung
    for rung in range(len(RUNGS) - 1):
        there = [i for i, reached in enumerate(values) if len(reached) > rung]
        whole = whole and all(len(values[i]) > rung for i, stage in enumerate(stages) if stage >= rung)
        places = max(1, len(there) // SHARE) if whole else len(there) // SHARE
        best = sorted(there, key=lambda i: values[i][rung])[:places]
        waiting = [i for i in best if stages[i] == rung and math.isfinite(values[i][rung])]
        if waiting:
            found, whole = waiting[0], False
    return found


def planned_share(points: int) -> float:
    """The share of the steps of all points that is trained where no more go on than must."""
    spent, before, here = 0.0, 0.0, points
    for rung in RUNGS:
        spent, before, here = spent + here * (rung - before), rung, max(1, here // SHARE)
    return spent / points
