"""Sessions of pages that have closed, which Streamlit keeps for browsers that come back after a lost connection.

Streamlit's own storage (1.67) keeps up to 128 for two minutes, drops those that are too old only when the next page
closes, and leaves it to Python's garbage collection to end them. Until then each holds three file descriptors, and its
uploads. This storage keeps fewer where descriptors are few, and ends a session at the moment in which it is dropped.
"""

import time
from collections import OrderedDict
from functools import partial

from streamlit.runtime import memory_session_storage
from streamlit.runtime.session_manager import SessionInfo, SessionStorage


class ClosedPageSessions(SessionStorage):
    """At most `max_sessions` sessions, each for `ttl_seconds` seconds. It is used by the thread of the event loop
    alone."""

    def __init__(self, max_sessions: int, ttl_seconds: float):
        self.max_sessions, self.ttl_seconds = max_sessions, ttl_seconds
        self.sessions: OrderedDict[str, tuple[float, SessionInfo]] = OrderedDict()  # the longest closed first

    def save(self, session_info: SessionInfo) -> None:
        self.sessions[session_info.session.id] = time.monotonic(), session_info
        self.sessions.move_to_end(session_info.session.id)
        self._end_old()
        while len(self.sessions) > self.max_sessions:
            self._end_oldest()

    def get(self, session_id: str) -> SessionInfo | None:
        self._end_old()
        _, session_info = self.sessions.get(session_id, (0.0, None))
        return session_info

    def delete(self, session_id: str) -> None:
        self.sessions.pop(session_id, None)

    def list(self) -> list[SessionInfo]:
        self._end_old()
        return [session_info for _, session_info in self.sessions.values()]

    def _end_old(self):
        oldest_kept = time.monotonic() - self.ttl_seconds
        while self.sessions and next(iter(self.sessions.values()))[0] < oldest_kept:
            self._end_oldest()

    def _end_oldest(self):
        _, (_, session_info) = self.sessions.popitem(last=False)
        session_info.session.shutdown()


def limit_kept_sessions(max_sessions: int) -> None:
    """Make the server that is about to start keep at most so many sessions of closed pages."""
    # Streamlit has no setting for it, and takes the class from its module when the server starts.
    memory_session_storage.MemorySessionStorage = partial(ClosedPageSessions, max_sessions)
