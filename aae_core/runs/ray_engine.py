"""Trainings on a Ray cluster: each is a detached actor (`runs/ray_actor`), which Ray starts again if its machine is
lost.

Ray's own scheduler is the queue. This process does not connect to Ray itself, because Ray ends a process that loses the
cluster's head. A child process (`runs/ray_bridge`) connects to it and answers questions. If it does not answer, nothing
is known about the trainings, and none is declared dead.
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
from queue import Empty, SimpleQueue

from aae_core import files
from aae_core.runs import launchers
from aae_core.runs.launchers import EngineOptions, EngineUnreachableError, Launcher
from aae_core.store.revisions import Revision
from aae_core.store.status import Status
from aae_core.wording import translate

ADDRESS_VARIABLE, DEFAULT_ADDRESS, DEFAULT_PORT = "AAE_RAY_ADDRESS", "127.0.0.1:6379", 6379
# seconds to wait for the first answer, without which a command can do nothing; it takes about two
FIRST_ANSWER_TIMEOUT = 20.0
ANSWER_TIMEOUT = 5.0  # seconds to wait for another answer, as a page must; a later one is read on the next occasion
CHILD_TIMEOUT = 60.0  # seconds without an answer after which the child is ended
RETRY_SECONDS = 10.0  # seconds between two attempts to reach a cluster
VIEW_SECONDS = 1.0  # seconds for which what was seen of a cluster is taken for its state, at least
MAX_POLLING_SHARE = 0.05  # share of the time that looking at a cluster may take
QUIET_SECONDS = 15.0  # seconds without a heartbeat after which the user is told


@dataclass(frozen=True)
class ClusterView:
    """The state of a cluster. names: of the actors that wait or are alive; session: a name that changes whenever the
    head is started; machines: [host name, resources] of each that is alive; free: the free resources of all machines
    together."""

    names: frozenset[str] = frozenset()
    session: str = ""
    machines: list[list] = field(default_factory=list)
    free: dict[str, float] = field(default_factory=dict)


class RayBridge:
    """The child process that is connected to the cluster; it is started when needed, and again if it has ended."""

    def __init__(self):
        self._lock, self._child, self._answers = threading.Lock(), None, SimpleQueue()
        self._is_answer_due, self._asked_at, self._next_attempt_at, self.unreachable_reason = False, 0.0, 0.0, ""

    def ask(self, **question) -> dict:
        """The answer to a request of `runs/ray_bridge`; EngineUnreachableError if there is none in time."""
        with self._lock:
            answer_timeout = self._ensure_child()
            try:
                self._child.stdin.write(json.dumps(question).encode() + b"\n")
                self._child.stdin.flush()
            except OSError:
                self._fail_unreachable("the connection to it broke off")
            self._is_answer_due, self._asked_at = True, time.monotonic()
            answer = self._receive_answer(answer_timeout)
            if answer is None:
                self.unreachable_reason = f"{cluster_address()} did not answer in time"
                raise EngineUnreachableError(self.unreachable_reason)
            if "unreachable_reason" in answer:
                self._fail_unreachable(answer["unreachable_reason"])
            return answer

    def _ensure_child(self) -> float:
        """Make sure that the child can be asked, and return how many seconds its answer may take; EngineUnreachableError if
        it cannot."""
        now = time.monotonic()
        if self._is_answer_due:  # a late answer may have come meanwhile
            self._receive_answer(0.0)
        is_hung = self._is_answer_due and now - self._asked_at > CHILD_TIMEOUT
        if self._child and (is_hung or self._child.poll() is not None):
            self.end_child()
        if self._is_answer_due or (not self._child and now < self._next_attempt_at):
            raise EngineUnreachableError(self.unreachable_reason)
        if self._child:
            return ANSWER_TIMEOUT
        is_first_attempt = not self._next_attempt_at
        self._next_attempt_at = now + RETRY_SECONDS
        self._start_child()
        return FIRST_ANSWER_TIMEOUT if is_first_attempt else ANSWER_TIMEOUT

    def _start_child(self):
        target = cluster_address()
        host, _, port = target.rpartition(":")
        try:
            socket.create_connection((host.strip("[]"), int(port)), 1.0).close()
        except (OSError, ValueError, OverflowError) as error:
            lacks_brackets = ":" in host and not host.startswith("[")
            hint = "; write an address of IPv6 in brackets, as in [fd00::1]:6379" if lacks_brackets else ""
            self.unreachable_reason = f"{target} does not answer ({getattr(error, 'strerror', None) or error}){hint}"
            raise EngineUnreachableError(self.unreachable_reason) from None
        pipe = subprocess.PIPE
        try:
            self._child = launchers.start_module(
                "aae_core.runs.ray_bridge", target, stdin=pipe, stdout=pipe, stderr=subprocess.DEVNULL
            )
        except OSError as error:
            self._fail_unreachable(files.os_error_message(error, "The process that asks it", "started").rstrip("."))
        self._answers = SimpleQueue()
        threading.Thread(target=_read_answers, args=(self._child.stdout, self._answers), daemon=True).start()

    def _receive_answer(self, answer_timeout):
        """The answer that is owed; None if it does not come in time."""
        try:
            answer = self._answers.get(timeout=answer_timeout)
        except Empty:
            return None
        self._is_answer_due = False
        return answer

    def _fail_unreachable(self, reason):
        self.end_child()
        self.unreachable_reason = reason
        raise EngineUnreachableError(reason)

    def end_child(self) -> None:
        """End the child; the actors go on."""
        if self._child:
            self._child.kill()
            self._child.wait()
            self._child.stdin.close()
        self._child, self._is_answer_due = None, False


def _read_answers(stream, answers):
    with stream:
        for line in stream:
            answers.put(json.loads(line))
    answers.put({"unreachable_reason": "the connection to it broke off"})


def cluster_address() -> str:
    """HOST:PORT of the cluster's head: $AAE_RAY_ADDRESS, by default on this machine; PORT may be left
    out. An address of IPv6 stands in brackets."""
    location = os.environ.get(ADDRESS_VARIABLE) or DEFAULT_ADDRESS
    return location if ":" in location and not location.endswith("]") else f"{location}:{DEFAULT_PORT}"


class RayActors(Launcher):
    """Trainings as actors of a Ray cluster. What is seen of it is kept for a moment, at least VIEW_SECONDS seconds."""

    name, has_queue = "ray", True

    def __init__(self):
        self._bridge = RayBridge()
        self._lock, self._view, self._view_expires_at, self._unreachable_reason = threading.Lock(), None, 0.0, ""

    def check_reachable(self) -> None:
        """Raise EngineUnreachableError if the cluster does not answer."""
        self._cached_cluster_view(fresh=False)

    def is_alive(self, status: Status) -> bool | None:
        """Whether the cluster still has the launch, which may wait, train, or be restarting; None if it cannot be
        reached."""
        try:
            if status.worker in self._cached_cluster_view(fresh=False).names:
                return True
            # it may have been launched since that view was taken
            return status.worker in self._cached_cluster_view(fresh=True).names
        except EngineUnreachableError:
            return None

    def cancel_launch(self, status: Status) -> bool:
        """Cancel a launch that waits for its turn; False if the cluster cannot be reached."""
        try:
            self._bridge.ask(action="withdraw", name=status.worker)
        except EngineUnreachableError:
            return False
        return True

    def launch(self, revision: Revision) -> dict:
        """Create an actor for the revision, with a name that is unique to this launch. EngineUnreachableError if the
        cluster cannot be reached."""
        engine_options = launchers.parse_engine_options(revision.status.asks)
        view = self._cached_cluster_view(fresh=False)
        worker_arguments = launchers.remote_worker_arguments(engine_options, revision)
        store, environment = revision.path.parent.resolve(), launchers.remote_training_environment(engine_options)
        kind = actor_kind_name(engine_options, worker_arguments)
        actor_name = f"aae-{view.session[:8]}-{kind}-{secrets.token_hex(10)}"
        request = {"name": actor_name, "store": str(store), "environment": environment}
        self._bridge.ask(
            action="launch",
            **request,
            options=worker_arguments,
            resource_options=_ray_resources(engine_options),
        )
        return {"engine": self.name, "worker": actor_name, "host": ""}

    def was_lost_with_engine(self, status: Status) -> bool:
        """Whether the cluster's head was started again after this launch, so that it does not know the actor."""
        try:
            return status.worker.split("-")[1:2] != [self._cached_cluster_view(fresh=False).session[:8]]
        except EngineUnreachableError:
            return False

    def waiting_reason(self, status: Status) -> str:
        """That the cluster does not answer, what a training waits for there, or that its machine seems lost; "" for
        nothing."""
        try:
            view = self._cached_cluster_view(fresh=False)
        except EngineUnreachableError as error:
            return translate(
                "The Ray cluster cannot be reached: {error}. Whether this training goes on is not known, so it is left as it is; "
                "start the cluster again, or set {variable} to its address.",
                error=str(error),
                variable=ADDRESS_VARIABLE,
            )
        if status.state == "queued":
            if status.host:
                return translate("Ray starts its worker on {machines}.", machines=status.host)
            return _resource_waiting_reason(status, view) if status.awaits_worker_report else ""
        if status.host not in {host for host, _ in view.machines}:
            return translate(
                "The machine {machine} was lost; Ray starts the training again on another one, from its last checkpoint.",
                machine=status.host,
            )
        quiet_seconds = launchers.seconds_since_heartbeat_changed(status)
        if quiet_seconds < QUIET_SECONDS:
            return ""
        return translate(
            "Nothing was heard of its worker on {machine} for {seconds} s. If it was lost, Ray starts it again by itself, from "
            "the last checkpoint.",
            machine=status.host,
            seconds=f"{quiet_seconds:.0f}",
        )

    def disconnect(self) -> None:
        """End the connection; the trainings go on."""
        self._bridge.end_child()

    def _cached_cluster_view(self, fresh: bool) -> ClusterView:
        """What was seen of the cluster a moment ago or, if `fresh`, is seen now; EngineUnreachableError if it does not
        answer."""
        with self._lock:
            start_time = time.monotonic()
            is_current = start_time < self._view_expires_at
            if is_current and self._view is None:
                raise EngineUnreachableError(self._unreachable_reason)
            if fresh or not is_current:
                self._view, self._view_expires_at = None, start_time
                try:
                    answer = self._bridge.ask(action="view")
                except EngineUnreachableError as error:
                    self._unreachable_reason = str(error)
                    raise
                self._view = ClusterView(**answer | {"names": frozenset(answer["names"])})
                now = time.monotonic()
                self._view_expires_at = now + max(VIEW_SECONDS, (now - start_time) / MAX_POLLING_SHARE)
            return self._view


def actor_kind_name(engine_options: EngineOptions, worker_arguments: Sequence[str] = ()) -> str:
    """A name for actors that ask for the same resources, with the same arguments of the worker: those of one kind can
    take each other's trainings."""
    return f"{zlib.crc32(repr((engine_options, *worker_arguments)).encode()):08x}"


def _ray_resources(engine_options) -> dict:
    """The EngineOptions as resources of Ray."""
    custom_resources = {engine_options.resource: 1} if engine_options.resource else {}
    return {"num_cpus": engine_options.cpus, "num_gpus": engine_options.gpus, "resources": custom_resources}


def _resource_waiting_reason(status, view) -> str:
    engine_options = launchers.parse_engine_options(status.asks)
    needed_resources = {"CPU": engine_options.cpus, "GPU": engine_options.gpus, engine_options.resource: 1.0}
    needed_resources = {name: amount for name, amount in needed_resources.items() if name and amount}
    resources_text = ", ".join(f"{amount:g} {name}" for name, amount in needed_resources.items())
    if not any(_has_room_for(needed_resources, resources) for _, resources in view.machines):
        return translate(
            "No machine of the Ray cluster has what this training asks for ({resources}); it waits until one joins, or stop "
            "it and start it with other --engine-options.",
            resources=resources_text,
        )
    if _has_room_for(needed_resources, view.free):
        return translate("Ray starts its worker.")
    total_cpus = sum(resources.get("CPU", 0.0) for _, resources in view.machines)
    return translate(
        "The Ray cluster is full: {used} of its {total} processors are in use. This training waits for its turn ({resources}).",
        used=f"{total_cpus - view.free.get('CPU', 0.0):g}",
        total=f"{total_cpus:g}",
        resources=resources_text,
    )


def _has_room_for(needed_resources, available_resources) -> bool:
    """Whether a training that needs the resources `needed_resources` finds room in `available_resources`."""
    return all(available_resources.get(name, 0.0) >= amount for name, amount in needed_resources.items())


RAY = RayActors()
