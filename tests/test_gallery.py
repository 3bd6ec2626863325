"""The revisions that are shipped: small enough to come along, and each opens on the pages that are its own, without MNIST."""

import pytest

pytest.importorskip("streamlit")
import streamlit as st
from test_app import opened, settings, words

from aae_core import data, worker
from aae_core.config import configure, phases, taught
from aae_core.revisions import Store
from aae_core.variants import VARIANTS
from app import classifying, clusters, shown, state

STORE = Store("no revisions of one's own")
SHIPPED = [STORE.open(row.id) for row in STORE.list() if row.gallery]
MOST = 64 * 10**6  # bytes

# Page -> whose own it is, by the configuration; words that it has for those alone.
PAGES = {
    "explore": (lambda config: True, "The prior, decoded"),
    "classify": (taught, "Your drawing or image"),
    "clusters": (clusters.finds, "Do clusters meet classes?"),
    "style": (lambda config: VARIANTS[config.variant].labels == "decoder", "A row keeps its style"),
}
OWN = [(one, page) for one in SHIPPED for page, (owns, _) in PAGES.items() if owns(one.config)]


@pytest.fixture(autouse=True)
def nothing_cached(monkeypatch):
    st.cache_resource.clear()
    st.cache_data.clear()
    monkeypatch.setattr(state, "warm_up", lambda: None)


def test_all_that_is_shipped_is_no_larger_than_agreed():
    sizes = [path.stat().st_size for path in STORE.gallery.rglob("*") if path.is_file()]
    assert 0 < sum(sizes) <= MOST


@pytest.mark.parametrize(("revision", "page"), OWN, ids=lambda part: getattr(part, "id", part))
def test_every_shipped_revision_opens_on_its_own_pages_without_its_images(revision, page):
    assert not shown.is_here(revision)
    app = opened(page, revision=revision.id)
    assert not app.error and settings(app)["revision"] == revision.id
    assert PAGES[page][1] in words(app), "the page has something to show of it"


@pytest.mark.parametrize(
    ("page", "variant"),
    [("explore", "aae"), ("classify", "semi-supervised"), ("clusters", "clustering"), ("style", "supervised")],
)
def test_without_a_link_a_page_opens_a_shipped_revision_of_the_variant_that_it_is_about(page, variant):
    opened_first = STORE.open(settings(opened(page))["revision"])
    assert opened_first.config.variant == variant
    if page == "classify":
        assert opened_first.config.labels == 100 and "reconstruction" in phases(opened_first.config), "not a plain one"


def test_own_trainings_do_not_displace_what_is_shipped_on_the_page_classify():
    few = {
        "variant": "semi-supervised",
        "labels": 10,
        "network.hidden": (8,),
        "network.discriminator": (8,),
        "threads": 1,
    }
    config = configure(**few, data="digits", steps=10)
    done, begun = worker.train(config), Store().create(config, data.describe("digits"))
    assert done.status.state == "done" != begun.status.state
    first = settings(opened("classify"))["revision"]
    assert first in {one.id for one in SHIPPED} and STORE.open(first).config.labels == 100


@pytest.mark.parametrize("page", ["explore", "style", "compare"])
def test_a_decoder_that_was_never_taught_is_told(page):
    plain, whole = (
        next(one for one in SHIPPED if one.label == label)
        for label in ("Plain classifier, 100 labels · MNIST", "Semi-supervised AAE, 100 labels · MNIST")
    )
    noted = {
        one.id: any(
            "decoder was never taught and draws grey" in note.value
            for note in opened(page, revision=one.id, left=one.id).info
        )
        for one in (plain, whole)
    }
    assert noted == {plain.id: True, whole.id: False}


def test_in_a_fresh_clone_the_chart_on_labels_has_points_of_both_kinds():
    shown_first = STORE.open(settings(opened("classify"))["revision"])
    points = classifying.family(shown_first, shown_first.measures["error"], lambda summary: summary.label)
    error = {(point.plain, point.labels): point.error for point in points}
    assert error.keys() == {(False, 100), (False, 1000), (True, 100), (True, 1000)}
    assert all(error[False, n] < error[True, n] for n in (100, 1000)), "what the other images are worth"
