"""The likelihood protocol of §3 (Makhzani et al., arXiv 1511.05644v2): a Parzen window on what the decoder makes of the prior."""

import math
from collections.abc import Callable, Iterator

import numpy as np
import torch
from torch import Tensor

from aae_core import parzen
from aae_core.batches import BATCH, evaluating
from aae_core.errors import ConfigError
from aae_core.model import Model, to_tensor

SAMPLES = 10_000  # of the model, as in the paper's table
MOST = 100_000_000
TESTED = 10_000  # test images
VALUES = 2**26  # of all images that are held at once: fewer are taken where they are large
HELD_OUT = 1000  # training images on which the window's width is chosen

Blocks = Callable[[], Iterator[Tensor]]


def likelihood(model: Model, dataset, seed: int = 0, samples: int = SAMPLES) -> dict:
    """Mean log-likelihood in nats of the test images under a Parzen window on `samples` samples of the model.

    At most 10,000 images are taken, fewer where one has more than 6,710 values. The width σ is chosen on 1,000 training
    images, never on the test set. Where the decoder takes a content, all contents are drawn alike. Beside it stands the same
    figure for as many real training images in the samples' place (`training_images`): a model that beats it has not
    thereby understood more. Gives log_likelihood,
    standard_error, sigma, samples, training_images, n. Raises ConfigError for a number of samples outside 2 to 10⁸.
    """
    if isinstance(samples, bool) or not isinstance(samples, int) or not 2 <= samples <= MOST:
        raise ConfigError(f"The number of samples must be a whole number from 2 to {MOST:,}, not {samples}.")
    if len(dataset.train.images) < 4:
        raise ConfigError(f"The data set {dataset.name} has too few training images to choose the window's width on.")
    order = np.random.default_rng(seed).permutation(len(dataset.train.images))
    most = VALUES // math.prod(dataset.shape)
    held_out = min(HELD_OUT, len(order) // 2, most)
    chosen, rest = order[:held_out], order[held_out:][:samples]
    validation = _flat(dataset.train.images[chosen])
    tested = _flat(
        dataset.test.images[np.random.default_rng(seed).permutation(len(dataset.test.images))[: min(TESTED, most)]]
    )
    own, width = _measure(lambda: generated(model, samples, seed), validation, tested)
    real, _ = _measure(lambda: _in_blocks(dataset.train.images, rest), validation, tested)
    return {
        "log_likelihood": own.mean().item(),
        "standard_error": own.std(ddof=1).item() / math.sqrt(len(own)) if len(own) > 1 else math.nan,
        "sigma": width.sigma,
        "samples": samples,
        "training_images": real.mean().item(),
        "n": len(own),
    }


def _measure(samples: Blocks, validation, tested):
    """log p(x) of each tested image, and the width that the validation images chose."""
    width = parzen.choose_width(validation, samples)
    return parzen.log_likelihood(tested, samples(), [width.sigma])[0], width


def generated(model: Model, n: int, seed: int) -> Iterator[Tensor]:
    """n samples of the model as rows of C·H·W values in [0, 1], block by block; the same at every call."""
    generator = torch.Generator().manual_seed(seed)
    for start in range(0, n, BATCH):
        count = min(BATCH, n - start)
        with evaluating(model):
            z, y = model.sample(count, generator)
            yield model.decode(z.to(model.device), None if y is None else y.to(model.device)).flatten(1).cpu()


def _flat(images):
    return to_tensor(images).flatten(1)


def _in_blocks(images, index):
    return (_flat(images[index[start : start + BATCH]]) for start in range(0, len(index), BATCH))
