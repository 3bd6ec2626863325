"""The Gaussian prior."""

import math

import torch

from aae_core.models.priors.base import TYPICAL_MASS, Prior


class Gaussian(Prior):
    """N(0, scale²·I)."""

    def _draw(self, n, generator, device):
        return torch.randn(n, self.dim, generator=generator, device=device) * self.scale

    def log_density(self, z):
        return -0.5 * (z / self.scale).square().sum(1) - self.dim * math.log(self.scale * math.sqrt(2 * math.pi))

    def _quantile(self, p, dimension):
        from scipy.special import ndtri

        return self.scale * ndtri(p)

    def typical(self, z):
        from scipy.special import chdtri

        return (z / self.scale).square().sum(1) <= chdtri(self.dim, 1 - TYPICAL_MASS)
