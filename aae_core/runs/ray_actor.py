"""The actor that runs on a machine of a Ray cluster: it starts the project's own worker for one training, and ends with
it.

Ray starts waiting actors in no particular order. Therefore, an actor whose turn has come takes the training that has
waited longest among those whose actors ask for the same resources, and leaves its own training to that training's
actor: in the store, the two trainings exchange their launches.
"""

import os
import subprocess
import threading
from contextlib import ExitStack, suppress
from pathlib import Path

from aae_core import files
from aae_core.errors import RevisionError
from aae_core.runs import launchers
from aae_core.store import status as statuses
from aae_core.store.revisions import Revision

LOCK_WAIT = 600.0  # seconds; a server holds the lock while it launches, and the lock of a machine that died may persist


class Trainer:
    """An actor whose constructor has a training computed; Ray runs it again on another machine if this one is lost.

    The actor ends when the worker does, for whatever reason: a training that failed or was killed is not repeated
    automatically. name: of the launch. store: the folder of revisions. environment, options: variables and arguments
    for the worker.
    """

    def __init__(self, name: str, store: str, environment: dict[str, str], options: list[str]):
        import ray

        actor = ray.get_runtime_context().current_actor
        path = assigned_training(Path(store), name)

        def compute_training():
            try:
                if path:
                    start_worker(path, name, environment, *options).wait()
            finally:
                ray.kill(actor, no_restart=True)

        # the system ends a worker together with the thread that started it
        threading.Thread(target=compute_training, daemon=True).start()


def start_worker(path: Path, name: str, environment: dict[str, str], *options: str) -> subprocess.Popen:
    """Start the worker of a launch for a revision, as a child process that dies with this one."""
    launch_options = "--launch", name, "--parent-pid", str(os.getpid())
    return launchers.start_worker(path, *launch_options, *options, extra_environment=environment)


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
