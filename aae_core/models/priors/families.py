"""The families of priors by name; their common interface is in `base`."""

from aae_core.config.choices import PRIORS
from aae_core.config.configuration import Config, PriorConfig
from aae_core.models.priors.base import Prior
from aae_core.models.priors.independent import Gamma, Gaussian, Uniform
from aae_core.models.priors.mixture import Mixture
from aae_core.models.priors.painted import Painted
from aae_core.models.priors.swiss_roll import SwissRoll

_KINDS = {
    "gaussian": Gaussian,
    "mixture": Mixture,
    "swiss-roll": SwissRoll,
    "uniform": Uniform,
    "gamma": Gamma,
    "painted": Painted,
}


def make_prior(config: PriorConfig, latent_dim: int) -> Prior:
    """The prior of a configuration for codes of `latent_dim` dimensions; ConfigError if it cannot have so many."""
    Config(prior=config, latent_dim=latent_dim)  # checks the combination
    if config.name in _KINDS:
        return _KINDS[config.name](config, latent_dim)
    return PRIORS[config.name].factory(config, latent_dim)
