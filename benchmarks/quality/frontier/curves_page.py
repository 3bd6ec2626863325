"""The curves of the frontier, written into docs/results/frontier.json and frontier.md beside the points that are there."""

import json
import statistics
from datetime import date
from pathlib import Path

from aae_core.data import sets
from aae_core.evaluation import intervals
from aae_core.reproduce import curve_rows, equal_fit, frontier
from aae_core.training import machine
from benchmarks import document
from benchmarks.quality.frontier.curves import SEEDS, VALUES, VALUES_FROM, finished_runs
from benchmarks.quality.frontier.points_page import joined_machines, tables_markdown
from benchmarks.quality.run_log import Log

HEADING = "## At equal fit"
COMMAND = "python -m benchmarks.quality.frontier --curves"
PROTOCOL = (
    "Curves: nets, lengths and settings as below; of each model five values of its knob, from a loose to a close fit of the "
    "prior, were fixed before any of these trainings by the trials on held-out images (for Fashion-MNIST, and "
    "for one cost on digits, by those of MNIST). "
    "Each was trained on all training images, with as many of the seeds {seeds} as are named beside it, and measured once on "
    "the test images; no value is chosen among them. Where a point below has the same settings and seed, it stands for the run "
    "(a β-VAE with β = 1 is the VAE)."
)
INTRODUCTION = (
    "What each model reaches at the same MMD², by its whole curve: the lowest reconstruction error ½‖x − x̂‖² at MMD² "
    "= {fits}, with half of its 95 % interval over the seeds (Student's t). For each seed the error is interpolated, "
    "linearly in log MMD², between the two neighbouring runs on its Pareto front (the runs that no other run of this "
    "seed beats in both); nothing is extended beyond the closest run (–: not every seed comes so close), and a run "
    "that is closer counts with its error. MMD² below {floor:g} counts as {floor:g}.\n\nHypervolume: of the rectangle "
    "from MMD² = {floor:g} to {reference:g}, in log MMD², and from an error of 0 to {factor:g} times the "
    "autoencoder's mean error, the share of points that some run of the seed is ahead of in both (reference point: "
    "MMD² = {reference:g} and that error, which stands in the heading)."
)
ONE_COST = (
    "*AAE, one cost*: encoder and decoder descend ½‖x − x̂‖² − λ log D(q(x)) by one Adam, and γ/2 times D's mean squared "
    "gradient, on samples and on codes, is added to its cost, with γ = 0.1. The net and learning rate of D are those of the "
    "AAE by Adam."
)
THREE_STEPS = (
    "*AAE, one cost, three steps*: the same with a D of 128 and 128 units, which takes three steps on each mini-batch, each "
    "with new samples of the prior, and with γ = 0.01."
)
ONE_VALUE = (
    "The tables below have one value of each knob, chosen as said at the top, so there the fit is unequal: a smaller MMD² says "
    "what the choice left, not how close a model can come."
)
ONE_SEED_NOTE = "*Seed {seed} alone: nothing says how much chance is in it.*"
FEW_IMAGES_NOTE = (
    "*So few images cannot tell an MMD² below {floor:.4f} from 0, so fits closer than {fit:g} and the hypervolume are left "
    "out.*"
)
OTHER_VALUES_NOTE = (
    "*The values of each knob are those of {other}, fixed before any training on {data}, on which nothing was tuned.*"
)
NO_AUTOENCODER_NOTE = "*No autoencoder was measured here, so the reference error is the highest of these curves.*"


def write_curves(args, log: Log, points: list[dict], page: Path) -> None:
    """Add the finished curves of the log to `page`, frontier.json, and to frontier.md beside it. points: lines of finished
    points."""
    value = json.loads(page.read_text())
    runs = finished_runs(args, log, points)
    if runs:
        value["curves"] = curves_record(runs, value.get("curves"))
    page.write_text(json.dumps(value, indent=1, ensure_ascii=False) + "\n")
    write_tables(value, page)


def curves_record(new_runs: list[dict], old_record: dict | None) -> dict:
    """The key "curves" of the file. new_runs: runs of whole curves; old_record: the record that the file has, whose curves of
    other places stay."""
    new_places = {_place(run) for run in new_runs}
    kept_runs = [run for run in old_record["runs"] if _place(run) not in new_places] if old_record else []
    runs = sorted([*kept_runs, *new_runs], key=lambda run: list(VALUES).index(_place(run)))
    old_machines = old_record["machine"] if old_record else ""
    return {
        "date": date.today().isoformat(),
        "command": " && ".join(curve_commands(runs)),
        "machine": joined_machines(old_machines, f"{machine.machine_name()}, fp32, 1 thread"),
        "protocol": PROTOCOL.format(seeds=", ".join(map(str, SEEDS))),
        "runs": runs,
    }


def _place(run):
    return run["data"], run["latent_dim"]


def curve_commands(runs: list[dict]) -> list[str]:
    """A command for each place of these runs, with as many seeds as it has."""
    seed_counts = {}
    for run in runs:
        place = _place(run)
        seed_counts[place] = max(seed_counts.get(place, 0), run["seed"] + 1)
    commands = []
    for (data, dim), count in seed_counts.items():
        fewer_seeds = f" --seeds {count}" if count < len(SEEDS) else ""
        commands.append(f"{COMMAND} --data {data} --latent-dims {dim}{fewer_seeds} --write")
    return commands


def write_tables(value: dict, page: Path) -> None:
    """The section on equal fit, and the tables of the points, of the page beside the file; what is before and after stays."""
    text = page.with_suffix(".md").read_text()
    head, _, _ = text.partition("\n## ")
    document.rewrite(page.with_suffix(".md"), f"{head}\n{equal_fit_section(page.parent)}\n{tables_markdown(value)}")


def equal_fit_section(folder: Path) -> str:
    """The Markdown of HEADING: a table for each place, by the file in the folder."""
    data = frontier.read_frontier(folder)
    fits_text = ", ".join(f"{fit:g}" for fit in equal_fit.FITS)
    limits = {"floor": equal_fit.MMD2_FLOOR, "reference": equal_fit.REFERENCE_MMD2}
    parts = [HEADING, INTRODUCTION.format(fits=fits_text, factor=equal_fit.REFERENCE_ERROR_FACTOR, **limits)]
    if data.curves.runs:
        parts.append(data.curves.protocol)
        parts.append(f"{data.curves.date}, {data.curves.machine}, by")
        commands = [document.wrap_command(command) for command in data.curves.command.split(" && ")]
        parts.append("\n".join(["```", *commands, "```"]))
    places = [place for place in VALUES if curve_rows.model_curves(data, *place)]
    parts += [ONE_COST, THREE_STEPS]
    for place in places:
        parts += equal_fit_table(data, *place)
    parts.append(ONE_VALUE)
    return "\n\n".join(parts) + "\n"


def equal_fit_table(data: frontier.Frontier, name: str, dim: int) -> list[str]:
    """The heading and the table of a place."""
    error = curve_rows.reference_error(data, name, dim)
    compared_errors = {key: fit for key, fit in frontier.FIT_ERRORS.items() if fit in curve_rows.compared_fits(name)}
    has_hypervolumes = len(compared_errors) == len(frontier.FIT_ERRORS)
    titles = ["", "seeds", *(f"error at {fit:g}" for fit in compared_errors.values())]
    if has_hypervolumes:
        titles.append("hypervolume, %")
    lines = [f"| {' | '.join(titles)} |".replace("|  |", "| |"), "|---|" + "--:|" * (len(titles) - 1)]
    for row in curve_rows.whole_curve_rows(data, name, dim):
        cells = [row.model.title, str(len(row.points))]
        cells += [interval_text(row.values(key), 2) for key in compared_errors]
        if has_hypervolumes:
            cells.append(interval_text([100 * value for value in row.values(frontier.HYPERVOLUME)], 1))
        lines.append("| " + " | ".join(cells) + " |")
    heading = f"### {name}, {dim} dimensions: reference error {error:.2f}"
    return [heading, *table_notes(data, name, dim), "\n".join(lines)]


def table_notes(data: frontier.Frontier, name: str, dim: int) -> list[str]:
    """What must be known of the curves of a place beside its table, each a paragraph."""
    notes = []
    if curve_rows.compared_fits(name) != equal_fit.FITS:
        floor = 1 / sets.describe_data_set(name).test
        notes.append(FEW_IMAGES_NOTE.format(floor=floor, fit=curve_rows.compared_fits(name)[0]))
    seeds = curve_rows.curve_seeds(curve_rows.model_curves(data, name, dim))
    if len(seeds) == 1:
        notes.append(ONE_SEED_NOTE.format(seed=seeds[0]))
    if name in VALUES_FROM:
        notes.append(OTHER_VALUES_NOTE.format(data=name, other=VALUES_FROM[name]))
    if all(row.model.variant.has_prior for row in data.model_rows(name, dim)):
        notes.append(NO_AUTOENCODER_NOTE)
    return notes


def interval_text(values: list[float], places: int) -> str:
    """The mean ± half of its 95 % interval; of one value this alone, and – without any."""
    if len(values) < 2:
        return f"{values[0]:.{places}f}" if values else "–"
    mean = statistics.fmean(values)
    _, upper_bound = intervals.mean_confidence_interval(mean, statistics.stdev(values), len(values))
    return f"{mean:.{places}f} ± {upper_bound - mean:.{places}f}"
