import json
import os
import random
import signal
import subprocess
import sys
import time
from dataclasses import asdict, replace
from pathlib import Path

import numpy as np
import pytest
import torch
from helpers.environment import mark_for_ci
from safetensors.numpy import load_file

import aae_core
from aae_core import files, owners, progress
from aae_core.config.configuration import configure
from aae_core.config.settings import TargetConfig
from aae_core.data import sets
from aae_core.errors import ConfigError, DataError, RevisionError, TrainingError
from aae_core.evaluation import protocols
from aae_core.health import diagnosis
from aae_core.models import inference
from aae_core.places import PROJECT
from aae_core.runs import frame_recorder, launchers, limits, queue, recorder, saved_training, worker
from aae_core.store import frames, weights
from aae_core.store.revision_folder import ProbeCodes
from aae_core.store.revisions import Revision, Store
from aae_core.store.status import Status
from aae_core.training import loop, machine, phases, training
from aae_core.training.loop import fit
from aae_core.training.training import Training


def create(store, config):
    return store.create(config, sets.describe_data_set(config.data))


def load_weights(revision):
    return load_file(revision.path / "weights.safetensors")


def are_equal_arrays(a, b):
    return a.keys() == b.keys() and all(np.array_equal(a[name], b[name]) for name in a)


@pytest.fixture
def undisturbed_weights(tiny_config):
    """The weights that the tiny configuration must end with: the bare loop, with nothing recorded."""

    def weights_of(config=tiny_config):
        t = training.Training(config, sets.load(config.data))
        for _ in loop.fit(t):
            pass
        return {name: value.numpy() for name, value in t.model.state_dict().items()}

    return weights_of


def test_a_run_ends_done_with_everything_kept(store, tiny_config, undisturbed_weights, full_measures):
    revision, statuses = create(store, tiny_config), []
    status = worker.run_training(revision.path, statuses.append)
    assert status == revision.status and status.state == "done"
    assert (status.step, status.total_steps, status.pid, status.error) == (60, 60, None, None)
    assert [s.step for s in statuses] == [10, 20, 30, 40, 50, 60] and {s.state for s in statuses} == {"running"}
    assert are_equal_arrays(load_weights(revision), undisturbed_weights())
    assert status.samples_per_second == pytest.approx(60 * 50 / status.seconds)
    model = revision.model()
    for key, value in protocols.measure_metrics(model, sets.load("digits")).items():
        assert status.measures[key] == pytest.approx(value)
    probe, train = revision.probe(), sets.load("digits").train
    assert probe.split == "train"
    np.testing.assert_allclose(probe.z, inference.encode_all(model, train.images[probe.index]).numpy(), atol=1e-6)
    np.testing.assert_array_equal(probe.labels, train.labels[probe.index])
    rows = revision.metrics()
    assert rows[-1]["step"] == 60 and rows[-1]["measures"] == status.measures
    assert set(rows[-1]["losses"]) == {"reconstruction", "discrimination", "generation"}
    assert not [name for name in os.listdir(revision.path) if name.endswith(".part") or name == "request.json"]


def test_what_is_recorded_does_not_change_the_weights(store, tiny_config, undisturbed_weights, monkeypatch):
    class ZeroInterval(recorder.AdaptiveInterval):
        def is_due(self):
            return True

    monkeypatch.setattr(recorder, "AdaptiveInterval", ZeroInterval)
    config = replace(tiny_config, posterior="universal", input_noise=0.1)
    revision = create(store, config)
    worker.run_training(revision.path)
    assert are_equal_arrays(load_weights(revision), undisturbed_weights(config))
    assert all("measures" in row for row in revision.metrics())


def test_paused_at_any_step_and_resumed_is_as_if_undisturbed(store, tiny_config, undisturbed_weights):
    revision = create(store, replace(tiny_config, optimiser=replace(tiny_config.optimiser, kind="adam")))
    steps = []

    def pause(status):
        steps.append(status.step)
        revision.write_request("pause")

    for expected in (10, 20, 30):
        status = worker.run_training(revision.path, pause)
        assert (status.state, status.step, status.finished is not None) == ("paused", expected, True)
        assert not (revision.path / "request.json").exists()
    status = worker.run_training(revision.path)
    assert status.state == "done" and steps == [10, 20, 30]
    assert are_equal_arrays(load_weights(revision), undisturbed_weights(revision.config))
    assert [row["step"] for row in revision.metrics()] == sorted({row["step"] for row in revision.metrics()})


def test_a_resumed_run_is_computed_as_before_on_the_same_machine_alone(store, tiny_config):
    """bf16 is not what the rule takes for so small nets, so it shows what was kept."""
    config = replace(tiny_config, threads=0, precision="auto")
    choice = machine.ComputeChoice("bf16", 1, why="As a former rule had it.", machine=machine.machine_name())
    for former_choice, precision in (
        (choice, "bf16"),
        (replace(choice, machine="another one"), "fp32"),
        (None, "fp32"),
    ):
        revision = create(store, config)
        revision.write_status(replace(revision.status, machine=asdict(former_choice) if former_choice else {}))
        status = worker.run_training(revision)
        assert (status.state, status.machine["precision"]) == ("done", precision)
        assert (status.machine == asdict(choice)) == (former_choice is choice)


@pytest.mark.parametrize(
    ("device_type", "former_gpu", "is_kept"),
    [
        ("cuda", "Tesla", True),
        ("cuda", "Ampere", False),
        ("cuda", "", False),
        ("cpu", "Tesla", False),
        ("cpu", "", True),
    ],
)
def test_a_resumed_run_is_computed_as_before_on_the_same_gpu_alone(monkeypatch, device_type, former_gpu, is_kept):
    monkeypatch.setattr(machine, "gpu_name", {"cuda": "Tesla", "cpu": ""}.get)
    choice = machine.ComputeChoice("bf16", 1, machine=machine.machine_name(), gpu=former_gpu)
    status = Status("paused", machine=asdict(choice))
    assert saved_training.former_choice_here(status, device_type) == (choice if is_kept else None)


def stored_with(revision, **settings):
    """The revision with settings in its file that no longer exist, as one that was upgraded has them."""
    file = revision.path / "config.json"
    record = json.loads(file.read_text())
    files.write_json(file, record | {"former_settings": settings})
    return Revision(revision.path)


@pytest.mark.parametrize("value", ["auto", "on", "off"])
def test_a_former_setting_without_which_nothing_changes_is_dropped(store, tiny_config, undisturbed_weights, value):
    revision = stored_with(create(store, tiny_config), compile=value)
    assert revision.config == tiny_config and store.find(tiny_config).id == revision.id
    assert worker.run_training(revision.path).state == "done"
    assert are_equal_arrays(load_weights(revision), undisturbed_weights())


def test_a_former_setting_lets_a_revision_open_but_not_resume(store, tiny_config):
    changed_revision = stored_with(create(store, tiny_config), content_noise=0.3)
    assert changed_revision.config == tiny_config, "it opens"
    assert store.find(tiny_config) is None
    unchanged_revision = stored_with(create(store, tiny_config), content_noise=0.0)
    assert store.find(tiny_config).id == unchanged_revision.id
    for continue_training in (queue.resume_training, lambda *_: worker.run_training(changed_revision.path)):
        with pytest.raises(
            RevisionError, match=r"cannot continue: It was trained with content_noise=0.3, .* start a new training"
        ):
            continue_training(store, changed_revision.id)
    with pytest.raises(ConfigError, match="'content_noise' is not known"):
        configure(content_noise=0)


def test_stopped_is_measured_and_can_still_go_on(store, tiny_config, undisturbed_weights):
    revision = create(store, tiny_config)
    status = worker.run_training(revision.path, lambda s: revision.write_request("stop"))
    assert (status.state, status.step) == ("stopped", 10) and "mmd2" in status.measures
    worker.run_training(revision.path)
    assert are_equal_arrays(load_weights(revision), undisturbed_weights())


def test_a_stop_that_comes_while_it_pauses_is_not_lost(store, tiny_config, monkeypatch):
    revision, real = create(store, tiny_config), recorder.Recorder.finish

    def end(self, state):
        revision.write_request("stop")
        return real(self, state)

    monkeypatch.setattr(recorder.Recorder, "finish", end)
    status = worker.run_training(revision, lambda status: revision.write_request("pause"))
    assert status.state == revision.status.state == "stopped" and revision.request() is None


def test_who_ends_waits_for_others_that_launch(store, tiny_config, monkeypatch):
    waits = []
    monkeypatch.setattr(worker.sweep_control, "advance_sweeps", lambda store, lock_timeout: waits.append(lock_timeout))
    worker.run_training(create(store, tiny_config))
    assert waits[0] >= 10


def test_a_signal_keeps_a_checkpoint_and_pauses(store, tiny_config, undisturbed_weights):
    revision = create(store, tiny_config)
    handler = signal.getsignal(signal.SIGTERM)
    status = worker.run_training(revision.path, lambda s: os.kill(os.getpid(), signal.SIGTERM))
    assert (status.state, status.step) == ("paused", 10) and signal.getsignal(signal.SIGTERM) == handler
    worker.run_training(revision.path)
    assert are_equal_arrays(load_weights(revision), undisturbed_weights())


def test_rows_after_the_resumed_step_are_dropped(store, tiny_config):
    revision = create(store, tiny_config)
    worker.run_training(revision.path, lambda s: s.step == 30 and revision.write_request("pause"))
    rows = revision.metrics()
    revision.write_metrics(rows + [{"step": step, "epoch": 1.0, "losses": {}} for step in (40, 50)])
    revision.write_status(replace(revision.status, state="failed", step=50))
    worker.run_training(revision.path)
    result = revision.metrics()
    assert result[: len(rows)] == rows and all(row["losses"] for row in result)


def test_rows_up_to_a_checkpoint_outlive_a_kill(store, tiny_config, monkeypatch):
    """Whatever the worker dies of after a checkpoint, the rows before it are on the disk."""

    class OnlyCheckpoints(recorder.AdaptiveInterval):
        def is_due(self):
            return self.min_seconds == worker.CHECKPOINT_SECONDS

    revision, recorded_steps = create(store, tiny_config), []
    monkeypatch.setattr(recorder, "AdaptiveInterval", OnlyCheckpoints)
    monkeypatch.setattr(recorder, "ROW_SECONDS", 0.0)
    worker.run_training(
        revision.path, lambda s: recorded_steps.append((kept_step(revision), revision.metrics()[-1]["step"]))
    )
    assert recorded_steps == [(step, step) for step in (10, 20, 30, 40, 50, 60)]


def test_a_broken_training_keeps_the_last_good_checkpoint(store, tiny_config, monkeypatch):
    revision = create(store, tiny_config)
    worker.run_training(revision.path, lambda s: revision.write_request("pause"))
    good = load_weights(revision)

    def explode(t, batch):
        raise TrainingError(
            "Training stopped at step 11: in the generation phase the loss exploded; try smaller rates."
        )

    monkeypatch.setattr(phases, "training_step", explode)
    status = worker.run_training(revision.path)
    assert status.state == "failed" == revision.status.state
    assert "generation phase" in status.error["what"] and status.error["do"]
    assert are_equal_arrays(load_weights(revision), good) and revision.model()


def test_weights_that_are_not_finite_are_never_kept(store, tiny_config, monkeypatch):
    revision = create(store, tiny_config)
    honest = phases.training_step

    def poison(t, batch):
        losses = honest(t, batch)
        if t.step == 59:
            with torch.no_grad():
                next(t.model.parameters()).view(-1)[0] = float("nan")
        return losses

    monkeypatch.setattr(phases, "training_step", poison)
    status = worker.run_training(revision.path)
    assert status.state == "failed" and "not a number" in status.error["what"]
    assert all(np.isfinite(values).all() for values in load_weights(revision).values())


@pytest.mark.parametrize(
    ("error", "expected_text"),
    [
        (RuntimeError("shapes\ndiffer"), "RuntimeError: shapes differ"),
        (ValueError("odd"), "ValueError: odd"),
        (TypeError("foreign"), "TypeError: foreign"),
        (MemoryError(), "not enough memory"),
        (RuntimeError("[enforce fail at alloc_cpu.cpp] can't allocate memory: 9 bytes"), "not enough memory"),
    ],
)
def test_the_unforeseen_is_told_in_a_sentence_and_logged(store, tiny_config, monkeypatch, error, expected_text):
    revision = create(store, tiny_config)

    def fail(t, batch):
        raise error

    monkeypatch.setattr(phases, "training_step", fail)
    status = worker.run_training(revision.path)
    assert status.state == "failed" and expected_text in status.error_text and "\n" not in status.error_text
    assert "Traceback" in (revision.path / "worker.log").read_text()


def test_a_full_disk_fails_in_a_sentence_and_resumes_when_there_is_room(
    store, tiny_config, undisturbed_weights, monkeypatch
):
    revision = create(store, tiny_config)
    honest = os.fsync
    full = {"after": 6}

    def fsync(number):
        full["after"] -= 1
        if full["after"] < 0:
            raise OSError(28, "No space left on device")
        return honest(number)

    monkeypatch.setattr(os, "fsync", fsync)
    status = worker.run_training(revision.path)
    assert status.state == "failed" and "disk is full" in status.error_text
    assert revision.status.state == "running"  # there was no room to say so; the next look finds it
    full["after"] = 10**9
    assert worker.run_training(revision.path).state == "done"
    assert are_equal_arrays(load_weights(revision), undisturbed_weights())


@pytest.mark.parametrize("is_killed", [False, True])
def test_a_full_disk_has_room_for_the_word_that_it_is_full(store, tiny_config, monkeypatch, is_killed):
    revision, honest = create(store, tiny_config), os.fsync
    spare = revision.path / ".spare"
    full = []

    def fsync(number):
        if full and spare.exists():
            raise OSError(28, "No space left on device")
        return honest(number)

    monkeypatch.setattr(os, "fsync", fsync)
    if is_killed:
        dead = {"pid": 2**22 + 1, "started": 1.0, "step": 20}
        revision.write_status(replace(revision.status, state="running", **dead))
        revision.reserve_disk_space()
        full.append(True)
        assert (
            queue.fail_dead_trainings(store) == [revision.id]
            and "ended without a message" in revision.status.error_text
        )
    else:
        status = worker.run_training(revision.path, lambda status: full.append(status.step))
        assert status == revision.status and "disk is full" in revision.status.error_text
    assert revision.status.state == "failed" and not spare.exists()
    full.clear()
    monkeypatch.setattr(os, "fsync", honest)
    assert worker.run_training(revision.path).state == "done" and not spare.exists()


def test_a_second_worker_is_refused_and_changes_nothing(store, tiny_config, monkeypatch):
    revision = create(store, tiny_config)
    monkeypatch.setattr(worker, "LOCK_WAIT", 0.0)
    before = {file.name: file.read_bytes() for file in revision.path.iterdir()}
    with revision.lock():
        with pytest.raises(RevisionError, match="trained by another worker"):
            worker.run_training(revision.path)
        after = {file.name: file.read_bytes() for file in revision.path.iterdir() if file.name != "worker.lock"}
    assert after == before


def test_done_and_gallery_are_refused(store, tiny_config):
    revision = create(store, tiny_config)
    revision.write_status(replace(revision.status, state="done"))
    with pytest.raises(RevisionError, match="is done"):
        worker.run_training(revision.path)
    with pytest.raises(RevisionError, match="no resume state"):
        worker.run_training(Revision(revision.path, gallery=True))


def test_changed_data_is_noticed(store, tiny_config, facts):
    facts.train = 5
    status = worker.run_training(store.create(tiny_config, facts).path)
    assert status.state == "failed" and "no longer the one of this revision" in status.error_text


def test_a_foreign_resume_state_is_noticed(store, tiny_config):
    revision, foreign_revision = create(store, tiny_config), create(store, tiny_config)
    worker.run_training(foreign_revision.path)
    (revision.path / "resume.safetensors").write_bytes((foreign_revision.path / "resume.safetensors").read_bytes())
    status = worker.run_training(revision.path)
    assert status.state == "failed" and "written for another revision" in status.error_text


def test_train_from_python(tiny_config):
    revision = aae_core.train(tiny_config)
    assert revision.status.state == "done" and aae_core.open("latest").id == revision.id
    assert revision.encode(sets.load("digits").test.images[:3]).shape == (3, 2)


def _process():
    """What a library must leave as it is."""
    random_states = random.getstate(), np.random.get_state()[1].tolist(), torch.get_rng_state().tolist()
    signals = [signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)]
    return dict(os.environ), torch.get_num_threads(), random_states, signals


@pytest.mark.parametrize("steps", [60, 10])
def test_a_library_leaves_the_process_of_its_caller_as_it_was(tiny_config, monkeypatch, steps):
    torch.set_num_threads(3)
    for name in machine.ENVIRONMENT:
        monkeypatch.delenv(name, raising=False)
    before = _process()
    revision = aae_core.train(replace(tiny_config, steps=steps))
    revision.sample(3)
    now = _process()
    torch.set_num_threads(1)
    assert now == before


@mark_for_ci
def test_equal_weights_whoever_starts_the_training(store):
    """Foreground, worker and library, in a configuration that leaves number format and threads to the rule."""
    nets = {"network.hidden": (600, 600), "network.discriminator": (600, 600)}
    config = configure(data="digits", steps=12, seed=11, **nets)
    options = [f"--set={key}=600,600" for key in nets]
    command = [sys.executable, "-m", "aae_core", "train", "--data", "digits", "--seed", "11", "--steps", "12", *options]
    subprocess.run([*command, "--quiet"], cwd=PROJECT, check=True, capture_output=True)
    (foreground,) = store.list_own()
    background, library = queue.start_training(store, config, queue.check_startable(config)), aae_core.train(config)
    deadline = time.monotonic() + 300
    while Revision(background.path).status.state in ("queued", "running") and time.monotonic() < deadline:
        time.sleep(0.05)
    assert background.status.state == "done", background.status.error_text
    assert are_equal_arrays(load_weights(library), load_weights(Revision(foreground.path)))
    assert are_equal_arrays(load_weights(library), load_weights(background))


def test_neither_clock_nor_load_changes_a_bit(store, tiny_config, monkeypatch):
    config = replace(tiny_config, threads=0)
    calm_revision, hasty_revision = create(store, config), create(store, config)
    worker.run_training(calm_revision)
    perf_counter = time.perf_counter
    monkeypatch.setattr(loop.time, "perf_counter", lambda: 1e6 * perf_counter())  # each step seems to take minutes
    monkeypatch.setattr(os, "getloadavg", lambda: (99.0, 99.0, 99.0), raising=False)
    statuses = []
    worker.run_training(hasty_revision, statuses.append)
    assert [status.step for status in statuses] == list(range(1, 61)), "a report for each slow step"
    assert are_equal_arrays(load_weights(calm_revision), load_weights(hasty_revision))
    assert [row["step"] for row in hasty_revision.metrics()][0] == 10, "losses are of whole tens all the same"


def test_the_page_says_what_precedes_the_first_step_and_how_long(store, tiny_config, monkeypatch):
    revision, calls = create(store, tiny_config), []
    write_status = Revision.write_status

    def note_status(stored_revision, status, **changes):
        stored_status = write_status(stored_revision, status, **changes)
        if stored_status.state == "running":
            calls.append((stored_status.step, stored_status.doing))
        return stored_status

    monkeypatch.setattr(Revision, "write_status", note_status)
    statuses = []
    final_status = worker.run_training(revision, statuses.append)
    assert calls[:4] == [(0, "Starting"), (0, "Loading the data"), (0, "Preparing the networks"), (0, "")]
    assert calls[-1] == (60, "Measuring on the test set") and (final_status.doing, final_status.left) == ("", None)
    first = statuses[0]
    assert first.left == pytest.approx(50 * 50 / first.samples_per_second)
    assert progress.training_progress(first) == f"Step 10 of 60, {progress.format_remaining_time(first.left)} left"
    assert progress.training_progress(replace(first, doing="Loading the data")) == "Loading the data …"


def test_what_cannot_be_trained_leaves_no_revision(tiny_config, store, tmp_path):
    np.savez(tmp_path / "bare.npz", images=np.random.default_rng(0).integers(0, 256, (40, 8, 8), np.uint8))
    sets.add_data_set(tmp_path / "bare.npz", "bare")
    for config, message in (
        (replace(tiny_config, variant="supervised", data="bare"), "has no classes"),
        (replace(tiny_config, variant="supervised", labels=3), "cannot cover"),
        (replace(tiny_config, data="nothing"), "is not known"),
    ):
        with pytest.raises(ConfigError, match=message):
            aae_core.train(config, store=store)
    with pytest.raises(DataError, match="data get svhn"):
        aae_core.train(replace(tiny_config, data="svhn"), store=store)
    assert store.list() == []


class HiddenTestSet:
    """A test set that nobody may look at before the end."""

    def __init__(self, split):
        self.split, self.sealed = split, True

    def __getattr__(self, name):
        assert not self.sealed, f"the test set's {name} were looked at"
        return getattr(self.split, name)


def test_while_a_model_trains_no_test_image_is_looked_at(store, tiny_config, monkeypatch, full_measures):
    """Measures, codes, frames and health at every step, with a target: of training images; the test set is for the end."""
    monkeypatch.setattr(recorder.AdaptiveInterval, "is_due", lambda self: True)
    monkeypatch.setattr(frame_recorder.TimeBudget, "allows_another", lambda self: True)  # on a busy machine, too
    config = replace(tiny_config, target=TargetConfig("mmd2", 1e-9))
    dataset = sets.load("digits")
    sealed = replace(dataset, test=HiddenTestSet(dataset.test))
    revision, t = create(store, config), Training(config, sealed)
    metrics_recorder = recorder.Recorder(revision, t, sealed, revision.status, 15.0)
    metrics_recorder.start()
    for report in fit(t):
        metrics_recorder.record(report)
        diagnosis.diagnose_revision(revision)
    assert len(revision.frames()) > 1 and revision.probe().split == "train" and metrics_recorder.status.measures
    sealed.test.sealed = False
    assert metrics_recorder.finish("done").measures["knn_accuracy"]


@pytest.mark.parametrize("variant", ["aae", "clustering"])
def test_codes_that_are_no_numbers_leave_the_former_ones(store, tiny_config, monkeypatch, variant):
    monkeypatch.setattr(recorder.AdaptiveInterval, "is_due", lambda self: True)
    config = replace(tiny_config, variant=variant)
    dataset = sets.load("digits")
    revision, t = create(store, config), Training(config, dataset)
    metrics_recorder = recorder.Recorder(revision, t, dataset, revision.status, 15.0)
    metrics_recorder.start()
    codes = revision.probe().z
    with torch.no_grad():
        for values in t.model.encoder.parameters():
            values.fill_(float("nan"))
    metrics_recorder._record_probe()
    np.testing.assert_array_equal(revision.probe().z, codes)


def test_the_probe_set_is_a_fair_sample_the_same_whatever_the_seed(store, tiny_config, monkeypatch):
    monkeypatch.setattr(recorder, "MAX_PROBE_CODES", 100)
    dataset = sets.load("digits")
    (split, index), (_, reseeded_index) = (
        recorder.choose_probe_set(create(store, replace(tiny_config, seed=seed)), dataset) for seed in (1, 2)
    )
    assert split == "train" and len(index) == 100 and (np.diff(index) > 0).all()
    np.testing.assert_array_equal(index, reseeded_index)
    counts, share = (
        np.bincount(dataset.train.labels[index]),
        np.bincount(dataset.train.labels) / len(dataset.train.labels),
    )
    assert np.abs(counts - 100 * share).max() <= 1


def test_a_resumed_training_goes_on_with_the_images_it_was_followed_on(store, tiny_config):
    """Those of another set than a new training would be followed on."""
    revision = create(store, tiny_config)
    worker.run_training(revision.path, lambda status: revision.write_request("pause"))
    test_index = np.arange(0, 300, 3)
    labels = sets.load("digits").test.labels[test_index]
    revision.write_probe(ProbeCodes(np.zeros((100, 2), np.float32), labels, test_index, labels, "test"))
    for step in frames.frame_steps(revision):
        frames.open_frame_source(revision).file_of(step).unlink()
    assert revision.probe().split == "test"
    worker.run_training(revision.path)
    probe, images = revision.probe(), sets.load("digits").test.images
    assert probe.split == "test" and np.array_equal(probe.index, test_index)
    np.testing.assert_allclose(probe.z, inference.encode_all(revision.model(), images[test_index]).numpy(), atol=1e-6)
    history = revision.frames()
    assert history[-1].z.shape == (100, 2) and not history.troubles


def test_rows_are_thinned(store, tiny_config, monkeypatch):
    monkeypatch.setattr(recorder, "MAX_ROWS", 4)
    monkeypatch.setattr(recorder, "ROW_SECONDS", 0.0)
    revision = create(store, tiny_config)
    worker.run_training(revision.path)
    steps = [row["step"] for row in revision.metrics()]
    assert len(steps) <= 4 and steps[0] == 10 and steps[-1] == 60


def _worker(revision):
    """A worker as the page starts it, but with a checkpoint as often as may be."""
    command = [sys.executable, "-m", "aae_core.runs.worker", str(revision.path), "--checkpoint-seconds", "0.05"]
    return subprocess.Popen(command, cwd=PROJECT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def kept_step(revision):
    file = revision.path / "resume.safetensors"
    return int(files.read_tensor_header(file).metadata["step"]) if file.exists() else 0


@pytest.mark.thorough
def test_killed_at_random_moments_it_ends_with_the_same_weights(store, tiny_config, undisturbed_weights):
    """kill -9 twice, each a random moment after a checkpoint; benchmarks/robustness/faults/ does it to all kinds."""
    config = replace(tiny_config, steps=900)
    revision, draws, start = create(store, config), random.Random(3), 0
    for _ in range(2):
        child = _worker(revision)
        while kept_step(revision) <= start:
            assert child.poll() is None
            time.sleep(0.02)
        time.sleep(draws.uniform(0, 0.1))
        child.kill()
        child.wait()
        assert revision.status.state == "running" and queue.fail_dead_trainings(store) == [revision.id]
        status, start = revision.status, kept_step(revision)
        assert status.state == "failed" and "killed" in status.error["what"]
        assert f"from step {start:,}." in status.error["do"]
        assert int(weights.load_resume_state(revision)["step"]) == start
        assert revision.model() and revision.probe() and store.open(revision.id)
    assert worker.run_training(revision.path).state == "done"
    assert are_equal_arrays(load_weights(revision), undisturbed_weights(config))


def test_the_worker_as_a_process_says_what_is_wrong(store, tmp_path):
    done = subprocess.run(
        [sys.executable, "-m", "aae_core.runs.worker", str(tmp_path / "none")],
        cwd=PROJECT,
        check=False,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 1 and "config.json could not be read: it is missing" in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1


def _session_priority() -> list[str]:
    """What Linux says of this session's weight, in words; empty where it weighs none (no such file, or one without a word)."""
    place = Path("/proc/self/autogroup")
    return place.read_text().split() if place.exists() else []


@pytest.mark.skipif(not _session_priority(), reason="this system weighs no sessions")
@pytest.mark.parametrize("own", [True, False])
def test_a_worker_gives_way_and_keeps_other_sessions_priority(own):
    code = "from aae_core.runs import worker\nfrom pathlib import Path\nimport os\nworker.lower_priority(worker.NICENESS)\n"
    code += "print(Path('/proc/self/autogroup').read_text().split()[-1], os.nice(0))"
    here = _session_priority()[-1]
    plain = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=PROJECT, env=plain, capture_output=True, text=True, start_new_session=own
    )
    session, nice = done.stdout.split()
    assert session == (nice if own else here), done.stderr
    assert int(nice) >= worker.NICENESS


@pytest.mark.parametrize("inherited_level", [0, 5, 10, 15])
def test_a_worker_that_another_one_launched_gives_way_no_further(monkeypatch, inherited_level):
    level = [inherited_level]

    def nice(increment):
        level[0] += increment
        return level[0]

    monkeypatch.setattr(os, "nice", nice, raising=False)
    monkeypatch.setattr(os, "getsid", lambda pid: -1, raising=False)
    worker.lower_priority(worker.NICENESS)
    assert level[0] == max(worker.NICENESS, inherited_level)


def test_the_same_seed_gives_the_same_files(store):
    config = configure(data="digits", steps=20, threads=1, **{"network.hidden": (8,), "network.discriminator": (8,)})
    first, second = create(store, config), create(store, config)
    worker.run_training(first.path)
    worker.run_training(second.path)
    assert are_equal_arrays(load_weights(first), load_weights(second))
    assert json.dumps(first.measures) == json.dumps(second.measures)
    third = create(store, replace(config, seed=1))
    worker.run_training(third.path)
    assert not are_equal_arrays(load_weights(first), load_weights(third))


def test_damaged_metrics_are_set_aside_and_the_training_goes_on(store, tiny_config, undisturbed_weights):
    revision = create(store, tiny_config)
    (revision.path / "metrics.jsonl").write_text('{"step": 1}\n{"st')
    assert worker.run_training(revision.path).state == "done"
    assert are_equal_arrays(load_weights(revision), undisturbed_weights())
    assert (revision.path / "metrics.damaged.jsonl").exists() and revision.metrics()


@pytest.mark.parametrize("text", ["0", "-1", "nan", "soon"])
def test_senseless_seconds_between_checkpoints_are_wrong_usage(text, capsys):
    with pytest.raises(SystemExit) as exit_info:
        worker.main(["nowhere", "--checkpoint-seconds", text])
    assert exit_info.value.code == 2 and "--checkpoint-seconds" in capsys.readouterr().err


def test_a_callback_stops_a_training_and_what_is_trained_so_far_opens(tiny_config):
    steps = []
    revision = worker.train(tiny_config, lambda status: steps.append(status.step) or status.step >= 20)
    assert (revision.status.state, revision.status.step, steps[-1]) == ("stopped", 20, 20)
    assert revision.sample(2).shape == (2, 8, 8, 1)


def test_a_revision_without_a_step_is_resumed_by_its_name_with_a_bar(tiny_config, capsys):
    store = Store()
    revision = store.create(tiny_config, queue.check_startable(tiny_config))
    assert worker.resume(revision.id[:20], progress=True).status.state == "done"
    assert "100% step 60 of 60" in capsys.readouterr().err
    with pytest.raises(RevisionError):
        worker.resume(revision.id)


@pytest.mark.parametrize(
    "shared, owner, memory_limit", [("1", "a" * 64, 4.0), ("1", None, None), ("", "a" * 64, "unasked")]
)
def test_a_visitors_training_has_no_more_memory_than_it_may(
    store, tiny_config, monkeypatch, shared, owner, memory_limit
):
    """Whatever machine trains it, which knows nothing of who shares the server."""
    revision, memory_limits = create(store, tiny_config), ["unasked"]
    owners.write_owner(revision.path, owner and owners.Owner(owner))
    monkeypatch.setenv("AAE_SHARED", shared)
    arguments = launchers.remote_worker_arguments(launchers.EngineOptions(), revision)
    monkeypatch.delenv("AAE_SHARED")
    monkeypatch.setattr(limits, "limit_process_memory", memory_limits.append)
    monkeypatch.setattr(worker, "lower_priority", lambda niceness: None)
    assert worker.main([str(revision.path), *arguments]) == 0
    assert memory_limits[-1] == memory_limit
