"""One image encoded many times: both estimates of a gradient against autograd, and against a closed form."""

from types import SimpleNamespace

import numpy as np
import pytest
import torch
from torch import nn

from aae_core.game import many_codes
from aae_core.game.headless import HeadlessGame
from aae_core.game.rules import GameRules, GameSetup
from aae_core.models.posteriors import POSTERIORS, split_gaussian


def game(posterior, variant="aae", data="digits"):
    played = HeadlessGame(GameSetup(variant, data, posterior=posterior, seed=3), GameRules())
    played.play_rounds(2)
    return played


def gradient_of_bias(model, value):
    """The gradient of a number for the bias of the first output of the encoder's last layer that makes z."""
    first = model.contents if model.variant.categorical else 0
    (gradient,) = torch.autograd.grad(value, model.encoder.net[-1].bias, retain_graph=True)
    return float(gradient[first])


@pytest.mark.parametrize(
    ("posterior", "variant"),
    [("gaussian", "aae"), ("universal", "aae"), ("deterministic", "aae"), ("gaussian", "clustering")],
)
def test_each_estimate_through_the_draw_is_autograds(posterior, variant):
    """The whole encoder and the decoder, differentiated at once for the bias itself."""
    model = game(posterior, variant).training.model
    item = np.random.default_rng(0).integers(0, 255, (8, 8, 1), dtype=np.uint8)
    result = many_codes.encode_many_times(model, item, 4, torch.Generator().manual_seed(1), draws=50)
    generator = torch.Generator().manual_seed(1)
    x = model.to_x(item[None]).expand(50, -1, -1, -1)
    z, y = model.infer(x, generator)
    costs = 0.5 * (x - model.decode(z, y.detach() if model.variant.has_content else None)).square().sum((1, 2, 3))
    np.testing.assert_allclose(result.codes, z.detach().numpy(), rtol=1e-5)
    expected = [gradient_of_bias(model, cost) for cost in costs]
    np.testing.assert_allclose(result.by_draw, expected, rtol=1e-3, atol=1e-5)


def test_each_estimate_by_the_score_is_the_cost_times_the_gradient_of_log_q():
    model = game("gaussian").training.model
    item = np.random.default_rng(0).integers(0, 255, (8, 8, 1), dtype=np.uint8)
    result = many_codes.encode_many_times(model, item, 4, torch.Generator().manual_seed(1), draws=50)
    x = model.to_x(item[None])
    z = torch.from_numpy(result.codes)
    mu, log_variance = split_gaussian(model.hidden_code(x))
    log_q = torch.distributions.Normal(mu, (log_variance / 2).exp()).log_prob(z).sum(1)
    costs = 0.5 * (x - model.decode(z)).square().sum((1, 2, 3))
    expected = [cost.item() * gradient_of_bias(model, log) for cost, log in zip(costs, log_q, strict=True)]
    np.testing.assert_allclose(result.by_score, expected, rtol=1e-3, atol=1e-3)


def test_both_estimate_the_gradient_of_a_linear_decoder_with_a_known_answer():
    """L(z) = ½‖Az + b − x‖² with z ~ N(μ, σ²) has ∂E[L]/∂μ = Aᵀ(Aμ + b − x)."""
    generator = torch.Generator().manual_seed(0)
    decoder = nn.Linear(2, 5)
    hidden = torch.tensor([0.7, -0.3, -1.0, 0.5])
    x = torch.rand(1, 1, 1, 5, generator=generator)
    model = SimpleNamespace(
        to_x=lambda items: x,
        draw_noise=lambda count, generator: None,
        hidden_code=lambda x, eta=None: hidden.expand(len(x), -1),
        infer_from_hidden=lambda h, generator: (POSTERIORS["gaussian"].draw(h, generator), None),
        posterior_moments=lambda x: split_gaussian(hidden.expand(len(x), -1)),
        variant=SimpleNamespace(has_content=False, categorical=False),
        posterior=POSTERIORS["gaussian"],
        decoder_logits=lambda z, y: decoder(z)[:, None, None, :],
        cost=SimpleNamespace(value=lambda x, logits: 0.5 * (x - logits).square().sum((1, 2, 3))),
    )
    result = many_codes.encode_many_times(model, np.zeros((1, 1, 5)), 0, generator, draws=400_000)
    expected = (decoder.weight.T @ (decoder(hidden[:2]) - x.flatten()))[0].item()
    for estimates in (result.by_draw, result.by_score):
        chance = 4 * estimates.std() / np.sqrt(len(estimates))
        assert estimates.mean() == pytest.approx(expected, abs=chance)
        assert chance < 0.05 * max(1, abs(expected))
    assert result.distance_of_means < result.distance_by_chance
    assert result.by_score.std() > 1.5 * result.by_draw.std()


def test_a_deterministic_encoder_gives_one_code_and_an_exact_gradient():
    result = game("deterministic").many_codes(2)
    assert result.spread < 1e-6 and result.by_score is None and np.ptp(result.by_draw) < 1e-6


def test_every_step_draws_anew_and_leaves_the_game_as_it_is():
    sampled_game, reference_game = game("gaussian"), game("gaussian")
    first_draw = sampled_game.many_codes()
    np.testing.assert_array_equal(first_draw.codes, sampled_game.many_codes().codes)
    sampled_game.step("discrimination")
    assert not np.allclose(first_draw.codes, sampled_game.many_codes().codes), "of the same nets, but with other noise"
    reference_game.step("discrimination")
    np.testing.assert_array_equal(sampled_game.codes(), reference_game.codes())


def test_an_example_of_each_class_can_be_chosen():
    assert [game("gaussian", data="wine").many_codes(k).codes.shape for k in range(3)] == 3 * [(many_codes.CODES, 2)]
    with pytest.raises(IndexError):
        game("gaussian", data="wine").many_codes(3)
