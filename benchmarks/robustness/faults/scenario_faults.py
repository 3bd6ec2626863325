"""Rounds in which something happens while the scenario runs: each returns the fault in words, and the messages about losses."""

import contextlib
import shutil
import subprocess
import time
from functools import cache

from aae_core.errors import AAEError
from aae_core.runs import queue, worker
from benchmarks.robustness.faults.checks import check_sentence, examine
from benchmarks.robustness.faults.faulty_disk import CHANGES, DISK_FULL, Fault, kill_process
from benchmarks.robustness.faults.scenario import (
    demand,
    play_scenario,
    replace_attributes,
    temporary_room,
    toy_data,
    training_config,
)


@cache
def scenario_length() -> int:
    """The number of disk operations in the scenario."""
    with temporary_room() as room:
        play_scenario(room)
        demand(not room.messages, str(room.messages))
        examine(room, room.disk.count)
        return room.disk.count


def play_with_fault(room, fault):
    play_scenario(room, fault)
    return fault.place, examine(room, room.disk.count)


def run_killed(room, rng):
    return play_with_fault(room, Fault(kill_process, rng.randrange(1, scenario_length()), None, (*CHANGES, "read")))


def make_disk_error_round(kind):
    def run_with_disk_error(room, rng):
        number, kinds = kind
        fault = Fault(number, rng.randrange(1, scenario_length()), rng.choice((1, 1, 3, 20, None)), kinds)
        place, messages = play_with_fault(room, fault)
        for text in room.messages:
            check_sentence(text)
        return f"{place}, {fault.count} times", messages

    return run_with_disk_error


def run_on_small_disk(room, rng):
    """A small tmpfs that really gets full, if one can be mounted; else errors of a full disk from `faulty_disk`."""
    room.root.mkdir()
    size = rng.randrange(24, 200)
    mount = "mount", "-t", "tmpfs", "-o", f"size={size}k", "tmpfs", room.root
    if subprocess.run(mount, capture_output=True).returncode:
        room.root.rmdir()
        return make_disk_error_round(DISK_FULL)(room, rng)
    try:
        play_scenario(room)
        for text in room.messages:
            check_sentence(text)
        subprocess.run(["mount", "-o", "remount,size=64m", room.root], check=True)  # space is freed
        messages = ", ".join(room.messages)[-60:]
        return f"of {size} kB: {messages or 'enough'}", examine(room, room.disk.count)
    finally:
        subprocess.run(["umount", room.root], check=True)


def run_with_moved_clock(room, rng):
    """The clock jumps during the scenario."""
    real_time, clock_offset = time.time, [0.0]
    seconds = rng.choice((-3600.0, -10 * 365 * 86400.0, 30.0, 86400.0, 50 * 365 * 86400.0))
    fault = Fault(lambda: clock_offset.__setitem__(0, seconds), rng.randrange(1, scenario_length()))
    with replace_attributes((time, "time", lambda: real_time() + clock_offset[0])):
        play_scenario(room, fault)
        room.messages = [check_sentence(text) for text in room.messages]
        demand(not room.messages, str(room.messages))
        queue.fail_dead_trainings(room.store, room.launcher)
    return f"by {seconds:,.0f} s, {fault.place}", examine(room, room.disk.count)


def run_with_second_writer(room, rng):
    """Another process changes or reads the store between two operations of the scenario."""

    def act_meanwhile():
        store, rows = room.store, []
        with contextlib.suppress(AAEError):
            rows = store.list_own()
        if not rows:
            return
        name = rows[0].id
        actions = {
            "label": lambda: store.open(name).annotate(notes="Somebody else was here."),
            "pause": lambda: queue.pause_training(store, name, room.launcher),
            "stop": lambda: queue.stop_training(store, name, room.launcher),
            "resume": lambda: queue.resume_training(store, name, room.launcher),
            "delete": lambda: (deleted_ids.append(name), store.delete(name)),
            "train": lambda: worker.run_training(store.open(name).path, data=toy_data()),
            "look": lambda: (
                queue.fail_dead_trainings(store, room.launcher),
                queue.launch_queued(store, room.launcher),
                store.list(),
            ),
            "create": lambda: store.create(training_config(), toy_data().summary),
        }
        chosen_actions.append(rng.choice(sorted(actions)))
        try:
            actions[chosen_actions[0]]()
        except AAEError as error:
            check_sentence(str(error))

    chosen_actions, deleted_ids = [], []
    fault = Fault(act_meanwhile, rng.randrange(1, scenario_length()), 1, (*CHANGES, "read"))
    play_scenario(room, fault)
    for text in room.messages:
        check_sentence(text)
    claims = {name: values for (kind, name), values in room.expected_values(room.disk.count).items() if kind == "there"}
    kept_ids = [name for name, values in claims.items() if values == [True] and name not in deleted_ids]
    return f"{chosen_actions[0] if chosen_actions else 'nothing'} at {fault.place}", examine(
        room, None, kept_ids=kept_ids
    )


def run_with_deletion(room, rng):
    """Somebody deletes a file or folder of the store during the scenario."""

    def remove():
        paths = sorted(path for path in room.root.rglob("*") if not path.name.endswith(".lock"))
        if paths:
            path = rng.choice(paths)
            deleted_paths.append(path)
            if path.is_dir():
                shutil.rmtree(path)
            else:
                path.unlink()

    deleted_paths = []
    fault = Fault(remove, rng.randrange(1, scenario_length()))
    play_scenario(room, fault)
    for text in room.messages:
        check_sentence(text)
    return f"{deleted_paths[0].name if deleted_paths else 'nothing'} at {fault.place}", room.messages + examine(
        room, None, may_lose=True
    )
