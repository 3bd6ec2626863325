"""Whether each known factor of the images has a dimension of z of its own: MIG, SAP and DCI.

Pure functions of codes N×d and factors N×F, and what they say of a model. Sources: Chen et al., arXiv 1802.04942, §4 (MIG); Kumar
et al., arXiv 1711.00848, §3 (SAP); Eastwood and Williams, ICLR 2018, §2 (DCI). Each is high where the dimensions of z are the
factors, in any order and on any scale, and low where z is a rotation of them, though nothing is lost by a rotation.
"""

import numpy as np
from scipy.special import entr

from aae_core.errors import ConfigError
from aae_core.evaluation.distances import as_points
from aae_core.evaluation.sample import Subject
from aae_core.evaluation.style_content import styles

BINS = 20  # of equal mass, along each dimension and each factor
LIMIT = 10_000  # images whose codes are compared with their factors
TAUGHT = 2000  # images that a forest learns from, and as many that it is asked about
TREES = 50


def _tables(codes, factors):
    z, v = as_points(codes).double().numpy(), as_points(factors, "The factors").double().numpy()
    if len(z) != len(v):
        raise ConfigError(f"{len(z)} codes cannot be compared with the factors of {len(v)} images.")
    return z, v


def mutual_information(codes, factors, bins: int = BINS) -> tuple[np.ndarray, np.ndarray]:
    """I(z_j; v_k) in nats, float64 d×F, of codes N×d and factors N×F, and the entropy of each factor, float64 F.

    Each column is cut into `bins` parts with equally many images, so that only their order matters. Of independent columns a
    finite sample gives a little more than 0: about (bins − 1)² / 2N. Raises ConfigError for values that are not finite.
    """
    from sklearn.metrics import mutual_info_score

    z, v = ([_binned(column, bins) for column in table.T] for table in _tables(codes, factors))
    shared = np.array([[mutual_info_score(a, b) for b in v] for a in z])
    return shared, np.array([mutual_info_score(b, b) for b in v])


def _binned(column, bins):
    """The part, from 0 to bins − 1, that each value lies in; equal values lie in one."""
    edges = np.unique(np.quantile(column, np.arange(1, bins) / bins))
    return np.searchsorted(edges, column, side="right")


def _lead(scores):
    """How far the highest of d×F scores is above the next one, F; a single dimension leads by all it has."""
    best = np.sort(np.vstack([np.zeros(scores.shape[1]), scores]), axis=0)[::-1]
    return best[0] - best[1]


def gaps(codes, factors) -> np.ndarray:
    """The mutual-information gap of each factor, float64 F in 0..1: how much more the best dimension of z says of it than the
    next one, as a share of the factor's entropy. 1: one dimension holds all of it and no other any; nan: it never varies."""
    shared, entropy = mutual_information(codes, factors)
    return np.divide(_lead(shared), entropy, out=np.full(len(entropy), np.nan), where=entropy > 0)


def separations(codes, factors) -> np.ndarray:
    """The separated attribute predictability of each factor, float64 F in 0..1: how much higher the R² of its linear fit on the
    best dimension of z alone is than on the next one; nan: it never varies. Raises ConfigError for values that are not finite."""
    z, v = (table - table.mean(0) for table in _tables(codes, factors))
    product = np.outer((z**2).sum(0), (v**2).sum(0))
    squares = np.divide((z.T @ v) ** 2, product, out=np.zeros_like(product), where=product > 0)
    return np.where((v**2).sum(0) > 0, _lead(squares), np.nan)


def importances(codes, factors, seed: int = 0) -> tuple[np.ndarray, np.ndarray]:
    """How much each dimension of z serves to tell each factor, float64 d×F, each column of sum 1, and the R² with which it is
    told, float64 F, at least 0.

    A forest of regression trees for each factor learns from at most 2,000 codes drawn by `seed` and is asked about as many
    others. Of a factor that never varies both are nan. Raises ConfigError for values that are not finite and for fewer than
    four codes.
    """
    from sklearn.ensemble import RandomForestRegressor

    z, v = _tables(codes, factors)
    if len(z) < 4:
        raise ConfigError(f"Factors cannot be told from {len(z)} codes; at least four are needed.")
    order = np.random.default_rng(seed).permutation(len(z))[: 2 * TAUGHT]
    taught, asked = order[: len(order) // 2], order[len(order) // 2 :]
    found, told = np.full((z.shape[1], v.shape[1]), np.nan), np.full(v.shape[1], np.nan)
    for k in np.flatnonzero(v[taught].std(0) * v[asked].std(0)):
        forest = RandomForestRegressor(TREES, min_samples_leaf=3, random_state=seed).fit(z[taught], v[taught, k])
        found[:, k] = forest.feature_importances_
        told[k] = max(0.0, forest.score(z[asked], v[asked, k]))
    return found, told


def dci(importance: np.ndarray, told: np.ndarray) -> dict[str, float]:
    """Disentanglement, completeness and informativeness, each in 0..1, of `importances`; those that are not defined are left out.

    Disentanglement: how far a dimension serves one factor alone, 1 − the entropy of its importances over the F factors in
    units of log F, dimensions weighted by their importance. Completeness: how far a factor is told by one dimension alone,
    likewise over the d dimensions, the mean over factors. Informativeness: the mean R².
    """
    known = np.isfinite(told)
    r = importance[:, known]
    found = {"informativeness": float(told[known].mean())} if known.any() else {}
    of_dimensions, of_factors = r.sum(1), r.sum(0)
    if r.shape[1] > 1 and r.sum() > 0:
        own = _purity(r[of_dimensions > 0] / of_dimensions[of_dimensions > 0, None])
        found["disentanglement"] = float(own @ of_dimensions[of_dimensions > 0] / of_dimensions.sum())
    if len(r) > 1 and (of_factors > 0).any():
        found["completeness"] = float(_purity((r[:, of_factors > 0] / of_factors[of_factors > 0]).T).mean())
    return found


def _purity(shares):
    """1 − the entropy of each row of shares m×n, in units of log n."""
    return 1 - entr(shares).sum(1) / np.log(shares.shape[1])


def protocol(subject: Subject) -> dict:
    """Of the styles of test images whose factors are known: `mig` and `sap`, the means of `gaps` and `separations`, those of each
    factor (`mig_by_factor`, `sap_by_factor`; None where it never varies), and `dci`."""
    dataset, images = subject.dataset, subject.sample.images[:LIMIT]
    z, factors = styles(subject.model, images), dataset.test.factors[images.index]
    found = {}
    for name, each in (("mig", gaps(z, factors)), ("sap", separations(z, factors))):
        if not np.isnan(each).all():
            found[name] = float(np.nanmean(each))
        by_name = zip(dataset.factor_names, each.tolist(), strict=True)
        found[f"{name}_by_factor"] = {factor: None if np.isnan(value) else value for factor, value in by_name}
    return found | dci(*importances(z, factors, subject.seed)) | {"n": len(images)}
