"""What must hold after a fault: everything can be read, nothing is lost in silence, and each training can reach its end."""

import contextlib
import hashlib
import io
import os
import re
import shutil
import time
from collections.abc import Iterable
from dataclasses import asdict
from functools import cache
from pathlib import Path

import numpy as np

from aae_core import files
from aae_core.cli import arguments
from aae_core.errors import AAEError, RevisionError
from aae_core.jobs import worker
from aae_core.reproduce import reproduction
from aae_core.scheduling import queue
from aae_core.store.revision_folder import SPARE_FILE, read_log_tail
from aae_core.store.revisions import Revision, Store
from benchmarks.robustness.faults.scenario import ANY, NOBODY, Room, config, demand, images, new_room, steady

TRACEBACK = re.compile(r"Traceback|[a-z]Error\b|Exception\b")
AGE = 2 * files.DRAFT_LIFE_SECONDS  # seconds by which leftovers are made older before the next start


class Message(str):
    """The error message that was shown instead of a value."""


def sentence(text: str) -> str:
    """Return a message unchanged; Broken unless it is one line that ends as a sentence and names no exception."""
    demand(text and "\n" not in text and text.rstrip().endswith((".", "?")), f"not a sentence: {text!r}")
    demand(not TRACEBACK.search(text), f"not for users: {text!r}")
    return text


def plain(value):
    """A value in a form that can be compared: arrays as their hashes."""
    if isinstance(value, np.ndarray):
        return str(value.dtype), value.shape, hashlib.sha256(np.ascontiguousarray(value)).hexdigest()
    if isinstance(value, dict):
        return {key: plain(entry) for key, entry in value.items()}
    if isinstance(value, list | tuple):
        return [plain(entry) for entry in value]
    if isinstance(value, str | int | float | None):
        return value
    return plain(vars(value)) if hasattr(value, "__dict__") else repr(value)


def weights_of(revision: Revision) -> dict:
    return plain({name: value.numpy() for name, value in revision.model().state_dict().items()})


def readings(revision: Revision) -> dict:
    """Everything that pages and commands read of a revision, by name: a comparable value, or the Message instead."""
    shown, z = images().test.images[:4], np.linspace(-1, 1, 4).reshape(2, 2)

    def frames():
        history = revision.frames()
        for trouble in history.troubles:
            sentence(trouble)
        return {frame.step: plain(frame) for frame in history.frames}, len(history.troubles), history.resumed

    reads = {
        "config": lambda: [revision.config, revision.data, revision.created],
        "status": lambda: asdict(revision.status),
        "notes": lambda: revision.annotations,
        "metrics": revision.metrics,
        "probe": revision.probe,
        "place": revision.probe_step_and_epoch,
        "labelled": revision.labelled_indices,
        "frames": frames,
        "decoders": lambda: {step: revision.decode(z, [0, 1], step=step) for step in revision.frames().keys},
        "weights": lambda: weights_of(revision),
        "encode": lambda: revision.encode(shown),
        "decode": lambda: revision.decode(z, [0, 1]),
        "measured": lambda: reproduction.stored_figures(revision),
        "request": revision.request,
    }
    result = {}
    for name, read in reads.items():
        try:
            result[name] = plain(read())
        except AAEError as error:
            result[name] = Message(sentence(str(error)))
    read_log_tail(revision.path), revision.file_sizes(), revision.cache_key  # must not raise
    return result


def examine(
    room: Room, moment: int | None, may_lose: bool = False, to_the_end: bool = True, kept: Iterable[str] = ()
) -> list[str]:
    """Open the store as at the next start, read everything, continue every training to its end, and return the messages about
    losses. moment: the number of operations after which the claims are checked; None: they are not. kept: ids of revisions that
    must be there. Raises Broken for a loss that is not reported or, unless `may_lose`, for any."""
    dead(room.root)
    store, said = room.store, []
    queue.fail_dead_trainings(store, room.launcher)
    there = {row.id: row for row in store.own()}
    for name in kept:
        demand(name in there, f"{name} is not there")
    for row in there.values():
        if row.state == "broken":
            said.append(sentence(row.reason))
            continue
        if row.reason:
            sentence(row.reason)
        for name, value in readings(store.open(row.id)).items():
            if isinstance(value, Message) and (name != "weights" or row.status.step):
                if "no weights were saved yet" not in value:
                    said.append(value)
            elif name == "frames" and value[1]:
                said.append("frames are missing, and a message says so")
    if moment is not None:
        for (kind, name), values in room.expected(moment).items():
            check(store, there, kind, name, values)
    commands(room.root)
    if to_the_end:
        said += [text for row in there.values() if row.state != "broken" for text in finish(room, row.id)]
        left_nothing(room)
    demand(may_lose or not said, "; ".join(said))
    return said


def dead(root: Path) -> None:
    """Make all leftovers under `root` look as if dead processes had left them long ago."""
    for path in [*root.rglob(f".*{files.DRAFT_SUFFIX}")]:
        path.rename(path.with_name(path.name.replace(f".{os.getpid()}-", f".{NOBODY}-")))
    for path in root.glob(".*"):
        os.utime(path, (time.time() - AGE,) * 2)


def check(store, there, kind, name, values) -> None:
    """Raise Broken unless a value is the last one reported as done, or one begun since."""
    if kind == "there":
        demand(ANY in values or (name in there) in values, f"{name} is {'' if name in there else 'not '}there")
    elif name in there and ANY not in values:
        revision = store.open(name)
        if kind == "label":
            demand(revision.label in values, f"the label is {revision.label!r}, not {values}")
        elif kind == "state":
            states = {*values, *(["failed"] if "queued" in values else [])}
            demand(revision.status.state in states, f"the state is {revision.status.state}, not {values}")
        else:
            kept = int(files.read_tensor_header(revision.path / "weights.safetensors").metadata["step"])
            demand(kept >= min(values), f"the weights are of step {kept}, and not of {values}")
            if revision.status.state == "done":
                demand(weights_of(revision) == undisturbed(revision.config.steps), "done, and other weights")


def commands(root: Path) -> None:
    """Raise Broken unless `list` and `show` have exit status 0 or 1 for a store and its revisions, and print no traceback."""
    out = io.StringIO()
    rows = [row.id for row in Store(root, gallery=root.parent / "gallery").own()]
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(out):
        for argv in (["list"], *(["show", row] for row in rows)):
            status = arguments.main([*argv, "--checkpoints", str(root)])
            demand(status in (0, 1), f"exit status {status} of {argv}: {out.getvalue()[-500:]}")
    demand("Traceback" not in out.getvalue(), out.getvalue()[-2000:])


def finish(room: Room, name: str) -> list[str]:
    """Continue a training to its end; returns the message if that is impossible. Raises Broken if its weights differ from those
    of an undisturbed run."""
    revision = room.store.open(name)
    try:
        if revision.status.state != "done" or isinstance(readings(revision)["weights"], Message):
            if revision.status.state != "queued":
                queue.resume_training(room.store, name, room.launcher)
            with steady():
                status = worker.run_training(revision.path, data=images())
            if status.state == "paused":  # by a request from before the fault
                status = worker.run_training(revision.path, data=images())
            if status.state != "done":
                return [sentence(status.error_text)]
        demand(weights_of(revision) == undisturbed(revision.config.steps), f"{name} ended with other weights")
    except RevisionError as error:
        return [sentence(str(error))]
    return []


@cache
def undisturbed(steps: int) -> dict:
    """The weights at the end of an undisturbed training of so many steps."""
    with new_room() as room, steady():
        revision = room.store.create(config(steps), images().summary)
        demand(worker.run_training(revision.path, data=images()).state == "done", "the undisturbed training failed")
        return weights_of(revision)


def left_nothing(room: Room) -> None:
    """Raise Broken if there is a temporary file, a held lock or a traceback in a log after the next start."""
    last = room.store.create(config(), images().summary)
    with contextlib.suppress(RevisionError):
        shutil.rmtree(last.path)
    hidden = room.root.rglob(".*")
    left = [
        str(path.relative_to(room.root))
        for path in hidden
        if path.suffix == files.DRAFT_SUFFIX or path.name == SPARE_FILE
    ]
    left += [path.name for path in room.root.glob(".new-*")]
    demand(not left, f"left behind: {left}")
    for lock in [*room.root.rglob("*.lock")]:
        with files.lock(lock, f"{lock} is still held."):
            pass
    for log in room.root.rglob("worker.log"):
        demand("Traceback" not in log.read_text(errors="replace"), log.read_text(errors="replace")[-2000:])
