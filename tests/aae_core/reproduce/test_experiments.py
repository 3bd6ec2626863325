"""The experiments as data: every recipe can be meant, and the strict ones are the paper's."""

import dataclasses
import json

import pytest

from aae_core.config.configuration import Config, setting_field, with_settings
from aae_core.config.derived import trained_phases
from aae_core.config.schema import format_setting
from aae_core.errors import ConfigError
from aae_core.evaluation.metrics import METRICS
from aae_core.reproduce import experiments
from aae_core.reproduce.experiments import BUDGETS, EXPERIMENTS, Figure

EVERY = [(row, budget) for row in EXPERIMENTS.values() for budget in row.recipes]


def drop_name_and_seed(config):
    return dataclasses.replace(config, name="", seed=0)


@pytest.mark.parametrize("row, budget", EVERY, ids=lambda part: getattr(part, "array_name", part))
def test_a_recipe_is_valid_and_says_where_it_departs_from_the_paper(row, budget):
    config = experiments.run_config(row, budget, 3)
    assert config.seed == 3 and all(word in config.name for word in (row.name, budget, "seed 3"))
    recipe_settings = experiments.changed_recipe_settings(row, budget)
    assert json.loads(json.dumps(recipe_settings)) == recipe_settings
    as_typed = {key: format_setting(value) for key, value in recipe_settings.items()}
    assert with_settings(Config(), as_typed) == drop_name_and_seed(config)
    changes = experiments.recipe_departures(row, budget)
    if changes is not None:
        for key, (ours, theirs) in changes.items():
            assert ours != theirs and setting_field(key)
        paper = experiments.run_config(row, "paper", 0)
        changed = with_settings(paper, {key: format_setting(ours) for key, (ours, _) in changes.items()})
        assert drop_name_and_seed(changed) == drop_name_and_seed(config)


def test_budgets_are_known_and_names_are_their_keys():
    for name, row in EXPERIMENTS.items():
        assert row.name == name and set(row.recipes) <= set(BUDGETS) and row.seeds >= 1


def test_protocols_and_measures_are_those_of_the_evaluation():
    from aae_core.evaluation import protocols

    for row in EXPERIMENTS.values():
        assert {row.figure.protocol, *row.extra_protocols} <= protocols.PROTOCOL_ROWS.keys()
        for budget in row.recipes:  # a phase that a protocol needs is trained
            trained = trained_phases(experiments.run_config(row, budget, 0))
            assert all(set(protocols.PROTOCOL_ROWS[name].required_phases) <= {*trained} for name in row.extra_protocols)
        key = {"agreement": "swap_agreement"}.get(row.figure.key, row.figure.key)
        measure = METRICS[key]
        assert (measure.range == (0.0, 1.0)) == (row.figure.unit == "%")


@pytest.mark.parametrize("name, labels", [("100", 100), ("1000", 1000), ("all", None)])
def test_the_strict_recipe_is_the_papers_for_semi_supervised(name, labels):
    config = experiments.run_config(EXPERIMENTS[f"semi-supervised-{name}"], "paper", 0)
    o, net = config.optimiser, config.network
    assert (config.variant, config.data, config.labels, config.latent_dim) == ("semi-supervised", "mnist", labels, 10)
    assert (net.hidden, net.discriminator, net.weights) == ((1000, 1000), (1000, 1000), "paper")
    assert (o.reconstruction_rate, o.discrimination_rate, o.generation_rate, o.classification_rate) == (
        0.01,
        0.1,
        0.1,
        0.1,
    )
    assert (o.kind, o.momentum, o.adversarial_momentum, o.clip) == ("sgd", 0.9, 0.1, 0)
    assert (config.epochs, o.schedule) == (5000, ((50, 0.1), (1000, 0.01)))
    assert (config.batch_size, config.input_noise, config.cost) == (100, 0.3, "squared-error")
    assert (config.posterior, config.passes, config.precision) == ("deterministic", "strict", "fp32")


@pytest.mark.parametrize("clusters", [16, 30])
def test_the_strict_recipe_is_the_papers_for_clustering(clusters):
    config = experiments.run_config(EXPERIMENTS[f"clustering-{clusters}"], "paper", 0)
    assert (config.variant, config.clusters, config.latent_dim, config.epochs) == ("clustering", clusters, 5, 1500)
    assert (config.network.hidden, config.network.normalise) == ((3000, 3000), "batch")
    assert (config.input_dropout, config.optimiser.schedule) == (0.2, ((50, 0.1),))


def test_the_strict_recipe_is_the_papers_for_likelihood():
    config = experiments.run_config(EXPERIMENTS["likelihood"], "paper", 0)
    assert (config.variant, config.latent_dim, config.prior.name, config.prior.scale) == ("aae", 8, "gaussian", 5.0)
    assert (config.input_noise, config.input_dropout, config.network.normalise) == (0, 0, "none")


def test_a_plain_classifier_is_the_same_nets_taught_by_labels_alone():
    for name in ("100", "1000", "all"):
        plain_config = experiments.run_config(EXPERIMENTS[f"plain-{name}"], "cpu", 0)
        semi_supervised_config = experiments.run_config(EXPERIMENTS[f"semi-supervised-{name}"], "cpu", 0)
        assert trained_phases(plain_config) == ("classification",)
        for key in ("network", "labels", "data", "input_shift", "input_affine", "input_noise", "input_dropout"):
            assert getattr(plain_config, key) == getattr(semi_supervised_config, key), key


def test_a_figure_is_told_in_its_unit():
    low = Figure("error", "classification", "error", "%")
    high = Figure("nats", "likelihood", "log_likelihood", "nats")
    assert (low.format_value(2.414, 0.1), low.format_value(2.414), high.format_value(331.26, 1.44)) == (
        "2.41 ± 0.10",
        "2.41",
        "331.3 ± 1.4",
    )
    assert (low.scale, high.scale) == (100, 1)


def test_a_trial_is_a_configuration_of_its_own_on_held_out_images():
    row = EXPERIMENTS["likelihood"]
    recipe, plain, changed = (
        experiments.run_config(row, "cpu", 2, *trial) for trial in ((), (True,), (True, {"epochs": "40"}))
    )
    assert (plain.data, plain.epochs) == ("mnist-held-out", recipe.epochs) and "held out" in plain.name
    assert dataclasses.replace(plain, data="mnist", name=recipe.name) == recipe
    assert dataclasses.replace(changed, epochs=recipe.epochs) == plain != changed


def test_experiments_are_chosen_once_and_in_their_order():
    names = [row.name for row in experiments.select_experiments(["swap", "clustering-16", "swap"], "cpu")]
    assert names == ["clustering-16", "swap"]
    assert experiments.select_experiments([], "cpu") == []
    everything = {row.name for row in experiments.select_experiments(["all"], "paper")}
    assert everything == {name for name, row in EXPERIMENTS.items() if "paper" in row.recipes} != set(EXPERIMENTS)


@pytest.mark.parametrize(
    "names, budget, expected_text",
    [(["semi"], "cpu", "'semi' is not known; choose one of semi-supervised-100"), (["svhn-1000"], "cpu", "choose gpu")],
)
def test_an_experiment_that_cannot_be_run_is_told_in_a_sentence(names, budget, expected_text):
    with pytest.raises(ConfigError, match=expected_text):
        experiments.select_experiments(names, budget)


def test_the_command_says_no_more_than_it_must():
    row = EXPERIMENTS["semi-supervised-100"]
    assert experiments.reproduce_command(row, "cpu") == "python -m aae_core reproduce semi-supervised-100"
    assert experiments.reproduce_command(row, "cpu", range(row.seeds)) == experiments.reproduce_command(row, "cpu")
    assert experiments.reproduce_command(row, "paper", [0]).endswith("semi-supervised-100 --budget paper --seeds 1")
    assert experiments.reproduce_command(row, "cpu", range(100, 110)).endswith("semi-supervised-100 --seed 100-109")


@pytest.mark.parametrize(
    "text, seeds",
    [("7", [7]), ("100-104", [100, 101, 102, 103, 104]), ("0,2,100", [0, 2, 100]), ("4,5", [4, 5]), ("3-3", [3])],
)
def test_seeds_are_read_as_they_are_written(text, seeds):
    assert experiments.parse_seeds(text) == seeds
    assert experiments.parse_seeds(experiments.format_seeds(seeds)) == seeds


@pytest.mark.parametrize("text", ["", "-1", "1-", "4-3", "1,", "a", "0-100", "0-999999999", "1.5", "1, 2"])
def test_what_are_no_seeds_is_refused(text):
    with pytest.raises(ConfigError, match="--seed takes a whole number"):
        experiments.parse_seeds(text)


def test_beside_each_recipe_with_moved_images_is_the_same_without():
    unmoved_experiments = {row.augmented_experiment: row for row in EXPERIMENTS.values() if row.augmented_experiment}
    cpu_experiments = {
        n: row for n, row in EXPERIMENTS.items() if "cpu" in row.recipes and not row.augmented_experiment
    }
    recipes = {n: experiments.run_config(row, "cpu", 0) for n, row in cpu_experiments.items()}
    moved_names = [n for n, recipe in recipes.items() if recipe.input_shift or recipe.input_affine]
    assert [*unmoved_experiments] == moved_names and len(moved_names) > 5
    for name, row in unmoved_experiments.items():
        unmoved_config, moved_config = (
            experiments.run_config(experiment, "cpu", 0) for experiment in (row, EXPERIMENTS[name])
        )
        # without moves, noise and dropped pixels two views would be identical, so there is one
        view_settings = {"views": 1, "view_agreement": 0.0} if name == "label-informed" else {}
        assert (
            dataclasses.replace(
                moved_config, input_shift=0, input_affine=0.0, name=unmoved_config.name, **view_settings
            )
            == unmoved_config
        )
        assert (row.paper, row.figure) == (EXPERIMENTS[name].paper, EXPERIMENTS[name].figure)
