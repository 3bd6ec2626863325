"""One visitor's attacks on a server by its websocket, each for some seconds.

python -m benchmarks.robustness.websocket.attacks URL NAME SECONDS
"""

import asyncio
import secrets
import sys
import time
from collections.abc import Awaitable, Callable
from contextlib import suppress

from streamlit.proto.BackMsg_pb2 import BackMsg
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import WebSocketException

from app.server.message_bounds import MAX_BYTES, MAX_FIELDS, MAX_WIDGETS

PAGES = 8  # that one visitor may have open, as docs/serving.md says
PAUSE = 0.03  # seconds between two messages of an attack that lasts, as of a key that is held down


class Attacker:
    """A visitor with one cookie."""

    def __init__(self, url: str, seconds: float):
        self.url, self.cookie = url, secrets.token_urlsafe(32)
        self.seconds = seconds
        self.end = time.monotonic() + seconds

    async def connect(self) -> ClientConnection:
        """A new page, what the server sends to it is read and forgotten."""
        headers = {"Origin": self.url, "Cookie": f"aae_visitor={self.cookie}"}
        socket = await connect(
            self.url.replace("http", "ws", 1) + "/_stcore/stream", additional_headers=headers,
            subprotocols=["streamlit"], compression=None, max_size=None, ping_interval=None, close_timeout=1,
        )  # fmt: skip
        socket.forgetting = asyncio.create_task(forget(socket))
        return socket

    async def send(self, *messages: bytes) -> None:
        """Open a page, send it messages, and leave."""
        socket = await self.connect()
        with suppress(WebSocketException):
            for message in messages:
                await socket.send(message)
        await socket.close()

    async def repeat(self, *messages: bytes, pause: float = PAUSE) -> None:
        """Send messages to one page, one after another and again, until the end; the page is opened again when it is closed."""
        while time.monotonic() < self.end:
            socket = await self.connect()
            with suppress(WebSocketException):
                while time.monotonic() < self.end:
                    for message in messages:
                        await socket.send(message)
                        await asyncio.sleep(pause)
            await socket.close()


async def forget(socket: ClientConnection) -> None:
    """Read what a page is sent."""
    with suppress(WebSocketException):
        async for _ in socket:
            pass


# Messages ---------------------------------------------------------------------------------------------------------------


def rerun(states: int = 0, fragment: str = "") -> bytes:
    """A request for a run, with so many widget states."""
    message = BackMsg()
    message.rerun_script.fragment_id = fragment
    for number in range(states):
        message.rerun_script.widget_states.widgets.add(id=f"$$ID-{number}", bool_value=True)
    return message.SerializeToString()


def large_rerun() -> bytes:
    """A request of almost the largest size, with one widget state."""
    message = BackMsg()
    message.rerun_script.widget_states.widgets.add(id="$$ID-w-w", string_value="x" * (MAX_BYTES - 1_000))
    return message.SerializeToString()


def foreign_widget() -> bytes:
    """A request with the state of a widget whose id has not Streamlit's form."""
    message = BackMsg()
    message.rerun_script.widget_states.widgets.add(id="w", bool_value=True)
    return message.SerializeToString()


def press() -> bytes:
    """A request with the press of a button."""
    message = BackMsg()
    message.rerun_script.widget_states.widgets.add(id="$$ID-button-button", trigger_value=True)
    return message.SerializeToString()


def names(count: int) -> bytes:
    """A request for the addresses of so many uploads."""
    message = BackMsg()
    message.file_urls_request.file_names.extend(["a"] * count)
    return message.SerializeToString()


def operation(**payload) -> bytes:
    """A request for an operation on the server, of no session."""
    return BackMsg(backend_operation_request={"session_id": "x", **payload}).SerializeToString()


OTHERS = [BackMsg(**{kind: True}).SerializeToString() for kind in
          ("clear_cache", "stop_script", "load_git_info", "set_run_on_save", "app_heartbeat", "debug_shutdown_runtime",
           "debug_disconnect_websocket")]  # fmt: skip
OTHERS += [operation(install_skills={}), operation(deferred_file={"file_id": "x"}), b""]

# Attacks ----------------------------------------------------------------------------------------------------------------


async def many_pages(attacker: Attacker) -> None:
    await asyncio.gather(*(attacker.repeat(rerun(MAX_WIDGETS)) for _ in range(PAGES)))


async def come_and_go(attacker: Attacker) -> None:
    while time.monotonic() < attacker.end:
        await attacker.send(rerun())


async def new_fragments(attacker: Attacker) -> None:
    await attacker.repeat(rerun(), *(rerun(fragment=secrets.token_hex(16)) for _ in range(100)))


ATTACKS: dict[str, Callable[[Attacker], Awaitable[None]]] = {
    "3 messages of 400,000 states, 300 reruns, leaves": lambda attacker: attacker.send(
        *[rerun(400_000)] * 3, *[rerun()] * 300
    ),
    "1 message of 400,000 states, 50 reruns": lambda attacker: attacker.send(rerun(400_000), *[rerun()] * 50),
    "3 messages of 60,000 states, 300 reruns": lambda attacker: attacker.send(*[rerun(60_000)] * 3, *[rerun()] * 300),
    "30,000 reruns": lambda attacker: attacker.send(*[rerun()] * 30_000),
    "300 reruns of 500 states, leaves": lambda attacker: attacker.send(*[rerun(MAX_WIDGETS)] * 300),
    "a rerun of 500 states, 30 per second": lambda attacker: attacker.repeat(rerun(MAX_WIDGETS)),
    "8 pages, each the same": many_pages,
    "a button, 30 presses per second": lambda attacker: attacker.repeat(press()),
    "1 MB in one state, 10 per second": lambda attacker: attacker.repeat(large_rerun(), pause=0.1),
    "widgets of no page, 30 per second": lambda attacker: attacker.repeat(foreign_widget()),
    "1 MB of tiny states, again and again": lambda attacker: attacker.repeat(rerun(80_000)),
    "fragments that do not exist, 30 per second": new_fragments,
    "5,000 addresses of uploads, 10 per second": lambda attacker: attacker.repeat(names(MAX_FIELDS - 100), pause=0.1),
    "messages of every other kind, 30 per second": lambda attacker: attacker.repeat(rerun(), *OTHERS),
    "what cannot be decoded, again and again": lambda attacker: attacker.repeat(b"\xff" * 100),
    "opens a page, requests a run, leaves, again and again": come_and_go,
}


def main(url: str, name: str, seconds: str) -> None:
    """Attack a server; the attack ends by itself, or some seconds later by force."""

    async def attack():
        with suppress(TimeoutError, OSError, WebSocketException):
            async with asyncio.timeout(float(seconds) + 10):
                await ATTACKS[name](Attacker(url, float(seconds)))

    asyncio.run(attack())


if __name__ == "__main__":
    main(*sys.argv[1:])
