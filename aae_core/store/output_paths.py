"""Checks of paths to which a command or a function writes, before it does any work."""

import os
from contextlib import suppress
from pathlib import Path

from aae_core.data.import_problems import shorten_name
from aae_core.errors import ConfigError
from aae_core.files import raise_os_errors_as


def check_name_allowed(path: Path) -> None:
    """ConfigError for a name that the system refuses, such as one that is too long."""
    with (
        raise_os_errors_as(shorten_name(path), error_type=ConfigError),
        suppress(FileNotFoundError, NotADirectoryError),
    ):
        path.stat()


def check_folder_writable(folder: Path) -> None:
    """ConfigError unless the folder exists and may be written into."""
    if not folder.is_dir():
        raise ConfigError(f"There is no folder {str(folder)[:200]!r}; create it first.")
    if not os.access(folder, os.W_OK):
        raise ConfigError(f"There is no permission to write into {str(folder)[:200]!r}; choose another folder.")


def check_new_folder(folder: Path) -> None:
    """ConfigError unless the folder is empty, or does not exist and can be created."""
    check_name_allowed(folder)
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise ConfigError(f"The output {str(folder)[:200]!r} already exists; choose a new or empty folder.")
    check_folder_writable(folder.parent)
