"""The likelihood protocol of §3 (Makhzani et al., arXiv 1511.05644v2): a Parzen window on decoded samples of the prior."""

import math
import warnings
from collections.abc import Callable, Iterator

import torch
from torch import Tensor

from aae_core.checks import whole_number
from aae_core.data.sets import draw_indices
from aae_core.errors import ConfigError
from aae_core.evaluation import parzen
from aae_core.models.inference import BATCH, Chosen, evaluating, tensors
from aae_core.models.model import Model
from aae_core.wording import about_items

SAMPLES = 10_000  # of the model, as in the paper's table
MOST = 100_000_000
TESTED = 10_000  # test images
VALUES = 2**26  # pixel values of all images held at once: fewer large images are taken
HELD_OUT = 1000  # training images, at most, on which the window's width is chosen
CENTROIDS = 1000  # of k-means, at most
LEARNT = 20_000  # training images, at most, that k-means clusters
PASSES = 5  # iterations of k-means: twice as many gain less than a nat and take twice as long
CAVEAT = (
    "A Parzen window says little about a model of so many values, and its ranking of models is unreliable "
    "(Theis et al., arXiv 1511.01844): read the number beside those of real images and of centroids."
)

BASELINES = {"training_images": "real images", "k_means": "k-means centroids"}
NO_WIDTH = (
    "There is no figure for {} in the samples' place, because no width is best for them: the narrower it is, the higher is the "
    "likelihood of the training images held back for that choice. This happens where images occur many times in the data."
)

Blocks = Callable[[], Iterator[Tensor]]


def likelihood(model: Model, dataset, seed: int = 0, samples: int = SAMPLES) -> dict:
    """Mean log-likelihood in nats of the test images under a Parzen window on `samples` samples of the model, with two baselines.

    log_likelihood, standard_error, n: the mean over n test images and its standard error. n is at most 10,000, and smaller if an
    image has more than 6,710 values. sigma: the window's width, chosen on at most 1,000 training images (on which the model was
    trained, too) and never on test images. grid: [smallest, largest] width tried, between which sigma lies. If the decoder takes
    a content, all contents are equally likely in the samples.

    Each baseline is the same figure with something else in place of the samples, and a width of its own. training_images: real
    training images, as many as `samples` if there are so many (their number is `real_images`). k_means: centroids of at most
    20,000 training images (their number is `centroids`: at most 1,000, `samples`, and half the images). A model that exceeds a
    baseline need not be better for that, as the `caveat` says. A baseline for which no width is best is None, and
    `why_no_training_images` or `why_no_k_means` says why in a sentence.

    Raises ConfigError for a number of samples outside 2 to 10⁸, for too few training images, and if no width is best for the
    model's own samples.
    """
    check_samples(samples)
    is_table = model.features is not None
    if len(dataset.train.images) < 4:
        few = about_items("too few training images", is_table)
        raise ConfigError(f"The data set {dataset.name} has {few} to choose the window's width on.")
    order = draw_indices(len(dataset.train.images), None, seed)
    most = VALUES // math.prod(dataset.shape)
    held_out = min(HELD_OUT, len(order) // 2, most)
    validation = _flat(model, dataset.train.images[order[:held_out]])
    real = Chosen(dataset.train.images, order[held_out:][:samples])
    tested = _flat(model, dataset.test.images[draw_indices(len(dataset.test.images), min(TESTED, most), seed)])
    own, (sigma, tried) = _measure(lambda: sample_blocks(model, samples, seed), validation, tested)
    learnt = order[held_out:][: min(LEARNT, most)]
    count = max(1, min(CENTROIDS, samples, len(learnt) // 2))
    centres = centroids(_flat(model, dataset.train.images[learnt]), count, seed)
    return {
        "log_likelihood": own.mean().item(),
        "standard_error": own.std(ddof=1).item() / math.sqrt(len(own)) if len(own) > 1 else math.nan,
        "sigma": sigma,
        "grid": [min(tried), max(tried)],
        "samples": samples,
        **_baseline("training_images", _flat_batches(model, real), validation, tested, is_table),
        "real_images": len(real),
        **_baseline("k_means", lambda: iter([centres]), validation, tested, is_table),
        "centroids": len(centres),
        "n": len(own),
        "caveat": about_items(CAVEAT, is_table),
    }


def check_samples(samples: int) -> None:
    """ConfigError unless the number of samples is a whole number from 2 to 10⁸."""
    whole_number(samples, 2, MOST, "The number of samples")


def _flat_batches(model, chosen) -> Blocks:
    return lambda: (x.flatten(1).cpu() for _, x in tensors(model, chosen))


def _baseline(key, samples, validation, tested, is_table):
    """The figure of a baseline, with `samples` in place of the model's; None and the reason if no width is best."""
    try:
        return {key: _measure(samples, validation, tested)[0].mean().item()}
    except ConfigError:
        return {key: None, f"why_no_{key}": about_items(NO_WIDTH.format(BASELINES[key]), is_table)}


def _measure(samples: Blocks, validation, tested):
    """log p(x) of each tested image, and the result of `choose_width` on the validation images."""
    chosen = parzen.choose_width(validation, samples)
    return parzen.log_likelihood(tested, samples(), chosen[:1])[0], chosen


def sample_blocks(model: Model, n: int, seed: int) -> Iterator[Tensor]:
    """n samples x̂ of the model in blocks of rows of C·H·W values, the same for the same seed; content y is drawn uniformly."""
    generator = torch.Generator().manual_seed(seed)
    for start in range(0, n, BATCH):
        count = min(BATCH, n - start)
        with evaluating(model):
            z, y = model.sample(count, generator)
            made = model.decode(z.to(model.device), None if y is None else y.to(model.device)).flatten(1).cpu()
        yield made  # outside, so that between blocks the caller has gradients and the model its own mode


def centroids(images: Tensor, n: int, seed: int = 0) -> Tensor:
    """The n centroids of the images N×D (N ≥ n) by k-means, float32 n×D: five of Lloyd's iterations, starting from n random
    images."""
    from sklearn.cluster import KMeans
    from sklearn.exceptions import ConvergenceWarning

    search = KMeans(n, init="random", n_init=1, max_iter=PASSES, random_state=seed)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)  # fewer different images than centroids: some coincide
        return torch.from_numpy(search.fit(images.numpy()).cluster_centers_).float()


def _flat(model, images):
    return model.to_x(images).flatten(1).cpu()
