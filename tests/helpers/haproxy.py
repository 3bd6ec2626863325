"""The haproxy whose configuration the app ships, in front of servers of this machine."""

import os
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

CONFIGURATION = Path(__file__).resolve().parents[2] / "app" / "server" / "haproxy.cfg"
START_SECONDS = 10.0  # within which it answers


def missing_haproxy_reason() -> str | None:
    """What is missing to start haproxy; None if nothing."""
    return None if shutil.which("haproxy") else "This needs haproxy: apt-get install haproxy."


def configuration_environment(bind_port: int, ports: list[int], **bounds) -> dict[str, str]:
    """The environment variables of a haproxy on that port in front of one or two servers. bounds: AAE_CONNECTIONS and others of
    the configuration."""
    addresses = {name: f"127.0.0.1:{port}" for name, port in zip(("AAE_ONE", "AAE_TWO"), ports, strict=False)}
    return os.environ | addresses | {"AAE_BIND": f"127.0.0.1:{bind_port}"} | {key: str(n) for key, n in bounds.items()}


@contextmanager
def running_haproxy(bind_port: int, ports: list[int], configuration: Path = CONFIGURATION, **bounds) -> Iterator[str]:
    """The address of a running haproxy; parameters as in `configuration_environment`."""
    environment = configuration_environment(bind_port, ports, **bounds)
    process = subprocess.Popen(["haproxy", "-db", "-f", str(configuration)], env=environment)
    try:
        _wait_until_listening(process, bind_port)
        yield f"http://127.0.0.1:{bind_port}"
    finally:
        process.terminate()
        process.wait()


def _wait_until_listening(process, port):
    deadline = time.monotonic() + START_SECONDS
    while True:
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
            return
        except OSError:
            if process.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError("haproxy does not start.") from None
            time.sleep(0.05)
