"""How large, and how frequent, the messages of a page's websocket may be; a connection that exceeds a bound is closed.

A page sends the states of all its widgets with each request for a run, and Streamlit goes through all the states that it has kept
of them in each run, holding the interpreter lock. 400,000 states, of which 4.7 MB hold that many, then keep everybody waiting for
a second in each run. The bounds are several times what the app's pages send (docs/development/websocket.md); what is
larger, cannot be decoded, or is of a kind that no page sends, does not reach Streamlit.
"""

import asyncio
import time
from contextlib import suppress

from google.protobuf.descriptor import Descriptor
from google.protobuf.message import DecodeError
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from streamlit.logger import get_logger
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.runtime.state.common import GENERATED_ELEMENT_ID_PREFIX
from streamlit.runtime.state.session_state import STREAMLIT_INTERNAL_KEY_PREFIX

LOGGER = get_logger(__name__)

MAX_BYTES = 1_000_000  # of a message; pages send 1 kB, with a drawn image of 256×256×3 pixels 260 kB
MAX_WIDGETS = 500  # widget states of a message; pages send up to 44
MAX_FIELDS = 5_000  # protobuf fields of a message, each item of a list counts; pages send up to 60
MAX_ID_LENGTH = 200  # characters of the names of a fragment and a page, which stand in Streamlit's log; pages send 32
MAX_FILES = 20  # files for whose addresses a message asks; pages send 1, and 5,000 take Streamlit a tenth of a second
SMALL_BYTES = 16_000  # a message of this size is decoded in less than a millisecond, whatever it contains
BURST, RATE = 1_000, 50.0  # messages at once, and per second; a key that is held down sends 30 per second
# How the ids of all widgets begin; Streamlit (1.67) fails at other ones, with two pages of traceback in its log.
WIDGET_IDS = (GENERATED_ELEMENT_ID_PREFIX, STREAMLIT_INTERNAL_KEY_PREFIX)
REQUEST_KEY = "app.request"  # of the decoded request in a message that is passed on
FIELDS_PER_TOKEN = 100  # a message with so many fields more counts as one message more
# The kinds of messages, and of operations, that a page of the app can send. Streamlit's others are for developers: empty
# everybody's cache, run git, install files.
KINDS = {"rerun_script", "stop_script", "app_heartbeat", "file_urls_request", "backend_operation_request"}
OPERATIONS = {"deferred_file", "dataframe_chunk"}
TOO_BIG, UNDECODABLE, NOT_ALLOWED = 1009, 1002, 1008  # codes with which a websocket is closed
CLOSE_TIMEOUT = 1.0  # seconds within which a browser takes the message that closes its websocket
VARINT, FIXED64, BYTES, FIXED32 = 0, 1, 2, 5  # protobuf's wire types


class MessageBoundError(Exception):
    """A message exceeds a bound, as its sentence for the browser and the log says. code: with which the websocket is
    closed."""

    def __init__(self, code: int, sentence: str):
        super().__init__(sentence)
        self.code = code


class MessageBounds:
    """ASGI middleware that closes a websocket whose browser sends a message beyond the bounds, and passes on no message
    of a kind that pages do not send. What it passes on has the decoded request under REQUEST_KEY.

    limits_rate: whether the frequency is bounded too, as on a shared server."""

    def __init__(self, app: ASGIApp, limits_rate: bool = True):
        self.app, self.limits_rate = app, limits_rate

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "websocket":
            return await self.app(scope, receive, send)
        tokens = TokenBucket(BURST, RATE) if self.limits_rate else None
        is_closed = False

        async def receive_bounded() -> Message:
            nonlocal is_closed
            while True:
                message = await receive()
                if message["type"] != "websocket.receive":
                    return message
                try:
                    request = decode_bounded(message, tokens)
                except MessageBoundError as error:
                    is_closed = True
                    await close_websocket(send, error.code, str(error))
                    return {"type": "websocket.disconnect", "code": error.code, "reason": str(error)}
                if is_sent_by_pages(request):
                    return {**message, REQUEST_KEY: request}
                LOGGER.warning("A message of a kind that no page sends was left out.")

        async def send_while_open(message: Message) -> None:
            if is_closed:
                return
            with suppress(
                OSError
            ):  # the browser has left, as `receive` is about to say; else Streamlit logs a traceback
                await send(message)

        await self.app(scope, receive_bounded, send_while_open)


async def close_websocket(send: Send, code: int, reason: str) -> None:
    """Close a websocket, and write the reason into the log. A browser that reads nothing is not waited for."""
    LOGGER.warning("A websocket was closed: %s", reason)
    with suppress(TimeoutError):
        async with asyncio.timeout(CLOSE_TIMEOUT):
            await send({"type": "websocket.close", "code": code, "reason": reason})


class TokenBucket:
    """Counts what happens: at most `capacity` times at once, and `rate` times per second in the long run."""

    def __init__(self, capacity: float, rate: float):
        self.capacity, self.rate = capacity, rate
        self.tokens, self.update_time = capacity, time.monotonic()

    def try_take(self, count: float = 1) -> bool:
        """Take so many tokens; False if there are fewer, and then none is taken."""
        if self.seconds_until(count) > 0:
            return False
        self.tokens -= count
        return True

    def seconds_until(self, count: float = 1) -> float:
        """The seconds after which there are so many tokens; 0 if there are now."""
        now = time.monotonic()
        self.tokens = min(self.capacity, self.tokens + (now - self.update_time) * self.rate)
        self.update_time = now
        return max(0.0, (count - self.tokens) / self.rate)


def decode_bounded(message: Message, tokens: TokenBucket | None) -> BackMsg:
    """The request in a message of a websocket; MessageBoundError if it exceeds a bound. Its size, its fields and the
    frequency are checked before it is decoded. tokens: what the websocket may still send now, None for any
    number."""
    data = message.get("bytes")
    if data is None:
        raise MessageBoundError(UNDECODABLE, "The page sent text where only binary messages are understood.")
    if len(data) > MAX_BYTES:
        raise MessageBoundError(TOO_BIG, f"The page sent a message of {len(data)} bytes; {MAX_BYTES} are allowed.")
    count = count_fields(data, BackMsg.DESCRIPTOR, MAX_FIELDS) if len(data) > SMALL_BYTES else 0
    if count > MAX_FIELDS:
        raise MessageBoundError(TOO_BIG, f"The page sent a message of more than {MAX_FIELDS} values.")
    if tokens is not None and not tokens.try_take(1 + count // FIELDS_PER_TOKEN):
        raise MessageBoundError(
            NOT_ALLOWED, f"The page sent more than {BURST} messages at once, or {RATE:.0f} per second."
        )
    try:
        request = BackMsg.FromString(data)
    except DecodeError:
        raise MessageBoundError(UNDECODABLE, "The page sent a message that cannot be decoded.") from None
    if len(request.file_urls_request.file_names) > MAX_FILES:
        count = len(request.file_urls_request.file_names)
        raise MessageBoundError(TOO_BIG, f"The page asked for the addresses of {count} files; {MAX_FILES} are allowed.")
    run = request.rerun_script
    if len(run.widget_states.widgets) > MAX_WIDGETS:
        count = len(run.widget_states.widgets)
        raise MessageBoundError(TOO_BIG, f"The page sent the states of {count} widgets; {MAX_WIDGETS} are allowed.")
    if not all(widget.id.startswith(WIDGET_IDS) for widget in run.widget_states.widgets):
        raise MessageBoundError(NOT_ALLOWED, "The page sent the state of a widget that has no id of Streamlit's form.")
    if max(len(run.fragment_id), len(run.page_script_hash), len(run.page_name)) > MAX_ID_LENGTH:
        raise MessageBoundError(NOT_ALLOWED, f"The page sent a name of more than {MAX_ID_LENGTH} characters.")
    return request


def is_sent_by_pages(request: BackMsg) -> bool:
    """Whether the app's pages send requests of this kind."""
    kind = request.WhichOneof("type")
    if kind == "backend_operation_request":
        return request.backend_operation_request.WhichOneof("payload") in OPERATIONS
    return kind in KINDS


def count_fields(data: bytes, descriptor: Descriptor, limit: int) -> int:
    """The number of fields in an encoded protobuf message and the messages inside it, without decoding it.

    Counting ends above `limit`, and where the encoding is invalid. Of a list of numbers that is encoded as one field,
    each byte counts as an eighth.
    """
    count = 0
    parts = [(0, len(data), descriptor)]  # start, end and type of messages that are still to be read
    while parts:
        position, end, kind = parts.pop()
        while position < end and count <= limit:
            tag, position = _read_varint(data, position, end)
            number, wire_type = tag >> 3, tag & 7
            count += 1
            if wire_type == VARINT:
                _, position = _read_varint(data, position, end)
            elif wire_type in (FIXED32, FIXED64):
                position += 4 if wire_type == FIXED32 else 8
            elif wire_type == BYTES:
                length, position = _read_varint(data, position, end)
                field = kind.fields_by_number.get(number)
                if field is not None and field.message_type is not None:
                    parts.append((position, min(position + length, end), field.message_type))
                elif field is not None and field.type not in (field.TYPE_STRING, field.TYPE_BYTES):
                    count += length // 8  # a list of numbers
                position += length
            else:  # the deprecated groups, which Streamlit's messages do not have
                break
    return count


def _read_varint(data, position, end):
    """(the number that begins at a place, the place after it); a number that does not end before `end` takes the
    rest."""
    value, shift = 0, 0
    while position < end and shift < 64:
        byte = data[position]
        value |= (byte & 0x7F) << shift
        position += 1
        shift += 7
        if byte < 0x80:
            return value, position
    return value, end
