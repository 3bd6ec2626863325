"""The records of sweeps, a small file each in `.sweeps/`: what is varied, and which revisions belong to which
values."""

import math
import re
import secrets
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import asdict, dataclass, field, replace
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path
from typing import Annotated, Literal

from msgspec import Meta

from aae_core import files, records
from aae_core.config.choices import COMPARABLE_METRICS
from aae_core.errors import RevisionError
from aae_core.records import Text
from aae_core.store.revisions import Store
from aae_core.wording import program_name

FORMAT = 1
RECORD_BYTES_LIMIT = 2**23  # bytes of a record
MAX_TRAININGS = 1000  # trainings of a sweep
MAX_MEASURE = 1e100  # of a measure that is compared
RUNGS = (1 / 4, 1 / 2, 1.0)  # shares of a whole training, at which early stopping compares points
NAME = re.compile(r"\d{8}T\d{6}Z-[0-9a-f]{6}")


@dataclass(frozen=True)
class Run:
    """One training. values: its measure at each rung that it has reached; None if it failed there, or the measure is no
    number that can be compared."""

    seed: int
    revision: Text
    values: list[Annotated[float, Meta(ge=-MAX_MEASURE, le=MAX_MEASURE)] | None] = field(default_factory=list)


@dataclass(frozen=True)
class Point:
    """One choice of the varied settings, by dotted key, with a run for each seed. stage: the number of the rung up to
    which it is trained, −1 before it begins. refusal: why this choice is refused, "" if it is not."""

    settings: dict
    stage: Annotated[int, Meta(ge=-1, le=len(RUNGS) - 1)] = -1
    runs: list[Run] = field(default_factory=list)
    refusal: Text = ""


@dataclass(frozen=True)
class Sweep:
    """A sweep. vary: the values of each varied setting, or `low` and `high` of the range that is searched. settings:
    those that all runs share, as `configure` takes them. measure: the metric on training images by which points are
    compared; lower is better. here: whether a process trains the runs itself, one after another; otherwise they go
    through the queue. engine: on which they train, "" for any; asks: what each asks of it, as in a Status. trouble: why
    it stopped by itself, in a sentence."""

    vary: dict[str, list | dict[str, float]]
    settings: dict
    seeds: list[Annotated[int, Meta(ge=0, le=2**31 - 1)]]
    measure: Literal[COMPARABLE_METRICS]
    early_stop: Literal["", "asha"] = ""
    search: Literal["", "optuna"] = ""
    trials: Annotated[int, Meta(ge=1, le=MAX_TRAININGS)] | None = None
    name: Text = ""
    id: Text = ""
    created: Text = ""
    state: Literal["running", "stopped", "done"] = "running"
    here: bool = False
    engine: Text = ""
    asks: Text = ""
    trouble: Text = ""
    points: list[Point] = field(default_factory=list)

    def has_same_plan(self, other: "Sweep") -> bool:
        """Whether both are the same sweep, however far each has come."""
        field_names = ("vary", "settings", "seeds", "measure", "early_stop", "search", "trials", "name")
        return all(getattr(self, field_name) == getattr(other, field_name) for field_name in field_names)


def sweep_path(store: Store, id_: str) -> Path:
    return store.root / ".sweeps" / f"{id_}.json"


def stop_request_path(store: Store, id_: str) -> Path:
    """The file that asks a process which trains the sweep itself (`Sweep.here`), and so holds its record, to stop
    it."""
    return sweep_path(store, id_).with_suffix(".stop")


def read_sweep(store: Store, id_: str) -> Sweep:
    """The sweep of that id; RevisionError if there is none, or its record is damaged."""
    path = sweep_path(store, id_)
    return _read_record(path, id_, files.file_version(path))


@lru_cache(maxsize=256)
def _read_record(path, id_, _mark):
    sweep = records.read_record(Sweep, path, RECORD_BYTES_LIMIT, format_number=FORMAT)
    inconsistency = next(_inconsistencies(sweep, id_), None)
    if inconsistency is not None:
        raise RevisionError(f"{path} {inconsistency}; restore it from a copy, or remove the sweep from the list.")
    return sweep


def _inconsistencies(sweep: Sweep, id_: str) -> Iterator[str]:
    """Yield clauses on what is inconsistent in the record of a sweep."""
    if sweep.id != id_:
        yield "was written for another sweep"
    if not sweep.seeds or len(sweep.points) * len(sweep.seeds) > MAX_TRAININGS:
        yield f"has no seed, or more than {MAX_TRAININGS:,} trainings"
    if bool(sweep.search) != (sweep.trials is not None):
        yield "has a search without a number of trials, or the other way round"
    for key, values in sweep.vary.items():
        is_list, is_range = isinstance(values, list), isinstance(values, dict) and values.keys() == {"low", "high"}
        if not (is_list and values) and not (is_range and sweep.search):
            yield f"has no values for {key[:60]}"
    for point in sweep.points:
        settings = point.settings
        if settings.keys() != sweep.vary.keys() or not all(
            _is_allowed_value(settings[key], values) for key, values in sweep.vary.items()
        ):
            yield "has a point that is none of its own"
        if point.stage > 0 and not sweep.early_stop:
            yield "has a point at a rung, without early stopping"


def _is_allowed_value(value, values: list | dict[str, float]) -> bool:
    """Whether a setting of a point is among the values that are tried."""
    if isinstance(values, list):
        return value in values
    # a former version took 2.5..4 for a setting of whole numbers, and searched it from 2 on
    return files.is_finite_number(value) and math.floor(values["low"]) <= value <= values["high"]


def write_sweep(store: Store, sweep: Sweep) -> Sweep:
    """Write the record, with an id and the time of its creation if it is new."""
    if not sweep.id:
        now = datetime.now(UTC)
        sweep = replace(sweep, id=f"{now:%Y%m%dT%H%M%SZ}-{secrets.token_hex(3)}", created=now.isoformat())
    path = sweep_path(store, sweep.id)
    with files.raise_os_errors_as(path.parent):
        files.make_folders(path.parent)
    files.write_checksummed_json(path, {"format": FORMAT, **asdict(sweep)})
    return sweep


def remove_sweep(store: Store, id_: str) -> None:
    """Remove the record, whatever it holds, and the request and the lock beside it."""
    path = sweep_path(store, id_)
    files.remove(stop_request_path(store, id_))
    files.remove(path)
    with suppress(OSError):  # some systems keep a file that is open, as a lock is
        path.with_suffix(".lock").unlink()


def sweep_ids(store: Store) -> list[str]:
    """The ids of all sweeps, the newest first."""
    return sorted((path.stem for path in store.root.glob(".sweeps/*.json") if NAME.fullmatch(path.stem)), reverse=True)


def read_all_sweeps(store: Store) -> tuple[list[Sweep], list[str]]:
    """All sweeps, the newest first, and a sentence about each that cannot be read."""
    readable_sweeps, troubles = [], []
    for id_ in sweep_ids(store):
        try:
            readable_sweeps.append(read_sweep(store, id_))
        except RevisionError as error:
            troubles.append(str(error))
    return readable_sweeps, troubles


def resolve_sweep_id(store: Store, ref: str) -> str:
    """The id of a sweep, given itself, by an unambiguous prefix, or as "latest"; RevisionError if there is no such
    sweep."""
    all_ids = sweep_ids(store)
    matching_ids = all_ids[:1] if ref == "latest" else [id_ for id_ in all_ids if id_.startswith(ref)]
    if len(matching_ids) != 1:
        problem = (
            f"{len(matching_ids)} sweeps begin with {ref[:60]!r}" if matching_ids else f"There is no sweep {ref[:60]!r}"
        )
        raise RevisionError(f"{problem}; '{program_name()} sweep' lists them.")
    return matching_ids[0]
