"""Decoding, manifolds, sweeps and sheets against cases worked out by hand and independent libraries."""

import io

import numpy as np
import pytest
import torch
from PIL import Image
from scipy import special, stats
from torch import nn

from aae_core.config.configuration import configure
from aae_core.config.variants import VARIANTS
from aae_core.errors import ConfigError
from aae_core.evaluation import code_metrics
from aae_core.evaluation.sample import Sample
from aae_core.latent import exploration as explore
from aae_core.latent import maps
from aae_core.models import inference
from aae_core.models.items import to_items
from aae_core.models.model import Model

SHAPE, CLASSES = (1, 4, 5), 3


def build(variant="aae", shape=SHAPE, **settings):
    prior_settings = {"prior.name": "mixture", "prior.components": CLASSES} if variant == "label-informed" else {}
    config = configure(
        variant=variant, **{"network.hidden": (8,), "network.discriminator": (8,)} | prior_settings | settings
    )
    model = Model(config, shape, CLASSES)
    model.initialise(0)
    return model


class Painter(nn.Module):
    """A decoder that paints the content's number in the left half and the style's first value in the right."""

    def forward(self, yz):
        y, z = yz[:, :CLASSES], yz[:, CLASSES:]
        left = torch.logit((y @ torch.arange(float(CLASSES)) + 1) / 10)
        right = torch.logit(z[:, 0].clamp(0.1, 0.9))
        return torch.stack([left, left, right, right, right], dim=1)[:, None, None].expand(-1, 1, 4, 5)


def painter():
    model = build("supervised")
    model.decoder = Painter()
    return model


def code(left, right):
    """The picture that Painter makes of class number and style."""
    row = np.array([(left + 1) / 10] * 2 + [right] * 3)
    return np.broadcast_to(np.round(row * 255).astype(np.uint8)[None, :, None], (4, 5, 1))


@pytest.mark.parametrize("shape", [(1, 4, 5), (3, 6, 4)])
def test_decode_is_the_models_own_whatever_the_batch(shape, monkeypatch):
    model, z = build(shape=shape), np.random.default_rng(0).normal(size=(7, 2)).astype(np.float32)
    with torch.no_grad():
        expected = to_items(model.decode(torch.from_numpy(z)))
    monkeypatch.setattr(inference, "BATCH", 3)
    images = explore.decode_images(model, z)
    assert images.dtype == np.uint8 and images.shape == (7, *shape[1:], shape[0])
    assert np.abs(images.astype(int) - expected).max() <= 1
    assert explore.decode_images(model, np.zeros((0, 2))).shape == (0, *shape[1:], shape[0])


def test_decode_takes_classes_one_for_all_or_each_or_as_probabilities():
    model, z = painter(), np.array([[0.2, 0.0], [0.6, 0.0]])
    assert np.array_equal(explore.decode_images(model, z, 2), [code(2, 0.2), code(2, 0.6)])
    assert np.array_equal(explore.decode_images(model, z, [0, 1]), [code(0, 0.2), code(1, 0.6)])
    mixed_images = explore.decode_images(model, z, [[0.5, 0.5, 0.0], [0.0, 0.0, 1.0]])
    assert np.array_equal(mixed_images, [code(0.5, 0.2), code(2, 0.6)])


@pytest.mark.parametrize("prior", ["gaussian", "mixture", "swiss-roll"])
def test_manifold_decodes_the_priors_own(prior):
    model = build(**{"prior.name": prior})
    grid = explore.decode_manifold(model, 3, 4)
    assert grid.shape == (3, 4, 4, 5, 1)
    z = model.prior.manifold(3, 4)[1, 2]
    single = explore.decode_images(model, z[None].numpy())[0]
    assert np.abs(grid[1, 2].astype(int) - single).max() <= 1
    assert np.array_equal(explore.decode_manifold(painter(), 2, 2, label=1)[0, 0, 0, 0], code(1, 0.1)[0, 0])


def test_random_codes_repeat():
    model = build(**{"prior.scale": 3.0})
    z = explore.sample_prior_codes(model, 4000, seed=5)
    assert np.array_equal(z, explore.sample_prior_codes(model, 4000, seed=5))
    assert z.std() == pytest.approx(3, rel=0.05) and z.dtype == np.float32


def test_codes_at_one_head_lie_about_it():
    model = build(variant="reduction", **{"prior.scale": 0.01})
    z = explore.sample_prior_codes(model, 50, seed=2, head=1)
    assert np.abs(z - model.heads[1].detach().numpy()).max() < 0.1
    with pytest.raises(ConfigError, match="The head must be a whole number"):
        explore.sample_prior_codes(model, 5, head=model.contents)
    with pytest.raises(ConfigError, match="has no heads"):
        explore.sample_prior_codes(build(), 5, head=0)
    with pytest.raises(ConfigError, match="ae has no prior"):
        explore.sample_prior_codes(build(variant="ae"), 5)


def half_squares(images, reconstructions):
    """½Σ(x − x̂)² in double precision: images uint8, made N×C×H×W in 0..1."""
    x = images.transpose(0, 3, 1, 2) / 255
    return 0.5 * np.square(x - np.float64(reconstructions)).reshape(len(x), -1).sum(1)


def test_reconstruction_errors_by_hand(monkeypatch):
    monkeypatch.setattr(inference, "BATCH", 3)
    rng = np.random.default_rng(0)
    images, z, y = rng.integers(0, 256, (7, 4, 5, 1), np.uint8), rng.uniform(0.1, 0.9, (7, 2)), np.arange(7) % 3
    result = np.stack([code(k, style[0])[..., 0] for k, style in zip(y, z, strict=True)])[:, None] / 255
    reconstruction_errors = explore.reconstruction_errors(painter(), images, y, z)
    # it paints 256 greys
    assert reconstruction_errors.dtype == np.float32 and np.allclose(
        reconstruction_errors, half_squares(images, result), rtol=0.01
    )
    with pytest.raises(ConfigError, match="choose a class"):
        explore.reconstruction_errors(painter(), images, None, z)
    with pytest.raises(ConfigError, match="shape 7 × 2"):
        explore.reconstruction_errors(painter(), images, y, z[:6])
    assert explore.reconstruction_errors(build(), GREY[:0]).shape == (0,)


@pytest.mark.parametrize("variant", VARIANTS)
def test_the_mean_of_the_errors_is_the_metric(variant):
    model, rng = build(variant, clusters=5), np.random.default_rng(1)
    images, labels = rng.integers(0, 256, (9, 4, 5, 1), np.uint8), rng.integers(-1, CLASSES, 9)
    output = model.variant.has_content and not model.variant.categorical
    errors = explore.reconstruction_errors(model, images, labels if output else None)
    metric = code_metrics.reconstruction_metrics(model, Sample(images, labels))["reconstruction"]
    assert errors.mean() == pytest.approx(metric, rel=1e-5) and errors.std() > 0
    if not model.variant.has_content:
        with torch.no_grad():
            actual = model.decode(torch.from_numpy(explore.encode_images(model, images)))
        assert np.allclose(errors, half_squares(images, actual.numpy()), rtol=1e-5)


@pytest.mark.parametrize("dim", [1, 2, 40])
def test_log_prior_against_scipy(dim, monkeypatch):
    monkeypatch.setattr(inference, "BATCH", 3)
    z = np.random.default_rng(2).normal(size=(7, dim))
    gaussian = build(latent_dim=dim, **{"prior.scale": 2.0})
    log_prior = explore.log_prior(gaussian, z)
    assert log_prior.dtype == np.float32
    assert np.allclose(log_prior, stats.multivariate_normal(np.zeros(dim), 4 * np.eye(dim)).logpdf(z), rtol=1e-5)
    box = explore.log_prior(build(latent_dim=dim, **{"prior.name": "uniform"}), np.full((2, dim), [[0.5], [1e3]]))
    assert np.isfinite(box[0]) and box[1] == -np.inf


def test_log_prior_of_a_reduction_is_that_of_all_its_heads():
    model, z = build("reduction", latent_dim=2), np.random.default_rng(3).normal(size=(5, 2)) * 5
    heads = model.heads.detach().numpy().astype(float)
    item = [stats.multivariate_normal(head, np.eye(2)).logpdf(z) for head in heads]
    assert np.allclose(explore.log_prior(model, z), special.logsumexp(item, axis=0) - np.log(len(heads)), rtol=1e-4)


@pytest.mark.parametrize("settings", [{"variant": "ae"}, {"prior.name": "swiss-roll"}])
def test_without_a_density_there_is_no_log_prior(settings):
    assert explore.log_prior(build(**settings), np.zeros((2, 2))) is None


def test_the_distance_to_the_prior_is_that_to_its_nearest_sample(monkeypatch):
    monkeypatch.setattr(inference, "BATCH", 7)
    z = np.random.default_rng(0).normal(size=(20, 2)).astype(np.float32) * 4
    roll = build(**{"prior.name": "swiss-roll"})
    draws = explore.sample_prior_codes(roll, explore.NEAREST_SAMPLES)
    by_hand = np.linalg.norm(z[:, None] - draws[None], axis=2).min(1)
    assert np.allclose(explore.prior_distances(roll, z), by_hand, atol=3e-3)
    box = build(**{"prior.name": "uniform", "prior.scale": 1.0})
    reach = np.abs(explore.sample_prior_codes(box, 100_000)).max(0)  # the square's half side
    excess = np.maximum(np.abs(z) - reach, 0)
    assert np.allclose(explore.prior_distances(box, z), np.linalg.norm(excess, axis=1), atol=0.1)
    assert explore.prior_distances(build(variant="ae"), z) is None


def test_tile_by_hand():
    images = np.arange(3, dtype=np.uint8)[:, None, None, None] + np.zeros((3, 1, 2, 1), np.uint8)
    sheet, grey = explore.tile_images(images, 2, gap=1), explore.GAP_GREY
    assert sheet[:, :, 0].tolist() == [[0, 0, grey, 1, 1], [grey] * 5, [2, 2, grey, grey, grey]]
    assert explore.tile_images(images, 50, gap=0).shape == (1, 6, 1)


def test_smaller_images_by_hand():
    image = np.array([[0, 4, 9], [8, 4, 11], [1, 2, 7]], np.uint8)
    images = np.stack([image, image[:, ::-1]])[..., None] + np.array([0, 100, 200], np.uint8)
    shrunk_images = explore.shrink_images(images, 2)
    assert shrunk_images[0, :, :, 0].tolist() == [[4, 10], [2, 7]]  # 1.5 is rounded up
    assert shrunk_images[1, :, :, 2].tolist() == [[207, 204], [205, 201]]  # 28 / 4, 8 / 2, 9 / 2, 1
    assert explore.shrink_images(images, 1) is images


@pytest.mark.parametrize("shape", [(3, 4), (3, 4, 1), (3, 4, 3)])
def test_png_round_trip(shape):
    image = np.random.default_rng(4).integers(0, 256, shape, dtype=np.uint8)
    back = np.asarray(Image.open(io.BytesIO(explore.to_png(image))))
    assert np.array_equal(back, image.reshape(shape[:2]) if shape[-1] != 3 else image)
    assert Image.open(io.BytesIO(explore.to_png(image, scale=3))).size == (12, 9)


GREY = np.zeros((2, 4, 5, 1), np.uint8)


@pytest.mark.parametrize(
    "call",
    [
        lambda: explore.decode_images(build(), [[float("nan"), 0.0]]),
        lambda: explore.decode_images(build(), [[1e308, 0.0]]),
        lambda: explore.decode_images(build(), [[0.0, 0.0, 0.0]]),
        lambda: explore.decode_images(build(), [0.0, 0.0]),
        lambda: explore.decode_images(build(), [[0.0, 0.0]], 1),
        lambda: explore.decode_images(painter(), [[0.0, 0.0]]),
        lambda: explore.decode_images(painter(), [[0.0, 0.0]], 3),
        lambda: explore.decode_images(painter(), [[0.0, 0.0]], -2),
        lambda: explore.decode_images(painter(), [[0.0, 0.0]], 1.0),
        lambda: explore.decode_images(painter(), [[0.0, 0.0]], [1, 2]),
        lambda: explore.decode_images(painter(), [[0.0, 0.0]], [[0.5, 0.5]]),
        lambda: explore.decode_images(painter(), [[0.0, 0.0]], [[1.0, -1.0, 0.0]]),
        lambda: explore.decode_images(painter(), [[0.0, 0.0]], "two"),
        lambda: explore.decode_images(painter(), [[0.0, 0.0]], [[1], [1, 2]]),
        lambda: explore.decode_images(painter(), [[0.0, 0.0]], -1, allows_unknown=False),
        lambda: explore.encode_images(build(), GREY.astype(float)),
        lambda: explore.encode_images(build(), GREY[:, :3]),
        lambda: explore.decode_manifold(build(), 0, 5),
        lambda: explore.decode_manifold(build(), 5, 10**9),
        lambda: explore.sample_prior_codes(build(), -1),
        lambda: explore.find_clear_style_indices(painter(), [[float("nan"), 0.0]], 1),
        lambda: explore.find_clear_style_indices(painter(), [[0.0, 0.0]], 10**9),
        lambda: explore.find_clear_style_indices(painter(), np.zeros((0, 2)), 1),
        lambda: explore.find_clear_style_indices(build(), [[0.0, 0.0]], 1),
        lambda: explore.discriminator_probabilities(build("vae"), [[0, 0]]),
        lambda: explore.discriminator_probabilities(build(), [[0, 0, 0]]),
    ],
)
def test_bad_input_is_one_sentence(call):
    with pytest.raises(ConfigError) as error:
        call()
    assert str(error.value).endswith(".") and "\n" not in str(error.value) and len(str(error.value)) < 250


def test_codes_are_judged_as_the_sigmoid_of_the_logit():
    model, z = build(), np.random.default_rng(0).normal(size=(9, 2)).astype(np.float32)
    with torch.no_grad():
        expected = 1 / (1 + np.exp(-model.discriminator_logits(torch.from_numpy(z)).double().numpy()))
    assert np.allclose(explore.discriminator_probabilities(model, z), expected, atol=1e-6)


def test_the_clearest_style_is_sharp_and_the_other_rows_differ(monkeypatch):
    """Painter's style is the ink of the right part: at 0.5 it is grey, at 0.9 it is sharpest whatever the content."""
    model, ink = painter(), np.array([0.5, 0.9, 0.52, 0.89, 0.54, 0.88, 0.56, 0.87, 0.58, 0.86, *[40.0, -40.0] * 5])
    codes = np.stack([ink, np.zeros(20)], axis=1)  # the last ten would be as sharp, but lie far from all others

    def read(images, forgets=None):
        outcome = images[:, 0, 4, 0] / 255
        return np.stack([np.where(np.isclose(outcome, forgets or 9, atol=0.004), 0.5, outcome), 0 * outcome], axis=1)

    monkeypatch.setattr(explore, "encode_images", lambda _, images: read(images))
    clearest_index, further_indices = explore.find_clear_style_indices(model, codes, 2)
    assert (clearest_index, further_indices.tolist()) == (1, [5, 3]), (
        "of 0.9, 0.89 and 0.88 the last is farther from the first"
    )
    monkeypatch.setattr(explore, "encode_images", lambda _, images: read(images, forgets=0.9))
    assert explore.find_clear_style_indices(model, codes, 0)[0] == 3, (
        "an image that the model does not give back is not clear"
    )
    clearest_index, further_indices = explore.find_clear_style_indices(model, np.zeros((3, 2)), 6)
    assert sorted([clearest_index, *further_indices]) == [0, 1], "equal codes once each, and no more than there are"


def test_damaged_weights_are_one_sentence():
    model = build()
    with torch.no_grad():
        next(model.decoder.parameters()).fill_(float("nan"))
    with pytest.raises(ConfigError, match="damaged"):
        explore.decode_images(model, [[0.0, 0.0]])


def test_nothing_else_moves():
    model = build().train()
    before = torch.random.get_rng_state()
    explore.decode_manifold(model, 2, 2), explore.sample_prior_codes(model, 3), maps.discriminator_grid(model, 2.0, 4)
    assert torch.equal(before, torch.random.get_rng_state()) and model.training


def test_extreme_codes_still_decode():
    assert explore.decode_images(build(), [[1e6, -1e6]]).dtype == np.uint8


def test_the_heads_of_a_decoder_with_content_have_style_zero():
    images = explore.decode_heads(painter())
    assert images.shape == (CLASSES, 4, 5, 1)
    for k in range(CLASSES):
        assert np.array_equal(images[k], code(k, 0.1)), "the painter draws a style of 0 as 0.1"


def test_the_heads_of_a_reduction_are_its_rows_decoded():
    model = build("reduction", labels=0, clusters=4)
    with torch.no_grad():
        expected = to_items(model.decode(model.heads))
    assert np.abs(explore.decode_heads(model).astype(int) - expected).max() <= 1
    with pytest.raises(ConfigError, match="no heads"):
        explore.decode_heads(build())


def test_a_sweep_decodes_the_codes_of_its_region():
    model = build("reduction", labels=0, clusters=4, **{"prior.scale": 0.5})
    codes = model.heads[2].detach() + 0.5 * torch.tensor([[-0.6744898, 0.0], [0.6744898, 0.0]])
    with torch.no_grad():
        expected = to_items(model.decode(codes))
    assert np.abs(explore.decode_region_sweep(model, model.code_prior, 2, 0, 2).astype(int) - expected).max() <= 1
    rows = explore.decode_manifold(model, 4, 2)
    assert np.abs(rows[2].astype(int) - expected).max() <= 1, "the manifold has a row for each head"
    petals = build("supervised", **{"prior.name": "mixture", "prior.components": 3})
    assert explore.decode_region_sweep(petals, petals.code_prior, 1, 1, 3, label=2).shape == (3, 4, 5, 1)
    for k, n in ((3, 2), (0, 0), (0, 65)):
        with pytest.raises(ConfigError):
            explore.decode_region_sweep(petals, petals.code_prior, k, 0, n, label=0)
