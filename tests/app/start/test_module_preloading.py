"""Preloading: documents name the plane's modules, and nothing else that the server sends is touched."""

import asyncio
import base64
import hashlib
import json
import re

import pytest

pytest.importorskip("streamlit")
from helpers.asgi_client import visit
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, PlainTextResponse, Response, StreamingResponse
from starlette.routing import Route

from aae_core.errors import RevisionError
from app.components import page_scripts
from app.server import assets
from app.start import module_preloading, warm_up
from app.start.module_preloading import ModulePreloading
from app.ui import opening_files, page_options

PAGE = "<html><head><title>x</title></head><body></head></body></html>"


async def parts():
    for start in range(0, len(PAGE), 7):
        yield PAGE[start : start + 7]


ANSWERS = {
    "/": lambda: HTMLResponse(PAGE, headers={"etag": '"one"', "last-modified": "yesterday"}),
    "/parts": lambda: StreamingResponse(parts(), media_type="text/html"),
    "/bare": lambda: HTMLResponse("no head"),
    "/missing": lambda: HTMLResponse(PAGE, 404),
    "/packed": lambda: HTMLResponse(PAGE, headers={"content-encoding": "br"}),
    "/script": lambda: HTMLResponse(
        '<head><script>\n own() </script><script type="module" src="a.js"></script></head>'
    ),
    "/font": lambda: HTMLResponse(
        '<head><link rel="preload" as="image" href="b.png"><link\n rel="preload"\n href="font.woff2"\n as="font"\n/></head>'
    ),
    "/text": lambda: PlainTextResponse(PAGE),
    "/empty": lambda: Response(),
}


@pytest.fixture
def get(run_in_thread):
    """get(path, method) -> (status, headers, body)."""

    request_headers = []

    async def answer(request):
        request_headers.append(dict(request.headers))
        return ANSWERS[request.url.path]()

    asgi_app = ModulePreloading(Starlette(routes=[Route(path, answer) for path in ANSWERS]))

    def get_(path, method="GET", **extra_headers):
        headers = {"accept": "text/html", **{name.replace("_", "-"): value for name, value in extra_headers.items()}}
        return run_in_thread(visit(asgi_app, path, method=method, headers=headers))

    get_.request_headers = request_headers
    return get_


@pytest.mark.parametrize("path", ["/", "/parts"])
def test_a_document_names_the_modules_once(get, path):
    status, headers, body = get(path, host='lab:8501"><b>')
    assert status == 200 and headers["content-length"] == str(len(body))
    assert b'<meta name="served-host" content="lab:8501&quot;&gt;&lt;b&gt;">' in body
    assert not {"etag", "last-modified"} & set(headers), "they were those of another document"
    head, *rest = body.decode().split("</head>")
    assert "</head>".join([head.partition("<script>")[0], *rest]) == PAGE
    assert '<script>window.__streamlit = { BACKEND_BASE_URL: new URL(".", location.href).href };</script>' in head
    assert (
        head.count(f'<link rel="modulepreload" href="{page_scripts.app_script_url("en")}">') == head.count("<link") == 1
    )
    assert assets.ASSETS.find(page_scripts.app_script_url("en").partition("/assets/")[2])
    assert f"<style>{page_options.COMMON_STYLE}" in head, "what is drawn first stands where it will stay"


@pytest.mark.parametrize("language", ["en", "ko", "zh"])
def test_other_requests_are_answered_while_the_modules_of_a_language_are_bundled(run_in_thread, monkeypatch, language):
    languages = []

    def bundle(language):
        with pytest.raises(RuntimeError):  # the thread has no event loop that would stand still
            asyncio.get_running_loop()
        languages.append(language)
        return "./assets/modules.js"

    async def answer(request):
        return HTMLResponse(PAGE)

    monkeypatch.setattr(page_scripts, "app_script_url", bundle)
    asgi_app = ModulePreloading(Starlette(routes=[Route("/", answer)]))
    headers = {"accept": "text/html", "accept-language": language}
    status, _, body = run_in_thread(visit(asgi_app, "/?z=1,2", headers=headers))
    assert status == 200 and b'href="./assets/modules.js"' in body and languages == [language]


@pytest.fixture
def first_files(monkeypatch):
    urls = ["./assets/a.bin", "./live/token/frames?v=1"]
    monkeypatch.setattr(opening_files, "opening_file_urls", lambda: urls)
    return urls


def test_the_bare_address_names_the_files_of_a_first_visit(get, first_files):
    assert f"fetchEarly({json.dumps(first_files)});".encode() in get("/")[2]


def test_the_size_of_the_page_is_no_reason_to_fetch_less(get, first_files):
    assert f"fetchEarly({json.dumps(first_files)});".encode() in get("/?size=presenter")[2]


@pytest.mark.parametrize("path", ["/?z=1,2", "/?size=presenter&z=1,2", "/parts"])
def test_links_and_other_pages_fetch_nothing_early(get, first_files, path):
    assert b"fetchEarly([]);" in get(path)[2]


def test_behind_a_base_path_the_bare_address_is_the_same(monkeypatch):
    monkeypatch.setattr(module_preloading.routes, "base_path", lambda: "/lab")
    paths = {"/lab/": True, "/lab": True, "/lab/train": False}
    for path, expected in paths.items():
        request = Request({"type": "http", "method": "GET", "path": path, "query_string": b"", "headers": []})
        assert module_preloading.may_be_first_visit(request) == expected


def test_a_font_that_the_theme_does_not_use_is_not_preloaded(get):
    body = get("/font")[2]
    assert b"font.woff2" not in body and b'<link rel="preload" as="image" href="b.png">' in body


@pytest.mark.parametrize("path", ["/missing", "/packed", "/text"])
def test_anything_else_passes_as_it_is(get, path):
    status, headers, body = get(path)
    expected = ANSWERS[path]()
    assert (status, body.decode()) == (expected.status_code, PAGE)
    assert headers["content-length"] == str(len(PAGE))


def test_a_document_without_a_head_and_an_empty_answer_stay_as_they_are(get):
    assert get("/bare")[2] == b"no head"
    assert get("/empty")[2] == b""
    assert get("/", "HEAD")[1]["etag"] == '"one"'


def test_other_requests_are_sent_the_file_and_caches_differ(get):
    status, headers, body = get("/", accept="*/*")
    assert (status, headers["etag"], body.decode()) == (200, '"one"', PAGE)
    assert "accept" in get("/")[1]["vary"].lower()


def test_only_documents_are_asked_for_uncompressed(get):
    get("/", accept="text/html,*/*", accept_encoding="gzip, br")
    get("/text", accept="*/*", accept_encoding="gzip, br")
    assert [headers.get("accept-encoding") for headers in get.request_headers] == [None, "gzip, br"]


def test_of_scripts_in_a_document_only_those_that_the_server_put_there_run(get):
    """The browser compares each script with the hashes of the policy, so that one which a text smuggles in does not run."""
    _, headers, body = get("/script")
    policy_hashes = re.findall(
        "'sha256-([^']+)'", headers["content-security-policy"].partition("script-src")[2].partition(";")[0]
    )
    server_texts = re.findall(r'<script(?: type="module")?>((?!\n own).*?)</script>', body.decode(), re.DOTALL)
    texts = ["\n own() ", *server_texts]
    assert len(server_texts) == 2
    assert policy_hashes == [base64.b64encode(hashlib.sha256(text.encode()).digest()).decode() for text in texts]
    assert "unsafe-inline" not in headers["content-security-policy"].partition("style-src")[0]


def test_a_trash_that_cannot_be_tidied_ends_no_start(monkeypatch):
    def fail(self):
        raise RevisionError("The trash could not be read.")

    monkeypatch.setattr("app.cache.revision_data.start_background_imports", lambda: None)
    monkeypatch.setattr("aae_core.store.trash.Trash.remove_expired", fail)
    warm_up.warm_up_first_page()
