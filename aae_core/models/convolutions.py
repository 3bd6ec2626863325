"""The convolutions of encoder and decoder, for images of any height and width.

    pyramid   strided convolutions halve the image until it is at most 4 × 4, and transposed ones double it again; the
              encoder has a residual block at the smallest size, where it costs little (one in the decoder did not pay)
    conv      the kind of earlier versions: as many halvings as there are channels, upsampling back

C × H × W is the image; the seed is what remains of it, c × h × w.
"""

from itertools import pairwise

import torch
from torch import Tensor, nn

from aae_core.config.configuration import NetworkConfig

SEED_SIDE = 4  # pixels, of a pyramid's top
LAYOUTS = {  # how the values of images lie in memory; those of a pixel side by side, convolutions take half the time
    "mlp": torch.contiguous_format,
    "conv": torch.contiguous_format,
    "pyramid": torch.channels_last,
}


class Residual(nn.Sequential):
    """max(0, x + f(x)): its layers f correct what they are given (He et al., 2016), N×c×h×w -> N×c×h×w."""

    def forward(self, x: Tensor) -> Tensor:
        return (x + super().forward(x)).relu()


def residual(channels: int) -> Residual:
    """Two convolutions with a ReLU between them."""
    return Residual(nn.Conv2d(channels, channels, 3, padding=1), nn.ReLU(), nn.Conv2d(channels, channels, 3, padding=1))


class Enlarging(nn.ConvTranspose2d):
    """A transposed convolution of stride 2 and padding 1, N×i×h×w -> N×o×H×W; where it learns, with gradients of its own."""

    def forward(self, x: Tensor) -> Tensor:
        return Enlarged.apply(x, self.weight, self.bias) if torch.is_grad_enabled() else super().forward(x)


class Enlarged(torch.autograd.Function):
    """What `Enlarging` computes, with the bias's gradient as a plain sum: along with the others, oneDNN takes as long for it
    as for both of them."""

    HOW = ((2, 2), (1, 1), (1, 1), True, (0, 0), 1)  # stride, padding, dilation, transposed, output padding, groups

    @staticmethod
    def forward(ctx, x: Tensor, weight: Tensor, bias: Tensor) -> Tensor:
        ctx.save_for_backward(x, weight)
        return torch.ops.aten.convolution(x, weight, bias, *Enlarged.HOW)

    @staticmethod
    def backward(ctx, g: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        x, weight = ctx.saved_tensors
        of_both = torch.ops.aten.convolution_backward(g, x, weight, None, *Enlarged.HOW, (True, True, False))
        return *of_both[:2], g.sum((0, 2, 3))


def shrinking(network: NetworkConfig, shape: tuple[int, int, int]) -> tuple[list[nn.Module], tuple[int, int, int]]:
    """The layers N×C×H×W -> N×c×h×w, none of a fully connected net, and the seed (c, h, w)."""
    widths, sizes = _stages(network, shape)
    layers = [layer for i, o in pairwise(widths) for layer in (nn.Conv2d(i, o, 3, stride=2, padding=1), nn.ReLU())]
    if network.kind == "pyramid" and layers:
        layers.append(residual(widths[-1]))
    return layers, (widths[-1], *sizes[-1])


def growing(network: NetworkConfig, shape: tuple[int, int, int]) -> tuple[list[nn.Module], tuple[int, int, int]]:
    """The layers N×c×h×w -> N×C×H×W, none of a fully connected net, and the seed (c, h, w)."""
    widths, sizes = _stages(network, shape)
    doubling = _transposed if network.kind == "pyramid" else _upsampling
    steps = zip(pairwise(reversed(widths)), pairwise(reversed(sizes)), strict=True)
    layers = [layer for (i, o), (small, large) in steps for layer in (*doubling(i, o, small, large), nn.ReLU())]
    return layers[:-1], (widths[-1], *sizes[-1])


def halved(size: tuple[int, int], times: int) -> list[tuple[int, int]]:
    """Height and width before and after each of `times` convolutions of stride 2 (rounded up)."""
    sizes = [size]
    for _ in range(times):
        h, w = sizes[-1]
        sizes.append(((h + 1) // 2, (w + 1) // 2))
    return sizes


def _stages(network, shape):
    """The channels and the sizes (h, w) before, between and after the halvings.

    The last channels of a pyramid are those of the smallest sizes; where it has more halvings than channels are given, the
    first stand for all the larger sizes.
    """
    c, h, w = shape
    widths = network.channels if network.kind == "conv" else ()
    if network.kind == "pyramid":
        count = max(0, (max(h, w) - 1).bit_length() - (SEED_SIDE - 1).bit_length())
        widths = (network.channels[:1] * count + network.channels)[len(network.channels) :]
    return (c, *widths), halved((h, w), len(widths))


def _transposed(i, o, small, large):
    """A kernel of 4 doubles a side, one of 3 makes 2n − 1 of n."""
    kernel = tuple(4 - (2 * few - many) for few, many in zip(small, large, strict=True))
    return [Enlarging(i, o, kernel, stride=2, padding=1)]


def _upsampling(i, o, small, large):
    return [nn.Upsample(size=large), nn.Conv2d(i, o, 3, padding=1)]
