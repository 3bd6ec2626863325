"""The page's modules, asked for by the document itself: they arrive while Streamlit's own page is still starting.

Without it a browser hears of them when the first component is mounted, which is when everything else wants to be loaded too.
The rules that hold on every page stand in the document as well: those in `st.html` come half a second after what they are for,
which is then drawn in one place and jumps to another.
"""

import importlib

from starlette.types import ASGIApp, Message, Receive, Scope, Send

END = b"</head>"
VALIDATORS = (b"etag", b"last-modified", b"accept-ranges", b"content-length")  # of the document as it was


class Preloading:
    """ASGI middleware: into the head of every HTML document go links to the modules of the plane, and the lasting rules."""

    def __init__(self, app: ASGIApp):
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["method"] != "GET":
            return await self.app(scope, receive, send)
        document = Document(send)
        await self.app(plain(scope), receive, document.hear)


class Document:
    """An answer on its way: a plain HTML document is held back until it is whole, anything else passes through."""

    def __init__(self, send: Send):
        self.send = send
        self.start: Message | None = None
        self.body = b""

    async def hear(self, message: Message) -> None:
        if message["type"] == "http.response.start" and is_document(message):
            self.start = message
        elif self.start is None:
            await self.send(message)
        else:
            self.body += message.get("body", b"")
            if not message.get("more_body", False):
                await self._finish()

    async def _finish(self):
        body = self.body.replace(END, links() + rules() + END, 1)
        headers = [(name, value) for name, value in self.start["headers"] if name.lower() not in VALIDATORS]
        await self.send({**self.start, "headers": [*headers, (b"content-length", str(len(body)).encode())]})
        await self.send({"type": "http.response.body", "body": body})


def plain(scope: Scope) -> Scope:
    """The request, but one for a document asks for it uncompressed: 20 kB in which something is still to be written."""
    headers = dict(scope["headers"])
    if b"text/html" not in headers.get(b"accept", b""):
        return scope
    return {**scope, "headers": [(name, value) for name, value in scope["headers"] if name != b"accept-encoding"]}


def is_document(start: Message) -> bool:
    """Whether an answer is a whole HTML document that is not compressed."""
    headers = {name.lower(): value for name, value in start["headers"]}
    kind = headers.get(b"content-type", b"").partition(b";")[0]
    return start["status"] == 200 and kind == b"text/html" and b"content-encoding" not in headers


def links() -> bytes:
    """A link to the modules, as they are now."""
    url = importlib.import_module("app.components.loading").url()
    return f'<link rel="modulepreload" href="{url}">'.encode()


def rules() -> bytes:
    """The style sheet that holds on every page."""
    return f"<style>{importlib.import_module('app.presenting').LASTING}</style>".encode()
