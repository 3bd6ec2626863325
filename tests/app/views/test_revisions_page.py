"""The page Revisions, run without a browser."""

import errno
import io
import json
import zipfile
from dataclasses import replace
from importlib.util import find_spec

import pytest

pytest.importorskip("streamlit")
import numpy as np
import streamlit as st
from helpers import app_pages, visitor_sessions
from helpers.snapshots import fresh_snapshot, hide_images
from helpers.visitor_sessions import ANN, BOB

from aae_core import __version__, files, owners
from aae_core.config.configuration import configure, with_settings
from aae_core.data import sets
from aae_core.errors import RevisionError
from aae_core.runs import worker
from aae_core.store import revision_folder
from aae_core.store.revisions import Store
from aae_core.store.status import Status
from aae_core.store.trash import DiskFullError, Trash
from app.cache import lru
from app.page_parts.revisions import revision_files
from app.translation.languages import use_language
from app.ui import store_polling


@pytest.fixture(autouse=True)
def clear_caches():
    st.cache_resource.clear()
    lru.clear_all()
    st.cache_data.clear()


def open_revisions_page(**query):
    return app_pages.run_page("revisions", **query)


def create(state="done", **settings):
    status = Status(
        state, step=10, total_steps=20, epoch=1.0, total_epochs=2.0, measures={"mmd2": 0.0012, "code_std": [1.0, 0.9]}
    )
    return Store().create(configure(**settings), sets.describe_data_set("digits"), status)


def errors(app):
    return [error.value for error in app.error]


def labels(app):
    return app.dataframe[0].value["Name"].tolist()


def test_search_and_order():
    for name in ("beech", "ash", "cedar"):
        create(name=name)
    app = open_revisions_page()
    app.text_input(key="revisions.search").set_value("ash digits").run()
    assert labels(app) == ["ash"]
    app.text_input(key="revisions.search").set_value("digits").run()
    app.selectbox(key="revisions.order").set_value("label").run()
    tree_labels = [label for label in labels(app) if label in ("ash", "beech", "cedar")]
    assert tree_labels == ["ash", "beech", "cedar"]
    app.text_input(key="revisions.search").set_value("no such thing").run()
    assert not app.exception and not app.dataframe


def test_label_and_notes_are_kept():
    revision = create(name="before")
    app = open_revisions_page(revision=revision.id)
    app.text_input(key=f"revisions.label.{revision.id}").set_value("after").run()
    app.text_area(key=f"revisions.notes.{revision.id}").set_value("holes at the edge\nsee page 3").run()
    saved_revision = Store().open(revision.id)
    assert (saved_revision.label, saved_revision.notes) == ("after", "holes at the edge\nsee page 3")
    assert "after" in labels(app)


def test_the_size_of_the_networks_is_told():
    revision = worker.train(
        configure(epochs=1, **{"network.hidden": (3,), "network.discriminator": (4,), "latent_dim": 2}), store=Store()
    )
    (revision.path / "weights.safetensors").unlink()  # a configuration says it alone
    app = open_revisions_page(revision=revision.id)
    parameter_count = 65 * 3 + 4 * 2 + 3 * 3 + 4 * 64 + 3 * 4 + 5
    multiplication_count = 64 * 3 + 3 * 2 + 2 * 3 + 3 * 64 + 2 * 4 + 4
    (networks_text,) = (item.value for item in app.caption if item.value.startswith("Networks of"))
    assert f"{parameter_count:,} parameters, {multiplication_count:,} multiplications" in networks_text


def test_settings_without_effect_are_neither_shown_nor_handed_on():
    revision = create(capture="off", seed=7)
    app = open_revisions_page(revision=revision.id)
    (link,) = [
        element.proto for element in app.get("page_link") if element.proto.label == "Train again with these settings"
    ]
    assert "seed=7" in link.query_string and "capture" not in link.query_string
    app.session_state["revisions.differs"] = True
    app.session_state["revisions.tab"] = "Settings"
    actual = [cell for frame in app.run().dataframe for cell in frame.value.to_numpy().ravel()]
    assert "Seed" in actual and not any("Captured" in str(cell) for cell in actual)


def test_measures_are_shown_with_how_to_read_them():
    app = open_revisions_page(revision=create().id)
    (table,) = tables(app)
    assert "MMD²" in table and "0.0012" in table and "1, 0.9" in table
    assert "k-NN" not in table  # it was not measured


def tables(app):
    return [m.value for m in app.markdown if m.value.startswith("| Metric")]


def test_chance_stands_below_the_class_read_from_the_style():
    revision = create()
    revision.write_status(replace(revision.status, measures={"content_from_style": 0.871, "chance": 0.114}))
    (table,) = tables(open_revisions_page(revision=revision.id))
    lines = [line.split(" | ")[:2] for line in table.splitlines()[2:]]
    assert lines == [["| Class read from the style", "0.871"], ["| Class guessed by chance", "0.114"]]


LIKELIHOOD = {
    "log_likelihood": -12.5, "standard_error": 1.25, "sigma": 0.2, "grid": [0.08, 0.49], "samples": 10_000,
    "training_images": None, "why_no_training_images": "No width is best for real images.", "k_means": 20.5,
    "centroids": 1000, "n": 359, "caveat": "A Parzen window says little.",
}  # fmt: skip


def write_likelihood_figures(revision, figures):
    record = {"format": 1, "revision": revision.fingerprint, "figures": {"likelihood": figures}}
    files.write_json(revision.path / "reproduction.json", record)


def test_a_kept_likelihood_is_shown_with_what_is_to_be_thought_of_it():
    revision = create()
    write_likelihood_figures(revision, LIKELIHOOD)
    app = open_revisions_page(revision=revision.id)
    _, table = tables(app)
    for row in ("log-likelihood | −12.5", "error | 1.25", "window | 0.2", "tried | 0.08, 0.49", "model | 10,000"):
        assert row in table
    assert "of centroids | 20.5" in table and "place | 1,000" in table and "of real images |" not in table
    captions = " ".join(caption.value for caption in app.caption)
    assert "No width is best for real images." in captions and "says little." in captions
    assert not app.exception and "measure.likelihood" not in {button.key for button in app.button}


def test_a_garbled_likelihood_is_left_out():
    revision = create()
    write_likelihood_figures(revision, {**LIKELIHOOD, "log_likelihood": "many", "grid": [None, {}]})
    app = open_revisions_page(revision=revision.id)
    assert not app.exception and "log-likelihood |" not in tables(app)[1] and "Widths tried" not in tables(app)[1]


def test_the_likelihood_is_measured_on_request(tiny_config):
    revision = Store().create(tiny_config, sets.describe_data_set("digits"))
    assert worker.run_training(revision).state == "done"
    app = open_revisions_page(revision=revision.id)
    assert len(tables(app)) == 1
    assert any(f"evaluate {revision.id} --protocol likelihood" in caption.value for caption in app.caption)
    app.button(key="measure.likelihood").click().run()
    _, table = tables(app)
    assert not app.exception and "Parzen log-likelihood |" in table and "Standard error |" in table
    assert any("1511.01844" in caption.value for caption in app.caption)
    app.text_input(key=f"revisions.label.{revision.id}").set_value("named").run()
    assert len(tables(app)) == 2, "a label changes no figure"


def test_samples_and_bound_are_measured_on_request(tiny_config, full_measures):
    revision = Store().create(
        with_settings(tiny_config, {"variant": "vae", "posterior": "gaussian"}), sets.describe_data_set("digits")
    )
    status = worker.run_training(revision)
    measures = {key: value for key, value in status.measures.items() if key != "precision"}  # before they were measured
    revision.write_status(status, measures=measures)
    app = open_revisions_page(revision=revision.id)
    app.button(key="measure.sample-quality").click().run()
    app.button(key="measure.iw-bound").click().run()
    _, samples, bound = tables(app)
    assert "Coverage of the samples |" in samples and "Evidence lower bound | −" in bound and "| 100 |" in bound
    revision.write_status(status, measures=status.measures)
    assert "measure.sample-quality" not in {button.key for button in open_revisions_page(revision=revision.id).button}
    adversarial = create(variant="aae")
    assert "measure.iw-bound" not in {button.key for button in open_revisions_page(revision=adversarial.id).button}


def test_no_likelihood_is_offered_before_the_training_is_over():
    app = open_revisions_page(revision=create(state="paused").id)
    assert "measure.likelihood" not in {button.key for button in app.button} and not app.exception


def test_without_the_images_the_command_alone_is_shown(monkeypatch):
    revision = create()
    hide_images(monkeypatch)
    app = open_revisions_page(revision=revision.id)
    assert "measure.likelihood" not in {button.key for button in app.button} and not app.exception
    assert any("--protocol likelihood" in caption.value for caption in app.caption)


def keys(app):
    return {button.key for button in app.button}


def content(folder):
    return {str(file.relative_to(folder)): file.read_bytes() for file in folder.rglob("*") if file.is_file()}


def test_delete_is_undone_by_one_press():
    revision = create(name="old one")
    initial_content = content(revision.path)
    app = open_revisions_page(revision=revision.id)
    app.button(key="revisions.delete").click().run()
    assert not app.exception and not revision.path.exists() and "revision" not in app.query_params
    assert any("old one" in box.value and "a week" in box.value for box in app.success)
    assert any(box.label.startswith("Trash: 1 deleted revision, ") for box in app.expander)
    app.button(key="trash.undo").click().run()
    assert not app.exception and "trash.undo" not in keys(app) and app.query_params["revision"] == revision.id
    assert (
        content(revision.path).keys() - initial_content.keys() == {"worker.lock"}
        and initial_content.items() <= content(revision.path).items()
    )
    assert not any(box.label.startswith("Trash") for box in app.expander)


def test_the_trash_is_listed_restored_and_emptied_after_a_question():
    first_revision, second_revision = create(name="first"), create(name="second")
    for revision in (first_revision, second_revision):
        Store().delete(revision.id)
    app = app_pages.run_page("revisions", ("trash.open",))
    names = {row.id: row.path.name for row in Store().list_deleted()}
    app.button(key=f"trash.restore.{names[first_revision.id]}").click().run()
    assert first_revision.path.exists() and "first" in labels(app) and not app.exception
    app.button(key=f"trash.remove.{names[second_revision.id]}").click().run()
    assert any("second" in box.value and "cannot be undone" in box.value for box in app.warning)
    app.button(key="trash.no").click().run()
    assert [row.id for row in Store().list_deleted()] == [second_revision.id]
    app.button(key="trash.empty").click().run()
    later_revision = create(name="later")
    Store().delete(later_revision.id)
    app.button(key="trash.yes").click().run()
    assert not app.exception and not second_revision.path.exists()
    assert [row.id for row in Store().list_deleted()] == [later_revision.id], "it was not asked about"


def test_a_trash_that_cannot_be_read_is_told_beside_the_rest(monkeypatch):
    kept_revision, deleted_revision = create(name="kept"), create(name="gone")
    app = open_revisions_page(revision=deleted_revision.id)
    app.button(key="revisions.delete").click().run()

    def fail(self):
        raise RevisionError("The trash could not be read.")

    monkeypatch.setattr(Trash, "entries", fail)
    monkeypatch.setattr(Trash, "cache_key", lambda self: "another")
    app.run()
    assert (
        not app.exception and "kept" in labels(app) and any("trash could not be read" in text for text in errors(app))
    )
    app = open_revisions_page(revision=deleted_revision.id)
    assert not app.exception and any("There is no revision" in text for text in errors(app))
    assert not app_pages.run_page("explore", revision=deleted_revision.id).exception
    assert kept_revision.path.exists()


def test_a_full_disk_offers_deleting_for_good(monkeypatch):
    revision = create(name="large")
    app = open_revisions_page(revision=revision.id)

    def fail_on_full_disk(self, path):
        raise DiskFullError("The disk is full; delete it for good.")

    monkeypatch.setattr("aae_core.store.trash.Trash.move_in", fail_on_full_disk)
    app.button(key="revisions.delete").click().run()
    assert revision.path.exists() and any("disk is full" in text for text in errors(app))
    app.button(key="trash.yes").click().run()
    assert not app.exception and not revision.path.exists() and Store().list_deleted() == []


@pytest.mark.parametrize("page", ["revisions", "explore", "style", "classify", "clusters", "compare", "train"])
def test_a_link_to_a_deleted_one_says_so_and_restores_it(page, recorded_revision, monkeypatch):
    # seconds for which a list is kept: it must be read again at once
    monkeypatch.setattr(store_polling, "MIN_LIST_AGE", 600.0)
    revision = Store().open(recorded_revision.id)
    Store().delete(revision.id)
    name = {"compare": "left", "train": "watch"}.get(page, "revision")
    app = app_pages.run_page(page, **{name: revision.id})
    assert not app.exception and any("is in the trash" in box.value and revision.id in box.value for box in app.warning)
    app.button(key=f"restore.{name}.{revision.id}").click().run()
    assert not app.exception and revision.path.exists() and app.query_params[name] == revision.id
    assert not any("is in the trash" in box.value for box in app.warning)
    assert "No training is running" not in [header.value for header in app.header]


def test_a_deleted_one_that_is_named_on_both_sides_is_offered_on_both(recorded_revision):
    Store().delete(recorded_revision.id)
    app = app_pages.run_page("compare", left=recorded_revision.id, right=recorded_revision.id)
    assert not app.exception and [button.label for button in app.button].count("Restore it") == 2
    app.button(key=f"restore.right.{recorded_revision.id}").click().run()
    assert not app.exception and not app.warning and app.query_params["right"] == recorded_revision.id


def test_a_deleted_one_is_offered_to_who_may_restore_it(recorded_revision, monkeypatch):
    visit = visitor_sessions.share_server(monkeypatch)
    owners.write_owner(recorded_revision.path, visitor_sessions.owner(BOB, "Bob"))
    Store().delete(recorded_revision.id)
    for key, button_count in ((ANN, 0), (BOB, 1)):
        visit(key)
        app = app_pages.run_page("explore", revision=recorded_revision.id)
        assert not app.exception and any("is in the trash" in box.value for box in app.warning)
        assert [button.label for button in app.button].count("Restore it") == button_count


def test_that_it_was_deleted_is_told_until_another_one_is_chosen(tiny_config):
    deleted_revision, first_revision, second_revision = (worker.train(tiny_config, store=Store()) for _ in range(3))
    Store().delete(deleted_revision.id)
    app = app_pages.run_page("explore", revision=deleted_revision.id)
    unshown_id = next(
        revision.id for revision in (first_revision, second_revision) if revision.id != app.query_params["revision"]
    )
    assert any("is in the trash" in box.value for box in app.warning)
    app.selectbox(key="revision").set_value(unshown_id).run()
    assert not app.exception and not any("is in the trash" in box.value for box in app.warning)


@pytest.mark.parametrize("page", ["explore", "style", "classify", "clusters", "compare", "train"])
def test_an_unknown_revision_is_reported_until_one_is_chosen(page, recorded_revision, tiny_config):
    name = {"compare": "left", "train": "watch"}.get(page, "revision")
    app = app_pages.run_page(page, **{name: "none-such"})
    assert not app.exception and app.query_params.get(name) != "none-such" and not app.toast
    app.run()
    warning_texts = [box.value for box in app.warning if "There is no revision `none-such` here" in box.value]
    assert len(warning_texts) == 1 and ("is shown instead" in warning_texts[0]) is (page != "train")
    app.switch_page("views/game.py").run()
    assert not app.switch_page(f"views/{page}.py").run().warning
    if page == "explore":
        app = app_pages.run_page(page, revision="another")
        assert app.warning
        new_id = worker.train(tiny_config, store=Store()).id
        app.run().selectbox(key="revision").set_value(new_id).run()
        assert not app.exception and not app.warning


@pytest.mark.parametrize("name", ["x, log in at www.evil.com", "me@evil.com", "../../etc", "a\n---", "`x`", "x" * 200])
def test_a_link_cannot_put_its_own_words_into_the_page(name, recorded_revision):
    app = app_pages.run_page("explore", revision=name)
    (outcome,) = (box.value for box in app.warning)
    assert (
        outcome.startswith("There is no revision of that name here")
        and "evil" not in outcome
        and "x" * 99 not in outcome
    )
    assert app.query_params["revision"] != name


def test_a_link_to_an_unknown_one_leaves_the_one_chosen_before(recorded_revision, tiny_config):
    worker.train(tiny_config, store=Store())
    app = app_pages.run_page("explore", revision=recorded_revision.id)
    app.query_params["revision"] = "none-such"
    app.run()
    assert app.warning and app.selectbox(key="revision").value == recorded_revision.id


def test_that_another_tab_deleted_it_is_told_at_the_next_run(recorded_revision, tiny_config):
    worker.train(tiny_config, store=Store())
    app = app_pages.run_page("explore", revision=recorded_revision.id)
    Store().delete(recorded_revision.id)
    app.run()
    assert not app.exception and [button.label for button in app.button].count("Restore it") == 1
    Store().trash.remove_all()
    app.run()
    assert not app.exception and any("There is no revision" in box.value for box in app.warning)


def test_one_that_appears_later_is_not_called_unknown_any_more(recorded_revision, tiny_config, tmp_path):
    worker.train(tiny_config, store=Store())
    recorded_revision.path.rename(tmp_path / "away")
    app = app_pages.run_page("explore", revision=recorded_revision.id)
    assert any("There is no revision" in box.value for box in app.warning)
    (tmp_path / "away").rename(recorded_revision.path)
    assert not app.run().exception and not app.warning
    assert app.selectbox(key="revision").value == app.query_params["revision"] == recorded_revision.id


def test_of_revisions_with_one_title_the_chosen_one_stays(tiny_config, monkeypatch):
    revisions = [worker.train(tiny_config, store=Store()) for _ in range(2)]
    monkeypatch.setattr("app.figures.number_text.local_time_text", lambda created: "just now")
    for revision in revisions:
        app = app_pages.run_page("explore", revision=revision.id)
        assert app.run().query_params["revision"] == revision.id == app.selectbox(key="revision").value


def test_two_people_who_edit_one_name_both_keep_what_they_wrote():
    revision = create(name="before")
    my_page, their_page = open_revisions_page(revision=revision.id), open_revisions_page(revision=revision.id)
    key = f"revisions.label.{revision.id}"
    their_page.text_input(key=key).set_value("theirs").run()
    my_page.text_input(key=key).set_value("mine").run()
    assert Store().open(revision.id).label == "theirs" and not my_page.exception
    assert my_page.text_input(key=key).value == "mine" and any("was not saved" in box.value for box in my_page.warning)
    assert "theirs" in [text.value for text in my_page.text]
    my_page.button(key=f"{key}.mine").click().run()
    assert Store().open(revision.id).label == "mine" and not my_page.warning
    their_page.run()
    assert any("has changed the name" in box.value for box in their_page.warning)
    their_page.button(key=f"{key}.theirs").click().run()
    assert their_page.text_input(key=key).value == "mine" and not their_page.warning
    their_page.text_input(key=key).set_value("next").run()
    assert Store().open(revision.id).label == "next"


def test_a_running_one_cannot_be_deleted():
    revision = create(state="running")
    with revision.lock():
        app = open_revisions_page(revision=revision.id)
        assert "revisions.delete" not in {button.key for button in app.button}


def test_a_failed_one_says_why_and_resumes(monkeypatch):
    revision = create(state="failed")
    revision.write_status(
        replace(revision.status, error={"what": "The disk is full.", "do": "Make room and resume it."})
    )
    app = open_revisions_page(revision=revision.id)
    assert any("Make room" in text for text in errors(app))
    monkeypatch.setattr("aae_core.runs.queue.launch_queued", lambda store, launcher=None, lock_timeout=0: [])
    app.button(key="revisions.resume").click().run()
    assert revision.status.state == "queued" and not app.exception


def test_a_broken_one_is_listed_with_its_reason_and_can_go():
    revision = create()
    files.write_atomic(revision.path / "config.json", '{"format": 1, "conf')
    app = open_revisions_page(revision=revision.id)
    assert not app.exception
    assert any("config.json" in text for text in errors(app))
    app.button(key="revisions.delete").click().run()
    assert not revision.path.exists() and [row.state for row in Store().list_deleted()] == ["broken"]


def test_one_of_a_version_before_2_0_is_said_to_need_the_upgrade():
    revision = create()
    record = json.loads((revision.path / "config.json").read_text()) | {"format": 1}
    del record["crc32"]
    files.write_atomic(revision.path / "config.json", json.dumps(record))
    app = open_revisions_page()
    (note,) = [box.value for box in app.warning]
    assert note.startswith("1 revision was written before version 2.0") and "python -m aae_core upgrade" in note


def test_an_unknown_name_in_the_link_is_said():
    create()
    app = open_revisions_page(revision="20200101T000000Z-gone")
    assert not app.exception and any("no revision" in text for text in errors(app))


def test_a_thousand_revisions_come_in_pages(monkeypatch):
    template_folder = create().path
    for i in range(40):
        folder = template_folder.parent / f"2025{i:04d}T000000Z-aae-digits-{i:06x}"
        folder.mkdir()
        for name in ("config.json", "status.json"):
            (folder / name).write_bytes((template_folder / name).read_bytes())
    app = open_revisions_page()
    first = app.dataframe[0].value
    assert len(first) == 10
    app.number_input(key="revisions.page").set_value(3).run()
    assert not app.exception and len(app.dataframe[0].value) == 10


def test_a_trained_one_offers_all_its_files(tiny_config):
    revision = Store().create(tiny_config, sets.describe_data_set("digits"))
    assert worker.run_training(revision).state == "done"
    app = open_revisions_page(revision=revision.id)
    app.session_state["revisions.tab"] = "Files and export"
    app.run()
    assert not app.exception and not errors(app)
    button_labels = {button.label.split(" (")[0] for button in app.get("download_button")}
    networks = {"Networks"} if all(map(find_spec, ("onnx", "onnxscript"))) else set()
    expected_labels = {
        "Weights",
        "Weights in PyTorch",
        "Configuration",
        "Codes",
        "Map",
        "Samples",
        "Download as a web page",
    }
    expected_labels.add("All codes with ids")
    assert button_labels - networks == expected_labels
    assert networks <= button_labels
    for title, (_, content) in revision_files._download_functions_by_title(fresh_snapshot(revision)).items():
        if title != "Networks (ONNX)":  # by another process, tested on its own
            assert len(content()) > 100, title


def test_the_png_of_the_map_has_only_characters_of_its_font(tiny_config, monkeypatch):
    revision = Store().create(tiny_config, sets.describe_data_set("digits"))
    assert worker.run_training(revision).state == "done"
    drawings = []
    monkeypatch.setattr(revision_files.exports, "map_png", drawings.append)
    monkeypatch.setattr(revision_files.exports, "map_svg", drawings.append)
    with use_language("zh"):
        downloads = revision_files._download_functions_by_title(fresh_snapshot(revision))
        for title in ("Map (PNG)", "Map (SVG)"):
            downloads[title][1]()
    png, svg = drawings
    data_title = sets.describe_data_set("digits").title
    assert data_title in png.title and data_title not in svg.title


@pytest.mark.thorough
def test_networks_are_made_as_onnx_by_another_process(tiny_config):
    onnxruntime = pytest.importorskip("onnxruntime", reason="the exporter is optional")
    pytest.importorskip("onnxscript")
    revision = Store().create(tiny_config, sets.describe_data_set("digits"))
    worker.run_training(revision)
    with zipfile.ZipFile(io.BytesIO(revision_files.export_onnx_zip(fresh_snapshot(revision)))) as zip_file:
        assert {"encoder.onnx", "decoder.onnx", "weights.safetensors", "model.md"} <= set(zip_file.namelist())
        z = np.random.default_rng(0).standard_normal((5, 2)).astype(np.float32)
        (x,) = onnxruntime.InferenceSession(zip_file.read("decoder.onnx")).run(None, {"z": z})
    assert abs(255 * x.transpose(0, 2, 3, 1) - revision.decode(z)).max() < 0.501  # rounded there


def test_an_export_that_cannot_be_started_is_refused_in_a_sentence(tiny_config, monkeypatch):
    def refuse_to_start(*arguments, **options):
        raise OSError(errno.EAGAIN, "Resource temporarily unavailable")

    revision = Store().create(tiny_config, sets.describe_data_set("digits"))
    monkeypatch.setattr(revision_files.launchers, "start_module", refuse_to_start)
    with pytest.raises(RevisionError, match="ONNX files could not be started: this machine has too many processes"):
        revision_files.export_onnx_zip(fresh_snapshot(revision))


def test_networks_that_take_too_long_are_given_up(tiny_config, monkeypatch):
    revision = Store().create(tiny_config, sets.describe_data_set("digits"))
    processes = []
    monkeypatch.setattr(revision_files, "EXPORT_TIMEOUT", 0.01)
    start_module = revision_files.launchers.start_module
    monkeypatch.setattr(
        revision_files.launchers,
        "start_module",
        lambda *args, **options: processes.append(start_module(*args, **options)) or processes[0],
    )
    with pytest.raises(RevisionError, match="were not made"):
        revision_files.export_onnx_zip(fresh_snapshot(revision))
    assert processes[0].wait(30) != 0


def curve_names(app):
    """The names of the curves in each chart."""
    return [[line["name"] for line in json.loads(chart.proto.spec)["data"]] for chart in app.get("plotly_chart")]


def create_with_curves(**settings):
    revision = create(**settings)
    losses = {"reconstruction": 6.0, "discrimination": 1.4, "generation": 0.7}
    rows = [{"step": 10 * k, "epoch": k / 2, "losses": losses, "measures": {"mmd2": 0.1}} for k in (1, 2)]
    revision.write_metrics(rows)
    return revision


def test_curves_of_a_finished_run_are_drawn_beside_those_of_others():
    first_revision, second_revision, third_revision = (
        create_with_curves(name=name) for name in ("First", "Second", "First")
    )
    app = open_revisions_page(revision=first_revision.id)
    assert not app.get("plotly_chart"), "another tab is open"
    app.session_state["revisions.tab"] = "Curves"
    app.run()
    assert not app.exception and ["D", "encoder against D"] in curve_names(app) and ["MMD²"] in curve_names(app)
    app.multiselect[0].set_value([second_revision.id, third_revision.id]).run()
    assert not app.exception and ["First (1)", "Second", "First (2)"] in curve_names(app)
    assert app.query_params["beside"] in (link := f"{second_revision.id},{third_revision.id}", [link])
    linked_page = open_revisions_page(
        revision=first_revision.id, beside=f"{second_revision.id},gone,{first_revision.id}"
    )
    linked_page.session_state["revisions.tab"] = "Curves"
    linked_page.run()
    assert not linked_page.exception and ["First", "Second"] in curve_names(linked_page)


def test_the_end_of_a_failed_workers_log_is_shown_and_never_all_of_it(monkeypatch):
    monkeypatch.setenv("AAE_DATA", "/elsewhere/data")
    revision = create("failed")
    log = revision.path / "worker.log"
    places = f"{revision.path / 'weights'} /elsewhere/data/own".encode()
    log.write_bytes(b"x" * 10**6 + b"\nline 1\n\x1b[31m\xff" + places + b"\nKeyError: 'z'\n")
    app = open_revisions_page(revision=revision.id)
    app.session_state[f"revisions.log.{revision.id}"] = True  # the box is open
    (log_box,) = app.run().code
    assert (
        log_box.value.endswith("KeyError: 'z'")
        and "line 1" in log_box.value
        and len(log_box.value) <= revision_folder.MAX_LOG_BYTES
    )
    assert "\x1b" not in log_box.value and str(revision.path) not in log_box.value and "elsewhere" not in log_box.value
    log.unlink()
    assert not open_revisions_page(revision=revision.id).code


def test_the_version_stands_at_the_foot_and_with_what_it_made():
    captions = [caption.value for caption in open_revisions_page(revision=create().id).caption]
    assert captions[-1].startswith(f"Version {__version__}.")
    assert any(f"version {__version__}" in entry for entry in captions[:-1])


def test_weights_that_are_a_link_to_something_else_are_not_given_out(tiny_config, tmp_path):
    """A revision's folder from elsewhere may hold links to the user's own files."""
    revision = Store().create(tiny_config, sets.describe_data_set("digits"))
    assert worker.run_training(revision).state == "done"
    _, content = revision_files._download_functions_by_title(fresh_snapshot(revision))["Weights (safetensors)"]
    assert content() == (revision.path / "weights.safetensors").read_bytes()
    (tmp_path / "private").write_text("a secret\n" * 100)
    (revision.path / "weights.safetensors").unlink()
    (revision.path / "weights.safetensors").symlink_to(tmp_path / "private")
    _, content = revision_files._download_functions_by_title(fresh_snapshot(revision))["Weights (safetensors)"]
    with pytest.raises(RevisionError, match="not a safetensors file"):
        content()
