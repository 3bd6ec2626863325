"""Downloads whose content is made only when they are pressed."""

from collections.abc import Callable

import streamlit as st

from app.translation.languages import current_language, use_language


def render_download_button(label: str, make_content: Callable[[], str | bytes], file_name: str, **options) -> None:
    """Draw a download button. make_content: runs when it is pressed, in a thread of the server that belongs to no session, and
    writes in the language of the page. options: as in `st.download_button`."""
    language = current_language()

    def make_in_language_of_page():
        with use_language(language):
            return make_content()

    st.download_button(
        label, make_in_language_of_page, file_name, icon=":material/download:", on_click="ignore", **options
    )
