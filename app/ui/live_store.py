"""What is in the store just now, for pages that ask every second; and what their buttons do to it.

The list is shared by all tabs and kept for a moment, the longer the more it costs, so that a store of a thousand
revisions slows no page. Whatever a page itself changes is seen at once.
"""

import threading
import time
from contextlib import suppress

import streamlit as st
from streamlit.runtime.scriptrunner import get_script_run_ctx

from aae_core.errors import AAEError
from aae_core.store.revisions import Store, Summary
from aae_core.store.status import BUSY
from aae_core.sweeps import control
from app.cache import loaded
from app.ui import widgets
from app.visitors import acts

RESUMABLE = ("paused", "failed", "stopped")
PROBLEM = "board.problem"  # session key: what an action was refused for
LEAST = 0.5  # seconds that a list is kept, at least
SHARE = 0.05  # of the time that listing may take, at most
AWAY = 15.0  # seconds without a refresh after which a page no longer watches
PACES = {10: 1.0, 25: 2.0}  # seconds between two refreshes while at most so many pages watch
SLOWEST = 4.0


class Board:
    """The list of one store, read again when it is due; finding dead workers and launching the next belong to that. fault: why
    nothing that waits can begin, in a sentence; "" where it can."""

    def __init__(self, store: Store):
        self.store, self.fault = store, ""
        self._lock, self._rows, self._due = threading.Lock(), [], 0.0
        self._watching: dict[str, float] = {}

    def rows(self) -> list[Summary]:
        """All revisions, the newest first; raises RevisionError if the store cannot be read."""
        with self._lock:
            began = time.monotonic()
            if began >= self._due:
                self.fault = self._pump()
                self._rows = self.store.list()
                now = time.monotonic()
                self._due = now + max(LEAST, (now - began) / SHARE)
            return self._rows

    def _pump(self):
        """Why not all could be launched, as with a wrong setting or in a store that may only be read; "" for nothing."""
        try:
            control.pump(self.store)
        except AAEError as error:
            return str(error)
        return ""

    def pace(self, session: str) -> float:
        """Seconds between two refreshes of a session's page that watches a training: a bar that moves every four seconds is no
        worse, and forty pages every second take all of a processor."""
        now = time.monotonic()
        with self._lock:
            self._watching[session] = now
            self._watching = {each: at for each, at in self._watching.items() if now - at < AWAY}
            return next((pace for most, pace in PACES.items() if len(self._watching) <= most), SLOWEST)

    def forget(self) -> None:
        """Make the next call read the store again."""
        self._due = 0.0


def board() -> Board:
    return _board(str(Store().root))


@st.cache_resource(show_spinner=False)
def _board(root):
    return Board(Store(root))


def pace() -> float:
    """Seconds between two refreshes of the page that is drawn, as `Board.pace` has them."""
    context = get_script_run_ctx()
    return board().pace(context.session_id if context else "")


def rows() -> list[Summary]:
    """All revisions, the newest first; if the store cannot be read, an error box and none. A box, too, if nothing that waits can
    begin."""
    found = []
    with widgets.guarded():
        found = board().rows()
        if board().fault:
            widgets.error_box(board().fault)
    return found


def listed() -> list[Summary]:
    """The same without the boxes, for a page of which another part calls `rows`."""
    with suppress(AAEError):
        return board().rows()
    return []


def fresh(row: Summary) -> Summary:
    """The present state of a row: the list may be a moment old, but the watched revision must be up to date."""
    now = loaded.fresh(row)
    if now.state != row.state:
        board().forget()
    return now


def under_way(found: list[Summary]) -> bool:
    return any(row.state in BUSY for row in found)


def choose(found, wanted: str | None):
    """The summary to watch: the one the URL names, else the one that trains, else the one that waits, of the visitor's own before
    others'; None for none."""
    places = {"running": 0, "queued": 1}
    rows = [row for row in found if row.id == wanted] or [row for row in found if row.state in places]
    return min(rows, key=lambda row: (not acts.may_change(row.owner), places.get(row.state)), default=None)


def do(action, *given):
    """The result of a button's `action(store, *given)`; on a refusal, keep it for `say_problem` and return None."""
    try:
        return action(board().store, *given)
    except AAEError as error:
        st.session_state[PROBLEM] = str(error)
        return None
    finally:
        board().forget()


def button(label: str, icon: str, key: str, action, *given, **options) -> None:
    """A button that has `action(store, *given)` done; options: as `st.button` takes them."""
    st.button(label, icon=f":material/{icon}:", key=key, on_click=do, args=(action, *given), **options)


def say_problem() -> None:
    """The error box of the last refused action, once."""
    if (problem := st.session_state.pop(PROBLEM, None)) is not None:
        widgets.error_box(problem)
