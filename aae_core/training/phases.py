"""The step of the paper, phase by phase.

One step on one mini-batch runs the variant's phases in the paper's order (§2):

    reconstruction   encoder and decoder descend the reconstruction cost, plus the KL, MMD² or sliced distance of a variant
                     that imposes the prior without an adversary
    discrimination   D ascends  log D(z ~ p) + log(1 − D(q(x))):  samples of the prior are real, codes are fake;
                     by `discriminator_steps` steps
    generation       the encoder ascends  log D(q(x))  with D frozen
    classification   where labels teach q(y|x), the encoder descends their cross-entropy (§5)

Each phase has its own optimiser and changes its own parameters only (except with passes "shared", see
`shared_pass_step`). The gradients of the two adversaries D and D_y are clipped separately. This module writes no files
and prints nothing.
"""

from dataclasses import replace

import torch
from torch import Tensor

from aae_core.models import networks, objectives
from aae_core.models.posteriors import split_gaussian
from aae_core.training.batch import Batch
from aae_core.training.training import Training

MIN_NORM = 1e-12  # avoids division by a gradient norm of 0


def reconstruction_step(training: Training, batch: Batch) -> Tensor:
    """Encoder and decoder descend the reconstruction cost plus the costs on the codes that impose the prior, if any. In
    a VAE with β = 1 and one view of each image this sum is the negative ELBO, with the squared error up to a
    constant."""
    return training.descend("reconstruction", reconstruction_cost(training, batch))


def discrimination_step(training: Training, batch: Batch) -> Tensor:
    """D ascends log D(z ~ p) + log(1 − D(q(x))); the encoder is frozen."""
    with torch.no_grad():
        z, y = draw_codes(training, batch)
    return descend_discrimination(training, batch, detach_if_present(z), detach_if_present(y))


def descend_discrimination(training: Training, batch: Batch, z: Tensor, y: Tensor | None) -> Tensor:
    """`discriminator_steps` steps of D on the codes z N×d and the contents y, N×K or None, each with new samples of the
    prior; returns the loss before the last of them."""
    for _ in range(training.config.discriminator_steps):
        loss = training.descend("discrimination", discrimination_cost(training, batch, z, y))
    return loss


def generation_step(training: Training, batch: Batch) -> Tensor:
    """The encoder ascends log D(q(x)); D is frozen."""
    z, y = draw_codes(training, batch)
    return training.descend("generation", generation_cost(training, batch, z, y))


def classification_step(training: Training, batch: Batch) -> Tensor:
    """The encoder's q(y|x) descends the cross-entropy of the labelled mini-batch (§5)."""
    return training.descend("classification", classification_cost(training, batch))


PHASE_STEPS = {
    "reconstruction": reconstruction_step,
    "discrimination": discrimination_step,
    "generation": generation_step,
    "classification": classification_step,
}


def training_step(training: Training, batch: Batch) -> dict[str, Tensor]:
    """One step of every phase of the variant on one mini-batch; returns each phase's loss before its update, that of D
    before its last.

    The encoder does not change during discrimination, so discrimination and generation share one pass through the
    encoder, unless the posterior takes noise as an input (universal): then each draw needs its own pass. Batch
    normalisations update their running statistics in the first phase or, with second_view "unaltered", in that shared
    pass if there is one, because it sees the images unaltered, as after training.
    """
    if training.shares_passes:
        return shared_pass_step(training, batch)
    first_phase, *other_phases = training.phases
    shares_codes = {"discrimination", "generation"} <= set(other_phases) and not training.net.posterior.takes_noise
    later_unaltered = training.config.second_view == "unaltered"
    with networks.updating_running_statistics(training.net, not (shares_codes and later_unaltered)):
        losses = {first_phase: PHASE_STEPS[first_phase](training, batch)}
    if later_unaltered:
        batch = replace(batch, x_altered=batch.x)
    if shares_codes:
        with networks.updating_running_statistics(training.net, later_unaltered):
            batch = replace(batch, h=encode_batch(training, batch))
    return losses | {phase: PHASE_STEPS[phase](training, batch) for phase in other_phases}


def shared_pass_step(training: Training, batch: Batch) -> dict[str, Tensor]:
    """The phases on one pass through the encoder: D learns from the codes of the reconstruction phase, then encoder and
    decoder descend the sum of all other costs in one backward pass. The paper computes the codes again after each
    update of the encoder (passes "strict").

    `Training.generation_weight` is the weight of the generation cost relative to the reconstruction cost. Adam's steps
    do not depend on the scale of a cost, so with Adam it is instead the ratio of the norms of their gradients on the
    codes, unless the weight is configured (`optimiser.generation_weight`): a constant weight lets D's gradient vanish
    as the codes approach the prior, where a constant ratio of the norms passes on the noise of D.
    """
    with networks.updating_running_statistics(training.net):
        h = encode_batch(training, batch)
        z, y = training.net.infer_from_hidden(h, training.rng)
        z_judged, y_judged = z, y
        if training.balances_gradients:
            z, z_judged = duplicate_with_balanced_gradients(training, z)
            y, y_judged = duplicate_with_balanced_gradients(training, y)
        cost = reconstruction_cost_of_draws(training, batch, h, z, y)
    losses = {"reconstruction": cost}
    z_detached, y_detached = detach_if_present(z_judged), detach_if_present(y_judged)
    losses["discrimination"] = descend_discrimination(training, batch, z_detached, y_detached)
    losses["generation"] = generation_cost(training, batch, z_judged, y_judged)
    if "classification" in training.phases:
        losses["classification"] = classification_cost(training, batch)
    training.descend("reconstruction", sum(weight * losses[phase] for phase, weight in training.phase_weights.items()))
    return {phase: loss.detach() for phase, loss in losses.items()}


def duplicate_with_balanced_gradients(training: Training, codes: Tensor | None) -> tuple[Tensor | None, Tensor | None]:
    """The codes twice, for two costs. In the backward pass the second cost's gradient is rescaled to
    `Training.generation_weight` times the norm of the first's, and both are added."""
    if codes is None:
        return None, None
    return BalancedGradients.apply(codes, training.generation_weight)


class BalancedGradients(torch.autograd.Function):
    """The operation of `duplicate_with_balanced_gradients`."""

    @staticmethod
    def forward(ctx, codes: Tensor, weight: float) -> tuple[Tensor, Tensor]:
        ctx.weight = weight
        return codes.view_as(codes), codes.view_as(codes)

    @staticmethod
    def backward(ctx, first_gradient: Tensor, second_gradient: Tensor) -> tuple[Tensor, None]:
        scale = ctx.weight * first_gradient.norm() / second_gradient.norm().clamp(min=MIN_NORM)
        return first_gradient + scale * second_gradient, None


def draw_codes(training: Training, batch: Batch) -> tuple[Tensor, Tensor | None]:
    """A draw z ~ q(z|x) for each image, N×d, and the contents q(y|x), N×K or None."""
    return training.net.infer_from_hidden(encode_batch(training, batch), training.rng)


def encode_batch(training: Training, batch: Batch) -> Tensor:
    """The encoder's output for the mini-batch, as `Model.infer_from_hidden` takes it."""
    if batch.h is not None:
        return batch.h
    eta = training.net.draw_noise(len(batch.x), training.rng)
    return training.net.hidden_code(batch.x_altered, eta)


def reconstruction_cost(training: Training, batch: Batch) -> Tensor:
    """The cost of the reconstruction phase, a scalar, with new draws of the codes."""
    h = encode_batch(training, batch)
    z, y = training.net.infer_from_hidden(h, training.rng)
    return reconstruction_cost_of_draws(training, batch, h, z, y)


def reconstruction_cost_of_draws(training: Training, batch: Batch, h: Tensor, z: Tensor, y: Tensor | None) -> Tensor:
    """The cost of the reconstruction phase, a scalar, from the encoder's output h and the draws z and y from it.

    With two views of each image the decoder takes the content from one and the style from the other, so that neither
    can carry what only one view shows. With `view_agreement`, both views are also rewarded for agreeing on the content
    or, if none is inferred, on the component of the mixture prior.
    """
    net, style, other_content = training.net, z, None
    if training.config.views == 2:
        x_second = batch.x if training.config.second_view == "unaltered" else training.encoder_input(batch.x)
        style, other_content = net.infer(x_second, training.rng)
    content = y if net.variant.categorical else batch.y
    cost = CONTENT_COSTS[training.config.content_decoded](training, batch.x, style, content).mean()
    if training.config.view_agreement:
        first_content, second_content = y, other_content
        if not net.variant.categorical:
            first_content, second_content = net.prior.memberships(z), net.prior.memberships(style)
        agreement = objectives.content_agreement(first_content, second_content, training.entropy_weight)
        cost = cost - training.config.view_agreement * agreement
    for name, weight in training.prior_weights.items():
        cost = cost + weight * PRIOR_COSTS[name](training, h, z)
    if net.variant.merge == "add" and training.config.heads == "learned":
        cost = cost + objectives.head_separation_loss(
            objectives.to_at_least_fp32(net.heads), training.config.separation
        )
    return cost


def cost_at_mixed_content(training: Training, x: Tensor, z: Tensor, y: Tensor | None) -> Tensor:
    """The cost of reconstructing x N×C×H×W from styles z N×d and contents y, N×K or None: N values. The decoder takes
    an inferred y as probabilities, as in the paper."""
    net = training.net
    logits = net.decoder_logits(net.add_heads(z, y), y if net.variant.has_content else None)
    return training.reconstruction_cost(x, logits)


def expected_cost_over_contents(training: Training, x: Tensor, z: Tensor, y: Tensor) -> Tensor:
    """The expected cost of reconstructing x N×C×H×W from the style z N×d and a one-hot content drawn from q(y|x), which
    y N×K holds: N values. A share of the weight (`content_smoothing`) is spread evenly over all contents, so that the
    decoder learns from each."""
    n, k = y.shape
    smoothing = training.config.content_smoothing
    one_hot_contents = torch.eye(k, device=y.device).repeat(n, 1)  # N·K×K
    x_repeated, z_repeated = x.repeat_interleave(k, 0), z.repeat_interleave(k, 0)  # N·K×…, each row K times
    costs = cost_at_mixed_content(training, x_repeated, z_repeated, one_hot_contents).view(n, k)
    weights = (1 - smoothing) * y + smoothing / k
    return (weights * costs).sum(1)


CONTENT_COSTS = {"mixed": cost_at_mixed_content, "each": expected_cost_over_contents}


def discrimination_cost(training: Training, batch: Batch, z: Tensor, y: Tensor | None) -> Tensor:
    """D's cost on codes z N×d and as many samples of the prior, which pass through D in one batch; with
    `discriminator_penalty`, plus the penalty on its gradient there. If y N×K is inferred, D_y's cost is added (§5). If D
    has a condition (label or content), the sample and the code of a row share it (§2.3)."""
    condition = training.discriminator_condition(batch, y)
    samples_and_codes = torch.stack([training.sample_prior(len(z), condition), z])  # 2×N×d
    d_input = training.discriminator_input(samples_and_codes).flatten(0, 1)  # 2N×d
    penalty_weight = training.config.discriminator_penalty
    if penalty_weight:
        d_input = d_input.detach().requires_grad_()
    conditions = None if condition is None else torch.cat([condition, condition])
    logits = training.net.discriminator_logits(d_input, conditions)
    cost = objectives.discrimination_loss(*logits.split(len(z)))
    if penalty_weight:
        cost = cost + penalty_weight * objectives.gradient_penalty(logits, d_input)
    if y is not None:
        content_logits = training.net.content_discriminator_logits(torch.cat([training.sample_content(len(y)), y]))
        sampled_logits, inferred_logits = content_logits.split(len(y))
        cost = cost + objectives.discrimination_loss(sampled_logits, inferred_logits)
    return cost


def generation_cost(training: Training, batch: Batch, z: Tensor, y: Tensor | None) -> Tensor:
    """The encoder's cost against D on codes z N×d, plus its cost against D_y on contents y N×K if they are inferred."""
    condition = training.discriminator_condition(batch, y)
    cost = objectives.generation_loss(training.net.discriminator_logits(training.discriminator_input(z), condition))
    if y is not None:
        cost = cost + objectives.generation_loss(training.net.content_discriminator_logits(y))
    return cost


def classification_cost(training: Training, batch: Batch) -> Tensor:
    """The cross-entropy of q(y|x) on the labelled mini-batch."""
    x, y = batch.labelled
    eta = training.net.draw_noise(len(x), training.rng)
    _, logits = training.net.split_posterior_and_content_logits(training.net.hidden_code(x, eta))
    return objectives.classification_loss(logits, y)


def detach_if_present(tensor: Tensor | None) -> Tensor | None:
    return None if tensor is None else tensor.detach()


def kl_cost(training: Training, h: Tensor, z: Tensor) -> Tensor:
    """The mean KL(q(z|x) ‖ p(z)) in nats, from the encoder's output h and the draws z N×d."""
    z_parameters, _ = training.net.split_posterior_and_content_logits(h)
    mu, log_variance = split_gaussian(z_parameters)
    return objectives.kl_divergence(mu, log_variance, z, training.net.prior).mean()


def mmd_cost(training: Training, h: Tensor, z: Tensor) -> Tensor:
    """MMD² between codes z N×d and as many samples of the prior."""
    return objectives.mmd2(z, training.sample_prior(len(z)), training.net.prior.spread)


def sliced_wasserstein_cost(training: Training, h: Tensor, z: Tensor) -> Tensor:
    """The squared sliced Wasserstein distance between codes z N×d and as many samples of the prior, along random
    directions."""
    samples = training.sample_prior(len(z))
    directions = torch.randn((training.config.projections, z.shape[1]), generator=training.rng, device=z.device)
    return objectives.sliced_wasserstein(z, samples, directions)


# the costs on the codes that impose the prior
PRIOR_COSTS = {"kl": kl_cost, "mmd": mmd_cost, "sliced": sliced_wasserstein_cost}
