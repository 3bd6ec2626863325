"""The page Revisions, run without a browser."""

import io
import json
import zipfile
from dataclasses import replace
from importlib.util import find_spec

import pytest

pytest.importorskip("streamlit")
import numpy as np
import pages
import streamlit as st

from aae_core import files
from aae_core.config.configuration import configure
from aae_core.data import sets
from aae_core.errors import RevisionError
from aae_core.jobs import launchers, worker
from aae_core.store.revisions import Store
from aae_core.store.status import Status
from app.ui import revision_files


@pytest.fixture(autouse=True)
def fresh():
    st.cache_resource.clear()
    st.cache_data.clear()


def opened(**query):
    return pages.run("revisions", **query)


def create(state="done", **settings):
    status = Status(
        state, step=10, total_steps=20, epoch=1.0, total_epochs=2.0, measures={"mmd2": 0.0012, "code_std": [1.0, 0.9]}
    )
    return Store().create(configure(**settings), sets.describe("digits"), status)


def errors(app):
    return [error.value for error in app.error]


def labels(app):
    return app.dataframe[0].value["Name"].tolist()


def test_search_and_order():
    for name in ("beech", "ash", "cedar"):
        create(name=name)
    app = opened()
    app.text_input(key="revisions.search").set_value("ash digits").run()
    assert labels(app) == ["ash"]
    app.text_input(key="revisions.search").set_value("").run()
    app.selectbox(key="revisions.order").set_value("label").run()
    own = [label for label in labels(app) if label in ("ash", "beech", "cedar")]
    assert own == ["ash", "beech", "cedar"]
    app.text_input(key="revisions.search").set_value("no such thing").run()
    assert not app.exception and not app.dataframe


def test_label_and_notes_are_kept():
    revision = create(name="before")
    app = opened(revision=revision.id)
    app.text_input(key=f"revisions.label.{revision.id}").set_value("after").run()
    app.text_area(key=f"revisions.notes.{revision.id}").set_value("holes at the edge\nsee page 3").run()
    again = Store().open(revision.id)
    assert (again.label, again.notes) == ("after", "holes at the edge\nsee page 3")
    assert "after" in labels(app)


def test_the_size_of_the_networks_is_told():
    revision = worker.train(
        configure(epochs=1, **{"network.hidden": (3,), "network.discriminator": (4,), "latent_dim": 2}), store=Store()
    )
    (revision.path / "weights.safetensors").unlink()  # a configuration says it alone
    app = opened(revision=revision.id)
    learned = 65 * 3 + 4 * 2 + 3 * 3 + 4 * 64 + 3 * 4 + 5
    multiplied = 64 * 3 + 3 * 2 + 2 * 3 + 3 * 64 + 2 * 4 + 4
    (told,) = (each.value for each in app.caption if each.value.startswith("Networks of"))
    assert f"{learned:,} parameters, {multiplied:,} multiplications" in told


def test_measures_are_shown_with_how_to_read_them():
    app = opened(revision=create().id)
    (table,) = tables(app)
    assert "MMD²" in table and "0.0012" in table and "1, 0.9" in table
    assert "k-NN" not in table  # it was not measured


def tables(app):
    return [m.value for m in app.markdown if m.value.startswith("| Metric")]


def test_chance_stands_below_the_class_read_from_the_style():
    revision = create()
    revision.write_status(replace(revision.status, measures={"content_from_style": 0.871, "chance": 0.114}))
    (table,) = tables(opened(revision=revision.id))
    lines = [line.split(" | ")[:2] for line in table.splitlines()[2:]]
    assert lines == [["| Class read from the style", "0.871"], ["| Class guessed by chance", "0.114"]]


LIKELIHOOD = {
    "log_likelihood": -12.5, "standard_error": 1.25, "sigma": 0.2, "grid": [0.08, 0.49], "samples": 10_000,
    "training_images": None, "why_no_training_images": "No width is best for real images.", "k_means": 20.5,
    "centroids": 1000, "n": 359, "caveat": "A Parzen window says little.",
}  # fmt: skip


def keep(revision, figures):
    record = {"format": 1, "revision": revision.fingerprint, "figures": {"likelihood": figures}}
    files.write_json(revision.path / "reproduction.json", record)


def test_a_kept_likelihood_is_shown_with_what_is_to_be_thought_of_it():
    revision = create()
    keep(revision, LIKELIHOOD)
    app = opened(revision=revision.id)
    _, table = tables(app)
    for row in ("log-likelihood | −12.5", "error | 1.25", "window | 0.2", "tried | 0.08, 0.49", "model | 10,000"):
        assert row in table
    assert "of centroids | 20.5" in table and "place | 1,000" in table and "of real images |" not in table
    captions = " ".join(caption.value for caption in app.caption)
    assert "No width is best for real images." in captions and "says little." in captions
    assert not app.exception and "measure.likelihood" not in {button.key for button in app.button}


def test_a_garbled_likelihood_is_left_out():
    revision = create()
    keep(revision, {**LIKELIHOOD, "log_likelihood": "many", "grid": [None, {}]})
    app = opened(revision=revision.id)
    assert not app.exception and "log-likelihood |" not in tables(app)[1] and "Widths tried" not in tables(app)[1]


def test_the_likelihood_is_measured_on_request(tiny_config):
    revision = Store().create(tiny_config, sets.describe("digits"))
    assert worker.run(revision).state == "done"
    app = opened(revision=revision.id)
    assert len(tables(app)) == 1
    assert any(f"evaluate {revision.id} --protocol likelihood" in caption.value for caption in app.caption)
    app.button(key="measure.likelihood").click().run()
    _, table = tables(app)
    assert not app.exception and "Parzen log-likelihood |" in table and "Standard error |" in table
    assert any("1511.01844" in caption.value for caption in app.caption)
    app.text_input(key=f"revisions.label.{revision.id}").set_value("named").run()
    assert len(tables(app)) == 2, "a label changes no figure"


def test_no_likelihood_is_offered_before_the_training_is_over():
    app = opened(revision=create(state="paused").id)
    assert "measure.likelihood" not in {button.key for button in app.button} and not app.exception


def test_without_the_images_the_command_alone_is_shown(monkeypatch):
    revision = create()
    monkeypatch.setattr("app.cache.shown_codes.is_here", lambda revision: False)
    app = opened(revision=revision.id)
    assert "measure.likelihood" not in {button.key for button in app.button} and not app.exception
    assert any("--protocol likelihood" in caption.value for caption in app.caption)


def test_delete_is_asked_twice():
    revision = create(name="old one")
    app = opened(revision=revision.id)
    app.button(key="revisions.delete").click().run()
    assert any("old one" in m.value and "cannot be undone" in m.value for m in app.markdown)
    app.button(key="revisions.no").click().run()
    assert revision.path.exists()
    app.button(key="revisions.delete").click().run()
    app.button(key="revisions.yes").click().run()
    assert not app.exception and not revision.path.exists()
    assert "revision" not in app.query_params


def test_a_running_one_cannot_be_deleted():
    revision = create(state="running")
    with revision.lock():
        app = opened(revision=revision.id)
        assert "revisions.delete" not in {button.key for button in app.button}


def test_a_failed_one_says_why_and_resumes(monkeypatch):
    revision = create(state="failed")
    revision.write_status(
        replace(revision.status, error={"what": "The disk is full.", "do": "Make room and resume it."})
    )
    app = opened(revision=revision.id)
    assert any("Make room" in text for text in errors(app))
    monkeypatch.setattr("aae_core.jobs.queue.pump", lambda store, launcher=None: [])
    app.button(key="revisions.resume").click().run()
    assert revision.status.state == "queued" and not app.exception


def test_a_broken_one_is_listed_with_its_reason_and_can_go():
    revision = create()
    files.write_atomic(revision.path / "config.json", '{"format": 1, "conf')
    app = opened(revision=revision.id)
    assert not app.exception
    assert any("config.json" in text for text in errors(app))
    app.button(key="revisions.delete").click().run()
    app.button(key="revisions.yes").click().run()
    assert not revision.path.exists()


def test_an_unknown_name_in_the_link_is_said():
    create()
    app = opened(revision="20200101T000000Z-gone")
    assert not app.exception and any("no revision" in text for text in errors(app))


def test_a_thousand_revisions_come_in_pages(monkeypatch):
    one = create().path
    for i in range(40):
        folder = one.parent / f"2025{i:04d}T000000Z-aae-digits-{i:06x}"
        folder.mkdir()
        for name in ("config.json", "status.json"):
            (folder / name).write_bytes((one / name).read_bytes())
    app = opened()
    first = app.dataframe[0].value
    assert len(first) == 10
    app.number_input(key="revisions.page").set_value(3).run()
    assert not app.exception and len(app.dataframe[0].value) == 10


def test_a_trained_one_offers_all_its_files(tiny_config):
    revision = Store().create(tiny_config, sets.describe("digits"))
    assert worker.run(revision).state == "done"
    app = opened(revision=revision.id)
    app.session_state["revisions.tab"] = "Files and export"
    app.run()
    assert not app.exception and not errors(app)
    offered = {button.label.split(" (")[0] for button in app.get("download_button")}
    networks = {"Networks"} if all(map(find_spec, ("onnx", "onnxscript"))) else set()
    own = {"Weights", "Weights in PyTorch", "Configuration", "Codes", "Map", "Samples", "Download as a web page"}
    assert offered - networks == own
    assert networks <= offered


def test_networks_are_made_as_onnx_by_another_process(tiny_config):
    onnxruntime = pytest.importorskip("onnxruntime", reason="the exporter is optional")
    pytest.importorskip("onnxscript")
    revision = Store().create(tiny_config, sets.describe("digits"))
    worker.run(revision)
    with zipfile.ZipFile(io.BytesIO(revision_files.networks(revision))) as found:
        assert {"encoder.onnx", "decoder.onnx", "weights.safetensors", "model.md"} <= set(found.namelist())
        z = np.random.default_rng(0).standard_normal((5, 2)).astype(np.float32)
        (x,) = onnxruntime.InferenceSession(found.read("decoder.onnx")).run(None, {"z": z})
    assert abs(255 * x.transpose(0, 2, 3, 1) - revision.decode(z)).max() < 0.501  # rounded there


def test_networks_that_take_too_long_are_given_up(tiny_config, monkeypatch):
    revision = Store().create(tiny_config, sets.describe("digits"))
    begun = []
    monkeypatch.setattr(revision_files, "PATIENCE", 0.01)
    start = revision_files.launchers.process
    monkeypatch.setattr(revision_files.launchers, "process", lambda *a, **b: begun.append(start(*a, **b)) or begun[0])
    with pytest.raises(RevisionError, match="were not made"):
        revision_files.networks(revision)
    assert begun[0].wait(30) != 0


def drawn(app):
    """The names of the curves in each chart."""
    return [[line["name"] for line in json.loads(chart.proto.spec)["data"]] for chart in app.get("plotly_chart")]


def with_curves(**settings):
    revision = create(**settings)
    losses = {"reconstruction": 6.0, "discrimination": 1.4, "generation": 0.7}
    rows = [{"step": 10 * k, "epoch": k / 2, "losses": losses, "measures": {"mmd2": 0.1}} for k in (1, 2)]
    revision.write_metrics(rows)
    return revision


def test_curves_of_a_finished_run_are_drawn_and_those_of_others_beside_them():
    first, second, third = (with_curves(name=name) for name in ("First", "Second", "First"))
    app = opened(revision=first.id)
    assert not app.get("plotly_chart"), "another tab is open"
    app.session_state["revisions.tab"] = "Curves"
    app.run()
    assert not app.exception and ["D", "encoder against D"] in drawn(app) and ["MMD²"] in drawn(app)
    app.multiselect[0].set_value([second.id, third.id]).run()
    assert not app.exception and ["First (1)", "Second", "First (2)"] in drawn(app)
    assert app.query_params["beside"] in (link := f"{second.id},{third.id}", [link])
    linked = opened(revision=first.id, beside=f"{second.id},gone,{first.id}")
    linked.session_state["revisions.tab"] = "Curves"
    linked.run()
    assert not linked.exception and ["First", "Second"] in drawn(linked)


def test_the_end_of_a_failed_workers_log_is_shown_and_never_all_of_it():
    revision = create("failed")
    log = revision.path / "worker.log"
    log.write_bytes(
        b"x" * 10**6 + b"\nline 1\n\x1b[31m\xff" + str(revision.path / "weights").encode() + b"\nKeyError: 'z'\n"
    )
    app = opened(revision=revision.id)
    app.session_state[f"revisions.log.{revision.id}"] = True  # the box is open
    (shown,) = app.run().code
    assert shown.value.endswith("KeyError: 'z'") and "line 1" in shown.value and len(shown.value) <= launchers.LOG_BYTES
    assert "\x1b" not in shown.value and str(revision.path) not in shown.value
    log.unlink()
    assert not opened(revision=revision.id).code
