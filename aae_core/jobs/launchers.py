"""How a worker is started and watched: as a process of this machine. Another kind of machine is another `Launcher`."""

import os
import subprocess
import sys
from pathlib import Path
from typing import Protocol

import psutil

from aae_core import files
from aae_core.places import CODE
from aae_core.store import status as statuses
from aae_core.store.revisions import Revision
from aae_core.store.status import Status
from aae_core.training import machine

LOG_LINES, LOG_BYTES = 40, 16_384  # shown of a worker's log


def process(module: str, *arguments: str, **streams) -> subprocess.Popen:
    """`python -m module` in a session of its own, in the environment of a training; streams: as `subprocess.Popen` has them."""
    environment = machine.ENVIRONMENT | os.environ  # values set by the user take precedence
    for variable in ("AAE_DATA", "AAE_CHECKPOINTS"):
        if environment.get(variable):
            environment[variable] = os.path.abspath(environment[variable])
    if path := environment.get("PYTHONPATH"):  # plug-ins are found by it
        environment["PYTHONPATH"] = os.pathsep.join(map(os.path.abspath, path.split(os.pathsep)))
    command = [sys.executable, "-m", module, *arguments]
    return subprocess.Popen(command, cwd=CODE, env=environment, start_new_session=True, **streams)


class Launcher(Protocol):
    """How a worker is started and checked; training on a cluster would be another implementation."""

    def launch(self, revision: Revision) -> dict:
        """Start a worker for the revision; returns pid and started of its process, as fields of a Status."""

    def alive(self, status: Status) -> bool:
        """Whether the worker that the status names is still alive."""


class LocalProcess:
    """Workers as processes of this machine, each in a session of its own, so that it outlives the server.

    arguments: further ones for `python -m aae_core.jobs.worker`, such as "--device", "cpu".
    """

    def __init__(self, *arguments: str):
        self.arguments = arguments
        self._children: list[subprocess.Popen] = []

    def launch(self, revision: Revision) -> dict:
        """Start `python -m aae_core.jobs.worker` on the revision, its output going to worker.log there."""
        path = revision.path.resolve()
        with files.explained(path / "worker.log"):
            log = open(path / "worker.log", "ab", opener=files.itself)  # noqa: SIM115  (closed below)
        with log, files.explained(path, "started"):
            arguments = str(path), *self.arguments
            child = process("aae_core.jobs.worker", *arguments, stdin=subprocess.DEVNULL, stdout=log, stderr=log)
        self._children.append(child)
        return {"pid": child.pid, "started": psutil.Process(child.pid).create_time()}

    def alive(self, status: Status) -> bool:
        """Whether that very process is alive; child processes that have ended are reaped on the way."""
        self._children = [child for child in self._children if child.poll() is None]
        return statuses.alive(status.pid, status.started)


LOCAL = LocalProcess()


def log_end(path: Path) -> str:
    """The last LOG_LINES lines (at most LOG_BYTES) printed by the worker of the revision in a folder, without absolute
    paths; "" for none."""
    try:
        with open(path / "worker.log", "rb", opener=files.itself) as log:
            log.seek(max(0, log.seek(0, os.SEEK_END) - LOG_BYTES))
            text = log.read(LOG_BYTES).decode(errors="replace")
    except OSError:
        return ""
    text = "".join(c for c in text if c.isprintable() or c in "\n\t")
    for folder in (path, CODE, Path(sys.prefix), Path.home()):
        text = text.replace(f"{folder}{os.sep}", "")
    return "\n".join(text.splitlines()[-LOG_LINES:])
