"""The frame of this moment as a page asks for it, and how often each page may ask."""

import json
import struct
from dataclasses import replace

import pytest

pytest.importorskip("streamlit")
from helpers.snapshots import fresh_snapshot

from aae_core.runs import live_recorder, worker
from aae_core.store import live_frame
from app.server import answers, live_codes, page_tokens, requests


@pytest.fixture
def watched_training(store, tiny_config, facts, monkeypatch):
    """A page's answers during a training that it watches: after each report, one to a page without a frame, and one to a page
    that has it."""
    for name in ("FRAME_SECONDS", "LOOK_SECONDS", "DECODER_SECONDS"):
        monkeypatch.setattr(live_recorder, name, 0.0)
    for name in ("TIME_SHARE", "DECODER_TIME_SHARE"):
        monkeypatch.setattr(live_recorder, name, 1e9)
    revision, page_answers, decoded_images = store.create(replace(tiny_config, steps=20), facts), [], []

    def note_answers(_):
        snapshot = fresh_snapshot(revision)
        first = now_header(snapshot)
        step = (first["steps"] or [0])[0]
        decoded_images.append(decode_live(snapshot))
        page_answers.append((snapshot, first, now_header(snapshot, step=str(step))))

    worker.run_training(revision, note_answers)
    return revision, page_answers, decoded_images


def decode_live(snapshot):
    """The step of the decoder that draws an image at the origin now, and the image's bytes."""
    body = json.dumps({"codes": [[0] * snapshot.config.latent_dim], "y": None, "live": True}).encode()
    return read_decoded(requests.compute_response(answers.REQUEST_KINDS["decode"], snapshot, None, body).body)


def read_decoded(message):
    length, start = struct.unpack_from("<II", message)
    return json.loads(message[8 : 8 + length])["step"], message[start:]


def now_header(snapshot, **query):
    """The header of the answer."""
    message = requests.compute_response(answers.REQUEST_KINDS["now"], snapshot, None, query).body
    length, _ = struct.unpack_from("<II", message)
    return json.loads(message[8 : 8 + length])


def test_a_page_that_asks_gets_each_frame_once(watched_training):
    revision, page_answers, _ = watched_training
    steps = [first["steps"] for _, first, _ in page_answers]
    assert steps[0] == [] and steps[-1] == [20], "the worker writes no frame before a page asks"
    assert all(second["steps"] == [] for _, _, second in page_answers)
    assert all(first["pause"] >= 1000 * live_codes.PAUSE_SECONDS for _, first, _ in page_answers)
    assert not (revision.path / live_frame.WATCH_FILE).exists()


def test_only_a_training_that_goes_on_can_be_asked(watched_training):
    revision, page_answers, _ = watched_training
    running_snapshot, ended_snapshot = page_answers[-1][0], fresh_snapshot(revision)
    assert page_tokens.request_urls(running_snapshot, running_snapshot.codes)["now"]
    assert page_tokens.request_urls(ended_snapshot, ended_snapshot.codes)["now"] is None
    assert now_header(ended_snapshot)["steps"] == []
    assert not (revision.path / live_frame.WATCH_FILE).exists(), "nobody watches what has ended"


def test_a_page_that_watches_gets_images_by_the_decoder_of_the_moment(watched_training):
    revision, page_answers, decoded_images = watched_training
    assert page_answers[-1][1]["decoder"] == decoded_images[-1][0] == 20
    steps = [step for step, _ in decoded_images if step is not None]
    assert len(steps) >= 10 and steps == sorted(set(steps))
    assert len({image for _, image in decoded_images}) >= 10, "the image learns"
    ended_step, image = decode_live(fresh_snapshot(revision))
    assert ended_step is None and image, "the decoder of the revision draws after the end"


def test_pages_ask_the_less_often_the_more_they_are():
    clock = [0.0]
    rate = live_codes.QuestionRate(lambda: clock[0])
    first_pauses = [rate.pause_after_question() for _ in range(live_codes.MAX_QUESTIONS)]
    assert set(first_pauses) == {live_codes.PAUSE_SECONDS}
    later_pauses = [rate.pause_after_question() for _ in range(live_codes.MAX_QUESTIONS)]
    assert later_pauses[-1] == 2 * live_codes.PAUSE_SECONDS
    clock[0] = 1.5
    assert rate.pause_after_question() == live_codes.PAUSE_SECONDS
