"""Records the time machine of a training: frames of the probe set's codes, and the decoder at a few key frames.

Frames are evenly spaced on a logarithmic axis of steps, because a model changes most at first, and are thinned out when there are
too many. They may take only a small share of the training's time. Nothing here draws from the training's random state. Source of
what is kept: Makhzani et al., arXiv 1511.05644v2, §2 (q(z), p(z), D).
"""

import time
from contextlib import suppress

import numpy as np
import torch

from aae_core import files
from aae_core.errors import RevisionError
from aae_core.evaluation import distances
from aae_core.jobs import estimate
from aae_core.latent import maps
from aae_core.models import inference
from aae_core.store import frames, weights
from aae_core.training.training import Report, Training

GROWTH = 0.04  # steps from one frame to the next, at least, as a share of the steps done
SHARE = 0.03  # share of the time that recording may take
AHEAD = 0.01  # share of the expected remaining time that the first frames may use in advance: most changes come early
SLOWEST = 30.0  # seconds, at most, that are counted for a frame
REACH = 1.5  # half-width of D's surface, relative to that of the prior's map
DRAWS = 20_000  # of the prior, on the grid of the Jensen–Shannon divergence
SAMPLE = 1_000  # codes, and samples of the prior, for MMD², which compares all pairs
HALF = 65_504.0  # the largest number in half precision


def key_steps(keys: int, total: int) -> list[int]:
    """The steps from which on the next frame becomes a key frame. They are evenly spaced on a logarithmic axis; the last step is
    not among them, because its decoder is that of the revision itself."""
    return [round(10 * (max(total, 20) / 10) ** (k / (keys + 1))) for k in range(1, keys + 1)]


class Allowance:
    """The time that recording may take: a share of the time that has passed, plus a little of the expected remaining time."""

    def __init__(self):
        self.began, self.spent, self.last, self.credit = time.monotonic(), 0.0, 0.0, None

    def expect(self, seconds: float) -> None:
        """Set the expected remaining time in seconds. The first steps are slow, so the allowance shrinks as they pass."""
        credit = AHEAD * (time.monotonic() - self.began + seconds)
        self.credit = credit if self.credit is None else min(self.credit, credit)

    def allows(self) -> bool:
        """Whether recording once more, for as long as it took last, stays within the allowance."""
        return self.spent + self.last <= SHARE * (time.monotonic() - self.began) + (self.credit or 0.0)

    def took(self, seconds: float) -> None:
        """Count the time that a frame took, up to SLOWEST, because the machine may have been asleep meanwhile."""
        self.last = min(seconds, SLOWEST)
        self.spent += self.last


class FrameRecorder:
    """Records the frames of one training. images: those of a split of the data, uint8 N×H×W×C. index: the numbers of the probe
    set among them. split: the name of the split."""

    def __init__(self, revision, training: Training, images: np.ndarray, index: np.ndarray, split: str):
        self.revision, self.training, self.split = revision, training, split
        self.folder = frames.FrameFolder(revision.path / frames.FOLDER)
        model = training.model
        rows = frames.rows(len(index), model.config.latent_dim, model.variant.categorical)
        self.images = inference.Chosen(images, index[rows])
        self.judged = frames.judges(model.config)
        self.plan = frames.plan_of(model, len(index))
        total = training.total_steps
        self.growth = max(GROWTH, (1 + total / 10) ** (1 / max(1, self.plan.frames)) - 1)
        self.keys = key_steps(self.plan.keys, total)
        self.steps: list[int] = []
        self.allowance = Allowance()
        count = DRAWS if frames.distance_name(model.config) == "js" else SAMPLE
        self.reference = model.prior.fixed(count)  # with which q(z) is compared

    def begin(self) -> None:
        """Remove frames later than the step from which the training resumes, and record the present moment. RevisionError if the
        folder cannot be written or is a link."""
        with files.explained(self.folder.path):
            files.refuse_link(self.folder.path)
            self.folder.path.mkdir(exist_ok=True)
        now = self.training.step
        for key in (True, False):
            for step in self.folder.steps(key):
                if step > now:
                    files.remove(self.folder.place(step, key))
        self.steps = self.folder.steps()
        saved_keys = self.folder.steps(key=True)
        self.keys = [step for step in self.keys if step > max(saved_keys, default=0)]
        self._mark(now)
        self.keep()

    def _mark(self, now):
        """Record the step at which the training resumes; a damaged list of earlier resumptions is replaced."""
        file, resumptions = self.folder.path / frames.MARKS, []
        with suppress(RevisionError):
            resumptions = [step for step in self.folder.resumed() if step < now]
        if now:
            files.write_record(file, {"resumed": [*resumptions, now]})
        else:
            files.remove(file)

    def record(self, report: Report) -> tuple[np.ndarray, np.ndarray | None] | None:
        """Keep a frame if one is due and the time allows it, and return what `keep` does; else None."""
        t, pace = self.training, report.seconds / max(1, report.step)
        self.allowance.expect(estimate.seconds(t.config, t.total_steps - report.step, pace, report.seconds))
        last = self.steps[-1] if self.steps else 0
        if report.step >= last + max(10, self.growth * last) and self.allowance.allows():
            return self.keep(report.losses)
        return None

    def keep(self, losses: dict[str, float] | None = None) -> tuple[np.ndarray, np.ndarray | None] | None:
        """Keep the present moment as a frame, unless there is one of this step already.

        Returns the codes in it, float32 N×d, and the contents, int64 N, None if none are inferred; or None if no frame was kept.
        """
        step = self.training.step
        if step in self.steps:
            return None
        began = time.monotonic()
        frame_codes = self._write(step, losses or {})
        if frame_codes:
            self.steps.append(step)
            if self.keys and step >= self.keys[0]:  # a key frame is due: the decoder is kept as well
                self.keys = [key_step for key_step in self.keys if key_step > step]
                tensors = weights.arrays_of(self.training.model.decoder, half=True)
                files.write_tensors(self.folder.place(step, key=True), tensors, self.revision.stamp(step))
            if len(self.steps) > self.plan.frames > 2:
                keys = self.folder.steps(key=True)  # which stay
                if len(self.steps) > len(keys) + 2:
                    files.remove(self.folder.place(self.steps.pop(frames.most_crowded(self.steps, keys))))
        self.allowance.took(time.monotonic() - began)
        return frame_codes

    def _write(self, step, losses):
        """Write the frame, and return what `keep` does; None if the codes are not finite, which the training itself reports."""
        z, style, content = codes(self.training.model, self.images)
        if not np.isfinite(z).all() or not np.isfinite(style).all():
            return None
        tensors, box = {"z": _half(z)}, None
        if content is not None:
            tensors["content"] = content.astype(np.int16)
        if self.judged:
            model = self.training.model
            grid = maps.judge_grid(model, REACH * model.prior.extent(), frames.SIDE)
            tensors["judged"] = _half(grid.values)
            box = tuple(float(end) for axis in (grid.x, grid.y) for end in (axis[0], axis[-1]))
        metadata = frames.metadata_of(self.training.epoch, losses, self._distance(style), box, self.split)
        files.write_tensors(self.folder.place(step), tensors, self.revision.stamp(step) | metadata)
        return z, content

    def _distance(self, style) -> float | None:
        """The distance between codes drawn from q(z) and p(z), by `frames.distance_name`; None for fewer than two codes."""
        prior = self.training.model.prior
        if len(style) < 2:
            return None
        if frames.distance_name(self.training.config) == "js":
            return distances.js_divergence(style, self.reference, prior.extent(), prior.centre())
        few = style[np.linspace(0, len(style) - 1, min(len(style), SAMPLE)).astype(int)]
        return float(distances.mmd2(few, self.reference, prior.bandwidth))


def codes(model, images) -> tuple[np.ndarray, np.ndarray, np.ndarray | None]:
    """In one pass of images uint8 N×H×W×C: the representative codes that a map shows, float32 N×d; styles drawn from q(z|x),
    float32 N×d, to compare with p(z); and the likeliest content, int64 N, or None if none is inferred.

    The draws use a generator of their own. For a universal posterior f(x, η), both are taken at η = 0, because a second pass
    would double the cost.
    """
    generator = torch.Generator(model.device).manual_seed(0)
    centres, styles, contents = [], [], []
    with inference.evaluating(model):
        for _, x in inference.tensors(model, images):
            h, logits = model.noiseless(x)
            y = None if logits is None else logits.softmax(1)
            centres.append(model.place(model.posterior.centre(h), y).float().cpu())
            styles.append(model.posterior.draw(h, generator).float().cpu())
            if y is not None:
                contents.append(y.argmax(1).cpu())
    return torch.cat(centres).numpy(), torch.cat(styles).numpy(), torch.cat(contents).numpy() if contents else None


def _half(values):
    """Numbers in half precision, clipped to its range."""
    return np.clip(values, -HALF, HALF).astype(np.float16)
