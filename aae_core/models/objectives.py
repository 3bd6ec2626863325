"""The costs of the paper as pure functions of tensors: scalars to descend, those of an image as one value each.

N is the batch, C × H × W the image, d the code. D's logit is log D / (1 − D): positive where D takes z for a sample of
the prior.
"""

import math
from collections.abc import Callable

import torch
from torch import Tensor
from torch.nn import functional as F

LEAST_VARIANCE = 1 / (12 * 255**2)  # of rounding to 256 grey values: no image is known more exactly


def squared_error(x: Tensor, logits: Tensor) -> Tensor:
    """½‖x − x̂‖² with x̂ = σ(logits), both N×C×H×W: a value for each image, summed over its pixels (training details).

    The sum matters: the paper's learning rates belong to it. A mean over 784 pixels makes the cost 392 times too small.
    """
    return 0.5 * (x - logits.float().sigmoid()).square().sum((1, 2, 3))


def cross_entropy(x: Tensor, logits: Tensor) -> Tensor:
    """−Σ x log x̂ + (1 − x) log(1 − x̂) with x̂ = σ(logits), N×C×H×W: a value for each image, summed over its pixels."""
    each = F.binary_cross_entropy_with_logits(logits.float(), x, reduction="none")
    return each.sum((1, 2, 3))


def learned_variance(x: Tensor, logits: Tensor) -> Tensor:
    """−log N(x; x̂, σ² I) = ‖x − x̂‖²/(2σ²) + (P/2) log 2πσ² with x̂ = σ(logits), both N×C×H×W of P pixels: N values, in nats.

    One variance for all pixels, the likeliest one: σ² is the mini-batch's mean squared error, found anew at every step
    (Rybkin et al., arXiv 2006.13202, §3.2, "optimal σ-VAE"). It counts as given, which leaves the gradient of the mean as it
    is: the cost's derivative by σ² is 0 there.
    """
    squares, pixels = 2 * squared_error(x, logits), x[0].numel()
    variance = (squares.detach().mean() / pixels).clamp(min=LEAST_VARIANCE)
    return squares / (2 * variance) + pixels / 2 * (2 * math.pi * variance).log()


COSTS = {"squared-error": squared_error, "cross-entropy": cross_entropy, "learned-variance": learned_variance}


def discrimination(real: Tensor, fake: Tensor) -> Tensor:
    """−E log D(z ~ p) − E log(1 − D(q(x))) from D's logits, N each: the prior is real, the codes are fake (§2, eq. 1)."""
    return F.softplus(-real.float()).mean() + F.softplus(fake.float()).mean()


def generation(fake: Tensor) -> Tensor:
    """−E log D(q(x)) from D's logits on the codes, N: the encoder descends it with D frozen (§2)."""
    return F.softplus(-fake.float()).mean()


def classification(logits: Tensor, y: Tensor) -> Tensor:
    """−E log q(y|x) from the logits of q(y|x) N×K and one-hot labels N×K: the cross-entropy of §5, on logits."""
    return -(y * logits.log_softmax(1)).sum(1).mean()


def separation(heads: Tensor, eta: float) -> Tensor:
    """Σ max(0, η − ‖w_i − w_j‖) over all pairs of the heads K×d: zero once all lie η apart, linear below (§7)."""
    apart = (heads[:, None] - heads[None]).square().sum(2).add(1e-12).sqrt()
    return (eta - apart).clamp(min=0).triu(diagonal=1).sum()


def gaussian_kl(mu: Tensor, log_variance: Tensor, scale: float) -> Tensor:
    """KL(N(μ, σ²) ‖ N(0, scale² I)) in nats, N values, in closed form from μ and log σ², N×d each (§2.1, eq. 2)."""
    variance_ratio = (log_variance.exp() + mu.square()) / scale**2
    return 0.5 * (variance_ratio - 1 - log_variance + 2 * torch.tensor(scale).log()).sum(dim=1)


def sampled_kl(mu: Tensor, log_variance: Tensor, z: Tensor, log_prior: Callable[[Tensor], Tensor]) -> Tensor:
    """log q(z|x) − log p(z) at one draw z ~ N(μ, σ²), N values: an unbiased estimate of the KL for any density p."""
    form = (z - mu).square() / log_variance.exp() + log_variance + math.log(2 * math.pi)
    log_posterior = -0.5 * form.sum(dim=1)
    return log_posterior - log_prior(z)
