"""Sessions that are kept of pages that have closed."""

from types import SimpleNamespace

import pytest

pytest.importorskip("streamlit")
from streamlit.runtime import memory_session_storage

from app.streamlit_quirks import closed_pages
from app.streamlit_quirks.closed_pages import ClosedPageSessions


@pytest.fixture
def clock(monkeypatch):
    fake_clock = SimpleNamespace(seconds=0.0)
    monkeypatch.setattr(closed_pages.time, "monotonic", lambda: fake_clock.seconds)
    return fake_clock


@pytest.fixture
def ended_ids():
    """The ids of the sessions that have been ended."""
    return []


@pytest.fixture
def session(ended_ids):
    """session(id) is what Streamlit saves of a session."""
    return lambda id_: SimpleNamespace(session=SimpleNamespace(id=id_, shutdown=lambda: ended_ids.append(id_)))


def ids(storage):
    return [row.session.id for row in storage.list()]


def test_the_longest_closed_ends_at_once_when_there_are_too_many(clock, session, ended_ids):
    storage = ClosedPageSessions(2, ttl_seconds=120)
    for id_ in "abc":
        storage.save(session(id_))
    assert ended_ids == ["a"] and ids(storage) == ["b", "c"]
    assert storage.get("a") is None and storage.get("b").session.id == "b"
    storage.save(session("b"))  # came back and has closed again
    storage.save(session("d"))
    assert ended_ids == ["a", "c"] and ids(storage) == ["b", "d"]


def test_a_session_ends_once_its_time_is_over(clock, session, ended_ids):
    storage = ClosedPageSessions(8, ttl_seconds=120)
    storage.save(session("a"))
    clock.seconds = 100.0
    storage.save(session("b"))
    assert storage.get("a") is not None and not ended_ids
    clock.seconds = 121.0
    assert storage.get("a") is None and ended_ids == ["a"] and ids(storage) == ["b"]


def test_who_comes_back_takes_her_session_along(clock, session, ended_ids):
    storage = ClosedPageSessions(8, ttl_seconds=120)
    storage.save(session("a"))
    storage.delete("a")
    storage.delete("nobody's")
    clock.seconds = 1000.0
    assert storage.get("a") is None and ids(storage) == [] and not ended_ids


def test_with_no_place_for_any_each_ends_as_it_closes(clock, session, ended_ids):
    storage = ClosedPageSessions(0, ttl_seconds=120)
    storage.save(session("a"))
    assert ended_ids == ["a"] and ids(storage) == []


def test_streamlit_makes_its_storage_of_this_class(monkeypatch):
    monkeypatch.setattr(memory_session_storage, "MemorySessionStorage", None)
    closed_pages.limit_kept_sessions(5)
    storage = memory_session_storage.MemorySessionStorage(ttl_seconds=120)  # as st.App does
    assert (type(storage), storage.max_sessions, storage.ttl_seconds) == (ClosedPageSessions, 5, 120)
