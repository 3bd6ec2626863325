"""A convolutional autoencoder as a tutorial would write it, in plain PyTorch: what our convolutional nets are measured against.

Strided convolutions down to about 4 × 4, each twice as wide as the one before, a linear layer to the code, and transposed
convolutions back; the mean squared error, Adam with its usual rate, a DataLoader. Nothing says where the codes lie. Its output
is linear: with a sigmoid it stayed at black images on MNIST.
"""

from bisect import bisect_left
from collections.abc import Callable
from itertools import pairwise

import numpy as np
import torch
from torch import nn
from torch.nn import functional
from torch.utils.data import DataLoader, TensorDataset

LAST_SIDE, BATCH, LEARNING_RATE = (
    4,
    100,
    1e-3,
)  # the last feature map's side at most, images of a mini-batch, Adam's learning rate
MAX_WIDTH = 1024  # channels of the first convolution


class PlainAutoencoder(nn.Module):
    """images N×C×H×W in [0, 1] -> z N×d -> the same; width: channels of the first convolution."""

    def __init__(self, shape: tuple[int, int, int], latent_dim: int, width: int):
        super().__init__()
        channels, sizes = [shape[0]], [shape[1:]]
        while max(sizes[-1]) > LAST_SIDE:
            channels.append(width * 2 ** (len(channels) - 1))
            sizes.append(tuple((length + 1) // 2 for length in sizes[-1]))
        down_layers = [
            part for i, o in pairwise(channels) for part in (nn.Conv2d(i, o, 3, stride=2, padding=1), nn.ReLU())
        ]
        up_layers = []
        for (o, i), (target, size) in zip(reversed([*pairwise(channels)]), reversed([*pairwise(sizes)]), strict=True):
            output_padding = tuple(t - (2 * s - 1) for t, s in zip(target, size, strict=True))
            up_layers += [nn.ReLU(), nn.ConvTranspose2d(i, o, 3, stride=2, padding=1, output_padding=output_padding)]
        features = channels[-1] * sizes[-1][0] * sizes[-1][1]
        self.encoder = nn.Sequential(*down_layers, nn.Flatten(), nn.Linear(features, latent_dim))
        unflatten = nn.Unflatten(1, (channels[-1], *sizes[-1]))
        self.decoder = nn.Sequential(nn.Linear(latent_dim, features), unflatten, *up_layers)


def count_parameters(net: nn.Module) -> int:
    return sum(parameter.numel() for parameter in net.parameters())


def build_nearest_size(shape: tuple[int, int, int], latent_dim: int, size: int) -> PlainAutoencoder:
    """The one whose number of parameters is nearest to `size`."""

    def parameters_at_width(width):
        with torch.device("meta"):
            return count_parameters(PlainAutoencoder(shape, latent_dim, width))

    upper_width = bisect_left(range(MAX_WIDTH), size, lo=2, key=parameters_at_width)
    return PlainAutoencoder(
        shape, latent_dim, min(upper_width - 1, upper_width, key=lambda width: abs(parameters_at_width(width) - size))
    )


def train(
    net: PlainAutoencoder, images: np.ndarray, seed: int, epochs: int, should_stop: Callable[[float], bool]
) -> int:
    """Train on images uint8 N×H×W×C; steps taken. should_stop: called with the share of the epochs that is done,
    whether to stop."""
    pixels = torch.from_numpy(images).permute(0, 3, 1, 2).contiguous()
    loader = DataLoader(
        TensorDataset(pixels), BATCH, shuffle=True, drop_last=True, generator=torch.Generator().manual_seed(seed)
    )
    optimiser, steps = torch.optim.Adam(net.parameters(), LEARNING_RATE), 0
    for _ in range(epochs):
        for (x,) in loader:
            x = x.float() / 255
            optimiser.zero_grad()
            functional.mse_loss(net.decoder(net.encoder(x)), x).backward()
            optimiser.step()
            steps += 1
            if should_stop(steps / (epochs * len(loader))):
                return steps
    return steps
