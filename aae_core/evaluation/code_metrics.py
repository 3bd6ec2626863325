"""Metrics of reconstructions and codes: how well the codes q(z) match the prior p(z), and what they reveal about
classes.

Sources: Makhzani et al., arXiv 1511.05644v2, §2 (q(z), reconstruction, D), §2.1 (the VAE's KL).
"""

import math

import numpy as np
import torch

from aae_core.config.derived import discriminator_sees_content
from aae_core.data.item_draws import draw_random_indices
from aae_core.errors import ConfigError
from aae_core.evaluation import distances
from aae_core.evaluation.comparison import prior_mean_and_std
from aae_core.evaluation.sample import Sample
from aae_core.models import inference, objectives, posteriors
from aae_core.models.inference import (
    SelectedImages,
    encode_all,
    evaluation_mode,
    iterate_batches,
    map_batches,
    reconstruction_logits,
)
from aae_core.models.model import Model, one_hot

MAX_POINTS = 10_000  # codes, and as many samples of the prior, that are compared
GRID_SAMPLES = 100_000  # samples of the prior for the Jensen–Shannon divergence, where more of them cost nothing
MAX_NEIGHBOUR_CODES = 60_000  # training codes among which the nearest neighbours vote
MIN_CODES_FOR_CLASSIFIER = 100  # with fewer codes, no new classifier is trained to tell them from samples of the prior
# A unit is active if Var_x μ_j is above this share of the prior's variance (Burda et al., arXiv 1509.00519, §5.2, for
# N(0, I)).
ACTIVE_VARIANCE = 0.01


def reconstruction_metrics(model: Model, sample: Sample) -> dict[str, float]:
    """Means over the sample: `reconstruction`, half the squared error of x̂; and for a model that was trained
    on another cost than this or the learned variance, that cost in nats, as `reconstruction_bce` (cross-entropy) or
    `reconstruction_nats`. Raises ConfigError for values that are not finite."""
    half_squares, nats = 0.0, 0.0
    cost = model.config.cost
    with evaluation_mode(model):
        for part, x in iterate_batches(model, sample.images):
            logits = reconstruction_logits(model, x, sample.labels[part]).float()
            half_squares += model.half_squared_errors(x, logits).sum().item()
            nats += model.cost.value(x, logits).sum().item()
    if not math.isfinite(half_squares):
        raise ConfigError("The reconstructions are not finite, so the training has diverged; train again.")
    metrics = {"reconstruction": half_squares / len(sample.images)}
    if cost not in ("squared-error", "learned-variance"):
        metrics["reconstruction_bce" if cost == "cross-entropy" else "reconstruction_nats"] = nats / len(sample.images)
    return metrics


def prior_fit_metrics(model: Model, sample: Sample, seed: int, is_quick: bool = False) -> dict:
    """How far at most 10,000 codes, one draw from q(z|x) for each image, are from as many samples of the prior.

    is_quick: leave out what is expensive (`fresh_accuracy` and `js`). A figure without a meaning is absent.
    """
    with evaluation_mode(model):
        codes, y = _draw_codes(model, sample.images[:MAX_POINTS], seed)
        generator = torch.Generator().manual_seed(seed)
        samples, reference = (model.prior.sample(len(codes), generator) for _ in range(2))
        metrics = {}
        discriminator_inputs = _discriminator_inputs(
            model, codes, y, samples, torch.as_tensor(sample.labels[:MAX_POINTS]).long(), seed
        )
        if model.variant.has_adversary and len(discriminator_inputs[0]):
            metrics["discriminator_accuracy"] = _discriminator_accuracy(model, *discriminator_inputs)
        if not is_quick and len(discriminator_inputs[0]) >= MIN_CODES_FOR_CLASSIFIER:
            metrics["fresh_accuracy"] = distances.two_sample_accuracy(*discriminator_inputs)
        if len(codes) > 1:
            metrics["mmd2"] = distances.mmd2(codes, samples, model.prior.bandwidth)
        if model.prior.dim == 2 and not is_quick:
            grid_samples = model.prior.sample(GRID_SAMPLES, generator)
            metrics["js"] = distances.js_divergence(codes, grid_samples, model.prior.extent(), model.prior.centre())
        metrics["holes"] = distances.prior_hole_share(codes, samples, reference)
        codes64 = codes.double()
        return metrics | {"code_mean": codes64.mean(0).tolist(), "code_std": codes64.std(0, correction=0).tolist()}


def _draw_codes(model, images, seed):
    """One draw from q(z|x) for each image, N×d on the CPU, which together are a sample of q(z); and q(y|x), N×K, None
    where no content is inferred."""
    generator = torch.Generator(model.device).manual_seed(seed)
    pairs = [model.infer(x, generator) for _, x in iterate_batches(model, images)]
    y = torch.cat([y.cpu() for _, y in pairs]) if model.variant.categorical else None
    return torch.cat([z.cpu() for z, _ in pairs]), y


def _discriminator_inputs(model, codes, y, samples, labels, seed):
    """The codes n×d and samples n×d that D judges, and D's condition, n×K or None, which row i of both share.

    If labels are D's condition (§2.3), a labelled code is compared with a sample of its class's region; an unlabelled
    one with a sample of the whole prior, or left out if D was trained on no unlabelled codes. If the content is D's
    condition, both are judged with the y N×K inferred from the image, or with its label.
    """
    condition, is_condition_label = None, model.variant.labels == "discriminator"
    if is_condition_label or (discriminator_sees_content(model.config) and y is None):
        if model.config.labels is None:  # D has met no code without a label
            codes, samples, labels = (values[labels >= 0] for values in (codes, samples, labels))
        condition = one_hot(labels, model.classes)
    elif discriminator_sees_content(model.config):
        condition = y
    if is_condition_label:
        is_labelled, samples = labels >= 0, samples.clone()
        samples[is_labelled] = model.prior.sample_region(labels[is_labelled], torch.Generator().manual_seed(seed))
    return codes, samples, condition


def _discriminator_accuracy(model, codes, samples, condition) -> float:
    """The share of n codes and n samples of the prior that D classifies correctly; a logit of exactly 0 counts as
    half."""
    n_right = 0.0
    for start in range(0, len(codes), inference.BATCH):
        part = slice(start, start + inference.BATCH)
        batch_condition = None if condition is None else condition[part].to(model.device)
        sample_logits, code_logits = (
            model.discriminator_logits(z[part].to(model.device), batch_condition) for z in (samples, codes)
        )
        n_right += (torch.cat([sample_logits, -code_logits]).sign() + 1).sum().item() / 2
    return n_right / (2 * len(codes))


def knn_and_posterior_metrics(model: Model, dataset, sample: Sample, seed: int) -> dict:
    """5-NN accuracy, active units and KL, as far as each has a meaning for the model. There is no 5-NN accuracy where z
    is the style, because there neighbours of the same class are not desirable."""
    train, is_labelled = dataset.train, sample.labels >= 0
    voters = np.flatnonzero(train.labels >= 0)
    metrics = _posterior_metrics(model, sample.images, seed)
    if model.variant.has_content or not is_labelled.any() or len(np.unique(train.labels[voters])) < 2:
        return metrics
    voters = voters[draw_random_indices(len(voters), MAX_NEIGHBOUR_CODES, seed)]
    queries = np.flatnonzero(is_labelled)[:MAX_POINTS]
    train_z, test_z = encode_all(model, SelectedImages(train.images, voters)), encode_all(model, sample.images[queries])
    return {"knn_accuracy": knn_accuracy(train_z, train.labels[voters], test_z, sample.labels[queries]), **metrics}


def knn_accuracy(train_z, train_y, test_z, test_y, k: int = 5) -> float:
    """The accuracy, 0..1, of a k-nearest-neighbour classifier on test codes (m×d), given the training codes (n×d).

    Distances are Euclidean, votes are equal, and a tie goes to the lowest class. Labels are n and m whole numbers.
    """
    from sklearn.neighbors import KNeighborsClassifier

    train_z, test_z = (distances.checked_points_tensor(z).numpy() for z in (train_z, test_z))
    classifier = KNeighborsClassifier(min(k, len(train_z)))
    return float(classifier.fit(train_z, np.asarray(train_y)).score(test_z, np.asarray(test_y)))


def _posterior_metrics(model, images, seed):
    """The active units of a Gaussian posterior, and its KL divergence where the prior's density is nowhere zero."""
    if model.posterior.name != "gaussian":
        return {}
    h = map_batches(model, images, lambda x: model.infer_without_noise(x)[0])
    mu, log_variance = posteriors.split_gaussian(h)
    metrics = {"active_units": active_units(mu, prior_mean_and_std(model.prior)["code_std"])}
    if model.prior.support == "everywhere":
        z = posteriors.draw_gaussian(h, torch.Generator().manual_seed(seed))
        metrics["kl"] = objectives.kl_divergence(mu, log_variance, z, model.prior).mean().item()
    return metrics


def active_units(mu, deviations) -> int:
    """The number of dimensions j whose posterior mean μ_j(x) has a variance above 0.01 of the prior's (Burda et al.,
    whose prior has variance 1). mu: n×d. deviations: the prior's standard deviations, d."""
    spread = distances.checked_points_tensor(mu).double() / torch.as_tensor(deviations, dtype=torch.float64)
    return int((spread.var(0, correction=0) > ACTIVE_VARIANCE).sum())
