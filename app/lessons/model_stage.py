"""A lesson's page of a trained model without a browser: what it shows at a place z, and the model's metrics."""

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
import torch

from aae_core.errors import ConfigError
from aae_core.evaluation import distances, embedding
from aae_core.evaluation.metrics import METRICS
from aae_core.latent import exploration
from aae_core.models import inference
from aae_core.store import frames
from app.cache import revision_data, revision_snapshot
from app.cache.revision_view import RevisionView
from app.lessons import running_lesson
from app.lessons.game_stage import root_mean_square
from app.session import settings as table

OVERSHOOT_FACTOR = 1.05  # how much farther than asked z goes
STYLES = 100  # of codes, in which every content is decoded
SAMPLES = 500  # of a prior, and images whose posteriors are looked at
CLASSIFIED_SHAPE = (1, 28, 28)  # of the images that the shipped classifier reads


@dataclass(frozen=True)
class Place:
    """What may change on the page. frame: the step of the training that is shown, None for its end; start: the place at the start
    of the lesson's page."""

    z: tuple[float, ...]
    y: int | None
    frame: int | None = None
    start: "Place | None" = None


def open_page_revision(text: str) -> revision_snapshot.RevisionSnapshot:
    """The model that a lesson names; ConfigError if there is none here."""
    revision_id = running_lesson.find_revision_id(text)
    if revision_id is None:
        raise ConfigError(f"There is no trained “{text}” here: train one on the page Train.")
    return revision_snapshot.open_snapshot(revision_id)


class ModelStage:
    """A page with its models by side; "" is the side of a page of one model. Raises ConfigError if a model is missing or if the
    page's settings do not fit it."""

    def __init__(self, settings: dict[str, str], seed: int):
        names = {"revision": "", "left": "_left", "right": "_right"}
        self.revisions = {side: open_page_revision(settings[name]) for name, side in names.items() if name in settings}
        if not self.revisions:
            raise ConfigError("Its settings name no revision.")
        self.main = next(iter(self.revisions.values()))
        self.seed = seed
        self.place = self._first_place(settings)

    def _first_place(self, settings) -> Place:
        dimensions = self.main.config.latent_dim
        z = table.parse_numbers(settings["z"]) if "z" in settings else (0.0,) * dimensions
        if len(z) != dimensions:
            raise ConfigError(f"Its z has {len(z)} numbers, but the model has {dimensions} dimensions.")
        y = int(settings.get("y", 0)) if self.main.variant.has_content else None
        return Place(z, y, self._parse_frame(settings.get("frame")))

    def _parse_frame(self, text) -> int | None:
        """The step of a frame; None for the end of the training. ConfigError if there is no such frame."""
        if not text:
            return None
        step = int(text)
        if step not in self._frame_steps():
            raise ConfigError(f"Its training has no frame of step {step}.")
        return step

    def _frame_steps(self) -> list[int]:
        steps, error = self.main.frame_steps_and_error
        if error:
            raise ConfigError(str(error))
        return steps

    def begin(self) -> None:
        """Begin a page: figures that compare with its start do so from here on."""
        self.place = replace(self.place, start=replace(self.place, start=None))

    def save(self) -> Place:
        return self.place

    def restore(self, state: Place) -> None:
        self.place = state

    def perform(self, action: dict) -> None:
        """Perform an action of `vocabulary.ACTIONS`, or a goal that says what to do."""
        kind = action.get("do", action.get("kind"))
        if kind == "z":
            self.place = replace(self.place, z=self._target(action))
        elif kind == "moment":
            earlier_steps = [step for step in self._frame_steps() if step <= action["before"]]
            if not earlier_steps:
                raise ConfigError(f"Its training has no frame of step {action['before']} or before it.")
            self.place = replace(self.place, frame=max(earlier_steps))
        elif kind == "samples":
            self._change_setting("z", None)
        elif kind == "setting":
            self._change_setting(action["setting"], action.get("is"))

    def _target(self, action) -> tuple[float, ...]:
        if "beyond" in action:
            direction = np.random.default_rng(self.seed).normal(size=len(self.place.z))
            return tuple(OVERSHOOT_FACTOR * action["beyond"] * direction / np.linalg.norm(direction))
        place = tuple(action.get("to", action.get("near")))
        if len(place) != len(self.place.z):
            raise ConfigError(f"z has {len(self.place.z)} dimensions here, not {len(place)}.")
        return place

    def _change_setting(self, name, text):
        if name == "z":
            drawn_code = tuple(sample_codes(self.main, 1, self.seed)[0])
            self.place = replace(self.place, z=table.parse_numbers(text) if text else drawn_code)
        elif name == "y" and self.place.y is not None:
            other_content = (self.place.y + 1 + self.seed) % len(self.main.content_names)
            self.place = replace(self.place, y=int(text) if text else other_content)
        elif name == "frame":
            self.place = replace(self.place, frame=self._parse_frame(text))

    def measure(self, name: str) -> float:
        """A figure of the page; ConfigError if its model does not have it."""
        side = next((side for side in self.revisions if side and name.endswith(side)), "")
        if side not in self.revisions:
            raise ConfigError(f"Its settings name no model for the figure {name}.")
        revision, base = self.revisions[side], name.removesuffix(side)
        if base in MEASURES:
            return float(MEASURES[base](revision, self.place))
        value = revision.measures.get(base)
        if not isinstance(value, int | float):
            raise ConfigError(f"{revision.label or revision.id} has no {METRICS[base].title}.")
        return float(value)


# Figures ----------------------------------------------------------------------------------------------------------------


def sample_codes(revision: RevisionView, count: int, seed: int) -> np.ndarray:
    """Codes drawn from the model's prior; for an autoencoder, which has none, from N(0, I)."""
    if revision.variant.has_prior:
        return exploration.sample_prior_codes(revision.model, count, seed)
    size = (count, revision.config.latent_dim)
    return np.random.default_rng(seed).normal(size=size).astype(np.float32)


def _codes(revision: RevisionView, place) -> np.ndarray:
    """The codes on the plane, of the moment that is shown."""
    if place.frame is None:
        return revision.codes.z
    probe, source = revision.codes, frames.open_frame_source(revision.stored)
    rows = frames.recorded_probe_rows(len(probe.z), revision.config.latent_dim, revision.variant.categorical)
    frame = frames.read_frame(revision.stored, source, place.frame, len(rows), probe.split)
    return frame.z.astype(np.float32)


def _z_array(place) -> np.ndarray:
    return np.array([place.z], np.float32)


def _class_probabilities(revision: RevisionView, z, y) -> np.ndarray:
    """N×10: the shipped classifier's, which no model of ours has seen, of the images decoded at codes z."""
    if revision.data.name != "mnist" or revision.data.shape != CLASSIFIED_SHAPE:
        raise ConfigError("The classifier that reads decoded images knows the digits of MNIST only.")
    images = exploration.decode_images(revision.model, z, y)
    with torch.no_grad():
        return embedding.load_classifier()(revision.model.to_x(images).float()).softmax(1).numpy()


def _measure_class(revision: RevisionView, place):
    return _class_probabilities(revision, _z_array(place), place.y).argmax()


def _measure_certainty(revision: RevisionView, place):
    return _class_probabilities(revision, _z_array(place), place.y).max()


def _measure_change(revision: RevisionView, place):
    start = place.start or place
    start_images = exploration.decode_images(revision.model, _z_array(start), start.y)
    present_images = exploration.decode_images(revision.model, _z_array(place), place.y)
    return _changed_share(start_images, present_images)


def _measure_row_change(revision: RevisionView, place):
    start_images = _decode_row(revision, _z_array(place.start or place))
    present_images = _decode_row(revision, _z_array(place))
    return _changed_share(start_images, present_images)


def _decode_row(revision: RevisionView, styles) -> np.ndarray:
    """Images decoded from each style with each content."""
    contents = np.arange(len(revision.content_names))
    return exploration.decode_images(
        revision.model, np.repeat(styles, len(contents), 0), np.tile(contents, len(styles))
    )


def _changed_share(start_images: np.ndarray, present_images: np.ndarray) -> float:
    """The sum of the differences of all pixels, as a share of the sum of the larger ones, as in the page
    (`web/src/lessons/image_change.ts`)."""
    first, last = start_images.astype(np.float64), present_images.astype(np.float64)
    return np.abs(first - last).sum() / max(np.maximum(first, last).sum(), 1)


def _measure_content_read(revision: RevisionView, place):
    return _share_read(revision, _z_array(place))


def _measure_styles_read(revision: RevisionView, _place):
    return _share_read(revision, revision.codes.z[:STYLES])


def _share_read(revision: RevisionView, styles):
    """The share of images, decoded from each style with each content, that the classifier reads as their content."""
    contents = np.arange(len(revision.content_names))
    read_contents = _class_probabilities(
        revision, np.repeat(styles, len(contents), 0), np.tile(contents, len(styles))
    ).argmax(1)
    return (read_contents == np.tile(contents, len(styles))).mean()


def _measure_sample_certainty(revision: RevisionView, place):
    return _class_probabilities(revision, sample_codes(revision, SAMPLES, 0), place.y).max(1).mean()


def _measure_judgement(revision: RevisionView, place):
    return exploration.discriminator_probabilities(revision.model, _z_array(place))[0]


def _measure_log_prior(revision: RevisionView, place):
    log_density = exploration.log_prior(revision.model, _z_array(place))
    if log_density is None:
        raise ConfigError("This model has no prior with a density.")
    return log_density[0]


def _measure_spread(revision: RevisionView, place):
    codes = _codes(revision, place)
    return root_mean_square(codes - codes.mean(0))


def _measure_width(revision: RevisionView, _place):
    model = revision.model
    if model.posterior.name != "gaussian":
        return 0.0
    images = revision_data.original_images(revision, slice(0, SAMPLES))
    if images is None:
        raise ConfigError("Its images are not on this machine, so nothing can be encoded.")
    with inference.evaluation_mode(model):
        _, log_variance = model.posterior_moments(model.to_x(images))
    return log_variance.exp().mean().sqrt()


def _measure_moment(_revision, place):
    if place.frame is None:
        raise ConfigError("The page shows the end of the training.")
    return place.frame


MEASURES: dict[str, Callable] = {  # by the names in `vocabulary`
    "z_norm": lambda _revision, place: np.linalg.norm(place.z),
    "nearest": lambda revision, place: distances.nearest_distances(_z_array(place), _codes(revision, place))[0],
    "d_z": _measure_judgement,
    "log_p": _measure_log_prior,
    "moment": _measure_moment,
    "spread": _measure_spread,
    "width": _measure_width,
    "class": _measure_class,
    "certainty": _measure_certainty,
    "sample_certainty": _measure_sample_certainty,
    "change": _measure_change,
    "row_change": _measure_row_change,
    "content_read": _measure_content_read,
    "styles_read": _measure_styles_read,
}
