"""The settings of a page: stored in its address (the query of the URL) and, across pages, in the session.

The address is read once, when a run begins, and written once, when it ends. Within a run, a page recalls settings by name: the
value is the link's, else the session's last one, else the default. Every setting that the page has recalled is written into its
address, unless it has its default.
"""

from dataclasses import dataclass, field
from functools import partial, wraps

import numpy as np
import streamlit as st
from streamlit.runtime.scriptrunner import get_script_run_ctx

from aae_core.checks import read_whole
from app.session import controls, settings

SETTINGS = "settings"  # session key: name -> text, as in the URL
OWN = "own"  # session key: name -> {what it belongs to: text}
VISIT = "visit"  # session key: the Visit to the present page
SEVERAL = 40  # texts of one name, and addresses, that are remembered
IGNORED = "ignored"  # session key: names with an invalid value in the URL, until a page has reported them


@dataclass
class Visit:
    """The stay on one page.

    known: the addresses that a message of the browser may carry, from the one that it sent last to the one written last.
    asked: the names that the page has recalled or kept. linked: texts from a link that no control has shown yet; None stands for
    the default.
    """

    page: str | None = None
    known: list[dict] = field(default_factory=list)
    asked: set[str] = field(default_factory=set)
    linked: dict[str, str | None] = field(default_factory=dict)
    back: bool = False  # whether `linked` comes from going back or forward in the browser's history
    complete: bool = False  # whether a run of the page has ended
    due: bool = False  # whether the address must be sent to the browser even if it does not change
    # by a setting's name: {"id": a revision that it named and that does not exist, "instead": the one shown}
    missed: dict[str, dict[str, str]] = field(default_factory=dict)

    def expects(self, query: dict) -> bool:
        """Whether the address of a message is known; if so, earlier ones are forgotten, as no later message can carry them."""
        if query not in self.known:
            return False
        del self.known[: self.known.index(query)]
        return True


def visit() -> Visit:
    return st.session_state.setdefault(VISIT, Visit())


def memory() -> dict[str, str]:
    return st.session_state.setdefault(SETTINGS, {})


# A run ------------------------------------------------------------------------------------------------------------------


def begin(page: str) -> None:
    """Read the address as a run of the page begins.

    An address that this session has written itself, and after which the browser has sent no later one, brings nothing new: of two
    messages in quick succession, the second still carries the address from before the first. Any other address is treated as a
    link, and so is every one to which the browser went back or forward; settings missing from that have their defaults.
    """
    current_visit = visit()
    is_new_page = current_visit.page != page
    if is_new_page:  # messages of the previous page can no longer arrive
        current_visit = st.session_state[VISIT] = Visit(page)
        _forget_controls()
    query = _query(current_visit)
    back = bool(getattr(get_script_run_ctx(), "is_history_navigation", False))
    if current_visit.expects(query) and not back:
        return
    current_visit.known.append(query)
    # Streamlit's front end leaves the address unchanged if a link leads to the same page
    current_visit.due = not is_new_page
    current_visit.back = back
    if not back:
        current_visit.linked |= query
        return
    remembered_names = {*memory(), *st.session_state.get(OWN, {})} - set(settings.PROGRESS)
    current_visit.linked |= dict.fromkeys(remembered_names, None)
    current_visit.linked |= {
        name: text for name, text in query.items() if name not in settings.PROGRESS or name not in memory()
    }


def _query(current_visit):
    """The settings in the address; those that occur more than once are ignored."""
    query = _read()
    for name in st.query_params.to_dict():
        if len(st.query_params.get_all(name)) > 1 and query.pop(_named(name), None) is not None:
            ignore(_named(name))
            # the address to be written may look unchanged, because it equals the last of the repeated values
            current_visit.due = True
    return query


def _read() -> dict[str, str]:
    """The settings in the browser's address by their present names; one under its present name takes precedence over one under a
    former name."""
    query = st.query_params.to_dict()
    return {_named(name): text for name, text in query.items() if _named(name) == name or _named(name) not in query}


def _named(name):
    """The present name of a setting in the address."""
    return settings.RENAMED.get((visit().page, name), name)


def present() -> dict[str, str]:
    """The address to be written: the settings that the page has recalled or kept, and any others in the browser's address."""
    recalled_names, stored = visit().asked, memory()
    rest = {name: text for name, text in _read().items() if name not in recalled_names}
    return rest | {name: stored[name] for name in sorted(recalled_names) if name in stored}


def write() -> None:
    """Write the address at the end of a run: in one message, and so as one entry in the browser's history."""
    current_visit, query, address = visit(), st.query_params.to_dict(), present()
    current_visit.complete = True
    if address != query or current_visit.due:
        st.query_params.from_dict(address)
        current_visit.due = False
    if current_visit.known[-1:] != [address]:
        current_visit.known = [*current_visit.known, address][-SEVERAL:]


def is_first_run() -> bool:
    """Whether no run of the page has ended since the browser turned to it."""
    return not visit().complete


def fragment(draw, **options):
    """`st.fragment` for a part of a page that changes settings: it also writes the address when it is run alone."""

    @partial(st.fragment, **options)
    @wraps(draw)
    def run(*args, **kwargs):
        is_fragment = bool(getattr(get_script_run_ctx(), "fragment_ids_this_run", None))
        if is_fragment:
            visit().expects(_read())
        draw(*args, **kwargs)
        if is_fragment:
            write()

    return run


def start_over(names: dict[str, str], linked: dict[str, str]) -> None:
    """Forget all settings except `settings.LASTING`, and set `names`; then treat `linked` like the settings of a link."""
    st.session_state[SETTINGS] = remembered(settings.LASTING) | names
    st.session_state.pop(OWN, None)
    _forget_controls()
    current_visit = visit()
    current_visit.linked = {name: text for name, text in linked.items() if name not in memory()}
    current_visit.due = True


def _forget_controls():
    """Forget the moves of all controls, so that each shows the remembered setting."""
    for name in settings.SETTINGS:
        controls.forget(name)


# Settings ---------------------------------------------------------------------------------------------------------------


def recall(name: str, read, default=None, of=None):
    """The setting `name`: `read(text)` of the link's or the session's text, or `default` if there is none.

    read: text -> value, or None for an invalid text; invalid texts of links are noted in `ignored`. of: for settings whose scope
    in the table is SHOWN, what the setting belongs to; anything hashable, such as a revision's id. When the page shows that
    again, the setting is restored. Raises KeyError and ValueError as `settings.check`.
    """
    settings.check(name, of)
    current_visit, stored = visit(), memory()
    current_visit.asked.add(name)
    if of is not None and not is_news(name, of):
        current_visit.linked.pop(name, None)
        _set(stored, name, st.session_state.get(OWN, {}).get(name, {}).get(of))
    text = current_visit.linked.get(name, stored.get(name))
    value = None if text is None else read(text)
    if value is None and is_news(name, of) and text is not None:
        ignore(name)
        return recall(name, read, default, of)
    if name in current_visit.linked:
        _set(stored, name, text)
    if of is not None:
        keep(name, None if value is None else text, of)
    return default if value is None else value


def keep(name: str, text: str | None, of=None) -> None:
    """Remember the text of a setting; None forgets it (defaults are not written into the URL). of: as in `recall`."""
    settings.check(name, of)
    current_visit = visit()
    current_visit.asked.add(name)
    current_visit.linked.pop(name, None)
    _set(memory(), name, text)
    if of is not None:
        texts_by_owner = st.session_state.setdefault(OWN, {}).setdefault(name, {})
        _set(texts_by_owner, of, text)
        while len(texts_by_owner) > SEVERAL:
            texts_by_owner.pop(next(iter(texts_by_owner)))


def _set(texts, key, text):
    """Store a text at the end of a dictionary; None deletes the key."""
    texts.pop(key, None)
    if text is not None:
        texts[key] = text


def is_news(name: str, of=None) -> bool:
    """Whether a link brings another value of `name` than this session has; to be called before `recall`, with the same `of`.

    Texts from a link are compared with the session's present one, even if that belongs to another `of`: a link to another `of`
    may still carry it. After going back or forward, they are compared with the text remembered for `of`.
    """
    current_visit, stored = visit(), memory()
    if of is not None and current_visit.back:
        stored = {name: st.session_state.get(OWN, {}).get(name, {}).get(of)}
    return name in current_visit.linked and current_visit.linked[name] != stored.get(name)


def linked() -> dict[str, str | None]:
    """The texts from a link that no control has shown yet and that were not ignored: a run may end before a control is drawn."""
    return dict(visit().linked)


def remembered(names) -> dict[str, str]:
    """The session's texts of these names, as far as there are any."""
    return {name: text for name, text in memory().items() if name in names}


def drop(name: str) -> None:
    """Forget the link's text of a setting, or the session's where the link has none."""
    visit().asked.add(name)
    if visit().linked.pop(name, None) is None:
        _set(memory(), name, None)


def ignore(name: str) -> None:
    """Drop the invalid text that the link has for `name`, and note the name until a page reports it."""
    visit().asked.add(name)
    visit().linked.pop(name, None)
    st.session_state.setdefault(IGNORED, set()).add(name)


def ignored() -> list[str]:
    """Names of the settings that were ignored since the last call."""
    return sorted(st.session_state.pop(IGNORED, set()))


# Texts ------------------------------------------------------------------------------------------------------------------


def read_code(text: str, dim: int) -> np.ndarray | None:
    """A code from its text in the URL, such as "0.5,-1.2": float64 d; None unless it has `dim` numbers, each below 10⁶ in
    size."""
    if len(text) > 20_000:
        return None
    z = settings.read_numbers(text)
    if z is None or len(z) != dim:
        return None
    return np.array(z)


def current_code(name: str, first: np.ndarray) -> np.ndarray:
    """The current z under `name`, d values; `first` if there is none, or if it has another number of dimensions."""
    z = recall(name, lambda text: read_code(text, len(first)))
    if z is None:
        keep(name, None)  # it belongs to a revision with other dimensions
    return first if z is None else z


def keep_code(name: str, z: np.ndarray) -> None:
    keep(name, ",".join(f"{value:.4g}" for value in z))


def read_number(low: int, high: int):
    """A reader for `recall`: a whole number from low to high."""
    return lambda text: read_whole(text, low, high)
