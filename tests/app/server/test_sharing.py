"""What a shared server adds to every answer: the cookie, the teacher's link, bounds on pages and uploads, sign-in."""

import asyncio
import json
import os
import re
import shutil
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
from aae_core.jobs import worker
from aae_core.places import PROJECT
from aae_core.store.revisions import Store
from app.cache import lru
from app.cache.lru import LRUCache
from app.server import answers, guard, page_tokens, routes, sharing, uploads
from app.visitors import classroom, identity

PAGE = {"accept": "text/html,*/*", "host": "127.0.0.1:8501"}
HERE = {"sec-fetch-site": "same-origin", "origin": "http://127.0.0.1:8501", "host": "127.0.0.1:8501"}
ELSEWHERE = {"sec-fetch-site": "cross-site", "origin": "https://evil.example", "host": "127.0.0.1:8501"}
TINY = {"network.hidden": (16,), "network.discriminator": (16,), "data": "digits", "steps": 10, "threads": 1}


@pytest.fixture
def shared(monkeypatch):
    monkeypatch.setenv("AAE_SHARED", "1")
    before = config.get_option("server.maxUploadSize"), config.get_option("server.allowedHosts")
    yield
    config.set_option("server.maxUploadSize", before[0])
    config.set_option("server.allowedHosts", before[1])


@pytest.fixture
def served(shared):
    """The app's own middleware and routes before one that answers everything."""

    async def anything(scope, receive, send):
        if scope["type"] == "websocket":
            await send({"type": "websocket.accept"})
            return await scope["until"].wait()
        await send({"type": "http.response.start", "status": 200, "headers": [(b"content-type", b"text/html")]})
        await send({"type": "http.response.body", "body": b"the page"})

    starlette = Starlette(
        routes=routes.make_routes(), middleware=[Middleware(guard.RequestGuard), Middleware(sharing.SharedServer)]
    )
    starlette.mount("/", anything)
    return starlette


@pytest.fixture
def ask(served, run_apart):
    return lambda path, headers=PAGE, said=b"", method="GET": run_apart(request(served, path, said, method, headers))


def test_a_document_brings_a_cookie_that_no_script_reads_once(ask):
    _, headers, body = ask("/")
    result = re.fullmatch(r"aae_visitor=([\w-]{43}); Max-Age=\d+; HttpOnly; SameSite=Lax", headers["set-cookie"])
    assert result and body == b"the page"
    assert "set-cookie" not in ask("/", {**PAGE, "cookie": f"aae_visitor={result[1]}"})[1]
    assert ask("/")[1]["set-cookie"] != headers["set-cookie"]
    assert "set-cookie" in ask("/", {**PAGE, "cookie": "aae_visitor=<script>"})[1]
    assert "set-cookie" not in ask("/", {**PAGE, "accept": "*/*"})[1]
    assert "; Secure" in ask("/", {**PAGE, "x-forwarded-proto": "https"})[1]["set-cookie"]


def test_cookies_are_for_the_folder_of_the_pages_wherever_a_proxy_puts_it(ask):
    """A browser sends a cookie without Path to the folder of the URL that gave it (RFC 6265, 5.1.4)."""
    key, known = classroom.load_keys(Store().root).teacher, {**PAGE, "cookie": f"aae_visitor={visitor_sessions.ANN}"}
    pages = ask("/")[1], ask("/compare")[1], ask(f"/teacher?key={key}", known)[1]
    assert all("path" not in headers["set-cookie"].lower() for headers in pages)
    for below in ("/compare/", "/media/handout.html", f"/teacher/{key}"):
        assert "set-cookie" not in ask(below)[1]


def test_the_teachers_link_leaves_no_secret_in_the_address(ask):
    key, known = classroom.load_keys(Store().root).teacher, {**PAGE, "cookie": f"aae_visitor={visitor_sessions.ANN}"}
    status, headers, _ = ask(f"/teacher/{key}", known)
    assert (status, headers["location"]) == (303, f"../teacher?key={key}") and "set-cookie" not in headers
    assert headers["cache-control"] == "no-store"
    status, headers, _ = ask(f"/teacher?key={key}", known)
    assert status == 303 and headers["location"] == "./" and headers["cache-control"] == "no-store"
    assert (
        headers["set-cookie"].startswith(f"aae_teacher={key}; ") and "HttpOnly; SameSite=Lax" in headers["set-cookie"]
    )
    assert ask("/teacher?key=leave", known)[1]["set-cookie"].startswith("aae_teacher=; Max-Age=0")
    for site in ("cross-site", "same-site"):  # a link, which may lead to a page from anywhere
        status, headers, _ = ask("/teacher?key=leave", {**known, "sec-fetch-site": site, "sec-fetch-mode": "navigate"})
        assert status == 403 and "set-cookie" not in headers
    for wrong in ("x", key[:-1], key + "x", "%C3%A4"):
        status, headers, _ = ask(f"/teacher?key={wrong}", known)
        assert status == 403 and "set-cookie" not in headers
    assert sharing.teacher_link().endswith(f"/teacher/{key}")


@pytest.mark.parametrize(
    ("address", "host"), [("::1", "[::1]"), ("[::1]", "[::1]"), ("::", "localhost"), ("0.0.0.0", "localhost")]
)
def test_the_teachers_link_can_be_opened_whatever_the_address(shared, monkeypatch, address, host):
    get_option = st.get_option
    monkeypatch.setattr(st, "get_option", lambda name: address if name == "server.address" else get_option(name))
    assert sharing.teacher_link().startswith(f"http://{host}:{get_option('server.port')}/teacher/")


def test_without_sharing_nothing_is_added(monkeypatch):
    monkeypatch.delenv("AAE_SHARED", raising=False)
    assert [route.path for route in routes.make_routes()] == [
        "/assets/{name:path}",
        "/live/{token}/{what:path}",
        "/explore",
        "/{page}/",
    ]


async def connect(served, cookie, until, expected_text):
    """A connection of a page, which it closes at the event `until`. told: called with the type of each message that is sent."""

    async def send(message):
        expected_text(message["type"])

    headers = [(name.encode(), value.encode()) for name, value in {**HERE, "cookie": cookie}.items()]
    await served({"type": "websocket", "path": "/_stcore/stream", "headers": headers, "until": until}, None, send)


async def opened(served, count, cookie, refused):
    """So many connections of pages at once; how many were accepted."""
    until, sent = asyncio.Event(), []

    def note_message(kind):
        sent.append(kind)
        if len(sent) == count:
            until.set()

    await asyncio.wait_for(asyncio.gather(*(connect(served, cookie, until, note_message) for _ in range(count))), 20)
    refused.append(sent.count("websocket.close"))
    return sent.count("websocket.accept")


@pytest.mark.parametrize("text, least", [("[each]\npages = 2", 2), ("[all]\npages = 3", 3)])
def test_open_pages_are_bounded(shared, tmp_path, monkeypatch, run_apart, text, least):
    file = tmp_path / "class.toml"
    file.write_text(text)
    monkeypatch.setenv("AAE_SHARED", str(file))
    monkeypatch.setattr(sharing, "LEAVING_TIMEOUT", 0.0)
    refused = []

    async def anything(scope, receive, send):
        await send({"type": "websocket.accept"})
        await scope["until"].wait()

    shared_server = sharing.SharedServer(anything)
    for _ in range(2):  # the second time all that were open are closed
        assert run_apart(opened(shared_server, 5, f"aae_visitor={visitor_sessions.ANN}", refused)) == least
    assert refused == [5 - least] * 2 and not shared_server.pages.pages


@pytest.mark.parametrize("text", ["[each]\npages = 1", "[all]\npages = 1"])
def test_a_page_that_is_loaded_anew_takes_the_place_of_the_one_that_goes(
    served, tmp_path, monkeypatch, run_apart, text
):
    file = tmp_path / "class.toml"
    file.write_text(text)
    monkeypatch.setenv("AAE_SHARED", str(file))
    ann, bob = ({"cookie": f"aae_visitor={key}"} for key in (visitor_sessions.ANN, visitor_sessions.BOB))

    async def reloaded():
        gone, first, second = asyncio.Event(), asyncio.Queue(), asyncio.Queue()
        old = asyncio.create_task(connect(served, ann["cookie"], gone, first.put_nowait))
        assert await first.get() == "websocket.accept"
        outcome = [{}, {"cache-control": "max-age=0"}, {"cache-control": "no-cache"}]
        responses = [await request(served, "/", headers=PAGE | ann | item) for item in outcome]
        others = (await request(served, "/", headers=PAGE | bob | outcome[1]))[0]
        new = asyncio.create_task(connect(served, ann["cookie"], gone, second.put_nowait))
        await asyncio.sleep(3 * sharing.POLL_SECONDS)
        waits = second.empty()
        gone.set()
        await asyncio.gather(old, new)
        return responses, others, waits, await second.get()

    actual, others, waits, output = run_apart(asyncio.wait_for(reloaded(), 20))
    assert [status for status, *_ in actual] == [503, 200, 200] and waits and output == "websocket.accept"
    assert int(actual[0][1]["refresh"]) < 10, (
        "a browser that does not say that it loads the page anew asks again by itself"
    )
    assert others == (200 if "each" in text else 503), "nobody else's page goes"


@pytest.fixture
def memory(monkeypatch):
    """Streamlit's uploads in memory: memory.hold(session, bytes) adds a file; the pages of `memory.closed` have closed."""

    def hold(session, size):
        memory.files.setdefault(session, {})[len(memory.files)] = SimpleNamespace(data=range(size))

    def remove(session):
        memory.files.pop(session, None)

    memory = SimpleNamespace(files={}, closed=set(), ended=[], hold=hold)
    server = SimpleNamespace(
        uploaded_file_mgr=SimpleNamespace(file_storage=memory.files, remove_session_files=remove),
        is_active_session=lambda session: session not in memory.closed,
        close_session=memory.ended.append,
    )
    monkeypatch.setattr(uploads.runtime, "exists", lambda: True)
    monkeypatch.setattr(uploads.runtime, "get_instance", lambda: server)
    return memory


@pytest.fixture
def put(ask):
    """The status of an upload of so many bytes."""

    def put(session, size, key=""):
        headers = {**HERE, "content-length": str(size), "cookie": f"aae_visitor={key}"}
        return ask(f"/_stcore/upload_file/{session}/2", headers, b"", "PUT")[0]

    return put


def test_uploads_held_in_memory_are_bounded(ask, put, memory):
    assert ask("/")[0] == 200 and config.get_option("server.maxUploadSize") == 64
    memory.hold("mine", 1000)
    most = sharing.FILES_PER_VISITOR * 64_000_000
    assert put("mine", most - 1000) == 200 and put("mine", most - 999) == 413 and put("other", most) == 200
    memory.hold("hers", 1000)
    assert put("hers", 0, visitor_sessions.ANN) == 200 and put("hers too", most - 999, visitor_sessions.ANN) == 413
    assert put("hers too", most - 1000, visitor_sessions.ANN) == 200 and put("his", most, visitor_sessions.BOB) == 200
    del memory.files["hers"]
    assert put("hers too", most, visitor_sessions.ANN) == 200
    memory.hold("others", 999_999_000)
    assert put("other", 0) == 200 and put("other", 1) == 413
    assert ask("/_stcore/upload_file/mine/2", HERE, (b"x",), "PUT")[0] == 413  # of no told size
    false = {**HERE, "content-length": "0", "transfer-encoding": "chunked"}  # as which more may come than was told
    assert ask("/_stcore/upload_file/mine/2", false, b"x", "PUT")[0] == 413


def test_uploads_of_closed_pages_give_way_and_the_oldest_first(put, memory):
    for session in ("first", "open", "second", "third"):
        memory.hold(session, 250_000_000)
    memory.closed |= {"first", "second", "third"}
    assert put("new", 10_000_000, visitor_sessions.ANN) == 200
    assert memory.ended == ["first"] and list(memory.files) == ["open", "second", "third"]
    memory.hold("open", 300_000_000)
    assert put("new", 128_000_000, visitor_sessions.ANN) == 200 and list(memory.files) == ["open", "third"]


def test_an_upload_that_is_refused_removes_nothing(put, memory):
    memory.hold("open", 950_000_000)
    memory.hold("closed", 40_000_000)
    memory.closed.add("closed")
    for _ in range(3):
        assert put("new", 60_000_000, visitor_sessions.ANN) == 413
    assert put("new", 129_000_000, visitor_sessions.ANN) == 413 and list(memory.files) == ["open", "closed"]
    assert put("new", 50_000_000, visitor_sessions.ANN) == 200, "what was refused does not count"
    assert list(memory.files) == ["open"]


def test_a_visitors_own_closed_page_counts_against_nobody(put, memory):
    most = sharing.FILES_PER_VISITOR * 64_000_000
    memory.hold("others", 1000)
    memory.closed.add("others")
    assert put("before", most, visitor_sessions.ANN) == 200
    memory.hold("before", most)
    assert put("after", 1, visitor_sessions.ANN) == 413, "while the page is open"
    memory.closed.add("before")
    assert put("after", most, visitor_sessions.ANN) == 200 and list(memory.files) == ["others"]


def test_uploads_that_arrive_at_once_are_counted_together(shared, run_apart):
    until, sent = asyncio.Event(), []

    async def slow(scope, receive, send):
        await until.wait()
        await send({"type": "http.response.start", "status": 204, "headers": []})

    async def send(message):
        if message["type"] == "http.response.start":
            sent.append(message["status"])
            if len(sent) == 3:
                until.set()

    async def five(revision_ids):
        headers = [(name.encode(), value.encode()) for name, value in {**HERE, "content-length": "64000000"}.items()]
        scope = {"type": "http", "method": "PUT", "path": "/_stcore/upload_file/mine/2", "headers": headers}
        await asyncio.wait_for(asyncio.gather(*(revision_ids(scope, None, send) for _ in range(5))), 20)

    created = sharing.SharedServer(slow)
    run_apart(five(created))
    assert (
        sorted(sent) == [204] * sharing.FILES_PER_VISITOR + [413] * (5 - sharing.FILES_PER_VISITOR)
        and not created.uploads.arriving
    )


def test_a_teacher_enters_while_bare_connections_take_all_places(served, tmp_path, monkeypatch, run_apart):
    file = tmp_path / "class.toml"
    file.write_text("[all]\npages = 20")
    monkeypatch.setenv("AAE_SHARED", str(file))
    monkeypatch.setattr(sharing, "LEAVING_TIMEOUT", 0.0)
    key = classroom.load_keys(Store().root).teacher
    teacher = f"aae_teacher={key}; aae_visitor={visitor_sessions.ANN}"

    async def visits():
        end, nobody = asyncio.Event(), asyncio.Queue()
        bare = [asyncio.create_task(connect(served, "", end, nobody.put_nowait)) for _ in range(300)]
        accepted = [await nobody.get() for _ in range(300)].count("websocket.accept")
        first = (await request(served, "/", headers=PAGE))[0]
        known = asyncio.Queue()
        cookies = [f"aae_visitor={number:043d}" for number in range(30)]
        visitors = [asyncio.create_task(connect(served, cookie, end, known.put_nowait)) for cookie in cookies]
        entered = [await known.get() for _ in range(30)].count("websocket.accept")
        others = (await request(served, "/", headers={**PAGE, "cookie": cookies[-1]}))[0]
        links = [(await request(served, path, headers=PAGE))[0] for path in (f"/teacher/{key}", f"/teacher?key={key}")]
        hers = (await request(served, "/", headers={**PAGE, "cookie": teacher}))[0]
        her_page = asyncio.Queue()
        page = asyncio.create_task(connect(served, teacher, end, her_page.put_nowait))
        enters = await her_page.get()
        end.set()
        await asyncio.gather(*bare, *visitors, page)
        return accepted, first, entered, others, links, hers, enters

    accepted, first, entered, others, links, hers, enters = run_apart(asyncio.wait_for(visits(), 20))
    assert accepted == 10 and first == 200, "her first document brings the cookie with which she may enter"
    assert entered == 10 and others == 503 and hers == 200 and enters == "websocket.accept"
    assert links == [303, 303], "a browser becomes the teacher's while nobody else gets in"


@pytest.mark.parametrize(
    ("visitors", "most", "places"), [(5, 13, (5, 8)), (300, 308, (300, 8)), (300, 144, (136, 8)), (300, 28, (25, 3))]
)
def test_eight_places_are_the_teachers_unless_descriptors_are_few(
    shared, tmp_path, monkeypatch, visitors, most, places
):
    file = tmp_path / "class.toml"
    file.write_text(f"[all]\npages = {visitors}")
    monkeypatch.setenv("AAE_SHARED", str(file))
    pages = sharing.SharedServer(None, most).pages
    assert (pages.total, pages.teachers) == places


def test_where_sign_in_is_configured_the_routes_ask_for_it(ask, monkeypatch):
    monkeypatch.setattr(identity, "sign_in_providers", lambda: [None])
    said = create_signed_value(get_cookie_secret(), "_streamlit_user", json.dumps({"is_logged_in": True})).decode()
    streamlits = ("/media/none.png", "/_stcore/upload_file/mine/2", "/_stcore/metrics")
    for path in ("/assets/none.js", "/live/token/decode", *streamlits):
        assert ask(path, HERE)[0] == 401
        assert ask(path, {**HERE, "cookie": f"_streamlit_user={said}"})[0] in (404, 405, 200)
    assert ask("/")[0] == 200


def test_no_route_changes_anything_and_none_answers_another_site(ask, tmp_path, monkeypatch):
    st.cache_resource.clear()
    lru.clear_all()
    monkeypatch.setattr(page_tokens, "SHOWN_REVISIONS", LRUCache(500))
    revision = worker.train(configure(**TINY), store=Store())
    monkeypatch.setattr(identity, "page_cookies", dict)  # a stranger
    codes = fresh_snapshot(revision).codes
    request_urls = page_tokens.request_urls(fresh_snapshot(revision), codes)
    said = {"decode": {"codes": [[0.0, 0.0]]}, "encode": np.zeros(64, np.uint8).tobytes(), "images": {"numbers": [0]}}
    said["differences"] = (np.arange(len(codes.z)) < 5).astype(np.uint8).tobytes()
    said["colouring"] = {"column": ""}
    with visitor_sessions.unchanged(tmp_path):
        for what, url in request_urls.items():
            if what == "now":  # of a training that goes on, which may know that it is watched
                assert url is None
                continue
            method = answers.REQUEST_KINDS[what].methods[0]
            path = url + ("?n=0" if what == "image" else "")
            assert ask(path, HERE, said.get(what, b""), method)[0] == 200
            assert ask(path, ELSEWHERE, said.get(what, b""), method)[0] == 403
            for other in {"GET", "PUT", "DELETE", "PATCH", "POST"} - set(answers.REQUEST_KINDS[what].methods):
                assert ask(path, HERE, b"", other)[0] == 405


@pytest.mark.skipif(shutil.which("haproxy") is None, reason="haproxy is not installed: apt-get install haproxy")
def test_haproxy_takes_its_configuration():
    addresses = {"AAE_BIND": "127.0.0.1:8080", "AAE_ONE": "127.0.0.1:8501", "AAE_TWO": "127.0.0.1:8502"}
    command = ["haproxy", "-c", "-f", str(PROJECT / "docs" / "use" / "haproxy.cfg")]
    ended = subprocess.run(command, env=os.environ | addresses, capture_output=True, text=True)
    assert ended.returncode == 0, ended.stderr


def test_what_comes_before_what_on_a_shared_server(tmp_path):
    """Answers of all kinds get the guard's headers; who has not signed in takes no place; what is too large is not decoded."""
    program = "from app import streamlit_app as served; print(*(each.cls.__name__ for each in served.middleware))"
    environment = os.environ | {"AAE_SHARED": "1", "AAE_CHECKPOINTS": str(tmp_path)}
    run = subprocess.run(
        [sys.executable, "-c", program], cwd=PROJECT, env=environment, capture_output=True, text=True, check=True
    )
    names = (
        "ConnectionBounds RequestGuard SignInGate SharedServer StaticCompression ModulePreloading MessageBounds LeftPages "
        "RerunPacing"
    )
    assert run.stdout.splitlines()[-1] == names
