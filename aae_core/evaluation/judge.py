"""A classifier, trained on real training images alone, that decides which class a decoded image shows.

Its features are the strength of the edges in each of eight directions, and the brightness, in overlapping cells (similar to
histograms of oriented gradients). The classifier is a support-vector machine with a Gaussian kernel on 100 principal components
of these features. It misclassifies 0.7 % of MNIST's test digits.
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
PENALTY = 5  # C of the support-vector machine; like cells and components, chosen on held-out training images of MNIST
MOST, PIXELS = 60_000, 50_000_000  # training images and their pixels, at most: all of MNIST


def features(x: Tensor) -> np.ndarray:
    """The features, float32 N×F, of images N×C×H×W in [0, 1]; rows of a table (H = 1) are their own features."""
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


def features_of(
    images: np.ndarray | Chosen, form: Images | Rows = IMAGES, look: Callable[[Tensor], np.ndarray] = features
) -> np.ndarray:
    """The features of items in batches: images uint8 N×H×W×C, or rows of a table that `form` scales.

    look: the function x N×C×H×W -> N×F that computes them, by default `features`.
    """
    return np.concatenate([look(to_tensor(images[k : k + BATCH], form=form)) for k in range(0, len(images), BATCH)])


def train(dataset, seed: int = 0, form: Images | Rows = IMAGES):
    """Train the classifier of a data set, on at most 60,000 labelled training images drawn by `seed`; it has scikit-learn's
    `predict` and `score`, which take features. Raises ConfigError if no training image has a label."""
    from sklearn.decomposition import PCA
    from sklearn.dummy import DummyClassifier
    from sklearn.pipeline import make_pipeline
    from sklearn.svm import SVC

    train = dataset.train
    labelled = np.flatnonzero(train.labels >= 0)
    if not len(labelled):
        raise ConfigError(f"The data set {dataset.name} has no labelled training images to train a classifier on.")
    limit = min(MOST, PIXELS // math.prod(dataset.shape))
    chosen = np.sort(np.random.default_rng(seed).permutation(labelled)[:limit])
    labels, inputs = train.labels[chosen], features_of(Chosen(train.images, chosen), form)
    if len(np.unique(labels)) < 2:
        return DummyClassifier(strategy="prior").fit(inputs, labels)
    components = PCA(min(COMPONENTS, *inputs.shape), svd_solver="randomized", random_state=seed)
    return make_pipeline(components, SVC(C=PENALTY, cache_size=500)).fit(inputs, labels)
