"""What a shared server (`--shared`) does before our routes and Streamlit's: it gives each browser an identifying cookie, limits
open pages and uploads, and, where sign-in is configured, answers only visitors who have signed in. Also the teacher's link.
"""

import asyncio
import re
import secrets
import time
from dataclasses import replace
from urllib.parse import urlencode

import streamlit as st
from starlette.datastructures import MutableHeaders
from starlette.requests import HTTPConnection, Request
from starlette.responses import RedirectResponse, Response
from starlette.types import ASGIApp, Receive, Scope, Send
from streamlit import config

from aae_core.checks import read_whole
from aae_core.errors import AAEError
from aae_core.scheduling import limits
from aae_core.store.revisions import Store
from app.server import routes
from app.server.guard import is_foreign, refusal
from app.server.open_pages import TEACHERS, OpenPages, opener_with
from app.server.sign_in import UNGUARDED
from app.server.uploads import TIMES, Uploads
from app.visitors import classroom, who

UPLOADS = re.compile(r"/_stcore/upload_file/(?P<session>[^/]+)/[^/]+")
# Streamlit's paths for files that pages show, uploaded files, and statistics on its caches
HELD = "/media/", "/_stcore/upload_file/", "/_stcore/metrics"
# When a page is reloaded, the browser closes the old connection only after the response. Chromium and WebKit mark a reload by one
# of these values of Cache-Control, and it is answered. Firefox does not; it may be refused, and tries again after two seconds.
RELOADS, AGAIN = ("max-age=0", "no-cache"), {"Refresh": "2"}
LEAVING, LOOK = 3.0, 0.05  # seconds for which a new page waits for the old one's end, and between two checks
LARGEST = 10**12  # bytes of an upload, as the largest valid Content-Length
FULL = "Too many pages of this server are open; close one of yours. This page tries again by itself."
NO_FILES = "The server holds too many uploaded files to take this one; try a smaller one, close another page, or wait."


class Sharing:
    """ASGI middleware, installed only on a shared server. pages: how many may be open at once, those of teachers included; None
    for as many as the limits allow."""

    def __init__(self, app: ASGIApp, pages: int | None = None):
        rules = limits.shared()
        self.app = app
        most = wanted_pages() if pages is None else pages
        beyond_visitors = most - rules.all.pages  # fewer than TEACHERS, or none, where descriptors are few
        teachers = min(TEACHERS, max(beyond_visitors, most // 8))
        self.pages = OpenPages(rules.each.pages, min(rules.all.pages, most - teachers), teachers)
        self.uploads = Uploads(TIMES * rules.each.upload * 1e6, rules.all.uploads * 1e6)
        config.set_option("server.maxUploadSize", rules.each.upload)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] not in ("http", "websocket"):
            return await self.app(scope, receive, send)
        asked = HTTPConnection(scope)
        path = scope["path"].removeprefix(routes.base())
        if scope["type"] == "websocket":
            return await self._page(opener_with(asked.cookies), scope, receive, send)
        is_document = scope["method"] == "GET" and "text/html" in asked.headers.get("accept", "")
        # not the ways by which teachers become known, while all places are taken
        opens_page = is_document and not path.startswith(UNGUARDED)
        if opens_page and self._is_full(asked):
            return await refusal(503, FULL, AGAIN)(scope, receive, send)
        if path.startswith((*routes.OWN, *HELD)) and who.asks_for_sign_in() and not who.has_signed_in(asked.cookies):
            return await refusal(401, "Sign in first, on a page of this server.")(scope, receive, send)
        if (upload := UPLOADS.fullmatch(path)) and scope["method"] == "PUT":
            return await self._upload(upload["session"], asked, scope, receive, send)
        is_page = is_document and path.rfind("/") == 0  # only there a cookie reaches all pages, see `who.cookie`
        if not is_page or who.visitor_key(asked.cookies):
            return await self.app(scope, receive, send)

        async def send_with_cookie(message):
            if message["type"] == "http.response.start":
                header = who.cookie(who.VISITOR, secrets.token_urlsafe(32), is_safe(asked))
                MutableHeaders(scope=message).append("set-cookie", header)
            await send(message)

        await self.app(scope, receive, send_with_cookie)

    def _is_full(self, asked):
        """Whether the page of a document could not be opened: a first document brings the cookie for it, and a page that is
        loaded anew takes its own former place."""
        opener = opener_with(asked.cookies)
        if opener.key == "":
            opener = replace(opener, is_anonymous=False)
        is_reload = self.pages.has_pages(opener) and asked.headers.get("cache-control") in RELOADS
        return self.pages.is_full(opener) and not is_reload

    async def _page(self, opener, scope, receive, send):
        end = time.monotonic() + LEAVING
        while self.pages.is_full(opener) and self.pages.has_pages(opener) and time.monotonic() < end:
            await asyncio.sleep(LOOK)
        if self.pages.is_full(opener):
            return await send({"type": "websocket.close", "code": 1013, "reason": FULL})
        self.pages.open(opener)
        try:
            await self.app(scope, receive, send)
        finally:
            self.pages.close(opener)

    async def _upload(self, session, asked, scope, receive, send):
        size = read_whole(asked.headers.get("content-length", ""), 0, LARGEST)
        key = who.visitor_key(asked.cookies)
        if "transfer-encoding" in asked.headers or size is None or not self.uploads.make_room(session, key, size):
            return await refusal(413, NO_FILES)(scope, receive, send)
        self.uploads.begin(session, size)
        try:
            await self.app(scope, receive, send)
        finally:
            self.uploads.end(session, size)


def wanted_pages() -> int:
    """How many pages may be open at once according to the limits, with those that are kept for teachers."""
    return limits.shared().all.pages + TEACHERS


def is_safe(asked: HTTPConnection) -> bool:
    """Whether the browser's connection to the server, or to the proxy in front of it, uses TLS."""
    return asked.url.scheme == "https" or asked.headers.get("x-forwarded-proto", "") == "https"


# The teacher's link -----------------------------------------------------------------------------------------------------

LEAVE = "leave"  # in place of the secret: the browser is no longer the teacher's


async def respond(request: Request) -> Response:
    """Make the browser the teacher's if the URL has the right secret, and redirect it to the first page, whose URL has none.

    The link itself, /teacher/SECRET, leads to /teacher?key=SECRET first: a cookie given there is sent to the pages beside it and,
    behind a proxy that removes a prefix, to no other program of the same host (see `who.cookie`).
    """
    key = request.path_params.get("key")
    if key is not None:
        location = f"../{routes.TEACHER_COOKIE.strip('/')}?{urlencode({'key': key})}"
        return RedirectResponse(location, 303, {"Cache-Control": "no-store"})
    key = request.query_params.get("key", "")
    if key == LEAVE and is_foreign(None, request.headers):  # a link on another site must not change anything
        return refusal(403, "Another site led here, so nothing was changed; to leave, enter this address yourself.")
    if key != LEAVE and not classroom.is_teacher(Store().root, key):
        return refusal(403, "This is not the teacher’s link; the server prints the right one as it starts.")
    held, lasting = ("", 0) if key == LEAVE else (key, who.LASTING)
    header = who.cookie(who.TEACHER, held, is_safe(request), lasting)
    return RedirectResponse("./", 303, {"Cache-Control": "no-store", "Set-Cookie": header})


def link() -> str:
    """The teacher's link, as far as the server knows its own address; RevisionError if the store cannot save its secret."""
    host = st.get_option("browser.serverAddress")
    if not config.is_manually_set("browser.serverAddress"):
        host = st.get_option("server.address") or host
    return f"{routes.origin(host)}{routes.base()}/teacher/{classroom.keys(Store().root).teacher}"


def begin() -> None:
    """Print the teacher's link; SystemExit with one sentence if the limits or the link's secret cannot be read."""
    try:
        limits.shared()
        print(f"  Teacher: {link()}", flush=True)
    except AAEError as error:
        raise SystemExit(f"aae: {error}") from None
