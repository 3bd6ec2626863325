import pytest
import torch

from aae_core.config.settings import NetworkConfig
from aae_core.models.convolutions import halved_sizes
from aae_core.models.networks import Decoder, Encoder, initialise_weights, mlp


def test_mlp_has_the_named_widths_and_no_relu_at_its_end():
    net = mlp([3, 5, 7, 2])
    assert [tuple(p.shape) for p in net.parameters() if p.dim() == 2] == [(5, 3), (7, 5), (2, 7)]
    assert isinstance(net[-1], torch.nn.Linear)
    assert (net(torch.randn(500, 3)) < 0).any()


@pytest.mark.parametrize("kind", ["mlp", "conv", "pyramid"])
@pytest.mark.parametrize("shape", [(1, 8, 8), (3, 32, 32), (1, 28, 28), (3, 7, 13), (1, 5, 5)])
def test_encoder_and_decoder_fit_any_image(kind, shape):
    network = NetworkConfig(kind=kind, hidden=(12,), channels=(4, 6, 8))
    h = Encoder(network, shape, outputs=5, noise_dim=3)(torch.rand(2, *shape), torch.randn(2, 3))
    assert h.shape == (2, 5)
    assert Decoder(network, shape, inputs=5)(h).shape == (2, *shape)


def test_sizes_are_those_of_a_convolution_of_stride_two():
    for h, w in [(28, 28), (7, 13), (1, 2)]:
        x = torch.zeros(1, 1, h, w)
        convolution = torch.nn.Conv2d(1, 1, 3, stride=2, padding=1)
        result = halved_sizes((h, w), 3)
        for size in result[1:]:
            x = convolution(x)
            assert tuple(x.shape[2:]) == size


def test_weights_have_the_deviation_of_the_rule_and_biases_are_zero():
    net = mlp([400, 300, 10])
    initialise_weights(net, "paper", torch.Generator().manual_seed(0))
    assert net[0].weight.std().item() == pytest.approx(0.01, rel=0.02)
    initialise_weights(net, "he", torch.Generator().manual_seed(0))
    assert net[0].weight.std().item() == pytest.approx((2 / 400) ** 0.5, rel=0.02)
    assert not net[0].bias.any() and not net[2].bias.any()


def test_the_same_seed_draws_the_same_weights():
    nets = [mlp([4, 4, 2]) for _ in range(3)]
    for net, seed in zip(nets, (1, 1, 2), strict=True):
        initialise_weights(net, "he", torch.Generator().manual_seed(seed))
    assert torch.equal(nets[0][0].weight, nets[1][0].weight)
    assert not torch.equal(nets[0][0].weight, nets[2][0].weight)


def test_level_outputs_keep_mean_0_while_the_others_learn_a_shift():
    net = mlp([4, 6, 5], normalise=True, unshifted_count=2)
    x, norm = torch.randn(64, 4), net[-1]
    optimiser = torch.optim.SGD(net.parameters(), lr=0.1)
    for _ in range(20):
        h = net(x)
        optimiser.zero_grad()
        (h - 3).square().mean().backward()  # every output is asked to rise
        optimiser.step()
    assert h[:, :2].mean(0).abs().max() < 1e-5 and h[:, 2:].mean(0).min() > 0.5
    assert not norm.bias[:2].any() and (norm.weight[:2] != 1).all()


def test_batch_norm_follows_every_layer_of_the_encoder_its_outputs_too():
    encoder = Encoder(NetworkConfig(hidden=(12, 7), normalise="batch"), (1, 5, 5), outputs=5, noise_dim=3)
    assert [layer.num_features for layer in encoder.net if isinstance(layer, torch.nn.BatchNorm1d)] == [12, 7, 5]
    assert not any(isinstance(layer, torch.nn.BatchNorm1d) for layer in Encoder(NetworkConfig(), (1, 5, 5), 5, 0).net)


def test_the_contents_of_a_level_encoder_have_no_shift():
    network = NetworkConfig(hidden=(12,), normalise="level")
    norms = [
        layer for layer in Encoder(network, (1, 5, 5), 4, 0, contents=3).net if isinstance(layer, torch.nn.BatchNorm1d)
    ]
    assert [(norm.num_features, norm.unshifted_count) for norm in norms] == [(12, 0), (7, 3)]
