"""The importance-weighted bound on log p(x) of a model with a Gaussian posterior (Burda et al., arXiv 1509.00519, §3).

With z_1 … z_k drawn from q(z|x) and w_i = p(x|z_i) p(z_i) / q(z_i|x), log (1/k) Σ w_i is on average at most log p(x);
it rises with k and approaches log p(x). With k = 1 it is the evidence lower bound. The cost of the reconstruction
determines p(x|z): a Gaussian of variance 1 (squared error), or of the mean squared error on training images (learned
variance), in the units of x, where pixels lie in [0, 1]; a Poisson or categorical distribution; or, for cross-entropy,
a Bernoulli distribution of each pixel, with which the bound is on the mean log-probability of binary images drawn with
the grey values as probabilities.
"""

import math

import numpy as np
import torch
from torch import Tensor

from aae_core.config.choices import COSTS
from aae_core.config.configuration import Config
from aae_core.config.priors import PRIORS
from aae_core.config.variants import VARIANTS
from aae_core.data.item_draws import draw_random_indices
from aae_core.evaluation.sample import Subject
from aae_core.models import objectives, posteriors
from aae_core.models.inference import SelectedImages, check_finite, evaluation_mode, iterate_batches, map_batches
from aae_core.models.model import Model

N_DRAWS = 100  # k
MAX_TEST_IMAGES = 1000  # test images
MAX_VARIANCE_IMAGES = 1000  # training images whose reconstruction errors determine a learned variance


def draw_log_weights(model: Model, x: Tensor, n_draws: int, variance: float, generator: torch.Generator) -> Tensor:
    """log p(x|z) p(z) / q(z|x) for `n_draws` draws z ~ q(z|x), N×`n_draws` in nats, of images x N×C×H×W; variance: see
    `log_likelihood_given_code`."""
    h, _ = model.infer_without_noise(x)
    mu, log_variance = posteriors.split_gaussian(h)
    columns = []
    for _ in range(n_draws):
        z = model.posterior.draw(h, generator)
        ratio = objectives.sampled_kl(mu, log_variance, z, model.prior.log_density)
        columns.append(log_likelihood_given_code(model, x, model.decoder_logits(z), variance) - ratio)
    return check_finite(torch.stack(columns, 1).double(), "decoder")


def iwae_bound(log_weights: Tensor) -> Tensor:
    """log (1/k) Σ w_i for each image, N values, from log w, N×k."""
    return log_weights.logsumexp(1) - math.log(log_weights.shape[1])


def log_likelihood_given_code(model: Model, x: Tensor, logits: Tensor, variance: float) -> Tensor:
    """log p(x|z) in nats, N values, including all constants (of "multinomial", of counted items in a given order).
    variance: σ² for the cost "learned-variance", else ignored."""
    if model.config.cost == "learned-variance":
        squares = objectives.squared_error(x, logits, model.cost.mean)
        return -squares / variance - x[0].numel() / 2 * math.log(2 * math.pi * variance)
    return -model.cost.value(x, logits) - _count_gaussian_values(model) / 2 * math.log(2 * math.pi)


def _count_gaussian_values(model) -> int:
    """The number of values of x whose cost is a squared error, which leaves out the constant of the Gaussian
    density."""
    if model.features is None:
        return math.prod(model.shape) if model.config.cost == "squared-error" else 0
    groups = objectives.column_groups(model.config.cost, model.features)
    return sum(len(columns) for columns, cost in groups if cost == "squared-error")


def estimate_decoder_variance(model: Model, images, generator: torch.Generator) -> float:
    """σ²: the mean squared error of reconstructions of training images, one draw from q(z|x) each; 1 for other
    costs."""
    if model.config.cost != "learned-variance":
        return 1.0
    squared_error = 0.0
    for _, x in iterate_batches(model, images):
        z, _ = model.infer(x, generator)
        squared_error += 2 * objectives.squared_error(x, model.decoder_logits(z), model.cost.mean).sum().item()
    return max(squared_error / (len(images) * math.prod(model.shape)), objectives.MIN_VARIANCE)


def evaluate_iwae_bound(subject: Subject) -> dict:
    """`iw_bound`: the bound in nats with k = `draws`, averaged over n test images (at most 1,000); the `standard_error`
    of this mean; and `elbo`, the mean of log w over the same draws."""
    model, train = subject.model, subject.dataset.train.images
    images = subject.sample.images[:MAX_TEST_IMAGES]
    generator = torch.Generator(model.device).manual_seed(subject.seed)
    with evaluation_mode(model):
        variance_images = SelectedImages(
            train, np.sort(draw_random_indices(len(train), MAX_VARIANCE_IMAGES, subject.seed))
        )
        variance = estimate_decoder_variance(model, variance_images, generator)
        image_log_weights = map_batches(
            model, images, lambda x: draw_log_weights(model, x, N_DRAWS, variance, generator)
        )
    iw_bounds = iwae_bound(image_log_weights)
    return {
        "iw_bound": iw_bounds.mean().item(),
        "standard_error": iw_bounds.std().item() / math.sqrt(len(iw_bounds)) if len(iw_bounds) > 1 else math.nan,
        "elbo": image_log_weights.mean().item(),
        "draws": N_DRAWS,
        "n": len(iw_bounds),
    }


def missing_bound_reason(config: Config) -> str:
    """Why the bound cannot be computed for a model with a prior, in a sentence; "" if it can."""
    prior = PRIORS[config.prior.name]
    if config.posterior != "gaussian":
        return (
            f"A {config.posterior} posterior has no density that could be written down, so its draws have no weights."
        )
    if prior.support != "everywhere":
        return f"The {prior.title} prior has no density at some codes of a Gaussian posterior, so the bound is −∞."
    if VARIANTS[config.variant].merge != "none":
        return f"The variant {config.variant} has a content beside its code, whose posterior the bound does not know."
    if COSTS[config.cost].value is not None:
        return f"Nothing says whether the cost {config.cost}, a plug-in's own, is −log p(x|z)."
    return ""
