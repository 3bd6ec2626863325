"""Which images' codes a page shows: those that the model gives for them, in their order, or a fair sample of too many."""

import shutil
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import numpy as np
import pytest

pytest.importorskip("streamlit")
import streamlit as st
import torch
from helpers.snapshots import fresh_snapshot

from aae_core.config.configuration import configure
from aae_core.data import sets
from aae_core.errors import DataError, RevisionError, TrainingError
from aae_core.latent import exploration
from aae_core.models.items import to_tensor
from aae_core.runs import worker
from aae_core.store import weights
from aae_core.store.revision_folder import ProbeCodes
from aae_core.store.revisions import Store
from aae_core.store.status import Status, this_process_fields
from app.cache import code_sets, lru, revision_data
from app.cache.lru import LRUCache
from app.figures import plane_views

TINY = {"network.hidden": (16,), "network.discriminator": (16,), "data": "digits", "steps": 10, "threads": 1}


@pytest.fixture(scope="module")
def revision(tmp_path_factory):
    root = tmp_path_factory.mktemp("shown")
    return worker.train(configure(**TINY), store=Store(root, gallery=root / "none"))


@pytest.fixture
def revision_copy(revision, tmp_path):
    """A copy of it, whose files a test may write."""
    shutil.copytree(revision.path, tmp_path / "own" / revision.id)
    return Store(tmp_path / "own", gallery=tmp_path / "none").open(revision.id)


def write_weights(revision):
    """Other weights than before, as a checkpoint of the same training has them."""
    model = revision.model()
    for parameter in model.parameters():
        parameter.data *= 1.5
    weights.save_weights(revision, model, 1)


@pytest.fixture(autouse=True)
def clear_caches(monkeypatch):
    st.cache_resource.clear()
    lru.clear_all()
    monkeypatch.setattr(code_sets.CACHE, "lru", LRUCache(10**8, code_sets._size_in_bytes))


@pytest.fixture
def encoded_counts(monkeypatch):
    """How many images were encoded at once, each time."""
    encode, counts = exploration.encode_images, []

    def encode_and_count(model, images, generator=None):
        counts.append(len(images))
        return encode(model, images, generator)

    monkeypatch.setattr(exploration, "encode_images", encode_and_count)
    return counts


@pytest.mark.parametrize(("set_name", "count"), [("probe", 1438), ("test", 359), ("all", 1797)])
def test_each_code_is_that_of_its_image(revision, set_name, count):
    snapshot, digits = fresh_snapshot(revision).with_code_set(set_name), sets.load("digits")
    codes, model = fresh_snapshot(snapshot).codes, revision.model()
    assert (codes.set_name, codes.available_count, len(codes.z), fresh_snapshot(snapshot).code_set_name) == (
        set_name,
        count,
        count,
        set_name,
    )
    splits = {"probe": [digits.train], "test": [digits.test], "all": [digits.train, digits.test]}[set_name]
    images, labels = (np.concatenate([getattr(split, part) for split in splits]) for part in ("images", "labels"))
    for k in (0, 1, count // 2, count - 1):
        assert np.array_equal(revision_data.original_images(fresh_snapshot(snapshot), [k])[0], images[codes.index[k]])
        assert codes.labels[k] == labels[codes.index[k]]
        x = images[codes.index[k]][None].transpose(0, 3, 1, 2) / np.float32(255)
        assert np.allclose(model.encode(model.prior.sample(0).new_tensor(x)).detach().numpy()[0], codes.z[k], atol=1e-5)
    assert len(revision_data.original_images(fresh_snapshot(snapshot))) == count
    assert np.array_equal(
        revision_data.reconstructed_images(fresh_snapshot(snapshot), [3, 1]),
        revision_data.reconstructed_images(fresh_snapshot(snapshot))[[3, 1]],
    )


def test_images_are_encoded_once_and_progress_is_told(revision, monkeypatch):
    monkeypatch.setattr(code_sets, "CHUNK_SIZE", 500)
    snapshot, calls = fresh_snapshot(revision).with_code_set("all"), []
    assert not code_sets.has_encoded_codes(fresh_snapshot(snapshot)) and code_sets.has_encoded_codes(
        fresh_snapshot(revision)
    )
    first = code_sets.encode_code_set(fresh_snapshot(snapshot), lambda done, total: calls.append((done, total)))
    assert calls == [(0, 1797), (500, 1797), (1000, 1797), (1500, 1797)]
    assert (
        code_sets.has_encoded_codes(fresh_snapshot(snapshot))
        and code_sets.encode_code_set(fresh_snapshot(snapshot), pytest.fail) is first
    )
    revision.write_probe(revision.probe())
    assert not code_sets.has_encoded_codes(fresh_snapshot(snapshot)), "the weights or codes were written anew"


def test_without_the_data_set_there_is_the_probe_set_alone(revision, monkeypatch):
    assert code_sets.available_image_sets(fresh_snapshot(revision)) == ["probe", "test", "all"]
    summary = sets.describe_data_set("digits")
    monkeypatch.setattr(sets, "describe_data_set", lambda name: replace(summary, available=False))
    monkeypatch.setattr(sets, "load", lambda name: (_ for _ in ()).throw(DataError("not here")))
    assert code_sets.available_image_sets(fresh_snapshot(revision)) == ["probe"]
    assert (
        not fresh_snapshot(revision).has_original_images
        and revision_data.original_images(fresh_snapshot(revision)) is None
    )
    with pytest.raises(DataError):
        code_sets.encode_code_set(fresh_snapshot(revision).with_code_set("all"))


def test_a_data_set_of_another_size_is_another_one(revision, monkeypatch):
    glyphs = sets.load("glyphs")
    monkeypatch.setattr(sets, "load", lambda name: glyphs)
    summary = sets.describe_data_set("glyphs")
    monkeypatch.setattr(sets, "describe_data_set", lambda name: summary)
    assert (
        code_sets.available_image_sets(fresh_snapshot(revision)) == ["probe"]
        and not fresh_snapshot(revision).has_original_images
    )


@pytest.mark.parametrize("changed_fields", [{"classes": tuple("abcdefghij")}, {"train": 1437}, {"test": 360}])
def test_a_data_set_of_other_classes_or_counts_is_another_one(revision, monkeypatch, changed_fields):
    snapshot = fresh_snapshot(revision).with_code_set("all")
    assert fresh_snapshot(snapshot).has_original_images
    summary = replace(sets.describe_data_set("digits"), **changed_fields)
    monkeypatch.setattr(sets, "describe_data_set", lambda name: summary)
    monkeypatch.setattr(sets, "files_cache_key", lambda name, root=None: "of other files")
    assert (
        code_sets.available_image_sets(fresh_snapshot(revision)) == ["probe"]
        and not fresh_snapshot(revision).has_original_images
    )
    with pytest.raises(DataError):
        fresh_snapshot(snapshot).codes  # noqa: B018


def add_pets(folder, seed):
    images = np.random.default_rng(seed).integers(0, 256, (40, 8, 8), np.uint8)
    np.savez(folder / "pets.npz", images=images, labels=np.arange(40) % 2)
    sets.add_data_set(folder / "pets.npz", "pets", size=8, margins=True)


def test_other_images_of_the_same_name_are_not_shown(tmp_path, monkeypatch):
    monkeypatch.setenv("AAE_DATA", str(tmp_path / "data"))
    add_pets(tmp_path, seed=0)
    store = Store(tmp_path / "own", gallery=tmp_path / "none")
    revision = worker.train(configure(**TINY | {"data": "pets", "batch_size": 10}), lambda _: True, store)
    assert (
        fresh_snapshot(revision).has_original_images and revision.data.margins and revision.evaluate("reconstruction")
    )
    sets.remove_data_set("pets")
    add_pets(tmp_path, seed=1)
    summary = sets.describe_data_set("pets")
    assert not fresh_snapshot(revision).has_original_images and code_sets.available_image_sets(
        fresh_snapshot(revision)
    ) == ["probe"]
    assert (
        len(fresh_snapshot(revision).codes.z)
        and len(revision_data.original_or_reconstructed_pictures(fresh_snapshot(revision), [0, 1])) == 2
    )
    assert (
        "not those of this revision" in fresh_snapshot(revision).missing_data_reason
        and store.find(revision.config, summary) is None
    )
    with pytest.raises(RevisionError, match="other data were added under its name"):
        revision.evaluate("reconstruction")
    with pytest.raises(TrainingError, match="other data were added under its name"):
        worker.resume(revision)
    assert not replace(revision.data, checksum=None).difference_from(summary), "an older revision, which does not know"
    sets.remove_data_set("pets")
    add_pets(tmp_path, seed=0)
    assert fresh_snapshot(revision).has_original_images and store.find(revision.config, sets.describe_data_set("pets"))
    full_summary, held_out_summary = (sets.load(name).summary for name in ("pets", "pets-held-out"))
    assert full_summary.checksum == held_out_summary.checksum == sets.describe_data_set("pets-held-out").checksum


def test_images_written_anew_are_encoded_anew(revision, monkeypatch):
    snapshot = fresh_snapshot(revision).with_code_set("test")
    first_codes = fresh_snapshot(snapshot).codes
    assert fresh_snapshot(snapshot).codes is first_codes
    monkeypatch.setattr(sets, "files_cache_key", lambda name, root=None: "of other files")
    assert (
        not code_sets.has_encoded_codes(fresh_snapshot(snapshot))
        and code_sets.code_set_cache_key(fresh_snapshot(snapshot)) != first_codes.cache_key
    )
    assert fresh_snapshot(snapshot).codes.cache_key == code_sets.code_set_cache_key(fresh_snapshot(snapshot))


def test_codes_are_all_by_the_weights_of_one_moment(revision_copy, monkeypatch):
    monkeypatch.setattr(code_sets, "CHUNK_SIZE", 500)
    snapshot = fresh_snapshot(revision_copy).with_code_set("all")
    first_model = revision_copy.model()
    first_key = revision_copy.codes_cache_key
    codes = code_sets.encode_code_set(
        fresh_snapshot(snapshot), lambda done, total: write_weights(revision_copy) if done == 500 else None
    )
    digits = sets.load("digits")
    expected = exploration.encode_images(first_model, np.concatenate([digits.train.images, digits.test.images]))
    assert (
        np.allclose(codes.z, expected, atol=1e-5) and codes.cache_key[1] == first_key != revision_copy.codes_cache_key
    )
    assert not code_sets.has_encoded_codes(fresh_snapshot(snapshot)), "so that the codes by the weights of now are made"
    assert not np.allclose(code_sets.encode_code_set(fresh_snapshot(snapshot)).z, expected, atol=1e-2)


def test_codes_know_the_moment_at_which_they_were_read(revision_copy, monkeypatch):
    read_codes, rewrites = type(revision_copy).probe, []

    def probe(self):
        codes = read_codes(self)
        if not rewrites:
            rewrites.append(revision_copy.write_probe(replace(codes, z=codes.z + 1)))
        return codes

    first_z = read_codes(revision_copy).z
    monkeypatch.setattr(type(revision_copy), "probe", probe)
    selected_codes = code_sets.load_code_set(fresh_snapshot(revision_copy))
    assert selected_codes.cache_key == code_sets.code_set_cache_key(fresh_snapshot(revision_copy)) == (
        "probe",
        revision_copy.codes_cache_key,
    ) and np.allclose(selected_codes.z, first_z + 1)


def test_while_it_trains_images_are_encoded_of_the_checkpoint_first_shown(revision_copy):
    revision_copy.write_status(
        Status("running", **this_process_fields(), heartbeat=time.time(), step=5, total_steps=10)
    )
    snapshot = fresh_snapshot(revision_copy).with_code_set("all")
    first = code_sets.encode_code_set(fresh_snapshot(snapshot))
    assert not code_sets.CACHE.is_from_earlier_checkpoint(fresh_snapshot(snapshot))
    write_weights(revision_copy)
    assert (
        code_sets.CACHE.is_from_earlier_checkpoint(fresh_snapshot(snapshot))
        and code_sets.has_encoded_codes(fresh_snapshot(snapshot))
        and fresh_snapshot(snapshot).codes is first
    )
    code_sets.CACHE.discard(fresh_snapshot(snapshot))
    second = code_sets.encode_code_set(fresh_snapshot(snapshot))
    assert not np.allclose(second.z, first.z) and not code_sets.CACHE.is_from_earlier_checkpoint(
        fresh_snapshot(snapshot)
    )
    write_weights(revision_copy)
    revision_copy.write_status(Status("done", step=10, total_steps=10))
    assert not code_sets.has_encoded_codes(fresh_snapshot(snapshot)) and not code_sets.CACHE.is_from_earlier_checkpoint(
        fresh_snapshot(snapshot)
    )


def test_only_the_images_shown_are_encoded(revision, monkeypatch, encoded_counts):
    monkeypatch.setattr(code_sets, "MAX_CODES", 100)
    snapshot = fresh_snapshot(revision).with_code_set("all")
    codes = fresh_snapshot(snapshot).codes
    assert (sum(encoded_counts), len(codes.z), codes.available_count) == (100, 100, 1797)
    digits = sets.load("digits")
    images = np.concatenate([digits.train.images, digits.test.images])
    assert np.array_equal(revision_data.original_images(fresh_snapshot(snapshot)), images[codes.index])
    assert np.allclose(exploration.encode_images(revision.model(), images)[codes.index], codes.z, atol=1e-5)


def test_two_who_ask_at_once_wait_for_one_encoding(revision, encoded_counts):
    barrier = threading.Barrier(4)

    def encode():
        barrier.wait()
        return code_sets.encode_code_set(fresh_snapshot(revision).with_code_set("all"))

    with ThreadPoolExecutor(4) as pool:
        results = [result.result() for result in [pool.submit(encode) for _ in range(4)]]
    assert sum(encoded_counts) == 1797 and all(result is results[0] for result in results)


def test_what_is_kept_has_a_limit_in_bytes(revision, monkeypatch):
    monkeypatch.setattr(code_sets.CACHE, "lru", LRUCache(20_000, code_sets.CACHE.lru.weight_of))
    test_snapshot, full_snapshot = (fresh_snapshot(revision).with_code_set(set_name) for set_name in ("test", "all"))
    code_sets.encode_code_set(fresh_snapshot(full_snapshot))
    assert code_sets.has_encoded_codes(fresh_snapshot(full_snapshot))
    code_sets.encode_code_set(fresh_snapshot(test_snapshot))
    assert code_sets.has_encoded_codes(fresh_snapshot(test_snapshot)) and not code_sets.has_encoded_codes(
        fresh_snapshot(full_snapshot)
    )


def test_of_too_many_codes_the_same_share_of_each_class_is_shown(revision, monkeypatch):
    n = 30_000
    labels = np.repeat([0, 1, -1], [n // 2, n // 3, n // 6])
    z = np.random.default_rng(0).normal(size=(n, 2)).astype(np.float32)
    monkeypatch.setattr(type(revision), "probe", lambda self: ProbeCodes(z, labels, np.arange(n), labels, "test"))
    monkeypatch.setattr(code_sets, "MAX_CODES", 600)
    codes = code_sets.load_code_set(fresh_snapshot(revision))
    assert (len(codes.z), codes.available_count) == (600, n)
    counts = [int((codes.labels == label).sum()) for label in (0, 1, -1)]
    assert np.abs(np.array(counts) - [300, 200, 100]).max() <= 1
    assert np.array_equal(codes.z, z[codes.index]) and np.all(np.diff(codes.index) > 0)
    monkeypatch.setattr(code_sets, "MAX_BYTES", 8 * 50)
    assert len(code_sets.load_code_set(fresh_snapshot(revision)).z) == 50, "codes of many dimensions take their room"


@pytest.fixture(scope="module")
def gaussian_revision(tmp_path_factory):
    root = tmp_path_factory.mktemp("gaussian")
    return worker.train(configure(**TINY, variant="vae"), store=Store(root, gallery=root / "none"))


@pytest.mark.parametrize("set_name", list(code_sets.IMAGE_SETS))
def test_draws_of_the_same_images_spread_as_the_posterior(gaussian_revision, set_name):
    mean_codes = code_sets.load_code_set(fresh_snapshot(gaussian_revision).with_code_set(set_name))
    draw_snapshot = fresh_snapshot(gaussian_revision).with_code_set(set_name).with_code_kind("draw")
    codes = code_sets.load_code_set(fresh_snapshot(draw_snapshot))
    assert (
        (codes.index == mean_codes.index).all()
        and (codes.labels == mean_codes.labels).all()
        and codes.available_count == mean_codes.available_count
    )
    images = revision_data.original_images(fresh_snapshot(draw_snapshot))
    with torch.no_grad():
        _, log_variance = gaussian_revision.model().posterior_moments(to_tensor(images))
    deviations = (codes.z - mean_codes.z) / np.exp(0.5 * log_variance.numpy())
    assert np.abs(deviations.mean()) < 0.1 and deviations.std() == pytest.approx(1, abs=0.1)
    assert (
        codes.cache_key != mean_codes.cache_key
        and (code_sets.load_code_set(fresh_snapshot(draw_snapshot)).z == codes.z).all()
    )
    assert fresh_snapshot(draw_snapshot).with_code_kind("mean").code_set_name == set_name


@pytest.mark.parametrize("view", ["pair", "pca"])
def test_a_plane_keeps_its_scale_when_the_codes_are_drawn_anew(gaussian_revision, view):
    mean_snapshot = fresh_snapshot(gaussian_revision)
    draw_snapshot = fresh_snapshot(mean_snapshot.with_code_kind("draw"))
    planes = [
        plane_views.make_plane(revision, revision.codes, view, (0, 1)) for revision in (mean_snapshot, draw_snapshot)
    ]
    squares = [(plane.visible_square.centre, plane.visible_square.half) for plane in planes]
    assert squares[0] == squares[1]
    assert not np.allclose(planes[0].points, planes[1].points)


def test_a_deterministic_posterior_has_nothing_to_draw(revision, gaussian_revision):
    assert (
        not fresh_snapshot(revision).can_sample_codes
        and fresh_snapshot(revision).with_code_kind("draw").code_set_name == "probe"
    )
    assert (
        fresh_snapshot(gaussian_revision).can_sample_codes
        and fresh_snapshot(gaussian_revision).with_code_kind("draw").code_set_name == "probe" + code_sets.DRAW_SUFFIX
    )
