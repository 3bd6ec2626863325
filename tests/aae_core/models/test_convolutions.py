import math
from types import SimpleNamespace

import pytest
import torch
from torch import nn

from aae_core.config.configuration import configure
from aae_core.config.settings import NetworkConfig
from aae_core.models import convolutions
from aae_core.models.convolutions import (
    ResidualBlock,
    compute_in_parts,
    decoder_layers,
    encoder_layers,
    use_torch_threads,
)
from aae_core.models.model import Model
from aae_core.models.networks import initialise_weights
from aae_core.models.sizes import NetworkSize, network_sizes, network_sizes_of_config, sizes_sentence


def pyramid(channels=(2, 3, 5)):
    return NetworkConfig(kind="pyramid", channels=channels)


@pytest.mark.parametrize(
    ("size", "seed", "widths"),
    [
        ((64, 64), (4, 4), [2, 2, 3, 5]),
        ((28, 28), (4, 4), [2, 3, 5]),
        ((8, 8), (4, 4), [5]),
        ((128, 20), (4, 1), [2, 2, 2, 3, 5]),
        ((13, 7), (4, 2), [3, 5]),
        ((4, 3), (4, 3), []),
    ],
)
def test_a_pyramid_is_as_high_as_the_image_wants_and_widest_at_its_top(size, seed, widths):
    layers, top = encoder_layers(pyramid(), (3, *size))
    assert isinstance(layers[-1], ResidualBlock) if widths else not layers
    assert [layer.out_channels for layer in layers if isinstance(layer, nn.Conv2d)] == widths
    assert top == ((widths or [3])[-1], *seed)
    x = nn.Sequential(*layers)(torch.rand(2, 3, *size))
    assert tuple(x.shape[1:]) == top
    decoder_stack, decoder_top = decoder_layers(pyramid(), (3, *size))
    assert decoder_top == top and nn.Sequential(*decoder_stack)(x).shape == (2, 3, *size)
    assert not decoder_stack or not isinstance(decoder_stack[-1], nn.ReLU)


def test_a_residual_block_begins_as_the_identity_and_adds_to_it():
    block = ResidualBlock(3)
    initialise_weights(block, "he", torch.Generator().manual_seed(0))
    x = torch.randn(2, 3, 4, 4)
    torch.testing.assert_close(block(x), x.relu())
    block[2].bias.data[1] = 1.5
    expected = x.clone()
    expected[:, 1] += 1.5
    torch.testing.assert_close(block(x), expected.relu())


def test_a_transposed_convolution_keeps_the_variance_of_its_inputs():
    """He's rule counts the terms of each output's sum: under stride 2 a quarter of the kernel."""
    layer = nn.ConvTranspose2d(64, 64, 4, stride=2, padding=1)
    initialise_weights(layer, "he", torch.Generator().manual_seed(0))
    x = torch.randn(8, 64, 16, 16, generator=torch.Generator().manual_seed(1)).relu()
    inner = layer(x)[..., 2:-2, 2:-2]
    assert inner.var().item() == pytest.approx(2 * x.square().mean().item(), rel=0.1)


def torch_layer_like(layer):
    """The same layer with torch's own gradients."""
    kind = nn.ConvTranspose2d if isinstance(layer, nn.ConvTranspose2d) else nn.Conv2d
    torch_layer = kind(layer.in_channels, layer.out_channels, layer.kernel_size, stride=layer.stride, padding=1)
    torch_layer.load_state_dict(layer.state_dict())
    return torch_layer.to(layer.weight.dtype)


@pytest.mark.parametrize("target_slice", [slice(None), slice(1, None)], ids=["with the input's", "of the layer alone"])
@pytest.mark.parametrize("size", [(8, 8), (7, 8)])
def test_convolutions_learn_by_the_gradients_that_torch_finds(size, target_slice):
    image = torch.randn(3, 2, *size, generator=torch.Generator().manual_seed(0))
    (shrink, relu, block), _ = encoder_layers(pyramid((5,)), (2, *size))
    for layer, layer_input in (
        (shrink, image),
        (block[0], relu(shrink(image))),
        (decoder_layers(pyramid((5,)), (2, *size))[0][0], shrink(image)),
    ):
        results = []
        for value in (layer, torch_layer_like(layer)):
            x = layer_input.detach().requires_grad_(target_slice == slice(None))
            y = value(x)
            results.append((y, *torch.autograd.grad(y.sin().sum(), [x, *value.parameters()][target_slice])))
        torch.testing.assert_close(*results)
        assert type(layer(layer_input).grad_fn) is not type(torch_layer_like(layer)(layer_input).grad_fn)


@pytest.mark.parametrize("has_x_gradient", [True, False])
@pytest.mark.parametrize("size", [(8, 8), (7, 3)])
def test_the_gradient_of_many_bf16_weights_is_a_product_of_matrices(monkeypatch, size, has_x_gradient):
    products, weight_gradient = [], convolutions._weight_gradient
    monkeypatch.setattr(convolutions, "MIN_CHANNELS_OF_PRODUCT", 3)
    monkeypatch.setattr(
        convolutions, "_weight_gradient", lambda *args: products.append(weight_gradient(*args)) or products[-1]
    )
    draws = torch.Generator().manual_seed(0)
    layers = [layer for make in (encoder_layers, decoder_layers) for layer in make(pyramid((5,)), (3, *size))[0]]
    shrink, _, block, grow, *_ = layers
    half = [(side + 1) // 2 for side in size]
    for layer, shape in ((shrink, (3, *size)), (block[0], (5, *half)), (grow, (5, *half))):
        x = torch.randint(
            -1, 2, (3, *shape), generator=draws
        ).float()  # sums of few small whole numbers are exact in bf16
        g = torch.randint(-1, 2, layer(x).shape, generator=draws).float()
        reference_layer = torch_layer_like(layer)
        (expected,) = torch.autograd.grad(reference_layer(x), reference_layer.weight, g)
        x = x.bfloat16().contiguous(memory_format=torch.channels_last).requires_grad_(has_x_gradient)
        result, *_ = torch.autograd.grad(layer.bfloat16()(x), [layer.weight, *[x][:has_x_gradient]], g.bfloat16())
        assert torch.equal(result.float(), expected)
    assert len(products) == 3


class LateHelpers:
    """Helpers of which each ends before, or begins after, what the caller computes meanwhile."""

    def __init__(self, helpers, first):
        self.helpers, self.first = helpers, first

    def submit(self, work, *part):
        if not self.first:
            return SimpleNamespace(result=lambda: self.helpers.submit(work, *part).result())
        outcome = self.helpers.submit(work, *part)
        outcome.exception()
        return outcome


@pytest.mark.parametrize("first", [True, False], ids=["helpers first", "caller first"])
@pytest.mark.parametrize("threads", [2, 3])
@pytest.mark.parametrize("has_x_gradient", [True, False])
def test_in_bf16_threads_compute_parts_of_the_mini_batch(monkeypatch, first, threads, has_x_gradient):
    monkeypatch.setattr(convolutions, "HELPER_THREADS", LateHelpers(convolutions.HELPER_THREADS, first))
    draws = torch.Generator().manual_seed(0)
    nets = [nn.Sequential(*make(pyramid(), (3, 16, 16))[0]).bfloat16() for make in (encoder_layers, decoder_layers)]
    for net, shape in zip(nets, ((7, 3, 16, 16), (7, 5, 4, 4)), strict=True):
        x = torch.randn(shape, generator=draws).bfloat16().requires_grad_(has_x_gradient)
        targets = [*([x] if has_x_gradient else []), *net.parameters()]
        with use_torch_threads(3):
            y = compute_in_parts(net, x, threads)
            actual = torch.autograd.grad(y.float().sin().sum(), targets)
            with torch.no_grad():
                assert torch.equal(compute_in_parts(net, x, threads), y)
            assert torch.get_num_threads() == 3
        with use_torch_threads(1):
            parts = [part.detach().requires_grad_(has_x_gradient) for part in x.tensor_split(threads)]
            part_gradients = []
            for part in parts:
                cost = net(part).float().sin().sum()
                part_gradients.append(
                    torch.autograd.grad(cost, [*([part] if has_x_gradient else []), *net.parameters()])
                )
            assert torch.equal(torch.cat([net(part) for part in parts]), y)
        joined_gradients = [torch.cat(gradients) for gradients in [*zip(*part_gradients, strict=True)][:has_x_gradient]]
        joined_gradients += [
            sum(gradients[1:], gradients[0]) for gradients in [*zip(*part_gradients, strict=True)][has_x_gradient:]
        ]
        assert all(map(torch.equal, actual, joined_gradients))


def test_what_fails_in_a_part_fails_and_the_threads_are_as_before():
    def work(part):
        if part:
            raise ValueError(part)

    with use_torch_threads(3):
        for parts in ([0, 0, 1], [1, 0, 0]):
            with pytest.raises(ValueError, match="1"):
                convolutions.map_in_threads(work, parts)
            assert torch.get_num_threads() == 3


def test_sizes_count_what_is_learned_and_what_is_multiplied():
    config = configure(
        "images", **{"network.channels": (2, 3), "network.hidden": (7,), "latent_dim": 4, "network.discriminator": (6,)}
    )
    output = network_sizes(Model(config, (3, 16, 13), 0))
    block = 2 * 4 * 4 * 3 * 9 * 3
    encoder = 8 * 7 * 3 * 9 * 2 + 4 * 4 * 2 * 9 * 3 + block + 48 * 7 + 7 * 4
    decoder = 4 * 7 + 7 * 48 + 4 * 4 * 3 * 2 * 4 * 3 + 8 * 7 * 2 * 3 * 4 * 3
    assert output["encoder"].multiplications == encoder
    assert output["decoder"].multiplications == decoder
    assert output["discriminator"].multiplications == 4 * 6 + 6
    assert output["discriminator"].parameters == 4 * 6 + 6 + 6 + 1
    assert network_sizes_of_config(config, (3, 16, 13), 0) == output, "without weights"
    parameters = sum(size.parameters for size in output.values())
    message = f"{parameters:,} parameters, {encoder + decoder + 30:,} multiplications for each image"
    assert sizes_sentence(output, "image") == message
    large = sizes_sentence({"encoder": NetworkSize(99_500_001, 0), "decoder": NetworkSize(1, 5_340_000)}, "row")
    assert large == "100 million parameters, 5.3 million multiplications for each row"


def test_images_whose_channels_lie_side_by_side_are_the_same_images():
    config = configure("images", **{"network.channels": (4, 6), "network.hidden": (8,), "latent_dim": 3})
    model = Model(config, (3, 20, 16), 0).eval()
    model.initialise(0)
    x = torch.rand(5, 3, 20, 16)
    with torch.no_grad():
        z = model.encode(x)
        torch.testing.assert_close(model.encode(x.contiguous(memory_format=torch.channels_last)), z)
        plain = nn.Sequential(model.decoder.net, model.decoder.seed, model.decoder.picture)
        torch.testing.assert_close(model.decoder(z), plain(z))
        assert math.isfinite(z.sum()) and model.decoder(z).is_contiguous(memory_format=torch.channels_last)
