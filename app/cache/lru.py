"""Thread-safe caches, shared by all visitors and independent of Streamlit, of the values used last (by cachetools)."""

import copy
import math
import threading
import time
import weakref
from collections.abc import Callable, Hashable
from functools import wraps

import cachetools


class LRUCache:
    """A least-recently-used cache for all threads. limit: the total weight of the values kept; weight_of(value): the weight of
    one, by default 1.

    The value used last is kept whatever its weight.
    """

    def __init__(self, limit: int, weight_of: Callable = lambda value: 1):
        self.weight_of = weight_of
        self._values = cachetools.LRUCache(limit, lambda value: min(weight_of(value), limit))
        self._lock, self._computing = threading.Lock(), threading.Lock()

    def put(self, key, value) -> None:
        with self._lock:
            self._values[key] = value

    def find(self, key):
        """The value of a key, which now counts as used last; None if it is not kept."""
        with self._lock:
            return self._values.get(key)

    def get_or_compute(self, key, compute: Callable):
        """The value of a key, or else that of compute(). Only one compute() runs at a time, because it uses all cores."""
        value = self.find(key)
        if value is not None:
            return value
        with self._computing:
            value = self.find(key)  # another caller may have computed it meanwhile
            if value is None:
                value = compute()
                self.put(key, value)
        return value

    def discard(self, key) -> None:
        with self._lock:
            self._values.pop(key, None)


class KeyedLocks:
    """A lock for each key, which is there as long as a thread holds it or waits for it."""

    def __init__(self):
        self._lock, self._locks = threading.Lock(), weakref.WeakValueDictionary()

    def lock_of(self, key: Hashable) -> threading.RLock:
        """The lock of a key: the same one for all threads that hold it or wait for it."""
        with self._lock:
            return self._locks.setdefault(key, threading.RLock())


_cached_functions: list[Callable] = []  # all decorated functions


def cache_results(
    max_entries: int, key: Callable = lambda *args: args, copies: bool = False, seconds: float = math.inf
) -> Callable:
    """A decorator that caches the latest results of a function by key(*arguments), None included; concurrent callers with the
    same key wait for one computation.

    copies: whether each caller gets a copy, because it may change the result. seconds: how long a result is valid. The
    decorated function has a method `is_cached(*arguments)`.
    """

    def decorate(function):
        results = cachetools.TTLCache(max_entries, seconds, time.monotonic)
        condition = threading.Condition()
        compute = cachetools.cached(results, lambda *args: _hashable(key(*args)), condition=condition)(function)
        _cached_functions.append(compute)

        def is_cached(*args) -> bool:
            with condition:
                return compute.cache_key(*args) in results

        @wraps(function)
        def cached(*args):
            result = compute(*args)
            return copy.deepcopy(result) if copies else result

        cached.is_cached = is_cached
        return cached

    return decorate


def clear_all() -> None:
    """Forget the results of all decorated functions, as tests need it that begin with another store."""
    for function in _cached_functions:
        function.cache_clear()


def _hashable(key):
    """A key with tuples in the place of its lists."""
    return tuple(_hashable(part) for part in key) if isinstance(key, list | tuple) else key
