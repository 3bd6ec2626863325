"""Every page over tiny revisions of colour images that are not square: what it shows are these images, channel by channel."""

import base64
import io
import itertools
import json
import re

import numpy as np
import pytest

pytest.importorskip("streamlit")
from helpers import app_pages
from helpers.app_pages import open_page, page_texts
from helpers.plane_scenes import unpack_message
from helpers.snapshots import fresh_snapshot
from PIL import Image

from aae_core.config.configuration import configure
from aae_core.data import sets
from aae_core.game import rules
from aae_core.latent import exploration
from aae_core.runs import worker
from aae_core.store.revisions import Store
from app.page_parts.classify import visitor_image
from app.page_parts.explore import sorted_images
from app.server import answers
from app.ui import image_html

pytestmark = pytest.mark.usefixtures("no_gallery")

HEIGHT, WIDTH = 6, 5
NETS = {"network.hidden": (16,), "network.discriminator": (16,)}
TINY = {**NETS, "data": "colours", "steps": 20, "threads": 1, "batch_size": 20}
CONV = {"network.kind": "conv", "network.channels": (4,)}
MODEL_SETTINGS = {
    "aae": {"variant": "aae"},
    "server": {"variant": "supervised", **CONV},
    "taught": {"variant": "semi-supervised", "labels": 30},
    "found": {"variant": "clustering", "clusters": 4},
    "roll": {"prior.name": "swiss-roll"},
}
PAGES = (None, "compare", "style", "clusters", "classify", "revisions")
PAGES_WITHOUT_REVISION = ("train", "game", "results")


@pytest.fixture(scope="module")
def colours(tmp_path_factory):
    """A folder with the data set "colours", each class in a colour of its own, and {kind: id} of a revision of each kind."""
    root = tmp_path_factory.mktemp("colours")
    rng = np.random.default_rng(0)
    labels = np.arange(150) % 3
    images = rng.integers(0, 60, (150, HEIGHT, WIDTH, 3))
    images[np.arange(150), :, :, labels] += 180
    np.savez(root / "colours.npz", images=images.astype(np.uint8), labels=labels)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("AAE_DATA", str(root / "data"))
        sets.add_data_set(root / "colours.npz", "colours")
        store = Store(root / "checkpoints", gallery=root / "none")
        ids = {
            kind: worker.train(configure(**{**TINY, **settings}), store=store).id
            for kind, settings in MODEL_SETTINGS.items()
        }
    return root, ids


@pytest.fixture
def revision_ids(colours, isolated_state, monkeypatch):
    root, ids = colours
    monkeypatch.setenv("AAE_DATA", str(root / "data"))
    monkeypatch.setenv("AAE_CHECKPOINTS", str(root / "checkpoints"))
    return ids


def page_images(app):
    """All images that a page shows as data: uint8 H×W×C each."""
    parts = [str(e.proto) for kind in ("html", "imgs", "image", "radio") for e in app.get(kind)]
    result = re.findall(r"data:image/png;base64,([A-Za-z0-9+/=]+)", " ".join(parts))
    return [np.atleast_3d(np.asarray(Image.open(io.BytesIO(base64.b64decode(item))))) for item in result]


def is_among(image, images):
    return any(np.array_equal(image, entry) for entry in images)


@pytest.mark.parametrize(
    ("page", "kind"), [*itertools.product(PAGES, MODEL_SETTINGS), *((page, "aae") for page in PAGES_WITHOUT_REVISION)]
)
def test_every_page_opens_with_colour_images(revision_ids, page, kind):
    app = open_page(
        page,
        revision=revision_ids[kind],
        left=revision_ids[kind],
        right=revision_ids["aae"],
        sorted="error",
        point="3",
        z="0.5,-1",
    )
    assert not app.error, [error.value for error in app.error]


# What is shown ----------------------------------------------------------------------------------------------------------


def test_sorted_images_and_a_chosen_one_are_the_data_s_own(revision_ids):
    revision = Store().open(revision_ids["aae"])
    app = open_page(revision=revision.id, sorted="error", point="3")
    images, codes = sets.load("colours").train.images, revision.probe()
    worst_number = int(re.search(r"(\d+)$", app.radio[0].options[0])[1])
    assert is_among(images[codes.index[worst_number]], page_images(app)) and is_among(
        images[codes.index[3]], page_images(app)
    )
    reconstruction = exploration.decode_images(revision.model(), codes.z[[worst_number]])[0]
    assert is_among(reconstruction, page_images(app))


@pytest.mark.parametrize("prior", ["aae", "roll"])
def test_the_farthest_out_of_colour_images_come_first(revision_ids, prior):
    revision = Store().open(revision_ids[prior])
    app = open_page(revision=revision.id, sorted="far")
    distances = exploration.prior_distances(revision.model(), revision.probe().z)
    first_number = int(re.search(r"(\d+)$", app.radio[0].options[0])[1])
    assert first_number == distances.argmax()


def test_large_images_are_larger_on_their_cards_and_small_ones_are_not(revision_ids, monkeypatch):
    def styles(app):
        return " ".join(e.proto.body for e in app.get("html"))

    assert "--picture: 4rem" not in styles(open_page(revision=revision_ids["aae"], sorted="error"))
    monkeypatch.setattr(sorted_images, "MAX_SMALL_SIDE", 5)
    assert "--picture: 4rem" in styles(open_page(revision=revision_ids["aae"], sorted="error"))


def test_classified_images_are_the_test_set_s_own(revision_ids):
    app = open_page("classify", revision=revision_ids["taught"], cases="unsure")
    test_images = sets.load("colours").test.images
    images = [image for image in page_images(app) if image.shape == (HEIGHT, WIDTH, 3)]
    assert images and all(is_among(image, test_images) for image in images)


def test_nobody_is_asked_to_draw_in_colour(revision_ids):
    app = open_page("classify", revision=revision_ids["taught"])
    assert "Your image" in page_texts(app) and "Draw" not in page_texts(app)
    assert not any("drawing" in box.label for box in app.expander)
    assert not visitor_image.can_be_drawn(fresh_snapshot(Store().open(revision_ids["taught"])))


def test_clusters_show_their_heads_and_members_in_colour(revision_ids):
    revision = Store().open(revision_ids["found"])
    images = page_images(open_page("clusters", revision=revision.id))
    heads = exploration.decode_heads(revision.model())
    assert all(is_among(head, images) for head in heads)
    rows = [image for image in images if image.shape[1] > WIDTH]
    assert all(is_among(row[:, :WIDTH], sets.load("colours").train.images) for row in rows)


def test_a_shown_pixel_is_a_square_only_where_it_becomes_larger(revision_ids):
    small_image, large_image = np.zeros((28, 28, 3), np.uint8), np.zeros((128, 128, 3), np.uint8)
    assert "pixelated" in image_html.image_tag_html(
        small_image, "", 64
    ) and "pixelated" not in image_html.image_tag_html(large_image, "", 64)


# What is sent and taken away --------------------------------------------------------------------------------------------


def test_originals_and_decoded_images_have_their_colours(revision_ids):
    revision = Store().open(revision_ids["server"])
    images = sets.load("colours").train.images[revision.probe().index]
    _, arrays = unpack_message(answers.answer_images(fresh_snapshot(revision), b'{"numbers": [5, 2]}'))
    assert np.array_equal(arrays["images"], images[[5, 2]])
    original = np.asarray(Image.open(io.BytesIO(answers.answer_original_image(fresh_snapshot(revision), {"n": "5"}))))
    assert np.array_equal(original, images[5])
    z = revision.probe().z[:3]
    request = json.dumps({"codes": z.tolist(), "y": [0, 1, 2]}).encode()
    expected = exploration.decode_images(revision.model(), z, np.arange(3))
    _, arrays = unpack_message(answers.answer_decode(fresh_snapshot(revision), request))
    assert np.abs(arrays["images"].astype(int) - expected).max() <= 1


def test_the_game_does_not_play_own_images_and_says_so(revision_ids):
    with pytest.raises(rules.ConfigError, match="data must be one of digits"):
        rules.GameSetup(data="colours")
    app = app_pages.assert_no_exception(app_pages.run_page("game", [], **{"game.data": "colours"}))
    assert (
        "small data" in page_texts(app)
        and "Train" in page_texts(app)
        and "game.data" in " ".join(e.value for e in app.toast)
    )
    assert "game.data" not in app.query_params
