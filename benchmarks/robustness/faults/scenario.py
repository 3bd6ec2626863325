"""The scenario of a round: two trainings and what users do to them, in a store of its own, done the same way every time."""

import contextlib
import math
import os
import tempfile
import time
from dataclasses import dataclass, field, replace
from functools import cache
from itertools import accumulate, repeat
from pathlib import Path
from types import SimpleNamespace

import numpy as np

from aae_core.config.configuration import configure
from aae_core.data.arrays import arrays
from aae_core.errors import AAEError
from aae_core.runs import adaptive_interval, frame_recorder, launchers, live_recorder, queue, recorder, worker
from aae_core.store.revisions import Revision, Store
from benchmarks.robustness.faults.faulty_disk import Disk, Killed

TRAINING_STEPS, PAUSE_STEP = 60, 20  # of a training; the step at which the first training pauses
CLOCK_STEP = 0.2  # seconds between two readings of the clock in a scenario, so that it does the same every time
NO_PROCESS = 2**22 + 1  # a process number that cannot exist
MEMORY_FOLDER = (
    "/dev/shm" if os.path.isdir("/dev/shm") else None
)  # the folder of the rounds: in memory, syncing takes no time
ANY_VALUE = object()


class BrokenPromiseError(AssertionError):
    """A promise was broken."""


def demand(is_kept, text: str) -> None:
    if not is_kept:
        raise BrokenPromiseError(text)


@cache
def toy_data():
    """Ninety images of three classes; the class is the row that is bright."""
    rng, labels = np.random.default_rng(0), np.arange(90) % 3
    pixels = rng.integers(0, 40, (90, 8, 8))
    pixels[np.arange(90), labels] += 180
    return arrays(pixels.astype(np.uint8), labels, name="toy", test=0.2)


@cache
def training_config(steps: int = TRAINING_STEPS):
    """The configuration of a short training that writes every kind of file."""
    nets = {"network.hidden": (8,), "network.discriminator": (8,), "threads": 1, "latent_dim": 2}
    result = configure(variant="semi-supervised", labels=15, steps=steps, batch_size=15, **nets)
    return replace(result, data=toy_data().name)


@dataclass
class NoProcess(launchers.Launcher):
    """A launcher that starts no process, because the scenario itself does the work of the workers. To others, its processes are
    never alive."""

    name = launchers.LOCAL.name  # so that revisions ask this launcher whether their worker is alive

    def launch(self, revision):
        return {"pid": NO_PROCESS, "started": 1.0}

    def is_alive(self, status):
        return False


@contextlib.contextmanager
def replace_attributes(*changes):
    """A context in which attributes have other values; changes: (object, name, value)."""
    old_values = [(owner, name, getattr(owner, name)) for owner, name, _ in changes]
    try:
        for owner, name, value in changes:
            setattr(owner, name, value)
        yield
    finally:
        for owner, name, value in old_values:
            setattr(owner, name, value)


@contextlib.contextmanager
def steady_clock():
    """A context in which a training records the same, however busy the machine is."""
    # in place of the module `time` in all that records: `monotonic` advances by CLOCK_STEP whenever it is read
    clock = SimpleNamespace(time=time.time, monotonic=accumulate(repeat(CLOCK_STEP)).__next__)
    frame_limit = frame_recorder.TimeBudget, "allows_another", lambda self: True
    recording_modules = recorder, frame_recorder, live_recorder, adaptive_interval
    # a report comes after so many steps, however long they take
    report_interval = live_recorder, "REPORT_SECONDS", math.inf
    with replace_attributes(*((module, "time", clock) for module in recording_modules), frame_limit, report_interval):
        yield


class ScenarioEndedError(Exception):
    """The scenario ends early, because a training failed with a message."""


@dataclass
class Room:
    """A store in which a scenario is run.

    claims: (moment, key, value, is_done) for every change, once when it begins and once when it is reported as done; moment: the
    number of disk operations so far. messages: those of the failures.
    """

    root: Path
    disk: Disk | None = None
    claims: list = field(default_factory=list)
    messages: list[str] = field(default_factory=list)
    launcher: NoProcess = field(default_factory=NoProcess)

    @property
    def store(self) -> Store:
        return Store(self.root, gallery=self.root.parent / "gallery")

    def claim(self, key, value, is_done: bool) -> None:
        self.claims.append((self.disk.count if self.disk else 0, key, value, is_done))

    def start_training(self) -> Revision:
        revision = queue.start_training(self.store, training_config(), toy_data().summary, self.launcher)
        self.claim(("there", revision.id), True, True)
        self.claim(("state", revision.id), "queued", True)
        return revision

    def run_training(self, revision, pause_step: int = TRAINING_STEPS, request: str = "pause"):
        """Do the worker's job: train up to a step at which `request` is requested, or to the end."""
        key = "state", revision.id
        self.claim(key, ANY_VALUE, False)

        def request_at_step(status):
            if status.step == pause_step < TRAINING_STEPS:
                revision.write_request(request)

        status = worker.run_training(revision.path, request_at_step, checkpoint_seconds=1.0, data=toy_data())
        if status.state == "failed":
            self.messages.append(status.error_text)
            raise ScenarioEndedError
        self.claim(key, status.state, True)
        self.claim(("step", revision.id), status.step, True)

    def resume(self, revision) -> None:
        self.claim(("state", revision.id), ANY_VALUE, False)
        queue.resume_training(self.store, revision.id, self.launcher)
        self.claim(("state", revision.id), "queued", True)

    def label(self, revision, text: str) -> None:
        self.claim(("label", revision.id), text, False)
        revision.annotate(label=text, notes="The first line.\nThe second.")
        self.claim(("label", revision.id), text, True)

    def delete(self, revision) -> None:
        self.claim(("there", revision.id), False, False)
        self.store.delete(revision.id)
        self.claim(("there", revision.id), False, True)

    def restore(self, revision) -> None:
        self.claim(("there", revision.id), True, False)
        self.store.trash.restore(revision.id)
        self.claim(("there", revision.id), True, True)

    def expected_values(self, moment: int) -> dict:
        """The allowed values by key after so many operations: the last one reported as done, and those begun since."""
        values: dict = {}
        for claim_moment, key, value, is_done in self.claims:
            if claim_moment <= moment:
                values[key] = [value] if is_done else [*values.get(key, [ANY_VALUE]), value]
        return values


@contextlib.contextmanager
def temporary_room():
    """A context with a room in a folder of its own, which is deleted at its end."""
    with tempfile.TemporaryDirectory(dir=MEMORY_FOLDER) as place:
        yield Room(Path(place) / "store")


def run_scenario(room: Room) -> None:
    """Two trainings: the first is paused, labelled, resumed, finished and relabelled; the second is stopped, labelled, deleted
    and restored."""
    first_revision = room.start_training()
    room.run_training(first_revision, PAUSE_STEP)
    room.label(first_revision, "the first")
    room.resume(first_revision)
    room.run_training(first_revision)
    room.label(first_revision, "renamed")
    second_revision = room.start_training()
    room.run_training(second_revision, 10, "stop")
    room.label(second_revision, "the second")
    room.delete(second_revision)
    room.restore(second_revision)


def play_scenario(room: Room, before_operation=lambda op: None, after_operation=lambda op: None) -> None:
    """Run the scenario until it ends or its process is killed."""
    room.disk = Disk(room.root, before_operation, after_operation)
    with steady_clock(), room.disk, contextlib.suppress(Killed, ScenarioEndedError):
        try:
            run_scenario(room)
        except AAEError as error:
            room.messages.append(str(error))
