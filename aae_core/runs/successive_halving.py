"""Early stopping of a sweep: the asynchronous successive halving of Li et al. (ASHA, arXiv 1810.05934).

Every point of a sweep is trained to the first of three rungs and rests there. As soon as it is known to be in the
better half of the points at its rung, it continues to the next. A resting training costs nothing, and continues bit for
bit.
"""

import math
from collections.abc import Sequence

from aae_core.config.derived import REPORT_STEPS
from aae_core.store.sweeps import RUNGS

REDUCTION_FACTOR = 2  # one of so many points at a rung continues


def steps_at_rung(rung: float, total: int) -> int:
    """The step of a rung, which is a share of `total` steps, rounded up to whole reports, after which a training can rest."""
    return min(total, REPORT_STEPS * math.ceil(round(rung * total / REPORT_STEPS, 6)))


def next_promoted_point(values: Sequence[Sequence[float]], stages: Sequence[int], total: int) -> int | None:
    """The number of the point that continues to the next rung, preferably from the highest rung; None if there is none.

    values: for each point begun, its value at each rung that it has reached; lower is better, and infinite stands for a
    failure. stages: the rung up to which each point may train. total: the number of points, including those not begun.
    """
    promoted_index, is_rung_complete = None, len(values) == total  # complete: no further point can come to this rung
    for rung in range(len(RUNGS) - 1):
        indices_at_rung = [i for i, rung_values in enumerate(values) if len(rung_values) > rung]
        is_rung_complete = is_rung_complete and all(
            len(values[i]) > rung for i, stage in enumerate(stages) if stage >= rung
        )
        n_promoted = (
            max(1, len(indices_at_rung) // REDUCTION_FACTOR)
            if is_rung_complete
            else len(indices_at_rung) // REDUCTION_FACTOR
        )
        best_indices = sorted(indices_at_rung, key=lambda i: values[i][rung])[:n_promoted]
        waiting_indices = [i for i in best_indices if stages[i] == rung and math.isfinite(values[i][rung])]
        if waiting_indices:
            promoted_index, is_rung_complete = waiting_indices[0], False
    return promoted_index


def share_of_steps_trained(n_points: int) -> float:
    """The share of the steps of all points that is trained if at each rung just one in REDUCTION_FACTOR points
    continues."""
    weighted_count, previous_rung, point_count = 0.0, 0.0, n_points
    for rung in RUNGS:
        weighted_count += point_count * (rung - previous_rung)
        previous_rung = rung
        point_count = max(1, point_count // REDUCTION_FACTOR)
    return weighted_count / n_points
