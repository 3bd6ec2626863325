"""Directions of the latent space: principal directions, those from one group of codes to another, and those of known factors.

Shapes: N codes of d dimensions, F factors. Sources: Makhzani et al., arXiv 1511.05644v2, §2 (the codes q(z)); Larsen et al.,
arXiv 1512.09300, §4.2 (an attribute as the difference of two means); Härkönen et al., arXiv 2004.02546, §3.1 (principal
directions, identified by what they change).
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import torch

from aae_core.checks import finite_array
from aae_core.errors import ConfigError
from aae_core.models import inference
from aae_core.models.model import Model
from aae_core.short_repr import ShortRepr

MOST = 16  # principal directions, at most, whose effect on the decoded image is measured
ASKED = 32  # codes at which it is measured


@dataclass(frozen=True, repr=False)
class Direction(ShortRepr):
    """The line `centre` + t·`step` in the latent space, both float32 d, with the coordinate t.

    change: by how much one unit of t changes the decoded image (see `changes`), nan if it was not measured. share: of a principal
    direction, its share of the codes' variance. fit: of a factor's direction, the R² with which the factor is predicted linearly
    from codes that were not used in the fit.
    """

    name: str
    centre: np.ndarray
    step: np.ndarray
    change: float = math.nan
    share: float | None = None
    fit: float | None = None

    def at(self, t, base=None) -> np.ndarray:
        """The codes at coordinates t (n, or one number), float32 n×d, on the line through the centre, or on the parallel line
        through `base` (d)."""
        t = np.atleast_1d(np.asarray(t, np.float64))
        start = 0.0 if base is None else self.of(base)
        through = self.centre if base is None else finite_array(base, (len(self.step),), "The base code")
        return (through + (t - start)[:, None] * self.step).astype(np.float32)

    def of(self, z) -> np.ndarray:
        """The coordinate t of the point of the line that is nearest to each of codes z N×d, float64 N, or to one code d."""
        step = self.step.astype(np.float64)
        return (np.asarray(z, np.float64) - self.centre) @ step / (step @ step)


def principal_axes(codes, most: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """The principal component analysis of the codes N×d (N ≥ 2): their mean, float64 d; the axes of largest variance,
    min(most, d)×d; and the variances along all d axes, from which shares of the variance can be computed.

    The axes are orthonormal and in descending order of variance. Each is oriented so that its largest component is positive, so
    the same codes always give the same axes. Raises ConfigError for fewer than two codes or values that are not finite.
    """
    codes = finite_array(codes, (None, None), "Codes").astype(np.float64)
    if len(codes) < 2 or not codes.shape[1]:
        raise ConfigError("PCA needs at least two codes.")
    variances, columns = np.linalg.eigh(np.atleast_2d(np.cov(codes.T)))  # ascending
    axes = columns.T[::-1][:most]
    signs = np.sign(np.take_along_axis(axes, np.abs(axes).argmax(1)[:, None], axis=1))
    return codes.mean(0), axes * signs, np.maximum(variances[::-1], 0)


def principal(codes, most: int = MOST) -> list[Direction]:
    """At most `most` principal directions of codes N×d in descending order of variance; a step is one standard deviation of the
    codes. Directions along which the codes do not vary are left out. Raises ConfigError as `principal_axes` does."""
    centre, axes, variances = principal_axes(codes, most)
    directions = []
    for k, (axis, variance) in enumerate(zip(axes, variances, strict=False)):
        if variance > 1e-12 * variances[0]:
            name, share = f"Principal direction {k + 1}", float(variance / variances.sum())
            directions.append(_direction(name, centre, axis * math.sqrt(variance), share=share))
    return directions


def _direction(name, centre, step, **figures):
    return Direction(name, np.asarray(centre, np.float32), np.asarray(step, np.float32), **figures)


def between(a, b) -> Direction:
    """The direction from the mean of codes a (n×d, t = 0) to that of codes b (m×d, t = 1). Raises ConfigError for a group without
    codes and for equal means, between which there is no direction."""
    a, b = (finite_array(codes, (None, None), "The codes of a group") for codes in (a, b))
    if not len(a) or not len(b) or a.shape[1] != b.shape[1]:
        raise ConfigError("A direction needs two groups of one code or more, with equally many dimensions.")
    start, end = (codes.mean(0, dtype=np.float64) for codes in (a, b))
    if np.array_equal(start, end):
        raise ConfigError("Both groups have the same mean, so no direction leads from one to the other.")
    return _direction("A to B", start, end - start)


def of_factors(codes, factors, names: Sequence[str]) -> list[Direction]:
    """The direction of each factor that varies, from codes N×d with known factors N×F named `names`; a step is one standard
    deviation of the codes.

    The codes are predicted from all factors by linear least squares, so the slope of a factor is how the codes move while the
    other factors stay. R² belongs to the reverse regression, which predicts the factor from the codes. Both are fitted on one
    random half of the codes, the same at every call, and R² is measured on the other. Returns [] if a half has at most d + 1 or
    F + 1 codes, which a linear fit would meet exactly.
    """
    z = finite_array(codes, (None, None), "Codes").astype(np.float64)
    v = finite_array(factors, (len(z), len(names)), "Factors").astype(np.float64)
    order = np.random.default_rng(0).permutation(len(z))
    fitted, tested = order[: len(z) // 2], order[len(z) // 2 :]
    if len(fitted) <= 1 + max(z.shape[1], v.shape[1]):
        return []
    slopes, weights = _fit(v[fitted], z[fitted]), _fit(z[fitted], v[fitted])
    left, whole = np.square(v[tested] - _with_one(z[tested]) @ weights).mean(0), v[tested].var(0)
    directions, centre = [], z.mean(0)
    for k, name in enumerate(names):
        length = np.linalg.norm(slopes[1 + k])
        if whole[k] > 0 and length > 0:
            axis = slopes[1 + k] / length
            step = axis * ((z - centre) @ axis).std(ddof=1)
            directions.append(_direction(name, centre, step, fit=float(1 - left[k] / whole[k])))
    return directions


def _fit(x, y):
    """The least-squares weights that predict y N×b from x N×a, (1 + a)×b; the first row is the constant term."""
    return np.linalg.lstsq(_with_one(x), y, rcond=None)[0]


def _with_one(x):
    return np.column_stack([np.ones(len(x)), x])


def changes(model: Model, directions: Sequence[Direction], codes, content=None) -> list[Direction]:
    """The directions with their `change`: by how much one unit of t changes the decoded image.

    That is the root mean square, over values and some of the codes N×d, of x̂(z + step/2) − x̂(z − step/2): of pixels in 0..1, of
    a table in standard deviations of its features. Of a linear decoder x̂ = W z it is ‖W·step‖ / √(C·H·W). content: of the codes,
    N (−1: unknown), where the decoder takes one. Raises ConfigError as `exploration.decode_images` does.
    """
    z = finite_array(codes, (None, model.config.latent_dim), "Codes")
    sampled = np.unique(np.linspace(0, len(z) - 1, ASKED).round().astype(int)) if len(z) else np.zeros(0, int)
    y = None if content is None else inference.content(model, np.asarray(content)[sampled])
    measured = []
    with inference.evaluating(model):
        for direction in directions:
            upper = torch.from_numpy(z[sampled] + 0.5 * direction.step).to(model.device)
            lower = torch.from_numpy(z[sampled] - 0.5 * direction.step).to(model.device)
            x, logits = model.decode(upper, y), model.logits(lower, y)
            squares = inference.check_finite(2 * model.half_squares(x, logits), "decoder") / math.prod(model.shape)
            measured.append(replace(direction, change=float(squares.mean().sqrt())))
    return measured


def of_codes(model: Model, codes, content=None, factors=None, names: Sequence[str] = ()) -> list[Direction]:
    """The directions of codes N×d: the principal ones in descending order of their `change`, then those of the factors N×F, if
    these are known.

    content: as for `changes`. names: of the factors. Raises ConfigError as `principal_axes` and `changes` do.
    """
    principals = changes(model, principal(codes), codes, content)
    factor_directions = [] if factors is None else changes(model, of_factors(codes, factors, names), codes, content)
    return sorted(principals, key=lambda direction: -direction.change) + factor_directions
