"""Every page over tiny revisions of a table: of the bundled wines, and of rows that were in memory alone."""

import pytest

pytest.importorskip("streamlit")
from sklearn.datasets import load_wine
from test_app import opened

import aae_core as aae
from aae_core.jobs import worker
from aae_core.store.revisions import Store
from app.cache import loaded

pytestmark = pytest.mark.usefixtures("no_gallery")

TINY = {
    "network.hidden": (16,), "network.discriminator": (16,), "data": "wine", "cost": "by-type", "steps": 20, "threads": 1,
    "batch_size": 50,
}  # fmt: skip
MADE = {
    "aae": {"variant": "aae", "name": "Plain"},
    "supervised": {"variant": "supervised", "latent_dim": 3, "name": "Told"},
    "taught": {"variant": "semi-supervised", "labels": 30, "name": "Taught"},
    "found": {"variant": "clustering", "clusters": 4, "name": "Found"},
    "vae": {"variant": "vae", "name": "Rival"},
}
PAGES = (None, "compare", "style", "clusters", "classify", "revisions", "train", "game", "results")


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize("kind", MADE)
def test_every_page_opens_with_a_table(made, page, kind):
    app = opened(page, revision=made[kind], left=made[kind], right=made["vae"])
    assert not app.error, [error.value for error in app.error]


@pytest.mark.parametrize("page", [page for page in PAGES if page not in ("train", "game", "results")])
def test_rows_that_were_in_memory_alone_are_shown_without_originals(made, page):
    wine = load_wine()
    data = aae.arrays(wine.data, wine.target, names=wine.feature_names, name="bottles")
    config = aae.configure(**{**TINY, "variant": "semi-supervised", "labels": 30, "data": "bottles"})
    revision = worker.train(config, store=Store(), data=data)
    app = opened(page, revision=revision.id, left=revision.id, right=made["vae"])
    assert not app.error, [error.value for error in app.error]
    assert not loaded.has_originals(Store().open(revision.id))
