"""A hundred trainings queued on a Ray cluster of two machines, one of which is killed: their order, and whether one is lost.

    python -m benchmarks.speed.ray_queue [--count 100] [--processors 2]

Prints the figures of docs/use/engines.md, including the memory of the processes. The cluster consists of raylets on
this machine, in a separate network namespace, because Ray listens on other interfaces than loopback whatever address it
is given.
"""

import argparse
import fcntl
import json
import os
import signal
import socket
import struct
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager

import psutil

from aae_core.config.configuration import configure
from aae_core.runs import engines, queue
from aae_core.store.revisions import Store
from benchmarks.processes import say

PORT, APART_VARIABLE = 6400, "AAE_APART"
SIOCSIFFLAGS, IFF_UP = 0x8914, 1
NODE_OPTIONS = {"object_store_memory": 80 * 2**20, "include_dashboard": False}


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--count", type=int, default=100)
    parser.add_argument("--processors", type=int, default=2, help="of each of the two machines")
    parser.add_argument("--steps", type=int, default=200)
    args = parser.parse_args()
    run_in_own_network()
    say("The cluster starts.")
    with tempfile.TemporaryDirectory() as place, start_cluster(place, args.processors) as nodes:
        print(json.dumps(measure_queue(args, nodes), indent=1))
    return 0


def run_in_own_network() -> None:
    """Restart the program in a separate network namespace with only a loopback interface, unless it runs in one already."""
    if APART_VARIABLE not in os.environ:
        unshare_command = ["unshare", "--net"] if os.geteuid() == 0 else ["unshare", "--net", "--map-root-user"]
        sys.exit(
            subprocess.call(
                [*unshare_command, sys.executable, *sys.orig_argv[1:]], env=os.environ | {APART_VARIABLE: "1"}
            )
        )
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as any_socket:
        fcntl.ioctl(any_socket, SIOCSIFFLAGS, struct.pack("16sh14x", b"lo", IFF_UP))


@contextmanager
def start_cluster(place: str, processors: int) -> Iterator[list]:
    """A context with a cluster of two machines as the engine; yields its two nodes. place: the folder of revisions."""
    from ray.cluster_utils import Cluster

    os.environ |= {"AAE_CHECKPOINTS": place, "AAE_ENGINE": "ray", "AAE_RAY_ADDRESS": f"127.0.0.1:{PORT}"}
    cluster = Cluster(initialize_head=True, head_node_args={"gcs_server_port": PORT, "num_cpus": 0, **NODE_OPTIONS})
    try:
        yield [cluster.add_node(num_cpus=processors, **NODE_OPTIONS) for _ in range(2)]
    finally:
        engines.chosen_engine().disconnect()
        for node in cluster.list_all_nodes():
            kill_node(node)


def measure_queue(args, nodes):
    nets = {"network.hidden": (16,), "network.discriminator": (16,)}
    config = configure(data="digits", steps=args.steps, batch_size=50, threads=1, **nets)
    data_facts, store, start = queue.check_startable(config), Store(), time.monotonic()
    say(f"Queueing {args.count} trainings.")
    revisions = [queue.start_training(store, config, data_facts) for _ in range(args.count)]
    while any(not item.status.worker for item in revisions):
        queue.launch_queued(store)
    seconds_to_hand_over = time.monotonic() - start
    started_numbers = set()
    kill_seconds = None
    lost_numbers = []
    memory_by_number = {}
    while any(item.status.state in ("queued", "running") for item in revisions):
        queue.launch_queued(store)
        elapsed, old_count = time.monotonic() - start, len(started_numbers)
        for number, item in enumerate(revisions):
            status = item.status
            if status.host or status.state != "queued":
                started_numbers.add(number)
            if (
                status.state == "running"
                and status.step
                and number not in memory_by_number
                and any(uss := worker_memory(status.pid))
            ):
                memory_by_number[number] = uss  # nothing where it has just ended
        if len(started_numbers) > old_count:
            say(f"{len(started_numbers)} of {args.count} have begun.")
        if kill_seconds is None and len(started_numbers) > args.count // 2:
            lost_numbers = [number for number, item in enumerate(revisions) if is_training_on(item.status, nodes[0])]
            if lost_numbers:  # otherwise its trainings are still starting
                say("The first machine is killed.")
                kill_node(nodes[0])
                kill_seconds = elapsed
        time.sleep(0.1)
    states = [item.status.state for item in revisions]
    # a worker prints nothing unless something is wrong, so its log is as old as its first start
    started_numbers = sorted(
        range(args.count), key=lambda number: (revisions[number].path / "worker.log").stat().st_mtime_ns
    )
    inversion_count = sum(first > second for first, second in zip(started_numbers, started_numbers[1:], strict=False))
    return {
        "trainings": args.count,
        "seconds until all were handed over": round(seconds_to_hand_over, 1),
        "seconds until all had ended": round(time.monotonic() - start, 1),
        "done": states.count("done"),
        "not done": [(n, state, revisions[n].status.error_text) for n, state in enumerate(states) if state != "done"],
        "machine killed after seconds": round(kill_seconds or 0, 1),
        "trainings on it": lost_numbers,
        "begun in another order than queued": inversion_count,
        "furthest from its place": max(abs(place - number) for place, number in enumerate(started_numbers)),
        "MiB of an actor, a trainer": [
            round(sum(item[i] for item in memory_by_number.values()) / len(memory_by_number) / 2**20) for i in (0, 1)
        ],
    }


def is_training_on(status, node) -> bool:
    """Whether a training's worker is the grandchild of a machine's raylet."""
    own_pids = {entry.process.pid for processes in node.all_processes.values() for entry in processes}
    try:
        return status.state == "running" and psutil.Process(psutil.Process(status.pid).ppid()).ppid() in own_pids
    except psutil.NoSuchProcess:
        return False


def worker_memory(pid) -> tuple[int, int]:
    """Bytes of unshared memory of a trainer's actor and of the trainer."""
    try:
        trainer = psutil.Process(pid)
        return trainer.parent().memory_full_info().uss, trainer.memory_full_info().uss
    except (psutil.NoSuchProcess, AttributeError):
        return 0, 0


def kill_node(node) -> None:
    """Simulate the loss of a machine: kill the processes of its node; those that they started end with them."""
    for element in (element for processes in node.all_processes.values() for element in processes):
        try:
            os.kill(element.process.pid, signal.SIGKILL)
            element.process.wait()
        except ProcessLookupError:
            continue


if __name__ == "__main__":
    sys.exit(main())
