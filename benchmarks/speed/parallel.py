"""One training computed by several processes: how much its weights differ from those of one process, and its speed.

    python -m benchmarks.speed.parallel [--steps 60] [--processes 2] [--only VARIANT …] [--seconds 10] [--write]

Differences: for every variant, in double precision, the largest difference of a weight between one process and several after so
many steps; the processes communicate by gloo. Speeds: samples per second of one process and of several, each with one thread,
alternately, the best of three. Exit status 1 if a weight differs by 1e-9 or more; `--write` writes the tables of
docs/results/parallel.md.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from datetime import date
from pathlib import Path

import torch

from aae_core.config.configuration import configure
from aae_core.config.variants import VARIANTS
from aae_core.data import sets
from aae_core.jobs import estimate
from aae_core.places import PROJECT
from aae_core.training import machine, rendezvous
from aae_core.training.communicator import SINGLE_PROCESS, Communicator
from aae_core.training.loop import fit
from aae_core.training.training import Training
from benchmarks import document
from benchmarks.processes import say

MAX_DIFFERENCE = 1e-9
NOISE_SETTINGS = {"input_noise": 0.1, "input_dropout": 0.1, "discriminator_noise": 0.1}
SETTINGS_BY_NAME = {  # with which each variant is tried
    "default": {},
    "with noise": {"posterior": "gaussian", "augment": "on", "input_shift": 1, **NOISE_SETTINGS},
    "shared passes": {"passes": "shared"},
    "Adam": {"optimiser.kind": "adam", "passes": "shared"},
}
NEEDED_SETTINGS = {
    "label-informed": {"prior.name": "mixture"},
    "semi-supervised": {"labels": 100},
    "reduction": {"labels": 100},
}
SMALL_CONFIG = {
    "data": "digits",
    "batch_size": 60,
    "network.hidden": (64, 64),
    "network.discriminator": (64,),
    "precision": "fp32",
    "threads": 1,
}
SPEED_CASES = {  # what is timed: dense nets on 28×28, convolutions on 32×32
    "784 – 1000 – 1000, batch 100": ((1, 28, 28), {"batch_size": 100}),
    "784 – 1000 – 1000, batch 1000": ((1, 28, 28), {"batch_size": 1000}),
    "pyramid 32 – 64, 3 × 32 × 32, batch 256": (
        (3, 32, 32),
        {"batch_size": 256, "network.kind": "pyramid", "network.hidden": (256,), "network.channels": (32, 64)},
    ),
}  # fmt: skip


def trained_weights(variant: str, settings_name: str, steps: int, communicator: Communicator) -> torch.Tensor:
    """All weights of a small training of a variant after so many steps, in double precision."""
    config = configure(
        variant=variant,
        steps=steps,
        **SMALL_CONFIG | NEEDED_SETTINGS.get(variant, {}) | SETTINGS_BY_NAME[settings_name],
    )
    training = Training(config, sets.load("digits"), "cpu", communicator=communicator)
    for _ in fit(training):
        pass
    return torch.cat([parameter.detach().reshape(-1) for parameter in training.model.parameters()])


def samples_per_second(name: str, seconds: float, communicator: Communicator) -> float:
    """Samples per second of the AAE, with one thread for each process."""
    shape, settings = SPEED_CASES[name]
    config = configure(precision="fp32", threads=1, epochs=100_000, **settings)
    training = Training(
        config, estimate.make_random_dataset(config, shape, 10, 10_000), "cpu", communicator=communicator
    )
    reports, step_count, elapsed = fit(training), 0, 0.0
    next(reports)
    while communicator.broadcast_first(elapsed) < seconds:
        start_point = training.step, training.seconds
        next(reports)
        step_count, elapsed = step_count + training.step - start_point[0], elapsed + training.seconds - start_point[1]
    return step_count * training.batch_size / elapsed


def run_jobs(jobs: list, communicator: Communicator) -> list:
    """The results of the jobs, computed by all processes together."""
    results = []
    for number, (kind, *job) in enumerate(jobs, 1):
        if not communicator.rank:
            say(f"{number} of {len(jobs)}, processes: {communicator.world_size}; {', '.join(map(str, (kind, *job)))}.")
        if kind == "pace":
            results.append(samples_per_second(*job, communicator))
            continue
        torch.set_default_dtype(torch.float64)
        results.append(trained_weights(*job, communicator).tolist())
        torch.set_default_dtype(torch.float32)
    return results


def run_as_process(rank: int, size: int, folder: Path) -> None:
    """Work as one of the processes; the first writes the results."""
    jobs = json.loads((folder / "jobs.json").read_text())
    if size == 1:
        result = run_jobs(jobs, SINGLE_PROCESS)
    else:
        if "MASTER_ADDR" in os.environ:  # the others are on other machines
            url, place = "env://", Communicator(rank, size)
        else:
            url, place = (folder / "meeting").as_uri(), Communicator(rank, size, size, rank)
        with rendezvous.connect_processes(place, url, "cpu") as communicator:
            result = run_jobs(jobs, communicator)
    if not rank:
        (folder / "found.json").write_text(json.dumps(result))


def run_processes(jobs: list, size: int, machines: list[list[str]] | None = None) -> list:
    """The results of the jobs by so many processes. machines: for each process the prefix of a command that runs on its
    machine."""
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "jobs.json").write_text(json.dumps(jobs))
        command = [sys.executable, "-m", "benchmarks.speed.parallel", "--processes", str(size), "--rank"]
        places = machines or [[]] * size
        commands = [[*place, *command, str(rank), folder] for rank, place in enumerate(places[:size])]
        processes = [subprocess.Popen(item, cwd=PROJECT) for item in commands]
        codes = [process.wait() for process in processes]
        if any(codes):
            raise SystemExit("A process failed.")
        return json.loads((Path(folder) / "found.json").read_text())


def weight_distances(
    variants: list[str], steps: int, size: int, machines: list[list[str]] | None = None
) -> dict[str, list[float | None]]:
    """For each variant the largest difference of a weight in each of SETTINGS_BY_NAME, None if they do not apply to
    it. machines: as for `run_processes`."""
    jobs = [
        ["weights", variant, settings_name, steps]
        for variant in variants
        for settings_name in SETTINGS_BY_NAME
        if is_possible(variant, settings_name)
    ]
    single_results, joint_results = run_processes(jobs, 1), run_processes(jobs, size, machines)
    distance_by_case = {
        tuple(job[1:3]): (torch.tensor(a, dtype=torch.float64) - torch.tensor(b, dtype=torch.float64))
        .abs()
        .max()
        .item()
        for job, a, b in zip(jobs, single_results, joint_results, strict=True)
    }
    return {
        variant: [distance_by_case.get((variant, settings_name)) for settings_name in SETTINGS_BY_NAME]
        for variant in variants
    }


def is_possible(variant: str, settings_name: str) -> bool:
    """Whether settings apply to a variant: only variants with an adversary can share passes."""
    return "passes" not in SETTINGS_BY_NAME[settings_name] or VARIANTS[variant].has_adversary


def distances_table(value: dict[str, list[float | None]]) -> list[str]:
    """The lines of a table of `weight_distances`."""
    lines = ["| variant | " + " | ".join(SETTINGS_BY_NAME) + " |", "|---" + "|--:" * len(SETTINGS_BY_NAME) + "|"]
    for variant, row in value.items():
        lines.append(
            f"| {variant} | " + " | ".join("–" if distance is None else f"{distance:.1e}" for distance in row) + " |"
        )
    return lines


def measure_speeds(size: int, seconds: float) -> dict[str, tuple[float, float]]:
    """Samples per second of one process and of `size` processes, the best of three."""
    jobs = [["pace", name, seconds] for name in SPEED_CASES]
    speed_runs = [[run_processes(jobs, number) for number in (1, size)] for _ in range(3)]
    best_speeds = [[max(entry) for entry in zip(*runs, strict=True)] for runs in zip(*speed_runs, strict=True)]
    return dict(zip(SPEED_CASES, zip(*best_speeds, strict=True), strict=True))


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--steps", type=int, default=60)
    parser.add_argument("--processes", type=int, default=2)
    parser.add_argument("--only", nargs="+", choices=tuple(VARIANTS), default=tuple(VARIANTS), metavar="VARIANT")
    parser.add_argument("--seconds", type=float, default=10, help="of each timed run; 0: none")
    parser.add_argument("--write", action="store_true")
    parser.add_argument("--rank", nargs=2, help=argparse.SUPPRESS)
    args = parser.parse_args()
    if args.rank:
        return run_as_process(int(args.rank[0]), args.processes, Path(args.rank[1]))
    start, load = time.perf_counter(), os.getloadavg()[0]
    distances = weight_distances(list(args.only), args.steps, args.processes)
    lines = distances_table(distances)
    max_distance = max(distance for row in distances.values() for distance in row if distance is not None)
    verdict = "met" if max_distance < MAX_DIFFERENCE else "MISSED"
    verdict_text = f"The largest difference: {max_distance:.1e}, target below {MAX_DIFFERENCE:.0e}: {verdict}."
    time_text = f"{time.perf_counter() - start:.0f} s; load average before: {load:.1f}"
    lines += ["", verdict_text, f"({args.steps} steps, one process compared with {args.processes}, {time_text}.)", ""]
    if args.seconds:
        lines += [f"| samples per second | one process | {args.processes} processes | ratio |", "|---|--:|--:|--:|"]
        for name, (single_speed, joint_speed) in measure_speeds(args.processes, args.seconds).items():
            lines.append(f"| {name} | {single_speed:,.0f} | {joint_speed:,.0f} | {joint_speed / single_speed:.2f} |")
        lines.append("")
    text = "\n".join(lines)
    print(text)
    if args.write:
        message = f"`python -m benchmarks.speed.parallel --write`, {date.today()}, {machine.machine_name()}."
        head = f"# One training on several processes\n\n{message}\n\n"
        document.rewrite(document.page_path("parallel"), head + text)
    return int(max_distance >= MAX_DIFFERENCE)


if __name__ == "__main__":
    sys.exit(main())
