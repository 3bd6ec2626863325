"""The gamma prior."""

import math

import torch

from aae_core.models.priors.base import Prior


class Gamma(Prior):
    """Independent Gamma(shape a, scale θ) in every dimension; lives on z ≥ 0."""

    def __init__(self, config, latent_dim):
        super().__init__(config, latent_dim)
        self.shape = config.shape

    def _draw(self, n, generator, device):
        # torch.distributions.Gamma takes no generator, but the function that it calls does.
        return (
            torch._standard_gamma(torch.full((n, self.dim), self.shape, device=device), generator=generator)
            * self.scale
        )

    def log_density(self, z):
        inside = (z >= 0).all(1)
        x = torch.where(inside[:, None], z / self.scale, 1.0)
        each = (
            torch.xlogy(torch.tensor(self.shape - 1, device=z.device), x)
            - x
            - math.lgamma(self.shape)
            - math.log(self.scale)
        )
        return torch.where(inside, each.sum(1), -math.inf)

    def _quantile(self, p, dimension):
        from scipy.special import gammaincinv

        return self.scale * gammaincinv(self.shape, p)
