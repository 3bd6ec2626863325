"""The language that a visitor reads: the one chosen under View or in the link (`?lang=ko`), otherwise the browser's."""

import streamlit as st
from streamlit.runtime.scriptrunner import get_script_run_ctx

from app.session import address
from app.translation import languages

SESSION_KEY = "language"  # session key: the language of the last full run, for callbacks and fragments


def apply_language() -> None:
    """Write the texts of this run in the visitor's language; to be called before anything is drawn."""
    language = address.recall_setting(
        languages.LANGUAGE_SETTING, parse_language, languages.match_language(st.context.locale)
    )
    st.session_state[SESSION_KEY] = language
    languages.set_language(language)


def apply_expected_language() -> None:
    """Write texts in the language that `apply_language` will choose in this run; for those that are drawn before the address
    is read, such as the titles of pages."""
    is_known_query = st.query_params.to_dict() in address.get_visit().known_queries
    link_texts = [] if is_known_query else st.query_params.get_all(languages.LANGUAGE_SETTING)
    link_text = link_texts[0] if len(link_texts) == 1 else None
    texts = (link_text, address.stored_texts().get(languages.LANGUAGE_SETTING))
    chosen = (text for text in texts if text is not None and parse_language(text) is not None)
    languages.set_language(next(chosen, languages.match_language(st.context.locale)))


def parse_language(text: str) -> str | None:
    """The language with this code; None if there is none."""
    return text if text in languages.LANGUAGES else None


def _read_session_language() -> str | None:
    return st.session_state.get(SESSION_KEY) if get_script_run_ctx(suppress_warning=True) else None


languages.register_session_language(_read_session_language)
