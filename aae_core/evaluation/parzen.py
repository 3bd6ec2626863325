"""The Parzen-window estimate of the log-likelihood, as §3 of Makhzani et al. (arXiv 1511.05644v2) measures it.

A Gaussian of width σ is centred on each of n samples of the model; the likelihood of an image is the mean of their
densities. In hundreds of dimensions, it says little about the model (Theis et al., arXiv 1511.01844): read it beside
its baselines. The samples are processed in blocks, so memory does not depend on their number. Shapes: m images of D
values.
"""

import math
from collections.abc import Iterable

import numpy as np
import torch
from torch import Tensor

from aae_core.errors import ConfigError
from aae_core.evaluation.distances import checked_points_tensor

BLOCK_DISTANCES = 2**20  # distances held at once: 4 MiB of float32
# nats below a sum from which a block is ignored: even 10⁸ samples would add 1e-5 of it, less than rounding does
NEGLIGIBLE_NATS = 30.0
COARSE_FACTOR = 1.25  # factor from one width of the first grid to the next
FINE_FACTOR = 1.04  # the same in the second grid, around the best width of the first
MIN_WIDTH, MAX_WIDTH = 1e-3, 1e2  # limits on the widths tried, for values in [0, 1]


def log_likelihoods_by_width(images, samples: Iterable[Tensor], sigmas) -> np.ndarray:
    """log p(x) in nats of each image (m×D, values in [0, 1]) for each width σ: float64, widths×m.

    samples: blocks n_i×D, which are iterated over once. Raises ConfigError if there are none, if a value is not finite,
    if the samples have another number of values than the images, or if a σ is not positive.
    """
    images, sigmas = checked_points_tensor(images, "The images"), [float(sigma) for sigma in sigmas]
    if not all(math.isfinite(sigma) and sigma > 0 for sigma in sigmas):
        raise ConfigError("The width of a Parzen window must be a positive number.")
    origin = images.mean(0)  # small values keep xs − ‖x‖²/2 − ‖s‖²/2 exact in float32
    image_rows = _with_product_columns(images - origin, squares_first=True)
    log_sums = torch.full((len(sigmas), len(images)), -math.inf, dtype=torch.float64)  # log Σ exp −‖x − s‖²/2σ²
    count = 0
    for block in samples:
        block = checked_points_tensor(block, "The samples")
        if block.shape[1] != images.shape[1]:
            raise ConfigError(
                f"Samples of {block.shape[1]} values cannot be compared with images of {images.shape[1]}."
            )
        count += len(block)
        sample_columns = _with_product_columns(block - origin, squares_first=False).T
        block_rows = max(1, BLOCK_DISTANCES // len(block))
        for rows_slice in (slice(start, start + block_rows) for start in range(0, len(images), block_rows)):
            # −‖x − s‖²/2, which rounding could make positive
            exponents = (image_rows[rows_slice] @ sample_columns).clamp_(max=0)
            nearest = exponents.amax(1).double()
            for k, sigma in enumerate(sigmas):
                sums, peaks = log_sums[k, rows_slice], nearest / sigma**2
                # the block changes these sums; after the first few most stay as they are
                is_relevant = peaks > sums - NEGLIGIBLE_NATS
                # logsumexp is ten times as slow where exp underflows
                shares = (exponents[is_relevant] / sigma**2).log_softmax(1)
                sums[is_relevant] = torch.logaddexp(sums[is_relevant], peaks[is_relevant] - shares.amax(1))
    if not count:
        raise ConfigError("The Parzen window needs at least one sample.")
    norm = [math.log(count) + images.shape[1] / 2 * math.log(2 * math.pi * sigma**2) for sigma in sigmas]
    return log_sums.numpy() - np.array(norm)[:, None]


def _with_product_columns(points, squares_first) -> Tensor:
    """Points n×D with two more columns, −‖·‖²/2 and 1, so that one matrix product gives −‖x − s‖²/2."""
    columns = [-points.square().sum(1, keepdim=True) / 2, torch.ones(len(points), 1)]
    return torch.cat([points, *(columns if squares_first else reversed(columns))], dim=1)


def choose_width_and_log_likelihoods(images, samples) -> tuple[float, dict[float, float]]:
    """The width σ at which the validation images (m×D) have the highest mean log-likelihood, to within 4 %; and this
    mean, in nats, for every width that was tried. The grid grows until the best width is not at its end.

    samples: a function that returns the same blocks at every call. Raises ConfigError if no width between 0.001 and 100
    is better than its neighbours, for example because the images are among the samples, so that narrower windows always
    fit better.
    """
    likelihoods: dict[float, float] = {}

    def try_widths(sigmas):
        untried = [sigma for sigma in sigmas if sigma not in likelihoods]
        if untried:
            likelihoods.update(
                zip(untried, log_likelihoods_by_width(images, samples(), untried).mean(1).tolist(), strict=True)
            )
        return max(likelihoods, key=likelihoods.get)

    best = try_widths([0.2 * COARSE_FACTOR**k for k in range(-4, 5)])
    while best in (min(likelihoods), max(likelihoods)):
        next_widths = [
            best * (1 / COARSE_FACTOR**k if best == min(likelihoods) else COARSE_FACTOR**k) for k in (1, 2, 3, 4)
        ]
        if not MIN_WIDTH < min(next_widths) <= max(next_widths) < MAX_WIDTH:
            raise ConfigError(
                "No width of the Parzen window is best for the validation images: their likelihood is greatest at "
                f"{best:.3g}, the end of the grid, and would grow beyond it, as it does where they are themselves among the "
                "samples; look at the model's samples, and at the data for images that occur many times."
            )
        best = try_widths(next_widths)
    return try_widths([best * FINE_FACTOR**k for k in range(-5, 6) if k]), likelihoods
