"""What visitors of a shared server call themselves."""

import streamlit as st

from aae_core.owners import LONGEST, Owner
from app.components import markdown
from app.ui import live_store
from app.visitors import acts, who

NAME = "people.name"  # session key: what the visitor calls herself
NOBODY = "a visitor without a name"


def ask_to_sign_in() -> None:
    """On a shared server where sign-in is configured, nothing but that for who has not signed in."""
    if not who.asks_for_sign_in() or who.signed_in():
        return
    st.title("Latent-space explorer", anchor=False)
    st.markdown("This server is shared by a class. Sign in to use it.")
    for provider in who.providers():
        label = f"Sign in with {markdown.literal(provider)}" if provider else "Sign in"
        st.button(
            label, key=f"people.{provider}", type="primary", on_click=st.login, args=(provider,) if provider else ()
        )
    st.stop()


def ask() -> None:
    """On a shared server the way out for who has signed in, and the field for the visitor's name; it begins with what she called
    herself last."""
    if account := who.signed_in():
        label = f"Sign out {markdown.literal(str(account.get('email') or account.get('name') or ''))}".strip()
        st.button(label, icon=":material/logout:", key="people.out", on_click=st.logout, type="tertiary")
    if not who.is_shared() or who.present().is_teacher:
        return
    if NAME not in st.session_state:
        mine = (row for row in live_store.listed() if acts.is_mine(row.owner))
        st.session_state[NAME] = next((row.owner.name for row in mine), "")
    told = "Everyone in the class sees it beside what you train."
    st.text_input("Your name", key=NAME, max_chars=LONGEST, help=told, persist_state="session")


def own() -> str:
    """What the visitor calls herself; "" if nothing."""
    return st.session_state.get(NAME) or ""


def named(owner: Owner | None) -> str:
    """Whose a revision or a data set is, in a few words; "" of what is nobody's."""
    if owner is None:
        return ""
    return "yours" if acts.is_mine(owner) else owner.name or NOBODY
