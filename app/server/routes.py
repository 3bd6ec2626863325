"""The server's own routes, and what they share: allowed methods, limits on bodies, work outside the event loop,
refusals."""

import asyncio
import importlib
from concurrent.futures import Future
from urllib.parse import quote

import streamlit as st
from starlette.datastructures import Headers
from starlette.requests import ClientDisconnect, Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route
from starlette.types import Receive, Scope, Send

from aae_core.checks import parse_whole_number
from aae_core.errors import AAEError, RevisionError
from app.server.guard import refusal_response
from app.translation.texts import translate
from app.visitors import identity

ROUTES = {  # (path, methods) -> (module of app.server, its function that answers)
    ("/assets/{name:path}", ("GET", "HEAD")): ("asset_route", "respond_with_asset"),
    ("/live/{token}/{kind:path}", ("GET", "HEAD", "POST")): ("requests", "respond_to_request"),
}
OWN_PREFIXES = ("/assets/", "/live/")  # the beginnings of their paths
GUESSED_PATH = "/explore"  # where people look for the first page, as the other pages have addresses like their titles
SLASHED_PATH = "/{page}/"  # a page whose address ends with a slash, from which relative URLs would lead elsewhere
TEACHER_LINK, TEACHER_COOKIE_PATH = "/teacher/{key}", "/teacher"  # on a shared server only
BODY_TIMEOUT = 30.0  # seconds within which a body must arrive
DISCONNECT_POLL = 0.25  # seconds between two checks whether the client is still connected
ALL_ADDRESSES = "0.0.0.0", "::"  # addresses of a server that listens on all of the machine's


class ModuleEndpoint:
    """An ASGI application that answers with a function of a module. The module is looked up at each request, because
    Streamlit reloads changed modules while the routes stay."""

    def __init__(self, module: str, function: str, methods: tuple[str, ...]):
        self.module, self.function, self.methods = module, function, methods

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["method"] in self.methods:
            module = importlib.import_module(f"app.server.{self.module}")
            response = await getattr(module, self.function)(Request(scope, receive))
        else:
            response = method_not_allowed_response(self.methods)
        await response(scope, receive, send)


def make_routes() -> list[Route]:
    """All routes of the server beside Streamlit's."""
    answers = dict(ROUTES)
    if identity.is_shared():
        for path in (TEACHER_LINK, TEACHER_COOKIE_PATH):
            answers[path, ("GET",)] = ("sharing", "respond_to_teacher_link")
    own_routes = [
        Route(base_path() + path, ModuleEndpoint(module, function, methods))
        for (path, methods), (module, function) in answers.items()
    ]
    return [
        *own_routes,
        Route(base_path() + GUESSED_PATH, _redirect_to_first_page),
        Route(base_path() + SLASHED_PATH, _redirect_to_path_without_slash),
    ]


def _redirect_to_first_page(request: Request) -> Response:
    return _redirect("./", request)


def _redirect_to_path_without_slash(request: Request) -> Response:
    """Streamlit would redirect, too, but to a path from the server's root, which lacks the prefix that a proxy has
    removed."""
    return _redirect(f"../{quote(request.path_params['page'])}", request)


def _redirect(location: str, request: Request) -> Response:
    """A redirect to a URL relative to that of the request, with the same query."""
    query = f"?{request.url.query}" if request.url.query else ""
    return RedirectResponse(location + query)


def base_path() -> str:
    """The base path of the server, "" for its root."""
    path = (st.get_option("server.baseUrlPath") or "").strip("/")
    return f"/{path}" if path else ""


def is_document_request(scope: Scope) -> bool:
    """Whether a browser asks for a document, such as a page, and not for one of its files."""
    is_get = scope["type"] == "http" and scope["method"] == "GET"
    return is_get and "text/html" in Headers(scope=scope).get("accept", "")


def is_page_path(path: str) -> bool:
    """Whether a path, without the server's base path, may be that of a page: all pages lie side by side in the base path."""
    return path.rfind("/") == 0


def server_origin(host: str) -> str:
    """Scheme, host and port of the URLs under which a browser reaches the server, which was started with the address
    `host`."""
    host = "localhost" if host in ALL_ADDRESSES else host
    host = f"[{host}]" if ":" in host and not host.startswith("[") else host  # brackets around IPv6
    scheme = "https" if st.get_option("server.sslCertFile") else "http"
    return f"{scheme}://{host}:{st.get_option('server.port')}"


def method_not_allowed_response(methods: tuple[str, ...]) -> Response:
    names = methods[0]
    for name in methods[1:]:
        names = translate("{first} or {second}", first=names, second=name)
    sentence = translate("This request must use {methods}.", methods=names)
    return refusal_response(405, sentence, {"Allow": ", ".join(methods)})


async def read_body(request: Request, limit: int) -> bytes | Response:
    """The body, or a refusal if it does not arrive in time, or if its announced or actual length exceeds `limit`
    bytes."""
    too_long = refusal_response(413, translate("The page sent more data than its request allows, which was refused."))
    if parse_whole_number(request.headers.get("content-length", "0"), 0, limit) is None:
        return too_long
    body = bytearray()
    try:
        async with asyncio.timeout(BODY_TIMEOUT):
            async for part in request.stream():
                body += part
                if len(body) > limit:
                    return too_long
    except (ClientDisconnect, TimeoutError):
        return refusal_response(408, translate("The request did not arrive completely in time; try again."))
    return bytes(body)


async def wait_for_result(request: Request, future: Future) -> Response:
    """The future's result; if the client disconnects before its work begins, it is cancelled."""
    answer = asyncio.wrap_future(future)
    while not (await asyncio.wait([answer], timeout=DISCONNECT_POLL))[0]:
        if await request.is_disconnected():
            future.cancel()
            return refusal_response(408, translate("Nobody waits for this any more."))
    return await answer


def respond_or_refuse(respond, *arguments) -> Response:
    """The response of respond(*arguments), or a refusal with the status and sentence for the error that it raises."""
    try:
        return respond(*arguments)
    except RevisionError as error:
        return refusal_response(410, str(error))
    except AAEError as error:
        return refusal_response(400, str(error))
    except OSError as error:  # reading images or weights from the disk may fail at any time
        no_reason = translate("no reason was given")
        reason = error.strerror or no_reason
        return refusal_response(
            503, translate("The server could not read a file ({reason}); try again.", reason=reason)
        )
    except MemoryError:
        sentence = translate(
            "The server does not have enough memory for this; request less at once, or try again later."
        )
        return refusal_response(503, sentence)
