"""The natural patches against the photographs they are cut from."""

from functools import cache

import numpy as np
import pytest
from sklearn.datasets import load_sample_images

from aae_core.data import natural_patches, sets

SIDE, HASHED = 64, 6  # pixels of a patch's side, and of the corner by which it is looked for
WEIGHTS = np.random.default_rng(0).integers(1, 2**63, (HASHED, HASHED, 3), np.uint64)


def hashes(images):
    """A number for the first HASHED × HASHED pixels of each of the images: N×H×W×3, or views of them."""
    return np.einsum("nijc,ijc->n", images[:, :HASHED, :HASHED].astype(np.uint64), WEIGHTS)


@cache
def photographs():
    """The photographs, each with the number of the square that has its corner at a place, in ascending order, and the places."""
    calls = []
    for photograph in load_sample_images().images:
        rows, columns = (length - SIDE + 1 for length in photograph.shape[:2])
        numbers = np.zeros((rows, columns), np.uint64)
        for down, across in np.ndindex(HASHED, HASHED):
            part = photograph[down : down + rows, across : across + columns].astype(np.uint64)
            numbers += (part * WEIGHTS[down, across]).sum(2, dtype=np.uint64)
        order = numbers.ravel().argsort()
        calls.append((photograph, numbers.ravel()[order], np.stack(np.divmod(order, columns), 1)))
    return calls


def places_in(photograph, numbers, places, images):
    """Where each of the images (N×64×64×3) lies in a photograph: the rows and columns of its corner, as many as are found."""
    collected = []
    for image, number in zip(images, hashes(images), strict=True):
        alike = places[slice(*(np.searchsorted(numbers, number, side) for side in ("left", "right")))]
        collected.append([(d, a) for d, a in alike if np.array_equal(photograph[d : d + SIDE, a : a + SIDE], image)])
    return collected


@pytest.mark.parametrize("name", ["natural-patches", f"natural-patches{sets.HELD_OUT_SUFFIX}"])
def test_patches_are_squares_and_no_pixel_is_in_both_splits(name):
    loaded, summary = sets.load(name), sets.describe_data_set(name)
    assert (summary.train, summary.test) == (len(loaded.train.labels), len(loaded.test.labels))
    assert (summary.shape, summary.classes) == (loaded.shape, loaded.classes) == ((3, 64, 64), natural_patches.CLASSES)
    for label, (photograph, *numbered) in enumerate(photographs()):
        seen = np.zeros((2, *photograph.shape[:2]), bool)
        for part, split in zip(seen, (loaded.train, loaded.test), strict=True):
            chosen = split.images[split.labels == label]
            assert len(chosen) * 2 == len(split.labels), "as many of each photograph"
            for (down, across), *others in places_in(photograph, *numbered, chosen):
                assert not others, "a patch lies at one place alone"
                part[down : down + SIDE, across : across + SIDE] = True
        assert not (seen[0] & seen[1]).any()
        assert seen[0].mean() > 2 * seen[1].mean() > 0.2
