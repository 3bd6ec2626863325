"""Priors of plug-ins: how one is registered, and why one is refused (docs/use/plugins.md)."""

import math
from collections.abc import Callable, Hashable, Iterator
from functools import lru_cache

from aae_core import plugins
from aae_core.config import painting
from aae_core.config.priors import PRIORS, SUPPORTS, PriorFacts
from aae_core.errors import ConfigError, unknown_name_error
from aae_core.torch_state import torch_defaults

USABLE_SETTINGS = ("components", "shape")  # settings that a prior can use besides its scale
TRIAL_SAMPLES = 64  # samples that are checked


def register_prior(
    name: str, factory: Callable, *, title: str = "", support: str = "none", uses: tuple[str, ...] = ()
) -> None:
    """Register a prior under a name, by which it can then be chosen as the setting `prior.name`; to be called when a plug-in's
    module is imported.

    factory(config, latent_dim): makes a `Prior`, and is usually a subclass of it; config has name, scale, components and shape.
    title: its name on the page. support: where its density exists, "everywhere" or "bounded", or "none". uses: which of the
    settings components and shape it uses besides scale. Raises ConfigError for a taken name or a wrong argument.
    """
    if not callable(factory) or not isinstance(factory, Hashable):
        raise ConfigError(f"The prior {str(name)[:60]} needs a class or function that makes it, not {factory!r:.60}.")
    if support not in SUPPORTS:
        raise unknown_name_error(f"support of the prior {str(name)[:60]}", support, SUPPORTS)
    for setting in uses:
        if setting not in USABLE_SETTINGS:
            raise unknown_name_error(f"setting of the prior {str(name)[:60]}", setting, USABLE_SETTINGS)
    if name in painting.SHAPES:
        raise ConfigError(f"The prior name {name!r} is taken by a painted shape; choose another.")
    title = title or str(name).replace("-", " ").capitalize()
    facts = PriorFacts(title, support, tuple(uses), factory=factory)
    PRIORS.add(name, facts, plugins.calling_plugin_module())


def unusable_prior_reason(settings, latent_dim: int) -> str:
    """Why the plug-in's prior of a `PriorConfig` cannot be used for codes of so many dimensions, in a sentence; "" if it can."""
    return _cached_unusable_reason(PRIORS[settings.name], settings, latent_dim)


@lru_cache(maxsize=256)
def _cached_unusable_reason(prior_facts, settings, latent_dim) -> str:
    with torch_defaults():
        return PRIORS.refusal_reason(settings.name, lambda: next(_prior_faults(prior_facts, settings, latent_dim), ""))


def _prior_faults(facts, settings, latent_dim) -> Iterator[str]:
    """What is wrong with a few samples of a prior, its percentiles and its density."""
    import torch

    with torch.random.fork_rng(devices=[]):  # what the caller draws next must not depend on this
        prior = facts.factory(settings, latent_dim)
        z, redrawn_z = (prior.sample(TRIAL_SAMPLES, torch.Generator().manual_seed(0)) for _ in range(2))
    if not isinstance(z, torch.Tensor) or z.shape != (TRIAL_SAMPLES, latent_dim) or z.dtype != torch.float32:
        description = (
            f"{str(z.dtype).removeprefix('torch.')} of shape {tuple(z.shape)}" if hasattr(z, "dtype") else type(z)
        )
        yield f"{TRIAL_SAMPLES} samples must be float32 of shape {(TRIAL_SAMPLES, latent_dim)}, not {description}."
    if not z.isfinite().all():
        yield "it draws numbers that are not finite."
    if not torch.equal(z, redrawn_z):
        yield (
            "it draws other samples from the same generator, so that no training could be resumed; draw from nothing but the "
            "generator that is passed."
        )
    for dimension in {0, latent_dim - 1}:
        low, middle, high = prior.percentile([0.01, 0.5, 0.99], dimension).tolist()
        if not (-math.inf < low <= middle <= high < math.inf and low < high):
            yield f"its percentiles of dimension {dimension} do not ascend: 1 % {low:g}, 50 % {middle:g}, 99 % {high:g}."
    if facts.support == "none":
        return
    density = prior.log_density(z)
    if density.shape != (TRIAL_SAMPLES,):
        yield f"log_density of {TRIAL_SAMPLES} points must have the shape {(TRIAL_SAMPLES,)}, not {tuple(density.shape)}."
    if not density.isfinite().all():
        yield "log_density is not finite at its own samples."
