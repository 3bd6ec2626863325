"""The natural patches against the photographs they are cut from."""

from functools import cache

import numpy as np
import pytest
from sklearn.datasets import load_sample_images

from aae_core.data import sets
from aae_core.data.built_in import natural_patches

SIDE, HASHED = 64, 6  # pixels of a patch's side, and of the corner by which it is looked for
WEIGHTS = np.random.default_rng(0).integers(1, 2**63, (HASHED, HASHED, 3), np.uint64)


def hashes(images):
    """A number for the first HASHED × HASHED pixels of each of the images: N×H×W×3, or views of them."""
    return np.einsum("nijc,ijc->n", images[:, :HASHED, :HASHED].astype(np.uint64), WEIGHTS)


@cache
def photographs():
    """The photographs, each with the number of the square that has its corner at a place, in ascending order, and the places."""
    numbered_photographs = []
    for photograph in load_sample_images().images:
        rows, columns = (length - SIDE + 1 for length in photograph.shape[:2])
        numbers = np.zeros((rows, columns), np.uint64)
        for row, column in np.ndindex(HASHED, HASHED):
            part = photograph[row : row + rows, column : column + columns].astype(np.uint64)
            numbers += (part * WEIGHTS[row, column]).sum(2, dtype=np.uint64)
        order = numbers.ravel().argsort()
        numbered_photographs.append((photograph, numbers.ravel()[order], np.stack(np.divmod(order, columns), 1)))
    return numbered_photographs


def places_in(photograph, numbers, places, images):
    """Where each of the images (N×64×64×3) lies in a photograph: the rows and columns of its corner, as many as are found."""
    image_places = []
    for image, number in zip(images, hashes(images), strict=True):
        candidate_places = places[slice(*(np.searchsorted(numbers, number, side) for side in ("left", "right")))]
        image_places.append(
            [(d, a) for d, a in candidate_places if np.array_equal(photograph[d : d + SIDE, a : a + SIDE], image)]
        )
    return image_places


@pytest.mark.parametrize("name", ["natural-patches", f"natural-patches{sets.HELD_OUT_SUFFIX}"])
def test_patches_are_squares_and_no_pixel_is_in_both_splits(name):
    data, summary = sets.load(name), sets.describe_data_set(name)
    assert (summary.train, summary.test) == (len(data.train.labels), len(data.test.labels))
    assert (summary.shape, summary.classes) == (data.shape, data.classes) == ((3, 64, 64), natural_patches.CLASSES)
    for label, (photograph, *numbered) in enumerate(photographs()):
        covered_pixels = np.zeros((2, *photograph.shape[:2]), bool)
        for part, split in zip(covered_pixels, (data.train, data.test), strict=True):
            patches = split.images[split.labels == label]
            assert len(patches) * 2 == len(split.labels), "as many of each photograph"
            for (row, column), *further_places in places_in(photograph, *numbered, patches):
                assert not further_places, "a patch lies at one place alone"
                part[row : row + SIDE, column : column + SIDE] = True
        assert not (covered_pixels[0] & covered_pixels[1]).any()
        assert covered_pixels[0].mean() > 2 * covered_pixels[1].mean() > 0.2
