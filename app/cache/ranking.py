"""Scores by which a page sorts its images, computed when first needed: the reconstruction error of each image, and the log
density of each code under the prior or its distance to it."""

from dataclasses import dataclass

import numpy as np

from aae_core.config.derived import trained_phases
from aae_core.data import sets
from app.cache import code_sets
from app.cache.revision_cache import cache_by_revision
from app.cache.revision_view import RevisionView
from app.translation.texts import mark

PROGRESS_TEXT = mark("Comparing the data with their reconstructions …")


@dataclass(frozen=True)
class Order:
    """An order of the images. score: the name of its score; descending: whether the largest score comes first."""

    title: str
    score: str
    descending: bool


ORDERS = {  # by their names in links, the default first
    "error": Order(mark("Reconstruction error, worst first"), "error", True),
    "error-best": Order(mark("Reconstruction error, best first"), "error", False),
    "prior": Order(mark("log p(z), least likely first"), "log_p", False),
    "prior-likeliest": Order(mark("log p(z), likeliest first"), "log_p", True),
    "far": Order(mark("Distance to the prior, farthest first"), "far", True),
}


def available_scores(revision: RevisionView) -> list[str]:
    """The scores that exist for the codes of a revision: "error", ½Σ(x − x̂)² of the reconstruction that the page shows, if the
    images are on this machine and the decoder was trained; "log_p", log p(z) in nats, if the prior has a density; "far", the
    distance to the nearest of many samples of the prior, if there is a prior."""
    prior = revision.prior
    availability = {
        "error": "reconstruction" in trained_phases(revision.config) and revision.has_original_images,
        "log_p": prior is not None and prior.has_density,
        "far": prior is not None,
    }
    return [name for name, is_available in availability.items() if is_available]


@cache_by_revision(
    lambda revision, codes, score_name: (
        codes.cache_key, score_name, revision.codes_cache_key, sets.files_cache_key(revision.data.name)
    ),
    max_entries=12,
)  # fmt: skip
def compute_scores(revision: RevisionView, codes: code_sets.CodeSet, score_name: str) -> np.ndarray:
    """One of the `available_scores` of each code that a page shows, float32 N."""
    from aae_core.latent import exploration

    model = revision.model
    if score_name == "log_p":
        return exploration.log_prior(model, codes.z)
    if score_name == "far":
        return exploration.prior_distances(model, codes.z)
    errors = []
    for start in range(0, len(codes.z), code_sets.CHUNK_SIZE):
        chunk = slice(start, start + code_sets.CHUNK_SIZE)
        content = codes.content[chunk] if revision.variant.has_content else None
        images = revision.originals.images(codes.split, codes.index[chunk])
        errors.append(exploration.reconstruction_errors(model, images, content, codes.z[chunk]))
    return np.concatenate(errors)


def sort_image_numbers(
    scores: np.ndarray, order: str, labels: np.ndarray, class_number: int | None = None
) -> np.ndarray:
    """The numbers of the images in one of ORDERS; equal ones keep their order. scores: its score for each of the N images.
    class_number: the class to which the result is restricted."""
    numbers = np.argsort(-scores if ORDERS[order].descending else scores, kind="stable")
    return numbers if class_number is None else numbers[labels[numbers] == class_number]
