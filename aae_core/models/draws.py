"""Random numbers with a row for each image of a mini-batch, the same however many processes compute a training.

If several processes compute one training, each has a part of every mini-batch. All of them draw the numbers of the whole
mini-batch, from generators in the same state, and each keeps the rows of its own images: the numbers that one process would use.
"""

from collections.abc import Callable, Sequence
from functools import partial

import torch
from torch import Tensor


class SharedGenerator(torch.Generator):
    """The generator of a training whose mini-batches are divided evenly among `world_size` processes; `rank` is the
    number of this one."""

    rank, world_size = 0, 1


def make_generator(device, rank: int = 0, world_size: int = 1) -> torch.Generator:
    """A generator on a device; a `SharedGenerator` if there are several processes."""
    if world_size == 1:
        return torch.Generator(device)
    shared_generator = SharedGenerator(device)
    shared_generator.rank, shared_generator.world_size = rank, world_size
    return shared_generator


def draw_normal(shape: Sequence[int], generator: torch.Generator | None, device, dim: int = 0) -> Tensor:
    """Draws from N(0, 1), of a shape whose dimension `dim` counts the images of this process."""
    return _draw_rows_of_this_process(torch.randn, shape, generator, device, dim)


def draw_uniform(shape: Sequence[int], generator: torch.Generator | None, device) -> Tensor:
    """Draws from U(0, 1), with the images along the first dimension."""
    return _draw_rows_of_this_process(torch.rand, shape, generator, device, 0)


def draw_integers(
    low: int, high: int, shape: Sequence[int], generator: torch.Generator | None, device, dim: int = 0
) -> Tensor:
    """Uniform draws of whole numbers from `low` to `high` − 1; shape and dim as for `draw_normal`."""
    return _draw_rows_of_this_process(partial(torch.randint, low, high), shape, generator, device, dim)


def _draw_rows_of_this_process(draw: Callable[..., Tensor], shape, generator, device, dim) -> Tensor:
    """The rows of this process's images out of the numbers drawn for all."""
    if not isinstance(generator, SharedGenerator):
        return draw(shape, generator=generator, device=device)
    sizes = list(shape)
    sizes[dim] *= generator.world_size
    numbers = draw(sizes, generator=generator, device=device)
    return numbers.narrow(dim, generator.rank * shape[dim], shape[dim])
