"""Scores by which a page sorts its images, computed when first needed: the reconstruction error of each image, and the log
density of each code under the prior or its distance to it."""

from dataclasses import dataclass

import numpy as np

from aae_core.config.derived import phases
from aae_core.data import sets
from app.cache import loaded, shown_codes
from app.cache.kept import kept

WAITING = "Comparing the data with their reconstructions …"


@dataclass(frozen=True)
class Order:
    """An order of the images. by: the name of its score; falling: whether the largest score comes first."""

    title: str
    by: str
    falling: bool


ORDERS = {  # by their names in links, the default first
    "error": Order("Reconstruction error, worst first", "error", True),
    "error-best": Order("Reconstruction error, best first", "error", False),
    "prior": Order("log p(z), least likely first", "log_p", False),
    "prior-likeliest": Order("log p(z), likeliest first", "log_p", True),
    "far": Order("Distance to the prior, farthest first", "far", True),
}


def scores(revision) -> list[str]:
    """The scores that exist for the codes of a revision: "error", ½Σ(x − x̂)² of the reconstruction that the page shows, if the
    images are on this machine and the decoder was trained; "log_p", log p(z) in nats, if the prior has a density; "far", the
    distance to the nearest of many samples of the prior, if there is a prior."""
    prior = loaded.prior(revision)
    available = {
        "error": "reconstruction" in phases(revision.config) and loaded.has_originals(revision),
        "log_p": prior is not None and prior.has_density,
        "far": prior is not None,
    }
    return [name for name, is_there in available.items() if is_there]


@kept(
    lambda revision, codes, by: (codes.at, by, revision.written, sets.stamp(revision.data.name)),
    entries=12, show_spinner=WAITING, show_time=True,
)  # fmt: skip
def score(revision, codes: shown_codes.Shown, by: str) -> np.ndarray:
    """One of the `scores` of each code that a page shows, float32 N."""
    from aae_core.latent import exploration

    model = loaded.model(revision)
    if by == "log_p":
        return exploration.log_prior(model, codes.z)
    if by == "far":
        return exploration.prior_distances(model, codes.z)
    parts, errors = shown_codes.sources(revision, codes), []
    for start in range(0, len(codes.z), shown_codes.CHUNK):
        chunk = slice(start, start + shown_codes.CHUNK)
        content = codes.content[chunk] if revision.variant.has_content else None
        images = shown_codes.taken(parts, codes.index[chunk])
        errors.append(exploration.reconstruction_errors(model, images, content, codes.z[chunk]))
    return np.concatenate(errors)


def numbers(values: np.ndarray, order: str, labels: np.ndarray, wanted: int | None = None) -> np.ndarray:
    """The numbers of the images in one of ORDERS; equal ones keep their order. values: its score for each of the N images.
    wanted: the class to which the result is restricted."""
    sorted_ = np.argsort(-values if ORDERS[order].falling else values, kind="stable")
    return sorted_ if wanted is None else sorted_[labels[sorted_] == wanted]
