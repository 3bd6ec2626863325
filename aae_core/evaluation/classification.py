"""How good the inferred content q(y|x) is as a classifier (§5): its error, its confusion matrix and its calibration.

Pure functions of probabilities and labels, and their application to a model. Sources: Makhzani et al., arXiv 1511.05644v2, §2.3
(regions of the prior), §5; Guo et al., arXiv 1706.04599, §2 (calibration). Shapes: N images, K classes; label −1: unknown.
"""

from dataclasses import asdict, dataclass

import numpy as np

from aae_core import records
from aae_core.errors import ConfigError
from aae_core.evaluation.sample import Subject
from aae_core.models.inference import Chosen, classify_all, encode_all
from aae_core.models.model import Model

BINS = 15  # of certainty, as Guo et al. take
SHOWN = 100  # images that are least certain, or wrong, in the answer of the protocol


@dataclass(frozen=True)
class Bin:
    """The images with a confidence above `low` and at most `high`: their number (at least one), mean confidence and accuracy."""

    low: float
    high: float
    n: int
    certainty: float
    accuracy: float


@dataclass(frozen=True)
class Classification:
    """A table of probabilities scored against labels; images without a label are left out.

    error: share of misclassified images, 0..1. confusion: int64 K×K, true class by predicted class. calibration_error: how far
    certainty and accuracy are apart on average, 0..1, over `bins`. least_certain, wrong: rows of the table, the least certain
    first, and of the wrong ones the most certain first. n: images with a label.
    """

    error: float
    confusion: np.ndarray
    calibration_error: float
    bins: tuple[Bin, ...]
    least_certain: np.ndarray
    wrong: np.ndarray
    n: int


def assess(probabilities, labels, bins: int = BINS) -> Classification:
    """Compare q(y|x), N×K, with labels N. The confidence is the largest probability; of equal ones the first class counts.

    Raises ConfigError if no image has a label, a label is no class, or a probability is not finite.
    """
    q, labels = np.asarray(probabilities, np.float64), np.asarray(labels)
    if q.ndim != 2 or not q.shape[1]:
        raise ConfigError(f"Probabilities must be a table of images by classes, not of shape {q.shape}.")
    if not np.isfinite(q).all():
        raise ConfigError("The probabilities are not finite, so the training has diverged; train again.")
    if labels.shape != (len(q),) or (labels >= q.shape[1]).any():
        raise ConfigError(f"Labels must be one class from 0 to {q.shape[1] - 1} for each of the {len(q)} images.")
    known = np.flatnonzero(labels >= 0)
    if not len(known):
        raise ConfigError("No image has a label, so no error can be counted.")
    predicted, certainty = q[known].argmax(1), q[known].max(1)
    right = predicted == labels[known]
    found = tuple(_bins(certainty, right, bins))
    order = np.argsort(certainty, kind="stable")
    return Classification(
        error=float(np.mean(~right)),
        confusion=contingency(labels[known], predicted, q.shape[1], q.shape[1]),
        calibration_error=sum(bin.n / len(known) * abs(bin.accuracy - bin.certainty) for bin in found),
        bins=found,
        least_certain=known[order],
        wrong=known[order[::-1][~right[order[::-1]]]],
        n=len(known),
    )


def _bins(certainty, right, count):
    """The bins ((k − 1)/count, k/count] that hold any image."""
    edges = np.linspace(0, 1, count + 1)
    place = np.searchsorted(edges[1:-1], certainty, side="left")
    for k in np.unique(place):
        held = place == k
        means = float(certainty[held].mean()), float(right[held].mean())
        yield Bin(float(edges[k]), float(edges[k + 1]), int(held.sum()), *means)


def contingency(rows, columns, height: int, width: int) -> np.ndarray:
    """How often each pair occurs in two lists of whole numbers from 0: int64 height×width."""
    cells = np.asarray(rows, np.int64) * width + np.asarray(columns, np.int64)
    return np.bincount(cells, minlength=height * width).reshape(height, width)


def regions(model: Model, images: np.ndarray | Chosen) -> np.ndarray:
    """The region of the prior that each image's code lies in, int64 N: its nearest component, where there are components."""
    return model.prior.region(encode_all(model, images)).numpy()


def protocol(subject: Subject) -> dict:
    """How a model's classes, or codes by region where its prior has a region for each (§2.3), agree with labels, as plain values:
    `error` and `calibration_error`, or `region_accuracy`; the confusion (K lists of K, true by predicted), the `reliability`
    bins, and the numbers of at most 100 of its images that are `least_certain`, or `wrong` with most certainty."""
    model, sample, classes = subject.model, subject.sample, subject.dataset.classes
    known = np.flatnonzero(sample.labels >= 0)
    images, labels = sample.images[known], sample.labels[known]
    if model.variant.labels == "discriminator":
        lies_in = regions(model, images)
        found = {"region_accuracy": float(np.mean(lies_in == labels)), "n": len(known)}
        confusion = contingency(labels, lies_in, len(classes), len(classes))
        return found | {"classes": list(classes), "confusion": confusion.tolist()}
    found = assess(classify_all(model, images), labels)
    return {
        "error": found.error,
        "calibration_error": found.calibration_error,
        "n": found.n,
        "classes": list(classes),
        "confusion": found.confusion.tolist(),
        "reliability": [asdict(bin) for bin in found.bins],
        "least_certain": images.index[found.least_certain[:SHOWN]].tolist(),
        "wrong": images.index[found.wrong[:SHOWN]].tolist(),
    }


@dataclass(frozen=True)
class _Kept:
    """The required part of recorded figures."""

    error: float
    calibration_error: float
    reliability: list[Bin]
    confusion: list[list[int]] = records.within(high=2**31)


def recalled(figures: dict, classes: int) -> Classification | None:
    """The recorded result of `protocol` for K classes, without the images that it names; None if the record is incomplete,
    damaged, or about regions."""
    try:
        kept = records.checked(_Kept, figures, "classification")
        confusion = np.array(kept.confusion, np.int64)
    except ValueError:  # also of rows that differ in length
        return None
    if confusion.shape != (classes, classes) or not confusion.any():
        return None
    none = np.empty(0, np.int64)
    return Classification(
        kept.error, confusion, kept.calibration_error, tuple(kept.reliability), none, none, int(confusion.sum())
    )
