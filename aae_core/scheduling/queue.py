"""Training in the background: start, pause, stop, resume, the queue, and finding workers that died.

The pages do not train themselves. They write requests into the store, which workers in processes of their own carry out, so that
nothing is lost if a page is closed, if the server crashes, or if two pages are open. Workers are started and watched by an engine
(`launcher`, by default `engines.chosen()`); as long as it cannot be reached, none of its workers is declared dead. Each worker
holds a lock on its revision, which the system releases when the worker dies.
"""

import os
import time
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import replace

from aae_core import files, owners
from aae_core.checks import read_whole
from aae_core.config import combinations, own_costs
from aae_core.config.combinations import check_data
from aae_core.config.configuration import Config
from aae_core.config.derived import uses_labels
from aae_core.data import sets
from aae_core.errors import ConfigError, DataError, RevisionError, unknown
from aae_core.scheduling import engines, limits
from aae_core.scheduling.launchers import LOCAL, Away, Launcher
from aae_core.store import status as statuses
from aae_core.store.revisions import Revision, Store, Summary
from aae_core.store.status import NOBODY, Status
from aae_core.training import machine

SILENCE = 15.0  # seconds without a heartbeat after which a worker's lock is tried
LOCK_WAIT = 3.0  # seconds; a worker that has just paused holds its lock for a moment longer
MOST_SLOTS = 64
LOOKED = 1.0  # seconds between two looks at a training, in `follow`
HANDED_OVER = 20  # trainings given at a time to an engine with a queue of its own, so that no page waits long


def slots() -> int:
    """How many processes may train at once, on all machines that share the store, without a cluster: $AAE_SLOTS, by default the
    limit for all visitors of a shared server, elsewhere 1. ConfigError unless it is a whole number from 1 to MOST_SLOTS."""
    shared = limits.shared()
    text = os.environ.get("AAE_SLOTS") or str(min(MOST_SLOTS, shared.all.running) if shared else 1)
    if (count := read_whole(text, 1, MOST_SLOTS)) is None:
        raise ConfigError(f"AAE_SLOTS must be a whole number from 1 to {MOST_SLOTS}, not {text[:40]!r}.")
    return count


def check(config: Config, dataset: sets.DataSet | None = None) -> sets.DataSummary:
    """Check all that would make a training fail at its start, and return the summary of its data.

    dataset: the data set, if it exists only in memory. Raises ConfigError if data, cost, labels, processes or device do not fit
    the configuration, or $AAE_CORES is no number of threads; DataError if the data set is missing or damaged.
    """
    machine.most_threads()  # raises, whichever engine trains
    in_memory = dataset is not None
    if not in_memory:
        if not sets.is_known(config.data):
            raise unknown("data set", config.data, sets.names())
        dataset = sets.load(config.data)
    summary = dataset.summary
    check_data(config, summary.classes, dataset.features)
    if refusal := own_costs.why_not(config.cost, summary.shape, config.processes):
        raise ConfigError(refusal)
    labelled = 0
    if uses_labels(config):
        try:
            labelled_mask = sets.labelled_subset(dataset.train.labels, config.labels, summary.classes, config.seed)
        except DataError as error:
            raise ConfigError(str(error)) from error
        labelled = int(labelled_mask.sum())
    check_processes(config, config.processes, summary.train, dataset if in_memory else None, labelled)
    if config.device not in ("auto", "cpu"):
        from aae_core.training.training import choose_device

        choose_device(config.device)
    return summary


def check_processes(
    config: Config, processes: int, images: int, data: sets.DataSet | None = None, labelled: int = 0
) -> None:
    """ConfigError unless so many processes can compute a training on so many images together. data: the data set, if it exists
    only in the memory of this process, which others cannot see; labelled: as in `combinations.check_processes`."""
    if processes > 1 and data is not None:
        raise ConfigError(
            "Data in the memory of one process cannot be seen by others; set processes to 1, or add it as a data set of its own."
        )
    combinations.check_processes(config, processes, images, labelled)


def create(
    store: Store, config: Config, summary, status: Status | None = None, owner: owners.Owner | None = None
) -> Revision:
    """Create a revision as `Store.create` does; RevisionError also if the training would fill the disk."""
    from aae_core.scheduling import room

    if refused := room.refusal(store, room.needed(config, summary).peak):
        raise RevisionError(refused)
    return store.create(config, summary, status, owner)


def start(
    store: Store,
    config: Config,
    summary,
    launcher: Launcher | None = None,
    owner: owners.Owner | None = None,
) -> Revision:
    """Create a revision, queue it, and launch it if a slot is free. summary: as `check` returns it. owner: on a server that a
    class shares. RevisionError as in `create`."""
    launcher = launcher or engines.chosen()
    queued = Status("queued", queued=time.time(), total_epochs=config.epochs, engine=launcher.name)
    revision = create(store, config, summary, replace(queued, asks=engines.asks()), owner)
    pump(store, launcher)
    return revision


def pause(store: Store, ref: str, launcher: Launcher | None = None) -> Revision:
    """Ask the worker of a running training to save a checkpoint and end, or take a queued training out of the queue.
    RevisionError in any other state."""
    return _ask(store, ref, "pause", launcher)


def stop(store: Store, ref: str, launcher: Launcher | None = None) -> Revision:
    """Ask the worker of a running training to end it, or mark a paused or queued training as stopped. RevisionError in any other
    state."""
    return _ask(store, ref, "stop", launcher)


def _ask(store, ref, request, launcher):
    launcher = launcher or engines.chosen()
    reconcile(store, launcher)
    revision = store.open(ref)
    past = {"pause": "paused", "stop": "stopped"}[request]
    revision.check_own(past)
    try:
        with revision.lock():
            _apply(revision, request, past, launcher)
    except files.Busy:
        revision.write_request(request)
        if revision.status.state not in (*statuses.BUSY, past):  # its worker is ending and will not see the request
            with revision.lock(LOCK_WAIT):
                revision.write_request(None)
                _apply(revision, request, past, launcher)
    return revision


def _apply(revision, request, past, launcher):
    status = revision.status
    begins = status.launched and not (status.engine == launcher.name and launcher.withdraw(status))
    if begins or status.state == "running":
        revision.write_request(request)
    elif status.state == "queued" or (request, status.state) == ("stop", "paused"):
        revision.write_status(status, **NOBODY, state=past, queued=None)
    else:
        raise RevisionError(f"{revision.id} is {status.state} and cannot be {past}; only a running or queued one can.")


def resume(
    store: Store, ref: str, launcher: Launcher | None = None, until: int | None = None, asks: str | None = None
) -> Revision:
    """Queue a paused, stopped or failed revision again, to continue bit for bit from its last checkpoint, or a finished one, to
    restore files that it has lost.

    until: the step at which it pauses, None for the end. asks: what it asks of the engine, by default $AAE_ENGINE_OPTIONS. Raises
    RevisionError if it is running or queued, would fill the disk, or fails `check_resumable`.
    """
    launcher = launcher or engines.chosen()
    reconcile(store, launcher)
    revision = store.open(ref)
    check_before_resuming(revision)
    with revision.lock(LOCK_WAIT):
        status = revision.status
        if status.state in statuses.BUSY:
            raise RevisionError(f"{revision.id} is already {status.state}; there is nothing to resume.")
        revision.write_request(None)
        updates = {"error": None, "finished": None, "engine": launcher.name, "until": until}
        updates["asks"] = engines.asks() if asks is None else asks
        revision.write_status(status, **NOBODY, **updates, state="queued", queued=time.time())
    pump(store, launcher)
    return revision


def check_resumable(revision: Revision) -> None:
    """RevisionError if a revision cannot be resumed: it belongs to the gallery, it is done and complete, it was made with a
    setting that no longer exists, or it has networks but no resume.safetensors, so that it would begin anew and overwrite them.

    A revision that is done can be resumed if its networks or probe codes are lost or damaged and resume.safetensors is there: a
    worker then writes them again, without a further step.
    """
    if revision.gallery:
        raise RevisionError(
            f"{revision.id} belongs to the gallery, which carries no resume state; train a revision of your own."
        )
    done = revision.status.state == "done"
    if done and not _restorable(revision):
        raise RevisionError(f"{revision.id} is done, so nothing is left to train; start a new one with more epochs.")
    if revision.why_not_resumed and not done:
        raise RevisionError(f"{revision.id} cannot continue: {revision.why_not_resumed}; start a new training instead.")
    exists = {name: (revision.path / f"{name}.safetensors").exists() for name in ("weights", "resume")}
    if exists["weights"] and not (exists["resume"] or done):  # it would begin anew and overwrite the networks
        raise RevisionError(
            f"{revision.id} cannot continue, because its resume.safetensors is gone; its networks are as they were. Put the file "
            "back, or start a new training."
        )


def check_before_resuming(revision: Revision) -> None:
    """As `check_resumable`, with a RevisionError also if the rest of the training would fill the disk."""
    from aae_core.scheduling import room

    check_resumable(revision)
    if refused := room.refusal(Store(revision.path.parent), room.rest(revision), begun=True):
        raise RevisionError(refused)


def _restorable(revision):
    """Whether networks or probe codes of a finished revision are lost or damaged, and its resume state can restore them."""
    from aae_core.store import weights

    with suppress(RevisionError):
        revision.model()
        if revision.probe() is not None:
            return False
    with suppress(RevisionError):
        return weights.load_resume(revision) is not None
    return False


def queue(store: Store) -> list[Summary]:
    """The queued revisions in the order in which they will be launched."""
    rows = [row for row in store.own() if row.state == "queued"]
    return sorted(rows, key=lambda row: (row.status.queued or 0, row.id))


def _at_work(status: Status | None, launcher: Launcher | None = None) -> bool:
    """Whether a status claims to have a worker; with a launcher, whether on that engine."""
    of_it = launcher is None or (status is not None and status.engine in ("", launcher.name))
    return status is not None and of_it and (status.state == "running" or status.launched)


def follow(revision: Revision, on_report: Callable[[Status], object]) -> Status:
    """Wait for a training in the background, launching queued trainings meanwhile, and return its last Status.

    on_report: called with the Status every LOOKED seconds; if it returns True, `follow` returns before the training ends.
    """
    while True:
        pump(Store(revision.path.parent))
        status = revision.status
        if on_report(status) or status.state not in statuses.BUSY:
            return status
        time.sleep(LOOKED)


def remark(status: Status) -> str:
    """Why a training on a cluster waits, or what is not known about it, in a sentence of the engine in use; "" for nothing."""
    engine = engines.chosen()
    if status.state not in statuses.BUSY or status.engine in ("", LOCAL.name):
        return ""
    if status.engine == engine.name:
        return engine.told(status)
    return f"It was given to the engine {status.engine}, which this program does not ask; start it with --engine {status.engine}."


def remark_of_all(under_way: Iterable[Status]) -> str:
    """The `remark` on the most advanced of several trainings, if there is one on each of them; else ""."""
    farthest = sorted(under_way, key=lambda status: (status.state == "running", bool(status.host)), reverse=True)
    sentences = list(map(remark, farthest))
    return sentences[0] if sentences and all(sentences) else ""


def places_left(states: Iterable[str], launcher: Launcher | None = None) -> int:
    """How many more trainings of a sweep, or of another series, may be queued while others of it are in these states: no more
    than can run or, on an engine with a queue of its own, than HANDED_OVER waiting ones, so that the next training of anybody
    else soon has its turn."""
    launcher, states = launcher or engines.chosen(), list(states)
    if launcher.has_queue:
        return HANDED_OVER - states.count("queued")
    return slots() - states.count("queued") - states.count("running")


def reconcile(store: Store, launcher: Launcher | None = None) -> list[str]:
    """Mark the revisions that claim to have a worker, but whose worker died, as failed, with reason and remedy; return their ids.

    A training whose cluster took its machine back, or was itself restarted, is queued again instead.
    """
    launcher, dead = launcher or engines.chosen(), []
    for row in store.own():
        if _at_work(row.status) and _suspect(row.status, launcher) and _mark_dead(row, launcher):
            dead.append(row.id)
    return dead


def _suspect(status, launcher):
    """Whether a worker may be dead: the engine says so, or it is a process of this machine and its last heartbeat is too old."""
    alive = engines.alive(status, launcher)
    is_local = status.engine in ("", LOCAL.name) and status.host in ("", files.HOST)
    beat = status.heartbeat if is_local else None
    return alive is False or (alive is True and beat is not None and time.time() - beat > SILENCE)


def _mark_dead(row, launcher):
    """Mark a training as failed if its worker is really dead, and return whether that was so. Nothing changes if the worker holds
    its lock or another one has taken over. A training that its cluster gave back, or lost as a whole, is queued again instead."""
    with suppress(RevisionError):  # the lock is held, or the folder cannot be used, which the list reports
        revision = Revision(row.path)
        with revision.lock():
            status = revision.status
            # a running worker would hold the lock, so only one that is still starting can be alive
            if not _at_work(status) or (status.launched and engines.alive(status, launcher) is not False):
                return False
            revision.free_spare()
            files.remove_parts(revision.path)
            given_back = status.launched and status.heartbeat is not None
            if given_back or (status.engine == launcher.name and launcher.lost(status)):
                updates = {"state": "queued", "queued": status.queued or time.time(), "doing": "", "left": None}
                revision.write_status(status, **NOBODY, **updates)
                return False
            revision.write_status(status.failed(*_obituary(revision, status)))
            return True
    return False


def _obituary(revision, status):
    """(what happened to a worker that died; what to do, with the step of the last complete checkpoint), in sentences."""
    if status.launched:
        problem = "The worker died while it was starting; worker.log in the revision's folder may say why."
        return problem, "Resume the training to try again."
    file, saved_step = revision.path / "resume.safetensors", 0
    try:
        saved_step = int(files.read_header(file).metadata.get("step", 0)) if file.exists() else 0
        advice = f"Resume the training; it continues from step {saved_step:,}."
    except (RevisionError, ValueError):
        advice = f"Start a new training: {file.name} is damaged, so this one cannot continue."
    step = max(status.step, saved_step)
    where = "" if status.host in ("", files.HOST) else f" on {status.host}"
    return (
        f"The worker{where} ended without a message at step {step:,} (killed, out of memory, or power failure).",
        advice,
    )


def pump(store: Store, launcher: Launcher | None = None, *, patience: float = 0.0) -> list[str]:
    """Launch queued revisions, the oldest first, while slots are free, and return their ids. A lock ensures that each is launched
    once; patience: seconds to wait for it.

    A training takes a slot for each of its processes, or all slots if it has more processes. If too few slots are free for the
    next training, later ones wait as well. An engine with a queue of its own is given all its trainings, HANDED_OVER at a time,
    except that visitors' trainings on a shared server wait here as long as no more of them may run.
    """
    launcher = launcher or engines.chosen()
    reconcile(store, launcher)
    if not any(_waits_for(row.status, launcher) for row in queue(store)):
        return []
    launched = []
    with suppress(files.Busy, Away), files.lock(store.root / ".queue.lock", "Another page is launching.", patience):
        rows = [row for row in store.own() if _at_work(row.status, launcher)]
        slot_count = 1 if launcher.has_queue else slots()
        free = HANDED_OVER if launcher.has_queue else slot_count - sum(min(row.processes, slot_count) for row in rows)
        working = [row.owner for row in rows]
        for row in queue(store):
            if not (_waits_for(row.status, launcher) and _may_run(row.owner, working)):
                continue
            if (taken := min(row.processes, slot_count)) > free:
                break
            if _launch(row, launcher):
                launched.append(row.id)
                working.append(row.owner)
                free -= taken
    return launched


def _waits_for(status, launcher):
    """Whether a training is queued for this engine and not yet launched; one that names no engine may be launched by any."""
    return status.state == "queued" and not status.launched and status.engine in ("", launcher.name)


def _may_run(owner, working):
    """Whether another training of this owner may run beside trainings of the owners in `working`; None is not a visitor."""
    shared, visitors = limits.shared(), [visitor.id for visitor in working if visitor]
    if shared is None or owner is None:
        return True
    return len(visitors) < shared.all.running and visitors.count(owner.id) < shared.each.running


def _launch(row, launcher):
    """Start a worker for a queued revision, and return whether that succeeded. The lock is held meanwhile, so that the worker
    cannot report "running" before its launch is recorded."""
    with suppress(RevisionError):  # the lock is held, or the folder cannot be used: neither may block the queue
        revision = Revision(row.path)
        with revision.lock():
            status = revision.status
            if _waits_for(status, launcher):
                # tests that the status can be written: if a launch could not be recorded, each call would start a worker
                status = revision.write_status(status, heartbeat=None)
                try:
                    revision.write_status(status, **launcher.launch(revision))
                    return True
                except (RevisionError, ConfigError) as error:
                    revision.write_status(status.failed(str(error), "Resume the training once this is fixed."))
    return False
