"""A machine that sleeps in the middle of a training: clocks that jump by hours change neither weights, speed, limit nor queue."""

import time
from dataclasses import replace

import numpy as np
import pytest
from helpers.toy_models import toy_config, toy_data_set

from aae_core.runs import frame_recorder, launchers, queue, worker
from aae_core.store.status import Status
from aae_core.training import loop, training

NIGHT = 9 * 3600.0


class Clock:
    """A module `time` whose clocks the test moves; each reading of the counter takes a hundredth of a second."""

    def __init__(self):
        self.at = 1000.0

    def perf_counter(self):
        self.at += 0.01
        return self.at

    def time(self):
        return 1.8e9 + self.perf_counter()


def reports(monkeypatch, naps, **settings):
    """The reports of a training, in which the machine sleeps for a night in the steps of these numbers; and its weights."""
    clock = Clock()
    monkeypatch.setattr(loop, "time", clock)
    t = training.Training(toy_config(steps=60, epochs=1, **settings), toy_data_set(40))
    step = loop.phases.training_step

    def slow_step(t, batch):
        clock.at += NIGHT if t.step in naps else 0.0
        return step(t, batch)

    monkeypatch.setattr(loop.phases, "training_step", slow_step)
    result = list(loop.fit(t))
    monkeypatch.setattr(loop.phases, "training_step", step)
    return result, [p.detach().numpy() for p in t.model.parameters()]


def test_a_night_counts_neither_for_the_speed_nor_for_the_time(monkeypatch):
    awake_reports, weights = reports(monkeypatch, ())
    night_reports, night_weights = reports(monkeypatch, (15, 47))
    assert [item.step for item in night_reports if item.losses] == [10, 20, 30, 40, 50, 60]
    assert night_reports[-1].seconds == pytest.approx(awake_reports[-1].seconds, rel=0.5)
    speeds = [item.samples_per_second for item in night_reports]
    assert max(speeds) / min(speeds) < 20, "no report shows the night"
    assert all(map(np.array_equal, weights, night_weights))


def test_a_limit_in_minutes_is_of_work(monkeypatch):
    actual, _ = reports(monkeypatch, (15,), minutes=5.0)
    assert actual[-1].step == 60


def test_a_frame_in_which_the_machine_slept_is_not_the_last(monkeypatch):
    clock = Clock()
    clock.monotonic = clock.perf_counter
    monkeypatch.setattr(frame_recorder, "time", clock)
    allowance = frame_recorder.TimeBudget()
    allowance.expect_remaining(3600)
    clock.at += NIGHT
    allowance.add_spent(NIGHT)
    assert allowance.allows_another()


@pytest.mark.parametrize("jump", [NIGHT, -NIGHT, 400 * 86400.0, -40 * 365 * 86400.0])
def test_a_worker_that_slept_is_neither_called_dead_nor_started_twice(store, tiny_config, facts, monkeypatch, jump):
    class Launcher(launchers.Launcher):
        launch_count, is_visible = 0, True

        def launch(self, revision):
            self.launch_count += 1
            return {"pid": 7, "started": 1.0}

        def is_alive(self, status):
            return self.is_visible

    launcher, start_time = Launcher(), time.time()
    running_revision = store.create(
        tiny_config, facts, Status("running", pid=7, started=1.0, heartbeat=start_time, step=5)
    )
    queued_revision = queue.start_training(store, tiny_config, facts, launcher)
    monkeypatch.setattr(queue.time, "time", lambda: start_time + jump)
    # A clock that was set also moves the start that the system tells of a process.
    for launcher.is_visible in (True, False):
        with running_revision.lock():
            assert queue.launch_queued(store, launcher) == [] and queue.fail_dead_trainings(store, launcher) == []
    assert (
        running_revision.status.state == "running"
        and queued_revision.status.state == "queued"
        and launcher.launch_count == 0
    )


def test_one_that_was_starting_as_the_machine_fell_asleep_is_waited_for(store, tiny_config, facts, monkeypatch):
    class Launcher(launchers.Launcher):
        def launch(self, revision):
            return {"pid": 7, "started": 1.0}

        def is_alive(self, status):
            return True

    start_time, launcher = time.time(), Launcher()
    revision = store.create(tiny_config, facts, Status("queued", queued=start_time, heartbeat=start_time))
    assert queue.launch_queued(store, launcher) == [revision.id]
    monkeypatch.setattr(queue.time, "time", lambda: start_time + NIGHT)
    assert queue.launch_queued(store, launcher) == [] and revision.status.awaits_worker_report


def test_a_jump_of_the_wall_clock_changes_no_weights(store, monkeypatch):
    config, data = toy_config(steps=60), toy_data_set()
    calm = worker.train(config, store=store, data=data)
    offset, wall_clock = [0.0], time.time
    monkeypatch.setattr("aae_core.runs.recorder.time.time", lambda: wall_clock() + offset[0])
    jumps = iter((NIGHT, -NIGHT, 0.0) * 100)

    def watch(status):
        offset[0] = next(jumps)
        assert status.left is None or 0 <= status.left < 3600

    jumped_revision = worker.train(replace(config, name="jumped"), watch, store=store, data=data)
    a, b = (value.model().state_dict() for value in (calm, jumped_revision))
    assert all(np.array_equal(a[name], b[name]) for name in a) and jumped_revision.status.state == "done"
