"""The worker that waits for a training: when there is one, what it becomes, and that it never stays behind."""

import json
import os
import subprocess
import sys
import time
from dataclasses import replace

import psutil
import pytest

from aae_core import files, places
from aae_core.data import sets
from aae_core.errors import RevisionError
from aae_core.runs import launchers, queue, warm_process, warm_worker, worker
from aae_core.runs.warm_worker import WarmWorker

# What stands for a process that waits: it prints the line that it reads into the file that is its argument.
WAITS = "import sys; line = sys.stdin.readline(); open(sys.argv[1], 'w').write(line) if line else None"
# A server that keeps a worker waiting, has it train the revisions in a store, and is killed at a moment.
SERVES = """
import os, sys
from aae_core.runs import launchers, queue, warm_worker
from aae_core.store.revisions import Store
warm = warm_worker.WarmWorker()
warm.prepare()
print(warm.waiting_pid(), flush=True)
if sys.argv[1]:
    launchers.LOCAL.start_process = warm.start_worker
    queue.launch_queued(Store(sys.argv[1]))
os.kill(os.getpid(), 9)
"""
PATIENCE = 120  # seconds


@pytest.fixture
def light_worker_file(monkeypatch, tmp_path):
    """The process that waits imports nothing; the file in which it leaves what it was given."""
    left = tmp_path / "given"
    command = [sys.executable, "-S", "-c", WAITS, str(left)]
    monkeypatch.setattr(launchers, "start_module", lambda _, **streams: subprocess.Popen(command, **streams))
    monkeypatch.setattr(warm_worker, "AFTER_USE_SECONDS", 0.0)
    return left


@pytest.fixture
def prepared_worker(light_worker_file):
    warm = WarmWorker()
    warm.prepare()
    yield warm
    warm.end()


@pytest.fixture
def started_paths(monkeypatch):
    """The revisions for which a process of their own was started."""
    paths = []
    monkeypatch.setattr(launchers, "start_worker", lambda path, *arguments: paths.append(path) or "fresh")
    return paths


def wait_until(condition):
    deadline = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.02)


def is_over(pid):
    return not psutil.pid_exists(pid) or psutil.Process(pid).status() == psutil.STATUS_ZOMBIE


def test_a_revision_is_given_to_the_process_that_waits(prepared_worker, light_worker_file, started_paths, tmp_path):
    pid = prepared_worker.waiting_pid()
    process = prepared_worker.start_worker(tmp_path, "--device", "cpu")
    assert process.pid == pid and not started_paths
    process.wait(PATIENCE)
    log = str(tmp_path / "worker.log")
    assert json.loads(light_worker_file.read_text()) == {"log": log, "arguments": [str(tmp_path), "--device", "cpu"]}


def test_another_one_waits_after_each_training(prepared_worker, started_paths, tmp_path):
    first = prepared_worker.start_worker(tmp_path)
    wait_until(lambda: prepared_worker.waiting_pid() is not None)
    second = prepared_worker.start_worker(tmp_path)
    assert first.pid != second.pid and not started_paths
    for process in (first, second):
        process.wait(PATIENCE)


def test_one_that_was_killed_is_not_given_anything(prepared_worker, started_paths, tmp_path):
    pid = prepared_worker.waiting_pid()
    os.kill(pid, 9)
    wait_until(lambda: is_over(pid))
    assert prepared_worker.start_worker(tmp_path) == "fresh" and started_paths == [tmp_path]
    wait_until(lambda: prepared_worker.waiting_pid() not in (None, pid))


def test_one_that_dies_as_it_is_given_a_revision(prepared_worker, started_paths, tmp_path, monkeypatch):
    pid = prepared_worker.waiting_pid()
    os.kill(pid, 9)
    monkeypatch.setattr(prepared_worker, "waiting_pid", lambda: pid)
    wait_until(lambda: is_over(pid))
    assert prepared_worker.start_worker(tmp_path) == "fresh"


def test_one_of_another_environment_or_code_ends(prepared_worker, started_paths, tmp_path, monkeypatch):
    pid = prepared_worker.waiting_pid()
    monkeypatch.setenv("AAE_CORES", "1")
    assert prepared_worker.start_worker(tmp_path) == "fresh" and not psutil.pid_exists(pid)
    wait_until(lambda: prepared_worker.waiting_pid() is not None)
    code = tmp_path / "aae_core" / "edited.py"
    code.parent.mkdir()
    code.touch()
    monkeypatch.setattr(warm_worker, "CODE_FOLDER", tmp_path)
    assert prepared_worker.start_worker(tmp_path) == "fresh"


def test_a_log_that_cannot_be_written_is_told_and_nothing_begins(prepared_worker, started_paths, tmp_path):
    (tmp_path / "worker.log").mkdir()
    with pytest.raises(RevisionError, match=r"worker\.log"):
        prepared_worker.start_worker(tmp_path)
    assert prepared_worker.waiting_pid() is not None and not started_paths


def test_none_waits_where_memory_is_short(light_worker_file, monkeypatch):
    monkeypatch.setattr(warm_worker, "MIN_FREE_BYTES", psutil.virtual_memory().total + 1)
    warm = WarmWorker()
    warm.prepare()
    assert warm.waiting_pid() is None


def test_the_end_leaves_no_process_and_starts_none(prepared_worker):
    pid = prepared_worker.waiting_pid()
    prepared_worker.end()
    assert not psutil.pid_exists(pid)
    prepared_worker.prepare()
    prepared_worker.prepare_in(0)
    assert prepared_worker.waiting_pid() is None


@pytest.mark.parametrize("variable, text", [("AAE_WARM_WORKER", "0"), ("AAE_ENGINE", "ray"), ("AAE_ENGINE", "no such")])
def test_who_does_not_want_one_has_none(monkeypatch, variable, text):
    assert warm_worker.is_enabled()
    monkeypatch.setenv(variable, text)
    assert not warm_worker.is_enabled() and warm_worker.keep_warm_worker() is None


def test_a_server_keeps_one_for_its_next_training(light_worker_file, monkeypatch):
    monkeypatch.setattr(launchers.LOCAL, "start_process", launchers.start_worker)
    monkeypatch.setattr(warm_worker, "AFTER_FIRST_PAGE_SECONDS", 0.0)
    warm = warm_worker.keep_warm_worker()
    assert launchers.LOCAL.start_process == warm.start_worker
    wait_until(lambda: warm.waiting_pid() is not None)
    warm.end()


def test_while_it_waits_it_has_no_plugin_and_no_data(tmp_path, monkeypatch):
    (tmp_path / "telltale.py").write_text("raise SystemExit(3)")
    look = (
        "from aae_core.runs import warm_process\n"
        "from aae_core.data import sets\n"
        "import sys\n"
        "warm_process.import_training_modules()\n"
        "print('telltale' in sys.modules, sets._load_cached.cache_info().currsize, 'torch' in sys.modules)"
    )
    monkeypatch.setenv("AAE_PLUGINS", "telltale")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    run = subprocess.run([sys.executable, "-c", look], cwd=places.CODE_FOLDER, capture_output=True, text=True)
    assert run.stdout == "False 0 True\n", run.stderr


def test_a_preload_that_fails_leaves_the_report_to_the_training(monkeypatch):
    monkeypatch.setattr(warm_process, "PRELOADED_MODULES", ("no_such_module", "aae_core.runs.recorder"))
    warm_process.import_training_modules()


def queued_revision(store, config):
    queued = queue.Status("queued", queued=time.time(), engine=launchers.LOCAL.name)
    return queue.create_revision(store, config, sets.describe_data_set(config.data), queued)


def test_a_warm_worker_trains_the_same_bits_and_outlives_the_server(store, tiny_config):
    fresh_revision = queue.create_revision(store, tiny_config, sets.describe_data_set("digits"))
    worker.run_training(fresh_revision)
    revision = queued_revision(store, replace(tiny_config, name="warm"))
    server = subprocess.run([sys.executable, "-c", SERVES, store.root], cwd=places.CODE_FOLDER, capture_output=True)
    assert server.returncode == -9, server.stderr
    pid = int(server.stdout)
    assert revision.status.pid == pid and os.getsid(pid) == pid
    wait_until(lambda: revision.status.state not in ("queued", "running"))
    assert revision.status.state == "done"
    for name in ("weights.safetensors", "probe.safetensors"):
        warm_tensors, _ = files.read_tensors(revision.path / name)
        fresh_tensors, _ = files.read_tensors(fresh_revision.path / name)
        assert warm_tensors.keys() == fresh_tensors.keys()
        assert all(warm_tensors[key].tobytes() == fresh_tensors[key].tobytes() for key in warm_tensors)


def test_one_that_waits_ends_with_its_server_even_if_that_is_killed():
    server = subprocess.run([sys.executable, "-c", SERVES, ""], cwd=places.CODE_FOLDER, capture_output=True)
    pid = int(server.stdout)
    wait_until(lambda: is_over(pid))
