"""Style and content: codes whose information on a factor is known, and codes that hold the class or do not."""

from types import SimpleNamespace

import numpy as np
import pytest
from sklearn.metrics import mutual_info_score
from torch import nn

from aae_core.config.configuration import configure
from aae_core.errors import ConfigError
from aae_core.evaluation import style_content
from aae_core.evaluation.sample import Sample, Subject
from aae_core.models.inference import Chosen
from aae_core.models.model import Model

N = 4000


@pytest.fixture
def rng():
    return np.random.default_rng(0)


def test_a_code_that_is_the_factor_has_a_gap_near_one(rng):
    factors = rng.uniform(-3, 3, (N, 2))
    codes = np.column_stack([factors[:, 1], rng.normal(size=N), 5 * factors[:, 0] - 7])
    found = style_content.gaps(codes, factors)
    chance = 19**2 / (2 * N) / np.log(20)  # what the next best dimension has by chance
    assert found == pytest.approx([1 - chance, 1 - chance], abs=0.015)


def test_noise_has_no_gap(rng):
    assert style_content.gaps(rng.normal(size=(N, 5)), rng.uniform(size=(N, 3))) == pytest.approx([0, 0, 0], abs=0.01)


def test_a_factor_that_two_dimensions_share_has_no_gap(rng):
    factors = rng.uniform(size=(N, 1))
    assert style_content.gaps(np.column_stack([factors, -factors]), factors) == pytest.approx([0])


def test_a_rotation_of_the_factors_has_little(rng):
    factors = rng.uniform(-1, 1, (N, 2))
    turned = factors @ np.array([[1, -1], [1, 1]]) / np.sqrt(2)
    assert (style_content.gaps(turned, factors) < 0.05).all()


def test_only_the_order_of_a_code_s_values_matters(rng):
    factors = rng.uniform(-1, 1, (N, 2))
    codes = factors + 0.3 * rng.normal(size=(N, 2))
    assert style_content.gaps(np.exp(3 * codes), factors) == pytest.approx(style_content.gaps(codes, factors))


def test_one_dimension_has_the_gap_of_all_it_says(rng):
    factors = rng.uniform(size=(N, 1))
    assert style_content.gaps(factors, factors) == pytest.approx([1])


def test_what_never_varies_has_no_gap_to_speak_of(rng):
    found = style_content.gaps(rng.normal(size=(N, 2)), np.column_stack([np.ones(N), rng.uniform(size=N)]))
    assert np.isnan(found[0]) and np.isfinite(found[1])
    assert style_content.gaps(np.zeros((N, 2)), rng.uniform(size=(N, 1))) == pytest.approx([0])


def test_the_information_is_scikit_learns_on_the_same_parts(rng):
    """Of whole numbers 0 … 9, equally many each, the parts of equal mass are the numbers."""
    factors = np.repeat(np.arange(10), 50)
    codes = (factors + np.tile([0, 0, 0, 1, 2], 100)) % 10
    codes = np.column_stack([codes, rng.permutation(factors)])
    shared, entropy = style_content.mutual_information(codes, factors[:, None], bins=10)
    assert entropy == pytest.approx([np.log(10)])
    assert shared[:, 0] == pytest.approx([mutual_info_score(factors, column) for column in codes.T])


def test_a_gaussian_channel_has_the_information_of_shannons_formula(rng):
    factor = rng.normal(size=50_000)
    noise = 0.5
    code = factor + noise * rng.normal(size=50_000)
    shared, _ = style_content.mutual_information(code[:, None], factor[:, None])
    assert shared[0, 0] == pytest.approx(0.5 * np.log(1 + 1 / noise**2), abs=0.05)


def test_a_class_in_the_code_is_read_and_one_that_is_not_is_guessed(rng):
    labels = rng.integers(0, 5, N)
    rings = np.stack([np.cos(np.arange(N)), np.sin(np.arange(N))], 1) * (1 + labels)[:, None]  # no line parts them
    assert style_content.readable(rings, labels)["content_from_style"] > 0.98
    blind = style_content.readable(rng.normal(size=(N, 2)), labels)
    assert blind["content_from_style"] == pytest.approx(0.2, abs=0.04) and blind["chance"] == pytest.approx(
        0.2, abs=0.03
    )


def test_the_half_that_is_asked_taught_nothing():
    """Codes that all differ and labels drawn at random: who has seen the answers would know them."""
    rng = np.random.default_rng(1)
    labels = rng.integers(0, 2, 600)
    found = style_content.readable(rng.normal(size=(600, 20)), labels)
    assert abs(found["content_from_style"] - 0.5) < 0.12


def test_chance_is_the_commonest_class_and_unlabelled_codes_are_left_out(rng):
    labels = np.repeat([0, 1, -1], [900, 100, 500])
    codes = np.where(labels[:, None] < 0, 1e6, rng.normal(size=(1500, 1)))
    found = style_content.readable(codes, labels)
    assert found["chance"] == pytest.approx(0.9, abs=0.02) and found["content_from_style"] == pytest.approx(
        found["chance"]
    )


@pytest.mark.parametrize("labels", [[], [0], [-1, -1, -1, -1], [1, 1, 1, 1]])
def test_where_nothing_can_be_read_there_is_no_figure(labels):
    assert style_content.readable(np.ones((max(1, len(labels)), 2)), np.array(labels or [-1])) == {}


@pytest.mark.parametrize(
    ("codes", "factors"), [(np.ones((3, 1)), np.ones((4, 1))), ([[np.nan]], [[1.0]]), (np.ones(3), np.ones((3, 1)))]
)
def test_what_cannot_be_compared_is_refused(codes, factors):
    with pytest.raises(ConfigError):
        style_content.mutual_information(codes, factors)


class Pixels(nn.Module):
    """An encoder whose outputs are the pixels."""

    def forward(self, x, eta=None):
        return x.flatten(1)


def stylish(variant, outputs, **settings):
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
    model = stylish(variant, first + 2)
    np.testing.assert_allclose(style_content.styles(model, pixels), pixels[:, 0, first:, 0] / 255, rtol=1e-6)
    sample = Sample(Chosen(pixels, order), labels[order])
    found = style_content.protocol(Subject(model, SimpleNamespace(test=split, factor_names=("x", "y")), sample))
    assert found["content_from_style"] == pytest.approx(0.5, abs=0.08) and found["n"] == 1000
    assert found["mig_by_factor"]["x"] > 0.8 and found["mig_by_factor"]["y"] < 0.05
    assert found["mig"] == pytest.approx(np.mean(list(found["mig_by_factor"].values())))
    split.factors = None
    without = style_content.protocol(Subject(model, SimpleNamespace(test=split, factor_names=()), sample))
    assert "mig" not in without and without["chance"] == pytest.approx(0.5, abs=0.05)
