"""Views of codes on a plane: two of their dimensions, PCA, t-SNE, a circle of heads or two columns of the data; no st.*.

Shapes: n codes of d dimensions.
"""

from dataclasses import dataclass

import numpy as np

from aae_core.latent.column_planes import points_of_columns
from app.cache.revision_view import RevisionView
from app.figures.number_text import percent
from app.translation.texts import mark, translate

VIEWS = {
    "circle": mark("Heads on a circle"),
    "pair": mark("Two dimensions"),
    "pca": "PCA",
    "tsne": "t-SNE",
    "columns": mark("Two columns"),
}
VIEW_NOTES = {
    "circle": mark(
        "Each head has an axis of its own; this plane places them evenly on a circle. Its points can be decoded."
    ),
    "pair": "",
    "pca": mark(
        "PCA rotates the codes so that the plane shows their two directions of largest variance; its points can be decoded."
    ),
    "tsne": mark(
        "t-SNE preserves neighbourhoods only: distances and empty space mean little, and a point between the codes "
        "corresponds to no z, so it cannot be decoded."
    ),
    "columns": mark(
        "The points are where two columns of the data put them, such as a projection that was computed elsewhere; a point "
        "between them corresponds to no z, so it cannot be decoded."
    ),
}
VIEWS_WITHOUT_CODES = ("tsne", "columns")  # on whose planes a place belongs to no code
SUBSCRIPTS = str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉")
GRID_SIDE = 121  # points per side at which the prior's density is evaluated
MASS_SAMPLES = 20_000  # samples of the prior, to estimate the share of its mass with a higher density than a point


@dataclass(frozen=True)
class VisibleSquare:
    """The square of the plane that a map shows: its centre, half its width, and the names of its axes."""

    centre: tuple[float, float]
    half: float
    axes: tuple[str, str]

    def ranges(self) -> tuple[list[float], list[float]]:
        return tuple([c - self.half, c + self.half] for c in self.centre)


@dataclass(frozen=True)
class Plane:
    """Codes on the plane, n×2, NaN for those without a place; samples of the prior, m×2, None without a prior or on a plane of
    VIEWS_WITHOUT_CODES; and the part of the plane that a map shows."""

    points: np.ndarray
    samples: np.ndarray | None
    visible_square: VisibleSquare


@dataclass(frozen=True)
class CodesOnPlane:
    """A revision's codes on a plane. view: one of VIEWS; dimensions: the two of a "pair", from 0 (both 0 if d = 1), or the
    numbers of the two "columns" among `item_columns.numeric_columns`."""

    revision: RevisionView
    probe: object
    plane: Plane
    view: str
    dimensions: tuple[int, int]


def axis_name(dimension: int) -> str:
    """z₁ for dimension 0, and so on."""
    return f"z{dimension + 1}".translate(SUBSCRIPTS)


def square_around_prior_and_points(points: np.ndarray, centre, half: float, axes) -> VisibleSquare:
    """The square around the prior (its centre and half-width), enlarged to contain 99 % of the points n×2 along each axis.

    centre: None without a prior; the square is then centred on the points.
    """
    points = np.asarray(points, dtype=float).reshape(-1, 2)
    points = points[np.isfinite(points).all(axis=1)]
    if len(points):
        low, high = np.quantile(points, [0.005, 0.995], axis=0)
        centre = (low + high) / 2 if centre is None else centre
        half = max(half, np.abs(low - centre).max() * 1.05, np.abs(high - centre).max() * 1.05)
    centre = (0.0, 0.0) if centre is None else centre
    return VisibleSquare((float(centre[0]), float(centre[1])), float(half) or 1.0, tuple(axes))


def coordinate_plane(codes: np.ndarray, prior_samples: np.ndarray | None, prior, i: int, j: int) -> Plane:
    """The plane of dimensions i and j. If d = 1, its second axis has no meaning: the codes are spread at random along it, and
    the samples of the prior lie on a line below them.

    prior_samples: m×d samples of the prior; None, like the prior, if the model has none.
    """
    half = 0.0 if prior is None else prior.extent()
    samples = centre = None
    if codes.shape[1] == 1:
        points, axes = add_random_second_coordinate(codes, prior), (axis_name(0), translate("spread at random"))
        if prior is not None:
            centre = (prior.centre()[0], 0.0)
            samples = np.stack([prior_samples[:, 0], np.full(len(prior_samples), -0.75 * half)], axis=1)
    else:
        points, axes = codes[:, [i, j]], (axis_name(i), axis_name(j))
        if prior is not None:
            centre, samples = prior.centre()[[i, j]], prior_samples[:, [i, j]]
    return Plane(points, samples, square_around_prior_and_points(points, centre, half, axes))


def add_random_second_coordinate(codes: np.ndarray, prior) -> np.ndarray:
    """Codes n×1 with a random second coordinate, n×2, within half the half-width of the prior (without one, half the largest
    |z|); the same at every call."""
    extent = np.abs(codes).max(initial=0.0) if prior is None else prior.extent()
    return np.stack([codes[:, 0], np.random.default_rng(0).uniform(-0.5, 0.5, len(codes)) * extent], axis=1)


def projection_plane(codes: np.ndarray, prior_samples: np.ndarray | None, projection) -> Plane:
    """Codes and prior samples on the plane of a `maps.Projection`, centred on its origin; only the axes of PCA have names."""
    axes = ("", "")
    if projection.share is not None:
        first, second = (percent(share, 0) for share in projection.share)
        axes = (
            translate("1st principal direction, {share} of the variance", share=first),
            translate("2nd principal direction, {share} of the variance", share=second),
        )
    points, samples = projection.forward(codes), None if prior_samples is None else projection.forward(prior_samples)
    all_points = points if samples is None else np.concatenate([points, samples])
    return Plane(points, samples, square_around_prior_and_points(all_points, (0.0, 0.0), 0.0, axes))


def plane_of_tsne_layout(layout: np.ndarray) -> Plane:
    """The plane of a t-SNE layout n×2, on which the prior cannot be shown."""
    centre = (layout.min(axis=0) + layout.max(axis=0)) / 2
    return Plane(
        layout,
        None,
        square_around_prior_and_points(layout, centre, float(np.ptp(layout, axis=0).max()) / 2 * 1.02, ("", "")),
    )


def plane_of_columns(values: np.ndarray, names: tuple[str, str]) -> Plane:
    """The plane of two columns of numbers, n×2, by `column_planes.points_of_columns`; the prior cannot be shown on it."""
    points, has_one_scale = points_of_columns(values)
    is_placed = np.isfinite(points).all(axis=1)
    if not is_placed.any():
        return Plane(points, None, VisibleSquare((0.0, 0.0), 1.0, names))
    if not has_one_scale:
        lows, highs = values[is_placed].min(axis=0).tolist(), values[is_placed].max(axis=0).tolist()
        names = tuple(
            translate("{column}, from {low} to {high}", column=name, low=f"{low:.4g}", high=f"{high:.4g}")
            for name, low, high in zip(names, lows, highs, strict=True)
        )
    low, high = points[is_placed].min(axis=0), points[is_placed].max(axis=0)
    half = float((high - low).max()) / 2 * 1.05
    return Plane(points, None, VisibleSquare(tuple(((low + high) / 2).tolist()), half or 1.0, names))


def denser_prior_mass_grid(prior, square: VisibleSquare) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """x, y (GRID_SIDE each) and, at each point of their grid, the share (0 to 1) of a 2-D prior's mass with a higher density.

    So the contour at 0.5 encloses the densest half. Ties count half: for a uniform prior the share is 0.5 inside and 1 outside.
    """
    import torch

    (x_low, x_high), (y_low, y_high) = square.ranges()
    x, y = np.linspace(x_low, x_high, GRID_SIDE), np.linspace(y_low, y_high, GRID_SIDE)
    grid = torch.from_numpy(np.stack(np.meshgrid(x, y), axis=-1)).float().reshape(-1, 2)
    sorted_densities = np.sort(prior.log_density(prior.sample_with_fixed_seed(MASS_SAMPLES)).numpy())
    density = prior.log_density(grid).numpy()
    lower_count = (
        np.searchsorted(sorted_densities, density, "left") + np.searchsorted(sorted_densities, density, "right")
    ) / 2
    return x, y, (1 - lower_count / MASS_SAMPLES).reshape(GRID_SIDE, GRID_SIDE)
