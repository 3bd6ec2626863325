import os
import time
from dataclasses import replace

import psutil
import pytest

pytest.importorskip("streamlit")

from aae_core.config.configuration import configure
from aae_core.errors import RevisionError
from aae_core.store.status import Status
from aae_core.sweeps import control
from app.cache import loaded
from app.ui import live_store


@pytest.fixture
def alive():
    return {"pid": os.getpid(), "started": psutil.Process().create_time(), "heartbeat": time.time()}


def test_the_list_is_kept_until_something_is_done(store, facts):
    shared = live_store.Board(store)
    assert shared.rows() == []
    shared._due = time.monotonic() + 60
    revision = store.create(configure(), facts)
    assert shared.rows() == []
    shared.forget()
    assert [row.id for row in shared.rows()] == [revision.id]


def test_what_cannot_be_launched_is_listed_and_told_once(store, facts, monkeypatch):
    revision = store.create(configure(), facts, Status("queued", queued=1.0))
    shared = live_store.Board(store)
    monkeypatch.setattr(live_store, "board", lambda: shared)
    monkeypatch.setenv("AAE_SLOTS", "two")
    shown = []
    monkeypatch.setattr(live_store.widgets, "error_box", shown.append)
    assert [row.id for row in live_store.rows()] == [row.id for row in live_store.rows_without_boxes()] == [revision.id]
    assert len(shown) == 1 and "AAE_SLOTS must be" in shown[0]
    monkeypatch.setattr(control, "pump", lambda store: [])
    shared.forget()
    live_store.rows()
    assert len(shown) == 1 and shared.fault == ""


def test_a_costly_list_is_kept_longer(store, monkeypatch):
    clock = iter([0.0, 2.0, 39.0, 40.0, 42.0, 44.0])  # two seconds for a list may be spent every forty
    monkeypatch.setattr(live_store.time, "monotonic", lambda: next(clock))
    calls = []
    monkeypatch.setattr(control, "pump", lambda s: calls.append(s))
    shared = live_store.Board(store)
    for _ in range(4):
        shared.rows()
    assert len(calls) == 2


def test_no_list_says_running_of_a_revision_that_is_done(store, facts, alive, monkeypatch):
    monkeypatch.setattr(loaded, "Store", lambda *root: store)
    revision = store.create(configure(), facts, Status("running", step=1, **alive))
    listed = lambda: [(row.state, row.steps) for row in loaded.summaries() if not row.gallery]  # noqa: E731
    assert listed() == [("running", 1)]
    revision.write_status(replace(revision.status, state="done", step=9))
    assert listed() == [("done", 9)], "the list itself is read anew every three seconds only"


def test_the_watched_row_is_never_old(store, facts, alive):
    revision = store.create(configure(), facts, Status("running", step=1, **alive))
    (row,) = store.own()
    revision.write_status(replace(revision.status, step=9, epoch=0.5))
    assert (live_store.fresh(row).steps, live_store.fresh(row).epochs) == (9, 0.5)
    revision.write_status(replace(revision.status, state="done"))
    assert live_store.fresh(row).state == "done"


def test_which_one_is_watched(store, facts, alive):
    waiting = store.create(configure(name="waiting"), facts, Status("queued", queued=1.0))
    running = store.create(configure(name="running"), facts, Status("running", **alive))
    done = store.create(configure(name="done"), facts, Status("done"))
    rows = store.own()
    assert live_store.choose(rows, done.id).id == done.id
    assert live_store.choose(rows, "gone").id == running.id
    assert live_store.choose([row for row in rows if row.state != "running"], None).id == waiting.id
    assert live_store.choose([row for row in rows if row.state == "done"], None) is None


def test_a_refusal_is_kept_as_its_sentence():
    def refuse(store):
        raise RevisionError("It is done already.")

    assert live_store.do(refuse) is None
    assert live_store.st.session_state[live_store.PROBLEM] == "It is done already."
    assert live_store.do(lambda store, n: n, 7) == 7


def test_the_more_pages_watch_the_slower_each_is_drawn_again(store, monkeypatch):
    now = [0.0]
    monkeypatch.setattr(live_store.time, "monotonic", lambda: now[0])
    board = live_store.Board(store)
    paces = [board.pace(str(page)) for page in range(30)]
    assert paces[0] == 1.0 and paces == sorted(paces) and paces[-1] == live_store.SLOWEST
    assert len({board.pace("0") for _ in range(30)}) == 1, "the same page counts once"
    now[0] += live_store.AWAY
    assert board.pace("0") == 1.0, "those that were closed no longer count"


def test_what_is_done_while_the_store_is_read_is_in_the_next_list(store, facts, monkeypatch):
    """The list that a refresh of somebody else's page began to read before is too old for whoever did something meanwhile."""
    shared, listed = live_store.Board(store), store.list
    monkeypatch.setattr(live_store, "LEAST", 60.0)
    monkeypatch.setattr(control, "pump", lambda store: [])

    def meanwhile():
        rows = listed()
        store.create(configure(), facts)
        shared.forget()
        return rows

    monkeypatch.setattr(store, "list", meanwhile)
    assert shared.rows() == []
    monkeypatch.setattr(store, "list", listed)
    assert len(shared.rows()) == 1, "what was done meanwhile"
    assert shared.rows() is shared.rows()
