"""Clusters scored against labels that were not used in training (§6): the paper's exemplar rule and other scores.

Source: Makhzani et al., arXiv 1511.05644v2, §6: for each cluster i, find the validation example that maximises
q(y_i|x), assign its label to all points of cluster i, and compute the test error. The validation images are taken from
the training set, whose labels the clustering has not seen: all of them, because the exemplar among a few thousand drawn
ones, and with it the error, depends on the draw. Every rule that labels clusters uses validation labels only, never a
test label.

Shapes: V validation and T test images, K clusters, C classes; label −1: unknown.
"""

import math
from dataclasses import dataclass

import numpy as np
import torch

from aae_core.config.derived import evenness_weight, trained_phases
from aae_core.data.item_draws import draw_random_indices
from aae_core.data.sets import name_without_held_out_suffix
from aae_core.errors import ConfigError
from aae_core.evaluation.classification import contingency_table
from aae_core.evaluation.sample import Subject
from aae_core.models import objectives
from aae_core.models.inference import SelectedImages, check_finite, evaluation_mode, iterate_batches, map_batches
from aae_core.models.model import Model
from aae_core.training import augmentation

MAX_OBJECTIVE_IMAGES = 10_000  # training images, at most, on which the training objective is computed
# training images by which clusters are labelled while a training goes on, and as many that are scored
MAX_QUICK_IMAGES = 2000


@dataclass(frozen=True)
class ClusterLabelling:
    """The class that a rule gives to each cluster, int64 K (−1: none, and all images of the cluster count as errors),
    and the resulting error rate on the test images, 0..1."""

    labels: np.ndarray
    error: float


@dataclass(frozen=True)
class ClusterScores:
    """The scores of a clustering. `exemplar`, `majority` and `matching` label the clusters by three different
    rules (see `score_clusters`), whose errors must not be compared with one another.

    exemplars: int64 K, the validation row of each cluster's exemplar. sizes: int64 K, the test images in each cluster.
    purity: float64 K, the share of a cluster's most common class, nan where it holds no labelled test image. nmi, ari:
    normalised mutual information and adjusted Rand index of clusters and classes on the test images, which need no
    labelling of clusters. n: the test images with a label. Without labelled test or validation images, `exemplar` to
    `ari` are None.
    """

    exemplars: np.ndarray
    sizes: np.ndarray
    purity: np.ndarray
    exemplar: ClusterLabelling | None
    majority: ClusterLabelling | None
    matching: ClusterLabelling | None
    nmi: float | None
    ari: float | None
    n: int


def score_clusters(validation_q, validation_labels, test_q, test_labels, classes: int) -> ClusterScores:
    """Score clusters given by q(y|x), V×K and T×K, or by its logarithm; an image belongs to its most probable cluster.

    `exemplar` is the paper's rule. `majority` gives each cluster the most common class of its validation images.
    `matching` is the one-to-one assignment of clusters to classes with the fewest validation errors (Hungarian
    algorithm); where K and C differ, some clusters or classes stay unassigned. Raises ConfigError if there
    is no validation image, the sizes differ, or a value is NaN.
    """
    from sklearn.metrics import adjusted_rand_score, normalized_mutual_info_score

    validation_table, test_table = (np.asarray(values, np.float64) for values in (validation_q, test_q))
    validation_classes, labels = np.asarray(validation_labels), np.asarray(test_labels)
    if (
        validation_table.ndim != 2
        or not len(validation_table)
        or test_table.ndim != 2
        or validation_table.shape[1] != test_table.shape[1]
    ):
        raise ConfigError("Clusters need at least one validation image, and as many clusters in both tables.")
    if np.isnan(validation_table).any() or np.isnan(test_table).any():
        raise ConfigError(
            "The probabilities of the clusters are not finite, so the training has diverged; train again."
        )
    k, classes = validation_table.shape[1], max(1, classes)
    exemplars, members, test_labelled = validation_table.argmax(0), test_table.argmax(1), labels >= 0
    counts = contingency_table(members[test_labelled], labels[test_labelled], k, classes)
    cluster_totals = counts.sum(1)
    purity = np.divide(counts.max(1), cluster_totals, out=np.full(k, np.nan), where=cluster_totals > 0)
    labelled = validation_classes >= 0
    votes = contingency_table(validation_table.argmax(1)[labelled], validation_classes[labelled], k, classes)
    rules = dict.fromkeys(("exemplar", "majority", "matching", "nmi", "ari"))
    if test_labelled.any() and labelled.any():
        cluster_classes = {
            "exemplar": validation_classes[exemplars],
            "majority": majority_classes(votes),
            "matching": matched_classes(votes),
        }
        rules = {
            rule: ClusterLabelling(names, _clustering_error(counts, names)) for rule, names in cluster_classes.items()
        }
        rules["nmi"] = float(normalized_mutual_info_score(labels[test_labelled], members[test_labelled]))
        rules["ari"] = float(adjusted_rand_score(labels[test_labelled], members[test_labelled]))
    return ClusterScores(exemplars, np.bincount(members, minlength=k), purity, **rules, n=int(test_labelled.sum()))


def majority_classes(votes) -> np.ndarray:
    """The most common class of each cluster, int64 K, from counts K×C: the first of equally common ones, −1 without any
    vote."""
    votes = np.asarray(votes)
    return np.where(votes.any(1), votes.argmax(1), -1)


def matched_classes(votes) -> np.ndarray:
    """The class of each cluster, int64 K, in the one-to-one assignment that maximises the sum of the counts K×C; −1 for
    a cluster that is left over, or that would get a class of which it has no image."""
    from scipy.optimize import linear_sum_assignment

    votes, labels = np.asarray(votes), np.full(len(votes), -1)
    clusters, classes = linear_sum_assignment(votes, maximize=True)
    labels[clusters] = np.where(votes[clusters, classes] > 0, classes, -1)
    return labels


def _clustering_error(counts, labels) -> float:
    """The share of the counts K×C outside the class of their cluster; a cluster without a class is wrong throughout."""
    labelled_clusters, total = np.flatnonzero(labels >= 0), counts.sum()
    return float((total - counts[labelled_clusters, labels[labelled_clusters]].sum()) / total)


def validation_image_indices(labels) -> np.ndarray:
    """The numbers of the training images by which clusters are labelled, int64 V: all with a label, or all if none has
    one."""
    labelled = np.flatnonzero(labels >= 0)
    return labelled if len(labelled) else np.arange(len(labels))


def draw_validation_images(labels, seed: int, limit: int) -> np.ndarray:
    """The numbers of at most `limit` of the `validation_image_indices`, int64, in a random order given by `seed`."""
    numbers = validation_image_indices(labels)
    return numbers[draw_random_indices(len(numbers), limit, seed)]


def log_content_probabilities(model: Model, images: np.ndarray | SelectedImages) -> np.ndarray:
    """log q(y|x), float64 N×K. Logarithms, because many probabilities round to 1 in float32, and no exemplar would
    stand out."""
    logits = map_batches(model, images, lambda x: model.infer_without_noise(x)[1])
    return logits.double().log_softmax(1).numpy()


def score_model_clusters(model: Model, train, images: SelectedImages, labels):
    """The scores of the clusters on test images with labels T, and the numbers of the validation images in the training
    split."""
    validation_numbers = validation_image_indices(train.labels)
    validation = log_content_probabilities(model, SelectedImages(train.images, validation_numbers))
    scores = score_clusters(
        validation, train.labels[validation_numbers], log_content_probabilities(model, images), labels, model.classes
    )
    return scores, validation_numbers


def training_objective(model: Model, images: np.ndarray | SelectedImages, seed: int = 0) -> float:
    """The mean training objective of encoder and decoder apart from the adversarial terms: the cost of reconstructing
    an image from the content of one view (mixed by its probabilities) and the style of the other, minus the weighted
    agreement of the two views on the content.

    The views are new draws of the images themselves, without the mirroring and shifting of augment=on; the entropy in
    the agreement has its weight from `even_until` on, if that is set; and the term that keeps the heads of a reduction
    apart is left out. Since no label is needed, the best of several trainings of one configuration can be chosen by it:
    the one with the smallest value. Raises ConfigError if the networks give values that are not finite.
    """
    config, views, cost = model.config, [], 0.0
    rng = torch.Generator(model.device).manual_seed(seed)
    with evaluation_mode(model):
        for _, x in iterate_batches(model, images):
            z, y = model.infer(augmentation.alter_images(x, config, rng), rng)
            style, second_content = z, y
            if config.views == 2:
                second = x if config.second_view == "unaltered" else augmentation.alter_images(x, config, rng)
                style, second_content = model.infer(second, rng)
            logits = check_finite(
                model.decoder_logits(model.add_heads(style, y), y if model.variant.has_content else None), "decoder"
            )
            cost += model.cost.value(x, logits).sum().item()
            views.append((y, second_content))
        contents = (torch.cat(batches) for batches in zip(*views, strict=True))
        agreement = objectives.content_agreement(*contents, evenness_weight(config, math.inf)).item()
    return cost / len(images) - config.view_agreement * agreement


def quick_cluster_error_metric(model: Model, train, seed: int = 0) -> dict[str, float]:
    """`cluster_error` by the paper's rule while a training goes on: at most 2,000 validation images label the clusters,
    and the errors are counted on as many others. No test image is used. {} without labels."""
    numbers = draw_validation_images(train.labels, seed, 2 * MAX_QUICK_IMAGES)
    naming_numbers, counted_numbers = numbers[::2], numbers[1::2]
    if not model.classes or not len(counted_numbers) or not (train.labels >= 0).any():
        return {}
    naming_log_q, counted_log_q = (
        log_content_probabilities(model, SelectedImages(train.images, index))
        for index in (naming_numbers, counted_numbers)
    )
    clustering = score_clusters(
        naming_log_q, train.labels[naming_numbers], counted_log_q, train.labels[counted_numbers], model.classes
    )
    return {"cluster_error": clustering.exemplar.error}


def evaluate_clustering(subject: Subject) -> dict:
    """The scores of the clusters as plain values.

    "training_objective", of the function with this name, if the model was trained to reconstruct: on at most 10,000
    training images drawn by the seed, of the labelled ones alone if there are any, or on NAME-held-out on its held-out
    images. If labels are known, `cluster_error` by the paper's rule, `cluster_error_majority`, `cluster_error_matching`,
    `nmi` and `ari`. For each cluster its size and purity, the class that each rule gives it (None: none), and the number
    of its exemplar in the training split. `n` and `labelled` count the test images, `validation` the images that labelled the
    clusters.
    """
    sample, classes, train = subject.sample, subject.dataset.classes, subject.dataset.train
    clustering, validation_numbers = score_model_clusters(subject.model, train, sample.images, sample.labels)
    rules = {rule: getattr(clustering, rule) for rule in ("exemplar", "majority", "matching")}
    rows = [
        {
            "cluster": k,
            "size": int(clustering.sizes[k]),
            "purity": None if np.isnan(clustering.purity[k]) else float(clustering.purity[k]),
            **{rule: _class_name(classes, labelling, k) for rule, labelling in rules.items()},
            "exemplar_image": int(validation_numbers[clustering.exemplars[k]]),
        }
        for k in range(len(clustering.sizes))
    ]
    scores = {}
    if "reconstruction" in trained_phases(subject.model.config):
        images = sample.images
        if name_without_held_out_suffix(subject.dataset.name) is None:
            images = SelectedImages(
                train.images, draw_validation_images(train.labels, subject.seed, MAX_OBJECTIVE_IMAGES)
            )
        scores["training_objective"] = training_objective(subject.model, images, subject.seed)
    if clustering.exemplar is not None:
        scores |= {"cluster_error": clustering.exemplar.error, "cluster_error_majority": clustering.majority.error}
        scores |= {"cluster_error_matching": clustering.matching.error, "nmi": clustering.nmi, "ari": clustering.ari}
    return scores | {
        "n": len(sample.images),
        "labelled": clustering.n,
        "validation": len(validation_numbers),
        "clusters": rows,
    }


def _class_name(classes, labelling, cluster):
    """The name of the class that a rule gives cluster k; None if it gives none, or was not applied."""
    if labelling is None or labelling.labels[cluster] < 0:
        return None
    return classes[labelling.labels[cluster]]
