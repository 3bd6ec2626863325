"""How workers are started and watched: the interface of an engine, and the engine for processes of this machine."""

import math
import os
import re
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Protocol

import psutil

from aae_core import files, owners, places
from aae_core.errors import AAEError, ConfigError, unknown_name_error
from aae_core.places import CODE_FOLDER
from aae_core.runs import limits
from aae_core.store import status as statuses
from aae_core.store.revisions import Revision
from aae_core.store.status import Status
from aae_core.training import machine

OPTION_RANGES = {"cpus": (0.01, 1024), "gpus": (0, 64), "resource": None, "keep_every": (1, 1e6)}  # of the options
PASSED_VARIABLES = "AAE_CHECKPOINTS", "AAE_DATA", "AAE_PLUGINS", "PYTHONPATH"
RESOURCE_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_-]{0,59}")
FOREIGN_SILENCE = 60.0  # seconds without news of another machine's worker after which its lock is tried


def start_module(
    module_name: str, *arguments: str, extra_environment: dict[str, str] | None = None, **streams
) -> subprocess.Popen:
    """Start `python -m module` in a session of its own, in the environment of a training. extra_environment: variables
    that take precedence; streams: stdin, stdout and stderr, as for `subprocess.Popen`."""
    command = [sys.executable, "-m", module_name, *arguments]
    environment = os.environ | training_environment() | (extra_environment or {})
    return subprocess.Popen(command, cwd=CODE_FOLDER, env=environment, start_new_session=True, **streams)


def training_environment() -> dict[str, str]:
    """The variables on which a training depends, with absolute paths."""
    available = machine.ENVIRONMENT | os.environ  # values set by the user take precedence
    variables = {name: available[name] for name in (*machine.ENVIRONMENT, *PASSED_VARIABLES) if name in available}
    for variable in ("AAE_DATA", "AAE_CHECKPOINTS"):
        if variables.get(variable):
            variables[variable] = os.path.abspath(variables[variable])
    if file := limits.limits_file_path():
        variables[limits.SHARED_VARIABLE] = os.path.abspath(file)
    if path := variables.get("PYTHONPATH"):  # where plug-ins are found
        variables["PYTHONPATH"] = os.pathsep.join(map(os.path.abspath, path.split(os.pathsep)))
    return variables


def remote_training_environment(engine_options: "EngineOptions") -> dict[str, str]:
    """As `training_environment`, for a training on another machine: with the same data folder as here, and at most as
    many threads as the processors that it asks for."""
    remote_variables = {
        "AAE_DATA": str(places.data_root()),
        machine.CORES_VARIABLE: str(max(1, int(engine_options.cpus))),
    }
    return training_environment() | remote_variables


def start_worker(path: Path, *arguments: str, extra_environment: dict[str, str] | None = None) -> subprocess.Popen:
    """Start a worker on the revision in the folder `path`, with its output appended to worker.log there.
    extra_environment: as for `start_module`. RevisionError if that fails."""
    path = path.resolve()
    with files.raise_os_errors_as(path / "worker.log"):
        log_file = open(path / "worker.log", "ab", opener=files.nofollow_opener)  # noqa: SIM115  (closed below)
    with log_file, files.raise_os_errors_as(path, "started"):
        module = "aae_core.runs.worker"
        return start_module(
            module,
            str(path),
            *arguments,
            extra_environment=extra_environment,
            stdin=subprocess.DEVNULL,
            stdout=log_file,
            stderr=log_file,
        )


def memory_limit_arguments(revision: Revision) -> list[str]:
    """The arguments that limit a worker's memory on a shared server; none elsewhere. A training without an owner is
    explicitly unlimited, because the worker of a visitor, which is limited, may launch it when it ends."""
    if (shared_limits := limits.shared_server_limits()) is None:
        return []
    return ["--memory", "0" if owners.read_owner(revision.path) is None else f"{shared_limits.each.memory:g}"]


def remote_worker_arguments(engine_options: "EngineOptions", revision: Revision) -> list[str]:
    """The arguments of a worker on another machine: those of `memory_limit_arguments`, and how often it saves a
    checkpoint."""
    return ["--checkpoint-seconds", f"{engine_options.keep_every:g}", *memory_limit_arguments(revision)]


@dataclass(frozen=True)
class EngineOptions:
    """What a training asks of a cluster. cpus, gpus: numbers, below 1 a share of one; resource: a custom resource, of
    which it takes one; keep_every: seconds between checkpoints, which are written over the network."""

    cpus: float = 1.0
    gpus: float = 0.0
    resource: str = ""
    keep_every: float = 60.0


def parse_engine_options(text: str) -> EngineOptions:
    """The EngineOptions in a text such as "cpus=2 gpus=0.5 resource=sweep"; ConfigError for an unknown key or an
    invalid value."""
    values = {}
    for part in text.split():
        key, _, value = part.partition("=")
        if key not in OPTION_RANGES:
            raise unknown_name_error("engine option", key, OPTION_RANGES)
        if key == "resource":
            if not RESOURCE_NAME.fullmatch(value):
                raise ConfigError(f"resource must be a name of letters, digits, _ and -, not {value[:40]!r}.")
            values[key] = value
            continue
        low, high = OPTION_RANGES[key]
        try:
            values[key] = float(value)
        except ValueError:
            values[key] = math.nan
        may_be_fraction = key == "keep_every" or values[key] <= 1
        is_allowed = low <= values[key] <= high and (may_be_fraction or values[key].is_integer())
        if not is_allowed:
            clause = "" if key == "keep_every" else ", whole above 1"
            raise ConfigError(f"{key} must be a number from {low:g} to {high:,.0f}{clause}, not {value[:40]!r}.")
    return EngineOptions(**values)


class EngineUnreachableError(AAEError):
    """An engine cannot be reached, so that nothing is known about its workers."""


class Launcher(Protocol):
    """An engine: it starts, watches and withdraws workers. name: its key in `engines.ENGINES`. has_queue: whether it
    has a scheduler of its own, which is given trainings as soon as they are queued."""

    name = ""
    has_queue = False

    def launch(self, revision: Revision) -> dict:
        """Start a worker for the revision, and return the fields of a Status that identify it. RevisionError or
        ConfigError, with which the training fails, if that is impossible; EngineUnreachableError, which leaves it in the
        queue, if the engine cannot be reached."""

    def check_reachable(self) -> None:
        """Raise EngineUnreachableError, with the reason, if the engine cannot be reached."""

    def is_alive(self, status: Status) -> bool | None:
        """Whether the worker that a status names is alive, or waits for its turn; None if the engine cannot be
        reached."""

    def cancel_launch(self, status: Status) -> bool:
        """Cancel a launch whose worker has not begun. False if that is impossible: the worker will then find the
        request."""
        return False

    def was_lost_with_engine(self, status: Status) -> bool:
        """Whether a worker was lost because the whole engine was, so that its training is queued again."""
        return False

    def waiting_reason(self, status: Status) -> str:
        """Why a training that was given to the engine waits, or what is not known about it, in a sentence; "" for
        nothing."""
        return ""


class LocalProcess(Launcher):
    """Workers as processes of this machine, each in a session of its own, so that it outlives the server.

    arguments: further arguments of `python -m aae_core.runs.worker`, such as "--device", "cpu". start_process: what starts one,
    as `start_worker` does; a server may have a process waiting for it (`warm_worker`).
    """

    name = "local"

    def __init__(self, *arguments: str):
        self.arguments = arguments
        self.start_process: Callable[..., subprocess.Popen] = start_worker
        self._children: list[subprocess.Popen] = []

    def launch(self, revision: Revision) -> dict:
        """Start `python -m aae_core.runs.worker` on the revision, with its output in worker.log there."""
        child = self.start_process(revision.path, *memory_limit_arguments(revision), *self.arguments)
        self._children.append(child)
        start_time = psutil.Process(child.pid).create_time()
        return {"engine": self.name, "host": files.HOST, "pid": child.pid, "started": start_time}

    def is_alive(self, status: Status) -> bool:
        """Whether the process with this id and start time is alive; children that have ended are reaped on this
        occasion. A worker of another machine that shares the store counts as alive until its heartbeat stands still for
        FOREIGN_SILENCE."""
        if status.host not in ("", files.HOST):
            return seconds_since_heartbeat_changed(status) <= FOREIGN_SILENCE
        self._children = [child for child in self._children if child.poll() is None]
        return statuses.is_process_alive(status.pid, status.started)


LOCAL = LocalProcess()


def seconds_since_heartbeat_changed(status: Status) -> float:
    """Seconds since this process first saw the heartbeat that a worker's status now has, 0 if it sees it for the first
    time. Only the clock of this machine is used, since those of two machines may differ."""
    now = time.monotonic()
    return max(
        0.0, now - _time_heartbeat_first_seen(status.host, status.pid, status.started, status.worker, status.heartbeat)
    )


@lru_cache(maxsize=4096)
def _time_heartbeat_first_seen(*_heartbeat) -> float:
    return time.monotonic()
