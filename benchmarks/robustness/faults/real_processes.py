"""Rounds in which a real worker or server is killed, and what these processes do."""

import contextlib
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import psutil

from aae_core.runs import launchers, queue, worker
from aae_core.store.revisions import Revision
from benchmarks.robustness.faults.checks import examine
from benchmarks.robustness.faults.faulty_disk import CHANGES, Disk, Fault
from benchmarks.robustness.faults.scenario import (
    Room,
    demand,
    replace_attributes,
    steady_clock,
    toy_data,
    training_config,
)
from benchmarks.robustness.faults.scenario_faults import scenario_length

PROGRAM = "benchmarks.robustness.faults"  # run again as each worker and server
DETECTION_SECONDS = 15.0  # seconds within which a killed worker must be found dead
LONG_TRAINING_STEPS = 600  # steps of a training that is killed at a random moment


class RealProcess(launchers.LocalProcess):
    """A launcher of real processes on this machine: `python -m benchmarks.robustness.faults --worker PATH`."""

    def launch(self, revision):
        with open(revision.path / "worker.log", "ab") as log:
            argv = PROGRAM, "--worker", str(revision.path), *self.arguments
            child = launchers.start_module(*argv, stdin=subprocess.DEVNULL, stdout=log, stderr=log)
        self._children.append(child)
        return {"pid": child.pid, "started": psutil.Process(child.pid).create_time()}


def run_worker(path: Path, kill_before: int) -> int:
    """Work as the worker of a revision; it kills itself before the operation with this number (0: never)."""
    fault = Fault(lambda: os.kill(os.getpid(), signal.SIGKILL), kill_before or sys.maxsize, kinds=(*CHANGES, "read"))
    # at its end the worker starts the next queued training, with queue.launch_queued's default launcher
    with (
        steady_clock(),
        replace_attributes((queue.launch_queued, "__defaults__", (RealProcess(),))),
        Disk(path.parent, fault),
    ):
        return int(worker.run_training(path, checkpoint_seconds=1.0, data=toy_data()).state == "failed")


def wait_for(is_true, seconds: float = 120.0) -> None:
    """Wait until is_true() holds; BrokenPromiseError if that takes too long."""
    start = time.monotonic()
    while not is_true():
        demand(time.monotonic() - start < seconds, f"nothing happened in {seconds:.0f} s")
        time.sleep(0.02)


def has_ended(status) -> bool:
    return status.pid is None or not psutil.pid_exists(status.pid) or not launchers.LOCAL.is_alive(status)


def kill_worker(room, rng):
    """A worker kills itself with SIGKILL before an exact operation."""
    operation_number, launcher = rng.randrange(1, scenario_length() // 3), RealProcess()
    launcher.arguments = "--kill-at", str(operation_number)
    revision = queue.start_training(room.store, training_config(), toy_data().summary, launcher)
    status = revision.status
    wait_for(lambda: not launcher.is_alive(status))
    place = f"before operation {operation_number}"
    if revision.status.state in ("running", "queued"):  # the lock may be held until the worker's last thread has ended
        wait_for(lambda: queue.fail_dead_trainings(room.store, launcher), DETECTION_SECONDS)
    return place, examine(room, None, kept_ids=[revision.id])


def kill_worker_at_random(room, rng):
    """A worker is killed with SIGKILL at a random moment, in a quarter of the cases while it is still starting."""
    launcher = RealProcess()
    revision = queue.start_training(room.store, training_config(LONG_TRAINING_STEPS), toy_data().summary, launcher)
    status, is_starting = revision.status, rng.random() < 0.25
    wait = rng.uniform(0, 2)
    if not is_starting:
        wait_for(lambda: (revision.path / "resume.safetensors").exists() or not launcher.is_alive(status))
    time.sleep(wait)
    with contextlib.suppress(ProcessLookupError):
        os.kill(status.pid, signal.SIGKILL)
    wait_for(lambda: not launcher.is_alive(status))
    if revision.status.state in ("running", "queued"):
        wait_for(lambda: queue.fail_dead_trainings(room.store, launcher), DETECTION_SECONDS)
    place = f"{wait:.2f} s after {'its start' if is_starting else 'a checkpoint'}, at step {revision.status.step}"
    return place, examine(room, None, kept_ids=[revision.id])


def run_server(root: Path) -> int:
    """Do what a server does for open pages: start two trainings and serve the queue until it is killed."""
    room, launcher = Room(root), RealProcess()
    for _ in range(2):
        queue.start_training(room.store, training_config(LONG_TRAINING_STEPS), toy_data().summary, launcher)
    while True:
        queue.launch_queued(room.store, launcher)
        room.store.list()
        time.sleep(0.02)


def kill_server(room, rng):
    """A server is killed with SIGKILL: its worker continues, and the next server starts what is queued."""
    room.root.mkdir()
    place = room.root.parent / "server.err"
    with place.open("wb") as log:
        server = launchers.start_module(PROGRAM, "--server", str(room.root), stdout=log, stderr=log)
    wait_for(lambda: room.store.list_own() or server.poll() is not None)
    wait = rng.uniform(0, 5)
    time.sleep(wait)
    kept_ids = [row.id for row in room.store.list_own()]
    server.kill()
    server.wait()
    demand(not place.read_bytes(), place.read_text())
    launcher = RealProcess()
    for row in room.store.list_own():
        wait_for(lambda row=row: has_ended(Revision(row.path).status))
        demand(Revision(row.path).status.state in ("done", "queued"), f"{row.id} did not continue")

    def have_all_ended():
        queue.launch_queued(room.store, launcher)
        return all(row.state not in ("queued", "running") for row in room.store.list_own())

    wait_for(have_all_ended)
    demand(all(row.state == "done" for row in room.store.list_own()), "not done")
    wait_for(lambda: not any(child.poll() is None for child in launcher._children))
    return f"after {wait:.2f} s", examine(room, None, kept_ids=kept_ids)
