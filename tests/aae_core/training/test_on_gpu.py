"""What only a CUDA GPU can show; without one these tests are skipped."""

import pytest
import torch
from helpers.toy_models import toy_config, toy_data_set

from aae_core.config.variants import VARIANTS
from aae_core.runs import queue, worker
from aae_core.store.revisions import Store
from aae_core.training import phases
from aae_core.training.loop import fit
from aae_core.training.phases import training_step
from aae_core.training.training import Training

pytestmark = pytest.mark.skipif(not torch.cuda.is_available(), reason="needs a CUDA GPU")

STEPS = 30
EXTRA_CASES = [
    ("aae", {"prior.name": "swiss-roll", "posterior": "gaussian", "optimiser.kind": "adam", "passes": "shared"}),
    ("aae", {"prior.name": "gamma", "posterior": "universal", "optimiser.clip": 1.0, "discriminator_noise": 0.1}),
    ("vae", {"prior.name": "mixture", "cost": "learned-variance"}),
    ("reduction", {"labels": 0, "content_decoded": "each", "content_smoothing": 0.2, "network.normalise": "level"}),
    ("clustering", {"discriminator_told": "content", "views": 2, "input_shift": 1, "input_dropout": 0.2}),
    ("label-informed", {"labels": 6, "views": 2, "input_affine": 0.1, "view_agreement": 1.0}),
    ("aae", {"optimiser.schedule": ((2.0, 0.1), (4.0, 0.01)), "input_noise": 0.3, "clean_from": 3.0, "augment": "on"}),
]


def on_gpu(**settings):
    return Training(toy_config(**{"device": "cuda", "steps": STEPS, **settings}), toy_data_set())


def all_parameters(t):
    return torch.nn.utils.parameters_to_vector(t.model.parameters()).detach().cpu()


@pytest.mark.parametrize("precision", ["fp32", "bf16"])
@pytest.mark.parametrize(("variant", "settings"), [*((name, {}) for name in VARIANTS), *EXTRA_CASES])
def test_captured_steps_go_where_plain_ones_go(variant, settings, precision):
    plain_training, t = (
        on_gpu(variant=variant, precision=precision, capture=capture, **settings) for capture in ("off", "on")
    )
    start = all_parameters(plain_training)
    for training in (plain_training, t):
        list(fit(training))
    assert t.captures and not plain_training.captures, t.choice.why
    movement = all_parameters(plain_training) - start
    assert (all_parameters(t) - all_parameters(plain_training)).norm() <= 0.01 * movement.norm()
    assert torch.equal(t.rng.get_state(), plain_training.rng.get_state())


@pytest.mark.parametrize("capture", ["off", "on"])
def test_a_training_that_is_resumed_goes_on_bit_for_bit(capture):
    whole, first, second = (on_gpu(variant="semi-supervised", capture=capture) for _ in range(3))
    list(fit(whole))
    reports = fit(first)
    while first.step < STEPS // 2:
        next(reports)
    second.load_state(first.state_tensors())
    list(fit(second))
    assert torch.equal(all_parameters(second), all_parameters(whole))


def test_a_step_that_cannot_be_captured_stays_plain(monkeypatch):
    whole, t = (on_gpu(variant="semi-supervised", capture=capture) for capture in ("off", "on"))
    list(fit(whole))

    def reads(t, batch):
        losses = training_step(t, batch)
        assert losses["reconstruction"].item() > 0
        return losses

    monkeypatch.setattr(phases, "training_step", reads)
    list(fit(t))
    assert not t.captures and "could not be captured" in t.choice.why
    assert torch.equal(all_parameters(t), all_parameters(whole))


def test_a_gpu_computes_what_a_processor_computes():
    """Of all images at once, whose order does not matter, an autoencoder's steps draw nothing at random."""
    settings = {"variant": "ae", "batch_size": 40, "steps": STEPS, "precision": "fp32"}
    cpu_training, gpu_training = (
        Training(toy_config(device=device, **settings), toy_data_set()) for device in ("cpu", "cuda")
    )
    start = all_parameters(cpu_training)
    for t in (cpu_training, gpu_training):
        list(fit(t))
    assert (all_parameters(gpu_training) - all_parameters(cpu_training)).norm() <= 1e-3 * (
        all_parameters(cpu_training) - start
    ).norm()


def test_a_revision_names_the_gpu_and_opens_on_a_processor():
    config = toy_config(variant="semi-supervised", data="digits", device="cuda", capture="on", steps=STEPS)
    revision = Store().create(config, queue.check_startable(config))
    status = worker.run_training(revision)
    assert status.state == "done" and status.machine["gpu"] == torch.cuda.get_device_name()
    assert "could not" not in status.machine["why"]
    assert revision.model().device.type == "cpu"
