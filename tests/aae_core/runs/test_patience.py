"""With patience, a training ends by the error of held-out items and keeps the weights with which it was lowest."""

import os
import signal
import subprocess
import sys
from collections import Counter
from dataclasses import replace

import numpy as np
import pytest
import torch
from helpers.plugin_files import assert_one_sentence
from helpers.toy_models import toy_config, toy_data_set

import aae_core as aae
from aae_core.config.configuration import configure, to_stored_dict
from aae_core.config.derived import held_out_count, total_steps
from aae_core.data import sets
from aae_core.data.held_out import draw_held_out_indices
from aae_core.errors import ConfigError
from aae_core.evaluation import protocols
from aae_core.runs import continuation, disk_space, queue, worker
from aae_core.runs.recorder import Recorder
from aae_core.store import weights
from aae_core.store.frames import FRAMES_FOLDER, FrameFolder
from aae_core.store.revisions import Store
from aae_core.store.status import Status
from aae_core.training.training import Training

ROWS = np.random.default_rng(0).normal(size=(150, 12)).astype(np.float32)  # noise, which the networks can only memorise
SETTINGS = {
    "variant": "ae", "data": "arrays", "epochs": 150, "batch_size": 30, "threads": 1, "network.hidden": (64,),
    "optimiser.kind": "adam", "optimiser.reconstruction_rate": 0.01, "optimiser.schedule": (), "latent_dim": 6, "patience": 34,
}  # fmt: skip


@pytest.fixture
def data():
    return aae.arrays(ROWS)


def config_with(**settings):
    return configure(**{**SETTINGS, **settings})


def held_out_errors(revision):
    return {
        row["step"]: row["measures"]["held_out"] for row in revision.metrics() if "held_out" in row.get("measures", {})
    }


def error_by_hand(revision, data):
    """½ the mean squared error of the held-out rows in standard units, by the revision's own encode and decode."""
    indices = draw_held_out_indices(revision.config, len(data.train.images))
    rows = data.train.images[indices][:, 0, :, 0]
    decoded = revision.decode(revision.encode(rows))
    deviations = data.train.images[:, 0, :, 0].std(0)
    return (((decoded - rows) / deviations) ** 2).sum(1).mean() / 2


def error_of_rows(model, data, mask):
    """½ the mean squared error of some training rows in standard units, by the model itself."""
    rows = torch.from_numpy(data.train.images[mask].transpose(0, 3, 1, 2))
    with torch.no_grad():
        x = model.form.to_network_input(rows)
        return ((model.eval().decode(model.encode(x)) - x) ** 2).flatten(1).sum(1).mean().item() / 2


def are_equal_states(state, other_state):
    names = state.keys() - {"seconds"}
    return state.keys() == other_state.keys() and all(
        np.array_equal(state[name].numpy(), other_state[name].numpy()) for name in names
    )


def test_it_ends_once_the_error_no_longer_falls_and_keeps_the_best_weights(data):
    revision = worker.train(config_with(), data=data)
    errors, status = held_out_errors(revision), revision.status
    best_step = min(errors, key=errors.get)
    steps_per_epoch = (len(data.train.images) - held_out_count(revision.config, len(data.train.images))) // 30
    assert status.state == "done" and 34 * steps_per_epoch <= status.step - best_step < 34 * steps_per_epoch + 50
    assert status.step < 150 * steps_per_epoch and errors[max(errors)] > 1.05 * errors[best_step]
    assert "held-out training data was not lower for 34 epochs." in status.ended
    assert f"Its weights are those of step {best_step}," in status.ended
    assert error_by_hand(revision, data) == pytest.approx(errors[best_step], rel=2e-3)
    assert FrameFolder(revision.path / FRAMES_FOLDER).steps()[-1] == best_step
    revision_without_patience = worker.train(config_with(patience=None, steps=status.step), data=data)
    assert "held_out" not in str(revision_without_patience.metrics()) and revision_without_patience.status.ended == ""


def test_the_weights_of_an_end_that_nothing_hastened_are_the_best_too(data):
    revision = worker.train(config_with(patience=110, epochs=111), data=data)
    errors = held_out_errors(revision)
    best_step = min(errors, key=errors.get)
    assert revision.status.step == revision.status.total_steps != best_step
    assert revision.status.ended.startswith(f"Its weights are those of step {best_step},")
    assert protocols.measure_held_out_error(revision.model(), data) == errors[best_step]


def test_the_held_out_items_are_never_seen(data):
    config = config_with()
    training = Training(config, data, "cpu")
    held_out = set(training.held_out_indices.tolist())
    n = len(data.train.images)
    assert len(held_out) == held_out_count(config, n) == round(0.1 * n)
    numbers = []
    images = {image.tobytes(): number for number, image in enumerate(data.train.images.reshape(n, -1))}
    for step in range(training.steps_per_epoch):
        training.step = step
        items, *_ = training.select_batch_items()
        numbers += [images[item.numpy().tobytes()] for item in items.reshape(len(items), -1)]
    assert (
        len(numbers) == len(set(numbers))
        and not held_out & set(numbers)
        and len(numbers) == training.steps_per_epoch * 30
    )
    assert set(draw_held_out_indices(config_with(seed=1), n)) != held_out
    assert not len(draw_held_out_indices(config_with(patience=None), n))


@pytest.mark.parametrize("labels", [None, 9])
def test_no_label_of_a_held_out_item_is_given(labels):
    dataset = toy_data_set(60)
    training = Training(toy_config("semi-supervised", labels=labels, patience=3), dataset, "cpu")
    labelled_indices = training.labelled_indices.numpy()
    assert len(labelled_indices) == (54 if labels is None else 9) and not set(labelled_indices) & set(
        training.held_out_indices
    )
    assert (training.labels[training.held_out_indices] == -1).all()


def test_off_it_changes_nothing_and_is_not_written():
    config = configure(data="digits")
    assert config.patience is None and "patience" not in to_stored_dict(config)
    assert total_steps(config, 1000) == 20 * 10 and total_steps(configure(data="digits", patience=2), 1000) == 20 * 9
    assert held_out_count(configure(data="digits", patience=2), 60_000) == 2000


def test_killed_and_paused_it_ends_with_the_same_bits(tmp_path, monkeypatch):
    settings = {"data": "digits", "epochs": 22, "threads": 1, "network.hidden": (8,), "patience": 3, "variant": "ae"}
    whole = worker.train(configure(**settings))
    revision = queue.create_revision(Store(), configure(**settings), queue.check_startable(configure(**settings)))
    kill = (
        "import os, sys, signal; from aae_core.runs import worker\n"
        "kill = lambda s: s.step > 105 and os.kill(os.getpid(), signal.SIGKILL)\n"
        "worker.run_training(sys.argv[1], kill, checkpoint_seconds=0.01)"
    )
    assert subprocess.run([sys.executable, "-c", kill, str(revision.path)]).returncode == -signal.SIGKILL
    assert worker.run_training(revision, pause_step=200).state == "paused"
    assert worker.run_training(revision).state == "done"
    assert revision.status.step == whole.status.step > 200 and revision.status.ended == whole.status.ended
    assert are_equal_states(weights.load_resume_state(revision), weights.load_resume_state(whole))
    assert are_equal_states(revision.model().state_dict(), whole.model().state_dict())
    (revision.path / "weights.safetensors").unlink()  # a worker writes it again
    assert worker.run_training(revision).ended == whole.status.ended
    assert are_equal_states(revision.model().state_dict(), whole.model().state_dict())


def test_continued_it_is_as_long_at_once_or_counts_anew(data):
    short_revision = worker.train(config_with(epochs=9), data=data)
    longer_revision = aae.resume(short_revision, epochs=25, data=data)
    whole_revision = worker.train(config_with(epochs=25), data=data)
    assert are_equal_states(weights.load_resume_state(longer_revision), weights.load_resume_state(whole_revision))
    assert are_equal_states(longer_revision.model().state_dict(), whole_revision.model().state_dict())
    ended_revision = worker.train(config_with(), data=data)
    continued_revision = aae.resume(ended_revision, epochs=200, data=data)
    assert (
        continued_revision.status.step > ended_revision.status.step + 100 and continued_revision.config.patience == 34
    )
    assert min(held_out_errors(continued_revision)) > 0 and continuation.continuation_note(continued_revision)


def test_continued_from_between_two_checks_the_next_check_decides_as_at_once(data):
    """Its epochs were over when the error had not fallen for as long as patience lasts, which the next check would find."""
    whole = worker.train(config_with(), data=data)
    errors = held_out_errors(whole)
    best_step, patience_steps = min(errors, key=errors.get), 34 * 3
    short_revision = worker.train(config_with(epochs=(best_step + patience_steps) // 3 + 1), data=data)
    assert best_step + patience_steps <= short_revision.status.step < whole.status.step
    assert (
        f"Its weights are those of step {best_step}," in short_revision.status.ended
        and "not lower" not in short_revision.status.ended
    )
    longer_revision = aae.resume(short_revision, epochs=150, data=data)
    assert longer_revision.status.step == whole.status.step and longer_revision.status.ended == whole.status.ended
    assert are_equal_states(weights.load_resume_state(longer_revision), weights.load_resume_state(whole))
    assert are_equal_states(longer_revision.model().state_dict(), whole.model().state_dict())


def test_continued_it_can_be_stopped_before_its_first_step(data):
    ended_revision = worker.train(config_with(), data=data)
    config = continuation.continued_config(ended_revision, 200)
    status = Status("queued", pid=os.getpid())  # a worker was started for it
    new_revision = continuation.create_continuation(Store(), ended_revision, config, data, status)
    new_revision.write_request("stop")
    assert worker.run_training(new_revision, data=data).state == "stopped"
    step = ended_revision.status.step
    assert new_revision.status.ended.startswith(
        f"Its weights are those of step {step}, with which the reconstruction error"
    )


@pytest.mark.parametrize("group_sizes", [[4] * 30 + [5] * 6, [70, 40, 20, 20]])
def test_no_group_is_divided_between_seen_and_held_out_items(group_sizes):
    groups = np.random.default_rng(0).permutation(np.repeat([f"p{k}" for k in range(len(group_sizes))], group_sizes))
    data = aae.arrays(ROWS, groups=groups)
    group_by_row = dict(zip(map(bytes, ROWS), groups, strict=True))
    row_groups = np.array([group_by_row[bytes(row)] for row in data.train.images.reshape(-1, 12)])
    training, n = Training(config_with(), data, "cpu"), len(row_groups)
    held_out_groups, sizes = set(row_groups[training.held_out_indices]), Counter(row_groups)
    held_out_count_by_hand = sum(sizes[group] for group in held_out_groups)
    if min(sizes.values()) <= round(0.1 * n):
        assert round(0.1 * n) - 5 < held_out_count_by_hand <= round(0.1 * n)
    else:
        assert [sizes[group] for group in held_out_groups] == [min(sizes.values())]
    assert len(training.held_out_indices) == held_out_count_by_hand
    assert training.total_steps == total_steps(training.config, n) == 150 * training.steps_per_epoch
    for first_step in (0, training.steps_per_pass):
        item_groups = []
        for step in range(training.steps_per_pass):
            training.step = first_step + step
            items, *_ = training.select_batch_items()
            item_groups += [group_by_row[bytes(item)] for item in items.reshape(-1, 12).numpy()]
        assert not held_out_groups & set(item_groups) and len(item_groups) == 30 * ((n - held_out_count_by_hand) // 30)
    assert protocols.measure_held_out_error(training.model, data) == pytest.approx(
        error_of_rows(training.model, data, [group in held_out_groups for group in row_groups]), rel=1e-5
    )


def test_with_groups_it_continues_to_the_same_bits_and_a_revision_without_them_keeps_its_items():
    data = aae.arrays(ROWS, groups=np.arange(150) // 5)
    short_revision = worker.train(config_with(epochs=9), data=data)
    assert short_revision.data.has_groups
    longer_revision = aae.resume(short_revision, epochs=25, data=data)
    whole_revision = worker.train(config_with(epochs=25), data=data)
    assert are_equal_states(weights.load_resume_state(longer_revision), weights.load_resume_state(whole_revision))
    former_summary = replace(data.summary, has_groups=None)  # as older versions recorded it
    former_revision = queue.create_revision(Store(), config_with(epochs=25), former_summary)
    worker.run_training(former_revision, data=data)
    ungrouped_revision = worker.train(config_with(epochs=25), data=data.without_groups())
    assert are_equal_states(weights.load_resume_state(former_revision), weights.load_resume_state(ungrouped_revision))
    assert not are_equal_states(weights.load_resume_state(former_revision), weights.load_resume_state(whole_revision))


def test_groups_that_are_gone_or_one_are_refused():
    data = aae.arrays(ROWS, groups=np.arange(150) // 5)
    revision = queue.create_revision(Store(), config_with(), data.summary)
    status = worker.run_training(revision, data=data.without_groups())
    assert status.state == "failed" and "(the groups of its items are not known)" in assert_one_sentence(
        status.error["what"]
    )
    two = sets.resolve_data_set(aae.arrays(ROWS, groups=[0] * 20 + [1] * 130), "")
    with pytest.raises(ConfigError) as error:
        queue.check_startable(config_with(), two)
    assert assert_one_sentence(str(error.value)) == (
        "patience holds out whole groups, and all training items are of one group; leave patience open, or add items of "
        "other groups."
    )
    queue.check_startable(config_with(patience=None), two)


NOT_THE_BEST = "It was stopped while it did not run, so its weights are those of its last step"


@pytest.mark.parametrize("state", ["paused", "queued"])
def test_stopped_at_rest_it_says_that_its_weights_are_the_last(data, state):
    revision = queue.create_revision(Store(), config_with(), data.summary)
    assert worker.run_training(revision, pause_step=130, data=data).state == "paused"
    assert min(held_out_errors(revision), key=held_out_errors(revision).get) < 130
    revision.write_status(revision.status, state=state)
    queue.stop_training(Store(), revision.id)
    assert revision.status.state == "stopped" and revision.status.ended.startswith(NOT_THE_BEST)
    state_of_last_step = weights.load_resume_state(revision)
    for name, value in revision.model().state_dict().items():
        assert torch.equal(value, state_of_last_step[f"model.{name}"])
    assert worker.run_training(revision, lambda status: status.step > 130, data=data).state == "stopped"
    assert (
        revision.status.ended.startswith("Its weights are those of step ") and NOT_THE_BEST not in revision.status.ended
    )


def test_stopped_before_a_step_or_without_patience_nothing_is_said_of_the_weights(data):
    for settings, pause_step in (({}, 0), ({"patience": None}, 10)):
        revision = queue.create_revision(Store(), config_with(**settings), data.summary)
        if pause_step:
            worker.run_training(revision, pause_step=pause_step, data=data)
        queue.stop_training(Store(), revision.id)
        assert (revision.status.state, revision.status.step, revision.status.ended) == ("stopped", pause_step, "")


def test_a_stop_that_comes_while_it_pauses_says_it_too(data, monkeypatch):
    revision, finish = queue.create_revision(Store(), config_with(), data.summary), Recorder.finish

    def finish_and_be_stopped(self, state):
        revision.write_request("stop")
        return finish(self, state)

    monkeypatch.setattr(Recorder, "finish", finish_and_be_stopped)
    status = worker.run_training(revision, pause_step=100, data=data)
    assert status.state == revision.status.state == "stopped" and status.ended.startswith(NOT_THE_BEST)


def test_the_best_weights_count_for_the_space_on_the_disk(data):
    need_without_patience, need_with_patience = (
        disk_space.estimate_disk_need(config_with(patience=patience), data.summary) for patience in (None, 34)
    )
    training = Training(config_with(), data, "cpu")
    training.update_best_weights(1.0)
    n_bytes = sum(value.numpy().nbytes for value in training.best.tensors.values())
    assert need_with_patience.replaced_bytes - need_without_patience.replaced_bytes == n_bytes > 5_000


def test_what_cannot_be_watched_is_refused():
    with pytest.raises(ConfigError, match="patience watches the reconstruction error") as error:
        configure(data="digits", patience=3, **{"optimiser.reconstruction_rate": 0})
    assert assert_one_sentence(str(error.value))
    with pytest.raises(ConfigError, match="fewer than two training rows, apart from those that patience holds out"):
        Training(config_with(), sets.resolve_data_set(aae.arrays(ROWS[:3]), ""), "cpu")


def test_a_class_that_is_held_out_wholly_is_named_with_what_to_do():
    y = np.array(["a", "b"] * 74 + ["rare", "rare"])
    data = sets.resolve_data_set(aae.arrays(ROWS, y), "")
    n = len(data.train.images)
    is_lost = lambda config: not set(np.flatnonzero(data.train.labels == 2)) - set(draw_held_out_indices(config, n))  # noqa: E731
    configs = [config_with(variant="supervised", seed=seed) for seed in range(300)]
    lost = next(config for config in configs if is_lost(config))
    queue.check_startable(next(config for config in configs if not is_lost(config)), data)
    with pytest.raises(ConfigError) as error:
        queue.check_startable(lost, data)
    assert assert_one_sentence(str(error.value)) == (
        "patience holds out all training items of the class rare, so that no label of it is left; leave patience open, set "
        "another seed, or add items of it."
    )


def test_labels_that_are_too_many_beside_the_held_out_items_are_refused_with_the_number_that_is_left():
    data = sets.resolve_data_set(aae.arrays(ROWS, np.arange(150) % 2), "")
    n = len(data.train.images)
    n_left = n - held_out_count(config_with(), n)
    queue.check_startable(config_with(variant="supervised", labels=n_left), data)
    with pytest.raises(
        ConfigError, match=f"but only {n_left} labelled items are left beside those that patience holds"
    ):
        queue.check_startable(config_with(variant="supervised", labels=n_left + 1), data)
