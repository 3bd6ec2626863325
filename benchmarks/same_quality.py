"""How far the fast settings come from the measures of the plain ones: AE, AAE and VAE in fp32 and bf16, strict and shared.

    python -m benchmarks.same_quality [--seeds 3] [--epochs 5] [--threads 1] [--at-once 2] [--hidden 256]

Each run is `python -m aae_core train` on MNIST, in a store of its own; a run that is there already is not repeated, so
the script can be interrupted and started again, and `--table` prints what is there. Writes docs/same_quality.md,
for nets of another size docs/same_quality_SIZE.md. MNIST must be in AAE_DATA.
"""

import argparse
import json
import os
import statistics
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from pathlib import Path

from aae_core.training import machine
from aae_core.training.phases import PULL
from benchmarks.prior_fit import FIGURES, PROJECT, spread
from benchmarks.processes import say

USUAL = 256  # units of each hidden layer, unless told
NOISE = 2  # standard errors of a difference
WAYS = {
    "AAE": ("strict fp32", "strict bf16", "shared fp32", "shared bf16"),
    "VAE": ("strict fp32", "strict bf16"),
    "AE": ("strict fp32", "strict bf16"),
}


def run(variant: str, way: str, seed: int, args) -> dict | None:
    """The JSON object that one training ended with, from the cache if it is there; None if only the table is wanted."""
    size = "" if args.hidden == USUAL else f"-{args.hidden}"
    cache = args.store / f"{variant}-{way.replace(' ', '-')}-{seed}-{args.epochs}{size}.json"
    if cache.exists() or args.table:
        return json.loads(cache.read_text()) if cache.exists() else None
    say(f"{variant}, {way}, seed {seed} of {args.seeds}: the training begins.")
    passes, precision = way.split()
    command = [sys.executable, "-m", "aae_core", "train", "--variant", variant.lower(), "--data", "mnist", "--json"]
    command += ["--epochs", str(args.epochs), "--seed", str(seed), "--name", f"{variant}, {way}, seed {seed}"]
    command += [
        "--precision",
        precision,
        "--threads",
        str(args.threads),
        "--set",
        f"passes={passes}",
    ]
    for nets in ("hidden", "discriminator"):
        command += ["--set", f"network.{nets}={args.hidden},{args.hidden}"]
    done = subprocess.run(
        command, cwd=PROJECT, env={**os.environ, "AAE_CHECKPOINTS": str(args.store)}, capture_output=True, text=True
    )
    if done.returncode:
        sys.exit(f"{variant}, {way}, seed {seed}: {done.stderr.strip()}")
    cache.write_text(done.stdout)
    print(f"{variant}, {way}, seed {seed}: {done.stdout.strip()}", file=sys.stderr, flush=True)
    return json.loads(done.stdout)


def table(results: dict, args) -> str:
    """The Markdown page: a row a way, and how far its mean lies from that of strict fp32."""
    told = "" if args.hidden == USUAL else f" --hidden {args.hidden}"
    lines = [
        "# The fast settings beside the plain ones",
        "",
        f"`python -m benchmarks.same_quality --seeds {args.seeds} --epochs {args.epochs}{told}`, {date.today()}.",
        f"MNIST, {args.epochs} epochs, nets 784-{args.hidden}-{args.hidden}-2, "
        f"D 2-{args.hidden}-{args.hidden}-1, batch 100, the default recipe; measured on the "
        "10,000 test images; mean ± standard deviation over the seeds that were run. In shared passes D's pull on the encoder is "
        f"multiplied by {PULL:g}. {machine.name()}.",
        "",
        "| | seeds | " + " | ".join(FIGURES.values()) + " |",
        "|---" * (len(FIGURES) + 2) + "|",
    ]
    for (variant, way), runs in results.items():
        values = {key: [r["measures"][key] for r in runs if r["measures"].get(key) is not None] for key in FIGURES}
        cells = [spread(found) if found else "–" for found in values.values()]
        lines.append(f"| {variant}, {way} | {len(runs)} | " + " | ".join(cells) + " |")
    return "\n".join([*lines, *_differences(results)]) + "\n"


def _differences(results):
    """For each fast way how far its mean lies from strict fp32's, with the standard error of that difference."""
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
    """Such as "−0.0120 ± 0.0080"; a dash where it is not measured."""
    a, b = ([r["measures"][key] for r in runs if r["measures"].get(key) is not None] for runs in (plain, fast))
    if min(len(a), len(b)) < 2:
        return "–"
    apart = statistics.mean(b) - statistics.mean(a)
    error = (statistics.variance(a) / len(a) + statistics.variance(b) / len(b)) ** 0.5
    told = f"{apart:+.4f} ± {error:.4f}".replace("-", "−")
    return f"**{told}**" if abs(apart) > NOISE * error else told


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--epochs", type=int, default=5)
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--at-once", type=int, default=2, help="trainings beside each other")
    parser.add_argument("--hidden", type=int, default=USUAL, help="units of each hidden layer of all networks")
    parser.add_argument("--table", action="store_true", help="train nothing; print what is there")
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
    name = "same_quality.md" if args.hidden == USUAL else f"same_quality_{args.hidden}.md"
    text = table(results, args)
    file = PROJECT / "docs" / name
    _, mark, remarks = (file.read_text() if file.exists() else "").partition("\n## Remarks\n")
    file.write_text(text + mark + remarks)
    print(text)


if __name__ == "__main__":
    main()
