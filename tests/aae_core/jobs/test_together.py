"""One training on two real processes: paused, resumed, and one of them killed."""

import subprocess
import sys
from dataclasses import replace
from types import SimpleNamespace

import psutil
import pytest
import torch
from helpers.environment import mark_for_ci

from aae_core import errors
from aae_core.data import arrays
from aae_core.jobs import distributed, worker
from aae_core.scheduling import queue
from aae_core.store import weights

RENDEZVOUS = {"MASTER_ADDR": "10.0.0.1", "MASTER_PORT": "29500"}


def train_by_calls(store, config, *ways, **options):
    """A new revision, and the state in which each of the ways of being called leaves it."""
    revision = store.create(config, queue.check_startable(config))
    return revision, [worker.run_training(revision, way, **options) for way in ways]


def training_children():
    """The living children of this process that train with it; other tests may have left children of their own."""
    return [
        child
        for child in psutil.Process().children()
        if child.status() != "zombie" and "--rendezvous-url" in child.cmdline()
    ]


@mark_for_ci
def test_two_processes_pause_together_and_outlive_each_other(store, tiny_config):
    config = replace(tiny_config, precision="fp32")
    plain_revision, _ = train_by_calls(store, config, None)
    children, calls = [], []

    def pause(status):
        children.extend(training_children())
        calls.append(status.step)
        return revision.write_request("pause") if status.step >= 20 else None

    def kill(status):
        if status.step >= 40:
            children.extend(training_children())
            children[-1].kill()

    revision = store.create(replace(config, processes=2), queue.check_startable(config))
    status = worker.run_training(revision, pause)
    assert (status.state, calls[-1], status.step) == ("paused", status.step, status.step) and len(set(children)) == 1
    status = worker.run_training(revision, kill, checkpoint_seconds=0.01)
    assert status.state == "failed" and "Process 2 of the 2 of this training was ended by signal 9" in status.error_text
    assert not any(child.is_running() for child in children) and len(set(children)) == 2
    status = worker.run_training(revision, place=distributed.ProcessPlace(world_size=1))
    assert (status.state, status.step) == ("done", 60)
    for parameter, expected in zip(
        weights.load_model(revision).parameters(), weights.load_model(plain_revision).parameters(), strict=True
    ):
        torch.testing.assert_close(parameter, expected, atol=1e-4, rtol=1e-3)


def test_if_a_process_cannot_start_those_before_it_are_ended(tmp_path, monkeypatch):
    def start(*args):
        if "2" in args:
            raise OSError("too many processes")
        processes.append(subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE))
        return processes[0]

    processes = []
    monkeypatch.setattr(distributed.launchers, "start_worker", start)
    place = distributed.ProcessPlace(world_size=3)
    with pytest.raises(OSError), distributed.run_peer_processes(SimpleNamespace(path=tmp_path), place, None):
        pass
    assert processes[0].poll() is not None


def test_what_two_processes_cannot_compute_changes_nothing(store, tiny_config):
    revision = store.create(tiny_config, queue.check_startable(tiny_config))
    with pytest.raises(errors.ConfigError, match="A mini-batch of 50 cannot be shared evenly by 3 processes"):
        worker.run_training(revision, place=distributed.ProcessPlace(world_size=3))
    taught = store.create(
        replace(tiny_config, variant="semi-supervised", labels=15), queue.check_startable(tiny_config)
    )
    with pytest.raises(errors.ConfigError, match="15 labels of a mini-batch cannot be shared evenly by 2 processes"):
        worker.run_training(taught, place=distributed.ProcessPlace(world_size=2))
    data = arrays.arrays(torch.zeros(40, 4, 4, dtype=torch.uint8).numpy())
    with pytest.raises(errors.ConfigError, match="memory of one process"):
        queue.check_startable(replace(tiny_config, processes=2), data)
    assert revision.status.state == "queued" or not revision.status.pid


@pytest.mark.parametrize(
    ("environment", "place"),
    [
        ({}, None),
        ({"WORLD_SIZE": "2"}, None),
        ({"RANK": "1", "WORLD_SIZE": "2", **RENDEZVOUS}, distributed.ProcessPlace(1, 2, 1, 0, "env://")),
        (
            {"RANK": "5", "WORLD_SIZE": "8", "LOCAL_RANK": "1", "LOCAL_WORLD_SIZE": "4", **RENDEZVOUS},
            distributed.ProcessPlace(5, 8, 4, 1, "env://"),
        ),
    ],
)
def test_the_environment_names_a_place(environment, place):
    assert distributed.place_from_environment(environment) == place


@pytest.mark.parametrize(
    "environment",
    [
        {"RANK": "2"},
        {"RANK": "-1"},
        {"RANK": "one"},
        {"LOCAL_RANK": "1"},
        {"MASTER_PORT": "99999"},
        {"MASTER_ADDR": ""},
    ],
)
def test_an_environment_that_makes_no_sense_is_refused(environment):
    with pytest.raises(errors.ConfigError):
        distributed.place_from_environment({"RANK": "0", "WORLD_SIZE": "2", **RENDEZVOUS, **environment})
