"""What follows from a configuration, as pure functions of it: use of labels, conditions of D, phases, contents, steps."""

import math

from aae_core.config.choices import NETWORKS
from aae_core.config.settings import Settings
from aae_core.config.variants import VARIANTS
from aae_core.wording import translate

LATE_EVENNESS = 0.1  # share of the weight of the entropy of the mean content that is left from epoch `even_until` on

HELD_OUT_SHARE = 0.1  # of the training images, held out with `patience`
MAX_HELD_OUT = 2000  # images, at most
MIN_CHECK_INTERVAL, MAX_CHECK_INTERVAL = 50, 1000  # steps between two checks of whether a training ends early
REPORT_STEPS = 10  # steps between two reports of a training, after each of which it can be checked, recorded or paused


def uses_plugin_networks(config: Settings) -> bool:
    """Whether a plug-in makes encoder, decoder or discriminator."""
    return config.network.kind not in NETWORKS.builtin_rows


def has_plugin_network(config: Settings, role: str) -> bool:
    """Whether a plug-in makes the network `role`: encoder, decoder or discriminator."""
    return getattr(NETWORKS[config.network.kind], role) is not None


def labels_teach_content(config: Settings) -> bool:
    """Whether labels teach the inferred content (§5)."""
    return VARIANTS[config.variant].labels_teach_content(config.labels)


def uses_labels(config: Settings) -> bool:
    """Whether a network takes labels as a condition, or is trained on them."""
    return VARIANTS[config.variant].labels in ("decoder", "discriminator") or labels_teach_content(config)


def discriminator_uses_code_regions(config: Settings) -> bool:
    """Whether D judges an unlabelled code as if it had the class of the region in which it lies (§2.3). This is so if all labels
    were given, because D was then never trained on unlabelled codes."""
    return VARIANTS[config.variant].labels == "discriminator" and config.labels is None


def discriminator_sees_content(config: Settings) -> bool:
    """Whether the content is D's condition, so that p(z) is imposed on q(z|y) for every y. The paper's D sees only the style;
    then only the styles of all contents together follow the prior, and each content may fill just a part of it."""
    return config.discriminator_told == "content"


def discriminator_takes_shown_codes(config: Settings) -> bool:
    """Whether D can judge the codes that are plotted and decoded. It cannot in a dimensionality reduction, where it judges only
    the style, nor if it needs the content as a condition."""
    return (
        VARIANTS[config.variant].has_adversary
        and VARIANTS[config.variant].merge != "add"
        and not discriminator_sees_content(config)
    )


def prior_cost_weights(config: Settings) -> dict[str, float]:
    """The costs on the codes that impose the prior besides the reconstruction, "kl", "mmd" or "sliced", each with its weight
    unless that is 0. InfoVAE weighs KL and MMD² by 1 − α and α + λ − 1 (Zhao et al., arXiv 1706.02262, §3.2)."""
    prior_losses = VARIANTS[config.variant].prior_losses
    kl = config.beta * (1 - config.alpha) if "kl" in prior_losses else 0.0
    mmd = config.prior_weight - kl
    if math.isclose(config.prior_weight, kl):  # 0.3 − (1 − 0.7) is not 0 in floating point
        mmd = 0.0
    weights = {"kl": kl, "mmd": mmd, "sliced": config.prior_weight}
    return {name: weight for name, weight in weights.items() if name in prior_losses and weight}


def trained_phases(config: Settings) -> tuple[str, ...]:
    """The phases of one step in the paper's order, without those whose learning rate is 0. The generation has none where
    `generation_weight` is given."""
    possible_phases = [
        phase for phase in VARIANTS[config.variant].phases if phase != "classification" or labels_teach_content(config)
    ]
    strengths = {phase: getattr(config.optimiser, f"{phase}_rate") for phase in possible_phases}
    if config.optimiser.generation_weight is not None and "generation" in strengths:
        strengths["generation"] = config.optimiser.generation_weight
    return tuple(phase for phase, strength in strengths.items() if strength)


def content_names(config: Settings, classes: tuple[str, ...]) -> tuple[str, ...]:
    """The names of the K values of the content y: the data's classes, or clusters if labels do not define them; () without y."""
    variant = VARIANTS[config.variant]
    if variant.categorical and not labels_teach_content(config):
        return tuple(translate("cluster {number}", number=k) for k in range(config.clusters))
    return tuple(classes) if variant.merge != "none" else ()


def held_out_count(config: Settings, images: int) -> int:
    """The number of `images` training images that the training does not see, because `patience` watches their error."""
    if config.patience is None:
        return 0
    return min(MAX_HELD_OUT, max(1, round(HELD_OUT_SHARE * images)))


def seen_count(config: Settings, images: int) -> int:
    """The number of `images` training images that the training sees: all, but for those that are held out."""
    return images - held_out_count(config, images)


def total_steps(config: Settings, images: int) -> int:
    """The steps of a complete training on `images` training images: `steps`, or else those of all epochs, each of which consists
    of full mini-batches only."""
    return config.steps or config.epochs * steps_per_epoch(config, images)


def steps_per_epoch(config: Settings, images: int) -> int:
    """The steps that count as an epoch of a training on `images` training images: those of the full mini-batches, at least
    one."""
    return max(1, seen_count(config, images) // config.batch_size)


def check_interval(epoch_steps: int) -> int:
    """The steps from one check of the target, or of the held-out items, to the next: about an epoch, which is
    `epoch_steps`, in whole reports, but from 50 to 1,000."""
    return REPORT_STEPS * math.ceil(min(max(epoch_steps, MIN_CHECK_INTERVAL), MAX_CHECK_INTERVAL) / REPORT_STEPS)


def is_check_step(step: int, epoch_steps: int) -> bool:
    """Whether it is checked after this step whether a training ends early."""
    return step > 0 and step % check_interval(epoch_steps) == 0


def is_patience_over(config: Settings, step: int, best_step: int, epoch_steps: int) -> bool:
    """Whether the error of the held-out items was lowest at `best_step`, and that was `patience` epochs before `step`, or
    longer."""
    return config.patience is not None and step - best_step >= config.patience * epoch_steps


def learning_rate_factor(config: Settings, epoch: float) -> float:
    """The factor on every learning rate at `epoch` (the passes done so far), from the schedule."""
    for start, factor in sorted(config.optimiser.schedule, reverse=True):
        if epoch >= start:
            return factor
    return 1.0


def evenness_weight(config: Settings, epoch: float) -> float:
    """The weight of the entropy of the mean content within the agreement of two views (`objectives.content_agreement`) at
    `epoch`: 1, and from epoch `even_until` on LATE_EVENNESS."""
    if config.even_until is None or epoch < config.even_until:
        return 1.0
    return LATE_EVENNESS
