"""The interface of every prior p(z): samples, percentiles, the extent of its map, and its density and regions, if it has them.

Shapes: n points of d dimensions, K regions. All randomness comes from the generator that is passed, so a training that restores
the state of its generator continues bit for bit.
"""

from functools import cached_property, wraps
from inspect import isfunction

import numpy as np
import torch

from aae_core.config.priors import PRIORS
from aae_core.config.settings import PriorConfig
from aae_core.errors import ConfigError

TAIL_MASS = 0.00025  # of the mass beyond either edge of a map: four such tails leave 0.1 % outside
TYPICAL_MASS, TYPICAL_DRAWS = 0.99, 20_000
DISTANCE_DRAWS = 2000
QUANTILE_NUMBERS, QUANTILE_DRAWS = 2**22, 2**16  # numbers and samples, at most, for `_quantile` by sampling


class Prior:
    """What all priors share. The extent of the map and the manifold are computed from `percentile` alone.

    A subclass defines `_draw(n, generator, device)`; `log_density`, if it has a density; and `_quantile(p, dimension)`, if its
    marginal inverse CDF is known (otherwise the quantiles of samples are used).

    regions: the number of regions, 0 for none. heads: W_C, K×d, of a `Headed` prior. typical_distance: of a `SwissRoll`, also
    with heads, the largest distance of a typical point from the arc.
    """

    regions = 0
    heads: torch.Tensor | None = None
    typical_distance: float | None = None

    def __init_subclass__(cls, **kwargs):
        """An error in a plug-in's own method is reported as the plug-in's, wherever the method is called."""
        super().__init_subclass__(**kwargs)
        for name in ("_draw", "log_density", "_quantile"):
            if isfunction(vars(cls).get(name)):
                setattr(cls, name, _blame_plugin_for_errors(vars(cls)[name]))

    def __init__(self, config: PriorConfig, latent_dim: int):
        self.name, self.dim, self.scale = config.name, latent_dim, config.scale
        self.title, self.support = PRIORS[config.name].title, PRIORS[config.name].support

    @property
    def has_density(self) -> bool:
        return self.support != "none"

    @property
    def marginal_period(self) -> int:
        """The period of the marginals over the dimensions: dimension j has the marginal of dimension j modulo this number. It is
        at most 2 for the built-in priors, and d for a `Headed` prior and for one of a plug-in."""
        return self.dim if self.heads is not None or PRIORS.registering_module_of(self.name) else min(2, self.dim)

    def sample(self, n: int, generator=None, device=None) -> torch.Tensor:
        """n samples, float32 n×d, on `device`, by default that of the generator; both must be the same."""
        return self._draw(n, generator, device or (generator.device if generator is not None else "cpu"))

    def sample_with_fixed_seed(self, n: int) -> torch.Tensor:
        """n samples with a fixed seed, float32 n×d: the same at every call."""
        return self.sample(n, torch.Generator().manual_seed(0))

    def sample_region(self, k: torch.Tensor, generator=None) -> torch.Tensor:
        """One sample from each of the regions k (n ints in [0, K)), n×d, on the device of k; ConfigError without regions."""
        raise self._no_regions_error()

    def region_numbers(self, z: torch.Tensor) -> torch.Tensor:
        """The region to which each point of z (n×d) belongs, int64 n; ConfigError without regions."""
        raise self._no_regions_error()

    def region_middles(self) -> torch.Tensor:
        """The middle of each region, K×d float32; ConfigError without regions."""
        raise self._no_regions_error()

    def sweep_region(self, k: int, axis: int, n: int) -> torch.Tensor:
        """n codes on a line through the middle of region k, float32 n×d, in steps of equal mass along the region (axis 0) or
        across it (axis 1). Raises ConfigError without regions, or if there is no region k."""
        if not self.regions:
            raise self._no_regions_error()
        if not 0 <= k < self.regions:
            raise ConfigError(f"The prior has regions 0 to {self.regions - 1}, so there is no region {k}.")
        return self._sweep_region(k, axis, even_percentiles(n))

    def log_density(self, z: torch.Tensor) -> torch.Tensor:
        """log p(z) in nats, n values for z n×d, −inf outside a bounded support; ConfigError if there is no density."""
        reason = ", because all its mass lies on a curve" if self.typical_distance else ""
        raise ConfigError(f"A {self.title} prior has no density{reason}; draw samples of it instead.")

    def percentile(self, p, dimension: int = 0) -> np.ndarray:
        """The marginal inverse CDF of one dimension, float64 of the shape of p, for p strictly between 0 and 1.

        Raises ConfigError for another p, or a dimension that does not exist.
        """
        p = np.asarray(p, dtype=np.float64)
        if not ((p > 0) & (p < 1)).all():
            raise ConfigError("A percentile must lie strictly between 0 and 1.")
        if not 0 <= dimension < self.dim:
            raise ConfigError(f"The prior has dimensions 0 to {self.dim - 1}, so there is no dimension {dimension}.")
        return self._quantile(p, dimension)

    def manifold(self, rows: int, columns: int) -> torch.Tensor:
        """A grid of codes at evenly spaced percentiles of the prior, float32 rows×columns×d, as in the paper's figures of
        manifolds.

        Dimension 0 rises with the column, and dimension 1 with the row counted from the bottom, as on a map; all other
        dimensions stay at their median.
        """
        z = torch.from_numpy(self._marginal_centres([0.5])).float().repeat(rows, columns, 1)
        z[..., 0] = torch.from_numpy(self.percentile(even_percentiles(columns), 0)).float()
        if self.dim > 1:
            z[..., 1] = torch.from_numpy(self.percentile(even_percentiles(rows), 1)).float().flip(0)[:, None]
        return z

    def extent(self) -> float:
        """The half-width of a square map around `centre` that holds at least 99.9 % of the mass in any two dimensions."""
        spans = [np.ptp(self.percentile([TAIL_MASS, 1 - TAIL_MASS], j)) for j in range(self.marginal_period)]
        return float(max(spans)) / 2

    def centre(self) -> np.ndarray:
        """The centre of the map (see `extent`), float64 d."""
        return self._marginal_centres([TAIL_MASS, 1 - TAIL_MASS])

    def is_typical(self, z: torch.Tensor) -> torch.Tensor:
        """Whether each point of z (n×d) lies in the densest region that holds 99 % of the mass, bool n.

        A uniform prior is equally dense everywhere, so for it this region is the whole support.
        """
        return self.log_density(z) >= self.typical_density

    @cached_property
    def typical_density(self) -> float:
        """log p(z) in nats at the edge of the region of `is_typical`, from 20,000 samples; ConfigError without a density."""
        return torch.quantile(self.log_density(self.sample_with_fixed_seed(TYPICAL_DRAWS)), 1 - TYPICAL_MASS).item()

    def _quantile(self, p, dimension):
        return np.quantile(self._quantile_samples[:, dimension], p)

    @cached_property
    def _quantile_samples(self) -> np.ndarray:
        """Samples with a fixed seed, n×d, for the percentiles of a prior whose inverse CDF is not known."""
        n = min(QUANTILE_DRAWS, QUANTILE_NUMBERS // self.dim)
        return self.sample_with_fixed_seed(n).double().numpy()

    @cached_property
    def bandwidth(self) -> float:
        """The median distance between two of 2,000 samples: the scale on which `distances.mmd2` compares codes and prior."""
        return float(np.median(torch.pdist(self.sample_with_fixed_seed(DISTANCE_DRAWS).double()).numpy()))

    @cached_property
    def spread(self) -> float:
        """The mean squared distance between two samples, estimated from 2,000: about 2d·scale² for a Gaussian."""
        return 2 * self.sample_with_fixed_seed(DISTANCE_DRAWS).double().var(0).sum().item()

    def _marginal_centres(self, percentiles) -> np.ndarray:
        centres = [self.percentile(percentiles, j).mean() for j in range(self.marginal_period)]
        return np.resize(np.array(centres), self.dim)

    def _no_regions_error(self):
        return ConfigError(
            f"A {self.title} prior has no class regions; the mixture and the swiss-roll have them, "
            "and a painting whose cells belong to classes."
        )


def _blame_plugin_for_errors(method):
    @wraps(method)
    def guarded_method(self, *args, **kwargs):
        with PRIORS.blame_plugin_for_errors(self.name):
            return method(self, *args, **kwargs)

    return guarded_method


def even_percentiles(n):
    """n evenly spaced percentiles in (0, 1): the middles of n equal parts."""
    return (np.arange(n) + 0.5) / n
