"""The server's own routes, and what they share: allowed methods, limits on bodies, work outside the event loop, refusals."""

import asyncio
import importlib
from concurrent.futures import Future
from urllib.parse import quote

import streamlit as st
from starlette.requests import ClientDisconnect, Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route
from starlette.types import Receive, Scope, Send

from aae_core.checks import read_whole
from aae_core.errors import AAEError, RevisionError
from app.server.guard import refusal
from app.visitors import who

ROUTES = {  # (path, methods) -> the module of app.server whose function `respond` answers
    ("/assets/{name:path}", ("GET", "HEAD")): "assets",
    ("/live/{token}/{what:path}", ("GET", "HEAD", "POST")): "requests",
}
OWN = ("/assets/", "/live/")  # the beginnings of their paths
GUESSED = "/explore"  # where people look for the first page, as the other pages have addresses like their titles
CLOSED = "/{page}/"  # a page whose address ends with a slash, from which relative URLs would lead elsewhere
TEACHER_LINK, TEACHER_COOKIE = "/teacher/{key}", "/teacher"  # on a shared server only
PATIENCE = 30.0  # seconds within which a body must arrive
LOOK = 0.25  # seconds between two checks whether the client is still connected
EVERYWHERE = "0.0.0.0", "::"  # addresses of a server that listens on all of the machine's


class Endpoint:
    """An ASGI application that answers with the function `respond` of a module. The module is looked up at each request, because
    Streamlit reloads changed modules while the routes stay."""

    def __init__(self, module: str, methods: tuple[str, ...]):
        self.module, self.methods = module, methods

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["method"] in self.methods:
            response = await importlib.import_module(f"app.server.{self.module}").respond(Request(scope, receive))
        else:
            response = wrong_method(self.methods)
        await response(scope, receive, send)


def routes() -> list[Route]:
    """All routes of the server beside Streamlit's."""
    answered = dict(ROUTES)
    if who.is_shared():
        answered |= {(path, ("GET",)): "sharing" for path in (TEACHER_LINK, TEACHER_COOKIE)}
    own = [Route(base() + path, Endpoint(module, methods)) for (path, methods), module in answered.items()]
    return [*own, Route(base() + GUESSED, _first_page), Route(base() + CLOSED, _page_without_slash)]


def _first_page(request: Request) -> Response:
    return _redirect("./", request)


def _page_without_slash(request: Request) -> Response:
    """Streamlit would redirect, too, but to a path from the server's root, which lacks the prefix that a proxy has removed."""
    return _redirect(f"../{quote(request.path_params['page'])}", request)


def _redirect(location: str, request: Request) -> Response:
    """A redirect to a URL relative to that of the request, with the same query."""
    query = f"?{request.url.query}" if request.url.query else ""
    return RedirectResponse(location + query)


def base() -> str:
    """The base path of the server, "" for its root."""
    path = (st.get_option("server.baseUrlPath") or "").strip("/")
    return f"/{path}" if path else ""


def page_relative(path: str) -> str:
    """The URL of one of the server's paths, relative to that of any page. All pages lie directly below the base path, so the
    browser finds the base by itself, also behind a proxy that removes a prefix which the server cannot know."""
    return f".{path}"


def origin(host: str) -> str:
    """Scheme, host and port of the URLs under which a browser reaches the server, which was started with the address `host`."""
    host = "localhost" if host in EVERYWHERE else host
    host = f"[{host}]" if ":" in host and not host.startswith("[") else host  # brackets around IPv6
    scheme = "https" if st.get_option("server.sslCertFile") else "http"
    return f"{scheme}://{host}:{st.get_option('server.port')}"


def wrong_method(methods: tuple[str, ...]) -> Response:
    return refusal(405, f"This request must use {' or '.join(methods)}.", {"Allow": ", ".join(methods)})


async def body_of(request: Request, limit: int) -> bytes | Response:
    """The body, or a refusal if it does not arrive in time, or if its announced or actual length exceeds `limit` bytes."""
    too_long = refusal(413, "The page sent more data than its request allows, which was refused.")
    if read_whole(request.headers.get("content-length", "0"), 0, limit) is None:
        return too_long
    body = bytearray()
    try:
        async with asyncio.timeout(PATIENCE):
            async for part in request.stream():
                body += part
                if len(body) > limit:
                    return too_long
    except (ClientDisconnect, TimeoutError):
        return refusal(408, "The request did not arrive completely in time; try again.")
    return bytes(body)


async def result_of(request: Request, future: Future) -> Response:
    """The future's result; if the client disconnects before its work begins, it is cancelled."""
    answer = asyncio.wrap_future(future)
    while not (await asyncio.wait([answer], timeout=LOOK))[0]:
        if await request.is_disconnected():
            future.cancel()
            return refusal(408, "Nobody waits for this any more.")
    return await answer


def attempt(answer, *given) -> Response:
    """The response of answer(*given), or a refusal with the status and sentence for the error that it raises."""
    try:
        return answer(*given)
    except RevisionError as error:
        return refusal(410, str(error))
    except AAEError as error:
        return refusal(400, str(error))
    except OSError as error:  # reading images or weights from the disk may fail at any time
        return refusal(503, f"The server could not read a file ({error.strerror or 'no reason was given'}); try again.")
    except MemoryError:
        sentence = "The server does not have enough memory for this; request less at once, or try again later."
        return refusal(503, sentence)
