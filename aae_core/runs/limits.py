"""What each visitor, and all together, may use on a server that a class shares: limits in the TOML file that
$AAE_SHARED names.

`AAE_SHARED=1` stands for the defaults below. If the variable is not set, the server is not shared and nothing is
limited.
"""

import os
import tomllib
from contextlib import suppress
from dataclasses import dataclass, field, fields
from functools import lru_cache
from pathlib import Path
from typing import Annotated

from msgspec import Meta

from aae_core import files, records
from aae_core.errors import ConfigError, unknown_name_error
from aae_core.records import Text

SHARED_VARIABLE = "AAE_SHARED"
OFF_WORDS, ON_WORDS = ("", "0", "no", "off", "false"), ("1", "yes", "on", "true")
FILE_BYTES_LIMIT = 65_536  # bytes of the file, at most


@dataclass(frozen=True)
class VisitorLimits:
    """The limits for each visitor ([each] in the file). running, waiting: trainings that run, and that wait in the
    queue, at once. Of one training: minutes; millions of parameters of its networks; threads; memory (gigabytes).
    disk: gigabytes of all her files. upload: megabytes of one file. data_sets: number of data sets. pages: open at
    once."""

    running: Annotated[int, Meta(ge=1, le=64)] = 1
    waiting: Annotated[int, Meta(ge=0, le=1000)] = 2
    minutes: Annotated[float, Meta(ge=0.1, le=100_000)] = 20.0
    parameters: Annotated[float, Meta(ge=0.001, le=100_000)] = 20.0
    threads: Annotated[int, Meta(ge=1, le=1024)] = 1
    memory: Annotated[float, Meta(ge=2, le=100_000)] = 4.0
    disk: Annotated[float, Meta(ge=0, le=1_000_000)] = 2.0
    upload: Annotated[int, Meta(ge=1, le=10_000)] = 64
    data_sets: Annotated[int, Meta(ge=0, le=10_000)] = 3
    pages: Annotated[int, Meta(ge=1, le=10_000)] = 8


@dataclass(frozen=True)
class TotalLimits:
    """The limits for all visitors together ([all] in the file). running, waiting: as in `VisitorLimits`, on all machines. disk:
    gigabytes of all their files. uploads: megabytes of uploaded files that their pages hold in memory. pages: open at
    once."""

    running: Annotated[int, Meta(ge=1, le=10_000)] = 1
    waiting: Annotated[int, Meta(ge=0, le=100_000)] = 100
    disk: Annotated[float, Meta(ge=0, le=1_000_000)] = 50.0
    uploads: Annotated[int, Meta(ge=1, le=1_000_000)] = 1000
    pages: Annotated[int, Meta(ge=1, le=100_000)] = 300


@dataclass(frozen=True)
class Limits:
    """The contents of the file. teachers: which of those who sign in are teachers, by verified e-mail address, or by
    the issuer and subject of OpenID Connect, separated by a space."""

    each: VisitorLimits = field(default_factory=VisitorLimits)
    all: TotalLimits = field(default_factory=TotalLimits)
    teachers: tuple[Text, ...] = ()


def shared_server_limits() -> Limits | None:
    """The limits of this server; None if it is not shared. ConfigError if the file cannot be used."""
    if _shared_variable_text().lower() in OFF_WORDS:
        return None
    path = limits_file_path()
    if not path:
        return Limits()
    return _read_limits(path, files.file_version(path))


def limits_file_path() -> str:
    """The path of the TOML file, as $AAE_SHARED gives it; "" if there is none."""
    text = _shared_variable_text()
    return "" if text.lower() in OFF_WORDS + ON_WORDS else text


def enable_sharing() -> None:
    """Make this process, and those that inherit its environment, shared: with the defaults, unless limits are set
    already."""
    if _shared_variable_text().lower() in OFF_WORDS:
        os.environ[SHARED_VARIABLE] = "1"


def _shared_variable_text() -> str:
    return os.environ.get(SHARED_VARIABLE, "").strip()


@lru_cache(maxsize=4)
def _read_limits(path_text, _version):
    path = Path(path_text)
    content = files.read_bytes(path, FILE_BYTES_LIMIT, ConfigError)
    try:
        record = tomllib.loads(content.decode())
    except (ValueError, RecursionError) as error:  # ValueError covers TOML and UTF-8
        raise ConfigError(f"{path} is no valid TOML ({error}); correct it, or set {SHARED_VARIABLE}=1.") from None
    _check_limit_names(Limits, record, path)
    for name, record_type in (("each", VisitorLimits), ("all", TotalLimits)):
        _check_limit_names(record_type, record.get(name, {}), f"[{name}] of {path}")
    return records.parse_record(Limits, record, path, ConfigError)


def limit_process_memory(gigabytes: float | None) -> None:
    """Limit the memory of this process, and of those that it starts, so that a training that needs too much fails
    rather than the whole machine. None: up to the system's own limit. Systems other than Linux may ignore this."""
    with suppress(ImportError, ValueError, OSError):  # Windows lacks the module; a lower limit may be set already
        import resource

        _, hard_limit = resource.getrlimit(resource.RLIMIT_DATA)
        resource.setrlimit(
            resource.RLIMIT_DATA, (hard_limit if gigabytes is None else int(gigabytes * 1e9), hard_limit)
        )


def _check_limit_names(record_type, section, location):
    if not isinstance(section, dict):
        return
    names = [entry.name for entry in fields(record_type)]
    for name in section:
        if name not in names:
            raise unknown_name_error(f"limit in {location}", name, names)
