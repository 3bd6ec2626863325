"""The frontier: the latent models of one tuning protocol beside each other, as measured; and what their figures say of each.

`docs/frontier.json` is written by `benchmarks/quality/frontier.py`: a point for each model, data set, number of latent dimensions
and seed, with the figures of `evaluation.metrics` of its test images. Everything said of a model here follows from these points
and from what its variant takes of the prior; no verdict is written down. A model is *better* than another in a figure where
their means are further apart than chance explains (`better`).
"""

import math
import statistics
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from pathlib import Path

from aae_core import files, records
from aae_core.config.configuration import Config, configure
from aae_core.config.variants import VARIANTS, Variant
from aae_core.errors import ConfigError, DataError
from aae_core.evaluation import intervals
from aae_core.evaluation.metrics import METRICS, as_shown, miss
from aae_core.reproduce import results

FORMAT = 1
JSON = "frontier.json"
LONGER = 1.7  # times as long the same training took from seed to seed, as others used the machine: a model must differ by more
SEEDS = 2  # of a model without which it is called neither better nor worse than another
MINUTES = "minutes"  # a figure beside METRICS
LIKELIHOOD = "iw_bound"  # in which models of one cost are compared, whose densities of images are of one kind
LARGEST = 1e9  # of a figure
# Those that are compared, in the order of a table, as far as a file has them.
FIGURES = (
    "reconstruction", "mmd2", "fresh_accuracy", "holes", "knn_accuracy", "frechet", "precision", "recall", "density", "coverage",
    LIKELIHOOD, MINUTES,
)  # fmt: skip
DISTANCES = ("mmd2", "fresh_accuracy")  # to the prior
OF_PRIOR = (*DISTANCES, "holes")  # in these a model without a prior is not compared: they are given for reference


@dataclass(frozen=True)
class Model:
    """A model that was tuned. settings: what `configure` takes, as far as its points have it in common; chosen: what the tuning
    chose for the first place where it was measured."""

    name: str
    title: str
    settings: dict
    chosen: dict = field(default_factory=dict)

    @cached_property
    def config(self) -> Config:
        """Its configuration, without data, size and seed."""
        return configure(**{**self.settings, **self.chosen})

    @property
    def variant(self) -> Variant:
        return VARIANTS[self.config.variant]


@dataclass(frozen=True)
class Point:
    """One training and its figures, measured on test images. minutes: spent in training steps, None where they say nothing of
    the model, as beside other work; settings, chosen: of its model, for its data and dimensions."""

    data: str
    latent_dim: int = records.within(low=1)
    model: str
    seed: int = records.within()
    revision: str
    minutes: float | None = records.within()
    figures: dict[str, float] = records.within(low=-LARGEST, high=LARGEST)
    settings: dict = field(default_factory=dict)
    chosen: dict = field(default_factory=dict)

    def figure(self, key: str) -> float | None:
        """One of FIGURES as pages show it; None where it was not measured."""
        return self.minutes if key == MINUTES else as_shown(key, self.figures.get(key))


@dataclass(frozen=True)
class Frontier:
    """The whole file. command: that which made it; protocol: how the models were tuned, trained and measured."""

    date: str
    command: str
    machine: str
    protocol: str
    models: list[Model]
    points: list[Point]

    @property
    def places(self) -> list[tuple[str, int]]:
        """The data sets and numbers of latent dimensions that were measured, in the order of the points."""
        return list(dict.fromkeys((point.data, point.latent_dim) for point in self.points))

    def rows(self, data: str, latent_dim: int) -> "list[Row]":
        """The models measured there, in the order of the file."""
        measured_rows = []
        for model in self.models:
            points = [p for p in self.points if (p.model, p.data, p.latent_dim) == (model.name, data, latent_dim)]
            if points:
                measured_rows.append(Row(model, tuple(sorted(points, key=lambda point: point.seed))))
        return measured_rows


@dataclass(frozen=True)
class Row:
    """A model on one data set in one number of latent dimensions. points: by seed, at least one."""

    model: Model
    points: tuple[Point, ...]

    def values(self, key: str) -> list[float]:
        """One of FIGURES of each seed that has it."""
        return [value for point in self.points if (value := point.figure(key)) is not None]

    def mean(self, key: str) -> float | None:
        """The mean over the seeds; None where none has it."""
        values = self.values(key)
        return statistics.fmean(values) if values else None

    def deviation(self, key: str) -> float | None:
        """The standard deviation over the seeds (of a sample: n − 1); None with fewer than two."""
        values = self.values(key)
        return statistics.stdev(values) if len(values) > 1 else None

    @property
    def chosen(self) -> dict:
        """The settings that the tuning chose here."""
        return self.model.chosen | self.points[0].chosen

    def config(self, point: Point) -> Config:
        """The configuration with which a point of it is trained, labelled with what it is."""
        point_settings = {"data": point.data, "latent_dim": point.latent_dim, "seed": point.seed}
        point_settings["name"] = f"{self.model.title}, {point.data}, seed {point.seed}"
        return configure(
            **{**self.model.settings, **self.model.chosen, **point.settings, **point.chosen, **point_settings}
        )


def read(folder: Path | None = None) -> Frontier | None:
    """The frontier in a folder, by default the project's own; None where there is none, or it has no points. DataError if
    the file is damaged."""
    file = results.place(JSON, folder)
    stamp = files.mark(file)
    return None if stamp is None else _read(file, stamp)


@lru_cache(maxsize=2)  # every run of a page reads it
def _read(file, stamp):
    frontier = records.read(Frontier, file, files.JSON_LIMIT, DataError, FORMAT)
    contradiction = next(_contradictions(frontier), None)
    if contradiction:
        raise DataError(f"{file} {contradiction}; restore it from a copy.")
    return frontier if frontier.points else None


def _contradictions(frontier):
    """What types and ranges do not refuse, each as the end of a sentence that begins with the file."""
    models = {model.name: model for model in frontier.models}
    if len(models) < len(frontier.models):
        yield "has two models of one name"
    strange = [point.model for point in frontier.points if point.model not in models]
    if strange:
        yield f"has a point of a model that it does not have, {strange[0][:40]!r}"
    if len({(p.data, p.latent_dim, p.model, p.seed) for p in frontier.points}) < len(frontier.points):
        yield "has two points of one model, data set, number of dimensions and seed"
    for point in frontier.points:
        for key, value in point.figures.items():
            high = METRICS[key].range[1] if key in METRICS else None
            if high is not None and value > high:
                yield f"has a point with {key} of {value:g}, above {high:g}"
    tried = {
        (p.model, p.data, p.latent_dim, str((p.settings, p.chosen))): p for p in frontier.points if p.model in models
    }
    for name, point in [(model.name, None) for model in frontier.models] + [(p.model, p) for p in tried.values()]:
        try:
            _ = Row(models[name], (point,)).config(point) if point else models[name].config
        except (ConfigError, TypeError) as error:
            yield f"has settings of the model {name[:40]!r} that are refused ({str(error)[:200].rstrip('.')})"


# Comparing --------------------------------------------------------------------------------------------------------------


def aim(key: str) -> str:
    """Which values of one of FIGURES are better, as `Metric.better` has it."""
    return "lower" if key == MINUTES else METRICS[key].better


def known(rows: list[Row]) -> list[str]:
    """Those of FIGURES that any of the rows has."""
    return [key for key in FIGURES if (key == MINUTES or key in METRICS) and any(row.values(key) for row in rows)]


def better(rows: list[Row], key: str) -> set[tuple[str, str]]:
    """The pairs of models' names of which the first is better than the second in that figure.

    Each has at least SEEDS seeds. In minutes every seed of the first is better than every seed of the second by more than LONGER.
    In any other figure Welch's interval of the difference of their means leaves out 0, at a confidence at which all such
    intervals of the figure are right with a probability of 95 % (Bonferroni).
    """
    misses = {row.model.name: [miss(value, aim(key)) for value in row.values(key)] for row in rows}
    samples = {
        name: (statistics.fmean(m), statistics.stdev(m), len(m)) for name, m in misses.items() if len(m) >= SEEDS
    }

    def is_better(first, second, level):
        if key == MINUTES:
            return max(misses[first]) * LONGER < min(misses[second])
        first, second = samples[first], samples[second]
        return first[0] < second[0] and intervals.of_difference(first, second, level)[1] < 0

    pairs = set()
    for row in compared([row for row in rows if row.model.name in samples], key):
        peers = [peer.model.name for peer in compared(rows, key, row) if peer.model.name in samples]
        level = 1 - (1 - intervals.CONFIDENCE) / max(1, math.comb(len(peers), 2))
        pairs |= {(row.model.name, other) for other in peers if is_better(row.model.name, other, level)}
    return pairs


def compared(rows: list[Row], key: str, reference: Row | None = None) -> list[Row]:
    """Those of the rows that are compared in that figure, with `reference` if it is given."""
    comparable = [row for row in rows if row.values(key) and (row.model.variant.has_prior or key not in OF_PRIOR)]
    if reference is None or key != LIKELIHOOD:
        return comparable
    return [row for row in comparable if row.model.config.cost == reference.model.config.cost]


def best(rows: list[Row], key: str) -> list[Row]:
    """The rows that are better than some other in that figure, while none is better than they."""
    return _only(0, rows, key)


def last(rows: list[Row], key: str) -> list[Row]:
    """The rows than which some other is better in that figure, while they are better than none."""
    return _only(1, rows, key)


def _only(side, rows, key):
    pairs = better(rows, key)
    on_this_side, on_other_side = {pair[side] for pair in pairs}, {pair[1 - side] for pair in pairs}
    return [row for row in rows if row.model.name in on_this_side - on_other_side]


def choice(rows: list[Row], pairs: dict[str, set[tuple[str, str]]]) -> list[Row]:
    """The rows to choose from for some figures, by their mean rank in them: none is dominated by another of them, which would be
    better in some of the figures and worse in none, and every other row is. Rows that lack one of the figures are left out.

    pairs: for each of the figures, which models are better than which, as `better` returns it for these rows or a superset of
    them.

    A row that is itself left out rules out no other: that two cannot be distinguished says little of how either compares with a
    third. """
    remaining = complete = [row for row in rows if all(row.values(key) for key in pairs)]

    def dominates(first, second):
        a, b = first.model.name, second.model.name
        return any((a, b) in beats for beats in pairs.values()) and not any((b, a) in beats for beats in pairs.values())

    undominated = []
    while remaining:
        free = [row for row in remaining if not any(dominates(other, row) for other in remaining)] or remaining
        undominated += free
        remaining = [row for row in remaining if row not in free and not any(dominates(other, row) for other in free)]
    return sorted(undominated, key=lambda row: sum(rank(complete, row, key) for key in pairs))


def front(rows: list[Row], first: str, second: str) -> list[Row]:
    """The frontier in two figures: the rows that no other is ahead of in the means of both, from the best in the first on."""
    in_both = [row for row in compared(rows, first) if row in compared(rows, second)]
    place = {row.model.name: tuple(miss(row.mean(key), aim(key)) for key in (first, second)) for row in in_both}
    frontier = []
    for row in sorted(in_both, key=lambda row: place[row.model.name]):
        if not frontier or place[row.model.name][1] < place[frontier[-1].model.name][1]:
            frontier.append(row)
    return frontier


def rank(rows: list[Row], row: Row, key: str) -> int:
    """The place of a row's mean in that figure among the rows that are compared in it with this one, from 1 for the best."""
    misses = [miss(other.mean(key), aim(key)) for other in compared(rows, key, row)]
    return 1 + sum(other < miss(row.mean(key), aim(key)) for other in misses)
