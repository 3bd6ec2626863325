"""What a shared server (`--shared`) does before our routes and Streamlit's: it gives each browser an identifying
cookie, limits open pages and uploads, and, where sign-in is configured, answers only visitors who have signed in. Also
the teacher's link."""

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

from aae_core.checks import parse_whole_number
from aae_core.errors import AAEError
from aae_core.runs import limits
from aae_core.store.revisions import Store
from app.server import routes
from app.server.guard import is_cross_site, refusal_response
from app.server.open_pages import TEACHER_PLACES, OpenPages, identify_opener
from app.server.sign_in import REFUSAL, UNGUARDED_PATHS
from app.server.uploads import FILES_PER_VISITOR, Uploads
from app.translation.texts import mark, translate
from app.visitors import classroom, identity

UPLOAD_PATH = re.compile(r"/_stcore/upload_file/(?P<session>[^/]+)/[^/]+")
# Streamlit's paths for files that pages show, uploaded files, and statistics on its caches
FILE_PREFIXES = "/media/", "/_stcore/upload_file/", "/_stcore/metrics"
# When a page is reloaded, the browser closes the old connection only after the response. Chromium and WebKit mark a reload by one
# of these values of Cache-Control, and it is answered. Firefox does not; it may be refused, and tries again after two seconds.
RELOAD_HEADERS, RETRY_HEADERS = ("max-age=0", "no-cache"), {"Refresh": "2"}
# seconds for which a new page waits for the old one's end, and between two checks
LEAVING_TIMEOUT, POLL_SECONDS = 3.0, 0.05
MAX_UPLOAD_BYTES = 10**12  # bytes of an upload, as the largest valid Content-Length
FULL_REASON = mark("Too many pages of this server are open; close one of yours. This page tries again by itself.")
UPLOAD_REFUSAL = mark(
    "The server holds too many uploaded files to take this one; try a smaller one, close another page, or wait."
)


class SharedServer:
    """ASGI middleware, installed only on a shared server."""

    def __init__(self, app: ASGIApp):
        rules = limits.shared_server_limits()
        self.app = app
        self.pages = OpenPages(rules.each.pages, rules.all.pages, TEACHER_PLACES)
        self.uploads = Uploads(FILES_PER_VISITOR * rules.each.upload * 1e6, rules.all.uploads * 1e6)
        config.set_option("server.maxUploadSize", rules.each.upload)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] not in ("http", "websocket"):
            return await self.app(scope, receive, send)
        connection = HTTPConnection(scope)
        path = scope["path"].removeprefix(routes.base_path())
        if scope["type"] == "websocket":
            return await self._serve_page(identify_opener(connection.cookies), scope, receive, send)
        is_document = routes.is_document_request(scope)
        # not the ways by which teachers become known, while all places are taken
        opens_page = is_document and not path.startswith(UNGUARDED_PATHS)
        if opens_page and self._is_full(connection):
            return await refusal_response(503, translate(FULL_REASON), RETRY_HEADERS)(scope, receive, send)
        if (
            path.startswith((*routes.OWN_PREFIXES, *FILE_PREFIXES))
            and identity.is_sign_in_required()
            and not identity.has_signed_in(connection.cookies)
        ):
            return await refusal_response(401, translate(REFUSAL))(scope, receive, send)
        if (upload := UPLOAD_PATH.fullmatch(path)) and scope["method"] == "PUT":
            return await self._receive_upload(upload["session"], connection, scope, receive, send)
        # Only a cookie of a page reaches all pages, see `identity.format_cookie`.
        is_page = is_document and routes.is_page_path(path)
        if not is_page or identity.visitor_key(connection.cookies):
            return await self.app(scope, receive, send)

        async def send_with_cookie(message):
            if message["type"] == "http.response.start":
                header = identity.format_cookie(
                    identity.VISITOR_COOKIE, secrets.token_urlsafe(32), uses_tls(connection)
                )
                MutableHeaders(scope=message).append("set-cookie", header)
            await send(message)

        await self.app(scope, receive, send_with_cookie)

    def _is_full(self, connection) -> bool:
        """Whether the page of a document could not be opened: a first document brings the cookie for it, and a page
        that is loaded anew takes its own former place."""
        opener = identify_opener(connection.cookies)
        if opener.key == "":
            opener = replace(opener, is_anonymous=False)
        is_reload = self.pages.has_pages(opener) and connection.headers.get("cache-control") in RELOAD_HEADERS
        return self.pages.is_full(opener) and not is_reload

    async def _serve_page(self, opener, scope, receive, send):
        end = time.monotonic() + LEAVING_TIMEOUT
        while self.pages.is_full(opener) and self.pages.has_pages(opener) and time.monotonic() < end:
            await asyncio.sleep(POLL_SECONDS)
        if self.pages.is_full(opener):
            return await send({"type": "websocket.close", "code": 1013, "reason": FULL_REASON})
        self.pages.open(opener)
        try:
            await self.app(scope, receive, send)
        finally:
            self.pages.close(opener)

    async def _receive_upload(self, session, connection, scope, receive, send):
        size = parse_whole_number(connection.headers.get("content-length", ""), 0, MAX_UPLOAD_BYTES)
        key = identity.visitor_key(connection.cookies)
        if (
            "transfer-encoding" in connection.headers
            or size is None
            or not self.uploads.try_make_room(session, key, size)
        ):
            return await refusal_response(413, translate(UPLOAD_REFUSAL))(scope, receive, send)
        self.uploads.begin_upload(session, size)
        try:
            await self.app(scope, receive, send)
        finally:
            self.uploads.end_upload(session, size)


def uses_tls(connection: HTTPConnection) -> bool:
    """Whether the browser's connection to the server, or to the proxy in front of it, uses TLS."""
    return connection.url.scheme == "https" or connection.headers.get("x-forwarded-proto", "") == "https"


# The teacher's link -----------------------------------------------------------------------------------------------------

LEAVE_KEY = "leave"  # in place of the secret: the browser is no longer the teacher's


async def respond_to_teacher_link(request: Request) -> Response:
    """Make the browser the teacher's if the URL has the right secret, and redirect it to the first page, whose URL has
    none.

    The link itself, /teacher/SECRET, leads to /teacher?key=SECRET first: a cookie given there is sent to the pages
    beside it and, behind a proxy that removes a prefix, to no other program of the same host (see `identity.format_cookie`).
    """
    key = request.path_params.get("key")
    if key is not None:
        location = f"../{routes.TEACHER_COOKIE_PATH.strip('/')}?{urlencode({'key': key})}"
        return RedirectResponse(location, 303, {"Cache-Control": "no-store"})
    key = request.query_params.get("key", "")
    if key == LEAVE_KEY and is_cross_site(None, request.headers):  # a link on another site must not change anything
        return refusal_response(
            403, translate("Another site led here, so nothing was changed; to leave, enter this address yourself.")
        )
    if key != LEAVE_KEY and not classroom.is_teacher_key(Store().root, key):
        sentence = translate("This is not the teacher’s link; the server prints the right one as it starts.")
        return refusal_response(403, sentence)
    cookie_value, max_age = ("", 0) if key == LEAVE_KEY else (key, identity.COOKIE_SECONDS)
    header = identity.format_cookie(identity.TEACHER_COOKIE, cookie_value, uses_tls(request), max_age)
    return RedirectResponse("./", 303, {"Cache-Control": "no-store", "Set-Cookie": header})


def teacher_link() -> str:
    """The teacher's link, as far as the server knows its own address; RevisionError if the store cannot save its
    secret."""
    host = st.get_option("browser.serverAddress")
    if not config.is_manually_set("browser.serverAddress"):
        host = st.get_option("server.address") or host
    path = routes.TEACHER_LINK.format(key=classroom.load_keys(Store().root).teacher)
    return f"{routes.server_origin(host)}{routes.base_path()}{path}"


def print_teacher_link() -> None:
    """Print the teacher's link; SystemExit with one sentence if the limits or the link's secret cannot be read."""
    try:
        limits.shared_server_limits()
        print(f"  Teacher: {teacher_link()}", flush=True)
    except AAEError as error:
        raise SystemExit(f"aae: {error}") from None
