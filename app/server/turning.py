"""Once somebody turns the page, parts of the page before are not run alone any more.

Streamlit's browser part sends the timer of a part that runs alone (`st.fragment`), and what one does in it, until it hears that
the next page has begun, which a busy server says late. Streamlit (1.67) then runs that part after the next page, and says so in
the name of the page before; the browser takes this for a turn, and empties the page that has just been drawn. If the next page
has not begun yet, the page before runs in its place.
"""

from google.protobuf.message import DecodeError
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg


class Turning:
    """ASGI middleware: of what a browser sends by its websocket, runs of parts of a page that was left are left out."""

    def __init__(self, app: ASGIApp):
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "websocket":
            return await self.app(scope, receive, send)
        place = Place()

        async def heard():
            while place.has_left(message := await receive()):
                pass
            return message

        async def told(message):
            place.begins(message)
            await send(message)

        await self.app(scope, heard, told)


class Place:
    """The page of one browser: page: its hash, "" where it is not known; asked: whether the server has yet to begin it."""

    def __init__(self):
        self.page, self.asked = "", False

    def has_left(self, message: Message) -> bool:
        """Whether the browser asks for a part of a page that it has left; notes the page where it asks for a whole one."""
        told = _read(BackMsg, message)
        if told.WhichOneof("type") != "rerun_script":
            return False
        run = told.rerun_script
        if run.fragment_id:
            return "" not in (self.page, run.page_script_hash) and self.page != run.page_script_hash
        self.page, self.asked = run.page_script_hash, True
        return False

    def begins(self, message: Message) -> None:
        """Note the page that the server begins, or leads to, unless it has yet to begin another that was asked for since."""
        told = _read(ForwardMsg, message)
        kind = told.WhichOneof("type")
        if kind not in ("new_session", "navigation"):
            return
        page = getattr(told, kind).page_script_hash
        if not self.asked or self.page in ("", page):
            self.page, self.asked = page, False


def _read(kind, message):
    """A message of the websocket; an empty one where it has no content that can be read, which Streamlit itself refuses."""
    try:
        return kind.FromString(message.get("bytes") or b"")
    except DecodeError:
        return kind()
