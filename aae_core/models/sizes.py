"""How large the networks of a model are, and how much they compute."""

import math
from dataclasses import astuple, dataclass

import torch
from torch import nn

from aae_core.models.inference import evaluating
from aae_core.models.model import Model


@dataclass(frozen=True)
class Size:
    """parameters: numbers that are learned; multiplications: of one image or code on its way through the network."""

    parameters: int
    multiplications: int


def sizes(model: Model) -> dict[str, Size]:
    """The size of each network, by its name in the model. One image of zeros passes through them; nothing is drawn."""
    found = {}
    for name, net in model.named_children():
        with evaluating(model):
            counted = _counted(net, _example(model, name, net))
        found[name] = Size(sum(parameter.numel() for parameter in net.parameters()), counted)
    return found


def in_words(found: dict[str, Size]) -> str:
    """Such as "1.4 million parameters, 12 million multiplications for each image or row", of all networks together."""
    whole = (sum(values) for values in zip(*map(astuple, found.values()), strict=True))
    parameters, multiplications = map(_number, whole)
    return f"{parameters} parameters, {multiplications} multiplications for each image or row"


def _number(n):
    return f"{n:,}" if n < 100_000 else f"{n / 1e6:.2g} million" if n < 1e8 else f"{n / 1e6:,.0f} million"


def _example(model, name, net):
    if name == "encoder":
        noise = [torch.zeros(1, model.noise_dim)] if model.noise_dim else []
        return [each.to(model.device, model.dtype) for each in (torch.zeros(1, *model.shape), *noise)]
    first = next(layer for layer in net.modules() if isinstance(layer, nn.Linear))
    return [torch.zeros(1, first.in_features, device=model.device, dtype=model.dtype)]


def _counted(net, example):
    """Each weight multiplies once at each place: of a convolution's output, of a transposed one's input."""
    counted = []

    def count(layer, given, output):
        places = (given[0] if isinstance(layer, nn.ConvTranspose2d) else output)[0, 0]
        counted.append(layer.weight.numel() * math.prod(places.shape))

    kinds = nn.Linear | nn.Conv2d | nn.ConvTranspose2d
    hooks = [layer.register_forward_hook(count) for layer in net.modules() if isinstance(layer, kinds)]
    try:
        net(*example)
    finally:
        for hook in hooks:
            hook.remove()
    return sum(counted)
