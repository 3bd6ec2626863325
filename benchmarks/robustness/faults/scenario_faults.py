"""Rounds in which something happens while the scenario runs: each returns the fault in words, and the messages about losses."""

import contextlib
import shutil
import subprocess
import time
from functools import cache

from aae_core.errors import AAEError
from aae_core.jobs import worker
from aae_core.scheduling import queue
from benchmarks.robustness.faults.checks import examine, sentence
from benchmarks.robustness.faults.faulty_disk import CHANGES, DISK_FULL, Fault, kill
from benchmarks.robustness.faults.scenario import changed, config, demand, images, new_room, play


@cache
def length() -> int:
    """The number of disk operations in the scenario."""
    with new_room() as room:
        play(room)
        demand(not room.messages, str(room.messages))
        examine(room, room.disk.count)
        return room.disk.count


def interrupted(room, fault):
    play(room, fault)
    return fault.place, examine(room, room.disk.count)


def killed(room, draw):
    return interrupted(room, Fault(kill, draw.randrange(1, length()), None, (*CHANGES, "read")))


def failing(kind):
    def one(room, draw):
        number, kinds = kind
        fault = Fault(number, draw.randrange(1, length()), draw.choice((1, 1, 3, 20, None)), kinds)
        place, said = interrupted(room, fault)
        for text in room.messages:
            sentence(text)
        return f"{place}, {fault.happened} times", said

    return one


def small_disk(room, draw):
    """A small tmpfs that really gets full, if one can be mounted; else errors of a full disk from `faulty_disk`."""
    room.root.mkdir()
    size = draw.randrange(24, 200)
    mount = "mount", "-t", "tmpfs", "-o", f"size={size}k", "tmpfs", room.root
    if subprocess.run(mount, capture_output=True).returncode:
        room.root.rmdir()
        return failing(DISK_FULL)(room, draw)
    try:
        play(room)
        for text in room.messages:
            sentence(text)
        subprocess.run(["mount", "-o", "remount,size=64m", room.root], check=True)  # space is freed
        messages = ", ".join(room.messages)[-60:]
        return f"of {size} kB: {messages or 'enough'}", examine(room, room.disk.count)
    finally:
        subprocess.run(["umount", room.root], check=True)


def clock_moved(room, draw):
    """The clock jumps during the scenario."""
    real, moved = time.time, [0.0]
    by = draw.choice((-3600.0, -10 * 365 * 86400.0, 30.0, 86400.0, 50 * 365 * 86400.0))
    fault = Fault(lambda: moved.__setitem__(0, by), draw.randrange(1, length()))
    with changed((time, "time", lambda: real() + moved[0])):
        play(room, fault)
        room.messages = [sentence(text) for text in room.messages]
        demand(not room.messages, str(room.messages))
        queue.fail_dead_trainings(room.store, room.launcher)
    return f"by {by:,.0f} s, {fault.place}", examine(room, room.disk.count)


def meeting(room, draw):
    """Another process changes or reads the store between two operations of the scenario."""

    def other():
        store, rows = room.store, []
        with contextlib.suppress(AAEError):
            rows = store.own()
        if not rows:
            return
        name = rows[0].id
        actions = {
            "label": lambda: store.open(name).annotate(notes="Somebody else was here."),
            "pause": lambda: queue.pause_training(store, name, room.launcher),
            "stop": lambda: queue.stop_training(store, name, room.launcher),
            "resume": lambda: queue.resume_training(store, name, room.launcher),
            "delete": lambda: (gone.append(name), store.delete(name)),
            "train": lambda: worker.run_training(store.open(name).path, data=images()),
            "look": lambda: (
                queue.fail_dead_trainings(store, room.launcher),
                queue.launch_queued(store, room.launcher),
                store.list(),
            ),
            "create": lambda: store.create(config(), images().summary),
        }
        chosen.append(draw.choice(sorted(actions)))
        try:
            actions[chosen[0]]()
        except AAEError as error:
            sentence(str(error))

    chosen, gone = [], []
    fault = Fault(other, draw.randrange(1, length()), 1, (*CHANGES, "read"))
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

    gone = []
    fault = Fault(remove, draw.randrange(1, length()))
    play(room, fault)
    for text in room.messages:
        sentence(text)
    return f"{gone[0].name if gone else 'nothing'} at {fault.place}", room.messages + examine(room, None, may_lose=True)
