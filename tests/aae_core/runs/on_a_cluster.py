"""Trainings on a Ray cluster of two machines whose machines, actors and trainers die; test_ray_engine.py runs this file, in a
network namespace of its own, because Ray listens beyond loopback whatever address it is given.

Each machine is a raylet. Nothing is ended here but by its number.
"""

import fcntl
import os
import signal
import socket
import struct
import time
from contextlib import suppress
from types import SimpleNamespace

import psutil
import pytest
from ray.cluster_utils import Cluster

from aae_core import files
from aae_core.config.configuration import configure
from aae_core.data import sets
from aae_core.runs import engines, launchers, queue, ray_engine, sweep_control, sweep_plans, worker
from aae_core.store import sweeps as sweep_records
from aae_core.store import weights
from aae_core.store.revisions import Store
from aae_core.store.status import BUSY
from aae_core.training import loop

PORT = 6400
HEALTH_CHECKS = {
    "health_check_initial_delay_ms": 500,
    "health_check_period_ms": 500,
    "health_check_failure_threshold": 3,
}
OBJECT_STORE = {"object_store_memory": 80 * 2**20}
# what no training here needs of a head
MINIMAL_HEAD = {"include_dashboard": False, "include_log_monitor": False, "no_monitor": True}
NETS = {"network.hidden": (16,), "network.discriminator": (16,)}
LIMIT = 300.0  # seconds; a busy machine may need many
SIOCSIFFLAGS, IFF_UP = 0x8914, 1


def config(seed=0):
    return configure(data="digits", steps=10**7, batch_size=50, threads=1, seed=seed, **NETS)


def start_cluster():
    """A head without processors, and two machines with one each, which may still be starting."""
    head_options = {
        "gcs_server_port": PORT,
        "num_cpus": 0,
        "_system_config": HEALTH_CHECKS,
        **OBJECT_STORE,
        **MINIMAL_HEAD,
    }
    ray_cluster = Cluster(initialize_head=True, head_node_args=head_options)
    return ray_cluster, [ray_cluster.add_node(num_cpus=1, wait=False, **OBJECT_STORE) for _ in range(2)]


def kill(node):
    """Take a machine away: its raylet is killed, and all that it had started ends with it, as on a machine without power."""
    for process in (item.process for kind in node.all_processes.values() for item in kind):
        with suppress(ProcessLookupError):
            os.kill(process.pid, signal.SIGKILL)
            process.wait()


@pytest.fixture(scope="module")
def cluster():
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as any_socket:
        fcntl.ioctl(any_socket, SIOCSIFFLAGS, struct.pack("16sh14x", b"lo", IFF_UP))
    cluster_and_nodes = list(start_cluster())
    yield cluster_and_nodes
    ray_engine.RAY.disconnect()
    for node in list(cluster_and_nodes[0].list_all_nodes()):
        kill(node)


@pytest.fixture(scope="module")
def place(tmp_path_factory):
    return tmp_path_factory.mktemp("shared")


@pytest.fixture(scope="module")
def module_state():
    """What the tests before have left: one training goes through all of them, in their order, and at the end through none."""
    return SimpleNamespace(revision=None, last_status=None, sweep=None)


@pytest.fixture(autouse=True)
def ray_environment(cluster, place, monkeypatch):
    monkeypatch.setenv("AAE_CHECKPOINTS", str(place))
    monkeypatch.setenv("AAE_ENGINE", "ray")
    monkeypatch.setenv("AAE_RAY_ADDRESS", f"127.0.0.1:{PORT}")
    monkeypatch.setenv("AAE_ENGINE_OPTIONS", "keep_every=0.2")
    # more often than a network is to be burdened
    monkeypatch.setitem(launchers.OPTION_RANGES, "keep_every", (0.2, 1e6))
    monkeypatch.setattr(ray_engine, "RETRY_SECONDS", 1.0)
    monkeypatch.setattr(ray_engine, "ANSWER_TIMEOUT", 1.0)


def wait_for(condition, *args):
    """What `condition` gives as soon as that is something; meanwhile the queue is looked after, as by a server."""
    deadline = time.monotonic() + LIMIT
    while not (result := condition(*args)):
        assert time.monotonic() < deadline, [
            (row.id, row.status, queue.waiting_remark(row.status)) for row in Store().list_own()
        ]
        sweep_control.advance_sweeps(Store())
        time.sleep(0.3)
    return result


def start_training(seed=0):
    return queue.start_training(Store(), config(seed), queue.check_startable(config()))


def status_past_step(revision, step, other_than=None):
    """Whether a worker, another than one, has taken more than so many steps and kept them."""
    status = revision.status
    assert status.state in BUSY, status
    file = revision.path / "resume.safetensors"
    saved_step = int(files.read_tensor_header(file).metadata["step"]) if file.exists() else 0
    return (
        status.state == "running" and status.pid != other_than and status.step > step and saved_step > step and status
    )


def tensors(revision):
    return {
        name: values.numpy().tobytes()
        for name, values in weights.load_resume_state(revision).items()
        if name != "seconds"
    }


def machine_of_worker(cluster, pid):
    """The machine of a worker, which is a child of its actor, which is one of its machine's."""
    raylet = psutil.Process(psutil.Process(pid).ppid()).ppid()
    pid_sets = [{entry.process.pid for kind in node.all_processes.values() for entry in kind} for node in cluster[1]]
    return next(node for node, pids in zip(cluster[1], pid_sets, strict=True) if raylet in pids)


def has_ended(pid):
    return not psutil.pid_exists(pid) or psutil.Process(pid).status() == psutil.STATUS_ZOMBIE


def test_a_trainer_dies_with_its_actor_which_is_started_again(module_state):
    revision = module_state.revision = start_training()
    first_status = wait_for(status_past_step, revision, 0)
    assert (
        first_status.engine == "ray"
        and first_status.worker
        and first_status.host == os.uname().nodename
        and first_status.machine["threads"] == 1
    )
    os.kill(psutil.Process(first_status.pid).ppid(), signal.SIGKILL)
    wait_for(has_ended, first_status.pid)
    # further than the former worker ever was
    module_state.last_status = wait_for(status_past_step, revision, revision.status.step, first_status.pid)
    assert module_state.last_status.worker == first_status.worker


def test_a_trainer_that_is_killed_is_told_and_goes_on_when_it_is_resumed(module_state):
    revision, former_status = module_state.revision, module_state.last_status
    os.kill(former_status.pid, signal.SIGKILL)
    wait_for(lambda: revision.status.state == "failed")
    assert "without a message at step" in revision.status.error_text and "Resume" in revision.status.error_text
    last_step = revision.status.step
    queue.resume_training(Store(), revision.id)
    module_state.last_status = wait_for(status_past_step, revision, last_step)
    assert module_state.last_status.worker != former_status.worker


def test_a_training_whose_machine_is_lost_goes_on_at_the_other(cluster, module_state):
    revision, former_status = module_state.revision, module_state.last_status
    kill(machine_of_worker(cluster, former_status.pid))
    wait_for(has_ended, former_status.pid)
    module_state.last_status = wait_for(status_past_step, revision, revision.status.step, former_status.pid)
    assert module_state.last_status.worker == former_status.worker


def test_a_sweep_without_room_says_so_and_is_withdrawn(module_state):
    settings = {"data": "digits", "steps": 30, "threads": 1, **NETS}
    sweep = sweep_control.start_sweep(
        Store(), sweep_plans.plan_sweep({"prior.name": ["uniform"]}, settings, measure="mmd2")
    )
    waiting_revision, module_state.sweep = Store().open(sweep.points[0].runs[0].revision), sweep.id
    assert "is full: 1 of its 1 processors" in wait_for(queue.waiting_remark, waiting_revision.status)
    worker_name = waiting_revision.status.worker
    sweep_control.stop_sweep(Store(), sweep.id)
    assert waiting_revision.status.state == "paused" and waiting_revision.request() is None
    wait_for(lambda: worker_name not in ray_engine.RAY._cached_cluster_view(fresh=True).names)


def test_it_is_resumed_at_once_while_the_former_actor_still_ends(module_state):
    revision, former_status = module_state.revision, module_state.last_status
    queue.pause_training(Store(), revision.id)
    wait_for(lambda: revision.status.state == "paused")
    assert revision.status.step >= former_status.step
    queue.resume_training(Store(), revision.id)
    module_state.last_status = wait_for(status_past_step, revision, revision.status.step)
    assert module_state.last_status.worker != former_status.worker


def test_a_lost_head_marks_nobody_dead_and_the_next_continues(cluster, module_state):
    revision, former_status = module_state.revision, module_state.last_status
    for node in cluster[0].list_all_nodes():
        kill(node)
    wait_for(has_ended, former_status.pid)
    wait_for(lambda: "cannot be reached" in queue.waiting_remark(revision.status))
    waiting_revision = start_training(1)
    assert queue.fail_dead_trainings(Store()) == [] and revision.status.state == "running"
    assert engines.is_worker_alive(revision.status, engines.chosen_engine()) is None
    assert (
        waiting_revision.status.state == "queued"
        and not waiting_revision.status.worker
        and "cannot be reached" in queue.waiting_remark(waiting_revision.status)
    )
    last_step = revision.status.step
    cluster[:] = start_cluster()
    module_state.last_status = wait_for(status_past_step, revision, last_step, former_status.pid)
    assert module_state.last_status.worker != former_status.worker and waiting_revision.status.worker
    queue.stop_training(Store(), waiting_revision.id)


def test_its_weights_are_those_of_an_undisturbed_training(module_state, monkeypatch):
    queue.pause_training(Store(), module_state.revision.id)
    wait_for(lambda: module_state.revision.status.state == "paused")
    sweep_control.continue_sweep(Store(), module_state.sweep)
    last_step = module_state.revision.status.step
    local_revision = Store().create(config(), sets.describe_data_set("digits"))
    monkeypatch.setattr(loop, "REPORT_STEPS", 1)  # a pause on a busy machine comes between two tens of steps
    assert worker.run_training(local_revision, lambda status: status.step == last_step).step == last_step
    assert tensors(local_revision) == tensors(module_state.revision)
    wait_for(lambda: sweep_records.read_sweep(Store(), module_state.sweep).state != "running")
    actual = sweep_records.read_sweep(Store(), module_state.sweep)
    (run,) = actual.points[0].runs
    status = Store().open(run.revision).status
    assert (actual.state, status.engine, run.values) == ("done", "ray", [status.training_measures["mmd2"]])
