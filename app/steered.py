"""Controls that a person moves and the page moves too: sliders over the code, the number of the chosen code, its class.

What the browser sent before it heard of the page's move still says where the control stood, and Streamlit (1.67) takes that
for a move by the person, which would take the page's back. So with each of its moves the control has another key, and what is
said of a former one is heard by nobody.
"""

import streamlit as st

MOVES = "steered"  # session key: name -> how often the page moved it
NOWHERE = object()  # where a control stands that nobody has moved on this page


def key(name: str) -> str:
    """The present key of a control."""
    moves = st.session_state.get(MOVES, {}).get(name, 0)
    return f"{name}.{moves}" if moves else name


def value(name: str, default=NOWHERE):
    """Where the control stands; `default` while nobody has moved it on this page."""
    return st.session_state.get(key(name), default)


def move(name: str, to) -> None:
    """The page moves the control: in a callback, or before it is drawn."""
    if st.session_state.get(key(name), NOWHERE) == to:
        return
    moves = st.session_state.setdefault(MOVES, {})
    moves[name] = moves.get(name, 0) + 1
    st.session_state[key(name)] = to


def forget(name: str) -> None:
    """Nobody has moved it."""
    st.session_state.pop(key(name), None)


def at(name: str) -> str:
    """A selector of the control in the page, whatever its present key."""
    return f":is(.st-key-{name}, [class*='st-key-{name}-'])"


def heard(name: str, act, *args) -> dict:
    """Key and callback of a control whose moves by the person are answered by act(*args): arguments of its widget."""
    return {"key": key(name), "on_change": _heard, "args": (name, key(name), act, args)}


def _heard(name, of, act, args):
    if of == key(name):
        act(*args)
