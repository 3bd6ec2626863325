"""Training images moved by some pixels and slanted, each by itself."""

import torch
from torch import Tensor


def shifted(x: Tensor, most: int, slant: float, rng: torch.Generator) -> Tensor:
    """Images N×C×H×W, each moved by −most to most pixels along both axes, and slanted about its middle row by a slope from
    −slant to slant, in columns a row; what comes in at an edge repeats that edge."""
    n, channels, height, width = x.shape
    by = torch.randint(-most, most + 1, (2, n, 1), generator=rng, device=x.device)
    down, right = (torch.arange(side, device=x.device) + by[axis] for axis, side in enumerate((height, width)))
    rows, columns = down[:, None, :, None], right[:, None, None, :]  # N×1×H×1, N×1×1×W: where each pixel comes from
    if slant:
        slope = (2 * torch.rand((n, 1, 1, 1), generator=rng, device=x.device) - 1) * slant
        from_middle = torch.arange(height, device=x.device)[:, None] - (height - 1) / 2  # H×1
        columns = columns + (slope * from_middle).round().long()  # N×1×H×W
    x = x.gather(2, rows.clamp(0, height - 1).expand(n, channels, height, width))
    return x.gather(3, columns.clamp(0, width - 1).expand(n, channels, height, width))
