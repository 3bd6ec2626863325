"""Bounds on the server's connections: how many there are, and how long one may take to ask for something.

uvicorn (0.54) waits for ever for the rest of a request's headers, and accepts connections until the process can hold no
more file descriptors; from then on nobody is answered. Here, a connection is closed if it brings no complete request
within REQUEST_TIMEOUT seconds, or as soon as a new one needs its place. If all others are being answered or belong to
pages, the new one is refused.

Nothing of this is part of uvicorn's documented interface. Where it is not as in the releases that were tried, or
another server runs the app, the connections have no bounds, and the log says so once.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable

from starlette.types import ASGIApp, Receive, Scope, Send
from streamlit.logger import get_logger
from uvicorn import Config

from app.server.content_policy import content_security_policy
from app.server.descriptors import ConnectionShares
from app.server.guard import HEADERS, refusal_response

LOGGER = get_logger(__name__)

# seconds for the headers of a request, from the connection's beginning or the end of the last answer
REQUEST_TIMEOUT = 20.0
NO_PLACE = "The server has as many connections as it can hold; try again in a moment."
RETRY_HEADERS = {"Connection": "close", "Refresh": "2"}
# Methods of uvicorn's classes of HTTP connections that `bound_connections` extends.
EXTENDED_METHODS = (
    "connection_made",
    "connection_lost",
    "data_received",
    "on_response_complete",
    "pause_writing",
    "resume_writing",
    "handle_websocket_upgrade",
)
UNBOUNDED_WARNING = (
    "Connections to this server have no bounds, so many half-sent requests can keep others out: it is not run by a uvicorn like "
    "0.54, or with --log-level trace. Start it with `streamlit run`, or put a proxy with bounds before it."
)


class ConnectionBounds:
    """ASGI middleware that bounds the connections of the uvicorn server on which it runs."""

    def __init__(self, app: ASGIApp, shares: ConnectionShares):
        self.app, self.shares = app, shares

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":  # the server starts; it listens once this has been answered
            config = find_server_config(receive)
            if config is None or not can_be_bounded(config.http_protocol_class):
                LOGGER.warning(UNBOUNDED_WARNING)
            else:
                config.http_protocol_class = bound_connections(config.http_protocol_class, self.shares.connections)
                config.backlog = self.shares.backlog  # asyncio accepts so many in one go
        await self.app(scope, receive, send)


def find_server_config(receive: Callable[[], Awaitable]) -> Config | None:
    """The configuration of the uvicorn server whose lifespan messages `receive` returns; None for any other server.
    Neither uvicorn nor `streamlit run` lets an application choose these settings in another way."""
    config = getattr(getattr(receive, "__self__", None), "config", None)
    return config if isinstance(config, Config) else None


def can_be_bounded(protocol_class: type) -> bool:
    """Whether a class of HTTP connections has the methods that `bound_connections` extends."""
    return all(hasattr(protocol_class, name) for name in EXTENDED_METHODS)


async def respond_no_place(scope: Scope, receive: Receive, send: Send) -> None:
    """The ASGI application of connections for which there is no place."""
    headers = {**HEADERS, "Content-Security-Policy": content_security_policy(), **RETRY_HEADERS}
    await refusal_response(503, NO_PLACE, headers)(scope, receive, send)


def bound_connections(protocol_class: type[asyncio.Protocol], max_connections: int) -> type[asyncio.Protocol]:
    """uvicorn's class of HTTP connections (its h11's or its httptools'), with bounds. max_connections: connections at
    once, websockets among them."""
    bounds = {"max_connections": max_connections, "waiting": {}, "unread": {}}
    return type("BoundedConnection", (BoundedConnectionMethods, protocol_class), bounds)


class BoundedConnectionMethods:
    """The methods that `bound_connections` puts before those of uvicorn's class.

    Shared by a server's connections: max_connections, how many there may be; waiting, those without a complete request, the
    longest waiting first; unread, those whose client does not read -> since when (time.monotonic), the longest first.
    Each one's own: deadline, at which it is closed, while it waits; is_refused, whether there was no place for it.
    """

    max_connections: int
    waiting: dict[asyncio.Protocol, None]
    unread: dict[asyncio.Protocol, float]
    deadline: asyncio.TimerHandle | None = None
    is_refused = False

    def connection_made(self, transport):
        is_full = len(self.connections) >= self.max_connections
        if is_full and not close_idle_connection(self.waiting, self.unread):
            self.is_refused = True
            self.app = respond_no_place
        super().connection_made(transport)
        self.begin_waiting()

    def connection_lost(self, exc):
        self.end_waiting()
        self.unread.pop(self, None)
        super().connection_lost(exc)

    def data_received(self, data):
        super().data_received(data)
        self.note_request()

    def on_response_complete(self):
        super().on_response_complete()
        self.note_request()

    def note_request(self):
        """Begin or end the wait for a request, after a part of one has arrived or one has been answered."""
        is_answering = self.cycle is not None and not self.cycle.response_complete
        is_websocket = self.transport.get_protocol() is not self
        if is_answering or is_websocket:
            self.end_waiting()
        elif self.deadline is None and not self.transport.is_closing():
            self.begin_waiting()

    def begin_waiting(self):
        self.waiting[self] = None
        self.deadline = self.loop.call_later(REQUEST_TIMEOUT, self.transport.close)

    def end_waiting(self):
        self.waiting.pop(self, None)
        if self.deadline is not None:
            self.deadline.cancel()
            self.deadline = None

    def pause_writing(self):
        super().pause_writing()
        self.unread[self] = time.monotonic()

    def resume_writing(self):
        super().resume_writing()
        self.unread.pop(self, None)

    def handle_websocket_upgrade(self, *request):
        if self.is_refused:
            self.transport.close()  # the browser's page opens another one by itself
        else:
            super().handle_websocket_upgrade(*request)


def close_idle_connection(waiting: dict[asyncio.Protocol, None], unread: dict[asyncio.Protocol, float]) -> bool:
    """Close the connection that has waited longest for a request, or if there is none the one whose client has read
    nothing for longest, provided that it was REQUEST_TIMEOUT seconds. Returns whether one was closed."""
    idle_connections = (connection for connection in waiting if connection not in unread)
    stuck_connections = (
        connection for connection, pause_time in unread.items() if time.monotonic() - pause_time >= REQUEST_TIMEOUT
    )
    connection = next(idle_connections, None) or next(stuck_connections, None)
    if connection is None:
        return False
    waiting.pop(connection, None)
    unread.pop(connection, None)
    connection.transport.abort()
    return True
