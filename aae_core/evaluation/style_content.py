"""Whether the style z is kept apart from the content y (§4): can the class be read from z, and has each factor a place in it?

Pure functions of codes, labels and factors, and what they say of a model. Sources: Makhzani et al., arXiv 1511.05644v2, §4;
Chen et al., arXiv 1802.04942, §4 (mutual-information gap). Shapes: N images, d dimensions of z, F factors.
"""

import numpy as np
import torch

from aae_core.errors import ConfigError
from aae_core.evaluation.distances import as_points
from aae_core.evaluation.sample import Subject
from aae_core.models.inference import Chosen, evaluating, tensors
from aae_core.models.model import Model

BINS = 20  # of equal mass, along each dimension and each factor
LIMIT = 10_000  # images whose codes are compared with their factors
READ = 6000  # images whose class is read from their style: half of them teach, half are asked


def mutual_information(codes, factors, bins: int = BINS) -> tuple[np.ndarray, np.ndarray]:
    """I(z_j; v_k) in nats, float64 d×F, of codes N×d and factors N×F, and the entropy of each factor, float64 F.

    Each column is cut into `bins` parts with equally many images, so that only their order matters. Of independent columns a
    finite sample gives a little more than 0: about (bins − 1)² / 2N. Raises ConfigError for values that are not finite.
    """
    from sklearn.metrics import mutual_info_score

    z, v = as_points(codes).double().numpy(), as_points(factors, "The factors").double().numpy()
    if len(z) != len(v):
        raise ConfigError(f"{len(z)} codes cannot be compared with the factors of {len(v)} images.")
    z, v = ([_binned(column, bins) for column in table.T] for table in (z, v))
    shared = np.array([[mutual_info_score(a, b) for b in v] for a in z])
    return shared, np.array([mutual_info_score(b, b) for b in v])


def _binned(column, bins):
    """The part, from 0 to bins − 1, that each value lies in; equal values lie in one."""
    edges = np.unique(np.quantile(column, np.arange(1, bins) / bins))
    return np.searchsorted(edges, column, side="right")


def gaps(codes, factors, bins: int = BINS) -> np.ndarray:
    """The mutual-information gap of each factor, float64 F in 0..1: how much more the best dimension of z says of it than the
    next one, as a share of the factor's entropy. 1: one dimension holds all of it and no other any; nan: it never varies."""
    shared, entropy = mutual_information(codes, factors, bins)
    best = np.sort(np.vstack([np.zeros_like(entropy), shared]), axis=0)[::-1]
    return np.divide(best[0] - best[1], entropy, out=np.full(len(entropy), np.nan), where=entropy > 0)


def readable(codes, labels, seed: int = 0) -> dict[str, float]:
    """How often a classifier predicts the right class from codes N×d it was not trained on, and the accuracy of guessing.

    `content_from_style`: a support-vector machine with a Gaussian kernel, trained on one half of at most 6,000 labelled
    codes drawn by `seed`, tested on the other. `chance`: the share of the most common class there. Nothing where the first half
    has fewer than two classes, or the other is empty.
    """
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler
    from sklearn.svm import SVC

    z, labels = as_points(codes).numpy(), np.asarray(labels)
    known = np.random.default_rng(seed).permutation(np.flatnonzero(labels >= 0))[:READ]
    taught, asked = known[: len(known) // 2], known[len(known) // 2 :]
    if not len(asked) or len(np.unique(labels[taught])) < 2:
        return {}
    classifier = make_pipeline(StandardScaler(), SVC()).fit(z[taught], labels[taught])
    return {
        "content_from_style": float(classifier.score(z[asked], labels[asked])),
        "chance": float(np.bincount(labels[asked]).max() / len(asked)),
    }


def styles(model: Model, images: np.ndarray | Chosen) -> np.ndarray:
    """The representative style z of each image, float32 N×d: without the head that a reduction adds to it."""
    with evaluating(model):
        return torch.cat([model.represent(x)[0].float().cpu() for _, x in tensors(model, images)]).numpy()


def protocol(subject: Subject) -> dict:
    """What `readable` finds in the styles of test images; and where the data set knows their factors, `mig`, the mean of their
    gaps, and `mig_by_factor`."""
    dataset, images, labels = subject.dataset, subject.sample.images[:LIMIT], subject.sample.labels[:LIMIT]
    z = styles(subject.model, images)
    found = readable(z, labels, subject.seed)
    if dataset.test.factors is not None:
        each = gaps(z, dataset.test.factors[images.index])
        if not np.isnan(each).all():
            found["mig"] = float(np.nanmean(each))
        found["mig_by_factor"] = dict(zip(dataset.factor_names, each.tolist(), strict=True))
    return found | {"n": len(images)}
