"""One visitor's attacks on a server by what its websocket is sent, and by connections, each for some seconds.

python -m benchmarks.robustness.websocket.attacks URL NAME SECONDS [ADDRESS]
"""

import asyncio
import secrets
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from urllib.parse import urlsplit

from streamlit.proto.BackMsg_pb2 import BackMsg
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import WebSocketException

from app.server.message_bounds import MAX_BYTES, MAX_FIELDS, MAX_FILES, MAX_WIDGETS

PAGE_COUNT = 8  # that one visitor may have open, as docs/use/serving.md says
PAUSE_SECONDS = 0.03  # seconds between two messages of an attack that lasts, as of a key that is held down


class Attacker:
    """A visitor with one cookie. address: of this machine, from which she connects; None for any."""

    def __init__(self, url: str, seconds: float, address: str | None = None):
        self.url, self.cookie = url, secrets.token_urlsafe(32)
        self.local_address = (address, 0) if address else None
        self.end = time.monotonic() + seconds
        self.has_begun = False

    async def connect(self) -> ClientConnection:
        """A new page, what the server sends to it is read and forgotten."""
        headers = {"Origin": self.url, "Cookie": f"aae_visitor={self.cookie}"}
        socket = await connect(
            self.url.replace("http", "ws", 1) + "/_stcore/stream", additional_headers=headers,
            subprotocols=["streamlit"], compression=None, max_size=None, ping_interval=None, close_timeout=1,
            local_addr=self.local_address,
        )  # fmt: skip
        self.say_begun()
        socket.forgetting = asyncio.create_task(discard_messages(socket))
        return socket

    def say_begun(self) -> None:
        """Print a line, once."""
        if not self.has_begun:
            print("begins", flush=True)
            self.has_begun = True

    async def connect_with(self, data: bytes) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        """A new connection, on which these bytes have been sent."""
        place = urlsplit(self.url)
        reader, writer = await asyncio.open_connection(place.hostname, place.port, local_addr=self.local_address)
        writer.write(data)
        self.say_begun()
        return reader, writer

    async def send(self, *messages: bytes) -> None:
        """Open a page, send it messages, and leave."""
        socket = await self.connect()
        with suppress(WebSocketException):
            for message in messages:
                await socket.send(message)
        await socket.close()

    async def repeat(self, *messages: bytes, pause: float = PAUSE_SECONDS) -> None:
        """Send messages to one page, one after another and again, until the end; the page is opened again when it is closed."""
        while time.monotonic() < self.end:
            socket = await self.connect()
            with suppress(WebSocketException):
                while time.monotonic() < self.end:
                    for message in messages:
                        await socket.send(message)
                        await asyncio.sleep(pause)
            await socket.close()


async def discard_messages(socket: ClientConnection) -> None:
    """Read what a page is sent."""
    with suppress(WebSocketException):
        async for _ in socket:
            pass


# Messages ---------------------------------------------------------------------------------------------------------------


def rerun_message(states: int = 0, fragment: str = "") -> bytes:
    """A request for a run, with so many widget states, whose ids have Streamlit's form."""
    message = BackMsg()
    message.rerun_script.fragment_id = fragment
    for number in range(states):
        message.rerun_script.widget_states.widgets.add(id=f"$$ID{number}", bool_value=True)
    return message.SerializeToString()


def large_rerun_message() -> bytes:
    """A request of almost the largest size, with one widget state."""
    message = BackMsg()
    message.rerun_script.widget_states.widgets.add(id="$$ID-w-w", string_value="x" * (MAX_BYTES - 1_000))
    return message.SerializeToString()


def foreign_widget_message() -> bytes:
    """A request with the state of a widget whose id has not Streamlit's form."""
    message = BackMsg()
    message.rerun_script.widget_states.widgets.add(id="w", bool_value=True)
    return message.SerializeToString()


def press_message() -> bytes:
    """A request with the press of a button."""
    message = BackMsg()
    message.rerun_script.widget_states.widgets.add(id="$$ID-button-button", trigger_value=True)
    return message.SerializeToString()


def upload_message(count: int) -> bytes:
    """A request for the addresses of so many uploads."""
    message = BackMsg()
    message.file_urls_request.file_names.extend(["a"] * count)
    return message.SerializeToString()


def operation_message(**payload) -> bytes:
    """A request for an operation on the server, of no session."""
    return BackMsg(backend_operation_request={"session_id": "x", **payload}).SerializeToString()


OTHER_MESSAGES = [BackMsg(**{kind: True}).SerializeToString() for kind in
          ("clear_cache", "stop_script", "load_git_info", "set_run_on_save", "app_heartbeat", "debug_shutdown_runtime",
           "debug_disconnect_websocket")]  # fmt: skip
OTHER_MESSAGES += [operation_message(install_skills={}), operation_message(deferred_file={"file_id": "x"}), b""]

# Attacks ----------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Attack:
    """make_messages: the messages. is_repeated: whether they are sent again and again, until the end, instead of once. pages: how
    many do so. pause: seconds after each message. reopens_page: whether the page is left and opened again each time."""

    make_messages: Callable[[], list[bytes]]
    is_repeated: bool = True
    pages: int = 1
    pause: float = PAUSE_SECONDS
    reopens_page: bool = False

    async def run(self, attacker: Attacker, messages: list[bytes]) -> None:
        """Send the messages as often as the attack says."""
        if not self.is_repeated:
            return await attacker.send(*messages)
        if not self.reopens_page:
            await asyncio.gather(*(attacker.repeat(*messages, pause=self.pause) for _ in range(self.pages)))
        while time.monotonic() < attacker.end:
            await attacker.send(*messages)


@dataclass(frozen=True)
class ConnectionAttack:
    """An attack by connections, which the server leaves to a proxy. clients: how many connections there are at once. data: what
    each sends. is_held: whether it is held until the server closes it, instead of until it is answered; then it is opened
    again."""

    clients: int
    data: bytes
    is_held: bool = False

    def make_messages(self) -> list[bytes]:
        return [self.data]

    async def run(self, attacker: Attacker, messages: list[bytes]) -> None:
        """Keep the connections open, or open them again, until the attacker's end."""
        await asyncio.gather(*(self._connect_again(attacker, *messages) for _ in range(self.clients)))

    async def _connect_again(self, attacker, data):
        while time.monotonic() < attacker.end:
            with suppress(OSError):
                reader, writer = await attacker.connect_with(data)
                await reader.read(-1 if self.is_held else 1)
                writer.close()
            await asyncio.sleep(PAUSE_SECONDS)  # also after a refusal


@dataclass(frozen=True)
class PageFlood:
    """New pages without a cookie, each of which requests a run and stays. clients: how many at once."""

    clients: int

    def make_messages(self) -> list[bytes]:
        return [rerun_message()]

    async def run(self, attacker: Attacker, messages: list[bytes]) -> None:
        """Open the pages, again if they are refused, until the attacker's end."""
        attacker.cookie = ""
        await asyncio.gather(*(self._open_again(attacker, *messages) for _ in range(self.clients)))

    async def _open_again(self, attacker, message):
        while time.monotonic() < attacker.end:
            with suppress(OSError, WebSocketException, TimeoutError):
                socket = await attacker.connect()
                await socket.send(message)
                await socket.wait_closed()
            await asyncio.sleep(PAUSE_SECONDS)


REQUEST = b"GET / HTTP/1.1\r\nHost: localhost\r\nAccept: text/html\r\n"
ATTACKS = {
    "3 messages of 400,000 states, 300 reruns, leaves": Attack(
        lambda: [rerun_message(400_000)] * 3 + [rerun_message()] * 300, is_repeated=False
    ),
    "1 message of 400,000 states, 50 reruns": Attack(
        lambda: [rerun_message(400_000)] + [rerun_message()] * 50, is_repeated=False
    ),
    "3 messages of 60,000 states, 300 reruns": Attack(
        lambda: [rerun_message(60_000)] * 3 + [rerun_message()] * 300, is_repeated=False
    ),
    "30,000 reruns": Attack(lambda: [rerun_message()] * 30_000, is_repeated=False),
    f"300 reruns of {MAX_WIDGETS} states, leaves": Attack(
        lambda: [rerun_message(MAX_WIDGETS)] * 300, is_repeated=False
    ),
    f"a rerun of {MAX_WIDGETS} states, 30 per second": Attack(lambda: [rerun_message(MAX_WIDGETS)]),
    "8 pages, each the same": Attack(lambda: [rerun_message(MAX_WIDGETS)], pages=PAGE_COUNT),
    "a button, 30 presses per second": Attack(lambda: [press_message()]),
    "1 MB in one state, 10 per second": Attack(lambda: [large_rerun_message()], pause=0.1),
    "1 MB of tiny states, again and again": Attack(lambda: [rerun_message(80_000)]),
    "widgets of no page, again and again": Attack(lambda: [foreign_widget_message()]),
    "fragments that do not exist, 30 per second": Attack(
        lambda: [rerun_message(), *(rerun_message(fragment=secrets.token_hex(16)) for _ in range(100))]
    ),
    f"{MAX_FILES} addresses of uploads, 30 per second": Attack(lambda: [upload_message(MAX_FILES)]),
    "5,000 addresses of uploads, again and again": Attack(lambda: [upload_message(MAX_FIELDS - 100)]),
    "messages of every other kind, 30 per second": Attack(lambda: [rerun_message(), *OTHER_MESSAGES]),
    "what cannot be decoded, again and again": Attack(lambda: [b"\xff" * 100]),
}
# Attacks that the server leaves to a proxy.
CONNECTION_ATTACKS = {
    "opens a page, requests a run, leaves, again and again": Attack(lambda: [rerun_message()], reopens_page=True),
    "300 pages without a cookie": PageFlood(300),
    "1,000 half-sent requests": ConnectionAttack(1_000, REQUEST, is_held=True),
    "50 connections that ask for the first page, again and again": ConnectionAttack(50, REQUEST + b"\r\n"),
}


def main(url: str, name: str, seconds: str, address: str | None = None) -> None:
    """Attack a server, after a line on standard output as soon as a page is connected. The attack ends by itself, or some
    seconds later by force."""
    chosen_attack = (ATTACKS | CONNECTION_ATTACKS)[name]
    messages = chosen_attack.make_messages()

    async def attack():
        with suppress(TimeoutError, OSError, WebSocketException):
            async with asyncio.timeout(float(seconds) + 10):
                await chosen_attack.run(Attacker(url, float(seconds), address), messages)

    asyncio.run(attack())


if __name__ == "__main__":
    main(*sys.argv[1:])
