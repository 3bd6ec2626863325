"""Downloads of the standard data sets from torchvision's URLs: verified, resumable, and put in place only when complete."""

import hashlib
import http.client
import os
import shutil
import urllib.error
import urllib.request
import zipfile
import zlib
from dataclasses import dataclass
from pathlib import Path

from aae_core.data.standard_sets import STANDARD
from aae_core.errors import DataError, RevisionError
from aae_core.files import explained, lock
from aae_core.program import program_name
from aae_core.progress import Progress

TIMEOUT = 20.0  # seconds without data
ATTEMPTS = 5  # of one download; each continues where the last one stopped
LIMIT = 2 * 2**30  # bytes of one file
_BLOCK = 2**17


@dataclass(frozen=True)
class Resource:
    """One file to download, from the first of `urls` that delivers it completely."""

    urls: tuple[str, ...]
    file: str
    md5: str


def resources(name: str) -> list[Resource]:
    """The files of a standard set with the URLs and checksums that torchvision has for them."""
    from torchvision import datasets

    kind = getattr(datasets, STANDARD[name].torchvision)
    if name == "svhn":
        return [Resource((url,), file, md5) for url, file, md5 in (kind.split_list["train"], kind.split_list["test"])]
    if name == "emnist-letters":
        return [Resource((kind.url,), "gzip.zip", kind.md5)]
    return [Resource(tuple(mirror + file for mirror in kind.mirrors), file, md5) for file, md5 in kind.resources]


def fetch(name: str, root: Path, progress: Progress | None = None) -> None:
    """Download the files of a standard set to `root/<name>/`, except those that are there and complete.

    progress: called with the bytes done and the total. Raises DataError, with what to do, if there is no connection, space or
    permission, if a checksum is wrong, or if another process is downloading the same set. After a lost connection, the next call
    continues the partial download.
    """
    folder = root / name
    row = STANDARD[name]
    with explained(folder, "written", DataError):
        folder.mkdir(parents=True, exist_ok=True)
        free = shutil.disk_usage(folder).free
    if free < row.download * 1.2:
        raise DataError(
            f"{row.title} needs {row.download / 1e6:,.0f} MB on the disk of {folder}, where {free / 1e6:,.0f} MB are "
            "free; free some space, or choose another folder with AAE_DATA."
        )
    try:
        with lock(folder / ".lock", f"{row.title} is being downloaded by another process; wait until it has finished."):
            _fetch_all(name, folder, progress)
    except RevisionError as error:
        raise DataError(str(error)) from None


def _fetch_all(name, folder, progress):
    done = 0
    row = STANDARD[name]
    for resource in resources(name):

        def report(received, size, before=done):
            if progress:
                progress(before + received, max(row.download, before + size))

        try:
            _fetch_one(resource, folder, report)
        except OSError as error:
            raise DataError(
                f"{row.title} could not be downloaded, because {_reason(error)}; go online and run `{program_name()} data get "
                f"{name}` again (it continues where it stopped), or place {', '.join(row.files)} in {folder}."
            ) from None
        done += (folder / resource.file).stat().st_size
        if resource.file.endswith(".zip"):
            _extract(folder / resource.file, row.files)
    if progress:
        progress(done, done)


def _reason(error):
    if isinstance(error, urllib.error.HTTPError):
        return f"the server answered {error.code} {error.reason}"
    if isinstance(error, _TransferError):
        return str(error)
    if isinstance(error, TimeoutError) or isinstance(getattr(error, "reason", None), TimeoutError):
        return f"the server did not answer for {TIMEOUT:g} seconds"
    return f"no server could be reached ({getattr(error, 'reason', error)})"


class _TransferError(OSError):
    """The connection ended before the file did, or the checksum is wrong. The text is a clause for the message."""


def _fetch_one(resource, folder, report):
    """Download a file to `folder` and verify it; if no server delivers it, the OSError of the last one."""
    target = folder / resource.file
    if target.is_file() and _md5(target) == resource.md5:
        return
    part = folder / f"{resource.file}.part"
    for url in resource.urls:
        try:
            _transfer(url, part, report)
            if _md5(part) == resource.md5:
                break
            part.unlink()
            last = _TransferError(
                f"the download from {url} of {resource.file} has the wrong checksum and was discarded"
            )
        except OSError as error:
            last = error
    else:
        raise last
    with explained(target, "written", DataError):
        os.replace(part, target)


def _transfer(url, part, report):
    """Download to the end of the file, resuming after an interruption if the attempt brought any data."""
    for attempt in range(ATTEMPTS):
        before = part.stat().st_size if part.exists() else 0
        try:
            return _continue(url, part, before, report)
        except urllib.error.HTTPError as error:
            if error.code != http.HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE or not before:
                raise
            part.unlink()  # it is at least as long as the server's file, so it is not a part of it
        except (OSError, http.client.HTTPException) as error:
            arrived = part.stat().st_size if part.exists() else 0
            if attempt == ATTEMPTS - 1 or arrived <= before:
                if isinstance(error, http.client.HTTPException):
                    raise _TransferError(f"the connection to {url} was lost") from None
                raise


def _continue(url, part, offset, report):
    """Append the bytes from `offset` on; if the server does not support ranges, download the whole file again."""
    request = urllib.request.Request(url, headers={"User-Agent": "aae-core"})
    if offset:
        request.add_header("Range", f"bytes={offset}-")
    with urllib.request.urlopen(request, timeout=TIMEOUT) as response:
        if response.status != http.HTTPStatus.PARTIAL_CONTENT:
            offset = 0
        size = offset + (response.length or 0)
        if size > LIMIT:
            raise DataError(f"{url} announces {size:,} bytes, more than the {LIMIT:,} allowed; it is not downloaded.")
        received = offset
        if not offset:
            _append(part, b"", "wb")
        while block := response.read(_BLOCK):
            received += len(block)
            if received > LIMIT:
                raise DataError(f"{url} sends more than the {LIMIT:,} bytes allowed; the download was stopped.")
            _append(part, block)
            report(received, max(size, received))
    if received < size:
        raise _TransferError(f"the connection was lost after {received:,} of {size:,} bytes")


def _append(part, block, mode="ab"):
    """Append to the file. A full disk raises DataError, to distinguish it from a lost connection (OSError)."""
    with explained(part, "written", DataError), open(part, mode) as file:
        file.write(block)


def _md5(path):
    with explained(path, "read", DataError), open(path, "rb") as file:
        return hashlib.file_digest(file, lambda: hashlib.md5(usedforsecurity=False)).hexdigest()


def _extract(archive: Path, files: tuple[str, ...]) -> None:
    """Extract `files` (EMNIST's letters) from the archive of all EMNIST splits, and delete the archive."""
    try:
        with explained(archive, "unpacked", DataError), zipfile.ZipFile(archive) as content:
            for file in files:
                part = archive.with_name(f"{file}.gz.part")
                with content.open(f"gzip/{file}.gz") as source, open(part, "wb") as target:
                    shutil.copyfileobj(source, target)
                os.replace(part, archive.with_name(f"{file}.gz"))
    except (zipfile.BadZipFile, zlib.error, KeyError, EOFError):
        raise DataError(f"{archive} is damaged; delete it and download the data set again.") from None
    archive.unlink()
