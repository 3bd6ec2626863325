"""The texts of kept columns, as pages show them."""

import numpy as np
import pandas

from app.cache.text_columns import _to_texts


def test_whole_numbers_beside_a_missing_one_have_no_decimal_point():
    assert _to_texts(pandas.Series([3.0, np.nan, -2007.0])) == ["3", "", "-2007"]
    assert _to_texts(pandas.Series([3.5, np.nan, 2.0])) == ["3.5", "", "2.0"]
    assert _to_texts(pandas.Series([np.inf, 1.0])) == ["inf", "1.0"]
    assert _to_texts(pandas.Series([1e300])) == ["1e+300"]


def test_dates_without_a_time_of_day_are_days():
    dates = pandas.Series(pandas.to_datetime(["2024-01-31", None]))
    assert _to_texts(dates) == ["2024-01-31", ""]
    assert _to_texts(dates + pandas.Timedelta(hours=1)) == ["2024-01-31 01:00:00", ""]
