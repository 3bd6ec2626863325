"""What visitors may take of a server that a class shares, set in one place: the TOML file that $AAE_SHARED names.

`AAE_SHARED=1` shares with the defaults that stand here; without it nobody shares anything, and nothing is limited.
"""

import os
import tomllib
from contextlib import suppress
from dataclasses import dataclass, field, fields
from functools import lru_cache
from pathlib import Path

from aae_core import files, records
from aae_core.errors import ConfigError, unknown
from aae_core.records import within
from aae_core.store.folder import mark

VARIABLE = "AAE_SHARED"
OFF, ON = ("", "0", "no", "off", "false"), ("1", "yes", "on", "true")
LIMIT = 65_536  # bytes of the file


@dataclass(frozen=True)
class Each:
    """For each visitor. running, waiting: trainings at once, and in the queue beside them. minutes: of one training. parameters:
    of its networks, in millions. processes: that compute it together; threads: of each of these; memory: gigabytes that each may
    have. disk: gigabytes of all that is hers. upload: megabytes of one file. data_sets: their number. pages: open at once."""

    running: int = within(1, 1, 64)
    waiting: int = within(2, 0, 1000)
    minutes: float = within(20.0, 0.1, 100_000)
    parameters: float = within(20.0, 0.001, 100_000)
    threads: int = within(1, 1, 1024)
    processes: int = within(1, 1, 1024)
    memory: float = within(4.0, 2, 100_000)
    disk: float = within(2.0, 0, 1_000_000)
    upload: int = within(64, 1, 10_000)
    data_sets: int = within(3, 0, 10_000)
    pages: int = within(8, 1, 10_000)


@dataclass(frozen=True)
class Together:
    """For all visitors. running, waiting: as above, on whichever machines. disk: gigabytes of all that is theirs. uploads:
    megabytes of the files that their pages hold in memory. pages: open at once."""

    running: int = within(1, 1, 10_000)
    waiting: int = within(100, 0, 100_000)
    disk: float = within(50.0, 0, 1_000_000)
    uploads: int = within(1000, 1, 1_000_000)
    pages: int = within(300, 1, 100_000)


@dataclass(frozen=True)
class Limits:
    """The whole file. teachers: which of those that have signed in are teachers, by a verified address, or by the address of the
    provider and the subject with a space between."""

    each: Each = field(default_factory=Each)
    all: Together = field(default_factory=Together)
    teachers: tuple[str, ...] = ()


def shared() -> Limits | None:
    """The limits of a shared server; None where nothing is shared. ConfigError if the file cannot be used."""
    if _text().lower() in OFF:
        return None
    return _read(path, mark(path)) if (path := file()) else Limits()


def file() -> str:
    """The path of the TOML file, as it was given; "" where there is none."""
    text = _text()
    return "" if text.lower() in OFF + ON else text


def share() -> None:
    """Share from now on, also in the workers that inherit it: with the limits of the file, or the defaults."""
    if _text().lower() in OFF:
        os.environ[VARIABLE] = "1"


def _text():
    return os.environ.get(VARIABLE, "").strip()


@lru_cache(maxsize=4)
def _read(text, _mark):
    path = Path(text)
    content = files.read_bytes(path, LIMIT, ConfigError)
    try:
        record = tomllib.loads(content.decode())
    except (ValueError, RecursionError) as error:  # TOML's own, and that of bytes that are no UTF-8
        raise ConfigError(f"{path} is no valid TOML ({error}); correct it, or set {VARIABLE}=1.") from None
    _check_names(Limits, record, path)
    for name, kind in (("each", Each), ("all", Together)):
        _check_names(kind, record.get(name, {}), f"[{name}] of {path}")
    return records.parsed(Limits, record, path, ConfigError)


def hold_memory(gigabytes: float | None) -> None:
    """Let this process, and those that it starts, have no more memory than that, so that what asks for more fails instead of the
    machine; None: as much as it may have. Where the system cannot do so (Linux can), nothing."""
    with suppress(ImportError, ValueError, OSError):  # Windows has no such module, and a lower limit may hold already
        import resource

        _, hard = resource.getrlimit(resource.RLIMIT_DATA)
        resource.setrlimit(resource.RLIMIT_DATA, (hard if gigabytes is None else int(gigabytes * 1e9), hard))


def _check_names(kind, given, where):
    known = [each.name for each in fields(kind)]
    for name in given if isinstance(given, dict) else ():
        if name not in known:
            raise unknown(f"limit in {where}", name, known)
