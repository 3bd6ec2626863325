"""Findings on the pages Train and Revisions, run without a browser."""

from dataclasses import replace

import pytest

pytest.importorskip("streamlit")
import streamlit as st
from helpers import app_pages

from aae_core.config.configuration import configure
from aae_core.data import sets
from aae_core.health import diagnosis
from aae_core.store.revisions import Store
from aae_core.store.status import Status
from app.cache import lru

LOSSES_OF_STRONG_D = {"reconstruction": 1.0, "discrimination": 0.1, "generation": 5.0}
HEALTHY_LOSSES = {"reconstruction": 1.0, "discrimination": 1.38, "generation": 0.7}


@pytest.fixture(autouse=True)
def clear_caches():
    st.cache_resource.clear()
    lru.clear_all()
    st.cache_data.clear()


def create_revision(losses, steps=400, **settings):
    new_revision = Store().create(configure(data="digits", **settings), sets.describe_data_set("digits"))
    new_revision.write_status(Status("done", step=steps, total_steps=steps, epoch=steps / 14, total_epochs=steps / 14))
    first_row = {"step": 10, "epoch": 0.7, "losses": {**losses, "reconstruction": 6.0}}
    new_revision.write_metrics([first_row, {"step": steps, "epoch": steps / 14, "losses": losses}])
    return new_revision


def open_page(page, **query):
    return app_pages.run_page(page, **query)


def boxes(app):
    return [box.label for box in app.expander if "(severe)" in box.label or "(mild)" in box.label]


@pytest.mark.parametrize(("page", "name"), [("train", "watch"), ("revisions", "revision")])
def test_a_finding_is_a_box_that_says_what_why_and_what_mends(page, name):
    revision = create_revision(LOSSES_OF_STRONG_D, **{"optimiser.generation_rate": 0.01})
    app = open_page(page, **{name: revision.id})
    assert not app.exception and not app.error
    assert boxes(app) == ["D is too strong (severe)"]
    app.session_state[f"finding.{revision.id}.D is too strong"] = True  # the box is open
    app.run()
    (box,) = (box for box in app.expander if box.label == "D is too strong (severe)")
    finding_text, reason_text, remedy_text = (text.value for text in box.markdown)
    assert "0.10" in finding_text and "5.00" in finding_text and reason_text != finding_text
    assert "Learning rate, generation" in remedy_text and "to 0.1," in remedy_text


@pytest.mark.parametrize(("page", "name"), [("train", "watch"), ("revisions", "revision")])
def test_one_line_says_that_nothing_is_found_or_that_it_is_too_early(page, name):
    # both before the list of revisions is read, which is kept a moment
    healthy_revision, early_revision = (create_revision(HEALTHY_LOSSES), create_revision(LOSSES_OF_STRONG_D, steps=100))
    app = open_page(page, **{name: healthy_revision.id})
    assert not app.exception and not boxes(app)
    assert [c.value for c in app.caption if diagnosis.HEALTHY in c.value] == [
        f":material/check_circle: {diagnosis.HEALTHY}"
    ]
    app = open_page(page, **{name: early_revision.id})
    assert not boxes(app) and [c for c in app.caption if "Too early to tell" in c.value]


def test_damaged_rows_are_told_and_the_page_goes_on():
    revision = create_revision(LOSSES_OF_STRONG_D)
    (revision.path / "metrics.jsonl").write_text("{cut\n")
    app = open_page("revisions", revision=revision.id)
    assert not app.exception and len(app.error) == 1 and "Line 1 of" in app.error[0].value
    assert [tab.label for tab in app.tabs][:1] == ["About"]


def test_why_the_losses_mislead_is_said_where_there_is_an_adversary():
    revisions_by_variant = {variant: create_revision(HEALTHY_LOSSES, variant=variant) for variant in ("aae", "vae")}
    for variant, revision in revisions_by_variant.items():
        app = app_pages.run_page("train", ["live.curves"], watch=revision.id)
        assert any("opponent that also learns" in c.value for c in app.caption) == (variant == "aae")


def test_why_it_ended_is_told():
    revision = create_revision(HEALTHY_LOSSES)
    revision.write_status(replace(revision.status, ended="It ended at its target: so and so."))
    for page, name in (("train", "watch"), ("revisions", "revision")):
        app = open_page(page, **{name: revision.id})
        assert [c.value for c in app.caption if "It ended at its target" in c.value]


def test_rows_that_are_damaged_are_told_once_beside_the_map():
    revision = create_revision(LOSSES_OF_STRONG_D)
    (revision.path / "metrics.jsonl").write_text("{}")
    for page, name in (("train", "watch"), ("revisions", "revision")):
        app = open_page(page, **{name: revision.id})
        assert not app.exception and ["missing required field step" in box.value for box in app.error] == [True]
        assert page == "revisions" or any("first checkpoint" in caption.value for caption in app.caption)
