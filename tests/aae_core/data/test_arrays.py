"""Data sets from arrays: what is kept of them, and the sentence that answers each mistake."""

from datetime import date
from decimal import Decimal

import numpy as np
import pandas
import pytest
from sklearn.datasets import load_wine

import aae_core as aae
from aae_core.errors import DataError

RNG = np.random.default_rng(0)
X = RNG.normal(size=(40, 3))
Y = np.arange(40) % 4


def test_a_matrix_is_a_table_whose_names_and_classes_are_kept():
    wine = load_wine()
    data = aae.arrays(wine.data, wine.target, names=wine.feature_names)
    rows = np.concatenate([data.train.images, data.test.images])[:, 0, :, 0]
    assert data.shape == (1, 1, 13) and rows.dtype == np.float32
    assert sorted(map(tuple, rows)) == sorted(map(tuple, wine.data.astype(np.float32)))
    assert data.features.names == tuple(wine.feature_names) and data.classes == ("0", "1", "2")
    assert abs(len(data.test.labels) - 0.15 * 178) <= 2
    assert np.bincount(data.test.labels).min() >= 6  # of each class its share
    np.testing.assert_allclose(data.features.means, data.train.images.mean((0, 1, 3)), rtol=1e-5)


def test_a_data_frame_brings_names_types_and_categories():
    frame = pandas.DataFrame({"size": X[:, 0], "colour": pandas.Categorical(["red", "blue"] * 20), "wet": X[:, 1] > 0})
    data = aae.arrays(frame, ["yes", "no"] * 20, types={"size": "real"})
    assert data.features.names == ("size", "colour = blue", "colour = red", "wet")
    assert data.features.kinds == ("real", "category", "category", "binary")
    assert data.features.blocks == ("", "colour", "colour", "")
    colour_columns = data.train.images[:, 0, 1:3, 0]
    assert (colour_columns.sum(1) == 1).all() and set(np.unique(colour_columns)) == {0, 1}
    assert data.classes == ("no", "yes")


def test_images_stay_images():
    images = RNG.integers(0, 256, (30, 8, 8), dtype=np.uint8)
    data = aae.arrays(images, np.arange(30) % 3)
    assert data.shape == (1, 8, 8) and data.features is None
    assert data.train.images.dtype == np.uint8


@pytest.mark.parametrize("y", [np.where(Y > 2, -1, Y), np.where(Y > 2, np.nan, Y), [None if k > 2 else k for k in Y]])
def test_a_missing_class_is_minus_one_none_or_nan(y):
    data = aae.arrays(X, y)
    labels = np.concatenate([data.train.labels, data.test.labels])
    assert data.classes == ("0", "1", "2") and (labels == -1).sum() == 10


def with_value(value):
    rows = X.copy()
    rows[3, 1] = value
    return rows


TEXTS = np.column_stack([X.astype(object), ["a", "b"] * 20])


@pytest.mark.parametrize(
    "items, options, expected_text",
    [
        (with_value(np.nan), {"names": ["p", "q", "r"]}, r"missing in q \(the first at index 3\);"),
        (with_value(np.inf), {}, r"absurdly large values in feature 1 \(inf at index 3\);"),
        (TEXTS, {}, r"""texts in feature 3 \("a" at index 0, "b" at index 1\); declare"""),
        (np.column_stack([X, np.ones(40)]), {}, "In 1 column the same value stands in every row; .*: feature 3\\."),
        (np.column_stack([X, X[:, 1]]), {}, "those of another column, too; .*: feature 3 .as feature 1.\\."),
        (X, {"y": Y[:30]}, r"one class for each of the 40 rows, not an array of shape \(30,\)"),
        (X, {"y": Y + 0.5}, "not whole"),
        (X, {"names": ["a", "b"]}, "3 columns need as many different names, not 2"),
        (X, {"types": {"feature 9": "real"}}, "feature 9"),
        (X, {"types": "counts"}, "count"),
        (X, {"types": "count"}, "whole numbers from 0 on"),
        (X, {"types": "binary"}, "0 and 1"),
        (X, {"test": 1.5}, "between 0 and 1"),
        (X, {"test": "some"}, "between 0 and 1"),
        (X, {"test": [[1], [2, 3]]}, "^test must be a share, the indices of items, from 0 to 39, or"),
        (X, {"name": "digits"}, "named digits already"),
        (X[:2], {}, "^2 rows are too few"),
        (X[:1], {}, "^1 row is too few"),
        (X[0], {}, "matrix of rows and columns"),
        ([[1, 2], [3]], {}, "matrix of rows and columns"),
        (np.zeros((5, 300, 8), np.uint8), {}, "4 to 128 pixels"),
    ],
)
def test_a_mistake_is_answered_in_one_sentence(items, options, expected_text):
    with pytest.raises(DataError, match=expected_text) as refusal:
        aae.arrays(items, **options)
    assert str(refusal.value).count("\n") == 0


MASKED = np.ma.masked_array(X, mask=X > 1.5)


@pytest.mark.parametrize(
    "items, options, message",
    [
        (MASKED, {"names": ["p", "q", "r"]}, "missing in p .*, q .*, r .*;"),
        (X + 1j, {}, "neither numbers nor texts in feature 0"),
        (
            pandas.DataFrame({"p": X[:, 0], "q": pandas.array([None, *"uvw" * 13], "string")}),
            {"types": {"q": "category"}},
            r"missing in q \(the first at index 0\);",
        ),
        (pandas.DataFrame({"p": X[:, 0], "q": [[1], [2]] * 20}), {"types": {"q": "category"}}, "nor texts in q;"),
        (pandas.DataFrame({"p": X[:, 0], "q": [b"u", b"v"] * 20}), {"types": {"q": "category"}}, "nor texts in q;"),
        (pandas.DataFrame(X, columns=["p", "q", "p"]), {}, "same name: p;"),
        (np.array([["\udc80"], ["v"]] * 20, object), {"types": "category"}, "must be printable"),
        (pandas.DataFrame(X), {"names": ["p", "q", "r"]}, "DataFrame names its columns"),
        (X, {"types": ["real"] * 3}, "in a dictionary"),
        (X, {"y": np.where(Y > 1, 1j, Y)}, "neither numbers nor texts"),
        (X, {"y": np.array(["1", 1] * 20, object)}, "as numbers and as texts: 1;"),
        (X, {"y": pandas.Series([(1, 2), 3] * 20)}, "neither numbers nor texts"),
        (X, {"y": pandas.Series([np.zeros(2), 3] * 20)}, "neither numbers nor texts"),
        (X, {"y": np.array([object()] * 40)}, "neither numbers nor texts"),
        (X, {"name": "digits-held-out"}, "named digits-held-out already"),
        (np.zeros((30, 8, 8), np.uint8), {"types": "real"}, "Images have no columns"),
        (
            np.column_stack([X, 1e9 + Y]),
            {},
            "float32 numbers, the values of 1 column are all the same; .*: feature 3\\.",
        ),
        (
            np.column_stack([X, 1e-60 * X[:, 0]]),
            {},
            "float32 numbers, the values of 1 column are all the same; .*: feature 3\\.",
        ),
        (
            np.column_stack([X, X[:, 0] * (1 + 1e-12)]),
            {},
            "those of another column, too; .*: feature 3 .as feature 0.\\.",
        ),
    ],
)
def test_what_would_be_lost_or_mistaken_is_refused(items, options, message):
    with pytest.raises(DataError, match=message):
        aae.arrays(items, **options)


def test_masked_classes_are_none_and_truth_values_are_no_numbers():
    data = aae.arrays(X, np.ma.masked_array(Y, mask=Y == 3))
    assert data.classes == ("0", "1", "2") and (np.r_[data.train.labels, data.test.labels] == -1).sum() == 10
    assert aae.arrays(X, np.array([True, 1] * 20, object)).classes == ("1", "True")


def test_classes_of_several_types_and_numbers_of_numpy():
    assert aae.arrays(X, np.array([date(2026, 1, 31), 5] * 20, object)).classes == ("5", "2026-01-31")
    assert aae.arrays(X, np.array([np.int64(0), np.int64(1), "NA", "NA"] * 10, object)).classes == ("0", "1")
    large = [Decimal(2**53 + 1), Decimal(2**53)]
    assert aae.arrays(X, np.array(large * 20, object)).classes == (str(2**53), str(2**53 + 1))
    days = pandas.Series(pandas.to_timedelta([10, 2] * 20, "D"), dtype=object)
    assert aae.arrays(X, days).classes == ("2 days 00:00:00", "10 days 00:00:00"), (
        "in their order, not that of their texts"
    )
    assert aae.arrays(X, pandas.cut(pandas.Series(X[:, 0]), [-9, 0, 9])).classes == ("(-9, 0]", "(0, 9]")
    zones = [pandas.Timestamp("2026-01-31"), pandas.Timestamp("2026-01-30", tz="UTC"), Decimal("sNaN"), Decimal(-1)]
    assert aae.arrays(X, np.array(zones * 10, object)).classes == ("2026-01-30 00:00:00+00:00", "2026-01-31 00:00:00")
