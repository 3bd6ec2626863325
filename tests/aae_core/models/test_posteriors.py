import torch

from aae_core.models.posteriors import POSTERIORS, split_gaussian


def test_deterministic_and_universal_codes_are_the_encoders_output():
    h = torch.randn(4, 3)
    for name in ("deterministic", "universal"):
        assert torch.equal(POSTERIORS[name].draw(h, None), h)
        assert torch.equal(POSTERIORS[name].representative(h), h)


def test_gaussian_draws_have_the_mean_and_variance_the_encoder_gave():
    mu, log_variance = torch.tensor([1.0, -2.0]), torch.tensor([0.5, -1.0])
    h = torch.cat([mu, log_variance]).expand(200_000, 4)
    z = POSTERIORS["gaussian"].draw(h, torch.Generator().manual_seed(0))
    torch.testing.assert_close(z.mean(0), mu, atol=0.01, rtol=0)
    torch.testing.assert_close(z.var(0), log_variance.exp(), atol=0.02, rtol=0)
    assert torch.equal(POSTERIORS["gaussian"].representative(h)[0], mu)


def test_gradient_reaches_mean_and_variance_through_a_draw():
    h = torch.zeros(8, 4, requires_grad=True)
    POSTERIORS["gaussian"].draw(h, torch.Generator().manual_seed(0)).square().sum().backward()
    assert h.grad.abs().gt(0).all()


def test_a_draw_reparameterises_the_generators_noise():
    h = torch.randn(5, 6)
    noise = torch.randn(5, 3, generator=torch.Generator().manual_seed(7))
    result = POSTERIORS["gaussian"].draw(h, torch.Generator().manual_seed(7))
    torch.testing.assert_close(result, h[:, :3] + h[:, 3:].div(2).exp() * noise)


def test_an_absurd_variance_stays_finite():
    h = torch.tensor([[1e6, 1e6], [-1e6, -1e6], [3.0, -2.5]])
    mu, log_variance = split_gaussian(h)
    assert log_variance[:, 0].tolist() == [10, -10, -2.5] and torch.equal(mu, h[:, :1])


def test_gaussian_encoders_give_variance_universal_ones_take_noise():
    assert {name: (row.outputs_per_dimension, row.takes_noise) for name, row in POSTERIORS.items()} == {
        "deterministic": (1, False), "gaussian": (2, False), "universal": (1, True),
    }  # fmt: skip
