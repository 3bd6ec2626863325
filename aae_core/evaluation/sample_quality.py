"""How much samples of a model look like real images: precision and recall, density and coverage, and a Fréchet distance.

Pure functions of features, real n×F and made m×F, and what they say of a model. Sources: Kynkäänniemi et al., arXiv
1904.06991, §3 (precision and recall); Naeem et al., arXiv 2002.09797, §3 (density and coverage); Heusel et al., arXiv 1706.08500,
after Dowson and Landau, 1982 (Fréchet distance). All depend on the features, on n and m, and on the number k of neighbours, so
only figures with the same of each compare; those of other classifiers, such as the usual Inception network's, do not.
"""

import math

import numpy as np
import torch

from aae_core.errors import ConfigError
from aae_core.evaluation import distances, embedding, judge
from aae_core.evaluation.likelihood import generated
from aae_core.evaluation.sample import Subject

POINTS = 3000  # real images, and as many samples
VALUES = 2**24  # of the real images together: fewer are taken where they are large
CLOSE, NEAR = 3, 5  # neighbours that precision and recall, and density and coverage, count as near; those of the papers
FEWEST = NEAR + 1  # real images


def precision_recall(real, made, k: int = CLOSE) -> dict[str, float]:
    """{"precision", "recall"}, each 0..1.

    Precision: the share of the samples that lie in the ball around some real image whose radius is the distance to its k-th
    nearest real image. Recall: the share of the real images that lie in such a ball around some sample. Balls are closed.
    Raises ConfigError unless there are more than k of both.
    """
    (of_made, _), (of_real, _) = _counts(made, real, k), _counts(real, made, k)
    return {"precision": float((of_made > 0).mean()), "recall": float((of_real > 0).mean())}


def density_coverage(real, made, k: int = NEAR) -> dict[str, float]:
    """{"density", "coverage"}: at least 0, and 0..1.

    Density: in how many balls around real images (as in `precision_recall`) a sample lies, the mean divided by k. Coverage: the
    share of the real images whose ball holds a sample. Of samples that are distributed as the real images, the expectation of
    density is 1, and that of coverage, of as many, 1 − (n−1)···(n−k) / (2n−1)···(2n−k), about 1 − 2⁻ᵏ.
    """
    of_made, in_balls = _counts(made, real, k)
    return {"density": float(of_made.mean() / k), "coverage": float((in_balls > 0).mean())}


def frechet(real, made) -> float:
    """‖μ_r − μ_m‖² + tr(C_r + C_m − 2 (C_r C_m)^½) of the Gaussians fitted to the two: at least 0, up to rounding.

    The squared 2-Wasserstein distance of these Gaussians. Finite samples of one distribution give a little more than 0.
    """
    (mean_r, c_r), (mean_m, c_m) = (
        (points.mean(0), np.atleast_2d(np.cov(points, rowvar=False))) for points in _pair(real, made, 1)
    )
    shared = np.sqrt(np.linalg.eigvals(c_r @ c_m).real.clip(0)).sum()  # C_r C_m has no negative eigenvalue
    return float(((mean_r - mean_m) ** 2).sum() + np.trace(c_r) + np.trace(c_m) - 2 * shared)


def _pair(real, made, k):
    """Both as float64 n×F and m×F; ConfigError where one has k points or fewer, or values that are not finite."""
    both = [distances.as_points(points, "The features").double().numpy() for points in (real, made)]
    if min(map(len, both)) <= k:
        raise ConfigError(f"More than {k} images and as many samples are needed to compare them.")
    return both


def _counts(points, centres, k):
    """In how many balls each of m points lies, m, and how many of the points lie in each of n balls, n. A ball's centre is one
    of the `centres`; its radius, the distance to the k-th nearest other one."""
    points, centres = map(torch.from_numpy, _pair(points, centres, k))
    radii = torch.cat([block.topk(k + 1, largest=False).values[:, -1] for block in distances.squares(centres, centres)])
    inside = np.concatenate([(block <= radii).numpy() for block in distances.squares(points, centres)])
    return np.count_nonzero(inside, 1), np.count_nonzero(inside, 0)


def all_figures(real, made) -> dict[str, float]:
    """The five figures by name."""
    return precision_recall(real, made) | density_coverage(real, made) | {"frechet": frechet(real, made)}


def protocol(subject: Subject) -> dict:
    """Of at most 3,000 test images and as many samples of the model, in the features of `embedding`; n: how many of each."""
    model, dataset = subject.model, subject.dataset
    images = subject.sample.images[: min(POINTS, VALUES // math.prod(dataset.shape))]
    look = embedding.of(dataset)
    blocks = generated(model, len(images), subject.seed)
    made = np.concatenate([look(block.view(-1, *model.shape)) for block in blocks])
    return all_figures(judge.of_images(images, look=look), made) | {"n": len(images)}


def why_not(model, dataset) -> str:
    """Why samples cannot be compared with the images of a data set, beyond what the variant says; "" where they can."""
    if model.features is not None:
        return (
            "What is decoded of a row of a table is its mean, without the noise that real rows have, so the two are not "
            "compared; the protocol likelihood chooses a noise for it."
        )
    if len(dataset.test.images) < FEWEST:
        return f"The data set {dataset.name} has fewer than {FEWEST} test images, too few to compare samples with."
    return ""
