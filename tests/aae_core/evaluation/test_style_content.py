"""Style and content: codes that hold the class or do not."""

from types import SimpleNamespace

import numpy as np
import pytest
from torch import nn

from aae_core.config.configuration import configure
from aae_core.evaluation import disentanglement, style_content
from aae_core.evaluation.sample import Sample, Subject
from aae_core.models.inference import SelectedImages
from aae_core.models.model import Model

N = 4000


@pytest.fixture
def rng():
    return np.random.default_rng(0)


def test_a_class_in_the_code_is_read_and_one_that_is_not_is_guessed(rng):
    labels = rng.integers(0, 5, N)
    rings = np.stack([np.cos(np.arange(N)), np.sin(np.arange(N))], 1) * (1 + labels)[:, None]  # no line parts them
    assert style_content.style_classifier_scores(rings, labels)["content_from_style"] > 0.98
    blind = style_content.style_classifier_scores(rng.normal(size=(N, 2)), labels)
    assert blind["content_from_style"] == pytest.approx(0.2, abs=0.04) and blind["chance"] == pytest.approx(
        0.2, abs=0.03
    )


def test_the_half_that_is_asked_taught_nothing():
    """Codes that all differ and labels drawn at random: who has seen the answers would know them."""
    rng = np.random.default_rng(1)
    labels = rng.integers(0, 2, 600)
    class_from_style_scores = style_content.style_classifier_scores(rng.normal(size=(600, 20)), labels)
    assert abs(class_from_style_scores["content_from_style"] - 0.5) < 0.12


def test_chance_is_the_commonest_class_and_unlabelled_codes_are_left_out(rng):
    labels = np.repeat([0, 1, -1], [900, 100, 500])
    codes = np.where(labels[:, None] < 0, 1e6, rng.normal(size=(1500, 1)))
    result = style_content.style_classifier_scores(codes, labels)
    assert result["chance"] == pytest.approx(0.9, abs=0.02) and result["content_from_style"] == pytest.approx(
        result["chance"]
    )


@pytest.mark.parametrize("labels", [[], [0], [-1, -1, -1, -1], [1, 1, 1, 1]])
def test_where_nothing_can_be_read_there_is_no_figure(labels):
    assert style_content.style_classifier_scores(np.ones((max(1, len(labels)), 2)), np.array(labels or [-1])) == {}


class Pixels(nn.Module):
    """An encoder whose outputs are the pixels."""

    def forward(self, x, eta=None):
        return x.flatten(1)


def style_content_model(variant, outputs, **settings):
    nets = {"network.hidden": (8,), "network.discriminator": (8,)}
    model = Model(configure(variant=variant, latent_dim=2, **nets | settings), (1, 1, outputs), 2)
    model.initialise(0)
    model.encoder = Pixels()
    return model


@pytest.mark.parametrize(("variant", "first"), [("supervised", 0), ("semi-supervised", 2), ("reduction", 2)])
def test_the_protocol_reads_the_style_alone_and_its_factors(variant, first, rng):
    """The pixels behind the logits of y are z: here one is a factor, and none tells the class, which the logits do."""
    pixels = rng.integers(0, 256, (1000, 1, 4, 1), dtype=np.uint8)[:, :, : first + 2]
    labels = np.arange(1000) % 2
    if first:
        pixels[:, 0, :2, 0] = 255 * np.eye(2)[labels]
    factors = np.column_stack([pixels[:, 0, first, 0], rng.normal(size=1000)]).astype(np.float32)
    split = SimpleNamespace(images=pixels, factors=factors)
    order = rng.permutation(1000)
    model = style_content_model(variant, first + 2)
    np.testing.assert_allclose(style_content.encode_styles(model, pixels), pixels[:, 0, first:, 0] / 255, rtol=1e-6)
    sample = Sample(SelectedImages(pixels, order), labels[order])
    subject = Subject(model, SimpleNamespace(test=split, factor_names=("x", "y")), sample)
    actual = style_content.evaluate_style_content(subject)
    assert actual["content_from_style"] == pytest.approx(0.5, abs=0.08) and actual["n"] == 1000
    assert actual["chance"] == pytest.approx(0.5, abs=0.05)
    actual = disentanglement.evaluate_disentanglement(subject)
    assert actual["mig_by_factor"]["x"] > 0.8 and actual["mig_by_factor"]["y"] < 0.05
    assert actual["sap_by_factor"]["x"] > 0.95 and actual["sap_by_factor"]["y"] < 0.05
    assert actual["mig"] == pytest.approx(np.mean(list(actual["mig_by_factor"].values())))
    assert actual["informativeness"] == pytest.approx(0.5, abs=0.05) and actual["n"] == 1000  # one is told, one is not
