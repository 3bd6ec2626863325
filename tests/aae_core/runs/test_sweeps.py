"""Sweeps through the queue, whose workers work one after another, as `drain_queue` lets them; most only say that they did."""

import os
import threading
from dataclasses import asdict, replace

import numpy as np
import pytest
from helpers.plugin_files import prior_source

from aae_core import files
from aae_core.data import sets
from aae_core.errors import ConfigError, RevisionError
from aae_core.evaluation import protocols
from aae_core.runs import launchers, queue, sweep_control, sweep_plans, sweep_search, sweep_standings, worker
from aae_core.store import sweeps as sweep_records
from aae_core.store.revisions import Store
from aae_core.store.status import Status, this_process_fields
from aae_core.store.sweeps import Point, Run, Sweep

TINY = {"data": "digits", "steps": 90, "network.hidden": (8,), "network.discriminator": (8,), "threads": 1}
RATES = {"optimiser.generation_rate": [0.03, 0.1, 0.3]}


class Launcher(launchers.Launcher):
    """Notes whom it would start; they count as alive until `drain_queue` has trained them."""

    name = "local"

    def __init__(self):
        self.launched = []

    def launch(self, revision):
        self.launched.append(revision.id)
        return {"pid": os.getpid(), "started": 5.0}

    def is_alive(self, status):
        return True


@pytest.fixture
def launcher(monkeypatch):
    # a worker's end launches no process
    monkeypatch.setattr(worker.sweep_control, "advance_sweeps", lambda store, lock_timeout: [])
    return Launcher()


PUMP = sweep_control.advance_sweeps


def write_worker_report(revision, pause_step=None, is_over=None):
    """What a worker writes, without any training: the higher the rate, the better, and the first seed best."""
    status, request = revision.status, revision.request()
    pause_step = pause_step or status.until
    steps = status.step if request else pause_step
    value = 1 / revision.config.optimiser.generation_rate + revision.config.seed / 90
    result = {"step": steps, "total_steps": 90, "until": pause_step, "training_measures": {"reconstruction": value}}
    revision.write_request(None)
    revision.write_status(status, state="done" if steps == 90 else "paused", pid=None, started=None, **result)


def drain_queue(store, launcher, max_runs=1000, work=write_worker_report):
    """Let the workers that were launched do their work, and the sweeps go on, until nothing is left; the order of the runs."""
    run_ids = []
    while launcher.launched and len(run_ids) < max_runs:
        run_ids.append(launcher.launched.pop(0))
        work(store.open(run_ids[-1]))
        PUMP(store, launcher)
    return run_ids


def tiny_plan(vary=RATES, **options):
    return sweep_plans.plan_sweep(vary, TINY, **options)


def steps_of(store, value):
    return [[store.open(run.revision).status.step for run in point.runs] for point in value.points]


def test_a_grid_is_queued_and_compares_metrics_of_training_images(store, launcher, monkeypatch, full_measures):
    monkeypatch.setenv("AAE_SLOTS", "2")
    sweep = sweep_control.start_sweep(
        store, tiny_plan({"prior.name": ["gaussian", "uniform"]}, seeds=2, measure="mmd2"), launcher
    )
    assert len(launcher.launched) == 2 and len(store.list_own()) == 2, "never more than there are slots"
    assert len(drain_queue(store, launcher, work=worker.run_training)) == len(store.list_own()) == 4
    sweep = sweep_records.read_sweep(store, sweep.id)
    assert sweep.state == "done" and steps_of(store, sweep) == [[90, 90]] * 2
    for point in sweep.points:
        for run in point.runs:
            revision = store.open(run.revision)
            config = revision.config
            assert (config.prior.name, config.seed) == (point.settings["prior.name"], run.seed)
            known = protocols.measure_metrics(revision.model(), sets.load("digits"), is_quick=True)
            assert run.values == [pytest.approx(known["mmd2"], rel=1e-4)] != [revision.measures["mmd2"]]
    rows = sweep_standings.rank_points(sweep, store.list_own())
    assert [row.mean for row in rows] == sorted(np.mean([run.values for run in row.point.runs]) for row in rows)
    for row in rows:
        assert row.deviation == pytest.approx(np.std([run.values[0] for run in row.point.runs], ddof=1))
        assert (row.steps, row.state, row.rung) == (180, "done", 0)


def test_early_stopping_lets_the_better_half_go_on_from_where_it_rested(store, launcher):
    actual = sweep_control.start_sweep(store, tiny_plan(seeds=2, early_stop="asha"), launcher)
    order = drain_queue(store, launcher, work=worker.run_training)
    actual = sweep_records.read_sweep(store, actual.id)
    assert actual.state == "done" and sorted(steps_of(store, actual)) == [[30, 30], [30, 30], [90, 90]]
    first = [np.mean([run.values[0] for run in point.runs]) for point in actual.points]
    assert [point.stage for point in actual.points].index(2) == int(np.argmin(first))
    assert len(order) == 6 + 2 + 2 and len(store.list_own()) == 6, "a run that goes on is the same revision"
    rested = next(row for row in store.list_own() if row.status.has_reached_pause_step)
    assert rested.state == "paused" and (rested.status.until, rested.status.total_steps) == (30, 90)
    best = sweep_standings.rank_points(actual, store.list_own())[0]
    assert best.rung == 2 and len(best.point.runs[0].values) == 3
    whole = sweep_control.start_sweep(store, tiny_plan({"optimiser.generation_rate": [0.1]}), launcher)
    drain_queue(store, launcher)
    twin = store.open(sweep_records.read_sweep(store, whole.id).points[0].runs[0].revision)
    assert twin.id in {run.revision for run in actual.points[1].runs}, "what is there is not trained again"
    assert twin.status.state == "done"


def test_a_sweep_that_was_killed_repeats_nothing(store, launcher, monkeypatch):
    sweep = sweep_control.start_sweep(store, tiny_plan(seeds=2), launcher)
    early_ids = drain_queue(store, launcher, max_runs=2)
    early_statuses = {id_: store.open(id_).status for id_ in early_ids}
    write_sweep = sweep_records.write_sweep
    monkeypatch.setattr(sweep_control.sweep_records, "write_sweep", lambda *args: (_ for _ in ()).throw(MemoryError))
    launcher.launched.clear()
    waiting_id = next(row.id for row in store.list_own() if row.state == "queued")
    write_worker_report(store.open(waiting_id))
    with pytest.raises(MemoryError):  # killed once a revision was made, and before that was written down
        PUMP(store, launcher)
    monkeypatch.setattr(sweep_control.sweep_records, "write_sweep", write_sweep)
    assert len(store.list_own()) == 4
    same_sweep = sweep_control.start_sweep(store, tiny_plan(seeds=2), launcher)
    assert same_sweep.id == sweep.id and len(sweep_records.sweep_ids(store)) == 1
    late_ids = drain_queue(store, launcher)
    assert len(late_ids) == 3 and not set(late_ids) & {*early_ids, waiting_id} and len(store.list_own()) == 6
    assert sweep_records.read_sweep(store, sweep.id).state == "done"
    assert {id_: store.open(id_).status for id_ in early_ids} == early_statuses
    sweep_control.start_sweep(store, tiny_plan(seeds=2), launcher)
    assert launcher.launched == [] and sweep_records.read_sweep(store, sweep.id).state == "done"


def test_a_run_that_died_is_told_and_trained_again_on_request(store, launcher):
    outcome = sweep_control.start_sweep(store, tiny_plan(), launcher)
    died = store.open(launcher.launched.pop())
    died.write_status(died.status.as_failed("It was killed.", "Resume it."))
    PUMP(store, launcher)
    drain_queue(store, launcher)
    outcome = sweep_records.read_sweep(store, outcome.id)
    assert outcome.state == "done" and outcome.points[0].runs[0].values == [None]
    assert sweep_standings.rank_points(outcome, store.list_own())[-1].state == "failed"
    sweep_control.continue_sweep(store, outcome.id, launcher)
    assert drain_queue(store, launcher) == [died.id]
    assert sweep_records.read_sweep(store, outcome.id).points[0].runs[0].values != [None]


def test_a_run_that_cannot_be_read_for_a_while_is_waited_for(store, launcher):
    started_sweep = sweep_control.start_sweep(store, tiny_plan({"optimiser.generation_rate": [0.1]}), launcher)
    config = store.open(launcher.launched[0]).path / "config.json"
    config.rename(config.with_name("away"))
    PUMP(store, launcher)
    waits = sweep_records.read_sweep(store, started_sweep.id)
    assert (waits.state, waits.points[0].runs[0].values) == ("running", [])
    assert "config.json could not be read" in sweep_control.sweep_waiting_reason(waits, store.list_own())
    config.with_name("away").rename(config)
    drain_queue(store, launcher)
    started_sweep = sweep_records.read_sweep(store, started_sweep.id)
    assert (started_sweep.state, started_sweep.points[0].runs[0].values) == ("done", [10.0])


def test_a_program_that_trains_a_sweep_skips_a_damaged_run(store):
    def work(revision, pause_step, is_over):
        write_worker_report(revision, pause_step)
        (revision.path / "config.json").write_text("{ damaged")

    for _ in range(2):
        with pytest.raises(RevisionError, match="config.json is damaged"):
            sweep_control.train_sweep_here(store, tiny_plan({"optimiser.generation_rate": [0.1]}), work)
    (started_sweep,) = sweep_records.read_all_sweeps(store)[0]
    assert started_sweep.state == "stopped"


def test_a_program_without_its_plug_in_or_data_leaves_a_sweep_to_others(store, launcher, plug_in, monkeypatch):
    plug_in("my_priors", prior_source())
    started_sweep = sweep_control.start_sweep(store, tiny_plan({"prior.name": ["gaussian", "mine"]}), launcher)

    def assert_waits_without_plug_in(plug_in_name=None):
        plug_in.forget()
        if plug_in_name:
            plug_in(plug_in_name, prior_source())
        sweep = sweep_records.read_sweep(store, started_sweep.id)
        PUMP(store, launcher)
        with pytest.raises(ConfigError, match="my_priors|AAE_PLUGINS"):
            sweep_control.continue_sweep(store, started_sweep.id, launcher)
        assert sweep_records.read_sweep(store, started_sweep.id) == sweep and sweep.state == "running"
        assert "AAE_PLUGINS" in sweep_control.sweep_waiting_reason(sweep, store.list_own())
        plug_in.forget()
        plug_in("my_priors", prior_source())

    write_worker_report(store.open(launcher.launched.pop()))
    assert_waits_without_plug_in()  # whose next run needs it
    PUMP(store, launcher)
    assert_waits_without_plug_in()  # whose run needs it
    assert_waits_without_plug_in("others")  # that has another prior of that name
    drain_queue(store, launcher)
    assert sweep_records.read_sweep(store, started_sweep.id).state == "done"
    sweep_records.write_sweep(store, replace(started_sweep, settings={**started_sweep.settings, "data": "elsewhere"}))
    PUMP(store, launcher)
    assert sweep_records.read_sweep(store, started_sweep.id).trouble == ""


def test_a_wrong_setting_of_whoever_looks_stops_no_sweep(store, launcher, monkeypatch):
    started_sweep = sweep_control.start_sweep(store, tiny_plan(), launcher)
    write_worker_report(store.open(launcher.launched.pop()))
    monkeypatch.setenv("AAE_SLOTS", "two")
    with pytest.raises(ConfigError, match="AAE_SLOTS"):
        PUMP(store, launcher)
    assert sweep_records.read_sweep(store, started_sweep.id) == started_sweep


def test_a_measure_beyond_comparison_counts_as_failed(store, launcher):
    started_sweep = sweep_control.start_sweep(store, tiny_plan({"optimiser.generation_rate": [0.1]}), launcher)

    def report_vast_measure(revision):
        write_worker_report(revision)
        revision.write_status(revision.status, training_measures={"reconstruction": 1e200})

    drain_queue(store, launcher, work=report_vast_measure)
    started_sweep = sweep_records.read_sweep(store, started_sweep.id)
    assert (started_sweep.state, started_sweep.points[0].runs[0].values) == ("done", [None])


def test_who_looks_for_the_last_time_waits_for_others_that_look(store, launcher):
    sweep_control.start_sweep(store, tiny_plan(), launcher)
    write_worker_report(store.open(launcher.launched.pop()))
    (id_,) = sweep_records.sweep_ids(store)
    for lock in (lambda: sweep_control._lock_sweep(store, id_), lambda: files.lock(store.root / ".queue.lock", "")):
        lock_taken, holder_may_end = threading.Event(), threading.Event()

        def hold_lock(lock=lock, lock_taken=lock_taken, holder_may_end=holder_may_end):
            with lock():
                lock_taken.set()
                holder_may_end.wait(10)

        holder_thread = threading.Thread(target=hold_lock)
        holder_thread.start()
        lock_taken.wait(10)
        PUMP(store, launcher)
        assert launcher.launched == []
        threading.Timer(0.2, holder_may_end.set).start()
        PUMP(store, launcher, lock_timeout=10)
        holder_thread.join()
        write_worker_report(store.open(launcher.launched.pop()))


def test_stop_pauses_what_trains_and_begins_nothing_more(store, launcher):
    started_sweep = sweep_control.start_sweep(store, tiny_plan(), launcher)
    running = launcher.launched.pop()
    assert sweep_control.stop_sweep(store, started_sweep.id, launcher).state == "stopped"
    write_worker_report(store.open(running))  # it was asked to pause before its first step
    PUMP(store, launcher)
    assert store.open(running).status.state == "paused" and len(store.list_own()) == 1
    sweep_control.continue_sweep(store, started_sweep.id, launcher)
    assert len(drain_queue(store, launcher)) == 3 and sweep_records.read_sweep(store, started_sweep.id).state == "done"


def test_it_advances_on_its_own_engine_alone(store, launcher, monkeypatch):
    """Whoever looks after the queue may have been started for another engine, and with other options."""
    ray_launcher = Launcher()
    ray_launcher.name = "ray"
    monkeypatch.setenv("AAE_ENGINE_OPTIONS", "resource=sweep")
    started_sweep = sweep_control.start_sweep(store, tiny_plan(), ray_launcher)
    monkeypatch.setenv("AAE_ENGINE_OPTIONS", "cpus=2")
    write_worker_report(store.open(ray_launcher.launched.pop()))
    assert PUMP(store, launcher) == [] and len(store.list_own()) == 1
    assert "--engine ray" in sweep_control.sweep_waiting_reason(
        sweep_records.read_sweep(store, started_sweep.id), store.list_own()
    )
    PUMP(store, ray_launcher)
    sweep_control.stop_sweep(store, started_sweep.id, ray_launcher)
    write_worker_report(store.open(ray_launcher.launched.pop()))
    sweep_control.continue_sweep(store, started_sweep.id, ray_launcher)
    assert len(drain_queue(store, ray_launcher)) == 2
    assert {(row.status.engine, row.status.asks) for row in store.list_own()} == {("ray", "resource=sweep")}
    sweep_control.continue_sweep(store, started_sweep.id, ray_launcher, "cpus=4")
    assert sweep_records.read_sweep(store, started_sweep.id).asks == "cpus=4"
    sweep_control.continue_sweep(store, started_sweep.id, launcher)
    started_sweep = sweep_records.read_sweep(store, started_sweep.id)
    assert (started_sweep.engine, started_sweep.asks) == ("local", "cpus=2")
    assert sweep_control.sweep_waiting_reason(started_sweep, store.list_own()) == ""


def test_a_run_paused_by_hand_is_left_alone(store, launcher):
    started_sweep = sweep_control.start_sweep(store, tiny_plan(), launcher)
    stored = launcher.launched.pop()
    queue.pause_training(store, stored, launcher)
    write_worker_report(store.open(stored))
    PUMP(store, launcher)
    drain_queue(store, launcher)
    started_sweep = sweep_records.read_sweep(store, started_sweep.id)
    assert started_sweep.state == "stopped" and store.open(stored).status.step == 0
    assert [len(point.runs[0].values) for point in started_sweep.points] == [0, 1, 1]


def test_a_sweep_in_this_process_goes_on_after_an_interruption(store):
    events = []

    def work(revision, pause_step, is_over):
        if len(events) == 2:
            raise KeyboardInterrupt
        events.append(revision.id)
        write_worker_report(revision, pause_step)

    for _ in range(2):
        try:
            sweep_here = sweep_control.train_sweep_here(store, tiny_plan(early_stop="asha"), work)
        except KeyboardInterrupt:
            assert sweep_control.is_abandoned(store, sweep_records.read_all_sweeps(store)[0][0])
            events.append("interrupted")
    assert sweep_here.state == "done" and events[2] == "interrupted" and len(events) == len(set(events[:2])) + 1 + 3
    assert len(store.list_own()) == 3 and sorted(map(sum, steps_of(store, sweep_here))) == [30, 30, 90]


@pytest.mark.parametrize("state", ["done", "running"])
def test_an_unread_stop_ends_a_sweep_before_its_next_run(store, state):
    """Nothing is under way as it comes, or a run that is about to end."""
    trained_ids = []

    def work(revision, pause_step, is_over):
        trained_ids.append(revision.id)
        if state == "running":
            revision.write_status(revision.status, state="running", until=pause_step, **this_process_fields())
        else:
            write_worker_report(revision, pause_step)
        assert not is_over()
        assert sweep_control.stop_sweep(store, sweep_records.sweep_ids(store)[0]).state == "running" and is_over()
        revision.write_request(None)
        write_worker_report(revision, pause_step)

    started_sweep = sweep_control.train_sweep_here(store, tiny_plan(), work)
    assert started_sweep.state == sweep_records.read_sweep(store, started_sweep.id).state == "stopped"
    assert len(trained_ids) == 1 and not sweep_records.stop_request_path(store, started_sweep.id).exists()
    assert [len(point.runs[0].values) for point in started_sweep.points if point.runs] == [1, 0], (
        "what it reached is known"
    )
    started_sweep = sweep_control.train_sweep_here(store, tiny_plan(), write_worker_report)
    assert started_sweep.state == "done" and len(store.list_own()) == 3


def test_a_sweep_in_a_process_is_stopped_also_while_it_waits_for_others(store, monkeypatch):
    config = sweep_plans.run_configuration(tiny_plan(), {"optimiser.generation_rate": 0.03}, 0)
    elsewhere = store.create(
        config, sets.describe_data_set("digits"), Status("running", **this_process_fields(), until=90)
    )
    looks = []

    def pump(store):
        looks.append(sweep_control.stop_sweep(store, sweep_records.sweep_ids(store)[0]).state)
        assert len(looks) == 1

    monkeypatch.setattr(queue, "launch_queued", pump)
    monkeypatch.setattr(sweep_control.time, "sleep", lambda seconds: None)
    assert (
        sweep_control.train_sweep_here(
            store, tiny_plan({"optimiser.generation_rate": [0.03]}), write_worker_report
        ).state
        == "stopped"
    )
    assert looks == ["running"] and elsewhere.request() == "pause"


def test_a_sweep_whose_process_died_is_stopped_at_once(store, monkeypatch):
    def refuse_wait(seconds):
        raise AssertionError(seconds)

    started_sweep = sweep_records.write_sweep(store, replace(tiny_plan(), here=True))
    monkeypatch.setattr(sweep_control.time, "sleep", refuse_wait)
    assert (
        sweep_control.stop_sweep(store, started_sweep.id).state
        == sweep_records.read_sweep(store, started_sweep.id).state
        == "stopped"
    )
    assert not sweep_records.stop_request_path(store, started_sweep.id).exists()


@pytest.mark.parametrize("state", ["running", "stopped"])
def test_a_killed_process_request_stops_no_continued_sweep(store, launcher, state):
    started_sweep = sweep_records.write_sweep(store, replace(tiny_plan(), here=True, state=state))
    request = sweep_records.stop_request_path(store, started_sweep.id)
    request.touch()
    sweep_control.continue_sweep(store, started_sweep.id, launcher)
    assert not request.exists() and len(drain_queue(store, launcher)) == 3
    started_sweep = sweep_records.write_sweep(store, replace(tiny_plan(seeds=2), here=True, state=state))
    request = sweep_records.stop_request_path(store, started_sweep.id)
    request.touch()
    assert (
        sweep_control.train_sweep_here(store, tiny_plan(seeds=2), write_worker_report).state == "done"
        and not request.exists()
    )
    request.touch()
    sweep_control.remove_sweep(store, started_sweep.id)
    assert not request.exists()


def test_what_trains_in_another_sweep_is_waited_for(store, launcher, monkeypatch):
    monkeypatch.setenv("AAE_SLOTS", "3")
    sweep_control.start_sweep(store, tiny_plan(), launcher)
    second_sweep = sweep_control.start_sweep(store, tiny_plan(early_stop="asha"), launcher)
    assert second_sweep.state == "running" and len(launcher.launched) == len(store.list_own()) == 3
    drain_queue(store, launcher)
    second_sweep = sweep_records.read_sweep(store, second_sweep.id)
    assert second_sweep.state == "done" and [len(point.runs[0].values) for point in second_sweep.points] == [3, 3, 3]


def test_a_new_sweep_tries_what_failed_or_was_stopped_in_another(store, launcher):
    first_sweep = sweep_control.start_sweep(store, tiny_plan(), launcher)
    drain_queue(store, launcher)
    runs = [store.open(point.runs[0].revision) for point in sweep_records.read_sweep(store, first_sweep.id).points]
    runs[1].write_status(runs[1].status.as_failed("It was killed.", "Resume it."))
    runs[2].write_status(runs[2].status.as_failed("It was killed.", "Resume it."))
    (runs[2].path / "weights.safetensors").touch()  # and nothing with which it could go on
    second_sweep = sweep_control.start_sweep(store, tiny_plan({"optimiser.generation_rate": [0.1, 0.3]}), launcher)
    retried_ids = drain_queue(store, launcher)
    second_sweep = sweep_records.read_sweep(store, second_sweep.id)
    assert retried_ids[0] == runs[1].id and len(retried_ids) == 2 and retried_ids[1] not in {run.id for run in runs}
    assert second_sweep.state == "done" and all(point.runs[0].values != [None] for point in second_sweep.points)


def test_a_run_that_rests_at_a_later_rung_goes_on_from_there(store, launcher):
    requested = tiny_plan({"optimiser.generation_rate": [0.1]}, early_stop="asha")
    config = sweep_plans.run_configuration(requested, requested.points[0].settings, 0)
    rests = Status("paused", step=50, until=50, total_steps=90, training_measures={"reconstruction": 1.0})
    rests = store.create(config, sets.describe_data_set("digits"), rests)
    started_sweep = sweep_control.start_sweep(store, requested, launcher)
    assert drain_queue(store, launcher) == [rests.id] and rests.status.state == "done"
    (run,) = sweep_records.read_sweep(store, started_sweep.id).points[0].runs
    assert run.values == [1.0, 1.0, 10.0]


def test_a_sweep_stops_and_says_why_where_a_run_cannot_go_on(store, launcher):
    started_sweep = sweep_control.start_sweep(store, tiny_plan(early_stop="asha"), launcher)

    def report_and_spoil_weights(revision):
        write_worker_report(revision)
        (revision.path / "weights.safetensors").touch()

    drain_queue(store, launcher, work=report_and_spoil_weights)
    stopped = sweep_records.read_sweep(store, started_sweep.id)
    best = store.open(stopped.points[2].runs[0].revision)
    assert stopped.state == "stopped" and best.id in stopped.trouble
    (best.path / "resume.safetensors").touch()
    sweep_control.continue_sweep(store, started_sweep.id, launcher)
    assert launcher.launched == [best.id] and sweep_records.read_sweep(store, started_sweep.id).trouble == ""


def test_stop_says_that_it_could_not(store, launcher, monkeypatch):
    started_sweep = sweep_control.start_sweep(store, tiny_plan(), launcher)
    monkeypatch.setattr(sweep_control, "LOCK_TIMEOUT", 0)
    with sweep_control._lock_sweep(store, started_sweep.id), pytest.raises(files.LockHeldError):
        sweep_control.stop_sweep(store, started_sweep.id, launcher)
    assert (
        store.open(launcher.launched[0]).request() is None
        and sweep_records.read_sweep(store, started_sweep.id).state == "running"
    )


def test_a_sweep_here_resumes_dead_runs_and_waits_for_others(store, monkeypatch):
    def die_in_training(revision, pause_step, is_over):
        revision.write_status(revision.status, state="running", pid=2**31, started=5.0)
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        sweep_control.train_sweep_here(store, tiny_plan(), die_in_training)
    (dead_row,) = store.list_own()
    config = sweep_plans.run_configuration(tiny_plan(), {"optimiser.generation_rate": 0.1}, 0)
    foreign_revision = store.create(
        config, sets.describe_data_set("digits"), Status("running", **this_process_fields(), until=90)
    )
    monkeypatch.setattr(queue, "launch_queued", lambda store: write_worker_report(foreign_revision))
    monkeypatch.setattr(sweep_control.time, "sleep", lambda seconds: None)
    trained_ids = []

    def work(revision, pause_step, is_over):
        trained_ids.append(revision.id)
        write_worker_report(revision, pause_step)

    started_sweep = sweep_control.train_sweep_here(store, tiny_plan(), work)
    assert (
        started_sweep.state == "done"
        and trained_ids[0] == dead_row.id
        and len(trained_ids) == 2
        and foreign_revision.id not in trained_ids
    )
    assert [len(point.runs[0].values) for point in started_sweep.points] == [1, 1, 1]


def test_a_search_proposes_within_the_ranges_and_the_same_again(store, launcher):
    pytest.importorskip("optuna")
    vary = {"optimiser.generation_rate": "0.01..1", "latent_dim": "2..3", "prior.name": ["gaussian", "mixture"]}
    started_sweep = sweep_control.start_sweep(store, tiny_plan(vary, search_by="optuna", trials=6), launcher)
    drain_queue(store, launcher)
    started_sweep = sweep_records.read_sweep(store, started_sweep.id)
    assert started_sweep.state == "done" and len(started_sweep.points) == 6
    for point in started_sweep.points:
        rate, dim, prior = point.settings.values()
        assert 0.01 <= rate <= 1 and dim in (2, 3) and prior in ("gaussian", "mixture")
        assert bool(point.refusal) == (dim == 3 and prior == "mixture") != bool(point.runs), (
            "an odd mixture makes no sense"
        )
    earlier = replace(started_sweep, points=started_sweep.points[:4])
    reached = [sweep_standings.mean_values_at_rungs(started_sweep, point) for point in earlier.points]
    assert sweep_search.propose_point(earlier, reached) == started_sweep.points[4].settings
    rates = [point.settings["optimiser.generation_rate"] for point in started_sweep.points]
    assert len(set(rates)) == 6 and min(rates) < 0.1 < max(rates)


@pytest.mark.parametrize(
    ("vary", "options", "cause"),
    [
        ({"latent_dim": [2, 2]}, {}, "each of them once"),
        ({"seed": [1, 2]}, {}, "give seeds in place of seed"),
        ({"latent_dim": "2..8"}, {}, "only a search draws"),
        ({"latent_dim": [2]}, {"name": "n" * 201}, "name must be a text of at most 200"),
        ({"variant": "aae..vae"}, {"search_by": "optuna"}, "must be a number"),
        ({"latent_dim": "8..2"}, {"search_by": "optuna"}, "is empty"),
        ({"latent_dim": "2..9999"}, {"search_by": "optuna"}, "from 1 to 512"),
        ({"latent_dim": "2..inf"}, {"search_by": "optuna"}, "must be a whole number, not 'inf'"),
        ({"latent_dim": "2.5..4"}, {"search_by": "optuna"}, "must be a whole number, not '2.5'"),
        ({"latent_dim": {"low": "a", "high": "b"}}, {"search_by": "optuna"}, "must be a whole number, not 'a'"),
        ({"beta": {"low": None, "high": 2.0}}, {"search_by": "optuna"}, "must be a number, not 'None'"),
        ({"latent_dim": {"low": np.int64(8), "high": np.int64(2)}}, {"search_by": "optuna"}, "is empty"),
        (RATES, {"measure": "knn_accuracy"}, "measure of a sweep"),
        (RATES, {"measure": "error"}, "choose another measure"),
        (RATES, {"trials": 5}, "belongs to a search"),
        (RATES, {"seeds": []}, "at least one seed"),
        (RATES, {"seeds": 400}, "at most 1,000"),
        ({"minutes": [1, 2]}, {"early_stop": "asha"}, "equal steps"),
        ({"optimiser.rate": [1]}, {}, "not known"),
    ],
)
def test_what_makes_no_sense_is_refused_before_anything_is_trained(store, vary, options, cause):
    with pytest.raises(ConfigError, match=cause):
        tiny_plan(vary, **options)


def test_typed_values_are_those_of_their_setting():
    assert sweep_plans.parse_values("network.hidden", "1000,1000|500") == [[1000, 1000], [500]]
    assert sweep_plans.parse_values("optimiser.schedule", "50:.1|") == [[[50.0, 0.1]], []]
    assert sweep_plans.parse_values("optimiser.generation_rate", ".03|.1") == [0.03, 0.1]
    assert sweep_plans.parse_values("labels", "100|all") == [100, None]
    assert sweep_plans.parse_values("latent_dim", "2..8") == {"low": 2.0, "high": 8.0}
    assert tiny_plan({"latent_dim": "2"}).vary == {"latent_dim": [2]}
    assert tiny_plan({"network.hidden": "30,20"}).vary == {"network.hidden": [[30, 20]]}


def test_a_damaged_record_is_told_and_stops_nothing_else(store, launcher):
    sound_sweep = sweep_control.start_sweep(store, tiny_plan(), launcher)
    damaged_sweep = sweep_records.write_sweep(store, replace(tiny_plan(seeds=2), name="other"))
    path = sweep_records.sweep_path(store, damaged_sweep.id)
    path.write_text(path.read_text().replace("other", "brother"))
    sweeps, troubles = sweep_records.read_all_sweeps(store)
    assert [sweep.id for sweep in sweeps] == [sound_sweep.id] and len(troubles) == 1 and damaged_sweep.id in troubles[0]
    assert len(drain_queue(store, launcher)) == 3
    with pytest.raises(RevisionError, match="no sweep 'x'"):
        sweep_records.resolve_sweep_id(store, "x")
    sweep_control.remove_sweep(store, damaged_sweep.id)
    assert sweep_records.sweep_ids(store) == [sound_sweep.id]


@pytest.mark.parametrize(
    "changed",
    [
        {"id": "../../elsewhere"},
        {"seeds": []},
        {"seeds": [-1]},
        {"seeds": list(range(400))},
        {"measure": "beauty"},
        {"trials": 5},
        {"search": "optuna"},
        {"vary": {"optimiser.generation_rate": []}},
        {"vary": {"optimiser.generation_rate": {"low": 0.01, "high": 1.0}}},
        {"vary": {**RATES, "latent_dim": [2]}},
        {"points": [Point({}, 0)]},
        {"points": [Point({"optimiser.generation_rate": 0.5}, 0)]},
        {"points": [Point({"optimiser.generation_rate": 0.1}, 1)]},
        {"points": [Point({"optimiser.generation_rate": 0.1}, 0, [Run(0, "a", [1e300])])]},
    ],
)
def test_a_record_whose_parts_do_not_fit_is_told_and_written_nowhere(store, launcher, changed):
    sweep = sweep_records.write_sweep(store, tiny_plan())
    record = {"format": sweep_records.FORMAT, **asdict(replace(sweep, **changed))}
    files.write_checksummed_json(sweep_records.sweep_path(store, sweep.id), record)
    before = {path: path.read_bytes() for path in store.root.parent.rglob("*.json")}
    PUMP(store, launcher)
    with pytest.raises(RevisionError, match=sweep.id):
        sweep_control.continue_sweep(store, sweep.id, launcher)
    assert {path: path.read_bytes() for path in store.root.parent.rglob("*.json")} == before
    sweep_control.remove_sweep(store, sweep.id)
    assert sweep_records.sweep_ids(store) == []


def test_what_is_over_is_removed_and_its_trainings_are_there_for_the_next(store, launcher):
    sweep = sweep_control.start_sweep(store, tiny_plan(), launcher)
    with pytest.raises(RevisionError, match="stop it first"):
        sweep_control.remove_sweep(store, sweep.id)
    drain_queue(store, launcher)
    sweep_control.remove_sweep(store, sweep.id)
    assert sweep_records.read_all_sweeps(store) == ([], []) and list((store.root / ".sweeps").iterdir()) == []
    repeated_sweep = sweep_control.start_sweep(store, tiny_plan(), launcher)
    assert (repeated_sweep.state, repeated_sweep.id != sweep.id, launcher.launched, len(store.list_own())) == (
        "done",
        True,
        [],
        3,
    )


def test_the_progress_of_a_sweep_by_hand(store):
    points = [Point({"beta": k}, 0, [Run(0, f"2026010{k}T000000Z-aae-digits-abc", [])]) for k in (1, 2)]
    sweep = Sweep({"beta": [1, 2, 3]}, {}, [0], "mmd2", points=[*points, Point({"beta": 3})])
    rows = [
        replace(
            store_row,
            id=run.revision,
            steps=step,
            state=state,
            status=replace(store_row.status, state=state, step=step),
        )
        for (run, step, state) in ((points[0].runs[0], 100, "done"), (points[1].runs[0], 40, "running"))
        for store_row in [_row(store)]
    ]
    progress = sweep_standings.sweep_progress(sweep, rows)
    assert (progress.steps_done, progress.steps_total, progress.runs_done, progress.runs_total) == (140, 300, 1, 3)
    assert progress.seconds_left == pytest.approx(160 * (2 * 7.0) / 140)
    running_rows = [replace(row, state="running") for row in rows]
    assert sweep_standings.sweep_progress(sweep, running_rows).seconds_left == pytest.approx(
        progress.seconds_left / 2
    ), "two train at once"


def _row(store: Store):
    from aae_core.config.configuration import configure

    store.create(configure(), sets.describe_data_set("digits"), Status("running", total_steps=100, seconds=7.0))
    return store.list_own()[0]
