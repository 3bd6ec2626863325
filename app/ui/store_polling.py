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
from aae_core.runs import sweep_control
from aae_core.store.revisions import Store, Summary
from aae_core.store.status import BUSY
from app.cache import revision_data
from app.ui import widgets
from app.visitors import actions

RESUMABLE_STATES = ("paused", "failed", "stopped")
ACTION_ERROR_KEY = "board.problem"  # session key: why the last action was refused
MIN_LIST_AGE = 0.5  # seconds for which a list is kept, at least
MAX_LISTING_SHARE = 0.05  # largest share of the time that may be spent on listing
WATCHING_TIMEOUT = 15.0  # seconds without a refresh after which a page no longer counts as watching
REFRESH_INTERVALS = {10: 1.0, 25: 2.0}  # largest number of watching pages -> seconds between two refreshes
SLOWEST_INTERVAL = 4.0  # seconds, with more pages than that
STARTING_INTERVAL = 0.4  # seconds, with few pages, while the training that is watched prepares its first step


class StorePoller:
    """The list of the revisions in one store. Whenever it is read again, dead workers are found and waiting trainings launched.
    fault: a sentence on why waiting trainings cannot be launched; "" if they can."""

    def __init__(self, store: Store):
        self.store = store
        self.fault = ""
        self._lock = threading.Lock()
        self._rows: list[Summary] = []
        self._due = 0.0  # when the list must be read again
        self._is_invalidated = False
        self._watching: dict[str, float] = {}  # session id -> when its page was last refreshed

    def summaries(self) -> list[Summary]:
        """All revisions, newest first; RevisionError if the store cannot be read."""
        with self._lock:
            start_time = time.monotonic()
            if self._is_invalidated:  # reset before reading, so that what is done meanwhile is in the next list
                self._is_invalidated, self._due = False, 0.0
            if start_time >= self._due:
                try:
                    sweep_control.advance_sweeps(self.store)
                    self.fault = ""
                except AAEError as error:  # an invalid setting, a read-only store
                    self.fault = str(error)
                self._rows = self.store.list()
                now = time.monotonic()
                self._due = now + max(MIN_LIST_AGE, (now - start_time) / MAX_LISTING_SHARE)
            return self._rows

    def refresh_interval(self, session_id: str) -> float:
        """Seconds between two refreshes of a session's page that watches a training. With many pages it grows: forty pages
        refreshed every second use a whole processor core, and a progress bar may well move every four seconds."""
        now = time.monotonic()
        with self._lock:
            self._watching[session_id] = now
            self._watching = {
                watching_id: last_seen
                for watching_id, last_seen in self._watching.items()
                if now - last_seen < WATCHING_TIMEOUT
            }
            page_count = len(self._watching)
        for max_pages, interval in REFRESH_INTERVALS.items():
            if page_count <= max_pages:
                return interval
        return SLOWEST_INTERVAL

    def invalidate(self) -> None:
        """Make the next call read the store again, and the one after a call that is reading it now."""
        self._is_invalidated = True


def store_poller() -> StorePoller:
    return _poller_of(str(Store().root))


@st.cache_resource(show_spinner=False)
def _poller_of(root):
    return StorePoller(Store(root))


def refresh_interval(is_starting: bool = False) -> float:
    """`StorePoller.refresh_interval` of the session whose page is drawn. is_starting: whether it shows a training that
    prepares its first step, so that the codes are seen as soon as there are any."""
    context = get_script_run_ctx()
    interval = store_poller().refresh_interval(context.session_id if context else "")
    return STARTING_INTERVAL if is_starting and interval == min(REFRESH_INTERVALS.values()) else interval


def list_summaries() -> list[Summary]:
    """All revisions, newest first; an error box, and no revisions, if the store cannot be read. There is an error box, too, if
    waiting trainings cannot be launched."""
    summaries = []
    with widgets.errors_in_boxes():
        summaries = store_poller().summaries()
        if store_poller().fault:
            widgets.render_error_box(store_poller().fault)
    return summaries


def list_summaries_silently() -> list[Summary]:
    """All revisions, newest first, without error boxes, for a page on which another part calls `list_summaries`."""
    with suppress(AAEError):
        return store_poller().summaries()
    return []


def refresh_summary(summary: Summary) -> Summary:
    """The summary of a row as it is now: the list may be slightly old, but the watched revision must be up to date."""
    current = revision_data.with_current_status(summary)
    if current.state != summary.state:
        store_poller().invalidate()
    return current


def is_any_under_way(summaries: list[Summary]) -> bool:
    return any(row.state in BUSY for row in summaries)


def choose_watched_training(summaries, revision_id: str | None):
    """The summary to watch: the revision named in the URL; else, of those in training or waiting, first one that the visitor may
    change, then a running one. None if there is none."""
    state_order = {"running": 0, "queued": 1}
    for row in summaries:
        if row.id == revision_id:
            return row
    candidates = [row for row in summaries if row.state in state_order]
    return min(candidates, key=lambda row: (not actions.may_change(row.owner), state_order[row.state]), default=None)


def run_action(action, *args):
    """The result of `action(store, *args)`; if it raises AAEError, None, and `render_action_error` will show the error."""
    try:
        return action(store_poller().store, *args)
    except AAEError as error:
        st.session_state[ACTION_ERROR_KEY] = str(error)
        return None
    finally:
        store_poller().invalidate()


def render_action_button(label: str, icon: str, key: str, action, *args, **options) -> None:
    """Draw a button that runs `action(store, *args)`. options: as in `st.button`."""
    st.button(label, icon=f":material/{icon}:", key=key, on_click=run_action, args=(action, *args), **options)


def render_action_error() -> None:
    """Show the error of the last refused action, once."""
    error = st.session_state.pop(ACTION_ERROR_KEY, None)
    if error is not None:
        widgets.render_error_box(error)
