"""Runs sweeps: some settings of a configuration are varied, and each choice (a point) is trained with several seeds (its runs).

The runs are ordinary revisions. Every program that looks after the queue (a page, a command, a worker at its end) advances the
sweeps on its engine with `pump`: it records the runs that have reached their end or a rung, and starts the next ones, never more
at once than there are places. So a sweep outlives the program that began it, and nothing is repeated after a crash. Points are
compared by measures of training images alone.
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
from aae_core.sweeps.standings import progress, reached, rows_of, rungs

ARRIVED, READY, UNDER_WAY, HELD, LOST = "arrived", "ready", "under way", "held", "lost"
PATIENCE = 10.0  # seconds to wait for another program that is advancing the sweep
GLANCE = 0.2  # seconds to wait for a program that only looks whether the sweep is held
LOOK, SHARE = 0.5, 0.1  # least seconds between two looks at the store; largest share of the time that looking may take


def start(store: Store, requested: Sweep, launcher: Launcher | None = None, asks: str | None = None) -> Sweep:
    """Begin a sweep, or continue the same one if the store has it. asks: as for `go_on`. Raises ConfigError, with nothing
    changed, for an unknown engine or unknown options of it."""
    launcher = launcher or engines.chosen()
    engines.asks(asks)
    existing = next((sweep for sweep in records.read_all(store)[0] if sweep.asks_the_same(requested)), None)
    return go_on(store, (existing or records.write(store, requested)).id, launcher, asks)


def pump(store: Store, launcher: Launcher | None = None, *, patience: float = 0.0) -> list[str]:
    """Advance all sweeps on the engine, and then the queue; return the ids of the revisions that were launched.

    patience: the seconds to wait for another program that does the same, for a caller that will not look again."""
    launcher = launcher or engines.chosen()
    for id_ in records.ids(store):
        # another program is advancing it, or its record is damaged, as the list says
        with suppress(RevisionError):
            if _is_for(launcher, records.read(store, id_)):
                with _held(store, id_, patience):
                    sweep = records.read(store, id_)
                    # it may have been stopped, or taken to another engine, just before the lock was held
                    if _is_for(launcher, sweep) and not lacking(sweep, store.own()):
                        _advance(store, sweep, launcher)
    return queue.pump(store, launcher, patience=patience)


def _is_for(launcher, sweep):
    return _goes_through_the_queue(sweep) and sweep.engine in ("", launcher.name)


def _goes_through_the_queue(sweep):
    return sweep.state == "running" and not sweep.here


def why_waiting(sweep: Sweep, rows: Iterable[Summary]) -> str:
    """Why a sweep is waiting, or which program advances it, in a sentence; "" if there is nothing to say. rows: the store's
    list."""
    if _goes_through_the_queue(sweep) and not _is_for(engines.chosen(), sweep):
        return (
            f"It is under way on the engine {sweep.engine}, which this program does not ask: a command or server with --engine "
            f"{sweep.engine} takes it further. To go on here, stop it first."
        )
    own = rows_of(sweep, rows)
    if _goes_through_the_queue(sweep) and (why := lacking(sweep, own) or _broken(sweep, own)):
        return why
    return queue.remark_of_all(row.status for row in _busy(sweep, own))


def lacking(sweep: Sweep, rows: Iterable[Summary]) -> str:
    """Which plug-in or data set this program lacks to advance a sweep, in a sentence; "" if none. rows: the store's list."""
    if why := next((row.reason for row in rows_of(sweep, rows) if row.needs), ""):
        return why
    checks = {"prior.name": PRIORS.__contains__, "prior": PRIORS.__contains__, "cost": COSTS.__contains__}
    for key, is_known in (checks | {"data": sets.is_known}).items():
        for value in sweep.vary.get(key, [sweep.settings.get(key)]):
            name = value.get("name") if isinstance(value, dict) else value
            if isinstance(name, str) and not is_known(name):
                problem = f"The sweep {sweep.id} needs the {key} {name[:60]!r}, which this program does not know"
                advice = f"name its plug-in in {plugins.VARIABLE}"
                if key == "data":
                    advice += " or its folder in AAE_DATA"
                return " ".join([f"{problem}; {advice}, or leave it to whoever began it.", *plugins.troubles()])
    return ""


def _held(store, id_, patience=0.0):
    busy = "This sweep is under way elsewhere; try again, or stop it there."
    return files.lock(records.path_of(store, id_).with_suffix(".lock"), busy, patience)


def _advance(store, sweep, launcher, again=False):
    """Record what has arrived and queue what comes next; if something cannot be queued, the sweep stops. again: also queue runs
    that failed or were paused by hand."""
    sweep, steps = _next_steps(store, sweep, lambda states: queue.places_left(states, launcher), again)
    for revision, until in steps:
        try:
            with suppress(files.Busy):  # its worker is just ending, or another program is resuming it
                queue.resume(store, revision, launcher, until, sweep.asks)
        except RevisionError as error:
            if store.open(revision).status.state not in BUSY:
                records.write(store, replace(sweep, state="stopped", trouble=str(error)))
                break


def go_on(store: Store, id_: str, launcher: Launcher | None = None, asks: str | None = None) -> Sweep:
    """Continue a sweep that was stopped, including runs that failed or were paused by hand; finished runs are kept.

    asks: what its trainings ask of the engine from now on; by default as before, or on another engine as `engines.asks` says.
    Raises RevisionError while another process is training it, ConfigError if this program lacks something that it needs.
    """
    launcher = launcher or engines.chosen()
    queue.reconcile(store, launcher)
    with _held(store, id_, PATIENCE):
        sweep = records.read(store, id_)
        if why := lacking(sweep, store.own()):
            raise ConfigError(why)
        if asks is None:
            asks = sweep.asks if sweep.engine == launcher.name else engines.asks()
        files.remove(records.stop_request(store, id_))
        now = {"state": "running", "here": False, "engine": launcher.name, "asks": asks, "trouble": ""}
        sweep = records.write(store, replace(sweep, **now))
        _advance(store, sweep, launcher, again=True)
    queue.pump(store, launcher)
    return records.read(store, id_)


def stop(store: Store, id_: str, launcher: Launcher | None = None) -> Sweep:
    """Begin no further run, and pause the runs that are under way; `go_on` continues them bit for bit. A process that trains the
    sweep itself is only asked, and until it has read that, the state of the record that is returned is "running". Raises Busy,
    with nothing changed, if another program holds the sweep for too long."""
    sweep = records.read(store, id_)
    if own_process := sweep.state == "running" and sweep.here:
        files.write_atomic(records.stop_request(store, id_), "")
    with suppress(files.Busy) if own_process else nullcontext(), _held(store, id_, GLANCE if own_process else PATIENCE):
        sweep = records.read(store, id_)
        if sweep.state == "running":
            records.write(store, replace(sweep, state="stopped"))
        files.remove(records.stop_request(store, id_))
    sweep = records.read(store, id_)
    for row in _busy(sweep, store.own()):
        with suppress(RevisionError):  # it has just ended
            queue.pause(store, row.id, launcher)
    return sweep


def remove(store: Store, id_: str) -> None:
    """Remove a sweep from the list, even if its record is damaged; its trainings stay. RevisionError while it is under way."""
    with _held(store, id_, PATIENCE):
        under_way = False
        with suppress(RevisionError):
            under_way = _goes_through_the_queue(records.read(store, id_))
        if under_way:
            raise RevisionError(f"The sweep {id_} is under way; stop it first.")
        records.remove(store, id_)


def is_left(store: Store, sweep: Sweep) -> bool:
    """Whether the process that trained a sweep itself (`Sweep.here`) ended before the sweep did."""
    if sweep.state == "running" and sweep.here:
        with suppress(files.Busy), _held(store, sweep.id):
            return True
    return False


def is_asked_to_stop(store: Store, sweep: Sweep) -> bool:
    """Whether the process that trains a sweep itself (`Sweep.here`) is asked to stop it, and has not read that yet."""
    is_asked = sweep.state == "running" and sweep.here and records.stop_request(store, sweep.id).exists()
    return is_asked and not is_left(store, sweep)


def trained_here(
    store: Store,
    requested: Sweep,
    work: Callable[[Revision, int, Callable[[], bool]], None],
    data: DataSet | None = None,
) -> Sweep:
    """Train a whole sweep in this process, one run after another, and return its final record.

    work(revision, until, is_over): trains a revision up to a step, and pauses it once is_over() is true. data: the data set, if
    it exists only in memory; such a sweep always begins anew, because nothing shows that the data are the same. Runs that other
    processes train or have queued are waited for. Raises RevisionError with the reason if the sweep stops because of a
    problem.
    """
    queue.reconcile(store)
    matching = (
        [] if data is not None else [sweep for sweep in records.read_all(store)[0] if sweep.asks_the_same(requested)]
    )
    sweep = matching[0] if matching else records.write(store, requested)
    request = records.stop_request(store, sweep.id)
    with _held(store, sweep.id, PATIENCE):
        files.remove(request)  # a killed process may have left it
        sweep, again = records.write(store, replace(sweep, state="running", here=True, trouble="")), True
        while sweep.state == "running":
            sweep, steps = _next_steps(store, sweep, lambda states: 1, again, data)
            again = False
            if not steps and sweep.state == "running":
                broken = _broken(sweep, store.own())  # for which this process would wait in vain
                if broken or request.exists():
                    sweep = records.write(store, replace(sweep, state="stopped", trouble=broken))
                    break
                queue.pump(store)
                time.sleep(queue.LOOKED)
            for revision, until in steps:
                if not (ended := request.exists()):
                    work(store.open(revision), until, request.exists)
                if ended or _standing(sweep, Run(0, revision), store.open(revision)) == HELD:  # it was interrupted
                    sweep = records.write(store, replace(sweep, state="stopped"))
                    break
        files.remove(request)
    if sweep.trouble:
        raise RevisionError(sweep.trouble)
    return sweep


def _broken(sweep, rows):
    """Why a run of the sweep cannot be read; "" if all can be."""
    return next((row.reason for row in rows_of(sweep, rows) if row.status is None), "")


def follow(store: Store, sweep: Sweep, bar: Bar) -> Sweep:
    """Advance a sweep through the queue and show its progress until it has ended; Ctrl-C stops it. Returns its final record."""
    try:
        while sweep.state == "running":
            began = time.monotonic()
            pump(store)
            sweep, rows = records.read(store, sweep.id), store.own()
            status = progress(sweep, rows)
            bar.remark(why_waiting(sweep, rows))
            bar.show(status.done, status.total, f"{status.runs} of {status.all_runs} trainings", status.left)
            time.sleep(max(LOOK, (time.monotonic() - began) / SHARE))
    except KeyboardInterrupt:
        stop(store, sweep.id)
        raise
    return sweep


def _busy(sweep, rows):
    """Those of the rows that are its runs and are queued or running."""
    return [row for row in rows_of(sweep, rows) if row.status and row.status.state in BUSY]


def _next_steps(store, sweep, places_left, again=False, data=None) -> tuple[Sweep, list[tuple[str, int]]]:
    """The sweep with everything that has arrived, as it is now in the store; and the revisions to train next, each with the step
    up to which it is trained. places_left: the number of revisions that may be begun, from the states of those under way. again:
    also those that failed or were paused by hand, in addition to that number."""
    before, rows, steps = sweep, {row.id: row for row in store.own()}, {}
    places_left(())  # raises for wrong settings of this program, for which the sweep must not stop
    sweep = replace(sweep, points=[_noted(sweep, point, rows, again) for point in sweep.points])
    try:
        if again:
            for k, _, run in _jobs(sweep, rows, (HELD, LOST)):
                if run is not None:
                    steps[run.revision] = _until(store, sweep, k, run)
        beyond = len(steps)
        while len(steps) < beyond + places_left([row.status.state for row in _busy(sweep, rows.values())]):
            if job := next(_jobs(sweep, rows, (READY,), steps), None):
                k, seed, run = job
                if run is None:
                    sweep, run = _with_run(store, sweep, rows, k, seed, data)
                if run is not None:
                    steps[run.revision] = _until(store, sweep, k, run)
            elif wider := _widened(sweep):
                sweep = wider
            else:
                break
    except AAEError as error:
        sweep = replace(sweep, state="stopped", trouble=str(error))
    standings = [_standing(sweep, run, rows.get(run.revision)) for point in sweep.points for run in point.runs]
    if not steps and UNDER_WAY not in standings and sweep.state == "running":
        sweep = replace(sweep, state="stopped" if HELD in standings else "done")
    if sweep != before:
        records.write(store, sweep)
    return sweep, list(steps.items())


def _standing(sweep, run, row):
    """The standing of a run, from its row in the list of revisions (None: it was deleted). A revision that cannot be read now, or
    not by this program, counts as under way, so that it is waited for."""
    status = row and row.status
    if row is None or (status and status.state in ("failed", "stopped")):
        return LOST
    if status is None or status.state in BUSY:
        return UNDER_WAY
    if status.state == "done":
        return ARRIVED
    if status.rests:
        rung = rungs(sweep)[min(len(run.values), len(rungs(sweep)) - 1)]
        return ARRIVED if status.until >= halving.steps_at(rung, status.total_steps) else READY
    return READY if status.until is None and not status.step else HELD


def _noted(sweep, point, rows, again=False):
    """The point with the measures of the runs that have arrived; again: forget failures and deleted runs, so that they are
    repeated."""
    runs = [run for run in point.runs if run.revision in rows or not again]
    return replace(point, runs=[_with_values(sweep, run, rows.get(run.revision), again) for run in runs])


def _with_values(sweep, run, row, again):
    if again:
        run = replace(run, values=[value for value in run.values if value is not None])
    while len(run.values) < len(rungs(sweep)) and (standing := _standing(sweep, run, row)) == ARRIVED:
        measured = row.status.training_measures.get(sweep.measure)
        counts = measured is not None and abs(measured) <= records.LARGEST
        run = replace(run, values=[*run.values, measured if counts else None])
    if len(run.values) < len(rungs(sweep)) and standing == LOST and not again and None not in run.values:
        return replace(run, values=[*run.values, None])
    return run


def _jobs(sweep, rows, ready, begun=()):
    """Yield (number of the point, seed, run) of all that can be trained now, the most advanced points first. run is None if it
    does not exist yet; existing runs must have one of the standings `ready` and not be among the revisions `begun`."""
    for k in sorted(range(len(sweep.points)), key=lambda k: -sweep.points[k].stage):
        point = sweep.points[k]
        if point.stage < 0 or point.refusal:
            continue
        by_seed = {run.seed: run for run in point.runs}
        for seed in sweep.seeds:
            run = by_seed.get(seed)
            is_waiting = run and run.revision not in begun and len(run.values) <= point.stage
            if run is None or (is_waiting and _standing(sweep, run, rows.get(run.revision)) in ready):
                yield k, seed, run


def _with_point(sweep, k, **changes):
    return replace(sweep, points=[*sweep.points[:k], replace(sweep.points[k], **changes), *sweep.points[k + 1 :]])


def _with_run(store, sweep, rows, k, seed, data):
    """The sweep with a revision for a seed of a point, an existing one of an equal configuration if it can serve, else a new
    one; and the run, if it is still to be trained, else None. A revision that had failed or was paused is trained further."""
    point = sweep.points[k]
    try:
        config = configuration(sweep, point.settings, seed)
        summary = queue.check(config, data)
    except ConfigError as error:
        if not sweep.search:  # of a grid, all were checked before
            raise
        return _with_point(sweep, k, refusal=str(error)), None
    revision = store.find(config, summary) if data is None else None
    if revision is None or not _serves(sweep, revision):
        revision = queue.create(store, config, summary)
    row = rows.setdefault(revision.id, revision)
    run = _with_values(sweep, Run(seed, revision.id), row, again=True)
    begins = len(run.values) <= point.stage and _standing(sweep, run, row) in (READY, HELD, LOST)
    return _with_point(sweep, k, runs=[*point.runs, run]), run if begins else None


def _serves(sweep, revision):
    """Whether a revision has the measure that the sweep compares, or can be trained until it has."""
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
    """The sweep with one more point that begins, or that continues to its next rung; None if there is neither.

    In a grid, all points begin before one continues, because the comparison is then better founded. In a search, points
    continue first, because the proposals learn from them.
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
