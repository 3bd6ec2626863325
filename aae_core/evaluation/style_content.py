"""Whether style z and content y are separated (§4): how well a classifier can predict the class from z.

Source: Makhzani et al., arXiv 1511.05644v2, §4. Shapes: N images, d dimensions of z.
"""

import numpy as np

from aae_core.evaluation.distances import as_points
from aae_core.evaluation.sample import Subject
from aae_core.models.inference import Chosen, in_batches
from aae_core.models.model import Model

LIMIT = 10_000  # images whose style is computed, at most
READ = 6000  # labelled images, at most: a classifier is trained on half of them and tested on the other


def class_from_style(codes, labels, seed: int = 0) -> dict[str, float]:
    """How accurately a classifier predicts the class from codes N×d, and how accurate guessing would be.

    `content_from_style`: the accuracy, 0..1, of a support-vector machine with a Gaussian kernel that is trained on one half of at
    most 6,000 labelled codes, drawn by `seed`, and tested on the other. `chance`: the share of the most common class in the test
    half. {} if the training half has fewer than two classes or the test half is empty. labels: N, −1 where unknown.
    """
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler
    from sklearn.svm import SVC

    z, labels = as_points(codes).numpy(), np.asarray(labels)
    labelled = np.random.default_rng(seed).permutation(np.flatnonzero(labels >= 0))[:READ]
    taught, tested = labelled[: len(labelled) // 2], labelled[len(labelled) // 2 :]
    if not len(tested) or len(np.unique(labels[taught])) < 2:
        return {}
    classifier = make_pipeline(StandardScaler(), SVC()).fit(z[taught], labels[taught])
    return {
        "content_from_style": float(classifier.score(z[tested], labels[tested])),
        "chance": float(np.bincount(labels[tested]).max() / len(tested)),
    }


def styles(model: Model, images: np.ndarray | Chosen) -> np.ndarray:
    """The representative style z of each image, float32 N×d; in a dimensionality reduction (§7) without its head."""
    return in_batches(model, images, lambda x: model.represent(x)[0].float()).numpy()


def protocol(subject: Subject) -> dict:
    """`class_from_style` for at most 10,000 test images, and n, their number."""
    images, labels = subject.sample.images[:LIMIT], subject.sample.labels[:LIMIT]
    return class_from_style(styles(subject.model, images), labels, subject.seed) | {"n": len(images)}
