"""The step of the paper, phase by phase.

One step on one mini-batch runs the variant's phases in the paper's order (§2):

    reconstruction   encoder and decoder descend the reconstruction cost, plus the KL, MMD² or sliced distance of a variant
                     that imposes the prior without an adversary
    discrimination   D ascends  log D(z ~ p) + log(1 − D(q(x))):  samples of the prior are real, codes are fake
    generation       the encoder ascends  log D(q(x))  with D frozen
    classification   where labels teach q(y|x), the encoder descends their cross-entropy (§5)

Each phase has its own optimiser and changes its own parameters only (except with passes "shared", see `shared_step`). The
gradients of the two adversaries D and D_y are clipped separately. This module writes no files and prints nothing.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import torch
from torch import Tensor

from aae_core.models import networks, objectives
from aae_core.models.posteriors import split_gaussian

if TYPE_CHECKING:  # at run time, training.training imports this module
    from aae_core.training.training import Training

# A factor on the generation cost in a shared update by SGD: the reconstruction's momentum delays the encoder's response to D, and
# with a factor of 1, q(z) stayed farther from the prior than with the paper's separate updates.
GENERATION_FACTOR = 2.0
TINY = 1e-12  # avoids division by a gradient norm of 0


@dataclass(frozen=True)
class Batch:
    """x N×C×H×W; noisy: x as the encoder sees it; y: one-hot labels N×K (zeros: unlabelled) for D or the decoder, None if neither
    takes labels; labelled: M labelled images as the encoder sees them and their one-hot labels M×K, None unless labels teach
    q(y|x); h: the encoder's output for `noisy`, if it was already computed with the current weights."""

    x: Tensor
    noisy: Tensor
    y: Tensor | None
    labelled: tuple[Tensor, Tensor] | None = None
    h: Tensor | None = None


def reconstruct(t: "Training", batch: Batch) -> Tensor:
    """Encoder and decoder descend the reconstruction cost plus the costs on the codes that impose the prior, if any. In a VAE
    with β = 1 and one view of each image this sum is the negative ELBO, with the squared error up to a constant."""
    return t.descend("reconstruction", reconstruction(t, batch))


def discriminate(t: "Training", batch: Batch) -> Tensor:
    """D ascends log D(z ~ p) + log(1 − D(q(x))); the encoder is frozen."""
    with torch.no_grad():
        z, y = codes(t, batch)
    return t.descend("discrimination", discrimination(t, batch, detached(z), detached(y)))


def fool(t: "Training", batch: Batch) -> Tensor:
    """The encoder ascends log D(q(x)); D is frozen."""
    return t.descend("generation", generation(t, batch, *codes(t, batch)))


def classify(t: "Training", batch: Batch) -> Tensor:
    """The encoder's q(y|x) descends the cross-entropy of the labelled mini-batch (§5)."""
    return t.descend("classification", classification(t, batch))


STEPS = {"reconstruction": reconstruct, "discrimination": discriminate, "generation": fool, "classification": classify}


def step(t: "Training", batch: Batch) -> dict[str, Tensor]:
    """One step of every phase of the variant on one mini-batch; returns each phase's loss before its update.

    The encoder does not change during discrimination, so discrimination and generation share one pass through the encoder,
    unless the posterior takes noise as an input (universal): then each draw needs its own pass. Batch normalisations update
    their running statistics in the first phase or, with second_view "unaltered", in that shared pass if there is one, because it
    sees the images unaltered, as after training."""
    if t.shares_passes:
        return shared_step(t, batch)
    first, *others = t.phases
    one_pass = {"discrimination", "generation"} <= set(others) and not t.net.posterior.takes_noise
    unaltered = t.config.second_view == "unaltered"
    with networks.keeping_statistics(t.net, not (one_pass and unaltered)):
        losses = {first: STEPS[first](t, batch)}
    if unaltered:
        batch = replace(batch, noisy=batch.x)
    if one_pass:
        with networks.keeping_statistics(t.net, unaltered):
            batch = replace(batch, h=encoded(t, batch))
    return losses | {phase: STEPS[phase](t, batch) for phase in others}


def shared_step(t: "Training", batch: Batch) -> dict[str, Tensor]:
    """The phases on one pass through the encoder: D learns from the codes of the reconstruction phase, then encoder and decoder
    descend the sum of all other costs in one backward pass. The paper computes the codes again after each update of the
    encoder (passes "strict").

    `Training.generation_weight` is the weight of the generation cost relative to the reconstruction cost. Adam's steps do not
    depend on the scale of a cost, so with Adam it is instead the ratio of the norms of their gradients on the codes."""
    with networks.keeping_statistics(t.net):
        h = encoded(t, batch)
        z, y = t.net.draw(h, t.rng)
        z_judged, y_judged = z, y
        if t.config.optimiser.kind == "adam":
            z, z_judged = twice(t, z)
            y, y_judged = twice(t, y)
        cost = cost_of(t, batch, h, z, y)
    losses = {"reconstruction": cost}
    d_cost = discrimination(t, batch, detached(z_judged), detached(y_judged))
    losses["discrimination"] = t.descend("discrimination", d_cost)
    losses["generation"] = generation(t, batch, z_judged, y_judged)
    if "classification" in t.phases:
        losses["classification"] = classification(t, batch)
    t.descend("reconstruction", sum(weight * losses[phase] for phase, weight in t.shares.items()))
    return {phase: loss.detach() for phase, loss in losses.items()}


def twice(t: "Training", codes: Tensor | None) -> tuple[Tensor | None, Tensor | None]:
    """The codes twice, for two costs. In the backward pass the second cost's gradient is rescaled to
    `Training.generation_weight` times the norm of the first's, and both are added."""
    return (None, None) if codes is None else Balanced.apply(codes, t.generation_weight, t.ranks.norm)


class Balanced(torch.autograd.Function):
    """The operation of `twice`; norm(gradient) is taken over the rows of all processes."""

    @staticmethod
    def forward(ctx, codes: Tensor, weight: float, norm: Callable[[Tensor], Tensor]) -> tuple[Tensor, Tensor]:
        ctx.weight, ctx.norm = weight, norm
        return codes.view_as(codes), codes.view_as(codes)

    @staticmethod
    def backward(ctx, first: Tensor, second: Tensor) -> tuple[Tensor, None, None]:
        return first + ctx.weight * ctx.norm(first) / ctx.norm(second).clamp(min=TINY) * second, None, None


def codes(t: "Training", batch: Batch) -> tuple[Tensor, Tensor | None]:
    """A draw z ~ q(z|x) for each image, N×d, and the contents q(y|x), N×K or None."""
    return t.net.draw(encoded(t, batch), t.rng)


def encoded(t: "Training", batch: Batch) -> Tensor:
    """The encoder's output for the mini-batch, as `Model.draw` takes it."""
    return t.net.hidden_code(batch.noisy, t.net.noise(len(batch.x), t.rng)) if batch.h is None else batch.h


def reconstruction(t: "Training", batch: Batch) -> Tensor:
    """The cost of the reconstruction phase, a scalar, with new draws of the codes."""
    h = encoded(t, batch)
    return cost_of(t, batch, h, *t.net.draw(h, t.rng))


def cost_of(t: "Training", batch: Batch, h: Tensor, z: Tensor, y: Tensor | None) -> Tensor:
    """The cost of the reconstruction phase, a scalar, from the encoder's output h and the draws z and y from it.

    With two views of each image the decoder takes the content from one and the style from the other, so that neither can carry
    what only one view shows. With `view_agreement`, both views are also rewarded for agreeing on the content or, if none is
    inferred, on the component of the mixture prior."""
    net, style, other = t.net, z, None
    if t.config.views == 2:
        x_second = batch.x if t.config.second_view == "unaltered" else t.seen_by_encoder(batch.x)
        style, other = net.infer(x_second, t.rng)
    content = y if net.variant.categorical else batch.y
    cost = DECODED[t.config.content_decoded](t, batch.x, style, content).mean()
    if t.config.view_agreement:
        views = y, other
        if not net.variant.categorical:
            views = net.prior.memberships(z), net.prior.memberships(style)
        first, second = (t.ranks.gathered(view) for view in views)
        agreement = objectives.agreement(first, second, t.evenness)
        cost = cost - t.config.view_agreement * agreement
    for name, weight in t.pulls.items():
        cost = cost + weight * PULLS[name](t, h, z)
    if net.variant.merge == "add" and t.config.heads == "learned":
        cost = cost + objectives.separation(objectives.at_least_fp32(net.heads), t.config.separation)
    return cost


def mixed(t: "Training", x: Tensor, z: Tensor, y: Tensor | None) -> Tensor:
    """The cost of reconstructing x N×C×H×W from styles z N×d and contents y, N×K or None: N values. The decoder takes an inferred
    y as probabilities, as in the paper."""
    net = t.net
    logits = net.logits(net.place(z, y), y if net.variant.has_content else None)
    return t.cost(x, logits)


def at_each_content(t: "Training", x: Tensor, z: Tensor, y: Tensor) -> Tensor:
    """The expected cost of reconstructing x N×C×H×W from the style z N×d and a one-hot content drawn from q(y|x), which y N×K
    holds: N values. A share of the weight (`content_smoothing`) is spread evenly over all contents, so that the decoder learns
    from each."""
    n, k = y.shape
    share = t.config.content_smoothing
    every = torch.eye(k, device=y.device).repeat(n, 1)  # N·K×K
    costs = mixed(t, x.repeat_interleave(k, 0), z.repeat_interleave(k, 0), every).view(n, k)
    return (((1 - share) * y + share / k) * costs).sum(1)


DECODED = {"mixed": mixed, "each": at_each_content}


def discrimination(t: "Training", batch: Batch, z: Tensor, y: Tensor | None) -> Tensor:
    """D's cost on codes z N×d and as many samples of the prior, which pass through D in one batch. If y N×K is inferred, D_y's
    cost is added (§5). If D has a condition (label or content), the sample and the code of a row share it (§2.3)."""
    condition = t.condition_of_d(batch, y)
    both = t.seen_by_d(torch.stack([t.prior_sample(len(z), condition), z])).flatten(0, 1)
    conditions = None if condition is None else torch.cat([condition, condition])
    sample_logits, code_logits = t.net.judge(both, conditions).split(len(z))
    cost = objectives.discrimination(sample_logits, code_logits)
    if y is not None:
        judged = t.net.judge_content(torch.cat([t.content_sample(len(y)), y]))
        sampled_logits, inferred_logits = judged.split(len(y))
        cost = cost + objectives.discrimination(sampled_logits, inferred_logits)
    return cost


def generation(t: "Training", batch: Batch, z: Tensor, y: Tensor | None) -> Tensor:
    """The encoder's cost against D on codes z N×d, plus its cost against D_y on contents y N×K if they are inferred."""
    cost = objectives.generation(t.net.judge(t.seen_by_d(z), t.condition_of_d(batch, y)))
    return cost if y is None else cost + objectives.generation(t.net.judge_content(y))


def classification(t: "Training", batch: Batch) -> Tensor:
    """The cross-entropy of q(y|x) on the labelled mini-batch."""
    x, y = batch.labelled
    _, logits = t.net.split(t.net.hidden_code(x, t.net.noise(len(x), t.rng)))
    return objectives.classification(logits, y)


def detached(tensor: Tensor | None) -> Tensor | None:
    return None if tensor is None else tensor.detach()


def kl(t: "Training", h: Tensor, z: Tensor) -> Tensor:
    """The mean KL(q(z|x) ‖ p(z)) in nats, from the encoder's output h and the draws z N×d."""
    z_parameters, _ = t.net.split(h)
    mu, log_variance = split_gaussian(z_parameters)
    return objectives.kl(mu, log_variance, z, t.net.prior).mean()


def mmd(t: "Training", h: Tensor, z: Tensor) -> Tensor:
    """MMD² between codes z N×d and as many samples of the prior."""
    samples = t.ranks.gathered(t.prior_sample(len(z)))
    return objectives.mmd2(t.ranks.gathered(z), samples, t.net.prior.spread)


def sliced(t: "Training", h: Tensor, z: Tensor) -> Tensor:
    """The squared sliced Wasserstein distance between codes z N×d and as many samples of the prior, along random directions."""
    samples = t.ranks.gathered(t.prior_sample(len(z)))
    directions = torch.randn((t.config.projections, z.shape[1]), generator=t.rng, device=z.device)
    return objectives.sliced_wasserstein(t.ranks.gathered(z), samples, directions)


PULLS = {"kl": kl, "mmd": mmd, "sliced": sliced}  # the costs on the codes that impose the prior


MOVES = {  # phase -> the networks whose parameters it changes
    "reconstruction": ("encoder", "decoder", "heads"),
    "discrimination": ("discriminator", "content_discriminator"),
    "generation": ("encoder",),
    "classification": ("encoder",),
}
