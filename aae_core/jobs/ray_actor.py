"""What runs on a machine of a Ray cluster: an actor that starts the project's own worker for one training, and ends with it.

Ray starts waiting actors in no particular order. So an actor that gets its turn takes the training that has waited longest among
those whose actors ask for the same, and leaves that one's actor its own: in the store the two launches change places.
"""

import os
import subprocess
import threading
from contextlib import ExitStack
from pathlib import Path

from aae_core import files
from aae_core.errors import RevisionError
from aae_core.jobs import launchers
from aae_core.store import status as statuses
from aae_core.store.revisions import Revision

LOCK_WAIT = 600.0  # seconds; a server holds the lock while it launches, and that of a machine that died may last


class Trainer:
    """An actor: its constructor, which Ray runs again on another machine if this one is lost, starts the worker.

    The worker's end is the actor's, whatever it was: a training that failed or was killed is not tried again by itself. name:
    that of the launch; store: the folder of revisions; environment: variables for the worker; keep_every: as `worker.run` has it.
    """

    def __init__(self, name: str, store: str, environment: dict[str, str], keep_every: float):
        import ray

        me = ray.get_runtime_context().current_actor
        path = training(Path(store), name)
        worker = path and begin(path, name, environment, keep_every)

        def end():
            if worker:
                worker.wait()
            ray.kill(me, no_restart=True)

        threading.Thread(target=end, daemon=True).start()


def begin(path: Path, name: str, environment: dict[str, str], keep_every: float) -> subprocess.Popen:
    """Start the worker of a launch on a revision as a child that dies with this process."""
    os.environ.update(environment)
    options = "--launch", name, "--under", str(os.getpid()), "--keep-every", str(keep_every)
    return launchers.worker(path, *options)


def training(root: Path, name: str) -> Path | None:
    """The folder of the training that the launch of that name is to train now; None if it was taken back."""
    with files.lock(root / ".queue.lock", "Another program is launching.", LOCK_WAIT):
        given = {path: status for path, status in _statuses(root) if status.worker}
        mine = sorted((path for path in given if given[path].worker == name), key=lambda path: not _begun(given[path]))
        if not mine or _begun(given[mine[0]]):
            return mine[0] if mine else None
        alike = name.rpartition("-")[0]  # of the same cluster and kind
        others = [path for path in given if given[path].worker.rpartition("-")[0] == alike and not _begun(given[path])]
        oldest = min(others, key=lambda path: (given[path].queued or 0, path.name))
        return next((path for path in (oldest, mine[0]) if taken(path, mine[0], name)), mine[0])


def _begun(status):
    """Whether an actor has taken the training already; its worker may still be starting."""
    return not status.launched or bool(status.host)


def _statuses(root):
    for path in root.iterdir():
        try:
            yield path, statuses.read(path / "status.json")
        except RevisionError:  # no revision, or one that nobody can train
            continue


def taken(path: Path, mine: Path, name: str) -> bool:
    """Note that the launch of that name begins on the training in a folder, and give its own launch to `mine`; False if that
    training no longer waits.

    Whatever this is interrupted by: a launch that two trainings have is that of one, and the other is launched again.
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
