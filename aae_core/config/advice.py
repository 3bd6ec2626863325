"""Recommended settings for a data set: a preset, the size of the code, the least number of steps, and the cost of a table."""

import math
from collections.abc import Collection, Mapping
from dataclasses import dataclass

from aae_core.config.configuration import configure
from aae_core.config.presets import PRESETS
from aae_core.wording import mark, translate

MAX_DENSE_SIDE = 32  # pixels: for larger images, and for colour, convolutional networks are advised
FEW_IMAGES, DIMENSIONS_FOR_FEW = 1000, 8  # with fewer images the codes cannot fill more dimensions
FEW_COLOUR_IMAGES, FEW_LARGE_IMAGES = (  # with the number of FEW_IMAGES
    mark("Colour images, fewer than 1,000"),
    mark("Large images, fewer than 1,000"),
)
# Steps after which each kind of data is learned well enough for a first look.
ROW_STEPS = 600
GREY_STEPS = 250
COLOUR_STEPS = 1000
SLOWER_AFTER = 0.75  # share of a table's epochs after which its learning rates drop
SLOWER_FACTOR = 0.1  # of these rates
FEW_ROWS, NOISE_FOR_FEW = 1000, 0.3  # with fewer rows the networks memorise them, unless they see them with noise
REAL_VALUED_COSTS = ("squared-error", "learned-variance")  # costs for real-valued columns


@dataclass(frozen=True)
class Advice:
    """preset: its name. latent_dim: the dimensions of the code, None for the preset's own. steps: the least number
    of steps. data_kind: the kind of data, as the beginning of a sentence, in English."""

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
        kind, title = translate(self.data_kind), translate(PRESETS[self.preset].title)
        return translate(
            "{kind}: preset “{preset}”, {number} latent dimensions, {steps} steps or more.",
            kind=kind,
            preset=title,
            number=latent_dim,
            steps=f"{self.steps:,}",
        )


def recommend(shape: tuple[int, int, int], count: int) -> Advice:
    """The advice for `count` training images of the shape C, H, W, or rows of the shape 1, 1, F."""
    channels, height, width = shape
    is_table = channels == 1 and height == 1
    if is_table:
        return Advice("default", None, ROW_STEPS, mark("Rows of a table"))
    if channels == 1 and max(height, width) <= MAX_DENSE_SIDE:
        return Advice("default", None, GREY_STEPS, mark("Small grey images"))
    if count < FEW_IMAGES:
        data_kind = FEW_COLOUR_IMAGES if channels > 1 else FEW_LARGE_IMAGES
        return Advice("images", DIMENSIONS_FOR_FEW, COLOUR_STEPS, data_kind)
    return Advice("images", None, COLOUR_STEPS, mark("Colour images") if channels > 1 else mark("Large images"))


def needs_cost_by_type(cost: str, column_kinds: Collection[str]) -> bool:
    """Whether a table whose columns are of these kinds needs the cost "by-type" in place of `cost`: some columns are not
    real-valued, or the cost is not one for real numbers."""
    return cost not in REAL_VALUED_COSTS or set(column_kinds) != {"real"}


def recommend_table_settings(
    settings: Mapping, chosen_keys: Collection[str], row_count: int, column_kinds: Collection[str]
) -> dict:
    """The settings, by dotted key, in which a training on a table should differ from `settings`; {} if in none.

    settings: with the cost, the epochs and the batch size, by dotted key. chosen_keys: the settings that the user chose, which
    stay as they are. row_count: the number of training rows; column_kinds: the kinds of the features, as in `features.KINDS`.
    """
    recommended_settings = {}
    if "cost" not in chosen_keys and needs_cost_by_type(settings["cost"], column_kinds):
        recommended_settings["cost"] = "by-type"
    if "input_noise" not in chosen_keys and row_count < FEW_ROWS:
        recommended_settings["input_noise"] = NOISE_FOR_FEW
    if not {"epochs", "steps"}.intersection(chosen_keys):
        epochs = recommend((1, 1, 1), row_count).epochs(row_count, settings["batch_size"])
        if epochs > settings["epochs"]:
            recommended_settings["epochs"] = epochs
            if "optimiser.schedule" not in chosen_keys:
                recommended_settings["optimiser.schedule"] = ((max(1, round(SLOWER_AFTER * epochs)), SLOWER_FACTOR),)
    return recommended_settings
