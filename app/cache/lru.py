"""Thread-safe caches, shared by all visitors and independent of Streamlit, of the values used last."""

import copy
import math
import threading
import time
from collections import Counter, OrderedDict
from collections.abc import Callable, Hashable, Iterator
from contextlib import contextmanager
from functools import wraps


class LRUCache:
    """A least-recently-used cache. limit: the total weight of the values kept; weight_of(value): the weight of one, by default
    1.

    The value used last is kept whatever its weight.
    """

    def __init__(self, limit: int, weight_of: Callable = lambda value: 1):
        self.limit, self.weight_of = limit, weight_of
        self._lock, self._computing = threading.Lock(), threading.Lock()
        self._values: OrderedDict[Hashable, object] = OrderedDict()

    def put(self, key, value) -> None:
        with self._lock:
            self._values[key] = value
            self._values.move_to_end(key)
            while len(self._values) > 1 and sum(map(self.weight_of, self._values.values())) > self.limit:
                self._values.popitem(last=False)

    def find(self, key):
        """The value of a key, which now counts as used last; None if it is not kept."""
        with self._lock:
            if key in self._values:
                self._values.move_to_end(key)
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
        self._lock, self._locks, self._user_counts = threading.Lock(), {}, Counter()

    def __len__(self) -> int:
        return len(self._locks)

    @contextmanager
    def locked(self, key: Hashable) -> Iterator[None]:
        """Hold the lock of a key, which a thread may acquire again."""
        with self._lock:
            key_lock = self._locks.setdefault(key, threading.RLock())
            self._user_counts[key] += 1
        try:
            with key_lock:
                yield
        finally:
            with self._lock:
                self._user_counts[key] -= 1
                if not self._user_counts[key]:
                    del self._locks[key], self._user_counts[key]


class ResultCache:
    """The results of a function by key, None included; concurrent callers with the same key wait for one computation.

    max_entries: the number of results kept; seconds: how long each is valid.
    """

    def __init__(self, max_entries: int, seconds: float = math.inf):
        self._entries, self._seconds, self._computing = LRUCache(max_entries), seconds, KeyedLocks()

    def __contains__(self, key) -> bool:
        return self._find(key) is not None

    def _find(self, key):
        """The entry (result, time after which it is invalid) of a key; None if there is no valid one."""
        entry = self._entries.find(key)
        return entry if entry is not None and time.monotonic() < entry[1] else None

    def get_or_compute(self, key, compute: Callable):
        entry = self._find(key)
        if entry is None:
            with self._computing.locked(key):
                entry = self._find(key)  # another caller may have computed it meanwhile
                if entry is None:
                    entry = compute(), time.monotonic() + self._seconds
                    self._entries.put(key, entry)
        return entry[0]

    def clear(self) -> None:
        self._entries = LRUCache(self._entries.limit)


_caches: list[ResultCache] = []  # of all decorated functions


def cache_results(
    max_entries: int, key: Callable = lambda *args: args, copies: bool = False, seconds: float = math.inf
) -> Callable:
    """A decorator that caches the latest results of a function by key(*arguments).

    copies: whether each caller gets a copy, because it may change the result. seconds: how long a result is valid. The
    decorated function has a method `is_cached(*arguments)`.
    """

    def decorate(function):
        results = ResultCache(max_entries, seconds)
        _caches.append(results)

        @wraps(function)
        def cached(*args):
            result = results.get_or_compute(_hashable(key(*args)), lambda: function(*args))
            return copy.deepcopy(result) if copies else result

        cached.is_cached = lambda *args: _hashable(key(*args)) in results
        return cached

    return decorate


def clear_all() -> None:
    """Forget the results of all decorated functions, as tests need it that begin with another store."""
    for results in _caches:
        results.clear()


def _hashable(key):
    """A key with tuples in the place of its lists."""
    return tuple(map(_hashable, key)) if isinstance(key, list | tuple) else key
