"""Several processes that compute one training together, each with its own rows of every mini-batch.

All draw the numbers of the whole mini-batch (`models.draws`) and take their rows, so what is random is what one process draws. A
cost that is a mean over images has as its gradient the mean of the processes' gradients, which `average` gives to each optimiser
before it clips them. A cost that compares the images of a mini-batch takes the codes of all (`whole`). Every process then makes
the same update, so their weights stay the same without being sent. One process alone is `ALONE`, to which all this is nothing.
"""

import os
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta

import psutil
import torch
from torch import Tensor

from aae_core.errors import RevisionError

LOST = (
    "Another process of this training has ended or does not answer; only the steps since the last checkpoint are lost."
)
PATIENCE = timedelta(
    minutes=20
)  # of waiting for another process; measures and checkpoints, which one alone makes, take less


@dataclass(frozen=True)
class Ranks:
    """The process numbered `rank` of `size`, and how it speaks with the others: by sums over all of them.

    here: how many of them compute on this machine; local: this one's number among those. Each method has to be called by all
    processes alike. Raises RevisionError, with a sentence, if one of the others has ended.
    """

    rank: int = 0
    size: int = 1
    here: int = 1
    local: int = 0

    def own(self, rows: Tensor) -> Tensor:
        """This process's rows, n×…, of those of a whole mini-batch, N×…"""
        n = len(rows) // self.size
        return rows if self.size == 1 else rows[self.rank * n : (self.rank + 1) * n]

    def whole(self, rows: Tensor) -> Tensor:
        """The rows of all processes, N×…, of this one's, n×… Each process computes the same cost of them, and moves its own."""
        return rows if self.size == 1 else Whole.apply(rows, self)

    def average(self, tensors: Iterable[Tensor]) -> list[Tensor]:
        """The mean over the processes of each of some tensors, which travel as one."""
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
            torch.distributed.all_reduce(tensor)
        return tensor


ALONE = Ranks()


@contextmanager
def reached():
    """RevisionError where torch reports that another process does not answer."""
    try:
        yield
    except RuntimeError as error:
        raise RevisionError(LOST) from error


@contextmanager
def joined(
    ranks: Ranks, meeting: str, device: str = "auto", watch: Callable[[], None] = lambda: None
) -> Iterator[None]:
    """The processes of a training meet, and part at the end.

    meeting: where, "file:///…" on one machine, or "env://" where the environment names the address and port of the first
    (MASTER_ADDR, MASTER_PORT). device: as in the configuration; on CUDA GPUs, where each process here has its own, they speak by
    nccl, else by gloo. watch: called while the first waits for the others; it raises if one will not come. Raises RevisionError
    if they do not all come.
    """
    several = device in ("auto", "cuda") and torch.cuda.is_available() and torch.cuda.device_count() >= ranks.here
    if several:
        torch.cuda.set_device(ranks.local)
    if ranks.here == ranks.size:  # then nothing is said beyond this machine
        os.environ |= dict.fromkeys(("GLOO_SOCKET_IFNAME", "NCCL_SOCKET_IFNAME"), loopback())
    with reached():
        store, *_ = next(torch.distributed.rendezvous(meeting, ranks.rank, ranks.size, timeout=PATIENCE))
        store.set(f"come {ranks.rank}", "")
        while ranks.rank == 0 and not store.check([f"come {rank}" for rank in range(ranks.size)]):
            watch()
            time.sleep(0.05)
        backend = "cpu:gloo,cuda:nccl" if several else "gloo"
        torch.distributed.init_process_group(
            backend, store=store, rank=ranks.rank, world_size=ranks.size, timeout=PATIENCE
        )
    try:
        yield
    finally:
        torch.distributed.destroy_process_group()


def loopback() -> str:
    """The name of the network interface that reaches no other machine."""
    return next(name for name, found in psutil.net_if_addrs().items() if any(a.address == "127.0.0.1" for a in found))


class Whole(torch.autograd.Function):
    """What `Ranks.whole` computes. The mean of the processes' gradients has to be the gradient of the cost that each computed of
    all rows, to which each process adds what goes through its own: so that counts as often as there are processes."""

    @staticmethod
    def forward(ctx, rows: Tensor, ranks: Ranks) -> Tensor:
        ctx.ranks = ranks
        found = rows.new_zeros(ranks.size * len(rows), *rows.shape[1:])
        ranks.own(found).copy_(rows)
        return ranks._sum(found)

    @staticmethod
    def backward(ctx, gradient: Tensor) -> tuple[Tensor, None]:
        return ctx.ranks.size * ctx.ranks.own(gradient), None
