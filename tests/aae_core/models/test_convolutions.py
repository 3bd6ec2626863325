import math

import pytest
import torch
from torch import nn

from aae_core.config.configuration import NetworkConfig, configure
from aae_core.models.convolutions import Residual, growing, residual, shrinking
from aae_core.models.model import Model
from aae_core.models.networks import initialise
from aae_core.models.sizes import in_words, of, sizes


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


@pytest.mark.parametrize("kernel", [(4, 4), (3, 4)])
def test_a_transposed_convolution_learns_by_the_gradients_that_torch_finds(kernel):
    generator = torch.Generator().manual_seed(0)
    *_, ours = growing(pyramid((5,)), (2, 7 if kernel[0] == 3 else 8, 8))[0]
    theirs = nn.ConvTranspose2d(5, 2, kernel, stride=2, padding=1)
    theirs.load_state_dict(ours.state_dict())
    found = []
    for layer in (ours, theirs):
        x = torch.randn(3, 5, 4, 4, generator=generator.manual_seed(0)).requires_grad_()
        y = layer(x)
        found.append((y, *torch.autograd.grad(y.sin().sum(), [x, *layer.parameters()])))
    torch.testing.assert_close(*found)
    assert type(ours(x).grad_fn) is not type(theirs(x).grad_fn), "the bias's gradient is a sum of its own"


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
    assert (
        in_words(found)
        == f"{parameters:,} parameters, {encoder + decoder + 30:,} multiplications for each image or row"
    )


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
