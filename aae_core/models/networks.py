"""Encoder, decoder and discriminator: fully connected networks, with convolutional layers before (encoder) or after (decoder)
them if the configuration says so.

Shapes: N is the batch, C×H×W the image, d the code, K the contents, E the noise η of a universal posterior.
"""

import contextlib
import math
from collections.abc import Iterator
from itertools import pairwise

import torch
from torch import Tensor, nn
from torch.nn import functional

from aae_core.config.settings import NetworkConfig
from aae_core.models import convolutions
from aae_core.models.activations import ACTIVATIONS, Dropout


class BatchNormWithUnshiftedOutputs(nn.BatchNorm1d):
    """Batch normalisation without a learned shift of the first `unshifted_count` outputs: these have mean 0 over
    every mini-batch, so that no content's logit can sink and fall out of use.

    In training mode, every pass is normalised by the statistics of its own mini-batch, but only a pass within
    `updating_running_statistics` updates the running statistics, which are used in evaluation mode.
    """

    updates_statistics = False

    def __init__(self, outputs: int, unshifted_count: int = 0):
        super().__init__(outputs)
        self.unshifted_count = unshifted_count

    @property
    def effective_shift(self) -> Tensor:
        """The shift β of each output, 0 for the first `unshifted_count`."""
        if not self.unshifted_count:
            return self.bias
        return torch.cat([torch.zeros_like(self.bias[: self.unshifted_count]), self.bias[self.unshifted_count :]])

    def forward(self, h: Tensor) -> Tensor:
        mean, variance = self.running_mean, self.running_var
        if self.training and not self.updates_statistics:
            mean, variance = None, None
        elif self.training:
            self.num_batches_tracked.add_(1)
        return functional.batch_norm(
            h, mean, variance, self.weight, self.effective_shift, self.training, self.momentum, self.eps
        )


@contextlib.contextmanager
def updating_running_statistics(net: nn.Module, update: bool = True) -> Iterator[None]:
    """A context in which the batch normalisations of a net in training mode update their running statistics, if `update`."""
    norms = [layer for layer in net.modules() if isinstance(layer, BatchNormWithUnshiftedOutputs)]
    for norm in norms:
        norm.updates_statistics = update
    try:
        yield
    finally:
        for norm in norms:
            norm.updates_statistics = False


def mlp(
    sizes: list[int], normalise: bool = False, unshifted_count: int = 0, activation: str = "relu", dropout: float = 0.0
) -> nn.Sequential:
    """Linear layers of the given widths with an activation after each but the last, a name in ACTIVATIONS. normalise: batch
    normalisation after each layer; after the last, without a shift of the first `unshifted_count` outputs. dropout: the
    probability of dropout after each activation."""
    layers, last_number = [], len(sizes) - 2
    for number, (inputs, outputs) in enumerate(pairwise(sizes)):
        layers.append(nn.Linear(inputs, outputs))
        if normalise:
            layers.append(BatchNormWithUnshiftedOutputs(outputs, unshifted_count if number == last_number else 0))
        if number != last_number:
            layers.append(ACTIVATIONS[activation]())
        if number != last_number and dropout:
            layers.append(Dropout(dropout))
    return nn.Sequential(*layers)


def initialise_weights(net: nn.Module, rule: str, generator: torch.Generator) -> None:
    """Draw the weights anew by a rule: "paper", N(0, 0.01²) as in the paper's training details, or "he", N(0, 2 / fan-in). Biases
    become 0, and the last weights of a residual block too, so that it begins as the identity."""
    for layer in net.modules():
        if isinstance(layer, nn.Linear | nn.Conv2d | nn.ConvTranspose2d):
            fan_in = layer.weight.numel() / len(layer.bias)
            if isinstance(layer, nn.ConvTranspose2d):
                fan_in /= math.prod(layer.stride)  # one output meets every second tap along each axis
            deviation = 0.01 if rule == "paper" else math.sqrt(2 / fan_in)
            nn.init.normal_(layer.weight, 0.0, deviation, generator=generator)
            nn.init.zeros_(layer.bias)
    for layer in net.modules():
        if isinstance(layer, convolutions.ResidualBlock):
            nn.init.zeros_(layer[-1].weight)


class Encoder(nn.Module):
    """x N×C×H×W (and η N×E) -> h N×(`contents` + `outputs`): logits of q(y|x), then what the posterior turns into codes."""

    parts = 1  # into which the mini-batch is split for the convolutions, computed in parallel

    def __init__(
        self, network: NetworkConfig, shape: tuple[int, int, int], outputs: int, noise_dim: int, contents: int = 0
    ):
        super().__init__()  # models/layers relies on the order of the modules, here and in Decoder: that of the computation
        layers, seed = convolutions.encoder_layers(network, shape)
        self.layout = convolutions.memory_layout(network)
        self.features = nn.Sequential(*layers, nn.Flatten()) if layers else nn.Flatten()
        widths = [math.prod(seed) + noise_dim, *network.hidden, contents + outputs]
        keeps_logits_level = network.normalise == "level"
        self.net = mlp(
            widths,
            network.normalise != "none",
            contents if keeps_logits_level else 0,
            network.activation,
            network.dropout,
        )

    def forward(self, x: Tensor, eta: Tensor | None = None) -> Tensor:
        features = convolutions.compute_in_parts(self.features, x.contiguous(memory_format=self.layout), self.parts)
        return self.net(features if eta is None else torch.cat([features, eta], dim=1))


class Decoder(nn.Module):
    """[y, z] N×(K+d) -> logits of x̂, N×C×H×W."""

    parts = 1

    def __init__(self, network: NetworkConfig, shape: tuple[int, int, int], inputs: int):
        super().__init__()
        layers, seed = convolutions.decoder_layers(network, shape)
        self.layout = convolutions.memory_layout(network)
        hidden = network.decoder_hidden or tuple(reversed(network.hidden))
        net = mlp([inputs, *hidden, math.prod(seed)], activation=network.activation, dropout=network.dropout)
        self.net = nn.Sequential(*net, ACTIVATIONS[network.activation]()) if layers else net
        self.seed = nn.Unflatten(1, seed)
        self.picture = nn.Sequential(*layers) if layers else nn.Identity()

    def forward(self, z: Tensor) -> Tensor:
        seeds = self.seed(self.net(z)).contiguous(memory_format=self.layout)
        return convolutions.compute_in_parts(self.picture, seeds, self.parts)
