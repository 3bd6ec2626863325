"""What stands between a step and its capture, with a recorder that needs no GPU: it replays by doing the work once more."""

import pytest
import torch
from helpers.toy_models import toy_config, toy_data_set

from aae_core.config.configuration import configure
from aae_core.config.variants import VARIANTS
from aae_core.runs import queue, worker
from aae_core.store.revisions import Store
from aae_core.training import captured_step, machine
from aae_core.training.loop import fit
from aae_core.training.phases import training_step
from aae_core.training.training import Training

SMALL_SETTINGS = {"network.hidden": (12,), "network.discriminator": (8,), "batch_size": 16, "steps": 25}


class ReplayCapture:
    """Captures by remembering the work, as CUDA does not do it while it captures, and leaves its result where it was."""

    instance_count = 0

    def __init__(self, work, generator):
        type(self).instance_count += 1
        self._work, self.result = work, None

    def replay(self):
        phases, losses = self._work()
        self.result = self.result or (phases, torch.zeros(len(phases)))
        self.result[1].copy_(losses)  # where they were, as a GPU does

    @staticmethod
    def current_stream():
        return "the first"

    @classmethod
    def set_stream(cls, stream):
        cls.current = stream

    @staticmethod
    def run_on_side_stream(work):
        work()


@pytest.fixture(autouse=True)
def count_from_nothing():
    ReplayCapture.instance_count = 0


def train_plain(config):
    """A training by plain steps that draws from the prior as a captured one does: for each step by itself."""
    t = Training(config, toy_data_set())
    t.captures = True
    for _ in range(config.steps):
        t.set_learning_rates()
        training_step(t, t.current_batch())
        t.step += 1
    return t


def train_captured(config, monkeypatch, graph=ReplayCapture):
    monkeypatch.setattr(captured_step, "CudaGraph", graph)
    t = Training(config, toy_data_set())
    t.captures = True
    return t, list(fit(t))


@pytest.mark.parametrize(
    ("variant", "settings"),
    [
        *((variant, {}) for variant in VARIANTS),
        ("reduction", {"labels": 0, "content_decoded": "each", "content_smoothing": 0.2, "network.normalise": "level"}),
        ("clustering", {"discriminator_told": "content", "views": 2, "input_shift": 1, "input_dropout": 0.2}),
        ("label-informed", {"labels": 6, "views": 2, "input_shift": 1, "view_agreement": 1.0}),
    ],
)
def test_a_captured_training_ends_where_plain_steps_end(variant, settings, monkeypatch):
    config = toy_config(variant=variant, steps=25, **settings)
    t, _ = train_captured(config, monkeypatch)
    plain_training = train_plain(config)
    assert t.captures and ReplayCapture.instance_count == 1
    for parameter, expected_parameter in zip(t.model.parameters(), plain_training.model.parameters(), strict=True):
        torch.testing.assert_close(parameter, expected_parameter, rtol=0, atol=0)
    assert torch.equal(t.rng.get_state(), plain_training.rng.get_state()), "making the capture left no trace"


def test_a_new_rate_is_a_new_capture(monkeypatch):
    per_epoch = len(toy_data_set().train.images) // SMALL_SETTINGS["batch_size"]
    config = configure(**SMALL_SETTINGS | {"steps": 3 * per_epoch}, **{"optimiser.schedule": ((1.0, 0.1), (2.0, 0.01))})
    t, _ = train_captured(config, monkeypatch)
    assert ReplayCapture.instance_count == 3
    for parameter, expected_parameter in zip(t.model.parameters(), train_plain(config).model.parameters(), strict=True):
        torch.testing.assert_close(parameter, expected_parameter, rtol=0, atol=0)


@pytest.mark.parametrize("extra_settings", [{"clean_from": 1.0}, {"view_agreement": 1.0, "even_until": 1.0}])
def test_what_an_epoch_changes_is_a_new_capture(extra_settings, monkeypatch):
    settings = {"input_shift": 1, "views": 2, "variant": "clustering", **extra_settings}
    per_epoch = len(toy_data_set().train.images) // SMALL_SETTINGS["batch_size"]
    config = configure(**SMALL_SETTINGS | {"steps": 2 * per_epoch} | settings)
    t, _ = train_captured(config, monkeypatch)
    assert ReplayCapture.instance_count == 2
    for parameter, expected_parameter in zip(t.model.parameters(), train_plain(config).model.parameters(), strict=True):
        torch.testing.assert_close(parameter, expected_parameter, rtol=0, atol=0)


def test_losses_are_those_of_their_own_step(monkeypatch):
    config = configure(**SMALL_SETTINGS | {"steps": 10})
    _, reports = train_captured(config, monkeypatch)
    t, rows = Training(config, toy_data_set()), []
    t.captures = True
    while t.step < 10:
        t.set_learning_rates()
        rows.append(training_step(t, t.current_batch()))
        t.step += 1
    for phase, mean in reports[0].losses.items():
        assert mean == pytest.approx(sum(float(row[phase]) for row in rows) / 10, rel=1e-6)


class IdleGraph(ReplayCapture):
    """Leaves out the noise of the work: it does nothing at all when it is replayed."""

    def replay(self):
        self.result = ["reconstruction", "discrimination", "generation"], torch.zeros(3)


class UnmovedReplay(ReplayCapture):
    """Takes every gradient and keeps every momentum, and moves no parameter: as with a rate that was captured as 0."""

    training = None

    def replay(self):
        rates = {phase: o.rate for phase, o in self.training.optimisers.items()}
        for optimiser in self.training.optimisers.values():
            optimiser.rate = 0.0
        super().replay()
        for phase, optimiser in self.training.optimisers.items():
            optimiser.rate = rates[phase]


class OtherDrawsReplay(ReplayCapture):
    """Draws other samples of the prior than a plain step does."""

    training = None

    def replay(self):
        torch.rand(7, generator=self.training.rng)
        super().replay()


@pytest.mark.parametrize("graph", [UnmovedReplay, OtherDrawsReplay])
@pytest.mark.parametrize("kind", ["sgd", "adam"])
def test_a_step_that_is_wrong_in_one_part_only_is_found_out(graph, kind, monkeypatch):
    config = toy_config(**SMALL_SETTINGS, **{"optimiser.kind": kind})
    t = Training(config, toy_data_set())
    t.captures = True
    monkeypatch.setattr(graph, "training", t)
    monkeypatch.setattr(captured_step, "CudaGraph", graph)
    list(fit(t))
    assert not t.captures and "a result other than a plain one" in t.choice.why


class RefusedReplay(ReplayCapture):
    broken = None

    def __init__(self, work, generator):
        type(self).broken, type(self).current = generator, "that of the capture"
        raise RuntimeError("operation not permitted when stream is capturing")


@pytest.mark.parametrize(
    ("graph", "reason"), [(IdleGraph, "a result other than a plain one"), (RefusedReplay, "could not be captured")]
)
def test_a_wrong_or_refused_capture_leaves_plain_steps_and_says_so(graph, reason, monkeypatch):
    config = configure(**SMALL_SETTINGS)
    t, _ = train_captured(config, monkeypatch, graph)
    assert not t.captures and reason in t.choice.why and t.step == SMALL_SETTINGS["steps"]
    fresh_training = Training(config, toy_data_set())
    initial_parameters = [p.clone() for p in fresh_training.model.parameters()]
    assert any(not torch.equal(p, q) for p, q in zip(t.model.parameters(), initial_parameters, strict=True)), (
        "it went on"
    )


def test_nothing_has_moved_when_a_captured_was_refused(monkeypatch):
    config = configure(**SMALL_SETTINGS | {"steps": 1})
    t, _ = train_captured(config, monkeypatch, RefusedReplay)
    plain_training = train_plain(config)
    # the plain step that follows draws its noise and samples as the very first one does
    one_step_training = Training(config, toy_data_set())
    one_step_training.set_learning_rates()
    training_step(one_step_training, one_step_training.current_batch())
    for parameter, expected_parameter in zip(t.model.parameters(), one_step_training.model.parameters(), strict=True):
        torch.testing.assert_close(parameter, expected_parameter)
    assert plain_training.step == t.step
    assert t.rng is not RefusedReplay.broken and RefusedReplay.current == "the first"
    assert torch.equal(t.rng.get_state(), one_step_training.rng.get_state())


def test_what_a_resumed_training_had_drawn_ahead_outlives_a_refusal():
    t = Training(configure(**SMALL_SETTINGS), toy_data_set())
    t.captures, t.samples_ahead = True, torch.arange(20.0).view(10, 2)
    step = captured_step.CapturedStep(t, lambda t, batch: {}, RefusedReplay)
    step()
    assert not t.captures and torch.equal(t.samples_ahead, torch.arange(20.0).view(10, 2))


def test_a_revision_says_why_its_steps_were_not_captured(monkeypatch):
    own = Training.__init__

    def on_a_gpu(t, *args):
        own(t, *args)
        t.captures = True

    monkeypatch.setattr(Training, "__init__", on_a_gpu)
    monkeypatch.setattr(captured_step, "CudaGraph", RefusedReplay)
    config = configure(data="digits", threads=1, **SMALL_SETTINGS)
    status = worker.run_training(Store().create(config, queue.check_startable(config)))
    assert status.state == "done" and status.machine["why"].count("could not be captured") == 1
    before = machine.parse_choice(status.machine)
    assert before.without_capture_result.why == before.why.removesuffix(f" {machine.CAPTURE_FAILED}"), (
        "it is tried again when resumed"
    )


@pytest.mark.parametrize(
    ("requested", "device", "expected"), [("off", "cuda", 0), ("on", "cuda", 1), ("on", "cpu", 0), ("on", "mps", 0)]
)
def test_only_a_gpu_captures_and_only_where_it_is_asked_to(requested, device, expected):
    assert machine.should_capture_steps(device, configure(capture=requested)) == bool(expected)
    assert machine.should_capture_steps(device, configure()) == (device == "cuda"), "as if it were on"


def test_a_processor_captures_nothing():
    t = Training(configure(**SMALL_SETTINGS), toy_data_set())
    assert not t.captures
    assert captured_step.make_step_function(t, training_step)().keys() == {
        "reconstruction",
        "discrimination",
        "generation",
    }
