"""The features in which decoded images are compared with real ones, the same for all models of a data set.

For grey images of 28×28 pixels, they are the last hidden layer of a small convolutional classifier of MNIST's digits that ships
with the package; `benchmarks/quality/mnist_classifier.py` trained it on MNIST's training images, and it misclassifies 0.59 % of
the test images. There is no classifier for other sizes, and training one would take
minutes; for these, the features are principal components, fitted on at most 2,000 training images, of the features of
`image_classifier`. Either kind is divided by the square root of its total variance on these training images, so the mean squared
distance of real images from their mean is 1.
"""

import math
from collections.abc import Callable
from functools import cache
from pathlib import Path

import numpy as np
import torch
from torch import Tensor, nn

from aae_core import files
from aae_core.data.item_draws import draw_random_indices
from aae_core.evaluation import image_classifier

CLASSIFIER = Path(__file__).with_name("mnist_classifier.safetensors")
MAX_FILE_BYTES = 300_000  # bytes that this file may have
SHAPE = (1, 28, 28)  # C, H, W of the images that the classifier takes
MAX_FITTED_IMAGES = 2000  # training images that determine the scale and the components
MAX_COMPONENTS = 50  # principal components, at most

Embedding = Callable[[Tensor], np.ndarray]  # x N×C×H×W in [0, 1] -> features float N×F


def fit_embedding(dataset) -> Embedding:
    """The embedding for the images of a data set; it depends on the data set alone."""
    images = dataset.train.images[np.sort(draw_random_indices(len(dataset.train.images), MAX_FITTED_IMAGES, 0))]
    if tuple(dataset.shape) != SHAPE:
        return fit_pca_embedding(images)
    scale = (
        math.sqrt(image_classifier.batched_features(images, extract_features=classifier_hidden_features).var(0).sum())
        or 1.0
    )
    return lambda x: classifier_hidden_features(x) / scale


def fit_pca_embedding(images: np.ndarray) -> Embedding:
    """The embedding by at most 50 principal components of `image_classifier.edge_features`, fitted to images uint8 N×H×W×C."""
    from sklearn.decomposition import PCA

    features = image_classifier.batched_features(images)
    pca = PCA(min(MAX_COMPONENTS, *features.shape), svd_solver="randomized", random_state=0).fit(features)
    scale = math.sqrt(pca.explained_variance_.sum()) or 1.0
    return lambda x: pca.transform(image_classifier.edge_features(x)) / scale


def build_classifier() -> nn.Sequential:
    """The classifier, untrained: x N×1×28×28 in [0, 1] -> logits of the ten digits."""
    return nn.Sequential(
        nn.Conv2d(1, 16, 5, stride=2, padding=2), nn.ReLU(),
        nn.Conv2d(16, 32, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2),
        nn.Conv2d(32, 64, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2), nn.Flatten(),
        nn.Linear(576, 64), nn.ReLU(), nn.Linear(64, 10),
    )  # fmt: skip


@cache
def load_classifier(path: Path = CLASSIFIER) -> nn.Sequential:
    """The trained classifier in fp32; RevisionError if its file is missing, too large or does not hold these
    weights."""
    with torch.device("meta"):  # draws no random numbers
        net = build_classifier()
    tensor_forms = {name: ("F32", tuple(value.shape)) for name, value in net.state_dict().items()}
    arrays, _ = files.read_tensors(path, tensor_forms, MAX_FILE_BYTES)
    net.load_state_dict(
        {name: torch.from_numpy(array.astype(np.float32)) for name, array in arrays.items()}, assign=True
    )
    return net.eval().requires_grad_(False)


def classifier_hidden_features(x: Tensor) -> np.ndarray:
    """The classifier's last hidden layer, float32 N×64, of x N×1×28×28 in [0, 1]."""
    return load_classifier()[:-1](x.float().cpu()).numpy()
