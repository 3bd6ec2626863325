"""Every change that a page makes to the store or the data folder; permissions are checked here and nowhere else.

Pages, their parts and routes call these functions, never those of `scheduling.queue`, the store or `sets` that change
something (`tests/app/visitors/test_acts.py` checks this). On a server that is not shared, everybody may do everything.
"""

from collections.abc import Callable
from dataclasses import replace
from functools import lru_cache, wraps
from pathlib import Path

from aae_core import files, owners, progress
from aae_core.config.configuration import Config
from aae_core.data import own_sets, sets
from aae_core.errors import DataError, RevisionError, unknown
from aae_core.places import data_root
from aae_core.scheduling import limits, queue
from aae_core.store import data_removal
from aae_core.store import sweeps as records
from aae_core.store.folder import folder_size
from aae_core.store.revisions import Store, Summary
from aae_core.store.status import BUSY
from aae_core.sweeps import control
from aae_core.training import machine
from app.visitors import classroom, who

GIGABYTE = 1e9
NOT_YOURS = "Only the person who started this training, or the teacher, may change it."
NOT_YOUR_DATA = "Only the person who added this data set, or the teacher, may remove it."
NOT_HERE = "Only the teacher may do this on a shared server."
UNKNOWN = (
    "This server could not tell your browser from others; allow cookies for it and reload the page, then you can train."
)
OVER = "The teacher has ended the lesson, so no training can start here; you can still look at what was trained."


class NotAllowed(RevisionError):
    """The visitor may not do this; the text says why."""


# Permissions ------------------------------------------------------------------------------------------------------------


def is_mine(owner: owners.Owner | None, visitor: who.Visitor | None = None) -> bool:
    """Whether the visitor, by default the present one, is the owner."""
    me = (visitor or who.present()).id
    return owner is not None and me is not None and owner.id == me


def may_change(owner: owners.Owner | None, visitor: who.Visitor | None = None) -> bool:
    """Whether the visitor, by default the present one, may change what the owner has; owner: None if it belongs to nobody, so
    that only the teacher may change it."""
    visitor = visitor or who.present()
    return visitor.is_teacher or is_mine(owner, visitor)


def _check_may_change(path: Path) -> None:
    if not may_change(owners.of(path)):
        raise NotAllowed(NOT_YOURS)


def _teacher_only(action: Callable) -> Callable:
    """The action for the teacher alone; NotAllowed for everybody else."""

    @wraps(action, assigned=("__doc__",))
    def act(*args, **kwargs):
        if not who.present().is_teacher:
            raise NotAllowed(NOT_HERE)
        return action(*args, **kwargs)

    return act


# Trainings --------------------------------------------------------------------------------------------------------------


def start(store: Store, config: Config, name: str = ""):
    """Create and queue a revision. name: what the visitor calls herself. NotAllowed if a limit forbids the training; ConfigError
    for a data set that she does not see; otherwise as `queue.start`."""
    visitor = who.present()
    if visitor.is_teacher:
        return queue.start(store, config, queue.check(config))
    from aae_core.scheduling import room

    config = bounded(config)
    if config.data not in data_names():
        raise unknown("data set", config.data, data_names())
    summary = queue.check(config)
    with _start_lock(store):
        if refused := refusal(store, store.own(), config, summary):
            raise NotAllowed(refused)
        if refused := _no_room(store, room.needed(config, summary).peak):
            raise NotAllowed(refused)
        return queue.start(store, config, summary, owner=owners.Owner(visitor.id, owners.named(name)))


def _start_lock(store):
    """A lock shared by all servers of the store, so that two starts at once cannot both take the last place."""
    classroom.keys(store.root)  # creates the folder of the lock
    place = store.root / classroom.FOLDER / ".start.lock"
    return files.lock(place, "Another training is being started; try again.", 5.0)


def bounded(config: Config) -> Config:
    """The configuration with the visitor's limits where it sets nothing itself: the minutes that a training may take, and the
    number of threads, if that limit is lower than the number that a large step would get anyway."""
    if who.present().is_teacher:
        return config
    each = limits.shared().each
    threads = config.threads or (each.threads if each.threads < machine.MOST_THREADS else 0)
    return replace(config, minutes=each.minutes if config.minutes is None else config.minutes, threads=threads)


def memory() -> float | None:
    """How many gigabytes of memory a training of the visitor may use; None without a limit."""
    return None if who.present().is_teacher else limits.shared().each.memory


def refusal(store: Store, rows: list[Summary], config: Config, summary) -> str:
    """Why the visitor may not begin this training now, in a sentence; "" if she may. The space on the disk is not checked here.
    rows: the summaries of the store."""
    if who.present().is_teacher:
        return ""
    if refused := no_place(store, rows):
        return refused
    each = limits.shared().each
    if config.minutes and config.minutes > each.minutes:
        return f"A training may take at most {each.minutes:g} minutes here, and this one asks for {config.minutes:g}; set fewer."
    for title, count, limit in (
        ("Processes", config.processes, each.processes),
        ("Processor threads", config.threads, each.threads),
    ):
        if count > limit:
            return f"{title} may be at most {limit} here, and this training asks for {count}; set fewer."
    count = _parameters(config, summary.shape, len(summary.classes), summary.features)
    if count > each.parameters * 1e6:
        return (
            f"The networks may have {each.parameters:g} million parameters here, and these have {count / 1e6:.3g} million; "
            "choose smaller ones."
        )
    return ""


@lru_cache(maxsize=256)
def _parameters(config, shape, classes, features):
    from aae_core.models import sizes

    return sum(size.parameters for size in sizes.of(config, shape, classes, features).values())


def no_place(store: Store, rows: list[Summary]) -> str:
    """Why no further training of the visitor may run or wait, in a sentence; "" if one may. rows: the summaries of the store."""
    visitor = who.present()
    if visitor.is_teacher:
        return ""
    if visitor.id is None:  # also if the limits cannot be read
        return UNKNOWN
    rules = limits.shared()
    if classroom.is_over(store.root):
        return OVER
    busy = [row.owner for row in rows if row.state in BUSY and row.owner is not None]
    mine = sum(is_mine(owner, visitor) for owner in busy)
    if mine >= rules.each.running + rules.each.waiting:
        count = progress.count_of(mine, "training")
        return f"{count} of yours run or wait, and no more may run or wait here; wait until one is done, or stop one."
    if len(busy) >= rules.all.running + rules.all.waiting:
        count = progress.count_of(len(busy), "training")
        return f"{count} of visitors run or wait, and no more may run or wait here; try again when some are done."
    return ""


def _no_room(store, more):
    """Why `more` bytes would exceed what the visitor, or all visitors together, may store on the disk; "" if they would not. A
    queued or running training counts with its final size."""
    visitor, rules, mine, whole = who.present(), limits.shared(), more, more
    for owner, path, to_come in _owned(store):
        size = folder_size(path) + to_come
        whole += size
        mine += size if is_mine(owner, visitor) else 0
    for taken, most, whose in ((mine, rules.each.disk, "yours"), (whole, rules.all.disk, "all visitors'")):
        if taken > most * GIGABYTE:
            return (
                f"With this, what is {whose} would take {progress.size(taken)} on the disk, and it may take "
                f"{progress.size(most * GIGABYTE)}; delete some of it for good first."
            )
    return ""


def _owned(store):
    """(owner, folder, bytes by which it will still grow) of everything that visitors have on the disk, including the trash."""
    from aae_core.scheduling import room

    root = data_root() / own_sets.FOLDER
    found = [(row.owner, row.path, room.claimed(store, [row])) for row in store.own() if row.owner is not None]
    found += [(row.owner, row.path, 0) for row in store.deleted()]
    found += [(sets.owner_of(name), root / name, 0) for name in own_sets.names(data_root())]
    return [each for each in found if each[0] is not None]


def pause(store: Store, ref: str):
    _check_may_change(store.open(ref).path)
    return queue.pause(store, ref)


def stop(store: Store, ref: str):
    _check_may_change(store.open(ref).path)
    return queue.stop(store, ref)


def resume(store: Store, ref: str):
    """As `queue.resume`; NotAllowed if a visitor's training has no place in the queue, or no room for what it will still
    write."""
    revision = store.open(ref)
    _check_may_change(revision.path)
    if who.present().is_teacher:
        return queue.resume(store, ref)
    from aae_core.scheduling import room

    queue.check_resumable(revision)
    with _start_lock(store):
        if refused := no_place(store, store.own()):
            raise NotAllowed(refused)
        if refused := _no_room(store, room.rest(revision)):
            raise NotAllowed(refused)
        return queue.resume(store, revision.id)


start_sweep = _teacher_only(control.start)
stop_sweep = _teacher_only(control.stop)
continue_sweep = _teacher_only(control.go_on)
remove_sweep = _teacher_only(control.remove)


def annotate(revision, **given) -> None:
    _check_may_change(revision.path)
    revision.annotate(**given)


# Deleting and restoring -------------------------------------------------------------------------------------------------


def delete(store: Store, ref: str, for_good: bool = False) -> str:
    """As `Store.delete`, which also deletes broken revisions."""
    rows = [row for row in store.own() if row.id == ref]
    _check_may_change(rows[0].path if rows else store.open(ref).path)
    return store.delete(ref, for_good=for_good)


def may_restore(store: Store, ref: str) -> bool:
    return may_change(owners.of(store.trash.find(ref).path))


def restore(store: Store, ref: str) -> str:
    _check_may_change(store.trash.find(ref).path)
    return store.trash.restore(ref)


def remove(store: Store, ref: str) -> str:
    _check_may_change(store.trash.find(ref).path)
    return store.trash.remove(ref)


def empty(store: Store, names: list[str]) -> int:
    """As `Trash.empty`; NotAllowed, before anything is removed, if the visitor may not change one of them."""
    for each in store.trash.entries():
        if each.path.name in names:
            _check_may_change(each.path)
    return store.trash.empty(names)


# Data -------------------------------------------------------------------------------------------------------------------


def data_names() -> list[str]:
    """The data sets that the visitor sees: all but those that other visitors uploaded. The teacher sees all."""
    me, uploaded = who.present(), own_sets.names(data_root())
    theirs = [name for name in uploaded if (owner := sets.owner_of(name)) is not None and not may_change(owner, me)]
    return [name for name in sets.names() if name not in theirs]


def describe_data(name: str) -> sets.DataSummary:
    """As `sets.describe`, for a data set that the visitor sees. DataError, the same one, if there is none of that name and if it
    is another visitor's, of which nothing is read."""
    seen = data_names()
    if (sets.held_out_of(name) or name) not in seen:
        raise unknown("data set", name, seen, DataError)
    return sets.describe(name)


def add_data(path, name: str, by: str = "", **given):
    """As `sets.add`; a visitor becomes the owner of what she adds. by: what she calls herself. DataError if a limit forbids
    it."""
    visitor = who.present()
    if visitor.is_teacher:
        return sets.add(path, name, **given)
    if refused := data_refusal(path):
        raise DataError(refused)
    added = sets.add(path, name, owner=owners.Owner(visitor.id, owners.named(by)), **given)
    # checked again: only now is its unpacked size known, and she may have added another data set meanwhile
    if refused := _too_much_data(0, 0):
        sets.remove(name)
        raise DataError(refused)
    return added


def data_refusal(path) -> str:
    """Why the visitor may not add the file at a path, in a sentence; "" if she may. Its unpacked size is not checked here."""
    visitor = who.present()
    if visitor.is_teacher:
        return ""
    if visitor.id is None:
        return UNKNOWN
    each = limits.shared().each
    if (size := path.stat().st_size) > each.upload * 1e6:
        return f"A file may have at most {each.upload} MB here, and this one has {progress.size(size)}; choose a smaller one."
    return _too_much_data(1, size)


def _too_much_data(sets_more, bytes_more):
    """Why the visitor may not have so many more data sets and bytes; "" if she may."""
    most = limits.shared().each.data_sets
    if sum(is_mine(sets.owner_of(name)) for name in own_sets.names(data_root())) + sets_more > most:
        return f"You may have at most {progress.count_of(most, 'data set')} of your own here; remove one, or ask the teacher."
    return _no_room(Store(), bytes_more)


def may_remove_data(name: str) -> bool:
    return name in own_sets.names(data_root()) and may_change(sets.owner_of(name))


def remove_data(store: Store, name: str) -> None:
    if name not in data_names():
        raise unknown("data set", name, data_names(), DataError)
    if not may_change(sets.owner_of(name)):
        raise NotAllowed(NOT_YOUR_DATA)
    data_removal.remove(store, name)


@_teacher_only
def get_data(name: str, progress):
    """As `sets.get`, which may download."""
    return sets.get(name, progress=progress)


# The lesson -------------------------------------------------------------------------------------------------------------


def is_over() -> bool:
    """Whether the teacher has ended the lesson."""
    return who.is_shared() and classroom.is_over(Store().root)


@_teacher_only
def end_lesson(store: Store) -> int:
    """Stop all trainings and sweeps that run or wait and return the number of these trainings; on a shared server, visitors can
    begin no more. RevisionError, after all others were stopped, if some could not be; it gives the first reason."""
    if who.is_shared():
        with _start_lock(store):  # a start that was allowed before is in the queue by now, and is stopped too
            classroom.set_over(store.root, True)
    sweeps = [each.id for each in records.read_all(store)[0] if each.state == "running"]
    troubles = _refused(control.stop, store, sweeps)
    busy = [row for row in store.own() if row.state in BUSY]
    # else a waiting one would start in a free place
    waiting_first = sorted(busy, key=lambda row: row.state == "running")
    troubles += _refused(queue.stop, store, [row.id for row in waiting_first])
    if troubles:
        raise RevisionError(f"Of the trainings and sweeps, {len(troubles)} could not be stopped: {troubles[0]}")
    return len(busy)


def _refused(action, store, ids):
    """The RevisionErrors that an action raised when applied to each of the ids."""
    troubles = []
    for id_ in ids:
        try:
            action(store, id_)
        except RevisionError as error:
            troubles.append(error)
    return troubles


@_teacher_only
def open_lesson(store: Store) -> None:
    """Let visitors begin trainings again."""
    classroom.set_over(store.root, False)
