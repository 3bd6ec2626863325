"""What a shared server adds to every answer: the cookie, the teacher's link, bounds on pages and uploads, sign-in."""

import asyncio
import json
import os
import re
import subprocess
import sys
from types import SimpleNamespace

import numpy as np
import pytest

pytest.importorskip("streamlit")
import streamlit as st
from helpers import visitor_sessions
from helpers.asgi_client import visit as request
from helpers.snapshots import fresh_snapshot
from starlette.applications import Starlette
from starlette.middleware import Middleware
from streamlit import config
from streamlit.web.server.server_util import get_cookie_secret
from streamlit.web.server.starlette.starlette_app_utils import create_signed_value

from aae_core.config.configuration import configure
from aae_core.places import PROJECT
from aae_core.runs import worker
from aae_core.store.revisions import Store
from app.cache import lru
from app.cache.lru import LRUCache
from app.server import answers, guard, page_tokens, routes, sharing, uploads
from app.visitors import classroom, identity

PAGE = {"accept": "text/html,*/*", "host": "127.0.0.1:8501"}
SAME_ORIGIN = {"sec-fetch-site": "same-origin", "origin": "http://127.0.0.1:8501", "host": "127.0.0.1:8501"}
CROSS_SITE = {"sec-fetch-site": "cross-site", "origin": "https://evil.example", "host": "127.0.0.1:8501"}
TINY = {"network.hidden": (16,), "network.discriminator": (16,), "data": "digits", "steps": 10, "threads": 1}


@pytest.fixture
def shared_mode(monkeypatch):
    monkeypatch.setenv("AAE_SHARED", "1")
    first_values = config.get_option("server.maxUploadSize"), config.get_option("server.allowedHosts")
    yield
    config.set_option("server.maxUploadSize", first_values[0])
    config.set_option("server.allowedHosts", first_values[1])


@pytest.fixture
def asgi_app(shared_mode):
    """The app's own middleware and routes before one that answers everything."""

    async def answer_everything(scope, receive, send):
        if scope["type"] == "websocket":
            await send({"type": "websocket.accept"})
            return await scope["close_event"].wait()
        await send({"type": "http.response.start", "status": 200, "headers": [(b"content-type", b"text/html")]})
        await send({"type": "http.response.body", "body": b"the page"})

    starlette = Starlette(
        routes=routes.make_routes(), middleware=[Middleware(guard.RequestGuard), Middleware(sharing.SharedServer)]
    )
    starlette.mount("/", answer_everything)
    return starlette


@pytest.fixture
def send_request(asgi_app, run_in_thread):
    return lambda path, headers=PAGE, body=b"", method="GET": run_in_thread(
        request(asgi_app, path, body, method, headers)
    )


def test_a_document_brings_a_cookie_that_no_script_reads_once(send_request):
    _, headers, body = send_request("/")
    result = re.fullmatch(r"aae_visitor=([\w-]{43}); Max-Age=\d+; HttpOnly; SameSite=Lax", headers["set-cookie"])
    assert result and body == b"the page"
    assert "set-cookie" not in send_request("/", {**PAGE, "cookie": f"aae_visitor={result[1]}"})[1]
    assert send_request("/")[1]["set-cookie"] != headers["set-cookie"]
    assert "set-cookie" in send_request("/", {**PAGE, "cookie": "aae_visitor=<script>"})[1]
    assert "set-cookie" not in send_request("/", {**PAGE, "accept": "*/*"})[1]
    assert "; Secure" in send_request("/", {**PAGE, "x-forwarded-proto": "https"})[1]["set-cookie"]


def test_cookies_are_for_the_folder_of_the_pages_wherever_a_proxy_puts_it(send_request):
    """A browser sends a cookie without Path to the folder of the URL that gave it (RFC 6265, 5.1.4)."""
    key = classroom.load_keys(Store().root).teacher
    visitor_headers = {**PAGE, "cookie": f"aae_visitor={visitor_sessions.ANN}"}
    pages = send_request("/")[1], send_request("/compare")[1], send_request(f"/teacher?key={key}", visitor_headers)[1]
    assert all("path" not in headers["set-cookie"].lower() for headers in pages)
    for path in ("/compare/", "/media/handout.html", f"/teacher/{key}"):
        assert "set-cookie" not in send_request(path)[1]


def test_the_teachers_link_leaves_no_secret_in_the_address(send_request):
    key = classroom.load_keys(Store().root).teacher
    visitor_headers = {**PAGE, "cookie": f"aae_visitor={visitor_sessions.ANN}"}
    status, headers, _ = send_request(f"/teacher/{key}", visitor_headers)
    assert (status, headers["location"]) == (303, f"../teacher?key={key}") and "set-cookie" not in headers
    assert headers["cache-control"] == "no-store"
    status, headers, _ = send_request(f"/teacher?key={key}", visitor_headers)
    assert status == 303 and headers["location"] == "./" and headers["cache-control"] == "no-store"
    assert (
        headers["set-cookie"].startswith(f"aae_teacher={key}; ") and "HttpOnly; SameSite=Lax" in headers["set-cookie"]
    )
    assert send_request("/teacher?key=leave", visitor_headers)[1]["set-cookie"].startswith("aae_teacher=; Max-Age=0")
    for site in ("cross-site", "same-site"):  # a link, which may lead to a page from anywhere
        status, headers, _ = send_request(
            "/teacher?key=leave", {**visitor_headers, "sec-fetch-site": site, "sec-fetch-mode": "navigate"}
        )
        assert status == 403 and "set-cookie" not in headers
    for wrong_key in ("x", key[:-1], key + "x", "%C3%A4"):
        status, headers, _ = send_request(f"/teacher?key={wrong_key}", visitor_headers)
        assert status == 403 and "set-cookie" not in headers
    assert sharing.teacher_link().endswith(f"/teacher/{key}")


@pytest.mark.parametrize(
    ("address", "host"), [("::1", "[::1]"), ("[::1]", "[::1]"), ("::", "localhost"), ("0.0.0.0", "localhost")]
)
def test_the_teachers_link_can_be_opened_whatever_the_address(shared_mode, monkeypatch, address, host):
    get_option = st.get_option
    monkeypatch.setattr(st, "get_option", lambda name: address if name == "server.address" else get_option(name))
    assert sharing.teacher_link().startswith(f"http://{host}:{get_option('server.port')}/teacher/")


def test_without_sharing_nothing_is_added(monkeypatch):
    monkeypatch.delenv("AAE_SHARED", raising=False)
    assert [route.path for route in routes.make_routes()] == [
        "/assets/{name:path}",
        "/live/{token}/{kind:path}",
        "/explore",
        "/{page}/",
    ]


async def connect(asgi_app, cookie, close_event, note_type):
    """A connection of a page, which it closes at `close_event`. note_type: called with the type of each message that is sent."""

    async def send(message):
        note_type(message["type"])

    headers = [(name.encode(), value.encode()) for name, value in {**SAME_ORIGIN, "cookie": cookie}.items()]
    await asgi_app(
        {"type": "websocket", "path": "/_stcore/stream", "headers": headers, "close_event": close_event}, None, send
    )


async def open_connections(asgi_app, count, cookie, refusal_counts):
    """So many connections of pages at once; how many were accepted."""
    close_event, sent_types = asyncio.Event(), []

    def note_type(kind):
        sent_types.append(kind)
        if len(sent_types) == count:
            close_event.set()

    await asyncio.wait_for(
        asyncio.gather(*(connect(asgi_app, cookie, close_event, note_type) for _ in range(count))), 20
    )
    refusal_counts.append(sent_types.count("websocket.close"))
    return sent_types.count("websocket.accept")


@pytest.mark.parametrize("text, max_pages", [("[each]\npages = 2", 2), ("[all]\npages = 3", 3)])
def test_open_pages_are_bounded(shared_mode, tmp_path, monkeypatch, run_in_thread, text, max_pages):
    file = tmp_path / "class.toml"
    file.write_text(text)
    monkeypatch.setenv("AAE_SHARED", str(file))
    monkeypatch.setattr(sharing, "LEAVING_TIMEOUT", 0.0)
    refusal_counts = []

    async def accept_and_wait(scope, receive, send):
        await send({"type": "websocket.accept"})
        await scope["close_event"].wait()

    shared_server = sharing.SharedServer(accept_and_wait)
    for _ in range(2):  # the second time all that were open are closed
        assert (
            run_in_thread(open_connections(shared_server, 5, f"aae_visitor={visitor_sessions.ANN}", refusal_counts))
            == max_pages
        )
    assert refusal_counts == [5 - max_pages] * 2 and not shared_server.pages.pages


@pytest.mark.parametrize("text", ["[each]\npages = 1", "[all]\npages = 1"])
def test_a_page_that_is_loaded_anew_takes_the_place_of_the_one_that_goes(
    asgi_app, tmp_path, monkeypatch, run_in_thread, text
):
    file = tmp_path / "class.toml"
    file.write_text(text)
    monkeypatch.setenv("AAE_SHARED", str(file))
    ann, bob = ({"cookie": f"aae_visitor={key}"} for key in (visitor_sessions.ANN, visitor_sessions.BOB))

    async def reload_page():
        departure, first_messages, second_messages = asyncio.Event(), asyncio.Queue(), asyncio.Queue()
        old_page = asyncio.create_task(connect(asgi_app, ann["cookie"], departure, first_messages.put_nowait))
        assert await first_messages.get() == "websocket.accept"
        cache_headers = [{}, {"cache-control": "max-age=0"}, {"cache-control": "no-cache"}]
        responses = [
            await request(asgi_app, "/", headers=PAGE | ann | extra_headers) for extra_headers in cache_headers
        ]
        other_status = (await request(asgi_app, "/", headers=PAGE | bob | cache_headers[1]))[0]
        new_page = asyncio.create_task(connect(asgi_app, ann["cookie"], departure, second_messages.put_nowait))
        await asyncio.sleep(3 * sharing.POLL_SECONDS)
        is_waiting = second_messages.empty()
        departure.set()
        await asyncio.gather(old_page, new_page)
        return responses, other_status, is_waiting, await second_messages.get()

    responses, other_status, is_waiting, message_type = run_in_thread(asyncio.wait_for(reload_page(), 20))
    assert [status for status, *_ in responses] == [503, 200, 200] and is_waiting and message_type == "websocket.accept"
    assert int(responses[0][1]["refresh"]) < 10, (
        "a browser that does not say that it loads the page anew asks again by itself"
    )
    assert other_status == (200 if "each" in text else 503), "nobody else's page goes"


@pytest.fixture
def memory(monkeypatch):
    """Streamlit's uploads in memory: memory.add_file(session, bytes) adds a file; the pages of `memory.closed` have closed."""

    def add_file(session, size):
        memory.files.setdefault(session, {})[len(memory.files)] = SimpleNamespace(data=range(size))

    def remove(session):
        memory.files.pop(session, None)

    memory = SimpleNamespace(files={}, closed=set(), ended=[], add_file=add_file)
    server = SimpleNamespace(
        uploaded_file_mgr=SimpleNamespace(file_storage=memory.files, remove_session_files=remove),
        is_active_session=lambda session: session not in memory.closed,
        close_session=memory.ended.append,
    )
    monkeypatch.setattr(uploads.runtime, "exists", lambda: True)
    monkeypatch.setattr(uploads.runtime, "get_instance", lambda: server)
    return memory


@pytest.fixture
def upload(send_request):
    """The status of an upload of so many bytes."""

    def upload(session, size, key=""):
        headers = {**SAME_ORIGIN, "content-length": str(size), "cookie": f"aae_visitor={key}"}
        return send_request(f"/_stcore/upload_file/{session}/2", headers, b"", "PUT")[0]

    return upload


def test_uploads_held_in_memory_are_bounded(send_request, upload, memory):
    assert send_request("/")[0] == 200 and config.get_option("server.maxUploadSize") == 64
    memory.add_file("mine", 1000)
    max_bytes = sharing.FILES_PER_VISITOR * 64_000_000
    assert (
        upload("mine", max_bytes - 1000) == 200
        and upload("mine", max_bytes - 999) == 413
        and upload("other", max_bytes) == 200
    )
    memory.add_file("hers", 1000)
    assert (
        upload("hers", 0, visitor_sessions.ANN) == 200
        and upload("hers too", max_bytes - 999, visitor_sessions.ANN) == 413
    )
    assert (
        upload("hers too", max_bytes - 1000, visitor_sessions.ANN) == 200
        and upload("his", max_bytes, visitor_sessions.BOB) == 200
    )
    del memory.files["hers"]
    assert upload("hers too", max_bytes, visitor_sessions.ANN) == 200
    memory.add_file("others", 999_999_000)
    assert upload("other", 0) == 200 and upload("other", 1) == 413
    assert send_request("/_stcore/upload_file/mine/2", SAME_ORIGIN, (b"x",), "PUT")[0] == 413  # of no told size
    chunked_headers = {
        **SAME_ORIGIN,
        "content-length": "0",
        "transfer-encoding": "chunked",
    }  # as which more may come than was told
    assert send_request("/_stcore/upload_file/mine/2", chunked_headers, b"x", "PUT")[0] == 413


def test_uploads_of_closed_pages_give_way_and_the_oldest_first(upload, memory):
    for session in ("first", "open", "second", "third"):
        memory.add_file(session, 250_000_000)
    memory.closed |= {"first", "second", "third"}
    assert upload("new", 10_000_000, visitor_sessions.ANN) == 200
    assert memory.ended == ["first"] and list(memory.files) == ["open", "second", "third"]
    memory.add_file("open", 300_000_000)
    assert upload("new", 128_000_000, visitor_sessions.ANN) == 200 and list(memory.files) == ["open", "third"]


def test_an_upload_that_is_refused_removes_nothing(upload, memory):
    memory.add_file("open", 950_000_000)
    memory.add_file("closed", 40_000_000)
    memory.closed.add("closed")
    for _ in range(3):
        assert upload("new", 60_000_000, visitor_sessions.ANN) == 413
    assert upload("new", 129_000_000, visitor_sessions.ANN) == 413 and list(memory.files) == ["open", "closed"]
    assert upload("new", 50_000_000, visitor_sessions.ANN) == 200, "what was refused does not count"
    assert list(memory.files) == ["open"]


def test_a_visitors_own_closed_page_counts_against_nobody(upload, memory):
    max_bytes = sharing.FILES_PER_VISITOR * 64_000_000
    memory.add_file("others", 1000)
    memory.closed.add("others")
    assert upload("before", max_bytes, visitor_sessions.ANN) == 200
    memory.add_file("before", max_bytes)
    assert upload("after", 1, visitor_sessions.ANN) == 413, "while the page is open"
    memory.closed.add("before")
    assert upload("after", max_bytes, visitor_sessions.ANN) == 200 and list(memory.files) == ["others"]


def test_uploads_that_arrive_at_once_are_counted_together(shared_mode, run_in_thread):
    all_answered, statuses = asyncio.Event(), []

    async def answer_slowly(scope, receive, send):
        await all_answered.wait()
        await send({"type": "http.response.start", "status": 204, "headers": []})

    async def send(message):
        if message["type"] == "http.response.start":
            statuses.append(message["status"])
            if len(statuses) == 3:
                all_answered.set()

    async def send_five(server):
        headers = [
            (name.encode(), value.encode()) for name, value in {**SAME_ORIGIN, "content-length": "64000000"}.items()
        ]
        scope = {"type": "http", "method": "PUT", "path": "/_stcore/upload_file/mine/2", "headers": headers}
        await asyncio.wait_for(asyncio.gather(*(server(scope, None, send) for _ in range(5))), 20)

    shared_server = sharing.SharedServer(answer_slowly)
    run_in_thread(send_five(shared_server))
    assert (
        sorted(statuses) == [204] * sharing.FILES_PER_VISITOR + [413] * (5 - sharing.FILES_PER_VISITOR)
        and not shared_server.uploads.arriving
    )


def test_a_teacher_enters_while_bare_connections_take_all_places(asgi_app, tmp_path, monkeypatch, run_in_thread):
    file = tmp_path / "class.toml"
    file.write_text("[all]\npages = 20")
    monkeypatch.setenv("AAE_SHARED", str(file))
    monkeypatch.setattr(sharing, "LEAVING_TIMEOUT", 0.0)
    key = classroom.load_keys(Store().root).teacher
    teacher = f"aae_teacher={key}; aae_visitor={visitor_sessions.ANN}"

    async def send_visits():
        end, bare_messages = asyncio.Event(), asyncio.Queue()
        bare_pages = [asyncio.create_task(connect(asgi_app, "", end, bare_messages.put_nowait)) for _ in range(300)]
        accepted_count = [await bare_messages.get() for _ in range(300)].count("websocket.accept")
        first_status = (await request(asgi_app, "/", headers=PAGE))[0]
        visitor_messages = asyncio.Queue()
        cookies = [f"aae_visitor={number:043d}" for number in range(30)]
        visitor_pages = [
            asyncio.create_task(connect(asgi_app, cookie, end, visitor_messages.put_nowait)) for cookie in cookies
        ]
        entered_count = [await visitor_messages.get() for _ in range(30)].count("websocket.accept")
        other_status = (await request(asgi_app, "/", headers={**PAGE, "cookie": cookies[-1]}))[0]
        link_statuses = [
            (await request(asgi_app, path, headers=PAGE))[0] for path in (f"/teacher/{key}", f"/teacher?key={key}")
        ]
        teacher_status = (await request(asgi_app, "/", headers={**PAGE, "cookie": teacher}))[0]
        teacher_messages = asyncio.Queue()
        teacher_page = asyncio.create_task(connect(asgi_app, teacher, end, teacher_messages.put_nowait))
        teacher_message = await teacher_messages.get()
        end.set()
        await asyncio.gather(*bare_pages, *visitor_pages, teacher_page)
        return accepted_count, first_status, entered_count, other_status, link_statuses, teacher_status, teacher_message

    accepted_count, first_status, entered_count, other_status, link_statuses, teacher_status, teacher_message = (
        run_in_thread(asyncio.wait_for(send_visits(), 20))
    )
    assert accepted_count == 10 and first_status == 200, "her first document brings the cookie with which she may enter"
    assert (
        entered_count == 10 and other_status == 503 and teacher_status == 200 and teacher_message == "websocket.accept"
    )
    assert link_statuses == [303, 303], "a browser becomes the teacher's while nobody else gets in"


def test_eight_places_are_the_teachers(shared_mode):
    pages = sharing.SharedServer(None).pages
    assert (pages.total, pages.teacher_places) == (300, 8)


def test_where_sign_in_is_configured_the_routes_ask_for_it(send_request, monkeypatch):
    monkeypatch.setattr(identity, "sign_in_providers", lambda: [None])
    signed_text = create_signed_value(
        get_cookie_secret(), "_streamlit_user", json.dumps({"is_logged_in": True})
    ).decode()
    streamlit_paths = ("/media/none.png", "/_stcore/upload_file/mine/2", "/_stcore/metrics")
    for path in ("/assets/none.js", "/live/token/decode", *streamlit_paths):
        assert send_request(path, SAME_ORIGIN)[0] == 401
        assert send_request(path, {**SAME_ORIGIN, "cookie": f"_streamlit_user={signed_text}"})[0] in (404, 405, 200)
    assert send_request("/")[0] == 200


def test_no_route_changes_anything_and_none_answers_another_site(send_request, tmp_path, monkeypatch):
    st.cache_resource.clear()
    lru.clear_all()
    monkeypatch.setattr(page_tokens, "SHOWN_REVISIONS", LRUCache(500))
    revision = worker.train(configure(**TINY), store=Store())
    monkeypatch.setattr(identity, "page_cookies", dict)  # a stranger
    codes = fresh_snapshot(revision).codes
    request_urls = page_tokens.request_urls(fresh_snapshot(revision), codes)
    bodies = {"decode": {"codes": [[0.0, 0.0]]}, "encode": np.zeros(64, np.uint8).tobytes(), "images": {"numbers": [0]}}
    bodies["differences"] = (np.arange(len(codes.z)) < 5).astype(np.uint8).tobytes()
    bodies["colouring"] = {"column": ""}
    with visitor_sessions.assert_folder_unchanged(tmp_path):
        for kind, url in request_urls.items():
            if kind == "now":  # of a training that goes on, which may know that it is watched
                assert url is None
                continue
            method = answers.REQUEST_KINDS[kind].methods[0]
            path = url + ("?n=0" if kind == "image" else "")
            assert send_request(path, SAME_ORIGIN, bodies.get(kind, b""), method)[0] == 200
            assert send_request(path, CROSS_SITE, bodies.get(kind, b""), method)[0] == 403
            for other_method in {"GET", "PUT", "DELETE", "PATCH", "POST"} - set(answers.REQUEST_KINDS[kind].methods):
                assert send_request(path, SAME_ORIGIN, b"", other_method)[0] == 405


def test_what_comes_before_what_on_a_shared_server(tmp_path):
    """Answers of all kinds get the guard's headers; who has not signed in takes no place; what is too large is not decoded."""
    program = (
        "from app import streamlit_app as app_module; print(*(layer.cls.__name__ for layer in app_module.middleware))"
    )
    environment = os.environ | {"AAE_SHARED": "1", "AAE_CHECKPOINTS": str(tmp_path)}
    run = subprocess.run(
        [sys.executable, "-c", program], cwd=PROJECT, env=environment, capture_output=True, text=True, check=True
    )
    names = "RequestGuard SignInGate SharedServer StaticCompression ModulePreloading MessageBounds LeftPages"
    assert run.stdout.splitlines()[-1] == names
