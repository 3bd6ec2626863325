"""Ray as an engine: the order of what waits, a cluster that does not answer, and, where Ray is installed, one of two machines."""

import errno
import os
import re
import socket
import subprocess
import sys
import threading
from importlib.util import find_spec
from pathlib import Path

import pytest

from aae_core import files
from aae_core.cli import arguments
from aae_core.errors import ConfigError, RevisionError
from aae_core.runs import engines, launchers, queue, ray_actor, ray_engine, worker
from aae_core.store.revisions import Revision, Store
from aae_core.store.status import Status

HERE = Path(__file__).parent


@pytest.mark.thorough  # minutes; the other tests have stand-ins for what Ray answers
def test_a_cluster_of_two_machines():
    if find_spec("ray") is None:
        pytest.skip("Ray is not installed: pip install -r requirements-dev.txt")
    # whose end is that of all within
    namespace_command = ["unshare", "--net", "--pid", "--fork", "--kill-child", "--mount-proc"]
    namespace_command += [] if os.geteuid() == 0 else ["--map-root-user"]
    try:
        subprocess.run([*namespace_command, "true"], check=True, capture_output=True)
    except (OSError, subprocess.CalledProcessError):
        pytest.skip("Ray listens beyond this machine, and no network namespace can be made here that would keep it in")
    command = [sys.executable, "-m", "pytest", "-n0", "-x", "-p", "no:cacheprovider", str(HERE / "on_a_cluster.py")]
    process = subprocess.run([*namespace_command, *command], capture_output=True, text=True, stdin=subprocess.DEVNULL)
    assert process.returncode == 0, process.stdout[-6000:] + process.stderr[-2000:]


@pytest.fixture
def unreachable_engine(monkeypatch):
    """An engine whose cluster does not answer."""
    monkeypatch.setenv("AAE_ENGINE", "ray")
    monkeypatch.setenv("AAE_RAY_ADDRESS", "127.0.0.1:1")
    engine = ray_engine.RayActors()
    monkeypatch.setitem(engines.ENGINES, "ray", engine)
    return engine


def test_out_of_reach_is_unknown_and_never_dead(store, tiny_config, facts, unreachable_engine):
    at_work = Status(
        "running", engine="ray", host="other", worker="aae-1-2-3", pid=7, started=1.0, heartbeat=5.0, step=9
    )
    running, waiting = store.create(tiny_config, facts, at_work), queue.start_training(store, tiny_config, facts)
    assert queue.fail_dead_trainings(store) == [] and queue.launch_queued(store) == []
    assert running.status == at_work and (waiting.status.state, waiting.status.worker) == ("queued", "")
    assert all("127.0.0.1:1 does not answer" in queue.waiting_remark(value.status) for value in (running, waiting))
    assert "127.0.0.1:1 does not answer" in queue.common_waiting_remark([waiting.status, running.status])
    assert queue.common_waiting_remark([waiting.status, Status("running")]) == queue.common_waiting_remark([]) == ""
    assert (
        queue.free_queue_place_count(["queued"] * 3 + ["running"] * 9, unreachable_engine)
        == queue.MAX_WAITING_ON_CLUSTER - 3
    )
    queue.pause_training(store, running.id)  # it finds the request, wherever it is
    assert running.request() == "pause"


@pytest.mark.parametrize(
    ("address_text", "address"),
    [("head", ("head", 6379)), ("[fd00::1]:7", ("fd00::1", 7)), ("[fd00::1]", ("fd00::1", 6379))],
)
def test_a_head_is_reached_by_a_name_or_an_address_of_ipv6(monkeypatch, address_text, address):
    calls = []

    def refuse_connection(address, patience):
        calls.append(address)
        raise ConnectionRefusedError

    monkeypatch.setenv("AAE_RAY_ADDRESS", address_text)
    monkeypatch.setattr(ray_engine.socket, "create_connection", refuse_connection)
    with pytest.raises(
        launchers.EngineUnreachableError,
        match=f"^{re.escape(address_text.removesuffix(':7'))}:{address[1]} does not answer",
    ):
        ray_engine.RayBridge().ask(action="view")
    assert calls == [address]


def test_an_address_of_ipv6_without_brackets_is_told_how_to_write_it(monkeypatch):
    monkeypatch.setenv("AAE_RAY_ADDRESS", "fd00::1")
    with pytest.raises(launchers.EngineUnreachableError, match=r"in brackets, as in \[fd00::1\]:6379$"):
        ray_engine.RayBridge().ask(action="view")


def test_a_silent_head_is_waited_for_long_only_once(monkeypatch):
    """A page waits with it, each time that a child was given up."""
    for name, seconds in (
        ("FIRST_ANSWER_TIMEOUT", 0.3),
        ("ANSWER_TIMEOUT", 0.0),
        ("RETRY_SECONDS", 0.0),
        ("CHILD_TIMEOUT", 0.0),
    ):
        monkeypatch.setattr(ray_engine, name, seconds)
    silent_command = [sys.executable, "-c", "import time; time.sleep(60)"]
    timeouts = []
    receive_answer = ray_engine.RayBridge._receive_answer
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE}
    monkeypatch.setattr(
        ray_engine.launchers, "start_module", lambda *_, **__: subprocess.Popen(silent_command, **pipes)
    )
    monkeypatch.setattr(
        ray_engine.RayBridge,
        "_receive_answer",
        lambda self, answer_timeout: timeouts.append(answer_timeout) or receive_answer(self, 0.0),
    )
    bridge = ray_engine.RayBridge()
    with socket.create_server(("127.0.0.1", 0)) as head:
        monkeypatch.setenv("AAE_RAY_ADDRESS", f"127.0.0.1:{head.getsockname()[1]}")
        for _ in range(3):
            with pytest.raises(launchers.EngineUnreachableError):
                bridge.ask(action="view")
    bridge.end_child()
    assert max(timeouts) == timeouts[0] == 0.3 and max(timeouts[1:]) == 0.0


def test_a_child_that_cannot_be_started_leaves_the_cluster_unknown(monkeypatch):
    def refuse_start(*_, **__):
        raise BlockingIOError(errno.EAGAIN, "Resource temporarily unavailable")

    monkeypatch.setattr(ray_engine.launchers, "start_module", refuse_start)
    bridge = ray_engine.RayBridge()
    with socket.create_server(("127.0.0.1", 0)) as head:
        monkeypatch.setenv("AAE_RAY_ADDRESS", f"127.0.0.1:{head.getsockname()[1]}")
        for _ in range(2):  # the second time, it is not tried again so soon
            with pytest.raises(launchers.EngineUnreachableError, match="could not be started: .* try again later$"):
                bridge.ask(action="view")


def test_what_another_engine_was_given_is_left_to_it(store, tiny_config, facts, unreachable_engine, monkeypatch):
    waiting = queue.start_training(store, tiny_config, facts)
    running = store.create(tiny_config, facts, Status("running", engine="ray", worker="a", host="other", heartbeat=5.0))
    monkeypatch.setenv("AAE_ENGINE", "local")
    assert queue.launch_queued(store) == [] and (waiting.status.state, running.status.state) == ("queued", "running")
    assert all("--engine ray" in queue.waiting_remark(item.status) for item in (waiting, running))


def create_waiting_trainings(store, tiny_config, facts, count, **status_fields):
    """Trainings that wait on Ray, the first queued last."""
    rows = []
    for n in range(count):
        status = Status("queued", queued=100.0 - n, engine="ray", worker=f"aae-s-kind-{n}", **status_fields)
        rows.append(store.create(tiny_config, facts, status))
    return rows


def test_trainings_begin_in_the_queues_order_whatever_actors_do(store, tiny_config, facts):
    rows = create_waiting_trainings(store, tiny_config, facts, 4)
    newcomer = store.create(tiny_config, facts, Status("queued", queued=1.0, engine="ray", worker="aae-s-more-9"))
    worker_names = [row.status.worker for row in rows]
    begun_names = [ray_actor.assigned_training(store.root, worker_names[n]).name for n in (1, 3, 0, 2)]
    assert begun_names == [row.id for row in reversed(rows)] and newcomer.status.host == ""
    assert [row.status.worker for row in rows] == [worker_names[n] for n in (2, 0, 3, 1)]
    assert ray_actor.assigned_training(store.root, worker_names[1]) == rows[3].path, (
        "started again on another machine, it goes on with its own"
    )
    assert ray_actor.assigned_training(store.root, "aae-s-kind-77") is None, "it was taken back"


def test_an_actor_lost_between_its_writes_lets_both_trainings_begin(store, tiny_config, facts, monkeypatch):
    late_revision, early_revision = create_waiting_trainings(store, tiny_config, facts, 2)
    late_worker, early_worker = [row.status.worker for row in (late_revision, early_revision)]
    write_status = Revision.write_status

    def interrupt_write(revision, *args, **changes):
        if revision.id == late_revision.id:
            raise KeyboardInterrupt
        return write_status(revision, *args, **changes)

    monkeypatch.setattr(Revision, "write_status", interrupt_write)
    with pytest.raises(KeyboardInterrupt):
        ray_actor.assigned_training(store.root, late_worker)
    monkeypatch.setattr(Revision, "write_status", write_status)
    assert early_revision.status.worker == late_revision.status.worker == late_worker
    assert ray_actor.assigned_training(store.root, late_worker) == early_revision.path
    assert ray_actor.assigned_training(store.root, early_worker) is None
    assert (late_revision.status.state, late_revision.status.awaits_worker_report) == ("queued", False), (
        "the next look at the queue launches it"
    )


def test_one_that_is_taken_back_just_now_is_not_begun(store, tiny_config, facts):
    late_revision, early_revision = create_waiting_trainings(store, tiny_config, facts, 2)
    with early_revision.lock():
        assert ray_actor.assigned_training(store.root, late_revision.status.worker) == late_revision.path
    assert (early_revision.status.host, early_revision.status.worker) == ("", "aae-s-kind-1")


def test_a_launched_worker_trains_only_while_the_revision_is_its_own(store, tiny_config, monkeypatch):
    monkeypatch.setattr(queue, "launch_queued", lambda *_: pytest.fail("it launches"))
    status = Status("queued", engine="ray", worker="aae-s-kind-1", total_epochs=1.0)
    revision = store.create(tiny_config, queue.check_startable(tiny_config), status)
    with pytest.raises(RevisionError, match="taken back"):
        worker.run_training(revision, launch="aae-s-kind-2")
    assert revision.status == status
    ended = worker.run_training(revision, launch="aae-s-kind-1")
    assert (ended.state, ended.engine, ended.worker, ended.host) == ("done", "ray", "", files.HOST)


def test_a_worker_waits_for_the_lock_of_a_machine_that_died(store, tiny_config, monkeypatch):
    monkeypatch.setattr(worker, "LOCK_WAIT", 0.05)
    status = Status("running", engine="ray", worker="a", host="dead")
    revision = store.create(tiny_config, queue.check_startable(tiny_config), status)
    with revision.lock():
        worker_thread = threading.Thread(target=worker.run_training, args=(revision,), kwargs={"launch": "a"})
        worker_thread.start()
        worker_thread.join(0.5)
        assert worker_thread.is_alive() and revision.status.host == "dead"
    worker_thread.join()
    assert revision.status.state == "done"


def test_another_machine_is_judged_by_its_heartbeat_and_its_lock(store, tiny_config, facts, monkeypatch):
    """Its clock may be wrong by years, and its process number may be that of anything here."""
    foreign_status = {"engine": "local", "host": "other", "started": 1.0, "heartbeat": 5.0}
    silent_revision, heard_revision, locked_revision = (
        store.create(tiny_config, facts, Status("running", pid=n, **foreign_status)) for n in (1, 2, 3)
    )
    assert queue.fail_dead_trainings(store) == []
    monkeypatch.setattr(launchers, "FOREIGN_SILENCE", 0.0)
    heard_revision.write_status(heard_revision.status, heartbeat=4.0)
    with locked_revision.lock():
        assert queue.fail_dead_trainings(store) == [silent_revision.id]
    assert "on other ended without a message" in silent_revision.status.error_text
    assert heard_revision.status.state == locked_revision.status.state == "running"


class ThreadLauncher(launchers.Launcher):
    """A cluster in name, whose worker is a thread."""

    name, has_queue = "ray", True

    def launch(self, revision):
        self.worker = threading.Thread(target=worker.run_training, args=(revision,), kwargs={"launch": "one"})
        self.worker.start()
        return {"engine": self.name, "worker": "one", "host": ""}

    def is_alive(self, status):
        return self.worker.is_alive()

    def waiting_reason(self, status):
        return "It waits for its turn."


def test_a_command_waits_for_its_training_on_a_cluster(monkeypatch, capsys):
    monkeypatch.setitem(engines.ENGINES, "ray", ThreadLauncher())
    for variable in ("AAE_ENGINE", "AAE_ENGINE_OPTIONS"):
        monkeypatch.setenv(variable, "")  # which the command sets
    sizes = ["--set", "network.hidden=16", "--set", "network.discriminator=16", "--set", "batch_size=50"]
    command = ["train", "--data", "digits", "--steps", "30", *sizes, "--engine", "ray", "--engine-options", "cpus=2"]
    assert arguments.main(command) == 0
    output = capsys.readouterr()
    assert "done after 30 steps" in output.out and output.err.count("It waits for its turn.") == 1
    assert Store().open("latest").status.asks == "cpus=2"


@pytest.mark.parametrize(
    "text", ["cpus=0", "cpus=1.5", "gpus=-1", "gpus=nan", "cpu=2", "resource=", "resource=a,b", "keep_every=x"]
)
def test_what_cannot_be_asked_for_is_told(text, monkeypatch):
    monkeypatch.setenv("AAE_ENGINE_OPTIONS", text)
    with pytest.raises(ConfigError) as error:
        engines.engine_options_text()
    assert "\n" not in str(error.value) and text.partition("=")[0] in str(error.value)


@pytest.mark.parametrize(
    ("text", "range_text"),
    [
        ("keep_every=0.5", "from 1 to 1,000,000, not '0.5'"),
        ("cpus=2000", "from 0.01 to 1,024, whole above 1, not '2000'"),
    ],
)
def test_the_range_of_an_option_is_told_as_it_is(text, range_text):
    with pytest.raises(ConfigError, match=re.escape(f"must be a number {range_text}")):
        launchers.parse_engine_options(text)
    assert launchers.parse_engine_options("keep_every=1.5").keep_every == 1.5


def test_what_is_asked_for_reaches_ray_and_the_worker(monkeypatch):
    monkeypatch.setenv("AAE_ENGINE_OPTIONS", " cpus=2  gpus=0.25 resource=sweep keep_every=90 ")
    engine_options = launchers.parse_engine_options(engines.engine_options_text())
    assert (
        ray_engine._ray_resources(engine_options) == {"num_cpus": 2.0, "num_gpus": 0.25, "resources": {"sweep": 1}}
        and engine_options.keep_every == 90
    )
    assert launchers.remote_training_environment(engine_options)["AAE_CORES"] == "2"
    kinds = {
        ray_engine.actor_kind_name(engine_options),
        ray_engine.actor_kind_name(launchers.parse_engine_options("cpus=2")),
    }
    assert len(kinds | {ray_engine.actor_kind_name(engine_options, ["--memory", "4"])}) == 3, (
        "no teacher's takes a visitor's place"
    )


@pytest.mark.parametrize(
    ("request_text", "free", "reason"),
    [("cpus=2", 4.0, "Ray starts"), ("cpus=3", 2.5, "is full: 4.5 of its 7"), ("cpus=5", 7.0, "No machine of the Ray")],
)
def test_what_waits_for_room_says_so(request_text, free, reason):
    view = ray_engine.ClusterView(machines=[("a", {"CPU": 4.0}), ("b", {"CPU": 3.0})], free={"CPU": free})
    assert reason in ray_engine._resource_waiting_reason(Status("queued", asks=request_text), view)


def test_what_a_former_engine_was_given_goes_on_here(store, tiny_config, facts, monkeypatch):
    """Its job, should it still come, finds that the training was taken back."""
    monkeypatch.setattr(queue, "_try_to_launch_worker", lambda row, launcher: True)
    waiting = store.create(tiny_config, facts, Status("queued", queued=1.0, engine="slurm"))
    given = store.create(tiny_config, facts, Status("queued", queued=2.0, engine="slurm", worker="slurm-5"))
    assert queue.launch_queued(store) == [waiting.id]
    assert given.status.state == "failed" and "Resume the training" in given.status.error_text
    with pytest.raises(RevisionError, match="taken back"):
        worker.run_training(given, launch="slurm-5")
