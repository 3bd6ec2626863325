"""The original images of a data set, to look at beside what models make of them.

They come from the whole data set where it is on this machine, otherwise from the images that come with the examples: the
test set, and those training images that the examples show. Nothing is trained, fitted or measured on training images from
here: `sets.load` gives whole data sets.

The images of the examples are gzipped IDX files, in a subfolder of `places.example_images_folder` for each data set. A mask with
a byte for each training image is 1 for those that the folder holds, in their order. `benchmarks.quality.example_images` writes
them.
"""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path

import numpy as np

from aae_core import places
from aae_core.data import sets
from aae_core.data.built_in import idx
from aae_core.data.built_in.standard_sets import STANDARD_SETS
from aae_core.data.sets import DataSummary
from aae_core.errors import DataError
from aae_core.records import ShortRepr

# The names of the files with the images and with their labels.
TEST_FILES = "test-images-idx3-ubyte.gz", "test-labels-idx1-ubyte.gz"
TRAIN_FILES = "partial-train-images-idx3-ubyte.gz", "partial-train-labels-idx1-ubyte.gz"
MASK_FILE = "partial-train-mask-idx1-ubyte.gz"


@dataclass(frozen=True, eq=False, repr=False)
class ImagePart(ShortRepr):
    """The available items of a training or test set. images, labels: as in `sets.Split`; count: how many items the set has;
    numbers: those of the available items, int64, ascending; None if all are."""

    images: np.ndarray
    labels: np.ndarray
    count: int
    numbers: np.ndarray | None = None

    def has_all(self, numbers: np.ndarray) -> bool:
        """Whether the items with these numbers, each below `count`, are available."""
        return self.numbers is None or bool(np.isin(numbers, self.numbers).all())

    def rows_of(self, numbers: np.ndarray) -> np.ndarray:
        """The rows of `images` and `labels` of available items with these numbers."""
        return numbers if self.numbers is None else np.searchsorted(self.numbers, numbers)


@dataclass(frozen=True, repr=False)
class Originals(ShortRepr):
    """The available items of one data set; they are read when they are taken. is_whole: whether all are available, otherwise
    those of the examples. summary: that of the whole data set.

    In what follows, split is "train", "test", or "all", which numbers the training items and then the test items.
    """

    summary: DataSummary
    is_whole: bool

    def parts(self, split: str) -> tuple[ImagePart, ...]:
        """The parts of a split, one after the other; DataError if they cannot be read."""
        if self.is_whole:
            loaded_splits = sets.load(self.summary.name).splits(split)
            return tuple(ImagePart(part.images, part.labels, len(part.images)) for part in loaded_splits)
        names = ("train", "test") if split == "all" else (split,)
        return tuple(_read_example_part(self.summary.name, name) for name in names)

    def count(self, split: str) -> int:
        """How many items the split has, available or not."""
        counts = {"train": self.summary.train, "test": self.summary.test}
        return counts[split] if split in counts else sum(counts.values())

    def has_all(self, split: str, numbers: np.ndarray) -> bool:
        """Whether the items with these numbers are available; DataError if the files cannot be read."""
        start = 0
        for part in self.parts(split):
            if not part.has_all(_numbers_within(part, numbers, start)):
                return False
            start += part.count
        return bool((numbers < start).all())

    def images(self, split: str, numbers: np.ndarray) -> np.ndarray:
        """The images with these numbers, uint8 n×H×W×C, or rows float32 n×1×F×1; DataError unless all are available."""
        return self._gather("images", split, numbers)

    def labels(self, split: str, numbers: np.ndarray) -> np.ndarray:
        """The labels of the items with these numbers, int64 n; DataError unless all are available."""
        return self._gather("labels", split, numbers)

    def feature_values(self, split: str, numbers: np.ndarray, features: Sequence[int]) -> np.ndarray:
        """The values of some features of the rows with these numbers, float32 n×f, without reading the others; DataError unless
        all rows are available."""
        columns = list(features)
        return self._gather("images", split, numbers, lambda rows: rows[:, 0, columns, 0])

    def _gather(self, field, split, numbers, take=lambda values: values):
        """What `take` makes of the rows with these numbers of a field of the parts."""
        if not self.has_all(split, numbers):
            raise DataError(f"Not all of these {self.summary.item_noun} of {self.summary.title} are on this machine.")
        parts, start = self.parts(split), 0
        first_array = take(getattr(parts[0], field)[:0])
        item_values = np.empty((len(numbers), *first_array.shape[1:]), first_array.dtype)
        for part in parts:
            is_within = (numbers >= start) & (numbers < start + part.count)
            item_values[is_within] = take(getattr(part, field))[part.rows_of(numbers[is_within] - start)]
            start += part.count
        return item_values


def _numbers_within(part, numbers, start):
    """The numbers of those items that lie in a part whose first item has the number `start`, counted from it."""
    return numbers[(numbers >= start) & (numbers < start + part.count)] - start


def list_originals(name: str) -> list[Originals]:
    """What is available of a data set: all of it, if it is on this machine, then the images of the examples. No image is read.

    Data sets of one name may differ, as their summaries show.
    """
    available = []
    try:
        summary = sets.describe_data_set(name)
    except DataError:
        return available
    if summary.available:
        available.append(Originals(summary, True))
    folder = places.example_images_folder() / name
    if name in STANDARD_SETS and (folder / MASK_FILE).is_file():
        with suppress(DataError):  # of damaged files there is nothing to show
            train_count, test_count = _count_example_items(folder)
            example_summary = replace(
                summary, train=train_count, test=test_count, available=False, where=f"in part in {folder}"
            )
            available.append(Originals(example_summary, False))
    return available


@lru_cache(maxsize=8)
def _count_example_items(folder: Path) -> tuple[int, int]:
    """How many training and test images the whole data set has; DataError for damaged files."""
    return idx.read_idx_shape(folder / MASK_FILE, 1)[0], idx.read_idx_shape(folder / TEST_FILES[1], 1)[0]


@lru_cache(maxsize=4)
def _read_example_part(name: str, split: str) -> ImagePart:
    """The training or test images of the examples."""
    standard_set, folder = STANDARD_SETS[name], places.example_images_folder() / name
    file_names = TRAIN_FILES if split == "train" else TEST_FILES
    images_path, labels_path = (folder / file_name for file_name in file_names)
    images, labels = idx.read_idx_pair(images_path, labels_path, standard_set.shape[1], len(standard_set.classes))
    if split == "test":
        return ImagePart(images, labels, len(images))
    mask_path = folder / MASK_FILE
    mask = idx.read_idx(mask_path, 1)
    numbers = np.flatnonzero(mask)
    if len(numbers) != len(images):
        raise DataError(
            f"{mask_path} marks {len(numbers):,} images, but {images_path.name} holds {len(images):,}; restore both from a copy "
            "of the project."
        )
    return ImagePart(images, labels, len(mask), numbers)
