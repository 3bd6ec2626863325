"""The owner of a revision or data set on a server that a class shares, stored as `owner.json` in its folder.

This does not identify a person: `id` is a keyed hash that only the same server can compute again, and `name` is what the owner
calls herself. Without such a file there is no owner: it came from a terminal, from whoever runs the server, or from elsewhere.
"""

from dataclasses import asdict, dataclass
from pathlib import Path

from aae_core import files, records
from aae_core.errors import AAEError
from aae_core.records import Text

OWNER_FILE = "owner.json"
MAX_FILE_BYTES = 4096  # bytes of the file, at most
MAX_NAME_LENGTH = 40  # characters of a name


@dataclass(frozen=True)
class Owner:
    """id: 64 hexadecimal digits. name: at most MAX_NAME_LENGTH printable characters."""

    id: Text
    name: Text = ""


UNKNOWN_OWNER = Owner("")  # the owner in a record that cannot be read, who is no visitor


def write_owner(folder: Path, owner: Owner | None) -> None:
    """Write the owner of a new folder; nothing if there is none."""
    if owner is not None:
        files.write_checksummed_json(folder / OWNER_FILE, asdict(owner))


def read_owner(folder: Path) -> Owner | None:
    """The owner of a folder: None if there is no owner.json, UNKNOWN_OWNER if it cannot be read."""
    try:
        owner = records.read_record(Owner, folder / OWNER_FILE, MAX_FILE_BYTES)
    except AAEError as error:
        is_missing = isinstance(error.__cause__, FileNotFoundError)
        return None if is_missing else UNKNOWN_OWNER
    return Owner(owner.id, clean_owner_name(owner.name))


def clean_owner_name(text: str) -> str:
    """A name as it is stored: in one line, without characters that cannot be displayed, at most MAX_NAME_LENGTH characters."""
    line = " ".join(text.split())
    printable_line = "".join(character for character in line if character.isprintable())
    return printable_line[:MAX_NAME_LENGTH].strip()
