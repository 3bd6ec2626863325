"""The store and the queue against a model: people start, pause, resume, stop, name, delete and restore, workers begin, end and
die, in any order; what the model says is what the disk says."""

import os
import shutil
import tempfile
import time
from contextlib import ExitStack
from dataclasses import dataclass, replace
from pathlib import Path
from types import SimpleNamespace

import pytest

pytest.importorskip("hypothesis", reason="it makes the orders: pip install -r requirements-dev.txt")
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule, run_state_machine_as_test

from aae_core.config.configuration import configure
from aae_core.errors import RevisionError
from aae_core.runs import queue
from aae_core.runs.launchers import Launcher
from aae_core.store.revisions import Store

CONFIG = configure(data="digits", steps=60, threads=1)
FACTS = SimpleNamespace(
    name="digits",
    title="Digits",
    shape=(1, 8, 8),
    classes=("0", "1"),
    train=8,
    test=2,
    features=None,
    margins=None,
    layer=None,
    has_groups=None,
    checksum=None,
    tones=None,
)
CHOICES = st.integers(0, 11)  # which of those that there are


@dataclass
class RevisionModel:
    """What the model knows of a revision: its state ("launched": queued, with a worker that has not begun yet), what is
    requested of its worker, its worker's number, its place in the queue, and its label."""

    state: str = "queued"
    request: str | None = None
    worker: int | None = None
    place: int = 0
    label: str = ""


class StandIn(Launcher):
    """A launcher whose workers are numbers: they live until they are ended. `launched`: (number, revision) of each, in turn."""

    def __init__(self):
        self.launched, self.living = [], {}

    def launch(self, revision):
        assert revision.id not in self.living.values(), "two workers for one revision"
        number = 1000 + len(self.launched)
        self.launched.append((number, revision.id))
        self.living[number] = revision.id
        return {"pid": number, "started": 5.0}

    def is_alive(self, status):
        return status.pid in self.living


class Machine(RuleBasedStateMachine):
    def __init__(self):
        super().__init__()
        self.folder = Path(tempfile.mkdtemp())
        self.store = Store(self.folder / "store", gallery=self.folder / "none")
        self.launcher, self.models, self.trash, self.slots, self.turn = StandIn(), {}, {}, 1, 0
        self.locks: dict[int, ExitStack] = {}  # held by the workers that have begun
        os.environ["AAE_SLOTS"] = "1"

    def teardown(self):
        for value in self.locks.values():
            value.close()
        os.environ.pop("AAE_SLOTS", None)
        shutil.rmtree(self.folder)

    # The model ----------------------------------------------------------------------------------------------------------

    def waiting_ids(self):
        """The ids in the queue, the first first."""
        places = [(model.place, id_) for id_, model in self.models.items() if model.state in ("queued", "launched")]
        return [id_ for _, id_ in sorted(places)]

    def fail_lost_models(self):
        for model in self.models.values():
            if model.state in ("launched", "running") and model.worker not in self.launcher.living:
                model.state, model.worker = "failed", None

    def expect_pump(self):
        """Which are launched by a pump, as the model has it; their states are as they are then."""
        self.fail_lost_models()
        n_at_work = sum(model.state in ("launched", "running") for model in self.models.values())
        free = max(0, self.slots - n_at_work)
        return [id_ for id_ in self.waiting_ids() if self.models[id_].state == "queued"][:free]

    def note_pump(self, expected, before):
        """What the launcher was asked for since `before` is what the model expected, in that order."""
        actual = self.launcher.launched[before:]
        assert [id_ for _, id_ in actual] == expected
        for number, id_ in actual:
            self.models[id_].state, self.models[id_].worker = "launched", number

    def model_id(self, number):
        return list(self.models)[number % len(self.models)]

    def enqueue(self, model):
        self.turn += 1
        model.state, model.request, model.worker, model.place = "queued", None, None, self.turn

    # People -------------------------------------------------------------------------------------------------------------

    @rule()
    def start(self):
        if len(self.models) + len(self.trash) > 7:
            return
        before = len(self.launcher.launched)
        revision = queue.start_training(self.store, CONFIG, FACTS, self.launcher)
        assert revision.id not in self.models
        self.models[revision.id] = model = RevisionModel()
        self.enqueue(model)
        self.note_pump(self.expect_pump(), before)

    @precondition(lambda self: self.models)
    @rule(number=CHOICES, request=st.sampled_from(("pause", "stop")))
    def ask(self, number, request):
        id_ = self.model_id(number)
        self.fail_lost_models()
        model, final_state = self.models[id_], {"pause": "paused", "stop": "stopped"}[request]
        if model.state in ("launched", "running"):
            model.request = request
        elif model.state == "queued" or (request, model.state) == ("stop", "paused"):
            model.state = final_state
        else:
            with pytest.raises(RevisionError, match="cannot be"):
                getattr(queue, f"{request}_training")(self.store, id_, self.launcher)
            return
        getattr(queue, f"{request}_training")(self.store, id_, self.launcher)

    @precondition(lambda self: self.models)
    @rule(number=CHOICES)
    def resume(self, number):
        id_ = self.model_id(number)
        self.fail_lost_models()
        model, before = self.models[id_], len(self.launcher.launched)
        if model.state in ("queued", "launched", "running", "done"):
            with pytest.raises(RevisionError):
                queue.resume_training(self.store, id_, self.launcher)
            return
        queue.resume_training(self.store, id_, self.launcher)
        self.enqueue(model)
        self.note_pump(self.expect_pump(), before)

    @precondition(lambda self: self.models)
    @rule(number=CHOICES)
    def delete(self, number):
        id_ = self.model_id(number)
        if self.models[id_].worker in self.locks:
            with pytest.raises(RevisionError, match="running"):
                self.store.delete(id_)
            return
        self.store.delete(id_)
        self.trash[id_] = self.models.pop(id_)

    @precondition(lambda self: self.trash)
    @rule(number=CHOICES)
    def restore(self, number):
        id_ = list(self.trash)[number % len(self.trash)]
        assert self.store.trash.restore(id_) == id_
        model = self.models[id_] = self.trash.pop(id_)
        model.state = "paused" if model.state == "queued" else model.state

    @precondition(lambda self: self.models)
    @rule(number=CHOICES, label=st.sampled_from(("", "One", "Zwei é")))
    def name(self, number, label):
        id_ = self.model_id(number)
        self.store.open(id_).annotate(label=label)
        self.models[id_].label = label

    @rule()
    def pump(self):
        before, expected = len(self.launcher.launched), self.expect_pump()
        assert queue.launch_queued(self.store, self.launcher) == expected
        self.note_pump(expected, before)

    @rule()
    def reconcile(self):
        dead = {
            i
            for i, model in self.models.items()
            if model.worker is not None and model.worker not in self.launcher.living
        }
        assert set(queue.fail_dead_trainings(self.store, self.launcher)) == dead
        self.fail_lost_models()

    @rule(slots=st.integers(1, 3))
    def set_slots(self, slots):
        self.slots = slots
        os.environ["AAE_SLOTS"] = str(slots)

    # Workers ------------------------------------------------------------------------------------------------------------

    def worker_of(self, number, has_begun):
        """A living worker that has begun, or has not; None where there is none."""
        workers = [worker for worker in self.launcher.living if (worker in self.locks) == has_begun]
        return workers[number % len(workers)] if workers else None

    @precondition(lambda self: self.launcher.living)
    @rule(number=CHOICES)
    def begin(self, number):
        """As `worker.run_training`: it takes the lock, and says that it runs; of a deleted revision it ends at once."""
        worker = self.worker_of(number, has_begun=False)
        if worker is None:
            return
        id_, lock = self.launcher.living[worker], ExitStack()
        if id_ not in self.models:
            with pytest.raises(RevisionError):
                self.store.open(id_)
            del self.launcher.living[worker]
            return
        revision = self.store.open(id_)
        lock.enter_context(revision.lock())
        queue.check_resumable(revision)
        self.locks[worker] = lock
        revision.write_status(
            revision.status, state="running", pid=worker, started=5.0, heartbeat=time.time(), queued=None, error=None
        )
        self.models[id_].state = "running"

    @precondition(lambda self: self.locks)
    @rule(number=CHOICES)
    def end(self, number):
        """It ends as it was asked to, else it is done; then it launches the next."""
        worker = self.worker_of(number, has_begun=True)
        id_ = self.launcher.living[worker]
        model, revision = self.models[id_], self.store.open(id_)
        assert revision.request() == model.request
        model.state = {"pause": "paused", "stop": "stopped", None: "done"}[model.request]
        revision.write_status(replace(revision.status, state=model.state, pid=None, started=None))
        revision.write_request(None)
        model.request = model.worker = None
        self.locks.pop(worker).close()
        del self.launcher.living[worker]
        self.pump()

    @precondition(lambda self: self.launcher.living)
    @rule(number=CHOICES, has_begun=st.booleans())
    def kill(self, number, has_begun):
        """It dies, and the system frees its lock."""
        worker = self.worker_of(number, has_begun)
        if worker is not None:
            del self.launcher.living[worker]
            if has_begun:
                self.locks.pop(worker).close()

    # What always holds --------------------------------------------------------------------------------------------------

    @invariant()
    def the_disk_says_what_the_model_says(self):
        rows = {row.id: row for row in self.store.list_own()}
        assert rows.keys() == self.models.keys(), "a revision is lost"
        assert {row.id for row in self.store.list_deleted()} == self.trash.keys(), "a deleted revision is lost"
        for id_, model in self.models.items():
            state, status = model.state.replace("launched", "queued"), rows[id_].status
            assert (rows[id_].state, rows[id_].label, status.pid) == (state, model.label, model.worker)
            assert self.store.open(id_).request() == model.request
        assert [row.id for row in queue.queued_rows(self.store)] == self.waiting_ids()

    @invariant()
    def nothing_is_left_beside_the_revisions(self):
        if self.store.root.exists():
            leftover_names = {path.name for path in self.store.root.iterdir()} - self.models.keys()
            assert leftover_names <= {".queue.lock", ".trash"}


def test_the_queue_behaves_as_the_model_in_any_order_of_events():
    run_state_machine_as_test(
        Machine,
        settings=settings(
            max_examples=int(os.environ.get("AAE_FUZZ_CASES", 25)), stateful_step_count=30, derandomize=True, deadline=None,
            database=None, suppress_health_check=list(HealthCheck), print_blob=False,
        ),
    )  # fmt: skip
