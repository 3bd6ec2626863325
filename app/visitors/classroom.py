"""What all servers of one store share about its class: the secret keys, whether the lesson is over, and what is open for all.

It is stored in a folder of the store that only the server's account may read. So several servers, and a restarted one,
recognise the same visitors and the same teacher's link.
"""

import hmac
import secrets
import time
from contextlib import suppress
from dataclasses import asdict, dataclass
from functools import lru_cache
from pathlib import Path
from typing import Literal

from aae_core import files, records
from aae_core.errors import RevisionError
from app.translation.texts import translate

CLASS_FOLDER, KEYS_FILE, OVER_FILE, INVITATION_FILE = ".class", "keys.json", "over.json", "invitation.json"
RECORD_BYTES_LIMIT = 4096  # bytes of a record, at most
INVITATION_SECONDS = 3 * 3600  # seconds after which an invitation is no longer shown: the class has gone home


@dataclass(frozen=True)
class ClassKeys:
    """salt: the key of the hashes of identities. teacher: the secret in the teacher's link. Both are 256 random
    bits."""

    salt: records.Text
    teacher: records.Text


@dataclass(frozen=True)
class Invitation:
    """What the teacher has opened for all: a lesson or an exercise of the course, by its slug. sent: Unix time."""

    kind: Literal["lesson", "exercise"]
    slug: records.Text
    sent: records.UnixTime = 0.0


def load_keys(root: Path) -> ClassKeys:
    """The keys of the store, created at the first call; RevisionError if they cannot be read or written."""
    file = root / CLASS_FOLDER / KEYS_FILE
    if not file.exists():
        with files.raise_os_errors_as(file):
            files.make_folders(file.parent.parent)
            with suppress(FileExistsError):
                file.parent.mkdir(mode=0o700)
        busy_text = translate("Another server is making the keys of the class; try again.")
        with files.lock(file.with_name(".lock"), busy_text, 5.0):
            if not file.exists():
                files.write_checksummed_json(
                    file, asdict(ClassKeys(secrets.token_urlsafe(32), secrets.token_urlsafe(32)))
                )
    return _read_keys(file, files.file_version(file))


@lru_cache(maxsize=4)
def _read_keys(file, file_version):
    return records.read_record(ClassKeys, file, RECORD_BYTES_LIMIT)


def hash_identity(root: Path, identity: str) -> str:
    """The hash that is stored in place of an identity: 64 hexadecimal digits, which cannot be linked to it without the
    salt."""
    return hmac.new(load_keys(root).salt.encode(), identity.encode(), "sha256").hexdigest()


def is_teacher_key(root: Path, key: str) -> bool:
    """Whether a text is the secret in the teacher's link, compared in constant time."""
    return hmac.compare_digest(key.encode(errors="replace"), load_keys(root).teacher.encode())


def is_lesson_over(root: Path) -> bool:
    """Whether the teacher has ended the lesson, so that visitors can begin no training."""
    return (root / CLASS_FOLDER / OVER_FILE).exists()


def set_lesson_over(root: Path, is_over: bool) -> None:
    """End the lesson, or open the next one."""
    file = root / CLASS_FOLDER / OVER_FILE
    load_keys(root)  # creates the folder
    if is_over:
        files.write_checksummed_json(file, {"over": True})
    else:
        files.remove(file)


def read_invitation(root: Path) -> Invitation | None:
    """What is open for all; None if nothing is, if it was opened too long ago, or if its record cannot be read."""
    file = root / CLASS_FOLDER / INVITATION_FILE
    if not file.exists():
        return None
    try:
        invitation = records.read_record(Invitation, file, RECORD_BYTES_LIMIT)
    except RevisionError:
        return None
    is_current = abs(time.time() - invitation.sent) < INVITATION_SECONDS
    return invitation if is_current else None


def write_invitation(root: Path, invitation: Invitation | None) -> None:
    """Open something for all in place of what was open before; None takes it back."""
    file = root / CLASS_FOLDER / INVITATION_FILE
    if invitation is None:
        files.remove(file)
        return
    load_keys(root)  # creates the folder
    files.write_checksummed_json(file, asdict(invitation))
