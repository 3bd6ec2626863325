"""Checks of every request, including Streamlit's own and the websocket, before it is answered; and the headers of every
response.

Another site can point a host name of its own at this machine (DNS rebinding), and the requests of its pages then look
like those of ours. They still carry that name, so only requests to the names for which the server was started are
answered. IP addresses are always accepted, because rebinding needs a name.
"""

import ipaddress
from urllib.parse import urlsplit

import streamlit as st
from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import HTTPConnection, Request
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send
from streamlit import config

from app.server import content_policy, private_paths, request_language
from app.translation.languages import use_language
from app.translation.texts import translate
from app.visitors import identity

DEVICES = ("camera", "microphone", "geolocation", "display-capture", "usb", "serial", "hid", "midi", "payment")
HEADERS = {
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": ", ".join(f"{device}=()" for device in DEVICES),
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
}


def is_local_visitor() -> bool:
    """Whether the present visitor sits at the server's machine: the server listens on this machine only, and no proxy
    forwards the request. On a shared server, False for everybody but the teacher."""
    if not identity.current_visitor().is_teacher:
        return False
    headers = {name.lower() for name in st.context.headers}
    if headers & {"forwarded", "x-forwarded-for", "x-real-ip"} or st.context.ip_address is not None:
        return False  # Streamlit gives the address None for a visitor at this machine
    return st.get_option("server.address") in ("localhost", "127.0.0.1", "::1")


def refusal_response(status: int, sentence: str, headers: dict | None = None) -> Response:
    """A plain-text response that says in one sentence why the request was refused."""
    return Response(
        private_paths.remove_private_paths(sentence),
        status,
        {"Cache-Control": "no-store", **(headers or {})},
        "text/plain",
    )


async def error_response(request: Request, error: Exception) -> Response:
    """The response to a request at which the program failed; Starlette sends it past all middleware, so it sets all headers."""
    headers = {**HEADERS, "Content-Security-Policy": content_policy.content_security_policy()}
    with use_language(request_language.answer_language(request)):
        sentence = translate("The server failed at this request; its log says why.")
    return refusal_response(500, sentence, headers)


class RequestGuard:
    """ASGI middleware: 403 for a host that is not among `served_host_names`, and for requests from pages of other
    sites. Every response has HEADERS and the policy, also those with Streamlit's own files and those to the
    websocket."""

    def __init__(self, app: ASGIApp):
        self.app, self.host_names = app, served_host_names()
        self.origins = tuple(st.get_option("server.corsAllowedOrigins"))
        # Streamlit would check only the websocket, against this list alone, and so refuse hosts that are allowed here.
        config.set_option("server.allowedHosts", [])

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] not in ("http", "websocket"):
            return await self.app(scope, receive, send)
        if scope["type"] == "websocket":  # the language of a page is chosen in its runs
            return await self._answer(scope, receive, send)
        with use_language(request_language.answer_language(HTTPConnection(scope))):
            await self._answer(scope, receive, send)

    async def _answer(self, scope, receive, send):
        async def send_with_headers(message):
            if message["type"] in ("http.response.start", "websocket.accept"):
                message.setdefault("headers", [])
                headers = MutableHeaders(scope=message)
                for name, value in {
                    **HEADERS,
                    "Content-Security-Policy": content_policy.content_security_policy(),
                }.items():
                    headers.setdefault(name, value)
            await send(message)

        headers = Headers(scope=scope)
        if not is_served_host(headers.get("host"), self.host_names):
            sentence = translate(
                "This server does not answer to that name; it can be started with --server.allowedHosts NAME."
            )
        # Streamlit would let pages of any port of this machine open the websocket, and ask an outside server for its own address.
        elif is_cross_site(scope.get("method"), headers, self.origins):
            sentence = translate("This request came from another site, so it was refused.")
        else:
            return await self.app(scope, receive, send_with_headers)
        if scope["type"] == "websocket":  # closed before it is accepted, which the browser sees as a 403
            return await send_with_headers({"type": "websocket.close", "code": 1008, "reason": sentence})
        await refusal_response(403, sentence)(scope, receive, send_with_headers)


def served_host_names() -> tuple[str, ...]:
    """The host names for which the server was started: its own, and those of the option server.allowedHosts (also
    "*.lab", "*")."""
    configured = ["localhost", st.get_option("server.address"), st.get_option("browser.serverAddress")]
    return tuple(_normalise_host(name) for name in [*configured, *st.get_option("server.allowedHosts")] if name)


def _normalise_host(name):
    return name.strip().lower().rstrip(".")


def is_served_host(host: str | None, host_names: tuple[str, ...]) -> bool:
    """Whether the Host header of a request is one of the names, or an IP address."""
    try:
        parts = urlsplit(f"//{host or ''}")
        name, _ = parts.hostname, parts.port  # reading the port raises ValueError if it is invalid
    except ValueError:
        return False
    if name is None or parts.netloc != host or parts.username is not None:
        return False
    try:
        ipaddress.ip_address(name)
    except ValueError:
        name = _normalise_host(name)
    else:
        return True
    return any(
        pattern in ("*", name) or (pattern.startswith("*.") and name.endswith(pattern[1:])) for pattern in host_names
    )


def is_cross_site(method: str | None, headers: Headers, origins: tuple[str, ...] = ()) -> bool:
    """Whether a request comes from a page of another site, according to the browser's headers; other programs send
    none.

    Following a link from another site is allowed. method: None for a websocket. origins: other origins that are
    accepted, those of the option server.corsAllowedOrigins.
    """
    site, origin = headers.get("sec-fetch-site"), headers.get("origin")
    if site is not None:
        is_followed_link = method in ("GET", "HEAD") and headers.get("sec-fetch-mode") == "navigate"
        return site not in ("same-origin", "none") and not is_followed_link
    if origin is None or origin in origins:
        return False
    try:
        return urlsplit(origin).netloc != headers.get("host")
    except ValueError:  # not a valid address, so not one of this server's
        return True
