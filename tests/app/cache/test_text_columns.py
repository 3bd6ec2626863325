"""The texts of kept columns, as pages show them."""

import json

import numpy as np
import pandas
import pyarrow
import pytest

from app.cache import text_columns
from app.cache.text_columns import TextColumn, texts_as_json


def texts_of(values) -> list[str]:
    return text_columns._to_texts(pandas.Series(values)).to_pylist()


def test_whole_numbers_beside_a_missing_one_have_no_decimal_point():
    assert texts_of([3.0, np.nan, -2007.0]) == ["3", "", "-2007"]
    assert texts_of([3.5, np.nan, 2.0]) == ["3.5", "", "2.0"]
    assert texts_of([np.inf, 1.0]) == ["inf", "1.0"]
    assert texts_of([1e300]) == ["1e+300"]


def test_dates_without_a_time_of_day_are_days():
    dates = pandas.Series(pandas.to_datetime(["2024-01-31", None]))
    assert texts_of(dates) == ["2024-01-31", ""]
    assert texts_of(dates + pandas.Timedelta(hours=1)) == ["2024-01-31 01:00:00", ""]


def test_texts_in_several_chunks_are_those_of_the_values(monkeypatch):
    monkeypatch.setattr(text_columns, "CHUNK_LENGTH", 3)
    notes = ["b", None, "ä", "b", "", 'c "quoted"', "a\nb"]
    assert texts_of(notes) == ["" if note is None else note for note in notes]
    assert texts_of([]) == []
    numbers = [0.1, 2.0, np.nan, 1e300, -3.25, 1 / 3, 7.0]
    assert texts_of(numbers) == ["" if np.isnan(number) else str(number) for number in numbers]


@pytest.mark.parametrize("chunk_length", [2, 100])
def test_the_texts_of_columns_are_a_list_of_lists_in_json(monkeypatch, chunk_length):
    monkeypatch.setattr(text_columns, "CHUNK_LENGTH", chunk_length)
    lists = [["ä", 'b "c"', "d\ne"], [], ["x"]]
    columns = [TextColumn("", pyarrow.array(texts, pyarrow.string()), None, True) for texts in lists]
    assert json.loads(texts_as_json(columns)) == lists
    assert json.loads(texts_as_json([])) == []


def test_a_column_has_the_text_of_each_item_and_about_its_bytes():
    column = TextColumn("sex", pyarrow.array(["male", "", "ä"]), np.array([1, 0, 0, 2], np.int32), True)
    assert column.texts == ["", "male", "male", "ä"]
    assert column.byte_count == len("male") + len("ä".encode()) + 3 * 3 + 4 * 4
