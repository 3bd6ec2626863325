"""A training on several processes: how its worker starts the others on this machine, and how all of them begin alike.

The worker that was launched, as for every training, is the first process. It alone holds the revision's lock and
writes, and it alone is paused or stopped, which it passes on to the others between two steps. If the processes run on
several machines, something else starts a worker for each of them, with the environment variables of `torchrun`: the
actors of `ray_actor`, or `torchrun` itself.
"""

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

from aae_core.errors import ConfigError, ProcessLostError, RevisionError
from aae_core.scheduling import launchers
from aae_core.training import machine

EXIT_SECONDS = 10.0  # seconds in which the other processes should end by themselves after the training
LOCAL_NOTICE_SECONDS = 1.0  # seconds within which the death of a process on this machine is noticed
# seconds within which that on another machine is: Ray needs about 65 s to notice that a machine is lost
REMOTE_NOTICE_SECONDS = 120.0
POLL_SECONDS = 0.05  # seconds between two looks
PLACE_VARIABLES = launchers.RANK_VARIABLES[:4]


@dataclass(frozen=True)
class ProcessPlace:
    """Which of a training's processes this is (rank, world_size, local_rank and local_world_size as for
    `communicator.Communicator`), and where they meet (as for `rendezvous.connect_processes`). reads_endings: whether a
    line of standard input will say which of the others has ended."""

    rank: int = 0
    world_size: int = 1
    local_world_size: int = 1
    local_rank: int = 0
    rendezvous_url: str = ""
    reads_endings: bool = False


def place_from_environment(environment: Mapping[str, str] = os.environ) -> ProcessPlace | None:
    """The place of this process according to the environment variables of `torchrun`; None without them, ConfigError if
    they make no sense."""
    if "RANK" not in environment or "WORLD_SIZE" not in environment:
        return None
    texts = [
        environment.get(name, fallback) for name, fallback in zip(PLACE_VARIABLES, ("", "", "0", "1"), strict=True)
    ]
    if not all(text.isdecimal() for text in texts):
        raise ConfigError(f"{', '.join(PLACE_VARIABLES)} must be whole numbers, not {', '.join(texts)[:60]}.")
    rank, world_size, local_rank, local_size = map(int, texts)
    if not (rank < world_size and local_rank < local_size <= world_size):
        raise ConfigError(
            f"RANK {rank} of WORLD_SIZE {world_size}, LOCAL_RANK {local_rank} of LOCAL_WORLD_SIZE {local_size}, cannot be."
        )
    port = environment.get("MASTER_PORT", "")
    if not (environment.get("MASTER_ADDR") and port.isdecimal() and 0 < int(port) < 2**16):
        raise ConfigError("MASTER_ADDR and MASTER_PORT must name an address and a port of the first process's machine.")
    return ProcessPlace(rank, world_size, local_size, local_rank, "env://")


@contextmanager
def run_peer_processes(
    revision, place: ProcessPlace, device: str | None
) -> Iterator[tuple[ProcessPlace, Callable[[], None]]]:
    """A context with this worker's place, and a function that raises ProcessLostError once another process has ended.
    If several processes are to compute on this machine and nothing else starts them, it starts the others, and ends
    them at the end."""
    if place.world_size == 1 or place.rendezvous_url:
        lost_peer_message = _read_peer_ending() if place.reads_endings else lambda: ""
        explanation_timeout = REMOTE_NOTICE_SECONDS if place.reads_endings else 0.0
        with _explain_lost_peer(lost_peer_message, explanation_timeout) as check_peers:
            yield place, check_peers
        return
    with tempfile.TemporaryDirectory(prefix="aae-") as folder:
        place = replace(place, local_world_size=place.world_size, rendezvous_url=(Path(folder) / "meeting").as_uri())
        options = ["--processes", str(place.world_size), "--rendezvous-url", place.rendezvous_url]
        if device:
            options += ["--device", device]
        if sys.platform == "linux":
            options += ["--parent-pid", str(os.getpid())]
        peers: list[subprocess.Popen] = []

        def ended_peer_message():
            ended_peers = [(peer.returncode, number) for number, peer in enumerate(peers, 2) if peer.poll()]
            code, number = min(ended_peers, default=(0, 0))  # one that was killed, because of which others failed
            return process_end_message(number, place.world_size, code) if code else ""

        exit_seconds = 0.0
        try:
            for rank in range(1, place.world_size):
                peers.append(launchers.start_worker(revision.path, *options, "--rank", str(rank)))
            with _explain_lost_peer(ended_peer_message, LOCAL_NOTICE_SECONDS) as check_peers:
                yield place, check_peers
            exit_seconds = EXIT_SECONDS
        finally:
            _end_processes(peers, exit_seconds)


@contextmanager
def _explain_lost_peer(
    lost_peer_message: Callable[[], str], explanation_timeout: float
) -> Iterator[Callable[[], None]]:
    """A context with a function that raises ProcessLostError with the sentence of `lost_peer_message`, once it gives
    one. If something else raises ProcessLostError, the sentence is waited for, up to `explanation_timeout` seconds,
    because it says more."""

    def check_peers():
        sentence = lost_peer_message()
        if sentence:
            raise ProcessLostError(sentence)

    try:
        yield check_peers
    except ProcessLostError:
        deadline = time.monotonic() + explanation_timeout
        while time.monotonic() < deadline:
            check_peers()
            time.sleep(POLL_SECONDS)
        raise


def process_end_message(number: int, world_size: int, exit_status: int, host: str = "") -> str:
    """The sentence about process `number` of `world_size` that ended with the exit status `exit_status`, on another
    machine if `host` names one."""
    cause = f"was ended by signal {-exit_status}" if exit_status < 0 else "failed"
    location = f" on {host}" if host else ""
    return (
        f"Process {number} of the {world_size} of this training{location} {cause}; worker.log in the revision's folder "
        "may say why."
    )


def _read_peer_ending() -> Callable[[], str]:
    """A function that returns the first line of standard input, "" until there is one."""
    lines = []
    threading.Thread(target=lambda: lines.append(sys.stdin.readline().strip()), daemon=True).start()
    return lambda: "".join(lines)


def _end_processes(peers, exit_seconds):
    """Wait `exit_seconds` seconds for each of the processes, and kill those that are still running."""
    for peer in peers:
        try:
            peer.wait(exit_seconds)
        except subprocess.TimeoutExpired:
            peer.kill()
            peer.wait()


@contextmanager
def prepare_training(
    revision, dataset, place: ProcessPlace, device: str | None, check_peers: Callable[[], None]
) -> Iterator:
    """A context with the Training of a revision in the state in which it was left, connected to the other processes if
    there are any. Raises RevisionError if they do not all begin with the same state, ConfigError if the training cannot be
    computed here or by so many processes, and ProcessLostError if some do not connect in time, or if one is lost later."""
    from aae_core.models.convolutions import use_torch_threads
    from aae_core.store.weights import restore_training
    from aae_core.training import rendezvous
    from aae_core.training.communicator import Communicator
    from aae_core.training.training import Training, choose_device

    communicator = Communicator(place.rank, place.world_size, place.local_world_size, place.local_rank)
    device_name, is_distributed = device or revision.config.device, place.world_size > 1
    choice = former_choice_here(revision.status, choose_device(device_name, communicator).type)
    if is_distributed and choice and choice.precision != "fp32":
        raise ConfigError(
            "This training began in bf16 on one process, and several compute in fp32; resume it with one process, or start a "
            "new one."
        )
    with (
        rendezvous.connect_processes(communicator, place.rendezvous_url, device_name, check_peers, revision.id)
        if is_distributed
        else nullcontext(communicator) as communicator
    ):
        training = Training(revision.config, dataset, device, choice, communicator)
        restore_training(revision, training)
        if is_distributed and not communicator.is_same_everywhere(_state_checksum(training.state_tensors())):
            raise RevisionError(
                "The processes of this training do not begin with the same weights; let all of them have the same version of "
                "torch and the same folder of revisions."
            )
        with use_torch_threads(training.choice.threads):
            yield training


def former_choice_here(status, device_type: str) -> machine.ComputeChoice | None:
    """How a training was computed according to its status, if on this machine and its GPU, or likewise without one, so that
    it continues bit for bit even if the rules by which that is chosen have changed; otherwise None. device_type: "cpu",
    "cuda" or "mps", on which it will continue."""
    former_choice = machine.parse_choice(status.machine)
    if former_choice is None:
        return None
    if (former_choice.machine, former_choice.gpu) != (machine.machine_name(), machine.gpu_name(device_type)):
        return None
    return former_choice.without_capture_result


def _state_checksum(state) -> int:
    """A checksum of the state from which a training continues, without the time that it has taken."""
    total = 0
    for name, value in state.items():
        if name != "seconds":
            total = zlib.crc32(value.contiguous().numpy().tobytes(), total)
    return total
