"""When Streamlit hears what a page requests: runs of one page follow each other, visitors take turns, and what nobody
waits for any more is dropped.

Streamlit (1.67) begins a run in a thread of its own at each request, while the run before it continues up to its next
step, and reads all requests of a browser that has left before it knows that. Three hundred requests were as many
threads.

All runs of a page share its widgets' states, each under a lock of its own. A run that is still calling callbacks when a
press arrives in the next one can call the callback of that press, too, so that one press acts twice. A run is therefore
interrupted only once it has drawn something, for its callbacks come before that.
"""

import asyncio
import time
from contextlib import suppress

from google.protobuf.message import DecodeError
from starlette.requests import HTTPConnection
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.web.server.starlette.starlette_server_config import XSRF_COOKIE_NAME

from app.server.message_bounds import NOT_ALLOWED, TokenBucket, close_websocket
from app.streamlit_quirks.rerun_queue import RerunQueue
from app.streamlit_quirks.run_turns import RunTurns, Turn
from app.visitors import identity

# A request in the middle of a run of the same page interrupts the run. All pages of a visitor together do so this many times at
# once, and then so often per second; further requests wait for the run's end.
INTERRUPTIONS, INTERRUPTION_RATE = 20, 2.0
# Seconds within which the run of a fragment begins; of one that no longer exists Streamlit begins none, and says nothing.
BEGIN_TIMEOUT = 2.0
CALLBACKS_TIMEOUT = 2.0  # seconds for which a request waits for the callbacks of the run in progress, at most
# kinds of messages that Streamlit sends after the callbacks
DRAWING_KINDS = ("navigation", "page_config_changed", "delta", "ref_hash")
LEAVING_SECONDS = 0.25  # seconds after which an unfinished run of a page that was left no longer counts
MAX_STATUS_BYTES = 100_000  # bytes; messages on the beginning and the end of a run are smaller
TOO_MANY = "More requests of the page wait than may."


class RerunPacing:
    """ASGI middleware that passes on the messages of each page one after another; it goes behind `message_bounds`."""

    def __init__(self, app: ASGIApp):
        self.app, self.turns, self.interruptions = app, RunTurns(), InterruptionLimits()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "websocket":
            return await self.app(scope, receive, send)
        page = PageConnection(visitor_identity(HTTPConnection(scope)), self.turns, self.interruptions)
        reader = asyncio.create_task(page.read_messages(receive, send))
        try:
            await self.app(scope, page.next_message, page.noting_sender(send))
        finally:
            reader.cancel()
            page.note_left()
            with suppress(asyncio.CancelledError):
                await reader


class InterruptionLimits:
    """How often each visitor may interrupt the runs of her own pages. An interrupted run continues in its thread up to
    its next step, so eight pages with a bound of their own would make eight times as many threads."""

    def __init__(self):
        self.buckets: dict[str, TokenBucket] = {}  # of visitors; whoever has none has interrupted nothing for a while

    def try_interrupt(self, visitor: str) -> bool:
        """Whether the visitor may interrupt a run now; if so, it counts."""
        if visitor not in self.buckets:
            self._drop_full_buckets()
            self.buckets[visitor] = TokenBucket(INTERRUPTIONS, INTERRUPTION_RATE)
        return self.buckets[visitor].try_take()

    def seconds_until_next(self, visitor: str) -> float:
        """The seconds after which the visitor may interrupt a run; 0 if she may now."""
        bucket = self.buckets.get(visitor)
        return bucket.seconds_until() if bucket is not None else 0.0

    def _drop_full_buckets(self):
        """Forget those who have not interrupted anything for a while, whether or not their pages are still open."""
        for visitor, bucket in list(self.buckets.items()):
            if bucket.seconds_until(INTERRUPTIONS) == 0:
                del self.buckets[visitor]


class PageConnection:
    """The websocket of one page, between the browser and Streamlit."""

    def __init__(self, visitor: str, turns: RunTurns, interruptions: InterruptionLimits):
        self.visitor, self.turns, self.interruptions = visitor, turns, interruptions
        self.queue = RerunQueue()
        self.end: Message | None = None  # how the connection ended
        self.turn: Turn | None = None  # of the run in progress, or of the next one
        # a run was requested of Streamlit and has not ended; it has begun; it has drawn something
        self.is_running = self.has_begun = self.has_drawn = False
        self.is_fragment_run = False  # the run in progress is that of a fragment
        self.run_requested = 0.0  # when the run in progress was requested, by time.monotonic()
        self.change_event = asyncio.Event()  # a message arrived, a run began or ended, or the connection ended

    # From the browser ---------------------------------------------------------------------------------------------------

    async def read_messages(self, receive: Receive, send: Send) -> None:
        """Take the browser's messages as they arrive, until it leaves."""
        while self.end is None:
            message = await receive()
            if message["type"] == "websocket.disconnect":
                self._end_connection(message)
            elif not self.queue.append_and_check_limits(message):
                await close_websocket(send, NOT_ALLOWED, TOO_MANY)
                self._end_connection({"type": "websocket.disconnect", "code": NOT_ALLOWED, "reason": TOO_MANY})
            self.change_event.set()
            await asyncio.sleep(0)  # or a browser that sends without pause keeps the event loop for itself

    def _end_connection(self, message):
        self.end = message
        self.queue.clear()
        if self.turn is not None and self.turn.start_time is None:
            self.turns.end_turn(self.turn)

    # To Streamlit -------------------------------------------------------------------------------------------------------

    async def next_message(self) -> Message:
        """The next message for Streamlit: a request for a run once it may begin, all others at once, in their order."""
        while self.end is None:
            entry = self.queue.first()
            if entry is None:
                await self._wait_for_change()
            elif entry.run is None:
                return self.queue.pop()
            elif seconds := self._seconds_for_callbacks(entry.run):
                await self._wait_for_change(seconds)
            elif self.is_running and not self.interruptions.try_interrupt(self.visitor):
                await self._wait_for_change(self.interruptions.seconds_until_next(self.visitor))
            elif self.is_running and entry.run.fragment:
                return self.queue.pop()  # Streamlit itself runs it after the run in progress
            elif self.is_running and self.turns.is_running(self.turn):
                return self._begin_run()  # in place of the run in progress, whose turn goes on
            elif await self._take_turn() and self.queue.first() is not None:
                return self._begin_run()
        return self.end

    def _seconds_for_callbacks(self, run) -> float:
        """For how long the run in progress may still be calling callbacks, so that a run in its place must wait; else
        0."""
        if not self.is_running or self.has_drawn:
            return 0.0
        if run.fragment:  # Streamlit runs it in the same thread, after the run in progress
            return 0.0
        if self.is_fragment_run and not self.has_begun:  # there may be no such fragment
            return 0.0
        return max(0.0, self.run_requested + CALLBACKS_TIMEOUT - time.monotonic())

    async def _wait_for_change(self, seconds=None):
        self.change_event.clear()
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self.change_event.wait()

    async def _take_turn(self):
        """Whether the page has the turn for its next run, once it has."""
        self.finish_run()
        self.turn = self.turns.request_turn(self.visitor)
        return await self.turn.granted

    def _begin_run(self):
        self.is_running, self.has_begun, self.has_drawn = True, False, False
        self.is_fragment_run = bool(self.queue.first().run.fragment)
        self.run_requested = time.monotonic()
        if self.is_fragment_run:
            asyncio.get_running_loop().call_later(BEGIN_TIMEOUT, self._end_unless_begun, self.turn)
        return self.queue.pop()

    def _end_unless_begun(self, turn):
        if self.turn is turn and not self.has_begun:
            self.finish_run()

    # From Streamlit -----------------------------------------------------------------------------------------------------

    def noting_sender(self, send: Send) -> Send:
        """A function like `send` that notes when runs begin and end; once the connection has ended, it sends
        nothing."""

        async def send_noting_runs(message: Message) -> None:
            if self.end is not None:
                return
            self.note_message(message)
            with suppress(OSError):  # the browser has left, which `read_messages` is about to notice
                await send(message)

        return send_noting_runs

    def note_message(self, message: Message) -> None:
        """Note whether a message of Streamlit says that a run has begun or ended."""
        data = message.get("bytes") or b""
        if len(data) > MAX_STATUS_BYTES:
            self._note_drawing()
            return
        try:
            response = ForwardMsg.FromString(data)
        except DecodeError:
            return
        kind = response.WhichOneof("type")
        if kind == "new_session":
            self.is_running, self.has_begun, self.has_drawn = True, True, False
        elif kind in DRAWING_KINDS:
            self._note_drawing()
        elif kind == "script_finished" and response.script_finished != ForwardMsg.FINISHED_EARLY_FOR_RERUN:
            self.finish_run()

    def _note_drawing(self):
        if self.has_begun and not self.has_drawn:  # else it is of the run before, whose place another has taken
            self.has_drawn = True
            self.change_event.set()

    def finish_run(self) -> None:
        """The run in progress has ended, or another takes its place."""
        self.is_running = False
        # a turn that is waited for is that of the next run
        if self.turn is not None and self.turn.start_time is not None:
            self.turns.end_turn(self.turn)
        self.change_event.set()

    def note_left(self) -> None:
        """The connection has ended. Streamlit stops a run in progress at its next step, so it counts a moment
        longer."""
        if self.turn is not None:
            asyncio.get_running_loop().call_later(LEAVING_SECONDS, self.turns.end_turn, self.turn)


def visitor_identity(connection: HTTPConnection) -> str:
    """Who takes one turn: an account or else a browser, by its cookie, at an address. Those without a valid cookie at
    one address are one visitor."""
    host = connection.client.host if connection.client else ""
    if identity.is_sign_in_required():
        account_or_browser = identity.account_key(connection.cookies)
    elif identity.is_shared():
        account_or_browser = identity.visitor_key(connection.cookies)
    else:
        account_or_browser = connection.cookies.get(XSRF_COOKIE_NAME, "")  # Streamlit's, one for each browser
    return f"{host} {account_or_browser}"
