"""What a first visit fetches: the document names the files that its plane needs, and they are few enough for a slow line."""

import gzip
import json
import re
from pathlib import Path

import pytest

pytest.importorskip("streamlit")
import streamlit
from helpers import app_pages
from helpers.asgi_client import server_with_routes, visit
from helpers.plane_scenes import unpack_message

from app.components import page_scripts
from app.scenes import plane_message
from app.server import routes
from app.ui import first_visit, opening_files

STATIC = re.compile(r'"\./(static/(?:js|css)/[^"]+)"')
ICON_FONT = "MaterialSymbols-Rounded"
# A connection of 20 Mbit/s carries them in 1.7 seconds. Beside them come some 0.2 MB of Streamlit's parts of a page.
MAX_BYTES = 4_300_000


@pytest.fixture
def get(run_in_thread):
    """get(url) -> (headers, body as sent) of an own route, for a browser that accepts gzip."""

    def get_(url):
        status, headers, body = run_in_thread(
            visit(server_with_routes(routes.make_routes()), url, headers={"accept-encoding": "gzip"})
        )
        assert status == 200, url
        return headers, body

    return get_


@pytest.fixture
def plane_headers(monkeypatch):
    """The headers of the messages to planes."""
    headers = []
    pack_message = plane_message.pack_message

    def pack_noting(*arguments):
        message = pack_message(*arguments)
        headers.append(unpack_message(message)[0])
        return message

    monkeypatch.setattr(plane_message, "pack_message", pack_noting)
    return headers


def test_the_document_names_what_the_first_plane_fetches(plane_headers, get):
    urls = opening_files.opening_file_urls()
    app_pages.assert_no_exception(app_pages.run_page())
    header = plane_headers[0]
    assert header["opening"]["play"]
    frames_url = f"{header['server']['frames']}?v={header['history']['sha']}"
    frames = unpack_frames(get(frames_url)[1])
    first_step = min(frames["keys"], key=int, default=None)
    first_decoder = [frames["keys"][first_step]["url"]] if first_step is not None else []
    nets = [header["weights"][name]["url"] for name in ("decoder", "discriminator") if header["weights"][name]]
    assert urls == [header["codes"]["url"], frames_url, *first_decoder, *nets]


def unpack_frames(content):
    """The header of the frames as they are sent."""
    content = gzip.decompress(content)
    return json.loads(content[8 : 8 + int.from_bytes(content[:4], "little")])


def test_a_first_visit_is_small_enough_for_a_slow_line(get):
    data = sum(len(get(url)[1]) for url in opening_files.opening_file_urls())
    modules = len(get(page_scripts.app_script_url("en"))[1])
    root = Path(streamlit.__file__).parent / "static"
    document = (root / "index.html").read_text(encoding="utf-8")
    static = sum(len(gzip.compress((root / path).read_bytes(), 6)) for path in STATIC.findall(document))
    [icons] = root.rglob(f"{ICON_FONT}*.woff2")
    total = data + modules + static + icons.stat().st_size
    assert data > 0 and total <= MAX_BYTES, (data, modules, static)


def test_without_a_history_to_play_nothing_is_named(monkeypatch):
    monkeypatch.setattr(first_visit, "animated_revision_id", lambda summaries: None)
    assert opening_files.opening_file_urls() == []


def test_a_revision_that_cannot_be_read_is_left_to_the_page(monkeypatch):
    monkeypatch.setattr(first_visit, "animated_revision_id", lambda summaries: "20200101T000000Z-aae-mnist-000000")
    assert opening_files.opening_file_urls() == []
