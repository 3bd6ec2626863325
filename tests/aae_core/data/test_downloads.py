"""Fetching against a server of our own on this machine: whole, broken off, wrong, offline; no network is needed."""

import gzip
import hashlib
import http.server
import io
import struct
import threading
import urllib.error
import zipfile

import numpy as np
import pytest

from aae_core.data import sets
from aae_core.data.built_in import downloads
from aae_core.data.built_in.standard_sets import STANDARD_SETS
from aae_core.errors import DataError

RNG = np.random.default_rng(1)


def packed_idx(array):
    head = bytes((0, 0, 8, array.ndim)) + struct.pack(f">{array.ndim}I", *array.shape)
    return gzip.compress(head + array.astype(np.uint8).tobytes(), mtime=0)


def four_files(names, classes=10, first=0):
    arrays = [RNG.integers(0, 256, (300, 28, 28)), RNG.integers(0, classes, 300) + first]
    arrays += [RNG.integers(0, 256, (9, 28, 28)), RNG.integers(0, classes, 9) + first]
    return {f"{file}.gz": packed_idx(array) for file, array in zip(names, arrays, strict=True)}


class Server:
    """Gives `files`; breaks off each answer after `max_bytes` bytes; knows ranges unless told otherwise."""

    def __init__(self):
        self.files, self.max_bytes, self.ranges, self.requests = {}, None, True, []
        outer = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_GET(self):
                outer.answer(self)

            def log_message(self, *args):
                pass

        self.http = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.http.server_address[1]}/"
        threading.Thread(target=self.http.serve_forever, args=(0.01,), daemon=True).start()

    def answer(self, request):
        file, byte_range = request.path.strip("/"), request.headers.get("Range")
        self.requests.append((file, byte_range))
        if file not in self.files:
            return request.send_error(404)
        content, start = self.files[file], 0
        if byte_range and self.ranges:
            start = int(byte_range.removeprefix("bytes=").removesuffix("-"))
            if start >= len(content):
                return request.send_error(416)
            request.send_response(206)
            request.send_header("Content-Range", f"bytes {start}-{len(content) - 1}/{len(content)}")
        else:
            request.send_response(200)
        request.send_header("Content-Length", str(len(content) - start))
        request.end_headers()
        request.wfile.write(content[start:][: self.max_bytes])


@pytest.fixture
def server(monkeypatch):
    monkeypatch.setenv("no_proxy", "127.0.0.1")
    file_server = Server()
    yield file_server
    file_server.http.shutdown()
    file_server.http.server_close()


@pytest.fixture
def mnist(server, monkeypatch):
    """The server holds a small MNIST, which is what `resources` lists."""
    server.files = four_files(STANDARD_SETS["mnist"].files)
    resources = [
        downloads.Resource((server.url + file,), file, hashlib.md5(content).hexdigest())
        for file, content in server.files.items()
    ]
    monkeypatch.setattr(downloads, "torchvision_resources", lambda name: resources)
    return server


def parts(root):
    return sorted(path.name for path in root.rglob("*.part"))


def test_a_set_is_fetched_once_with_progress(mnist, tmp_path):
    reports = []
    summary = sets.download_data_set("mnist", tmp_path, lambda done, total: reports.append((done, total)))
    total = sum(map(len, mnist.files.values()))
    assert summary.available and summary.train == 300
    assert reports == sorted(reports, key=lambda pair: pair[0]) and reports[-1] == (total, total)
    assert all(done <= report_total for done, report_total in reports)
    assert sets.load("mnist", tmp_path).train.images.shape == (300, 28, 28, 1) and not parts(tmp_path)
    request_count = len(mnist.requests)
    sets.download_data_set("mnist", tmp_path)
    assert len(mnist.requests) == request_count == 4


def test_what_is_held_out_of_a_set_is_fetched_with_it(mnist, tmp_path):
    summary = sets.download_data_set("mnist-held-out", tmp_path)
    assert (
        summary.available
        and (summary.train, summary.test) == (250, 50)
        and sets.describe_data_set("mnist", tmp_path).available
    )


def test_a_break_is_resumed_in_the_middle(mnist, tmp_path):
    mnist.max_bytes = 100_000
    sets.download_data_set("mnist", tmp_path)
    ranges = [byte_range for file, byte_range in mnist.requests if file.startswith("train-images")]
    assert ranges[:3] == [None, "bytes=100000-", "bytes=200000-"]
    assert sets.load("mnist", tmp_path).train.images.shape == (300, 28, 28, 1)


def test_a_break_for_good_keeps_what_arrived_for_the_next_attempt(mnist, tmp_path):
    mnist.max_bytes, mnist.ranges = 100_000, False  # every attempt starts again and never gets further
    with pytest.raises(
        DataError, match="MNIST could not be downloaded, because the connection was lost after 100,000 of"
    ):
        sets.download_data_set("mnist", tmp_path)
    assert (
        parts(tmp_path) == ["train-images-idx3-ubyte.gz.part"]
        and not sets.describe_data_set("mnist", tmp_path).available
    )
    mnist.max_bytes, mnist.ranges = None, True
    mnist.requests.clear()
    assert sets.download_data_set("mnist", tmp_path).available
    assert mnist.requests[0] == ("train-images-idx3-ubyte.gz", "bytes=100000-")


def test_a_server_without_ranges_starts_again(mnist, tmp_path):
    part = tmp_path / "mnist" / "train-images-idx3-ubyte.gz.part"
    part.parent.mkdir()
    part.write_bytes(b"x" * 1000)
    mnist.ranges = False
    assert sets.download_data_set("mnist", tmp_path).available


@pytest.mark.parametrize("left", [b"x" * 1000, b"x" * 10**6])
def test_a_foreign_beginning_is_found_out(mnist, tmp_path, left):
    part = tmp_path / "mnist" / "train-images-idx3-ubyte.gz.part"
    part.parent.mkdir()
    part.write_bytes(left)
    if len(left) < 10**5:  # goes on from it, and the checksum tells
        with pytest.raises(DataError, match="wrong checksum and was discarded"):
            sets.download_data_set("mnist", tmp_path)
        assert not parts(tmp_path)
    assert sets.download_data_set("mnist", tmp_path).available


def test_a_wrong_checksum_leaves_nothing(mnist, tmp_path):
    mnist.files["train-labels-idx1-ubyte.gz"] = b"something else"
    with pytest.raises(
        DataError, match=r"train-labels-idx1-ubyte.gz has the wrong checksum.*run `python -m aae_core data"
    ):
        sets.download_data_set("mnist", tmp_path)
    assert not parts(tmp_path) and not (tmp_path / "mnist" / "train-labels-idx1-ubyte.gz").exists()


def test_a_second_address_stands_in_for_the_first(mnist, tmp_path, monkeypatch):
    twice = [
        downloads.Resource((mnist.url + "gone/" + r.file, *r.urls), r.file, r.md5)
        for r in downloads.torchvision_resources("mnist")
    ]
    monkeypatch.setattr(downloads, "torchvision_resources", lambda name: twice)
    assert sets.download_data_set("mnist", tmp_path).available


def test_a_damaged_file_in_place_is_replaced(mnist, tmp_path):
    sets.download_data_set("mnist", tmp_path)
    path = tmp_path / "mnist" / "train-images-idx3-ubyte.gz"
    path.write_bytes(path.read_bytes()[:5000])
    mnist.requests.clear()
    assert sets.download_data_set("mnist", tmp_path).available
    assert [file for file, _ in mnist.requests] == [path.name]


@pytest.mark.parametrize(
    ("failure", "words"),
    [
        (urllib.error.URLError(OSError("Name or service not known")), "no server could be reached .Name or service"),
        (TimeoutError("timed out"), "did not answer for 20 seconds"),
        (ConnectionResetError("reset"), "no server could be reached .reset"),
    ],
)
def test_offline_says_what_to_do(mnist, tmp_path, monkeypatch, failure, words):
    def urlopen(request, timeout):
        assert timeout <= 60
        raise failure

    monkeypatch.setattr(downloads.urllib.request, "urlopen", urlopen)
    with pytest.raises(
        DataError, match=rf"MNIST could not be downloaded.*{words}.*or place train-images.* in .*mnist"
    ) as output:
        sets.download_data_set("mnist", tmp_path)
    assert "\n" not in str(output.value) and str(output.value).count(". ") == 0


def test_a_missing_page_is_told(mnist, tmp_path):
    mnist.files.clear()
    with pytest.raises(DataError, match="the server answered 404"):
        sets.download_data_set("mnist", tmp_path)


def test_a_silent_server_does_not_hang(tmp_path, mnist, monkeypatch):
    test_end = threading.Event()
    mnist.answer = lambda request: test_end.wait(5)
    monkeypatch.setattr(downloads, "TIMEOUT_SECONDS", 0.2)
    with pytest.raises(DataError, match=r"did not answer for 0.2 seconds"):
        sets.download_data_set("mnist", tmp_path)
    test_end.set()


def test_too_little_room_is_told_before_anything_is_fetched(mnist, tmp_path, monkeypatch):
    monkeypatch.setattr(downloads.shutil, "disk_usage", lambda path: type("Usage", (), {"free": 1_000_000}))
    with pytest.raises(DataError, match=r"needs 12 MB.*where 1 MB are free"):
        sets.download_data_set("mnist", tmp_path)
    assert not mnist.requests


def test_two_downloads_of_one_set_do_not_meet(mnist, tmp_path):
    from aae_core.files import lock

    (tmp_path / "mnist").mkdir()
    with lock(tmp_path / "mnist" / ".lock", "busy"), pytest.raises(DataError, match="downloaded by another process"):
        sets.download_data_set("mnist", tmp_path)


def test_emnist_takes_the_letters_out_of_the_archive(server, tmp_path, monkeypatch):
    files = four_files(STANDARD_SETS["emnist-letters"].files, 26, 1)
    archive_bytes = io.BytesIO()
    with zipfile.ZipFile(archive_bytes, "w") as archive:
        for file, content in files.items():
            archive.writestr(f"gzip/{file}", content)
        archive.writestr("gzip/emnist-digits-train-images-idx3-ubyte.gz", b"not wanted")
    server.files = {"gzip.zip": archive_bytes.getvalue()}
    resource = downloads.Resource(
        (server.url + "gzip.zip",), "gzip.zip", hashlib.md5(archive_bytes.getvalue()).hexdigest()
    )
    monkeypatch.setattr(downloads, "torchvision_resources", lambda name: [resource])
    monkeypatch.setattr(downloads.shutil, "disk_usage", lambda path: type("Usage", (), {"free": 10**12}))
    assert sets.download_data_set("emnist-letters", tmp_path).available
    assert sorted(p.name for p in (tmp_path / "emnist-letters").glob("[!.]*")) == sorted(files)


@pytest.mark.parametrize(
    ("name", "files"), [("mnist", 4), ("fashion-mnist", 4), ("kmnist", 4), ("emnist-letters", 1), ("svhn", 2)]
)
def test_torchvision_lists_what_is_looked_for(name, files):
    resources = downloads.torchvision_resources(name)
    assert len(resources) == files and all(
        r.urls and r.urls[0].endswith(r.file) and len(r.md5) == 32 for r in resources
    )
    if files != 1:
        assert [r.file.removesuffix(".gz") for r in resources] == list(STANDARD_SETS[name].files)


def test_bundled_sets_need_no_fetching(tmp_path, monkeypatch):
    monkeypatch.setattr(downloads, "download_standard_set", None)
    assert (
        sets.download_data_set("digits", tmp_path).name == "digits"
        and sets.download_data_set("glyphs", tmp_path).available
    )
