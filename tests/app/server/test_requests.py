"""What the page asks the server by URL: answers as torch, numpy and Pillow give them, and whatever else is sent refused."""

import asyncio
import io
import json
import shutil
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from urllib.parse import urljoin

import numpy as np
import pytest
import torch
from PIL import Image

pytest.importorskip("streamlit")
import streamlit as st
from helpers.asgi_client import server_with_routes, visit
from helpers.plane_scenes import make_scene, unpack_message
from helpers.snapshots import fresh_snapshot

from aae_core import files
from aae_core.config.configuration import configure
from aae_core.data import sets
from aae_core.errors import DataError, RevisionError
from aae_core.latent import directions, exploration, maps
from aae_core.models.items import to_items
from aae_core.runs import worker
from aae_core.store.revision import Revision
from aae_core.store.revisions import Store
from app.cache import code_sets, lru, revision_data
from app.cache.lru import LRUCache
from app.cache.revision_snapshot import RevisionSnapshot
from app.scenes import plane_message
from app.server import answers, page_tokens, routes

TINY = {"network.hidden": (16,), "network.discriminator": (16,), "data": "digits", "steps": 10, "threads": 1}
CONV = {"network.kind": "conv", "network.channels": (4,)}
SAME_SITE = {"sec-fetch-site": "same-origin", "origin": "http://127.0.0.1:8501", "host": "127.0.0.1:8501"}


@pytest.fixture(autouse=True)
def clear_caches(monkeypatch):
    st.cache_resource.clear()
    lru.clear_all()
    monkeypatch.setattr(page_tokens, "SHOWN_REVISIONS", LRUCache(500))


@pytest.fixture
def send_request(run_in_thread):
    """send_request(path, body, method, headers) -> (status, headers, body), as `visit`; its `body_parts` are those read."""
    asgi_app = server_with_routes(routes.make_routes())

    def send(path, body=b"", method="POST", headers=()):
        send.body_parts = []
        return run_in_thread(visit(asgi_app, path, body, method, headers, read_parts=send.body_parts))

    return send


def urls(revision):
    """Where a page asks that shows the revision as it is now."""
    return page_tokens.request_urls(fresh_snapshot(revision), fresh_snapshot(revision).codes)


def token_of(revision):
    return page_tokens.register_page_token(fresh_snapshot(revision), fresh_snapshot(revision).codes)


def to_json_bytes(value):
    return json.dumps(value).encode()


def body_of(response):
    """The body of an answer that was given."""
    status, headers, body = response
    assert status == 200, body
    assert "access-control-allow-origin" not in headers
    return body


def refusal_text(response, status):
    """The one sentence of a refusal with that status."""
    assert response[0] == status and response[1]["content-type"].startswith("text/plain")
    assert response[1]["cache-control"] == "no-store" and "access-control-allow-origin" not in response[1]
    sentence = response[2].decode()
    assert sentence.endswith(".") and "\n" not in sentence and len(sentence) < 400
    return sentence


def random_codes(n, d, seed=0):
    return np.random.default_rng(seed).normal(size=(n, d)).astype(np.float32)


# Codes and images -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("settings", [CONV, {"latent_dim": 5}, {"variant": "vae"}], ids=["conv", "dense", "vae"])
def test_what_is_decoded_is_torch_s_own(train_revision, send_request, settings):
    revision = train_revision(**settings)
    z, model = random_codes(9, revision.config.latent_dim), revision.model()
    body = body_of(send_request(urls(revision)["decode"], {"codes": z.tolist(), "y": None}, headers=SAME_SITE))
    header, arrays = unpack_message(body)
    assert header["v"] == 1
    with torch.no_grad():
        expected = to_items(model.decode(torch.from_numpy(z)))
        assert np.abs(arrays["images"].astype(int) - expected).max() <= 1
        assert arrays["images"].shape == (9, 8, 8, 1)
        if settings.get("variant") == "vae":
            assert "d_of_z" not in arrays
        else:
            assert np.allclose(arrays["d_of_z"], model.discriminator_logits(torch.from_numpy(z)).sigmoid(), atol=1e-6)


@pytest.mark.parametrize("is_mixed", [False, True])
def test_content_goes_into_the_decoder_as_classes_or_shares(train_revision, send_request, is_mixed):
    revision = train_revision(variant="supervised", latent_dim=3)
    z, labels = random_codes(4, 3), [0, 9, 3, 3]
    shares = torch.eye(10)[labels]
    if is_mixed:
        shares = 0.25 * shares + 0.75 * torch.eye(10)[[5, 5, 1, 2]]
    y = shares.tolist() if is_mixed else labels
    _, arrays = unpack_message(body_of(send_request(urls(revision)["decode"], {"codes": z.tolist(), "y": y})))
    with torch.no_grad():
        expected = to_items(revision.model().decode(torch.from_numpy(z), shares))
    assert np.abs(arrays["images"].astype(int) - expected).max() <= 1


def test_an_image_is_encoded_as_torch_does(train_revision, send_request):
    revision = train_revision(**CONV)
    image = sets.load("digits").test.images[5]
    _, arrays = unpack_message(body_of(send_request(urls(revision)["encode"], image.tobytes())))
    x = torch.from_numpy(image).permute(2, 0, 1)[None].float() / 255
    with torch.no_grad():
        expected = revision.model().encode(x)[0].numpy()
    assert np.allclose(arrays["z"], expected, rtol=1e-4, atol=1e-5)


@pytest.mark.parametrize("settings", [{}, {"variant": "supervised", "latent_dim": 5}])
def test_directions_are_those_of_the_codes_shown(train_revision, send_request, settings):
    revision = train_revision(**settings)
    header, arrays = unpack_message(body_of(send_request(urls(revision)["directions"])))
    expected = revision.directions()
    assert [(item["name"], item["share"], item["fit"]) for item in header["directions"]] == [
        (item.name, item.share, None) for item in expected
    ]
    assert [item["change"] for item in header["directions"]] == pytest.approx([item.change for item in expected])
    np.testing.assert_array_equal(arrays["steps"], [item.step for item in expected])
    np.testing.assert_array_equal(arrays["centres"], [item.centre for item in expected])
    assert "more data than its request" in refusal_text(send_request(urls(revision)["directions"], b"1"), 413)


def test_known_factors_come_with_the_directions(train_revision, send_request, monkeypatch):
    revision, digits = train_revision(), sets.load("digits")
    factors = np.random.default_rng(0).uniform(size=(1438, 60))
    parts = [replace(split, factors=factors[: len(split.labels)]) for split in (digits.train, digits.test)]
    data_with_factors = replace(
        digits, train=parts[0], test=parts[1], factor_names=tuple(f"factor {k}" for k in range(60))
    )
    monkeypatch.setattr(sets, "load", lambda name: data_with_factors)
    header, arrays = unpack_message(body_of(send_request(urls(revision)["directions"])))
    assert [entry["name"] for entry in header["directions"][2:4]] == ["factor 0", "factor 1"]
    assert header["directions"][2]["fit"] < 0.2 and header["directions"][2]["share"] is None
    assert len(header["directions"]) == len(arrays["steps"]) == answers.MAX_DIRECTIONS


def test_the_typical_error_is_that_of_the_images_shown(train_revision, send_request, monkeypatch):
    revision = train_revision()
    header, _ = unpack_message(body_of(send_request(urls(revision)["usual"])))
    assert (
        header["error"] == revision_data.typical_reconstruction_error(fresh_snapshot(revision))
        and 0 < header["error"]["typical"] < header["error"]["limit"]
    )
    assert "more data than its request" in refusal_text(send_request(urls(revision)["usual"], b"1"), 413)
    monkeypatch.setattr(revision_data, "_has_images_of", lambda *_: False)
    assert unpack_message(body_of(send_request(urls(revision)["usual"])))[0]["error"] is None


def test_an_original_is_the_code_s_own(train_revision, send_request):
    revision = train_revision()
    url, index = urls(revision)["image"], revision.probe().index
    body = body_of(response := send_request(f"{url}?n=7", method="GET"))
    assert response[1]["content-type"] == "image/png" and "private" in response[1]["cache-control"]
    assert np.array_equal(np.asarray(Image.open(io.BytesIO(body))), sets.load("digits").train.images[index[7], ..., 0])
    for query in ("", "?n=", "?n=-1", f"?n={len(index)}", "?n=1e3", "?n=٣", "?n=" + "9" * 5000, "?m=1"):
        refusal_text(send_request(url + query, method="GET"), 400)


def test_many_pictures_come_in_the_order_of_their_numbers(train_revision, send_request, monkeypatch):
    revision = train_revision()
    index, numbers = revision.probe().index, [7, 0, 300, 7]
    _, arrays = unpack_message(body_of(send_request(url := urls(revision)["images"], {"numbers": numbers})))
    assert np.array_equal(arrays["images"], sets.load("digits").train.images[index[numbers]])
    for value in ([], [-1], [len(index)], [0.0], [True], ["1"], [0] * 257, None, 3, {"0": 1}):
        assert refusal_text(send_request(url, {"numbers": value}), 400).endswith("refused.")
    body_of(send_request(url, {"numbers": list(range(256))}))
    monkeypatch.setattr(answers, "MAX_VALUES", 2 * 64)
    assert "fewer images" in refusal_text(send_request(url, {"numbers": [1, 2, 3]}), 400)


def test_pictures_that_are_not_here_are_decoded(train_revision, send_request, monkeypatch):
    revision = train_revision()
    url = urls(revision)["images"]
    monkeypatch.setattr(revision_data, "_has_images_of", lambda *_: False)
    _, arrays = unpack_message(body_of(send_request(url, {"numbers": [4, 9]})))
    expected = revision.decode(revision.probe().z[[4, 9]])
    assert np.abs(arrays["images"].astype(int) - expected).max() <= 1


def test_the_numbers_of_a_page_are_those_of_the_images_that_it_shows(train_revision, send_request):
    revision, digits = train_revision(), sets.load("digits")
    all_images_urls = urls(fresh_snapshot(revision).with_code_set("all"))
    for number, image in ((1440, digits.test.images[1440 - 1438]), (1500, digits.test.images[1500 - 1438])):
        body = body_of(send_request(f"{all_images_urls['image']}?n={number}", method="GET"))
        assert np.array_equal(np.asarray(Image.open(io.BytesIO(body))), image[..., 0])
        refusal_text(send_request(f"{urls(revision)['image']}?n={number}", method="GET"), 400)
    body = body_of(send_request(f"{all_images_urls['image']}?n=1000", method="GET"))
    assert np.array_equal(np.asarray(Image.open(io.BytesIO(body))), digits.train.images[1000, ..., 0])


def test_without_its_data_set_there_is_no_original(train_revision, send_request, monkeypatch):
    revision = train_revision()
    page_urls = urls(revision)
    monkeypatch.setattr(revision_data, "_has_images_of", lambda *_: False)
    assert "not on this machine" in refusal_text(send_request(f"{page_urls['image']}?n=0", method="GET"), 404)


def test_a_page_is_not_sent_where_there_is_nothing(train_revision, monkeypatch):
    def raise_data_error(name, root=None):
        raise DataError("It is not here.")

    revision = train_revision()
    assert urls(revision)["image"]
    st.cache_resource.clear()
    lru.clear_all()
    monkeypatch.setattr(sets, "load", raise_data_error)
    page_urls = urls(revision)
    assert page_urls["image"] is None and page_urls["decode"]


def test_people_who_want_the_same_t_sne_at_once_wait_for_one(train_revision, monkeypatch):
    revision, computations = train_revision(latent_dim=4), []
    probe = fresh_snapshot(revision).codes
    monkeypatch.setattr(revision_data, "TSNE_CACHE", LRUCache(8))
    monkeypatch.setattr(maps, "tsne_layout", lambda z: computations.append(time.sleep(0.2)) or z[:, :2])
    with ThreadPoolExecutor(4) as pool:
        layouts = list(pool.map(lambda _: revision_data.compute_tsne_layout(fresh_snapshot(revision), probe), range(4)))
    assert len(computations) == 1 and all(np.array_equal(layout, probe.z[:, :2]) for layout in layouts)


def test_codes_that_have_moved_are_not_taken_for_those_that_were_seen(train_revision, send_request):
    revision = train_revision(seed=5)
    page_urls = urls(revision)
    assert urls(revision) == page_urls, "the same for every page until something is written"
    revision.annotate(label="another name")
    assert urls(revision) == page_urls
    revision.write_probe(revision.probe())
    assert urls(revision) != page_urls
    assert "have changed" in refusal_text(send_request(page_urls["images"], VALID_BODIES["images"]), 409)
    refusal_text(send_request(f"{page_urls['image']}?n=0", method="GET"), 409)
    body_of(send_request(page_urls["decode"], {"codes": [[0, 0]], "y": None}))
    body_of(send_request(urls(revision)["images"], VALID_BODIES["images"]))


def test_a_token_is_that_of_the_codes_shown_and_not_of_those_written_since(train_revision, send_request):
    revision = train_revision(seed=6)
    codes = fresh_snapshot(revision).codes
    revision.write_probe(revision.probe())  # after the page was drawn up, before it got its token
    page_urls = page_tokens.request_urls(fresh_snapshot(revision), codes)
    assert "have changed" in refusal_text(send_request(f"{page_urls['image']}?n=0", method="GET"), 409)
    assert urls(revision) != page_urls


# What is refused --------------------------------------------------------------------------------------------------------

VALID_BODIES = {
    "decode": {"codes": [[0, 0]], "y": None},
    "images": {"numbers": [0]},
}


@pytest.mark.parametrize("kind", ["decode", "encode", "images"])
@pytest.mark.parametrize("is_length_given", [True, False])
def test_a_body_is_measured_before_it_is_read(train_revision, send_request, kind, is_length_given):
    url, limit = urls(train_revision())[kind], answers.REQUEST_KINDS[kind].body_limit(fresh_snapshot(train_revision()))
    body = to_json_bytes({"codes": [[0.123456789] * 1_500_000]})
    parts = tuple(body[start : start + 65_536] for start in range(0, len(body), 65_536))
    assert "more data than its request" in refusal_text(send_request(url, body if is_length_given else parts), 413)
    assert len(send_request.body_parts) == 0 if is_length_given else len(send_request.body_parts) <= 1 + limit / 65_536


@pytest.mark.parametrize("length", ["-1", "many", "9" * 5000, "1e3", ""])
def test_a_length_that_is_none_is_refused(train_revision, send_request, length):
    refusal_text(
        send_request(urls(train_revision())["decode"], VALID_BODIES["decode"], headers={"content-length": length}), 413
    )


def test_the_largest_request_that_makes_sense_is_within_the_measure(train_revision, send_request):
    revision = train_revision(variant="supervised", latent_dim=3)
    body = {"codes": [[-0.12345678901234567] * 3] * 256, "y": [[0.12345678901234567] * 10] * 256}
    body_of(send_request(urls(revision)["decode"], body))


@pytest.mark.parametrize(
    "path",
    [
        "", "/", "/x/decode", "/{token}", "/{token}/", "/{token}/delete", "/{token}/decode/", "/{token}/../{token}/decode",
        "/../app/server/answers.py", "/{token}/../../etc/passwd", "/%2e%2e/{token}/decode", "/{token}x/decode", "/\x00/decode",
        "/None/decode", "/" + "x" * 10_000 + "/decode", "//{token}/decode",
    ],
)  # fmt: skip
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_any_other_address_is_not_found_and_nothing_is_read(train_revision, send_request, monkeypatch, path, method):
    token = token_of(train_revision())
    monkeypatch.setattr("builtins.open", lambda *_, **__: pytest.fail("a file was opened"))
    monkeypatch.setattr(revision_data, "load_model", lambda revision: pytest.fail("a model was loaded"))
    outcome = send_request("/live" + path.replace("{token}", token), VALID_BODIES["decode"], method)
    if path != "/":  # "/live/" leads to the page "/live", which is none
        assert outcome[2] == b"the page" or refusal_text(outcome, 404)
    assert not send_request.body_parts


# The way in -------------------------------------------------------------------------------------------------------------


def test_a_plane_says_where_its_page_may_ask(train_revision, send_request):
    revision = train_revision(**CONV)
    header, arrays = unpack_message(plane_message.pack_message(make_scene(revision)))
    assert header["server"] == urls(revision)
    body = {"codes": [header["code"]], "y": header["y"]}
    _, answer = unpack_message(body_of(send_request(header["server"]["decode"], body)))
    assert np.abs(answer["images"][0].astype(int) - arrays["image"]).max() <= 1


def test_the_work_is_done_beside_the_event_loop(train_revision, send_request, monkeypatch):
    names = []
    decode_kind = answers.REQUEST_KINDS["decode"]
    answer = lambda *arguments: names.append(threading.current_thread().name) or decode_kind.answer(*arguments)  # noqa: E731
    monkeypatch.setitem(answers.REQUEST_KINDS, "decode", replace(decode_kind, answer=answer))
    body_of(send_request(urls(train_revision())["decode"], VALID_BODIES["decode"]))
    assert names[0].startswith("fast")


def test_a_model_is_loaded_once(train_revision, send_request, monkeypatch):
    revision = train_revision()
    url, load_model, loads = urls(revision)["decode"], type(revision).model, []
    monkeypatch.setattr(type(revision), "model", lambda self, device="cpu": loads.append(1) or load_model(self, device))
    for _ in range(3):
        body_of(send_request(url, VALID_BODIES["decode"]))
    assert fresh_snapshot(revision).model and len(loads) == 1, "the pages and the page's requests share one"


def test_only_the_last_tokens_are_known(train_revision, monkeypatch):
    monkeypatch.setattr(page_tokens, "SHOWN_REVISIONS", LRUCache(2))
    a, b, c = (train_revision(seed=seed) for seed in (1, 2, 3))
    first, second = token_of(a), token_of(b)
    assert token_of(a) == first != second
    third = token_of(c)
    entries = [page_tokens.SHOWN_REVISIONS.find(token) for token in (first, second, third)]
    assert [entry and entry[0].id for entry in entries] == [a.id, None, c.id]


def test_a_token_is_known_to_nobody_else(train_revision, monkeypatch):
    first_token = token_of(train_revision())
    monkeypatch.setattr(page_tokens, "SECRET", b"of another server")
    assert token_of(train_revision()) != first_token and len(first_token) == 32


def test_a_revision_that_could_not_be_read_gets_its_token_once_it_can(train_revision, monkeypatch):
    without_cached_results = RevisionSnapshot.without_cached_results

    def raise_revision_error(revision):
        raise RevisionError("It is not here.")

    monkeypatch.setattr(RevisionSnapshot, "without_cached_results", raise_revision_error)
    with pytest.raises(RevisionError):
        token_of(train_revision())
    monkeypatch.setattr(RevisionSnapshot, "without_cached_results", without_cached_results)
    assert page_tokens.SHOWN_REVISIONS.find(token_of(train_revision()))[0].id == train_revision().id


def test_what_is_kept_of_a_revision_carries_no_networks(train_revision, send_request):
    revision = train_revision()
    revision.decode(random_codes(1, 2))
    url = urls(revision)["decode"]
    body_of(send_request(url, VALID_BODIES["decode"]))
    snapshot, _ = page_tokens.SHOWN_REVISIONS.find(url.split("/")[2])
    assert revision._shared[1] and not snapshot.stored._shared[1] and "codes" not in vars(snapshot)


def test_a_revision_that_is_gone_is_told(train_revision, send_request, tmp_path):
    revision = worker.train(configure(**TINY), store=Store(tmp_path / "own", gallery=tmp_path / "none"))
    page_urls = urls(revision)
    Store(tmp_path / "own", gallery=tmp_path / "none").delete(revision.id)
    refusal_text(send_request(page_urls["decode"], VALID_BODIES["decode"]), 410)
    refusal_text(send_request(page_urls["images"], VALID_BODIES["images"]), 410)


@pytest.mark.parametrize(
    ("error", "message"),
    [
        (OSError(5, "Input/output error"), "Input/output error"),
        (OSError(), "could not read"),
        (MemoryError(), "memory"),
    ],
)
def test_a_disk_that_fails_and_too_little_memory_are_told(train_revision, send_request, monkeypatch, error, message):
    def raise_error(*_):
        raise error

    url = urls(train_revision())["decode"]
    monkeypatch.setattr(exploration, "decode_images", raise_error)
    assert message in refusal_text(send_request(url, VALID_BODIES["decode"]), 503)


def test_damaged_weights_are_told(train_revision, send_request, tmp_path):
    revision = worker.train(configure(**TINY), store=Store(tmp_path / "own", gallery=tmp_path / "none"))
    url, file = urls(revision)["decode"], revision.path / "weights.safetensors"
    file.write_bytes(file.read_bytes()[:-100])
    refusal_text(send_request(url, VALID_BODIES["decode"]), 410)


def test_the_requests_lie_beside_every_page_whatever_the_prefix(train_revision):
    assert urljoin("http://host/lab/compare", urls(train_revision())["decode"]).startswith("http://host/lab/live/")


# Slow work --------------------------------------------------------------------------------------------------------------


class Slow:
    """Directions that last until they are let go; `bodies`: those of the requests that were begun."""

    def __init__(self, monkeypatch):
        self.bodies, self.first_call, self.end = [], threading.Event(), threading.Event()
        directions_kind = answers.REQUEST_KINDS["directions"]
        monkeypatch.setitem(
            answers.REQUEST_KINDS,
            "directions",
            replace(directions_kind, body_limit=lambda revision: 9, answer=self.answer),
        )

    def answer(self, revision, body):
        self.bodies.append(body)
        self.first_call.set()
        assert self.end.wait(60)
        return body


async def request_of(url, body, **options):
    """(status, body) of a request by another program; options: as `visit` takes them."""
    status, _, content = await visit(server_with_routes(routes.make_routes()), url, body, "POST", **options)
    return status, content


async def wait_until(condition):
    async with asyncio.timeout(60):
        while not condition():
            await asyncio.sleep(0.01)


def test_sixty_slow_answers_keep_no_image_waiting(train_revision, run_in_thread, monkeypatch):
    slow, page_urls = Slow(monkeypatch), urls(train_revision())

    async def run_scene():
        tasks = [asyncio.ensure_future(request_of(page_urls["directions"], b"%d" % n)) for n in range(60)]
        await wait_until(slow.first_call.is_set)
        status, _ = await request_of(
            page_urls["decode"], to_json_bytes(VALID_BODIES["decode"])
        )  # while the first is not done
        assert status == 200 and len(slow.bodies) == 1
        slow.end.set()
        return [await task for task in tasks]

    assert sorted(run_in_thread(run_scene())) == sorted((200, b"%d" % n) for n in range(60))


def test_what_nobody_waits_for_is_not_begun(train_revision, run_in_thread, monkeypatch):
    slow, page_urls = Slow(monkeypatch), urls(train_revision())

    async def run_scene():
        departure = asyncio.Event()
        first_task = asyncio.ensure_future(request_of(page_urls["directions"], b"first"))
        await wait_until(slow.first_call.is_set)
        left_task = asyncio.ensure_future(request_of(page_urls["directions"], b"left", departure=departure))
        patient_task = asyncio.ensure_future(request_of(page_urls["directions"], b"stays"))
        departure.set()
        await left_task
        slow.end.set()
        return [await first_task, await patient_task]

    assert run_in_thread(run_scene()) == [(200, b"first"), (200, b"stays")] and slow.bodies == [b"first", b"stays"]


def test_directions_are_computed_once_for_all_until_the_codes_change(train_revision, send_request, monkeypatch):
    revision, computations, find_directions = train_revision(seed=7), [], directions.find_directions
    monkeypatch.setattr(
        directions, "find_directions", lambda *arguments: computations.append(1) or find_directions(*arguments)
    )
    first = body_of(send_request(urls(revision)["directions"]))
    assert body_of(send_request(urls(revision)["directions"])) == first and len(computations) == 1
    body_of(send_request(urls(fresh_snapshot(revision).with_code_set("test"))["directions"]))
    assert len(computations) == 2, "of other images"
    probe = revision.probe()
    revision.write_probe(replace(probe, z=probe.z[:, ::-1].copy()))
    assert body_of(send_request(urls(revision)["directions"])) != first


def test_figures_of_codes_are_computed_again_with_new_codes(train_revision, tmp_path):
    """Of a training that waits in the queue again, whose codes the page still shows from an earlier checkpoint."""
    shutil.copytree(train_revision().path, path := tmp_path / "again")
    Revision(path).write_status(train_revision().status, state="queued")
    revision = fresh_snapshot(Revision(path)).with_code_set("test")
    fresh_snapshot(revision).codes  # noqa: B018
    file = path / "weights.safetensors"
    tensors, header = files.read_tensors(file)
    files.write_tensors(file, {name: 2 * values for name, values in tensors.items()}, header.metadata)
    requests = [
        lambda: answers.answer_typical_error(fresh_snapshot(revision), b""),
        lambda: answers.answer_directions(fresh_snapshot(revision), b""),
    ]
    first_answers = [request() for request in requests]
    code_sets.CACHE.discard(fresh_snapshot(revision))
    second_answers = [request() for request in requests]
    st.cache_resource.clear()
    lru.clear_all()
    assert second_answers == [request() for request in requests] and all(
        a != b for a, b in zip(first_answers, second_answers, strict=True)
    )


def test_a_body_that_never_ends_meets_a_deadline(train_revision, run_in_thread, monkeypatch):
    monkeypatch.setattr(routes, "BODY_TIMEOUT", 0.05)
    status, body = run_in_thread(request_of(urls(train_revision())["decode"], b"{", endless=True))
    assert status == 408 and body.decode().endswith(".")
