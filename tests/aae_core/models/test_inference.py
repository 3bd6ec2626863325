import numpy as np
import pytest
import torch

from aae_core.config.configuration import configure
from aae_core.errors import ConfigError
from aae_core.models import inference
from aae_core.models.model import Model


def model_of(variant="aae", **settings):
    nets = {"network.hidden": (8,), "network.discriminator": (8,), "network.channels": (4,)}
    model = Model(configure(variant=variant, **nets | settings), (1, 4, 4), 3)
    model.initialise(0)
    return model


def test_the_model_is_in_evaluation_mode_and_comes_back_after_an_error():
    model = model_of().train()
    with pytest.raises(RuntimeError), inference.evaluation_mode(model):
        assert not any(module.training for module in model.modules())
        assert not torch.is_grad_enabled()
        raise RuntimeError
    assert all(module.training for module in model.modules())


@pytest.mark.parametrize("kind", ["mlp", "pyramid"])
@pytest.mark.parametrize("n", [0, 1, 5, 6])
def test_batches_join_to_the_whole(kind, n, monkeypatch):
    model, rng = model_of("supervised", **{"network.kind": kind}), np.random.default_rng(0)
    images, labels = rng.integers(0, 256, (n, 4, 4, 1), dtype=np.uint8), rng.integers(-1, 3, n)
    monkeypatch.setattr(inference, "BATCH", 5)
    z = inference.encode_all(model, images)
    x = inference.decode_all(model, z, inference.one_hot_contents(model, labels), lambda x: x.numpy())
    assert z.shape == (n, 2) and x.shape == (n, 1, 4, 4)
    with torch.no_grad():
        for i in range(n):
            y = torch.tensor([[float(k == labels[i]) for k in range(3)]])  # −1: zeros
            code = model.encode(torch.from_numpy(images[i : i + 1, ..., 0]).unsqueeze(1) / 255)
            np.testing.assert_allclose(z[i : i + 1], code, atol=1e-5)
            np.testing.assert_allclose(x[i : i + 1], model.decode(code, y), atol=1e-5)


def test_content_is_none_where_the_decoder_takes_none():
    assert inference.one_hot_contents(model_of(), np.array([0, 1])) is None


def test_a_decoder_without_finite_numbers_is_told():
    model = model_of()
    with torch.no_grad():
        next(model.decoder.parameters()).fill_(float("inf"))
    with pytest.raises(ConfigError, match="damaged"):
        inference.decode_all(model, torch.ones(1, 2), None, lambda x: x.numpy())


def test_chosen_images_are_those_of_their_numbers():
    images = np.arange(40, dtype=np.uint8).reshape(10, 2, 2, 1)
    selected_images = inference.SelectedImages(images, np.array([7, 1, 9, 3]))
    assert len(selected_images) == 4 and len(selected_images[1:]) == 3
    assert np.array_equal(np.asarray(selected_images), images[[7, 1, 9, 3]])
    assert np.array_equal(np.asarray(selected_images[1:][np.array([0, 2])]), images[[1, 3]])
