"""Preloading of the page's modules by the document itself, so that they arrive while Streamlit's page is still starting.

Without it, a browser learns of them only when the first component is mounted, while it loads everything else. Style rules for
every page are written into the document as well: those in `st.html` arrive half a second after their elements, which would then
jump.
"""

import importlib

from starlette.types import ASGIApp, Message, Receive, Scope, Send

END = b"</head>"
VALIDATORS = (b"etag", b"last-modified", b"accept-ranges", b"content-length")  # of the document as it was


class Preloading:
    """ASGI middleware that adds links to the modules, and the style rules of every page, to the head of each HTML document."""

    def __init__(self, app: ASGIApp):
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["method"] != "GET":
            return await self.app(scope, receive, send)
        document = Document(send)
        await self.app(plain(scope), receive, document.hear)


class Document:
    """A response being sent: an HTML document is held back until it is complete, anything else passes through."""

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
    """The request, changed for a document to ask for it uncompressed, so that its 20 kB can be edited."""
    headers = dict(scope["headers"])
    if b"text/html" not in headers.get(b"accept", b""):
        return scope
    return {**scope, "headers": [(name, value) for name, value in scope["headers"] if name != b"accept-encoding"]}


def is_document(start: Message) -> bool:
    """Whether a response is a complete, uncompressed HTML document."""
    headers = {name.lower(): value for name, value in start["headers"]}
    kind = headers.get(b"content-type", b"").partition(b";")[0]
    return start["status"] == 200 and kind == b"text/html" and b"content-encoding" not in headers


# The browser's history is kept from the first entry on.
SCRIPT = """<link rel="modulepreload" href="%(url)s">
<script type="module">
  import { need } from "%(url)s";
  (await need("host/entries.js")).keepEntries(window);
</script>"""


def links() -> bytes:
    """A link to the present modules, and what of them begins before any component is mounted."""
    return (SCRIPT % {"url": importlib.import_module("app.components.loading").url()}).encode()


def rules() -> bytes:
    """The style sheet that holds on every page."""
    return f"<style>{importlib.import_module('app.ui.page_options').LASTING}</style>".encode()
