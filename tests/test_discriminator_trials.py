"""The trials of D's training: each idea is a step that runs, and the log's lines are the table's rows."""

import copy

import pytest
import torch
from helpers.toy_models import toy_config, toy_data_set

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


def test_the_section_has_a_row_for_each_line_and_leaves_the_others(tmp_path, monkeypatch):
    page = tmp_path / "trials.md"
    heading = discriminator_trials.HEADING
    page.write_text(f"# The trials\n\n## Before\n\nkept\n\n{heading}\n\nold\n\n## After\n\nkept too\n")
    monkeypatch.setattr(discriminator_trials, "PAGE", page)
    log = Log(tmp_path / "discriminator.jsonl")
    for weight, error in ((4.0, 15.9), (16.0, 16.96)):
        settings = discriminator_trials.run_settings("one-cost", "mnist", 2, weight)
        figures = {"reconstruction": error, "mmd2": 0.0006}
        log.add(
            {"kind": "trial", "model": "one-cost", "settings": settings, "seed": 100}
            | {"minutes": 0.5, "figures": figures}
        )
    discriminator_trials.write_section(log)
    text = page.read_text()
    assert "| `mnist-held-out` | 2 | one cost | 16 | 16.96 | 0.0006 | 0.50 |" in text and "old" not in text
    assert "## Before\n\nkept\n\n" in text and text.endswith("\n## After\n\nkept too\n")
    discriminator_trials.write_section(log)
    assert page.read_text() == text
