"""What the small files of a revision may hold, limits included, and what they say where they leave something open."""

import json
import os
import tracemalloc
from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest

from aae_core import files
from aae_core.data.features import fit_features
from aae_core.errors import ConfigError, RevisionError
from aae_core.store.revision_folder import METRICS_BYTES_LIMIT, ProbeCodes, StoredDataSummary
from aae_core.store.revisions import Revision
from aae_core.store.status import Status


@pytest.fixture
def revision(store, tiny_config, facts):
    return store.create(tiny_config, facts, Status("done", step=60, epoch=2.5))


@pytest.fixture
def probe():
    """Codes of four images, the last of them without a label."""
    labels = np.array([0, 9, 3, -1])
    return ProbeCodes(np.arange(8, dtype=np.float32).reshape(4, 2), labels, np.arange(4) * 5, labels, "train")


def change_file(revision, name, **values):
    """The file of that name with other values at its top."""
    file = revision.path / name
    record = json.loads(file.read_text()) if file.exists() else {}
    file.write_text(json.dumps(record | values))


def facts_of(revision, **values):
    record = json.loads((revision.path / "config.json").read_text())
    change_file(revision, "config.json", data=record["data"] | values)
    return Revision(revision.path).data


@pytest.mark.parametrize(
    ("key", "valid_values", "invalid_values"),
    [
        ("shape", [[1, 1, 1], [4096, 4096, 4096]], [[0, 8, 8], [1, 8, 4097], [1, 8]]),
        ("train", [0, 2_147_483_648], [-1, 2_147_483_649]),
        ("test", [0, 2_147_483_648], [-1, 2_147_483_649]),
    ],
)
def test_facts_of_the_data_lie_within_their_limits(revision, key, valid_values, invalid_values):
    for value in valid_values:
        assert getattr(facts_of(revision, **{key: value}), key) == (tuple(value) if key == "shape" else value)
    for value in invalid_values:
        with pytest.raises(RevisionError, match=rf" at data\.{key}(\[\d\])?;"):
            facts_of(revision, **{key: value})


def table(*names):
    """The features of a table with these columns, of three rows."""
    count = len(names)
    return fit_features(np.arange(3.0 * count).reshape(3, count), names, ("real",) * count, ("",) * count)


KNOWN = StoredDataSummary("pets", "Pets", (1, 1, 2), ("cat", "dog"), 1500, 20, table("age", "mass"), checksum="1f")


@pytest.mark.parametrize(
    ("change", "expected_text"),
    [
        ({}, ""),
        ({"title": "All pets", "margins": True}, ""),
        ({"shape": (1, 1, 3)}, "another size or other classes"),
        ({"classes": ("dog", "cat")}, "another size or other classes"),
        ({"train": 1600}, "1,500 training and 20 test rows then, 1,600 and 20 now"),
        ({"test": 21}, "1,500 training and 20 test rows then, 1,500 and 21 now"),
        ({"features": table("age", "length")}, "other names or types"),
        ({"features": None}, ""),
        ({"checksum": "2f"}, "other data were added"),
        ({"checksum": None}, ""),
    ],
)
def test_another_data_set_of_the_same_name_is_told_by_what_differs_first(change, expected_text):
    """Where one of the two does not know its features or checksum, these do not differ."""
    now = SimpleNamespace(**vars(replace(KNOWN, **change)) | {"item_noun": "rows"})
    assert expected_text in KNOWN.difference_from(now) and bool(expected_text) == bool(KNOWN.difference_from(now))
    if change.keys() <= {"train", "test"}:
        assert KNOWN.difference_from(now, compare_counts=False) == ""
    if change.keys() <= {"features", "checksum"}:
        older = replace(KNOWN, **dict.fromkeys(change))
        assert older.difference_from(now) == ""


def with_reversed_keys(value):
    """The same JSON value with the keys of its groups in the opposite order."""
    return (
        {key: with_reversed_keys(member) for key, member in reversed(value.items())}
        if isinstance(value, dict)
        else value
    )


def test_the_identity_of_a_revision_is_its_id_settings_and_data(revision):
    first = revision.fingerprint
    change_file(revision, "config.json", created="2020-01-01T00:00:00Z", versions={})
    assert Revision(revision.path).fingerprint == first
    record = json.loads((revision.path / "config.json").read_text())
    (revision.path / "config.json").write_text(json.dumps(with_reversed_keys(record)))
    assert Revision(revision.path).fingerprint == first, "whatever the order of the keys"
    calls = {first}
    for change in ({"id": "other"}, {"config": {"epochs": 3}}):
        change_file(revision, "config.json", **change)
        calls.add(Revision(revision.path).fingerprint)
    facts_of(revision, train=7)
    assert len({*calls, Revision(revision.path).fingerprint}) == 4


def test_a_setting_of_former_versions_that_changed_the_training_is_told(revision):
    for value, lost in ((0, False), (0.3, True)):
        change_file(revision, "config.json", former_settings={"content_noise": value})
        result = Revision(revision.path)
        assert result.config == revision.config and ("content_noise=0.3" in result.not_resumable_reason) == lost


def test_label_and_notes_may_be_so_long_and_no_longer(revision):
    revision.annotate(label="x" * 200, notes="y\n" * 10_000)
    assert (revision.label, revision.notes) == ("x" * 200, "y\n" * 10_000)
    for text in ({"label": "x" * 201}, {"notes": "y" * 20_001}):
        with pytest.raises(ConfigError, match="shorten"):
            revision.annotate(**text)
    assert len(revision.notes) == 20_000
    revision.annotate(label="", notes="")
    assert (revision.label, revision.notes) == ("", ""), "an empty text replaces the old one"


def test_records_may_be_one_or_eight_mebibytes_long_and_metrics_64(revision):
    for name, limit, read in (
        ("config.json", 8 * 1_048_576, lambda: Revision(revision.path).id),
        ("notes.json", 1_048_576, lambda: revision.notes),
    ):
        file = revision.path / name
        text = json.dumps(json.loads(file.read_text())) if file.exists() else "{}"  # without a checksum
        file.write_text(text + " " * (limit - len(text)))
        read()
        file.write_text(text + " " * (limit + 1 - len(text)))
        with pytest.raises(RevisionError, match=f"at most {limit:,}"):
            read()
        file.write_text(text)
    (revision.path / "metrics.jsonl").touch()
    os.truncate(revision.path / "metrics.jsonl", 64 * 1024 * 1024 + 1)
    with pytest.raises(RevisionError, match="at most 67,108,864"):
        revision.metrics()


def test_a_row_of_metrics_has_a_step_and_an_epoch(revision):
    file = revision.path / "metrics.jsonl"
    rows = [{"step": 0, "epoch": 0}, {"step": 2**63 - 1, "epoch": 1.5, "losses": {"reconstruction": None}}]
    file.write_text("".join(json.dumps(row | {"more": [[]]}) + "\n" for row in rows))
    assert revision.metrics() == rows, "without keys that are not known"
    for key, value in (("step", -1), ("step", None), ("epoch", -0.5), ("seconds", -1), ("samples_per_second", -1)):
        file.write_text(json.dumps(rows[0]) + "\n" + json.dumps(rows[0] | {key: value}))
        with pytest.raises(RevisionError, match=f"Line 2 of .*metrics.jsonl .* at {key};"):
            revision.metrics()


def test_of_more_rows_than_any_training_logs_10000_are_read(revision):
    file = revision.path / "metrics.jsonl"
    for count in (10_000, 10_001, 100_000):
        lines = [f'{{"step":{step},"epoch":0}}\n' for step in range(count)]
        file.write_text("".join(lines))
        steps = [row["step"] for row in revision.metrics()]
        gaps = np.diff(steps)
        assert (steps[0], steps[-1], len(steps)) == (0, count - 1, 10_000)
        assert gaps.max() - gaps.min() <= 1, "evenly spaced"
    file.write_text("".join([*lines[:-1], "damaged"]))
    with pytest.raises(RevisionError, match="Line 100000 of .*metrics.jsonl is damaged"):
        revision.metrics()


def test_what_reading_rows_takes_does_not_grow_with_their_number(revision):
    """As rows, the whole file would take some 200 MiB."""
    row = b'{"step":1,"epoch":0,"seconds":1.5,"losses":{"reconstruction":12.5,"discrimination":2.5}}\n'
    (revision.path / "metrics.jsonl").write_bytes(row * 200_000)
    tracemalloc.start()
    try:
        assert len(revision.metrics()) == 10_000
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert peak < METRICS_BYTES_LIMIT + 20 * 2**20, "the buffer of the file, and 10,000 rows"


def test_a_line_of_metrics_that_no_training_writes_is_not_parsed(revision):
    (revision.path / "metrics.jsonl").write_text('{"step":1,"epoch":0,"losses":{%s}}' % ("[]," * 50_000))
    with pytest.raises(RevisionError, match="Line 1 of .*metrics.jsonl is 150,0.. bytes long, but at most 131,072"):
        revision.metrics()


def test_what_is_not_finite_in_a_row_is_written_as_nothing(revision):
    revision.write_metrics(
        [{"step": 1, "epoch": 0.5, "losses": {"a": float("nan"), "b": 2.0}}, {"step": 2, "epoch": 1}]
    )
    assert revision.metrics() == [{"step": 1, "epoch": 0.5, "losses": {"a": None, "b": 2.0}}, {"step": 2, "epoch": 1}]


def test_probe_codes_come_back_with_their_moment(revision, probe):
    assert revision.probe() is None and revision.probe_step_and_epoch() == (60, 2.5)
    for place, actual in (
        (None, (60, 2.5)),
        ((7, 0.25), (7, 0.25)),
        ((10**9, 3.0), (10**9, 3.0)),
        ((0, 0.0), (0, 0.0)),
    ):
        revision.write_probe(probe, step_and_epoch=place)
        assert revision.probe_step_and_epoch() == actual
    back = revision.probe()
    for name in ("z", "labels", "index", "content"):
        np.testing.assert_array_equal(getattr(back, name), getattr(probe, name))
    assert back.split == "train" and back.z.dtype == np.float32 and back.labels.dtype == back.index.dtype == np.int64
    revision.write_probe(probe, step_and_epoch=(10**9 + 1, 0.0))
    assert revision.probe_step_and_epoch() == (60, 2.5), "beyond what a training can do: that of the status"


def test_a_probe_written_half_as_wide_holds_what_fits(revision, probe):
    revision.write_probe(probe, np.float16)
    np.testing.assert_array_equal(revision.probe().z, probe.z)


def test_requests_are_heard_until_they_are_taken_back(revision):
    assert revision.request() is None
    for request in ("pause", "stop"):
        revision.write_request(request)
        assert revision.request() == request
    revision.write_request(None)
    revision.write_request(None)
    assert revision.request() is None and not (revision.path / "request.json").exists()
    for text in ('{"request": "dance"}', '{"request": 3}', "{", json.dumps({"request": "stop", "x": "y" * 1_048_576})):
        (revision.path / "request.json").write_text(text)
        assert revision.request() is None


def test_files_know_to_which_revision_and_step_they_belong(revision):
    assert revision.identity_metadata() == {"format": "1", "revision": revision.fingerprint}
    assert revision.identity_metadata(0) == {**revision.identity_metadata(), "step": "0"}


def test_what_is_its_own_is_changed_and_what_is_shipped_is_not(revision):
    revision.check_not_in_gallery("changed")
    with pytest.raises(RevisionError, match="belongs to the gallery and cannot be changed"):
        Revision(revision.path, gallery=True).check_not_in_gallery("changed")


def test_a_file_s_mark_changes_when_it_is_written(revision, probe):
    first = revision.codes_cache_key
    assert first == (None, None)
    revision.write_probe(probe)
    second = revision.codes_cache_key
    revision.write_probe(probe)
    assert second[0] is None and len({first, second, revision.codes_cache_key}) == 3


def test_one_worker_at_a_time_writes(revision):
    with revision.lock(), pytest.raises(RevisionError, match="another worker"), revision.lock():
        pass
    with revision.lock():
        pass


def test_a_revision_that_is_held_is_refused_without_waiting(store, tiny_config, facts, monkeypatch):
    revision, collected = store.create(tiny_config, facts), []
    monkeypatch.setattr(files, "lock", lambda path, busy, timeout: collected.append((path, timeout)))
    revision.lock()
    revision.lock(3.0)
    assert collected == [(revision.path / "worker.lock", 0.0), (revision.path / "worker.lock", 3.0)]
