"""What is recommended for a data set reaches configurations from Python and of sweeps."""

import numpy as np
import pytest

import aae_core as aae
from aae_core.config.configuration import Config
from aae_core.data.recommended_settings import recommend_settings
from aae_core.sweeps import plan

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


@pytest.mark.parametrize("name", ["no-such-table", "no-such-held-out"])
def test_data_that_are_not_there_are_left_to_the_training(name):
    assert recommend_settings("default", {"data": name}) == {}


def test_a_sweep_takes_what_is_recommended_beside_what_it_varies():
    sweep = plan.plan_sweep({"latent_dim": [2, 3]}, {"data": "wine"})
    config = plan.run_configuration(sweep, {"latent_dim": 3}, 0)
    assert (config.epochs, config.optimiser.schedule, config.input_noise) == (600, ((450, 0.1),), 0.3)
    varied = plan.plan_sweep({"epochs": [2, 3]}, {"data": "wine"})
    assert plan.run_configuration(varied, {"epochs": 3}, 0).epochs == 3
    both = plan.plan_sweep({"data": ["wine", "digits"]}, {})
    assert plan.run_configuration(both, {"data": "wine"}, 0).epochs == Config().epochs
