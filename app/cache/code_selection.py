"""The codes of a revision that a page shows: of its probe set, the whole test set or the whole data set; with a Gaussian
posterior, the mean or one draw for each image.

The codes of the probe set (the means, if the posterior is Gaussian) are stored with the revision. Others are encoded here if
the images are on this machine, and cached until weights or images change (for a revision in training, until `CACHE.forget`). Of
very many images, a page gets the codes of a sample with the same proportions of the classes.
"""

from dataclasses import dataclass

import numpy as np

from aae_core.data import sets
from aae_core.errors import DataError
from aae_core.progress import ProgressCallback
from aae_core.store.revision import Revision
from aae_core.store.revision_folder import ProbeCodes
from aae_core.wording import adapt_image_words
from app.cache.revision_cache import RevisionResultCache, read_consistently

IMAGE_SETS = {"probe": "Probe set", "test": "Whole test set", "all": "Whole data set"}
SPLIT_WORDS = {"train": "training", "test": "test"}  # splits from which a probe set may be taken, in words
CODE_KINDS = {"mean": "Means of q(z|x)", "draw": "One draw each"}
DRAW_SUFFIX = ".draw"  # suffix of `which` for codes drawn from q(z|x)
MAX_CODES = 200_000  # codes that a page is sent, at most
MAX_BYTES = 32 * 2**20  # of their z, at most
SEED = 0  # of the draws, so that they are the same at every visit
CHUNK_SIZE = 5_000  # images between two reports of progress
CACHE_BYTES = 128 * 2**20  # of all cached codes, at most


@dataclass(frozen=True)
class SelectedCodes(ProbeCodes):
    """Codes on a page, and the images to which they belong.

    split: as in `ProbeCodes`, or "all": index then counts the training images followed by the test images. of: the number of
    all images; N is less if a sample of them is shown. at: a key that differs from that of all other codes of the revision,
    earlier and later ones included; with the revision's id it is the cache key of everything derived from these codes.
    """

    which: str
    of: int
    at: tuple


class RevisionWithSelection(Revision):
    """A revision as a page shows it. selection: the images whose codes it shows, one of IMAGE_SETS, followed by DRAW_SUFFIX for
    draws."""

    def __init__(self, revision: Revision, selection: str):
        super().__init__(revision.path, revision.gallery)
        self.which = selection


def with_selection(revision: Revision, selection: str) -> Revision:
    """The revision with the codes of `selection` images, as in `RevisionWithSelection`."""
    return (
        Revision(revision.path, revision.gallery)
        if selection == "probe"
        else RevisionWithSelection(revision, selection)
    )


def selection_of(revision) -> str:
    return revision.which if isinstance(revision, RevisionWithSelection) else "probe"


def available_image_sets(revision) -> list[str]:
    """The available IMAGE_SETS: only the probe set if the data set is not on this machine or has changed since the training."""
    return list(IMAGE_SETS) if is_data_available(revision) else ["probe"]


def can_draw_codes(revision) -> bool:
    """Whether codes can be drawn from q(z|x): the posterior is Gaussian, and the images are on this machine."""
    return revision.config.posterior == "gaussian" and is_data_available(revision)


def with_code_kind(revision: Revision, code_kind: str) -> Revision:
    """The revision with the same images and the kind of codes `code_kind`, one of CODE_KINDS; with means where `can_draw_codes`
    is false."""
    images = selection_of(revision).removesuffix(DRAW_SUFFIX)
    return with_selection(
        revision, images + DRAW_SUFFIX if code_kind == "draw" and can_draw_codes(revision) else images
    )


def is_data_available(revision) -> bool:
    """Whether the revision's data set is on this machine, and not a different one of the same name."""
    return not data_unavailable_reason(revision)


def data_unavailable_reason(revision) -> str:
    """Why the images of a revision's data set cannot be used (they are not on this machine, or they differ), as the beginning
    of a sentence; "" if they can."""
    subject = f"The {item_word(revision)}s of {revision.data.title}"
    try:
        description = sets.describe_data_set(revision.data.name)
    except DataError:
        description = None
    if description is None or not description.available:
        return f"{subject} are not on this machine"
    difference = revision.data.difference_from(description)
    return f"{subject} on this machine are not those of this revision ({difference})" if difference else ""


def load_selected_codes(revision) -> SelectedCodes | None:
    """The codes that a page shows of a revision (or `RevisionWithSelection`); None before its first codes."""
    if selection_of(revision) != "probe":
        return encode_selected(revision)
    probe, written = read_consistently(revision, revision.probe)
    if probe is None:
        return None
    sample = _proportional_sample(probe.labels, probe.z.shape[1])
    cache_key = "probe", written
    arrays = (values[sample] for values in (probe.z, probe.labels, probe.index, probe.content))
    return SelectedCodes(*arrays, probe.split, "probe", len(probe.z), cache_key)


def selected_codes_key(revision) -> tuple:
    """The `at` of the codes that `load_selected_codes` would return now."""
    selection = selection_of(revision)
    if selection == "probe":
        return selection, revision.codes_cache_key
    cached = CACHE.find(revision)
    return (
        (selection, revision.codes_cache_key, sets.files_cache_key(revision.data.name)) if cached is None else cached.at
    )


def _proportional_sample(labels, dim):
    return sets.draw_stratified_indices(labels, max(1, min(MAX_CODES, MAX_BYTES // (4 * dim))))


# Codes encoded here -----------------------------------------------------------------------------------------------------


def _size_in_bytes(codes):
    return codes.z.nbytes + codes.labels.nbytes + codes.index.nbytes + codes.content.nbytes


CACHE = RevisionResultCache(CACHE_BYTES, _size_in_bytes, selection_of)


def is_encoded(revision: Revision) -> bool:
    """Whether `load_selected_codes` returns at once, because nothing has to be encoded."""
    return selection_of(revision) == "probe" or CACHE.find(revision) is not None


def encode_selected(
    revision: RevisionWithSelection, progress: ProgressCallback = lambda done, total: None
) -> SelectedCodes:
    """The codes of its images, or of a sample if there are very many, all by the same weights.

    progress: called with the number of images done and their total. Raises DataError if the images are not on this machine.
    """
    return CACHE.get_or_compute(lambda: _encode(revision, progress), revision)


def _encode(revision, progress):
    import torch

    from aae_core.latent import exploration

    if reason := data_unavailable_reason(revision):
        raise DataError(f"{reason}, so they cannot be encoded.")
    stamp, data_set = sets.files_cache_key(revision.data.name), sets.load(revision.data.name)
    model, written = read_consistently(revision, revision.model)
    image_set = revision.which.removesuffix(DRAW_SUFFIX)
    probe = revision.probe() if image_set == "probe" else None
    split = image_set if probe is None else probe.split
    splits = data_set.splits(split)
    labels = np.concatenate([part.labels for part in splits])
    labels = np.where(labels < len(revision.data.classes), labels, -1)
    candidates = np.arange(len(labels)) if probe is None else probe.index
    index, chunks, content_chunks = (
        candidates[_proportional_sample(labels[candidates], revision.config.latent_dim)],
        [],
        [],
    )
    generator = None  # the means
    if revision.which != image_set:
        generator = torch.Generator(model.device).manual_seed(SEED)
    for start in range(0, len(index), CHUNK_SIZE):
        progress(start, len(index))
        images = take_images(tuple(part.images for part in splits), index[start : start + CHUNK_SIZE])
        chunks.append(exploration.encode_images(model, images, generator))
        if model.variant.categorical:
            content_chunks.append(exploration.encode_contents(model, images).argmax(1))
    cache_key = revision.which, written, stamp
    content = np.concatenate(content_chunks) if content_chunks else labels[index]
    return SelectedCodes(
        np.concatenate(chunks), labels[index], index, content, split, revision.which, len(candidates), cache_key
    )


def item_word(revision) -> str:
    """The word for one item of the revision's data."""
    return "row" if revision.data.is_table else "image"


def reword_for_items(revision, text: str) -> str:
    """A text about images, in the words for the revision's items."""
    return adapt_image_words(text, revision.data.is_table)


def split_items_words(revision, split: str) -> str:
    """The words for the items of a split, such as "test images"."""
    return f"{SPLIT_WORDS[split]} {item_word(revision)}s"


# Their images -----------------------------------------------------------------------------------------------------------


def find_image_arrays(revision, codes: SelectedCodes | None) -> tuple[np.ndarray, ...] | None:
    """The arrays of images that `index` of the codes counts, one after the other; None if they are not on this machine."""
    if codes is None or not is_data_available(revision):
        return None
    try:
        data_set = sets.load(revision.data.name)
    except DataError:
        return None
    arrays = tuple(part.images for part in data_set.splits(codes.split))
    return arrays if len(codes.index) and codes.index.max() < sum(map(len, arrays)) else None


def take_images(arrays: tuple[np.ndarray, ...], index: np.ndarray) -> np.ndarray:
    """The images with these numbers, counted across all parts: uint8 n×H×W×C, or rows float32 n×1×F×1."""
    images = np.empty((len(index), *arrays[0].shape[1:]), arrays[0].dtype)
    start = 0
    for array in arrays:
        in_array = (index >= start) & (index < start + len(array))
        images[in_array] = array[index[in_array] - start]
        start += len(array)
    return images
