"""Where a revision stands, as kept in its status.json."""

import math
import os
import sys
from dataclasses import asdict, dataclass, field, fields, replace

import psutil

from aae_core.errors import RevisionError

FORMAT = 1
STATES = ("queued", "running", "paused", "done", "stopped", "failed")
BUSY = ("queued", "running")  # in which weights are still written anew
UNTOLD = ("failed", "broken", "queued")  # states of revisions that have nothing to show
CLOCK_SLACK = 5.0  # seconds by which two readings of a process's start may differ after the clock was set


@dataclass(frozen=True)
class Status:
    """Where a training stands.

    pid and started name the worker's process (its start, Unix time); heartbeat, queued and finished are Unix times;
    step and epoch count what is done of total_steps and total_epochs; seconds is the time spent in steps;
    error holds `what` happened and what to `do`; measures are the latest, by name; machine says how the steps are
    computed, as the fields of a `machine.Choice`; ended says in a sentence why it ended before its epochs or steps were over.
    While it runs, left is the seconds that it will still take, None where that is unknown, and doing what it does instead of
    steps, "" while it takes steps.
    """

    state: str
    pid: int | None = None
    started: float | None = None
    heartbeat: float | None = None
    queued: float | None = None
    step: int = 0
    total_steps: int = 0
    epoch: float = 0.0
    total_epochs: float = 0.0
    seconds: float = 0.0
    samples_per_second: float = 0.0
    error: dict | None = None
    measures: dict = field(default_factory=dict)
    finished: float | None = None
    machine: dict = field(default_factory=dict)
    ended: str = ""
    left: float | None = None
    doing: str = ""

    @property
    def launched(self) -> bool:
        """Whether a worker was started that has not yet said it runs."""
        return self.state == "queued" and self.pid is not None

    @property
    def reason(self) -> str:
        """What went wrong and what to do, as one text; empty if nothing did."""
        return " ".join(str(part) for part in (self.error or {}).values() if part)


def from_record(record: dict, path) -> Status:
    """The status in a record read from `path`; RevisionError if its format is unknown or a value has the wrong type.

    Of the measures only numbers and lists of numbers are kept: null stands for one that was not finite.
    """
    check_format(record, path)
    values = {f.name: record[f.name] for f in fields(Status) if f.name in record}
    if values.get("state") not in STATES:
        raise RevisionError(
            f"{path} names the unknown state {str(values.get('state'))[:40]!r}; restore it from a copy."
        )
    for f in fields(Status):
        value = values.get(f.name, f.default)
        optional = f.default is None and value is None
        kinds = {"error": dict, "measures": dict, "machine": dict, "state": str, "ended": str, "doing": str}.get(
            f.name, (int, float)
        )
        if f.name in values and not optional and not isinstance(value, kinds):
            raise RevisionError(f"{path} has {str(value)[:40]!r} for {f.name}; restore it from a copy.")
    status = Status(**values)
    return replace(status, measures={key: value for key, value in status.measures.items() if _is_figure(value)})


def _is_figure(value):
    """Whether it is a finite number, or a list of such."""
    if isinstance(value, list):
        return bool(value) and all(not isinstance(entry, list) and _is_figure(entry) for entry in value)
    largest = sys.float_info.max
    return isinstance(value, int | float) and not isinstance(value, bool) and -largest <= value <= largest


def to_record(status: Status) -> dict:
    """The inverse of `from_record`; a measure that is not finite becomes null, which JSON can hold."""
    return {"format": FORMAT, **asdict(replace(status, measures=finite(status.measures)))}


def finite(value):
    """The same plain values with None for every number that is not finite."""
    if isinstance(value, dict):
        return {key: finite(entry) for key, entry in value.items()}
    if isinstance(value, list | tuple):
        return [finite(entry) for entry in value]
    return None if isinstance(value, float) and not math.isfinite(value) else value


def check_format(record: dict, path) -> None:
    """RevisionError unless the record is of the format that this version writes."""
    if record.get("format") != FORMAT:
        raise RevisionError(
            f"{path} is of format {str(record.get('format'))[:20]}, and this version knows format {FORMAT} only; "
            "open it with the version that wrote it."
        )


def of_this_process() -> dict:
    """pid and start of the calling process, as fields of a Status."""
    return {"pid": os.getpid(), "started": psutil.Process().create_time()}


def alive(pid: int | None, started: float | None) -> bool:
    """Whether the process `pid` that began at `started` lives; another one under its number, or a zombie, does not."""
    if pid is None or started is None:
        return False
    try:
        process = psutil.Process(pid)
        return process.status() != psutil.STATUS_ZOMBIE and abs(process.create_time() - started) < CLOCK_SLACK
    except (psutil.NoSuchProcess, psutil.AccessDenied, ValueError, OverflowError):
        return False
