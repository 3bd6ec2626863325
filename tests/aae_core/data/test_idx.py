"""Files of the standard sets, hand-built byte by byte: what is read, and what is refused."""

import gzip
import hashlib
import os
import struct
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from scipy.io import savemat

from aae_core.config.configuration import configure
from aae_core.data import sets
from aae_core.data.built_in import idx, standard_sets
from aae_core.errors import DataError
from aae_core.latent import exploration
from aae_core.runs import worker

RNG = np.random.default_rng(0)


def idx_bytes(array, kind=8):
    return (
        bytes((0, 0, kind, array.ndim))
        + struct.pack(f">{array.ndim}I", *array.shape)
        + array.astype(np.uint8).tobytes()
    )


def write_set(folder, prefix="", train=12, test=5, classes=10, first=0, is_packed=False):
    """Four IDX files; returns the arrays in the order of the files."""
    folder.mkdir(parents=True, exist_ok=True)
    parts = ("train", "test") if prefix else ("train", "t10k")
    contents = {}
    for part, n in zip(parts, (train, test), strict=True):
        contents[f"{prefix}{part}-images-idx3-ubyte"] = RNG.integers(0, 256, (n, 28, 28), np.uint8)
        contents[f"{prefix}{part}-labels-idx1-ubyte"] = RNG.integers(0, classes, n) + first
    for file, array in contents.items():
        content = idx_bytes(array)
        (folder / (file + ".gz" * is_packed)).write_bytes(gzip.compress(content) if is_packed else content)
    return list(contents.values())


@pytest.mark.parametrize("is_packed", [False, True])
@pytest.mark.parametrize("place", ["mnist", "mnist/raw", "mnist/MNIST/raw", "MNIST/raw"])
def test_mnist_is_found_plain_or_packed_where_torchvision_leaves_it(tmp_path, place, is_packed):
    images, labels, test_images, test_labels = write_set(tmp_path / place, is_packed=is_packed)
    summary, data = sets.describe_data_set("mnist", tmp_path), sets.load("mnist", tmp_path)
    assert summary.available and (summary.train, summary.test) == (12, 5)
    assert np.array_equal(data.train.images[..., 0], images) and np.array_equal(data.train.labels, labels)
    assert np.array_equal(data.test.images[..., 0], test_images) and np.array_equal(data.test.labels, test_labels)


def test_a_changed_file_is_read_again(tmp_path):
    write_set(tmp_path / "mnist")
    first = sets.load("mnist", tmp_path)
    images, *_ = write_set(tmp_path / "mnist", train=13)
    assert np.array_equal(sets.load("mnist", tmp_path).train.images[..., 0], images) and len(first.train.images) == 12


def test_emnist_letters_are_turned_upright_and_counted_from_one(tmp_path):
    images, labels, *_ = write_set(tmp_path / "EMNIST" / "raw", "emnist-letters-", classes=26, first=1)
    data = sets.load("emnist-letters", tmp_path)
    assert np.array_equal(data.train.images[..., 0], images.transpose(0, 2, 1))
    assert np.array_equal(data.train.labels, labels - 1)


def write_content(path, content):
    path.write_bytes(gzip.compress(content) if path.suffix == ".gz" else content)


IMAGES, LABELS = "train-images-idx3-ubyte", "train-labels-idx1-ubyte"
GOOD = idx_bytes(RNG.integers(0, 256, (12, 28, 28), np.uint8))
BROKEN = {
    "wrong magic": (IMAGES, b"\x00\x00\x0d\x03" + GOOD[4:], "not an IDX file of images: it begins with 00 00 0d 03"),
    "labels for images": (IMAGES, idx_bytes(np.arange(10)), "not an IDX file of images"),
    "images for labels": (LABELS, GOOD, "not an IDX file of labels"),
    "cut": (IMAGES, GOOD[:-1], "holds .* bytes"),
    "too long": (IMAGES, GOOD + b"x", "holds .* bytes"),
    "cut header": (IMAGES, GOOD[:9], "ends within its header"),
    "empty": (IMAGES, b"", "ends within its header"),
    "other size": (IMAGES, idx_bytes(np.zeros((12, 27, 28))), "27×28 pixels where 28×28"),
    "huge": (IMAGES, b"\0\0\x08\x03" + struct.pack(">3I", 2**31, 28, 28), "images but"),
    "label out of range": (LABELS, idx_bytes(np.full(12, 10)), "holds the label 10 outside 0 … 9"),
    "other count": (LABELS, idx_bytes(np.zeros(11)), "12 images but .* 11 labels"),
    "no labels": (LABELS, idx_bytes(np.zeros(0)), "labels"),
}


@pytest.mark.parametrize("is_packed", [False, True])
@pytest.mark.parametrize("case", BROKEN)
def test_a_broken_file_is_named_in_one_sentence(tmp_path, case, is_packed):
    write_set(tmp_path / "mnist", is_packed=is_packed)
    file, content, words = BROKEN[case]
    path = tmp_path / "mnist" / (file + ".gz" * is_packed)
    write_content(path, content)
    assert sets.describe_data_set("mnist", tmp_path).available  # the list never fails over a broken file
    with pytest.raises(DataError, match=words) as refusal:
        sets.load("mnist", tmp_path)
    assert "train-" in str(refusal.value) and "\n" not in str(refusal.value)


def test_a_bomb_is_not_unpacked(tmp_path):
    write_set(tmp_path / "mnist")
    for file, dimensions in ((IMAGES, 3), (LABELS, 1)):
        (tmp_path / "mnist" / file).unlink()
        shape = (2**32 - 1, 28, 28)[:dimensions]
        write_content(
            tmp_path / "mnist" / f"{file}.gz", bytes((0, 0, 8, dimensions)) + struct.pack(f">{dimensions}I", *shape)
        )
    with pytest.raises(DataError, match=r"train-labels.*more than the 2,097,152 allowed"):
        sets.load("mnist", tmp_path)
    whole = bytes((0, 0, 8, 1)) + struct.pack(">I", 2**22) + bytes(2**22)  # four kilobytes, gzipped
    write_content(tmp_path / "mnist" / f"{LABELS}.gz", whole)
    with pytest.raises(DataError, match=r"train-labels.*more than the 2,097,152 allowed"):
        sets.load("mnist", tmp_path)


@pytest.mark.parametrize("size", [100, 2**30])
def test_a_plain_file_of_another_size_is_told_by_its_size_alone(tmp_path, size):
    """One of 1 GiB that takes no room on the disk: so much is not to be read."""
    path = tmp_path / IMAGES
    path.write_bytes(bytes((0, 0, 8, 3)) + struct.pack(">3I", 10, 28, 28))
    os.truncate(path, 16 + size)
    with pytest.raises(DataError, match=f"{IMAGES} holds {size:,} bytes where its header announces 7,840; delete"):
        idx.read_idx(path, 3)


@pytest.mark.parametrize("cut", [lambda b: b[:-9], lambda b: b[:40] + b"\xff" * 20 + b[60:], lambda b: b"plain text"])
def test_a_damaged_gz_is_named(tmp_path, cut):
    write_set(tmp_path / "mnist", is_packed=True)
    path = tmp_path / "mnist" / f"{IMAGES}.gz"
    path.write_bytes(cut(path.read_bytes()))
    with pytest.raises(DataError, match=rf"{IMAGES}.gz .*(damaged|bytes)"):
        sets.load("mnist", tmp_path)


def test_an_incomplete_set_names_the_missing_file(tmp_path):
    write_set(tmp_path / "mnist")
    (tmp_path / "mnist" / LABELS).unlink()
    with pytest.raises(DataError, match=rf"not complete: .*mnist lacks {LABELS};"):
        sets.load("mnist", tmp_path)


@pytest.fixture
def fashion(tmp_path, monkeypatch):
    """A function that writes four files to a folder; they then pass for the published ones, and Debian's package has
    tmp_path/debian for its folder."""

    def write(folder, is_packed=False):
        arrays = write_set(folder, is_packed=is_packed)
        sums = tuple(hashlib.sha256(idx_bytes(array)).hexdigest() for array in arrays)
        row = replace(standard_sets.STANDARD_SETS["fashion-mnist"], sha256=sums, debian_folder=tmp_path / "debian")
        monkeypatch.setitem(standard_sets.STANDARD_SETS, "fashion-mnist", row)
        return arrays

    return write


@pytest.mark.parametrize("is_packed", [False, True])
@pytest.mark.parametrize("place", ["root/fashion-mnist", "root/FashionMNIST/raw", "debian"])
def test_fashion_mnist_is_read_from_the_folder_of_data_or_of_debians_package(tmp_path, fashion, place, is_packed):
    images, labels, *_ = fashion(tmp_path / place, is_packed)
    summary = sets.describe_data_set("fashion-mnist", tmp_path / "root")
    assert (summary.available, summary.where) == (True, str(tmp_path / place))
    data = sets.load("fashion-mnist", tmp_path / "root")
    assert np.array_equal(data.train.images[..., 0], images) and np.array_equal(data.train.labels, labels)
    assert sets.download_data_set("fashion-mnist", tmp_path / "root") == summary  # nothing is fetched


def test_fashion_mnist_is_known_by_its_content_however_it_is_packed(tmp_path, fashion):
    folder = tmp_path / "root" / "fashion-mnist"
    fashion(folder)
    content = (folder / IMAGES).read_bytes()
    (folder / IMAGES).unlink()
    loaded = []
    for level in (0, 9):
        (folder / f"{IMAGES}.gz").write_bytes(gzip.compress(content, level))
        loaded.append(sets.load("fashion-mnist", tmp_path / "root").train.images)
    assert np.array_equal(*loaded)


@pytest.mark.parametrize("place", range(4))
def test_a_file_other_than_that_of_fashion_mnist_is_named(tmp_path, fashion, place):
    arrays = fashion(tmp_path / "root" / "fashion-mnist")
    path = tmp_path / "root" / "fashion-mnist" / standard_sets.STANDARD_SETS["fashion-mnist"].files[place]
    arrays[place].flat[0] = (arrays[place].flat[0] + 1) % 10  # a valid file all the same
    path.write_bytes(idx_bytes(arrays[place]))
    with pytest.raises(DataError) as refusal:
        sets.load("fashion-mnist", tmp_path / "root")
    assert str(refusal.value) == (
        f"{path} does not hold what was published as Fashion-MNIST: its unpacked content has another checksum; "
        "delete it and download the data set again."
    )


def test_without_fashion_mnist_debians_package_is_named(tmp_path, fashion):
    fashion(tmp_path / "elsewhere")
    with pytest.raises(
        DataError, match=r"data get fashion-mnist`, on Debian .*`apt-get install dataset-fashion-mnist`, or"
    ):
        sets.load("fashion-mnist", tmp_path / "root")


DEBIAN = Path("/usr/share/datasets/fashion-mnist")


@pytest.mark.skipif(not DEBIAN.is_dir(), reason="dataset-fashion-mnist is not installed")
def test_debians_files_are_what_was_published(tmp_path, monkeypatch):
    """Mean and standard deviation are those that are commonly used to normalise it, 0.2860 and 0.3530."""
    row = standard_sets.STANDARD_SETS["fashion-mnist"]
    monkeypatch.setitem(standard_sets.STANDARD_SETS, "fashion-mnist", replace(row, debian_folder=DEBIAN))
    data = sets.load("fashion-mnist", tmp_path)
    assert data.train.images.shape == (60_000, 28, 28, 1) and np.all(np.bincount(data.test.labels) == 1000)
    assert abs(data.train.images.mean() / 255 - 0.2860) < 5e-5
    assert abs(data.train.images.std() / 255 - 0.3530) < 5e-5


@pytest.fixture
def svhn(tmp_path, monkeypatch):
    """A function that writes SVHN's two files, of n images each, whose checksums then stand for those of the published ones."""
    from torchvision.datasets import SVHN  # late, since it loads a large part of torch

    def write(n):
        images, labels = (
            RNG.integers(0, 256, (32, 32, 3, n)).astype(np.uint8),
            (1 + np.arange(n, dtype=np.uint8) % 10)[:, None],
        )
        labels[-1] = 10
        (tmp_path / "svhn").mkdir()
        digests = {}
        for split in ("train", "test"):
            path = tmp_path / "svhn" / f"{split}_32x32.mat"
            savemat(path, {"X": images, "y": labels}, do_compression=True)
            digests[split] = ["https://example.org", path.name, hashlib.md5(path.read_bytes()).hexdigest()]
        monkeypatch.setattr(SVHN, "split_list", digests)
        return images

    return write


def test_svhn_is_read_with_zero_as_zero(tmp_path, svhn):
    images = svhn(6)
    data = sets.load("svhn", tmp_path)
    assert data.shape == (3, 32, 32) and data.train.labels.tolist() == [1, 2, 3, 4, 5, 0]
    assert np.array_equal(data.train.images[2], images[..., 2])


def test_a_supervised_model_of_svhn_decodes_styles_by_classes_in_colour(tmp_path, monkeypatch, store, svhn):
    """§4: trained as a revision, then opened from its files."""
    svhn(40)
    monkeypatch.setenv("AAE_DATA", str(tmp_path))
    settings = {"network.channels": (8, 16), "network.hidden": (32,), "batch_size": 20, "steps": 6, "threads": 1}
    revision = worker.train(configure("images", variant="supervised", data="svhn", **settings), store=store)
    model = store.open(revision.id).model()
    styles, classes = exploration.sample_prior_codes(model, 3), len(revision.data.classes)
    grid = exploration.decode_images(model, styles.repeat(classes, axis=0), np.tile(np.arange(classes), 3))
    assert grid.dtype == np.uint8 and grid.shape == (3 * 10, 32, 32, 3)
    rows = grid.reshape(3, 10, -1)
    assert len(np.unique(rows[0], axis=0)) == 10, "each class changes the image"
    assert len(np.unique(rows[:, 0], axis=0)) == 3, "and so does each style"
    assert (grid[..., 0] != grid[..., 1]).any(), "colours, not greys"


def drop_last_byte(content):
    return content[:-1]


def alter_content(content):
    return content[:300] + bytes([content[300] ^ 1]) + content[301:]


@pytest.mark.parametrize("change", [drop_last_byte, alter_content])
def test_a_file_of_svhn_other_than_the_published_one_is_not_read(tmp_path, svhn, change):
    """SciPy's reader dies of a bus error on some damaged files."""
    svhn(6)
    path = tmp_path / "svhn" / "train_32x32.mat"
    path.write_bytes(change(path.read_bytes()))
    with pytest.raises(DataError, match=r"train_32x32.mat is damaged or not the published file of SVHN; delete it"):
        sets.load("svhn", tmp_path)
