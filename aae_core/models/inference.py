"""Inference: images and codes pass through the networks in batches, in evaluation mode, without gradients, in bounded memory."""

import contextlib
from collections.abc import Callable, Iterator

import numpy as np
import torch
from torch import Tensor

from aae_core.errors import ConfigError
from aae_core.models.model import Model, one_hot
from aae_core.torch_state import torch_defaults

BATCH = 1000  # images or codes that pass through the networks at once, at most


class SelectedImages:
    """Some of the images of an array N×H×W×C, given by their numbers. They are copied only when they are used, because the array
    may be larger than memory. Indexing gives other SelectedImages; NumPy converts it to the array of its images."""

    def __init__(self, images: np.ndarray, indices: np.ndarray):
        self.images, self.indices = images, indices

    def __len__(self) -> int:
        return len(self.indices)

    def __getitem__(self, selection) -> "SelectedImages":
        return SelectedImages(self.images, self.indices[selection])

    def __array__(self, dtype=None, copy=None) -> np.ndarray:
        return np.asarray(self.images[self.indices], dtype)


@contextlib.contextmanager
def evaluation_mode(model: Model) -> Iterator[Model]:
    """A context with the model in evaluation mode, without gradients and with torch's default settings; afterwards each module
    returns to its former mode."""
    modes = {module: module.training for module in model.modules()}
    model.eval()
    try:
        with torch_defaults(), torch.no_grad():
            yield model
    finally:
        for module, mode in modes.items():
            module.training = mode


def iterate_batches(model: Model, images: np.ndarray | SelectedImages) -> Iterator[tuple[slice, Tensor]]:
    """Yield images uint8 N×H×W×C, or rows, in batches: the slice of each, and x float n×C×H×W on the model's device."""
    for batch in _batch_slices(len(images)):
        yield batch, model.to_x(images[batch])


def _batch_slices(count):
    """Slices of n items in batches; for n = 0 one empty slice, so that concatenated results keep their shape."""
    return (slice(start, start + BATCH) for start in range(0, max(1, count), BATCH))


def map_batches(model: Model, images: np.ndarray | SelectedImages, function: Callable[[Tensor], Tensor]) -> Tensor:
    """function(x), with a row for each image, of all images uint8 N×H×W×C or rows of a table, on the CPU."""
    with evaluation_mode(model):
        return torch.cat([function(x).cpu() for _, x in iterate_batches(model, images)])


def encode_all(model: Model, images: np.ndarray | SelectedImages, generator: torch.Generator | None = None) -> Tensor:
    """The representative codes float32 N×d of images uint8 N×H×W×C, or with a generator one draw from q(z|x) for each, on the
    CPU. In a dimensionality reduction, they include the heads (§7)."""
    encode = model.encode if generator is None else lambda x: model.add_heads(*model.infer(x, generator))
    return map_batches(model, images, encode)


def decode_all(model: Model, z: Tensor, y: Tensor | None, convert: Callable[[Tensor], np.ndarray]) -> np.ndarray:
    """`convert`(x̂) for all codes z N×d and contents y N×K (or None), computed in batches of x̂ float n×C×H×W and concatenated.

    Raises ConfigError if the decoder returns values that are not finite.
    """
    parts = []
    with evaluation_mode(model):
        for batch in _batch_slices(len(z)):
            x = model.decode(z[batch].to(model.device), None if y is None else y[batch].to(model.device))
            parts.append(convert(check_finite(x, "decoder")))
    return np.concatenate(parts)


def classify_all(model: Model, images: np.ndarray | SelectedImages) -> Tensor:
    """q(y|x), probabilities float32 N×K of images uint8 N×H×W×C, on the CPU.

    Raises ConfigError if the variant infers no y or the encoder returns values that are not finite.
    """
    return check_finite(map_batches(model, images, model.classify), "encoder")


def check_finite(values: Tensor, network: str) -> Tensor:
    """The `values` that the `network` returned; ConfigError unless all are finite."""
    if not torch.isfinite(values).all():
        raise ConfigError(f"The {network} returns values that are not finite, so the weights are damaged; train again.")
    return values


def one_hot_contents(model: Model, labels) -> Tensor | None:
    """The one-hot contents y for the decoder, float N×K on the model's device, from labels N (−1: unknown, a row of zeros); None
    if the decoder takes no content."""
    if not model.variant.has_content:
        return None
    return one_hot(torch.as_tensor(labels, device=model.device).long(), model.contents)


def reconstruction_logits(model: Model, x: Tensor, labels) -> Tensor:
    """The logits of the reconstructions x̂, N×C×H×W, of x N×C×H×W, from the representative codes and, if the decoder takes them,
    the contents: the inferred ones, or those given by labels N."""
    z, y = model.infer_representative(x)
    contents = (
        model.decoder_contents(y)
        if model.variant.categorical and model.variant.has_content
        else one_hot_contents(model, labels)
    )
    return model.decoder_logits(model.add_heads(z, y), contents)
