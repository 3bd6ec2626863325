"""The standard data sets: the facts about each, where its files may be, and how they are read. Nothing here uses the network."""

import string
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from aae_core.data.built_in import idx
from aae_core.errors import DataError
from aae_core.files import raise_os_errors_as
from aae_core.wording import program_name, translate

DIGIT_CLASSES = tuple(string.digits)
_IDX_FILES = ("train-images-idx3-ubyte", "train-labels-idx1-ubyte", "t10k-images-idx3-ubyte", "t10k-labels-idx1-ubyte")
_EMNIST_FILES = tuple(f"emnist-letters-{f.replace('t10k', 'test')}" for f in _IDX_FILES)


@dataclass(frozen=True)
class StandardSet:
    """One data set. torchvision_class: its class in torchvision; shape: (C, H, W); train, test: numbers of images;
    download_bytes: bytes to fetch; credit: whose its images are, and their licence, if they come with the examples;
    files: with images and labels of the training set, then of the test set, without
    .gz; first_class: the number of the first class in the files.

    sha256: of the unpacked content of each of `files`, which no other content may have; () if any content is accepted.
    debian_package: the package of Debian and its derivatives that installs the files in `debian_folder`; "" if there is none."""

    title: str
    torchvision_class: str
    shape: tuple[int, int, int]
    classes: tuple[str, ...]
    train: int
    test: int
    download_bytes: int
    files: tuple[str, ...] = _IDX_FILES
    first_class: int = 0
    credit: str = ""
    sha256: tuple[str, ...] = ()
    debian_package: str = ""
    debian_folder: Path = Path()


_FASHION_CLASSES = (
    "T-shirt/top",
    "Trouser",
    "Pullover",
    "Dress",
    "Coat",
    "Sandal",
    "Shirt",
    "Sneaker",
    "Bag",
    "Ankle boot",
)
# As many projects publish them: of the content, because each compressor packs it into other bytes.
_FASHION_SHA256 = (
    "c59f468a2f672dc815687fe0f83887768d799fd8a3f3276145d20f83aa44d888",
    "bad3541b69d912435c50bb6ba87bec294ff4f6a2e1246121d8633921760443d9",
    "5b4141f0afbad91edebe8549f8fcffe087ea10ca49f1dbef5c9a5cd8815ce37b",
    "0402a96d92fd2663957122ceb108a494c5af83dab82d92729df917d7dec38c34",
)
_KANA_CLASSES = ("o", "ki", "su", "tsu", "na", "ha", "ma", "ya", "re", "wo")
_GREY_SHAPE = (1, 28, 28)
STANDARD_SETS = {
    "mnist": StandardSet(
        "MNIST",
        "MNIST",
        _GREY_SHAPE,
        DIGIT_CLASSES,
        60_000,
        10_000,
        11_594_722,
        credit="Yann LeCun and Corinna Cortes, CC BY-SA 3.0",
    ),
    "fashion-mnist": StandardSet(
        "Fashion-MNIST",
        "FashionMNIST",
        _GREY_SHAPE,
        _FASHION_CLASSES,
        60_000,
        10_000,
        30_878_645,
        credit="Zalando SE, MIT licence",
        sha256=_FASHION_SHA256,
        debian_package="dataset-fashion-mnist",
        debian_folder=Path("/usr/share/datasets/fashion-mnist"),
    ),
    "kmnist": StandardSet("KMNIST", "KMNIST", _GREY_SHAPE, _KANA_CLASSES, 60_000, 10_000, 21_240_872),
    "emnist-letters": StandardSet(
        "EMNIST letters",
        "EMNIST",
        _GREY_SHAPE,
        tuple(string.ascii_uppercase),
        124_800,
        20_800,
        561_753_746,
        _EMNIST_FILES,
        1,
    ),
    "svhn": StandardSet(
        "SVHN", "SVHN", (3, 32, 32), DIGIT_CLASSES, 73_257, 26_032, 246_316_178, ("train_32x32.mat", "test_32x32.mat")
    ),
}


def credit_sentence(name: str) -> str:
    """Whose the images of a data set are, and under which licence, in a sentence; "" if they do not come with the examples."""
    row = STANDARD_SETS.get(name)
    if row is None or not row.credit:
        return ""
    return translate("The images of {data} are by {credit}.", data=row.title, credit=row.credit)


def candidate_folders(name: str, root: Path) -> list[Path]:
    """The folders in which the files of a set are looked for: this package's own, those that torchvision creates, then that of
    Debian's package."""
    row = STANDARD_SETS[name]
    kind = row.torchvision_class
    candidates = [root / name, root / name / "raw", root / name / kind / "raw", root / kind / "raw", root / kind]
    if name in ("emnist-letters", "svhn"):  # no other set has files of these names
        candidates.append(root)
    if row.debian_package:
        candidates.append(row.debian_folder)
    return candidates


def locate_files(name: str, root: Path) -> list[Path] | None:
    """The files of a set in the order of `StandardSet.files`; None if no folder has them all."""
    for folder in candidate_folders(name, root):
        paths = [_find_file(folder, file) for file in STANDARD_SETS[name].files]
        if all(paths):
            return paths
    return None


def _find_file(folder: Path, file: str) -> Path | None:
    dotted_name = file.replace("-idx", ".idx")  # the name in some mirrors' archives
    for path in (folder / file, folder / f"{file}.gz", folder / dotted_name):
        if path.is_file():
            return path
    return None


def missing_files_error(name: str, root: Path) -> str:
    """Which files of a set are missing, and what to do, in a sentence."""
    row = STANDARD_SETS[name]
    absent_by_folder = {
        folder: [file for file in row.files if _find_file(folder, file) is None]
        for folder in candidate_folders(name, root)
    }
    fullest_folder = min(absent_by_folder, key=lambda folder: len(absent_by_folder[folder]))
    absent_files = absent_by_folder[fullest_folder]
    state = "is not on this machine"
    if len(absent_files) < len(row.files):
        state = f"is not complete: {fullest_folder} lacks {', '.join(absent_files)}"
    files = ", ".join(row.files)
    if name != "svhn":
        files += " (or each with .gz)"
    remedies = [f"fetch it with `{program_name()} data get {name}`"]
    if row.debian_package:
        remedies.append(f"on Debian or Ubuntu install it with `apt-get install {row.debian_package}`")
    remedies.append(f"or place {files} in {root / name}")
    remedy = ", ".join(remedies)
    return f"The data set {name} {state}; {remedy}."


def read_item_counts(name: str, root: Path) -> tuple[int, int]:
    """The numbers of training and test images, from the headers of IDX files; if these are missing or damaged, and of SVHN, as
    published."""
    row = STANDARD_SETS[name]
    paths = locate_files(name, root)
    with suppress(DataError):  # loading the set will tell what is wrong
        if paths and name != "svhn":
            _, train_labels, _, test_labels = paths
            return idx.read_idx_shape(train_labels, 1)[0], idx.read_idx_shape(test_labels, 1)[0]
    return row.train, row.test


def read_standard_set(name: str, root: Path):
    """((images uint8 N×H×W×C, labels int64 N) of the training and of the test set); DataError if a file is missing or damaged."""
    row = STANDARD_SETS[name]
    paths = locate_files(name, root)
    if not paths:
        raise DataError(missing_files_error(name, root))
    if name == "svhn":
        return _read_svhn(paths[0], "train"), _read_svhn(paths[1], "test")
    pairs = []
    for images_path, labels_path in (paths[:2], paths[2:]):
        images, labels = idx.read_idx_pair(images_path, labels_path, row.shape[1], len(row.classes), row.first_class)
        if row.torchvision_class == "EMNIST":
            images = images.swapaxes(1, 2).copy()  # its files hold every letter transposed
        pairs.append((images, labels))
    if row.sha256:
        (train_images, train_labels), (test_images, test_labels) = pairs
        values = (train_images[..., 0], train_labels, test_images[..., 0], test_labels)
        for path, file_values, sha256 in zip(paths, values, row.sha256, strict=True):
            _check_content(path, file_values, sha256, row.title)
    return tuple(pairs)


def _check_content(path: Path, values: np.ndarray, sha256: str, title: str) -> None:
    """DataError unless an IDX file holds what was published. values: of the file, 0 … 255; sha256: of the published content."""
    if idx.content_sha256(values.astype(np.uint8, copy=False)) != sha256:
        raise DataError(
            f"{path} does not hold what was published as {title}: its unpacked content has another checksum; "
            f"{idx.DOWNLOAD_AGAIN}."
        )


def _read_svhn(path, split):
    """Images (uint8 N×32×32×3) and labels (int64 N in 0 … 9) of a file of SVHN's cropped digits; DataError unless it is the
    published one, byte for byte."""
    from torchvision.datasets import SVHN

    with raise_os_errors_as(path, "read", DataError):
        try:
            svhn = SVHN(path.parent, split)  # checks the file's MD5 before it is read
        except RuntimeError:
            raise DataError(f"{path} is damaged or not the published file of SVHN; {idx.DOWNLOAD_AGAIN}.") from None
    return np.ascontiguousarray(svhn.data.transpose(0, 2, 3, 1)), svhn.labels
