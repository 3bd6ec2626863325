"""Texts for visitors, who must not see where the server's files are."""

import os
import tempfile
from contextlib import suppress
from pathlib import Path

from aae_core.places import CODE_FOLDER, data_root
from aae_core.store.revisions import Store


def remove_private_paths(text: str) -> str:
    """A text for visitors, who must not see absolute paths on the server: its folders are removed from the paths."""
    private_paths = {Store().root.absolute().parent, CODE_FOLDER, data_root().parent, Path.home()}
    with suppress(FileNotFoundError):  # no folder in which a temporary file can be written; then there is none to hide
        private_paths.add(Path(tempfile.gettempdir()))
    for path in sorted((str(path) for path in private_paths if len(path.parts) > 1), key=len, reverse=True):
        text = text.replace(f"{path}{os.sep}", "")
    return text
