"""Several processes that compute one training together, each with its own rows of every mini-batch.

Each process draws the random numbers of the whole mini-batch (`models.draws`) and keeps those of its rows, so that they are the
same as with one process. If a cost is a mean over images, its gradient is the mean of the processes' gradients, which `average`
computes before an optimiser clips it. A cost that compares the images of a mini-batch takes the codes of all processes
(`gathered`). Every process then makes the same update, so that the weights stay equal without being sent. A single process is
`ALONE`.
"""

import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import timedelta

import torch
from torch import Tensor

from aae_core.errors import Parted

LOST = (
    "Another process of this training has ended or does not answer; only the steps since the last checkpoint are lost."
)
LOOK = 1.0  # seconds between two calls of `watch` while waiting for other processes
POLL = 1e-4  # seconds between two checks whether a GPU has computed a sum


@dataclass(frozen=True)
class Ranks:
    """The process with the number `rank` of `size`, and how it communicates with the others, by sums over all of them.

    here: how many of the processes run on this machine; local: this one's number among these; watch: called while waiting for
    the others, and raises if one of them is lost. Each method but `own` must be called by all processes, in the same order. They
    raise Parted if another process has ended.
    """

    rank: int = 0
    size: int = 1
    here: int = 1
    local: int = 0
    watch: Callable[[], None] = field(default=lambda: None, compare=False, repr=False)

    def own(self, rows: Tensor) -> Tensor:
        """The rows of this process, n×… with n = N // size, out of those of a whole mini-batch, N×…"""
        n = len(rows) // self.size
        return rows if self.size == 1 else rows[self.rank * n : (self.rank + 1) * n]

    def gathered(self, rows: Tensor) -> Tensor:
        """The rows of all processes, N×…, in each of which `rows` are its own, n×… Each process computes the same cost from them,
        and backpropagates through its own rows only."""
        return rows if self.size == 1 else Gathered.apply(rows, self)

    def average(self, tensors: Iterable[Tensor]) -> list[Tensor]:
        """The mean of each tensor over the processes; all tensors are sent as one."""
        tensors = list(tensors)
        if self.size == 1:
            return tensors
        flat = self._sum(torch.cat([tensor.reshape(-1) for tensor in tensors])).div_(self.size)
        parts = flat.split([tensor.numel() for tensor in tensors])
        return [part.view(tensor.shape) for part, tensor in zip(parts, tensors, strict=True)]

    def norm(self, rows: Tensor) -> Tensor:
        """The joint norm of the rows of all processes, a scalar."""
        return rows.norm() if self.size == 1 else self._sum(rows.square().sum()).sqrt()

    def first(self, value: float) -> float:
        """The number that the first process passes; those of the others are ignored."""
        if self.size == 1:
            return value
        return self._sum(torch.tensor(float(value) if self.rank == 0 else 0.0, dtype=torch.float64)).item()

    def agree(self, value: float) -> bool:
        """Whether all processes pass the same number."""
        apart = torch.tensor(abs(value - self.first(value)), dtype=torch.float64)
        return self.size == 1 or self._sum(apart).item() == 0

    def _sum(self, tensor: Tensor) -> Tensor:
        """The sum over the processes, in place."""
        with reached():
            work = torch.distributed.all_reduce(tensor, async_op=True)
            due = time.monotonic() + LOOK
            while not work.is_completed():
                _pause(work, tensor)
                if time.monotonic() >= due:
                    self.watch()
                    due = time.monotonic() + LOOK
            work.wait()
        return tensor


ALONE = Ranks()


def _pause(work, tensor):
    """Wait for a sum, at most LOOK seconds. On a GPU, poll instead: torch's `wait` returns at once there, so that the waiting
    would happen later, when nothing watches the other processes; with a time limit, it aborts all queued work."""
    if is_queued(tensor):
        time.sleep(POLL)
        return
    with suppress(RuntimeError):  # the time is over; any other error is raised by the last `wait`
        work.wait(timedelta(seconds=LOOK))


def is_queued(tensor: Tensor) -> bool:
    """Whether sums of such tensors are queued on a GPU."""
    return tensor.is_cuda


@contextmanager
def reached(sentence: str = LOST) -> Iterator[None]:
    """A context that turns torch's RuntimeError, when another process does not answer, into Parted with a sentence."""
    try:
        yield
    except RuntimeError as error:
        raise Parted(sentence) from error


class Gathered(torch.autograd.Function):
    """The operation of `Ranks.gathered`. The gradient through a process's own rows is multiplied by the number of processes,
    because every process computes the cost of all rows, and `average` then takes the mean of gradients that should be added."""

    @staticmethod
    def forward(ctx, rows: Tensor, ranks: Ranks) -> Tensor:
        ctx.ranks = ranks
        gathered = rows.new_zeros(ranks.size * len(rows), *rows.shape[1:])
        ranks.own(gathered).copy_(rows)
        return ranks._sum(gathered)

    @staticmethod
    def backward(ctx, gradient: Tensor) -> tuple[Tensor, None]:
        return ctx.ranks.size * ctx.ranks.own(gradient), None
