"""What a page remembers: settings that stand in its address, and in the session while one turns pages.

A link reopens what it showed: a page reads a setting from the URL if that is new, else from what this session last had, else
takes the default.
"""

import math
import time

import numpy as np
import streamlit as st

SETTINGS = "settings"  # session key: name -> text, as it stands in the URL
FORMER = "former"  # session key: name -> {text that it had: when it was given up}
TURNED = "turned"  # session key: the name of the page that is shown
STALE = 6.0  # seconds in which a page may still send an address that another run has changed since
OWN = "own"  # session key: name -> {what it belongs to: text}
SEVERAL = 40  # texts of one name that are remembered
IGNORED = "ignored"  # session key: names whose value in the URL made no sense, until a page has said so


# Settings ---------------------------------------------------------------------------------------------------------------


def recall(name: str, read, default):
    """The setting `name`: `read(text)` of the URL's or the session's text, or `default` where there is none.

    read: text -> value, or None where the text makes no sense; what the URL brings and makes no sense is noted in `ignored`.
    """
    memory = st.session_state.setdefault(SETTINGS, {})
    if is_news(name):
        text = st.query_params[name]
        value = read(text)
        if value is not None:
            memory[name] = text
            return value
        ignore(name)
        del st.query_params[name]
    value = read(memory[name]) if name in memory else None
    return default if value is None else value


def own(name: str, of, read) -> str | None:
    """The text of the setting `name` for `of`, to which alone it applies; None if it has none.

    of: anything hashable, as a revision and how it is seen. read: as in `recall`. The link holds the text of the last `of` asked
    for: going to another page empties it, and for another revision it would be wrong.
    """
    kept = st.session_state.setdefault(OWN, {}).setdefault(name, {})
    if is_news(name):
        text = st.query_params[name]
        recall(name, read, None)
        if read(text) is not None:
            keep_own(name, of, text)
    text = kept.get(of)
    text = None if text is None or read(text) is None else text
    keep(name, text)
    return text


def keep_own(name: str, of, text: str | None) -> None:
    """Remember a setting that belongs to `of`; None forgets it."""
    kept = st.session_state.setdefault(OWN, {}).setdefault(name, {})
    kept.pop(of, None)
    if text is not None:
        kept[of] = text
        while len(kept) > SEVERAL:
            kept.pop(next(iter(kept)))
    keep(name, text)


def ignore_repeated() -> None:
    """Ignore settings that occur more than once in the link."""
    for name in [name for name in st.query_params if len(st.query_params.get_all(name)) > 1]:
        ignore(name)
        del st.query_params[name]


def ignore(name: str) -> None:
    """Note that the link's `name` was invalid, until a page reports it."""
    st.session_state.setdefault(IGNORED, set()).add(name)


def is_news(name: str) -> bool:
    """Whether the URL holds another value of `name` than this session: a link was followed.

    A value that this session itself has just replaced does not count: of two messages in quick succession, the second still
    carries the address from before the first.
    """
    text = st.query_params.get(name)
    if text is None or text == st.session_state.get(SETTINGS, {}).get(name):
        return False
    return not just_given_up(name, text)


def just_given_up(name: str, text: str) -> bool:
    """Whether this session replaced the text `text` of `name` so recently that a page may still send it."""
    given_up = st.session_state.get(FORMER, {}).get(name, {}).get(text)
    return given_up is not None and time.monotonic() - given_up <= STALE


def give_up(name: str, text: str) -> None:
    """Note that `name` had the text `text` until now."""
    former = st.session_state.setdefault(FORMER, {}).setdefault(name, {})
    former[text] = time.monotonic()
    while len(former) > SEVERAL:
        former.pop(next(iter(former)))


def arrive(page: str) -> None:
    """Note which page is shown; after a change of page, replaced values in a link count as news again, because no more messages
    of the former page can arrive."""
    if st.session_state.get(TURNED) != page:
        st.session_state[TURNED] = page
        st.session_state.pop(FORMER, None)


def keep(name: str, text: str | None) -> None:
    """Remember a setting in the session and the URL; None forgets it (a default needs no place in the URL)."""
    memory = st.session_state.setdefault(SETTINGS, {})
    if memory.get(name, text) != text:
        give_up(name, memory[name])
    if text is None:
        memory.pop(name, None)
        st.query_params.pop(name, None)
        return
    memory[name] = text
    if st.query_params.get(name) != text:
        st.query_params[name] = text


def ignored() -> list[str]:
    """Names of the settings that were ignored since the last call."""
    return sorted(st.session_state.pop(IGNORED, set()))


def read_code(text: str, dim: int) -> np.ndarray | None:
    """A code from its text in the URL, "0.5,-1.2": float d, or None unless it has `dim` numbers of sensible size."""
    if len(text) > 20_000:
        return None
    try:
        z = [float(part) for part in text.split(",")]
    except ValueError:
        return None
    return np.array(z) if len(z) == dim and all(math.isfinite(v) and abs(v) < 1e6 for v in z) else None


def current_code(name: str, first: np.ndarray) -> np.ndarray:
    """The current z under `name`, d values; `first` to begin with and in place of a code of another size."""
    memory = st.session_state.setdefault(SETTINGS, {})
    if name in memory and read_code(memory[name], len(first)) is None:
        keep(name, None)  # it belongs to a revision with other dimensions
    z = recall(name, lambda text: read_code(text, len(first)), first)
    if name in memory:
        keep(name, memory[name])  # going to another page empties the URL
    return z


def keep_code(name: str, z: np.ndarray) -> None:
    keep(name, ",".join(f"{v:.4g}" for v in z))


def read_number(low: int, high: int):
    """A reader for `recall`: a whole number from low to high."""

    def read(text):
        return int(text) if text.removeprefix("-").isdecimal() and len(text) < 12 and low <= int(text) <= high else None

    return read
