"""Images to look at: of the whole data set where it is here, otherwise of the files that come with the examples."""

import gzip
from pathlib import Path

import numpy as np
import pytest

from aae_core import places
from aae_core.config.configuration import configure
from aae_core.data import item_draws, originals, sets
from aae_core.data.built_in import idx
from aae_core.errors import DataError
from aae_core.runs import worker
from benchmarks.quality import example_images

SHARED = Path(__file__).parents[4] / "shared" / "data"
NUMBERS = np.array([1, 4, 5, 9])  # of the training images that come with the examples


@pytest.fixture
def small_set():
    """A data set of MNIST's form, with twelve training images and five test images."""
    generator = np.random.default_rng(0)
    images, labels = generator.integers(0, 256, (17, 28, 28, 1), np.uint8), np.arange(17) % 10
    train, test = sets.Split(images[:12], labels[:12]), sets.Split(images[12:], labels[12:])
    return sets.DataSet("mnist", "MNIST", train, test, tuple("0123456789"))


@pytest.fixture
def examples(tmp_path, monkeypatch, small_set):
    """The folder of its images that come with the examples."""
    monkeypatch.setattr(places, "example_images_folder", lambda: tmp_path / "example-images")
    for function in (originals._count_example_items, originals._read_example_part):
        function.cache_clear()
    yield example_images.write_example_images(small_set, NUMBERS)
    for function in (originals._count_example_items, originals._read_example_part):
        function.cache_clear()


@pytest.mark.skipif(not (SHARED / "mnist").is_dir(), reason="no MNIST beside the project")
def test_what_is_shipped_of_mnist_is_what_was_published(monkeypatch):
    (shipped_set,) = originals.list_originals("mnist")
    monkeypatch.setenv("AAE_DATA", str(SHARED))
    published_set, *partial_sets = originals.list_originals("mnist")
    assert (
        published_set.is_whole
        and not shipped_set.is_whole
        and [partial_set.is_whole for partial_set in partial_sets] == [False]
    )
    (train_part,) = shipped_set.parts("train")
    all_numbers = np.arange(10_000)
    for split, numbers in (("train", train_part.numbers), ("test", all_numbers)):
        assert np.array_equal(shipped_set.images(split, numbers), published_set.images(split, numbers))
        assert np.array_equal(shipped_set.labels(split, numbers), published_set.labels(split, numbers))
    probe_numbers = item_draws.draw_stratified_indices(sets.load("mnist").train.labels, 5000)
    assert shipped_set.has_all("train", probe_numbers) and shipped_set.count("train") == 60_000


def test_examples_give_the_images_they_hold_and_no_others(examples, small_set):
    (images,) = originals.list_originals("mnist")
    assert not images.is_whole and (images.summary.train, images.summary.test) == (12, 5)
    assert np.array_equal(images.images("train", NUMBERS[::-1]), small_set.train.images[NUMBERS[::-1]])
    assert np.array_equal(images.labels("train", NUMBERS), small_set.train.labels[NUMBERS])
    assert np.array_equal(images.images("test", np.arange(5)), small_set.test.images)
    assert np.array_equal(
        images.images("all", np.array([13, 4])), [small_set.test.images[1], small_set.train.images[4]]
    )
    assert images.has_all("all", np.array([9, 16])) and not images.has_all("all", np.array([9, 17]))
    for split, numbers in (("train", [1, 2]), ("train", [12]), ("test", [5]), ("all", [0])):
        assert not images.has_all(split, np.array(numbers))
        with pytest.raises(DataError, match="^Not all of these images of MNIST are on this machine\\.$"):
            images.images(split, np.array(numbers))


def test_nothing_is_trained_or_listed_by_the_images_of_examples(examples, store):
    summary = sets.describe_data_set("mnist")
    assert not summary.available and (summary.train, summary.test) == (60_000, 10_000)
    for attempt in (lambda: sets.load("mnist"), lambda: worker.train(configure(data="mnist", steps=1), store=store)):
        with pytest.raises(DataError, match="data get mnist"):
            attempt()


def test_where_the_whole_set_is_here_it_comes_first(examples, monkeypatch):
    digits = originals.list_originals("digits")
    assert [original.is_whole for original in digits] == [True]
    numbers = np.array([0, 1437, 1438, 1796])
    digits_set = sets.load("digits")
    expected = np.concatenate([digits_set.train.images, digits_set.test.images])[numbers]
    assert np.array_equal(digits[0].images("all", numbers), expected)
    assert originals.list_originals("no such set") == []


@pytest.mark.parametrize("file", [originals.MASK_FILE, *originals.TRAIN_FILES, *originals.TEST_FILES])
def test_a_damaged_file_of_examples_is_told_or_left_out(examples, file):
    path = examples / file
    path.write_bytes(gzip.compress(gzip.decompress(path.read_bytes())[:-1]))
    available = originals.list_originals("mnist")
    split = "test" if file in originals.TEST_FILES else "train"
    with pytest.raises(DataError, match=file):
        available[0].parts(split)
    path.write_bytes(b"")
    originals._count_example_items.cache_clear()
    is_counted = file in (originals.MASK_FILE, originals.TEST_FILES[1])
    assert len(originals.list_originals("mnist")) == (0 if is_counted else 1)


def test_a_mask_of_other_images_is_refused(examples):
    mask = idx.read_idx(examples / originals.MASK_FILE, 1)
    mask[0] = 1
    example_images.write_idx(examples / originals.MASK_FILE, mask)
    (images,) = originals.list_originals("mnist")
    with pytest.raises(DataError, match="marks 5 images, but .* holds 4"):
        images.parts("train")


def test_a_file_of_examples_is_the_same_at_every_writing(examples, small_set):
    before = {path.name: path.read_bytes() for path in examples.iterdir()}
    example_images.write_example_images(small_set, NUMBERS)
    assert before == {path.name: path.read_bytes() for path in examples.iterdir()}
