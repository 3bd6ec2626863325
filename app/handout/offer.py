"""The button that gives revisions as a file to take home."""

import streamlit as st

from aae_core.errors import RevisionError
from app.cache import loaded
from app.components import markdown

TOLD = (
    "One HTML file that opens with a double click, without a server or a network: the plane with its decoder, layers and time "
    "machine. It says what it leaves out."
)


def button(revisions) -> None:
    """One for a revision, or for the comparison of two; the file is made when it is pressed. Where there can be none, why."""
    from app.handout import contents

    try:
        for revision in revisions:
            contents.codes_of(revision)
    except RevisionError as error:
        st.caption(markdown.literal(str(error)))
        return
    ids = [revision.id for revision in revisions]
    st.download_button(
        "Download as a web page", lambda: contents.made([loaded.open_revision(each) for each in ids]).content,
        f"{'-and-'.join(ids)}.html", "text/html", key=f"take-home.{'.'.join(ids)}", on_click="ignore",
        icon=":material/download:", help=TOLD,
    )  # fmt: skip
