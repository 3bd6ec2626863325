"""Faults and power failures as benchmarks/robustness/faults/ makes them: a few of each kind."""

import os
import random

import pytest
from helpers.environment import mark_for_ci

from aae_core import files
from aae_core.errors import RevisionError
from benchmarks.robustness.faults.checks import examine
from benchmarks.robustness.faults.faulty_disk import Disk, Fault, Journal, Killed, kill_process
from benchmarks.robustness.faults.rounds import KINDS, run_round, schedule, simulate_power_losses
from benchmarks.robustness.faults.scenario import BrokenPromiseError, Room

ROUNDS = 22  # of which 10 are usual
POWER_FAILURES = 40
SLOW_KINDS = "kill -9 of a server", "kill -9 of a worker, at random"  # several processes, each of which loads torch


def rounds():
    """Numbers of the rounds, of which the slow ones and the second ones of a kind are for -m thorough alone."""
    kinds = schedule(ROUNDS)
    thorough_flags = [kind in SLOW_KINDS or kind in kinds[:number] for number, kind in enumerate(kinds)]
    return [
        pytest.param(number, marks=pytest.mark.thorough if is_thorough else ())
        for number, is_thorough in enumerate(thorough_flags)
    ]


@mark_for_ci
@pytest.mark.parametrize("number", rounds())
def test_after_a_fault_nothing_is_lost_in_silence(number):
    outcome = run_round(schedule(ROUNDS)[number], 0, number)
    assert not outcome.fault, f"{outcome.kind}: {outcome.place}: {outcome.fault}"


@mark_for_ci
def test_a_power_failure_takes_nothing_that_was_reported_as_done():
    assert not simulate_power_losses(POWER_FAILURES, 0, finish_interval=10, scenarios=1)


def test_what_is_not_synced_is_missed(monkeypatch):
    """The proof fails where names are not synced, so it does prove something."""
    monkeypatch.setattr(files, "_sync_folder_entries", lambda folder: None)
    assert simulate_power_losses(20, 0, finish_interval=20, scenarios=1)


def test_a_revision_that_is_gone_is_missed(tmp_path):
    room = Room(tmp_path / "store")
    revision = room.start_training()
    examine(room, None, finish_trainings=False, kept_ids=[revision.id])
    room.delete(revision)
    with pytest.raises(BrokenPromiseError, match="is not there"):
        examine(room, None, finish_trainings=False, kept_ids=[revision.id])


def test_each_kind_has_a_round_and_a_seed_gives_the_same():
    assert set(schedule(ROUNDS)) == set(KINDS) and len(schedule(200)) == 200
    places = [run_round("killed before or in the middle of an operation", 3, 1).place.split("/")[-1] for _ in "12"]
    assert places[0].split(".")[:2] == places[1].split(".")[:2]


# The disk itself


def test_only_what_lies_in_the_folder_is_touched(tmp_path):
    (tmp_path / "in").mkdir()
    records = []
    original_functions = os.replace, os.fsync, open
    with Disk(tmp_path / "in", lambda op: records.append((op.kind, op.path))):
        files.write_atomic(tmp_path / "in" / "a", "new")
        files.write_atomic(tmp_path / "out", "new")
    assert [kind for kind, _ in records] == ["create", "write", "sync", "replace", "sync"] and records[-1][1] == "."
    assert (os.replace, os.fsync, open) == original_functions and (tmp_path / "in" / "a").read_text() == "new"


def test_a_kill_leaves_half_of_what_is_written_and_no_more(tmp_path):
    with pytest.raises(Killed), Disk(tmp_path, Fault(kill_process, 2, None)):
        files.write_atomic(tmp_path / "a", b"12345678")
    (part,) = tmp_path.iterdir()
    assert part.read_bytes() == b"1234" and part.suffix == files.DRAFT_SUFFIX


def test_an_error_stops_at_its_end(tmp_path):
    with Disk(tmp_path, Fault(28, 2, 1)):
        with pytest.raises(RevisionError, match="the disk is full"):
            files.write_atomic(tmp_path / "a", b"12345678")
        files.write_atomic(tmp_path / "a", b"12345678")
    assert os.listdir(tmp_path) == ["a"]


def contents_after_failures(journal, place):
    """All that 200 power failures after the last operation leave of a file named a."""
    contents = set()
    for seed in range(200):
        journal.write_state_after_failure(99, random.Random(seed), place / str(seed))
        file = place / str(seed) / "a"
        contents.add(file.read_bytes() if file.exists() else None)
    return contents


def test_what_is_left_of_a_file_by_what_was_synced(tmp_path):
    """By hand: nothing, or any beginning, or zeros, of bytes never synced; the name or not; one thing once both are synced."""
    (tmp_path / "disk").mkdir()
    folder = os.open(tmp_path / "disk", os.O_RDONLY)
    journal = Journal()
    with Disk(tmp_path / "disk", after_operation=journal), open(tmp_path / "disk" / "b", "xb") as file:
        file.write(b"12")
        os.replace(tmp_path / "disk" / "b", tmp_path / "disk" / "a")
        assert contents_after_failures(journal, tmp_path / "1") == {None, b"", b"1", b"12", b"\0\0", b"1\0"}
        os.fsync(file.fileno())
        assert contents_after_failures(journal, tmp_path / "2") == {None, b"12"}
        os.fsync(folder)
        assert contents_after_failures(journal, tmp_path / "3") == {b"12"}
        os.unlink(tmp_path / "disk" / "a")
        assert contents_after_failures(journal, tmp_path / "4") == {None, b"12"}
    os.close(folder)
