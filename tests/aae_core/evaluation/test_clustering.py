"""Scores of clusters by hand-built cases, by their definitions and against scikit-learn."""

from itertools import permutations
from types import SimpleNamespace

import numpy as np
import pytest
import torch
from sklearn.metrics.cluster import contingency_matrix
from torch import nn

from aae_core.config.configuration import configure
from aae_core.errors import ConfigError
from aae_core.evaluation import clustering
from aae_core.evaluation.sample import Sample, Subject
from aae_core.models.inference import SelectedImages
from aae_core.models.model import Model

NONE = -1


def cluster_posteriors(members, clusters, sure=0.9):
    """q(y|x) of images that belong to `members` with a probability of `sure`."""
    rest = (1 - sure) / (clusters - 1)
    return np.where(np.eye(clusters)[members] > 0, sure, rest)


def test_the_exemplar_rule_by_hand():
    # cluster 0 holds four images of class 0 and one of class 1, of which it is surest
    validation = np.array([[0.7, 0.3], [0.7, 0.3], [0.8, 0.2], [0.6, 0.4], [0.95, 0.05], [0.1, 0.9]])
    labels = np.array([0, 0, 0, 0, 1, 1])
    test = cluster_posteriors([0, 0, 0, 1], 2)
    clusters = clustering.score_clusters(validation, labels, test, np.array([0, 0, 1, 1]), 2)
    assert clusters.exemplars.tolist() == [4, 5]
    assert clusters.exemplar.labels.tolist() == [1, 1] and clusters.exemplar.error == 0.5
    assert clusters.majority.labels.tolist() == [0, 1] and clusters.majority.error == 0.25
    assert clusters.matching.labels.tolist() == [0, 1] and clusters.matching.error == 0.25
    assert clusters.sizes.tolist() == [3, 1] and clusters.purity == pytest.approx([2 / 3, 1])


def test_an_exemplar_may_belong_to_another_cluster():
    """The rule looks at all validation points, not only at those whose likeliest cluster it is."""
    validation = np.array([[0.9, 0.1], [0.6, 0.4], [0.8, 0.2]])
    result = clustering.score_clusters(validation, [1, 0, 2], cluster_posteriors([1], 2), [0], 3)
    assert result.exemplars.tolist() == [0, 1]
    assert result.exemplar.labels.tolist() == [1, 0] and result.exemplar.error == 0
    assert result.majority.labels.tolist() == [0, NONE], "no validation image is in cluster 1; of a tie the first class"
    assert result.majority.error == 1


def test_more_clusters_than_classes_and_fewer():
    labels = np.repeat([0, 1], 6)
    many = np.repeat([0, 1, 2, 3], 3)  # two pure clusters a class
    actual = clustering.score_clusters(cluster_posteriors(many, 4), labels, cluster_posteriors(many, 4), labels, 2)
    assert actual.exemplar.error == actual.majority.error == 0
    assert actual.matching.error == 0.5 and sorted(actual.matching.labels) == [NONE, NONE, 0, 1]
    members = np.zeros(12, int)
    actual = clustering.score_clusters(
        cluster_posteriors(members, 3), labels, cluster_posteriors(members, 3), labels, 2
    )
    assert actual.majority.error == actual.matching.error == 0.5
    assert actual.majority.labels.tolist() == [0, NONE, NONE] and sorted(actual.matching.labels)[:2] == [NONE, NONE]
    assert actual.sizes.tolist() == [12, 0, 0] and np.isnan(actual.purity[1:]).all()
    assert (actual.nmi, actual.ari) == (0, 0)


def test_the_test_labels_do_not_name_the_clusters():
    """A clustering that is right, but whose validation labels are swapped, is wrong throughout."""
    labels = np.repeat([0, 1], 5)
    output = clustering.score_clusters(
        cluster_posteriors(labels, 2), 1 - labels, cluster_posteriors(labels, 2), labels, 2
    )
    assert output.exemplar.error == output.majority.error == output.matching.error == 1
    assert (output.nmi, output.ari) == (1, 1), "which need no names"


@pytest.fixture
def clustered_labels():
    rng = np.random.default_rng(0)
    labels = rng.integers(0, 4, 400)
    members = np.where(rng.random(400) < 0.6, (labels * 2 + rng.integers(0, 2, 400)) % 5, rng.integers(0, 5, 400))
    return members, labels


def test_the_matching_is_the_best_of_all_assignments(clustered_labels):
    members, labels = clustered_labels
    counts = contingency_matrix(members, labels)
    best = max(sum(counts[row, column] for column, row in enumerate(rows)) for rows in permutations(range(5), 4))
    outcome = clustering.score_clusters(
        cluster_posteriors(members, 5), labels, cluster_posteriors(members, 5), labels, 4
    )
    assert outcome.matching.error == pytest.approx(1 - best / 400)
    assert outcome.majority.error == pytest.approx(1 - counts.max(1).sum() / 400)
    assert outcome.purity == pytest.approx(counts.max(1) / counts.sum(1))


def test_nmi_and_ari_are_their_definitions(clustered_labels):
    members, labels = clustered_labels
    scores = clustering.score_clusters(
        cluster_posteriors(members, 5), labels, cluster_posteriors(members, 5), labels, 4
    )
    joint = contingency_matrix(members, labels) / 400
    rows, columns = joint.sum(1), joint.sum(0)
    mutual_information = sum(p * np.log(p / (rows[i] * columns[j])) for (i, j), p in np.ndenumerate(joint) if p)
    entropies = [-(p * np.log(p)).sum() for p in (rows, columns)]
    assert scores.nmi == pytest.approx(2 * mutual_information / sum(entropies))
    same_cluster, same_class = members[:, None] == members, labels[:, None] == labels
    pairs = np.triu_indices(400, 1)
    shared_pairs = (same_cluster & same_class)[pairs].sum()
    cluster_pairs, class_pairs = same_cluster[pairs].sum(), same_class[pairs].sum()
    chance = cluster_pairs * class_pairs / len(pairs[0])
    assert scores.ari == pytest.approx((shared_pairs - chance) / ((cluster_pairs + class_pairs) / 2 - chance))


def test_images_without_labels_count_for_nothing_but_the_size():
    labels = np.array([0, 0, 1, -1, -1])
    scores = clustering.score_clusters(
        cluster_posteriors([0, 1], 2), [0, 1], cluster_posteriors([0, 0, 1, 1, 1], 2), labels, 2
    )
    assert scores.sizes.tolist() == [2, 3] and scores.n == 3
    assert scores.exemplar.error == 0 and scores.purity.tolist() == [1, 1]
    empty_scores = clustering.score_clusters(
        cluster_posteriors([0, 1], 2), [-1, -1], cluster_posteriors([0, 1, 1], 2), [-1, -1, -1], 0
    )
    assert (
        empty_scores.sizes.tolist() == [1, 2]
        and empty_scores.exemplar is empty_scores.nmi is None
        and empty_scores.exemplars.tolist() == [0, 1]
    )


@pytest.mark.parametrize(
    ("validation", "test"),
    [(np.zeros((0, 2)), np.ones((1, 2))), (np.ones((1, 3)), np.ones((1, 2))), ([[np.nan, 1]], np.ones((1, 2)))],
)
def test_what_cannot_be_judged_is_refused(validation, test):
    with pytest.raises(ConfigError, match="[Cc]lusters"):
        clustering.score_clusters(validation, np.zeros(len(validation), int), test, [0], 2)


class Rows(nn.Module):
    """An encoder that gives the row of a table that the first pixel names: logits of y, then z."""

    def __init__(self, table):
        super().__init__()
        self.table = torch.tensor(table, dtype=torch.float32)

    def forward(self, x, eta=None):
        return self.table[(255 * x[:, 0, 0, 0]).round().long()]


def with_table(table, clusters=2, **settings):
    nets = {"network.hidden": (8,), "network.discriminator": (8,)}
    model = Model(configure(variant="clustering", clusters=clusters, **nets | settings), (1, 1, 1), 2)
    model.initialise(0)
    model.encoder = Rows(table)
    return model


def images(n):
    return np.arange(n, dtype=np.uint8)[:, None, None, None]


def test_the_surest_of_images_that_are_all_certain_is_still_found():
    """In float32 the softmax of each of these is 1: the first would win whatever came after."""
    model = with_table([[20.0, 0, 0, 0], [30.0, 0, 0, 0], [25.0, 0, 0, 0], [0, 40.0, 0, 0]])
    assert (model.infer_representative(torch.tensor([[[[0.0]]], [[[1 / 255]]]]))[1][:, 0] == 1).all()
    log_q = clustering.log_content_probabilities(model, images(4))
    assert log_q.argmax(0).tolist() == [1, 3]
    assert log_q[2] == pytest.approx([-np.log1p(np.exp(-25.0)), -25 - np.log1p(np.exp(-25.0))], rel=1e-3)


@pytest.mark.parametrize("views", [1, 2])
@pytest.mark.parametrize("variant", ["clustering", "reduction"])
def test_the_training_objective_is_the_cost_less_the_agreement(variant, views, monkeypatch):
    view_settings = {"views": 2, "input_shift": 1, "view_agreement": 4.0, "even_until": 1.0} if views == 2 else {}
    settings = {
        "variant": variant,
        "clusters": 3,
        "latent_dim": 2,
        "network.hidden": (5,),
        "network.discriminator": (5,),
    }
    model = Model(
        configure(**settings, **view_settings, **({"labels": 0} if variant == "reduction" else {})), (1, 4, 4), 2
    )
    model.initialise(0)
    pictures = np.random.default_rng(0).integers(0, 256, (7, 4, 4, 1), np.uint8)
    flipped_inputs = []
    monkeypatch.setattr(
        clustering.augmentation,
        "alter_images",
        lambda x, config, rng: flipped_inputs.append(x.flip(3)) or flipped_inputs[-1] ** len(flipped_inputs),
    )
    training_objective = clustering.training_objective(model, pictures)
    x = torch.from_numpy(pictures).permute(0, 3, 1, 2) / 255
    with torch.no_grad():
        (z, y), (style, second_y) = model.infer_representative(x.flip(3)), model.infer_representative(x.flip(3) ** 2)
        style, second_y = (z, y) if views == 1 else (style, second_y)
        decoded = model.decode(model.add_heads(style, y), y if variant == "clustering" else None)
    mean = torch.cat([y, second_y]).mean(0)
    agreement = ((y * second_y).sum(1).log().mean() - 0.1 * (mean * mean.log()).sum()).item()  # of the last epoch
    squares = 0.5 * (decoded - x).square().sum().item() / 7
    assert training_objective == pytest.approx(squares - (4 * agreement if views == 2 else 0), rel=1e-4)


def evaluate(model, train, labels, classes):
    sample = Sample(SelectedImages(images(4), np.arange(4)), labels)
    return clustering.evaluate_clustering(
        Subject(model, SimpleNamespace(name="mnist", train=train, classes=classes), sample)
    )


def test_the_protocol_names_exemplars_by_their_place_in_the_training_set():
    table = [[3, 0, 0, 0], [0, 9, 0, 0], [5, 0, 0, 0], [0, 2, 0, 0]]
    train = SimpleNamespace(images=images(4), labels=np.array([0, 1, 1, -1]))
    labels = np.array([0, 1, 1, -1])
    figures = evaluate(with_table(table), train, labels, ("cat", "dog"))
    first, second = figures["clusters"]
    assert (first["exemplar_image"], first["exemplar"]) == (2, "dog") and second["exemplar_image"] == 1
    assert (first["size"], first["purity"]) == (2, 0.5) and (first["matching"], second["matching"]) == ("cat", "dog")
    assert (figures["n"], figures["labelled"], figures["validation"]) == (4, 3, 3)
    assert figures["cluster_error"] == pytest.approx(1 / 3) and figures["cluster_error_matching"] == pytest.approx(
        1 / 3
    )
    assert {"cluster_error_majority", "nmi", "ari"} <= figures.keys()


@pytest.mark.parametrize("data, split_name", [("mnist", "train"), ("mnist-held-out", "test")])
def test_the_objective_is_of_training_or_held_out_images(data, split_name):
    train = SimpleNamespace(images=images(4)[::-1] * 60, labels=np.array([0, 1, 1, -1]))
    model = Model(configure(variant="clustering", clusters=3, latent_dim=2, **{"network.hidden": (5,)}), (1, 1, 1), 2)
    model.initialise(0)
    dataset = SimpleNamespace(name=data, train=train, classes=("cat", "dog"))
    sample = Sample(SelectedImages(images(4), np.arange(4)), train.labels)
    objective = clustering.evaluate_clustering(Subject(model, dataset, sample, 0))["training_objective"]
    indices = clustering.draw_validation_images(train.labels, 0, 10_000)
    own = {"train": SelectedImages(train.images, indices), "test": sample.images}
    assert (
        objective
        == clustering.training_objective(model, own[split_name])
        != clustering.training_objective(model, own[{"train", "test"}.difference({split_name}).pop()])
    )


def test_some_validation_images_name_clusters_and_others_are_counted():
    rng = np.random.default_rng(0)
    table, labels = np.hstack([rng.normal(size=(90, 3)), np.zeros((90, 2))]), rng.integers(-1, 2, 90)
    quick_cluster_error = clustering.quick_cluster_error_metric(
        with_table(table, 3), SimpleNamespace(images=images(90), labels=labels), seed=2
    )
    indices = clustering.draw_validation_images(labels, 2, 4000)
    naming_indices, counted_indices = indices[::2], indices[1::2]
    log_q = table[:, :3] - np.log(np.exp(table[:, :3]).sum(1, keepdims=True))
    names = labels[naming_indices][log_q[naming_indices].argmax(0)]
    assert quick_cluster_error == {
        "cluster_error": np.mean(names[log_q[counted_indices].argmax(1)] != labels[counted_indices])
    }
    unlabelled_data = SimpleNamespace(images=images(90), labels=np.full(90, -1))
    assert clustering.quick_cluster_error_metric(with_table(table, 3), unlabelled_data) == {}


def test_without_any_label_there_are_sizes_and_no_errors():
    train = SimpleNamespace(images=images(4), labels=np.full(4, -1))
    model = with_table([[3, 0, 0, 0], [0, 9, 0, 0], [5, 0, 0, 0], [0, 2, 0, 0]])
    figures = evaluate(model, train, np.full(4, -1), ())
    assert [row["size"] for row in figures["clusters"]] == [2, 2] and "cluster_error" not in figures
    assert figures["clusters"][0]["exemplar"] is None and figures["clusters"][0]["purity"] is None


def test_every_labelled_training_image_is_a_validation_image():
    labels = np.where(np.arange(50_000) % 2, 1, -1)
    assert clustering.validation_image_indices(labels).tolist() == list(range(1, 50_000, 2))
    assert clustering.validation_image_indices(np.full(5, -1)).tolist() == [0, 1, 2, 3, 4]


def test_fewer_validation_images_are_drawn_by_seed():
    labels = np.where(np.arange(50) % 2, 1, -1)
    drawn_images, reseeded_images = (clustering.draw_validation_images(labels, seed, 10) for seed in (0, 1))
    assert len(set(drawn_images)) == 10 and (labels[drawn_images] == 1).all()
    assert (
        drawn_images.tolist() == clustering.draw_validation_images(labels, 0, 10).tolist() != reseeded_images.tolist()
    )


@pytest.mark.parametrize("seed", [0, 1, 2])
def test_the_most_confident_of_all_training_images_names_its_cluster(seed):
    """Of 30,000 images of class 0, in one cluster, a single one of class 1 is the most confident."""
    pixels, labels = np.zeros((30_000, 1, 1, 1), np.uint8), np.zeros(30_000, int)
    pixels[12_345], labels[12_345] = 1, 1
    model = with_table([[1.0, -1.0, 0, 0], [5.0, -1.0, 0, 0]])
    dataset = SimpleNamespace(name="mnist", train=SimpleNamespace(images=pixels, labels=labels), classes=("cat", "dog"))
    sample = Sample(SelectedImages(pixels, np.arange(3)), np.zeros(3, int))
    scores = clustering.evaluate_clustering(Subject(model, dataset, sample, seed))
    assert (scores["clusters"][0]["exemplar_image"], scores["validation"]) == (12_345, 30_000)
    assert (scores["cluster_error"], scores["cluster_error_majority"]) == (1.0, 0.0)
