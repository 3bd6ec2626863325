"""The subject of an evaluation: a model and a sample of a data set's images."""

from dataclasses import dataclass

import numpy as np

from aae_core.data.sets import draw_indices
from aae_core.errors import ConfigError
from aae_core.models.inference import Chosen
from aae_core.models.model import Model


def items_of(model: Model) -> str:
    """What a model was trained on, "images" or "rows"."""
    return "images" if model.features is None else "rows"


@dataclass(frozen=True)
class Sample:
    """Images uint8 N×H×W×C (or rows float32 N×1×F×1 of a table) with their labels, int64 N, −1 where unknown."""

    images: Chosen
    labels: np.ndarray

    @classmethod
    def of_test(cls, model: Model, dataset, seed: int) -> "Sample":
        """All test images, in a random order given by `seed`; ConfigError if there are none or they do not fit the model."""
        if not len(dataset.test.images):
            raise ConfigError(f"The data set {dataset.name} has no test {items_of(model)}, so nothing can be measured.")
        return cls.of(model, dataset, dataset.test, None, seed)

    @classmethod
    def of(
        cls, model: Model, dataset, split, index: np.ndarray | None, seed: int, limit: int | None = None
    ) -> "Sample":
        """At most `limit` of the images of a split with the numbers `index` (None: of all), in a random order given by `seed`;
        ConfigError if they do not fit the model."""
        named = model.variant.has_content or model.variant.labels == "discriminator"
        if tuple(dataset.shape) != model.shape or (named and len(dataset.classes) != model.classes):
            raise ConfigError(
                f"The {items_of(model)} of the data set {dataset.name} have another size or other classes than the model's "
                "own; choose the data set that it was trained on."
            )
        chosen = draw_indices(len(split.images) if index is None else len(index), limit, seed)
        chosen = chosen if index is None else index[chosen]
        return cls(Chosen(split.images, chosen), split.labels[chosen])


@dataclass(frozen=True)
class Subject:
    """What a protocol measures. seed: of all its random draws; samples: the number of the model's samples, for the likelihood."""

    model: Model
    dataset: object
    sample: Sample
    seed: int = 0
    samples: int | None = None
