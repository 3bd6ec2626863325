"""What each visitor, and all together, may use on a server that a class shares: limits in the TOML file that $AAE_SHARED names.

`AAE_SHARED=1` stands for the defaults below. If the variable is not set, the server is not shared and nothing is limited.
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

VARIABLE = "AAE_SHARED"
OFF, ON = ("", "0", "no", "off", "false"), ("1", "yes", "on", "true")
LIMIT = 65_536  # bytes of the file, at most


@dataclass(frozen=True)
class Each:
    """The limits for each visitor ([each] in the file). running, waiting: trainings that run, and that wait in the queue, at
    once. Of one training: minutes; millions of parameters of its networks; processes that compute it together; threads and memory
    (gigabytes) of each process. disk: gigabytes of all her files. upload: megabytes of one file. data_sets: number of data sets.
    pages: open at once."""

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
    """The limits for all visitors together ([all] in the file). running, waiting: as in Each, on all machines. disk: gigabytes of
    all their files. uploads: megabytes of uploaded files that their pages hold in memory. pages: open at once."""

    running: int = within(1, 1, 10_000)
    waiting: int = within(100, 0, 100_000)
    disk: float = within(50.0, 0, 1_000_000)
    uploads: int = within(1000, 1, 1_000_000)
    pages: int = within(300, 1, 100_000)


@dataclass(frozen=True)
class Limits:
    """The contents of the file. teachers: which of those who sign in are teachers, by verified e-mail address, or by the issuer
    and subject of OpenID Connect, separated by a space."""

    each: Each = field(default_factory=Each)
    all: Together = field(default_factory=Together)
    teachers: tuple[str, ...] = ()


def shared() -> Limits | None:
    """The limits of this server; None if it is not shared. ConfigError if the file cannot be used."""
    if _text().lower() in OFF:
        return None
    path = file()
    if not path:
        return Limits()
    return _read(path, files.mark(path))


def file() -> str:
    """The path of the TOML file, as $AAE_SHARED gives it; "" if there is none."""
    text = _text()
    return "" if text.lower() in OFF + ON else text


def share() -> None:
    """Make this process, and those that inherit its environment, shared: with the defaults, unless limits are set already."""
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
    except (ValueError, RecursionError) as error:  # ValueError covers TOML and UTF-8
        raise ConfigError(f"{path} is no valid TOML ({error}); correct it, or set {VARIABLE}=1.") from None
    _check_names(Limits, record, path)
    for name, kind in (("each", Each), ("all", Together)):
        _check_names(kind, record.get(name, {}), f"[{name}] of {path}")
    return records.parsed(Limits, record, path, ConfigError)


def hold_memory(gigabytes: float | None) -> None:
    """Limit the memory of this process, and of those that it starts, so that a training that needs too much fails rather than the
    whole machine. None: up to the system's own limit. Systems other than Linux may ignore this."""
    with suppress(ImportError, ValueError, OSError):  # Windows lacks the module; a lower limit may be set already
        import resource

        _, hard = resource.getrlimit(resource.RLIMIT_DATA)
        resource.setrlimit(resource.RLIMIT_DATA, (hard if gigabytes is None else int(gigabytes * 1e9), hard))


def _check_names(kind, section, where):
    if not isinstance(section, dict):
        return
    names = [entry.name for entry in fields(kind)]
    for name in section:
        if name not in names:
            raise unknown(f"limit in {where}", name, names)
