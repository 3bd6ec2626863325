"""Records a training in its revision: status, metrics, codes of the probe set, measures and checkpoints.

All is paced by the clock, and each kind of work is done the less often the longer it takes, so that recording costs the
training at most a few per cent. Only the target is checked at fixed steps, whatever that costs, because it decides the
result. Nothing here draws from the training's random state.
"""

import time
from collections.abc import Callable
from copy import deepcopy
from dataclasses import asdict, replace

import numpy as np
import torch

from aae_core import files
from aae_core.config.derived import is_check_step
from aae_core.data.item_draws import draw_stratified_indices
from aae_core.data.sets import DataSet
from aae_core.errors import RevisionError
from aae_core.evaluation import protocols
from aae_core.runs import disk_space, early_stopping, estimate, frame_recorder
from aae_core.runs.adaptive_interval import AdaptiveInterval
from aae_core.runs.frame_recorder import FrameRecorder
from aae_core.runs.live_recorder import LiveRecorder
from aae_core.store import weights
from aae_core.store.export import thin_out_rows
from aae_core.store.revision import Revision
from aae_core.store.revision_folder import MAX_PROBE_CODES, ProbeCodes
from aae_core.store.status import NO_WORKER, Status
from aae_core.training.loop import Report
from aae_core.training.training import Training

HELD_OUT = "held_out"  # the error of held-out items, among the measures in a row
MAX_ROWS = 2_000  # rows of metrics, at most
ROW_SECONDS = 0.25  # seconds between rows, doubled whenever there are too many rows


def choose_probe_set(revision: Revision, dataset: DataSet) -> tuple[str, np.ndarray]:
    """The probe set of a training: a split, and ascending numbers of images in it. These are the same training images
    in every training, with the same share of each class; or those used before, if the training is resumed."""
    try:
        probe = revision.probe()
    except RevisionError:  # it is damaged, and will be replaced
        probe = None
    if probe is not None and len(probe.index) and probe.index.max() < len(getattr(dataset, probe.split).labels):
        return probe.split, probe.index
    return "train", draw_stratified_indices(dataset.train.labels, MAX_PROBE_CODES)


def _load_rows(revision):
    """The rows recorded so far; a damaged file is renamed, because a training can continue without its earlier
    curves."""
    try:
        return revision.metrics()
    except RevisionError:
        file = revision.path / "metrics.jsonl"
        with files.raise_os_errors_as(file):
            files.move(file, file.with_name("metrics.damaged.jsonl"))
        return []


class Recorder:
    """Writes everything that a training leaves in its revision. checkpoint_seconds: seconds between checkpoints, at
    least; on_metrics: called with each new row of the metrics."""

    def __init__(
        self,
        revision: Revision,
        training: Training,
        dataset: DataSet,
        status: Status,
        checkpoint_seconds: float,
        on_metrics: Callable[[dict], object] | None = None,
    ):
        self.revision, self.training, self.dataset, self.on_metrics = revision, training, dataset, on_metrics
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
        self.rows = [row for row in _load_rows(revision) if row.get("step", 0) <= training.step]
        self.split, self.index = choose_probe_set(revision, dataset)
        self.probe_split = getattr(dataset, self.split)
        self.frames = FrameRecorder(revision, training, self.probe_split.images, self.index, self.split)
        self.live = LiveRecorder(self.frames, self.probe_split.labels[self.index])
        self._reported_row = self.rows[-1] if self.rows else None
        self._pending_losses: list[dict] = []  # losses of the reports since the last row
        self._next_row_time, self._row_seconds = 0.0, ROW_SECONDS
        self.heartbeat_interval = AdaptiveInterval(0.5, 0.01, 3)
        self.rows_interval = AdaptiveInterval(1, 0.005, 20)
        self.probe_interval = AdaptiveInterval(2, 0.005, 120)
        self.measure_interval = AdaptiveInterval(1, 0.005, 120)
        self.needed_space = disk_space.estimate_disk_need(training.config, revision.data)
        self.space_interval = AdaptiveInterval(1, 0.005, 20)
        self.has_target = training.config.target.measure != "none"
        self.has_patience = training.config.patience is not None
        # 3 % of the time at the usual 15 s; more frequent checkpoints may cost more
        self.checkpoint_interval = AdaptiveInterval(
            checkpoint_seconds, min(0.5, max(0.03, 0.45 / checkpoint_seconds)), max(120, checkpoint_seconds)
        )

    def start(self) -> None:
        """Write a first complete state, so that the revision can be opened and resumed from now on."""
        if self.training.labelled_indices is not None and self.training.config.labels is not None:
            self.revision.write_labelled_indices(self.training.labelled_indices.cpu().numpy())
        self._write_checkpoint()
        self._record_probe()
        self.frames.start()
        # if the worker was killed at a step at which the target is checked, the check may be missing
        if self._is_target_check_due() and not self.status.ended:
            self._measure_metrics(is_quick=True)
        if self._is_held_out_check_due() and not self.status.ended:
            self._end_if_patience_is_over()
        self.status = replace(self.status, doing="")
        self._write_heartbeat()

    def record(self, report: Report) -> None:
        """Process one report, and do all the work that is due."""
        former_speed = self.status.samples_per_second or report.samples_per_second
        speed = 0.9 * former_speed + 0.1 * report.samples_per_second  # smoothed, because single reports vary too much
        progress = {"step": report.step, "epoch": report.epoch, "seconds": report.seconds}
        choice = asdict(self.training.choice)  # what a GPU cannot do shows only in its first steps
        steps, config = self.training.total_steps - report.step, self.training.config
        seconds_left = estimate.remaining_seconds(config, steps, self.training.batch_size / speed, report.seconds)
        self.status = replace(self.status, **progress, samples_per_second=speed, machine=choice, left=seconds_left)
        self.live.record_if_due()
        if not report.losses:
            if self.heartbeat_interval.is_due():
                self._write_heartbeat()
            return
        self._pending_losses.append(report.losses)
        last_step = self.rows[-1]["step"] if self.rows else 0
        if (
            report.step >= 1.3 * last_step or time.monotonic() >= self._next_row_time
        ):  # often at first, when the losses fall fast
            self._add_row()
        if self._is_target_check_due() or (self.measure_interval.is_due() and not self.has_target):
            self._measure_metrics(is_quick=True)
        if self._is_held_out_check_due():
            self._measure_held_out_error()
            self._end_if_patience_is_over()
        self._report_last_row()
        if self.probe_interval.is_due():
            self._record_probe()
        frame_codes = self.frames.record_if_due(report)
        if frame_codes and len(self.frames.images) == len(
            self.index
        ):  # so that no frame is later than the codes of now
            self.write_probe(*frame_codes)
        if self.checkpoint_interval.is_due():
            self._write_checkpoint()
        if self.rows_interval.is_due():
            self._write_rows()
        if self.heartbeat_interval.is_due():
            self._write_heartbeat()

    def _is_target_check_due(self) -> bool:
        """Whether the target is checked at this step."""
        return self.has_target and self._is_check_step()

    def _is_held_out_check_due(self) -> bool:
        """Whether the error of the held-out items is measured at this step."""
        return self.has_patience and self._is_check_step()

    def _is_check_step(self) -> bool:
        return is_check_step(self.training.step, self.training.steps_per_epoch)

    def _measure_held_out_error(self):
        """Measure the held-out items; their error stands in the row of this step."""
        with torch.random.fork_rng(devices=[]):
            error = protocols.measure_held_out_error(self.training.model, self.dataset)
        self.training.update_best_weights(error)
        if not self.rows or self.rows[-1]["step"] != self.status.step:
            self.rows.append(self._progress_fields())
        measures = self.rows[-1].get("measures", {})
        self.rows[-1] = {**self.rows[-1], "measures": {**measures, HELD_OUT: error}}

    def _end_if_patience_is_over(self):
        if self.training.is_patience_over and not self.status.ended:
            self.status = replace(self.status, ended=early_stopping.patience_over_reason(self.training.config))

    def _restore_best_weights(self):
        """Give the ended training the weights with which the held-out items had the lowest error, which may be the last
        ones. The state from which it would continue has the last ones and was written before."""
        # a continued training whose patience counts anew has no best weights yet if it is stopped before its first step
        if self.training.best is None or not self._is_check_step():
            self._measure_held_out_error()
        best = self.training.best
        self.training.load_best_weights()
        weights.save_weights(self.revision, self.training.model, best.step)
        self.frames.remove_later_frames(best.step)
        note = early_stopping.best_weights_note(best.step, best.error)
        reason = self.status.ended.removesuffix(note).strip()
        self.status = replace(self.status, ended=f"{reason} {note}".strip())

    def finish(self, state: str) -> Status:
        """Save the final state as `state`, and return the status; if it is "done" or "stopped", measure in full on the
        test set.

        If a sweep may compare the training, because it rests or has ended, it is also measured on training images at
        its last step.
        """
        if self._pending_losses:
            self._add_row()
        self._write_checkpoint()
        if state in ("done", "stopped") and self.has_patience:
            self._note_end_by_time(state)
            self._restore_best_weights()
        self._record_probe()
        self.frames.save_frame(self.rows[-1].get("losses") if self.rows else None)
        if state in ("done", "stopped") or self.status.has_reached_pause_step:
            self._measure_metrics(is_quick=True)
        self._note_end_by_time(state)
        if state in ("done", "stopped"):
            self.status = replace(self.status, doing="Measuring on the test set")
            self._write_heartbeat()
            self._measure_metrics(is_quick=False)
        self._write_rows()
        self._report_last_row()
        self.live.close()
        now, seconds = time.time(), self.training.seconds
        mean = self.status.step * self.training.batch_size / seconds if seconds else 0.0
        self.status = replace(self.status, **NO_WORKER, state=state, left=None, doing="", warning="")
        self.status = self.revision.write_status(self.status, samples_per_second=mean, heartbeat=now, finished=now)
        return self.status

    def _note_end_by_time(self, state):
        """Note if the training is done because its minutes are over."""
        if state == "done" and not self.status.ended and self.training.step < self.training.total_steps:
            self.status = replace(
                self.status, ended=early_stopping.out_of_time_reason(self.training.config, self.training.seconds)
            )

    def _add_row(self):
        """Add a row for all reports since the last row: their mean losses, at the step of the last report."""
        losses = {phase: float(np.mean([p[phase] for p in self._pending_losses])) for phase in self._pending_losses[0]}
        self._pending_losses.clear()
        row = {**self._progress_fields(), "samples_per_second": self.status.samples_per_second, "losses": losses}
        if self.rows and self.rows[-1]["step"] == row["step"]:  # it holds the measures of this very step
            row = {**self.rows.pop(), **row}
        self.rows.append(row)
        if len(self.rows) > MAX_ROWS:
            self.rows = thin_out_rows(self.rows, MAX_ROWS // 2)
            self._row_seconds *= 2
        self._next_row_time = time.monotonic() + self._row_seconds

    def _report_last_row(self):
        """Call `on_metrics` with a copy of the last row, unless it had this row before."""
        if self.on_metrics is None or not self.rows or self.rows[-1] is self._reported_row:
            return
        self._reported_row = self.rows[-1]
        self.on_metrics(deepcopy(self._reported_row))

    def _progress_fields(self):
        return {"step": self.status.step, "epoch": self.status.epoch, "seconds": self.status.seconds}

    def _measure_metrics(self, is_quick):
        """Measure: quickly on training images, or in full on the test set, which happens only once, at the end."""
        if not is_quick and not len(self.dataset.test.images):
            return
        with self.measure_interval, torch.random.fork_rng(devices=[]):
            metrics = protocols.measure_metrics(self.training.model, self.dataset, is_quick=is_quick)
        self.status = replace(self.status, measures=metrics)
        if is_quick:
            end_reason = self.status.ended
            if not end_reason and self._is_target_check_due():
                end_reason = early_stopping.target_reached_reason(self.training.config, metrics)
            self.status = replace(self.status, training_measures=metrics, ended=end_reason)
        if not self.rows or self.rows[-1]["step"] != self.status.step:
            self.rows.append(self._progress_fields())
        measured_before = self.rows[-1].get("measures", {})
        held_out = {HELD_OUT: measured_before[HELD_OUT]} if HELD_OUT in measured_before else {}
        self.rows[-1] = {**self.rows[-1], "measures": metrics | held_out}

    def _record_probe(self):
        with self.probe_interval:
            z, content = frame_recorder.infer_codes_contents(self.training.model, self.probe_split.images[self.index])
            if np.isfinite(z).all():  # otherwise, the previous codes stay
                self.write_probe(z, content)

    def write_probe(self, z, content):
        """Write the codes N×d of the probe set at this step; content: N, or None to use the labels."""
        labels = self.probe_split.labels[self.index].astype(np.int64)
        probe = ProbeCodes(z.astype(np.float32), labels, self.index, labels if content is None else content, self.split)
        self.revision.write_probe(probe, step_and_epoch=(self.training.step, self.training.epoch))

    def _write_checkpoint(self):
        """Write the rows, then the resume state, then the weights: in this order, a crash between two of them loses
        nothing.

        Rows beyond the resume state are dropped on resuming, but missing rows would be lost. `Training.state_tensors`
        raises for a diverged training, so the weights on disk remain the last good ones.
        """
        with self.checkpoint_interval:
            self._write_rows()
            weights.save_resume_state(self.revision, self.training.state_tensors(), self.training.step)
            weights.save_weights(self.revision, self.training.model, self.training.step)

    def _write_rows(self):
        with self.rows_interval:
            self.revision.write_metrics(self.rows)

    def _write_heartbeat(self):
        if self.space_interval.is_due():
            with self.space_interval:
                self.status = replace(
                    self.status, warning=disk_space.disk_full_warning(self.revision.path, self.needed_space)
                )
        with self.heartbeat_interval:
            self.status = self.revision.write_status(self.status, heartbeat=time.time())
