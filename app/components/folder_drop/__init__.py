"""Turns a folder or images dropped anywhere on the page into one zip in a file field, since such a field takes no folders."""

import re

from app.components import mounting
from app.messages import wire_format
from app.translation.texts import mark

_component = mounting.make_component("folder_drop", mark("the field for folders"))


def mount_folder_drop(uploader_key: str, extensions: list[str], max_megabytes: int) -> None:
    """Draw the button for a folder, and listen for drops. uploader_key: of the `st.file_uploader` that gets the zip;
    extensions: the file-name extensions of single files that the field takes itself; max_megabytes: megabytes that it takes."""
    header = {
        "v": 1,
        "uploader_class": "st-key-" + re.sub(r"[^a-zA-Z0-9_-]", "-", uploader_key),
        "max_bytes": max_megabytes * 10**6,
        "extensions": extensions,
    }
    _component(f"{uploader_key}.folder", wire_format.pack_message(header), (), lambda kind, value: None)
