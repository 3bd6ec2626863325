"""The three kinds of posterior q(z|x) of §2, as rows of data.

A row says what the encoder must return (`outputs_per_dimension` numbers for each dimension of the code), whether it takes
noise η, and how a code is drawn from what it returns."""

from collections.abc import Callable
from dataclasses import dataclass

import torch
from torch import Tensor

from aae_core.models.objectives import to_at_least_fp32


@dataclass(frozen=True)
class Posterior:
    """How z is obtained from the encoder's output h, N×(outputs_per_dimension·d)."""

    name: str
    outputs_per_dimension: int
    takes_noise: bool
    representative: Callable[[Tensor], Tensor]  # h -> N×d, the representative code
    draw: Callable[[Tensor, torch.Generator | None], Tensor]  # h -> N×d, one draw from q(z|x)


def split_gaussian(h: Tensor) -> tuple[Tensor, Tensor]:
    """μ(x) and log σ²(x), N×d each, from the encoder's output N×2d; log σ² is clipped to ±10, so that no variance overflows."""
    mu, log_variance = to_at_least_fp32(h).chunk(2, dim=1)
    return mu, log_variance.clamp(-10, 10)


def draw_gaussian(h: Tensor, generator: torch.Generator | None = None) -> Tensor:
    """z = μ(x) + σ(x) · ε with ε ~ N(0, I), N×d: the reparameterisation trick (§2)."""
    mu, log_variance = split_gaussian(h)
    epsilon = torch.randn(mu.shape, generator=generator, device=mu.device)
    return mu + (0.5 * log_variance).exp() * epsilon


def _output_as_code(h, generator=None) -> Tensor:
    """h itself, N×d: nothing is left to draw."""
    return to_at_least_fp32(h)


POSTERIORS = {
    row.name: row
    for row in (
        # z = f(x): all randomness of q(z) comes from the data
        Posterior("deterministic", 1, False, _output_as_code, _output_as_code),
        # z ~ N(μ(x), σ²(x))
        Posterior("gaussian", 2, False, lambda h: split_gaussian(h)[0], draw_gaussian),
        # z = f(x, η) with η ~ N(0, I): any shape of q(z|x)
        Posterior("universal", 1, True, _output_as_code, _output_as_code),
    )
}
