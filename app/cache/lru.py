"""A thread-safe cache of the values used last."""

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable


class LRUCache:
    """A least-recently-used cache. limit: the total weight of the values kept; weigh(value): the weight of one, by default 1.

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
