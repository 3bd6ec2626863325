"""Explore, Style and content and Compare over tiny revisions of the variants beyond §4, without a browser."""

import numpy as np
import pytest

pytest.importorskip("streamlit")
from helpers.app_pages import (
    assert_no_exception,
    image_protos,
    open_page,
    page_texts,
    plane_headers,
    query_settings,
    send_message,
    sent_header,
)
from helpers.snapshots import fresh_snapshot

from aae_core.config import painting
from aae_core.latent import film
from aae_core.store.revisions import Store
from app.figures import exports, plane_views
from app.page_parts.revisions import revision_files
from app.ui import current_code

pytestmark = pytest.mark.usefixtures("no_gallery")

TINY = {"network.hidden": (16,), "network.discriminator": (16,), "data": "digits", "steps": 20, "threads": 1}
# a column of six cells for each class, the upper half of the square
COLUMNS = painting.format_painting(
    bytes(15 + 16 * (1 + k % 64 // 6) if k < 2048 and k % 64 < 60 else 0 for k in range(4096))
)
MODEL_SETTINGS = {
    "ae": {"variant": "ae"},
    "petals": {"variant": "label-informed", "prior.name": "mixture"},
    "roll": {"variant": "label-informed", "prior.name": "swiss-roll"},
    "taught": {"variant": "semi-supervised", "latent_dim": 3, "labels": 100},
    "found": {"variant": "clustering", "latent_dim": 3, "clusters": 20},
    "apart": {"variant": "clustering", "latent_dim": 2, "clusters": 6, "discriminator_told": "content"},
    "plane": {"variant": "reduction", "latent_dim": 2},
    "axes": {"variant": "reduction", "latent_dim": 10, "heads": "fixed"},
    "mixture": {"variant": "aae", "prior.name": "mixture", "prior.components": 4},
    "painted": {"variant": "aae", "prior.name": "painted", "prior.painting": "letter"},
    "parts": {"variant": "label-informed", "prior.name": "painted", "prior.painting": COLUMNS},
}
MODEL_SETTINGS = {kind: {**settings, "name": kind} for kind, settings in MODEL_SETTINGS.items()}


def strips(app):
    """The alternative texts of the images in rows, row by row."""
    import re

    bodies = [e.proto.body for e in app.get("html") if "<figure" in e.proto.body]
    return [re.findall(r'alt="(.*?)"', body) for body in bodies]


# Those without content, or clusters, are explained alike.
KINDS_OF_USUAL_RUN = {
    None: MODEL_SETTINGS,
    "style": ("petals", "taught", "found", "apart", "plane"),
    "clusters": ("ae", "found", "apart", "plane"),
}


@pytest.mark.parametrize(
    ("page", "kind"),
    [
        pytest.param(page, kind, marks=() if kind in KINDS_OF_USUAL_RUN[page] else pytest.mark.thorough)
        for page in KINDS_OF_USUAL_RUN
        for kind in MODEL_SETTINGS
    ],
)
def test_every_page_opens_with_every_variant(revision_ids, page, kind):
    assert not open_page(page, revision=revision_ids[kind]).error


@pytest.mark.parametrize(
    ("left", "right"), list(zip(MODEL_SETTINGS, [*MODEL_SETTINGS][1:], strict=False))[::2] + [("parts", "plane")]
)
def test_every_variant_can_be_compared(revision_ids, left, right):
    assert not open_page("compare", left=revision_ids[left], right=revision_ids[right]).error


# Explore ----------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["petals", "roll"])
def test_label_information_names_the_regions_by_their_classes(revision_ids, kind):
    header = sent_header(open_page(revision=revision_ids[kind]), 0)
    assert [region["name"] for region in header["regions"]] == list("0123456789") and header["layers"][
        "regions"
    ] is True
    assert [region["colour"] for region in header["regions"]] == header["colours"]
    places = np.array([region["z"] for region in header["regions"]])
    if kind == "petals":
        angle = 2 * np.pi * np.arange(10) / 10
    else:
        t = np.sqrt((np.arange(10) + 0.5) / 10)
        angle = 4 * np.pi * t
    radius = 1.4 if kind == "petals" else 3 * t
    assert np.allclose(places.T, radius * np.stack([np.cos(angle), np.sin(angle)]), atol=1e-5)


def test_nothing_on_a_page_speaks_of_the_prior_of_a_model_without_one(revision_ids):
    app = open_page(revision=revision_ids["ae"])
    assert_no_exception(app)
    page_text = " ".join([page_texts(app), *(button.label for button in app.button)])
    assert "Every dimension" in " ".join(box.label for box in app.expander) and "prior" not in page_text.casefold()
    assert_no_exception(open_page("compare", left=revision_ids["ae"], right=revision_ids["mixture"]))
    film.render_film(Store().open(revision_ids["ae"]))


def test_a_painted_prior_is_told_to_the_page_and_its_parts_are_regions(revision_ids):
    header = sent_header(open_page(revision=revision_ids["painted"]), 0)
    assert painting.parse_painting(header["prior"]["painting"]) == painting.parse_painting("letter")
    assert {"prior", "samples", "manifold"} <= set(header["layers"]) and "regions" not in header["layers"]
    app = open_page(revision=revision_ids["parts"], region="3")
    header = sent_header(app, 0)
    assert [region["name"] for region in header["regions"]] == list("0123456789")
    for k, region in enumerate(header["regions"]):  # columns 6k to 6k + 5 of cells that are 6/64 wide
        assert (6 * k) * 6 / 64 - 3 < region["z"][0] < (6 * k + 6) * 6 / 64 - 3 and 0 < region["z"][1] < 3
    assert [len(row) for row in strips(app)] == [12, 12] and len(header["sweeps"]) == 2
    sweep_codes = np.array(header["sweeps"][0])
    assert np.ptp(sweep_codes[:, 0]) < 0.01 and (np.diff(sweep_codes[:, 1]) > 0).all()


def test_a_prior_whose_regions_belong_to_nothing_is_swept_and_not_named(revision_ids):
    app = open_page(revision=revision_ids["mixture"], region="2")
    assert sent_header(app, 0)["regions"] == [] and "regions" not in sent_header(app, 0)["layers"]
    assert [len(row) for row in strips(app)] == [12, 12] and strips(app)[1][
        3
    ] == "Across the petal, image 4 of 12, petal 2"
    assert "“region”" in page_texts(open_page(revision=revision_ids["mixture"], region="4"))


def test_a_sweep_through_a_class_lives_in_the_link(revision_ids):
    app = open_page(revision=revision_ids["roll"], region="7")
    assert "roll’s arc" in page_texts(app) and query_settings(app)["region"] == "7"
    assert strips(app)[0][0].endswith("image 1 of 12, 7")
    control = next(c for c in app.get("button_group") if c.label == "Region of")
    initial_figures = [e.proto.body for e in app.get("html") if "<figure" in e.proto.body]
    assert_no_exception(control.set_value("3").run())
    assert query_settings(app)["region"] == "3"
    assert [e.proto.body for e in app.get("html") if "<figure" in e.proto.body] != initial_figures
    sweeps = np.array(sent_header(app, 0)["sweeps"])
    assert sweeps.shape == (2, 12, 2), "the plane, drawn before the control, knows of it"
    assert np.allclose(np.hypot(*sweeps[0].T), 3 * np.sqrt((3 + (np.arange(12) + 0.5) / 12) / 10), atol=1e-5)
    app.query_params["region"] = "9"
    control = next(c for c in assert_no_exception(app.run()).get("button_group") if c.label == "Region of")
    assert control.value == "9" and query_settings(app)["region"] == "9", "a link that is followed later holds for both"


def test_a_region_that_a_lesson_takes_back_is_not_missed(revision_ids):
    app = open_page(revision=revision_ids["roll"], region="7")
    widget_states = app._tree.get_widget_states()
    del app.session_state["region"]
    assert_no_exception(app._run(widget_states))


def test_a_reduction_shows_its_heads_and_the_prior_at_each(revision_ids):
    app = open_page(revision=revision_ids["plane"])
    header, model = sent_header(app, 0), Store().open(revision_ids["plane"]).model()
    assert np.allclose([region["z"] for region in header["regions"]], model.heads.numpy(), atol=1e-5)
    assert np.allclose(header["prior"]["heads"], model.heads.numpy(), atol=1e-5)
    assert header["layers"]["prior"] is True and header["layers"]["regions"] is True and "judge" not in header["layers"]
    assert header["weights"]["encoder"] is None and header["server"]["encode"], (
        "its codes need the heads, so the server encodes"
    )
    assert "One row per head" in page_texts(app) and len(strips(app)) == 2


def test_where_d_is_told_the_content_the_plane_has_no_surface_of_it(revision_ids):
    app = open_page(revision=revision_ids["apart"], layers="codes,judge,push")
    header, history = sent_header(app, 0), Store().open(revision_ids["apart"]).frames()
    assert header["layers"]["codes"] is True and not {"judge", "push"} & header["layers"].keys() and not app.error
    assert header["weights"]["decoder"] and header["weights"]["discriminator"] is None
    assert len(history) and history[-1].judged is None and not history.troubles
    facts_by_kind = {
        kind: [
            name
            for name, *_ in current_code.code_fact_rows(fresh_snapshot(Store().open(revision_ids[kind])), np.zeros(2))
        ]
        for kind in ("mixture", "apart")
    }
    assert facts_by_kind == {"mixture": ["log p(z)", "D(z)"], "apart": ["log p(z)"]}


def test_the_ten_dimensional_reduction_is_seen_on_a_circle(revision_ids):
    app = open_page(revision=revision_ids["axes"])
    header = sent_header(app, 0)
    assert (
        query_settings(app)["view"] == "circle"
        and header["pca"]["name"] == "circle"
        and "evenly on a circle" in page_texts(app)
    )
    heads = np.array([region["z"] for region in header["regions"]])
    assert np.allclose(heads, 10 * np.eye(10))
    places = heads @ np.array(header["pca"]["basis"]).T
    assert np.allclose(np.linalg.norm(places, axis=1), 10 * np.sqrt(2 / 10), atol=1e-5)
    assert np.abs(header["centre"]).max() < 1e-9 and header["extent"] > 10 * np.sqrt(2 / 10)
    for view in ("pair", "pca"):
        assert not open_page(revision=revision_ids["axes"], view=view).error
    assert "“view”" in page_texts(open_page(revision=revision_ids["taught"], view="circle")), "others have no circle"


def test_an_image_brings_the_content_that_the_encoder_inferred(revision_ids):
    probe = Store().open(revision_ids["found"]).probe()
    number = int(np.flatnonzero(probe.content != probe.labels)[0])
    app = send_message(open_page(revision=revision_ids["found"]), picked={"index": number})
    assert query_settings(app)["y"] == str(probe.content[number])
    header = sent_header(app, 0)
    assert header["contents"] == [f"cluster {k}" for k in range(20)] and header["classes"] == list("0123456789")
    assert app.selectbox(key="y").value == str(probe.content[number]), "twenty are too many for buttons"


def test_clusters_have_english_names_in_files_of_a_korean_page(revision_ids):
    header = sent_header(open_page(revision=revision_ids["found"], lang="ko"), 0)
    assert header["contents_in_files"] == [f"cluster {k}" for k in range(20)] != header["contents"]


def test_a_reduction_in_training_is_drawn_over_the_prior_at_its_heads(revision_ids):
    revision = Store().open(revision_ids["plane"])
    probe = fresh_snapshot(revision).codes
    snapshot = fresh_snapshot(revision)
    samples = plane_views.make_plane(snapshot, probe, *plane_views.default_view_and_dimensions(snapshot)).samples
    head_distances = np.abs(samples[:, None] - revision.model().heads.numpy()).max(2).min(1)
    assert (head_distances < 4).mean() > 0.99, "styles of N(0, 1) about the heads"


def test_ten_fixed_heads_are_a_circle_in_training_and_in_files(revision_ids):
    revision = Store().open(revision_ids["axes"])
    probe = fresh_snapshot(revision).codes
    angles = 2 * np.pi * np.arange(10) / 10
    expected_points = np.sqrt(2 / 10) * probe.z @ np.stack([np.cos(angles), np.sin(angles)]).T
    snapshot = fresh_snapshot(revision)
    view, dimensions = plane_views.default_view_and_dimensions(snapshot)
    assert view == "circle"
    assert np.allclose(plane_views.make_plane(snapshot, probe, view, dimensions).points, expected_points, atol=1e-4)
    drawing = revision_files.map_drawing(fresh_snapshot(revision), probe)
    assert np.allclose(drawing.points, expected_points, atol=1e-4) and "across the circle of heads" in exports.map_svg(
        drawing
    )


# Style and content ------------------------------------------------------------------------------------------------------


def test_the_grid_of_a_clustering_has_a_column_for_a_cluster(revision_ids):
    app = open_page("style", revision=revision_ids["found"])
    header = sent_header(app)
    assert header["layout"]["columns"] == list(range(16)), "as many as can be seen at once"
    assert header["content_numbers"] == list(range(20)) and len(header["contents"]) == 20
    link_labels = [link.proto.label for link in app.get("page_link")]
    assert "How good the clusters are" in link_labels, "no class is to arrive here"
    assert app.selectbox(key="blend.a").options[3] == "cluster 3"
    assert_no_exception(app.text_input[1].set_value("19, 3").run())
    assert sent_header(app)["layout"]["columns"] == [19, 3] and len(image_protos(app)) == 1
    assert not app.error


def test_a_semi_supervised_revision_is_one_with_classes_for_content(revision_ids):
    app = open_page("style", revision=revision_ids["taught"])
    assert sent_header(app)["contents"] == sent_header(app)["classes"] == list("0123456789")
    assert "Do swapped images show the intended class?" in [e.value for e in app.header]


# Compare ----------------------------------------------------------------------------------------------------------------


def test_classes_and_clusters_side_by_side_are_chosen_apart(revision_ids):
    app = open_page("compare", left=revision_ids["taught"], right=revision_ids["found"], y="3", yr="17")
    assert [plane["y"] for plane in plane_headers(app)] == [3, 17]
    app = send_message(app, 0, picked={"index": 5})
    inferred = [int(Store().open(revision_ids[kind]).probe().content[5]) for kind in ("taught", "found")]
    assert [plane["y"] for plane in plane_headers(app)] == inferred
    assert (query_settings(app)["y"], query_settings(app)["yr"]) == tuple(str(k) for k in inferred)


def test_a_reduction_on_compare_is_seen_as_on_explore(revision_ids):
    left, right = plane_headers(open_page("compare", left=revision_ids["axes"], right=revision_ids["plane"]))
    assert left["pca"]["name"] == "circle" and right["axes"] == [0, 1]
    assert len(left["regions"]) == len(right["regions"]) == 10
