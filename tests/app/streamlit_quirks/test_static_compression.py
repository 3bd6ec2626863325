"""Streamlit's scripts and style sheets come compressed, once for all; everything else passes as it is."""

import asyncio
import gzip

import pytest

pytest.importorskip("streamlit")
from helpers.asgi_client import visit
from starlette.applications import Starlette
from starlette.responses import FileResponse, Response
from starlette.routing import Route

from app.streamlit_quirks.static_compression import StaticCompression

SCRIPT = b"export const one = 1;\n" * 400
LASTING_HEADERS = {"cache-control": "public, immutable, max-age=31536000", "etag": '"one"', "accept-ranges": "bytes"}
PATH = "/static/js/index.Dormv_x-C.js"
RESPONSES = {
    PATH: lambda: Response(SCRIPT, headers=LASTING_HEADERS, media_type="text/javascript"),
    "/lab/static/css/index.C1.css": lambda: Response(SCRIPT, headers=LASTING_HEADERS, media_type="text/css"),
    "/static/js/gone.js": lambda: Response(SCRIPT, 404, headers=LASTING_HEADERS),
    "/static/js/changing.js": lambda: Response(SCRIPT, headers={"cache-control": "no-cache"}),
    "/static/js/packed.js": lambda: Response(SCRIPT, headers={**LASTING_HEADERS, "content-encoding": "br"}),
    "/static/media/font.woff2": lambda: Response(SCRIPT, headers=LASTING_HEADERS),
    "/other/index.js": lambda: Response(SCRIPT, headers=LASTING_HEADERS),
}


@pytest.fixture
def get(run_in_thread):
    """get(path, method, **headers) -> (status, headers, body); get.paths: those that reached Streamlit."""
    paths = []

    async def answer(request):
        paths.append(request.url.path)
        return RESPONSES[request.url.path]()

    asgi_app = StaticCompression(Starlette(routes=[Route(path, answer) for path in RESPONSES]))

    def get_(path, method="GET", **headers):
        headers = {"accept-encoding": "gzip, br", **headers}
        return run_in_thread(visit(asgi_app, path, method=method, headers=headers))

    get_.paths = paths
    return get_


@pytest.mark.parametrize("path", [PATH, "/lab/static/css/index.C1.css"])
def test_a_script_comes_compressed_and_is_read_once(get, path):
    first, second = get(path), get(path)
    assert first == second and get.paths == [path]
    status, headers, body = first
    assert status == 200 and gzip.decompress(body) == SCRIPT and len(body) < len(SCRIPT) / 10
    assert headers["content-encoding"] == "gzip" and headers["content-length"] == str(len(body))
    assert "accept-encoding" in headers["vary"].lower()
    assert headers["cache-control"] == LASTING_HEADERS["cache-control"]
    assert not {"etag", "accept-ranges"} & set(headers), "they were those of the uncompressed file"


@pytest.mark.parametrize("path", [path for path in RESPONSES if path.count("index.") == 0] + ["/other/index.js"])
def test_what_may_change_or_is_no_script_passes(get, path):
    status, headers, body = get(path)
    expected = RESPONSES[path]()
    assert (status, body) == (expected.status_code, SCRIPT)
    assert headers.get("content-encoding") == expected.headers.get("content-encoding")


@pytest.mark.parametrize(
    ("method", "request_headers"),
    [("GET", {"accept-encoding": "br"}), ("GET", {"range": "bytes=0-9"}), ("HEAD", {})],
)
def test_who_takes_no_gzip_gets_the_file(get, method, request_headers):
    get(PATH)
    status, headers, _ = get(PATH, method, **request_headers)
    assert status == 200 and "content-encoding" not in headers and headers["etag"] == '"one"'


def test_a_visitor_who_leaves_early_spoils_no_script_for_others(tmp_path, run_in_thread):
    """Uvicorn speaks ASGI 2.3, with which Starlette stops to read a file once its visitor is gone."""
    path = tmp_path / "index.js"
    path.write_bytes(SCRIPT)
    compression = StaticCompression(
        Starlette(routes=[Route(PATH, lambda _: FileResponse(path, headers=LASTING_HEADERS))])
    )

    async def leave_and_visit():
        departure = asyncio.Event()
        departure.set()
        await visit(compression, PATH, headers={"accept-encoding": "gzip"}, departure=departure, spec_version="2.3")
        return await visit(compression, PATH, headers={"accept-encoding": "gzip"}, spec_version="2.3")

    status, _, body = run_in_thread(leave_and_visit())
    assert status == 200 and gzip.decompress(body) == SCRIPT
