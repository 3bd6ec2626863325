"""Classification by hand-built tables and against scikit-learn; the model's part on models whose answers are known."""

import json
from types import SimpleNamespace

import numpy as np
import pytest
import torch
from sklearn.calibration import calibration_curve
from sklearn.metrics import confusion_matrix, zero_one_loss
from torch import nn

from aae_core.config.configuration import configure
from aae_core.errors import ConfigError
from aae_core.evaluation import classification
from aae_core.evaluation.sample import Sample, Subject
from aae_core.models import inference
from aae_core.models.inference import SelectedImages
from aae_core.models.model import Model

TINY = {"network.hidden": (8,), "network.discriminator": (8,)}


@pytest.fixture
def random_table():
    rng = np.random.default_rng(0)
    labels = rng.integers(0, 4, 500)
    logits = rng.normal(size=(500, 4)) + 1.5 * np.eye(4)[labels]
    return (np.exp(logits) / np.exp(logits).sum(1, keepdims=True)).astype(np.float32), labels


def test_five_images_by_hand():
    q = np.array([[0.9, 0.1], [0.4, 0.6], [0.45, 0.55], [0.2, 0.8], [0.99, 0.01]])
    result = classification.score_classification(q, [0, 1, 0, 0, -1], n_bins=2)
    assert result.error == 0.5 and result.n == 4
    assert result.confusion.tolist() == [[1, 2], [0, 1]]
    assert result.least_certain.tolist() == [2, 1, 3, 0], "the least certain first, and the unlabelled one not at all"
    assert result.wrong.tolist() == [3, 2], "the most certain mistake first"
    (single_bin,) = result.bins
    assert (single_bin.low, single_bin.high, single_bin.n) == (0.5, 1.0, 4)
    assert (single_bin.certainty, single_bin.accuracy) == (pytest.approx(0.7125), 0.5)
    assert result.calibration_error == pytest.approx(0.2125)


def test_error_and_confusion_are_scikit_learns(random_table):
    q, labels = random_table
    actual = classification.score_classification(q, labels)
    assert actual.error == pytest.approx(zero_one_loss(labels, q.argmax(1)))
    np.testing.assert_array_equal(actual.confusion, confusion_matrix(labels, q.argmax(1), labels=range(4)))
    assert set(actual.wrong) == set(np.flatnonzero(labels != q.argmax(1)))
    assert (np.diff(q.max(1)[actual.least_certain]) >= 0).all() and len(actual.least_certain) == 500


def test_the_bins_are_scikit_learns_reliability_curve(random_table):
    q, labels = random_table
    output = classification.score_classification(q, labels)
    certainty, right = q.max(1).astype(float), q.argmax(1) == labels
    accuracies, certainties = calibration_curve(right, certainty, n_bins=15)
    assert [bin.accuracy for bin in output.bins] == pytest.approx(accuracies)
    assert [bin.certainty for bin in output.bins] == pytest.approx(certainties)
    assert sum(bin.n for bin in output.bins) == 500
    weights = np.histogram(certainty, np.linspace(0, 1, 16))[0]
    weights = weights[weights > 0] / 500
    assert output.calibration_error == pytest.approx(weights @ np.abs(accuracies - certainties))


def test_a_certainty_on_an_edge_belongs_to_the_bin_below():
    (bin,) = classification.score_classification([[0.75, 0.25]], [0], n_bins=4).bins
    assert (bin.low, bin.high) == (0.5, 0.75)


def test_answers_right_as_often_as_certain_are_calibrated():
    q = np.tile([0.8, 0.2], (1000, 1))
    labels = np.repeat([0, 1], [800, 200])
    assert classification.score_classification(q, labels).calibration_error == pytest.approx(0)
    boast = np.tile([1.0, 0.0], (1000, 1))
    assert classification.score_classification(boast, labels).calibration_error == pytest.approx(0.2)


def test_a_class_that_no_image_has_keeps_its_place():
    outcome = classification.score_classification(np.eye(3)[[0, 2]], [0, 2])
    assert outcome.confusion.tolist() == [[1, 0, 0], [0, 0, 0], [0, 0, 1]] and not len(outcome.wrong)


@pytest.mark.parametrize(
    ("probabilities", "labels", "expected_text"),
    [
        ([[0.5, 0.5]], [-1], "No image"),
        ([[0.5, 0.5]], [2], "from 0 to 1"),
        ([[0.5, 0.5]], [0, 1], "each of the 1 images"),
        ([[0.5, np.nan]], [0], "finite"),
        ([0.5, 0.5], [0, 1], "table"),
    ],
)
def test_what_cannot_be_compared_is_refused(probabilities, labels, expected_text):
    with pytest.raises(ConfigError, match=expected_text):
        classification.score_classification(probabilities, labels)


class Pixels(nn.Module):
    """An encoder whose outputs are the pixels of an image, stretched to −10 … 10."""

    def forward(self, x, eta=None):
        return 20 * x.flatten(1) - 10


def model(variant, latent_dim, outputs, classes, **settings):
    classifier = Model(configure(variant=variant, latent_dim=latent_dim, **TINY | settings), (1, 1, outputs), classes)
    classifier.initialise(0)
    classifier.encoder = Pixels()
    return classifier


def pictures(rows):
    """Images uint8 N×1×W×1 that `Pixels` turns into these rows, to within 0.04."""
    return np.rint((np.asarray(rows, float) + 10) / 20 * 255).astype(np.uint8)[:, None, :, None]


def evaluate(model, images, labels, classes):
    return classification.evaluate_classification(
        Subject(model, SimpleNamespace(classes=classes), Sample(images, labels))
    )


def test_the_protocol_says_which_images_of_the_test_set_are_meant():
    logits = [[5, -5], [0, 1], [-5, 5], [2, 0], [5, -5]]  # logits of y, then two dimensions of z
    images = pictures([[*row, 0, 0] for row in logits])
    labels = np.array([0, 0, 1, 1, -1])
    indices = np.array([4, 2, 3, 0, 1])
    semi = model("semi-supervised", 2, 4, 2)
    figures = evaluate(semi, SelectedImages(images, indices), labels[indices], ("cat", "dog"))
    assert (figures["error"], figures["n"], figures["classes"]) == (0.5, 4, ["cat", "dog"])
    assert figures["confusion"] == [[1, 1], [1, 1]]
    assert figures["wrong"] == [3, 1] and figures["least_certain"][:2] == [1, 3]
    assert sum(bin["n"] for bin in figures["reliability"]) == 4


def test_codes_in_their_class_s_region_are_counted():
    petals = {"prior.name": "mixture", "prior.components": 4}
    region_model = model("label-informed", 2, 2, 4, **petals)
    # component k lies 1.4 from the middle, at k quarter turns
    images = pictures([[1.4, 0], [0, 1.4], [-1.4, 0], [0, -1.4], [1.5, 0.1]])
    labels = np.array([0, 1, 2, 0, -1])
    selected_images = SelectedImages(images, np.arange(5))
    assert classification.encode_prior_regions(region_model, images).tolist() == [0, 1, 2, 3, 0]
    evaluated = evaluate(region_model, selected_images, labels, tuple("abcd"))
    assert (evaluated["region_accuracy"], evaluated["n"]) == (0.75, 4)
    assert evaluated["confusion"] == [[1, 0, 0, 1], [0, 1, 0, 0], [0, 0, 1, 0], [0, 0, 0, 0]]


def test_the_roll_s_regions_follow_its_arc():
    roll = {"prior.name": "swiss-roll", "prior.components": 4}
    region_model = model("label-informed", 2, 2, 4, **roll)
    u = (np.arange(4) + 0.5) / 4
    radius, angle = 3 * np.sqrt(u), 4 * np.pi * np.sqrt(u)
    images = pictures(np.stack([radius * np.cos(angle), radius * np.sin(angle)], 1))
    assert classification.encode_prior_regions(region_model, images).tolist() == [0, 1, 2, 3]


def test_no_model_is_changed_by_being_asked():
    semi = model("semi-supervised", 2, 4, 2)
    semi.train()
    before = torch.random.get_rng_state()
    evaluate(semi, SelectedImages(pictures(np.zeros((3, 4))), np.arange(3)), np.array([0, 1, 0]), ("a", "b"))
    assert semi.training and torch.equal(before, torch.random.get_rng_state())


def test_contingency_counts_pairs():
    contingency_table = classification.contingency_table([0, 1, 1, 1], [2, 0, 0, 1], 3, 3)
    assert contingency_table.tolist() == [[0, 0, 1], [2, 1, 0], [0, 0, 0]]
    assert classification.contingency_table([], [], 2, 1).tolist() == [[0], [0]]


def test_what_was_written_down_is_read_again_without_its_images():
    semi = model("semi-supervised", 2, 4, 2)
    images, labels = (
        SelectedImages(pictures(np.random.default_rng(0).normal(size=(20, 4))), np.arange(20)),
        np.arange(20) % 2,
    )
    figures = json.loads(json.dumps(evaluate(semi, images, labels, ("a", "b"))))
    scores = classification.score_classification(inference.classify_all(semi, images), labels)
    parsed_scores = classification.parse_classification(figures, 2)
    assert (parsed_scores.error, parsed_scores.calibration_error, parsed_scores.n) == (
        scores.error,
        scores.calibration_error,
        20,
    )
    assert (
        np.array_equal(parsed_scores.confusion, scores.confusion)
        and parsed_scores.bins == scores.bins
        and not len(parsed_scores.wrong)
    )
    assert (
        classification.parse_classification(figures, 3) is None and classification.parse_classification({}, 2) is None
    )
    assert classification.parse_classification({**figures, "confusion": [[0, 0], [0, 0]]}, 2) is None, "of no image"
