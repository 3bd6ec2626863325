"""The points of the frontier: the trials that choose the value of each model's knob, and its runs with that value, each a line
of a log."""

import sys

from benchmarks.quality.frontier import mixture
from benchmarks.quality.frontier.models import (
    MIXTURE,
    MODELS,
    is_valid_configuration,
    model_settings,
    schedule_settings,
    select_figures,
)
from benchmarks.quality.frontier.trainings import wall_and_processor_seconds
from benchmarks.quality.run_log import Log

CLOSE_MMD2 = 0.01  # MMD² of a visible difference from the prior (evaluation/metrics)
TRIAL_SEED = 100  # which no point has; docs/results/results.md has one of the same number, of other trainings
LATE_PROTOCOLS = ("sample-quality", "iw-bound")  # which a training does not measure


def tune_and_train(args, log: Log) -> None:
    """Choose each model's knob, and train its points with it."""
    for data in args.data:
        for dim in args.latent_dims:
            for seed in range(args.seeds):  # the trials of a model, and a first point of each, before any second one
                for model in args.models:
                    knob = best_knob_values(model, run_knob_trials(model, data, dim, args, log))
                    find_or_train_run("point", model, model_settings(model, data, dim, args) | knob, seed, args, log)


def find_or_train_run(kind: str, model: str, settings: dict, seed: int, args, log: Log) -> dict:
    """The line of a run: from the log where it is there, else trained, measured on the data set's test images and kept."""
    import aae_core as aae
    from aae_core.config.configuration import configure
    from aae_core.config.derived import total_steps
    from aae_core.data import sets

    run = {"kind": kind, "model": model, "settings": settings, "seed": seed}
    if (known_line := log.find(run)) is not None:
        return known_line
    if model == MIXTURE:
        return log.add(run | mixture.measure_mixture(settings, seed))
    name = f"{MODELS[model].title}, {settings['data']}, seed {seed}"
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


def run_knob_trials(model: str, data: str, dim: int, args, log: Log) -> list[dict]:
    """A run for each value of the model's knob, on training images of which a sixth is held out, and while the lowest or highest
    is chosen, for the next one beyond it, if args.values and the model allow one more; none without a knob."""
    settings = model_settings(model, f"{data}-held-out", dim, args)
    runs = []
    for key, grid in MODELS[model].knob.items():
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


def best_knob_values(model: str, runs: list[dict]) -> dict:
    """The knob's value: the lowest reconstruction among those close to the prior, else the closest."""
    if not runs:
        return {}
    close_runs = [run for run in runs if run["figures"]["mmd2"] <= CLOSE_MMD2]
    key = "reconstruction" if close_runs else "mmd2"
    best_run = min(close_runs or runs, key=lambda run: run["figures"][key])
    return {key: best_run["settings"][key] for key in MODELS[model].knob}


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
    knob = MODELS[line["model"]].knob
    data = line["settings"]["data"]
    settings = model_settings(line["model"], f"{data}-held-out", line["settings"]["latent_dim"], args)
    return [
        entry
        for entry in log.lines
        if (entry["kind"], entry["model"]) == ("trial", line["model"])
        and {key: value for key, value in entry["settings"].items() if key not in knob} == settings
    ]
