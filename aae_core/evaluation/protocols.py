"""Evaluation of a trained model: the metrics of the prior's fit and of the codes, and the protocols that group them.

Sources: Makhzani et al., arXiv 1511.05644v2, §2 (q(z), reconstruction, D), §2.1 (the VAE's KL), §4 (style and content).
The protocols of §2.3 and §5, §6, and §3 are in `classification`, `clustering` and `likelihood`; see also `style_content`.
All values are computed in evaluation mode, depend only on model, data and seed, and leave the global random state and the
model's training mode unchanged. During a training only training images are measured; the test set is measured once, at the end.
"""

import math

import numpy as np
import torch

from aae_core.config.configuration import phases, taught, tells_content, uses_labels
from aae_core.data.sets import labelled_subset
from aae_core.errors import ConfigError
from aae_core.evaluation import classification, clustering, distances, judge, style_content
from aae_core.evaluation.comparison import prior_moments
from aae_core.evaluation.likelihood import SAMPLES, check_samples, likelihood
from aae_core.models import inference, objectives
from aae_core.models.inference import (
    Chosen,
    classify_all,
    content,
    decode_all,
    encode_all,
    evaluating,
    reconstructed,
    tensors,
)
from aae_core.models.model import NO_PRIOR, Model, one_hot

POINTS = 10_000  # codes and prior samples that are compared
GRID_SAMPLES = 100_000  # prior samples on the grid of the Jensen–Shannon divergence: they cost nothing
QUICK = 2000  # images of a quick measure
NEIGHBOURS = 60_000  # training codes that vote in z
FRESH = 100  # codes below which no classifier is trained to distinguish them from samples
ACTIVE = 0.01  # Var_x μ_j, of the prior's, above which a unit counts as active (Burda et al., arXiv 1509.00519, §5.2: N(0, I))
SWAP_STYLES = 1000
NO_SWAP = "The variant {} has no class as its content to swap; train the variant supervised to have one."


def measures(model: Model, dataset, seed: int = 0, limit: int | None = None, quick: bool = False) -> dict:
    """The figures of `metrics.MEASURES` for the test images; a key is absent where it has no meaning, or where a phase was
    left out without which there is nothing to measure.

    limit: at most so many images, drawn by `seed`. quick: of at most 2,000 training images instead, and only what is cheap
    enough to follow live: no fresh classifier, Jensen–Shannon, neighbours, swaps, KL or active units, and of the content how
    much of it is in use and one error, on images whose labels the model was not given (absent where it was given all). The
    distances compare at most 10,000 codes, one draw of q(z|x) each, with as many samples of the configured prior, also for `ae`,
    on which none was imposed. Values are floats, lists of d floats for `code_mean` and `code_std`, a whole number for
    `active_units`. Raises ConfigError if there are no images to measure or the model gives values that are not finite.
    """
    if quick:
        return _while_training(model, dataset, seed, min(limit or QUICK, QUICK))
    images, labels = _test_images(model, dataset, seed, limit)
    found = _figures(model, images, labels, seed) | _codes(model, dataset, images, labels, seed)
    return found | _of_content(model, dataset, images, labels, seed)


def _while_training(model, dataset, seed, limit):
    """The quick measures, of training images."""
    train, variant = dataset.train, model.variant
    images, labels = _images(model, dataset, train, np.arange(len(train.images)), seed, limit)
    found = _figures(model, images, labels, seed, quick=True)
    if variant.categorical and not taught(model.config):
        return found | clustering.quick_figures(model, train, seed)
    if variant.categorical or variant.labels == "discriminator":
        given = labelled_subset(train.labels, model.config.labels, dataset.classes, model.config.seed)
        held_back = np.flatnonzero(~given & (train.labels >= 0))
        images, labels = _images(model, dataset, train, held_back, seed, limit)
        found |= classification.figures(model, images, labels, quick=True)
    return found


def _figures(model, images, labels, seed, quick=False):
    """The measures of reconstruction, of the prior's fit and of how many contents are in use: no training set is needed."""
    found = {}
    with evaluating(model):
        if not _left_out("reconstruction", model):
            found |= _reconstruction(model, images, labels)
        if not _left_out("prior-fit", model):
            codes, y = _draw(model, images[:POINTS], seed)
            found |= _prior_fit(model, codes, y, labels[:POINTS], seed, quick)
        if model.variant.categorical:
            found["contents_in_use"] = contents_in_use(classify_all(model, images))
    return found


def _codes(model, dataset, images, labels, seed):
    """The measures of the codes beyond their fit, where anything but the classification moved them."""
    if _left_out("reconstruction", model) and _left_out("prior-fit", model):
        return {}
    with evaluating(model):
        return _neighbours(model, dataset, images, labels, seed) | _posterior(model, images, seed)


def _of_content(model, dataset, images, labels, seed):
    """The measures of the content, inferred or told, and of how it is kept apart from the style."""
    found = {}
    if not why_not("classification", model, dataset):
        found |= classification.figures(model, images, labels)
    if not why_not("clustering", model, dataset):
        found |= clustering.figures(model, dataset.train, images, labels, seed)
    if not why_not("style-content", model, dataset):
        found |= style_content.figures(model, dataset.test, dataset.factor_names, images, labels, seed)
    if not why_not("swap-agreement", model, dataset):
        swaps = swap_agreement(model, dataset, seed)
        found["swap_agreement"] = swaps["agreement"]
        if swaps["classifier_accuracy"] is not None:
            found["judge_error"] = 1 - swaps["classifier_accuracy"]
    return found


def _test_images(model, dataset, seed, limit=None):
    if not len(dataset.test.images):
        raise ConfigError(f"The data set {dataset.name} has no test images, so nothing can be measured.")
    return _images(model, dataset, dataset.test, np.arange(len(dataset.test.images)), seed, limit)


def _images(model, dataset, split, index, seed, limit=None):
    """At most `limit` images of those that `index` numbers in a split, in the seed's order, and their labels."""
    named = model.variant.has_content or model.variant.labels == "discriminator"
    if tuple(dataset.shape) != model.shape or (named and len(dataset.classes) != model.classes):
        raise ConfigError(
            f"The data set {dataset.name} has other image sizes or classes than the model's own; choose the one it was "
            "trained on."
        )
    chosen = index[_subset(len(index), limit, seed)]
    return Chosen(split.images, chosen), split.labels[chosen]


def _subset(count, limit, seed):
    """At most `limit` of `count` indices in a random order that the seed alone decides."""
    return np.random.default_rng(seed).permutation(count)[:limit]


def _generator(model, seed):
    return torch.Generator(model.device).manual_seed(seed)


def _draw(model, images, seed):
    """One draw of q(z|x) for each image, so that all together are a sample of q(z): N×d on the processor; and what q(y|x) says of
    it, N×K, None where no content is inferred."""
    generator = _generator(model, seed)
    drawn = [model.infer(x, generator) for _, x in tensors(model, images)]
    y = torch.cat([y.cpu() for _, y in drawn]) if model.variant.categorical else None
    return torch.cat([z.cpu() for z, _ in drawn]), y


def _reconstruction(model, images, labels):
    half_squares, nats = 0.0, 0.0
    for part, x in tensors(model, images):
        logits = reconstructed(model, x, labels[part]).float()
        half_squares += objectives.squared_error(x, logits).sum().item()
        nats += objectives.cross_entropy(x, logits).sum().item()
    if not math.isfinite(half_squares):
        raise ConfigError("The reconstructions are not finite, so the training has diverged; train again.")
    found = {"reconstruction": half_squares / len(images)}
    if model.config.cost == "cross-entropy":
        found["reconstruction_bce"] = nats / len(images)
    return found


def _prior_fit(model, codes, y, labels, seed, quick):
    generator = torch.Generator().manual_seed(seed)
    samples, reference = (model.prior.sample(len(codes), generator) for _ in range(2))
    found = {}
    judged = _judged(model, codes, y, samples, torch.as_tensor(labels).long(), seed)
    if model.variant.imposes == "adversary" and len(judged[0]):
        found["discriminator_accuracy"] = _discriminator_accuracy(model, *judged)
    if not quick and len(judged[0]) >= FRESH:
        found["fresh_accuracy"] = distances.told_apart(*judged)
    if len(codes) > 1:
        found["mmd2"] = distances.mmd2(codes, samples, model.prior.bandwidth)
    if model.prior.dim == 2 and not quick:
        many = model.prior.sample(GRID_SAMPLES, generator)
        found["js"] = distances.js_divergence(codes, many, model.prior.extent(), model.prior.centre())
    found["holes"] = distances.holes(codes, samples, reference)
    found["code_mean"], found["code_std"] = distances.mean_and_deviation(codes)
    return found


def _judged(model, codes, y, samples, labels, seed):
    """The codes n×d and samples n×d that D judges, and what row i of both is judged beside, n×K or None.

    Where D is told labels (§2.3), each code is judged beside its own, against a sample of that class's region; one without a
    label against the whole prior, if D has met such codes, and else not at all. Where D is told the content, code and sample are
    judged beside the y N×K that was inferred from the image, or beside its label.
    """
    told, named = None, model.variant.labels == "discriminator"
    if named or (tells_content(model.config) and y is None):
        if model.config.labels is None:  # D has met no code without a label
            codes, samples, labels = (values[labels >= 0] for values in (codes, samples, labels))
        told = one_hot(labels, model.classes)
    elif tells_content(model.config):
        told = y
    if named:
        known, samples = labels >= 0, samples.clone()
        samples[known] = model.prior.sample_region(labels[known], torch.Generator().manual_seed(seed))
    return codes, samples, told


def _discriminator_accuracy(model, codes, samples, told):
    """The share of n codes and n prior samples that D sorts rightly; a logit of exactly 0 counts as half right."""
    right = 0.0
    for start in range(0, len(codes), inference.BATCH):
        part = slice(start, start + inference.BATCH)
        beside = None if told is None else told[part].to(model.device)
        real, fake = (model.judge(z[part].to(model.device), beside) for z in (samples, codes))
        right += (torch.cat([real, -fake]).sign() + 1).sum().item() / 2
    return right / (2 * len(codes))


def knn_accuracy(train_z, train_y, test_z, test_y, k: int = 5) -> float:
    """Share of the test codes (m × d) whose class the k nearest training codes (n × d) vote for; 0..1.

    Euclidean distance, equal votes, a tie goes to the lowest class. Labels are whole numbers, n and m of them.
    """
    from sklearn.neighbors import KNeighborsClassifier

    train_z, test_z = (distances.as_points(z).numpy() for z in (train_z, test_z))
    classifier = KNeighborsClassifier(min(k, len(train_z)))
    return float(classifier.fit(train_z, np.asarray(train_y)).score(test_z, np.asarray(test_y)))


def contents_in_use(probabilities) -> float:
    """The perplexity of the mean q(y) of q(y|x), N×K: K where all contents are used alike, 1 where only one is."""
    mean = np.asarray(probabilities, np.float64).mean(0)
    share = mean[mean > 0] / mean.sum()
    return float(np.exp(-(share * np.log(share)).sum()))


def _neighbours(model, dataset, images, labels, seed):
    """Nothing if z is the style: there, neighbours of the same class are not desirable."""
    train, known = dataset.train, labels >= 0
    voters = np.flatnonzero(train.labels >= 0)
    if model.variant.has_content or not known.any() or len(np.unique(train.labels[voters])) < 2:
        return {}
    voters = voters[_subset(len(voters), NEIGHBOURS, seed)]
    asked = np.flatnonzero(known)[:POINTS]
    train_z, test_z = encode_all(model, Chosen(train.images, voters)), encode_all(model, images[asked])
    return {"knn_accuracy": knn_accuracy(train_z, train.labels[voters], test_z, labels[asked])}


def _posterior(model, images, seed):
    """Active units of a gaussian posterior, and its KL where the prior's density is nowhere zero."""
    if model.posterior.name != "gaussian":
        return {}
    parts = [model.gaussian(x) for _, x in tensors(model, images)]
    mu, log_variance = (torch.cat(column).cpu() for column in zip(*parts, strict=True))
    found = {"active_units": active_units(mu, prior_moments(model.prior)["code_std"])}
    if model.prior.support == "everywhere":
        found["kl"] = _kl(model.prior, mu, log_variance, seed)
    return found


def _kl(prior, mu, log_variance, seed):
    """Mean KL(q(z|x) ‖ p(z)) in nats: closed form for a Gaussian prior, else from one draw for each image."""
    if prior.name == "gaussian":
        return objectives.gaussian_kl(mu, log_variance, prior.scale).mean().item()
    noise = torch.randn(mu.shape, generator=torch.Generator().manual_seed(seed))
    z = mu + (0.5 * log_variance).exp() * noise
    return objectives.sampled_kl(mu, log_variance, z, prior.log_density).mean().item()


def active_units(mu, deviations) -> int:
    """The number of dimensions j with Var_x μ_j(x) > 0.01 of the prior's variance, for the means μ of a posterior, n × d, and the
    prior's standard deviations d (Burda et al., whose prior has variance 1)."""
    spread = distances.as_points(mu).double() / torch.as_tensor(deviations, dtype=torch.float64)
    return int((spread.var(0, correction=0) > ACTIVE).sum())


def swaps_classes(model: Model) -> bool:
    """Whether the decoder takes a content that is a class, so that a swap has an intended class."""
    return model.variant.has_content and uses_labels(model.config)


def swap_agreement(model: Model, dataset, seed: int = 0) -> dict:
    """How often an independent classifier sees the intended class in a decoded image (§4): content moved, style kept.

    Styles are the codes of at most 1,000 test images drawn by `seed`; each is decoded with every class. The classifier, that of
    `judge`, knows only the real training images. Gives agreement (0..1),
    agreement_by_class {class: 0..1}, classifier_accuracy on at most 10,000 real test images (the agreement of a perfect
    model would be about that; None if they have no labels) and n, the number of decoded images. Raises ConfigError if
    the variant has no content part that is a class.
    """
    if not swaps_classes(model):
        raise ConfigError(NO_SWAP.format(model.variant.name))
    with evaluating(model):
        images, labels = _test_images(model, dataset, seed)
        classifier = judge.taught(dataset, seed)
        known = np.flatnonzero(labels >= 0)[:POINTS]
        accuracy = float(classifier.score(judge.of_images(images[known]), labels[known])) if len(known) else None
        styles = encode_all(model, images[:SWAP_STYLES])
        by_class = [np.mean(classifier.predict(_decoded(model, styles, k)) == k) for k in range(model.classes)]
    return {
        "agreement": float(np.mean(by_class)),
        "agreement_by_class": {name: float(share) for name, share in zip(dataset.classes, by_class, strict=True)},
        "classifier_accuracy": accuracy,
        "n": len(styles) * model.classes,
    }


def _decoded(model, styles, label):
    """The styles N×d decoded as class `label`, as the judge looks at images."""
    y = content(model, np.full(len(styles), label))
    return decode_all(model, styles, y, judge.features)


PROTOCOLS = [
    "reconstruction", "prior-fit", "swap-agreement", "classification", "clustering", "style-content", "likelihood", "all",
]  # fmt: skip


def evaluate(model: Model, dataset, protocol: str = "all", seed: int = 0, samples: int = SAMPLES) -> dict[str, dict]:
    """{protocol: figures} for one of `PROTOCOLS`, or for "all" those that apply to the model's variant and the data.

    `prior-fit` holds the `measures` of the codes alone, and how many contents are in use. samples: of the model, for the
    likelihood, which takes the longest.
    All figures are plain values: numbers, names, and lists and groups of them. Of "all", a protocol that cannot be measured
    leaves the others alone and gives {"refusal": the reason in a sentence}. Raises ConfigError with the reason for an unknown
    protocol, for one asked for by name that does not apply or cannot be measured, for a senseless number of samples, and where
    none of all can be measured.
    """
    if protocol not in PROTOCOLS:
        raise ConfigError(f"The protocol {protocol[:60]!r} is not known; choose one of {', '.join(PROTOCOLS)}.")
    refusal = why_not(protocol, model, dataset)
    if refusal:
        raise ConfigError(refusal)
    if protocol != "all":
        return {protocol: _protocol(protocol, model, dataset, seed, samples)}
    wanted = [name for name in _PROTOCOLS if not why_not(name, model, dataset)]
    if "likelihood" in wanted:
        check_samples(samples)  # before any time is spent on the others
    found = {name: _protocol_or_refusal(name, model, dataset, seed, samples) for name in wanted}
    refusals = [figures["refusal"] for figures in found.values() if "refusal" in figures]
    if found and len(refusals) == len(found):
        raise ConfigError(refusals[0])
    return found


def _protocol(name, model, dataset, seed, samples):
    more = {"samples": samples} if name == "likelihood" else {}
    return _PROTOCOLS[name](model, dataset, seed, **more)


def _protocol_or_refusal(*asked):
    try:
        return _protocol(*asked)
    except ConfigError as error:
        return {"refusal": str(error)}


_NEEDED = {  # the phases without which a protocol has nothing to measure
    "reconstruction": ("reconstruction",),
    "prior-fit": ("discrimination", "generation"),
    "swap-agreement": ("reconstruction",),
    "style-content": ("reconstruction",),
    "likelihood": ("reconstruction",),
}


def _left_out(protocol, model):
    """The phases of the variant that the protocol needs and that its configuration leaves out."""
    needed = set(_NEEDED.get(protocol, ())) & set(model.variant.phases)
    return [phase for phase in model.variant.phases if phase in needed - set(phases(model.config))]


def why_not(protocol: str, model: Model, dataset) -> str:
    """Why a protocol has no meaning for a model and its data, in a sentence; "" where it has one."""
    variant, labelled = model.variant, bool((dataset.test.labels >= 0).any())
    unlabelled = f"The test images of {dataset.name} have no labels, so there is nothing to compare with."
    if variant.has_content:
        elsewhere = "the protocol style-content says how much of the class is left in its style."
    else:
        elsewhere = "the protocol prior-fit gives the 5-NN accuracy of its codes."
    missing = _left_out(protocol, model)
    if missing:
        return (
            f"This {variant.name} model was trained without {' and '.join(missing)}, so the protocol {protocol} has nothing "
            "to measure."
        )
    if protocol == "classification":
        if variant.categorical and not taught(model.config):
            return (
                f"No labels taught this {variant.name} model, so it infers clusters and no classes; choose clustering."
            )
        if not variant.categorical and variant.labels != "discriminator":
            return (
                f"The variant {variant.name} has no classifier q(y|x) (§5), so there is no error to count; {elsewhere}"
            )
        return "" if labelled else unlabelled
    if protocol == "clustering":
        if not variant.categorical:
            return (
                f"The variant {variant.name} has no cluster heads (§6), so there are no clusters to label; {elsewhere}"
            )
        return f"Labels taught this {variant.name} model its classes; choose classification." * taught(model.config)
    if protocol == "style-content":
        if variant.merge == "none":
            return f"The variant {variant.name} has no content beside its code, so there is no style to keep apart from it."
        return "" if labelled or dataset.test.factors is not None else unlabelled
    if protocol == "likelihood" and not variant.has_prior:
        return NO_PRIOR.format(variant.name)
    if protocol == "swap-agreement" and not swaps_classes(model):
        return NO_SWAP.format(variant.name)
    return ""


def _reconstruction_protocol(model, dataset, seed):
    with evaluating(model):
        images, labels = _test_images(model, dataset, seed)
        return _reconstruction(model, images, labels) | {"n": len(images)}


def _prior_fit_protocol(model, dataset, seed):
    images, labels = _test_images(model, dataset, seed)
    found = _figures(model, images, labels, seed) | _codes(model, dataset, images, labels, seed)
    return {key: value for key, value in found.items() if not key.startswith("reconstruction")}


def _classification_protocol(model, dataset, seed):
    return classification.protocol(model, *_test_images(model, dataset, seed), dataset.classes)


def _clustering_protocol(model, dataset, seed):
    return clustering.protocol(model, dataset.train, *_test_images(model, dataset, seed), dataset.classes, seed)


def _style_content_protocol(model, dataset, seed):
    images, labels = _test_images(model, dataset, seed)
    return style_content.protocol(model, dataset.test, dataset.factor_names, images, labels, seed)


_PROTOCOLS = {
    "reconstruction": _reconstruction_protocol,
    "prior-fit": _prior_fit_protocol,
    "classification": _classification_protocol,
    "clustering": _clustering_protocol,
    "swap-agreement": swap_agreement,
    "style-content": _style_content_protocol,
    "likelihood": likelihood,
}
