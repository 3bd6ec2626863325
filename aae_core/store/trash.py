"""The trash: deleted revisions, kept for a week in the folder `.trash/` of the store, which the list and the queue
ignore.

To delete a revision is to rename its folder, to its name with the time in front, so that it happens completely or not
at all; to restore it is to rename it back. A revision that is removed for good is renamed first, so that nobody finds a
part of it.
"""

import errno
import os
import re
import secrets
import shutil
import time
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

from aae_core import files
from aae_core.errors import RevisionError
from aae_core.progress import format_count
from aae_core.store import status as statuses

# in the store: the trash; prefix of folders that are being removed for good
FOLDER, DOOMED_PREFIX = ".trash", ".trash-"
DAY, WEEK = 86_400, 7 * 86_400  # seconds
STAMP = "%Y%m%dT%H%M%SZ"
ENTRY_NAME = re.compile(r"((?:19|2\d)\d{6}T\d{6}Z)-([A-Za-z0-9][A-Za-z0-9._-]{0,199})")  # 19…: an unset clock
DISK_FULL_ERRNOS = errno.ENOSPC, errno.EDQUOT


class DiskFullError(RevisionError):
    """The disk is so full that nothing can be moved to the trash."""


@dataclass(frozen=True)
class TrashEntry:
    """A deleted revision: its folder in the trash, its name, and the Unix time at which it was deleted."""

    path: Path
    id: str
    deleted_at: float


class Trash:
    """The deleted revisions of the store in the folder `root`."""

    def __init__(self, root: Path):
        self.root, self.path = root, root / FOLDER

    def entries(self) -> list[TrashEntry]:
        """The deleted revisions, the latest deletion first."""
        with files.raise_os_errors_as(self.path, "read"):
            if self.path.is_symlink() or not self.path.is_dir():
                return []
            entries = [_parse_entry(path) for path in self.path.iterdir() if os.path.isdir(path)]
            valid_entries = [entry for entry in entries if entry is not None]
            return sorted(valid_entries, key=lambda entry: entry.path.name, reverse=True)

    def cache_key(self) -> tuple:
        """A key that changes whenever something is deleted or restored."""
        return str(self.path), files.file_version(self.path)

    def find_all(self, ref: str) -> list[TrashEntry]:
        """The deleted revisions with this name, or with this folder name in the trash; if there are none, those whose
        names begin with it. The latest deletion comes first."""
        entries = self.entries()
        exact_matches = [entry for entry in entries if ref in (entry.id, entry.path.name)]
        return exact_matches or [entry for entry in entries if entry.id.startswith(ref)]

    def find(self, ref: str) -> TrashEntry:
        """The deleted revision with this name or unambiguous prefix, of several with one name the latest; RevisionError
        if there is none, or if the prefix is ambiguous."""
        matches = self.find_all(ref) if isinstance(ref, str) and ref else []
        names = list(dict.fromkeys(entry.id for entry in matches))
        if not matches:
            raise RevisionError(f"There is no revision {str(ref)[:60]!r} in the trash; see the list of what is there.")
        if len(names) > 1:
            raise RevisionError(
                f"{ref!r} matches {len(names)} revisions in the trash ({', '.join(names[:5])}); give more of the name."
            )
        return matches[0]

    def move_in(self, path: Path) -> None:
        """Move a revision's folder to the trash. If that fails, it stays in place: RevisionError, or DiskFullError if the
        disk is full."""
        now = int(time.time())
        try:
            files.check_not_symlink(self.path)
            self.path.mkdir(exist_ok=True)
            while os.path.lexists(destination := self.path / f"{datetime.fromtimestamp(now, UTC):{STAMP}}-{path.name}"):
                now += 1  # the revision was deleted, restored and deleted again within a second
            files.move(path, destination)
        except OSError as error:
            if error.errno not in DISK_FULL_ERRNOS:
                raise RevisionError(files.os_error_message(error, path, "deleted")) from error
            reason = (
                "could not be moved to the trash, because the disk is full; delete it for good, or empty the trash."
            )
            raise DiskFullError(f"{path.name} {reason}") from error

    def restore(self, ref: str) -> str:
        """Put a deleted revision back into the store, and return its name. A queued one is then paused, so that it does
        not start to train by itself. RevisionError if there is none, if its name is taken, or if it cannot be moved."""
        entry = self.find(ref)
        destination = self.root / entry.id
        if os.path.lexists(destination):
            raise RevisionError(
                f"{entry.id} cannot be restored: another of this name is there; delete or rename that one."
            )
        if not entry.path.is_symlink():
            _pause_queued(entry.path / "status.json")
        with files.raise_os_errors_as(entry.path, "restored"):
            files.move(entry.path, destination)
        return entry.id

    def remove_for_good(self, ref: str) -> str:
        """Remove a deleted revision for good, and return its name; RevisionError as in `find` and `remove_folder`."""
        entry = self.find(ref)
        self.remove_folder(entry.path)
        return entry.id

    def remove_all(self, names: list[str] | None = None) -> int:
        """Remove the folders of these names in the trash for good, by default all, and return their number. If some
        cannot be removed, the others still are, and then RevisionError is raised."""
        entries = [entry for entry in self.entries() if names is None or entry.path.name in names]
        errors = []
        for entry in entries:
            try:
                self.remove_folder(entry.path)
            except RevisionError as error:
                errors.append(error)
        if errors:
            removed = len(entries) - len(errors)
            raise RevisionError(f"{removed} of {format_count(len(entries), 'revision')} deleted for good: {errors[0]}")
        return len(entries)

    def remove_expired(self) -> None:
        """Remove for good what was deleted a week ago or earlier, and what remains of incomplete removals.

        In case the clock is wrong for a while, the first call only marks an expired folder by its modification time,
        and a call at least a day later removes it. A deletion that lies in the future does not expire.
        """
        now = time.time()
        ignoring_errors = suppress(OSError, RevisionError)  # a failure must not stop the other removals
        with ignoring_errors:
            for leftover in self.root.glob(f"{DOOMED_PREFIX}*"):
                with ignoring_errors:
                    _remove_path(leftover, leftover)
        with ignoring_errors:
            for entry in self.entries():
                with ignoring_errors:
                    self._remove_if_expired(entry, now)

    def _remove_if_expired(self, entry, now):
        expiry = entry.deleted_at + WEEK
        if now < expiry or entry.path.is_symlink():
            return
        marked_at = entry.path.stat().st_mtime
        if expiry <= marked_at <= now - DAY:
            self.remove_folder(entry.path)
        elif not expiry <= marked_at <= now:
            os.utime(entry.path, (now, now))

    def remove_folder(self, path: Path) -> None:
        """Remove a folder of the store for good, or a link, but not its target. RevisionError if that fails, or if a
        part remains, which `remove_expired` tries to remove again."""
        doomed_path = self.root / f"{DOOMED_PREFIX}{secrets.token_hex(4)}"
        try:
            files.move(path, doomed_path)
        except OSError as error:
            if error.errno not in DISK_FULL_ERRNOS:
                raise RevisionError(files.os_error_message(error, path, "deleted")) from error
            doomed_path = path  # a full disk may have no room even to rename
        _remove_path(doomed_path, path)


def _parse_entry(path):
    """The TrashEntry of a folder in the trash, from its name; None if this does not have the form of ENTRY_NAME."""
    match = ENTRY_NAME.fullmatch(path.name)
    if match is None:
        return None
    try:
        deleted_at = datetime.strptime(match[1], STAMP).replace(tzinfo=UTC)
    except ValueError:
        return None
    return TrashEntry(path, match[2], deleted_at.timestamp())


def _pause_queued(file):
    """Change the state of a queued training to paused, unless a worker process was started for it; leave a damaged
    record as it is. A launch on a cluster is withdrawn thereby, because its worker begins only if the status still
    names it."""
    try:
        status = statuses.read_status(file)
    except RevisionError:
        return
    if status.state == "queued" and status.pid is None:
        paused_status = replace(status, **statuses.NO_WORKER, state="paused", queued=None)
        files.write_checksummed_json(file, statuses.to_record(paused_status))


def _remove_path(path, display_path):
    """Remove a link or folder; RevisionError if a part remains. display_path: its name in the message."""
    with files.raise_os_errors_as(display_path, "deleted"):
        if path.is_symlink():
            path.unlink()
        else:
            shutil.rmtree(path, ignore_errors=True)
    if os.path.lexists(path):
        raise RevisionError(
            f"{display_path} could not be deleted whole; change the permissions of what is left in {path}, and remove that."
        )
