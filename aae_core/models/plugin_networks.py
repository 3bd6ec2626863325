"""Networks of plug-ins (docs/use/plugins.md): how one is created, and how much it computes."""

from functools import lru_cache

import torch
from torch import Tensor, nn

from aae_core.config.choices import NETWORKS
from aae_core.config.configuration import Config
from aae_core.config.settings import NetworkConfig

NETWORK_NAMES = ("encoder", "decoder", "discriminator")


class PluginNetwork(nn.Module):
    """A network of a plug-in, `net`, which maps N×`shape` (and for an encoder of a universal posterior η N×E) to N×`outputs`.

    kind: the name of the registered networks; role: one of NETWORK_NAMES. What `net` raises becomes a ConfigError that names
    the plug-in.
    """

    layout = torch.contiguous_format  # of the encoder's input in memory
    parts = 1  # a mini-batch passes as a whole, which batch normalisation needs

    def __init__(self, net: nn.Module, kind: str, role: str, shape: tuple[int, ...], outputs: tuple[int, ...]):
        super().__init__()
        self.net, self.kind, self.role = net, kind, role
        self.shape, self.outputs = shape, outputs

    def forward(self, x: Tensor, eta: Tensor | None = None) -> Tensor:
        with NETWORKS.blame_plugin_for_errors(self.kind):
            return self.net(x) if eta is None else self.net(x, eta)


def make_plugin_network(config: Config, role: str, shape: tuple[int, ...], outputs: int | tuple[int, ...]) -> nn.Module:
    """The plug-in's network `role`, one of NETWORK_NAMES, on torch's default device. Its first weights are those that its own
    code draws after the seed of the configuration.

    Raises ConfigError if the plug-in's code fails or returns no module.
    """
    kind, seed = config.network.kind, len(NETWORK_NAMES) * config.seed + NETWORK_NAMES.index(role)
    net = _call_plugin(kind, role, shape, outputs, config.network, seed)
    whole_shape = (outputs,) if isinstance(outputs, int) else tuple(outputs)
    network = PluginNetwork(net, kind, role, tuple(shape), whole_shape).to(torch.get_default_device())
    return network.train()  # in which a network may keep frozen parts in evaluation mode


def _call_plugin(kind, role, shape, outputs, settings, seed) -> nn.Module:
    """What the plug-in's function returns. It is called on the CPU even where only shapes are needed, because it may compute
    with the weights that it loads."""
    with torch.device("cpu"), torch.random.fork_rng(devices=[]), NETWORKS.blame_plugin_for_errors(kind):
        torch.default_generator.manual_seed(seed)
        net = getattr(NETWORKS[kind], role)(tuple(shape), outputs, settings)
        if not isinstance(net, nn.Module):
            raise TypeError(f"its {role} must be a torch.nn.Module, not {type(net).__name__}")
    return net


def count_multiplications(network: PluginNetwork, settings: NetworkConfig, noise_dim: int) -> int:
    """The number of multiplications in matrix products and convolutions for one item. noise_dim: E, 0 without η."""
    facts = NETWORKS[network.kind]  # in the key, so that a plug-in that is loaded again is counted again
    return _count_multiplications(
        facts, network.kind, network.role, network.shape, network.outputs, settings, noise_dim
    )


@lru_cache(maxsize=64)
def _count_multiplications(facts, kind, role, shape, outputs, settings, noise_dim) -> int:
    from torch.utils.flop_counter import FlopCounterMode  # which loads a compiler where there is one

    outputs_argument = outputs if role == "decoder" else outputs[0]
    net = PluginNetwork(
        _call_plugin(kind, role, shape, outputs_argument, settings, 0), kind, role, shape, outputs
    ).eval()
    counter = FlopCounterMode(display=False)
    with torch.device("cpu"), torch.no_grad(), counter:
        net(*example_inputs(net, 1, noise_dim))
    return counter.get_total_flops() // 2  # of which an addition each


def example_inputs(network: PluginNetwork, count: int, noise_dim: int) -> list[Tensor]:
    """Random inputs of `count` items: x in [0, 1] and, with a noise_dim above 0, η for an encoder; normal values for others."""
    rng = torch.Generator().manual_seed(0)
    if network.role != "encoder":
        return [torch.randn(count, *network.shape, generator=rng)]
    x = torch.rand(count, *network.shape, generator=rng)
    return [x, torch.randn(count, noise_dim, generator=rng)] if noise_dim else [x]
