"""The estimators: scikit-learn's own checks, its tools around them, what they compute, and how a fit is kept."""

import json
import os
import pickle
import random
import re
import runpy
from pathlib import Path

import numpy as np
import pandas
import pytest
import torch
from helpers.environment import mark_for_ci
from sklearn.base import clone
from sklearn.datasets import load_wine
from sklearn.decomposition import PCA
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score
from sklearn.model_selection import GridSearchCV
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.utils.estimator_checks import parametrize_with_checks

import aae_core as aae
from aae_core import files
from aae_core.errors import RevisionError
from aae_core.sklearn import AdversarialAutoencoder, ReconstructionOutlierDetector, SemiSupervisedAAE

ALL = AdversarialAutoencoder, SemiSupervisedAAE, ReconstructionOutlierDetector
TINY = {"hidden_layer_sizes": (16,), "max_epochs": 20, "random_state": 0}
WINE, WINE_CLASSES = load_wine(return_X_y=True)


def expected_failures(estimator):
    """What scikit-learn exempts its own semi-supervised classifiers from (estimator_checks._choose_check_classifiers_labels)."""
    return {"check_classifiers_classes": "−1 is no class"} if isinstance(estimator, SemiSupervisedAAE) else {}


def make_estimator(kind):
    """The classifier alone must also predict well."""
    settings = TINY | {"max_epochs": 10 if kind is SemiSupervisedAAE else 2}
    return kind(**settings, learning_rate=1e-2)


@parametrize_with_checks([make_estimator(kind) for kind in ALL], expected_failed_checks=expected_failures)
def test_scikit_learn_accepts_it(estimator, check):
    check(estimator)


@pytest.fixture(scope="module", params=ALL, ids=lambda kind: kind.__name__)
def fitted_estimator(request):
    """Each estimator, fitted on wine with every third label, and the method that shows it."""
    estimator = request.param(**TINY)
    estimator.fit(WINE, np.where(np.arange(len(WINE)) % 3, -1, WINE_CLASSES))
    names = {AdversarialAutoencoder: "transform", SemiSupervisedAAE: "predict_proba"}
    return estimator, names.get(request.param, "decision_function")


def check_agreement(estimator, fitted_estimator, method):
    np.testing.assert_array_equal(getattr(estimator, method)(WINE), getattr(fitted_estimator, method)(WINE))


def test_class_names_may_be_texts_and_missing_labels_stay_missing():
    names = np.array(["a", "b", "c"], object)[WINE_CLASSES]
    names[::2] = -1
    model = SemiSupervisedAAE(**{**TINY, "max_epochs": 100}).fit(WINE, names)
    assert model.classes_.tolist() == ["a", "b", "c"]
    assert (model.predict(WINE[::2]) == np.array(["a", "b", "c"])[WINE_CLASSES[::2]]).mean() > 0.9
    with pytest.raises(ValueError, match="class"):
        SemiSupervisedAAE(**TINY).fit(WINE, np.where(WINE_CLASSES, -1, 0))


def test_unlabelled_rows_shape_the_fit_but_not_their_classes():
    y = np.where(np.arange(len(WINE)) % 3, -1, WINE_CLASSES)
    full_model, labelled_model = (SemiSupervisedAAE(**TINY).fit(WINE[rows], y[rows]) for rows in (y > -2, y > -1))
    assert (full_model.predict_proba(WINE) != labelled_model.predict_proba(WINE)).any()
    shifted_model = SemiSupervisedAAE(**TINY).fit(WINE, np.where(y == -1, -1, y + 7))
    np.testing.assert_array_equal(shifted_model.predict_proba(WINE), full_model.predict_proba(WINE))
    np.testing.assert_array_equal(shifted_model.predict(WINE), full_model.predict(WINE) + 7)


@pytest.mark.thorough
def test_it_is_as_good_as_a_linear_map_where_the_world_is_linear():
    rng = np.random.default_rng(0)
    X = rng.normal(size=(300, 2)) @ rng.normal(size=(2, 8)) * 5 + 100
    model = AdversarialAutoencoder(random_state=0).fit(X[:200])
    back = model.inverse_transform(model.transform(X[200:]))
    assert np.square(back - X[200:]).sum() < 0.02 * np.square(X[200:] - X[:200].mean(0)).sum()
    expected = -0.5 * np.square((back - X[200:]) / X[:200].std(0)).sum(1).mean()
    assert model.score(X[200:]) == pytest.approx(expected, rel=1e-4)
    samples = model.sample(2000)
    np.testing.assert_allclose(np.cov(samples.T), np.cov(X[:200].T), atol=0.25 * X.var(0).max())


@mark_for_ci
def test_outliers_are_what_cannot_be_reconstructed():
    rng = np.random.default_rng(0)
    line = rng.normal(size=(200, 1)) @ np.ones((1, 5))
    X = line + 0.05 * rng.normal(size=line.shape)
    outliers = line[:50] + rng.normal(size=(50, 5))
    settings = {"n_components": 1, "max_epochs": 60, "random_state": 0}
    model = ReconstructionOutlierDetector(contamination=0.05, **settings).fit(X)
    scores = model.score_samples(np.concatenate([X, outliers]))
    assert roc_auc_score(np.arange(250) < 200, scores) > 0.95
    assert (model.predict(X) == -1).sum() == 10
    with pytest.raises(ValueError, match="contamination"):
        clone(model).set_params(contamination=0.7).fit(X)


def test_constant_and_equal_columns_are_taken():
    X = np.column_stack([WINE, np.full(len(WINE), 3.0), WINE[:, 0]])
    model = AdversarialAutoencoder(**TINY).fit(X)
    back = model.inverse_transform(model.transform(X))
    assert np.isfinite(back).all()
    assert back[:, 13].std() < 1 and abs(back[:, 13].mean() - 3) < 1


def test_features_of_one_unit_keep_their_proportions():
    X = WINE[:, :2] * [1, 100]
    fits = [AdversarialAutoencoder(**TINY, standardize=value).fit(X) for value in (True, False)]
    spreads = [
        fit.model_.form.to_network_input(torch.from_numpy(X)[:, None, None]).std((0, 1, 2)).numpy() for fit in fits
    ]
    np.testing.assert_allclose(spreads[0], 1, rtol=0.01)
    np.testing.assert_allclose(spreads[1] / spreads[1][0], X.std(0) / X[:, 0].std(), rtol=1e-4)
    np.testing.assert_allclose(np.square(spreads[1]).mean(), 1, rtol=0.01)


@pytest.mark.parametrize(
    "parameters, expected_text",
    [
        ({"loss": "poisson"}, "counts"),
        ({"loss": "cross-entropy"}, "0 and 1"),
        ({"loss": "by-type"}, "feature_types"),
        ({"loss": "learned-variance"}, "loss"),
        ({"feature_types": ["real"] * 3}, "each of the 13"),
        ({"feature_types": "category"}, "type of a feature"),
        ({"prior": "gausian"}, "gaussian"),
        ({"settings": {"latent_dimm": 3}}, "latent_dim"),
        ({"max_epochs": 0}, "^max_epochs must"),
        ({"max_epochs": None, "batch_size": 0}, "batch_size"),
        ({"hidden_layer_sizes": (16, -1)}, "^hidden_layer_sizes must"),
        ({"batch_size": None}, "batch_size"),
        ({"learning_rate": "fast"}, "learning_rate"),
        ({"n_components": 1.5}, "n_components"),
        ({"n_components": 0}, "^n_components must be a whole number from 1 to 512, not 0"),
        ({"n_components": 3, "prior": "mixture"}, "so n_components must be even"),
        ({"prior": "round"}, "^The prior 'round'"),
        ({"loss": "squared"}, "^The loss 'squared'"),
        ({"learning_rate": -1.0}, "^learning_rate must"),
        ({"settings": {"latent_dim": 0}}, "^latent_dim must"),
        ({"feature_types": 5}, "feature_types"),
        ({"settings": 3}, "settings"),
        ({"settings": {"data": "digits"}}, "data"),
        ({"settings": {"patience": 3}}, "patience"),
        ({"tol": -0.1}, "tol"),
        ({"tol": float("nan")}, "tol"),
        ({"settings": {"variant": "clustering"}}, "aae, vae, .*, ae"),
    ],
)
def test_what_makes_no_sense_is_refused_in_a_sentence(parameters, expected_text):
    with pytest.raises(ValueError, match=expected_text) as refusal:
        AdversarialAutoencoder(**{**TINY, **parameters}).fit(WINE)
    assert "\n" not in str(refusal.value)


def test_a_variant_without_classes_is_no_classifier():
    with pytest.raises(ValueError, match="semi-supervised, reduction"):
        SemiSupervisedAAE(**TINY, settings={"variant": "aae"}).fit(WINE, WINE_CLASSES)
    with pytest.raises(ValueError, match="contamination"):
        ReconstructionOutlierDetector(**TINY, contamination="auto").fit(WINE)


@pytest.mark.parametrize(
    "when, expected_text",
    [
        (pandas.date_range("2020", periods=len(WINE)), "dates or times in when"),
        (pandas.date_range("2020", periods=len(WINE), tz="Asia/Seoul"), "in when"),
        (pandas.timedelta_range("1 h", periods=len(WINE)), "dates or times in when"),
    ],
)
@pytest.mark.parametrize("kind", ALL)
def test_a_column_of_dates_is_named(kind, when, expected_text):
    frame = pandas.DataFrame({"alcohol": WINE[:, 0], "when": when})
    with pytest.raises(aae.DataError, match=expected_text):
        kind(**TINY).fit(frame, WINE_CLASSES)
    estimator = kind(**TINY | {"max_epochs": 1}).fit(frame.assign(when=WINE[:, 1]), WINE_CLASSES)
    with pytest.raises(aae.DataError, match=expected_text):
        estimator.predict(frame) if hasattr(estimator, "predict") else estimator.transform(frame)


@pytest.mark.parametrize("text", ["nan", "NaN", " Nan ", ""])
def test_texts_that_name_no_class_anywhere_leave_rows_unlabelled_and_are_told(text):
    y = np.array(["a", "b", text], object)[WINE_CLASSES]
    sentence = f"{(WINE_CLASSES == 2).sum()} of {len(WINE)} rows have no label, since these values of y name no class"
    with pytest.warns(UserWarning, match=sentence):
        classifier = SemiSupervisedAAE(**TINY).fit(WINE, y)
    assert classifier.classes_.tolist() == ["a", "b"]
    by_number = SemiSupervisedAAE(**TINY).fit(WINE, np.array(["a", "b", -1], object)[WINE_CLASSES])
    np.testing.assert_array_equal(classifier.predict_proba(WINE), by_number.predict_proba(WINE))


@pytest.mark.parametrize("missing", ["-1", None])
def test_a_label_that_looks_missing_does_not_become_a_class(missing):
    y = np.array(["a", "b", missing], object)[WINE_CLASSES]
    with pytest.raises(ValueError, match="number −1"):
        SemiSupervisedAAE(**TINY).fit(WINE, y)
    if missing:
        with pytest.raises(ValueError, match="number −1"):
            SemiSupervisedAAE(**TINY).fit(WINE, np.array(["a", "b", -1])[WINE_CLASSES])  # NumPy makes a text of it


def test_classes_are_numbers_or_texts_and_not_both():
    with pytest.raises(ValueError, match="as numbers and as texts"):
        SemiSupervisedAAE(**TINY).fit(WINE, np.array(["a", 3, -1], object)[WINE_CLASSES])


def test_numbers_that_are_zero_in_float32_are_one_value():
    codes = AdversarialAutoencoder(**TINY).fit(WINE * 1e-100).transform(WINE * 1e-100)
    assert np.isfinite(codes).all() and np.ptp(codes, axis=0).max() == 0


def test_the_loss_may_be_a_plug_ins(plug_in):
    plug_in("my_costs", "import aae_core as aae\naae.register_cost('far', lambda x, logits: "
            "(x - logits).abs().sum((1, 2, 3)), like='squared-error')")  # fmt: skip
    model = AdversarialAutoencoder(**TINY, loss="far").fit(WINE)
    assert model.model_.config.input_noise > 0 and model.model_.features.kinds == ("real",) * 13
    back = model.inverse_transform(model.transform(WINE))
    assert model.score(WINE) == pytest.approx(-(np.abs(back - WINE) / WINE.std(0)).sum(1).mean(), rel=1e-4)


@pytest.mark.parametrize(("count", "noise"), [(4, 0.16), (10, 0.4), (13, 0.5), (50, 0.5)])
def test_the_noise_of_the_transformer_grows_with_the_number_of_features(count, noise):
    X = np.random.default_rng(0).normal(size=(40, count))
    assert AdversarialAutoencoder(**TINY).fit(X).model_.config.input_noise == pytest.approx(noise)
    assert ReconstructionOutlierDetector(**TINY).fit(X).model_.config.input_noise == 0.5
    assert SemiSupervisedAAE(**TINY).fit(X, np.arange(40) % 2).model_.config.input_noise == 1.0


OWN_STEPS = {
    "optimiser.reconstruction_rate": 0, "optimiser.discrimination_rate": 0, "optimiser.generation_rate": 1e-3,
}  # fmt: skip


def test_the_encoder_of_the_transformer_descends_one_cost_unless_other_settings_say_how():
    def settings_of(estimator, *targets, **settings):
        config = estimator(**TINY, settings=settings).fit(WINE, *targets).model_.config
        return config.passes, config.optimiser.generation_weight, config.discriminator_penalty

    assert settings_of(AdversarialAutoencoder) == ("shared", 1.0, 1.0)
    assert settings_of(AdversarialAutoencoder, discriminator_penalty=0.0) == ("shared", 1.0, 0.0)
    assert settings_of(AdversarialAutoencoder, passes="strict") == ("strict", None, 0.0)
    assert settings_of(AdversarialAutoencoder, variant="vae") == ("strict", None, 0.0)
    for key, value in OWN_STEPS.items():
        assert settings_of(AdversarialAutoencoder, **{key: value}) == ("strict", None, 0.0)
    assert settings_of(AdversarialAutoencoder, optimiser={"generation_rate": 1e-3}) == ("strict", None, 0.0)
    assert settings_of(ReconstructionOutlierDetector) == ("strict", None, 0.0)
    assert settings_of(SemiSupervisedAAE, WINE_CLASSES) == ("strict", None, 0.0)


def make_rows_on_a_line():
    """Rows N×3 that lie on a line, which is learned after few steps."""
    return np.linspace(-1, 1, 64)[:, None] * [1.0, 2.0, -1.0]


def test_a_fit_ends_early_on_a_plateau_with_the_lowest_error_and_at_the_same_step_each_time():
    rows = make_rows_on_a_line()
    first, second = (AdversarialAutoencoder(**{**TINY, "max_epochs": 1000}).fit(rows) for _ in range(2))
    steps = first.history_[-1]["step"]
    assert steps < 0.8 * 2000
    assert first.model_.config.epochs == first.history_[-1]["epoch"] == steps / 2
    errors = [report["losses"]["reconstruction"] for report in first.history_]
    means = [np.mean(errors[start : start + 10]) for start in range(0, len(errors) - 9, 10)]
    assert np.mean(errors[-10:]) <= min(means)
    assert second.history_[-1]["step"] == steps
    np.testing.assert_array_equal(first.transform(rows), second.transform(rows))


@pytest.mark.parametrize(
    "parameters", [{"tol": None}, {"settings": {"steps": 600}}, {"settings": {"optimiser.schedule": ()}}]
)
def test_a_fit_without_a_tolerance_or_with_a_plan_of_its_own_takes_all_steps(parameters):
    model = AdversarialAutoencoder(**{**TINY, "max_epochs": 300}, **parameters).fit(make_rows_on_a_line())
    assert model.history_[-1]["step"] == 600


def test_the_transformer_takes_1000_steps_and_the_others_2000():
    shape = 320, 4
    parameters = {"hidden_layer_sizes": (4,), "random_state": 0}
    assert AdversarialAutoencoder(**parameters)._make_config(*shape).epochs == 100
    assert ReconstructionOutlierDetector(**parameters)._make_config(*shape).epochs == 200
    assert SemiSupervisedAAE(**parameters)._make_config(*shape).epochs == 200


def test_settings_and_losses_reach_the_configuration():
    counts = np.random.default_rng(0).poisson(3, (40, 6))
    parameters = {"prior": {"name": "mixture", "components": 3}, "settings": {"input_noise": 0.25}, "loss": "poisson"}
    config = AdversarialAutoencoder(4, **{**TINY, "hidden_layer_sizes": 16}, **parameters).fit(counts).model_.config
    assert (config.prior.name, config.prior.components, config.latent_dim) == ("mixture", 3, 4)
    assert (config.input_noise, config.cost, config.network.hidden) == (0.25, "poisson", (16,))
    shares_model = AdversarialAutoencoder(**TINY, loss="cross-entropy").fit(counts / counts.max())
    assert shares_model.sample(20).min() > 0 and shares_model.sample(20).max() < 1


@pytest.mark.thorough
def test_it_stands_in_a_pipeline_and_is_searched_by_two_processes():
    search = GridSearchCV(
        make_pipeline(StandardScaler(), AdversarialAutoencoder(**TINY), LogisticRegression()),
        {"adversarialautoencoder__n_components": [2, 4]}, n_jobs=2, cv=2, error_score="raise",
    )  # fmt: skip
    search.fit(WINE, WINE_CLASSES)
    assert search.best_score_ > 0.6
    best = search.best_estimator_
    np.testing.assert_array_equal(clone(best).fit(WINE, WINE_CLASSES)[:-1].transform(WINE), best[:-1].transform(WINE))


def test_it_gives_data_frames():
    X = load_wine(as_frame=True).data
    codes = AdversarialAutoencoder(3, **TINY).set_output(transform="pandas").fit_transform(X)
    assert codes.columns.tolist() == [f"adversarialautoencoder{i}" for i in range(3)]
    assert codes.index.equals(X.index)


@pytest.mark.parametrize("fitted_on", [np.float32, np.float64])
def test_results_have_the_precision_of_what_was_given(fitted_on):
    """As those of PCA that was fitted on float32, whatever these were fitted on."""
    X = {dtype: WINE.astype(dtype) for dtype in (np.float32, np.float64, np.float16, int)}
    y = np.where(np.arange(len(WINE)) % 3, -1, WINE_CLASSES)
    settings = TINY | {"max_epochs": 1}
    transformer, classifier, detector = (kind(**settings).fit(X[fitted_on], y) for kind in ALL)
    pca = PCA(2).fit(X[np.float32])
    for rows in X.values():
        codes = transformer.transform(rows)
        assert codes.dtype == pca.transform(rows).dtype
        assert transformer.inverse_transform(codes).dtype == pca.inverse_transform(pca.transform(rows)).dtype
        assert classifier.predict_proba(rows).dtype == detector.decision_function(rows).dtype == codes.dtype
    assert transformer.sample(3).dtype == np.float64
    frame = pandas.DataFrame(X[np.float32])
    assert transformer.transform(frame.to_numpy()).dtype == transformer.transform(torch.from_numpy(X[np.float32])).dtype
    named = AdversarialAutoencoder(**settings).set_output(transform="pandas").fit(frame.rename(columns=str))
    assert set(named.transform(frame.rename(columns=str)).dtypes) == {np.dtype(np.float32)}
    np.testing.assert_allclose(transformer.transform(X[np.float32]), transformer.transform(X[np.float64]), atol=1e-4)


def test_two_rows_and_a_mini_batch_larger_than_the_data_are_enough():
    two = WINE[[0, 0]]  # of one class, and even the same
    settings = TINY | {"max_epochs": 2, "batch_size": 4096}
    assert AdversarialAutoencoder(**settings).fit_transform(two).shape == (2, 2)
    assert set(ReconstructionOutlierDetector(**settings).fit(WINE[:2]).predict(WINE[:2])) <= {-1, 1}
    assert AdversarialAutoencoder(**settings).fit(WINE).history_[-1]["step"] == 2, "one mini-batch for each epoch"
    with pytest.raises(ValueError, match="two or more classes are needed"):
        SemiSupervisedAAE(**settings).fit(two, [1, 1])


def global_state():
    return random.getstate(), str(np.random.get_state()), torch.get_rng_state().tolist(), torch.get_num_threads()


def test_the_callers_state_stays_as_it_was():
    environment, before = dict(os.environ), global_state()
    first = AdversarialAutoencoder(**TINY).fit(WINE)
    samples = first.sample(3)
    assert global_state() == before and dict(os.environ) == environment
    np.testing.assert_array_equal(first.sample(3), samples)
    assert (first.sample(3, random_state=5) != samples).any()
    torch.manual_seed(99)
    np.random.seed(99)
    check_agreement(AdversarialAutoencoder(**TINY).fit(WINE), first, "transform")
    state = {"random_state": None}
    fits = [AdversarialAutoencoder(**{**TINY, **state}).fit(WINE).transform(WINE) for _ in range(2)]
    assert (fits[0] != fits[1]).any()
    np.random.seed(99)
    np.testing.assert_array_equal(AdversarialAutoencoder(**{**TINY, **state}).fit(WINE).transform(WINE), fits[0])
    shared = {"random_state": np.random.RandomState(99)}
    np.testing.assert_array_equal(AdversarialAutoencoder(**{**TINY, **shared}).fit(WINE).transform(WINE), fits[0])


def test_a_pickle_holds_no_rows_and_gives_the_same(fitted_estimator):
    estimator, method = fitted_estimator
    text = pickle.dumps(estimator)
    check_agreement(pickle.loads(text), estimator, method)
    short_estimator = clone(estimator).set_params(settings={"steps": 20})
    short_pickle, long_pickle = (
        pickle.dumps(short_estimator.fit(rows, np.arange(len(rows)) % 2)) for rows in (WINE, np.tile(WINE, (20, 1)))
    )
    assert abs(len(long_pickle) - len(short_pickle)) < 1000


def test_a_saved_fit_is_loaded_without_running_anything(fitted_estimator, tmp_path):
    estimator, method = fitted_estimator
    path = tmp_path / "fit.safetensors"
    estimator.save(path)
    loaded_estimator = type(estimator).load(path)
    check_agreement(loaded_estimator, estimator, method)
    assert loaded_estimator.get_params() == estimator.get_params()
    assert list(getattr(loaded_estimator, "classes_", [])) == list(getattr(estimator, "classes_", []))
    other_class = next(kind for kind in ALL if kind is not type(estimator))
    with pytest.raises(RevisionError, match="load it with the estimator that wrote it"):
        other_class.load(path)
    loaded_estimator.save(tmp_path / "again.safetensors")
    check_agreement(type(estimator).load(tmp_path / "again.safetensors"), estimator, method)


def test_names_of_features_are_kept(tmp_path):
    X = load_wine(as_frame=True).data
    AdversarialAutoencoder(**TINY).fit(X).save(tmp_path / "fit")
    loaded_estimator = AdversarialAutoencoder.load(tmp_path / "fit")
    assert loaded_estimator.feature_names_in_.tolist() == list(X.columns)
    with pytest.raises(ValueError, match="lacks the column alcohol.*is it 'Alcohol' for 'alcohol'"):
        loaded_estimator.transform(X.rename(columns={"alcohol": "Alcohol"}))


@pytest.mark.parametrize("library", ["pandas", "polars", "arrow"])
def test_a_frame_is_matched_by_the_names_of_its_columns(library, recwarn):
    wines = load_wine(as_frame=True).frame  # its last column holds the classes
    model = AdversarialAutoencoder(**TINY).fit(wines.drop(columns="target"))
    reversed_table = wines[wines.columns[::-1]].assign(vineyard="x")
    if library == "polars":
        reversed_table = pytest.importorskip("polars").from_pandas(reversed_table)
    elif library == "arrow":
        reversed_table = pytest.importorskip("pyarrow").Table.from_pandas(reversed_table)
    np.testing.assert_array_equal(model.transform(reversed_table), model.transform(WINE))
    assert [str(entry.message) for entry in recwarn if "feature names" in str(entry.message)] == [
        "X does not have valid feature names, but AdversarialAutoencoder was fitted with feature names"
    ], "of the matrix alone"
    with pytest.raises(ValueError, match="NaN"):
        model.transform(wines.assign(alcohol=np.nan))
    with pytest.raises(ValueError, match="several columns with the same name: hue"):
        model.transform(pandas.concat([wines, wines[["hue"]]], axis=1))


TOWNS = np.array(["Bath", "Ely", "York"])[WINE_CLASSES]
HOUSES = pandas.DataFrame({"town": TOWNS, "size": WINE[:, 0], "rooms": np.round(WINE[:, 1])})


def test_texts_are_categories():
    model = AdversarialAutoencoder(**TINY).fit(HOUSES)
    assert model.n_features_in_ == 3 and model.feature_names_in_.tolist() == ["town", "size", "rooms"]
    assert model.model_.features.names == ("town = Bath", "town = Ely", "town = York", "size", "rooms")
    codes = model.transform(HOUSES)
    reordered_frame = HOUSES[["rooms", "size", "town"]].astype({"town": "category"}).assign(sold=1)
    np.testing.assert_array_equal(model.transform(reordered_frame), codes)
    one_hot = pandas.get_dummies(HOUSES, prefix_sep=" = ").astype(float)
    np.testing.assert_array_equal(model.transform(one_hot), codes)
    by_hand = AdversarialAutoencoder(**TINY).fit(one_hot[list(model.model_.features.names)].to_numpy())
    np.testing.assert_allclose(
        codes, by_hand.transform(one_hot[list(model.model_.features.names)].to_numpy()), rtol=1e-5
    )
    with pytest.raises(ValueError, match="town holds 'Hull'"):
        model.transform(HOUSES.assign(town="Hull"))
    with pytest.raises(ValueError, match="trained on categories; give a frame"):
        model.transform(WINE[:, :3])
    with pytest.raises(ValueError, match="missing in town"):
        AdversarialAutoencoder(**TINY).fit(HOUSES.assign(town=[None, *TOWNS[1:]]))


def test_categories_come_back_as_texts_and_are_kept_in_files(tmp_path):
    model = AdversarialAutoencoder(**{**TINY, "max_epochs": 200}, learning_rate=1e-2).fit(HOUSES)
    rows = model.inverse_transform(model.transform(HOUSES))
    assert rows.shape == (len(HOUSES), 3) and (rows[:, 0] == TOWNS).mean() > 0.9
    assert set(model.sample(20)[:, 0]) <= set(TOWNS)
    model.save(tmp_path / "fit")
    loaded_estimator = AdversarialAutoencoder.load(tmp_path / "fit")
    assert loaded_estimator.n_features_in_ == 3 and loaded_estimator.feature_names_in_.tolist() == list(HOUSES)
    np.testing.assert_array_equal(loaded_estimator.transform(HOUSES), model.transform(HOUSES))


def test_types_of_columns_are_declared_by_their_names():
    types = {"rooms": "category", "size": "real"}
    model = AdversarialAutoencoder(**TINY, loss="by-type", feature_types=types).fit(HOUSES)
    assert model.model_.features.blocks.count("rooms") == HOUSES["rooms"].nunique()
    assert model.model_.features.blocks.count("town") == 3
    with pytest.raises(ValueError, match="room"):
        AdversarialAutoencoder(**TINY, feature_types={"room": "count"}).fit(HOUSES)
    with pytest.raises(ValueError, match="poisson"):
        AdversarialAutoencoder(**TINY, loss="poisson", feature_types={"size": "real"}).fit(HOUSES)


@pytest.mark.parametrize("estimator", [SemiSupervisedAAE(**TINY), ReconstructionOutlierDetector(**TINY)])
def test_every_estimator_takes_categories(estimator, store):
    estimator.fit(HOUSES, WINE_CLASSES)
    assert estimator.predict(HOUSES[::-1]).shape == (len(HOUSES),)
    revision = estimator.to_revision("houses", store=store)
    assert revision.data.features.names == estimator.model_.features.names


@pytest.mark.parametrize("names", [range(13), pandas.MultiIndex.from_product([["wine"], range(13)])])
def test_names_that_are_no_texts_are_matched_too(names, tmp_path):
    X = pandas.DataFrame(WINE, columns=names)
    model = AdversarialAutoencoder(**TINY).fit(X)
    model.save(tmp_path / "fit")
    for fit in (model, pickle.loads(pickle.dumps(model)), AdversarialAutoencoder.load(tmp_path / "fit")):
        np.testing.assert_array_equal(fit.transform(X), model.transform(WINE))
        np.testing.assert_array_equal(fit.transform(X[X.columns[::-1]]), model.transform(WINE))
        with pytest.raises(ValueError, match="lacks the column"):
            fit.transform(X[X.columns[:12]])


FORMS = {
    "tensor": lambda: torch.from_numpy(WINE),
    "tensor with gradient": lambda: torch.tensor(WINE, requires_grad=True),
    "list": WINE.tolist,
    "arrow": lambda: pytest.importorskip("pyarrow").Table.from_pandas(load_wine(as_frame=True).data),
    "nullable": lambda: load_wine(as_frame=True).data.convert_dtypes(),
}


@pytest.mark.parametrize("form", FORMS)
def test_rows_and_classes_may_be_given_in_other_forms(form):
    X = FORMS[form]()
    expected = SemiSupervisedAAE(**TINY).fit(WINE, WINE_CLASSES).predict_proba(WINE)
    np.testing.assert_array_equal(
        SemiSupervisedAAE(**TINY).fit(X, torch.from_numpy(WINE_CLASSES)).predict_proba(X), expected
    )


def test_a_lazy_frame_is_collected():
    X = load_wine(as_frame=True).data
    kind = type("LazyFrame", (), {"collect": lambda self: X, "collect_schema": None})
    model = AdversarialAutoencoder(**TINY).fit(kind())
    assert model.feature_names_in_.tolist() == list(X.columns)
    np.testing.assert_array_equal(model.transform(kind()), model.transform(X))


@pytest.mark.parametrize(
    "X, message",
    [
        (np.ma.masked_array(WINE, mask=WINE > 1000), "NaN"),
        ({"alcohol": WINE[:, 0]}, "make one of this table, such as pandas.DataFrame"),
        (load_wine(as_frame=True).data.to_records(index=False), "make one of this table"),
    ],
)
def test_tables_that_scikit_learn_would_misread_are_refused(X, message):
    with pytest.raises(ValueError, match=message):
        AdversarialAutoencoder(**TINY).fit(X)


def test_a_detector_of_a_frame_warns_of_nothing(recwarn):
    ReconstructionOutlierDetector(**TINY).fit(load_wine(as_frame=True).data)
    assert not recwarn.list


def change_file(text, *path, **values):
    """The JSON record of a saved fit with other values in its part at `path`."""
    part = record = json.loads(text)
    for key in path:
        part = part[key]
    part.update(values)
    return json.dumps(record)


@pytest.mark.parametrize(
    "change, message",
    [
        (lambda arrays, text: (arrays, text.replace('"format": 1', '"format": 2')), "format"),
        (lambda arrays, text: (arrays, text.replace('"latent_dim": 2', '"latent_dim": 3')), "where the configuration asks"),
        (lambda arrays, text: (arrays, text[:-40]), "not valid JSON"),
        (lambda arrays, text: (arrays, ""), "not valid JSON"),
        (lambda arrays, text: (arrays, text.replace('"batch_size": 32', '"batches": 32', 1)), "load it with the estimator"),
        (lambda arrays, text: (arrays, text + " " * 2**23), "bytes"),
        (lambda arrays, text: ({k: v for k, v in arrays.items() if "decoder" not in k}, text), "lacks the tensor"),
        (lambda arrays, text: (arrays, change_file(text, "features", kinds=["real"])), "do not fit"),
        (lambda arrays, text: (arrays, change_file(text, "features", deviations=[0.0] * 13)), "do not fit"),
        (lambda arrays, text: (arrays, change_file(text, names=["a", "b"])), "names of features"),
        (lambda arrays, text: (arrays, change_file(text, classes=["b", "a"])), "classes"),
        (lambda arrays, text: ({k: v * np.nan for k, v in arrays.items()}, text), "not finite"),
    ],
)  # fmt: skip
def test_a_damaged_file_is_refused_in_a_sentence(change, message, tmp_path):
    AdversarialAutoencoder(**{**TINY, "max_epochs": 1}).fit(WINE).save(tmp_path / "fit")
    arrays, header = files.read_tensors(tmp_path / "fit")
    arrays, text = change(arrays, header.metadata["estimator"])
    files.write_tensors(tmp_path / "fit", arrays, {"estimator": text})
    with pytest.raises(RevisionError, match=re.escape(message)):
        AdversarialAutoencoder.load(tmp_path / "fit")


def test_a_fit_becomes_a_revision_that_agrees_with_it(fitted_estimator, store):
    estimator, method = fitted_estimator
    revision = aae.open(estimator.to_revision("my wine").id)
    assert revision.label == "my wine" and revision.status.state == "done"
    assert (
        len(revision.metrics())
        == len(estimator.history_)
        == revision.status.step // 10 + bool(revision.status.step % 10)
    )
    probe = revision.probe()
    assert len(probe.z) == len(WINE)
    z = revision.encode(WINE)
    np.testing.assert_allclose(probe.z, z[probe.index], rtol=1e-4, atol=1e-5)
    if method == "transform":
        np.testing.assert_allclose(z, estimator.transform(WINE), rtol=1e-4, atol=1e-5)
        restored_rows = estimator.inverse_transform(z)
        np.testing.assert_allclose(
            revision.decode(z), restored_rows, rtol=1e-4, atol=1e-4 * np.abs(restored_rows).max(0).min()
        )
    if method == "predict_proba":
        np.testing.assert_allclose(revision.classify(WINE), estimator.predict_proba(WINE), rtol=1e-4, atol=1e-5)
        assert revision.data.classes == ("0", "1", "2") and (probe.labels == -1).sum() == 118
    loaded_estimator = pickle.loads(pickle.dumps(estimator))
    with pytest.raises(aae.ConfigError, match="give rows as X"):
        loaded_estimator.to_revision()
    second_revision = loaded_estimator.to_revision("again", WINE[:50], WINE_CLASSES[:50], store=store)
    assert second_revision.probe().labels.tolist() == WINE_CLASSES[:50].tolist()
    assert {row.id for row in store.list_own()} == {revision.id, second_revision.id}


@mark_for_ci
def test_the_example_of_the_documentation_runs(tmp_path):
    text = (Path(__file__).parents[2] / "docs" / "use" / "estimators.md").read_text()
    (tmp_path / "example.py").write_text(text.split("```python\n")[1].split("```")[0])
    path = runpy.run_path(str(tmp_path / "example.py"))
    assert path["accuracy"] > 0.85 and path["wines"].shape == (5, 13)
    assert aae.open("latest").data.features.names == tuple(path["X"].columns)


def test_missing_classes_of_pandas_are_refused_in_a_sentence():
    y = pandas.Series([None, "a"] * 15, dtype="string")
    with pytest.raises(aae.DataError, match="y holds <NA>, which is no class; a row without label has the number −1"):
        SemiSupervisedAAE(max_epochs=1).fit(np.ones((30, 2)), y)
