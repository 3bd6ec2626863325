"""The actor that runs on a machine of a Ray cluster: it starts the project's own worker for one training, and ends with
it.

If several processes compute the training, the actor starts the first of them, and another actor for each of the others,
which end with it. Their places are reserved together, as a placement group. If one of their machines is lost, the first
actor ends as if its own machine had been lost, and Ray starts it again: all processes continue from the last
checkpoint.

Ray starts waiting actors in no particular order. Therefore, an actor whose turn has come takes the training that has
waited longest among those whose actors ask for the same resources, and leaves its own training to that training's
actor: in the store, the two trainings exchange their launches.
"""

import os
import random
import socket
import subprocess
import threading
from contextlib import ExitStack, suppress
from pathlib import Path

from aae_core import files
from aae_core.errors import RevisionError
from aae_core.jobs import distributed
from aae_core.scheduling import launchers
from aae_core.store import status as statuses
from aae_core.store.revisions import Revision

PORT_RANGE = 20_000, 32_000  # for the first process, where the others reach it
POLL_SECONDS = 0.5  # seconds between two looks at the first process
LOCK_WAIT = 600.0  # seconds; a server holds the lock while it launches, and the lock of a machine that died may persist


class Trainer:
    """An actor whose constructor has a training computed; Ray runs it again on another machine if this one is lost.

    The actor ends when the worker does, for whatever reason: a training that failed or was killed is not repeated
    automatically. name: of the launch. store: the folder of revisions. environment, options: variables and arguments
    for the worker. resource_options: the resources of each process, as Ray's options. processes: how many compute the
    training.
    """

    def __init__(
        self,
        name: str,
        store: str,
        environment: dict[str, str],
        options: list[str],
        resource_options: dict,
        processes: int,
    ):
        import ray

        actor, group = ray.get_runtime_context().current_actor, ray.util.get_current_placement_group()
        path = assigned_training(Path(store), name)

        def compute_training():
            try:
                if path and group:
                    peer_class = ray.remote(PeerProcess)
                    strategies = [placement_strategy(group, rank) for rank in range(1, processes)]
                    peers = [
                        peer_class.options(**resource_options, scheduling_strategy=strategy).remote()
                        for strategy in strategies
                    ]
                    train_with_peers(peers, path, name, environment, options)
                elif path:
                    start_worker(path, name, environment, *options).wait()
            finally:
                # removing the group may end the actor before it can end itself; then
                # `ray_bridge.remove_abandoned_groups` does that
                if group:
                    ray.util.remove_placement_group(group)
                ray.kill(actor, no_restart=True)

        # the system ends a worker together with the thread that started it
        threading.Thread(target=compute_training, daemon=True).start()


class PeerProcess:
    """An actor that starts another process of a training; it ends with the Trainer that created it."""

    def begin(self, path: str, name: str, environment: dict[str, str], options: list[str]) -> None:
        """Start the worker, whose place among the processes is given by the environment."""
        self.worker = start_worker(Path(path), name, environment, *options)

    def wait_for_end(self) -> tuple[int, str]:
        """Wait for the worker to end; its exit status, and the name of this machine."""
        return self.worker.wait(), files.HOST


def placement_strategy(group, index: int):
    """The scheduling strategy that creates an actor in the place `index` of a placement group."""
    from ray.util.scheduling_strategies import PlacementGroupSchedulingStrategy

    return PlacementGroupSchedulingStrategy(group, placement_group_bundle_index=index)


def train_with_peers(peers: list, path: Path, name: str, environment: dict[str, str], options: list[str]) -> None:
    """Compute a training with a first process here and one for each of the other actors, until the first has ended. If
    another actor is lost, end this one as if it had failed, so that Ray starts it again."""
    import ray

    size, address = len(peers) + 1, ray.util.get_node_ip_address()
    environment |= {"MASTER_ADDR": address, "MASTER_PORT": str(_free_port()), "WORLD_SIZE": str(size)}
    environments = [environment | {"RANK": str(rank)} for rank in range(size)]
    try:
        calls = [
            actor.begin.remote(str(path), name, peer_environment, options)
            for actor, peer_environment in zip(peers, environments[1:], strict=True)
        ]
        ray.get(calls)
        first_worker = start_worker(path, name, environments[0], *options, "--reads-endings", stdin=subprocess.PIPE)
        number_by_call = {actor.wait_for_end.remote(): number for number, actor in enumerate(peers, 2)}
        while number_by_call and first_worker.poll() is None:
            for ref in ray.wait(list(number_by_call), timeout=POLL_SECONDS)[0]:
                code, host = ray.get(ref)
                number = number_by_call.pop(ref)
                if code:
                    with suppress(OSError):  # it has ended
                        first_worker.stdin.write(
                            f"{distributed.process_end_message(number, size, code, host)}\n".encode()
                        )
                        first_worker.stdin.flush()
        first_worker.wait()
    except ray.exceptions.RayActorError:
        os._exit(1)


def _free_port() -> int:
    """A free port on this machine, outside the range from which the system assigns ports by itself."""
    while True:
        port = random.randrange(*PORT_RANGE)
        with suppress(OSError), socket.socket() as candidate:
            candidate.bind(("", port))
            return port


def start_worker(
    path: Path, name: str, environment: dict[str, str], *options: str, stdin: int = subprocess.DEVNULL
) -> subprocess.Popen:
    """Start the worker of a launch for a revision, as a child process that dies with this one."""
    launch_options = "--launch", name, "--parent-pid", str(os.getpid())
    return launchers.start_worker(path, *launch_options, *options, stdin=stdin, extra_environment=environment)


def assigned_training(root: Path, launch: str) -> Path | None:
    """The folder of the training that the launch `launch` is to train now; None if the launch was withdrawn."""
    with files.lock(root / ".queue.lock", "Another program is launching.", LOCK_WAIT):
        status_of = {path: status for path, status in _read_statuses(root) if status.worker}
        assigned_paths = sorted(
            (path for path in status_of if status_of[path].worker == launch),
            key=lambda path: not _is_started(status_of[path]),
        )
        for path in assigned_paths[1:]:
            _requeue(path, launch)
        if not assigned_paths or _is_started(status_of[assigned_paths[0]]):
            return assigned_paths[0] if assigned_paths else None
        launch_kind = launch.rpartition("-")[0]  # of the same cluster and kind
        waiting_paths = [
            path
            for path in status_of
            if status_of[path].worker.rpartition("-")[0] == launch_kind and not _is_started(status_of[path])
        ]
        oldest_path = min(waiting_paths, key=lambda path: (status_of[path].queued or 0, path.name))
        if take_over_training(oldest_path, assigned_paths[0], launch):
            return oldest_path
        take_over_training(assigned_paths[0], assigned_paths[0], launch)
        return assigned_paths[0]


def _requeue(path, name):
    """Return to the queue a second training that `take_over_training`, when it was interrupted, left with the
    launch."""
    with suppress(RevisionError):  # it is being withdrawn just now
        revision = Revision(path)
        with revision.lock():
            status = revision.status
            if status.worker == name and not _is_started(status):
                revision.write_status(status, **statuses.NO_WORKER)


def _is_started(status) -> bool:
    """Whether an actor has already taken the training, even if its worker is still starting."""
    return not status.awaits_worker_report or bool(status.host)


def _read_statuses(root):
    for path in root.iterdir():
        with suppress(RevisionError):  # it is no revision, or one that cannot be trained
            yield path, statuses.read_status(path / "status.json")


def take_over_training(wanted_path: Path, own_path: Path, launch: str) -> bool:
    """Record that the launch `launch` begins the training at `wanted_path`, and give that training's own launch to
    `own_path`; False if it is no longer waiting.

    If this is interrupted half-way, two trainings have the same launch; when its actor is started again,
    `assigned_training` gives it one of them and returns the other to the queue.
    """
    try:
        with ExitStack() as locks:
            revisions = [Revision(folder) for folder in dict.fromkeys((wanted_path, own_path))]
            for revision in revisions:
                locks.enter_context(revision.lock())
            statuses_now = [revision.status for revision in revisions]
            if (
                any(_is_started(status) or not status.worker for status in statuses_now)
                or statuses_now[-1].worker != launch
            ):
                return False
            revisions[0].write_status(statuses_now[0], worker=launch, host=files.HOST)
            for revision in revisions[1:]:
                revision.write_status(statuses_now[1], worker=statuses_now[0].worker)
            return True
    except RevisionError:  # it is being withdrawn just now
        return False
