"""The names of the visitors of a shared server, and their sign-in."""

import streamlit as st

from aae_core.owners import MAX_NAME_LENGTH, Owner
from app.components import markdown
from app.translation.texts import translate
from app.ui import store_polling
from app.visitors import actions, identity

NAME_KEY = "people.name"  # session key: the name that the visitor entered


def require_sign_in() -> None:
    """On a shared server with sign-in, show a visitor who has not signed in the sign-in buttons only, and stop the script."""
    if not identity.is_sign_in_required() or identity.current_claims():
        return
    st.title(translate("Latent-space explorer"), anchor=False)
    st.markdown(translate("This server is shared by a class. Sign in to use it."))
    for provider in identity.sign_in_providers():
        label = translate("Sign in")
        if provider:
            label = translate("Sign in with {provider}", provider=markdown.escape(provider))
        login_arguments = (provider,) if provider else ()
        st.button(label, key=f"people.{provider}", type="primary", on_click=st.login, args=login_arguments)
    st.stop()


def render_name_field() -> None:
    """Draw the button to sign out for a visitor who has signed in and, for a student on a shared server, the field for her name,
    which begins with the name on her latest revision."""
    account = identity.current_claims()
    if account:
        name = account.get("email") or account.get("name") or ""
        label = translate("Sign out {name}", name=markdown.escape(str(name))) if name else translate("Sign out")
        st.button(label, icon=":material/logout:", key="people.out", on_click=st.logout, type="tertiary")
    if not identity.is_shared() or identity.current_visitor().is_teacher:
        return
    if NAME_KEY not in st.session_state:
        own_summaries = (
            summary for summary in store_polling.list_summaries_silently() if actions.is_mine(summary.owner)
        )
        st.session_state[NAME_KEY] = next((summary.owner.name for summary in own_summaries), "")
    help_text = translate("Everyone in the class sees it beside what you train.")
    st.text_input(
        translate("Your name"), key=NAME_KEY, max_chars=MAX_NAME_LENGTH, help=help_text, persist_state="session"
    )


def entered_name() -> str:
    """The name that the visitor entered; "" if none."""
    return st.session_state.get(NAME_KEY) or ""


def owner_text(owner: Owner | None) -> str:
    """The owner of a revision or a data set in words: "yours" or a name; "" if it has no owner."""
    if owner is None:
        return ""
    if actions.is_mine(owner):
        return translate("yours")
    return owner.name or translate("a visitor without a name")
