"""The results of a sweep so far: what its points have reached, their ranking, and the progress of the whole."""

import math
import statistics
from collections.abc import Iterable
from dataclasses import dataclass

from aae_core.runs import successive_halving
from aae_core.store.revisions import Summary
from aae_core.store.status import BUSY
from aae_core.store.sweeps import RUNGS, Point, Sweep


def sweep_rungs(sweep: Sweep) -> tuple[float, ...]:
    """The shares of a whole training at which points are compared; the last is 1."""
    return RUNGS if sweep.early_stop else (1.0,)


def rows_of_sweep(sweep: Sweep, rows: Iterable[Summary]) -> list[Summary]:
    """Those of the rows that are runs of the sweep."""
    revisions = {run.revision for point in sweep.points for run in point.runs}
    return [row for row in rows if row.id in revisions]


def mean_values_at_rungs(sweep: Sweep, point: Point) -> list[float]:
    """The mean of the measure over the seeds, at each rung that all seeds have reached; infinite if one of them
    failed."""
    if point.refusal:
        return [math.inf] * len(sweep_rungs(sweep))
    if len(point.runs) < len(sweep.seeds):
        return []
    columns = zip(*(run.values for run in point.runs), strict=False)
    return [math.inf if None in column else statistics.fmean(column) for column in columns]


@dataclass(frozen=True)
class Standing:
    """A point as a table shows it. rung: the highest that all seeds have reached, −1 for none. values: the measure of
    each seed at this rung (or, before, at the first); mean, deviation: of these values, None if there are too few.
    rows: its revisions'."""

    point_index: int
    point: Point
    values: list[float]
    mean: float | None
    deviation: float | None
    rung: int
    rows: list[Summary]

    @property
    def steps(self) -> int:
        return sum(row.steps for row in self.rows)

    @property
    def state(self) -> str:
        """The state of the point in a word or two."""
        states = [row.state for row in self.rows]
        if self.point.refusal:
            return "refused"
        for state in ("running", "queued", "failed"):
            if state in states:
                return state if len(set(states)) == 1 else f"{states.count(state)} {state}"
        if not states:
            return "not begun"
        if any(row.status.has_reached_pause_step for row in self.rows if row.status):
            return "rests"
        return states[0] if len(set(states)) == 1 else "mixed"


def rank_points(sweep: Sweep, rows: Iterable[Summary]) -> list[Standing]:
    """The points, the best first: those at a higher rung come first, at the same rung those with a lower mean; failed
    ones come last."""
    by_id = {row.id: row for row in rows}
    result, failed_indices = [], set()
    for number, point in enumerate(sweep.points):
        values_at_rungs = mean_values_at_rungs(sweep, point)
        if math.inf in values_at_rungs:
            failed_indices.add(number)
        rung = len(values_at_rungs) - 1
        at_rung = [run.values[max(0, rung)] for run in point.runs if len(run.values) > max(0, rung)]
        values = [value for value in at_rung if value is not None]
        mean = statistics.fmean(values) if values else None
        deviation = statistics.stdev(values) if len(values) > 1 else None
        point_rows = [by_id[run.revision] for run in point.runs if run.revision in by_id]
        result.append(Standing(number, point, values, mean, deviation, rung, point_rows))

    def sort_key(standing):
        has_failed = standing.point_index in failed_indices
        return has_failed, -standing.rung, math.inf if standing.mean is None else standing.mean

    return sorted(result, key=sort_key)


@dataclass(frozen=True)
class SweepProgress:
    """steps_done, steps_total: steps done and planned in all. runs_done, runs_total: trainings that are not under way
    any more, and all. seconds_left: the seconds left, None if unknown."""

    steps_done: int
    steps_total: int
    runs_done: int
    runs_total: int
    seconds_left: float | None


def sweep_progress(sweep: Sweep, rows: Iterable[Summary]) -> SweepProgress:
    """The progress of a sweep; the time left assumes that as many trainings run at once as now."""
    own_rows = [row for row in rows_of_sweep(sweep, rows) if row.status]
    n_runs = (sweep.trials or len(sweep.points)) * len(sweep.seeds)
    runs_done = sum(row.state not in BUSY for row in own_rows)
    steps_done = steps_total = sum(row.steps for row in own_rows)
    run_lengths = [row.status.total_steps for row in own_rows if row.status.total_steps]
    if run_lengths and sweep.state != "done":
        share = successive_halving.share_of_steps_trained(n_runs // len(sweep.seeds)) if sweep.early_stop else 1.0
        steps_total = max(steps_done, round(statistics.fmean(run_lengths) * n_runs * share))
    at_once = max(1, sum(row.state == "running" for row in own_rows))
    seconds_left = None
    if steps_done:
        seconds_used = sum(row.status.seconds for row in own_rows)
        seconds_left = (steps_total - steps_done) * seconds_used / steps_done / at_once
    return SweepProgress(steps_done, steps_total, runs_done, n_runs, seconds_left)
