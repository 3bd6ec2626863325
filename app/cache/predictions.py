"""A revision's predictions q(y|x) for the test images, computed once and cached until its weights or the images change.

Test errors are cached for many more revisions than the predictions themselves.
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
MEASURE = "error"  # among a revision's measures, if its training left it there
OVER = ("done", "stopped")  # before that, only some images are measured


@dataclass(frozen=True)
class Answers:
    """q(y|x) of the labelled test images, and its evaluation.

    probabilities: float32 N×K; labels: int64 N, none of them −1; index: int64 N into the test set. found: a
    `classification.Classification` of the two. at: a key of the weights and images that they belong to.
    """

    probabilities: np.ndarray
    labels: np.ndarray
    index: np.ndarray
    found: object
    at: tuple


KEPT = Computed(12)
ERRORS = Latest(1000)  # by a revision's path and the `at` of its predictions


def answers(revision, progress: Progress = lambda done, total: None) -> Answers:
    """What the revision says of all labelled test images, by the weights of one moment.

    progress: called with images done and their number. Raises DataError where the images are not on this machine, or none
    of them has a label.
    """
    found = KEPT.ask(lambda: _ask(revision, progress), revision)
    ERRORS.put((revision.path, found.at), found.found.error)
    return found


def recalled(revision):
    """The `classification.Classification` that a reproduction kept with it, without the images; None where there is none."""
    from aae_core.evaluation import classification

    figures = reproduction.measured(revision).get("classification", {})
    return classification.from_record(figures, len(revision.data.classes))


def _ask(revision, progress):
    from aae_core.evaluation import classification
    from aae_core.latent import exploration

    if why := shown_codes.why_not_here(revision):
        raise DataError(f"{why}, so none can be classified.")
    stamp, test = sets.stamp(revision.data.name), sets.load(revision.data.name).test
    model, written = settled(revision, lambda: loaded.model(revision))
    index = np.flatnonzero((test.labels >= 0) & (test.labels < model.contents))
    if not len(index):
        raise DataError(f"No test image of {revision.data.title} has a label, so there is nothing to compare with.")
    parts = []
    for start in range(0, len(index), CHUNK):
        progress(start, len(index))
        parts.append(exploration.encode_contents(model, test.images[index[start : start + CHUNK]]))
    probabilities, labels = np.concatenate(parts), test.labels[index].astype(np.int64)
    return Answers(probabilities, labels, index, classification.assess(probabilities, labels), (written, stamp))


def liking(summary) -> int:
    """How well the revision of a row of the list shows what labels and images can do together: 0 where no label taught it, 1
    where labels did, 2 where a semi-supervised one learned from all images too, 3 if a hundred labels were enough for
    it."""
    if summary.variant not in VARIANTS or VARIANTS[summary.variant].labels != "classifier":
        return 0
    try:
        config = loaded.open_revision(summary.id).config
    except AAEError:
        return 0
    if not taught(config):
        return 0
    whole = summary.variant == "semi-supervised" and phases(config) != ("classification",)
    few = config.labels is not None and config.labels <= 100
    return 1 + whole + (whole and few)


def error_of(revision) -> float | None:
    """Its test error as far as it is known: counted here, or left among its measures by a training that is over."""
    counted = ERRORS.find((revision.path, (revision.written, sets.stamp(revision.data.name))))
    if counted is not None:
        return counted
    left = revision.measures.get(MEASURE)
    return left if isinstance(left, float) and revision.status.state in OVER else None
