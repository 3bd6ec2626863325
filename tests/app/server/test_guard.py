"""The guard: only the names the server was started for are answered, and no other site's page, on every route."""

from types import SimpleNamespace

import pytest

pytest.importorskip("streamlit")
from starlette.applications import Starlette
from starlette.routing import Route
from streamlit import config

from app.server import content_policy, guard, private_paths

PATHS = [
    "/",
    "/_stcore/health",
    "/_stcore/host-config",
    "/live/token/decode",
    "/assets/x.js",
    "/component/x",
]
OWN_HOSTS = [
    "127.0.0.1",
    "127.0.0.1:8501",
    "localhost:8501",
    "LOCALHOST.",
    "[::1]:8501",
    "192.168.1.7:8501",
    "[fe80::1]",
]
FOREIGN_HOSTS = [
    None, "", "evil.example", "evil.example:8501", "127.0.0.1.evil.example", "localhost.evil.example", "0x7f000001",
    "a@127.0.0.1", "127.0.0.1:x", "127.0.0.1:99999", "[::1", "127.0.0.1/a", "xlocalhost", "lab", "*",
]  # fmt: skip
SAME_SITE = {"sec-fetch-site": "same-origin", "origin": "http://127.0.0.1:8501", "host": "127.0.0.1:8501"}


@pytest.fixture
def options():
    """options(name=value) sets options of the server, as its start does; they are taken back in the end."""
    first_values = {}

    def set_options(**values):
        for name, value in values.items():
            key = name.replace("_", ".", 1)
            first_values.setdefault(key, (config.get_option(key), config.get_where_defined(key)))
            config.set_option(key, value)

    set_options(server_allowedHosts=[], server_address="127.0.0.1")
    yield set_options
    for key, (value, origin) in first_values.items():
        config.set_option(key, value, origin)  # else it would count as set by the user in later tests


@pytest.fixture
def send_request(run_in_thread, options):
    """send_request(host, path, kind, method, **headers) -> the status behind a guard made now, or "through"; 403 of a
    websocket too."""

    async def inner_app(scope, receive, send):
        scope["reached"] = True
        if scope["type"] == "http":
            await send({"type": "http.response.start", "status": 200, "headers": []})
            await send({"type": "http.response.body", "body": b""})
        else:
            await send({"type": "websocket.accept"})

    def send_to_guard(host, path="/", kind="http", method="GET", **headers):
        request_headers = {name.replace("_", "-"): value for name, value in headers.items()} | (
            {} if host is None else {"host": host}
        )
        scope = {
            "type": kind,
            "method": method,
            "path": path,
            "headers": [(k.encode(), v.encode()) for k, v in request_headers.items()],
        }
        messages = []

        async def send(message):
            messages.append(message)

        run_in_thread(guard.RequestGuard(inner_app)(scope, None, send))
        send_to_guard.headers = dict(messages[0].get("headers", ())) if messages else {}
        if scope.get("reached"):
            return "through"
        return messages[0]["status"] if kind == "http" else {"websocket.close": 403}[messages[0]["type"]]

    return send_to_guard


@pytest.mark.parametrize("host", OWN_HOSTS)
def test_own_names_and_addresses_are_answered(send_request, host):
    assert send_request(host) == send_request(host, "/_stcore/stream", "websocket") == "through"


@pytest.mark.parametrize("host", FOREIGN_HOSTS)
def test_another_name_is_refused_on_every_route_and_the_websocket(send_request, host):
    assert {send_request(host, path) for path in PATHS} == {403}
    assert send_request(host, "/_stcore/stream", "websocket") == 403
    same_origin = {"origin": f"http://{host}", "sec_fetch_site": "same-origin"}  # what rebinding gives
    assert send_request(host, "/live/token/decode", method="POST", **same_origin) == 403


def test_names_are_those_of_the_server_s_options(send_request, options):
    options(server_address="explorer.lab", browser_serverAddress="Seen.lab", server_allowedHosts=["a.org", "*.b.org"])
    served_hosts, refused_hosts = (
        ["explorer.lab", "seen.lab:80", "a.org", "x.y.b.org", "localhost"],
        ["b.org", "x.a.org", "ab.org"],
    )
    verdicts = {host: guard.is_served_host(host, guard.served_host_names()) for host in served_hosts + refused_hosts}
    assert verdicts == dict.fromkeys(served_hosts, True) | dict.fromkeys(refused_hosts, False)
    assert send_request("a.org") == "through"
    assert config.get_option("server.allowedHosts") == []  # by which Streamlit would refuse 127.0.0.1
    options(server_address="0.0.0.0", server_allowedHosts=["*"])
    assert send_request("anything.at.all", "/_stcore/stream", "websocket") == "through"


@pytest.mark.parametrize(
    ("headers", "is_foreign"),
    [
        ({}, False),
        (SAME_SITE, False),
        (
            {**SAME_SITE, "host": "10.0.0.1:8501"},
            False,
        ),  # behind a proxy: the browser says itself where the page is from
        ({"sec-fetch-site": "none"}, False),
        ({"origin": "http://10.0.0.1:8501", "host": "10.0.0.1:8501"}, False),
        ({**SAME_SITE, "sec-fetch-site": "cross-site"}, True),
        ({**SAME_SITE, "sec-fetch-site": "same-site"}, True),
        ({**SAME_SITE, "sec-fetch-site": "cross-site", "sec-fetch-mode": "navigate"}, True),  # a form that is sent here
        ({"origin": "http://evil.org", "host": "127.0.0.1:8501"}, True),
        ({"origin": "http://127.0.0.1:9000", "host": "127.0.0.1:8501"}, True),
        ({"origin": "null", "host": "127.0.0.1:8501"}, True),
        ({"origin": "http://127.0.0.1:8501"}, True),
        ({"origin": "http://[", "host": "127.0.0.1:8501"}, True),
        ({"origin": "http://[::1", "host": "[::1"}, True),
    ],
)
def test_another_site_may_not_ask(send_request, headers, is_foreign):
    request_headers = {"host": "127.0.0.1", **headers}
    host = request_headers.pop("host")
    assert send_request(host, "/live/token/decode", method="POST", **request_headers) == (
        403 if is_foreign else "through"
    )


@pytest.mark.parametrize(
    ("origin", "answer"),
    [("http://127.0.0.1:8501", "through"), ("http://proxy.lab", "through")]
    + [(f"http://{host}", 403) for host in ("127.0.0.1:9", "localhost:9", "0.0.0.0:9", "evil.example")],
)
def test_a_page_of_another_port_opens_no_websocket(send_request, options, origin, answer):
    """To Streamlit every port of this machine is the same, and a name that it does not know makes it ask a server elsewhere."""
    options(server_corsAllowedOrigins=["http://proxy.lab"])
    assert send_request("127.0.0.1:8501", "/_stcore/stream", "websocket", origin=origin) == answer


def test_a_link_elsewhere_leads_to_the_page_but_its_parts_are_not_given(send_request):
    cross_site = {"sec-fetch-site": "cross-site"}
    assert send_request("127.0.0.1", "/explore", **cross_site, **{"sec-fetch-mode": "navigate"}) == "through"
    assert send_request("127.0.0.1", "/assets/x.bin", **cross_site, **{"sec-fetch-mode": "no-cors"}) == 403


def headers_of(send_request):
    return {name.decode(): value.decode() for name, value in send_request.headers.items()}


def test_every_answer_keeps_the_browser_from_other_servers(send_request):
    for host, kind in (("127.0.0.1", "http"), ("evil.example", "http"), ("127.0.0.1", "websocket")):
        send_request(host, kind=kind)
        result = headers_of(send_request)
        policy = result["content-security-policy"]
        assert "default-src 'self';" in policy and "http" not in policy and "*" not in policy
        assert "'unsafe-eval'" not in policy and "script-src 'self' blob: 'wasm-unsafe-eval';" in policy
        assert policy.endswith("frame-ancestors 'self'")
        assert {name.lower(): value for name, value in guard.HEADERS.items()}.items() <= result.items()
    assert guard.HEADERS["X-Content-Type-Options"] == "nosniff"


def test_who_may_show_it_in_a_frame_is_chosen_and_must_be_a_site(send_request, monkeypatch):
    """What is no site could otherwise end the rule and begin another."""
    sites = ["https://course.example.org", "http://localhost:8888", "*.lab", "https://[::1]:80", "file:"]
    refused_sites = ["x;script-src", "'unsafe-inline'", "data:", "https://a/b", "https://", "a;b", "\r\nX-Y: 1;"]
    monkeypatch.setenv(content_policy.EMBED_VARIABLE, ", ".join(sites + refused_sites))
    send_request("127.0.0.1")
    rules = headers_of(send_request)["content-security-policy"].split("; ")
    assert rules[-1].split()[:2] == ["frame-ancestors", "'self'"]
    assert rules[-1].split()[2:] == sites
    assert len(rules) == len(content_policy.POLICY) + 1


def test_a_failing_request_is_answered_with_the_same_headers(run_in_thread):
    async def fail(request):
        raise RuntimeError("/home/somebody/file is wrong")

    messages = []

    async def send(message):
        messages.append(message)

    asgi_app = Starlette(routes=[Route("/", fail)], exception_handlers={Exception: guard.error_response})
    scope = {"type": "http", "method": "GET", "path": "/", "headers": [], "query_string": b""}
    with pytest.raises(RuntimeError):  # which the server writes to its log
        run_in_thread(asgi_app(scope, None, send))
    headers = {name.decode(): value.decode() for name, value in messages[0]["headers"]}
    assert (
        messages[0]["status"] == 500 and headers["content-security-policy"] == content_policy.content_security_policy()
    )
    assert headers["referrer-policy"] == "same-origin" and b"somebody" not in messages[1]["body"]


def test_messages_name_no_place_on_the_server(monkeypatch, tmp_path):
    monkeypatch.setenv("AAE_CHECKPOINTS", str(tmp_path / "deep" / "store"))
    text = f"{tmp_path / 'deep' / 'store' / 'one' / 'status.json'} is damaged; see http://a.org/b."
    assert private_paths.remove_private_paths(text) == "store/one/status.json is damaged; see http://a.org/b."
    assert guard.refusal_response(410, text).body == private_paths.remove_private_paths(text).encode()


def test_messages_need_no_folder_for_temporary_files(monkeypatch):
    def gettempdir():  # as where the disk is full, or the process may hold no more files
        raise FileNotFoundError("No usable temporary directory found")

    monkeypatch.setattr(private_paths.tempfile, "gettempdir", gettempdir)
    assert guard.refusal_response(503, "Try again.").body == b"Try again."


@pytest.mark.parametrize(
    ("address", "visitor", "headers", "is_local"),
    [
        ("127.0.0.1", None, {}, True),
        ("localhost", None, {"Host": "localhost:8501"}, True),
        ("0.0.0.0", None, {}, False),
        (None, None, {}, False),
        ("127.0.0.1", "192.168.1.7", {}, False),
        ("127.0.0.1", None, {"X-Forwarded-For": "192.168.1.7"}, False),
    ],
)
def test_who_sits_at_the_machine(monkeypatch, address, visitor, headers, is_local):
    monkeypatch.setattr(guard.st, "context", SimpleNamespace(ip_address=visitor, headers=headers))
    monkeypatch.setattr(guard.st, "get_option", {"server.address": address}.get)
    assert guard.is_local_visitor() == is_local


def test_a_toast_is_text(monkeypatch, tmp_path):
    """A name in the link, and what was refused of a message, are drawn as they are and without places on the disk."""
    import streamlit as st

    from app.components import incoming_messages
    from app.session import address
    from app.ui import widgets

    toasts = []
    monkeypatch.setattr(st, "toast", lambda text, icon: toasts.append(text))
    monkeypatch.setattr(
        st, "session_state", {"plane.refused": f"{private_paths.CODE_FOLDER}/checkpoints/![x](http://a.org)"}
    )
    incoming_messages.message_callbacks("plane", ("code",), lambda *values: None)
    address.ignore_link_text("![x](http://a.org)")
    widgets.toast_ignored_settings()
    assert toasts[0].startswith("checkpoints/") and all(r"!\[x\](:color[h]ttp\://a.org)" in text for text in toasts)


def test_a_message_that_comes_late_to_another_page_is_dropped(monkeypatch):
    import streamlit as st

    from app.components import incoming_messages

    monkeypatch.setattr(st, "session_state", {})
    incoming_messages.message_callbacks("gone", ("code",), lambda *values: pytest.fail("it was heard"))[
        "on_code_change"
    ]()
