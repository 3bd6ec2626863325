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

from aae_core.config.settings import NetworkConfig
from aae_core.models.activations import ACTIVATIONS

MAX_SEED_SIDE = 4  # height and width of a pyramid's seed, at most
# Channels before and after a convolution from which the gradient of bf16 weights is computed by `_weight_gradient`.
MIN_CHANNELS_OF_PRODUCT = 64
HELPER_THREADS = ThreadPoolExecutor(thread_name_prefix="part", initializer=torch.set_num_threads, initargs=(1,))


class ResidualBlock(nn.Sequential):
    """A residual block a(x + f(x)) (He et al., 2016), N×c×h×w -> N×c×h×w, in which f is two convolutions with the activation
    a between them."""

    def __init__(self, channels: int, activation: str = "relu"):
        first_convolution, second_convolution = (FastConv2d(channels, channels, 3, padding=1) for _ in range(2))
        super().__init__(first_convolution, ACTIVATIONS[activation](), second_convolution)

    def forward(self, x: Tensor) -> Tensor:
        return self[1](x + super().forward(x))


class _FastGradients:
    """A convolution whose gradients `ConvolutionFunction` computes."""

    def forward(self, x: Tensor) -> Tensor:
        if not torch.is_grad_enabled():
            return super().forward(x)
        options = self.stride, self.padding, self.dilation, self.transposed, self.output_padding, self.groups
        return ConvolutionFunction.apply(x, self.weight, self.bias, options)


class FastConv2d(_FastGradients, nn.Conv2d):
    """A convolution N×i×H×W -> N×o×h×w."""


class FastConvTranspose2d(_FastGradients, nn.ConvTranspose2d):
    """A transposed convolution N×i×h×w -> N×o×H×W."""


class ConvolutionFunction(torch.autograd.Function):
    """A convolution that computes two gradients without oneDNN, which is slow at them: that of the bias, a plain sum, for which
    oneDNN takes as long as for the two others; and that of many bf16 weights, a matrix product, for which it takes up to three
    times as long."""

    @staticmethod
    def forward(ctx, x: Tensor, weight: Tensor, bias: Tensor, options: tuple) -> Tensor:
        ctx.save_for_backward(x, weight)
        ctx.options = options
        return torch.convolution(x, weight, bias, *options)

    @staticmethod
    def backward(ctx, g: Tensor) -> tuple[Tensor | None, Tensor, Tensor, None]:
        x, weight = ctx.saved_tensors
        is_matrix_product = (
            weight.dtype == torch.bfloat16
            and weight.device.type == "cpu"
            and min(weight.shape[:2]) >= MIN_CHANNELS_OF_PRODUCT
        )
        output_mask = ctx.needs_input_grad[0], not is_matrix_product, False
        x_gradient, weight_gradient, _ = torch.ops.aten.convolution_backward(
            g, x, weight, None, *ctx.options, output_mask
        )
        if is_matrix_product:
            (stride, _), (padding, _), _, transposed, *_ = ctx.options
            smaller_map, larger_map = (x, g) if transposed else (g, x)
            weight_gradient = _weight_gradient(smaller_map, larger_map, weight.shape[2:], stride, padding)
        return x_gradient, weight_gradient, g.sum((0, 2, 3)), None


def _weight_gradient(smaller_map, larger_map, kernel, stride, padding):
    """The gradient of the weights, a×b×k×m: for each position in `smaller_map`, N×a×h×w, its product with the patch of
    `larger_map`, N×b×H×W, that a kernel k×m covers there, summed over all positions."""
    (a, b), (k, m) = (smaller_map.shape[1], larger_map.shape[1]), kernel
    padded_map = functional.pad(larger_map.permute(0, 2, 3, 1), (0, 0, padding, padding, padding, padding))
    patches = padded_map.unfold(1, k, stride).unfold(2, m, stride).permute(0, 1, 2, 4, 5, 3).reshape(-1, k * m * b)
    return (smaller_map.permute(0, 2, 3, 1).reshape(-1, a).T @ patches).view(a, k, m, b).permute(0, 3, 1, 2)


def compute_in_parts(net: nn.Module, x: Tensor, n_parts: int) -> Tensor:
    """net(x) for N images or seeds, N×c×h×w, split into `n_parts` that one thread each computes; the net must treat the N
    independently. How they are split depends only on N and `n_parts`, so results are reproducible."""
    if n_parts == 1:
        return net(x)
    parameters = list(net.parameters())
    if not parameters:
        return net(x)
    return InPartsFunction.apply(net, n_parts, torch.is_grad_enabled(), x, *parameters)


class InPartsFunction(torch.autograd.Function):
    """The autograd function of `compute_in_parts`.

    Threads that share every operation wait for one another after each; in oneDNN's gradient of bf16 weights they wait without
    sleeping, and take a hundred times as long beside a busy program. Threads with a part each wait only once for all layers.
    The gradients of the parts are always summed in the same order.
    """

    @staticmethod
    def forward(ctx, net: nn.Module, n_parts: int, with_gradients: bool, x: Tensor, *parameters: Tensor) -> Tensor:
        x_needs_gradient = with_gradients and ctx.needs_input_grad[3]

        def run_part(part):
            with torch.set_grad_enabled(with_gradients):
                part = part.detach().requires_grad_(x_needs_gradient)
                return part, net(part)

        parts = map_in_threads(run_part, x.tensor_split(min(n_parts, len(x))))
        ctx.parts, ctx.parameters = parts, parameters
        return torch.cat([y.detach() for _, y in parts])

    @staticmethod
    def backward(ctx, g: Tensor) -> tuple[Tensor | None, ...]:
        x_needs_gradient = ctx.needs_input_grad[3]

        def gradients_of_part(part, output_gradient):
            x, y = part
            inputs = [*ctx.parameters, x] if x_needs_gradient else ctx.parameters
            return torch.autograd.grad(y, inputs, output_gradient)

        output_gradients = g.split([len(y) for _, y in ctx.parts])
        gradients_by_part = map_in_threads(gradients_of_part, ctx.parts, output_gradients)
        gradients_by_input = list(zip(*gradients_by_part, strict=True))
        x_gradient = torch.cat(gradients_by_input.pop()) if x_needs_gradient else None
        return None, None, None, x_gradient, *(reduce(torch.add, gradients) for gradients in gradients_by_input)


@contextmanager
def use_torch_threads(threads: int) -> Iterator[None]:
    """A context in which torch computes with this number of CPU threads."""
    former_threads = torch.get_num_threads()
    torch.set_num_threads(threads)
    try:
        yield
    finally:
        torch.set_num_threads(former_threads)  # also for threads that begin later


def map_in_threads(work, *parts):
    """[work(*arguments) for arguments in zip(*parts)], with a thread for each part; the caller's thread computes the first one.
    Within a part, torch's operations use this thread alone."""
    with use_torch_threads(1):
        first_arguments, *other_arguments = zip(*parts, strict=True)
        futures = [HELPER_THREADS.submit(work, *arguments) for arguments in other_arguments]
        return [work(*first_arguments), *(future.result() for future in futures)]


def memory_layout(network: NetworkConfig) -> torch.memory_format:
    """The memory format of images: with the channels of a pixel side by side, the convolutions of a pyramid take half the
    time."""
    return torch.channels_last if network.kind == "pyramid" else torch.contiguous_format


def encoder_layers(network: NetworkConfig, shape: tuple[int, int, int]) -> tuple[list[nn.Module], tuple[int, int, int]]:
    """The encoder's layers N×C×H×W -> N×c×h×w, [] for a fully connected net, and the seed's shape (c, h, w)."""
    widths, sizes = _widths_and_sizes(network, shape)
    kind = FastConv2d if network.kind == "pyramid" else nn.Conv2d
    layers = []
    for inputs, outputs in pairwise(widths):
        layers += [kind(inputs, outputs, 3, stride=2, padding=1), ACTIVATIONS[network.activation]()]
    if network.kind == "pyramid" and layers:
        layers.append(ResidualBlock(widths[-1], network.activation))
    return layers, (widths[-1], *sizes[-1])


def decoder_layers(network: NetworkConfig, shape: tuple[int, int, int]) -> tuple[list[nn.Module], tuple[int, int, int]]:
    """The decoder's layers N×c×h×w -> N×C×H×W, [] for a fully connected net, and the seed's shape (c, h, w)."""
    widths, sizes = _widths_and_sizes(network, shape)
    enlarging_layers = _transposed_layers if network.kind == "pyramid" else _upsampling_layers
    layers = []
    for (inputs, outputs), (small_size, large_size) in zip(
        pairwise(reversed(widths)), pairwise(reversed(sizes)), strict=True
    ):
        layers += [*enlarging_layers(inputs, outputs, small_size, large_size), ACTIVATIONS[network.activation]()]
    return layers[:-1], (widths[-1], *sizes[-1])


def halved_sizes(size: tuple[int, int], n_halvings: int) -> list[tuple[int, int]]:
    """The heights and widths before and after each of `n_halvings` convolutions of stride 2, which round up."""
    return [tuple(-(-side // 2**k) for side in size) for k in range(n_halvings + 1)]


def _widths_and_sizes(network, shape):
    """The channels and the sizes (h, w) before, between and after the halvings.

    The last of a pyramid's channels belong to the smallest sizes. If it has more halvings than channels are given, the first
    number of channels is used for all larger sizes.
    """
    c, h, w = shape
    widths = network.channels if network.kind == "conv" else ()
    if network.kind == "pyramid":
        n_halvings = max(0, (max(h, w) - 1).bit_length() - (MAX_SEED_SIDE - 1).bit_length())
        widths = (network.channels[:1] * n_halvings + network.channels)[len(network.channels) :]
    return (c, *widths), halved_sizes((h, w), len(widths))


def _transposed_layers(inputs, outputs, small_size, large_size):
    """A transposed convolution from size `small_size` to `large_size`: along a side, a kernel of 4 makes 2n of n, and
    one of 3 makes 2n − 1."""
    kernel = tuple(
        4 - (2 * small_side - large_side) for small_side, large_side in zip(small_size, large_size, strict=True)
    )
    return [FastConvTranspose2d(inputs, outputs, kernel, stride=2, padding=1)]


def _upsampling_layers(inputs, outputs, small_size, large_size):
    return [nn.Upsample(size=large_size), nn.Conv2d(inputs, outputs, 3, padding=1)]
