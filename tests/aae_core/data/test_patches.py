"""The natural patches against the photographs they are cut from."""

from functools import cache

import numpy as np
import pytest
from sklearn.datasets import load_sample_images

from aae_core.data import patches, sets


@cache
def photographs():
    """The photographs, each with the places by the first two rows of pixels of the square that has its corner there."""
    found = []
    for photograph in load_sample_images().images:
        corners = {}
        for down, across in np.ndindex(*(length - 63 for length in photograph.shape[:2])):
            key = photograph[down : down + 2, across : across + 64].tobytes()
            corners.setdefault(key, []).append((down, across))
        found.append((photograph, corners))
    return found


def places_in(photograph, corners, images):
    """Where each of the images (N×64×64×3) lies in a photograph: the rows and columns of its corner, as many as are found."""
    found = [corners.get(image[:2].tobytes(), []) for image in images]
    return [
        [
            place
            for place in each
            if np.array_equal(photograph[place[0] : place[0] + 64, place[1] : place[1] + 64], image)
        ]
        for each, image in zip(found, images, strict=True)
    ]


@pytest.mark.parametrize("name", ["natural-patches", f"natural-patches{sets.HELD_OUT}"])
def test_patches_are_squares_of_their_photograph_and_no_pixel_is_in_both_splits(name):
    loaded, summary = sets.load(name), sets.describe(name)
    assert (summary.train, summary.test) == (len(loaded.train.labels), len(loaded.test.labels))
    assert (summary.shape, summary.classes) == (loaded.shape, loaded.classes) == ((3, 64, 64), patches.CLASSES)
    for label, (photograph, corners) in enumerate(photographs()):
        seen = np.zeros((2, *photograph.shape[:2]), bool)
        for part, split in zip(seen, (loaded.train, loaded.test), strict=True):
            chosen = split.images[split.labels == label]
            assert len(chosen) * 2 == len(split.labels), "as many of each photograph"
            for (down, across), *others in places_in(photograph, corners, chosen):
                assert not others, "a patch lies at one place alone"
                part[down : down + 64, across : across + 64] = True
        assert not (seen[0] & seen[1]).any()
        assert seen[0].mean() > 2 * seen[1].mean() > 0.2
