"""Configurations for a data set by its name or in memory: what the user does not choose is recommended by what the data are."""

from collections.abc import Mapping

from aae_core.config import advice, configuration
from aae_core.config.configuration import Config
from aae_core.config.presets import recommend_rates
from aae_core.data import sets
from aae_core.data.sets import DataSet
from aae_core.errors import DataError


def configure(preset: str = "default", **settings) -> Config:
    """A configuration from a preset and settings, with what `recommend_settings` gives for the data.

    Settings are given as to `configuration.configure` (`latent_dim=8`, `prior="mixture"`, `**{"prior.scale": 5}`), and `data`
    may be a data set in memory, such as `arrays` makes, in place of a name. Raises ConfigError for an unknown preset or key and
    for an invalid value or combination.
    """
    dataset = settings.get("data")
    if not isinstance(dataset, DataSet):
        return configuration.configure(preset, **{**settings, **recommend_settings(preset, settings)})
    settings["data"] = dataset.name
    return configuration.configure(preset, **{**settings, **recommend_settings(preset, settings, dataset)})


def recommend_settings(preset: str, settings: Mapping, dataset: DataSet | None = None) -> dict:
    """The settings, by dotted key, that are recommended beside those that the user chose, which are not among them: Adam's
    learning rates if Adam was chosen; and for a table enough epochs with rates that fall late, a cost that suits its columns, and
    noise if it has few rows. Nothing of the latter for data that are not there, which a training refuses.

    preset, settings: as for `configuration.configure`. dataset: the data set, if it exists only in memory. Raises ConfigError as
    `configuration.configure` does.
    """
    config = configuration.configure(preset, **settings)
    chosen_keys = configuration.expanded_keys(settings)
    rates = recommend_rates(preset, config.variant, chosen_keys) if config.optimiser.kind == "adam" else {}
    try:
        summary = sets.describe_data_set(config.data) if dataset is None else dataset.summary
        if not summary.is_table:
            return rates
        features = sets.load(config.data).features if dataset is None else dataset.features
    except DataError:
        return rates
    settings_in_effect = configuration.to_flat_dict(config)
    return rates | advice.recommend_table_settings(settings_in_effect, chosen_keys, summary.train, features.kinds)
