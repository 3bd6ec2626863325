"""Waiting times in the app and training speed, compared with those of an earlier commit.

    python -m benchmarks.browser.beside COMMIT [--rounds 2] [--write]

Checks COMMIT out into a temporary folder. Each round measures both versions, in the other order than the round before, with the
round_trip.py and in_page.py of the respective checkout, and times a training. Prints a Markdown table; `--write` writes it to
docs/development/beside.md. Exit status 1 if anything takes more than 1.2 times as long. Needs playwright and Chromium,
and an otherwise idle machine; takes about eight minutes per round.
"""

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
from datetime import date
from pathlib import Path

from benchmarks import document
from benchmarks.browser import bench

WORSE = 1.2  # times
ROUND_TRIP = ["benchmarks/browser/round_trip.py", "--changes", "30", "--visits", "3", "--json"]
IN_PAGE = ["benchmarks/browser/in_page.py", "--moves", "200", "--releases", "20", "--json"]
TRAIN = """
import json, statistics
import aae_core as aae
settings = {"network.hidden": (1000, 1000), "network.discriminator": (1000, 1000)}
rev = aae.train(aae.configure(data="digits", steps=300, seed=1, threads=2, precision="fp32", **settings))
print(json.dumps({"pace": statistics.median(row["samples_per_second"] for row in rev.metrics()[3:])}))
"""
# name of a figure -> (key in the JSON that its program prints, function from the value there to ms)
FIGURES = {
    "First content, median": ("warm", lambda value: value["heading"]),
    "First content among 1,000 revisions, median": ("among", lambda value: value["heading"]),
    "Plain slider, release → image, median": ("slide", statistics.median),
    "Plain slider, release → image, p95": ("slide", bench.p95),
    "Explore → Compare, press → both images, median": ("turn", statistics.median),
    "Explore → Compare among 1,000 revisions, median": ("turn among", statistics.median),
    "Drag, pointer event → painted image, median": ("drag", statistics.median),
    "Drag, pointer event → painted image, p95": ("drag", bench.p95),
    "Release → Python has written the address, median": ("release", statistics.median),
    "Training of 64-1000-1000-2, a hundred images": ("pace", lambda value: 1000 * 100 / value),
}


def measured(checkout: Path) -> dict:
    """Every figure of FIGURES in ms, measured with the code of a checkout."""
    found = {}
    with tempfile.TemporaryDirectory() as store:
        for program, *options in (ROUND_TRIP, IN_PAGE, ["-c", TRAIN]):
            bench.say(f"{checkout.name}: {program if program != '-c' else 'training'}.")
            if not (checkout / "benchmarks" / "browser").exists():  # up to 26 November 2026
                program = program.replace("/browser/", "/")
            run = subprocess.run(
                [sys.executable, program, *options],
                cwd=checkout,
                env=os.environ | {"AAE_CHECKPOINTS": store, "PYTHONPATH": str(checkout)},
                capture_output=True,
                text=True,
            )
            if not run.stdout.startswith("{"):  # exit status 1 may only mean a missed target
                sys.exit(run.stderr)
            found |= json.loads(run.stdout.splitlines()[-1])
    return {name: take(found[key]) for name, (key, take) in FIGURES.items()}


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("commit")
    parser.add_argument("--rounds", type=int, default=2)
    parser.add_argument("--write", action="store_true", help="write the table to docs/development/beside.md")
    args = parser.parse_args()
    before, now = [], []
    with tempfile.TemporaryDirectory() as place:
        former = Path(place) / args.commit
        subprocess.run(["git", "clone", "--quiet", "--shared", bench.PROJECT, former], check=True)
        subprocess.run(["git", "checkout", "--quiet", args.commit], cwd=former, check=True)
        for number in range(args.rounds):
            for checkout, found in ((former, before), (bench.PROJECT, now))[:: (-1) ** number]:
                found.append(measured(checkout))
    text, met = table(args, before, now)
    document.tell("beside", text, args.write)
    return int(not met)


def table(args, before: list[dict], now: list[dict]) -> tuple[str, bool]:
    """The page with the medians over the rounds, and whether no ratio is above WORSE."""
    lines = ["| | before | now | now / before |", "|---|--:|--:|--:|"]
    ratios = []
    for name in FIGURES:
        old, new = (statistics.median(found[name] for found in each) for each in (before, now))
        ratios.append(new / old)
        lines.append(f"| {name} | {old:,.0f} ms | {new:,.0f} ms | {ratios[-1]:.2f} |")
    head = (
        f"`python -m benchmarks.browser.beside {args.commit} --rounds {args.rounds}`, {date.today():%Y-%m-%d}, "
        f"{os.cpu_count()} cores. Each round measures both versions on one machine; medians of the rounds."
    )
    return "\n\n".join(["# Compared with an earlier commit", head, "\n".join(lines)]) + "\n", max(ratios) <= WORSE


if __name__ == "__main__":
    sys.exit(main())
