"""Runs sweeps: some settings of a configuration are varied, and each choice (a point) is trained with several seeds
(its runs).

The runs are ordinary revisions. Every program that looks after the queue (a page, a command, a worker at its end)
advances the sweeps on its engine with `advance_sweeps`: it records the runs that have reached their end or a rung, and
starts the next ones, never more at once than there are places. So a sweep outlives the program that began it, and
nothing is repeated after a crash. Points are compared by measures of training images alone.
"""

import time
from collections.abc import Callable, Iterable
from contextlib import nullcontext, suppress
from dataclasses import replace

from aae_core import files, plugins
from aae_core.config.choices import COSTS
from aae_core.config.derived import total_steps
from aae_core.config.priors import PRIORS
from aae_core.data import sets
from aae_core.data.sets import DataSet
from aae_core.errors import AAEError, ConfigError, RevisionError
from aae_core.progress import ProgressBar
from aae_core.runs import engines, queue, successive_halving, sweep_search
from aae_core.runs.launchers import Launcher
from aae_core.runs.sweep_plans import run_configuration
from aae_core.runs.sweep_standings import mean_values_at_rungs, rows_of_sweep, sweep_progress, sweep_rungs
from aae_core.store import sweeps as sweep_records
from aae_core.store.revisions import Revision, Store, Summary
from aae_core.store.status import BUSY
from aae_core.store.sweeps import Point, Run, Sweep
from aae_core.wording import translate

# the standings of a run
ENDED_OR_AT_RUNG = "ended or at a rung"  # its measure can be recorded
READY = "ready"  # to be trained, from the beginning or from the rung at which it rests
UNDER_WAY = "under way"
PAUSED_BY_HAND = "paused by hand"
FAILED_OR_GONE = "failed or gone"  # or stopped by hand, without a measure
LOCK_TIMEOUT = 10.0  # seconds to wait for another program that is advancing the sweep
GLANCE_LOCK_TIMEOUT = 0.2  # seconds to wait for a program that only looks whether the sweep is held
# least seconds between two looks at the store; largest share of the time that looking may take
MIN_POLL_SECONDS, MAX_POLLING_SHARE = 0.5, 0.1


def start_sweep(
    store: Store, requested_sweep: Sweep, launcher: Launcher | None = None, engine_options: str | None = None
) -> Sweep:
    """Begin a sweep, or continue the same one if the store has it. engine_options: as for `continue_sweep`. Raises
    ConfigError, with nothing changed, for an unknown engine or unknown options of it."""
    launcher = launcher or engines.chosen_engine()
    engines.engine_options_text(engine_options)
    existing_sweep = next(
        (sweep for sweep in sweep_records.read_all_sweeps(store)[0] if sweep.has_same_plan(requested_sweep)), None
    )
    return continue_sweep(
        store, (existing_sweep or sweep_records.write_sweep(store, requested_sweep)).id, launcher, engine_options
    )


def advance_sweeps(store: Store, launcher: Launcher | None = None, *, lock_timeout: float = 0.0) -> list[str]:
    """Advance all sweeps on the engine, and then the queue; return the ids of the revisions that were launched.

    lock_timeout: the seconds to wait for another program that does the same, for a caller that will not look again.
    """
    launcher = launcher or engines.chosen_engine()
    for id_ in sweep_records.sweep_ids(store):
        # another program is advancing it, or its record is damaged, as the list says
        with suppress(RevisionError):
            if _is_advanced_by(launcher, sweep_records.read_sweep(store, id_)):
                with _lock_sweep(store, id_, lock_timeout):
                    sweep = sweep_records.read_sweep(store, id_)
                    # it may have been stopped, or taken to another engine, just before the lock was held
                    if _is_advanced_by(launcher, sweep) and not missing_requirement_sentence(sweep, store.list_own()):
                        _advance_sweep(store, sweep, launcher)
    return queue.launch_queued(store, launcher, lock_timeout=lock_timeout)


def _is_advanced_by(launcher, sweep):
    return _is_running_in_queue(sweep) and sweep.engine in ("", launcher.name)


def _is_running_in_queue(sweep):
    return sweep.state == "running" and not sweep.here


def sweep_waiting_reason(sweep: Sweep, rows: Iterable[Summary]) -> str:
    """Why a sweep is waiting, or which program advances it, in a sentence; "" if there is nothing to say. rows: the
    store's list."""
    if _is_running_in_queue(sweep) and not _is_advanced_by(engines.chosen_engine(), sweep):
        return translate(
            "It is under way on the engine {engine}, which this program does not ask: a command or server with --engine {engine} "
            "takes it further. To go on here, stop it first.",
            engine=sweep.engine,
        )
    own_rows = rows_of_sweep(sweep, rows)
    if _is_running_in_queue(sweep) and (
        reason := missing_requirement_sentence(sweep, own_rows) or _unreadable_run_reason(sweep, own_rows)
    ):
        return reason
    return queue.common_waiting_remark(row.status for row in _busy_rows(sweep, own_rows))


def missing_requirement_sentence(sweep: Sweep, rows: Iterable[Summary]) -> str:
    """Which plug-in or data set this program lacks to advance a sweep, in a sentence; "" if none. rows: the store's
    list."""
    if reason := next((row.reason for row in rows_of_sweep(sweep, rows) if row.lacks_plugin), ""):
        return reason
    is_known_by_key = {"prior.name": PRIORS.__contains__, "prior": PRIORS.__contains__, "cost": COSTS.__contains__}
    for key, is_known in (is_known_by_key | {"data": sets.is_known_data_set}).items():
        for value in sweep.vary.get(key, [sweep.settings.get(key)]):
            name = value.get("name") if isinstance(value, dict) else value
            if isinstance(name, str) and not is_known(name):
                if key == "data":
                    text = translate(
                        "The sweep {sweep} needs the data {name}, which this program does not know; name its plug-in in "
                        "{variable} or its folder in AAE_DATA, or leave it to whoever began it."
                    )
                else:
                    text = translate(
                        "The sweep {sweep} needs the {key} {name}, which this program does not know; name its plug-in in "
                        "{variable}, or leave it to whoever began it."
                    )
                sentence = text.format(sweep=sweep.id, key=key, name=repr(name[:60]), variable=plugins.VARIABLE)
                return " ".join([sentence, *plugins.loading_errors()])
    return ""


def _lock_sweep(store, id_, lock_timeout=0.0):
    busy_message = "This sweep is under way elsewhere; try again, or stop it there."
    return files.lock(sweep_records.sweep_path(store, id_).with_suffix(".lock"), busy_message, lock_timeout)


def _advance_sweep(store, sweep, launcher, retry_failed=False):
    """Record what has arrived and queue what comes next; if something cannot be queued, the sweep stops. retry_failed:
    also queue runs that failed or were paused by hand."""
    sweep, steps = _plan_next_steps(
        store, sweep, lambda states: queue.free_queue_place_count(states, launcher), retry_failed
    )
    for revision, pause_step in steps:
        try:
            with suppress(files.LockHeldError):  # its worker is just ending, or another program is resuming it
                queue.resume_training(store, revision, launcher, pause_step, sweep.asks)
        except RevisionError as error:
            if store.open(revision).status.state not in BUSY:
                sweep_records.write_sweep(store, replace(sweep, state="stopped", trouble=str(error)))
                break


def continue_sweep(
    store: Store, id_: str, launcher: Launcher | None = None, engine_options: str | None = None
) -> Sweep:
    """Continue a sweep that was stopped, including runs that failed or were paused by hand; finished runs are kept.

    engine_options: what its trainings ask of the engine from now on; by default as before, or on another engine as
    `engines.engine_options_text` says. Raises RevisionError while another process is training it, ConfigError if this
    program lacks something that it needs.
    """
    launcher = launcher or engines.chosen_engine()
    queue.fail_dead_trainings(store, launcher)
    with _lock_sweep(store, id_, LOCK_TIMEOUT):
        sweep = sweep_records.read_sweep(store, id_)
        if missing_requirement := missing_requirement_sentence(sweep, store.list_own()):
            raise ConfigError(missing_requirement)
        if engine_options is None:
            engine_options = sweep.asks if sweep.engine == launcher.name else engines.engine_options_text()
        files.remove(sweep_records.stop_request_path(store, id_))
        changes = {"state": "running", "here": False, "engine": launcher.name, "asks": engine_options, "trouble": ""}
        sweep = sweep_records.write_sweep(store, replace(sweep, **changes))
        _advance_sweep(store, sweep, launcher, retry_failed=True)
    queue.launch_queued(store, launcher)
    return sweep_records.read_sweep(store, id_)


def stop_sweep(store: Store, id_: str, launcher: Launcher | None = None) -> Sweep:
    """Begin no further run, and pause the runs that are under way; `continue_sweep` continues them bit for bit. A
    process that trains the sweep itself is only asked, and until it has read that, the state of the record that is
    returned is "running". Raises LockHeldError, with nothing changed, if another program holds the sweep for too long."""
    sweep = sweep_records.read_sweep(store, id_)
    if has_own_process := sweep.state == "running" and sweep.here:
        files.write_atomic(sweep_records.stop_request_path(store, id_), "")
    with (
        suppress(files.LockHeldError) if has_own_process else nullcontext(),
        _lock_sweep(store, id_, GLANCE_LOCK_TIMEOUT if has_own_process else LOCK_TIMEOUT),
    ):
        sweep = sweep_records.read_sweep(store, id_)
        if sweep.state == "running":
            sweep_records.write_sweep(store, replace(sweep, state="stopped"))
        files.remove(sweep_records.stop_request_path(store, id_))
    sweep = sweep_records.read_sweep(store, id_)
    for row in _busy_rows(sweep, store.list_own()):
        with suppress(RevisionError):  # it has just ended
            queue.pause_training(store, row.id, launcher)
    return sweep


def remove_sweep(store: Store, id_: str) -> None:
    """Remove a sweep from the list, even if its record is damaged; its trainings stay. RevisionError while it is under
    way."""
    with _lock_sweep(store, id_, LOCK_TIMEOUT):
        is_under_way = False
        with suppress(RevisionError):
            is_under_way = _is_running_in_queue(sweep_records.read_sweep(store, id_))
        if is_under_way:
            raise RevisionError(f"The sweep {id_} is under way; stop it first.")
        sweep_records.remove_sweep(store, id_)


def is_abandoned(store: Store, sweep: Sweep) -> bool:
    """Whether the process that trained a sweep itself (`Sweep.here`) ended before the sweep did."""
    if sweep.state == "running" and sweep.here:
        with suppress(files.LockHeldError), _lock_sweep(store, sweep.id):
            return True
    return False


def is_stop_pending(store: Store, sweep: Sweep) -> bool:
    """Whether the process that trains a sweep itself (`Sweep.here`) is asked to stop it, and has not read that yet."""
    is_requested = sweep.state == "running" and sweep.here and sweep_records.stop_request_path(store, sweep.id).exists()
    return is_requested and not is_abandoned(store, sweep)


def train_sweep_here(
    store: Store,
    requested_sweep: Sweep,
    train_revision: Callable[[Revision, int, Callable[[], bool]], None],
    data: DataSet | None = None,
) -> Sweep:
    """Train a whole sweep in this process, one run after another, and return its final record.

    train_revision(revision, pause_step, is_over): trains a revision up to a step, and pauses it once is_over() is true.
    data: the data set, if it exists only in memory; such a sweep always begins anew, because nothing shows that the
    data are the same. Runs that other processes train or have queued are waited for. Raises RevisionError with the
    reason if the sweep stops because of a problem.
    """
    queue.fail_dead_trainings(store)
    matching = (
        []
        if data is not None
        else [sweep for sweep in sweep_records.read_all_sweeps(store)[0] if sweep.has_same_plan(requested_sweep)]
    )
    sweep = matching[0] if matching else sweep_records.write_sweep(store, requested_sweep)
    stop_request = sweep_records.stop_request_path(store, sweep.id)
    with _lock_sweep(store, sweep.id, LOCK_TIMEOUT):
        files.remove(stop_request)  # a killed process may have left it
        sweep = sweep_records.write_sweep(store, replace(sweep, state="running", here=True, trouble=""))
        retry_failed = True
        while sweep.state == "running":
            sweep, steps = _plan_next_steps(store, sweep, lambda states: 1, retry_failed, data)
            retry_failed = False
            if not steps and sweep.state == "running":
                # for which this process would wait in vain
                unreadable_reason = _unreadable_run_reason(sweep, store.list_own())
                if unreadable_reason or stop_request.exists():
                    sweep = sweep_records.write_sweep(store, replace(sweep, state="stopped", trouble=unreadable_reason))
                    break
                queue.launch_queued(store)
                time.sleep(queue.POLL_SECONDS)
            for revision, pause_step in steps:
                is_interrupted = stop_request.exists()
                if not is_interrupted:
                    train_revision(store.open(revision), pause_step, stop_request.exists)
                    is_interrupted = _run_standing(sweep, Run(0, revision), store.open(revision)) == PAUSED_BY_HAND
                if is_interrupted:
                    sweep = sweep_records.write_sweep(store, replace(sweep, state="stopped"))
                    break
        files.remove(stop_request)
    if sweep.trouble:
        raise RevisionError(sweep.trouble)
    return sweep


def _unreadable_run_reason(sweep, rows) -> str:
    """Why a run of the sweep cannot be read; "" if all can be."""
    return next((row.reason for row in rows_of_sweep(sweep, rows) if row.status is None), "")


def follow_sweep(store: Store, sweep: Sweep, bar: ProgressBar) -> Sweep:
    """Advance a sweep through the queue and show its progress until it has ended; Ctrl-C stops it. Returns its final
    record."""
    try:
        while sweep.state == "running":
            start_time = time.monotonic()
            advance_sweeps(store)
            sweep, rows = sweep_records.read_sweep(store, sweep.id), store.list_own()
            status = sweep_progress(sweep, rows)
            bar.print_if_new(sweep_waiting_reason(sweep, rows))
            bar.show(
                status.steps_done,
                status.steps_total,
                f"{status.runs_done} of {status.runs_total} trainings",
                status.seconds_left,
            )
            time.sleep(max(MIN_POLL_SECONDS, (time.monotonic() - start_time) / MAX_POLLING_SHARE))
    except KeyboardInterrupt:
        stop_sweep(store, sweep.id)
        raise
    return sweep


def _busy_rows(sweep, rows):
    """Those of the rows that are its runs and are queued or running."""
    return [row for row in rows_of_sweep(sweep, rows) if row.status and row.status.state in BUSY]


def _plan_next_steps(
    store, sweep, count_free_places, retry_failed=False, data=None
) -> tuple[Sweep, list[tuple[str, int]]]:
    """The sweep with everything that has arrived, as it is now in the store; and the revisions to train next, each with
    the step up to which it is trained. count_free_places: the number of revisions that may be begun, from the states of
    those under way. retry_failed: also those that failed or were paused by hand, in addition to that number."""
    previous, rows, steps = sweep, {row.id: row for row in store.list_own()}, {}
    count_free_places(())  # raises for wrong settings of this program, for which the sweep must not stop
    sweep = replace(sweep, points=[_with_recorded_measures(sweep, point, rows, retry_failed) for point in sweep.points])
    try:
        if retry_failed:
            for k, _, run in _iterate_jobs(sweep, rows, (PAUSED_BY_HAND, FAILED_OR_GONE)):
                if run is not None:
                    steps[run.revision] = _target_step(store, sweep, k, run)
        n_retried = len(steps)
        while len(steps) < n_retried + count_free_places(
            [row.status.state for row in _busy_rows(sweep, rows.values())]
        ):
            if job := next(_iterate_jobs(sweep, rows, (READY,), steps), None):
                k, seed, run = job
                if run is None:
                    sweep, run = _add_run(store, sweep, rows, k, seed, data)
                if run is not None:
                    steps[run.revision] = _target_step(store, sweep, k, run)
            elif extended := _with_next_step_of_a_point(sweep):
                sweep = extended
            else:
                break
    except AAEError as error:
        sweep = replace(sweep, state="stopped", trouble=str(error))
    standings = [_run_standing(sweep, run, rows.get(run.revision)) for point in sweep.points for run in point.runs]
    if not steps and UNDER_WAY not in standings and sweep.state == "running":
        sweep = replace(sweep, state="stopped" if PAUSED_BY_HAND in standings else "done")
    if sweep != previous:
        sweep_records.write_sweep(store, sweep)
    return sweep, list(steps.items())


def _run_standing(sweep, run, row) -> str:
    """The standing of a run, from its row in the list of revisions (None: it was deleted). A revision that cannot be
    read now, or not by this program, counts as under way, so that it is waited for."""
    status = row and row.status
    if row is None or (status and status.state in ("failed", "stopped")):
        return FAILED_OR_GONE
    if status is None or status.state in BUSY:
        return UNDER_WAY
    if status.state == "done":
        return ENDED_OR_AT_RUNG
    if status.has_reached_pause_step:
        rung = sweep_rungs(sweep)[min(len(run.values), len(sweep_rungs(sweep)) - 1)]
        return ENDED_OR_AT_RUNG if status.until >= successive_halving.steps_at_rung(rung, status.total_steps) else READY
    return READY if status.until is None and not status.step else PAUSED_BY_HAND


def _with_recorded_measures(sweep, point, rows, retry_failed=False):
    """The point with the measures of the runs that have arrived; retry_failed: forget failures and deleted runs, so
    that they are repeated."""
    runs = [run for run in point.runs if run.revision in rows or not retry_failed]
    return replace(point, runs=[_record_values(sweep, run, rows.get(run.revision), retry_failed) for run in runs])


def _record_values(sweep, run, row, retry_failed):
    """The run with its measure at each rung that it has reached since it was last recorded, None for a failure;
    retry_failed: forget failures, so that they are repeated."""
    if retry_failed:
        run = replace(run, values=[value for value in run.values if value is not None])
    while len(run.values) < len(sweep_rungs(sweep)):
        standing = _run_standing(sweep, run, row)
        if standing == FAILED_OR_GONE and not retry_failed and None not in run.values:
            return replace(run, values=[*run.values, None])
        if standing != ENDED_OR_AT_RUNG:
            return run
        measure = row.status.training_measures.get(sweep.measure)
        is_comparable = measure is not None and abs(measure) <= sweep_records.MAX_MEASURE
        run = replace(run, values=[*run.values, measure if is_comparable else None])
    return run


def _iterate_jobs(sweep, rows, allowed_standings, begun_revisions=()):
    """Yield (number of the point, seed, run) of all that can be trained now, the most advanced points first. run is
    None if it does not exist yet; existing runs must have one of the standings `allowed_standings` and not be among the
    revisions `begun_revisions`."""
    for k in sorted(range(len(sweep.points)), key=lambda k: -sweep.points[k].stage):
        point = sweep.points[k]
        if point.stage < 0 or point.refusal:
            continue
        by_seed = {run.seed: run for run in point.runs}
        for seed in sweep.seeds:
            run = by_seed.get(seed)
            is_waiting = run and run.revision not in begun_revisions and len(run.values) <= point.stage
            if run is None or (is_waiting and _run_standing(sweep, run, rows.get(run.revision)) in allowed_standings):
                yield k, seed, run


def _replace_point(sweep, k, **changes):
    return replace(sweep, points=[*sweep.points[:k], replace(sweep.points[k], **changes), *sweep.points[k + 1 :]])


def _add_run(store, sweep, rows, k, seed, data):
    """The sweep with a revision for a seed of a point, an existing one of an equal configuration if it can serve, else
    a new one; and the run, if it is still to be trained, else None. A revision that had failed or was paused is trained
    further."""
    point = sweep.points[k]
    try:
        config = run_configuration(sweep, point.settings, seed)
        summary = queue.check_startable(config, data)
    except ConfigError as error:
        if not sweep.search:  # of a grid, all were checked before
            raise
        return _replace_point(sweep, k, refusal=str(error)), None
    revision = store.find(config, summary) if data is None else None
    if revision is None or not _can_use_revision(sweep, revision):
        revision = queue.create_revision(store, config, summary)
    row = rows.setdefault(revision.id, revision)
    run = _record_values(sweep, Run(seed, revision.id), row, retry_failed=True)
    is_to_train = len(run.values) <= point.stage and _run_standing(sweep, run, row) in (
        READY,
        PAUSED_BY_HAND,
        FAILED_OR_GONE,
    )
    return _replace_point(sweep, k, runs=[*point.runs, run]), run if is_to_train else None


def _can_use_revision(sweep, revision) -> bool:
    """Whether a revision has the measure that the sweep compares, or can be trained until it has."""
    status = revision.status
    if status.state == "done":
        return sweep.measure in status.training_measures
    with suppress(RevisionError):
        if status.state not in BUSY:
            queue.check_resumable(revision)
        return True
    return False


def _target_step(store, sweep, k, run) -> int:
    revision = store.open(run.revision)
    n_steps = total_steps(revision.config, revision.data.train)
    return successive_halving.steps_at_rung(sweep_rungs(sweep)[sweep.points[k].stage], n_steps)


def _with_next_step_of_a_point(sweep) -> Sweep | None:
    """The sweep with one more point that begins, or that continues to its next rung; None if there is neither.

    In a grid, all points begin before one continues, because the comparison is then better founded. In a search, points
    continue first, because the proposals learn from them.
    """
    next_point = next((k for k, point in enumerate(sweep.points) if point.stage < 0), None)
    if next_point is not None:
        return _replace_point(sweep, next_point, stage=0)
    values = [mean_values_at_rungs(sweep, point) for point in sweep.points]
    if sweep.early_stop:
        stages = [len(sweep_rungs(sweep)) - 1 if point.refusal else point.stage for point in sweep.points]
        promoted_point = successive_halving.next_promoted_point(values, stages, sweep.trials or len(sweep.points))
        if promoted_point is not None:
            return _replace_point(sweep, promoted_point, stage=stages[promoted_point] + 1)
    if sweep.search and len(sweep.points) < sweep.trials:
        return replace(sweep, points=[*sweep.points, Point(sweep_search.propose_point(sweep, values), 0)])
    return None
