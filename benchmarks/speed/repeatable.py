"""Whether the same training gives the same weights on a busy machine: alone, beside two and four busy processes, on one core.

    python -m benchmarks.speed.repeatable [--write]

Each run is `python -m aae_core train --variant aae --data digits --epochs 3 --seed 11` with its own store; the SHA-256 hashes of
all weights are compared. Also measures the processor time of a step in fp32 and bf16 on random images; the thresholds of
aae_core/training/machine.py were taken from such a table. --write writes both to docs/results/repeatable.md. Exit
status 1 if any weights differ.
"""

import argparse
import hashlib
import os
import subprocess
import sys
import tempfile
import time
from contextlib import contextmanager
from datetime import date
from pathlib import Path

from aae_core.places import PROJECT
from aae_core.training import machine
from benchmarks import document

TRAIN_ARGUMENTS = ("train", "--variant", "aae", "--data", "digits", "--epochs", "3", "--seed", "11", "--quiet")
WAY_OPTIONS = {
    "automatic precision and threads": (),
    "fp32, 2 threads": ("--precision", "fp32", "--threads", "2"),
    "bf16, 2 threads": ("--precision", "bf16", "--threads", "2"),
    "passes=shared": ("--set", "passes=shared"),
    "convolutions, bf16, 2 threads": ("--preset", "images", "--precision", "bf16", "--threads", "2"),
}
BUSY_PROCESSES = {"nothing started beside it": 0, "2 busy processes": 2, "4 busy processes": 4}
ONE_CORE = "on one core alone"
NETWORK_SETTINGS = {
    "digits, nets of 100": ((1, 8, 8), {"network.hidden": (100,), "network.discriminator": (100,)}),
    "digits, nets of 1000 (default)": ((1, 8, 8), {}),
    "MNIST, nets of 200": ((1, 28, 28), {"network.hidden": (200, 200), "network.discriminator": (200, 200)}),
    "MNIST, nets of 400": ((1, 28, 28), {"network.hidden": (400, 400), "network.discriminator": (400, 400)}),
    "MNIST, nets of 1000": ((1, 28, 28), {}),
    "MNIST, nets of 1000, batch 1000": ((1, 28, 28), {"batch_size": 1000}),
    "64 × 64 colour, convolutional": ((3, 64, 64), {"network.kind": "conv"}),
}


@contextmanager
def busy_processes(count: int):
    """A context in which so many other processes keep processors busy."""
    processes = [subprocess.Popen([sys.executable, "-c", "while True: pass"]) for _ in range(count)]
    try:
        yield
    finally:
        for process in processes:
            process.kill()
            process.wait()


def train_and_hash(options, condition: str) -> str:
    """The SHA-256 of the weights of one training, in the order of their names."""
    from safetensors.numpy import load_file

    print(f"{' '.join(options) or 'automatic precision and threads'}; {condition}", flush=True)
    with tempfile.TemporaryDirectory() as store, busy_processes(BUSY_PROCESSES.get(condition, 0)):
        one_core = {0} if condition == ONE_CORE else None
        subprocess.run(
            [sys.executable, "-m", "aae_core", *TRAIN_ARGUMENTS, *options],
            cwd=PROJECT,
            env={**os.environ, "AAE_CHECKPOINTS": store},
            check=True,
            stdout=subprocess.DEVNULL,
            preexec_fn=one_core and (lambda: os.sched_setaffinity(0, one_core)),
        )
        (file,) = Path(store).glob("*/weights.safetensors")
        weights = load_file(file)
    return hashlib.sha256(b"".join(weights[name].tobytes() for name in sorted(weights))).hexdigest()


def measure_step_times() -> list[tuple]:
    """For each of NETWORK_SETTINGS its name, the work of a step (parameters × images), and the ms of one thread in
    fp32 and in bf16."""
    from aae_core.config.configuration import configure
    from aae_core.models.convolutions import use_torch_threads
    from aae_core.runs import estimate
    from aae_core.training.phases import training_step
    from aae_core.training.training import Training

    rows = []
    for name, (shape, settings) in NETWORK_SETTINGS.items():
        print(f"a step of {name}", flush=True)
        milliseconds = []
        for precision in ("fp32", "bf16"):
            config = configure(precision=precision, threads=1, **settings)
            t, seconds = Training(config, estimate.make_random_dataset(config, shape, 10, 1000)), []
            with use_torch_threads(1):
                while len(seconds) < 4 or sum(seconds) < 1.5:
                    start = time.process_time()
                    training_step(t, t.current_batch())
                    seconds.append(time.process_time() - start)
            milliseconds.append(1e3 * sorted(seconds)[len(seconds) // 2])
        parameters = sum(parameter.numel() for parameter in t.model.parameters())
        rows.append((name, parameters * config.batch_size, *milliseconds))
    return rows


def results_page(result: dict, rows: list[tuple]) -> str:
    """The Markdown page. result: settings -> condition -> hash; rows: from `measure_step_times`."""
    conditions = list(next(iter(result.values())))
    lines = [
        "# The same command gives the same weights",
        "",
        f"`python -m benchmarks.speed.repeatable --write`, {date.today()}; {machine.machine_name()}; "
        f"load average {os.getloadavg()[0]:.1f}.",
        f"`python -m aae_core {' '.join(TRAIN_ARGUMENTS)}`: the first digits of the SHA-256 of its weights.",
        "",
        f"| | {' | '.join(conditions)} | equal |",
        "|---" * (len(conditions) + 2) + "|",
    ]
    for way, hashes in result.items():
        equality_text = "yes" if len(set(hashes.values())) == 1 else "**no**"
        lines.append(f"| {way} | {' | '.join(value[:12] for value in hashes.values())} | {equality_text} |")
    lines += [
        "",
        "## A step's processor time, one thread (ms, median)",
        "",
        "| | work: parameters × images | fp32 | bf16 | bf16 / fp32 |",
        "|---|--:|--:|--:|--:|",
    ]
    for name, work, fp32, bf16 in rows:
        lines.append(f"| {name} | {work:.1e} | {fp32:.1f} | {bf16:.1f} | {bf16 / fp32:.2f} |")
    return "\n".join(lines) + "\n"


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument(
        "--write", action="store_true", help="write docs/results/repeatable.md, keeping its last section"
    )
    args = parser.parse_args()
    conditions = [*BUSY_PROCESSES, *([ONE_CORE] if hasattr(os, "sched_setaffinity") else [])]
    hashes_by_way = {
        way: {condition: train_and_hash(options, condition) for condition in conditions}
        for way, options in WAY_OPTIONS.items()
    }
    text = results_page(hashes_by_way, measure_step_times())
    document.print_and_write("repeatable", text, args.write)
    return int(any(len(set(hashes.values())) > 1 for hashes in hashes_by_way.values()))


if __name__ == "__main__":
    sys.exit(main())
