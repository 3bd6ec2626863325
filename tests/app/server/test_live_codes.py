"""The frame of this moment as a page asks for it, and how often each page may ask."""

import json
import struct
from dataclasses import replace

import pytest

pytest.importorskip("streamlit")
from helpers.snapshots import fresh_snapshot

from aae_core.jobs import live_recorder, worker
from aae_core.store import live_frame
from app.server import answers, live_codes, page_tokens, requests


@pytest.fixture
def watched(store, tiny_config, facts, monkeypatch):
    """A page's answers during a training that it watches: after each report, one to a page without a frame, and one to a page
    that has it."""
    for name in ("FRAME_SECONDS", "LOOK_SECONDS"):
        monkeypatch.setattr(live_recorder, name, 0.0)
    monkeypatch.setattr(live_recorder, "TIME_SHARE", 1e9)
    revision, heard = store.create(replace(tiny_config, steps=20), facts), []

    def look(_):
        snapshot = fresh_snapshot(revision)
        first = now_header(snapshot)
        step = (first["steps"] or [0])[0]
        heard.append((snapshot, first, now_header(snapshot, step=str(step))))

    worker.run_training(revision, look)
    return revision, heard


def now_header(snapshot, **query):
    """The header of the answer."""
    message = requests.compute_response(answers.REQUEST_KINDS["now"], snapshot, None, query).body
    length, _ = struct.unpack_from("<II", message)
    return json.loads(message[8 : 8 + length])


def test_a_page_that_asks_gets_each_frame_once(watched):
    revision, heard = watched
    steps = [first["steps"] for _, first, _ in heard]
    assert steps[0] == [] and steps[-1] == [20], "the worker writes no frame before a page asks"
    assert all(again["steps"] == [] for _, _, again in heard)
    assert all(first["pause"] >= 1000 * live_codes.PAUSE_SECONDS for _, first, _ in heard)
    assert not (revision.path / live_frame.WATCH_FILE).exists()


def test_only_a_training_that_goes_on_can_be_asked(watched):
    revision, heard = watched
    during, ended = heard[-1][0], fresh_snapshot(revision)
    assert page_tokens.request_urls(during, during.codes)["now"]
    assert page_tokens.request_urls(ended, ended.codes)["now"] is None
    assert now_header(ended)["steps"] == []
    assert not (revision.path / live_frame.WATCH_FILE).exists(), "nobody watches what has ended"


def test_pages_ask_the_less_often_the_more_they_are():
    now = [0.0]
    rate = live_codes.QuestionRate(lambda: now[0])
    few = [rate.pause_after_question() for _ in range(live_codes.MAX_QUESTIONS)]
    assert set(few) == {live_codes.PAUSE_SECONDS}
    many = [rate.pause_after_question() for _ in range(live_codes.MAX_QUESTIONS)]
    assert many[-1] == 2 * live_codes.PAUSE_SECONDS
    now[0] = 1.5
    assert rate.pause_after_question() == live_codes.PAUSE_SECONDS
