"""The haproxy whose configuration ships, started for real: what one address may have and ask for, and slow clients."""

import asyncio
import subprocess
import time
from contextlib import asynccontextmanager, closing

import pytest
from helpers import haproxy
from helpers.browser_app import free_port
from websockets.asyncio.client import connect
from websockets.asyncio.server import serve
from websockets.exceptions import InvalidStatus

pytestmark = pytest.mark.skipif(
    haproxy.missing_haproxy_reason() is not None, reason=haproxy.missing_haproxy_reason() or ""
)
VISITOR, OTHER = "127.0.0.1", "127.0.0.2"  # two addresses of this machine
LIMIT = 5  # connections, requests or pages of one address
WEBSOCKET_PATH = "/_stcore/stream"
REQUEST = b"GET / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"


@asynccontextmanager
async def echo_server():
    """The port of a server that returns what a websocket sends, and answers every other request with "ok"."""

    def answer(connection, request):
        return None if request.path == WEBSOCKET_PATH else connection.respond(200, "ok")

    async def echo(socket):
        async for message in socket:
            await socket.send(message)

    async with serve(echo, "127.0.0.1", 0, process_request=answer) as server:
        yield server.sockets[0].getsockname()[1]


@pytest.fixture
def behind_haproxy(run_in_thread):
    """behind_haproxy(measure, **parameters of `running_haproxy`) -> what `await measure(port)` returns, the port being that of a
    haproxy in front of an echo server."""

    def run(measure, **parameters):
        async def run_behind():
            async with echo_server() as server_port:
                port = free_port()
                with haproxy.running_haproxy(port, [server_port], **parameters):
                    return await measure(port)

        return run_in_thread(run_behind())

    return run


async def open_connection(port, address):
    return await asyncio.open_connection("127.0.0.1", port, local_addr=(address, 0))


async def request_status(port, address=VISITOR, request=REQUEST) -> int:
    """The status of the answer; 0 if the connection is closed without one."""
    try:
        reader, writer = await open_connection(port, address)
        with closing(writer):
            writer.write(request)
            head = await reader.read(1_000)
    except ConnectionError:
        return 0
    return int(head[9:12]) if head else 0


async def websocket_status(port, address=VISITOR, cookie="") -> int:
    """101 if a websocket opens and returns what it is sent, otherwise the status of the refusal."""
    headers = {"Cookie": f"aae_visitor={cookie}"} if cookie else {}
    place = f"ws://127.0.0.1:{port}{WEBSOCKET_PATH}"
    try:
        async with connect(place, local_addr=(address, 0), additional_headers=headers, proxy=None) as socket:
            await socket.send(b"x")
            assert await socket.recv() == b"x"
            return 101
    except InvalidStatus as error:
        return error.response.status_code


@pytest.mark.parametrize("ports", [[8501], [8501, 8502]], ids=["one server", "two servers"])
def test_haproxy_takes_its_configuration(ports):
    command = ["haproxy", "-c", "-f", str(haproxy.CONFIGURATION)]
    environment = haproxy.configuration_environment(8080, ports)
    process = subprocess.run(command, env=environment, capture_output=True, text=True)
    assert process.returncode == 0 and "WARNING" not in process.stderr, process.stderr


def test_requests_and_websockets_pass(behind_haproxy):
    async def measure(port):
        return await request_status(port), await websocket_status(port)

    assert behind_haproxy(measure) == (200, 101)


def test_an_address_has_so_many_connections_and_others_are_let_in(behind_haproxy):
    async def measure(port):
        held_connections = [await open_connection(port, OTHER) for _ in range(LIMIT)]
        statuses = await request_status(port, OTHER), await request_status(port, VISITOR)
        for _, writer in held_connections:
            writer.close()
        return statuses

    assert behind_haproxy(measure, AAE_CONNECTIONS=LIMIT) == (0, 200)


def test_an_address_asks_so_often_and_others_are_answered(behind_haproxy):
    async def measure(port):
        statuses = [await request_status(port, OTHER) for _ in range(LIMIT + 1)]
        return statuses, await request_status(port, VISITOR)

    assert behind_haproxy(measure, AAE_REQUESTS=LIMIT) == ([200] * LIMIT + [429], 200)


def test_an_address_opens_so_many_pages_and_others_open_theirs(behind_haproxy):
    async def measure(port):
        statuses = [await websocket_status(port, OTHER) for _ in range(LIMIT + 1)]
        return statuses, await websocket_status(port, VISITOR)

    assert behind_haproxy(measure, AAE_PAGES=LIMIT) == ([101] * LIMIT + [429], 101)


def test_a_browser_opens_so_many_pages_and_others_at_its_address_open_theirs(behind_haproxy):
    async def measure(port):
        statuses = [await websocket_status(port, cookie="a" * 43) for _ in range(21)]
        return statuses, await websocket_status(port, cookie="b" * 43)

    assert behind_haproxy(measure) == ([101] * 20 + [429], 101)


def test_a_half_sent_request_meets_a_deadline(behind_haproxy, tmp_path):
    """The deadline is shortened from ten seconds to one."""
    text = haproxy.CONFIGURATION.read_text(encoding="utf-8")
    assert "timeout http-request 10s" in text
    (tmp_path / "haproxy.cfg").write_text(text.replace("timeout http-request 10s", "timeout http-request 1s"))

    async def measure(port):
        start = time.monotonic()
        return await request_status(port, request=REQUEST[:-2]), time.monotonic() - start

    status, seconds = behind_haproxy(measure, configuration=tmp_path / "haproxy.cfg")
    assert status == 408 and 0.5 < seconds < 5
