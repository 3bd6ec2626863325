"""The command `sweep`: trainings are over as soon as they are launched, and none takes a step."""

import json
from dataclasses import replace

import pytest
from helpers.cli_runs import command_output, run_command

from aae_core.runs import launchers, sweep_control, sweep_plans
from aae_core.store import sweeps as sweep_records
from aae_core.store.revisions import Store
from aae_core.store.status import Status

TINY = ["--steps", "90", "--set", "network.hidden=8", "--set", "network.discriminator=8", "--quiet"]
VARIED = ["sweep", "--vary", "latent_dim=4|2", "--seeds", "2", *TINY]


@pytest.fixture(autouse=True)
def launched_ids(monkeypatch):
    """The trainings launched; the fewer dimensions, the better, and the first seed best."""
    revision_ids = []

    def launch(self, revision):
        revision_ids.append(revision.id)
        value = revision.config.latent_dim + 0.5 * revision.config.seed
        result = {"step": 90, "total_steps": 90, "training_measures": {"reconstruction": value}}
        return {"engine": "local", "state": "done", **result}

    monkeypatch.setattr(launchers.LocalProcess, "launch", launch)
    monkeypatch.setattr(sweep_control, "MIN_POLL_SECONDS", 0)
    monkeypatch.setattr(sweep_control, "MAX_POLLING_SHARE", 1e9)
    return revision_ids


def test_it_trains_all_and_prints_the_best_first_and_repeats_nothing(capsys, launched_ids):
    out = command_output(capsys, *VARIED, "--json")
    actual = json.loads(out)
    assert out.count("\n") == 1 and (actual["state"], actual["measure"]) == ("done", "reconstruction")
    assert [point["settings"] for point in actual["points"]] == [{"latent_dim": 2}, {"latent_dim": 4}]
    assert [(point["mean"], point["steps"]) for point in actual["points"]] == [(2.25, 180), (4.25, 180)]
    assert sorted(run["revision"] for point in actual["points"] for run in point["runs"]) == sorted(launched_ids)
    table = command_output(capsys, *VARIED).splitlines()
    assert [line.split()[:2] for line in table[1:3]] == [["2", "2.25"], ["4", "4.25"]] and len(launched_ids) == 4
    assert (
        json.loads(command_output(capsys, "sweep", actual["sweep"][:12], "--json", "--quiet")) == actual
        and len(launched_ids) == 4
    )


def test_it_says_what_a_table_brings_with_it(capsys):
    argv = ["sweep", "--vary", "latent_dim=2", "--data", "wine", *TINY]
    status, _, err = run_command(capsys, *argv[:-1], "--set", "cost=by-type")
    assert status == 0
    assert "aae: Recommended, unless you give other values: input_noise=0.3.\n" in err
    for options in (["--set", "input_noise=0"], ["--quiet"]):
        assert "Recommended" not in run_command(capsys, *argv[:-1], *options)[2]


def test_it_lists_stops_and_removes(capsys, launched_ids):
    assert json.loads(command_output(capsys, "sweep", "--json")) == [] and "no sweep yet" in command_output(
        capsys, "sweep"
    )
    tiny = {"network.hidden": [8], "network.discriminator": [8]}
    sweep = sweep_records.write_sweep(Store(), sweep_plans.plan_sweep({"latent_dim": [2, 4]}, tiny, name="mine"))
    (output,) = json.loads(command_output(capsys, "sweep", "--json"))
    assert (output["sweep"], output["state"], output["name"]) == (sweep.id, "running", "mine")
    status, out, err = run_command(capsys, "sweep", "latest", "--remove")
    assert (status, out, err.count("\n")) == (1, "", 1) and "stop it first" in err
    assert sweep.id in command_output(capsys, "sweep", "latest", "--stop") and launched_ids == []
    assert f"{sweep.id}  stopped  mine" in command_output(capsys, "sweep")
    for option, state in ("--stop", "stopped"), ("--remove", "removed"):
        assert json.loads(command_output(capsys, "sweep", "latest", option, "--json")) == {
            "sweep": sweep.id,
            "state": state,
        }
    finished_sweep = sweep_records.write_sweep(Store(), replace(sweep, state="done"))
    assert "is done" in command_output(capsys, "sweep", finished_sweep.id, "--stop")
    assert (
        finished_sweep.id in command_output(capsys, "sweep", finished_sweep.id, "--remove")
        and sweep_records.sweep_ids(Store()) == []
    )


def test_a_foreign_sweep_is_said_to_be_stopped_or_only_asked_to(capsys):
    sweep_plan = sweep_plans.plan_sweep({"latent_dim": [2, 4]}, {"data": "digits", "steps": 9, "network.hidden": [8]})
    outputs = []

    def work(revision, pause_step, is_over):
        assert not outputs
        outputs.append(command_output(capsys, "sweep", "latest", "--stop"))
        outputs.append(command_output(capsys, "sweep", "latest", "--stop", "--json"))

    sweep_control.train_sweep_here(Store(), sweep_plan, work)
    assert "is asked to stop" in outputs[0] and json.loads(outputs[1])["state"] == "running"
    assert command_output(capsys, "sweep", "latest", "--stop").startswith("Stopped")


def test_ctrl_c_stops_it_and_its_id_goes_on(monkeypatch, capsys, launched_ids):
    def interrupt(seconds):
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(sweep_control.time, "sleep", interrupt)
        status, out, err = run_command(capsys, *VARIED)
    (sweep,) = sweep_records.read_all_sweeps(Store())[0]
    assert (status, out, err.count("\n"), sweep.state) == (130, "", 1, "stopped") and sweep.id in err
    command_output(capsys, "sweep", sweep.id, "--quiet")
    assert (
        sweep_records.read_sweep(Store(), sweep.id).state == "done" and len(launched_ids) == len(set(launched_ids)) == 4
    )


def test_a_training_that_failed_is_told_in_one_line(monkeypatch, capsys):
    lost = Status("failed").as_failed("It was lost.", "Resume it.")
    monkeypatch.setattr(
        launchers.LocalProcess, "launch", lambda self, revision: {"state": "failed", "error": lost.error}
    )
    status, out, err = run_command(capsys, *VARIED)
    assert (status, err.count("\n")) == (1, 1) and "4 trainings failed" in err and out.count("failed") == 2


def test_a_damaged_one_is_told_beside_the_others_and_can_be_removed(capsys):
    for dim in (2, 3):
        sweep_records.write_sweep(Store(), sweep_plans.plan_sweep({"latent_dim": [dim]}, {}))
    damaged_path = sweep_records.sweep_path(Store(), sweep_records.sweep_ids(Store())[0])
    damaged_path.write_text("{")
    status, out, err = run_command(capsys, "sweep", "--json")
    assert (status, len(json.loads(out)), err.count("\n")) == (0, 1, 1) and damaged_path.stem in err
    command_output(capsys, "sweep", damaged_path.stem, "--remove")
    assert run_command(capsys, "sweep")[2] == ""


@pytest.mark.parametrize(
    ("argv", "status", "expected_text"),
    [
        (["--vary", "latent_dim"], 2, "--vary needs KEY=VALUES"),
        (["--vary", "latent_dim=2|x"], 2, "latent_dim"),
        (["--vary", "latent_dim=2", "--vary", "latent_dim=3"], 2, "varied twice"),
        (["--vary", "latent_dim=2|3", "--latent-dim", "4"], 2, "latent_dim is varied and given a value"),
        (["--vary", "epochs=1|2", *TINY], 2, "the epochs change nothing"),
        (["--vary", "epochs=1|2", "--set", "steps=none", "--data", "mnist"], 1, "data get mnist"),
        (["--vary", "steps=3|4", "--epochs", "5", "--data", "mnist"], 1, "data get mnist"),
        (["--vary", "latent_dims=2|3"], 2, "latent_dims"),
        (["--vary", "latent_dim=2|3", "--seeds", "0"], 2, "--seeds must be a whole number"),
        (["--vary", "latent_dim=2", "--seeds", "", *TINY], 2, "--seeds must be a whole number"),
        (["--vary", "latent_dim=2|3", "--trials", "5"], 2, "belongs to a search"),
        (["--vary", "latent_dim=2|3", "--measure", "best"], 2, "invalid choice: 'best'"),
        (["--vary", "latent_dim=2|3", "--data", "mnist"], 1, "data get mnist"),
        (["20260101", "--vary", "latent_dim=2|3"], 2, "to begin another"),
        (["latest", "--seeds", "5"], 2, "to begin another"),
        (["--seeds", "3", "--epochs", "2"], 2, "To begin a sweep"),
        (["--set", "optimiser.clip=1"], 2, "To begin a sweep"),
        (["--preset", "images", "--stop"], 2, "Say which sweep"),
        (["--vary", "latent_dim=2", "--engine", "rey"], 2, "The engine 'rey' is not known"),
        (["--vary", "latent_dim=2", "--engine-options", "cpus=x"], 2, "cpus must be a number"),
        (["nothing"], 1, "There is no sweep 'nothing'"),
        (["--stop"], 2, "Say which sweep"),
        (["--remove"], 2, "Say which sweep"),
        (["latest", "--stop", "--remove"], 2, "not allowed with"),
    ],
)
def test_wrong_usage_is_told_in_one_line_and_begins_nothing(capsys, launched_ids, argv, status, expected_text):
    exit_status, out, err = run_command(capsys, "sweep", *argv)
    assert (exit_status, out, err.count("\n")) == (status, "", 1) and expected_text in err
    assert sweep_records.sweep_ids(Store()) == [] and launched_ids == []
