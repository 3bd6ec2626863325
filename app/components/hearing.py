"""How messages of a component reach Python."""

from collections.abc import Callable

import streamlit as st

from aae_core.errors import AAEError
from app.components import markdown


def callbacks(key: str, kinds: tuple[str, ...], take: Callable[[str, object], None]) -> dict[str, Callable]:
    """The callbacks of a component: `take(kind, value)` receives each message before the script runs again.

    Messages that arrive together are delivered in the order in which they were sent (each value has its `turn`, `mounting.js`),
    and once: Streamlit calls in any order, and repeats all messages of a component when its page is opened again. On an AAEError
    (the message is invalid, or about a revision that no longer exists) nothing changes, and a toast reports it.
    """
    refused = f"{key}.refused"  # session key: that report, until it has been shown
    heard = f"{key}.heard"  # session key: kind -> the turn of the last message delivered
    if refused in st.session_state:
        st.toast(markdown.told(st.session_state.pop(refused)), icon=":material/block:")

    def tell(kind, value):
        try:
            take(kind, value)
        except AAEError as error:
            st.session_state[refused] = str(error)

    def listen(kind):
        def callback():
            said, known = st.session_state.get(key), st.session_state.setdefault(heard, {})
            if said is None:  # too late: another page is open
                return
            turns = {each: turn_of(said[each]) for each in kinds if each in said}  # a page may withdraw a message
            news = [each for each, turn in turns.items() if (known.get(each) != turn if turn else each == kind)]
            for each in sorted(news, key=turns.get):
                known[each] = turns[each]
                tell(each, said[each])

        return callback

    return {f"on_{kind}_change": listen(kind) for kind in kinds}


def turn_of(value) -> float:
    """The number of a message by the page's own count; 0 if it has none."""
    turn = value.get("turn") if isinstance(value, dict) else None
    return turn if isinstance(turn, int | float) and not isinstance(turn, bool) else 0
