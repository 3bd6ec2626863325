"""A store of 1.13 is upgraded by a command: once, whatever interrupts it, and without touching what is damaged or in training."""

import json
import signal
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from aae_core import files
from aae_core.cli.arguments import main
from aae_core.errors import RevisionError
from aae_core.store import upgrade
from aae_core.store.revisions import Revision, Store

PROJECT = Path(__file__).resolve().parents[3]
FORMER_STORE = PROJECT / "tests" / "data" / "stores" / "1.13.0.zip"


@pytest.fixture
def former_store(tmp_path, monkeypatch):
    """A store of 1.13 with a revision and a deleted one."""
    with zipfile.ZipFile(FORMER_STORE) as packed:
        packed.extractall(tmp_path)
    monkeypatch.setenv("AAE_DATA", str(tmp_path / "data"))
    monkeypatch.setenv("AAE_CHECKPOINTS", str(tmp_path / "checkpoints"))
    return Store(tmp_path / "checkpoints", gallery=tmp_path / "gallery")


def read_files(store):
    return {path: path.read_bytes() for path in store.root.rglob("*") if path.is_file() and path.name != "worker.lock"}


def revision_path(store):
    (row,) = store.list()
    return row.path


def test_before_it_is_upgraded_a_sentence_names_the_command(former_store, capsys):
    before = read_files(former_store)
    assert former_store.list()[0].state == "broken"
    assert main(["show", revision_path(former_store).name]) != 0
    captured = capsys.readouterr()
    assert "was written before version 2.0; 'python -m aae_core upgrade' rewrites it" in captured.err
    assert captured.err.count("\n") == 1 and not captured.out and read_files(former_store) == before


def test_only_the_configurations_change_and_only_once(former_store, capsys):
    before = read_files(former_store)
    former_record = json.loads((revision_path(former_store) / "config.json").read_text())
    assert main(["upgrade"]) == 0
    assert capsys.readouterr().out == "2 revisions upgraded, 0 already of this version.\n"
    after = read_files(former_store)
    changed = [path for path in after if after[path] != before.get(path)]
    assert {path.name for path in changed} == {"config.json"} and len(changed) == 2 and after.keys() == before.keys()
    record = json.loads((revision_path(former_store) / "config.json").read_text())
    assert record["config"] | record["former_settings"] == former_record["config"]
    assert record["former_settings"] == {"processes": 1} and record["created"] == former_record["created"]
    assert main(["upgrade"]) == 0
    assert capsys.readouterr().out == "0 revisions upgraded, 2 already of this version.\n"
    assert read_files(former_store) == after


def test_what_was_trained_by_a_setting_that_is_gone_opens_but_does_not_continue(former_store):
    path = revision_path(former_store)
    record = json.loads((path / "config.json").read_text())
    record["config"]["processes"] = 4
    del record["crc32"]
    (path / "config.json").write_text(json.dumps(record))
    assert upgrade.upgrade_revision(path)
    assert Revision(path).not_resumable_reason == "It was trained with processes=4, a setting that no longer exists"


def test_a_damaged_revision_is_named_and_stays_and_the_others_are_upgraded(former_store, capsys):
    path = revision_path(former_store)
    damaged = (path / "config.json").read_bytes()[:-50]
    (path / "config.json").write_bytes(damaged)
    assert main(["upgrade"]) == 1
    captured = capsys.readouterr()
    assert captured.out == "1 revision upgraded, 0 already of this version.\n"
    assert path.name in captured.err and captured.err.count("\n") == 1
    assert (path / "config.json").read_bytes() == damaged


def test_one_that_is_being_trained_or_of_a_later_version_is_left_alone(former_store):
    path = revision_path(former_store)
    before = (path / "config.json").read_bytes()
    with (
        files.lock(path / "worker.lock", "busy"),
        pytest.raises(RevisionError, match="is being trained; stop it first"),
    ):
        upgrade.upgrade_revision(path)
    record = json.loads(before)
    del record["crc32"]
    later = json.dumps(record | {"format": 3}).encode()
    (path / "config.json").write_bytes(later)
    with pytest.raises(RevisionError, match="open it with the version that wrote it"):
        upgrade.upgrade_revision(path)
    assert (path / "config.json").read_bytes() == later


def test_a_folder_that_does_not_exist_is_refused(tmp_path, capsys):
    assert main(["upgrade", "--checkpoints", str(tmp_path / "mistyped")]) == 1
    captured = capsys.readouterr()
    assert captured.out == "" and "mistyped is no folder" in captured.err


# Upgrades a store, and ends by SIGKILL at the n-th replacement of a file.
UPGRADE_AND_DIE = """
import os, signal, sys
from aae_core.store import upgrade
from aae_core.store.revisions import Store

root, call_count = sys.argv[1], int(sys.argv[2])
calls, replace_file = [], os.replace

def replace_or_die(*arguments, **options):
    calls.append(arguments)
    if len(calls) == call_count:
        os.kill(os.getpid(), signal.SIGKILL)
    replace_file(*arguments, **options)

os.replace = replace_or_die
upgrade.upgrade_store(Store(root))
"""


@pytest.mark.parametrize("call_count", [1, 2])
def test_a_kill_at_any_file_leaves_what_the_same_command_completes(former_store, call_count):
    command = [sys.executable, "-c", UPGRADE_AND_DIE, str(former_store.root), str(call_count)]
    assert subprocess.run(command, cwd=PROJECT).returncode == -signal.SIGKILL
    report = upgrade.upgrade_store(former_store)
    assert (report.upgraded, report.current, report.troubles) == (3 - call_count, call_count - 1, [])
    revision = former_store.open("latest")
    assert revision.status.step == 30 and len(revision.sample(2)) == 2
