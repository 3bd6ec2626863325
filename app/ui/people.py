"""The names of the visitors of a shared server, and their sign-in."""

import streamlit as st

from aae_core.owners import LONGEST, Owner
from app.components import markdown
from app.ui import live_store
from app.visitors import acts, who

NAME = "people.name"  # session key: the name that the visitor entered


def ask_to_sign_in() -> None:
    """On a shared server with sign-in, show a visitor who has not signed in the sign-in buttons only, and stop the script."""
    if not who.asks_for_sign_in() or who.signed_in():
        return
    st.title("Latent-space explorer", anchor=False)
    st.markdown("This server is shared by a class. Sign in to use it.")
    for provider in who.providers():
        label = f"Sign in with {markdown.literal(provider)}" if provider else "Sign in"
        login_arguments = (provider,) if provider else ()
        st.button(label, key=f"people.{provider}", type="primary", on_click=st.login, args=login_arguments)
    st.stop()


def ask() -> None:
    """Draw the button to sign out for a visitor who has signed in and, for a student on a shared server, the field for her name,
    which begins with the name on her latest revision."""
    account = who.signed_in()
    if account:
        name = account.get("email") or account.get("name") or ""
        label = f"Sign out {markdown.literal(str(name))}".strip()
        st.button(label, icon=":material/logout:", key="people.out", on_click=st.logout, type="tertiary")
    if not who.is_shared() or who.present().is_teacher:
        return
    if NAME not in st.session_state:
        mine = (row for row in live_store.rows_without_boxes() if acts.is_mine(row.owner))
        st.session_state[NAME] = next((row.owner.name for row in mine), "")
    told = "Everyone in the class sees it beside what you train."
    st.text_input("Your name", key=NAME, max_chars=LONGEST, help=told, persist_state="session")


def own_name() -> str:
    """The name that the visitor entered; "" if none."""
    return st.session_state.get(NAME) or ""


def owner_words(owner: Owner | None) -> str:
    """The owner of a revision or a data set in words: "yours" or a name; "" if it has no owner."""
    if owner is None:
        return ""
    return "yours" if acts.is_mine(owner) else owner.name or "a visitor without a name"
