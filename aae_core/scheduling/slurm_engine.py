"""Trainings on a Slurm cluster: each is a batch job, handled by the commands sbatch, squeue and scancel, and srun if it
has several processes.

When Slurm takes its machine from a job (SIGTERM), the job saves a checkpoint, and is queued again: by Slurm, under the
same number, or by `queue.fail_dead_trainings`. This was written from Slurm's manual and tested with stand-ins for the
four commands, but not yet on a real cluster.
"""

import math
import shlex
import subprocess
import sys

from aae_core.errors import RevisionError
from aae_core.places import CODE_FOLDER
from aae_core.scheduling import launchers
from aae_core.scheduling.launchers import Cluster, EngineUnreachableError
from aae_core.store.revisions import Revision
from aae_core.store.status import Status
from aae_core.wording import translate

COMMAND_TIMEOUT = 10.0  # seconds for a command
# variables of each of several processes; by Slurm's manual, the first one runs on the machine that launches them all
RANK_EXPORTS = (
    "export RANK=$SLURM_PROCID WORLD_SIZE=$SLURM_NTASKS MASTER_ADDR=$SLURM_LAUNCH_NODE_IPADDR "
    "MASTER_PORT=$((20000 + SLURM_JOB_ID % 12000)); "
)
WARNING_SECONDS = 60  # seconds before the end of a job's time at which SIGTERM tells it to save a checkpoint


class SlurmJobs(Cluster):
    """Trainings as batch jobs of Slurm."""

    name = "slurm"
    view_seconds, retry_seconds = 2.0, 10.0

    def launch(self, revision: Revision) -> dict:
        """Submit a job for the revision, whose number names the launch; each of several processes is a task of the
        job."""
        engine_options, processes = launchers.parse_engine_options(revision.status.asks), revision.config.processes
        path = revision.path.resolve()
        # B: signals the batch shell; srun, started by it, would end the tasks
        signal_target = "B:" if processes == 1 else ""
        options = ["--parsable", "--requeue", f"--signal={signal_target}TERM@{WARNING_SECONDS}"]
        options += [f"--job-name=aae-{revision.id}", f"--chdir={CODE_FOLDER}"]
        options += ["--output=/dev/null", f"--cpus-per-task={math.ceil(engine_options.cpus)}", f"--ntasks={processes}"]
        options += [f"--gpus-per-task={math.ceil(engine_options.gpus)}"] if engine_options.gpus else []
        options += [f"--partition={engine_options.resource}"] if engine_options.resource else []
        command = [
            sys.executable,
            "-m",
            "aae_core.jobs.worker",
            str(path),
            *launchers.remote_worker_arguments(engine_options, revision),
        ]
        shell_line = f'exec {shlex.join(command)} --launch "slurm-$SLURM_JOB_ID"'
        if processes > 1:
            task_line = shlex.quote(RANK_EXPORTS + shell_line)
            shell_line = f"exec srun --cpus-per-task={math.ceil(engine_options.cpus)} sh -c {task_line}"
        shell_line += f" >>{shlex.quote(str(path / 'worker.log'))} 2>&1"
        sbatch_output = _run_command(
            ["sbatch", *options],
            f"#!/bin/sh\n{shell_line}\n",
            launchers.environment_without_rank(launchers.remote_training_environment(engine_options)),
        )
        job_number = sbatch_output.strip().partition(";")[0]
        if not job_number.isdecimal():
            raise RevisionError(
                f"sbatch answered {sbatch_output.strip()[:60]!r} in place of a job's number; see what it says in a terminal."
            )
        return {"engine": self.name, "worker": f"slurm-{job_number}", "host": ""}

    def waiting_reason(self, status: Status) -> str:
        """That Slurm does not answer, or what it says about a job that waits or begins; "" for nothing."""
        try:
            state, reason, machines = self._cached_cluster_view(fresh=False).get(status.worker, ("", "", ""))
        except EngineUnreachableError as error:
            return translate(
                "{error} Whether this training goes on is not known, so it is left as it is.", error=str(error)
            )
        if state == "PENDING":
            if status.heartbeat:
                text = translate(
                    "Slurm took its machine from it, and starts it again when its turn comes (reason: {reason})."
                )
            else:
                text = translate("Slurm starts it when its turn comes (reason: {reason}).")
            return text.format(reason=reason)
        if state and status.state == "queued":
            return translate("Slurm starts its worker on {machines}.", machines=machines)
        return ""

    def _cancel(self, worker):
        _run_command(["scancel", worker.removeprefix("slurm-")])

    def _query_cluster(self) -> dict[str, tuple[str, str, str]]:
        """{launch: (state, reason, machines)} of the user's jobs, as squeue lists them."""
        lines = _run_command(["squeue", "--me", "--noheader", "--format=%A|%T|%r|%N"]).splitlines()
        rows = [line.strip().split("|") for line in lines]
        return {f"slurm-{row[0]}": tuple(row[1:]) for row in rows if len(row) == 4}


def _run_command(command, script=None, environment=None) -> str:
    """The output of a Slurm command; EngineUnreachableError if it is not installed or does not answer, RevisionError if
    Slurm refuses it."""
    try:
        completed = subprocess.run(
            command,
            input=script,
            env=environment,
            capture_output=True,
            text=True,
            errors="replace",
            timeout=COMMAND_TIMEOUT,
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        problem = "is not there" if isinstance(error, FileNotFoundError) else "does not answer"
        raise EngineUnreachableError(f"Slurm cannot be asked: its command {command[0]} {problem}.") from None
    if completed.returncode:
        message = " ".join(completed.stderr.split())[:200] or f"exit status {completed.returncode}"
        if "nable to contact" in message or "ocket timed out" in message:
            raise EngineUnreachableError(f"Slurm cannot be asked: {message}.")
        raise RevisionError(f"Slurm refused: {message}.")
    return completed.stdout


SLURM = SlurmJobs()
