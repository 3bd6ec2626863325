"""After a user has gone to another page, fragments (`st.fragment`) of the page that she left are no longer run.

Streamlit's front end requests runs of a fragment, by its timer or for an action in it, until it hears that the next
page has begun, which a busy server says late. Streamlit (1.67) then runs the fragment after the next page, under the
name of the previous one; the browser takes this for a change of pages, and clears the page that has just been drawn. If
the next page has not begun yet, the previous page runs in its place.
"""

from google.protobuf.message import DecodeError
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

from app.server.message_bounds import REQUEST_KEY

MAX_NOTICE_BYTES = 100_000  # bytes; the messages on the beginning of a page and on redirects are smaller


class LeftPages:
    """ASGI middleware that drops websocket messages in which the browser requests a fragment of a page that it has
    left. It goes behind `message_bounds.MessageBounds`, which decodes the messages."""

    def __init__(self, app: ASGIApp):
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "websocket":
            return await self.app(scope, receive, send)
        tab = BrowserTab()

        async def receive_current():
            message = await receive()
            while REQUEST_KEY in message and tab.has_left(message[REQUEST_KEY]):
                message = await receive()
            return message

        async def send_noting(message):
            tab.note_begun(message)
            await send(message)

        await self.app(scope, receive_current, send_noting)


class BrowserTab:
    """The page in one browser tab. page: its hash, "" if unknown; is_requested: whether it was requested but has not
    begun yet."""

    def __init__(self):
        self.page, self.is_requested = "", False

    def has_left(self, request: BackMsg) -> bool:
        """Whether the browser requests a fragment of a page that it has left; if it requests a whole page, note
        which."""
        if request.WhichOneof("type") != "rerun_script":
            return False
        run = request.rerun_script
        if run.fragment_id:
            return "" not in (self.page, run.page_script_hash) and self.page != run.page_script_hash
        self.page, self.is_requested = run.page_script_hash, True
        return False

    def note_begun(self, message: Message) -> None:
        """Note the page that the server begins or redirects to, unless another one was requested later and has not
        begun yet."""
        data = message.get("bytes") or b""
        if len(data) > MAX_NOTICE_BYTES:
            return
        try:
            response = ForwardMsg.FromString(data)
        except DecodeError:
            return
        kind = response.WhichOneof("type")
        if kind not in ("new_session", "navigation"):
            return
        page = getattr(response, kind).page_script_hash
        if not self.is_requested or self.page in ("", page):
            self.page, self.is_requested = page, False
