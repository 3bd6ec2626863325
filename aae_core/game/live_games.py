"""Live games for many visitors: how one begins, and how many a server keeps."""

import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import replace
from functools import lru_cache
from typing import NamedTuple

from aae_core.data import sets
from aae_core.data.sets import DataSet
from aae_core.game.game import Game
from aae_core.game.rules import Rules, Setup, config_of

IMAGES = 2_000  # of a data set that a game is played on


def new(setup: Setup, rules: Rules | None = None) -> Game:
    """A game of its own, after the rounds that it begins with."""
    dataset = some(setup.data)
    game = Game(config_of(setup, len(dataset.classes)), dataset, rules)
    game.play(setup.begun)
    return game


@lru_cache(maxsize=2)
def some(name: str) -> DataSet:
    """A built-in data set with at most IMAGES training images, the same share of each class; kept for the next game."""
    dataset = sets.load(name)
    chosen = sets.proportional(dataset.train.labels, IMAGES)
    return replace(dataset, train=sets.Split(dataset.train.images[chosen], dataset.train.labels[chosen]))


class Live(NamedTuple):
    """A game, and how it began."""

    setup: Setup
    game: Game


class Games:
    """The games of a server, each under its visitor's token: `limit` of them (some 4 MB each), none unused for `idle` seconds."""

    def __init__(self, limit: int = 24, idle: float = 1800, make: Callable = new, clock: Callable = time.monotonic):
        self.limit, self.idle, self.make, self.clock = limit, idle, make, clock
        self._lock = threading.Lock()
        self._kept: OrderedDict[str, tuple[float, Live]] = OrderedDict()  # the one used last at the end

    def begin(self, token: str, setup: Setup, rules: Rules) -> Live:
        """A new game in place of the visitor's former one; of too many, the one unused for longest ends."""
        live = Live(setup, self.make(setup, rules))  # takes a moment, without blocking other visitors
        with self._lock:
            self._keep(token, live)
        return live

    def find(self, token: str) -> Live | None:
        """The visitor's game; None where there is none any more."""
        with self._lock:
            self._tidy()
            found = self._kept.get(token)
            if found:
                self._keep(token, found[1])
            return found and found[1]

    def _keep(self, token, live):
        self._kept[token] = self.clock(), live
        self._kept.move_to_end(token)
        self._tidy()

    def _tidy(self):
        oldest = self.clock() - self.idle
        while self._kept and (len(self._kept) > self.limit or next(iter(self._kept.values()))[0] < oldest):
            self._kept.popitem(last=False)
