"""Every page over tiny revisions of a table: of the bundled wines, and of rows that were in memory alone."""

import csv
import io
import itertools
import json

import numpy as np
import pytest

pytest.importorskip("streamlit")
from helpers.app_pages import open_page, page_texts
from helpers.plane_scenes import unpack_message
from helpers.snapshots import fresh_snapshot
from helpers.table_models import MODEL_SETTINGS, TINY
from PIL import Image
from sklearn.datasets import load_wine

import aae_core as aae
from aae_core.data import sets
from aae_core.errors import RevisionError
from aae_core.health import diagnosis, remedies
from aae_core.latent import row_charts
from aae_core.runs import worker
from aae_core.sklearn import AdversarialAutoencoder, SemiSupervisedAAE
from aae_core.store import notebook
from aae_core.store.revisions import Store
from app.figures import exports
from app.server import answers
from app.ui import current_code

pytestmark = pytest.mark.usefixtures("no_gallery")

PAGES = (None, "compare", "style", "clusters", "classify", "revisions")
PAGES_WITHOUT_REVISION = ("train", "game", "results")


@pytest.mark.parametrize(
    ("page", "kind"), [*itertools.product(PAGES, MODEL_SETTINGS), *((page, "aae") for page in PAGES_WITHOUT_REVISION)]
)
def test_every_page_opens_with_a_table(revision_ids, page, kind):
    app = open_page(page, revision=revision_ids[kind], left=revision_ids[kind], right=revision_ids["vae"])
    assert not app.error, [error.value for error in app.error]


@pytest.mark.parametrize(
    ("page", "kind"), [("style", "aae"), ("classify", "aae"), ("classify", "found"), ("clusters", "aae")]
)
def test_a_page_without_content_for_a_table_does_not_mention_images(revision_ids, page, kind):
    message = page_texts(open_page(page, revision=revision_ids[kind]))
    assert "This revision, of the variant" in message and "row" in message and "image" not in message


@pytest.mark.parametrize("page", PAGES)
def test_rows_that_were_in_memory_alone_are_shown_without_originals(revision_ids, page):
    wine = load_wine()
    data = aae.arrays(wine.data, wine.target, names=wine.feature_names, name="bottles")
    config = aae.configure(**{**TINY, "variant": "semi-supervised", "labels": 30, "data": "bottles"})
    revision = worker.train(config, store=Store(), data=data)
    app = open_page(page, revision=revision.id, left=revision.id, right=revision_ids["vae"])
    assert not app.error, [error.value for error in app.error]
    assert not fresh_snapshot(Store().open(revision.id)).has_original_images
    assert "data get" not in page_texts(app), "no command fetches what was in memory alone"


# What is shown and taken away -------------------------------------------------------------------------------------------


def test_the_current_code_stands_in_exact_figures_beside_what_is_typical(revision_ids):
    app = open_page(revision=revision_ids["aae"], z="0.5,-1")
    (table,) = [frame.value for frame in app.dataframe if "Feature" in frame.value]
    revision = Store().open(revision_ids["aae"])
    decoded_row = revision.decode(np.array([[0.5, -1.0]]))[0]
    table_values = [float(text.replace("−", "-")) for text in table["Value"]]
    assert list(table["Feature"]) == list(revision.data.features.names)
    np.testing.assert_allclose(table_values, decoded_row, rtol=6e-4, atol=6e-5)


def test_two_rows_are_compared_feature_by_feature(revision_ids):
    app = open_page("compare", left=revision_ids["aae"], right=revision_ids["vae"], z="0.5,-1")
    (frame,) = [frame for frame in app.dataframe if "Difference" in frame.value]
    table = frame.value
    assert json.loads(frame.proto.columns)["Difference"]["label"] == "Minus Plain"
    z = np.array([[0.5, -1.0]])
    left, right = (Store().open(revision_ids[kind]).decode(z)[0] for kind in ("aae", "vae"))
    differences = [float(text.replace("−", "-")) for text in table["Difference"]]
    np.testing.assert_allclose(differences, right - left, rtol=6e-4, atol=6e-5)


def test_where_the_left_row_cannot_be_decoded_the_right_one_stands_alone(revision_ids, monkeypatch):
    decode_item = current_code.decode_item

    def decode_right_item(revision, *args):
        if revision.id == revision_ids["aae"]:
            raise RevisionError("It was deleted meanwhile.")
        return decode_item(revision, *args)

    monkeypatch.setattr(current_code, "decode_item", decode_right_item)
    app = open_page("compare", left=revision_ids["aae"], right=revision_ids["vae"])
    assert [error.value for error in app.error] == ["It was deleted meanwhile."]
    assert any("Value" in frame.value for frame in app.dataframe)
    assert not any("Difference" in frame.value for frame in app.dataframe)


def test_nothing_is_drawn_and_one_feature_is_chosen_in_the_link(revision_ids):
    revision = Store().open(revision_ids["aae"])
    assert not answers.REQUEST_KINDS["encode"].is_available(revision) and not answers.REQUEST_KINDS[
        "usual"
    ].is_available(revision)
    header, arrays = unpack_message(answers.answer_decode(fresh_snapshot(revision), b'{"codes": [[0, 0], [1, 1]]}'))
    assert arrays["images"].shape == (2, 1, 13, 1)


def test_a_picked_row_leaves_as_levels_and_many_as_rows(revision_ids):
    revision = Store().open(revision_ids["aae"])
    probe, rows = fresh_snapshot(revision).codes, sets.load("wine").train.images
    image = Image.open(io.BytesIO(answers.answer_original_image(fresh_snapshot(revision), {"n": "3"})))
    assert image.size == (13, 1)
    levels = row_charts.quantise_rows(rows[probe.index[[3]]], revision.data.features).ravel()
    assert np.asarray(image).ravel().tolist() == levels.tolist()
    _, arrays = unpack_message(answers.answer_images(fresh_snapshot(revision), b'{"numbers": [4, 9]}'))
    np.testing.assert_array_equal(arrays["rows"], rows[probe.index[[4, 9]]][:, 0, :, 0])


def test_samples_leave_as_a_table(revision_ids):
    revision = Store().open(revision_ids["aae"])
    names, *rows = csv.reader(io.StringIO(exports.rows_csv(revision.sample(7), revision.data.features.names).decode()))
    assert tuple(names) == revision.data.features.names
    np.testing.assert_allclose(np.array(rows, float), revision.sample(7), rtol=1e-6)


def test_a_notebook_shows_charts(revision_ids):
    revision = Store().open(revision_ids["aae"])
    sheet = notebook._sample_sheet(revision)
    height, width, _ = row_charts.row_chart_shape(13)
    assert sheet.shape == (6 * height + 5, 6 * width + 5, 3)
    assert "<img" in notebook.revision_card_html(revision) and notebook.plot_revisions([revision])


@pytest.mark.parametrize("kind", [AdversarialAutoencoder, SemiSupervisedAAE])
def test_a_fitted_estimator_opens(revision_ids, kind):
    X, y = load_wine(return_X_y=True, as_frame=True)
    estimator = kind(hidden_layer_sizes=(16,), max_epochs=2, random_state=0).fit(X, y)
    for page in (None, "revisions", "compare", *(["classify"] if kind is SemiSupervisedAAE else [])):
        revision = estimator.to_revision("bottles", X, y).id
        app = open_page(page, revision=revision, left=revision, right=revision_ids["vae"])
        assert not app.error, [error.value for error in app.error]


@pytest.mark.parametrize(("cost", "kind"), [("squared-error", "real"), ("by-type", "count"), ("poisson", "count")])
def test_a_training_on_a_table_is_diagnosed_and_no_cost_of_images_advised(store, monkeypatch, cost, kind):
    rows = np.random.default_rng(0).poisson(5, (80, 4)).astype(float)
    settings = TINY | {"variant": "vae", "cost": cost, "data": "counted", "steps": 400, "epochs": 500, "latent_dim": 3}
    revision = worker.train(aae.configure(**settings), store=store, data=aae.arrays(rows, types=kind, name="counted"))
    findings, headline = diagnosis.diagnose_revision(revision)
    assert diagnosis.has_enough_steps(revision.metrics()) and headline
    monkeypatch.setattr(
        diagnosis, "find_problems", lambda config, *args: [remedies.for_unused_dimensions(config, 2, args[-1])]
    )
    monkeypatch.setattr(diagnosis, "diagnosis_headline", lambda rows, findings: "")
    assert revision.config.beta == 1 and [advice.setting for advice in diagnosis.diagnose_revision(revision)[0]] == [
        "latent_dim"
    ]
