"""Records the time machine of a training: frames of the probe set's codes, and the decoder at a few key frames.

Frames are evenly spaced on a logarithmic axis of steps, because a model changes most at first, and are thinned out when
there are too many. They may take only a small share of the training's time. Nothing here draws from the training's
random state. Source of what is kept: Makhzani et al., arXiv 1511.05644v2, §2 (q(z), p(z), D).
"""

import time
from contextlib import suppress
from dataclasses import dataclass

import numpy as np
import torch

from aae_core import files
from aae_core.config.derived import REPORT_STEPS
from aae_core.errors import RevisionError
from aae_core.evaluation import distances
from aae_core.latent import maps
from aae_core.models import inference
from aae_core.runs import estimate
from aae_core.store import frames, weights
from aae_core.training.loop import Report
from aae_core.training.training import Training

MIN_GROWTH = 0.04  # steps from one frame to the next, at least, as a share of the steps done
TIME_SHARE = 0.03  # share of the time that recording may take
# share of the expected remaining time that the first frames may use in advance: most changes come early
ADVANCE_SHARE = 0.01
MAX_COUNTED_SECONDS = 30.0  # seconds, at most, that are counted for a frame
SURFACE_REACH = 1.5  # half-width of D's surface, relative to that of the prior's map
GRID_SAMPLES = 20_000  # of the prior, on the grid of the Jensen–Shannon divergence
MMD_SAMPLES = 1_000  # codes, and samples of the prior, for MMD², which compares all pairs
MAX_HALF = 65_504.0  # the largest number in half precision


def key_frame_steps(n_keys: int, total_steps: int) -> list[int]:
    """The steps from which on the next frame becomes a key frame. They are evenly spaced on a logarithmic axis; the
    last step is not among them, because its decoder is that of the revision itself."""
    n_reports = max(total_steps / REPORT_STEPS, 2)
    return [round(REPORT_STEPS * n_reports ** (k / (n_keys + 1))) for k in range(1, n_keys + 1)]


@dataclass(frozen=True)
class CapturedFrame:
    """A frame that is not written yet: its tensors and metadata, and the codes in it, float32 N×d, and contents, int64 N,
    None if none are inferred."""

    tensors: dict[str, np.ndarray]
    metadata: dict[str, str]
    z: np.ndarray
    content: np.ndarray | None


class TimeBudget:
    """The time that recording may take: a share of the time that has passed, plus a little of the expected remaining
    time."""

    def __init__(self):
        self.start, self.spent_seconds, self.last_seconds, self.credit = time.monotonic(), 0.0, 0.0, None

    def expect_remaining(self, seconds: float) -> None:
        """Set the expected remaining time in seconds. The first steps are slow, so the allowance shrinks as they
        pass."""
        credit = ADVANCE_SHARE * (time.monotonic() - self.start + seconds)
        self.credit = credit if self.credit is None else min(self.credit, credit)

    def allows_another(self) -> bool:
        """Whether recording once more, for as long as it took last, stays within the allowance."""
        return self.spent_seconds + self.last_seconds <= TIME_SHARE * (time.monotonic() - self.start) + (
            self.credit or 0.0
        )

    def add_spent(self, seconds: float) -> None:
        """Count the time that a frame took, up to MAX_COUNTED_SECONDS, because the machine may have been asleep
        meanwhile."""
        self.last_seconds = min(seconds, MAX_COUNTED_SECONDS)
        self.spent_seconds += self.last_seconds


class FrameRecorder:
    """Records the frames of one training. images: those of a split of the data, uint8 N×H×W×C. index: the numbers of
    the probe set among them. split: the name of the split."""

    def __init__(self, revision, training: Training, images: np.ndarray, index: np.ndarray, split: str):
        self.revision, self.training, self.split = revision, training, split
        self.folder = frames.FrameFolder(revision.path / frames.FRAMES_FOLDER)
        model = training.model
        self.rows = frames.recorded_probe_rows(len(index), model.config.latent_dim, model.variant.categorical)
        self.images = inference.SelectedImages(images, index[self.rows])
        self.has_surface = frames.has_discriminator_surface(model.config)
        self.plan = frames.plan_frames_of_model(model, len(index))
        total = training.total_steps
        self.growth = max(MIN_GROWTH, (1 + total / REPORT_STEPS) ** (1 / max(1, self.plan.max_frames)) - 1)
        self.key_steps = key_frame_steps(self.plan.max_key_frames, total)
        self.steps: list[int] = []
        self.time_budget = TimeBudget()
        count = GRID_SAMPLES if frames.prior_distance_metric_name(model.config) == "js" else MMD_SAMPLES
        self.prior_samples = model.prior.sample_with_fixed_seed(count)  # with which q(z) is compared

    def start(self) -> None:
        """Remove frames later than the step from which the training resumes, and record the present moment.
        RevisionError if the folder cannot be written or is a link."""
        with files.raise_os_errors_as(self.folder.path):
            files.check_not_symlink(self.folder.path)
            self.folder.path.mkdir(exist_ok=True)
        step_now = self.training.step
        self.remove_later_frames(step_now)
        saved_keys = self.folder.steps(key_frames=True)
        self.key_steps = [step for step in self.key_steps if step > max(saved_keys, default=0)]
        self._record_resumption(step_now)
        self.save_frame()

    def remove_later_frames(self, last_step: int) -> None:
        """Remove the frames of steps after `last_step`, which do not lead to the present weights."""
        for key in (True, False):
            for step in self.folder.steps(key):
                if step > last_step:
                    files.remove(self.folder.file_of(step, key))
        self.steps = self.folder.steps()

    def _record_resumption(self, step_now):
        """Record the step at which the training resumes; a damaged list of earlier resumptions is replaced."""
        file, resumptions = self.folder.path / frames.MARKS_FILE, []
        with suppress(RevisionError):
            resumptions = [step for step in self.folder.resumed_steps() if step < step_now]
        if step_now:
            files.write_checksummed_json(file, {"resumed": [*resumptions, step_now]})
        else:
            files.remove(file)

    def record_if_due(self, report: Report) -> tuple[np.ndarray, np.ndarray | None] | None:
        """Keep a frame if one is due and the time allows it, and return what `save_frame` does; else None."""
        training, pace = self.training, report.seconds / max(1, report.step)
        self.time_budget.expect_remaining(
            estimate.remaining_seconds(training.config, training.total_steps - report.step, pace, report.seconds)
        )
        last_step = self.steps[-1] if self.steps else 0
        if report.step >= last_step + max(REPORT_STEPS, self.growth * last_step) and self.time_budget.allows_another():
            return self.save_frame(report.losses)
        return None

    def save_frame(self, losses: dict[str, float] | None = None) -> tuple[np.ndarray, np.ndarray | None] | None:
        """Keep the present moment as a frame, unless there is one of this step already.

        Returns the codes in it, float32 N×d, and the contents, int64 N, None if none are inferred; or None if no frame
        was kept.
        """
        step = self.training.step
        if step in self.steps:
            return None
        start = time.monotonic()
        frame = self.capture(losses or {})
        if frame is not None:
            files.write_tensors(self.folder.file_of(step), frame.tensors, frame.metadata)
            self.steps.append(step)
            if self.key_steps and step >= self.key_steps[0]:  # a key frame is due: the decoder is kept as well
                self.key_steps = [key_step for key_step in self.key_steps if key_step > step]
                tensors = weights.network_arrays(self.training.model.decoder, half=True)
                files.write_tensors(
                    self.folder.file_of(step, is_key_frame=True), tensors, self.revision.identity_metadata(step)
                )
            if len(self.steps) > self.plan.max_frames > 2:
                keys = self.folder.steps(key_frames=True)  # which stay
                if len(self.steps) > len(keys) + 2:
                    files.remove(self.folder.file_of(self.steps.pop(frames.most_crowded_index(self.steps, keys))))
        self.time_budget.add_spent(time.monotonic() - start)
        return None if frame is None else (frame.z, frame.content)

    def capture(self, losses: dict[str, float]) -> CapturedFrame | None:
        """The present moment; None if the codes are not finite, which the training itself reports."""
        z, style, content = infer_codes_draws_contents(self.training.model, self.images)
        if not np.isfinite(z).all() or not np.isfinite(style).all():
            return None
        return self.make_frame(z, content, self.compute_surface(frames.SURFACE_SIDE), losses, self._distance(style))

    def compute_surface(self, side: int) -> maps.Grid | None:
        """D's surface at this moment, side×side cells; None if frames hold none."""
        if not self.has_surface:
            return None
        model = self.training.model
        return maps.discriminator_grid(model, SURFACE_REACH * model.prior.extent(), side)

    def make_frame(self, z, content, surface: maps.Grid | None, losses, distance: float | None = None) -> CapturedFrame:
        """The frame of this moment with codes float32 N×d, and contents int64 N, None if none are inferred."""
        tensors, box = {"z": _to_half_precision(z)}, None
        if content is not None:
            tensors["content"] = content.astype(np.int16)
        if surface is not None:
            tensors["judged"] = _to_half_precision(surface.values)
            box = tuple(float(end) for axis in (surface.x, surface.y) for end in (axis[0], axis[-1]))
        metadata = frames.format_metadata(self.training.epoch, losses, distance, box, self.split)
        return CapturedFrame(tensors, self.revision.identity_metadata(self.training.step) | metadata, z, content)

    def _distance(self, style) -> float | None:
        """The distance between codes drawn from q(z) and p(z), by `frames.prior_distance_metric_name`; None for fewer than two
        codes."""
        prior = self.training.model.prior
        if len(style) < 2:
            return None
        if frames.prior_distance_metric_name(self.training.config) == "js":
            return distances.js_divergence(style, self.prior_samples, prior.extent(), prior.centre())
        few_styles = style[np.linspace(0, len(style) - 1, min(len(style), MMD_SAMPLES)).astype(int)]
        return float(distances.mmd2(few_styles, self.prior_samples, prior.bandwidth))


def infer_codes_contents(model, images) -> tuple[np.ndarray, np.ndarray | None]:
    """The first and the last result of `infer_codes_draws_contents`, without the time that drawing takes."""
    z, _, content = infer_codes_draws_contents(model, images, with_draws=False)
    return z, content


def infer_codes_draws_contents(
    model, images, with_draws: bool = True
) -> tuple[np.ndarray, np.ndarray | None, np.ndarray | None]:
    """In one pass of images uint8 N×H×W×C: the representative codes that a map shows, float32 N×d; styles drawn from
    q(z|x), float32 N×d, to compare with p(z), or None unless `with_draws`; and the likeliest content, int64 N, or None if none is
    inferred.

    The draws use a generator of their own. For a universal posterior f(x, η), both are taken at η = 0, because a second
    pass would double the cost.
    """
    generator = torch.Generator(model.device).manual_seed(0)
    centres, styles, contents = [], [], []
    with inference.evaluation_mode(model):
        for _, x in inference.iterate_batches(model, images):
            h, logits = model.infer_without_noise(x)
            y = None if logits is None else logits.softmax(1)
            centres.append(model.add_heads(model.posterior.representative(h), y).float().cpu())
            if with_draws:
                styles.append(model.posterior.draw(h, generator).float().cpu())
            if y is not None:
                contents.append(y.argmax(1).cpu())
    z, style, content = (torch.cat(parts).numpy() if parts else None for parts in (centres, styles, contents))
    return z, style, content


def _to_half_precision(values):
    """Numbers in half precision, clipped to its range."""
    return np.clip(values, -MAX_HALF, MAX_HALF).astype(np.float16)
