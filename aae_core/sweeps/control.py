"""Sweeps: one configuration with some settings varied, each choice trained with several seeds, as ordinary revisions.

Whoever looks after the queue (a page, a command, a worker as it ends) takes each sweep on its engine a step further with `pump`:
what has come to its end or to a rung is noted in the sweep's record, and what comes next is begun, never more at once than there
are slots. So a sweep outlives whatever began it, and a killed one repeats nothing. It compares measures of training images alone.
"""

import time
from collections.abc import Callable, Iterable
from contextlib import nullcontext, suppress
from dataclasses import replace

from aae_core import files, plugins
from aae_core.config.choices import COSTS, PRIORS
from aae_core.config.derived import total_steps
from aae_core.data import sets
from aae_core.data.sets import DataSet
from aae_core.errors import AAEError, ConfigError, RevisionError
from aae_core.progress import Bar
from aae_core.scheduling import engines, queue
from aae_core.scheduling.launchers import Launcher
from aae_core.store import sweeps as records
from aae_core.store.revisions import Revision, Store, Summary
from aae_core.store.status import BUSY
from aae_core.store.sweeps import Point, Run, Sweep
from aae_core.sweeps import halving, search
from aae_core.sweeps.plan import configuration
from aae_core.sweeps.standings import progress, reached, rungs

ARRIVED, READY, UNDER_WAY, HELD, LOST = "arrived", "ready", "under way", "held", "lost"
PATIENCE = 10.0  # seconds for whoever takes the sweep a step further just now
LOOK, SHARE = 0.5, 0.1  # seconds between two looks at the store, at least; of the time that looking may take, at most


def start(store: Store, asked: Sweep, launcher: Launcher | None = None, asks: str | None = None) -> Sweep:
    """Begin a sweep, or go on with the same one if the store has it; asks: as for `go_on`. ConfigError, with nothing
    changed, where there is no such engine, or it knows no such options."""
    launcher = launcher or engines.chosen()
    engines.asks(asks)
    found = next((sweep for sweep in records.read_all(store)[0] if sweep.asks_the_same(asked)), None)
    return go_on(store, (found or records.write(store, asked)).id, launcher, asks)


def pump(store: Store, launcher: Launcher | None = None, *, patience: float = 0.0) -> list[str]:
    """Take all sweeps on the engine a step further, then the queue; returns the ids of the revisions that were launched.

    patience: seconds for whoever does the same just now, for a caller that will not look again."""
    launcher = launcher or engines.chosen()
    for id_ in records.ids(store):
        # somebody else takes it a step further, or its record is damaged, which the list says
        with suppress(RevisionError):
            if _is_for(launcher, records.read(store, id_)):
                with _held(store, id_, patience):
                    sweep = records.read(store, id_)
                    # nobody has stopped it, or taken it to another engine, just before
                    if _is_for(launcher, sweep) and not lacking(sweep, store.own()):
                        _advance(store, sweep, launcher)
    return queue.pump(store, launcher, patience=patience)


def _is_for(launcher, sweep):
    return _goes_through_the_queue(sweep) and sweep.engine in ("", launcher.name)


def _goes_through_the_queue(sweep):
    return sweep.state == "running" and not sweep.here


def why_waiting(sweep: Sweep, rows: Iterable[Summary]) -> str:
    """What keeps a sweep waiting, or who takes it further, in a sentence; "" for nothing. rows: those of the store."""
    if _goes_through_the_queue(sweep) and not _is_for(engines.chosen(), sweep):
        return (
            f"It is under way on the engine {sweep.engine}, which this program does not ask: a command or server with --engine "
            f"{sweep.engine} takes it further. To go on here, stop it first."
        )
    own = _own(sweep, rows)
    unread = next((row.reason for row in own if row.status is None), "")
    if _goes_through_the_queue(sweep) and (why := lacking(sweep, own) or unread):
        return why
    return queue.remark_of_all(row.status for row in own if row.state in BUSY)


def lacking(sweep: Sweep, rows: Iterable[Summary]) -> str:
    """What this program lacks to take a sweep further, in a sentence: a plug-in or a data set, which whoever began it has; "" for
    nothing. rows: those of the store."""
    for row in _own(sweep, rows):
        if row.needs:
            return row.reason
    known = {"prior.name": PRIORS.__contains__, "prior": PRIORS.__contains__, "cost": COSTS.__contains__}
    for key, is_known in (known | {"data": sets.is_known}).items():
        for value in sweep.vary.get(key, [sweep.settings.get(key)]):
            name = value.get("name") if isinstance(value, dict) else value
            if isinstance(name, str) and not is_known(name):
                told = f"The sweep {sweep.id} needs the {key} {name[:60]!r}, which this program does not know"
                do = f"name its plug-in in {plugins.VARIABLE}{' or its folder in AAE_DATA' * (key == 'data')}"
                return " ".join([f"{told}; {do}, or leave it to whoever began it.", *plugins.troubles()])
    return ""


def _own(sweep, rows):
    known = {run.revision for point in sweep.points for run in point.runs}
    return [row for row in rows if row.id in known]


def _held(store, id_, patience=0.0):
    busy = "This sweep is under way elsewhere; try again, or stop it there."
    return files.lock(records.path_of(store, id_).with_suffix(".lock"), busy, patience)


def _advance(store, sweep, launcher, again=False):
    """Note what has arrived and queue what comes next; the sweep stops at what cannot be queued. again: also what failed or was
    paused by hand."""
    sweep, steps = _next_steps(store, sweep, lambda states: queue.places_left(states, launcher), again)
    for revision, until in steps:
        try:
            queue.resume(store, revision, launcher, until, sweep.asks)
        except files.Busy:  # its worker has just ended, or somebody else resumes it
            continue
        except RevisionError as error:
            if store.open(revision).status.state not in BUSY:
                records.write(store, replace(sweep, state="stopped", trouble=str(error)))
                break


def go_on(store: Store, id_: str, launcher: Launcher | None = None, asks: str | None = None) -> Sweep:
    """Go on with a sweep that was stopped, with what failed, and with runs that were paused by hand; what is done stays done.

    asks: what its trainings ask of the engine from now on, by default as before, on another engine as `engines.asks`.
    RevisionError if a process trains it by itself just now, ConfigError if it needs what this program lacks.
    """
    launcher = launcher or engines.chosen()
    queue.reconcile(store, launcher)
    with _held(store, id_, PATIENCE):
        sweep = records.read(store, id_)
        if why := lacking(sweep, store.own()):
            raise ConfigError(why)
        if asks is None:
            asks = sweep.asks if sweep.engine == launcher.name else engines.asks()
        now = {"state": "running", "here": False, "engine": launcher.name, "asks": asks, "trouble": ""}
        sweep = records.write(store, replace(sweep, **now))
        _advance(store, sweep, launcher, again=True)
    queue.pump(store, launcher)
    return records.read(store, id_)


def stop(store: Store, id_: str, launcher: Launcher | None = None) -> Sweep:
    """Begin no further run, and pause those under way; `go_on` continues them bit for bit. Busy, with nothing changed, if
    somebody else holds the sweep for too long."""
    here = records.read(store, id_).here  # the process that trains it holds it, and ends with the run that is paused
    with suppress(files.Busy) if here else nullcontext(), _held(store, id_, 0 if here else PATIENCE):
        sweep = records.read(store, id_)
        if sweep.state == "running":
            records.write(store, replace(sweep, state="stopped"))
    sweep = records.read(store, id_)
    for revision in _busy(sweep, _rows(store)):
        with suppress(RevisionError):  # it has just ended
            queue.pause(store, revision, launcher)
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
    begins anew, since nothing says that it is the same data. What others train or have queued is waited for.
    """
    queue.reconcile(store)
    found = [] if data is not None else [sweep for sweep in records.read_all(store)[0] if sweep.asks_the_same(asked)]
    sweep = found[0] if found else records.write(store, asked)
    with _held(store, sweep.id, PATIENCE):
        sweep, again = records.write(store, replace(sweep, state="running", here=True, trouble="")), True
        while sweep.state == "running":
            sweep, steps = _next_steps(store, sweep, lambda states: 1, again, data)
            again = False
            if not steps and sweep.state == "running":
                if broken := _broken(store, sweep):
                    sweep = records.write(store, replace(sweep, state="stopped", trouble=broken))
                    break
                queue.pump(store)
                time.sleep(queue.LOOKED)
            for revision, until in steps:
                work(store.open(revision), until)
                if _standing(sweep, Run(0, revision), store.open(revision)) == HELD:  # it was interrupted
                    return records.write(store, replace(sweep, state="stopped"))
    if sweep.trouble:
        raise RevisionError(sweep.trouble)
    return sweep


def _broken(store, sweep):
    """Why a run of the sweep cannot be read, which a program that trains it itself need not wait for; "" where all can be."""
    return next((row.reason for row in _own(sweep, store.own()) if row.status is None), "")


def follow(store: Store, found: Sweep, bar: Bar) -> Sweep:
    """Take a sweep through the queue further, and show how far it is, until it has ended; Ctrl-C stops it."""
    try:
        while found.state == "running":
            began = time.monotonic()
            pump(store)
            found, rows = records.read(store, found.id), store.own()
            far = progress(found, rows)
            bar.remark(why_waiting(found, rows))
            bar.show(far.done, far.total, f"{far.runs} of {far.all_runs} trainings", far.left)
            time.sleep(max(LOOK, (time.monotonic() - began) / SHARE))
    except KeyboardInterrupt:
        stop(store, found.id)
        raise
    return found


def _rows(store) -> dict[str, Summary]:
    return {row.id: row for row in store.own()}


def _busy(sweep, rows) -> dict[str, str]:
    """The states of those of its revisions that run or wait, by id."""
    found = [rows.get(run.revision) for point in sweep.points for run in point.runs]
    return {row.id: row.status.state for row in found if row and row.status and row.status.state in BUSY}


def _next_steps(store, sweep, places_left, again=False, data=None) -> tuple[Sweep, list[tuple[str, int]]]:
    """The sweep with all that has arrived, as it now is in the store; and the revisions to train next, each with the step up to
    which. places_left: how many that may be, from the states of those under way; again: also, and beyond that number, those
    that failed or were paused by hand."""
    before, rows, steps = sweep, _rows(store), {}
    places_left(())  # settings of this program that are wrong are none of the sweep's
    sweep = replace(sweep, points=[_noted(sweep, point, rows, again) for point in sweep.points])
    try:
        for k, _, run in _jobs(sweep, rows, (HELD, LOST)) if again else ():
            if run is not None:
                steps[run.revision] = _until(store, sweep, k, run)
        beyond = len(steps)
        while len(steps) < beyond + places_left(_busy(sweep, rows).values()):
            job = next(_jobs(sweep, rows, (READY,), steps), None)
            if job is None:
                wider = _widened(sweep)
                if wider is None:
                    break
                sweep = wider
                continue
            k, seed, run = job
            if run is None:
                sweep, run = _with_run(store, sweep, rows, k, seed, data)
            if run is not None:
                steps[run.revision] = _until(store, sweep, k, run)
    except AAEError as error:
        sweep = replace(sweep, state="stopped", trouble=str(error))
    standings = [_standing(sweep, run, rows.get(run.revision)) for point in sweep.points for run in point.runs]
    if not steps and UNDER_WAY not in standings and sweep.state == "running":
        sweep = replace(sweep, state="stopped" if HELD in standings else "done")
    if sweep != before:
        records.write(store, sweep)
    return sweep, list(steps.items())


def _standing(sweep, run, row):
    """How a run stands, from its row in the list of revisions (None: it was deleted); of one that cannot be read just now, or
    not by this program, nothing is known, so it is waited for."""
    status = row and row.status
    if row and status is None:
        return UNDER_WAY
    if row is None or status.state in ("failed", "stopped"):
        return LOST
    if status.state == "done":
        return ARRIVED
    if status.state in BUSY:
        return UNDER_WAY
    if status.rests:
        rung = rungs(sweep)[min(len(run.values), len(rungs(sweep)) - 1)]
        return ARRIVED if status.until >= halving.steps_at(rung, status.total_steps) else READY
    return READY if status.until is None and not status.step else HELD


def _noted(sweep, point, rows, again=False):
    """The point with the measures of what has arrived; again: what failed is forgotten, and what was deleted."""
    kept = [run for run in point.runs if run.revision in rows or not again]
    return replace(point, runs=[_with_values(sweep, run, rows.get(run.revision), again) for run in kept])


def _with_values(sweep, run, row, again):
    if again:
        run = replace(run, values=[value for value in run.values if value is not None])
    standing = _standing(sweep, run, row)
    while standing == ARRIVED and len(run.values) < len(rungs(sweep)):
        found = row.status.training_measures.get(sweep.measure)
        counts = found is not None and abs(found) <= records.LARGEST
        run = replace(run, values=[*run.values, found if counts else None])
        standing = _standing(sweep, run, row)
    if standing == LOST and not again and len(run.values) < len(rungs(sweep)) and None not in run.values:
        return replace(run, values=[*run.values, None])
    return run


def _jobs(sweep, rows, ready, begun=()):
    """(number of the point, seed, run) of what can be trained now, the farthest points first; no run where it is to be made.
    ready: the standings of the others."""
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
    """The sweep with a revision for a seed of a point: one of exactly its configuration that can serve, if there is one, else a
    new one; and its run, if it is to be trained, as what failed or was paused before is, too."""
    point = sweep.points[k]
    try:
        config = configuration(sweep, point.settings, seed)
        summary = queue.check(config, data)
    except ConfigError as error:
        if not sweep.search:  # of a grid, all were checked before
            raise
        return _with_point(sweep, k, refusal=str(error)), None
    found = store.find(config, summary) if data is None else None
    if found is None or not _serves(sweep, found):
        found = queue.create(store, config, summary)
    row = rows.setdefault(found.id, found)
    run = _with_values(sweep, Run(seed, found.id), row, again=True)
    begins = len(run.values) <= point.stage and _standing(sweep, run, row) in (READY, HELD, LOST)
    return _with_point(sweep, k, runs=[*point.runs, run]), run if begins else None


def _serves(sweep, revision):
    """Whether a revision has what the sweep compares, or can go on to it."""
    status = revision.status
    if status.state == "done":
        return sweep.measure in status.training_measures
    with suppress(RevisionError):
        if status.state not in BUSY:
            queue.check_resumable(revision)
        return True
    return False


def _until(store, sweep, k, run):
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
        return replace(sweep, points=[*sweep.points, Point(search.propose(sweep, values), 0)])
    return None
