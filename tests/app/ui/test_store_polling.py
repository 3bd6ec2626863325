import os
import time
from dataclasses import replace

import psutil
import pytest

pytest.importorskip("streamlit")

from aae_core.config.configuration import configure
from aae_core.errors import RevisionError
from aae_core.runs import sweep_control
from aae_core.store.status import Status
from app.cache import revision_data
from app.ui import store_polling


@pytest.fixture
def running_fields():
    return {"pid": os.getpid(), "started": psutil.Process().create_time(), "heartbeat": time.time()}


def test_the_list_is_kept_until_something_is_done(store, facts):
    poller = store_polling.StorePoller(store)
    assert poller.summaries() == []
    poller._due = time.monotonic() + 60
    revision = store.create(configure(), facts)
    assert poller.summaries() == []
    poller.invalidate()
    assert [row.id for row in poller.summaries()] == [revision.id]


def test_what_cannot_be_launched_is_listed_and_told_once(store, facts, monkeypatch):
    revision = store.create(configure(), facts, Status("queued", queued=1.0))
    poller = store_polling.StorePoller(store)
    monkeypatch.setattr(store_polling, "store_poller", lambda: poller)
    monkeypatch.setenv("AAE_SLOTS", "two")
    error_texts = []
    monkeypatch.setattr(store_polling.widgets, "render_error_box", error_texts.append)
    assert (
        [row.id for row in store_polling.list_summaries()]
        == [row.id for row in store_polling.list_summaries_silently()]
        == [revision.id]
    )
    assert len(error_texts) == 1 and "AAE_SLOTS must be" in error_texts[0]
    monkeypatch.setattr(sweep_control, "advance_sweeps", lambda store: [])
    poller.invalidate()
    store_polling.list_summaries()
    assert len(error_texts) == 1 and poller.fault == ""


def test_a_costly_list_is_kept_longer(store, monkeypatch):
    clock = iter([0.0, 2.0, 39.0, 40.0, 42.0, 44.0])  # two seconds for a list may be spent every forty
    monkeypatch.setattr(store_polling.time, "monotonic", lambda: next(clock))
    calls = []
    monkeypatch.setattr(sweep_control, "advance_sweeps", lambda s: calls.append(s))
    poller = store_polling.StorePoller(store)
    for _ in range(4):
        poller.summaries()
    assert len(calls) == 2


def test_no_list_says_running_of_a_revision_that_is_done(store, facts, running_fields, monkeypatch):
    monkeypatch.setattr(revision_data, "Store", lambda *root: store)
    revision = store.create(configure(), facts, Status("running", step=1, **running_fields))
    states_and_steps = lambda: [(row.state, row.steps) for row in revision_data.list_summaries() if not row.gallery]  # noqa: E731
    assert states_and_steps() == [("running", 1)]
    revision.write_status(replace(revision.status, state="done", step=9))
    assert states_and_steps() == [("done", 9)], "the list itself is read anew every three seconds only"


def test_the_watched_row_is_never_old(store, facts, running_fields):
    revision = store.create(configure(), facts, Status("running", step=1, **running_fields))
    (row,) = store.list_own()
    revision.write_status(replace(revision.status, step=9, epoch=0.5))
    assert (store_polling.refresh_summary(row).steps, store_polling.refresh_summary(row).epochs) == (9, 0.5)
    revision.write_status(replace(revision.status, state="done"))
    assert store_polling.refresh_summary(row).state == "done"


def test_which_one_is_watched(store, facts, running_fields):
    queued_revision = store.create(configure(name="waiting"), facts, Status("queued", queued=1.0))
    running_revision = store.create(configure(name="running"), facts, Status("running", **running_fields))
    finished_revision = store.create(configure(name="done"), facts, Status("done"))
    rows = store.list_own()
    assert store_polling.choose_watched_training(rows, finished_revision.id).id == finished_revision.id
    assert store_polling.choose_watched_training(rows, "gone").id == running_revision.id
    assert (
        store_polling.choose_watched_training([row for row in rows if row.state != "running"], None).id
        == queued_revision.id
    )
    assert store_polling.choose_watched_training([row for row in rows if row.state == "done"], None) is None


def test_a_refusal_is_kept_as_its_sentence():
    def refuse(store):
        raise RevisionError("It is done already.")

    assert store_polling.run_action(refuse) is None
    assert store_polling.st.session_state[store_polling.ACTION_ERROR_KEY] == "It is done already."
    assert store_polling.run_action(lambda store, n: n, 7) == 7


def test_the_more_pages_watch_the_slower_each_is_drawn_again(store, monkeypatch):
    clock = [0.0]
    monkeypatch.setattr(store_polling.time, "monotonic", lambda: clock[0])
    poller = store_polling.StorePoller(store)
    paces = [poller.refresh_interval(str(page)) for page in range(30)]
    assert paces[0] == 1.0 and paces == sorted(paces) and paces[-1] == store_polling.SLOWEST_INTERVAL
    assert len({poller.refresh_interval("0") for _ in range(30)}) == 1, "the same page counts once"
    clock[0] += store_polling.WATCHING_TIMEOUT
    assert poller.refresh_interval("0") == 1.0, "those that were closed no longer count"


def test_what_is_done_while_the_store_is_read_is_in_the_next_list(store, facts, monkeypatch):
    """The list that a refresh of somebody else's page began to read before is too old for whoever did something meanwhile."""
    poller, list_store = store_polling.StorePoller(store), store.list
    monkeypatch.setattr(store_polling, "MIN_LIST_AGE", 60.0)
    monkeypatch.setattr(sweep_control, "advance_sweeps", lambda store: [])

    def list_then_create():
        rows = list_store()
        store.create(configure(), facts)
        poller.invalidate()
        return rows

    monkeypatch.setattr(store, "list", list_then_create)
    assert poller.summaries() == []
    monkeypatch.setattr(store, "list", list_store)
    assert len(poller.summaries()) == 1, "what was done meanwhile"
    assert poller.summaries() is poller.summaries()


def test_a_training_that_begins_is_looked_at_more_often_while_few_watch(monkeypatch):
    poller = store_polling.StorePoller(None)
    monkeypatch.setattr(store_polling, "store_poller", lambda: poller)
    assert store_polling.refresh_interval() == 1.0
    assert store_polling.refresh_interval(is_starting=True) == store_polling.STARTING_INTERVAL
    for number in range(30):
        poller.refresh_interval(f"another page, {number}")
    assert store_polling.refresh_interval(is_starting=True) == store_polling.SLOWEST_INTERVAL
