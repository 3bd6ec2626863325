"""The opening: which revision it plays, for whom, and the way it shows; and that all that is shipped has a history."""

import shutil
import time
from dataclasses import replace

import numpy as np
import pytest

pytest.importorskip("streamlit")
import streamlit as st
from helpers import app_pages
from helpers.train_page import start_button

from aae_core import places
from aae_core.config.configuration import configure
from aae_core.runs import frame_recorder, worker
from aae_core.store import frames
from aae_core.store.gallery_export import export_gallery
from aae_core.store.revision import Revision
from aae_core.store.revisions import Store, Summary
from app.cache import lru, revision_data
from app.messages import wire_format
from app.scenes import plane_message
from app.start import browser, warm_up
from app.ui import first_visit
from benchmarks.quality import gallery

TINY = {"network.hidden": (16,), "network.discriminator": (16,), "data": "digits", "steps": 30, "threads": 1}
GALLERY = Store("no revisions of one's own").gallery
LABELS_WITHOUT_FRAMES = {gallery.GALLERY[name][1] for name in gallery.WITHOUT_FRAMES}
SHIPPED = {row.id: row.label for row in Store("no revisions of one's own").list() if row.gallery}


# The gallery that is shipped --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("id_", [id_ for id_, label in SHIPPED.items() if label in LABELS_WITHOUT_FRAMES])
def test_what_is_shipped_for_one_figure_has_no_film_and_opens(id_):
    revision = Store("no revisions of one's own", GALLERY).open(id_)
    assert len(frames.load_history(revision)) == 0 and not frames.load_history(revision).troubles


@pytest.mark.parametrize("id_", [id_ for id_, label in SHIPPED.items() if label not in LABELS_WITHOUT_FRAMES])
def test_every_shipped_revision_has_frames_that_open_and_lead_to_its_codes(id_):
    revision = Store("no revisions of one's own", GALLERY).open(id_)
    history, probe = frames.load_history(revision), revision.probe()
    assert len(history) >= 20 and not history.troubles
    assert history[0].step == 0 and history[len(history) - 1].step <= revision.status.step
    assert all(frame.z.shape == (len(history.rows), revision.config.latent_dim) for frame in history.frames)
    final_codes = probe.z[history.rows]
    spread = np.linalg.norm(final_codes - final_codes.mean(axis=0), axis=1).mean()
    distances = [
        np.linalg.norm(frame.z.astype(np.float32) - final_codes, axis=1).mean() / spread for frame in history.frames
    ]
    assert distances[0] > 0.5 and distances[-1] < 0.1, "the first frame is far from the present, the last one near"


# Which revision ---------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def revisions_by_name(tmp_path_factory):
    """Revisions of one's own with frames, a plain AAE, a VAE and one of five dimensions: {name: revision}."""
    root = tmp_path_factory.mktemp("trained")
    patch = pytest.MonkeyPatch()
    patch.setattr(frame_recorder.TimeBudget, "allows_another", lambda self: True)
    store = Store(root, gallery=root / "none")
    settings_by_name = {
        "plain": {}, "vae": {"variant": "vae"}, "deep": {"latent_dim": 5},
        "petals": {"variant": "label-informed", "prior.name": "mixture"},
    }  # fmt: skip
    yield {
        name: worker.train(configure(**TINY, **settings), store=store) for name, settings in settings_by_name.items()
    }
    patch.undo()


@pytest.fixture(autouse=True)
def empty_store(monkeypatch, tmp_path):
    """No revision at all, shipped or one's own, and nothing heavy is loaded beside the page."""
    st.cache_resource.clear()
    lru.clear_all()
    st.cache_data.clear()
    monkeypatch.setattr(places, "PROJECT", tmp_path)
    monkeypatch.setattr(revision_data, "start_background_imports", lambda: None)
    (tmp_path / "checkpoints" / "gallery").mkdir(parents=True)


@pytest.fixture
def ship(revisions_by_name, tmp_path):
    """ship(name, film=80) -> id: puts one of `revisions_by_name` into the gallery."""

    def ship_(name, film=80):
        return export_gallery(revisions_by_name[name], tmp_path / "checkpoints" / "gallery", film).id

    return ship_


def test_petals_are_played_before_any_other(ship):
    deep_id, vae_id, plain_id, petals_id = ship("deep"), ship("vae"), ship("plain"), ship("petals")
    assert first_visit.animated_revision_id(Store().list()) == petals_id
    rows = [row for row in Store().list() if row.id != petals_id]
    assert first_visit.animated_revision_id(rows) == plain_id
    rows = [row for row in rows if row.id != plain_id]
    assert first_visit.animated_revision_id(rows) == vae_id, "the plane is seen whole only in two dimensions"
    assert first_visit.animated_revision_id([row for row in rows if row.id != vae_id]) == deep_id


def test_one_without_a_history_is_not_played_and_one_of_ones_own_neither(ship, revisions_by_name):
    ship("plain", film=0)
    assert first_visit.animated_revision_id(Store().list()) is None
    own_revision = revisions_by_name["plain"]
    assert (
        first_visit.animated_revision_id(
            [Summary(own_revision.id, own_revision.path, False, "done", variant="aae", prior="gaussian", latent_dim=2)]
        )
        is None
    )
    vae_id = ship("vae")
    assert first_visit.animated_revision_id(Store().list()) == vae_id
    broken_rows = [replace(row, state="broken") for row in Store().list()]
    assert first_visit.animated_revision_id(broken_rows) is None


# On the page ------------------------------------------------------------------------------------------------------------


@pytest.fixture
def scenes(monkeypatch):
    """What the planes were told of the opening, one entry a plane that was drawn."""
    openings = []
    pack_message = plane_message.pack_message

    def pack_and_note(scene, window=None):
        openings.append(scene.opening)
        return pack_message(scene, window)

    monkeypatch.setattr(plane_message, "pack_message", pack_and_note)
    return openings


def visit_page(page=None, **query):
    return app_pages.assert_no_exception(app_pages.run_page(page, **query))


def test_the_bare_address_shows_the_game_that_is_played(ship, scenes):
    ship("plain", film=0)
    vae = ship("vae")
    app = visit_page()
    assert app.selectbox(key="revision").value == vae
    assert scenes == [{"play": True, "image": "a handwritten digit"}]
    app.run()
    assert len(scenes) == 2 and scenes[1] == scenes[0], "a run for any reason takes nothing away"


def test_the_film_begins_with_the_codes_of_the_untrained_model(ship, monkeypatch):
    id_ = ship("plain")
    sent_arrays = []
    monkeypatch.setattr(
        wire_format, "pack_message", lambda header, arrays=None, *options: sent_arrays.append(arrays or {}) or b""
    )
    visit_page()
    [untrained_codes] = [arrays["untrained"] for arrays in sent_arrays if "untrained" in arrays]
    history = frames.load_history(Store().open(id_))
    np.testing.assert_array_equal(untrained_codes[history.rows], history[0].z.astype(np.float32))
    sent_arrays.clear()
    visit_page(revision=id_)
    assert not any("untrained" in arrays for arrays in sent_arrays), "a link opens what it names"


def test_the_first_page_says_what_it_shows_and_has_two_ways_on(ship):
    ship("plain")
    app = visit_page()
    assert [title.value for title in app.title] == ["Adversarial autoencoder"]
    assert any("discriminator D" in text.value for text in app.markdown)
    app.button(key="opening.watch").click().run()
    assert not app.exception and [title.value for title in app.title] == ["Step by step"]
    app = visit_page()
    app.button(key="opening.lesson").click().run()
    assert not app.exception and app.query_params["lesson"] == "holes"
    assert [title.value for title in visit_page(z="0,0").title] == ["Explore"]


def test_another_revision_invites_but_is_not_played(ship, scenes):
    plain_id, vae_id = ship("plain"), ship("vae")
    app = visit_page()
    assert app.selectbox(key="revision").value == plain_id
    app.selectbox(key="revision").set_value(vae_id).run()
    assert [scene["play"] for scene in scenes] == [True, False]


def test_without_any_history_the_usual_one_is_shown_and_nothing_is_played(ship, scenes):
    ship("vae", film=0)
    plain_id = ship("plain", film=0)
    app = visit_page()
    assert app.selectbox(key="revision").value == plain_id
    assert scenes == [{"play": False, "image": "a handwritten digit"}]


def test_a_link_that_only_sets_the_pages_size_is_a_first_visit(ship, scenes):
    ship("plain")
    app = visit_page(size="presenter")
    assert [title.value for title in app.title] == ["Adversarial autoencoder"]
    assert app.button(key="opening.watch") and scenes[0]["play"]


@pytest.mark.parametrize(
    "query", [{"z": "0.5,0.5"}, {"revision": "nonsense"}, {"anything": "1"}, {"size": "presenter", "z": "0.5,0.5"}]
)
def test_a_link_opens_nothing(ship, scenes, query):
    ship("plain")
    visit_page(**query)
    assert scenes == [None]


def test_who_comes_by_another_page_or_comes_back_sees_no_opening(ship, scenes):
    ship("plain")
    app = visit_page("train")
    app.switch_page("views/explore.py").run()
    assert scenes == [None]
    app = visit_page()
    app.switch_page("views/revisions.py").run()
    app.switch_page("views/explore.py").run()
    assert [scene is None for scene in scenes] == [True, False, True]


@pytest.mark.parametrize("has_own_revision", [False, True])
def test_the_way_to_a_training_is_one_press_also_when_there_is_one(ship, revisions_by_name, has_own_revision):
    ship("plain")
    if has_own_revision:
        shutil.copytree(revisions_by_name["vae"].path, Store().root / revisions_by_name["vae"].id)
    app = visit_page()
    app.button(key="opening.train").click().run()
    assert not app.exception and [title.value for title in app.title] == ["Train"]
    assert not start_button(app).disabled


# Made ready beside the server -------------------------------------------------------------------------------------------


def test_what_the_first_page_needs_is_loaded_before_it_is_asked_for(ship, monkeypatch):
    ship("plain")
    warm_up.warm_up_first_page()

    def fail_to_load(self):
        raise AssertionError("the first page had to wait for the networks")

    monkeypatch.setattr(Revision, "model", fail_to_load)
    visit_page()


@pytest.mark.parametrize("file", ["weights.safetensors", "probe.safetensors", "config.json"])
def test_a_damaged_revision_keeps_no_server_from_starting(ship, file):
    path = Store().gallery / ship("plain") / file
    path.write_bytes(path.read_bytes()[:40])
    warm_up.warm_up_first_page()


def test_an_empty_store_has_nothing_to_make_ready():
    warm_up.warm_up_first_page()


def test_the_server_answers_once_the_first_page_is_ready(monkeypatch, run_in_thread):
    events = []
    monkeypatch.setattr(warm_up, "warm_up_first_page", lambda: (time.sleep(0.3), events.append("loaded")))
    monkeypatch.setattr(browser, "open_browser_in_thread", lambda: None)
    warm_up.start_warm_up.cache_clear()
    from app import streamlit_app

    async def serve():
        async with streamlit_app.lifespan(None):
            events.append("answers")

    run_in_thread(serve())
    assert events == ["loaded", "answers"]
    warm_up.start_warm_up.cache_clear()


# The frame of every page, and Train before a training -------------------------------------------------------------------


@pytest.mark.parametrize(("page", "place"), [(None, 1), ("lessons", 2), ("train", 3)])
def test_the_navigation_marks_the_group_of_the_page(ship, page, place):
    ship("plain")
    sheets = [element.proto.body for element in visit_page(page).get("html")]
    assert sum(f"stTopNav] > :nth-child({place}) button {{" in sheet for sheet in sheets) == 1


def test_before_a_training_a_map_of_an_example_stands_where_its_own_will_be(ship):
    has_preview = lambda app: any("training-preview" in element.proto.body for element in app.get("html"))  # noqa: E731
    assert not has_preview(visit_page("train"))
    ship("plain")
    st.cache_resource.clear()
    lru.clear_all()
    assert has_preview(visit_page("train"))
