"""What is typical of a table's features, and which rows fit them."""

import json
from dataclasses import asdict, replace

import numpy as np
import pytest

from aae_core import records
from aae_core.data import features
from aae_core.errors import DataError

ROWS = np.random.default_rng(0).gamma(2, 3, (201, 2))


def fit_rows(rows, kinds=("real", "real"), **options):
    return features.fit_features(rows, ["p", "q"], kinds, ["", ""], **options)


def test_means_deviations_and_quantiles_are_numpy_s():
    fitted_features = fit_rows(ROWS)
    np.testing.assert_allclose(fitted_features.means, ROWS.mean(0), rtol=1e-8)
    np.testing.assert_allclose(fitted_features.deviations, ROWS.std(0), rtol=1e-8)
    for result, share in ((fitted_features.lows, 1), (fitted_features.medians, 50), (fitted_features.highs, 99)):
        np.testing.assert_allclose(result, np.percentile(ROWS, share, axis=0), rtol=1e-8)


def test_a_column_with_a_single_value_has_the_deviation_1():
    for value in (0.0, 7.3, 1e9):
        fitted_features = fit_rows(np.column_stack([np.full(50, value), np.arange(50)]))
        assert fitted_features.deviations == (1.0, pytest.approx(np.arange(50).std()))
    nearly = fit_rows(np.column_stack([np.arange(50) * 1e-12, np.arange(50)]))  # small, and yet not the same
    assert nearly.deviations[0] == pytest.approx(np.arange(50).std() * 1e-12)


def test_typical_values_come_from_an_even_part_of_many_rows(monkeypatch):
    monkeypatch.setattr(features, "MAX_SAMPLE_ROWS", 10)
    fitted_features = fit_rows(np.column_stack([np.arange(21), np.arange(21)]))  # every third
    assert fitted_features.medians[0] == np.median(np.arange(0, 21, 3))
    assert fitted_features.means[0] == 10 and fitted_features.deviations[0] == pytest.approx(np.arange(21).std())
    assert fit_rows(ROWS[:10]).medians[0] == pytest.approx(np.median(ROWS[:10, 0]))


def test_figures_of_all_rows_take_the_place_of_those_looked_at():
    fitted_features = fit_rows(ROWS, means=[1.0, 2.0], deviations=[3.0, 0.0])
    assert (fitted_features.means, fitted_features.deviations) == ((1.0, 2.0), (3.0, 1.0))


def test_a_record_of_them_comes_back_as_it_was():
    fitted_features = fit_rows(ROWS.astype(np.float32))
    parsed_features = records.parse_record(features.Features, json.loads(json.dumps(asdict(fitted_features))), "here")
    assert parsed_features == fitted_features and len(parsed_features) == 2
    float32 = np.float32(fitted_features.means)
    assert (np.float32(parsed_features.means) == float32).all()


def test_categories_are_groups_of_their_own_and_other_kinds_one_each():
    kinds, blocks = ["real", "category", "count", "category", "real", "category"], ["", "a", "", "b", "", "a"]
    rows = np.random.default_rng(0).integers(0, 2, (30, 6))
    fitted_features = features.fit_features(rows, list("pqrstu"), kinds, blocks)
    assert fitted_features.indices_by_group() == [
        ("real", [0, 4]),
        ("category", [1, 5]),
        ("count", [2]),
        ("category", [3]),
    ]


@pytest.mark.parametrize(
    "rows", [np.zeros((4, 3)), np.zeros(2), np.zeros((2, 2, 1)), [["a", "b"]], [[1, np.inf]], [[np.nan, 1]]]
)
def test_rows_that_do_not_fit_are_refused(rows):
    with pytest.raises(DataError, match="Rows must"):
        features.check_row_matrix(rows, 2)


def test_rows_that_fit_are_float32_with_their_own_shape():
    rows = features.check_row_matrix([[1, 2], [3, 4.5]], 2)
    assert rows.dtype == np.float32 and rows[:, 0, :, 0].tolist() == [[1, 2], [3, 4.5]]


@pytest.mark.parametrize(
    "changes",
    [
        {"names": ("p",)},
        {"means": (1.0, 2.0, 3.0)},
        {"blocks": ("", "colour")},
        {"kinds": ("category", "real")},
        {"deviations": (0.0, 1.0)},
        {"deviations": (1e-60, 1.0)},  # 0 as float32
        {"means": (1e60, 1.0)},  # infinite as float32
    ],
)
def test_features_of_a_record_that_contradict_each_other_are_noticed(changes):
    fitted_features = fit_rows(ROWS)
    assert features.are_consistent_features(fitted_features, 2) and not features.are_consistent_features(
        fitted_features, 3
    )
    assert not features.are_consistent_features(replace(fitted_features, **changes), 2)
