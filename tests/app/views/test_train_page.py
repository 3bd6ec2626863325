"""The page Train, run without a browser; no worker is launched, and a step's time is made up."""

import gzip
import os
import time
from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pandas
import psutil
import pytest
from PIL import Image

pytest.importorskip("streamlit")
import streamlit as st
from helpers import app_pages, visitor_sessions
from helpers.fake_measurement import FakeMeasurement
from helpers.train_page import error_texts, open_train_page, start_button, without_workers  # noqa: F401
from helpers.visitor_sessions import ANN, BOB

import aae_core as aae
from aae_core.config.configuration import configure
from aae_core.data import sets
from aae_core.data.arrays import arrays
from aae_core.data.own_data import item_tables, own_sets
from aae_core.errors import ConfigError, DataError
from aae_core.places import PROJECT, data_root
from aae_core.runs import disk_space, estimate, worker
from aae_core.store import live_frame, weights
from aae_core.store.revisions import Store
from aae_core.store.status import Status
from app.cache import lru
from app.cache.revision_snapshot import RevisionSnapshot
from app.page_parts.train import sources
from app.server import guard
from app.ui import form_settings, step_time, store_polling, training_watch
from app.visitors import actions, classroom


def set_status(revision, **values):
    revision.write_status(replace(Status("running"), total_steps=1000, total_epochs=20, **values))


def running_fields():
    return {"pid": os.getpid(), "started": psutil.Process().create_time(), "heartbeat": time.time()}


def test_the_page_opens_with_a_form_a_time_and_a_way_on():
    app = open_train_page()
    assert not app.exception and not error_texts(app)
    assert app.selectbox(key="train.variant").value == "aae"
    assert not start_button(app).disabled
    # 1,438 digits in batches of 100 are 14 steps an epoch: 20 epochs of 10 ms steps
    assert any("2.8" in c.value or "3 s" in c.value for c in app.caption if "280 steps" in c.value)
    assert any(h.value == "No training is running" for h in app.header)


def test_the_room_on_the_disk_is_told_and_without_it_no_training_begins(monkeypatch):
    app = open_train_page()
    assert any("MB on the disk." in caption.value for caption in app.caption) and not error_texts(app)
    monkeypatch.setattr(disk_space, "free_bytes", lambda path: 1000)
    app.run()
    assert any("too little room" in text and "1.0 kB are free" in text for text in error_texts(app))
    start_button(app).click().run()
    assert not app.exception and Store().list_own() == []
    monkeypatch.setattr(disk_space, "free_bytes", lambda path: 10**12)
    start_button(app).click().run()
    assert not error_texts(app) and len(Store().list_own()) == 1


def test_what_will_stop_a_training_is_told_while_it_trains():
    revision = Store().create(configure(), sets.describe_data_set("digits"))
    with revision.lock():
        set_status(revision, **running_fields(), warning="The disk will be full.")
        app = open_train_page(watch=revision.id)
        assert [box.value for box in app.warning] == ["The disk will be full."]
        set_status(revision, **running_fields())
        assert not app.run().warning and not app.exception


def test_a_senseless_choice_is_refused_with_its_reason_and_cannot_start():
    app = open_train_page()
    app.selectbox(key="train.prior.name").set_value("swiss-roll")
    app.selectbox(key="train.variant").set_value("vae").run()
    assert any("density" in text for text in error_texts(app))
    assert start_button(app).disabled
    app.selectbox(key="train.variant").set_value("aae").run()
    assert not error_texts(app) and not start_button(app).disabled


def test_another_variant_takes_its_own_recipe_and_leaves_what_was_changed():
    app = open_train_page()
    app.number_input(key="train.optimiser.clip").set_value(2.0).run()
    app.selectbox(key="train.variant").set_value("vae").run()
    form = {
        key: app.session_state[f"train.{key}"]
        for key in ("cost", "optimiser.kind", "optimiser.reconstruction_rate", "optimiser.clip")
    }
    assert form == {
        "cost": "cross-entropy",
        "optimiser.kind": "adam",
        "optimiser.reconstruction_rate": 1e-3,
        "optimiser.clip": 2.0,
    }
    app.selectbox(key="train.variant").set_value("aae").run()
    assert app.session_state["train.cost"] == "squared-error" and app.session_state["train.optimiser.kind"] == "sgd"
    assert app.number_input(key="train.optimiser.clip").value == 2.0


def test_another_optimiser_takes_its_own_rates_and_leaves_what_was_changed():
    app = open_train_page()
    app.number_input(key="train.optimiser.generation_rate").set_value(0.05).run()
    app.selectbox(key="train.optimiser.kind").set_value("adam").run()
    names = ("reconstruction", "discrimination", "generation")
    rates = [app.session_state[f"train.optimiser.{name}_rate"] for name in names]
    assert rates == [1e-3, 2e-4, 0.05] and app.session_state["train.optimiser.adversarial_momentum"] == 0.5
    app.selectbox(key="train.optimiser.kind").set_value("sgd").run()
    rates = [app.session_state[f"train.optimiser.{name}_rate"] for name in names]
    assert rates == [0.01, 0.1, 0.05] and app.session_state["train.optimiser.adversarial_momentum"] == 0.1


def test_fast_typing_is_kept_though_its_address_is_older():
    app = open_train_page()
    app.number_input(key="train.epochs").set_value(100).run()
    initial_query = dict(app.query_params)
    app.number_input(key="train.minutes").set_value(0.75).run()
    app.query_params.clear()
    app.query_params |= initial_query  # as the next message comes, sent before the page heard of the last address
    app.text_input(key="train.name").set_value("Mine").run()
    form_values = [app.session_state[f"train.{key}"] for key in ("epochs", "minutes", "name")]
    assert form_values == [100, 0.75, "Mine"] and "0.75" in app.query_params["minutes"]
    app.run()  # the page has heard of the last address
    del app.query_params["minutes"]
    app.run()
    assert app.session_state["train.minutes"] is None, "later it is a link that somebody follows"


def test_late_messages_do_not_stop_a_lesson_that_sets_the_page_up():
    app = open_train_page(preset="default")
    app.selectbox(key="train.preset").set_value("clusters").run()
    widget_states = app._tree.get_widget_states()  # by a timer of the page that is being left
    app.session_state["lessons.wanted"] = ("mode-collapse", 2)
    app.run()
    app._run(widget_states)
    assert not app.exception, [e.message for e in app.exception]


def test_a_list_is_checked_as_it_is_typed():
    app = open_train_page()
    app.text_input(key="train.network.hidden").set_value("100, x").run()
    assert any("whole number" in text for text in error_texts(app))
    app.text_input(key="train.network.hidden").set_value("100, 50").run()
    assert not error_texts(app)


def test_start_queues_a_revision_and_watches_it():
    app = open_train_page()
    app.number_input(key="train.epochs").set_value(3)
    app.text_input(key="train.name").set_value("mine").run()
    start_button(app).click().run()
    assert not app.exception and not error_texts(app)
    (row,) = Store().list_own()
    assert (row.label, row.variant, row.data) == ("mine", "aae", "digits")
    assert row.status.awaits_worker_report and Store().open(row.id).config.epochs == 3
    assert app.query_params["watch"] == [row.id] or app.query_params["watch"] == row.id
    assert start_button(app).label == "Add to the queue"


def test_a_button_that_has_started_a_training_gives_way_to_another():
    """So a second press of the first one, which the browser still shows, starts nothing."""
    app = open_train_page()
    former_key = start_button(app).key
    app.run()
    assert start_button(app).key == former_key
    start_button(app).click().run()
    (row,) = Store().list_own()
    assert start_button(app).key != former_key and row.request_key == former_key.removeprefix("train.go.")
    start_button(app).click().run()
    assert len(Store().list_own()) == 2, "the next press is another request"


def test_a_start_begins_no_measurement_of_what_was_measured_alone(monkeypatch):
    variants = []

    class NotedMeasurement(FakeMeasurement):
        def __init__(self, config, *facts):
            variants.append(config.variant)

    monkeypatch.setattr(estimate, "Measurement", NotedMeasurement)
    app = open_train_page()
    start_button(app).click().run()
    assert start_button(app).label == "Add to the queue" and variants == ["aae"]
    assert any("280 steps" in caption.value for caption in app.caption), "its time is still told"
    app.selectbox(key="train.variant").set_value("vae").run()
    assert variants == ["aae", "vae"]


def test_what_could_not_be_measured_is_measured_anew_and_not_as_if_alone(monkeypatch):
    measurements = []

    class FailingMeasurement(FakeMeasurement):
        def __init__(self, *facts):
            measurements.append(self)

        def result(self):
            return {"error": "Two steps took longer"} if self is measurements[0] else super().result()

    monkeypatch.setattr(estimate, "Measurement", FailingMeasurement)
    app = open_train_page()
    assert any("Two steps took longer" in caption.value for caption in app.caption)
    app.run()
    assert len(measurements) == 1, "the text stands for a while"
    later = SimpleNamespace(monotonic=lambda: time.monotonic() + estimate.ERROR_LIFE_SECONDS)
    monkeypatch.setattr(estimate, "time", later)
    start_button(app).click().run()
    assert any("280 steps" in caption.value for caption in app.caption) and len(measurements) == 2
    assert app.session_state[step_time.MEASUREMENT_KEY].endswith(" beside"), "a training goes on meanwhile"


def test_what_a_visitor_may_not_train_is_not_measured(monkeypatch):
    measurements = []
    monkeypatch.setattr(estimate, "Measurement", lambda *args: measurements.append(args) or FakeMeasurement(*args))
    visitor_sessions.share_server(monkeypatch)(ANN)
    for data in ("digits", "mnist"):
        assert "threads may be at most 1 here" in error_texts(open_train_page(data=data, threads="1000"))[0]
    classroom.set_lesson_over(Store().root, True)
    assert error_texts(open_train_page(data="mnist")) == [actions.LESSON_OVER] and not measurements


def test_unreadable_limits_are_reported_once(monkeypatch, tmp_path):
    file, digits = tmp_path / "class.toml", sets.describe_data_set("digits")
    file.write_text("[each]\nruning = 1")
    visitor_sessions.share_server(monkeypatch, file)(ANN)
    set_status(Store().create(configure(name="runs"), digits), state="running", **running_fields())

    def shown_errors(app):
        assert any(header.value == "runs" for header in app.header) and start_button(app).disabled
        return [*error_texts(app), *(error.message for error in app.exception)]

    assert len(errors := shown_errors(open_train_page())) == 1 and "'runing' is not known" in errors[0]
    status = Status("queued", queued=time.time())
    Store().create(configure(name="waits"), digits, status, visitor_sessions.owner(BOB))
    st.cache_resource.clear()
    lru.clear_all()
    app = open_train_page()
    assert shown_errors(app) == errors and any("waits" in text.value for text in app.markdown)
    file.write_text("[each]\nrunning = 1")
    st.cache_resource.clear()
    lru.clear_all()

    def fail_to_read(store, rows):
        raise ConfigError("They were written just now.")

    monkeypatch.setattr(actions, "queue_refusal", fail_to_read)
    assert shown_errors(open_train_page()) == ["They were written just now."]


def test_what_is_typed_with_the_press_of_start_counts():
    app = open_train_page()
    app.number_input(key="train.epochs").set_value(3).run()
    app.text_input(key="train.name").set_value("in haste")
    start_button(app).click().run()
    (row,) = Store().list_own()
    assert row.label == "in haste"


def test_what_is_typed_wrongly_with_the_press_of_start_is_refused():
    app = open_train_page()
    app.text_input(key="train.network.hidden").set_value("100, x")
    start_button(app).click().run()
    assert not Store().list_own() and error_texts(app)


def test_one_switch_turns_copies_on_and_tables_have_none():
    app = open_train_page()
    switch = lambda: [item for item in app.toggle if item.label == "Mirrored and moved copies"]  # noqa: E731
    assert switch()[0].value is False
    switch()[0].set_value(True).run()
    assert app.query_params["augment"] in ("on", ["on"]) and not error_texts(app)
    start_button(app).click().run()
    (row,) = Store().list_own()
    assert Store().open(row.id).config.augment == "on"
    app.selectbox(key="train.data").set_value("wine").run()
    assert "cannot be mirrored" in error_texts(app)[0] and start_button(app).disabled
    switch()[0].set_value(False).run()
    assert not error_texts(app) and not switch()
    assert open_train_page(augment="on").toggle(key="train.augment.on").value is True


def test_the_url_opens_the_form_as_it_was():
    app = open_train_page(**{"variant": "supervised", "epochs": "7", "network.hidden": "30, 20"})
    assert app.selectbox(key="train.variant").value == "supervised"
    assert app.number_input(key="train.epochs").value == 7
    assert app.text_input(key="train.network.hidden").value == "30, 20"


def test_settings_without_a_meaning_are_not_shown():
    app = open_train_page(variant="ae")
    keys = {widget.key for widget in [*app.number_input, *app.text_input, *app.selectbox]}
    assert "train.optimiser.generation_rate" not in keys and "train.beta" not in keys
    app.selectbox(key="train.variant").set_value("vae").run()
    keys = {widget.key for widget in [*app.number_input, *app.text_input, *app.selectbox]}
    assert "train.beta" in keys and "train.posterior" not in keys


def test_settings_in_a_box_that_is_closed_again_hold():
    app = open_train_page()
    app.number_input(key="train.seed").set_value(41).run()
    app.session_state["train.all"] = False
    app.run()
    assert "train.seed" not in {widget.key for widget in app.number_input}
    start_button(app).click().run()
    assert [row.config.seed for row in (Store().open(row.id) for row in Store().list()) if not row.gallery] == [41]


def test_what_runs_elsewhere_is_found_and_can_be_paused(store):
    revision = Store().create(configure(name="from a terminal"), sets.describe_data_set("digits"))
    set_status(revision, state="running", step=250, epoch=5.0, samples_per_second=500.0, **running_fields())
    app = open_train_page()
    assert any(h.value == "from a terminal" for h in app.header)
    app.button(key=f"live.watched.Pause.{revision.id}").click().run()
    assert not error_texts(app)
    assert revision.request() == "pause"


def test_an_unreachable_cluster_is_reported_and_its_training_stays(monkeypatch):
    revision = Store().create(configure(), sets.describe_data_set("digits"))
    monkeypatch.setenv("AAE_ENGINE", "ray")
    monkeypatch.setenv("AAE_RAY_ADDRESS", "127.0.0.1:1")
    set_status(
        revision,
        state="running",
        step=250,
        engine="ray",
        host="elsewhere",
        worker="a",
        pid=7,
        started=1.0,
        heartbeat=1.0,
    )
    app = open_train_page(watch=revision.id)
    assert (
        any("cluster cannot be reached" in box.value for box in app.info) and not error_texts(app) and not app.exception
    )
    assert revision.status.state == "running" and app.button(key=f"live.watched.Pause.{revision.id}")


def test_a_dead_worker_is_shown_as_failed_with_what_to_do_and_resumes():
    revision = Store().create(configure(), sets.describe_data_set("digits"))
    set_status(revision, state="running", step=250, pid=2**22 + 1, started=1.0)
    app = open_train_page(watch=revision.id)
    assert any("Resume" in text and "step 250" in text for text in error_texts(app))
    app.button(key=f"live.watched.Resume.{revision.id}").click().run()
    assert not error_texts(app)
    assert revision.status.state == "queued"


def test_the_queue_is_listed_and_one_can_leave_it():
    running_revision = Store().create(configure(name="first"), sets.describe_data_set("digits"))
    set_status(running_revision, state="running", **running_fields())
    queued_revision = Store().create(
        configure(name="second"), sets.describe_data_set("digits"), Status("queued", queued=time.time())
    )
    Store().create(
        configure(variant="label-informed", data="mnist", prior="mixture"),
        sets.describe_data_set("mnist"),
        Status("queued", queued=1.0),
    )
    app = open_train_page(watch=running_revision.id)
    other_runs = [element.value for element in app.markdown if element.value.endswith("step 0")]
    assert other_runs == ["Label-informed adversarial autoencoder · MNIST · step 0", "second · Digits · step 0"]
    app.button(key=f"live.queue.Stop.{queued_revision.id}").click().run()
    assert queued_revision.status.state == "stopped"


def test_what_a_training_waits_for_is_told_until_it_takes_steps():
    def caption_text(revision):
        st.cache_resource.clear()  # the list of revisions is kept for half a second
        lru.clear_all()
        app = open_train_page(watch=revision.id)
        assert not app.exception and not error_texts(app)
        return " ".join(caption.value for caption in app.caption)

    first_revision, second_revision, third_revision = (
        Store().create(configure(), sets.describe_data_set("digits"), Status("queued", queued=time.time() + k))
        for k in range(3)
    )
    first_row = next(row for row in Store().list() if row.id == first_revision.id)
    assert training_watch._waiting_text(first_row, [first_row]) == "It waits for its turn."
    set_status(first_revision, doing="Starting", **running_fields())
    loads = "first loads PyTorch and the data, which takes the longer the busier the machine is"
    assert f"{loads}." in caption_text(first_revision)
    assert "It waits for its turn: 1 other training is under way." in caption_text(second_revision)
    assert "1 other training is under way, and 1 before it in the queue." in caption_text(third_revision)
    set_status(second_revision, doing="Loading the data", **running_fields())
    assert f"{loads}; 1 other training is under way." in caption_text(first_revision)
    set_status(first_revision, left=20.0, step=10, **running_fields())
    assert "PyTorch" not in caption_text(first_revision)
    set_status(first_revision, left=None, doing="Measuring on the test set", **running_fields())
    assert "PyTorch" not in caption_text(first_revision)


def test_when_a_worker_dies_the_next_in_the_queue_is_launched():
    dead_revision = Store().create(configure(name="first"), sets.describe_data_set("digits"))
    set_status(dead_revision, state="running", pid=2**22 + 1, started=1.0)
    queued_revision = Store().create(
        configure(name="second"), sets.describe_data_set("digits"), Status("queued", queued=time.time())
    )
    open_train_page()
    assert dead_revision.status.state == "failed" and queued_revision.status.awaits_worker_report


def test_a_refused_action_is_one_sentence():
    revision = Store().create(configure(), sets.describe_data_set("digits"))
    set_status(revision, state="running", **running_fields())
    app = open_train_page()
    set_status(revision, state="done")
    app.button(key=f"live.watched.Pause.{revision.id}").click().run()
    assert not app.exception
    assert any("done" in text for text in error_texts(app))


def test_data_that_is_not_here_offers_its_download_and_says_why_it_failed(monkeypatch):
    def fail_offline(name, root=None, progress=None):
        raise sets.DataError("MNIST could not be fetched: there is no network; connect and try again.")

    monkeypatch.setattr(sets, "download_data_set", fail_offline)
    app = open_train_page(data="mnist")
    assert start_button(app).disabled
    app.button(key="train.download").click().run()
    assert any("no network" in text for text in error_texts(app)) and not app.exception


def test_who_may_not_download_data_is_told_who_can(monkeypatch):
    visit = visitor_sessions.share_server(monkeypatch)
    for teacher in (False, True):
        visit(ANN, teacher)
        app = open_train_page(data="mnist")
        texts = [text.value for text in app.markdown]
        assert not app.exception and any("MNIST** is not on this machine yet" in text for text in texts)
        assert ("train.download" in [button.key for button in app.button]) is teacher
        assert any("The teacher can download" in text for text in texts) is not teacher


def leaves(folder):
    """Two classes of ten small grey images."""
    for name, value in (("oak", 40), ("elm", 200)):
        (folder / name).mkdir(parents=True)
        for i in range(10):
            pixels = np.full((12, 12), value + i, np.uint8)
            pixels[0] = 0
            Image.fromarray(pixels).save(folder / name / f"{i}.png")
    return folder


def test_a_class_that_opens_the_page_together_measures_once(monkeypatch):
    measurements = []

    class SlowMeasurement(FakeMeasurement):
        def __init__(self, *facts):
            measurements.append(self)

        def result(self):
            return None if len(answers) == 0 else super().result()

    answers = []
    monkeypatch.setattr(estimate, "Measurement", SlowMeasurement)
    pages = [open_train_page(), open_train_page(), open_train_page()]
    assert len(measurements) == 1
    answers.append("there")
    for app in pages:
        app.run()
        assert any(
            "steps of 10 ms" in text for text in [c.value for c in app.caption] + [m.value for m in app.markdown]
        )
    assert len(measurements) == 1


def test_own_images_from_a_folder_appear_in_the_list(tmp_path):
    app = open_train_page()
    app.text_input(key="own.folder").set_value(str(leaves(tmp_path / "My leaves"))).run()
    assert app.text_input(key="own.name").value == "my-leaves"
    assert any("20 images in 2 classes (elm 10, oak 10)" in entry.value for entry in app.markdown)
    app.button(key="own.add").click().run()
    assert not app.exception and not error_texts(app)
    assert app.selectbox(key="train.data").value == "my-leaves"
    assert "own.add" not in [button.key for button in app.button], "it has been added"


def facts_of_leaves(column="file"):
    """A CSV with a row for each of the leaves but the first, and their paths."""
    paths = sorted(f"{name}/{k}.png" for name in ("elm", "oak") for k in range(10))[1:]
    return "\n".join([f"{column},age,place", *(f"{path},{k},hill" for k, path in enumerate(paths))]).encode()


def upload_metadata(app, content, name="facts.csv"):
    (field,) = [field for field in app.file_uploader if "facts about the images" in field.label]
    field.upload(name, content, "text/csv").run()


def test_a_table_with_facts_about_images_is_kept_beside_them(tmp_path):
    app = open_train_page()
    app.text_input(key="own.folder").set_value(str(leaves(tmp_path / "Leaves with facts"))).run()
    upload_metadata(app, facts_of_leaves())
    (column,) = [box for box in app.selectbox if box.label == "Column with the paths or names of the images"]
    assert column.options == ["the one that names the most images", "file", "age", "place"]
    app.button(key="own.add").click().run()
    assert not app.exception and not error_texts(app)
    items = item_tables.load_item_table("leaves-with-facts")
    age_by_id = items.set_index("id")["age"]
    assert age_by_id["elm/1.png"] == 0 and age_by_id["oak/9.png"] == 18 and np.isnan(age_by_id["elm/0.png"])
    assert set(items["place"].dropna()) == {"hill"}
    info_text = " ".join(info.value for info in app.info).replace("\\", "")
    assert (
        "Kept beside what is trained on: age, place." in info_text
        and "Images without a row in facts.csv: 1." in info_text
    )


def test_a_column_of_the_facts_decides_which_images_are_for_testing(tmp_path):
    app = open_train_page()
    source = leaves(tmp_path / "Leaves of trees")
    app.text_input(key="own.folder").set_value(str(source)).run()
    rows = [f"{name}/{k}.png,{('train', 'test')[k < 2]},{name}" for name in ("elm", "oak") for k in range(10)]
    upload_metadata(app, "\n".join(["file,fold,tree", *rows]).encode())
    column = next(box for box in app.selectbox if box.label == "Column with train and test")
    assert column.options == ["none", "file", "fold", "tree"]
    column.set_value("fold").run()
    app.button(key="own.add").click().run()
    assert not app.exception and not error_texts(app)
    items = item_tables.load_item_table("leaves-of-trees")
    assert sorted(items["id"][items["split"] == "test"]) == ["elm/0.png", "elm/1.png", "oak/0.png", "oak/1.png"]


def test_facts_that_name_no_image_are_refused_as_in_a_terminal(tmp_path):
    source = leaves(tmp_path / "Other leaves")
    app = open_train_page()
    app.text_input(key="own.folder").set_value(str(source)).run()
    upload_metadata(app, facts_of_leaves())
    (column,) = [box for box in app.selectbox if box.label == "Column with the paths or names of the images"]
    column.set_value("place").run()
    app.button(key="own.add").click().run()
    (tmp_path / "facts.csv").write_bytes(facts_of_leaves())
    with pytest.raises(DataError) as refusal:
        sets.add_data_set(source, "refused", tmp_path / "data", metadata=tmp_path / "facts.csv", id_column="place")
    assert str(refusal.value) in error_texts(app) and "other-leaves" not in sets.data_set_names()
    app = open_train_page()
    app.text_input(key="own.folder").set_value(str(source)).run()
    upload_metadata(app, b"PAR1 but no Parquet", "facts.parquet")
    assert len(error_texts(app)) == 1 and "facts.parquet" in error_texts(app)[0] and not app.exception


def test_a_folder_of_a_user_whom_nobody_knows_is_told():
    app = open_train_page()
    app.text_input(key="own.folder").set_value("~nobody-of-this-name/leaves").run()
    assert not app.exception and len(error_texts(app)) == 1 and "~nobody-of-this-name/leaves" in error_texts(app)[0]


def houses(path):
    """A CSV of a table with numbers, a category, a class and a number for each row."""
    rng = np.random.default_rng(0)
    lines = [f"{i},{rng.normal():.4f},{rng.poisson(3)},{('Bath', 'York', 'Ely')[i % 3]},{i % 2}" for i in range(60)]
    path.write_text("\n".join(["id,size,rooms,town,sold", *lines]))
    return path


def test_the_form_says_which_name_a_data_set_gets(tmp_path):
    app = open_train_page()
    app.text_input(key="own.folder").set_value(str(houses(tmp_path / "houses.csv"))).run()
    for typed_name, caption in (
        ("My houses", "It will be named `my-houses`."),
        ("", "A name needs at least one letter from a to z or a digit."),
    ):
        app.text_input(key="own.name").set_value(typed_name).run()
        assert caption in [text.value for text in app.caption]
        assert app.button(key="own.add").disabled == (not typed_name)


def test_an_own_table_is_added_with_the_columns_chosen(tmp_path):
    app = open_train_page()
    app.text_input(key="own.folder").set_value(str(houses(tmp_path / "houses.csv"))).run()
    assert app.text_input(key="own.name").value == "houses"
    (preview,) = [element.value for element in app.dataframe if "Missing" in element.value]
    assert preview["Column"].tolist() == ["id", "size", "rooms", "town", "sold"]
    assert preview["Type"].tolist() == ["numbers", "numbers", "numbers", "texts", "numbers"]
    assert preview["Missing"].tolist() == [0] * 5 and "Remark" not in preview
    assert preview["First values"][3] == "Bath · York · Ely"
    (categories,) = [element for element in app.multiselect if element.label == "Categories"]
    assert categories.value == ["town"]
    categories.set_value([]).run()
    app.button(key="own.add").click().run()
    (error,) = error_texts(app)
    assert "texts in town" in error and "houses" not in sets.data_set_names()
    (label,) = [element for element in app.selectbox if element.label == "Column with the classes"]
    label.set_value("sold").run()
    for title, name in (("Categories", "town"), ("Counts", "rooms"), ("Columns to leave out", "id")):
        (choice,) = [element for element in app.multiselect if element.label == title]
        assert "sold" not in choice.options and name in choice.options
        choice.set_value([name]).run()
    app.button(key="own.add").click().run()
    assert not app.exception and not error_texts(app)
    assert app.selectbox(key="train.data").value == "houses"
    data_set = sets.describe_data_set("houses")
    assert data_set.features.names == ("size", "rooms", "town = Bath", "town = Ely", "town = York")
    assert data_set.features.kinds[:2] == ("real", "count") and data_set.classes == ("0", "1")
    assert any("52 training, 8 test rows · 5 features · 2 classes" in element.value for element in app.caption)


def test_a_table_with_texts_is_added_as_it_is_offered(tmp_path):
    lines = houses(tmp_path / "plain.csv").read_text().splitlines()
    rows = ["owner," + lines[0], *(f"Ms {i},{line}" for i, line in enumerate(lines[1:]))]
    (tmp_path / "owned.csv").write_text("\n".join(rows))
    app = open_train_page()
    app.text_input(key="own.folder").set_value(str(tmp_path / "owned.csv")).run()
    for label, categories in (("town", []), ("sold", ["town"])):
        next(value for value in app.selectbox if value.label == "Column with the classes").set_value(label).run()
        assert [value.value for value in app.multiselect if value.label == "Categories"] == [categories]
    app.button(key="own.add").click().run()
    assert not app.exception and not error_texts(app)
    assert sets.describe_data_set("owned").features.names == (
        "id",
        "size",
        "rooms",
        "town = Bath",
        "town = Ely",
        "town = York",
    )


def test_columns_stay_chosen_in_the_same_fields_while_another_has_the_classes(tmp_path):
    app = open_train_page()
    app.text_input(key="own.folder").set_value(str(houses(tmp_path / "houses.csv"))).run()

    def fields():
        return {
            box.label: box for box in app.multiselect if box.label in ("Categories", "Counts", "Columns to leave out")
        }

    def choose_label(name):
        next(box for box in app.selectbox if box.label == "Column with the classes").set_value(name).run()

    fields()["Counts"].set_value(["rooms"]).run()
    fields()["Columns to leave out"].set_value(["id"]).run()
    ids = {label: box.id for label, box in fields().items()}
    all_columns = {"Categories": ["town"], "Counts": ["rooms"], "Columns to leave out": ["id"]}
    for label in ("town", "rooms", "id", "sold", ""):
        choose_label(label)
        for _ in range(2):
            for title, columns in all_columns.items():
                assert fields()[title].value == [name for name in columns if name != label]
            assert {title: box.id for title, box in fields().items()} == ids, (
                "a key is lost in a field that is replaced"
            )
            app.run()
    fields()["Categories"].set_value(["town", "rooms"]).run()
    assert fields()["Counts"].value == []
    fields()["Categories"].set_value(["town"]).run()
    assert fields()["Counts"].value == ["rooms"]
    assert not app.exception and not app.warning


@pytest.mark.parametrize(("id_column", "first_ids"), [("", ["Ms 0", "Ms 1"]), ("id", [0, 1])])
def test_the_column_of_the_ids_is_chosen_among_those_left_out(tmp_path, id_column, first_ids):
    rows = [f"Ms {i},{i},{i % 7},{i % 5}" for i in range(60)]
    (tmp_path / "owned.csv").write_text("\n".join(["owner,id,size,rooms", *rows]))
    app = open_train_page()
    app.text_input(key="own.folder").set_value(str(tmp_path / "owned.csv")).run()
    next(box for box in app.multiselect if box.label == "Columns to leave out").set_value(["owner", "id"]).run()
    next(box for box in app.selectbox if box.label == "Column with the ids").set_value(id_column).run()
    app.button(key="own.add").click().run()
    assert not app.exception and not error_texts(app)
    items = aae.load_item_table("owned").sort_values("row")
    assert items["id"].tolist()[:2] == first_ids
    assert sets.describe_data_set("owned").features.names == ("size", "rooms")


@pytest.mark.parametrize(("title", "column"), [("Column with train and test", "fold"), ("Column with groups", "id")])
def test_a_column_decides_which_rows_are_for_testing(tmp_path, title, column):
    rows = [f"{('train', 'test')[i % 3 == 0]},{i % 9},{i},{i % 5}" for i in range(60)]
    (tmp_path / "owned.csv").write_text("\n".join(["fold,id,size,rooms", *rows]))
    app = open_train_page()
    app.text_input(key="own.folder").set_value(str(tmp_path / "owned.csv")).run()
    next(box for box in app.selectbox if box.label == title).set_value(column).run()
    next(box for box in app.multiselect if box.label == "Categories").set_value([]).run()
    other_column = {"id": "fold", "fold": "id"}[column]
    next(box for box in app.multiselect if box.label == "Columns to leave out").set_value([other_column]).run()
    app.button(key="own.add").click().run()
    assert not app.exception and not error_texts(app)
    items = aae.load_item_table("owned")
    assert sets.describe_data_set("owned").features.names == ("size", "rooms")
    test_values, train_values = (set(items[column][items["split"] == split]) for split in ("test", "train"))
    assert test_values and not test_values & train_values and (column != "fold" or test_values == {"test"})


def test_a_label_of_numbers_that_are_no_classes_is_kept_and_named(tmp_path):
    app = open_train_page()
    path = houses(tmp_path / "priced.csv")
    app.text_input(key="own.folder").set_value(str(path)).run()
    next(box for box in app.selectbox if box.label == "Column with the classes").set_value("size").run()
    app.button(key="own.add").click().run()
    assert not app.exception and not error_texts(app)
    info_text = " ".join(info.value for info in app.info).replace("\\", "")
    assert (
        "size has numbers that are not whole, 60 different ones, so it is kept as a column that colours the map"
        in info_text
    )
    assert sets.describe_data_set("priced").classes == ()
    items = aae.load_item_table("priced")
    assert items["size"].tolist() == pandas.read_csv(path)["size"].loc[items["row"]].tolist()


def test_a_gzipped_table_is_added_as_the_file_within(tmp_path):
    content = houses(tmp_path / "houses.csv").read_bytes()
    (tmp_path / "packed.csv.gz").write_bytes(gzip.compress(content))
    app = open_train_page()
    app.text_input(key="own.folder").set_value(str(tmp_path / "packed.csv.gz")).run()
    app.button(key="own.add").click().run()
    assert not app.exception and not error_texts(app)
    (name,) = own_sets.list_own_sets(data_root())
    assert sets.describe_data_set(name).features.names[:3] == ("id", "size", "rooms")


def test_a_layer_of_anndata_is_chosen_and_obs_are_no_features():
    pytest.importorskip("h5py", reason=".h5ad files need h5py")
    app = open_train_page()
    app.text_input(key="own.folder").set_value(str(PROJECT / "tests/data/anndata/csr.h5ad")).run()
    for title in ("Categories", "Counts", "Columns to leave out"):
        (choice,) = [element for element in app.multiselect if element.label == title]
        assert choice.options == [f"gene{j}" for j in range(6)] and choice.value == []
    (matrix,) = [element for element in app.selectbox if element.label == "Matrix"]
    assert matrix.options == ["X", "log"]
    matrix.set_value("log").run()
    (label,) = [element for element in app.selectbox if element.label == "Column with the classes"]
    label.set_value("cell type").run()
    app.button(key="own.add").click().run()
    assert not app.exception and not error_texts(app)
    data_set = sets.describe_data_set("csr")
    assert set(data_set.features.kinds) == {"real"} and data_set.classes == ("B", "NK", "T")


def test_texts_among_numbers_are_named_and_read_as_chosen(tmp_path):
    lines = [
        "mpg,power,price",
        *(f"{i}.5,{50 + i * i},{1000 * i}" for i in range(1, 40)),
        '7.25,?,"1,234.50"',
        "9.75,NA,40 $",
    ]
    (tmp_path / "cars.csv").write_text("\n".join(lines))
    app = open_train_page()
    app.text_input(key="own.folder").set_value(str(tmp_path / "cars.csv")).run()
    assert [box.value for box in app.multiselect if box.label in ("Categories", "Columns to leave out")] == [[], []]
    (warning,) = [box.value for box in app.warning if "plain numbers" in box.value]
    for text in ("power", "line 41", "1,234.50", "line 42"):
        assert text in warning.replace("\\", "")
    app.button(key="own.add").click().run()
    assert "plain numbers in power" in error_texts(app)[0] and "cars" not in sets.data_set_names()
    choices = {box.label: box for box in (*app.multiselect, *app.selectbox, *app.toggle)}
    assert choices["Read as missing"].options == ["?"] and choices["Units to ignore"].options == ["$"]
    assert choices["Numbers are written as"].options[:2] == ["1234.5", "1,234.5"]
    choices["Read as missing"].set_value(["?"])
    choices["Units to ignore"].set_value(["$"])
    choices["Numbers are written as"].set_value((".", ","))
    choices["Missing values"].set_value(["drop"]).run()
    app.button(key="own.add").click().run()
    assert not app.exception and not error_texts(app)
    summary = sets.describe_data_set("cars")
    assert summary.features.names == ("mpg", "power", "price") and summary.train + summary.test == 39
    (toast,) = [box.value for box in app.toast]
    assert "2 rows with missing values were left out (power: 2; the first in line 41)" in toast.replace("\\", "")


def test_missing_values_are_replaced_as_chosen_and_the_page_says_by_what(tmp_path):
    lines = [
        "size,rooms,town",
        *(f"{i}.5,{i * i % 7},{('Bath', 'York')[i % 2]}" for i in range(40)),
        ",3,",
        "7.25,1,Bath",
    ]
    (tmp_path / "gaps.csv").write_text("\n".join(lines))
    app = open_train_page()
    app.text_input(key="own.folder").set_value(str(tmp_path / "gaps.csv")).run()
    assert any("Values are missing in size, town" in caption.value for caption in app.caption)
    (rules,) = [box for box in app.multiselect if box.label == "Missing values"]
    assert rules.value == [] and rules.options[1] == "Numbers: the median"
    app.button(key="own.add").click().run()
    assert "Values are missing in size" in error_texts(app)[0] and "gaps" not in sets.data_set_names()
    (rules,) = [box for box in app.multiselect if box.label == "Missing values"]
    rules.set_value(["median", "category"]).run()
    app.button(key="own.add").click().run()
    assert not app.exception and not error_texts(app)
    summary = sets.describe_data_set("gaps")
    assert summary.train + summary.test == 42 and summary.features.names[-1] == "town = missing"
    median = summary.features.fill_values[0]
    sentence = f"Missing values were replaced: size: 1 by the median {median:.6g}, town: 1 by the category “missing”."
    assert any(sentence in text.value.replace("\\", "") for text in (*app.toast, *app.info))


@pytest.mark.parametrize(
    ("count", "end"), [(10, '("?" in line 2). Choose'), (11, " and 1 more column."), (12, " and 2 more columns.")]
)
def test_of_many_columns_with_texts_among_numbers_ten_are_named(tmp_path, count, end):
    rows = [",".join(["?"] * count), *(",".join(str(i * k) for k in range(1, count + 1)) for i in range(1, 30))]
    (tmp_path / "wide.csv").write_text("\n".join([",".join(f"c{k}" for k in range(count)), *rows]))
    app = open_train_page()
    app.text_input(key="own.folder").set_value(str(tmp_path / "wide.csv")).run()
    (warning,) = [box.value.replace("\\", "") for box in app.warning if "plain numbers" in box.value]
    assert end in warning and "c9 " in warning and "c10" not in warning


def test_a_table_of_plain_numbers_has_its_formats_folded(tmp_path):
    app = open_train_page()
    app.text_input(key="own.folder").set_value(str(houses(tmp_path / "houses.csv"))).run()
    (box,) = [box for box in app.expander if box.label == "Missing values and number formats"]
    assert not box.proto.expanded and not [box for box in app.warning if "plain numbers" in box.value]


def test_many_columns_that_were_left_out_are_listed_in_a_popover(tmp_path):
    names = [f"pixel{k}" for k in range(200)]
    rows = [f"{k},{','.join('0' * 200)}" for k in range(40)]
    (tmp_path / "m.csv").write_text("\n".join([",".join(["size", *names]), *rows]))
    app = open_train_page()
    app.text_input(key="own.folder").set_value(str(tmp_path / "m.csv")).run()
    app.toggle(key="own.redundant").set_value(True).run()
    app.button(key="own.add").click().run()
    assert "Left out: 200 columns with the same value in every row." in [
        box.value.replace("\\", "") for box in app.info
    ]
    (names_text,) = [caption.value for caption in app.caption if "pixel199" in caption.value]
    assert all(name in names_text for name in names)


def test_a_table_that_cannot_be_read_says_why_once(tmp_path):
    (tmp_path / "bad.csv").write_text("5.1,3.5,1.4\n4.9,3.0,1.4\n")
    app = open_train_page()
    app.text_input(key="own.folder").set_value(str(tmp_path / "bad.csv")).run()
    (error,) = error_texts(app)
    assert "names of the columns" in error and not app.exception and "bad" not in sets.data_set_names()


def test_a_table_is_shown_with_what_was_skipped_and_a_switch_for_columns(tmp_path):
    rng = np.random.default_rng(0)
    rows = [f"{x:.3f},0,{x:.3f},{k % 2}" for k, x in enumerate(rng.normal(size=40))]
    (tmp_path / "m.csv").write_text("\n".join(["Measured | 2026", "", "size,pixel_1,area,cls", *rows]))
    app = open_train_page()
    app.text_input(key="own.folder").set_value(str(tmp_path / "m.csv")).run()
    (note,) = [box.value for box in app.warning]
    assert note.replace("\\", "").startswith("In m.csv line 3 names the columns; skipped above it: line 1 (")
    assert not app.toggle(key="own.redundant").value
    app.button(key="own.add").click().run()
    (error,) = error_texts(app)
    assert (
        "In 1 column the same value stands in every row" in error
        and "pixel" in error
        and "m" not in sets.data_set_names()
    )
    app.toggle(key="own.redundant").set_value(True).run()
    app.button(key="own.add").click().run()
    assert not app.exception and not error_texts(app) and sets.describe_data_set("m").features.names == ("size", "cls")
    (left,) = [box.value.replace("\\", "") for box in app.info if "Left out" in box.value]
    assert "1 column with the same value in every row: pixel_1." in left and "area (as size)." in left
    app.text_input(key="own.folder").set_value(str(houses(tmp_path / "n.csv"))).run()
    assert not app.warning and not app.toggle(key="own.redundant").value
    assert not [box for box in app.info if "Left out" in box.value]


@pytest.mark.parametrize("content", [b"", b"x,y\n" + b"1,2\n" * 60])
def test_a_dropped_file_is_reported_whether_it_can_be_used_or_not(content):
    app = open_train_page()
    app.file_uploader[0].upload("mine.csv", content, "text/csv").run()
    assert not app.exception and bool(error_texts(app)) is (not content)
    (pointer,) = (caption.value for caption in app.caption if "beside the form" in caption.value)
    assert "or why it cannot be added" in pointer


def size_in_the_field(megabytes):
    """The limit as Streamlit's field (FileUploader, 1.67) says it: (number without decimals, megabytes of its unit)."""
    size, unit = megabytes * 1000.0, 0.001
    while size > 500 and unit < 1000:
        size, unit = size / 1000, unit * 1000
    return int(size + 0.5), round(unit, 3)


@pytest.mark.parametrize("limit", [1, 64, 500, 501, 512, 999, 1000, 1499, 1500, 9_999, 10_000])
def test_the_field_for_files_says_the_limit_that_holds(monkeypatch, tmp_path, limit):
    monkeypatch.setattr(sources.st, "get_option", {"server.maxUploadSize": limit}.get)
    largest = sources.max_upload_megabytes()
    number, unit = size_in_the_field(largest)
    assert number * unit == largest and limit / 2 < largest <= limit and (limit > 500 or largest == limit)
    file = tmp_path / "class.toml"
    file.write_text("[each]\nupload = 30")
    monkeypatch.setenv("AAE_SHARED", str(file))
    assert sources.max_upload_megabytes() == min(limit, 30)
    file.write_text("[each")
    assert sources.max_upload_megabytes() == largest


def test_the_field_for_files_has_the_limit_of_the_server(monkeypatch):
    read = st.get_option
    monkeypatch.setattr(st, "get_option", lambda name: 512 if name == "server.maxUploadSize" else read(name))
    assert open_train_page().file_uploader[0].proto.max_upload_size_mb == 500


def test_a_visitor_from_elsewhere_names_no_folder_of_this_machine(monkeypatch):
    monkeypatch.setattr(guard, "is_local_visitor", lambda: False)
    app = open_train_page()
    assert "own.folder" not in [field.key for field in app.text_input]


def test_a_damaged_own_set_is_reported_and_not_offered_for_download(tmp_path):
    np.savez(tmp_path / "leaves.npz", images=np.zeros((200, 8, 8), np.uint8))
    sets.add_data_set(tmp_path / "leaves.npz", "leaves")
    (data_root() / own_sets.OWN_SETS_FOLDER / "leaves" / "meta.json").write_text("{")
    app = app_pages.run_page("train", data="leaves")
    assert not app.exception and ["meta.json is damaged" in text for text in error_texts(app)] == [True]
    assert start_button(app).disabled and "train.download" not in [button.key for button in app.button]
    assert not any("0 training" in caption.value or "1 s" in caption.value for caption in app.caption)


def test_own_images_that_cannot_be_used_say_why(tmp_path):
    app = open_train_page()
    app.text_input(key="own.folder").set_value(str(tmp_path / "nowhere")).run()
    assert not app.exception and len(error_texts(app)) == 1 and "does not exist" in error_texts(app)[0]
    folder = leaves(tmp_path / "leaves")
    (folder / "loose.png").write_bytes((folder / "oak" / "0.png").read_bytes())
    app.text_input(key="own.folder").set_value(str(folder)).run()
    assert not app.exception and len(error_texts(app)) == 1 and "beside the class folders" in error_texts(app)[0]
    assert "own.add" not in [button.key for button in app.button]


def test_the_start_does_not_take_what_was_found_for_added(tmp_path):
    app = open_train_page()
    assert start_button(app).proto.type == "primary"
    app.text_input(key="own.folder").set_value(str(leaves(tmp_path / "My leaves"))).run()
    assert start_button(app).proto.type == "secondary" and not app.button(key="own.add").disabled
    assert any("The training uses **Digits** unless" in caption.value for caption in app.caption)
    app.button(key="own.add").click().run()
    assert start_button(app).proto.type == "primary"
    few_leaves = leaves(tmp_path / "few")
    (few_leaves / "oak" / "0.png").unlink()
    app.text_input(key="own.folder").set_value(str(few_leaves)).run()
    assert app.button(key="own.add").disabled and "at least 20" in app.warning[0].value


def test_faint_images_are_told_and_stretched_by_a_switch(tmp_path):
    rng = np.random.default_rng(0)
    masks = rng.integers(0, 2, (24, 8, 8), dtype=np.uint8)
    np.savez(tmp_path / "masks.npz", images=masks)
    app = open_train_page()
    app.text_input(key="own.folder").set_value(str(tmp_path / "masks.npz")).run()
    (output,) = [shown_element.value for shown_element in app.warning]
    assert "their values lie from 0 to 1 of 255" in output
    app.toggle(key="own.stretch").set_value(True).run()
    assert not app.warning and any(
        "from 0 to 1 of 255 are stretched" in shown_element.value for shown_element in app.caption
    )
    app.button(key="own.add").click().run()
    assert not error_texts(app)
    data = sets.load("masks")
    assert (data.tones.low, data.tones.high, data.tones.backdrop) == (0, 1, "white")
    assert set(np.unique(data.train.images)) == {0, 255}


def test_white_on_nothing_is_seen_on_black(tmp_path):
    folder = tmp_path / "ghosts"
    folder.mkdir()
    for i in range(24):
        pixels = np.full((8, 8, 4), 255, np.uint8)
        pixels[..., 3] = 255 * np.random.default_rng(i).integers(0, 2, (8, 8))
        Image.fromarray(pixels).save(folder / f"{i}.png")
    app = open_train_page()
    app.text_input(key="own.folder").set_value(str(folder)).run()
    (outcome,) = [shown_element.value for shown_element in app.warning]
    assert (
        "their transparent pixels are put on white" in outcome and "24 images have a single colour on white" in outcome
    )
    app.radio(key="own.backdrop").set_value("black").run()
    assert not app.warning
    app.button(key="own.add").click().run()
    assert not error_texts(app) and sets.load("ghosts").tones.backdrop == "black"


def test_what_is_odd_is_named_and_left_out_by_one_switch(tmp_path):
    folder = leaves(tmp_path / "leaves")
    (folder / "oak" / "notes.txt").write_text("?")
    (folder / "elm" / "copy.png").write_bytes((folder / "oak" / "0.png").read_bytes())
    app = open_train_page()
    app.text_input(key="own.folder").set_value(str(folder)).run()
    (warning,) = [shown_element.value for shown_element in app.warning]
    assert "1 image repeats another one" in warning and "notes.txt is not an image" in warning
    app.toggle(key="own.tidy").set_value(False).run()
    app.button(key="own.add").click().run()
    assert "notes.txt is not an image" in error_texts(app)[0] and "leaves" not in sets.data_set_names()
    app.toggle(key="own.tidy").set_value(True).run()
    app.button(key="own.add").click().run()
    summary = sets.describe_data_set("leaves")
    assert not error_texts(app) and summary.train + summary.test == 20


def test_the_size_is_proposed_and_proportions_are_chosen_by_seeing(tmp_path):
    rng = np.random.default_rng(0)
    for i in range(24):
        pixels = rng.integers(0, 256, (40, 60 + i, 3), dtype=np.uint8)
        pixels[:, :12] = pixels[:, -12:] = 7
        Image.fromarray(pixels).save(tmp_path / f"{i}.png")
    app = open_train_page()
    app.text_input(key="own.folder").set_value(str(tmp_path)).run()
    assert app.number_input(key="own.size").value == 32
    alts = lambda: [part.split('"')[0] for part in page_html(app).split('alt="')[1:]]  # noqa: E731
    assert [alts().count(f"{way}: no class") for way in ("Cut to the centre", "Whole, with margins")] == [8, 8]
    assert any("Colour images, fewer than 1,000" in shown_element.value for shown_element in app.caption)
    app.number_input(key="own.size").set_value(16).run()
    app.radio(key="own.margins").set_value(True).run()
    app.text_input(key="own.name").set_value("wide").run()
    app.button(key="own.add").click().run()
    images = sets.load("wide").train.images
    assert not error_texts(app) and images.shape[1:] == (16, 16, 3)
    assert (images[:, :2] == 7).all(), "margins in the colour of the edge"
    assert app.selectbox(key="train.preset").value == "images" and app.number_input(key="train.latent_dim").value == 8


def page_html(app):
    return " ".join(element.proto.body for element in app.get("html"))


def test_a_name_that_no_folder_can_have_is_replaced(tmp_path):
    app = open_train_page()
    app.text_input(key="own.folder").set_value(str(leaves(tmp_path / "leaves"))).run()
    app.text_input(key="own.name").set_value("My shapes").run()
    assert any("`my-shapes`" in c.value for c in app.caption)
    app.button(key="own.add").click().run()
    assert not app.exception and not error_texts(app)
    assert app.selectbox(key="train.data").value == "my-shapes"
    assert page_html(app).count("my-shapes, training image: elm") == 2 * 3, (
        "beneath the choice and in the list, half of each"
    )


def test_a_name_without_a_letter_cannot_be_added(tmp_path):
    app = open_train_page()
    app.text_input(key="own.folder").set_value(str(leaves(tmp_path / "leaves"))).run()
    app.text_input(key="own.name").set_value("***").run()
    assert app.button(key="own.add").disabled and any(
        "at least one letter" in shown_element.value for shown_element in app.caption
    )


def test_colour_and_large_images_begin_with_convolutional_networks(tmp_path):
    colour = np.random.default_rng(0).integers(0, 256, (40, 16, 16, 3), dtype=np.uint8)
    for name, images in (("colour", colour), ("large", np.repeat(np.repeat(colour[..., :1], 3, 1), 3, 2))):
        np.savez(tmp_path / f"{name}.npz", images=images)
        sets.add_data_set(tmp_path / f"{name}.npz", name)
    app = open_train_page()
    app.text_input(key="train.name").set_value("mine")
    app.number_input(key="train.epochs").set_value(7).run()

    def form_values():
        keys = ("train.preset", "train.network.kind", "train.variant")
        return [app.selectbox(key=key).value for key in keys], app.text_input(key="train.network.hidden").value

    initial_values = form_values()
    for name in ("colour", "large"):
        app.selectbox(key="train.data").set_value(name).run()
        assert form_values() == (["images", "pyramid", "aae"], "256") and not error_texts(app)
        assert (app.number_input(key="train.epochs").value, app.text_input(key="train.name").value) == (7, "mine")
    app.selectbox(key="train.preset").set_value("style").run()
    assert form_values() == (["style", "pyramid", "supervised"], "256")
    app.selectbox(key="train.data").set_value("digits").run()
    assert form_values() == (["style", "mlp", "supervised"], initial_values[1])
    app.selectbox(key="train.preset").set_value("default").run()
    assert form_values() == initial_values


def test_few_colour_images_take_a_small_code_and_enough_epochs(tmp_path):
    images = np.random.default_rng(0).integers(0, 256, (240, 16, 16, 3), dtype=np.uint8)
    np.savez(tmp_path / "few.npz", images=images)
    sets.add_data_set(tmp_path / "few.npz", "few")
    app = open_train_page(**{"prior.name": "gaussian"})
    numbers = lambda: [app.number_input(key=f"train.{key}").value for key in ("epochs", "latent_dim")]  # noqa: E731
    default_numbers = numbers()
    app.selectbox(key="train.data").set_value("few").run()
    assert numbers() == [500, 8] and not error_texts(app), "204 training images are 2 steps an epoch"
    app.selectbox(key="train.data").set_value("digits").run()
    assert numbers() == default_numbers
    app.selectbox(key="train.data").set_value("few").run()
    app.number_input(key="train.latent_dim").set_value(4).run()
    app.selectbox(key="train.data").set_value("digits").run()
    app.selectbox(key="train.data").set_value("few").run()
    assert numbers() == [500, 4]


def test_a_table_takes_a_cost_that_fits_and_leaves_it_behind():
    pandas = pytest.importorskip("pandas")
    rng = np.random.default_rng(0)
    mixed_table = arrays(
        pandas.DataFrame({"size": rng.normal(size=40), "new": rng.integers(0, 2, 40)}), types={"new": "binary"}
    )
    load, describe = sets.load, sets.describe_data_set
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sets, "data_set_names", lambda root=None: [*sets.BUILT_IN_NAMES, "mixed"])
        patch.setattr(sets, "load", lambda name, root=None: mixed_table if name == "mixed" else load(name, root))
        summary = replace(mixed_table.summary, name="mixed")
        patch.setattr(
            sets, "describe_data_set", lambda name, root=None: summary if name == "mixed" else describe(name, root)
        )
        app = open_train_page()
        cost = lambda: app.selectbox(key="train.cost").value  # noqa: E731
        for data, variant, expected_cost in (
            ("mixed", "aae", "by-type"), ("wine", "aae", "squared-error"), ("wine", "vae", "by-type"),
            ("digits", "vae", "cross-entropy"),
            ("mixed", "vae", "by-type"), ("digits", "aae", "squared-error"),
        ):  # fmt: skip
            app.selectbox(key="train.data").set_value(data).run()
            app.selectbox(key="train.variant").set_value(variant).run()
            assert (cost(), error_texts(app), app.exception) == (expected_cost, [], []), (data, variant)


def test_a_table_gets_on_the_page_what_it_gets_from_python():
    app = open_train_page()
    keys = ("epochs", "optimiser.schedule", "input_noise", "cost")
    for name in ("wine", "digits"):
        app.selectbox(key="train.data").set_value(name).run()
        expected = form_settings.widget_values(aae.configure(data=name))
        assert [app.session_state[f"train.{key}"] for key in keys] == [expected[key] for key in keys]
    assert app.session_state["train.input_noise"] == 0 and expected["epochs"] == 20


def test_a_small_table_takes_enough_epochs_unless_they_were_chosen():
    app = open_train_page()
    epochs = lambda: app.number_input(key="train.epochs").value  # noqa: E731
    default_epochs = epochs()
    for data, expected_epochs in (
        ("wine", 600),
        ("breast-cancer", 150),
        ("digits", default_epochs),
        ("wine", 600),
    ):  # 1, 4 batches an epoch
        app.selectbox(key="train.data").set_value(data).run()
        assert (epochs(), error_texts(app)) == (expected_epochs, [])
    app.number_input(key="train.epochs").set_value(7).run()
    for data in ("breast-cancer", "digits"):
        app.selectbox(key="train.data").set_value(data).run()
        assert epochs() == 7


def test_a_preset_fills_the_form_and_keeps_label_and_data():
    app = open_train_page()
    app.text_input(key="train.name").set_value("mine")
    app.selectbox(key="train.data").set_value("glyphs").run()
    app.selectbox(key="train.preset").set_value("images").run()
    assert not app.exception and not error_texts(app)
    assert app.selectbox(key="train.network.kind").value == "pyramid"
    assert app.number_input(key="train.latent_dim").value == 16
    assert (app.selectbox(key="train.data").value, app.text_input(key="train.name").value) == ("glyphs", "mine")
    app.selectbox(key="train.preset").set_value("default").run()
    assert app.selectbox(key="train.variant").value == "aae"


def test_the_presets_of_labels_clusters_and_heads_can_start():
    app = open_train_page()
    settings_by_preset = {
        "label-informed": {"labels"},
        "semi-supervised": {"labels", "optimiser.classification_rate"},
        "plain-classifier": {"labels", "optimiser.classification_rate"},
        "clusters": {"clusters"},
        "reduction": {"labels", "optimiser.classification_rate", "heads", "separation"},
    }
    for preset, settings in settings_by_preset.items():
        app.selectbox(key="train.preset").set_value(preset).run()
        assert not app.exception and not error_texts(app), preset
        assert not start_button(app).disabled
        keys = {widget.key for widget in [*app.number_input, *app.text_input, *app.selectbox]}
        conditional_settings = {"labels", "clusters", "heads", "separation", "optimiser.classification_rate"}
        assert {key for key in conditional_settings if f"train.{key}" in keys} == settings
    app.number_input(key="train.labels").set_value(0).run()
    assert "train.clusters" in {widget.key for widget in app.number_input}, "without labels the heads are clusters"


def test_what_the_data_cannot_give_is_told_before_the_start():
    app = open_train_page(**{"variant": "label-informed", "prior.name": "mixture", "data": "glyphs"})
    assert any("prior.components must be 6" in text for text in error_texts(app)) and start_button(app).disabled
    app.number_input(key="train.prior.components").set_value(6).run()
    assert not error_texts(app) and not start_button(app).disabled
    app.number_input(key="train.labels").set_value(5).run()
    assert any("5 labels cannot cover 6 classes" in text for text in error_texts(app))


def train_revision(**settings):
    """A small revision that was trained here."""
    nets = {"network.hidden": (16,), "network.discriminator": (16,)}
    return worker.train(configure(data="digits", steps=20, threads=1, **nets, **settings))


def plane_headers(app):
    """What the planes of the page were sent; the other components are about no codes."""
    count = len(app.get("bidi_component"))
    headers = [app_pages.sent_header(app, number) for number in range(count)]
    return [header for header in headers if "live" in header]


def settings_boxes(app):
    return [box for box in app.expander if box.label == "Settings of the next training"]


def test_the_form_is_one_line_while_a_training_is_watched():
    assert not settings_boxes(open_train_page())
    revision = train_revision()
    set_status(revision, step=20, **running_fields())
    store_polling.store_poller().invalidate()  # the list of the first page may be younger than the revision
    app = open_train_page(watch=revision.id)
    (fold,) = settings_boxes(app)
    assert not fold.proto.expanded and not app.exception and not error_texts(app)
    assert any(button.key.startswith("train.go.") for button in fold.button), "what is folded can be unfolded"


def test_the_plane_of_a_training_follows_it_and_is_then_the_revisions():
    revision = train_revision()
    set_status(revision, step=20, **running_fields())
    app = open_train_page(watch=revision.id)
    (header,) = plane_headers(app)
    assert header["live"] and header["server"]["now"] and header["history"] is None
    assert (revision.path / live_frame.WATCH_FILE).exists(), "the worker is told that a page watches"
    set_status(revision, state="done", step=20)
    (header,) = plane_headers(open_train_page(watch=revision.id))
    assert not header["live"] and header["server"]["now"] is None and header["history"]["now"] == 20


def test_between_two_checkpoints_the_plane_is_not_sent_again():
    revision = train_revision()
    set_status(revision, step=20, **running_fields())
    app = open_train_page(watch=revision.id)
    (first_header,) = plane_headers(app)
    probe = revision.probe()
    revision.write_probe(replace(probe, z=probe.z + 1), step_and_epoch=(30, 1.0))
    app.run()
    assert plane_headers(app) == [first_header]
    weights.save_weights(revision, revision.model(), 30)
    app.run()
    assert plane_headers(app) != [first_header]


def test_the_first_codes_are_waited_for_where_a_worker_begins(monkeypatch):
    revision = train_revision()
    set_status(revision, doing="Preparing the networks", **running_fields())
    probe = revision.path / "probe.safetensors"
    probe.rename(revision.path / "later")
    renew = RevisionSnapshot.renewed

    def renew_with_probe(self):
        if not probe.exists():
            (revision.path / "later").rename(probe)
        return renew(self)

    monkeypatch.setattr(RevisionSnapshot, "renewed", renew_with_probe)
    assert plane_headers(open_train_page(watch=revision.id))


def test_one_click_opens_the_form_again_after_a_training():
    revision = train_revision(**{"prior.name": "painted", "prior.painting": "ring"})
    app = open_train_page(watch=revision.id)
    assert settings_boxes(app)
    button = app.button(key="live.again")
    assert button.label == "Paint again"
    button.click().run()
    assert not settings_boxes(app) and not app.exception
    start_button(app).click().run()
    assert settings_boxes(app), "the next training is watched"


def test_the_form_stays_open_while_somebody_else_trains(monkeypatch):
    visit = visitor_sessions.share_server(monkeypatch)
    revision = Store().create(
        configure(), sets.describe_data_set("digits"), Status("queued", queued=time.time()), visitor_sessions.owner(BOB)
    )
    set_status(revision, **running_fields())
    visit(ANN)
    assert not settings_boxes(open_train_page())
    visit(BOB)
    assert settings_boxes(open_train_page())


def test_the_form_is_open_where_a_link_fills_it_in_or_nothing_goes_on():
    revision = train_revision()
    assert not settings_boxes(open_train_page()), "what is over does not fold the form"
    set_status(revision, step=20, **running_fields())
    st.cache_resource.clear()
    assert settings_boxes(open_train_page()) and settings_boxes(open_train_page(epochs="3", watch=revision.id))
    assert not settings_boxes(open_train_page(epochs="3"))
