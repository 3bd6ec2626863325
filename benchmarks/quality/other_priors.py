"""The models that learn from samples of a prior, compared under priors other than N(0, I) in two dimensions.

    python -m benchmarks.quality.other_priors [--data digits] [--priors mixture swiss-roll …] [--models aae-one-cost …]
                                  [--seeds 2] [--write]

Nets, lengths and rates are those of `benchmarks.quality.frontier`; each value of a model's knob in VALUES, fixed before, is
trained on all training images with each seed and measured on the test images. Nothing is chosen among them. Each finished
run is a line of docs/results/other_priors.jsonl and is not repeated. --write: write docs/results/other_priors.md from all
lines. With no --priors nothing is trained. MNIST must be in AAE_DATA.
"""

import argparse
import itertools
from datetime import date

from aae_core.places import PROJECT
from aae_core.training import machine
from benchmarks import document
from benchmarks.quality.frontier.models import MODELS, model_settings
from benchmarks.quality.frontier.trainings import train_and_measure
from benchmarks.quality.run_log import Log

LOG = PROJECT / "docs" / "results" / "other_priors.jsonl"
PRIORS = {
    "mixture": "a mixture of ten petals",
    "swiss-roll": "a Swiss roll",
    "uniform": "a uniform square",
    "painted": "a painted ring",
}
# model -> values of its knob, from a loose to a close fit of N(0, I), among those of `frontier.curves`
VALUES = {
    "aae-three-steps": (2.0, 8.0, 16.0),
    "aae-one-cost": (2.0, 5.0, 20.0),
    "aae-descent": (0.03, 0.1, 0.3),
    "wae-mmd": (2.0, 10.0, 50.0),
    "sliced-wasserstein": (1.0, 5.0, 25.0),
}
FIGURES = {
    "reconstruction": ("½‖x − x̂‖²", 2),
    "mmd2": ("MMD² to p(z)", 4),
    "fresh_accuracy": ("a fresh classifier's accuracy", 3),
    "js": ("JS to p(z)", 3),
    "holes": ("holes", 3),
    "knn_accuracy": ("5-NN in z", 3),
}
HEAD = """# Other priors: AAEs, WAE-MMD and Sliced Wasserstein

`python -m benchmarks.quality.other_priors --write` ({places}), {date}, {machine}, fp32, one thread. Nets, lengths and
rates are those of [frontier.md](frontier.md), in two dimensions; each value of a knob was fixed before, trained on all
training images and measured once on the test images, and none is chosen among them. Mean ± standard deviation over the
seeds, from 0 on. *A fresh classifier* tells codes from samples of the prior; at 0.5 it can only guess.

*Knob* is the value of the one setting that differs between the runs of a model: for the AAE by gradient descent the
learning rate of G, for all others λ."""


def train_runs(args, log: Log) -> None:
    """Train what `log` lacks of the data sets, priors, models and seeds of args."""
    for data, seed, prior, model in itertools.product(args.data, range(args.seeds), args.priors, args.models):
        for value in VALUES[model]:
            settings = (
                model_settings(model, data, 2, args) | dict.fromkeys(MODELS[model].knob, value) | {"prior.name": prior}
            )
            run = {"kind": "run", "model": model, "settings": settings, "seed": seed}
            if log.find(run) is None:
                log.add(run | {"minutes": None, "value": value, "figures": measure_run(settings, seed)})


def measure_run(settings: dict, seed: int) -> dict[str, float]:
    """FIGURES of a training, on the test images."""
    _, metrics = train_and_measure(settings, seed)
    return {key: metrics[key] for key in FIGURES if key in metrics}


def write_page(log: Log) -> None:
    """docs/results/other_priors.md, with a table for each data set and prior of the log."""
    places = list(dict.fromkeys((line["settings"]["data"], line["settings"]["prior.name"]) for line in log.lines))
    parts = []
    for data, prior in places:
        lines = [
            line for line in log.lines if (line["settings"]["data"], line["settings"]["prior.name"]) == (data, prior)
        ]
        parts += [f"## {data}, {PRIORS[prior]}", table(lines)]
    names = ", ".join(dict.fromkeys(data for data, _ in places))
    head = HEAD.format(places=names, date=date.today(), machine=machine.machine_name())
    document.rewrite(document.page_path("other_priors"), "\n\n".join([head, *parts]) + "\n")


def table(lines: list[dict]) -> str:
    """The Markdown table of the runs of one data set and prior: a row for each model and value of its knob."""
    titles = " | ".join(title for title, _ in FIGURES.values())
    rows = [f"| | knob | seeds | {titles} |", "|---|--:" + "|--:" * (len(FIGURES) + 1) + "|"]
    for model, values in VALUES.items():
        for value in values:
            value_lines = [line for line in lines if (line["model"], line["value"]) == (model, value)]
            if value_lines:
                cells = [MODELS[model].title, f"{value:g}", str(len(value_lines))]
                for key, (_, places) in FIGURES.items():
                    cells.append(document.spread([line["figures"][key] for line in value_lines], places))
                rows.append(f"| {' | '.join(cells)} |")
    return "\n".join(rows)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", nargs="+", default=["digits"])
    parser.add_argument("--priors", nargs="*", default=list(PRIORS), choices=PRIORS)
    parser.add_argument("--models", nargs="+", default=list(VALUES), choices=VALUES)
    parser.add_argument("--seeds", type=int, default=2)
    parser.add_argument("--write", action="store_true", help="write docs/results/other_priors.md")
    args = parser.parse_args()
    args.steps, args.width = None, None  # those of the data set
    log = Log(LOG)
    train_runs(args, log)
    if args.write:
        write_page(log)


if __name__ == "__main__":
    main()
