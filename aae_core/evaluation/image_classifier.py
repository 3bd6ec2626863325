"""A classifier, trained on real training images alone, that decides which class a decoded image shows.

Its features are the strength of the edges in each of eight directions, and the brightness, in overlapping cells
(similar to histograms of oriented gradients). The classifier is a support-vector machine with a Gaussian kernel on 100
principal components of these features. It misclassifies 0.7 % of MNIST's test digits.
"""

import math
from collections.abc import Callable

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional

from aae_core.errors import ConfigError
from aae_core.models.inference import BATCH, SelectedImages
from aae_core.models.items import IMAGE_CONVERSION, ImageConversion, RowConversion, to_tensor

N_DIRECTIONS = 8
MAX_COMPONENTS = 100
PENALTY = 5  # C of the support-vector machine; like cells and components, chosen on held-out training images of MNIST
MAX_IMAGES, MAX_PIXELS = 60_000, 50_000_000  # training images and their pixels, at most: all of MNIST


def edge_features(x: Tensor) -> np.ndarray:
    """The features, float32 N×F, of images N×C×H×W in [0, 1]; rows of a table (H = 1) are their own features."""
    x = x.float().cpu()
    if x.shape[2] == 1:
        return x.flatten(1).numpy()
    cell_size = max(2, 3 * min(x.shape[2:]) // 14)  # a cell of 6 pixels where an image has 28
    cell = [min(cell_size, side) for side in x.shape[2:]]
    stride = [max(1, side // 2) for side in cell]
    padded = functional.pad(x, (1, 1, 1, 1))
    horizontal = padded[..., 1:-1, 2:] - padded[..., 1:-1, :-2]
    vertical = padded[..., 2:, 1:-1] - padded[..., :-2, 1:-1]
    angles = [2 * math.pi * k / N_DIRECTIONS for k in range(N_DIRECTIONS)]
    edge_strengths = [
        (math.cos(angle) * horizontal + math.sin(angle) * vertical).clamp_min(0).mean(1) for angle in angles
    ]
    strokes = functional.avg_pool2d(torch.stack(edge_strengths, 1), cell, stride).sqrt()
    return torch.cat([strokes.flatten(1), functional.avg_pool2d(x, cell, stride).flatten(1)], 1).numpy()


def batched_features(
    images: np.ndarray | SelectedImages,
    form: ImageConversion | RowConversion = IMAGE_CONVERSION,
    extract_features: Callable[[Tensor], np.ndarray] = edge_features,
) -> np.ndarray:
    """The features of items in batches: images uint8 N×H×W×C, or rows of a table that `form` scales.

    extract_features: the function x N×C×H×W -> N×F that computes them, by default `edge_features`.
    """
    return np.concatenate(
        [extract_features(to_tensor(images[k : k + BATCH], conversion=form)) for k in range(0, len(images), BATCH)]
    )


def train_classifier(dataset, seed: int = 0, form: ImageConversion | RowConversion = IMAGE_CONVERSION):
    """Train the classifier of a data set, on at most 60,000 labelled training images drawn by `seed`; it has
    scikit-learn's `predict` and `score`, which take features. Raises ConfigError if no training image has a label."""
    from sklearn.decomposition import PCA
    from sklearn.dummy import DummyClassifier
    from sklearn.pipeline import make_pipeline
    from sklearn.svm import SVC

    train = dataset.train
    labelled = np.flatnonzero(train.labels >= 0)
    if not len(labelled):
        raise ConfigError(f"The data set {dataset.name} has no labelled training images to train a classifier on.")
    limit = min(MAX_IMAGES, MAX_PIXELS // math.prod(dataset.shape))
    numbers = np.sort(np.random.default_rng(seed).permutation(labelled)[:limit])
    labels, inputs = train.labels[numbers], batched_features(SelectedImages(train.images, numbers), form)
    if len(np.unique(labels)) < 2:
        return DummyClassifier(strategy="prior").fit(inputs, labels)
    components = PCA(min(MAX_COMPONENTS, *inputs.shape), svd_solver="randomized", random_state=seed)
    return make_pipeline(components, SVC(C=PENALTY, cache_size=500)).fit(inputs, labels)
