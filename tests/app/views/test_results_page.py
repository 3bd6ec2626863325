"""The page Results, run without a browser."""

import json
from dataclasses import replace

import pytest

pytest.importorskip("streamlit")
import streamlit as st
from helpers import app_pages
from helpers.tiny_experiments import replace_experiments, tiny_experiment

from aae_core.data import sets
from aae_core.reproduce import experiments, results
from aae_core.store.revisions import Store
from aae_core.store.status import Status
from app.cache import lru
from app.figures import results_chart


@pytest.fixture(autouse=True)
def docs(tmp_path, monkeypatch):
    """A folder for the table, in place of the project's; nothing kept from another test."""
    st.cache_resource.clear()
    lru.clear_all()
    st.cache_data.clear()
    monkeypatch.setattr(results, "RESULTS_FOLDER", tmp_path)
    return tmp_path


def open_results_page(**query):
    """The page with the notes of every experiment unfolded."""
    boxes = [f"results.{name}" for name in experiments.EXPERIMENTS]
    return app_pages.run_page("results", boxes, **query)


def headings(app):
    return [box.label for box in app.expander]


def chart(app):
    (html,) = (
        element.proto.body
        for element in app.get("html")
        if "results-chart" in element.proto.body and "<figure" in element.proto.body
    )
    return html


def words(app):
    return [m.value for m in app.markdown]


def links(app):
    return [(link.proto.label, link.proto.query_string) for link in app.get("page_link")]


LINK_TO_MODELS = ("Which one? All latent models in one chart", "")


def make_run(seed, value, revision):
    return results.ExperimentRun(
        seed, revision, value, 26.0, 2.0, 40, "a processor, bf16", "2026-01-01", {"error": value / 100}
    )


def write_runs(row, *runs, budget="cpu"):
    record = results.read_results()
    for run in runs:
        record = results.record_with_run(record, row, budget, run)
    results.write_results(record)


def create_revision(row, seed=0):
    return Store().create(experiments.run_config(row, "cpu", seed), sets.describe_data_set("digits"), Status("done"))


def test_every_experiment_is_there_with_its_command_though_none_was_run():
    app = open_results_page()
    assert not app.exception and not app.error
    page_words, commands = words(app), [code.value for code in app.code]
    for row in experiments.EXPERIMENTS.values():
        if "cpu" in row.recipes:
            assert any(text.startswith(f"**{row.title}**") for text in headings(app)) != bool(row.augmented_experiment)
            assert f"python -m aae_core reproduce {row.name}" in commands
    rows = sum("cpu" in row.recipes for row in experiments.EXPERIMENTS.values())
    assert sum(text.count("not run") for text in page_words) == rows
    assert links(app) == [LINK_TO_MODELS]
    assert any("9.55 ± 2.05 %" in text for text in page_words)


def test_a_figure_stands_beside_the_papers_and_opens_its_revision(monkeypatch):
    row = replace_experiments(monkeypatch, tiny_experiment(paper="1.90 ± 0.10", seeds=2))
    revision = create_revision(row)
    write_runs(row, make_run(0, 2.1, revision.id), make_run(1, 2.3, "20260101T000000Z-semi-supervised-mnist-far111"))
    app = open_results_page()
    own_text = next(text for text in words(app) if "2.20 ± 0.14 %" in text)
    assert "2 seeds" in own_text and "26 min" in own_text
    assert any("1.90 ± 0.10" in text for text in words(app))
    assert links(app) == [("Open seed 0", f"revision={revision.id}"), LINK_TO_MODELS]
    assert any("Not on this machine" in c.value and "seed 1." in c.value for c in app.caption)
    assert any("2026-01-01" in text and "a processor, bf16" in text for text in words(app))


def test_the_interval_and_the_unmoved_figure_stand_beside_it(monkeypatch):
    from scipy import stats

    row = tiny_experiment(paper="1.90 ± 0.10", paper_runs=5)
    unmoved_row = tiny_experiment("tiny-unmoved", steps=41, augmented_experiment="tiny")
    replace_experiments(monkeypatch, row, unmoved_row)
    write_runs(row, *(make_run(seed, value, "gone") for seed, value in ((100, 2.1), (101, 2.3), (102, 2.6), (0, 1.0))))
    write_runs(unmoved_row, make_run(0, 3.5, create_revision(unmoved_row).id))
    app = open_results_page()
    own_text, unmoved_text = (
        next(text for text in words(app) if figure in text) for figure in ("2.33 ± 0.25 %", "3.50 %")
    )
    low, high = stats.ttest_1samp([2.1, 2.3, 2.6], 0).confidence_interval()
    assert f"{low:.2f} to {high:.2f}" in own_text and "3 seeds" in own_text
    assert "Images not moved" in unmoved_text and "**3.50 %**" in unmoved_text
    assert any("Welch, if the paper's figure is the mean of 5 runs" in caption.value for caption in app.caption)
    assert [label for label, _ in links(app)] == ["Open, not moved", LINK_TO_MODELS[0]]
    assert "python -m aae_core reproduce tiny-unmoved" in [code.value for code in app.code]


def test_one_chart_and_the_folds_hold_the_figures(monkeypatch):
    row, unmoved_row = (
        tiny_experiment(paper="1.90 ± 0.10"),
        tiny_experiment("tiny-unmoved", steps=41, augmented_experiment="tiny"),
    )
    replace_experiments(monkeypatch, row, unmoved_row)
    write_runs(row, *(make_run(seed, value, "gone") for seed, value in ((100, 2.1), (101, 2.3), (102, 2.6))))
    write_runs(unmoved_row, make_run(0, 3.5, "gone"))
    app = app_pages.run_page("results")
    assert all(name in chart(app) for name in ("This project", "images not moved", "The paper"))
    legend = chart(app).split('class="rc-key"')[1].split("</p>")[0]
    assert results_chart.UNMOVED_TEXT in legend, "at the legend, not below the chart"
    assert headings(app)[0] == "**Title of tiny** §5 · 2.33 ± 0.25 % · not moved 3.50 % · paper 1.90 ± 0.10 %"
    assert not app.code, "how to run is folded"


def test_the_caveat_and_the_other_measures_stand_beside_the_figure(monkeypatch):
    row = replace_experiments(monkeypatch, tiny_experiment(note="It says little in many dimensions."))
    write_runs(row, replace(make_run(0, 2.0, "gone"), measures={"error": 0.02, "k_means": 313.25}))
    app = open_results_page()
    assert any("centroids 313.2" in c.value and "It says little in many dimensions." in c.value for c in app.caption)


def test_another_budget_has_rows_of_its_own(monkeypatch):
    row = replace_experiments(monkeypatch, tiny_experiment())
    write_runs(row, make_run(0, 1.25, "gone"), budget="paper")
    app = open_results_page(budget="paper")
    assert any("1.25 %" in text for text in words(app))
    assert "python -m aae_core reproduce tiny --budget paper" in [code.value for code in app.code]
    assert not any("1.25 %" in text for text in words(open_results_page()))


def test_runs_of_a_former_recipe_are_said_to_be_that(monkeypatch):
    write_runs(replace_experiments(monkeypatch, tiny_experiment(steps=40)), make_run(0, 2.0, "gone"))
    replace_experiments(monkeypatch, tiny_experiment(steps=50))
    page_words = words(open_results_page())
    assert any("former recipe" in text for text in page_words) and any(
        "recipe has changed" in text for text in page_words
    )


def test_a_damaged_table_is_told_and_how_to_run_is_still_there(docs):
    (docs / results.JSON_FILE).write_text(json.dumps({"format": 7, "rows": []}))
    app = open_results_page()
    assert not app.exception
    (error,) = app.error
    assert "has format 7" in error.value
    app.session_state["results.how"] = True  # the box is open
    app.run()
    assert [code for code in app.code if "reproduce all --budget paper" in code.value]
    assert any("takes days" in m.value for m in app.markdown)


def test_the_papers_lengths_take_days_and_budgets_are_named():
    app = open_results_page(budget="paper")
    assert any("takes days" in c.value for c in app.caption) and any("5,000 epochs" in text for text in words(app))
    app = open_results_page()
    assert not any("takes days" in c.value for c in app.caption)
    assert any(" min (not measured yet)" in text for text in words(app))


def test_every_figure_of_the_table_is_explained_on_request():
    app = open_results_page()
    assert not any("Student" in text for text in words(app))
    app.session_state["results.reading"] = True  # the box is open
    app.run()
    for name in ("Seeds", "±", "95 % interval", "Ours − the paper's", "Images not moved", "Minutes"):
        assert any(text.startswith(f"**{name}**: ") for text in words(app)), name
