"""The likelihood protocol on models whose samples are known beforehand."""

import json
import warnings
from types import SimpleNamespace

import numpy as np
import pytest
import torch
from scipy.special import logsumexp
from torch import nn

from aae_core.cli import commands
from aae_core.config.configuration import configure
from aae_core.errors import ConfigError
from aae_core.evaluation import likelihood
from aae_core.models.model import Model

PIXELS = 16


@pytest.fixture
def dataset():
    rng = np.random.default_rng(0)
    parts = [SimpleNamespace(images=rng.integers(0, 256, (n, 4, 4, 1), dtype=np.uint8)) for n in (400, 50)]
    return SimpleNamespace(name="toy", shape=(1, 4, 4), classes=tuple("ab"), train=parts[0], test=parts[1])


def build(variant="aae"):
    nets = {"network.hidden": (8,), "network.discriminator": (8,)}
    model = Model(configure(variant=variant, **nets), (1, 4, 4), 2)
    model.initialise(0)
    return model


class Grey(nn.Module):
    """A decoder that makes the same grey of every code."""

    def forward(self, code):
        return torch.zeros(len(code), 1, 4, 4)


class White(nn.Module):
    """A decoder that makes the same white of every code."""

    def forward(self, code):
        return torch.full((len(code), 1, 4, 4), 100.0)


def test_a_decoder_of_one_image_has_the_likelihood_of_a_single_gaussian(dataset):
    model = build()
    model.decoder = Grey()  # logits of 0: every pixel is 0.5
    parzen_likelihood = likelihood.parzen_likelihood(model, dataset, n_samples=70)
    squares = ((dataset.test.images.reshape(50, -1) / 255.0 - 0.5) ** 2).sum(1)
    item = -squares / (2 * parzen_likelihood["sigma"] ** 2) - PIXELS / 2 * np.log(
        2 * np.pi * parzen_likelihood["sigma"] ** 2
    )
    assert parzen_likelihood["log_likelihood"] == pytest.approx(item.mean(), abs=1e-4)
    assert parzen_likelihood["standard_error"] == pytest.approx(item.std(ddof=1) / np.sqrt(50), rel=1e-4)
    assert parzen_likelihood["sigma"] == pytest.approx(np.sqrt(1 / 12), rel=0.06), (
        "the deviation of a uniform pixel from its middle"
    )
    assert (parzen_likelihood["samples"], parzen_likelihood["n"]) == (70, 50)


def test_the_width_lies_inside_the_grid_that_was_tried(dataset):
    model = build()
    model.decoder = Grey()
    result = likelihood.parzen_likelihood(model, dataset, n_samples=70)
    smallest, largest = result["grid"]
    assert smallest == pytest.approx(0.2 / 1.25**4) and smallest < result["sigma"] < largest


def test_images_that_occur_many_times_have_no_baselines_and_say_why():
    rng = np.random.default_rng(0)
    images = rng.integers(0, 256, (20, 4, 4, 1), dtype=np.uint8)
    train, test = SimpleNamespace(images=images.repeat(20, 0)), SimpleNamespace(images=images)
    dataset = SimpleNamespace(name="toy", shape=(1, 4, 4), classes=(), train=train, test=test)
    actual = likelihood.parzen_likelihood(build(), dataset, n_samples=60)
    assert np.isfinite(actual["log_likelihood"]) and actual["centroids"] == 60 and actual["real_images"] == 60
    for key, image_kind in (("training_images", "real images"), ("k_means", "k-means centroids")):
        assert actual[key] is None and image_kind in actual[f"why_no_{key}"] and "many times" in actual[f"why_no_{key}"]
    json.dumps(actual, allow_nan=False)


def test_baselines_that_are_there_need_no_reason(dataset):
    output = likelihood.parzen_likelihood(build(), dataset, n_samples=60)
    assert np.isfinite([output["training_images"], output["k_means"]]).all()
    assert not [key for key in output if key.startswith("why_no")]


def test_the_model_itself_must_have_a_width():
    images = np.full((400, 4, 4, 1), 255, np.uint8)
    split = SimpleNamespace(images=images)
    dataset = SimpleNamespace(name="toy", shape=(1, 4, 4), classes=(), train=split, test=split)
    model = build()
    model.decoder = White()
    with pytest.raises(ConfigError, match="No width of the Parzen window is best"):
        likelihood.parzen_likelihood(model, dataset, n_samples=60)


def test_a_terminal_says_how_width_and_centroids_were_chosen(dataset, capsys):
    commands._print_protocol(likelihood.parzen_likelihood(build(), dataset, n_samples=60), is_table=False)
    lines = {line[2:].split("  ")[0]: line for line in capsys.readouterr().out.splitlines()}
    assert "training images held back" in lines["Width σ of the Parzen window"] and "Widths tried" in lines
    names = list(lines)
    assert names[names.index("Parzen log-likelihood of centroids") + 1] == "Centroids in the samples' place"
    assert (
        " 60 " in lines["Centroids in the samples' place"]
        and "favours the model" in lines["Centroids in the samples' place"]
    )


def test_real_images_stand_beside_it(dataset):
    outcome = likelihood.parzen_likelihood(build(), dataset, n_samples=60)
    order = np.random.default_rng(0).permutation(400)
    real = dataset.train.images[order[200:260]].reshape(60, -1) / 255.0
    squares = ((dataset.test.images.reshape(50, 1, -1) / 255.0 - real) ** 2).sum(-1)

    def mean(sigma):
        entry = logsumexp(-squares / (2 * sigma**2), axis=1) - np.log(60) - PIXELS / 2 * np.log(2 * np.pi * sigma**2)
        return entry.mean()

    best = max(mean(sigma) for sigma in np.geomspace(0.05, 1, 100))
    assert best - 0.5 < outcome["training_images"] <= best + 1e-3, "its width was chosen on other images"


def test_centroids_of_k_means_stand_beside_it_with_an_explanation():
    """Two kinds of images, dark and light: of two centroids, one is the mean of each kind."""
    rng = np.random.default_rng(0)
    kinds = [np.arange(n) % 2 for n in (400, 60)]
    parts = [
        SimpleNamespace(
            images=(rng.normal(50 + 150 * kind[:, None], 10, (len(kind), 16))).reshape(-1, 4, 4, 1).astype(np.uint8)
        )
        for kind in kinds
    ]
    dataset = SimpleNamespace(name="toy", shape=(1, 4, 4), classes=(), train=parts[0], test=parts[1])
    figures = likelihood.parzen_likelihood(build(), dataset, n_samples=2)
    assert figures["centroids"] == 2
    pixels, test_pixels = (part.images.reshape(-1, 16) / 255.0 for part in parts)
    learnt = np.random.default_rng(0).permutation(400)[200:]
    means = np.stack([pixels[learnt[kinds[0][learnt] == kind]].mean(0) for kind in (0, 1)])
    squares = ((test_pixels[:, None] - means) ** 2).sum(-1)

    def mean(sigma):
        return (logsumexp(-squares / (2 * sigma**2), axis=1) - np.log(2) - 8 * np.log(2 * np.pi * sigma**2)).mean()

    best = max(mean(sigma) for sigma in np.geomspace(0.01, 1, 300))
    assert best - 0.3 < figures["k_means"] <= best + 0.3
    assert "1511.01844" in figures["caveat"] and figures["caveat"].endswith(".")


def test_centroids_are_as_many_as_asked_even_of_equal_images():
    images = torch.rand(300, PIXELS)
    centroids = likelihood.fit_centroids(images, 7)
    assert centroids.shape == (7, PIXELS) and centroids.dtype == torch.float32
    assert torch.equal(centroids, likelihood.fit_centroids(images, 7)) and not torch.equal(
        centroids, likelihood.fit_centroids(images, 7, 1)
    )
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert torch.allclose(likelihood.fit_centroids(torch.full((40, 3), 0.25), 5), torch.full((5, 3), 0.25))


def test_a_large_sample_is_limited_by_centroids_and_images(dataset, monkeypatch):
    monkeypatch.setattr(likelihood, "MAX_CENTROIDS", 30)
    assert likelihood.parzen_likelihood(build(), dataset, n_samples=500)["centroids"] == 30
    monkeypatch.setattr(likelihood, "MAX_CENTROIDS", 1000)
    figures = likelihood.parzen_likelihood(build(), dataset, n_samples=500)
    assert figures["centroids"] == 100, "half of the 200 that are left"
    assert figures["real_images"] == 200


@pytest.mark.parametrize("variant", ["aae", "supervised"])
def test_samples_are_the_same_at_every_call_and_as_many_as_asked(variant, monkeypatch):
    monkeypatch.setattr(likelihood, "BATCH", 7)
    model = build(variant)
    samples, repeated_samples = (torch.cat(list(likelihood.sample_blocks(model, 17, 3))) for _ in range(2))
    assert samples.shape == (17, PIXELS) and torch.equal(samples, repeated_samples)
    assert not torch.equal(samples, torch.cat(list(likelihood.sample_blocks(model, 17, 4))))
    model.train()
    for _ in likelihood.sample_blocks(model, 17, 3):
        assert torch.is_grad_enabled() and model.training, "between blocks nothing is left changed"


@pytest.mark.parametrize("samples", [1, 0, -5, 10**9, 2.5, True])
def test_a_senseless_number_of_samples_is_refused(dataset, samples):
    with pytest.raises(ConfigError, match="number of samples"):
        likelihood.parzen_likelihood(build(), dataset, n_samples=samples)
