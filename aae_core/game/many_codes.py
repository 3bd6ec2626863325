"""One image of a game encoded many times: its codes, and what each of them says of a gradient.

The cost is that of reconstructing the image, L(z), and the weight is the bias b of μ₁ in the encoder's last layer; of z₁ if the
posterior has no mean. As ∂μ₁/∂b = 1, each draw z ~ q(z|x) estimates ∂E[L]/∂b in two ways:

    through the draw          ∂L/∂z₁ at z = μ + σε, the reparametrisation (Kingma and Welling 2014, §2.4), or at z = f(x, η)
    by the score function     L(z) · ∂ log q(z|x)/∂μ₁ = L(z) · (z₁ − μ₁)/σ₁² (Williams 1992; Mohamed et al. 2020, §4)

Both have the same expectation. Only a Gaussian posterior has a density by which the second can be computed. The page computes the
same from the same random numbers (`web/src/engine/many_codes.ts`).
"""

from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from aae_core.models.model import Model, one_hot

CODES = 50  # that are shown
DRAWS = 200  # that estimate the gradient; the first of them are the codes
SEED_OFFSET = 2  # of the draws from the seed of the game; it grows with every step


@dataclass(frozen=True)
class ManyCodes:
    """codes: CODES×2; by_draw, by_score: DRAWS estimates each; by_score is None unless the posterior is Gaussian."""

    codes: np.ndarray
    by_draw: np.ndarray
    by_score: np.ndarray | None

    @property
    def spread(self) -> float:
        """The root mean square distance of the codes from their mean."""
        return float(np.sqrt(np.square(self.codes - self.codes.mean(0)).sum(1).mean()))

    @property
    def distance_of_means(self) -> float:
        """How far the means of both estimates are apart."""
        return float(abs(self.by_draw.mean() - self.by_score.mean()))

    @property
    def distance_by_chance(self) -> float:
        """How far apart chance alone may bring the means: three standard errors of their difference."""
        variances = self.by_draw.var() + self.by_score.var()
        return float(3 * np.sqrt(variances / len(self.by_draw)))


def encode_many_times(
    model: Model, item: np.ndarray, label: int, generator: torch.Generator, draws: int = DRAWS
) -> ManyCodes:
    """The codes of an item H×W×C of class `label`, and the estimates of the gradient from each."""
    x = model.to_x(item[None]).expand(draws, -1, -1, -1)
    with torch.no_grad():
        hidden = model.hidden_code(x, model.draw_noise(draws, generator))
        z, inferred_content = model.infer_from_hidden(hidden, generator)
    content = None
    if model.variant.has_content:
        content = inferred_content if model.variant.categorical else one_hot(torch.full((draws,), label), model.classes)
    costs, slopes = costs_and_slopes(model, x, z, content)
    by_score = None
    if model.posterior.name == "gaussian":
        mu, log_variance = model.posterior_moments(x)
        by_score = (costs * (z - mu)[:, 0] / log_variance[:, 0].exp()).detach().numpy()
    return ManyCodes(z[:CODES].numpy(), slopes[:, 0].numpy(), by_score)


def costs_and_slopes(model: Model, x: Tensor, z: Tensor, content: Tensor | None) -> tuple[Tensor, Tensor]:
    """The cost of reconstructing each row of x from its code, N values, and its derivatives with respect to z, N×2."""
    leaf = z.detach().requires_grad_()
    costs = model.cost.value(x, model.decoder_logits(leaf, content))
    (slopes,) = torch.autograd.grad(costs.sum(), leaf)
    return costs.detach(), slopes
