"""How much samples of a model look like real images: precision and recall, density and coverage, and a Fréchet
distance.

The module holds pure functions of features, n×F of real images and m×F of samples (`generated`), and the protocol that
applies them to a model. Sources: Kynkäänniemi et al., arXiv 1904.06991, §3 (precision and recall); Naeem et al., arXiv
2002.09797, §3 (density and coverage); Heusel et al., arXiv 1706.08500, after Dowson and Landau, 1982 (Fréchet
distance). All depend on the features, on n and m, and on the number k of neighbours, so figures are comparable only if
these are the same. In particular, they are not comparable with figures from the features of an Inception network, such
as the usual FID.
"""

import math

import numpy as np
import torch

from aae_core.errors import ConfigError
from aae_core.evaluation import distances, embedding, image_classifier
from aae_core.evaluation.likelihood import sample_blocks
from aae_core.evaluation.sample import Subject

MAX_POINTS = 3000  # real images, and as many samples
MAX_VALUES = 2**24  # pixel values of all real images together: fewer large images are taken
# k of precision and recall, and of density and coverage, as in the papers
PRECISION_NEIGHBOURS, COVERAGE_NEIGHBOURS = 3, 5
MIN_IMAGES = COVERAGE_NEIGHBOURS + 1  # real images, at least


def precision_recall(real, generated, k: int = PRECISION_NEIGHBOURS) -> dict[str, float]:
    """{"precision", "recall"}, each 0..1.

    Precision: the share of the samples that lie in the ball around some real image whose radius is the distance to its
    k-th nearest real image. Recall: the share of the real images that lie in such a ball around some sample. Balls are
    closed. Raises ConfigError unless there are more than k of both.
    """
    balls_of_generated, _ = _ball_and_point_counts(generated, real, k)
    balls_of_real, _ = _ball_and_point_counts(real, generated, k)
    return {"precision": float((balls_of_generated > 0).mean()), "recall": float((balls_of_real > 0).mean())}


def density_coverage(real, generated, k: int = COVERAGE_NEIGHBOURS) -> dict[str, float]:
    """{"density", "coverage"}: density is at least 0, coverage lies in 0..1.

    Density: the mean number of balls around real images (as in `precision_recall`) in which a sample lies, divided by
    k. Coverage: the share of the real images whose ball holds a sample. For samples from the distribution of the real
    images, the expected density is 1, and for m = n the expected coverage is 1 − (n−1)···(n−k) / (2n−1)···(2n−k), about
    1 − 2⁻ᵏ. Raises ConfigError unless there are more than k of both.
    """
    balls_of_generated, points_in_balls = _ball_and_point_counts(generated, real, k)
    return {"density": float(balls_of_generated.mean() / k), "coverage": float((points_in_balls > 0).mean())}


def frechet_distance(real, generated) -> float:
    """The squared 2-Wasserstein distance of the Gaussians fitted to both, ‖μ_r − μ_m‖² + tr(C_r + C_m − 2 (C_r C_m)^½):
    at least 0, up to rounding. Finite samples of one distribution give a little more than 0. Raises ConfigError unless
    there are at least two of both."""
    real, generated = _checked_pair(real, generated, 1)
    mean_r, mean_m = real.mean(0), generated.mean(0)
    c_r, c_m = (np.atleast_2d(np.cov(points, rowvar=False)) for points in (real, generated))
    shared_trace = np.sqrt(np.linalg.eigvals(c_r @ c_m).real.clip(0)).sum()  # C_r C_m has no negative eigenvalue
    return float(((mean_r - mean_m) ** 2).sum() + np.trace(c_r) + np.trace(c_m) - 2 * shared_trace)


def _checked_pair(real, generated, k) -> list[np.ndarray]:
    """Both as float64 n×F and m×F; ConfigError if one has k points or fewer, or values that are not finite."""
    tables = [distances.checked_points_tensor(points, "The features").double().numpy() for points in (real, generated)]
    if min(map(len, tables)) <= k:
        raise ConfigError(f"More than {k} images and as many samples are needed to compare them.")
    return tables


def _ball_and_point_counts(points, centres, k):
    """The number of balls in which each of m points lies, m, and the number of points in each of the n balls, n. Each
    ball is centred on one of the `centres`, and its radius is the distance to the k-th nearest other centre."""
    points, centres = (torch.from_numpy(values) for values in _checked_pair(points, centres, k))
    radii = torch.cat(
        [
            block.topk(k + 1, largest=False).values[:, -1]
            for block in distances.squared_distance_blocks(centres, centres)
        ]
    )
    is_inside = np.concatenate(
        [(block <= radii).numpy() for block in distances.squared_distance_blocks(points, centres)]
    )
    return np.count_nonzero(is_inside, 1), np.count_nonzero(is_inside, 0)


def sample_quality_scores(real, generated) -> dict[str, float]:
    """All five figures by name: `precision`, `recall`, `density`, `coverage` and `frechet`."""
    return (
        precision_recall(real, generated)
        | density_coverage(real, generated)
        | {"frechet": frechet_distance(real, generated)}
    )


def evaluate_sample_quality(subject: Subject) -> dict:
    """`sample_quality_scores` of n (at most 3,000) test images and as many samples of the model, in the features of
    `embedding`; and n."""
    model, dataset = subject.model, subject.dataset
    images = subject.sample.images[: min(MAX_POINTS, MAX_VALUES // math.prod(dataset.shape))]
    embed = embedding.fit_embedding(dataset)
    blocks = sample_blocks(model, len(images), subject.seed)
    generated = np.concatenate([embed(block.view(-1, *model.shape)) for block in blocks])
    return sample_quality_scores(image_classifier.batched_features(images, extract_features=embed), generated) | {
        "n": len(images)
    }


def incomparable_samples_reason(model, dataset) -> str:
    """Why samples cannot be compared with the images of a data set even if the model has a prior, in a sentence; "" if
    they can."""
    if model.features is not None:
        return (
            "What is decoded of a row of a table is its mean, without the noise that real rows have, so the two are not "
            "compared; the protocol likelihood chooses a noise for it."
        )
    if len(dataset.test.images) < MIN_IMAGES:
        return f"The data set {dataset.name} has fewer than {MIN_IMAGES} test images, too few to compare samples with."
    return ""
