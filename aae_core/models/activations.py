"""What follows the hidden layers of encoder and decoder: activation functions and dropout."""

import torch
from torch import Tensor, nn

ACTIVATIONS: dict[str, type[nn.Module]] = {
    "relu": nn.ReLU,
    "leaky-relu": nn.LeakyReLU,
    "gelu": nn.GELU,
    "silu": nn.SiLU,
    "elu": nn.ELU,
    "tanh": nn.Tanh,
}


class Dropout(nn.Dropout):
    """In training mode, sets each value of N×… to 0 with probability p and divides the others by 1 − p.

    generator: of the random numbers, so that a training can be resumed exactly; None for torch's own.
    """

    generator: torch.Generator | None = None

    def forward(self, x: Tensor) -> Tensor:
        if not self.training:
            return x
        keep_mask = torch.rand(x.shape, generator=self.generator, device=x.device) >= self.p
        return x * keep_mask / (1 - self.p)


def set_dropout_generator(net: nn.Module, generator: torch.Generator) -> None:
    """Have all Dropouts of a network draw from a generator."""
    for module in net.modules():
        if isinstance(module, Dropout):
            module.generator = generator
