"""The rounds of each kind (KINDS) and the power failures: how many there are, and what became of them."""

import contextlib
import io
import random
import shutil
import time
import traceback
from dataclasses import dataclass

from aae_core.errors import AAEError
from benchmarks.robustness.faults import damage, faulty_disk, real_processes, scenario_faults
from benchmarks.robustness.faults.checks import examine
from benchmarks.robustness.faults.faulty_disk import Journal
from benchmarks.robustness.faults.scenario import BrokenPromiseError, Room, demand, play_scenario, temporary_room

KINDS = {
    "killed before or in the middle of an operation": (scenario_faults.run_killed, 40),
    "bytes of a file cut, flipped, swapped": (damage.run_with_damaged_file, 60),
    "disk full": (scenario_faults.make_disk_error_round(faulty_disk.DISK_FULL), 16),
    "disk full, a small one": (scenario_faults.run_on_small_disk, 8),
    "input/output error": (scenario_faults.make_disk_error_round(faulty_disk.READ_WRITE_ERROR), 16),
    "permission taken away": (scenario_faults.make_disk_error_round(faulty_disk.PERMISSION_DENIED), 12),
    "clock moved": (scenario_faults.run_with_moved_clock, 8),
    "two writers meet": (scenario_faults.run_with_second_writer, 20),
    "deleted while it is written": (scenario_faults.run_with_deletion, 12),
    "kill -9 of a worker, at an exact place": (real_processes.kill_worker, 4),
    "kill -9 of a worker, at random": (real_processes.kill_worker_at_random, 2),
    "kill -9 of a server": (real_processes.kill_server, 2),
}


def schedule(rounds: int) -> list[str]:
    """The kind of each round: as many of each as KINDS says, in proportion, spread evenly, and at least one."""
    shares = {name: share for name, (_, share) in KINDS.items()}
    counts = {name: max(1, round(share * rounds / sum(shares.values()))) for name, share in shares.items()}
    while sum(counts.values()) != rounds:
        largest = max(counts, key=counts.get)
        counts[largest] += 1 if sum(counts.values()) < rounds else -1
    places = [((k + 0.5) / count, name) for name, count in counts.items() for k in range(count)]
    return [name for _, name in sorted(places)]


@dataclass
class Outcome:
    kind: str
    place: str
    messages: list[str]
    fault: str
    seconds: float


def run_round(kind: str, seed: int, number: int) -> Outcome:
    rng, start, errors = random.Random(f"{seed} {number}"), time.process_time(), io.StringIO()
    place, messages, fault = "", [], ""
    with temporary_room() as room, contextlib.redirect_stderr(errors):
        try:
            place, messages = KINDS[kind][0](room, rng)
        except KeyboardInterrupt:
            raise
        except BaseException as error:  # also those that stand for the end of a process
            trace = "" if type(error) is BrokenPromiseError else "".join(traceback.format_tb(error.__traceback__)[-5:])
            fault = f"{type(error).__name__}: {error}\n{trace}"
    fault = fault or (errors.getvalue() if "Traceback" in errors.getvalue() else "")
    return Outcome(kind, place, messages, fault, time.process_time() - start)


def run_rounds(count: int, seed: int, kind_part: str = "") -> list[Outcome]:
    outcomes = []
    for number, kind in enumerate(schedule(count)):
        if kind_part in kind:
            outcomes.append(run_round(kind, seed, number))
            last_outcome = outcomes[-1]
            print(
                f"{number:4}  {last_outcome.seconds:5.1f} s  {kind}: {last_outcome.place}  {_loss_text(last_outcome)}",
                flush=True,
            )
    return outcomes


def _loss_text(outcome):
    if outcome.fault:
        return f"FAULT {outcome.fault}"
    return f"message: {outcome.messages[0]}" if outcome.messages else "nothing lost"


def simulate_power_losses(count: int, seed: int, finish_interval: int = 1, scenarios: int = 5) -> list[str]:
    """Simulate `count` power failures at random moments of a few scenarios; after every `finish_interval`-th, each
    training is continued to its end. Returns the faults."""
    faults, rng = [], random.Random(f"power {seed}")
    for number in range(scenarios):
        with temporary_room() as room:
            journal = Journal()
            play_scenario(room, after_operation=journal)
            demand(not room.messages, str(room.messages))
            for number_of_failure in range(count // scenarios):
                room_after = Room(room.root.parent / f"after-{number_of_failure}" / "store", claims=room.claims)
                moment = rng.randrange(1, room.disk.count + 1)
                choice = journal.write_state_after_failure(moment, rng, room_after.root)
                try:
                    examine(room_after, moment, finish_trainings=number_of_failure % finish_interval == 0)
                except (BrokenPromiseError, AAEError) as error:
                    faults.append(f"scenario {number}, after operation {moment}, {choice} left: {error}")
                    print(faults[-1], flush=True)
                shutil.rmtree(room_after.root.parent)
    return faults
