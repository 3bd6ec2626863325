"""What a revision says to plain arrays: the same encoder, decoder and checks as the pages have."""

import numpy as np
import pytest

from aae_core import batches, exploration, weights
from aae_core.config import configure
from aae_core.errors import ConfigError
from aae_core.model import Model
from aae_core.revisions import Status

TINY = {"network.hidden": (8,), "network.discriminator": (8,)}


def revision_of(store, facts, variant="aae", **settings):
    revision = store.create(
        configure(data="digits", variant=variant, **TINY, **settings), facts, Status("done", step=1)
    )
    model = Model(revision.config, revision.data.shape, len(revision.data.classes))
    model.initialise(0)
    weights.save(revision, model, 1)
    return revision


@pytest.mark.parametrize("variant", ["aae", "supervised"])
def test_a_revision_and_the_pages_decode_alike(store, facts, variant, monkeypatch):
    monkeypatch.setattr(batches, "BATCH", 3)
    revision = revision_of(store, facts, variant)
    model, rng = revision.model(), np.random.default_rng(0)
    images = rng.integers(0, 256, (7, 8, 8, 1), dtype=np.uint8)
    z, y = revision.encode(images), rng.integers(0, 10, 7) if variant == "supervised" else None
    np.testing.assert_array_equal(z, exploration.encode_images(model, images))
    np.testing.assert_array_equal(revision.decode(z, y), exploration.decode_images(model, z, y))
    drawn = exploration.random_codes(model, 7, seed=4)
    in_turn = None if y is None else np.arange(7)
    np.testing.assert_array_equal(revision.sample(7, seed=4), exploration.decode_images(model, drawn, in_turn))


@pytest.mark.parametrize("kind", ["mlp", "conv"])
def test_nothing_gives_nothing(store, facts, kind):
    revision = revision_of(store, facts, "supervised", **{"network.kind": kind, "network.channels": (4,)})
    assert revision.encode(np.zeros((0, 8, 8), np.uint8)).shape == (0, 2)
    assert revision.decode(np.zeros((0, 2)), []).shape == (0, 8, 8, 1)
    assert revision.sample(0).shape == (0, 8, 8, 1) and revision.sample(0).dtype == np.uint8


def test_codes_beyond_every_prior_are_refused(store, facts):
    revision = revision_of(store, facts)
    assert revision.decode([[1e6, -1e6]]).shape == (1, 8, 8, 1)
    with pytest.raises(ConfigError, match="between −1,000,000 and 1,000,000"):
        revision.decode([[1e30, 0.0]])


def test_a_decoder_without_finite_numbers_is_told(store, facts):
    revision = revision_of(store, facts)
    next(revision._model().decoder.parameters()).fill_(float("nan"))
    with pytest.raises(ConfigError, match="damaged"):
        revision.decode([[0.0, 0.0]])


@pytest.mark.parametrize("y", [[-1, 0], -1, [[-1.0] + [0.0] * 9] * 2, [[1], [1, 2]], [0, 10]])
def test_a_label_that_is_no_class_is_refused(store, facts, y):
    with pytest.raises(ConfigError, match="[Cc]lass"):
        revision_of(store, facts, "supervised").decode(np.zeros((2, 2)), y)
