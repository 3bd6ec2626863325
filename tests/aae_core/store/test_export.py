"""What of a revision goes into the gallery, and its codes as tables."""

import csv
import io

import numpy as np
import pytest
from helpers.toy_models import toy_config
from safetensors.numpy import load_file

from aae_core import files
from aae_core.errors import RevisionError
from aae_core.models.model import Model
from aae_core.store import frames, weights
from aae_core.store.export import format_codes_csv, pack_codes_npz
from aae_core.store.gallery_export import export_gallery
from aae_core.store.revision_folder import ProbeCodes
from aae_core.store.status import Status

LABELS, CONTENT = np.array([2, -1, 0]), np.array([1, 4, 3])
Z = np.array([[0.1, -2.5], [3.0, 1e-3], [0.0, 7.25]], np.float32)


@pytest.fixture
def make_revision(store, facts):
    """Makes a revision with weights and three codes, as a training of 9 steps leaves it."""

    def make(variant="aae", state="done", split="train", **status):
        facts.shape, facts.classes = (1, 4, 4), ("a", "b", "c")
        revision = store.create(toy_config(variant), facts, Status(state, step=9, epoch=0.5, **status))
        model = Model(revision.config, (1, 4, 4), 3)
        model.initialise(0)
        weights.save_weights(revision, model, 9)
        content = CONTENT if variant == "clustering" else LABELS
        revision.write_probe(ProbeCodes(Z, LABELS, np.array([5, 6, 8]), content, split), step_and_epoch=(8, 0.25))
        return revision

    return make


def frame(revision, step):
    metadata = frames.format_metadata(step / 10, {}, None, (-1, 1, -1, 1), "train")
    arrays = {"z": Z.astype(np.float16), "judged": np.full((40, 40), 0.5, np.float16)}
    (revision.path / "frames").mkdir(exist_ok=True)
    files.write_tensors(
        frames.FrameFolder(revision.path / "frames").file_of(step), arrays, revision.identity_metadata(step) | metadata
    )


def test_the_gallery_has_at_most_eighty_frames_and_two_hundred_rows(make_revision, store):
    revision = make_revision()
    for step in range(82):
        frame(revision, step)
    revision.write_metrics([{"step": step, "epoch": 0.1} for step in range(202)])
    shipped = export_gallery(revision, store.gallery)
    steps_of_frames = [saved_frame.step for saved_frame in shipped.frames().frames]
    steps_of_rows = [row["step"] for row in shipped.metrics()]
    assert (len(steps_of_frames), steps_of_frames[0], steps_of_frames[-1]) == (80, 0, 81) and (
        len(steps_of_rows),
        steps_of_rows[0],
        steps_of_rows[-1],
    ) == (200, 0, 201)
    assert shipped.frames().keys == ()


@pytest.mark.parametrize("state", ["done", "stopped"])
def test_what_is_shipped_is_done_by_no_process_and_as_it_was(make_revision, store, state):
    revision = make_revision(state=state, pid=7, started=1.0, queued=2.0, finished=3.0, measures={"js": 0.5})
    shipped = export_gallery(revision, store.gallery / "deeper")
    assert shipped.gallery and shipped.path == store.gallery / "deeper" / revision.id
    assert shipped.status == Status("done", step=9, epoch=0.5, finished=3.0, measures={"js": 0.5})
    assert (shipped.config, shipped.data, shipped.created) == (revision.config, revision.data, revision.created)
    assert shipped.fingerprint == revision.fingerprint and shipped.probe_step_and_epoch() == (8, 0.25)
    assert load_file(shipped.path / "probe.safetensors")["z"].dtype == np.float16
    assert not (shipped.path / "notes.json").exists()


def test_notes_alone_are_shipped_too(make_revision, store):
    revision = make_revision()
    revision.annotate(notes="Look at the left.")
    shipped = export_gallery(revision, store.gallery)
    assert (shipped.label, shipped.notes) == ("", "Look at the left.")


@pytest.mark.parametrize("state", ["paused", "failed"])
def test_what_has_not_ended_or_has_no_codes_is_not_shipped(make_revision, store, state):
    with pytest.raises(RevisionError, match=f"is {state}"):
        export_gallery(make_revision(state=state), store.gallery)
    revision = make_revision()
    (revision.path / "probe.safetensors").unlink()
    for read in (format_codes_csv, pack_codes_npz):
        with pytest.raises(RevisionError, match="no codes yet"):
            read(revision)
    with pytest.raises(RevisionError, match="no probe codes yet"):
        export_gallery(revision, store.gallery)
    assert not store.gallery.exists()


def test_a_draft_that_a_kill_left_does_not_go_along(make_revision, store):
    revision = make_revision()
    draft = store.gallery / f".new-{revision.id}"
    draft.mkdir(parents=True)
    (draft / "rest").touch()
    assert not (export_gallery(revision, store.gallery).path / "rest").exists() and not draft.exists()


@pytest.mark.parametrize("damage", ["labelled.safetensors", "weights"])
def test_what_cannot_be_opened_later_is_not_shipped(make_revision, store, damage):
    revision = make_revision()
    if damage == "weights":  # finite, but not in half precision
        model = revision.model()
        next(model.parameters()).fill_(1e6)
        weights.save_weights(revision, model, 9)
    else:
        files.write_tensors(revision.path / damage, {"index": np.zeros(3)}, revision.identity_metadata())
    with pytest.raises(RevisionError, match=damage):
        export_gallery(revision, store.gallery)
    assert not (store.gallery / revision.id).exists()


@pytest.mark.parametrize("variant", ["aae", "clustering"])
def test_a_table_has_a_row_for_each_code_and_y_where_it_is_inferred(make_revision, variant):
    revision, inferred = make_revision(variant, split="test"), variant == "clustering"
    first, *rows = csv.reader(io.StringIO(format_codes_csv(revision)))
    assert first == ["split", "index", "label", *["y"] * inferred, "z0", "z1"]
    for row, index, label, y, z in zip(rows, ["5", "6", "8"], ["2", "", "0"], "143", Z, strict=True):
        assert row[:-2] == ["test", index, label, *[y] * inferred]
        assert [np.float32(number) for number in row[-2:]] == z.tolist()
    with np.load(io.BytesIO(pack_codes_npz(revision))) as arrays:
        expected = {
            "z": Z,
            "labels": LABELS,
            "index": [5, 6, 8],
            "split": "test",
            **({"y": CONTENT} if inferred else {}),
        }
        assert set(arrays) == set(expected)
        for name, values in expected.items():
            np.testing.assert_array_equal(arrays[name], values)
