"""The runs of the frontier: its models, the trials that choose their hyperparameters, and the points, each a line of a log."""

import json
import sys
import time
from pathlib import Path

from aae_core import files

CLOSE_MMD2 = 0.01  # MMD² of a visible difference from the prior (evaluation/metrics)
TRIAL_SEED = 100  # which no point has; docs/results/results.md has one of the same number, of other trainings
SIZES = {"digits": (1000, 128)}  # data -> steps, and units of each hidden layer; others have DEFAULT_SIZE
DEFAULT_SIZE = 3000, 256
SQUARED, BINARY = {"cost": "squared-error"}, {"cost": "cross-entropy"}
GAUSSIAN = {"posterior": "gaussian"}
ADVERSARIAL = {"optimiser.discrimination_rate": 5e-4, "optimiser.adversarial_momentum": 0.5}  # of AAEs under Adam
# Encoder and decoder descend the reconstruction cost plus λ times that of the encoder against D, by one optimiser, and D's
# gradient is penalised (discriminator_trials).
ONE_COST = {"passes": "shared", "discriminator_penalty": 0.1}
# The same with a narrower D that takes three steps for one of the encoder, and a weaker penalty.
THREE_STEPS = {"discriminator_steps": 3, "network.discriminator": [128, 128], "discriminator_penalty": 0.01}
# The optimiser of the paper, with the rates of the default recipe.
DESCENT = {"optimiser.kind": "sgd", "optimiser.reconstruction_rate": 0.01, "optimiser.clip": 5.0}
MIXTURE = "ae-mixture"
# Of each model: its title, its own settings, and the knob, if any, that trades reconstruction for the fit with the values tried.
MODELS = {
    "ae": ("Autoencoder", {"variant": "ae", **SQUARED}, {}),
    "vae": ("VAE", {"variant": "vae", **BINARY}, {}),
    "vae-sigma": ("VAE, learned σ", {"variant": "vae", "cost": "learned-variance"}, {}),
    "beta-vae": ("β-VAE", {"variant": "vae", **BINARY}, {"beta": (0.5, 2.0, 4.0)}),
    "aae": ("AAE", {"variant": "aae", **SQUARED, **ADVERSARIAL}, {"optimiser.generation_rate": (1e-4, 3e-4, 1e-3)}),
    "aae-descent": (
        "AAE, gradient descent",
        {"variant": "aae", **SQUARED, **DESCENT},
        {"optimiser.generation_rate": (0.03, 0.1, 0.3)},
    ),
    "aae-one-cost": (
        "AAE, one cost",
        {"variant": "aae", **SQUARED, **ADVERSARIAL, **ONE_COST},
        {"optimiser.generation_weight": (1.0, 5.0, 20.0)},
    ),
    "aae-three-steps": (
        "AAE, one cost, three steps",
        {"variant": "aae", **SQUARED, **ADVERSARIAL, **ONE_COST, **THREE_STEPS},
        {"optimiser.generation_weight": (2.0, 4.0, 8.0)},
    ),
    "aae-gaussian": (
        "AAE, Gaussian posterior",
        {"variant": "aae", **SQUARED, **GAUSSIAN, **ADVERSARIAL},
        {"optimiser.generation_rate": (1e-4, 3e-4, 1e-3)},
    ),
    "wae-mmd": ("WAE-MMD", {"variant": "wae-mmd", **SQUARED}, {"prior_weight": (10.0, 50.0, 250.0)}),
    "sliced-wasserstein": (
        "Sliced Wasserstein",
        {"variant": "sliced-wasserstein", **SQUARED},
        {"prior_weight": (1.0, 5.0, 25.0)},
    ),
    "info-vae": ("InfoVAE", {"variant": "info-vae", **BINARY}, {"prior_weight": (10.0, 50.0, 250.0)}),
    MIXTURE: ("Autoencoder, mixture fitted afterwards", {"variant": "ae", **SQUARED}, {}),  # of `frontier_mixture`
}
SCHEDULE_KEYS = ("optimiser.schedule", "epochs", "threads")  # what a run has of `schedule_settings`
FIGURES = {
    "reconstruction": ("½‖x − x̂‖²", 2),
    "mmd2": ("MMD² to p(z)", 4),
    "fresh_accuracy": ("a fresh classifier's accuracy", 3),
    "knn_accuracy": ("5-NN in z", 3),
    "holes": ("holes", 3),
    "precision": ("precision", 3),
    "recall": ("recall", 3),
    "density": ("density", 2),
    "coverage": ("coverage", 3),
    "frechet": ("Fréchet", 3),
    "iw_bound": ("log p(x) ≥", 1),
}
LATE_PROTOCOLS = ("sample-quality", "iw-bound")  # which a training does not measure


def steps_and_width(data: str, args) -> tuple[int, int]:
    """Steps, and units of each hidden layer, of the runs on a data set."""
    steps, width = SIZES.get(data.removesuffix("-held-out"), DEFAULT_SIZE)
    return args.steps or steps, args.width or width


def model_settings(model: str, data: str, dim: int, args) -> dict:
    """What `configure` takes for a model without its knob and seed."""
    _, own_settings, _ = MODELS[model]
    steps, width = steps_and_width(data, args)
    discriminator = {"network.discriminator": [width, width]} if own_settings["variant"] == "aae" else {}
    return {
        "data": data,
        "latent_dim": dim,
        "network.hidden": [width, width],
        **discriminator,
        "steps": steps,
        "optimiser.kind": "adam",
        "optimiser.reconstruction_rate": 1e-3,
        "optimiser.clip": 0.0,
        "precision": "fp32",
        **own_settings,
    }


def schedule_settings(settings: dict) -> dict:
    """What a run has besides, since its data set decides it: the passes, and when the rates fall; and one thread."""
    from aae_core.config.configuration import Config
    from aae_core.data import sets

    passes = settings["steps"] / (sets.describe_data_set(settings["data"]).train // Config().batch_size)
    return {"optimiser.schedule": [[round(0.75 * passes, 4), 0.1]], "epochs": max(1, int(passes) + 1), "threads": 1}


def find_or_train_run(kind: str, model: str, settings: dict, seed: int, args, log: "Log") -> dict:
    """The line of a run: from the log where it is there, else trained, measured on the data set's test images and kept."""
    import aae_core as aae
    from aae_core.config.configuration import configure
    from aae_core.config.derived import total_steps
    from aae_core.data import sets

    run = {"kind": kind, "model": model, "settings": settings, "seed": seed}
    if (known_line := log.find(run)) is not None:
        return known_line
    if model == MIXTURE:
        from benchmarks.quality import frontier_mixture

        return log.add(run | frontier_mixture.measure_mixture(settings, seed))
    name = f"{MODELS[model][0]}, {settings['data']}, seed {seed}"
    config = configure(**settings, **schedule_settings(settings), seed=seed, name=name)
    assert total_steps(config, sets.describe_data_set(settings["data"]).train) == settings["steps"]
    store = aae.Store(args.store / "revisions")
    unfinished_revisions = [
        store.open(item.id) for item in store.list_own() if item.state != "done"
    ]  # by an interrupted command
    equal_revisions = [revision for revision in unfinished_revisions if revision.config == config]
    wall_start, processor_start = wall_and_processor_seconds()
    revision = aae.resume(equal_revisions[0]) if equal_revisions else aae.train(config, store=store)
    status = revision.status
    if status.state != "done":
        sys.exit(f"{run} has the state {status.state}; give the command again to continue.")
    wall_end, processor_end = wall_and_processor_seconds()
    # the rest of the time others had the core
    share = min(1.0, (processor_end - processor_start) / (wall_end - wall_start))
    return log.add(
        run
        | {
            "revision": revision.id,
            "minutes": round(status.seconds / 60 * share, 4),  # of steps, before an interruption, too
            "figures": select_figures(revision.measures),
        }
    )


def trained_model(settings: dict, seed: int):
    """A model trained without being followed on its way or kept as a revision, which would take as long again."""
    from aae_core.config.configuration import configure
    from aae_core.data import sets
    from aae_core.training.loop import fit
    from aae_core.training.training import Training

    config = configure(**settings, **schedule_settings(settings), seed=seed)
    training = Training(config, sets.load(config.data))
    for _ in fit(training):
        pass
    assert training.step == settings["steps"]
    return training.model


def train_and_measure(settings: dict, seed: int) -> tuple:
    """(the model of `trained_model`, its metrics on the test items), by as many threads as a run of the frontier has."""
    from aae_core.data import sets
    from aae_core.evaluation.protocols import measure_metrics
    from aae_core.models.convolutions import use_torch_threads

    with use_torch_threads(schedule_settings(settings)["threads"]):
        model = trained_model(settings, seed)
        return model, measure_metrics(model, sets.load(settings["data"]))


def wall_and_processor_seconds() -> tuple[float, float]:
    """Seconds on the clock, and those in which the processor worked for this process."""
    return time.perf_counter(), time.process_time()


def select_figures(figures: dict) -> dict:
    """Those of FIGURES."""
    return {key: figures[key] for key in FIGURES if key in figures}


class Log:
    """The lines of a file of JSON objects, one for each finished run."""

    def __init__(self, path: Path):
        self.path = path
        self.lines = [json.loads(line) for line in path.read_text().splitlines()] if path.exists() else []

    def find(self, run: dict) -> dict | None:
        return next((line for line in self.lines if all(line[key] == value for key, value in run.items())), None)

    def add(self, line: dict) -> dict:
        """Keep a line at once, and say what came out."""
        self.lines.append(line)
        with self.path.open("a") as file:
            file.write(json.dumps(line, ensure_ascii=False) + "\n")
        result = {key: line["figures"][key] for key in ("reconstruction", "mmd2") if key in line["figures"]}
        print(json.dumps({**{key: line[key] for key in ("kind", "model", "seed", "minutes")}, **result}), flush=True)
        return line

    def replace(self, line: dict) -> None:
        """Put a line in the place of that of the same revision, beside what another process has added since."""
        stored_lines = [json.loads(text) for text in self.path.read_text().splitlines()]
        self.lines = [
            line if stored_line["revision"] == line["revision"] else stored_line for stored_line in stored_lines
        ]
        files.write_atomic(
            self.path, "".join(json.dumps(stored_line, ensure_ascii=False) + "\n" for stored_line in self.lines)
        )


def run_knob_trials(model: str, data: str, dim: int, args, log: Log) -> list[dict]:
    """A run for each value of the model's knob, on training images of which a sixth is held out, and while the lowest or highest
    is chosen, for the next one beyond it, if args.values and the model allow one more; none without a knob."""
    settings = model_settings(model, f"{data}-held-out", dim, args)
    runs = []
    for key, grid in MODELS[model][2].items():
        values = list(grid)
        for value in values:
            runs.append(find_or_train_run("trial", model, settings | {key: value}, TRIAL_SEED, args, log))
        while len(runs) < args.values:
            next_value = next_knob_value(best_knob_values(model, runs)[key], values, grid)
            if next_value is None or not is_valid_configuration(settings | {key: next_value}):
                break
            values.append(next_value)
            runs.append(find_or_train_run("trial", model, settings | {key: next_value}, TRIAL_SEED, args, log))
    return runs


def next_knob_value(best_value: float, values: list[float], grid: tuple[float, ...]) -> float | None:
    """The value beyond `best_value`, with two digits, if that is the lowest or highest of the values that were tried;
    else None. grid: the values of MODELS; its first and last ratio are those of the next value to the best."""
    if best_value == max(values):
        ratio = grid[-1] / grid[-2]
    elif best_value == min(values):
        ratio = grid[0] / grid[1]
    else:
        return None
    return float(f"{best_value * ratio:.2g}")


def is_valid_configuration(settings: dict) -> bool:
    """Whether the model can be trained with them: InfoVAE's λ may not be below 1."""
    from aae_core.config.configuration import configure
    from aae_core.errors import ConfigError

    try:
        configure(**settings)
    except ConfigError:
        return False
    return True


def best_knob_values(model: str, runs: list[dict]) -> dict:
    """The knob's value: the lowest reconstruction among those close to the prior, else the closest."""
    if not runs:
        return {}
    close_runs = [run for run in runs if run["figures"]["mmd2"] <= CLOSE_MMD2]
    key = "reconstruction" if close_runs else "mmd2"
    best_run = min(close_runs or runs, key=lambda run: run["figures"][key])
    return {key: best_run["settings"][key] for key in MODELS[model][2]}


def add_late_protocols(args, log: Log) -> None:
    """Add to each point what its training did not measure, of its stored revision."""
    import aae_core as aae
    from aae_core.data import sets
    from aae_core.evaluation import protocols

    points = [line for line in log.lines if line["kind"] == "point" and is_point_of_chosen_knob(line, args, log)]
    points = [line for line in points if "afterwards" not in line]
    points = [line for line in points if line["settings"]["data"] in args.data]
    for number, line in enumerate(points, 1):
        model = aae.Store(args.store / "revisions").open(line["revision"]).model()
        dataset, figures = sets.load(line["settings"]["data"]), {}
        for protocol in LATE_PROTOCOLS:
            if not protocols.refusal_reason(protocol, model, dataset):
                figures |= select_figures(protocols.evaluate(model, dataset, protocol)[protocol])
        log.replace(line | {"afterwards": figures})
        print(f"{number} of {len(points)}: {line['model']}, seed {line['seed']}", flush=True)


def is_point_of_chosen_knob(line: dict, args, log: Log) -> bool:
    """Whether a point is of its data set's size and of the value of the knob that was chosen."""
    data = line["settings"]["data"]
    settings = model_settings(line["model"], data, line["settings"]["latent_dim"], args)
    return line["settings"] == settings | best_knob_values(line["model"], trials_of_point(line, args, log))


def trials_of_point(line: dict, args, log: Log) -> list[dict]:
    """The trials of a point's model for its data, dimensions and size."""
    knob = MODELS[line["model"]][2]
    data = line["settings"]["data"]
    settings = model_settings(line["model"], f"{data}-held-out", line["settings"]["latent_dim"], args)
    return [
        entry
        for entry in log.lines
        if (entry["kind"], entry["model"]) == ("trial", line["model"])
        and {key: value for key, value in entry["settings"].items() if key not in knob} == settings
    ]
