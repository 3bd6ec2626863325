"""The curves of benchmarks.quality.frontier: what is trained, what counts as finished, and what is written beside the points."""

import json
import shutil
from argparse import Namespace

import numpy as np
import pytest
import scipy.stats

from aae_core.config.configuration import configure
from aae_core.places import PROJECT
from aae_core.reproduce import frontier as measured
from benchmarks.quality.frontier import curves, curves_page, mixture, models, points
from benchmarks.quality.run_log import Log

ARGS = Namespace(steps=20, width=8, seeds=3, data=["digits"], latent_dims=[2], models=["beta-vae", "ae"])
VALUES = {("digits", 2): dict.fromkeys(curves.REQUIRED_MODELS, (1.0, 2.0))}


@pytest.fixture
def values(monkeypatch):
    monkeypatch.setattr(curves, "VALUES", VALUES)
    monkeypatch.setattr(curves_page, "VALUES", VALUES)


def line(model, value, seed, kind="curve", reconstruction=1.3, mmd2=0.002, args=ARGS):
    settings = models.model_settings(model, "digits", 2, args) | dict.fromkeys(models.MODELS[model].knob, value)
    figures = {"reconstruction": reconstruction, "mmd2": mmd2}
    return {"kind": kind, "model": model, "settings": settings, "seed": seed, "figures": figures}


def test_every_value_of_every_curve_is_a_configuration():
    for place, values_by_model in curves.VALUES.items():
        assert set(curves.REQUIRED_MODELS) <= values_by_model.keys() <= models.MODELS.keys()
        for model, knob_values in values_by_model.items():
            assert len(knob_values) >= 5 and len(set(knob_values)) == len(knob_values)
            for settings in curves.curve_settings(model, *place, Namespace(steps=None, width=None)):
                configure(**settings)


def test_only_what_is_missing_is_trained(tmp_path, monkeypatch, values):
    """A β-VAE with β = 1 is the VAE, whose points stand for it."""
    trained_points = []
    monkeypatch.setattr(
        curves,
        "train_curve_point",
        lambda model, settings, seed, log: trained_points.append((settings["beta"], seed)),
    )
    vae = line("vae", 0, 1, kind="point")
    curves.train_curves(ARGS, Log(tmp_path / "log"), [vae])
    assert trained_points == [(1.0, 0), (2.0, 0), (2.0, 1), (1.0, 2), (2.0, 2)]


def test_a_place_has_the_seeds_with_which_every_model_has_every_value(tmp_path, values):
    log = Log(tmp_path / "log")
    log.lines = [
        line(model, value, seed) for model in curves.REQUIRED_MODELS for value in (1.0, 2.0) for seed in range(3)
    ]
    runs = curves.finished_runs(ARGS, log, [])
    assert len(runs) == 6 * 2 * 3 and runs[0]["settings"] == {"beta": 1.0}
    last_line = log.lines.pop()
    assert {run["seed"] for run in curves.finished_runs(ARGS, log, [])} == {0, 1}
    assert len(curves.finished_runs(ARGS, log, [last_line | {"kind": "point"}])) == 36
    log.lines = [item for item in log.lines if item["seed"] == 2]
    assert curves.finished_runs(ARGS, log, []) == []


def test_curves_whose_log_is_gone_are_neither_trained_again_nor_dropped(tmp_path, monkeypatch, values):
    """The file has one seed, the log another one: both are in the file afterwards."""
    copy_results(tmp_path)
    page, own_size = tmp_path / "frontier.json", Namespace(**vars(ARGS) | {"steps": None, "width": None})
    record = json.loads(page.read_text())
    runs = [
        {
            "data": "digits",
            "latent_dim": 2,
            "model": model,
            "seed": 0,
            "settings": {knob: value},
            "figures": {"mmd2": 0.5},
        }
        for model in curves.REQUIRED_MODELS
        for knob in models.MODELS[model].knob
        for value in (1.0, 2.0)
    ]
    record["curves"]["runs"] = runs
    page.write_text(json.dumps(record))
    log = Log(tmp_path / "log")
    log.lines = [line(model, value, 1, args=own_size) for model in curves.REQUIRED_MODELS for value in (1.0, 2.0)]
    log.lines += curves.curve_lines_missing_in_log(page, log)
    assert curves.curve_lines_missing_in_log(page, log) == [], "the log has them all"
    trained_seeds = []

    def train_and_measure(settings, seed):
        trained_seeds.append(seed)
        return None, {"mmd2": 0.1}

    monkeypatch.setattr(curves, "train_and_measure", train_and_measure)
    curves.train_curves(own_size, log, [])
    assert trained_seeds == [2, 2], "of the β-VAE, the one model with a knob of those asked for"
    curve_runs = curves.finished_runs(own_size, log, [])
    assert {run["seed"] for run in curve_runs} == {0, 1}
    assert [run for run in curve_runs if run["seed"] == 0] == runs


def copy_results(folder):
    """Copy the project's files of the frontier, without Fashion-MNIST, and of their curves only those of the digits in two
    dimensions."""
    for name in ("frontier.json", "frontier.md"):
        shutil.copy(PROJECT / "docs" / "results" / name, folder / name)
    page = folder / "frontier.json"
    value = json.loads(page.read_text())
    runs = value["curves"]["runs"]
    value["curves"]["runs"] = [run for run in runs if (run["data"], run["latent_dim"]) == ("digits", 2)]
    value["points"] = [point for point in value["points"] if point["data"] != "fashion-mnist"]
    page.write_text(json.dumps(value))


def test_a_table_of_one_seed_or_with_values_of_another_set_says_so(tmp_path, monkeypatch, values):
    place_values = VALUES | {("fashion-mnist", 2): VALUES["digits", 2]}
    monkeypatch.setattr(curves, "VALUES", place_values)
    monkeypatch.setattr(curves_page, "VALUES", place_values)
    copy_results(tmp_path)
    log = Log(tmp_path / "log")
    for model in curves.REQUIRED_MODELS:
        for value in (1.0, 2.0):
            run = line(model, value, 0, mmd2=0.001 * value)
            log.lines.append(run | {"settings": run["settings"] | {"data": "fashion-mnist"}})
    args = Namespace(**vars(ARGS) | {"data": ["fashion-mnist"]})
    old_runs = measured.read_frontier(tmp_path).curves.runs
    curves_page.write_curves(args, log, [], tmp_path / "frontier.json")
    runs = measured.read_frontier(tmp_path).curves.runs
    assert len(old_runs) > 0 and [run for run in runs if run.data == "digits"] == old_runs, (
        "curves of other places stay"
    )
    text = " ".join((tmp_path / "frontier.md").read_text().split())
    section = text.partition("### fashion-mnist, 2 dimensions: reference error 1.30")[2].partition(" ## ")[0]
    assert section.startswith(" *Seed 0 alone: nothing says how much chance is in it.* ")
    assert "those of mnist, fixed before any training on fashion-mnist" in section and "No autoencoder" in section
    assert "| WAE-MMD | 1 | – | 1.30 | 1.30 | 1.30 |" in section
    assert "--data fashion-mnist --latent-dims 2 --seeds 1" in text


def test_a_run_of_a_curve_is_trained_once_and_measured_as_a_point(tmp_path, monkeypatch, full_measures):
    monkeypatch.setenv("AAE_CHECKPOINTS", str(tmp_path / "none"))
    args = Namespace(**vars(ARGS) | {"store": tmp_path})
    settings = models.model_settings("wae-mmd", "digits", 2, args) | {"prior_weight": 2.0}
    log = Log(tmp_path / "curve.jsonl")
    curve_line = curves.train_curve_point("wae-mmd", settings, 3, log)
    point_line = points.find_or_train_run("point", "wae-mmd", settings, 3, args, Log(tmp_path / "point.jsonl"))
    assert curve_line["figures"] == point_line["figures"], "to the last bit, though nothing was kept on the way"
    assert curve_line["minutes"] is None and curves.train_curve_point("wae-mmd", settings, 3, log) == curve_line
    assert len(log.path.read_text().splitlines()) == 1


def test_a_mixture_is_sampled_that_follows_the_codes(monkeypatch):
    """On a model whose codes are two clusters: the samples have the clusters' means and shares."""
    from aae_core.models import inference

    clusters = np.repeat([[-3.0, 0.0], [3.0, 1.0]], [300, 700], axis=0)
    codes = clusters + np.random.default_rng(0).normal(0, 0.1, clusters.shape)
    monkeypatch.setattr(inference, "encode_all", lambda model, images: codes[np.asarray(images)])
    dataset = Namespace(train=Namespace(images=np.arange(1000)), test=Namespace(images=np.arange(500)))
    samples = mixture.mixture_samples(None, dataset, seed=0, count=4000).numpy()
    is_right = samples[:, 0] > 0
    assert is_right.mean() == pytest.approx(0.7, abs=0.03)
    assert samples[is_right].mean(0) == pytest.approx([3, 1], abs=0.02) and samples.dtype == np.float32
    assert samples[~is_right].std(0) == pytest.approx([0.1, 0.1], abs=0.02)


def test_curves_are_written_beside_the_points(tmp_path, values):
    """Into a copy of the project's own file: what it had stays, and the page has a table at equal fit."""
    copy_results(tmp_path)
    page = tmp_path / "frontier.json"
    old_record = json.loads(page.read_text())
    log = Log(tmp_path / "log")
    log.lines = [
        line(model, value, seed, reconstruction=1.3 + seed / 100, mmd2=0.001 * value)
        for model in curves.REQUIRED_MODELS
        for value in (1.0, 2.0)
        for seed in range(3)
    ]
    curves_page.write_curves(ARGS, log, [], page)
    new_record, data = json.loads(page.read_text()), measured.read_frontier(tmp_path)
    assert all(new_record[key] == old_record[key] for key in ("models", "points", "trials"))
    assert len(data.curves.runs) == 36
    text = page.with_suffix(".md").read_text()
    section = text.partition("## At equal fit")[2].partition("\n## ")[0]
    assert "| WAE-MMD | 3 | 1.31 ± 0.02 |" in section, "359 images tell no fit but 0.005 from 0"
    assert "--curves --data digits --latent-dims 2 --write" in section
    assert text.count("## How to read it") == 1 and "| Autoencoder, mixture fitted afterwards |" in text
    curves_page.write_curves(ARGS, log, [], page)
    assert page.with_suffix(".md").read_text() == text, "written again, nothing changes"


SUMMARY_MODELS = {
    "AAE, as in the paper": dict.fromkeys((2, 10), "aae-descent"),
    "AAE, one cost": {2: "aae-three-steps", 10: "aae-one-cost"},
    "WAE-MMD": dict.fromkeys((2, 10), "wae-mmd"),
    "sliced Wasserstein": dict.fromkeys((2, 10), "sliced-wasserstein"),
    "β-VAE": dict.fromkeys((2, 10), "beta-vae"),
}
SUMMARY_DATA = {"MNIST": "mnist", "Fashion-MNIST": "fashion-mnist", "generated glyphs": "glyphs"}


def test_the_summary_has_the_errors_at_equal_fit():
    """Each cell of its table, interpolated by numpy in log MMD² along the lower envelope of each seed's runs, with
    Student's interval by scipy."""
    text = (PROJECT / "docs" / "results" / "summary.md").read_text(encoding="utf-8")
    lines = text.partition("## Which latent model?")[2].partition("\n| |")[2].partition("\n\n")[0].splitlines()
    titles = [cell.strip() for cell in lines[0].strip("|").split("|")]
    assert titles == list(SUMMARY_MODELS)
    for row in lines[2:]:
        name, *cells = (cell.strip() for cell in row.strip("|").split("|"))
        data, _, dimensions = name.rpartition(", ")
        latent_dim = int(dimensions.split()[0])
        for title, cell in zip(titles, cells, strict=True):
            errors = errors_at_0_002(SUMMARY_DATA[data], latent_dim, SUMMARY_MODELS[title][latent_dim])
            assert cell == cell_text(errors), (name, title)


def errors_at_0_002(data, latent_dim, model):
    """The error of each seed; None for one that does not come so close."""
    runs_by_seed = {}
    for run in measured.read_frontier().curves.runs:
        if (run.data, run.latent_dim, run.model) == (data, latent_dim, model):
            position = max(run.figures["mmd2"], 1e-4), run.figures["reconstruction"]
            runs_by_seed.setdefault(run.seed, []).append(position)
    errors = []
    for positions in runs_by_seed.values():
        envelope = [p for p in sorted(positions) if all(q[1] > p[1] for q in positions if q < p)]
        fits, heights = np.array(envelope).T
        is_close = fits[0] <= 0.002
        errors.append(np.interp(np.log(0.002), np.log(fits), heights) if is_close else None)
    return errors


def cell_text(errors):
    if None in errors:
        return "–"
    half_width = scipy.stats.t.ppf(0.975, len(errors) - 1) * np.std(errors, ddof=1) / np.sqrt(len(errors))
    return f"{np.mean(errors):.2f} ± {half_width:.2f}"
