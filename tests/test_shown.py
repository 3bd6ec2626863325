"""Which images' codes a page shows: those that the model gives for them, in their order, or a fair sample of too many."""

import threading
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import numpy as np
import pytest

pytest.importorskip("streamlit")
import streamlit as st
import torch

from aae_core import data, exploration, weights, worker
from aae_core.config import configure
from aae_core.errors import DataError
from aae_core.folder import Probe
from aae_core.model import to_tensor
from aae_core.revisions import Store
from aae_core.status import Status, of_this_process
from app import shown, state

TINY = {"network.hidden": (16,), "network.discriminator": (16,), "data": "digits", "steps": 10, "threads": 1}


@pytest.fixture(scope="module")
def revision(tmp_path_factory):
    root = tmp_path_factory.mktemp("shown")
    return worker.train(configure(**TINY), store=Store(root, gallery=root / "none"))


@pytest.fixture
def own(tmp_path):
    """A revision whose files a test may write."""
    return worker.train(configure(**TINY), store=Store(tmp_path / "own", gallery=tmp_path / "none"))


def write_weights(revision):
    """Other weights than before, as a checkpoint of the same training has them."""
    model = revision.model()
    for parameter in model.parameters():
        parameter.data *= 1.5
    weights.save(revision, model, 1)


@pytest.fixture(autouse=True)
def nothing_kept(monkeypatch):
    st.cache_resource.clear()
    monkeypatch.setattr(shown, "KEPT", shown._Kept())


@pytest.fixture
def counted(monkeypatch):
    """How many images were encoded at once, each time."""
    encode, sizes = exploration.encode_images, []
    monkeypatch.setattr(
        exploration, "encode_images", lambda model, images: sizes.append(len(images)) or encode(model, images)
    )
    return sizes


@pytest.mark.parametrize(("which", "count"), [("probe", 1438), ("test", 359), ("all", 1797)])
def test_each_code_is_that_of_its_image(revision, which, count):
    seen, digits = shown.seen(revision, which), data.load("digits")
    codes, model = state.probe(seen), revision.model()
    assert (codes.which, codes.of, len(codes.z), shown.which_of(seen)) == (which, count, count, which)
    splits = {"probe": [digits.train], "test": [digits.test], "all": [digits.train, digits.test]}[which]
    images, labels = (np.concatenate([getattr(split, part) for split in splits]) for part in ("images", "labels"))
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
    assert told == [(0, 1797), (500, 1797), (1000, 1797), (1500, 1797)]
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


@pytest.mark.parametrize("other", [{"classes": tuple("abcdefghij")}, {"train": 1437}, {"test": 360}])
def test_a_data_set_of_other_classes_or_counts_is_another_one(revision, monkeypatch, other):
    seen = shown.seen(revision, "all")
    assert state.has_originals(seen)
    summary = replace(data.describe("digits"), **other)
    monkeypatch.setattr(data, "describe", lambda name: summary)
    monkeypatch.setattr(data, "stamp", lambda name, root=None: "of other files")
    assert shown.choices(revision) == ["probe"] and not state.has_originals(revision)
    with pytest.raises(DataError):
        state.probe(seen)


def test_images_written_anew_are_encoded_anew(revision, monkeypatch):
    seen = shown.seen(revision, "test")
    before = state.probe(seen)
    assert state.probe(seen) is before
    monkeypatch.setattr(data, "stamp", lambda name, root=None: "of other files")
    assert not shown.is_encoded(seen) and shown.moment(seen) != before.at
    assert state.probe(seen).at == shown.moment(seen)


def test_codes_are_all_by_the_weights_of_one_moment(own, monkeypatch):
    monkeypatch.setattr(shown, "CHUNK", 500)
    seen, old, written = shown.seen(own, "all"), own.model(), own.written
    found = shown.encode(seen, lambda done, total: write_weights(own) if done == 500 else None)
    digits = data.load("digits")
    expected = exploration.encode_images(old, np.concatenate([digits.train.images, digits.test.images]))
    assert np.allclose(found.z, expected, atol=1e-5) and found.at[1] == written != own.written
    assert not shown.is_encoded(seen), "so that the codes by the weights of now are made"
    assert not np.allclose(shown.encode(seen).z, expected, atol=1e-2)


def test_codes_know_the_moment_at_which_they_were_read(own, monkeypatch):
    read, interrupted = type(own).probe, []

    def probe(self):
        found = read(self)
        if not interrupted:
            interrupted.append(own.write_probe(replace(found, z=found.z + 1)))
        return found

    old = read(own).z
    monkeypatch.setattr(type(own), "probe", probe)
    found = shown.codes(own)
    assert found.at == shown.moment(own) == ("probe", own.written) and np.allclose(found.z, old + 1)


def test_while_it_trains_images_are_encoded_of_the_checkpoint_first_shown(own):
    own.write_status(Status("running", **of_this_process(), heartbeat=time.time(), step=5, total_steps=10))
    seen = shown.seen(own, "all")
    first = shown.encode(seen)
    assert not shown.is_behind(seen)
    write_weights(own)
    assert shown.is_behind(seen) and shown.is_encoded(seen) and state.probe(seen) is first
    shown.forget(seen)
    second = shown.encode(seen)
    assert not np.allclose(second.z, first.z) and not shown.is_behind(seen)
    write_weights(own)
    own.write_status(Status("done", step=10, total_steps=10))
    assert not shown.is_encoded(seen) and not shown.is_behind(seen)


def test_only_the_images_shown_are_encoded(revision, monkeypatch, counted):
    monkeypatch.setattr(shown, "MOST", 100)
    seen = shown.seen(revision, "all")
    found = state.probe(seen)
    assert (sum(counted), len(found.z), found.of) == (100, 100, 1797)
    digits = data.load("digits")
    images = np.concatenate([digits.train.images, digits.test.images])
    assert np.array_equal(state.originals(seen), images[found.index])
    assert np.allclose(exploration.encode_images(revision.model(), images)[found.index], found.z, atol=1e-5)


def test_two_who_ask_at_once_wait_for_one_encoding(revision, counted):
    together = threading.Barrier(4)

    def ask():
        together.wait()
        return shown.encode(shown.seen(revision, "all"))

    with ThreadPoolExecutor(4) as pool:
        found = [each.result() for each in [pool.submit(ask) for _ in range(4)]]
    assert sum(counted) == 1797 and all(each is found[0] for each in found)


def test_what_is_kept_has_a_limit_in_bytes(revision, monkeypatch):
    test, every = (shown.seen(revision, which) for which in ("test", "all"))
    shown.encode(test), shown.encode(every)
    assert shown.is_encoded(test) and shown.is_encoded(every)
    monkeypatch.setattr(shown, "KEPT_BYTES", 20_000)
    shown.forget(test), shown.encode(test)
    assert shown.is_encoded(test) and not shown.is_encoded(every)


def test_of_too_many_codes_the_same_share_of_each_class_is_shown(revision, monkeypatch):
    n = 30_000
    labels = np.repeat([0, 1, -1], [n // 2, n // 3, n // 6])
    z = np.random.default_rng(0).normal(size=(n, 2)).astype(np.float32)
    monkeypatch.setattr(type(revision), "probe", lambda self: Probe(z, labels, np.arange(n), labels, "test"))
    monkeypatch.setattr(shown, "MOST", 600)
    found = shown.codes(revision)
    assert (len(found.z), found.of) == (600, n)
    counts = [int((found.labels == label).sum()) for label in (0, 1, -1)]
    assert np.abs(np.array(counts) - [300, 200, 100]).max() <= 1
    assert np.array_equal(found.z, z[found.index]) and np.all(np.diff(found.index) > 0)
    monkeypatch.setattr(shown, "MOST_BYTES", 8 * 50)
    assert len(shown.codes(revision).z) == 50, "codes of many dimensions take their room"


@pytest.fixture(scope="module")
def gaussian(tmp_path_factory):
    root = tmp_path_factory.mktemp("gaussian")
    return worker.train(configure(**TINY, variant="vae"), store=Store(root, gallery=root / "none"))


@pytest.mark.parametrize("which", list(shown.CHOICES))
def test_draws_are_of_the_same_images_and_spread_round_the_means_as_the_posterior_does(gaussian, which):
    mean = shown.codes(shown.seen(gaussian, which))
    drawn = shown.drawn(shown.seen(gaussian, which), "draw")
    codes = shown.codes(drawn)
    assert (codes.index == mean.index).all() and (codes.labels == mean.labels).all() and codes.of == mean.of
    images = shown.taken(shown.sources(drawn, codes), codes.index)
    with torch.no_grad():
        _, log_variance = gaussian.model().gaussian(to_tensor(images))
    apart = (codes.z - mean.z) / np.exp(0.5 * log_variance.numpy())
    assert np.abs(apart.mean()) < 0.1 and apart.std() == pytest.approx(1, abs=0.1)
    assert codes.at != mean.at and (shown.codes(drawn).z == codes.z).all()
    assert shown.which_of(shown.drawn(drawn, "mean")) == which


def test_a_deterministic_posterior_has_nothing_to_draw(revision, gaussian):
    assert not shown.draws_codes(revision) and shown.which_of(shown.drawn(revision, "draw")) == "probe"
    assert shown.draws_codes(gaussian) and shown.which_of(shown.drawn(gaussian, "draw")) == "probe" + shown.DRAWN
