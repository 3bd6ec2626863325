"""What a configuration comes to: which networks are trained on what, in which phases and for how long. Pure functions of it."""

from typing import TYPE_CHECKING

from aae_core.config.variants import PHASES, VARIANTS

if TYPE_CHECKING:  # which checks its combinations by these functions
    from aae_core.config.configuration import Config


def taught(c: "Config") -> bool:
    """Whether its labels teach an inferred content."""
    return VARIANTS[c.variant].is_taught(c.labels)


def uses_labels(c: "Config") -> bool:
    """Whether any network is given labels as a condition or is trained on them."""
    return VARIANTS[c.variant].labels in ("decoder", "discriminator") or taught(c)


def judges_by_region(c: "Config") -> bool:
    """Whether D judges an unlabelled code as one of the class in whose region it lies (§2.3): where all labels were given, D was
    never trained on unlabelled codes."""
    return VARIANTS[c.variant].labels == "discriminator" and c.labels is None


def tells_content(c: "Config") -> bool:
    """Whether D is given the content of each style, so that p(z) is imposed on q(z|y) for every y. The paper's D sees the style
    alone: then the styles of all contents together follow the prior, and each content may fill only a part of it."""
    return c.discriminator_told == "content"


def judges_codes(c: "Config") -> bool:
    """Whether D judges the codes that are plotted and decoded without any condition: in a reduction it judges the style alone,
    and where it is given the content, it cannot judge a code without one."""
    return "adversary" in VARIANTS[c.variant].imposes and VARIANTS[c.variant].merge != "add" and not tells_content(c)


def pulls(c: "Config") -> dict[str, float]:
    """The costs on the codes that impose the prior beside the reconstruction, each with its weight; none whose weight is 0. Of
    InfoVAE's KL and MMD² the weights are 1 − α and α + λ − 1 (Zhao et al., arXiv 1706.02262, §3.2)."""
    imposes = VARIANTS[c.variant].imposes
    kl = c.beta * (1 - c.alpha) if "kl" in imposes else 0.0
    weights = {"kl": kl, "mmd": c.prior_weight - kl, "sliced": c.prior_weight}
    return {name: weight for name, weight in weights.items() if name in imposes and weight}


def phases(c: "Config") -> tuple[str, ...]:
    """The phases of one step in the paper's order; one whose learning rate is 0 is left out."""
    there = [phase for phase in VARIANTS[c.variant].phases if phase != "classification" or taught(c)]
    return tuple(phase for phase in PHASES if phase in there and getattr(c.optimiser, f"{phase}_rate"))


def contents(c: "Config", classes: tuple[str, ...]) -> tuple[str, ...]:
    """The names of the K values of the content y: the data's classes, or clusters where no labels name them; none without y."""
    variant = VARIANTS[c.variant]
    if variant.categorical and not taught(c):
        return tuple(f"cluster {k}" for k in range(c.clusters))
    return tuple(classes) if variant.merge != "none" else ()


def total_steps(c: "Config", images: int) -> int:
    """Steps of a complete training on so many training images: `steps`, or full mini-batches only in each of the epochs."""
    batch = max(1, min(c.batch_size, images))
    return c.steps or c.epochs * max(1, images // batch)


def rate_factor(c: "Config", epoch: float) -> float:
    """The factor on every learning rate at `epoch` (passes done so far): a pure function of the schedule."""
    return next((factor for start, factor in sorted(c.optimiser.schedule, reverse=True) if epoch >= start), 1.0)
