"""The models of the frontier compared at equal fit: rows as those of `frontier`, whose figures lie on the curves of the
models (`equal_fit`)."""

import statistics
from dataclasses import dataclass, replace

from aae_core.data import sets
from aae_core.evaluation.metrics import displayed_value
from aae_core.reproduce import equal_fit, frontier
from aae_core.reproduce.frontier import CurveRun, Frontier, FrontierPoint, ModelRow, TunedModel

SAMPLE_FIGURES = ("frechet", "precision", "recall", "density", "coverage")


@dataclass(frozen=True)
class ModelCurve:
    """The curve of a model on one data set in one number of latent dimensions. runs_by_seed: those of each seed, one for
    each value of the knob, at least one seed; fits: the `compared_fits` there."""

    model: TunedModel
    runs_by_seed: dict[int, list[CurveRun]]
    fits: tuple[float, ...]

    def figure_at_fit(self, seed: int, key: str, fit: float) -> float | None:
        """A figure along the curve of a seed at an MMD² of `fit`; None where the curve does not reach it, or a run
        lacks the figure."""
        runs = self.runs_by_seed[seed]
        values = [run.figures.get(key) for run in runs]
        if None in values:
            return None
        return equal_fit.value_at_fit(_positions(runs), values, fit)

    def is_reached_by_every_seed(self, fit: float) -> bool:
        return all(equal_fit.shares_at_fit(_positions(runs), fit) for runs in self.runs_by_seed.values())

    def figures_of_whole_curve(self, seed: int, reference_error: float) -> dict[str, float]:
        """`frontier.CURVE_FIGURES` of one seed: the errors at those of `fits` that every seed reaches, and the hypervolume."""
        errors = {
            key: self.figure_at_fit(seed, "reconstruction", fit)
            for key, fit in frontier.FIT_ERRORS.items()
            if fit in self.fits and self.is_reached_by_every_seed(fit)
        }
        return errors | self.hypervolume_figures(seed, reference_error)

    def hypervolume_figures(self, seed: int, reference_error: float) -> dict[str, float]:
        """The hypervolume of one seed by its key; {} where some of `equal_fit.FITS` are within the sampling error of MMD²."""
        if self.fits != equal_fit.FITS:
            return {}
        return {frontier.HYPERVOLUME: equal_fit.hypervolume(_positions(self.runs_by_seed[seed]), reference_error)}


def compared_fits(data: str) -> tuple[float, ...]:
    """The `equal_fit.FITS` at which models are compared on a data set: those that its test images can tell from 0."""
    if data not in sets.BUILT_IN_NAMES:
        return equal_fit.FITS
    return equal_fit.resolved_fits(sets.describe_data_set(data).test)


def model_curves(frontier_data: Frontier, data: str, latent_dim: int) -> list[ModelCurve]:
    """The curves measured there, in the order of the models."""
    fits, curves = compared_fits(data), []
    for model in frontier_data.models:
        runs_by_seed: dict[int, list[CurveRun]] = {}
        for run in frontier_data.curves.runs:
            if (run.model, run.data, run.latent_dim) == (model.name, data, latent_dim):
                runs_by_seed.setdefault(run.seed, []).append(run)
        if runs_by_seed:
            curves.append(ModelCurve(model, runs_by_seed, fits))
    return curves


def curve_seeds(curves: list[ModelCurve]) -> list[int]:
    """The seeds of the curves' runs, in order."""
    return sorted({seed for curve in curves for seed in curve.runs_by_seed})


def reached_fits(frontier_data: Frontier, data: str, latent_dim: int) -> list[float]:
    """Those of `compared_fits` that the curve of some model there reaches with every seed."""
    curves = model_curves(frontier_data, data, latent_dim)
    return [fit for fit in compared_fits(data) if any(curve.is_reached_by_every_seed(fit) for curve in curves)]


def closest_common_fit(frontier_data: Frontier, data: str, latent_dim: int) -> float:
    """The smallest of `compared_fits` that the curves of all models there reach with every seed, else the largest."""
    curves = model_curves(frontier_data, data, latent_dim)
    common_fits = [fit for fit in compared_fits(data) if all(curve.is_reached_by_every_seed(fit) for curve in curves)]
    return common_fits[0] if common_fits else equal_fit.FITS[-1]


def reference_error(frontier_data: Frontier, data: str, latent_dim: int) -> float:
    """The error of the hypervolume's reference point: a multiple of the autoencoder's mean error there, sampled or not, or if
    none was measured the highest error of a curve."""
    errors = [
        row.mean("reconstruction")
        for row in frontier_data.model_rows(data, latent_dim)
        if not row.model.variant.has_prior and row.values("reconstruction")
    ]
    if errors:
        return equal_fit.REFERENCE_ERROR_FACTOR * errors[0]
    runs = [run for run in frontier_data.curves.runs if (run.data, run.latent_dim) == (data, latent_dim)]
    return max((run.figures["reconstruction"] for run in runs), default=1.0)


def whole_curve_rows(frontier_data: Frontier, data: str, latent_dim: int) -> list[ModelRow]:
    """A row for each model with a curve, whose figures are those `frontier.CURVE_FIGURES` that are compared there."""
    error = reference_error(frontier_data, data, latent_dim)
    return [
        _curve_row(curve, {seed: curve.figures_of_whole_curve(seed, error) for seed in curve.runs_by_seed})
        for curve in model_curves(frontier_data, data, latent_dim)
    ]


def rows_at_fit(frontier_data: Frontier, data: str, latent_dim: int, fit: float) -> list[ModelRow]:
    """A row for each model whose curve reaches an MMD² of `fit` with every seed, with the figures that it has there, MMD²
    itself apart, and its hypervolume; and the models that are sampled by a density fitted afterwards, with the figures
    of their samples, since no fit of a prior can be asked of them."""
    error = reference_error(frontier_data, data, latent_dim)
    curves = {curve.model.name: curve for curve in model_curves(frontier_data, data, latent_dim)}
    measured_rows = {row.model.name: row for row in frontier_data.model_rows(data, latent_dim)}
    rows = []
    for model in frontier_data.models:
        curve, measured_row = curves.get(model.name), measured_rows.get(model.name)
        if curve and curve.is_reached_by_every_seed(fit):
            figures = {seed: _figures_at_fit(curve, seed, fit, error) for seed in sorted(curve.runs_by_seed)}
            row = _curve_row(curve, figures)
            rows.append(_with_minutes(row, measured_row) if measured_row else row)
        elif measured_row and model.fitted_components:
            rows.append(ModelRow(model, tuple(_sample_point(point) for point in measured_row.points)))
    return rows


def mean_curve(curve: ModelCurve, distance: str) -> list[tuple[float, float]]:
    """The mean distance to the prior and the mean error over the seeds for each value of the knob, in the order of the
    values; [] where the distance was not measured. distance: one of `frontier.PRIOR_DISTANCES`."""
    by_value: dict[float, list[CurveRun]] = {}
    for runs in curve.runs_by_seed.values():
        for run in runs:
            by_value.setdefault(knob_value(curve.model, run), []).append(run)
    positions = []
    for _, runs in sorted(by_value.items()):
        distances = [displayed_value(distance, run.figures.get(distance)) for run in runs]
        if None not in distances:
            errors = [run.figures["reconstruction"] for run in runs]
            positions.append((statistics.fmean(distances), statistics.fmean(errors)))
    return positions


def knob_value(model: TunedModel, run: CurveRun) -> float:
    """The value of the model's knob in a run; 1 where its settings lack it, as in a β-VAE that is a VAE."""
    values = [run.settings[key] for key in model.chosen if isinstance(run.settings.get(key), int | float)]
    return float(values[0]) if values else 1.0


def _positions(runs):
    return [(run.figures["mmd2"], run.figures["reconstruction"]) for run in runs]


def _figures_at_fit(curve, seed, fit, error):
    keys = {key for run in curve.runs_by_seed[seed] for key in run.figures} - {"mmd2"}
    values = {key: curve.figure_at_fit(seed, key, fit) for key in keys}
    figures = {key: value for key, value in values.items() if value is not None}
    return figures | curve.hypervolume_figures(seed, error)


def _curve_row(curve, figures_by_seed):
    run = next(iter(curve.runs_by_seed.values()))[0]
    points = [
        FrontierPoint(run.data, run.latent_dim, curve.model.name, seed, "", None, figures)
        for seed, figures in sorted(figures_by_seed.items())
    ]
    return ModelRow(curve.model, tuple(points))


def _with_minutes(curve_row, row):
    """The row with the minutes of the model's points, since its knob does not change how long a training takes."""
    timed_points = [point for point in row.points if point.minutes is not None]
    minutes = {point.seed: point.minutes for point in timed_points}
    points = (replace(point, minutes=minutes.get(point.seed)) for point in curve_row.points)
    return ModelRow(curve_row.model, tuple(points))


def _sample_point(point):
    figures = {key: value for key, value in point.figures.items() if key in SAMPLE_FIGURES}
    return replace(point, figures=figures, settings={}, chosen={})
