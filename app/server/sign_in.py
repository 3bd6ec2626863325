"""Where sign-in is configured, nothing of the app runs for visitors who have not signed in: documents are a page with
the ways to sign in, drawn without Streamlit, and no websocket is opened.

Streamlit's own way, `st.login` in a page's script, needs the script's run for everybody who reaches the port.
"""

from html import escape
from urllib.parse import urlencode

from starlette.requests import HTTPConnection, Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.types import ASGIApp, Receive, Scope, Send
from streamlit.auth_util import validate_auth_credentials
from streamlit.errors import StreamlitAuthError
from streamlit.logger import get_logger
from streamlit.user_info import generate_login_redirect_url

from app.server import request_language, routes
from app.server.guard import refusal_response
from app.translation import languages
from app.translation.texts import mark, translate
from app.visitors import identity

LOGGER = get_logger(__name__)

SIGN_IN_PATH = "/sign_in"  # leads to a provider, ?provider=NAME
# Streamlit's ways to a provider and back, and both addresses of the teacher's link
UNGUARDED_PATHS = (SIGN_IN_PATH, "/auth/", "/oauth2callback", "/teacher")
REFUSAL = mark("Sign in first, on a page of this server.")
PAGE_TEMPLATE = """<!DOCTYPE html>
<html lang="{language}">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title}</title>
<style>
:root {{ color-scheme: light dark; font-family: system-ui, -apple-system, 'Segoe UI', Roboto, 'Helvetica Neue', sans-serif; }}
main {{ max-width: 40rem; margin: 4rem auto; padding: 0 1.5rem; line-height: 1.6; }}
h1 {{ font-size: 1.7rem; font-weight: 600; }}
a {{ display: inline-block; margin: 0 0.5rem 0.5rem 0; padding: 0.4rem 1rem; border-radius: 0.4rem; background: #2a6db0;
  color: #ffffff; text-decoration: none; }}
a:focus-visible {{ outline: 2px solid; outline-offset: 2px; }}
</style>
<main>
<h1>{title}</h1>
<p>{introduction}</p>
<p>{links}</p>
</main>
</html>
"""


class SignInGate:
    """ASGI middleware, installed only on a shared server; where no sign-in is configured, it passes everything on."""

    def __init__(self, app: ASGIApp):
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] not in ("http", "websocket") or not identity.is_sign_in_required():
            return await self.app(scope, receive, send)
        connection = HTTPConnection(scope)
        path = scope["path"].removeprefix(routes.base_path())
        if scope["type"] == "http" and path == SIGN_IN_PATH:
            with languages.use_language(request_language.requested_language(connection)):
                response = redirect_to_provider(Request(scope))
            return await response(scope, receive, send)
        if identity.has_signed_in(connection.cookies):
            return await self.app(scope, receive, send)
        if scope["type"] == "websocket":
            return await send({"type": "websocket.close", "code": 1008, "reason": REFUSAL})
        if not routes.is_document_request(scope) or path.startswith(UNGUARDED_PATHS):
            return await self.app(scope, receive, send)
        with languages.use_language(request_language.requested_language(connection)):
            if routes.is_page_path(path or "/"):
                response = HTMLResponse(format_sign_in_page(), 401, {"Cache-Control": "no-store"})
            else:  # relative links would lead elsewhere
                response = refusal_response(401, translate(REFUSAL))
        return await response(scope, receive, send)


def format_sign_in_page() -> str:
    """The document with a link for each provider, in the current language."""
    links = []
    for provider in identity.sign_in_providers():
        query = f"?{urlencode({'provider': provider})}" if provider else ""
        label = translate("Sign in with {provider}", provider=provider) if provider else translate("Sign in")
        links.append(f'<a href="{escape(f".{SIGN_IN_PATH}{query}")}">{escape(label)}</a>')
    return PAGE_TEMPLATE.format(
        language=languages.current_language(),
        title=escape(translate("Latent-space explorer")),
        introduction=escape(translate("This server is shared by a class. Sign in to use it.")),
        links="\n".join(links),
    )


def redirect_to_provider(request: Request) -> Response:
    """The redirect to Streamlit's own sign-in with the provider in the query, as `st.login` makes it; the URL is valid
    for two minutes, so it does not stand in the page."""
    provider = request.query_params.get("provider")
    if provider not in identity.sign_in_providers():
        return refusal_response(404, translate("This server knows no such way to sign in; go back and choose another."))
    name = provider or "default"  # as st.login calls it
    try:
        validate_auth_credentials(name)
        query = generate_login_redirect_url(name).partition("?")[2]
    except StreamlitAuthError as error:  # also where Authlib is missing
        LOGGER.error("Nobody can sign in: %s", error)
        return refusal_response(
            500, translate("Sign-in is not completely configured; the server's log says what is missing.")
        )
    return RedirectResponse(f"./auth/login?{query}", 303, {"Cache-Control": "no-store"})
