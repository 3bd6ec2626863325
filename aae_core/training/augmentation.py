"""Augmentation of training images: shifts, mirroring, linear maps, noise and dropped pixels, drawn for each image."""

import torch
from torch import Tensor
from torch.nn import functional as F

from aae_core.config.configuration import Config

SHIFT_DIVISOR = 8  # images are shifted by at most their shorter side / SHIFT_DIVISOR


def alter_images(x: Tensor, config: Config, rng: torch.Generator) -> Tensor:
    """Images N×C×H×W as the encoder sees them in training: shifted, under a random linear map, with dropped pixels (the
    others divided by 1 − `input_dropout`) and with noise, as far as the configuration asks for each. Every call draws
    new alterations."""
    if config.input_shift:
        x = shift_randomly(x, config.input_shift, rng)
    if config.input_affine:
        x = apply_random_linear_map(x, config.input_affine, rng)
    if config.input_dropout:
        mask = torch.rand(x.shape, generator=rng, device=x.device) >= config.input_dropout
        x = x * mask / (1 - config.input_dropout)
    return add_noise(x, config.input_noise, rng)


def add_noise(values: Tensor, std: float, rng: torch.Generator) -> Tensor:
    """Values with added normal noise of a standard deviation, which may be 0."""
    if not std:
        return values
    return values + std * torch.randn(values.shape, generator=rng, device=values.device)


def flip_and_shift(x: Tensor, rng: torch.Generator) -> Tensor:
    """Images N×C×H×W, each flipped left to right with probability ½, then shifted by up to an eighth of its shorter
    side, at least by up to one pixel."""
    is_flipped = torch.rand((len(x), 1, 1, 1), generator=rng, device=x.device) < 0.5
    return shift_randomly(torch.where(is_flipped, x.flip(3), x), max(1, min(x.shape[2:]) // SHIFT_DIVISOR), rng)


def shift_randomly(x: Tensor, max_shift: int, rng: torch.Generator) -> Tensor:
    """Images N×C×H×W, each shifted by a random whole number of pixels, −`max_shift` to `max_shift`, along each axis;
    pixels that come in at an edge repeat it."""
    n, channels, height, width = x.shape
    offsets = torch.randint(-max_shift, max_shift + 1, (2, n, 1), generator=rng, device=x.device)
    # N×H, N×W: the row and column from which each comes
    rows, columns = (
        (torch.arange(side, device=x.device) + offsets[axis]).clamp_(0, side - 1)
        for axis, side in enumerate((height, width))
    )
    x = x.gather(2, rows[:, None, :, None].expand(n, channels, height, width))
    return x.gather(3, columns[:, None, None, :].expand(n, channels, height, width))


def apply_random_linear_map(x: Tensor, max_change: float, rng: torch.Generator) -> Tensor:
    """Images N×C×H×W, each under a random linear map about its centre, so that it is rotated, sheared and scaled. The
    entries of the 2×2 matrix differ from the identity's by −`max_change` to `max_change`. Pixels are interpolated,
    and those that come in at an edge repeat it."""
    height, width = x.shape[2:]
    matrix_change = max_change * (2 * torch.rand((len(x), 2, 2), generator=rng, device=x.device) - 1)
    matrix_change[:, 0, 1] *= height / width  # torch's coordinates go from −1 to 1 along each side, whatever its length
    matrix_change[:, 1, 0] *= width / height
    # N×2×3, of which the last column, a shift, is 0
    matrices = F.pad(torch.eye(2, device=x.device) + matrix_change, (0, 1))
    grid = F.affine_grid(matrices, x.shape, align_corners=False).to(x.dtype)
    return F.grid_sample(x, grid, padding_mode="border", align_corners=False)
