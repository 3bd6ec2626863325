"""An autoencoder that is sampled: a mixture of Gaussians is fitted to the codes of its training images after the training, and
new images are decoded from samples of the mixture, as for the deterministic autoencoders of Ghosh et al. 2020
(arXiv 1903.12436), who take ten components, too."""

import numpy as np
import torch

from aae_core.torch_state import torch_defaults
from benchmarks.quality.frontier.models import select_figures
from benchmarks.quality.frontier.trainings import trained_model

COMPONENTS = 10
MAX_CODES = 10_000  # of training images, to which the mixture is fitted


def measure_mixture(settings: dict, seed: int) -> dict:
    """What the log has of such a run: the figures of the autoencoder and of the samples, measured on test images."""
    from aae_core.data import sets

    dataset = sets.load(settings["data"])
    model = trained_model(settings, seed)
    samples = mixture_samples(model, dataset, seed)
    figures = autoencoder_figures(model, dataset) | sample_figures(model, dataset, samples)
    return {"revision": "", "minutes": None, "figures": select_figures(figures), "afterwards": {}}


@torch_defaults()
def autoencoder_figures(model, dataset) -> dict:
    """The error of an autoencoder, and the figures of its codes that do not compare them with a prior, which it lacks."""
    from aae_core.evaluation import code_metrics
    from aae_core.evaluation.sample import Sample

    sample = Sample.draw_test(model, dataset, 0)
    codes = code_metrics.knn_and_posterior_metrics(model, dataset, sample, 0)
    return code_metrics.reconstruction_metrics(model, sample) | codes


def mixture_samples(model, dataset, seed: int, count: int | None = None) -> torch.Tensor:
    """Codes drawn from the mixture fitted to the codes of training images; count: by default as many as are compared."""
    from sklearn.mixture import GaussianMixture

    from aae_core.evaluation.sample_quality import MAX_POINTS
    from aae_core.models.inference import encode_all

    rng = np.random.default_rng(seed)
    images = dataset.train.images
    indices = np.sort(rng.permutation(len(images))[:MAX_CODES])
    codes = np.asarray(encode_all(model, images[indices]), dtype=np.float64)
    mixture = GaussianMixture(COMPONENTS, random_state=seed).fit(codes)
    count = count or min(MAX_POINTS, len(dataset.test.images))
    return torch.from_numpy(mixture.sample(count)[0].astype(np.float32))


@torch_defaults()
def sample_figures(model, dataset, codes: torch.Tensor) -> dict:
    """The protocol sample-quality for images decoded from these codes, as many as test images are compared."""
    from aae_core.evaluation import embedding, image_classifier
    from aae_core.evaluation.sample import Sample
    from aae_core.evaluation.sample_quality import sample_quality_scores

    real_images = Sample.draw_test(model, dataset, 0).images[: len(codes)]
    embed = embedding.fit_embedding(dataset)
    with torch.no_grad():
        images = model.decode(codes)
    features = image_classifier.batched_features(real_images, extract_features=embed)
    return sample_quality_scores(features, embed(images.view(-1, *model.shape)))
