"""The teacher's page Classroom, run without a browser."""

import os
import time

import psutil
import pytest

pytest.importorskip("streamlit")
import streamlit as st
from helpers import app_pages, visitor_sessions
from helpers.visitor_sessions import ANN, BOB

from aae_core.config.configuration import configure
from aae_core.data import sets
from aae_core.runs import worker
from aae_core.store.revisions import Store
from aae_core.store.status import Status
from app.cache import lru
from app.page_parts.classroom import class_dashboard

TINY = {"data": "digits", "network.hidden": (16,), "network.discriminator": (16,), "steps": 10, "threads": 1}


@pytest.fixture
def visit(monkeypatch, no_gallery):
    return visitor_sessions.share_server(monkeypatch)


def create(state, key=None, name="", **settings):
    status = Status(state, step=10, total_steps=20, total_epochs=2.0, queued=time.time())
    if state == "running":
        status = Status("running", pid=os.getpid(), started=psutil.Process().create_time(), heartbeat=time.time())
    owner = key and visitor_sessions.owner(key, name)
    return Store().create(configure(**TINY, **settings), sets.describe_data_set("digits"), status, owner)


def test_of_each_person_the_latest_that_has_codes_is_shown(visit):
    earlier_revision = create("done", ANN, "Ann")
    later_revision = create("queued", ANN, "Ann A.")
    bobs_revision = create("paused", BOB)
    teacher_revisions = [create("done"), create("done")]
    tiles_by_id = {tile.latest.id: tile for tile in class_dashboard.owner_tiles(Store().list())}
    assert tiles_by_id.keys() == {
        later_revision.id,
        bobs_revision.id,
        *(revision.id for revision in teacher_revisions),
    } - {earlier_revision.id}
    running_revision, queued_revision = create("running", ANN, "Ann"), create("queued", ANN, "Ann")
    (ann_tile,) = (
        tile for tile in class_dashboard.owner_tiles(Store().list()) if tile.latest.id == running_revision.id
    )
    assert ann_tile.with_codes.id == queued_revision.id


def test_the_teacher_sees_everyone_by_name_and_nobody_else_sees_the_page(visit):
    worker.train(configure(**TINY), store=Store())
    create("queued", ANN, "<b>Ann</b> *x*")
    visit(ANN)
    app = app_pages.assert_no_exception(app_pages.run_page("classroom"))
    titles = [entry.value for entry in app.title]
    assert titles == ["Adversarial autoencoder"], "an address that leads nowhere shows the first page"
    visit(BOB, teacher=True)
    app = app_pages.assert_no_exception(app_pages.run_page("classroom"))
    assert [entry.value for entry in app.title] == ["Classroom"]
    assert r"**\<b\>Ann\</b\> \*x\***" in [entry.value for entry in app.markdown]
    assert app.dataframe[0].value["Name"].tolist() == ["<b>Ann</b> *x*", "teacher or terminal"]
    assert len(app.get("image")) == 1


@pytest.mark.parametrize("is_shared", [True, False])
def test_the_end_of_the_lesson_is_confirmed_and_stops_all(visit, monkeypatch, is_shared):
    st.cache_resource.clear()
    lru.clear_all()
    if not is_shared:
        monkeypatch.setenv("AAE_SHARED", "")
    running_revision, queued_revision = create("running", ANN), create("queued", BOB)
    visit(None, teacher=True)
    with running_revision.lock():
        app = app_pages.assert_no_exception(app_pages.run_page("classroom"))
        app.button(key="class.end").click().run()
        assert Store().open(queued_revision.id).status.state == "queued"
        app_pages.assert_no_exception(app.button(key="class.yes").click().run())
        assert Store().open(queued_revision.id).status.state == "stopped" and running_revision.request() == "stop"
        assert any(button.key == "class.open" for button in app.button) == is_shared
        if is_shared:
            app.button(key="class.open").click().run()
            assert not any(button.key == "class.open" for button in app_pages.assert_no_exception(app).button)
