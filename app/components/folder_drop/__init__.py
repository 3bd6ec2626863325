"""Turns a folder or images dropped anywhere on the page into one zip in a file field, since such a field takes no folders."""

import re

from app.components import loading
from app.server import wire

_component = loading.component("folder_drop", "drawing/folder_drop.js", "the field for folders")


def folder_drop(field: str, forms: list[str], most: int) -> None:
    """Draw the button for a folder, and listen for drops. field: the key of the `st.file_uploader` that gets the zip; forms: the
    file-name extensions of single files that the field takes itself; most: megabytes that it takes."""
    header = {"v": 1, "field": "st-key-" + re.sub(r"[^a-zA-Z0-9_-]", "-", field), "most": most * 10**6, "forms": forms}
    _component(f"{field}.folder", wire.pack(header), (), lambda kind, value: None)
