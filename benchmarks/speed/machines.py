"""One training on several machines, simulated by network namespaces of this machine that are joined by a virtual switch.

    python -m benchmarks.speed.machines [--only weights workers ray]

Prints the figures of docs/results/parallel.md. weights: the table of `benchmarks.speed.parallel` with one process here
and one on another machine. workers: two workers with the environment variables of `torchrun`, of which the second can
only read the folder of revisions; the training is paused and resumed, one worker is killed, and one machine is cut off.
ray: the same on a Ray cluster, where all can write. Needs root, `ip`, `unshare` and `nsenter`. Ends with an error if a
check fails.
"""

import argparse
import os
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import psutil

from aae_core.config.configuration import configure
from aae_core.config.variants import VARIANTS
from aae_core.jobs import distributed, worker
from aae_core.places import PROJECT
from aae_core.scheduling import engines, queue
from aae_core.store import weights
from aae_core.store.revisions import Store
from benchmarks.speed import parallel

INSIDE_VARIABLE, PORT, MAX_WAIT_SECONDS = "AAE_MACHINES", 29500, 600.0
HEAD_ADDRESS = "10.77.0.1"
MAX_DIFFERENCE = 1e-5  # largest difference of an fp32 weight that the order of additions explains
SMALL_CONFIG = {
    "data": "digits",
    "batch_size": 50,
    "threads": 1,
    "network.hidden": (16,),
    "network.discriminator": (16,),
}


class Machine:
    """Another machine, number 2 or higher. command_prefix: the prefix of a command that runs there; read_only: a
    folder it cannot write."""

    def __init__(self, number: int, read_only: str = ""):
        self.address, self._end = f"10.77.0.{number}", f"v{number}"
        shell_commands = f"hostname machine-{number}; "
        shell_commands += (
            f"mount --bind {read_only} {read_only}; mount -o remount,ro,bind {read_only}; " if read_only else ""
        )
        self._holder = subprocess.Popen(
            ["unshare", "--net", "--uts", "--mount", "sh", "-c", f"{shell_commands}exec sleep 1d"]
        )
        time.sleep(0.5)
        pid = str(self._holder.pid)
        self.command_prefix = ["nsenter", "-t", pid, "--net", "--uts", "--mount", f"--wdns={PROJECT}"]
        run_ip(
            f"link add {self._end} type veth peer name e{number} netns {pid}", f"link set {self._end} master switch up"
        )
        for line in (f"addr add {self.address}/24 dev e{number}", f"link set e{number} up", "link set lo up"):
            subprocess.run([*self.command_prefix, "ip", *line.split()], check=True)

    def cut_network(self) -> None:
        """Cut its network connection: nothing arrives any more, and no connection is closed."""
        run_ip(f"link set {self._end} down")

    def remove(self) -> None:
        """Remove the machine."""
        self._holder.kill()
        self._holder.wait()


def run_ip(*lines: str) -> None:
    """Run commands of `ip` on the first machine, this one."""
    for line in lines:
        subprocess.run(["ip", *line.split()], check=True)


def wait_until(read_value, limit: float = MAX_WAIT_SECONDS):
    """The first true value that `read_value` returns, and the seconds until then."""
    start = time.monotonic()
    while not (result := read_value()):
        assert time.monotonic() - start < limit, "nothing happened"
        if engines.chosen_engine().has_queue:
            queue.launch_queued(Store())
        time.sleep(0.1)
    return result, time.monotonic() - start


def print_line(text: str) -> None:
    print(text, flush=True)


def compare_weights() -> None:
    """The table of `benchmarks.speed.parallel` with the second process on another machine."""
    second_machine, start = Machine(2), time.monotonic()
    os.environ |= {"MASTER_ADDR": HEAD_ADDRESS, "MASTER_PORT": str(PORT)}
    distances = parallel.weight_distances(list(VARIANTS), 60, 2, [[], second_machine.command_prefix])
    max_distance = max(distance for row in distances.values() for distance in row if distance is not None)
    print_line("\n".join(parallel.distances_table(distances)))
    print_line(f"\nThe largest of all: {max_distance:.1e}, in {time.monotonic() - start:.0f} s.")
    second_machine.remove()
    assert max_distance < parallel.MAX_DIFFERENCE


def status_after_step(revision, step, old_pid=None):
    """The status of a training that has passed a step and saved a checkpoint; False otherwise, or if its process is
    `old_pid`."""
    status = revision.status
    assert status.state != "failed", status.error_text
    has_checkpoint = (revision.path / "resume.safetensors").exists()
    return status.state == "running" and has_checkpoint and status.step > step and status.pid != old_pid and status


def train_by_hand(folder: str) -> None:
    """Two workers as `torchrun` would start them: pause, resume, kill a worker, cut off a machine."""
    second_machine, store = Machine(2, read_only=folder), Store()
    config = configure(steps=10**6, **SMALL_CONFIG)
    revision = store.create(config, queue.check_startable(config))

    def start_workers():
        variables = {"WORLD_SIZE": "2", "MASTER_ADDR": HEAD_ADDRESS, "MASTER_PORT": str(PORT)}
        command = [sys.executable, "-m", "aae_core.jobs.worker", str(revision.path), "--checkpoint-seconds", "1"]
        places = enumerate(([], second_machine.command_prefix))
        return [
            subprocess.Popen(
                [*place, *command], cwd=PROJECT, env=os.environ | variables | {"RANK": str(n)}, stderr=subprocess.PIPE
            )
            for n, place in places
        ]

    def wait_for_workers(workers, limit=MAX_WAIT_SECONDS):
        sentences = []
        for process in workers:
            error_text = process.communicate(timeout=limit)[1].decode()
            sentences.append((process.returncode, [line for line in error_text.splitlines() if "rocess" in line][-1:]))
        return sentences

    workers = start_workers()
    wait_until(lambda: status_after_step(revision, 0))
    queue.pause_training(store, revision.id)
    _, seconds = wait_until(lambda: revision.status.state == "paused")
    print_line(
        f"Paused at step {revision.status.step} after {seconds:.1f} s; exit statuses {[process.wait() for process in workers]}."
    )
    compare_with_one_process(revision)

    workers, step = start_workers(), revision.status.step
    wait_until(lambda: revision.status.state == "running" and revision.status.step > step)
    print_line(f"Resumed, at step {revision.status.step}; process 2 on machine-2 is killed.")
    second_worker = psutil.Process(workers[1].pid)
    second_worker.send_signal(signal.SIGKILL)
    _, seconds = wait_until(lambda: revision.status.state == "failed")
    print_line(f"After {seconds:.1f} s: {revision.status.error_text}")
    print_line(f"The workers: {wait_for_workers(workers)}")

    workers, step = start_workers(), revision.status.step
    wait_until(lambda: revision.status.state == "running" and revision.status.step > step)
    second_machine.cut_network()
    _, seconds = wait_until(lambda: revision.status.state == "failed")
    print_line(f"The cable of machine-2 is cut. After {seconds:.0f} s: {revision.status.error_text}")
    start = time.monotonic()
    print_line(f"The workers: {wait_for_workers(workers)}, the last after another {time.monotonic() - start:.0f} s.")
    second_machine.remove()


def compare_with_one_process(revision) -> None:
    """Print the largest difference of a weight from a training by one process after as many steps; end if it exceeds
    MAX_DIFFERENCE."""
    end, single_revision = revision.status.step, Store().create(revision.config, revision.data)
    worker.run_training(
        single_revision, lambda status: status.step == end, place=distributed.ProcessPlace(world_size=1)
    )
    pairs = zip(*(weights.load_model(value).parameters() for value in (revision, single_revision)), strict=True)
    max_difference = max((weight - single_weight).abs().max().item() for weight, single_weight in pairs)
    print_line(f"After {end} steps in fp32 the weights are within {max_difference:.1e} of those of one process.")
    if max_difference > MAX_DIFFERENCE:
        sys.exit(f"The weights of one process and of several may differ by {MAX_DIFFERENCE:.0e} at most.")


def train_on_ray() -> None:
    """A Ray cluster of machines with a processor each: pause, resume, kill a worker, cut off a machine after a third has
    joined."""
    os.environ |= {"AAE_ENGINE": "ray", "AAE_RAY_ADDRESS": f"{HEAD_ADDRESS}:6379", "AAE_ENGINE_OPTIONS": "keep_every=1"}
    ray_command = [str(Path(sys.executable).parent / "ray"), "start", "--num-cpus=1", "--object-store-memory=80000000"]
    head_options = ["--head", f"--node-ip-address={HEAD_ADDRESS}", "--port=6379", "--include-dashboard=false"]
    machines = [Machine(2), Machine(3)]
    run_options = {"check": True, "stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL, "cwd": PROJECT}
    subprocess.run([*ray_command, *head_options], **run_options)

    def join_cluster(machine):
        join_command = ["env", f"TMPDIR={os.environ['TMPDIR']}", *ray_command, f"--address={HEAD_ADDRESS}:6379"]
        subprocess.run([*machine.command_prefix, *join_command, f"--node-ip-address={machine.address}"], **run_options)

    join_cluster(machines[0])
    config = configure(steps=10**6, processes=2, **SMALL_CONFIG)
    revision = queue.start_training(Store(), config, queue.check_startable(config))
    status, seconds = wait_until(lambda: status_after_step(revision, 0))
    print_line(
        f"Ray: the first process began on {status.host} after {seconds:.0f} s, the second on {second_process(revision)[1]}."
    )
    queue.pause_training(Store(), revision.id)
    _, seconds = wait_until(lambda: revision.status.state == "paused")
    print_line(f"Paused at step {revision.status.step} after {seconds:.1f} s.")
    compare_with_one_process(revision)
    step = revision.status.step
    queue.resume_training(Store(), revision.id)
    status, seconds = wait_until(lambda: status_after_step(revision, step))
    print_line(f"Resumed; at step {status.step} after {seconds:.0f} s. The second process is killed.")
    second_process(revision)[0].kill()
    _, seconds = wait_until(lambda: revision.status.state == "failed")
    print_line(f"After {seconds:.1f} s: {revision.status.error_text}")
    queue.resume_training(Store(), revision.id)
    status, _ = wait_until(lambda: status_after_step(revision, status.step))
    host_text = second_process(revision)[1]
    join_cluster(machines[1])
    next(machine for machine in machines if host_text.endswith(machine.address[-1])).cut_network()
    status_after, seconds = wait_until(lambda: status_after_step(revision, status.step, status.pid))
    host_text += (
        f" is cut at step {status.step}; {seconds:.0f} s later the training has gone on beyond it, "
        f"on {status_after.host} and "
    )
    print_line(f"The cable of {host_text}{second_process(revision)[1]}.")
    queue.stop_training(Store(), revision.id)
    wait_until(lambda: revision.status.state == "stopped")


def second_process(revision):
    """The second process of a training, the latest one, and the name of its machine."""
    candidates = []
    for process in psutil.process_iter():
        try:
            if str(revision.path) in process.cmdline() and process.environ().get("RANK") == "1":
                candidates.append((process.create_time(), process))
        except psutil.NoSuchProcess:
            continue
    last_process = max(candidates)[1]
    name = ["nsenter", "-t", str(last_process.pid), "--uts", "hostname"]
    return last_process, subprocess.run(name, capture_output=True, text=True, check=True).stdout.strip()


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parts = ("weights", "workers", "ray")
    parser.add_argument("--only", nargs="+", choices=parts, default=parts)
    args = parser.parse_args()
    if INSIDE_VARIABLE not in os.environ:  # start again in namespaces, in which all processes end with this one
        unshare_command = ["unshare", "--net", "--uts", "--mount", "--pid", "--fork", "--kill-child", "--mount-proc"]
        shell_command = [
            "sh",
            "-c",
            'hostname machine-1; exec "$@"',
            "sh",
            sys.executable,
            "-m",
            "benchmarks.speed.machines",
        ]
        return subprocess.call(
            [*unshare_command, *shell_command, *sys.argv[1:]], env=os.environ | {INSIDE_VARIABLE: "1"}
        )
    run_ip(
        "link set lo up", "link add switch type bridge", f"addr add {HEAD_ADDRESS}/24 dev switch", "link set switch up"
    )
    with tempfile.TemporaryDirectory() as folder:
        os.environ |= {"AAE_CHECKPOINTS": f"{folder}/revisions", "TMPDIR": folder}
        Path(os.environ["AAE_CHECKPOINTS"]).mkdir()
        for part in args.only:
            print_line(f"\n== {part}\n")
            {"weights": compare_weights, "ray": train_on_ray}.get(part, lambda: train_by_hand(f"{folder}/revisions"))()
    return 0


if __name__ == "__main__":
    sys.exit(main())
