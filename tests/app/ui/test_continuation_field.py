"""The field in which a finished training is continued for more epochs, on Revisions and Train."""

import pytest

pytest.importorskip("streamlit")
from helpers import app_pages
from helpers.train_page import error_texts, without_workers  # noqa: F401  (a fixture that is used by itself)

from aae_core.config.configuration import configure
from aae_core.runs import queue, worker
from aae_core.store.revisions import Store

TINY = {"data": "digits", "epochs": 2, "threads": 1, "network.hidden": (8,), "network.discriminator": (8,)}
PAGES = {"revisions": "revision", "train": "watch"}


@pytest.mark.parametrize("page", PAGES)
def test_a_finished_training_continues_and_the_page_shows_the_new_revision(page):
    revision = worker.train(configure(**TINY))
    app = app_pages.assert_no_exception(app_pages.run_page(page, **{PAGES[page]: revision.id}))
    key = f"continuation.{revision.id}"
    field = app.number_input(key=f"{key}.epochs")
    assert (field.value, field.min, field.max) == (4, 3, 100_000)
    field.set_value(5).run()
    app = app_pages.assert_no_exception(app.button(key=f"{key}.go").click().run())
    (new_row,) = (row for row in Store().list_own() if row.id != revision.id)
    assert new_row.state == "queued" and new_row.status.pid is not None
    assert (
        Store().open(new_row.id).config.epochs == 5 and Store().open(new_row.id).continued_from.revision == revision.id
    )
    assert app.query_params[PAGES[page]] in (new_row.id, [new_row.id]) and error_texts(app) == []


def test_what_a_revision_continues_is_named():
    revision = worker.train(configure(**TINY))
    continuation = worker.resume(revision, epochs=3)
    app = app_pages.assert_no_exception(app_pages.run_page("revisions", revision=continuation.id))
    assert any(f"continues {revision.id} from step 28" in caption.value.replace("\\", "") for caption in app.caption)


def test_the_field_is_not_drawn_where_nothing_can_be_continued():
    paused_revision = queue.create_revision(Store(), configure(**TINY), queue.check_startable(configure(**TINY)))
    finished_revision = worker.train(configure(**TINY))
    (finished_revision.path / "resume.safetensors").unlink()
    for revision in (paused_revision, finished_revision):
        app = app_pages.assert_no_exception(app_pages.run_page("revisions", revision=revision.id))
        assert not [field for field in app.number_input if "epochs" in field.key]


def test_what_is_refused_is_told(monkeypatch):
    revision = worker.train(configure(**TINY))
    app = app_pages.assert_no_exception(app_pages.run_page("revisions", revision=revision.id))
    (revision.path / "resume.safetensors").unlink()
    app.button(key=f"continuation.{revision.id}.go").click().run()
    assert any("resume.safetensors is gone" in text for text in error_texts(app)) and len(Store().list_own()) == 1
