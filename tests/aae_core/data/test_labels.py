"""Classes of rows: what is one class and what is not, their names and order, and rows without a class."""

from decimal import Decimal

import numpy as np
import pandas
import pyarrow
import pytest

import aae_core as aae
from aae_core.data import arrays, labels
from aae_core.data.labels import ClassLabels
from aae_core.data.number_texts import ValueFormat
from aae_core.errors import DataError

EXACT_LIMIT = 2**53  # above which neighbouring integers are the same as float64
ROWS = np.random.default_rng(0).normal(size=(12, 2))


def examine(values, **options):
    """(names of the classes, index of each value's class) of an array of objects."""
    class_labels = ClassLabels("y", **options)
    array = np.empty(len(values), object)
    array[:] = values
    class_labels.examine(array)
    return class_labels.class_names, class_labels.encode(array).tolist()


@pytest.mark.parametrize(
    "texts, classes",
    [
        (["0123", "123", "0123"], ("0123", "123")),
        (["1E2", "10E1", "100"], ("100", "10E1", "1E2")),
        (["1", "+1", "1.0", "01"], ("+1", "01", "1", "1.0")),
        ([str(EXACT_LIMIT + 1), str(EXACT_LIMIT), None], (str(EXACT_LIMIT), str(EXACT_LIMIT + 1))),
        (["10", "9", "-3", "x"], ("-3", "9", "10", "x")),
        (["0", "-0"], ("-0", "0")),
        (["TRUE", "True", "false"], ("TRUE", "True", "false")),
        (["1_0", "10", "0x1F"], ("10", "0x1F", "1_0")),
        (["\N{ARABIC-INDIC DIGIT ONE}", "1", "2"], ("1", "\N{ARABIC-INDIC DIGIT ONE}", "2")),
        (["1e400", "5"], ("5", "1e400")),
        (["1e99999999999999999999", "5"], ("5", "1e99999999999999999999")),
        (["9" * 79, "9" * 78 + "8"], ("9" * 78 + "8", "9" * 79)),
        (["2.0", "10.0", "", "-1.0"], ("2", "10")),  # as pandas writes integers beside a missing one
        (["2.0", "10"], ("2.0", "10")),
    ],
)
def test_texts_of_a_file_without_types_stay_distinct(texts, classes):
    names, _ = examine(texts, is_untyped=True)
    assert names == classes


@pytest.mark.parametrize("is_untyped", [True, False])
def test_white_space_round_a_class_is_no_part_of_it(is_untyped):
    texts = ["high", "high ", "\N{NO-BREAK SPACE}high", " low", "\N{EM SPACE}low\t", "  ", "", None]
    assert examine(texts, is_untyped=is_untyped) == (("high", "low"), [0, 0, 0, 1, 1, -1, -1, -1])
    array = np.array([text or "" for text in texts])
    result = ClassLabels("y", is_untyped=is_untyped)
    result.examine(array)
    assert result.encode(array).tolist() == [0, 0, 0, 1, 1, -1, -1, -1]


def test_minus_one_nan_and_nothing_mean_no_class_in_a_file():
    texts = ["-1", "-1.0", "-01", "nan", "NaN", "", None, "0", "1"]
    assert examine(texts, is_untyped=True) == (("0", "1"), [-1] * 7 + [0, 1])
    assert examine(["NA", "0", "1"], is_untyped=True) == (("0", "1"), [-1, 0, 1])
    assert examine(["NA", "a", "b"], is_untyped=True) == (("NA", "a", "b"), [0, 1, 2])


@pytest.mark.parametrize("is_untyped", [True, False])
def test_texts_that_name_no_class_do_so_whether_or_not_the_source_has_types(is_untyped):
    labels = ClassLabels("y", is_untyped=is_untyped)
    texts = ["nan", "NaN", " Nan ", "-1", "-1.0", "", None, "None", "a", "Inf"]
    labels.examine(np.array(texts, object))
    assert labels.class_names == ("Inf", "None", "a")
    assert labels.encode(np.array(texts, object)).tolist() == [-1] * 7 + [1, 2, 0]
    sentence = '7 of 10 rows have no label, since these values of kind name no class: "" (2), "nan" (1), "NaN" (1), '
    assert labels.missing_labels_sentence("kind").startswith(sentence)


@pytest.mark.parametrize("is_untyped", [True, False])
def test_a_placeholder_among_whole_numbers_counts_as_no_label(is_untyped):
    labels = ClassLabels("y", is_untyped=is_untyped)
    labels.examine(np.array(["NA", "0", "1", "NA"], object))
    assert labels.class_names == ("0", "1")
    assert labels.missing_labels_sentence("k").endswith('name no class: "NA" (2).')


def test_missing_numbers_are_counted_by_their_value():
    labels = ClassLabels("y")
    for values in (np.array([0.0, -1, np.nan, np.nan]), np.array([1, -1, None, np.nan, Decimal("sNaN")], object)):
        labels.examine(values)
    assert labels.missing_label_counts() == {"": 5, "-1": 2}
    everyone = ClassLabels("y")
    everyone.examine(np.arange(3))
    assert everyone.missing_labels_sentence("y") == ""


def test_texts_that_stand_for_missing_values_are_no_classes():
    value_format = ValueFormat(missing=("?", "-999"))
    assert examine(["?", "0", "-999.0"], is_untyped=True, value_format=value_format) == (("0",), [-1, 0, -1])
    assert examine(["?", "a", " ? "], value_format=value_format) == (("a",), [-1, 0, -1])
    assert examine([-999, 4], value_format=value_format) == (("4",), [-1, 0])


@pytest.mark.parametrize("texts", [["0.5", "1"], ["inf", "1"], ["1.10", "1.1", "a"]])
def test_numbers_that_are_not_whole_are_no_classes(texts):
    with pytest.raises(DataError, match=f"not whole, such as {float(texts[0]):g};"):
        examine(texts, is_untyped=True)


def test_a_class_that_is_too_long_is_refused():
    for texts in (["9" * 81, "1"], ["x" * 81, "1"]):
        with pytest.raises(DataError, match="too long or not printable"):
            examine(texts, is_untyped=True)


INTEGERS = [EXACT_LIMIT, EXACT_LIMIT + 1, None] * 4


@pytest.mark.parametrize(
    "y",
    [
        pandas.Series(INTEGERS, dtype="Int64"),
        pandas.Series(INTEGERS, dtype="int64[pyarrow]"),
        pandas.Series(pandas.Categorical(INTEGERS)),
        pandas.Series(INTEGERS, dtype=object),
        pyarrow.array(INTEGERS),
        pyarrow.chunked_array([INTEGERS[:5], INTEGERS[5:]]),
        np.array(INTEGERS, object),
        np.ma.masked_array([EXACT_LIMIT, EXACT_LIMIT + 1, 0] * 4, mask=[False, False, True] * 4),
        [Decimal(EXACT_LIMIT), Decimal(EXACT_LIMIT + 1), Decimal("NaN")] * 4,
    ],
    ids=lambda y: f"{type(y).__name__} {getattr(y, 'dtype', '')}",
)
def test_integers_beside_missing_ones_stay_exact_in_memory(y):
    actual, classes = arrays.encode_labels(y, 12)
    assert classes == (str(EXACT_LIMIT), str(EXACT_LIMIT + 1)) and actual.tolist() == [0, 1, -1] * 4


def test_large_integers_stay_exact_in_memory():
    y = np.array([2**64 - 1, 2**64 - 2] * 6, np.uint64)
    assert aae.arrays(ROWS, y).classes == (str(2**64 - 2), str(2**64 - 1))
    assert aae.arrays(ROWS, [10**30, 10**30 + 1] * 6).classes == (str(10**30), str(10**30 + 1))


@pytest.mark.parametrize("kind, limit", [(np.float64, EXACT_LIMIT), (np.float32, 2**24), (np.float16, 2**11)])
def test_floats_in_which_integers_are_no_longer_exact_are_refused(kind, limit):
    with pytest.raises(DataError, match=f"floating-point numbers as large as {limit}, in which neighbouring"):
        aae.arrays(ROWS, np.array([limit, 1] * 6, kind))
    assert aae.arrays(ROWS, np.array([limit - 1, 1] * 6, kind)).classes == ("1", str(limit - 1))


@pytest.mark.parametrize("value", [10**5000, Decimal("1e5000")], ids=["int", "Decimal"])
def test_a_number_of_thousands_of_digits_ends_in_no_traceback(value):
    try:
        assert aae.arrays(ROWS, np.array([value, 1] * 6, object)).classes == ("1", "1E+5000")
    except DataError as error:
        assert "neither numbers nor texts" in str(error)


def test_a_class_is_found_by_the_name_that_earlier_versions_gave_it():
    """They read the texts of a CSV file as numbers and truth values, and did not trim them."""
    array = np.array([" 0123", "123", "2.0", "1"], object)
    assert labels.find_class_indices(array, ("2", "123")) == [1, 1, 0, 1]  # the last is an index
    assert labels.find_class_indices(np.array(["TRUE", "false"], object), ("False", "True")) == [1, 0]
    assert labels.find_class_indices(np.array(["high ", "high"], object), ("high", "high ")) == [1, 0]
    assert labels.find_class_indices(np.array(["high"], object), ("high ", "low")) == [0]
    assert labels.find_class_indices(np.array([1.0, 0.0, 7.0]), ("a", "b")) == [1, 0, None]
    assert labels.find_class_indices(np.array(["0123", "123"], object), ("0123", "123")) == [0, 1]
    assert labels.find_class_indices(np.array(["c", "1e99999999999999999999", ""], object), ("a", "b")) == [None] * 3


def test_classes_that_stand_for_a_missing_value_are_none():
    value_format = ValueFormat(missing=("?", "-999", "-99.9"))
    for array, missing in (
        (np.array(["a", "?", None, "-999.0"], object), [1, 2, 3]),
        (np.array([1, -999, 0]), [1]),
        (np.array([1, -99.9, 0], np.float32), [1]),
    ):
        known_labels = labels.set_missing_classes_to_none(array, value_format)
        expected = pandas.isna(array)
        expected[missing] = True
        np.testing.assert_array_equal(pandas.isna(known_labels), expected)
        np.testing.assert_array_equal(known_labels[~expected], array[~expected])
    assert labels.find_class_indices(np.array([None, "None"], object), ("None", "a")) == [None, 0]
    days = np.array(["2026-01-31", "2026-02-01"], "datetime64[ns]")
    assert labels.set_missing_classes_to_none(days, value_format) is days
