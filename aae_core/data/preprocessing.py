"""How the images of a data set were prepared from handwriting or photographs, and how well a model reconstructs its
own images. A drawing or photograph is a fair input to an encoder only if it is prepared as the training images were.
Sources: LeCun et al. (1998) for MNIST (20 × 20 pixels, placed by the centre of mass, which lies in pixel (14, 14) of
the distributed images); Xiao et al., arXiv 1708.07747, for Fashion-MNIST; Cohen et al., arXiv 1702.05373, for
EMNIST; scikit-learn's digits as measured."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from aae_core.errors import ConfigError

IMAGES_AT_ONCE = 1000  # images compared at once
LIMIT_QUANTILE = 0.99  # share of the errors below the limit
PLAIN_SHARE = 0.9  # share of the outermost pixels of a data set that belong to a plain background, at least
SINGLE_IMAGE_SHARE = 0.5  # the same for a single image, whose figure may reach the edge
DARK_LEVEL, LIGHT_LEVEL = 40, 215  # of 0..255: a plain background is darker or lighter than these
DESCRIPTION_BY_BACKGROUND = {"dark": "light on dark", "light": "dark on light"}  # background -> how such images look


@dataclass(frozen=True)
class Preparation:
    """How a figure is placed in the images of a data set.

    fill: the figure's longer side as a share of the image's side; None if its size and place are left as they are. centre: what
    is put in the middle of the image, the figure's centre of "mass" or its bounding "box". ground: "dark" or "light", the
    background; None for photographs, to which drawing does not apply. stroke: width of a typical line as a share of the side.
    """

    figure_side_share: float | None
    centre: str
    ground: str | None
    stroke: float = 0.09


PREPARATIONS = {
    "mnist": Preparation(20 / 28, "mass", "dark"),
    "emnist-letters": Preparation(24 / 28, "box", "dark"),
    "kmnist": Preparation(1.0, "box", "dark"),
    "fashion-mnist": Preparation(1.0, "box", "dark"),
    "digits": Preparation(1.0, "box", "dark", 0.22),
    "glyphs": Preparation(None, "box", "dark"),  # size and place are style there
}


def find_preparation(data_name: str, load_images: Callable[[], np.ndarray]) -> Preparation:
    """The preparation of the images of the data set `data_name`. For a set that is not in PREPARATIONS, figures stay as
    they are, and the background is determined from its images.

    load_images(): returns uint8 N×H×W×C, of that set or made by a model of it; called only in that case.
    """
    return PREPARATIONS.get(data_name) or Preparation(None, "box", detect_background(load_images()))


def detect_background(images: np.ndarray) -> str | None:
    """The background of grey images, uint8 N×H×W×1: "dark" or "light" if nearly all outermost pixels are; None otherwise, and for
    images in colour."""
    if images.ndim != 4 or not len(images) or images.shape[3] != 1:
        return None
    edge_pixels = _outermost_pixels(images)
    if (edge_pixels < DARK_LEVEL).mean() >= PLAIN_SHARE:
        return "dark"
    return "light" if (edge_pixels > LIGHT_LEVEL).mean() >= PLAIN_SHARE else None


def _outermost_pixels(images):
    """The outermost pixels of grey images N×H×W×1, N×E."""
    is_edge = np.ones(images.shape[1:3], bool)
    is_edge[1:-1, 1:-1] = False
    return images[:, is_edge, 0]


def count_inverted_images(images: np.ndarray, expected_background: str | None) -> int:
    """How many grey images, uint8 N×H×W×C, have the background opposite to `expected_background`, "dark" or "light"; 0
    if that is None."""
    if expected_background is None or images.shape[3] != 1:
        return 0
    edge_pixels = _outermost_pixels(images)
    is_opposite = edge_pixels > LIGHT_LEVEL if expected_background == "dark" else edge_pixels < DARK_LEVEL
    return int((is_opposite.mean(1) >= SINGLE_IMAGE_SHARE).sum())


def reconstruction_error_quantiles(originals: np.ndarray, reconstructions: np.ndarray) -> dict[str, float]:
    """ "typical" (the median) and "limit" (the 99 % quantile) of the reconstruction error ½Σ(x − x̂)² of each image.

    originals, reconstructions: uint8 N×H×W×C, compared as values in [0, 1]. An image whose error is above the limit is unlike
    those on which the model was trained. Raises ConfigError unless both have the same shape, with N at least 1.
    """
    if originals.shape != reconstructions.shape or originals.ndim != 4 or not len(originals):
        raise ConfigError(
            f"Originals and reconstructions must be as many and of one size, not {originals.shape} and "
            f"{reconstructions.shape}."
        )
    errors = np.empty(len(originals))
    for start in range(0, len(errors), IMAGES_AT_ONCE):
        rows = slice(start, start + IMAGES_AT_ONCE)
        difference = (originals[rows].astype(np.float32) - reconstructions[rows]).reshape(len(errors[rows]), -1) / 255
        errors[rows] = 0.5 * np.einsum("ij,ij->i", difference, difference)
    typical, limit = np.quantile(errors, [0.5, LIMIT_QUANTILE])
    return {"typical": float(typical), "limit": float(limit)}
