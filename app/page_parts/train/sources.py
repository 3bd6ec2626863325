"""The folder or file that a visitor chose on the page Train: uploaded, or on this machine."""

import re
import tempfile
import threading
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import streamlit as st

from aae_core.errors import AAEError, DataError
from aae_core.files import raise_os_errors_as
from aae_core.runs import limits

DATA_KEY = "own.uploaded"  # session key: the `StoredUpload` of data to add
METADATA_KEY = "own.metadata"  # session key: that of a table with facts about the images
FOLDER_KEY = "own.folder"  # session key: the path on this machine that was typed
READING_LOCK = threading.Lock()  # one folder or file is read at a time, since its images may take a gigabyte of memory


@dataclass(frozen=True)
class StoredUpload:
    """An uploaded file, written to a temporary folder, which is deleted with this object. file_id: Streamlit's; name: that of
    the visitor's file."""

    file_id: str
    folder: tempfile.TemporaryDirectory
    path: Path
    name: str


def store_upload(upload, session_key: str) -> StoredUpload | None:
    """Keep an upload, which is written once, under DATA_KEY or METADATA_KEY until the session ends or the next upload of the
    same field. upload: what the field returned; None if it is empty."""
    if upload is None:
        st.session_state.pop(session_key, None)
        return None
    stored_upload = st.session_state.get(session_key)
    if stored_upload is None or stored_upload.file_id != upload.file_id:
        folder = tempfile.TemporaryDirectory()
        path = Path(folder.name) / re.sub(r"[/\\\0]", "_", upload.name)[-60:]  # error messages mention this name
        with raise_os_errors_as(path, error_type=DataError):
            path.write_bytes(upload.getbuffer())
        stored_upload = StoredUpload(upload.file_id, folder, path, upload.name)
        st.session_state[session_key] = stored_upload
    return stored_upload


def max_upload_megabytes() -> int:
    """Megabytes that an uploaded file may have, as large as the limit allows and the field can say.

    Streamlit's field (1.67) says its limit without decimals, in gigabytes from 501 MB on: it would call 512 MB "1GB".
    """
    limit = st.get_option("server.maxUploadSize")
    with suppress(AAEError):  # limits that cannot be read; then nobody may add anything
        if rules := limits.shared_server_limits():
            limit = min(limit, rules.each.upload)  # which may have been lowered since the server started
    if limit <= 500:
        return limit
    return max(500, limit // 1000 * 1000)
