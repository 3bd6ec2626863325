"""The configuration of a training: frozen records of settings, created from presets, files and typed text.

The metadata of a setting (`schema.setting`) is all that the command line, the form and the validation know about it; which
settings go together is defined in `combinations`. An unknown key or a value out of range raises a `ConfigError` of one sentence.
"""

import dataclasses
from dataclasses import dataclass, replace
from functools import cache
from operator import attrgetter

import numpy as np

from aae_core.config import combinations, schema
from aae_core.config.presets import PRESETS, starting_settings
from aae_core.config.schema import to_dict
from aae_core.config.settings import Settings
from aae_core.errors import unknown_name_error

FORMER_SETTINGS = {  # setting of former versions -> its values without which a training continues unchanged
    "compile": ("auto", "on", "off"),  # affected the speed alone
    "content_noise": (0,),  # standard deviation of the noise on D_y's input
    "processes": (1,),  # that computed the training together
}


@dataclass(frozen=True)
class Config(Settings):
    """All that determines a training, together with the data; ConfigError for settings that are invalid or do not go together."""

    def __post_init__(self):
        schema.check_record(self)
        combinations.check_combination(self)


def from_dict(values: dict) -> Config:
    """The inverse of `schema.to_dict`; raises ConfigError for an unknown key or a value that does not fit."""
    return schema.from_dict(values, Config)


def to_stored_dict(config: Config) -> dict:
    """The settings as a revision keeps them: those that do not count only if they differ from their defaults, since earlier
    versions have another default."""
    default_names = {
        f.name for f in dataclasses.fields(config) if not f.compare and getattr(config, f.name) == f.default
    }
    return {key: value for key, value in to_dict(config).items() if key not in default_names}


def lost_settings_reason(former_settings: dict) -> str:
    """Why a training with these settings, which no longer exist, cannot continue, as a clause; "" if it can."""
    lost_settings = [
        f"{key}={str(value)[:40]}"
        for key, value in former_settings.items()
        if value not in FORMER_SETTINGS.get(key, ())
    ]
    if not lost_settings:
        return ""
    return f"It was trained with {' and '.join(lost_settings)}, a setting that no longer exists"


def trains_same_model(config: Config, other_config: Config) -> bool:
    """Whether both train the same model: they differ at most in the label, the number of threads, the limit in minutes, and in
    whether steps are captured."""
    return (
        replace(config, name=other_config.name, threads=other_config.threads, minutes=other_config.minutes)
        == other_config
    )


def with_settings(config: Config, settings: dict) -> Config:
    """A copy with some settings changed. Keys may be dotted (`prior.scale`); values are plain, or text as typed at a terminal. A
    group of settings is given as a dictionary (`prior={"name": "mixture", "scale": 5}`), or by its first setting alone
    (`prior="mixture"`).

    The result is validated after all changes, so settings that depend on each other can change together. Raises ConfigError for
    an unknown key or an invalid value or combination.
    """
    values = to_dict(config)
    for key, value in _expand_groups(settings):
        hint = setting_type(key)
        group, _, name = key.rpartition(".")
        target = values[group] if group else values
        if isinstance(value, np.generic):
            value = value.item()
        if isinstance(value, str):
            value = schema.parse_setting(key, value, hint)
        target[name] = value
    return from_dict(values)


def _expand_groups(settings):
    """Yield each setting by its dotted key, with groups expanded into their settings."""
    for key, value in settings.items():
        group = getattr(Config, key, None)
        if not dataclasses.is_dataclass(group):
            yield key, value
            continue
        if not isinstance(value, dict):
            first = dataclasses.fields(group)[0].name
            yield f"{key}.{first}", value
            continue
        for name, inner in value.items():
            yield f"{key}.{name}", inner


def expanded_keys(settings: dict) -> set[str]:
    """The dotted keys of settings as `with_settings` takes them; of a group that is given by one name, those of its settings."""
    return {key for key, _ in _expand_groups(settings)}


def configure(preset: str = "default", **settings) -> Config:
    """A configuration from a preset and settings as `with_settings` takes them (`latent_dim=8`, `prior="mixture"`,
    `**{"prior.scale": 5}`).

    Settings that neither of them names come from the variant's own settings (`presets.VARIANT_SETTINGS`), and else from the
    defaults. Raises ConfigError for an unknown preset or key and for an invalid value or combination.
    """
    if not isinstance(preset, str) or preset not in PRESETS:
        raise unknown_name_error("preset", preset, PRESETS)
    variant = settings.get("variant")
    start = starting_settings(preset, variant if isinstance(variant, str) else None)
    return with_settings(Config(), {**start, **settings})


@cache
def _settings_by_key() -> dict[str, tuple[dataclasses.Field, object]]:
    """Every setting by its dotted key, in the order of the records: its field and its type."""
    settings = {}
    for f in dataclasses.fields(Config):
        if not schema.is_group(f):
            settings[f.name] = f, schema.field_types(Config)[f.name]
            continue
        kind = type(f.default)
        for inner in dataclasses.fields(kind):
            settings[f"{f.name}.{inner.name}"] = inner, schema.field_types(kind)[inner.name]
    return settings


def setting_keys() -> list[str]:
    """Every dotted key, in the order of the records."""
    return list(_settings_by_key())


def setting_field(key: str) -> dataclasses.Field:
    """The field behind a dotted key, with its metadata; ConfigError if there is none."""
    if key not in _settings_by_key():
        raise unknown_name_error("setting", key, setting_keys())
    return _settings_by_key()[key][0]


def is_compared_setting(key: str) -> bool:
    """Whether configurations that differ in this setting alone are unequal; ConfigError if there is none of this dotted key."""
    return setting_field(key).compare


def setting_type(key: str):
    """The annotated type of the setting behind a dotted key; ConfigError if there is none."""
    setting_field(key)
    return _settings_by_key()[key][1]


def setting_value(config: Config, key: str):
    """The value of the setting behind a dotted key."""
    return attrgetter(key)(config)


def to_flat_dict(config: Config) -> dict:
    """Every setting by its dotted key, as a plain JSON value."""
    return {key: schema.to_json_value(setting_value(config, key)) for key in setting_keys()}
