import numpy as np
import pytest
import torch

from aae_core.config.configuration import configure
from aae_core.config.variants import VARIANTS
from aae_core.errors import ConfigError
from aae_core.models.items import to_items, to_tensor
from aae_core.models.model import Model, one_hot

SMALL_SETTINGS = {"network.hidden": (12,), "network.discriminator": (8,), "latent_dim": 3}


def build(classes=4, shape=(1, 5, 5), **settings):
    model = Model(configure(**{**SMALL_SETTINGS, **settings}), shape, classes)
    model.initialise(0)
    return model


def test_what_a_decoder_gives_becomes_the_nearest_grey_value():
    x = torch.tensor([-0.5, 0, 0.4, 1, 1.5]).view(5, 1, 1, 1)
    assert to_items(x).ravel().tolist() == [0, 0, 102, 255, 255]


def test_images_survive_the_way_to_tensors_and_back():
    images = np.arange(2 * 3 * 4 * 3, dtype=np.uint8).reshape(2, 3, 4, 3)
    x = to_tensor(images)
    assert x.shape == (2, 3, 3, 4)
    assert x[1, 2, 0, 3].item() == pytest.approx(images[1, 0, 3, 2] / 255)
    assert (to_items(x) == images).all()


def test_one_hot_gives_zeros_to_the_unlabelled():
    result = one_hot(torch.tensor([1, -1, 0]), 3)
    assert result.tolist() == [[0, 1, 0], [0, 0, 0], [1, 0, 0]]


@pytest.mark.parametrize("posterior", ["deterministic", "gaussian", "universal"])
@pytest.mark.parametrize("variant", VARIANTS)
def test_shapes_for_every_variant_and_posterior(variant, posterior):
    if "kl" in VARIANTS[variant].prior_losses and posterior != "gaussian":
        pytest.skip("a KL needs the gaussian posterior")
    prior = {"prior.name": "mixture", "prior.components": 4, "latent_dim": 2} if variant == "label-informed" else {}
    model = build(variant=variant, posterior=posterior, **prior)
    x = torch.rand(6, 1, 5, 5)
    y = torch.eye(model.contents)[[0, 1, 2, 3, 0, 1]] if model.variant.has_content else None
    z = model.infer(x, torch.Generator().manual_seed(0))[0]
    assert model.encode(x).shape == z.shape == (6, model.config.latent_dim)
    decoded = model.decode(z, y)
    assert decoded.shape == x.shape
    assert decoded.min() >= 0 and decoded.max() <= 1


def test_only_a_noisy_posterior_draws_differently_each_time():
    x = torch.rand(6, 1, 5, 5)
    for posterior in ("deterministic", "gaussian", "universal"):
        model, rng = build(posterior=posterior), torch.Generator().manual_seed(0)
        assert torch.equal(model.infer(x, rng)[0], model.infer(x, rng)[0]) == (posterior == "deterministic")
        assert torch.equal(model.encode(x), model.encode(x))


def test_the_label_reaches_the_decoder():
    """The trap of public replications: a label input that is silently dropped."""
    model = build(variant="supervised")
    z = torch.zeros(4, 3)
    decoded = model.decode(z, torch.eye(4))
    assert len({tuple(image.flatten().tolist()) for image in decoded}) == 4


def test_what_a_variant_lacks_is_said():
    with pytest.raises(ConfigError, match="needs a content"):
        build(variant="supervised").decode(torch.zeros(1, 3))
    with pytest.raises(ConfigError, match="takes no content"):
        build().decode(torch.zeros(1, 3), torch.eye(4)[:1])
    with pytest.raises(ConfigError, match="no discriminator"):
        build(variant="vae").discriminator_logits(torch.zeros(1, 3))
    with pytest.raises(ConfigError, match="only the gaussian"):
        build().posterior_moments(torch.rand(1, 1, 5, 5))
    with pytest.raises(ConfigError, match="needs labels"):
        build(variant="supervised", classes=0)


def test_the_universal_posteriors_noise_changes_the_code():
    model = build(posterior="universal")
    x = torch.rand(1, 1, 5, 5).expand(500, -1, -1, -1)
    assert model.infer(x, torch.Generator().manual_seed(0))[0].std(0).min() > 1e-3


def test_the_conv_pair_keeps_the_image_size():
    model = build(shape=(3, 17, 10), **{"network.kind": "conv", "network.channels": (4, 4)})
    x = torch.rand(2, 3, 17, 10)
    assert model.decode(model.encode(x)).shape == x.shape
