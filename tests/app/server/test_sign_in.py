"""Where sign-in is configured, nothing of the app runs before it: a plain page leads to the provider, websockets are refused."""

import json

import pytest

pytest.importorskip("streamlit")
from helpers.asgi_client import visit
from streamlit.errors import StreamlitAuthError
from streamlit.web.server.server_util import get_cookie_secret
from streamlit.web.server.starlette.starlette_app_utils import create_signed_value

from app.server import sign_in
from app.visitors import identity

PAGE = {"accept": "text/html,*/*", "host": "127.0.0.1:8501"}


def cookie(claims, secret=None):
    value = create_signed_value(secret or get_cookie_secret(), "_streamlit_user", json.dumps(claims)).decode()
    return {"cookie": f"_streamlit_user={value}"}


SIGNED_IN = {"is_logged_in": True, "sub": "1", "iss": "https://school.example"}


@pytest.fixture
def app(monkeypatch):
    """The middleware before an application that answers everything; its `scope_types` are the kinds of what arrives there."""
    monkeypatch.setenv("AAE_SHARED", "1")
    monkeypatch.setattr(identity, "sign_in_providers", lambda: ["school", "<lab>"])
    scope_types = []

    async def answer_everything(scope, receive, send):
        scope_types.append(scope["type"])
        if scope["type"] == "http":
            await send({"type": "http.response.start", "status": 200, "headers": []})
            await send({"type": "http.response.body", "body": b"the app"})

    middleware = sign_in.SignInGate(answer_everything)
    middleware.scope_types = scope_types
    return middleware


@pytest.fixture
def get_response(app, run_in_thread):
    return lambda path, headers=PAGE: run_in_thread(visit(app, path, headers=headers))


def open_websocket(app, run_apart, headers=()):
    """What the server sends first to a browser that opens a page's connection."""
    messages = []

    async def send(message):
        messages.append(message)

    raw_headers = [(name.encode(), value.encode()) for name, value in dict(headers).items()]
    run_apart(app({"type": "websocket", "path": "/_stcore/stream", "headers": raw_headers}, None, send))
    return messages


@pytest.mark.parametrize("path", ["/", "/train", "/explore?rev=x"])
def test_a_document_is_the_way_to_sign_in(app, get_response, path):
    status, headers, body = get_response(path)
    text = body.decode()
    assert status == 401 and headers["cache-control"] == "no-store" and not app.scope_types
    assert 'href="./sign_in?provider=school"' in text and "Sign in with school" in text
    assert "&lt;lab&gt;" in text and "<lab>" not in text and "<script" not in text


def test_after_signing_in_it_is_the_app(app, get_response, run_in_thread):
    assert get_response("/", PAGE | cookie(SIGNED_IN))[2] == b"the app"
    assert open_websocket(app, run_in_thread, cookie(SIGNED_IN)) == [] and app.scope_types == ["http", "websocket"]


@pytest.mark.parametrize(
    "headers", [{}, cookie({"is_logged_in": False}), cookie(SIGNED_IN, "another" * 8)], ids=["none", "out", "forged"]
)
def test_no_websocket_is_opened_before_it(app, run_in_thread, headers):
    messages = open_websocket(app, run_in_thread, headers)
    assert [(message["type"], message["code"]) for message in messages] == [
        ("websocket.close", 1008)
    ] and not app.scope_types


@pytest.mark.parametrize("path", ["/auth/login?provider=x", "/oauth2callback?state=x", "/teacher/key"])
def test_the_ways_to_the_provider_and_back_stay_open(get_response, path):
    assert get_response(path)[2] == b"the app"


def test_what_is_no_document_is_left_to_the_others(get_response):
    assert get_response("/_stcore/health", {"accept": "*/*"})[2] == b"the app"
    assert get_response("/static/js/main.js", {"accept": "*/*"})[2] == b"the app"
    assert get_response("/a/b/c")[0] == 401


def test_a_link_leads_to_the_provider_as_streamlits_own(get_response, monkeypatch):
    checked_providers = []
    monkeypatch.setattr(sign_in, "validate_auth_credentials", checked_providers.append)
    monkeypatch.setattr(
        sign_in, "generate_login_redirect_url", lambda provider: f"/base/auth/login?provider=T.{provider}"
    )
    status, headers, _ = get_response("/sign_in?provider=school")
    assert status == 303 and headers["location"] == "./auth/login?provider=T.school" and checked_providers == ["school"]
    assert get_response("/sign_in?provider=none")[0] == 404 and get_response("/sign_in")[0] == 404
    monkeypatch.setattr(identity, "sign_in_providers", lambda: [None])
    assert get_response("/sign_in")[1]["location"] == "./auth/login?provider=T.default"
    assert 'href="./sign_in"' in get_response("/")[2].decode()


def test_an_incomplete_configuration_is_told_and_logged(get_response, monkeypatch):
    lines = []

    def fail(provider):
        raise StreamlitAuthError("client_secret is missing")

    monkeypatch.setattr(sign_in, "validate_auth_credentials", fail)
    monkeypatch.setattr(sign_in.LOGGER, "error", lambda text, *values: lines.append(text % values))
    status, _, body = get_response("/sign_in?provider=school")
    assert status == 500 and b"log says what is missing" in body and "client_secret" in lines[0]


def test_without_sign_in_everything_passes(app, get_response, run_in_thread, monkeypatch):
    monkeypatch.setattr(identity, "sign_in_providers", list)
    assert get_response("/")[2] == b"the app" and open_websocket(app, run_in_thread) == []
    assert get_response("/sign_in")[2] == b"the app" and app.scope_types == ["http", "websocket", "http"]
