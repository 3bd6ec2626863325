"""What the benchmarks of training (training.py, image_training.py) share: a measurement, and how a page describes it."""

import os
import platform
import statistics
from collections.abc import Iterator
from datetime import date

from aae_core.training import machine

SPINNING_THREADS = {"GOMP_SPINCOUNT": "30000"}  # variables of the environment: waiting threads spin for a moment


def train_until_report(training, reports: Iterator) -> int:
    """How many images the steps took that led to the next report."""
    first_step = training.step
    next(reports)
    return (training.step - first_step) * training.batch_size


def median_of(runs: list[dict], figure: str = "samples_per_second") -> float:
    """The median of a figure over the measurements of one arm."""
    return statistics.median(run[figure] for run in runs)


def describe_conditions(flags: str, args, load: float) -> list[str]:
    """Two lines on how, when and where was measured. load: the machine's before."""
    command = f"python -m benchmarks.speed.training --rounds {args.rounds} --seconds {args.seconds:g}"
    if args.busy:
        command += " --busy"
        unit = (
            "The machine had other work, so these are samples per second of one thread's processor time, "
            "not of wall-clock time."
        )
    else:
        unit = "Samples per second of wall-clock time."
    has_bf16 = "yes" if machine.has_native_bf16(args.device) else "no"
    return [
        f"`{command}{flags}`, {date.today()}; {_describe_machine(args.device)}, {platform.machine()}, "
        f"{args.threads} threads; bf16 in hardware: {has_bf16}; load average before {load:.1f}, "
        f"after {os.getloadavg()[0]:.1f} (this benchmark's own is {args.threads}).",
        unit,
    ]


def _describe_machine(device: str) -> str:
    names = [machine.gpu_name(device), machine.machine_name()]
    return ", ".join(name for name in names if name)


def describe_verdict(is_reached: bool) -> str:
    return "reached" if is_reached else "missed"
