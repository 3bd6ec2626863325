"""What a network computes in evaluation mode as a list of layers, read off its modules with batch norm folded in."""

import math
from dataclasses import dataclass, replace

from torch import Tensor, nn

from aae_core.models.convolutions import Residual
from aae_core.models.networks import Decoder, Encoder, Norm


@dataclass(frozen=True)
class Convolution:
    """How a convolution goes over an image; sizes C, H, W before and after it.

    enlarged: H, W to which the image is brought first, each pixel taken from the nearest. adds: whether the input of the layer
    before this one is added to what it gives, as in a residual block of two. relu: whether one follows.
    """

    before: tuple[int, int, int]
    after: tuple[int, int, int]
    enlarged: tuple[int, int]
    kernel: tuple[int, int]
    stride: int
    padding: int
    transposed: bool
    adds: bool = False
    relu: bool = False


@dataclass(frozen=True)
class Layer:
    """One layer y = W·x + b. weight: in×out, of a convolution C×(kernel)×out; bias: out.

    A dense one has no `form`; a ReLU follows it unless it is the last.
    """

    weight: Tensor
    bias: Tensor
    form: Convolution | None = None

    @property
    def inputs(self) -> int:
        return self.weight.shape[0] if self.form is None else math.prod(self.form.before)

    @property
    def outputs(self) -> int:
        return self.weight.shape[-1] if self.form is None else math.prod(self.form.after)

    @property
    def multiplications(self) -> int:
        """Of one sample; with padding's zeros counted."""
        if self.form is None:
            return self.weight.numel()
        _, h, w = self.form.before if self.form.transposed else self.form.after
        return self.weight.numel() * h * w


def layers(net: nn.Module, image: tuple[int, int, int] | None = None) -> list[Layer]:
    """The layers of an encoder, a decoder or a sequence of modules (on torch's device "meta" their shapes alone); image: C, H, W
    of an encoder's input.

    Raises TypeError for a module that is not known here.
    """
    found: list[Layer] = []
    at, enlarged = image, None  # the image that comes in, and to what it is brought first
    for module in _each(net):
        if isinstance(module, nn.Linear):
            found.append(Layer(module.weight.detach().T, module.bias.detach()))
        elif isinstance(module, Norm):
            if module.weight.is_meta:  # no numbers, whose product torch would take a second to prepare
                continue
            scale = module.weight.detach() / (module.running_var + module.eps).sqrt()
            last, shift = found.pop(), module.shift.detach() - module.running_mean * scale
            found.append(Layer(last.weight * scale, last.bias * scale + shift))
        elif isinstance(module, nn.Conv2d | nn.ConvTranspose2d):
            form = _form(module, at, enlarged or at[1:])
            weight = module.weight.detach()
            weight = weight.permute((0, 2, 3, 1) if form.transposed else (1, 2, 3, 0))
            found.append(Layer(weight, module.bias.detach(), form))
            at, enlarged = form.after, None
        elif isinstance(module, nn.Upsample):
            enlarged = module.size
        elif isinstance(module, nn.Unflatten):
            at = tuple(module.unflattened_size)
        elif isinstance(module, nn.ReLU | Residual):
            if found[-1].form is not None:
                form = replace(found[-1].form, adds=isinstance(module, Residual), relu=True)
                found[-1] = replace(found[-1], form=form)
        elif not isinstance(module, nn.Flatten | nn.Identity):
            raise TypeError(f"{type(module).__name__} is no module that can be read as layers.")
    return found


def _each(net):
    """Every module in the order in which they compute; a residual block, which adds, after its own."""
    parts = [net]
    if isinstance(net, Encoder):
        parts = [net.features, net.net]
    elif isinstance(net, Decoder):
        parts = [net.net, net.seed, net.picture]
    elif isinstance(net, nn.Sequential):
        parts = [*net, *[net] * isinstance(net, Residual)]
    for part in parts:
        yield from [part] if part is net else _each(part)


def _form(module, before, enlarged):
    """The geometry of a convolution for images C, H, W that are brought to `enlarged`, H, W, first."""
    (a, b), (stride, _), (padding, _) = module.kernel_size, module.stride, module.padding
    transposed = isinstance(module, nn.ConvTranspose2d)
    sides = (
        (side - 1) * stride + taps - 2 * padding if transposed else (side + 2 * padding - taps) // stride + 1
        for side, taps in zip(enlarged, (a, b), strict=True)
    )
    after = (module.out_channels, *sides)
    return Convolution(tuple(before), after, tuple(enlarged), (a, b), stride, padding, transposed)
