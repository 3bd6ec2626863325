"""benchmarks/quality/gallery.py: which run of an experiment is shipped, and what docs/results/gallery.md says of the others."""

import re

import numpy as np
import pytest
from helpers.tiny_experiments import replace_experiments, tiny_experiment

from aae_core.places import PROJECT
from aae_core.reproduce import experiments, results
from aae_core.store.revisions import Store
from benchmarks.quality import gallery

OF_THE_PAPER = {label: settings for settings, label, _ in gallery.GALLERY.values() if isinstance(settings, str)}


@pytest.mark.parametrize(
    ("values", "shipped_seed"),
    [
        ({}, 0),
        ({0: 1.0, 1: 4.0, 2: 2.0}, 2),
        ({0: 4.0, 1: 3.0, 2: 2.0, 3: 1.0}, 1),
        ({0: 1.0, 1: 3.0, 2: 2.0, 100: 9.0, 101: 7.0, 102: 8.0}, 102),
    ],
)
def test_an_experiment_is_shipped_as_the_run_of_its_median_seed(values, shipped_seed, monkeypatch, tmp_path):
    row = replace_experiments(monkeypatch, tiny_experiment())
    monkeypatch.setattr(results, "RESULTS_FOLDER", tmp_path)
    record = results.EMPTY_RECORD
    for seed, value in values.items():
        run = results.ExperimentRun(seed, "r", value, 1.0, 1.0, 1, "a processor", "2026-01-01", {})
        record = results.record_with_run(record, row, "cpu", run)
    results.write_results(record)
    assert gallery.revision_config("tiny", "fp32") == experiments.run_config(row, "cpu", shipped_seed)


def test_those_that_are_shipped_and_are_not_the_median_are_named():
    """A row of docs/results/gallery.md for each: label, the seed that is shipped, the median one."""
    text = (PROJECT / "docs" / "results" / "gallery.md").read_text(encoding="utf-8")
    listed_seeds = {
        match[1]: (int(match[2]), int(match[3])) for match in re.finditer(r"\| (.+?) \| (\d+) \| (\d+) \|", text)
    }
    record, expected_seeds = results.read_results(), {}
    for row in Store("no revisions of one's own").list():
        if row.gallery and row.label in OF_THE_PAPER:
            (result_row,) = [
                r for r in record["rows"] if (r["experiment"], r["budget"]) == (OF_THE_PAPER[row.label], "cpu")
            ]
            values = {run["seed"]: run["value"] for run in result_row["runs"] if run["seed"] in result_row["counted"]}
            seed = Store("no revisions of one's own").open(row.id).config.seed
            ordered_seeds = sorted(values, key=lambda candidate: (values[candidate], candidate))
            # of an even number, two are in the middle
            middle = min(ordered_seeds[(len(ordered_seeds) - 1) // 2], ordered_seeds[len(ordered_seeds) // 2])
            distance = np.abs(np.array([*values.values()]) - np.median([*values.values()]))
            assert abs(values[middle] - np.median([*values.values()])) <= distance.min() + 1e-9
            if seed != middle:
                expected_seeds[row.label] = (seed, middle)
    assert listed_seeds == expected_seeds


def test_half_precision_changes_a_test_error_by_one_image_at_most_and_each_such_figure_is_named():
    text = (PROJECT / "docs" / "results" / "gallery.md").read_text(encoding="utf-8")
    (sentence,) = re.findall(r"Weights are shipped in half precision,.*?\d\.\n", text, re.DOTALL)
    store, record = Store("no revisions of one's own"), results.read_results()
    other_figures = set()
    for summary in store.list():
        figure = experiments.EXPERIMENTS[OF_THE_PAPER[summary.label]].figure if summary.label in OF_THE_PAPER else None
        if not summary.gallery or figure is None or not figure.key.endswith("error"):
            continue
        shipped = store.open(summary.id)
        shipped_value = round(figure.scale * shipped.status.measures[figure.key], 2)
        for row in record["rows"]:
            if (row["experiment"], row["budget"]) == (OF_THE_PAPER[summary.label], "cpu"):
                (value,) = [run["value"] for run in row["runs"] if run["seed"] == shipped.config.seed]
                assert abs(shipped_value - value) < 0.011
                if shipped_value != value:
                    other_figures.add(f"{value:.2f}")
    assert other_figures == set(re.findall(r"\b[1-9]\.\d\d\b", sentence))
