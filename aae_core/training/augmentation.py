"""Training images moved by some pixels and mirrored, each by itself."""

import torch
from torch import Tensor

from aae_core.models import draws

PART = 8  # of the shorter side, by which a copy is moved at most


def mirrored_and_moved(x: Tensor, rng: torch.Generator) -> Tensor:
    """Images N×C×H×W, every second one flipped left to right by chance, then each moved as in `shifted` by up to an eighth of its
    shorter side, one pixel at least."""
    flipped = draws.uniform((len(x), 1, 1, 1), rng, x.device) < 0.5
    return shifted(torch.where(flipped, x.flip(3), x), max(1, min(x.shape[2:]) // PART), rng)


def shifted(x: Tensor, most: int, rng: torch.Generator) -> Tensor:
    """Images N×C×H×W, each moved by −most to most pixels along both axes; what comes in at an edge repeats that edge."""
    n, channels, height, width = x.shape
    by = draws.integers(-most, most + 1, (2, n, 1), rng, x.device, dim=1)
    rows, columns = (
        (torch.arange(side, device=x.device) + by[axis]).clamp_(0, side - 1)
        for axis, side in enumerate((height, width))
    )  # N×H, N×W: where each row and column comes from
    x = x.gather(2, rows[:, None, :, None].expand(n, channels, height, width))
    return x.gather(3, columns[:, None, None, :].expand(n, channels, height, width))
