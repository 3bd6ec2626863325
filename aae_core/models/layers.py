"""What a network computes in evaluation mode, as a list of layers that is read off its modules, with batch norm folded in."""

import math
from dataclasses import dataclass, replace

from torch import Tensor, nn

from aae_core.models.activations import ACTIVATIONS
from aae_core.models.convolutions import ResidualBlock
from aae_core.models.networks import BatchNormWithUnshiftedOutputs, Decoder, Encoder


@dataclass(frozen=True)
class Convolution:
    """The geometry of a convolution; before, after: the shapes C, H, W of its input and output.

    enlarged: H, W to which the input is first resized by nearest neighbour. adds: whether the input of the previous layer is
    added to the output, as at the end of a residual block of two layers, before the activation.
    """

    before: tuple[int, int, int]
    after: tuple[int, int, int]
    enlarged: tuple[int, int]
    kernel: tuple[int, int]
    stride: int
    padding: int
    transposed: bool
    adds: bool = False


@dataclass(frozen=True)
class Layer:
    """One layer y = a(W·x + b). weight: in×out, or for a convolution C×(kernel)×out; bias: out. form: None for a dense layer.
    activation: the name of a in ACTIVATIONS; "" for none."""

    weight: Tensor
    bias: Tensor
    form: Convolution | None = None
    activation: str = ""

    @property
    def inputs(self) -> int:
        return self.weight.shape[0] if self.form is None else math.prod(self.form.before)

    @property
    def outputs(self) -> int:
        return self.weight.shape[-1] if self.form is None else math.prod(self.form.after)

    @property
    def multiplications(self) -> int:
        """The number of multiplications for one sample, including those with the zeros of the padding."""
        if self.form is None:
            return self.weight.numel()
        _, h, w = self.form.before if self.form.transposed else self.form.after
        return self.weight.numel() * h * w


ACTIVATION_NAME_BY_CLASS = {activation: name for name, activation in ACTIVATIONS.items()}


def extract_layers(net: nn.Module, image_shape: tuple[int, int, int] | None = None) -> list[Layer]:
    """The layers of an encoder, a decoder or a sequence of modules; on torch's device "meta", only their shapes.

    image_shape: C, H, W of an encoder's input. Raises TypeError for a module of an unknown kind.
    """
    layer_list: list[Layer] = []
    current_shape, resized_to = image_shape, None  # the shape of the input, and the size to which it is first enlarged
    for module in _modules_in_order(net):
        if isinstance(module, nn.Linear):
            layer_list.append(Layer(module.weight.detach().T, module.bias.detach()))
        elif isinstance(module, BatchNormWithUnshiftedOutputs):
            if module.weight.is_meta:  # no numbers, whose product torch would take a second to prepare
                continue
            scale = module.weight.detach() / (module.running_var + module.eps).sqrt()
            last_layer, shift = layer_list.pop(), module.effective_shift.detach() - module.running_mean * scale
            layer_list.append(Layer(last_layer.weight * scale, last_layer.bias * scale + shift))
        elif isinstance(module, nn.Conv2d | nn.ConvTranspose2d):
            form = _convolution_geometry(module, current_shape, resized_to or current_shape[1:])
            weight = module.weight.detach()
            weight = weight.permute((0, 2, 3, 1) if form.transposed else (1, 2, 3, 0))
            layer_list.append(Layer(weight, module.bias.detach(), form))
            current_shape, resized_to = form.after, None
        elif isinstance(module, nn.Upsample):
            resized_to = module.size
        elif isinstance(module, nn.Unflatten):
            current_shape = tuple(module.unflattened_size)
        elif isinstance(module, ResidualBlock):
            form = replace(layer_list[-1].form, adds=True)
            layer_list[-1] = replace(layer_list[-1], form=form, activation=ACTIVATION_NAME_BY_CLASS[type(module[1])])
        elif type(module) in ACTIVATION_NAME_BY_CLASS:
            layer_list[-1] = replace(layer_list[-1], activation=ACTIVATION_NAME_BY_CLASS[type(module)])
        elif not isinstance(module, nn.Flatten | nn.Identity | nn.Dropout):
            raise TypeError(f"{type(module).__name__} is no module that can be read as layers.")
    return layer_list


def _modules_in_order(net):
    """All modules in the order of computation; a residual block itself, which adds its input, follows its own modules."""
    children = []
    if isinstance(net, Encoder | Decoder | nn.Sequential):
        children = list(net.children())
    for child in children:
        yield from _modules_in_order(child)
    if not children or isinstance(net, ResidualBlock):
        yield net


def _convolution_geometry(module, input_shape, resized_to):
    """The geometry of a convolution for an input of `input_shape`, C, H, W, that is first resized to `resized_to`, H, W."""
    (a, b), (stride, _), (padding, _) = module.kernel_size, module.stride, module.padding
    transposed = isinstance(module, nn.ConvTranspose2d)
    sides = []
    for side, taps in zip(resized_to, (a, b), strict=True):
        if transposed:
            sides.append((side - 1) * stride + taps - 2 * padding)
        else:
            sides.append((side + 2 * padding - taps) // stride + 1)
    output_shape = (module.out_channels, *sides)
    return Convolution(tuple(input_shape), output_shape, tuple(resized_to), (a, b), stride, padding, transposed)
