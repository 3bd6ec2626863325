import os
import time
from dataclasses import replace

import psutil
import pytest

pytest.importorskip("streamlit")

from aae_core import jobs
from aae_core.config import configure
from aae_core.errors import RevisionError
from aae_core.status import Status
from app import board, state


@pytest.fixture
def alive():
    return {"pid": os.getpid(), "started": psutil.Process().create_time(), "heartbeat": time.time()}


def test_the_list_is_kept_until_something_is_done(store, facts):
    shared = board.Board(store)
    assert shared.rows() == []
    shared._due = time.monotonic() + 60
    revision = store.create(configure(), facts)
    assert shared.rows() == []
    shared.forget()
    assert [row.id for row in shared.rows()] == [revision.id]


def test_a_costly_list_is_kept_longer(store, monkeypatch):
    clock = iter([0.0, 2.0, 39.0, 40.0, 42.0, 44.0])  # two seconds for a list may be spent every forty
    monkeypatch.setattr(board.time, "monotonic", lambda: next(clock))
    calls = []
    monkeypatch.setattr(jobs, "pump", lambda s: calls.append(s))
    shared = board.Board(store)
    for _ in range(4):
        shared.rows()
    assert len(calls) == 2


def test_no_list_says_running_of_a_revision_that_is_done(store, facts, alive, monkeypatch):
    monkeypatch.setattr(state, "store", lambda: store)
    revision = store.create(configure(), facts, Status("running", step=1, **alive))
    listed = lambda: [(row.state, row.steps) for row in state.summaries() if not row.gallery]  # noqa: E731
    assert listed() == [("running", 1)]
    revision.write_status(replace(revision.status, state="done", step=9))
    assert listed() == [("done", 9)], "the list itself is read anew every three seconds only"


def test_the_watched_row_is_never_old(store, facts, alive):
    revision = store.create(configure(), facts, Status("running", step=1, **alive))
    (row,) = store.own()
    revision.write_status(replace(revision.status, step=9, epoch=0.5))
    assert (board.fresh(row).steps, board.fresh(row).epochs) == (9, 0.5)
    revision.write_status(replace(revision.status, state="done"))
    assert board.fresh(row).state == "done"


def test_which_one_is_watched(store, facts, alive):
    waiting = store.create(configure(name="waiting"), facts, Status("queued", queued=1.0))
    running = store.create(configure(name="running"), facts, Status("running", **alive))
    done = store.create(configure(name="done"), facts, Status("done"))
    rows = store.own()
    assert board.choose(rows, done.id).id == done.id
    assert board.choose(rows, "gone").id == running.id
    assert board.choose([row for row in rows if row.state != "running"], None).id == waiting.id
    assert board.choose([row for row in rows if row.state == "done"], None) is None


def test_a_refusal_is_kept_as_its_sentence():
    def refuse():
        raise RevisionError("It is done already.")

    assert board.do(refuse) is None
    assert board.st.session_state[board.PROBLEM] == "It is done already."
    assert board.do(lambda: 7) == 7
