"""Processes of one training that do not meet, or of which one is lost with its machine, end in a sentence and in bounded time."""

import os
import signal
import socket
import subprocess
import sys
from datetime import timedelta

import pytest
from helpers.environment import mark_for_ci, mark_thorough_cases

from aae_core import files
from aae_core.errors import ProcessLostError
from aae_core.training import communicator, rendezvous
from aae_core.training.communicator import Communicator

LOST = """
import os, signal
from aae_core.training import communicator, rendezvous
with rendezvous.connect_processes(communicator.Communicator(1, 2), "env://", "cpu"):
    os.kill(os.getpid(), signal.SIGSTOP)  # as with a machine that is lost, no connection is closed
"""


@pytest.fixture
def port(monkeypatch):
    """Of a program that listens at the place of meeting, and says nothing."""
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        listening.listen()
        number = listening.getsockname()[1]
        monkeypatch.setenv("MASTER_ADDR", "127.0.0.1")
        monkeypatch.setenv("MASTER_PORT", str(number))
        for name in ("GLOO_SOCKET_IFNAME", "NCCL_SOCKET_IFNAME"):
            monkeypatch.setenv(name, "")  # which is set
            monkeypatch.delenv(name)
        yield listening


@pytest.mark.parametrize(("rank", "sentence"), [(0, "taken by another program"), (1, "did not answer at 127.0.0.1")])
def test_another_program_at_the_place_of_meeting(port, monkeypatch, rank, sentence):
    monkeypatch.setattr(rendezvous, "CONNECT_TIMEOUT", timedelta(seconds=1))
    with (
        pytest.raises(ProcessLostError, match=sentence),
        rendezvous.connect_processes(Communicator(rank, 2), "env://", "cpu"),
    ):
        pass


@mark_for_ci
@pytest.mark.parametrize("queued", mark_thorough_cases([False, True]), ids=["gloo", "as by nccl"])
def test_a_process_that_is_lost_without_a_word_is_named(port, monkeypatch, queued):
    port.close()
    monkeypatch.setattr(communicator, "is_queued_on_gpu", lambda tensor: queued)
    monkeypatch.setattr(rendezvous, "SILENCE_LIMIT", 2.0)
    monkeypatch.setattr(rendezvous, "DIAGNOSIS_SECONDS", 0.0)
    lost_process = subprocess.Popen([sys.executable, "-c", LOST])
    try:
        with (
            pytest.raises(ProcessLostError, match=f"Process 2 of the 2 of this training, on {files.HOST}"),
            rendezvous.connect_processes(Communicator(0, 2), "env://", "cpu") as mine,
        ):
            assert os.environ["GLOO_SOCKET_IFNAME"]
            mine.broadcast_first(1.0)
    finally:
        lost_process.send_signal(signal.SIGKILL)
        lost_process.wait()


def test_a_later_training_inherits_no_network(tmp_path, monkeypatch):
    monkeypatch.delenv("GLOO_SOCKET_IFNAME", raising=False)
    monkeypatch.setenv("NCCL_SOCKET_IFNAME", "eth9")
    before = dict(os.environ)
    with rendezvous.connect_processes(Communicator(0, 1, 1, 0), (tmp_path / "meeting").as_uri(), "cpu"):
        loopback = rendezvous.network_interface(rendezvous.LOOPBACK)
        assert os.environ["GLOO_SOCKET_IFNAME"] == os.environ["NCCL_SOCKET_IFNAME"] == loopback
    assert dict(os.environ) == before


def test_they_meet_in_a_folder_of_any_name(tmp_path):
    folder = tmp_path / "a b%41 #ö?"
    folder.mkdir()
    with rendezvous.connect_processes(Communicator(0, 1, 1, 0), (folder / "meeting").as_uri(), "cpu") as mine:
        assert mine.world_size == 1 and (folder / "meeting").exists()
