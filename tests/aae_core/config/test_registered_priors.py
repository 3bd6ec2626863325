"""Priors of the user's own: against their closed forms, and refused in a sentence where something is wrong with them."""

import math

import numpy as np
import pytest
import torch
from helpers.plugin_files import (
    EXAMPLE,
    HEAVY_PRIOR_SOURCE,
    NORMAL,
    SMALL_SETTINGS,
    assert_one_sentence,
    prior_source,
)
from scipy import integrate, stats

import aae_core as aae
from aae_core.config.configuration import configure
from aae_core.errors import ConfigError
from aae_core.models.priors import families


def prior(name, dim=2, **settings):
    return families.make_prior(configure(prior={"name": name, **settings}, latent_dim=dim).prior, dim)


def test_the_example_of_the_docs_is_a_ring(plug_in):
    plug_in("my_priors", EXAMPLE)
    ring = prior("my-ring", scale=1.5)
    z = ring.sample(20_000, torch.Generator().manual_seed(1)).numpy()
    assert stats.kstest(np.hypot(*z.T), stats.norm(3, 0.3).cdf).pvalue > 0.001
    assert stats.kstest(np.arctan2(z[:, 1], z[:, 0]), stats.uniform(-math.pi, 2 * math.pi).cdf).pvalue > 0.001
    points = np.random.default_rng(0).uniform(-4, 4, (300, 2))
    radius = np.hypot(*points.T)
    expected_density = stats.norm(3, 0.3).logpdf(radius) - np.log(2 * math.pi * radius)
    np.testing.assert_allclose(ring.log_density(torch.from_numpy(points)).numpy(), expected_density, atol=1e-9)
    # without an inverse CDF of its own: the share of a thin ring left of x is ½ + arcsin(x / 3) / π, smeared by the radius
    for p in (0.1, 0.3, 0.8):
        x = ring.percentile(p, 1)
        share, _ = integrate.quad(
            lambda r, x=x: stats.norm(3, 0.3).pdf(r) * (0.5 + math.asin(max(-1, min(1, x / r))) / math.pi), 1.5, 4.5
        )
        assert share == pytest.approx(p, abs=0.006)
    inside = ring.is_typical(torch.from_numpy(z)).float().mean().item()
    assert inside == pytest.approx(0.99, abs=0.003)


def test_each_dimension_keeps_its_own_marginal(plug_in):
    plug_in("tails", HEAVY_PRIOR_SOURCE)
    heavy_prior, oracle = prior("heavy", 4), stats.t(2)
    for j in range(4):
        np.testing.assert_allclose(
            heavy_prior.percentile([0.001, 0.3, 0.999], j), (j + 1) * oracle.ppf([0.001, 0.3, 0.999])
        )
    assert heavy_prior.extent() == pytest.approx(4 * oracle.ppf(1 - 0.00025))  # dimension 3 has the widest marginal
    z = torch.randn(50, 4)
    expected_density = sum(oracle.logpdf(z[:, j].numpy() / (j + 1)) - math.log(j + 1) for j in range(4))
    np.testing.assert_allclose(heavy_prior.log_density(z).numpy(), expected_density, atol=1e-4)


def test_a_vae_takes_a_prior_with_a_density_everywhere_and_no_other(plug_in):
    plug_in("tails", HEAVY_PRIOR_SOURCE)
    revision = aae.train(configure(variant="vae", **{**SMALL_SETTINGS, "prior.name": "heavy"}))
    assert revision.status.state == "done" and math.isfinite(revision.metrics()[-1]["losses"]["reconstruction"])
    with pytest.raises(ConfigError, match="a Loose prior has none"):
        configure(variant="vae", prior="loose")
    with pytest.raises(ConfigError, match="Loose prior has no density"):
        prior("loose").log_density(torch.zeros(1, 2))


DENSE = "\n    def log_density(self, z):\n        return "
EVERYWHERE = ", support='everywhere'"
BAD = {  # module -> its text, and what the sentence says
    "takes a name": ("import aae_core as aae\naae.register_prior('gaussian', print)", "'gaussian' is taken by the package"),
    "takes a shape": ("import aae_core as aae\naae.register_prior('ring', print)", "'ring' is taken by a painted shape"),
    "of a bad name": ("import aae_core as aae\naae.register_prior('My prior', print)", "'My prior' is impossible"),
    "registers no class": ("import aae_core as aae\naae.register_prior('mine', 3)", "needs a class or function"),
    "of unknown support": (prior_source(register=", support='all'"), "support .* 'all' is not known"),
    "of an unknown setting": (prior_source(register=", uses=('width',)"), "setting of the prior .* 'width' is not known"),
    "of a wrong shape": (prior_source("torch.randn(n, 7, generator=generator)"), r"float32 of shape \(64, 2\), not .*\(64, 7\)"),
    "of a wrong type": (prior_source(f"{NORMAL}.double()"), "must be float32 .* not float64"),
    "of no tensor": (prior_source("[0.0]"), "must be float32 .* not .*list"),
    "not finite": (prior_source(f"{NORMAL} / 0"), "numbers that are not finite"),
    "not repeatable": (prior_source("torch.randn(n, self.dim)"), "other samples from the same generator"),
    "constant": (prior_source("torch.zeros(n, self.dim)"), "percentiles of dimension . do not ascend"),
    "raises": (prior_source("1 / 0"), "ZeroDivisionError"),
    "no prior": ("import aae_core as aae\naae.register_prior('mine', lambda config, dim: None)", "AttributeError"),
    "no density": (prior_source(register=EVERYWHERE), "has no density"),
    "a density too long": (prior_source(more=f"{DENSE}z", register=EVERYWHERE), r"must have the shape \(64,\), not \(64, 2\)"),
    "a density of nan": (prior_source(more=f"{DENSE}z.sum(1) * np.nan", register=EVERYWHERE), "not finite at its own samples"),
}  # fmt: skip


@pytest.mark.parametrize("kind", BAD)
def test_a_bad_prior_is_refused_and_harms_nobody_else(plug_in, kind):
    text, cause = BAD[kind]
    name = kind.replace(" ", "_")
    plug_in(name, text)
    state = torch.get_rng_state()
    with pytest.raises(ConfigError, match=cause) as error:
        configure(prior="mine")
    assert assert_one_sentence(str(error.value)) and name in str(error.value)
    assert configure(prior="mixture").prior.name == "mixture"
    assert torch.equal(torch.get_rng_state(), state)


@pytest.mark.parametrize(
    ("quantile", "refused"),
    [
        ("np.where(dimension == 0, 0 * p, p)", True),
        ("np.where(dimension == 2, 0 * p, p)", True),  # the last of three
        ("np.where(p > 0.9, np.inf, p)", True),
        ("np.where(p < 0.9, 0.0, 1.0)", False),  # an atom below, or above
        ("np.where(p < 0.1, 0.0, 1.0)", False),
    ],
)
def test_percentiles_have_to_ascend_in_the_first_and_the_last_dimension(plug_in, quantile, refused):
    plug_in("my_quantiles", prior_source(more=f"\n    def _quantile(self, p, dimension):\n        return {quantile}"))
    if refused:
        with pytest.raises(ConfigError, match="percentiles of dimension [02] do not ascend"):
            prior("mine", 3)
    else:
        assert prior("mine", 3).dim == 3
