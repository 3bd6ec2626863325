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

from aae_core.data.built_in.standard_sets import STANDARD_SETS
from aae_core.errors import DataError, RevisionError
from aae_core.files import lock, raise_os_errors_as
from aae_core.progress import ProgressCallback
from aae_core.wording import program_name

TIMEOUT_SECONDS = 20.0  # seconds without data
MAX_ATTEMPTS = 5  # of one download; each continues where the last one stopped
MAX_FILE_BYTES = 2 * 2**30  # bytes of one file
_BLOCK_BYTES = 2**17


@dataclass(frozen=True)
class Resource:
    """One file to download, from the first of `urls` that delivers it completely."""

    urls: tuple[str, ...]
    file: str
    md5: str


def torchvision_resources(name: str) -> list[Resource]:
    """The files of a standard set with the URLs and checksums that torchvision has for them."""
    from torchvision import datasets

    dataset_class = getattr(datasets, STANDARD_SETS[name].torchvision_class)
    if name == "svhn":
        return [
            Resource((url,), file, md5)
            for url, file, md5 in (dataset_class.split_list["train"], dataset_class.split_list["test"])
        ]
    if name == "emnist-letters":
        return [Resource((dataset_class.url,), "gzip.zip", dataset_class.md5)]
    return [
        Resource(tuple(mirror + file for mirror in dataset_class.mirrors), file, md5)
        for file, md5 in dataset_class.resources
    ]


def download_standard_set(name: str, root: Path, progress: ProgressCallback | None = None) -> None:
    """Download the files of a standard set to `root/<name>/`, except those that are there and complete.

    progress: called with the bytes done and the total. Raises DataError, with what to do, if there is no connection, space or
    permission, if a checksum is wrong, or if another process is downloading the same set. After a lost connection, the next call
    continues the partial download.
    """
    folder = root / name
    row = STANDARD_SETS[name]
    with raise_os_errors_as(folder, "written", DataError):
        folder.mkdir(parents=True, exist_ok=True)
        free_bytes = shutil.disk_usage(folder).free
    if free_bytes < row.download_bytes * 1.2:
        raise DataError(
            f"{row.title} needs {row.download_bytes / 1e6:,.0f} MB on the disk of {folder}, where {free_bytes / 1e6:,.0f} MB are "
            "free; free some space, or choose another folder with AAE_DATA."
        )
    try:
        with lock(folder / ".lock", f"{row.title} is being downloaded by another process; wait until it has finished."):
            _download_all_files(name, folder, progress)
    except RevisionError as error:
        raise DataError(str(error)) from None


def _download_all_files(name, folder, progress):
    done_bytes = 0
    row = STANDARD_SETS[name]
    for resource in torchvision_resources(name):

        def report_progress(received_bytes, file_bytes, bytes_before=done_bytes):
            if progress:
                progress(bytes_before + received_bytes, max(row.download_bytes, bytes_before + file_bytes))

        try:
            _download_verified(resource, folder, report_progress)
        except OSError as error:
            raise DataError(
                f"{row.title} could not be downloaded, because {_failure_reason(error)}; go online and run "
                f"`{program_name()} data get "
                f"{name}` again (it continues where it stopped), or place {', '.join(row.files)} in {folder}."
            ) from None
        done_bytes += (folder / resource.file).stat().st_size
        if resource.file.endswith(".zip"):
            _extract_emnist_letters(folder / resource.file, row.files)
    if progress:
        progress(done_bytes, done_bytes)


def _failure_reason(error) -> str:
    if isinstance(error, urllib.error.HTTPError):
        return f"the server answered {error.code} {error.reason}"
    if isinstance(error, _TransferError):
        return str(error)
    if isinstance(error, TimeoutError) or isinstance(getattr(error, "reason", None), TimeoutError):
        return f"the server did not answer for {TIMEOUT_SECONDS:g} seconds"
    return f"no server could be reached ({getattr(error, 'reason', error)})"


class _TransferError(OSError):
    """The connection ended before the file did, or the checksum is wrong. The text is a clause for the message."""


def _download_verified(resource, folder, report_progress):
    """Download a file to `folder` and verify it; if no server delivers it, the OSError of the last one."""
    target = folder / resource.file
    if target.is_file() and _md5_of_file(target) == resource.md5:
        return
    partial_file = folder / f"{resource.file}.part"
    for url in resource.urls:
        try:
            _download_with_retries(url, partial_file, report_progress)
            if _md5_of_file(partial_file) == resource.md5:
                break
            partial_file.unlink()
            last_error = _TransferError(
                f"the download from {url} of {resource.file} has the wrong checksum and was discarded"
            )
        except OSError as error:
            last_error = error
    else:
        raise last_error
    with raise_os_errors_as(target, "written", DataError):
        os.replace(partial_file, target)


def _download_with_retries(url, partial_file, report_progress):
    """Download to the end of the file, resuming after an interruption if the attempt brought any data."""
    for attempt in range(MAX_ATTEMPTS):
        bytes_before = partial_file.stat().st_size if partial_file.exists() else 0
        try:
            return _resume_download(url, partial_file, bytes_before, report_progress)
        except urllib.error.HTTPError as error:
            if error.code != http.HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE or not bytes_before:
                raise
            partial_file.unlink()  # it is at least as long as the server's file, so it is not a part of it
        except (OSError, http.client.HTTPException) as error:
            bytes_after = partial_file.stat().st_size if partial_file.exists() else 0
            if attempt == MAX_ATTEMPTS - 1 or bytes_after <= bytes_before:
                if isinstance(error, http.client.HTTPException):
                    raise _TransferError(f"the connection to {url} was lost") from None
                raise


def _resume_download(url, partial_file, offset, report_progress):
    """Append the bytes from `offset` on; if the server does not support ranges, download the whole file again."""
    request = urllib.request.Request(url, headers={"User-Agent": "aae-core"})
    if offset:
        request.add_header("Range", f"bytes={offset}-")
    with urllib.request.urlopen(request, timeout=TIMEOUT_SECONDS) as response:
        if response.status != http.HTTPStatus.PARTIAL_CONTENT:
            offset = 0
        size = offset + (response.length or 0)
        if size > MAX_FILE_BYTES:
            raise DataError(
                f"{url} announces {size:,} bytes, more than the {MAX_FILE_BYTES:,} allowed; it is not downloaded."
            )
        received_bytes = offset
        if not offset:
            _append_to_file(partial_file, b"", "wb")
        while block := response.read(_BLOCK_BYTES):
            received_bytes += len(block)
            if received_bytes > MAX_FILE_BYTES:
                raise DataError(
                    f"{url} sends more than the {MAX_FILE_BYTES:,} bytes allowed; the download was stopped."
                )
            _append_to_file(partial_file, block)
            report_progress(received_bytes, max(size, received_bytes))
    if received_bytes < size:
        raise _TransferError(f"the connection was lost after {received_bytes:,} of {size:,} bytes")


def _append_to_file(path, block, mode="ab"):
    """Append to the file. A full disk raises DataError, to distinguish it from a lost connection (OSError)."""
    with raise_os_errors_as(path, "written", DataError), open(path, mode) as file:
        file.write(block)


def _md5_of_file(path) -> str:
    with raise_os_errors_as(path, "read", DataError), open(path, "rb") as file:
        return hashlib.file_digest(file, lambda: hashlib.md5(usedforsecurity=False)).hexdigest()


def _extract_emnist_letters(archive: Path, files: tuple[str, ...]) -> None:
    """Extract `files` (EMNIST's letters) from the archive of all EMNIST splits, and delete the archive."""
    try:
        with raise_os_errors_as(archive, "unpacked", DataError), zipfile.ZipFile(archive) as content:
            for file in files:
                partial_file = archive.with_name(f"{file}.gz.part")
                with content.open(f"gzip/{file}.gz") as source, open(partial_file, "wb") as target:
                    shutil.copyfileobj(source, target)
                os.replace(partial_file, archive.with_name(f"{file}.gz"))
    except (zipfile.BadZipFile, zlib.error, KeyError, EOFError):
        raise DataError(f"{archive} is damaged; delete it and download the data set again.") from None
    archive.unlink()
