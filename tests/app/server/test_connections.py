"""The bounds on connections, at a uvicorn server of its own on this machine."""

import asyncio
import socket
import threading
import time
from contextlib import ExitStack, closing, contextmanager

import pytest

pytest.importorskip("streamlit")
import uvicorn
import websockets.sync.client

from app.server import connections
from app.server.descriptors import ConnectionShares

WHOLE_REQUEST = b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n"
HALF_REQUEST = WHOLE_REQUEST[:-2]
LARGE_SIZE = 40_000_000  # bytes, more than the system's buffers take


async def answer(scope, receive, send):
    """Answers /slow never, /large with many bytes, a websocket by accepting it, and all else at once."""
    if scope["type"] == "lifespan":
        while (await receive())["type"] != "lifespan.shutdown":
            await send({"type": "lifespan.startup.complete"})
        return await send({"type": "lifespan.shutdown.complete"})
    if scope["type"] == "websocket":
        await send({"type": "websocket.accept"})
        while (await receive())["type"] != "websocket.disconnect":
            pass
        return None
    if scope["path"] == "/slow":
        while (await receive())["type"] != "http.disconnect":
            pass
    body = bytes(LARGE_SIZE) if scope["path"] == "/large" else b"the page"
    length = str(len(body)).encode()
    await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", length)]})
    return await send({"type": "http.response.body", "body": body})


@contextmanager
def run_server(max_connections, backlog=50):
    """The port of a server with at most so many connections."""
    app = connections.ConnectionBounds(
        answer, ConnectionShares(pages=max_connections, sessions=0, connections=max_connections, backlog=backlog)
    )
    server = uvicorn.Server(uvicorn.Config(app, port=0, log_level="error", lifespan="on", timeout_keep_alive=60))
    thread = threading.Thread(target=server.run)
    thread.start()
    try:
        while not server.started:
            time.sleep(0.01)
        yield server.servers[0].sockets[0].getsockname()[1]
    finally:
        server.should_exit = server.force_exit = True
        thread.join()


def connect(port, request_bytes=b""):
    link = socket.create_connection(("127.0.0.1", port), timeout=20)
    link.sendall(request_bytes)
    return link


def status(port):
    """The status of an ordinary request over a connection of its own."""
    with closing(connect(port, WHOLE_REQUEST)) as link:
        return int(link.recv(1000).split()[1])


def is_closed(link):
    try:
        return link.recv(1000) == b""
    except ConnectionResetError:
        return True


def is_open(link, seconds=0.1):
    """Whether nothing comes within so many seconds, not even the end."""
    link.settimeout(seconds)
    try:
        link.recv(1000)
    except TimeoutError:
        return True
    return False


@pytest.mark.parametrize(
    "first_bytes",
    [b"", HALF_REQUEST, WHOLE_REQUEST + HALF_REQUEST],
    ids=["nothing", "half a request", "half a second one"],
)
def test_a_connection_without_a_whole_request_meets_a_deadline(monkeypatch, first_bytes):
    monkeypatch.setattr(connections, "REQUEST_TIMEOUT", 0.5)
    with run_server(50) as port, closing(connect(port, first_bytes)) as link:
        if first_bytes.startswith(WHOLE_REQUEST):
            response = b""
            while not response.endswith(b"the page"):
                response += link.recv(1000)
        start_time = time.monotonic()
        for _ in range(3):
            time.sleep(0.1)
            link.sendall(b"x: y\r\n" if first_bytes else b"")  # further headers extend nothing
        assert is_closed(link) and time.monotonic() - start_time < 10


def test_a_request_that_is_answered_for_long_meets_no_deadline(monkeypatch):
    monkeypatch.setattr(connections, "REQUEST_TIMEOUT", 0.2)
    with run_server(50) as port, closing(connect(port, WHOLE_REQUEST.replace(b"/ ", b"/slow "))) as link:
        assert is_open(link, 0.6)


def test_an_answer_that_is_read_slowly_comes_whole(monkeypatch):
    monkeypatch.setattr(connections, "REQUEST_TIMEOUT", 0.2)
    with run_server(50) as port, closing(connect(port, WHOLE_REQUEST.replace(b"/ ", b"/large "))) as link:
        time.sleep(0.6)
        size = 0
        while part := link.recv(1_000_000):
            size += len(part)
        assert size > LARGE_SIZE


def test_a_websocket_meets_no_deadline(monkeypatch):
    monkeypatch.setattr(connections, "REQUEST_TIMEOUT", 0.2)
    with run_server(50) as port, websockets.sync.client.connect(f"ws://127.0.0.1:{port}/") as link:
        time.sleep(0.6)
        assert link.ping().wait(20)


def test_connections_that_ask_for_nothing_give_way_to_those_that_ask():
    with run_server(5) as port, ExitStack() as stack:
        links = [
            stack.enter_context(closing(connect(port, first_bytes)))
            for first_bytes in (b"", HALF_REQUEST, b"", HALF_REQUEST, b"")
        ]
        time.sleep(0.2)
        assert [status(port) for _ in range(3)] == [200, 200, 200]
        assert is_closed(links[0]), "the one that has waited longest goes first"
        assert is_open(links[4])


def test_where_all_are_busy_a_new_one_is_refused_in_a_sentence():
    with run_server(4) as port, ExitStack() as stack:
        for _ in range(2):
            stack.enter_context(closing(connect(port, WHOLE_REQUEST.replace(b"/ ", b"/slow "))))
        open_pages = [stack.enter_context(websockets.sync.client.connect(f"ws://127.0.0.1:{port}/")) for _ in range(2)]
        with closing(connect(port, WHOLE_REQUEST)) as link:
            response = link.recv(10_000) + link.recv(10_000)
        assert response.startswith(b"HTTP/1.1 503 ") and response.endswith(connections.NO_PLACE.encode())
        assert b"content-security-policy: " in response.lower() and b"connection: close" in response.lower()
        with pytest.raises(websockets.exceptions.InvalidMessage):
            websockets.sync.client.connect(f"ws://127.0.0.1:{port}/").close()
        assert all(page.ping().wait(20) for page in open_pages)
        open_pages[0].close()
        assert status(port) == 200


def test_who_does_not_read_gives_way_after_a_while(monkeypatch):
    monkeypatch.setattr(connections, "REQUEST_TIMEOUT", 4)  # a busy machine may halt for a second
    with run_server(2) as port, ExitStack() as stack:
        for _ in range(2):
            stack.enter_context(closing(connect(port, WHOLE_REQUEST.replace(b"/ ", b"/large "))))
        time.sleep(1)
        assert status(port) == 503
        time.sleep(4)
        assert status(port) == 200


def test_hundreds_of_half_requests_keep_nobody_waiting():
    with run_server(20, backlog=10) as port, ExitStack() as stack:
        for _ in range(300):
            stack.enter_context(closing(connect(port, HALF_REQUEST)))
        assert [status(port) for _ in range(10)] == [200] * 10


@pytest.fixture
def warnings(monkeypatch):
    """What is logged."""
    messages = []
    monkeypatch.setattr(connections.LOGGER, "warning", messages.append)
    return messages


def test_a_uvicorn_of_another_kind_runs_without_bounds_and_says_so(monkeypatch, warnings):
    monkeypatch.setattr(connections, "EXTENDED_METHODS", ("data_received", "renamed"))
    with run_server(1) as port, closing(connect(port, HALF_REQUEST)):
        assert status(port) == 200
    assert warnings == [connections.UNBOUNDED_WARNING]


def test_where_connections_are_bounded_nothing_is_logged(warnings):
    with run_server(1) as port:
        assert status(port) == 200
    assert not warnings


def test_another_server_is_left_as_it_is_and_the_log_says_so(run_in_thread, warnings):
    async def start():
        messages, sent_types = [{"type": "lifespan.startup"}, {"type": "lifespan.shutdown"}], []

        async def receive():
            return messages.pop(0)

        async def send(message):
            sent_types.append(message["type"])

        await connections.ConnectionBounds(answer, ConnectionShares(1, 1, 1, 1))({"type": "lifespan"}, receive, send)
        return sent_types

    assert run_in_thread(asyncio.wait_for(start(), 20))[-1] == "lifespan.shutdown.complete"
    assert warnings == [connections.UNBOUNDED_WARNING]
