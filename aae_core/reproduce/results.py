"""The table of results of the experiments: kept as JSON with every run, and written as Markdown from it.

The JSON holds a row for each experiment and budget that was run; a run made elsewhere stays in it. Everything about the
paper is taken from `experiments` whenever the table is read or written, so the two always agree.
"""

import math
import posixpath
import re
import statistics
import textwrap
from dataclasses import asdict, dataclass
from pathlib import Path

import msgspec

from aae_core import files, places, records
from aae_core.config.schema import format_setting
from aae_core.errors import DataError
from aae_core.evaluation import intervals
from aae_core.evaluation.metrics import METRICS, displayed_value, metric_name_and_value
from aae_core.markdown_tables import markdown_table
from aae_core.records import Text
from aae_core.reproduce import experiments
from aae_core.reproduce.experiments import BUDGETS, EXPERIMENTS, Experiment
from aae_core.wording import mark, translate

FORMAT = 1
RESULTS_FOLDER = places.RESULTS_FOLDER
JSON_FILE, MARKDOWN_FILE = "results.json", "results.md"
EMPTY_RECORD = {"format": FORMAT, "rows": []}
NOT_RUN, NO_FIGURE = "not run", "–"
OBJECTIVE_KEY = "training_objective"  # the measure of a run by which one of several is chosen without labels
MIN_FRESH_RUNS = 3  # runs with fresh seeds of which a row's figure is the mean
MIN_CORRELATED_RUNS = 5  # runs below which no rank correlation is given
# a figure's key -> the same error when clusters are named by another rule, and the words for that rule
OTHER_RULES = {
    "cluster_error": {"cluster_error_majority": mark("by majority"), "cluster_error_matching": mark("one to one")}
}
NAMING_IMAGES_KEY = "validation"  # the measure of a run that counts the images by which its clusters were named
FORMER_NAMING_NOTE = (
    "In these runs 10,000 training images, drawn at random, named the clusters. The most confident of all training images may "
    "be another one, and then the error by the exemplar rule is another, too: it is with two of the ten runs of 16 clusters, "
    "whose mean is 3.47 % by all training images and was 2.88 % by those that were drawn, and with none of the ten runs of 30 "
    "clusters."
)


@dataclass(frozen=True)
class ExperimentRun:
    """One run: value in the figure's unit; minutes spent in training steps; measures, the numbers of its protocol;
    machine: processor, cores, number format and threads, and GPU if any; date: when it was done, YYYY-MM-DD."""

    seed: int
    revision: Text
    value: float
    minutes: float
    epochs: float
    steps: int
    machine: Text
    date: Text
    measures: dict[str, float]


@dataclass(frozen=True)
class PaperFigure:
    """A figure of the paper; deviation: what it gives after ±, None without."""

    mean: float
    deviation: float | None


def parse_paper_figure(text: str) -> PaperFigure | None:
    """The figure in a text such as "1.90 ± 0.10" or "0.85"; None for an empty text."""
    if not text:
        return None
    mean, plus_minus, deviation = text.partition(" ± ")
    return PaperFigure(float(mean), float(deviation) if plus_minus else None)


@dataclass(frozen=True)
class _StoredRow:
    """The required part of a row of a results.json; the rest is derived again."""

    experiment: Text
    budget: Text
    settings: dict
    runs: list[ExperimentRun]


@dataclass(frozen=True)
class _StoredTable:
    rows: list[_StoredRow]


@dataclass(frozen=True)
class ResultRow:
    """An experiment under one budget, with the runs of one recipe, if there are any.

    settings: those of that recipe, as `experiments.changed_recipe_settings` returns them.
    """

    experiment: Experiment
    budget: str
    settings: dict
    runs: tuple[ExperimentRun, ...] = ()

    @property
    def counted_runs(self) -> tuple[ExperimentRun, ...]:
        """The runs that the figure is of: those with fresh seeds where there are MIN_FRESH_RUNS, else those before
        them."""
        fresh_runs = tuple(run for run in self.runs if run.seed >= self.experiment.first_fresh_seed)
        tried_runs = tuple(run for run in self.runs if run.seed < self.experiment.first_fresh_seed)
        return fresh_runs if len(fresh_runs) >= MIN_FRESH_RUNS else tried_runs or fresh_runs

    @property
    def value(self) -> float | None:
        """The mean over the seeds that count, in the figure's unit; None without a run."""
        return round(statistics.fmean(run.value for run in self.counted_runs), 6) if self.runs else None

    @property
    def deviation(self) -> float | None:
        """The standard deviation over the seeds that count (of a sample: n − 1); None with fewer than two."""
        return statistics.stdev(run.value for run in self.counted_runs) if len(self.counted_runs) > 1 else None

    @property
    def least_objective_run(self) -> ExperimentRun | None:
        """Of the runs that count, the one with the least training objective, which needs no label; None where there are
        no two whose objective is known."""
        runs = self.runs_with_objective
        return min(runs, key=lambda run: run.measures[OBJECTIVE_KEY]) if len(runs) > 1 else None

    @property
    def runs_with_objective(self) -> list[ExperimentRun]:
        """The runs that count whose training objective is known."""
        return [run for run in self.counted_runs if OBJECTIVE_KEY in run.measures]

    @property
    def objective_correlation(self) -> float | None:
        """Spearman's rank correlation of training objective and error over `runs_with_objective`, in −1..1; None where
        these are fewer than MIN_CORRELATED_RUNS, or all alike in one of the two."""
        columns = (
            [run.measures[OBJECTIVE_KEY] for run in self.runs_with_objective],
            [run.value for run in self.runs_with_objective],
        )
        if len(columns[0]) < MIN_CORRELATED_RUNS or any(len(set(column)) == 1 for column in columns):
            return None
        # twice the rank, less 1, which gives the same correlation; equal values share the mean of their ranks
        ranks = (
            [sum((other_value < value) + (other_value <= value) for other_value in column) for value in column]
            for column in columns
        )
        return statistics.correlation(*ranks)

    @property
    def confidence_interval(self) -> tuple[float, float] | None:
        """What holds the mean over all seeds with a confidence of 95 % (Student); None with fewer than two runs."""
        return (
            None
            if self.deviation is None
            else intervals.mean_confidence_interval(self.value, self.deviation, len(self.counted_runs))
        )

    @property
    def paper_difference_interval(self) -> tuple[float, float] | None:
        """What holds ours − the paper's with a confidence of 95 % (Welch); None where ours has fewer than two runs, or
        the paper's no deviation over runs."""
        paper = parse_paper_figure(self.experiment.paper)
        n = self.experiment.paper_runs
        if self.deviation is None or paper is None or paper.deviation is None or n is None:
            return None
        own_estimate = self.value, self.deviation, len(self.counted_runs)
        return intervals.difference_confidence_interval(own_estimate, (paper.mean, paper.deviation, n))

    @property
    def text(self) -> str:
        """Such as "2.41 ± 0.10 %", or that it was not run."""
        if self.value is None:
            return NOT_RUN
        return f"{self.experiment.figure.format_value(self.value, self.deviation)} {self.experiment.figure.unit}"

    def measure_text(self, key: str) -> str:
        """Mean and deviation, in the figure's unit, of a measure that has the scale of the figure; "" if no run has
        it."""
        values = [self.experiment.figure.scale * run.measures[key] for run in self.counted_runs if key in run.measures]
        if not values:
            return ""
        deviation = statistics.stdev(values) if len(values) > 1 else None
        return (
            f"{self.experiment.figure.format_value(statistics.fmean(values), deviation)} {self.experiment.figure.unit}"
        )

    @property
    def mean_minutes(self) -> float | None:
        """The mean minutes of a run that counts."""
        return statistics.fmean(run.minutes for run in self.counted_runs) if self.runs else None

    @property
    def seeds(self) -> list[int]:
        return [run.seed for run in self.runs]

    @property
    def machines(self) -> list[str]:
        """The machines of the runs that count, each once."""
        return list(dict.fromkeys(run.machine for run in self.counted_runs))

    @property
    def date(self) -> str:
        """The date of the latest run that counts; empty without one."""
        return max((run.date for run in self.counted_runs), default="")

    @property
    def command(self) -> str:
        return experiments.reproduce_command(self.experiment, self.budget, [run.seed for run in self.counted_runs])

    @property
    def is_current(self) -> bool:
        """Whether the runs are of the present recipe."""
        return self.settings == experiments.changed_recipe_settings(self.experiment, self.budget)


def table_path(name: str, folder: Path | None = None) -> Path:
    """Where a table of that name is read: in a folder, by default the project's, else as it was when the package was
    built."""
    file = (folder or RESULTS_FOLDER) / name
    is_built_in = folder in (None, RESULTS_FOLDER) and not file.exists()
    return Path(__file__).with_name(name) if is_built_in else file


def read_results(folder: Path | None = None) -> dict:
    """The record in a folder's results.json; an empty one where there is none. DataError if it is damaged or of another
    kind."""
    file = table_path(JSON_FILE, folder)
    if not file.exists():
        return EMPTY_RECORD
    record = files.read_json(file, error_type=DataError)
    records.parse_record(_StoredTable, record, file, DataError, FORMAT)
    return record


def result_rows(record: dict, budget: str) -> list[ResultRow]:
    """A row for every experiment that has a recipe for `budget`, in the order of the experiments, run or not."""
    stored_rows = {row["experiment"]: row for row in record["rows"] if row["budget"] == budget}
    return [
        _make_row(stored_rows.get(experiment.name), experiment, budget)
        for experiment in EXPERIMENTS.values()
        if budget in experiment.recipes
    ]


def _make_row(stored_row, experiment, budget):
    if stored_row is None:
        return ResultRow(experiment, budget, experiments.changed_recipe_settings(experiment, budget))
    runs = msgspec.convert(stored_row["runs"], list[ExperimentRun])
    return ResultRow(experiment, budget, stored_row["settings"], tuple(sorted(runs, key=lambda run: run.seed)))


def record_with_run(record: dict, experiment: Experiment, budget: str, run: ExperimentRun) -> dict:
    """The record with another run of the present recipe, which replaces one of the same seed and any of a former
    recipe."""
    former_row = next((row for row in result_rows(record, budget) if row.experiment.name == experiment.name), None)
    other_runs = (
        [former_run for former_run in former_row.runs if former_run.seed != run.seed]
        if former_row and former_row.is_current
        else []
    )
    row = ResultRow(experiment, budget, experiments.changed_recipe_settings(experiment, budget), (*other_runs, run))
    other_rows = [
        record_row
        for record_row in record["rows"]
        if (record_row["experiment"], record_row["budget"]) != (experiment.name, budget)
    ]
    return {"format": FORMAT, "rows": [*other_rows, row_as_json_record(row)]}


def row_as_json_record(row: ResultRow) -> dict:
    """A row as plain JSON values: everything that the table shows, and its runs."""
    experiment = row.experiment
    return {
        "experiment": experiment.name,
        "title": experiment.title,
        "section": experiment.section,
        "budget": row.budget,
        "figure": experiment.figure.title,
        "unit": experiment.figure.unit,
        "value": row.value,
        "deviation": row.deviation,
        "interval": row.confidence_interval,
        "paper": experiment.paper,
        "difference": row.paper_difference_interval,
        "seeds": row.seeds,
        "counted": [run.seed for run in row.counted_runs],
        "restart": None if row.least_objective_run is None else row.least_objective_run.seed,
        "minutes": row.mean_minutes,
        "machines": row.machines,
        "date": row.date,
        "command": row.command,
        "settings": row.settings,
        "runs": [asdict(run) for run in row.runs],
    }


def write_results(record: dict, folder: Path | None = None) -> None:
    """Write the record's JSON and its Markdown, rows derived again from the present experiments. DataError if that
    fails."""
    folder = folder or RESULTS_FOLDER
    derived_rows = {
        (row.experiment.name, budget): row_as_json_record(row)
        for budget in BUDGETS
        for row in result_rows(record, budget)
    }
    stored_rows = {(row["experiment"], row["budget"]): row for row in record["rows"]}
    new_rows = [row for key, row in derived_rows.items() if key in stored_rows]
    new_rows += [row for key, row in stored_rows.items() if key not in derived_rows]
    files.write_json(folder / JSON_FILE, {"format": FORMAT, "rows": new_rows}, DataError)
    files.write_atomic(folder / MARKDOWN_FILE, render_markdown(record), DataError)


# Markdown -------------------------------------------------------------------------------------------------------------

NOT_RUN_NOTES = {  # what stands above a budget's table as long as it has no run
    "gpu": "Not run yet: it needs a GPU for hours.",
    "paper": "Not run at its full length, which needs a GPU for hours; [training_gpu.md](training_gpu.md) has the beginning "
    "of the semi-supervised ones.",
}
INTRODUCTION = """\
# The paper's experiments

Written by `python -m aae_core reproduce`, which lists the experiments, runs them and continues an
interrupted run. The same results as data: [results.json](results.json); the app's page Results
opens the revisions. How the recipes were chosen: [recipes.md](recipes.md); what was tried, and on
which images: [trials.md](../development/trials.md).
"""
READING_NOTES = {  # how each figure of the table is read, in paragraphs
    "Seeds": (
        "a recipe, once frozen, is run with each of the seeds from 100 on once (some again, with the same figure, to be "
        "shipped) and measured on the test set at the end. Where figures of the first of these seeds were known before the "
        "recipe was chosen, only the seeds after them count ([trials.md](../development/trials.md)), so no setting was chosen "
        "by the figures that do.",
        "With 100 labels five of thirteen seeds were once added after eight had been seen, 1.61 ± 0.69 %, above the aim of "
        "1.6 %; so ten new ones, 118 to 127, were fixed before any of them was run, and only these count. A figure is the mean "
        "over the seeds that count, or, where fewer than three of them were run, over the seeds with which the recipe was tried.",
    ),
    "±": ("the standard deviation over our seeds, or what the paper gives.",),
    "95 % interval": (
        "where the mean over all seeds lies with that confidence (Student's), on these 10,000 test images: others would have "
        "errors that differ by chance, too, with a standard error of 0.1 points at 1 % and 0.2 at 3 %. If it reaches below 0, "
        "three seeds say little about that mean.",
    ),
    "Ours − the paper's": (
        "the 95 % interval of the difference (Welch's). How many runs the paper's figures are means of is not known here; three "
        "are assumed, and that its ± is their standard deviation.",
    ),
    "Images not moved": (
        "the paper's encoder sees each image as it is. Where ours sees moved images, a lower error does not show a better "
        "method: compare the figure with images not moved with the paper's.",
    ),
    "Least training objective": (
        "where no label is used, one of several runs can be chosen by the objective it was trained with, on 10,000 of its "
        "training images in newly drawn views (the model is trained on all images). On held-out images, which were tried with "
        "five runs of a former recipe of 16 clusters, it chose no better ([trials.md](../development/trials.md)).",
        "The objective is the cost of the reconstruction, less the weighted agreement of the two views on the content, in which "
        "the entropy has the weight of the last epochs (`even_until`), so that values of different recipes do not compare. "
        "Spearman's rank correlation with the error says what that is worth: with 1 the best run is chosen, with 0 it is chosen "
        "no better than by chance.",
    ),
    "The paper's figure": (
        "left out where the paper shows only a picture, or where no source gives the number; 1.60 ± 0.08 % is as a reader of "
        "the paper gives it, which no published source confirms ([recipes.md](recipes.md)).",
    ),
    "Minutes": (
        "the time that one run spends in training steps, often beside other work. On 23 November 2026 the machine was so busy "
        "that a training of one minute took three to fifteen.",
    ),
}
LINE_LENGTH = 100  # of the page's prose


def reading_note_texts() -> dict[str, str]:
    """The texts of READING_NOTES for pages outside the folder docs/, each as one paragraph; links to files of the documentation
    become their paths."""

    def path_in_project(match):
        return posixpath.normpath(posixpath.join("docs/results", match[1]))

    return {
        name: re.sub(r"\[[^]]+\]\(([^)]+)\)", path_in_project, " ".join(paragraphs))
        for name, paragraphs in READING_NOTES.items()
    }


def render_markdown(record: dict) -> str:
    """The whole page: for each budget its table, followed by how each figure was obtained."""
    lines = [INTRODUCTION]
    for name, paragraphs in READING_NOTES.items():
        lines += [_list_item(name, paragraphs), ""]
    for budget, summary in BUDGETS.items():
        table_rows = result_rows(record, budget)
        unrun = [] if budget == "cpu" or any(row.runs for row in table_rows) else [_wrap(NOT_RUN_NOTES[budget]), ""]
        lines += [f"## {budget}: {summary}", "", *unrun, _results_table(table_rows), "", *_provenance_lines(table_rows)]
    return "\n".join(lines).rstrip() + "\n"


TABLE_HEAD = (
    "experiment", "figure", "ours", "95 % interval", "the paper's", "ours − the paper's", "seeds", "minutes",
    "command",
)  # fmt: skip
TABLE_RULE = ("---", "---", *["--:"] * 6, "---")


def _results_table(table_rows) -> str:
    return markdown_table(TABLE_HEAD, map(_row_cells, table_rows), TABLE_RULE)


def _row_cells(row):
    experiment = row.experiment
    own_result = f"**{row.text}**{'' if row.is_current else ' (former recipe)'}" if row.runs else row.text
    own_result = ", ".join([own_result, *other_rule_texts(row)])
    figure = f"{experiment.figure.title}, {experiment.figure.unit}"
    counts = [str(len(row.counted_runs)), f"{row.mean_minutes:.0f}"] if row.runs else [NO_FIGURE, NO_FIGURE]
    interval = format_interval(experiment.figure, row.confidence_interval) or NO_FIGURE
    difference = format_interval(experiment.figure, row.paper_difference_interval) or NO_FIGURE
    paper = experiment.paper or NO_FIGURE
    return [
        f"{experiment.title} ({experiment.section})",
        figure,
        own_result,
        interval,
        paper,
        difference,
        *counts,
        f"`{row.command}`",
    ]


def _provenance_lines(table_rows):
    """The lines of a section for each row that was run."""
    for row in table_rows:
        if not row.runs:
            continue
        yield from [f"### {row.experiment.title}", ""]
        provenance = f"{row.date}; {'; '.join(row.machines)}."
        paragraphs = (
            (least_objective_run_sentence(row), other_metrics_sentence(row)),
            (provenance, row.experiment.note),
            (naming_note(row),),
        )
        for sentences in paragraphs:
            text = " ".join(sentence for sentence in sentences if sentence)
            if text:
                yield from [_wrap(text), ""]
        yield from _recipe_lines(row)
        yield from [_runs_table(row), ""]


def _runs_table(row) -> str:
    """The figure of every run: of those that count, then of the others."""
    left_out_runs = [run for run in row.runs if run not in row.counted_runs]
    figure = row.experiment.figure
    cells = [
        (str(run.seed), figure.format_value(run.value), f"`{run.revision}`", "no" if run in left_out_runs else "yes")
        for run in (*row.counted_runs, *left_out_runs)
    ]
    return markdown_table(
        ("seed", f"{figure.title}, {figure.unit}", "revision", "counted"), cells, ("--:", "--:", "---", "---")
    )


def _recipe_lines(row) -> list[str]:
    """The lines that say where the recipe departs from the paper's, a list with an item for each group of settings."""
    changes = recipe_changes(row)
    if not changes:
        sentence = recipe_sentence(row)
        return [_wrap(sentence), ""] if sentence else []
    changes_by_group: dict[str, list[str]] = {}
    for key, change in changes.items():
        group = key.partition(".")[0] if "." in key else "other settings"
        changes_by_group.setdefault(group, []).append(change)
    lines = ["Departs from the paper's recipe in:", ""]
    for group in sorted(changes_by_group, key=lambda group: group == "other settings"):
        lines.append(_wrap(f"- {group}: {', '.join(changes_by_group[group])}", indent="  "))
    return [*lines, ""]


def _list_item(name, paragraphs) -> str:
    """An item of a list whose first paragraph begins with its name."""
    first_paragraph, *later_paragraphs = paragraphs
    blocks = [_wrap(f"- **{name}**: {first_paragraph}", indent="  ")]
    for paragraph in later_paragraphs:
        blocks.append(_wrap(f"  {paragraph}", indent="  "))
    return "\n\n".join(blocks)


def _wrap(text, indent="") -> str:
    """A paragraph in lines of LINE_LENGTH; indent: of all but the first."""
    return textwrap.fill(text, LINE_LENGTH, subsequent_indent=indent, break_long_words=False, break_on_hyphens=False)


def least_objective_run_sentence(row: ResultRow) -> str:
    """A sentence with the run that is chosen without labels; "" where none is."""
    if row.least_objective_run is None:
        return ""
    figure = f"{row.experiment.figure.format_value(row.least_objective_run.value)} {row.experiment.figure.unit}"
    sentence = translate(
        "Of the runs that count, seed {seed} has the least training objective, which needs no label: {figure}.",
        seed=row.least_objective_run.seed,
        figure=figure,
    )
    if row.objective_correlation is None:
        return sentence
    correlation_sentence = translate(
        "Over these {n} runs the rank correlation of objective and error is {correlation}.",
        n=len(row.runs_with_objective),
        correlation=_format_number(row.objective_correlation, ".2f"),
    )
    return f"{sentence} {correlation_sentence}"


def format_interval(figure: experiments.Figure, interval: tuple[float, float] | None) -> str:
    """An interval in words, such as "1.00 to 1.95"; "" for none."""
    if not interval:
        return ""
    low, high = interval
    return translate("{low} to {high}", low=figure.format_value(low), high=figure.format_value(high))


def difference_sentence(row: ResultRow) -> str:
    """A sentence with the interval of the difference from the paper's figure; "" where it cannot be known."""
    interval_text = format_interval(row.experiment.figure, row.paper_difference_interval)
    if not interval_text:
        return ""
    return translate(
        "Ours − the paper's, 95 % interval (Welch, if the paper's figure is the mean of {n} runs): {interval}.",
        n=row.experiment.paper_runs,
        interval=interval_text,
    )


def other_rule_texts(row: ResultRow) -> list[str]:
    """The row's figure under each of the OTHER_RULES, such as "by majority 2.65 ± 1.48 %"; none for other figures."""
    texts = []
    for key, rule in OTHER_RULES.get(row.experiment.figure.key, {}).items():
        value = row.measure_text(key)
        if value:
            texts.append(f"{translate(rule)} {value}")
    return texts


def naming_note(row: ResultRow) -> str:
    """What to know of runs whose clusters were named by some of the training images; "" for others."""
    if row.experiment.figure.key not in OTHER_RULES:
        return ""
    is_former = any(NAMING_IMAGES_KEY not in run.measures for run in row.counted_runs)
    return FORMER_NAMING_NOTE if is_former else ""


def other_metrics_sentence(row: ResultRow) -> str:
    """A sentence with the other metrics of the same protocol, each the mean over the seeds that have it."""
    figure = row.experiment.figure.key
    shown_elsewhere = {figure, NAMING_IMAGES_KEY, *OTHER_RULES.get(figure, {})}
    keys = dict.fromkeys(key for run in row.counted_runs for key in run.measures if key not in shown_elsewhere)
    means = {
        key: statistics.fmean(run.measures[key] for run in row.counted_runs if key in run.measures) for key in keys
    }
    metrics_text = "; ".join(_metric_text(key, mean) for key, mean in means.items())
    return translate("Also measured: {metrics}.", metrics=metrics_text) if metrics_text else ""


_IN_PER_CENT = ("chance", "swap_agreement", "judge_error")


def _metric_text(key, value) -> str:
    """A measure in words; a share of images, or one that is better the smaller, in per cent as the figures are."""
    key, value = metric_name_and_value(key, value)
    if key not in METRICS:
        return f"{key.replace('_', ' ')} {_format_number(value)}"
    measure, value = METRICS[key], displayed_value(key, value)
    small_share = (measure.better, measure.range) == ("lower", (0.0, 1.0))
    text = f"{100 * value:.2f} %" if small_share or key in _IN_PER_CENT else _format_number(value)
    return f"{translate(measure.title)} {text}"


def _format_number(value, format_spec=".4g") -> str:
    return f"{value:{format_spec}}".replace("-", "−")


def recipe_sentence(row: ResultRow) -> str:
    """A sentence on where the recipe departs from the paper's."""
    if not row.is_current:
        return translate("The recipe has changed since then; these are runs of the former recipe.")
    departures = experiments.recipe_departures(row.experiment, row.budget)
    if row.budget == "paper":
        return translate("The paper's recipe, as far as it is known.")
    if departures is None:
        return ""
    if not departures:
        return translate("The recipe is the paper's.")
    changes = ", ".join(recipe_changes(row).values())
    return translate("Departs from the paper's recipe in: {changes}.", changes=changes)


def recipe_changes(row: ResultRow) -> dict[str, str]:
    """{setting: its value and the paper's, in words} where the current recipe departs from the paper's; {} where none does."""
    if not row.is_current or row.budget == "paper":
        return {}

    def setting_text(key, value):
        if value is None:
            return translate("all") if key == "labels" else translate("none")
        return format_setting(value)

    departures = experiments.recipe_departures(row.experiment, row.budget) or {}
    return {
        key: translate(
            "{setting} {value} (paper {paper_value})",
            setting=key,
            value=setting_text(key, own_value),
            paper_value=setting_text(key, paper_value),
        )
        for key, (own_value, paper_value) in departures.items()
    }


def numeric_figures(figures: dict) -> dict[str, float]:
    """The metrics among the figures of a protocol, without lists, texts, and counts other than NAMING_IMAGES_KEY."""
    metrics = {key: value for key, value in figures.items() if isinstance(value, float) and math.isfinite(value)}
    if NAMING_IMAGES_KEY in figures:
        metrics[NAMING_IMAGES_KEY] = float(figures[NAMING_IMAGES_KEY])
    return metrics
