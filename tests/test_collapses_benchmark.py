"""benchmarks/quality/collapses.py: what counts as a collapse, that a command makes each line of the log, and the page."""

import argparse
import functools
import math

import pytest

from benchmarks import document
from benchmarks.quality import collapses
from benchmarks.quality.run_log import Log

SIZE = argparse.Namespace(steps=collapses.STEPS, width=collapses.WIDTH)
FIGURES = {"reconstruction": 1.0, "mmd2": 0.002, "fresh_accuracy": 0.6, "holes": 0.02}
FIGURES |= {"spread": 0.9, "mean_item_error": 2.0}


@pytest.mark.parametrize(
    ("changed", "reason"),
    [
        ({}, ""),
        ({"mmd2": math.nan}, "a figure is not finite"),
        ({"spread": 0.09}, "codes in one place"),
        ({"reconstruction": 2.0}, "no better than the mean item"),
        ({"fresh_accuracy": 0.96}, "codes off the prior"),
    ],
)
def test_what_counts_as_a_collapse(changed, reason):
    assert collapses.collapse_reason(FIGURES | changed) == reason


def test_a_command_makes_each_line_of_the_log():
    log = Log(collapses.LOG)
    for line in log.lines:
        assert line["settings"] == collapses.run_settings(line["model"], *collapses.place(line), SIZE)
        assert collapses.place(line)[0] in collapses.MODELS[line["model"]].data
        assert line["figures"].keys() == FIGURES.keys()


def test_the_estimator_is_measured_on_the_rows_that_it_was_fitted_to(monkeypatch):
    short = functools.partial(collapses.AdversarialAutoencoder, max_epochs=1)
    monkeypatch.setattr(collapses, "AdversarialAutoencoder", short)
    settings = collapses.run_settings(collapses.ESTIMATOR, "iris", "swiss-roll", SIZE)
    model, dataset, metrics = collapses.fit_and_measure_estimator(settings, 0)
    assert (model.config.optimiser.generation_weight, model.config.discriminator_penalty) == (1.0, 1.0)
    assert (model.config.prior.name, model.config.latent_dim, model.config.passes) == ("swiss-roll", 2, "shared")
    assert dataset.train is dataset.test and len(dataset.test.images) == 150
    assert 0 < metrics["fresh_accuracy"] <= 1  # measured from 100 rows on
    # iris has four columns, each in its own standard deviation
    assert collapses.mean_item_error(model, dataset) == pytest.approx(2, rel=1e-3)


def test_the_page_has_a_part_for_each_model_and_keeps_its_end(tmp_path, monkeypatch):
    page = tmp_path / "collapses.md"
    page.write_text(f"old\n\n{document.READING_HEADING}\n\nby hand\n")
    monkeypatch.setattr(document, "page_path", lambda name: page)
    log = Log(tmp_path / "collapses.jsonl")
    for name, spread in ((collapses.ESTIMATOR, 0.01), ("aae-three-steps", 0.9)):
        for seed, minutes in ((0, None), (1, 0.25)):
            run = {"kind": "run", "model": name, "seed": seed, "minutes": minutes}
            settings = collapses.run_settings(name, "digits", "gamma", SIZE)
            log.add(run | {"settings": settings, "figures": FIGURES | {"spread": spread}})
    collapses.write_page(log)
    text = page.read_text()
    images, tables = text.split("\n## `AdversarialAutoencoder`")
    assert "**Collapsed: 0 of 2.**" in images and "0.25 minutes of the processor a run" in " ".join(images.split())
    assert "| digits | gamma | 2 | 1.00 | 2.00 | 0.0020 | 0.60 | 0.90 | none |" in images
    assert "**Collapsed: 2 of 2.**" in tables
    assert "| 0.01 | codes in one place; codes in one place |" in tables
    assert "old" not in text and text.endswith(f"{document.READING_HEADING}\n\nby hand\n")
