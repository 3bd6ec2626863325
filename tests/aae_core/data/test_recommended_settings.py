"""What is recommended for a data set reaches configurations from Python and of sweeps."""

import numpy as np
import pytest

import aae_core as aae
from aae_core.config.configuration import Config, configure
from aae_core.data.recommended_settings import recommend_settings
from aae_core.runs import sweep_plans

RNG = np.random.default_rng(0)
ROWS = aae.arrays({"size": RNG.normal(size=200), "rooms": RNG.poisson(3, 200)}, types={"rooms": "count"})


def test_a_table_in_memory_is_configured_by_its_rows_and_columns():
    config = aae.configure(data=ROWS, latent_dim=3)
    assert (config.data, config.cost, config.latent_dim) == (ROWS.name, "by-type", 3)
    assert config.epochs == 600  # 170 training rows: one step an epoch
    assert aae.configure(data=ROWS, epochs=5, cost="squared-error", input_noise=0.0) == Config(
        data=ROWS.name, epochs=5, cost="squared-error"
    )


def test_a_bundled_table_gets_enough_epochs_and_images_stay_as_they_were():
    assert aae.configure(data="wine").epochs == 600  # 142 training rows
    assert aae.configure(data="wine", optimiser={"kind": "sgd"}, batch_size=50).epochs == 300
    assert aae.configure() == aae.configure(data="digits") == Config()
    assert aae.configure(data="mnist") == Config(data="mnist")


@pytest.mark.parametrize(
    "settings", [{"optimiser.kind": "adam"}, {"optimiser": "adam"}, {"optimiser": {"kind": "adam"}}]
)
def test_adam_brings_its_rates_where_none_is_given(settings):
    optimiser = aae.configure(**settings).optimiser
    rates = [getattr(optimiser, f"{phase}_rate") for phase in ("reconstruction", "discrimination", "generation")]
    images_optimiser = aae.configure("images").optimiser
    assert rates == [1e-3, 2e-4, 2e-4] and optimiser.classification_rate == 1e-3
    assert optimiser.adversarial_momentum == images_optimiser.adversarial_momentum == 0.5
    optimiser_with_rate = aae.configure(**settings, **{"optimiser.discrimination_rate": 0.05}).optimiser
    assert (optimiser_with_rate.discrimination_rate, optimiser_with_rate.generation_rate) == (0.05, 2e-4)


def test_adam_leaves_the_rates_of_a_preset_and_of_a_recipe():
    adam = {"optimiser.kind": "adam"}
    plain = aae.configure("plain-classifier", **adam).optimiser
    assert (plain.reconstruction_rate, plain.generation_rate, plain.classification_rate) == (0.0, 0.0, 1e-3)
    for preset in ("painted", "images", "vae"):
        assert aae.configure(preset, **adam) == aae.configure(preset)
    assert aae.configure(**{"optimiser.kind": "sgd"}) == Config()


def test_what_is_stored_or_linked_brings_no_rates():
    """A sweep that was begun by an earlier version, or a link, means what it says."""
    assert configure(**{"optimiser.kind": "adam"}).optimiser.generation_rate == Config().optimiser.generation_rate


def test_a_sweep_over_optimisers_gets_the_rates_of_none():
    swept = sweep_plans.plan_sweep({"optimiser.kind": ["adam", "sgd"]}, {"data": "digits"})
    assert not any(key.startswith("optimiser.") for key in swept.settings)
    assert (
        sweep_plans.plan_sweep({"latent_dim": [2, 3]}, {"optimiser.kind": "adam"}).settings["optimiser.generation_rate"]
        == 2e-4
    )


@pytest.mark.parametrize("name", ["no-such-table", "no-such-held-out"])
def test_data_that_are_not_there_are_left_to_the_training(name):
    assert recommend_settings("default", {"data": name}) == {}


def test_a_sweep_takes_what_is_recommended_beside_what_it_varies():
    sweep = sweep_plans.plan_sweep({"latent_dim": [2, 3]}, {"data": "wine"})
    config = sweep_plans.run_configuration(sweep, {"latent_dim": 3}, 0)
    assert (config.epochs, config.optimiser.schedule, config.input_noise) == (600, ((450, 0.1),), 0.3)
    epochs_sweep = sweep_plans.plan_sweep({"epochs": [2, 3]}, {"data": "wine"})
    assert sweep_plans.run_configuration(epochs_sweep, {"epochs": 3}, 0).epochs == 3
    data_sweep = sweep_plans.plan_sweep({"data": ["wine", "digits"]}, {})
    assert sweep_plans.run_configuration(data_sweep, {"data": "wine"}, 0).epochs == Config().epochs
