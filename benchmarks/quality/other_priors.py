"""The models that learn from samples of a prior, compared under priors other than N(0, I) in two dimensions.

    python -m benchmarks.quality.other_priors [--data digits] [--priors mixture swiss-roll …] [--models aae-one-cost …]
                                  [--seeds 2] [--write]

Nets, lengths and rates are those of `benchmarks.quality.frontier`; each value of a model's knob in VALUES, fixed before, is
trained on all training images with each seed and measured on the test images. Nothing is chosen among them. VAEs need the
density of their prior, and are trained under those that have one on the whole plane: the mixture. An AAE whose D is given the
labels, too, is trained where the prior has a region for each class. Each finished run is a line of
docs/results/other_priors.jsonl and is not repeated. --write: write docs/results/other_priors.md from all lines. With no
--priors nothing is trained. MNIST must be in AAE_DATA.
"""

import argparse
import itertools
import math
import statistics
import time
from datetime import date

from aae_core.data import sets
from aae_core.evaluation import intervals
from aae_core.places import PROJECT
from aae_core.reproduce import equal_fit
from aae_core.training import machine
from benchmarks import document
from benchmarks.quality.frontier.curves_page import interval_text
from benchmarks.quality.frontier.models import MODELS, is_valid_configuration, model_settings
from benchmarks.quality.frontier.trainings import train_and_measure
from benchmarks.quality.run_log import Log

LOG = PROJECT / "docs" / "results" / "other_priors.jsonl"
PRIORS = {
    "mixture": "a mixture of ten petals",
    "swiss-roll": "a Swiss roll",
    "uniform": "a uniform square",
    "painted": "a painted ring",
}
LABEL_INFORMED = "label-informed"  # `aae-three-steps` whose D is given the labels of the training images, too
# model -> values of its knob, from a loose to a close fit of N(0, I), among those of `frontier.curves`
VALUES = {
    "aae-three-steps": (2.0, 8.0, 16.0),
    "aae-one-cost": (2.0, 5.0, 20.0),
    "aae-descent": (0.03, 0.1, 0.3),
    "wae-mmd": (2.0, 10.0, 50.0),
    "sliced-wasserstein": (1.0, 5.0, 25.0),
    "beta-vae": (1.0, 2.0, 4.0),
    "info-vae": (2.0, 10.0, 50.0),
    LABEL_INFORMED: (2.0, 8.0),
}
FIGURES = {
    "reconstruction": ("½‖x − x̂‖²", 2),
    "mmd2": ("MMD² to p(z)", 4),
    "fresh_accuracy": ("a fresh classifier's accuracy", 3),
    "js": ("JS to p(z)", 3),
    "holes": ("holes", 3),
    "knn_accuracy": ("5-NN in z", 3),
    "region_accuracy": ("in the region of its class", 3),
}
FIT_FIGURES = ("reconstruction", "fresh_accuracy", "js")  # that are compared at equal MMD²
HEAD = """# Other priors: AAEs and their rivals

`python -m benchmarks.quality.other_priors --write` ({commands}), {date}, {machine}, fp32, one thread.

Nets, lengths and rates are those of [frontier.md](frontier.md), in two dimensions; each value of a knob was fixed before,
trained on all training images and measured once on the test images, and none is chosen among them. Mean ± standard
deviation over the seeds, from 0 on.

*A fresh classifier* tells codes from samples of the prior; at 0.5 it can only guess. *In the region of its class*: the
share of test codes that lie in the region that the prior has for their class; only an AAE whose D is given the labels can
learn which that is.

*Knob* is the value of the one setting that differs between the runs of a model: for the AAE by gradient descent the
learning rate of G, for the β-VAE β, for all others λ.

At equal fit: figures at a given MMD², interpolated for each seed between its runs as in [frontier.md](frontier.md), with
half of their 95 % interval over the seeds (–: not every seed comes so close; the AAE with labels is left out, since it sees
more). The kernels of MMD² hardly see fine structure, such as the gaps between petals; the fresh classifier and JS do, so
they are compared beside the error.

A difference is established if Welch's interval of it leaves out 0 at a confidence at which all intervals of a column are
right with a probability of 95 % (Bonferroni)."""


def train_runs(args, log: Log) -> None:
    """Train what `log` lacks of the data sets, priors, models and seeds of args."""
    for data, seed, prior, model in itertools.product(args.data, range(args.seeds), args.priors, args.models):
        for value in VALUES[model]:
            settings = run_settings(model, value, data, prior, args)
            run = {"kind": "run", "model": model, "settings": settings, "seed": seed}
            if is_valid_configuration(settings) and log.find(run) is None:
                begin = time.process_time()
                figures = measure_run(settings, seed)
                minutes = round((time.process_time() - begin) / 60, 2)
                log.add(run | {"minutes": minutes, "value": value, "figures": figures})


def run_settings(model: str, value: float, data: str, prior: str, args) -> dict:
    """What `configure` takes for a model of VALUES with a value of its knob, under a prior."""
    base = "aae-three-steps" if model == LABEL_INFORMED else model
    settings = model_settings(base, data, 2, args)
    settings |= dict.fromkeys(MODELS[base].knob, value)
    settings["prior.name"] = prior
    if model == LABEL_INFORMED:
        settings["variant"] = LABEL_INFORMED
    return settings


def measure_run(settings: dict, seed: int) -> dict[str, float]:
    """FIGURES of a training, on the test images."""
    _, metrics = train_and_measure(settings, seed)
    return {key: metrics[key] for key in FIGURES if key in metrics}


def write_page(log: Log) -> None:
    """docs/results/other_priors.md, with tables for each data set and prior of the log."""
    places = list(dict.fromkeys((line["settings"]["data"], line["settings"]["prior.name"]) for line in log.lines))
    parts = []
    for data, prior in places:
        lines = [
            line for line in log.lines if (line["settings"]["data"], line["settings"]["prior.name"]) == (data, prior)
        ]
        parts += [f"## {data}, {PRIORS[prior]}", table(lines), *equal_fit_parts(data, lines)]
    commands = []
    for data, priors in priors_by_data(places).items():
        seed_count = 1 + max(line["seed"] for line in log.lines if line["settings"]["data"] == data)
        commands.append(f"--data {data} --priors {' '.join(priors)} --seeds {seed_count}")
    head = HEAD.format(commands="; ".join(commands), date=date.today(), machine=machine.machine_name())
    document.rewrite(document.page_path("other_priors"), "\n\n".join([head, *parts]) + "\n")


def priors_by_data(places: list[tuple[str, str]]) -> dict[str, list[str]]:
    """{data set: its priors} of pairs of both."""
    priors = {}
    for data, prior in places:
        priors.setdefault(data, []).append(prior)
    return priors


def table(lines: list[dict]) -> str:
    """The Markdown table of the runs of one data set and prior: a row for each model and value of its knob."""
    keys = [key for key in FIGURES if any(key in line["figures"] for line in lines)]
    titles = " | ".join(FIGURES[key][0] for key in keys)
    rows = [f"| | knob | seeds | {titles} |", "|---|--:" + "|--:" * (len(keys) + 1) + "|"]
    for model, values in VALUES.items():
        for value in values:
            value_lines = [line for line in lines if (line["model"], line["value"]) == (model, value)]
            if value_lines:
                cells = [model_title(model), f"{value:g}", str(len(value_lines))]
                for key in keys:
                    figures = [line["figures"][key] for line in value_lines if key in line["figures"]]
                    cells.append(document.spread(figures, FIGURES[key][1]) if figures else "–")
                rows.append(f"| {' | '.join(cells)} |")
    return "\n".join(rows)


def model_title(model: str) -> str:
    """The title of a model of VALUES."""
    if model == LABEL_INFORMED:
        return "AAE, three steps, with labels"
    return MODELS[model].title


def equal_fit_parts(data: str, lines: list[dict]) -> list[str]:
    """Of one data set and prior, for each of FIT_FIGURES: the table of the models' values at equal fit, and a sentence on what
    it establishes."""
    fits = equal_fit.resolved_fits(sets.describe_data_set(data).test)
    parts = []
    for key in FIT_FIGURES:
        title, places = FIGURES[key]
        values_by_fit = {fit: values_at_fit(lines, key, fit) for fit in fits}
        rows = [f"| {title} | " + " | ".join(f"at {fit:g}" for fit in fits) + " |", "|---" + "|--:" * len(fits) + "|"]
        for model in VALUES:
            if any(model in values for values in values_by_fit.values()):
                cells = [interval_text(values_by_fit[fit].get(model, []), places) for fit in fits]
                rows.append(f"| {model_title(model)} | {' | '.join(cells)} |")
        parts += ["\n".join(rows), established_text(values_by_fit)]
    return parts


def established_text(values_by_fit: dict[float, dict[str, list[float]]]) -> str:
    """Which differences between models are established. values_by_fit: at each fit, by model, of each seed."""
    sentences = []
    for fit, values in values_by_fit.items():
        for model, rivals in rivals_with_larger_values(values).items():
            rival_titles = ", ".join(model_title(rival) for rival in rivals)
            sentences.append(f"at {fit:g} {model_title(model)} has less than {rival_titles}")
    return f"Established: {'; '.join(sentences) if sentences else 'no difference'}."


def values_at_fit(lines: list[dict], key: str, fit: float) -> dict[str, list[float]]:
    """{model: a figure of each seed at an MMD² of `fit`} of the models without labels whose seeds all come so close."""
    values_by_model = {}
    for model in VALUES:
        model_lines = [line for line in lines if line["model"] == model]
        seeds = sorted({line["seed"] for line in model_lines})
        values = [seed_value_at_fit([line for line in model_lines if line["seed"] == seed], key, fit) for seed in seeds]
        if model != LABEL_INFORMED and values and None not in values:
            values_by_model[model] = values
    return values_by_model


def seed_value_at_fit(lines: list[dict], key: str, fit: float) -> float | None:
    """A figure of the runs of one seed, interpolated at an MMD² of `fit`; None if none comes so close."""
    runs = [(line["figures"]["mmd2"], line["figures"]["reconstruction"]) for line in lines]
    return equal_fit.value_at_fit(runs, [line["figures"][key] for line in lines], fit)


def rivals_with_larger_values(values_by_model: dict[str, list[float]]) -> dict[str, list[str]]:
    """{model: those whose figure is larger}, where Welch's interval of the difference says so, with Bonferroni's correction for
    all pairs. values_by_model: of each model's seeds; a model with one seed is not compared."""
    samples = {
        model: (statistics.fmean(values), statistics.stdev(values), len(values))
        for model, values in values_by_model.items()
        if len(values) > 1
    }
    confidence = 1 - (1 - intervals.CONFIDENCE) / max(1, math.comb(len(samples), 2))
    rivals = {}
    for first, second in itertools.permutations(samples, 2):
        if intervals.difference_confidence_interval(samples[first], samples[second], confidence)[1] < 0:
            rivals.setdefault(first, []).append(second)
    return rivals


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
