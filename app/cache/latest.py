"""Values by key of which only those used last are kept, for several threads at once."""

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable


class Latest:
    """The values used last. limit: what those kept may weigh together; weigh: the weight of one, by default 1.

    The very last one stays, whatever it weighs.
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
        """The value of a key, which counts as used now; None if it is not kept."""
        with self._lock:
            if key in self._found:
                self._found.move_to_end(key)
            return self._found.get(key)

    def ask(self, key, compute: Callable):
        """The value of a key, or else that of compute(), one of which runs at a time: what is asked for here takes all cores."""
        if (found := self.find(key)) is not None:
            return found
        with self._asking:
            if (found := self.find(key)) is None:
                self.put(key, found := compute())
        return found

    def forget(self, key) -> None:
        with self._lock:
            self._found.pop(key, None)
