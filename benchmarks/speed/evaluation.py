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
from benchmarks.processes import Progress, figures, memory

SECONDS, MEGABYTES = 60, 2000
NEAR = 0.8  # share of the multiply rate that counts as near it
ROW = "| {:<44} | {:>9} | {:>11} | {:>17} |"


def blocks(count: int, width: int):
    generator = torch.Generator().manual_seed(0)
    for start in range(0, count, 1000):
        yield torch.rand(min(1000, count - start), width, generator=generator)


def likelihood(samples: int) -> float:
    images = torch.rand(10_000, 784, generator=torch.Generator().manual_seed(1))
    parzen.log_likelihoods_by_width(images, blocks(samples, 784), [0.2])
    return 2 * 10_000 * samples * 784


def neighbours(dim: int) -> float:
    rng = np.random.default_rng(0)
    train, test = rng.standard_normal((60_000, dim)), rng.standard_normal((10_000, dim))
    code_metrics.knn_accuracy(train, rng.integers(0, 10, 60_000), test, rng.integers(0, 10, 10_000))
    return 0


def discrepancy(dim: int) -> float:
    rng = np.random.default_rng(0)
    distances.mmd2(rng.standard_normal((10_000, dim)), rng.standard_normal((10_000, dim)), 1.0)
    return 0


def samples_beside_images() -> float:
    rng = np.random.default_rng(0)
    real, created = torch.from_numpy(rng.random((3000, 1, 28, 28), np.float32)), rng.standard_normal((3000, 64))
    sample_quality.sample_quality_scores(
        np.concatenate([embedding.classifier_hidden_features(x) for x in real.split(1000)]), created
    )
    return 0


def multiply() -> float:
    """FLOP/s of matrix products of the likelihood's shape, the best of five."""
    a, b = torch.rand(10_000, 784), torch.rand(784, 800)
    times = []
    for _ in range(5):
        start = time.perf_counter()
        a @ b
        times.append(time.perf_counter() - start)
    return 2 * 10_000 * 784 * 800 / min(times)


def cases(samples: int) -> dict:
    return {
        f"Parzen, {samples:,} samples × 10,000 images": lambda: likelihood(samples),
        f"Parzen, {10 * samples:,} samples × 10,000 images": lambda: likelihood(10 * samples),
        "5-NN, 60,000 × 10,000 codes, d = 2": lambda: neighbours(2),
        "5-NN, 60,000 × 10,000 codes, d = 15": lambda: neighbours(15),
        "MMD², 10,000 × 10,000 codes, d = 2": lambda: discrepancy(2),
        "MMD², 10,000 × 10,000 codes, d = 15": lambda: discrepancy(15),
        "Sample quality, 3,000 images, 3,000 samples": samples_beside_images,
    }


def run(name: str, samples: int) -> dict:
    torch.set_num_threads(machine.count_machine_cores())
    start = time.perf_counter()
    operations = cases(samples)[name]()
    seconds = time.perf_counter() - start
    share = operations / seconds / multiply() if operations else None
    return {"seconds": seconds, "most": memory("VmHWM")[0], "share": share}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--samples", type=int, default=100_000)
    parser.add_argument("--write", action="store_true")
    parser.add_argument("--run", help=argparse.SUPPRESS)
    args = parser.parse_args()
    if args.run:
        print(json.dumps(run(args.run, args.samples)))
        return 0
    lines, met = [ROW.format("metric", "seconds", "peak MB", "of the multiply rate"), "|---|--:|--:|--:|"], True
    progress = Progress(len(cases(args.samples)))
    for k, name in enumerate(cases(args.samples)):
        progress.begin(name)
        result = figures("evaluation", "--run", name, "--samples", args.samples)
        timed = k != 1  # the second row has no time limit, but must come near the multiply rate
        if not timed:
            near = result["share"]
        met &= (result["seconds"] <= SECONDS or not timed) and result["most"] <= MEGABYTES
        share = "–" if result["share"] is None else f"{result['share']:.0%}"
        lines.append(ROW.format(name, f"{result['seconds']:.1f}", f"{result['most']:,.0f}", share))
        print(lines[-1], flush=True)
    answers = {True: "met", False: "MISSED"}
    targets = (
        f"Targets: at most {SECONDS} s (except for the second row) and {MEGABYTES:,} MB each: {answers[met]}. At least "
        f"{NEAR:.0%} of the multiply rate in the second row: {answers[near >= NEAR]}, with {near:.0%}."
    )
    met &= near >= NEAR
    print(targets)
    if args.write:
        head = (
            f"# Evaluation at scale\n\n`python -m benchmarks.speed.evaluation --write`, {date.today()}, "
            f"{machine.machine_name()}.\n\n"
        )
        document.rewrite(document.page_path("evaluation"), head + "\n".join([*lines, "", targets, ""]))
    return 0 if met else 1


if __name__ == "__main__":
    sys.exit(main())
