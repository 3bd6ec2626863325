"""A folder or images dropped anywhere on the page become one zip in a field for files, which takes no folder with its classes."""

import re

import streamlit as st

from app.components import loading
from app.server import wire

_component = loading.component("folder_drop", "drawing/folder_drop.js", "the field for folders")


def folder_drop(field: str, forms: list[str]) -> None:
    """The button for a folder, and what hears a drop; field: the key of the `st.file_uploader` that is given the zip, forms: what
    single files it takes, by the ends of their names."""
    most = st.get_option("server.maxUploadSize") * 2**20
    header = {"v": 1, "field": "st-key-" + re.sub(r"[^a-zA-Z0-9_-]", "-", field), "most": most, "forms": forms}
    _component(f"{field}.folder", wire.pack(header), (), lambda kind, value: None)
