"""The mixture of Gaussians on a circle: petals (Makhzani et al., arXiv 1511.05644v2, §2.3)."""

import math

import numpy as np
import torch
from scipy.special import ndtr, ndtri

from aae_core.models.priors.base import Prior, even_percentiles

# A petal (§2.3) is N(0, diag(0.5², 0.1²)) shifted by 1.4 along its long axis. The paper's text leaves its short standard
# deviation between 0.05 and 0.1; it is 0.1 here, because codes in mini-batches of 100 can fill only the wider petal.
PETAL_SHIFT, RADIAL_STD, TANGENTIAL_STD = 1.4, 0.5, 0.1


class Mixture(Prior):
    """K petals around the origin (§2.3); in d = 2m dimensions, each pair of dimensions holds the petal of the same component."""

    def __init__(self, config, latent_dim):
        super().__init__(config, latent_dim)
        self.regions = config.components

    def _draw(self, n, generator, device):
        return self.sample_region(torch.randint(self.regions, (n,), generator=generator, device=device), generator)

    def sample_region(self, k, generator=None):
        noise = torch.randn(len(k), self.dim, generator=generator, device=k.device)
        return self._petal_points(
            k[:, None], PETAL_SHIFT + RADIAL_STD * noise[:, 0::2], TANGENTIAL_STD * noise[:, 1::2]
        )

    def _petal_points(self, k, radial_coordinate, tangential_coordinate):
        """The points with these coordinates on a petal's axes (…×d/2), rotated by 2πk/K and scaled, …×d."""
        angle = k * (2 * math.pi / self.regions)
        cos, sin = angle.cos(), angle.sin()
        pairs = torch.stack(
            (
                radial_coordinate * cos - tangential_coordinate * sin,
                radial_coordinate * sin + tangential_coordinate * cos,
            ),
            dim=-1,
        )
        return self.scale * pairs.flatten(-2)

    def _log_components(self, z):
        """The log density of z (n×d) under each component, n×K.

        All pairs of dimensions share one rotation, so the quadratic form needs only five sums over the pairs, and memory grows
        with n·K instead of n·K·d.
        """
        x, y = (z[:, 0::2] / self.scale), (z[:, 1::2] / self.scale)
        angle = torch.arange(self.regions, device=z.device, dtype=z.dtype) * (2 * math.pi / self.regions)
        cos, sin = angle.cos(), angle.sin()
        radial_precision, tangential_precision = RADIAL_STD**-2, TANGENTIAL_STD**-2
        quadratic_form = (
            _sum_over_pairs(x * x) * (radial_precision * cos**2 + tangential_precision * sin**2)
            + _sum_over_pairs(y * y) * (radial_precision * sin**2 + tangential_precision * cos**2)
            + _sum_over_pairs(x * y) * (2 * (radial_precision - tangential_precision) * cos * sin)
            - 2 * PETAL_SHIFT * radial_precision * (_sum_over_pairs(x) * cos + _sum_over_pairs(y) * sin)
            + x.shape[1] * radial_precision * PETAL_SHIFT**2
        )
        normaliser = 2 * math.pi * RADIAL_STD * TANGENTIAL_STD * self.scale**2
        return -0.5 * quadratic_form - x.shape[1] * math.log(normaliser)

    def log_density(self, z):
        return self._log_components(z).logsumexp(1) - math.log(self.regions)

    def memberships(self, z: torch.Tensor) -> torch.Tensor:
        """p(k|z), the probability that each point of z (n×d) belongs to each component, n×K."""
        return self._log_components(z).softmax(1)

    def region_numbers(self, z):
        return self._log_components(z).argmax(1)

    def _quantile(self, p, dimension):
        angle = 2 * np.pi * np.arange(self.regions) / self.regions - (np.pi / 2) * (dimension % 2)
        mean = PETAL_SHIFT * np.cos(angle)
        sigma = np.hypot(RADIAL_STD * np.cos(angle), TANGENTIAL_STD * np.sin(angle))
        low, high = np.full(p.shape, -50.0), np.full(p.shape, 50.0)
        for _ in range(60):  # bisection, from an interval of 100 to one below 1e-16
            middle = (low + high) / 2
            is_below = ndtr((middle[..., None] - mean) / sigma).mean(-1) < p
            low, high = np.where(is_below, middle, low), np.where(is_below, high, middle)
        return self.scale * (low + high) / 2

    def region_middles(self):
        radial_coordinates = torch.full((self.regions, self.dim // 2), PETAL_SHIFT)
        return self._petal_points(
            torch.arange(self.regions)[:, None], radial_coordinates, torch.zeros_like(radial_coordinates)
        )

    def _sweep_region(self, k, axis, percentiles):
        petal = np.zeros((2, len(percentiles), self.dim // 2))
        petal[0] = PETAL_SHIFT
        petal[axis, :, 0] += (RADIAL_STD, TANGENTIAL_STD)[axis] * ndtri(percentiles)
        return self._petal_points(torch.tensor(k), *torch.from_numpy(petal).float())

    def manifold(self, rows, columns):
        """One row for each component, along its long axis; with more rows than components, several rows for a petal."""
        k = np.arange(rows) * self.regions // rows
        tangential_coordinates = np.empty(rows)
        for component in np.unique(k):
            tangential_coordinates[k == component] = TANGENTIAL_STD * ndtri(even_percentiles(np.sum(k == component)))
        petal = np.zeros((2, rows, columns, self.dim // 2))
        petal[0] = PETAL_SHIFT
        petal[0, :, :, 0] += RADIAL_STD * ndtri(even_percentiles(columns))
        petal[1, :, :, 0] = tangential_coordinates[:, None]
        return self._petal_points(torch.from_numpy(k)[:, None, None], *torch.from_numpy(petal).float())


def _sum_over_pairs(values):
    """Sums over the pairs of dimensions, n×1."""
    return values.sum(1, keepdim=True)
