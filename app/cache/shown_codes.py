"""The codes of a revision that a page shows: of its probe set, the whole test set or the whole data set; with a Gaussian
posterior, the mean or one draw for each image.

The codes of the probe set (the means, if the posterior is Gaussian) are stored with the revision. Others are encoded here if the
images are on this machine, and cached until weights or images change (for a revision in training, until `KEPT.forget`). Of very
many images, a page gets the codes of a sample with the same proportions of the classes.
"""

from dataclasses import dataclass

import numpy as np

from aae_core.data import sets
from aae_core.errors import DataError
from aae_core.progress import Progress
from aae_core.store.folder import ProbeCodes
from aae_core.store.revision import Revision
from aae_core.wording import about_items
from app.cache.kept import Computed, settled

CHOICES = {"probe": "Probe set", "test": "Whole test set", "all": "Whole data set"}
USES = {"train": "training", "test": "test"}  # splits from which a probe set may be taken, in words
CODES = {"mean": "Means of q(z|x)", "draw": "One draw each"}
DRAWN = ".draw"  # suffix of `which` for codes drawn from q(z|x)
MOST = 200_000  # codes that a page is sent, at most
MOST_BYTES = 32 * 2**20  # of their z, at most
SEED = 0  # of the draws, so that they are the same at every visit
CHUNK = 5_000  # images between two reports of progress
KEPT_BYTES = 128 * 2**20  # of all cached codes, at most


@dataclass(frozen=True)
class Shown(ProbeCodes):
    """Codes on a page, and the images to which they belong.

    split: as in `ProbeCodes`, or "all": index then counts the training images followed by the test images. of: the number of all
    images; N is less if a sample of them is shown. at: a key that differs from that of all other codes of the revision, earlier
    and later ones included; with the revision's id it is the cache key of everything derived from these codes.
    """

    which: str
    of: int
    at: tuple


class Seen(Revision):
    """A revision as a page shows it. which: the images whose codes it shows, one of CHOICES, followed by DRAWN for draws."""

    def __init__(self, revision: Revision, which: str):
        super().__init__(revision.path, revision.gallery)
        self.which = which


def seen(revision: Revision, which: str) -> Revision:
    """The revision with the codes of `which` images, as in `Seen`."""
    return Revision(revision.path, revision.gallery) if which == "probe" else Seen(revision, which)


def which_of(revision) -> str:
    return revision.which if isinstance(revision, Seen) else "probe"


def choices(revision) -> list[str]:
    """The available CHOICES: only the probe set if the data set is not on this machine or has changed since the training."""
    return list(CHOICES) if is_here(revision) else ["probe"]


def draws_codes(revision) -> bool:
    """Whether codes can be drawn from q(z|x): the posterior is Gaussian, and the images are on this machine."""
    return revision.config.posterior == "gaussian" and is_here(revision)


def drawn(revision: Revision, how: str) -> Revision:
    """The revision with the same images and the kind of codes `how`, one of CODES; with means where `draws_codes` is false."""
    images = which_of(revision).removesuffix(DRAWN)
    return seen(revision, images + DRAWN if how == "draw" and draws_codes(revision) else images)


def is_here(revision) -> bool:
    """Whether the revision's data set is on this machine, and not a different one of the same name."""
    return not why_not_here(revision)


def why_not_here(revision) -> str:
    """Why the images of a revision's data set cannot be used (they are not on this machine, or they differ), as the beginning of
    a sentence; "" if they can."""
    about = f"The {item(revision)}s of {revision.data.title}"
    try:
        description = sets.describe(revision.data.name)
    except DataError:
        description = None
    if description is None or not description.available:
        return f"{about} are not on this machine"
    difference = revision.data.differs(description)
    return f"{about} on this machine are not those of this revision ({difference})" if difference else ""


def codes(revision) -> Shown | None:
    """The codes that a page shows of a revision (or `Seen`); None before its first codes."""
    if which_of(revision) != "probe":
        return encode(revision)
    probe, written = settled(revision, revision.probe)
    if probe is None:
        return None
    chosen = _chosen(probe.labels, probe.z.shape[1])
    version = "probe", written
    arrays = (values[chosen] for values in (probe.z, probe.labels, probe.index, probe.content))
    return Shown(*arrays, probe.split, "probe", len(probe.z), version)


def moment(revision) -> tuple:
    """The `at` of the codes that `codes` would return now."""
    which = which_of(revision)
    if which == "probe":
        return which, revision.written
    cached = KEPT.find(revision)
    return (which, revision.written, sets.stamp(revision.data.name)) if cached is None else cached.at


def _chosen(labels, dim):
    return sets.proportional(labels, max(1, min(MOST, MOST_BYTES // (4 * dim))))


# Codes encoded here -----------------------------------------------------------------------------------------------------


def _bytes(codes):
    return codes.z.nbytes + codes.labels.nbytes + codes.index.nbytes + codes.content.nbytes


KEPT = Computed(KEPT_BYTES, _bytes, which_of)


def is_encoded(revision: Revision) -> bool:
    """Whether `codes` returns at once, because nothing has to be encoded."""
    return which_of(revision) == "probe" or KEPT.find(revision) is not None


def encode(revision: Seen, progress: Progress = lambda done, total: None) -> Shown:
    """The codes of its images, or of a sample if there are very many, all by the same weights.

    progress: called with the number of images done and their total. Raises DataError if the images are not on this machine.
    """
    return KEPT.ask(lambda: _encode(revision, progress), revision)


def _encode(revision, progress):
    import torch

    from aae_core.latent import exploration

    if reason := why_not_here(revision):
        raise DataError(f"{reason}, so they cannot be encoded.")
    stamp, data_set = sets.stamp(revision.data.name), sets.load(revision.data.name)
    model, written = settled(revision, revision.model)
    which = revision.which.removesuffix(DRAWN)
    probe = revision.probe() if which == "probe" else None
    split = which if probe is None else probe.split
    splits = data_set.parts(split)
    labels = np.concatenate([part.labels for part in splits])
    labels = np.where(labels < len(revision.data.classes), labels, -1)
    candidates = np.arange(len(labels)) if probe is None else probe.index
    index, parts, inferred = candidates[_chosen(labels[candidates], revision.config.latent_dim)], [], []
    generator = None  # the means
    if revision.which != which:
        generator = torch.Generator(model.device).manual_seed(SEED)
    for start in range(0, len(index), CHUNK):
        progress(start, len(index))
        images = taken(tuple(part.images for part in splits), index[start : start + CHUNK])
        parts.append(exploration.encode_images(model, images, generator))
        if model.variant.categorical:
            inferred.append(exploration.encode_contents(model, images).argmax(1))
    version = revision.which, written, stamp
    content = np.concatenate(inferred) if inferred else labels[index]
    return Shown(np.concatenate(parts), labels[index], index, content, split, revision.which, len(candidates), version)


def item(revision) -> str:
    """The word for one item of the revision's data."""
    return "row" if revision.data.is_table else "image"


def named(revision, text: str) -> str:
    """A text about images, in the words for the revision's items."""
    return about_items(text, revision.data.is_table)


def items(revision, split: str) -> str:
    """The words for the items of a split, such as "test images"."""
    return f"{USES[split]} {item(revision)}s"


# Their images -----------------------------------------------------------------------------------------------------------


def sources(revision, there: Shown | None) -> tuple[np.ndarray, ...] | None:
    """The arrays of images that `index` of the codes counts, one after the other; None if they are not on this machine."""
    if there is None or not is_here(revision):
        return None
    try:
        data_set = sets.load(revision.data.name)
    except DataError:
        return None
    parts = tuple(part.images for part in data_set.parts(there.split))
    return parts if len(there.index) and there.index.max() < sum(map(len, parts)) else None


def taken(parts: tuple[np.ndarray, ...], index: np.ndarray) -> np.ndarray:
    """The images with these numbers, counted across all parts: uint8 n×H×W×C, or rows float32 n×1×F×1."""
    images = np.empty((len(index), *parts[0].shape[1:]), parts[0].dtype)
    start = 0
    for part in parts:
        in_part = (index >= start) & (index < start + len(part))
        images[in_part] = part[index[in_part] - start]
        start += len(part)
    return images
