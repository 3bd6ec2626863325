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
    return Residual(Shrinking(channels, channels, 3, padding=1), nn.ReLU(), Shrinking(channels, channels, 3, padding=1))


class Shrinking(nn.Conv2d):
    """A convolution N×i×H×W -> N×o×h×w that learns by `Convolved`."""

    def forward(self, x: Tensor) -> Tensor:
        return _learning(self, x, transposed=False) if torch.is_grad_enabled() else super().forward(x)


class Growing(nn.ConvTranspose2d):
    """A transposed convolution N×i×h×w -> N×o×H×W that learns by `Convolved`."""

    def forward(self, x: Tensor) -> Tensor:
        return _learning(self, x, transposed=True) if torch.is_grad_enabled() else super().forward(x)


def _learning(layer, x, transposed):
    how = layer.stride, layer.padding, layer.dilation, transposed, layer.output_padding, layer.groups
    return Convolved.apply(x, layer.weight, layer.bias, how)


class Convolved(torch.autograd.Function):
    """A convolution with gradients of its own, for two things that oneDNN does slowly: along with the others it takes as long for
    the bias's, a plain sum, as for both; and over bf16 weights' its threads wait for each other without sleeping, so that
    beside a busy program they take a hundred times as long, and one computes them here."""

    @staticmethod
    def forward(ctx, x: Tensor, weight: Tensor, bias: Tensor, how: tuple) -> Tensor:
        ctx.save_for_backward(x, weight)
        ctx.how = how
        return torch.convolution(x, weight, bias, *how)

    @staticmethod
    def backward(ctx, g: Tensor) -> tuple[Tensor | None, Tensor, Tensor, None]:
        x, weight = ctx.saved_tensors

        def gradients(*wanted):
            return torch.ops.aten.convolution_backward(g, x, weight, None, *ctx.how, wanted)

        threads = torch.get_num_threads()
        if weight.dtype != torch.bfloat16 or threads == 1:
            of_x, of_weight, _ = gradients(ctx.needs_input_grad[0], True, False)
        else:
            of_x, *_ = gradients(True, False, False) if ctx.needs_input_grad[0] else (None,)
            torch.set_num_threads(1)
            _, of_weight, _ = gradients(False, True, False)
            torch.set_num_threads(threads)
        return of_x, of_weight, g.sum((0, 2, 3)), None


def shrinking(network: NetworkConfig, shape: tuple[int, int, int]) -> tuple[list[nn.Module], tuple[int, int, int]]:
    """The layers N×C×H×W -> N×c×h×w, none of a fully connected net, and the seed (c, h, w)."""
    widths, sizes = _stages(network, shape)
    kind = Shrinking if network.kind == "pyramid" else nn.Conv2d
    layers = [layer for i, o in pairwise(widths) for layer in (kind(i, o, 3, stride=2, padding=1), nn.ReLU())]
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
    return [Growing(i, o, kernel, stride=2, padding=1)]


def _upsampling(i, o, small, large):
    return [nn.Upsample(size=large), nn.Conv2d(i, o, 3, padding=1)]
