"""The time machine's files: what a training records, how it is read back, and what no damage may take with it."""

import json
import math
import os
import re
import tracemalloc
from dataclasses import replace

import numpy as np
import pytest
import torch
from helpers.toy_models import move_frames_to_one_file, toy_config, toy_data_set
from safetensors.numpy import load_file, save_file
from scipy.spatial.distance import jensenshannon

import aae_core
from aae_core import files
from aae_core.data import sets
from aae_core.errors import ConfigError, RevisionError
from aae_core.runs import frame_recorder, recorder, worker
from aae_core.runs.frame_recorder import FrameRecorder
from aae_core.store import frames
from aae_core.store.gallery_export import export_gallery
from aae_core.store.revision_folder import ProbeCodes
from aae_core.store.revisions import Revision
from aae_core.training import loop, training
from benchmarks.quality import gallery

NETS = {"network.hidden": (16,), "network.discriminator": (16,)}


def create(store, config):
    return store.create(config, sets.describe_data_set(config.data))


@pytest.fixture
def unlimited_frame_time(monkeypatch):
    """Time is no reason to leave a frame out."""
    monkeypatch.setattr(frame_recorder.TimeBudget, "allows_another", lambda self: True)


def test_a_frame_is_what_the_model_says_at_that_step(store, tiny_config, unlimited_frame_time):
    revision, at = create(store, tiny_config), 40
    worker.run_training(revision.path, lambda s: s.step == at and revision.write_request("pause"))
    model, history = revision.model(), revision.frames()
    frame, probe = history.nearest(at), revision.probe()
    assert [f.step for f in history.frames] == [0, 10, 20, 30, 40] and not history.troubles
    np.testing.assert_allclose(frame.z, probe.z, rtol=1e-3, atol=1e-4)
    assert frame.epoch == pytest.approx(at * 50 / 1438, rel=0.05) and set(frame.losses) == {
        "reconstruction", "discrimination", "generation"
    }  # fmt: skip
    row = next(row for row in revision.metrics() if row["step"] == at)
    assert frame.losses == pytest.approx(row["losses"])
    x0, x1, y0, y1 = frame.box
    places = [(0, 0), (39, 5), (12, 30)]  # of the grid: row, column
    z = [[x0 + (x1 - x0) * column / 39, y0 + (y1 - y0) * row / 39] for row, column in places]
    with torch.no_grad():
        judged = model.discriminator_logits(torch.tensor(z, dtype=torch.float32)).sigmoid()
    np.testing.assert_allclose([frame.judged[place] for place in places], judged, rtol=2e-3, atol=1e-4)


def test_the_distance_is_that_of_an_independent_count(store, tiny_config, unlimited_frame_time):
    revision = create(store, tiny_config)
    worker.run_training(revision.path, lambda s: s.step == 30 and revision.write_request("pause"))
    frame = revision.frames().nearest(30)
    draws = np.random.default_rng(5).normal(size=(400_000, 2))
    edges = np.linspace(-1, 1, 25) * revision.model().prior.extent()
    counts = [
        np.histogram2d(*np.clip(p, edges[0] + 1e-6, edges[-1] - 1e-6).T, [edges, edges])[0] for p in (frame.z, draws)
    ]
    divergence = jensenshannon(*(count.ravel() for count in counts), base=2) ** 2
    assert frame.distance == pytest.approx(divergence, abs=0.02)


def test_frames_change_no_bit_of_the_training(store, tiny_config, unlimited_frame_time):
    config = replace(tiny_config, posterior="universal", input_noise=0.1)
    t = training.Training(config, sets.load("digits"))
    for _ in loop.fit(t):
        pass
    revision = worker.train(config, store=store)
    saved_weights = load_file(revision.path / "weights.safetensors")
    assert all(np.array_equal(value.numpy(), saved_weights[name]) for name, value in t.model.state_dict().items())


def test_key_frames_decode_as_then(store, tiny_config, unlimited_frame_time):
    revision = create(store, tiny_config)
    worker.run_training(revision.path, lambda s: s.step == 20 and revision.write_request("pause"))
    z = np.array([[0.3, -1.0], [2.0, 0.5]], np.float32)
    images_at_pause = revision.decode(z).astype(int)
    worker.run_training(revision.path)
    history = revision.frames()
    assert 20 in history.keys and history.keys[0] >= 10 and set(history.keys) <= {f.step for f in history.frames}
    images_of_key_frame = revision.decode(z, step=20).astype(int)
    assert (
        np.abs(images_of_key_frame - images_at_pause).max()
        <= 1
        < np.abs(revision.decode(z).astype(int) - images_at_pause).max()
    )
    with pytest.raises(ConfigError, match="was not saved; decoders were saved at the steps .*20"):
        revision.decode(z, step=33)


@pytest.mark.parametrize("variant, settings", [
    ("semi-supervised", {"latent_dim": 5}), ("clustering", {"latent_dim": 2}), ("vae", {"posterior": "gaussian"}),
    ("reduction", {"latent_dim": 5}), ("ae", {"latent_dim": 1}), ("label-informed", {}),
])  # fmt: skip
def test_every_kind_of_model_is_recorded(store, facts, variant, settings):
    config, dataset = toy_config(variant, **settings), toy_data_set()
    facts.shape, facts.classes, facts.train, facts.test = (1, 4, 4), ("a", "b", "c"), 40, 40
    revision, t = store.create(config, facts), training.Training(config, dataset)
    result = recorder.Recorder(revision, t, dataset, revision.status, 100.0)
    result.start()
    (frame,), probe = revision.frames().frames, revision.probe()
    np.testing.assert_allclose(frame.z, probe.z, rtol=2e-3, atol=1e-3)
    if t.model.variant.categorical:
        np.testing.assert_array_equal(frame.content, probe.content)
    assert (frame.judged is not None) == (variant in ("clustering",))
    assert frame.distance is not None and math.isfinite(frame.distance)


# What fits, and what is left out ----------------------------------------------------------------------------------------


def bytes_of(count, dim, inferred, judged, decoder, planned):
    """What such a run takes on the disk, counted by hand; 1,200 bytes is more than any header."""
    frame = 1200 + 2 * count * dim + 2 * count * inferred + 3200 * judged
    return planned.max_frames * frame + planned.max_key_frames * decoder


@pytest.mark.parametrize("count", [1, 359, 5000])
@pytest.mark.parametrize("dim", [1, 2, 8, 30, 512])
@pytest.mark.parametrize("decoder", [2_000, 3_600_000, 40_000_000])
def test_a_run_fits_into_15_mb_whatever_its_size(count, dim, decoder):
    for inferred in (False, True):
        rows = frames.recorded_probe_rows(count, dim, inferred)
        planned = frames.plan_frames(len(rows), dim, inferred, dim == 2, decoder)
        assert bytes_of(len(rows), dim, inferred, dim == 2, decoder, planned) <= 15_000_000
        assert frames.MIN_FRAMES <= planned.max_frames <= 200 and len(rows) == len(set(rows.tolist())) >= min(
            count, 100
        )
        assert len(rows) == count or dim > 30


def test_the_papers_model_has_three_key_frames_and_most_of_its_frames():
    decoder = 2 * (3 * 1000 + 1001 * 1000 + 1001 * 784)
    planned = frames.plan_frames(5000, 2, False, True, decoder)
    assert planned.max_key_frames == 3 and 150 <= planned.max_frames <= 200
    steps = frame_recorder.key_frame_steps(3, 30_000)
    assert steps == sorted(steps) and 10 < steps[0] < 200 and 2_000 < steps[2] < 20_000


def test_thinning_leaves_what_is_even_on_a_logarithmic_axis():
    remaining_steps = []
    for step in range(0, 20_000, 10):
        remaining_steps = frames.thin_out_steps([*remaining_steps, step], 60)
    assert len(remaining_steps) == 60 and (remaining_steps[0], remaining_steps[-1]) == (0, 19_990)
    gaps = np.diff(np.log(np.array(remaining_steps[1:], float) + 10))
    assert gaps.max() < 5 * np.median(gaps)
    assert sum(step < 2_000 for step in remaining_steps) > 25, "the beginning is as well covered as the end"
    assert frames.thin_out_steps([1, 2, 3], 5) == [1, 2, 3]


def test_a_long_run_keeps_its_limit_and_its_key_frames(store, tiny_config, unlimited_frame_time, monkeypatch):
    monkeypatch.setattr(frames, "BYTES_BUDGET", 130_000)
    monkeypatch.setattr(frames, "MIN_FRAMES_BESIDE_KEYS", 10)
    revision = worker.train(replace(tiny_config, steps=600), store=store)
    history = revision.frames()
    planned = FrameRecorder(
        revision,
        training.Training(revision.config, sets.load("digits")),
        sets.load("digits").train.images,
        np.arange(1438),
        "train",
    ).plan
    actual = [frame.step for frame in history.frames]
    assert len(actual) <= planned.max_frames and (actual[0], actual[-1]) == (0, 600)
    assert 0 < len(history.keys) <= planned.max_key_frames and set(history.keys) <= set(actual)
    assert revision.file_sizes()["frames"] <= 130_000


class Clock:
    """A clock that the test moves."""

    def __init__(self, monkeypatch):
        self.now = 100.0
        monkeypatch.setattr(frame_recorder.time, "monotonic", lambda: self.now)


def test_recording_takes_less_than_a_twentieth_of_the_time(monkeypatch):
    clock = Clock(monkeypatch)
    allowance, spent = frame_recorder.TimeBudget(), 0.0
    for _ in range(100_000):  # a frame takes as long as ten steps
        clock.now += 0.02
        allowance.expect_remaining(2_000.0)
        if allowance.allows_another():
            clock.now += 0.2
            allowance.add_spent(0.2)
            spent += 0.2
    assert 0.03 < spent / (clock.now - 100.0) <= 0.05


def test_the_beginning_may_take_its_time_in_advance(monkeypatch):
    clock = Clock(monkeypatch)
    allowance = frame_recorder.TimeBudget()
    allowance.expect_remaining(1_000.0)
    early = 0
    while allowance.allows_another():
        allowance.add_spent(0.2)
        early += 1
    assert early == 50, "a hundredth of a thousand seconds"
    clock.now += 10
    assert allowance.allows_another()


def test_slow_first_steps_promise_no_time_that_does_not_come(monkeypatch):
    clock = Clock(monkeypatch)
    allowance = frame_recorder.TimeBudget()
    allowance.expect_remaining(1_000.0)
    clock.now += 10
    allowance.expect_remaining(90.0)  # after all it lasts a hundred seconds in all
    clock.now += 50
    allowance.expect_remaining(5_000.0)  # a pause of the machine gives nothing back
    assert allowance.credit == pytest.approx(0.01 * 100)


# Killed and resumed -----------------------------------------------------------------------------------------------------


def test_a_resumed_run_drops_later_frames_and_marks_where(store, tiny_config, unlimited_frame_time):
    revision = create(store, tiny_config)
    worker.run_training(revision.path, lambda s: s.step == 30 and revision.write_request("pause"))
    folder = revision.path / "frames"
    later_file, part_file = (
        folder / "000000050.safetensors",
        folder / f".000000040.safetensors.999999999-{files.HOST_CODE}abcd.part",
    )
    later_file.write_bytes((folder / "000000030.safetensors").read_bytes())
    part_file.write_bytes(b"half")
    (folder / "000000050.decoder.safetensors").write_bytes(b"of what was lost")
    former_bytes = (folder / "000000010.safetensors").read_bytes()
    worker.run_training(revision.path, lambda s: s.step == 40 and revision.write_request("pause"))
    history = revision.frames()
    assert [f.step for f in history.frames] == [0, 10, 20, 30, 40] and history.resumed == (30,) and not history.troubles
    assert not later_file.exists() and not part_file.exists() and 50 not in history.keys
    assert (folder / "000000010.safetensors").read_bytes() == former_bytes
    assert worker.run_training(revision.path).state == "done"
    assert revision.frames().resumed == (30, 40)


def test_frames_complete_at_a_kill_are_kept(store, tiny_config, unlimited_frame_time, monkeypatch):
    """The write of the frame at step 30 is broken off, as a kill does, before it is renamed."""
    honest = os.replace

    def replace_(source, target):
        if str(target).endswith("000000030.safetensors"):
            raise KeyboardInterrupt
        return honest(source, target)

    revision = create(store, tiny_config)
    monkeypatch.setattr(os, "replace", replace_)
    with pytest.raises(KeyboardInterrupt):
        worker.run_training(revision.path)
    history = revision.frames()
    assert [f.step for f in history.frames] == [0, 10, 20] and not history.troubles
    assert revision.probe_step_and_epoch()[0] == 20, (
        "the axis of time ends with the codes of now: no frame lies beyond them"
    )
    np.testing.assert_allclose(history.frames[-1].z, revision.probe().z, rtol=1e-3, atol=1e-4)
    monkeypatch.setattr(os, "replace", honest)
    assert worker.run_training(revision.path).state == "done"
    assert revision.frames()[-1].step == 60


# Damaged and hostile files ----------------------------------------------------------------------------------------------


def rewrite_frame_file(file, change):
    """The file with its tensors and metadata as `change` leaves them, without the checksum that would tell."""
    from safetensors import safe_open

    tensors = load_file(file)
    with safe_open(file, "np") as opened:
        metadata = opened.metadata()
    metadata.pop(files.CHECKSUM_KEY, None)
    change(tensors, metadata)
    save_file(tensors, file, metadata)


DAMAGES = {
    "cut": (lambda file: file.write_bytes(file.read_bytes()[:500]), "cut short"),
    "empty": (lambda file: file.write_bytes(b""), "not a safetensors file"),
    "huge": (lambda file: file.write_bytes(bytes(3 * 2**20)), "not read"),
    "folder": (lambda file: (file.unlink(), file.mkdir()), "could not be read|not an ordinary file"),
    "foreign": (
        lambda f: rewrite_frame_file(f, lambda t, m: m.update(revision="another")),
        "written for another revision",
    ),
    "other codes": (
        lambda f: rewrite_frame_file(f, lambda t, m: t.update(z=t["z"][:7])),
        "where the configuration asks for",
    ),
    "not finite": (lambda f: rewrite_frame_file(f, lambda t, m: t["z"].fill(np.nan)), "not finite"),
    "no verdicts": (lambda f: rewrite_frame_file(f, lambda t, m: t["judged"].fill(1.5)), "not from 0 to 1"),
    "other step": (lambda f: rewrite_frame_file(f, lambda t, m: m.update(step="70")), "damaged metadata"),
    "no numbers": (
        lambda f: rewrite_frame_file(f, lambda t, m: m.update(losses='{"a": "b"}')),
        r"at losses\[\.\.\.\];",
    ),
    "deep": (lambda f: rewrite_frame_file(f, lambda t, m: m.update(losses="[" * 100_000)), "at losses;"),
    "nan": (lambda f: rewrite_frame_file(f, lambda t, m: m.update(epoch="nan")), "at epoch;"),
    "beyond floats": (lambda f: rewrite_frame_file(f, lambda t, m: m.update(distance=str(10**400))), "at distance;"),
    "no box": (lambda f: rewrite_frame_file(f, lambda t, m: m.update(box="[1, 0, 0, 1]")), "where D's surface lies"),
}


@pytest.mark.parametrize("name", DAMAGES)
def test_one_damaged_frame_is_told_and_the_others_open(recorded_revision, name):
    damage, output = DAMAGES[name]
    damage(recorded_revision.path / "frames" / "000000030.safetensors")
    history = recorded_revision.frames()
    assert [f.step for f in history.frames] == [0, 10, 20, 40, 50, 60]
    (sentence,) = history.troubles
    assert "000000030.safetensors" in sentence and re.search(output, sentence)


def test_foreign_files_and_marks_in_the_folder(recorded_revision):
    folder = recorded_revision.path / "frames"
    (folder / "readme.txt").write_text("not a frame")
    (folder / "marks.json").write_text('{"resumed": ["yesterday"]}')
    history = recorded_revision.frames()
    assert len(history) == 7 and len(history.troubles) == 1 and "at resumed[0];" in history.troubles[0]


def test_a_folder_with_far_too_many_files(recorded_revision):
    folder = recorded_revision.path / "frames"
    for number in range(1000, 1500):
        (folder / f"{number:09d}.safetensors").write_bytes(b"")
    history = recorded_revision.frames()
    assert "507 frames, but at most 200" in history.troubles[0] and len(history) == 7


def test_a_damaged_key_frame_is_told(recorded_revision):
    step = recorded_revision.frames().keys[0]
    path = frames.open_frame_source(recorded_revision).file_of(step, is_key_frame=True)
    rewrite_frame_file(path, lambda tensors, metadata: tensors[min(tensors)].fill(np.inf))
    with pytest.raises(RevisionError, match="not finite"):
        recorded_revision.decode([[0.0, 0.0]], step=step)


def test_the_decoder_of_another_step_is_told(recorded_revision):
    first, second = recorded_revision.frames().keys[:2]
    folder = frames.open_frame_source(recorded_revision)
    folder.file_of(first, is_key_frame=True).write_bytes(folder.file_of(second, is_key_frame=True).read_bytes())
    with pytest.raises(RevisionError, match="of another step"):
        recorded_revision.decode([[0.0, 0.0]], step=first)
    assert recorded_revision.decode([[0.0, 0.0]], step=second).shape == (1, 8, 8, 1)


def test_without_frames_there_is_an_empty_history(store, tiny_config, unlimited_frame_time):
    revision = create(store, tiny_config)
    assert len(revision.frames()) == 0 and revision.frames().troubles == () and "frames" not in revision.file_sizes()
    with pytest.raises(RevisionError, match="has no frames"):
        revision.frames().nearest(3)


# In one file ------------------------------------------------------------------------------------------------------------


def assert_same_history(first_history, second_history):
    """Whether two histories agree in every field, arrays in type and each bit."""
    for first_record, second_record in (
        (first_history, second_history),
        *zip(first_history.frames, second_history.frames, strict=True),
    ):
        for name in first_record.__dataclass_fields__:
            first_value, second_value = getattr(first_record, name), getattr(second_record, name)
            if isinstance(first_value, np.ndarray):
                assert first_value.dtype == second_value.dtype and first_value.shape == second_value.shape, name
                assert first_value.tobytes() == second_value.tobytes(), name
            elif name != "frames":
                assert first_value == second_value, name


@pytest.fixture
def frame_file(recorded_revision):
    """The file into which the frames of the run were put."""
    move_frames_to_one_file(recorded_revision)
    return recorded_revision.path / "frames.safetensors"


def test_in_one_file_there_is_all_that_was_in_the_folder(recorded_revision):
    (recorded_revision.path / "frames" / "marks.json").write_text('{"resumed": [20, 40]}')
    before, z = recorded_revision.frames(), np.array([[0.3, -1.0]])
    images = [recorded_revision.decode(z, step=step) for step in before.keys]
    assert len(before) == 7 and before[0].judged is not None and len(before.keys) > 3
    move_frames_to_one_file(recorded_revision)
    assert_same_history(before, recorded_revision.frames())
    assert [recorded_revision.decode(z, step=step).tolist() for step in before.keys] == [
        image.tolist() for image in images
    ]
    assert not [
        name for name in os.listdir(recorded_revision.path) if "frames" in name and name != "frames.safetensors"
    ]
    with pytest.raises(ConfigError, match="was not saved; decoders were saved at the steps"):
        recorded_revision.decode(z, step=33)


def test_contents_go_into_the_file_too(store, facts):
    config, dataset = toy_config("semi-supervised", latent_dim=5), toy_data_set()
    facts.shape, facts.classes, facts.train, facts.test = (1, 4, 4), ("a", "b", "c"), 40, 40
    revision, t = store.create(config, facts), training.Training(config, dataset)
    recorder.Recorder(revision, t, dataset, revision.status, 100.0).start()
    before = revision.frames()
    assert before[0].content is not None and before[0].judged is None
    move_frames_to_one_file(revision)
    assert_same_history(before, revision.frames())


def test_one_moment_is_read_without_the_rest_of_the_file(frame_file, recorded_revision):
    expected = {"z": ("F16", (1438, 2)), "judged": ("F16", (40, 40))}
    film = frames.FrameFile(frame_file)
    film.read_frame(0, expected)
    tracemalloc.start()
    tensors, _, outcome = film.read_frame(30, expected)
    peak_bytes = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert outcome.step == 30 and tensors["z"].nbytes + tensors["judged"].nbytes == 8952
    assert peak_bytes < 16_000 < frame_file.stat().st_size / 3
    np.testing.assert_array_equal(tensors["z"], recorded_revision.frames().nearest(30).z)


def of_frame_file(change):
    """A damage to what the metadata says of each frame."""

    def damage(file):
        def change_metadata(tensors, metadata):
            frames_metadata = json.loads(metadata["frames"])
            change(frames_metadata)
            metadata["frames"] = json.dumps(frames_metadata)

        rewrite_frame_file(file, change_metadata)

    return damage


def column(name, value, row=3):
    """A damage to one array, or one row of it."""
    return lambda file: rewrite_frame_file(file, lambda tensors, _: tensors[f"frames.{name}"].__setitem__(row, value))


FRAME_FILE_DAMAGES = {  # what is done to the file, what is told, and how many of the seven frames stay
    "cut": (DAMAGES["cut"][0], "cut short", 0),
    "empty": (DAMAGES["empty"][0], "not a safetensors file", 0),
    "huge": (lambda file: os.truncate(file, 2**30), "not read", 0),
    "folder": (DAMAGES["folder"][0], "could not be read|not an ordinary file", 0),
    "foreign": (DAMAGES["foreign"][0], "written for another revision", 0),
    "other images": (lambda f: rewrite_frame_file(f, lambda t, m: m.update(split="test")), "other images", 0),
    "other codes": (
        lambda f: rewrite_frame_file(f, lambda t, m: t.update({"frames.z": t["frames.z"][:, :7]})),
        "where the configuration asks for",
        0,
    ),
    "fewer rows": (
        lambda f: rewrite_frame_file(f, lambda t, m: t.update({"frames.judged": t["frames.judged"][:4]})),
        "where the configuration asks for",
        0,
    ),
    "no codes": (lambda f: rewrite_frame_file(f, lambda t, m: t.pop("frames.z")), "lacks the tensor z", 0),
    "nothing told": (lambda f: rewrite_frame_file(f, lambda t, m: m.pop("frames")), "missing required field frames", 0),
    "deep": (lambda f: rewrite_frame_file(f, lambda t, m: m.update(frames="[" * 100_000)), "at frames;", 0),
    "no number": (
        of_frame_file(lambda frames_metadata: frames_metadata[3].update(epoch="soon")),
        r"at frames\[\d\]\.epoch;",
        0,
    ),
    "negative": (
        of_frame_file(lambda frames_metadata: frames_metadata[0].update(step=-1)),
        r"at frames\[\d\]\.step;",
        0,
    ),
    "beyond": (
        of_frame_file(lambda frames_metadata: frames_metadata[6].update(step=10**9)),
        r"at frames\[\d\]\.step;",
        0,
    ),
    "twice": (of_frame_file(lambda frames_metadata: frames_metadata[3].update(step=20)), "about its steps", 0),
    "one fewer told": (
        of_frame_file(lambda frames_metadata: frames_metadata.pop()),
        "where the configuration asks for",
        0,
    ),
    "no keys": (lambda f: rewrite_frame_file(f, lambda t, m: m.update(keys='["x"]')), r"at keys\[0\];", 0),
    "not finite": (column("z", np.nan), "step 30 .* not finite", 6),
    "no verdicts": (column("judged", 1.5), "step 30 .* not from 0 to 1", 6),
    "no box": (
        of_frame_file(lambda frames_metadata: frames_metadata[3].update(box=[1, 0, 0, 1])),
        "step 30 .* where D's surface lies",
        6,
    ),
}


@pytest.mark.parametrize("name", FRAME_FILE_DAMAGES)
def test_a_damaged_film_is_told_in_a_sentence_and_costs_no_more(frame_file, recorded_revision, name):
    assert len(recorded_revision.frames()) == 7  # what was read before is not believed either
    damage, message, n_left = FRAME_FILE_DAMAGES[name]
    damage(frame_file)
    history = recorded_revision.frames()
    assert len(history) == n_left and history.troubles
    assert all(str(frame_file) in trouble and trouble.endswith(".") for trouble in history.troubles)
    assert re.search(message, history.troubles[0]) and len(history.troubles) == 1
    assert recorded_revision.probe() is not None and recorded_revision.decode([[0.0, 0.0]]).shape == (1, 8, 8, 1)


def test_a_damaged_decoder_in_a_film_costs_that_one(frame_file, recorded_revision):
    first, second = recorded_revision.frames().keys[:2]
    rewrite_frame_file(
        frame_file,
        lambda tensors, _: tensors[f"decoder.{first:09d}.{decoder_tensor_name(tensors, first)}"].fill(np.inf),
    )
    with pytest.raises(RevisionError, match="not finite"):
        recorded_revision.decode([[0.0, 0.0]], step=first)
    assert recorded_revision.decode([[0.0, 0.0]], step=second).any() and len(recorded_revision.frames()) == 7
    rewrite_frame_file(
        frame_file, lambda tensors, _: tensors.pop(f"decoder.{second:09d}.{decoder_tensor_name(tensors, second)}")
    )
    with pytest.raises(RevisionError, match="lacks the tensor"):
        recorded_revision.decode([[0.0, 0.0]], step=second)


def decoder_tensor_name(tensors, step):
    """A name of the decoder of a step in a film."""
    return next(name.split(".", 2)[2] for name in tensors if name.startswith(f"decoder.{step:09d}."))


def test_frames_in_a_folder_are_newer_than_a_film(frame_file, recorded_revision, store):
    """As where a shipped revision was taken over and trained on."""
    (recorded_revision.path / "frames").mkdir()
    assert len(recorded_revision.frames()) == 7, "an empty folder is no history"
    newer_frame_file = rewritten_copy(recorded_revision, frame_file)
    assert frames.frame_steps(recorded_revision) == [30] and len(recorded_revision.frames()) == 1
    newer_frame_file.unlink()
    assert len(recorded_revision.frames()) == 7


def rewritten_copy(recorded, frame_file):
    """The frame of step 30 of a film as a file of its own."""
    frame = recorded.frames().nearest(30)
    metadata = frames.format_metadata(frame.epoch, frame.losses, frame.distance, frame.box, "train")
    file = recorded.path / "frames" / "000000030.safetensors"
    files.write_tensors(file, {"z": frame.z, "judged": frame.judged}, recorded.identity_metadata(30) | metadata)
    return file


# Taken along ------------------------------------------------------------------------------------------------------------


def test_the_gallery_gets_frames_without_decoders(recorded_revision, store):
    json_file = recorded_revision.path / "frames" / "marks.json"
    json_file.write_text(json.dumps({"resumed": [20]}))
    shipped = Revision(export_gallery(recorded_revision, store.gallery, 4).path, gallery=True)
    history = shipped.frames()
    assert [f.step for f in history.frames][:: len(history) - 1] == [0, 60] and len(history) == 4
    assert history.keys == () and history.resumed == (20,) and not history.troubles
    np.testing.assert_array_equal(history[-1].z, recorded_revision.frames()[-1].z)
    assert (shipped.path / "frames.safetensors").is_file() and not (shipped.path / "frames").exists()
    second_export = export_gallery(shipped, store.root / "again")
    assert_same_history(history, second_export.frames())


def test_the_gallery_keeps_decoders_of_a_few_steps_where_it_is_asked_to(recorded_revision, store):
    key_steps = recorded_revision.frames().keys
    assert len(key_steps) > 3
    shipped = Revision(export_gallery(recorded_revision, store.gallery, 5, max_decoders=3).path, gallery=True)
    history = shipped.frames()
    assert len(history) == 5 and len(history.keys) == 3 and set(history.keys) <= {f.step for f in history.frames}
    assert history.keys[0] == key_steps[0] and history.keys[-1] == key_steps[-1]
    z, step = np.array([[0.3, -0.2]]), history.keys[1]
    np.testing.assert_array_equal(shipped.decode(z, step=step), recorded_revision.decode(z, step=step))
    assert (shipped.decode(z, step=step) != shipped.decode(z)).any(), "those of then are not those of now"


def test_a_shipped_film_is_thinned_in_place(recorded_revision, store):
    shipped = Revision(export_gallery(recorded_revision, store.gallery, 6, max_decoders=3).path, gallery=True)
    before, stored = shipped.frames(), {path.name: path.read_bytes() for path in shipped.path.iterdir()}
    gallery.thin_frame_file(shipped, 5, 3)
    after = Revision(shipped.path, gallery=True).frames()
    assert (len(before), len(after)) == (6, 5) and after.keys == before.keys
    for place in (0, -1):
        np.testing.assert_array_equal(after[place % len(after)].z, before[place % len(before)].z)
    now = {path.name: path.read_bytes() for path in shipped.path.iterdir()}
    assert {name for name in stored if stored[name] != now[name]} == {
        "frames.safetensors"
    } and stored.keys() == now.keys()


def test_a_damaged_decoder_does_not_go_to_the_gallery(recorded_revision, store):
    path = frames.open_frame_source(recorded_revision).file_of(recorded_revision.frames().keys[0], is_key_frame=True)
    rewrite_frame_file(path, lambda tensors, metadata: tensors[min(tensors)].fill(np.inf))
    with pytest.raises(RevisionError, match="not finite"):
        export_gallery(recorded_revision, store.gallery, max_decoders=3)


def test_the_gallery_takes_a_revision_without_its_film_too(recorded_revision, store):
    shipped = Revision(export_gallery(recorded_revision, store.gallery, max_frames=0).path, gallery=True)
    assert len(shipped.frames()) == 0 and "frames" not in shipped.file_sizes() and len(recorded_revision.frames()) > 0


def test_from_python(recorded_revision):
    history = aae_core.open(recorded_revision.id).frames()
    assert history.nearest(28).step == 30 and history[0].z.dtype == np.float16 and history[0].z.shape == (1438, 2)
    assert len(repr(history)) < 400 and len(repr(history[0])) < 400


def test_deleted_with_its_frames(recorded_revision, store):
    store.delete(recorded_revision.id, for_good=True)
    assert not recorded_revision.path.exists() and not list(store.root.glob(".trash*"))


def test_frames_of_other_images_than_the_probe_set_are_told_and_left_out(recorded_revision):
    """As after the codes of a revision of former times were lost, which was followed on test images."""
    probe = recorded_revision.probe()
    recorded_revision.write_probe(replace(probe, split="test"))
    history = recorded_revision.frames()
    assert not len(history) and history.troubles and all("other images" in trouble for trouble in history.troubles)


# Written by hand --------------------------------------------------------------------------------------------------------


class Manual:
    """A revision without weights whose frames are written as the module's docstring says, without the recorder."""

    def __init__(self, store, facts, variant="aae", n=3, **settings):
        self.config = toy_config(variant, **settings)
        facts.shape, facts.classes = (1, 4, 4), ("a", "b", "c")
        self.revision = store.create(self.config, facts)
        labels, content = np.zeros((2, n), np.int64)
        z = np.zeros((n, self.config.latent_dim), np.float32)
        self.revision.write_probe(ProbeCodes(z, labels, np.arange(n), content, "train"))
        self.arrays = {"z": z.astype(np.float16)}
        if variant == "aae" and self.config.latent_dim == 2:
            self.arrays["judged"] = np.full((40, 40), 0.5, np.float16)
        if variant == "clustering":
            self.arrays["content"] = np.zeros(n, np.int16)
        self.metadata = {"epoch": "1.5", "split": "train", "losses": "{}", "distance": "null", "box": "[-1, 1, -2, 2]"}

    def frame(self, step=30, changed_metadata=None, **arrays):
        """Write a frame; returns the history."""
        stamp = self.revision.identity_metadata(step)
        metadata = {
            key: text for key, text in {**self.metadata, **(changed_metadata or {})}.items() if text is not None
        }
        place = self.revision.path / "frames" / f"{step:09d}.safetensors"
        place.parent.mkdir(exist_ok=True)
        save_file({**self.arrays, **arrays}, place, {**stamp, **metadata})
        return self.revision.frames()


@pytest.fixture
def make_manual_frames(store, facts):
    return lambda *args, **settings: Manual(store, facts, *args, **settings)


def test_all_that_a_frame_says_is_read(make_manual_frames):
    z = np.array([[1, 2], [3, 4], [5, 6]], np.float16)
    metadata = {"losses": '{"reconstruction": 0.25, "generation": 2}', "distance": "0.125"}
    history = make_manual_frames().frame(30, metadata, z=z)
    frame = history[0]
    assert "array" not in repr(history) + repr(frame) and "Frame" not in repr(history), "told in one line"
    assert (frame.step, frame.epoch, frame.distance, frame.box) == (30, 1.5, 0.125, (-1, 1, -2, 2))
    assert frame.losses == {"reconstruction": 0.25, "generation": 2} and frame.content is None
    np.testing.assert_array_equal(frame.z, z)
    assert frame.z.dtype == frame.judged.dtype == np.float16 and (frame.judged == 0.5).all()


def test_a_frames_record_is_json_without_values_that_are_not_finite():
    losses = {"reconstruction": 0.25, "generation": math.nan, "discrimination": -math.inf}
    assert frames.format_metadata(2, losses, 0.5, (-1.0, 1.0, -2.0, 2.0), "train") == {
        "epoch": "2.0", "split": "train", "losses": '{"reconstruction": 0.25}', "distance": "0.5",
        "box": "[-1.0, 1.0, -2.0, 2.0]",
    }  # fmt: skip
    assert frames.format_metadata(0.5, {}, None, None, "test") == {
        "epoch": "0.5", "split": "test", "losses": "{}", "distance": "null", "box": "null"
    }  # fmt: skip


@pytest.mark.parametrize("step", [0, 999_999_999])
def test_the_first_and_the_last_step_that_a_name_has_room_for(make_manual_frames, step):
    assert [frame.step for frame in make_manual_frames().frame(step).frames] == [step]


EIGHT, NINE = (json.dumps({str(k): 0.5 for k in range(count)}) for count in (8, 9))


@pytest.mark.parametrize(
    ("change", "good"),
    [
        ({"changed_metadata": {"losses": EIGHT}}, True),
        ({"changed_metadata": {"losses": NINE}}, False),
        ({"changed_metadata": {"split": "test"}}, False),
        ({"changed_metadata": {"split": None}}, False),  # then it is of test images
        ({"changed_metadata": {"box": "null"}}, False),
        ({"changed_metadata": {"box": "[-1, -1, -2, 2]"}}, False),
        ({"changed_metadata": {"box": "[-1, 1, 2, 2]"}}, False),
        ({"changed_metadata": {"box": "[1, -1, -2, 2]"}}, False),
        ({"changed_metadata": {"box": "[-1, 1, 2, -2]"}}, False),
        ({"changed_metadata": {"step": "31"}}, False),
        ({"z": np.full((3, 2), 65504, np.float16)}, True),
        ({"z": np.full((3, 2), 65504, np.float32)}, True),
        ({"z": np.full((3, 2), 1e6, np.float32)}, False),  # beyond fp16
        ({"z": np.full((3, 2), np.nan, np.float16)}, False),
        ({"z": np.zeros((4, 2), np.float16)}, False),
        ({"judged": np.eye(40, dtype=np.float16)}, True),
        ({"judged": np.full((40, 40), -0.01, np.float16)}, False),
        ({"judged": np.full((40, 40), 1.01, np.float16)}, False),
        ({"judged": np.full((40, 40), np.nan, np.float16)}, False),
        ({"judged": np.full((41, 40), 0.5, np.float16)}, False),
    ],
)
def test_a_frame_is_left_out_unless_all_in_it_fits(make_manual_frames, change, good):
    history = make_manual_frames().frame(**change)
    assert (len(history), len(history.troubles)) == ((1, 0) if good else (0, 1))


@pytest.mark.parametrize(
    ("content", "good"), [([0, 4, 2], True), ([0, 5, 2], False), ([0, -1, 2], False), ([0, 1], False)]
)
def test_contents_of_a_frame_are_those_of_the_revision(make_manual_frames, content, good):
    created = make_manual_frames("clustering", clusters=5, latent_dim=3)
    history = created.frame(content=np.array(content, np.int16), changed_metadata={"box": "null"})
    assert len(history) == good and (not good or history[0].content.tolist() == content)


def test_d_s_surface_and_its_place_belong_to_codes_of_two_dimensions(make_manual_frames):
    flat, deep = make_manual_frames(latent_dim=2), make_manual_frames(latent_dim=3)
    assert flat.frame()[0].judged.shape == (40, 40)
    frame = deep.frame()[0]
    assert frame.judged is None and frame.box is None
    assert (flat.revision.frames().distance_name, deep.revision.frames().distance_name) == ("js", "mmd2")


@pytest.mark.parametrize(
    ("name", "limit"),
    [
        ("frames/000000030.safetensors", "2,097,152"),
        ("frames/000000030.decoder.safetensors", "67,108,864"),
        ("frames.safetensors", "67,108,864"),
    ],
)
def test_a_file_longer_than_any_training_leaves_is_not_read(store, facts, name, limit):
    revision = store.create(toy_config(), facts)
    folder, frame_file = revision.path / "frames", revision.path / "frames.safetensors"
    source = frames.FrameFile(frame_file) if revision.path / name == frame_file else frames.FrameFolder(folder)
    folder.mkdir()
    (revision.path / name).touch()
    os.truncate(revision.path / name, int(limit.replace(",", "")) + 1)
    with pytest.raises(RevisionError, match=f"at most {limit} are allowed"):
        source.read_decoder(30, {}) if "decoder" in name else source.read_frame(30, {})


def test_at_most_twice_as_many_frames_as_a_training_leaves_are_looked_at(make_manual_frames):
    film = make_manual_frames()
    film.frame(0)
    for step in range(1, 400):
        (film.revision.path / "frames" / f"{step:09d}.safetensors").touch()
    history = film.revision.frames()
    assert len(history) == 1 and len(history.troubles) == 399
    (film.revision.path / "frames" / "000000400.safetensors").touch()
    history = film.revision.frames()
    assert "holds 401 frames, but at most 200 are expected" in history.troubles[0]
    assert len(history) == 1 and len(history.troubles) == 1 + 199


@pytest.mark.parametrize(
    ("count", "dim", "inferred", "expected_count"),
    [(5000, 2, False, 5000), (5000, 512, False, 361), (5000, 512, True, 361), (5000, 40, False, 4632),
     (5000, 40, True, 4519), (5000, 1_000_000, False, 1), (0, 2, False, 0)],
)  # fmt: skip
def test_forty_frames_of_the_widest_codes_fill_15_mb(count, dim, inferred, expected_count):
    """Of a fortieth, 375,000 bytes, 1,200 are the header's and 3,200 D's surface's; each number has two bytes."""
    probe_rows = frames.recorded_probe_rows(count, dim, inferred)
    assert len(probe_rows) == expected_count and probe_rows.dtype == np.int64
    if expected_count > 1:
        assert (probe_rows[0], probe_rows[-1]) == (0, count - 1) and np.ptp(np.diff(probe_rows)) <= 1


def test_marks_ascend_and_count_once_and_keys_need_their_frame(make_manual_frames):
    film = make_manual_frames()
    for step in (0, 10, 20):
        film.frame(step)
    folder = film.revision.path / "frames"
    (folder / "marks.json").write_text('{"resumed": [20, 10, 20]}')
    for step in (10, 20, 30):
        (folder / f"{step:09d}.decoder.safetensors").touch()
    history = film.revision.frames()
    assert history.resumed == (10, 20) and history.keys == (10, 20) and not history.troubles
    assert [history.nearest(step).step for step in (-5, 4, 6, 19, 10**6)] == [0, 0, 10, 20, 20]
    assert len(history) == 3 and history[1].step == 10
    (folder / "marks.json").write_text('{"resumed": [-1]}')
    assert film.revision.frames().resumed == () and len(film.revision.frames().troubles) == 1


def test_the_most_crowded_step_goes_and_what_is_fixed_stays():
    """The closeness of its neighbours is the ratio of their steps, each with ten added."""
    steps = [10, 90, 190, 390, 990]  # + 10: 20, 100, 200, 400, 1000; neighbours' ratios: 10, 4, 5
    assert (
        frames.most_crowded_index(steps) == 2
        and frames.most_crowded_index(steps, [190]) == 3
        and frames.most_crowded_index(steps, [190, 390]) == 1
    )
    assert frames.thin_out_steps(steps, 4) == [10, 90, 390, 990] and frames.thin_out_steps(steps, 3, [190]) == [
        10,
        190,
        990,
    ]
    assert frames.thin_out_steps(steps, 2) == [10, 990] and frames.thin_out_steps(steps, 5) == steps
