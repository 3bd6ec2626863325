"""Random numbers with a row for each image of a mini-batch, the same however many processes compute a training.

If several processes compute one training, each has a part of every mini-batch. All of them draw the numbers of the whole
mini-batch, from generators in the same state, and each keeps the rows of its own images: the numbers that one process would use.
"""

from collections.abc import Callable, Sequence
from functools import partial

import torch
from torch import Tensor


class Shared(torch.Generator):
    """The generator of a training whose mini-batches are divided evenly among `parts` processes; `rank` is this one's number."""

    rank, parts = 0, 1


def generator(device, rank: int = 0, parts: int = 1) -> torch.Generator:
    """A generator on a device; a `Shared` one if there are several parts."""
    if parts == 1:
        return torch.Generator(device)
    shared = Shared(device)
    shared.rank, shared.parts = rank, parts
    return shared


def normal(shape: Sequence[int], generator: torch.Generator | None, device, dim: int = 0) -> Tensor:
    """Draws from N(0, 1), of a shape whose dimension `dim` counts the images of this process."""
    return _own(torch.randn, shape, generator, device, dim)


def uniform(shape: Sequence[int], generator: torch.Generator | None, device) -> Tensor:
    """Draws from U(0, 1), with the images along the first dimension."""
    return _own(torch.rand, shape, generator, device, 0)


def integers(
    low: int, high: int, shape: Sequence[int], generator: torch.Generator | None, device, dim: int = 0
) -> Tensor:
    """Uniform draws of whole numbers from `low` to `high` − 1; shape and dim as for `normal`."""
    return _own(partial(torch.randint, low, high), shape, generator, device, dim)


def _own(draw: Callable[..., Tensor], shape, generator, device, dim) -> Tensor:
    """The rows of this process's images out of the numbers drawn for all."""
    if not isinstance(generator, Shared):
        return draw(shape, generator=generator, device=device)
    sizes = list(shape)
    sizes[dim] *= generator.parts
    numbers = draw(sizes, generator=generator, device=device)
    return numbers.narrow(dim, generator.rank * shape[dim], shape[dim])
