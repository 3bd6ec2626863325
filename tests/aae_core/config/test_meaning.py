"""A setting has a meaning where it changes what is trained: what the rules say is compared with trainings of two steps."""

from functools import cache
from operator import attrgetter

import pytest
import torch
from helpers.toy_models import pairwise_params, toy_config, toy_data_set

from aae_core.config.combinations import MEANINGFUL, is_setting_applicable
from aae_core.config.variants import VARIANTS
from aae_core.errors import ConfigError
from aae_core.training import phases
from aae_core.training.training import Training

OTHER_VALUES = {  # setting -> a value that none of the situations has
    "prior.components": 5, "prior.shape": 3.0, "prior.painting": "two-blobs", "labels": 6, "clusters": 4, "heads": "fixed",
    "separation": 2.5, "posterior": "gaussian", "beta": 3.0, "prior_weight": 7.0, "alpha": 0.4, "projections": 3,
    "network.hidden": (5,), "network.decoder_hidden": (6,), "network.normalise": "batch", "network.activation": "gelu",
    "network.dropout": 0.3,
    "network.channels": (3,), "network.noise_dim": 5, "network.discriminator": (7,), "discriminator_noise": 0.2,
    "discriminator_penalty": 0.3, "discriminator_steps": 2,
    "passes": "shared", "optimiser.discrimination_rate": 0.05, "optimiser.generation_rate": 0.05,
    "optimiser.generation_weight": 3.0,
    "optimiser.adversarial_momentum": 0.7, "optimiser.classification_rate": 0.05, "views": 1, "view_agreement": 4.0,
    "second_view": "unaltered", "content_decoded": "each", "content_smoothing": 0.1, "clean_from": 0.0,
    "even_until": 0.0, "discriminator_told": "content",
}  # fmt: skip
PETALS = {"prior.name": "mixture", "prior.components": 3, "latent_dim": 2}
SITUATIONS = {
    "as it is": {},
    "no labels": {"labels": 0},
    "noise": {"input_noise": 0.3},
    "petals": PETALS,
    "agreeing": {"input_noise": 0.3, "views": 2, "view_agreement": 1.0},
    "agreeing on petals": {**PETALS, "input_noise": 0.3, "views": 2, "view_agreement": 1.0},
    "each content": {"content_decoded": "each"},
    "universal": {"posterior": "universal"},
    "gamma": {"prior.name": "gamma"},
    "painted": {"prior.name": "painted", "latent_dim": 2},
    "convolutions": {"network.kind": "conv"},
    "one pass": {"passes": "shared"},
    "one pass, weighted": {"passes": "shared", "optimiser.generation_weight": 2.0},
}
COMPANION_SETTINGS = {"views": {"view_agreement": 0.0}}  # what another value needs besides


@cache
def config_or_none(variant, situation, key=None):
    """The configuration, with another value of a setting if one is named; None where it is refused."""
    changed_settings = {} if key is None else {key: OTHER_VALUES[key], **COMPANION_SETTINGS.get(key, {})}
    try:
        return toy_config(variant, **{"clusters": 3, "latent_dim": 3, **SITUATIONS[situation], **changed_settings})
    except ConfigError:
        return None


@cache
def trained_weights(config):
    training = Training(config, toy_data_set(), "cpu")
    training.set_learning_rates()
    for _ in range(2):
        phases.training_step(training, training.current_batch())
        training.step += 1
    return list(training.model.parameters())


def trains_equally(config, changed_config):
    weights, changed_weights = trained_weights(config), trained_weights(changed_config)
    return len(weights) == len(changed_weights) and all(map(torch.equal, weights, changed_weights))


def can_be_told_apart(variant, situation, key):
    """Whether two trainings can tell what the setting does there."""
    if key == "prior.components" and variant == "label-informed":
        return False  # they must be as many as the classes
    if key == "heads" and SITUATIONS[situation].get("latent_dim") == 2:
        return False  # fixed ones need a dimension for each content
    if key == "passes" and "passes" in SITUATIONS[situation]:
        return False  # there is no other value
    if (
        (key, situation) == ("content_decoded", "each content")
        or key == "views"
        and "views" not in SITUATIONS[situation]
    ):
        return False  # there is no other value
    return config_or_none(variant, situation) is not None


def test_no_rule_is_left_out():
    assert OTHER_VALUES.keys() == MEANINGFUL.keys() - {"target.value"}  # which ends a training, and changes no step
    assert all(any(config_or_none(variant, situation) for variant in VARIANTS) for situation in SITUATIONS)


@pytest.mark.parametrize(
    ("variant", "key", "situation"),
    pairwise_params(VARIANTS, OTHER_VALUES, SITUATIONS, possible=lambda v, k, s: can_be_told_apart(v, s, k)),
)
def test_a_setting_has_a_meaning_where_it_changes_what_is_trained(variant, key, situation):
    config, changed_config = config_or_none(variant, situation), config_or_none(variant, situation, key)
    has_effect = changed_config is not None and not trains_equally(config, changed_config)
    assert is_setting_applicable(key, lambda name: attrgetter(name)(config)) == (
        has_effect or key in compared_settings(config)
    )


def compared_settings(config):
    """The settings of a prior with which codes are only compared."""
    reference = {"mixture": "prior.components", "gamma": "prior.shape", "painted": "prior.painting"}
    return [] if VARIANTS[config.variant].has_prior else [reference.get(config.prior.name)]
