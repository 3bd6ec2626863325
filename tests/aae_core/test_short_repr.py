"""What a notebook or a terminal shows of an object is short, and says what it holds."""

import numpy as np
import pandas
import pytest
from helpers.toy_models import toy_config

import aae_core as aae
from aae_core.data import sets
from aae_core.latent.directions import Direction
from aae_core.store.revisions import Store

RNG = np.random.default_rng(0)


def test_a_table_is_shown_by_shapes_and_first_features():
    frame = pandas.DataFrame(RNG.normal(size=(100, 40))).rename(columns=lambda i: f"column {i}")
    data = aae.arrays(frame, np.arange(100) % 2)
    text = repr(data)
    assert "images=float32 84×1×40×1" in text and "labels=int64 84" in text and "classes=('0', '1')" in text
    assert "names=('column 0', 'column 1', 'column 2', … 40 in all)" in text and "column 3" not in text


def test_images_are_shown_by_their_shapes():
    images = RNG.integers(0, 256, (1200, 8, 8), dtype=np.uint8)
    assert "train=Split(images=uint8 1,020×8×8×1, labels=int64 1,020, factors=None, groups=None)" in repr(
        aae.arrays(images)
    )


def test_a_few_numbers_are_shown_themselves():
    text = repr(Direction("up", np.array([0.25, -1.5], np.float32), np.zeros(9, np.float32)))
    assert text == "Direction(name='up', centre=[0.25, -1.5], step=float32 9, change=nan, share=None, fit=None)"


@pytest.fixture(scope="module")
def public_objects(tmp_path_factory):
    """What calls of the public names return, of a table with many features."""
    place = tmp_path_factory.mktemp("store")
    X = RNG.normal(size=(600, 300))
    data = aae.arrays(X, np.arange(600) % 3)
    store = Store(place, gallery=place / "none")
    revision = aae.train(toy_config(cost="squared-error"), store=store, data=data)
    z = revision.encode(X)
    result = [
        data,
        data.train,
        data.summary,
        data.features,
        aae.load_data("glyphs"),
        sets.describe_data_set("digits"),
        store,
    ]
    result += [revision, revision.data, revision.probe(), revision.frames(), revision.config, revision.status]
    result += [*revision.directions(), revision.direction(z[:5], z[5:]), revision.model().form, revision.model().prior]
    return [*result, *revision.frames().frames, *store.list()]


def test_no_public_object_takes_more_than_a_few_lines(public_objects):
    for public_object in public_objects:
        assert len(repr(public_object)) < 1500 and "\n" not in repr(public_object), type(public_object)
