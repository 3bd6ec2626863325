"""Controls that both the user and the page can move, such as the sliders for z, and the number and class of the chosen code.

A message that the browser sent before it learned of a move by the page still has the control's old value. Streamlit (1.67) takes
that for a move by the user, which would undo the page's. So each move by the page gives the control a new key, and messages
about earlier keys are ignored.
"""

from functools import partial

import streamlit as st

MOVES = "steered"  # session key: name -> how often the page moved it
ACTS = "steered.acts"  # session key: name -> the function that runs when the user moves it
NOWHERE = object()  # the value of a control that has not been moved on this page


def key(name: str) -> str:
    """The present key of a control."""
    moves = st.session_state.get(MOVES, {}).get(name, 0)
    return f"{name}.{moves}" if moves else name


def value(name: str, default=NOWHERE):
    """The control's value; `default` while nobody has moved it on this page."""
    return st.session_state.get(key(name), default)


def move(name: str, to) -> None:
    """Move the control on behalf of the page; allowed in a callback, or before the control is drawn."""
    if st.session_state.get(key(name), NOWHERE) == to:
        return
    moves = st.session_state.setdefault(MOVES, {})
    moves[name] = moves.get(name, 0) + 1
    st.session_state[key(name)] = to


def forget(name: str) -> None:
    """Forget the value to which it was moved."""
    st.session_state.pop(key(name), None)


def selector(name: str) -> str:
    """A CSS selector for the control, whatever its present key."""
    return f":is(.st-key-{name}, [class*='st-key-{name}-'])"


def on_move(name: str, act, *args) -> dict:
    """Arguments (key and callback) for a control's widget; act(*args) runs when the user moves it.

    Streamlit (1.67) keeps the callbacks of all keys that a session has ever had. So they contain only the name, under which the
    function is stored once.
    """
    st.session_state.setdefault(ACTS, {})[name] = partial(act, *args)
    return {"key": key(name), "on_change": _moved, "args": (name, key(name))}


def _moved(name, widget_key):
    if widget_key == key(name):
        st.session_state[ACTS][name]()
