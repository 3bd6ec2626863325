"""A revision's predictions q(y|x) for the test images, cached until its weights or the images change.

The test errors alone are cached for many more revisions.
"""

from dataclasses import dataclass

import numpy as np

from aae_core.config.derived import labels_teach_content, trained_phases
from aae_core.config.variants import VARIANTS
from aae_core.data import sets
from aae_core.errors import AAEError, DataError
from aae_core.progress import ProgressCallback
from aae_core.reproduce import reproduction
from aae_core.runs.continuation import FINISHED_STATES
from app.cache import revision_data
from app.cache.lru import LRUCache
from app.cache.revision_cache import RevisionResultCache, read_consistently
from app.cache.revision_view import RevisionView
from app.translation.data_titles import data_title
from app.translation.texts import translate

CHUNK_SIZE = 2000  # images between two reports of progress


@dataclass(frozen=True)
class Predictions:
    """q(y|x) of the labelled test images, and its evaluation.

    probabilities: float32 N×K; labels: int64 N, each from 0 to K − 1; index: int64 N into the test set. evaluation: their
    evaluation, a `classification.Classification`. cache_key: a key of the weights and images.
    """

    probabilities: np.ndarray
    labels: np.ndarray
    index: np.ndarray
    evaluation: object
    cache_key: tuple


CACHE = RevisionResultCache(12)
ERROR_CACHE = LRUCache(1000)  # by a revision's path and the `cache_key` of its predictions


def predict_test_set(revision: RevisionView, progress: ProgressCallback = lambda done, total: None) -> Predictions:
    """The predictions for all labelled test images, all by the same weights.

    progress: called with the number of images done and their total. Raises DataError if the images are not on this machine or
    none has a label.
    """
    result = CACHE.get_or_compute(revision, lambda: _predict(revision, progress))
    ERROR_CACHE.put((revision.path, result.cache_key), result.evaluation.error)
    return result


def stored_evaluation(revision: RevisionView):
    """The `classification.Classification` stored with a reproduced revision, which needs no images; None if there is none."""
    from aae_core.evaluation import classification

    figures = reproduction.stored_figures(revision.stored).get("classification", {})
    return classification.parse_classification(figures, len(revision.data.classes))


def _predict(revision: RevisionView, progress):
    from aae_core.evaluation import classification
    from aae_core.latent import exploration

    if revision.originals is None:
        raise DataError(translate("{reason}, so none can be classified.", reason=revision.missing_data_reason))
    stamp, originals = sets.files_cache_key(revision.data.name), revision.originals
    test_labels = originals.labels("test", np.arange(originals.count("test")))
    model, codes_cache_key = read_consistently(revision.stored, revision.stored.model)
    index = np.flatnonzero((test_labels >= 0) & (test_labels < model.contents))
    if not len(index):
        text = translate("No test image of {data} has a label, so there is nothing to compare with.")
        raise DataError(revision.reword_for_items(text).format(data=data_title(revision.data)))
    parts = []
    for start in range(0, len(index), CHUNK_SIZE):
        progress(start, len(index))
        images = originals.images("test", index[start : start + CHUNK_SIZE])
        parts.append(exploration.encode_contents(model, images))
    probabilities, labels = np.concatenate(parts), test_labels[index].astype(np.int64)
    return Predictions(
        probabilities,
        labels,
        index,
        classification.score_classification(probabilities, labels),
        (codes_cache_key, stamp),
    )


def demonstration_rank(summary) -> int:
    """How well a revision demonstrates semi-supervised classification: 0 if it has no classifier trained with labels, 1 if it
    has one, 2 if it is semi-supervised and also trained on the unlabelled images, 3 if that took at most 100 labels."""
    if summary.variant not in VARIANTS or VARIANTS[summary.variant].labels != "classifier":
        return 0
    try:
        config = revision_data.load_config(summary.path)
    except AAEError:
        return 0
    if not labels_teach_content(config):
        return 0
    if summary.variant != "semi-supervised" or trained_phases(config) == ("classification",):
        return 1
    has_few_labels = config.labels is not None and config.labels <= 100
    return 3 if has_few_labels else 2


def find_test_error(revision: RevisionView) -> float | None:
    """The test error, 0..1: computed here, or measured at the end of its training; None if neither is known."""
    cached_error = ERROR_CACHE.find(
        (revision.path, (revision.codes_cache_key, sets.files_cache_key(revision.data.name)))
    )
    if cached_error is not None:
        return cached_error
    recorded_error = final_metrics(revision).get("error")
    return recorded_error if isinstance(recorded_error, float) else None


def final_metrics(revision: RevisionView) -> dict:
    """The metrics that its training recorded at its end; {} before that."""
    status = revision.status
    # in any other state, they are those of some held-out training images
    return status.measures if status.state in FINISHED_STATES else {}
