"""Makes a prior of any kind; their common interface is in `base`, and what is known about each kind in `config/priors`."""

from pkgutil import resolve_name

from aae_core.config.configuration import Config
from aae_core.config.priors import PRIORS
from aae_core.config.settings import PriorConfig
from aae_core.models.priors.base import Prior


def make_prior(config: PriorConfig, latent_dim: int) -> Prior:
    """The prior of a configuration for codes of `latent_dim` dimensions; ConfigError if it cannot have so many."""
    Config(prior=config, latent_dim=latent_dim)  # checks the combination
    facts = PRIORS[config.name]
    factory = facts.factory or resolve_name(f"aae_core.models.priors.{facts.implementation}")
    return factory(config, latent_dim)
