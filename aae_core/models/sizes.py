"""The sizes of a model's networks, and how much they compute."""

from dataclasses import dataclass

import torch

from aae_core.config.configuration import Config
from aae_core.data.features import Features
from aae_core.models.layers import layers
from aae_core.models.model import Model


@dataclass(frozen=True)
class Size:
    """parameters: the number of learned numbers; multiplications: the number for one image or code that passes the network."""

    parameters: int
    multiplications: int


def sizes(model: Model) -> dict[str, Size]:
    """The size of each network by its name in the model."""
    size_by_network = {}
    for name, net in model.named_children():
        parameters = sum(parameter.numel() for parameter in net.parameters())
        multiplications = sum(layer.multiplications for layer in layers(net, model.shape))
        size_by_network[name] = Size(parameters, multiplications)
    return size_by_network


def of(config: Config, shape: tuple[int, int, int], classes: int, features: Features | None = None) -> dict[str, Size]:
    """The sizes of the networks that `Model` would have with these arguments; no weights are created."""
    with torch.device("meta"):
        return sizes(Model(config, shape, classes, features))


def in_words(size_by_network: dict[str, Size], item: str) -> str:
    """The total of all networks, such as "1.4 million parameters, 12 million multiplications for each image". item:
    "image" or "row"."""
    parameters = sum(size.parameters for size in size_by_network.values())
    multiplications = sum(size.multiplications for size in size_by_network.values())
    return f"{_number(parameters)} parameters, {_number(multiplications)} multiplications for each {item}"


def _number(n):
    if n < 100_000:
        return f"{n:,}"
    if n < 9.95e7:
        return f"{n / 1e6:.2g} million"
    return f"{n / 1e6:,.0f} million"
