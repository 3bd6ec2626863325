"""Controls that both the user and the page can move, such as the sliders for z, and the number and class of the chosen code.

A message that the browser sent before it learned of a move by the page still has the control's old value. Streamlit (1.67) takes
that for a move by the user, which would undo the page's. So each move by the page gives the control a new key, and messages
about earlier keys are ignored.
"""

from functools import partial

import streamlit as st

MOVE_COUNTS_KEY = "steered"  # session key: name -> how often the page moved it
CALLBACKS_KEY = "steered.acts"  # session key: name -> the function that runs when the user moves it
UNMOVED = object()  # the value of a control that has not been moved on this page


def current_widget_key(name: str) -> str:
    """The present key of a control."""
    move_count = st.session_state.get(MOVE_COUNTS_KEY, {}).get(name, 0)
    return f"{name}.{move_count}" if move_count else name


def current_value(name: str, default=UNMOVED):
    """The control's value; `default` while nobody has moved it on this page."""
    return st.session_state.get(current_widget_key(name), default)


def move_control(name: str, new_value) -> None:
    """Move the control on behalf of the page; allowed in a callback, or before the control is drawn."""
    if st.session_state.get(current_widget_key(name), UNMOVED) == new_value:
        return
    move_counts = st.session_state.setdefault(MOVE_COUNTS_KEY, {})
    move_counts[name] = move_counts.get(name, 0) + 1
    st.session_state[current_widget_key(name)] = new_value


def forget_moved_value(name: str) -> None:
    """Forget the value to which it was moved."""
    st.session_state.pop(current_widget_key(name), None)


def css_selector(name: str) -> str:
    """A CSS selector for the control, whatever its present key."""
    return f":is(.st-key-{name}, [class*='st-key-{name}-'])"


def callback_arguments(name: str, callback, *args) -> dict:
    """Arguments (key and callback) for a control's widget; callback(*args) runs when the user moves it.

    Streamlit (1.67) keeps the callbacks of all keys that a session has ever had. So they contain only the name, under which the
    function is stored once.
    """
    st.session_state.setdefault(CALLBACKS_KEY, {})[name] = partial(callback, *args)
    return {"key": current_widget_key(name), "on_change": _run_callback, "args": (name, current_widget_key(name))}


def _run_callback(name, widget_key):
    if widget_key == current_widget_key(name):
        st.session_state[CALLBACKS_KEY][name]()
