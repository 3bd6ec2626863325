"""What was deleted, kept for a week in the folder `.trash/` of the store, into which no list and no queue looks.

A deletion is one rename, to a name that holds its time and the revision's name, so that it happens whole or not at all; a
restoration is the same backwards. What goes for good is renamed first, too, so that nobody meets a half of it.
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
from aae_core.store import status as statuses
from aae_core.store.folder import mark

FOLDER, DOOMED = ".trash", ".trash-"  # in the store: what can be restored; prefix of what is being removed for good
DAY, WEEK = 86_400, 7 * 86_400  # seconds
STAMP = "%Y%m%dT%H%M%SZ"
ENTRY = re.compile(r"((?:19|2\d)\d{6}T\d{6}Z)-([A-Za-z0-9][A-Za-z0-9._-]{0,199})")  # a clock may begin in 1970
FULL = errno.ENOSPC, errno.EDQUOT


class Full(RevisionError):
    """The disk is so full that nothing can be moved to the trash."""


@dataclass(frozen=True)
class Deleted:
    """A deleted revision: its folder, its name, and when it was deleted, in Unix time."""

    path: Path
    id: str
    since: float


class Trash:
    """The deleted revisions of the store in the folder `root`."""

    def __init__(self, root: Path):
        self.root, self.path = root, root / FOLDER

    def entries(self) -> list[Deleted]:
        """What can be restored, the latest deletion first."""
        with files.explained(self.path, "read"):
            if self.path.is_symlink() or not self.path.is_dir():
                return []
            found = (_entry(path) for path in self.path.iterdir() if os.path.isdir(path))
            return sorted(filter(None, found), key=lambda each: each.path.name, reverse=True)

    def stamp(self) -> tuple:
        """A key that changes whenever something is deleted or restored."""
        return str(self.path), mark(self.path)

    def matching(self, ref: str) -> list[Deleted]:
        """Those of that name, else those whose names begin so; of one name the latest deletion first. The folder's name in the
        trash is a name, too."""
        found = self.entries()
        whole = [each for each in found if ref in (each.id, each.path.name)]
        return whole or [each for each in found if each.id.startswith(ref)]

    def find(self, ref: str) -> Deleted:
        """The one of that name or unambiguous prefix; RevisionError if there is none."""
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
        """Move a revision's folder here. RevisionError if that cannot be, Full if for lack of room; it then stays where it is."""
        now = int(time.time())
        try:
            with files.explained(path, "deleted"):
                files.refuse_link(self.path)
                self.path.mkdir(exist_ok=True)
                while os.path.lexists(place := self.path / f"{datetime.fromtimestamp(now, UTC):{STAMP}}-{path.name}"):
                    now += 1  # deleted, restored and deleted within a second
                files.move(path, place)
        except RevisionError as error:
            if getattr(error.__cause__, "errno", None) in FULL:
                told = (
                    "could not be moved to the trash, because the disk is full; delete it for good, or empty the trash."
                )
                raise Full(f"{path.name} {told}") from error
            raise

    def restore(self, ref: str) -> str:
        """Put one back where it was, and return its name; RevisionError if its name is taken or that cannot be. One that was
        queued is paused then, so that it trains only if that is asked for."""
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
        """Remove one for good, and return its name."""
        found = self.find(ref)
        self.discard(found.path)
        return found.id

    def empty(self, names: list[str] | None = None) -> int:
        """Remove those folders of the trash for good, by default all; how many were removed. RevisionError if some could not be,
        after all others are gone."""
        found = [each for each in self.entries() if names is None or each.path.name in names]
        troubles = []
        for each in found:
            try:
                self.discard(each.path)
            except RevisionError as error:
                troubles.append(error)
        if troubles:
            removed = len(found) - len(troubles)
            raise RevisionError(f"Of {len(found)} revisions {removed} were deleted for good: {troubles[0]}")
        return len(found)

    def expire(self) -> None:
        """Remove for good what has lain here for a week, and the rest of what could not be removed whole.

        A clock may be wrong for a while. So what is older is only noted at first, by the time of its folder, and goes when the
        clock has moved on by another day; and what was deleted in the clock's future stays.
        """
        now, tidying = time.time(), suppress(OSError, RevisionError)  # what fails does not keep the others
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
        """Remove a folder of the store for good; of a link, not what it leads to. RevisionError if that cannot be, or
        some of it is left, which `expire` tries to remove again."""
        doomed = self.root / f"{DOOMED}{secrets.token_hex(4)}"
        try:
            files.move(path, doomed)
        except OSError as error:
            if error.errno not in FULL:
                raise RevisionError(files.explain(error, path, "deleted")) from error
            doomed = path  # a full disk may have no room for another name
        _remove(doomed, path)


def _entry(path):
    """What a folder in the trash holds, by its name; None if the name is another one."""
    name = ENTRY.fullmatch(path.name)
    with suppress(ValueError):
        return name and Deleted(path, name[2], datetime.strptime(name[1], STAMP).replace(tzinfo=UTC).timestamp())


def _leave_queue(file):
    """Make of a queued training a paused one, unless a worker was started for it; of a record that cannot be read nothing. One
    that a cluster was given no longer is: its worker begins only while the launch is the training's own."""
    try:
        status = statuses.read(file)
    except RevisionError:
        return
    if status.state == "queued" and status.pid is None:
        left = replace(status, **statuses.NOBODY, state="paused", queued=None)
        files.write_record(file, statuses.to_record(left))


def _remove(path, called):
    """Remove a link or folder; RevisionError, in which it is `called` so, if some of it is left."""
    with files.explained(called, "deleted"):
        if path.is_symlink():
            path.unlink()
        else:
            shutil.rmtree(path, ignore_errors=True)
    if os.path.lexists(path):
        raise RevisionError(
            f"{called} could not be deleted whole; change the permissions of what is left in {path}, and remove that."
        )
