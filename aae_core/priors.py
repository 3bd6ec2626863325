"""The distributions p(z) that are imposed on the codes: sampling for all, density, percentiles and regions where they exist.

Sources: Makhzani et al., arXiv 1511.05644v2, §2.1 (Gaussian, mixture, Swiss roll) and §2.3 (their class regions).
Shapes: n points of d dimensions, K regions. Every draw comes from the generator that is passed and from nothing else,
so a run that restores the generator's state continues bit for bit.
"""

import math
from functools import cached_property

import numpy as np
import torch

from aae_core.config import Config, PriorConfig
from aae_core.distribution import TYPICAL_MASS, Prior, steps
from aae_core.painted import Painted

# The paper's petals (§2.3): N(0, diag(0.5², 0.1²)) moved 1.4 along its long axis. The text leaves the short axis
# between 0.05 and 0.1; 0.1 is taken because the wider petal is the one that a batch of 100 can fill.
PETAL_SHIFT, PETAL_LONG, PETAL_SHORT = 1.4, 0.5, 0.1
ROLL_RADIUS, ROLL_ANGLE = 3.0, 4 * math.pi  # §2.3: r = 3√u, θ = 4π√u
HEADED_POINTS = 2**16  # points that stand for a marginal at all heads together


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


class Mixture(Prior):
    """K petals around the origin (§2.3); in 2m dimensions each pair of dimensions holds the same component's petal."""

    def __init__(self, config, latent_dim):
        super().__init__(config, latent_dim)
        self.regions = config.components

    def _draw(self, n, generator, device):
        return self.sample_region(torch.randint(self.regions, (n,), generator=generator, device=device), generator)

    def sample_region(self, k, generator=None):
        noise = torch.randn(len(k), self.dim, generator=generator, device=k.device)
        return self._place(k[:, None], PETAL_SHIFT + PETAL_LONG * noise[:, 0::2], PETAL_SHORT * noise[:, 1::2])

    def _place(self, k, along, across):
        """Points at `along` and `across` (… × d/2) a petal's axes, rotated by 2πk/K and scaled: … × d."""
        angle = k * (2 * math.pi / self.regions)
        cos, sin = angle.cos(), angle.sin()
        pairs = torch.stack((along * cos - across * sin, along * sin + across * cos), dim=-1)
        return self.scale * pairs.flatten(-2)

    def _log_components(self, z):
        """log N_k(z) for every component, n×K.

        All pairs of dimensions share one rotation, so the quadratic form needs only five sums over the pairs, and
        memory grows with n·K, not with n·K·d.
        """
        x, y = (z[:, 0::2] / self.scale), (z[:, 1::2] / self.scale)
        angle = torch.arange(self.regions, device=z.device, dtype=z.dtype) * (2 * math.pi / self.regions)
        cos, sin = angle.cos(), angle.sin()
        along, across = PETAL_LONG**-2, PETAL_SHORT**-2
        form = (
            _total(x * x) * (along * cos**2 + across * sin**2)
            + _total(y * y) * (along * sin**2 + across * cos**2)
            + _total(x * y) * (2 * (along - across) * cos * sin)
            - 2 * PETAL_SHIFT * along * (_total(x) * cos + _total(y) * sin)
            + x.shape[1] * along * PETAL_SHIFT**2
        )
        size = 2 * math.pi * PETAL_LONG * PETAL_SHORT * self.scale**2
        return -0.5 * form - x.shape[1] * math.log(size)

    def log_density(self, z):
        return self._log_components(z).logsumexp(1) - math.log(self.regions)

    def region(self, z):
        return self._log_components(z).argmax(1)

    def _quantile(self, p, dimension):
        from scipy.special import ndtr

        angle = 2 * np.pi * np.arange(self.regions) / self.regions - (np.pi / 2) * (dimension % 2)
        mean = PETAL_SHIFT * np.cos(angle)
        sigma = np.hypot(PETAL_LONG * np.cos(angle), PETAL_SHORT * np.sin(angle))
        low, high = np.full(p.shape, -50.0), np.full(p.shape, 50.0)
        for _ in range(60):  # halves 100 to below 1e-16
            middle = (low + high) / 2
            below = ndtr((middle[..., None] - mean) / sigma).mean(-1) < p
            low, high = np.where(below, middle, low), np.where(below, high, middle)
        return self.scale * (low + high) / 2

    def middles(self):
        along = torch.full((self.regions, self.dim // 2), PETAL_SHIFT)
        return self._place(torch.arange(self.regions)[:, None], along, torch.zeros_like(along))

    def _sweep(self, k, axis, percentiles):
        from scipy.special import ndtri

        petal = np.zeros((2, len(percentiles), self.dim // 2))
        petal[0] = PETAL_SHIFT
        petal[axis, :, 0] += (PETAL_LONG, PETAL_SHORT)[axis] * ndtri(percentiles)
        return self._place(torch.tensor(k), *torch.from_numpy(petal).float())

    def manifold(self, rows, columns):
        """One row per component, along its long axis; with more rows than components, several per petal."""
        from scipy.special import ndtri

        k = np.arange(rows) * self.regions // rows
        across = np.empty(rows)
        for component in np.unique(k):
            across[k == component] = PETAL_SHORT * ndtri(steps(np.sum(k == component)))
        petal = np.zeros((2, rows, columns, self.dim // 2))
        petal[0] = PETAL_SHIFT
        petal[0, :, :, 0] += PETAL_LONG * ndtri(steps(columns))
        petal[1, :, :, 0] = across[:, None]
        return self._place(torch.from_numpy(k)[:, None, None], *torch.from_numpy(petal).float())


class SwissRoll(Prior):
    """The arc r = 3√u, θ = 4π√u in the plane (§2.3), region k at u in (k/K, (k+1)/K); it has no density."""

    TABLE = 4096  # finer than the narrowest of 1,000 regions
    TYPICAL_DISTANCE = 0.15  # a tenth of the gap between two turns
    ACROSS = 0.75  # half that gap

    def __init__(self, config, latent_dim):
        super().__init__(config, latent_dim)
        self.regions = config.components

    def _draw(self, n, generator, device):
        return self._arc(torch.rand(n, generator=generator, device=device).sqrt())

    def sample_region(self, k, generator=None):
        u = (k + torch.rand(len(k), generator=generator, device=k.device)) / self.regions
        return self._arc(u.sqrt())

    def _arc(self, t):
        """The point at t = √u, … × 2."""
        radius, angle = self.scale * ROLL_RADIUS * t, ROLL_ANGLE * t
        return torch.stack((radius * angle.cos(), radius * angle.sin()), dim=-1)

    def _nearest(self, z):
        """t of the nearest point of the arc, n: the best of a table, then one Gauss–Newton step."""
        table = torch.linspace(0, 1, self.TABLE, device=z.device, dtype=z.dtype)
        arc = self._arc(table)
        t = torch.cat([table[torch.cdist(part, arc).argmin(1)] for part in z.split(4096)])
        angle, radius = ROLL_ANGLE * t, ROLL_RADIUS * t
        outward = torch.stack((angle.cos(), angle.sin()), dim=1)
        round_ = torch.stack((-angle.sin(), angle.cos()), dim=1)
        tangent = self.scale * (ROLL_RADIUS * outward + (radius * ROLL_ANGLE)[:, None] * round_)
        step = ((z - self._arc(t)) * tangent).sum(1) / tangent.square().sum(1)
        return (t + step.clamp(-1 / self.TABLE, 1 / self.TABLE)).clamp(0, 1)

    def region(self, z):
        return (self._nearest(z).square() * self.regions).long().clamp(max=self.regions - 1)

    def middles(self):
        return self._arc(((torch.arange(self.regions) + 0.5) / self.regions).sqrt())

    def _sweep(self, k, axis, percentiles):
        """Along region k's arc; or across it, where the roll has no mass: from half-way to the inner turn to half-way to
        the outer one, evenly."""
        shares = torch.from_numpy(percentiles).float()
        if axis == 0:
            return self._arc(((k + shares) / self.regions).sqrt())
        t = torch.tensor((k + 0.5) / self.regions).sqrt()
        angle = ROLL_ANGLE * t
        tangent = torch.stack((angle.cos() - angle * angle.sin(), angle.sin() + angle * angle.cos()))
        outward = torch.stack((tangent[1], -tangent[0])) / tangent.norm()
        return self._arc(t) + self.scale * self.ACROSS * (2 * shares - 1)[:, None] * outward

    def _quantile(self, p, dimension):
        return np.interp(p, steps(len(self._sorted[dimension])), self._sorted[dimension])

    @cached_property
    def _sorted(self):
        t = np.sqrt(steps(1 << 16))
        radius, angle = self.scale * ROLL_RADIUS * t, ROLL_ANGLE * t
        return np.sort(np.stack((radius * np.cos(angle), radius * np.sin(angle))), axis=1)

    def manifold(self, rows, columns):
        """The arc from its centre outwards, row by row like lines of text, in steps of equal mass."""
        return self._arc(torch.from_numpy(steps(rows * columns)).sqrt().float()).view(rows, columns, 2)

    def typical(self, z):
        """Whether each point lies within 0.15·scale of the arc, a tenth of the gap between two turns: bool n."""
        return (z - self._arc(self._nearest(z))).norm(dim=1) <= self.typical_distance

    @property
    def typical_distance(self) -> float:
        """How far from the arc a typical point lies at most."""
        return self.TYPICAL_DISTANCE * self.scale


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


class Headed(Prior):
    """The same prior around each of K heads, imposed on the codes y·W_C + z of a reduction, y ~ Cat(1/K), z ~ base (§7).

    heads: W_C, K×d. Region k is where head k is the likeliest, or where the base has no density the nearest.
    """

    def __init__(self, base: Prior, heads: torch.Tensor):
        self.base, self.heads = base, heads.detach().float().cpu()
        self.regions = len(heads)
        self.name, self.dim, self.scale, self.support = base.name, base.dim, base.scale, base.support
        self.title = f"{base.title} at {self.regions} heads"

    @property
    def marginals(self):
        return self.dim

    def _draw(self, n, generator, device):
        z = self.base.sample(n, generator, device)
        return z + self.heads.to(device)[torch.randint(self.regions, (n,), generator=generator, device=device)]

    def sample_region(self, k, generator=None):
        return self.base.sample(len(k), generator, k.device) + self.heads.to(k.device)[k]

    def middles(self):
        return self.heads + torch.from_numpy(self.base._centre([0.5])).float()

    def _sweep(self, k, axis, percentiles):
        """Through the style's dimensions 0 and 1, the others at their median."""
        z = self.middles()[k].repeat(len(percentiles), 1)
        j = min(axis, self.dim - 1)
        z[:, j] = self.heads[k, j] + torch.from_numpy(self.base.percentile(percentiles, j)).float()
        return z

    def log_density(self, z):
        each = torch.stack([self.base.log_density(z - head) for head in self.heads.to(z)])
        return each.logsumexp(0) - math.log(self.regions)

    def region(self, z):
        if not self.has_density:
            return torch.cdist(z, self.heads.to(z)).argmin(1)
        return torch.stack([self.base.log_density(z - head) for head in self.heads.to(z)]).argmax(0)

    def typical(self, z):
        if self.has_density:
            return super().typical(z)
        return torch.stack([self.base.typical(z - head) for head in self.heads.to(z)]).any(0)

    @property
    def typical_distance(self) -> float:
        """Of a base without density: how far from a head's arc a typical point lies at most."""
        return self.base.typical_distance

    def _quantile(self, p, dimension):
        points = self._points(dimension)
        return np.interp(p, steps(len(points)), points)

    def _points(self, dimension):
        """Points of equal mass of a marginal, ascending: those of the base at every head."""
        own = self.base.percentile(steps(max(1000, HEADED_POINTS // self.regions)), dimension)
        return np.sort((own + self.heads[:, dimension : dimension + 1].numpy().astype(np.float64)).ravel())

    def manifold(self, rows, columns):
        """One row per head, its style varied along dimension 0; with more rows than heads, several per head along dimension
        1."""
        k = np.arange(rows) * self.regions // rows
        z = self.middles()[torch.from_numpy(k)][:, None].repeat(1, columns, 1)
        z[..., 0] = self.heads[k, :1] + torch.from_numpy(self.base.percentile(steps(columns), 0)).float()
        for head in np.unique(k) if self.dim > 1 else ():
            own = np.flatnonzero(k == head)
            across = self.base.percentile(steps(len(own)), 1)
            z[own, :, 1] = self.heads[head, 1] + torch.from_numpy(across).float()[:, None]
        return z


_KINDS = {
    "gaussian": Gaussian,
    "mixture": Mixture,
    "swiss-roll": SwissRoll,
    "uniform": Uniform,
    "gamma": Gamma,
    "painted": Painted,
}


def make(config: PriorConfig, latent_dim: int) -> Prior:
    """The prior of a configuration for codes of `latent_dim` dimensions; ConfigError if it cannot have that many."""
    Config(prior=config, latent_dim=latent_dim)
    return _KINDS[config.name](config, latent_dim)


def _total(values):
    """Sums over the pairs of dimensions, n×1."""
    return values.sum(1, keepdim=True)
