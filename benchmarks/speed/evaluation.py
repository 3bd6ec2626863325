"""The time and memory that each metric takes at the sizes that papers report, compared with the machine's multiply rate.

    python -m benchmarks.speed.evaluation [--samples 100000] [--write]

Each metric runs in a separate process on random points of MNIST's size. Exit status 1 if one takes more than 2 GB or, except for
the Parzen window with ten times the samples, more than a minute, or if that Parzen window is not near the multiply rate.
`--write` writes docs/results/evaluation.md. The tests check that the metrics equal the plain formulae.
"""

import argparse
import json
import sys
import time
from datetime import date

import numpy as np
import torch

from aae_core.evaluation import code_metrics, distances, embedding, parzen, sample_quality
from aae_core.training import machine
from benchmarks import document
from benchmarks.processes import Progress, read_memory, run_and_parse

MAX_SECONDS, MAX_MEGABYTES = 60, 2000
NEAR_SHARE = 0.8  # share of the multiply rate that counts as near it
ROW = "| {:<44} | {:>9} | {:>11} | {:>17} |"


def random_blocks(count: int, width: int):
    generator = torch.Generator().manual_seed(0)
    for start in range(0, count, 1000):
        yield torch.rand(min(1000, count - start), width, generator=generator)


def run_likelihood(samples: int) -> float:
    images = torch.rand(10_000, 784, generator=torch.Generator().manual_seed(1))
    parzen.log_likelihoods_by_width(images, random_blocks(samples, 784), [0.2])
    return 2 * 10_000 * samples * 784


def run_neighbours(dim: int) -> float:
    rng = np.random.default_rng(0)
    train, test = rng.standard_normal((60_000, dim)), rng.standard_normal((10_000, dim))
    code_metrics.knn_accuracy(train, rng.integers(0, 10, 60_000), test, rng.integers(0, 10, 10_000))
    return 0


def run_discrepancy(dim: int) -> float:
    rng = np.random.default_rng(0)
    distances.mmd2(rng.standard_normal((10_000, dim)), rng.standard_normal((10_000, dim)), 1.0)
    return 0


def run_sample_quality() -> float:
    rng = np.random.default_rng(0)
    real, created = torch.from_numpy(rng.random((3000, 1, 28, 28), np.float32)), rng.standard_normal((3000, 64))
    sample_quality.sample_quality_scores(
        np.concatenate([embedding.classifier_hidden_features(x) for x in real.split(1000)]), created
    )
    return 0


def measure_multiply_rate() -> float:
    """FLOP/s of matrix products of the likelihood's shape, the best of five."""
    a, b = torch.rand(10_000, 784), torch.rand(784, 800)
    times = []
    for _ in range(5):
        start = time.perf_counter()
        a @ b
        times.append(time.perf_counter() - start)
    return 2 * 10_000 * 784 * 800 / min(times)


def metric_cases(samples: int) -> dict:
    return {
        f"Parzen, {samples:,} samples × 10,000 images": lambda: run_likelihood(samples),
        f"Parzen, {10 * samples:,} samples × 10,000 images": lambda: run_likelihood(10 * samples),
        "5-NN, 60,000 × 10,000 codes, d = 2": lambda: run_neighbours(2),
        "5-NN, 60,000 × 10,000 codes, d = 15": lambda: run_neighbours(15),
        "MMD², 10,000 × 10,000 codes, d = 2": lambda: run_discrepancy(2),
        "MMD², 10,000 × 10,000 codes, d = 15": lambda: run_discrepancy(15),
        "Sample quality, 3,000 images, 3,000 samples": run_sample_quality,
    }


def run_case(name: str, samples: int) -> dict:
    torch.set_num_threads(machine.count_machine_cores())
    start = time.perf_counter()
    operations = metric_cases(samples)[name]()
    seconds = time.perf_counter() - start
    share = operations / seconds / measure_multiply_rate() if operations else None
    return {"seconds": seconds, "most": read_memory("VmHWM")[0], "share": share}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--samples", type=int, default=100_000)
    parser.add_argument("--write", action="store_true")
    parser.add_argument("--run", help=argparse.SUPPRESS)
    args = parser.parse_args()
    if args.run:
        print(json.dumps(run_case(args.run, args.samples)))
        return 0
    lines, are_limits_met = (
        [ROW.format("metric", "seconds", "peak MB", "of the multiply rate"), "|---|--:|--:|--:|"],
        True,
    )
    progress = Progress(len(metric_cases(args.samples)))
    for number, name in enumerate(metric_cases(args.samples)):
        progress.begin_measurement(name)
        result = run_and_parse("evaluation", "--run", name, "--samples", args.samples)
        has_time_limit = number != 1  # the second row has no time limit, but must come near the multiply rate
        if not has_time_limit:
            parzen_share = result["share"]
        are_limits_met &= (result["seconds"] <= MAX_SECONDS or not has_time_limit) and result["most"] <= MAX_MEGABYTES
        share = "–" if result["share"] is None else f"{result['share']:.0%}"
        lines.append(ROW.format(name, f"{result['seconds']:.1f}", f"{result['most']:,.0f}", share))
        print(lines[-1], flush=True)
    answers = {True: "met", False: "MISSED"}
    targets = (
        f"Targets: at most {MAX_SECONDS} s (except for the second row) and {MAX_MEGABYTES:,} MB each: "
        f"{answers[are_limits_met]}. At least {NEAR_SHARE:.0%} of the multiply rate in the second row: "
        f"{answers[parzen_share >= NEAR_SHARE]}, with {parzen_share:.0%}."
    )
    are_limits_met &= parzen_share >= NEAR_SHARE
    print(targets)
    if args.write:
        head = (
            f"# Evaluation at scale\n\n`python -m benchmarks.speed.evaluation --write`, {date.today()}, "
            f"{machine.machine_name()}.\n\n"
        )
        document.rewrite(document.page_path("evaluation"), head + "\n".join([*lines, "", targets, ""]))
    return 0 if are_limits_met else 1


if __name__ == "__main__":
    sys.exit(main())
