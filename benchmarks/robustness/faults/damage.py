"""Rounds in which a file is damaged after the scenario, and the ways of damaging it (DAMAGE)."""

import atexit
import re
import shutil
import tempfile
from functools import cache
from pathlib import Path

from aae_core import files
from aae_core.errors import AAEError
from aae_core.reproduce import reproduction
from aae_core.store.revisions import Revision
from benchmarks.robustness.faults.checks import Message, examine, readings, sentence
from benchmarks.robustness.faults.scenario import MEMORY, PAUSED, Room, demand, steady


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
        files.write_checksummed_json(revision.path / reproduction.RECORD_FILE, record)
        (revision.path / "worker.log").write_text("A line.\nAnother line.\n")
    paused.write_request("pause")
    return room.root, {revision.id: readings(revision) for revision in (done, paused)}


def damaged(room, draw):
    """A file of a revision is damaged in one of the ways of DAMAGE."""
    template, before = _template()
    shutil.copytree(template, room.root)
    name = draw.choice(list(before))  # ids of one second stand in any order
    there = sorted(path for path in (room.root / name).rglob("*") if path.is_file())
    kind = draw.choice(sorted({kind_of(path) for path in there}))
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
            result, whole = (item[key][0] if key == "frames" else item[key] for item in (after, before[name]))
            troubles = not isinstance(after["frames"], Message) and after["frames"][1]
            demand(all(whole[step] == one for step, one in result.items()), f"{key}: one has changed")
            demand(len(result) == len(whole) or troubles, f"{key}: one is missing without a message")
            said += ["frames are missing, and a message says so"] * bool(troubles)
        elif key == "status" and value["state"] == "failed":
            said.append(sentence(revision.status.error_text))
        elif key != "request" or value is not None:
            demand(value == before[name][key], f"{key} has changed without a message ({how.__name__} {path.name})")
    said += examine(room, None, may_lose=True)
    return f"{how.__name__} {kind}, {'done' if name == next(iter(before)) else 'paused'}", said


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
