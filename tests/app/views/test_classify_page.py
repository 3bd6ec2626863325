"""The page Classify, run without a browser over tiny revisions trained here: its numbers are those that scikit-learn counts."""

import base64
import io
import json
import re
import time
from html.parser import HTMLParser

import numpy as np
import pytest

pytest.importorskip("streamlit")
import streamlit as st
from helpers import app_pages, visitor_sessions
from helpers.app_pages import assert_no_exception
from helpers.snapshots import hide_images
from PIL import Image
from sklearn.metrics import confusion_matrix

from aae_core.data import sets
from aae_core.data.own_data import own_images
from aae_core.evaluation.classification import score_classification
from aae_core.latent import exploration
from aae_core.store import weights
from aae_core.store.revisions import Store
from aae_core.store.status import Status, this_process_fields
from app.cache import revision_data
from app.components import drawing_pad
from app.figures import html_tables, prediction_charts
from app.figures.number_text import percent
from app.messages import validation
from app.page_parts.classify import label_counts
from app.ui import page_options, revision_picker

pytestmark = pytest.mark.usefixtures("no_gallery")

TINY = {"network.hidden": (32,), "network.discriminator": (16,), "data": "digits", "steps": 150, "threads": 1}
FEW = {**TINY, "steps": 5}
PLAIN = {f"optimiser.{phase}_rate": 0.0 for phase in ("reconstruction", "discrimination", "generation")}
MEASURED = True
MODEL_SETTINGS = {
    "taught": {**TINY, "variant": "semi-supervised", "labels": 100, "name": "A hundred"},
    "more": {**TINY, "variant": "semi-supervised", "labels": 400, "name": "Four hundred"},
    "plain": {**TINY, **PLAIN, "variant": "semi-supervised", "labels": 100, "name": "Ordinary"},
    "reduction": {**FEW, "variant": "reduction", "labels": 100},
    "clusters": {**FEW, "variant": "reduction", "labels": 0},
    "clustering": {**FEW, "variant": "clustering"},
    "aae": {**FEW, "variant": "aae", "name": "No classifier"},
    "petals": {**FEW, "variant": "label-informed", "prior.name": "mixture"},
}


@pytest.fixture
def batch_sizes(monkeypatch):
    """How many images were classified at once, each time."""
    classify, sizes = exploration.encode_contents, []
    monkeypatch.setattr(
        exploration, "encode_contents", lambda m, images: sizes.append(len(images)) or classify(m, images)
    )
    return sizes


def open_classify_page(**query):
    return assert_no_exception(app_pages.run_page("classify", ["plain", "classify.bars", "classify.points"], **query))


def settings(app):
    return {name: values[0] if isinstance(values, list) else values for name, values in app.query_params.items()}


def words(app):
    kinds = ("markdown", "caption", "info", "error", "header", "title", "toast", "code")
    return " ".join(str(e.value) for kind in kinds for e in app.get(kind)).replace("\N{NO-BREAK SPACE}", " ")


def press(app, label):
    return assert_no_exception(next(b for b in app.button if b.label.startswith(label)).click().run())


def links(app):
    return {e.proto.label: e.proto.page for e in app.get("page_link")}


class Tables(HTMLParser):
    """The rows of texts of every table, by the class of the table; how many images there are."""

    def __init__(self, text):
        super().__init__()
        self.rows_by_class, self.images, self.rows, self.cell = {}, [], None, False
        self.feed(text)

    def handle_starttag(self, tag, attributes):
        attribute_values = dict(attributes)
        if tag == "table":
            self.rows = self.rows_by_class[attribute_values["class"]] = []
        elif tag == "tr":
            self.rows.append([])
        elif tag in ("th", "td"):
            self.rows[-1].append("")
            self.cell = True
        elif tag == "img":
            self.images.append(attribute_values)

    def handle_endtag(self, tag):
        if tag in ("th", "td"):
            self.cell = False

    def handle_data(self, text):
        if self.cell:
            self.rows[-1][-1] += text


def tables(app):
    return Tables("".join(e.proto.body for e in app.get("html")))


def say(app, **messages_):
    """What the drawing pad says to Python, as the browser sends it."""
    states = app._tree.get_widget_states()
    part, _bar = app.get("bidi_component")
    states.widgets.add(id=part.proto.id, json_value=json.dumps(messages_))
    return assert_no_exception(app._run(states))


def drawing_message(image, message_number=1):
    return {"pixels": base64.b64encode(image.tobytes()).decode(), "message_number": message_number}


def labels_and_probabilities(id_):
    """The labels of the test images and their q(y|x), by the revision's own `classify`."""
    test = sets.load("digits").test
    return test.labels, Store().open(id_).classify(test.images)


# The test images --------------------------------------------------------------------------------------------------------


def test_it_opens_on_a_revision_that_labels_taught(revision_ids):
    assert settings(open_classify_page())["revision"] in {
        revision_ids[kind] for kind in ("taught", "more", "plain", "reduction")
    }


@pytest.mark.parametrize("kind", ["taught", "reduction"])
def test_error_and_confusion_are_those_of_another_count(revision_ids, kind):
    labels, q = labels_and_probabilities(revision_ids[kind])
    matrix = confusion_matrix(labels, q.argmax(1), labels=range(10))
    app = open_classify_page(revision=revision_ids[kind])
    error_count = int((q.argmax(1) != labels).sum())
    assert app.metric[0].value == f"{100 * (error_count / len(labels)):.2f}\N{NO-BREAK SPACE}%"
    assert f"{error_count:,} of {len(labels):,} test images" in words(app) and "100 of the 1,438" in words(app)
    column_title_row, header_row, *rows = tables(app).rows_by_class["confusion"]
    assert "predicted" in column_title_row
    assert header_row == ["true", *"0123456789", "images", "error"]
    assert [[int(n) for n in row[1:11]] for row in rows] == matrix.tolist()
    assert [int(row[11]) for row in rows] == np.bincount(labels).tolist()


def test_what_is_learnt_is_far_from_chance(revision_ids):
    labels, q = labels_and_probabilities(revision_ids["taught"])
    assert (q.argmax(1) != labels).mean() < 0.4, "else the other tests look at noise"


def test_the_wrong_images_are_all_there_the_most_certain_first(revision_ids):
    labels, q = labels_and_probabilities(revision_ids["taught"])
    misclassified_numbers = np.flatnonzero(q.argmax(1) != labels)
    app = open_classify_page(revision=revision_ids["taught"])
    assert f"1 to {min(24, len(misclassified_numbers))} of {len(misclassified_numbers)}" in words(app)
    image_tags = tables(app).images
    assert len(image_tags) == min(24, len(misclassified_numbers))
    first_number = int(misclassified_numbers[q[misclassified_numbers].max(1).argmax()])
    assert image_tags[0]["alt"].startswith(
        f"Test image {first_number}: {labels[first_number]}, predicted {q[first_number].argmax()} ("
    )


def test_of_the_least_certain_ones_every_page_has_others(revision_ids):
    labels, q = labels_and_probabilities(revision_ids["taught"])
    app = open_classify_page(revision=revision_ids["taught"], cases="unsure")
    assert tables(app).images[0]["alt"].startswith(f"Test image {q.max(1).argmin()}: ")
    page_count, alt_texts = app.number_input[0].max, []
    assert page_count == -(-len(labels) // 24)
    for number in range(1, int(page_count) + 1):
        alt_texts += [
            image["alt"] for image in tables(assert_no_exception(app.number_input[0].set_value(number).run())).images
        ]
    assert len(set(alt_texts)) == len(labels)


def test_a_cell_of_the_matrix_can_be_looked_at(revision_ids):
    labels, q = labels_and_probabilities(revision_ids["taught"])
    matrix = confusion_matrix(labels, q.argmax(1), labels=range(10))
    np.fill_diagonal(matrix, 0)
    true_class, predicted_class = (int(k) for k in np.unravel_index(matrix.argmax(), matrix.shape))
    app = open_classify_page(revision=revision_ids["taught"], true=str(true_class), said=str(predicted_class))
    assert len(tables(app).images) == matrix[true_class, predicted_class]
    assert all(f": {true_class}, predicted {predicted_class} (" in image["alt"] for image in tables(app).images)
    assert_no_exception(app.selectbox(key="said").set_value(str(true_class)).run())
    assert "No test image matches" in words(app) and settings(app)["said"] == str(true_class)


def test_the_test_images_are_classified_once(revision_ids, batch_sizes):
    app = open_classify_page(revision=revision_ids["taught"])
    assert batch_sizes == [359]
    assert_no_exception(app.run())
    open_classify_page(revision=revision_ids["taught"], cases="unsure")
    assert batch_sizes == [359]


def test_other_weights_are_asked_anew_but_in_training_only_when_wanted(revision_ids, batch_sizes):
    app = open_classify_page(revision=revision_ids["taught"])
    initial_error, revision = app.metric[0].value, Store().open(revision_ids["taught"])
    model = revision.model()
    for parameter in model.parameters():
        parameter.data *= -1
    status = Status("running", **this_process_fields(), heartbeat=time.time(), step=10, total_steps=20)
    revision.write_status(status)
    weights.save_weights(revision, model, 11)
    assert_no_exception(app.run())
    assert len(batch_sizes) == 1 and "earlier checkpoint" in words(app) and app.metric[0].value == initial_error
    press(app, "Classify again")
    assert len(batch_sizes) == 2 and "earlier checkpoint" not in words(app) and app.metric[0].value != initial_error


def test_without_the_images_it_says_what_to_do_and_still_takes_drawings(revision_ids, monkeypatch):
    hide_images(monkeypatch)
    app = open_classify_page(revision=revision_ids["taught"])
    assert "not on this machine" in words(app) and "data get digits" in words(app) and not app.error
    assert "Download Digits on the page Train" in links(app) and not tables(app).rows_by_class.get("confusion")
    assert (
        app.metric[0].value
        == f"{100 * (Store().open(revision_ids['taught']).measures['error']):.2f}\N{NO-BREAK SPACE}%"
    ), "as its training left it"
    assert len(next(tables_named(app, "Revision"))) == 4, "and so of the others"
    say(app, image=drawing_message(sets.load("digits").test.images[0]))
    assert tables(app).rows_by_class["bars"]


def test_between_chinese_sentences_there_is_no_blank(revision_ids, monkeypatch):
    hide_images(monkeypatch)
    (note,) = open_classify_page(revision=revision_ids["taught"], lang="zh").info
    assert note.value.count("。") >= 2 and "。 " not in note.value


def test_without_the_images_a_visitor_is_told_who_can_download_them(revision_ids, monkeypatch):
    hide_images(monkeypatch)
    visitor_sessions.share_server(monkeypatch)(visitor_sessions.ANN)
    app = open_classify_page(revision=revision_ids["taught"])
    assert "The teacher can download the data." in words(app) and "data get" not in words(app)
    assert not [link for link in links(app) if "Download" in link]


def test_without_images_it_shows_what_a_reproduction_stored(revision_ids, monkeypatch):
    hide_images(monkeypatch)
    revision = Store().open(revision_ids["taught"])
    counts = np.full((10, 10), 1) + 90 * np.eye(10, dtype=int)
    bins = [{"low": 0.9, "high": 1.0, "n": 1000, "certainty": 0.95, "accuracy": 0.91}]
    figures = {"error": 0.09, "calibration_error": 0.04, "confusion": counts.tolist(), "reliability": bins}

    def open_with_figures(**changes):
        record = {"format": 1, "revision": revision.fingerprint, "figures": {"classification": figures | changes}}
        (revision.path / "reproduction.json").write_text(json.dumps(record))
        return open_classify_page(revision=revision.id)

    app = open_with_figures()
    assert app.metric[0].value == "9.00\N{NO-BREAK SPACE}%" and "90 of 1,000 test images are misclassified" in words(
        app
    )
    assert tables(app).rows_by_class.get("confusion") and "expected calibration error" in words(app) and not app.error
    assert "not on this machine" in words(app) and not any("wrong" in button.label.lower() for button in app.button)
    for bad_figures in ({"confusion": [[1]]}, {"confusion": [[1.5] * 10] * 10}, {"reliability": [{}]}, {"error": "x"}):
        app = open_with_figures(**bad_figures)
        assert app.metric[0].value == f"{100 * (revision.measures['error']):.2f}\N{NO-BREAK SPACE}%" and not app.error


@pytest.mark.parametrize("file", ["weights.safetensors", "probe.safetensors", "config.json"])
def test_a_cut_file_is_told_in_a_sentence(revision_ids, file):
    revision = Store().open(revision_ids["taught"])
    (revision.path / file).write_bytes((revision.path / file).read_bytes()[:40])
    app = open_classify_page(revision=revision.id)
    assert [e.value for e in app.error if file in e.value.replace("\\", "")]


def test_before_the_first_checkpoint_it_waits(revision_ids):
    revision = Store().open(revision_ids["taught"])
    for name in ("weights.safetensors", "probe.safetensors"):
        (revision.path / name).unlink()
    revision.write_status(Status("queued"))
    app = open_classify_page(revision=revision.id)
    assert "first checkpoint" in words(app) and not app.error


# Certainty --------------------------------------------------------------------------------------------------------------


def test_the_bins_hold_every_image_and_the_sentence_its_means(revision_ids):
    labels, q = labels_and_probabilities(revision_ids["taught"])
    app = open_classify_page(revision=revision_ids["taught"])
    right = 100 * (q.argmax(1) == labels).mean()
    assert f"its accuracy {right:.1f} %" in words(app)
    assert f"its mean confidence is {100 * q.max(1).mean():.1f} %" in words(app)
    rows = next(rows for rows in tables_named(app, "Confidence"))
    assert sum(int(row[1].replace(",", "")) for row in rows[1:]) == len(labels)


def tables_named(app, head):
    """The plain tables whose first column is called so."""
    for element in app.get("html"):
        rows = Tables(element.proto.body).rows_by_class.get("numbers")
        if rows and rows[0][0] == head:
            yield rows


@pytest.mark.parametrize(
    ("certainties", "expected_text"),
    [((0.99, 0.99), "overconfident"), ((0.55, 0.55), "underconfident"), ((0.9, 0.6), "Yes")],
)
def test_the_sentence_on_calibration(certainties, expected_text):
    """Three of four are right, with these certainties of two each."""
    q = np.array([[p, 1 - p] for p in (*certainties, *certainties)])
    assert expected_text in prediction_charts.calibration_sentence(score_classification(q, np.array([0, 0, 0, 1])))


# Labels -----------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("link", "letters"), [({}, None), ({"size": "presenter"}, 12 * page_options.CHART_TEXT_SCALE)])
def test_charts_have_larger_letters_in_a_presenters_size(revision_ids, link, letters):
    app = open_classify_page(revision=revision_ids["taught"], **link)
    layouts = [json.loads(element.proto.spec)["layout"] for element in app.get("plotly_chart")]
    assert len(layouts) == 2
    assert [layout["xaxis"].get("tickfont", {}).get("size") for layout in layouts] == [letters] * 2


def test_each_revision_of_the_kind_is_a_point_and_opens(revision_ids):
    app = open_classify_page(revision=revision_ids["taught"])
    spec = json.loads(next(e.proto.spec for e in app.get("plotly_chart") if "labelled images" in e.proto.spec))
    points = {trace["name"]: trace["customdata"] for trace in spec["data"]}
    assert set(points["with the adversary"]) == {revision_ids["taught"], revision_ids["more"]} and points[
        "plain classifier"
    ] == [revision_ids["plain"]]
    rows = next(tables_named(app, "Revision"))
    errors = {row[0].partition(" · ")[0]: (row[1], row[2]) for row in rows[1:]}
    labels, q = labels_and_probabilities(revision_ids["more"])
    assert errors["Four hundred"] == ("400", f"{100 * ((q.argmax(1) != labels).mean()):.2f}\N{NO-BREAK SPACE}%")
    assert_no_exception(app.selectbox(key="classify.other").set_value(revision_ids["more"]).run())
    press(app, "Open")
    assert settings(app)["revision"] == revision_ids["more"] and "400 of the 1,438" in words(app)


def test_what_differs_in_more_than_labels_is_said(revision_ids):
    app = open_classify_page(revision=revision_ids["taught"])
    assert "more than labels" not in words(app)
    assert [row[4] for row in next(tables_named(app, "Revision"))[1:]] == ["–"] * 3
    store = Store()
    record = json.loads((store.root / revision_ids["more"] / "config.json").read_text())
    record["config"]["latent_dim"] += 1
    record["config"]["optimiser"]["momentum"] = 0.5
    (store.root / revision_ids["more"] / "config.json").write_text(json.dumps(record))
    app = open_classify_page(revision=revision_ids["taught"])
    differences_by_label_count = {row[1]: row[4] for row in next(tables_named(app, "Revision"))[1:]}
    assert (
        "differ in other settings" in words(app)
        and differences_by_label_count["400"] == "latent dimensions, momentum, reconstruction"
    )


def test_what_was_not_counted_yet_is_counted_on_request(revision_ids):
    revision = Store().open(revision_ids["more"])
    revision.write_status(Status("done", step=150, total_steps=150))
    app = open_classify_page(revision=revision_ids["taught"])
    assert "1 other revision " in words(app) and len(next(tables_named(app, "Revision"))) == 3
    press(app, "Measure it")
    assert "not been measured" not in words(app) and len(next(tables_named(app, "Revision"))) == 4


def test_a_point_of_the_chart_opens_its_revision_and_no_other(revision_ids, monkeypatch):
    points = [label_counts.LabelCountPoint(revision_ids["more"], "Four hundred", 400, 0.1, False)]
    app = open_classify_page(revision=revision_ids["taught"])
    assert len(app.get("plotly_chart")) == 2
    for point_data, expected_id in (
        ([revision_ids["aae"]], None),
        ([["x"], None], None),
        ([revision_ids["more"]], revision_ids["more"]),
    ):
        chart_state = {"chart": {"selection": {"points": [{"customdata": item} for item in point_data]}}}
        opened_id = clicked_revision_id(chart_state, points, monkeypatch)
        assert opened_id == expected_id


def clicked_revision_id(chart_state, points, monkeypatch):
    """The id that `charts` of the page would open."""
    opened_ids = []
    monkeypatch.setattr(st, "session_state", chart_state)
    monkeypatch.setattr(revision_picker, "switch_revision", opened_ids.append)
    revision_picker.switch_to_clicked_revision("chart", points)
    monkeypatch.undo()
    return opened_ids[0] if opened_ids else None


# Drawings and images ----------------------------------------------------------------------------------------------------


def test_an_image_on_the_pad_is_classified_by_the_revision_itself(revision_ids):
    image = sets.load("digits").test.images[7]
    (q,) = Store().open(revision_ids["taught"]).classify(image[None])
    app = say(open_classify_page(revision=revision_ids["taught"]), image=drawing_message(image))
    bars = tables(app).rows_by_class["bars"]
    assert [row[2] for row in bars] == [percent(float(p)) for p in q]
    pad, _bar = app.get("bidi_component")
    assert f"Predicted: {q.argmax()} ({percent(float(q.max()))})".encode() in pad.proto.bytes
    app.query_params["revision"] = revision_ids["more"]
    (second_q,) = Store().open(revision_ids["more"]).classify(image[None])
    second_bars = tables(assert_no_exception(app.run())).rows_by_class["bars"]
    assert [row[2] for row in second_bars] == [percent(float(p)) for p in second_q], (
        "the image stays, another one says it"
    )
    say(app, image={"pixels": None, "message_number": 2})
    empty_bars = tables(app).rows_by_class["bars"]
    assert [row[2] for row in empty_bars] == ["–"] * 10, "the place of the answer stays"


def test_the_pad_invites_to_draw_what_the_images_show():
    assert revision_data.drawing_invitation(tuple("0123456789")) == "Draw a digit"
    assert revision_data.drawing_invitation(tuple("ABC")) == "Draw a letter"
    for classes in (("T-shirt", "Dress"), ("10", "11"), ()):
        assert revision_data.drawing_invitation(classes) == "Draw here"


PIXELS = np.zeros(64, np.uint8)
ABSURD = [
    {}, None, 7, [], {"pixels": 7}, {"pixels": "ä" * 8}, {"pixels": "===="}, {"pixels": ""}, {"pixels": "A" * 10**6},
    {"pixels": base64.b64encode(bytes(63)).decode()}, {"pixels": base64.b64encode(bytes(65)).decode()}, {"pixels": ["A"]},
]  # fmt: skip


@pytest.mark.parametrize("value", ABSURD, ids=lambda v: repr(v)[:40])
def test_absurd_images_are_refused_in_a_sentence(value):
    with pytest.raises(validation.MessageError) as error:
        drawing_pad.parse_image_message(validation.parse_message("image", value), (1, 8, 8))
    assert "refused" in str(error.value) and len(str(error.value)) < 150


def test_an_image_is_read_as_it_was_meant():
    image = np.arange(192, dtype=np.uint8).reshape(8, 8, 3)
    for message_number, expected_number in ((5, 5), ("x", 0), (-1, 0), (None, 0)):
        parsed_image, number = drawing_pad.parse_image_message(drawing_message(image, message_number), (3, 8, 8))
        assert np.array_equal(parsed_image, image) and number == expected_number


def test_absurd_messages_of_the_pad_change_nothing_and_are_told(revision_ids):
    app = say(
        open_classify_page(revision=revision_ids["taught"]), image=drawing_message(sets.load("digits").test.images[7])
    )
    initial_bars = tables(app).rows_by_class["bars"]
    say(app, image={"pixels": "nonsense"})
    assert tables(app).rows_by_class["bars"] == initial_bars and "was refused" in words(app)


def png(image):
    file = io.BytesIO()
    Image.fromarray(image).save(file, "PNG")
    return file.getvalue()


def test_a_file_is_classified_as_the_command_does_it(revision_ids, tmp_path):
    picture = np.random.default_rng(0).integers(0, 256, (30, 20, 3), dtype=np.uint8)
    (tmp_path / "mine.png").write_bytes(png(picture))
    revision = Store().open(revision_ids["taught"])
    (q,) = revision.classify(own_images.read_images(tmp_path / "mine.png", revision.data.shape))
    app = open_classify_page(revision=revision.id)
    assert_no_exception(app.file_uploader[0].upload("mine.png", png(picture), "image/png").run())
    assert [row[2] for row in tables(app).rows_by_class["bars"]] == [percent(float(p)) for p in q]


def test_a_file_of_the_other_ground_is_told(revision_ids):
    image = sets.load("digits").test.images[7][..., 0]
    app = open_classify_page(revision=revision_ids["taught"])
    assert words(app).count("it should be light on dark, as the images of") == 2, "beside the file and the command"
    for picture, is_warned in ((255 - image, True), (image, False)):
        assert_no_exception(app.file_uploader[0].upload("mine.png", png(picture), "image/png").run())
        assert ["inverted colours" in w.value for w in app.warning] == [True] * is_warned


def test_a_file_that_is_no_image_is_told_in_a_sentence(revision_ids):
    app = open_classify_page(revision=revision_ids["taught"])
    assert_no_exception(app.file_uploader[0].upload("notes.png", b"hello", "image/png").run())
    assert "notes.png is not a readable image." in app.error[0].value.replace("\\", "")


# Revisions that infer no class ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("kind", "message"),
    [("aae", "a latent code and nothing else"), ("clustering", "clusters"), ("clusters", "clusters")],
)
def test_a_revision_without_a_classifier_says_what_it_lacks(revision_ids, kind, message):
    app = open_classify_page(revision=revision_ids[kind])
    assert message in words(app) and not app.metric
    assert ("Open it in Clusters" in links(app)) == (kind != "aae")
    press(app, "Open ")
    assert app.metric and settings(app)["revision"] != revision_ids[kind]


def test_of_label_information_it_says_how_many_codes_lie_in_their_region(revision_ids):
    revision = Store().open(revision_ids["petals"])
    app = open_classify_page(revision=revision.id)
    assert "region of its class" in words(app) and "nothing else" not in words(app)
    assert app.metric[0].value == f"{100 * (revision.measures['region_accuracy']):.2f}\N{NO-BREAK SPACE}%"
    (link,) = [e.proto for e in app.get("page_link") if e.proto.label == "See the regions in Explore"]
    assert link.query_string == f"revision={revision.id}"
    revision.write_status(Status("paused", step=2, total_steps=5, measures={"region_accuracy": 0.9}))
    app = open_classify_page(revision=revision.id)
    assert not app.metric and "at the end of the training" in words(app), "of some images only"


def test_where_none_has_one_it_leads_to_training(revision_ids):
    for kind in ("taught", "more", "plain", "reduction"):
        Store().delete(revision_ids[kind])
    app = open_classify_page(revision=revision_ids["aae"])
    assert "Train a semi-supervised model with 100 labels" in links(app)


def test_an_empty_store_says_how_to_begin():
    app = open_classify_page()
    assert "Train one" in words(app) and not app.error


def test_absurd_settings_are_left_out_with_a_word(revision_ids):
    for link in ({"cases": "all", "true": "11", "said": "<b>"}, {"true": "-1"}):
        app = open_classify_page(revision=revision_ids["taught"], **link)
        assert all(f"“{name}”" in words(app) and settings(app).get(name) != text for name, text in link.items())
        assert not app.error


def test_the_command_names_the_revision(revision_ids):
    assert f"python -m aae_core classify {revision_ids['taught']} my_images/" in words(
        open_classify_page(revision=revision_ids["taught"])
    )


# What is written in HTML ------------------------------------------------------------------------------------------------


def test_of_many_classes_those_with_the_most_mistakes_are_shown():
    matrix = np.diag(np.full(40, 9))
    matrix[38, 2] = matrix[5, 39] = 3
    names = [f"class {k}" for k in range(40)]
    class_numbers = html_tables.classes_with_most_errors(matrix).tolist()
    assert {2, 5, 38, 39} <= set(class_numbers) and len(class_numbers) == 26
    rows = Tables(html_tables.confusion_matrix_html(matrix, names)).rows_by_class["confusion"]
    assert len(rows) == 28 and all(len(row) == 29 for row in rows[1:])
    assert (
        html_tables.frequent_errors_sentence(matrix, names)
        == "Most frequent errors: class 5 as class 39 (3), class 38 as class 2 (3)."
    )


def test_long_counts_in_the_matrix_are_smaller_and_have_no_separator():
    content = html_tables.confusion_matrix_html(np.array([[1122, 5], [0, 60000]]), ["a", "b"])
    rows = Tables(content).rows_by_class["confusion"]
    assert [row[1:3] for row in rows[2:]] == [["1122", "5"], ["0", "60000"]]
    assert 'class="long">1122<' in content and 'class="longest">60000<' in content


def test_bars_of_many_classes_are_the_likeliest():
    q = np.full(30, 0.01)
    q[[4, 20]] = 0.4, 0.32
    rows = Tables(html_tables.probability_bars_html(q, [str(k) for k in range(30)], "q(y|x)")).rows_by_class["bars"]
    assert len(rows) == 10 and [row[0] for row in rows[:2]] == ["4", "20"]


def test_names_of_classes_are_text():
    names = ["<script>", "b"]
    html = html_tables.confusion_matrix_html(np.eye(2, dtype=int), names) + html_tables.probability_bars_html(
        np.array([0.5, 0.5]), names, "<b>"
    )
    assert "<script>" not in html and not re.search(r"<b>", html)
