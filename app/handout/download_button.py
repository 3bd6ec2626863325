"""The button that downloads revisions as a web page."""

import streamlit as st

from aae_core.errors import RevisionError
from app.cache import revision_snapshot
from app.components import markdown
from app.translation.texts import mark, translate
from app.ui.deferred_downloads import render_download_button

HELP = mark(
    "One HTML file that opens with a double click, without a server or a network: the plane with its decoder, layers and time "
    "machine. It says what it leaves out."
)


def render_handout_button(revisions) -> None:
    """A download button for a revision, or for the comparison of two; the file is made when it is pressed. If none can be made,
    a sentence says why."""
    from app.handout import contents

    try:
        for revision in revisions:
            contents.require_probe_codes(revision)
    except RevisionError as error:
        st.caption(markdown.error_text(str(error)))
        return
    ids = [revision.id for revision in revisions]

    def make_content():
        return contents.make_handout([revision_snapshot.open_snapshot(revision_id) for revision_id in ids]).content

    render_download_button(
        translate("Download as a web page"), make_content, f"{'-and-'.join(ids)}.html", mime="text/html",
        key=f"take-home.{'.'.join(ids)}", help=translate(HELP),
    )  # fmt: skip
