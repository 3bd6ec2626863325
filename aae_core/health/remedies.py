"""Which setting usually fixes a problem of a training: for each problem, the first of a few settings that does not yet have its
recommended value. The advice always leads to a different and valid configuration (`_first`).

All functions are pure functions of a configuration; nothing is trained to find out. The usual learning rates are those of the
default configuration (gradient descent) and of the preset for larger images (Adam).
"""

import math
import operator
from dataclasses import dataclass
from functools import partial

from aae_core.config.configuration import Config, setting_of, value_of, with_settings
from aae_core.config.derived import taught
from aae_core.config.presets import PRESETS
from aae_core.config.variants import VARIANTS
from aae_core.errors import ConfigError

_PHASES = VARIANTS["aae"].phases
USUAL = {  # kind of optimiser -> phase -> learning rate
    "sgd": {phase: value_of(Config(), f"optimiser.{phase}_rate") for phase in _PHASES},
    "adam": {phase: PRESETS["images"].settings[f"optimiser.{phase}_rate"] for phase in _PHASES},
}
FAR_ABOVE = 10  # times the usual learning rate: steps of more are far too large
SCALES = (0.3, 8.0)  # smallest and largest scale of a prior that the encoder reaches at the usual learning rates


@dataclass(frozen=True)
class Remedy:
    """A setting by its dotted key, the value to give it, and the purpose, as the end of a sentence ("so that …")."""

    setting: str
    value: float | int | str
    why: str


_STARTED = Remedy("network.weights", "he", "so that differences between images reach the code from the first step on")


def weaker_discriminator(config: Config) -> Remedy:
    """If D is too strong: strengthen the encoder's response, or make D's task harder."""
    slower = "so that D learns no faster than the encoder can follow"
    blur = "so that D sees blurred codes and samples, which are harder to tell apart"
    return _first(
        config,
        _raised(config, "generation", "so that the encoder can respond to D"),
        _reachable_scale(config),
        _lowered(config, "discrimination", slower),
        not config.discriminator_noise and Remedy("discriminator_noise", _round(0.3 * config.prior.scale), blur),
        _times(config, "optimiser.discrimination_rate", 1 / 3, slower),
    )


def stronger_discriminator(config: Config) -> Remedy:
    """If D lags behind the codes: let D learn faster, or the encoder more slowly."""
    follow, wait = "so that D keeps up with the codes", "so that the encoder does not outrun D"
    return _first(
        config,
        _raised(config, "discrimination", follow),
        _lowered(config, "generation", wait),
        _times(config, "optimiser.discrimination_rate", 3, follow),
        _times(config, "optimiser.generation_rate", 1 / 3, wait),
    )


def stronger_pull(config: Config, ends: str) -> Remedy:
    """If the codes are not distributed like the prior: what imposes the prior needs more weight or more time."""
    imposes = VARIANTS[config.variant].imposes
    if "adversary" not in imposes:
        return _first(
            config,
            config.beta < 1 and Remedy("beta", 1.0, "so that the KL term has its weight in the variational bound"),
            imposes != ("kl",)
            and _times(config, "prior_weight", 4, "so that the codes are pulled to the prior more strongly"),
            _longer(config, ends),
        )
    return _first(
        config,
        _raised(config, "generation", "so that D's gradient moves the codes"),
        _raised(config, "discrimination", "so that D sees where the codes are wrong"),
        _lowered(config, "reconstruction", "so that the reconstruction does not pull the codes away again"),
        _reachable_scale(config),
        _longer(config, ends),
    )


def spread_codes(config: Config, images: bool) -> Remedy:
    """If all images (or all rows of a table: not `images`) have the same code."""
    raised_rate = _raised(
        config, "reconstruction", "so that the reconstruction keeps the codes of different images apart"
    )
    normalised = _normalised(config, "so that the codes of a mini-batch keep a spread of their own")
    imposes = VARIANTS[config.variant].imposes
    if "adversary" not in imposes:
        lighter = "so that the KL term no longer outweighs the reconstruction"
        looser = "so that the pull towards the prior no longer outweighs the reconstruction"
        return _first(
            config,
            config.beta > 1 and Remedy("beta", 1.0, lighter),
            images and "kl" in imposes and _likelihood(config),
            imposes == ("kl",) and _times(config, "beta", 1 / 4, lighter),
            imposes == ("kl", "mmd") and config.alpha < 1 and Remedy("alpha", _round((1 + config.alpha) / 2), lighter),
            imposes and imposes != ("kl", "mmd") and _times(config, "prior_weight", 1 / 4, looser),
            _STARTED,
            raised_rate,
            normalised,
        )
    later = "so that the encoder learns to reconstruct before it fools D"
    return _first(
        config,
        _reachable_scale(config),
        not config.optimiser.generation_rate
        and _raised(config, "generation", "so that D's gradient spreads the codes like the prior"),
        _STARTED,
        _lowered(config, "generation", later),
        raised_rate,
        normalised,
        _times(config, "optimiser.generation_rate", 1 / 3, later),
    )


def fewer_dimensions(config: Config, used: int, images: bool) -> Remedy:
    """If the KL term leaves only `used` dimensions in use."""
    lighter = "so that the KL term no longer outweighs what a dimension gains"
    return _first(
        config,
        config.beta > 1 and Remedy("beta", 1.0, lighter),
        images and _likelihood(config),
        Remedy("latent_dim", used, "so that all dimensions are used"),
        _times(config, "beta", 1 / 4, lighter),
    )


def faster(config: Config) -> Remedy:
    """If the reconstruction does not improve."""
    usual, moves = Config().optimiser.clip, "so that each step changes the weights enough"
    return _first(
        config,
        too_fast(config) and _lowered(config, "reconstruction", "so that no step undoes what the last one learned"),
        _STARTED,
        _raised(config, "reconstruction", moves),
        0 < config.optimiser.clip < usual
        and Remedy("optimiser.clip", usual, "so that gradients are not cut to almost nothing"),
        _normalised(config, "so that gradients pass through all layers"),
        _times(config, "optimiser.reconstruction_rate", 3, moves),
    )


def too_fast(config: Config) -> bool:
    """Whether the reconstruction's steps are far larger than usual."""
    return config.optimiser.reconstruction_rate > FAR_ABOVE * USUAL[config.optimiser.kind]["reconstruction"]


def smaller_latent(config: Config, dimensions: float) -> Remedy:
    """If the codes fill only `dimensions` of the latent space: twice as many, an even number as a mixture needs, leave room."""
    half = max(2, config.latent_dim // 4 * 2)
    fewer = min(max(2, 2 * math.ceil(dimensions)), half)
    return _first(
        config,
        fewer < config.latent_dim
        and Remedy(
            "latent_dim", fewer, "so that the codes can fill it; a gaussian posterior fills a larger one with noise"
        ),
        Remedy("posterior", "gaussian", "so that noise fills the space between the codes"),
    )


def more_contents(config: Config, used: float, ends: str) -> Remedy:
    """If only `used` of the contents are in use."""
    fitted = not taught(config) and config.heads == "learned"  # fixed heads need as many contents as dimensions
    return _first(
        config,
        _normalised(config, "so that no cluster can win all images by its size alone"),
        not config.input_dropout and Remedy("input_dropout", 0.2, "so that clusters depend on more than a few pixels"),
        config.network.normalise == "batch"
        and Remedy("network.normalise", "level", "so that no cluster is suppressed by its own offset"),
        fitted
        and Remedy("clusters", max(2, round(used)), "so that there are only as many clusters as the images fill"),
        _longer(config, ends),
    )


def _first(config, *remedies):
    """The first of the remedies (False or None where one does not apply) that gives a different, valid configuration; another
    seed if none does."""
    seed = config.seed + 1 if config.seed < setting_of("seed").metadata["high"] else 0
    other = Remedy("seed", seed, "so that it starts from other weights; no other setting usually helps")
    return next((remedy for remedy in remedies if remedy and _changes(config, remedy)), other)


def _changes(config, remedy):
    try:
        return with_settings(config, {remedy.setting: remedy.value}) != config
    except ConfigError:
        return False


def _longer(config, ends):
    return _times(config, ends, 2, "so that the codes have time to reach the prior")


def _normalised(config, why):
    return config.network.normalise == "none" and Remedy("network.normalise", "batch", why)


def _likelihood(config):
    why = "so that the reconstruction weighs more beside the KL term"
    return config.cost == "squared-error" and Remedy("cost", "cross-entropy", why)


def _reachable_scale(config):
    low, high = SCALES
    if low <= config.prior.scale <= high:
        return None
    return Remedy("prior.scale", 1.0, "so that the encoder can reach all of the prior at these learning rates")


def _usual(beyond, config, phase, why):
    """The usual learning rate of a phase, if the configuration's is `beyond` it (lower or higher, by a comparison); else
    False."""
    key, usual = f"optimiser.{phase}_rate", USUAL[config.optimiser.kind][phase]
    return beyond(value_of(config, key), usual) and Remedy(key, usual, why)


_raised, _lowered = partial(_usual, operator.lt), partial(_usual, operator.gt)


def _times(config, key, factor, why):
    """The present value times `factor`, rounded and kept within the setting's range."""
    value, limits = value_of(config, key), setting_of(key).metadata
    changed = min(max(_round(value * factor), limits["low"]), limits["high"])
    return Remedy(key, round(changed) if isinstance(value, int) else changed, why)


def _round(value):
    """Rounded to two significant digits, as a person would type it."""
    return float(f"{value:.2g}")
