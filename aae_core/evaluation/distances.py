"""How far the aggregated posterior q(z) is from the prior p(z): pure functions of two sets of points.

Every function takes points as an n×d array or tensor, uses no random numbers and touches no global state, so the same
points always give the same value. Points that are not finite raise ConfigError.
"""

import math
from collections.abc import Iterator

import numpy as np
import torch

from aae_core.errors import ConfigError

BLOCK_ENTRIES = 2**22  # kernel entries held at once: 16 MiB of float32, whatever the size of the samples
N_KERNELS = 5  # kernels of which MMD² is the mean, each half as wide as the one before
WIDEST_KERNEL = 4  # width of the first kernel, in bandwidths
GRID_CELLS = 24  # cells along each side of the grid of `js_divergence`


def checked_points_tensor(values, name: str = "The codes") -> torch.Tensor:
    """`values` as float32 n×d on the CPU; ConfigError for another shape, for no rows or columns, or for values that are
    not finite."""
    points = torch.as_tensor(values).detach().to("cpu", torch.float32)
    if points.ndim != 2 or 0 in points.shape:
        raise ConfigError(f"{name} must be a table of points by dimensions, not of shape {tuple(points.shape)}.")
    if not torch.isfinite(points).all():
        raise ConfigError(f"{name} hold values that are not finite, so nothing can be measured; train again.")
    return points


def _checked_pair_of_points(a, b):
    a, b = checked_points_tensor(a), checked_points_tensor(b)
    if a.shape[1] != b.shape[1]:
        raise ConfigError(f"Points of {a.shape[1]} and of {b.shape[1]} dimensions cannot be compared.")
    return a, b


def mmd2(a, b, bandwidth: float) -> float:
    """Unbiased squared maximum mean discrepancy between the samples a (n×d) and b (m×d), n, m ≥ 2.

    The U-statistic of Gretton et al. (JMLR 2012, lemma 6): MMD² = mean k(a, a') + mean k(b, b') − 2 mean k(a, b), the
    first two means over distinct pairs only. k is the mean of five Gaussian kernels exp(−‖x − y‖² / 2h²) with h = 4, 2, 1,
    ½ and ¼ times `bandwidth`: the wide ones distinguish far codes from still farther ones, the narrow ones detect holes.
    `bandwidth` depends on the prior alone (`Prior.bandwidth`), so that all models with one prior share a scale: if it also
    depended on the codes, it would grow with them, and wide spreads would hardly be distinguished
    (docs/results/mmd.md). Two samples of one distribution give 0 on average, so slightly negative values are correct.
    Memory is bounded: kernel values are summed block by block, in float64. Raises ConfigError for fewer than two points
    or a bandwidth that is not positive.
    """
    a, b = _checked_pair_of_points(a, b)
    n, m = len(a), len(b)
    if min(n, m) < 2:
        raise ConfigError("The distance between two samples needs at least two points of each.")
    if not (math.isfinite(bandwidth) and bandwidth > 0):
        raise ConfigError(f"The kernel's bandwidth must be a positive number, not {bandwidth}.")
    origin = torch.cat([a, b]).double().mean(0).float()  # small coordinates keep ‖x‖² + ‖y‖² − 2xy exact in float32
    a, b = ((x - origin) / (WIDEST_KERNEL * bandwidth) for x in (a, b))
    within_a = (_kernel_sum(a, a) - n) / (n * (n - 1))
    within_b = (_kernel_sum(b, b) - m) / (m * (m - 1))
    return within_a + within_b - 2 * _kernel_sum(a, b) / (n * m)


def _kernel_sum(x, y) -> float:
    """Σ_ij k(x_i, y_j) over all pairs, as a Python float; the widest kernel's bandwidth is 1 here."""
    total = 0.0
    for block in squared_distance_blocks(x, y):
        block.mul_(-0.5).exp_()
        total += block.sum(1).double().sum().item()
        for _ in range(N_KERNELS - 1):
            block.square_().square_()  # half the width is the fourth power
            total += block.sum(1).double().sum().item()
    return total / N_KERNELS


def squared_distance_blocks(points, target_points) -> Iterator[torch.Tensor]:
    """The squared distances from points n×d to target points m×d, in blocks of rows."""
    squared_norms, block_rows = target_points.square().sum(1), max(1, BLOCK_ENTRIES // len(target_points))
    for block in points.split(block_rows):
        yield (
            torch.addmm(squared_norms, block, target_points.T, alpha=-2)
            .add_(block.square().sum(1, keepdim=True))
            .clamp_(min=0)
        )


def histogram2d(points, extent: float, centre=(0.0, 0.0), n_cells: int = GRID_CELLS) -> np.ndarray:
    """The share of 2-D points in each cell of a grid of `n_cells`×`n_cells` over the square of half-width `extent`
    about `centre`.

    Rows follow the second coordinate, columns the first, both ascending. Points outside the square count in the nearest
    cell at its edge, so the shares always sum to 1. Raises ConfigError for other than 2-D points or an extent that is
    not positive.
    """
    points = checked_points_tensor(points).double().numpy()
    if points.shape[1] != 2:
        raise ConfigError(f"A grid of cells needs points of two dimensions, not of {points.shape[1]}.")
    if not (math.isfinite(extent) and extent > 0):
        raise ConfigError(f"The half-width of a grid must be a positive number, not {extent}.")
    x, y = (points - np.asarray(centre, float)[:2]).clip(-extent, extent).T
    return np.histogram2d(y, x, n_cells, [(-extent, extent)] * 2)[0] / len(points)


def js_divergence(a, b, extent: float, centre=(0.0, 0.0)) -> float:
    """The Jensen–Shannon divergence in bits, from 0 (equal) to 1 (disjoint); not its square root, the distance.

    Both samples of 2-D points are counted by `histogram2d` on one grid of 24×24 cells. Finite samples of one
    distribution give a little more than 0: about (filled cells) / (8 ln 2) · (1/n + 1/m). Raises ConfigError as
    `histogram2d` does.
    """
    from scipy.spatial.distance import jensenshannon

    p, q = (histogram2d(x, extent, centre).ravel() for x in (a, b))
    return float(jensenshannon(p, q, base=2)) ** 2


def prior_hole_share(codes, prior_samples, reference) -> float:
    """The share of the prior's mass that has no code nearby: 0..1, about 0.01 where q(z) is the prior itself.

    A sample of the prior lies in a hole if its nearest code is farther away than r, the 99th percentile of the
    distances from `prior_samples` to the nearest point of `reference`. This second sample of the prior is cut to the
    number of codes, so r is the gap that chance alone leaves between so many points. Raises ConfigError if `reference`
    has fewer points than `codes`.
    """
    codes, prior_samples = _checked_pair_of_points(codes, prior_samples)
    _, reference = _checked_pair_of_points(codes, reference)
    if len(reference) < len(codes):
        raise ConfigError("The reference sample of the prior must have at least as many points as there are codes.")
    radius = np.quantile(nearest_distances(prior_samples, reference[: len(codes)]), 0.99)
    return float(np.mean(nearest_distances(prior_samples, codes) > radius))


def two_sample_accuracy(codes, prior_samples, condition=None) -> float:
    """A classifier two-sample test: the accuracy, 0..1, of a newly trained classifier that tells codes from samples of
    the prior, n×d each, n ≥ 4; 0.5 if it can only guess.

    Gradient-boosted trees are trained on one half of both and tested on the other; they use no random numbers.
    condition: the condition n×K, if any, that is given with row i of both.
    """
    from sklearn.ensemble import HistGradientBoostingClassifier
    from threadpoolctl import threadpool_limits

    codes, prior_samples = _checked_pair_of_points(codes, prior_samples)
    n = min(len(codes), len(prior_samples))
    if n < 4:
        raise ConfigError("To tell codes from samples of the prior, a classifier needs at least four of each.")
    point_sets = [codes[:n], prior_samples[:n]]
    if condition is not None:
        point_sets = [torch.cat([z, checked_points_tensor(condition, "The contents")[:n]], 1) for z in point_sets]
    train_points, test_points = (torch.cat([z[start::2] for z in point_sets]).numpy() for start in (0, 1))
    is_prior_sample = [np.repeat([0, 1], len(points) // 2) for points in (train_points, test_points)]
    with threadpool_limits(1):  # threads that wait for each other take far longer than one on a busy machine
        classifier = HistGradientBoostingClassifier(early_stopping=False, random_state=0).fit(
            train_points, is_prior_sample[0]
        )
        return float(classifier.score(test_points, is_prior_sample[1]))


def nearest_distances(points, target_points) -> np.ndarray:
    """The Euclidean distance from each of n points to the nearest of the target points, float64 n."""
    from sklearn.neighbors import NearestNeighbors

    points, target_points = _checked_pair_of_points(points, target_points)
    search = NearestNeighbors(n_neighbors=1).fit(target_points.double().numpy())
    return search.kneighbors(points.double().numpy())[0][:, 0]
