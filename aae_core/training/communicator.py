"""Several processes that compute one training together, each with its own rows of every mini-batch.

Each process draws the random numbers of the whole mini-batch (`models.draws`) and keeps those of its rows, so that they
are the same as with one process. If a cost is a mean over images, its gradient is the mean of the processes' gradients,
which `average` computes before an optimiser clips it. A cost that compares the images of a mini-batch takes the codes
of all processes (`gather`). Every process then makes the same update, so that the weights stay equal without being
sent. A single process is `SINGLE_PROCESS`.
"""

import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import timedelta

import torch
from torch import Tensor

from aae_core.errors import ProcessLostError

LOST_PROCESS = (
    "Another process of this training has ended or does not answer; only the steps since the last checkpoint are lost."
)
CHECK_SECONDS = 1.0  # seconds between two calls of `check_peers` while waiting for other processes
GPU_POLL_SECONDS = 1e-4  # seconds between two checks whether a GPU has computed a sum


@dataclass(frozen=True)
class Communicator:
    """The process with the number `rank` of `world_size`, and how it communicates with the others, by sums over all of
    them.

    local_world_size: how many of the processes run on this machine; local_rank: this one's number among these;
    check_peers: called while waiting for the others, and raises if one of them is lost. Each method but `own_rows` must
    be called by all processes, in the same order. They raise ProcessLostError if another process has ended.
    """

    rank: int = 0
    world_size: int = 1
    local_world_size: int = 1
    local_rank: int = 0
    check_peers: Callable[[], None] = field(default=lambda: None, compare=False, repr=False)

    def own_rows(self, rows: Tensor) -> Tensor:
        """The rows of this process, n×… with n = N // `world_size`, out of those of a whole mini-batch, N×…"""
        n = len(rows) // self.world_size
        return rows if self.world_size == 1 else rows[self.rank * n : (self.rank + 1) * n]

    def gather(self, rows: Tensor) -> Tensor:
        """The rows of all processes, N×…, in each of which `rows` are its own, n×… Each process computes the same cost
        from them, and backpropagates through its own rows only."""
        return rows if self.world_size == 1 else GatherRows.apply(rows, self)

    def average(self, tensors: Iterable[Tensor]) -> list[Tensor]:
        """The mean of each tensor over the processes; all tensors are sent as one."""
        tensors = list(tensors)
        if self.world_size == 1:
            return tensors
        mean_vector = self._all_reduce_sum(torch.cat([tensor.reshape(-1) for tensor in tensors])).div_(self.world_size)
        parts = mean_vector.split([tensor.numel() for tensor in tensors])
        return [part.view(tensor.shape) for part, tensor in zip(parts, tensors, strict=True)]

    def joint_norm(self, rows: Tensor) -> Tensor:
        """The joint norm of the rows of all processes, a scalar."""
        return rows.norm() if self.world_size == 1 else self._all_reduce_sum(rows.square().sum()).sqrt()

    def broadcast_first(self, number: float) -> float:
        """The number that the first process passes; those of the others are ignored."""
        if self.world_size == 1:
            return number
        return self._all_reduce_sum(torch.tensor(float(number) if self.rank == 0 else 0.0, dtype=torch.float64)).item()

    def is_same_everywhere(self, number: float) -> bool:
        """Whether all processes pass the same number."""
        difference = torch.tensor(abs(number - self.broadcast_first(number)), dtype=torch.float64)
        return self.world_size == 1 or self._all_reduce_sum(difference).item() == 0

    def _all_reduce_sum(self, tensor: Tensor) -> Tensor:
        """The sum over the processes, in place."""
        with translate_torch_errors():
            work = torch.distributed.all_reduce(tensor, async_op=True)
            next_check = time.monotonic() + CHECK_SECONDS
            while not work.is_completed():
                _wait_briefly(work, tensor)
                if time.monotonic() >= next_check:
                    self.check_peers()
                    next_check = time.monotonic() + CHECK_SECONDS
            work.wait()
        return tensor


SINGLE_PROCESS = Communicator()


def _wait_briefly(work, tensor):
    """Wait for a sum, at most CHECK_SECONDS seconds. On a GPU, poll instead: torch's `wait` returns at once there, so
    that the waiting would happen later, when nothing watches the other processes; with a time limit, it aborts all
    queued work."""
    if is_queued_on_gpu(tensor):
        time.sleep(GPU_POLL_SECONDS)
        return
    with suppress(RuntimeError):  # the time is over; any other error is raised by the last `wait`
        work.wait(timedelta(seconds=CHECK_SECONDS))


def is_queued_on_gpu(tensor: Tensor) -> bool:
    """Whether sums of such tensors are queued on a GPU."""
    return tensor.is_cuda


@contextmanager
def translate_torch_errors(sentence: str = LOST_PROCESS) -> Iterator[None]:
    """A context that turns torch's RuntimeError, when another process does not answer, into ProcessLostError with a
    sentence."""
    try:
        yield
    except RuntimeError as error:
        raise ProcessLostError(sentence) from error


class GatherRows(torch.autograd.Function):
    """The operation of `Communicator.gather`. The gradient through a process's own rows is multiplied by the number of
    processes, because every process computes the cost of all rows, and `average` then takes the mean of gradients that
    should be added."""

    @staticmethod
    def forward(ctx, rows: Tensor, communicator: Communicator) -> Tensor:
        ctx.communicator = communicator
        gathered_rows = rows.new_zeros(communicator.world_size * len(rows), *rows.shape[1:])
        communicator.own_rows(gathered_rows).copy_(rows)
        return communicator._all_reduce_sum(gathered_rows)

    @staticmethod
    def backward(ctx, gradient: Tensor) -> tuple[Tensor, None]:
        return ctx.communicator.world_size * ctx.communicator.own_rows(gradient), None
