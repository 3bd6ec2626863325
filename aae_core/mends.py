"""Which setting usually mends what ails a training: for each illness the first of a few settings that is not yet as it should be.

Pure functions of a configuration; nothing is trained to find out. The usual rates are those of the default configuration
(gradient descent) and of the preset for larger images (Adam).
"""

import math
from dataclasses import dataclass

from aae_core.config import Config, setting_of, taught, with_settings
from aae_core.presets import PRESETS
from aae_core.variants import VARIANTS

USUAL = {
    "sgd": {f"{phase}_rate": getattr(Config().optimiser, f"{phase}_rate") for phase in VARIANTS["aae"].phases},
    "adam": {
        f"{phase}_rate": PRESETS["images"].settings[f"optimiser.{phase}_rate"] for phase in VARIANTS["aae"].phases
    },
}
SCALES = (0.3, 8.0)  # of a prior that gradients of the usual size reach


@dataclass(frozen=True)
class Mend:
    """A dotted key of the configuration, the value to give it, and why, as the end of a sentence."""

    setting: str
    value: float | int | str
    why: str


def mended(config: Config, setting: str, value) -> Config:
    """The configuration with that one setting changed; ConfigError where the two do not go together."""
    return with_settings(config, {setting: value})


def weaker_judge(config: Config) -> Mend:
    """Where D wins: let the encoder answer it, or make D's work harder."""
    mend = (
        _raised(config, "generation", "so that the encoder can answer D")
        or _reachable_scale(config)
        or _lowered(config, "discrimination", "so that D learns no faster than the encoder can follow")
    )
    if mend:
        return mend
    if not config.discriminator_noise:
        noise = _round(0.3 * config.prior.scale)
        return Mend("discriminator_noise", noise, "so that codes and samples blur into each other before D judges them")
    return _times(
        config, "optimiser.discrimination_rate", 1 / 3, "so that D learns no faster than the encoder can follow"
    )


def stronger_judge(config: Config) -> Mend:
    """Where D lags behind the codes."""
    raised = _raised(config, "discrimination", "so that D keeps up with the codes")
    lowered = _lowered(config, "generation", "so that the encoder does not outrun D")
    return raised or lowered or _times(config, "optimiser.discrimination_rate", 3, "so that D keeps up with the codes")


def stronger_pull(config: Config, ends: str = "") -> Mend:
    """Where the codes do not lie as the prior does: whatever draws them to it must weigh more, or have longer."""
    if VARIANTS[config.variant].imposes == "kl":
        if config.beta < 1:
            return Mend("beta", 1.0, "so that the KL term weighs as the bound has it")
        return longer(config, ends)
    return (
        _raised(config, "generation", "so that D's verdict moves the codes")
        or _raised(config, "discrimination", "so that D sees where the codes are wrong")
        or _lowered(config, "reconstruction", "so that the reconstruction does not pull the codes away again")
        or _reachable_scale(config)
        or longer(config, ends)
    )


def apart_again(config: Config) -> Mend:
    """Where all images share one code."""
    if VARIANTS[config.variant].imposes == "kl":
        if config.beta > 1:
            return Mend("beta", 1.0, "so that the KL term no longer outweighs the reconstruction")
        if config.cost != "cross-entropy":
            return Mend("cost", "cross-entropy", "so that the reconstruction weighs more beside the KL term")
        return _times(config, "beta", 1 / 4, "so that the KL term no longer outweighs the reconstruction")
    if config.network.weights == "paper":
        return Mend("network.weights", "he", "so that differences between images reach the code from the first step on")
    if config.network.normalise == "none":
        return Mend("network.normalise", "batch", "so that the codes of a mini-batch keep a spread of their own")
    return _times(
        config, "optimiser.generation_rate", 1 / 3, "so that the encoder learns to reconstruct before it fools D"
    )


def fewer_dimensions(config: Config, used: int) -> Mend:
    """Where the KL term leaves all but so many dimensions without use."""
    if config.beta > 1:
        return Mend("beta", 1.0, "so that the KL term no longer outweighs what a dimension would tell of an image")
    if config.cost != "cross-entropy":
        return Mend("cost", "cross-entropy", "so that the reconstruction weighs more beside the KL term")
    return Mend("latent_dim", used, "so that there are no more dimensions than are put to use")


def faster(config: Config) -> Mend:
    """Where the reconstruction does not get better."""
    why = "so that a step changes something"
    if config.network.weights == "paper":
        return Mend("network.weights", "he", "so that differences between images reach the code from the first step on")
    raised = _raised(config, "reconstruction", why)
    if raised:
        return raised
    if 0 < config.optimiser.clip < Config().optimiser.clip:
        return Mend("optimiser.clip", Config().optimiser.clip, "so that gradients are not cut to almost nothing")
    if config.network.normalise == "none":
        return Mend("network.normalise", "batch", "so that gradients pass through all layers")
    return _times(config, "optimiser.reconstruction_rate", 3, why)


def smaller_latent(config: Config, dimensions: float) -> Mend:
    """Where the codes fill only so many `dimensions` of the latent space: twice as many leave them room, and are even."""
    fewer = min(max(2, 2 * math.ceil(dimensions)), max(2, config.latent_dim // 2))
    return Mend(
        "latent_dim", fewer, "so that the codes can fill it; a gaussian posterior fills a larger one with noise"
    )


def more_contents(config: Config, used: float, ends: str = "") -> Mend:
    """Where few of the contents are in use: `used` of them."""
    if config.network.normalise == "none":
        return Mend("network.normalise", "batch", "so that no cluster can win all images by its size alone")
    if not config.input_dropout:
        return Mend("input_dropout", 0.2, "so that clusters are told apart by more than a few pixels")
    if taught(config):
        return longer(config, ends)
    return Mend("clusters", max(2, round(used)), "so that there are no more than the images fill")


def longer(config: Config, ends: str = "") -> Mend:
    """Twice the length, by the setting that ends the training ("steps", "epochs" or "minutes"; else as configured)."""
    return _times(
        config, ends or ("steps" if config.steps else "epochs"), 2, "so that the codes have time to get there"
    )


def _reachable_scale(config):
    low, high = SCALES
    if low <= config.prior.scale <= high:
        return None
    return Mend(
        "prior.scale", 1.0, "so that the prior is of a size that the encoder reaches, and stays in, at these rates"
    )


def _raised(config, phase, why):
    """The usual rate of a phase, where the configuration's is lower; None where it is not."""
    usual = USUAL[config.optimiser.kind][f"{phase}_rate"]
    return Mend(f"optimiser.{phase}_rate", usual, why) if getattr(config.optimiser, f"{phase}_rate") < usual else None


def _lowered(config, phase, why):
    usual = USUAL[config.optimiser.kind][f"{phase}_rate"]
    return Mend(f"optimiser.{phase}_rate", usual, why) if getattr(config.optimiser, f"{phase}_rate") > usual else None


def _times(config, key, factor, why):
    """The present value times `factor`, within what the setting may be."""
    value = config
    for part in key.split("."):
        value = getattr(value, part)
    changed = _round(value * factor)
    limits = setting_of(key).metadata
    changed = min(max(changed, limits["low"]), limits["high"])
    return Mend(key, round(changed) if isinstance(value, int) else changed, why)


def _round(value):
    """To two digits that count, as a person would type it."""
    return float(f"{value:.2g}")
