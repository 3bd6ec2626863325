"""Which images' codes a page shows: those that the model gives for them, in their order, or a fair sample of too many."""

from dataclasses import replace

import numpy as np
import pytest

pytest.importorskip("streamlit")
import streamlit as st

from aae_core import data, worker
from aae_core.config import configure
from aae_core.errors import DataError
from aae_core.revision import Probe
from aae_core.revisions import Store
from app import shown, state

TINY = {"network.hidden": (16,), "network.discriminator": (16,), "data": "digits", "steps": 10, "threads": 1}


@pytest.fixture(scope="module")
def revision(tmp_path_factory):
    root = tmp_path_factory.mktemp("shown")
    return worker.train(configure(**TINY), store=Store(root, gallery=root / "none"))


@pytest.fixture(autouse=True)
def nothing_kept():
    st.cache_resource.clear()
    shown._encoded.clear()


@pytest.mark.parametrize(("which", "count"), [("probe", 359), ("test", 359), ("all", 1797)])
def test_each_code_is_that_of_its_image(revision, which, count):
    seen, digits = shown.seen(revision, which), data.load("digits")
    codes, model = state.probe(seen), revision.model()
    assert (codes.which, codes.of, len(codes.z), shown.which_of(seen)) == (which, count, count, which)
    images = np.concatenate([digits.train.images, digits.test.images]) if which == "all" else digits.test.images
    labels = np.concatenate([digits.train.labels, digits.test.labels]) if which == "all" else digits.test.labels
    for k in (0, 1, count // 2, count - 1):
        assert np.array_equal(state.originals(seen, [k])[0], images[codes.index[k]])
        assert codes.labels[k] == labels[codes.index[k]]
        x = images[codes.index[k]][None].transpose(0, 3, 1, 2) / np.float32(255)
        assert np.allclose(model.encode(model.prior.sample(0).new_tensor(x)).detach().numpy()[0], codes.z[k], atol=1e-5)
    assert len(state.originals(seen)) == count
    assert np.array_equal(state.reconstructions(seen, [3, 1]), state.reconstructions(seen)[[3, 1]])


def test_images_are_encoded_once_and_progress_is_told(revision, monkeypatch):
    monkeypatch.setattr(shown, "CHUNK", 500)
    seen, told = shown.seen(revision, "all"), []
    assert not shown.is_encoded(seen) and shown.is_encoded(revision)
    first = shown.encode(seen, lambda done, total: told.append((done, total)))
    assert told == [(0, 1797), (500, 1797), (1000, 1797), (1438, 1797)], "train, then test"
    assert shown.is_encoded(seen) and shown.encode(seen, pytest.fail) is first
    revision.write_probe(revision.probe())
    assert not shown.is_encoded(seen), "the weights or codes were written anew"


def test_without_the_data_set_there_is_the_probe_set_alone(revision, monkeypatch):
    assert shown.choices(revision) == ["probe", "test", "all"]
    summary = data.describe("digits")
    monkeypatch.setattr(data, "describe", lambda name: replace(summary, available=False))
    monkeypatch.setattr(data, "load", lambda name: (_ for _ in ()).throw(DataError("not here")))
    assert shown.choices(revision) == ["probe"]
    assert not state.has_originals(revision) and state.originals(revision) is None
    with pytest.raises(DataError):
        shown.encode(shown.seen(revision, "all"))


def test_a_data_set_of_another_size_is_another_one(revision, monkeypatch):
    glyphs = data.load("glyphs")
    monkeypatch.setattr(data, "load", lambda name: glyphs)
    summary = data.describe("glyphs")
    monkeypatch.setattr(data, "describe", lambda name: summary)
    assert shown.choices(revision) == ["probe"] and not state.has_originals(revision)


def test_of_too_many_codes_the_same_share_of_each_class_is_shown(revision, monkeypatch):
    n = 30_000
    labels = np.repeat([0, 1, -1], [n // 2, n // 3, n // 6])
    z = np.random.default_rng(0).normal(size=(n, 2)).astype(np.float32)
    monkeypatch.setattr(type(revision), "probe", lambda self: Probe(z, labels, np.arange(n)))
    monkeypatch.setattr(shown, "MOST", 600)
    found = shown.codes(revision)
    assert (len(found.z), found.of) == (600, n)
    counts = [int((found.labels == label).sum()) for label in (0, 1, -1)]
    assert np.abs(np.array(counts) - [300, 200, 100]).max() <= 1
    assert np.array_equal(found.z, z[found.index]) and np.all(np.diff(found.index) > 0)
    monkeypatch.setattr(shown, "MOST_BYTES", 8 * 50)
    assert len(shown.codes(revision).z) == 50, "codes of many dimensions take their room"
