"""The standard data sets: the facts about each, where its files may be, and how they are read. Nothing here uses the network."""

import string
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from aae_core.data import idx
from aae_core.errors import DataError
from aae_core.files import explained
from aae_core.program import program_name

DIGITS = tuple(string.digits)
_IDX_FILES = ("train-images-idx3-ubyte", "train-labels-idx1-ubyte", "t10k-images-idx3-ubyte", "t10k-labels-idx1-ubyte")
_EMNIST_FILES = tuple(f"emnist-letters-{f.replace('t10k', 'test')}" for f in _IDX_FILES)


@dataclass(frozen=True)
class Standard:
    """One data set. torchvision: its class in torchvision; shape: (C, H, W); train, test: numbers of images; download: bytes to
    fetch; files: with images and labels of the training set, then of the test set, without .gz; first: the number of the first
    class in the files."""

    title: str
    torchvision: str
    shape: tuple[int, int, int]
    classes: tuple[str, ...]
    train: int
    test: int
    download: int
    files: tuple[str, ...] = _IDX_FILES
    first: int = 0


_CLOTHES = ("T-shirt/top", "Trouser", "Pullover", "Dress", "Coat", "Sandal", "Shirt", "Sneaker", "Bag", "Ankle boot")
_KANA = ("o", "ki", "su", "tsu", "na", "ha", "ma", "ya", "re", "wo")
_GREY = (1, 28, 28)
STANDARD = {
    "mnist": Standard("MNIST", "MNIST", _GREY, DIGITS, 60_000, 10_000, 11_594_722),
    "fashion-mnist": Standard("Fashion-MNIST", "FashionMNIST", _GREY, _CLOTHES, 60_000, 10_000, 30_878_645),
    "kmnist": Standard("KMNIST", "KMNIST", _GREY, _KANA, 60_000, 10_000, 21_240_872),
    "emnist-letters": Standard(
        "EMNIST letters", "EMNIST", _GREY, tuple(string.ascii_uppercase), 124_800, 20_800, 561_753_746, _EMNIST_FILES, 1
    ),
    "svhn": Standard(
        "SVHN", "SVHN", (3, 32, 32), DIGITS, 73_257, 26_032, 246_316_178, ("train_32x32.mat", "test_32x32.mat")
    ),
}


def folders(name: str, root: Path) -> list[Path]:
    """The folders in which the files of a set are looked for: this package's own, then those that torchvision creates."""
    kind = STANDARD[name].torchvision
    places = [root / name, root / name / "raw", root / name / kind / "raw", root / kind / "raw", root / kind]
    if name in ("emnist-letters", "svhn"):  # no other set has files of these names
        places.append(root)
    return places


def locate(name: str, root: Path) -> list[Path] | None:
    """The files of a set in the order of `Standard.files`; None if no folder has them all."""
    for folder in folders(name, root):
        paths = [_present(folder, file) for file in STANDARD[name].files]
        if all(paths):
            return paths
    return None


def _present(folder: Path, file: str) -> Path | None:
    dotted = file.replace("-idx", ".idx")  # the name in some mirrors' archives
    for path in (folder / file, folder / f"{file}.gz", folder / dotted):
        if path.is_file():
            return path
    return None


def missing(name: str, root: Path) -> str:
    """Which files of a set are missing, and what to do, in a sentence."""
    row = STANDARD[name]
    absent_by_folder = {
        folder: [file for file in row.files if _present(folder, file) is None] for folder in folders(name, root)
    }
    best = min(absent_by_folder, key=lambda folder: len(absent_by_folder[folder]))
    absent = absent_by_folder[best]
    state = "is not on this machine"
    if len(absent) < len(row.files):
        state = f"is not complete: {best} lacks {', '.join(absent)}"
    files = ", ".join(row.files)
    if name != "svhn":
        files += " (or each with .gz)"
    remedy = f"fetch it with `{program_name()} data get {name}`, or place {files} in {root / name}"
    return f"The data set {name} {state}; {remedy}."


def counts(name: str, root: Path) -> tuple[int, int]:
    """The numbers of training and test images, from the headers of IDX files; if these are missing or damaged, and of SVHN, as
    published."""
    row = STANDARD[name]
    paths = locate(name, root)
    with suppress(DataError):  # loading the set will tell what is wrong
        if paths and name != "svhn":
            _, train_labels, _, test_labels = paths
            return idx.idx_shape(train_labels, 1)[0], idx.idx_shape(test_labels, 1)[0]
    return row.train, row.test


def read(name: str, root: Path):
    """((images uint8 N×H×W×C, labels int64 N) of the training and of the test set); DataError if a file is missing or damaged."""
    row = STANDARD[name]
    paths = locate(name, root)
    if not paths:
        raise DataError(missing(name, root))
    if name == "svhn":
        return _svhn(paths[0], "train"), _svhn(paths[1], "test")
    pairs = []
    for images_path, labels_path in (paths[:2], paths[2:]):
        images, labels = idx.read_pair(images_path, labels_path, row.shape[1], len(row.classes), row.first)
        if row.torchvision == "EMNIST":
            images = images.swapaxes(1, 2).copy()  # its files hold every letter transposed
        pairs.append((images, labels))
    return tuple(pairs)


def _svhn(path, split):
    """Images (uint8 N×32×32×3) and labels (int64 N in 0 … 9) of a file of SVHN's cropped digits; DataError unless it is the
    published one, byte for byte."""
    from torchvision.datasets import SVHN

    with explained(path, "read", DataError):
        try:
            found = SVHN(path.parent, split)  # checks the file's MD5 before it is read
        except RuntimeError:
            raise DataError(f"{path} is damaged or not the published file of SVHN; {idx.AGAIN}.") from None
    return np.ascontiguousarray(found.data.transpose(0, 2, 3, 1)), found.labels
