"""Every change that a page makes to the store or the data folder; permissions are checked here and nowhere else.

Pages, their parts and routes call these functions, never those of `runs.queue`, the store or `sets` that change
something (`tests/app/visitors/test_actions.py` checks this). On a server that is not shared, everybody may do
everything.
"""

import time
from collections.abc import Callable
from dataclasses import replace
from functools import lru_cache, wraps
from pathlib import Path

from aae_core import files, owners, progress
from aae_core.config.configuration import Config
from aae_core.data import sets
from aae_core.data.own_data import own_sets
from aae_core.errors import DataError, RevisionError, unknown_name_error
from aae_core.places import data_root
from aae_core.runs import continuation, limits, queue, sweep_control
from aae_core.store import data_removal
from aae_core.store import sweeps as sweep_records
from aae_core.store.revision_folder import folder_size
from aae_core.store.revisions import Revision, Store, Summary
from aae_core.store.status import BUSY
from aae_core.training import machine
from app.translation.texts import mark, translate, translate_plural
from app.visitors import classroom, identity

GIGABYTE = 1e9
NOT_YOURS = mark("Only the person who started this training, or the teacher, may change it.")
NOT_YOUR_DATA = mark("Only the person who added this data set, or the teacher, may remove it.")
NOT_HERE = mark("Only the teacher may do this on a shared server.")
UNKNOWN_VISITOR = mark(
    "This server could not tell your browser from others; allow cookies for it and reload the page, then you can train."
)
LESSON_OVER = mark(
    "The teacher has ended the lesson, so no training can start here; you can still look at what was trained."
)


class NotAllowedError(RevisionError):
    """The visitor may not do this; the text says why."""


# Permissions ------------------------------------------------------------------------------------------------------------


def is_mine(owner: owners.Owner | None, visitor: identity.Visitor | None = None) -> bool:
    """Whether the visitor, by default the present one, is the owner."""
    me = (visitor or identity.current_visitor()).id
    return owner is not None and me is not None and owner.id == me


def may_change(owner: owners.Owner | None, visitor: identity.Visitor | None = None) -> bool:
    """Whether the visitor, by default the present one, may change what the owner has; owner: None if it belongs to
    nobody, so that only the teacher may change it."""
    visitor = visitor or identity.current_visitor()
    return visitor.is_teacher or is_mine(owner, visitor)


def _check_may_change(path: Path) -> None:
    if not may_change(owners.read_owner(path)):
        raise NotAllowedError(translate(NOT_YOURS))


def _only_for_teacher(action: Callable) -> Callable:
    """The action for the teacher alone; NotAllowedError for everybody else."""

    @wraps(action, assigned=("__doc__",))
    def act(*args, **kwargs):
        if not identity.current_visitor().is_teacher:
            raise NotAllowedError(translate(NOT_HERE))
        return action(*args, **kwargs)

    return act


# Trainings --------------------------------------------------------------------------------------------------------------


def start_training(store: Store, config: Config, name: str = "", request_key: str = ""):
    """Create and queue a revision; of two starts with the same request_key, the second returns the revision of the first.
    name: what the visitor calls herself. NotAllowedError if a limit forbids the training;
    ConfigError for a data set that she does not see; otherwise as `queue.start_training`."""
    visitor = identity.current_visitor()
    if visitor.is_teacher:
        return queue.start_training(store, config, queue.check_startable(config), request_key=request_key)
    from aae_core.runs import disk_space

    config = apply_visitor_limits(config)
    if config.data not in visible_data_names():
        raise unknown_name_error("data set", config.data, visible_data_names())
    summary = queue.check_startable(config)
    with _lock_starts(store):
        if existing := store.find_requested(request_key):
            return existing
        if refusal_reason := training_refusal(store, store.list_own(), config, summary):
            raise NotAllowedError(refusal_reason)
        if refusal_reason := _disk_refusal(store, disk_space.estimate_disk_need(config, summary).peak_bytes):
            raise NotAllowedError(refusal_reason)
        owner = owners.Owner(visitor.id, owners.clean_owner_name(name))
        return queue.start_training(store, config, summary, owner=owner, request_key=request_key)


def _lock_starts(store):
    """A lock shared by all servers of the store, so that two starts at once cannot both take the last place."""
    classroom.load_keys(store.root)  # creates the folder of the lock
    path = store.root / classroom.CLASS_FOLDER / ".start.lock"
    return files.lock(path, translate("Another training is being started; try again."), 5.0)


def apply_visitor_limits(config: Config) -> Config:
    """The configuration with the visitor's limits where it sets nothing itself: the minutes that a training may take,
    and the number of threads, if that limit is lower than the number that a large step would get anyway."""
    if identity.current_visitor().is_teacher:
        return config
    visitor_limits = limits.shared_server_limits().each
    threads = config.threads or (visitor_limits.threads if visitor_limits.threads < machine.MAX_THREADS else 0)
    return replace(
        config, minutes=visitor_limits.minutes if config.minutes is None else config.minutes, threads=threads
    )


def memory_limit() -> float | None:
    """How many gigabytes of memory a training of the visitor may use; None without a limit."""
    return None if identity.current_visitor().is_teacher else limits.shared_server_limits().each.memory


def training_refusal(store: Store, rows: list[Summary], config: Config, summary) -> str:
    """Why the visitor may not begin this training now, in a sentence; "" if she may. The space on the disk is not
    checked here. rows: the summaries of the store."""
    if identity.current_visitor().is_teacher:
        return ""
    if refusal_reason := queue_refusal(store, rows):
        return refusal_reason
    visitor_limits = limits.shared_server_limits().each
    if config.minutes and config.minutes > visitor_limits.minutes:
        return translate(
            "A training may take at most {limit} minutes here, and this one asks for {count}; set fewer.",
            limit=f"{visitor_limits.minutes:g}", count=f"{config.minutes:g}",
        )  # fmt: skip
    if config.threads > visitor_limits.threads:
        return translate(
            "Processor threads may be at most {limit} here, and this training asks for {count}; set fewer.",
            limit=visitor_limits.threads, count=config.threads,
        )  # fmt: skip
    count = _count_parameters(config, summary.shape, len(summary.classes), summary.features)
    if count > visitor_limits.parameters * 1e6:
        return translate(
            "The networks may have {limit} million parameters here, and these have {count} million; choose smaller ones.",
            limit=f"{visitor_limits.parameters:g}", count=f"{count / 1e6:.3g}",
        )  # fmt: skip
    return ""


@lru_cache(maxsize=256)
def _count_parameters(config, shape, classes, features) -> int:
    from aae_core.models import sizes

    return sum(size.parameters for size in sizes.network_sizes_of_config(config, shape, classes, features).values())


def queue_refusal(store: Store, rows: list[Summary]) -> str:
    """Why no further training of the visitor may run or wait, in a sentence; "" if one may. rows: the summaries of the
    store."""
    visitor = identity.current_visitor()
    if visitor.is_teacher:
        return ""
    if visitor.id is None:  # also if the limits cannot be read
        return translate(UNKNOWN_VISITOR)
    shared_limits = limits.shared_server_limits()
    if classroom.is_lesson_over(store.root):
        return translate(LESSON_OVER)
    busy_owners = [row.owner for row in rows if row.state in BUSY and row.owner is not None]
    n_own = sum(is_mine(owner, visitor) for owner in busy_owners)
    if n_own >= shared_limits.each.running + shared_limits.each.waiting:
        return translate_plural(
            "{number} training of yours runs or waits, and no more may run or wait here; wait until it is done, or stop it.",
            "{number} trainings of yours run or wait, and no more may run or wait here; wait until one is done, or stop one.",
            n_own, number=f"{n_own:,}",
        )  # fmt: skip
    if len(busy_owners) >= shared_limits.all.running + shared_limits.all.waiting:
        count = len(busy_owners)
        return translate_plural(
            "{number} training of a visitor runs or waits, and no more may run or wait here; try again when it is done.",
            "{number} trainings of visitors run or wait, and no more may run or wait here; try again when some are done.",
            count, number=f"{count:,}",
        )  # fmt: skip
    return ""


def _disk_refusal(store, added_bytes) -> str:
    """Why `added_bytes` bytes would exceed what the visitor, or all visitors together, may store on the disk; "" if
    they would not. A queued or running training counts with its final size."""
    visitor, shared_limits = identity.current_visitor(), limits.shared_server_limits()
    own_bytes = all_bytes = added_bytes
    for owner, path, growth in _owned_folders(store):
        size = folder_size(path) + growth
        all_bytes += size
        own_bytes += size if is_mine(owner, visitor) else 0
    own_text = mark(
        "With this, your files would take {used} on the disk, and they may take {limit}; delete some of them for good first."
    )
    all_text = mark(
        "With this, the files of all visitors would take {used} on the disk, and they may take {limit}; delete some of them for "
        "good first."
    )
    for used_bytes, limit, text in (
        (own_bytes, shared_limits.each.disk, own_text),
        (all_bytes, shared_limits.all.disk, all_text),
    ):
        if used_bytes > limit * GIGABYTE:
            return translate(
                text, used=progress.format_bytes(used_bytes), limit=progress.format_bytes(limit * GIGABYTE)
            )
    return ""


def _owned_folders(store):
    """(owner, folder, bytes by which it will still grow) of everything that visitors have on the disk, including the
    trash."""
    from aae_core.runs import disk_space

    root = data_root() / own_sets.OWN_SETS_FOLDER
    folders = [
        (row.owner, row.path, disk_space.claimed_bytes(store, [row]))
        for row in store.list_own()
        if row.owner is not None
    ]
    folders += [(row.owner, row.path, 0) for row in store.list_deleted()]
    folders += [(sets.owner_of_data_set(name), root / name, 0) for name in own_sets.list_own_sets(data_root())]
    return [folder for folder in folders if folder[0] is not None]


def pause_training(store: Store, ref: str):
    _check_may_change(store.open(ref).path)
    return queue.pause_training(store, ref)


def stop_training(store: Store, ref: str):
    _check_may_change(store.open(ref).path)
    return queue.stop_training(store, ref)


def resume_training(store: Store, ref: str):
    """As `queue.resume_training`; NotAllowedError if a visitor's training has no place in the queue, or no room for what it
    will still write."""
    revision = store.open(ref)
    _check_may_change(revision.path)
    if identity.current_visitor().is_teacher:
        return queue.resume_training(store, ref)
    from aae_core.runs import disk_space

    queue.check_resumable(revision)
    with _lock_starts(store):
        if refusal_reason := queue_refusal(store, store.list_own()):
            raise NotAllowedError(refusal_reason)
        if refusal_reason := _disk_refusal(store, disk_space.remaining_disk_need(revision)):
            raise NotAllowedError(refusal_reason)
        return queue.resume_training(store, revision.id)


def continue_training(store: Store, ref: str, epochs: int):
    """Continue a finished training until it has had `epochs` epochs in all, as a new revision of the same owner, and return
    it; the one that is there already, if this was asked for before. NotAllowedError if a limit forbids it; otherwise as
    `continuation.continued_config` and `start_continuation`."""
    from aae_core.runs import disk_space

    revision = store.open(ref)
    _check_may_change(revision.path)
    config = continuation.continued_config(revision, epochs)
    owner = owners.read_owner(revision.path)
    request_key = f"continue {revision.id} to {epochs}"  # every such training has the same bits
    if identity.current_visitor().is_teacher:
        return continuation.start_continuation(store, revision, config, owner=owner, request_key=request_key)
    config = apply_visitor_limits(config)
    if config.minutes and revision.status.seconds >= 60 * config.minutes:
        raise NotAllowedError(
            translate("This training has had the {limit} minutes that one may take here.", limit=f"{config.minutes:g}")
        )
    with _lock_starts(store):
        if existing := store.find_requested(request_key):
            return existing
        if refusal_reason := training_refusal(store, store.list_own(), config, revision.data):
            raise NotAllowedError(refusal_reason)
        if refusal_reason := _disk_refusal(store, disk_space.estimate_disk_need(config, revision.data).peak_bytes):
            raise NotAllowedError(refusal_reason)
        return continuation.start_continuation(store, revision, config, owner=owner, request_key=request_key)


start_sweep = _only_for_teacher(sweep_control.start_sweep)
stop_sweep = _only_for_teacher(sweep_control.stop_sweep)
continue_sweep = _only_for_teacher(sweep_control.continue_sweep)
remove_sweep = _only_for_teacher(sweep_control.remove_sweep)


def annotate_revision(revision: Revision, **changes) -> None:
    _check_may_change(revision.path)
    revision.annotate(**changes)


# Deleting and restoring -------------------------------------------------------------------------------------------------


def delete_revision(store: Store, ref: str, for_good: bool = False) -> str:
    """As `Store.delete`, which also deletes broken revisions."""
    rows = [row for row in store.list_own() if row.id == ref]
    _check_may_change(rows[0].path if rows else store.open(ref).path)
    return store.delete(ref, for_good=for_good)


def may_restore_revision(store: Store, ref: str) -> bool:
    return may_change(owners.read_owner(store.trash.find(ref).path))


def restore_revision(store: Store, ref: str) -> str:
    _check_may_change(store.trash.find(ref).path)
    return store.trash.restore(ref)


def remove_revision(store: Store, ref: str) -> str:
    _check_may_change(store.trash.find(ref).path)
    return store.trash.remove_for_good(ref)


def empty_trash(store: Store, names: list[str]) -> int:
    """As `Trash.remove_all`; NotAllowedError, before anything is removed, if the visitor may not change one of them."""
    for entry in store.trash.entries():
        if entry.path.name in names:
            _check_may_change(entry.path)
    return store.trash.remove_all(names)


# Data -------------------------------------------------------------------------------------------------------------------


def visible_data_names() -> list[str]:
    """The data sets that the visitor sees: all but those that other visitors uploaded. The teacher sees all."""
    visitor, uploaded = identity.current_visitor(), own_sets.list_own_sets(data_root())
    hidden = [
        name
        for name in uploaded
        if (owner := sets.owner_of_data_set(name)) is not None and not may_change(owner, visitor)
    ]
    return [name for name in sets.data_set_names() if name not in hidden]


def describe_data(name: str) -> sets.DataSummary:
    """As `sets.describe_data_set`, for a data set that the visitor sees. DataError, the same one, if there is none of
    that name and if it is another visitor's, of which nothing is read."""
    visible_names = visible_data_names()
    if (sets.name_without_held_out_suffix(name) or name) not in visible_names:
        raise unknown_name_error("data set", name, visible_names, DataError)
    return sets.describe_data_set(name)


def add_data(path, name: str, visitor_name: str = "", **options):
    """As `sets.add_data_set`; a visitor becomes the owner of what she adds. visitor_name: what she calls herself.
    DataError if a limit forbids it."""
    visitor = identity.current_visitor()
    if visitor.is_teacher:
        return sets.add_data_set(path, name, **options)
    uploads = [path] if options.get("metadata") is None else [path, options["metadata"]]
    for upload in uploads:
        if refusal_reason := upload_refusal(upload):
            raise DataError(refusal_reason)
    summary = sets.add_data_set(
        path, name, owner=owners.Owner(visitor.id, owners.clean_owner_name(visitor_name)), **options
    )
    # checked again: only now is its unpacked size known, and she may have added another data set meanwhile
    if refusal_reason := _data_limit_refusal(0, 0):
        sets.remove_data_set(name)
        raise DataError(refusal_reason)
    return summary


def upload_refusal(path) -> str:
    """Why the visitor may not add the file at a path, in a sentence; "" if she may. Its unpacked size is not checked
    here."""
    visitor = identity.current_visitor()
    if visitor.is_teacher:
        return ""
    if visitor.id is None:
        return translate(UNKNOWN_VISITOR)
    visitor_limits = limits.shared_server_limits().each
    if (size := path.stat().st_size) > visitor_limits.upload * 1e6:
        return translate(
            "A file may have at most {limit} MB here, and this one has {size}; choose a smaller one.",
            limit=visitor_limits.upload, size=progress.format_bytes(size),
        )  # fmt: skip
    return _data_limit_refusal(1, size)


def _data_limit_refusal(added_sets, added_bytes) -> str:
    """Why the visitor may not have so many more data sets and bytes; "" if she may."""
    max_sets = limits.shared_server_limits().each.data_sets
    n_own = sum(is_mine(sets.owner_of_data_set(name)) for name in own_sets.list_own_sets(data_root()))
    if n_own + added_sets > max_sets:
        return translate_plural(
            "You may have at most {number} data set of your own here; remove one, or ask the teacher.",
            "You may have at most {number} data sets of your own here; remove one, or ask the teacher.",
            max_sets, number=f"{max_sets:,}",
        )  # fmt: skip
    return _disk_refusal(Store(), added_bytes)


def may_remove_data(name: str) -> bool:
    return name in own_sets.list_own_sets(data_root()) and may_change(sets.owner_of_data_set(name))


def remove_data(store: Store, name: str) -> None:
    if name not in visible_data_names():
        raise unknown_name_error("data set", name, visible_data_names(), DataError)
    if not may_change(sets.owner_of_data_set(name)):
        raise NotAllowedError(translate(NOT_YOUR_DATA))
    data_removal.remove_data_set(store, name)


@_only_for_teacher
def fetch_data(name: str, progress):
    """As `sets.download_data_set`, which may download."""
    return sets.download_data_set(name, progress=progress)


# The lesson -------------------------------------------------------------------------------------------------------------


def is_lesson_over() -> bool:
    """Whether the teacher has ended the lesson."""
    return identity.is_shared() and classroom.is_lesson_over(Store().root)


@_only_for_teacher
def end_lesson(store: Store) -> int:
    """Stop all trainings and sweeps that run or wait and return the number of these trainings; on a shared server,
    visitors can begin no more, and nothing is open for all any longer. RevisionError, after all others were stopped, if
    some could not be; it gives the first reason."""
    classroom.write_invitation(store.root, None)
    if identity.is_shared():
        with _lock_starts(store):  # a start that was allowed before is in the queue by now, and is stopped too
            classroom.set_lesson_over(store.root, True)
    sweeps = [sweep.id for sweep in sweep_records.read_all_sweeps(store)[0] if sweep.state == "running"]
    errors = _collect_errors(sweep_control.stop_sweep, store, sweeps)
    busy_rows = [row for row in store.list_own() if row.state in BUSY]
    # else a waiting one would start in a free place
    waiting_first = sorted(busy_rows, key=lambda row: row.state == "running")
    errors += _collect_errors(queue.stop_training, store, [row.id for row in waiting_first])
    if errors:
        raise RevisionError(
            translate(
                "Of the trainings and sweeps, {count} could not be stopped: {error}", count=len(errors), error=errors[0]
            )
        )
    return len(busy_rows)


def _collect_errors(action, store, ids):
    """The RevisionErrors that an action raised when applied to each of the ids."""
    errors = []
    for id_ in ids:
        try:
            action(store, id_)
        except RevisionError as error:
            errors.append(error)
    return errors


@_only_for_teacher
def open_lesson(store: Store) -> None:
    """Let visitors begin trainings again."""
    classroom.set_lesson_over(store.root, False)


@_only_for_teacher
def open_for_all(store: Store, kind: str, slug: str) -> None:
    """Ask everybody's page to go to a lesson or to an exercise of the course, in place of what was open for all before."""
    classroom.write_invitation(store.root, classroom.Invitation(kind, slug, time.time()))


@_only_for_teacher
def close_for_all(store: Store) -> None:
    """Take back what is open for all."""
    classroom.write_invitation(store.root, None)


def current_invitation() -> classroom.Invitation | None:
    """The invitation to what the teacher has opened for all; None if nothing is open, or on a server that is not shared."""
    return classroom.read_invitation(Store().root) if identity.is_shared() else None
