import json
import os
import subprocess
import sys
import threading
import time
from dataclasses import replace

import numpy as np
import psutil
import pytest
from safetensors.numpy import load_file

from aae_core import files
from aae_core.config.configuration import configure
from aae_core.data import sets
from aae_core.errors import ConfigError, RevisionError
from aae_core.places import PROJECT
from aae_core.runs import launchers, queue, worker
from aae_core.store import frames
from aae_core.store import status as statuses
from aae_core.store.revisions import Revision, Store
from aae_core.store.status import Status
from aae_core.training import machine


class FakeLauncher(launchers.Launcher):
    """Workers that only exist on paper: launched ones live until they are told not to."""

    def __init__(self):
        self.launched, self.dead = [], set()

    def launch(self, revision):
        self.launched.append(revision.id)
        return {"pid": 1000 + len(self.launched), "started": 5.0}

    def is_alive(self, status):
        return status.pid is not None and status.pid not in self.dead


@pytest.fixture
def launcher():
    return FakeLauncher()


def assert_refused(call, *args, cause):
    with pytest.raises(RevisionError, match=cause) as error:
        call(*args)
    assert "\n" not in str(error.value) and str(error.value).endswith(".")


def test_started_revisions_wait_for_a_free_slot_in_order(store, tiny_config, facts, launcher):
    created = [queue.start_training(store, tiny_config, facts, launcher) for _ in range(3)]
    assert launcher.launched == [created[0].id]
    assert created[0].status.awaits_worker_report and created[0].status.pid == 1001
    assert [row.id for row in queue.queued_rows(store)] == [r.id for r in created]
    created[0].write_status(replace(created[0].status, state="running"))
    assert queue.launch_queued(store, launcher) == [] and [row.id for row in queue.queued_rows(store)] == [
        created[1].id,
        created[2].id,
    ]
    created[0].write_status(Status("done"))
    assert queue.launch_queued(store, launcher) == [created[1].id]
    assert queue.launch_queued(store, launcher) == []


def test_the_same_request_twice_is_one_training(store, tiny_config, facts, launcher):
    results = []

    def start(request_key):
        results.append(queue.start_training(store, tiny_config, facts, launcher, request_key=request_key).id)

    threads = [threading.Thread(target=start, args=("once",)) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(results) == 4 and len(set(results)) == 1 and [row.id for row in store.list_own()] == results[:1]
    start("another")
    assert len(store.list_own()) == 2 and len(set(results)) == 2
    assert store.find_requested("once").id == results[0] and store.find_requested("") is None
    store.delete(results[0])
    start("once")
    assert len(set(results)) == 3, "what was deleted can be asked for again"


def test_slots_are_set_by_the_environment(store, tiny_config, facts, launcher, monkeypatch):
    monkeypatch.setenv("AAE_SLOTS", "2")
    result = [queue.start_training(store, tiny_config, facts, launcher) for _ in range(3)]
    assert launcher.launched == [result[0].id, result[1].id]
    for text in ("0", "-1", "x", "1.5", "1000"):
        monkeypatch.setenv("AAE_SLOTS", text)
        with pytest.raises(ConfigError, match="AAE_SLOTS"):
            queue.training_slots()


def test_a_wrong_number_of_cores_is_refused_before_anything_is_created(monkeypatch):
    assert queue.check_startable(configure(data="glyphs"))
    monkeypatch.setenv("AAE_CORES", "none")
    with pytest.raises(ConfigError, match="AAE_CORES must be a whole number from 1 to 1024, not 'none'"):
        queue.check_startable(configure(data="glyphs"))


def test_two_pages_at_once_launch_one_worker(store, tiny_config, facts, launcher):
    for _ in range(2):
        store.create(tiny_config, facts, Status("queued", queued=time.time()))
    barrier = threading.Barrier(4)

    def page():
        barrier.wait()
        queue.launch_queued(store, launcher)

    pages = [threading.Thread(target=page) for _ in range(4)]
    [thread.start() for thread in pages]
    [thread.join() for thread in pages]
    assert len(launcher.launched) == 1


def test_a_dead_worker_is_told_with_reason_and_way_on(store, tiny_config, facts, launcher):
    revision = store.create(tiny_config, facts, Status("running", pid=7, started=1.0, step=1234, total_steps=5000))
    assert queue.fail_dead_trainings(store, launcher) == [] and revision.status.state == "running"
    launcher.dead.add(7)
    assert queue.fail_dead_trainings(store, launcher) == [revision.id]
    status = revision.status
    assert (status.state, status.step, status.pid) == ("failed", 1234, None)
    assert "step 1,234" in status.error["what"] and "Resume" in status.error["do"]
    assert store.list()[0].reason == status.error_text and queue.fail_dead_trainings(store, launcher) == []


def test_a_worker_that_holds_its_lock_is_never_called_dead(store, tiny_config, facts, launcher):
    revision = store.create(tiny_config, facts, Status("running", pid=7, started=1.0))
    launcher.dead.add(7)
    with revision.lock():
        assert queue.fail_dead_trainings(store, launcher) == []
    assert revision.status.state == "running"


def test_a_process_without_its_worker_is_detected_by_its_silence(store, tiny_config, facts, launcher):
    alive = {"pid": 7, "started": 1.0}
    quiet = store.create(tiny_config, facts, Status("running", **alive, heartbeat=time.time() - 60))
    talking = store.create(tiny_config, facts, Status("running", **alive, heartbeat=time.time()))
    with quiet.lock():
        assert queue.fail_dead_trainings(store, launcher) == []
    assert queue.fail_dead_trainings(store, launcher) == [quiet.id]
    assert (quiet.status.state, talking.status.state) == ("failed", "running")


def test_a_worker_that_dies_before_it_runs_does_not_block_the_queue(store, tiny_config, facts, launcher):
    first, second = (queue.start_training(store, tiny_config, facts, launcher) for _ in range(2))
    launcher.dead.add(1001)
    assert queue.launch_queued(store, launcher) == [second.id]
    assert first.status.state == "failed" and "worker.log" in first.status.error_text


def test_a_queued_revision_that_cannot_be_used_does_not_block_the_queue(store, tiny_config, facts, launcher):
    bad, good = (store.create(tiny_config, facts, Status("queued", queued=n)) for n in (1.0, 2.0))
    text = json.dumps(json.loads((bad.path / "config.json").read_text()))  # without a checksum
    (bad.path / "config.json").write_text(text.replace('"batch_size": 50', '"batch_size": -1'))
    assert queue.launch_queued(store, launcher) == [good.id]


def test_pause_and_stop_are_requests_to_a_worker_and_commands_to_the_queue(store, tiny_config, facts, launcher):
    running = store.create(tiny_config, facts, Status("running", pid=7, started=1.0))
    waiting = queue.start_training(store, tiny_config, facts, launcher)
    assert running.request() is None
    queue.pause_training(store, running.id, launcher)
    assert running.request() == "pause" and running.status.state == "running"
    queue.stop_training(store, running.id, launcher)
    assert running.request() == "stop"
    queue.pause_training(store, waiting.id, launcher)
    assert waiting.status.state == "paused" and waiting.request() is None
    queue.stop_training(store, waiting.id, launcher)
    assert waiting.status.state == "stopped"
    assert_refused(queue.pause_training, store, waiting.id, launcher, cause="is stopped and cannot be paused")
    with running.lock():
        queue.pause_training(store, running.id, launcher)
    assert running.request() == "pause"


def test_a_stop_that_finds_its_worker_ended_is_carried_out(store, tiny_config, facts, launcher):
    revision = store.create(tiny_config, facts, Status("paused", step=5, total_steps=60))
    lock_taken, worker_may_end = threading.Event(), threading.Event()

    def worker_that_has_just_paused():
        with revision.lock():
            lock_taken.set()
            worker_may_end.wait(10)

    worker_thread = threading.Thread(target=worker_that_has_just_paused)
    worker_thread.start()
    lock_taken.wait(10)
    threading.Timer(0.2, worker_may_end.set).start()
    queue.stop_training(store, revision.id, launcher)
    worker_thread.join()
    assert revision.status.state == "stopped" and revision.request() is None


def test_what_cannot_be_recorded_is_not_launched(store, tiny_config, facts, launcher, monkeypatch):
    """Each look would start one more worker for it."""
    revision = store.create(tiny_config, facts, Status("queued", queued=1.0))

    def fail_on_full_disk(path, *contents):
        raise RevisionError(files.os_error_message(OSError(28, "full"), path))

    with monkeypatch.context() as patch:
        patch.setattr(files, "write_atomic", fail_on_full_disk)
        assert queue.launch_queued(store, launcher) == [] == launcher.launched
    assert queue.launch_queued(store, launcher) == [revision.id]


def test_resume_queues_again_and_clears_what_was(store, tiny_config, facts, launcher):
    error = {"what": "A.", "do": "B."}
    revision = store.create(tiny_config, facts, Status("failed", step=30, error=error, finished=1.0))
    revision.write_request("stop")
    queue.resume_training(store, revision.id, launcher)
    status = revision.status
    assert (status.state, status.step, status.error, status.finished) == ("queued", 30, None, None)
    assert revision.request() is None and launcher.launched == [revision.id]
    assert_refused(queue.resume_training, store, revision.id, launcher, cause="is already queued")
    revision.write_status(replace(status, state="running"))
    assert_refused(queue.resume_training, store, revision.id, launcher, cause="is already running")
    with revision.lock():
        assert_refused(queue.resume_training, store, revision.id, launcher, cause="another worker")
    revision.write_status(replace(status, state="done"))
    assert_refused(queue.resume_training, store, revision.id, launcher, cause="is done")


@pytest.mark.parametrize("name", ["weights.safetensors", "probe.safetensors"])
@pytest.mark.parametrize("damage", ["cut", "lost"])
def test_what_a_done_revision_has_lost_is_restored_by_resuming_it(store, recorded_revision, launcher, name, damage):
    revision, former_status = recorded_revision, recorded_revision.status
    file = revision.path / name
    former_bytes, former_tensors = file.read_bytes(), load_file(file)
    assert_refused(queue.resume_training, store, revision.id, launcher, cause="nothing is left to train")
    file.unlink() if damage == "lost" else file.write_bytes(former_bytes[:-10])
    queue.resume_training(store, revision.id, launcher)
    assert launcher.launched == [revision.id] and revision.status.step == 60
    restored = worker.run_training(revision)
    assert (restored.state, restored.step, restored.measures) == ("done", 60, former_status.measures)
    restored_tensors = load_file(file)  # bytes may differ: safetensors writes its metadata in any order
    assert restored_tensors.keys() == former_tensors.keys() and all(
        np.array_equal(restored_tensors[key], former_tensors[key]) for key in former_tensors
    )
    assert_refused(queue.resume_training, store, revision.id, launcher, cause="nothing is left to train")


@pytest.mark.parametrize("damage", ["cut", "lost"])
def test_without_its_resume_state_a_done_revision_stays_done(store, recorded_revision, launcher, damage):
    revision = recorded_revision
    (revision.path / "weights.safetensors").unlink()
    file = revision.path / "resume.safetensors"
    file.unlink() if damage == "lost" else file.write_bytes(file.read_bytes()[:-10])
    assert_refused(queue.resume_training, store, revision.id, launcher, cause="is done")
    assert revision.status.state == "done"


def test_networks_whose_resume_state_is_gone_are_not_written_over(store, tiny_config, launcher):
    revision = store.create(tiny_config, sets.describe_data_set("digits"))
    paused_status = worker.run_training(
        revision, lambda status: revision.write_request("pause") if status.step >= 20 else None
    )
    assert paused_status.state == "paused"
    (revision.path / "resume.safetensors").unlink()
    weights_bytes = (revision.path / "weights.safetensors").read_bytes()
    assert_refused(
        queue.resume_training, store, revision.id, launcher, cause="Put the file back, or start a new training"
    )
    assert_refused(worker.run_training, revision, cause="Put the file back")
    assert (revision.path / "weights.safetensors").read_bytes() == weights_bytes and revision.status.state == "paused"


def test_the_gallery_is_left_alone(store, tiny_config, facts, launcher):
    shipped = Store(store.gallery, gallery=store.root / "none").create(
        tiny_config, facts, Status("running", pid=7, started=1.0)
    )
    before = (shipped.path / "status.json").read_bytes()
    launcher.dead.add(7)
    assert queue.fail_dead_trainings(store, launcher) == []
    assert_refused(queue.resume_training, store, shipped.id, launcher, cause="no resume state")
    assert_refused(queue.pause_training, store, shipped.id, launcher, cause="gallery")
    assert (shipped.path / "status.json").read_bytes() == before


def test_a_worker_that_cannot_be_started_fails_in_a_sentence(store, tiny_config, facts, monkeypatch):
    def fail(*args, **options):
        raise OSError(11, "Resource temporarily unavailable")

    monkeypatch.setattr(subprocess, "Popen", fail)
    revision = queue.start_training(store, tiny_config, facts, launchers.LocalProcess())
    assert revision.status.state == "failed" and "could not be started" in revision.status.error_text


def test_a_process_is_known_by_number_and_start():
    mine = statuses.this_process_fields()
    assert mine.pop("host") == files.HOST and mine["pid"] == os.getpid() and statuses.is_process_alive(**mine)
    assert not statuses.is_process_alive(mine["pid"], mine["started"] - 60)
    assert (
        not statuses.is_process_alive(None, None)
        and not statuses.is_process_alive(2**22 + 5, 1.0)
        and not statuses.is_process_alive(-1, 1.0)
    )


def test_a_zombie_is_dead():
    child = subprocess.Popen([sys.executable, "-c", "pass"])
    started = psutil.Process(child.pid).create_time()
    while psutil.Process(child.pid).status() != psutil.STATUS_ZOMBIE:
        time.sleep(0.01)
    assert not statuses.is_process_alive(child.pid, started)
    child.wait()


# What is refused before anything starts -------------------------------------------------------------------------------------


def own_set(name, labels):
    """A data set of 4 × 4 images with these labels (None: without), of which some become the test split."""
    arrays = {} if labels is None else {"labels": labels}
    rng = np.random.default_rng(0)
    np.savez("own.npz", images=rng.integers(0, 256, (40, 4, 4), dtype=np.uint8), **arrays)
    sets.add_data_set("own.npz", name)


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ({"variant": "semi-supervised", "labels": 35}, "35 labels are requested, but only 34 labelled images exist"),
        ({"variant": "label-informed", "labels": 35, "prior.components": 2}, "35 labels are requested"),
        ({"variant": "reduction", "labels": 10**6}, "1,000,000 labels are requested"),
        ({"variant": "semi-supervised", "labels": 1}, "1 label cannot cover 2 classes"),
        ({"variant": "supervised", "labels": 1}, "1 label cannot cover 2 classes"),
        (
            {"variant": "label-informed", "prior.components": 10},
            "prior.components must be 2, the number of classes of own",
        ),
        ({"variant": "reduction", "heads": "fixed", "latent_dim": 10}, "latent_dim must be 2, one for each content"),
        ({"variant": "reduction", "heads": "fixed", "latent_dim": 2, "labels": 0}, "latent_dim must be 16"),
    ],
)
def test_labels_that_the_data_cannot_give_are_refused_before_the_start(settings, words, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    own_set("own", np.arange(40) % 2)
    prior = {"prior.name": "mixture"} if settings["variant"] == "label-informed" else {}
    with pytest.raises(ConfigError, match=words) as refused:
        queue.check_startable(configure(data="own", **prior, **settings))
    assert str(refused.value).endswith(".") and "\n" not in str(refused.value)


@pytest.mark.parametrize(
    ("variant", "advice"),
    [
        ("label-informed", "choose the variant aae"),
        ("supervised", "choose the variant aae"),
        ("semi-supervised", "choose the variant clustering"),
        ("reduction", "ask for 0 labels"),
    ],
)
def test_labels_that_are_missing_are_told_with_a_way_on(variant, advice, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    own_set("plain", None)
    prior = {"prior.name": "mixture"} if variant == "label-informed" else {}
    with pytest.raises(ConfigError, match=f"{variant} needs labels, and the data set plain has no classes; {advice}"):
        queue.check_startable(configure(data="plain", variant=variant, **prior))
    for variant, settings in (("clustering", {}), ("reduction", {"labels": 0})):
        assert queue.check_startable(configure(data="plain", variant=variant, **settings)).name == "plain"


@pytest.mark.parametrize("labels", [None, 20])
def test_a_class_without_a_training_image_is_named(labels, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    own_set("own", np.arange(40) % 3)
    whole = sets.load("own")
    train = replace(whole.train, labels=np.where(whole.train.labels == 2, 1, whole.train.labels))
    monkeypatch.setattr(sets, "load", lambda name: replace(whole, train=train))
    with pytest.raises(ConfigError, match="None of the training data are of the class 2; add some of it"):
        queue.check_startable(configure(data="own", variant="semi-supervised", labels=labels))
    assert queue.check_startable(configure(data="own", variant="clustering"))


def wait_for(revision, *states):
    deadline = time.monotonic() + 120
    while revision.status.state not in states:
        assert time.monotonic() < deadline, revision.status
        time.sleep(0.1)
    return revision.status


# A process that launches a worker and is killed, as a server may be.
LAUNCHES = """
import os, sys
from aae_core.runs import launchers, queue
from aae_core.store.revisions import Store
queue.launch_queued(Store(sys.argv[1]), launchers.LocalProcess())
os.kill(os.getpid(), 9)
"""


def test_a_real_worker_outlives_what_launched_it_and_starts_the_next(store, tiny_config):
    """The whole way: start two, kill the first, find it dead, resume it, and both end done."""
    launcher = launchers.LocalProcess()
    summary = sets.describe_data_set("digits")
    queued = Status("queued", queued=time.time(), engine=launcher.name)
    first = queue.create_revision(store, replace(tiny_config, steps=100_000), summary, queued)
    killed = subprocess.run([sys.executable, "-c", LAUNCHES, store.root], cwd=PROJECT, check=False, capture_output=True)
    assert killed.returncode == -9, killed.stderr
    second = queue.start_training(store, tiny_config, summary, launcher)
    status = wait_for(first, "running")
    assert os.getsid(status.pid) == status.pid and second.status.state == "queued"
    while len(frames.frame_steps(first)) < 4:
        time.sleep(0.05)
    os.kill(status.pid, 9)
    deadline = time.monotonic() + 60
    while not (launched := queue.launch_queued(store, launcher)):  # its files are let go of with its last thread
        assert time.monotonic() < deadline
        time.sleep(0.1)
    assert launched == [second.id]
    assert first.status.state == "failed"
    recorded_frames = first.frames()
    assert len(recorded_frames.frames) >= 4 and not recorded_frames.troubles
    queue.resume_training(store, first.id, launcher)
    queue.stop_training(store, first.id, launcher)
    assert wait_for(second, "done", "failed").state == "done"
    assert wait_for(first, "stopped").state == "stopped"
    assert not [r for r in store.list_own() if Revision(r.path).status.pid]


def test_a_workers_own_settings_win_over_those_of_the_training(store, tiny_config, facts, monkeypatch):
    popen_calls = []

    class RecordingPopen(subprocess.Popen):
        def __init__(self, command, **options):
            popen_calls.append((command, options["env"]))
            super().__init__([sys.executable, "-c", ""], **{**options, "env": None})

    monkeypatch.setattr(subprocess, "Popen", RecordingPopen)
    for name in machine.ENVIRONMENT:
        monkeypatch.delenv(name, raising=False)
    revision = store.create(tiny_config, facts)
    launchers.LocalProcess("--device", "cpu").launch(revision)
    monkeypatch.setenv("OMP_WAIT_POLICY", "active")
    launchers.LocalProcess().launch(revision)
    (command, default_environment), (_, user_environment) = popen_calls
    assert command[1:] == ["-m", "aae_core.runs.worker", str(revision.path.resolve()), "--device", "cpu"]
    assert machine.ENVIRONMENT.items() <= default_environment.items()
    assert user_environment["OMP_WAIT_POLICY"] == "active"
