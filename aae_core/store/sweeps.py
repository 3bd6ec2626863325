"""The records of sweeps, a small file each in `.sweeps/`: what is varied, and which revisions belong to which values."""

import math
import re
import secrets
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import asdict, dataclass, field, replace
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path
from typing import Literal

from aae_core import files, records
from aae_core.config.choices import MEASURES
from aae_core.errors import RevisionError
from aae_core.program import program_name
from aae_core.records import within
from aae_core.store.revisions import Store

FORMAT = 1
LIMIT = 2**23  # bytes of a record
MOST = 1000  # trainings of a sweep
LARGEST = 1e100  # of a measure that is compared
RUNGS = (1 / 4, 1 / 2, 1.0)  # shares of a whole training, at which early stopping compares points
NAME = re.compile(r"\d{8}T\d{6}Z-[0-9a-f]{6}")


@dataclass(frozen=True)
class Run:
    """One training. values: its measure at each rung that it has reached; None if it failed there, or the measure is no number
    that can be compared."""

    seed: int
    revision: str
    values: list[float | None] = field(default_factory=list, metadata={"low": -LARGEST, "high": LARGEST})


@dataclass(frozen=True)
class Point:
    """One choice of the varied settings, by dotted key, with a run for each seed. stage: the number of the rung up to which it is
    trained, −1 before it begins. refusal: why this choice is refused, "" if it is not."""

    settings: dict
    stage: int = within(-1, -1, len(RUNGS) - 1)
    runs: list[Run] = field(default_factory=list)
    refusal: str = ""


@dataclass(frozen=True)
class Sweep:
    """A sweep. vary: the values of each varied setting, or `low` and `high` of the range that is searched. settings: those that
    all runs share, as `configure` takes them. measure: the metric on training images by which points are compared; lower is
    better. here: whether a process trains the runs itself, one after another; otherwise they go through the queue. engine: on
    which they train, "" for any; asks: what each asks of it, as in a Status. trouble: why it stopped by itself, in a sentence."""

    vary: dict[str, list | dict[str, float]]
    settings: dict
    seeds: list[int] = within(high=2**31 - 1)
    measure: Literal[MEASURES]
    early_stop: Literal["", "asha"] = ""
    search: Literal["", "optuna"] = ""
    trials: int | None = within(None, 1, MOST)
    name: str = ""
    id: str = ""
    created: str = ""
    state: Literal["running", "stopped", "done"] = "running"
    here: bool = False
    engine: str = ""
    asks: str = ""
    trouble: str = ""
    points: list[Point] = field(default_factory=list)

    def asks_the_same(self, other: "Sweep") -> bool:
        """Whether both are the same sweep, however far each has come."""
        asked = ("vary", "settings", "seeds", "measure", "early_stop", "search", "trials", "name")
        return all(getattr(self, each) == getattr(other, each) for each in asked)


def path_of(store: Store, id_: str) -> Path:
    return store.root / ".sweeps" / f"{id_}.json"


def stop_request(store: Store, id_: str) -> Path:
    """The file that asks a process which trains the sweep itself (`Sweep.here`), and so holds its record, to stop it."""
    return path_of(store, id_).with_suffix(".stop")


def read(store: Store, id_: str) -> Sweep:
    """The sweep of that id; RevisionError if there is none, or its record is damaged."""
    path = path_of(store, id_)
    return _read(path, id_, files.mark(path))


@lru_cache(maxsize=256)
def _read(path, id_, _mark):
    sweep = records.read(Sweep, path, LIMIT, form=FORMAT)
    inconsistency = next(_odd(sweep, id_), None)
    if inconsistency is not None:
        raise RevisionError(f"{path} {inconsistency}; restore it from a copy, or remove the sweep from the list.")
    return sweep


def _odd(sweep: Sweep, id_: str) -> Iterator[str]:
    """Yield clauses on what is inconsistent in the record of a sweep."""
    if sweep.id != id_:
        yield "was written for another sweep"
    if not sweep.seeds or len(sweep.points) * len(sweep.seeds) > MOST:
        yield f"has no seed, or more than {MOST:,} trainings"
    if bool(sweep.search) != (sweep.trials is not None):
        yield "has a search without a number of trials, or the other way round"
    for key, values in sweep.vary.items():
        is_list, is_range = isinstance(values, list), isinstance(values, dict) and values.keys() == {"low", "high"}
        if not (is_list and values) and not (is_range and sweep.search):
            yield f"has no values for {key[:60]}"
    for point in sweep.points:
        own = point.settings
        if own.keys() != sweep.vary.keys() or not all(_lies(own[key], values) for key, values in sweep.vary.items()):
            yield "has a point that is none of its own"
        if point.stage > 0 and not sweep.early_stop:
            yield "has a point at a rung, without early stopping"


def _lies(value, values: list | dict[str, float]) -> bool:
    """Whether a setting of a point is among the values that are tried."""
    if isinstance(values, list):
        return value in values
    return files.is_number(value) and math.floor(values["low"]) <= value <= values["high"]


def write(store: Store, sweep: Sweep) -> Sweep:
    """Write the record, with an id and the time of its creation if it is new."""
    if not sweep.id:
        now = datetime.now(UTC)
        sweep = replace(sweep, id=f"{now:%Y%m%dT%H%M%SZ}-{secrets.token_hex(3)}", created=now.isoformat())
    path = path_of(store, sweep.id)
    with files.explained(path.parent):
        files.make_folders(path.parent)
    files.write_record(path, {"format": FORMAT, **asdict(sweep)})
    return sweep


def remove(store: Store, id_: str) -> None:
    """Remove the record, whatever it holds, and the request and the lock beside it."""
    path = path_of(store, id_)
    files.remove(stop_request(store, id_))
    files.remove(path)
    with suppress(OSError):  # some systems keep a file that is open, as a lock is
        path.with_suffix(".lock").unlink()


def ids(store: Store) -> list[str]:
    """The ids of all sweeps, the newest first."""
    return sorted((path.stem for path in store.root.glob(".sweeps/*.json") if NAME.fullmatch(path.stem)), reverse=True)


def read_all(store: Store) -> tuple[list[Sweep], list[str]]:
    """All sweeps, the newest first, and a sentence about each that cannot be read."""
    found, troubles = [], []
    for id_ in ids(store):
        try:
            found.append(read(store, id_))
        except RevisionError as error:
            troubles.append(str(error))
    return found, troubles


def id_of(store: Store, ref: str) -> str:
    """The id of a sweep, given itself, by an unambiguous prefix, or as "latest"; RevisionError if there is no such sweep."""
    known = ids(store)
    meant = known[:1] if ref == "latest" else [id_ for id_ in known if id_.startswith(ref)]
    if len(meant) != 1:
        told = f"{len(meant)} sweeps begin with {ref[:60]!r}" if meant else f"There is no sweep {ref[:60]!r}"
        raise RevisionError(f"{told}; '{program_name()} sweep' lists them.")
    return meant[0]
