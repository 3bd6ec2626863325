import csv
import errno
import io
import json
import os
import shutil
import subprocess
import sys
import threading
import time
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
import torch
from helpers.stored_revisions import write_trained_revision
from safetensors.numpy import load_file, save_file

import aae_core
from aae_core import files, owners
from aae_core.config.configuration import configure
from aae_core.errors import ConfigError, DataError, RevisionError
from aae_core.runs import worker
from aae_core.store import revision_folder, revisions, weights
from aae_core.store import status as statuses
from aae_core.store.export import format_codes_csv, pack_codes_npz, thin_out_rows
from aae_core.store.gallery_export import export_gallery
from aae_core.store.revisions import Revision, Store
from aae_core.store.status import Status


def assert_refused(call, *args, cause):
    with pytest.raises(RevisionError, match=cause) as error:
        call(*args)
    text = str(error.value)
    assert "\n" not in text and text.endswith(".")
    return text


def test_created_revision_opens_with_all_it_was_given(store, tiny_config, facts):
    created = store.create(tiny_config, facts)
    result = store.open(created.id)
    assert (
        result.config == tiny_config and result.data.shape == (1, 8, 8) and result.data.classes == tuple("0123456789")
    )
    assert (result.data.train, result.data.test) == (1438, 359)
    assert result.status == Status("paused", total_epochs=tiny_config.epochs)
    assert (
        result.versions["torch"] == torch.__version__.split("+")[0]
        and result.metrics() == []
        and result.probe() is None
    )
    assert set(os.listdir(result.path)) == {"config.json", "status.json"}
    assert json.loads((result.path / "config.json").read_text())["format"] == 2


def test_a_store_at_a_link_to_itself_is_empty_and_cannot_be_written(tmp_path, tiny_config, facts):
    (tmp_path / "loop").symlink_to("loop")
    store = Store(tmp_path / "loop", tmp_path / "gallery")
    assert store.list() == []
    assert_refused(store.create, tiny_config, facts, cause="choose another place")


def test_names_are_safe_everywhere_and_never_collide(store, tiny_config, facts, monkeypatch):
    hexes, drafts = iter(["aaaaaa", "aaaaaa", "bbbbbb"]), iter(range(100))
    monkeypatch.setattr("secrets.token_hex", lambda n: next(hexes) if n == 3 else f"x{next(drafts)}")
    facts.name = "mine/../übel"
    clock = SimpleNamespace(now=lambda zone: datetime(2026, 11, 20, 8, 15, tzinfo=zone))
    monkeypatch.setattr("aae_core.store.revisions.datetime", clock)
    names = [store.create(tiny_config, facts).id for _ in range(2)]
    assert names == ["20261120T081500Z-aae-mine-..-bel-aaaaaa", "20261120T081500Z-aae-mine-..-bel-bbbbbb"]
    assert sorted(os.listdir(store.root)) == names


def test_a_creation_that_fails_after_its_rename_is_not_made_again(store, tiny_config, facts, monkeypatch):
    real = files.move

    def move(old, new):
        real(old, new)
        raise OSError(errno.EIO, "no")

    monkeypatch.setattr(files, "move", move)
    with pytest.raises(RevisionError, match="could not be written"):
        store.create(tiny_config, facts)
    assert len(store.list_own()) == 1


def test_list_is_newest_first_and_survives_broken_folders(store, tiny_config, facts):
    actual = [store.create(tiny_config, facts) for _ in range(4)]
    (actual[0].path / "config.json").write_text("{")
    (actual[1].path / "status.json").unlink()
    (store.root / "something-else").mkdir()
    (store.root / "20200101T000000Z-aae-digits-abcdef").mkdir()
    rows = store.list()
    assert {row.id for row in rows if row.state == "broken"} == {actual[0].id, "20200101T000000Z-aae-digits-abcdef"}
    assert [(row.id, row.state) for row in rows if row.state != "broken"] == [
        (actual[3].id, "paused"), (actual[2].id, "paused"), (actual[1].id, "failed"),
    ]  # fmt: skip
    assert rows[-1].id.startswith("2020")
    assert all(row.reason for row in rows if row.state in ("broken", "failed"))


@pytest.fixture
def close_folder(monkeypatch):
    """close_folder(folder): nobody may enter it any more. Root may enter all, so the system's calls are told so."""

    def close(folder):
        for name in ("stat", "open"):
            real = getattr(os, name)

            def refuse(path, *args, real=real, **options):
                if not isinstance(path, int) and folder in Path(os.path.realpath(path)).parents:
                    raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))
                return real(path, *args, **options)

            monkeypatch.setattr(os, name, refuse)

    return close


def test_a_folder_that_may_not_be_entered_keeps_no_other_from_the_list(store, tiny_config, facts, close_folder):
    first, second = (store.create(tiny_config, facts) for _ in range(2))
    (store.root / "backup").mkdir()
    close_folder(first.path)
    close_folder(store.root / "backup")
    rows = {row.id: row for row in store.list()}
    assert rows.keys() == {first.id, second.id} and rows[second.id].state == "paused"
    assert rows[first.id].state == "broken" and "permission denied" in rows[first.id].reason
    assert rows[first.id].owner == owners.UNKNOWN_OWNER and rows[second.id].owner is None
    store.create(tiny_config, facts)
    assert_refused(store.open, first.id, cause="permission denied")


def test_a_link_to_where_nobody_may_look_keeps_no_other_from_the_list(
    store, tiny_config, facts, close_folder, tmp_path
):
    kept_revision, deleted_revision = (store.create(tiny_config, facts) for _ in range(2))
    store.delete(deleted_revision.id)
    for folder in (store.root, store.trash.path):
        (folder / "elsewhere").symlink_to(tmp_path / "theirs" / "folder")
    close_folder(tmp_path / "theirs")
    assert [row.id for row in store.list()] == [kept_revision.id] and [row.id for row in store.list_deleted()] == [
        deleted_revision.id
    ]


def test_damaged_notes_cost_the_label_alone(store, tiny_config, facts):
    revision = store.create(tiny_config, facts, Status("running", step=7))
    revision.annotate("mine", "notes")
    file = revision.path / "notes.json"
    file.write_bytes(file.read_bytes()[:-4])
    (row,) = store.list()
    assert (row.state, row.steps, row.label) == ("running", 7, "") and "notes.json is damaged" in row.reason


def test_list_sees_every_change(store, tiny_config, facts):
    revision = store.create(replace(tiny_config, name="first"), facts)
    assert store.list()[0].label == "first"
    revision.annotate(label="second")
    revision.write_status(Status("running", step=7, epoch=0.5))
    row = store.list()[0]
    assert (row.label, row.state, row.steps, row.epochs) == ("second", "running", 7, 0.5)
    assert (row.variant, row.data, row.prior, row.latent_dim) == ("aae", "digits", "gaussian", 2)


def test_a_thousand_revisions_are_listed(store, tiny_config, facts):
    revision = store.create(tiny_config, facts)
    texts = {name: (revision.path / name).read_bytes() for name in ("config.json", "status.json")}
    for n in range(999):
        folder = store.root / f"20250101T000000Z-aae-digits-{n:06x}"
        folder.mkdir()
        for name, text in texts.items():
            (folder / name).write_bytes(text)
    assert len(store.list()) == 1000 and {row.state for row in store.list()} == {"paused"}


def test_listing_imports_nothing_heavy(tmp_path):
    heavy = "('torch', 'sklearn', 'scipy', 'PIL', 'streamlit')"
    code = f"import sys, aae_core.runs.queue; aae_core.Store().list(); print([m for m in {heavy} if m in sys.modules])"
    project = os.path.dirname(aae_core.__path__[0])
    done = subprocess.run([sys.executable, "-c", code], check=False, capture_output=True, text=True, cwd=project)
    assert done.stdout.strip() == "[]", done.stderr


def test_open_by_prefix_and_latest(store, tiny_config, facts, monkeypatch):
    assert_refused(store.open, "latest", cause="no revision yet")
    shipped = Store(store.gallery, gallery=store.root / "none").create(tiny_config, facts)
    assert store.open("latest").id == shipped.id and store.open("latest").gallery
    outcome = [store.create(tiny_config, facts) for _ in range(7)]
    assert store.open("latest").id == outcome[-1].id and not store.open(outcome[0].id[:-1]).gallery
    text = assert_refused(store.open, outcome[0].id[:9], cause="matches 8 revisions")
    assert text.count("-aae-") == 5 and "…" in text
    (outcome[-1].path / "config.json").unlink()
    assert store.open("latest").id == outcome[-2].id


def test_the_done_or_farthest_run_of_a_configuration_is_taken(store, tiny_config, facts):
    assert store.find(tiny_config) is None
    revisions = [store.create(tiny_config, facts, Status(state, step=step)) for state, step in
            (("stopped", 20), ("paused", 40), ("done", 30), ("failed", 10))]  # fmt: skip
    store.create(replace(tiny_config, seed=7), facts, Status("done", step=60))
    assert store.find(tiny_config).id == revisions[2].id
    (revisions[2].path / "config.json").write_text("{")
    assert store.find(tiny_config).id == revisions[1].id
    assert store.find(replace(tiny_config, seed=8)) is None


def test_a_training_on_another_set_of_that_name_does_not_count(store, tiny_config, facts):
    revision = store.create(tiny_config, facts)
    now = SimpleNamespace(**vars(facts) | {"item_noun": "images"})
    assert store.find(tiny_config, now).id == store.find(tiny_config).id == revision.id
    now.train += 1
    assert store.find(tiny_config, now) is None and store.find(tiny_config).id == revision.id


@pytest.mark.parametrize(
    "ref", ["", ".", "..", "../x", "a/b", "a\\b", "/etc", ".trash-x", "x" * 300, "é", "nope", None]
)
def test_references_that_are_no_names_are_refused(store, tiny_config, facts, ref):
    revision = store.create(tiny_config, facts)
    assert_refused(store.open, ref, cause="revision")
    assert_refused(store.delete, ref, cause="revision")
    assert revision.path.exists()


def test_delete_removes_one_and_only_that(store, tiny_config, facts):
    kept_revision, deleted_revision, broken_revision = (store.create(tiny_config, facts) for _ in range(3))
    (broken_revision.path / "config.json").write_text("")
    store.delete(deleted_revision.id)
    store.delete(broken_revision.id)
    assert [row.id for row in store.list()] == [kept_revision.id]
    assert [name for name in os.listdir(store.root) if not name.startswith(".")] == [kept_revision.id]
    assert {row.id: row.state for row in store.list_deleted()} == {
        broken_revision.id: "broken",
        deleted_revision.id: "paused",
    }


def test_delete_refuses_the_gallery_and_what_runs(store, tiny_config, facts):
    shipped = Store(store.gallery, gallery=store.root / "none").create(tiny_config, facts)
    assert_refused(store.delete, shipped.id, cause="belongs to the gallery")
    revision = store.create(tiny_config, facts)
    with revision.lock():
        assert_refused(store.delete, revision.id, cause="is running")
    assert revision.path.exists() and shipped.path.exists()


def test_annotations(store, tiny_config, facts):
    revision = store.create(replace(tiny_config, name="from the form"), facts)
    assert (revision.label, revision.notes) == ("from the form", "")
    revision.annotate(notes="first\nsecond")
    revision.annotate(label="mine")
    assert (revision.label, revision.notes) == ("mine", "first\nsecond")
    with pytest.raises(ConfigError, match="200"):
        revision.annotate(label="x" * 201)
    with pytest.raises(ConfigError, match="200"):
        revision.annotate(label="a\nb")
    with pytest.raises(ConfigError, match="can be displayed"):
        revision.annotate(notes="caf\udce9")
    assert_refused(lambda: Revision(revision.path, gallery=True).annotate(label="x"), cause="gallery")
    assert revision.label == "mine"


@pytest.mark.parametrize(
    ("change", "cause"),
    [
        (lambda r: {**r, "format": 3}, "has format 3"),
        (lambda r: {k: v for k, v in r.items() if k != "format"}, "has format None"),
        (
            lambda r: {k: v for k, v in r.items() if k != "data"},
            "config.json is damaged: .*missing required field data;",
        ),
        (lambda r: {**r, "config": {**r["config"], "unknown": 1}}, "setting 'unknown' is not known"),
        (lambda r: {**r, "config": {**r["config"], "latent_dim": -1}}, "latent_dim must be"),
        (lambda r: {**r, "data": {**r["data"], "shape": [1, 8, 10**6]}}, r"at data.shape\[2\];"),
        (lambda r: {**r, "data": {**r["data"], "shape": "abc"}}, "at data.shape;"),
        (lambda r: {**r, "padding": "x" * 2**23}, "at most 8,388,608"),
    ],
)
def test_a_config_that_cannot_be_used_is_one_sentence(store, tiny_config, facts, change, cause):
    revision = store.create(tiny_config, facts)
    file = revision.path / "config.json"
    file.write_text(json.dumps(change(json.loads(file.read_text()))))
    assert str(file) in assert_refused(store.open, revision.id, cause=cause)


def test_cut_json_is_one_sentence(store, tiny_config, facts):
    revision = store.create(tiny_config, facts)
    reads = {"config.json": lambda: Revision(revision.path), "status.json": lambda: statuses.read_status(file)}
    for name, read in reads.items():
        file = revision.path / name
        whole = file.read_text()
        file.write_text(whole[: len(whole) // 2])
        assert str(file) in assert_refused(read, cause="cut short")
        file.write_text(whole)
    assert Revision(revision.path).status.state == "paused"


@pytest.mark.parametrize(
    ("key", "value", "state"),
    [("format", 9, "broken"), ("state", "asleep", "failed"), ("step", "ten", "failed"), ("measures", [], "failed")],
)
def test_a_status_that_cannot_be_used_is_one_sentence(store, tiny_config, facts, key, value, state):
    revision = store.create(tiny_config, facts)
    record = json.loads((revision.path / "status.json").read_text())
    (revision.path / "status.json").write_text(json.dumps({**record, key: value}))
    assert_refused(lambda: statuses.read_status(revision.path / "status.json"), cause="status.json")
    row = store.list()[0]
    assert row.state == state and "status.json" in row.reason


@pytest.mark.parametrize("damage", [lambda file: file.write_bytes(file.read_bytes()[:40]), Path.unlink])
def test_a_revision_whose_status_is_lost_opens_and_resuming_writes_it_anew(store, recorded_revision, damage):
    revision = recorded_revision
    before, model = revision.status, revision.model().state_dict()
    damage(revision.path / "status.json")
    row, opened = store.list()[0], store.open(revision.id)
    assert (row.state, row.steps) == ("failed", before.step) and "status.json" in row.reason
    assert f"its weights are those of step {before.step:,}. Resume it" in row.reason
    assert (
        all(torch.equal(value, model[name]) for name, value in opened.model().state_dict().items()) and opened.cache_key
    )
    assert worker.resume(opened).status.state == "done"
    assert (opened.status.step, opened.measures) == (before.step, before.measures)
    assert all(torch.equal(value, model[name]) for name, value in opened.model().state_dict().items())


def test_a_status_that_cannot_be_read_at_present_is_not_taken_for_lost(store, tiny_config, facts, monkeypatch):
    revision = store.create(tiny_config, facts)
    real = os.open

    def refuse(path, *args, **options):
        if str(path).endswith("status.json"):
            raise PermissionError(errno.EACCES, "no")
        return real(path, *args, **options)

    monkeypatch.setattr(os, "open", refuse)
    assert_refused(lambda: revision.status, cause="permission denied")


def test_status_comes_back_as_written(store, tiny_config, facts):
    revision = store.create(tiny_config, facts)
    status = Status(
        "failed", pid=12, started=3.5, engine="ray", host="here", worker="one", heartbeat=4.5, step=7, total_steps=9, epoch=0.5,
        total_epochs=2.0, seconds=1.5, samples_per_second=100.0, error={"what": "A.", "do": "B."}, measures={"a": [1.0]},
        finished=6.5,
    )  # fmt: skip
    revision.write_status(status)
    assert revision.status == status and status.error_text == "A. B."
    revision.write_status(replace(status, measures={"a": float("nan"), "b": [float("inf"), 1.0]}))
    assert json.loads((revision.path / "status.json").read_text())["measures"] == {"a": None, "b": [None, 1.0]}
    assert revision.status.measures == {}, "what is no number is no measure"


def test_of_the_measures_those_that_were_finite_are_read(store, tiny_config, facts):
    revision = store.create(tiny_config, facts)
    written = {
        "null": None, "some": [1.0, None], "empty": [], "number": 0.5, "count": 3, "list": [1, 2.5],
    }  # fmt: skip
    file = revision.path / "status.json"
    file.write_text(json.dumps({**json.loads(file.read_text()), "measures": written}))
    assert revision.status.measures == {"number": 0.5, "count": 3, "list": [1, 2.5]}


def test_a_damaged_line_of_metrics_is_named(store, tiny_config, facts):
    revision = write_trained_revision(store, tiny_config, facts)
    rows, file = revision.metrics(), revision.path / "metrics.jsonl"
    assert [row["step"] for row in rows] == list(range(10, 3010, 10))
    file.write_text("".join(json.dumps(row) + "\n" for row in rows) + '{"step": 12')  # without a checksum
    assert_refused(revision.metrics, cause="Line 301 of .*metrics.jsonl")


def test_rows_that_are_missing_or_exchanged_are_noticed(store, tiny_config, facts):
    revision = write_trained_revision(store, tiny_config, facts)
    rows, file = revision.metrics(), revision.path / "metrics.jsonl"
    lines = file.read_text().splitlines(keepends=True)
    for damaged in (lines[:-1], lines[:5] + lines[6:], [*lines[:5], lines[6], lines[5], *lines[7:]]):
        file.write_text("".join(damaged))
        assert_refused(
            revision.metrics,
            cause="metrics.jsonl is damaged, cut short or was edited by hand: its checksum does not fit",
        )
    file.write_text("".join(lines))
    assert revision.metrics() == rows
    file.write_text("")
    revision.write_status(revision.status, step=0)
    assert revision.metrics() == []
    revision.write_status(revision.status, step=10)
    assert_refused(revision.metrics, cause="metrics.jsonl is empty, although steps were taken")
    revision.write_metrics([])
    assert not file.exists() and revision.metrics() == []


def test_encode_decode_and_sample_are_the_models(store, tiny_config, facts):
    revision = write_trained_revision(store, tiny_config, facts)
    model = revision.model()
    images = np.random.default_rng(0).integers(0, 256, (1100, 8, 8), dtype=np.uint8)
    x = torch.from_numpy(images).float().div(255).unsqueeze(1)
    z = revision.encode(images)
    with torch.no_grad():
        np.testing.assert_allclose(z, model.encode(x).numpy(), atol=1e-6)
        expected = (model.decode(torch.from_numpy(z)) * 255).round().byte().permute(0, 2, 3, 1).numpy()
    decoded = revision.decode(z)
    assert decoded.shape == (1100, 8, 8, 1) and decoded.dtype == np.uint8
    assert np.abs(decoded.astype(int) - expected.astype(int)).max() <= 1
    np.testing.assert_array_equal(revision.sample(5, seed=3), revision.sample(5, seed=3))
    assert not np.array_equal(revision.sample(5, seed=3), revision.sample(5, seed=4))
    assert revision.encode(images[:0]).shape == (0, 2) and revision.sample(0).shape == (0, 8, 8, 1)


def test_content_is_given_as_labels_or_one_hot(store, facts):
    config = configure(data="digits", variant="supervised", **{"network.hidden": (8,), "network.discriminator": (8,)})
    revision = write_trained_revision(store, config, facts)
    z, labels = np.zeros((3, 2), np.float32), np.array([1, 5, 9])
    np.testing.assert_array_equal(revision.decode(z, labels), revision.decode(z, np.eye(10)[labels]))
    assert not np.array_equal(*revision.decode(z, labels)[:2])
    assert revision.sample(12).shape == (12, 8, 8, 1)
    for y in (None, [1, 2], [1, 2, 10], [-1, 0, 0], [0.5, 0, 0], ["a", "b", "c"]):
        with pytest.raises(ConfigError):
            revision.decode(z, y)


def test_arrays_that_do_not_fit_are_refused(store, tiny_config, facts):
    revision = write_trained_revision(store, tiny_config, facts)
    byte = np.uint8
    for images in (
        np.zeros((2, 9, 8), byte),
        np.zeros((8, 8), byte),
        np.zeros((2, 8, 8, 3), byte),
    ):
        with pytest.raises(DataError, match="takes uint8 images"):
            revision.encode(images)
    with pytest.raises(DataError, match="fractions"):
        revision.encode(np.full((2, 8, 8), 0.3))
    for z in (np.zeros((2, 3)), np.zeros(2), [["a", "b"]], [[np.nan, 0]]):
        with pytest.raises(ConfigError):
            revision.decode(z)
    for n in (-1, 10**9, 2.5, True):
        with pytest.raises(ConfigError):
            revision.sample(n)


def test_missing_cut_and_foreign_weights(store, tiny_config, facts):
    revision, foreign_revision = (
        write_trained_revision(store, tiny_config, facts),
        write_trained_revision(store, replace(tiny_config, seed=5), facts, seed=5),
    )
    file = revision.path / "weights.safetensors"
    file_bytes = file.read_bytes()
    file.unlink()
    assert_refused(revision.model, cause="weights.safetensors is missing")
    file.write_bytes(file_bytes[:-10])
    assert_refused(revision.model, cause="cut short")
    file.write_bytes((foreign_revision.path / "weights.safetensors").read_bytes())
    assert_refused(revision.model, cause="written for another revision")
    save_file(load_file(foreign_revision.path / "weights.safetensors"), file)
    assert_refused(revision.model, cause="unknown format")
    save_file({"a": np.zeros(3, np.float32)}, file, revision.identity_metadata(1))
    assert_refused(revision.model, cause="lacks the tensor")
    file.write_bytes(file_bytes)
    assert revision.model() is not None


def test_weights_of_another_size_or_not_finite_are_refused(store, tiny_config, facts):
    revision = write_trained_revision(store, tiny_config, facts)
    file = revision.path / "weights.safetensors"
    tensors = load_file(file)
    name = max(tensors)
    save_file(tensors | {name: np.zeros((3, 5), np.float32)}, file, revision.identity_metadata(1))
    assert_refused(revision.model, cause="is 3×5 where the configuration asks for")
    broken = tensors[name].copy()
    broken.flat[0] = np.nan
    save_file(tensors | {name: broken}, file, revision.identity_metadata(1))
    assert name in assert_refused(revision.model, cause="not finite")


def test_loading_a_model_leaves_the_random_state_alone(store, tiny_config, facts):
    revision = write_trained_revision(store, tiny_config, facts)
    before = torch.get_rng_state()
    revision.model()
    assert torch.equal(before, torch.get_rng_state())


def test_version_changes_with_weights_and_state_but_not_with_the_heartbeat(store, tiny_config, facts):
    revision = write_trained_revision(store, tiny_config, facts)
    first = revision.cache_key
    revision.write_status(replace(revision.status, heartbeat=5.0))
    assert revision.cache_key == first
    weights.save_weights(revision, revision.model(), 61)
    second = revision.cache_key
    revision.write_status(replace(revision.status, state="stopped"))
    assert len({first, second, revision.cache_key}) == 3


def test_a_probe_that_does_not_fit_is_refused(store, tiny_config, facts):
    revision = write_trained_revision(store, tiny_config, facts)
    file = revision.path / "probe.safetensors"
    good = load_file(file)
    bad = [
        {"z": good["z"][:, :1]},
        {"z": good["z"] * np.nan},
        {"labels": good["labels"][:5]},
        {"labels": good["labels"].astype(np.float32)},
        {"more": good["index"]},
    ]
    for change in bad:
        save_file({k: np.ascontiguousarray(v) for k, v in (good | change).items()}, file, revision.identity_metadata())
        assert_refused(revision.probe, cause="probe.safetensors")


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EACCES])
def test_a_store_that_cannot_be_written_says_why_and_keeps_nothing(store, tiny_config, facts, monkeypatch, number):
    store.root.mkdir()

    def fail(*args):
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr(os, "fsync", fail)
    assert_refused(store.create, tiny_config, facts, cause="disk is full|permission denied")
    assert os.listdir(store.root) == []


def test_a_store_whose_folder_cannot_be_made(tmp_path, tiny_config, facts):
    (tmp_path / "file").write_text("")
    assert_refused(Store(tmp_path / "file" / "store").create, tiny_config, facts, cause="could not be written")


def test_the_gallery_holds_half_precision_and_no_resume_state(store, tiny_config, facts):
    revision = write_trained_revision(store, replace(tiny_config, name="Two dimensions"), facts)
    weights.save_resume_state(revision, {"step": torch.tensor(60)}, 60)
    exported = export_gallery(revision, store.gallery)
    shipped = Revision(exported.path, gallery=True)
    assert sorted(os.listdir(shipped.path)) == [
        "config.json", "metrics.jsonl", "notes.json", "probe.safetensors", "status.json", "weights.safetensors"
    ]  # fmt: skip
    assert {t.dtype for t in load_file(shipped.path / "weights.safetensors").values()} == {np.dtype(np.float16)}
    for name, value in shipped.model().state_dict().items():
        full_precision = revision.model().state_dict()[name]
        assert value.dtype == torch.float32
        assert torch.equal(value, full_precision.half().float())
    np.testing.assert_array_equal(shipped.probe().z, revision.probe().z.astype(np.float16).astype(np.float32))
    np.testing.assert_array_equal(shipped.probe().labels, revision.probe().labels)
    assert shipped.status.state == "done" and shipped.measures == {"mmd2": 0.01} and shipped.label == "Two dimensions"
    steps = [row["step"] for row in shipped.metrics()]
    assert len(steps) == 200 and (steps[0], steps[-1]) == (10, 3000)
    assert_refused(export_gallery, revision, store.gallery, cause="already exists")


def test_labels_given_and_figures_go_to_the_gallery(store, tiny_config, facts):
    revision = write_trained_revision(store, tiny_config, facts)
    revision.write_labelled_indices(np.array([2, 3, 11]))
    (revision.path / "reproduction.json").write_text('{"format": 1}')
    shipped = export_gallery(revision, store.gallery)
    assert shipped.labelled_indices().tolist() == [2, 3, 11]
    assert (shipped.path / "reproduction.json").read_text() == '{"format": 1}'


def test_an_export_that_fails_leaves_nothing_in_the_gallery(store, tiny_config, facts, monkeypatch):
    revision = write_trained_revision(store, tiny_config, facts)

    def fail(*_, **__):
        raise RevisionError("The disk is full; free some space.")

    with monkeypatch.context() as broken:
        broken.setattr(weights, "save_weights", fail)
        assert_refused(export_gallery, revision, store.gallery, cause="disk is full")
    assert not [row for row in store.list() if row.gallery]
    assert export_gallery(revision, store.gallery).id == revision.id


def test_drafts_that_a_kill_left_are_swept_once_they_are_old(store, tiny_config, facts):
    old, young = store.root / ".new-old", store.root / ".new-young"
    for draft in (old, young):
        draft.mkdir(parents=True)
        (draft / "config.json").write_text("{}")
    os.utime(old, (0, 0))
    store.create(tiny_config, facts)
    assert not old.exists() and young.exists()


def test_the_gallery_is_not_taken_for_ones_own_folder(store):
    assert_refused(Store, store.gallery, store.gallery, cause="read-only")


def test_only_what_is_finished_goes_to_the_gallery(store, tiny_config, facts):
    revision = write_trained_revision(store, tiny_config, facts)
    revision.write_status(Status("running"))
    assert_refused(export_gallery, revision, store.gallery, cause="is running")
    assert not store.gallery.exists()


def test_thin_keeps_the_ends():
    rows = [{"step": n} for n in range(1000)]
    steps = [row["step"] for row in thin_out_rows(rows, 200)]
    assert len(set(steps)) == 200 and steps == sorted(steps) and (steps[0], steps[-1]) == (0, 999)
    assert thin_out_rows(rows[:5], 200) == rows[:5]


def test_codes_as_csv_and_npz(store, tiny_config, facts):
    revision = write_trained_revision(store, tiny_config, facts)
    probe = revision.probe()
    rows = list(csv.reader(io.StringIO(format_codes_csv(revision))))
    assert rows[0] == ["split", "index", "label", "z0", "z1"] and len(rows) == 21
    np.testing.assert_array_equal(np.array([row[3:] for row in rows[1:]], np.float32), probe.z)
    assert [(row[0], int(row[1])) for row in rows[1:]] == [("train", number) for number in probe.index]
    with np.load(io.BytesIO(pack_codes_npz(revision)), allow_pickle=False) as archive:
        np.testing.assert_array_equal(archive["z"], probe.z)
        np.testing.assert_array_equal(archive["labels"], probe.labels)
        assert archive["split"] == "train"
    assert_refused(format_codes_csv, store.create(tiny_config, facts), cause="no codes yet")


def test_the_package_opens_revisions(tiny_config, facts):
    revision = write_trained_revision(Store(), tiny_config, facts)
    assert aae_core.open("latest").id == revision.id
    assert aae_core.configure(latent_dim=3).latent_dim == 3
    with pytest.raises(AttributeError):
        aae_core.nothing  # noqa: B018


def test_sizes_are_those_of_the_whole_files_and_of_all_frames_together(store, tiny_config, facts):
    revision = store.create(tiny_config, facts)
    (revision.path / "frames").mkdir()
    for name, size in {
        "a.bin": 3,
        ".a.bin.part": 5,
        "frames/1.bin": 7,
        "frames/2.bin": 11,
        "frames/.3.part": 13,
    }.items():
        (revision.path / name).write_bytes(bytes(size))
    file_sizes = revision.file_sizes()
    record_sizes = {name: (revision.path / name).stat().st_size for name in ("config.json", "status.json")}
    assert file_sizes == {"a.bin": 3, "frames": 18, **record_sizes}


def test_the_latest_is_ones_own_even_where_a_shipped_one_is_newer(store, tiny_config, facts):
    own = store.create(tiny_config, facts)
    record = json.loads((own.path / "config.json").read_text())
    shipped = store.gallery / f"29990101T000000Z{own.id[16:]}"
    shutil.copytree(own.path, shipped)
    (shipped / "config.json").write_text(json.dumps({**record, "created": "2999-01-01T00:00:00.000000Z"}))
    rows = store.list()
    assert [row.id for row in rows] == [shipped.name, own.id] and store.open("latest").id == own.id
    assert "Status" not in repr(rows[0]), "a row is told in one line"


def test_of_what_cannot_be_read_a_row_says_no_more_than_its_name_tells(store, tiny_config, facts):
    (store.root / "20200102T030405Z-aae-digits-abcdef").mkdir(parents=True)
    (store.root / "mine").mkdir()
    (store.root / "mine" / "config.json").write_text("[]")
    row, foreign_row = store.list()
    assert (row.created, row.state, row.gallery, row.status) == ("2020-01-02T03:04:05Z", "broken", False, None)
    assert (row.latent_dim, row.steps, row.epochs) == (0, 0, 0) and (row.label, row.variant) == ("", "")
    assert (foreign_row.id, foreign_row.state, foreign_row.created) == ("mine", "broken", "")


def test_files_drafts_and_the_gallery_in_ones_own_folder_are_no_revisions(tmp_path, tiny_config, facts):
    store = Store(tmp_path / "own", gallery=tmp_path / "own" / "gallery")
    own = store.create(tiny_config, facts)
    shipped = Store(store.gallery, gallery=tmp_path / "none").create(tiny_config, facts)
    (store.root / own.id.replace("Z-", "Z-x")).write_text("a file")
    shutil.copytree(own.path, store.root / ".new-1")
    (store.gallery / "config.json").touch()
    assert {(row.id, row.gallery) for row in store.list()} == {(own.id, False), (shipped.id, True)}
    assert [row.id for row in store.list_own()] == [own.id]
    assert store.open(shipped.id).gallery and not store.open(own.id).gallery
    shutil.copytree(own.path, store.gallery / own.id)
    assert store.open(own.id).path == own.path, "one's own goes before a shipped one of the same name"
    with pytest.raises(RevisionError, match="There is no revision 'gallery'"):
        store.open("gallery")


def test_a_full_name_means_one_revision_even_if_it_begins_others(store, tiny_config, facts):
    revision = store.create(tiny_config, facts)
    shutil.copytree(revision.path, store.root / f"{revision.id}0")
    assert store.open(revision.id).path == revision.path


def test_a_prefix_names_one_or_tells_the_first_five(store, tiny_config, facts):
    revision = store.create(tiny_config, facts)
    for count in range(1, 7):
        shutil.copytree(revision.path, store.root / f"20250101T000000Z-aae-digits-{count:06x}")
        if count == 1:
            assert store.open("20250101").id.endswith("000001")
            continue
        text = assert_refused(store.open, "20250101", cause=f"matches {count} revisions")
        assert text.count("-aae-") == min(count, 5) and ("…" in text) == (count > 5)
    assert store.open("20250101T000000Z-aae-digits-000002").id.endswith("2"), "a whole name is no prefix"


def test_a_name_has_at_most_sixty_characters_of_the_data_s(store, tiny_config, facts):
    facts.name = "d" * 70
    assert store.create(tiny_config, facts).id.count("d") in range(60, 60 + 7)  # up to six in the random end
    assert store.list()[0].id.split("-")[2] == "d" * 60


def test_drafts_are_kept_for_an_hour(store, tiny_config, facts):
    for name, age in (("older", 3700), ("younger", 3500)):
        (store.root / f".new-{name}").mkdir(parents=True)
        os.utime(store.root / f".new-{name}", (time.time() - age,) * 2)
    store.create(tiny_config, facts)
    assert [path.name for path in store.root.glob(".new-*")] == [".new-younger"]


def test_what_could_not_be_deleted_whole_goes_with_the_next_one(store, tiny_config, facts, tmp_path):
    deleted_revision, linked_folder = store.create(tiny_config, facts), tmp_path / "kept"
    linked_folder.mkdir()
    (linked_folder / "file").touch()
    (store.root / ".trash-link").symlink_to(linked_folder)
    (store.root / ".trash-old" / "deep").mkdir(parents=True)
    (store.root / ".trash-file").touch()
    store.delete(deleted_revision.id, for_good=True)
    assert os.listdir(store.root) == [".trash-file"] and (linked_folder / "file").exists(), "no reason to fail"


def test_a_row_is_read_again_only_where_one_of_its_files_has_changed(store, tiny_config, facts, monkeypatch):
    revision, second_revision = store.create(tiny_config, facts), store.create(tiny_config, facts)
    store.list()
    read_paths, read_summary = [], revisions._read_summary
    monkeypatch.setattr(
        revisions, "_read_summary", lambda path, gallery: (read_paths.append(path), read_summary(path, gallery))[1]
    )
    rows = store.list()
    revision.annotate(label="changed")
    assert read_paths == [] and [row.label for row in store.list()] == ["", "changed"] and read_paths == [revision.path]
    second_revision.write_status(Status("running"))
    assert [row.state for row in store.list()] == ["running", "paused"] and read_paths == [
        revision.path,
        second_revision.path,
    ]
    assert [row.state for row in rows] == ["paused"] * 2


def test_a_revision_says_what_made_it(store, tiny_config, facts):
    versions = store.create(tiny_config, facts).versions
    assert (
        versions["python"] == ".".join(map(str, sys.version_info[:3])) and versions["aae_core"] == aae_core.__version__
    )


def test_sizes_include_frames_below(tmp_path):
    (tmp_path / "frames").mkdir()
    (tmp_path / "config.json").write_bytes(b"x" * 10)
    (tmp_path / "frames" / "0.bin").write_bytes(b"x" * 5)
    assert revision_folder.folder_size(tmp_path) == 15
    assert revision_folder.folder_size(tmp_path / "gone") == 0


def test_what_vanishes_while_sizes_are_added_keeps_no_other(tmp_path, monkeypatch):
    (tmp_path / "a").write_bytes(b"x" * 10)
    (tmp_path / "b").write_bytes(b"x" * 5)
    real = os.scandir

    class VanishedFolder:
        path, name = str(tmp_path / "c"), "c"

        def is_dir(self, **_):
            return False

        def stat(self, **_):
            raise FileNotFoundError

    @contextmanager
    def scandir(path):
        with real(path) as entries:
            yield [VanishedFolder(), *entries]

    monkeypatch.setattr(os, "scandir", scandir)
    assert revision_folder.folder_size(tmp_path) == 15


def test_who_writes_over_a_change_of_another_is_told_both_texts(store, tiny_config, facts):
    mine = store.create(tiny_config, facts)
    theirs = store.open(mine.id)
    for field, text in (("label", "A"), ("notes", "B")):
        theirs.annotate(**{field: "theirs"}, known=getattr(mine, field))
        with pytest.raises(revision_folder.AnnotationConflictError, match=f"“theirs”; yours is “{text}”") as raised:
            mine.annotate(**{field: text}, known="")
        assert (raised.value.field_name, raised.value.present_text, raised.value.rejected_text) == (
            field,
            "theirs",
            text,
        )
        assert getattr(mine, field) == "theirs"
        mine.annotate(**{field: "theirs"}, known="")  # the same text is no conflict
        mine.annotate(**{field: text}, known="theirs")
        assert getattr(theirs, field) == text
    mine.annotate(notes="mine")
    theirs.annotate(label="another", known="A")
    assert (mine.label, mine.notes) == ("another", "mine"), "who changes the one leaves the other as it is"


def test_of_many_that_save_at_once_one_wins_and_the_others_are_told(store, tiny_config, facts):
    revision, winning_texts, rejected_texts = store.create(tiny_config, facts), [], []
    barrier = threading.Barrier(6)

    def save(text):
        own_revision = store.open(revision.id)
        barrier.wait()
        try:
            own_revision.annotate(label=text, known="")
            winning_texts.append(text)
        except revision_folder.AnnotationConflictError:
            rejected_texts.append(text)

    threads = [threading.Thread(target=save, args=(f"text {i}",)) for i in range(6)]
    [thread.start() for thread in threads]
    [thread.join() for thread in threads]
    assert winning_texts == [revision.label] and len(rejected_texts) == 5


def test_room_held_by_a_killed_worker_is_given_back_at_the_next_start(store, tiny_config, facts):
    killed, living = (store.create(tiny_config, facts) for _ in range(2))
    for revision in (killed, living):
        revision.reserve_disk_space()
    with living.lock():
        store.create(tiny_config, facts)
    assert not (killed.path / ".spare").exists() and (living.path / ".spare").exists()


def test_probe_codes_are_no_list_of_labelled_images(store, tiny_config, facts):
    revision = write_trained_revision(store, tiny_config, facts)
    revision.write_labelled_indices(np.array([2, 3]))
    (revision.path / "labelled.safetensors").write_bytes((revision.path / "probe.safetensors").read_bytes())
    assert_refused(revision.labelled_indices, cause="does not hold the numbers of images")
