"""What a revision says to plain arrays: the same encoder, decoder and checks as the pages have."""

from dataclasses import replace

import numpy as np
import pytest
import torch

from aae_core import files
from aae_core.config.configuration import configure
from aae_core.data import item_draws, sets
from aae_core.errors import ConfigError, DataError, RevisionError
from aae_core.latent import directions, exploration
from aae_core.models import inference
from aae_core.models.model import Model
from aae_core.runs import worker
from aae_core.store import weights
from aae_core.store.status import Status

TINY = {"network.hidden": (8,), "network.discriminator": (8,)}
CLASSIFIER = {f"optimiser.{phase}_rate": 0.0 for phase in ("reconstruction", "discrimination", "generation")}


def revision_of(store, facts, variant="aae", **settings):
    revision = store.create(
        configure(data="digits", variant=variant, **TINY, **settings), facts, Status("done", step=1)
    )
    model = Model(revision.config, revision.data.shape, len(revision.data.classes))
    model.initialise(0)
    weights.save_weights(revision, model, 1)
    return revision


@pytest.mark.parametrize("variant", ["aae", "supervised"])
def test_a_revision_and_the_pages_decode_alike(store, facts, variant, monkeypatch):
    monkeypatch.setattr(inference, "BATCH", 3)
    revision = revision_of(store, facts, variant)
    model, rng = revision.model(), np.random.default_rng(0)
    images = rng.integers(0, 256, (7, 8, 8, 1), dtype=np.uint8)
    z, y = revision.encode(images), rng.integers(0, 10, 7) if variant == "supervised" else None
    np.testing.assert_array_equal(z, exploration.encode_images(model, images))
    np.testing.assert_array_equal(revision.decode(z, y), exploration.decode_images(model, z, y))
    drawn = exploration.sample_prior_codes(model, 7, seed=4)
    in_turn = None if y is None else np.arange(7)
    np.testing.assert_array_equal(revision.sample(7, seed=4), exploration.decode_images(model, drawn, in_turn))


@pytest.mark.parametrize(
    "settings, known",
    [
        ({}, {"error", "log_p"}),
        ({"variant": "ae"}, {"error"}),
        ({"prior.name": "swiss-roll"}, {"error"}),
        ({"variant": "semi-supervised", **CLASSIFIER}, {"log_p"}),
    ],
)
def test_scores_are_those_that_have_a_meaning(store, facts, settings, known):
    images = np.random.default_rng(0).integers(0, 256, (5, 8, 8), dtype=np.uint8)
    result = revision_of(store, facts, **settings).scores(images)
    assert set(result) == known and all(len(values) == 5 for values in result.values())


@pytest.mark.parametrize("kind", ["mlp", "pyramid"])
def test_nothing_gives_nothing(store, facts, kind):
    revision = revision_of(store, facts, "supervised", **{"network.kind": kind, "network.channels": (4,)})
    assert revision.encode(np.zeros((0, 8, 8), np.uint8)).shape == (0, 2)
    assert revision.decode(np.zeros((0, 2)), []).shape == (0, 8, 8, 1)
    assert revision.sample(0).shape == (0, 8, 8, 1) and revision.sample(0).dtype == np.uint8


def test_a_configuration_that_needs_too_much_memory_is_refused(store, facts):
    revision = revision_of(store, facts)
    revision.data = replace(revision.data, shape=(4096, 4096, 4096))  # 2 TB of weights
    with pytest.raises(RevisionError, match="does not belong here"):
        revision.model()


def test_codes_beyond_every_prior_are_refused(store, facts):
    revision = revision_of(store, facts)
    assert revision.decode([[1e6, -1e6]]).shape == (1, 8, 8, 1)
    with pytest.raises(ConfigError, match="between −1,000,000 and 1,000,000"):
        revision.decode([[1e30, 0.0]])


def test_a_decoder_without_finite_numbers_is_told(store, facts):
    revision = revision_of(store, facts)
    next(revision.shared_model().decoder.parameters()).fill_(float("nan"))
    with pytest.raises(ConfigError, match="damaged"):
        revision.decode([[0.0, 0.0]])


@pytest.mark.parametrize("y", [[-1, 0], -1, [[-1.0] + [0.0] * 9] * 2, [[1], [1, 2]], [0, 10]])
def test_a_label_that_is_no_class_is_refused(store, facts, y):
    revision = revision_of(store, facts, "supervised")
    for call in (lambda: revision.decode(np.zeros((2, 2)), y), lambda: revision.sample(2, y=y)):
        with pytest.raises(ConfigError, match="[Cc]lass"):
            call()


def test_samples_of_the_same_seed_are_alike_and_of_the_classes(store, facts):
    revision = revision_of(store, facts, "supervised")
    np.testing.assert_array_equal(revision.sample(12), revision.sample(12, seed=0, y=[*range(10), 0, 1]))
    z = exploration.sample_prior_codes(revision.model(), 3, seed=1)
    np.testing.assert_array_equal(revision.sample(3, 1, [4, 4, 7]), revision.decode(z, [4, 4, 7]))


# Variants that infer the content, or are told few labels ----------------------------------------------------------------------


def train_revision(store, **settings):
    config = configure(data="digits", steps=20, batch_size=50, threads=1, **TINY, **settings)
    revision = store.create(config, sets.describe_data_set("digits"))
    assert worker.run_training(revision).state == "done"
    return revision


def test_a_revision_knows_whose_labels_it_was_given(store):
    revision = train_revision(store, variant="semi-supervised", labels=30, seed=5)
    labels = sets.load("digits").train.labels
    index = revision.labelled_indices()
    assert index.dtype == np.int64 and np.array_equal(index, np.unique(index))
    assert np.bincount(labels[index]).tolist() == [3] * 10
    labelled_mask = item_draws.draw_labelled_mask(labels, 30, sets.load("digits").classes, seed=5)
    assert np.array_equal(index, np.flatnonzero(labelled_mask)), "chosen by the seed, so that anyone finds the same"
    file = revision.path / "labelled.safetensors"
    supervised_revision = train_revision(store, variant="supervised")
    assert supervised_revision.labelled_indices() is None, "where all labels are used, none is named"
    (supervised_revision.path / file.name).write_bytes(file.read_bytes())
    with pytest.raises(RevisionError, match="another revision"):
        supervised_revision.labelled_indices()
    file.write_bytes(file.read_bytes()[:-5])
    with pytest.raises(RevisionError, match="labelled.safetensors"):
        revision.labelled_indices()
    files.write_tensors(file, {"index": np.zeros((2, 2))}, revision.identity_metadata())
    with pytest.raises(RevisionError, match="does not hold the numbers of images"):
        revision.labelled_indices()


@pytest.mark.parametrize("variant", ["semi-supervised", "clustering", "reduction"])
def test_a_revision_classifies_and_keeps_the_content_of_its_probe(store, variant):
    revision = train_revision(store, variant=variant, clusters=6)
    train, test, probe = sets.load("digits").train, sets.load("digits").test, revision.probe()
    q = revision.classify(test.images[:9])
    assert q.dtype == np.float32 and q.shape == (9, 6 if variant == "clustering" else 10)
    np.testing.assert_allclose(q.sum(1), 1, rtol=1e-5)
    with torch.no_grad():
        x = torch.from_numpy(test.images[:9].reshape(9, 1, 8, 8)).float() / 255
        logits = revision.model().encoder(x)[:, : q.shape[1]]
    np.testing.assert_allclose(q, logits.softmax(1), atol=1e-6)
    np.testing.assert_array_equal(probe.content, revision.classify(train.images[probe.index]).argmax(1))
    np.testing.assert_array_equal(probe.labels, train.labels[probe.index])
    np.testing.assert_allclose(probe.z, revision.encode(train.images[probe.index]), atol=1e-6)
    assert probe.content.dtype == np.int64
    with pytest.raises(DataError, match="takes uint8 images of shape"):
        revision.classify(np.zeros((2, 9, 9), np.uint8))


def test_without_an_inferred_content_the_probe_s_is_the_label(store):
    revision = train_revision(store, variant="supervised")
    probe = revision.probe()
    np.testing.assert_array_equal(probe.content, probe.labels)
    with pytest.raises(ConfigError, match="infers no content"):
        revision.classify(sets.load("digits").test.images[:2])


def test_probe_codes_without_their_contents_are_refused(store):
    revision = train_revision(store, variant="clustering", clusters=6)
    file = revision.path / "probe.safetensors"
    tensors, header = files.read_tensors(file)
    metadata = revision.identity_metadata() | {"split": header.metadata["split"]}
    content = tensors["content"]
    too_low_content = np.where(np.arange(len(content)) == 3, -2, content)
    misfit_arrays = [
        {"content": values} for values in (content[:-1], content.astype(np.float32), content + 6, too_low_content)
    ]
    misfit_arrays += [{"labels": np.full_like(content, label)} for label in (-2, 10)]
    for arrays in misfit_arrays:
        files.write_tensors(file, {**tensors, **arrays}, metadata)
        with pytest.raises(RevisionError, match="does not fit this revision; put the right file back"):
            revision.probe()
    files.write_tensors(file, {**tensors, "content": content * 0 - 1, "labels": content * 0 + 9}, metadata)
    assert set(revision.probe().content) == {-1} and set(revision.probe().labels) == {9}
    files.write_tensors(file, {key: value for key, value in tensors.items() if key != "content"}, metadata)
    with pytest.raises(RevisionError, match="does not hold"):
        revision.probe()


def test_directions_are_those_of_the_probe_set_and_its_factors(recorded_revision, monkeypatch):
    revision = recorded_revision
    probe, digits = revision.probe(), sets.load("digits")
    plain = revision.directions()
    expected = directions.find_directions(revision.model(), probe.z)
    assert [(direction.name, direction.change) for direction in plain] == [
        (direction.name, direction.change) for direction in expected
    ]
    factors = [np.random.default_rng(k).uniform(size=(len(part.labels), 1)).astype(np.float32)
               for k, part in enumerate((digits.train, digits.test))]  # fmt: skip
    parts = [replace(part, factors=own) for part, own in zip((digits.train, digits.test), factors, strict=True)]
    known = replace(digits, train=parts[0], test=parts[1], factor_names=("ink",))
    monkeypatch.setattr(sets, "load", lambda name: known)
    assert [direction.name for direction in revision.directions()] == [*(direction.name for direction in plain), "ink"]
    own = factors[("train", "test").index(probe.split)][probe.index]
    np.testing.assert_array_equal(revision.factors(probe.split, probe.index)[0], own)
    np.testing.assert_array_equal(revision.factors("all", [0, 1438])[0], [factors[0][0], factors[1][0]])
    monkeypatch.setattr(sets, "load", lambda name: replace(known, classes=known.classes[:-1]))
    assert revision.factors(probe.split, probe.index) == (None, ()), "another data set under its name"


def test_from_the_codes_of_one_class_to_those_of_another(store, facts):
    revision, images = revision_of(store, facts), sets.load("digits").test.images
    a, b = revision.encode(images[:5]), revision.encode(images[5:9])
    ends = revision.decode(revision.direction(a, b).codes_at([0, 1]))
    np.testing.assert_array_equal(ends, revision.decode(np.stack([a.mean(0), b.mean(0)])))
