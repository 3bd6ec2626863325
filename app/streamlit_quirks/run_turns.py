"""Whose run of a page begins next: each visitor has one run at a time, so nobody keeps others waiting by requesting
many.

The runs of all pages share one Python interpreter, in which two at once take twice as long. A visitor's further runs
therefore wait for her own, whichever of her pages requested them. Who has had much of the interpreter in the last
seconds also waits for the runs of those who have not, but not for long.
"""

import asyncio
import math
import time
from dataclasses import dataclass, field

MAX_RUNNING = 4  # runs, of all visitors
HOLD_SECONDS = 1.0  # seconds after which a run that has not ended no longer keeps others waiting
MAX_WAIT = 1.0  # seconds for which a visitor who has had much waits for the others, at most
MUCH_SECONDS = 2.0  # seconds of runs, of which those that are FADING_SECONDS seconds old count e times less
FADING_SECONDS = 10.0


@dataclass(eq=False)
class Turn:
    """A visitor's turn to run a page. granted: becomes True when it begins, False if the page no longer waits for
    it."""

    visitor: str
    request_time: float
    granted: asyncio.Future
    start_time: float | None = None
    timers: list[asyncio.TimerHandle] = field(default_factory=list)


class RunTurns:
    """The turns of all pages of the server. Everything happens in the event loop, none of it waits."""

    def __init__(self):
        self.waiting: list[Turn] = []
        self.running: list[Turn] = []
        self.usage: dict[str, tuple[float, float]] = {}  # visitor -> (seconds of runs, when they were counted)

    def request_turn(self, visitor: str) -> Turn:
        """A turn, whose future `granted` says when it begins."""
        loop = asyncio.get_running_loop()
        turn = Turn(visitor, time.monotonic(), loop.create_future())
        turn.timers.append(loop.call_later(MAX_WAIT, self._grant_turns))
        self.waiting.append(turn)
        self._grant_turns()
        return turn

    def end_turn(self, turn: Turn) -> None:
        """The run has ended, or nobody waits for it any more. A turn may end more than once."""
        for timer in turn.timers:
            timer.cancel()
        if turn in self.waiting:
            self.waiting.remove(turn)
            if not turn.granted.done():
                turn.granted.set_result(False)
        elif turn.start_time is not None:
            self._count_usage(turn)
            turn.start_time = None
        self._give_up_place(turn)

    def is_running(self, turn: Turn | None) -> bool:
        """Whether the turn has begun, has not ended, and others still wait for its end."""
        return turn in self.running

    def has_used_much_time(self, visitor: str) -> bool:
        """Whether the visitor's runs took much of the last seconds."""
        return self._seconds_used(visitor, time.monotonic()) > MUCH_SECONDS

    def _give_up_place(self, turn):
        if turn in self.running:
            self.running.remove(turn)
        self._grant_turns()

    def _count_usage(self, turn):
        now = time.monotonic()
        seconds = self._seconds_used(turn.visitor, now) + now - turn.start_time
        self.usage = {
            visitor: usage_entry
            for visitor, usage_entry in self.usage.items()
            if now - usage_entry[1] < 10 * FADING_SECONDS
        }
        self.usage[turn.visitor] = (seconds, now)

    def _seconds_used(self, visitor, now) -> float:
        seconds, count_time = self.usage.get(visitor, (0.0, now))
        return seconds * math.exp((count_time - now) / FADING_SECONDS)

    def _grant_turns(self):
        """Let those begin who may: first those who have not had much, and among these who has waited longest."""
        self.waiting = [turn for turn in self.waiting if not turn.granted.done()]
        for turn in sorted(self.waiting, key=lambda turn: (self.has_used_much_time(turn.visitor), turn.request_time)):
            if self._may_begin(turn):
                self._begin_turn(turn)

    def _may_begin(self, turn) -> bool:
        if len(self.running) >= MAX_RUNNING:
            return False
        if any(running_turn.visitor == turn.visitor for running_turn in self.running):
            return False
        if time.monotonic() - turn.request_time >= MAX_WAIT or not self.has_used_much_time(turn.visitor):
            return True
        return all(self.has_used_much_time(running_turn.visitor) for running_turn in self.running)

    def _begin_turn(self, turn):
        self.waiting.remove(turn)
        self.running.append(turn)
        turn.start_time = time.monotonic()
        turn.timers.append(asyncio.get_running_loop().call_later(HOLD_SECONDS, self._give_up_place, turn))
        turn.granted.set_result(True)
