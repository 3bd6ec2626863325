"""Clusters scored against labels that were not used in training (§6): the paper's exemplar rule and other scores.

Source: Makhzani et al., arXiv 1511.05644v2, §6: for each cluster i, find the validation example that maximises q(y_i|x), assign
its label to all points of cluster i, and compute the test error. The validation images are taken from the training set, whose
labels the clustering has not seen: all of them, because the exemplar among a few thousand drawn ones, and with it the error,
depends on the draw. Every rule that labels clusters uses validation labels only, never a test label.

Shapes: V validation and T test images, K clusters, C classes; label −1: unknown.
"""

import math
from dataclasses import dataclass

import numpy as np
import torch

from aae_core.config.derived import evenness, phases
from aae_core.data.sets import draw_indices, held_out_of
from aae_core.errors import ConfigError
from aae_core.evaluation.classification import contingency
from aae_core.evaluation.sample import Subject
from aae_core.models import objectives
from aae_core.models.inference import Chosen, check_finite, evaluating, in_batches, tensors
from aae_core.models.model import Model
from aae_core.training import augmentation

OBJECTIVE_IMAGES = 10_000  # training images, at most, on which the training objective is computed
QUICK = 2000  # training images by which clusters are labelled while a training goes on, and as many that are scored


@dataclass(frozen=True)
class Named:
    """The class that a rule gives to each cluster, int64 K (−1: none, and all images of the cluster count as errors), and the
    resulting error rate on the test images, 0..1."""

    labels: np.ndarray
    error: float


@dataclass(frozen=True)
class Clusters:
    """The scores of a clustering. `exemplar`, `majority` and `matching` label the clusters by three different rules (see
    `assess`), whose errors must not be compared with one another.

    exemplars: int64 K, the validation row of each cluster's exemplar. sizes: int64 K, the test images in each cluster. purity:
    float64 K, the share of a cluster's most common class, nan where it holds no labelled test image. nmi, ari: normalised mutual
    information and adjusted Rand index of clusters and classes on the test images, which need no labelling of clusters. n: the
    test images with a label. Without labelled test or validation images, `exemplar` to `ari` are None.
    """

    exemplars: np.ndarray
    sizes: np.ndarray
    purity: np.ndarray
    exemplar: Named | None
    majority: Named | None
    matching: Named | None
    nmi: float | None
    ari: float | None
    n: int


def assess(validation, validation_labels, test, test_labels, classes: int) -> Clusters:
    """Score clusters given by q(y|x), V×K and T×K, or by its logarithm; an image belongs to its most probable cluster.

    `exemplar` is the paper's rule. `majority` gives each cluster the most common class of its validation images. `matching` is
    the one-to-one assignment of clusters to classes with the fewest validation errors (Hungarian algorithm); where K and C
    differ, some clusters or classes stay unassigned. Raises ConfigError if there is no validation image, the sizes differ, or a
    value is NaN.
    """
    from sklearn.metrics import adjusted_rand_score, normalized_mutual_info_score

    q, q_test = (np.asarray(values, np.float64) for values in (validation, test))
    validation_classes, labels = np.asarray(validation_labels), np.asarray(test_labels)
    if q.ndim != 2 or not len(q) or q_test.ndim != 2 or q.shape[1] != q_test.shape[1]:
        raise ConfigError("Clusters need at least one validation image, and as many clusters in both tables.")
    if np.isnan(q).any() or np.isnan(q_test).any():
        raise ConfigError(
            "The probabilities of the clusters are not finite, so the training has diverged; train again."
        )
    k, classes = q.shape[1], max(1, classes)
    exemplars, members, test_labelled = q.argmax(0), q_test.argmax(1), labels >= 0
    counts = contingency(members[test_labelled], labels[test_labelled], k, classes)
    cluster_totals = counts.sum(1)
    purity = np.divide(counts.max(1), cluster_totals, out=np.full(k, np.nan), where=cluster_totals > 0)
    labelled = validation_classes >= 0
    votes = contingency(q.argmax(1)[labelled], validation_classes[labelled], k, classes)
    rules = dict.fromkeys(("exemplar", "majority", "matching", "nmi", "ari"))
    if test_labelled.any() and labelled.any():
        cluster_classes = {
            "exemplar": validation_classes[exemplars],
            "majority": majority(votes),
            "matching": matching(votes),
        }
        rules = {rule: Named(names, _error(counts, names)) for rule, names in cluster_classes.items()}
        rules["nmi"] = float(normalized_mutual_info_score(labels[test_labelled], members[test_labelled]))
        rules["ari"] = float(adjusted_rand_score(labels[test_labelled], members[test_labelled]))
    return Clusters(exemplars, np.bincount(members, minlength=k), purity, **rules, n=int(test_labelled.sum()))


def majority(votes) -> np.ndarray:
    """The most common class of each cluster, int64 K, from counts K×C: the first of equally common ones, −1 without any vote."""
    votes = np.asarray(votes)
    return np.where(votes.any(1), votes.argmax(1), -1)


def matching(votes) -> np.ndarray:
    """The class of each cluster, int64 K, in the one-to-one assignment that maximises the sum of the counts K×C; −1 for a cluster
    that is left over, or that would get a class of which it has no image."""
    from scipy.optimize import linear_sum_assignment

    votes, labels = np.asarray(votes), np.full(len(votes), -1)
    clusters, classes = linear_sum_assignment(votes, maximize=True)
    labels[clusters] = np.where(votes[clusters, classes] > 0, classes, -1)
    return labels


def _error(counts, labels):
    """The share of the counts K×C outside the class of their cluster; a cluster without a class is wrong throughout."""
    named, total = np.flatnonzero(labels >= 0), counts.sum()
    return float((total - counts[named, labels[named]].sum()) / total)


def validation_images(labels) -> np.ndarray:
    """The numbers of the training images by which clusters are labelled, int64 V: all with a label, or all if none has one."""
    labelled = np.flatnonzero(labels >= 0)
    return labelled if len(labelled) else np.arange(len(labels))


def draw_validation_images(labels, seed: int, limit: int) -> np.ndarray:
    """The numbers of at most `limit` of the `validation_images`, int64, in a random order given by `seed`."""
    numbers = validation_images(labels)
    return numbers[draw_indices(len(numbers), limit, seed)]


def log_contents(model: Model, images: np.ndarray | Chosen) -> np.ndarray:
    """log q(y|x), float64 N×K. Logarithms, because many probabilities round to 1 in float32, and no exemplar would stand out."""
    logits = in_batches(model, images, lambda x: model.noiseless(x)[1])
    return logits.double().log_softmax(1).numpy()


def clusters(model: Model, train, images: Chosen, labels):
    """The scores of the clusters on test images with labels T, and the numbers of the validation images in the training split."""
    numbers = validation_images(train.labels)
    validation = log_contents(model, Chosen(train.images, numbers))
    scores = assess(validation, train.labels[numbers], log_contents(model, images), labels, model.classes)
    return scores, numbers


def objective(model: Model, images: np.ndarray | Chosen, seed: int = 0) -> float:
    """The mean training objective of encoder and decoder apart from the adversarial terms: the cost of reconstructing an image
    from the content of one view (mixed by its probabilities) and the style of the other, minus the weighted agreement of the
    two views on the content.

    The views are new draws; the entropy in the agreement has its weight from `even_until` on, if that is set; and the term that
    keeps the heads of a reduction apart is left out. Since no label is needed, the best of several trainings of one configuration
    can be chosen by it: the one with the smallest value. Raises ConfigError if the networks give values that are not finite.
    """
    config, views, cost = model.config, [], 0.0
    rng = torch.Generator(model.device).manual_seed(seed)
    with evaluating(model):
        for _, x in tensors(model, images):
            z, y = model.infer(augmentation.altered(x, config, rng), rng)
            style, other = z, y
            if config.views == 2:
                second = x if config.second_view == "unaltered" else augmentation.altered(x, config, rng)
                style, other = model.infer(second, rng)
            logits = check_finite(
                model.logits(model.place(style, y), y if model.variant.has_content else None), "decoder"
            )
            cost += model.cost.value(x, logits).sum().item()
            views.append((y, other))
        contents = (torch.cat(batches) for batches in zip(*views, strict=True))
        agreed = objectives.agreement(*contents, evenness(config, math.inf)).item()
    return cost / len(images) - config.view_agreement * agreed


def quick_figures(model: Model, train, seed: int = 0) -> dict[str, float]:
    """`cluster_error` by the paper's rule while a training goes on: at most 2,000 validation images label the clusters, and the
    errors are counted on as many others. No test image is used. {} without labels."""
    chosen = draw_validation_images(train.labels, seed, 2 * QUICK)
    naming, counted = chosen[::2], chosen[1::2]
    if not model.classes or not len(counted) or not (train.labels >= 0).any():
        return {}
    naming_log_q, counted_log_q = (log_contents(model, Chosen(train.images, index)) for index in (naming, counted))
    clustering = assess(naming_log_q, train.labels[naming], counted_log_q, train.labels[counted], model.classes)
    return {"cluster_error": clustering.exemplar.error}


def protocol(subject: Subject) -> dict:
    """The scores of the clusters as plain values.

    `training_objective` (see `objective`), if the model was trained to reconstruct, on at most 10,000 training images drawn by
    the seed, or on NAME-held-out on its held-out images. If labels are known, `cluster_error` by the paper's rule,
    `cluster_error_majority`, `cluster_error_matching`, `nmi` and `ari`. For each of the `clusters` its size and purity, the class
    that each rule gives it (None: none), and the number of its exemplar in the training split. `n` and `labelled` count the test
    images, `validation` the images that labelled the clusters.
    """
    sample, classes, train = subject.sample, subject.dataset.classes, subject.dataset.train
    clustering, chosen = clusters(subject.model, train, sample.images, sample.labels)
    rules = {rule: getattr(clustering, rule) for rule in ("exemplar", "majority", "matching")}
    rows = [
        {
            "cluster": k,
            "size": int(clustering.sizes[k]),
            "purity": None if np.isnan(clustering.purity[k]) else float(clustering.purity[k]),
            **{rule: _class(classes, named, k) for rule, named in rules.items()},
            "exemplar_image": int(chosen[clustering.exemplars[k]]),
        }
        for k in range(len(clustering.sizes))
    ]
    scores = {}
    if "reconstruction" in phases(subject.model.config):
        images = sample.images
        if held_out_of(subject.dataset.name) is None:
            images = Chosen(train.images, draw_validation_images(train.labels, subject.seed, OBJECTIVE_IMAGES))
        scores["training_objective"] = objective(subject.model, images, subject.seed)
    if clustering.exemplar is not None:
        scores |= {"cluster_error": clustering.exemplar.error, "cluster_error_majority": clustering.majority.error}
        scores |= {"cluster_error_matching": clustering.matching.error, "nmi": clustering.nmi, "ari": clustering.ari}
    return scores | {"n": len(sample.images), "labelled": clustering.n, "validation": len(chosen), "clusters": rows}


def _class(classes, named, k):
    """The name of the class that a rule gives cluster k; None if it gives none, or was not applied."""
    if named is None or named.labels[k] < 0:
        return None
    return classes[named.labels[k]]
