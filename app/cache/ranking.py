"""What the images of a page can be sorted by, computed once: the error of each reconstruction, and how likely each code is under
the prior or how far from it."""

from dataclasses import dataclass

import numpy as np

from aae_core.config.derived import phases
from aae_core.data import sets
from app.cache import loaded, shown_codes
from app.cache.kept import kept

WAITING = "Comparing the data with their reconstructions …"


@dataclass(frozen=True)
class Order:
    """An order of the images. by: the score that decides; falling: whether the largest comes first."""

    title: str
    by: str
    falling: bool


ORDERS = {  # by their names in links, the usual one first
    "error": Order("Reconstruction error, worst first", "error", True),
    "error-best": Order("Reconstruction error, best first", "error", False),
    "prior": Order("log p(z), least likely first", "log_p", False),
    "prior-likeliest": Order("log p(z), likeliest first", "log_p", True),
    "far": Order("Distance to the prior, farthest first", "far", True),
}


@kept(
    lambda revision, codes: (codes.at, revision.written, sets.stamp(revision.data.name)),
    entries=6, show_spinner=WAITING, show_time=True,
)  # fmt: skip
def scores(revision, codes: shown_codes.Shown) -> dict[str, np.ndarray]:
    """The scores of all codes that a page shows, float32 N each: "error", ½Σ(x − x̂)² of the reconstruction that the page shows,
    where the images are here and the decoder was trained; "log_p", log p(z) in nats, where the prior has a density; "far",
    the distance to the nearest of many samples of the prior, where there is one."""
    from aae_core.latent import exploration

    model, found = loaded.model(revision), {}
    parts = shown_codes.sources(revision, codes)
    if parts is not None and "reconstruction" in phases(revision.config):
        errors = []
        for start in range(0, len(codes.z), shown_codes.CHUNK):
            here = slice(start, start + shown_codes.CHUNK)
            content = codes.content[here] if loaded.has_content(revision) else None
            images = shown_codes.taken(parts, codes.index[here])
            errors.append(exploration.reconstruction_errors(model, images, content, codes.z[here]))
        found["error"] = np.concatenate(errors)
    if (likely := exploration.log_prior(model, codes.z)) is not None:
        found["log_p"] = likely
    if (far := exploration.prior_distances(model, codes.z)) is not None:
        found["far"] = far
    return found


def numbers(found: dict[str, np.ndarray], order: str, labels: np.ndarray, wanted: int | None = None) -> np.ndarray:
    """The numbers of the images in one of ORDERS, equal ones in their own order; those of one class if one is `wanted`."""
    row = ORDERS[order]
    sorted_ = np.argsort(-found[row.by] if row.falling else found[row.by], kind="stable")
    return sorted_ if wanted is None else sorted_[labels[sorted_] == wanted]
