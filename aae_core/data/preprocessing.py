"""How the images of a data set were prepared from handwriting or photographs, and how well a model reconstructs its own images.

A drawing or an image from outside is a fair input to an encoder only if it is prepared like the images it was trained on.
Sources: LeCun et al. (1998) for MNIST (20 × 20 pixels placed by the centre of mass; the edition distributed puts it into
pixel (14, 14)); Xiao et al., arXiv 1708.07747; Cohen et al., arXiv 1702.05373; scikit-learn's digits as measured.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from aae_core.errors import ConfigError

CHUNK = 1000  # images compared at once
LIMIT = 0.99  # share of the errors below the limit
PLAIN = 0.9  # share of the outermost pixels that a plain ground takes at least
MOSTLY = 0.5  # of those of a single image, which may reach its edge
DARKEST, LIGHTEST = 40, 215  # 0..255: a plain ground is darker or lighter than these
LOOKS = {"dark": "light on dark", "light": "dark on light"}  # images by their ground


@dataclass(frozen=True)
class Preparation:
    """fill: the longer side of what is written as a share of the image's; None where its size and place are as found.

    centre: what lies in the image's middle, the ink's "mass" or its "box". ground: "dark" or "light"; None for
    photographs, on which no line can be drawn. stroke: width of a typical line as a share of the image's side.
    """

    fill: float | None
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


def preparation(name: str, images: Callable[[], np.ndarray]) -> Preparation:
    """The preparation of a data set's images. For an unknown data set, pictures stay as they are, and the ground is that of its
    images.

    images(): returns uint8 N×H×W×C of that set, or a model's reconstructions; called only if the preparation is not known.
    """
    return PREPARATIONS.get(name) or Preparation(None, "box", ground(images()))


def ground(images: np.ndarray) -> str | None:
    """ "dark" or "light" where nearly all outermost pixels of grey images uint8 N×H×W×C are; None for others."""
    if images.ndim != 4 or not len(images) or images.shape[3] != 1:
        return None
    around = _outermost(images)
    if (around < DARKEST).mean() >= PLAIN:
        return "dark"
    return "light" if (around > LIGHTEST).mean() >= PLAIN else None


def _outermost(images):
    """The outermost pixels of grey images N×H×W×1, N×E."""
    edge = np.ones(images.shape[1:3], bool)
    edge[1:-1, 1:-1] = False
    return images[:, edge, 0]


def count_inverted(images: np.ndarray, expected: str | None) -> int:
    """How many of the images uint8 N×H×W×C lie on the ground opposite to `expected`, "dark" or "light"; 0 if that is None."""
    if expected is None or images.shape[3] != 1:
        return 0
    around = _outermost(images)
    opposite = around > LIGHTEST if expected == "dark" else around < DARKEST
    return int((opposite.mean(1) >= MOSTLY).sum())


def typical_error(originals: np.ndarray, reconstructions: np.ndarray) -> dict[str, float]:
    """ "typical" (the median) and "limit" (the 99 % quantile) of the reconstruction error ½Σ(x − x̂)² of each image.

    originals, reconstructions: uint8 N×H×W×C, compared as values in [0, 1]. An image whose error is above the limit is
    unlike those the model was made for. Raises ConfigError unless both are the same kind and number, at least one.
    """
    if originals.shape != reconstructions.shape or originals.ndim != 4 or not len(originals):
        raise ConfigError(
            f"Originals and reconstructions must be as many and of one size, not {originals.shape} and "
            f"{reconstructions.shape}."
        )
    errors = np.empty(len(originals))
    for start in range(0, len(errors), CHUNK):
        part = slice(start, start + CHUNK)
        difference = (originals[part].astype(np.float32) - reconstructions[part]).reshape(len(errors[part]), -1) / 255
        errors[part] = 0.5 * np.einsum("ij,ij->i", difference, difference)
    typical, limit = np.quantile(errors, [0.5, LIMIT])
    return {"typical": float(typical), "limit": float(limit)}
