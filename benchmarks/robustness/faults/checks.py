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
from aae_core.reproduce import reproduction
from aae_core.runs import queue, worker
from aae_core.store.revision_folder import SPARE_FILE, read_log_tail
from aae_core.store.revisions import Revision, Store
from benchmarks.robustness.faults.scenario import (
    ANY_VALUE,
    NO_PROCESS,
    Room,
    demand,
    steady_clock,
    temporary_room,
    toy_data,
    training_config,
)

TRACEBACK = re.compile(r"Traceback|[a-z]Error\b|Exception\b")
LEFTOVER_AGE = 2 * files.DRAFT_LIFE_SECONDS  # seconds by which leftovers are made older before the next start


class Message(str):
    """The error message that was shown instead of a value."""


def check_sentence(text: str) -> str:
    """Return a message unchanged; BrokenPromiseError unless it is one line that ends as a sentence and names no
    exception."""
    demand(text and "\n" not in text and text.rstrip().endswith((".", "?")), f"not a sentence: {text!r}")
    demand(not TRACEBACK.search(text), f"not for users: {text!r}")
    return text


def comparable_value(value):
    """A value in a form that can be compared: arrays as their hashes."""
    if isinstance(value, np.ndarray):
        return str(value.dtype), value.shape, hashlib.sha256(np.ascontiguousarray(value)).hexdigest()
    if isinstance(value, dict):
        return {key: comparable_value(entry) for key, entry in value.items()}
    if isinstance(value, list | tuple):
        return [comparable_value(entry) for entry in value]
    if isinstance(value, str | int | float | None):
        return value
    return comparable_value(vars(value)) if hasattr(value, "__dict__") else repr(value)


def comparable_weights(revision: Revision) -> dict:
    return comparable_value({name: value.numpy() for name, value in revision.model().state_dict().items()})


def read_everything(revision: Revision) -> dict:
    """Everything that pages and commands read of a revision, by name: a comparable value, or the Message instead."""
    images_to_encode, z = toy_data().test.images[:4], np.linspace(-1, 1, 4).reshape(2, 2)

    def read_frames():
        history = revision.frames()
        for trouble in history.troubles:
            check_sentence(trouble)
        return {frame.step: comparable_value(frame) for frame in history.frames}, len(history.troubles), history.resumed

    readers = {
        "config": lambda: [revision.config, revision.data, revision.created],
        "status": lambda: asdict(revision.status),
        "notes": lambda: revision.annotations,
        "metrics": revision.metrics,
        "probe": revision.probe,
        "place": revision.probe_step_and_epoch,
        "labelled": revision.labelled_indices,
        "frames": read_frames,
        "decoders": lambda: {step: revision.decode(z, [0, 1], step=step) for step in revision.frames().keys},
        "weights": lambda: comparable_weights(revision),
        "encode": lambda: revision.encode(images_to_encode),
        "decode": lambda: revision.decode(z, [0, 1]),
        "measured": lambda: reproduction.stored_figures(revision),
        "request": revision.request,
    }
    result = {}
    for name, reader in readers.items():
        try:
            result[name] = comparable_value(reader())
        except AAEError as error:
            result[name] = Message(check_sentence(str(error)))
    read_log_tail(revision.path), revision.file_sizes(), revision.cache_key  # must not raise
    return result


def examine(
    room: Room, moment: int | None, may_lose: bool = False, finish_trainings: bool = True, kept_ids: Iterable[str] = ()
) -> list[str]:
    """Open the store as at the next start, read everything, continue every training to its end, and return the
    messages about losses. moment: the number of operations after which the claims are checked; None: they are not.
    kept_ids: ids of revisions that must be there. Raises BrokenPromiseError for a loss that is not reported or, unless
    `may_lose`, for any."""
    age_leftovers(room.root)
    store, messages = room.store, []
    queue.fail_dead_trainings(store, room.launcher)
    rows_by_id = {row.id: row for row in store.list_own()}
    for name in kept_ids:
        demand(name in rows_by_id, f"{name} is not there")
    for row in rows_by_id.values():
        if row.state == "broken":
            messages.append(check_sentence(row.reason))
            continue
        if row.reason:
            check_sentence(row.reason)
        for name, value in read_everything(store.open(row.id)).items():
            if isinstance(value, Message) and (name != "weights" or row.status.step):
                if "no weights were saved yet" not in value:
                    messages.append(value)
            elif name == "frames" and value[1]:
                messages.append("frames are missing, and a message says so")
    if moment is not None:
        for (kind, name), values in room.expected_values(moment).items():
            check_claim(store, rows_by_id, kind, name, values)
    check_commands(room.root)
    if finish_trainings:
        messages += [
            text for row in rows_by_id.values() if row.state != "broken" for text in finish_training(room, row.id)
        ]
        check_no_leftovers(room)
    demand(may_lose or not messages, "; ".join(messages))
    return messages


def age_leftovers(root: Path) -> None:
    """Make all leftovers under `root` look as if dead processes had left them long ago."""
    for path in [*root.rglob(f".*{files.DRAFT_SUFFIX}")]:
        path.rename(path.with_name(path.name.replace(f".{os.getpid()}-", f".{NO_PROCESS}-")))
    for path in root.glob(".*"):
        os.utime(path, (time.time() - LEFTOVER_AGE,) * 2)


def check_claim(store, rows_by_id, kind, name, values) -> None:
    """Raise BrokenPromiseError unless a value is the last one reported as done, or one begun since."""
    if kind == "there":
        demand(
            ANY_VALUE in values or (name in rows_by_id) in values,
            f"{name} is {'' if name in rows_by_id else 'not '}there",
        )
    elif name in rows_by_id and ANY_VALUE not in values:
        revision = store.open(name)
        if kind == "label":
            demand(revision.label in values, f"the label is {revision.label!r}, not {values}")
        elif kind == "state":
            states = {*values, *(["failed"] if "queued" in values else [])}
            demand(revision.status.state in states, f"the state is {revision.status.state}, not {values}")
        else:
            weights_step = int(files.read_tensor_header(revision.path / "weights.safetensors").metadata["step"])
            demand(weights_step >= min(values), f"the weights are of step {weights_step}, and not of {values}")
            if revision.status.state == "done":
                demand(
                    comparable_weights(revision) == undisturbed_weights(revision.config.steps),
                    "done, and other weights",
                )


def check_commands(root: Path) -> None:
    """Raise BrokenPromiseError unless `list` and `show` have exit status 0 or 1 for a store and its revisions, and
    print no traceback."""
    output = io.StringIO()
    rows = [row.id for row in Store(root, gallery=root.parent / "gallery").list_own()]
    with contextlib.redirect_stdout(output), contextlib.redirect_stderr(output):
        for argv in (["list"], *(["show", row] for row in rows)):
            status = arguments.main([*argv, "--checkpoints", str(root)])
            demand(status in (0, 1), f"exit status {status} of {argv}: {output.getvalue()[-500:]}")
    demand("Traceback" not in output.getvalue(), output.getvalue()[-2000:])


def finish_training(room: Room, name: str) -> list[str]:
    """Continue a training to its end; returns the message if that is impossible. Raises BrokenPromiseError if its
    weights differ from those of an undisturbed run."""
    revision = room.store.open(name)
    try:
        if revision.status.state != "done" or isinstance(read_everything(revision)["weights"], Message):
            if revision.status.state != "queued":
                queue.resume_training(room.store, name, room.launcher)
            with steady_clock():
                status = worker.run_training(revision.path, data=toy_data())
            if status.state == "paused":  # by a request from before the fault
                status = worker.run_training(revision.path, data=toy_data())
            if status.state != "done":
                return [check_sentence(status.error_text)]
        demand(
            comparable_weights(revision) == undisturbed_weights(revision.config.steps),
            f"{name} ended with other weights",
        )
    except RevisionError as error:
        return [check_sentence(str(error))]
    return []


@cache
def undisturbed_weights(steps: int) -> dict:
    """The weights at the end of an undisturbed training of so many steps."""
    with temporary_room() as room, steady_clock():
        revision = room.store.create(training_config(steps), toy_data().summary)
        demand(worker.run_training(revision.path, data=toy_data()).state == "done", "the undisturbed training failed")
        return comparable_weights(revision)


def check_no_leftovers(room: Room) -> None:
    """Raise BrokenPromiseError if there is a temporary file, a held lock or a traceback in a log after the next
    start."""
    last_revision = room.store.create(training_config(), toy_data().summary)
    with contextlib.suppress(RevisionError):
        shutil.rmtree(last_revision.path)
    hidden_paths = room.root.rglob(".*")
    leftovers = [
        str(path.relative_to(room.root))
        for path in hidden_paths
        if path.suffix == files.DRAFT_SUFFIX or path.name == SPARE_FILE
    ]
    leftovers += [path.name for path in room.root.glob(".new-*")]
    demand(not leftovers, f"left behind: {leftovers}")
    for lock in [*room.root.rglob("*.lock")]:
        with files.lock(lock, f"{lock} is still held."):
            pass
    for log in room.root.rglob("worker.log"):
        demand("Traceback" not in log.read_text(errors="replace"), log.read_text(errors="replace")[-2000:])
