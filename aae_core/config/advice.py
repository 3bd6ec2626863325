"""With what a training begins well, by what the data are: a preset, the size of the code, and how many steps at least."""

from dataclasses import dataclass

from aae_core.config.configuration import configure
from aae_core.config.presets import PRESETS

DENSE_SIDE = 32  # pixels: larger images, and colour, start with convolutional networks
FEW, FEW_DIMENSIONS = 1000, 8  # with fewer images the codes cannot fill more dimensions
# Steps in which each kind of data is learned well enough to be looked at.
ROW_STEPS = 600
GREY_STEPS = 250
COLOUR_STEPS = 1000


@dataclass(frozen=True)
class Advice:
    """preset: its name; latent_dim: dimensions of the code, None: the preset's own; steps: the least; why: what the data are, as
    the beginning of a sentence."""

    preset: str
    latent_dim: int | None
    steps: int
    why: str

    def epochs(self, count: int, batch_size: int) -> int:
        """Passes over `count` training images or rows that come to the least number of steps."""
        return -(-self.steps // max(1, count // batch_size))

    @property
    def sentence(self) -> str:
        """The advice in words."""
        latent_dim = self.latent_dim or configure(self.preset).latent_dim
        return f"{self.why}: preset “{PRESETS[self.preset].title}”, {latent_dim} latent dimensions, {self.steps:,} steps or more."


def advise(shape: tuple[int, int, int], count: int) -> Advice:
    """What suits `count` training images of the shape C, H, W, or rows of the shape 1, 1, F."""
    channels, height, width = shape
    if (channels, height) == (1, 1):
        return Advice("default", None, ROW_STEPS, "Rows of a table")
    if channels == 1 and max(height, width) <= DENSE_SIDE:
        return Advice("default", None, GREY_STEPS, "Small grey images")
    kind = "Colour images" if channels > 1 else "Large images"
    if count < FEW:
        return Advice("images", FEW_DIMENSIONS, COLOUR_STEPS, f"{kind}, fewer than {FEW:,}")
    return Advice("images", None, COLOUR_STEPS, kind)
