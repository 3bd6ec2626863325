"""What is advised by what the data are."""

import pytest

from aae_core.config.advice import recommend, recommend_table_settings
from aae_core.config.configuration import configure, to_flat_dict
from aae_core.config.presets import PRESETS


@pytest.mark.parametrize(
    ("shape", "count", "preset", "latent_dim", "steps", "reason"),
    [
        ((1, 28, 28), 60_000, "default", None, 250, "Small grey images"),
        ((1, 32, 32), 100, "default", None, 250, "Small grey images"),
        ((1, 33, 20), 5000, "images", None, 1000, "Large images"),
        ((3, 8, 8), 5000, "images", None, 1000, "Colour images"),
        ((2, 8, 8), 5000, "images", None, 1000, "Colour images"),
        ((3, 64, 64), 1000, "images", None, 1000, "Colour images"),
        ((3, 64, 64), 999, "images", 8, 1000, "Colour images, fewer than 1,000"),
        ((1, 1, 30), 456, "default", None, 600, "Rows of a table"),
    ],
)
def test_colour_and_large_images_get_their_preset(shape, count, preset, latent_dim, steps, reason):
    advice = recommend(shape, count)
    assert (advice.preset, advice.latent_dim) == (preset, latent_dim)
    assert advice.sentence.startswith(f"{reason}: ") and PRESETS[preset].title in advice.sentence
    assert f"{latent_dim or configure(preset).latent_dim} latent dimensions" in advice.sentence
    assert advice.steps == steps and f", {steps:,} steps or more." in advice.sentence


@pytest.mark.parametrize(("shape", "count"), [((1, 28, 28), 100), ((3, 64, 64), 1700), ((1, 1, 13), 30)])
@pytest.mark.parametrize("batch_size", [7, 100])
def test_the_epochs_come_to_the_steps_and_one_fewer_would_not(shape, count, batch_size):
    advice = recommend(shape, count)
    an_epoch = max(1, count // batch_size)
    epochs = advice.epochs(count, batch_size)
    assert (epochs - 1) * an_epoch < advice.steps <= epochs * an_epoch


REAL_COLUMNS, MIXED_COLUMNS = ("real",) * 4, ("real", "count", "category", "category")
LONG = {
    "epochs": 150,
    "optimiser.schedule": ((112, 0.1),),
}  # 450 rows: 4 steps an epoch, so that 150 epochs are 600 steps
NOISE = {"input_noise": 0.3}


@pytest.mark.parametrize(
    ("settings", "kinds", "row_count", "expected"),
    [
        ({}, REAL_COLUMNS, 450, LONG | NOISE),
        ({}, MIXED_COLUMNS, 450, {"cost": "by-type"} | LONG | NOISE),
        ({"cost": "squared-error"}, MIXED_COLUMNS, 450, LONG | NOISE),
        ({"epochs": 3}, MIXED_COLUMNS, 450, {"cost": "by-type"} | NOISE),
        ({"steps": 7, "input_noise": 0.0}, REAL_COLUMNS, 450, {}),
        ({"optimiser.schedule": ()}, REAL_COLUMNS, 450, {"epochs": 150} | NOISE),
        ({"batch_size": 50}, REAL_COLUMNS, 450, {"epochs": 67, "optimiser.schedule": ((50, 0.1),)} | NOISE),
        ({}, REAL_COLUMNS, 1000, {"epochs": 60, "optimiser.schedule": ((45, 0.1),)}),
        ({}, REAL_COLUMNS, 60_000, {}),  # 20 epochs are 12,000 steps
        ({"variant": "vae"}, REAL_COLUMNS, 60_000, {"cost": "by-type"}),  # whose own cost is for values from 0 to 1
    ],
)
def test_a_table_gets_a_length_noise_and_a_cost_that_suit_it(settings, kinds, row_count, expected):
    config = to_flat_dict(configure(**settings))
    assert recommend_table_settings(config, settings, row_count, kinds) == expected
