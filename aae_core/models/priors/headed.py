"""The prior of a dimensionality reduction (§7): the same distribution around every head."""

import math

import numpy as np
import torch

from aae_core.models.priors.base import Prior, even_percentiles

MARGINAL_POINTS = 2**16  # points that represent a marginal, of all heads together


class Headed(Prior):
    """The distribution of y·W_C + z with y ~ Cat(1/K) and z ~ base: what is imposed on the codes of a dimensionality reduction
    (§7).

    heads: W_C, K×d. Region k is where head k is the likeliest, or the nearest if the base prior has no density.
    """

    def __init__(self, base: Prior, heads: torch.Tensor):
        self.base, self.heads = base, heads.detach().float().cpu()
        self.regions = len(heads)
        self.name, self.dim, self.scale, self.support = base.name, base.dim, base.scale, base.support
        self.title, self.typical_distance = f"{base.title} at {self.regions} heads", base.typical_distance

    def _draw(self, n, generator, device):
        z = self.base.sample(n, generator, device)
        return z + self.heads.to(device)[torch.randint(self.regions, (n,), generator=generator, device=device)]

    def sample_region(self, k, generator=None):
        return self.base.sample(len(k), generator, k.device) + self.heads.to(k.device)[k]

    def region_middles(self):
        return self.heads + torch.from_numpy(self.base._marginal_centres([0.5])).float()

    def _sweep_region(self, k, axis, percentiles):
        """Along dimension 0 or 1 of the style, with the others at their median."""
        z = self.region_middles()[k].repeat(len(percentiles), 1)
        j = min(axis, self.dim - 1)
        z[:, j] = self.heads[k, j] + torch.from_numpy(self.base.percentile(percentiles, j)).float()
        return z

    def log_density(self, z):
        log_densities = torch.stack([self.base.log_density(z - head) for head in self.heads.to(z)])
        return log_densities.logsumexp(0) - math.log(self.regions)

    def region_numbers(self, z):
        if not self.has_density:
            return torch.cdist(z, self.heads.to(z)).argmin(1)
        return torch.stack([self.base.log_density(z - head) for head in self.heads.to(z)]).argmax(0)

    def is_typical(self, z):
        if self.has_density:
            return super().is_typical(z)
        return torch.stack([self.base.is_typical(z - head) for head in self.heads.to(z)]).any(0)

    def _quantile(self, p, dimension):
        points = self._marginal_points(dimension)
        return np.interp(p, even_percentiles(len(points)), points)

    def _marginal_points(self, dimension):
        """Ascending points that each represent an equal mass of a marginal: those of the base prior, moved to every head."""
        base_points = self.base.percentile(even_percentiles(max(1000, MARGINAL_POINTS // self.regions)), dimension)
        return np.sort((base_points + self.heads[:, dimension : dimension + 1].numpy().astype(np.float64)).ravel())

    def manifold(self, rows, columns):
        """One row for each head, along dimension 0 of the style; with more rows than heads, several rows for a head, in which
        dimension 1 rises from the bottom."""
        k = np.arange(rows) * self.regions // rows
        z = self.region_middles()[torch.from_numpy(k)][:, None].repeat(1, columns, 1)
        z[..., 0] = self.heads[k, :1] + torch.from_numpy(self.base.percentile(even_percentiles(columns), 0)).float()
        if self.dim == 1:
            return z
        for head in np.unique(k):
            head_rows = np.flatnonzero(k == head)
            row_offsets = torch.from_numpy(self.base.percentile(even_percentiles(len(head_rows)), 1)).float().flip(0)
            z[head_rows, :, 1] = self.heads[head, 1] + row_offsets[:, None]
        return z
