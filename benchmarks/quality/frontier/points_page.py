"""The points of the frontier, written into docs/results/frontier.json and the tables of docs/results/frontier.md."""

import json
import statistics
from datetime import date
from pathlib import Path

from aae_core.places import PROJECT
from aae_core.training import machine
from benchmarks import document
from benchmarks.quality.frontier.mixture import COMPONENTS, MAX_CODES
from benchmarks.quality.frontier.models import (
    FIGURES,
    MIXTURE,
    MODELS,
    SCHEDULE_KEYS,
    schedule_settings,
    select_figures,
)
from benchmarks.quality.frontier.points import best_knob_values, is_point_of_chosen_knob, trials_of_point
from benchmarks.quality.run_log import Log

KNOBS = {"beta": "β", "prior_weight": "λ", "optimiser.generation_rate": "rate of G", "optimiser.generation_weight": "λ"}
PROTOCOL = (
    "All models have the same encoder, decoder, data, mini-batches and number of steps, and encoder and decoder "
    "learn by Adam at 0.001, with all rates divided by ten in the last quarter. The AAEs also have a D of the same width, "
    "with the rate 0.0005; their adversarial steps use Adam with β₁ = 0.5. One AAE learns by gradient descent with momentum "
    "instead, as in the paper, with the default recipe: rates of 0.01 for the reconstruction and 0.1 for D, and gradients "
    "clipped at a norm of 5.\n\n"
    "One AAE has one cost: encoder and decoder descend the reconstruction error plus λ times the encoder's cost against D by "
    "one optimiser, and D's gradient is penalised (γ = 0.1); in another one, a D of 128 and 128 units takes three steps on "
    "each mini-batch, and γ is 0.01. Both stand in the curves alone.\n\n"
    "Of one autoencoder the samples are measured, too: after its training a mixture of {components} Gaussians is fitted to "
    "the codes of at most {codes:,} training images, and images are decoded from samples of the mixture.\n\n"
    "Of some models one knob is tuned: {knobs}.\n\n"
    "Its value is chosen with one seed on a sixth of the training images that is held out, among {count}: the one with the "
    "lowest reconstruction error among those whose MMD² is at most 0.01, above which a difference from the prior is visible, "
    "or where there is none, the one with the lowest MMD².\n\n"
    "It is then frozen, trained with new seeds on all training images, and measured once on the test images. Models without "
    "a knob: {without}."
)
SIZE_KEYS = (
    "data",
    "latent_dim",
    "steps",
    "network.hidden",
    "network.discriminator",
)  # which differ from place to place


def write_results(args, log: Log) -> None:
    """docs/results/frontier.json and the tables of docs/results/frontier.md."""
    results = PROJECT / "docs" / "results"
    file = results / "frontier.json"
    old_record = json.loads(file.read_text()) if file.exists() else {}
    log.lines = [*lines_missing_in_log(file, log), *log.lines]
    record = frontier_record(args, log)
    if "curves" in old_record:
        record["curves"] = old_record["curves"]  # which `curves_page` writes
    if record["points"] == old_record.get("points"):
        record |= {key: old_record[key] for key in ("date", "machine")}
    else:
        record["machine"] = joined_machines(old_record.get("machine", ""), record["machine"])
    file.write_text(json.dumps(record, indent=1, ensure_ascii=False) + "\n")
    head = "# Which latent model: reconstruction against fit of the prior\n\n"
    commands = "\n".join(document.wrap_command(command) for command in record["command"].split(" && "))
    head += f"{record['date']}, {record['machine']}, by\n\n```\n{commands}\n```\n\n"
    summary = f"{record['protocol']} Mean ± standard deviation over the seeds. "
    summary += "As data, with the revision of each run, whose name contains the date: [frontier.json](frontier.json)."
    head += f"{summary}\n\n"
    document.rewrite(results / "frontier.md", head + tables_markdown(record))


def frontier_record(args, log: Log) -> dict:
    """docs/results/frontier.json: the points of the log that have the size of their data set and the values that were
    chosen, the trials, and the models that they are of."""
    points = [line for line in log.lines if line["kind"] == "point" and is_point_of_chosen_knob(line, args, log)]
    places, names = list(dict.fromkeys(map(place_of_run, points))), list(MODELS)
    points.sort(key=lambda line: (places.index(place_of_run(line)), line["seed"], names.index(line["model"])))
    # where some points lack these figures, all are written without them
    incomplete_places = {place_of_run(line) for line in points if "afterwards" not in line}
    trial_keys = ("model", "settings", "seed", "figures")
    number = f", {points[0]['settings']['precision']}, 1 thread" if points else ""
    return {
        "format": 1,
        "date": date.today().isoformat(),
        "command": " && ".join(reproduction_commands(points, args, log)),
        "machine": machine.machine_name() + number,
        "protocol": protocol_text(points, args, log),
        "models": model_records(points, log),
        "points": [
            {
                "data": line["settings"]["data"],
                "latent_dim": line["settings"]["latent_dim"],
                "model": line["model"],
                "settings": line["settings"] | schedule_settings(line["settings"]),
                "chosen": {key: line["settings"][key] for key in MODELS[line["model"]].knob},
                **{key: line[key] for key in ("seed", "revision")},
                "minutes": minutes_of_steps(line, points),
                "figures": select_figures(
                    line["figures"] | ({} if place_of_run(line) in incomplete_places else line["afterwards"])
                ),
            }
            for line in points
        ],
        "trials": [{key: line[key] for key in trial_keys} for line in log.lines if line["kind"] == "trial"],
    }


def minutes_of_steps(line: dict, points: list[dict]) -> float | None:
    """The minutes of a point: of a sampled autoencoder those of the autoencoder with this seed, whose steps are the same."""
    if line["model"] != MIXTURE:
        return line["minutes"]
    run_keys = {"model": "ae", "settings": line["settings"], "seed": line["seed"]}
    return next((point["minutes"] for point in points if run_keys.items() <= point.items()), None)


def model_records(points: list[dict], log: Log) -> list[dict]:
    """The models of these points and of the log's trials. What is chosen for a model is that for the first data and
    dimensions."""
    records = []
    for name, model in MODELS.items():
        lines = [line for line in points if line["model"] == name]
        chosen = {key: lines[0]["settings"][key] for key in model.knob} if lines else {}
        trials = [line for line in log.lines if (line["kind"], line["model"]) == ("trial", name)]
        if trials and not lines:
            lines = [line for line in trials if place_of_run(line) == place_of_run(trials[0])]
            chosen = best_knob_values(name, lines)
        if lines:
            own_keys = [key for key in lines[0]["settings"] if key not in (*SIZE_KEYS, *model.knob)]
            record = {
                "name": name,
                "title": model.title,
                "settings": {key: lines[0]["settings"][key] for key in own_keys},
            }
            if name == MIXTURE:
                record["fitted_components"] = COMPONENTS
            records.append(record | {"chosen": chosen})
    return records


def protocol_text(points: list[dict], args, log: Log) -> str:
    """PROTOCOL, with the knobs of the points' models and the values that the log has of them."""
    values_by_model, counts = {}, set()
    for line in points:
        for key in MODELS[line["model"]].knob:
            values = {item["settings"][key] for item in trials_of_point(line, args, log)}
            values_by_model.setdefault(line["model"], set()).update(values)
            counts.add(len(values))
    knobs = []
    for name, values in values_by_model.items():
        symbol = KNOBS[next(iter(MODELS[name].knob))]
        knobs.append(f"{MODELS[name].title} {symbol} ({', '.join(f'{value:g}' for value in sorted(values))})")
    models_without_values = [
        MODELS[name].title
        for name in MODELS
        if name not in values_by_model and any(line["model"] == name for line in points)
    ]
    min_count, max_count = min(counts, default=0), max(counts, default=0)
    return PROTOCOL.format(
        components=COMPONENTS,
        codes=MAX_CODES,
        knobs="; ".join(knobs) or "none",
        count=f"{max_count} values"
        if min_count == max_count
        else f"{min_count} to {max_count} values (beginning with a few, and adding the next one beyond the lowest or highest as "
        "long as that is chosen)",
        without="; ".join(models_without_values) or "none",
    )


def reproduction_commands(points: list[dict], args, log: Log) -> list[str]:
    """The commands that make these points and write them: one for all places that have the same dimensions of the same models
    with as many seeds."""
    n_values = max((len(trials_of_point(line, args, log)) for line in points), default=0)
    values_option = f" --values {n_values}" if n_values > 6 else ""
    dims_by_data, data_by_dims = {}, {}  # both also by the options
    for place in dict.fromkeys(map(place_of_run, points)):
        place_points = [line for line in points if place_of_run(line) == place]
        seed_counts = {line["model"]: 0 for line in place_points}
        for line in place_points:
            seed_counts[line["model"]] = max(seed_counts[line["model"]], line["seed"] + 1)
        for count in dict.fromkeys(seed_counts.values()):
            models = " ".join(name for name in MODELS if seed_counts.get(name) == count)
            options = f"--models {models} --seeds {count}{values_option}"
            dims_by_data.setdefault((place[0], options), []).append(str(place[1]))
    for (data, options), dims in dims_by_data.items():
        data_by_dims.setdefault((" ".join(dims), options), []).append(data)
    commands = []
    for (dims_text, options), names in data_by_dims.items():
        places = f"--data {' '.join(names)} --latent-dims {dims_text}"
        commands.append(f"python -m benchmarks.quality.frontier {places} {options} --write")
    return commands


def place_of_run(line: dict) -> tuple[str, int]:
    """The data and the number of latent dimensions of a run."""
    return line["settings"]["data"], line["settings"]["latent_dim"]


def known_points(page: Path, log: Log) -> list[dict]:
    """The lines of the points that the log or `page`, frontier.json, has."""
    return [line for line in [*log.lines, *lines_missing_in_log(page, log)] if line["kind"] == "point"]


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


def joined_machines(old_machines: str, new_machine: str) -> str:
    """The machines on which a file's runs were made, as its key "machine" has them: the old ones, and a new one."""
    return "; ".join(dict.fromkeys(filter(None, [*old_machines.split("; "), new_machine])))


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


def knob_text(values: dict) -> str:
    return ", ".join(f"{KNOBS[key]} = {value:g}" for key, value in values.items())
