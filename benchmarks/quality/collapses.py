"""Does an AAE with one cost ever collapse? For each of MODELS: five data sets, all six priors and two seeds.

    python -m benchmarks.quality.collapses [--models aae-three-steps …] [--data digits …] [--seeds 2] [--write]

Nothing is tuned to a data set or a prior: a model has the same settings throughout. Two are models of
`benchmarks.quality.frontier.models`, with one λ, STEPS mini-batches and WIDTH units in a layer, on images and one table; the
third is the transformer of `aae_core.sklearn` with its defaults, on tables. All codes have two dimensions. A training counts as
collapsed by the rules of `collapse_reason`, which were fixed before. Each finished run is a line of docs/results/collapses.jsonl
and is not repeated. --write: write the tables of docs/results/collapses.md from all lines. MNIST and Fashion-MNIST must be in
AAE_DATA for the first two models.
"""

import argparse
import itertools
import math
import time
from dataclasses import dataclass
from datetime import date

import numpy as np
import torch

from aae_core.estimators.transformer import ONE_COST
from aae_core.models.inference import encode_all, iterate_batches
from aae_core.places import PROJECT
from aae_core.sklearn import AdversarialAutoencoder
from aae_core.training import machine
from benchmarks import document
from benchmarks.quality.estimator_codes import load_table
from benchmarks.quality.frontier.models import model_settings
from benchmarks.quality.frontier.trainings import train_and_measure
from benchmarks.quality.run_log import Log

LOG = PROJECT / "docs" / "results" / "collapses.jsonl"
PRIORS = ("gaussian", "mixture", "swiss-roll", "uniform", "gamma", "painted")
IMAGES_AND_A_TABLE = ("digits", "glyphs", "mnist", "fashion-mnist", "breast-cancer")
TABLES = ("iris", "wine", "breast-cancer", "diabetes", "digits")
STEPS, WIDTH = 1000, 128
LEAST_SPREAD = 0.1  # of the prior's standard deviation, in each dimension
LARGEST_ACCURACY = 0.95  # of a fresh classifier that tells codes from samples
FIGURES = ("reconstruction", "mmd2", "fresh_accuracy", "holes")
ESTIMATOR = "estimator"
HEAD = """# Does an AAE with one cost collapse?

`python -m benchmarks.quality.collapses --write`, {date}, {machine}, fp32, one thread, beside other work. For each model
{priors} priors on five data sets in two dimensions. The figures are means over the seeds, from 0 on. *Least spread* is the
smaller of the seeds' spreads: the codes' least standard deviation in a dimension, as a multiple of the prior's.

A training has collapsed if a figure is not finite, if the codes' standard deviation in some dimension is below {spread:g} times
the prior's, if the error is not below that of the mean item, or if a fresh classifier tells more than {accuracy:.0%} of codes and
samples apart."""
TABLE_HEAD = """| data set | prior | runs | ½‖x − x̂‖² | of the mean item | MMD² | fresh classifier | least spread | collapsed |
|---|---|--:|--:|--:|--:|--:|--:|---|"""


@dataclass(frozen=True)
class WatchedModel:
    """A model whose trainings are watched. settings: what `model_settings` does not give; about: a sentence for the page."""

    title: str
    data: tuple[str, ...]
    settings: dict
    about: str


MODELS = {
    "aae-three-steps": WatchedModel(
        "AAE, one cost, three steps of D",
        IMAGES_AND_A_TABLE,
        {"optimiser.generation_weight": 8.0},
        "Settings as in [frontier.md](frontier.md), λ = 8, 1,000 steps, layers of 128 units; 29 November 2026, measured "
        "on the test items.",
    ),
    "aae-one-cost": WatchedModel(
        "AAE, one cost, one step of D",
        IMAGES_AND_A_TABLE,
        {"optimiser.generation_weight": 5.0},
        "Settings as in [frontier.md](frontier.md) (γ = 0.1), λ = 5, 1,000 steps, layers of 128 units; measured on the test "
        "items.",
    ),
    ESTIMATOR: WatchedModel(
        "`AdversarialAutoencoder` with its defaults",
        TABLES,
        ONE_COST,
        "The transformer of [estimators.md](../use/estimators.md), of which only the prior is chosen: one cost, one step of D, "
        "γ = 1, λ = 1, at least 1,000 steps. The tables are scikit-learn's; it is fitted to all rows and measured on them.",
    ),
}


def train_runs(args, log: Log) -> None:
    """Train what `log` lacks of the models, data sets, priors and seeds."""
    for name, seed in itertools.product(args.models, range(args.seeds)):
        for data, prior in itertools.product(args.data or MODELS[name].data, PRIORS):
            run = {"kind": "run", "model": name, "settings": run_settings(name, data, prior, args), "seed": seed}
            if log.find(run) is None:
                start = time.process_time()
                figures = measure_run(name, run["settings"], seed)
                log.add(run | {"minutes": round((time.process_time() - start) / 60, 3), "figures": figures})


def run_settings(name: str, data: str, prior: str, args) -> dict:
    """What a line of the log has of a training; of the estimator what tells its defaults from others."""
    settings = {"data": data} if name == ESTIMATOR else model_settings(name, data, 2, args)
    return settings | MODELS[name].settings | {"prior.name": prior}


def measure_run(name: str, settings: dict, seed: int) -> dict[str, float]:
    """FIGURES of a training on the test items; `mean_item_error`, ½‖x − x̂‖² where every x̂ is their mean; and `spread`, the
    least ratio of the codes' standard deviation in a dimension to the prior's."""
    from aae_core.data import sets

    if name == ESTIMATOR:
        model, dataset, metrics = fit_and_measure_estimator(settings, seed)
    else:
        dataset = sets.load(settings["data"])
        model, metrics = train_and_measure(settings, seed)
    codes = np.asarray(encode_all(model, dataset.test.images))
    samples = model.prior.sample(10_000).numpy()
    figures = {key: metrics[key] for key in FIGURES if key in metrics}
    figures["spread"] = float((codes.std(0) / samples.std(0)).min())
    figures["mean_item_error"] = mean_item_error(model, dataset)
    return figures


def fit_and_measure_estimator(settings: dict, seed: int) -> tuple:
    """(the model of a transformer that was fitted to a table, the table with the same rows as training and test items, the
    metrics on them)."""
    from aae_core.data import arrays
    from aae_core.data.sets import DataSet, Split
    from aae_core.evaluation.protocols import measure_metrics
    from aae_core.models.convolutions import use_torch_threads

    rows, labels = load_table(settings["data"])
    with use_torch_threads(1):
        model = AdversarialAutoencoder(prior=settings["prior.name"], random_state=seed).fit(rows).model_.float()
        split = Split(rows.astype(np.float32)[:, None, :, None], labels)
        classes = tuple(str(number) for number in np.unique(labels))
        dataset = DataSet(arrays.DEFAULT_NAME, settings["data"], split, split, classes, (), model.features)
        return model, dataset, measure_metrics(model, dataset)


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
    """The tables of docs/results/collapses.md: for each model of the log a row for each data set and prior."""
    parts = [
        HEAD.format(
            date=date.today(), machine=machine.machine_name(), priors=len(PRIORS), spread=LEAST_SPREAD,
            accuracy=LARGEST_ACCURACY,
        )
    ]  # fmt: skip
    for name, model in MODELS.items():
        lines = [line for line in log.lines if line["model"] == name]
        if lines:
            parts += [f"## {model.title}", f"{model.about} {summarise(lines)}", table_markdown(lines, model.data)]
    document.rewrite(document.page_path("collapses"), "\n\n".join(parts) + "\n")


def summarise(lines: list[dict]) -> str:
    """How many of a model's runs collapsed, and the processor's time of those whose time is in the log."""
    count = sum(bool(collapse_reason(line["figures"])) for line in lines)
    timed_minutes = [line["minutes"] for line in lines if line["minutes"] is not None]
    times = f" {np.mean(timed_minutes):.2f} minutes of the processor a run." if timed_minutes else ""
    return f"**Collapsed: {count} of {len(lines)}.**{times}"


def table_markdown(lines: list[dict], data_names: tuple[str, ...]) -> str:
    """The table of a model's runs."""
    rows = [TABLE_HEAD]
    for data, prior in itertools.product(data_names, PRIORS):
        figure_rows = [line["figures"] for line in lines if place(line) == (data, prior)]
        if not figure_rows:
            continue
        means = {key: np.mean([figures[key] for figures in figure_rows]) for key in figure_rows[0]}
        cells = [data, prior, str(len(figure_rows))]
        cells += [f"{means['reconstruction']:.2f}", f"{means['mean_item_error']:.2f}"]
        cells += [f"{means['mmd2']:.4f}", f"{means['fresh_accuracy']:.2f}"]
        cells += [f"{min(figures['spread'] for figures in figure_rows):.2f}"]
        cells += ["; ".join(reason for figures in figure_rows if (reason := collapse_reason(figures))) or "none"]
        rows.append(f"| {' | '.join(cells)} |")
    return "\n".join(rows)


def place(line: dict) -> tuple[str, str]:
    """The data set and prior of a run."""
    return line["settings"]["data"], line["settings"]["prior.name"]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--models", nargs="*", default=list(MODELS), choices=MODELS)
    parser.add_argument("--data", nargs="*", help="data sets; by default those of each model")
    parser.add_argument("--seeds", type=int, default=2)
    parser.add_argument("--write", action="store_true", help="write the tables of docs/results/collapses.md")
    args = parser.parse_args()
    args.steps, args.width = STEPS, WIDTH
    log = Log(LOG)
    train_runs(args, log)
    if args.write:
        write_page(log)


if __name__ == "__main__":
    main()
