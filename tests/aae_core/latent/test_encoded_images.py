"""The images of the board of the aggregated posterior, and how they are arranged."""

import numpy as np
import pytest

from aae_core.errors import ConfigError
from aae_core.latent.encoded_images import RANGES, SETS, Arrangement, load_encoded_images


def test_each_set_has_two_images_of_each_digit():
    sets = load_encoded_images()
    assert len(sets) == SETS
    for image_set in sets:
        assert image_set.images.shape == (20, 28, 28) and image_set.images.dtype == np.uint8
        assert np.bincount(image_set.labels).tolist() == [2] * 10
    assert len({image_set.images.tobytes() for image_set in sets}) == SETS


def test_every_set_can_be_shown_as_it_is():
    for image_set in load_encoded_images():
        for name, (low, high) in RANGES.items():
            assert low <= getattr(image_set.posteriors, name) <= high


@pytest.mark.parametrize(
    "values", [{"width": 0.001}, {"width": float("nan")}, {"spread": 2}, {"images": 0}, {"images": 6}]
)
def test_what_is_out_of_range_is_refused(values):
    with pytest.raises(ConfigError, match=next(iter(values))):
        Arrangement(**values)
