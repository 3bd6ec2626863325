"""The importance-weighted bound, beside the closed form of a linear model and the integral of a small one."""

import math
from types import SimpleNamespace

import numpy as np
import pytest
import torch
from torch import nn

from aae_core.config.configuration import configure
from aae_core.data.features import Features
from aae_core.errors import ConfigError
from aae_core.evaluation import iwae, protocols
from aae_core.evaluation.sample import Sample, Subject
from aae_core.models import objectives
from aae_core.models.model import Model

D, F = 2, 5
TURN = torch.linspace(-1, 1, F * D).reshape(F, D).sin()
CENTRE = torch.linspace(0, 1, F)


class Function(nn.Module):
    """A network that is a given function; the parameter tells the model its device and number format."""

    def __init__(self, function):
        super().__init__()
        self.function, self.none = function, nn.Parameter(torch.zeros(0))

    def forward(self, *arguments):
        return self.function(*arguments)


def linear_model(cost="squared-error", spread=1.0, noise=1.0):
    """A table's model x = W z + b + ε, ε ~ N(0, noise²), z ~ N(0, I): its posterior is Gaussian, of precision I + WᵀW / noise².
    The encoder has the right means, and `spread` times the deviations, without their correlation. Also log p(x) in closed form.
    """
    zeros, ones = (0.0,) * F, (1.0,) * F
    form = Features(tuple("abcde"), ("real",) * F, ("",) * F, zeros, ones, zeros, zeros, ones)
    settings = {"network.hidden": (4,), "cost": cost, "posterior": "gaussian", "latent_dim": D}
    model = Model(configure(variant="vae", **settings), (1, 1, F), 0, form)
    covariance = torch.linalg.inv(torch.eye(D) + TURN.T @ TURN / noise**2)

    def encode(x, eta=None):
        mean = (x.flatten(1) - CENTRE) @ TURN @ covariance / noise**2
        return torch.cat([mean, (spread**2 * covariance.diagonal()).log().expand(len(x), -1)], 1)

    model.encoder, model.decoder = Function(encode), Function(lambda z: (z @ TURN.T + CENTRE)[:, None, None])
    marginal = torch.distributions.MultivariateNormal(CENTRE, TURN @ TURN.T + noise**2 * torch.eye(F))
    return model, lambda x: marginal.log_prob(x.flatten(1))


def rows(n, noise=1.0):
    generator = torch.Generator().manual_seed(5)
    z, e = torch.randn(n, D, generator=generator), torch.randn(n, F, generator=generator)
    return (z @ TURN.T + CENTRE + noise * e)[:, None, None]


def weights(model, x, draws, variance=1.0):
    with torch.no_grad():
        return iwae.draw_log_weights(model, x, draws, variance, torch.Generator().manual_seed(1))


def test_the_bound_rises_with_k_to_the_log_likelihood_in_closed_form():
    model, exact = linear_model(spread=1.6)
    x = rows(400)
    log_likelihood = exact(x).double().mean().item()
    result = {}
    for k, draws in ((1, 400), (5, 400), (50, 1000), (2000, 2000)):
        groups = weights(model, x, draws).unflatten(1, (draws // k, k)).transpose(0, 1)
        result[k] = torch.stack([iwae.iwae_bound(group) for group in groups]).mean().item()
    assert result[1] < result[5] - 0.05 < result[50] < log_likelihood + 0.005, result
    assert result[2000] == pytest.approx(log_likelihood, abs=0.01)


def test_one_draw_gives_the_evidence_lower_bound_in_closed_form():
    """−E½‖x − Wz − b‖² of a Gaussian z in closed form, with its constant, minus torch's KL."""
    model, _ = linear_model(spread=1.6)
    x = rows(300)
    mean, log_variance = model.posterior_moments(x)
    posterior = torch.distributions.Normal(mean, (log_variance / 2).exp())
    kl = torch.distributions.kl_divergence(posterior, torch.distributions.Normal(0.0, 1.0)).sum(1)
    squares = (x.flatten(1) - mean @ TURN.T - CENTRE).square().sum(1) + log_variance.exp() @ TURN.square().sum(0)
    elbo = -0.5 * squares - F / 2 * math.log(2 * math.pi) - kl
    bounds = torch.stack([iwae.iwae_bound(log_weights[:, None]) for log_weights in weights(model, x, 500).T])
    assert bounds.mean().item() == pytest.approx(elbo.mean().item(), abs=0.01)


def test_an_exact_posterior_has_weights_that_are_all_alike(monkeypatch):
    """W with orthogonal columns: the posterior has no correlation, and every single weight is p(x)."""
    monkeypatch.setitem(globals(), "TURN", torch.linalg.qr(TURN).Q * torch.tensor([2.0, 0.5]))
    model, exact = linear_model()
    x = rows(50)
    assert weights(model, x, 7) == pytest.approx(exact(x).double()[:, None].expand(-1, 7).numpy(), abs=1e-4)


def test_a_learned_variance_is_that_of_the_training_errors():
    model, exact = linear_model("learned-variance", noise=0.3)
    train, x = rows(4000, 0.3), rows(300, 0.3)
    items = train.permute(0, 2, 3, 1).numpy()
    variance = iwae.estimate_decoder_variance(model, items, torch.Generator().manual_seed(2))
    z, _ = model.infer(train, torch.Generator().manual_seed(2))
    assert variance == pytest.approx((train - model.decoder_logits(z)).square().mean().item(), rel=0.02)
    actual = iwae.iwae_bound(weights(model, x, 1000, variance=0.09)).mean().item()
    assert actual == pytest.approx(exact(x).mean().item(), abs=0.02)


def test_of_cross_entropy_the_bound_is_an_integral():
    """An image of one row of four black and white pixels, one code: Σ over a fine grid of z."""
    settings = {"network.hidden": (4,), "cost": "cross-entropy", "posterior": "gaussian", "latent_dim": 1}
    model = Model(configure(variant="vae", **settings), (1, 2, 2), 0)
    slope = torch.tensor([1.0, -2.0, 0.5, 3.0])
    model.encoder = Function(lambda x, eta=None: torch.tensor([[0.3, -0.5]]).expand(len(x), -1))
    model.decoder = Function(lambda z: (z * slope).view(-1, 1, 2, 2))
    x = torch.tensor([1.0, 0.0, 1.0, 1.0]).view(1, 1, 2, 2)
    z = np.linspace(-9, 9, 20_001)
    p = 1 / (1 + np.exp(-z[:, None] * slope.numpy()))
    likelihood = np.where(x.flatten().numpy() == 1, p, 1 - p).prod(1)
    exact = np.log((likelihood * np.exp(-(z**2) / 2)).sum() * (z[1] - z[0]) / np.sqrt(2 * np.pi))
    assert iwae.iwae_bound(weights(model, x, 20_000)).item() == pytest.approx(exact, abs=0.02)


def test_the_protocol_measures_test_images_or_says_why_not():
    rng = np.random.default_rng(0)
    images = rng.integers(0, 256, (30, 4, 4, 1), dtype=np.uint8)
    split = SimpleNamespace(images=images, labels=np.zeros(30, np.int64), factors=None)
    data = SimpleNamespace(name="toy", shape=(1, 4, 4), classes=("a",), train=split, test=split, factor_names=())

    def build_model(**settings):
        model = Model(configure(**{"network.hidden": (8,), "network.discriminator": (8,), **settings}), (1, 4, 4), 1)
        model.initialise(0)
        return model

    for cost in ("cross-entropy", "squared-error", "learned-variance"):
        model = build_model(variant="vae", cost=cost)
        output = protocols.evaluate(model, data, "iw-bound")["iw-bound"]
        assert output["elbo"] < output["iw_bound"] and output["draws"] == iwae.N_DRAWS and output["n"] == 30
        assert output == iwae.evaluate_iwae_bound(Subject(model, data, Sample.draw_test(model, data, 0)))
        with torch.no_grad():
            x = model.to_x(images)
            mu, log_variance = model.posterior_moments(x)
            kl = objectives.gaussian_kl(mu, log_variance, 1.0).mean().item()
        assert output["elbo"] < 8 * math.log(1 / (2 * math.pi * objectives.MIN_VARIANCE)) - kl
    for settings, message in (
        ({"variant": "aae"}, "deterministic posterior has no density"),
        ({"variant": "ae", "posterior": "gaussian"}, "no prior"),
        ({"variant": "aae", "posterior": "gaussian", "prior.name": "uniform"}, "−∞"),
        ({"variant": "clustering", "posterior": "gaussian"}, "content beside its code"),
    ):
        with pytest.raises(ConfigError, match=message):
            protocols.evaluate(build_model(**settings), data, "iw-bound")
