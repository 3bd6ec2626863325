"""The preview of a prior on the form: a small picture of samples, and what they are."""

from functools import lru_cache

from aae_core.config.priors import PRIORS
from aae_core.config.settings import PriorConfig
from aae_core.errors import ConfigError
from app.components import mounting
from app.messages import wire_format
from app.translation.texts import mark, translate

NO_SAMPLES_TEXT = mark("The prior has no samples with these settings.")
SAMPLE_COUNT = 700  # samples of a plug-in's prior

_component = mounting.make_component("prior_preview", mark("the preview of the prior"))


def mount_prior_preview(values: dict, key: str) -> None:
    """Draw samples of the prior in a form's values (by dotted key)."""
    _component(key, wire_format.pack_message(*preview_message(values)), (), lambda kind, value: None)


def preview_message(values: dict) -> tuple[dict, dict]:
    """Header and arrays for the browser: the prior and, for one of a plug-in, samples."""
    name = values["prior.name"]
    prior_settings = {setting: values[f"prior.{setting}"] for setting in ("name", "scale", "components", "shape")}
    common_fields = {
        "v": 1,
        "prior": prior_settings,
        "dim": values["latent_dim"],
        "title": translate(PRIORS[name].title),
    }
    if plug_in := PRIORS.registering_module_of(name):
        try:
            samples = _draw_samples(PriorConfig(**prior_settings), values["latent_dim"])
        except ConfigError:  # the form shows it beside its button
            return common_fields | {"prior": None, "caption": translate(NO_SAMPLES_TEXT)}, {}
        description = translate("A prior of your own, from {module}.", module=plug_in)
        return common_fields | {"caption": description}, {"prior_samples": samples}
    return common_fields | {"caption": translate(PRIORS[name].summary, **prior_settings)}, {}


@lru_cache(maxsize=8)
def _draw_samples(config, dim):
    """SAMPLE_COUNT samples with a fixed seed, n×d; ConfigError if the settings of the prior are invalid."""
    from aae_core.models.priors import families

    return families.make_prior(config, dim).sample_with_fixed_seed(SAMPLE_COUNT).numpy()
