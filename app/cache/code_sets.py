"""The codes of a revision that a page shows: of its probe set, the whole test set or the whole data set; with a Gaussian
posterior, the mean or one draw for each image.

The codes of the probe set (the means, if the posterior is Gaussian) are stored with the revision. Others are encoded here if
the images are on this machine, and cached until weights or images change (for a revision in training, until `CACHE.discard`). Of
very many images, a page gets the codes of a sample with the same proportions of the classes.
"""

from dataclasses import dataclass

import numpy as np

from aae_core.data import item_draws, originals, sets
from aae_core.data.originals import Originals
from aae_core.errors import DataError
from aae_core.progress import ProgressCallback
from aae_core.store.revision_folder import ProbeCodes
from app.cache.revision_cache import RevisionResultCache, read_consistently
from app.cache.revision_view import RevisionView
from app.translation.data_titles import data_title
from app.translation.texts import mark, translate

IMAGE_SETS = {"probe": mark("Probe set"), "test": mark("Whole test set"), "all": mark("Whole data set")}
CODE_KINDS = {"mean": mark("Means of q(z|x)"), "draw": mark("One draw each")}
DRAW_SUFFIX = ".draw"  # suffix of a set's name for codes drawn from q(z|x)
MAX_CODES = 200_000  # codes that a page is sent, at most
MAX_BYTES = 32 * 2**20  # of their z, at most
SEED = 0  # of the draws, so that they are the same at every visit
CHUNK_SIZE = 5_000  # images between two reports of progress
CACHE_BYTES = 128 * 2**20  # of all cached codes, at most


@dataclass(frozen=True)
class CodeSet(ProbeCodes):
    """Codes on a page, and the images to which they belong.

    split: as in `ProbeCodes`, or "all": index then counts the training images followed by the test images. set_name:
    one of IMAGE_SETS, followed by DRAW_SUFFIX for codes drawn from q(z|x). available_count: the number of all images;
    N is less if a sample of them is shown. cache_key: differs from that of all other codes of the revision, earlier
    and later ones included; with the revision's id it is the cache key of everything derived from these codes.
    """

    set_name: str
    available_count: int
    cache_key: tuple


def available_image_sets(revision: RevisionView) -> list[str]:
    """The IMAGE_SETS whose images are on this machine: all of them if its data set is; without the whole data set where only a
    part of it is, as for the examples; only the probe set if there are no images or the data set has changed since the
    training."""
    if revision.originals is None:
        return ["probe"]
    return list(IMAGE_SETS) if revision.originals.is_whole else ["probe", "test"]


def find_originals(revision: RevisionView) -> Originals | None:
    """The images of a revision's data set that can be looked at, all of them if possible; None if there are none."""
    candidates = originals.list_originals(revision.data.name)
    return next((images for images in candidates if not revision.data.difference_from(images.summary)), None)


def data_unavailable_reason(revision: RevisionView) -> str:
    """Why the whole data set of a revision cannot be used (it is not on this machine, or it differs), as the beginning of a
    sentence; "" if it can."""
    title = data_title(revision.data)
    if revision.originals is not None:
        if revision.originals.is_whole:
            return ""
        text = translate("Of the images of {data}, only those of the examples are on this machine")
        return revision.reword_for_items(text).format(data=title)
    try:
        description = sets.describe_data_set(revision.data.name)
    except DataError:
        description = None
    if description is None or not description.available:
        return revision.reword_for_items(translate("The images of {data} are not on this machine")).format(data=title)
    difference = revision.data.difference_from(description)
    if not difference:
        return ""
    text = translate("The images of {data} on this machine are not those of this revision ({difference})")
    return revision.reword_for_items(text).format(data=title, difference=difference)


def load_code_set(revision: RevisionView) -> CodeSet | None:
    """The codes of a revision's set of images; None before its first codes."""
    if revision.code_set_name != "probe":
        return encode_code_set(revision)
    probe, codes_cache_key = read_consistently(revision.stored, revision.stored.probe)
    if probe is None:
        return None
    sample = _proportional_sample_indices(probe.labels, probe.z.shape[1])
    cache_key = "probe", codes_cache_key
    arrays = (values[sample] for values in (probe.z, probe.labels, probe.index, probe.content))
    return CodeSet(*arrays, probe.split, "probe", len(probe.z), cache_key)


def code_set_cache_key(revision: RevisionView) -> tuple:
    """The `cache_key` of the codes that `load_code_set` would return now."""
    if revision.code_set_name == "probe":
        return revision.code_set_name, revision.codes_cache_key
    cached = CACHE.find(revision)
    if cached is not None:
        return cached.cache_key
    return revision.code_set_name, revision.codes_cache_key, sets.files_cache_key(revision.data.name)


def _proportional_sample_indices(labels, dim) -> np.ndarray:
    return item_draws.draw_stratified_indices(labels, max(1, min(MAX_CODES, MAX_BYTES // (4 * dim))))


# Codes encoded here -----------------------------------------------------------------------------------------------------


def _size_in_bytes(codes):
    return codes.z.nbytes + codes.labels.nbytes + codes.index.nbytes + codes.content.nbytes


CACHE = RevisionResultCache(CACHE_BYTES, _size_in_bytes, lambda revision: revision.code_set_name)


def has_encoded_codes(revision: RevisionView) -> bool:
    """Whether `load_code_set` returns at once, because nothing has to be encoded."""
    return revision.code_set_name == "probe" or CACHE.find(revision) is not None


def encode_code_set(revision: RevisionView, progress: ProgressCallback = lambda done, total: None) -> CodeSet:
    """The codes of its images, or of a sample if there are very many, all by the same weights.

    progress: called with the number of images done and their total. Raises DataError if the images are not on this machine.
    """
    return CACHE.get_or_compute(revision, lambda: _encode_images_of_set(revision, progress))


def _encode_images_of_set(revision: RevisionView, progress):
    import torch

    from aae_core.latent import exploration

    image_set = revision.code_set_name.removesuffix(DRAW_SUFFIX)
    if image_set not in available_image_sets(revision) or revision.originals is None:
        raise DataError(translate("{reason}, so they cannot be encoded.", reason=revision.missing_data_reason))
    stamp = sets.files_cache_key(revision.data.name)
    model, codes_cache_key = read_consistently(revision.stored, revision.stored.model)
    probe = revision.stored.probe() if image_set == "probe" else None
    split = image_set if probe is None else probe.split
    candidates = np.arange(revision.originals.count(split)) if probe is None else probe.index
    labels = revision.originals.labels(split, candidates)
    labels = np.where(labels < len(revision.data.classes), labels, -1)
    sample = _proportional_sample_indices(labels, revision.config.latent_dim)
    index, labels = candidates[sample], labels[sample]
    chunks, content_chunks = [], []
    generator = None  # the means
    if revision.code_set_name != image_set:
        generator = torch.Generator(model.device).manual_seed(SEED)
    for start in range(0, len(index), CHUNK_SIZE):
        progress(start, len(index))
        images = revision.originals.images(split, index[start : start + CHUNK_SIZE])
        chunks.append(exploration.encode_images(model, images, generator))
        if model.variant.categorical:
            content_chunks.append(exploration.encode_contents(model, images).argmax(1))
    cache_key = revision.code_set_name, codes_cache_key, stamp
    content = np.concatenate(content_chunks) if content_chunks else labels
    return CodeSet(
        np.concatenate(chunks), labels, index, content, split, revision.code_set_name, len(candidates), cache_key
    )


# Their images -----------------------------------------------------------------------------------------------------------


def has_images(revision: RevisionView, split: str, numbers: np.ndarray) -> bool:
    """Whether the images with these numbers in a split of a revision's data set are on this machine, and can be read."""
    try:
        return revision.originals is not None and revision.originals.has_all(split, numbers)
    except DataError:
        return False
