"""The costs as pure functions of tensors. Each is to be minimised, but for the agreement of two views, which is to be maximised;
the costs of a reconstruction and the KL terms are one value for each image, all others a scalar.

Shapes: N is the batch, C×H×W the image (1×1×F a row of a table), d the code. D's logit is log D / (1 − D), positive where D takes
z for a sample of the prior.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cache, partial

import torch
from torch import Tensor
from torch.nn import functional as F

from aae_core.config import choices
from aae_core.data.features import Features

MAX_LOG_RATE = 20.0  # limit on the logit of a Poisson mean, so that the cost stays finite
MMD_KERNEL_SCALES = (0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0)  # of the kernels of MMD², as in the code of Tolstikhin et al.
MIN_PROBABILITY = 1e-6  # added to a probability, so that its logarithm is finite
MIN_VARIANCE = 1 / (12 * 255**2)  # that of rounding to 256 grey values, with which every image is known


def identity(logits: Tensor) -> Tensor:
    return logits


def to_at_least_fp32(values: Tensor) -> Tensor:
    """bf16 as fp32, in which costs are computed; fp32 and fp64 unchanged."""
    return values if values.dtype == torch.float64 else values.float()


def squared_error(x: Tensor, logits: Tensor, mean: Callable[[Tensor], Tensor] = torch.sigmoid) -> Tensor:
    """½‖x − x̂‖² with x̂ = mean(logits), by default σ(logits), N×C×H×W: a value for each image, summed over its pixels (the
    paper's training details).

    The sum matters, because the paper's learning rates belong to it: the usual mean of the squared error over 784 pixels would be
    392 times smaller. Up to a constant, the cost is −log N(x; x̂, I) in nats.
    """
    return 0.5 * F.mse_loss(x, mean(to_at_least_fp32(logits)), reduction="none").sum((1, 2, 3))


def cross_entropy(x: Tensor, logits: Tensor) -> Tensor:
    """−Σ [x log x̂ + (1 − x) log(1 − x̂)] with x̂ = σ(logits), N×C×H×W, over the pixels of each image: N values, in nats."""
    logits = to_at_least_fp32(logits)
    per_pixel = F.binary_cross_entropy_with_logits(logits, x.to(logits), reduction="none")
    return per_pixel.sum((1, 2, 3))


def learned_variance(
    x: Tensor,
    logits: Tensor,
    mean: Callable[[Tensor], Tensor] = torch.sigmoid,
) -> Tensor:
    """−log N(x; x̂, σ² I) = ‖x − x̂‖²/(2σ²) + (P/2) log 2πσ² with x̂ = mean(logits), N×C×H×W of P pixels: N values in nats.

    All pixels share one variance σ², that of maximum likelihood: the mean squared error of the mini-batch, computed anew at every
    step (Rybkin et al., arXiv 2006.13202, §3.2, "optimal σ-VAE"). It is treated as a constant, which does not change the
    gradient, because the derivative with respect to σ² is 0 at the optimum.
    """
    squares, pixels = 2 * squared_error(x, logits, mean), x[0].numel()
    variance = (squares.detach().mean() / pixels).clamp(min=MIN_VARIANCE)
    return squares / (2 * variance) + pixels / 2 * (2 * math.pi * variance).log()


def poisson_cost(x: Tensor, logits: Tensor) -> Tensor:
    """−log Poisson(x; x̂) = Σ x̂ − x log x̂ + log x! with x̂ = exp(logits), counts x N×1×1×F: N values, in nats."""
    logits = to_at_least_fp32(logits).clamp(max=MAX_LOG_RATE)
    return (logits.exp() - x * logits + torch.lgamma(x + 1)).sum((1, 2, 3))


def multinomial_cost(x: Tensor, logits: Tensor) -> Tensor:
    """−Σ x log softmax(logits) for counts x N×1×1×F: N values in nats, −log p of the counted items in a given order (without the
    multinomial coefficient)."""
    return -(x * to_at_least_fp32(logits).log_softmax(3)).sum((1, 2, 3))


def poisson_mean(logits: Tensor) -> Tensor:
    """The mean of a Poisson distribution, exp(logits)."""
    return logits.clamp(max=MAX_LOG_RATE).exp()


@dataclass(frozen=True)
class Cost:
    """The cost of a reconstruction. value(x, logits): N values for x and logits N×C×H×W. mean: x̂ from the logits.
    encoder_input: the encoder's input from x. standardises: whether the columns of a table are standardised in x, as
    (value − mean) / deviation."""

    value: Callable[[Tensor, Tensor], Tensor]
    mean: Callable[[Tensor], Tensor]
    encoder_input: Callable[[Tensor], Tensor] = identity
    standardises: bool = False


IMAGE_COSTS = {  # for images
    "squared-error": Cost(squared_error, torch.sigmoid),
    "cross-entropy": Cost(cross_entropy, torch.sigmoid),
    "learned-variance": Cost(learned_variance, torch.sigmoid),
}


def _log1p(x):
    return x.clamp(min=0).log1p()


def _softmax_of_columns(logits):
    return logits.softmax(3)


TABLE_COSTS = {  # for the rows of a table
    "squared-error": Cost(partial(squared_error, mean=identity), identity, standardises=True),
    "learned-variance": Cost(partial(learned_variance, mean=identity), identity, standardises=True),
    "cross-entropy": Cost(cross_entropy, torch.sigmoid),
    "poisson": Cost(poisson_cost, poisson_mean, _log1p),
    "multinomial": Cost(multinomial_cost, _softmax_of_columns, _log1p),
    "categorical": Cost(multinomial_cost, _softmax_of_columns),
}
# from the logits to x̂
LINK_FUNCTIONS = {"identity": identity, "sigmoid": torch.sigmoid, "exp": poisson_mean, "softmax": _softmax_of_columns}
COST_OF_KIND = {"real": "squared-error", "count": "poisson", "binary": "cross-entropy", "category": "categorical"}


def column_groups(name: str, features: Features) -> list[tuple[list[int], str]]:
    """The groups of columns of a table that a cost treats alike, each with the name of its cost in TABLE_COSTS. "by-type" chooses
    the cost by the kind of the column; each categorical variable is a group of its own."""
    name = choices.COSTS[name].like
    if name not in ("by-type", "categorical"):
        return [(list(range(len(features))), name)]
    return [(columns, COST_OF_KIND[kind]) for kind, columns in features.indices_by_group()]


def link_function_name(name: str) -> str:
    """The name of the function in LINK_FUNCTIONS by which one of TABLE_COSTS makes x̂ from the logits."""
    names = {function: link for link, function in LINK_FUNCTIONS.items()}
    return names[TABLE_COSTS[name].mean]


def make_cost(name: str, features: Features | None) -> Cost:
    """The cost of that name, for images or for rows with these features.

    With several groups of columns, it is the sum of their costs. For "multinomial", x̂ are the expected counts of a row whose
    total is the training rows' mean total.
    """
    facts = choices.COSTS[name]
    if facts.value:

        def value(x: Tensor, logits: Tensor) -> Tensor:
            with choices.COSTS.blame_plugin_for_errors(name):
                return facts.value(x, logits)

        return replace(make_cost(facts.like, features), value=value)
    if features is None:
        return IMAGE_COSTS[name]
    if name == "multinomial":
        mean_total = sum(features.means)
        return Cost(multinomial_cost, lambda logits: mean_total * _softmax_of_columns(logits), _log1p)
    groups = [(torch.tensor(columns), TABLE_COSTS[cost_name]) for columns, cost_name in column_groups(name, features)]
    return groups[0][1] if len(groups) == 1 else _make_summed_cost(groups)


def _make_summed_cost(groups):
    """The sum of the costs of several groups, each a pair of the numbers of its columns and its cost."""

    indices = [columns for columns, _ in groups]
    indices.append(torch.cat(indices).argsort())

    @cache  # a step that a GPU has captured may not copy anything from the host
    def indices_on(device):
        """The columns of each group, followed by the permutation that puts the joined groups back in order."""
        return [index.to(device) for index in indices]

    def split_columns(x):
        return [x.index_select(3, columns) for columns in indices_on(x.device)[:-1]]

    def join_columns(parts):
        return torch.cat(parts, 3).index_select(3, indices_on(parts[0].device)[-1])

    costs = [cost for _, cost in groups]

    def total_cost(x, logits):
        return sum(
            cost.value(x_part, logits_part)
            for cost, x_part, logits_part in zip(costs, split_columns(x), split_columns(logits), strict=True)
        )

    def joined_means(logits):
        return join_columns(
            [cost.mean(logits_part) for cost, logits_part in zip(costs, split_columns(logits), strict=True)]
        )

    def joined_inputs(x):
        return join_columns([cost.encoder_input(x_part) for cost, x_part in zip(costs, split_columns(x), strict=True)])

    return Cost(total_cost, joined_means, joined_inputs)


def discrimination_loss(real: Tensor, fake: Tensor) -> Tensor:
    """−E log D(z) − E log(1 − D(q(x))) from D's logits on samples z of the prior (real) and codes (fake), N each (§2)."""
    return F.softplus(-to_at_least_fp32(real)).mean() + F.softplus(to_at_least_fp32(fake)).mean()


def gradient_penalty(logits: Tensor, d_input: Tensor) -> Tensor:
    """½ E‖∇ logit‖² on samples of the prior plus the same on codes, a scalar through which D's parameters can be
    differentiated, from D's logits 2N and their input 2N×d, of which the first half are samples. Zero-centred, so that D is
    flat where the two distributions are equal: R1 and R2 (Mescheder et al., arXiv 1801.04406, §4.1)."""
    (gradients,) = torch.autograd.grad(logits.sum(), d_input, create_graph=True)  # a row depends on its own input alone
    return to_at_least_fp32(gradients).square().sum(1).view(2, -1).mean(1).sum() / 2


def generation_loss(fake: Tensor) -> Tensor:
    """−E log D(q(x)) from D's logits on the codes, N: the encoder minimises it while D is fixed (§2)."""
    return F.softplus(-to_at_least_fp32(fake)).mean()


def classification_loss(logits: Tensor, y: Tensor) -> Tensor:
    """−E log q(y|x) from the logits of q(y|x), N×K, and one-hot labels N×K: the cross-entropy of §5."""
    return -(y * logits.log_softmax(1)).sum(1).mean()


def content_agreement(y: Tensor, y_prime: Tensor, evenness: float = 1.0) -> Tensor:
    """How well two views of the same N images agree on their contents (or components), given as probabilities N×K, while all
    contents are used, in nats: E log Σ_k y_k y′_k, the mean log of the probability that contents drawn from both views are the
    same, plus `evenness` times the entropy of the mean content. With an evenness of 1 it is at most log K, which it reaches if
    the views always have the same content with certainty and all contents are equally frequent.

    It replaces the mutual information of the two contents (Ji et al., arXiv 1807.06653): that is estimated from K² pairs, and
    so is large in a mini-batch even for random contents, while the entropy (as in Hu et al., arXiv 1702.08720) needs only K
    frequencies.
    """
    y, y_prime = to_at_least_fp32(y), to_at_least_fp32(y_prime)
    mean_content = (y + y_prime).mean(0) / 2
    entropy = -(mean_content * (mean_content + MIN_PROBABILITY).log()).sum()
    return ((y * y_prime).sum(1) + MIN_PROBABILITY).log().mean() + evenness * entropy


def head_separation_loss(heads: Tensor, eta: float) -> Tensor:
    """Σ max(0, η − ‖w_i − w_j‖) over all pairs of the heads K×d: 0 once all are at least η apart, linear below (§7)."""
    distances = (heads[:, None] - heads[None]).square().sum(2).add(1e-12).sqrt()
    return (eta - distances).clamp(min=0).triu(diagonal=1).sum()


def gaussian_kl(mu: Tensor, log_variance: Tensor, scale: float) -> Tensor:
    """KL(N(μ, σ²) ‖ N(0, scale² I)) in nats, N values, in closed form, from μ and log σ², N×d each (§2.1)."""
    variance_ratio = (log_variance.exp() + mu.square()) / scale**2
    return 0.5 * (variance_ratio - 1 - log_variance + 2 * torch.tensor(scale).log()).sum(dim=1)


def sampled_kl(mu: Tensor, log_variance: Tensor, z: Tensor, log_prior: Callable[[Tensor], Tensor]) -> Tensor:
    """log q(z|x) − log p(z) for one draw z ~ N(μ, σ²), N values in nats: an unbiased estimate of the KL for any density p."""
    negative_twice_log_q = (z - mu).square() / log_variance.exp() + log_variance + math.log(2 * math.pi)
    return -0.5 * negative_twice_log_q.sum(dim=1) - log_prior(z)


def kl_divergence(mu: Tensor, log_variance: Tensor, z: Tensor, prior) -> Tensor:
    """KL(N(μ, σ²) ‖ p(z)) in nats, N values: `gaussian_kl` where the prior is Gaussian, else `sampled_kl` of one draw z N×d."""
    if prior.name == "gaussian":
        return gaussian_kl(mu, log_variance, prior.scale)
    return sampled_kl(mu, log_variance, z, prior.log_density)


def mmd2(z: Tensor, samples: Tensor, spread: float) -> Tensor:
    """MMD² between codes z and samples of the prior, N×d each, as the U-statistic, which is unbiased and may be negative
    (Tolstikhin et al., arXiv 1711.01558, algorithm 2). The kernel is the sum of the inverse multiquadratics C / (C + ‖a − b‖²)
    with C = s · spread over all s in MMD_KERNEL_SCALES; spread is `Prior.spread`."""
    n = len(z)
    within_mean = sum(_kernel_sum(points, points, spread) - n * len(MMD_KERNEL_SCALES) for points in (z, samples)) / (
        n * (n - 1)
    )
    return within_mean - 2 * _kernel_sum(z, samples, spread) / n**2


def _kernel_sum(a, b, spread) -> Tensor:
    """The sum of the kernel over all pairs of points a and b, N×d each."""
    squares = (a.square().sum(1)[:, None] + b.square().sum(1) - 2 * a @ b.T).clamp(min=0)
    return sum((scale * spread / (scale * spread + squares)).sum() for scale in MMD_KERNEL_SCALES)


def sliced_wasserstein(z: Tensor, samples: Tensor, directions: Tensor) -> Tensor:
    """The squared 2-Wasserstein distance between codes z and samples of the prior, N×d each, projected onto directions L×d of any
    length and averaged over these (Kolouri et al., arXiv 1804.01947). On a line, the optimal transport pairs the k-th
    smallest code with the k-th smallest sample."""
    unit_directions = F.normalize(directions, dim=1).T
    return ((z @ unit_directions).sort(0).values - (samples @ unit_directions).sort(0).values).square().mean()
