"""Does an AAE with one cost ever collapse? Sixty trainings over five data sets, all six priors and two seeds.

    python -m benchmarks.quality.collapses [--data digits …] [--seeds 2] [--write]

All trainings have the settings of `aae-three-steps` in `benchmarks.quality.frontier.models` and one λ, WEIGHT: nothing is
tuned to a data set or a prior. A training has STEPS mini-batches and two latent dimensions. It counts as collapsed by the
rules of `collapse_reason`, which were fixed before. Each finished run is a line of docs/results/collapses.jsonl and is not
repeated. --write: write docs/results/collapses.md from all lines. MNIST and Fashion-MNIST must be in AAE_DATA.
"""

import argparse
import itertools
import math
from datetime import date

import numpy as np
import torch

from aae_core.models.inference import encode_all, iterate_batches
from aae_core.places import PROJECT
from aae_core.training import machine
from benchmarks import document
from benchmarks.quality.frontier.models import model_settings
from benchmarks.quality.frontier.trainings import train_and_measure
from benchmarks.quality.run_log import Log

LOG = PROJECT / "docs" / "results" / "collapses.jsonl"
DATA = ("digits", "glyphs", "mnist", "fashion-mnist", "breast-cancer")
PRIORS = ("gaussian", "mixture", "swiss-roll", "uniform", "gamma", "painted")
WEIGHT = 8.0  # λ
STEPS, WIDTH = 1000, 128
LEAST_SPREAD = 0.1  # of the prior's standard deviation, in each dimension
LARGEST_ACCURACY = 0.95  # of a fresh classifier that tells codes from samples
FIGURES = ("reconstruction", "mmd2", "fresh_accuracy", "holes")
HEAD = """# Does an AAE with one cost and three steps of D collapse?

`python -m benchmarks.quality.collapses --write`, {date}, {machine}, fp32, one thread. {count} trainings of {steps}
steps in two dimensions, with the settings of *AAE, one cost, three steps* in [frontier.md](frontier.md) and
λ = {weight:g} throughout, measured on the test items. The figures are means over the seeds, from 0 on. *Least spread* is
the smaller of the seeds' spreads: the codes' least standard deviation in a dimension, as a multiple of the prior's.

A training has collapsed if a figure is not finite, if the codes' standard deviation in some dimension is below {spread:g} times
the prior's, if the error is not below that of the mean item, or if a fresh classifier tells more than {accuracy:.0%} of codes and
samples apart. **Collapsed: {collapsed} of {count}.**"""


def train_runs(args, log: Log) -> None:
    """Train what `log` lacks of the data sets, priors and seeds."""
    for data, seed, prior in itertools.product(args.data, range(args.seeds), PRIORS):
        settings = model_settings("aae-three-steps", data, 2, args)
        settings |= {"optimiser.generation_weight": WEIGHT, "prior.name": prior}
        run = {"kind": "run", "model": "aae-three-steps", "settings": settings, "seed": seed}
        if log.find(run) is None:
            log.add(run | {"minutes": None, "figures": measure_run(settings, seed)})


def measure_run(settings: dict, seed: int) -> dict[str, float]:
    """FIGURES of a training on the test items; `mean_item_error`, ½‖x − x̂‖² where every x̂ is the mean training item; and
    `spread`, the least ratio of the codes' standard deviation in a dimension to the prior's."""
    from aae_core.data import sets

    dataset = sets.load(settings["data"])
    model, metrics = train_and_measure(settings, seed)
    codes = np.asarray(encode_all(model, dataset.test.images))
    samples = model.prior.sample(10_000).numpy()
    figures = {key: metrics[key] for key in FIGURES if key in metrics}
    figures["spread"] = float((codes.std(0) / samples.std(0)).min())
    figures["mean_item_error"] = mean_item_error(model, dataset)
    return figures


def mean_item_error(model, dataset) -> float:
    """½‖x − x̂‖² of the test items where every x̂ is their mean."""
    x = torch.cat([batch.flatten(1).double() for _, batch in iterate_batches(model, dataset.test.images)])
    return 0.5 * x.var(0, correction=0).sum().item()


def collapse_reason(figures: dict[str, float]) -> str:
    """Why a training counts as collapsed, or ""."""
    if not all(math.isfinite(value) for value in figures.values()):
        return "a figure is not finite"
    if figures["spread"] < LEAST_SPREAD:
        return "codes in one place"
    if figures["reconstruction"] >= figures["mean_item_error"]:
        return "no better than the mean item"
    if figures["fresh_accuracy"] > LARGEST_ACCURACY:
        return "codes off the prior"
    return ""


def write_page(log: Log) -> None:
    """docs/results/collapses.md, with a row for each data set and prior of the log."""
    rows = [
        "| data set | prior | runs | ½‖x − x̂‖² | of the mean item | MMD² | fresh classifier | least spread | collapsed |"
    ]
    rows += ["|---|---|--:|--:|--:|--:|--:|--:|---|"]
    for data, prior in itertools.product(DATA, PRIORS):
        figure_rows = [line["figures"] for line in log.lines if place(line) == (data, prior)]
        if not figure_rows:
            continue
        means = {key: np.mean([figures[key] for figures in figure_rows]) for key in figure_rows[0]}
        cells = [
            data,
            prior,
            str(len(figure_rows)),
            f"{means['reconstruction']:.2f}",
            f"{means['mean_item_error']:.2f}",
        ]
        cells += [f"{means['mmd2']:.4f}", f"{means['fresh_accuracy']:.2f}"]
        cells += [f"{min(figures['spread'] for figures in figure_rows):.2f}"]
        cells += ["; ".join(reason for figures in figure_rows if (reason := collapse_reason(figures))) or "none"]
        rows.append(f"| {' | '.join(cells)} |")
    collapse_count = sum(bool(collapse_reason(line["figures"])) for line in log.lines)
    head = HEAD.format(
        date=date.today(), machine=machine.machine_name(), count=len(log.lines), steps=STEPS, weight=WEIGHT,
        spread=LEAST_SPREAD, accuracy=LARGEST_ACCURACY, collapsed=collapse_count,
    )  # fmt: skip
    document.rewrite(document.page_path("collapses"), "\n\n".join([head, "\n".join(rows)]) + "\n")


def place(line: dict) -> tuple[str, str]:
    """The data set and prior of a run."""
    return line["settings"]["data"], line["settings"]["prior.name"]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", nargs="*", default=list(DATA), choices=DATA)
    parser.add_argument("--seeds", type=int, default=2)
    parser.add_argument("--write", action="store_true", help="write docs/results/collapses.md")
    args = parser.parse_args()
    args.steps, args.width = STEPS, WIDTH
    log = Log(LOG)
    train_runs(args, log)
    if args.write:
        write_page(log)


if __name__ == "__main__":
    main()
