"""The state of a revision, as stored in its status.json."""

import math
import os
import time
from contextlib import suppress
from dataclasses import asdict, dataclass, field, replace
from functools import lru_cache
from typing import Annotated, Literal

import psutil
from msgspec import Meta

from aae_core import files, records
from aae_core.errors import RevisionError
from aae_core.records import Count, NonNegative, Text

FORMAT = 1
RECORD_BYTES_LIMIT = 2**20  # bytes of a status.json, or another small record
BUSY = ("queued", "running")  # states in which the weights may still change
MEASURE_FIELDS = ("measures", "training_measures")
STATES_WITHOUT_RESULTS = ("failed", "broken", "queued")  # states of revisions that have nothing to show
MeasureValue = float | list[float | None] | None  # a measure, or one for each dimension of the code
# what a worker is doing before the first step
PREPARATIONS = ("Starting", "Loading the data", "Preparing the networks")
NO_WORKER = {"pid": None, "started": None, "worker": ""}  # as fields of a Status: no worker has it
CLOCK_SLACK = 5.0  # seconds by which two readings of a process's start may differ after the clock was set


@dataclass(frozen=True)
class Status:
    """The state of a training.

    engine, host, worker: where it trains, or trained last: a row of `engines`, the name of the machine, and the name of
    the launch on that engine ("" for a process on the machine). asks: what it asks of the engine, as
    `launchers.parse_engine_options` reads it. pid, started: the worker's process and its start. step, epoch: what is
    done of total_steps and total_epochs. seconds: the time spent in steps. error: `what` happened and what to `do`.
    measures: the latest by name. training_measures: the latest on training images, by which sweeps compare. machine:
    how the steps are computed, as the fields of a `machine.ComputeChoice`. ended: why it ended before its epochs or
    steps were over, and with `patience` which weights it kept, in sentences. until: the step at which a sweep lets it
    pause, None for its end. started,
    heartbeat, queued and finished are Unix times.

    While it runs, left is the estimated time remaining in seconds, None if unknown; doing says what it does other than
    taking steps, "" while it takes steps; and warning says in a sentence what is about to stop it, "" for nothing.
    """

    state: Literal["queued", "running", "paused", "done", "stopped", "failed"]
    pid: Annotated[int, Meta(ge=1, le=2**32)] | None = None
    started: records.UnixTime | None = None
    engine: Text = ""
    host: Text = ""
    worker: Text = ""
    asks: Text = ""
    heartbeat: records.UnixTime | None = None
    queued: records.UnixTime | None = None
    step: Count = 0
    total_steps: Count = 0
    epoch: NonNegative = 0.0
    total_epochs: NonNegative = 0.0
    seconds: NonNegative = 0.0
    samples_per_second: NonNegative = 0.0
    error: dict[str, Text | None] | None = None
    measures: dict[str, MeasureValue] = field(default_factory=dict)
    finished: records.UnixTime | None = None
    machine: dict = field(default_factory=dict)
    ended: Text = ""
    left: float | None = None
    doing: Text = ""
    warning: Text = ""
    training_measures: dict[str, MeasureValue] = field(default_factory=dict)
    until: Count | None = None

    @property
    def has_reached_pause_step(self) -> bool:
        """Whether it has come to the step at which a sweep lets it pause."""
        return self.until is not None and self.until <= self.step < self.total_steps

    @property
    def awaits_worker_report(self) -> bool:
        """Whether a worker was started for it but has not yet reported that it is running."""
        return self.state == "queued" and (self.pid is not None or bool(self.worker))

    @property
    def is_starting(self) -> bool:
        """Whether its worker was started and has yet to take its first step."""
        return self.awaits_worker_report or (self.state == "running" and self.doing in PREPARATIONS)

    def as_failed(self, event: str, advice: str) -> "Status":
        """The same training, failed now: what happened, and what to do."""
        error, now = {"what": event, "do": advice}, time.time()
        return replace(self, **NO_WORKER, state="failed", error=error, finished=now, warning="")

    @property
    def error_text(self) -> str:
        """What went wrong and what to do, as one text; empty if nothing did."""
        return " ".join(part for part in (self.error or {}).values() if part)


def read_status(path) -> Status:
    """The status in a file; RevisionError if its format is unknown or a value is of the wrong type.

    Measures that contain null are left out: it stands for a number that was not finite. The file is read each time, but
    parsed only if its bytes have changed, because a page asks for a status some fifty times.
    """
    return _parse_status(path, files.read_bytes(path, RECORD_BYTES_LIMIT))


@lru_cache(maxsize=4096)
def _parse_status(path, data):
    record = files.parse_json_object(files.strip_checksum(data, path), path)
    status = records.parse_record(Status, record, path, format_number=FORMAT)
    complete_measures = {
        name: {key: measure for key, measure in getattr(status, name).items() if _is_complete(measure)}
        for name in MEASURE_FIELDS
    }
    return replace(status, **complete_measures)


def status_of_damaged_file(path, error: RevisionError, step: int, is_resumable: bool) -> Status:
    """The status to use for a file that `read_status` refused with `error`: a failed training, with a sentence on what
    is lost. step: that of its weights, 0 if there are none. Raises the error if the file may be intact: it has another
    format, or cannot be read at present."""
    cause = error.__cause__
    if isinstance(cause, OSError) and not isinstance(cause, FileNotFoundError):
        raise error
    format_number = None
    with suppress(RevisionError):
        format_number = files.read_json(path, RECORD_BYTES_LIMIT).get("format")
    if format_number not in (None, FORMAT):
        raise error
    weights_note = f", and its weights are those of step {step:,}" if step else ""
    advice = " Resume it, and they are written anew." if is_resumable else ""
    message = {
        "what": str(error),
        "do": f"The state, times and measures of this training are lost{weights_note}.{advice}",
    }
    return Status("failed", step=step, error=message)


def _is_complete(measure) -> bool:
    """Whether a measure has a value or, as a list, a value at each place."""
    if isinstance(measure, list):
        return bool(measure) and None not in measure
    return measure is not None


def to_record(status: Status) -> dict:
    """The inverse of `read_status`; a measure that is not finite becomes null, which JSON can hold."""
    measured = {name: finite_or_none(getattr(status, name)) for name in MEASURE_FIELDS}
    return {"format": FORMAT, **asdict(replace(status, **measured))}


def finite_or_none(value):
    """The same plain values, with None in place of every number that is not finite."""
    if isinstance(value, dict):
        return {key: finite_or_none(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [finite_or_none(item) for item in value]
    return None if isinstance(value, float) and not math.isfinite(value) else value


def this_process_fields() -> dict:
    """pid, start and machine of the calling process, as fields of a Status."""
    return {"pid": os.getpid(), "started": psutil.Process().create_time(), "host": files.HOST}


def is_process_alive(pid: int | None, started: float | None) -> bool:
    """Whether the process `pid` that began at `started` lives; another process of that number, or a zombie, does
    not."""
    if pid is None or started is None:
        return False
    try:
        process = psutil.Process(pid)
        return process.status() != psutil.STATUS_ZOMBIE and abs(process.create_time() - started) < CLOCK_SLACK
    except (psutil.NoSuchProcess, psutil.AccessDenied, ValueError, OverflowError):
        return False
