"""Whether the style z is kept apart from the content y (§4): can the class be read from z?

Source: Makhzani et al., arXiv 1511.05644v2, §4. Shapes: N images, d dimensions of z.
"""

import numpy as np
import torch

from aae_core.evaluation.distances import as_points
from aae_core.evaluation.sample import Subject
from aae_core.models.inference import Chosen, evaluating, tensors
from aae_core.models.model import Model

LIMIT = 10_000  # images whose style is looked at
READ = 6000  # images whose class is read from their style: half of them teach, half are asked


def readable(codes, labels, seed: int = 0) -> dict[str, float]:
    """How often a classifier predicts the right class from codes N×d it was not trained on, and the accuracy of guessing.

    `content_from_style`: a support-vector machine with a Gaussian kernel, trained on one half of at most 6,000 labelled
    codes drawn by `seed`, tested on the other. `chance`: the share of the most common class there. Nothing where the first half
    has fewer than two classes, or the other is empty.
    """
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler
    from sklearn.svm import SVC

    z, labels = as_points(codes).numpy(), np.asarray(labels)
    known = np.random.default_rng(seed).permutation(np.flatnonzero(labels >= 0))[:READ]
    taught, asked = known[: len(known) // 2], known[len(known) // 2 :]
    if not len(asked) or len(np.unique(labels[taught])) < 2:
        return {}
    classifier = make_pipeline(StandardScaler(), SVC()).fit(z[taught], labels[taught])
    return {
        "content_from_style": float(classifier.score(z[asked], labels[asked])),
        "chance": float(np.bincount(labels[asked]).max() / len(asked)),
    }


def styles(model: Model, images: np.ndarray | Chosen) -> np.ndarray:
    """The representative style z of each image, float32 N×d: without the head that a reduction adds to it."""
    with evaluating(model):
        return torch.cat([model.represent(x)[0].float().cpu() for _, x in tensors(model, images)]).numpy()


def protocol(subject: Subject) -> dict:
    """What `readable` finds in the styles of test images."""
    images, labels = subject.sample.images[:LIMIT], subject.sample.labels[:LIMIT]
    return readable(styles(subject.model, images), labels, subject.seed) | {"n": len(images)}
