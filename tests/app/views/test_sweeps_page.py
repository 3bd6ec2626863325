"""The page Sweeps, run without a browser; runs are made up, and no worker is launched."""

import json
import os
from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import psutil
import pytest

pytest.importorskip("streamlit")
import streamlit as st
from helpers import app_pages

from aae_core.config.configuration import configure
from aae_core.data import sets
from aae_core.runs import engines, launchers, sweep_control, sweep_plans, sweep_standings
from aae_core.store import sweeps as sweep_records
from aae_core.store.revisions import Store
from aae_core.store.status import Status
from aae_core.store.sweeps import Run
from app.cache import lru
from app.page_parts.sweeps import sweep_figures as figures
from app.page_parts.sweeps import sweep_panels
from app.translation.languages import use_language
from app.translation.texts import translate

TINY = {"data": "digits", "steps": 90, "network.hidden": (8,), "network.discriminator": (8,), "threads": 1}
VARIED = {"prior.name": ["gaussian", "mixture"], "latent_dim": [2, 4]}


@pytest.fixture(autouse=True)
def start_no_workers(monkeypatch):
    st.cache_resource.clear()
    lru.clear_all()
    st.cache_data.clear()
    process_fields = {"pid": os.getpid(), "started": psutil.Process().create_time(), "engine": "local"}
    monkeypatch.setattr(launchers.LocalProcess, "launch", lambda self, revision: process_fields)


def write_sweep(state="done", values=(0.3, 0.1, 0.4, 0.2), **options):
    """A sweep of two settings with two seeds; the measure of each point, that of its second seed a tenth higher."""
    store, planned_sweep = Store(), sweep_plans.plan_sweep(VARIED, TINY, 2, "mmd2", **options)
    points = []
    for point, value in zip(planned_sweep.points, values, strict=True):
        runs = []
        for seed in (0, 1):
            measures = {"mmd2": 2 * value}
            status = Status("done", step=90, total_steps=90, seconds=9.0, measures=measures)
            revision = store.create(
                sweep_plans.run_configuration(planned_sweep, point.settings, seed),
                sets.describe_data_set("digits"),
                status,
            )
            runs.append(Run(seed, revision.id, [value + 0.1 * seed]))
        points.append(replace(point, stage=0, runs=runs))
    return sweep_records.write_sweep(store, replace(planned_sweep, points=points, state=state))


def words(app):
    return [item.value for kind in (app.markdown, app.caption) for item in kind]


def test_without_a_sweep_the_form_is_open_and_begins_one():
    app = app_pages.assert_no_exception(app_pages.run_page("sweeps"))
    assert app.multiselect(key="sweeps.varied").value == ["prior.name"]
    app.text_input(key="sweeps.values.prior.name").set_value("gaussian|uniform").run()
    app.number_input(key="sweeps.seeds").set_value(2).run()
    app.button(key="sweeps.go").click().run()
    assert not app.error and not app.exception
    (new_sweep,) = sweep_records.read_all_sweeps(Store())[0]
    assert (
        new_sweep.vary == {"prior.name": ["gaussian", "uniform"]}
        and new_sweep.seeds == [0, 1]
        and new_sweep.state == "running"
    )
    assert app.query_params["sweep"] in (new_sweep.id, [new_sweep.id]) and len(Store().list_own()) == 1
    app.button(key="sweeps.stop_sweep").click().run()
    assert sweep_records.read_sweep(Store(), new_sweep.id).state == "stopped"
    app.button(key="sweeps.continue_sweep").click().run()
    assert sweep_records.read_sweep(Store(), new_sweep.id).state == "running"
    app.button(key="sweeps.stop_sweep").click().run()
    app.button(key="sweeps.remove_sweep").click().run()
    assert (
        not app.error and not app.exception and sweep_records.sweep_ids(Store()) == [] and len(Store().list_own()) == 1
    )


def test_a_sweep_asked_to_stop_says_so_until_its_program_reads_it():
    store, sweep = Store(), write_sweep("running")
    sweep = sweep_records.write_sweep(store, replace(sweep, here=True))
    with sweep_control._lock_sweep(store, sweep.id):
        app = app_pages.assert_no_exception(app_pages.run_page("sweeps", sweep=sweep.id))
        assert not app.button(key="sweeps.stop_sweep").disabled
        app.button(key="sweeps.stop_sweep").click().run()
        assert not app.error and not app.exception and app.button(key="sweeps.stop_sweep").disabled
        assert any("Asked to stop" in word for word in words(app))
    app.run()  # the program has ended without reading it
    assert app.button(key="sweeps.continue_sweep") and not any("Asked to stop" in word for word in words(app))


class Cluster(launchers.Launcher):
    """An engine with a queue of its own, on which all that was handed over waits."""

    name, has_queue = "ray", True

    def launch(self, revision):
        return {"engine": self.name, "worker": revision.id}

    def is_alive(self, status):
        return True

    def waiting_reason(self, status):
        return "The cluster is full."


def test_on_a_cluster_the_form_says_what_its_trainings_ask_for(monkeypatch):
    monkeypatch.setitem(engines.ENGINES, "ray", Cluster())
    monkeypatch.setenv("AAE_ENGINE", "ray")
    monkeypatch.setenv("AAE_ENGINE_OPTIONS", "cpus=2")
    app = app_pages.assert_no_exception(app_pages.run_page("sweeps"))
    assert app.text_input(key="sweeps.asks").value == "cpus=2"
    app.text_input(key="sweeps.asks").set_value("resources=sweep").run()
    app.button(key="sweeps.go").click().run()
    assert ["resources" in error.value for error in app.error] == [True] and sweep_records.sweep_ids(Store()) == []
    app.text_input(key="sweeps.asks").set_value("resource=sweep").run()
    app.button(key="sweeps.go").click().run()
    assert not app.error and {row.status.asks for row in Store().list_own()} == {"resource=sweep"}
    assert "The cluster is full." in words(app)


@pytest.mark.parametrize(
    ("value_text", "expected_text"),
    [
        ("gaussian|gausian", "gausian"),
        ("gaussian|gaussian", "each of them once"),
        ("0.1..1", "is no number"),
        ("", "not known"),
    ],
)
def test_what_makes_no_sense_is_a_sentence_and_trains_nothing(value_text, expected_text):
    app = app_pages.assert_no_exception(app_pages.run_page("sweeps"))
    app.text_input(key="sweeps.values.prior.name").set_value(value_text).run()
    app.button(key="sweeps.go").click().run()
    assert not app.exception and [expected_text in error.value for error in app.error] == [True]
    assert Store().list_own() == [] and sweep_records.sweep_ids(Store()) == []


def test_the_table_has_the_best_first_with_its_spread():
    sweep = write_sweep()
    app = app_pages.assert_no_exception(app_pages.run_page("sweeps", sweep=sweep.id))
    (table,) = [frame.value for frame in app.dataframe]
    assert list(table["Prior"]) == ["gaussian", "mixture", "gaussian", "mixture"]
    assert list(table["Latent dimensions"]) == ["4", "4", "2", "2"]
    means = [np.mean([v, v + 0.1]) for v in (0.1, 0.2, 0.3, 0.4)]
    distance_texts = list(table["Distance to the prior (MMD²)"])
    assert [float(text.split(" ± ")[0]) for text in distance_texts] == pytest.approx(means)
    assert {float(text.split(" ± ")[1]) for text in distance_texts} == {round(float(np.std([0.1, 0.2], ddof=1)), 4)}
    assert [float(t.split(" ± ")[0]) for t in table["The same on test images"]] == pytest.approx([0.2, 0.4, 0.6, 0.8])
    assert any("8 of 8 trainings · 720 of 720 steps" in bar.proto.text for bar in app.get("progress"))
    assert [header.value for header in app.header] == ["All settings", "Two settings"]


@pytest.mark.parametrize("language", ["en", "ko", "zh"])
def test_the_narrow_column_of_the_metric_has_its_short_title(language):
    with use_language(language):
        head = translate("Distance to the prior")
    app = app_pages.assert_no_exception(app_pages.run_page("sweeps", sweep=write_sweep().id, lang=language))
    (table,) = app.dataframe
    heads = {name: column.get("label") for name, column in json.loads(table.proto.columns).items()}
    assert heads["Distance to the prior (MMD²)"] == head
    assert list(table.value) == [
        "Map", "Distance to the prior (MMD²)", "Prior", "Latent dimensions", "The same on test images", "State", "Steps"
    ]  # fmt: skip


def test_chosen_points_open_and_two_are_compared():
    sweep = write_sweep()
    app = app_pages.run_page("sweeps", sweep=sweep.id)
    app.session_state["sweeps.points"] = {sweep.id: [1, 2]}
    app.run()
    links = {link.proto.label: link.proto.query_string for link in app.get("page_link")}
    left_id, right_id = sweep.points[1].runs[0].revision, sweep.points[2].runs[0].revision
    assert links["Compare the two"] == f"left={left_id}&right={right_id}"


def test_points_chosen_on_another_page_of_the_table_stay_chosen(monkeypatch):
    session_state = {"table": {"selection": {"rows": [1]}}, sweep_panels.CHOSEN_POINTS_KEY: {"one": [3, 12]}}
    monkeypatch.setattr(st, "session_state", session_state)
    sweep_panels._store_selection("table", "one", [SimpleNamespace(point_index=number) for number in (3, 4)])
    assert session_state[sweep_panels.CHOSEN_POINTS_KEY] == {"one": [12, 4]}


def test_the_cells_of_two_settings_are_means_over_the_others():
    values_by_setting = {"prior.name": ["gaussian", "mixture"], "latent_dim": [2, 4], "optimiser.clip": [0, 1]}
    current_sweep = sweep_plans.plan_sweep(values_by_setting, TINY)
    # priors, then dimensions, then clips: 0 and 1 are a Gaussian of 2, 6 and 7 a mixture of 4
    points = [
        replace(point, stage=0, runs=[Run(0, "none", [float(k)])]) for k, point in enumerate(current_sweep.points)
    ]
    current_sweep = replace(current_sweep, points=points)
    rows = sweep_standings.rank_points(current_sweep, [])
    assert figures.heat_map_cells(current_sweep, rows, "prior.name", "latent_dim") == [[0.5, 4.5], [2.5, 6.5]]
    assert figures.heat_map_cells(current_sweep, rows[:1], "prior.name", "latent_dim") == [[0.0, None], [None, None]]
    lines = figures.parallel_coordinates_figure(current_sweep, rows).data  # the best is drawn last
    assert [list(line.y) for line in (lines[-1], lines[0])] == [[0, 0, 0, 0], [1, 1, 1, 1]]
    assert list(lines[-2].y) == [0, 0, 1, pytest.approx(1 / 7)]


def test_a_damaged_record_is_told_on_the_page():
    current_sweep = write_sweep()
    path = sweep_records.sweep_path(Store(), current_sweep.id)
    path.write_text(path.read_text()[:-40])
    app = app_pages.assert_no_exception(app_pages.run_page("sweeps", sweep=current_sweep.id))
    assert any(current_sweep.id in error.value for error in app.error)


def test_a_run_of_another_kind_is_no_part_of_it():
    current_sweep = write_sweep(state="stopped")
    Store().create(configure(**TINY), sets.describe_data_set("digits"), Status("done", step=90, total_steps=90))
    assert len(sweep_standings.rank_points(current_sweep, Store().list_own())[0].rows) == 2
    app = app_pages.assert_no_exception(app_pages.run_page("sweeps", sweep=current_sweep.id))
    assert app.button(key="sweeps.continue_sweep").label == "Continue"
