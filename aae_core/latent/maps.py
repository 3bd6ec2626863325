"""Maps of the latent space: projections of d-dimensional codes onto a plane, and the densities and surfaces drawn beneath them.

On a map, the first coordinate points to the right and the second upwards. Source: Makhzani et al., arXiv
1511.05644v2, §2 (q(z), p(z) and D).
"""

import math
from dataclasses import dataclass

import numpy as np
import torch

from aae_core.checks import require_finite_array, require_whole_number
from aae_core.errors import ConfigError
from aae_core.latent import directions
from aae_core.latent.first_view import is_tsne_quick
from aae_core.models.inference import evaluation_mode
from aae_core.models.model import Model

PRIOR_SAMPLES = 100_000  # for histograms and tables of a prior
HISTOGRAM_BINS = 40  # of a histogram
# knots of `tabulate_log_prior`: how many evenly spaced ones; percentiles
EVEN_KNOTS, KNOT_PERCENTILES = (64, np.linspace(0.005, 0.995, 96))
TABLE_MARGIN = 0.05  # by which `tabulate_log_prior` reaches beyond typical samples, as a share of their range
TSNE_POINTS = 5000  # with more, t-SNE takes minutes


@dataclass(frozen=True)
class Projection:
    """A plane through the d-dimensional latent space.

    centre: the code drawn at (0, 0), d. axes: 2×d, orthonormal (the second is zero if d = 1). share: the share of the codes'
    variance along each axis, for a PCA.
    """

    centre: np.ndarray
    axes: np.ndarray
    share: tuple[float, float] | None = None

    def forward(self, z) -> np.ndarray:
        """The points of the map, float32 N×2, of codes N×d; ConfigError for codes of another size or not finite."""
        z = require_finite_array(z, (None, len(self.centre)), "Codes")
        return (z - self.centre) @ self.axes.T

    def inverse(self, points, base=None) -> np.ndarray:
        """The codes, float32 N×d, at points of the map N×2: the inverse of `forward`.

        The part of a code that the map does not show is taken from `base` (d), by default from the centre.
        """
        points = require_finite_array(points, (None, 2), "Points of the map")
        base = self.centre if base is None else require_finite_array(base, (len(self.centre),), "The base code")
        orthogonal_offset = (base - self.centre) - (base - self.centre) @ self.axes.T @ self.axes
        return self.centre + orthogonal_offset + points @ self.axes


def dimension_plane(dim: int, i: int = 0, j: int = 1) -> Projection:
    """The map of dimension i (to the right) and dimension j (upwards) of d = `dim` dimensions. With d = 1 and i = j = 0, it is a
    line. Raises ConfigError for dimensions that do not exist or are equal."""
    dim = require_whole_number(dim, 1, 10**6, "The number of dimensions")
    i, j = (require_whole_number(n, 0, dim - 1, "A dimension of the map") for n in (i, j))
    if i == j and dim > 1:
        raise ConfigError("A map needs two different dimensions.")
    axes = np.zeros((2, dim), np.float32)
    axes[0, i] = 1
    axes[1, j] = dim > 1  # a line has no second axis
    return Projection(np.zeros(dim, np.float32), axes)


def pca_plane(codes) -> Projection:
    """The plane through the mean of the codes N×d (N ≥ 2) along their two directions of largest variance, oriented as by
    `directions.principal_axes`."""
    centre, principal, variances = directions.principal_axes(codes, 2)
    axes, share = np.zeros((2, len(centre)), np.float32), np.zeros(2)
    axes[: len(principal)] = principal
    share[: len(principal)] = variances[:2] / (variances.sum() or 1)
    return Projection(centre.astype(np.float32), axes, tuple(share.tolist()))


def default_plane(codes) -> Projection:
    """The plane on which codes N×d are shown by default: their own dimensions if d ≤ 2, else their PCA."""
    dim = codes.shape[1]
    return dimension_plane(dim, 0, dim - 1) if dim <= 2 else pca_plane(codes)


def head_circle_plane(heads) -> Projection:
    """The plane on which the K ≥ 3 heads of a dimensionality reduction (K×d) lie evenly on a circle, head 0 to the right (§7).

    Raises ConfigError unless the heads are equally long and orthogonal to one another, as fixed heads are: only then does the
    circle treat all of them alike.
    """
    heads = require_finite_array(heads, (None, None), "Heads").astype(np.float64)
    count = len(heads)
    head_length = np.linalg.norm(heads[0]) if count else 0.0
    if (
        count < 3
        or not head_length
        or not np.allclose(heads @ heads.T, head_length**2 * np.eye(count), atol=1e-4 * head_length**2)
    ):
        raise ConfigError(
            "A circle of heads needs three heads or more, equally long and at right angles to one another; choose PCA or a "
            "pair of dimensions."
        )
    angles = 2 * np.pi * np.arange(count) / count
    axes = math.sqrt(2 / count) * np.stack([np.cos(angles), np.sin(angles)]) @ heads / head_length
    return Projection(np.zeros(heads.shape[1], np.float32), axes.astype(np.float32))


def tsne_layout(codes) -> np.ndarray:
    """The layout of the codes N×d in the plane by t-SNE, float32 N×2, the same at every call. It cannot place further codes.
    Raises ConfigError unless N is from 4 to 5,000."""
    from sklearn.manifold import TSNE

    codes = require_finite_array(codes, (None, None), "Codes")
    if not 4 <= len(codes) <= TSNE_POINTS:
        raise ConfigError(f"t-SNE needs from 4 to {TSNE_POINTS:,} codes, not {len(codes):,}.")
    centre = codes.mean(0, dtype=np.float64)
    spread = np.abs(codes - centre).max()
    # scikit-learn divides by the spread of its PCA start; without any, the NaN that follows crash the whole process
    start = "pca" if codes.shape[1] > 1 and spread > 0 else "random"
    # a few codes gain little by several threads, which wait for each other where the machine is busy
    thread_count = 1 if is_tsne_quick(len(codes)) else None
    layout = TSNE(perplexity=min(30.0, (len(codes) - 1) / 3), init=start, random_state=0, n_jobs=thread_count)
    return layout.fit_transform(((codes - centre) / (spread or 1)).astype(np.float32)).astype(np.float32)


@dataclass(frozen=True)
class Grid:
    """Values over a square of the map: values[row, column] belongs to (x[column], y[row]); x and y are ascending cell centres."""

    x: np.ndarray
    y: np.ndarray
    values: np.ndarray

    @property
    def points(self) -> np.ndarray:
        """The cell centres, (n·n)×2, row by row."""
        return np.stack(np.meshgrid(self.x, self.y), axis=-1).reshape(-1, 2)


def zero_grid(extent: float, n: int, centre=(0.0, 0.0)) -> Grid:
    """A grid of n×n zeros (n from 2 to 512) over the square of half-width `extent` about `centre`; ConfigError for other
    numbers."""
    n = require_whole_number(n, 2, 512, "The number of cells")
    extent = float(require_finite_array(extent, (), "The half-width of the map"))
    centre = require_finite_array(centre, (2,), "The map's centre")
    if extent <= 0:
        raise ConfigError(f"The half-width of the map must be above 0, not {extent:g}.")
    steps = (2 * np.arange(n) + 1 - n) * (extent / n)
    return Grid(centre[0] + steps, centre[1] + steps, np.zeros((n, n)))


def density_grid(points, extent: float, n: int = 64, centre=(0.0, 0.0)) -> Grid:
    """A Gaussian kernel density estimate of points N×2, per unit of area; its integral is about the share of the points that lies
    inside the square.

    The standard deviation of the kernel follows Scott's rule: on each axis, that of the points times N^(−1/6). The points are
    first counted in cells, which are then smoothed, so the time hardly depends on N.
    """
    from scipy.special import ndtr

    points, grid = require_finite_array(points, (None, 2), "Points of the map"), zero_grid(extent, n, centre)
    if not len(points):
        return grid
    cell_size = 2 * extent / n
    kernel_widths = points.std(0, dtype=np.float64) * len(points) ** (-1 / 6) / cell_size
    # in cells, x and y; a kernel wider than the square is flat on it
    kernel_widths = np.clip(kernel_widths, 1e-6, n / 2)
    margin = math.ceil(4 * kernel_widths.max())  # what lies just outside the square still reaches into it
    cells = np.floor((points - np.array([grid.x[0], grid.y[0]])) / cell_size + 0.5) + margin
    size = n + 2 * margin
    column, row = cells[((cells >= 0) & (cells < size)).all(1)].astype(np.int64).T
    counts = np.bincount(row * size + column, minlength=size * size).reshape(size, size).astype(np.float64)
    # from the middle of a counting cell to the edges of the cells that are shown: (n + 1) × size
    offset = np.arange(n + 1)[:, None] - 0.5 - (np.arange(size) - margin)
    # n × size: shares of each kernel
    column_kernel, row_kernel = (np.diff(ndtr(offset / width), axis=0) for width in kernel_widths)
    return Grid(grid.x, grid.y, row_kernel @ counts @ column_kernel.T / (len(points) * cell_size**2))


def tabulate_log_prior(prior) -> tuple[list[np.ndarray], np.ndarray]:
    """A table of log p(z) in nats for a prior with a density in one or two dimensions: the knots along each dimension, ascending,
    and the values, float64 n or n×n, where values[row, column] belongs to (x[column], y[row]).

    The knots are both evenly spaced ones and percentiles, so that neither a gap nor a heavy tail is missed. They reach a little
    beyond the samples in the densest 99 % of the mass. Raises ConfigError without a density.
    """
    draws = prior.sample_with_fixed_seed(PRIOR_SAMPLES)
    draws = draws[prior.is_typical(draws)].double().numpy()
    knots = []
    for j in range(prior.dim):
        low, high = draws[:, j].min(), draws[:, j].max()
        reach = TABLE_MARGIN * (high - low)
        percentiles = prior.percentile(KNOT_PERCENTILES, j).clip(low, high)
        knots.append(np.union1d(np.linspace(low - reach, high + reach, EVEN_KNOTS), percentiles))
    z = np.stack(np.meshgrid(*knots), axis=-1)
    values = prior.log_density(torch.from_numpy(z.reshape(-1, prior.dim)))
    return knots, values.double().numpy().reshape(z.shape[:-1])


def discriminator_grid(
    model: Model, extent: float, n: int = 64, centre=None, projection: Projection | None = None, base=None
) -> Grid:
    """D(z) on a map, n×n values in 0..1: D's probability that z is a sample of the prior rather than a code (§2).

    The map is that of `projection`, by default of the first two dimensions; it is centred on `centre`, by default on the prior,
    and `extent` is its half-width. What it does not show of a code is taken from `base` (d). Raises ConfigError if the variant
    has no adversary.
    """
    projection = projection or dimension_plane(model.prior.dim, 0, min(1, model.prior.dim - 1))
    centre = projection.forward(model.prior.centre()[None])[0] if centre is None else centre
    grid = zero_grid(extent, n, centre)
    with evaluation_mode(model):
        z = torch.from_numpy(projection.inverse(grid.points, base)).to(model.device)
        values = torch.cat([model.discriminator_logits(batch).sigmoid() for batch in z.split(4096)])
    return Grid(grid.x, grid.y, values.double().cpu().numpy().reshape(n, n))


@dataclass(frozen=True)
class Histogram:
    """The histogram of one dimension of z: HISTOGRAM_BINS + 1 edges and, for each bin, the density of the codes and of the
    prior (None without a prior)."""

    edges: np.ndarray
    codes: np.ndarray
    prior: np.ndarray | None


def dimension_histograms(codes, prior) -> list[Histogram]:
    """A histogram of each of the d dimensions of the codes N×d (N ≥ 1), with the prior's density, if any, in the same bins.

    The bins cover all codes and the prior's quantiles from 0.001 to 0.999; without a prior, those of equal codes cover one unit
    of z. The prior's density is that of 100,000 samples of fixed seed. Densities are per unit of z; that of the codes integrates
    to 1.
    """
    codes = require_finite_array(codes, (None, prior.dim if prior else None), "Codes")
    if not len(codes):
        raise ConfigError("Histograms need at least one code.")
    samples = prior.sample_with_fixed_seed(PRIOR_SAMPLES).numpy() if prior else None
    per_dimension = []
    for j in range(codes.shape[1]):
        ends = np.array([codes[:, j].min(), codes[:, j].max()], np.float64)
        if prior:
            ends = np.concatenate([prior.percentile([0.001, 0.999], j), ends])
        edges, prior_density = np.histogram_bin_edges(ends, HISTOGRAM_BINS), None
        if prior:
            prior_density = np.histogram(samples[:, j], edges)[0] / (len(samples) * np.diff(edges))
        code_density = np.histogram(codes[:, j], edges, density=True)[0]
        per_dimension.append(Histogram(edges, code_density, prior_density))
    return per_dimension
