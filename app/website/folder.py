"""The folder of a site: written under a temporary name and then renamed; a folder with other contents is never replaced."""

import json
import os
import shutil
import tempfile
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from aae_core import records
from aae_core.errors import AAEError, DataError
from aae_core.files import raise_os_errors_as

RECORD = "site.json"  # lists the site's files, so that a folder with any other file is recognised as not a site
FORMAT = 1
# bytes of a record, which has a line for each file: a page for each pair of revisions, among others
MAX_RECORD_BYTES = 2**26


@dataclass(frozen=True)
class _SiteRecord:
    files: list[records.Text]


def write_site(folder: Path, files: Iterable[tuple[str, bytes]]) -> int:
    """Write files (path within the folder, content) as the only content of a folder; returns their size in bytes.

    A site that is there already is replaced at once. DataError, with a remedy, if the folder contains anything else or cannot
    be written.
    """
    folder = Path(os.path.expanduser(folder)).absolute()
    _check_replaceable(folder)
    with raise_os_errors_as(folder, error_type=DataError):
        folder.parent.mkdir(parents=True, exist_ok=True)
        staging = Path(tempfile.mkdtemp(prefix=f".{folder.name}.", dir=folder.parent))
    try:
        names, size = [], 0
        for name, content in files:
            with raise_os_errors_as(folder, error_type=DataError):
                (staging / name).parent.mkdir(parents=True, exist_ok=True)
                (staging / name).write_bytes(content)
            names.append(name)
            size += len(content)
        record = json.dumps({"format": FORMAT, "files": sorted(names)}, indent=1).encode() + b"\n"
        _check_replaceable(folder)  # checked again, since writing took a while
        with raise_os_errors_as(folder, error_type=DataError):
            (staging / RECORD).write_bytes(record)
            staging.chmod(0o755)  # a temporary folder is readable by its owner only
            former_folder = staging.with_name(staging.name + ".former")
            if folder.exists():
                folder.rename(former_folder)
            staging.rename(folder)
        shutil.rmtree(former_folder, ignore_errors=True)
    finally:
        shutil.rmtree(staging, ignore_errors=True)
    return size + len(record)


def _check_replaceable(folder):
    """DataError unless the folder does not exist, is empty, or contains a site and nothing else."""
    with raise_os_errors_as(folder, error_type=DataError):  # a name that is too long
        if folder.is_symlink() or (folder.exists() and not folder.is_dir()):
            raise DataError(f"{folder} is not a folder; choose a new one for the site.")
        if not folder.exists():
            return
    with raise_os_errors_as(folder, "read", DataError):
        own_files = set()
        with suppress(AAEError):  # there is no valid record
            own_files = {
                *records.read_record(_SiteRecord, folder / RECORD, MAX_RECORD_BYTES, format_number=FORMAT).files,
                RECORD,
            }
        file_names = (
            Path(root, name).relative_to(folder).as_posix() for root, _, names in os.walk(folder) for name in names
        )
        foreign_file = next((name for name in file_names if name not in own_files), None)
    if foreign_file is not None:
        raise DataError(
            f"{folder} contains a file that is not part of a site ({foreign_file[:60]}); choose a new or an empty folder."
        )
    with suppress(FileNotFoundError):  # the command runs in a folder that was deleted
        # or else in the one to be replaced, where its shell would be left in a folder without a name or files
        if Path.cwd().resolve().is_relative_to(folder.resolve()):
            raise DataError(f"{folder} is replaced as a whole, and the command runs in it; run it from another folder.")
