"""Rounds in which a file is damaged after the scenario, and the ways of damaging it (DAMAGES)."""

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
        done_revision, paused_revision = room.start_training(), room.start_training()
        room.run_training(done_revision)
        room.run_training(paused_revision, PAUSE_STEP)
        room.resume(paused_revision)
        room.run_training(paused_revision, 2 * PAUSE_STEP)
    for revision in (done_revision, paused_revision):
        room.label(revision, "a name")
        figures = {"classification": {"error": 12.5}}
        record = {"format": reproduction.FORMAT, "revision": revision.fingerprint, "figures": figures}
        files.write_checksummed_json(revision.path / reproduction.RECORD_FILE, record)
        (revision.path / "worker.log").write_text("A line.\nAnother line.\n")
    paused_revision.write_request("pause")
    return room.root, {revision.id: read_everything(revision) for revision in (done_revision, paused_revision)}


def run_with_damaged_file(room, rng):
    """A file of a revision is damaged in one of the ways of DAMAGES."""
    template, readings_before = template_store()
    shutil.copytree(template, room.root)
    name = rng.choice(list(readings_before))  # ids of one second stand in any order
    paths = sorted(path for path in (room.root / name).rglob("*") if path.is_file())
    kind = rng.choice(sorted({file_kind(path) for path in paths}))
    path = rng.choice([path for path in paths if file_kind(path) == kind])
    damage, data = rng.choice(DAMAGES), path.read_bytes()
    path.write_bytes(damage(data, rng, paths))
    revision, messages = None, []
    try:
        revision = Revision(room.root / name)
        readings_after = read_everything(revision)
    except AAEError as error:
        readings_after = {}
        messages.append(check_sentence(str(error)))
    for key, value in readings_after.items():
        if isinstance(value, Message):
            messages.append(value)
        elif key in ("frames", "decoders"):  # a frame and its decoder may be missing if a message says so
            values, undamaged_values = value, readings_before[name][key]
            if key == "frames":  # a pair, with whether there were troubles
                values, undamaged_values = values[0], undamaged_values[0]
            troubles = not isinstance(readings_after["frames"], Message) and readings_after["frames"][1]
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
            demand(
                value == readings_before[name][key],
                f"{key} has changed without a message ({damage.__name__} {path.name})",
            )
    messages += examine(room, None, may_lose=True)
    return f"{damage.__name__} {kind}, {'done' if name == next(iter(readings_before)) else 'paused'}", messages


def file_kind(path: Path) -> str:
    """The kind of a revision's file; all frames are one kind, and all their decoders another."""
    return re.sub(r"^\d{9}", "<step>", path.name)


def flip_bit(data, rng, paths):
    """One bit flipped."""
    if not data:
        return data
    place = rng.randrange(len(data))
    return data[:place] + bytes([data[place] ^ 1 << rng.randrange(8)]) + data[place + 1 :]


def truncate(data, rng, paths):
    return data[: rng.randrange(len(data))] if data else data


def empty(data, rng, paths):
    return b""


def append_bytes(data, rng, paths):
    return data + rng.randbytes(rng.randrange(1, 100))


def replace_by_noise(data, rng, paths):
    return rng.randbytes(len(data))


def swap_ranges(data, rng, paths):
    """Two ranges of bytes exchanged."""
    if len(data) < 4:
        return data[::-1]
    size = rng.randrange(1, max(2, len(data) // 4))
    a = rng.randrange(len(data) - 2 * size + 1)
    b = rng.randrange(a + size, len(data) - size + 1)
    return data[:a] + data[b : b + size] + data[a + size : b] + data[a : a + size] + data[b + size :]


def take_other_file(data, rng, paths):
    """The content of another file of the same revision."""
    return rng.choice(paths).read_bytes()


def remove_lines(data, rng, paths):
    """Some consecutive lines removed, or none."""
    lines = data.splitlines(keepends=True)
    del lines[rng.randrange(len(lines) or 1) : rng.randrange(len(lines) or 1) + 1]
    return b"".join(lines)


DAMAGES = (
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
