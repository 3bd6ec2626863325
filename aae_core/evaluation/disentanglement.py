"""Disentanglement: whether each known factor of the images has a dimension of z of its own, by MIG, SAP and DCI.

The module holds pure functions of codes N×d and factors N×F, and the protocol that applies them to a model. Sources:
Chen et al., arXiv 1802.04942, §4 (MIG); Kumar et al., arXiv 1711.00848, §3 (SAP); Eastwood and Williams, ICLR 2018, §2
(DCI). Each is high where the dimensions of z are the factors, in any order and on any scale, and low where z is a
rotation of them, although a rotation loses no information.
"""

import numpy as np
from scipy.special import entr

from aae_core.errors import ConfigError
from aae_core.evaluation.distances import checked_points_tensor
from aae_core.evaluation.sample import Subject
from aae_core.evaluation.style_content import encode_styles

N_BINS = 20  # bins of equal mass, of each dimension and of each factor
MAX_IMAGES = 10_000  # images whose codes are compared with their factors
MAX_TRAINING_CODES = 2000  # images that a forest is trained on, and as many that it is tested on
N_TREES = 50


def _checked_tables(codes, factors) -> tuple[np.ndarray, np.ndarray]:
    z, v = checked_points_tensor(codes).double().numpy(), checked_points_tensor(factors, "The factors").double().numpy()
    if len(z) != len(v):
        raise ConfigError(f"{len(z)} codes cannot be compared with the factors of {len(v)} images.")
    return z, v


def mutual_information(codes, factors, bins: int = N_BINS) -> tuple[np.ndarray, np.ndarray]:
    """I(z_j; v_k) in nats, float64 d×F, of codes N×d and factors N×F, and the entropy of each factor, float64 F.

    Each column is cut into `bins` bins that hold equally many images, so only the order of its values matters. For
    independent columns, the estimate from a finite sample is a little above 0: about (bins − 1)² / 2N. Raises
    ConfigError for values that are not finite.
    """
    from sklearn.metrics import mutual_info_score

    z, v = ([_bin_indices(column, bins) for column in table.T] for table in _checked_tables(codes, factors))
    information = np.array([[mutual_info_score(a, b) for b in v] for a in z])
    return information, np.array([mutual_info_score(b, b) for b in v])


def _bin_indices(column, bins):
    """The bin of each value, from 0 to bins − 1; equal values share a bin."""
    edges = np.unique(np.quantile(column, np.arange(1, bins) / bins))
    return np.searchsorted(edges, column, side="right")


def _gap_to_second(scores):
    """For each factor, how far the highest of its d scores (d×F) is above the second highest, F; with d = 1 the score
    itself."""
    best = np.sort(np.vstack([np.zeros(scores.shape[1]), scores]), axis=0)[::-1]
    return best[0] - best[1]


def mutual_information_gaps(codes, factors) -> np.ndarray:
    """The mutual-information gap of each factor, float64 F in 0..1: how much more the most informative dimension of z
    says about it than the second, as a share of the factor's entropy. 1: one dimension holds all of it and the others
    nothing; nan: the factor never varies."""
    information, entropy = mutual_information(codes, factors)
    return np.divide(_gap_to_second(information), entropy, out=np.full(len(entropy), np.nan), where=entropy > 0)


def attribute_predictability_gaps(codes, factors) -> np.ndarray:
    """The separated attribute predictability of each factor, float64 F in 0..1: the R² of its linear regression on the
    best single dimension of z, minus that on the second best; nan: the factor never varies. Raises ConfigError for
    values that are not finite."""
    z, v = (table - table.mean(0) for table in _checked_tables(codes, factors))
    product = np.outer((z**2).sum(0), (v**2).sum(0))
    squares = np.divide((z.T @ v) ** 2, product, out=np.zeros_like(product), where=product > 0)
    return np.where((v**2).sum(0) > 0, _gap_to_second(squares), np.nan)


def fit_importances_and_r_squared(codes, factors, seed: int = 0) -> tuple[np.ndarray, np.ndarray]:
    """The importance of each dimension of z for predicting each factor, float64 d×F, whose columns sum to 1, and the R²
    of the prediction, float64 F, clipped at 0.

    For each factor, a random forest is trained on at most 2,000 codes drawn by `seed` and tested on as many others.
    Both are nan for a factor that never varies. Raises ConfigError for values that are not finite and for fewer than
    four codes.
    """
    from sklearn.ensemble import RandomForestRegressor

    z, v = _checked_tables(codes, factors)
    if len(z) < 4:
        raise ConfigError(f"Factors cannot be told from {len(z)} codes; at least four are needed.")
    order = np.random.default_rng(seed).permutation(len(z))[: 2 * MAX_TRAINING_CODES]
    train_rows, test_rows = order[: len(order) // 2], order[len(order) // 2 :]
    importance, r_squared = np.full((z.shape[1], v.shape[1]), np.nan), np.full(v.shape[1], np.nan)
    for k in np.flatnonzero(v[train_rows].std(0) * v[test_rows].std(0)):
        forest = RandomForestRegressor(N_TREES, min_samples_leaf=3, random_state=seed).fit(
            z[train_rows], v[train_rows, k]
        )
        importance[:, k] = forest.feature_importances_
        r_squared[k] = max(0.0, forest.score(z[test_rows], v[test_rows, k]))
    return importance, r_squared


def dci_scores(importance: np.ndarray, r_squared: np.ndarray) -> dict[str, float]:
    """Disentanglement, completeness and informativeness, each in 0..1, from the two results of
    `fit_importances_and_r_squared`; what is undefined is left out.

    Disentanglement: 1 − the entropy of a dimension's importances over the F factors in units of log F, averaged over
    the dimensions with their importance as the weight: 1 if each dimension predicts a single factor. Completeness: 1 −
    the entropy of a factor's importances over the d dimensions in units of log d, averaged over the factors: 1 if a
    single dimension predicts each factor. Informativeness: the mean R².
    """
    is_varying = np.isfinite(r_squared)
    r = importance[:, is_varying]
    scores = {"informativeness": float(r_squared[is_varying].mean())} if is_varying.any() else {}
    dimension_totals, factor_totals = r.sum(1), r.sum(0)
    if r.shape[1] > 1 and r.sum() > 0:
        dimension_purity = _one_minus_entropy(r[dimension_totals > 0] / dimension_totals[dimension_totals > 0, None])
        scores["disentanglement"] = float(
            dimension_purity @ dimension_totals[dimension_totals > 0] / dimension_totals.sum()
        )
    if len(r) > 1 and (factor_totals > 0).any():
        scores["completeness"] = float(
            _one_minus_entropy((r[:, factor_totals > 0] / factor_totals[factor_totals > 0]).T).mean()
        )
    return scores


def _one_minus_entropy(shares):
    """1 − the entropy of each row of shares m×n, in units of log n."""
    return 1 - entr(shares).sum(1) / np.log(shares.shape[1])


def evaluate_disentanglement(subject: Subject) -> dict:
    """MIG, SAP and DCI of the styles of at most 10,000 test images whose factors are known: `mig` and `sap`, the means
    of `mutual_information_gaps` and `attribute_predictability_gaps`; `mig_by_factor` and `sap_by_factor` (None for a
    factor that never varies); and the figures of `dci_scores`."""
    dataset, images = subject.dataset, subject.sample.images[:MAX_IMAGES]
    z, factors = encode_styles(subject.model, images), dataset.test.factors[images.indices]
    scores = {}
    for name, per_factor in (
        ("mig", mutual_information_gaps(z, factors)),
        ("sap", attribute_predictability_gaps(z, factors)),
    ):
        if not np.isnan(per_factor).all():
            scores[name] = float(np.nanmean(per_factor))
        by_name = zip(dataset.factor_names, per_factor.tolist(), strict=True)
        scores[f"{name}_by_factor"] = {factor: None if np.isnan(value) else value for factor, value in by_name}
    return scores | dci_scores(*fit_importances_and_r_squared(z, factors, subject.seed)) | {"n": len(images)}
