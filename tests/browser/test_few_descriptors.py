"""Servers that may hold few file descriptors: everybody up to the bounds is answered, and the next gets a sentence."""

import asyncio
import re
import sys

import pytest
from helpers import browser_app
from websockets.asyncio.client import connect
from websockets.exceptions import InvalidStatus

from app.server import descriptors, open_pages
from benchmarks.browser.visitor import Visitor, send_request

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such limit")
LOG = 20_000  # bytes of a log that stays small


def shared_server(tmp_path_factory, monkeypatch, soft, hard):
    """A shared server that was started with these limits."""
    descriptors.raise_descriptor_limit()  # of the test, which holds the other ends
    monkeypatch.setenv("AAE_SHARED", "1")
    return browser_app.Server(tmp_path_factory.mktemp("few"), measures=False, descriptors=(soft, hard))


@pytest.fixture(scope="module")
def patch():
    with pytest.MonkeyPatch.context() as patch:
        yield patch


@pytest.fixture(scope="module")
def small_server(tmp_path_factory, patch):
    """A server that can hold 256 descriptors and no more."""
    server = shared_server(tmp_path_factory, patch, 256, 256)
    try:
        server.start()
        yield server
    finally:
        server.stop()
    assert "Traceback" not in server.read_log() and len(server.read_log()) < LOG, server.read_log()[-3000:]


def teacher_of(server):
    """A visitor with the cookies of the teacher."""
    secret = re.search(r"/teacher/([\w-]{43})", server.read_log())[1]
    teacher = Visitor(server.url)
    teacher.jar["aae_teacher"] = secret
    return teacher


async def open_cheap_page(person):
    """Open a page that is cheap to draw, and wait until it is drawn."""
    await person.open("lessons")
    assert not person.errors, person.errors


async def document_status(server, jar):
    return (await send_request(server.url, "/", jar, accept="text/html"))[0]


async def open_all(server, count):
    people = [Visitor(server.url) for _ in range(count)]
    await asyncio.gather(*map(open_cheap_page, people))
    return people


async def close_all(people):
    await asyncio.gather(*(person.close() for person in people))


def test_all_pages_up_to_the_bound_work_and_the_next_gets_a_sentence(small_server, run_in_thread):
    bound = int(re.search(r"Pages: at most (\d+) at once", small_server.read_log())[1])
    assert bound == descriptors.divide_descriptors(256, 300 + open_pages.TEACHER_PLACES).pages

    async def lesson():
        for _ in range(3):  # from the second time on, sessions of closed pages hold descriptors, too
            people = await open_all(small_server, bound - bound // 8)
            assert await document_status(small_server, {"aae_visitor": "x" * 43}) == 503
            with pytest.raises(InvalidStatus, match="403"):
                await Visitor(small_server.url).open()
            assert await asyncio.to_thread(small_server.is_answering)
            teacher = teacher_of(small_server)
            assert await document_status(small_server, teacher.jar) == 200
            await open_cheap_page(teacher)
            await close_all([*people, teacher])

    run_in_thread(asyncio.wait_for(lesson(), 300))


def test_half_sent_requests_keep_no_page_from_its_place(small_server, run_in_thread):
    async def begin_request():
        _, writer = await asyncio.open_connection("127.0.0.1", small_server.port)
        writer.write(b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\n")
        return writer

    async def visit():
        halves = await asyncio.gather(*(begin_request() for _ in range(300)))
        await close_all(await open_all(small_server, 10))
        status = await document_status(small_server, {})
        for writer in halves:
            writer.close()
        return status

    assert run_in_thread(asyncio.wait_for(visit(), 120)) == 200


@pytest.mark.thorough
def test_hundreds_of_bare_connections_keep_nobody_out(tmp_path_factory, patch, run_in_thread):
    server = shared_server(tmp_path_factory, patch, 256, 4096)

    async def open_connection():
        address = server.url.replace("http", "ws", 1) + "/_stcore/stream"
        try:
            return await connect(address, subprotocols=["streamlit"], ping_interval=None, open_timeout=60)
        except InvalidStatus:
            return None

    async def attack():
        links = [link for link in await asyncio.gather(*(open_connection() for _ in range(300))) if link]
        teacher, visitor = teacher_of(server), Visitor(server.url)
        assert await document_status(server, {}) == 200
        await open_cheap_page(teacher)
        await open_cheap_page(visitor)
        await close_all([teacher, visitor, *links])
        return len(links)

    try:
        server.start()
        assert "Pages:" not in server.read_log(), "4,096 are enough once the limit is raised"
        accepted = run_in_thread(asyncio.wait_for(attack(), 120))
    finally:
        server.stop()
    assert accepted == 150 and "Traceback" not in server.read_log() and len(server.read_log()) < LOG
