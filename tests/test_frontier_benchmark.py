"""What benchmarks.quality.frontier chooses, repeats and writes, on runs written by hand and on a tiny training."""

import json
from argparse import Namespace
from dataclasses import replace

import pytest

from aae_core.config.configuration import configure
from aae_core.evaluation.metrics import METRICS
from aae_core.reproduce import frontier as measured
from aae_core.store.revisions import Store
from benchmarks.quality.frontier import models, points, points_page
from benchmarks.quality.run_log import Log

ARGS = Namespace(steps=20, width=8, values=3)


def run(value, reconstruction, mmd2, model="wae-mmd", data="digits-held-out", kind="trial", seed=100):
    settings = models.model_settings(model, data, 2, ARGS) | dict.fromkeys(models.MODELS[model].knob, value)
    figures = {"reconstruction": reconstruction, "mmd2": mmd2}
    return {
        "kind": kind, "model": model, "settings": settings, "seed": seed, "revision": f"r{value}-{seed}", "minutes": 0.5,
        "figures": figures,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("runs", "best_value"),
    [
        ([(1.0, 10, 0.02), (2.0, 11, 0.009), (3.0, 12, 0.001)], 2.0),  # of those close to the prior the best copy
        ([(1.0, 10, 0.05), (2.0, 11, 0.04), (3.0, 9, 0.06)], 2.0),  # none is close: the closest
        ([(1.0, 10, -0.001), (2.0, 9, 0.01)], 2.0),
    ],
)
def test_the_value_of_a_knob_is_chosen_by_the_rule_that_the_page_states(runs, best_value):
    assert points.best_knob_values("wae-mmd", [run(*figures) for figures in runs]) == {"prior_weight": best_value}
    assert points.best_knob_values("vae", []) == {}


def test_further_values_are_tried_while_one_at_an_end_is_chosen(tmp_path, monkeypatch):
    """Here the copy is the better the lower the weight, then the higher; the codes are close enough from 0.4 to 1,200."""
    values, error_sign = [], 1

    def find_or_train_run(kind, model, settings, *arguments):
        values.append(settings["prior_weight"])
        return run(values[-1], reconstruction=error_sign * values[-1], mmd2=0.005 if 0.3 < values[-1] < 5000 else 0.02)

    monkeypatch.setattr(points, "find_or_train_run", find_or_train_run)
    result = points.run_knob_trials("wae-mmd", "digits", 2, Namespace(**vars(ARGS) | {"values": 6}), None)
    assert values == [10, 50, 250, 2, 0.4, 0.08] and points.best_knob_values("wae-mmd", result) == {"prior_weight": 0.4}
    assert points.run_knob_trials("ae", "digits", 2, ARGS, None) == []
    values.clear()
    points.run_knob_trials("info-vae", "digits", 2, Namespace(**vars(ARGS) | {"values": 6}), None)
    assert values == [10, 50, 250, 2], "0.4 would drive InfoVAE's codes away from the prior, and is refused"
    values.clear()
    error_sign = -1
    result = points.run_knob_trials("wae-mmd", "digits", 2, Namespace(**vars(ARGS) | {"values": 9}), None)
    assert values == [10, 50, 250, 1200, 6000] and points.best_knob_values("wae-mmd", result) == {"prior_weight": 1200}


def test_every_model_and_every_value_of_its_knob_is_a_configuration():
    for name, model in models.MODELS.items():
        for key, values in model.knob.items() or {"seed": (0,)}.items():
            for value in values:
                configure(**{**models.model_settings(name, "mnist", 10, ARGS), key: value})


def test_one_aae_is_trained_as_in_the_paper_and_the_others_by_adam():
    kinds = {name: configure(**models.model_settings(name, "mnist", 2, ARGS)).optimiser for name in models.MODELS}
    assert [name for name, optimiser in kinds.items() if optimiser.kind == "sgd"] == ["aae-descent"]
    default = configure(variant="aae", data="mnist").optimiser
    assert replace(kinds["aae-descent"], schedule=default.schedule) == default
    assert {kinds[name].discrimination_rate for name in ("aae", "aae-one-cost", "aae-gaussian")} == {5e-4}


def test_a_run_is_trained_once_and_its_line_stands_in_the_log_at_once(tmp_path, monkeypatch, full_measures):
    """Others have the core for three quarters of the time, so a quarter of the minutes are the run's."""
    monkeypatch.setenv("AAE_CHECKPOINTS", str(tmp_path / "none"))
    monkeypatch.setattr(points, "wall_and_processor_seconds", iter([(10.0, 1.0), (14.0, 2.0)]).__next__)
    args, path = Namespace(**vars(ARGS), store=tmp_path), tmp_path / "frontier.jsonl"
    settings = models.model_settings("sliced-wasserstein", "digits", 2, args)
    first = points.find_or_train_run("point", "sliced-wasserstein", settings, 3, args, Log(path))
    assert json.loads(path.read_text()) == first and first["figures"].keys() <= METRICS.keys()
    status = Store(tmp_path / "revisions").open(first["revision"]).status
    assert (
        first["minutes"] == pytest.approx(status.seconds / 60 / 4, abs=1e-4)
        and first["figures"].keys() <= models.FIGURES.keys()
    )
    assert {"reconstruction", "mmd2", "fresh_accuracy", "knn_accuracy", "holes"} <= first["figures"].keys()
    assert points.find_or_train_run("point", "sliced-wasserstein", settings, 3, args, Log(path)) == first
    assert [entry.name for entry in (tmp_path / "revisions").iterdir() if entry.is_dir()] == [first["revision"]]


def test_a_point_names_all_settings_of_its_training(tmp_path, monkeypatch):
    """So that a link from it trains the same model again."""
    monkeypatch.setenv("AAE_CHECKPOINTS", str(tmp_path / "none"))
    args, log = Namespace(**vars(ARGS), store=tmp_path), Log(tmp_path / "frontier.jsonl")
    line = points.find_or_train_run("point", "vae", models.model_settings("vae", "digits", 3, args), 3, args, log)
    (tmp_path / measured.FRONTIER_FILE).write_text(json.dumps(points_page.frontier_record(args, log)))
    (row,) = measured.read_frontier(tmp_path).model_rows("digits", 3)
    revision = Store(tmp_path / "revisions").open(line["revision"])
    assert replace(row.point_config(row.points[0]), name=revision.config.name) == revision.config
    assert revision.config.optimiser.schedule and revision.config.threads == 1


def make_results_folder(project):
    (project / "docs" / "results").mkdir(parents=True)


def test_trials_alone_are_written_before_there_is_a_point(tmp_path, monkeypatch):
    monkeypatch.setattr(points_page, "PROJECT", tmp_path)
    make_results_folder(tmp_path)
    log = Log(tmp_path / "frontier.jsonl")
    log.add(run(100.0, 11, 0.005))
    points_page.write_results(ARGS, log)
    record = json.loads((tmp_path / "docs" / "results" / "frontier.json").read_text())
    assert (record["points"], record["command"], len(record["trials"])) == ([], "", 1)


def test_what_another_log_had_stays_on_the_page(tmp_path, monkeypatch):
    monkeypatch.setattr(points_page, "PROJECT", tmp_path)
    make_results_folder(tmp_path)
    docs, log_file, other_file = (tmp_path / name for name in ("docs", "one.jsonl", "other.jsonl"))
    full_log = Log(log_file)
    for data in ("digits", "mnist"):
        for log in (Log(other_file), full_log) if data == "mnist" else (full_log,):
            log.add(run(100.0, 11, 0.005, data=f"{data}-held-out"))
            log.add(run(100.0, 10, 0.004, data=data, kind="point", seed=0) | {"afterwards": {"coverage": 0.5}})
    points_page.write_results(ARGS, full_log)
    pages = [docs / name for name in ("results/frontier.json", "results/frontier.md")]
    old_texts = [page.read_text() for page in pages]
    assert old_texts[1].count("| WAE-MMD |") == 2 and len(json.loads(old_texts[0])["trials"]) == 2
    points_page.write_results(ARGS, Log(other_file))
    assert [page.read_text() for page in pages] == old_texts


def test_sampled_autoencoders_that_a_log_lacks_stay_in_the_file_with_its_curves(tmp_path, monkeypatch):
    """The file has one of digits, made on another machine, the log one of MNIST: both are in the file afterwards, the second
    with the minutes of its autoencoder."""
    monkeypatch.setattr(points_page, "PROJECT", tmp_path)
    make_results_folder(tmp_path)
    results = tmp_path / "docs" / "results"
    for data in ("digits", "mnist"):
        log = Log(tmp_path / f"{data}.jsonl")
        autoencoder = run(0, 1.2, 0.2, model="ae", data=data, kind="point", seed=0) | {"afterwards": {}}
        log.add(autoencoder)
        log.add(autoencoder | {"model": "ae-mixture", "revision": "", "minutes": None, "figures": {"frechet": 0.1}})
        monkeypatch.setattr(points_page.machine, "machine_name", lambda name=data: f"Machine of {name}")
        points_page.write_results(ARGS, log)
        record = json.loads((results / "frontier.json").read_text())
        if data == "digits":
            (results / "frontier.json").write_text(json.dumps(record | {"curves": {"runs": []}}))
    assert [(point["data"], point["model"], point["minutes"]) for point in record["points"]] == [
        (data, model, 0.5) for data in ("digits", "mnist") for model in ("ae", "ae-mixture")
    ]
    assert record["machine"] == "Machine of digits, fp32, 1 thread; Machine of mnist, fp32, 1 thread"
    assert record["curves"] == {"runs": []}
    assert [model.get("fitted_components") for model in record["models"]] == [None, 10]
    (command,) = record["command"].split(" && ")
    assert "--data digits mnist --latent-dims 2 --models ae ae-mixture --seeds 1 --write" in command
    rows = measured.read_frontier(results).model_rows("digits", 2)
    assert [row.values("frechet") for row in rows] == [[], [0.1]]
    assert (results / "frontier.md").read_text().count("| Autoencoder, mixture fitted afterwards |") == 2
    old_text = (results / "frontier.json").read_text()
    monkeypatch.setattr(points_page.machine, "machine_name", lambda: "A third one, on which nothing was trained")
    points_page.write_results(ARGS, Log(tmp_path / "empty.jsonl"))
    assert (results / "frontier.json").read_text() == old_text


def test_the_page_has_every_trial_and_the_deviation_over_seeds(tmp_path, monkeypatch):
    monkeypatch.setattr(points_page, "PROJECT", tmp_path)
    make_results_folder(tmp_path)
    (tmp_path / "docs" / "results" / "frontier.md").write_text("old\n\n## How to read it\n\nWritten by hand.\n")
    log = Log(tmp_path / "frontier.jsonl")
    for value in (run(30.0, 10, 0.02), run(100.0, 11, 0.005)):
        log.add(value)
    for seed, error in ((1, 12.0), (0, 10.0)):  # as when one is trained again
        log.add(run(100.0, error, 0.004, data="digits", kind="point", seed=seed))
    log.add(run(30.0, 9.0, 0.004, data="digits", kind="point", seed=2))  # of a value that was chosen before
    points_page.write_results(ARGS, log)
    record = json.loads((tmp_path / "docs" / "results" / "frontier.json").read_text())
    assert [(point["seed"], point["chosen"]) for point in record["points"]] == [
        (k, {"prior_weight": 100.0}) for k in (0, 1)
    ]
    assert record["format"] == 1 and record["models"][0]["chosen"] == {"prior_weight": 100.0}
    assert configure(**record["models"][0]["settings"]).variant == "wae-mmd"
    assert len(record["models"]) == 1
    assert record["command"].split(" && ") == [
        "python -m benchmarks.quality.frontier --data digits --latent-dims 2 --models wae-mmd --seeds 2 --write",
    ]
    assert "WAE-MMD λ (30, 100)." in record["protocol"] and "among 2 values:" in record["protocol"]
    page = (tmp_path / "docs" / "results" / "frontier.md").read_text()
    assert "| WAE-MMD | λ = 100 | 2 | 11.00 ± 1.41 |" in page and page.endswith("Written by hand.\n")
    assert [trial["settings"]["prior_weight"] for trial in record["trials"]] == [30.0, 100.0]
    assert "coverage" not in page
    for line in log.lines:  # of one point alone they would mislead
        if line["kind"] == "point":
            with log.path.open() as reader:
                old_text = log.path.read_text()
                log.replace(line | {"afterwards": {"coverage": 0.5, "n": 300}})
                assert reader.read() == old_text != log.path.read_text(), "no reader finds half a file"
            points_page.write_results(ARGS, log)
            record = json.loads((tmp_path / "docs" / "results" / "frontier.json").read_text())
            assert ("coverage" in record["points"][0]["figures"]) == (line["seed"] != 1)
            assert "n" not in record["points"][0]["figures"]


def test_a_model_that_has_trials_alone_is_in_the_file_with_the_value_they_choose(tmp_path):
    log = Log(tmp_path / "frontier.jsonl")
    for value in (run(30.0, 10, 0.02), run(100.0, 11, 0.005), run(30.0, 3, 0.001, data="glyphs-held-out")):
        log.add(value)
    record = points_page.frontier_record(ARGS, log)
    assert [(model["name"], model["chosen"]) for model in record["models"]] == [("wae-mmd", {"prior_weight": 100.0})]
    assert record["points"] == [] and len(record["trials"]) == 3
