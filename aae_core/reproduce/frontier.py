"""The frontier: the latent models of one tuning protocol beside each other, as measured; and what their figures say of
each.

`docs/results/frontier.json` is written by `benchmarks/quality/frontier/`: a point for each model, data set,
number of latent dimensions and seed, with the figures of `evaluation.metrics` of its test images; and the runs of
the models' curves (`curve_rows`); its `trials` are read by the benchmark alone. Everything said of a model here
follows from these and from what its variant takes of the prior; no verdict is written down. A model is *better*
than another in a figure where their means are further apart than chance explains (`significantly_better_pairs`)."""

import math
import statistics
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Annotated

from msgspec import Meta

from aae_core import files, records
from aae_core.config.configuration import Config, configure
from aae_core.config.variants import VARIANTS, Variant
from aae_core.errors import ConfigError, DataError
from aae_core.evaluation import intervals
from aae_core.evaluation.metrics import METRICS, displayed_value, distance_to_aim
from aae_core.records import Text
from aae_core.reproduce import equal_fit, results

FORMAT = 1
FRONTIER_FILE = "frontier.json"
# times as long the same training took from seed to seed, as others used the machine: a model must differ by more
MINUTES_FACTOR = 1.7
MIN_SEEDS = 2  # of a model without which it is called neither better nor worse than another
# figures beside METRICS, and which of their values are better
MINUTES, HYPERVOLUME = "minutes", "hypervolume"
FIT_ERRORS = {f"error_at_{fit:g}": fit for fit in equal_fit.FITS}  # the error at an MMD² -> this MMD²
CURVE_FIGURES = *FIT_ERRORS, HYPERVOLUME
DIRECTIONS = {MINUTES: "lower", HYPERVOLUME: "higher", **dict.fromkeys(FIT_ERRORS, "lower")}
LIKELIHOOD = "iw_bound"  # in which models of one cost are compared, whose densities of images are of one kind
MAX_FIGURE = 1e9  # of a figure
# Those that are compared, in the order of a table, as far as a file has them.
FIGURES = (
    "reconstruction", "mmd2", "fresh_accuracy", "holes", "knn_accuracy", "frechet", "precision", "recall", "density",
    "coverage", LIKELIHOOD, HYPERVOLUME, MINUTES,
)  # fmt: skip
PRIOR_DISTANCES = ("mmd2", "fresh_accuracy")  # to the prior
# in these a model without a prior is not compared: they are given for reference
PRIOR_FIGURES = *PRIOR_DISTANCES, "holes"

Figure = Annotated[float, Meta(ge=-MAX_FIGURE, le=MAX_FIGURE)]


@dataclass(frozen=True)
class TunedModel:
    """A model that was tuned. settings: what `configure` takes, as far as its points have it in common; chosen: what
    the tuning chose for the first place where it was measured; fitted_components: of the mixture of Gaussians that is
    fitted to its codes after the training and then sampled, 0 if there is none."""

    name: Text
    title: Text
    settings: dict
    chosen: dict = field(default_factory=dict)
    fitted_components: records.Count = 0

    @cached_property
    def config(self) -> Config:
        """Its configuration, without data, size and seed."""
        return configure(**{**self.settings, **self.chosen})

    @property
    def variant(self) -> Variant:
        return VARIANTS[self.config.variant]

    @property
    def can_draw_samples(self) -> bool:
        """Whether there is a distribution of codes from which new images are decoded."""
        return self.variant.has_prior or self.fitted_components > 0


@dataclass(frozen=True)
class CurveRun:
    """One training of a model's curve, measured on test images. settings: the value of its knob."""

    data: Text
    latent_dim: Annotated[int, Meta(ge=1)]
    model: Text
    seed: records.Count
    settings: dict
    figures: dict[str, Figure]


@dataclass(frozen=True)
class Curves:
    """The runs of the models' curves, for the places where all of them are finished. command: that which made them;
    protocol: how they were trained."""

    date: Text = ""
    command: Text = ""
    machine: Text = ""
    protocol: Text = ""
    runs: list[CurveRun] = field(default_factory=list)


@dataclass(frozen=True)
class FrontierPoint:
    """One training and its figures, measured on test images. minutes: spent in training steps, None where they say
    nothing of the model, as beside other work; settings, chosen: of its model, for its data and dimensions."""

    data: Text
    latent_dim: Annotated[int, Meta(ge=1)]
    model: Text
    seed: records.Count
    revision: Text
    minutes: records.NonNegative | None
    figures: dict[str, Figure]
    settings: dict = field(default_factory=dict)
    chosen: dict = field(default_factory=dict)

    @property
    def place_and_seed(self) -> tuple[str, str, int, int]:
        """What tells it from all other points: its model, data, dimensions and seed."""
        return self.model, self.data, self.latent_dim, self.seed

    def figure_value(self, key: str) -> float | None:
        """One of FIGURES as pages show it; None where it was not measured."""
        return self.minutes if key == MINUTES else displayed_value(key, self.figures.get(key))


@dataclass(frozen=True)
class Frontier:
    """The whole file. command: that which made it; protocol: how the models were tuned, trained and measured."""

    date: Text
    command: Text
    machine: Text
    protocol: Text
    models: list[TunedModel]
    points: list[FrontierPoint]
    curves: Curves = field(default_factory=Curves)

    @property
    def data_sets_and_dimensions(self) -> list[tuple[str, int]]:
        """The data sets and numbers of latent dimensions that were measured, in the order of the points, and then those of which
        there are curves alone."""
        return list(dict.fromkeys((run.data, run.latent_dim) for run in (*self.points, *self.curves.runs)))

    def model_rows(self, data: str, latent_dim: int) -> "list[ModelRow]":
        """The models measured there, in the order of the file."""
        measured_rows = []
        for model in self.models:
            points = [p for p in self.points if (p.model, p.data, p.latent_dim) == (model.name, data, latent_dim)]
            if points:
                measured_rows.append(ModelRow(model, tuple(sorted(points, key=lambda point: point.seed))))
        return measured_rows

    def has_chosen_values(self, data: str, latent_dim: int) -> bool:
        """Whether there are points there of models with a knob, whose value was chosen there on held-out images."""
        return any(row.tuned_settings for row in self.model_rows(data, latent_dim))


@dataclass(frozen=True)
class ModelRow:
    """A model on one data set in one number of latent dimensions. points: by seed; none if only a curve was measured."""

    model: TunedModel
    points: tuple[FrontierPoint, ...]

    def values(self, key: str) -> list[float]:
        """One of FIGURES of each seed that has it."""
        return [value for point in self.points if (value := point.figure_value(key)) is not None]

    def mean(self, key: str) -> float | None:
        """The mean over the seeds; None where none has it."""
        values = self.values(key)
        return statistics.fmean(values) if values else None

    def deviation(self, key: str) -> float | None:
        """The standard deviation over the seeds (of a sample: n − 1); None with fewer than two."""
        values = self.values(key)
        return statistics.stdev(values) if len(values) > 1 else None

    @property
    def tuned_settings(self) -> dict:
        """The settings that the tuning chose here."""
        return self.model.chosen | self.points[0].chosen

    def point_config(self, point: FrontierPoint) -> Config:
        """The configuration with which a point of it is trained, labelled with what it is."""
        point_settings = {"data": point.data, "latent_dim": point.latent_dim, "seed": point.seed}
        point_settings["name"] = f"{self.model.title}, {point.data}, seed {point.seed}"
        return configure(
            **{**self.model.settings, **self.model.chosen, **point.settings, **point.chosen, **point_settings}
        )


def read_frontier(folder: Path | None = None) -> Frontier | None:
    """The frontier in a folder, by default the project's own; None where there is none, or it has no points. DataError
    if the file is damaged."""
    file = results.table_path(FRONTIER_FILE, folder)
    stamp = files.file_version(file)
    return None if stamp is None else _read_cached(file, stamp)


@lru_cache(maxsize=2)  # every run of a page reads it
def _read_cached(file, stamp):
    frontier = records.read_record(Frontier, file, files.JSON_LIMIT, DataError, FORMAT)
    contradiction = next(_contradiction_clauses(frontier), None)
    if contradiction:
        raise DataError(f"{file} {contradiction}; restore it from a copy.")
    return frontier if frontier.points else None


def _contradiction_clauses(frontier):
    """What types and ranges do not refuse, each as the end of a sentence that begins with the file."""
    models = {model.name: model for model in frontier.models}
    if len(models) < len(frontier.models):
        yield "has two models of one name"
    unknown_models = [point.model for point in frontier.points if point.model not in models]
    if unknown_models:
        yield f"has a point of a model that it does not have, {unknown_models[0][:40]!r}"
    if len({(p.data, p.latent_dim, p.model, p.seed) for p in frontier.points}) < len(frontier.points):
        yield "has two points of one model, data set, number of dimensions and seed"
    yield from _curve_contradiction_clauses(frontier, models)
    for point in [*frontier.points, *frontier.curves.runs]:
        for key, value in point.figures.items():
            high = METRICS[key].range[1] if key in METRICS else None
            if high is not None and value > high:
                yield f"has a point with {key} of {value:g}, above {high:g}"
    tuned_points = {
        (p.model, p.data, p.latent_dim, str((p.settings, p.chosen))): p for p in frontier.points if p.model in models
    }
    for model in frontier.models:
        yield from _refused_settings_clauses(model)
    for point in tuned_points.values():
        yield from _refused_settings_clauses(models[point.model], point)


def _refused_settings_clauses(model, point=None):
    """A clause if the settings of a model, or with those of one of its points, make no configuration."""
    try:
        if point is None:
            _ = model.config
        else:
            ModelRow(model, (point,)).point_config(point)
    except (ConfigError, TypeError) as error:
        yield f"has settings of the model {model.name[:40]!r} that are refused ({str(error)[:200].rstrip('.')})"


def _curve_contradiction_clauses(frontier, models):
    """The same of the runs of curves."""
    unknown_models = [run.model for run in frontier.curves.runs if run.model not in models]
    if unknown_models:
        yield f"has a curve of a model that it does not have, {unknown_models[0][:40]!r}"
    if any("reconstruction" not in run.figures or "mmd2" not in run.figures for run in frontier.curves.runs):
        yield "has a run of a curve without reconstruction or mmd2"
    if any(run.figures["reconstruction"] < 0 for run in frontier.curves.runs):
        yield "has a run of a curve with a negative reconstruction error"
    runs = {(r.data, r.latent_dim, r.model, r.seed, str(r.settings)) for r in frontier.curves.runs}
    if len(runs) < len(frontier.curves.runs):
        yield "has two runs of a curve with one model, data set, number of dimensions, seed and value"


# Comparing ------------------------------------------------------------------------------------------------------------


def better_direction(key: str) -> str:
    """Which values of one of FIGURES are better, as `Metric.better` has it."""
    return DIRECTIONS[key] if key in DIRECTIONS else METRICS[key].better


def available_figures(rows: list[ModelRow]) -> list[str]:
    """Those of FIGURES that any of the rows has."""
    return [key for key in FIGURES if (key in DIRECTIONS or key in METRICS) and any(row.values(key) for row in rows)]


def significantly_better_pairs(rows: list[ModelRow], key: str) -> set[tuple[str, str]]:
    """The pairs of models' names of which the first is better than the second in that figure.

    Each has at least MIN_SEEDS seeds. In minutes every seed of the first is better than every seed of the second by
    more than MINUTES_FACTOR. In any other figure Welch's interval of the difference of their means leaves out 0, at a
    confidence at which all such intervals of the figure are right with a probability of 95 % (Bonferroni).
    """
    distances_by_model = {
        row.model.name: [distance_to_aim(value, better_direction(key)) for value in row.values(key)] for row in rows
    }
    samples = {
        name: (statistics.fmean(distances), statistics.stdev(distances), len(distances))
        for name, distances in distances_by_model.items()
        if len(distances) >= MIN_SEEDS
    }

    def is_better(first, second, confidence):
        if key == MINUTES:
            return max(distances_by_model[first]) * MINUTES_FACTOR < min(distances_by_model[second])
        first, second = samples[first], samples[second]
        return first[0] < second[0] and intervals.difference_confidence_interval(first, second, confidence)[1] < 0

    pairs = set()
    for row in comparable_rows([row for row in rows if row.model.name in samples], key):
        peers = [peer.model.name for peer in comparable_rows(rows, key, row) if peer.model.name in samples]
        confidence = 1 - (1 - intervals.CONFIDENCE) / max(1, math.comb(len(peers), 2))
        pairs |= {
            (row.model.name, peer_name) for peer_name in peers if is_better(row.model.name, peer_name, confidence)
        }
    return pairs


def comparable_rows(rows: list[ModelRow], key: str, reference: ModelRow | None = None) -> list[ModelRow]:
    """Those of the rows that are compared in that figure, with `reference` if it is given."""
    compared_rows = [
        row for row in rows if row.values(key) and (row.model.variant.has_prior or key not in PRIOR_FIGURES)
    ]
    if reference is None or key != LIKELIHOOD:
        return compared_rows
    return [row for row in compared_rows if row.model.config.cost == reference.model.config.cost]


def best_rows(rows: list[ModelRow], key: str) -> list[ModelRow]:
    """The rows that are better than some other in that figure, while none is better than they."""
    return _rows_only_on_side(0, rows, key)


def worst_rows(rows: list[ModelRow], key: str) -> list[ModelRow]:
    """The rows than which some other is better in that figure, while they are better than none."""
    return _rows_only_on_side(1, rows, key)


def _rows_only_on_side(side, rows, key):
    pairs = significantly_better_pairs(rows, key)
    on_this_side, on_other_side = {pair[side] for pair in pairs}, {pair[1 - side] for pair in pairs}
    return [row for row in rows if row.model.name in on_this_side - on_other_side]


def undominated_rows(rows: list[ModelRow], pairs: dict[str, set[tuple[str, str]]]) -> list[ModelRow]:
    """The rows to choose from for some figures, by their mean rank in them: none is dominated by another of them, which
    would be better in some of the figures and worse in none, and every other row is. Rows that lack one of the figures
    are left out.

    pairs: for each of the figures, which models are better than which, as `significantly_better_pairs` returns it for
    these rows or a superset of them.

    A row that is itself left out rules out no other: that two cannot be distinguished says little of how either
    compares with a third.
    """
    remaining_rows = complete_rows = [row for row in rows if all(row.values(key) for key in pairs)]

    def dominates(first, second):
        a, b = first.model.name, second.model.name
        return any((a, b) in better_than for better_than in pairs.values()) and not any(
            (b, a) in better_than for better_than in pairs.values()
        )

    accepted_rows = []
    while remaining_rows:
        front_rows = [
            row for row in remaining_rows if not any(dominates(rival, row) for rival in remaining_rows)
        ] or remaining_rows
        accepted_rows += front_rows
        remaining_rows = [
            row
            for row in remaining_rows
            if row not in front_rows and not any(dominates(rival, row) for rival in front_rows)
        ]
    return sorted(accepted_rows, key=lambda row: sum(rank_of_row(complete_rows, row, key) for key in pairs))


def pareto_front(rows: list[ModelRow], first: str, second: str) -> list[ModelRow]:
    """The frontier in two figures: the rows that no other is ahead of in the means of both, from the best in the first
    on."""
    rows_in_both = [row for row in comparable_rows(rows, first) if row in comparable_rows(rows, second)]
    aim_distances = [
        tuple(distance_to_aim(row.mean(key), better_direction(key)) for key in (first, second)) for row in rows_in_both
    ]
    return [rows_in_both[index] for index in equal_fit.pareto_indices(aim_distances)]


def rank_of_row(rows: list[ModelRow], row: ModelRow, key: str) -> int:
    """The place of a row's mean in that figure among the rows that are compared in it with this one, from 1 for the
    best."""
    aim_distances = [
        distance_to_aim(rival.mean(key), better_direction(key)) for rival in comparable_rows(rows, key, row)
    ]
    return 1 + sum(
        rival_distance < distance_to_aim(row.mean(key), better_direction(key)) for rival_distance in aim_distances
    )
