"""Whether style z and content y are separated (§4): how well a classifier can predict the class from z.

Source: Makhzani et al., arXiv 1511.05644v2, §4. Shapes: N images, d dimensions of z.
"""

import numpy as np

from aae_core.evaluation.distances import checked_points_tensor
from aae_core.evaluation.sample import Subject
from aae_core.models.inference import SelectedImages, map_batches
from aae_core.models.model import Model

MAX_IMAGES = 10_000  # images whose style is computed, at most
MAX_LABELLED_CODES = 6000  # labelled images, at most: a classifier is trained on half of them and tested on the other


def style_classifier_scores(codes, labels, seed: int = 0) -> dict[str, float]:
    """How accurately a classifier predicts the class from codes N×d, and how accurate guessing would be.

    `content_from_style`: the accuracy, 0..1, of a support-vector machine with a Gaussian kernel that is trained on one
    half of at most 6,000 labelled codes, drawn by `seed`, and tested on the other. `chance`: the share of the most
    common class in the test half. {} if the training half has fewer than two classes or the test half is empty. labels:
    N, −1 where unknown.
    """
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler
    from sklearn.svm import SVC

    z, labels = checked_points_tensor(codes).numpy(), np.asarray(labels)
    labelled = np.random.default_rng(seed).permutation(np.flatnonzero(labels >= 0))[:MAX_LABELLED_CODES]
    train_rows, test_rows = labelled[: len(labelled) // 2], labelled[len(labelled) // 2 :]
    if not len(test_rows) or len(np.unique(labels[train_rows])) < 2:
        return {}
    classifier = make_pipeline(StandardScaler(), SVC()).fit(z[train_rows], labels[train_rows])
    return {
        "content_from_style": float(classifier.score(z[test_rows], labels[test_rows])),
        "chance": float(np.bincount(labels[test_rows]).max() / len(test_rows)),
    }


def encode_styles(model: Model, images: np.ndarray | SelectedImages) -> np.ndarray:
    """The representative style z of each image, float32 N×d; in a dimensionality reduction (§7) without its head."""
    return map_batches(model, images, lambda x: model.infer_representative(x)[0].float()).numpy()


def evaluate_style_content(subject: Subject) -> dict:
    """`style_classifier_scores` for at most 10,000 test images, and n, their number."""
    images, labels = subject.sample.images[:MAX_IMAGES], subject.sample.labels[:MAX_IMAGES]
    return style_classifier_scores(encode_styles(subject.model, images), labels, subject.seed) | {"n": len(images)}
