"""One reader for all records: whatever a field holds, it is right or told in one sentence, and costs its own revision alone."""

import json
import re
from dataclasses import dataclass, field, fields
from typing import Annotated, Literal

import pytest
from msgspec import Meta

from aae_core import files, records
from aae_core.cli import arguments
from aae_core.data import sets
from aae_core.data.own_data import own_sets
from aae_core.errors import DataError, RevisionError
from aae_core.reproduce import reproduction, results
from aae_core.store import frames
from aae_core.store import status as statuses
from aae_core.store.revision import Revision
from aae_core.store.status import Status

VAST = 10**400


@dataclass(frozen=True)
class SmallRecord:
    name: str
    pair: tuple[int, float]
    state: Literal["on", "off"] = "on"
    share: Annotated[float, Meta(ge=0, le=1)] | None = None
    many: dict[str, list[Annotated[int, Meta(ge=0, le=9)]]] = field(default_factory=dict)
    steps: records.Count = 0


@pytest.mark.parametrize(
    ("change", "place"),
    [
        ({"name": 1}, "name"), ({"pair": [1]}, "pair"), ({"pair": [1, 2, 3]}, "pair"), ({"pair": [1.5, 2]}, "pair[0]"),
        ({"pair": [True, 2]}, "pair[0]"), ({"pair": {"a": 1}}, "pair"), ({"state": "up"}, "state"), ({"state": None}, "state"),
        ({"share": 1.01}, "share"), ({"share": VAST}, "share"), ({"many": {"a": [10]}}, "many[...][0]"),
        ({"many": {"a": 1}}, "many[...]"), ({"many": []}, "many"), ({"steps": 2**70}, "steps"), ({"steps": -1}, "steps"),
    ],
)  # fmt: skip
def test_a_value_that_does_not_fit_its_field_is_named(change, place):
    good = {"name": "a", "pair": [1, 2], "unknown": [VAST]}
    assert records.parse_record(SmallRecord, good, "here") == SmallRecord("a", (1, 2))
    with pytest.raises(RevisionError, match=rf"^here is damaged: .* at {re.escape(place)}; restore"):
        records.parse_record(SmallRecord, {**good, **change}, "here")
    with pytest.raises(DataError, match="^here is damaged: .*missing required field name; restore"):
        records.parse_record(SmallRecord, {"pair": [1, 2]}, "here", DataError)


def test_all_floats_are_read(store, tiny_config, facts):
    revision = store.create(tiny_config, facts)
    vast = revision.write_status(Status("done", measures={"a": 1e300, "b": [-1e300, 5e-324]}))
    assert revision.status == vast
    rows = [{"step": 10, "epoch": 0.1, "losses": {"a": 1e300}, "measures": {"mmd2": -1e300}}]
    revision.write_metrics(rows)
    assert revision.metrics() == rows


@pytest.fixture
def two_revisions(store, tiny_config, facts, monkeypatch):
    """A store of two revisions, of which the first has every record: (store, first, second)."""
    first, second = (store.create(tiny_config, facts) for _ in range(2))
    first.annotate("A label", "notes")
    first.write_metrics([{"step": 10, "epoch": 0.1, "seconds": 1.0, "losses": {"a": 1.0}, "measures": {"mmd2": 0.1}}])
    first.write_request("stop")
    (first.path / "frames").mkdir()
    (first.path / "frames" / "marks.json").write_text('{"resumed": [10]}')
    figures_record = {"format": 1, "revision": first.fingerprint, "figures": {"likelihood": {"a": 1.0}}}
    (first.path / "reproduction.json").write_text(json.dumps(figures_record))
    return store, first, second


READERS = {
    "config.json": lambda revision: Revision(revision.path),
    "status.json": lambda revision: statuses.read_status(revision.path / "status.json"),
    "notes.json": lambda revision: (revision.label, revision.notes),
    "metrics.jsonl": lambda revision: revision.metrics(),
    "request.json": lambda revision: revision.request(),
    "reproduction.json": reproduction.stored_figures,
    "frames/marks.json": lambda revision: frames.open_frame_source(revision).resumed_steps(),
}


@pytest.mark.parametrize("name", [name for name in READERS if name not in ("request.json", "frames/marks.json")])
def test_half_a_surrogate_pair_is_no_text(two_revisions, name):
    """Neither a page nor a terminal can show it."""
    store, first, second = two_revisions
    file = first.path / name
    for text in ('"\\ud800"', '"\udc80"'):  # as an escape, and as the bytes themselves
        record = files.strip_checksum(file.read_bytes(), file).decode().strip()
        file.write_bytes(f'{record[:-1]}, "x": {{"y": [{text}]}}}}'.encode("utf-8", "surrogatepass"))
        with pytest.raises(RevisionError, match="not valid JSON"):
            READERS[name](first)
        assert {row.id: row.state for row in store.list()}[second.id] == "paused"
        file.write_text(record.replace("{", '{"x": "\\ud83d\\ude00 ä", ', 1))  # a whole pair is one
        READERS[name](first)
        file.write_text(record)


def test_every_field_of_a_status_is_checked(two_revisions):
    _, first, _ = two_revisions
    good = json.loads((first.path / "status.json").read_text())
    for status_field in fields(Status):
        with pytest.raises(RevisionError, match=rf"status.json is damaged: .* at {status_field.name}(\[\.\.\.\])*;"):
            (first.path / "status.json").write_text(
                json.dumps({**good, status_field.name: object_for(status_field.name)})
            )
            statuses.read_status(first.path / "status.json")


def object_for(name):
    """What no field of that name can be."""
    return [1] if name in ("error", "measures", "machine", "training_measures") else {"a": 1}


@pytest.mark.parametrize("pid", [1.5, "1", VAST, -3, True])
def test_a_pid_that_is_none_stops_no_command(two_revisions, monkeypatch, capsys, pid):
    store, first, second = two_revisions
    monkeypatch.setenv("AAE_CHECKPOINTS", str(store.root))
    file = first.path / "status.json"
    file.write_text(json.dumps({**json.loads(file.read_text()), "state": "running", "pid": pid, "started": 1.0}))
    assert arguments.main(["list"]) == 0
    message = capsys.readouterr()
    assert first.id in message.out and second.id in message.out
    assert arguments.main(["show", first.id]) == 0 and " at pid;" in capsys.readouterr().out
    for command in ("pause", "stop"):
        assert arguments.main([command, first.id]) == 1
        assert capsys.readouterr().err.count("\n") == 1
    assert arguments.main(["show", second.id]) == 0


def test_every_field_of_the_own_images_and_of_the_table_is_checked(tmp_path):
    meta = {"format": 2, "name": "pets", "shape": [8, 8, 1], "classes": ["a", "b"], "train": 20, "test": 4}
    folder = tmp_path / "own" / "pets"
    folder.mkdir(parents=True)
    for name in ("shape", "classes", "train", "test"):
        for value in (None, True, 1.5, "x", [VAST], {"a": 1}):
            (folder / "meta.json").write_text(json.dumps({**meta, name: value}))
            with pytest.raises(DataError, match=rf"meta.json is damaged: .* at {name}(\[\d\])?;"):
                own_sets.read_set_record(tmp_path, "pets")
            (summary,) = (candidate for candidate in sets.data_set_summaries(tmp_path) if candidate.name == "pets")
            assert not summary.available and name in summary.where
    table = json.loads((results.RESULTS_FOLDER / results.JSON_FILE).read_text())
    for name in results.ExperimentRun.__dataclass_fields__:
        changed_table = json.loads(json.dumps(table))
        changed_table["rows"][0]["runs"][0][name] = [None]
        (tmp_path / results.JSON_FILE).write_text(json.dumps(changed_table))
        with pytest.raises(DataError, match=rf"is damaged: .* at rows\[0\].runs\[0\].{name};"):
            results.read_results(tmp_path)
