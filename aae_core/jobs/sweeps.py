"""Sweeps: one configuration with some settings varied, each choice trained with several seeds, as ordinary revisions.

Whoever looks after the queue (a page, a command, a worker as it ends) takes each sweep a step further with `pump`: what has come
to its end or to a rung is noted in the sweep's record, and what comes next is begun, never more at once than there are slots. So
a sweep outlives whatever began it, and a killed one repeats nothing. It compares measures of training images alone.
"""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace

from aae_core import files
from aae_core.config.derived import total_steps
from aae_core.data.sets import DataSet
from aae_core.errors import AAEError, ConfigError, RevisionError
from aae_core.jobs import halving, queue, search
from aae_core.jobs.launchers import Launcher
from aae_core.jobs.sweep_plan import configuration
from aae_core.jobs.sweep_standings import reached, rungs
from aae_core.store import sweeps as records
from aae_core.store.revisions import Revision, Store, Summary
from aae_core.store.status import BUSY
from aae_core.store.sweeps import Point, Run, Sweep

ARRIVED, READY, UNDER_WAY, HELD, LOST = "arrived", "ready", "under way", "held", "lost"
PATIENCE = 10.0  # seconds for whoever takes the sweep a step further just now


def start(store: Store, asked: Sweep, launcher: Launcher | None = None) -> Sweep:
    """Begin a sweep, or go on with the same one if the store has it."""
    found = next((sweep for sweep in records.listed(store)[0] if sweep.asks_the_same(asked)), None)
    return go_on(store, (found or records.write(store, asked)).id, launcher)


def pump(store: Store, launcher: Launcher | None = None) -> list[str]:
    """Take all sweeps a step further, then the queue; returns the ids of the revisions that were launched."""
    for id_ in records.ids(store):
        with suppress(
            RevisionError
        ):  # somebody else takes it a step further, or its record is damaged, which the list says
            if _goes_through_the_queue(records.read(store, id_)):
                with _held(store, id_):
                    _advance(store, records.read(store, id_), launcher)
    return queue.pump(store, launcher)


def _goes_through_the_queue(sweep):
    return sweep.state == "running" and not sweep.here


def _held(store, id_, patience=0.0):
    return files.lock(records.path_of(store, id_).with_suffix(".lock"), "This sweep is under way elsewhere.", patience)


def _advance(store, sweep, launcher, again=False):
    """Note what has arrived and queue what comes next. again: also what failed or was paused by hand."""
    for revision, until in _next_steps(store, sweep, lambda states: queue.places_left(states, launcher), again)[1]:
        with suppress(RevisionError):  # somebody has just resumed it
            queue.resume(store, revision, launcher, until)


def go_on(store: Store, id_: str, launcher: Launcher | None = None) -> Sweep:
    """Go on with a sweep that was stopped, with what failed, and with runs that were paused by hand; what is done stays done.

    RevisionError if a process trains it by itself just now.
    """
    queue.reconcile(store, launcher)
    with _held(store, id_, PATIENCE):
        sweep = records.write(store, replace(records.read(store, id_), state="running", here=False, trouble=""))
        _advance(store, sweep, launcher, again=True)
    queue.pump(store, launcher)
    return records.read(store, id_)


def stop(store: Store, id_: str, launcher: Launcher | None = None) -> Sweep:
    """Begin no further run, and pause those under way; `go_on` continues them bit for bit."""
    with suppress(files.Busy), _held(store, id_, 0 if records.read(store, id_).here else PATIENCE):
        sweep = records.read(store, id_)
        if (
            sweep.state == "running"
        ):  # a process that trains it by itself holds it, and ends with the run that is paused
            records.write(store, replace(sweep, state="stopped"))
    sweep, rows = records.read(store, id_), _rows(store)
    for run in (run for point in sweep.points for run in point.runs):
        if run.revision in rows and rows[run.revision].state in BUSY:
            with suppress(RevisionError):  # it has just ended
                queue.pause(store, run.revision, launcher)
    return sweep


def remove(store: Store, id_: str) -> None:
    """Take a sweep off the list, also one whose record is damaged; its trainings stay. RevisionError while it is under way."""
    with _held(store, id_, PATIENCE):
        under_way = False
        with suppress(RevisionError):
            under_way = _goes_through_the_queue(records.read(store, id_))
        if under_way:
            raise RevisionError(f"The sweep {id_} is under way; stop it first.")
        records.remove(store, id_)


def is_left(store: Store, sweep: Sweep) -> bool:
    """Whether a sweep that a process trained by itself was left by it before its end."""
    if sweep.state == "running" and sweep.here:
        with suppress(files.Busy), _held(store, sweep.id):
            return True
    return False


def trained_here(
    store: Store, asked: Sweep, work: Callable[[Revision, int], None], data: DataSet | None = None
) -> Sweep:
    """Train all of a sweep in this process, one run after another, and return it as it then stands.

    work: `work(revision, until)` trains one up to a step. data: the data set, where it is in memory alone; such a sweep always
    begins anew, since nothing says that it is the same data.
    """
    found = [] if data is not None else [sweep for sweep in records.listed(store)[0] if sweep.asks_the_same(asked)]
    sweep = found[0] if found else records.write(store, asked)
    with _held(store, sweep.id, PATIENCE):
        sweep, again = records.write(store, replace(sweep, state="running", here=True, trouble="")), True
        while sweep.state == "running":
            sweep, steps = _next_steps(store, sweep, lambda states: 1, again, data)
            again = False
            for revision, until in steps:
                work(store.open(revision), until)
                if _standing(sweep, Run(0, revision), store.open(revision)) == HELD:  # it was interrupted
                    return records.write(store, replace(sweep, state="stopped"))
    if sweep.trouble:
        raise RevisionError(sweep.trouble)
    return sweep


def _rows(store) -> dict[str, Summary]:
    return {row.id: row for row in store.own()}


def _next_steps(store, sweep, places_left, again=False, data=None) -> tuple[Sweep, list[tuple[str, int]]]:
    """The sweep with all that has arrived, as it now is in the store; and the revisions to train next, each with the step up to
    which. places_left: how many that may be, from the states of those under way; again: also, and beyond that number, those
    that failed or were paused by hand."""
    before, rows, steps = sweep, _rows(store), {}
    sweep = _noted(sweep, rows, again)
    runs = [(run, rows.get(run.revision)) for point in sweep.points for run in point.runs]
    standings = [_standing(sweep, run, row) for run, row in runs]
    places = places_left(row.state for _, row in runs if row and row.state in BUSY)
    places += standings.count(HELD) + standings.count(LOST) if again else 0
    try:
        while len(steps) < places:
            job = next(_jobs(sweep, rows, again, steps), None)
            if job is None:
                wider = _widened(sweep)
                if wider is None:
                    break
                sweep = wider
            elif job[2] is None:
                sweep = _noted(_with_run(store, sweep, rows, *job[:2], data), rows)
            else:
                steps[job[2].revision] = _until(store, sweep, *job)
    except AAEError as error:
        sweep = replace(sweep, state="stopped", trouble=str(error))
    if not steps and not standings.count(UNDER_WAY) and sweep.state == "running":
        sweep = replace(sweep, state="stopped" if HELD in standings else "done")
    if sweep != before:
        records.write(store, sweep)
    return sweep, list(steps.items())


def _standing(sweep, run, row):
    """How a run stands, from its row in the list of revisions (None: it was deleted)."""
    status = row and row.status
    if status is None or status.state in ("failed", "stopped"):
        return LOST
    if status.state == "done":
        return ARRIVED
    if status.state in BUSY:
        return UNDER_WAY
    if status.rests:
        rung = rungs(sweep)[min(len(run.values), len(rungs(sweep)) - 1)]
        return ARRIVED if status.until >= halving.steps_at(rung, status.total_steps) else READY
    return READY if status.until is None and not status.step else HELD


def _noted(sweep, rows, again=False):
    """The sweep with the measures of what has arrived; again: what failed is forgotten, and what was deleted."""

    def noted(run):
        row, values = rows.get(run.revision), run.values
        if again:
            values = [value for value in values if value is not None]
        standing, left = _standing(sweep, replace(run, values=values), row), len(rungs(sweep)) - len(values)
        if standing == ARRIVED and left:
            value = row.status.training_measures.get(sweep.measure)
            values = values + [value] * (left if row.status.state == "done" else 1)
        elif standing == LOST and left and not again and None not in values:
            values = [*values, None]
        return replace(run, values=values)

    kept = [[run for run in point.runs if run.revision in rows or not again] for point in sweep.points]
    points = [replace(p, runs=[noted(run) for run in runs]) for p, runs in zip(sweep.points, kept, strict=True)]
    return replace(sweep, points=points)


def _jobs(sweep, rows, again, begun):
    """(number of the point, seed, run) of what can be trained now, the farthest points first; no run where it is to be made."""
    ready = (READY, HELD, LOST) if again else (READY,)
    for k in sorted(range(len(sweep.points)), key=lambda k: -sweep.points[k].stage):
        point = sweep.points[k]
        known = {run.seed: run for run in point.runs}
        for seed in sweep.seeds if point.stage >= 0 and not point.refusal else ():
            run = known.get(seed)
            if run is None:
                yield k, seed, None
            elif run.revision in begun or len(run.values) > point.stage:
                continue
            elif _standing(sweep, run, rows.get(run.revision)) in ready:
                yield k, seed, run


def _with_point(sweep, k, **changes):
    return replace(sweep, points=[*sweep.points[:k], replace(sweep.points[k], **changes), *sweep.points[k + 1 :]])


def _with_run(store, sweep, rows, k, seed, data):
    """The sweep with a revision for a seed of a point: one of exactly its configuration, if there is one, else a new one."""
    point = sweep.points[k]
    try:
        config = configuration(sweep, point.settings, seed)
        summary = queue.check(config, data)
    except ConfigError as error:
        if not sweep.search:  # of a grid, all were checked before
            raise
        return _with_point(sweep, k, refusal=str(error))
    found = store.find(config) if data is None else None
    if found is None or (found.status.state == "done" and sweep.measure not in found.status.training_measures):
        found = queue.create(store, config, summary)
    rows[found.id] = found
    return _with_point(sweep, k, runs=[*point.runs, Run(seed, found.id)])


def _until(store, sweep, k, seed, run):
    revision = store.open(run.revision)
    whole = total_steps(revision.config, revision.data.train)
    return halving.steps_at(rungs(sweep)[sweep.points[k].stage], whole)


def _widened(sweep) -> Sweep | None:
    """The sweep with one more point that begins, or one that goes on to its next rung; None where there is neither.

    Of a grid all points begin before one goes on, since more is then known of each; a search learns from those that went on.
    """
    begins = next((k for k, point in enumerate(sweep.points) if point.stage < 0), None)
    if begins is not None:
        return _with_point(sweep, begins, stage=0)
    values = [reached(sweep, point) for point in sweep.points]
    if sweep.early_stop:
        stages = [len(rungs(sweep)) - 1 if point.refusal else point.stage for point in sweep.points]
        onward = halving.next_to_go_on(values, stages, sweep.trials or len(sweep.points))
        if onward is not None:
            return _with_point(sweep, onward, stage=stages[onward] + 1)
    if sweep.search and len(sweep.points) < sweep.trials:
        return replace(sweep, points=[*sweep.points, Point(search.proposed(sweep, values), 0)])
    return None
