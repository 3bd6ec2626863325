"""Messages from a component in the browser to Python: checked, ordered, and delivered once."""

from collections.abc import Callable
from functools import partial

import streamlit as st

from aae_core.errors import AAEError
from app.components import markdown
from app.messages import validation


def message_callbacks(
    key: str, kinds: tuple[str, ...], on_message: Callable[[str, object], None]
) -> dict[str, Callable]:
    """The callbacks of a component: `on_message(kind, value)` receives each message before the script runs again.

    Messages that arrive together are delivered once and in the order in which they were sent (each value has a
    `message_number`, see `web/src/host/host.ts`), although Streamlit calls the callbacks in any order and repeats a
    component's last messages when its page is opened again. An AAEError (an invalid message, or a revision that no longer
    exists) is shown as a toast in the next run.
    """
    error_key = f"{key}.refused"  # session key: the error, until the toast has been shown
    delivered_key = f"{key}.heard"  # session key: kind -> the number of the last message delivered
    if error_key in st.session_state:
        st.toast(markdown.error_text(st.session_state.pop(error_key)), icon=":material/block:")

    def deliver(kind):
        messages, delivered_numbers = st.session_state.get(key), st.session_state.setdefault(delivered_key, {})
        if messages is None:  # the message came too late: another page is open
            return
        # a page may withdraw a message
        message_numbers = {
            message_kind: message_number(messages[message_kind]) for message_kind in kinds if message_kind in messages
        }
        new_kinds = [
            message_kind
            for message_kind, number in message_numbers.items()
            if (delivered_numbers.get(message_kind) != number if number else message_kind == kind)
        ]
        for message_kind in sorted(new_kinds, key=message_numbers.get):
            delivered_numbers[message_kind] = message_numbers[message_kind]
            try:
                on_message(message_kind, validation.parse_message(message_kind, messages[message_kind]))
            except AAEError as error:
                st.session_state[error_key] = str(error)

    return {f"on_{kind}_change": partial(deliver, kind) for kind in kinds}


def message_number(value) -> float:
    """The number that the browser gave a message; 0 if it has none."""
    number = value.get("message_number") if isinstance(value, dict) else None
    return number if isinstance(number, int | float) and not isinstance(number, bool) else 0
