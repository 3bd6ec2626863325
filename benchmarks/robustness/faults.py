"""Faults of twelve kinds, one in each round, and power failures at any moment: what survives, and is every loss reported?

    python -m benchmarks.robustness.faults [--rounds 200] [--power-loss 1000] [--seed 0] [--write]

A round runs a small scenario in its own store (two trainings, a pause, a label, a deletion that is undone) with one fault: the
process is killed before an operation on a file or in the middle of writing one; the disk is full, broken or refuses access; the
clock jumps; another process interferes; or a file or folder is deleted. Other rounds damage a file after the scenario, or kill a
real process. Then the store is opened as at the next start, everything is read, and each training continues to its end. Each
revision must read as if nothing had happened and end with the weights of an undisturbed run, bit for bit. Only damage and
deletion may lose something, and a message of one sentence must report it. No temporary file, held lock, process or traceback may
remain.

A power failure, at a random moment of a recorded scenario, loses what was not synced, or any part of it. Everything that was
reported as done must be there. A seed gives the same faults at the same places, except when real processes are killed.
--write: write docs/faults.md.
"""

import argparse
import atexit
import contextlib
import hashlib
import io
import os
import random
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import traceback
from collections import Counter
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field, replace
from datetime import date
from functools import cache
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import psutil

from aae_core import files
from aae_core.cli import arguments
from aae_core.config.configuration import configure
from aae_core.data.arrays import arrays
from aae_core.errors import AAEError, RevisionError
from aae_core.jobs import frame_recorder, recorder, worker
from aae_core.places import PROJECT
from aae_core.reproduce import reproduction
from aae_core.scheduling import launchers, queue
from aae_core.store.folder import SPARE
from aae_core.store.revisions import Revision, Store
from benchmarks.robustness import faulty_disk
from benchmarks.robustness.faulty_disk import Disk, Fault, Journal, Killed, kill

PROGRAM, DOCUMENT = "benchmarks.robustness.faults", PROJECT / "docs" / "faults.md"
STEPS, PAUSED = 60, 20  # of a training; the step at which the first training pauses
FOUND_WITHIN = 15.0  # seconds within which a killed worker must be found dead
LONG = 600  # steps of a training that is killed at a random moment
TICK = 0.2  # seconds between two readings of the clock in a scenario, so that it does the same every time
NOBODY = 2**22 + 1  # a process number that cannot exist
AGE = 2 * files.DRAFT_LIFE  # seconds by which leftovers are made older before the next start
MEMORY = "/dev/shm" if os.path.isdir("/dev/shm") else None  # the folder of the rounds: in memory, syncing takes no time
ANY = object()
TRACEBACK = re.compile(r"Traceback|[a-z]Error\b|Exception\b")


class Broken(AssertionError):
    """A promise was broken."""


def demand(true, text: str) -> None:
    if not true:
        raise Broken(text)


@cache
def images():
    """Ninety images of three classes; the class is the row that is bright."""
    rng, labels = np.random.default_rng(0), np.arange(90) % 3
    made = rng.integers(0, 40, (90, 8, 8))
    made[np.arange(90), labels] += 180
    return arrays(made.astype(np.uint8), labels, name="toy", test=0.2)


@cache
def config(steps: int = STEPS):
    """The configuration of a short training that writes every kind of file."""
    nets = {"network.hidden": (8,), "network.discriminator": (8,), "threads": 1, "latent_dim": 2}
    made = configure(variant="semi-supervised", labels=15, steps=steps, batch_size=15, **nets)
    return replace(made, data=images().name)


@dataclass
class Started(launchers.Launcher):
    """A launcher that starts no process, because the scenario itself does the work of the workers. To others, its processes are
    never alive."""

    name = launchers.LOCAL.name  # so that revisions ask this launcher whether their worker is alive

    def launch(self, revision):
        return {"pid": NOBODY, "started": 1.0}

    def alive(self, status):
        return False


class Clock(SimpleNamespace):
    """A replacement for the module `time` in the recorders: `monotonic` advances by TICK whenever it is read."""

    def __init__(self):
        super().__init__(now=0.0, time=time.time)

    def monotonic(self):
        self.now += TICK
        return self.now


@contextlib.contextmanager
def changed(*changes):
    """A context in which attributes have other values; changes: (object, name, value)."""
    former = [(what, name, getattr(what, name)) for what, name, _ in changes]
    try:
        for what, name, value in changes:
            setattr(what, name, value)
        yield
    finally:
        for what, name, value in former:
            setattr(what, name, value)


@contextlib.contextmanager
def steady():
    """A context in which a training records the same, however busy the machine is."""
    clock = Clock()
    always = frame_recorder.Allowance, "allows", lambda self: True
    with changed((recorder, "time", clock), (frame_recorder, "time", clock), always):
        yield


class Ended(Exception):
    """The scenario ends early, because a training failed with a message."""


@dataclass
class Room:
    """A store in which a scenario is run.

    claims: (moment, key, value, done) for every change, once when it begins and once when it is reported as done; moment: the
    number of disk operations so far. messages: those of the failures.
    """

    root: Path
    disk: Disk | None = None
    claims: list = field(default_factory=list)
    messages: list[str] = field(default_factory=list)
    launcher: Started = field(default_factory=Started)

    @property
    def store(self) -> Store:
        return Store(self.root, gallery=self.root.parent / "gallery")

    def claim(self, key, value, done: bool) -> None:
        self.claims.append((self.disk.count if self.disk else 0, key, value, done))

    def start(self) -> Revision:
        revision = queue.start(self.store, config(), images().summary, self.launcher)
        self.claim(("there", revision.id), True, True)
        self.claim(("state", revision.id), "queued", True)
        return revision

    def train(self, revision, until: int = STEPS, wanted: str = "pause"):
        """Do the worker's job: train up to a step at which `wanted` is requested, or to the end."""
        key = "state", revision.id
        self.claim(key, ANY, False)

        def ask(status):
            if status.step == until < STEPS:
                revision.write_request(wanted)

        status = worker.run(revision.path, ask, keep_every=1.0, data=images())
        if status.state == "failed":
            self.messages.append(status.reason)
            raise Ended
        self.claim(key, status.state, True)
        self.claim(("step", revision.id), status.step, True)

    def resume(self, revision) -> None:
        self.claim(("state", revision.id), ANY, False)
        queue.resume(self.store, revision.id, self.launcher)
        self.claim(("state", revision.id), "queued", True)

    def label(self, revision, text: str) -> None:
        self.claim(("label", revision.id), text, False)
        revision.annotate(label=text, notes="The first line.\nThe second.")
        self.claim(("label", revision.id), text, True)

    def delete(self, revision) -> None:
        self.claim(("there", revision.id), False, False)
        self.store.delete(revision.id)
        self.claim(("there", revision.id), False, True)

    def restore(self, revision) -> None:
        self.claim(("there", revision.id), True, False)
        self.store.trash.restore(revision.id)
        self.claim(("there", revision.id), True, True)

    def expected(self, moment: int) -> dict:
        """The allowed values by key after so many operations: the last one reported as done, and those begun since."""
        found: dict = {}
        for when, key, value, done in self.claims:
            if when <= moment:
                found[key] = [value] if done else [*found.get(key, [ANY]), value]
        return found


def scenario(room: Room) -> None:
    """Two trainings: the first is paused, labelled, resumed, finished and relabelled; the second is stopped, labelled, deleted
    and restored."""
    first = room.start()
    room.train(first, PAUSED)
    room.label(first, "the first")
    room.resume(first)
    room.train(first)
    room.label(first, "renamed")
    second = room.start()
    room.train(second, 10, "stop")
    room.label(second, "the second")
    room.delete(second)
    room.restore(second)


def play(room: Room, before=lambda op: None, after=lambda op: None) -> None:
    """Run the scenario until it ends or its process is killed."""
    room.disk = Disk(room.root, before, after)
    with steady(), room.disk, contextlib.suppress(Killed, Ended):
        try:
            scenario(room)
        except AAEError as error:
            room.messages.append(str(error))


def dead(root: Path) -> None:
    """Make all leftovers under `root` look as if dead processes had left them long ago."""
    for path in [*root.rglob(f".*{files.PART}")]:
        path.rename(path.with_name(path.name.replace(f".{os.getpid()}-", f".{NOBODY}-")))
    for path in root.glob(".*"):
        os.utime(path, (time.time() - AGE,) * 2)


# Reading a revision


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
        "place": revision.probe_place,
        "labelled": revision.labelled,
        "frames": frames,
        "decoders": lambda: {step: revision.decode(z, [0, 1], step=step) for step in revision.frames().keys},
        "weights": lambda: weights_of(revision),
        "encode": lambda: revision.encode(shown),
        "decode": lambda: revision.decode(z, [0, 1]),
        "measured": lambda: reproduction.measured(revision),
        "request": revision.request,
    }
    found = {}
    for name, read in reads.items():
        try:
            found[name] = plain(read())
        except AAEError as error:
            found[name] = Message(sentence(str(error)))
    launchers.log_end(revision.path), revision.sizes(), revision.version  # must not raise
    return found


def commands(root: Path) -> str:
    """What `list` and `show` print for a store; Broken unless each has exit status 0 or 1 and prints no traceback."""
    out = io.StringIO()
    rows = [row.id for row in Store(root, gallery=root.parent / "gallery").own()]
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(out):
        for argv in (["list"], *(["show", row] for row in rows)):
            status = arguments.main([*argv, "--checkpoints", str(root)])
            demand(status in (0, 1), f"exit status {status} of {argv}: {out.getvalue()[-500:]}")
    demand("Traceback" not in out.getvalue(), out.getvalue()[-2000:])
    return out.getvalue()


@cache
def undisturbed(steps: int = STEPS) -> dict:
    """The weights at the end of an undisturbed training of so many steps."""
    with tempfile.TemporaryDirectory(dir=MEMORY) as place, steady():
        revision = Room(Path(place) / "store").store.create(config(steps), images().summary)
        demand(worker.run(revision.path, data=images()).state == "done", "the undisturbed training failed")
        return weights_of(revision)


# After a fault


def examine(
    room: Room, moment: int | None, may_lose: bool = False, to_the_end: bool = True, kept: Iterable[str] = ()
) -> list[str]:
    """Open the store as at the next start, read everything, continue every training to its end, and return the messages about
    losses. moment: the number of operations after which the claims are checked; None: they are not. kept: ids of revisions that
    must be there. Raises Broken for a loss that is not reported or, unless `may_lose`, for any."""
    dead(room.root)
    store, said = room.store, []
    queue.reconcile(store, room.launcher)
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
            kept = int(files.read_header(revision.path / "weights.safetensors").metadata["step"])
            demand(kept >= min(values), f"the weights are of step {kept}, and not of {values}")
            if revision.status.state == "done":
                demand(weights_of(revision) == undisturbed(revision.config.steps), "done, and other weights")


def finish(room: Room, name: str) -> list[str]:
    """Continue a training to its end; returns the message if that is impossible. Raises Broken if its weights differ from those
    of an undisturbed run."""
    revision = room.store.open(name)
    try:
        if revision.status.state != "done" or isinstance(readings(revision)["weights"], Message):
            if revision.status.state != "queued":
                queue.resume(room.store, name, room.launcher)
            with steady():
                status = worker.run(revision.path, data=images())
            if status.state == "paused":  # by a request from before the fault
                status = worker.run(revision.path, data=images())
            if status.state != "done":
                return [sentence(status.reason)]
        demand(weights_of(revision) == undisturbed(revision.config.steps), f"{name} ended with other weights")
    except RevisionError as error:
        return [sentence(str(error))]
    return []


def left_nothing(room: Room) -> None:
    """Raise Broken if there is a temporary file, a held lock or a traceback in a log after the next start."""
    last = room.store.create(config(), images().summary)
    with contextlib.suppress(RevisionError):
        shutil.rmtree(last.path)
    left = [
        str(path.relative_to(room.root))
        for path in room.root.rglob(".*")
        if path.suffix == files.PART or path.name == SPARE
    ]
    left += [path.name for path in room.root.glob(".new-*")]
    demand(not left, f"left behind: {left}")
    for lock in [*room.root.rglob("*.lock")]:
        with files.lock(lock, f"{lock} is still held."):
            pass
    for log in room.root.rglob("worker.log"):
        demand("Traceback" not in log.read_text(errors="replace"), log.read_text(errors="replace")[-2000:])


# Kinds of rounds: each returns the fault in words, and the messages about losses


@cache
def length() -> int:
    """The number of disk operations in the scenario."""
    with tempfile.TemporaryDirectory(dir=MEMORY) as place:
        room = Room(Path(place) / "store")
        play(room)
        demand(not room.messages, str(room.messages))
        examine(room, room.disk.count)
        return room.disk.count


def interrupted(room, fault, may_lose=False):
    play(room, fault)
    return fault.place, examine(room, room.disk.count, may_lose)


def killed(room, draw):
    return interrupted(room, Fault(kill, draw.randrange(1, length()), None, (*faulty_disk.CHANGES, "read")))


def failing(kind):
    def one(room, draw):
        number, kinds = kind
        fault = Fault(number, draw.randrange(1, length()), draw.choice((1, 1, 3, 20, None)), kinds)
        place, said = interrupted(room, fault)
        for text in room.messages:
            sentence(text)
        return f"{place}, {fault.happened} times", said

    return one


def clock_moved(room, draw):
    """The clock jumps during the scenario."""
    real, moved = time.time, [0.0]
    by = draw.choice((-3600.0, -10 * 365 * 86400.0, 30.0, 86400.0, 50 * 365 * 86400.0))
    fault = Fault(lambda: moved.__setitem__(0, by), draw.randrange(1, length()))
    with changed((time, "time", lambda: real() + moved[0])):
        play(room, fault)
        room.messages = [sentence(text) for text in room.messages]
        demand(not room.messages, str(room.messages))
        queue.reconcile(room.store, room.launcher)
    return f"by {by:,.0f} s, {fault.place}", examine(room, room.disk.count)


def meeting(room, draw):
    """Another process changes or reads the store between two operations of the scenario."""

    def other():
        store, rows = room.store, []
        with contextlib.suppress(AAEError):
            rows = store.own()
        if not rows:
            return
        name, actions = (
            rows[0].id,
            {
                "label": lambda: store.open(name).annotate(notes="Somebody else was here."),
                "pause": lambda: queue.pause(store, name, room.launcher),
                "stop": lambda: queue.stop(store, name, room.launcher),
                "resume": lambda: queue.resume(store, name, room.launcher),
                "delete": lambda: (gone.append(name), store.delete(name)),
                "train": lambda: worker.run(store.open(name).path, data=images()),
                "look": lambda: (queue.reconcile(store, room.launcher), queue.pump(store, room.launcher), store.list()),
                "create": lambda: store.create(config(), images().summary),
            },
        )
        chosen.append(draw.choice(sorted(actions)))
        try:
            actions[chosen[0]]()
        except AAEError as error:
            sentence(str(error))

    chosen, gone = [], []
    fault = Fault(other, draw.randrange(1, length()), 1, (*faulty_disk.CHANGES, "read"))
    play(room, fault)
    for text in room.messages:
        sentence(text)
    claimed = {name: values for (kind, name), values in room.expected(room.disk.count).items() if kind == "there"}
    kept = [name for name, values in claimed.items() if values == [True] and name not in gone]
    return f"{chosen[0] if chosen else 'nothing'} at {fault.place}", examine(room, None, kept=kept)


def deleted(room, draw):
    """Somebody deletes a file or folder of the store during the scenario."""

    def remove():
        there = sorted(path for path in room.root.rglob("*") if not path.name.endswith(".lock"))
        if there:
            gone.append(draw.choice(there))
            shutil.rmtree(gone[0]) if gone[0].is_dir() else gone[0].unlink()

    gone: list[Path] = []
    fault = Fault(remove, draw.randrange(1, length()))
    play(room, fault)
    for text in room.messages:
        sentence(text)
    return f"{gone[0].name if gone else 'nothing'} at {fault.place}", room.messages + examine(room, None, may_lose=True)


@cache
def _template():
    """A store with a done and a paused revision, each with every kind of file, and the readings of both."""
    place = Path(tempfile.mkdtemp(dir=MEMORY))
    atexit.register(shutil.rmtree, place)
    room = Room(place / "store")
    with steady():
        done, paused = room.start(), room.start()
        room.train(done)
        room.train(paused, PAUSED)
        room.resume(paused)
        room.train(paused, 2 * PAUSED)
    for revision in (done, paused):
        room.label(revision, "a name")
        figures = {"classification": {"error": 12.5}}
        record = {"format": reproduction.FORMAT, "revision": revision.fingerprint, "figures": figures}
        files.write_record(revision.path / reproduction.RECORD, record)
        (revision.path / "worker.log").write_text("A line.\nAnother line.\n")
    paused.write_request("pause")
    return room.root, {revision.id: readings(revision) for revision in (done, paused)}


def damaged(room, draw):
    """A file of a revision is damaged in one of the ways of DAMAGE."""
    template, before = _template()
    shutil.copytree(template, room.root)
    name = draw.choice(sorted(before))
    there = sorted(path for path in (room.root / name).rglob("*") if path.is_file())
    kinds = sorted({kind_of(path) for path in there})
    kind = draw.choice(kinds)
    path = draw.choice([path for path in there if kind_of(path) == kind])
    how, data = draw.choice(DAMAGE), path.read_bytes()
    path.write_bytes(how(data, draw, there))
    revision, said = None, []
    try:
        revision = Revision(room.root / name)
        after = readings(revision)
    except AAEError as error:
        after = {}
        said.append(sentence(str(error)))
    for key, value in after.items():
        if isinstance(value, Message):
            said.append(value)
        elif key in ("frames", "decoders"):  # a frame and its decoder may be missing if a message says so
            found, whole = (each[key][0] if key == "frames" else each[key] for each in (after, before[name]))
            troubles = not isinstance(after["frames"], Message) and after["frames"][1]
            demand(all(whole[step] == one for step, one in found.items()), f"{key}: one has changed")
            demand(len(found) == len(whole) or troubles, f"{key}: one is missing without a message")
            said += ["frames are missing, and a message says so"] * bool(troubles)
        elif key == "status" and value["state"] == "failed":
            said.append(sentence(revision.status.reason))
        elif key != "request" or value is not None:
            demand(value == before[name][key], f"{key} has changed without a message ({how.__name__} {path.name})")
    said += examine(room, None, may_lose=True)
    return f"{how.__name__} {kind}, {'done' if name == min(before) else 'paused'}", said


def kind_of(path: Path) -> str:
    """The kind of a revision's file; all frames are one kind, and all their decoders another."""
    return re.sub(r"^\d{9}", "<step>", path.name)


def flipped(data, draw, there):
    """One bit flipped."""
    if not data:
        return data
    place = draw.randrange(len(data))
    return data[:place] + bytes([data[place] ^ 1 << draw.randrange(8)]) + data[place + 1 :]


def cut(data, draw, there):
    return data[: draw.randrange(len(data))] if data else data


def emptied(data, draw, there):
    return b""


def lengthened(data, draw, there):
    return data + draw.randbytes(draw.randrange(1, 100))


def noise(data, draw, there):
    return draw.randbytes(len(data))


def swapped(data, draw, there):
    """Two ranges of bytes exchanged."""
    if len(data) < 4:
        return data[::-1]
    size = draw.randrange(1, max(2, len(data) // 4))
    a = draw.randrange(len(data) - 2 * size + 1)
    b = draw.randrange(a + size, len(data) - size + 1)
    return data[:a] + data[b : b + size] + data[a + size : b] + data[a : a + size] + data[b + size :]


def exchanged(data, draw, there):
    """The content of another file of the same revision."""
    return draw.choice(there).read_bytes()


def without_lines(data, draw, there):
    """Some consecutive lines removed, or none."""
    lines = data.splitlines(keepends=True)
    del lines[draw.randrange(len(lines) or 1) : draw.randrange(len(lines) or 1) + 1]
    return b"".join(lines)


DAMAGE = (flipped, flipped, flipped, cut, cut, swapped, swapped, emptied, lengthened, noise, exchanged, without_lines)


# Real processes


class Real(launchers.LocalProcess):
    """A launcher of real processes on this machine: `python -m benchmarks.robustness.faults --worker PATH`."""

    def launch(self, revision):
        with open(revision.path / "worker.log", "ab") as log:
            argv = PROGRAM, "--worker", str(revision.path), *self.arguments
            child = launchers.process(*argv, stdin=subprocess.DEVNULL, stdout=log, stderr=log)
        self._children.append(child)
        return {"pid": child.pid, "started": psutil.Process(child.pid).create_time()}


def as_worker(path: Path, at: int) -> int:
    """Work as the worker of a revision; it kills itself before the operation with this number (0: never)."""
    fault = Fault(lambda: os.kill(os.getpid(), signal.SIGKILL), at or sys.maxsize, kinds=(*faulty_disk.CHANGES, "read"))
    # at its end the worker starts the next queued training, with queue.pump's default launcher
    with steady(), changed((queue.pump, "__defaults__", (Real(),))), Disk(path.parent, fault):
        return int(worker.run(path, keep_every=1.0, data=images()).state == "failed")


def wait_for(true, seconds: float = 120.0) -> None:
    """Wait until true() holds; Broken if that takes too long."""
    begin = time.monotonic()
    while not true():
        demand(time.monotonic() - begin < seconds, f"nothing happened in {seconds:.0f} s")
        time.sleep(0.02)


def gone(status) -> bool:
    return status.pid is None or not psutil.pid_exists(status.pid) or not launchers.LOCAL.alive(status)


def worker_killed(room, draw):
    """A worker kills itself with SIGKILL before an exact operation."""
    at, launcher = draw.randrange(1, length() // 3), Real()
    launcher.arguments = "--kill-at", str(at)
    revision = queue.start(room.store, config(), images().summary, launcher)
    status = revision.status
    wait_for(lambda: not launcher.alive(status))
    place = f"before operation {at}"
    if revision.status.state in ("running", "queued"):  # the lock may be held until the worker's last thread has ended
        wait_for(lambda: queue.reconcile(room.store, launcher), FOUND_WITHIN)
    return place, examine(room, None, kept=[revision.id])


def worker_killed_at_random(room, draw):
    """A worker is killed with SIGKILL at a random moment, in a quarter of the cases while it is still starting."""
    launcher = Real()
    revision = queue.start(room.store, config(LONG), images().summary, launcher)
    status, early = revision.status, draw.random() < 0.25
    wait = draw.uniform(0, 2)
    if not early:
        wait_for(lambda: (revision.path / "resume.safetensors").exists() or not launcher.alive(status))
    time.sleep(wait)
    with contextlib.suppress(ProcessLookupError):
        os.kill(status.pid, signal.SIGKILL)
    wait_for(lambda: not launcher.alive(status))
    if revision.status.state in ("running", "queued"):
        wait_for(lambda: queue.reconcile(room.store, launcher), FOUND_WITHIN)
    place = f"{wait:.2f} s after {'its start' if early else 'a checkpoint'}, at step {revision.status.step}"
    return place, examine(room, None, kept=[revision.id])


def as_server(root: Path) -> int:
    """Do what a server does for open pages: start two trainings and serve the queue until it is killed."""
    room, launcher = Room(root), Real()
    for _ in range(2):
        queue.start(room.store, config(LONG), images().summary, launcher)
    while True:
        queue.pump(room.store, launcher)
        room.store.list()
        time.sleep(0.02)


def server_killed(room, draw):
    """A server is killed with SIGKILL: its worker continues, and the next server starts what is queued."""
    room.root.mkdir()
    place = room.root.parent / "server.err"
    with place.open("wb") as log:
        server = launchers.process(PROGRAM, "--server", str(room.root), stdout=log, stderr=log)
    wait_for(lambda: room.store.own() or server.poll() is not None)
    wait = draw.uniform(0, 5)
    time.sleep(wait)
    kept = [row.id for row in room.store.own()]
    server.kill()
    server.wait()
    demand(not place.read_bytes(), place.read_text())
    launcher = Real()
    for row in room.store.own():
        wait_for(lambda row=row: gone(Revision(row.path).status))
        demand(Revision(row.path).status.state in ("done", "queued"), f"{row.id} did not continue")

    def over():
        queue.pump(room.store, launcher)
        return all(row.state not in ("queued", "running") for row in room.store.own())

    wait_for(over)
    demand(all(row.state == "done" for row in room.store.own()), "not done")
    wait_for(lambda: not any(child.poll() is None for child in launcher._children))
    return f"after {wait:.2f} s", examine(room, None, kept=kept)


def small_disk(room, draw):
    """A small tmpfs that really gets full, if one can be mounted; else errors of a full disk from `faulty_disk`."""
    room.root.mkdir()
    size = draw.randrange(24, 200)
    if subprocess.run(
        ["mount", "-t", "tmpfs", "-o", f"size={size}k", "tmpfs", room.root], capture_output=True
    ).returncode:
        room.root.rmdir()
        return failing(faulty_disk.DISK_FULL)(room, draw)
    try:
        play(room)
        for text in room.messages:
            sentence(text)
        subprocess.run(["mount", "-o", "remount,size=64m", room.root], check=True)  # space is freed
        messages = ", ".join(room.messages)[-60:]
        return f"of {size} kB: {messages or 'enough'}", examine(room, room.disk.count)
    finally:
        subprocess.run(["umount", room.root], check=True)


KINDS = {
    "killed before or in the middle of an operation": (killed, 40),
    "bytes of a file cut, flipped, swapped": (damaged, 60),
    "disk full": (failing(faulty_disk.DISK_FULL), 16),
    "disk full, a small one": (small_disk, 8),
    "input/output error": (failing(faulty_disk.BROKEN), 16),
    "permission taken away": (failing(faulty_disk.FORBIDDEN), 12),
    "clock moved": (clock_moved, 8),
    "two writers meet": (meeting, 20),
    "deleted while it is written": (deleted, 12),
    "kill -9 of a worker, at an exact place": (worker_killed, 4),
    "kill -9 of a worker, at random": (worker_killed_at_random, 2),
    "kill -9 of a server": (server_killed, 2),
}


def schedule(rounds: int) -> list[str]:
    """The kind of each round: as many of each as KINDS says, in proportion, spread evenly, and at least one."""
    shares = {name: share for name, (_, share) in KINDS.items()}
    left = {name: max(1, round(share * rounds / sum(shares.values()))) for name, share in shares.items()}
    while sum(left.values()) != rounds:
        largest = max(left, key=left.get)
        left[largest] += 1 if sum(left.values()) < rounds else -1
    places = [((k + 0.5) / count, name) for name, count in left.items() for k in range(count)]
    return [name for _, name in sorted(places)]


@dataclass
class Outcome:
    kind: str
    place: str
    said: list[str]
    fault: str
    seconds: float


def one_round(kind: str, seed: int, number: int) -> Outcome:
    draw, begin, place, said = random.Random(f"{seed} {number}"), time.process_time(), "", []
    err, caught = io.StringIO(), Caught()
    with tempfile.TemporaryDirectory(dir=MEMORY) as folder, contextlib.redirect_stderr(err), caught:
        place, said = KINDS[kind][0](Room(Path(folder) / "store"), draw)
    fault = caught.fault or (err.getvalue() if "Traceback" in err.getvalue() else "")
    return Outcome(kind, place, said, fault, time.process_time() - begin)


class Caught:
    """A context that turns any exception of a round, except for a keyboard interrupt, into the text `fault`."""

    fault = ""

    def __enter__(self):
        return self

    def __exit__(self, kind, error, trace):
        if kind is None or issubclass(kind, KeyboardInterrupt):
            return False
        where = "" if kind is Broken else "".join(traceback.format_tb(trace)[-5:])
        self.fault = f"{kind.__name__}: {error}\n{where}"
        return True


def rounds(count: int, seed: int, only: str = "") -> list[Outcome]:
    outcomes = []
    for number, kind in enumerate(schedule(count)):
        if only in kind:
            outcomes.append(one_round(kind, seed, number))
            last = outcomes[-1]
            end = f"FAULT {last.fault}" if last.fault else f"message: {last.said[0]}" if last.said else "nothing lost"
            print(f"{number:4}  {last.seconds:5.1f} s  {kind}: {last.place}  {end}", flush=True)
    return outcomes


def power_losses(count: int, seed: int, every: int = 1, scenarios: int = 5) -> list[str]:
    """Simulate `count` power failures at random moments of a few scenarios; after every `every`-th, each training is continued to
    its end. Returns the faults."""
    found, draw = [], random.Random(f"power {seed}")
    for number in range(scenarios):
        with tempfile.TemporaryDirectory(dir=MEMORY) as folder:
            room, journal = Room(Path(folder) / "store"), Journal()
            play(room, after=journal)
            demand(not room.messages, str(room.messages))
            for each in range(count // scenarios):
                after = Room(Path(folder) / f"after-{each}" / "store", claims=room.claims)
                moment = draw.randrange(1, room.disk.count + 1)
                how = journal.failed_at(moment, draw, after.root)
                try:
                    examine(after, moment, to_the_end=each % every == 0)
                except (Broken, AAEError) as broken:
                    found.append(f"scenario {number}, after operation {moment}, {how} left: {broken}")
                    print(found[-1], flush=True)
                shutil.rmtree(after.root.parent)
    return found


def table(outcomes: list[Outcome]) -> str:
    rows = ["| fault | rounds | as if undisturbed | loss reported | loss not reported |", "|---|--:|--:|--:|--:|"]
    for kind in [*KINDS, ""]:
        of = [each for each in outcomes if kind in (each.kind, "")]
        found = Counter("fault" if each.fault else "said" if each.said else "same" for each in of)
        rows.append(f"| {kind or 'all'} | {len(of)} | {found['same']} | {found['said']} | {found['fault']} |")
    return "\n".join(rows)


def report(outcomes, losses, args, seconds) -> str:
    """The text of docs/faults.md; seconds: how long the rounds and the power failures took."""
    command = f"python -m benchmarks.robustness.faults --rounds {args.rounds} --power-loss {args.power_loss} --seed {args.seed}"
    return f"""# Faults and power failures

`{command}`, {date.today()}: {len(outcomes)} rounds in {seconds[0] / 60:.0f} minutes, and {args.power_loss:,} power failures in
{seconds[1] / 60:.0f} minutes, on a machine that other work kept busy. [faults.py](../benchmarks/robustness/faults.py) describes
the rounds and what is checked after them; [faulty_disk.py](../benchmarks/robustness/faulty_disk.py) simulates the disk that
stops, fails and loses data. CI runs 20 rounds and 60 power failures (`tests/test_faults_benchmark.py`).

{table(outcomes)}

"As if undisturbed": everything that was reported as done is there, everything reads as before, and every training ends with the
weights of an undisturbed run, bit for bit. Only damage to a file and deletion may lose something, and a message of one sentence
must report it. After each round no temporary file, held lock, process or traceback is left.

After **{args.power_loss - len(losses):,} of {args.power_loss:,}** power failures everything was there that had been reported as
done. The simulated disk keeps only what POSIX promises: the bytes of a file that was synced and the names in a folder that was
synced. Of everything else it keeps nothing, all up to a moment, or any part; a file may have none of its bytes, some, or zeros.

The benchmark assumes that a rename is atomic: afterwards the file has either the old name or the new one, as on journalling file
systems (ext4, XFS, APFS, NTFS). The scenario includes a revision that is moved to the trash and restored.

Other tests: `tests/aae_core/scheduling/on_a_cluster.py` kills machines, actors and trainers of a Ray cluster, and
[fuzzing](fuzzing.md) damages the records of sweeps and own data sets.

In the first run, one of the four workers killed at an exact place was found dead only at the second check, probably
because the system had not yet released its lock. The benchmark now checks for up to 15 s, as pages check every second, and these
four rounds were run again.

These faults of the project were found and corrected: bits that changed unnoticed, because files had no checksums; an emptied list
of metrics; probe codes read as a list of labelled images; the decoder of another step; names that were not synced; and parts
of files, and disk space reserved for failures, that a killed process left behind.
"""


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=200)
    parser.add_argument("--power-loss", type=int, default=1000, metavar="N")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--only", default="", metavar="KIND", help="only rounds of kinds whose names contain this")
    parser.add_argument("--write", action="store_true")
    parser.add_argument("--worker", type=Path, help=argparse.SUPPRESS)
    parser.add_argument("--kill-at", type=int, default=0, help=argparse.SUPPRESS)
    parser.add_argument("--server", type=Path, help=argparse.SUPPRESS)
    args = parser.parse_args()
    if args.worker:
        return as_worker(args.worker, args.kill_at)
    if args.server:
        return as_server(args.server)
    begin = time.monotonic()
    outcomes = rounds(args.rounds, args.seed, args.only)
    middle = time.monotonic()
    losses = power_losses(args.power_loss, args.seed, every=5) if args.power_loss else []
    text = report(outcomes, losses, args, (middle - begin, time.monotonic() - middle))
    print(text)
    if args.write:
        DOCUMENT.write_text(text, encoding="utf-8")
    return int(bool(losses) or any(each.fault for each in outcomes))


if __name__ == "__main__":
    sys.exit(main())
