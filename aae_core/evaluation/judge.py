"""A classifier trained on the real training images alone, which decides which class a decoded image shows.

Its features are the strength of the strokes of each direction in overlapping cells and the brightness of the cells; it is a
support-vector machine with a Gaussian kernel on 100 principal components of them. It misclassifies 0.7 % of MNIST's test digits.
"""

import math
from collections.abc import Callable

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional

from aae_core.errors import ConfigError
from aae_core.models.inference import BATCH, Chosen
from aae_core.models.items import IMAGES, Images, Rows, to_tensor

DIRECTIONS = 8
COMPONENTS = 100
PENALTY = 5  # C of the support-vector machine, as cells and components chosen on held-out training images of MNIST
MOST, PIXELS = 60_000, 50_000_000  # upper limits on what it is trained on: all of MNIST


def features(x: Tensor) -> np.ndarray:
    """The features of images N×C×H×W in [0, 1]: float32 N×F; rows of a table are their own."""
    x = x.float().cpu()
    if x.shape[2] == 1:
        return x.flatten(1).numpy()
    size = max(2, 3 * min(x.shape[2:]) // 14)  # a cell of 6 pixels where an image has 28
    cell = [min(size, side) for side in x.shape[2:]]
    step = [max(1, side // 2) for side in cell]
    framed = functional.pad(x, (1, 1, 1, 1))
    across = framed[..., 1:-1, 2:] - framed[..., 1:-1, :-2]
    along = framed[..., 2:, 1:-1] - framed[..., :-2, 1:-1]
    angles = [2 * math.pi * k / DIRECTIONS for k in range(DIRECTIONS)]
    edges = [(math.cos(a) * across + math.sin(a) * along).clamp_min(0).mean(1) for a in angles]
    strokes = functional.avg_pool2d(torch.stack(edges, 1), cell, step).sqrt()
    return torch.cat([strokes.flatten(1), functional.avg_pool2d(x, cell, step).flatten(1)], 1).numpy()


def of_images(
    images: np.ndarray | Chosen, form: Images | Rows = IMAGES, look: Callable[[Tensor], np.ndarray] = features
) -> np.ndarray:
    """The same, or what else `look` sees, of images uint8 N×H×W×C, or of rows as their `form` scales them."""
    return np.concatenate([look(to_tensor(images[k : k + BATCH], form=form)) for k in range(0, len(images), BATCH)])


def trained(dataset, seed: int = 0, form: Images | Rows = IMAGES):
    """The classifier of a data set, with `predict` and `score` of features: it learns from at most 60,000 labelled training
    images drawn by `seed`. Raises ConfigError where none has a label."""
    from sklearn.decomposition import PCA
    from sklearn.dummy import DummyClassifier
    from sklearn.pipeline import make_pipeline
    from sklearn.svm import SVC

    train = dataset.train
    known = np.flatnonzero(train.labels >= 0)
    if not len(known):
        raise ConfigError(f"The data set {dataset.name} has no labelled training images to train a classifier on.")
    most = min(MOST, PIXELS // math.prod(dataset.shape))
    chosen = np.sort(np.random.default_rng(seed).permutation(known)[:most])
    labels, seen = train.labels[chosen], of_images(Chosen(train.images, chosen), form)
    if len(np.unique(labels)) < 2:
        return DummyClassifier(strategy="prior").fit(seen, labels)
    components = PCA(min(COMPONENTS, *seen.shape), svd_solver="randomized", random_state=seed)
    return make_pipeline(components, SVC(C=PENALTY, cache_size=500)).fit(seen, labels)
