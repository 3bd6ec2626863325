"""The subject of an evaluation: a model and a sample of a data set's images."""

from dataclasses import dataclass

import numpy as np

from aae_core.data.item_draws import draw_random_indices
from aae_core.errors import ConfigError
from aae_core.models.inference import SelectedImages
from aae_core.models.model import Model


def item_word(model: Model) -> str:
    """What a model was trained on, "images" or "rows"."""
    return "images" if model.features is None else "rows"


@dataclass(frozen=True)
class Sample:
    """Images uint8 N×H×W×C (or rows float32 N×1×F×1 of a table) with their labels, int64 N, −1 where unknown."""

    images: SelectedImages
    labels: np.ndarray

    @classmethod
    def draw_test(cls, model: Model, dataset, seed: int) -> "Sample":
        """All test images, in a random order given by `seed`; ConfigError if there are none or they do not fit the
        model."""
        if not len(dataset.test.images):
            raise ConfigError(
                f"The data set {dataset.name} has no test {item_word(model)}, so nothing can be measured."
            )
        return cls.draw(model, dataset, dataset.test, None, seed)

    @classmethod
    def draw(
        cls, model: Model, dataset, split, numbers: np.ndarray | None, seed: int, limit: int | None = None
    ) -> "Sample":
        """At most `limit` of the images of a split with the numbers `numbers` (None: of all), in a random order given
        by `seed`; ConfigError if they do not fit the model."""
        uses_classes = model.variant.has_content or model.variant.labels == "discriminator"
        if tuple(dataset.shape) != model.shape or (uses_classes and len(dataset.classes) != model.classes):
            raise ConfigError(
                f"The {item_word(model)} of the data set {dataset.name} have another size or other classes than the model's "
                "own; choose the data set that it was trained on."
            )
        drawn_numbers = draw_random_indices(len(split.images) if numbers is None else len(numbers), limit, seed)
        drawn_numbers = drawn_numbers if numbers is None else numbers[drawn_numbers]
        return cls(SelectedImages(split.images, drawn_numbers), split.labels[drawn_numbers])


@dataclass(frozen=True)
class Subject:
    """What a protocol measures. seed: of all its random draws; samples: the number of the model's samples, for the
    likelihood."""

    model: Model
    dataset: object
    sample: Sample
    seed: int = 0
    samples: int | None = None
