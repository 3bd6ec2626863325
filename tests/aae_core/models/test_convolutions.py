import math

import pytest
import torch
from torch import nn
from torch.utils._python_dispatch import TorchDispatchMode

from aae_core.config.configuration import NetworkConfig, configure
from aae_core.models.convolutions import Residual, growing, residual, shrinking
from aae_core.models.model import Model
from aae_core.models.networks import initialise
from aae_core.models.sizes import in_words, of, sizes
from aae_core.training.training import computing_with


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
    layers, top = shrinking(pyramid(), (3, *size))
    assert isinstance(layers[-1], Residual) if widths else not layers
    assert [layer.out_channels for layer in layers if isinstance(layer, nn.Conv2d)] == widths
    assert top == ((widths or [3])[-1], *seed)
    x = nn.Sequential(*layers)(torch.rand(2, 3, *size))
    assert tuple(x.shape[1:]) == top
    back, same = growing(pyramid(), (3, *size))
    assert same == top and nn.Sequential(*back)(x).shape == (2, 3, *size)
    assert not back or not isinstance(back[-1], nn.ReLU)


def test_a_residual_block_begins_with_what_it_is_given_and_adds_what_it_learns():
    block = residual(3)
    initialise(block, "he", torch.Generator().manual_seed(0))
    x = torch.randn(2, 3, 4, 4)
    torch.testing.assert_close(block(x), x.relu())
    block[2].bias.data[1] = 1.5
    expected = x.clone()
    expected[:, 1] += 1.5
    torch.testing.assert_close(block(x), expected.relu())


def test_each_output_of_a_transposed_convolution_has_the_variance_of_its_inputs():
    """He's rule counts the terms of each output's sum: under stride 2 a quarter of the kernel."""
    layer = nn.ConvTranspose2d(64, 64, 4, stride=2, padding=1)
    initialise(layer, "he", torch.Generator().manual_seed(0))
    x = torch.randn(8, 64, 16, 16, generator=torch.Generator().manual_seed(1)).relu()
    inner = layer(x)[..., 2:-2, 2:-2]
    assert inner.var().item() == pytest.approx(2 * x.square().mean().item(), rel=0.1)


def of_torch(layer):
    """The same layer with torch's own gradients."""
    kind = nn.ConvTranspose2d if isinstance(layer, nn.ConvTranspose2d) else nn.Conv2d
    theirs = kind(layer.in_channels, layer.out_channels, layer.kernel_size, stride=layer.stride, padding=1)
    theirs.load_state_dict(layer.state_dict())
    return theirs.to(layer.weight.dtype)


@pytest.mark.parametrize("wanted", [slice(None), slice(1, None)], ids=["with the input's", "of the layer alone"])
@pytest.mark.parametrize("size", [(8, 8), (7, 8)])
def test_convolutions_learn_by_the_gradients_that_torch_finds(size, wanted):
    image = torch.randn(3, 2, *size, generator=torch.Generator().manual_seed(0))
    (shrink, relu, block), _ = shrinking(pyramid((5,)), (2, *size))
    for layer, given in (
        (shrink, image),
        (block[0], relu(shrink(image))),
        (growing(pyramid((5,)), (2, *size))[0][0], shrink(image)),
    ):
        found = []
        for each in (layer, of_torch(layer)):
            x = given.detach().requires_grad_(wanted == slice(None))
            y = each(x)
            found.append((y, *torch.autograd.grad(y.sin().sum(), [x, *each.parameters()][wanted])))
        torch.testing.assert_close(*found)
        assert type(layer(given).grad_fn) is not type(of_torch(layer)(given).grad_fn)


@pytest.mark.parametrize(("kind", "alone"), [(torch.bfloat16, True), (torch.float32, False)])
def test_one_thread_computes_the_gradient_of_bf16_weights(kind, alone):
    """Several wait for each other without sleeping, beside a busy program a hundred times as long as they compute."""
    seen = []

    class Seen(TorchDispatchMode):
        def __torch_dispatch__(self, function, types, args=(), kwargs=None):
            if function.overloadpacket is torch.ops.aten.convolution_backward:
                seen.append((args[-1][1], torch.get_num_threads()))
            return function(*args, **(kwargs or {}))

    nets = [nn.Sequential(*make(pyramid(), (3, 16, 16))[0]).to(kind) for make in (shrinking, growing)]
    with computing_with(2):
        with Seen(), torch.autograd.set_multithreading_enabled(False):
            loss = nets[1](nets[0](torch.rand(2, 3, 16, 16, dtype=kind))).sum()
            found = torch.autograd.grad(loss, [p for net in nets for p in net.parameters()])
        assert torch.get_num_threads() == 2
    assert {threads for weights, threads in seen if weights} == ({1} if alone else {2})
    assert {threads for weights, threads in seen if not weights} == ({2} if alone else set())
    assert all(torch.isfinite(gradient).all() for gradient in found)


def test_sizes_count_what_is_learned_and_what_is_multiplied():
    config = configure(
        "images", **{"network.channels": (2, 3), "network.hidden": (7,), "latent_dim": 4, "network.discriminator": (6,)}
    )
    found = sizes(Model(config, (3, 16, 13), 0))
    block = 2 * 4 * 4 * 3 * 9 * 3
    encoder = 8 * 7 * 3 * 9 * 2 + 4 * 4 * 2 * 9 * 3 + block + 48 * 7 + 7 * 4
    decoder = 4 * 7 + 7 * 48 + 4 * 4 * 3 * 2 * 4 * 3 + 8 * 7 * 2 * 3 * 4 * 3
    assert found["encoder"].multiplications == encoder
    assert found["decoder"].multiplications == decoder
    assert found["discriminator"].multiplications == 4 * 6 + 6
    assert found["discriminator"].parameters == 4 * 6 + 6 + 6 + 1
    assert of(config, (3, 16, 13), 0) == found, "without weights"
    parameters = sum(size.parameters for size in found.values())
    told = f"{parameters:,} parameters, {encoder + decoder + 30:,} multiplications for each image"
    assert in_words(found, "image") == told


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
