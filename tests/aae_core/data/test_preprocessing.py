"""Recipes agree with the images of the data sets they speak of, and a model's own errors with the textbook's formula."""

import numpy as np
import pytest

from aae_core.data import preprocessing, sets
from aae_core.errors import AAEError, ConfigError


def ink_boxes(images):
    """Top, bottom, left and right end of what is not black, N each."""
    rows, columns = (images[..., 0] > 0).any(2), (images[..., 0] > 0).any(1)
    h, w = rows.shape[1], columns.shape[1]
    return rows.argmax(1), h - rows[:, ::-1].argmax(1), columns.argmax(1), w - columns[:, ::-1].argmax(1)


def middles(images):
    """The centre of mass of each image, x and y in pixels, N each."""
    ink = images[..., 0] / 255.0
    positions = np.arange(ink.shape[1]) + 0.5
    mass = ink.sum((1, 2))
    return (ink.sum(1) @ positions) / mass, (ink.sum(2) @ positions) / mass


@pytest.mark.parametrize(
    "name", [name for name, recipe in preprocessing.PREPARATIONS.items() if recipe.figure_side_share]
)
def test_a_recipe_is_what_the_data_set_s_images_show(name):
    try:
        images = sets.load(name).test.images
    except AAEError:
        pytest.skip(f"the data set {name} is not on this machine")
    recipe = preprocessing.PREPARATIONS[name]
    top, bottom, left, right = ink_boxes(images)
    side_shares = np.maximum(bottom - top, right - left) / images.shape[1]
    assert abs(np.median(side_shares) - recipe.figure_side_share) < 0.04
    x, y = middles(images)
    if recipe.centre == "mass":
        assert ((np.floor(x) == images.shape[2] // 2) & (np.floor(y) == images.shape[1] // 2)).mean() > 0.99
    else:
        assert abs((left + right).mean() / 2 - images.shape[2] / 2) < 0.5
        assert np.std(left + right) < 2 * np.std(x) + 1
    assert preprocessing.detect_background(images) in (recipe.ground, None)


def test_glyphs_have_no_size_or_place_of_their_own():
    top, bottom, left, right = ink_boxes(sets.load("glyphs").test.images)
    assert np.ptp(np.quantile(np.maximum(bottom - top, right - left), [0.1, 0.9])) >= 6
    assert np.ptp(np.quantile(left + right, [0.1, 0.9])) >= 6
    assert (
        preprocessing.find_preparation(
            "glyphs", lambda: pytest.fail("images of a known set were asked for")
        ).figure_side_share
        is None
    )


def test_images_of_the_opposite_ground_are_counted():
    dark = np.zeros((3, 12, 10, 1), np.uint8)
    dark[:, 3:9, 3:7] = 255
    mixed_images = np.concatenate([dark, 255 - dark[:2], np.full((1, 12, 10, 1), 128, np.uint8)])
    assert [preprocessing.count_inverted_images(mixed_images, ground) for ground in ("dark", "light", None)] == [
        2,
        3,
        0,
    ]
    digits = sets.load("digits").test.images
    result = [preprocessing.count_inverted_images(images, "dark") for images in (digits, 255 - digits)]
    assert result == [0, len(digits)], "ink at the edge"
    assert preprocessing.count_inverted_images(np.full((2, 12, 10, 3), 255, np.uint8), "dark") == 0, (
        "photographs have no ground"
    )


def test_own_images_are_taken_whole_on_the_ground_they_have():
    rng = np.random.default_rng(0)
    dark = np.zeros((20, 12, 10, 1), np.uint8)
    dark[:, 3:9, 3:7] = 255
    assert preprocessing.find_preparation("mine", lambda: dark) == preprocessing.Preparation(None, "box", "dark")
    assert preprocessing.find_preparation("mine", lambda: 255 - dark).ground == "light"
    assert (
        preprocessing.find_preparation("mine", lambda: rng.integers(0, 256, (20, 12, 10, 1), np.uint8)).ground is None
    )
    assert preprocessing.find_preparation("mine", lambda: np.zeros((20, 12, 10, 3), np.uint8)).ground is None
    assert preprocessing.find_preparation("mine", lambda: np.zeros((0, 12, 10, 1), np.uint8)).ground is None


def test_errors_are_half_the_squared_difference_summed_over_an_image():
    rng = np.random.default_rng(1)
    originals, reconstructions = rng.integers(0, 256, (2, 2503, 6, 5, 3), np.uint8)
    item = [0.5 * sum(((float(a) - float(b)) / 255) ** 2 for a, b in zip(x.flat, y.flat, strict=True))
            for x, y in zip(originals, reconstructions, strict=True)]  # fmt: skip
    typical_reconstruction_error = preprocessing.reconstruction_error_quantiles(originals, reconstructions)
    ordered = sorted(item)
    assert typical_reconstruction_error["typical"] == pytest.approx(ordered[1251], rel=1e-5)  # 2503 = 2 · 1251 + 1
    assert ordered[2475] <= typical_reconstruction_error["limit"] <= ordered[2478]
    # of 2503: the quantile lies just below the 26th largest
    assert sum(error > typical_reconstruction_error["limit"] for error in item) == 26
    assert preprocessing.reconstruction_error_quantiles(originals, originals) == {"typical": 0.0, "limit": 0.0}


def test_images_of_another_size_have_no_error():
    images = np.zeros((3, 4, 4, 1), np.uint8)
    for decoded_images in (images[:2], images[:, :3], images[:0]):
        with pytest.raises(ConfigError):
            preprocessing.reconstruction_error_quantiles(images, decoded_images)
    with pytest.raises(ConfigError):
        preprocessing.reconstruction_error_quantiles(images[:0], images[:0])
