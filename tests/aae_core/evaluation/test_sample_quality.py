"""Precision, recall, density, coverage and Fréchet distance, of point sets by counting, in closed form, and of real digits."""

import math
from pathlib import Path

import numpy as np
import pytest
import torch
from helpers.toy_models import toy_config
from scipy.linalg import sqrtm

from aae_core.data import sets
from aae_core.errors import ConfigError
from aae_core.evaluation import embedding, image_classifier, sample_quality
from aae_core.evaluation.sample import Sample, Subject
from aae_core.models.model import Model
from aae_core.store.revisions import Store

SHARED = Path(__file__).parents[4] / "shared" / "data"

REAL = np.array([[0.0], [1.0], [2.0], [10.0]])  # with k = 1, balls of radius 1, 1, 1 and 8


def test_precision_and_recall_by_counting():
    """Samples at 1, 3, 19 and 100: balls of radius 2, 2, 16 and 81. 1 and 3 lie near real images (3 on the edge of 2's ball),
    19 and 100 beyond 10's ball, which ends at 18. 0, 1 and 2 lie in 1's ball, 10 in 19's."""
    samples = np.array([[1.0], [3.0], [19.0], [100.0]])
    assert sample_quality.precision_recall(REAL, samples, 1) == {"precision": 0.5, "recall": 1.0}
    central_samples = np.array([[0.5], [0.6], [0.7]])  # balls of radius 0.1: no real image in any of them
    assert sample_quality.precision_recall(REAL, central_samples, 1) == {"precision": 1.0, "recall": 0.0}


def test_density_and_coverage_by_counting():
    """1 lies in the balls of 0, 1 and 2; 3 in those of 2 and 10; 19 and 100 in none."""
    result = np.array([[1.0], [3.0], [19.0], [100.0]])
    assert sample_quality.density_coverage(REAL, result, 1) == {"density": 5 / 4, "coverage": 1.0}
    assert sample_quality.density_coverage(REAL, result[2:], 1) == {"density": 0.0, "coverage": 0.0}
    # 0.5 lies in the balls of 0 and of 1, so of four real images two are covered; with k = 2 the radii are 2, 1, 2 and 9
    assert sample_quality.density_coverage(REAL, np.full((3, 1), 0.5), 1) == {"density": 2.0, "coverage": 0.5}
    assert sample_quality.density_coverage(REAL, np.full((3, 1), 0.5), 2) == {"density": 3 / 2, "coverage": 0.75}


def test_all_figures_equal_plain_loops(monkeypatch):
    rng = np.random.default_rng(0)
    real, output = rng.normal(size=(60, 3)), rng.normal(0.5, 0.7, (45, 3))
    monkeypatch.setattr(sample_quality.distances, "BLOCK_ENTRIES", 200)  # so that there are many blocks

    def radius(points, i, k):
        return sorted(np.linalg.norm(points - points[i], axis=1))[k]

    def is_near(point, points, i, k):
        return np.linalg.norm(point - points[i]) <= radius(points, i, k)

    actual = sample_quality.precision_recall(real, output, 3) | sample_quality.density_coverage(real, output, 5)
    assert actual == pytest.approx({
        "precision": np.mean([any(is_near(y, real, i, 3) for i in range(60)) for y in output]),
        "recall": np.mean([any(is_near(x, output, j, 3) for j in range(45)) for x in real]),
        "density": np.sum([is_near(y, real, i, 5) for y in output for i in range(60)]) / (5 * 45),
        "coverage": np.mean([any(is_near(y, real, i, 5) for y in output) for i in range(60)]),
    })  # fmt: skip


def test_samples_like_the_images_have_expected_density_and_coverage():
    """The expectations of Naeem et al., which hold whatever the distribution is."""
    rng, n, k = np.random.default_rng(1), 1500, 5
    density_coverage = sample_quality.density_coverage(rng.standard_t(3, (n, 6)), rng.standard_t(3, (n, 6)))
    expected = 1 - math.prod((n - i) / (2 * n - i) for i in range(1, k + 1))
    assert density_coverage == {"density": pytest.approx(1, abs=0.05), "coverage": pytest.approx(expected, abs=0.02)}


def test_the_frechet_distance_is_that_of_two_gaussians():
    rng = np.random.default_rng(2)
    a, b = rng.normal(size=(500, 4)) @ rng.normal(size=(4, 4)), rng.normal(1, 2, (300, 4))
    ca, cb = np.cov(a.T), np.cov(b.T)
    expected_distance = ((a.mean(0) - b.mean(0)) ** 2).sum() + np.trace(ca + cb - 2 * sqrtm(ca @ cb).real)
    assert sample_quality.frechet_distance(a, b) == pytest.approx(expected_distance, rel=1e-5)
    assert sample_quality.frechet_distance(a, a + [3, 0, 0, 0]) == pytest.approx(9, rel=1e-5)
    assert sample_quality.frechet_distance(a, a) == pytest.approx(0, abs=1e-6)
    line = a[:, :1]  # of one dimension: (μ − μ')² + (σ − σ')²
    assert sample_quality.frechet_distance(line, 3 * line + 1) == pytest.approx(
        (2 * line.mean() + 1) ** 2 + 4 * ca[0, 0], rel=1e-5
    )


def test_what_cannot_be_compared_is_refused():
    with pytest.raises(ConfigError, match="More than 3"):
        sample_quality.precision_recall(REAL[:3], REAL)
    with pytest.raises(ConfigError, match="not finite"):
        sample_quality.frechet_distance(REAL, REAL * np.nan)


def test_what_is_broken_is_ranked_behind_what_is_real():
    """Real digits that nobody saw; half of the classes; the same with noise; a model that was never trained."""
    digits = sets.load("digits")
    embed, rng = embedding.fit_embedding(digits), np.random.default_rng(0)
    order = rng.permutation(len(digits.train.images))[:359]
    real, labels = digits.train.images[order], digits.train.labels[order]
    model = Model(toy_config(), digits.shape, 10)
    model.initialise(0)
    subject = Subject(model, digits, Sample.draw_test(model, digits, 0))
    batched_features = image_classifier.batched_features(digits.test.images, extract_features=embed)

    def figures(images):
        return sample_quality.sample_quality_scores(
            batched_features, image_classifier.batched_features(images, extract_features=embed)
        )

    whole_figures, half_figures = figures(real), figures(real[labels < 5])
    noisy_figures = figures((real + rng.normal(0, 80, real.shape)).clip(0, 255).astype(np.uint8))
    untrained_figures = sample_quality.evaluate_sample_quality(subject)
    assert untrained_figures.pop("n") == 359
    assert untrained_figures["precision"] == untrained_figures["coverage"] == untrained_figures["density"] == 0
    assert (
        whole_figures["precision"] > 0.85
        and whole_figures["coverage"] > 0.9
        and whole_figures["density"] == pytest.approx(1, abs=0.1)
    )
    assert half_figures["precision"] > 0.85 and half_figures["coverage"] < 0.65 and half_figures["recall"] < 0.7, (
        "what is there looks real"
    )
    assert (
        noisy_figures["precision"] < 0.5 * half_figures["precision"]
        and noisy_figures["coverage"] < half_figures["coverage"]
    )
    assert (
        whole_figures["frechet"] < half_figures["frechet"] < untrained_figures["frechet"]
        and whole_figures["frechet"] < noisy_figures["frechet"]
    )


@pytest.mark.skipif(not (SHARED / "mnist").is_dir(), reason="no MNIST beside the project")
def test_by_the_classifier_that_ships_what_is_broken_comes_last():
    """Samples of a shipped model, the same with noise on each pixel, and those of an untrained one, beside 2,000 test images. By
    precision the untrained one may come first: its samples are all alike, and may lie near an outlier."""
    mnist = sets.load("mnist", SHARED)
    embed = embedding.fit_embedding(mnist)
    trained_model = Store().open("20261122T074111Z-supervised-mnist-2b2cc9").model()
    untrained_model = Model(trained_model.config, mnist.shape, 10)
    untrained_model.initialise(0)
    generated_images, untrained_images = (
        torch.cat([*sample_quality.sample_blocks(model, 2000, 0)]).view(-1, 1, 28, 28)
        for model in (trained_model, untrained_model)
    )
    noisy_images = (
        generated_images + 0.3 * torch.randn(generated_images.shape, generator=torch.Generator().manual_seed(0))
    ).clamp(0, 1)
    outcome = image_classifier.batched_features(mnist.test.images[:2000], extract_features=embed)
    good, bad, worst = (
        sample_quality.sample_quality_scores(outcome, embed(images))
        for images in (generated_images, noisy_images, untrained_images)
    )
    for key in ("density", "coverage", "recall"):
        assert good[key] > bad[key] >= worst[key], key
    assert good["frechet"] < bad["frechet"] < worst["frechet"]
