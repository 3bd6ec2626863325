"""What the mean KL of Gaussian posteriors consists of: E KL(q(z|x) ‖ p) = I(x; z) + KL(q(z) ‖ p), in nats.

The prior is N(0, I), and q(z) the mean of the posteriors of the given images, each of them as likely as the others. The page
computes the same in `web/src/aggregate/divergences.ts`.
"""

from dataclasses import dataclass

import numpy as np

# Nodes of the quadrature, in widths of a posterior. With them I(x; z) is right to 10⁻⁵ nats, and where narrow posteriors crowd
# within a tenth of the prior's width to 10⁻³.
NODE_REACH, NODE_STEP = 6.0, 0.5


@dataclass(frozen=True)
class Posteriors:
    """Gaussian posteriors with diagonal covariance. means, widths: n×d, float64; widths are standard deviations above 0."""

    means: np.ndarray
    widths: np.ndarray

    @property
    def width(self) -> float:
        """The geometric mean of the widths."""
        return float(np.exp(np.log(self.widths).mean()))

    @property
    def spread(self) -> float:
        """The root mean square of the coordinates of the means."""
        return float(np.sqrt(np.square(self.means).mean()))

    def with_width_and_spread(self, width: float, spread: float) -> "Posteriors":
        """Posteriors with another width and spread. Widths change in proportion to their logarithms, so that all are those of the
        prior at width 1; means move towards the origin or away from it."""
        exponent = np.log(width) / np.log(self.width)
        return Posteriors(self.means * (spread / self.spread), self.widths**exponent)


@dataclass(frozen=True)
class Divergences:
    """E KL(q(z|x) ‖ p) and its two parts."""

    mean_kl: float
    information: float
    aggregate_kl: float


def measure_divergences(posteriors: Posteriors) -> Divergences:
    """The mean KL in closed form, I(x; z) by quadrature, and KL(q(z) ‖ p) as the difference."""
    mean_kl, information = measure_mean_kl(posteriors), measure_information(posteriors)
    return Divergences(mean_kl, information, mean_kl - information)


def measure_mean_kl(posteriors: Posteriors) -> float:
    """The mean of KL(q(z|x) ‖ N(0, I)) over the images."""
    means, widths = posteriors.means, posteriors.widths
    terms = (np.square(means) + np.square(widths) - 1) / 2 - np.log(widths)
    return float(terms.sum(1).mean())


def measure_information(posteriors: Posteriors) -> float:
    """I(x; z), the mean of log q(z|x) − log q(z), in two dimensions: at most log n."""
    offsets, weights = _quadrature_nodes()
    widths = posteriors.widths
    log_scales = np.log(widths).sum(1)
    means_of_ratios = []
    for mean, width, log_scale in zip(posteriors.means, widths, log_scales, strict=True):
        z = mean + width * offsets
        standardised_z = (z[:, None] - posteriors.means) / widths
        log_densities = -np.square(standardised_z).sum(2) / 2 - log_scales
        own_log_density = -np.square(offsets).sum(1) / 2 - log_scale
        mixture_log_density = np.logaddexp.reduce(log_densities, axis=1) - np.log(len(widths))
        means_of_ratios.append(weights @ (own_log_density - mixture_log_density))
    return max(0.0, float(np.mean(means_of_ratios)))  # 0 but for rounding where all are alike


def _quadrature_nodes() -> tuple[np.ndarray, np.ndarray]:
    """Places of a standard normal distribution in two dimensions, K×2, and their weights: a trapezoidal rule, which converges
    exponentially for smooth functions that decay."""
    line = np.arange(-NODE_REACH, NODE_REACH + NODE_STEP / 2, NODE_STEP)
    density = np.exp(-np.square(line) / 2)
    density /= density.sum()
    x, y = np.meshgrid(line, line)
    return np.stack([x.ravel(), y.ravel()], axis=1), np.outer(density, density).ravel()
