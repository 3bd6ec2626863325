"""Runs of experiments: found again, gone on with, measured once; and the command that does it."""

import json
import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import numpy as np
import pytest
from helpers.cli_runs import command_output, run_command
from helpers.environment import mark_for_ci
from helpers.tiny_experiments import EXEMPLAR, NETS, SEMI_SUPERVISED_SETTINGS, replace_experiments, tiny_experiment

from aae_core.cli import arguments, reproduce_command
from aae_core.data import sets
from aae_core.errors import DataError, RevisionError
from aae_core.reproduce import experiments, reproduction, results
from aae_core.runs import engines, launchers, queue, worker
from aae_core.store.revisions import Store
from aae_core.store.status import Status

PROJECT = Path(__file__).parents[3]
PROJECTS_OWN = results.RESULTS_FOLDER
QUIET = ("--quiet",)


@pytest.fixture(autouse=True)
def docs(tmp_path, monkeypatch):
    """A folder for the table, in place of the project's."""
    folder = tmp_path / "docs"
    folder.mkdir()
    monkeypatch.setattr(results, "RESULTS_FOLDER", folder)
    return folder


def weights(revision):
    return {name: value.numpy() for name, value in revision.model().state_dict().items()}


def have_same_weights(first, second):
    return all(np.array_equal(first[name], second[name]) for name in first)


def values(folder, budget="cpu"):
    return {
        row.experiment.name: [r.value for r in row.runs]
        for row in results.result_rows(results.read_results(folder), budget)
    }


# One run ----------------------------------------------------------------------------------------------------------------


def test_the_figure_is_the_error_on_the_test_set(monkeypatch, docs):
    row = replace_experiments(monkeypatch, tiny_experiment())
    outcome = reproduction.run_experiment(Store(), row, "cpu", 1)
    images, labels = (getattr(sets.load("digits").test, part) for part in ("images", "labels"))
    is_misclassified = outcome.revision.classify(images).argmax(1) != labels
    assert outcome.state == "done" and outcome.result.value == pytest.approx(100 * is_misclassified.mean(), abs=1e-5)
    result = outcome.result
    assert (result.seed, result.revision, result.steps) == (1, outcome.revision.id, 40)
    assert "fp32" in result.machine and "torch" in result.machine
    assert outcome.revision.config.seed == 1 and outcome.revision.label == "tiny · cpu · seed 1"
    assert values(docs) == {"tiny": [result.value]}
    assert (docs / results.MARKDOWN_FILE).read_text() == results.render_markdown(results.read_results())


def test_it_is_told_what_a_run_was_trained_on_wherever_that_was(store, facts):
    machine_facts = {"precision": "fp32", "threads": 1, "machine": "Theirs, 4 cores, torch 9", "gpu": "Their GPU"}
    revision = store.create(
        experiments.run_config(tiny_experiment(), "cpu", 0), facts, Status("done", machine=machine_facts)
    )
    assert reproduction.machine_text(revision) == "Theirs, 4 cores, torch 9, fp32, 1 thread, Their GPU"


def test_clusters_are_judged_by_the_exemplar_rule(monkeypatch):
    settings = {**NETS, "variant": "clustering", "clusters": 12, "latent_dim": 2}
    row = replace_experiments(monkeypatch, tiny_experiment(figure=EXEMPLAR, settings=settings))
    outcome = reproduction.run_experiment(Store(), row, "cpu", 0)
    from aae_core.evaluation import protocols

    clustering = protocols.evaluate(outcome.revision.model(), sets.load("digits"), "clustering")["clustering"]
    assert outcome.result.value == pytest.approx(100 * clustering["cluster_error"], abs=1e-5)
    assert {"cluster_error_majority", "nmi", "ari"} <= set(outcome.result.measures)


def test_a_run_that_is_done_is_neither_trained_nor_measured_again(monkeypatch, tmp_path):
    row, store = replace_experiments(monkeypatch, tiny_experiment()), Store()
    first = reproduction.run_experiment(store, row, "cpu", 0)
    from aae_core.evaluation import protocols

    def fail_if_called(*args, **options):
        raise AssertionError("it was done already")

    monkeypatch.setattr(protocols, "evaluate", fail_if_called)
    monkeypatch.setattr("aae_core.runs.worker.run_training", fail_if_called)
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    second = reproduction.run_experiment(store, row, "cpu", 0, elsewhere)
    assert second == reproduction.RunOutcome(second.revision, "done", "", first.result)
    assert second.revision.id == first.revision.id and values(elsewhere) == values(None)
    with pytest.raises(AssertionError, match="done already"):
        reproduction.run_experiment(store, row, "cpu", 0, remeasure=True)


def test_figures_of_another_revision_are_not_taken_for_its_own(monkeypatch):
    row, store = replace_experiments(monkeypatch, tiny_experiment()), Store()
    first_revision, second_revision = (reproduction.run_experiment(store, row, "cpu", seed).revision for seed in (0, 1))
    stolen_record_text = json.dumps(json.loads((second_revision.path / reproduction.RECORD_FILE).read_text())).replace(
        '"error": ', '"error": 0.123, "was": '
    )
    (first_revision.path / reproduction.RECORD_FILE).write_text(stolen_record_text)
    assert reproduction.stored_figures(first_revision) == {} and reproduction.stored_figures(second_revision)
    assert reproduction.run_experiment(store, row, "cpu", 0).result.value != 12.3


def test_a_changed_recipe_makes_a_run_of_its_own(monkeypatch, docs):
    row, store = replace_experiments(monkeypatch, tiny_experiment(steps=40)), Store()
    before = reproduction.run_experiment(store, row, "cpu", 0)
    changed = replace_experiments(
        monkeypatch, tiny_experiment(settings={**SEMI_SUPERVISED_SETTINGS, "optimiser.classification_rate": 0.05})
    )
    assert store.find(experiments.run_config(changed, "cpu", 0)) is None
    after = reproduction.run_experiment(store, changed, "cpu", 0)
    assert after.revision.id != before.revision.id
    assert [run["revision"] for run in results.read_results()["rows"][0]["runs"]] == [after.revision.id]


@mark_for_ci
def test_budgets_and_seeds_are_different_runs(monkeypatch):
    row, store = replace_experiments(monkeypatch, tiny_experiment(steps=10)), Store()
    ids = {
        reproduction.run_experiment(store, row, budget, seed).revision.id
        for budget in ("cpu", "paper")
        for seed in (0, 1)
    }
    assert len(ids) == 4


def test_a_paused_run_goes_on_where_it_was_and_ends_with_the_same_weights(monkeypatch):
    row, store = replace_experiments(monkeypatch, tiny_experiment(steps=60)), Store()

    def interrupt(status):
        if status.step == 20:
            os.kill(os.getpid(), signal.SIGINT)

    paused_outcome = reproduction.run_experiment(store, row, "cpu", 0, on_report=interrupt)
    paused_step, steps = paused_outcome.revision.status.step, []
    assert (paused_outcome.state, paused_outcome.result) == ("paused", None) and 20 <= paused_step < 60
    resumed_outcome = reproduction.run_experiment(
        store, row, "cpu", 0, on_report=lambda status: steps.append(status.step)
    )
    assert resumed_outcome.revision.id == paused_outcome.revision.id and steps[0] == paused_step + 10
    whole_outcome = reproduction.run_experiment(Store(store.root.parent / "undisturbed"), row, "cpu", 0)
    assert resumed_outcome.result.value == whole_outcome.result.value and have_same_weights(
        weights(resumed_outcome.revision), weights(whole_outcome.revision)
    )


KILLED = """
import sys, time
from aae_core.reproduce import experiments, reproduction
from aae_core.store.revisions import Store
from aae_core.store.status import Status
from tiny_experiments import tiny
row = experiments.EXPERIMENTS["tiny"] = tiny(steps=1000)
def report(status):
    time.sleep(0.03)  # so that there is time to be killed in
print(reproduction.run_experiment(Store(), row, "cpu", 0, sys.argv[1], report, checkpoint_seconds=0.05).state)
"""


@pytest.mark.thorough
def test_a_killed_run_is_found_and_goes_on(monkeypatch, docs):
    row, store = replace_experiments(monkeypatch, tiny_experiment(steps=1000)), Store()
    environment = {**os.environ, "PYTHONPATH": f"{PROJECT}{os.pathsep}{PROJECT / 'tests'}"}
    process = subprocess.Popen(
        [sys.executable, "-c", KILLED, str(docs)], cwd=PROJECT, env=environment, stdout=subprocess.PIPE, text=True
    )
    saved_step, deadline = 0, time.monotonic() + 60
    while saved_step < 100:  # until there is a checkpoint worth going on from
        assert time.monotonic() < deadline and process.poll() is None
        (revision_row,) = store.list_own() or [None]
        saved_step = 0 if revision_row is None else kept_step(revision_row.path)
        time.sleep(0.02)
    process.kill()
    process.communicate()
    (revision_row,) = store.list_own()
    assert revision_row.state == "running", "it was killed while it ran, and could not say so"
    steps = []
    outcome = reproduction.run_experiment(store, row, "cpu", 0, on_report=lambda status: steps.append(status.step))
    assert outcome.revision.id == revision_row.id and outcome.state == "done" and outcome.revision.status.step == 1000
    assert 100 <= steps[0] < 1000, "it began anew"
    assert values(docs) == {"tiny": [outcome.result.value]}


def kept_step(path):
    from aae_core import files

    file = path / "resume.safetensors"
    return int(files.read_tensor_header(file).metadata["step"]) if file.exists() else 0


@mark_for_ci
def test_one_process_at_a_time_trains_a_run(monkeypatch):
    row, store = replace_experiments(monkeypatch, tiny_experiment()), Store()
    config = experiments.run_config(row, "cpu", 0)
    revision = store.create(config, sets.describe_data_set("digits"))
    with revision.lock(), pytest.raises(RevisionError, match="trained by another worker"):
        reproduction.run_experiment(store, row, "cpu", 0)


def test_data_that_is_not_here_leaves_a_run_as_it_is(monkeypatch):
    row, store = (
        replace_experiments(monkeypatch, tiny_experiment(settings={**SEMI_SUPERVISED_SETTINGS, "data": "mnist"})),
        Store(),
    )
    with pytest.raises(DataError, match="data get mnist"):
        reproduction.run_experiment(store, row, "cpu", 0)
    assert store.list_own() == []
    begun = store.create(experiments.run_config(row, "cpu", 0), sets.describe_data_set("mnist"))
    with pytest.raises(DataError, match="data get mnist"):
        reproduction.run_experiment(store, row, "cpu", 0)
    assert begun.status.state == "paused"


def test_a_revision_that_cannot_be_opened_is_in_nobodys_way(monkeypatch):
    row, store = replace_experiments(monkeypatch, tiny_experiment(steps=10)), Store()
    broken = store.create(experiments.run_config(row, "cpu", 0), sets.describe_data_set("digits")).path / "config.json"
    text = json.dumps(json.loads(broken.read_text()))  # without a checksum
    broken.write_text(text.replace('"latent_dim": 2', '"latent_dim": -2'))
    assert reproduction.run_experiment(store, row, "cpu", 0).state == "done"


def test_of_several_equal_runs_the_one_that_is_done_is_taken(monkeypatch):
    row, store = replace_experiments(monkeypatch, tiny_experiment()), Store()
    done = reproduction.run_experiment(store, row, "cpu", 0).revision
    store.create(done.config, sets.describe_data_set("digits"))
    assert store.find(done.config).id == done.id


def test_a_trial_sees_no_test_image_and_is_not_in_the_table(monkeypatch, docs):
    row, store = replace_experiments(monkeypatch, tiny_experiment()), Store()
    trial = reproduction.run_experiment(store, row, "cpu", 1, trial={"epochs": "2", "steps": None})
    whole = sets.load("digits").train
    held_out = sets.load("digits-held-out")
    is_misclassified = trial.revision.classify(held_out.test.images).argmax(1) != held_out.test.labels
    assert trial.result.value == pytest.approx(100 * is_misclassified.mean(), abs=1e-5)
    assert (trial.revision.data.train, trial.revision.data.test) == (1199, 239) and len(whole.labels) == 1438
    assert trial.result.epochs == 2 and not (docs / results.JSON_FILE).exists()
    assert reproduction.run_experiment(store, row, "cpu", 1).revision.id != trial.revision.id
    assert values(docs) == {"tiny": [values(docs)["tiny"][0]]}


# The command ------------------------------------------------------------------------------------------------------------


def test_without_names_it_lists_cost_and_what_is_here(monkeypatch, capsys, docs):
    row, idle_row = tiny_experiment("ran", seeds=2, paper="4.20"), tiny_experiment("did-not", seeds=3)
    replace_experiments(monkeypatch, row, idle_row)
    first_listing = command_output(capsys, "reproduce")
    assert "budget 0 min × 2" in first_listing and first_listing.count("not run") == 2
    assert "80 steps × 3" in command_output(capsys, "reproduce", "--budget", "paper"), "nobody has measured it"
    assert list(docs.iterdir()) == [], "a list writes nothing"
    reproduction.run_experiment(Store(), row, "cpu", 0)
    store = Store()
    store.create(experiments.run_config(row, "cpu", 1), sets.describe_data_set("digits"))
    second_listing = command_output(capsys, "reproduce")
    line = next(line for line in second_listing.splitlines() if line.startswith("ran "))
    assert "budget" not in line and " 0 min × 2" in line
    assert " 4.20 " in line and "(seeds 0)" in line and "seed 1 paused" in line
    actual = json.loads(command_output(capsys, "reproduce", "--json", "--seeds", 5))
    assert actual["budget"] == "cpu" and [e["experiment"] for e in actual["experiments"]] == ["ran", "did-not"]
    first = actual["experiments"][0]
    assert (first["runs"], first["seeds"], len(first["begun"]), first["paper"]) == (5, [0], 1, "4.20")


def test_it_runs_what_is_named_and_prints_one_json_object(monkeypatch, capsys, docs):
    replace_experiments(monkeypatch, tiny_experiment("one", steps=20), tiny_experiment("two", steps=20))
    out = command_output(capsys, "reproduce", "two", "--seeds", 2, "--json", *QUIET)
    assert out.count("\n") == 1
    output = json.loads(out)
    (row,) = output["results"]
    assert (output["state"], row["experiment"], row["seeds"], output["trouble"]) == ("done", "two", [0, 1], [])
    assert row["value"] == pytest.approx(np.mean([run["value"] for run in row["runs"]]), abs=1e-6)
    assert values(docs)["one"] == [] and len(values(docs)["two"]) == 2
    text = command_output(capsys, "reproduce", "all", *QUIET)
    assert "one, seed 0: test error" in text and str(docs / results.MARKDOWN_FILE) in text
    assert len(Store().list_own()) == 3, "what was done is not done twice"


@mark_for_ci
def test_single_seeds_are_run_beside_the_others(monkeypatch, capsys, docs):
    replace_experiments(monkeypatch, tiny_experiment(steps=10))
    (row,) = json.loads(command_output(capsys, "reproduce", "tiny", "--seed", 101, "--json", *QUIET))["results"]
    assert row["seeds"] == [101] and row["command"].endswith("tiny --seed 101")
    command_output(capsys, "reproduce", "tiny", "--seed", "100-102", *QUIET)
    (row,) = json.loads(command_output(capsys, "reproduce", "tiny", "--seeds", 2, "--json", *QUIET))["results"]
    assert (row["seeds"], row["counted"]) == ([0, 1, 100, 101, 102], [100, 101, 102])
    assert len(Store().list_own()) == 5
    assert {run["seed"]: Store().open(run["revision"]).config.seed for run in row["runs"]} == {
        seed: seed for seed in row["seeds"]
    }


def test_what_is_measured_beside_the_figure_is_kept_with_it(monkeypatch):
    row, store = replace_experiments(monkeypatch, tiny_experiment(extra_protocols=("style-content",))), Store()
    outcome = reproduction.run_experiment(store, row, "cpu", 0)
    figures = reproduction.stored_figures(outcome.revision)
    assert [*figures] == ["classification", "style-content"]
    measures = {key: outcome.result.measures[key] for key in ("error", "content_from_style")}
    assert measures == {"error": figures["classification"]["error"]} | {
        "content_from_style": figures["style-content"]["content_from_style"]
    }
    assert outcome.result.value == pytest.approx(100 * measures["error"])


def test_a_trial_is_told_and_leaves_the_table_alone(monkeypatch, capsys, docs):
    replace_experiments(monkeypatch, tiny_experiment(steps=10))
    outcome = json.loads(
        command_output(capsys, "reproduce", "tiny", "--held-out", "--set", "steps=20", "--seeds", 2, "--json", *QUIET)
    )
    (row,) = outcome["results"]
    assert (outcome["held_out"], outcome["changes"], row["seeds"]) == (True, {"steps": "20"}, [0, 1])
    assert {run["steps"] for run in row["runs"]} == {20} and "command" not in row
    assert list(docs.iterdir()) == []
    outcome = command_output(capsys, "reproduce", "tiny", "--held-out", "--seeds", 1, *QUIET)
    assert "on training images held out" in outcome and "test error" not in outcome, "it is not of the test set"
    assert {summary.data for summary in Store().list_own()} == {"digits-held-out"}


def test_the_table_goes_where_it_is_asked_to(monkeypatch, capsys, docs, tmp_path):
    replace_experiments(monkeypatch, tiny_experiment(steps=10))
    own = [(PROJECTS_OWN / name).read_bytes() for name in (results.JSON_FILE, results.MARKDOWN_FILE)]
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    command_output(capsys, "reproduce", "tiny", "--write", elsewhere, *QUIET)
    assert values(elsewhere)["tiny"] and list(docs.iterdir()) == []
    assert own == [(PROJECTS_OWN / name).read_bytes() for name in (results.JSON_FILE, results.MARKDOWN_FILE)]


def test_ctrl_c_pauses_and_the_same_command_goes_on(monkeypatch, capsys, docs):
    replace_experiments(monkeypatch, tiny_experiment(steps=60), tiny_experiment("next", steps=10))
    from aae_core.cli import reproduce_command

    class InterruptingBar(reproduce_command.ProgressBar):
        def show(self, done, total, *expected_text):
            if done == 20:
                os.kill(os.getpid(), signal.SIGINT)

    with monkeypatch.context() as patch:
        patch.setattr(reproduce_command, "ProgressBar", InterruptingBar)
        status, out, err = run_command(capsys, "reproduce", "all", "--json", *QUIET)
    assert status == arguments.INTERRUPTED_STATUS and err == "aae: The run is paused; the same command continues it.\n"
    assert json.loads(out)["state"] == "paused"
    (paused,) = Store().list_own()
    assert paused.state == "paused", "and the next one did not begin"
    command_output(capsys, "reproduce", "all", *QUIET)
    assert {row.state for row in Store().list_own()} == {"done"} and len(Store().list_own()) == 2
    assert all(len(value) == 1 for value in values(docs).values())


def test_a_run_that_fails_is_told_and_the_others_go_on(monkeypatch, capsys, docs):
    wild = {**NETS, "variant": "semi-supervised", "optimiser.reconstruction_rate": 10.0, "optimiser.clip": 0.0}
    replace_experiments(
        monkeypatch,
        tiny_experiment("wild", steps=300, settings={**wild, "cost": "cross-entropy"}),
        tiny_experiment("tame", steps=10),
    )
    status, out, err = run_command(capsys, "reproduce", "all", "--json", *QUIET)
    assert status == 1 and err.count("\n") == 1 and "wild, seed 0" in err and "reconstruction phase" in err
    assert json.loads(out)["state"] == "failed" and len(json.loads(out)["trouble"]) == 1
    assert (values(docs)["wild"], len(values(docs)["tame"])) == ([], 1)


def test_all_leaves_out_what_has_no_data_here_and_a_name_does_not(monkeypatch, capsys, docs):
    replace_experiments(
        monkeypatch,
        tiny_experiment("far", settings={**SEMI_SUPERVISED_SETTINGS, "data": "mnist"}),
        tiny_experiment("near", steps=10),
    )
    status, out, err = run_command(capsys, "reproduce", "all", "--seeds", 1)
    assert status == 0 and "far is left out" in err and "data get mnist" in err and values(docs)["near"]
    status, out, err = run_command(capsys, "reproduce", "far", "near", *QUIET)
    assert status == 1 and "data get mnist" in err and err.count("\n") == 1


@pytest.mark.parametrize(
    "argv, message",
    [
        (["semi"], "The experiment 'semi' is not known; choose one of tiny"),
        (["tiny", "--budget", "gpu"], "has no recipe for the budget gpu; choose cpu or paper"),
        (["tiny", "--budget", "tpu"], "invalid choice: 'tpu'"),
        (["tiny", "--seeds", "0"], "--seeds must be a whole number from 1 to 100, not '0'"),
        (["tiny", "--seeds", "many"], "--seeds must be a whole number"),
        (["tiny", "--seed", "one"], "--seed takes a whole number"),
        (["tiny", "--seed", "1", "--seeds", "2"], "give one of the two"),
        (["tiny", "--set", "steps=3"], "add --held-out"),
        (["tiny", "--held-out", "--set", "steps"], "--set needs KEY=VALUE"),
        (["tiny", "--write", "nowhere"], "The table cannot be written into 'nowhere'"),
    ],
)
def test_wrong_usage_is_told_in_one_line(monkeypatch, capsys, argv, message):
    replace_experiments(monkeypatch, tiny_experiment())
    status, out, err = run_command(capsys, "reproduce", *argv)
    assert status == 2 and out == "" and err.count("\n") == 1 and message in err
    assert Store().list_own() == []


def test_a_damaged_table_is_told_before_anything_is_trained(monkeypatch, capsys, docs):
    replace_experiments(monkeypatch, tiny_experiment())
    (docs / results.JSON_FILE).write_text("{")
    status, out, err = run_command(capsys, "reproduce", "tiny", *QUIET)
    assert status == 1 and err.count("\n") == 1 and "restore it from a copy" in err and Store().list_own() == []


def test_help_tells_of_pausing_and_of_the_threads_that_spin(capsys):
    text = " ".join(command_output(capsys, "reproduce", "--help").split())
    assert "GOMP_SPINCOUNT" in text and "Ctrl-C pauses" in text and "semi-supervised-100" in text


def test_threads_spin_in_the_command_alone_and_as_the_user_says(tmp_path):
    """In place of PyTorch, which reads it as it is loaded, a module that says what it finds."""
    print_code = "import os; print(os.environ.get('GOMP_SPINCOUNT'))"
    (tmp_path / "torch.py").write_text(print_code)
    watch_code = f"from aae_core.cli.reproduce_command import _let_threads_spin as spin; spin(); {print_code}"
    for variables, expected_lines in (
        ({}, [reproduce_command.SPIN_COUNT, "None"]),
        ({"GOMP_SPINCOUNT": "0"}, ["0", "0"]),
    ):
        base_environment = {key: value for key, value in os.environ.items() if key != "GOMP_SPINCOUNT"}
        path_variable = {"PYTHONPATH": f"{tmp_path}{os.pathsep}{PROJECT}"}
        process = subprocess.run(
            [sys.executable, "-c", watch_code],
            env=base_environment | variables | path_variable,
            cwd=tmp_path,
            capture_output=True,
            text=True,
            check=True,
        )
        assert process.stdout.split() == expected_lines


def test_listing_needs_no_torch():
    code = (
        "import sys; from aae_core.cli import arguments; arguments.main(['reproduce']); print('torch' in sys.modules)"
    )
    process = subprocess.run([sys.executable, "-c", code], cwd=PROJECT, capture_output=True, text=True, check=True)
    assert process.stdout.splitlines()[-1] == "False"


# On an engine -----------------------------------------------------------------------------------------------------------


class Cluster(launchers.Launcher):
    """A cluster in name, whose workers are threads, one at work at a time."""

    name, has_queue = "ray", True

    def __init__(self):
        self.workers, self.turn = {}, threading.Lock()

    def launch(self, revision):
        name = f"launch {len(self.workers)}"
        self.workers[name] = threading.Thread(target=self._work, args=(revision.path, name))
        self.workers[name].start()
        return {"engine": self.name, "worker": name, "host": ""}

    def _work(self, path, name):
        with self.turn:
            worker.run_training(path, launch=name)

    def is_alive(self, status):
        return self.workers[status.worker].is_alive()


@pytest.fixture
def cluster(monkeypatch):
    monkeypatch.setitem(engines.ENGINES, "ray", Cluster())
    monkeypatch.setattr(reproduce_command, "POLL_SECONDS", 0.02)
    yield engines.ENGINES["ray"]
    for thread in engines.ENGINES["ray"].workers.values():
        thread.join()


@mark_for_ci
def test_an_engine_trains_the_same_and_repeats_nothing(monkeypatch, capsys, docs, tmp_path, cluster):
    replace_experiments(monkeypatch, tiny_experiment(steps=20))
    monkeypatch.setattr(queue, "MAX_WAITING_ON_CLUSTER", 1)
    argv = ("reproduce", "tiny", "--seeds", 2, "--json", *QUIET)
    out = command_output(capsys, *argv, "--engine", "ray")
    record = json.loads(out)
    assert (out.count("\n"), record["state"], record["trouble"], len(cluster.workers)) == (1, "done", [], 2)
    assert len(values(docs)["tiny"]) == 2 and {row.status.engine for row in Store().list_own()} == {"ray"}
    assert json.loads(command_output(capsys, *argv, "--engine", "ray")) == record
    assert len(cluster.workers) == len(Store().list_own()) == 2
    monkeypatch.setenv("AAE_ENGINE", "")
    monkeypatch.setenv("AAE_CHECKPOINTS", str(tmp_path / "here"))
    here = json.loads(command_output(capsys, *argv))
    assert [[run["value"] for run in item["results"][0]["runs"]] for item in (here, record)] == [
        values(docs)["tiny"]
    ] * 2


def test_ctrl_c_leaves_the_runs_there_and_the_same_command_waits_for_them(monkeypatch, capsys, docs, cluster):
    replace_experiments(monkeypatch, tiny_experiment("one", steps=20), tiny_experiment("two", steps=20))

    def interrupt(seconds):
        raise KeyboardInterrupt

    argv = ("reproduce", "all", "--json", "--engine", "ray", *QUIET)
    with monkeypatch.context() as patch, cluster.turn:  # no worker begins meanwhile
        patch.setattr(reproduce_command.time, "sleep", interrupt)
        status, out, err = run_command(capsys, *argv)
        assert {row.state for row in Store().list_own()} == {"queued"}
    assert (status, json.loads(out)["state"], err.count("\n")) == (arguments.INTERRUPTED_STATUS, "running", 1)
    assert json.loads(command_output(capsys, *argv))["state"] == "done" and len(cluster.workers) == 2
    assert all(len(run_values) == 1 for run_values in values(docs).values())


def test_on_an_engine_a_run_that_fails_is_told_and_the_others_go_on(monkeypatch, capsys, docs, cluster):
    wild = {**NETS, "variant": "semi-supervised", "optimiser.reconstruction_rate": 10.0, "optimiser.clip": 0.0}
    wild = tiny_experiment("wild", steps=300, settings={**wild, "cost": "cross-entropy"})
    replace_experiments(
        monkeypatch,
        wild,
        tiny_experiment("far", settings={**SEMI_SUPERVISED_SETTINGS, "data": "digits", "labels": 10_000}),
        tiny_experiment("tame", steps=10),
    )
    status, out, err = run_command(capsys, "reproduce", "all", "--json", "--engine", "ray", *QUIET)
    record = json.loads(out)
    assert (status, record["state"], len(record["trouble"]), err.count("\n")) == (1, "failed", 2, 1)
    assert "far, seed 0" in record["trouble"][0] and "wild, seed 0" in record["trouble"][1]
    assert [len(values(docs)[name]) for name in ("wild", "far", "tame")] == [0, 0, 1]
