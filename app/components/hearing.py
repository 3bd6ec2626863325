"""How Python hears of what a component's part in the page says."""

from collections.abc import Callable

import streamlit as st

from aae_core.errors import AAEError


def callbacks(key: str, kinds: tuple[str, ...], take: Callable[[str, object], None]) -> dict[str, Callable]:
    """The callbacks of a component: `take(kind, value)` is told of each thing said, before the script runs again.

    An AAEError of it (the message makes no sense, or is about a revision that is gone) changes nothing, and a toast says so.
    """
    refused = f"{key}.refused"  # session key: that word, until it has been said
    if refused in st.session_state:
        st.toast(st.session_state.pop(refused), icon=":material/block:")

    def listen(kind):
        def callback():
            said = st.session_state[key]
            if kind in said:  # a page that takes back what it said has nothing to say
                try:
                    take(kind, said[kind])
                except AAEError as error:
                    st.session_state[refused] = str(error)

        return callback

    return {f"on_{kind}_change": listen(kind) for kind in kinds}
