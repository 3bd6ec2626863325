"""What the servers of one store know together of the class that shares it: the keys, and whether the lesson is over.

It lies in the store, in a folder that only the account of the server may read, so that several servers, and the same one after
a restart, know a visitor and the teacher's link again.
"""

import hmac
import secrets
from contextlib import suppress
from dataclasses import asdict, dataclass
from functools import lru_cache
from pathlib import Path

from aae_core import files, records
from aae_core.store.folder import mark

FOLDER, KEYS, OVER = ".class", "keys.json", "over.json"
LIMIT = 4096  # bytes of a record


@dataclass(frozen=True)
class Keys:
    """salt: of the hashes of identities. teacher: the secret of the teacher's link. Both are 256 random bits."""

    salt: str
    teacher: str


def keys(root: Path) -> Keys:
    """The keys of the store, made when they are first asked for; RevisionError if they cannot be read or written."""
    file = root / FOLDER / KEYS
    if not file.exists():
        _make(file)
    return _read(file, mark(file))


@lru_cache(maxsize=4)
def _read(file, _mark):
    return records.read(Keys, file, LIMIT)


def _make(file):
    with files.explained(file):
        files.make_folders(file.parent.parent)
        with suppress(FileExistsError):
            file.parent.mkdir(mode=0o700)
    with files.lock(file.with_name(".lock"), "Another server is making the keys of the class; try again.", 5.0):
        if not file.exists():
            files.write_record(file, asdict(Keys(secrets.token_urlsafe(32), secrets.token_urlsafe(32))))


def hashed(root: Path, identity: str) -> str:
    """What is stored of an identity: 64 hexadecimal digits, from which nobody without the salt can tell it again."""
    return hmac.new(keys(root).salt.encode(), identity.encode(), "sha256").hexdigest()


def is_teacher(root: Path, key: str) -> bool:
    """Whether a text is the secret of the teacher's link; the time that this takes tells nothing of it."""
    return hmac.compare_digest(key.encode(errors="replace"), keys(root).teacher.encode())


def is_over(root: Path) -> bool:
    """Whether the teacher has ended the lesson, after which visitors begin no training."""
    return (root / FOLDER / OVER).exists()


def set_over(root: Path, over: bool) -> None:
    """End the lesson, or open the next one."""
    file = root / FOLDER / OVER
    keys(root)  # which makes the folder
    files.write_record(file, {"over": True}) if over else files.remove(file)
