"""Passes images and codes through the networks in batches: in evaluation mode, without gradients, in bounded memory."""

import contextlib
from collections.abc import Callable, Iterator

import numpy as np
import torch
from torch import Tensor

from aae_core.errors import ConfigError
from aae_core.models.model import Model, one_hot

BATCH = 1000  # images or codes that pass through the networks at once


class Chosen:
    """Some images of an array N×H×W×C by their numbers, copied only when they are used: the array may be larger than memory.

    A slice of it is another Chosen; NumPy converts it to the array of its images.
    """

    def __init__(self, images: np.ndarray, index: np.ndarray):
        self.images, self.index = images, index

    def __len__(self) -> int:
        return len(self.index)

    def __getitem__(self, part) -> "Chosen":
        return Chosen(self.images, self.index[part])

    def __array__(self, dtype=None, copy=None) -> np.ndarray:
        return np.asarray(self.images[self.index], dtype)


@contextlib.contextmanager
def evaluating(model: Model) -> Iterator[Model]:
    """The model in evaluation mode without gradients; afterwards each module returns to its former mode."""
    modes = {module: module.training for module in model.modules()}
    model.eval()
    try:
        with torch.no_grad():
            yield model
    finally:
        for module, mode in modes.items():
            module.training = mode


def tensors(model: Model, images: np.ndarray | Chosen) -> Iterator[tuple[slice, Tensor]]:
    """Images uint8 N×H×W×C, or rows, as float tensors N×C×H×W on the model's device, a batch at a time, each with its slice."""
    for part in _slices(len(images)):
        yield part, model.to_x(images[part])


def _slices(n):
    """Slices of at most BATCH of n; one empty slice if n = 0, so that joined results keep their shape."""
    return (slice(start, start + BATCH) for start in range(0, max(1, n), BATCH))


def encode_all(model: Model, images: np.ndarray | Chosen, generator: torch.Generator | None = None) -> Tensor:
    """Representative codes float32 N×d of images uint8 N×H×W×C, or with a generator one draw of q(z|x) for each, on the
    CPU."""
    with evaluating(model):
        encode = model.encode if generator is None else lambda x: model.place(*model.infer(x, generator))
        return torch.cat([encode(x).cpu() for _, x in tensors(model, images)])


def decode_all(model: Model, z: Tensor, y: Tensor | None, form: Callable[[Tensor], np.ndarray]) -> np.ndarray:
    """`form`(x̂) of all codes z N×d and contents y N×K (or None), where x̂ float N×C×H×W comes in batches.

    Raises ConfigError if the decoder returns values that are not finite.
    """
    parts = []
    with evaluating(model):
        for part in _slices(len(z)):
            x = model.decode(z[part].to(model.device), None if y is None else y[part].to(model.device))
            parts.append(form(finite(x, "decoder")))
    return np.concatenate(parts)


def classify_all(model: Model, images: np.ndarray | Chosen) -> Tensor:
    """q(y|x), probabilities float32 N×K of images uint8 N×H×W×C, on the CPU.

    Raises ConfigError where y is not inferred or the encoder returns values that are not finite.
    """
    with evaluating(model):
        return finite(torch.cat([model.classify(x).cpu() for _, x in tensors(model, images)]), "encoder")


def finite(values: Tensor, network: str) -> Tensor:
    """The values that a network gave; ConfigError where one is not finite."""
    if not torch.isfinite(values).all():
        raise ConfigError(f"The {network} returns values that are not finite, so the weights are damaged; train again.")
    return values


def content(model: Model, labels) -> Tensor | None:
    """y as the decoder takes it, float N×K on the model's device, of contents N (−1: unknown); None where it takes none."""
    if not model.variant.has_content:
        return None
    return one_hot(torch.as_tensor(labels, device=model.device).long(), model.contents)


def reconstructed(model: Model, x: Tensor, labels) -> Tensor:
    """Logits of x̂, N×C×H×W, of images N×C×H×W: from their codes and their contents, inferred or else given by labels N."""
    z, y = model.represent(x)
    contents = model.met(y) if model.variant.categorical and model.variant.has_content else content(model, labels)
    return model.logits(model.place(z, y), contents)
