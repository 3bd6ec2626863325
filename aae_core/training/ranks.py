"""Several processes that compute one training together, each with its own rows of every mini-batch.

Each draws the random numbers of the whole mini-batch (`models.draws`) and keeps its own rows, so that the draws are those of one
process. The gradient of a cost that is a mean over images is the mean of the processes' gradients, which `average` gives to each
optimiser before it clips. A cost that compares the images of a mini-batch takes the codes of all processes (`gathered`). Every
process then makes the same update, so the weights stay equal without being sent. One process alone is `ALONE`.
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
LOOK = 1.0  # seconds of waiting for another process between two looks at whether it is still there
POLL = 1e-4  # seconds between two looks at whether a sum that a GPU computes is there


@dataclass(frozen=True)
class Ranks:
    """The process numbered `rank` of `size`, and how it speaks with the others: by sums over all of them.

    here: how many of them compute on this machine; local: this one's number among those; watch: called while it waits for the
    others, and raises if one of them is lost. Each method has to be called by all processes alike. Raises Parted, with a
    sentence, if one of the others has ended.
    """

    rank: int = 0
    size: int = 1
    here: int = 1
    local: int = 0
    watch: Callable[[], None] = field(default=lambda: None, compare=False, repr=False)

    def own(self, rows: Tensor) -> Tensor:
        """This process's rows, n×…, of those of a whole mini-batch, N×…"""
        n = len(rows) // self.size
        return rows if self.size == 1 else rows[self.rank * n : (self.rank + 1) * n]

    def gathered(self, rows: Tensor) -> Tensor:
        """The rows of all processes, N×…, of this one's, n×… Each process computes the same cost from them and
        backpropagates through its own rows only."""
        return rows if self.size == 1 else Gathered.apply(rows, self)

    def average(self, tensors: Iterable[Tensor]) -> list[Tensor]:
        """The mean of each tensor over the processes; all are sent as one."""
        tensors = list(tensors)
        if self.size == 1:
            return tensors
        flat = self._sum(torch.cat([tensor.reshape(-1) for tensor in tensors])).div_(self.size)
        parts = flat.split([tensor.numel() for tensor in tensors])
        return [part.view(tensor.shape) for part, tensor in zip(parts, tensors, strict=True)]

    def norm(self, rows: Tensor) -> Tensor:
        """The norm of the rows of all processes."""
        return rows.norm() if self.size == 1 else self._sum(rows.square().sum()).sqrt()

    def first(self, value: float) -> float:
        """The number that the first process gives; the others' are not looked at."""
        if self.size == 1:
            return value
        return self._sum(torch.tensor(float(value) if self.rank == 0 else 0.0, dtype=torch.float64)).item()

    def agree(self, value: float) -> bool:
        """Whether all processes give the same number."""
        apart = torch.tensor(abs(value - self.first(value)), dtype=torch.float64)
        return self.size == 1 or self._sum(apart).item() == 0

    def _sum(self, tensor: Tensor) -> Tensor:
        """The sum over the processes, in place."""
        with reached():
            work, due = torch.distributed.all_reduce(tensor, async_op=True), time.monotonic() + LOOK
            while not work.is_completed():
                _pause(work, tensor)
                if time.monotonic() >= due:
                    self.watch()
                    due = time.monotonic() + LOOK
            work.wait()
        return tensor


ALONE = Ranks()


def _pause(work, tensor):
    """Wait for a sum, LOOK seconds at most. A GPU has only queued it: there torch's own `wait` returns at once or, with a time
    limit, aborts all that is queued; and what waits for the numbers later cannot watch the other processes."""
    if is_queued(tensor):
        time.sleep(POLL)
        return
    with suppress(RuntimeError):  # it is not there yet, or what went wrong is raised in the end
        work.wait(timedelta(seconds=LOOK))


def is_queued(tensor: Tensor) -> bool:
    """Whether sums of tensors of that kind are queued on a GPU."""
    return tensor.is_cuda


@contextmanager
def reached(sentence: str = LOST) -> Iterator[None]:
    """Parted, with a sentence, where torch reports that another process does not answer."""
    try:
        yield
    except RuntimeError as error:
        raise Parted(sentence) from error


class Gathered(torch.autograd.Function):
    """What `Ranks.gathered` computes. Every process computes the cost of all rows, and `average` takes the mean of their
    gradients, so the gradient through a process's own rows is multiplied by the number of processes."""

    @staticmethod
    def forward(ctx, rows: Tensor, ranks: Ranks) -> Tensor:
        ctx.ranks = ranks
        found = rows.new_zeros(ranks.size * len(rows), *rows.shape[1:])
        ranks.own(found).copy_(rows)
        return ranks._sum(found)

    @staticmethod
    def backward(ctx, gradient: Tensor) -> tuple[Tensor, None]:
        return ctx.ranks.size * ctx.ranks.own(gradient), None
