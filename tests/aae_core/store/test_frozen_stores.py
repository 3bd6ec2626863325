"""Stores as they were written by the releases that their names tell: each is upgraded if it is of 1.13, opens, and trains on.

A zip holds `checkpoints/` with one revision, paused at step 30 of 60, `data/`, and `expected.npz`: what the version that wrote it
made of five items x: their codes z, these decoded (with the content y), and its weights after step 60. It also holds what was
deleted, a sweep, and data sets of both kinds (`benchmarks/freeze.py`).
"""

import json
import re
import shutil
import zipfile
from pathlib import Path

import numpy as np
import pytest
from safetensors.numpy import load_file

import aae_core
from aae_core import files, owners
from aae_core.data import sets
from aae_core.errors import RevisionError
from aae_core.runs import launchers, queue, sweep_control, sweep_standings, worker
from aae_core.runs.launchers import Launcher
from aae_core.store import sweeps, upgrade
from aae_core.store.revisions import Store
from aae_core.training import machine

STORES = sorted((Path(__file__).resolve().parents[2] / "data" / "stores").glob("*.zip"))
RELEASES = {path.stem: path for path in STORES if re.fullmatch(r"\d+\.\d+\.\d+", path.stem)}


@pytest.fixture(params=STORES, ids=lambda path: path.stem)
def frozen_store(request, tmp_path, monkeypatch):
    """A frozen store, in a folder and on a machine other than those where it was written; and what is expected. One of a version
    before 2.0 is upgraded."""
    return unpack_store(request.param, tmp_path, monkeypatch)


@pytest.fixture
def newest_frozen_store(tmp_path, monkeypatch):
    name = max(RELEASES, key=lambda version: [int(number) for number in version.split(".")])
    return unpack_store(RELEASES[name], tmp_path, monkeypatch)


def unpack_store(file, tmp_path, monkeypatch):
    store, expected = unpack_store_as_written(file, tmp_path, monkeypatch)
    assert upgrade.upgrade_store(store).troubles == []
    return store, expected


def unpack_store_as_written(file, tmp_path, monkeypatch):
    place = tmp_path / "another folder"
    with zipfile.ZipFile(file) as packed:
        packed.extractall(place)
    monkeypatch.setenv("AAE_DATA", str(place / "data"))
    monkeypatch.setattr(machine, "machine_name", lambda: "another machine")
    with np.load(place / "expected.npz") as expected:
        return Store(place / "checkpoints", gallery=tmp_path / "gallery"), dict(expected)


def content(folder):
    return {path.relative_to(folder): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_it_is_listed_opened_and_used(frozen_store):
    store, expected = frozen_store
    (row,) = store.list()
    assert (row.state, row.steps, row.reason, row.label) == ("paused", 30, "", "")
    revision, before = store.open("latest"), content(store.root)
    assert (
        len(revision.probe().z)
        and revision.metrics()[-1]["step"] == 30
        and revision.file_sizes()["weights.safetensors"]
    )
    assert not revision.frames().troubles
    z = revision.encode(expected["x"])
    np.testing.assert_allclose(z, expected["z"], atol=1e-5)
    decoded = revision.decode(expected["z"], expected.get("y"))
    np.testing.assert_allclose(
        decoded.astype(float), expected["decoded"].astype(float), atol=1 if decoded.dtype == np.uint8 else 1e-4
    )
    assert len(revision.sample(4)) == 4 and content(store.root) == before, "who reads changes nothing"


def test_it_trains_on_to_the_weights_that_its_own_version_reached(frozen_store):
    store, expected = frozen_store
    (row,) = store.list()
    assert worker.run_training(row.path).state == "done"
    revision = store.open(row.id)
    assert revision.status.step == 60 and not revision.frames().troubles
    for name, values in load_file(row.path / "weights.safetensors").items():
        np.testing.assert_allclose(values, expected[f"last.{name}"], atol=1e-5, err_msg=name)
    annotated = store.open(row.id)
    annotated.annotate("old", "and well")
    store.delete(row.id)
    store.trash.restore(row.id)
    assert store.list()[0].label == "old"


def test_every_release_that_may_change_files_left_a_store():
    major, minor, _ = aae_core.__version__.split(".")
    assert f"{major}.{minor}.0" in RELEASES, "python -m benchmarks.freeze writes it"


@pytest.mark.parametrize("version", RELEASES)
def test_a_release_of_the_same_major_opens_what_has_usual_settings(
    version, tmp_path, monkeypatch, store, tiny_config, facts
):
    """It refuses a setting that it lacks; so one that is new stays out of config.json where it has its default."""
    if version.split(".")[0] != aae_core.__version__.split(".")[0]:
        return
    former_store, _ = unpack_store(RELEASES[version], tmp_path, monkeypatch)
    former_names, present_names = (
        set(setting_names(stored_settings(path)))
        for path in (former_store.list()[0].path, store.create(tiny_config, facts).path)
    )
    assert present_names - former_names == set()


def stored_settings(path):
    return json.loads((path / "config.json").read_text())["config"]


def setting_names(settings):
    """The dotted names of all settings."""
    for key, value in settings.items():
        yield from (f"{key}.{name}" for name in setting_names(value)) if isinstance(value, dict) else [key]


@pytest.mark.parametrize("version", RELEASES)
def test_what_a_release_kept_beside_its_revision_is_there(version, tmp_path, monkeypatch):
    store, _ = unpack_store(RELEASES[version], tmp_path, monkeypatch)
    (row,), (deleted_row,) = store.list(), store.list_deleted()
    assert (row.owner, store.open(row.id).notes) == (owners.Owner("0" * 64, "Ann"), "The first line.\nThe second.")
    assert deleted_row.label == "deleted" and store.trash.restore(deleted_row.id) and len(store.list()) == 2
    assert {name: sets.load(name).train.images.shape[1:] for name in ("pets", "houses")} == {
        "pets": (6, 6, 1),
        "houses": (1, 4, 1),
    }
    (sweep,), troubles = sweeps.read_all_sweeps(store)
    first_standing, second_standing = sweep_standings.rank_points(sweep, store.list_own())
    assert not troubles and (first_standing.mean, first_standing.rows[0].id, second_standing.mean) == (
        0.25,
        row.id,
        None,
    )
    continued_sweep = sweep_control.continue_sweep(store, sweep.id, RecordingLauncher())
    assert continued_sweep.state == "running" and len(store.list()) == 3


class RecordingLauncher(Launcher):
    """A launcher that starts nothing."""

    def launch(self, revision):
        return {"pid": 1, "started": 5.0}

    def is_alive(self, status):
        return True


def test_it_names_no_folder_and_no_host(frozen_store):
    store, _ = frozen_store
    whole = b"".join(content(store.root).values())
    for word in (b"/tmp/", b"/home/", b"/work/", b"/root/", b"hostname"):
        assert word not in whole


def raise_format(name):
    def change(path):
        record = json.loads((path / name).read_text())
        (path / name).write_text(json.dumps(record | {"format": 9}))

    return change


def raise_weights_format(path):
    from safetensors import safe_open

    with safe_open(path / "weights.safetensors", "np") as opened:
        metadata = opened.metadata()
    result = {key: text for key, text in metadata.items() if key != files.CHECKSUM_KEY}
    files.write_tensors(path / "weights.safetensors", load_file(path / "weights.safetensors"), result | {"format": "2"})


def with_a_later_setting(path):
    record = json.loads((path / "config.json").read_text())
    record["config"]["telepathy"] = 0.5
    record["versions"]["aae_core"] = "1234.5"
    (path / "config.json").write_text(json.dumps(record))


LATER_FORMAT_ERROR = "has format 9, but this version reads only format {}; open it with the version that wrote it"


@pytest.mark.parametrize(
    ("change", "expected_text"),
    [
        (raise_format("config.json"), f"config.json {LATER_FORMAT_ERROR.format(2)}"),
        (raise_format("status.json"), f"status.json {LATER_FORMAT_ERROR.format(1)}"),
        (
            with_a_later_setting,
            "config.json cannot be used: it was written by version 1234.5, and this is .*; open it with",
        ),
        (raise_weights_format, "weights.safetensors is of an unknown format; open it with the version that wrote it"),
    ],
)
def test_what_a_later_version_wrote_is_refused_and_left_as_it_is(newest_frozen_store, change, expected_text):
    store, expected = newest_frozen_store
    path = store.list()[0].path
    change(path)
    before = content(store.root)
    if change is raise_weights_format:
        uses = (lambda: store.open(path.name).encode(expected["x"]),)
    else:
        assert store.list()[0].state == "broken"
        uses = (
            lambda: queue.resume_training(store, path.name),
            lambda: worker.run_training(path),
            lambda: store.open(path.name).status,
        )
    for use in uses:
        with pytest.raises(RevisionError, match=expected_text):
            use()
    assert queue.launch_queued(store) == []
    after = content(store.root)
    after.pop(path.relative_to(store.root) / "worker.lock", None)
    assert after == before
    store.delete(path.name)
    store.trash.restore(path.name)
    assert {**before, **content(store.root)} == content(store.root), "it can be deleted and restored unread"


def test_a_key_that_a_later_version_added_to_a_record_is_ignored(newest_frozen_store):
    store, _ = newest_frozen_store
    path = store.list()[0].path
    for name in ("config.json", "status.json"):
        record = json.loads((path / name).read_text())
        (path / name).write_text(json.dumps(record | {"later": {"a": [1]}}))
    assert store.list()[0].state == "paused" and store.open("latest").status.step == 30


@pytest.mark.parametrize("state", ["running", "queued"])
def test_a_store_that_was_copied_while_it_trained_elsewhere_can_be_resumed(
    newest_frozen_store, tmp_path, state, monkeypatch
):
    store, _ = newest_frozen_store
    path = store.list()[0].path
    status = store.open(path.name).status
    assert status.host == "a-machine" != files.HOST
    beat = {"heartbeat": 1.7e9} if state == "running" else {"heartbeat": None, "queued": 1.7e9}
    store.open(path.name).write_status(status, state=state, pid=2**22 + 1, started=5.0, **beat)
    shutil.copytree(store.root, tmp_path / "copy")
    copy = Store(tmp_path / "copy", gallery=store.gallery)
    assert queue.fail_dead_trainings(copy) == []  # whose clock is wrong by years may be at work there
    monkeypatch.setattr(launchers, "FOREIGN_SILENCE", 0.0)
    assert queue.fail_dead_trainings(copy) == [path.name]
    (status,) = (row.status for row in copy.list())
    assert (
        status.state == "failed" and ("continues from step 30" if state == "running" else "Resume") in status.error_text
    )
