"""Records a training in its revision: status, metrics, codes of the probe set, measures and checkpoints.

All is paced by the clock, and each kind of work is done the less often the longer it takes, so that recording costs the training
at most a few per cent. Only the target is checked at fixed steps, whatever that costs, because it decides the result. Nothing
here draws from the training's random state.
"""

import time
from dataclasses import asdict, replace

import numpy as np
import torch

from aae_core import files
from aae_core.data.sets import DataSet, proportional
from aae_core.errors import RevisionError
from aae_core.evaluation import protocols
from aae_core.jobs import estimate, frame_recorder, target
from aae_core.jobs.frame_recorder import FrameRecorder
from aae_core.scheduling import room
from aae_core.store import weights
from aae_core.store.export import thin
from aae_core.store.folder import PROBE_LIMIT, ProbeCodes
from aae_core.store.revision import Revision
from aae_core.store.status import NOBODY, Status
from aae_core.training.training import Report, Training

ROWS = 2_000  # rows of metrics, at most
ROW_EVERY = 0.25  # seconds between rows, doubled whenever there are too many rows


class Pace:
    """The pace of recurring work: due every `least` seconds, or less often (at least every `most` seconds) if it would take more
    than `share` of the time. The work is done in this context, which measures how long it takes."""

    def __init__(self, least: float, share: float, most: float):
        self.least, self.share, self.most = least, share, most
        self.next = time.monotonic() + least

    def due(self) -> bool:
        return time.monotonic() >= self.next

    def __enter__(self):
        self.began = time.monotonic()

    def __exit__(self, *_):
        now = time.monotonic()
        self.next = now + min(self.most, max(self.least, (now - self.began) / self.share))


def probe_set(revision: Revision, dataset: DataSet) -> tuple[str, np.ndarray]:
    """The probe set of a training: a split, and ascending numbers of images in it. These are the same training images in every
    training, with the same share of each class; or those used before, if the training is resumed."""
    try:
        probe = revision.probe()
    except RevisionError:  # it is damaged, and will be replaced
        probe = None
    if probe is not None and len(probe.index) and probe.index.max() < len(getattr(dataset, probe.split).labels):
        return probe.split, probe.index
    return "train", proportional(dataset.train.labels, PROBE_LIMIT)


def _rows(revision):
    """The rows recorded so far; a damaged file is renamed, because a training can continue without its earlier curves."""
    try:
        return revision.metrics()
    except RevisionError:
        file = revision.path / "metrics.jsonl"
        with files.explained(file):
            files.move(file, file.with_name("metrics.damaged.jsonl"))
        return []


class Recorder:
    """Writes everything that a training leaves in its revision; keep_every: seconds between checkpoints, at least."""

    def __init__(self, revision: Revision, training: Training, dataset: DataSet, status: Status, keep_every: float):
        self.revision, self.training, self.dataset = revision, training, dataset
        passes = training.total_steps / training.steps_per_epoch
        self.status = replace(
            status,
            step=training.step,
            epoch=training.epoch,
            seconds=training.seconds,
            total_steps=training.total_steps,
            total_epochs=round(passes, 4),
            machine=asdict(training.choice),
        )
        self.rows = [row for row in _rows(revision) if row.get("step", 0) <= training.step]
        self.split, self.index = probe_set(revision, dataset)
        self.followed = getattr(dataset, self.split)
        self.frames = FrameRecorder(revision, training, self.followed.images, self.index, self.split)
        self._pending: list[dict] = []  # losses of the reports since the last row
        self._row_at, self._row_every = 0.0, ROW_EVERY
        self.heartbeat = Pace(0.5, 0.01, 3)
        self.table = Pace(1, 0.005, 20)
        self.codes = Pace(2, 0.005, 120)
        self.cheap = Pace(1, 0.005, 120)
        self.need, self.room = room.needed(training.config, revision.data), Pace(1, 0.005, 20)
        self.follows = training.config.target.measure != "none"
        # 3 % of the time at the usual 15 s; more frequent checkpoints may cost more
        self.kept = Pace(keep_every, min(0.5, max(0.03, 0.45 / keep_every)), max(120, keep_every))

    def begin(self) -> None:
        """Write a first complete state, so that the revision can be opened and resumed from now on."""
        if self.training.labelled is not None and self.training.config.labels is not None:
            self.revision.write_labelled(self.training.labelled.cpu().numpy())
        self._checkpoint()
        self._probe()
        self.frames.begin()
        # if the worker was killed at a step at which the target is checked, the check may be missing
        if self._looks() and not self.status.ended:
            self._measure(quick=True)
        self.status = replace(self.status, doing="")
        self._beat()

    def record(self, report: Report) -> None:
        """Process one report, and do all the work that is due."""
        before = self.status.samples_per_second or report.samples_per_second
        pace = 0.9 * before + 0.1 * report.samples_per_second  # smoothed, because single reports vary too much
        place = {"step": report.step, "epoch": report.epoch, "seconds": report.seconds}
        choice = asdict(self.training.choice)  # what a GPU cannot do shows only in its first steps
        steps, config = self.training.total_steps - report.step, self.training.config
        left = estimate.seconds(config, steps, self.training.batch_size / pace, report.seconds)
        self.status = replace(self.status, **place, samples_per_second=pace, machine=choice, left=left)
        if not report.losses:
            if self.heartbeat.due():
                self._beat()
            return
        self._pending.append(report.losses)
        last = self.rows[-1]["step"] if self.rows else 0
        if report.step >= 1.3 * last or time.monotonic() >= self._row_at:  # often at first, when the losses fall fast
            self._row()
        if self._looks() or (self.cheap.due() and not self.follows):
            self._measure(quick=True)
        if self.codes.due():
            self._probe()
        frame = self.frames.record(report)
        if frame and len(self.frames.images) == len(self.index):  # so that no frame is later than the codes of now
            self._write_probe(*frame)
        if self.kept.due():
            self._checkpoint()
        if self.table.due():
            self._table()
        if self.heartbeat.due():
            self._beat()

    def _looks(self):
        """Whether the target is checked at this step."""
        step = self.training.step
        return self.follows and step > 0 and step % target.interval(self.training.steps_per_epoch) == 0

    def end(self, state: str) -> Status:
        """Save the final state as `state`, and return the status; if it is "done" or "stopped", measure in full on the test set.

        If a sweep may compare the training, because it rests or has ended, it is also measured on training images at its last
        step.
        """
        if self._pending:
            self._row()
        self._checkpoint()
        self._probe()
        self.frames.keep(self.rows[-1].get("losses") if self.rows else None)
        if state in ("done", "stopped") or self.status.rests:
            self._measure(quick=True)
        if state == "done" and not self.status.ended and self.training.step < self.training.total_steps:
            self.status = replace(self.status, ended=target.out_of_time(self.training.config, self.training.seconds))
        if state in ("done", "stopped"):
            self.status = replace(self.status, doing="Measuring on the test set")
            self._beat()
            self._measure(quick=False)
        self._table()
        now, seconds = time.time(), self.training.seconds
        mean = self.training.step * self.training.batch_size / seconds if seconds else 0.0
        self.status = replace(self.status, **NOBODY, state=state, left=None, doing="", warning="")
        self.status = self.revision.write_status(self.status, samples_per_second=mean, heartbeat=now, finished=now)
        return self.status

    def _row(self):
        """Add a row for all reports since the last row: their mean losses, at the step of the last report."""
        losses = {phase: float(np.mean([p[phase] for p in self._pending])) for phase in self._pending[0]}
        self._pending.clear()
        row = {**self._place(), "samples_per_second": self.status.samples_per_second, "losses": losses}
        if self.rows and self.rows[-1]["step"] == row["step"]:  # it holds the measures of this very step
            row = {**self.rows.pop(), **row}
        self.rows.append(row)
        if len(self.rows) > ROWS:
            self.rows = thin(self.rows, ROWS // 2)
            self._row_every *= 2
        self._row_at = time.monotonic() + self._row_every

    def _place(self):
        return {"step": self.status.step, "epoch": self.status.epoch, "seconds": self.status.seconds}

    def _measure(self, quick):
        """Measure: quickly on training images, or in full on the test set, which happens only once, at the end."""
        if not quick and not len(self.dataset.test.images):
            return
        with self.cheap, torch.random.fork_rng(devices=[]):
            metrics = protocols.metrics(self.training.model, self.dataset, quick=quick)
        self.status = replace(self.status, measures=metrics)
        if quick:
            ended = target.reached(self.training.config, metrics) if self._looks() else self.status.ended
            self.status = replace(self.status, training_measures=metrics, ended=ended)
        if not self.rows or self.rows[-1]["step"] != self.status.step:
            self.rows.append(self._place())
        self.rows[-1] = {**self.rows[-1], "measures": metrics}

    def _probe(self):
        with self.codes:
            z, _, content = frame_recorder.codes(self.training.model, self.followed.images[self.index])
            if np.isfinite(z).all():  # otherwise, the previous codes stay
                self._write_probe(z, content)

    def _write_probe(self, z, content):
        """Write the codes N×d of the probe set at this step; content: N, or None to use the labels."""
        labels = self.followed.labels[self.index].astype(np.int64)
        probe = ProbeCodes(z.astype(np.float32), labels, self.index, labels if content is None else content, self.split)
        self.revision.write_probe(probe, place=(self.status.step, self.status.epoch))

    def _checkpoint(self):
        """Write the rows, then the resume state, then the weights: in this order, a crash between two of them loses nothing.

        Rows beyond the resume state are dropped on resuming, but missing rows would be lost. `Training.state` raises for a
        diverged training, so the weights on disk remain the last good ones.
        """
        with self.kept:
            self._table()
            weights.save_resume(self.revision, self.training.state(), self.training.step)
            weights.save(self.revision, self.training.model, self.training.step)

    def _table(self):
        with self.table:
            self.revision.write_metrics(self.rows)

    def _beat(self):
        if self.room.due():
            with self.room:
                self.status = replace(self.status, warning=room.warning(self.revision.path, self.need))
        with self.heartbeat:
            self.status = self.revision.write_status(self.status, heartbeat=time.time())
