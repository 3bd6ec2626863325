"""The sizes of a model's networks, and how much they compute."""

from dataclasses import dataclass

import torch

from aae_core.config.configuration import Config
from aae_core.data.features import Features
from aae_core.models.layers import extract_layers
from aae_core.models.model import Model
from aae_core.models.plugin_networks import PluginNetwork, count_multiplications
from aae_core.wording import adapt_image_words, translate


@dataclass(frozen=True)
class NetworkSize:
    """parameters: the number of learned numbers; multiplications: the number for one image or code that passes the network."""

    parameters: int
    multiplications: int


def network_sizes(model: Model) -> dict[str, NetworkSize]:
    """The size of each network by its name in the model."""
    size_by_network = {}
    for name, net in model.named_children():
        parameters = sum(parameter.numel() for parameter in net.parameters())
        if isinstance(net, PluginNetwork):
            multiplications = count_multiplications(net, model.config.network, model.noise_dim)
        else:
            multiplications = sum(layer.multiplications for layer in extract_layers(net, model.shape))
        size_by_network[name] = NetworkSize(parameters, multiplications)
    return size_by_network


def network_sizes_of_config(
    config: Config, shape: tuple[int, int, int], classes: int, features: Features | None = None
) -> dict[str, NetworkSize]:
    """The sizes of the networks that `Model` would have with these arguments; no weights are created."""
    with torch.device("meta"):
        return network_sizes(Model(config, shape, classes, features))


def sizes_sentence(size_by_network: dict[str, NetworkSize], item_name: str) -> str:
    """The total of all networks, such as "1.4 million parameters, 12 million multiplications for each image".
    item_name: "image" or "row"."""
    parameters = sum(size.parameters for size in size_by_network.values())
    multiplications = sum(size.multiplications for size in size_by_network.values())
    text = translate("{parameters} parameters, {multiplications} multiplications for each image")
    numbers = {"parameters": _format_number(parameters), "multiplications": _format_number(multiplications)}
    return adapt_image_words(text, item_name == "row").format(**numbers)


def _format_number(number) -> str:
    if number < 100_000:
        return f"{number:,}"
    if number < 9.95e7:
        return translate("{number} million", number=f"{number / 1e6:.2g}")
    return translate("{number} million", number=f"{number / 1e6:,.0f}")
