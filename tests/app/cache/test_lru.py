"""What was used last is kept, and no more than may weigh together."""

import gc
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from app.cache import lru
from app.cache.lru import LRUCache


def test_what_was_used_last_stays():
    cache = LRUCache(2)
    for key in "ab":
        cache.put(key, key.upper())
    assert cache.find("a") == "A"  # which counts as used
    cache.put("c", "C")
    assert [cache.find(key) for key in "abc"] == ["A", None, "C"]
    cache.discard("a")
    cache.discard("never there")
    assert cache.find("a") is None


def test_values_have_weights_and_the_last_one_stays_whatever_it_weighs():
    cache = LRUCache(10, len)
    for key, value in (("a", "12345"), ("b", "12345"), ("c", "1")):
        cache.put(key, value)
    assert [cache.find(key) for key in "abc"] == [None, "12345", "1"]
    cache.put("d", "1" * 99)
    assert [cache.find(key) for key in "bcd"] == [None, None, "1" * 99]


def cached_double(**options):
    calls = []

    @lru.cache_results(**{"max_entries": 2, **options})
    def double_number(number):
        calls.append(number)
        return [2 * number]

    return double_number, calls


def test_a_result_is_computed_once_and_the_latest_ones_are_kept():
    double_number, calls = cached_double()
    first = double_number(1)
    assert double_number(1) is first and double_number.is_cached(1) and not double_number.is_cached(2)
    double_number(2), double_number(1), double_number(3), double_number(1), double_number(2)
    assert calls == [1, 2, 3, 2]


def test_none_is_a_result_too():
    calls = []
    return_none = lru.cache_results(2)(lambda: calls.append(1))
    assert return_none() is return_none() is None and calls == [1]


def test_a_result_that_callers_may_change_is_given_as_a_copy():
    double_number, calls = cached_double(copies=True)
    double_number(1).append("changed")
    assert double_number(1) == [2] and calls == [1]


def test_a_result_is_valid_for_so_many_seconds(monkeypatch):
    clock = [100.0]
    monkeypatch.setattr(lru.time, "monotonic", lambda: clock[0])
    double_number, calls = cached_double(seconds=2)
    for clock[0] in (100.0, 101.9, 102.1):
        double_number(1)
    assert calls == [1, 1]


def test_lists_in_a_key_count_by_their_content():
    double_number, calls = cached_double(key=lambda number: [[number], "text"])
    double_number(1), double_number(1), double_number(2)
    assert calls == [1, 2]


def test_a_failure_is_not_kept():
    answers = iter([ValueError("once"), "then"])

    @lru.cache_results(2)
    def answer():
        result = next(answers)
        if isinstance(result, ValueError):
            raise result
        return result

    with pytest.raises(ValueError, match="once"):
        answer()
    assert answer() == "then"


def test_who_asks_for_the_same_at_once_waits_for_one_computation():
    release, calls = threading.Event(), []

    @lru.cache_results(2)
    def compute_when_released(number):
        calls.append(number)
        release.wait(10)
        return [number]

    with ThreadPoolExecutor(3) as pool:
        first, second, third = (
            pool.submit(compute_when_released, 1),
            pool.submit(compute_when_released, 1),
            pool.submit(compute_when_released, 2),
        )
        while len(calls) < 2:  # another key does not wait
            pass
        release.set()
        assert first.result() is second.result() and third.result() == [2]
    assert sorted(calls) == [1, 2]


def test_all_results_can_be_forgotten():
    double_number, calls = cached_double()
    double_number(1)
    lru.clear_all()
    double_number(1)
    assert calls == [1, 1]


def test_a_lock_by_key_is_one_as_long_as_a_thread_holds_it():
    locks = lru.KeyedLocks()
    with locks.lock_of("key"):
        assert not ThreadPoolExecutor(1).submit(lambda: locks.lock_of("key").acquire(blocking=False)).result()
        assert locks.lock_of("other").acquire(blocking=False)
    gc.collect()
    assert len(locks._locks) == 0
