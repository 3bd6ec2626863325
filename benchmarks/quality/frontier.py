"""Which latent model is best for what: reconstruction against fit of the prior, for all models by one protocol.

    python -m benchmarks.quality.frontier [--data mnist glyphs] [--latent-dims 2 10] [--models vae aae …] [--seeds 3] [--values 6]
                                  [--steps 3000] [--width 256] [--store FOLDER] [--write]

The hyperparameter ("knob") of a model, if it has one, is chosen on held-out training images (`frontier_runs.run_knob_trials`,
`best_knob_values`). Then the model is trained with each seed on all training images and measured once on the test images (a
"point"). At the end the metrics that trainings do not compute (`frontier_runs.LATE_PROTOCOLS`) are added. Each finished run
is a line of STORE/frontier.jsonl and is not repeated, so the command can be interrupted and started again, or extended to
more models, data or seeds. --write: at the end write docs/results/frontier.json, the tables of docs/results/frontier.md and
its section of docs/development/trials.md from all finished runs. Those in docs/results/frontier.json that the log lacks count
as finished. With an empty --data nothing is trained. MNIST must be in AAE_DATA.
"""

import argparse
import json
import statistics
from datetime import date
from pathlib import Path

from aae_core.places import PROJECT
from aae_core.training import machine
from benchmarks import document
from benchmarks.quality import frontier_curves, frontier_mixture, frontier_pages
from benchmarks.quality.frontier_runs import (
    FIGURES,
    MIXTURE,
    MODELS,
    SCHEDULE_KEYS,
    Log,
    add_late_protocols,
    best_knob_values,
    find_or_train_run,
    is_point_of_chosen_knob,
    model_settings,
    run_knob_trials,
    schedule_settings,
    select_figures,
    trials_of_point,
)

KNOBS = {"beta": "β", "prior_weight": "λ", "optimiser.generation_rate": "rate of G", "optimiser.generation_weight": "λ"}
PROTOCOL = (
    "All models have the same encoder, decoder, data, mini-batches and number of steps, and encoder and decoder "
    "learn by Adam at 0.001, all rates a tenth in the last quarter. The AAEs have a D besides, of the same width, "
    "with the rate 0.0005; their adversarial steps are of Adam with β₁ = 0.5. One AAE has one cost: encoder and "
    "decoder descend the reconstruction error plus λ times the encoder's cost against D by one optimiser, and D's "
    "gradient is penalised (γ = 0.1); in another one, a D of 128 and 128 units takes three steps on each mini-batch, and γ "
    "is 0.01. Both stand in the curves alone. One AAE learns by gradient descent with momentum instead, as in the paper, "
    "with the default recipe: rates of 0.01 for the reconstruction and 0.1 for D, and gradients clipped at a norm "
    "of 5. Of some models one knob is tuned: {knobs}. Its value is chosen with one seed on a sixth of the "
    "training images that is held out, among {count}: the one with the lowest reconstruction error among those "
    "whose MMD² is at most 0.01, above which a difference from the prior is visible, or where there is none, the "
    "one with the lowest MMD². It is then frozen, trained with new seeds on all training images, and measured "
    "once on the test images. Models without a knob: {without}."
)


def place_of_run(line: dict) -> tuple[str, int]:
    """The data and the number of latent dimensions of a run."""
    return line["settings"]["data"], line["settings"]["latent_dim"]


def protocol_text(points: list[dict], args, log: Log) -> str:
    """PROTOCOL, with the knobs of the points' models and the values that the log has of them."""
    values_by_model, counts = {}, set()
    for line in points:
        for key in MODELS[line["model"]][2]:
            values = {item["settings"][key] for item in trials_of_point(line, args, log)}
            values_by_model.setdefault(line["model"], set()).update(values)
            counts.add(len(values))
    knobs = []
    for name, values in values_by_model.items():
        symbol = KNOBS[next(iter(MODELS[name][2]))]
        knobs.append(f"{MODELS[name][0]} {symbol} ({', '.join(f'{value:g}' for value in sorted(values))})")
    models_without_values = [
        MODELS[name][0]
        for name in MODELS
        if name not in values_by_model and any(line["model"] == name for line in points)
    ]
    min_count, max_count = min(counts, default=0), max(counts, default=0)
    return PROTOCOL.format(
        knobs="; ".join(knobs) or "none",
        count=f"{max_count} values"
        if min_count == max_count
        else f"{min_count} to {max_count} values (the next one beyond the lowest or highest while that is chosen)",
        without="; ".join(models_without_values) or "none",
    )


def reproduction_commands(points: list[dict], args, log: Log) -> list[str]:
    """The commands that make these points and write them: one for all data sets that have the same dimensions and as many
    seeds."""
    n_values = max((len(trials_of_point(line, args, log)) for line in points), default=0)
    values_option = f" --values {n_values}" if n_values > 6 else ""
    dims_by_data, data_by_dims = {}, {}  # both also by the options
    for data, dim in dict.fromkeys(map(place_of_run, points)):
        seeds = [line["seed"] for line in points if place_of_run(line) == (data, dim)]
        options = f"--seeds {max(seeds) + 1}{values_option}"
        dims_by_data.setdefault((data, options), []).append(str(dim))
    for (data, options), dims in dims_by_data.items():
        data_by_dims.setdefault((" ".join(dims), options), []).append(data)
    commands = []
    for (dims_text, options), names in data_by_dims.items():
        places = f"--data {' '.join(names)} --latent-dims {dims_text}"
        commands.append(f"python -m benchmarks.quality.frontier {places} {options} --write")
    return commands


def frontier_record(args, log: Log) -> dict:
    """docs/results/frontier.json: the points of the log that have the size of their data set and the values that were
    chosen, the trials, and the models that they are of."""
    points = [line for line in log.lines if line["kind"] == "point" and is_point_of_chosen_knob(line, args, log)]
    places, names = list(dict.fromkeys(map(place_of_run, points))), list(MODELS)
    points.sort(key=lambda line: (places.index(place_of_run(line)), line["seed"], names.index(line["model"])))
    # where some points lack these figures, all are written without them
    incomplete_places = {place_of_run(line) for line in points if "afterwards" not in line}
    knobs = {name: list(MODELS[name][2]) for name in MODELS}
    models = []
    for name, (title, _, _) in MODELS.items():
        model_lines = [line for line in points if line["model"] == name]
        values = {key: model_lines[0]["settings"][key] for key in knobs[name]} if model_lines else {}
        model_trials = [line for line in log.lines if (line["kind"], line["model"]) == ("trial", name)]
        if model_trials and not model_lines:
            model_lines = [line for line in model_trials if place_of_run(line) == place_of_run(model_trials[0])]
            values = best_knob_values(name, model_lines)
        if model_lines:
            size = ("data", "latent_dim", "steps", "network.hidden", "network.discriminator")
            keys = [key for key in model_lines[0]["settings"] if key not in (*size, *knobs[name])]
            models.append(
                {
                    "name": name,
                    "title": title,
                    "settings": {key: model_lines[0]["settings"][key] for key in keys},
                    **({"fitted_components": frontier_mixture.COMPONENTS} if name == MIXTURE else {}),
                    "chosen": values,  # for the first data and dimensions
                }
            )
    trial_keys = ("model", "settings", "seed", "figures")
    number = f", {points[0]['settings']['precision']}, 1 thread" if points else ""
    return {
        "format": 1,
        "date": date.today().isoformat(),
        "command": " && ".join(reproduction_commands(points, args, log)),
        "machine": machine.machine_name() + number,
        "protocol": protocol_text(points, args, log),
        "models": models,
        "points": [
            {
                "data": line["settings"]["data"],
                "latent_dim": line["settings"]["latent_dim"],
                "model": line["model"],
                "settings": line["settings"] | schedule_settings(line["settings"]),
                "chosen": {key: line["settings"][key] for key in knobs[line["model"]]},
                **{key: line[key] for key in ("seed", "revision", "minutes")},
                "figures": select_figures(
                    line["figures"] | ({} if place_of_run(line) in incomplete_places else line["afterwards"])
                ),
            }
            for line in points
        ],
        "trials": [{key: line[key] for key in trial_keys} for line in log.lines if line["kind"] == "trial"],
    }


def lines_missing_in_log(page: Path, log: Log) -> list[dict]:
    """The trials and points of docs/results/frontier.json, as lines, that the log lacks: they were made elsewhere, or
    their log is gone."""
    result = json.loads(page.read_text()) if page.exists() else {}
    lines = [{"kind": kind, **run_keys} for kind in ("trial", "point") for run_keys in result.get(f"{kind}s", [])]
    for line in lines:
        line["settings"] = {key: value for key, value in line["settings"].items() if key not in SCHEDULE_KEYS}
    run_keys = ("kind", "model", "settings", "seed")
    missing_lines = [line for line in lines if log.find({key: line[key] for key in run_keys}) is None]
    return [line | {"afterwards": {}} for line in missing_lines]  # their figures have those that are added afterwards


def read_curves(page: Path) -> dict:
    """The curves that docs/results/frontier.json has, which `frontier_pages` writes."""
    result = json.loads(page.read_text()) if page.exists() else {}
    return {key: value for key, value in result.items() if key == "curves"}


def knob_text(values: dict) -> str:
    return ", ".join(f"{KNOBS[key]} = {value:g}" for key, value in values.items())


def tables_markdown(value: dict) -> str:
    """A Markdown table for each data set and number of dimensions."""
    titles = {model["name"]: model["title"] for model in value["models"]}
    lines = []
    for data, dim in dict.fromkeys((point["data"], point["latent_dim"]) for point in value["points"]):
        place_points = [point for point in value["points"] if (point["data"], point["latent_dim"]) == (data, dim)]
        figure_keys = [key for key in FIGURES if any(key in point["figures"] for point in place_points)]
        lines += [
            f"## {data}, {dim} dimensions",
            "",
            "| | chosen | seeds | " + " | ".join(FIGURES[key][0] for key in figure_keys),
        ]
        lines[-1] += " | minutes of steps |"
        lines += ["|---|---|--:" + "|--:" * (len(figure_keys) + 1) + "|"]
        for name in dict.fromkeys(point["model"] for point in place_points):
            model_points = [point for point in place_points if point["model"] == name]
            cells = [titles[name], knob_text(model_points[0]["chosen"]) or "–", str(len(model_points))]
            for key in figure_keys:
                values = [point["figures"][key] for point in model_points if key in point["figures"]]
                cells.append(document.spread(values, FIGURES[key][1]) if values else "–")
            minutes = [point["minutes"] for point in model_points if point["minutes"] is not None]
            cells.append(f"{statistics.mean(minutes):.3f}" if minutes else "–")
            lines.append("| " + " | ".join(cells) + " |")
        lines.append("")
    return "\n".join(lines)


def trial_group(run: dict) -> tuple[str, int, str, int]:
    """What the trials of one choice have in common: data, latent dimensions, model and steps."""
    return *place_of_run(run), run["model"], run["settings"]["steps"]


def trial_lines(log: Log) -> str:
    """The section of docs/development/trials.md: every trial of a knob, and the set that it was judged on."""
    lines = ["| judged on | d | model | value | ½‖x − x̂‖² | MMD² | steps | |", "|---|--:|---|---|--:|--:|--:|---|"]
    runs = [line for line in log.lines if line["kind"] == "trial"]
    for group in dict.fromkeys(map(trial_group, runs)):
        data, dim, model, steps = group
        title, _, knob = MODELS[model]
        group_runs = [run for run in runs if trial_group(run) == group]
        best_values = best_knob_values(model, group_runs)
        for run in group_runs:
            value = {key: run["settings"][key] for key in knob}
            figures = run["figures"]
            lines.append(
                f"| `{data}` | {dim} | {title} | {knob_text(value)} | {figures['reconstruction']:.2f} | "
                f"{figures['mmd2']:.4f} | {steps:,} | {'chosen' if value == best_values else ''} |"
            )
    return "\n".join(lines) + "\n"


HEADING = "## The frontier"
ABOUT_TRIALS = (
    "`python -m benchmarks.quality.frontier`: each value of a knob was trained once, with seed 100, and judged on the sixth of "
    "the training images that `NAME-held-out` keeps for this; no test image was looked at. This seed has nothing to do with the "
    "seed 100 of [results.md](../results/results.md), which is fresh there: models and recipes are others. How a value is "
    "chosen: [frontier.md](../results/frontier.md)."
)


def write_results(args, log: Log) -> None:
    """docs/results/frontier.json, the tables of docs/results/frontier.md and the section of docs/development/trials.md."""
    results = PROJECT / "docs" / "results"
    log.lines = [*lines_missing_in_log(results / "frontier.json", log), *log.lines]
    record = frontier_record(args, log) | read_curves(results / "frontier.json")
    (results / "frontier.json").write_text(json.dumps(record, indent=1, ensure_ascii=False) + "\n")
    head = "# Which latent model: reconstruction against fit of the prior\n\n"
    head += (
        f"{record['date']}, {record['machine']}, by\n\n```\n" + record["command"].replace(" && ", "\n") + "\n```\n\n"
    )
    summary = f"{record['protocol']} Mean ± standard deviation over the seeds. "
    summary += "As data, with the revision of each run, whose name contains the date: [frontier.json](frontier.json)."
    head += f"{summary}\n\n"
    document.rewrite(results / "frontier.md", head + tables_markdown(record))
    page = PROJECT / "docs" / "development" / "trials.md"
    text = page.read_text() if page.exists() else "# Every trial, and the images that it was judged on\n"
    page_start, _, page_end = text.partition(f"\n{HEADING}\n")
    _, separator, page_end = page_end.partition("\n## ")
    introduction = document.wrap_prose(ABOUT_TRIALS)
    page.write_text(f"{page_start}\n{HEADING}\n\n{introduction}\n\n{trial_lines(log)}{separator}{page_end}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument(
        "--data", nargs="*", default=["mnist"], help="none: no training, as when only --write is wanted"
    )
    parser.add_argument("--latent-dims", nargs="+", type=int, default=[2])
    parser.add_argument("--models", nargs="+", default=list(MODELS), choices=MODELS)
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument(
        "--values", type=int, default=6, help="of a knob at most: further ones while one at an end is chosen"
    )
    parser.add_argument("--steps", type=int, help="of every run, in mini-batches of 100")
    parser.add_argument("--width", type=int, help="of the two hidden layers of every network")
    parser.add_argument("--store", type=Path, default=PROJECT / "benchmarks" / "runs" / "frontier")
    parser.add_argument("--curves", action="store_true", help="train the values of frontier_curves in place of points")
    parser.add_argument("--write", action="store_true", help="write docs/ in the end")
    args = parser.parse_args()
    print("finished runs are lines of", args.store / "frontier.jsonl", flush=True)
    args.store.mkdir(parents=True, exist_ok=True)
    log = Log(args.store / "frontier.jsonl")
    page = PROJECT / "docs" / "results" / "frontier.json"
    if args.curves:
        log.lines += frontier_curves.curve_lines_missing_in_log(page, log)
        frontier_curves.train_curves(args, log, known_points(page, log))
    else:
        tune_and_train(args, log)
        add_late_protocols(args, log)  # which reads the log's file anew
        if args.write:
            write_results(args, log)
        log.lines += frontier_curves.curve_lines_missing_in_log(page, log)
    if args.write:
        frontier_pages.write_curves(args, log, known_points(page, log), page)


def known_points(page: Path, log: Log) -> list[dict]:
    """The lines of the points that the log or `page`, frontier.json, has."""
    return [line for line in [*log.lines, *lines_missing_in_log(page, log)] if line["kind"] == "point"]


def tune_and_train(args, log: Log) -> None:
    """Choose each model's knob, and train its points with it."""
    for data in args.data:
        for dim in args.latent_dims:
            for seed in range(args.seeds):  # the trials of a model, and a first point of each, before any second one
                for model in args.models:
                    knob = best_knob_values(model, run_knob_trials(model, data, dim, args, log))
                    find_or_train_run("point", model, model_settings(model, data, dim, args) | knob, seed, args, log)


if __name__ == "__main__":
    main()
