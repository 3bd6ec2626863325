"""Whose run begins next, whatever others request."""

import asyncio

import pytest

from app.streamlit_quirks import run_turns
from app.streamlit_quirks.run_turns import MAX_RUNNING, RunTurns


@pytest.fixture
def clock(monkeypatch):
    """The time of the turns: a list of one number of seconds."""
    seconds = [100.0]
    monkeypatch.setattr(run_turns.time, "monotonic", lambda: seconds[0])
    return seconds


def has_begun(*turns):
    return [turn.granted.done() and turn.granted.result() for turn in turns]


def test_a_visitor_has_one_run_at_a_time_and_others_need_not_wait_for_it(run_in_thread):
    async def visit():
        turns = RunTurns()
        first, second, third = (turns.request_turn("ann") for _ in range(3))
        other_visitor_turn = turns.request_turn("bob")
        assert has_begun(first, second, third, other_visitor_turn) == [True, False, False, True]
        turns.end_turn(first)
        assert has_begun(second, third) == [True, False]
        turns.end_turn(first)  # again
        assert has_begun(second, third) == [True, False]

    run_in_thread(visit())


def test_who_no_longer_waits_leaves_her_place(run_in_thread):
    async def visit():
        turns = RunTurns()
        first, second, third = (turns.request_turn("ann") for _ in range(3))
        turns.end_turn(second)
        assert second.granted.done() and second.granted.result() is False
        turns.end_turn(first)
        assert has_begun(third) == [True] and not turns.waiting

    run_in_thread(visit())


def test_so_many_runs_at_once_and_the_first_who_came_is_next(run_in_thread):
    async def visit():
        turns = RunTurns()
        running_turns = [turns.request_turn(f"visitor {number}") for number in range(MAX_RUNNING)]
        waiting_turns = [turns.request_turn(f"later {number}") for number in range(3)]
        assert all(has_begun(*running_turns)) and not any(has_begun(*waiting_turns))
        turns.end_turn(running_turns[2])
        assert has_begun(*waiting_turns) == [True, False, False]

    run_in_thread(visit())


def test_a_long_run_keeps_nobody_waiting_for_long(run_in_thread, monkeypatch):
    monkeypatch.setattr(run_turns, "HOLD_SECONDS", 0.05)

    async def visit():
        turns = RunTurns()
        turns.request_turn("ann")
        second = turns.request_turn("ann")
        assert not second.granted.done()
        assert await asyncio.wait_for(second.granted, 10)

    run_in_thread(visit())


def test_who_has_had_much_waits_for_the_others_run(run_in_thread, clock):
    async def visit():
        turns = RunTurns()
        ann = turns.request_turn("ann")
        clock[0] += 5
        turns.end_turn(ann)
        assert turns.has_used_much_time("ann") and not turns.has_used_much_time("bob")
        bob = turns.request_turn("bob")
        ann = turns.request_turn("ann")
        assert has_begun(bob, ann) == [True, False]
        cleo = turns.request_turn("cleo")
        assert has_begun(cleo) == [True]
        turns.end_turn(bob)
        assert has_begun(ann) == [False]
        turns.end_turn(cleo)
        assert has_begun(ann) == [True]

    run_in_thread(visit())


def test_but_not_for_longer_than_a_second(run_in_thread, monkeypatch):
    monkeypatch.setattr(run_turns, "MAX_WAIT", 0.05)

    async def visit():
        turns = RunTurns()
        turns.usage["ann"] = (100.0, run_turns.time.monotonic())
        turns.request_turn("bob")
        ann = turns.request_turn("ann")
        assert not ann.granted.done()
        assert await asyncio.wait_for(ann.granted, 10)

    run_in_thread(visit())


def test_what_a_visitor_has_had_is_forgotten(run_in_thread, clock):
    async def visit():
        turns = RunTurns()
        for _ in range(3):
            turn = turns.request_turn("ann")
            clock[0] += 5
            turns.end_turn(turn)
        assert turns.has_used_much_time("ann")
        clock[0] += 30
        assert not turns.has_used_much_time("ann")
        clock[0] += 100
        turns.end_turn(turns.request_turn("bob"))
        assert set(turns.usage) == {"bob"}

    run_in_thread(visit())


def test_alone_nobody_waits(run_in_thread, clock):
    async def visit():
        turns = RunTurns()
        for _ in range(50):
            turn = turns.request_turn("ann")
            assert has_begun(turn) == [True]
            clock[0] += 2
            turns.end_turn(turn)

    run_in_thread(visit())
