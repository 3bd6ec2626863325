"""Whose a revision or a data set is, on a server that a class shares: `owner.json` in its folder.

What stands there is no identity: `id` is a keyed hash that only its own server can make again, `name` what its owner calls
herself. What has no such file is nobody's: it came from a terminal, from whoever runs the server, or from elsewhere.
"""

from dataclasses import asdict, dataclass
from pathlib import Path

from aae_core import files, records
from aae_core.errors import AAEError

FILE = "owner.json"
LIMIT = 4096  # bytes
LONGEST = 40  # characters of a name


@dataclass(frozen=True)
class Owner:
    """id: 64 hexadecimal digits. name: at most LONGEST printable characters."""

    id: str
    name: str = ""


UNKNOWN = Owner("")  # of a record that cannot be read: nobody's in particular, and so no visitor's


def write(folder: Path, owner: Owner | None) -> None:
    """Note in a new folder whose it is; of nobody nothing is noted."""
    if owner is not None:
        files.write_record(folder / FILE, asdict(owner))


def of(folder: Path) -> Owner | None:
    """Whose a folder is: None if nobody's, UNKNOWN if its record cannot be read."""
    try:
        found = records.read(Owner, folder / FILE, LIMIT)
    except AAEError as error:
        return None if isinstance(error.__cause__, FileNotFoundError) else UNKNOWN
    return Owner(found.id, named(found.name))


def named(text: str) -> str:
    """A name as it is kept: without what cannot be displayed, in one line, at most LONGEST characters."""
    return "".join(c for c in " ".join(text.split()) if c.isprintable())[:LONGEST].strip()
