"""The actor that runs on a machine of a Ray cluster: it starts the project's own worker for one training, and ends with it.

If several processes compute the training, the actor starts the first of them, and another actor for each of the others, which end
with it. Their places are reserved together, as a placement group. If one of their machines is lost, the first actor ends as if
its own machine had been lost, and Ray starts it again: all processes continue from the last checkpoint.

Ray starts waiting actors in no particular order. Therefore, an actor whose turn has come takes the training that has waited
longest among those whose actors ask for the same resources, and leaves its own training to that training's actor: in the store,
the two trainings exchange their launches.
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
from aae_core.jobs import together
from aae_core.scheduling import launchers
from aae_core.store import status as statuses
from aae_core.store.revisions import Revision

PORTS = 20_000, 32_000  # for the first process, where the others reach it
LOOK = 0.5  # seconds between two looks at the first process
LOCK_WAIT = 600.0  # seconds; a server holds the lock while it launches, and the lock of a machine that died may persist


class Trainer:
    """An actor whose constructor has a training computed; Ray runs it again on another machine if this one is lost.

    The actor ends when the worker does, for whatever reason: a training that failed or was killed is not repeated automatically.
    name: of the launch. store: the folder of revisions. environment, options: variables and arguments for the worker. asks: the
    resources of each process, as Ray's options. processes: how many compute the training.
    """

    def __init__(
        self, name: str, store: str, environment: dict[str, str], options: list[str], asks: dict, processes: int
    ):
        import ray

        me, group = ray.get_runtime_context().current_actor, ray.util.get_current_placement_group()
        path = training(Path(store), name)

        def train():
            try:
                if path and group:
                    kind = ray.remote(Other)
                    places = [placement(group, rank) for rank in range(1, processes)]
                    others = [kind.options(**asks, scheduling_strategy=place).remote() for place in places]
                    together_with(others, path, name, environment, options)
                elif path:
                    begin(path, name, environment, *options).wait()
            finally:
                if group:  # removing it may end the actor before it can end itself; then `ray_bridge.tidy` does that
                    ray.util.remove_placement_group(group)
                ray.kill(me, no_restart=True)

        # the system ends a worker together with the thread that started it
        threading.Thread(target=train, daemon=True).start()


class Other:
    """An actor that starts another process of a training; it ends with the Trainer that created it."""

    def begin(self, path: str, name: str, environment: dict[str, str], options: list[str]) -> None:
        """Start the worker, whose place among the processes is given by the environment."""
        self.worker = begin(Path(path), name, environment, *options)

    def ended(self) -> tuple[int, str]:
        """Wait for the worker to end; its exit status, and the name of this machine."""
        return self.worker.wait(), files.HOST


def placement(group, index: int):
    """The scheduling strategy that creates an actor in the place `index` of a placement group."""
    from ray.util.scheduling_strategies import PlacementGroupSchedulingStrategy

    return PlacementGroupSchedulingStrategy(group, placement_group_bundle_index=index)


def together_with(others: list, path: Path, name: str, environment: dict[str, str], options: list[str]) -> None:
    """Compute a training with a first process here and one for each of the other actors, until the first has ended. If another
    actor is lost, end this one as if it had failed, so that Ray starts it again."""
    import ray

    size, own_address = len(others) + 1, ray.util.get_node_ip_address()
    environment |= {"MASTER_ADDR": own_address, "MASTER_PORT": str(_free_port()), "WORLD_SIZE": str(size)}
    places = [environment | {"RANK": str(rank)} for rank in range(size)]
    try:
        calls = [
            actor.begin.remote(str(path), name, place, options) for actor, place in zip(others, places[1:], strict=True)
        ]
        ray.get(calls)
        first = begin(path, name, places[0], *options, "--told", stdin=subprocess.PIPE)
        lasting = {actor.ended.remote(): number for number, actor in enumerate(others, 2)}
        while lasting and first.poll() is None:
            for ref in ray.wait(list(lasting), timeout=LOOK)[0]:
                code, host = ray.get(ref)
                number = lasting.pop(ref)
                if code:
                    with suppress(OSError):  # it has ended
                        first.stdin.write(f"{together.obituary(number, size, code, host)}\n".encode())
                        first.stdin.flush()
        first.wait()
    except ray.exceptions.RayActorError:
        os._exit(1)


def _free_port() -> int:
    """A free port on this machine, outside the range from which the system assigns ports by itself."""
    while True:
        port = random.randrange(*PORTS)
        with suppress(OSError), socket.socket() as tried:
            tried.bind(("", port))
            return port


def begin(
    path: Path, name: str, environment: dict[str, str], *options: str, stdin: int = subprocess.DEVNULL
) -> subprocess.Popen:
    """Start the worker of a launch for a revision, as a child process that dies with this one."""
    under = "--launch", name, "--under", str(os.getpid())
    return launchers.worker(path, *under, *options, stdin=stdin, given=environment)


def training(root: Path, name: str) -> Path | None:
    """The folder of the training that the launch `name` is to train now; None if the launch was withdrawn."""
    with files.lock(root / ".queue.lock", "Another program is launching.", LOCK_WAIT):
        status_of = {path: status for path, status in _statuses(root) if status.worker}
        own_paths = sorted(
            (path for path in status_of if status_of[path].worker == name), key=lambda path: not _begun(status_of[path])
        )
        for path in own_paths[1:]:
            _give_back(path, name)
        if not own_paths or _begun(status_of[own_paths[0]]):
            return own_paths[0] if own_paths else None
        alike = name.rpartition("-")[0]  # of the same cluster and kind
        others = [
            path
            for path in status_of
            if status_of[path].worker.rpartition("-")[0] == alike and not _begun(status_of[path])
        ]
        oldest = min(others, key=lambda path: (status_of[path].queued or 0, path.name))
        if take(oldest, own_paths[0], name):
            return oldest
        take(own_paths[0], own_paths[0], name)
        return own_paths[0]


def _give_back(path, name):
    """Return to the queue a second training that `take`, when it was interrupted, left with the launch."""
    with suppress(RevisionError):  # it is being withdrawn just now
        revision = Revision(path)
        with revision.lock():
            status = revision.status
            if status.worker == name and not _begun(status):
                revision.write_status(status, **statuses.NOBODY)


def _begun(status):
    """Whether an actor has already taken the training, even if its worker is still starting."""
    return not status.launched or bool(status.host)


def _statuses(root):
    for path in root.iterdir():
        with suppress(RevisionError):  # it is no revision, or one that cannot be trained
            yield path, statuses.read(path / "status.json")


def take(path: Path, mine: Path, name: str) -> bool:
    """Record that the launch `name` begins the training at `path`, and give that training's own launch to `mine`; False if it is
    no longer waiting.

    If this is interrupted half-way, two trainings have the same launch; when its actor is started again, `training` gives it one
    of them and returns the other to the queue.
    """
    try:
        with ExitStack() as locks:
            pair = [Revision(folder) for folder in dict.fromkeys((path, mine))]
            for revision in pair:
                locks.enter_context(revision.lock())
            pair_statuses = [revision.status for revision in pair]
            if any(_begun(status) or not status.worker for status in pair_statuses) or pair_statuses[-1].worker != name:
                return False
            pair[0].write_status(pair_statuses[0], worker=name, host=files.HOST)
            for revision in pair[1:]:
                revision.write_status(pair_statuses[1], worker=pair_statuses[0].worker)
            return True
    except RevisionError:  # it is being withdrawn just now
        return False
