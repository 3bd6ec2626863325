"""The state of a revision, as stored in its status.json."""

import math
import os
import time
from contextlib import suppress
from dataclasses import asdict, dataclass, field, replace
from functools import lru_cache
from typing import Literal

import psutil

from aae_core import files, records
from aae_core.errors import RevisionError
from aae_core.records import within

FORMAT = 1
LIMIT = 2**20  # bytes of a status.json, or another small record
BUSY = ("queued", "running")  # states in which the weights may still change
MEASURED = ("measures", "training_measures")
UNTOLD = ("failed", "broken", "queued")  # states of revisions that have nothing to show
Figure = float | list[float | None] | None  # a measure, or one for each dimension of the code
BEFORE = ("Starting", "Loading the data", "Preparing the networks")  # what a worker is doing before the first step
NOBODY = {"pid": None, "started": None, "worker": ""}  # as fields of a Status: no worker has it
CLOCK_SLACK = 5.0  # seconds by which two readings of a process's start may differ after the clock was set


@dataclass(frozen=True)
class Status:
    """The state of a training.

    engine, host, worker: where it trains, or trained last: a row of `engines`, the name of the machine, and the name of the
    launch on that engine ("" for a process on the machine). asks: what it asks of the engine, as `launchers.options` reads it.
    pid, started: the worker's process and its start. step, epoch: what is done of total_steps and total_epochs. seconds: the time
    spent in steps. error: `what` happened and what to `do`. measures: the latest by name. training_measures: the latest on
    training images, by which sweeps compare. machine: how the steps are computed, as the fields of a `machine.Choice`. ended:
    why it ended before its epochs or steps were over, in a sentence. until: the step at which a sweep lets it pause, None for
    its end. started, heartbeat, queued and finished are Unix times.

    While it runs, left is the estimated time remaining in seconds, None if unknown; doing says what it does other than taking
    steps, "" while it takes steps; and warning says in a sentence what is about to stop it, "" for nothing.
    """

    state: Literal["queued", "running", "paused", "done", "stopped", "failed"]
    pid: int | None = within(None, 1, 2**32)
    started: float | None = within(None, high=records.LATEST)
    engine: str = ""
    host: str = ""
    worker: str = ""
    asks: str = ""
    heartbeat: float | None = within(None, high=records.LATEST)
    queued: float | None = within(None, high=records.LATEST)
    step: int = within(0)
    total_steps: int = within(0)
    epoch: float = within(0.0)
    total_epochs: float = within(0.0)
    seconds: float = within(0.0)
    samples_per_second: float = within(0.0)
    error: dict[str, str | None] | None = None
    measures: dict[str, Figure] = field(default_factory=dict)
    finished: float | None = within(None, high=records.LATEST)
    machine: dict = field(default_factory=dict)
    ended: str = ""
    left: float | None = None
    doing: str = ""
    warning: str = ""
    training_measures: dict[str, Figure] = field(default_factory=dict)
    until: int | None = within(None)

    @property
    def rests(self) -> bool:
        """Whether it has come to the step at which a sweep lets it pause."""
        return self.until is not None and self.until <= self.step < self.total_steps

    @property
    def launched(self) -> bool:
        """Whether a worker was started for it but has not yet reported that it is running."""
        return self.state == "queued" and (self.pid is not None or bool(self.worker))

    def failed(self, what: str, do: str) -> "Status":
        """The same training, failed now: what happened, and what to do."""
        error, now = {"what": what, "do": do}, time.time()
        return replace(self, **NOBODY, state="failed", error=error, finished=now, warning="")

    @property
    def reason(self) -> str:
        """What went wrong and what to do, as one text; empty if nothing did."""
        return " ".join(part for part in (self.error or {}).values() if part)


def read(path) -> Status:
    """The status in a file; RevisionError if its format is unknown or a value is of the wrong type.

    Measures that contain null are left out: it stands for a number that was not finite. The file is read each time, but parsed
    only if its bytes have changed, because a page asks for a status some fifty times.
    """
    return _parsed(path, files.read_bytes(path, LIMIT))


@lru_cache(maxsize=4096)
def _parsed(path, data):
    record = files.parse_record(files.unsealed(data, path), path)
    status = records.parsed(Status, record, path, form=FORMAT)
    whole = {name: {key: each for key, each in getattr(status, name).items() if _is_whole(each)} for name in MEASURED}
    return replace(status, **whole)


def lost(path, error: RevisionError, step: int, resumable: bool) -> Status:
    """The status to use for a file that `read` refused with `error`: a failed training, with a sentence on what is lost. step:
    that of its weights, 0 if there are none. Raises the error if the file may be intact: it has another format, or cannot be read
    at present."""
    cause = error.__cause__
    if isinstance(cause, OSError) and not isinstance(cause, FileNotFoundError):
        raise error
    found = None
    with suppress(RevisionError):
        found = files.read_json(path, LIMIT).get("format")
    if found not in (None, FORMAT):
        raise error
    kept = f", and its weights are those of step {step:,}" if step else ""
    anew = " Resume it, and they are written anew." if resumable else ""
    told = {"what": str(error), "do": f"The state, times and measures of this training are lost{kept}.{anew}"}
    return Status("failed", step=step, error=told)


def _is_whole(figure):
    return bool(figure) and None not in figure if isinstance(figure, list) else figure is not None


def to_record(status: Status) -> dict:
    """The inverse of `read`; a measure that is not finite becomes null, which JSON can hold."""
    measured = {name: finite_or_none(getattr(status, name)) for name in MEASURED}
    return {"format": FORMAT, **asdict(replace(status, **measured))}


def finite_or_none(value):
    """The same plain values, with None in place of every number that is not finite."""
    if isinstance(value, dict):
        return {key: finite_or_none(entry) for key, entry in value.items()}
    if isinstance(value, list | tuple):
        return [finite_or_none(entry) for entry in value]
    return None if isinstance(value, float) and not math.isfinite(value) else value


def of_this_process() -> dict:
    """pid, start and machine of the calling process, as fields of a Status."""
    return {"pid": os.getpid(), "started": psutil.Process().create_time(), "host": files.HOST}


def alive(pid: int | None, started: float | None) -> bool:
    """Whether the process `pid` that began at `started` lives; another process of that number, or a zombie, does not."""
    if pid is None or started is None:
        return False
    try:
        process = psutil.Process(pid)
        return process.status() != psutil.STATUS_ZOMBIE and abs(process.create_time() - started) < CLOCK_SLACK
    except (psutil.NoSuchProcess, psutil.AccessDenied, ValueError, OverflowError):
        return False
