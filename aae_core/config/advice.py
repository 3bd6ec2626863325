"""Recommended settings for a data set: a preset, the size of the code, and the least number of steps."""

import math
from dataclasses import dataclass

from aae_core.config.configuration import configure
from aae_core.config.presets import PRESETS

MAX_DENSE_SIDE = 32  # pixels: for larger images, and for colour, convolutional networks are advised
FEW_IMAGES, DIMENSIONS_FOR_FEW = 1000, 8  # with fewer images the codes cannot fill more dimensions
# Steps after which each kind of data is learned well enough for a first look.
ROW_STEPS = 600
GREY_STEPS = 250
COLOUR_STEPS = 1000


@dataclass(frozen=True)
class Advice:
    """preset: its name. latent_dim: the dimensions of the code, None for the preset's own. steps: the least number
    of steps. data_kind: the kind of data, as the beginning of a sentence."""

    preset: str
    latent_dim: int | None
    steps: int
    data_kind: str

    def epochs(self, count: int, batch_size: int) -> int:
        """The number of passes over `count` training images or rows that amounts to at least `steps`."""
        return math.ceil(self.steps / max(1, count // batch_size))

    @property
    def sentence(self) -> str:
        """The advice in words."""
        latent_dim = self.latent_dim or configure(self.preset).latent_dim
        title = PRESETS[self.preset].title
        return f"{self.data_kind}: preset “{title}”, {latent_dim} latent dimensions, {self.steps:,} steps or more."


def recommend(shape: tuple[int, int, int], count: int) -> Advice:
    """The advice for `count` training images of the shape C, H, W, or rows of the shape 1, 1, F."""
    channels, height, width = shape
    is_table = channels == 1 and height == 1
    if is_table:
        return Advice("default", None, ROW_STEPS, "Rows of a table")
    if channels == 1 and max(height, width) <= MAX_DENSE_SIDE:
        return Advice("default", None, GREY_STEPS, "Small grey images")
    data_kind = "Colour images" if channels > 1 else "Large images"
    if count < FEW_IMAGES:
        return Advice("images", DIMENSIONS_FOR_FEW, COLOUR_STEPS, f"{data_kind}, fewer than {FEW_IMAGES:,}")
    return Advice("images", None, COLOUR_STEPS, data_kind)
