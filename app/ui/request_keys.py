"""Keys that the buttons carry which start trainings, so that a button that is pressed twice starts once.

A second press can reach the server before the page is drawn anew, or after; in both cases it is a press of the button with
the former key, whose request has been met (`actions.start_training`). So the key is part of the button's own key as well.
"""

import secrets

import streamlit as st


def current_request_key(button: str) -> str:
    """The key that the button of this name carries, until `renew_request_key`."""
    return st.session_state.setdefault(_state_key(button), secrets.token_hex(8))


def renew_request_key(button: str) -> None:
    """Give the button of this name a new key, after it has started something: the next press is another request."""
    st.session_state[_state_key(button)] = secrets.token_hex(8)


def _state_key(button):
    return f"{button}.request_key"
