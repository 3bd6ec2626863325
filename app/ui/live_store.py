"""The current list of revisions, for pages that refresh every second, and the actions of their buttons.

All sessions share one cached list; the longer it takes to read, the longer it is kept, so that a store of a thousand revisions
slows no page. A change made by a page itself is visible at once.
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
PROBLEM = "board.problem"  # session key: why the last action was refused
LEAST = 0.5  # seconds for which a list is kept, at least
SHARE = 0.05  # largest share of the time that may be spent on listing
AWAY = 15.0  # seconds without a refresh after which a page no longer counts as watching
PACES = {10: 1.0, 25: 2.0}  # largest number of watching pages -> seconds between two refreshes
SLOWEST = 4.0  # seconds, with more pages than that


class Board:
    """The list of the revisions in one store. Whenever it is read again, dead workers are found and waiting trainings launched.
    fault: a sentence on why waiting trainings cannot be launched; "" if they can."""

    def __init__(self, store: Store):
        self.store = store
        self.fault = ""
        self._lock = threading.Lock()
        self._rows: list[Summary] = []
        self._due = 0.0  # when the list must be read again
        self._forgotten = False
        self._watching: dict[str, float] = {}  # session id -> when its page was last refreshed

    def rows(self) -> list[Summary]:
        """All revisions, newest first; RevisionError if the store cannot be read."""
        with self._lock:
            began = time.monotonic()
            if self._forgotten:  # reset before reading, so that what is done meanwhile is in the next list
                self._forgotten, self._due = False, 0.0
            if began >= self._due:
                try:
                    control.pump(self.store)
                    self.fault = ""
                except AAEError as error:  # an invalid setting, a read-only store
                    self.fault = str(error)
                self._rows = self.store.list()
                now = time.monotonic()
                self._due = now + max(LEAST, (now - began) / SHARE)
            return self._rows

    def pace(self, session: str) -> float:
        """Seconds between two refreshes of a session's page that watches a training. With many pages it grows: forty pages
        refreshed every second use a whole processor core, and a progress bar may well move every four seconds."""
        now = time.monotonic()
        with self._lock:
            self._watching[session] = now
            self._watching = {each: at for each, at in self._watching.items() if now - at < AWAY}
            page_count = len(self._watching)
        for most, pace in PACES.items():
            if page_count <= most:
                return pace
        return SLOWEST

    def forget(self) -> None:
        """Make the next call read the store again, and the one after a call that is reading it now."""
        self._forgotten = True


def board() -> Board:
    return _board(str(Store().root))


@st.cache_resource(show_spinner=False)
def _board(root):
    return Board(Store(root))


def pace() -> float:
    """`Board.pace` of the session whose page is drawn, in seconds."""
    context = get_script_run_ctx()
    return board().pace(context.session_id if context else "")


def rows() -> list[Summary]:
    """All revisions, newest first; an error box, and no revisions, if the store cannot be read. There is an error box, too, if
    waiting trainings cannot be launched."""
    found = []
    with widgets.guarded():
        found = board().rows()
        if board().fault:
            widgets.error_box(board().fault)
    return found


def rows_without_boxes() -> list[Summary]:
    """All revisions, newest first, without error boxes, for a page on which another part calls `rows`."""
    with suppress(AAEError):
        return board().rows()
    return []


def fresh(row: Summary) -> Summary:
    """The summary of a row as it is now: the list may be slightly old, but the watched revision must be up to date."""
    now = loaded.fresh(row)
    if now.state != row.state:
        board().forget()
    return now


def under_way(found: list[Summary]) -> bool:
    return any(row.state in BUSY for row in found)


def choose(found, wanted: str | None):
    """The summary to watch: the revision named in the URL; else, of those in training or waiting, first one that the visitor may
    change, then a running one. None if there is none."""
    places = {"running": 0, "queued": 1}
    for row in found:
        if row.id == wanted:
            return row
    rows = [row for row in found if row.state in places]
    return min(rows, key=lambda row: (not acts.may_change(row.owner), places[row.state]), default=None)


def do(action, *given):
    """The result of `action(store, *given)`; if it raises AAEError, None, and `say_problem` will show the error."""
    try:
        return action(board().store, *given)
    except AAEError as error:
        st.session_state[PROBLEM] = str(error)
        return None
    finally:
        board().forget()


def button(label: str, icon: str, key: str, action, *given, **options) -> None:
    """Draw a button that runs `action(store, *given)`. options: as in `st.button`."""
    st.button(label, icon=f":material/{icon}:", key=key, on_click=do, args=(action, *given), **options)


def say_problem() -> None:
    """Show the error of the last refused action, once."""
    problem = st.session_state.pop(PROBLEM, None)
    if problem is not None:
        widgets.error_box(problem)
