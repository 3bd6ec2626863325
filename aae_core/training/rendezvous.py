"""How the processes of one training connect and disconnect, and notice that another process, or its machine, is lost.

If a process is killed, its connections are closed, which torch notices; if its machine is lost, they are not. So on
several machines, each process increments a counter of its own every second, in the key-value store through which they
connected and which the first process keeps. The first process watches all counters, and the others watch that of the
first.
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
from aae_core.errors import ProcessLostError
from aae_core.training.communicator import Communicator, translate_torch_errors

CONNECT_TIMEOUT = timedelta(minutes=5)  # time in which all processes must connect
# longest wait for another process, longer than measures and checkpoints take, which only one process makes
COLLECTIVE_TIMEOUT = timedelta(minutes=20)
POLL_SECONDS = 0.05  # seconds between two checks
# seconds between two signs of life, and without one after which a process counts as lost
HEARTBEAT_SECONDS, SILENCE_LIMIT = 1.0, 60.0
# once a connection failed: seconds of silence of a lost process, and to wait for that
LOST_SILENCE, DIAGNOSIS_SECONDS = 3.0, 6.0
LOOPBACK = "127.0.0.1"


@contextmanager
def connect_processes(
    communicator: Communicator,
    rendezvous_url: str,
    device: str = "auto",
    check_peers: Callable[[], object] = lambda: None,
    training_name: str = "",
) -> Iterator[Communicator]:
    """A context in which the processes of a training are connected, with their Communicator.

    rendezvous_url: where they connect: the URL "file:///…" of a new file on one machine, or "env://" for the address
    and port of the first process in the environment (MASTER_ADDR, MASTER_PORT). device: as configured; the processes
    communicate by NCCL if each has a CUDA GPU of its own, and by Gloo otherwise. check_peers: called while waiting for
    other processes; it raises if one of them will not come or is lost. training_name: its name, which separates its
    processes from those of others. Raises ProcessLostError if some do not connect in time, or if one is lost later.
    """
    has_gpu_each = (
        device in ("auto", "cuda")
        and torch.cuda.is_available()
        and torch.cuda.device_count() >= communicator.local_world_size
    )
    if has_gpu_each:
        torch.cuda.set_device(communicator.local_rank)
    spans_machines = communicator.local_world_size < communicator.world_size
    store = _connect_store(communicator, rendezvous_url, check_peers, training_name)
    hosts = [store.get(f"come {rank}").decode() for rank in range(communicator.world_size)]
    with (
        _bind_network_interface(spans_machines),
        _open_process_group(communicator, store, hosts, "cpu:gloo,cuda:nccl" if has_gpu_each else "gloo"),
    ):
        if not spans_machines:
            yield replace(communicator, check_peers=check_peers)
            return
        with _watch_heartbeats(communicator, store, hosts, check_peers) as check_peers_and_heartbeats:
            yield replace(communicator, check_peers=check_peers_and_heartbeats)


@contextmanager
def _bind_network_interface(spans_machines):
    """A context in which torch communicates through the network interface that reaches the other machines, unless the
    user has named one; or, on one machine, through loopback alone, so that no traffic leaves it. Afterwards the
    environment is as before, because a later training of this process, or one that it launches, may meet elsewhere."""
    former_values = {name: os.environ.get(name) for name in ("GLOO_SOCKET_IFNAME", "NCCL_SOCKET_IFNAME")}
    interface_name = network_interface(os.environ.get("MASTER_ADDR", "") if spans_machines else LOOPBACK)
    for name, value in former_values.items():
        if interface_name and not (spans_machines and value):
            os.environ[name] = interface_name
    try:
        yield
    finally:
        for name, value in former_values.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value


@contextmanager
def _open_process_group(communicator, store, hosts, backend):
    """A context with a process group of torch. If a process is lost, the connections are shut down, because torch would
    otherwise wait for it until its timeout before it destroys the group."""
    former_connections, machines = _tcp_connections(), ", ".join(dict.fromkeys(hosts))
    with translate_torch_errors(
        f"The processes of this training met, but cannot speak with each other ({machines}); leave all ports between these "
        "machines open to each other."
    ):
        torch.distributed.init_process_group(
            backend, store=store, rank=communicator.rank, world_size=communicator.world_size, timeout=CONNECT_TIMEOUT
        )
    torch.distributed.set_timeout(COLLECTIVE_TIMEOUT)
    new_connections = _tcp_connections() - former_connections
    try:
        yield
    except ProcessLostError:
        for file_descriptor, *_ in new_connections & _tcp_connections():
            with suppress(OSError), socket.socket(fileno=os.dup(file_descriptor)) as connection:
                connection.shutdown(socket.SHUT_RDWR)
        raise
    finally:
        torch.distributed.destroy_process_group()


def _tcp_connections():
    """The TCP connections of this process: (file descriptor, local address, remote address) of each."""
    return {
        (connection.fd, connection.laddr, connection.raddr)
        for connection in psutil.Process().net_connections("tcp")
        if connection.raddr
    }


def _connect_store(communicator, rendezvous_url, check_peers, training_name):
    """The key-value store of the training, once all processes have registered in it; ProcessLostError if they do not in
    time."""
    # torch gives up after CONNECT_TIMEOUT, but not if another program answers at that address and says nothing: hence
    # the thread
    deadline, results = time.monotonic() + 1.1 * CONNECT_TIMEOUT.total_seconds(), SimpleQueue()
    threading.Thread(
        target=_register_process, args=(communicator, rendezvous_url, training_name, results), daemon=True
    ).start()
    while time.monotonic() < deadline:
        check_peers()
        with suppress(Empty):
            result = results.get(timeout=POLL_SECONDS)
            if isinstance(result, torch.distributed.Store):
                return result
            raise ProcessLostError(_connection_problem(communicator, rendezvous_url, str(result))) from result
    raise ProcessLostError(_connection_problem(communicator, rendezvous_url, ""))


def _register_process(communicator, rendezvous_url, training_name, results):
    try:
        if rendezvous_url == "env://":
            store, *_ = next(
                torch.distributed.rendezvous(
                    rendezvous_url, communicator.rank, communicator.world_size, timeout=CONNECT_TIMEOUT
                )
            )
        else:  # torch would take the URL's %20 for a part of the path
            store = torch.distributed.FileStore(url2pathname(urlsplit(rendezvous_url).path), communicator.world_size)
        store = torch.distributed.PrefixStore(training_name, store)
        store.set(f"come {communicator.rank}", files.HOST)
        store.wait([f"come {rank}" for rank in range(communicator.world_size)], CONNECT_TIMEOUT)
        results.put(store)
    except (RuntimeError, ValueError) as error:
        results.put(error)


def _connection_problem(communicator, rendezvous_url, torch_error) -> str:
    """Why the processes did not connect, and what to do, in a sentence. torch_error: the text of torch's error."""
    if rendezvous_url != "env://":
        return "The processes of this training did not meet on this machine; worker.log in its folder may say why."
    address, port = os.environ.get("MASTER_ADDR"), os.environ.get("MASTER_PORT")
    if "EADDRINUSE" in torch_error:
        return f"Port {port} of this machine is taken by another program; choose another MASTER_PORT for all processes."
    reason = (
        "The first process did not answer"
        if communicator.rank
        else f"Not all of the {communicator.world_size} processes came"
    )
    minutes = f"{CONNECT_TIMEOUT.total_seconds() / 60:g} minutes"
    remedy = "start all of them, and see that their machines reach this address"
    return f"{reason} at {address}, port {port}, within {minutes}; {remedy}."


def network_interface(address: str) -> str:
    """The name of the network interface through which this machine reaches an address, which may be its own; "" if
    unknown."""
    try:
        family, socket_type, *_, target = socket.getaddrinfo(address, 9, type=socket.SOCK_DGRAM)[0]
        with socket.socket(family, socket_type) as unsent_socket:
            unsent_socket.connect(target)
            own_address = unsent_socket.getsockname()[0]
    except OSError:
        return ""
    for name, entries in psutil.net_if_addrs().items():
        if any(entry.address.partition("%")[0] == own_address for entry in entries):
            return name
    return ""


@contextmanager
def _watch_heartbeats(communicator, store, hosts, check_peers):
    """A context during which a thread gives signs of life and looks for those of the others; with a function that calls
    `check_peers` and raises ProcessLostError if one of them is silent. When a connection fails, it waits until this
    shows which one is lost, to name it in the error. hosts: the machines of all, by rank."""
    end_event = threading.Event()
    watched_ranks = range(1, communicator.world_size) if communicator.rank == 0 else (0,)
    # the count of each, and when it changed by this machine's clock
    last_beats = dict.fromkeys(watched_ranks, (0, time.monotonic()))

    def send_heartbeats(store):
        with suppress(RuntimeError):  # the store ended with the first process, which is silent from now on
            while not end_event.wait(HEARTBEAT_SECONDS):
                store.add(f"sign {communicator.rank}", 1)
                for rank, (former_count, _) in last_beats.items():
                    count = store.add(f"sign {rank}", 0)
                    if count != former_count:
                        last_beats[rank] = count, time.monotonic()

    def check_silence(silence):
        """Raise ProcessLostError, which names the process that has been silent longest, if that is for more than
        `silence` seconds."""
        rank = min(last_beats, key=lambda rank: last_beats[rank][1])
        if time.monotonic() - last_beats[rank][1] > silence:
            raise ProcessLostError(
                f"Process {rank + 1} of the {communicator.world_size} of this training, on {hosts[rank]}, has ended or "
                "does not answer; only the steps since the last checkpoint are lost."
            )

    def watch_all():
        check_peers()
        check_silence(SILENCE_LIMIT)

    threading.Thread(target=send_heartbeats, args=(store.clone(),), daemon=True).start()
    try:
        yield watch_all
    except ProcessLostError:
        deadline = time.monotonic() + DIAGNOSIS_SECONDS
        while time.monotonic() < deadline:
            check_peers()
            time.sleep(POLL_SECONDS)
        check_silence(LOST_SILENCE)
        raise
    finally:
        end_event.set()
