"""A table is trained, resumed, opened, encoded, decoded, sampled, evaluated as images are."""

import json

import numpy as np
import pandas
import pytest
from helpers.environment import mark_for_ci, mark_thorough_cases
from scipy import stats
from sklearn.datasets import load_wine

import aae_core as aae
from aae_core.config.variants import VARIANTS
from aae_core.data import sets
from aae_core.data.images import disk_images
from aae_core.errors import ConfigError, DataError
from aae_core.models import sizes
from aae_core.models.inference import evaluation_mode
from aae_core.runs import estimate, queue, worker
from aae_core.store.revision import Revision
from aae_core.training.loop import fit
from aae_core.training.training import Training

SMALL_SETTINGS = {"network.hidden": (32,), "network.discriminator": (16,), "batch_size": 50, "threads": 1}
WINE = load_wine()


def wine(**options):
    return aae.arrays(WINE.data, WINE.target, names=WINE.feature_names, **options)


@pytest.fixture(scope="module")
def wine_training(tmp_path_factory):
    from aae_core.store.revisions import Store

    place = tmp_path_factory.mktemp("store")
    rates = {f"optimiser.{phase}_rate": 1e-3 for phase in ("reconstruction", "discrimination", "generation")}
    config = aae.configure(latent_dim=4, epochs=150, **SMALL_SETTINGS, **rates, **{"optimiser.kind": "adam"})
    data = wine()
    return aae.train(config, store=Store(place, gallery=place / "none"), data=data), data


def test_a_decoded_row_has_its_own_units(wine_training):
    revision, data = wine_training
    rows = data.test.images[:, 0, :, 0]
    decoded_rows = revision.decode(revision.encode(rows))
    assert decoded_rows.shape == rows.shape and decoded_rows.dtype == np.float32
    unexplained_share = np.square((decoded_rows - rows) / rows.std(0)).mean()
    assert unexplained_share < 0.6  # of the variance, which the mean alone leaves at 1
    assert revision.sample(5).shape == (5, 13)
    assert np.abs(revision.sample(400).mean(0) - rows.mean(0)).max() < 3 * rows.std(0).max()


def test_rows_are_scored_in_the_units_of_the_network(wine_training):
    revision, data = wine_training
    rows = WINE.data[:50]
    result = revision.scores(rows)
    x, x_hat = (
        (value - data.features.means) / data.features.deviations
        for value in (rows, revision.decode(revision.encode(rows)))
    )
    assert np.allclose(result["error"], 0.5 * np.square(x - x_hat).sum(1), rtol=1e-3)
    assert np.allclose(result["log_p"], stats.norm.logpdf(revision.encode(rows)).sum(1), rtol=1e-4)


def test_it_opens_as_it_was_left(wine_training):
    revision, data = wine_training
    opened_revision = Revision(revision.path)
    assert opened_revision.data.features == data.features
    np.testing.assert_array_equal(opened_revision.encode(WINE.data[:7]), revision.encode(WINE.data[:7]))
    figures = opened_revision.evaluate("reconstruction", data=data)["reconstruction"]
    x = (data.test.images[:, 0, :, 0] - data.features.means) / data.features.deviations
    x_hat = (
        opened_revision.decode(opened_revision.encode(data.test.images[:, 0, :, 0])) - data.features.means
    ) / data.features.deviations
    assert figures["reconstruction"] == pytest.approx(0.5 * np.square(x - x_hat).sum(1).mean(), rel=1e-3)


@pytest.mark.parametrize(
    "change",
    [
        lambda facts: facts["features"].update(means=[0.0]),
        lambda facts: facts["features"].update(deviations=[0.0] * 13),
        lambda facts: facts["features"].update(names=["a"] * 10**6),
        lambda facts: facts.update(shape=[1, 13, 1]),
    ],
)
def test_a_damaged_record_of_features_is_refused_in_a_sentence(wine_training, tmp_path, change):
    record = json.loads((wine_training[0].path / "config.json").read_text())
    change(record["data"])
    (tmp_path / "config.json").write_text(json.dumps(record))
    with pytest.raises(aae.RevisionError, match="features that do not fit"):
        Revision(tmp_path)


def test_a_record_names_as_many_features_as_there_can_be(store):
    names = [f"{'é' * 195}{i:05d}" for i in range(4096)]
    data = aae.arrays(np.random.default_rng(0).normal(size=(10, 4096)), names=names)
    revision = store.create(aae.configure(data="arrays", **SMALL_SETTINGS), data.summary)
    assert store.open(revision.id).data.features.names == tuple(names)


def test_what_is_not_such_a_row_is_refused(wine_training):
    revision, _ = wine_training
    for rows in (WINE.data[:, :5], WINE.data[0], [["a"] * 13], np.full((2, 13), np.nan)):
        with pytest.raises(DataError, match="Rows must"):
            revision.encode(rows)
    with pytest.raises(DataError, match="arrays"):
        revision.evaluate()  # its data was in memory alone


def test_a_frame_is_encoded_by_the_names_of_its_columns(wine_training):
    revision, _ = wine_training
    frame = pandas.DataFrame(WINE.data, columns=WINE.feature_names)
    z = revision.encode(WINE.data)
    reordered_frame = frame[frame.columns[::-1]].assign(cellar="north")
    np.testing.assert_array_equal(revision.encode(frame), z)
    np.testing.assert_array_equal(revision.encode(reordered_frame), z)
    np.testing.assert_array_equal(revision.scores(reordered_frame)["error"], revision.scores(WINE.data)["error"])
    for call in (revision.encode, revision.scores, revision.classify):
        with pytest.raises(DataError, match="lacks the column hue; it needs all features by their names"):
            call(frame.rename(columns={"hue": "shade"}))


def test_the_frame_that_was_trained_on_is_encoded_with_its_categories(store):
    rng = np.random.default_rng(0)
    frame = pandas.DataFrame({"size": rng.normal(size=40), "town": pandas.Categorical(["York", "Bath"] * 20)})
    data = aae.arrays(frame, name="houses")
    revision = aae.train(aae.configure(steps=5, cost="by-type", **SMALL_SETTINGS), store=store, data=data)
    one_hot = np.column_stack([frame["size"], frame["town"] == "Bath", frame["town"] == "York"])
    np.testing.assert_array_equal(revision.encode(frame.assign(label=1)), revision.encode(one_hot))
    back = pandas.DataFrame(revision.decode(revision.encode(frame)), columns=data.features.names)
    np.testing.assert_array_equal(revision.encode(back), revision.encode(back.to_numpy()))


def test_data_that_are_no_data_set_or_nowhere_are_refused(wine_training, store):
    revision, data = wine_training
    for foreign_data in (WINE.data, "wine"):
        with pytest.raises(DataError, match="must be a data set"):
            revision.evaluate(data=foreign_data)
        with pytest.raises(DataError, match="must be a data set"):
            aae.train(aae.configure(**SMALL_SETTINGS), store=store, data=foreign_data)
    with pytest.raises(DataError, match="given from Python, as data="):
        revision.evaluate()
    assert not list(store.root.glob("*"))


def test_it_resumes_with_its_data_bit_for_bit(store):
    config, data = aae.configure(steps=30, **SMALL_SETTINGS), wine()
    whole = aae.train(config, store=store, data=data)
    part = aae.train(config, store=store, data=data, on_report=lambda status: status.step >= 10)
    assert part.status.state == "stopped"
    with pytest.raises(aae.TrainingError, match="arrays"):
        aae.resume(part)
    aae.resume(part, data=data)
    first, second = whole.model().state_dict(), part.model().state_dict()
    assert all((first[name] == second[name]).all() for name in first)


COUNTS = np.random.default_rng(0).poisson(3, (60, 8))
KINDS = {
    "squared-error": "real", "learned-variance": "real", "cross-entropy": "binary", "poisson": "count", "multinomial": "count",
    "by-type": "count",
}  # fmt: skip


@pytest.mark.parametrize("cost", ["squared-error", "poisson", "multinomial"])
def test_errors_are_in_standard_deviations_whatever_the_cost(cost, store):
    data = aae.arrays(COUNTS, types="count")
    revision = aae.train(aae.configure(variant="ae", cost=cost, steps=5, **SMALL_SETTINGS), store=store, data=data)
    rows = data.test.images[:, 0, :, 0]
    errors = (rows - revision.decode(revision.encode(rows))) / data.features.deviations
    figures = revision.evaluate("reconstruction", data=data)["reconstruction"]
    assert figures["reconstruction"] == pytest.approx(0.5 * np.square(errors).sum(1).mean(), rel=1e-4)
    np.testing.assert_allclose(revision.scores(rows)["error"], 0.5 * np.square(errors).sum(1), rtol=1e-4)


@pytest.mark.parametrize("cost", KINDS)
def test_every_cost_falls(cost):
    data = aae.arrays(COUNTS % 2 if cost == "cross-entropy" else COUNTS, types=KINDS[cost])
    config = aae.configure(variant="ae", cost=cost, data="arrays", epochs=80, **SMALL_SETTINGS)
    losses = [report.losses["reconstruction"] for report in fit(Training(config, data)) if report.losses]
    assert losses[-1] < losses[0] - 0.1 * abs(losses[0])


def test_categories_are_decoded_as_probabilities():
    columns = np.column_stack([np.array(list("abc"))[np.arange(60) % 3], np.array(list("xy"))[np.arange(60) // 2 % 2]])
    data = aae.arrays(columns, types="category")
    config = aae.configure(variant="ae", cost="categorical", data="arrays", epochs=5, **SMALL_SETTINGS)
    t = Training(config, data)
    list(fit(t))
    with evaluation_mode(t.model):
        decoded = t.model.to_items(t.model.decode(t.model.encode(t.model.to_x(data.test.images)))).reshape(-1, 5)
    np.testing.assert_allclose(decoded[:, :3].sum(1), 1, rtol=1e-5)
    np.testing.assert_allclose(decoded[:, 3:].sum(1), 1, rtol=1e-5)


@pytest.mark.parametrize("variant", VARIANTS)
def test_every_variant_takes_rows(variant):
    settings = {"network.normalise": "batch"} if variant in ("clustering", "reduction") else {}
    prior = {"prior.name": "mixture", "prior.components": 3} if variant == "label-informed" else {}
    prior |= {"cost": "squared-error"}
    config = aae.configure(variant=variant, steps=3, data="arrays", clusters=3, **SMALL_SETTINGS, **settings, **prior)
    t = Training(config, wine())
    assert all(np.isfinite(list(report.losses.values())).all() for report in fit(t))


@pytest.mark.parametrize(
    "settings, expected_text",
    [
        ({"cost": "poisson"}, "for count and binary features, and arrays has others"),
        ({"cost": "categorical"}, "for category features"),
        ({"network.kind": "conv"}, "no neighbours to convolve"),
        ({"input_shift": 1}, "cannot be shifted"),
        ({"input_affine": 0.1}, "cannot be rotated"),
        ({"augment": "on"}, "cannot be mirrored"),
    ],
)
def test_what_makes_no_sense_for_a_table_is_refused(settings, expected_text, store):
    with pytest.raises(ConfigError, match=expected_text):
        aae.train(aae.configure(**settings), store=store, data=wine())
    assert not store.list()


def test_a_cost_for_tables_is_refused_for_images(store):
    with pytest.raises(ConfigError, match="digits holds images"):
        aae.train(aae.configure(cost="by-type"), store=store)


@mark_for_ci
@pytest.mark.parametrize("cost", mark_thorough_cases(["categorical", *KINDS]))
def test_a_step_is_measured_before_it_is_trained(cost):
    config = aae.configure(cost=cost, data="arrays", steps=3, **SMALL_SETTINGS)
    pace, _, size_by_network = estimate.measure_step(config, [1, 1, 6], 0, 100)  # the shape as a request brings it
    assert pace > 0 and "for each row" in sizes.sizes_sentence(size_by_network, "row")


@pytest.fixture
def houses(tmp_path, monkeypatch):
    """A table of one's own in a file, added as the data set `houses`."""
    monkeypatch.setenv("AAE_DATA", str(tmp_path))
    np.savez(tmp_path / "houses.npz", X=WINE.data, y=WINE.target, names=np.array(WINE.feature_names))
    return sets.add_data_set(tmp_path / "houses.npz", "houses")


def test_a_training_on_an_own_table_goes_on_bit_for_bit(store, houses):
    """Killed ones are those of test_worker.py, of which only the data differ."""
    config = aae.configure(data="houses", steps=40, **SMALL_SETTINGS)
    whole = aae.train(config, store=store)
    paused_revision = store.create(config, queue.check_startable(config))
    worker.run_training(paused_revision, lambda status: paused_revision.write_request("pause"))
    assert (paused_revision.status.state, paused_revision.status.step) == ("paused", 10)
    assert aae.resume(paused_revision).status.state == "done"
    first, second = whole.model().state_dict(), Revision(paused_revision.path).model().state_dict()
    assert all((first[name] == second[name]).all() for name in first)
    assert paused_revision.evaluate("reconstruction") == whole.evaluate("reconstruction")


def test_training_from_the_disk_gives_the_same_weights(store, houses, monkeypatch):
    config = aae.configure(data="houses", steps=30, **SMALL_SETTINGS)
    memory = aae.train(config, store=store).model().state_dict()
    monkeypatch.setattr(disk_images, "MAX_RESIDENT_BYTES", 0)
    disk = aae.train(config, store=store).model().state_dict()
    assert all((memory[name] == disk[name]).all() for name in memory)


def test_a_table_whose_columns_changed_is_noticed(store, houses, tmp_path):
    config = aae.configure(data="houses", steps=30, **SMALL_SETTINGS)
    part = aae.train(config, store=store, on_report=lambda status: status.step >= 10)
    meta = tmp_path / "own" / "houses" / "meta.json"
    text = meta.read_text()
    meta.write_text(text.replace('"ash"', '"dust"'))
    with pytest.raises(aae.RevisionError, match="has changed since"):
        part.evaluate("reconstruction")
    with pytest.raises(aae.TrainingError, match="features have other names or types"):
        aae.resume(part)
    meta.write_text(text)
    assert aae.resume(part).status.state == "done"


def test_a_revision_keeps_the_units_it_was_trained_in(store, houses, tmp_path):
    config = aae.configure(data="houses", steps=30, **SMALL_SETTINGS)
    whole = aae.train(config, store=store)
    part = aae.train(config, store=store, on_report=lambda status: status.step >= 10)
    meta = tmp_path / "own" / "houses" / "meta.json"
    record = json.loads(meta.read_text())
    record["features"]["means"] = [mean * 1.5 for mean in record["features"]["means"]]
    meta.write_text(json.dumps(record))
    aae.resume(part)
    first, second = whole.model().state_dict(), part.model().state_dict()
    assert all((first[name] == second[name]).all() for name in first)
