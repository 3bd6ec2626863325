"""How the processes of one training connect and disconnect, and notice that another process, or its machine, is lost.

If a process is killed, its connections are closed, which torch notices; if its machine is lost, they are not. So on several
machines, each process increments a counter of its own every second, in the key-value store through which they connected and which
the first process keeps. The first process watches all counters, and the others watch that of the first.
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
from urllib.parse import urlsplit
from urllib.request import url2pathname

import psutil
import torch

from aae_core import files
from aae_core.errors import Parted
from aae_core.training.ranks import Ranks, reached

MEETING = timedelta(minutes=5)  # time in which all processes must connect
# longest wait for another process, longer than measures and checkpoints take, which only one process makes
PATIENCE = timedelta(minutes=20)
LOOK = 0.05  # seconds between two checks
BEAT, SILENCE = 1.0, 60.0  # seconds between two signs of life, and without one after which a process counts as lost
QUIET, KNOWN = 3.0, 6.0  # once a connection failed: seconds of silence of a lost process, and to wait for that
LOOPBACK = "127.0.0.1"


@contextmanager
def joined(
    ranks: Ranks,
    meeting: str,
    device: str = "auto",
    watch: Callable[[], object] = lambda: None,
    training: str = "",
) -> Iterator[Ranks]:
    """A context in which the processes of a training are connected, with their Ranks.

    meeting: where they connect: the URL "file:///…" of a new file on one machine, or "env://" for the address and port of the
    first process in the environment (MASTER_ADDR, MASTER_PORT). device: as configured; the processes communicate by NCCL
    if each has a CUDA GPU of its own, and by Gloo otherwise. watch: called while waiting for other processes; it raises if one of
    them will not come or is lost. training: its name, which separates its processes from those of others. Raises Parted if some
    do not connect in time, or if one is lost later.
    """
    gpu_for_each = device in ("auto", "cuda") and torch.cuda.is_available() and torch.cuda.device_count() >= ranks.here
    if gpu_for_each:
        torch.cuda.set_device(ranks.local)
    apart = ranks.here < ranks.size
    store = _met(ranks, meeting, watch, training)
    hosts = [store.get(f"come {rank}").decode() for rank in range(ranks.size)]
    with _bound(apart), _linked(ranks, store, hosts, "cpu:gloo,cuda:nccl" if gpu_for_each else "gloo"):
        if not apart:
            yield replace(ranks, watch=watch)
            return
        with _watched(ranks, store, hosts, watch) as watched:
            yield replace(ranks, watch=watched)


@contextmanager
def _bound(apart):
    """A context in which torch communicates through the network interface that reaches the other machines, unless the user has
    named one; or, on one machine, through loopback alone, so that no traffic leaves it. Afterwards the environment is as before,
    because a later training of this process, or one that it launches, may meet elsewhere."""
    before = {name: os.environ.get(name) for name in ("GLOO_SOCKET_IFNAME", "NCCL_SOCKET_IFNAME")}
    interface_name = interface(os.environ.get("MASTER_ADDR", "") if apart else LOOPBACK)
    for name, value in before.items():
        if interface_name and not (apart and value):
            os.environ[name] = interface_name
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value


@contextmanager
def _linked(ranks, store, hosts, backend):
    """A context with a process group of torch. If a process is lost, the connections are shut down, because torch would otherwise
    wait for it until its timeout before it destroys the group."""
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
    """The TCP connections of this process: (file descriptor, local address, remote address) of each."""
    return {
        (connection.fd, connection.laddr, connection.raddr)
        for connection in psutil.Process().net_connections("tcp")
        if connection.raddr
    }


def _met(ranks, meeting, watch, training):
    """The key-value store of the training, once all processes have registered in it; Parted if they do not in time."""
    # torch gives up after MEETING, but not if another program answers at that address and says nothing: hence the thread
    end, results = time.monotonic() + 1.1 * MEETING.total_seconds(), SimpleQueue()
    threading.Thread(target=_come, args=(ranks, meeting, training, results), daemon=True).start()
    while time.monotonic() < end:
        watch()
        with suppress(Empty):
            answer = results.get(timeout=LOOK)
            if isinstance(answer, torch.distributed.Store):
                return answer
            raise Parted(_missed(ranks, meeting, str(answer))) from answer
    raise Parted(_missed(ranks, meeting, ""))


def _come(ranks, meeting, training, results):
    try:
        if meeting == "env://":
            store, *_ = next(torch.distributed.rendezvous(meeting, ranks.rank, ranks.size, timeout=MEETING))
        else:  # torch would take the URL's %20 for a part of the path
            store = torch.distributed.FileStore(url2pathname(urlsplit(meeting).path), ranks.size)
        store = torch.distributed.PrefixStore(training, store)
        store.set(f"come {ranks.rank}", files.HOST)
        store.wait([f"come {rank}" for rank in range(ranks.size)], MEETING)
        results.put(store)
    except (RuntimeError, ValueError) as error:
        results.put(error)


def _missed(ranks, meeting, why):
    """Why the processes did not connect, and what to do, in a sentence. why: the text of torch's error."""
    if meeting != "env://":
        return "The processes of this training did not meet on this machine; worker.log in its folder may say why."
    address, port = os.environ.get("MASTER_ADDR"), os.environ.get("MASTER_PORT")
    if "EADDRINUSE" in why:
        return f"Port {port} of this machine is taken by another program; choose another MASTER_PORT for all processes."
    reason = "The first process did not answer" if ranks.rank else f"Not all of the {ranks.size} processes came"
    minutes = f"{MEETING.total_seconds() / 60:g} minutes"
    remedy = "start all of them, and see that their machines reach this address"
    return f"{reason} at {address}, port {port}, within {minutes}; {remedy}."


def interface(address: str) -> str:
    """The name of the network interface through which this machine reaches an address, which may be its own; "" if unknown."""
    try:
        family, kind, *_, target = socket.getaddrinfo(address, 9, type=socket.SOCK_DGRAM)[0]
        with socket.socket(family, kind) as unsent:
            unsent.connect(target)
            own = unsent.getsockname()[0]
    except OSError:
        return ""
    for name, entries in psutil.net_if_addrs().items():
        if any(a.address.partition("%")[0] == own for a in entries):
            return name
    return ""


@contextmanager
def _watched(ranks, store, hosts, watch):
    """A context during which a thread gives signs of life and looks for those of the others; with a function that calls `watch`
    and raises Parted if one of them is silent. When a connection fails, it waits until this shows which one is lost, to name it
    in the error. hosts: the machines of all, by rank."""
    ended = threading.Event()
    others = range(1, ranks.size) if ranks.rank == 0 else (0,)
    last_beats = dict.fromkeys(
        others, (0, time.monotonic())
    )  # the count of each, and when it changed by this machine's clock

    def give(store):
        with suppress(RuntimeError):  # the store ended with the first process, which is silent from now on
            while not ended.wait(BEAT):
                store.add(f"sign {ranks.rank}", 1)
                for rank, (before, _) in last_beats.items():
                    count = store.add(f"sign {rank}", 0)
                    if count != before:
                        last_beats[rank] = count, time.monotonic()

    def check(silence):
        """Raise Parted, which names the process that has been silent longest, if that is for more than `silence` seconds."""
        rank = min(last_beats, key=lambda rank: last_beats[rank][1])
        if time.monotonic() - last_beats[rank][1] > silence:
            raise Parted(
                f"Process {rank + 1} of the {ranks.size} of this training, on {hosts[rank]}, has ended or does not answer; only "
                "the steps since the last checkpoint are lost."
            )

    def watch_all():
        watch()
        check(SILENCE)

    threading.Thread(target=give, args=(store.clone(),), daemon=True).start()
    try:
        yield watch_all
    except Parted:
        end = time.monotonic() + KNOWN
        while time.monotonic() < end:
            watch()
            time.sleep(LOOK)
        check(QUIET)
        raise
    finally:
        ended.set()
