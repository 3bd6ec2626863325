"""Trainings on a Ray cluster: each is a detached actor (`jobs/ray_actor`), which Ray starts again if its machine is lost.

Ray's own scheduler is the queue. This process does not connect to Ray itself, because Ray ends a process that loses the cluster's
head. A child process (`jobs/ray_bridge`) connects to it and answers questions. If it does not answer, nothing is known about the
trainings, and none is declared dead.
"""

import json
import os
import secrets
import socket
import subprocess
import threading
import time
import zlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from queue import Empty, SimpleQueue

from aae_core import places
from aae_core.errors import ConfigError
from aae_core.scheduling import launchers
from aae_core.scheduling.launchers import Away, Cluster, Options
from aae_core.store.revisions import Revision
from aae_core.store.status import Status

VARIABLE, ADDRESS, PORT = "AAE_RAY_ADDRESS", "127.0.0.1:6379", 6379
BEGINNING = 20.0  # seconds to wait for the first answer, without which a command can do nothing; it takes about two
PATIENCE = 5.0  # seconds to wait for another answer, as a page must; a later one is read on the next occasion
HUNG = 60.0  # seconds without an answer after which the child is ended
AGAIN = 10.0  # seconds between two attempts to reach a cluster
QUIET = 15.0  # seconds without a heartbeat after which the user is told
ALONE = 60.0  # seconds without an actor after which a placement group is removed, when its bridge has been ended, too


@dataclass(frozen=True)
class View:
    """The state of a cluster. names: of the actors that wait or are alive; session: a name that changes whenever the head is
    started; machines: [host name, resources] of each that is alive; free: the free resources of all machines together."""

    names: frozenset[str] = frozenset()
    session: str = ""
    machines: list[list] = field(default_factory=list)
    free: dict[str, float] = field(default_factory=dict)

    def __contains__(self, name: str) -> bool:
        return name in self.names


class Bridge:
    """The child process that is connected to the cluster; it is started when needed, and again if it has ended."""

    def __init__(self):
        self._lock, self._child, self._answers = threading.Lock(), None, SimpleQueue()
        self._owed, self._since, self._next, self.why = False, 0.0, 0.0, ""

    def ask(self, **question) -> dict:
        """The answer to a request of `jobs/ray_bridge`; Away if there is none in time."""
        with self._lock:
            patience = self._reach()
            try:
                self._child.stdin.write(json.dumps(question).encode() + b"\n")
                self._child.stdin.flush()
            except OSError:
                self._gone("the connection to it broke off")
            self._owed, self._since = True, time.monotonic()
            answer = self._collect(patience)
            if answer is None:
                self.why = f"{address()} did not answer in time"
                raise Away(self.why)
            if "away" in answer:
                self._gone(answer["away"])
            return answer

    def _reach(self):
        """Make sure that the child can be asked, and return how many seconds its answer may take; Away if it cannot."""
        now = time.monotonic()
        if self._owed:  # a late answer may have come meanwhile
            self._collect(0.0)
        hung = self._owed and now - self._since > HUNG
        if self._child and (hung or self._child.poll() is not None):
            self.end()
        if self._owed or (not self._child and now < self._next):
            raise Away(self.why)
        if self._child:
            return PATIENCE
        patience, self._next = PATIENCE if self._next else BEGINNING, now + AGAIN
        self._begin()
        return patience

    def _begin(self):
        where = address()
        host, _, port = where.rpartition(":")
        try:
            socket.create_connection((host.strip("[]"), int(port)), 1.0).close()
        except (OSError, ValueError, OverflowError) as error:
            bare = ":" in host and not host.startswith("[")
            hint = "; write an address of IPv6 in brackets, as in [fd00::1]:6379" if bare else ""
            self.why = f"{where} does not answer ({getattr(error, 'strerror', None) or error}){hint}"
            raise Away(self.why) from None
        pipe = subprocess.PIPE
        self._child = launchers.process(
            "aae_core.jobs.ray_bridge", where, stdin=pipe, stdout=pipe, stderr=subprocess.DEVNULL
        )
        self._answers = SimpleQueue()
        threading.Thread(target=_read, args=(self._child.stdout, self._answers), daemon=True).start()

    def _collect(self, patience):
        """The answer that is owed; None if it does not come in time."""
        try:
            answer = self._answers.get(timeout=patience)
        except Empty:
            return None
        self._owed = False
        return answer

    def _gone(self, why):
        self.end()
        self.why = why
        raise Away(why)

    def end(self) -> None:
        """End the child; the actors go on."""
        if self._child:
            self._child.kill()
            self._child.wait()
            self._child.stdin.close()
        self._child, self._owed = None, False


def _read(stream, answers):
    with stream:
        for line in stream:
            answers.put(json.loads(line))
    answers.put({"away": "the connection to it broke off"})


def address() -> str:
    """HOST:PORT of the cluster's head: $AAE_RAY_ADDRESS, by default on this machine; PORT may be left out. An address of IPv6
    stands in brackets."""
    location = os.environ.get(VARIABLE) or ADDRESS
    return location if ":" in location and not location.endswith("]") else f"{location}:{PORT}"


class RayActors(Cluster):
    """Trainings as actors of a Ray cluster."""

    name = "ray"

    def __init__(self):
        super().__init__()
        self._bridge = Bridge()

    def launch(self, revision: Revision) -> dict:
        """Create an actor for the revision, with a name that is unique to this launch. ConfigError for several processes that ask
        for a share of a GPU each; Away if the cluster cannot be reached."""
        engine_options, processes = launchers.options(revision.status.asks), revision.config.processes
        if processes > 1 and 0 < engine_options.gpus < 1:
            raise ConfigError("Several processes need a GPU each; ask for gpus=1, or for none, in --engine-options.")
        view, options = self._seen(fresh=False), launchers.elsewhere(engine_options, revision)
        store, environment = revision.path.parent.resolve(), launchers.environment(engine_options)
        name = f"aae-{view.session[:8]}-{kind(engine_options, processes, options)}-{_of(store)}{secrets.token_hex(6)}"
        request = {"name": name, "store": str(store), "environment": environment}
        self._bridge.ask(do="launch", **request, options=options, asks=_asks(engine_options), processes=processes)
        return {"engine": self.name, "worker": name, "host": ""}

    def lost(self, status: Status) -> bool:
        """Whether the cluster's head was started again after this launch, so that it does not know the actor."""
        try:
            return status.worker.split("-")[1:2] != [self._seen(fresh=False).session[:8]]
        except Away:
            return False

    def told(self, status: Status) -> str:
        """That the cluster does not answer, what a training waits for there, or that its machine seems lost; "" for nothing."""
        try:
            view = self._seen(fresh=False)
        except Away as error:
            return (
                f"The Ray cluster cannot be reached: {error}. Whether this training goes on is not known, so it is "
                f"left as it is; start the cluster again, or set {VARIABLE} to its address."
            )
        if status.state == "queued":
            begins = f"Ray starts its worker on {status.host}." if status.host else ""
            return begins or (_why_waiting(status, view) if status.launched else "")
        if status.host not in {host for host, _ in view.machines}:
            return f"The machine {status.host} was lost; Ray starts the training again on another one, from its last checkpoint."
        silence = launchers.silence(status)
        if silence < QUIET:
            return ""
        return (
            f"Nothing was heard of its worker on {status.host} for {silence:.0f} s. If it was lost, Ray starts it again by "
            "itself, from the last checkpoint."
        )

    def end(self) -> None:
        """End the connection; the trainings go on."""
        self._bridge.end()

    def _cancel(self, worker):
        self._bridge.ask(do="withdraw", name=worker)

    def _look(self) -> View:
        answer = self._bridge.ask(do="view", groups=groups(places.checkpoints().resolve()), alone=ALONE)
        return View(**answer | {"names": frozenset(answer["names"])})


def kind(engine_options: Options, processes: int = 1, options: Sequence[str] = ()) -> str:
    """A name for actors that ask for the same resources, with the same number of processes and the same arguments of the worker:
    those of one kind can take each other's trainings."""
    return f"{zlib.crc32(repr((engine_options, *options)).encode()):08x}x{processes}"


def groups(store: Path) -> str:
    """A regular expression for the names of launches from a store with several processes, and of their placement groups."""
    return rf"aae-[0-9a-f]*-[0-9a-f]{{8}}x(?!1-)\d+-{_of(store)}[0-9a-f]{{12}}"


def _of(store):
    """The part of a launch's name that identifies the store."""
    return f"{zlib.crc32(os.fsencode(store)):08x}"


def _asks(engine_options) -> dict:
    """The Options as resources of Ray."""
    own = {engine_options.resource: 1} if engine_options.resource else {}
    return {"num_cpus": engine_options.cpus, "num_gpus": engine_options.gpus, "resources": own}


def _why_waiting(status, view):
    engine_options, processes = launchers.options(status.asks), int(status.worker.split("-")[2].partition("x")[2] or 1)
    needed = {"CPU": engine_options.cpus, "GPU": engine_options.gpus, engine_options.resource: 1.0}
    needed = {name: amount for name, amount in needed.items() if name and amount}
    words = ", ".join(f"{amount:g} {name}" for name, amount in needed.items())
    words += f" for each of {processes} processes" if processes > 1 else ""
    if sum(_room(resources, needed) for _, resources in view.machines) < processes:
        subject = (
            "No machine of the Ray cluster has" if processes == 1 else "The machines of the Ray cluster do not have"
        )
        return (
            f"{subject} what this training asks for ({words}); it waits until one joins, or stop it and start it with other "
            "--engine-options."
        )
    if _room(view.free, needed) >= processes:
        return "Ray starts its worker."
    total_cpus = sum(resources.get("CPU", 0.0) for _, resources in view.machines)
    free = f"{total_cpus - view.free.get('CPU', 0.0):g} of its {total_cpus:g} processors are in use"
    return f"The Ray cluster is full: {free}. This training waits for its turn ({words})."


def _room(available, needed):
    """How many processes, each of which needs the resources `needed`, find room in `has`."""
    return int(min(available.get(name, 0.0) / amount for name, amount in needed.items()))


RAY = RayActors()
