"""The Swiss roll (Makhzani et al., arXiv 1511.05644v2, §2.1 and §2.3)."""

import math
from functools import cached_property

import numpy as np
import torch

from aae_core.models.priors.base import Prior, even_percentiles

ROLL_RADIUS, ROLL_ANGLE = 3.0, 4 * math.pi  # §2.3: r = 3√u, θ = 4π√u


class SwissRoll(Prior):
    """The arc r = 3√u, θ = 4π√u in the plane (§2.3), region k at u in (k/K, (k+1)/K); it has no density."""

    TABLE_SIZE = 4096  # points of the arc for `_nearest_t`, closer together than the narrowest of 1,000 regions
    TYPICAL_DISTANCE = 0.15  # a tenth of the gap between two turns, at scale 1
    HALF_TURN_GAP = 0.75  # half the gap between two turns, at scale 1

    def __init__(self, config, latent_dim):
        super().__init__(config, latent_dim)
        self.regions, self.typical_distance = config.components, self.TYPICAL_DISTANCE * self.scale

    def _draw(self, n, generator, device):
        return self._arc_points(torch.rand(n, generator=generator, device=device).sqrt())

    def sample_region(self, k, generator=None):
        u = (k + torch.rand(len(k), generator=generator, device=k.device)) / self.regions
        return self._arc_points(u.sqrt())

    def _arc_points(self, t):
        """The point of the arc at t = √u, …×2."""
        radius, angle = self.scale * ROLL_RADIUS * t, ROLL_ANGLE * t
        return torch.stack((radius * angle.cos(), radius * angle.sin()), dim=-1)

    def _nearest_t(self, z):
        """t of the point of the arc that is nearest to each of z, n: the best of a table, improved by one Gauss–Newton step."""
        table = torch.linspace(0, 1, self.TABLE_SIZE, device=z.device, dtype=z.dtype)
        arc = self._arc_points(table)
        t = torch.cat([table[torch.cdist(part, arc).argmin(1)] for part in z.split(4096)])
        angle, radius = ROLL_ANGLE * t, ROLL_RADIUS * t
        radial_direction = torch.stack((angle.cos(), angle.sin()), dim=1)
        angular_direction = torch.stack((-angle.sin(), angle.cos()), dim=1)
        tangent = self.scale * (ROLL_RADIUS * radial_direction + (radius * ROLL_ANGLE)[:, None] * angular_direction)
        step = ((z - self._arc_points(t)) * tangent).sum(1) / tangent.square().sum(1)
        return (t + step.clamp(-1 / self.TABLE_SIZE, 1 / self.TABLE_SIZE)).clamp(0, 1)

    def region_numbers(self, z):
        return (self._nearest_t(z).square() * self.regions).long().clamp(max=self.regions - 1)

    def region_middles(self):
        return self._arc_points(((torch.arange(self.regions) + 0.5) / self.regions).sqrt())

    def _sweep_region(self, k, axis, percentiles):
        """Along the arc of region k; or across it, where the roll has no mass, evenly from half-way to the inner turn to half-way
        to the outer turn."""
        shares = torch.from_numpy(percentiles).float()
        if axis == 0:
            return self._arc_points(((k + shares) / self.regions).sqrt())
        t = torch.tensor((k + 0.5) / self.regions).sqrt()
        angle = ROLL_ANGLE * t
        tangent = torch.stack((angle.cos() - angle * angle.sin(), angle.sin() + angle * angle.cos()))
        outward_normal = torch.stack((tangent[1], -tangent[0])) / tangent.norm()
        return self._arc_points(t) + self.scale * self.HALF_TURN_GAP * (2 * shares - 1)[:, None] * outward_normal

    def _quantile(self, p, dimension):
        return np.interp(
            p, even_percentiles(len(self._sorted_coordinates[dimension])), self._sorted_coordinates[dimension]
        )

    @cached_property
    def _sorted_coordinates(self):
        return np.sort(self._arc_points(torch.from_numpy(even_percentiles(1 << 16)).sqrt()).numpy().T, axis=1)

    def manifold(self, rows, columns):
        """The arc from its centre outwards, row by row like lines of text, in steps of equal mass."""
        return self._arc_points(torch.from_numpy(even_percentiles(rows * columns)).sqrt().float()).view(
            rows, columns, 2
        )

    def is_typical(self, z):
        """Whether each point lies within 0.15·scale of the arc, a tenth of the gap between two turns: bool n."""
        return (z - self._arc_points(self._nearest_t(z))).norm(dim=1) <= self.typical_distance
