"""How much the fast settings change the metrics: AE, AAE and VAE in fp32 and bf16, with strict and shared passes.

    python -m benchmarks.quality.same_quality [--seeds 3] [--epochs 5] [--threads 1] [--at-once 2] [--hidden 256]

Each run is `python -m aae_core train` on MNIST with its own store; a finished run is not repeated, so the script can be
interrupted and started again, and `--table` prints the table of the finished runs. Writes docs/results/same_quality.md, or
docs/same_quality_SIZE.md for nets of another size. MNIST must be in AAE_DATA.
"""

import argparse
import statistics
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from pathlib import Path

from aae_core.places import PROJECT
from aae_core.training import machine
from aae_core.training.phases import GENERATION_FACTOR
from benchmarks import document
from benchmarks.quality.prior_fit import FIGURES, trained

USUAL = 256  # units of each hidden layer by default
NOISE = 2  # standard errors of a difference
WAYS = {
    "AAE": ("strict fp32", "strict bf16", "shared fp32", "shared bf16"),
    "VAE": ("strict fp32", "strict bf16"),
    "AE": ("strict fp32", "strict bf16"),
}


def run(variant: str, way: str, seed: int, args) -> dict | None:
    """The result of a training, as from `prior_fit.trained`; None if it is not there and only the table is wanted."""
    size = "" if args.hidden == USUAL else f"-{args.hidden}"
    cache = args.store / f"{variant}-{way.replace(' ', '-')}-{seed}-{args.epochs}{size}.json"
    if args.table and not cache.exists():
        return None
    settings = {**dict(zip(("passes", "precision"), way.split(), strict=True)), "threads": args.threads}
    name, options = f"{variant}, {way}, seed {seed}", ("--variant", variant.lower())
    return trained(name, cache, args.epochs, seed, args.hidden, settings, *options)


def table(results: dict, args) -> str:
    """The Markdown page: a row for each way, and the difference of its mean from that of strict fp32."""
    hidden = "" if args.hidden == USUAL else f" --hidden {args.hidden}"
    lines = [
        "# The fast settings compared with the plain ones",
        "",
        f"`python -m benchmarks.quality.same_quality --seeds {args.seeds} --epochs {args.epochs}{hidden}`, {date.today()}.",
        f"MNIST, {args.epochs} epochs, nets 784-{args.hidden}-{args.hidden}-2, "
        f"D 2-{args.hidden}-{args.hidden}-1, batch 100, the default recipe; measured on the "
        "10,000 test images; mean ± standard deviation over the seeds that were run. In shared passes D's pull on the encoder is "
        f"multiplied by {GENERATION_FACTOR:g}. {machine.machine_name()}.",
        "",
        "| | seeds | " + " | ".join(FIGURES.values()) + " |",
        "|---" * (len(FIGURES) + 2) + "|",
    ]
    for (variant, way), runs in results.items():
        values = {key: [r["measures"][key] for r in runs if r["measures"].get(key) is not None] for key in FIGURES}
        cells = [document.spread(found, 4) if found else "–" for found in values.values()]
        lines.append(f"| {variant}, {way} | {len(runs)} | " + " | ".join(cells) + " |")
    return "\n".join([*lines, *_differences(results)]) + "\n"


def _differences(results):
    """The lines of the table of differences from strict fp32."""
    yield from ("", "## Difference from strict fp32", "")
    yield (
        f"Mean ± standard error √(s²/n + s²/n) of the difference; bold where it is more than {NOISE} standard "
        "errors. Among many figures, some exceed this by chance."
    )
    yield from ("", "| | " + " | ".join(FIGURES.values()) + " |", "|---" * (len(FIGURES) + 1) + "|")
    for (variant, way), runs in results.items():
        plain = results.get((variant, "strict fp32"), [])
        if way != "strict fp32" and min(len(runs), len(plain)) > 1:
            yield f"| {variant}, {way} | " + " | ".join(_difference(key, plain, runs) for key in FIGURES) + " |"


def _difference(key, plain, fast):
    """A cell such as "−0.0120 ± 0.0080", or a dash if it was not measured."""
    a, b = ([r["measures"][key] for r in runs if r["measures"].get(key) is not None] for runs in (plain, fast))
    if min(len(a), len(b)) < 2:
        return "–"
    apart = statistics.mean(b) - statistics.mean(a)
    error = (statistics.variance(a) / len(a) + statistics.variance(b) / len(b)) ** 0.5
    cell = f"{apart:+.4f} ± {error:.4f}".replace("-", "−")
    return f"**{cell}**" if abs(apart) > NOISE * error else cell


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--epochs", type=int, default=5)
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--at-once", type=int, default=2, help="trainings beside each other")
    parser.add_argument("--hidden", type=int, default=USUAL, help="units of each hidden layer of all networks")
    parser.add_argument("--table", action="store_true", help="train nothing; print the table of the finished runs")
    parser.add_argument("--store", type=Path, default=PROJECT / "benchmarks" / "runs" / "same_quality")
    args = parser.parse_args()
    args.store.mkdir(parents=True, exist_ok=True)
    wanted = [
        (variant, way, seed) for seed in range(1, args.seeds + 1) for variant, ways in WAYS.items() for way in ways
    ]
    with ThreadPoolExecutor(args.at_once) as pool:
        found = list(pool.map(lambda each: run(*each, args), wanted))
    results = {(variant, way): [] for variant, ways in WAYS.items() for way in ways}
    for (variant, way, _), measured in zip(wanted, found, strict=True):
        if measured:
            results[variant, way].append(measured)
    document.tell("same_quality" if args.hidden == USUAL else f"same_quality_{args.hidden}", table(results, args))


if __name__ == "__main__":
    main()
