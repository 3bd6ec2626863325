import json
import math

import pytest

from aae_core.config.configuration import (
    Config,
    configure,
    from_dict,
    lost_settings_reason,
    setting_field,
    setting_keys,
    setting_type,
    to_flat_dict,
    to_stored_dict,
    with_settings,
)
from aae_core.config.derived import learning_rate_factor, total_steps
from aae_core.config.presets import PRESETS
from aae_core.config.schema import format_setting, parse_setting, to_dict, without_none_type
from aae_core.config.settings import OptimiserConfig, PriorConfig
from aae_core.data import sets
from aae_core.errors import ConfigError


def test_json_round_trip_keeps_every_setting():
    config = configure(
        variant="vae", **{"prior.scale": 5, "network.hidden": "10,20", "optimiser.schedule": "5:0.1,10:0.01"}
    )
    assert from_dict(json.loads(json.dumps(to_dict(config)))) == config
    assert config.network.hidden == (10, 20)
    assert config.optimiser.schedule == ((5.0, 0.1), (10.0, 0.01))


@pytest.mark.parametrize("text", ["8", "8,", "(8,)", "(8, )", "[ 8 ]"])
def test_a_list_of_one_may_be_typed_as_python_writes_it(text):
    assert configure(**{"network.hidden": text}).network.hidden == (8,)


def test_a_vae_gets_its_own_recipe_unless_told_otherwise():
    for vae in (configure(variant="vae"), configure("vae"), configure("mixture", variant="vae")):
        optimiser = vae.optimiser
        assert (vae.posterior, vae.cost) == ("gaussian", "cross-entropy")
        assert (optimiser.kind, optimiser.reconstruction_rate, optimiser.clip) == ("adam", 1e-3, 0.0)
    result = configure(variant="vae", cost="squared-error", **{"optimiser.kind": "sgd"})
    assert (result.cost, result.optimiser.kind, result.optimiser.clip) == ("squared-error", "sgd", 0.0)
    assert configure("vae-learned-variance").cost == "learned-variance"
    assert (
        configure("vae", variant="aae")
        == configure("vae-learned-variance", variant="aae", cost="squared-error")
        == Config()
    )


def test_a_stored_configuration_keeps_its_settings_whatever_the_recipe():
    record = to_dict(configure(variant="vae", **{"optimiser.kind": "sgd", "optimiser.clip": 5.0}))
    assert to_dict(from_dict(record)) == record


@pytest.mark.parametrize("preset", PRESETS)
def test_every_preset_is_valid(preset):
    assert isinstance(configure(preset), Config)


def test_every_setting_explains_itself():
    for key in setting_keys():
        assert setting_field(key).metadata["help"], key


def test_a_group_is_given_by_its_settings_or_by_its_first_one():
    group_config = configure(prior={"name": "mixture", "scale": 3, "components": 4}, optimiser="adam")
    assert group_config == configure(
        **{"prior.name": "mixture", "prior.scale": 3, "prior.components": 4, "optimiser.kind": "adam"}
    )
    assert configure(prior="mixture") == configure(**{"prior.name": "mixture"})


def test_a_wrong_setting_is_a_value_error():
    with pytest.raises(ValueError, match="from 1 to"):
        configure(epochs=0)
    with pytest.raises(ValueError, match="'digit' is not known; did you mean 'digits'"):
        sets.load("digit")


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ({"variant": "gan"}, "choose one of"),
        ({"variant": ["aae"]}, "variant must be a text"),
        ({"preset": ["paper"]}, "is not known"),
        ({"variant": "clustering", "content_decoded": "each", "cost": "learned-variance"}, "give several"),
        ({"prior.name": "cauchy"}, "choose one of"),
        ({"prior.sigma": 1}, "is not known"),
        ({"nonsense": 1}, "is not known"),
        ({"variant": "vea"}, "did you mean 'vae'?"),
        ({"scale": 5}, "did you mean 'prior.scale'?"),
        ({"optimizer.kind": "adam"}, "did you mean 'optimiser.kind'?"),
        ({"prior.foo": 5}, "choose one of variant"),
        ({"prior": 3}, "prior.name must be a text"),
        ({"prior": "mixtur"}, "did you mean 'mixture'?"),
        ({"prior": {"name": "mixture", "scal": 5}}, "did you mean 'prior.scale'?"),
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
        ({"network.hidden": "10,,3"}, "empty place"),
        ({"network.hidden": "10,3,,"}, "empty place"),
        ({"network.hidden": ",10"}, "empty place"),
        ({"optimiser.schedule": ","}, "empty place"),
        ({"network.hidden": ",".join(["9"] * 99)}, "at most 16"),
        ({"optimiser.schedule": "50"}, "pairs epoch:factor"),
        ({"optimiser.schedule": "[[80,0.1]]"}, "pairs epoch:factor, such as 50:0.1"),
        ({"optimiser.schedule": "[[80,0.1],[92,0.01]]"}, "pairs epoch:factor, such as 50:0.1, not '0.1]'"),
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
    assert [learning_rate_factor(config, epoch) for epoch in (0, 49.99, 50, 999.9, 1000, 5000, 0)] == [
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


# What a file or a link that lacks a setting means, and what it may hold: each number's default, lowest and highest value, of a
# list those of its entries. Whoever narrows a range or changes a default breaks what was stored.
NUMBERS = {
    "prior.scale": (1, 0.01, 1000),
    "prior.components": (10, 2, 1000),
    "prior.shape": (2, 0.1, 100),
    "latent_dim": (2, 1, 512),
    "clusters": (16, 2, 1000),
    "separation": (6, 0, 1000),
    "network.hidden": ([1000, 1000], 1, 8192),
    "network.channels": ([32, 64], 1, 1024),
    "network.discriminator": ([1000, 1000], 1, 8192),
    "network.noise_dim": (10, 1, 1024),
    "beta": (1, 0, 1000),
    "prior_weight": (1, 0, 1_000_000),
    "alpha": (0, -999, 1),
    "projections": (50, 1, 10_000),
    "optimiser.reconstruction_rate": (0.01, 0, 10),
    "optimiser.discrimination_rate": (0.1, 0, 10),
    "optimiser.generation_rate": (0.1, 0, 10),
    "optimiser.generation_weight": (None, 0.000001, 1_000_000),
    "optimiser.classification_rate": (0.1, 0, 10),
    "optimiser.momentum": (0.9, 0, 0.999),
    "optimiser.adversarial_momentum": (0.1, 0, 0.999),
    "optimiser.clip": (5, 0, 1_000_000),
    "labels": (None, 0, 100_000_000),
    "input_shift": (0, 0, 64),
    "input_affine": (0, 0, 0.5),
    "input_noise": (0, 0, 10),
    "input_dropout": (0, 0, 0.9),
    "network.dropout": (0, 0, 0.9),
    "clean_from": (None, 0, 100_000),
    "views": (1, 1, 2),
    "view_agreement": (0, 0, 1000),
    "even_until": (None, 0, 100_000),
    "content_smoothing": (0, 0, 0.9),
    "discriminator_noise": (0, 0, 10),
    "discriminator_penalty": (0, 0, 1000),
    "discriminator_steps": (1, 1, 100),
    "batch_size": (100, 2, 65_536),
    "epochs": (20, 1, 100_000),
    "steps": (None, 1, 1_000_000_000),
    "patience": (None, 1, 100_000),
    "minutes": (None, 0.01, 100_000),
    "target.value": (None, 0, 1_000_000),
    "seed": (0, 0, 2_147_483_647),
    "threads": (0, 0, 1024),
}
CHOSEN = {
    "variant": "aae",
    "data": "digits",
    "prior.name": "gaussian",
    "prior.painting": "ring",
    "posterior": "deterministic",
    "heads": "learned",
    "network.kind": "mlp",
    "network.weights": "he",
    "network.normalise": "none",
    "network.decoder_hidden": None,
    "network.activation": "relu",
    "cost": "squared-error",
    "augment": "off",
    "optimiser.kind": "sgd",
    "optimiser.schedule": [[50, 0.1], [1000, 0.01]],
    "content_decoded": "mixed",
    "discriminator_told": "nothing",
    "second_view": "altered",
    "target.measure": "none",
    "device": "auto",
    "passes": "strict",
    "precision": "auto",
    "capture": "on",
    "name": "",
}
REQUIRED_SETTINGS = {  # the settings without which a value would have no use
    "beta": {"variant": "vae"},
    "prior_weight": {"variant": "wae-mmd"},
    "alpha": {"variant": "info-vae", "prior_weight": 1000},
    "projections": {"variant": "sliced-wasserstein"},
    "labels": {"variant": "reduction"},
    "optimiser.generation_weight": {"passes": "shared"},
    "views": {"variant": "clustering", "input_shift": 1},
    "view_agreement": {"variant": "clustering", "input_shift": 1, "views": 2},
    "even_until": {"variant": "clustering", "input_shift": 1, "views": 2, "view_agreement": 1},
    "clean_from": {"input_shift": 1},
    "content_smoothing": {"variant": "clustering", "content_decoded": "each"},
    "target.value": {"target.measure": "mmd2"},
}


def test_what_a_file_does_not_say_has_its_default():
    defaults = {key: default for key, (default, _, _) in NUMBERS.items()} | CHOSEN
    assert to_flat_dict(from_dict({})) == defaults and set(setting_keys()) == set(defaults)


def test_what_changes_no_result_does_not_count():
    """A revision does not keep it where it has its default."""
    plain = configure(capture="off")
    assert plain == configure() and plain != configure(seed=1)
    assert [key for key in setting_keys() if not setting_field(key).compare] == ["capture"]
    assert "capture" not in to_stored_dict(configure()) and from_dict(to_stored_dict(plain)) == plain
    assert from_dict(to_stored_dict(plain)).capture == "off" and to_dict(configure())["capture"] == "on"


@pytest.mark.parametrize("key", NUMBERS)
def test_a_number_lies_in_its_range_limits_included(key):
    default, low, high = NUMBERS[key]
    required_settings, kind = REQUIRED_SETTINGS.get(key, {}), without_none_type(setting_type(key))
    entry = (lambda value: (5, value)) if isinstance(default, list) else (lambda value: value)
    below, above = (
        (math.nextafter(low, -math.inf), math.nextafter(high, math.inf)) if kind is float else (low - 1, high + 1)
    )
    for value in (low, high):
        assert to_flat_dict(configure(**required_settings, **{key: entry(value)}))[key] in (value, [5, value])
    for value in (below, above):
        with pytest.raises(ConfigError, match="from .* to"):
            configure(**required_settings, **{key: entry(value)})


def test_a_list_has_at_most_sixteen_entries():
    sixteen = configure(**{"network.hidden": (8,) * 16, "optimiser.schedule": tuple((k, 0.5) for k in range(16))})
    assert len(sixteen.network.hidden) == len(sixteen.optimiser.schedule) == 16
    for key, entry in (("network.hidden", 8), ("optimiser.schedule", (1, 0.5))):
        with pytest.raises(ConfigError, match="at most 16 entries"):
            configure(**{key: (entry,) * 17})


@pytest.mark.parametrize("key", ["steps", "minutes", "labels", "target.value", "network.hidden", "optimiser.schedule"])
def test_a_word_is_no_number_also_where_none_would_do(key):
    with pytest.raises(ConfigError, match="must (be a|hold pairs)"):
        with_settings(Config(), {key: "many"})


@pytest.mark.parametrize(
    ("key", "value", "text"),
    [
        ("labels", None, "all"),
        ("epochs", 20, "20"),
        ("prior.scale", 0.5, "0.5"),
        ("variant", "vae", "vae"),
        ("network.hidden", (10, 200), "10,200"),
        ("optimiser.schedule", ((50.0, 0.1), (1000.0, 0.01)), "50:0.1,1000:0.01"),
        ("optimiser.schedule", ((2.5, 1e-07),), "2.5:1e-07"),
    ],
)
def test_a_value_and_how_it_is_typed(key, value, text):
    assert format_setting(value) == text and parse_setting(key, text, setting_type(key)) == value
    if isinstance(value, tuple):  # as it stands in a file
        assert format_setting([list(item) if isinstance(item, tuple) else item for item in value]) == text


def test_what_may_be_left_open_has_the_type_of_what_it_is_else():
    assert [without_none_type(hint) for hint in (int | None, None | float, str)] == [int, float, str]


@pytest.mark.parametrize(
    ("former_settings", "lost_settings"),
    [
        ({}, []),
        ({"compile": "on"}, []),
        ({"content_noise": 0}, []),
        ({"compile": "auto", "content_noise": 0.0}, []),
        ({"content_noise": 0.3}, ["content_noise=0.3"]),
        ({"processes": 1}, []),
        ({"processes": 4}, ["processes=4"]),
        ({"compile": "often", "content_noise": 1}, ["compile=often", "content_noise=1"]),
    ],
)
def test_former_settings_are_reported_where_they_matter(former_settings, lost_settings):
    reason = lost_settings_reason(former_settings)
    assert bool(reason) == bool(lost_settings) and all(entry in reason for entry in lost_settings)


ADDED = {"input_affine": 0.1, "clean_from": 0.5, "view_agreement": 1.0, "second_view": "unaltered"}  # after version 1.0
ADDED |= {"even_until": 2.0}


def test_a_setting_that_was_added_later_is_written_only_where_it_is_used():
    """So that an earlier version of the same MAJOR, which refuses a key that it does not know, opens all other records."""
    assert not to_dict(configure(input_noise=0.1, views=1)).keys() & ADDED
    config_with_setting = configure(variant="clustering", views=2, input_noise=0.1, **ADDED)
    assert {key: value for key, value in to_dict(config_with_setting).items() if key in ADDED} == ADDED
    assert from_dict(to_dict(config_with_setting)) == config_with_setting


def test_a_group_of_settings_is_no_single_value():
    with pytest.raises(ConfigError, match="prior must be a group of settings, not 5"):
        Config(prior=5)


def test_a_name_has_at_most_two_hundred_characters():
    assert configure(name="n" * 200).name == "n" * 200
    with pytest.raises(ConfigError, match="name must be a text of at most 200 printable characters"):
        configure(name="n" * 201)
