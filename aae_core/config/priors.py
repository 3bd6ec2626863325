"""The kinds of priors, one row each: what the configuration, the command line, the pages and the game know about a prior.

To add a prior, write its class in `models/priors/` and a row here (docs/development/extending.md). Nothing here draws samples or
imports torch, because forms and lists are shown before torch is loaded.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from aae_core.config import painting
from aae_core.plugins import ExtensibleTable

SUPPORTS = ("everywhere", "bounded", "none")


@dataclass(frozen=True)
class RegionTexts:
    """How the page Explore names a region of a prior, and its sweeps along and across one region."""

    noun: str
    first_axis_caption: str
    second_axis_caption: str


@dataclass(frozen=True)
class PriorFacts:
    """What is known about a kind of prior before one is created.

    support: where its density exists, one of SUPPORTS. uses: its settings besides the scale. implementation: its class, as
    "module:Class" in `models/priors/`. factory: creates a plug-in's prior, which has no `implementation`.
    summary: what its samples look like, for the page Train; settings in braces are filled in.
    dimensions_error: why it cannot have a number of latent dimensions, a sentence, or "".
    regions: the texts about its regions, None if it has none. manifold: how to read its decoded manifold, for the page Explore.
    manifold_row_per_region: whether that manifold has a row for each region.
    plane_percentiles: the marginal percentiles in two dimensions at scale 1, as a function of (p, number of classes, cells of the
    painting) that gives 2×len(p); None if the game cannot be played with it.
    """

    title: str
    support: str
    uses: tuple[str, ...] = ()
    factory: Callable | None = None
    implementation: str = ""
    summary: str = ""
    dimensions_error: Callable[[int], str] = lambda latent_dim: ""
    regions: RegionTexts | None = None
    manifold: str = "The prior's percentiles from left to right (z₁) and from bottom to top (z₂)."
    manifold_row_per_region: bool = False
    plane_percentiles: Callable[[np.ndarray, int, bytes | None], np.ndarray] | None = None


def _gaussian_marginal_percentiles(p, classes, cells):
    from scipy.special import ndtri

    return ndtri([p, p])


def _uniform_marginal_percentiles(p, classes, cells):
    return np.sqrt(3) * (2 * np.array([p, p]) - 1)


def _mixture_marginal_percentiles(p, classes, cells) -> np.ndarray:
    """Interpolated from a table of both marginal distribution functions."""
    from scipy.special import ndtr

    angle, x = 2 * np.pi * np.arange(classes) / classes, np.linspace(-4, 4, 2**14)
    axes = np.array([np.cos(angle), np.sin(angle)])[..., None]
    cdf = ndtr((x - 1.4 * axes) / np.hypot(0.5 * axes, 0.1 * axes[::-1])).mean(1)
    return np.array([np.interp(p, shares, x) for shares in cdf])


def _swiss_roll_marginal_percentiles(p, classes, cells) -> np.ndarray:
    t = np.sqrt((np.arange(2**16) + 0.5) / 2**16)
    arc = 3 * t * np.cos(4 * np.pi * t), 3 * t * np.sin(4 * np.pi * t)
    return np.quantile(arc, p, axis=1, method="hazen").T


def _painted_marginal_percentiles(p, classes, cells) -> np.ndarray:
    strength = np.frombuffer(cells, np.uint8).reshape(painting.SIDE, painting.SIDE)[::-1] % 16
    shares = [np.append(0, np.cumsum(strength.sum(j)) / strength.sum()) for j in (0, 1)]
    return np.array([np.interp(p, cumulative, np.linspace(-3, 3, painting.SIDE + 1)) for cumulative in shares])


def _mixture_dimensions_error(latent_dim) -> str:
    if latent_dim % 2:
        return f"The mixture prior is built of 2-D petals, so latent_dim must be even, not {latent_dim}."
    return ""


def _swiss_roll_dimensions_error(latent_dim) -> str:
    if latent_dim != 2:
        return f"The Swiss roll is a curve in the plane, so latent_dim must be 2, not {latent_dim}."
    return ""


def _painted_dimensions_error(latent_dim) -> str:
    if latent_dim != 2:
        return f"A painting lies in the plane, so latent_dim must be 2, not {latent_dim}."
    return ""


PRIORS = ExtensibleTable(
    "prior",
    {
        "gaussian": PriorFacts(
            "Gaussian",
            "everywhere",
            implementation="independent:Gaussian",
            summary="A round cloud, densest in the middle.",
            plane_percentiles=_gaussian_marginal_percentiles,
        ),
        "mixture": PriorFacts(
            "Mixture of Gaussians",
            "everywhere",
            ("components",),
            implementation="mixture:Mixture",
            summary="{components} petals round the middle; with label information, each class gets its own.",
            dimensions_error=_mixture_dimensions_error,
            regions=RegionTexts("petal", "Along the petal, from its inner end outwards", "Across the petal"),
            manifold="One row per component of the mixture, from the inner to the outer end of its petal.",
            manifold_row_per_region=True,
            plane_percentiles=_mixture_marginal_percentiles,
        ),
        "swiss-roll": PriorFacts(
            "Swiss roll",
            "none",
            ("components",),
            implementation="swiss_roll:SwissRoll",
            summary="A curve that winds outwards: all samples lie on it, so there is no density.",
            dimensions_error=_swiss_roll_dimensions_error,
            regions=RegionTexts(
                "part", "Along the roll’s arc, from inside outwards", "Across the roll, half-way to its neighbours"
            ),
            manifold="Along the roll from its centre outwards, line by line.",
            plane_percentiles=_swiss_roll_marginal_percentiles,
        ),
        "uniform": PriorFacts(
            "Uniform",
            "bounded",
            implementation="independent:Uniform",
            summary="A square, equally dense everywhere, with sharp edges.",
            plane_percentiles=_uniform_marginal_percentiles,
        ),
        "gamma": PriorFacts(
            "Gamma",
            "bounded",
            ("shape",),
            implementation="independent:Gamma",
            summary="Positive numbers only; the larger the shape, the farther from 0.",
        ),
        "painted": PriorFacts(
            "Painted",
            "bounded",
            ("painting",),
            implementation="painted:Painted",
            dimensions_error=_painted_dimensions_error,
            regions=RegionTexts("part", "Along the longest path through the part", "Across the part"),
            manifold="The painted area from left to right and, in each column, from bottom to top; unpainted area is left out.",
            plane_percentiles=_painted_marginal_percentiles,
        ),
    },
)
PRIORS_WITH_REGIONS = tuple(name for name, facts in PRIORS.builtin_rows.items() if facts.regions)
