"""The images of Explore sorted by reconstruction error and by log p(z), run without a browser over tiny revisions."""

import re
from dataclasses import replace

import numpy as np
import pytest

pytest.importorskip("streamlit")
from helpers import app_pages
from helpers.app_pages import assert_no_exception
from helpers.environment import mark_for_ci
from helpers.snapshots import fresh_snapshot
from scipy import stats

from aae_core.data import sets
from aae_core.errors import DataError
from app.cache import code_sets, ranking, revision_data, revision_snapshot

pytestmark = pytest.mark.usefixtures("no_gallery")

TINY = {"network.hidden": (16,), "network.discriminator": (16,), "data": "digits", "steps": 20, "threads": 1}
FARTHEST_FIRST = "Distance to the prior, farthest first"
MODEL_SETTINGS = {
    "aae": {},
    "supervised": {"variant": "supervised", "latent_dim": 3},
    "semi-supervised": {"variant": "semi-supervised", "labels": 100},
    "reduction": {"variant": "reduction", "clusters": 4},
    "roll": {"prior.name": "swiss-roll"},
    "ae": {"variant": "ae"},
    "classifier": {
        "variant": "semi-supervised",
        **{f"optimiser.{phase}_rate": 0.0 for phase in ("reconstruction", "discrimination", "generation")},
    },
}


def open_sorted_images(**query):
    return assert_no_exception(app_pages.run_page(None, [], **query))


def settings(app):
    return {name: values[0] if isinstance(values, list) else values for name, values in app.query_params.items()}


def captions(app):
    return " ".join(caption.value for caption in app.caption)


def read_cards(app):
    """The numbers, figures and classes of the cards."""
    row = re.compile(r"\*\*(.+)\*\* (.+) · (\d+)$")
    result = [row.search(option).groups() for option in app.radio[0].options]
    return [int(n) for _, _, n in result], [float(f.replace("−", "-")) for f, _, _ in result], [c for _, c, _ in result]


def errors_of(revision, codes):
    """½Σ(x − x̂)² of all codes shown, by NumPy from the images as uint8 and the means of the decoder in double precision."""
    import torch

    model = fresh_snapshot(revision).stored.model().double()
    y = None
    if model.variant.has_content:
        y = torch.from_numpy(np.eye(model.contents + 1, model.contents)[codes.content])
    with torch.no_grad():
        reconstructions = model.decode(torch.from_numpy(codes.z).double(), y).numpy()
    x = revision_data.original_images(fresh_snapshot(revision)).transpose(0, 3, 1, 2) / 255
    return 0.5 * np.square(x - reconstructions).sum((1, 2, 3))


@mark_for_ci
@pytest.mark.parametrize("set_name", ["probe", "test"])
@pytest.mark.parametrize("kind", ["aae", "supervised", "semi-supervised", "reduction", "roll", "ae"])
def test_scores_are_those_of_what_the_page_shows(revision_ids, kind, set_name, monkeypatch):
    monkeypatch.setattr(code_sets, "CHUNK_SIZE", 100)
    revision = fresh_snapshot(revision_snapshot.open_snapshot(revision_ids[kind])).with_code_set(set_name)
    codes = fresh_snapshot(revision).codes
    actual = {
        score_name: ranking.compute_scores(fresh_snapshot(revision), codes, score_name)
        for score_name in ranking.available_scores(fresh_snapshot(revision))
    }
    assert np.allclose(actual["error"], errors_of(revision, codes), rtol=1e-3)
    if kind in ("aae", "supervised", "semi-supervised"):
        assert np.allclose(actual["log_p"], stats.norm.logpdf(codes.z).sum(1), rtol=1e-4)
    assert ("log_p" in actual) is (kind not in ("roll", "ae"))
    assert ("far" in actual) is (kind != "ae")
    if (kind, set_name) == ("aae", "test"):
        assert actual["error"].mean() == pytest.approx(
            revision.stored.evaluate("reconstruction")["reconstruction"]["reconstruction"]
        )


def test_only_the_score_of_the_order_is_computed(revision_ids, monkeypatch):
    compute, calls = ranking.compute_scores, []

    def compute_and_note(revision, codes, score_name):
        calls.append(score_name)
        return compute(revision, codes, score_name)

    compute_and_note.is_cached = compute.is_cached
    monkeypatch.setattr(ranking, "compute_scores", compute_and_note)
    app = open_sorted_images(revision=revision_ids["aae"])
    assert not calls and not app.radio and "sorted" not in settings(app)
    app.query_params["sorted"] = "far"
    assert assert_no_exception(app.run()).radio and set(calls) == {"far"}, "no other order's score"


def test_the_worst_reconstruction_comes_first_and_the_link_has_the_order(revision_ids):
    revision = revision_snapshot.open_snapshot(revision_ids["aae"])
    codes = fresh_snapshot(revision).codes
    errors = errors_of(revision, codes)
    app = open_sorted_images(revision=revision_ids["aae"], sorted="error")
    numbers, figures, classes = read_cards(app)
    assert len(numbers) == 24 and np.allclose(errors[numbers], np.sort(errors)[::-1][:24], rtol=1e-3)
    assert np.allclose(figures, errors[numbers], atol=0.006) and classes == [str(codes.labels[n]) for n in numbers]
    app.selectbox(key="sorted").set_value("prior").run()
    numbers, figures, _ = read_cards(assert_no_exception(app))
    log_densities = stats.norm.logpdf(codes.z).sum(1)
    assert np.allclose(log_densities[numbers], np.sort(log_densities)[:24], rtol=1e-4) and np.allclose(
        figures, log_densities[numbers], atol=0.006
    )
    assert settings(app)["sorted"] == "prior"
    lowest_errors = read_cards(open_sorted_images(revision=revision_ids["aae"], sorted="error-best"))[1]
    assert lowest_errors == sorted(lowest_errors) and lowest_errors[0] == pytest.approx(errors.min(), abs=0.006)
    highest_densities = read_cards(open_sorted_images(revision=revision_ids["aae"], sorted="prior-likeliest"))[1]
    assert highest_densities == sorted(highest_densities)[::-1] and highest_densities[0] == pytest.approx(
        log_densities.max(), abs=0.006
    )


def test_the_farthest_out_come_first_under_a_prior_without_a_density(revision_ids, monkeypatch):
    revision = revision_snapshot.open_snapshot(revision_ids["roll"])
    codes = fresh_snapshot(revision).codes
    z = codes.z.copy()
    z[[7, 30, 11]] = [[90, 0], [0, -60], [-40, 40]]  # the roll reaches 3√1 = 3 times its scale
    monkeypatch.setattr(revision_data, "load_codes", lambda _: replace(codes, z=z, cache_key=("moved",)))
    app = open_sorted_images(revision=revision_ids["roll"], sorted="far")
    numbers, figures, _ = read_cards(app)
    assert numbers[:3] == [7, 30, 11] and figures == sorted(figures, reverse=True)
    prior_radius = np.linalg.norm(revision_data.draw_prior_samples(fresh_snapshot(revision)), axis=1).max()
    assert all(
        length - prior_radius - 0.1 < figure < length + prior_radius
        for length, figure in zip((90, 60, 56.57), figures[:3], strict=True)
    )


def test_one_class_and_the_next_page_stand_in_the_link(revision_ids):
    codes = fresh_snapshot(revision_snapshot.open_snapshot(revision_ids["aae"])).codes
    app = open_sorted_images(revision=revision_ids["aae"], sorted="error", **{"class": "3"})
    first_numbers, figures, classes = read_cards(app)
    assert set(classes) == {"3"} and (codes.labels[first_numbers] == 3).all()
    page = next(field for field in app.number_input if field.label == "Page")
    page.set_value(2).run()
    second_numbers, second_figures, _ = read_cards(assert_no_exception(app))
    assert (
        not set(first_numbers) & set(second_numbers)
        and max(second_figures) <= min(figures)
        and settings(app)["sheet"] == "2"
    )
    linked_app = open_sorted_images(**settings(app))
    assert read_cards(linked_app)[0] == second_numbers


@pytest.mark.parametrize("kind", ["aae", "supervised"])
def test_a_chosen_card_is_the_chosen_image_of_the_plane(revision_ids, kind):
    codes = fresh_snapshot(revision_snapshot.open_snapshot(revision_ids[kind])).codes
    app = open_sorted_images(revision=revision_ids[kind], sorted="error")
    number = read_cards(app)[0][5]
    app.radio[0].set_value(number).run()
    query = settings(assert_no_exception(app))
    assert query["point"] == str(number)
    assert np.allclose([float(v) for v in query["z"].split(",")], codes.z[number], rtol=1e-3)
    assert query.get("y") == (str(codes.content[number]) if kind == "supervised" else None)
    assert app.radio[0].value == number and f"Image {number}: " in captions(app) and "in place 6." in captions(app)
    linked_app = open_sorted_images(**{**query, "point": str(read_cards(app)[0][2])})
    assert linked_app.radio[0].value == read_cards(app)[0][2]
    unlisted_number = next(n for n in range(len(codes.z)) if n not in read_cards(app)[0])
    assert open_sorted_images(**{**query, "point": str(unlisted_number)}).radio[0].value is None


@pytest.mark.parametrize(
    "kind, reason, options",
    [
        (
            "roll",
            "prior has no density",
            ["Reconstruction error, worst first", "Reconstruction error, best first", FARTHEST_FIRST],
        ),
        ("ae", "no prior", ["Reconstruction error, worst first", "Reconstruction error, best first"]),
        (
            "classifier",
            "decoder was not trained",
            ["log p(z), least likely first", "log p(z), likeliest first", FARTHEST_FIRST],
        ),
    ],
)
def test_an_order_that_has_no_meaning_is_left_out_and_said(revision_ids, kind, reason, options):
    order = "error" if kind == "classifier" else "prior"
    app = open_sorted_images(revision=revision_ids[kind], sorted=order)
    assert reason in captions(app) and app.selectbox(key="sorted").options == options
    assert len(read_cards(app)[0]) == 24


def test_without_the_images_codes_are_sorted_by_the_prior_alone(revision_ids, monkeypatch):
    def raise_data_error(name):
        raise DataError("gone")

    monkeypatch.setattr(sets, "describe_data_set", raise_data_error)
    app = open_sorted_images(revision=revision_ids["aae"], sorted="error")
    assert "needs the images" in captions(app) and len(app.selectbox(key="sorted").options) == 3
    assert app.radio[0].options[0].startswith("![Reconstruction of image ")
    app = open_sorted_images(revision=revision_ids["ae"], sorted="error")
    assert not app.radio and "needs the images" in captions(app)
