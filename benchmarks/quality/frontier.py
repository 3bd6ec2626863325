"""Which latent model is best for what: reconstruction against fit of the prior, for all models by one protocol.

    python -m benchmarks.quality.frontier [--data mnist glyphs] [--latent-dims 2 10] [--models vae aae …] [--seeds 3] [--values 6]
                                  [--steps 3000] [--width 256] [--store FOLDER] [--write]

The hyperparameter ("knob") of a model, if it has one, is chosen on held-out training images (`trials`, `chosen`). Then the model
is trained with each seed on all training images and measured once on the test images (a "point"). At the end the metrics that
trainings do not compute (AFTERWARDS) are added. Each finished run is a line of STORE/frontier.jsonl and is not repeated, so the
command can be interrupted and started again, or extended to more models, data or seeds. --write: at the end write
docs/frontier.json, the tables of docs/frontier.md and its section of docs/trials.md from all finished runs, including those in
docs/frontier.json that the log lacks. With an empty --data nothing is trained. MNIST must be in AAE_DATA.
"""

import argparse
import json
import statistics
import sys
import textwrap
import time
from datetime import date
from pathlib import Path

from aae_core import files
from aae_core.places import PROJECT
from aae_core.training import machine
from benchmarks import document

CLOSE = 0.01  # MMD² of a visible difference from the prior (evaluation/metrics)
TUNED = 100  # seed of the trials, which no point has; docs/results.md has one of the same number, of other trainings
SIZES = {"digits": (1000, 128)}  # data -> steps, and units of each hidden layer; others have USUAL
USUAL = 3000, 256
SQUARED, BINARY = {"cost": "squared-error"}, {"cost": "cross-entropy"}
GAUSSIAN = {"posterior": "gaussian"}
ADVERSARIAL = {"optimiser.discrimination_rate": 5e-4, "optimiser.adversarial_momentum": 0.5}  # of AAEs under Adam
# The optimiser of the paper, with the rates of the default recipe.
DESCENT = {"optimiser.kind": "sgd", "optimiser.reconstruction_rate": 0.01, "optimiser.clip": 5.0}
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
}
LENGTH = ("optimiser.schedule", "epochs", "threads")  # what a run has of `length_of`
KNOBS = {"beta": "β", "prior_weight": "λ", "optimiser.generation_rate": "rate of G"}
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
AFTERWARDS = ("sample-quality", "iw-bound")  # protocols
PROTOCOL = (
    "All models have the same encoder, decoder, data, mini-batches and number of steps, and encoder and decoder learn by Adam "
    "at 0.001, all rates a tenth in the last quarter. The AAEs have a D besides, of the same width, with the rate 0.0005; their "
    "adversarial steps are of Adam with β₁ = 0.5. One AAE learns by gradient descent with momentum instead, as in the paper, "
    "with the default recipe: rates of 0.01 for the reconstruction and 0.1 for D, and gradients clipped at a norm of 5. Of some "
    "models one knob is tuned: {knobs}. Its value is chosen with one seed on a sixth of the training images that is held out, "
    "among {count}: the one with the lowest reconstruction error among those whose MMD² is at most 0.01, above which a "
    "difference from the prior is visible, or where there is none, the one with the lowest MMD². It is then frozen, trained with "
    "new seeds on all training images, and measured once on the test images. Models without a knob: {without}."
)


def size_of(data: str, args) -> tuple[int, int]:
    """Steps, and units of each hidden layer, of the runs on a data set."""
    steps, width = SIZES.get(data.removesuffix("-held-out"), USUAL)
    return args.steps or steps, args.width or width


def settings_of(model: str, data: str, dim: int, args) -> dict:
    """What `configure` takes for a model without its knob and seed."""
    _, own, _ = MODELS[model]
    steps, width = size_of(data, args)
    discriminator = {"network.discriminator": [width, width]} if own["variant"] == "aae" else {}
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
        **own,
    }


def length_of(settings: dict) -> dict:
    """What a run has besides, since its data set decides it: the passes, and when the rates fall; and one thread."""
    from aae_core.config.configuration import Config
    from aae_core.data import sets

    passes = settings["steps"] / (sets.describe(settings["data"]).train // Config().batch_size)
    return {"optimiser.schedule": [[round(0.75 * passes, 4), 0.1]], "epochs": max(1, int(passes) + 1), "threads": 1}


def trained(kind: str, model: str, settings: dict, seed: int, args, log: "Log") -> dict:
    """The line of a run: from the log where it is there, else trained, measured on the data set's test images and kept."""
    import aae_core as aae
    from aae_core.config.derived import total_steps
    from aae_core.data import sets

    run = {"kind": kind, "model": model, "settings": settings, "seed": seed}
    if (known := log.find(run)) is not None:
        return known
    name = f"{MODELS[model][0]}, {settings['data']}, seed {seed}"
    config = aae.configure(**settings, **length_of(settings), seed=seed, name=name)
    assert total_steps(config, sets.describe(settings["data"]).train) == settings["steps"]
    store = aae.Store(args.store / "revisions")
    left = [store.open(each.id) for each in store.own() if each.state != "done"]  # by an interrupted command
    same = [revision for revision in left if revision.config == config]
    clock, processor = clocks()
    revision = aae.resume(same[0]) if same else aae.train(config, store=store)
    status = revision.status
    if status.state != "done":
        sys.exit(f"{run} has the state {status.state}; give the command again to continue.")
    now, used = clocks()
    share = min(1.0, (used - processor) / (now - clock))  # the rest of the time others had the core
    return log.add(
        run
        | {
            "revision": revision.id,
            "minutes": round(status.seconds / 60 * share, 4),  # of steps, before an interruption, too
            "figures": compared(revision.measures),
        }
    )


def clocks() -> tuple[float, float]:
    """Seconds on the clock, and those in which the processor worked for this process."""
    return time.perf_counter(), time.process_time()


def compared(figures: dict) -> dict:
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
        told = {key: line["figures"][key] for key in ("reconstruction", "mmd2") if key in line["figures"]}
        print(json.dumps({**{key: line[key] for key in ("kind", "model", "seed", "minutes")}, **told}), flush=True)
        return line

    def replace(self, line: dict) -> None:
        """Put a line in the place of that of the same revision, beside what another process has added since."""
        now = [json.loads(text) for text in self.path.read_text().splitlines()]
        self.lines = [line if each["revision"] == line["revision"] else each for each in now]
        files.write_atomic(self.path, "".join(json.dumps(each, ensure_ascii=False) + "\n" for each in self.lines))


def trials(model: str, data: str, dim: int, args, log: Log) -> list[dict]:
    """A run for each value of the model's knob, on training images of which a sixth is held out, and while the lowest or highest
    is chosen, for the next one beyond it, if args.values and the model allow one more; none without a knob."""
    settings, found = settings_of(model, f"{data}-held-out", dim, args), []
    for key, grid in MODELS[model][2].items():
        values = list(grid)
        for value in values:
            found.append(trained("trial", model, settings | {key: value}, TUNED, args, log))
            if len(grid) <= len(found) < args.values:
                best = chosen(model, found)[key]
                beyond = {min(values): grid[0] / grid[1], max(values): grid[-1] / grid[-2]}.get(best)
                if beyond and allowed(settings | {key: (value := float(f"{best * beyond:.2g}"))}):
                    values.append(value)
    return found


def allowed(settings: dict) -> bool:
    """Whether the model can be trained with them: InfoVAE's λ may not be below 1."""
    from aae_core.config.configuration import configure
    from aae_core.errors import ConfigError

    try:
        configure(**settings)
    except ConfigError:
        return False
    return True


def chosen(model: str, runs: list[dict]) -> dict:
    """The knob's value: the lowest reconstruction among those close to the prior, else the closest."""
    if not runs:
        return {}
    close = [run for run in runs if run["figures"]["mmd2"] <= CLOSE]
    key = "reconstruction" if close else "mmd2"
    best = min(close or runs, key=lambda run: run["figures"][key])
    return {key: best["settings"][key] for key in MODELS[model][2]}


def measured_again(args, log: Log) -> None:
    """Add to each point what its training did not measure, of its stored revision."""
    import aae_core as aae
    from aae_core.data import sets
    from aae_core.evaluation import protocols

    points = [line for line in log.lines if line["kind"] == "point" and _stands(line, args, log)]
    points = [line for line in points if "afterwards" not in line]
    points = [line for line in points if line["settings"]["data"] in args.data]
    for number, line in enumerate(points, 1):
        model = aae.Store(args.store / "revisions").open(line["revision"]).model()
        dataset, figures = sets.load(line["settings"]["data"]), {}
        for protocol in AFTERWARDS:
            if not protocols.why_not(protocol, model, dataset):
                figures |= compared(protocols.evaluate(model, dataset, protocol)[protocol])
        log.replace(line | {"afterwards": figures})
        print(f"{number} of {len(points)}: {line['model']}, seed {line['seed']}", flush=True)


def _stands(line: dict, args, log: Log) -> bool:
    """Whether a point is of its data set's size and of the value of the knob that was chosen."""
    data = line["settings"]["data"]
    settings = settings_of(line["model"], data, line["settings"]["latent_dim"], args)
    return line["settings"] == settings | chosen(line["model"], _trials_of(line, args, log))


def _trials_of(line: dict, args, log: Log) -> list[dict]:
    """The trials of a point's model for its data, dimensions and size."""
    knob = MODELS[line["model"]][2]
    settings = settings_of(line["model"], line["settings"]["data"] + "-held-out", line["settings"]["latent_dim"], args)
    return [
        each
        for each in log.lines
        if (each["kind"], each["model"]) == ("trial", line["model"])
        and {key: value for key, value in each["settings"].items() if key not in knob} == settings
    ]


def protocol_of(points: list[dict], args, log: Log) -> str:
    """PROTOCOL, with the knobs of the points' models and the values that the log has of them."""
    tried, counts = {}, set()
    for line in points:
        for key in MODELS[line["model"]][2]:
            values = {each["settings"][key] for each in _trials_of(line, args, log)}
            tried.setdefault(line["model"], set()).update(values)
            counts.add(len(values))
    listed = lambda values: ", ".join(f"{value:g}" for value in sorted(values))  # noqa: E731
    knobs = [f"{MODELS[name][0]} {KNOBS[next(iter(MODELS[name][2]))]} ({listed(tried[name])})" for name in tried]
    without = [
        MODELS[name][0] for name in MODELS if name not in tried and any(line["model"] == name for line in points)
    ]
    few, most = min(counts, default=0), max(counts, default=0)
    return PROTOCOL.format(
        knobs="; ".join(knobs) or "none",
        count=f"{most} values"
        if few == most
        else f"{few} to {most} values (the next one beyond the lowest or highest while that is chosen)",
        without="; ".join(without) or "none",
    )


def commands_of(points: list[dict], args, log: Log) -> list[str]:
    """The commands that make these points and write them: one for all data sets that have the same dimensions and as many
    seeds."""
    place = lambda line: (line["settings"]["data"], line["settings"]["latent_dim"])  # noqa: E731
    values = max((len(_trials_of(line, args, log)) for line in points), default=0)
    more = f" --values {values}" * (values > 6)
    dims, names = {}, {}  # (data, options) -> dimensions, and (dimensions, options) -> data
    for data, dim in dict.fromkeys(map(place, points)):
        here = [line for line in points if place(line) == (data, dim)]
        options = f"--seeds {max(line['seed'] for line in here) + 1}{more}"
        dims.setdefault((data, options), []).append(str(dim))
    for (data, options), each in dims.items():
        names.setdefault((" ".join(each), options), []).append(data)
    start = "python -m benchmarks.quality.frontier --data"
    return [f"{start} {' '.join(of)} --latent-dims {each} {options} --write" for (each, options), of in names.items()]


def contents(args, log: Log) -> dict:
    """docs/frontier.json: the points of the log that have the size of their data set and the values that were chosen, and the
    models that they are of."""
    points = [line for line in log.lines if line["kind"] == "point" and _stands(line, args, log)]
    place = lambda line: (line["settings"]["data"], line["settings"]["latent_dim"])  # noqa: E731
    places, names = list(dict.fromkeys(map(place, points))), list(MODELS)
    points.sort(key=lambda line: (places.index(place(line)), line["seed"], names.index(line["model"])))
    partly = {place(line) for line in points if "afterwards" not in line}  # where some lack these figures, all do
    knobs = {name: list(MODELS[name][2]) for name in MODELS}
    models = []
    for name, (title, _, _) in MODELS.items():
        own = [line for line in points if line["model"] == name]
        if own:
            size = ("data", "latent_dim", "steps", "network.hidden", "network.discriminator")
            keys = [key for key in own[0]["settings"] if key not in (*size, *knobs[name])]
            models.append(
                {
                    "name": name,
                    "title": title,
                    "settings": {key: own[0]["settings"][key] for key in keys},
                    "chosen": {
                        key: own[0]["settings"][key] for key in knobs[name]
                    },  # for the first data and dimensions
                }
            )
    said = ("model", "settings", "seed", "figures")
    number = f", {points[0]['settings']['precision']}, 1 thread" if points else ""
    return {
        "format": 1,
        "date": date.today().isoformat(),
        "command": " && ".join(commands_of(points, args, log)),
        "machine": machine.name() + number,
        "protocol": protocol_of(points, args, log),
        "models": models,
        "points": [
            {
                "data": line["settings"]["data"],
                "latent_dim": line["settings"]["latent_dim"],
                "model": line["model"],
                "settings": line["settings"] | length_of(line["settings"]),
                "chosen": {key: line["settings"][key] for key in knobs[line["model"]]},
                **{key: line[key] for key in ("seed", "revision", "minutes")},
                "figures": compared(line["figures"] | ({} if place(line) in partly else line["afterwards"])),
            }
            for line in points
        ],
        "trials": [{key: line[key] for key in said} for line in log.lines if line["kind"] == "trial"],
    }


def published(page: Path, log: Log) -> list[dict]:
    """The runs of docs/frontier.json, as lines, that the log lacks: they were made elsewhere, or their log is gone."""
    found = json.loads(page.read_text()) if page.exists() else {}
    lines = [{"kind": kind, **run} for kind in ("trial", "point") for run in found.get(f"{kind}s", [])]
    for line in lines:
        line["settings"] = {key: value for key, value in line["settings"].items() if key not in LENGTH}
    run = ("kind", "model", "settings", "seed")
    missing = [line for line in lines if log.find({key: line[key] for key in run}) is None]
    return [line | {"afterwards": {}} for line in missing]  # their figures have those that are added afterwards


def spread(values: list[float], places: int) -> str:
    """Mean ± standard deviation over the seeds."""
    mean = f"{statistics.mean(values):.{places}f}"
    return f"{mean} ± {statistics.stdev(values):.{places}f}" if len(values) > 1 else mean


def knob_text(values: dict) -> str:
    return ", ".join(f"{KNOBS[key]} = {value:g}" for key, value in values.items())


def tables(found: dict) -> str:
    """A Markdown table for each data set and number of dimensions."""
    titles = {model["name"]: model["title"] for model in found["models"]}
    lines = []
    for data, dim in dict.fromkeys((point["data"], point["latent_dim"]) for point in found["points"]):
        here = [point for point in found["points"] if (point["data"], point["latent_dim"]) == (data, dim)]
        there = [key for key in FIGURES if any(key in point["figures"] for point in here)]
        lines += [
            f"## {data}, {dim} dimensions",
            "",
            "| | chosen | seeds | " + " | ".join(FIGURES[key][0] for key in there),
        ]
        lines[-1] += " | minutes of steps |"
        lines += ["|---|---|--:" + "|--:" * (len(there) + 1) + "|"]
        for name in dict.fromkeys(point["model"] for point in here):
            own = [point for point in here if point["model"] == name]
            cells = [titles[name], knob_text(own[0]["chosen"]) or "–", str(len(own))]
            for key in there:
                values = [point["figures"][key] for point in own if key in point["figures"]]
                cells.append(spread(values, FIGURES[key][1]) if values else "–")
            cells.append(f"{statistics.mean(point['minutes'] for point in own):.3f}")
            lines.append("| " + " | ".join(cells) + " |")
        lines.append("")
    return "\n".join(lines)


def trial_lines(log: Log) -> str:
    """The section of docs/trials.md: every trial of a knob, and the set that it was judged on."""
    lines = ["| judged on | d | model | value | ½‖x − x̂‖² | MMD² | steps | |", "|---|--:|---|---|--:|--:|--:|---|"]
    runs = [line for line in log.lines if line["kind"] == "trial"]
    group = lambda run: (run["settings"]["data"], run["settings"]["latent_dim"], run["model"], run["settings"]["steps"])  # noqa: E731
    for one in dict.fromkeys(map(group, runs)):
        own = [run for run in runs if group(run) == one]
        best = chosen(one[2], own)
        for run in own:
            value = {key: run["settings"][key] for key in MODELS[one[2]][2]}
            figures = run["figures"]
            lines.append(
                f"| `{one[0]}` | {one[1]} | {MODELS[one[2]][0]} | {knob_text(value)} | {figures['reconstruction']:.2f} | "
                f"{figures['mmd2']:.4f} | {one[3]:,} | {'chosen' if value == best else ''} |"
            )
    return "\n".join(lines) + "\n"


HEADING = "## The frontier"
ABOUT_TRIALS = (
    "`python -m benchmarks.quality.frontier`: each value of a knob was trained once, with seed 100, and judged on the sixth of "
    "the training images that `NAME-held-out` keeps for this; no test image was looked at. This seed has nothing to do with the "
    "seed 100 of [results.md](results.md), which is fresh there: models and recipes are others. How a value is chosen: "
    "[frontier.md](frontier.md)."
)


def write(args, log: Log) -> None:
    """docs/frontier.json, the tables of docs/frontier.md and the section of docs/trials.md."""
    docs = PROJECT / "docs"
    log.lines = [*published(docs / "frontier.json", log), *log.lines]
    found = contents(args, log)
    (docs / "frontier.json").write_text(json.dumps(found, indent=1, ensure_ascii=False) + "\n")
    head = "# Which latent model: reconstruction against fit of the prior\n\n"
    head += f"{found['date']}, {found['machine']}, by\n\n```\n" + found["command"].replace(" && ", "\n") + "\n```\n\n"
    told = f"{found['protocol']} Mean ± standard deviation over the seeds. "
    told += "As data, with the revision of each run, whose name has its day: [frontier.json](frontier.json)."
    head += textwrap.fill(told, 130) + "\n\n"
    document.rewrite(docs / "frontier.md", head + tables(found))
    page = docs / "trials.md"
    text = page.read_text() if page.exists() else "# Every trial, and the images that it was judged on\n"
    before, _, after = text.partition(f"\n{HEADING}\n")
    _, mark, after = after.partition("\n## ")
    page.write_text(f"{before}\n{HEADING}\n\n{ABOUT_TRIALS}\n\n{trial_lines(log)}{mark}{after}")


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
    parser.add_argument("--write", action="store_true", help="write docs/ in the end")
    args = parser.parse_args()
    print("finished runs are lines of", args.store / "frontier.jsonl", flush=True)
    args.store.mkdir(parents=True, exist_ok=True)
    log = Log(args.store / "frontier.jsonl")
    for data in args.data:
        for dim in args.latent_dims:
            for seed in range(args.seeds):  # the trials of a model, and a first point of each, before any second one
                for model in args.models:
                    knob = chosen(model, trials(model, data, dim, args, log))
                    trained("point", model, settings_of(model, data, dim, args) | knob, seed, args, log)
    measured_again(args, log)
    if args.write:
        write(args, log)


if __name__ == "__main__":
    main()
