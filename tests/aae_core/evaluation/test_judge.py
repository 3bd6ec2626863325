"""The classifier that judges swaps: what it looks at, and that it seldom errs on real digits."""

from pathlib import Path

import numpy as np
import pytest
import torch

from aae_core.data import sets
from aae_core.evaluation import image_classifier

SHARED = Path(__file__).parents[4] / "shared" / "data"


def error(dataset, seed=0):
    test = dataset.test
    return 1 - image_classifier.train_classifier(dataset, seed).score(
        image_classifier.batched_features(test.images), test.labels
    )


def test_it_errs_on_few_of_the_bundled_digits_and_alike_each_time():
    digits = sets.load("digits")
    assert error(digits) == error(digits) < 0.02


@pytest.mark.thorough
@pytest.mark.skipif(not (SHARED / "mnist").is_dir(), reason="no MNIST beside the project")
def test_it_errs_on_fewer_than_one_in_a_hundred_of_mnist():
    assert error(sets.load("mnist", SHARED)) < 0.01


def test_what_it_looks_at_by_hand():
    """One edge from dark to bright, to the right: the strokes of its direction are strongest, those of the opposite are none."""
    x = torch.zeros(1, 1, 28, 28)
    x[..., 12:] = 1
    features = image_classifier.edge_features(x).reshape(9, 8, 8)  # eight directions and the brightness of 8 × 8 cells
    assert (
        features[0].max() == features[:8].max() == pytest.approx(np.sqrt(2 / 6), rel=1e-5)
        and features[4, :, :5].max() < 1e-6
    )
    assert np.array_equal(features[8, 0], np.array([0, 0, 0, 3 / 6, 1, 1, 1, 1], np.float32))


@pytest.mark.parametrize("shape", [(1, 1, 1), (3, 2, 5), (1, 8, 8), (3, 64, 64)])
def test_images_of_any_size_have_something_to_look_at(shape):
    assert np.isfinite(image_classifier.edge_features(torch.rand(2, *shape))).all()


def test_colours_are_told_apart_where_there_are_no_strokes():
    red, blue = torch.zeros(2, 3, 8, 8)
    red[0], blue[2] = 1, 1
    features = image_classifier.edge_features(torch.stack([red, blue]))
    assert not np.array_equal(features[0], features[1])
