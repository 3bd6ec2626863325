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
from benchmarks.robustness.faults.checks import Message, check_sentence, examine, read_everything
from benchmarks.robustness.faults.scenario import MEMORY_FOLDER, PAUSE_STEP, Room, demand, steady_clock


@cache
def template_store():
    """A store with a done and a paused revision, each with every kind of file, and the readings of both."""
    folder = Path(tempfile.mkdtemp(dir=MEMORY_FOLDER))
    atexit.register(shutil.rmtree, folder)
    room = Room(folder / "store")
    with steady_clock():
        done, paused = room.start_training(), room.start_training()
        room.run_training(done)
        room.run_training(paused, PAUSE_STEP)
        room.resume(paused)
        room.run_training(paused, 2 * PAUSE_STEP)
    for revision in (done, paused):
        room.label(revision, "a name")
        figures = {"classification": {"error": 12.5}}
        record = {"format": reproduction.FORMAT, "revision": revision.fingerprint, "figures": figures}
        files.write_checksummed_json(revision.path / reproduction.RECORD_FILE, record)
        (revision.path / "worker.log").write_text("A line.\nAnother line.\n")
    paused.write_request("pause")
    return room.root, {revision.id: read_everything(revision) for revision in (done, paused)}


def damaged_file(room, draw):
    """A file of a revision is damaged in one of the ways of DAMAGE."""
    template, before = template_store()
    shutil.copytree(template, room.root)
    name = draw.choice(list(before))  # ids of one second stand in any order
    paths = sorted(path for path in (room.root / name).rglob("*") if path.is_file())
    kind = draw.choice(sorted({kind_of(path) for path in paths}))
    path = draw.choice([path for path in paths if kind_of(path) == kind])
    damage, data = draw.choice(DAMAGE), path.read_bytes()
    path.write_bytes(damage(data, draw, paths))
    revision, messages = None, []
    try:
        revision = Revision(room.root / name)
        after = read_everything(revision)
    except AAEError as error:
        after = {}
        messages.append(check_sentence(str(error)))
    for key, value in after.items():
        if isinstance(value, Message):
            messages.append(value)
        elif key in ("frames", "decoders"):  # a frame and its decoder may be missing if a message says so
            values, undamaged_values = value, before[name][key]
            if key == "frames":  # a pair, with whether there were troubles
                values, undamaged_values = values[0], undamaged_values[0]
            troubles = not isinstance(after["frames"], Message) and after["frames"][1]
            demand(
                all(undamaged_values[step] == step_value for step, step_value in values.items()),
                f"{key}: one has changed",
            )
            demand(len(values) == len(undamaged_values) or troubles, f"{key}: one is missing without a message")
            if troubles:
                messages.append("frames are missing, and a message says so")
        elif key == "status" and value["state"] == "failed":
            messages.append(check_sentence(revision.status.error_text))
        elif key != "request" or value is not None:
            demand(value == before[name][key], f"{key} has changed without a message ({damage.__name__} {path.name})")
    messages += examine(room, None, may_lose=True)
    return f"{damage.__name__} {kind}, {'done' if name == next(iter(before)) else 'paused'}", messages


def kind_of(path: Path) -> str:
    """The kind of a revision's file; all frames are one kind, and all their decoders another."""
    return re.sub(r"^\d{9}", "<step>", path.name)


def flip_bit(data, draw, paths):
    """One bit flipped."""
    if not data:
        return data
    place = draw.randrange(len(data))
    return data[:place] + bytes([data[place] ^ 1 << draw.randrange(8)]) + data[place + 1 :]


def truncate(data, draw, paths):
    return data[: draw.randrange(len(data))] if data else data


def empty(data, draw, paths):
    return b""


def append_bytes(data, draw, paths):
    return data + draw.randbytes(draw.randrange(1, 100))


def replace_by_noise(data, draw, paths):
    return draw.randbytes(len(data))


def swap_ranges(data, draw, paths):
    """Two ranges of bytes exchanged."""
    if len(data) < 4:
        return data[::-1]
    size = draw.randrange(1, max(2, len(data) // 4))
    a = draw.randrange(len(data) - 2 * size + 1)
    b = draw.randrange(a + size, len(data) - size + 1)
    return data[:a] + data[b : b + size] + data[a + size : b] + data[a : a + size] + data[b + size :]


def take_other_file(data, draw, paths):
    """The content of another file of the same revision."""
    return draw.choice(paths).read_bytes()


def remove_lines(data, draw, paths):
    """Some consecutive lines removed, or none."""
    lines = data.splitlines(keepends=True)
    del lines[draw.randrange(len(lines) or 1) : draw.randrange(len(lines) or 1) + 1]
    return b"".join(lines)


DAMAGE = (
    flip_bit,
    flip_bit,
    flip_bit,
    truncate,
    truncate,
    swap_ranges,
    swap_ranges,
    empty,
    append_bytes,
    replace_by_noise,
    take_other_file,
    remove_lines,
)
