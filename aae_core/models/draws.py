"""Random numbers of which each image of a mini-batch has its own row.

Where several processes compute one training, each has some images of every mini-batch. All draw the numbers of the whole
mini-batch, from generators in the same state, and each takes the rows of its own images: so they are the numbers of one process.
"""

from collections.abc import Callable, Sequence
from functools import partial

import torch
from torch import Tensor


class Shared(torch.Generator):
    """The generator of a training whose mini-batches are divided evenly among `parts` processes, this one being number `rank`."""

    rank, parts = 0, 1


def generator(device, rank: int = 0, parts: int = 1) -> torch.Generator:
    """A generator on a device, `Shared` where there are several parts."""
    if parts == 1:
        return torch.Generator(device)
    made = Shared(device)
    made.rank, made.parts = rank, parts
    return made


def normal(shape: Sequence[int], generator: torch.Generator | None, device, dim: int = 0) -> Tensor:
    """Draws from N(0, 1) of a shape whose dimension `dim` numbers the images of this process."""
    return _own(torch.randn, shape, generator, device, dim)


def uniform(shape: Sequence[int], generator: torch.Generator | None, device) -> Tensor:
    """The same from U(0, 1), the images along the first dimension."""
    return _own(torch.rand, shape, generator, device, 0)


def integers(
    low: int, high: int, shape: Sequence[int], generator: torch.Generator | None, device, dim: int = 0
) -> Tensor:
    """The same of the whole numbers from `low` to below `high`."""
    return _own(partial(torch.randint, low, high), shape, generator, device, dim)


def _own(draw: Callable[..., Tensor], shape, generator, device, dim) -> Tensor:
    """The rows of this process's images, out of what is drawn for all."""
    if not isinstance(generator, Shared):
        return draw(shape, generator=generator, device=device)
    sizes = list(shape)
    sizes[dim] *= generator.parts
    drawn = draw(sizes, generator=generator, device=device)
    return drawn.narrow(dim, generator.rank * shape[dim], shape[dim])
