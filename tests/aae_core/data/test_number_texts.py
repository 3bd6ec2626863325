"""How numbers are written in tables: what is read as a number, what is missing, and what is said of other texts."""

import argparse
import math
import subprocess
from decimal import Decimal

import numpy as np
import pandas
import pytest

from aae_core.cli.table_options import parse_comma_separated
from aae_core.data.number_texts import NumberTexts, ValueFormat, is_formatted_number, quote_option_value, split_unit
from aae_core.errors import DataError


@pytest.mark.parametrize(
    "value_format, texts, numbers",
    [
        (ValueFormat(), ["1", " 2.5 ", "-1e3", "1_0", "1,5", "?", "0x1F"], [1, 2.5, -1000, None, None, None, None]),
        (ValueFormat(), ["\N{MINUS SIGN}5", "\N{ARABIC-INDIC DIGIT TWO}", "inf"], [-5, 2, math.inf]),
        (ValueFormat(thousands=","), ["1,234.50", "12,345", "7", "1,5", "12,34,567"], [1234.5, 12345, 7, None, None]),
        (ValueFormat(decimal=","), ["1,5", "-,5", "7", "1.5", "1.234"], [1.5, -0.5, 7, None, None]),
        (ValueFormat(decimal=",", thousands="."), ["1.234,5", "1.234", "12.34"], [1234.5, 1234, None]),
        (ValueFormat(thousands=" "), ["1 234", "1\N{NO-BREAK SPACE}234.5", "1  234"], [1234, 1234.5, None]),
        (ValueFormat(thousands="'"), ["1'234", "1\N{RIGHT SINGLE QUOTATION MARK}234"], [1234, 1234]),
        (
            ValueFormat(units=("%", "$", "kg", "g")),
            ["12 %", "$ 3", "-$3", "2kg", "2 g", "3 m"],
            [12, 3, -3, 2, 2, None],
        ),
        (ValueFormat(units="EUR", decimal=",", thousands="."), ["1.234,50 EUR", "EUR 2"], [1234.5, 2]),
    ],
)
def test_a_text_is_read_as_the_number_that_it_stands_for(value_format, texts, numbers):
    assert [value_format.parse_number(text) for text in texts] == numbers


@pytest.mark.parametrize("text", ["", "NA", "n/a", "#N/A", "null", "None", " nan ", "?", "-999", "-999.0"])
def test_a_missing_number_is_nan(text):
    assert math.isnan(ValueFormat(missing=("?", "-999")).parse_number(text))


@pytest.mark.parametrize(
    "options, expected_text",
    [
        ({"decimal": ";"}, "decimal sign is . or ,"),
        ({"thousands": "_"}, "thousands separator is one of"),
        ({"decimal": ",", "thousands": ","}, "cannot be both"),
        ({"units": ["m2"]}, "has no digits"),
    ],
)
def test_a_format_that_makes_no_sense_is_refused(options, expected_text):
    with pytest.raises(DataError, match=expected_text):
        ValueFormat(**options)


def test_thousands_are_read_as_pandas_reads_them():
    texts = [f"{value:,.2f}" for value in np.random.default_rng(0).normal(scale=1e6, size=200)]
    pandas_values = pandas.Series(texts).str.replace(",", "").astype(float)
    parsed_values = ValueFormat(thousands=",").parse_column(np.array(texts, object))
    np.testing.assert_array_equal(parsed_values, pandas_values)


def test_a_column_of_truth_values_stays_one_and_a_mixed_one_does_not():
    read = ValueFormat(missing="?").parse_column
    assert read(np.array(["TRUE", "false"], object)).dtype == bool
    assert read(np.array(["1", "True"], object)).tolist() == [1.0, "True"]
    np.testing.assert_array_equal(read(np.array(["True", "?", "False"], object)), [1, np.nan, 0])
    assert read(np.array([-999, 3])).tolist() == [-999, 3]
    np.testing.assert_array_equal(ValueFormat(missing="-999").parse_column(np.array([-999, 3])), [np.nan, 3])


@pytest.mark.parametrize(
    "value_format, missing, known",
    [
        (ValueFormat(missing="-999,9", decimal=","), ["-999,9", "-999,90", "-9999e-1"], ["-999", "999,9", "0,5"]),
        (ValueFormat(missing="-9,999", thousands=","), ["-9,999", "-9999", "-9,999.0"], ["9,999", "-9.999"]),
        (ValueFormat(missing="9.999", decimal=",", thousands="."), ["9.999", "9999", "9.999,0"], ["9,999", "9.998"]),
        (ValueFormat(missing="-1.5", decimal=","), ["-1.5", "-1,5"], ["1,5", "-15"]),  # a number in the usual notation
        (ValueFormat(missing="-999", units="kg"), ["-999 kg", "-999.0kg", "\N{MINUS SIGN}999"], ["999 kg", "-99 kg"]),
        (ValueFormat(missing="5 kg", units="kg"), ["5 kg"], ["5", "5kg"]),  # the text alone
    ],
)
def test_a_number_stands_for_a_missing_value_however_it_is_written(value_format, missing, known):
    assert all(math.isnan(value_format.parse_number(text)) for text in missing)
    assert np.isfinite([value_format.parse_number(text) for text in known]).all()
    column = np.array([*missing, *known], object)
    np.testing.assert_array_equal(
        np.isnan(value_format.parse_column(column)), [True] * len(missing) + [False] * len(known)
    )


def test_a_missing_number_in_a_notation_is_found_among_categories_and_among_numbers():
    value_format = ValueFormat(missing=("-999,9", "-9.999"), decimal=",", thousands=".")
    assert all(value_format.is_missing_text(value) for value in ("-999,9", "-999,90", "-9999", -999.9, -9999))
    assert not any(value_format.is_missing_text(value) for value in ("-999,8", "-9,999", "999,9", "a", -9.999, None))
    read = value_format.parse_column(np.array([-999.9, -9.999, -9999]))
    np.testing.assert_array_equal(read, [np.nan, -9.999, np.nan])


def test_a_missing_number_is_found_among_objects():
    column = np.array([-999, -999.0, Decimal("-999.00"), np.float32(-999), "-999", None, 2, np.True_], object)
    read = ValueFormat(missing="-999").parse_column(column)
    np.testing.assert_array_equal(read, [np.nan] * 6 + [2, 1])
    truth_values = ValueFormat(missing="1").parse_column(np.array([True, False, None], object))
    np.testing.assert_array_equal(truth_values, [1, 0, np.nan])


@pytest.mark.parametrize("number_type", [np.float16, np.float32, np.float64, ">f4"])
def test_a_missing_number_is_found_in_every_type_of_floating_point_numbers(number_type):
    value_format = ValueFormat(missing=("-99.9", "-999", "1e300", "1e-300"))
    column = np.array([-99.9, 0.5, 0, -99, -999, np.inf], number_type)
    read = value_format.parse_column(column)
    np.testing.assert_array_equal(read, np.array([np.nan, 0.5, 0, -99, np.nan, np.inf]))
    assert read.dtype == np.dtype(number_type).newbyteorder("=")
    assert [value_format.is_missing_text(number) for number in column] == [True, False, False, False, True, False]


@pytest.mark.parametrize(
    "text, unit, rest",
    [
        ("12 %", "%", "12"), ("12%", "%", "12"), ("$ 3", "$", "3"), ("-€3", "€", "-3"), ("12 kg", "kg", "12"),
        ("1,5 km/h", "km/h", "1,5"), ("5a", "", "5a"), ("12 Main Street", "", "12 Main Street"), ("kg", "", "kg"), ("", "", ""),
    ],
)  # fmt: skip
def test_a_unit_is_told_from_the_number(text, unit, rest):
    assert split_unit(text) == (unit, rest)


@pytest.mark.parametrize("text", ["1,5", "1,234.50", "1.234,5", "1.234.567", "1 234", "1'234", "12 %", "$1,234.50"])
def test_a_number_in_another_notation_is_one(text):
    assert is_formatted_number(text)


@pytest.mark.parametrize("text", ["?", "", "%", "-", "1_0", "2026-01-31", "5a", "12:30", "1,2,3", "#DIV/0!", "x 1"])
def test_other_texts_are_no_numbers_in_any_notation(text):
    assert not is_formatted_number(text)


@pytest.mark.parametrize(
    "numbers, texts, mostly",
    [
        (10, ["?"], True), (0, ["12 %", "13 %"], True), (1, ["?", "-", "#DIV/0!", "missing"], True), (1, ["a"], False),
        (2, ["a"], True), (0, ["?"], False), (0, ["a", "b"], False), (5, [], False), (1, ["1,5", "x", "y"], False),
    ],
)  # fmt: skip
def test_whether_most_values_are_numbers(numbers, texts, mostly):
    column = NumberTexts()
    column.add_numbers(np.arange(numbers))
    for row, text in enumerate(texts):
        column.add_text(text, row)
    assert column.are_mostly_numbers is mostly


@pytest.mark.parametrize(
    "numbers, texts, notations",
    [
        ([1, 2], ["1,234.50"], [(".", ",")]),
        ([1, 2], ["1,234"], [(".", ","), (",", "")]),
        ([1.5, 2], ["1,234"], [(".", ",")]),  # a decimal point is there already
        ([1, 2], ["1,5", "2,25"], [(",", "")]),
        ([1, 2], ["1,5", "1.234,5"], [(",", ".")]),
        ([1, 2], ["1,5", "1,234.5"], []),
        ([1, 2], ["1 234"], [(".", " "), (",", " ")]),
    ],
)
def test_the_notations_offered_read_all_numbers_of_the_column(numbers, texts, notations):
    column = NumberTexts()
    column.add_numbers(np.array(numbers, float))
    for row, text in enumerate(texts):
        column.add_text(text, row)
    assert column.common_notations == notations
    for decimal, thousands in notations:
        assert None not in [ValueFormat(decimal=decimal, thousands=thousands).parse_number(text) for text in texts]


@pytest.mark.parametrize("texts", [["?"], ["--", "-x"], ["($3)", "n/a"], ['5"'], ["a,b", "c"], ["-"], ["#DIV/0!"]])
def test_a_proposed_value_of_an_option_is_read_as_these_texts(texts):
    """By a shell, argparse and the option's own reader."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--missing")
    words = subprocess.run(
        ["sh", "-c", f"printf '%s' {quote_option_value(texts)}"], capture_output=True, text=True, check=True
    )
    assert parse_comma_separated(parser.parse_args(["--missing", words.stdout]).missing) == texts
