"""How well the inferred content q(y|x) classifies (§5): its error, its confusion matrix and its calibration.

The module holds pure functions of probabilities and labels, and their application to a model. Sources: Makhzani et al.,
arXiv 1511.05644v2, §2.3 (regions of the prior), §5; Guo et al., arXiv 1706.04599, §2 (calibration). Shapes: N images, K
classes; label −1: unknown.
"""

from dataclasses import asdict, dataclass
from typing import Annotated

import msgspec
import numpy as np
from msgspec import Meta

from aae_core.errors import ConfigError
from aae_core.evaluation.sample import Subject
from aae_core.models.inference import SelectedImages, classify_all, encode_all
from aae_core.models.model import Model

CONFIDENCE_BINS = 15  # of the confidence, as in Guo et al.
# at most so many of the least certain, and of the wrongly classified, images are listed by the protocol
MAX_LISTED = 100


@dataclass(frozen=True)
class ReliabilityBin:
    """The images whose confidence lies in (low, high]: their number n (at least one), mean confidence and accuracy."""

    low: float
    high: float
    n: int
    certainty: float
    accuracy: float


@dataclass(frozen=True)
class Classification:
    """A table of probabilities scored against labels; images without a label are left out.

    error: the share of misclassified images, 0..1. confusion: int64 K×K, true class by predicted class.
    calibration_error: the expected calibration error (Guo et al., §2) over `bins`, 0..1. least_certain: the rows of the
    table in ascending order of confidence. wrong: the misclassified rows in descending order of confidence. n: the
    number of images with a label.
    """

    error: float
    confusion: np.ndarray
    calibration_error: float
    bins: tuple[ReliabilityBin, ...]
    least_certain: np.ndarray
    wrong: np.ndarray
    n: int


def score_classification(probabilities, labels, n_bins: int = CONFIDENCE_BINS) -> Classification:
    """Compare q(y|x), N×K, with labels N. The confidence is the largest probability; if several are equal, the first
    class wins.

    Raises ConfigError if no image has a label, a label is not a class, or a probability is not finite.
    """
    q, labels = np.asarray(probabilities, np.float64), np.asarray(labels)
    if q.ndim != 2 or not q.shape[1]:
        raise ConfigError(f"Probabilities must be a table of images by classes, not of shape {q.shape}.")
    if not np.isfinite(q).all():
        raise ConfigError("The probabilities are not finite, so the training has diverged; train again.")
    if labels.shape != (len(q),) or (labels >= q.shape[1]).any():
        raise ConfigError(f"Labels must be one class from 0 to {q.shape[1] - 1} for each of the {len(q)} images.")
    labelled = np.flatnonzero(labels >= 0)
    if not len(labelled):
        raise ConfigError("No image has a label, so no error can be counted.")
    predicted_classes, certainty = q[labelled].argmax(1), q[labelled].max(1)
    is_right = predicted_classes == labels[labelled]
    reliability_bins = tuple(_reliability_bins(certainty, is_right, n_bins))
    order = np.argsort(certainty, kind="stable")
    return Classification(
        error=float(np.mean(~is_right)),
        confusion=contingency_table(labels[labelled], predicted_classes, q.shape[1], q.shape[1]),
        calibration_error=sum(bin.n / len(labelled) * abs(bin.accuracy - bin.certainty) for bin in reliability_bins),
        bins=reliability_bins,
        least_certain=labelled[order],
        wrong=labelled[order[::-1][~is_right[order[::-1]]]],
        n=len(labelled),
    )


def _reliability_bins(certainty, is_right, n_bins):
    """Yield the non-empty ones of the bins ((k − 1)/`n_bins`, k/`n_bins`]."""
    edges = np.linspace(0, 1, n_bins + 1)
    bin_indices = np.searchsorted(edges[1:-1], certainty, side="left")
    for k in np.unique(bin_indices):
        in_bin = bin_indices == k
        bin_means = float(certainty[in_bin].mean()), float(is_right[in_bin].mean())
        yield ReliabilityBin(float(edges[k]), float(edges[k + 1]), int(in_bin.sum()), *bin_means)


def contingency_table(row_values, column_values, n_rows: int, n_columns: int) -> np.ndarray:
    """The contingency table of two lists of whole numbers from 0: how often each pair occurs, int64
    `n_rows`×`n_columns`."""
    cells = np.asarray(row_values, np.int64) * n_columns + np.asarray(column_values, np.int64)
    return np.bincount(cells, minlength=n_rows * n_columns).reshape(n_rows, n_columns)


def encode_prior_regions(model: Model, images: np.ndarray | SelectedImages) -> np.ndarray:
    """The region of the prior in which each image's code lies (for a mixture: its likeliest component), int64 N."""
    return model.prior.region_numbers(encode_all(model, images)).numpy()


def evaluate_classification(subject: Subject) -> dict:
    """How well a model's classes agree with the labels, as plain values.

    Where the labels are D's condition (§2.3), the class of an image is the region of the prior that holds its code, and
    the figures are `region_accuracy` and `confusion` (K lists of K, true class by predicted class). Otherwise they are
    `error`, `calibration_error`, `confusion`, the `reliability` bins, and the numbers of at most 100 images each that
    are `least_certain` or the most confidently `wrong`. `n` and `classes` are always there.
    """
    model, sample, classes = subject.model, subject.sample, subject.dataset.classes
    labelled = np.flatnonzero(sample.labels >= 0)
    images, labels = sample.images[labelled], sample.labels[labelled]
    if model.variant.labels == "discriminator":
        image_regions = encode_prior_regions(model, images)
        result = {"region_accuracy": float(np.mean(image_regions == labels)), "n": len(labelled)}
        confusion = contingency_table(labels, image_regions, len(classes), len(classes))
        return result | {"classes": list(classes), "confusion": confusion.tolist()}
    result = score_classification(classify_all(model, images), labels)
    return {
        "error": result.error,
        "calibration_error": result.calibration_error,
        "n": result.n,
        "classes": list(classes),
        "confusion": result.confusion.tolist(),
        "reliability": [asdict(bin) for bin in result.bins],
        "least_certain": images.indices[result.least_certain[:MAX_LISTED]].tolist(),
        "wrong": images.indices[result.wrong[:MAX_LISTED]].tolist(),
    }


@dataclass(frozen=True)
class _StoredClassification:
    """The figures of a stored record without which it cannot be shown again."""

    error: float
    calibration_error: float
    reliability: list[ReliabilityBin]
    confusion: list[list[Annotated[int, Meta(ge=0, le=2**31)]]]


def parse_classification(figures: dict, classes: int) -> Classification | None:
    """The result of `evaluate_classification` for K classes from its stored record, without lists of images; None if
    the record is incomplete, damaged, or about regions of the prior."""
    try:
        record = msgspec.convert(figures, _StoredClassification)
        confusion = np.array(record.confusion, np.int64)
    except ValueError:  # also of rows that differ in length
        return None
    if confusion.shape != (classes, classes) or not confusion.any():
        return None
    no_images = np.empty(0, np.int64)
    return Classification(
        record.error,
        confusion,
        record.calibration_error,
        tuple(record.reliability),
        no_images,
        no_images,
        int(confusion.sum()),
    )
