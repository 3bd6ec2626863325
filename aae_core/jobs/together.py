"""A training on several processes: how its worker starts the others on this machine, and how all of them begin alike.

The worker that was launched, as for every training, is the first process. It alone holds the revision's lock and writes, and it
alone is paused or stopped, which it passes on to the others between two steps. If the processes run on several machines,
something else starts a worker for each of them, with the environment variables of `torchrun`: the actors of `ray_actor`, or
`torchrun` itself. """

import os
import subprocess
import sys
import tempfile
import threading
import time
import zlib
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, replace
from pathlib import Path

from aae_core.errors import ConfigError, Parted, RevisionError
from aae_core.scheduling import launchers
from aae_core.training import machine

LEAVE = 10.0  # seconds in which the other processes should end by themselves after the training
NOTICED = 1.0  # seconds within which the death of a process on this machine is noticed
TOLD = 120.0  # seconds within which that on another machine is: Ray needs about 65 s to notice that a machine is lost
LOOK = 0.05  # seconds between two looks
ENVIRONMENT = launchers.PLACE[:4]


@dataclass(frozen=True)
class Place:
    """Which of a training's processes this is (rank, size, here and local as for `ranks.Ranks`), and where they meet (as for
    `meeting.joined`). told: whether a line of standard input will say which of the others has ended."""

    rank: int = 0
    size: int = 1
    here: int = 1
    local: int = 0
    meeting: str = ""
    told: bool = False


def of_environment(environment: Mapping[str, str] = os.environ) -> Place | None:
    """The place of this process according to the environment variables of `torchrun`; None without them, ConfigError if they make
    no sense."""
    if "RANK" not in environment or "WORLD_SIZE" not in environment:
        return None
    texts = [environment.get(name, fallback) for name, fallback in zip(ENVIRONMENT, ("", "", "0", "1"), strict=True)]
    if not all(text.isdecimal() for text in texts):
        raise ConfigError(f"{', '.join(ENVIRONMENT)} must be whole numbers, not {', '.join(texts)[:60]}.")
    rank, size, local, local_size = map(int, texts)
    if not (rank < size and local < local_size <= size):
        raise ConfigError(
            f"RANK {rank} of WORLD_SIZE {size}, LOCAL_RANK {local} of LOCAL_WORLD_SIZE {local_size}, cannot be."
        )
    port = environment.get("MASTER_PORT", "")
    if not (environment.get("MASTER_ADDR") and port.isdecimal() and 0 < int(port) < 2**16):
        raise ConfigError("MASTER_ADDR and MASTER_PORT must name an address and a port of the first process's machine.")
    return Place(rank, size, local_size, local, "env://")


@contextmanager
def processes(revision, place: Place, device: str | None) -> Iterator[tuple[Place, Callable[[], None]]]:
    """A context with this worker's place, and a function that raises Parted once another process has ended. If several processes
    are to compute on this machine and nothing else starts them, it starts the others, and ends them at the end."""
    if place.size == 1 or place.meeting:
        which, patience = (_told(), TOLD) if place.told else (lambda: "", 0.0)
        with _parting(which, patience) as watch:
            yield place, watch
        return
    with tempfile.TemporaryDirectory(prefix="aae-") as folder:
        place = replace(place, here=place.size, meeting=(Path(folder) / "meeting").as_uri())
        chosen = ["--processes", str(place.size), "--meeting", place.meeting]
        if device:
            chosen += ["--device", device]
        if sys.platform == "linux":
            chosen += ["--under", str(os.getpid())]
        others: list[subprocess.Popen] = []

        def which():
            ended = [(other.returncode, number) for number, other in enumerate(others, 2) if other.poll()]
            code, number = min(ended, default=(0, 0))  # one that was killed, because of which others failed
            return obituary(number, place.size, code) if code else ""

        patience = 0.0
        try:
            for rank in range(1, place.size):
                others.append(launchers.worker(revision.path, *chosen, "--rank", str(rank)))
            with _parting(which, NOTICED) as watch:
                yield place, watch
            patience = LEAVE
        finally:
            _end(others, patience)


@contextmanager
def _parting(which: Callable[[], str], patience: float) -> Iterator[Callable[[], None]]:
    """A context with a function that raises Parted with the sentence of `which`, once it gives one. If something else raises
    Parted, the sentence is waited for, up to `patience` seconds, because it says more."""

    def watch():
        sentence = which()
        if sentence:
            raise Parted(sentence)

    try:
        yield watch
    except Parted:
        end = time.monotonic() + patience
        while time.monotonic() < end:
            watch()
            time.sleep(LOOK)
        raise


def obituary(number: int, size: int, code: int, host: str = "") -> str:
    """The sentence about process `number` of `size` that ended with the exit status `code`, on another machine if `host` names
    one."""
    how, where = f"was ended by signal {-code}" if code < 0 else "failed", f" on {host}" if host else ""
    return f"Process {number} of the {size} of this training{where} {how}; worker.log in the revision's folder may say why."


def _told() -> Callable[[], str]:
    """A function that returns the first line of standard input, "" until there is one."""
    lines = []
    threading.Thread(target=lambda: lines.append(sys.stdin.readline().strip()), daemon=True).start()
    return lambda: "".join(lines)


def _end(others, patience):
    """Wait `patience` seconds for each of the processes, and kill those that are still running."""
    for other in others:
        try:
            other.wait(patience)
        except subprocess.TimeoutExpired:
            other.kill()
            other.wait()


@contextmanager
def prepared(revision, dataset, place: Place, device: str | None, watch: Callable[[], None]) -> Iterator:
    """A context with the Training of a revision in the state in which it was left, connected to the other processes if there are
    any. Raises RevisionError if they do not all begin with the same state."""
    from aae_core.models.convolutions import computing_with
    from aae_core.store.weights import go_on
    from aae_core.training import meeting, ranks
    from aae_core.training.training import Training

    before, several = machine.from_record(revision.status.machine), place.size > 1
    # as before, if on this machine, to continue bit for bit even if the rules by which that is chosen have changed
    choice = before.before_captures if before and before.machine == machine.name() else None
    if several and choice and choice.precision != "fp32":
        raise ConfigError(
            "This training began in bf16 on one process, and several compute in fp32; resume it with one process, or start a "
            "new one."
        )
    mine = ranks.Ranks(place.rank, place.size, place.here, place.local)
    device_name = device or revision.config.device
    with meeting.joined(mine, place.meeting, device_name, watch, revision.id) if several else nullcontext(mine) as mine:
        training = Training(revision.config, dataset, device, choice, mine)
        go_on(revision, training)
        if several and not mine.agree(_checksum(training.state())):
            raise RevisionError(
                "The processes of this training do not begin with the same weights; let all of them have the same version of "
                "torch and the same folder of revisions."
            )
        with computing_with(training.choice.threads):
            yield training


def _checksum(state) -> int:
    """A checksum of the state from which a training continues, without the time that it has taken."""
    total = 0
    for name, value in state.items():
        if name != "seconds":
            total = zlib.crc32(value.contiguous().numpy().tobytes(), total)
    return total
