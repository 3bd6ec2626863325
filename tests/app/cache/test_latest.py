"""What was used last is kept, and no more than may weigh together."""

import pytest

pytest.importorskip("streamlit")
from app.cache.lru import LRUCache


def test_what_was_used_last_stays():
    kept = LRUCache(2)
    for key in "ab":
        kept.put(key, key.upper())
    assert kept.find("a") == "A"  # which counts as used
    kept.put("c", "C")
    assert [kept.find(key) for key in "abc"] == ["A", None, "C"]
    kept.discard("a")
    kept.discard("never there")
    assert kept.find("a") is None


def test_values_have_weights_and_the_last_one_stays_whatever_it_weighs():
    kept = LRUCache(10, len)
    for key, value in (("a", "12345"), ("b", "12345"), ("c", "1")):
        kept.put(key, value)
    assert [kept.find(key) for key in "abc"] == [None, "12345", "1"]
    kept.put("d", "1" * 99)
    assert [kept.find(key) for key in "bcd"] == [None, None, "1" * 99]
