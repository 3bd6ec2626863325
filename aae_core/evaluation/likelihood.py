"""The likelihood protocol of §3 (Makhzani et al., arXiv 1511.05644v2): a Parzen window on decoded samples of the
prior."""

import math
import warnings
from collections.abc import Callable, Iterator

import torch
from torch import Tensor

from aae_core.checks import require_whole_number
from aae_core.data.item_draws import draw_random_indices
from aae_core.errors import ConfigError
from aae_core.evaluation import parzen
from aae_core.models.inference import BATCH, SelectedImages, evaluation_mode, iterate_batches
from aae_core.models.model import Model
from aae_core.wording import adapt_image_words

DEFAULT_SAMPLES = 10_000  # of the model, as in the paper's table
MAX_SAMPLES = 100_000_000
MAX_TEST_IMAGES = 10_000  # test images
MAX_VALUES = 2**26  # pixel values of all images held at once: fewer large images are taken
MAX_HELD_OUT = 1000  # training images, at most, on which the window's width is chosen
MAX_CENTROIDS = 1000  # of k-means, at most
MAX_K_MEANS_IMAGES = 20_000  # training images, at most, that k-means clusters
K_MEANS_ITERATIONS = 5  # iterations of k-means: twice as many gain less than a nat and take twice as long
CAVEAT = (
    "A Parzen window says little about a model of so many values, and its ranking of models is unreliable "
    "(Theis et al., arXiv 1511.01844): read the number beside those of real images and of centroids."
)

BASELINES = {"training_images": "real images", "k_means": "k-means centroids"}
NO_BEST_WIDTH = (
    "There is no figure for {} in the samples' place, because no width is best for them: the narrower it is, the higher is the "
    "likelihood of the training images held back for that choice. This happens where images occur many times in the data."
)

BlockSource = Callable[[], Iterator[Tensor]]


def parzen_likelihood(model: Model, dataset, seed: int = 0, n_samples: int = DEFAULT_SAMPLES) -> dict:
    """Mean log-likelihood in nats of the test images under a Parzen window on `n_samples` samples of the model, with
    two baselines.

    log_likelihood, standard_error, n: the mean over n test images and its standard error. n is at most 10,000, and
    smaller if an image has more than 6,710 values. sigma: the window's width, chosen on at most 1,000 training images
    (on which the model was trained, too) and never on test images. grid: [smallest, largest] width tried, between which
    sigma lies. If the decoder takes a content, all contents are equally likely in the samples.

    Each baseline is the same figure with something else in place of the samples, and a width of its own.
    training_images: real training images, as many as `n_samples` if there are so many (their number is `real_images`).
    k_means: centroids of at most 20,000 training images (their number is `centroids`: at most 1,000, `n_samples`, and
    half the images). A model that exceeds a baseline need not be better for that, as the `caveat` says. A baseline
    for which no width is best is None, and `why_no_training_images` or `why_no_k_means` says why in a sentence.

    Raises ConfigError for a number of samples outside 2 to 10⁸, for too few training images, and if no width is best
    for the model's own samples.
    """
    check_sample_count(n_samples)
    is_table = model.features is not None
    if len(dataset.train.images) < 4:
        problem = adapt_image_words("too few training images", is_table)
        raise ConfigError(f"The data set {dataset.name} has {problem} to choose the window's width on.")
    order = draw_random_indices(len(dataset.train.images), None, seed)
    max_images = MAX_VALUES // math.prod(dataset.shape)
    n_held_out = min(MAX_HELD_OUT, len(order) // 2, max_images)
    validation = _flatten_images(model, dataset.train.images[order[:n_held_out]])
    real_images = SelectedImages(dataset.train.images, order[n_held_out:][:n_samples])
    test_images = _flatten_images(
        model,
        dataset.test.images[draw_random_indices(len(dataset.test.images), min(MAX_TEST_IMAGES, max_images), seed)],
    )
    log_likelihoods, (sigma, width_likelihoods) = _parzen_log_likelihoods_and_width(
        lambda: sample_blocks(model, n_samples, seed), validation, test_images
    )
    k_means_numbers = order[n_held_out:][: min(MAX_K_MEANS_IMAGES, max_images)]
    n_centroids = max(1, min(MAX_CENTROIDS, n_samples, len(k_means_numbers) // 2))
    centres = fit_centroids(_flatten_images(model, dataset.train.images[k_means_numbers]), n_centroids, seed)
    return {
        "log_likelihood": log_likelihoods.mean().item(),
        "standard_error": log_likelihoods.std(ddof=1).item() / math.sqrt(len(log_likelihoods))
        if len(log_likelihoods) > 1
        else math.nan,
        "sigma": sigma,
        "grid": [min(width_likelihoods), max(width_likelihoods)],
        "samples": n_samples,
        **_baseline_likelihood_entry(
            "training_images", _flat_batch_source(model, real_images), validation, test_images, is_table
        ),
        "real_images": len(real_images),
        **_baseline_likelihood_entry("k_means", lambda: iter([centres]), validation, test_images, is_table),
        "centroids": len(centres),
        "n": len(log_likelihoods),
        "caveat": adapt_image_words(CAVEAT, is_table),
    }


def check_sample_count(n_samples: int) -> None:
    """ConfigError unless the number of samples is a whole number from 2 to 10⁸."""
    require_whole_number(n_samples, 2, MAX_SAMPLES, "The number of samples")


def _flat_batch_source(model, images) -> BlockSource:
    return lambda: (x.flatten(1).cpu() for _, x in iterate_batches(model, images))


def _baseline_likelihood_entry(key, samples, validation_images, test_images, is_table) -> dict:
    """The figure of a baseline, with `samples` in place of the model's; None and the reason if no width is best."""
    try:
        return {key: _parzen_log_likelihoods_and_width(samples, validation_images, test_images)[0].mean().item()}
    except ConfigError:
        return {key: None, f"why_no_{key}": adapt_image_words(NO_BEST_WIDTH.format(BASELINES[key]), is_table)}


def _parzen_log_likelihoods_and_width(samples: BlockSource, validation_images, test_images):
    """log p(x) of each tested image, and the result of `choose_width_and_log_likelihoods` on the validation images."""
    width = parzen.choose_width_and_log_likelihoods(validation_images, samples)
    return parzen.log_likelihoods_by_width(test_images, samples(), width[:1])[0], width


def sample_blocks(model: Model, n: int, seed: int) -> Iterator[Tensor]:
    """n samples x̂ of the model in blocks of rows of C·H·W values, the same for the same seed; content y is drawn
    uniformly."""
    generator = torch.Generator().manual_seed(seed)
    for start in range(0, n, BATCH):
        count = min(BATCH, n - start)
        with evaluation_mode(model):
            z, y = model.sample(count, generator)
            images = model.decode(z.to(model.device), None if y is None else y.to(model.device)).flatten(1).cpu()
        yield images  # outside, so that between blocks the caller has gradients and the model its own mode


def fit_centroids(images: Tensor, n: int, seed: int = 0) -> Tensor:
    """The n centroids of the images N×D (N ≥ n) by k-means, float32 n×D: five of Lloyd's iterations, starting from n
    random images."""
    from sklearn.cluster import KMeans
    from sklearn.exceptions import ConvergenceWarning

    k_means = KMeans(n, init="random", n_init=1, max_iter=K_MEANS_ITERATIONS, random_state=seed)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)  # fewer different images than centroids: some coincide
        return torch.from_numpy(k_means.fit(images.numpy()).cluster_centers_).float()


def _flatten_images(model, images):
    return model.to_x(images).flatten(1).cpu()
