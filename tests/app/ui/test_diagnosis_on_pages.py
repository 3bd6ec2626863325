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

WON = {"reconstruction": 1.0, "discrimination": 0.1, "generation": 5.0}
WELL = {"reconstruction": 1.0, "discrimination": 1.38, "generation": 0.7}


@pytest.fixture(autouse=True)
def quiet():
    st.cache_resource.clear()
    lru.clear_all()
    st.cache_data.clear()


def revision(losses, steps=400, **settings):
    created = Store().create(configure(data="digits", **settings), sets.describe_data_set("digits"))
    created.write_status(Status("done", step=steps, total_steps=steps, epoch=steps / 14, total_epochs=steps / 14))
    start = {"step": 10, "epoch": 0.7, "losses": {**losses, "reconstruction": 6.0}}
    created.write_metrics([start, {"step": steps, "epoch": steps / 14, "losses": losses}])
    return created


def opened(page, **query):
    return app_pages.run(page, **query)


def boxes(app):
    return [box.label for box in app.expander if "(severe)" in box.label or "(mild)" in box.label]


@pytest.mark.parametrize(("page", "name"), [("train", "watch"), ("revisions", "revision")])
def test_a_finding_is_a_box_that_says_what_why_and_what_mends(page, name):
    ill = revision(WON, **{"optimiser.generation_rate": 0.01})
    app = opened(page, **{name: ill.id})
    assert not app.exception and not app.error
    assert boxes(app) == ["D is too strong (severe)"]
    app.session_state[f"finding.{ill.id}.D is too strong"] = True  # the box is open
    app.run()
    (box,) = (box for box in app.expander if box.label == "D is too strong (severe)")
    seen, why, mend = (text.value for text in box.markdown)
    assert "0.10" in seen and "5.00" in seen and why != seen
    assert "Learning rate, generation" in mend and "to 0.1," in mend


@pytest.mark.parametrize(("page", "name"), [("train", "watch"), ("revisions", "revision")])
def test_one_line_says_that_nothing_is_found_or_that_it_is_too_early(page, name):
    # both before the list of revisions is read, which is kept a moment
    well, early = (revision(WELL), revision(WON, steps=100))
    app = opened(page, **{name: well.id})
    assert not app.exception and not boxes(app)
    assert [c.value for c in app.caption if diagnosis.HEALTHY in c.value] == [
        f":material/check_circle: {diagnosis.HEALTHY}"
    ]
    app = opened(page, **{name: early.id})
    assert not boxes(app) and [c for c in app.caption if "Too early to tell" in c.value]


def test_damaged_rows_are_told_and_the_page_goes_on():
    broken = revision(WON)
    (broken.path / "metrics.jsonl").write_text("{cut\n")
    app = opened("revisions", revision=broken.id)
    assert not app.exception and len(app.error) == 1 and "Line 1 of" in app.error[0].value
    assert [tab.label for tab in app.tabs][:1] == ["About"]


def test_why_the_losses_mislead_is_said_where_there_is_an_adversary():
    result = {variant: revision(WELL, variant=variant) for variant in ("aae", "vae")}
    for variant, shown in result.items():
        app = opened("train", watch=shown.id)
        assert any("opponent that also learns" in c.value for c in app.caption) == (variant == "aae")


def test_why_it_ended_is_told():
    actual = revision(WELL)
    actual.write_status(replace(actual.status, ended="It ended at its target: so and so."))
    for page, name in (("train", "watch"), ("revisions", "revision")):
        app = opened(page, **{name: actual.id})
        assert [c.value for c in app.caption if "It ended at its target" in c.value]


def test_rows_that_are_damaged_are_told_once_beside_the_map():
    ill = revision(WON)
    (ill.path / "metrics.jsonl").write_text("{}")
    for page, name in (("train", "watch"), ("revisions", "revision")):
        app = opened(page, **{name: ill.id})
        assert not app.exception and ["metrics.jsonl lacks step" in box.value for box in app.error] == [True]
        assert page == "revisions" or any("first checkpoint" in caption.value for caption in app.caption)
