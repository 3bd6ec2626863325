"""Training in the background: start, pause, stop, resume, the queue, and finding workers that died.

The pages do not train themselves. They write requests into the store, which workers in processes of their own carry
out, so that nothing is lost if a page is closed, if the server crashes, or if two pages are open. Workers are started
and watched by an engine (`launcher`, by default `engines.chosen_engine()`); as long as it cannot be reached, none of
its workers is declared dead. Each worker holds a lock on its revision, which the system releases when the worker dies.
"""

import os
import time
from collections.abc import Callable, Iterable
from contextlib import nullcontext, suppress
from dataclasses import replace

from aae_core import files, owners
from aae_core.checks import parse_whole_number
from aae_core.config import plugin_costs
from aae_core.config.combinations import check_data
from aae_core.config.configuration import Config
from aae_core.config.derived import uses_labels, uses_plugin_networks
from aae_core.data import item_draws, sets
from aae_core.data.held_out import draw_held_out_indices, labels_without_held_out
from aae_core.errors import ConfigError, DataError, RevisionError, unknown_name_error
from aae_core.runs import engines, limits
from aae_core.runs.launchers import LOCAL, EngineUnreachableError, Launcher
from aae_core.store import live_frame
from aae_core.store import status as statuses
from aae_core.store.former_training import FormerTraining
from aae_core.store.revisions import Revision, Store, Summary
from aae_core.store.status import NO_WORKER, Status
from aae_core.training import machine
from aae_core.wording import program_name, translate

HEARTBEAT_TIMEOUT = 15.0  # seconds without a heartbeat after which a worker's lock is tried
LOCK_WAIT = 3.0  # seconds; a worker that has just paused holds its lock for a moment longer
MAX_SLOTS = 64
LAST_WEIGHTS_NOTE = (
    "It was stopped while it did not run, so its weights are those of its last step, which need not be those with which the "
    "reconstruction error of held-out training data was lowest; resume it, and stop it while it runs, to keep the best."
)
POLL_SECONDS = 1.0  # seconds between two looks at a training, in `follow_training`
# trainings given at a time to an engine with a queue of its own, so that no page waits long
MAX_WAITING_ON_CLUSTER = 20


def training_slots() -> int:
    """How many trainings may run at once, on all machines that share the store, without a cluster: $AAE_SLOTS, by
    default the limit for all visitors of a shared server, elsewhere 1. ConfigError unless it is a whole number from 1
    to MAX_SLOTS."""
    shared_limits = limits.shared_server_limits()
    text = os.environ.get("AAE_SLOTS") or str(min(MAX_SLOTS, shared_limits.all.running) if shared_limits else 1)
    if (count := parse_whole_number(text, 1, MAX_SLOTS)) is None:
        raise ConfigError(f"AAE_SLOTS must be a whole number from 1 to {MAX_SLOTS}, not {text[:40]!r}.")
    return count


def check_startable(config: Config, dataset: sets.DataSet | None = None) -> sets.DataSummary:
    """Check all that would make a training fail at its start, and return the summary of its data.

    dataset: the data set, if it exists only in memory. Raises ConfigError if data, cost, labels or device do
    not fit the configuration, or $AAE_CORES is no number of threads; DataError if the data set is missing or damaged.
    """
    machine.thread_limit()  # raises, whichever engine trains
    if dataset is None:
        if not sets.is_known_data_set(config.data):
            raise unknown_name_error("data set", config.data, sets.data_set_names())
        dataset = sets.load(config.data)
    summary = dataset.summary
    check_data(config, summary.classes, dataset.features)
    if refusal := plugin_costs.unusable_cost_reason(config.cost, summary.shape):
        raise ConfigError(refusal)
    if uses_plugin_networks(config):
        from aae_core.models.network_trial import unusable_network_reason

        if refusal := unusable_network_reason(config, summary.shape, len(summary.classes), dataset.features):
            raise ConfigError(refusal)
    draw_held_out_indices(config, summary.train, dataset.train.groups)  # raises, if all items are of one group
    if uses_labels(config):
        try:
            labels = labels_without_held_out(config, dataset.train.labels, summary.classes, dataset.train.groups)
            item_draws.draw_labelled_mask(labels, config.labels, summary.classes, config.seed)
        except DataError as error:
            raise ConfigError(str(error)) from error
    if config.device not in ("auto", "cpu"):
        from aae_core.training.training import choose_device

        choose_device(config.device)
    return summary


def create_revision(
    store: Store,
    config: Config,
    summary,
    status: Status | None = None,
    owner: owners.Owner | None = None,
    former_training: FormerTraining | None = None,
    request_key: str = "",
) -> Revision:
    """Create a revision as `Store.create` does; RevisionError also if the training would fill the disk. If there is one with
    this request_key, it is returned instead: the same request twice is one training."""
    from aae_core.runs import disk_space

    with _lock_requests(store) if request_key else nullcontext():
        if existing := store.find_requested(request_key):
            return existing
        peak_bytes = disk_space.estimate_disk_need(config, summary).peak_bytes
        if refusal_reason := disk_space.no_space_reason(store, peak_bytes):
            raise RevisionError(refusal_reason)
        return store.create(config, summary, status, owner, former_training, request_key)


def _lock_requests(store):
    """A lock shared by all programs of the store, so that two requests with one key cannot both find nothing."""
    with files.raise_os_errors_as(store.root):
        files.make_folders(store.root)
    return files.lock(store.root / ".requests.lock", translate("Another training is being started; try again."), 5.0)


def start_training(
    store: Store,
    config: Config,
    summary,
    launcher: Launcher | None = None,
    owner: owners.Owner | None = None,
    request_key: str = "",
) -> Revision:
    """Create a revision, queue it, and launch it if a slot is free. summary: as `check_startable` returns it. owner: on
    a server that a class shares. request_key and RevisionError as in `create_revision`."""
    launcher = launcher or engines.chosen_engine()
    queued_status = Status("queued", queued=time.time(), total_epochs=config.epochs, engine=launcher.name)
    status = replace(queued_status, asks=engines.engine_options_text())
    revision = create_revision(store, config, summary, status, owner, request_key=request_key)
    launch_queued(store, launcher)
    return revision


def pause_training(store: Store, ref: str, launcher: Launcher | None = None) -> Revision:
    """Ask the worker of a running training to save a checkpoint and end, or take a queued training out of the queue.
    RevisionError in any other state."""
    return _request_pause_or_stop(store, ref, "pause", launcher)


def stop_training(store: Store, ref: str, launcher: Launcher | None = None) -> Revision:
    """Ask the worker of a running training to end it, or mark a paused or queued training as stopped. RevisionError in
    any other state."""
    return _request_pause_or_stop(store, ref, "stop", launcher)


def _request_pause_or_stop(store, ref, request, launcher):
    launcher = launcher or engines.chosen_engine()
    fail_dead_trainings(store, launcher)
    revision = store.open(ref)
    target_state = {"pause": "paused", "stop": "stopped"}[request]
    revision.check_not_in_gallery(target_state)
    try:
        with revision.lock():
            _apply_request(revision, request, target_state, launcher)
    except files.LockHeldError:
        revision.write_request(request)
        if revision.status.state not in (
            *statuses.BUSY,
            target_state,
        ):  # its worker is ending and will not see the request
            with revision.lock(LOCK_WAIT):
                revision.write_request(None)
                _apply_request(revision, request, target_state, launcher)
    return revision


def _apply_request(revision, request, target_state, launcher):
    status = revision.status
    is_beginning = status.awaits_worker_report and not (
        status.engine == launcher.name and launcher.cancel_launch(status)
    )
    if is_beginning or status.state == "running":
        revision.write_request(request)
    elif request == "stop" and status.state in ("queued", "paused"):
        write_stopped_status(revision, status)
    elif status.state == "queued":
        revision.write_status(status, **NO_WORKER, state=target_state, queued=None)
    else:
        raise RevisionError(
            f"{revision.id} is {status.state} and cannot be {target_state}; only a running or queued one can."
        )


def write_stopped_status(revision: Revision, status: Status) -> Status:
    """Write and return the status of a queued or paused revision as stopped, for which no worker runs that could install the
    best weights of a training with `patience`; its status then says which weights it has."""
    end_reason = status.ended
    has_patience = not revision.missing_plugin_reason and revision.config.patience is not None
    if has_patience and status.step and LAST_WEIGHTS_NOTE not in end_reason:
        end_reason = f"{end_reason} {LAST_WEIGHTS_NOTE}".strip()
    return revision.write_status(status, **NO_WORKER, state="stopped", queued=None, ended=end_reason)


def resume_training(
    store: Store,
    ref: str,
    launcher: Launcher | None = None,
    pause_step: int | None = None,
    engine_options: str | None = None,
) -> Revision:
    """Queue a paused, stopped or failed revision again, to continue bit for bit from its last checkpoint, or a finished
    one, to restore files that it has lost.

    pause_step: the step at which it pauses, None for the end. engine_options: what it asks of the engine, by default
    $AAE_ENGINE_OPTIONS. Raises RevisionError if it is running or queued, would fill the disk, or fails
    `check_resumable`.
    """
    launcher = launcher or engines.chosen_engine()
    fail_dead_trainings(store, launcher)
    revision = store.open(ref)
    check_before_resuming(revision)
    with revision.lock(LOCK_WAIT):
        status = revision.status
        if status.state in statuses.BUSY:
            raise RevisionError(f"{revision.id} is already {status.state}; there is nothing to resume.")
        revision.write_request(None)
        updates = {"error": None, "finished": None, "engine": launcher.name, "until": pause_step}
        updates["asks"] = engines.engine_options_text() if engine_options is None else engine_options
        revision.write_status(status, **NO_WORKER, **updates, state="queued", queued=time.time())
    launch_queued(store, launcher)
    return revision


def check_resumable(revision: Revision) -> None:
    """RevisionError if a revision cannot be resumed: it belongs to the gallery, it is done and complete, it was made
    with a setting that no longer exists, or it has networks but no resume.safetensors, so that it would begin anew and
    overwrite them.

    A revision that is done can be resumed if its networks or probe codes are lost or damaged and resume.safetensors is
    there: a worker then writes them again, without a further step.
    """
    check_not_of_gallery(revision)
    is_done = revision.status.state == "done"
    if is_done and not _is_restorable(revision):
        raise RevisionError(
            f"{revision.id} is done, so nothing is left to train; '{program_name()} resume {revision.id} --epochs N' continues "
            "it to N epochs, as a new revision."
        )
    if not is_done:
        check_settings_exist(revision)
    file_exists = {name: (revision.path / f"{name}.safetensors").exists() for name in ("weights", "resume")}
    if file_exists["weights"] and not (
        file_exists["resume"] or is_done
    ):  # it would begin anew and overwrite the networks
        raise RevisionError(
            f"{revision.id} cannot continue, because its resume.safetensors is gone; its networks are as they were. Put the file "
            "back, or start a new training."
        )


def check_not_of_gallery(revision: Revision) -> None:
    """RevisionError for a revision of the gallery, which cannot be trained further."""
    if revision.gallery:
        raise RevisionError(
            f"{revision.id} belongs to the gallery, which carries no resume state; train a revision of your own."
        )


def check_settings_exist(revision: Revision) -> None:
    """RevisionError if a revision was made with a setting that no longer exists."""
    if revision.not_resumable_reason:
        raise RevisionError(
            f"{revision.id} cannot continue: {revision.not_resumable_reason}; start a new training instead."
        )


def check_same_data(revision: Revision, summary: sets.DataSummary) -> None:
    """RevisionError if the data set with this summary is no longer the one for which the revision was created."""
    difference = revision.data.difference_from(summary)
    if not difference and revision.data.has_groups and not summary.has_groups:
        difference = "the groups of its items are not known"
    if difference:
        raise RevisionError(
            f"The data set {revision.data.name} is no longer the one of this revision ({difference}); restore the "
            "original data, or start a new training."
        )


def check_before_resuming(revision: Revision) -> None:
    """As `check_resumable`, with a RevisionError also if the rest of the training would fill the disk."""
    from aae_core.runs import disk_space

    check_resumable(revision)
    if refusal_reason := disk_space.no_space_reason(
        Store(revision.path.parent), disk_space.remaining_disk_need(revision), is_resumed=True
    ):
        raise RevisionError(refusal_reason)


def _is_restorable(revision) -> bool:
    """Whether networks or probe codes of a finished revision are lost or damaged, and its resume state can restore
    them."""
    from aae_core.store import weights

    with suppress(RevisionError):
        revision.model()
        if revision.probe() is not None:
            return False
    with suppress(RevisionError):
        return weights.load_resume_state(revision) is not None
    return False


def queued_rows(store: Store) -> list[Summary]:
    """The queued revisions in the order in which they will be launched."""
    rows = [row for row in store.list_own() if row.state == "queued"]
    return sorted(rows, key=lambda row: (row.status.queued or 0, row.id))


def _claims_to_have_worker(status: Status | None, launcher: Launcher | None = None) -> bool:
    """Whether a status claims to have a worker; with a launcher, whether on that engine."""
    is_on_engine = launcher is None or (status is not None and status.engine in ("", launcher.name))
    return status is not None and is_on_engine and (status.state == "running" or status.awaits_worker_report)


def follow_training(revision: Revision, on_report: Callable[[Status], object]) -> Status:
    """Wait for a training in the background, launching queued trainings meanwhile, and return its last Status.

    on_report: called with the Status every POLL_SECONDS seconds; if it returns True, `follow_training` returns before
    the training ends.
    """
    while True:
        launch_queued(Store(revision.path.parent))
        status = revision.status
        if on_report(status) or status.state not in statuses.BUSY:
            return status
        time.sleep(POLL_SECONDS)


def waiting_remark(status: Status) -> str:
    """Why a training on a cluster waits, or what is not known about it, in a sentence of the engine in use; "" for
    nothing."""
    engine = engines.chosen_engine()
    is_on_cluster = status.engine in engines.ENGINES and status.engine != LOCAL.name
    if status.state not in statuses.BUSY or not is_on_cluster:
        return ""
    if status.engine == engine.name:
        return engine.waiting_reason(status)
    return translate(
        "It was given to the engine {engine}, which this program does not ask; start it with --engine {engine}.",
        engine=status.engine,
    )


def common_waiting_remark(statuses_under_way: Iterable[Status]) -> str:
    """The `waiting_remark` on the most advanced of several trainings, if there is one on each of them; else ""."""
    most_advanced_first = sorted(
        statuses_under_way, key=lambda status: (status.state == "running", bool(status.host)), reverse=True
    )
    sentences = list(map(waiting_remark, most_advanced_first))
    return sentences[0] if sentences and all(sentences) else ""


def free_queue_place_count(states: Iterable[str], launcher: Launcher | None = None) -> int:
    """How many more trainings of a sweep, or of another series, may be queued while others of it are in these states:
    no more than can run or, on an engine with a queue of its own, than MAX_WAITING_ON_CLUSTER waiting ones, so that the
    next training of anybody else soon has its turn."""
    launcher, states = launcher or engines.chosen_engine(), list(states)
    if launcher.has_queue:
        return MAX_WAITING_ON_CLUSTER - states.count("queued")
    return training_slots() - states.count("queued") - states.count("running")


def fail_dead_trainings(store: Store, launcher: Launcher | None = None) -> list[str]:
    """Mark the revisions that claim to have a worker, but whose worker died, as failed, with reason and remedy; return
    their ids.

    A training whose cluster took its machine back, or was itself restarted, is queued again instead.
    """
    launcher, dead_ids = launcher or engines.chosen_engine(), []
    for row in store.list_own():
        if _claims_to_have_worker(row.status) and _may_be_dead(row.status, launcher) and _fail_if_dead(row, launcher):
            dead_ids.append(row.id)
    return dead_ids


def _may_be_dead(status, launcher):
    """Whether a worker may be dead: the engine says so, or it is a process of this machine and its last heartbeat is
    too old."""
    is_alive = engines.is_worker_alive(status, launcher)
    is_local = status.engine in ("", LOCAL.name) and status.host in ("", files.HOST)
    heartbeat = status.heartbeat if is_local else None
    return is_alive is False or (
        is_alive is True and heartbeat is not None and time.time() - heartbeat > HEARTBEAT_TIMEOUT
    )


def _fail_if_dead(row, launcher) -> bool:
    """Mark a training as failed if its worker is really dead, and return whether that was so. Nothing changes if the
    worker holds its lock or another one has taken over. A training that its cluster gave back, or lost as a whole, is
    queued again instead."""
    with suppress(RevisionError):  # the lock is held, or the folder cannot be used, which the list reports
        revision = Revision(row.path)
        with revision.lock():
            status = revision.status
            # a running worker would hold the lock, so only one that is still starting can be alive
            if not _claims_to_have_worker(status) or (
                status.awaits_worker_report and engines.is_worker_alive(status, launcher) is not False
            ):
                return False
            revision.release_disk_space()
            files.remove_abandoned_drafts(revision.path)
            live_frame.remove(revision.path)
            was_given_back = status.awaits_worker_report and status.heartbeat is not None
            if was_given_back or (status.engine == launcher.name and launcher.was_lost_with_engine(status)):
                updates = {"state": "queued", "queued": status.queued or time.time(), "doing": "", "left": None}
                revision.write_status(status, **NO_WORKER, **updates)
                return False
            revision.write_status(status.as_failed(*_death_report(revision, status)))
            return True
    return False


def _death_report(revision, status) -> tuple[str, str]:
    """(what happened to a worker that died; what to do, with the step of the last complete checkpoint), in
    sentences."""
    if status.awaits_worker_report:
        problem = "The worker died while it was starting; worker.log in the revision's folder may say why."
        return problem, "Resume the training to try again."
    file, saved_step = revision.path / "resume.safetensors", 0
    try:
        saved_step = int(files.read_tensor_header(file).metadata.get("step", 0)) if file.exists() else 0
        advice = f"Resume the training; it continues from step {saved_step:,}."
    except (RevisionError, ValueError):
        advice = f"Start a new training: {file.name} is damaged, so this one cannot continue."
    step = max(status.step, saved_step)
    host_note = "" if status.host in ("", files.HOST) else f" on {status.host}"
    return (
        f"The worker{host_note} ended without a message at step {step:,} (killed, out of memory, or power failure).",
        advice,
    )


def launch_queued(store: Store, launcher: Launcher | None = None, *, lock_timeout: float = 0.0) -> list[str]:
    """Launch queued revisions, the oldest first, while slots are free, and return their ids. A lock ensures that each
    is launched once; lock_timeout: seconds to wait for it.

    An engine with a queue of its own is given all its trainings,
    MAX_WAITING_ON_CLUSTER at a time, except that visitors' trainings on a shared server wait here as long as no more of
    them may run.
    """
    launcher = launcher or engines.chosen_engine()
    fail_dead_trainings(store, launcher)
    if not any(_is_waiting_for(row.status, launcher) for row in queued_rows(store)):
        return []
    launched_ids = []
    with (
        suppress(files.LockHeldError, EngineUnreachableError),
        files.lock(store.root / ".queue.lock", "Another page is launching.", lock_timeout),
    ):
        rows = [row for row in store.list_own() if _claims_to_have_worker(row.status, launcher)]
        free_slots = MAX_WAITING_ON_CLUSTER if launcher.has_queue else training_slots() - len(rows)
        working_owners = [row.owner for row in rows]
        for row in queued_rows(store):
            if len(launched_ids) >= free_slots:
                break
            if not (_is_waiting_for(row.status, launcher) and _may_owner_run(row.owner, working_owners)):
                continue
            if _try_to_launch_worker(row, launcher):
                launched_ids.append(row.id)
                working_owners.append(row.owner)
    return launched_ids


def _is_waiting_for(status, launcher):
    """Whether a training is queued for this engine and not yet launched; one that names no engine, or one that no longer
    exists, may be launched by any."""
    is_for_this_engine = status.engine in ("", launcher.name) or status.engine not in engines.ENGINES
    return status.state == "queued" and not status.awaits_worker_report and is_for_this_engine


def _may_owner_run(owner, working_owners) -> bool:
    """Whether another training of this owner may run beside trainings of the owners in `working_owners`; None is not a
    visitor."""
    shared_limits, visitors = limits.shared_server_limits(), [visitor.id for visitor in working_owners if visitor]
    if shared_limits is None or owner is None:
        return True
    return len(visitors) < shared_limits.all.running and visitors.count(owner.id) < shared_limits.each.running


def _try_to_launch_worker(row, launcher) -> bool:
    """Start a worker for a queued revision, and return whether that succeeded. The lock is held meanwhile, so that the
    worker cannot report "running" before its launch is recorded."""
    with suppress(RevisionError):  # the lock is held, or the folder cannot be used: neither may block the queue
        revision = Revision(row.path)
        with revision.lock():
            status = revision.status
            if _is_waiting_for(status, launcher):
                # tests that the status can be written: if a launch could not be recorded, each call would start a worker
                status = revision.write_status(status, heartbeat=None)
                try:
                    revision.write_status(status, **launcher.launch(revision))
                    return True
                except (RevisionError, ConfigError) as error:
                    revision.write_status(status.as_failed(str(error), "Resume the training once this is fixed."))
    return False
