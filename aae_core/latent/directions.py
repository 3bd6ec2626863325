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

from aae_core.checks import require_finite_array
from aae_core.errors import ConfigError
from aae_core.models import inference
from aae_core.models.model import Model
from aae_core.records import ShortRepr

MAX_PRINCIPAL = 16  # principal directions, at most, whose effect on the decoded image is measured
CODES_MEASURED = 32  # codes at which it is measured


@dataclass(frozen=True, repr=False)
class Direction(ShortRepr):
    """The line `centre` + t·`step` in the latent space, both float32 d, with the coordinate t.

    change: by how much one unit of t changes the decoded image (see `measure_changes`), nan if it was not measured. share: of a
    principal direction, its share of the codes' variance. fit: of a factor's direction, the R² with which the factor is
    predicted linearly from codes that were not used in the fit.
    """

    name: str
    centre: np.ndarray
    step: np.ndarray
    change: float = math.nan
    share: float | None = None
    fit: float | None = None

    def codes_at(self, t, base=None) -> np.ndarray:
        """The codes at coordinates t (n, or one number), float32 n×d, on the line through the centre, or on the parallel line
        through `base` (d)."""
        t = np.atleast_1d(np.asarray(t, np.float64))
        start = 0.0 if base is None else self.coordinate_of_codes(base)
        line_start = self.centre if base is None else require_finite_array(base, (len(self.step),), "The base code")
        return (line_start + (t - start)[:, None] * self.step).astype(np.float32)

    def coordinate_of_codes(self, z) -> np.ndarray:
        """The coordinate t of the point of the line that is nearest to each of codes z N×d, float64 N, or to one code d."""
        step = self.step.astype(np.float64)
        return (np.asarray(z, np.float64) - self.centre) @ step / (step @ step)


def principal_axes(codes, max_count: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """The principal component analysis of the codes N×d (N ≥ 2): their mean, float64 d; the axes of largest variance,
    min(max_count, d)×d; and the variances along all d axes, from which shares of the variance can be computed.

    The axes are orthonormal and in descending order of variance. Each is oriented so that its largest component is positive, so
    the same codes always give the same axes. Raises ConfigError for fewer than two codes or values that are not finite.
    """
    codes = require_finite_array(codes, (None, None), "Codes").astype(np.float64)
    if len(codes) < 2 or not codes.shape[1]:
        raise ConfigError("PCA needs at least two codes.")
    variances, columns = np.linalg.eigh(np.atleast_2d(np.cov(codes.T)))  # ascending
    axes = columns.T[::-1][:max_count]
    signs = np.sign(np.take_along_axis(axes, np.abs(axes).argmax(1)[:, None], axis=1))
    return codes.mean(0), axes * signs, np.maximum(variances[::-1], 0)


def principal_directions(codes, max_count: int = MAX_PRINCIPAL) -> list[Direction]:
    """At most `max_count` principal directions of codes N×d in descending order of variance; a step is one standard deviation
    of the codes. Directions along which the codes do not vary are left out. Raises ConfigError as `principal_axes` does."""
    centre, axes, variances = principal_axes(codes, max_count)
    directions = []
    for k, (axis, variance) in enumerate(zip(axes, variances, strict=False)):
        if variance > 1e-12 * variances[0]:
            name, share = f"Principal direction {k + 1}", float(variance / variances.sum())
            directions.append(_make_direction(name, centre, axis * math.sqrt(variance), share=share))
    return directions


def _make_direction(name, centre, step, **figures):
    return Direction(name, np.asarray(centre, np.float32), np.asarray(step, np.float32), **figures)


def direction_between(a, b) -> Direction:
    """The direction from the mean of codes a (n×d, t = 0) to that of codes b (m×d, t = 1). Raises ConfigError for a group without
    codes and for equal means, between which there is no direction."""
    a, b = (require_finite_array(group, (None, None), "The codes of a group") for group in (a, b))
    if not len(a) or not len(b) or a.shape[1] != b.shape[1]:
        raise ConfigError("A direction needs two groups of one code or more, with equally many dimensions.")
    start, end = (group.mean(0, dtype=np.float64) for group in (a, b))
    if np.array_equal(start, end):
        raise ConfigError("Both groups have the same mean, so no direction leads from one to the other.")
    return _make_direction("A to B", start, end - start)


def factor_directions(codes, factors, names: Sequence[str]) -> list[Direction]:
    """The direction of each factor that varies, from codes N×d with known factors N×F named `names`; a step is one standard
    deviation of the codes.

    The codes are predicted from all factors by linear least squares, so the slope of a factor is how the codes move while the
    other factors stay. R² belongs to the reverse regression, which predicts the factor from the codes. Both are fitted on one
    random half of the codes, the same at every call, and R² is measured on the other. Returns [] if a half has at most d + 1 or
    F + 1 codes, which a linear fit would meet exactly.
    """
    z = require_finite_array(codes, (None, None), "Codes").astype(np.float64)
    factor_values = require_finite_array(factors, (len(z), len(names)), "Factors").astype(np.float64)
    order = np.random.default_rng(0).permutation(len(z))
    fit_half, test_half = order[: len(z) // 2], order[len(z) // 2 :]
    if len(fit_half) <= 1 + max(z.shape[1], factor_values.shape[1]):
        return []
    slopes, weights = (
        _fit_linear(factor_values[fit_half], z[fit_half]),
        _fit_linear(z[fit_half], factor_values[fit_half]),
    )
    residual_variance, variance = (
        np.square(factor_values[test_half] - _with_constant_column(z[test_half]) @ weights).mean(0),
        factor_values[test_half].var(0),
    )
    directions, centre = [], z.mean(0)
    for k, name in enumerate(names):
        length = np.linalg.norm(slopes[1 + k])
        if variance[k] > 0 and length > 0:
            axis = slopes[1 + k] / length
            step = axis * ((z - centre) @ axis).std(ddof=1)
            directions.append(_make_direction(name, centre, step, fit=float(1 - residual_variance[k] / variance[k])))
    return directions


def _fit_linear(x, y):
    """The least-squares weights that predict y N×b from x N×a, (1 + a)×b; the first row is the constant term."""
    return np.linalg.lstsq(_with_constant_column(x), y, rcond=None)[0]


def _with_constant_column(x) -> np.ndarray:
    return np.column_stack([np.ones(len(x)), x])


def measure_changes(model: Model, directions: Sequence[Direction], codes, content=None) -> list[Direction]:
    """The directions with their `change`: by how much one unit of t changes the decoded image.

    That is the root mean square, over values and some of the codes N×d, of x̂(z + step/2) − x̂(z − step/2): of pixels in 0..1, of
    a table in standard deviations of its features. Of a linear decoder x̂ = W z it is ‖W·step‖ / √(C·H·W). content: of the codes,
    N (−1: unknown), where the decoder takes one. Raises ConfigError as `exploration.decode_images` does.
    """
    z = require_finite_array(codes, (None, model.config.latent_dim), "Codes")
    sample_indices = (
        np.unique(np.linspace(0, len(z) - 1, CODES_MEASURED).round().astype(int)) if len(z) else np.zeros(0, int)
    )
    y = None if content is None else inference.one_hot_contents(model, np.asarray(content)[sample_indices])
    measured_directions = []
    with inference.evaluation_mode(model):
        for direction in directions:
            upper_codes = torch.from_numpy(z[sample_indices] + 0.5 * direction.step).to(model.device)
            lower_codes = torch.from_numpy(z[sample_indices] - 0.5 * direction.step).to(model.device)
            x, logits = model.decode(upper_codes, y), model.decoder_logits(lower_codes, y)
            squares = inference.check_finite(2 * model.half_squared_errors(x, logits), "decoder") / math.prod(
                model.shape
            )
            measured_directions.append(replace(direction, change=float(squares.mean().sqrt())))
    return measured_directions


def find_directions(model: Model, codes, content=None, factors=None, names: Sequence[str] = ()) -> list[Direction]:
    """The directions of codes N×d: the principal ones in descending order of their `change`, then those of the factors N×F, if
    these are known.

    content: as for `measure_changes`. names: of the factors. Raises ConfigError as `principal_axes` and `measure_changes` do.
    """
    principals = measure_changes(model, principal_directions(codes), codes, content)
    measured_factors = (
        [] if factors is None else measure_changes(model, factor_directions(codes, factors, names), codes, content)
    )
    return sorted(principals, key=lambda direction: -direction.change) + measured_factors
