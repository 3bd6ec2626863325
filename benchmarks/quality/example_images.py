"""Write the images that come with the examples, so that originals are shown without a download.

    python -m benchmarks.quality.example_images [NAME …]

NAME: data sets of grey images in AAE_DATA; by default those whose images are shipped. checkpoints/example-images/NAME/ then
holds the test set and the training images that the shipped revisions show: those of their probe sets, and the exemplars of their
clusters. The values are those of the original files; `aae_core.data.originals` reads them. A licence must be written there by
hand (LICENCE.md), and listed in docs/development/licences.md.
"""

import argparse
import gzip
from pathlib import Path

import numpy as np

from aae_core import files, places
from aae_core.data import originals, sets
from aae_core.data.built_in import idx
from aae_core.reproduce import reproduction
from aae_core.store.revisions import Store

SHIPPED_DATA = ("mnist", "fashion-mnist")


def needed_train_numbers(name: str) -> np.ndarray:
    """The numbers of the training images that the shipped revisions of a data set show, ascending."""
    numbers = set()
    for summary in Store().list():
        if not summary.gallery or summary.data != name:
            continue
        revision = Store().open(summary.id)
        probe = revision.probe()
        if probe.split == "train":
            numbers.update(probe.index.tolist())
        clustering = reproduction.stored_figures(revision).get("clustering", {})
        numbers.update(cluster["exemplar_image"] for cluster in clustering.get("clusters", ()))
    return np.array(sorted(numbers), np.int64)


def write_idx(path: Path, values: np.ndarray) -> None:
    """Write bytes as a gzipped IDX file, the same at every call."""
    content = idx.idx_header(values.shape) + values.astype(np.uint8).tobytes()
    files.write_atomic(path, gzip.compress(content, mtime=0))


def write_example_images(dataset: sets.DataSet, train_numbers: np.ndarray) -> Path:
    """Write the files of a data set with these of its training images, and return their folder."""
    folder = places.example_images_folder() / dataset.name
    folder.mkdir(parents=True, exist_ok=True)
    mask = np.zeros(len(dataset.train.labels), np.uint8)
    mask[train_numbers] = 1
    write_idx(folder / originals.MASK_FILE, mask)
    parts = (
        (dataset.train.images[train_numbers], dataset.train.labels[train_numbers], originals.TRAIN_FILES),
        (dataset.test.images, dataset.test.labels, originals.TEST_FILES),
    )
    for images, labels, (images_name, labels_name) in parts:
        write_idx(folder / images_name, images[..., 0])
        write_idx(folder / labels_name, labels)
    return folder


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("names", nargs="*", metavar="NAME", default=SHIPPED_DATA)
    for name in parser.parse_args().names:
        numbers = needed_train_numbers(name)
        folder = write_example_images(sets.load(name), numbers)
        size = sum(path.stat().st_size for path in folder.iterdir())
        print(f"{folder}: {len(numbers):,} training images, {size / 1e6:.2f} MB")


if __name__ == "__main__":
    main()
