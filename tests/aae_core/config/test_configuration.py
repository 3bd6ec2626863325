import json

import pytest

from aae_core.config.configuration import (
    Config,
    OptimiserConfig,
    PriorConfig,
    configure,
    from_dict,
    setting_keys,
    setting_of,
    with_settings,
)
from aae_core.config.derived import rate_factor, total_steps
from aae_core.config.presets import PRESETS
from aae_core.config.schema import to_dict
from aae_core.errors import ConfigError


def test_json_round_trip_keeps_every_setting():
    config = configure(
        variant="vae", **{"prior.scale": 5, "network.hidden": "10,20", "optimiser.schedule": "5:0.1,10:0.01"}
    )
    assert from_dict(json.loads(json.dumps(to_dict(config)))) == config
    assert config.network.hidden == (10, 20)
    assert config.optimiser.schedule == ((5.0, 0.1), (10.0, 0.01))


def test_a_vae_gets_its_own_recipe_unless_told_otherwise():
    for vae in (configure(variant="vae"), configure("vae"), configure("mixture", variant="vae")):
        optimiser = vae.optimiser
        assert (vae.posterior, vae.cost) == ("gaussian", "cross-entropy")
        assert (optimiser.kind, optimiser.reconstruction_rate, optimiser.clip) == ("adam", 1e-3, 0.0)
    told = configure(variant="vae", cost="squared-error", **{"optimiser.kind": "sgd"})
    assert (told.cost, told.optimiser.kind, told.optimiser.clip) == ("squared-error", "sgd", 0.0)
    assert configure("vae-learned-variance").cost == "learned-variance"
    assert (
        configure("vae", variant="aae")
        == configure("vae-learned-variance", variant="aae", cost="squared-error")
        == Config()
    )


def test_a_configuration_that_was_written_keeps_its_settings_whatever_the_recipe():
    written = to_dict(configure(variant="vae", **{"optimiser.kind": "sgd", "optimiser.clip": 5.0}))
    assert to_dict(from_dict(written)) == written


@pytest.mark.parametrize("preset", PRESETS)
def test_every_preset_is_valid(preset):
    assert isinstance(configure(preset), Config)


def test_every_setting_explains_itself():
    for key in setting_keys():
        assert setting_of(key).metadata["help"], key


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ({"variant": "gan"}, "choose one of"),
        ({"variant": "clustering", "content_decoded": "each", "cost": "learned-variance"}, "give several"),
        ({"prior.name": "cauchy"}, "choose one of"),
        ({"prior.sigma": 1}, "is not known"),
        ({"nonsense": 1}, "is not known"),
        ({"prior": 3}, "is not known"),
        ({"epochs": -1}, "from 1 to"),
        ({"epochs": 0}, "from 1 to"),
        ({"epochs": 10**9}, "from 1 to"),
        ({"epochs": "many"}, "whole number"),
        ({"epochs": 1.5}, "whole number"),
        ({"epochs": True}, "whole number"),
        ({"batch_size": 1}, "from 2 to"),
        ({"prior.scale": float("nan")}, "must be a number"),
        ({"prior.scale": "inf"}, "must be a number"),
        ({"prior.scale": 0}, "from 0.01"),
        ({"network.hidden": ""}, "at least one size"),
        ({"network.hidden": "10,-3"}, "from 1 to"),
        ({"network.hidden": ",".join(["9"] * 99)}, "at most 16"),
        ({"optimiser.schedule": "50"}, "pairs epoch:factor"),
        ({"name": "a\nb"}, "printable"),
        ({"latent_dim": 3, "prior.name": "mixture"}, "even"),
        ({"latent_dim": 3, "prior.name": "swiss-roll"}, "must be 2"),
        ({"variant": "vae", "prior.name": "swiss-roll"}, "needs only samples"),
        ({"variant": "vae", "prior.name": "uniform"}, "infinite"),
        ({"variant": "vae", "prior.name": "gamma"}, "infinite"),
        ({"variant": "vae", "posterior": "universal"}, "gaussian posterior"),
        ({"variant": "aae", "beta": 2}, "weighs the KL"),
        ({"variant": "aae", "labels": 100}, "uses no labels"),
    ],
)
def test_what_cannot_be_meant_is_refused_with_the_reason(settings, words):
    with pytest.raises(ConfigError, match=words) as refused:
        configure(**settings)
    assert "\n" not in str(refused.value)


def test_a_mixture_is_allowed_for_a_vae_because_it_has_a_density():
    assert configure(variant="vae", **{"prior.name": "mixture"}).prior.name == "mixture"


def test_settings_that_need_each_other_come_together():
    config = with_settings(Config(latent_dim=3), {"prior.name": "mixture", "latent_dim": "4"})
    assert (config.prior, config.latent_dim) == (PriorConfig("mixture"), 4)


def test_from_dict_refuses_unknown_keys_and_foreign_types():
    for values in (
        {"variant": "aae", "colour": 1},
        {"prior": {"name": "gaussian", "x": 1}},
        {"prior": 5},
        [],
        {"epochs": None},
    ):
        with pytest.raises(ConfigError):
            from_dict(values)


def test_rate_falls_at_the_epochs_of_the_schedule_and_is_pure():
    config = Config(optimiser=OptimiserConfig(schedule=((1000, 0.01), (50, 0.1))))
    assert [rate_factor(config, epoch) for epoch in (0, 49.99, 50, 999.9, 1000, 5000, 0)] == [
        1,
        1,
        0.1,
        0.1,
        0.01,
        0.01,
        1,
    ]


def test_steps_are_the_full_batches_of_every_epoch():
    config = configure(batch_size=100, epochs=3)
    assert total_steps(config, 60_050) == 3 * 600
    assert total_steps(config, 40) == 3 == total_steps(config, 0)
    assert total_steps(configure(batch_size=100, steps=7), 60_000) == 7
