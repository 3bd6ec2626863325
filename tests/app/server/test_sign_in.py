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


def cookie(said, secret=None):
    value = create_signed_value(secret or get_cookie_secret(), "_streamlit_user", json.dumps(said)).decode()
    return {"cookie": f"_streamlit_user={value}"}


SIGNED_IN = {"is_logged_in": True, "sub": "1", "iss": "https://school.example"}


@pytest.fixture
def app(monkeypatch):
    """The middleware before an application that answers everything; its `reached` are the kinds of what arrives there."""
    monkeypatch.setenv("AAE_SHARED", "1")
    monkeypatch.setattr(identity, "sign_in_providers", lambda: ["school", "<lab>"])
    reached = []

    async def anything(scope, receive, send):
        reached.append(scope["type"])
        if scope["type"] == "http":
            await send({"type": "http.response.start", "status": 200, "headers": []})
            await send({"type": "http.response.body", "body": b"the app"})

    middleware = sign_in.SignInGate(anything)
    middleware.reached = reached
    return middleware


@pytest.fixture
def ask(app, run_apart):
    return lambda path, headers=PAGE: run_apart(visit(app, path, headers=headers))


def open_websocket(app, run_apart, headers=()):
    """What the server sends first to a browser that opens a page's connection."""
    sent = []

    async def send(message):
        sent.append(message)

    named = [(name.encode(), value.encode()) for name, value in dict(headers).items()]
    run_apart(app({"type": "websocket", "path": "/_stcore/stream", "headers": named}, None, send))
    return sent


@pytest.mark.parametrize("path", ["/", "/train", "/explore?rev=x"])
def test_a_document_is_the_way_to_sign_in(app, ask, path):
    status, headers, body = ask(path)
    text = body.decode()
    assert status == 401 and headers["cache-control"] == "no-store" and not app.reached
    assert 'href="./sign_in?provider=school"' in text and "Sign in with school" in text
    assert "&lt;lab&gt;" in text and "<lab>" not in text and "<script" not in text


def test_after_signing_in_it_is_the_app(app, ask, run_apart):
    assert ask("/", PAGE | cookie(SIGNED_IN))[2] == b"the app"
    assert open_websocket(app, run_apart, cookie(SIGNED_IN)) == [] and app.reached == ["http", "websocket"]


@pytest.mark.parametrize(
    "headers", [{}, cookie({"is_logged_in": False}), cookie(SIGNED_IN, "another" * 8)], ids=["none", "out", "forged"]
)
def test_no_websocket_is_opened_before_it(app, run_apart, headers):
    sent = open_websocket(app, run_apart, headers)
    assert [(message["type"], message["code"]) for message in sent] == [("websocket.close", 1008)] and not app.reached


@pytest.mark.parametrize("path", ["/auth/login?provider=x", "/oauth2callback?state=x", "/teacher/key"])
def test_the_ways_to_the_provider_and_back_stay_open(ask, path):
    assert ask(path)[2] == b"the app"


def test_what_is_no_document_is_left_to_the_others(ask):
    assert ask("/_stcore/health", {"accept": "*/*"})[2] == b"the app"
    assert ask("/static/js/main.js", {"accept": "*/*"})[2] == b"the app"
    assert ask("/a/b/c")[0] == 401


def test_a_link_leads_to_the_provider_as_streamlits_own(ask, monkeypatch):
    checked = []
    monkeypatch.setattr(sign_in, "validate_auth_credentials", checked.append)
    monkeypatch.setattr(
        sign_in, "generate_login_redirect_url", lambda provider: f"/base/auth/login?provider=T.{provider}"
    )
    status, headers, _ = ask("/sign_in?provider=school")
    assert status == 303 and headers["location"] == "./auth/login?provider=T.school" and checked == ["school"]
    assert ask("/sign_in?provider=none")[0] == 404 and ask("/sign_in")[0] == 404
    monkeypatch.setattr(identity, "sign_in_providers", lambda: [None])
    assert ask("/sign_in")[1]["location"] == "./auth/login?provider=T.default"
    assert 'href="./sign_in"' in ask("/")[2].decode()


def test_an_incomplete_configuration_is_told_and_logged(ask, monkeypatch):
    lines = []

    def fail(provider):
        raise StreamlitAuthError("client_secret is missing")

    monkeypatch.setattr(sign_in, "validate_auth_credentials", fail)
    monkeypatch.setattr(sign_in.LOGGER, "error", lambda text, *values: lines.append(text % values))
    status, _, body = ask("/sign_in?provider=school")
    assert status == 500 and b"log says what is missing" in body and "client_secret" in lines[0]


def test_without_sign_in_everything_passes(app, ask, run_apart, monkeypatch):
    monkeypatch.setattr(identity, "sign_in_providers", list)
    assert ask("/")[2] == b"the app" and open_websocket(app, run_apart) == []
    assert ask("/sign_in")[2] == b"the app" and app.reached == ["http", "websocket", "http"]
