"""How close q(z) comes to p(z) on MNIST: AAE, AAE with a mixture prior, VAEs and AE with equal nets, each with its own recipe.

    python -m benchmarks.quality.prior_fit [--seeds 3] [--epochs 20] [--jobs 2] [--width 1000]

Each run is `python -m aae_core train` with its own store; a finished run is not repeated, so the script can be interrupted and
started again. Writes the table of docs/results/prior_fit.md and keeps the text below it. MNIST must be in AAE_DATA.
"""

import argparse
import json
import os
import platform
import statistics
import sys
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from pathlib import Path

from aae_core.places import PROJECT
from benchmarks import document, processes
from benchmarks.processes import say

ROW_OPTIONS = {
    "AAE, N(0, I)": ["--variant", "aae"],
    "AAE, mixture of ten": ["--variant", "aae", "--prior", "mixture"],
    "VAE, cross-entropy": ["--variant", "vae"],
    "VAE, learned variance": ["--preset", "vae-learned-variance"],
    "AE": ["--variant", "ae"],
}
FIGURES = {
    "mmd2": "MMD² to p(z)",
    "js": "JS to p(z)",
    "holes": "holes",
    "discriminator_accuracy": "D's accuracy",
    "fresh_accuracy": "a fresh classifier's accuracy",
    "knn_accuracy": "5-NN in z",
    "reconstruction": "½‖x − x̂‖²",
}


def train_row(row: str, seed: int, args) -> dict:
    """The result of the training of a row with a seed, as from `run_training`."""
    cache = args.store / f"{row}-{seed}-{args.epochs}-{args.width}-{args.precision}.json"
    settings = {"latent_dim": 2, "precision": args.precision, "threads": max(1, (os.cpu_count() or 1) // args.jobs)}
    return run_training(f"{row}, seed {seed}", cache, args.epochs, seed, args.width, settings, *ROW_OPTIONS[row])


def run_training(name: str, cache: Path, epochs: int, seed: int, width: int, settings: dict, *options: str) -> dict:
    """The JSON object that a training on MNIST printed at its end, or its copy in the file `cache`, which lies in the store of
    revisions. width: of the two hidden layers of each network; options: further ones of the command."""
    if not cache.exists():
        command = [sys.executable, "-m", "aae_core", "train", *options, "--data", "mnist", "--epochs", epochs]
        command += ["--seed", seed, "--name", name, "--json"]
        nets = {f"network.{part}": f"{width},{width}" for part in ("hidden", "discriminator")}
        for key, value in (nets | settings).items():
            command += ["--set", f"{key}={value}"]
        say(f"{name}: the training begins.")
        cache.write_text(processes.run_program(command, {"AAE_CHECKPOINTS": str(cache.parent)}, f"{name}: "))
        say(f"{name}: {cache.read_text().strip()}")
    return json.loads(cache.read_text())


def results_page(results: dict, args) -> str:
    """The Markdown page of the results."""
    lines = [
        "# How close q(z) comes to p(z) on MNIST",
        "",
        f"`python -m benchmarks.quality.prior_fit --seeds {args.seeds} --epochs {args.epochs} --jobs {args.jobs} "
        f"--width {args.width} --precision {args.precision}`, {date.today()}, {os.cpu_count()} cores ({platform.machine()}), "
        f"{args.jobs} runs side by side. 60,000 training images, {args.epochs} epochs, nets 784-{args.width}-{args.width}-2, "
        "batch 100, each model's own recipe; measured on the 10,000 test images against 10,000 samples of the prior; mean ± "
        "standard deviation over the seeds.",
        "",
        "| | " + " | ".join(FIGURES.values()) + " | minutes per run |",
        "|---" * (len(FIGURES) + 2) + "|",
    ]
    for row, runs in results.items():
        cells = []
        for key in FIGURES:
            values = [run["measures"][key] for run in runs if run["measures"].get(key) is not None]
            cells.append(document.spread(values, 4) if values else "–")
        minutes = statistics.mean(run["seconds"] for run in runs) / 60
        lines.append(f"| {row} | " + " | ".join(cells) + f" | {minutes:.1f} |")
    return "\n".join(lines) + "\n"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--epochs", type=int, default=20)
    parser.add_argument("--jobs", type=int, default=1, help="runs side by side, sharing the cores")
    parser.add_argument("--width", type=int, default=1000, help="of the two hidden layers")
    parser.add_argument("--precision", default="fp32", choices=("fp32", "bf16"))
    parser.add_argument("--store", type=Path, default=PROJECT / "benchmarks" / "runs")
    args = parser.parse_args()
    args.store.mkdir(parents=True, exist_ok=True)
    pairs = [(row, seed) for seed in range(1, args.seeds + 1) for row in ROW_OPTIONS]
    with ThreadPoolExecutor(args.jobs) as pool:
        result = dict(zip(pairs, pool.map(lambda pair: train_row(*pair, args), pairs), strict=True))
    results = {row: [result[row, seed] for seed in range(1, args.seeds + 1)] for row in ROW_OPTIONS}
    document.print_and_write("prior_fit", results_page(results, args))


if __name__ == "__main__":
    main()
