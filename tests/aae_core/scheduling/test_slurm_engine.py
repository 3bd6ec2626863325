"""Slurm as an engine, with stand-ins for sbatch, squeue and scancel that keep jobs as files, and for srun, which starts a job's
tasks here; no real cluster is asked."""

import os
import signal
import subprocess
import sys
import time
from dataclasses import replace

import pytest

from aae_core.config.configuration import configure
from aae_core.scheduling import engines, launchers, queue, slurm_engine
from aae_core.store.status import Status

STAND_INS = {
    "sbatch": """
        number = 100 + len(list(jobs.glob("*.sh")))
        (jobs / f"{number}.sh").write_text(sys.stdin.read())
        (jobs / str(number)).write_text("PENDING|Resources|")
        (jobs / f"{number}.options").write_text(" ".join(sys.argv[1:]) + f" AAE_CORES={os.environ['AAE_CORES']}")
        print(f"{number};cluster")""",
    "squeue": """
        for job in sorted(jobs.glob("[0-9]*")):
            if not job.suffix and job.read_text():
                print(f"{job.name}|{job.read_text()}")""",
    "scancel": """
        (jobs / sys.argv[1]).write_text("")""",
    "srun": """
        import signal, subprocess
        count = next(word for word in (jobs / "100.options").read_text().split() if word.startswith("--ntasks="))[9:]
        variables = {"SLURM_NTASKS": count, "SLURM_LAUNCH_NODE_IPADDR": "127.0.0.1"}
        tasks = [
            subprocess.Popen(sys.argv[2:], env=os.environ | variables | {"SLURM_PROCID": str(n)}) for n in range(int(count))
        ]
        (jobs / "tasks").write_text(" ".join(str(task.pid) for task in tasks))
        signal.signal(signal.SIGTERM, lambda *_: [task.kill() for task in tasks])
        sys.exit(max(abs(task.wait()) for task in tasks))""",
}


@pytest.fixture
def slurm(tmp_path, monkeypatch):
    """The folder of jobs: N.sh is what to run, N its line in squeue, N.options its options; `down` makes squeue fail."""
    jobs, commands = tmp_path / "jobs", tmp_path / "bin"
    jobs.mkdir(), commands.mkdir()
    for name, body in STAND_INS.items():
        head = f"#!{sys.executable}\nimport os, pathlib, sys\njobs = pathlib.Path({str(jobs)!r})\n"
        head += "if (jobs / 'down').exists():\n    sys.exit('Unable to contact slurm controller (connect failure)')\n"
        lines = [line[8:] for line in body.splitlines()]
        (commands / name).write_text(head + "\n".join(lines) + "\n")
        (commands / name).chmod(0o755)
    monkeypatch.setenv("PATH", f"{commands}{os.pathsep}{os.environ['PATH']}")
    monkeypatch.setenv("AAE_ENGINE", "slurm")
    for seconds in ("view_seconds", "retry_seconds"):
        monkeypatch.setattr(slurm_engine.SlurmJobs, seconds, 0.0)
    monkeypatch.setattr(launchers, "MAX_POLLING_SHARE", 1e9)
    monkeypatch.setitem(engines.ENGINES, "slurm", slurm_engine.SlurmJobs())
    return jobs


def test_a_training_is_a_job_and_is_taken_back_with_it(store, tiny_config, facts, slurm, monkeypatch):
    monkeypatch.setenv("AAE_ENGINE_OPTIONS", "cpus=2 gpus=0.5 resource=short")
    revision = queue.start_training(store, tiny_config, facts)
    assert (revision.status.engine, revision.status.worker, revision.status.awaits_worker_report) == (
        "slurm",
        "slurm-100",
        True,
    )
    message = (slurm / "100.options").read_text().split()
    assert {
        "--cpus-per-task=2",
        "--gpus-per-task=1",
        "--ntasks=1",
        "--partition=short",
        "--requeue",
        "AAE_CORES=2",
    } <= set(message)
    assert "(reason: Resources)" in queue.waiting_remark(revision.status) and queue.fail_dead_trainings(store) == []
    queue.stop_training(store, revision.id)
    assert revision.status.state == "stopped" and (slurm / "100").read_text() == ""


def test_a_job_that_is_gone_is_told_and_one_that_was_given_back_goes_on(store, tiny_config, facts, slurm):
    died, back = (queue.start_training(store, tiny_config, facts) for _ in range(2))
    back.write_status(replace(back.status, heartbeat=time.time()))
    for number in ("100", "101"):
        (slurm / number).write_text("")
    queue.launch_queued(store)
    assert died.status.state == "failed" and "worker.log" in died.status.error_text
    assert (back.status.state, back.status.worker[:7]) == ("queued", "slurm-1") and back.status.worker != "slurm-101"


def test_slurm_out_of_reach_is_unknown_and_never_dead(store, tiny_config, facts, slurm, monkeypatch):
    running = store.create(
        tiny_config, facts, Status("running", engine="slurm", worker="slurm-7", host="other", heartbeat=5.0)
    )
    (slurm / "down").touch()
    waiting = queue.start_training(store, tiny_config, facts)
    assert (
        queue.fail_dead_trainings(store) == []
        and running.status.state == "running"
        and not waiting.status.awaits_worker_report
    )
    assert "Unable to contact slurm controller" in queue.waiting_remark(running.status)
    (slurm / "down").unlink()
    assert queue.launch_queued(store) == [waiting.id] and running.status.state == "failed"
    monkeypatch.setenv("PATH", "/nowhere")
    assert "squeue is not there" in queue.waiting_remark(waiting.status)


@pytest.mark.thorough
@pytest.mark.parametrize("processes", [1, 2])
def test_a_job_whose_machine_is_taken_waits_and_goes_on(store, slurm, processes):
    nets = {"network.hidden": (16,), "network.discriminator": (16,)}
    config = configure(data="digits", steps=10**7, batch_size=50, threads=1, processes=processes, **nets)
    revision = queue.start_training(store, config, queue.check_startable(config))

    def run_job(step):
        """Slurm runs the job, until it has taken more steps than so many."""
        (slurm / "100").write_text("RUNNING|None|n1")
        job = subprocess.Popen(["sh", slurm / "100.sh"], env=os.environ | {"SLURM_JOB_ID": "100"})
        deadline = time.monotonic() + 300
        while revision.status.step <= step:
            assert time.monotonic() < deadline and job.poll() is None, (revision.path / "worker.log").read_text()
            time.sleep(0.1)
        return job

    job = run_job(0)
    if "--signal=B:TERM@60" in (slurm / "100.options").read_text().split():
        job.send_signal(signal.SIGTERM)
    else:  # all tasks, and not the batch script
        assert "--signal=TERM@60" in (slurm / "100.options").read_text().split()
        for task in (slurm / "tasks").read_text().split():
            os.kill(int(task), signal.SIGTERM)
    assert job.wait() == 0
    (slurm / "100").write_text("PENDING|BeginTime|")
    status = revision.status
    assert (status.state, status.worker, status.step > 0) == ("queued", "slurm-100", True)
    assert queue.launch_queued(store) == [] and "took its machine" in queue.waiting_remark(status)
    job = run_job(status.step)
    queue.pause_training(store, revision.id)
    assert job.wait() == 0 and revision.status.state == "paused"
