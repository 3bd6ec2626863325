"""How Python hears of what a component's part in the page says."""

from collections.abc import Callable

import streamlit as st

from aae_core.errors import AAEError
from app import widgets


def callbacks(key: str, kinds: tuple[str, ...], take: Callable[[str, object], None]) -> dict[str, Callable]:
    """The callbacks of a component: `take(kind, value)` is told of each thing said, before the script runs again.

    What comes together is told in the order in which it was said (each value has its `turn`, `mounting.js`), and once: Streamlit
    calls in any order, and again with all that a component ever said when its page is come back to.
    An AAEError of it (the message makes no sense, or is about a revision that is gone) changes nothing, and a toast says so.
    """
    refused = f"{key}.refused"  # session key: that word, until it has been said
    heard = f"{key}.heard"  # session key: kind -> the turn of what was told last
    if refused in st.session_state:
        st.toast(widgets.told(st.session_state.pop(refused)), icon=":material/block:")

    def tell(kind, value):
        try:
            take(kind, value)
        except AAEError as error:
            st.session_state[refused] = str(error)

    def listen(kind):
        def callback():
            said, known = st.session_state.get(key), st.session_state.setdefault(heard, {})
            if said is None:  # said too late: another page is open, where nobody hears it
                return
            turns = {each: turn_of(said[each]) for each in kinds if each in said}  # a page may take back what it said
            news = [each for each, turn in turns.items() if (known.get(each) != turn if turn else each == kind)]
            for each in sorted(news, key=turns.get):
                known[each] = turns[each]
                tell(each, said[each])

        return callback

    return {f"on_{kind}_change": listen(kind) for kind in kinds}


def turn_of(value) -> float:
    """When the page said a value, by its own count; 0 where it does not say."""
    turn = value.get("turn") if isinstance(value, dict) else None
    return turn if isinstance(turn, int | float) and not isinstance(turn, bool) else 0
