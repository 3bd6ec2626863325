"""Which setting usually fixes a problem of a training: for each problem, the first of a few settings that does not yet
have its recommended value. The advice always leads to a different and valid configuration (`_first_applicable_remedy`).

All functions are pure functions of a configuration; nothing is trained to find out. The usual learning rates are those
of the default configuration (gradient descent) and of the preset for larger images (Adam).
"""

import math
import operator
from dataclasses import dataclass
from functools import partial

from aae_core.config.choices import NETWORKS
from aae_core.config.configuration import Config, setting_field, setting_value, with_settings
from aae_core.config.derived import labels_teach_content, trained_phases
from aae_core.config.presets import ADAM_RATES
from aae_core.config.variants import VARIANTS
from aae_core.errors import ConfigError
from aae_core.wording import mark

_PHASES = VARIANTS["aae"].phases
USUAL_RATES = {  # kind of optimiser -> phase -> learning rate
    "sgd": {phase: setting_value(Config(), f"optimiser.{phase}_rate") for phase in _PHASES},
    "adam": {phase: ADAM_RATES[f"optimiser.{phase}_rate"] for phase in _PHASES},
}
TOO_FAST_FACTOR = 10  # times the usual learning rate: steps of more are far too large
# smallest and largest scale of a prior that the encoder reaches at the usual learning rates
REACHABLE_SCALES = 0.3, 8.0


@dataclass(frozen=True)
class Remedy:
    """A setting by its dotted key, and the value to give it. purpose: a marked sentence that advises this and says what for, with
    {setting} and {value} in braces."""

    setting: str
    value: float | int | str
    purpose: str


_HE_WEIGHTS = Remedy(
    "network.weights",
    "he",
    mark("Set {setting} to {value}, so that differences between images reach the code from the first step on."),
)


def for_strong_discriminator(config: Config) -> Remedy:
    """If D is too strong: strengthen the encoder's response, or make D's task harder."""
    slower_d_purpose = mark("Set {setting} to {value}, so that D learns no faster than the encoder can follow.")
    candidates = [
        _raised_rate_remedy(
            config, "generation", mark("Set {setting} to {value}, so that the encoder can respond to D.")
        ),
        _reachable_prior_scale_remedy(config),
        _lowered_rate_remedy(config, "discrimination", slower_d_purpose),
    ]
    if not config.discriminator_noise:
        blur_purpose = mark(
            "Set {setting} to {value}, so that D sees blurred codes and samples, which are harder to tell apart."
        )
        candidates.append(Remedy("discriminator_noise", _round_to_two_digits(0.3 * config.prior.scale), blur_purpose))
    candidates.append(_scaled_setting_remedy(config, "optimiser.discrimination_rate", 1 / 3, slower_d_purpose))
    return _first_applicable_remedy(config, candidates)


def for_weak_discriminator(config: Config) -> Remedy:
    """If D lags behind the codes: let D learn faster, or the encoder more slowly."""
    faster_d_purpose = mark("Set {setting} to {value}, so that D keeps up with the codes.")
    slower_encoder_purpose = mark("Set {setting} to {value}, so that the encoder does not outrun D.")
    candidates = [
        _raised_rate_remedy(config, "discrimination", faster_d_purpose),
        _lowered_rate_remedy(config, "generation", slower_encoder_purpose),
        _scaled_setting_remedy(config, "optimiser.discrimination_rate", 3, faster_d_purpose),
        _scaled_generation_remedy(config, 1 / 3, slower_encoder_purpose),
    ]
    return _first_applicable_remedy(config, candidates)


def for_distant_codes(config: Config, length_setting: str) -> Remedy:
    """If the codes are not distributed like the prior: what imposes the prior needs more weight or more time."""
    variant = VARIANTS[config.variant]
    candidates = []
    if variant.has_adversary:
        candidates = [
            _raised_rate_remedy(
                config, "generation", mark("Set {setting} to {value}, so that D's gradient moves the codes.")
            ),
            _stronger_weight_remedy(config),
            _raised_rate_remedy(
                config, "discrimination", mark("Set {setting} to {value}, so that D sees where the codes are wrong.")
            ),
            _lowered_rate_remedy(
                config,
                "reconstruction",
                mark("Set {setting} to {value}, so that the reconstruction does not pull the codes away again."),
            ),
            _reachable_prior_scale_remedy(config),
        ]
    else:
        if config.beta < 1:
            candidates.append(
                Remedy(
                    "beta",
                    1.0,
                    mark("Set {setting} to {value}, so that the KL term has its weight in the variational bound."),
                )
            )
        if variant.prior_losses != ("kl",):
            stronger_pull_purpose = mark(
                "Set {setting} to {value}, so that the codes are pulled to the prior more strongly."
            )
            candidates.append(_scaled_setting_remedy(config, "prior_weight", 4, stronger_pull_purpose))
    candidates.append(_longer_training_remedy(config, length_setting))
    return _first_applicable_remedy(config, candidates)


def _stronger_weight_remedy(config):
    """A larger weight of the encoder's cost against D, where one is configured."""
    if config.optimiser.generation_weight is None:
        return None
    stronger_pull_purpose = mark("Set {setting} to {value}, so that the codes are pulled to the prior more strongly.")
    return _scaled_setting_remedy(config, "optimiser.generation_weight", 4, stronger_pull_purpose)


def for_collapsed_codes(config: Config, has_images: bool) -> Remedy:
    """If all images (or all rows of a table: not `has_images`) have the same code."""
    raised_rate_remedy = _raised_rate_remedy(
        config,
        "reconstruction",
        mark("Set {setting} to {value}, so that the reconstruction keeps the codes of different images apart."),
    )
    normalisation_remedy = _batch_normalisation_remedy(
        config, mark("Set {setting} to {value}, so that the codes of a mini-batch keep a spread of their own.")
    )
    if not VARIANTS[config.variant].has_adversary:
        return _first_applicable_remedy(
            config, [*_weaker_prior_remedies(config, has_images), _HE_WEIGHTS, raised_rate_remedy, normalisation_remedy]
        )
    reconstruction_first_purpose = mark(
        "Set {setting} to {value}, so that the encoder learns to reconstruct before it fools D."
    )
    candidates = [_reachable_prior_scale_remedy(config)]
    if "generation" not in trained_phases(config):
        candidates.append(
            _raised_rate_remedy(
                config,
                "generation",
                mark("Set {setting} to {value}, so that D's gradient spreads the codes like the prior."),
            )
        )
    candidates += [
        _HE_WEIGHTS,
        _lowered_rate_remedy(config, "generation", reconstruction_first_purpose),
        raised_rate_remedy,
        normalisation_remedy,
        _scaled_generation_remedy(config, 1 / 3, reconstruction_first_purpose),
    ]
    return _first_applicable_remedy(config, candidates)


def _weaker_prior_remedies(config, has_images):
    """The remedies that let the reconstruction weigh more beside what imposes the prior without an adversary."""
    prior_losses = VARIANTS[config.variant].prior_losses
    lighter_kl_purpose = mark("Set {setting} to {value}, so that the KL term no longer outweighs the reconstruction.")
    candidates = []
    if config.beta > 1:
        candidates.append(Remedy("beta", 1.0, lighter_kl_purpose))
    if has_images and "kl" in prior_losses:
        candidates.append(_cross_entropy_remedy(config))
    if prior_losses == ("kl",):
        candidates.append(_scaled_setting_remedy(config, "beta", 1 / 4, lighter_kl_purpose))
    if prior_losses == ("kl", "mmd") and config.alpha < 1:
        candidates.append(Remedy("alpha", _round_to_two_digits((1 + config.alpha) / 2), lighter_kl_purpose))
    if prior_losses and prior_losses != ("kl", "mmd"):
        weaker_pull_purpose = mark(
            "Set {setting} to {value}, so that the pull towards the prior no longer outweighs the reconstruction."
        )
        candidates.append(_scaled_setting_remedy(config, "prior_weight", 1 / 4, weaker_pull_purpose))
    return candidates


def for_unused_dimensions(config: Config, n_used: int, has_images: bool) -> Remedy:
    """If the KL term leaves only `n_used` dimensions in use."""
    lighter_kl_purpose = mark(
        "Set {setting} to {value}, so that the KL term no longer outweighs what a dimension gains."
    )
    candidates = []
    if config.beta > 1:
        candidates.append(Remedy("beta", 1.0, lighter_kl_purpose))
    if has_images:
        candidates.append(_cross_entropy_remedy(config))
    candidates.append(Remedy("latent_dim", n_used, mark("Set {setting} to {value}, so that all dimensions are used.")))
    candidates.append(_scaled_setting_remedy(config, "beta", 1 / 4, lighter_kl_purpose))
    return _first_applicable_remedy(config, candidates)


def for_stalled_reconstruction(config: Config) -> Remedy:
    """If the reconstruction does not improve."""
    usual_clip = Config().optimiser.clip
    larger_steps_purpose = mark("Set {setting} to {value}, so that each step changes the weights enough.")
    candidates = []
    if is_reconstruction_rate_too_high(config):
        candidates.append(
            _lowered_rate_remedy(
                config,
                "reconstruction",
                mark("Set {setting} to {value}, so that no step undoes what the last one learned."),
            )
        )
    candidates += [_HE_WEIGHTS, _raised_rate_remedy(config, "reconstruction", larger_steps_purpose)]
    if 0 < config.optimiser.clip < usual_clip:
        candidates.append(
            Remedy(
                "optimiser.clip",
                usual_clip,
                mark("Set {setting} to {value}, so that gradients are not cut to almost nothing."),
            )
        )
    candidates.append(
        _batch_normalisation_remedy(
            config, mark("Set {setting} to {value}, so that gradients pass through all layers.")
        )
    )
    candidates.append(_scaled_setting_remedy(config, "optimiser.reconstruction_rate", 3, larger_steps_purpose))
    return _first_applicable_remedy(config, candidates)


def is_reconstruction_rate_too_high(config: Config) -> bool:
    """Whether the reconstruction's steps are far larger than usual."""
    return config.optimiser.reconstruction_rate > TOO_FAST_FACTOR * USUAL_RATES[config.optimiser.kind]["reconstruction"]


def for_large_latent_space(config: Config, dimensions: float) -> Remedy:
    """If the codes fill only `dimensions` of the latent space: twice as many, an even number as a mixture needs, leave
    room."""
    half = max(2, config.latent_dim // 4 * 2)
    fewer_dimensions = min(max(2, 2 * math.ceil(dimensions)), half)
    candidates = []
    if fewer_dimensions < config.latent_dim:
        fill_purpose = mark(
            "Set {setting} to {value}, so that the codes can fill it; a gaussian posterior fills a larger one with noise."
        )
        candidates.append(Remedy("latent_dim", fewer_dimensions, fill_purpose))
    candidates.append(
        Remedy(
            "posterior", "gaussian", mark("Set {setting} to {value}, so that noise fills the space between the codes.")
        )
    )
    return _first_applicable_remedy(config, candidates)


def for_few_contents(config: Config, in_use: float, length_setting: str) -> Remedy:
    """If only `in_use` of the contents are in use."""
    candidates = [
        _batch_normalisation_remedy(
            config, mark("Set {setting} to {value}, so that no cluster can win all images by its size alone.")
        )
    ]
    if not config.input_dropout:
        candidates.append(
            Remedy(
                "input_dropout",
                0.2,
                mark("Set {setting} to {value}, so that clusters depend on more than a few pixels."),
            )
        )
    if config.network.normalise == "batch":
        level = mark("Set {setting} to {value}, so that no cluster is suppressed by its own offset.")
        candidates.append(Remedy("network.normalise", "level", level))
    if (
        not labels_teach_content(config) and config.heads == "learned"
    ):  # fixed heads need as many contents as dimensions
        as_many = mark("Set {setting} to {value}, so that there are only as many clusters as the images fill.")
        candidates.append(Remedy("clusters", max(2, round(in_use)), as_many))
    candidates.append(_longer_training_remedy(config, length_setting))
    return _first_applicable_remedy(config, candidates)


def _first_applicable_remedy(config, remedies):
    """The first of the remedies (None where one does not apply) that gives a different, valid configuration; another
    seed if none does."""
    for remedy in remedies:
        if remedy is not None and _changes_config(config, remedy):
            return remedy
    seed = config.seed + 1 if config.seed < setting_field("seed").metadata["high"] else 0
    return Remedy(
        "seed",
        seed,
        mark("Set {setting} to {value}, so that it starts from other weights; no other setting usually helps."),
    )


def _changes_config(config, remedy):
    try:
        return with_settings(config, {remedy.setting: remedy.value}) != config
    except ConfigError:
        return False


def _longer_training_remedy(config, length_setting):
    return _scaled_setting_remedy(
        config, length_setting, 2, mark("Set {setting} to {value}, so that the codes have time to reach the prior.")
    )


def _batch_normalisation_remedy(config, purpose):
    if config.network.normalise != "none" or "normalise" not in NETWORKS[config.network.kind].uses:
        return None
    return Remedy("network.normalise", "batch", purpose)


def _cross_entropy_remedy(config):
    if config.cost != "squared-error":
        return None
    return Remedy(
        "cost",
        "cross-entropy",
        mark("Set {setting} to {value}, so that the reconstruction weighs more beside the KL term."),
    )


def _reachable_prior_scale_remedy(config):
    low, high = REACHABLE_SCALES
    if low <= config.prior.scale <= high:
        return None
    return Remedy(
        "prior.scale",
        1.0,
        mark("Set {setting} to {value}, so that the encoder can reach all of the prior at these learning rates."),
    )


def _usual_rate_remedy(is_beyond, config, phase, purpose):
    """The usual learning rate of a phase, if the configuration's is `is_beyond` it (lower or higher, by a comparison);
    else None, and None for a generation with a weight in the place of a learning rate."""
    if phase == "generation" and config.optimiser.generation_weight is not None:
        return None
    key, usual_rate = f"optimiser.{phase}_rate", USUAL_RATES[config.optimiser.kind][phase]
    return Remedy(key, usual_rate, purpose) if is_beyond(setting_value(config, key), usual_rate) else None


_raised_rate_remedy = partial(_usual_rate_remedy, operator.lt)
_lowered_rate_remedy = partial(_usual_rate_remedy, operator.gt)


def _scaled_generation_remedy(config, factor, purpose):
    """The strength of the encoder's response to D times `factor`: its weight, where one is configured, else its learning
    rate."""
    strength = "rate" if config.optimiser.generation_weight is None else "weight"
    return _scaled_setting_remedy(config, f"optimiser.generation_{strength}", factor, purpose)


def _scaled_setting_remedy(config, key, factor, purpose):
    """The present value times `factor`, rounded and kept within the setting's range."""
    value, limits = setting_value(config, key), setting_field(key).metadata
    scaled_value = min(max(_round_to_two_digits(value * factor), limits["low"]), limits["high"])
    return Remedy(key, round(scaled_value) if isinstance(value, int) else scaled_value, purpose)


def _round_to_two_digits(value) -> float:
    """Rounded to two significant digits, as a person would type it."""
    return float(f"{value:.2g}")
