"""What a page remembers: settings that stand in its address, and in the session while one turns pages.

The address is read once, as a run begins, and written once, as it ends. Within a run a page recalls settings by name: from what a
link brought, else from what this session last had, else the default. A setting that the page asked for stands in its address.
"""

from dataclasses import dataclass, field
from functools import partial, wraps

import numpy as np
import streamlit as st
from streamlit.runtime.scriptrunner import get_script_run_ctx

from aae_core.checks import read_whole
from app.session import controls, settings

SETTINGS = "settings"  # session key: name -> text, as it stands in the URL
OWN = "own"  # session key: name -> {what it belongs to: text}
VISIT = "visit"  # session key: the Visit to the page that is shown
SEVERAL = 40  # texts of one name, and addresses, that are remembered
IGNORED = "ignored"  # session key: names whose value in the URL made no sense, until a page has said so


@dataclass
class Visit:
    """The stay on one page.

    known: the addresses that a message may carry, from the one that the browser had last to the one written last.
    asked: the names that the page has asked for. linked: what a link brought and no control has shown yet; None: its default.
    """

    page: str | None = None
    known: list[dict] = field(default_factory=list)
    asked: set[str] = field(default_factory=set)
    linked: dict[str, str | None] = field(default_factory=dict)
    back: bool = False  # whether the browser brought that by going back or forward
    due: bool = False  # whether the browser must be told the address although nothing in it changes

    def expects(self, query: dict) -> bool:
        """Whether a message carries an address that is known; no later one will carry an earlier one."""
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

    An address that this session has written itself, and for which the browser has named no later one since, says nothing new: of
    two messages in quick succession, the second still carries the address from before the first. Any other is a link. So is
    every address to which the browser went back or forward; settings that it lacks then have their defaults.
    """
    here, turned = visit(), visit().page != page
    if turned:  # messages of the former page can no longer arrive
        here = st.session_state[VISIT] = Visit(page)
        _forget_controls()
    query, back = _query(here), bool(getattr(get_script_run_ctx(), "is_history_navigation", False))
    if here.expects(query) and not back:
        return
    here.known.append(query)
    here.due = not turned  # Streamlit's browser part leaves the address as it was where a link leads to the same page
    if back:
        here.linked |= dict.fromkeys(({*memory(), *st.session_state.get(OWN, {})} - set(settings.PROGRESS)), None)
    here.back, known = back, memory() if back else ()
    here.linked |= {name: text for name, text in query.items() if not (name in settings.PROGRESS and name in known)}


def _query(here):
    """The settings of the address; those that occur more than once are ignored."""
    query = _read()
    for name in st.query_params.to_dict():
        if len(st.query_params.get_all(name)) > 1 and query.pop(_named(name), None) is not None:
            ignore(_named(name))
            here.due = True  # what is written may equal the last of the repeated values
    return query


def _read() -> dict[str, str]:
    """The browser's address, by the names that the page's settings have today; where a former one stands beside it, today's
    counts."""
    query = st.query_params.to_dict()
    return {_named(name): text for name, text in query.items() if _named(name) == name or _named(name) not in query}


def _named(name):
    """The name under which the page has a setting of the address."""
    return settings.RENAMED.get((visit().page, name), name)


def present() -> dict[str, str]:
    """The address as it is to be: what the page has asked for, and what else the browser's has."""
    asked, held = visit().asked, memory()
    rest = {name: text for name, text in _read().items() if name not in asked}
    return rest | {name: held[name] for name in sorted(asked) if name in held}


def write() -> None:
    """Write the address as a run ends: one message, and so one entry in the browser's history."""
    here, query, address = visit(), st.query_params.to_dict(), present()
    if address != query or here.due:
        st.query_params.from_dict(address)
        here.due = False
    if here.known[-1:] != [address]:
        here.known = [*here.known, address][-SEVERAL:]


def fragment(draw, **options):
    """`st.fragment` for a part of a page that changes settings: a run of it alone writes the address, too."""

    @partial(st.fragment, **options)
    @wraps(draw)
    def run(*args, **kwargs):
        alone = bool(getattr(get_script_run_ctx(), "fragment_ids_this_run", None))
        if alone:
            visit().expects(_read())
        draw(*args, **kwargs)
        if alone:
            write()

    return run


def start_over(names: dict[str, str], linked: dict[str, str]) -> None:
    """Forget all settings except the lasting ones, and set `names`; the rest is as if a link brought `linked`."""
    st.session_state[SETTINGS] = remembered(settings.LASTING) | names
    st.session_state.pop(OWN, None)
    _forget_controls()
    here = visit()
    here.linked = {name: text for name, text in linked.items() if name not in memory()}
    here.due = True


def _forget_controls():
    """From now on each control shows what is remembered."""
    for name in settings.SETTINGS:
        controls.forget(name)


# Settings ---------------------------------------------------------------------------------------------------------------


def recall(name: str, read, default=None, of=None):
    """The setting `name`: `read(text)` of the link's or the session's text, or `default` where there is none.

    read: text -> value, or None where the text makes no sense; what a link brings and makes no sense is noted in `ignored`.
    of: what alone the setting applies to, where the table says so; anything hashable, as a revision and how it is seen. Its text
    comes back with it.
    """
    settings.check(name, of)
    here, held = visit(), memory()
    here.asked.add(name)
    if of is not None and not is_news(name, of):
        here.linked.pop(name, None)
        _set(held, name, st.session_state.get(OWN, {}).get(name, {}).get(of))
    text = here.linked.get(name, held.get(name))
    value = None if text is None else read(text)
    if value is None and is_news(name, of) and text is not None:
        ignore(name)
        return recall(name, read, default, of)
    if name in here.linked:
        _set(held, name, text)
    if of is not None:
        keep(name, None if value is None else text, of)
    return default if value is None else value


def keep(name: str, text: str | None, of=None) -> None:
    """Remember a setting; None forgets it (a default needs no place in the URL). of: as in `recall`."""
    settings.check(name, of)
    here = visit()
    here.asked.add(name)
    here.linked.pop(name, None)
    _set(memory(), name, text)
    if of is not None:
        kept = st.session_state.setdefault(OWN, {}).setdefault(name, {})
        _set(kept, of, None)
        _set(kept, of, text)
        while len(kept) > SEVERAL:
            kept.pop(next(iter(kept)))


def _set(held, key, text):
    held.pop(key, None) if text is None else held.update({key: text})


def is_news(name: str, of=None) -> bool:
    """Whether a link brings another value of `name` than this session has; asked before `recall`, and with the same `of`.

    A link to another `of` may still carry what belongs to the one before; an address that the browser goes back to does not.
    """
    here, held = visit(), memory()
    if of is not None and here.back:
        held = {name: st.session_state.get(OWN, {}).get(name, {}).get(of)}
    return name in here.linked and here.linked[name] != held.get(name)


def linked() -> dict[str, str | None]:
    """What a link brought, as far as it makes sense and no control has shown it: a run may end before the control is drawn."""
    return dict(visit().linked)


def remembered(names) -> dict[str, str]:
    """The texts that the session has of these names."""
    return {name: text for name, text in memory().items() if name in names}


def ignore(name: str) -> None:
    """Leave out what the link says of `name` because it is invalid, and note that until a page reports it."""
    visit().asked.add(name)
    visit().linked.pop(name, None)
    st.session_state.setdefault(IGNORED, set()).add(name)


def ignored() -> list[str]:
    """Names of the settings that were ignored since the last call."""
    return sorted(st.session_state.pop(IGNORED, set()))


# Texts ------------------------------------------------------------------------------------------------------------------


def read_code(text: str, dim: int) -> np.ndarray | None:
    """A code from its text in the URL, "0.5,-1.2": float d, or None unless it has `dim` numbers of sensible size."""
    z = settings.read_numbers(text) if len(text) <= 20_000 else None
    return np.array(z) if z and len(z) == dim else None


def current_code(name: str, first: np.ndarray) -> np.ndarray:
    """The current z under `name`, d values; `first` to begin with and in place of a code of another size."""
    z = recall(name, lambda text: read_code(text, len(first)))
    if z is None:
        keep(name, None)  # it belongs to a revision with other dimensions
    return first if z is None else z


def keep_code(name: str, z: np.ndarray) -> None:
    keep(name, ",".join(f"{v:.4g}" for v in z))


def read_number(low: int, high: int):
    """A reader for `recall`: a whole number from low to high."""
    return lambda text: read_whole(text, low, high)
