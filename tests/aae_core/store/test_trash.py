"""The trash: what is deleted comes back byte for byte, is not used meanwhile, and goes after a week."""

import errno
import os
import time
from pathlib import Path

import numpy as np
import pytest

from aae_core.errors import RevisionError
from aae_core.runs import queue
from aae_core.runs.launchers import Launcher
from aae_core.store import trash
from aae_core.store.revisions import Store
from aae_core.store.status import Status
from aae_core.store.trash import Trash

HOUR, DAY = 3600, 86400
NOW = 1_800_000_000.0


def content(folder):
    """Every file below a folder: its bytes and its time."""
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    return {str(path.relative_to(folder)): (path.read_bytes(), path.stat().st_mtime_ns) for path in files}


def create_filled_revision(store, config, facts, state="done", **status):
    """A revision with files of every depth."""
    revision = store.create(config, facts, Status(state, step=20, total_steps=20, **status))
    revision.annotate("mine", "with notes")
    for name in ("weights.safetensors", "frames/000000010.safetensors", "frames/marks.json"):
        (revision.path / name).parent.mkdir(exist_ok=True)
        (revision.path / name).write_bytes(np.random.default_rng(0).bytes(1000))
    with revision.lock():  # its file is there from the first lock on
        return revision


@pytest.fixture
def clock(monkeypatch):
    """A clock that tests move: `clock.now`."""

    class Clock:
        now = NOW

        @staticmethod
        def time():
            return Clock.now

    monkeypatch.setattr(trash, "time", Clock)
    return Clock


def test_what_is_deleted_comes_back_byte_for_byte(store, tiny_config, facts):
    revision = create_filled_revision(store, tiny_config, facts)
    kept_revision = create_filled_revision(store, tiny_config, facts)
    former_content = content(revision.path)
    assert store.delete(revision.id) == revision.id
    assert not revision.path.exists() and [row.id for row in store.list()] == [kept_revision.id]
    (deleted_row,) = store.list_deleted()
    assert (deleted_row.id, deleted_row.label, deleted_row.state) == (revision.id, "mine", "done") and abs(
        deleted_row.deleted - time.time()
    ) < 60
    assert content(deleted_row.path) == former_content, "it waits as it was"
    with pytest.raises(RevisionError, match=f"restore {revision.id}"):
        store.open(revision.id)
    assert store.trash.restore(revision.id) == revision.id
    assert content(revision.path) == former_content and store.list_deleted() == []
    assert store.open(revision.id).label == "mine" and os.listdir(store.trash.path) == []


def test_the_queue_does_not_look_into_the_trash(store, tiny_config, facts):
    class FailingLauncher(Launcher):
        def launch(self, revision):
            raise AssertionError("launched from the trash")

        def is_alive(self, status):
            return False

    revisions = [
        create_filled_revision(store, tiny_config, facts, state, **status_fields)
        for state, status_fields in (
            ("queued", {"queued": 5.0}),
            ("running", {"pid": 7, "started": 1.0}),
            ("queued", {"queued": 5.0, "engine": "ray", "worker": "given"}),
        )
    ]
    former_contents = [content(revision.path) for revision in revisions]
    for revision in revisions:
        store.delete(revision.id)
    assert (
        queue.launch_queued(store, FailingLauncher()) == []
        and queue.fail_dead_trainings(store, FailingLauncher()) == []
    )
    for revision in revisions:
        store.trash.restore(revision.id)
    waiting_revision, dead_revision, assigned_revision = revisions
    assert (assigned_revision.status.state, assigned_revision.status.worker) == ("paused", ""), (
        "the cluster's worker finds another launch"
    )
    assert (waiting_revision.status.state, waiting_revision.status.queued) == ("paused", None), (
        "it trains only if that is asked for"
    )
    assert content(dead_revision.path) == former_contents[1] and queue.launch_queued(store, FailingLauncher()) == []


def test_what_cannot_be_moved_stays_whole(store, tiny_config, facts, monkeypatch):
    revision = create_filled_revision(store, tiny_config, facts)
    before = content(revision.path)
    monkeypatch.setattr(os, "replace", lambda *args: (_ for _ in ()).throw(OSError(errno.EACCES, "no")))
    with pytest.raises(RevisionError, match="permission denied"):
        store.delete(revision.id)
    with pytest.raises(RevisionError, match="permission denied"):
        store.delete(revision.id, for_good=True)
    assert content(revision.path) == before


def test_a_name_that_is_taken_again_is_not_overwritten(store, tiny_config, facts, clock):
    revision = create_filled_revision(store, tiny_config, facts)
    first = content(revision.path)
    store.delete(revision.id)
    revision.path.mkdir()  # a copy that was put back by hand
    (revision.path / "config.json").write_bytes(b"{}")
    with pytest.raises(RevisionError, match="another of this name"):
        store.trash.restore(revision.id)
    store.delete(revision.id)  # within the same second
    latest, earliest = store.list_deleted()
    assert latest.id == earliest.id == revision.id and latest.deleted > earliest.deleted
    assert store.trash.restore(earliest.path.name) == revision.id
    assert content(revision.path) == first and (latest.path / "config.json").read_bytes() == b"{}"


def test_a_prefix_names_what_it_fits_alone(store, tiny_config, facts):
    revisions = [create_filled_revision(store, tiny_config, facts) for _ in range(2)]
    for revision in revisions:
        store.delete(revision.id)
    with pytest.raises(RevisionError, match="matches 2 revisions"):
        store.trash.restore(revisions[0].id[:9])
    assert store.trash.restore(revisions[0].id[:-2]) == revisions[0].id
    for ref in ("nope", "", "..", "../x", None):
        with pytest.raises(RevisionError, match="no revision"):
            store.trash.restore(ref)


def count_after_tidying(store, clock, now):
    """What is left after tidying at a time."""
    clock.now = now
    store.trash.remove_expired()
    return len(store.list_deleted())


def test_after_a_week_it_goes(store, tiny_config, facts, clock):
    revision = create_filled_revision(store, tiny_config, facts)
    os.utime(revision.path, (NOW - HOUR,) * 2)
    store.delete(revision.id)
    assert count_after_tidying(store, clock, NOW + 7 * DAY - HOUR) == 1
    assert count_after_tidying(store, clock, NOW + 7 * DAY + HOUR) == 1, "noted"
    assert count_after_tidying(store, clock, NOW + 8 * DAY) == 1
    assert count_after_tidying(store, clock, NOW + 8 * DAY + 2 * HOUR) == 0
    assert os.listdir(store.trash.path) == [] and not list(store.root.glob(".trash-*"))


def test_a_folder_is_noted_once_even_at_the_moment_when_its_week_ends(store, tiny_config, facts, clock):
    revision = create_filled_revision(store, tiny_config, facts)
    store.delete(revision.id)
    assert count_after_tidying(store, clock, NOW + 7 * DAY) == 1
    assert count_after_tidying(store, clock, NOW + 7.5 * DAY) == 1, "not noted again, which would keep it another day"
    assert count_after_tidying(store, clock, NOW + 8 * DAY) == 0


def test_deleting_or_creating_another_tidies(store, tiny_config, facts, clock):
    for act in (lambda: store.delete(store.create(tiny_config, facts).id), lambda: store.create(tiny_config, facts)):
        clock.now = NOW
        old = create_filled_revision(store, tiny_config, facts)
        store.delete(old.id)
        os.utime(store.trash.find(old.id).path, (NOW + 7 * DAY + HOUR,) * 2)  # as it was noted
        clock.now = NOW + 9 * DAY
        act()
        assert old.id not in [row.id for row in store.list_deleted()]


@pytest.mark.parametrize("clock_error", [-20 * 365 * DAY, -DAY, 30 * DAY, 70 * 365 * DAY])
def test_a_clock_that_was_wrong_for_an_hour_empties_nothing(store, tiny_config, facts, clock, clock_error):
    revision = create_filled_revision(store, tiny_config, facts)
    os.utime(revision.path, (NOW - HOUR,) * 2)
    store.delete(revision.id)
    for now in (
        NOW + clock_error,
        NOW + clock_error + HOUR,
        NOW + 2 * HOUR,
        NOW + 6 * DAY,
        NOW + clock_error,
        NOW + 6.5 * DAY,
    ):
        assert count_after_tidying(store, clock, now) == 1, now - NOW
    assert (
        count_after_tidying(store, clock, NOW + 7.5 * DAY) == 1
        and count_after_tidying(store, clock, NOW + 9 * DAY) == 0
    )


def test_what_was_deleted_in_the_clocks_future_stays(store, tiny_config, facts, clock):
    revision = create_filled_revision(store, tiny_config, facts)
    clock.now = NOW + 3000 * DAY
    store.delete(revision.id)
    assert count_after_tidying(store, clock, NOW) == 1 and count_after_tidying(store, clock, NOW + 30 * DAY) == 1
    assert store.trash.restore(revision.id) == revision.id


def test_what_is_deleted_by_a_clock_at_its_beginning_is_restored(store, tiny_config, facts, clock):
    revision = create_filled_revision(store, tiny_config, facts)
    clock.now = 200 * DAY
    store.delete(revision.id)
    assert [row.id for row in store.list_deleted()] == [revision.id]
    assert store.trash.restore(revision.id) == revision.id and store.open(revision.id).label == "mine"


def test_a_full_disk_is_told_and_freed(store, tiny_config, facts, monkeypatch):
    revision = create_filled_revision(store, tiny_config, facts)
    trashed = create_filled_revision(store, tiny_config, facts)
    store.delete(trashed.id)
    before = content(revision.path)

    def raise_full_disk(*args, **options):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "replace", raise_full_disk)
    with pytest.raises(trash.DiskFullError, match="disk is full; delete it for good"):
        store.delete(revision.id)
    assert content(revision.path) == before
    store.delete(revision.id, for_good=True)
    assert store.trash.remove_all() == 1
    assert not revision.path.exists() and store.list_deleted() == []


def test_of_a_link_only_the_link_goes(store, tiny_config, facts, tmp_path):
    elsewhere = tmp_path / "elsewhere"
    revision = create_filled_revision(store, tiny_config, facts)
    revision.path.rename(elsewhere)
    revision.path.symlink_to(elsewhere)
    before = content(elsewhere)
    store.delete(revision.id)
    assert [row.id for row in store.list_deleted()] == [revision.id]
    store.trash.restore(revision.id)
    assert revision.path.is_symlink()
    store.delete(revision.id)
    assert store.trash.remove_for_good(revision.id) == revision.id and content(elsewhere) == before


def test_a_trash_that_is_something_else_is_left_alone(store, tiny_config, facts, tmp_path):
    odd = store.trash.path
    for name in ("20261123T050246Z-", "99999999T999999Z-x", "notes", "20261123T050246Z-.hidden", "00010101T000000Z-x"):
        (odd / name).mkdir(parents=True)
    (odd / "20261123T050246Z-file").touch()
    assert store.list_deleted() == [] and store.trash.remove_all() == 0 and len(os.listdir(odd)) == 6
    outside = tmp_path / "outside"
    odd.rename(outside)
    (outside / "20201123T050246Z-mine").mkdir()
    odd.symlink_to(outside)
    store.trash.remove_expired()
    assert store.list_deleted() == [] and (outside / "20201123T050246Z-mine").exists()
    mine = store.create(tiny_config, facts)
    with pytest.raises(RevisionError, match="it is a link, which is not followed"):
        store.delete(mine.id)
    assert mine.path.exists() and len(os.listdir(outside)) == 7
    revision = create_filled_revision(Store(tmp_path / "other", gallery=store.gallery), tiny_config, facts)
    (tmp_path / "other" / ".trash").touch()
    with pytest.raises(RevisionError, match="could not be deleted"):
        Store(tmp_path / "other", gallery=store.gallery).delete(revision.id)
    assert revision.path.exists()


def forbid_removal(monkeypatch, *ids):
    """Folders of these revisions, of which no file can be removed."""
    real = trash.shutil.rmtree

    def remove(path, **options):
        if (Path(path) / "config.json").exists() and Path(path, "config.json").read_text().count(ids[0]):
            if not options.get("ignore_errors"):
                raise OSError(errno.EACCES, "no")
        else:
            real(path, **options)

    monkeypatch.setattr(trash.shutil, "rmtree", remove)


def test_what_is_left_is_told_and_keeps_no_other(store, tiny_config, facts, monkeypatch, clock):
    locked_revision = create_filled_revision(store, tiny_config, facts)
    removable_revision = create_filled_revision(store, tiny_config, facts)
    for revision in (removable_revision, locked_revision):  # the latest deletion comes first
        clock.now += 1
        store.delete(revision.id)
    forbid_removal(monkeypatch, locked_revision.id)
    with pytest.raises(
        RevisionError,
        match=f"1 of 2 revisions deleted for good: .*{locked_revision.id} could not be deleted",
    ):
        store.trash.remove_all()
    assert store.list_deleted() == [] and len(list(store.root.glob(".trash-*"))) == 1
    monkeypatch.undo()
    store.trash.remove_expired()
    assert not list(store.root.glob(".trash-*"))


def test_what_cannot_be_tidied_keeps_no_other(store, tiny_config, facts, monkeypatch, clock):
    stuck_revision = create_filled_revision(store, tiny_config, facts)
    removable_revision = create_filled_revision(store, tiny_config, facts)
    for revision in (removable_revision, stuck_revision):  # the latest deletion comes first
        clock.now += 1
        store.delete(revision.id)
        os.utime(store.trash.find(revision.id).path, (NOW + 7 * DAY + HOUR,) * 2)  # as it was noted
    (store.root / ".trash-00000000").mkdir()
    remove_folder = Trash.remove_folder

    def refuse_stuck_folder(self, path):
        if path.name.endswith(stuck_revision.id):
            raise RevisionError("It cannot be deleted.")
        remove_folder(self, path)

    monkeypatch.setattr(Trash, "remove_folder", refuse_stuck_folder)
    assert count_after_tidying(store, clock, NOW + 9 * DAY) == 1 and store.list_deleted()[0].id == stuck_revision.id


def test_only_what_was_named_is_emptied(store, tiny_config, facts):
    first, second = create_filled_revision(store, tiny_config, facts), create_filled_revision(store, tiny_config, facts)
    store.delete(first.id)
    named = [row.path.name for row in store.list_deleted()]
    store.delete(second.id)
    assert store.trash.remove_all(named) == 1 and [row.id for row in store.list_deleted()] == [second.id]
