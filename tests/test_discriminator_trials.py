"""The trials of D's training: each idea is a step that runs, and the log's lines are the table's rows."""

import copy

import pytest
import torch
from helpers.toy_models import toy_config, toy_data_set

from aae_core.config.configuration import configure
from aae_core.training import phases
from aae_core.training.training import Training
from benchmarks.quality import discriminator_trials
from benchmarks.quality.run_log import Log

ADAM = {"optimiser.kind": "adam", "optimiser.reconstruction_rate": 1e-3, "optimiser.discrimination_rate": 5e-4}
ADAM |= {"optimiser.adversarial_momentum": 0.5, "optimiser.clip": 0.0, "network.discriminator": (256, 256)}


def training_of(**settings):
    training = Training(toy_config(latent_dim=3, steps=20, **ADAM, **settings), toy_data_set(), "cpu")
    training.set_learning_rates()
    return training


@pytest.mark.parametrize("name", discriminator_trials.IDEAS)
def test_every_idea_moves_d_and_both_networks(name):
    training = training_of()
    discriminator = discriminator_trials.TrialDiscriminator(training, discriminator_trials.IDEAS[name])
    networks = (discriminator.net, training.model.encoder, training.model.decoder)
    old_states = [copy.deepcopy(net.state_dict()) for net in networks]
    losses = discriminator_trials.trial_step(training, training.current_batch(), 4.0, discriminator)
    assert all(loss.isfinite() for loss in losses.values())
    for old_state, net in zip(old_states, networks, strict=True):
        assert any(not torch.equal(old_state[key], value) for key, value in net.state_dict().items())


@pytest.mark.parametrize(
    ("name", "penalty", "steps"), [("one-cost", 0.0, 1), ("penalties", 0.1, 1), ("d-steps", 0.0, 3)]
)
def test_what_stays_is_the_step_of_the_settings(name, penalty, steps):
    """From the same weights and samples, one step of the trial is one of the model with the settings."""
    settings = {"passes": "shared", "optimiser.generation_weight": 4.0, "discriminator_penalty": penalty}
    settings |= {"discriminator_steps": steps}
    training, trial_training = training_of(**settings), training_of(**settings)
    discriminator = discriminator_trials.TrialDiscriminator(trial_training, discriminator_trials.IDEAS[name])
    discriminator.net.load_state_dict(training.model.discriminator.state_dict())
    discriminator.training.model.prior = copy.deepcopy(training.model.prior)
    batch = training.current_batch()
    draws = copy.deepcopy(training)
    samples = iter([draws.sample_prior(len(batch.x)) for _ in range(steps)])
    discriminator.training.model.prior.sample = lambda n, generator: next(samples)
    discriminator_trials.trial_step(trial_training, batch, 4.0, discriminator)
    phases.training_step(training, batch)
    for part, trial_part in (
        (training.model.encoder, trial_training.model.encoder),
        (training.model.decoder, trial_training.model.decoder),
        (training.model.discriminator, discriminator.net),
    ):
        for value, trial_value in zip(part.parameters(), trial_part.parameters(), strict=True):
            torch.testing.assert_close(value, trial_value, rtol=1e-4, atol=1e-6)


@pytest.mark.parametrize("name", discriminator_trials.SETTINGS_IDEAS)
def test_ideas_of_the_settings_are_trained_by_them(name):
    idea = discriminator_trials.SETTINGS_IDEAS[name]
    settings = discriminator_trials.package_settings(name, "digits-held-out", 2, 8.0)
    config = configure(**settings)
    assert (config.discriminator_steps, config.discriminator_penalty) == (idea.d_steps, idea.penalty)
    assert config.network.discriminator == idea.hidden and config.optimiser.generation_weight == 8.0
    assert (config.passes, config.optimiser.kind, config.latent_dim) == ("shared", "adam", 2)


def test_d_learns_from_further_images_and_sees_sorted_coordinates():
    training = training_of()
    discriminator = discriminator_trials.TrialDiscriminator(training, discriminator_trials.IDEAS["more-codes"])
    assert discriminator.codes_of_more_images().shape == (400, 3)
    sorting = discriminator_trials.TrialDiscriminator(training, discriminator_trials.IDEAS["sorted"])
    seen = sorting.logits(lambda inputs: inputs[:, 3:4], torch.tensor([[3.0, -1.0, 2.0]]))
    assert seen.tolist() == [-1.0]


def test_the_weight_that_follows_confidence_is_0_where_d_knows_nothing():
    training = training_of()
    discriminator = discriminator_trials.TrialDiscriminator(training, discriminator_trials.IDEAS["confidence"])
    codes = training.model.prior.sample(50) + 100
    assert 0 <= discriminator.confidence(torch.full((50,), 50.0)) < 1e-6
    assert discriminator.encoder_cost(codes).isfinite()
    torch.nn.init.zeros_(discriminator.net[-1].weight)
    torch.nn.init.zeros_(discriminator.net[-1].bias)
    assert discriminator.encoder_cost(codes) == 0


def test_every_line_of_the_log_has_an_idea_whose_command_makes_it():
    log = Log(discriminator_trials.LOG)
    for line in log.lines:
        data, settings = line["settings"]["data"].removesuffix("-held-out"), line["settings"]
        name = discriminator_trials.idea_name(line)
        run = discriminator_trials.trial_record(name, data, settings["latent_dim"], settings["weight"])
        assert log.find(run) is line


def test_the_table_has_a_row_for_each_line_and_the_text_around_it_stays(tmp_path, monkeypatch):
    page = tmp_path / "trials.md"
    heading = discriminator_trials.HEADING
    page.write_text(
        f"# The trials\n\n## Before\n\nkept\n\n{heading}\n\nby hand\n\n| judged on | old |\n\n## After\n\nkept too\n"
    )
    monkeypatch.setattr(discriminator_trials, "PAGE", page)
    log = Log(tmp_path / "discriminator.jsonl")
    for name, weight, error in (("one-cost", 16.0, 16.96), ("3-steps-128-0.01", 8.0, 15.62)):
        figures = {"reconstruction": error, "mmd2": 0.0006}
        run = discriminator_trials.trial_record(name, "mnist", 2, weight)
        log.add(run | {"minutes": 0.5, "figures": figures})
    discriminator_trials.write_table(log)
    text = page.read_text()
    assert "| `mnist-held-out` | 2 | one-cost | one cost | 16 | 16.96 | 0.0006 | 0.50 |" in text and "old" not in text
    title = "one cost, three steps of a D of 128 and 128 units, R1 and R2 with γ = 0.01"
    assert f"| `mnist-held-out` | 2 | 3-steps-128-0.01 | {title} | 8 | 15.62 | 0.0006 | 0.50 |" in text
    assert "## Before\n\nkept\n\n" in text and text.endswith("\n\n## After\n\nkept too\n")
    assert f"{heading}\n\nby hand\n\n| judged on |" in text
    discriminator_trials.write_table(log)
    assert page.read_text() == text
