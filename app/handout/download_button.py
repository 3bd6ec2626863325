"""The button that downloads revisions as a web page."""

from contextlib import suppress

import streamlit as st

from aae_core.errors import DataError, RevisionError
from app.cache import revision_snapshot
from app.components import markdown
from app.handout import item_columns
from app.translation.texts import mark, translate
from app.ui.deferred_downloads import render_download_button

HELP = mark(
    "One HTML file that opens with a double click, without a server or a network: the plane with its decoder, layers and time "
    "machine. It says what it leaves out."
)
COLUMNS_HELP = mark(
    "What the file names the codes by, and what can colour them. Without a choice it holds nothing of this, so that it can be "
    "passed on."
)


def choose_columns(revisions, key: str) -> list[str]:
    """Let the user choose which ids and columns of the items the file holds, by default none; [] if nothing was kept of them."""
    available = []
    with suppress(DataError):  # the page tells it elsewhere
        available = item_columns.available_columns(revisions)
    if not available:
        return []
    return st.multiselect(
        translate("Ids and columns in the file"), available, key=key, help=translate(COLUMNS_HELP), width=420,
        placeholder=translate("none"),
    )  # fmt: skip


def render_handout_button(revisions) -> None:
    """A download button for a revision, or for the comparison of two; the file is made when it is pressed. If none can be made,
    a sentence says why."""
    from app.handout import contents

    try:
        for revision in revisions:
            contents.require_decodable_probe_codes(revision)
    except RevisionError as error:
        st.caption(markdown.error_text(str(error)))
        return
    ids = [revision.id for revision in revisions]
    columns = choose_columns(revisions, f"take-home.columns.{'.'.join(ids)}")
    try:
        item_columns.require_available_columns(revisions, columns)
    except DataError as error:
        st.caption(markdown.error_text(str(error)))
        return

    def make_content():
        snapshots = [revision_snapshot.open_snapshot(revision_id) for revision_id in ids]
        return contents.make_handout(snapshots, columns=columns).content

    render_download_button(
        translate("Download as a web page"), make_content, f"{'-and-'.join(ids)}.html", mime="text/html",
        key=f"take-home.{'.'.join(ids)}", help=translate(HELP),
    )  # fmt: skip
