"""The uniform prior."""

import math

import torch

from aae_core.models.priors.base import Prior


class Uniform(Prior):
    """Independent on [−√3·scale, √3·scale], so that the scale is the standard deviation."""

    @property
    def edge(self) -> float:
        """Where the support ends on either side of 0."""
        return math.sqrt(3) * self.scale

    def _draw(self, n, generator, device):
        return (2 * torch.rand(n, self.dim, generator=generator, device=device) - 1) * self.edge

    def log_density(self, z):
        inside = (z.abs() <= self.edge).all(1)
        return torch.where(inside, -self.dim * math.log(2 * self.edge), -math.inf).to(z.dtype)

    def _quantile(self, p, dimension):
        return (2 * p - 1) * self.edge
