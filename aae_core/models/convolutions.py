"""The convolutions of encoder and decoder, for images of any height and width.

    pyramid   strided convolutions halve the image until it is at most 4 × 4, and transposed ones double it again; the
              encoder has a residual block at the smallest size, where it costs little (one in the decoder did not pay)
    conv      the kind of earlier versions: as many halvings as there are channels, upsampling back

C × H × W is the image; the seed is what remains of it, c × h × w.
"""

from concurrent.futures import ThreadPoolExecutor
from functools import reduce
from itertools import pairwise

import torch
from torch import Tensor, nn
from torch.nn import functional

from aae_core.config.configuration import NetworkConfig

SEED_SIDE = 4  # pixels, of a pyramid's top
LAYOUTS = {  # how images lie in memory; with the channels of a pixel side by side, convolutions take half the time
    "mlp": torch.contiguous_format,
    "conv": torch.contiguous_format,
    "pyramid": torch.channels_last,
}
MANY = 64  # channels before and after a convolution, from which the gradient of bf16 weights is a product of matrices
HELPERS = ThreadPoolExecutor(thread_name_prefix="part", initializer=torch.set_num_threads, initargs=(1,))


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
    """A convolution that computes two gradients without oneDNN, which is slow at them: the bias's, a plain sum, for which oneDNN
    takes as long as for the two others; and that of many bf16 weights, a product of matrices: up to three times as long."""

    @staticmethod
    def forward(ctx, x: Tensor, weight: Tensor, bias: Tensor, how: tuple) -> Tensor:
        ctx.save_for_backward(x, weight)
        ctx.how = how
        return torch.convolution(x, weight, bias, *how)

    @staticmethod
    def backward(ctx, g: Tensor) -> tuple[Tensor | None, Tensor, Tensor, None]:
        x, weight = ctx.saved_tensors
        product = weight.dtype == torch.bfloat16 and weight.device.type == "cpu" and min(weight.shape[:2]) >= MANY
        wanted = ctx.needs_input_grad[0], not product, False
        of_x, of_weight, _ = torch.ops.aten.convolution_backward(g, x, weight, None, *ctx.how, wanted)
        if product:
            (stride, _), (padding, _), _, transposed, *_ = ctx.how
            of_weight = _products(*((x, g) if transposed else (g, x)), weight.shape[2:], stride, padding)
        return of_x, of_weight, g.sum((0, 2, 3)), None


def _products(small, large, kernel, stride, padding):
    """a×b×k×m: sums of products of each place of `small`, N×a×h×w, with what a kernel k×m covers there of `large`, N×b×H×W."""
    (a, b), (k, m) = (small.shape[1], large.shape[1]), kernel
    around = functional.pad(large.permute(0, 2, 3, 1), (0, 0, padding, padding, padding, padding))
    covered = around.unfold(1, k, stride).unfold(2, m, stride).permute(0, 1, 2, 4, 5, 3).reshape(-1, k * m * b)
    return (small.permute(0, 2, 3, 1).reshape(-1, a).T @ covered).view(a, k, m, b).permute(0, 3, 1, 2)


def computed(net: nn.Module, x: Tensor, parts: int) -> Tensor:
    """net(x) of N images, or of seeds, N×c×h×w, for a net that treats each independently, in so many `parts`, each by a thread
    of its own. What each part holds follows from N and their number alone."""
    parameters = [*net.parameters()]
    if parts == 1 or not parameters:
        return net(x)
    return Parted.apply(net, parts, torch.is_grad_enabled(), x, *parameters)


class Parted(torch.autograd.Function):
    """What `computed` gives in parts. Threads that share every operation wait for each other after each, and those that share
    oneDNN's gradient of bf16 weights do so without sleeping, so that beside a busy program they take a hundred times as long.
    Those with a part each wait once for all layers. The parts' gradients are summed in their order, whichever is there first."""

    @staticmethod
    def forward(ctx, net: nn.Module, count: int, learns: bool, x: Tensor, *parameters: Tensor) -> Tensor:
        follows = learns and ctx.needs_input_grad[3]

        def one(part):
            with torch.set_grad_enabled(learns):
                part = part.detach().requires_grad_(follows)
                return part, net(part)

        parts = beside(one, x.tensor_split(min(count, len(x))))
        ctx.parts, ctx.parameters = parts, parameters
        return torch.cat([y.detach() for _, y in parts])

    @staticmethod
    def backward(ctx, g: Tensor) -> tuple[Tensor | None, ...]:
        follows = ctx.needs_input_grad[3]

        def one(part, own):
            x, y = part
            return torch.autograd.grad(y, [*ctx.parameters, *([x] if follows else [])], own)

        found = [*zip(*beside(one, ctx.parts, g.split([len(y) for _, y in ctx.parts])), strict=True)]
        of_x = torch.cat(found.pop()) if follows else None
        return None, None, None, of_x, *(reduce(torch.add, parts) for parts in found)


def beside(work, *parts):
    """work(…) of each part; parts: for each argument of work, its value in every part. The caller's thread does the first part,
    another each other one, and torch's operations within a part use that thread alone."""
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        first, *others = zip(*parts, strict=True)
        found = [HELPERS.submit(work, *each) for each in others]
        return [work(*first), *(each.result() for each in found)]
    finally:
        torch.set_num_threads(threads)  # also for threads that begin later


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
    return [tuple(-(-side // 2**k) for side in size) for k in range(times + 1)]


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
