"""A finished training continues as a new revision with the bits of a training that was longer at once; the old one stays."""

import json
import signal
import subprocess
import sys

import numpy as np
import pytest
from helpers.cli_runs import command_output, run_command
from helpers.plugin_files import assert_one_sentence

import aae_core as aae
from aae_core import files
from aae_core.config.configuration import configure
from aae_core.errors import ConfigError, RevisionError
from aae_core.runs import continuation, queue, worker
from aae_core.store import weights
from aae_core.store.revisions import Store

SMALL_SETTINGS = {
    "data": "digits",
    "batch_size": 100,
    "threads": 1,
    "network.hidden": (8,),
    "network.discriminator": (8,),
}
SHORT_SETTINGS = {**SMALL_SETTINGS, "optimiser.schedule": ((1, 0.5), (3, 0.1))}
KINDS = {
    "sgd": {},
    "adam": {"optimiser.kind": "adam"},
    "drawing": {"posterior": "gaussian", "input_noise": 0.3, "network.dropout": 0.2, "network.normalise": "batch"},
    "labels": {"variant": "semi-supervised", "labels": 40, "augment": "on"},
}


def assert_refused(action, *args, cause, **options):
    with pytest.raises(RevisionError) as error:
        action(*args, **options)
    assert cause in assert_one_sentence(str(error.value))


def contents_of(folder):
    return {str(file.relative_to(folder)): file.read_bytes() for file in sorted(folder.rglob("*")) if file.is_file()}


def tensors_of(revision):
    state = weights.load_resume_state(revision)
    return {name: value.numpy() for name, value in state.items() if name != "seconds"} | {
        f"weights {name}": value.numpy() for name, value in revision.model().state_dict().items()
    }


def assert_same_bits(revision, reference):
    tensors, reference_tensors = tensors_of(revision), tensors_of(reference)
    assert tensors.keys() == reference_tensors.keys()
    assert [name for name in tensors if not np.array_equal(tensors[name], reference_tensors[name])] == []


@pytest.mark.parametrize("kind", KINDS)
def test_a_continued_training_has_the_bits_of_one_that_was_as_long_at_once(kind):
    short = worker.train(configure(**SHORT_SETTINGS, **KINDS[kind], epochs=2))
    before = contents_of(short.path)
    longer = aae.resume(short, epochs=4)
    at_once = worker.train(configure(**SHORT_SETTINGS, **KINDS[kind], epochs=4))
    assert_same_bits(longer, at_once)
    assert longer.config == at_once.config and longer.status.state == "done" and longer.status.step == 4 * 14
    assert contents_of(short.path) == before
    assert longer.continued_from == continuation.ContinuedFrom(short.id, 28)
    assert aae.open(longer.id).continued_from == longer.continued_from and short.continued_from is None
    tensors, longer_tensors = tensors_of(short), tensors_of(longer)
    assert any(not np.array_equal(tensors[name], longer_tensors[name]) for name in tensors if "encoder" in name)


def test_its_curves_are_those_of_both_and_its_measures_are_its_own(full_measures):
    short = worker.train(configure(**SHORT_SETTINGS, epochs=2))
    longer = aae.resume(short, epochs=3)
    rows, longer_rows = short.metrics(), longer.metrics()
    assert [row["losses"] for row in longer_rows if row["step"] <= 28] == [
        row["losses"] for row in rows if "losses" in row
    ]
    assert "measures" in rows[-1]  # of the test set
    assert "measures" not in next(row for row in longer_rows if row["step"] == 28) and longer_rows[-1]["step"] == 42
    at_once = worker.train(configure(**SHORT_SETTINGS, epochs=3))
    assert longer.measures == at_once.measures != short.measures


def test_what_had_ended_it_no_longer_counts():
    ended = worker.train(
        configure(**SMALL_SETTINGS, epochs=50, **{"target.measure": "reconstruction", "target.value": 1000})
    )
    assert ended.status.ended and ended.status.step == 50
    longer = aae.resume(ended, epochs=5)
    assert longer.status.step == 70 and longer.status.ended == ""
    timed = worker.train(configure(**SMALL_SETTINGS, epochs=5000, minutes=0.01))
    assert "minutes of training were over" in timed.status.ended
    epochs = int(timed.status.epoch) + 2
    assert aae.resume(timed, epochs=epochs).status.step == epochs * 14


def test_a_training_that_was_stopped_continues_too():
    stopped = worker.train(configure(**SHORT_SETTINGS, epochs=4), on_report=lambda status: status.step >= 20)
    assert stopped.status.state == "stopped" and stopped.status.step == 20
    longer = aae.resume(stopped, epochs=4)
    assert_same_bits(longer, worker.train(configure(**SHORT_SETTINGS, epochs=4)))


def test_data_in_memory_continue():
    rows = np.random.default_rng(0).normal(40, 5, (200, 6))
    settings = {**SHORT_SETTINGS, "data": "arrays", "batch_size": 20}
    data = aae.arrays(rows)
    short = worker.train(configure(**settings, epochs=2), data=data)
    longer = aae.resume(short, epochs=3, data=data)
    assert_same_bits(longer, worker.train(configure(**settings, epochs=3), data=data))
    assert_refused(
        lambda: aae.resume(short, epochs=4, data=aae.arrays(rows[:, :5])), cause="no longer the one of this revision"
    )


def test_what_cannot_continue_is_refused_and_nothing_is_created(store, capsys, monkeypatch):
    monkeypatch.setenv("AAE_CHECKPOINTS", str(store.root))
    short = worker.train(configure(**SHORT_SETTINGS, epochs=2), store=store)
    for epochs in (1, 2):
        assert_refused(
            aae.resume, short, epochs=epochs, cause=f"has had 2 epochs, so it cannot continue to {epochs}; give more"
        )
    with pytest.raises(ConfigError, match="epochs must be a whole number from 1 to 100,000"):
        aae.resume(short, epochs=100_001)
    paused = queue.create_revision(store, configure(**SHORT_SETTINGS), short.data)
    assert_refused(aae.resume, paused, epochs=90, cause="is paused, and only a finished training continues")
    shipped = Store(store.gallery, gallery=store.root / "none").create(configure(**SHORT_SETTINGS), short.data)
    assert_refused(aae.resume, store.open(shipped.id), epochs=90, cause="belongs to the gallery")
    n_revisions = len(store.list_own())
    status, _, err = run_command(capsys, "resume", short.id, "--epochs", "many")
    assert status == 2 and err.startswith("aae: --epochs must be a whole number from 1 to 100,000, not 'many'. See")
    files.remove(short.path / "resume.safetensors")
    assert_refused(aae.resume, short, epochs=3, cause="its resume.safetensors is gone")
    assert len(store.list_own()) == n_revisions and not list(store.root.glob(".new-*"))


def test_the_command_continues_and_says_what_it_continues(capsys):
    short_revision = worker.train(configure(**SHORT_SETTINGS, epochs=2))
    status, out, err = run_command(capsys, "resume", short_revision.id, "--epochs", "3", "--json")
    report = json.loads(out)
    assert status == 0 and report["revision"] != short_revision.id and report["steps"] == 42
    assert f"aae: {report['revision']} continues {short_revision.id}, which stays as it is." in err.splitlines()
    description = command_output(capsys, "show", report["revision"])
    assert f"It continues {short_revision.id} from step 28; that revision stays as it is." in description
    assert "It continues" not in command_output(capsys, "show", short_revision.id)
    origin = {"revision": short_revision.id, "step": 28}
    assert json.loads(command_output(capsys, "show", report["revision"], "--json"))["continued_from"] == origin
    origins_by_revision = {
        row["revision"]: row["continued_from"] for row in json.loads(command_output(capsys, "list", "--json"))
    }
    assert (origins_by_revision[report["revision"]], origins_by_revision[short_revision.id]) == (origin, None)
    status, _, err = run_command(capsys, "resume", short_revision.id)
    assert status == 1 and f"resume {short_revision.id} --epochs N' continues it to N epochs, as a new revision." in err


def test_a_continuation_that_is_killed_at_its_beginning_can_be_resumed(store, monkeypatch):
    monkeypatch.setenv("AAE_CHECKPOINTS", str(store.root))
    short = worker.train(configure(**SHORT_SETTINGS, epochs=2), store=store)
    created = continuation.create_continuation(store, short, continuation.continued_config(short, 200))
    assert (created.status.state, created.status.step) == ("paused", 28)
    kill = (
        "import os, sys, signal; from aae_core.runs import worker\n"
        "worker.run_training(sys.argv[1], lambda status: status.step > 300 and os.kill(os.getpid(), signal.SIGKILL))"
    )
    assert subprocess.run([sys.executable, "-c", kill, str(created.path)]).returncode == -signal.SIGKILL
    assert worker.run_training(created).state == "done"
    assert_same_bits(created, worker.train(configure(**SHORT_SETTINGS, epochs=200), store=store))


def test_a_creation_that_fails_leaves_nothing(store, monkeypatch):
    short = worker.train(configure(**SHORT_SETTINGS, epochs=2), store=store)

    def fail(*_):
        raise RevisionError("The disk is full.")

    monkeypatch.setattr(weights, "save_resume_state", fail)
    config = continuation.continued_config(short, 3)
    assert_refused(continuation.create_continuation, store, short, config, cause="The disk is full")
    assert [row.id for row in store.list_own()] == [short.id] and not list(store.root.glob(".new-*"))


def test_a_continuation_is_queued_and_launched(store):
    short = worker.train(configure(**SHORT_SETTINGS, epochs=2), store=store)
    launched = []

    class Launcher:
        name, has_queue = "local", False

        def launch(self, revision):
            launched.append(revision.id)
            return {"pid": 1, "started": 1.0}

        def is_alive(self, status):
            return True

    created = continuation.start_continuation(store, short, continuation.continued_config(short, 3), Launcher())
    assert launched == [created.id] and created.status.state == "queued" and created.status.total_steps == 42
