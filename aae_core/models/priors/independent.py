"""Priors of independent dimensions: Gaussian, uniform and gamma."""

import math

import torch
from scipy.special import chdtri, gammaincinv, ndtri

from aae_core.models.priors.base import TYPICAL_MASS, Prior


class Gaussian(Prior):
    """N(0, scale²·I)."""

    def _draw(self, n, generator, device):
        return torch.randn(n, self.dim, generator=generator, device=device) * self.scale

    def log_density(self, z):
        return -0.5 * (z / self.scale).square().sum(1) - self.dim * math.log(self.scale * math.sqrt(2 * math.pi))

    def _quantile(self, p, dimension):
        return self.scale * ndtri(p)

    def is_typical(self, z):
        return (z / self.scale).square().sum(1) <= chdtri(self.dim, 1 - TYPICAL_MASS)


class Uniform(Prior):
    """Independent uniform dimensions on [−√3·scale, √3·scale], so that the scale is the standard deviation."""

    @property
    def half_width(self) -> float:
        """The half-width of the support."""
        return math.sqrt(3) * self.scale

    def _draw(self, n, generator, device):
        return (2 * torch.rand(n, self.dim, generator=generator, device=device) - 1) * self.half_width

    def log_density(self, z):
        is_inside = (z.abs() <= self.half_width).all(1)
        return torch.where(is_inside, -self.dim * math.log(2 * self.half_width), -math.inf).to(z.dtype)

    def _quantile(self, p, dimension):
        return (2 * p - 1) * self.half_width


class Gamma(Prior):
    """Independent dimensions with a gamma distribution of the given shape and scale, on z ≥ 0."""

    def __init__(self, config, latent_dim):
        super().__init__(config, latent_dim)
        self.shape = config.shape

    def _draw(self, n, generator, device):
        # torch.distributions.Gamma takes no generator, but the function that it calls does.
        shapes = torch.full((n, self.dim), self.shape, device=device)
        return torch._standard_gamma(shapes, generator=generator) * self.scale

    def log_density(self, z):
        is_inside = (z >= 0).all(1)
        x = torch.where(is_inside[:, None], z / self.scale, 1.0)
        power = torch.tensor(self.shape - 1, device=z.device)
        log_densities = torch.xlogy(power, x) - x - math.lgamma(self.shape) - math.log(self.scale)
        return torch.where(is_inside, log_densities.sum(1), -math.inf)

    def _quantile(self, p, dimension):
        return self.scale * gammaincinv(self.shape, p)
