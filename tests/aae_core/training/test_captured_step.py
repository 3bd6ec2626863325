"""What stands between a step and its capture, with a recorder that needs no GPU: it replays by doing the work once more."""

import pytest
import torch
from helpers.toy_models import config_of, toy

from aae_core.config.configuration import configure
from aae_core.config.variants import VARIANTS
from aae_core.jobs import worker
from aae_core.scheduling import queue
from aae_core.store.revisions import Store
from aae_core.training import captured_step, machine
from aae_core.training.loop import fit
from aae_core.training.phases import training_step
from aae_core.training.training import Training

SMALL = {"network.hidden": (12,), "network.discriminator": (8,), "batch_size": 16, "steps": 25}


class Replayed:
    """Captures by remembering the work, as CUDA does not do it while it captures, and leaves its result where it was."""

    made = 0

    def __init__(self, work, generator):
        type(self).made += 1
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
    Replayed.made = 0


def plain(config):
    """A training by plain steps that draws from the prior as a captured one does: for each step by itself."""
    t = Training(config, toy())
    t.captures = True
    for _ in range(config.steps):
        t.set_learning_rates()
        training_step(t, t.current_batch())
        t.step += 1
    return t


def captured(config, monkeypatch, graph=Replayed):
    monkeypatch.setattr(captured_step, "CudaGraph", graph)
    t = Training(config, toy())
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
    config = config_of(variant=variant, steps=25, **settings)
    t, _ = captured(config, monkeypatch)
    wanted = plain(config)
    assert t.captures and Replayed.made == 1
    for result, due in zip(t.model.parameters(), wanted.model.parameters(), strict=True):
        torch.testing.assert_close(result, due, rtol=0, atol=0)
    assert torch.equal(t.rng.get_state(), wanted.rng.get_state()), "making the capture left no trace"


def test_a_new_rate_is_a_new_capture(monkeypatch):
    per_epoch = len(toy().train.images) // SMALL["batch_size"]
    config = configure(**SMALL | {"steps": 3 * per_epoch}, **{"optimiser.schedule": ((1.0, 0.1), (2.0, 0.01))})
    t, _ = captured(config, monkeypatch)
    assert Replayed.made == 3
    for actual, due in zip(t.model.parameters(), plain(config).model.parameters(), strict=True):
        torch.testing.assert_close(actual, due, rtol=0, atol=0)


@pytest.mark.parametrize("more", [{"clean_from": 1.0}, {"view_agreement": 1.0, "even_until": 1.0}])
def test_what_an_epoch_changes_is_a_new_capture(more, monkeypatch):
    altered = {"input_shift": 1, "views": 2, "variant": "clustering", **more}
    per_epoch = len(toy().train.images) // SMALL["batch_size"]
    config = configure(**SMALL | {"steps": 2 * per_epoch} | altered)
    t, _ = captured(config, monkeypatch)
    assert Replayed.made == 2
    for output, due in zip(t.model.parameters(), plain(config).model.parameters(), strict=True):
        torch.testing.assert_close(output, due, rtol=0, atol=0)


def test_losses_are_those_of_their_own_step(monkeypatch):
    config = configure(**SMALL | {"steps": 10})
    _, reports = captured(config, monkeypatch)
    t, rows = Training(config, toy()), []
    t.captures = True
    while t.step < 10:
        t.set_learning_rates()
        rows.append(training_step(t, t.current_batch()))
        t.step += 1
    for phase, mean in reports[0].losses.items():
        assert mean == pytest.approx(sum(float(row[phase]) for row in rows) / 10, rel=1e-6)


class Wrong(Replayed):
    """Leaves out the noise of the work: it does nothing at all when it is replayed."""

    def replay(self):
        self.result = ["reconstruction", "discrimination", "generation"], torch.zeros(3)


class Unmoved(Replayed):
    """Takes every gradient and keeps every momentum, and moves no parameter: as with a rate that was captured as 0."""

    training = None

    def replay(self):
        rates = {phase: o.rate for phase, o in self.training.optimisers.items()}
        for optimiser in self.training.optimisers.values():
            optimiser.rate = 0.0
        super().replay()
        for phase, optimiser in self.training.optimisers.items():
            optimiser.rate = rates[phase]


class OtherDraws(Replayed):
    """Draws other samples of the prior than a plain step does."""

    training = None

    def replay(self):
        torch.rand(7, generator=self.training.rng)
        super().replay()


@pytest.mark.parametrize("graph", [Unmoved, OtherDraws])
@pytest.mark.parametrize("kind", ["sgd", "adam"])
def test_a_step_that_is_wrong_in_one_part_only_is_found_out(graph, kind, monkeypatch):
    config = config_of(**SMALL, **{"optimiser.kind": kind})
    t = Training(config, toy())
    t.captures = True
    monkeypatch.setattr(graph, "training", t)
    monkeypatch.setattr(captured_step, "CudaGraph", graph)
    list(fit(t))
    assert not t.captures and "a result other than a plain one" in t.choice.why


class Refused(Replayed):
    broken = None

    def __init__(self, work, generator):
        type(self).broken, type(self).current = generator, "that of the capture"
        raise RuntimeError("operation not permitted when stream is capturing")


@pytest.mark.parametrize(
    ("graph", "said"), [(Wrong, "a result other than a plain one"), (Refused, "could not be captured")]
)
def test_a_wrong_or_refused_capture_leaves_plain_steps_and_says_so(graph, said, monkeypatch):
    config = configure(**SMALL)
    t, _ = captured(config, monkeypatch, graph)
    assert not t.captures and said in t.choice.why and t.step == SMALL["steps"]
    other = Training(config, toy())
    before = [p.clone() for p in other.model.parameters()]
    assert any(not torch.equal(p, q) for p, q in zip(t.model.parameters(), before, strict=True)), "it went on"


def test_nothing_has_moved_when_a_captured_was_refused(monkeypatch):
    config = configure(**SMALL | {"steps": 1})
    t, _ = captured(config, monkeypatch, Refused)
    once = plain(config)
    # the plain step that follows draws its noise and samples as the very first one does
    first = Training(config, toy())
    first.set_learning_rates()
    training_step(first, first.current_batch())
    for outcome, due in zip(t.model.parameters(), first.model.parameters(), strict=True):
        torch.testing.assert_close(outcome, due)
    assert once.step == t.step
    assert t.rng is not Refused.broken and Refused.current == "the first"
    assert torch.equal(t.rng.get_state(), first.rng.get_state())


def test_what_a_resumed_training_had_drawn_ahead_outlives_a_refusal():
    t = Training(configure(**SMALL), toy())
    t.captures, t.samples_ahead = True, torch.arange(20.0).view(10, 2)
    one = captured_step.CapturedStep(t, lambda t, batch: {}, Refused)
    one()
    assert not t.captures and torch.equal(t.samples_ahead, torch.arange(20.0).view(10, 2))


def test_a_revision_says_why_its_steps_were_not_captured(monkeypatch):
    own = Training.__init__

    def on_a_gpu(t, *args):
        own(t, *args)
        t.captures = True

    monkeypatch.setattr(Training, "__init__", on_a_gpu)
    monkeypatch.setattr(captured_step, "CudaGraph", Refused)
    config = configure(data="digits", threads=1, **SMALL)
    status = worker.run_training(Store().create(config, queue.check_startable(config)))
    assert status.state == "done" and status.machine["why"].count("could not be captured") == 1
    before = machine.parse_choice(status.machine)
    assert before.without_capture_result.why == before.why.removesuffix(f" {machine.CAPTURE_FAILED}"), (
        "it is tried again when resumed"
    )


@pytest.mark.parametrize(
    ("requested", "device", "wanted"), [("off", "cuda", 0), ("on", "cuda", 1), ("on", "cpu", 0), ("on", "mps", 0)]
)
def test_only_a_gpu_captures_and_only_where_it_is_asked_to(requested, device, wanted):
    assert machine.should_capture_steps(device, configure(capture=requested)) == bool(wanted)
    assert machine.should_capture_steps(device, configure()) == (device == "cuda"), "as if it were on"
    assert not machine.should_capture_steps(device, configure(capture=requested), processes=2)


def test_a_processor_captures_nothing():
    t = Training(configure(**SMALL), toy())
    assert not t.captures
    assert captured_step.make_step_function(t, training_step)().keys() == {
        "reconstruction",
        "discrimination",
        "generation",
    }
