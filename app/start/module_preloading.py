"""Preloading by the document itself of the page's modules and of the files of a first visit, so that they arrive while
Streamlit's front end is still starting.

Without it, a browser learns of them only when the first component is mounted. Style rules for every page are written
into the document as well, because those in `st.html` arrive half a second after their elements, which would then jump.
"""

import asyncio
import json
import re
from html import escape
from importlib import import_module

from starlette.middleware.base import BaseHTTPMiddleware, RequestResponseEndpoint
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from app.server import content_policy, request_language, routes
from app.translation import languages

HEAD_END = b"</head>"
# Until the theme has arrived, Streamlit draws with a font of its own, which would be fetched for this alone.
BODY_STYLE = "html body, a[data-testid=stSkipToContent] { font-family: system-ui, sans-serif; }"
FONT_PRELOAD = re.compile(rb'<link\s+rel="preload"[^>]*\sas="font"[^>]*>\s*')  # of a font that the theme does not use
INLINE_SCRIPT = re.compile(r"<script(?![^>]*\ssrc=)[^>]*>(.*?)</script>", re.DOTALL)
VALIDATORS = ("etag", "last-modified", "accept-ranges", "content-length")  # headers of the unchanged document


class ModulePreloading(BaseHTTPMiddleware):
    """ASGI middleware that adds links to the modules and to the files of a first visit, and the style rules for every
    page, to the head of each HTML document."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if not routes.is_document_request(scope):
            return await self.app(scope, receive, send)
        # the document (20 kB) is requested uncompressed, because it is edited
        plain_headers = [(name, value) for name, value in scope["headers"] if name != b"accept-encoding"]
        await super().__call__({**scope, "headers": plain_headers}, receive, send)

    async def dispatch(self, request: Request, call_next: RequestResponseEndpoint) -> Response:
        response = await call_next(request)
        kind = response.headers.get("content-type", "").partition(";")[0]
        if response.status_code != 200 or kind != "text/html" or "content-encoding" in response.headers:
            return response  # no complete, uncompressed document
        body = b"".join([part async for part in response.body_iterator])
        for name in VALIDATORS:
            del response.headers[name]
        response.headers.add_vary_header("accept")
        response.headers.add_vary_header("accept-language")
        language = request_language.requested_language(request)
        file_urls = await asyncio.to_thread(first_visit_files) if may_be_first_visit(request) else []
        # in a thread, since the first document in a language waits half a second for its bundle
        host = request.headers.get("host", "")
        head_html = await asyncio.to_thread(head_additions, host, language, file_urls)
        body = body.replace(b'<html lang="en"', f'<html lang="{language}"'.encode(), 1)
        body = FONT_PRELOAD.sub(b"", body).replace(HEAD_END, head_html + HEAD_END, 1)
        response.headers["Content-Security-Policy"] = content_policy.content_security_policy(
            INLINE_SCRIPT.findall(body.decode())
        )
        return Response(body, headers=response.headers)


# Where the server is: all pages lie beside each other in its base path. Without it, Streamlit's front end looks for the
# server under the page's own address first, and two requests are answered with 404.
SERVER_SCRIPT = """<script>window.__streamlit = { BACKEND_BASE_URL: new URL(".", location.href).href };</script>"""
# fetchEarly: the files of a first visit arrive while the connection is idle, unless the film will not play by itself.
# limitHistoryEntries: one entry in the browser's history per action; suppressTransitionEvents: no removed element stays in
# memory for a transition; announceWaits: a screen reader is told of a run that takes long; keepFocusInPage: a removed button
# leaves the focus in the page; explainRefusedConnections: a page that cannot connect says why, for which it needs the header
# Host as the server received it.
SCRIPT = """<meta name="served-host" content="%(host)s"><link rel="modulepreload" href="%(url)s">
<script type="module">
  import * as page from "%(url)s";
  const playsFilm = !matchMedia("(prefers-reduced-motion: reduce)").matches;
  if (playsFilm) page.fetchEarly(%(file_urls)s);
  page.limitHistoryEntries(window);
  page.suppressTransitionEvents(window);
  page.announceWaits(document);
  page.keepFocusInPage(document);
  page.explainRefusedConnections(document);
</script>"""


def may_be_first_visit(request: Request) -> bool:
    """Whether a request is for the app's address without any settings but those of the page's look."""
    path = request.url.path.removeprefix(routes.base_path())
    return path in ("", "/") and import_module("app.ui.page_options").is_plain_query(request.query_params.keys())


def first_visit_files() -> list[str]:
    """The URLs of the files that a first visit needs, in this order."""
    return import_module("app.ui.opening_files").opening_file_urls()


def head_additions(host: str, language: str, file_urls: list[str]) -> bytes:
    """HTML: where the server is, the header Host of the request, a link to the modules, the script that runs before any
    component is mounted and fetches the files with these URLs, and the style rules for every page."""
    url = import_module("app.components.page_scripts").app_script_url(language)
    page_options = import_module("app.ui.page_options")
    with languages.use_language(language):
        style = page_options.COMMON_STYLE + page_options.text_properties()
    script = SCRIPT % {"url": url, "host": escape(host), "file_urls": json.dumps(file_urls)}
    return f"{SERVER_SCRIPT}{script}<style>{style}{BODY_STYLE}</style>".encode()
