"""The curves of the frontier: each model trained with several values of its knob, measured on the test images.

No value is chosen among them, so nothing is chosen on test images. The values of a place, a data set and a number
of latent dimensions, were fixed before any of these trainings, by the trials on held-out images: they include the
one that was chosen there, and reach from a loose to a close fit of the prior. A place of `VALUES_FROM` has those
of another one, and digits those of MNIST for the models with one cost, which were not tried there."""

import json
from argparse import Namespace
from datetime import date
from pathlib import Path

from benchmarks.quality.frontier.models import MODELS, model_settings, select_figures, training_configuration
from benchmarks.quality.frontier.trainings import train_and_measure
from benchmarks.quality.run_log import Log

REQUIRED_MODELS = (
    "beta-vae",
    "aae",
    "aae-descent",
    "wae-mmd",
    "sliced-wasserstein",
    "info-vae",
)  # whose curves a finished place has
KIND = "curve"  # of their lines in the log
SEEDS = (0, 1, 2)  # those of the points, so that a point with the same settings is not trained again
ADAM_RATES = (1e-4, 3e-4, 5.5e-4, 1e-3, 1.8e-3)
SLOW_ADAM_RATES = (1e-4, 1.7e-4, 3e-4, 5.5e-4, 1e-3)
ONE_COST_WEIGHTS = (2.0, 5.0, 10.0, 20.0, 50.0)  # of D in two dimensions, and in ten
THREE_STEPS_WEIGHTS = (1.0, 2.0, 4.0, 8.0, 16.0)  # of D that takes three steps
FEW_ONE_COST_WEIGHTS = (0.2, 0.5, 1.0, 2.0, 5.0)
DESCENT_RATES = (0.03, 0.055, 0.1, 0.17, 0.3)
SLOW_DESCENT_RATES = (0.0027, 0.005, 0.009, 0.017, 0.03)
# data -> that whose trials on held-out images gave the values, where it is another
VALUES_FROM = {"fashion-mnist": "mnist"}
MNIST_VALUES_2D = {
    "beta-vae": (1.0, 2.0, 3.0, 4.0, 8.0), "aae": ADAM_RATES, "aae-descent": DESCENT_RATES,
    "wae-mmd": (0.4, 2.0, 10.0, 25.0, 50.0), "sliced-wasserstein": (1.0, 5.0, 25.0, 60.0, 120.0),
    "info-vae": (2.0, 5.0, 10.0, 50.0, 250.0), "aae-one-cost": ONE_COST_WEIGHTS,
    "aae-three-steps": THREE_STEPS_WEIGHTS, "aae-gaussian": ADAM_RATES,
}  # fmt: skip
MNIST_VALUES_10D = {
    "beta-vae": (0.25, 0.5, 1.0, 2.0, 4.0), "aae": (3.3e-5, 1e-4, 1.7e-4, 3e-4, 5.5e-4),
    "aae-descent": SLOW_DESCENT_RATES, "wae-mmd": (0.4, 2.0, 10.0, 25.0, 50.0),
    "sliced-wasserstein": (0.2, 1.0, 5.0, 25.0, 60.0), "info-vae": (5.0, 10.0, 50.0, 120.0, 250.0),
    "aae-one-cost": FEW_ONE_COST_WEIGHTS, "aae-gaussian": SLOW_ADAM_RATES,
}  # fmt: skip
# (data, latent dimensions) -> model -> values of its knob, from a loose to a close fit
VALUES = {
    ("mnist", 2): MNIST_VALUES_2D,
    ("fashion-mnist", 2): MNIST_VALUES_2D,
    ("digits", 2): {
        "beta-vae": (0.25, 0.5, 1.0, 2.0, 4.0), "aae": ADAM_RATES, "aae-descent": DESCENT_RATES,
        "wae-mmd": (0.08, 0.4, 2.0, 10.0, 50.0), "sliced-wasserstein": (0.04, 0.2, 1.0, 5.0, 25.0),
        "info-vae": (2.0, 5.0, 10.0, 50.0, 250.0), "aae-one-cost": ONE_COST_WEIGHTS,
        "aae-three-steps": THREE_STEPS_WEIGHTS, "aae-gaussian": SLOW_ADAM_RATES,
    },
    ("digits", 10): {
        "beta-vae": (0.03, 0.12, 0.25, 0.5, 1.0), "aae": SLOW_ADAM_RATES, "aae-descent": SLOW_DESCENT_RATES,
        "wae-mmd": (0.08, 0.4, 2.0, 10.0, 50.0), "sliced-wasserstein": (0.04, 0.2, 1.0, 5.0, 25.0),
        "info-vae": (2.0, 5.0, 10.0, 50.0, 250.0), "aae-one-cost": FEW_ONE_COST_WEIGHTS, "aae-gaussian": SLOW_ADAM_RATES,
    },
    ("glyphs", 2): {
        "beta-vae": (1.0, 2.0, 4.0, 6.0, 8.0), "aae": ADAM_RATES, "aae-descent": DESCENT_RATES,
        "wae-mmd": (0.4, 2.0, 10.0, 25.0, 50.0), "sliced-wasserstein": (1.0, 5.0, 25.0, 60.0, 120.0),
        "info-vae": (5.0, 10.0, 50.0, 120.0, 250.0), "aae-one-cost": ONE_COST_WEIGHTS,
        "aae-three-steps": THREE_STEPS_WEIGHTS, "aae-gaussian": ADAM_RATES,
    },
    ("mnist", 10): MNIST_VALUES_10D,
    ("fashion-mnist", 10): MNIST_VALUES_10D,
    ("glyphs", 10): {
        "beta-vae": (0.5, 1.0, 2.0, 3.0, 4.0), "aae": SLOW_ADAM_RATES, "aae-descent": (0.009, 0.03, 0.055, 0.1, 0.17),
        "wae-mmd": (0.4, 2.0, 10.0, 50.0, 250.0), "sliced-wasserstein": (0.2, 1.0, 5.0, 25.0, 60.0),
        "info-vae": (5.0, 10.0, 50.0, 120.0, 250.0), "aae-one-cost": FEW_ONE_COST_WEIGHTS, "aae-gaussian": SLOW_ADAM_RATES,
    },
}  # fmt: skip


def train_curves(args, log: Log, points: list[dict]) -> None:
    """Train what the curves of args.data, args.latent_dims and args.models lack. points: lines of finished points, which
    stand for a training of the same configuration."""
    for data in args.data:
        for dim in args.latent_dims:
            for seed in SEEDS[: args.seeds]:  # the whole curve of each model with one seed, before any second one
                for model in args.models:
                    for settings in curve_settings(model, data, dim, args):
                        if find_equal_point(settings, seed, points) is None:
                            train_curve_point(model, settings, seed, log)


def curve_settings(model: str, data: str, dim: int, args) -> list[dict]:
    """The settings of a model's trainings for its curve, one for each value of its knob; none without a knob."""
    values = VALUES.get((data, dim), {}).get(model, ())
    return [model_settings(model, data, dim, args) | dict.fromkeys(MODELS[model].knob, value) for value in values]


def train_curve_point(model: str, settings: dict, seed: int, log: Log) -> dict:
    """The line of a run: from the log where it is there, else trained and measured as a point, but not kept as a revision.
    Its time is not noted, since other programs may run."""
    run = {"kind": KIND, "model": model, "settings": settings, "seed": seed}
    known_line = log.find(run)
    if known_line is not None:
        return known_line
    _, figures = train_and_measure(settings, seed)
    revision_fields = {"revision": None, "minutes": None, "date": date.today().isoformat()}
    return log.add(run | revision_fields | {"figures": select_figures(figures)})


def curve_lines_missing_in_log(page: Path, log: Log) -> list[dict]:
    """The runs of the curves of `page`, frontier.json, as lines, that the log lacks: they were made elsewhere, or their log
    is gone. Those runs have the size of their data set."""
    record = json.loads(page.read_text()).get("curves", {}) if page.exists() else {}
    own_size = Namespace(steps=None, width=None)
    missing_lines = []
    for run in record.get("runs", []):
        settings = model_settings(run["model"], run["data"], run["latent_dim"], own_size) | run["settings"]
        key = {"kind": KIND, "model": run["model"], "settings": settings, "seed": run["seed"]}
        if log.find(key) is None:
            missing_lines.append(key | {"figures": run["figures"]})
    return missing_lines


def find_equal_point(settings: dict, seed: int, points: list[dict]) -> dict | None:
    """The line of a point with that configuration, under whichever name of a model: a β-VAE with β = 1 is the VAE."""
    place = ("data", "latent_dim")
    for line in points:
        is_same_place = all(line["settings"][key] == settings[key] for key in place)
        if (
            line["seed"] == seed
            and is_same_place
            and training_configuration(line["settings"]) == training_configuration(settings)
        ):
            return line
    return None


def finished_runs(args, log: Log, points: list[dict]) -> list[dict]:
    """The runs of all curves that are finished, for the file: at each place those of `finished_seeds`."""
    runs = []
    for data, dim in VALUES:
        seeds = finished_seeds(data, dim, args, log, points)
        for model in VALUES[data, dim]:
            runs += curve_runs(model, data, dim, seeds, args, log, points)
    return runs


def finished_seeds(data: str, dim: int, args, log: Log, points: list[dict]) -> tuple[int, ...]:
    """Those of SEEDS with which each model of REQUIRED_MODELS has every value there."""
    seeds = []
    for seed in SEEDS:
        if all(curve_runs(model, data, dim, (seed,), args, log, points) for model in REQUIRED_MODELS):
            seeds.append(seed)
    return tuple(seeds)


def curve_runs(
    model: str, data: str, dim: int, seeds: tuple[int, ...], args, log: Log, points: list[dict]
) -> list[dict]:
    """The runs of a model's curve with these seeds, for the file; [] while one is missing."""
    runs = []
    for seed in seeds:
        for settings in curve_settings(model, data, dim, args):
            line = log.find({"kind": KIND, "model": model, "settings": settings, "seed": seed})
            line = line or find_equal_point(settings, seed, points)
            if line is None:
                return []
            knob = {key: settings[key] for key in MODELS[model].knob}
            place = {"data": data, "latent_dim": dim, "model": model, "seed": seed}
            runs.append(place | {"settings": knob, "figures": select_figures(line["figures"])})
    return runs
