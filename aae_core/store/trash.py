"""The trash: deleted revisions, kept for a week in the folder `.trash/` of the store, which the list and the queue ignore.

To delete a revision is to rename its folder, to its name with the time in front, so that it happens completely or not at all; to
restore it is to rename it back. A revision that is removed for good is renamed first, so that nobody finds a part of it.
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
from aae_core.progress import count_of
from aae_core.store import status as statuses

FOLDER, DOOMED = ".trash", ".trash-"  # in the store: the trash; prefix of folders that are being removed for good
DAY, WEEK = 86_400, 7 * 86_400  # seconds
STAMP = "%Y%m%dT%H%M%SZ"
ENTRY = re.compile(r"((?:19|2\d)\d{6}T\d{6}Z)-([A-Za-z0-9][A-Za-z0-9._-]{0,199})")  # 19…: an unset clock
FULL = errno.ENOSPC, errno.EDQUOT


class Full(RevisionError):
    """The disk is so full that nothing can be moved to the trash."""


@dataclass(frozen=True)
class Deleted:
    """A deleted revision: its folder in the trash, its name, and the Unix time at which it was deleted."""

    path: Path
    id: str
    since: float


class Trash:
    """The deleted revisions of the store in the folder `root`."""

    def __init__(self, root: Path):
        self.root, self.path = root, root / FOLDER

    def entries(self) -> list[Deleted]:
        """The deleted revisions, the latest deletion first."""
        with files.explained(self.path, "read"):
            if self.path.is_symlink() or not self.path.is_dir():
                return []
            entries = [_entry(path) for path in self.path.iterdir() if os.path.isdir(path)]
            named = [entry for entry in entries if entry is not None]
            return sorted(named, key=lambda entry: entry.path.name, reverse=True)

    def stamp(self) -> tuple:
        """A key that changes whenever something is deleted or restored."""
        return str(self.path), files.mark(self.path)

    def matching(self, ref: str) -> list[Deleted]:
        """The deleted revisions with this name, or with this folder name in the trash; if there are none, those whose names begin
        with it. The latest deletion comes first."""
        found = self.entries()
        whole = [each for each in found if ref in (each.id, each.path.name)]
        return whole or [each for each in found if each.id.startswith(ref)]

    def find(self, ref: str) -> Deleted:
        """The deleted revision with this name or unambiguous prefix, of several with one name the latest; RevisionError if there
        is none, or if the prefix is ambiguous."""
        found = self.matching(ref) if isinstance(ref, str) and ref else []
        names = list(dict.fromkeys(each.id for each in found))
        if not found:
            raise RevisionError(f"There is no revision {str(ref)[:60]!r} in the trash; see the list of what is there.")
        if len(names) > 1:
            raise RevisionError(
                f"{ref!r} matches {len(names)} revisions in the trash ({', '.join(names[:5])}); give more of the name."
            )
        return found[0]

    def put(self, path: Path) -> None:
        """Move a revision's folder to the trash. If that fails, it stays in place: RevisionError, or Full if the disk is full."""
        now = int(time.time())
        try:
            files.refuse_link(self.path)
            self.path.mkdir(exist_ok=True)
            while os.path.lexists(place := self.path / f"{datetime.fromtimestamp(now, UTC):{STAMP}}-{path.name}"):
                now += 1  # the revision was deleted, restored and deleted again within a second
            files.move(path, place)
        except OSError as error:
            if error.errno not in FULL:
                raise RevisionError(files.explain(error, path, "deleted")) from error
            told = "could not be moved to the trash, because the disk is full; delete it for good, or empty the trash."
            raise Full(f"{path.name} {told}") from error

    def restore(self, ref: str) -> str:
        """Put a deleted revision back into the store, and return its name. A queued one is then paused, so that it does not start
        to train by itself. RevisionError if there is none, if its name is taken, or if it cannot be moved."""
        found = self.find(ref)
        place = self.root / found.id
        if os.path.lexists(place):
            raise RevisionError(
                f"{found.id} cannot be restored: another of this name is there; delete or rename that one."
            )
        if not found.path.is_symlink():
            _leave_queue(found.path / "status.json")
        with files.explained(found.path, "restored"):
            files.move(found.path, place)
        return found.id

    def remove(self, ref: str) -> str:
        """Remove a deleted revision for good, and return its name; RevisionError as in `find` and `discard`."""
        found = self.find(ref)
        self.discard(found.path)
        return found.id

    def empty(self, names: list[str] | None = None) -> int:
        """Remove the folders of these names in the trash for good, by default all, and return their number. If some cannot be
        removed, the others still are, and then RevisionError is raised."""
        found = [each for each in self.entries() if names is None or each.path.name in names]
        troubles = []
        for each in found:
            try:
                self.discard(each.path)
            except RevisionError as error:
                troubles.append(error)
        if troubles:
            removed = len(found) - len(troubles)
            raise RevisionError(f"{removed} of {count_of(len(found), 'revision')} deleted for good: {troubles[0]}")
        return len(found)

    def expire(self) -> None:
        """Remove for good what was deleted a week ago or earlier, and what remains of incomplete removals.

        In case the clock is wrong for a while, the first call only marks an expired folder by its modification time, and a call
        at least a day later removes it. A deletion that lies in the future does not expire.
        """
        now, tidying = time.time(), suppress(OSError, RevisionError)  # a failure must not stop the other removals
        with tidying:
            for leftover in self.root.glob(f"{DOOMED}*"):
                with tidying:
                    _remove(leftover, leftover)
        with tidying:
            for each in self.entries():
                with tidying:
                    self._expire(each, now)

    def _expire(self, each, now):
        over = each.since + WEEK
        if now < over or each.path.is_symlink():
            return
        noted = each.path.stat().st_mtime
        if over <= noted <= now - DAY:
            self.discard(each.path)
        elif not over <= noted <= now:
            os.utime(each.path, (now, now))

    def discard(self, path: Path) -> None:
        """Remove a folder of the store for good, or a link, but not its target. RevisionError if that fails, or if a part
        remains, which `expire` tries to remove again."""
        doomed = self.root / f"{DOOMED}{secrets.token_hex(4)}"
        try:
            files.move(path, doomed)
        except OSError as error:
            if error.errno not in FULL:
                raise RevisionError(files.explain(error, path, "deleted")) from error
            doomed = path  # a full disk may have no room even to rename
        _remove(doomed, path)


def _entry(path):
    """The Deleted of a folder in the trash, from its name; None if this does not have the form of ENTRY."""
    name = ENTRY.fullmatch(path.name)
    if name is None:
        return None
    try:
        deleted_at = datetime.strptime(name[1], STAMP).replace(tzinfo=UTC)
    except ValueError:
        return None
    return Deleted(path, name[2], deleted_at.timestamp())


def _leave_queue(file):
    """Change the state of a queued training to paused, unless a worker process was started for it; leave a damaged record as it
    is. A launch on a cluster is withdrawn thereby, because its worker begins only if the status still names it."""
    try:
        status = statuses.read(file)
    except RevisionError:
        return
    if status.state == "queued" and status.pid is None:
        left = replace(status, **statuses.NOBODY, state="paused", queued=None)
        files.write_record(file, statuses.to_record(left))


def _remove(path, called):
    """Remove a link or folder; RevisionError if a part remains. called: its name in the message."""
    with files.explained(called, "deleted"):
        if path.is_symlink():
            path.unlink()
        else:
            shutil.rmtree(path, ignore_errors=True)
    if os.path.lexists(path):
        raise RevisionError(
            f"{called} could not be deleted whole; change the permissions of what is left in {path}, and remove that."
        )
