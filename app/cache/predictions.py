"""A revision's predictions q(y|x) for the test images, cached until its weights or the images change.

The test errors alone are cached for many more revisions.
"""

from dataclasses import dataclass

import numpy as np

from aae_core.config.derived import phases, taught
from aae_core.config.variants import VARIANTS
from aae_core.data import sets
from aae_core.errors import AAEError, DataError
from aae_core.progress import Progress
from aae_core.reproduce import reproduction
from app.cache import loaded, shown_codes
from app.cache.kept import Computed, settled
from app.cache.latest import Latest

CHUNK = 2000  # images between two reports of progress
OVER = ("done", "stopped")  # in any other state, metrics are those of some held-out training images


@dataclass(frozen=True)
class Answers:
    """q(y|x) of the labelled test images, and its evaluation.

    probabilities: float32 N×K; labels: int64 N, each from 0 to K − 1; index: int64 N into the test set. found: their evaluation,
    a `classification.Classification`. at: a key of the weights and images.
    """

    probabilities: np.ndarray
    labels: np.ndarray
    index: np.ndarray
    found: object
    at: tuple


KEPT = Computed(12)
ERRORS = Latest(1000)  # by a revision's path and the `at` of its predictions


def answers(revision, progress: Progress = lambda done, total: None) -> Answers:
    """The predictions for all labelled test images, all by the same weights.

    progress: called with the number of images done and their total. Raises DataError if the images are not on this machine or
    none has a label.
    """
    result = KEPT.ask(lambda: _predict(revision, progress), revision)
    ERRORS.put((revision.path, result.at), result.found.error)
    return result


def from_reproduction(revision):
    """The `classification.Classification` stored with a reproduced revision, which needs no images; None if there is none."""
    from aae_core.evaluation import classification

    figures = reproduction.measured(revision).get("classification", {})
    return classification.from_record(figures, len(revision.data.classes))


def _predict(revision, progress):
    from aae_core.evaluation import classification
    from aae_core.latent import exploration

    if reason := shown_codes.why_not_here(revision):
        raise DataError(f"{reason}, so none can be classified.")
    stamp, test_set = sets.stamp(revision.data.name), sets.load(revision.data.name).test
    model, written = settled(revision, lambda: loaded.model(revision))
    index = np.flatnonzero((test_set.labels >= 0) & (test_set.labels < model.contents))
    if not len(index):
        raise DataError(
            f"No test {shown_codes.item(revision)} of {revision.data.title} has a label, so there is nothing to compare with."
        )
    parts = []
    for start in range(0, len(index), CHUNK):
        progress(start, len(index))
        parts.append(exploration.encode_contents(model, test_set.images[index[start : start + CHUNK]]))
    probabilities, labels = np.concatenate(parts), test_set.labels[index].astype(np.int64)
    return Answers(probabilities, labels, index, classification.assess(probabilities, labels), (written, stamp))


def preference(summary) -> int:
    """How well a revision demonstrates semi-supervised classification: 0 if it has no classifier trained with labels, 1 if it has
    one, 2 if it is semi-supervised and also trained on the unlabelled images, 3 if that took at most 100 labels."""
    if summary.variant not in VARIANTS or VARIANTS[summary.variant].labels != "classifier":
        return 0
    try:
        config = loaded.open_revision(summary.id).config
    except AAEError:
        return 0
    if not taught(config):
        return 0
    if summary.variant != "semi-supervised" or phases(config) == ("classification",):
        return 1
    has_few_labels = config.labels is not None and config.labels <= 100
    return 3 if has_few_labels else 2


def error_of(revision) -> float | None:
    """The test error, 0..1: computed here, or measured at the end of its training; None if neither is known."""
    counted = ERRORS.find((revision.path, (revision.written, sets.stamp(revision.data.name))))
    if counted is not None:
        return counted
    recorded_error = at_the_end(revision).get("error")
    return recorded_error if isinstance(recorded_error, float) else None


def at_the_end(revision) -> dict:
    """The metrics that its training recorded at its end; {} before that."""
    status = revision.status
    return status.measures if status.state in OVER else {}
