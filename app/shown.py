"""Which images' codes a page shows of a revision: its probe set's, the whole test set's or the whole data set's.

The probe set's codes are the revision's own; the others are encoded here, where the images are on this machine, and kept
for as long as the weights are what they were. Of very many codes a page gets a sample with the same share of each class.
"""

import threading
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from aae_core import data
from aae_core.errors import DataError
from aae_core.revision import Probe, Revision

CHOICES = {"probe": "Probe set", "test": "Whole test set", "all": "Whole data set"}
MOST = 200_000  # codes that a page is sent
MOST_BYTES = 32 * 2**20  # of their z
CHUNK = 5_000  # images between two words on how far the encoding is
KEPT = 4  # sets of codes encoded here
Progress = Callable[[int, int], None]

_lock = threading.Lock()
_encoded: OrderedDict[tuple, Probe] = OrderedDict()


@dataclass(frozen=True)
class Shown(Probe):
    """Codes on a page, and what they are of.

    index: int64 N into the test set; where `which` is "all", into the training images followed by the test images.
    of: how many codes there are; N is less where they are a sample.
    """

    which: str
    of: int


class Seen(Revision):
    """A revision as a page shows it: with the codes of `which` images, one of CHOICES."""

    def __init__(self, revision: Revision, which: str):
        super().__init__(revision.path, revision.gallery)
        self.which = which


def seen(revision: Revision, which: str) -> Revision:
    """The revision with the codes of `which` images."""
    return Revision(revision.path, revision.gallery) if which == "probe" else Seen(revision, which)


def which_of(revision) -> str:
    return revision.which if isinstance(revision, Seen) else "probe"


def choices(revision) -> list[str]:
    """Those of CHOICES that there are: the probe set alone where the data set is not on this machine or is another one."""
    try:
        found = data.describe(revision.data.name)
    except DataError:
        return ["probe"]
    return list(CHOICES) if found.available and found.shape == tuple(revision.data.shape) else ["probe"]


def codes(revision) -> Shown | None:
    """The codes of a revision's (or Seen's) images; None before its first codes."""
    which = which_of(revision)
    found = revision.probe() if which == "probe" else encode(revision)
    if found is None:
        return None
    chosen = data.proportional(found.labels, max(1, min(MOST, MOST_BYTES // (4 * found.z.shape[1]))))
    return Shown(found.z[chosen], found.labels[chosen], found.index[chosen], which, len(found.z))


def is_encoded(revision: Revision) -> bool:
    """Whether `encode` has nothing to do."""
    with _lock:
        return which_of(revision) == "probe" or _key(revision) in _encoded


def encode(revision: Seen, progress: Progress = lambda done, total: None) -> Probe:
    """The codes of all its images, kept for the weights as they are.

    progress: called with images done and their number. Raises DataError where the images are not on this machine.
    """
    key = _key(revision)
    with _lock:
        if key in _encoded:
            _encoded.move_to_end(key)
            return _encoded[key]
    found = data.load(revision.data.name)
    splits = [found.test] if revision.which == "test" else [found.train, found.test]
    total, parts = sum(len(split.images) for split in splits), []
    for images in (split.images[k : k + CHUNK] for split in splits for k in range(0, len(split.images), CHUNK)):
        progress(sum(map(len, parts)), total)
        parts.append(revision.encode(images))
    z, labels = np.concatenate(parts), np.concatenate([split.labels for split in splits])
    made = Probe(z, np.where(labels < len(revision.data.classes), labels, -1), np.arange(total))
    with _lock:
        _encoded[key] = made
        while len(_encoded) > KEPT:
            _encoded.popitem(last=False)
    return made


def _key(revision):
    return revision.path, revision.written, revision.which


def sources(revision, there: Shown | None) -> tuple[np.ndarray, ...] | None:
    """The images that `index` of codes counts through, part after part; None where they are not on this machine."""
    try:
        found = data.load(revision.data.name)
    except DataError:
        return None
    if there is None or found.shape != tuple(revision.data.shape):
        return None
    parts = (found.train.images, found.test.images) if there.which == "all" else (found.test.images,)
    return parts if len(there.index) and there.index.max() < sum(map(len, parts)) else None


def taken(parts: tuple[np.ndarray, ...], index: np.ndarray) -> np.ndarray:
    """The images with these numbers, counted through the parts: uint8 n×H×W×C."""
    images = np.empty((len(index), *parts[0].shape[1:]), np.uint8)
    start = 0
    for part in parts:
        here = (index >= start) & (index < start + len(part))
        images[here] = part[index[here] - start]
        start += len(part)
    return images
