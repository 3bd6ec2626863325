"""The convolutional layers of encoder and decoder, for images of any height and width.

    pyramid   strided convolutions halve the image until it is at most 4×4, and transposed convolutions double it again; the
              encoder has a residual block at the smallest size, where it costs little (one in the decoder brought nothing)
    conv      the kind of earlier versions: as many halvings as there are channels, and nearest-neighbour upsampling

Shapes: C×H×W is the image, and c×h×w, called the seed, the smallest feature map, between convolutions and dense layers.
"""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from functools import reduce
from itertools import pairwise

import torch
from torch import Tensor, nn
from torch.nn import functional

from aae_core.config.configuration import NetworkConfig

SEED_SIDE = 4  # height and width of a pyramid's seed, at most
LAYOUTS = {  # memory formats: with the channels of a pixel side by side, the convolutions of a pyramid take half the time
    "mlp": torch.contiguous_format,
    "conv": torch.contiguous_format,
    "pyramid": torch.channels_last,
}
MANY = 64  # channels before and after a convolution from which the gradient of bf16 weights is computed by `_products`
HELPERS = ThreadPoolExecutor(thread_name_prefix="part", initializer=torch.set_num_threads, initargs=(1,))


class Residual(nn.Sequential):
    """A residual block max(0, x + f(x)) (He et al., 2016), N×c×h×w -> N×c×h×w, in which f is two convolutions with a ReLU
    between them."""

    def __init__(self, channels: int):
        first, second = (FastConv2d(channels, channels, 3, padding=1) for _ in range(2))
        super().__init__(first, nn.ReLU(), second)

    def forward(self, x: Tensor) -> Tensor:
        return (x + super().forward(x)).relu()


class _Fast:
    """A convolution whose gradients `ConvolutionFunction` computes."""

    def forward(self, x: Tensor) -> Tensor:
        if not torch.is_grad_enabled():
            return super().forward(x)
        how = self.stride, self.padding, self.dilation, self.transposed, self.output_padding, self.groups
        return ConvolutionFunction.apply(x, self.weight, self.bias, how)


class FastConv2d(_Fast, nn.Conv2d):
    """A convolution N×i×H×W -> N×o×h×w."""


class FastConvTranspose2d(_Fast, nn.ConvTranspose2d):
    """A transposed convolution N×i×h×w -> N×o×H×W."""


class ConvolutionFunction(torch.autograd.Function):
    """A convolution that computes two gradients without oneDNN, which is slow at them: that of the bias, a plain sum, for which
    oneDNN takes as long as for the two others; and that of many bf16 weights, a matrix product, for which it takes up to three
    times as long."""

    @staticmethod
    def forward(ctx, x: Tensor, weight: Tensor, bias: Tensor, how: tuple) -> Tensor:
        ctx.save_for_backward(x, weight)
        ctx.how = how
        return torch.convolution(x, weight, bias, *how)

    @staticmethod
    def backward(ctx, g: Tensor) -> tuple[Tensor | None, Tensor, Tensor, None]:
        x, weight = ctx.saved_tensors
        product = weight.dtype == torch.bfloat16 and weight.device.type == "cpu" and min(weight.shape[:2]) >= MANY
        output_mask = ctx.needs_input_grad[0], not product, False
        of_x, of_weight, _ = torch.ops.aten.convolution_backward(g, x, weight, None, *ctx.how, output_mask)
        if product:
            (stride, _), (padding, _), _, transposed, *_ = ctx.how
            small, large = (x, g) if transposed else (g, x)
            of_weight = _products(small, large, weight.shape[2:], stride, padding)
        return of_x, of_weight, g.sum((0, 2, 3)), None


def _products(small, large, kernel, stride, padding):
    """The gradient of the weights, a×b×k×m: for each position in `small`, N×a×h×w, its product with the patch of `large`,
    N×b×H×W, that a kernel k×m covers there, summed over all positions."""
    (a, b), (k, m) = (small.shape[1], large.shape[1]), kernel
    around = functional.pad(large.permute(0, 2, 3, 1), (0, 0, padding, padding, padding, padding))
    covered = around.unfold(1, k, stride).unfold(2, m, stride).permute(0, 1, 2, 4, 5, 3).reshape(-1, k * m * b)
    return (small.permute(0, 2, 3, 1).reshape(-1, a).T @ covered).view(a, k, m, b).permute(0, 3, 1, 2)


def compute(net: nn.Module, x: Tensor, parts: int) -> Tensor:
    """net(x) for N images or seeds, N×c×h×w, split into `parts` that one thread each computes; the net must treat the N
    independently. How they are split depends only on N and `parts`, so results are reproducible."""
    parameters = list(net.parameters())
    if parts == 1 or not parameters:
        return net(x)
    return PartedFunction.apply(net, parts, torch.is_grad_enabled(), x, *parameters)


class PartedFunction(torch.autograd.Function):
    """The autograd function of `compute`.

    Threads that share every operation wait for one another after each; in oneDNN's gradient of bf16 weights they wait without
    sleeping, and take a hundred times as long beside a busy program. Threads with a part each wait only once for all layers.
    The gradients of the parts are always summed in the same order.
    """

    @staticmethod
    def forward(ctx, net: nn.Module, count: int, learns: bool, x: Tensor, *parameters: Tensor) -> Tensor:
        follows = learns and ctx.needs_input_grad[3]

        def run_part(part):
            with torch.set_grad_enabled(learns):
                part = part.detach().requires_grad_(follows)
                return part, net(part)

        parts = in_parallel(run_part, x.tensor_split(min(count, len(x))))
        ctx.parts, ctx.parameters = parts, parameters
        return torch.cat([y.detach() for _, y in parts])

    @staticmethod
    def backward(ctx, g: Tensor) -> tuple[Tensor | None, ...]:
        follows = ctx.needs_input_grad[3]

        def gradients_of_part(part, own):
            x, y = part
            inputs = [*ctx.parameters, x] if follows else ctx.parameters
            return torch.autograd.grad(y, inputs, own)

        output_gradients = g.split([len(y) for _, y in ctx.parts])
        by_part = in_parallel(gradients_of_part, ctx.parts, output_gradients)
        by_input = list(zip(*by_part, strict=True))
        of_x = torch.cat(by_input.pop()) if follows else None
        return None, None, None, of_x, *(reduce(torch.add, gradients) for gradients in by_input)


@contextmanager
def computing_with(threads: int) -> Iterator[None]:
    """A context in which torch computes with this number of CPU threads."""
    before = torch.get_num_threads()
    torch.set_num_threads(threads)
    try:
        yield
    finally:
        torch.set_num_threads(before)  # also for threads that begin later


def in_parallel(work, *parts):
    """[work(*arguments) for arguments in zip(*parts)], with a thread for each part; the caller's thread computes the first one.
    Within a part, torch's operations use this thread alone."""
    with computing_with(1):
        first, *others = zip(*parts, strict=True)
        futures = [HELPERS.submit(work, *arguments) for arguments in others]
        return [work(*first), *(future.result() for future in futures)]


def encoder_layers(network: NetworkConfig, shape: tuple[int, int, int]) -> tuple[list[nn.Module], tuple[int, int, int]]:
    """The encoder's layers N×C×H×W -> N×c×h×w, [] for a fully connected net, and the seed's shape (c, h, w)."""
    widths, sizes = _stages(network, shape)
    kind = FastConv2d if network.kind == "pyramid" else nn.Conv2d
    layers = []
    for inputs, outputs in pairwise(widths):
        layers += [kind(inputs, outputs, 3, stride=2, padding=1), nn.ReLU()]
    if network.kind == "pyramid" and layers:
        layers.append(Residual(widths[-1]))
    return layers, (widths[-1], *sizes[-1])


def decoder_layers(network: NetworkConfig, shape: tuple[int, int, int]) -> tuple[list[nn.Module], tuple[int, int, int]]:
    """The decoder's layers N×c×h×w -> N×C×H×W, [] for a fully connected net, and the seed's shape (c, h, w)."""
    widths, sizes = _stages(network, shape)
    doubling = _transposed if network.kind == "pyramid" else _upsampling
    layers = []
    for (inputs, outputs), (small, large) in zip(pairwise(reversed(widths)), pairwise(reversed(sizes)), strict=True):
        layers += [*doubling(inputs, outputs, small, large), nn.ReLU()]
    return layers[:-1], (widths[-1], *sizes[-1])


def halved(size: tuple[int, int], times: int) -> list[tuple[int, int]]:
    """The heights and widths before and after each of `times` convolutions of stride 2, which round up."""
    return [tuple(-(-side // 2**k) for side in size) for k in range(times + 1)]


def _stages(network, shape):
    """The channels and the sizes (h, w) before, between and after the halvings.

    The last of a pyramid's channels belong to the smallest sizes. If it has more halvings than channels are given, the first
    number of channels is used for all larger sizes.
    """
    c, h, w = shape
    widths = network.channels if network.kind == "conv" else ()
    if network.kind == "pyramid":
        count = max(0, (max(h, w) - 1).bit_length() - (SEED_SIDE - 1).bit_length())
        widths = (network.channels[:1] * count + network.channels)[len(network.channels) :]
    return (c, *widths), halved((h, w), len(widths))


def _transposed(inputs, outputs, small, large):
    """A transposed convolution from size `small` to `large`: along a side, a kernel of 4 makes 2n of n, and one of 3
    makes 2n − 1."""
    kernel = tuple(4 - (2 * small_side - large_side) for small_side, large_side in zip(small, large, strict=True))
    return [FastConvTranspose2d(inputs, outputs, kernel, stride=2, padding=1)]


def _upsampling(inputs, outputs, small, large):
    return [nn.Upsample(size=large), nn.Conv2d(inputs, outputs, 3, padding=1)]
