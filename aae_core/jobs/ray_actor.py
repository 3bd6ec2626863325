"""What runs on a machine of a Ray cluster: an actor that starts the project's own worker for one training, and ends with it.

Where several processes compute the training, the actor starts the first, and another actor for each of the others, which end with
it: their places are reserved together, as a placement group. If one of these machines is lost, it ends, too, and Ray starts it
again as if its own had been: all of them go on from the last checkpoint.

Ray starts waiting actors in no particular order. So an actor that gets its turn takes the training that has waited longest among
those whose actors ask for the same, and leaves that one's actor its own: in the store the two launches change places.
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
LOCK_WAIT = 600.0  # seconds; a server holds the lock while it launches, and that of a machine that died may last


class Trainer:
    """An actor: its constructor, which Ray runs again on another machine if this one is lost, has the training computed.

    The worker's end is the actor's, whatever it was: a training that failed or was killed is not tried again by itself. name:
    that of the launch; store: the folder of revisions; environment, options: variables and arguments for the worker;
    asks: what each of the processes asks for, in Ray's words.
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
                    together_with(_others(asks, group, processes), path, name, environment, options)
                elif path:
                    begin(path, name, environment, *options).wait()
            finally:
                if group:  # this may end the actor before it can end itself; then `ray_bridge.tidy` does
                    ray.util.remove_placement_group(group)
                ray.kill(me, no_restart=True)

        # the system ends a worker together with the thread that started it
        threading.Thread(target=train, daemon=True).start()


class Other:
    """An actor that starts one of the other processes of a training; it ends with the Trainer that created it."""

    def begin(self, path: str, name: str, environment: dict[str, str], options: list[str]) -> None:
        """Start the worker, in the place that the environment gives to it."""
        self.worker = begin(Path(path), name, environment, *options)

    def ended(self) -> tuple[int, str]:
        """The worker's exit status, once it has ended, and this machine."""
        return self.worker.wait(), files.HOST


def _others(asks, group, processes) -> list:
    """An actor for each process but the first, in the places of a group."""
    import ray

    kind = ray.remote(Other)
    return [kind.options(**asks, scheduling_strategy=placement(group, rank)).remote() for rank in range(1, processes)]


def placement(group, index: int):
    """Where an actor is created: in a place of a placement group."""
    from ray.util.scheduling_strategies import PlacementGroupSchedulingStrategy

    return PlacementGroupSchedulingStrategy(group, placement_group_bundle_index=index)


def together_with(others: list, path: Path, name: str, environment: dict[str, str], options: list[str]) -> None:
    """Have a training computed by a process here, which is the first, and one for each of the other actors, until the first has
    ended. Where another actor is lost, this one ends as if it had failed, so that Ray starts it again."""
    import ray

    size, here = len(others) + 1, ray.util.get_node_ip_address()
    environment |= {"MASTER_ADDR": here, "MASTER_PORT": str(_free_port()), "WORLD_SIZE": str(size)}
    places = [environment | {"RANK": str(rank)} for rank in range(size)]
    try:
        begun = [
            one.begin.remote(str(path), name, place, options) for one, place in zip(others, places[1:], strict=True)
        ]
        ray.get(begun)
        first = begin(path, name, places[0], *options, "--told", stdin=subprocess.PIPE)
        lasting = {one.ended.remote(): number for number, one in enumerate(others, 2)}
        while first.poll() is None:
            if not lasting:
                first.wait()
                break
            for each in ray.wait(list(lasting), timeout=LOOK)[0]:
                code, host = ray.get(each)
                number = lasting.pop(each)
                if code:
                    _tell(first, together.obituary(number, size, code, host))
    except ray.exceptions.RayActorError:
        os._exit(1)


def _tell(worker, sentence):
    with suppress(OSError):  # it has ended
        worker.stdin.write(f"{sentence}\n".encode())
        worker.stdin.flush()


def _free_port() -> int:
    """A port at which nobody listens here, of those that the system gives to nobody by itself."""
    while True:
        port = random.randrange(*PORTS)
        with suppress(OSError), socket.socket() as tried:
            tried.bind(("", port))
            return port


def begin(
    path: Path, name: str, environment: dict[str, str], *options: str, stdin: int = subprocess.DEVNULL
) -> subprocess.Popen:
    """Start the worker of a launch on a revision as a child that dies with this process."""
    under = "--launch", name, "--under", str(os.getpid())
    return launchers.worker(path, *under, *options, stdin=stdin, given=environment)


def training(root: Path, name: str) -> Path | None:
    """The folder of the training that the launch of that name is to train now; None if it was taken back."""
    with files.lock(root / ".queue.lock", "Another program is launching.", LOCK_WAIT):
        given = {path: status for path, status in _statuses(root) if status.worker}
        mine = sorted((path for path in given if given[path].worker == name), key=lambda path: not _begun(given[path]))
        for path in mine[1:]:
            _give_back(path, name)
        if not mine or _begun(given[mine[0]]):
            return mine[0] if mine else None
        alike = name.rpartition("-")[0]  # of the same cluster and kind
        others = [path for path in given if given[path].worker.rpartition("-")[0] == alike and not _begun(given[path])]
        oldest = min(others, key=lambda path: (given[path].queued or 0, path.name))
        return next((path for path in (oldest, mine[0]) if take(path, mine[0], name)), mine[0])


def _give_back(path, name):
    """What was interrupted in `take` left a second training with the launch, which waits in the queue again."""
    with suppress(RevisionError):  # somebody takes it back just now
        revision = Revision(path)
        with revision.lock():
            status = revision.status
            if status.worker == name and not _begun(status):
                revision.write_status(status, **statuses.NOBODY)


def _begun(status):
    """Whether an actor has taken the training already; its worker may still be starting."""
    return not status.launched or bool(status.host)


def _statuses(root):
    for path in root.iterdir():
        try:
            yield path, statuses.read(path / "status.json")
        except RevisionError:  # no revision, or one that nobody can train
            continue


def take(path: Path, mine: Path, name: str) -> bool:
    """Note that the launch of that name begins on the training in a folder, and give its own launch to `mine`; False if that
    training no longer waits.

    Interrupted between the two, it leaves two trainings with one launch: as that actor is started again, `training` gives it
    the one, and the other waits in the queue again.
    """
    try:
        with ExitStack() as held:
            pair = [Revision(each) for each in dict.fromkeys((path, mine))]
            for revision in pair:
                held.enter_context(revision.lock())
            found = [revision.status for revision in pair]
            if any(_begun(status) or not status.worker for status in found) or found[-1].worker != name:
                return False
            pair[0].write_status(found[0], worker=name, host=files.HOST)
            for revision in pair[1:]:
                revision.write_status(found[1], worker=found[0].worker)
            return True
    except RevisionError:  # somebody takes it back just now
        return False
