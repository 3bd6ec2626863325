"""A thread-safe cache of the values used last."""

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable


class Latest:
    """A least-recently-used cache. limit: the total weight of the values kept; weigh(value): the weight of one, by default 1.

    The value used last is kept whatever its weight.
    """

    def __init__(self, limit: int, weigh: Callable = lambda value: 1):
        self.limit, self.weigh = limit, weigh
        self._lock, self._asking = threading.Lock(), threading.Lock()
        self._found: OrderedDict[Hashable, object] = OrderedDict()

    def put(self, key, value) -> None:
        with self._lock:
            self._found[key] = value
            self._found.move_to_end(key)
            while len(self._found) > 1 and sum(map(self.weigh, self._found.values())) > self.limit:
                self._found.popitem(last=False)

    def find(self, key):
        """The value of a key, which now counts as used last; None if it is not kept."""
        with self._lock:
            if key in self._found:
                self._found.move_to_end(key)
            return self._found.get(key)

    def ask(self, key, compute: Callable):
        """The value of a key, or else that of compute(). Only one compute() runs at a time, because it uses all cores."""
        value = self.find(key)
        if value is not None:
            return value
        with self._asking:
            value = self.find(key)  # another caller may have computed it meanwhile
            if value is None:
                value = compute()
                self.put(key, value)
        return value

    def forget(self, key) -> None:
        with self._lock:
            self._found.pop(key, None)
