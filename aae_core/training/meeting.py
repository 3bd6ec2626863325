"""Where the processes of one training meet, part, and notice that another is lost, alone or with its machine.

Each notices by itself only a connection that is closed, as when another process is killed. A machine that is lost closes none. So
on several machines each process increments a counter of its own every second in the store by which they met, which the first
process keeps: that one looks at all counters, the others at the first's.
"""

import os
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from datetime import timedelta
from queue import Empty, SimpleQueue

import psutil
import torch

from aae_core import files
from aae_core.errors import Parted
from aae_core.training.ranks import Ranks, reached

MEETING = timedelta(minutes=5)  # in which all have to come
# of waiting for another process; measures and checkpoints, which one alone makes, take less
PATIENCE = timedelta(minutes=20)
LOOK = 0.05  # seconds between two looks at who has come
BEAT, SILENCE = 1.0, 60.0  # seconds between two signs of life, and without one after which a process is lost
QUIET, KNOWN = 3.0, 6.0  # once one has ended: seconds of silence that tell which, and to wait for that
LOOPBACK = "127.0.0.1"


@contextmanager
def joined(
    ranks: Ranks,
    meeting: str,
    device: str = "auto",
    watch: Callable[[], object] = lambda: None,
    training: str = "",
) -> Iterator[Ranks]:
    """The processes of a training meet, as the Ranks that are given out, and part at the end.

    meeting: where, "file:///…" on one machine, or "env://" where the environment names the address and port of the first
    (MASTER_ADDR, MASTER_PORT). device: as in the configuration; on CUDA GPUs, where each process here has its own, they speak by
    nccl, else by gloo. watch: called while it waits for the others; it raises if one of them will not come, or is lost.
    training: its name, so that processes of another one are no part of it. Raises Parted if they do not all come, and where
    another is lost meanwhile.
    """
    several = device in ("auto", "cuda") and torch.cuda.is_available() and torch.cuda.device_count() >= ranks.here
    if several:
        torch.cuda.set_device(ranks.local)
    apart = ranks.here < ranks.size
    by = interface(os.environ.get("MASTER_ADDR", "") if apart else LOOPBACK)  # on one machine nothing is said beyond it
    for name in ("GLOO_SOCKET_IFNAME", "NCCL_SOCKET_IFNAME") if by else ():
        os.environ[name] = os.environ.get(name, by) if apart else by
    store = _met(ranks, meeting, watch, training)
    hosts = [store.get(f"come {rank}").decode() for rank in range(ranks.size)]
    signs = Signs(ranks, hosts)
    with _linked(ranks, store, hosts, "cpu:gloo,cuda:nccl" if several else "gloo"):
        if not apart:
            yield replace(ranks, watch=watch)
            return
        with signs.given(store), signs.named(watch):
            yield replace(ranks, watch=lambda: (watch(), signs.check(SILENCE)))


@contextmanager
def _linked(ranks, store, hosts, backend):
    """A process group of torch. Where a process is lost, the connections are cut, or torch would wait for it to the end of its
    patience before it lets go of the group."""
    before, machines = _connections(), ", ".join(dict.fromkeys(hosts))
    with reached(
        f"The processes of this training met, but cannot speak with each other ({machines}); leave all ports between these "
        "machines open to each other."
    ):
        torch.distributed.init_process_group(
            backend, store=store, rank=ranks.rank, world_size=ranks.size, timeout=MEETING
        )
    torch.distributed.set_timeout(PATIENCE)
    links = _connections() - before
    try:
        yield
    except Parted:
        for number, *_ in links & _connections():
            with suppress(OSError), socket.socket(fileno=os.dup(number)) as link:
                link.shutdown(socket.SHUT_RDWR)
        raise
    finally:
        torch.distributed.destroy_process_group()


def _connections():
    """Of this process: the number of each, and from where to where."""
    return {(each.fd, each.laddr, each.raddr) for each in psutil.Process().net_connections("tcp") if each.raddr}


def _met(ranks, meeting, watch, training):
    """The store by which the processes tell each other where they are, once all have come."""
    # longer than torch, which gives up by itself, but not where another program at that address says nothing: hence the thread
    end, found = time.monotonic() + 1.1 * MEETING.total_seconds(), SimpleQueue()
    threading.Thread(target=_come, args=(ranks, meeting, training, found), daemon=True).start()
    while time.monotonic() < end:
        watch()
        with suppress(Empty):
            come = found.get(timeout=LOOK)
            if isinstance(come, torch.distributed.Store):
                return come
            raise Parted(_missed(ranks, meeting, str(come))) from come
    raise Parted(_missed(ranks, meeting, ""))


def _come(ranks, meeting, training, found):
    try:
        store, *_ = next(torch.distributed.rendezvous(meeting, ranks.rank, ranks.size, timeout=MEETING))
        store = torch.distributed.PrefixStore(training, store)
        store.set(f"come {ranks.rank}", files.HOST)
        store.wait([f"come {rank}" for rank in range(ranks.size)], MEETING)
        found.put(store)
    except (RuntimeError, ValueError) as error:
        found.put(error)


def _missed(ranks, meeting, why):
    """Why the processes did not meet, and what to do."""
    if meeting != "env://":
        return "The processes of this training did not meet on this machine; worker.log in its folder may say why."
    address, port = os.environ.get("MASTER_ADDR"), os.environ.get("MASTER_PORT")
    if "EADDRINUSE" in why:
        return f"Port {port} of this machine is taken by another program; choose another MASTER_PORT for all processes."
    who = "The first process did not answer" if ranks.rank else f"Not all of the {ranks.size} processes came"
    minutes = f"{MEETING.total_seconds() / 60:g} minutes"
    remedy = "start all of them, and see that their machines reach this address"
    return f"{who} at {address}, port {port}, within {minutes}; {remedy}."


def interface(address: str) -> str:
    """The name of the network interface by which this machine reaches an address, which may be its own; "" where that is not
    known."""
    try:
        family, kind, *_, to = socket.getaddrinfo(address, 9, type=socket.SOCK_DGRAM)[0]
        with socket.socket(family, kind) as unsent:
            unsent.connect(to)
            own = unsent.getsockname()[0]
    except OSError:
        return ""
    addresses = psutil.net_if_addrs().items()
    return next((name for name, found in addresses if any(a.address.partition("%")[0] == own for a in found)), "")


class Signs:
    """When the other processes gave their last signs of life, by the clock of this machine. hosts: their machines."""

    def __init__(self, ranks: Ranks, hosts: list[str]):
        self._ranks, self._hosts = ranks, hosts
        others = range(1, ranks.size) if ranks.rank == 0 else (0,)
        self._last = dict.fromkeys(others, (0, time.monotonic()))

    @contextmanager
    def given(self, store) -> Iterator[None]:
        """Give signs of life, and look for those of the others, until the end."""
        over = threading.Event()
        giver = threading.Thread(target=self._give, args=(store.clone(), over), daemon=True)
        giver.start()
        try:
            yield
        finally:
            over.set()

    def _give(self, store, over):
        with suppress(RuntimeError):  # the place is gone with the first process, which is silent from now on
            while not over.wait(BEAT):
                store.add(f"sign {self._ranks.rank}", 1)
                for rank, (before, _) in self._last.items():
                    if (count := store.add(f"sign {rank}", 0)) != before:
                        self._last[rank] = count, time.monotonic()

    @contextmanager
    def named(self, watch: Callable[[], object]) -> Iterator[None]:
        """Where another process is lost, wait for what `watch` says of it, or until its silence tells which it is."""
        try:
            yield
        except Parted:
            end = time.monotonic() + KNOWN
            while time.monotonic() < end:
                watch()
                time.sleep(LOOK)
            self.check(QUIET)
            raise

    def check(self, silence: float) -> None:
        """Parted, which names the process that has been silent longest, if that is for so many seconds."""
        rank = min(self._last, key=lambda rank: self._last[rank][1])
        if time.monotonic() - self._last[rank][1] > silence:
            raise Parted(
                f"Process {rank + 1} of the {self._ranks.size} of this training, on {self._hosts[rank]}, has ended or does not "
                "answer; only the steps since the last checkpoint are lost."
            )
