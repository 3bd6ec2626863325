"""The pages Explore, Style and content and Compare, run without a browser over tiny revisions trained here."""

import itertools
import re
import time
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest

pytest.importorskip("streamlit")
import streamlit as st
from helpers import app_pages
from helpers.app_pages import (
    assert_no_exception,
    image_protos,
    open_page,
    page_components,
    page_texts,
    plane_headers,
    query_settings,
    send_message,
    sent_header,
)

from aae_core.config.configuration import configure
from aae_core.config.variants import VARIANTS
from aae_core.data import sets
from aae_core.data.originals import Originals
from aae_core.errors import DataError, RevisionError
from aae_core.latent import exploration, first_view
from aae_core.runs import worker
from aae_core.store import weights
from aae_core.store.revisions import Store, Summary
from aae_core.store.status import Status, this_process_fields
from app.cache import lru, revision_data
from app.figures import revision_list
from app.page_parts.compare import pair_state
from app.server import assets
from app.ui import choices, image_html

pytestmark = pytest.mark.usefixtures("no_gallery")

TINY = {"network.hidden": (16,), "network.discriminator": (16,), "data": "digits", "steps": 20, "threads": 1}
MEASURED = True
MODEL_SETTINGS = {
    "aae": {"variant": "aae", "name": "Plain"},
    "vae": {"variant": "vae", "name": "Rival"},
    "supervised": {"variant": "supervised", "latent_dim": 3, "name": "Told the class"},
}


def labels(app, kind):
    return [e.label for e in app.get(kind)]


# With nothing, with something broken ------------------------------------------------------------------------------------


@pytest.mark.parametrize("page", [None, "style", "compare"])
def test_an_empty_store_says_how_to_begin(page):
    app = open_page(page)
    assert "Train one" in page_texts(app) and not app.error


@pytest.mark.parametrize("page", [None, "style"])
def test_a_failed_revision_says_why_and_what_to_do(revision_ids, page):
    revision = Store().open(revision_ids["supervised"])
    revision.write_status(Status("failed", error={"what": "The disk is full.", "do": "Make room, then resume."}))
    app = open_page(page, revision=revision.id)
    assert "The disk is full. Make room, then resume." in app.error[0].value
    assert app.slider, "what it left behind can still be explored"


@pytest.mark.parametrize("page", [None, "style", "compare"])
@pytest.mark.parametrize("file", ["weights.safetensors", "probe.safetensors", "status.json", "config.json"])
def test_a_cut_file_is_told_in_a_sentence(revision_ids, page, file):
    revision = Store().open(revision_ids["supervised"])
    (revision.path / file).write_bytes((revision.path / file).read_bytes()[:40])
    app = open_page(page, revision=revision.id, left=revision.id)
    assert len([e.value for e in app.error if file in e.value.replace("\\", "")]) == 1


@pytest.mark.parametrize(
    ("page", "query"),
    [*((page, {}) for page in ("explore", "style", "compare", "classify", "clusters")), ("explore", {"lesson": "the-prior"})],
)  # fmt: skip
def test_a_store_that_cannot_be_read_is_told_in_a_sentence(monkeypatch, page, query):
    def fail(self):
        raise RevisionError("The store could not be read.")

    monkeypatch.setattr(Store, "list", fail)
    app = open_page(page, **query)
    assert [error.value for error in app.error] == ["The store could not be read."]
    assert page_components(app), "the bar of the link is drawn all the same"


def test_a_revision_without_codes_is_no_error(revision_ids):
    revision = Store().open(revision_ids["aae"])
    for name in ("weights.safetensors", "probe.safetensors"):
        (revision.path / name).unlink()
    revision.write_status(Status("queued"))
    for page in (None, "style", "compare"):
        app = open_page(page, revision=revision.id, left=revision.id)
        assert not app.error and (page == "style" or "first checkpoint" in page_texts(app))


# Explore ----------------------------------------------------------------------------------------------------------------


def test_explore_opens_on_a_plain_aae(revision_ids):
    app = open_page()
    assert query_settings(app)["revision"] == revision_ids["aae"] and labels(app, "slider")[0].startswith("z₁")
    assert (
        "Plain" in app.selectbox[0].options[app.selectbox[0].index or 0]
        or app.selectbox[0].value == revision_ids["aae"]
    )


def test_a_slider_moves_the_code_in_the_link(revision_ids):
    app = open_page()
    assert_no_exception(app.slider[1].set_value(1.0).run())
    assert float(query_settings(app)["z"].split(",")[1]) == pytest.approx(1.0, abs=0.02)
    assert "84th percentile" in app.slider[1].label, "N(0, 1) has 84.1 % below 1"


def test_a_link_reopens_what_it_showed(revision_ids):
    app = open_page(revision=revision_ids["vae"], z="0.5,-1.5", point="7", layers="codes,samples")
    assert [round(s.value, 2) for s in app.slider[:2]] == [0.5, -1.5]
    assert app.number_input[0].value == 7
    result = {"revision": revision_ids["vae"], "z": "0.5,-1.5", "point": "7", "layers": "codes,samples", "of": "probe"}
    assert query_settings(app) == result | {"codes": "mean"}


def assert_settings_are_left_out(page, texts_by_name):
    """Of {name: texts}, each text in one of as few links as there are texts of a name."""
    for item in itertools.zip_longest(*texts_by_name.values()):
        link = {name: text for name, text in zip(texts_by_name, item, strict=True) if text is not None}
        app = open_page(page, **link)
        assert all(
            f"“{name}”" in page_texts(app) and query_settings(app).get(name) != text for name, text in link.items()
        ), link
        assert not app.error


def test_absurd_settings_are_left_out_with_a_word(revision_ids):
    texts_by_name = {"z": ["nan,1", "1e99,0", "1,2,3", "<b>"], "point": ["-3", "9999999", "x", "--3"]}
    assert_settings_are_left_out(None, texts_by_name | {"layers": ["codes,magic"], "of": ["every"]})


@pytest.mark.parametrize(("image_set", "last_number"), [("probe", 1437), ("test", 358), ("all", 1796)])
def test_whose_codes_are_seen_lives_in_the_link(revision_ids, image_set, last_number):
    app = open_page(of=image_set)
    assert app.number_input[0].max == last_number and query_settings(app)["of"] == image_set
    page_of_last_image = assert_no_exception(app.number_input[0].set_value(last_number).run())
    assert_no_exception(page_of_last_image.segmented_control[0].set_value("probe").run())
    assert query_settings(app)["of"] == "probe" and ("point" in query_settings(app)) == (image_set == "probe")


def test_an_image_chosen_at_random_is_shown_beside_the_button(revision_ids):
    app = open_page()
    assert_no_exception(next(button for button in app.button if button.label == "Random image").click().run())
    page_html = " ".join(element.proto.body for element in app.get("html"))
    number, probe = int(query_settings(app)["point"]), Store().open(revision_ids["aae"]).probe()
    digits, row = getattr(sets.load("digits"), probe.split), probe.index[number]
    assert f"Image {number}: {digits.labels[row]}" in page_html
    assert image_html.image_tag_html(digits.images[row], "", 56).partition(" alt=")[0] in page_html


@pytest.mark.parametrize(("page", "query"), [(None, {}), ("style", {}), ("compare", {"left": "aae", "right": "vae"})])
def test_plain_controls_decode_only_while_they_are_open(revision_ids, monkeypatch, page, query):
    decoded_codes, decode = [], exploration.decode_images
    monkeypatch.setattr(
        exploration, "decode_images", lambda model, z, *options: decoded_codes.append(z) or decode(model, z, *options)
    )
    app = open_page(page, **{side: revision_ids[kind] for side, kind in query.items()})
    for z, is_open in ((0.25, True), (-0.5, False), (0.75, True)):
        link = ",".join([str(z)] * (3 if page == "style" else 2))
        app.session_state["plain"], app.query_params["z"] = is_open, link
        decoded_codes.clear()
        assert_no_exception(app.run())
        decode_count = sum(np.allclose(np.asarray(codes, float), z) for codes in decoded_codes)
        planes = max(1, len(query))  # each sends an image with it
        assert decode_count == planes * (2 if is_open else 1), (z, is_open)
        assert query_settings(app)["z"] == link and bool(app.slider) == is_open


def test_a_link_of_the_grid_is_whole_though_its_plain_controls_are_closed(revision_ids):
    link = {"images": "3,1", "columns": "0,7", "blend": "3~8~0.35"}
    app = open_page("style", **link)
    app.session_state["plain"] = False
    app.query_params.clear()  # as a turn to another page does
    assert not assert_no_exception(app.run()).slider and query_settings(app).items() >= link.items()


def test_the_histograms_are_those_of_the_codes_that_are_seen(revision_ids):
    bars = {}
    for image_set in ("probe", "all"):
        app = open_page(of=image_set)
        assert not app.get("plotly_chart"), "nobody asked for them yet"
        app.session_state["dimensions"] = True  # the expander is open
        bars[image_set] = assert_no_exception(app.run()).get("plotly_chart")[0].proto.spec
    assert bars["probe"] and bars["probe"] != bars["all"], "the second page must not have the first one's bars"


def test_an_image_gives_its_code(revision_ids):
    app = open_page()
    assert app.number_input[0].value is None and "point" not in query_settings(app)
    assert_no_exception(app.number_input[0].set_value(5).run())
    probe = Store().open(revision_ids["aae"]).probe()
    assert np.allclose([float(v) for v in query_settings(app)["z"].split(",")], probe.z[5], rtol=1e-3)
    assert query_settings(app)["point"] == "5" and b'"picked": 5' in page_components(app)[0].proto.bytes


def test_a_place_of_one_s_own_is_no_image_s(revision_ids):
    app = send_message(open_page(point="7"), code={"z": [0.5, -2]})
    assert app.number_input[0].value is None and "point" not in query_settings(app)


def test_random_from_the_prior_draws_another_code(revision_ids):
    app = open_page()
    code_texts = set()
    for _ in range(3):
        assert_no_exception(next(b for b in app.button if b.label == "Random from the prior").click().run())
        code_texts.add(query_settings(app)["z"])
    assert len(code_texts) == 3


def test_a_place_chosen_on_the_plane_is_kept_to_the_last_digit(revision_ids):
    app = send_message(open_page(), code={"z": [0.123456789, -2]})
    assert query_settings(app)["z"] == "0.1235,-2"
    assert [round(s.value, 2) for s in app.slider[:2]] == [0.12, -2]
    plane, _bar = page_components(app)
    assert b'"code": [0.123456789, -2.0]' in plane.proto.bytes, "its echo must not move the plane's own z"


def rerun_with_old_widget_states(app, **messages):
    """The plane says something, and then the browser once more where all controls stood before it heard of that."""
    widget_states = app._tree.get_widget_states()
    send_message(app, **messages)
    return assert_no_exception(app._run(widget_states))


def test_late_sliders_do_not_move_a_place_chosen_on_the_plane(revision_ids):
    app = open_page()
    widget_states = app._tree.get_widget_states()
    send_message(app, code={"z": [0.5, -2]})
    for _ in range(2):  # however often
        assert_no_exception(app._run(widget_states))
        assert query_settings(app)["z"] == "0.5,-2"
    assert [round(s.value, 2) for s in app.slider[:2]] == [0.5, -2]
    assert_no_exception(app.slider[0].set_value(1.0).run())
    code = [float(v) for v in query_settings(app)["z"].split(",")]
    assert abs(code[0] - 1) < 0.02 and code[1] == -2, "and a person's move counts as before"


def test_principal_sliders_take_no_place_back_either(revision_ids):
    app = open_page(revision=revision_ids["supervised"], view="pca", z="0.5,1,-1")
    assert "1st principal direction" in [s.label for s in app.slider]
    assert query_settings(rerun_with_old_widget_states(app, code={"z": [1.5, -2, 0.25]}))["z"] == "1.5,-2,0.25"


def test_a_late_message_does_not_undo_a_chosen_code_and_class(revision_ids):
    probe = Store().open(revision_ids["supervised"]).probe()
    image_number = int(np.flatnonzero(probe.content != probe.content[0])[0])
    app = rerun_with_old_widget_states(open_page(revision=revision_ids["supervised"]), picked={"index": image_number})
    assert (query_settings(app)["point"], query_settings(app)["y"]) == (
        str(image_number),
        str(probe.content[image_number]),
    )
    assert app.number_input[0].value == image_number


def test_late_messages_about_its_image_do_not_stop_a_lesson(revision_ids):
    app = open_page(revision=revision_ids["aae"], point="5")
    widget_states = app._tree.get_widget_states()
    app.session_state["lessons.wanted"] = ("the-prior", 1)
    assert_no_exception(app.run())
    assert_no_exception(app._run(widget_states))


def test_the_chosen_image_stays_chosen_while_codes_are_drawn_but_not_among_other_images(revision_ids):
    app = open_page(revision=revision_ids["vae"], point="7")
    assert_no_exception(app.segmented_control(key="codes").set_value("draw").run())
    assert query_settings(app)["point"] == "7" and b'"picked": 7' in page_components(app)[0].proto.bytes
    assert_no_exception(app.segmented_control(key="of").set_value("test").run())
    assert "point" not in query_settings(app) and b'"picked": null' in page_components(app)[0].proto.bytes


def test_a_code_chosen_on_the_plane_is_the_chosen_image(revision_ids):
    app = send_message(open_page(), picked={"index": 7})
    assert app.number_input[0].value == 7 and query_settings(app)["point"] == "7"
    assert b'"picked": 7' in page_components(app)[0].proto.bytes
    probe = Store().open(revision_ids["aae"]).probe()
    assert np.allclose([float(v) for v in query_settings(app)["z"].split(",")], probe.z[7], rtol=1e-3)
    send_message(app, picked={"index": -1})
    assert b'"picked": null' in page_components(app)[0].proto.bytes and app.number_input[0].value is None


def test_a_code_of_a_class_brings_its_class_along(revision_ids):
    probe = Store().open(revision_ids["supervised"]).probe()
    number = int(np.flatnonzero(probe.labels == 8)[0])
    app = send_message(open_page(revision=revision_ids["supervised"]), picked={"index": number})
    assert query_settings(app)["y"] == "8" and b'"y": 8' in page_components(app)[0].proto.bytes


def test_layers_chosen_on_the_plane_live_in_the_link(revision_ids):
    app = send_message(open_page(), layers={"codes": True, "judge": True, "prior": False})
    assert query_settings(app)["layers"] == "codes,judge"
    assert b'"judge": true' in page_components(open_page(layers="codes,judge"))[0].proto.bytes


def test_the_usual_layers_are_each_plane_s_own_and_not_taken_for_chosen(revision_ids):
    def active_layers(app):
        return [name for name, is_on in sent_header(app, 0)["layers"].items() if is_on]

    app = open_page()
    assert active_layers(app) == ["codes", "prior"] and "layers" not in query_settings(app)
    app.query_params["revision"] = revision_ids["supervised"]
    assert active_layers(assert_no_exception(app.run())) == ["codes", "prior"]
    app = send_message(open_page(), layers={"codes": True, "density": True})
    assert query_settings(app)["layers"] == "codes,density"
    app = send_message(app, layers={"codes": True, "prior": True})
    assert "layers" not in query_settings(app) and active_layers(app) == ["codes", "prior"]


def assert_messages_are_refused(app, number, messages):
    initial_settings = query_settings(app)
    for message in messages:
        assert "was refused" not in page_texts(assert_no_exception(app.run()))
        send_message(app, number, **message)
        assert query_settings(app) == initial_settings and "was refused" in page_texts(app), message


def test_absurd_messages_of_the_plane_change_nothing_and_are_told(revision_ids):
    messages = [{"code": {"z": [1e308, 0]}}, {"code": {"z": [0, 0, 0]}}, {"code": "<b>"}, {"picked": {"index": 10**9}}]
    assert_messages_are_refused(open_page(z="0.5,0.25"), 0, [*messages, {"layers": {"magic": True}}])


def test_another_view_of_the_plane_waits_for_its_return(revision_ids):
    app = send_message(open_page(), view={"x0": -1, "x1": 1, "y0": -0.5, "y1": 1.5})
    assert b'"view": {"x0": -1.0' in page_components(app)[0].proto.bytes
    app.query_params["revision"] = revision_ids["vae"]
    assert b'"view": null' in assert_no_exception(app.run()).get("bidi_component")[0].proto.bytes


def test_more_than_two_dimensions_are_seen_in_three_ways(revision_ids, monkeypatch):
    app = open_page(revision=revision_ids["supervised"], view="pair")
    assert labels(app, "selectbox") == ["Revision", "Horizontal", "Vertical", "Filter"]
    app = open_page(revision=revision_ids["supervised"], view="pca")
    assert "can be decoded" in page_texts(app) and "1st principal direction" in labels(app, "slider")
    initial_z = query_settings(app).get("z")
    assert_no_exception(next(s for s in app.slider if s.label.startswith("1st")).set_value(0.5).run())
    assert query_settings(app)["z"] != initial_z
    monkeypatch.setattr(first_view, "QUICK_TSNE_POINTS", 10)
    app = assert_no_exception(app.segmented_control(key="view").set_value("tsne").run())
    assert "cannot be decoded" in page_texts(app) and "Compute t-SNE" in labels(app, "button")


def test_across_and_up_are_two_dimensions(revision_ids):
    app = open_page(revision=revision_ids["supervised"], across="1", up="1")
    assert "“up”" in page_texts(app) and not app.error
    assert (query_settings(app)["across"], query_settings(app)["up"]) == ("1", "2") and sent_header(app, 0)["axes"] == [
        0,
        1,
    ]
    app = assert_no_exception(app.selectbox(key="across").set_value("2").run())
    assert sent_header(app, 0)["axes"] == [1, 0] and app.selectbox(key="up").options == ["z₁", "z₃"]
    assert sent_header(open_page(revision=revision_ids["supervised"], across="3", up="1"), 0)["axes"] == [2, 0]


@pytest.mark.parametrize(("page", "kind"), [(None, "aae"), ("style", "supervised")])
def test_without_the_data_reconstructions_stand_in_and_say_so(revision_ids, monkeypatch, page, kind):
    assert "stand in" not in page_texts(open_page(page, revision=revision_ids[kind]))
    st.cache_resource.clear()
    lru.clear_all()

    def fail_to_load(name):
        raise DataError(f"{name} is not here.")

    monkeypatch.setattr(sets, "load", fail_to_load)
    app = open_page(page, revision=revision_ids[kind])
    assert "reconstructions stand in" in page_texts(app) and not app.error


# Style and content ------------------------------------------------------------------------------------------------------


def test_style_opens_on_a_revision_with_content(revision_ids):
    app = open_page("style")
    assert query_settings(app)["revision"] == revision_ids["supervised"]
    assert len(page_components(app)) == 3, "the plane of styles, the grid, and link and view"
    assert sent_header(app)["layout"]["columns"] == list(range(10)) and len(sent_header(app)["layout"]["rows"]) == 6


def test_style_rather_opens_on_one_whose_decoder_is_told_the_class(revision_ids):
    config = configure(**TINY, variant="semi-supervised", labels=100)
    newer_revision = worker.train(config, store=Store())
    assert newer_revision.id > revision_ids["supervised"]
    assert query_settings(open_page("style"))["revision"] == revision_ids["supervised"]


def test_a_revision_without_content_is_explained_and_another_offered(revision_ids):
    app = open_page("style", revision=revision_ids["aae"])
    assert "supervised" in page_texts(app) and "mixed" in page_texts(app)
    assert_no_exception(app.button[0].click().run())
    assert query_settings(app)["revision"] == revision_ids["supervised"] and "Plane of styles" in page_texts(app)


LAYOUT = {"rows": [3, 1, 4], "columns": [7, 0], "blend": {"a": 3, "b": 8, "t": 0.35}}


def test_a_link_reopens_the_grid_and_the_plain_controls_show_the_same(revision_ids):
    app = open_page("style", images="3,1,4", columns="7,0", blend="3~8~0.35", z="0.5,-1,0.25")
    assert sent_header(app)["layout"] == LAYOUT and sent_header(app)["code"] == sent_header(app, 0)["code"] == [
        0.5,
        -1.0,
        0.25,
    ]
    assert [t.value for t in app.text_input] == ["3, 1, 4", "7, 0"]
    assert [s.value for s in app.selectbox[1:]] == [3, 8] and [round(s.value, 2) for s in app.slider] == [
        0.35,
        0.5,
        -1,
        0.25,
    ]


def test_the_grids_state_lives_in_the_link_and_the_plain_controls(revision_ids):
    app = send_message(open_page("style"), 1, layout=LAYOUT)
    assert {k: query_settings(app)[k] for k in ("images", "columns", "blend")} == {
        "images": "3,1,4", "columns": "7,0", "blend": "3~8~0.35",
    }  # fmt: skip
    assert [t.value for t in app.text_input] == ["3, 1, 4", "7, 0"] and sent_header(app)["layout"] == LAYOUT


def test_a_style_set_on_the_grid_is_the_plane_s_to_the_last_digit(revision_ids):
    app = send_message(open_page("style"), 1, code={"z": [0.123456789, -2, 0.5]})
    assert query_settings(app)["z"] == "0.1235,-2,0.5" and sent_header(app, 0)["code"] == [0.123456789, -2.0, 0.5]
    assert sent_header(send_message(app, 0, code={"z": [1, 0, 0]}))["code"] == [1, 0, 0], (
        "and one set on the plane is the grid's"
    )


def test_a_code_chosen_on_the_plane_of_styles_gives_the_live_row_its_style(revision_ids):
    app = send_message(open_page("style"), 0, picked={"index": 7})
    assert np.allclose(sent_header(app)["code"], Store().open(revision_ids["supervised"]).probe().z[7], rtol=1e-3)
    assert sent_header(app, 0)["picked"] == 7


def test_what_is_typed_holds_for_the_grid_and_nonsense_changes_nothing(revision_ids):
    app = open_page("style")
    assert_no_exception(app.text_input[0].set_value("5, 2").run())
    assert sent_header(app)["layout"]["rows"] == [5, 2] and query_settings(app)["images"] == "5,2"
    assert_no_exception(app.text_input[0].set_value("3, banana").run())
    assert "numbers" in app.error[0].value and sent_header(app)["layout"]["rows"] == [5, 2]
    assert_no_exception(next(s for s in app.slider if s.label == "Share of content B").set_value(0.25).run())
    assert sent_header(app)["layout"]["blend"]["t"] == 0.25 and query_settings(app)["blend"].endswith("~0.25")


def test_absurd_layouts_of_a_link_are_left_out_with_a_word(revision_ids):
    images, columns = ["1,,x", "99999999", ",".join(["1"] * 13)], ["10", "-1"]
    blend = ["3~8", "3~8~2", "3~8~nan", "3~88~0.5", "~" * 99]
    assert_settings_are_left_out("style", {"images": images, "columns": columns, "blend": blend})


def test_absurd_messages_of_the_grid_change_nothing_and_are_told(revision_ids):
    layout_changes = [{"rows": []}, {"columns": [10]}, {"rows": [10**9]}, {"blend": {"a": 0, "b": 1, "t": 1e308}}]
    messages = [
        *({"layout": {**LAYOUT, **change}} for change in layout_changes),
        {"layout": "x"},
        {"code": {"z": [0, 0]}},
    ]
    assert_messages_are_refused(open_page("style", images="5,2"), 1, messages)


def test_agreement_is_measured_on_request(revision_ids):
    app = open_page("style")
    measure = [b for b in app.button if b.label == "Measure"]
    if measure:
        assert_no_exception(measure[0].click().run())
    (metric,) = app.metric
    assert 0 <= float(metric.value.rstrip("%")) <= 100


# Compare ----------------------------------------------------------------------------------------------------------------


def test_compare_opens_on_aae_and_vae(revision_ids):
    app = open_page("compare")
    assert (query_settings(app)["left"], query_settings(app)["right"]) == (revision_ids["aae"], revision_ids["vae"])
    left, right = plane_headers(app)
    assert [plane["link"]["title"] for plane in (left, right)] == ["Plain", "Rival"]
    assert (left["link"]["side"], right["link"]["side"]) == (0, 1) and left["link"]["group"] == right["link"]["group"]
    assert left["link"]["shares"] == right["link"]["shares"] == ["z", "images", "view", "classes"]
    assert left["code"] == right["code"] and left["axis_names"] == right["axis_names"]
    assert (left["extent"], left["centre"]) == (right["extent"], right["centre"]), "both are framed alike"


def open_tab(title, **query):
    """Compare with one of its tabs open."""
    return assert_no_exception(app_pages.run_page("compare", ["plain"], title, **query))


def measures(app):
    """The table's rows: the measure's title and four cells each."""
    table = next(e.proto.body for e in app.get("html") if "Metrics of both" in e.proto.body)
    rows = re.findall(r"<b>(.*?)</b>.*?</th>(.*?)</tr>", table)
    return {title: re.findall(r"<td[^>]*>(.*?)</td>", cells) for title, cells in rows}


def test_the_table_tells_both_measures_their_difference_and_the_better(revision_ids):
    errors = [Store().open(revision_ids[kind]).measures["reconstruction"] for kind in ("aae", "vae")]
    left, right, difference, _, better_title = measures(open_tab("Metrics"))["Reconstruction error"]
    assert [float(left), float(right)] == pytest.approx(errors, rel=1e-3)
    assert float(difference.replace("−", "-")) == pytest.approx(errors[1] - errors[0], rel=1e-3)
    assert better_title in ("", "Plain" if errors[0] < errors[1] else "Rival")
    assert measures(open_tab("Metrics"))["KL of the posterior"][::2] == ["–", "–", ""], "only the VAE has one"


def test_the_settings_in_which_two_differ_are_told(revision_ids):
    table = next(e.proto.body for e in open_tab("Settings").get("html") if "Settings in which" in e.proto.body)
    cells_by_setting = dict(re.findall(r"<b>(.*?)</b></th>(.*?)</tr>", table))
    assert re.findall(r"<td[^>]*>(.*?)</td>", cells_by_setting["Cost"]) == ["Half squared error", "Cross-entropy"]
    app = open_tab("Settings", right=revision_ids["aae"])
    assert "Settings that differ" in [h.value for h in app.header]
    assert "same settings" in page_texts(app)


def test_codes_of_a_gaussian_posterior_are_means_by_default(revision_ids):
    mean_codes_page, drawn_codes_page = (open_page("compare", codes=codes_kind) for codes_kind in ("mean", "draw"))
    assert "the mean of q(z|x)" in page_texts(mean_codes_page).replace("\\", "") and "one draw" in page_texts(
        drawn_codes_page
    )
    assert query_settings(drawn_codes_page)["codes"] == "draw" and plane_headers(drawn_codes_page)[1]["history"] is None
    left, right = (
        {page_components(app)[side].proto.bytes for app in (mean_codes_page, drawn_codes_page)} for side in (0, 1)
    )
    assert len(left) == 1 and len(right) == 2, "the deterministic one has but one code for each image"


def test_revisions_of_one_name_are_told_apart_by_their_data():
    def pair_names(*labels_and_data):
        variant = VARIANTS["aae"]
        revisions = [
            SimpleNamespace(label=label, variant=variant, data=SimpleNamespace(name=data, title=data))
            for label, data in labels_and_data
        ]
        return pair_state.PairState(revisions, (None, None)).names

    title = VARIANTS["aae"].title
    assert pair_names(("", "cats"), ("Mine", "cats")) == (title, "Mine")
    assert pair_names(("", "cats"), ("", "leaves")) == ("cats", "leaves")
    assert pair_names(("", "cats"), ("", "cats")) == (f"{title} (left)", f"{title} (right)")


def test_a_title_names_the_data_once():
    row = Summary("a", Path(), True, "done", label="AAE · colour glyphs", data="colour-glyphs")
    assert revision_list.summary_title(row) == "AAE · colour glyphs · example"
    assert revision_list.summary_title(replace(row, label="AAE")) == "AAE · colour-glyphs · example"


def test_a_revision_beside_itself_is_told_apart(revision_ids):
    app = open_tab("Metrics", right=revision_ids["aae"])
    assert [plane["link"]["title"] for plane in plane_headers(app)] == ["Plain (left)", "Plain (right)"]
    assert plane_headers(app)[0]["link"]["shares"] == ["z", "images", "view", "classes"]
    assert {cells[4] for cells in measures(app).values()} <= {"equal", ""}


def test_compare_keeps_the_place_of_the_other_pages(revision_ids):
    app = open_page("compare", z="0.25,0.75")
    assert [round(s.value, 2) for s in app.slider] == [0.25, 0.75]
    assert [plane["code"] for plane in plane_headers(app)] == [[0.25, 0.75]] * 2


@pytest.mark.parametrize("side", [0, 1])
def test_a_place_chosen_on_one_plane_is_that_of_both_to_the_last_digit(revision_ids, side):
    app = send_message(open_page("compare"), side, code={"z": [0.123456789, -2], "message_number": 1})
    assert query_settings(app)["z"] == "0.1235,-2"
    assert [plane["code"] for plane in plane_headers(app)] == [[0.123456789, -2.0]] * 2
    assert_no_exception(app.slider[0].set_value(1.0).run())
    assert [plane["code"][0] for plane in plane_headers(app)] == pytest.approx([1.0] * 2, abs=0.02)


@pytest.mark.parametrize("side", [0, 1])
def test_an_image_chosen_on_one_plane_is_chosen_on_both_at_its_own_codes(revision_ids, side):
    app = send_message(open_page("compare"), side, picked={"index": 7, "message_number": 1})
    probes = [Store().open(revision_ids[kind]).probe() for kind in ("aae", "vae")]
    assert [plane["picked"] for plane in plane_headers(app)] == [7, 7]
    for plane, probe in zip(plane_headers(app), probes, strict=True):
        assert np.allclose(plane["code"], probe.z[7], rtol=1e-6)
    app = send_message(app, 1 - side, picked={"index": -1, "message_number": 2})
    assert [plane["picked"] for plane in plane_headers(app)] == [None, None]
    for plane in plane_headers(app):
        assert np.allclose(plane["code"], probes[1 - side].z[7], rtol=1e-6), "both are where z was on that plane"


def test_another_place_gives_up_the_chosen_image(revision_ids):
    app = send_message(open_page("compare"), 0, picked={"index": 7})
    assert_no_exception(app.slider[0].set_value(0.5).run())
    assert [plane["picked"] for plane in plane_headers(app)] == [None, None]
    app = send_message(app, 1, picked={"index": 3})
    assert_no_exception(next(b for b in app.button if b.label == "Random from the prior").click().run())
    assert [plane["picked"] for plane in plane_headers(app)] == [None, None]
    assert plane_headers(app)[0]["code"] == plane_headers(app)[1]["code"]


def test_a_layer_that_only_one_plane_can_have_outlives_what_the_other_says(revision_ids):
    app = open_page("compare", layers="codes,judge")
    assert "judge" not in plane_headers(app)[1]["layers"], "a VAE has no D"
    send_message(app, 1, layers={"codes": True, "density": True})
    assert query_settings(app)["layers"] == "codes,density,judge"


def test_a_view_of_linked_planes_is_kept_for_both(revision_ids):
    app = send_message(open_page("compare"), 1, view={"x0": -1, "x1": 1, "y0": 0, "y1": 2})
    assert [plane["view"] for plane in plane_headers(app)] == [{"x0": -1.0, "x1": 1.0, "y0": 0.0, "y1": 2.0}] * 2


def test_codes_of_different_sizes_have_a_place_each(revision_ids):
    app = open_page("compare", right=revision_ids["supervised"])
    left, right = plane_headers(app)
    assert left["link"]["shares"] == right["link"]["shares"] == ["images", "classes"]
    assert "differ in dimension" in page_texts(app) and "axes differ" in page_texts(app)
    assert len(app.slider) == 5
    app = send_message(app, 1, code={"z": [1, 2, 3]})
    assert [plane["code"] for plane in plane_headers(app)] == [left["code"], [1, 2, 3]]
    app = send_message(app, 0, picked={"index": 4})
    assert [plane["picked"] for plane in plane_headers(app)] == [4, 4]
    assert_no_exception(app.switch_page("views/compare.py").run())
    assert np.allclose(plane_headers(app)[1]["code"], Store().open(revision_ids["supervised"]).probe().z[4], rtol=1e-3)


def test_compare_asks_for_the_class_where_a_decoder_is_told_it(revision_ids):
    app = open_page("compare", left=revision_ids["supervised"], right=revision_ids["supervised"], y="3")
    control = next(c for c in app.get("button_group") if c.label == "Content y")
    initial_images = image_protos(app)
    assert len(initial_images) == 2 and [plane["y"] for plane in plane_headers(app)] == [3, 3]
    assert_no_exception(control.set_value("7").run())
    assert query_settings(app)["y"] == "7" and image_protos(app) != initial_images
    assert "Content y" not in [c.label for c in open_page("compare").get("button_group")]


def test_path_ends_live_in_the_link(revision_ids):
    app = open_page("compare", **{"from": "4", "to": "9"})
    assert [n.value for n in app.number_input] == [4, 9]
    assert_no_exception(app.number_input[1].set_value(2).run())
    assert query_settings(app)["to"] == "2"


# What is gone or another one --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("page", "number", "messages"),
    [("style", 0, {"picked": {"index": 3}}), ("style", 1, {"layout": LAYOUT}), ("compare", 0, {"picked": {"index": 3}}),
     ("compare", 1, {"code": {"z": [1, 0]}}), ("explore", 0, {"picked": {"index": 3}}),
     ("compare", 0, {"picked": {"index": -1}})],
)  # fmt: skip
def test_a_message_about_a_revision_that_was_deleted_breaks_nothing(revision_ids, page, number, messages):
    app = open_page(page)
    ids_on_page = [sent_header(app, entry).get("revision") for entry in range(len(page_components(app)))]
    Store().delete(ids_on_page[number])
    app = send_message(app, number, **messages)
    assert ids_on_page[number] not in query_settings(app).values()


@pytest.mark.parametrize(
    ("page", "query", "deletion_point", "later_header"),
    [("style", {}, "model", "Do swapped images show the intended class?"),
     ("explore", {"of": "all", "view": "tsne"}, "view", "The prior, decoded")],
)  # fmt: skip
def test_a_revision_deleted_while_drawn_is_reported_in_its_part(
    revision_ids, monkeypatch, page, query, deletion_point, later_header
):
    def delete_after(function, is_due):
        def call_then_delete(*args, **kwargs):
            result = function(*args, **kwargs)
            if is_due(args) and revision.path.exists():
                Store().delete(revision.id)
                lru.clear_all()  # others have displaced its networks, so that they must be read again
            return result

        return call_then_delete

    revision = Store().open(revision_ids["supervised"])
    monkeypatch.setattr(
        revision_data, "load_model", delete_after(revision_data.load_model, lambda args: deletion_point == "model")
    )
    monkeypatch.setattr(
        choices, "choose_option", delete_after(choices.choose_option, lambda args: args[1] == deletion_point)
    )
    app = open_page(page, revision=revision.id, **query)
    assert app.error and later_header in [e.value for e in app.header]


def test_a_ring_is_that_of_the_revision_in_which_it_was_set(revision_ids):
    revision = Store().open(revision_ids["supervised"])
    twin_revision = worker.train(revision.config)
    app = send_message(open_page("style", revision=revision.id), 0, picked={"index": 7})
    app.query_params["revision"] = twin_revision.id
    assert sent_header(assert_no_exception(app.run()), 0)["picked"] is None
    app.query_params["revision"] = revision.id
    assert sent_header(assert_no_exception(app.run()), 0)["picked"] == 7


def test_a_choice_on_compare_is_that_of_the_two_in_which_it_was_made(revision_ids):
    app = send_message(open_page("compare"), 0, picked={"index": 7})
    app.query_params["right"] = revision_ids["aae"]
    assert [plane["picked"] for plane in plane_headers(assert_no_exception(app.run()))] == [None, None]
    app.query_params["right"] = revision_ids["vae"]
    assert [plane["picked"] for plane in plane_headers(assert_no_exception(app.run()))] == [7, 7]


def test_a_whole_sets_codes_stay_until_requested_again(revision_ids):
    status = Status("running", **this_process_fields(), heartbeat=time.time(), step=10, total_steps=20)
    revision = Store().open(revision_ids["aae"])
    revision.write_status(status)
    app = open_page(of="all")
    first_codes = sent_header(app, 0)["codes"]
    model = revision.model()
    for parameter in model.parameters():
        parameter.data *= 1.5
    weights.save_weights(revision, model, 11)
    app = assert_no_exception(app.run())
    assert sent_header(app, 0)["codes"] == first_codes and "earlier checkpoint" in page_texts(app)
    assert_no_exception(next(b for b in app.button if b.label == "Encode again").click().run())
    assert sent_header(app, 0)["codes"] != first_codes and "earlier checkpoint" not in page_texts(app)


def test_style_looks_up_no_images_that_it_does_not_show(revision_ids, monkeypatch):
    read_images, sizes = Originals.images, []
    monkeypatch.setattr(assets, "MAX_SHEET_BYTES", 1)  # as with very many images
    monkeypatch.setattr(
        Originals,
        "images",
        lambda self, split, numbers: sizes.append(len(numbers)) or read_images(self, split, numbers),
    )
    open_page("style")
    assert not sizes


# From page to page ------------------------------------------------------------------------------------------------------


def test_each_page_keeps_its_settings_while_others_are_looked_at(revision_ids):
    rounds = []
    expected = {"images": "3,1,4", "columns": "7,0", "blend": "3~8~0.35", "z": "0.5,-1,0.25"}
    app = open_page(
        "compare", left=revision_ids["supervised"]
    )  # with codes of as many dimensions, so that z is common to all
    for name, value in (expected | {"revision": revision_ids["supervised"]}).items():
        app.query_params[name] = value
    assert_no_exception(app.switch_page("views/style.py").run())
    assert_no_exception(app.switch_page("views/explore.py").run())
    assert_no_exception(app.segmented_control(key="of").set_value("all").run())
    for number in range(2):
        settings_by_page = {}
        for page in ("explore", "style", "compare"):
            app.query_params.clear()  # as a turn to another page does
            assert_no_exception(app.switch_page(f"views/{page}.py").run())
            assert not app.error and not app.get("toast"), (number, page)
            settings_by_page[page] = query_settings(app)
        rounds.append(settings_by_page)
    for page, settings in rounds[0].items():
        assert settings == rounds[1][page], page
    assert expected.items() <= rounds[1]["style"].items() and rounds[1]["explore"]["of"] == "all"


# While a revision trains ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("page", [None, "style", "compare"])
def test_a_revision_in_training_can_be_looked_at(revision_ids, page):
    status = Status("running", **this_process_fields(), heartbeat=time.time(), step=10, total_steps=20)
    Store().open(revision_ids["supervised"]).write_status(status)
    app = open_page(page, revision=revision_ids["supervised"], left=revision_ids["supervised"])
    assert "is training" in page_texts(app) and not app.error


def test_a_worker_that_died_is_noticed_by_whoever_looks(revision_ids):
    status = Status("running", pid=2**22 + 1, started=1.0, heartbeat=1.0, step=10, total_steps=20)
    Store().open(revision_ids["aae"]).write_status(status)
    app = open_page(revision=revision_ids["aae"])
    assert Store().open(revision_ids["aae"]).status.state == "failed" and "This revision failed" in app.error[0].value
