"""What follows from a configuration, as pure functions of it: use of labels, conditions of D, phases, contents, steps."""

import math
from typing import TYPE_CHECKING

from aae_core.config.variants import VARIANTS

if TYPE_CHECKING:  # which checks its combinations by these functions
    from aae_core.config.configuration import Config

UNEVEN = 0.1  # share of the weight of the entropy of the mean content that is left from epoch `even_until` on


def taught(c: "Config") -> bool:
    """Whether labels teach the inferred content (§5)."""
    return VARIANTS[c.variant].is_taught(c.labels)


def uses_labels(c: "Config") -> bool:
    """Whether a network takes labels as a condition, or is trained on them."""
    return VARIANTS[c.variant].labels in ("decoder", "discriminator") or taught(c)


def judges_by_region(c: "Config") -> bool:
    """Whether D judges an unlabelled code as if it had the class of the region in which it lies (§2.3). This is so if all labels
    were given, because D was then never trained on unlabelled codes."""
    return VARIANTS[c.variant].labels == "discriminator" and c.labels is None


def tells_content(c: "Config") -> bool:
    """Whether the content is D's condition, so that p(z) is imposed on q(z|y) for every y. The paper's D sees only the style;
    then only the styles of all contents together follow the prior, and each content may fill just a part of it."""
    return c.discriminator_told == "content"


def judges_codes(c: "Config") -> bool:
    """Whether D can judge the codes that are plotted and decoded. It cannot in a dimensionality reduction, where it judges only
    the style, nor if it needs the content as a condition."""
    return "adversary" in VARIANTS[c.variant].imposes and VARIANTS[c.variant].merge != "add" and not tells_content(c)


def pulls(c: "Config") -> dict[str, float]:
    """The costs on the codes that impose the prior besides the reconstruction, "kl", "mmd" or "sliced", each with its weight
    unless that is 0. InfoVAE weighs KL and MMD² by 1 − α and α + λ − 1 (Zhao et al., arXiv 1706.02262, §3.2)."""
    imposes = VARIANTS[c.variant].imposes
    kl = c.beta * (1 - c.alpha) if "kl" in imposes else 0.0
    mmd = c.prior_weight - kl
    if math.isclose(c.prior_weight, kl):  # 0.3 − (1 − 0.7) is not 0 in floating point
        mmd = 0.0
    weights = {"kl": kl, "mmd": mmd, "sliced": c.prior_weight}
    return {name: weight for name, weight in weights.items() if name in imposes and weight}


def phases(c: "Config") -> tuple[str, ...]:
    """The phases of one step in the paper's order, without those whose learning rate is 0."""
    possible = [phase for phase in VARIANTS[c.variant].phases if phase != "classification" or taught(c)]
    return tuple(phase for phase in possible if getattr(c.optimiser, f"{phase}_rate"))


def contents(c: "Config", classes: tuple[str, ...]) -> tuple[str, ...]:
    """The names of the K values of the content y: the data's classes, or clusters if labels do not define them; () without y."""
    variant = VARIANTS[c.variant]
    if variant.categorical and not taught(c):
        return tuple(f"cluster {k}" for k in range(c.clusters))
    return tuple(classes) if variant.merge != "none" else ()


def total_steps(c: "Config", images: int) -> int:
    """The steps of a complete training on `images` training images: `steps`, or else those of all epochs, each of which consists
    of full mini-batches only."""
    return c.steps or c.epochs * max(1, images // c.batch_size)


def rate_factor(c: "Config", epoch: float) -> float:
    """The factor on every learning rate at `epoch` (the passes done so far), from the schedule."""
    for start, factor in sorted(c.optimiser.schedule, reverse=True):
        if epoch >= start:
            return factor
    return 1.0


def evenness(c: "Config", epoch: float) -> float:
    """The weight of the entropy of the mean content within the agreement of two views (`objectives.agreement`) at `epoch`: 1, and
    from epoch `even_until` on UNEVEN."""
    return 1.0 if c.even_until is None or epoch < c.even_until else UNEVEN
