"""A training ends at its target, or when its minutes are over, and says so."""

import json
from dataclasses import replace

import pytest
from helpers.cli_runs import TINY, command_output, run_command

from aae_core.config import derived
from aae_core.config.choices import TARGETS
from aae_core.config.configuration import Config, configure, from_dict
from aae_core.config.schema import to_dict
from aae_core.config.settings import TargetConfig
from aae_core.errors import ConfigError
from aae_core.runs import early_stopping, queue, recorder, worker
from aae_core.store.revisions import Revision, Store

SMALL_SETTINGS = {
    "data": "digits",
    "network.hidden": (16,),
    "network.discriminator": (16,),
    "threads": 1,
    "batch_size": 50,
}
TARGET = {"target.measure": "reconstruction", "target.value": 3.0}


def create(**settings):
    config = configure(**{**SMALL_SETTINGS, **settings})
    return Store().create(config, queue.check_startable(config))


@pytest.fixture
def eager_recorder(monkeypatch):
    """Measures as often as it can, so that a training of a moment is followed too."""
    monkeypatch.setattr(recorder.AdaptiveInterval, "is_due", lambda pace: True)


def test_a_training_ends_at_its_target_as_done_with_the_reason(eager_recorder, full_measures):
    revision = create(epochs=1000, **TARGET)
    status = worker.run_training(revision)
    assert (status.state, status.error) == ("done", None) and status.step < status.total_steps == 28_000
    rows = [row for row in revision.metrics() if "measures" in row]
    errors = [row["measures"]["reconstruction"] for row in rows[:-1]]
    assert all(value > 3.0 for value in errors), "the first value at the target ends it"
    assert status.ended == revision.status.ended and "reached" in status.ended and "the target was 3." in status.ended
    assert "knn_accuracy" in status.measures, "measured in full at the end, of the test set"


def test_a_step_has_one_row_whatever_is_written_of_it(eager_recorder, monkeypatch):
    monkeypatch.setattr(recorder, "ROW_SECONDS", 1e9)  # losses wait for a row when the target is seen
    revision = create(epochs=1000, **TARGET)
    status = worker.run_training(revision)
    rows = revision.metrics()
    assert len({row["step"] for row in rows}) == len(rows)
    assert rows[-1]["step"] == status.step and rows[-1]["measures"] == status.measures


@pytest.mark.parametrize("due", [True, False])
def test_one_seed_ends_at_one_step_whatever_the_clock_says(monkeypatch, due):
    monkeypatch.setattr(recorder.AdaptiveInterval, "is_due", lambda pace: due)
    revision = create(epochs=1000, **TARGET)
    status = worker.run_training(revision)
    measured_rows = [row for row in revision.metrics() if "measures" in row][:-1]
    assert [row["step"] for row in measured_rows] == list(range(50, status.step, 50))
    assert all(row["measures"]["reconstruction"] > 3.0 for row in measured_rows)
    assert status.ended and status.step % 50 == 0


@pytest.mark.parametrize(("epoch", "steps"), [(1, 50), (14, 50), (51, 60), (600, 600), (25_000, 1000)])
def test_a_targets_steps_follow_from_the_length_of_an_epoch(epoch, steps):
    assert derived.check_interval(epoch) == steps


def test_who_was_killed_before_a_look_at_the_target_takes_it_when_resumed(monkeypatch):
    revision = create(epochs=1000, **{"target.measure": "reconstruction", "target.value": 1e6})
    with monkeypatch.context() as patch:
        patch.setattr(early_stopping, "target_reached_reason", lambda config, result: "")

        def pause(status):
            if status.step == derived.MIN_CHECK_INTERVAL:
                revision.write_request("pause")

        assert worker.run_training(revision, pause).step == derived.MIN_CHECK_INTERVAL
    status = worker.run_training(Revision(revision.path))
    assert (status.state, status.step) == ("done", derived.MIN_CHECK_INTERVAL) and status.ended


def test_a_figure_that_is_no_number_is_no_target_reached():
    config = configure(**SMALL_SETTINGS, **TARGET)
    assert early_stopping.target_reached_reason(config, {"reconstruction": 3.0})
    assert not any(
        early_stopping.target_reached_reason(config, {"reconstruction": value})
        for value in (float("nan"), float("inf"), 3.01, None)
    )


def test_an_ended_training_is_not_resumed_even_to_restore_files(eager_recorder):
    revision = create(epochs=1000, **TARGET)
    ended_status = worker.run_training(revision)
    with pytest.raises(Exception, match="nothing is left to train"):
        queue.resume_training(Store(), revision.id)
    (revision.path / "probe.safetensors").unlink()
    repeated_status = worker.run_training(Revision(revision.path))
    assert (repeated_status.state, repeated_status.step, repeated_status.ended) == (
        "done",
        ended_status.step,
        ended_status.ended,
    )
    assert revision.probe() is not None


def test_who_was_killed_about_to_end_is_judged_anew():
    """Its status said that it ended, the state that goes with it was not written any more."""
    revision = create(epochs=2, **{"target.measure": "mmd2", "target.value": 0.0})
    revision.write_status(replace(revision.status, state="running", ended="It ended at its target."))
    status = worker.run_training(Revision(revision.path))
    assert (status.state, status.step, status.ended) == ("done", 56, "")


def test_a_target_that_is_not_reached_changes_nothing(eager_recorder):
    plain_revision = create(epochs=2)
    target_revision = create(epochs=2, **{"target.measure": "mmd2", "target.value": 0.0})
    for revision in (plain_revision, target_revision):
        status = worker.run_training(revision)
        assert (status.state, status.step, status.ended) == ("done", 56, "")
    pairs = zip(plain_revision.model().parameters(), target_revision.model().parameters(), strict=True)
    assert all((plain_parameter == target_parameter).all() for plain_parameter, target_parameter in pairs)


def test_minutes_that_are_over_are_the_reason_too():
    status = worker.run_training(create(epochs=100_000, minutes=0.01))
    assert status.state == "done" and status.ended == "It ended when its 0.01 minutes of training were over."
    assert status.seconds >= 0.6 and worker.run_training(create(epochs=1, minutes=10.0)).ended == ""


def test_the_target_is_met_at_the_value_or_below():
    config = configure(**{"target.measure": "mmd2", "target.value": 0.01})
    assert early_stopping.target_reached_reason(config, {"mmd2": 0.01}) and early_stopping.target_reached_reason(
        config, {"mmd2": -0.001}
    )
    assert not early_stopping.target_reached_reason(
        config, {"mmd2": 0.0101}
    ) and not early_stopping.target_reached_reason(config, {"holes": 0.0})
    assert (
        not early_stopping.target_reached_reason(Config(), {"mmd2": 0.0})
        and early_stopping.early_end_notice(Config()) == ""
    )
    assert "MMD²" in early_stopping.early_end_notice(config) and "0.01" in early_stopping.early_end_notice(config)


@pytest.mark.parametrize(
    ("settings", "reason"),
    [
        ({"target.value": 0.1}, "not of which metric"),
        ({"target.measure": "mmd2"}, "no value at which"),
        ({"target.measure": "luck", "target.value": 1.0}, "choose one of none, reconstruction"),
        ({"target.measure": "mmd2", "target.value": -1.0}, "from 0 to"),
        ({"target.measure": "mmd2", "target.value": float("nan")}, "must be a number"),
        ({"target.measure": "mmd2", "target.value": 0.1, "optimiser.generation_rate": 0.0}, "is left out"),
        (
            {"target.measure": "reconstruction", "target.value": 0.1, "optimiser.reconstruction_rate": 0.0},
            "is left out",
        ),
        ({"target.measure": "error", "target.value": 0.1}, "has no classifier q"),
        ({"target.measure": "error", "target.value": 0.1, "variant": "semi-supervised"}, "every label is given"),
        (
            {"target.measure": "cluster_error", "target.value": 0.1, "variant": "semi-supervised", "labels": 9},
            "no clusters",
        ),
    ],
)
def test_a_target_that_cannot_be_meant_is_refused_in_one_sentence(settings, reason):
    with pytest.raises(ConfigError, match=reason) as refused:
        configure(**settings)
    assert str(refused.value).endswith(".") and str(refused.value).count(". ") == 0


@pytest.mark.parametrize(
    "settings",
    [
        {"target.measure": "error", "variant": "semi-supervised", "labels": 100},
        {"target.measure": "cluster_error", "variant": "clustering"},
        {"target.measure": "cluster_error", "variant": "reduction", "labels": 0},
        {"target.measure": "holes", "variant": "vae"},
        {"target.measure": "mmd2", "variant": "ae"},
    ],
)
def test_what_may_be_a_target_is_measured_while_it_trains(settings):
    revision = create(epochs=1000, **settings, **{"target.value": 1e6})
    status = worker.run_training(revision)
    assert (
        status.state == "done"
        and status.step == derived.MIN_CHECK_INTERVAL
        and TARGETS[settings["target.measure"]] in status.ended
    )


def test_a_revision_from_before_targets_opens_and_is_recognised():
    revision = create(epochs=1, name="old")
    file = revision.path / "config.json"
    record = json.loads(file.read_text())
    assert record["config"].pop("target") == {"measure": "none", "value": None}
    file.write_text(json.dumps(record))
    old = Revision(revision.path)
    assert old.config.target == TargetConfig() and old.config == configure(**SMALL_SETTINGS, epochs=1, name="old")
    assert Store().find(old.config).id == old.id
    aiming = replace(old.config, target=TargetConfig("mmd2", 0.1))
    assert Store().find(aiming) is None and from_dict(to_dict(aiming)) == aiming


def test_the_command_line_takes_a_target_and_tells_that_it_was_met(capsys, eager_recorder):
    out = command_output(
        capsys, "train", "--epochs", "500", "--target", "reconstruction", "--target-value", "3", "--quiet", *TINY
    )
    assert "It ended at its target" in out
    record = json.loads(command_output(capsys, "show", "latest", "--json"))
    assert record["status"]["ended"] in out and record["config"]["target"] == {
        "measure": "reconstruction",
        "value": 3.0,
    }
    assert record["status"]["ended"] in command_output(capsys, "show", "latest")


@pytest.mark.parametrize(
    "argv",
    [
        ("--target", "luck", "--target-value", "1"),
        ("--target", "mmd2"),
        ("--target-value", "0.1"),
        ("--target", "mmd2", "--target-value", "low"),
        ("--target", "error", "--target-value", "0.1"),
    ],
)
def test_a_bad_target_at_the_command_line_is_wrong_usage_in_one_line(capsys, argv):
    status, out, err = run_command(capsys, "train", *argv, *TINY)
    assert (status, out) == (2, "") and err.count("\n") == 1 and "target" in err
    assert not [row for row in Store().list() if not row.gallery]
