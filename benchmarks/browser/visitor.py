"""A simulated visitor of the explorer: a client of Streamlit's websocket protocol and of the project's routes."""

import asyncio
import re
import secrets
import time
from contextlib import suppress
from dataclasses import dataclass, field
from urllib.parse import urlencode, urlsplit

from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.proto.WidgetStates_pb2 import WidgetState
from websockets.asyncio.client import connect
from websockets.exceptions import WebSocketException

WIDGET_ID = re.compile(rb"\$\$ID-[0-9a-f]{32}-([A-Za-z][\w.-]*)")
LIVE_PATH = re.compile(rb"/live/[0-9a-f]{32}")
COOKIE = re.compile(r"^set-cookie: ([^=\s]+)=([^;\s]*)", re.IGNORECASE | re.MULTILINE)
ASSET_PATH = re.compile(rb"/assets/[0-9a-f]{16,}\.\w+")
PATIENCE = 120.0  # seconds for any answer
FULL_RUN, FRAGMENT_RUN = 0, 3  # how a run ends that was asked for


@dataclass
class Visitor:
    """One browser tab. jar: its cookies; runs: (title, seconds) of each run of a page; answers: the same of each request; errors:
    failures in words; received_bytes: of all messages; late_refreshes: refreshes that were due during another run.
    """

    root: str
    jar: dict[str, str] = field(default_factory=lambda: {"aae_visitor": secrets.token_urlsafe(32)})
    runs: list[tuple[str, float]] = field(default_factory=list)
    answers: list[tuple[str, float]] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)
    received_bytes: int = 0
    refreshes: int = 0
    late_refreshes: int = 0

    def __post_init__(self):
        self.pages, self.widgets, self.live_paths, self.asset_paths = {}, {}, set(), set()
        self.page_path, self.query, self._states, self._page = "", "", {}, ""
        self._run_endings, self._tickers, self._busy = asyncio.Queue(), {}, False
        self._socket = self._reader = None

    async def open(self, page: str = "", **query) -> None:
        """Connect, and run a page by its address for the first time."""
        address = self.root.replace("http", "ws", 1) + "/_stcore/stream"
        headers = {"Cookie": cookie_header(self.jar), "Origin": self.root}
        self._socket = await connect(
            address, additional_headers=headers, subprotocols=["streamlit"], max_size=None, open_timeout=PATIENCE,
            ping_interval=None, compression=None,
        )  # fmt: skip
        self._reader = asyncio.create_task(self._read())
        await self.turn_to(page, "arrive", **query)

    async def close(self) -> None:
        for value in self._tickers.values():
            value.cancel()
        if self._reader:
            self._reader.cancel()
        if self._socket:
            await self._socket.close()

    async def turn_to(self, page: str, title: str = "", **query) -> float:
        """Turn to a page by its address, with what stands in the link; seconds until it is drawn."""
        self._stop_refreshing()
        self.query, self._states, self.live_paths = urlencode(query), {}, set()
        self.page_path, self._page = page, self.pages.get(page, "")
        return await self.run_page(title or f"page {page or 'explore'}")

    async def set_widget(self, key: str, **value) -> float:
        """Change a widget by its key, or by the part of it before the key of a request, as `WidgetState` has values
        (trigger_value=True: a press); seconds until it is drawn."""
        id_ = [id_ for name, id_ in self.widgets.items() if name == key or name.startswith(f"{key}.")][-1]
        self._states[id_] = WidgetState(id=id_, **value)
        try:
            return await self.run_page(f"widget {key}")
        finally:
            if "trigger_value" in value:
                del self._states[id_]

    async def run_page(self, title: str) -> float:
        """Ask for a run of the whole page; seconds until it has ended."""
        while not self._run_endings.empty():
            self._run_endings.get_nowait()
        start = time.monotonic()
        await self._request_run()
        try:
            async with asyncio.timeout(PATIENCE):
                while (ending := await self._run_endings.get()) != FULL_RUN:
                    if ending not in (FRAGMENT_RUN, 2):
                        self.errors.append(f"{title}: the run ended as {ending}")
                        break
        except TimeoutError:
            self.errors.append(f"{title}: no end within {PATIENCE:.0f} s")
        seconds = time.monotonic() - start
        self.runs.append((title, seconds))
        return seconds

    async def _request_run(self, fragment: str = ""):
        message = BackMsg()
        rerun_script = message.rerun_script
        rerun_script.query_string, rerun_script.page_script_hash = self.query, self._page
        if not self._page:
            rerun_script.page_name = self.page_path
        rerun_script.fragment_id, rerun_script.is_auto_rerun = fragment, bool(fragment)
        rerun_script.widget_states.widgets.extend(self._states.values())
        rerun_script.context_info.timezone, rerun_script.context_info.locale, rerun_script.context_info.url = (
            "UTC",
            "en",
            self.root,
        )
        self._busy = True
        await self._socket.send(message.SerializeToString())

    async def _read(self):
        with suppress(asyncio.CancelledError):
            try:
                async for data in self._socket:
                    self._handle_message(data)
            except WebSocketException as error:
                self.errors.append(f"the connection: {error}"[:100])
            else:
                self.errors.append("the server closed the connection")
            self._run_endings.put_nowait("lost")

    def _handle_message(self, data):
        self.received_bytes += len(data)
        self.widgets.update((match[1].decode(), match[0].decode()) for match in WIDGET_ID.finditer(data))
        if live_paths := LIVE_PATH.findall(data):
            self.live_paths = {item.decode() for item in live_paths}
        self.asset_paths.update(item.decode() for item in ASSET_PATH.findall(data))
        message = ForwardMsg.FromString(data)
        kind = message.WhichOneof("type")
        if kind == "script_finished":
            self._busy = False
            self._run_endings.put_nowait(message.script_finished)
        elif kind == "navigation":
            self._page = message.navigation.page_script_hash
            self.pages = {item.url_pathname: item.page_script_hash for item in message.navigation.app_pages}
            self.pages[""] = next(item.page_script_hash for item in message.navigation.app_pages if item.is_default)
        elif kind == "page_info_changed":
            self.query = message.page_info_changed.query_string
        elif kind == "auto_rerun":
            self._start_refreshing(message.auto_rerun.fragment_id, message.auto_rerun.interval)
        elif kind == "stop_auto_rerun":
            self._stop_refreshing(message.stop_auto_rerun.fragment_id)
        elif kind == "delta":
            element = message.delta.new_element
            if element.WhichOneof("type") == "exception":
                self.errors.append(f"exception: {element.exception.message}"[:200])
            elif element.WhichOneof("type") == "alert" and element.alert.format == 1:
                self.errors.append(f"error box: {element.alert.body}"[:200])

    def _start_refreshing(self, fragment, interval):
        if fragment in self._tickers:
            self._tickers[fragment].cancel()

        async def tick():
            while True:
                await asyncio.sleep(interval)
                if self._busy:
                    self.late_refreshes += 1
                    continue
                with suppress(WebSocketException):
                    self.refreshes += 1
                    await self._request_run(fragment)

        self._tickers[fragment] = asyncio.create_task(tick())

    def _stop_refreshing(self, fragment=None):
        if fragment is None:
            fragments = list(self._tickers)
        elif fragment in self._tickers:
            fragments = [fragment]
        else:
            fragments = []
        for fragment_id in fragments:
            self._tickers.pop(fragment_id).cancel()

    async def request_route(self, title: str, path: str, body: bytes | None = None) -> bytes:
        """Ask a route without a run of the page; its body."""
        start = time.monotonic()
        status, content = await send_request(self.root, path, self.jar, body)
        self.answers.append((title, time.monotonic() - start))
        if status != 200:
            self.errors.append(f"{title}: status {status}, {content[:100]!r}")
        return content


async def send_request(
    root: str, path: str, jar: dict[str, str], body: bytes | None = None, accept="*/*"
) -> tuple[int, bytes]:
    """(status, body) of a request, (0, reason) where there is no answer. jar: cookies, to which those of the answer are added."""
    address = urlsplit(root)
    method = "GET" if body is None else "POST"
    lines = [f"{method} {path} HTTP/1.1", f"Host: {address.netloc}", f"Origin: {root}", "Connection: close"]
    lines += [f"Cookie: {cookie_header(jar)}"] if jar else []
    lines += [f"Accept: {accept}", "Accept-Encoding: identity"]
    lines += [] if body is None else [f"Content-Length: {len(body)}"]
    try:
        async with asyncio.timeout(PATIENCE):
            reader, writer = await asyncio.open_connection(address.hostname, address.port)
            writer.write("\r\n".join([*lines, "", ""]).encode() + (body or b""))
            answer = await reader.read()
            writer.close()
    except (OSError, TimeoutError) as error:
        return 0, str(error).encode()
    head, _, content = answer.partition(b"\r\n\r\n")
    for name, value in COOKIE.findall(head.decode(errors="replace")):
        jar[name] = value
    return (int(head[9:12]), content) if head.startswith(b"HTTP/1.") else (0, answer[:100])


def cookie_header(jar: dict[str, str]) -> str:
    return "; ".join(f"{name}={value}" for name, value in jar.items())
