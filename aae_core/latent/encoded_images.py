"""Images with the Gaussian posteriors that a shipped VAE gives them, for the board of the aggregated posterior: five sets of
twenty test images of MNIST, two of each digit.

`python -m benchmarks.quality.encoded_images` wrote the file. The images are under the licence in
checkpoints/example-images/mnist/LICENCE.md.
"""

from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np

from aae_core.errors import ConfigError
from aae_core.evaluation.aggregated_posterior import Posteriors

FILE = Path(__file__).with_name("encoded_images.npz")
SETS = 5
RANGES = {"width": (0.01, 1.6), "spread": (0.0, 1.6)}  # of an arrangement


@dataclass(frozen=True)
class Arrangement:
    """What the board shows: the images' posteriors with another width and spread (`Posteriors.with_width_and_spread`), and
    the number of their set, from 1. ConfigError for a value out of range."""

    width: float = 0.3
    spread: float = 1.0
    images: int = 1

    def __post_init__(self):
        for name, (low, high) in RANGES.items():
            if not low <= getattr(self, name) <= high:
                raise ConfigError(f"The {name} of the ellipses must be from {low:g} to {high:g}.")
        if self.images not in range(1, SETS + 1):
            raise ConfigError(f"The set of images must be a whole number from 1 to {SETS}.")

    def posteriors(self) -> Posteriors:
        """The posteriors that the board shows."""
        return load_encoded_images()[self.images - 1].posteriors.with_width_and_spread(self.width, self.spread)


@dataclass(frozen=True)
class EncodedImages:
    """A set of images with their posteriors. images: n×28×28, ink 255; labels: digits; posteriors: as the VAE has them."""

    images: np.ndarray
    labels: np.ndarray
    posteriors: Posteriors


@cache
def load_encoded_images() -> tuple[EncodedImages, ...]:
    """The sets, SETS of them."""
    with np.load(FILE, allow_pickle=False) as arrays:
        parts = {name: np.split(arrays[name], SETS) for name in ("images", "labels", "means", "widths")}
    means, widths = (np.asarray(parts[name], np.float64) for name in ("means", "widths"))
    return tuple(
        EncodedImages(parts["images"][k], parts["labels"][k], Posteriors(means[k], widths[k])) for k in range(SETS)
    )
