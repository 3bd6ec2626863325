"""Data sets by name: what each holds, where its files are found, and the choice of labelled and test images."""

import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from sklearn.datasets import load_breast_cancer, load_digits, load_wine

import aae_core as aae
from aae_core import places
from aae_core.data import item_draws, sets
from aae_core.data.built_in import glyphs
from aae_core.errors import DataError

SHARED = Path(__file__).parents[4] / "shared" / "data"
DIGITS, ABC = tuple("0123456789"), ("a", "b", "c")
needs_mnist = pytest.mark.skipif(not (SHARED / "mnist").is_dir(), reason="no MNIST beside the project")


def test_digits_are_scikit_learns_split_by_class():
    digits = sets.load("digits")
    images = np.concatenate([digits.train.images, digits.test.images])[..., 0]
    original = load_digits()
    assert digits.shape == (1, 8, 8) and images.dtype == np.uint8 and images.max() == 255
    rows = {
        (image.tobytes(), label) for image, label in zip(original.images.astype(np.uint8), original.target, strict=True)
    }
    labels = np.concatenate([digits.train.labels, digits.test.labels])
    back = np.rint(images * (16 / 255)).astype(np.uint8)
    assert {(image.tobytes(), label) for image, label in zip(back, labels, strict=True)} == rows
    share = np.bincount(digits.test.labels) / np.bincount(original.target)
    assert np.abs(share - 0.2).max() < 0.005
    summary = sets.describe_data_set("digits")
    assert (summary.train, summary.test) == (len(digits.train.labels), len(digits.test.labels))


TABLES = {"wine": load_wine, "breast-cancer": load_breast_cancer}


@pytest.mark.parametrize("name", TABLES)
def test_a_bundled_table_has_scikit_learns_names_and_a_split_by_class(name):
    table, original, summary = sets.load(name), TABLES[name](), sets.describe_data_set(name)
    parts = table.train, table.test
    rows = np.concatenate([part.images for part in parts])[:, 0, :, 0]
    labels = np.concatenate([part.labels for part in parts])
    assert rows.dtype == np.float32 and labels.dtype == np.int64
    result = {(row.tobytes(), label) for row, label in zip(rows, labels, strict=True)}
    assert result == {
        (row.tobytes(), k) for row, k in zip(original.data.astype(np.float32), original.target, strict=True)
    }
    assert table.features.names == tuple(original.feature_names) and table.classes == tuple(original.target_names)
    share = np.bincount(table.test.labels) / np.bincount(original.target)
    assert np.abs(share - 0.2).max() < 0.01
    assert (summary.shape, summary.classes, summary.is_table) == (table.shape, table.classes, True)
    assert (summary.train, summary.test) == tuple(len(part.labels) for part in parts)


@pytest.mark.parametrize("name", [*TABLES, *(f"{name}{sets.HELD_OUT_SUFFIX}" for name in TABLES)])
def test_the_features_of_a_table_are_those_of_its_own_training_rows(name):
    table = sets.load(name)
    rows = table.train.images[:, 0, :, 0].astype(np.float64)
    deviations = rows.std(0)
    np.testing.assert_allclose(table.features.means, rows.mean(0), rtol=1e-7)
    np.testing.assert_allclose(table.features.deviations, np.where(deviations > 0, deviations, 1), rtol=1e-7)
    np.testing.assert_allclose(table.features.medians, np.median(table.train.images, 0).ravel(), rtol=1e-6)


@pytest.mark.parametrize(
    ("name", "side"), [("glyphs", 28), pytest.param("colour-glyphs", 64, marks=pytest.mark.thorough)]
)
def test_glyphs_keep_their_factors(name, side):
    data, summary = sets.load(name), sets.describe_data_set(name)
    channels = 1 + 2 * (name == "colour-glyphs")
    assert data.train.images.shape == (10_000, side, side, channels)
    assert data.test.images.shape == (2_000, side, side, channels)
    assert (summary.shape, summary.classes, summary.train) == (data.shape, data.classes, 10_000)
    assert data.factor_names[:5] == ("size", "rotation", "x", "y", "thickness")
    assert data.factor_names[5:] == (("hue", "ground") if channels == 3 else ())
    first_images = slice(0, 50)
    for part in ("train", "test"):
        split, factors = getattr(data, part), aae.factors(name, part)
        assert tuple(factors) == data.factor_names and all(
            len(value) == len(split.labels) for value in factors.values()
        )
        images = glyphs.render_glyphs(split.labels[first_images], np.stack([*factors.values()], 1)[first_images], name)
        assert np.array_equal(images, split.images[first_images])
    assert sets.load(name) is data  # kept for the next call


def test_factors_are_known_of_generated_sets_alone():
    assert aae.factors("digits") == {} == aae.factors("wine", "train")
    held_out_set, whole = sets.load(f"glyphs{sets.HELD_OUT_SUFFIX}"), sets.load("glyphs")
    rows = {
        image.tobytes(): factors.tolist()
        for image, factors in zip(whole.train.images, whole.train.factors, strict=True)
    }
    factor_values = np.stack([*aae.factors(f"glyphs{sets.HELD_OUT_SUFFIX}").values()], 1)
    assert all(
        rows[image.tobytes()] == row.tolist()
        for image, row in zip(held_out_set.test.images, factor_values, strict=True)
    )
    with pytest.raises(DataError, match="train or test"):
        aae.factors("glyphs", "validation")


@needs_mnist
def test_mnist_in_place_needs_no_network():
    mnist = sets.load("mnist", SHARED)
    assert mnist.train.images.shape == (60_000, 28, 28, 1) and mnist.test.images.shape == (10_000, 28, 28, 1)
    assert mnist.train.labels[:5].tolist() == [5, 0, 4, 1, 9] and mnist.train.labels.dtype == np.int64
    assert abs(mnist.train.images.mean() - 33.318) < 0.001
    assert np.bincount(mnist.test.labels).tolist() == [980, 1135, 1032, 1010, 982, 892, 958, 1028, 974, 1009]
    assert sets.download_data_set("mnist", SHARED) == sets.describe_data_set("mnist", SHARED)


@pytest.mark.parametrize("name", ["digits", "glyphs", "natural-patches", *TABLES])
def test_a_sixth_of_the_training_images_is_held_out_and_no_test_image(name):
    whole, actual = sets.load(name), sets.load(f"{name}{sets.HELD_OUT_SUFFIX}")
    summary = sets.describe_data_set(f"{name}{sets.HELD_OUT_SUFFIX}")
    count = len(whole.train.labels)
    assert (
        (summary.train, summary.test)
        == (len(actual.train.labels), len(actual.test.labels))
        == (count - count // 6, count // 6)
    )
    rows = [
        {(x.tobytes(), y) for x, y in zip(s.images, s.labels, strict=True)}
        for s in (actual.train, actual.test, whole.test)
    ]
    assert summary.title.endswith(f"training {'rows' if name in TABLES else 'images'} held out")
    labelled_images = {(x.tobytes(), y) for x, y in zip(whole.train.images, whole.train.labels, strict=True)}
    assert rows[0] | rows[1] == labelled_images and not (rows[0] | rows[1]) & rows[2]
    assert len(rows[0]) + len(rows[1]) == len(labelled_images), "none is in both"
    shares = [np.bincount(split.labels, minlength=10) / len(split.labels) for split in (whole.train, actual.test)]
    assert np.abs(shares[0] - shares[1]).max() <= 1 / summary.test
    assert (actual.classes, actual.factor_names) == (whole.classes, whole.factor_names)
    assert (
        sets.load(f"{name}{sets.HELD_OUT_SUFFIX}") is actual
        and f"{name}{sets.HELD_OUT_SUFFIX}" not in sets.data_set_names()
    )


def test_a_set_takes_no_such_name_and_one_that_has_it_comes_first(tmp_path):
    np.savez(tmp_path / "own.npz", images=np.zeros((20, 8, 8, 1), np.uint8))
    for name in ("digits-held-out", "mine-held-out"):
        with pytest.raises(
            DataError, match="A name that ends in -held-out, as .* does, stands for a part of another set"
        ):
            sets.add_data_set(tmp_path / "own.npz", name, tmp_path)
    assert sets.unused_name("digits held out", tmp_path) == "digits-held-out-2"
    sets.add_data_set(tmp_path / "own.npz", "mine", tmp_path)
    (tmp_path / "own" / "mine").rename(tmp_path / "own" / "digits-held-out")  # as earlier versions named it
    assert sets.name_without_held_out_suffix("digits-held-out", tmp_path) is None
    assert sets.load("digits-held-out", tmp_path).train.images.shape[1:] == (8, 8, 1)
    assert sets.describe_data_set("digits-held-out", tmp_path).train < 20
    assert sets.name_without_held_out_suffix("glyphs-held-out", tmp_path) == "glyphs"


def test_of_too_few_training_rows_none_are_held_out(tmp_path):
    np.savez(tmp_path / "own.npz", X=np.random.default_rng(0).normal(size=(6, 2)))
    sets.add_data_set(tmp_path / "own.npz", "few", tmp_path)
    for access in (sets.describe_data_set, sets.load):
        with pytest.raises(DataError, match=r"few has too few training rows \(5\) to hold a sixth out; add more"):
            access("few-held-out", tmp_path)


def test_names_and_summaries_of_an_empty_root(tmp_path):
    assert sets.data_set_names(tmp_path) == list(sets.BUILT_IN_NAMES)
    output = {summary.name: summary for summary in sets.data_set_summaries(tmp_path)}
    assert output["digits"].available and not output["svhn"].available
    assert output["svhn"].shape == (3, 32, 32) and output["emnist-letters"].classes[25] == "Z"
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("name", ["nothing", "../digits", "", "mnist\n", 7])
def test_an_unknown_name_is_one_sentence(tmp_path, name):
    with pytest.raises(DataError, match=r"is not known; (choose one of digits|did you mean)") as refusal:
        sets.load(name, tmp_path)
    assert "\n" not in str(refusal.value)


def test_a_set_that_is_not_there_says_how_to_come_by_it(tmp_path):
    with pytest.raises(DataError, match=r"python -m aae_core data get kmnist.*place train-images-idx3-ubyte"):
        sets.load("kmnist", tmp_path)


def test_root_follows_the_environment(tmp_path, monkeypatch):
    monkeypatch.setenv("AAE_DATA", str(tmp_path))
    assert sets.data_root() == tmp_path and sets.data_root(tmp_path / "x") == tmp_path / "x"
    monkeypatch.delenv("AAE_DATA")
    assert sets.data_root() == places.PROJECT / "data"


def test_importing_stays_light():
    check = (
        "import sys; from aae_core.data import sets; sets.data_set_summaries();"
        "print([m for m in ('torch', 'PIL', 'sklearn', 'scipy', 'pyarrow') if m in sys.modules])"
    )
    answer = subprocess.run([sys.executable, "-c", check], capture_output=True, text=True, check=True, env=os.environ)
    assert answer.stdout.strip() == "[]"


def test_split_takes_its_share_of_each_class_and_one_at_least():
    labels = np.repeat([0, 1, 2, -1], [100, 40, 2, 20])
    test = item_draws.stratified_test_mask(labels, 0.15, seed=3)
    assert [int(test[labels == k].sum()) for k in (0, 1, 2, -1)] == [15, 6, 1, 3]
    assert np.array_equal(test, item_draws.stratified_test_mask(labels, 0.15, seed=3))
    assert not np.array_equal(test, item_draws.stratified_test_mask(labels, 0.15, seed=4))


def test_labelled_subset_is_balanced():
    labels = np.random.default_rng(0).integers(0, 10, 5000)
    mask = item_draws.draw_labelled_mask(labels, 100, DIGITS, seed=1)
    assert np.bincount(labels[mask]).tolist() == [10] * 10
    assert np.array_equal(mask, item_draws.draw_labelled_mask(labels, 100, DIGITS, seed=1))
    assert not np.array_equal(mask, item_draws.draw_labelled_mask(labels, 100, DIGITS, seed=2))
    counts = np.bincount(labels[item_draws.draw_labelled_mask(labels, 104, DIGITS, seed=1)])
    assert counts.sum() == 104 and counts.max() - counts.min() == 1


def test_labelled_subset_where_a_class_is_small_or_unlabelled():
    labels = np.repeat([0, 1, 2, -1], [3, 50, 50, 40])
    mask = item_draws.draw_labelled_mask(labels, 43, ABC, seed=0)
    assert np.bincount(labels[mask]).tolist() == [3, 20, 20] and (labels[mask] >= 0).all()
    assert np.array_equal(item_draws.draw_labelled_mask(labels, 103, ABC, seed=0), labels >= 0)


@pytest.mark.parametrize(
    ("n", "words"),
    [(2, "2 labels cannot cover 3 classes"), (1, "^1 label cannot"), (104, "104 labels .* 103 labelled images")],
)
def test_labelled_subset_refuses_too_few_and_too_many(n, words):
    labels = np.repeat([0, 1, 2, -1], [3, 50, 50, 40])
    with pytest.raises(DataError, match=words):
        item_draws.draw_labelled_mask(labels, n, ABC, seed=0)


def test_all_labels_are_those_that_are_known():
    labels = np.array([0, -1, 2, 1, -1])
    assert item_draws.draw_labelled_mask(labels, None, ABC, seed=0).tolist() == [True, False, True, True, False]


@pytest.mark.parametrize("n", [None, 5])
def test_a_class_without_an_example_is_named(n):
    labels = np.repeat([0, 2, -1], [50, 50, 40])
    with pytest.raises(DataError, match="None of the training data are of the class b; add some of it"):
        item_draws.draw_labelled_mask(labels, n, ABC, seed=0)
    with pytest.raises(DataError, match="the class 2, 3, 4, 5, 6, 7, 8, 9; add"):
        item_draws.draw_labelled_mask(np.arange(2), n, DIGITS, seed=0)


def test_a_sample_holds_the_same_share_of_each_class():
    labels = np.random.default_rng(3).permutation(np.repeat([-1, 0, 5], [100, 899, 1]))
    index = item_draws.draw_stratified_indices(labels, 100)
    assert len(index) == 100 and np.all(np.diff(index) > 0), "each once"
    assert [(labels[index] == k).sum() for k in (-1, 0)] == [10, 90]
    assert np.array_equal(index, item_draws.draw_stratified_indices(labels, 100)) and not np.array_equal(
        index, item_draws.draw_stratified_indices(labels, 100, 1)
    )
    assert (
        np.array_equal(item_draws.draw_stratified_indices(labels, 1000), np.arange(1000))
        and len(item_draws.draw_stratified_indices(labels[:0], 5)) == 0
    )


def test_the_stamp_tells_images_that_were_exchanged(tmp_path):
    rng = np.random.default_rng(0)
    np.savez(tmp_path / "a.npz", images=rng.integers(0, 256, (20, 8, 8), dtype=np.uint8), labels=np.arange(20) % 2)
    sets.add_data_set(tmp_path / "a.npz", "mine", root=tmp_path)
    before, file = sets.files_cache_key("mine", tmp_path), next(tmp_path.rglob("images.safetensors"))
    assert before == sets.files_cache_key("mine", tmp_path) != sets.files_cache_key("nobody-s", tmp_path)
    os.utime(file, ns=(1, 1))
    assert sets.files_cache_key("mine", tmp_path) != before
